//! What a document says, without a format in sight: subjects, their claims, the relationships between them.
//!
//! A reader pushes each [`Subject`] and each [`Relationship`] to a [`Listener`], one at a time, and forgets it.
//! The evaluator is a listener, and so is the [`Lineage`] that finds out how a subject got into the product.

mod claim;
mod lineage;
mod subject;
mod version;

pub use claim::{CLAIM_MAX, Claim, PARTY_MAX, Role, names_nobody, without_agent_keyword};
pub use lineage::{Connection, Cut, Graph, Lineage, Paths, Ways, is_left_out};
pub use subject::{Kind, KindClass, Place, Scope, Subject, Text, identity};
pub use version::Versions;

use crate::source::Span;

/// Receives what a reader finds, in the order in which the document's objects end.
pub trait Listener {
    /// One subject with all its claims.
    fn subject(&mut self, subject: &Subject<'_>);

    /// Claims about the product as a whole that stand outside of its subjects. A reader that meets such claims gives them to a subject before
    /// it hands that over; nobody else has to listen.
    fn of_product(&mut self, _claims: &[Claim<'_>]) {}

    /// One edge between two subjects. They may come before or after it.
    fn relationship(&mut self, _relationship: &Relationship<'_>) {}

    /// An identifier that the document uses for a component, without an edge: in a list of compositions, vulnerabilities or dependencies.
    fn reference(&mut self, _text: &str, _span: Span) {}

    /// Another document that this one refers to.
    fn link(&mut self, _link: Link<'_>) {}

    /// Somebody who wrote the document. That is no claim about what it lists.
    fn author(&mut self, _author: Author<'_>) {}

    /// What the document claims of the completeness of its relationships.
    fn completeness(&mut self, _said: Completeness) {}

    /// Something that the reader met and could not take as it stands.
    fn note(&mut self, _note: Note) {}
}

/// What a document claims of how complete its parts and their relationships are; the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// It says that something is missing.
    Incomplete,
    /// It says that it does not know.
    Unknown,
    /// It says that nothing is missing.
    Complete,
}

impl Completeness {
    /// What CycloneDX 1.3 and later says in `compositions[].aggregate`, and SPDX 3 in `completeness`.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "complete" => Self::Complete,
            _ if word.starts_with("incomplete") => Self::Incomplete,
            _ => Self::Unknown,
        }
    }

    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
            Self::Complete => "complete",
        }
    }
}

/// Somebody who wrote the document, or had it written.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The name, without keyword and address.
    pub name: &'a str,
}

/// Listens to nothing.
pub struct Nobody;

impl Listener for Nobody {
    fn subject(&mut self, _subject: &Subject<'_>) {}
}

/// Hands everything to two listeners.
pub struct Both<'l>(pub &'l mut dyn Listener, pub &'l mut dyn Listener);

impl Listener for Both<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.0.subject(subject);
        self.1.subject(subject);
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.0.relationship(relationship);
        self.1.relationship(relationship);
    }

    fn reference(&mut self, text: &str, span: Span) {
        self.0.reference(text, span);
        self.1.reference(text, span);
    }

    fn link(&mut self, link: Link<'_>) {
        self.0.link(link);
        self.1.link(link);
    }

    fn author(&mut self, author: Author<'_>) {
        self.0.author(author);
        self.1.author(author);
    }

    fn completeness(&mut self, said: Completeness) {
        self.0.completeness(said);
        self.1.completeness(said);
    }

    fn note(&mut self, note: Note) {
        self.0.note(note.clone());
        self.1.note(note);
    }
}

/// One edge: `from` uses, contains or was made from `to`.
#[derive(Debug, Clone, Copy)]
pub struct Relationship<'a> {
    /// The side nearer to the product.
    pub from: Node<'a>,
    /// The side that `from` depends on, contains or derives from.
    pub to: Node<'a>,
    /// The place of `to`, if it is a reference and its place is known.
    pub to_span: Span,
}

/// A reference to another document: a BOM-Link, an address, a namespace.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The document, as the reference has it.
    pub target: &'a str,
    /// Where.
    pub span: Span,
}

/// One end of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node<'a> {
    /// The document itself, which describes its roots.
    Document,
    /// A subject by its position in document order.
    Subject(u32),
    /// A subject by its bom-ref or SPDXID.
    Reference(&'a str),
}

/// What a reader met in a document that is worth knowing and does not stop it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A stable word for the kind of note, such as `newer-version`.
    pub code: &'static str,
    /// One sentence; text of the document in it is made safe.
    pub message: String,
    /// Where, if it is at one place.
    pub span: Option<Span>,
}
