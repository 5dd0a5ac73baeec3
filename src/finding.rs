//! What an evaluation comes to: findings, the ledger, the verdict. Plain data, decorated by reports.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Document, DocumentError};
use crate::identity::Strength;
use crate::inventory::{Completeness, Cut, Kind, Note, Paths, Place};
use crate::ownership::LinkKind;
pub use crate::policy::{Clock, Entity, Part, Rule};
use crate::source::{Origin, Span};
use crate::verdict::{FailOn, Outcome, Verdict};

/// Where a finding stands after waivers; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Said, and nothing more.
    Note,
    /// A waiver permits it.
    Waived,
    /// A person has to judge it.
    Review,
    /// Prohibited.
    Prohibited,
}

impl Status {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Note, Self::Waived, Self::Review, Self::Prohibited];

    /// The verdict of a document whose worst finding stands so.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Note => Verdict::Noted,
            Self::Waived => Verdict::Waived,
            Self::Review => Verdict::Review,
            Self::Prohibited => Verdict::Prohibited,
        }
    }

    /// Whether a finding that stands so fails a run.
    #[must_use]
    pub fn fails(self, fail_on: FailOn) -> bool {
        Outcome::of(self.verdict(), fail_on) == Outcome::Failed
    }

    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Waived => "waived",
            Self::Review => "review",
            Self::Prohibited => "prohibited",
        }
    }
}

/// One claim that met one identifier of the finding's entity.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The claim's field.
    pub field: &'static str,
    /// The claim's text, as the document has it.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    /// Where it stands in the document's own notation, once that has been looked up.
    pub pointer: String,
    /// How strongly it speaks.
    pub strength: Strength,
    /// The identifier that it met, as the policy has it.
    pub matched: String,
    /// Whether a source settles that identifier.
    pub confirmed: bool,
    /// The source of that fact.
    pub fact: Option<Arc<str>>,
    /// Where the identifier stands in the policy.
    pub origin: Origin,
}

/// The subject of a finding.
#[derive(Debug, Clone)]
pub struct FoundSubject {
    /// Its position in the document.
    pub index: u32,
    /// bom-ref or SPDXID.
    pub reference: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Where it is listed.
    pub place: Place,
    /// What to call it; not made safe.
    pub label: String,
    /// Its name.
    pub name: Option<String>,
    /// npm scope, Maven group, company.
    pub group: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Its place in the document.
    pub span: Span,
}

/// One link of the chain of ownership that a finding rests on.
#[derive(Debug, Clone)]
pub struct OwnershipLink {
    /// Who owns, controls or succeeds.
    pub owner: Entity,
    /// Whom.
    pub owned: Entity,
    /// How.
    pub kind: LinkKind,
    /// Which share, in per cent.
    pub share: Option<f64>,
    /// Since when.
    pub since: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// Whether a source settles it.
    pub confirmed: bool,
    /// The source.
    pub fact: Option<String>,
    /// Where it stands in the policy.
    pub origin: Origin,
}

/// What begins to fail later.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// From which day on, where one cause tells it; otherwise some day up to the one that was looked ahead to.
    pub on: Option<Date>,
    /// What it will be.
    pub finding: Finding,
}

/// The waiver that permits a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedWaiver {
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// By what authority.
    pub authority: Option<String>,
    /// Its last day.
    pub expires: Date,
}

/// One rule met one subject, because of one entity.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where it stands.
    pub status: Status,
    /// The rule.
    pub rule: Arc<Rule>,
    /// The entity; `None` when the finding is that nothing identifies the subject.
    pub entity: Option<Entity>,
    /// The chain of ownership that it rests on, from an entity that the rule names; empty when it names the finding's own.
    pub ownership: Vec<OwnershipLink>,
    /// The share that the named entities hold in all, in per cent, where majority was computed.
    pub share: Option<f64>,
    /// Why it asks for review only, where that is not the evidence's strength.
    pub doubts: Vec<String>,
    /// The subject.
    pub subject: FoundSubject,
    /// What it rests on, the strongest first.
    pub evidence: Vec<Evidence>,
    /// How the subject got into the product.
    pub paths: Paths,
    /// What became of it since an earlier report, if there is one to hold it against.
    pub change: Option<Change>,
    /// The waiver that permits it.
    pub waiver: Option<AppliedWaiver>,
    /// The same for the same rule, entity and subject in any SBOM, whatever its order and layout.
    pub fingerprint: String,
}

impl Finding {
    /// Whether it has come, come back or grown worse since the earlier report; without one, everything has.
    #[must_use]
    pub fn came(&self) -> bool {
        self.change.as_ref().is_none_or(|change| change.kind != ChangeKind::Known)
    }

    /// The place to show: the strongest evidence, or the subject itself.
    #[must_use]
    pub fn span(&self) -> Span {
        self.evidence.first().map_or(self.subject.span, |evidence| evidence.span)
    }
}

/// What became of a finding since an earlier report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whether it is there for the first time.
    pub kind: ChangeKind,
    /// What it was, if that was something else.
    pub was: Option<Status>,
    /// What named the entity then and does not any more: a field and its value.
    pub weakened: Vec<(String, String)>,
}

/// Whether a finding was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was there, and no less severe.
    Known,
    /// It was not there, or less severe.
    New,
    /// It had been there, had gone, and is back.
    Returned,
}

impl ChangeKind {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::New => "new",
            Self::Returned => "returned",
        }
    }
}

/// A finding of an earlier report that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its fingerprint.
    pub fingerprint: String,
    /// What it was.
    pub status: Status,
    /// The rule, as `policy/rule`.
    pub rule: String,
    /// The entity's id and name.
    pub entity: Option<(String, String)>,
    /// What the subject was called.
    pub subject: String,
    /// The day of the first report without it.
    pub since: String,
    /// Whether the subject still is in the document, so that only what named the entity went.
    pub still_listed: bool,
    /// Under what name the same rule now finds the same entity.
    pub now: Option<String>,
}

/// Each component ends in exactly one class, that of its worst finding; the classes add up to `subjects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ledger {
    /// All components, services, packages, files and tools.
    pub subjects: u64,
    /// With a finding that prohibits it.
    pub prohibited: u64,
    /// With a finding that asks for review, and none that prohibits.
    pub review: u64,
    /// With a finding that a waiver permits, and none that is open.
    pub waived: u64,
    /// With findings that only note something.
    pub noted: u64,
    /// Without an open finding, and nothing says what it is.
    pub unverifiable: u64,
    /// Tools that made the document or the product, without a finding. Whether they are identified does not count.
    pub tools: u64,
    /// Without a finding, and something says what it is.
    pub clear: u64,
    /// For how many of all of them the document names a vendor.
    pub party_named: u64,
}

impl Ledger {
    /// Adds another ledger to this one.
    pub fn add(&mut self, other: &Self) {
        self.subjects += other.subjects;
        self.prohibited += other.prohibited;
        self.review += other.review;
        self.waived += other.waived;
        self.noted += other.noted;
        self.tools += other.tools;
        self.unverifiable += other.unverifiable;
        self.clear += other.clear;
        self.party_named += other.party_named;
    }

    /// The worst class that has a component in it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.prohibited > 0 {
            Verdict::Prohibited
        } else if self.review > 0 {
            Verdict::Review
        } else if self.unverifiable > 0 {
            Verdict::Unverifiable
        } else if self.waived > 0 {
            Verdict::Waived
        } else if self.noted > 0 {
            Verdict::Noted
        } else {
            Verdict::Clear
        }
    }
}

/// What one document came to.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// The count.
    pub ledger: Ledger,
    /// The findings, in document order.
    pub findings: Vec<Finding>,
    /// Components for which the document names no vendor: every one of them if a report lists them, otherwise the first ones that cannot be
    /// identified.
    pub without_vendor: Vec<Unnamed>,
    /// What the reader met.
    pub notes: Vec<Note>,
    /// What the product is called that the document describes, if it says so; not made safe.
    pub product: Option<String>,
    /// Other documents that this one refers to, and where.
    pub links: Vec<(String, Span)>,
    /// For each waiver of the policy, whether it was used.
    pub waivers_used: Vec<bool>,
    /// For each assertion of the policy, for how many subjects.
    pub assertions_used: Vec<u64>,
    /// What will begin to fail, if that was asked for.
    pub ahead: Vec<Ahead>,
    /// What the document claims of its own completeness; nothing, as most do.
    pub completeness: Option<Completeness>,
    /// Which direct dependencies bring the findings in.
    pub removal: Option<Removal>,
    /// What an earlier report found and this one does not.
    pub gone: Vec<Gone>,
}

/// A component for which the document names no vendor. Tools are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// bom-ref or SPDXID.
    pub reference: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What to call it; not made safe.
    pub label: String,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// The place of its name, or of the whole component.
    pub span: Span,
    /// Whether something else says what it is: a purl, CPE or address.
    pub identified: bool,
}

/// What would have to be taken out of the product to leave no finding of a kind in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The findings that it is about: those that prohibit, or if there is none, those that ask for review.
    pub of: Status,
    /// How many subjects these are about.
    pub subjects: usize,
    /// The direct dependencies.
    pub cut: Cut,
}

impl Assessment {
    /// What to find the smallest cut for: the worst kind of finding that has to be acted on, and its subjects.
    #[must_use]
    pub fn to_remove(&self) -> Option<(Status, Vec<u32>)> {
        [Status::Prohibited, Status::Review].into_iter().find_map(|of| {
            let mut subjects: Vec<u32> =
                self.findings.iter().filter(|finding| finding.status == of).map(|finding| finding.subject.index).collect();
            subjects.dedup();
            (!subjects.is_empty()).then_some((of, subjects))
        })
    }

    /// Adds what is worse in an assessment of the same document as on a later day.
    pub fn look_ahead(&mut self, later: Self) {
        type Key<'f> = (u32, &'f str, &'f str, Option<&'f str>);
        fn key(finding: &Finding) -> Key<'_> {
            let entity = finding.entity.as_ref().map(|entity| entity.id.as_str());
            (finding.subject.index, &finding.rule.policy, &finding.rule.id, entity)
        }
        let now: HashMap<Key<'_>, &Finding> = self.findings.iter().map(|finding| (key(finding), finding)).collect();
        let mut ahead = Vec::new();
        for finding in later.findings {
            let before = now.get(&key(&finding)).copied();
            if finding.status < Status::Review || before.is_some_and(|before| before.status >= finding.status) {
                continue;
            }
            let on = match before {
                None => finding.rule.effective,
                Some(before) => before.waiver.as_ref().and_then(|waiver| waiver.expires.tomorrow().ok()),
            };
            ahead.push(Ahead { on, finding });
        }
        self.ahead = ahead;
    }
}

/// Whether a second reader read the document alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Confirmation {
    /// Nobody was asked: that takes `--strict`.
    #[default]
    NotAsked,
    /// This reader did.
    By(&'static str),
    /// There was nobody to ask, or the readings differ.
    Nobody,
}

/// One input after everything was done with it.
#[derive(Debug)]
pub struct Examined {
    /// What it was read as, unless it could not be.
    pub document: Result<Document, DocumentError>,
    /// What it was taken out of, outermost first.
    pub wrapping: Vec<String>,
    /// Whether a second reader confirmed the reading.
    pub confirmation: Confirmation,
    /// What was found; up to the error, if there was one.
    pub assessment: Assessment,
    /// The document, if the only reason that it is an error is that it lists no components of its own, and it may accompany an SBOM that
    /// does: it describes vulnerabilities, or refers to other documents.
    pub companion: Option<Document>,
}

impl Examined {
    /// What it came to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.document {
            Ok(_) => self.assessment.ledger.verdict(),
            Err(_) => Verdict::Error,
        }
    }

    /// Whether a second reader was to confirm what was evaluated, and nobody did.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.document.is_ok() && self.confirmation == Confirmation::Nobody
    }
}
