//! The JSON report: `interdict-report`, version 1. These structs are the contract; a JSON Schema of them is kept beside this file.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, Run, Style, Summary};
use crate::finding::{Entity, Evidence, Examined, Finding, Ledger, OwnershipLink, Part};
use crate::source::{Source, Span};
use crate::verdict::Verdict;

/// The version of the report's shape.
const SCHEMA: u32 = 1;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct JsonReport {
    /// The version of this shape: 1.
    schema: u32,
    tool: Tool,
    /// The day that the evaluation is as of, in UTC.
    as_of: String,
    /// The policies that took part, extended ones first.
    policies: Vec<JsonPolicy>,
    /// The files that took part and only describe makers.
    makers: Vec<JsonPolicy>,
    /// The worst verdict of all documents.
    verdict: Verdict,
    summary: JsonSummary,
    /// What has to be known about the run itself, such as a stale policy or a waiver that ended.
    notes: Vec<String>,
    /// In the order of the inputs.
    documents: Vec<JsonDocument>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonPolicy {
    id: String,
    title: String,
    authority: Vec<String>,
    /// When its data was last held against its source.
    reviewed: Option<String>,
    /// Of the policy file.
    sha256: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSummary {
    documents: usize,
    #[serde(flatten)]
    ledger: JsonLedger,
    /// Documents that could not be evaluated.
    errors: usize,
}

/// `prohibited`, `review`, `waived`, `unverifiable` and `clear` add up to `subjects`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonLedger {
    subjects: u64,
    prohibited: u64,
    review: u64,
    waived: u64,
    /// Nothing says what these are.
    unverifiable: u64,
    /// Nothing was found about these, and something says what they are: no proof of anything.
    clear: u64,
    /// For how many of all subjects the document names a maker.
    party_named: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonDocument {
    /// As it was given or found; `<stdin>` for standard input.
    path: String,
    /// Of the bytes as they came.
    sha256: String,
    /// `CycloneDX` or `SPDX`; null if that could not be told.
    format: Option<&'static str>,
    version: Option<String>,
    encoding: Option<&'static str>,
    /// What it was taken out of, outermost first: compression, attestations, exports. No signature was verified.
    wrapping: Vec<String>,
    ledger: JsonLedger,
    verdict: Verdict,
    /// What the reader met and could not take as it stands.
    notes: Vec<JsonNote>,
    /// In document order.
    findings: Vec<JsonFinding>,
    /// What will begin to fail, if that was asked for.
    ahead: Vec<JsonAhead>,
    /// Why the document could not be evaluated. Findings made before the error are listed all the same.
    error: Option<JsonError>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonNote {
    code: &'static str,
    message: String,
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
struct JsonError {
    code: &'static str,
    message: String,
    help: String,
    place: Option<JsonPlace>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFinding {
    /// The same for the same rule, entity and component, however often the SBOM is made anew.
    fingerprint: String,
    /// `prohibited`, `review`, `waived` or `note`.
    status: &'static str,
    rule: JsonRule,
    /// Null when the finding is that nothing identifies the subject.
    entity: Option<JsonEntity>,
    /// The chain of ownership that the finding rests on, from an entity that the rule names: none, when it names the finding's own.
    ownership: Vec<JsonLink>,
    /// The share that the named entities hold in all, in per cent, where majority was computed.
    share: Option<f64>,
    /// Why it asks for review only, where that is not the strength of the evidence.
    doubts: Vec<String>,
    subject: JsonSubject,
    /// The strongest first.
    evidence: Vec<JsonEvidence>,
    /// The shortest way through each direct user, from the root down to the subject; ten at most.
    paths: Vec<Vec<String>>,
    /// How many there are in all.
    paths_total: usize,
    waiver: Option<JsonWaiver>,
}

/// One link of a chain of ownership.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonLink {
    owner: JsonEntity,
    owned: JsonEntity,
    /// `majority`, `stake`, `control`, `successor` (the owner is the successor) or `affiliate`.
    kind: &'static str,
    /// In per cent.
    share: Option<f64>,
    since: Option<String>,
    /// The first day on which it no longer holds.
    until: Option<String>,
    /// Whether a source settles it.
    confirmed: bool,
    source: Option<String>,
}

/// What will begin to fail, with `--look-ahead`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonAhead {
    /// The first day; null if it is some day up to the one that was looked ahead to.
    on: Option<String>,
    finding: JsonFinding,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRule {
    policy: String,
    id: String,
    title: Option<String>,
    clause: Option<String>,
    help: Option<String>,
    /// The reporting clock that runs on the day of the evaluation.
    report: Option<JsonClock>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonClock {
    within: String,
    then: Option<String>,
    to: Option<String>,
    clause: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEntity {
    id: String,
    name: String,
    country: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSubject {
    /// bom-ref or SPDXID.
    #[serde(rename = "ref")]
    reference: Option<String>,
    kind: &'static str,
    /// `part`, `root`, `pedigree` or `tool`.
    place: &'static str,
    name: Option<String>,
    group: Option<String>,
    version: Option<String>,
    purl: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEvidence {
    field: &'static str,
    /// What the document says.
    value: String,
    /// `declared`, `identified`, `lookalike` or `mentioned`.
    strength: &'static str,
    /// The identifier in the policy that it met.
    matched: String,
    /// Whether a source settles that identifier; if not, it only asks for review.
    confirmed: bool,
    /// Where that fact is from.
    source: Option<String>,
    /// RFC 6901.
    pointer: String,
    line: usize,
    column: usize,
    offset: usize,
    length: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonWaiver {
    reason: String,
    by: String,
    authority: Option<String>,
    expires: String,
}

impl From<&Ledger> for JsonLedger {
    fn from(ledger: &Ledger) -> Self {
        let Ledger { subjects, prohibited, review, waived, unverifiable, clear, party_named } = *ledger;
        Self { subjects, prohibited, review, waived, unverifiable, clear, party_named }
    }
}

fn place(source: &Source, span: Span) -> JsonPlace {
    let location = source.location(span.start);
    JsonPlace { line: location.line, column: location.column, offset: span.start, length: span.len() }
}

fn evidence(source: &Source, evidence: &Evidence) -> JsonEvidence {
    let JsonPlace { line, column, offset, length } = place(source, evidence.span);
    JsonEvidence {
        field: evidence.field,
        value: evidence.value.clone(),
        strength: evidence.strength.as_str(),
        matched: evidence.matched.clone(),
        confirmed: evidence.confirmed,
        source: evidence.fact.clone(),
        pointer: evidence.pointer.clone(),
        line,
        column,
        offset,
        length,
    }
}

fn finding(run: &Run<'_>, source: &Source, finding: &Finding) -> JsonFinding {
    let rule = &finding.rule;
    JsonFinding {
        fingerprint: finding.fingerprint.clone(),
        status: finding.status.as_str(),
        rule: JsonRule {
            policy: rule.policy.clone(),
            id: rule.id.clone(),
            title: rule.title.clone(),
            clause: rule.clause.clone(),
            help: rule.help.clone(),
            report: rule.clock(run.as_of).map(|clock| JsonClock {
                within: clock.within.clone(),
                then: clock.then.clone(),
                to: clock.to.clone(),
                clause: clock.clause.clone(),
            }),
        },
        entity: finding.entity.as_ref().map(Into::into),
        ownership: finding.ownership.iter().map(link).collect(),
        share: finding.share,
        doubts: finding.doubts.clone(),
        subject: JsonSubject {
            reference: finding.subject.reference.clone(),
            kind: finding.subject.kind.as_str(),
            place: finding.subject.place.as_str(),
            name: finding.subject.name.clone(),
            group: finding.subject.group.clone(),
            version: finding.subject.version.clone(),
            purl: finding.subject.purl.clone(),
        },
        evidence: finding.evidence.iter().map(|found| evidence(source, found)).collect(),
        paths: finding.paths.listed.clone(),
        paths_total: finding.paths.total,
        waiver: finding.waiver.as_ref().map(|waiver| JsonWaiver {
            reason: waiver.reason.clone(),
            by: waiver.by.clone(),
            authority: waiver.authority.clone(),
            expires: waiver.expires.to_string(),
        }),
    }
}

impl From<&Entity> for JsonEntity {
    fn from(entity: &Entity) -> Self {
        Self { id: entity.id.clone(), name: entity.name.clone(), country: entity.country.clone() }
    }
}

fn link(link: &OwnershipLink) -> JsonLink {
    JsonLink {
        owner: (&link.owner).into(),
        owned: (&link.owned).into(),
        kind: link.kind.as_str(),
        share: link.share,
        since: link.since.map(|day| day.to_string()),
        until: link.until.map(|day| day.to_string()),
        confirmed: link.confirmed,
        source: link.fact.clone(),
    }
}

/// Writes JSON with every character escaped that would act on a terminal or hide: they can only stand in strings, where `\\u` says the same.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    /// The serializer hands over whole strings or whole runs of them, so no character is torn.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.is_ascii() => {
                let mut rest = text;
                while let Some(at) = rest.find(|character: char| !character.is_ascii() && crate::text::hides(character)) {
                    self.0.write_all(&rest.as_bytes()[..at])?;
                    let character = rest[at..].chars().next().unwrap_or_default();
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.0, "\\u{unit:04x}")?;
                    }
                    rest = &rest[at + character.len_utf8()..];
                }
                self.0.write_all(rest.as_bytes())?;
            }
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn policy(part: &Part) -> JsonPolicy {
    JsonPolicy {
        id: part.id.clone(),
        title: part.title.clone(),
        authority: part.authority.clone(),
        reviewed: part.reviewed.map(|day| day.to_string()),
        sha256: part.source.sha256().to_owned(),
    }
}

struct Json<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    documents: Vec<JsonDocument>,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Json { out, run, documents: Vec::new() })
}

impl Report for Json<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        let read = examined.document.as_ref().ok();
        self.documents.push(JsonDocument {
            path: source.name().to_owned(),
            sha256: source.sha256().to_owned(),
            format: read.map(|document| document.format.as_str()),
            version: read.map(|document| document.version.clone()),
            encoding: read.map(|document| document.encoding),
            wrapping: examined.wrapping.clone(),
            ledger: (&examined.assessment.ledger).into(),
            verdict: examined.verdict(),
            notes: examined
                .assessment
                .notes
                .iter()
                .map(|note| JsonNote { code: note.code, message: note.message.clone(), place: note.span.map(|span| place(source, span)) })
                .collect(),
            findings: examined.assessment.findings.iter().map(|found| finding(self.run, source, found)).collect(),
            ahead: examined
                .assessment
                .ahead
                .iter()
                .map(|ahead| JsonAhead { on: ahead.on.map(|day| day.to_string()), finding: finding(self.run, source, &ahead.finding) })
                .collect(),
            error: examined.document.as_ref().err().map(|error| JsonError {
                code: error.code,
                message: error.message.clone(),
                help: error.help.clone(),
                place: error.span.map(|span| place(source, span)),
            }),
        });
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let listed = |decides: bool| {
            let parts = self.run.parts.iter().filter(move |part| part.decides == decides);
            parts.map(policy).collect()
        };
        let report = JsonReport {
            schema: SCHEMA,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            as_of: self.run.as_of.to_string(),
            policies: listed(true),
            makers: listed(false),
            verdict: summary.verdict,
            summary: JsonSummary { documents: summary.documents, ledger: (&summary.ledger).into(), errors: summary.errors },
            notes: self.run.notes.iter().chain(&summary.notes).cloned().collect(),
            documents: std::mem::take(&mut self.documents),
        };
        write_json(&mut self.out, &report)?;
        self.out.flush()
    }
}

/// Writes a value as JSON that no terminal or CI runner can be steered by.
///
/// # Errors
/// Those of the writer.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *out), value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    /// The committed schema is the one that the types give. `UPDATE_SCHEMA=1 cargo test` writes it anew.
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/interdict-report-1.schema.json");
        let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<super::JsonReport>();
        let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), current, "run UPDATE_SCHEMA=1 cargo test");
    }
}
