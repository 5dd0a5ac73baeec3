//! A policy file as it is written: every value with its place, nothing resolved yet.

use jiff::civil::Date;

use super::{Attribution, Clock, Effect};
use crate::identity::IdentifierKind;
use crate::inventory::{Kind, KindClass, Scope};
use crate::source::Span;
use crate::verdict::FailOn;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

#[derive(Debug, Default)]
pub(super) struct PolicyFile {
    pub(super) extends: Vec<At<String>>,
    pub(super) header: Header,
    pub(super) evaluate: Evaluate,
    pub(super) entities: Vec<EntityBlock>,
    pub(super) rules: Vec<RuleBlock>,
    pub(super) waivers: Vec<WaiverBlock>,
    pub(super) examples: Vec<Example>,
}

#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) id: Option<At<String>>,
    pub(super) title: Option<String>,
    pub(super) authority: Vec<String>,
    pub(super) reviewed: Option<Date>,
    pub(super) review_every: Option<i32>,
}

#[derive(Debug, Default)]
pub(super) struct Evaluate {
    pub(super) fail_on: Option<At<FailOn>>,
    pub(super) mentions: Option<At<Effect>>,
    pub(super) unverifiable: Option<At<Effect>>,
    pub(super) attribution: Option<At<Attribution>>,
}

#[derive(Debug)]
pub(super) struct EntityBlock {
    pub(super) id: At<String>,
    pub(super) name: Option<At<String>>,
    pub(super) country: Option<String>,
    pub(super) source: Option<String>,
    pub(super) confirmed: bool,
    pub(super) identifiers: Vec<WrittenIdentifier>,
    pub(super) not: Vec<Not>,
}

#[derive(Debug)]
pub(super) struct WrittenIdentifier {
    pub(super) kind: IdentifierKind,
    pub(super) value: At<String>,
    pub(super) source: Option<String>,
    pub(super) confirmed: bool,
}

#[derive(Debug)]
pub(super) struct Not {
    pub(super) package: Option<At<String>>,
    pub(super) name: Option<At<String>>,
}

#[derive(Debug)]
pub(super) struct RuleBlock {
    pub(super) id: At<String>,
    pub(super) title: Option<String>,
    pub(super) entities: Vec<At<String>>,
    pub(super) subjects: Vec<KindClass>,
    pub(super) scopes: Vec<Scope>,
    pub(super) effect: Effect,
    pub(super) effective: Option<Date>,
    pub(super) clause: Option<String>,
    pub(super) text: Option<String>,
    pub(super) help: Option<String>,
    pub(super) reports: Vec<Clock>,
}

#[derive(Debug)]
pub(super) struct WaiverBlock {
    pub(super) span: Span,
    pub(super) rule: At<String>,
    pub(super) subject: At<String>,
    pub(super) reason: String,
    pub(super) by: String,
    pub(super) authority: Option<String>,
    pub(super) granted: At<Date>,
    pub(super) expires: At<Date>,
}

/// A subject and what the policy that lists it has to say about it.
#[derive(Debug, Clone)]
pub struct Example {
    /// The subject.
    pub subject: ExampleSubject,
    /// What it comes to: an effect, or `None` for clear.
    pub expect: Option<Effect>,
    /// Where it stands in its file.
    pub span: Span,
}

/// The subject of an example.
#[derive(Debug, Clone, Default)]
pub struct ExampleSubject {
    /// Its name.
    pub name: Option<String>,
    /// Its kind, if it matters.
    pub kind: Option<Kind>,
    /// Who supplies it.
    pub supplier: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Its CPE name.
    pub cpe: Option<String>,
    /// Its home page.
    pub url: Option<String>,
    /// The name of a file of it.
    pub file: Option<String>,
}
