//! reviewdog's diagnostics (`rdjson`), for a comment at the place in any code review that it knows. It counts columns in bytes.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::stream::Stream;
use super::{Report, Run, Style, Summary, UNREADABLE, words};
use crate::finding::{Examined, Status};
use crate::source::{Source, Span};
use crate::text::safe;

struct Rdjson<'a> {
    out: Stream<'a>,
    run: &'a Run<'a>,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Rdjson { out: Stream::new(out), run })
}

impl Rdjson<'_> {
    fn start(&mut self) -> io::Result<()> {
        if self.out.untouched() {
            self.out.object(None)?;
            self.out.value(Some("source"), &json!({ "name": "interdict" }))?;
            self.out.array(Some("diagnostics"))?;
        }
        Ok(())
    }

    fn place(&self, source: &Source, span: Span) -> Value {
        let position = |offset| json!({ "line": source.location(offset).line, "column": source.byte_column(offset) });
        json!({
            "path": self.run.base.path(source.name()),
            "range": { "start": position(span.start), "end": position(span.end) },
        })
    }
}

impl Report for Rdjson<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        if let Err(error) = &examined.document {
            let message = words::not_evaluated(source, error, "\n");
            let place = self.place(source, error.span.unwrap_or_default());
            let item = json!({ "message": message, "location": place, "severity": "ERROR", "code": { "value": UNREADABLE } });
            self.out.value(None, &item)?;
        }
        for finding in &examined.assessment.findings {
            let severity = match finding.status {
                Status::Prohibited => "ERROR",
                Status::Review => "WARNING",
                Status::Note => "INFO",
                // Somebody has decided about it: it asks for no comment.
                Status::Waived => continue,
            };
            let headline = format!("{}: {}", words::status(finding.status), words::headline(finding));
            let message = format!("{headline}\n{}", words::help_text(source, finding, false));
            let mut code = json!({ "value": words::rule(&finding.rule) });
            let part = self.run.parts.iter().find(|part| part.id == finding.rule.policy);
            if let Some(page) = part.and_then(|part| part.text_source.as_ref()).filter(|page| page.starts_with("https://")) {
                code["url"] = safe(page).into();
            }
            let place = self.place(source, finding.span());
            let item = json!({ "message": message, "location": place, "severity": severity, "code": code });
            self.out.value(None, &item)?;
        }
        Ok(())
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.start()?;
        self.out.finish()
    }
}
