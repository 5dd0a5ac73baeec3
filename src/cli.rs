//! The command line: clap's types, and what they become. The only file that knows clap.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::document::Limits;
use crate::inventory::Ways;
use crate::report::{FORMATS, Format, Style, format};
use crate::run::{
    CheckOptions, DiffOptions, Environment, ExplainOptions, Gate, InspectOptions, Pattern, PolicyCommand, ProgressWhen, Required, STARTERS,
    Search,
};
use crate::verdict::FailOn;

/// Holds a software bill of materials against laws that prohibit foreign vendors.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 nothing reached --fail-on, 1 something did, 2 something could not be evaluated.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read every SBOM under the paths and evaluate them.
    Check(CheckArgs),
    /// Say why one subject is, or is not, prohibited: every claim, every entity that came near, every rule tried.
    Explain(ExplainArgs),
    /// Say what has changed between two evaluations: new, returned, gone, renamed, hidden.
    Diff(DiffArgs),
    /// Show, check and begin policies.
    #[command(arg_required_else_help = true)]
    Policy(PolicyArgs),
    /// Show what an SBOM says: what it is, what it lists, and how much of that names a maker.
    Inspect(InspectArgs),
    /// Write the completions for a shell to standard output.
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write the man page to standard output, or the pages of all commands to a folder.
    Man {
        /// The folder; it has to be there.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// The completions for a shell, as its own script.
#[must_use]
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "interdict", &mut script);
    script
}

/// The man pages, each with the name of its file: that of the command itself first, then one for each of its commands.
///
/// # Errors
/// Those of writing to memory, which do not occur.
pub fn man_pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    fn add(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
        let page = clap_mangen::Man::new(command.clone());
        let mut text = Vec::new();
        page.render(&mut text)?;
        pages.push((page.get_filename(), text));
        command.get_subcommands().filter(|command| command.get_name() != "help").try_for_each(|command| add(command, pages))
    }
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add(&command, &mut pages)?;
    Ok(pages)
}

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The SBOM, or `-` for standard input.
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The subject: its bom-ref or SPDXID, its purl with or without version, or its name.
    #[arg(value_name = "SUBJECT")]
    subject: String,

    /// An embedded policy by name, or a policy file; repeatable [default: as for `check`].
    #[arg(short, long = "policy", value_name = "NAME|FILE")]
    policies: Vec<String>,

    #[command(flatten)]
    sources: SourceArgs,

    /// Evaluate as on this day [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,

    /// Apply only laws that bind such a contract; repeatable [default: what the policy says, else every law].
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<String>,

    /// Whether errors use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(flatten)]
    limits: LimitArgs,
}

impl ExplainArgs {
    /// What the arguments ask for, on this terminal.
    #[must_use]
    pub fn options(self) -> ExplainOptions {
        ExplainOptions {
            path: self.path,
            subject: self.subject,
            policies: self.policies,
            gate: self.sources.gate(),
            as_of: self.as_of,
            profiles: self.profiles,
            style: style(self.color, false, false),
            limits: self.limits.into(),
        }
    }
}

/// The arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older side: a JSON report of `check`, an SBOM, or a folder with SBOMs.
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The newer side.
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// What to write.
    #[arg(short, long, value_name = "KIND", default_value = "human")]
    format: PlainFormat,

    /// What SBOMs are evaluated against: an embedded policy by name, or a policy file; repeatable [default: as for `check`].
    #[arg(short, long = "policy", value_name = "NAME|FILE")]
    policies: Vec<String>,

    #[command(flatten)]
    sources: SourceArgs,

    #[command(flatten)]
    required: RequiredArgs,

    /// Evaluate SBOMs as on this day [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,

    /// From which status on something that came ends in exit code 1.
    #[arg(long, value_name = "VERDICT", value_parser = fail_on(), default_value = "prohibited")]
    fail_on: FailOn,

    /// Whether errors use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(flatten)]
    limits: LimitArgs,
}

impl DiffArgs {
    /// What the arguments ask for, on this terminal.
    #[must_use]
    pub fn options(self) -> DiffOptions {
        DiffOptions {
            old: self.old,
            new: self.new,
            json: self.format == PlainFormat::Json,
            policies: self.policies,
            gate: self.required.gate(self.sources.gate()),
            as_of: self.as_of,
            fail_on: self.fail_on,
            style: style(self.color, false, false),
            limits: self.limits.into(),
        }
    }
}

/// The commands on policies.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    command: PolicySubcommand,

    /// Judge as on this day [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD", global = true)]
    as_of: Option<Date>,

    /// Whether to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,

    /// Show notes, too.
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum PolicySubcommand {
    /// The embedded packs, and the catalogue of makers.
    List,
    /// A policy with all that it extends: rules, entities, identifiers, and where each stands.
    Show {
        /// An embedded policy or a part of the catalogue by name, or a policy file.
        #[arg(value_name = "NAME|FILE")]
        policy: String,
    },
    /// What looks wrong: rules that reach nothing, facts without a source, namespaces that others can register, waivers that ended.
    Lint {
        /// Embedded policies by name, or policy files.
        #[arg(value_name = "NAME|FILE", required = true)]
        policies: Vec<String>,
    },
    /// Run the examples of a policy, and weaken it in every way to see whether they notice; or judge a table of labelled subjects.
    Test {
        /// Embedded policies by name, or policy files.
        #[arg(value_name = "NAME|FILE", required = true)]
        policies: Vec<String>,

        /// Judge the rows of this table instead: tab-separated, with the columns kind, vendor, label and value, and supplier if there is one.
        #[arg(long, value_name = "FILE.tsv")]
        labelled: Option<PathBuf>,
    },
    /// The JSON Schema of policy files (draft 7), for editors.
    Schema,
    /// A commented policy file to start from.
    New {
        /// For whom.
        #[arg(value_name = "FOR", value_parser = starters())]
        starter: &'static str,

        /// Where to write it; an existing file is never replaced [default: standard output].
        #[arg(value_name = "FILE")]
        path: Option<PathBuf>,
    },
}

fn starters() -> impl clap::builder::TypedValueParser<Value = &'static str> {
    PossibleValuesParser::new(STARTERS.map(|(name, _)| name))
        .try_map(|name| STARTERS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text).ok_or("no such starter"))
}

impl PolicyArgs {
    /// Whether the command only shows something, and judges nothing.
    #[must_use]
    pub fn shows(&self) -> bool {
        matches!(self.command, PolicySubcommand::List | PolicySubcommand::Show { .. } | PolicySubcommand::Schema)
    }

    /// What the arguments ask for, on this terminal.
    #[must_use]
    pub fn command(self) -> (PolicyCommand, Option<Date>, Style) {
        let command = match self.command {
            PolicySubcommand::List => PolicyCommand::List,
            PolicySubcommand::Show { policy } => PolicyCommand::Show(policy),
            PolicySubcommand::Lint { policies } => PolicyCommand::Lint(policies),
            PolicySubcommand::Test { policies, labelled: None } => PolicyCommand::Test(policies),
            PolicySubcommand::Test { policies, labelled: Some(table) } => PolicyCommand::Labelled(policies, table),
            PolicySubcommand::Schema => PolicyCommand::Schema,
            PolicySubcommand::New { starter, path } => PolicyCommand::New(starter, path),
        };
        (command, self.as_of, style(self.color, self.verbose, false))
    }
}

/// The arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// SBOM files, folders to search for SBOMs (by content), or `-` for standard input [default: the current folder].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// What to write.
    #[arg(short, long, value_name = "KIND", default_value = "human")]
    format: PlainFormat,

    #[command(flatten)]
    search: SearchArgs,

    #[command(flatten)]
    limits: LimitArgs,

    /// Whether errors use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// List every maker.
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlainFormat {
    /// For a person.
    Human,
    /// Everything, for machines.
    Json,
}

impl InspectArgs {
    /// What the arguments ask for, on this terminal.
    #[must_use]
    pub fn options(self) -> InspectOptions {
        const MAKERS: usize = 20;
        InspectOptions {
            paths: self.paths,
            search: self.search.into(),
            json: self.format == PlainFormat::Json,
            makers: if self.verbose { usize::MAX } else { MAKERS },
            style: style(self.color, self.verbose, false),
            limits: self.limits.into(),
        }
    }
}

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// SBOM files, folders to search for SBOMs (by content), or `-` for standard input [default: the current folder].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// An embedded policy by name, or a policy file; repeatable [default: the nearest interdict.toml up to the repository root,
    /// else us-ndaa-1634].
    #[arg(short, long = "policy", value_name = "NAME|FILE")]
    policies: Vec<String>,

    #[command(flatten)]
    sources: SourceArgs,

    #[command(flatten)]
    required: RequiredArgs,

    /// What goes to standard output.
    #[arg(short, long, value_name = "KIND", default_value = "human", value_parser = formats())]
    format: Asked,

    /// Write a further report of the same run to a file; repeatable.
    #[arg(short, long = "output", value_name = "KIND=PATH", value_parser = output)]
    outputs: Vec<(&'static Format, PathBuf)>,

    /// From which verdict on the run fails; each includes the ones before it, and `never` fails on none [default: what the policy says,
    /// else prohibited].
    #[arg(long, value_name = "VERDICT", value_parser = fail_on())]
    fail_on: Option<FailOn>,

    /// The loosest threshold to accept, one of prohibited, review and unverifiable: the stricter of this one and of what --fail-on or the
    /// policy says counts.
    #[arg(long, value_name = "VERDICT", value_parser = least_fail_on())]
    min_fail_on: Option<FailOn>,

    /// Have a second reader confirm every document: components, vendors and identifiers must be the same to it. Violations of the
    /// schema are noted. Where no second reader knows the format, the verdict says so.
    #[arg(long)]
    strict: bool,

    /// The same, and a document that no second reader confirms cannot be evaluated (exit code 2). Implies --strict.
    #[arg(long)]
    require_confirmation: bool,

    /// Evaluate as on this day: rules and waivers have dates [default: today, in UTC].
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,

    /// Also say what will begin to fail within so many days: rules that take effect, waivers that end. Nothing fails for it.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    look_ahead: Option<u32>,

    /// Which ways into the product are listed for each finding: `all`, as far as they can be, the `shortest` one, or so many [default: the
    /// shortest one through each direct user, ten at most].
    #[arg(long = "paths", value_name = "all|shortest|N", value_parser = ways)]
    paths_listed: Option<Ways>,

    /// Apply only laws that bind such a contract (`civilian`, `dod`, `intelligence`, or what a policy's `applies` says); repeatable
    /// [default: what the policy says, else every law].
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<String>,

    /// Hold the findings against an earlier JSON report: each is marked new, known or returned, and what is gone is listed.
    #[arg(long, value_name = "REPORT.json")]
    baseline: Option<PathBuf>,

    /// Fail only for what is new or returned since the baseline, and for what could not be evaluated.
    #[arg(long, requires = "baseline")]
    fail_on_new: bool,

    /// Evaluate as always, and replace the names of components in every report by hashes made with the key in this file.
    #[arg(long, value_name = "KEYFILE")]
    redact: Option<PathBuf>,

    /// Whether standard error shows how far a long run has come, where it is a terminal.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,

    /// Let a document without components, and a run without a rule in force, pass; the report repeats it.
    #[arg(long)]
    allow_empty: bool,

    /// End in exit code 2 if a document that an SBOM refers to does not take part in the run.
    #[arg(long)]
    require_linked: bool,

    /// Whether to use colors.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(flatten)]
    search: SearchArgs,

    #[command(flatten)]
    limits: LimitArgs,

    /// Print findings, errors and the verdict only.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Print every note, and the source of every fact that a finding rests on.
    #[arg(short, long)]
    verbose: bool,
}

/// Where policies and waivers may come from.
#[derive(Debug, Args)]
struct SourceArgs {
    /// Never look for an interdict.toml: without --policy, the pack us-ndaa-1634 alone applies.
    #[arg(long)]
    no_local_policy: bool,

    /// Take waivers and assertions from this file only; in any other policy file they are an error.
    #[arg(long, value_name = "FILE")]
    waivers: Option<String>,
}

impl SourceArgs {
    fn gate(self) -> Gate {
        Gate { local_policy: !self.no_local_policy, waivers: self.waivers, ..Gate::default() }
    }
}

/// What the policies have to meet.
#[derive(Debug, Args)]
struct RequiredArgs {
    /// A pack that has to take part and be in force, and that no policy file may weaken, else exit code 2; with the digest of its file, if one
    /// is given; repeatable.
    #[arg(long = "require-policy", value_name = "NAME[@sha256:HEX]")]
    require_policies: Vec<Required>,

    /// Refuse to evaluate with a policy that is past its review date.
    #[arg(long)]
    fail_on_stale: bool,
}

impl RequiredArgs {
    fn gate(self, gate: Gate) -> Gate {
        Gate { required: self.require_policies, fail_on_stale: self.fail_on_stale, ..gate }
    }
}

/// What a search of a folder takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Folder search")]
struct SearchArgs {
    /// Also search files and folders that match, although dependencies and build output are skipped; repeatable. A pattern without a
    /// slash matches names at any depth.
    #[arg(long, value_name = "GLOB", value_parser = Pattern::parse)]
    include: Vec<Pattern>,

    /// Do not search files and folders that match; repeatable. Paths on the command line are always read.
    #[arg(long, value_name = "GLOB", value_parser = Pattern::parse)]
    exclude: Vec<Pattern>,
}

impl From<SearchArgs> for Search {
    fn from(arguments: SearchArgs) -> Self {
        Self { include: arguments.include, exclude: arguments.exclude }
    }
}

/// How much of a document is read. A limit that is met is an error, with exit code 2.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// The largest file, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().size)]
    max_size: u64,

    /// The most that may be unpacked from one file, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().unpacked)]
    max_unpacked: u64,

    /// How many times larger than a packed file its content may be, beyond 32 MiB.
    #[arg(long, value_name = "TIMES", default_value_t = Limits::default().ratio)]
    max_ratio: u64,

    /// The deepest nesting of objects, arrays and elements.
    #[arg(long, value_name = "LEVELS", default_value_t = Limits::default().depth, value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::DEPTH_MAX)))]
    max_depth: u32,

    /// The most subjects in one document.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().subjects)]
    max_subjects: u32,
}

impl From<LimitArgs> for Limits {
    fn from(arguments: LimitArgs) -> Self {
        Self {
            size: arguments.max_size,
            unpacked: arguments.max_unpacked,
            ratio: arguments.max_ratio,
            depth: arguments.max_depth,
            subjects: arguments.max_subjects,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

/// What `--format` says.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// What the surroundings call for.
    Auto,
    /// This one.
    One(&'static Format),
}

const AUTO: &str = "auto";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum When {
    /// On a terminal, once it takes longer than a moment.
    Auto,
    Always,
    Never,
}

impl When {
    fn progress(self, quiet: bool) -> ProgressWhen {
        match self {
            Self::Always => ProgressWhen::Always,
            Self::Auto if !quiet && std::io::stderr().is_terminal() => ProgressWhen::Auto,
            Self::Auto | Self::Never => ProgressWhen::Never,
        }
    }
}

fn formats() -> impl clap::builder::TypedValueParser<Value = Asked> {
    let auto = PossibleValue::new(AUTO).help("`github` inside GitHub Actions, `azure` inside Azure Pipelines, else `human`");
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)).chain([auto])).try_map(
        |name| match format(&name) {
            Some(format) => Ok(Asked::One(format)),
            None if name == AUTO => Ok(Asked::Auto),
            None => Err("no such format"),
        },
    )
}

fn fail_on() -> impl clap::builder::TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::WORDS.map(|(word, _)| word))
        .try_map(|word| FailOn::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).ok_or("no such verdict"))
}

/// Every verdict but `never`, which is no floor.
fn least_fail_on() -> impl clap::builder::TypedValueParser<Value = FailOn> {
    let words = FailOn::WORDS.into_iter().filter(|(_, value)| *value != FailOn::Never).map(|(word, _)| word);
    PossibleValuesParser::new(words)
        .try_map(|word| FailOn::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).ok_or("no such verdict"))
}

fn ways(text: &str) -> Result<Ways, String> {
    match text {
        "all" => Ok(Ways::All),
        "shortest" => Ok(Ways::Shortest(1)),
        number => match number.parse() {
            Ok(count @ 1..=Ways::MOST) => Ok(Ways::Shortest(count)),
            _ => Err(format!("write `all`, `shortest`, or a number from 1 to {}", Ways::MOST)),
        },
    }
}

fn output(text: &str) -> Result<(&'static Format, PathBuf), String> {
    let kinds = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
    let (kind, path) = text.split_once('=').ok_or_else(|| format!("write KIND=PATH, where KIND is one of {}", kinds()))?;
    let format = format(kind).ok_or_else(|| format!("`{kind}` is no kind of report; it is one of {}", kinds()))?;
    if path.is_empty() {
        return Err("the path after `=` is empty".to_owned());
    }
    Ok((format, PathBuf::from(path)))
}

impl CheckArgs {
    /// What the arguments ask for, on this terminal.
    #[must_use]
    pub fn options(self) -> CheckOptions {
        let environment = Environment::read();
        let format = match self.format {
            Asked::One(format) => format,
            Asked::Auto => environment.format(),
        };
        let verbose = self.verbose || (environment.debug && !self.quiet);
        CheckOptions {
            paths: self.paths,
            search: self.search.into(),
            policies: self.policies,
            gate: Gate { min_fail_on: self.min_fail_on, ..self.required.gate(self.sources.gate()) },
            format,
            outputs: self.outputs,
            environment,
            fail_on: self.fail_on,
            as_of: self.as_of,
            look_ahead: self.look_ahead,
            profiles: self.profiles,
            style: style(self.color, verbose, self.quiet),
            limits: self.limits.into(),
            strict: self.strict || self.require_confirmation,
            require_confirmation: self.require_confirmation,
            ways: self.paths_listed.unwrap_or_default(),
            baseline: self.baseline,
            fail_on_new: self.fail_on_new,
            redact: self.redact,
            progress: self.progress.progress(self.quiet),
            allow_empty: self.allow_empty,
            require_linked: self.require_linked,
        }
    }
}

/// How reports for a person look on this terminal.
fn style(color: Color, verbose: bool, quiet: bool) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = if terminal { terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)) } else { 120 };
    Style { color, width: width.clamp(60, 160), verbose, quiet, unicode: !terminal || shows_unicode() }
}

/// Whether the locale's character set is one of Unicode (POSIX.1-2017, 8.2: the first of these that is set counts).
fn shows_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_ascii_uppercase();
    cfg!(windows) || locale.contains("UTF-8") || locale.contains("UTF8")
}
