//! A policy: a validated set of rules over entities, with an index over all their identifiers.
//!
//! A policy is written as TOML ([`read`](self) knows the language and reports every mistake of a file at once), built from
//! packs and files that extend each other ([`load`]), and compiled into a [`Policy`], from which evaluation starts. Every part still knows its
//! place in the file that it came from.
//!
//! What is in force on a day, by which chain of ownership, is an [`InForce`]: it is made once for a run.

mod build;
mod in_force;
mod lint;
mod packs;
mod product;
mod read;
mod weaken;
mod written;

use std::sync::Arc;

use jiff::civil::Date;

#[cfg(test)]
pub(crate) use build::NoFiles;
pub use build::{Files, Opened, Quote, load, load_with_waivers};
pub use in_force::{InForce, Use};
pub use lint::{Lint, Severity, lint};
pub use packs::{CATALOGUE, PACKS, Pack};
pub use product::Product;
pub use weaken::{Tried, Weakening, to_be_tried};
pub use written::{Example, ExampleSubject, Expect};

use crate::identity::{EntityId, Exception, IdentifierId, Index, Pattern};
use crate::inventory::{Kind, KindClass, Role, Scope, Subject, Versions};
use crate::ownership::{Ownership, Reach};
pub use crate::source::Origin;
use crate::source::{Source, Span};
use crate::verdict::FailOn;

/// The policy that is used when nothing else is asked for.
pub const DEFAULT_PACK: &str = "us-ndaa-1634";

/// Contract profiles that are known whatever policy is loaded.
pub const PROFILES: [&str; 4] = ["any", "civilian", "dod", "intelligence"];

/// The id of the file that `--waivers` gives, in reports.
pub const WAIVERS: &str = "waivers";

/// The id of the rule that stands for `evaluate.unverifiable`, in the policy that was loaded last.
pub const UNVERIFIABLE: &str = "unverifiable";

/// One mistake in a policy file.
#[derive(Debug, Clone)]
pub struct PolicyError {
    /// The file; `None` if it could not even be found.
    pub source: Option<Arc<Source>>,
    /// Where in it.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What a rule does with what it meets, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It is said, and changes nothing.
    Note,
    /// A person has to judge it.
    Review,
    /// It is prohibited.
    Prohibited,
}

impl Effect {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 3] = [("note", Self::Note), ("review", Self::Review), ("prohibited", Self::Prohibited)];

    /// The word that policies and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Review => "review",
            Self::Prohibited => "prohibited",
        }
    }
}

/// What counts as knowing a component (`evaluate.attribution`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribution {
    /// A purl, a CPE, an address or a named maker does.
    Any,
    /// Only a named maker does.
    Party,
}

impl Attribution {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 2] = [("any", Self::Any), ("party", Self::Party)];

    /// The word that policies use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Party => "party",
        }
    }
}

/// The thresholds of `[evaluate]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// From which verdict on a run fails.
    pub fail_on: FailOn,
    /// What weak evidence gets.
    pub mentions: Effect,
    /// What a subject gets that nothing identifies.
    pub unverifiable: Effect,
    /// What counts as identifying.
    pub attribution: Attribution,
}

impl Default for Settings {
    fn default() -> Self {
        Self { fail_on: FailOn::Prohibited, mentions: Effect::Review, unverifiable: Effect::Note, attribution: Attribution::Any }
    }
}

/// Who decided that a policy file takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyOrigin {
    /// It is part of the program.
    Embedded,
    /// The command line names it, or a file that extends it.
    CommandLine,
    /// It was found in the repository under test, or is extended by the file that was.
    Repository,
}

impl PolicyOrigin {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::CommandLine => "command line",
            Self::Repository => "repository",
        }
    }
}

/// One policy file that takes part: for what reports say about it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Statutes, clauses, orders.
    pub authority: Vec<String>,
    /// When its data was last held against its source.
    pub reviewed: Option<Date>,
    /// After how many days without a review it is stale.
    pub review_every: Option<i32>,
    /// Where the text of the law stands.
    pub text_source: Option<String>,
    /// The contract profiles that it binds; all if empty or `any`.
    pub applies: Vec<String>,
    /// Whether it has rules, waivers or assertions of its own, or only describes makers.
    pub decides: bool,
    /// Who decided that it takes part.
    pub origin: PolicyOrigin,
    /// Whether the file lies in the repository under test, so that whoever can change the repository can change the policy.
    pub in_repository: bool,
    /// Whether it is the file that `--waivers` gives.
    pub waivers_only: bool,
    /// The file.
    pub source: Arc<Source>,
}

/// An organisation that the policy knows.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Its id in policies.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// What the policy says of one identifier of an entity.
#[derive(Debug, Clone)]
pub struct Basis {
    /// Whether a source settles it. What is not confirmed never prohibits.
    pub confirmed: bool,
    /// Where the fact is from.
    pub fact: Option<Arc<str>>,
    /// When that was seen.
    pub seen: Option<Date>,
    /// The key of the list that it stands in.
    pub list: &'static str,
    /// Where it stands in the policy.
    pub origin: Origin,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The id of its policy.
    pub policy: String,
    /// Its id in that policy.
    pub id: String,
    /// What it is about.
    pub title: Option<String>,
    /// The entities that it names; sorted.
    pub entities: Vec<EntityId>,
    /// How far it reaches beyond them.
    pub reach: Vec<Reach>,
    /// How far it reaches where only a person can decide: what only these words reach gets a review at most.
    pub review_reach: Vec<Reach>,
    /// Any maker of these countries, by ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// The versions that it reaches, as written and as read; all if there is none.
    pub versions: Option<(String, Versions)>,
    /// The products that it reaches; all if empty.
    pub products: Vec<Product>,
    /// The products that it does not reach.
    pub except: Vec<Product>,
    /// The classes of subjects that it reaches; all if empty.
    pub subjects: Vec<KindClass>,
    /// The kinds that it reaches, by the document's own word; all if empty.
    pub kinds: Vec<Kind>,
    /// The scopes that it reaches; all if empty.
    pub scopes: Vec<Scope>,
    /// Whether it reaches what only mentions an entity, too.
    pub mentions: bool,
    /// What it does.
    pub effect: Effect,
    /// The first day on which it applies.
    pub effective: Option<Date>,
    /// The first day on which it no longer applies: the law's sunset.
    pub until: Option<Date>,
    /// The contract profiles that it binds; those of its policy if empty.
    pub applies: Vec<String>,
    /// The clause.
    pub clause: Option<String>,
    /// What the law says.
    pub text: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The laws behind its policy.
    pub authority: Vec<String>,
    /// The reporting clocks, by date.
    pub reports: Vec<Clock>,
    /// Where it stands.
    pub origin: Origin,
}

impl Rule {
    /// `policy/rule`.
    #[must_use]
    pub fn full_id(&self) -> String {
        format!("{}/{}", self.policy, self.id)
    }

    /// Whether it applies on a day.
    #[must_use]
    pub fn in_force(&self, on: Date) -> bool {
        self.effective.is_none_or(|effective| effective <= on) && self.until.is_none_or(|until| on < until)
    }

    /// The reporting clock that runs on a day.
    #[must_use]
    pub fn clock(&self, on: Date) -> Option<&Clock> {
        self.reports.iter().rev().find(|clock| clock.since <= on && clock.until.is_none_or(|until| on < until))
    }
}

/// When and to whom a finding has to be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The first day on which it runs.
    pub since: Date,
    /// The first day on which it no longer does.
    pub until: Option<Date>,
    /// How long there is for the first report, as the clause words it.
    pub within: String,
    /// How long there is for the second.
    pub then: Option<String>,
    /// Who gets it.
    pub to: Option<String>,
    /// What has to be reported; what was provided to the Government if nothing is given.
    pub trigger: Option<String>,
    /// What the clock depends on besides the day, such as the date of the clause in the contract.
    pub depends: Option<String>,
    /// The clause.
    pub clause: Option<String>,
    /// What it has to contain.
    pub content: Vec<String>,
}

/// What a waiver or an assertion is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedSubject {
    /// A purl pattern.
    Package(Pattern),
    /// A bom-ref, an SPDXID, or a name.
    Word(String),
}

impl NamedSubject {
    /// Reads what is named: what begins with `pkg:` is a purl pattern, and `None` if it is none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.starts_with("pkg:") { Pattern::parse(text).ok().map(Self::Package) } else { Some(Self::Word(text.to_owned())) }
    }

    /// Whether it means the package of this purl.
    #[must_use]
    pub fn covers_purl(&self, purl: &str) -> bool {
        matches!(self, Self::Package(pattern) if pattern.covers(purl))
    }

    /// Whether it means this subject.
    #[must_use]
    pub fn names(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Package(_) => subject.claims.iter().any(|claim| claim.role == Role::Purl && self.covers_purl(&claim.text)),
            Self::Word(word) => [&subject.reference, &subject.name].into_iter().flatten().any(|text| text.value == word.as_str()),
        }
    }
}

/// A permission with an end.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// `policy/rule`.
    pub rule: String,
    /// What it is for.
    pub subject: NamedSubject,
    /// The same as written.
    pub subject_text: String,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// By what authority.
    pub authority: Option<String>,
    /// The first day.
    pub granted: Date,
    /// The last day.
    pub expires: Date,
    /// Where it stands.
    pub origin: Origin,
}

impl Waiver {
    /// Whether it holds on a day; it does on its last one.
    #[must_use]
    pub fn holds(&self, on: Date) -> bool {
        self.granted <= on && on <= self.expires
    }
}

/// What the document does not say of a subject, and somebody answers for.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// What it is about.
    pub subject: NamedSubject,
    /// The same as written.
    pub subject_text: String,
    /// Who supplies it.
    pub supplier: String,
    /// What that rests on.
    pub evidence: String,
    /// Who says so.
    pub by: String,
    /// Since when.
    pub on: Date,
    /// Where it stands.
    pub origin: Origin,
}

/// A validated, compiled policy.
#[derive(Debug)]
pub struct Policy {
    /// The files that take part, extended ones first.
    pub parts: Vec<Part>,
    /// The thresholds.
    pub settings: Settings,
    /// The contract profiles that the files limit the laws to, each with its place; no limit if there is none.
    pub profiles: Vec<(String, Origin)>,
    /// The entities by number.
    pub entities: Vec<Entity>,
    /// The rules, in order.
    pub rules: Vec<Arc<Rule>>,
    /// Who owns whom.
    pub ownership: Ownership,
    /// The same by the packs alone, with the same numbers, where other files say more: no link of theirs hides what the packs reach.
    pub pack_ownership: Option<Ownership>,
    /// The waivers.
    pub waivers: Vec<Waiver>,
    /// The assertions.
    pub assertions: Vec<Assertion>,
    /// The identifiers of all entities.
    pub index: Index,
    /// What is known of each identifier, by its number.
    pub basis: Vec<Basis>,
    /// What is not an entity's although it looks so.
    pub exceptions: Vec<Exception>,
    /// The examples of all files.
    pub examples: Vec<Example>,
}

impl Policy {
    /// The part that a place of the policy lies in.
    #[must_use]
    pub fn part_of(&self, origin: &Origin) -> Option<&Part> {
        self.parts.iter().find(|part| Arc::ptr_eq(&part.source, &origin.source))
    }

    /// What is known of an identifier.
    #[must_use]
    pub fn basis(&self, id: IdentifierId) -> &Basis {
        &self.basis[id as usize]
    }
}
