//! The JSON report: `interdict-report`, version 1. These structs are the contract; a JSON Schema of them is kept beside this file.

use std::io::{self, Write};

use serde::Serialize;

use super::stream::Stream;
use super::{Report, Run, Style, Summary, words};
use crate::baseline::Baseline;
use crate::finding::{
    Ahead, Assessment, Confirmation, Entity, Evidence, Examined, Finding, Gone, Ledger, OwnershipLink, Part, Status, Unnamed,
};
use crate::inventory::{Completeness, Note};
use crate::source::{Source, Span};
use crate::verdict::Verdict;

/// The version of the report's shape.
pub(super) const SCHEMA: u32 = 1;

/// The whole, which is never held: it is written member by member.
#[cfg(test)]
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct JsonReport<'a> {
    /// The version of this shape: 1.
    schema: u32,
    tool: Tool,
    /// The day that the evaluation is as of, in UTC.
    as_of: String,
    /// The policies that took part, extended ones first.
    policies: Vec<JsonPolicy<'a>>,
    /// The files that took part and only describe makers.
    makers: Vec<JsonPolicy<'a>>,
    /// The earlier report that the findings are held against.
    baseline: Option<JsonBaseline<'a>>,
    /// By which key the names of components are hashed; null if they are not.
    redacted: Option<&'a str>,
    /// In the order of the inputs.
    documents: Vec<JsonDocument<'a>>,
    /// The worst verdict of all documents.
    verdict: Verdict,
    summary: JsonSummary,
    /// What has to be known about the run itself, such as a stale policy or a waiver that ended.
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This program.
    pub(super) const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonPolicy<'a> {
    id: &'a str,
    title: &'a str,
    /// Who decided that it takes part: `embedded` (a pack), `command line`, or `repository` (found in the repository under test, or extended by
    /// the file that was).
    origin: &'static str,
    authority: &'a [String],
    /// When its data was last held against its source.
    reviewed: Option<String>,
    /// Of the policy file.
    sha256: &'a str,
    /// Why none of its rules was applied; null if one was, or if it has none.
    not_applied: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonSummary {
    documents: usize,
    #[serde(flatten)]
    ledger: JsonLedger,
    /// Documents that could not be evaluated.
    errors: usize,
    /// Evaluated documents that a second reader was to confirm, and nobody did.
    unconfirmed: usize,
    /// The exit code of the run: 0 passed, 1 failed, 2 not evaluated.
    exit_code: u8,
    /// The verdict as a sentence.
    meaning: String,
}

/// `prohibited`, `review`, `waived`, `noted`, `unverifiable`, `tools` and `clear` add up to `subjects`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonLedger {
    subjects: u64,
    prohibited: u64,
    review: u64,
    waived: u64,
    /// These meet only rules that note something.
    noted: u64,
    /// Nothing says what these are.
    unverifiable: u64,
    /// Tools that made the document or the product, without a finding.
    tools: u64,
    /// Nothing was found about these, and something says what they are. That is not proof of compliance.
    clear: u64,
    /// For how many of all of them the document names a vendor.
    party_named: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonDocument<'a> {
    #[serde(flatten)]
    about: JsonAbout<'a>,
    /// In document order.
    findings: Vec<JsonFinding<'a>>,
    /// What will begin to fail, if that was asked for.
    ahead: Vec<JsonAhead<'a>>,
}

/// What is known of a document beside its findings.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonAbout<'a> {
    /// As it was given or found; `<stdin>` for standard input.
    path: &'a str,
    /// Of the bytes as they came; null if they could not be read.
    sha256: Option<&'a str>,
    /// `CycloneDX` or `SPDX`; null if that could not be told.
    format: Option<&'static str>,
    version: Option<&'a str>,
    encoding: Option<&'static str>,
    /// What it was taken out of, outermost first: compression, attestations, exports. No signature was verified.
    wrapping: &'a [String],
    /// The second reader that read the document alike; null if none did or none was asked.
    confirmed_by: Option<&'static str>,
    ledger: JsonLedger,
    verdict: Verdict,
    /// What the reader met and could not take as it stands.
    notes: Vec<JsonNote<'a>>,
    /// `complete`, `incomplete` or `unknown`, if the document claims anything of its own completeness.
    completeness: Option<&'static str>,
    /// Which direct dependencies bring the findings in; null without findings to act on.
    removal: Option<JsonRemoval<'a>>,
    /// Every component that nothing in the document identifies. Tools are left out.
    unidentified: Vec<JsonComponent<'a>>,
    /// Every component for which the document names no vendor, those of `unidentified` among them.
    without_vendor: Vec<JsonComponent<'a>>,
    /// What the baseline found and this report does not; carried on from report to report.
    gone: Vec<JsonGone<'a>>,
    /// Why the document could not be evaluated. Findings made before the error are listed all the same.
    error: Option<JsonError<'a>>,
}

/// A component without a finding of its own here.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonComponent<'a> {
    /// bom-ref or SPDXID.
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    kind: &'static str,
    name: &'a str,
    version: Option<&'a str>,
    purl: Option<&'a str>,
    /// Bytes of the text in UTF-8.
    offset: usize,
    length: usize,
}

impl<'a> From<&'a Unnamed> for JsonComponent<'a> {
    fn from(unnamed: &'a Unnamed) -> Self {
        Self {
            reference: unnamed.reference.as_deref(),
            kind: unnamed.kind.as_str(),
            name: &unnamed.label,
            version: unnamed.version.as_deref(),
            purl: unnamed.purl.as_deref(),
            offset: unnamed.span.start,
            length: unnamed.span.len(),
        }
    }
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonNote<'a> {
    code: &'static str,
    message: &'a str,
    place: Option<JsonPlace>,
}

/// Line and column count from 1, the column in characters; offset and length are bytes of the text in UTF-8.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonPlace {
    line: usize,
    column: usize,
    offset: usize,
    length: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonError<'a> {
    code: &'static str,
    message: &'a str,
    help: &'a str,
    place: Option<JsonPlace>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonFinding<'a> {
    /// The same for the same rule, entity and component, however often the SBOM is made anew.
    fingerprint: &'a str,
    /// `prohibited`, `review`, `waived` or `note`.
    status: &'static str,
    rule: JsonRule<'a>,
    /// Null when the finding is that nothing identifies the subject.
    entity: Option<JsonEntity<'a>>,
    /// The chain of ownership that the finding rests on, from an entity that the rule names: none, when it names the finding's own.
    ownership: Vec<JsonLink<'a>>,
    /// The share that the named entities hold in all, in per cent, where majority was computed.
    share: Option<f64>,
    /// Why it asks for review only, where that is not the strength of the evidence.
    doubts: &'a [String],
    subject: JsonSubject<'a>,
    /// The strongest first.
    evidence: Vec<JsonEvidence<'a>>,
    /// From the root down to the subject: the shortest way through each direct user, ten at most, or what `--paths` asked for.
    paths: &'a [Vec<String>],
    /// How many there are at least.
    paths_total: usize,
    /// Whether there are no others than the listed ones.
    paths_all: bool,
    /// `root`: it is what the document describes; `connected`: a way leads to it; `not-connected`: no relationship does.
    connection: &'static str,
    /// What became of it since the baseline; null without one.
    change: Option<JsonChange<'a>>,
    waiver: Option<JsonWaiver<'a>>,
}

/// What became of a finding since the baseline.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonChange<'a> {
    /// `new`: not there before, or less severe; `known`; `returned`: there before, gone in between.
    kind: &'static str,
    /// Its status in the baseline, if that was another one.
    was: Option<&'static str>,
    /// What named the entity then and does not any more.
    weakened: Vec<JsonWeakened<'a>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonWeakened<'a> {
    field: &'a str,
    value: &'a str,
}

/// A finding of the baseline, or of one before it, that is no more.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonGone<'a> {
    fingerprint: &'a str,
    /// What it was.
    status: &'static str,
    /// As `policy/rule`.
    rule: &'a str,
    entity: Option<JsonGoneEntity<'a>>,
    /// What the subject was called.
    subject: &'a str,
    /// The day of the first report without it.
    since: &'a str,
    /// Whether the subject still is in the document, and only what named its maker went.
    still_listed: bool,
    /// Under what name the same rule now finds the same entity.
    now: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonGoneEntity<'a> {
    id: &'a str,
    name: &'a str,
}

/// What would have to be taken out of the product to leave no such finding in it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRemoval<'a> {
    /// The findings that it is about: `prohibited`, or if there is none, `review`.
    status: &'static str,
    /// How many subjects these are about.
    subjects: usize,
    /// The direct dependencies: all of them, and no others, have to go.
    direct: Vec<JsonDirect<'a>>,
    /// How many of the subjects no removal touches: the product itself, and what nothing connects with it.
    beyond: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonDirect<'a> {
    name: &'a str,
    /// To how many of the subjects it leads; 0 if there are too many to count.
    subjects: usize,
}

/// The earlier report that the findings are held against.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonBaseline<'a> {
    path: &'a str,
    sha256: &'a str,
    as_of: &'a str,
}

/// One link of a chain of ownership.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonLink<'a> {
    owner: JsonEntity<'a>,
    owned: JsonEntity<'a>,
    /// `majority`, `stake`, `control`, `successor` (the owner is the successor) or `affiliate`.
    kind: &'static str,
    /// In per cent.
    share: Option<f64>,
    since: Option<String>,
    /// The first day on which it no longer holds.
    until: Option<String>,
    /// Whether a source settles it.
    confirmed: bool,
    source: Option<&'a str>,
}

/// What will begin to fail, with `--look-ahead`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonAhead<'a> {
    /// The first day; null if it is some day up to the one that was looked ahead to.
    on: Option<String>,
    finding: JsonFinding<'a>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRule<'a> {
    policy: &'a str,
    id: &'a str,
    title: Option<&'a str>,
    clause: Option<&'a str>,
    help: Option<&'a str>,
    /// The reporting clock that runs on the day of the evaluation.
    report: Option<JsonClock<'a>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonClock<'a> {
    within: &'a str,
    then: Option<&'a str>,
    to: Option<&'a str>,
    /// What has to be reported; what was provided to the Government if null.
    trigger: Option<&'a str>,
    /// What the clock depends on besides the day, such as the date of the clause in the contract.
    depends: Option<&'a str>,
    clause: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEntity<'a> {
    id: &'a str,
    name: &'a str,
    country: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSubject<'a> {
    /// bom-ref or SPDXID.
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    kind: &'static str,
    /// `part`, `root`, `pedigree`, `tool` or `referenced`.
    place: &'static str,
    name: Option<&'a str>,
    group: Option<&'a str>,
    version: Option<&'a str>,
    purl: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEvidence<'a> {
    field: &'static str,
    /// What the document says.
    value: &'a str,
    /// `declared`, `deceptive`, `identified`, `lookalike`, `mentioned` or `derived`.
    strength: &'static str,
    /// The identifier in the policy that it met.
    matched: &'a str,
    /// Whether a source settles that identifier; if not, it only asks for review.
    confirmed: bool,
    /// Where that fact is from.
    source: Option<&'a str>,
    /// RFC 6901.
    pointer: &'a str,
    line: usize,
    column: usize,
    offset: usize,
    length: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonWaiver<'a> {
    reason: &'a str,
    by: &'a str,
    authority: Option<&'a str>,
    expires: String,
}

impl JsonSummary {
    pub(super) fn of(run: &Run<'_>, summary: &Summary) -> Self {
        Self {
            documents: summary.documents,
            ledger: (&summary.ledger).into(),
            errors: summary.errors,
            unconfirmed: summary.unconfirmed,
            exit_code: summary.outcome.code(),
            meaning: words::meaning(run, summary),
        }
    }
}

impl From<&Ledger> for JsonLedger {
    fn from(ledger: &Ledger) -> Self {
        let Ledger { subjects, prohibited, review, waived, noted, unverifiable, tools, clear, party_named } = *ledger;
        Self { subjects, prohibited, review, waived, noted, unverifiable, tools, clear, party_named }
    }
}

fn place(source: &Source, span: Span) -> JsonPlace {
    let location = source.location(span.start);
    JsonPlace { line: location.line, column: location.column, offset: span.start, length: span.len() }
}

fn evidence<'a>(source: &Source, evidence: &'a Evidence) -> JsonEvidence<'a> {
    let JsonPlace { line, column, offset, length } = place(source, evidence.span);
    JsonEvidence {
        field: evidence.field,
        value: &evidence.value,
        strength: evidence.strength.as_str(),
        matched: &evidence.matched,
        confirmed: evidence.confirmed,
        source: evidence.fact.as_deref(),
        pointer: &evidence.pointer,
        line,
        column,
        offset,
        length,
    }
}

pub(super) fn finding<'a>(run: &Run<'_>, source: &Source, finding: &'a Finding) -> JsonFinding<'a> {
    let rule = &finding.rule;
    JsonFinding {
        fingerprint: &finding.fingerprint,
        status: finding.status.as_str(),
        rule: JsonRule {
            policy: &rule.policy,
            id: &rule.id,
            title: rule.title.as_deref(),
            clause: rule.clause.as_deref(),
            help: rule.help.as_deref(),
            report: rule.clock(run.as_of).map(|clock| JsonClock {
                within: &clock.within,
                then: clock.then.as_deref(),
                to: clock.to.as_deref(),
                trigger: clock.trigger.as_deref(),
                depends: clock.depends.as_deref(),
                clause: clock.clause.as_deref(),
            }),
        },
        entity: finding.entity.as_ref().map(Into::into),
        ownership: finding.ownership.iter().map(link).collect(),
        share: finding.share,
        doubts: &finding.doubts,
        subject: JsonSubject {
            reference: finding.subject.reference.as_deref(),
            kind: finding.subject.kind.as_str(),
            place: finding.subject.place.as_str(),
            name: finding.subject.name.as_deref(),
            group: finding.subject.group.as_deref(),
            version: finding.subject.version.as_deref(),
            purl: finding.subject.purl.as_deref(),
        },
        evidence: finding.evidence.iter().map(|found| evidence(source, found)).collect(),
        paths: &finding.paths.listed,
        paths_total: finding.paths.total,
        paths_all: finding.paths.all,
        connection: finding.paths.connection.as_str(),
        change: finding.change.as_ref().map(|change| JsonChange {
            kind: change.kind.as_str(),
            was: change.was.map(Status::as_str),
            weakened: change.weakened.iter().map(|(field, value)| JsonWeakened { field, value }).collect(),
        }),
        waiver: finding.waiver.as_ref().map(|waiver| JsonWaiver {
            reason: &waiver.reason,
            by: &waiver.by,
            authority: waiver.authority.as_deref(),
            expires: waiver.expires.to_string(),
        }),
    }
}

pub(super) fn ahead<'a>(run: &Run<'_>, source: &Source, ahead: &'a Ahead) -> JsonAhead<'a> {
    JsonAhead { on: ahead.on.map(|day| day.to_string()), finding: finding(run, source, &ahead.finding) }
}

impl<'a> From<&'a Entity> for JsonEntity<'a> {
    fn from(entity: &'a Entity) -> Self {
        Self { id: &entity.id, name: &entity.name, country: entity.country.as_deref() }
    }
}

fn link(link: &OwnershipLink) -> JsonLink<'_> {
    JsonLink {
        owner: (&link.owner).into(),
        owned: (&link.owned).into(),
        kind: link.kind.as_str(),
        share: link.share,
        since: link.since.map(|day| day.to_string()),
        until: link.until.map(|day| day.to_string()),
        confirmed: link.confirmed,
        source: link.fact.as_deref(),
    }
}

fn policy<'a>((part, not_applied): (&'a Part, &'a Option<String>)) -> JsonPolicy<'a> {
    JsonPolicy {
        id: &part.id,
        title: &part.title,
        origin: part.origin.as_str(),
        authority: &part.authority,
        reviewed: part.reviewed.map(|day| day.to_string()),
        sha256: part.source.sha256(),
        not_applied: not_applied.as_deref(),
    }
}

/// The policies that take part, or the files that only describe makers.
pub(super) fn policies<'a>(run: &Run<'a>, decides: bool) -> Vec<JsonPolicy<'a>> {
    run.parts.iter().zip(run.applied).filter(|(part, _)| part.decides == decides).map(policy).collect()
}

/// What is known of a document beside its findings.
pub(super) fn about<'a>(source: &'a Source, examined: &'a Examined) -> JsonAbout<'a> {
    let read = examined.document.as_ref().ok();
    let note = |note: &'a Note| JsonNote { code: note.code, message: &note.message, place: note.span.map(|span| place(source, span)) };
    JsonAbout {
        path: source.name(),
        sha256: source.digest(),
        format: read.map(|document| document.format.as_str()),
        version: read.map(|document| document.version.as_str()),
        encoding: read.map(|document| document.encoding),
        wrapping: &examined.wrapping,
        confirmed_by: match examined.confirmation {
            Confirmation::By(reader) => Some(reader),
            Confirmation::NotAsked | Confirmation::Nobody => None,
        },
        ledger: (&examined.assessment.ledger).into(),
        verdict: examined.verdict(),
        notes: examined.assessment.notes.iter().map(note).collect(),
        completeness: examined.assessment.completeness.map(Completeness::as_str),
        removal: examined.assessment.removal.as_ref().map(|removal| JsonRemoval {
            status: removal.of.as_str(),
            subjects: removal.subjects,
            direct: removal.cut.direct.iter().map(|(name, subjects)| JsonDirect { name, subjects: *subjects }).collect(),
            beyond: removal.cut.beyond,
        }),
        unidentified: examined.assessment.without_vendor.iter().filter(|unnamed| !unnamed.identified).map(Into::into).collect(),
        without_vendor: examined.assessment.without_vendor.iter().map(Into::into).collect(),
        gone: examined.assessment.gone.iter().map(gone).collect(),
        error: examined.document.as_ref().err().map(|error| JsonError {
            code: error.code,
            message: &error.message,
            help: &error.help,
            place: error.span.map(|span| place(source, span)),
        }),
    }
}

fn gone(gone: &Gone) -> JsonGone<'_> {
    JsonGone {
        fingerprint: &gone.fingerprint,
        status: gone.status.as_str(),
        rule: &gone.rule,
        entity: gone.entity.as_ref().map(|(id, name)| JsonGoneEntity { id, name }),
        subject: &gone.subject,
        since: &gone.since,
        still_listed: gone.still_listed,
        now: gone.now.as_deref(),
    }
}

/// The earlier report, if there is one.
pub(super) fn baseline<'a>(run: &Run<'a>) -> Option<JsonBaseline<'a>> {
    run.baseline.map(|Baseline { path, sha256, as_of, .. }| JsonBaseline { path, sha256, as_of })
}

struct Json<'a> {
    out: Stream<'a>,
    run: &'a Run<'a>,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Json { out: Stream::new(out), run })
}

impl Json<'_> {
    /// What is known before the first document.
    fn start(&mut self) -> io::Result<()> {
        if self.out.untouched() {
            self.out.object(None)?;
            self.out.value(Some("schema"), &SCHEMA)?;
            self.out.value(Some("tool"), &Tool::THIS)?;
            self.out.value(Some("as_of"), &self.run.as_of.to_string())?;
            self.out.value(Some("policies"), &policies(self.run, true))?;
            self.out.value(Some("makers"), &policies(self.run, false))?;
            self.out.value(Some("baseline"), &baseline(self.run))?;
            self.out.value(Some("redacted"), &self.run.redacted)?;
            self.out.array(Some("documents"))?;
        }
        Ok(())
    }
}

impl Report for Json<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        let Assessment { findings, ahead: later, .. } = &examined.assessment;
        let document = JsonDocument {
            about: about(source, examined),
            findings: findings.iter().map(|found| finding(self.run, source, found)).collect(),
            ahead: later.iter().map(|later| ahead(self.run, source, later)).collect(),
        };
        self.out.value(None, &document)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.start()?;
        self.out.end()?;
        self.out.value(Some("verdict"), &summary.verdict)?;
        self.out.value(Some("summary"), &JsonSummary::of(self.run, summary))?;
        let notes: Vec<&String> = self.run.notes.iter().chain(&summary.notes).collect();
        self.out.value(Some("notes"), &notes)?;
        self.out.finish()
    }
}

#[cfg(test)]
mod tests {
    /// The committed schema is the one that the types give. `UPDATE_SCHEMA=1 cargo test` writes it anew.
    #[test]
    fn the_committed_schema_is_current() {
        crate::report::tests::assert_schema::<super::JsonReport<'_>>("interdict-report-1");
    }
}
