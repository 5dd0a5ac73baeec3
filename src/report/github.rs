//! Workflow commands for GitHub Actions: the worst findings as annotations.
//!
//! A step may give ten errors and ten warnings; what is more is dropped without a word. So there are nine of each, the worst first, and one that
//! counts the rest. Everything is in the step's summary, which `run` writes beside this.

use std::io::{self, Write};

use super::{Report, Run, Style, Summary, UNREADABLE, words};
use crate::finding::{Examined, Finding, Status};
use crate::source::{Source, Span};
use crate::text::safe;

/// Annotations of one kind.
const ANNOTATIONS: usize = 9;

struct GitHub<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    /// Documents that could not be evaluated, prohibited findings, findings for review.
    kinds: [Kind; 3],
}

/// The first annotations of one kind, and how many there were.
#[derive(Default)]
struct Kind {
    first: Vec<String>,
    count: usize,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(GitHub { out, run, kinds: Default::default() })
}

impl GitHub<'_> {
    fn finding(&mut self, source: &Source, finding: &Finding) {
        let (kind, command) = match finding.status {
            Status::Prohibited => (1, "error"),
            Status::Review => (2, "warning"),
            Status::Waived | Status::Note => return,
        };
        self.add(kind, |run| {
            let mut lines = vec![format!("{}: {}", words::status(finding.status), words::headline(finding))];
            lines.extend(words::in_short(source, finding));
            annotation(run, command, source, Some(finding.span()), &words::rule(&finding.rule), &lines.join("\n"))
        });
    }

    fn add(&mut self, kind: usize, make: impl FnOnce(&Run<'_>) -> String) {
        let kind = &mut self.kinds[kind];
        kind.count += 1;
        if kind.first.len() < ANNOTATIONS {
            kind.first.push(make(self.run));
        }
    }

    /// The annotations of these kinds, the worst first, and one that counts the rest.
    fn tell(&mut self, kinds: std::ops::Range<usize>, command: &str) -> io::Result<()> {
        let count: usize = self.kinds[kinds.clone()].iter().map(|kind| kind.count).sum();
        for line in self.kinds[kinds].iter().flat_map(|kind| &kind.first).take(ANNOTATIONS) {
            writeln!(self.out, "{line}")?;
        }
        if count > ANNOTATIONS {
            writeln!(self.out, "::{command} title=interdict::{} more, see the summary", count - ANNOTATIONS)?;
        }
        Ok(())
    }
}

impl Report for GitHub<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        if let Err(error) = &examined.document {
            let message = words::not_evaluated(source, error, "\n");
            self.add(0, |run| annotation(run, "error", source, error.span, UNREADABLE, &message));
        }
        examined.assessment.findings.iter().for_each(|finding| self.finding(source, finding));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.tell(0..2, "error")?;
        self.tell(2..3, "warning")?;
        writeln!(self.out, "interdict: {}", words::ledger(&summary.ledger))?;
        for note in self.run.notes.iter().chain(&summary.notes) {
            writeln!(self.out, "interdict: note: {}", safe(note))?;
        }
        let (verdict, unconfirmed) = (summary.verdict, words::unconfirmed(summary));
        writeln!(self.out, "interdict: verdict: {}: {}{unconfirmed}", verdict.as_str(), words::meaning(self.run, verdict))?;
        if let Some(exit) = words::exit(self.run, summary) {
            writeln!(self.out, "interdict: {exit}")?;
        }
        self.out.flush()
    }
}

fn annotation(run: &Run<'_>, command: &str, source: &Source, span: Option<Span>, title: &str, message: &str) -> String {
    let mut properties = vec![("file", safe(&run.base.path(source.name())).into_owned())];
    if let Some(span) = span {
        let (start, end) = (source.location(span.start), source.location(span.end));
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        // Columns are taken within one line only.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", title.to_owned()));
    let properties: Vec<String> = properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    format!("::{command} {}::{}", properties.join(","), data(message))
}

/// The text of a command. The sign that escapes is escaped first.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn escapes_read_back() {
        assert_eq!(data("100%0A\r\n::"), "100%250A%0D%0A::");
        assert_eq!(property("a,b:c%2C"), "a%2Cb%3Ac%252C");
    }
}
