//! `interdict diff`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{CheckOptions, Environment, Gate, Search, check, inputs, read_bounded};
use crate::baseline::{Baseline, Listed};
use crate::diff::Diff;
use crate::document::{self, Limits};
use crate::report::{self, FORMATS, Style};
use crate::source::Source;
use crate::text::inline;
use crate::verdict::{FailOn, Outcome};

/// What `diff` is asked to do.
#[derive(Debug)]
pub struct DiffOptions {
    /// The older report, SBOM or folder.
    pub old: PathBuf,
    /// The newer one.
    pub new: PathBuf,
    /// Whether to write JSON.
    pub json: bool,
    /// Packs and policy files for what is no report; discovered if there is none.
    pub policies: Vec<String>,
    /// Who may weaken the gate.
    pub gate: Gate,
    /// The day to evaluate as of, if the command line says so.
    pub as_of: Option<Date>,
    /// From which verdict on what came fails.
    pub fail_on: FailOn,
    /// How errors look.
    pub style: Style,
    /// How much of a document is read.
    pub limits: Limits,
}

/// One side of the comparison, and whether it was evaluated just now.
struct Side {
    report: Baseline,
    evaluated: bool,
}

/// Shows what has changed between two reports, or between what two SBOMs come to.
///
/// # Errors
/// Those of writing.
pub fn diff(options: &DiffOptions, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let (Some(old), Some(new)) = (side(options, &options.old, stderr)?, side(options, &options.new, stderr)?) else {
        return Ok(Outcome::NotEvaluated);
    };
    if old.report.redacted != new.report.redacted {
        writeln!(stderr, "error: the names of one side are hashed, or hashed with another key, so the two cannot be told apart")?;
        return Ok(Outcome::NotEvaluated);
    }
    let diff = Diff::between(&old.report, &new.report, &|past, document, gone| {
        let mut listed = Listed::looking_for(past, gone, None);
        if !new.evaluated || listed.is_idle() {
            return;
        }
        // A document in an archive has the path of the archive before its own name.
        let file = document.path.split_once("!/").map_or(&*document.path, |(archive, _)| archive);
        let file = if Path::new(&document.path).exists() { &document.path } else { file };
        for input in inputs(&[PathBuf::from(file)], &Search::default(), &options.limits).0 {
            let (name, bytes) = input.bytes(&options.limits);
            let opened = bytes.map(|bytes| document::open(&name, bytes, &options.limits)).unwrap_or_default();
            for opened in opened.into_iter().filter(|opened| opened.source.name() == document.path) {
                // The evaluation has reported an error already, if there is one.
                let _ = opened.read(&options.limits, &mut listed);
            }
        }
        listed.mark(past, gone);
    });
    if options.json {
        diff.write_json(stdout)?
    } else {
        diff.write_human(stdout)?
    }
    stdout.flush()?;
    let whole = [&old, &new].iter().all(|side| side.report.documents.iter().all(|document| document.evaluated));
    Ok(match (whole, diff.fails(options.fail_on)) {
        (false, _) => Outcome::NotEvaluated,
        (true, true) => Outcome::Failed,
        (true, false) => Outcome::Passed,
    })
}

/// A report as it is, anything else after its evaluation; nothing if there is no way to either.
fn side(options: &DiffOptions, path: &Path, stderr: &mut dyn Write) -> io::Result<Option<Side>> {
    if path.is_file()
        && let Ok(bytes) = read_bounded(path, options.limits.size)
        && let Ok(source) = Source::from_bytes(path.display().to_string(), bytes)
        && let Ok(report) = Baseline::read(&source)
    {
        return Ok(Some(Side { report, evaluated: false }));
    }
    let json = report::format("json").unwrap_or(&FORMATS[0]);
    let options = CheckOptions {
        paths: vec![path.to_owned()],
        search: Search::default(),
        policies: options.policies.clone(),
        gate: options.gate.clone(),
        format: json,
        outputs: Vec::new(),
        environment: Environment::default(),
        fail_on: Some(FailOn::Never),
        as_of: options.as_of,
        look_ahead: None,
        profiles: Vec::new(),
        style: options.style,
        limits: options.limits,
        strict: false,
        require_confirmation: false,
        ways: crate::inventory::Ways::Shortest(1),
        baseline: None,
        fail_on_new: false,
        redact: None,
        progress: super::ProgressWhen::Auto,
        allow_empty: false,
        require_linked: false,
    };
    let mut text = Vec::new();
    check(&options, &mut text, stderr)?;
    let source = Source::from_bytes(path.display().to_string(), text).map_err(|error| io::Error::other(error.message.clone()))?;
    match Baseline::read(&source) {
        Ok(report) => Ok(Some(Side { report, evaluated: true })),
        // The policy was at fault, and that has been said.
        Err(_) if source.text().is_empty() => Ok(None),
        Err(message) => {
            writeln!(stderr, "error: {}: {message}", inline(&path.display().to_string()))?;
            Ok(None)
        }
    }
}
