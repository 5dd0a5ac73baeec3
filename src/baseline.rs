//! An earlier report, and what has changed since: the question whether something has slipped back.
//!
//! The earlier report is one of our own in JSON (`interdict-report`, version 1). Findings are the same when their fingerprints are, whatever
//! became of the SBOM's order and layout. What has gone is carried on from report to report, so that it is known when it comes back.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::finding::{Assessment, Change, ChangeKind, Finding, Gone, Status};
use crate::inventory::{Listener, Subject, identity};
use crate::source::Source;
use crate::text::excerpt;
use crate::verdict::FailOn;

/// An earlier report.
#[derive(Debug)]
pub struct Baseline {
    /// What it was read from.
    pub path: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// The day that it is as of.
    pub as_of: String,
    /// By which key its names were hashed, if they were.
    pub redacted: Option<String>,
    /// Its documents.
    pub documents: Vec<PastDocument>,
}

/// One document of an earlier report.
#[derive(Debug, Clone)]
pub struct PastDocument {
    /// Its path then.
    pub path: String,
    /// How many subjects nothing identified.
    pub unverifiable: u64,
    /// Whether it could be evaluated to its end.
    pub evaluated: bool,
    /// What was found.
    pub findings: Vec<PastFinding>,
    /// What had gone by then.
    pub gone: Vec<Gone>,
}

/// What a document is held against that was not there.
pub static NO_DOCUMENT: PastDocument =
    PastDocument { path: String::new(), unverifiable: 0, evaluated: true, findings: Vec::new(), gone: Vec::new() };

/// One finding of an earlier report.
#[derive(Debug, Clone)]
pub struct PastFinding {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Where it stood.
    pub status: Status,
    /// The rule, as `policy/rule`.
    pub rule: String,
    /// The entity's id and name.
    pub entity: Option<(String, String)>,
    /// What the subject was called, and what it is whatever its SBOM looks like.
    pub subject: (String, String),
    /// Field and value of each claim that named or identified the entity.
    pub evidence: Vec<(String, String)>,
    /// The last day of its waiver.
    pub waived_until: Option<String>,
}

/// What one document of today is held against.
#[derive(Debug, Default)]
pub struct Comparison {
    /// What became of each finding of today, in their order.
    pub changes: Vec<Change>,
    /// What is no more.
    pub gone: Vec<Gone>,
}

impl PastDocument {
    /// Whether more of it was identified than now, where so many subjects are not, and that fails a run.
    #[must_use]
    pub fn identified_more(&self, unverifiable: u64, fail_on: FailOn) -> bool {
        fail_on == FailOn::Unverifiable && unverifiable > self.unverifiable
    }
}

// What is read of the report; other members are of no interest here.

#[derive(Deserialize)]
struct Written {
    schema: u32,
    tool: WrittenTool,
    as_of: String,
    #[serde(default)]
    redacted: Option<String>,
    documents: Vec<WrittenDocument>,
}

#[derive(Deserialize)]
struct WrittenTool {
    name: String,
}

#[derive(Deserialize)]
struct WrittenDocument {
    path: String,
    ledger: WrittenLedger,
    findings: Vec<WrittenFinding>,
    #[serde(default)]
    gone: Vec<WrittenGone>,
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct WrittenLedger {
    unverifiable: u64,
}

#[derive(Deserialize)]
struct WrittenFinding {
    fingerprint: String,
    status: String,
    rule: WrittenRule,
    entity: Option<WrittenEntity>,
    subject: WrittenSubject,
    evidence: Vec<WrittenEvidence>,
    waiver: Option<WrittenWaiver>,
}

#[derive(Deserialize)]
struct WrittenRule {
    policy: String,
    id: String,
}

#[derive(Deserialize)]
struct WrittenEntity {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct WrittenSubject {
    #[serde(rename = "ref")]
    reference: Option<String>,
    kind: String,
    name: Option<String>,
    group: Option<String>,
    purl: Option<String>,
}

#[derive(Deserialize)]
struct WrittenEvidence {
    field: String,
    value: String,
    strength: String,
}

#[derive(Deserialize)]
struct WrittenWaiver {
    expires: String,
}

#[derive(Deserialize)]
struct WrittenGone {
    fingerprint: String,
    status: String,
    rule: String,
    entity: Option<WrittenEntity>,
    subject: String,
    since: String,
}

fn status(word: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.as_str() == word)
}

/// What to call a subject of a report, as `Subject::label` does.
fn label(subject: &WrittenSubject) -> String {
    match (subject.group.as_deref().filter(|group| !group.is_empty()), &subject.name) {
        (Some(group), Some(name)) => format!("{group}/{name}"),
        (None, Some(name)) => name.clone(),
        (_, None) => subject.purl.as_ref().or(subject.reference.as_ref()).cloned().unwrap_or_else(|| "(unnamed)".to_owned()),
    }
}

impl Baseline {
    /// Reads a report.
    ///
    /// # Errors
    /// A sentence saying why it is none, with its place.
    pub fn read(source: &Source) -> Result<Self, String> {
        let written: Written = serde_json::from_str(source.body().trim_start_matches('\u{feff}'))
            .map_err(|error| format!("it is no JSON report of interdict: {}", excerpt(&error.to_string(), 200)))?;
        if written.tool.name != env!("CARGO_PKG_NAME") || written.schema != 1 {
            return Err(format!("it is a report of `{}`, version {}", excerpt(&written.tool.name, 40), written.schema));
        }
        let wrong = |word: &str| format!("`{}` is no status of a finding", excerpt(word, 40));
        let mut documents = Vec::with_capacity(written.documents.len());
        for document in written.documents {
            let findings = document.findings.into_iter().map(|finding| {
                let strong =
                    finding.evidence.into_iter().filter(|evidence| matches!(evidence.strength.as_str(), "declared" | "identified"));
                let subject = &finding.subject;
                let identity = identity(
                    subject.purl.as_deref(),
                    &subject.kind,
                    subject.group.as_deref(),
                    subject.name.as_deref(),
                    subject.reference.as_deref(),
                );
                Ok(PastFinding {
                    status: status(&finding.status).ok_or_else(|| wrong(&finding.status))?,
                    rule: format!("{}/{}", finding.rule.policy, finding.rule.id),
                    entity: finding.entity.map(|entity| (entity.id, entity.name)),
                    subject: (label(subject), identity),
                    evidence: strong.map(|evidence| (evidence.field, evidence.value)).collect(),
                    waived_until: finding.waiver.map(|waiver| waiver.expires),
                    fingerprint: finding.fingerprint,
                })
            });
            let gone = document.gone.into_iter().map(|gone| {
                Ok(Gone {
                    status: status(&gone.status).ok_or_else(|| wrong(&gone.status))?,
                    fingerprint: gone.fingerprint,
                    rule: gone.rule,
                    entity: gone.entity.map(|entity| (entity.id, entity.name)),
                    subject: gone.subject,
                    since: gone.since,
                    still_listed: false,
                    now: None,
                })
            });
            documents.push(PastDocument {
                path: document.path,
                unverifiable: document.ledger.unverifiable,
                evaluated: document.error.is_none(),
                findings: findings.collect::<Result<_, String>>()?,
                gone: gone.collect::<Result<_, String>>()?,
            });
        }
        Ok(Self {
            path: source.name().to_owned(),
            sha256: source.sha256().to_owned(),
            as_of: written.as_of,
            redacted: written.redacted,
            documents,
        })
    }

    /// The document that one of today was then: of the same path, or of one that is the same below an absolute one, as in a checkout in
    /// another folder. A document of another path is a new one, whatever it is called.
    #[must_use]
    pub fn document(&self, path: &str) -> Option<&PastDocument> {
        let path = plain(path);
        if let Some(same) = self.documents.iter().find(|document| plain(&document.path) == path) {
            return Some(same);
        }
        let mut alike = self.documents.iter().filter(|document| same_below(&plain(&document.path), &path));
        if let (Some(one), None) = (alike.next(), alike.next()) { Some(one) } else { None }
    }

    /// The same where each side of a comparison is one document that the caller named: these two belong together.
    #[must_use]
    pub fn document_or_only(&self, path: &str, only: bool) -> Option<&PastDocument> {
        self.document(path).or_else(|| self.documents.first().filter(|_| only && self.documents.len() == 1))
    }
}

/// A path with `/` between its parts and without `./` before it.
fn plain(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").map_or_else(|| path.clone(), str::to_owned)
}

/// Whether one of two paths is absolute and ends in the other, which is relative.
fn same_below(one: &str, other: &str) -> bool {
    let absolute = |path: &str| path.starts_with('/') || path.get(1..3) == Some(":/");
    let below = |whole: &str, part: &str| {
        absolute(whole)
            && !absolute(part)
            && !part.starts_with("../")
            && whole.strip_suffix(part).is_some_and(|before| before.ends_with('/'))
    };
    below(one, other) || below(other, one)
}

impl From<&Finding> for PastFinding {
    fn from(finding: &Finding) -> Self {
        use crate::identity::Strength;
        let subject = &finding.subject;
        let strong = finding.evidence.iter().filter(|evidence| evidence.strength >= Strength::Identified);
        let identity = identity(
            subject.purl.as_deref(),
            subject.kind.as_str(),
            subject.group.as_deref(),
            subject.name.as_deref(),
            subject.reference.as_deref(),
        );
        Self {
            fingerprint: finding.fingerprint.clone(),
            status: finding.status,
            rule: finding.rule.full_id(),
            entity: finding.entity.as_ref().map(|entity| (entity.id.clone(), entity.name.clone())),
            subject: (subject.label.clone(), identity),
            evidence: strong.map(|evidence| (evidence.field.to_owned(), evidence.value.clone())).collect(),
            waived_until: finding.waiver.as_ref().map(|waiver| waiver.expires.to_string()),
        }
    }
}

/// Holds the findings of today against those of an earlier report, as of `today`. Of a document that was not `evaluated` to its end nothing is known
/// to be gone that was not before.
#[must_use]
pub fn compare(past: &PastDocument, findings: &[PastFinding], evaluated: bool, today: &str) -> Comparison {
    // A finding may stand more than once; the most severe one counts for all.
    let mut before: HashMap<&str, &PastFinding> = HashMap::new();
    for finding in &past.findings {
        let known = before.entry(&finding.fingerprint).or_insert(finding);
        if finding.status > known.status {
            *known = finding;
        }
    }
    let had_gone: HashSet<&str> = past.gone.iter().map(|gone| gone.fingerprint.as_str()).collect();
    let now: HashSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let changes: Vec<Change> = findings
        .iter()
        .map(|finding| {
            let Some(old) = before.get(finding.fingerprint.as_str()) else {
                let returned = had_gone.contains(finding.fingerprint.as_str());
                let kind = if returned { ChangeKind::Returned } else { ChangeKind::New };
                return Change { kind, was: None, weakened: Vec::new() };
            };
            // What a waiver permitted, or only asked for review, and now is worse has to be looked at like something new.
            let kind = if finding.status > old.status { ChangeKind::New } else { ChangeKind::Known };
            let weakened = old.evidence.iter().filter(|(field, _)| !finding.evidence.iter().any(|(other, _)| other == field));
            Change { kind, was: (finding.status != old.status).then_some(old.status), weakened: weakened.cloned().collect() }
        })
        .collect();

    let mut arrived: Vec<&PastFinding> =
        findings.iter().zip(&changes).filter(|(_, change)| change.kind != ChangeKind::Known).map(|(finding, _)| finding).collect();
    let mut gone: Vec<Gone> = Vec::new();
    for finding in past.findings.iter().filter(|finding| evaluated && !now.contains(finding.fingerprint.as_str())) {
        if gone.iter().any(|other| other.fingerprint == finding.fingerprint) {
            continue;
        }
        // The same maker's under another name: the new one that is called most like it.
        let alike = |other: &PastFinding| strsim::jaro_winkler(&other.subject.0, &finding.subject.0);
        // One that is worse has to be looked at as what it is.
        let same = arrived
            .iter()
            .enumerate()
            .filter(|(_, other)| other.rule == finding.rule && other.entity == finding.entity && other.status <= finding.status);
        let nearest = same.max_by(|(_, a), (_, b)| alike(a).total_cmp(&alike(b))).map(|(at, _)| at).filter(|_| finding.entity.is_some());
        let replaced = nearest.map(|at| arrived.swap_remove(at).subject.0.clone());
        gone.push(Gone {
            fingerprint: finding.fingerprint.clone(),
            status: finding.status,
            rule: finding.rule.clone(),
            entity: finding.entity.clone(),
            subject: finding.subject.0.clone(),
            since: today.to_owned(),
            still_listed: false,
            now: replaced,
        });
    }
    // What had gone before is carried on.
    gone.extend(past.gone.iter().filter(|old| !now.contains(old.fingerprint.as_str())).cloned());
    Comparison { changes, gone }
}

/// How a subject is told from others, where that is not by what it is called.
type Identity<'r> = Box<dyn Fn(&Subject<'_>) -> String + 'r>;

/// Which of some subjects are in a document, told by their identities.
pub struct Listed<'r> {
    wanted: HashSet<String>,
    found: HashSet<String>,
    identity: Option<Identity<'r>>,
}

impl<'r> Listed<'r> {
    /// Looks for the subjects of findings that are no more.
    #[must_use]
    pub fn looking_for(past: &PastDocument, gone: &[Gone], identity: Option<Identity<'r>>) -> Self {
        let gone: HashSet<&str> = gone.iter().map(|gone| gone.fingerprint.as_str()).collect();
        let wanted =
            past.findings.iter().filter(|finding| gone.contains(finding.fingerprint.as_str())).map(|finding| finding.subject.1.clone());
        Self { wanted: wanted.collect(), found: HashSet::new(), identity }
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Marks those that still are in the document.
    pub fn mark(&self, past: &PastDocument, gone: &mut [Gone]) {
        let identities: HashMap<&str, &str> =
            past.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding.subject.1.as_str())).collect();
        for gone in gone {
            gone.still_listed = identities.get(gone.fingerprint.as_str()).is_some_and(|identity| self.found.contains(*identity));
            if gone.still_listed {
                // Nothing came in the place of what is still there.
                gone.now = None;
            }
        }
    }
}

impl Listener for Listed<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        let identity = self.identity.as_ref().map_or_else(|| subject.identity(), |identity| identity(subject));
        if self.wanted.contains(&identity) {
            self.found.insert(identity);
        }
    }
}

/// Puts what a comparison found to the findings.
pub fn apply(comparison: Comparison, assessment: &mut Assessment) {
    for (finding, change) in assessment.findings.iter_mut().zip(comparison.changes) {
        finding.change = Some(change);
    }
    assessment.gone = comparison.gone;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(fingerprint: &str, status: Status, evidence: &[(&str, &str)]) -> PastFinding {
        PastFinding {
            fingerprint: fingerprint.to_owned(),
            status,
            rule: "p/r".to_owned(),
            entity: Some(("e".to_owned(), "E".to_owned())),
            subject: (format!("part-{fingerprint}"), fingerprint.to_owned()),
            evidence: evidence.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
            waived_until: None,
        }
    }

    fn past(findings: Vec<PastFinding>, gone: Vec<Gone>) -> PastDocument {
        PastDocument { path: "a/bom.json".to_owned(), unverifiable: 0, evaluated: true, findings, gone }
    }

    #[test]
    fn what_came_stayed_went_and_came_back_is_told() {
        use Status::{Prohibited, Waived};
        let first = past(vec![finding("a", Prohibited, &[("supplier", "E"), ("purl", "x")]), finding("w", Waived, &[])], Vec::new());
        let second = [finding("a", Prohibited, &[("purl", "x")]), finding("w", Prohibited, &[]), finding("n", Prohibited, &[])];
        let comparison = compare(&first, &second, true, "2026-11-24");
        let kinds: Vec<_> = comparison.changes.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [ChangeKind::Known, ChangeKind::New, ChangeKind::New]);
        assert_eq!(comparison.changes[0].weakened, [("supplier".to_owned(), "E".to_owned())]);
        assert_eq!(comparison.changes[1].was, Some(Waived));
        assert!(comparison.gone.is_empty());

        let third = compare(&past(second.to_vec(), Vec::new()), &[finding("m", Prohibited, &[])], true, "2026-11-25");
        assert_eq!(third.gone.len(), 3);
        assert_eq!(third.gone.iter().filter(|gone| gone.now.as_deref() == Some("part-m")).count(), 1, "one takes the place of one");
        let fourth = compare(&past(vec![finding("m", Prohibited, &[])], third.gone), &[finding("a", Prohibited, &[])], true, "2026-11-26");
        assert_eq!(fourth.changes[0].kind, ChangeKind::Returned);
        let kept: Vec<_> = fourth.gone.iter().map(|gone| (gone.fingerprint.as_str(), gone.since.as_str())).collect();
        assert_eq!(kept, [("m", "2026-11-26"), ("w", "2026-11-25"), ("n", "2026-11-25")]);
    }

    #[test]
    fn a_document_is_found_again_by_its_path() {
        let mut baseline = Baseline {
            path: "r.json".to_owned(),
            sha256: String::new(),
            as_of: String::new(),
            redacted: None,
            documents: vec![past(Vec::new(), Vec::new())],
        };
        for (path, known) in [
            ("a/bom.json", true),
            ("./a/bom.json", true),
            ("/ci/checkout/a/bom.json", true),
            ("C:\\ci\\a\\bom.json", true),
            // A document of another path is new, whatever it is called.
            ("b/bom.json", false),
            ("bom.json", false),
            ("x/a/bom.json", false),
            ("/ci/xa/bom.json", false),
            ("other", false),
        ] {
            assert_eq!(baseline.document(path).is_some(), known, "{path}");
        }
        assert!(baseline.document_or_only("other", true).is_some() && baseline.document_or_only("other", false).is_none());
        baseline.documents.push(PastDocument { path: "c/bom.json".to_owned(), ..past(Vec::new(), Vec::new()) });
        assert!(baseline.document("c/bom.json").is_some() && baseline.document("b/bom.json").is_none());
    }
}
