//! Tables in GitHub's Markdown: for a comment, a page, and the summary of a step in GitHub Actions.
//!
//! The verdict stands first, so rows are kept until the end; no more of them than a summary may hold ([`STEP_SUMMARY_MAX`]), the worst first,
//! and what is left out is counted. Text of a document stands in code spans, where nothing is a link, a mention or HTML.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::words::capital;
use super::{Report, Run, Style, Summary, words};
use crate::finding::{Ahead, Examined, Finding, Ledger, Status};
use crate::source::Source;
use crate::text::{excerpt, inline, safe};

/// The most that a step's summary may hold, in bytes; GitHub drops one of more than 1 MiB.
pub const STEP_SUMMARY_MAX: usize = 1_000_000;

/// What is written around the rows, at most, in bytes.
const AROUND: usize = 16 * 1024;

struct Markdown<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    room: usize,
    /// Prohibited, review, waived, note.
    findings: [Rows; 4],
    findings_room: usize,
    errors: Rows,
    documents: Rows,
    notes: Rows,
    /// What to do, by rule, for the rules that found something.
    advice: BTreeMap<String, String>,
    clocks: Rows,
}

/// Rows up to some number of bytes; the rest is counted.
#[derive(Default)]
struct Rows {
    rows: Vec<String>,
    bytes: usize,
    left_out: usize,
}

impl Rows {
    fn push(&mut self, row: String, room: usize) {
        if self.left_out > 0 || self.bytes + row.len() >= room {
            self.left_out += 1;
        } else {
            self.bytes += row.len() + 1;
            self.rows.push(row);
        }
    }

    /// Takes the last row out again.
    fn pop(&mut self) -> bool {
        let Some(row) = self.rows.pop() else { return false };
        self.bytes -= row.len() + 1;
        self.left_out += 1;
        true
    }
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    step_summary(out, run, STEP_SUMMARY_MAX)
}

/// The same with so much room, in bytes.
#[must_use]
pub fn step_summary<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, room: usize) -> Box<dyn Report + 'a> {
    Box::new(Markdown {
        out,
        run,
        room,
        findings: Default::default(),
        findings_room: room.saturating_sub(AROUND) / 2,
        errors: Rows::default(),
        documents: Rows::default(),
        notes: Rows::default(),
        advice: BTreeMap::new(),
        clocks: Rows::default(),
    })
}

impl Report for Markdown<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        // A share of what the findings leave: errors, documents, notes.
        let share = self.room.saturating_sub(AROUND) / 8;
        for finding in &examined.assessment.findings {
            self.finding(source, finding);
        }
        let name = code(&excerpt(&source.title(), 200));
        if let Err(error) = &examined.document {
            let row = format!("- {name}: {}; {}", plain(&error.message), plain(&error.help));
            self.errors.push(row, share);
        }
        let Ledger { subjects, prohibited, review, waived, unverifiable, clear, party_named } = examined.assessment.ledger;
        let verdict = examined.verdict().as_str();
        let row =
            format!("| {name} | {verdict} | {subjects} | {prohibited} | {review} | {waived} | {unverifiable} | {clear} | {party_named} |");
        self.documents.push(row, share);
        if let Some(removal) = words::removal(&examined.assessment) {
            self.notes.push(format!("- {name}: {}", plain(&removal)), share);
        }
        for gone in &examined.assessment.gone {
            self.notes.push(format!("- {name}: no more: {}", plain(&words::gone(gone))), share);
        }
        for note in &examined.assessment.notes {
            self.notes.push(format!("- {name}: {}", plain(&note.message)), share);
        }
        for Ahead { on, finding } in &examined.assessment.ahead {
            let from = words::from(*on);
            let (status, rule) = (finding.status.as_str(), plain(&words::rule(&finding.rule)));
            self.notes.push(format!("- ahead, {from}: {} is {status} by {rule}", code(&words::subject(finding).replace('`', ""))), share);
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let text = self.page(summary);
        // Somebody has filled it before. Half a table helps nobody.
        if text.len() <= self.room {
            self.out.write_all(text.as_bytes())?;
        }
        self.out.flush()
    }
}

impl Markdown<'_> {
    fn finding(&mut self, source: &Source, finding: &Finding) {
        let location = source.location(finding.span().start);
        let place = format!("{}:{}:{}", excerpt(&source.title(), 200), location.line, location.column);
        let evidence = finding
            .evidence
            .first()
            .map_or(String::new(), |evidence| format!("{} {}<br>", plain(&words::label(evidence)), code(&excerpt(&evidence.value, 80))));
        let label = excerpt(&finding.subject.label, 120);
        let version = finding.subject.version.as_ref().map_or(String::new(), |version| format!(" {}", excerpt(version, 40)));
        let waiver = finding.waiver.as_ref().map_or(String::new(), |waiver| {
            format!("<br>until {}: {} ({})", waiver.expires, plain(&inline(&waiver.reason)), plain(&inline(&waiver.by)))
        });
        let since = finding.change.as_ref().map_or(String::new(), |change| format!("<br>{}", change.kind.as_str()));
        let row = format!(
            "| {}{since}{waiver} | {} {} | {} | {}<br>{} | {evidence}{} | {} |",
            words::status(finding.status),
            finding.subject.kind.as_str(),
            code(&format!("{label}{version}")),
            plain(&words::entity(finding)),
            plain(&words::rule(&finding.rule)),
            plain(&words::law(&finding.rule)),
            code(&place),
            code(&words::way(finding)),
        );
        self.findings[words::class(finding.status)].push(row, usize::MAX);
        // The worst stay: the last row of the least class makes room.
        while self.findings.iter().map(|rows| rows.bytes).sum::<usize>() > self.findings_room {
            if !self.findings.iter_mut().rev().any(Rows::pop) {
                break;
            }
        }
        if finding.status >= Status::Review {
            if self.advice.len() < 20 {
                self.advice.entry(words::rule(&finding.rule)).or_insert_with(|| excerpt(&words::advice(finding), 1000).into_owned());
            }
            if let Some(clock) = words::clock(finding, self.run.as_of).map(|clock| format!("- Report: {}", plain(&clock)))
                && !self.clocks.rows.contains(&clock)
            {
                self.clocks.push(clock, AROUND / 2);
            }
        }
    }

    fn page(&self, summary: &Summary) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_page(&mut page, summary);
        page
    }

    fn write_page(&self, page: &mut String, summary: &Summary) -> std::fmt::Result {
        let share = self.room.saturating_sub(AROUND) / 16;
        writeln!(page, "## interdict: {}\n", summary.verdict.as_str())?;
        writeln!(page, "{}{}.\n", capital(words::meaning(self.run, summary.verdict)), words::unconfirmed(summary))?;
        writeln!(page, "- {}", words::ledger(&summary.ledger))?;
        writeln!(page, "- Coverage: {}", words::coverage(&summary.ledger))?;
        let mut policies = Rows::default();
        for part in self.run.parts.iter().filter(|part| part.decides) {
            policies
                .push(format!("- Policy: {} ({}), as of {}", plain(&inline(&part.id)), plain(&inline(&part.title)), self.run.as_of), share);
        }
        write_list(page, &policies, "policies")?;
        write_list(page, &self.clocks, "reports to make")?;

        if self.findings.iter().any(|rows| rows.rows.len() + rows.left_out > 0) {
            writeln!(page, "\n### Findings\n\n| | Component | Maker | Rule | Evidence | Way in |\n| --- | --- | --- | --- | --- | --- |")?;
            for row in self.findings.iter().flat_map(|rows| &rows.rows) {
                writeln!(page, "{row}")?;
            }
            let left_out: usize = self.findings.iter().map(|rows| rows.left_out).sum();
            if left_out > 0 {
                writeln!(page, "\n{left_out} more findings are left out here; the other reports list all of them.")?;
            }
            let mut advice = Rows::default();
            for (rule, text) in self.advice.iter().filter(|(_, text)| !text.is_empty()) {
                advice.push(format!("- {}: {}", plain(rule), plain(text)), share);
            }
            if !advice.rows.is_empty() {
                writeln!(page, "\n### What to do\n")?;
                write_list(page, &advice, "rules")?;
            }
        }
        if !self.errors.rows.is_empty() {
            writeln!(page, "\n### Not evaluated\n")?;
            write_list(page, &self.errors, "documents that could not be evaluated")?;
        }
        writeln!(
            page,
            "\n### Documents\n\n| Document | Verdict | Subjects | Prohibited | Review | Waived | Unverifiable | Clear | Maker named |\n\
             | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        )?;
        for row in &self.documents.rows {
            writeln!(page, "{row}")?;
        }
        if self.documents.left_out > 0 {
            writeln!(page, "\n{} more documents are left out here.", self.documents.left_out)?;
        }
        let mut notes = Rows::default();
        for note in self.run.notes.iter().chain(&summary.notes) {
            notes.push(format!("- run: {}", plain(note)), share);
        }
        if !notes.rows.is_empty() || !self.notes.rows.is_empty() {
            writeln!(page, "\n### Notes\n")?;
            write_list(page, &notes, "notes on the run")?;
            write_list(page, &self.notes, "notes on the documents")?;
        }
        Ok(())
    }
}

fn write_list(page: &mut String, rows: &Rows, what: &str) -> std::fmt::Result {
    for row in &rows.rows {
        writeln!(page, "{row}")?;
    }
    if rows.left_out > 0 {
        writeln!(page, "- and {} more {what}", rows.left_out)?;
    }
    Ok(())
}

/// Text of a document as a code span that stays whole, also in a table; empty for none.
fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    // In the notation of `text::safe`: no other escape works in a code span and in a table alike.
    format!("`{}`", safe(text).replace('`', r"\x60").replace('|', r"\x7c"))
}

/// Text of which nothing is markup: no emphasis, link, HTML, formula, mention or reference.
pub(super) fn plain(text: &str) -> String {
    let text = safe(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '!' => {
                out.push('\\');
                out.push(character);
            }
            // An escape does not keep GitHub from seeing a mention, a reference or an address.
            '@' | '#' => {
                let _ = write!(out, "{character}<!-- -->");
            }
            ':' if rest.starts_with("://") => out.push_str(r"\:"),
            '.' if out.ends_with("www") || out.ends_with("WWW") => out.push_str(r"\."),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Rows, code, plain};

    #[test]
    fn text_stays_text() {
        assert_eq!(code("a`b|c\n<x>"), r"`a\x60b\x7cc\u{a}<x>`");
        assert_eq!(code(r"a\|b"), r"`a\\x7cb`");
        assert_eq!(code(" "), "");
        assert_eq!(plain("*a* [b](c) <img> @you #1 $x$"), r"\*a\* \[b\](c) \<img\> @<!-- -->you #<!-- -->1 \$x\$");
        assert_eq!(plain("see https://x.example or www.x.example"), r"see https\://x.example or www\.x.example");
    }

    #[test]
    fn rows_beyond_the_room_are_counted() {
        let mut rows = Rows::default();
        (0..10).for_each(|_| rows.push("0123456789".to_owned(), 35));
        assert_eq!((rows.rows.len(), rows.left_out), (3, 7));
        assert!(rows.pop());
        assert_eq!((rows.rows.len(), rows.left_out, rows.bytes), (2, 8, 22));
    }
}
