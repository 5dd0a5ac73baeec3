//! The pipeline as one readable function a command. The only file that touches files, streams, the environment and the clock.

mod clock;
mod diff;
mod explain;
mod gate;
mod inputs;
mod linked;
mod policies;
mod policy_files;
mod progress;
mod reports;

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clock::Day;
use jiff::civil::Date;

pub use diff::{DiffOptions, diff};
pub use explain::{ExplainOptions, explain};
pub use gate::{Gate, Required};
use inputs::{Input, inputs};
pub use inputs::{Pattern, Search};
use linked::Linked;
pub use policies::{PolicyCommand, SCHEMA, STARTERS, policies};
use policy_files::{FILE_MAX, FileSystem, read_bounded};
pub use progress::{Progress, ProgressWhen};
pub use reports::Environment;
use reports::{Reports, write_outputs};

use crate::baseline::{self, Baseline, Listed, NO_DOCUMENT, PastFinding};
use crate::document::{self, Document, DocumentError, Limits, Opened, Opinion};
use crate::evaluate::Evaluator;
use crate::finding::{Assessment, Confirmation, Examined, Ledger, Removal, Status};
use crate::inspect::Inspection;
use crate::inventory::{
    Author, Both, Claim, Completeness, Kind, Lineage, Link, Listener, Note, Place, Relationship, Role, Subject, Text, Ways,
};
use crate::lints::{Lints, Referenced};
use crate::policy::{self, InForce, PROFILES, Policy};
use crate::redact::{REDACTED, Redaction};
use crate::report::{self, Base, Run, Style, Summary};
use crate::source::{Source, Span};
use crate::text::inline;
use crate::verdict::{FailOn, Outcome, Verdict};

/// What `check` is asked to do.
#[derive(Debug)]
pub struct CheckOptions {
    /// Files, folders, `-`; the current folder if there is none.
    pub paths: Vec<PathBuf>,
    /// What is searched in folders.
    pub search: Search,
    /// Packs and policy files; discovered if there is none.
    pub policies: Vec<String>,
    /// Who may weaken the gate.
    pub gate: Gate,
    /// The format on standard output.
    pub format: &'static report::Format,
    /// Further reports and where to write them.
    pub outputs: Vec<(&'static report::Format, PathBuf)>,
    /// What the CI system says of itself.
    pub environment: Environment,
    /// From which verdict on the run fails, if the command line says so.
    pub fail_on: Option<FailOn>,
    /// The day to evaluate as of, if the command line says so.
    pub as_of: Option<Date>,
    /// How many days ahead to look for what will begin to fail.
    pub look_ahead: Option<u32>,
    /// The contract profiles whose laws are asked for; all if there is none.
    pub profiles: Vec<String>,
    /// How reports for a person look.
    pub style: Style,
    /// How much of a document is read.
    pub limits: Limits,
    /// Whether a second reader has to confirm every document.
    pub strict: bool,
    /// Whether a document that no second reader confirmed fails the run.
    pub require_confirmation: bool,
    /// Which ways into the product are looked for.
    pub ways: Ways,
    /// An earlier JSON report to hold the findings against.
    pub baseline: Option<PathBuf>,
    /// Whether only what is new or returned since then fails the run.
    pub fail_on_new: bool,
    /// The file with the key that names are hashed with, if they are.
    pub redact: Option<PathBuf>,
    /// When progress is shown.
    pub progress: ProgressWhen,
    /// Whether a document without components, and a run without a rule in force, may pass.
    pub allow_empty: bool,
    /// Whether a document that another one refers to has to take part in the run.
    pub require_linked: bool,
}

/// Reads every SBOM under the paths, evaluates them and reports.
///
/// # Errors
/// Those of writing a report. Everything else is part of the outcome.
pub fn check(options: &CheckOptions, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let base = options.environment.base();
    let day = match Day::of(options.as_of) {
        Ok(day) => day,
        Err(message) => {
            return refused(options, &base, &format!("error: {message}\n"), stdout, stderr);
        }
    };
    let as_of = day.as_of;
    let policy = match policy_files::load(&options.policies, &options.gate) {
        Ok(policy) => policy,
        Err(errors) => {
            return refused(options, &base, &report::policy_errors(&errors, options.style), stdout, stderr);
        }
    };

    if let Some(message) = unknown_profile(&options.profiles, &policy) {
        return refused(options, &base, &format!("error: {message}\n"), stdout, stderr);
    }
    let (baseline, redaction) = match held_against(options) {
        Ok(read) => read,
        Err(message) => {
            return refused(options, &base, &format!("error: {message}\n"), stdout, stderr);
        }
    };
    let profiles = chosen_profiles(&options.profiles, &policy);
    let in_force = InForce::new(&policy, as_of, &profiles);
    let unmet = options.gate.unmet(&in_force, &base, baseline_in_repository(options));
    if !unmet.is_empty() {
        return refused(options, &base, &report::policy_errors(&unmet, options.style), stdout, stderr);
    }
    let until = options.look_ahead.and_then(|days| as_of.checked_add(jiff::Span::new().days(days)).ok());
    let later = until.map(|until| InForce::new(&policy, until, &profiles));

    // Looked for before a report is begun, which may lie in the same folder.
    let (inputs, found) = inputs(&options.paths, &options.search, &options.limits);
    let fail_on = options.gate.fail_on(options.fail_on.unwrap_or(policy.settings.fail_on));
    let mut notes = run_notes(&in_force, day, until, redaction.as_ref());
    notes.extend(gate::notes(&in_force, &profiles, &base, redaction.as_ref()));
    notes.extend(threshold_note(options, &policy));
    notes.extend(baseline_note(options));
    notes.extend(found);
    if options.allow_empty {
        notes.push("--allow-empty: documents without components, and a run without a rule in force, may pass".to_owned());
    }
    let caveats = day.caveats(&policy);
    let redacted = redaction.as_ref().map(Redaction::id);
    let run = Run {
        as_of,
        parts: &policy.parts,
        rules: &policy.rules,
        fail_on,
        base: &base,
        caveats: &caveats,
        notes: &notes,
        baseline: baseline.as_ref(),
        fail_on_new: options.fail_on_new,
        applied: &in_force.applied(),
        require_linked: options.require_linked,
        redacted: redacted.as_deref(),
    };
    if let Some(message) = in_the_way(options, &inputs, &policy) {
        return refused(options, &base, &format!("error: {message}\n"), stdout, stderr);
    }
    let progress = Progress::new(inputs.iter().map(Input::len).sum(), options.progress);
    let mut reports = Reports::begin(options, &run, stdout);
    let mut total = Total::new(&policy, fail_on);
    // A digest costs as much as the evaluation; the reports for a person do not show it.
    let digest = formats(options).any(|format| format.digests);
    let shown = options.format.name == "human" && options.style.verbose;
    let task = Task {
        in_force: &in_force,
        later: later.as_ref(),
        limits: options.limits,
        strict: options.strict || options.require_confirmation,
        ways: options.ways,
        keep: baseline.is_some() || fail_on == FailOn::Unverifiable || shown,
        lists_unnamed: shown || formats(options).any(|format| format.lists_components),
        allow_empty: options.allow_empty,
    };
    let mut arrivals = Arrivals::default();
    let mut remaining = inputs.into_iter();
    loop {
        let input = remaining.next();
        let last = input.is_none();
        let examined = input.map(|input| input.examined(&task, digest, &progress)).unwrap_or_default();
        for (mut source, mut examined) in arrivals.ready(examined, last) {
            progress.clear();
            if options.require_confirmation {
                demand_confirmation(&mut examined);
            }
            let text = source.clone();
            if let Some(redaction) = &redaction {
                source = redaction.apply(&source, &mut examined);
            }
            if fail_on == FailOn::Unverifiable {
                name_unidentified(&mut examined, redaction.as_ref());
            }
            if let Some(baseline) = &baseline {
                total.since(baseline, &text, &mut examined, &task, redaction.as_ref());
            }
            if let Err(error) = &examined.document
                && options.format.name != "human"
            {
                stderr.write_all(report::document_error(&source, error, options.style).as_bytes())?;
            }
            total.add(&source, &examined);
            reports.document(&source, &examined)?;
        }
        if last {
            break;
        }
    }
    let summary = total.summary(&policy, &run, redaction.as_ref());
    let written = reports.finish(&summary);
    // A report that is not there ends the run as something that was not evaluated does.
    let outcome = if written.is_ok() { summary.outcome } else { Outcome::NotEvaluated };
    write_outputs(options, &base, Some(&summary), outcome)?;
    written?;
    Ok(outcome)
}

/// Every format that this run writes.
fn formats(options: &CheckOptions) -> impl Iterator<Item = &'static report::Format> {
    std::iter::once(options.format).chain(options.outputs.iter().map(|(format, _)| *format))
}

/// Documents in the order of the inputs. One that lists no components, but describes vulnerabilities or refers to other documents, waits until it is known
/// whether it accompanies an SBOM that lists some.
#[derive(Default)]
struct Arrivals {
    waiting: Vec<(Source, Examined)>,
    /// Whether a document with components has come.
    sbom: bool,
}

impl Arrivals {
    /// The documents that can be reported now, after these have come; all of them if they were the last.
    fn ready(&mut self, arrived: Vec<(Source, Examined)>, last: bool) -> Vec<(Source, Examined)> {
        self.sbom |= arrived.iter().any(|(_, examined)| examined.document.as_ref().is_ok_and(|document| document.listed > 0));
        self.waiting.extend(arrived);
        if !self.sbom && !last && self.waiting.iter().any(|(_, examined)| examined.companion.is_some()) {
            return Vec::new();
        }
        let mut ready = std::mem::take(&mut self.waiting);
        for (_, examined) in ready.iter_mut().filter(|_| self.sbom) {
            if let Some(document) = examined.companion.take() {
                let what = if document.about.vulnerabilities > 0 { "describes vulnerabilities" } else { "refers to other documents" };
                let message = format!("this document only {what}: it lists no components of its own and accompanies the SBOMs of this run");
                examined.assessment.notes.push(Note { code: "companion", message, span: None });
                examined.document = Ok(document);
            }
        }
        ready
    }
}

/// Says why nothing is evaluated at all, also to a runner that shows more than the log.
fn refused(options: &CheckOptions, base: &Base, message: &str, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    stderr.write_all(message.as_bytes())?;
    if let Some(command) = options.format.refusal {
        writeln!(stdout, "{command}nothing was evaluated: the policy or the command has a mistake, and the log says which")?;
        stdout.flush()?;
    }
    write_outputs(options, base, None, Outcome::NotEvaluated)?;
    Ok(Outcome::NotEvaluated)
}

/// Notes which subjects nothing identifies: they fail the run, and somebody has to do something about them.
fn name_unidentified(examined: &mut Examined, redaction: Option<&Redaction>) {
    const SHOWN: usize = 20;
    let Assessment { without_vendor, notes, ledger, .. } = &mut examined.assessment;
    let mut shown = 0;
    for unnamed in without_vendor.iter().filter(|unnamed| !unnamed.identified).take(SHOWN) {
        let name = if redaction.is_some() { inline(&unnamed.label).into_owned() } else { named(&unnamed.label, None) };
        let message = format!("`{name}` cannot be identified: have the SBOM name its supplier, purl or CPE");
        notes.push(Note { code: "unidentified", message, span: Some(unnamed.span) });
        shown += 1;
    }
    if let more @ 1.. = ledger.unverifiable.saturating_sub(shown) {
        let message = format!("{more} more {} cannot be identified", if more == 1 { "component" } else { "components" });
        notes.push(Note { code: "unidentified", message, span: None });
    }
}

/// Why a report must not be written where it is asked for: there is something that the run itself reads, or another report of it.
fn in_the_way(options: &CheckOptions, inputs: &[Input], policy: &Policy) -> Option<String> {
    let sboms = inputs.iter().filter_map(|input| match input {
        Input::File(path) => Some((path.as_path(), "an SBOM of this run")),
        Input::Stdin | Input::Missing(..) => None,
    });
    let policies = policy.parts.iter().map(|part| (Path::new(part.source.name()), "a policy of this run"));
    let key = options.redact.iter().map(|path| (path.as_path(), "the key of this run"));
    let mut taken: Vec<(PathBuf, &str)> = sboms
        .chain(policies)
        .chain(key)
        .filter(|(path, _)| path.exists())
        .filter_map(|(path, what)| Some((place_of(path)?, what)))
        .collect();
    for (format, path) in &options.outputs {
        let shown = inline(&path.display().to_string()).into_owned();
        if path.as_os_str() == "-" {
            return Some(format!("`-` is no file for -o: the report on standard output is chosen with -f {}", format.name));
        }
        // A pipe or a device takes whatever it is given.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            continue;
        }
        let Some(place) = place_of(path) else { continue };
        if let Some((_, what)) = taken.iter().find(|(taken, _)| *taken == place) {
            return Some(format!("the {} report would take the place of {shown}, which is {what}: give it another name", format.name));
        }
        // The earlier report may be replaced by one like it, which holds all that it held.
        let is_baseline = options.baseline.as_deref().and_then(place_of).is_some_and(|baseline| baseline == place);
        if is_baseline && format.name != "json" {
            return Some(format!(
                "the {} report would take the place of {shown}, which is the baseline: give it another name",
                format.name
            ));
        }
        taken.push((place, "another report of this run"));
    }
    None
}

/// Where a path really leads. Of a file that is still to be made the folder is known.
fn place_of(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(path).ok().or_else(|| Some(fs::canonicalize(folder).ok()?.join(path.file_name()?)))
}

/// The earlier report and the key, as far as they are asked for.
fn held_against(options: &CheckOptions) -> Result<(Option<Baseline>, Option<Redaction>), String> {
    let redaction = options.redact.as_ref().map(|path| {
        let shown = inline(&path.display().to_string()).into_owned();
        let key = read_bounded(path, FILE_MAX).map_err(|error| format!("the key {shown} cannot be read: {error}"))?;
        Redaction::new(key.trim_ascii_end()).ok_or_else(|| {
            format!("the key in {shown} is too short: it needs {} bytes, for example from `openssl rand -hex 32`", Redaction::KEY_MIN)
        })
    });
    let redaction = redaction.transpose()?;
    let Some(path) = &options.baseline else { return Ok((None, redaction)) };
    let shown = inline(&path.display().to_string()).into_owned();
    let bytes = read_bounded(path, FILE_MAX).map_err(|error| format!("the baseline {shown} cannot be read: {error}"))?;
    let source =
        Source::from_bytes(path.display().to_string(), bytes).map_err(|error| format!("the baseline {shown}: {}", error.message))?;
    let baseline = Baseline::read(&source).map_err(|message| {
        // What is wrong may quote the file.
        if FileSystem::new().may_quote(path) {
            format!("the baseline {shown}: {message}")
        } else {
            format!("the baseline {shown} is not a JSON report of interdict; it is a link to a file outside the repository, so nothing of it is shown")
        }
    })?;
    if baseline.redacted != redaction.as_ref().map(Redaction::id) {
        return Err(format!(
            "the baseline {shown} {}: make both reports with the same --redact",
            if baseline.redacted.is_some() { "has names that are hashed with a key that was not given" } else { "names its components" }
        ));
    }
    Ok((Some(baseline), redaction))
}

/// Writes the first page to standard output, or all of them to files in a folder.
///
/// # Errors
/// Those of writing.
pub fn write_pages(pages: &[(String, Vec<u8>)], folder: Option<&Path>, stdout: &mut dyn Write) -> io::Result<Outcome> {
    match folder {
        Some(folder) => pages.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))?,
        None => {
            pages.first().map_or(Ok(()), |(_, text)| stdout.write_all(text))?;
            stdout.flush()?;
        }
    }
    Ok(Outcome::Passed)
}

/// What `inspect` is asked to do.
#[derive(Debug)]
pub struct InspectOptions {
    /// Files, folders, `-`; the current folder if there is none.
    pub paths: Vec<PathBuf>,
    /// What is searched in folders.
    pub search: Search,
    /// Whether to write JSON.
    pub json: bool,
    /// How many makers are listed for a person.
    pub makers: usize,
    /// How errors look.
    pub style: Style,
    /// How much of a document is read.
    pub limits: Limits,
}

/// Shows what the SBOMs under the paths say.
///
/// # Errors
/// Those of writing the report.
pub fn inspect(options: &InspectOptions, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let mut documents = Vec::new();
    let mut outcome = Outcome::Passed;
    let (inputs, notes) = inputs(&options.paths, &options.search, &options.limits);
    for note in notes {
        writeln!(stderr, "note: {note}")?;
    }
    for input in inputs {
        let (name, bytes) = input.bytes(&options.limits);
        let opened = match bytes {
            Ok(bytes) => document::open(&name, bytes, &options.limits),
            Err(error) => vec![Opened::unread(Source::unread(name), error)],
        };
        for opened in opened {
            let (mut inspection, mut lints) = (Inspection::default(), Lints::default());
            let recognised_by = document::recognise(&opened.source).ok().map(|recognised| recognised.reason);
            let read = opened.read(&options.limits, &mut Both(&mut inspection, &mut lints));
            if let Err(error) = &read {
                outcome = Outcome::NotEvaluated;
                stderr.write_all(report::document_error(&opened.source, error, options.style).as_bytes())?;
            }
            let mut notes = opened.notes;
            notes.extend(lints.finish());
            documents.push(inspection.finish(&opened.source, opened.wrapping, recognised_by, &read, notes));
        }
    }
    if options.json {
        let report = serde_json::json!({
            "schema": 1,
            "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
            "documents": documents,
        });
        report::write_json(stdout, &report)?;
    } else {
        documents.iter().try_for_each(|document| document.write_human(stdout, options.makers))?;
    }
    stdout.flush()?;
    Ok(outcome)
}

/// What every document is held against, and how far it is read.
#[derive(Debug, Clone, Copy)]
pub struct Task<'p> {
    /// The policy, on the day of the evaluation.
    pub in_force: &'p InForce<'p>,
    /// The same on a later day, to say what will begin to fail.
    pub later: Option<&'p InForce<'p>>,
    /// How much of a document is read.
    pub limits: Limits,
    /// Whether a second reader has to confirm every document.
    pub strict: bool,
    /// Which ways into the product are looked for.
    pub ways: Ways,
    /// Whether the text of every document is needed afterwards, also where nothing was found.
    pub keep: bool,
    /// Whether every component is listed for which the document names no vendor.
    pub lists_unnamed: bool,
    /// Whether a document without components, and a run without a rule in force, may pass.
    pub allow_empty: bool,
}

impl<'p> Task<'p> {
    /// An evaluation against what is in force, with default limits and nothing else asked for.
    #[must_use]
    pub fn new(in_force: &'p InForce<'p>) -> Self {
        Self {
            in_force,
            later: None,
            limits: Limits::default(),
            strict: false,
            ways: Ways::default(),
            keep: false,
            lists_unnamed: false,
            allow_empty: false,
        }
    }
}

/// Reads and evaluates one document.
#[must_use]
pub fn examine(source: &Source, task: &Task<'_>) -> Examined {
    examine_opened(Opened::plain(source.clone()), task).1
}

/// Unpacks and unwraps the bytes of one file, and reads and evaluates every document in it.
#[must_use]
pub fn examine_bytes(name: &str, bytes: Vec<u8>, task: &Task<'_>) -> Vec<(Source, Examined)> {
    let opened = document::open(name, bytes, &task.limits);
    opened.into_iter().map(|opened| examine_opened(opened, task)).collect()
}

fn examine_opened(opened: Opened, task: &Task<'_>) -> (Source, Examined) {
    let mut listeners = Listeners::new(task);
    opened.notes.iter().for_each(|note| listeners.evaluator.note(note.clone()));
    let mut document = opened.read(&task.limits, &mut listeners);
    let mut confirmation = Confirmation::NotAsked;
    if let (true, Ok(read)) = (task.strict, &document) {
        match confirm(&opened.source, read, &task.limits) {
            Ok((by, notes)) => {
                confirmation = by;
                notes.into_iter().for_each(|note| listeners.evaluator.note(note));
            }
            Err(error) => {
                confirmation = Confirmation::Nobody;
                document = Err(error);
            }
        }
    }
    let (mut assessment, referenced) = listeners.finish(task);
    add_ways(&opened.source, task, &mut assessment, &referenced);
    let (document, companion) = judged(document, task, &assessment);
    (opened.source, Examined { document, wrapping: opened.wrapping, confirmation, assessment, companion })
}

/// Everything that hears a document while it is checked.
struct Listeners<'p> {
    evaluator: Evaluator<'p>,
    later: Option<Evaluator<'p>>,
    lints: Lints,
    /// One more than the highest position of a component so far.
    subjects: u32,
}

impl<'p> Listeners<'p> {
    fn new(task: &Task<'p>) -> Self {
        Self {
            evaluator: Evaluator::new(task.in_force).listing_unnamed(task.lists_unnamed),
            later: task.later.map(Evaluator::new),
            lints: Lints::default(),
            subjects: 0,
        }
    }

    /// What the document came to, and the components in it that are only referred to.
    fn finish(mut self, task: &Task<'_>) -> (Assessment, ReferencedOnly) {
        let most = (task.limits.subjects as usize).saturating_sub(self.subjects as usize);
        let mut referenced = self.lints.referenced();
        let count = referenced.len();
        referenced.truncate(most);
        let referenced = ReferencedOnly { first: self.subjects, all: referenced };
        referenced.tell(&mut self);
        if let Some(first) = referenced.all.first() {
            let (what, are) = if count == 1 { ("component is", "it was") } else { ("components are", "they were") };
            let message = format!(
                "{count} {what} not listed, and only referred to by an identifier such as `{}`: {are} judged by that alone",
                crate::text::excerpt(&first.identifier, 80)
            );
            self.evaluator.note(Note { code: "referenced-only", message, span: Some(first.span) });
        }
        let mut assessment = self.evaluator.finish();
        assessment.notes.extend(self.lints.finish());
        if let Some(later) = self.later {
            assessment.look_ahead(later.finish());
        }
        (assessment, referenced)
    }
}

/// Components that a document does not list and only refers to, such as a purl in `dependencies`.
struct ReferencedOnly {
    /// The position of the first one: after everything that the document lists.
    first: u32,
    all: Vec<Referenced>,
}

impl ReferencedOnly {
    /// Hands them over like any other component.
    fn tell(&self, listener: &mut dyn Listener) {
        for (index, Referenced { reference, identifier, span }) in (self.first..).zip(&self.all) {
            let text = |value: &str| Text { value: Cow::Owned(value.to_owned()), span: *span };
            let purl = identifier.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkg:"));
            let role = if purl { Role::Purl } else { Role::Cpe };
            let claims = [Claim { field: "reference", role, text: Cow::Borrowed(identifier), span: *span }];
            listener.subject(&Subject {
                index,
                kind: Kind::Unknown,
                kind_word: None,
                place: Place::Referenced,
                scope: None,
                reference: Some(text(reference)),
                name: None,
                group: None,
                version: None,
                purl: purl.then(|| text(identifier)),
                span: *span,
                claims: &claims,
            });
        }
    }
}

impl Listener for Listeners<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.evaluator.subject(subject);
        if let Some(later) = &mut self.later {
            later.subject(subject);
        }
        self.lints.subject(subject);
        self.subjects = self.subjects.max(subject.index + 1);
    }

    fn reference(&mut self, text: &str, span: Span) {
        self.lints.reference(text, span);
    }

    fn link(&mut self, link: Link<'_>) {
        self.evaluator.link(link);
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.lints.relationship(relationship);
    }

    fn author(&mut self, author: Author<'_>) {
        self.lints.author(author);
    }

    fn completeness(&mut self, said: Completeness) {
        self.evaluator.completeness(said);
    }

    fn note(&mut self, note: Note) {
        self.evaluator.note(note);
    }
}

/// Has a second reader confirm what was read: who did, and what there is to note about it.
fn confirm(source: &Source, document: &Document, limits: &Limits) -> Result<(Confirmation, Vec<Note>), DocumentError> {
    let note = |code, message| Note { code, message, span: None };
    match document::second_opinion(source, document, limits) {
        Opinion::Agrees { by, parts, mut notes } => {
            let message = format!("confirmed by a second reader ({by}): the same vendors and identifiers in {parts} entries");
            notes.insert(0, note("second-opinion", message));
            Ok((Confirmation::By(by), notes))
        }
        Opinion::Nobody { why, mut notes } => {
            notes.insert(0, note("no-second-opinion", format!("no second reader confirms this reading: {why}")));
            Ok((Confirmation::Nobody, notes))
        }
        Opinion::Disagrees(error) => Err(error),
    }
}

/// A reading that nobody confirmed counts as none.
fn demand_confirmation(examined: &mut Examined) {
    if !examined.is_unconfirmed() {
        return;
    }
    let notes = examined.assessment.notes.iter();
    let why = notes.filter(|note| note.code == "no-second-opinion").map(|note| note.message.clone()).next();
    examined.document = Err(DocumentError {
        code: "unconfirmed",
        message: why.unwrap_or_else(|| "no second reader confirms this reading".to_owned()),
        span: None,
        label: None,
        help: "provide the SBOM in a format and version that a second reader knows, for example CycloneDX JSON, or run with --strict \
               instead of --require-confirmation"
            .to_owned(),
    });
}

fn not_evaluated(error: DocumentError) -> Examined {
    Examined {
        document: Err(error),
        wrapping: Vec::new(),
        confirmation: Confirmation::NotAsked,
        assessment: Assessment::default(),
        companion: None,
    }
}

/// Refuses a document of which nothing was judged. The second value is the document, if it may accompany another one.
fn judged(
    document: Result<Document, DocumentError>,
    task: &Task<'_>,
    found: &Assessment,
) -> (Result<Document, DocumentError>, Option<Document>) {
    let refused = |code, message: &str, help: &str| {
        Err(DocumentError { code, message: message.to_owned(), span: None, label: None, help: help.to_owned() })
    };
    let document = match document {
        Ok(document) if !task.allow_empty => document,
        document => return (document, None),
    };
    if !task.in_force.says_something() {
        let message = format!("no rule is in force on {} for these profiles, so nothing in this document was judged", task.in_force.as_of);
        let help = "choose another date, profile or policy; --allow-empty lets such a run pass";
        return (refused("no-rule-in-force", &message, help), None);
    }
    // What is prohibited was judged, wherever it is.
    if document.listed > 0 || found.ledger.prohibited > 0 {
        return (Ok(document), None);
    }
    let help = "an empty SBOM says nothing about the product: run its generator on the built product, with its dependencies installed; \
                --allow-empty lets such a document pass";
    if document.about.vulnerabilities > 0 {
        let message = "this document only describes vulnerabilities and lists no components";
        let help = "check it together with the SBOM of the product; --allow-empty lets such a document pass";
        return (refused("vulnerabilities-only", message, help), Some(document));
    }
    if document.about.links > 0 {
        let message = "this document only refers to other documents or components and lists none of its own";
        let help = "check it together with the documents that it refers to; --allow-empty lets such a document pass";
        return (refused("references-only", message, help), Some(document));
    }
    let message = match document.subjects {
        0 => "the document lists nothing: no component, service, package or file",
        _ => "the document lists only the product itself or the tools that made it: no component, service, package or file",
    };
    (refused("no-components", message, help), None)
}

/// Reads and evaluates a large file by parts, without holding it. What there is to show of it is read again.
///
/// `None` if it has to be read whole from the start.
fn examine_by_parts(path: &Path, task: &Task<'_>, digest: bool, progress: &Progress) -> Option<(Source, Examined)> {
    if task.strict {
        // The second reader needs all of it.
        return None;
    }
    let mut file = fs::File::open(path).ok()?;
    let before = file.metadata().ok().filter(|metadata| metadata.is_file() && (LARGE..=task.limits.size).contains(&metadata.len()))?;
    let mut listeners = Listeners::new(task);
    let read = document::read_by_parts(&mut progress.counting(&mut file), document::PART, &task.limits, digest, &mut listeners)?;
    let (mut assessment, referenced) = listeners.finish(task);
    let name = path.display().to_string();
    let mut source = Source::let_go(name.clone(), read.sha256.clone());
    let shown = task.keep
        || !assessment.findings.is_empty()
        || !assessment.ahead.is_empty()
        || assessment.notes.iter().any(|note| note.span.is_some());
    if shown {
        source = Source::from_bytes(name, fs::read(path).ok()?).ok()?.with_sha256(read.sha256);
        let after = fs::metadata(path).ok()?;
        if source.text().len() as u64 != before.len() || after.modified().ok() != before.modified().ok() {
            // Somebody is writing to it. What is shown has to be what was evaluated.
            return None;
        }
        add_ways(&source, task, &mut assessment, &referenced);
    }
    let (document, companion) = judged(Ok(read.document), task, &assessment);
    Some((source, Examined { document, wrapping: Vec::new(), confirmation: Confirmation::NotAsked, assessment, companion }))
}

/// From how many bytes on a file is read by parts.
const LARGE: u64 = 1024 * 1024;

/// Adds what only findings need and a second look at the document tells: the ways into the product, and the places in its structure.
fn add_ways(source: &Source, task: &Task<'_>, assessment: &mut Assessment, referenced: &ReferencedOnly) {
    if assessment.findings.is_empty() && assessment.ahead.is_empty() {
        return;
    }
    let mut lineage = Lineage::default();
    // The first reading has reported an error already, if there is one.
    let _ = document::read(source, &task.limits, &mut lineage);
    referenced.tell(&mut lineage);
    let graph = lineage.graph();
    assessment.removal = assessment.to_remove().map(|(of, subjects)| Removal { of, subjects: subjects.len(), cut: graph.cut(&subjects) });
    let Assessment { findings, ahead, .. } = assessment;
    let mut findings: Vec<_> = findings.iter_mut().chain(ahead.iter_mut().map(|ahead| &mut ahead.finding)).collect();
    let subjects: Vec<u32> = findings.iter().map(|finding| finding.subject.index).collect();
    for (finding, paths) in findings.iter_mut().zip(graph.paths(&subjects, task.ways)) {
        finding.paths = paths;
    }
    let mut evidence: Vec<_> = findings.into_iter().flat_map(|finding| &mut finding.evidence).collect();
    evidence.sort_by_key(|evidence| evidence.span);
    let offsets: Vec<usize> = evidence.iter().map(|evidence| evidence.span.start).collect();
    for (evidence, pointer) in evidence.into_iter().zip(document::pointers(source, &offsets)) {
        evidence.pointer = pointer;
    }
}

/// What has to be known about a run whatever its documents hold.
fn run_notes(in_force: &InForce<'_>, day: Day, until: Option<Date>, redaction: Option<&Redaction>) -> Vec<String> {
    let InForce { policy, as_of, unbound, .. } = in_force;
    let (policy, as_of) = (*policy, *as_of);
    let mut notes: Vec<String> = day.note().into_iter().collect();
    notes.extend(clock::stale(policy, as_of).iter().map(clock::staleness));
    let (settings, default) = (policy.settings, policy::Settings::default());
    for (key, looser) in [("fail-on", settings.fail_on < default.fail_on), ("mentions", settings.mentions < default.mentions)] {
        if looser {
            notes.push(format!("the policy sets `{key}` looser than it is by default"));
        }
    }
    if let Some(until) = until {
        notes.push(format!("looking ahead to {until}: what will begin to fail is listed, and fails nothing yet"));
    }
    for (part, why) in policy.parts.iter().zip(in_force.applied()) {
        match why {
            Some(why) => notes.push(format!("policy {} was not applied: {why}", inline(&part.id))),
            None => {
                for (_, rule) in (0..).zip(&policy.rules).filter(|(number, rule)| rule.policy == part.id && !unbound.contains(number)) {
                    if let Some(effective) = rule.effective.filter(|effective| *effective > as_of) {
                        notes.push(format!("rule {} takes effect on {effective}", inline(&rule.full_id())));
                    }
                }
            }
        }
    }
    for waiver in &policy.waivers {
        let subject = named(&waiver.subject_text, redaction);
        if waiver.expires < as_of {
            notes.push(format!("the waiver for {subject} ended on {} and no longer counts", waiver.expires));
        } else if waiver.granted > as_of {
            notes.push(format!("the waiver for {subject} only begins on {}", waiver.granted));
        } else if waiver.expires.checked_sub(jiff::Span::new().days(30)).is_ok_and(|from| from <= as_of) {
            notes.push(format!("the waiver for {subject} ends on {}", waiver.expires));
        }
    }
    notes
}

/// What a policy calls a subject, as it may be shown.
fn named(subject: &str, redaction: Option<&Redaction>) -> String {
    redaction.map_or_else(|| inline(subject).into_owned(), |redaction| redaction.name(subject))
}

/// The contract profiles whose laws count: those of the command line, else those that the policy limits itself to.
fn chosen_profiles(asked: &[String], policy: &Policy) -> Vec<String> {
    if asked.is_empty() { policy.profiles.iter().map(|(profile, _)| profile.clone()).collect() } else { asked.to_vec() }
}

/// That the threshold is not the one that was set.
fn threshold_note(options: &CheckOptions, policy: &Policy) -> Option<String> {
    let set = options.fail_on.unwrap_or(policy.settings.fail_on);
    let least = options.gate.min_fail_on.filter(|least| *least > set)?;
    let by = if options.fail_on.is_some() { "--fail-on" } else { "the policy" };
    Some(format!("--min-fail-on raises the threshold to {}: {by} sets {}", least.as_str(), set.as_str()))
}

/// The baseline, if what it lists fails nothing and a pull request can change it.
fn baseline_in_repository(options: &CheckOptions) -> Option<&Path> {
    options.baseline.as_deref().filter(|path| options.fail_on_new && FileSystem::new().in_repository(path))
}

/// That what is known is read from where a pull request can change it.
fn baseline_note(options: &CheckOptions) -> Option<String> {
    let path = baseline_in_repository(options)?;
    let shown = inline(&path.display().to_string()).into_owned();
    Some(format!(
        "the baseline {shown} lies in the repository under test: with --fail-on-new, whoever can change it decides which findings fail nothing"
    ))
}

/// A word that is no profile would silently leave rules out.
fn unknown_profile(profiles: &[String], policy: &Policy) -> Option<String> {
    let mut known: Vec<&str> = policy.parts.iter().flat_map(|part| &part.applies).map(String::as_str).chain(PROFILES).collect();
    known.extend(policy.rules.iter().flat_map(|rule| &rule.applies).map(String::as_str));
    known.sort_unstable();
    known.dedup();
    let unknown = profiles.iter().find(|profile| !known.contains(&profile.as_str()))?;
    Some(format!(
        "`{}` is no contract profile; known are {}",
        inline(unknown),
        known.iter().map(|word| inline(word)).collect::<Vec<_>>().join(", ")
    ))
}

struct Total {
    documents: usize,
    errors: usize,
    unconfirmed: usize,
    ledger: Ledger,
    worst: Option<Verdict>,
    /// From which verdict on the run fails.
    fail_on: FailOn,
    waivers_used: Vec<bool>,
    assertions_used: Vec<u64>,
    /// Whether something reaches the threshold that is new or returned since the earlier report.
    worse_than_before: bool,
    /// Whether something that reached the threshold is still listed, and no longer says who made it.
    hides: bool,
    /// The documents of the earlier report that were met again.
    met: Vec<String>,
    /// What the first prohibited components are called, and where they are.
    prohibited: Vec<String>,
    /// Which documents took part, and which they refer to.
    linked: Linked,
}

impl Total {
    fn new(policy: &Policy, fail_on: FailOn) -> Self {
        Self {
            documents: 0,
            errors: 0,
            unconfirmed: 0,
            ledger: Ledger::default(),
            worst: None,
            fail_on,
            waivers_used: vec![false; policy.waivers.len()],
            assertions_used: vec![0; policy.assertions.len()],
            worse_than_before: false,
            hides: false,
            met: Vec::new(),
            prohibited: Vec::new(),
            linked: Linked::default(),
        }
    }

    /// Remembers the first prohibited components for the last lines of a report.
    fn name_prohibited(&mut self, source: &Source, examined: &Examined) {
        const NAMED: usize = 20;
        let mut last = None;
        for finding in examined.assessment.findings.iter().filter(|finding| finding.status == Status::Prohibited) {
            if last.replace(finding.subject.index) == Some(finding.subject.index) || self.prohibited.len() == NAMED {
                continue;
            }
            let location = source.location(finding.span().start);
            let place = format!("{}:{}:{}", inline(&source.title()), location.line, location.column);
            self.prohibited.push(format!("`{}` ({place})", crate::text::excerpt(&finding.subject.label, 80)));
        }
    }

    /// Holds one document against the earlier report.
    fn since(&mut self, baseline: &Baseline, source: &Source, examined: &mut Examined, task: &Task<'_>, redaction: Option<&Redaction>) {
        let past = baseline.document(source.name());
        self.met.extend(past.map(|past| past.path.clone()));
        let past = past.unwrap_or(&NO_DOCUMENT);
        let findings: Vec<PastFinding> = examined.assessment.findings.iter().map(Into::into).collect();
        let mut comparison = baseline::compare(past, &findings, examined.document.is_ok(), &task.in_force.as_of.to_string());
        let mut listed = Listed::looking_for(
            past,
            &comparison.gone,
            redaction.map(|redaction| {
                let identity: Box<dyn Fn(&Subject<'_>) -> String> = Box::new(|subject| redaction.identity(subject));
                identity
            }),
        );
        if !listed.is_idle() {
            let _ = document::read(source, &task.limits, &mut listed);
            listed.mark(past, &mut comparison.gone);
        }
        self.hides |= comparison.gone.iter().any(|gone| gone.still_listed && gone.status.fails(self.fail_on));
        self.worse_than_before |= past.identified_more(examined.assessment.ledger.unverifiable, self.fail_on);
        baseline::apply(comparison, &mut examined.assessment);
    }

    fn add(&mut self, source: &Source, examined: &Examined) {
        self.name_prohibited(source, examined);
        self.linked.add(source, examined);
        self.worse_than_before |= examined.assessment.findings.iter().any(|finding| finding.came() && finding.status.fails(self.fail_on));
        self.documents += 1;
        self.errors += usize::from(examined.document.is_err());
        self.unconfirmed += usize::from(examined.is_unconfirmed());
        self.ledger.add(&examined.assessment.ledger);
        self.worst = self.worst.max(Some(examined.verdict()));
        for (used, also) in self.waivers_used.iter_mut().zip(&examined.assessment.waivers_used) {
            *used |= also;
        }
        for (used, also) in self.assertions_used.iter_mut().zip(&examined.assessment.assertions_used) {
            *used += also;
        }
    }

    fn outcome(&self, verdict: Verdict, fail_on_new: bool) -> Outcome {
        match Outcome::of(verdict, self.fail_on) {
            Outcome::Failed if fail_on_new && !self.worse_than_before && !self.hides => Outcome::Passed,
            // What hides its maker now has to be looked at like something new, though no finding speaks of it any more.
            Outcome::Passed if fail_on_new && self.hides => Outcome::Failed,
            outcome => outcome,
        }
    }

    fn summary(self, policy: &Policy, run: &Run<'_>, redaction: Option<&Redaction>) -> Summary {
        let as_of = run.as_of;
        // Without a single document nothing was evaluated.
        let crossings = self.linked.crossings();
        let missing_links = self.linked.missing();
        let (linked, refused) = missing_links.note(run.require_linked);
        let verdict = if refused { Verdict::Error } else { self.worst.unwrap_or(Verdict::Error) };
        let unused = policy.waivers.iter().zip(&self.waivers_used).filter(|(waiver, used)| !**used && waiver.holds(as_of));
        let unused =
            unused.map(|(waiver, _)| format!("the waiver for {} permitted nothing: take it out", named(&waiver.subject_text, redaction)));
        let asserted = policy.assertions.iter().zip(&self.assertions_used).map(|(assertion, &used)| {
            let (subject, by) = (named(&assertion.subject_text, redaction), inline(&assertion.by));
            let supplier = inline(&assertion.supplier);
            let evidence = if redaction.is_some() { REDACTED.into() } else { inline(&assertion.evidence) };
            match used {
                _ if assertion.on > as_of => format!("the assertion for {subject} only counts from {} on", assertion.on),
                0 => format!("the assertion for {subject} met no subject: take it out, or correct it"),
                used => format!("{by} asserts that {supplier} supplies {subject} ({used} subjects), after {evidence}"),
            }
        });
        let missing = run.baseline.into_iter().flat_map(|baseline| &baseline.documents).filter(|past| !self.met.contains(&past.path));
        let missing = missing.map(|past| format!("{} stands in the baseline and was not read now", inline(&past.path)));
        Summary {
            documents: self.documents,
            errors: self.errors,
            unconfirmed: self.unconfirmed,
            ledger: self.ledger,
            verdict,
            outcome: self.outcome(verdict, run.fail_on_new),
            prohibited: self.prohibited,
            missing_links: missing_links.0.len(),
            notes: unused.chain(asserted).chain(missing).chain(crossings).chain(linked).collect(),
        }
    }
}
