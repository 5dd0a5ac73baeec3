//! Logging commands for Azure Pipelines: an issue for each finding, with its place. The exit code fails the task, not a command.

use std::io::{self, Write};

use super::{Report, Run, Style, Summary, UNREADABLE, words};
use crate::finding::{Examined, Status};
use crate::source::{Source, Span};
use crate::text::safe;

struct Azure<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Azure { out, run })
}

impl Azure<'_> {
    fn issue(&mut self, kind: &str, source: &Source, span: Span, code: &str, message: &str) -> io::Result<()> {
        let location = source.location(span.start);
        let path = self.run.base.absolute(source.name());
        writeln!(
            self.out,
            "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
            escaped(&safe(&path)),
            location.line,
            location.column,
            escaped(code),
            escaped(message)
        )
    }
}

impl Report for Azure<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        if let Err(error) = &examined.document {
            let message = words::not_evaluated(source, error, "; ");
            self.issue("error", source, error.span.unwrap_or_default(), UNREADABLE, &message)?;
        }
        for finding in &examined.assessment.findings {
            let kind = match finding.status {
                Status::Prohibited => "error",
                Status::Review => "warning",
                Status::Waived | Status::Note => continue,
            };
            let mut said = vec![format!("{}: {}", words::status(finding.status), words::headline(finding))];
            said.extend(words::in_short(source, finding));
            self.issue(kind, source, finding.span(), &words::rule(&finding.rule), &said.join("; "))?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
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

/// For a property or the text; the sign that escapes is escaped first.
fn escaped(text: &str) -> String {
    text.replace('%', "%AZP25").replace(';', "%3B").replace('\r', "%0D").replace('\n', "%0A").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn an_issue_ends_where_it_should() {
        assert_eq!(escaped("a;b]c%3B\r\n"), "a%3Bb%5Dc%AZP253B%0D%0A");
    }
}
