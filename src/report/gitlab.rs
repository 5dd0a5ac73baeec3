//! GitLab's Code Quality report: one array, of which it reads five keys. It merges equal fingerprints, so each is made different.

use std::io::{self, Write};

use serde_json::json;

use super::stream::Stream;
use super::{Counter, Report, Run, Style, Summary, UNREADABLE, words};
use crate::finding::{Examined, Status};
use crate::source::{Source, hex_sha256};

struct GitLab<'a> {
    out: Stream<'a>,
    run: &'a Run<'a>,
    prints: Counter,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(GitLab { out: Stream::new(out), run, prints: Counter::default() })
}

impl GitLab<'_> {
    fn start(&mut self) -> io::Result<()> {
        if self.out.untouched() { self.out.array(None) } else { Ok(()) }
    }

    fn item(&mut self, rule: &str, severity: &str, description: &str, print: &str, path: &str, line: usize) -> io::Result<()> {
        let print = self.prints.unique(print);
        let item = json!({
            "description": description,
            "check_name": rule,
            "fingerprint": print,
            "severity": severity,
            "location": { "path": path, "lines": { "begin": line } },
        });
        self.out.value(None, &item)
    }
}

impl Report for GitLab<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        let path = self.run.base.path(source.name());
        if let Err(error) = &examined.document {
            let description = words::not_evaluated(source, error, "; ");
            let print = hex_sha256(format!("1\0{UNREADABLE}\0{path}\0{}", error.code).as_bytes());
            let line = source.location(error.span.unwrap_or_default().start).line;
            self.item(UNREADABLE, "blocker", &description, &print[..32], &path, line)?;
        }
        for finding in &examined.assessment.findings {
            let severity = match finding.status {
                Status::Prohibited => "blocker",
                Status::Review => "major",
                Status::Note => "info",
                // It would be shown as open.
                Status::Waived => continue,
            };
            let change = words::change(finding);
            let since = if change.is_empty() { change } else { format!(" ({change})") };
            let description = format!("{}: {}{since}", words::status(finding.status), words::headline(finding));
            let line = source.location(finding.span().start).line;
            // The same component in two documents is two findings.
            let print = hex_sha256(format!("1\0{path}\0{}", finding.fingerprint).as_bytes());
            self.item(&words::rule(&finding.rule), severity, &description, &print[..32], &path, line)?;
        }
        Ok(())
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.start()?;
        self.out.finish()
    }
}
