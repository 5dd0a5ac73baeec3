//! One JSON object a line, for pipes and log systems: `interdict-ndjson`, version 1.
//!
//! A line `run` comes first, a line `summary` last. In between stand, for each document in the order of the inputs, its findings (`finding`),
//! what is ahead (`ahead`), and then the document itself (`document`), which closes it. A file without a `summary` is not complete. The parts are
//! those of the JSON report; the schema of a line is kept beside this file.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{self, JsonAbout, JsonAhead, JsonBaseline, JsonFinding, JsonPolicy, JsonSummary, SCHEMA, Tool};
use super::stream::write_line;
use super::{Report, Run, Style, Summary};
use crate::finding::Examined;
use crate::source::Source;
use crate::verdict::Verdict;

/// One line.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    /// What holds for the whole run.
    Run {
        /// The version of this shape: 1.
        schema: u32,
        tool: Tool,
        /// The day that the evaluation is as of, in UTC.
        as_of: String,
        /// The policies that took part, extended ones first.
        policies: Vec<JsonPolicy<'a>>,
        /// The files that took part and only describe makers.
        makers: Vec<JsonPolicy<'a>>,
        /// The earlier report that the findings are held against.
        baseline: Option<JsonBaseline<'a>>,
        /// By which key the names of components are hashed; null if they are not.
        redacted: Option<&'a str>,
        /// What has to be known about the run itself.
        notes: &'a [String],
    },
    /// One finding.
    Finding {
        /// The path of its document, as in the line `document`.
        document: &'a str,
        finding: Box<JsonFinding<'a>>,
    },
    /// What will begin to fail, if that was asked for.
    Ahead {
        /// The path of its document.
        document: &'a str,
        ahead: Box<JsonAhead<'a>>,
    },
    /// One document; its findings have come before it.
    Document { document: Box<JsonAbout<'a>> },
    /// The end.
    Summary {
        /// The worst verdict of all documents.
        verdict: Verdict,
        summary: JsonSummary,
        /// What came out only at the end.
        notes: &'a [String],
    },
}

struct Ndjson<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    begun: bool,
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(Ndjson { out, run, begun: false })
}

impl Ndjson<'_> {
    fn start(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let line = Line::Run {
            schema: SCHEMA,
            tool: Tool::THIS,
            as_of: self.run.as_of.to_string(),
            policies: json::policies(self.run, true),
            makers: json::policies(self.run, false),
            baseline: json::baseline(self.run),
            redacted: self.run.redacted,
            notes: self.run.notes,
        };
        write_line(&mut self.out, &line)
    }
}

impl Report for Ndjson<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        self.start()?;
        let document = source.name();
        for finding in &examined.assessment.findings {
            write_line(&mut self.out, &Line::Finding { document, finding: Box::new(json::finding(self.run, source, finding)) })?;
        }
        for ahead in &examined.assessment.ahead {
            write_line(&mut self.out, &Line::Ahead { document, ahead: Box::new(json::ahead(self.run, source, ahead)) })?;
        }
        write_line(&mut self.out, &Line::Document { document: Box::new(json::about(source, examined)) })?;
        // Whoever reads a pipe gets each document when it is done.
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.start()?;
        write_line(
            &mut self.out,
            &Line::Summary { verdict: summary.verdict, summary: JsonSummary::of(self.run, summary), notes: &summary.notes },
        )?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    /// The committed schema is the one that the types give. `UPDATE_SCHEMA=1 cargo test` writes it anew.
    #[test]
    fn the_committed_schema_is_current() {
        crate::report::tests::assert_schema::<super::Line<'_>>("interdict-ndjson-1");
    }
}
