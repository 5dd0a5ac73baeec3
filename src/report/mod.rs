//! Reports: one format a file, behind one small trait. A report shows what was assessed and decides nothing.
//!
//! What the formats have in common stands beside them: the words for a finding, the place of a document, JSON that is written as it comes.
//! A report is written while the documents are read, and holds none of them.

mod azure;
mod csv;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod ndjson;
mod place;
mod rdjson;
mod sarif;
mod stream;
mod words;

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use jiff::civil::Date;

pub use human::{Style, document_error, policy_errors, policy_lint};
pub use markdown::{STEP_SUMMARY_MAX, step_summary};
pub use place::Base;
pub(crate) use place::plain;
pub use stream::write_json;
pub use words::in_words;

use crate::baseline::Baseline;
use crate::finding::{Examined, Finding, Ledger, Part, Rule};
use crate::source::Source;
use crate::verdict::{FailOn, Outcome, Verdict};

/// What holds for the whole run.
#[derive(Debug)]
pub struct Run<'a> {
    /// The day that the evaluation is as of.
    pub as_of: Date,
    /// The policies that take part.
    pub parts: &'a [Part],
    /// Their rules.
    pub rules: &'a [Arc<Rule>],
    /// From which verdict on the run fails. No report decides that; some have to say it in their own terms.
    pub fail_on: FailOn,
    /// Where the documents lie.
    pub base: &'a Base,
    /// What the verdict line itself has to say, in parentheses: that another day than today was asked for, that a policy is past its review date.
    pub caveats: &'a [String],
    /// What the reader of a report has to know about the run itself: a past date, a stale pack, a waiver that ended.
    pub notes: &'a [String],
    /// The earlier report that the findings are held against.
    pub baseline: Option<&'a Baseline>,
    /// Whether only what is new since then fails the run.
    pub fail_on_new: bool,
    /// For each of the policies, why none of its rules was applied, if so.
    pub applied: &'a [Option<String>],
    /// Whether a document that another one refers to has to take part in the run.
    pub require_linked: bool,
    /// By which key names are hashed, if they are.
    pub redacted: Option<&'a str>,
}

impl Run<'_> {
    /// Whether a finding fails the run.
    #[must_use]
    pub fn fails(&self, finding: &Finding) -> bool {
        finding.status.fails(self.fail_on) && (finding.came() || !self.fail_on_new)
    }
}

/// The sum over all documents.
#[derive(Debug)]
pub struct Summary {
    /// How many documents there were.
    pub documents: usize,
    /// How many of them could not be evaluated.
    pub errors: usize,
    /// How many were evaluated that a second reader was to confirm, and nobody did.
    pub unconfirmed: usize,
    /// The sum of their ledgers.
    pub ledger: Ledger,
    /// The worst verdict.
    pub verdict: Verdict,
    /// How the run ends, unless a report cannot be written.
    pub outcome: Outcome,
    /// What the first prohibited components are called, and where they are; safe to show.
    pub prohibited: Vec<String>,
    /// How many documents were referred to that did not take part.
    pub missing_links: usize,
    /// What came out only at the end: waivers that nothing needed.
    pub notes: Vec<String>,
}

/// A report in the making. Documents come in the order of the inputs.
pub trait Report {
    /// One document.
    ///
    /// # Errors
    /// Those of the writer.
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()>;

    /// The end.
    ///
    /// # Errors
    /// Those of the writer.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}

/// How to begin a report: on which writer, for which run, in which style.
pub type Begin = for<'a> fn(Box<dyn Write + 'a>, &'a Run<'a>, Style) -> Box<dyn Report + 'a>;

/// One format.
#[derive(Debug)]
pub struct Format {
    /// The word for it on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// Whether it shows the digests of the documents.
    pub digests: bool,
    /// Whether it lists every component for which the document names no vendor.
    pub lists_components: bool,
    /// What stands before a sentence that tells a runner that there is nothing to report.
    pub refusal: Option<&'static str>,
    /// How to begin one.
    pub begin: Begin,
}

/// Every format. The command line and its help are made from this list.
pub static FORMATS: [Format; 12] = [
    Format {
        name: "human",
        about: "diagnostics for a person",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: human::begin,
    },
    Format {
        name: "json",
        about: "everything, for machines: interdict-report, version 1",
        digests: true,
        lists_components: true,
        refusal: None,
        begin: json::begin,
    },
    Format {
        name: "ndjson",
        about: "the same, one JSON object a line",
        digests: true,
        lists_components: true,
        refusal: None,
        begin: ndjson::begin,
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0, for code scanning",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: sarif::begin,
    },
    Format {
        name: "junit",
        about: "JUnit XML, for test dashboards",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: junit::begin,
    },
    Format {
        name: "github",
        about: "annotations, a step summary and outputs, inside GitHub Actions",
        digests: false,
        lists_components: false,
        refusal: Some("::error title=interdict::"),
        begin: github::begin,
    },
    Format {
        name: "gitlab",
        about: "GitLab's Code Quality report",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: gitlab::begin,
    },
    Format {
        name: "azure",
        about: "logging commands, inside Azure Pipelines",
        digests: false,
        lists_components: false,
        refusal: Some("##vso[task.logissue type=error]"),
        begin: azure::begin,
    },
    Format {
        name: "rdjson",
        about: "reviewdog's diagnostics",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: rdjson::begin,
    },
    Format {
        name: "markdown",
        about: "tables, for a comment or a page",
        digests: false,
        lists_components: false,
        refusal: None,
        begin: markdown::begin,
    },
    Format {
        name: "html",
        about: "one page, for a contracting officer and an engineer",
        digests: true,
        lists_components: false,
        refusal: None,
        begin: html::begin,
    },
    Format {
        name: "csv",
        about: "a row for each finding, for spreadsheets",
        digests: false,
        lists_components: true,
        refusal: None,
        begin: csv::begin,
    },
];

/// The format with this name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Says of each key how often it has come, so that readers that merge equal ones can be given different ones.
#[derive(Debug, Default)]
struct Counter(HashMap<Box<str>, u32>);

impl Counter {
    /// From 1.
    fn nth(&mut self, key: &str) -> u32 {
        if let Some(count) = self.0.get_mut(key) {
            *count += 1;
            return *count;
        }
        self.0.insert(key.into(), 1);
        1
    }

    /// The key, with `:2` and so on behind it when it has come before.
    fn unique(&mut self, key: &str) -> String {
        match self.nth(key) {
            1 => key.to_owned(),
            nth => format!("{key}:{nth}"),
        }
    }
}

/// A document that could not be evaluated, under the rule of this name in reports that know only rules.
const UNREADABLE: &str = "document/unreadable";

#[cfg(test)]
mod tests {
    /// Holds a schema against the one kept in this folder.
    pub(super) fn assert_schema<T: schemars::JsonSchema>(name: &str) {
        let path = format!("{}/src/report/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), current, "run UPDATE_SCHEMA=1 cargo test --lib");
    }
}
