//! Reports: one format a file, behind one small trait. A report shows what was assessed and decides nothing.

mod human;
mod json;

use std::io::{self, Write};

use jiff::civil::Date;

pub use human::{Style, document_error, in_words, policy_errors, policy_lint};
pub use json::write_json;

use crate::finding::{Examined, Ledger, Part};
use crate::source::Source;
use crate::verdict::Verdict;

/// What holds for the whole run.
#[derive(Debug)]
pub struct Run<'a> {
    /// The day that the evaluation is as of.
    pub as_of: Date,
    /// The policies that take part.
    pub parts: &'a [Part],
    /// What the reader of a report has to know about the run itself: a past date, a stale pack, a waiver that ended.
    pub notes: &'a [String],
}

/// The sum over all documents.
#[derive(Debug)]
pub struct Summary {
    /// How many documents there were.
    pub documents: usize,
    /// How many of them could not be evaluated.
    pub errors: usize,
    /// The sum of their ledgers.
    pub ledger: Ledger,
    /// The worst verdict.
    pub verdict: Verdict,
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
    /// How to begin one.
    pub begin: Begin,
}

/// Every format. The command line and its help are made from this list.
pub static FORMATS: [Format; 2] = [
    Format { name: "human", about: "diagnostics for a person", digests: false, begin: human::begin },
    Format { name: "json", about: "everything, for machines: interdict-report, version 1", digests: true, begin: json::begin },
];

/// The format with this name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
