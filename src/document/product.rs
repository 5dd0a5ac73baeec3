//! Claims about the product as a whole, wherever they stand in the document.
//!
//! A subject is handed over with all its claims, and forgotten. Some statements about the product stand far behind what they are about: how
//! it was built, the texts of its licenses, a comment on the document. So one subject is held back to the end of the document and gets these
//! claims: the described component of CycloneDX, or else the first one that is no tool. It costs a copy of one subject.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::inventory::{Author, Claim, Completeness, Link, Listener, Note, Place, Relationship, Subject, Text};
use crate::source::Span;

/// Texts about subjects, found before these are read.
#[derive(Default)]
pub(super) struct Annotations {
    texts: Vec<Claim<'static>>,
    by_reference: HashMap<String, Annotated>,
}

#[derive(Default)]
struct Annotated {
    texts: Vec<usize>,
    bytes: usize,
    /// Whether a subject with this reference has got them.
    given: bool,
}

impl Annotations {
    /// One text about several subjects.
    pub(super) fn add(&mut self, references: impl Iterator<Item = String>, text: Claim<'static>) {
        let number = self.texts.len();
        let bytes = text.text.len();
        for reference in references {
            let annotated = self.by_reference.entry(reference).or_default();
            if annotated.texts.last() != Some(&number) {
                annotated.texts.push(number);
                annotated.bytes += bytes;
            }
        }
        self.texts.push(text);
    }

    /// The texts that some subject did not get.
    fn lost(&self) -> impl Iterator<Item = &Claim<'static>> {
        let mut lost: Vec<usize> =
            self.by_reference.values().filter(|annotated| !annotated.given).flat_map(|annotated| &annotated.texts).copied().collect();
        lost.sort_unstable();
        lost.dedup();
        lost.into_iter().map(|number| &self.texts[number])
    }
}

/// The most bytes of such texts that are given to subjects. One text may be about any number of them, and each gets it; what is beyond is
/// said of the product once.
const GIVEN_MAX: usize = 16 << 20;

/// Hands everything on, and the product last.
pub(super) struct Product<'l> {
    listener: &'l mut dyn Listener,
    held: Option<Held>,
    /// Claims about the product as a whole.
    whole: Vec<Claim<'static>>,
    annotations: Annotations,
    given: usize,
}

struct Held {
    subject: Subject<'static>,
    kind_word: Option<String>,
    claims: Vec<Claim<'static>>,
}

impl<'l> Product<'l> {
    pub(super) fn new(listener: &'l mut dyn Listener, annotations: Annotations) -> Self {
        Self { listener, held: None, whole: Vec::new(), annotations, given: 0 }
    }

    /// The document is at its end: hands over what was held back. Texts about subjects that never came are about the product.
    pub(super) fn finish(mut self) {
        self.whole.extend(self.annotations.lost().cloned());
        if let Some(mut held) = self.held.take() {
            held.claims.append(&mut self.whole);
            held.hand_over(self.listener);
        }
    }
}

impl Held {
    fn hand_over(&self, listener: &mut dyn Listener) {
        let Self { subject, kind_word, claims } = self;
        let text = |text: &'_ Option<Text<'static>>| text.clone();
        listener.subject(&Subject {
            kind_word: kind_word.as_deref(),
            reference: text(&subject.reference),
            name: text(&subject.name),
            group: text(&subject.group),
            version: text(&subject.version),
            purl: text(&subject.purl),
            claims,
            ..*subject
        });
    }
}

fn owned(claim: &Claim<'_>) -> Claim<'static> {
    Claim { text: Cow::Owned(claim.text.as_ref().to_owned()), ..*claim }
}

fn owned_text(text: &Option<Text<'_>>) -> Option<Text<'static>> {
    text.as_ref().map(|text| Text { value: Cow::Owned(text.value.as_ref().to_owned()), span: text.span })
}

impl Listener for Product<'_> {
    fn reference(&mut self, text: &str, span: Span) {
        self.listener.reference(text, span);
    }

    fn link(&mut self, link: Link<'_>) {
        self.listener.link(link);
    }

    fn subject(&mut self, subject: &Subject<'_>) {
        let mut further: Vec<Claim<'_>> = Vec::new();
        if let Some(reference) = &subject.reference
            && !self.annotations.by_reference.is_empty()
            && let Some(annotated) = self.annotations.by_reference.get_mut(reference.value.as_ref())
        {
            self.given += annotated.bytes;
            annotated.given = self.given <= GIVEN_MAX;
            if annotated.given {
                let texts = annotated.texts.iter().map(|&number| &self.annotations.texts[number]);
                further.extend(texts.map(|claim| Claim { text: Cow::Borrowed(claim.text.as_ref()), ..*claim }));
            }
        }
        let better = match &self.held {
            None => subject.place != Place::Tool,
            Some(held) => held.subject.place != Place::Root && subject.place == Place::Root,
        };
        if better {
            let claims = subject.claims.iter().chain(&further).map(owned).collect();
            let held = Held {
                subject: Subject {
                    kind_word: None,
                    reference: owned_text(&subject.reference),
                    name: owned_text(&subject.name),
                    group: owned_text(&subject.group),
                    version: owned_text(&subject.version),
                    purl: owned_text(&subject.purl),
                    claims: &[],
                    ..*subject
                },
                kind_word: subject.kind_word.map(ToOwned::to_owned),
                claims,
            };
            if let Some(before) = self.held.replace(held) {
                before.hand_over(self.listener);
            }
            return;
        }
        if further.is_empty() {
            return self.listener.subject(subject);
        }
        let claims: Vec<Claim<'_>> = subject.claims.iter().chain(&further).cloned().collect();
        let text = |text: &Option<Text<'_>>| owned_text(text);
        self.listener.subject(&Subject {
            reference: text(&subject.reference),
            name: text(&subject.name),
            group: text(&subject.group),
            version: text(&subject.version),
            purl: text(&subject.purl),
            claims: &claims,
            ..*subject
        });
    }

    fn of_product(&mut self, claims: &[Claim<'_>]) {
        self.whole.extend(claims.iter().map(owned));
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.listener.relationship(relationship);
    }

    fn author(&mut self, author: Author<'_>) {
        self.listener.author(author);
    }

    fn completeness(&mut self, said: Completeness) {
        self.listener.completeness(said);
    }

    fn note(&mut self, note: Note) {
        self.listener.note(note);
    }
}

/// A text with the escapes of JSON resolved, if it has any: some writers put JSON into a comment, and there a name may be written as
/// `\\u041b…`.
pub(super) fn without_escapes(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"\\u")?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // The first half of a pair of surrogates.
    let mut high: Option<u32> = None;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        if at > 0 {
            high = None;
        }
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 1) == Some(&b'u'));
        let Some(code) = code.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            // Any other escape separates words at most.
            high = None;
            out.push(' ');
            let skipped = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
            rest = &rest[at + 1 + skipped..];
            continue;
        };
        rest = &rest[at + 6..];
        match (high.take(), code) {
            (_, 0xd800..=0xdbff) => high = Some(code),
            (Some(first), 0xdc00..=0xdfff) => {
                out.extend(char::from_u32(0x10000 + ((first - 0xd800) << 10) + (code - 0xdc00)));
            }
            _ => out.extend(char::from_u32(code)),
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::without_escapes;

    #[test]
    fn escapes_of_json_are_resolved() {
        let table = [
            (r#"{"a": "\u041b\u0430b"}"#, Some("{\"a\": \"Лаb\"}")),
            (r"\ud83d\ude00x", Some("😀x")),
            (r"\ud83dx \u0041", Some("x A")),
            (r"\u00zz\u0041", Some(" 00zzA")),
            (r"a\nb\u0041\", Some("a bA ")),
            ("plain", None),
        ];
        for (text, expected) in table {
            assert_eq!(without_escapes(text).as_deref(), expected, "{text}");
        }
    }
}
