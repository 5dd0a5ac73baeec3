//! A claim: one statement in the document about who made, provides or identifies a subject.

use std::borrow::Cow;

use crate::source::Span;

/// One statement in the document about who made, provides or identifies a subject.
///
/// Everything that matching reads is a claim.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The field as the document's format calls it, from the subject on: `supplier`, `externalReferences.vcs`.
    pub field: &'static str,
    /// What the text is, and so how it may be read.
    pub role: Role,
    /// The text, unescaped; borrowed wherever it stands in the document as it is.
    pub text: Cow<'a, str>,
    /// Where it stands, without quotation marks.
    pub span: Span,
}

/// What the text of a claim is. The role decides which matchers read it and how strong what they find is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The name of an organisation that made or supplies the subject.
    Party,
    /// The name of a person who made or supplies it, or of an author who may be either.
    Person,
    /// A text that may be a party, a purl, a CPE or a file, as its label or its form suggests: a property called `acme:vendor`. It names
    /// nobody for certain.
    Hint,
    /// A web address of the organisation itself.
    PartyUrl,
    /// An e-mail address of the organisation.
    PartyEmail,
    /// An e-mail address of a person: where somebody works does not say who made a thing.
    PersonEmail,
    /// A package URL.
    Purl,
    /// A CPE name, 2.2 or 2.3.
    Cpe,
    /// Where the subject itself is kept or comes from: repository, download, home page.
    Url,
    /// A namespace that the maker chose: npm scope, Maven group, company, project.
    Group,
    /// The id of a SWID tag, or the regid of one of its entities.
    Swid,
    /// A file name or path.
    File,
    /// A hash of a file, in hexadecimal.
    Hash,
    /// The subject's own name.
    Name,
    /// An address that has to do with the subject.
    Link,
    /// Free text.
    Text,
}

impl Role {
    /// Whether such a claim names a maker.
    #[must_use]
    pub fn names_maker(self) -> bool {
        matches!(self, Self::Party | Self::Person | Self::PartyUrl | Self::PartyEmail | Self::PersonEmail)
    }

    /// Whether the text of such a claim may only be [`CLAIM_MAX`] bytes long: what is looked up by more than its words. Prose may have any
    /// length, and so may an address that is only a mention: some writers put whole files into one.
    #[must_use]
    pub fn is_bounded(self) -> bool {
        !matches!(self, Self::Text | Self::Link)
    }

    /// The most bytes that the text of such a claim may have; a document with a longer one is refused, never cut.
    #[must_use]
    pub fn longest(self) -> usize {
        match self {
            Self::Party | Self::PartyUrl | Self::PartyEmail => PARTY_MAX,
            _ if self.is_bounded() => CLAIM_MAX,
            _ => usize::MAX,
        }
    }

    /// Whether such a claim says what the subject is, so that a look-up of it means something.
    ///
    /// A hash alone does not: nothing can be told from it that the policy does not list.
    #[must_use]
    pub fn identifies(self) -> bool {
        self.names_maker() || matches!(self, Self::Purl | Self::Cpe | Self::Url | Self::Swid)
    }
}

/// The most bytes that a claim's text may have, unless it is prose: a name, a purl, a CPE, a URL. Real ones have a few hundred at most.
pub const CLAIM_MAX: usize = 64 * 1024;

/// The same for who made or supplies something: a name, an address.
pub const PARTY_MAX: usize = 8 * 1024;

/// A party's name without SPDX's keyword in front of it: writers of other formats keep `Organization:`, `Person:` and `Tool:`.
#[must_use]
pub fn without_agent_keyword(text: &str) -> &str {
    const WORDS: [&str; 4] = ["organization", "organisation", "person", "tool"];
    // Twice: a converter may have put one in front of another.
    let mut rest = text;
    for _ in 0..2 {
        let Some((word, name)) = rest.split_once(':').filter(|(word, _)| word.len() <= 16) else { break };
        if !WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known)) {
            break;
        }
        rest = name.trim_start();
    }
    rest
}

/// Whether a text in a party field says that nobody is named: SPDX's `NOASSERTION` and `NONE`, and what people write instead.
#[must_use]
pub fn names_nobody(text: &str) -> bool {
    const WORDS: [&str; 8] = ["noassertion", "none", "unknown", "n/a", "null", "-", "unspecified", "undefined"];
    if let ([first, .., last], 12..) = (text.as_bytes(), text.len())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
        && memchr::memchr(b':', &text.as_bytes()[..text.len().min(14)]).is_none()
    {
        // Longer than any of them without anything to trim.
        return false;
    }
    let text = without_agent_keyword(text).trim();
    text.is_empty() || (text.len() <= 11 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::names_nobody;

    #[test]
    fn nobody_is_recognised() {
        for text in
            ["", " ", "NOASSERTION", "NoAssertion", "NONE", "unknown", "N/A", "Organization: NOASSERTION", "Person: none", "Organization:"]
        {
            assert!(names_nobody(text), "{text}");
        }
        for text in ["None Ltd", "Unknown Worlds Entertainment", "Kaspersky", "Organization: Acme", "Acme: none"] {
            assert!(!names_nobody(text), "{text}");
        }
    }
}
