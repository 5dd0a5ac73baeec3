//! Reports that name no component: names become keyed hashes, the same in every report made with the same key.
//!
//! The evaluation has been done by then, with the document as it is. What stays are the vendors, the laws, the places (line and column) and the
//! counts: enough to act on for whoever has the SBOM, and no list of parts for whoever has not.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::document::DocumentError;
use crate::finding::{Examined, Finding};
use crate::identity::Strength;
use crate::inventory::{Note, Subject, identity, is_left_out};
use crate::source::{Source, Span, hex};

/// What stands where a text was taken out.
pub const REDACTED: &str = "(redacted)";

/// How to redact.
#[derive(Debug, Clone)]
pub struct Redaction {
    keyed: Hmac<Sha256>,
}

impl Redaction {
    /// The shortest key, in bytes: shorter ones can be tried out.
    pub const KEY_MIN: usize = 16;

    /// A redaction with this key; `None` if the key is too short.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        if key.len() < Self::KEY_MIN {
            return None;
        }
        Hmac::new_from_slice(key).ok().map(|keyed| Self { keyed })
    }

    fn hash(&self, text: &str) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(text.as_bytes());
        hex(&keyed.finalize().into_bytes())
    }

    /// By what a report says which key it was made with.
    #[must_use]
    pub fn id(&self) -> String {
        self.hash("\0interdict redaction key")[..16].to_owned()
    }

    /// A name without what it says.
    #[must_use]
    pub fn name(&self, text: &str) -> String {
        format!("component-{}", &self.hash(text)[..16])
    }

    /// What a subject is, as a redacted report tells it.
    #[must_use]
    pub fn identity(&self, subject: &Subject<'_>) -> String {
        identity(None, subject.kind.as_str(), None, Some(&self.name(&subject.label())), None)
    }

    /// Takes the names of components out of all that is reported of a document. What comes back shows nothing of its text.
    #[must_use]
    pub fn apply(&self, source: &Source, examined: &mut Examined) -> Source {
        let assessment = &mut examined.assessment;
        assessment.findings.iter_mut().for_each(|finding| self.finding(finding));
        assessment.ahead.iter_mut().for_each(|ahead| self.finding(&mut ahead.finding));
        for unnamed in &mut assessment.without_vendor {
            unnamed.label = self.name(&unnamed.label);
            (unnamed.reference, unnamed.version, unnamed.purl) = (None, None, None);
        }
        assessment.product = assessment.product.as_ref().map(|product| self.name(product));
        assessment.links.clear();
        for Note { code, message, .. } in &mut assessment.notes {
            *message = format!("{code}; its words are left out, because names are redacted");
        }
        for (name, _) in assessment.removal.iter_mut().flat_map(|removal| &mut removal.cut.direct) {
            *name = self.name(name);
        }
        if let Err(DocumentError { code, message, label, .. }) = &mut examined.document {
            *message = format!("{code}; the error's words are left out, because names are redacted");
            *label = None;
        }
        source.hidden()
    }

    fn finding(&self, finding: &mut Finding) {
        let subject = &mut finding.subject;
        let name = self.name(&subject.label);
        (subject.label, subject.name) = (name.clone(), Some(name));
        (subject.group, subject.purl, subject.reference, subject.version) = (None, None, None, None);
        // The plain one could be found out by trying names.
        finding.fingerprint = self.hash(&finding.fingerprint)[..32].to_owned();
        if let Some(waiver) = &mut finding.waiver {
            waiver.reason = REDACTED.to_owned();
        }
        for evidence in &mut finding.evidence {
            // Who is named is what the finding is about: in the policy's words, since the document's may say more. Everything else may say which
            // component it is.
            if evidence.strength == Strength::Declared {
                evidence.value.clone_from(&evidence.matched);
            } else {
                evidence.value = REDACTED.to_owned();
                evidence.matched = REDACTED.to_owned();
                evidence.fact = None;
                evidence.origin.span = Span::default();
            }
        }
        for label in finding.paths.listed.iter_mut().flatten().filter(|label| !is_left_out(label)) {
            *label = self.name(label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_and_key_give_the_same_hash_and_no_other() {
        let (one, other) = (Redaction::new(&[1; 32]).unwrap(), Redaction::new(&[2; 32]).unwrap());
        assert_eq!(one.name("left-pad"), one.name("left-pad"));
        assert_ne!(one.name("left-pad"), one.name("right-pad"));
        assert_ne!(one.name("left-pad"), other.name("left-pad"));
        assert_ne!(one.id(), other.id());
        assert!(!one.name("left-pad").contains("left"));
        assert!(Redaction::new(b"short").is_none());
    }
}
