//! A policy file as it is written: every value with its place, nothing resolved yet.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Attribution, Clock, Effect, Product};
use crate::identity::IdentifierKind;
use crate::inventory::{Kind, KindClass, Scope, Versions};
use crate::ownership::{LinkKind, Reach};
use crate::source::{Source, Span};
use crate::verdict::FailOn;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

impl PolicyFile {
    /// The first thing in it that is neither a waiver nor an assertion.
    pub(super) fn beside_waivers(&self) -> Option<Span> {
        let Self { extends, header, evaluate, entities, ownership, rules, assertions: _, waivers: _, examples } = self;
        let Evaluate { fail_on, mentions, unverifiable, attribution, profiles } = evaluate;
        let settings = [
            fail_on.as_ref().map(|at| at.span),
            mentions.as_ref().map(|at| at.span),
            unverifiable.as_ref().map(|at| at.span),
            attribution.as_ref().map(|at| at.span),
        ];
        settings
            .into_iter()
            .flatten()
            .chain(extends.iter().chain(profiles).chain(&header.applies).chain(&header.id).map(|at| at.span))
            .chain(entities.iter().map(|block| block.id.span))
            .chain(ownership.iter().map(|block| block.span))
            .chain(rules.iter().map(|block| block.id.span))
            .chain(examples.iter().map(|example| example.span))
            .min()
    }
}

impl At<&str> {
    pub(super) fn owned(self) -> At<String> {
        At { value: self.value.to_owned(), span: self.span }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct PolicyFile {
    pub(super) extends: Vec<At<String>>,
    pub(super) header: Header,
    pub(super) evaluate: Evaluate,
    pub(super) entities: Vec<EntityBlock>,
    pub(super) ownership: Vec<OwnershipBlock>,
    pub(super) rules: Vec<RuleBlock>,
    pub(super) assertions: Vec<AssertionBlock>,
    pub(super) waivers: Vec<WaiverBlock>,
    pub(super) examples: Vec<Example>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    pub(super) id: Option<At<String>>,
    pub(super) title: Option<String>,
    pub(super) authority: Vec<String>,
    pub(super) source: Option<String>,
    pub(super) applies: Vec<At<String>>,
    pub(super) reviewed: Option<Date>,
    pub(super) review_every: Option<i32>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Evaluate {
    pub(super) fail_on: Option<At<FailOn>>,
    pub(super) mentions: Option<At<Effect>>,
    pub(super) unverifiable: Option<At<Effect>>,
    pub(super) attribution: Option<At<Attribution>>,
    pub(super) profiles: Vec<At<String>>,
}

#[derive(Debug, Clone)]
pub(super) struct EntityBlock {
    pub(super) id: At<String>,
    pub(super) name: Option<At<String>>,
    pub(super) country: Option<String>,
    pub(super) source: Option<Arc<str>>,
    pub(super) confirmed: bool,
    pub(super) identifiers: Vec<WrittenIdentifier>,
    pub(super) not: Vec<Not>,
}

#[derive(Debug, Clone)]
pub(super) struct WrittenIdentifier {
    pub(super) kind: IdentifierKind,
    pub(super) text: Arc<str>,
    pub(super) span: Span,
    /// Shared by all that are listed after it.
    pub(super) source: Option<Arc<str>>,
    pub(super) seen: Option<Date>,
    pub(super) confirmed: bool,
    /// The key of the list that it stands in.
    pub(super) list: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Not {
    pub(super) package: Option<At<String>>,
    pub(super) name: Option<At<String>>,
}

#[derive(Debug, Clone)]
pub(super) struct OwnershipBlock {
    pub(super) span: Span,
    pub(super) owner: At<String>,
    pub(super) owned: At<String>,
    pub(super) kind: LinkKind,
    pub(super) share: Option<f64>,
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) source: Option<String>,
    pub(super) confirmed: bool,
}

#[derive(Debug, Clone)]
pub(super) struct AssertionBlock {
    pub(super) span: Span,
    pub(super) subject: At<String>,
    pub(super) supplier: String,
    pub(super) evidence: String,
    pub(super) by: String,
    pub(super) on: Date,
}

#[derive(Debug, Clone)]
pub(super) struct RuleBlock {
    pub(super) id: At<String>,
    pub(super) title: Option<String>,
    pub(super) entities: Vec<At<String>>,
    pub(super) reach: Vec<Reach>,
    pub(super) review_reach: Vec<Reach>,
    pub(super) countries: Vec<At<String>>,
    pub(super) versions: Option<(String, Versions)>,
    pub(super) products: Vec<Product>,
    pub(super) except: Vec<Product>,
    pub(super) subjects: Vec<KindClass>,
    pub(super) kinds: Vec<Kind>,
    pub(super) scopes: Vec<Scope>,
    pub(super) mentions: bool,
    pub(super) effect: Effect,
    pub(super) effective: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) applies: Vec<At<String>>,
    pub(super) clause: Option<String>,
    pub(super) text: Option<String>,
    pub(super) help: Option<String>,
    pub(super) reports: Vec<Clock>,
}

#[derive(Debug, Clone)]
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

/// What an example comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// No finding.
    Clear,
    /// A note.
    Note,
    /// A waived finding.
    Waived,
    /// A finding that asks for review.
    Review,
    /// A finding that prohibits.
    Prohibited,
}

impl Expect {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("clear", Self::Clear),
        ("note", Self::Note),
        ("waived", Self::Waived),
        ("review", Self::Review),
        ("prohibited", Self::Prohibited),
    ];

    /// The word that policies use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, expect)| *expect == self).map_or("", |(word, _)| word)
    }
}

/// A subject and what the policy that lists it has to say about it.
#[derive(Debug, Clone)]
pub struct Example {
    /// The subject.
    pub subject: ExampleSubject,
    /// What it comes to.
    pub expect: Expect,
    /// The only rule of this policy that counts, by its id.
    pub rule: Option<String>,
    /// The day to evaluate as of; any on which everything is in force if none is given.
    pub as_of: Option<Date>,
    /// The contract profile to evaluate for; every contract if none is given.
    pub profile: Option<String>,
    /// Why, or what the case is.
    pub why: Option<String>,
    /// The policy that lists it, by its id.
    pub policy: String,
    /// The file that lists it.
    pub source: Option<Arc<Source>>,
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
    /// What it is used for, if it matters.
    pub scope: Option<Scope>,
    /// Its version.
    pub version: Option<String>,
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
