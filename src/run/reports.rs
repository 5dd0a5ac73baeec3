//! The reports of one run, fed together: standard output, files, and what a CI system wants to be told.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CheckOptions;
use crate::finding::{Examined, Ledger};
use crate::report::{self, Base, FORMATS, Format, Report, Run, STEP_SUMMARY_MAX, Style, Summary};
use crate::source::Source;
use crate::text::inline;
use crate::verdict::{Outcome, Verdict};

/// What a CI system says of itself in the environment. Everything of it is read once, here.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Whether this is GitHub Actions.
    pub github: bool,
    /// Whether this is Azure Pipelines.
    pub azure: bool,
    /// Whether more is to be said, because somebody debugs the job.
    pub debug: bool,
    /// Where the repository is checked out.
    pub workspace: Option<PathBuf>,
    /// Where the step's summary goes.
    pub step_summary: Option<PathBuf>,
    /// Where the step's outputs go.
    pub step_output: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    #[must_use]
    pub fn read() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |name| set(name).map(PathBuf::from);
        Self {
            github: set("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            azure: set("TF_BUILD").is_some(),
            debug: set("RUNNER_DEBUG").is_some_and(|value| value == "1"),
            workspace: path("GITHUB_WORKSPACE").or_else(|| path("CI_PROJECT_DIR")).or_else(|| path("BUILD_SOURCESDIRECTORY")),
            step_summary: path("GITHUB_STEP_SUMMARY"),
            step_output: path("GITHUB_OUTPUT"),
        }
    }

    /// The format that these surroundings call for. GitLab reads files only: its job log is for a person.
    #[must_use]
    pub fn format(&self) -> &'static Format {
        let name = match self {
            Self { github: true, .. } => "github",
            Self { azure: true, .. } => "azure",
            _ => "human",
        };
        report::format(name).unwrap_or(&FORMATS[0])
    }

    /// Where the command runs, and the root of the repository around it: what the CI system checked out, or the nearest folder with a `.git`.
    pub(super) fn base(&self) -> Base {
        let here = std::env::current_dir().unwrap_or_default();
        let workspace = self.workspace.as_deref().filter(|root| here.starts_with(root));
        let root = workspace.or_else(|| here.ancestors().find(|folder| folder.join(".git").exists())).unwrap_or(&here);
        Base::new(&here, root)
    }
}

/// The report on standard output and those in files.
pub(super) struct Reports<'a> {
    stdout: Box<dyn Report + 'a>,
    files: Vec<FileReport<'a>>,
    /// Nobody reads standard output any more: that changes no verdict.
    closed: bool,
}

/// A report that is written to a file. What goes wrong with it is said at the end, so that the other reports are still complete.
struct FileReport<'a> {
    report: Option<Box<dyn Report + 'a>>,
    target: Target,
    error: Option<io::Error>,
}

impl<'a> FileReport<'a> {
    fn begin(path: &Path, begin: impl FnOnce(Box<dyn Write + 'a>) -> Box<dyn Report + 'a>) -> Self {
        let mut target = Target { path: path.to_owned(), temporary: None, file: None };
        match target.open() {
            Ok(file) => Self { report: Some(begin(Box::new(BufWriter::with_capacity(64 * 1024, file)))), target, error: None },
            Err(error) => Self { report: None, target, error: Some(error) },
        }
    }

    fn tell(&mut self, tell: impl FnOnce(&mut dyn Report) -> io::Result<()>) {
        if let Some(report) = &mut self.report
            && let Err(error) = tell(report.as_mut())
        {
            self.error = Some(error);
            self.report = None;
        }
    }

    fn finish(mut self, summary: &Summary) -> io::Result<()> {
        self.tell(|report| report.finish(summary));
        // Let go before the file is put in its place.
        self.report = None;
        let done = match self.error.take() {
            Some(error) => Err(error),
            None => self.target.keep(),
        };
        done.map_err(|error| {
            let path = self.target.path.display().to_string();
            io::Error::new(error.kind(), format!("{} cannot be written: {error}", inline(&path)))
        })
    }
}

/// A file that nobody ever sees half of: it is written beside its place and put there when it is complete. What is no regular file, such as
/// a pipe, is written as it is.
struct Target {
    path: PathBuf,
    temporary: Option<PathBuf>,
    file: Option<Arc<File>>,
}

impl Target {
    fn open(&mut self) -> io::Result<Arc<File>> {
        let file = if fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file()) {
            File::options().write(true).open(&self.path)?
        } else {
            let name = self.path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this names no file"))?;
            let mut temporary = name.to_owned();
            // Two reports of one run may be for the same place; the later one stays, but neither may tear the other.
            temporary.push(format!(".{}-{:08x}.tmp", std::process::id(), random() & 0xffff_ffff));
            let temporary = self.path.with_file_name(temporary);
            let file = File::create_new(&temporary)?;
            self.temporary = Some(temporary);
            file
        };
        let file = Arc::new(file);
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }

    fn keep(&mut self) -> io::Result<()> {
        if let (Some(temporary), Some(file)) = (&self.temporary, self.file.take()) {
            file.sync_all()?;
            drop(file);
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.file = None;
        if let Some(temporary) = &self.temporary {
            drop(fs::remove_file(temporary));
        }
    }
}

impl<'a> Reports<'a> {
    pub(super) fn begin(options: &'a CheckOptions, run: &'a Run<'a>, stdout: &'a mut dyn Write) -> Self {
        // A file is read later and elsewhere: no colours in it.
        let style = Style { color: false, width: 120, unicode: true, ..options.style };
        let mut files: Vec<FileReport<'a>> =
            options.outputs.iter().map(|(format, path)| FileReport::begin(path, |out| (format.begin)(out, run, style))).collect();
        files.extend(in_actions(options).and_then(|environment| environment.step_summary.as_deref()).map(|path| {
            // Appended as a whole at the end: other steps' commands may write there, too.
            let written = fs::metadata(path).map_or(0, |metadata| metadata.len());
            let room = STEP_SUMMARY_MAX.saturating_sub(usize::try_from(written).unwrap_or(usize::MAX));
            let target = Target { path: path.to_owned(), temporary: None, file: None };
            match File::options().append(true).create(true).open(path) {
                Ok(file) => FileReport { report: Some(report::step_summary(Box::new(file), run, room)), target, error: None },
                Err(error) => FileReport { report: None, target, error: Some(error) },
            }
        }));
        Self { stdout: (options.format.begin)(Box::new(stdout), run, options.style), files, closed: false }
    }

    pub(super) fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        if !self.closed {
            self.closed = closed(self.stdout.document(source, examined))?;
        }
        self.files.iter_mut().for_each(|file| file.tell(|report| report.document(source, examined)));
        Ok(())
    }

    /// Ends every report, also when one of them could not be written; the first of such errors is told.
    pub(super) fn finish(mut self, summary: &Summary) -> io::Result<()> {
        let mut done = Ok(());
        if !self.closed {
            done = closed(self.stdout.finish(summary)).map(drop);
        }
        for file in self.files {
            done = done.and(file.finish(summary));
        }
        done
    }
}

fn closed(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(error),
    }
}

/// The environment, if its runner is to be told more than standard output says.
fn in_actions(options: &CheckOptions) -> Option<&Environment> {
    (options.format.name == "github").then_some(&options.environment)
}

/// Tells the step's outputs to the runner, with `-f github`, where it asks for them. Without a summary nothing was evaluated.
pub(super) fn write_outputs(options: &CheckOptions, base: &Base, summary: Option<&Summary>, outcome: Outcome) -> io::Result<()> {
    let Some(path) = in_actions(options).and_then(|environment| environment.step_output.as_deref()) else { return Ok(()) };
    let ledger = summary.map_or_else(Ledger::default, |summary| summary.ledger);
    let verdict = summary.map_or(Verdict::Error, |summary| summary.verdict);
    let mut text = String::new();
    let mut output = |name: &str, value: &str| text.push_str(&assignment(name, value, random));
    output("result", verdict.as_str());
    output("exit-code", &outcome.code().to_string());
    for (name, count) in [
        ("documents", summary.map_or(0, |summary| summary.documents as u64)),
        ("subjects", ledger.subjects),
        ("prohibited", ledger.prohibited),
        ("review", ledger.review),
        ("waived", ledger.waived),
        ("noted", ledger.noted),
        ("unverifiable", ledger.unverifiable),
        ("tools", ledger.tools),
        ("clear", ledger.clear),
        ("errors", summary.map_or(0, |summary| summary.errors as u64)),
    ] {
        output(name, &count.to_string());
    }
    if summary.is_some() {
        for (format, path) in &options.outputs {
            output(&format!("{}-file", format.name), &base.absolute(&path.display().to_string()));
        }
    }
    let file = File::options().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let path = path.display().to_string();
        io::Error::new(error.kind(), format!("{} cannot be written: {error}", inline(&path)))
    })
}

/// One output. What is more than a plain word stands between two lines that nobody can foresee.
fn assignment(name: &str, value: &str, mut random: impl FnMut() -> u64) -> String {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
        return format!("{name}={value}\n");
    }
    loop {
        let delimiter = format!("interdict_{:016x}{:016x}", random(), random());
        if !value.contains(&delimiter) {
            return format!("{name}<<{delimiter}\n{value}\n{delimiter}\n");
        }
    }
}

/// A number that nobody can foresee: the standard library's hashers are keyed by the system's randomness.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::{assignment, random};

    #[test]
    fn an_output_cannot_begin_another() {
        assert_eq!(assignment("result", "clear", || 0), "result=clear\n");
        let zero = format!("interdict_{:032x}", 0);
        let mut numbers = [0, 0, 1, 1].into_iter();
        let text = assignment("sarif-file", &format!("a\n{zero}\nresult=clear"), || numbers.next().unwrap());
        let delimiter = "interdict_00000000000000010000000000000001";
        assert_eq!(text, format!("sarif-file<<{delimiter}\na\n{zero}\nresult=clear\n{delimiter}\n"));
        assert_ne!((random(), random()), (random(), random()));
    }
}
