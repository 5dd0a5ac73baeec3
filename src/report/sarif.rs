//! SARIF 2.1.0, as GitHub code scanning really reads it.
//!
//! - The rules are the policy's, few and stable: one never stands for a component. A result points at the text that named the maker.
//! - GitHub tells results apart by `primaryLocationLineHash` alone, and would make it from the line: in an SBOM of one line all would be one. So
//!   it is made here, from what stays the same when the SBOM is made anew.
//! - It refuses a file that is over its limits, so results beyond them are counted in a notification. Places are kept for what weighs more.
//! - It shows what is waived as open, and reads no `suppressions`, so waived findings are left out and counted.
//! - It shows no notifications, so a document that could not be evaluated is a result, too.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::stream::Stream;
use super::words::{capital, is_address};
use super::{Counter, Report, Run, Style, Summary, UNREADABLE, words};
use crate::document::DocumentError;
use crate::finding::{ChangeKind, Examined, Finding, Rule, Status};
use crate::policy::Effect;
use crate::source::{Source, Span, hex_sha256};
use crate::text::{excerpt, inline, safe};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// How many results GitHub takes in one run; those of each kind may fill the file up to here only, so that the worse ones still find a place.
const RESULTS: [(Status, usize); 3] = [(Status::Note, 5_000), (Status::Review, 15_000), (Status::Prohibited, 24_000)];
const RESULTS_MAX: usize = 25_000;
/// GitHub takes 10 MB when packed, and this packs to a tenth and less: from here on results stand alone, and then they are only counted.
const BARE_FROM: u64 = 48 * 1024 * 1024;
const BYTES_MAX: u64 = 72 * 1024 * 1024;
/// What GitHub reads of a rule's descriptions, in characters.
const DESCRIPTION: usize = 1000;
/// The longest message, in characters.
const MESSAGE: usize = 2000;
/// Further evidence of one result.
const RELATED: usize = 20;
/// Ways of one result, and steps of one of them. GitHub shows a thousand steps in all.
const WAYS: usize = 10;
const STEPS: usize = 100;
/// Documents that are told of in notifications.
const NOTIFICATIONS: usize = 1_000;

struct Sarif<'a> {
    out: Stream<'a>,
    run: &'a Run<'a>,
    results: usize,
    left_out: usize,
    bare: usize,
    waived: usize,
    notifications: Vec<Value>,
    unread: usize,
    lines: Counter,
    prints: Counter,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Sarif {
        out: Stream::new(out),
        run,
        results: 0,
        left_out: 0,
        bare: 0,
        waived: 0,
        notifications: Vec::new(),
        unread: 0,
        lines: Counter::default(),
        prints: Counter::default(),
    })
}

impl Sarif<'_> {
    fn start(&mut self) -> io::Result<()> {
        if !self.out.untouched() {
            return Ok(());
        }
        self.out.object(None)?;
        self.out.value(Some("$schema"), &SCHEMA)?;
        self.out.value(Some("version"), &"2.1.0")?;
        self.out.array(Some("runs"))?;
        self.out.object(None)?;
        let mut rules: Vec<Value> = self.run.rules.iter().map(|rule| self.rule(rule)).collect();
        rules.push(unreadable_rule());
        let version = env!("CARGO_PKG_VERSION");
        let driver = json!({ "name": "interdict", "version": version, "semanticVersion": version, "rules": rules });
        self.out.value(Some("tool"), &json!({ "driver": driver }))?;
        let policies: Vec<&str> = self.run.parts.iter().filter(|part| part.decides).map(|part| part.id.as_str()).collect();
        self.out.value(Some("automationDetails"), &json!({ "id": format!("interdict/{}/", inline(&policies.join("+"))) }))?;
        self.out.value(Some("columnKind"), &"unicodeCodePoints")?;
        self.out.array(Some("results"))
    }

    fn rule(&self, rule: &Rule) -> Value {
        let id = words::rule(rule);
        let title = rule.title.as_deref().map_or_else(|| id.clone(), |title| inline(title).into_owned());
        let law = words::law(rule);
        let text = rule.text.as_deref().map(|text| excerpt(text.trim(), DESCRIPTION)).filter(|text| !text.is_empty());
        let description = text.map_or_else(|| if law.is_empty() { title.clone() } else { format!("{title}: {law}") }, Into::into);
        let mut help: Vec<(&str, String)> = vec![("Law", law)];
        if let Some(text) = &rule.text {
            help.push(("It says", safe(text.trim()).into_owned()));
        }
        if let Some(advice) = &rule.help {
            help.push(("Do", safe(advice.trim()).into_owned()));
        }
        if let Some(clock) = rule.clock(self.run.as_of) {
            help.push(("Report", format!("within {}", inline(&clock.within))));
        }
        help.retain(|(_, text)| !text.is_empty());
        let plain: Vec<String> = help.iter().map(|(word, text)| format!("{word}: {text}")).collect();
        let marked: Vec<String> = help.iter().map(|(word, text)| format!("**{word}:** {}", super::markdown::plain(text))).collect();
        let or_title = |text: String| if text.is_empty() { title.clone() } else { text };
        let (level, problem, severity) = match rule.effect {
            Effect::Prohibited => ("error", "error", "9.0"),
            Effect::Review => ("warning", "warning", "5.0"),
            Effect::Note => ("note", "recommendation", "1.0"),
        };
        let mut value = json!({
            "id": id,
            "name": pascal_case(&id),
            "shortDescription": { "text": title },
            "fullDescription": { "text": description },
            "help": { "text": or_title(plain.join("\n")), "markdown": or_title(marked.join("\n\n")) },
            "defaultConfiguration": { "level": level },
            "properties": {
                "tags": ["sbom", "supply-chain", "compliance", inline(&rule.policy)],
                "precision": "high",
                "problem.severity": problem,
                "security-severity": severity,
            },
        });
        let part = self.run.parts.iter().find(|part| part.id == rule.policy);
        if let Some(page) = part.and_then(|part| part.text_source.as_ref()).filter(|page| is_address(page)) {
            value["helpUri"] = page.as_str().into();
        }
        value
    }

    /// Whether there is room for one more result up to this many.
    fn room(&mut self, up_to: usize) -> bool {
        let room = self.results < up_to && self.out.written() < BYTES_MAX;
        if room {
            self.results += 1;
        } else {
            self.left_out += 1;
        }
        room
    }

    fn finding(&mut self, source: &Source, finding: &Finding) -> io::Result<()> {
        let Some((_, up_to)) = RESULTS.iter().find(|(status, _)| *status == finding.status) else {
            self.waived += 1;
            return Ok(());
        };
        // Counted also when it is left out: a fingerprint does not hang on what stood before it.
        let uri = self.run.base.uri(source.name());
        let hash = line_hash(&uri, finding);
        let line = self.lines.nth(&hash);
        let print = self.prints.unique(&finding.fingerprint);
        if !self.room(*up_to) {
            return Ok(());
        }
        let rule = self.run.rules.iter().position(|rule| rule.policy == finding.rule.policy && rule.id == finding.rule.id);
        let (level, rank) = match finding.status {
            Status::Prohibited => ("error", 90.0),
            Status::Review => ("warning", 50.0),
            Status::Waived | Status::Note => ("note", 10.0),
        };
        let bare = self.out.written() > BARE_FROM;
        self.bare += usize::from(bare);
        let related = if bare { Vec::new() } else { related(source, &uri, finding) };
        let mut value = json!({
            "ruleId": words::rule(&finding.rule),
            "level": level,
            "rank": rank,
            "message": { "text": message(source, finding, related.len()) },
            "locations": [location(source, &uri, finding.span(), finding)],
            "partialFingerprints": {
                "primaryLocationLineHash": format!("{hash}:{line}"),
                "interdict/v1": print,
            },
        });
        if let Some(rule) = rule {
            value["ruleIndex"] = rule.into();
        }
        if let Some(change) = &finding.change {
            value["baselineState"] = match change.kind {
                ChangeKind::Known if change.was.is_some() || !change.weakened.is_empty() => "updated",
                ChangeKind::Known => "unchanged",
                ChangeKind::New if change.was.is_some() => "updated",
                ChangeKind::New | ChangeKind::Returned => "new",
            }
            .into();
        }
        if !related.is_empty() {
            value["relatedLocations"] = related.into();
        }
        if !bare && !finding.paths.listed.is_empty() {
            value["codeFlows"] = ways(source, &uri, finding).into();
        }
        self.out.line_of(&value)
    }

    fn unread(&mut self, source: &Source, error: &DocumentError) -> io::Result<()> {
        self.unread += 1;
        let uri = self.run.base.uri(source.name());
        let text = sentence(&format!("{} could not be evaluated: {}", inline(&source.title()), safe(&error.message)));
        let text = format!("{text} {}", sentence(&capital(&safe(&error.help))));
        let location = json!({ "physicalLocation": physical(source, &uri, error.span.unwrap_or_default()) });
        if self.notifications.len() < NOTIFICATIONS {
            self.notifications.push(json!({
                "level": "error",
                "message": { "text": text },
                "locations": [location],
                "descriptor": { "id": format!("document/{}", error.code) },
            }));
        }
        let print = hex_sha256(format!("1\0{UNREADABLE}\0{uri}\0{}", error.code).as_bytes());
        let (line, own) = (&print[..16], &print[..32]);
        let (nth, own) = (self.lines.nth(line), self.prints.unique(own));
        if !self.room(RESULTS_MAX) {
            return Ok(());
        }
        self.out.line_of(&json!({
            "ruleId": UNREADABLE,
            "ruleIndex": self.run.rules.len(),
            "level": "error",
            "rank": 100.0,
            "message": { "text": text },
            "locations": [location],
            "partialFingerprints": { "primaryLocationLineHash": format!("{line}:{nth}"), "interdict/v1": own },
        }))
    }
}

impl Report for Sarif<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        for finding in &examined.assessment.findings {
            self.finding(source, finding)?;
        }
        examined.document.as_ref().err().map_or(Ok(()), |error| self.unread(source, error))
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.start()?;
        self.out.end()?;
        let mut notifications = std::mem::take(&mut self.notifications);
        let mut tell = |level: &str, id: &str, text: &str| {
            notifications.push(json!({ "level": level, "message": { "text": sentence(text) }, "descriptor": { "id": id } }));
        };
        let counted = [
            ("error", "run/documents-left-out", self.unread.saturating_sub(NOTIFICATIONS), "Further documents that could not be evaluated"),
            (
                "warning",
                "run/results-left-out",
                self.left_out,
                "Results over what code scanning takes in one file (the JSON report lists all)",
            ),
            ("note", "run/results-bare", self.bare, "Results without ways and further evidence, for the size of the file"),
            ("note", "run/waived", self.waived, "Waived findings, left out here (the JSON report lists them)"),
        ];
        for (level, id, count, text) in counted.iter().filter(|(_, _, count, _)| *count > 0) {
            tell(level, id, &format!("{text}: {count}"));
        }
        tell("note", "run/summary", &format!("As of {}: {}", self.run.as_of, words::ledger(&summary.ledger)));
        if !self.run.caveats.is_empty() {
            tell("warning", "run/caveats", &format!("The verdict is {}", words::verdict(self.run, summary.verdict)));
        }
        for note in self.run.notes.iter().chain(&summary.notes) {
            tell("note", "run/note", &safe(note));
        }
        // Also false when there was no document at all.
        let successful = summary.errors == 0 && summary.documents > 0;
        self.out
            .value(Some("invocations"), &[json!({ "executionSuccessful": successful, "toolExecutionNotifications": notifications })])?;
        self.out.finish()
    }
}

fn unreadable_rule() -> Value {
    let title = "A document could not be evaluated";
    let description =
        "An SBOM that cannot be read to its end may list anything. Nothing in it passes as clear, and the command ends with exit code 2.";
    let help =
        "The message says what is wrong and what to do. Usually the generator has to be run again, or the right file has to be given.";
    json!({
        "id": UNREADABLE,
        "name": pascal_case(UNREADABLE),
        "shortDescription": { "text": title },
        "fullDescription": { "text": description },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": ["sbom"], "precision": "very-high", "problem.severity": "error", "security-severity": "7.0" },
    })
}

/// Sixteen hexadecimal digits of what stays the same when the SBOM is made anew: the rule, the SBOM, the component without its version, the
/// maker, the field.
fn line_hash(uri: &str, finding: &Finding) -> String {
    let subject = &finding.subject;
    let component = match &subject.purl {
        Some(purl) => without_version(purl).to_owned(),
        None => format!("{}\0{}\0{}", subject.kind.as_str(), subject.group.as_deref().unwrap_or_default(), subject.label),
    };
    let entity = finding.entity.as_ref().map_or("", |entity| entity.id.as_str());
    let field = finding.evidence.first().map_or("", |evidence| evidence.field);
    let rule = finding.rule.full_id();
    hex_sha256(format!("1\0{rule}\0{uri}\0{component}\0{entity}\0{field}").as_bytes())[..16].to_owned()
}

/// A package URL up to its version.
fn without_version(purl: &str) -> &str {
    let plain = purl.split(['?', '#']).next().unwrap_or_default();
    let name = plain.rfind('/').map_or(0, |slash| slash + 1);
    plain[name..].find('@').map_or(plain, |at| &plain[..name + at])
}

/// What was found; the first sentence stands alone where there is little room.
fn message(source: &Source, finding: &Finding, related: usize) -> String {
    let mut sentences = vec![format!("{}: {}", capital(words::status(finding.status)), words::headline(finding))];
    let rule = words::rule(&finding.rule);
    sentences.push(match words::law(&finding.rule) {
        law if law.is_empty() => format!("Rule {rule}"),
        law => format!("Rule {rule}, after {law}"),
    });
    for (word, text) in words::help(source, finding, false) {
        match word {
            "path" => sentences.push(format!("Way into the product: {text}")),
            "chain" | "doubt" => sentences.push(format!("{}: {text}", capital(word))),
            "do" => sentences.push(capital(&text)),
            _ => {}
        }
    }
    let text = sentences.iter().map(|text| sentence(text)).collect::<Vec<_>>().join(" ");
    // A link could be made from the text of a document: our own come last, and only those work.
    let mut text = excerpt(&text.replace("](", "] ("), MESSAGE).into_owned();
    if related > 0 {
        let links = finding.evidence.iter().skip(1).zip(1..=related).map(|(evidence, id)| format!("[{}]({id})", evidence.field));
        text.push_str(&format!(" See also {}.", links.collect::<Vec<_>>().join(", ")));
    }
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

fn physical(source: &Source, uri: &str, span: Span) -> Value {
    let (start, end) = (source.location(span.start), source.location(span.end));
    let region = Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        // A region of nothing is not shown.
        end_column: end.column + usize::from(start == end),
    };
    json!({ "artifactLocation": { "uri": uri }, "region": region })
}

fn location(source: &Source, uri: &str, span: Span, finding: &Finding) -> Value {
    let mut location = json!({ "physicalLocation": physical(source, uri, span) });
    let subject = &finding.subject;
    let name = safe(&subject.label);
    let full = [subject.purl.as_deref(), subject.reference.as_deref()].into_iter().flatten().find(|text| !text.is_empty());
    let full = full.map_or_else(|| name.clone(), safe);
    if !full.is_empty() {
        let mut logical = json!({ "fullyQualifiedName": excerpt(&full, DESCRIPTION), "kind": "module" });
        if !name.is_empty() {
            logical["name"] = excerpt(&name, DESCRIPTION).into();
        }
        location["logicalLocations"] = [logical].into();
    }
    if let Some(evidence) = finding.evidence.first() {
        location["message"] = json!({ "text": words::label(evidence) });
    }
    location
}

fn related(source: &Source, uri: &str, finding: &Finding) -> Vec<Value> {
    let further = finding.evidence.iter().skip(1).take(RELATED).zip(1..);
    further
        .map(|(evidence, id)| {
            json!({
                "id": id,
                "physicalLocation": physical(source, uri, evidence.span),
                "message": { "text": format!("{}: `{}`", words::label(evidence), excerpt(&evidence.value, 80)) },
            })
        })
        .collect()
}

/// Each way into the product as a flow. Only the end has a place of its own in the SBOM; the steps before it show the file.
fn ways(source: &Source, uri: &str, finding: &Finding) -> Vec<Value> {
    let step = |text: String, physical: Value| json!({ "location": { "physicalLocation": physical, "message": { "text": text } } });
    let way = |path: &Vec<String>| {
        let mut steps = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let last = index + 1 == path.len();
            let name = inline(name);
            let name = if name.is_empty() { "(without a name)".into() } else { name };
            if path.len() > STEPS && index == STEPS / 2 {
                // Half from the start, half but one from the end, and this one.
                let text = format!("… {} more", path.len() + 1 - STEPS);
                steps.push(step(text, physical(source, uri, Span::default())));
            } else if path.len() <= STEPS || index < STEPS / 2 || path.len() - index < STEPS / 2 {
                let span = if last { finding.subject.span } else { Span::default() };
                let span = if last && span.is_empty() { finding.span() } else { span };
                steps.push(step(name.into_owned(), physical(source, uri, span)));
            }
        }
        json!({ "threadFlows": [{ "locations": steps }] })
    };
    finding.paths.listed.iter().filter(|path| !path.is_empty()).take(WAYS).map(way).collect()
}

/// As an identifier: `us-ndaa-1634/covered-article` is `UsNdaa1634CoveredArticle`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(capital).collect();
    if name.is_empty() { "Rule".to_owned() } else { name.chars().take(255).collect() }
}

/// With a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::{is_address, pascal_case, sentence, without_version};

    #[test]
    fn small_words() {
        assert_eq!(without_version("pkg:npm/%40k/hexa@1.0?x=y#z"), "pkg:npm/%40k/hexa");
        assert_eq!(without_version("pkg:npm/@k/hexa"), "pkg:npm/@k/hexa");
        assert_eq!(pascal_case("us-ndaa-1634/covered-article"), "UsNdaa1634CoveredArticle");
        assert_eq!(pascal_case("///"), "Rule");
        assert_eq!(sentence("a. "), "a.");
        assert!(is_address("https://example.com/x#y") && !is_address("https://a b") && !is_address("see there"));
    }
}
