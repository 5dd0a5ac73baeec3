//! What a document says that a person ought to know, whatever the policy: identifiers used twice, references to nothing, circles,
//! characters that hide, a maker that says nothing.
//!
//! One more listener. Of a subject it keeps numbers, so that a large document costs little.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use wide::u8x16;

use crate::inventory::{Author, Listener, Node, Note, Place, Relationship, Role, Subject, names_nobody};
use crate::source::Span;
use crate::text::{excerpt, hides};

/// The lints of one document.
#[derive(Debug, Default)]
pub struct Lints {
    /// Seeded anew in each process, so that no document can be made in which two references have one hash.
    hash: RandomState,
    /// Which component a reference names, by the reference's hash.
    by_reference: HashMap<u64, u32, RandomState>,
    /// The purls, without qualifiers, of components whose reference is another one.
    purls: HashSet<u64, RandomState>,
    again: Counted,
    /// References to what has not come yet, with their places.
    waiting: HashMap<u64, (String, Span), RandomState>,
    /// How many further ones there are whose text was not kept.
    waiting_more: usize,
    edges: Vec<(End, End)>,
    subjects: u32,
    labels: Labels,
    hidden: Counted,
    mixed: Counted,
    authors: Vec<String>,
    supplier: Supplier,
}

/// How often something was met, and the first time.
#[derive(Debug, Default)]
struct Counted {
    count: usize,
    first: Option<(String, Span)>,
}

impl Counted {
    fn add(&mut self, text: &str, span: Span) {
        self.count += 1;
        self.first.get_or_insert_with(|| (excerpt(text, 80).into_owned(), span));
    }

    /// `and 3 more`, if there are.
    fn more(&self) -> String {
        if self.count > 1 { format!(", and {} more", self.count - 1) } else { String::new() }
    }
}

/// What the subjects are called, in one text; by index.
#[derive(Debug, Default)]
struct Labels {
    text: String,
    places: Vec<(u32, u32)>,
}

impl Labels {
    /// The most of all labels that is kept, and of one, in bytes.
    const ALL_MAX: usize = 64 << 20;
    const ONE_MAX: usize = 80;

    fn add(&mut self, subject: &Subject<'_>) {
        let index = subject.index as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, (0, 0));
        }
        if self.text.len() > Self::ALL_MAX {
            return;
        }
        let offset = |text: &String| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let start = offset(&self.text);
        let before = self.text.len();
        subject.push_label(&mut self.text);
        self.text.truncate(crate::text::boundary(&self.text, before + Self::ONE_MAX));
        self.places[index] = (start, offset(&self.text));
    }

    fn get(&self, index: u32) -> String {
        let (start, end) = self.places.get(index as usize).copied().unwrap_or_default();
        let label = &self.text[start as usize..end as usize];
        if label.is_empty() { format!("number {index}") } else { excerpt(label, 60).into_owned() }
    }
}

#[derive(Debug, Clone, Copy)]
enum End {
    Subject(u32),
    Reference(u64),
}

/// Whether every part names the same supplier.
#[derive(Debug, Default)]
struct Supplier {
    name: Option<String>,
    parts: usize,
    differs: bool,
}

/// How many texts of references are kept while what they name has not come.
const WAITING_MAX: usize = 10_000;

impl Listener for Lints {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.subjects = self.subjects.max(subject.index + 1);
        self.labels.add(subject);
        if let Some(reference) = subject.reference.as_ref().filter(|reference| !reference.value.is_empty()) {
            let hash = self.hash.hash_one(reference.value.as_ref());
            self.waiting.remove(&hash);
            match self.by_reference.entry(hash) {
                // Generators list their tools again wherever these had a part; nothing hangs on which one is meant.
                Entry::Occupied(_) if subject.place == Place::Tool => {}
                Entry::Occupied(_) => self.again.add(&reference.value, reference.span),
                Entry::Vacant(entry) => drop(entry.insert(subject.index)),
            }
        }
        if let Some(purl) = subject.purl.as_ref().filter(|purl| subject.reference.as_ref().is_none_or(|own| own.value != purl.value)) {
            self.purls.insert(self.hash.hash_one(without_qualifiers(&purl.value)));
        }
        let texts = [&subject.name, &subject.group, &subject.purl].into_iter().flatten().map(|text| (text.value.as_ref(), text.span));
        let makers = subject.claims.iter().filter(|claim| claim.role.names_maker()).map(|claim| (claim.text.as_ref(), claim.span));
        for (text, span) in texts.chain(makers).filter(|(text, _)| !is_visible_ascii(text)) {
            if text.chars().any(hides) {
                self.hidden.add(text, span);
            } else if mixes_scripts(text) {
                self.mixed.add(text, span);
            }
        }
        if subject.place == Place::Part {
            self.supplier.add(subject);
        }
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        let mut ends = [(relationship.from, Span::default()), (relationship.to, relationship.to_span)].map(|(node, span)| match node {
            Node::Document => None,
            Node::Subject(index) => Some(End::Subject(index)),
            Node::Reference(reference) => Some(End::Reference(self.refer(reference, span))),
        });
        if let (Some(from), Some(to)) = (ends[0].take(), ends[1].take()) {
            self.edges.push((from, to));
        }
    }

    fn reference(&mut self, text: &str, span: Span) {
        self.refer(text, span);
    }

    fn author(&mut self, author: Author<'_>) {
        const AUTHORS_MAX: usize = 100;
        if self.authors.len() < AUTHORS_MAX {
            self.authors.push(author.name.trim().to_lowercase());
        }
    }
}

impl Supplier {
    fn add(&mut self, subject: &Subject<'_>) {
        self.parts += 1;
        if self.differs {
            return;
        }
        let mut parties = subject.claims.iter().filter(|claim| claim.role == Role::Party && !names_nobody(&claim.text));
        let (first, second) = (parties.next(), parties.next());
        let name = first.filter(|_| second.is_none()).map(|claim| claim.text.trim().to_lowercase());
        match (&self.name, name) {
            (_, None) => self.differs = true,
            (None, name) => self.name = name,
            (Some(known), Some(name)) => self.differs |= *known != name,
        }
    }
}

/// Whether every character is of ASCII and shows. Every byte is looked at: that is quicker than to stop at the first that fails.
fn is_visible_ascii(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk::<16>() else {
        return bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    };
    // The last sixteen bytes may overlap those before them.
    let blocks = bytes.as_chunks::<16>().0.iter().chain(std::iter::once(last));
    let highest = blocks.fold(u8x16::splat(0), |highest, block| highest.max(u8x16::new(*block) - u8x16::splat(b' ')));
    highest.max(u8x16::splat(b'~' - b' ')) == u8x16::splat(b'~' - b' ')
}

/// A reference into another document.
fn leads_elsewhere(reference: &str) -> bool {
    reference.starts_with("DocumentRef-") || reference.starts_with("urn:cdx:") || names_nobody(reference)
}

/// Whether a word has letters of scripts that look alike: Latin beside Cyrillic or Greek.
fn mixes_scripts(text: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric()).any(|word| {
        let (mut latin, mut other) = (false, false);
        for character in word.chars() {
            latin |= character.is_ascii_alphabetic() || matches!(character, '\u{c0}'..='\u{24f}');
            other |= matches!(character, '\u{370}'..='\u{52f}');
        }
        latin && other
    })
}

/// A component that the document only refers to, by an identifier that says what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referenced {
    /// The reference as it is written.
    pub reference: String,
    /// The identifier in it: a purl or CPE.
    pub identifier: String,
    /// Where the reference is.
    pub span: Span,
}

/// The purl or CPE that a reference is, or that a BOM-Link names in its fragment.
fn identifier(reference: &str) -> Option<String> {
    let begins = |text: &str, scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let is_identifier = |text: &str| ["pkg:", "cpe:"].iter().any(|scheme| begins(text, scheme));
    let reference = reference.trim();
    if is_identifier(reference) {
        return Some(reference.to_owned());
    }
    let (_, fragment) = reference.split_once('#').filter(|_| begins(reference, "urn:cdx:"))?;
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?;
    is_identifier(&fragment).then(|| fragment.into_owned())
}

/// A purl up to its qualifiers and subpath.
fn without_qualifiers(purl: &str) -> &str {
    purl.split(['?', '#']).next().unwrap_or_default()
}

impl Lints {
    /// Remembers a reference until what it names has come.
    fn refer(&mut self, reference: &str, span: Span) -> u64 {
        let hash = self.hash.hash_one(reference);
        if !self.by_reference.contains_key(&hash) && !self.waiting.contains_key(&hash) {
            // One that says itself what it is about may be all that the document says of a component, so none of them is forgotten.
            if identifier(reference).is_some() || (self.waiting.len() < WAITING_MAX && !leads_elsewhere(reference)) {
                self.waiting.insert(hash, (reference.to_owned(), span));
            } else if !leads_elsewhere(reference) {
                self.waiting_more += 1;
            }
        }
        hash
    }

    /// The components that the document only refers to, once it has been read, in its order.
    #[must_use]
    pub fn referenced(&mut self) -> Vec<Referenced> {
        let mut found = Vec::new();
        let (hash, purls) = (&self.hash, &self.purls);
        self.waiting.retain(|_, (reference, span)| {
            let Some(identifier) = identifier(reference) else { return true };
            if !purls.contains(&hash.hash_one(without_qualifiers(&identifier))) {
                found.push(Referenced { reference: reference.clone(), identifier, span: *span });
            }
            false
        });
        found.sort_unstable_by(|a, b| (a.span, &a.reference).cmp(&(b.span, &b.reference)));
        found
    }

    /// What there is to tell, once the document has been read.
    #[must_use]
    pub fn finish(mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note = |code, message: String, span| notes.push(Note { code, message, span });
        if let Some((text, span)) = &self.again.first {
            let message = format!("the identifier `{text}` is used twice{}: what refers to it may mean either", self.again.more());
            note("duplicate-reference", message, Some(*span));
        }
        // What came after the texts were no longer kept may have been defined since; it is not spoken of.
        let mut dangling: Vec<&String> = self.waiting.values().map(|(reference, _)| reference).collect();
        dangling.sort_unstable();
        if let Some(first) = dangling.first() {
            let more = dangling.len() - 1 + if dangling.len() == WAITING_MAX { self.waiting_more } else { 0 };
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            note(
                "dangling-reference",
                format!("nothing in the document is called `{}`, which it refers to{more}", excerpt(first, 80)),
                None,
            );
        }
        let circle = self.circle();
        if !circle.is_empty() {
            const SHOWN: usize = 6;
            let mut names: Vec<String> = circle.iter().take(SHOWN).map(|index| self.labels.get(*index)).collect();
            names.push(if circle.len() > SHOWN { "…".to_owned() } else { names.first().cloned().unwrap_or_default() });
            note("cycle", format!("dependencies go round in a circle: {}", names.join(" → ")), None);
        }
        if let Some((text, span)) = &self.hidden.first {
            let message = format!("a name holds characters that do not show: `{text}`{}", self.hidden.more());
            note("hidden-characters", message, Some(*span));
        }
        if let Some((text, span)) = &self.mixed.first {
            let message = format!("a word mixes letters of scripts that look alike: `{text}`{}", self.mixed.more());
            note("mixed-scripts", message, Some(*span));
        }
        if let Some(name) =
            self.supplier.name.take().filter(|name| self.supplier.parts > 1 && !self.supplier.differs && self.authors.contains(name))
        {
            let message = format!(
                "every part is said to be supplied by `{}`, who also wrote the document: that tells nothing about who made the parts",
                excerpt(&name, 80)
            );
            note("supplier-is-author", message, None);
        }
        notes
    }

    /// The subjects of one circle, in its order; nothing if there is none. Without recursion.
    fn circle(&self) -> Vec<u32> {
        let resolve = |end: End| match end {
            End::Subject(index) => Some(index),
            End::Reference(hash) => self.by_reference.get(&hash).copied(),
        };
        let mut edges: Vec<(u32, u32)> =
            self.edges.iter().filter_map(|&(from, to)| Some((resolve(from)?, resolve(to)?))).filter(|(from, to)| from != to).collect();
        edges.sort_unstable();
        let count = self.subjects as usize;
        let mut starts = vec![0_usize; count + 1];
        for &(from, _) in &edges {
            if let Some(start) = starts.get_mut(from as usize + 1) {
                *start += 1;
            }
        }
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = vec![State::New; count];
        for root in 0..self.subjects {
            if states[root as usize] != State::New {
                continue;
            }
            // Each entry: a subject, and which of its edges comes next.
            let mut way: Vec<(u32, usize)> = vec![(root, starts[root as usize])];
            states[root as usize] = State::Open;
            while let Some((at, next)) = way.last_mut() {
                if *next == starts[*at as usize + 1] {
                    states[*at as usize] = State::Done;
                    way.pop();
                    continue;
                }
                let to = edges[*next].1;
                *next += 1;
                match states.get(to as usize) {
                    Some(State::New) => {
                        states[to as usize] = State::Open;
                        way.push((to, starts[to as usize]));
                    }
                    Some(State::Open) => {
                        let from = way.iter().position(|(subject, _)| *subject == to).unwrap_or(0);
                        return way[from..].iter().map(|(subject, _)| *subject).collect();
                    }
                    _ => {}
                }
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Claim, Kind, Text};

    /// A subject: its index, reference, name and supplier.
    type Listed<'t> = (u32, &'t str, &'t str, Option<&'t str>);

    fn subject<'t>(index: u32, reference: &'t str, name: &'t str, supplier: Option<&'t str>) -> Listed<'t> {
        (index, reference, name, supplier)
    }

    fn notes(subjects: &[Listed<'_>], edges: &[(&str, &str)], authors: &[&str]) -> Vec<String> {
        let mut lints = Lints::default();
        for (index, reference, name, supplier) in subjects {
            let text = |text: &str| Text { value: text.to_owned().into(), span: Span::default() };
            let claims: Vec<Claim<'_>> = supplier
                .iter()
                .map(|name| Claim { field: "supplier", role: Role::Party, text: (*name).into(), span: Span::default() })
                .collect();
            lints.subject(&Subject {
                index: *index,
                kind: Kind::Library,
                kind_word: None,
                place: Place::Part,
                scope: None,
                reference: Some(text(reference)),
                name: Some(text(name)),
                group: None,
                version: None,
                purl: None,
                span: Span::default(),
                claims: &claims,
            });
        }
        for (from, to) in edges {
            lints.relationship(&Relationship { from: Node::Reference(from), to: Node::Reference(to), to_span: Span::default() });
        }
        for name in authors {
            lints.author(Author { name });
        }
        lints.finish().into_iter().map(|note| format!("{}: {}", note.code, note.message)).collect()
    }

    #[test]
    fn each_oddity_is_told_once() {
        let plain = [subject(0, "a", "a", None), subject(1, "b", "b", None), subject(2, "c", "c", None)];
        assert!(notes(&plain, &[("a", "b"), ("b", "c"), ("a", "c"), ("a", "DocumentRef-x:y")], &[]).is_empty());
        type Row<'t> = (&'t [Listed<'t>], &'t [(&'t str, &'t str)], &'t [&'t str], &'t str);
        let table: [Row<'_>; 6] = [
            (&[subject(0, "a", "a", None), subject(1, "a", "b", None)], &[], &[], "duplicate-reference: the identifier `a` is used twice"),
            (&plain, &[("a", "gone")], &[], "dangling-reference: nothing in the document is called `gone`"),
            (&plain, &[("a", "b"), ("b", "c"), ("c", "b")], &[], "cycle: dependencies go round in a circle: b → c → b"),
            (
                &[subject(0, "a", "x\u{200b}y", None)],
                &[],
                &[],
                "hidden-characters: a name holds characters that do not show: `x\\u{200b}y`",
            ),
            (&[subject(0, "a", "a", Some("Kаspersky"))], &[], &[], "mixed-scripts: a word mixes letters of scripts"),
            (
                &[subject(0, "a", "a", Some("Me")), subject(1, "b", "b", Some("me"))],
                &[],
                &["Me"],
                "supplier-is-author: every part is said to be supplied by `me`",
            ),
        ];
        for (subjects, edges, authors, expected) in table {
            let found = notes(subjects, edges, authors);
            assert!(found.len() == 1 && found[0].starts_with(expected), "{expected}: {found:?}");
        }
    }

    #[test]
    fn a_deep_graph_ends() {
        let names: Vec<String> = (0..100_000).map(|number| format!("n{number}")).collect();
        let subjects: Vec<_> = (0_u32..).zip(&names).map(|(index, name)| subject(index, name, name, None)).collect();
        let edges: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        assert!(notes(&subjects, &edges, &[]).is_empty());
    }
}
