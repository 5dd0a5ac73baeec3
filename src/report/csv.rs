//! A row for each finding, for each component that cannot be identified (`unverifiable`) or has no named vendor (`no-vendor`), for each document
//! that could not be evaluated, and for the whole run, by RFC 4180. No cell begins as a formula.

use std::io::{self, Write};

use super::{Report, Run, Style, Summary, words};
use crate::finding::{Examined, Finding};
use crate::source::{Source, Span};
use crate::text::safe;

/// The columns, in order. New ones are added at the end only.
const COLUMNS: [&str; 26] = [
    "status",
    "policy",
    "rule",
    "law",
    "entity",
    "country",
    "kind",
    "name",
    "version",
    "purl",
    "ref",
    "document",
    "line",
    "column",
    "field",
    "value",
    "strength",
    "matched",
    "confirmed",
    "path",
    "waiver",
    "waiver_by",
    "waiver_until",
    "fingerprint",
    "message",
    "change",
];

struct Csv<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    begun: bool,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Csv { out, run, begun: false })
}

impl Csv<'_> {
    fn start(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        write!(self.out, "{}\r\n", COLUMNS.join(","))
    }

    fn row(&mut self, cells: &[&str; COLUMNS.len()]) -> io::Result<()> {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.out.write_all(b",")?;
            }
            self.out.write_all(guarded(cell).as_bytes())?;
        }
        self.out.write_all(b"\r\n")
    }

    /// A row of which only these cells are filled.
    fn cells(&mut self, filled: &[(&str, &str)]) -> io::Result<()> {
        let mut cells = [""; COLUMNS.len()];
        for (name, cell) in filled {
            if let Some(at) = COLUMNS.iter().position(|column| column == name) {
                cells[at] = cell;
            }
        }
        self.row(&cells)
    }

    fn finding(&mut self, source: &Source, finding: &Finding) -> io::Result<()> {
        let (line, column) = place(source, finding.span());
        let (subject, entity, evidence, waiver) = (&finding.subject, &finding.entity, finding.evidence.first(), &finding.waiver);
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let country = entity.as_ref().and_then(|entity| entity.country.clone()).unwrap_or_default();
        let path = finding.paths.listed.first().map_or(String::new(), |path| path.join(" > "));
        let until = waiver.as_ref().map_or(String::new(), |waiver| waiver.expires.to_string());
        self.row(&[
            finding.status.as_str(),
            &finding.rule.policy,
            &finding.rule.id,
            &words::law(&finding.rule),
            entity.as_ref().map_or("", |entity| &entity.name),
            &country,
            subject.kind.as_str(),
            &subject.label,
            &optional(&subject.version),
            &optional(&subject.purl),
            &optional(&subject.reference),
            source.name(),
            &line,
            &column,
            evidence.map_or("", |evidence| evidence.field),
            evidence.map_or("", |evidence| &evidence.value),
            evidence.map_or("", |evidence| evidence.strength.as_str()),
            evidence.map_or("", |evidence| &evidence.matched),
            evidence.map_or("", |evidence| if evidence.confirmed { "yes" } else { "no" }),
            &path,
            waiver.as_ref().map_or("", |waiver| &waiver.reason),
            waiver.as_ref().map_or("", |waiver| &waiver.by),
            &until,
            &finding.fingerprint,
            &words::headline(finding),
            finding.change.as_ref().map_or("", |change| change.kind.as_str()),
        ])
    }
}

impl Report for Csv<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        for finding in &examined.assessment.findings {
            self.finding(source, finding)?;
        }
        for unnamed in &examined.assessment.without_vendor {
            let (status, message) = match unnamed.identified {
                true => ("no-vendor", "the document names no vendor for this component"),
                false => ("unverifiable", "this component cannot be identified"),
            };
            let optional = |text: &'_ Option<String>| text.clone().unwrap_or_default();
            self.cells(&[
                ("status", status),
                ("policy", "document"),
                ("kind", unnamed.kind.as_str()),
                ("name", &unnamed.label),
                ("version", &optional(&unnamed.version)),
                ("purl", &optional(&unnamed.purl)),
                ("ref", &optional(&unnamed.reference)),
                ("document", source.name()),
                ("message", message),
            ])?;
        }
        if let Err(error) = &examined.document {
            let (line, column) = error.span.map_or_else(Default::default, |span| place(source, span));
            let message = format!("{}; {}", error.message, error.help);
            self.cells(&[
                ("status", "error"),
                ("policy", "document"),
                ("rule", error.code),
                ("document", source.name()),
                ("line", &line),
                ("column", &column),
                ("message", &message),
            ])?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.start()?;
        let meaning = words::meaning(self.run, summary);
        self.cells(&[("status", summary.verdict.as_str()), ("policy", "run"), ("rule", "verdict"), ("message", &meaning)])?;
        self.out.flush()
    }
}

fn place(source: &Source, span: Span) -> (String, String) {
    let location = source.location(span.start);
    (location.line.to_string(), location.column.to_string())
}

/// A cell that no spreadsheet takes for a formula: an apostrophe before what would begin one, in any width.
fn guarded(text: &str) -> String {
    let text = safe(text);
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '|', '%']);
    let guard = if formula { "'" } else { "" };
    if formula || text.contains(['"', ',', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_cell_is_text_whatever_it_says() {
        for (text, cell) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            (" +1", "\"' +1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\u{ff1d}1", "\"'\u{ff1d}1\""),
            ("a\r\n=1", "a\\u{d}\\u{a}=1"),
        ] {
            assert_eq!(guarded(text), cell);
        }
    }
}
