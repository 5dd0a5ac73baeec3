//! The report for a person: a miette diagnostic for each finding, and the ledger beside every verdict.

use std::collections::BTreeSet;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, Severity};

use super::{Report, Run, Summary};
use crate::document::DocumentError;
use crate::finding::{Ahead, Evidence, Examined, Finding, Ledger, OwnershipLink, Status};
use crate::ownership::LinkKind;
use crate::policy::{self, Lint, PolicyError};
use crate::source::{Source, Span};
use crate::text::{excerpt, inline, safe};
use crate::verdict::Verdict;

/// How a report for a person looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// The width of the terminal in columns.
    pub width: usize,
    /// Say more: every note, and the source of every fact.
    pub verbose: bool,
    /// Say less: findings and errors only.
    pub quiet: bool,
}

impl Style {
    fn handler(self) -> GraphicalReportHandler {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        // Lines are broken at spaces only: not inside the name of a package or a rule, and not before a `::` that a runner would obey.
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_links(false)
            .with_break_words(false)
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
    }

    fn render(self, diagnostic: MietteDiagnostic, source: Option<(&Source, Span)>) -> String {
        let report = match source {
            Some((source, span)) => miette::Report::new(diagnostic).with_source_code(source.window(span)),
            None => miette::Report::new(diagnostic),
        };
        let mut out = String::new();
        // Writing to a string cannot fail; if rendering does, the bare sentence is still said.
        if self.handler().render_report(&mut out, report.as_ref()).is_err() {
            out = format!("{report}\n");
        }
        out
    }
}

struct Human<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    style: Style,
    /// What to report by when, for the rules that found something.
    clocks: BTreeSet<String>,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, style: Style) -> Box<dyn Report + 'a> {
    Box::new(Human { out, run, style, clocks: BTreeSet::new() })
}

impl Report for Human<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        for finding in &examined.assessment.findings {
            self.finding(source, finding)?;
        }
        if let Err(error) = &examined.document {
            self.out.write_all(document_error(source, error, self.style).as_bytes())?;
        }
        if self.style.quiet {
            return Ok(());
        }
        let title = source.title();
        let name = inline(&title);
        match &examined.document {
            Ok(document) => {
                let wrapping = if examined.wrapping.is_empty() { String::new() } else { format!(", in {}", examined.wrapping.join(", ")) };
                let (format, version) = (document.format.as_str(), &document.version);
                writeln!(self.out, "{name}: {format} {version} ({}){wrapping}", document.encoding)?;
            }
            Err(_) => writeln!(self.out, "{name}: not evaluated to the end; the figures are of what was read before the error")?,
        }
        self.ledger(&examined.assessment.ledger)?;
        let notes = &examined.assessment.notes;
        let shown = if self.style.verbose { notes.len() } else { notes.len().min(3) };
        for note in &notes[..shown] {
            let place = note.span.map_or(String::new(), |span| {
                let location = source.location(span.start);
                format!(" ({}:{})", location.line, location.column)
            });
            writeln!(self.out, "  note: {}{place}", note.message)?;
        }
        if shown < notes.len() {
            writeln!(self.out, "  and {} more notes: --verbose shows them", notes.len() - shown)?;
        }
        self.ahead(&examined.assessment.ahead)?;
        writeln!(self.out)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        if !self.style.quiet {
            for part in self.run.parts.iter().filter(|part| part.decides) {
                writeln!(self.out, "policy: {} ({}), as of {}", inline(&part.id), inline(&part.title), self.run.as_of)?;
            }
            for note in self.run.notes.iter().chain(&summary.notes) {
                writeln!(self.out, "note: {note}")?;
            }
            for clock in &self.clocks {
                writeln!(self.out, "{clock}")?;
            }
            if summary.documents > 1 {
                writeln!(self.out, "{} documents, {} could not be evaluated", summary.documents, summary.errors)?;
                self.ledger(&summary.ledger)?;
            }
        }
        let meaning = match summary.verdict {
            Verdict::Clear | Verdict::Unverifiable => {
                "no rule was met. No finding is no proof: only what the SBOM names could be recognised"
            }
            Verdict::Review => "a person has to judge the findings above",
            Verdict::Prohibited => "the findings above are prohibited",
            Verdict::Error => "something could not be evaluated, so nothing here may pass as clear",
        };
        writeln!(self.out, "verdict: {}: {meaning}", summary.verdict.as_str())?;
        self.out.flush()
    }
}

impl Human<'_> {
    fn ledger(&mut self, ledger: &Ledger) -> io::Result<()> {
        let Ledger { subjects, prohibited, review, waived, unverifiable, clear, party_named } = ledger;
        writeln!(
            self.out,
            "  {subjects} subjects: {prohibited} prohibited, {review} review, {waived} waived, {unverifiable} unverifiable, {clear} clear"
        )?;
        writeln!(self.out, "  coverage: a maker is named for {party_named} of {subjects}{}", per_cent(*party_named, *subjects))
    }

    /// What will begin to fail: a line each.
    fn ahead(&mut self, ahead: &[Ahead]) -> io::Result<()> {
        const LISTED: usize = 10;
        let listed = if self.style.verbose { ahead.len() } else { ahead.len().min(LISTED) };
        for Ahead { on, finding } in &ahead[..listed] {
            let from = on.map_or_else(|| "later".to_owned(), |on| format!("from {on} on"));
            let entity = finding.entity.as_ref().map_or(String::new(), |entity| format!(", for {}", inline(&entity.name)));
            let (rule, subject) = (finding.rule.full_id(), excerpt(&finding.subject.label, 80));
            writeln!(self.out, "  ahead: {from}, {}: `{subject}` by {}{entity}", finding.status.as_str(), inline(&rule))?;
        }
        if listed < ahead.len() {
            writeln!(self.out, "  ahead: and {} more: --verbose shows them", ahead.len() - listed)?;
        }
        Ok(())
    }

    fn finding(&mut self, source: &Source, finding: &Finding) -> io::Result<()> {
        let rule = &finding.rule;
        let subject = inline(&finding.subject.label).into_owned();
        let version = finding.subject.version.as_ref().map_or(String::new(), |version| format!(" {}", excerpt(version, 40)));
        let what = match (&finding.entity, finding.evidence.first()) {
            (Some(entity), Some(evidence)) => {
                let country = entity.country.as_ref().map_or(String::new(), |country| format!(" ({})", inline(country)));
                format!("{} {}{country}", relation(evidence), inline(&entity.name))
            }
            _ => "is not identified by anything".to_owned(),
        };
        let status = match finding.status {
            Status::Prohibited => "prohibited",
            Status::Review => "needs review",
            Status::Waived => "waived",
            Status::Note => "note",
        };
        let severity = match finding.status {
            Status::Prohibited => Severity::Error,
            Status::Review => Severity::Warning,
            Status::Waived | Status::Note => Severity::Advice,
        };
        let mut diagnostic = MietteDiagnostic::new(format!("{status}: {} `{subject}`{version} {what}", finding.subject.kind.as_str()))
            .with_code(format!("{}/{}", inline(&rule.policy), inline(&rule.id)))
            .with_severity(severity)
            .with_help(self.help(source, finding).join("\n"));
        let span = finding.span();
        let window = source.window(span);
        let label = finding.evidence.first().map_or_else(|| "this".to_owned(), label);
        diagnostic = diagnostic.with_label(LabeledSpan::new_primary_with_span(Some(label), window.label()));
        let rendered = self.style.render(diagnostic, Some((source, span)));
        self.out.write_all(rendered.as_bytes())?;
        writeln!(self.out)?;

        if finding.status >= Status::Review
            && let Some(clock) = rule.clock(self.run.as_of)
        {
            let to = clock.to.as_ref().map_or(String::new(), |to| format!(" to {}", safe(to.trim())));
            let then = clock.then.as_ref().map_or(String::new(), |then| format!(", then within {} the rest", inline(then)));
            let clause = clock.clause.as_ref().map_or(String::new(), |clause| format!(" [{}]", inline(clause)));
            self.clocks.insert(format!("report: what was provided to the Government within {}{then},{to}{clause}", inline(&clock.within)));
        }
        Ok(())
    }

    fn help(&self, source: &Source, finding: &Finding) -> Vec<String> {
        let rule = &finding.rule;
        let mut lines = Vec::new();
        let law = rule.clause.clone().unwrap_or_else(|| rule.authority.join("; "));
        if !law.is_empty() {
            lines.push(format!("law: {}", inline(&law)));
        }
        if let Some(path) = finding.paths.listed.first() {
            let names: Vec<_> = path.iter().map(|name| excerpt(name, 60)).collect();
            let shown = if names.len() > 8 {
                format!("{} → … {} more … → {}", names[..3].join(" → "), names.len() - 6, names[names.len() - 3..].join(" → "))
            } else {
                names.join(" → ")
            };
            let more = match finding.paths.total - 1 {
                0 => String::new(),
                1 => " (and 1 more way)".to_owned(),
                more => format!(" (and {more} more ways)"),
            };
            lines.push(format!("path: {shown}{more}"));
        }
        for evidence in finding.evidence.iter().skip(1).take(5) {
            let location = source.location(evidence.span.start);
            lines.push(format!("also: {} at {}:{} `{}`", evidence.field, location.line, location.column, excerpt(&evidence.value, 80)));
        }
        if finding.evidence.len() > 6 {
            let more = finding.evidence.len() - 6;
            lines.push(format!("also: {more} more {}", if more == 1 { "claim" } else { "claims" }));
        }
        if let Some(evidence) = finding.evidence.first() {
            let location = evidence.origin.source.location(evidence.origin.span.start);
            let place = format!("{}:{}:{}", inline(evidence.origin.source.name()), location.line, location.column);
            let confirmed = if evidence.confirmed { "" } else { ", which no source confirms yet" };
            let fact =
                evidence.fact.as_ref().filter(|_| self.style.verbose).map_or(String::new(), |fact| format!(", after {}", inline(fact)));
            lines.push(format!("because: `{}` in {place}{confirmed}{fact}", inline(&evidence.matched)));
        }
        lines.extend(finding.ownership.iter().map(|link| format!("chain: {}", in_words(link))));
        if let (Some(share), true) = (finding.share, finding.ownership.len() > 1) {
            lines.push(format!("chain: in all {share} per cent"));
        }
        lines.extend(finding.doubts.iter().map(|doubt| format!("doubt: {}", inline(doubt))));
        if let Some(waiver) = &finding.waiver {
            lines.push(format!("waiver: {} (by {}, until {})", inline(&waiver.reason), inline(&waiver.by), waiver.expires));
        }
        if let Some(help) = &rule.help {
            let first = match (finding.status, &finding.entity) {
                (Status::Review, Some(entity)) => {
                    let entity = inline(&entity.name);
                    format!("find out whether {entity} made it or a part of it; if not, record that as a waiver. If so: ")
                }
                _ => String::new(),
            };
            lines.push(format!("do: {first}{}", safe(help.trim())));
        }
        lines
    }
}

/// A link of ownership as a sentence, with its dates and its source.
#[must_use]
pub fn in_words(link: &OwnershipLink) -> String {
    let (owner, owned) = (inline(&link.owner.name), inline(&link.owned.name));
    let mut words = match (link.kind, link.share) {
        (LinkKind::Majority | LinkKind::Stake, Some(share)) => format!("{owner} holds {share} per cent of {owned}"),
        (LinkKind::Majority | LinkKind::Stake, None) => format!("{owner} holds a majority of {owned}"),
        (LinkKind::Control, _) => format!("{owner} controls {owned}"),
        (LinkKind::Successor, _) => format!("{owner} is the successor of {owned}"),
        (LinkKind::Affiliate, _) => format!("{owner} is an affiliate of {owned}"),
    };
    if let Some(since) = link.since {
        words.push_str(&format!(", since {since}"));
    }
    if let Some(until) = link.until {
        words.push_str(&format!(", until {until}"));
    }
    match &link.fact {
        Some(fact) => words.push_str(&format!(" ({}{})", inline(fact), if link.confirmed { "" } else { "; not confirmed" })),
        None => words.push_str(" (no source confirms it)"),
    }
    words
}

fn relation(evidence: &Evidence) -> &'static str {
    use crate::identity::Strength;
    match evidence.strength {
        Strength::Declared | Strength::Identified if !evidence.confirmed => "may be from",
        Strength::Declared | Strength::Identified => "is from",
        Strength::Lookalike => "names, in borrowed letters,",
        Strength::Mentioned => "mentions",
    }
}

fn label(evidence: &Evidence) -> String {
    format!("{} by its {}", evidence.strength.as_str(), evidence.field)
}

fn per_cent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!(" ({}.{} %)", tenths / 10, tenths % 10)
}

/// A document that cannot be evaluated, for a person.
#[must_use]
pub fn document_error(source: &Source, error: &DocumentError, style: Style) -> String {
    let mut diagnostic = MietteDiagnostic::new(format!("{}: {}", inline(&source.title()), error.message))
        .with_code(format!("document/{}", error.code))
        .with_severity(Severity::Error)
        .with_help(error.help.clone());
    if let Some(span) = error.span {
        let window = source.window(span);
        diagnostic = diagnostic.with_label(LabeledSpan::new_primary_with_span(error.label.clone(), window.label()));
    }
    style.render(diagnostic, error.span.map(|span| (source, span))) + "\n"
}

/// Something that looks wrong in a policy, for a person.
#[must_use]
pub fn policy_lint(lint: &Lint, style: Style) -> String {
    let severity = if lint.severity == policy::Severity::Warning { Severity::Warning } else { Severity::Advice };
    let window = lint.origin.source.window(lint.origin.span);
    let diagnostic = MietteDiagnostic::new(inline(&lint.message).into_owned())
        .with_code(format!("policy/{}", lint.code))
        .with_severity(severity)
        .with_help(lint.help)
        .with_label(LabeledSpan::new_primary_with_span(Some("here".to_owned()), window.label()));
    style.render(diagnostic, Some((&lint.origin.source, lint.origin.span))) + "\n"
}

/// Every mistake of a policy, for a person.
#[must_use]
pub fn policy_errors(errors: &[PolicyError], style: Style) -> String {
    let mut out = String::new();
    for error in errors {
        let mut diagnostic =
            MietteDiagnostic::new(inline(&error.message).into_owned()).with_code("policy/invalid").with_severity(Severity::Error);
        if let Some(help) = &error.help {
            diagnostic = diagnostic.with_help(safe(help).into_owned());
        }
        let source = error.source.as_deref().map(|source| (source, error.span));
        if let Some((source, span)) = source {
            diagnostic = diagnostic.with_label(LabeledSpan::new_primary_with_span(Some("here".to_owned()), source.window(span).label()));
        }
        out.push_str(&style.render(diagnostic, source));
        out.push('\n');
    }
    out
}
