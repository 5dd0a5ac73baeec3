//! The command that explains one subject.

use std::io::{self, Write};
use std::path::PathBuf;

use jiff::civil::Date;

use super::clock::Day;
use super::{Gate, Search, chosen_profiles, inputs, policy_files};
use crate::document::{self, Limits, Opened};
use crate::explain::Explainer;
use crate::policy::InForce;
use crate::report::{self, Style};
use crate::source::Source;
use crate::text::inline;
use crate::verdict::Outcome;

/// What `explain` is asked to do.
#[derive(Debug)]
pub struct ExplainOptions {
    /// The SBOM.
    pub path: PathBuf,
    /// The subject: a bom-ref or SPDXID, a purl, or a name.
    pub subject: String,
    /// Packs and policy files; discovered if there is none.
    pub policies: Vec<String>,
    /// Who may weaken the gate.
    pub gate: Gate,
    /// The day to evaluate as of, if the command line says so.
    pub as_of: Option<Date>,
    /// The contract profiles whose laws are asked for; all if there is none.
    pub profiles: Vec<String>,
    /// How errors look.
    pub style: Style,
    /// How much of a document is read.
    pub limits: Limits,
}

/// Explains every subject that is called so. The outcome says whether one was found, not what became of it.
///
/// # Errors
/// Those of writing.
pub fn explain(options: &ExplainOptions, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let day = match Day::of(options.as_of) {
        Ok(day) => day,
        Err(message) => {
            writeln!(stderr, "error: {message}")?;
            return Ok(Outcome::NotEvaluated);
        }
    };
    let policy = match policy_files::load(&options.policies, &options.gate) {
        Ok(policy) => policy,
        Err(errors) => {
            stderr.write_all(report::policy_errors(&errors, options.style).as_bytes())?;
            return Ok(Outcome::NotEvaluated);
        }
    };
    if let Some(message) = super::unknown_profile(&options.profiles, &policy) {
        writeln!(stderr, "error: {message}")?;
        return Ok(Outcome::NotEvaluated);
    }
    let in_force = InForce::new(&policy, day.as_of, &chosen_profiles(&options.profiles, &policy));
    let (mut found, mut near, mut failed) = (0, Vec::new(), false);
    for input in inputs(std::slice::from_ref(&options.path), &Search::default(), &options.limits).0 {
        let (name, bytes) = input.bytes(&options.limits);
        let opened = match bytes {
            Ok(bytes) => document::open(&name, bytes, &options.limits),
            Err(error) => vec![Opened::unread(Source::unread(name), error)],
        };
        for opened in opened {
            let mut explainer = Explainer::new(&in_force, &opened.source, &options.subject);
            if let Err(error) = opened.read(&options.limits, &mut explainer) {
                failed = true;
                stderr.write_all(report::document_error(&opened.source, &error, options.style).as_bytes())?;
            }
            explainer.write(stdout)?;
            found += explainer.found();
            near.extend_from_slice(explainer.near());
        }
    }
    stdout.flush()?;
    if found == 0 && !failed {
        writeln!(stderr, "error: nothing in {} is called `{}`", inline(&options.path.display().to_string()), inline(&options.subject))?;
        let near: Vec<_> = near.iter().map(|name| inline(name).into_owned()).collect();
        if near.is_empty() {
            writeln!(stderr, "name a subject by its bom-ref or SPDXID, its purl, or its name")?;
        } else {
            writeln!(stderr, "similar: {}", near.join(", "))?;
        }
    }
    Ok(if found == 0 || failed { Outcome::NotEvaluated } else { Outcome::Passed })
}
