//! The report for a person: a miette diagnostic for each finding, and the ledger beside every verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, Severity};

use super::{Report, Run, Summary, words};
use crate::document::DocumentError;
use crate::finding::{Ahead, Examined, Finding, Gone, Ledger, Status};
use crate::policy::{self, Lint, PolicyError};
use crate::source::{Source, Span};
use crate::text::{ascii, excerpt, inline, safe};
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
    /// Whether the terminal shows more than ASCII.
    pub unicode: bool,
}

impl Style {
    fn handler(self) -> GraphicalReportHandler {
        let theme = match (self.unicode, self.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme { characters: miette::ThemeCharacters::ascii(), ..GraphicalTheme::unicode() },
            (false, false) => GraphicalTheme::none(),
        };
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
        if self.unicode { out } else { ascii(&out).into_owned() }
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
    let out = if style.unicode { out } else { Box::new(Ascii(out)) };
    Box::new(Human { out, run, style, clocks: BTreeSet::new() })
}

/// Writes for a terminal that shows ASCII only. What is written to it comes in whole strings.
struct Ascii<'a>(Box<dyn Write + 'a>);

impl Write for Ascii<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(ascii(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Report for Human<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.findings(source, &examined.assessment.findings)?;
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
            // There is nothing to count.
            Err(_) if examined.assessment.ledger.subjects == 0 => return writeln!(self.out, "{name}: not evaluated\n"),
            Err(_) => writeln!(self.out, "{name}: not evaluated to the end; the figures are of what was read before the error")?,
        }
        self.ledger(&examined.assessment.ledger)?;
        writeln!(self.out, "  completeness: {}", words::completeness(&examined.assessment))?;
        if let Some(removal) = words::removal(&examined.assessment) {
            writeln!(self.out, "  removal: {removal}")?;
        }
        self.gone(&examined.assessment.gone)?;
        let notes = &examined.assessment.notes;
        let shown = if self.style.verbose { notes.len() } else { notes.len().min(3) };
        for note in &notes[..shown] {
            let place = note.span.map_or(String::new(), |span| {
                let location = source.location(span.start);
                format!(" ({}:{})", location.line, location.column)
            });
            writeln!(self.out, "  note: {}{place}", safe(&note.message))?;
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
                writeln!(self.out, "note: {}", safe(note))?;
            }
            for clock in &self.clocks {
                writeln!(self.out, "report: {clock}")?;
            }
            if summary.documents > 1 {
                writeln!(self.out, "{} documents, {} could not be evaluated", summary.documents, summary.errors)?;
                self.ledger(&summary.ledger)?;
            }
        }
        let meaning = match summary.verdict {
            Verdict::Review => "a person has to judge the findings above",
            Verdict::Prohibited => "the findings above are prohibited",
            verdict => words::meaning(self.run, verdict),
        };
        writeln!(self.out, "verdict: {}: {meaning}{}", summary.verdict.as_str(), words::unconfirmed(summary))?;
        if let Some(exit) = words::exit(self.run, summary) {
            writeln!(self.out, "{exit}")?;
        }
        self.out.flush()
    }
}

impl Human<'_> {
    fn ledger(&mut self, ledger: &Ledger) -> io::Result<()> {
        writeln!(self.out, "  {}", words::ledger(ledger))?;
        writeln!(self.out, "  coverage: {}", words::coverage(ledger))
    }

    /// What will begin to fail: a line each.
    fn ahead(&mut self, ahead: &[Ahead]) -> io::Result<()> {
        const LISTED: usize = 10;
        let listed = if self.style.verbose { ahead.len() } else { ahead.len().min(LISTED) };
        for Ahead { on, finding } in &ahead[..listed] {
            let from = words::from(*on);
            let entity = finding.entity.as_ref().map_or(String::new(), |entity| format!(", for {}", inline(&entity.name)));
            let (rule, subject) = (finding.rule.full_id(), excerpt(&finding.subject.label, 80));
            writeln!(self.out, "  ahead: {from}, {}: `{subject}` by {}{entity}", finding.status.as_str(), inline(&rule))?;
        }
        if listed < ahead.len() {
            writeln!(self.out, "  ahead: and {} more: --verbose shows them", ahead.len() - listed)?;
        }
        Ok(())
    }

    /// What the baseline found and is no more: a line each.
    fn gone(&mut self, gone: &[Gone]) -> io::Result<()> {
        const LISTED: usize = 10;
        let listed = if self.style.verbose { gone.len() } else { gone.len().min(LISTED) };
        for gone in &gone[..listed] {
            writeln!(self.out, "  no more: {}", words::gone(gone))?;
        }
        if listed < gone.len() {
            writeln!(self.out, "  no more: and {} others: --verbose shows them", gone.len() - listed)?;
        }
        Ok(())
    }

    /// Every finding; of many of the same rule and entity the first ones whole, and the others a line each.
    fn findings(&mut self, source: &Source, findings: &[Finding]) -> io::Result<()> {
        /// From how many on findings are grouped, how many of them are shown whole, and how many are listed.
        const MANY: usize = 6;
        const WHOLE: usize = 3;
        const LISTED: usize = 20;
        type Key<'f> = (Status, &'f str, &'f str, Option<&'f str>);
        fn key(finding: &Finding) -> Key<'_> {
            (finding.status, &finding.rule.policy, &finding.rule.id, finding.entity.as_ref().map(|entity| entity.id.as_str()))
        }
        let mut counts: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        findings.iter().for_each(|finding| *counts.entry(key(finding)).or_default() += 1);
        let mut met: BTreeMap<Key<'_>, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            let group = met.entry(key(finding)).or_default();
            group.push(finding);
            if self.style.verbose || counts[&key(finding)] < MANY || group.len() <= WHOLE {
                self.finding(source, finding)?;
            }
        }
        for (_, group) in met.iter().rev().filter(|(_, group)| group.len() >= MANY && !self.style.verbose) {
            let Some(first) = group.first() else { continue };
            let entity = words::entity(first);
            let whose = if entity.is_empty() { String::new() } else { format!(", {entity}") };
            writeln!(self.out, "{}: {} more by {}{whose}:", words::status(first.status), group.len() - WHOLE, words::rule(&first.rule))?;
            for finding in group.iter().skip(WHOLE).take(LISTED) {
                let location = source.location(finding.span().start);
                let (subject, place) = (words::subject(finding), format!("{}:{}", location.line, location.column));
                let label = finding.evidence.first().map_or_else(String::new, |evidence| format!(", {}", words::label(evidence)));
                writeln!(self.out, "  {place:>12}  {subject}{label}")?;
            }
            if group.len() > WHOLE + LISTED {
                writeln!(self.out, "  and {} others: --verbose shows every one of them", group.len() - WHOLE - LISTED)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn finding(&mut self, source: &Source, finding: &Finding) -> io::Result<()> {
        let severity = match finding.status {
            Status::Prohibited => Severity::Error,
            Status::Review => Severity::Warning,
            Status::Waived | Status::Note => Severity::Advice,
        };
        let span = finding.span();
        let label = finding.evidence.first().map_or_else(|| "this".to_owned(), words::label);
        let diagnostic = MietteDiagnostic::new(format!("{}: {}", words::status(finding.status), words::headline(finding)))
            .with_code(words::rule(&finding.rule))
            .with_severity(severity)
            .with_help(words::help_text(source, finding, self.style.verbose))
            .with_label(LabeledSpan::new_primary_with_span(Some(label), source.window(span).label()));
        let rendered = self.style.render(diagnostic, Some((source, span)));
        self.out.write_all(rendered.as_bytes())?;
        writeln!(self.out)?;
        self.clocks.extend(words::clock(finding, self.run.as_of));
        Ok(())
    }
}

/// A document that cannot be evaluated, for a person.
#[must_use]
pub fn document_error(source: &Source, error: &DocumentError, style: Style) -> String {
    let mut diagnostic = MietteDiagnostic::new(format!("{}: {}", inline(&source.title()), safe(&error.message)))
        .with_code(format!("document/{}", error.code))
        .with_severity(Severity::Error)
        .with_help(error.help.lines().map(|line| safe(line).into_owned()).collect::<Vec<_>>().join("\n"));
    if let Some(span) = error.span {
        let (window, label) = (source.window(span), error.label.as_deref().map(|label| safe(label).into_owned()));
        diagnostic = diagnostic.with_label(LabeledSpan::new_primary_with_span(label, window.label()));
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
