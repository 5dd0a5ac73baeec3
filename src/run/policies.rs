//! The commands on policies: what is embedded, what one says, what looks wrong in it, whether its examples hold, and how to begin one.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use jiff::civil::Date;

use super::clock::{Day, FIRST_RELEASE};
use super::policy_files::{FILE_MAX, FileSystem, read_bounded};
use crate::identity::IdentifierKind;
use crate::policy::{self, CATALOGUE, InForce, PACKS, Policy, Severity};
use crate::report::{self, Style};
use crate::text::{excerpt, inline};
use crate::trial;
use crate::verdict::Outcome;

/// The JSON Schema of policy files, for editors: draft 7, which they read.
pub const SCHEMA: &str = include_str!("../policy/interdict-policy-1.schema.json");

/// What goes into a new policy file, by who writes it.
pub const STARTERS: [(&str, &str); 3] = [
    ("contractor", include_str!("../policy/starter-contractor.toml")),
    ("agency", include_str!("../policy/starter-agency.toml")),
    ("supplier", include_str!("../policy/starter-supplier.toml")),
];

/// What a law says is shown whole, up to this many characters.
const LONG: usize = 4000;

/// One of the commands.
#[derive(Debug)]
pub enum PolicyCommand {
    /// The embedded packs.
    List,
    /// A policy with all that it extends, and where everything stands.
    Show(String),
    /// What looks wrong in policies.
    Lint(Vec<String>),
    /// Whether the examples of policies hold, and notice what is taken out.
    Test(Vec<String>),
    /// How well a policy judges labelled subjects: the policy, and the table.
    Labelled(Vec<String>, std::path::PathBuf),
    /// The schema of policy files.
    Schema,
    /// A commented file to start from: for whom, and where to.
    New(&'static str, Option<std::path::PathBuf>),
}

/// Runs one.
///
/// # Errors
/// Those of writing.
pub fn policies(
    command: &PolicyCommand,
    as_of: Option<Date>,
    style: Style,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> io::Result<Outcome> {
    let as_of = match Day::of(as_of) {
        Ok(day) => day.as_of,
        // These depend on no day.
        Err(_) if matches!(command, PolicyCommand::List | PolicyCommand::Schema | PolicyCommand::New(..)) => FIRST_RELEASE,
        Err(message) => {
            writeln!(stderr, "error: {message}")?;
            return Ok(Outcome::NotEvaluated);
        }
    };
    let files = FileSystem::new();
    let mut load = |names: &[String]| match policy::load(names, &files) {
        Ok(policy) => Ok(Some(policy)),
        Err(errors) => stderr.write_all(report::policy_errors(&errors, style).as_bytes()).map(|()| None),
    };
    let outcome = match command {
        PolicyCommand::List => list(stdout)?,
        PolicyCommand::Show(name) => match CATALOGUE.iter().find(|file| file.name == name) {
            // A file of makers has no rule of its own; every identifier stands in it with its source.
            Some(makers) => stdout.write_all(makers.text.as_bytes()).map(|()| Outcome::Passed)?,
            None => match load(std::slice::from_ref(name))? {
                Some(policy) => show(&policy, as_of, stdout)?,
                None => Outcome::NotEvaluated,
            },
        },
        PolicyCommand::Lint(names) => {
            let mut worst = Outcome::Passed;
            for name in names {
                match policy::to_be_tried(name, &files) {
                    Ok(tried) => worst = worst.max(lint(name, &tried.policy, &tried.part, as_of, style, stdout)?),
                    Err(errors) => {
                        stderr.write_all(report::policy_errors(&errors, style).as_bytes())?;
                        worst = Outcome::NotEvaluated;
                    }
                }
            }
            worst
        }
        PolicyCommand::Test(names) => {
            let mut worst = Outcome::Passed;
            for name in names {
                match policy::to_be_tried(name, &files) {
                    Ok(tried) => worst = worst.max(test(name, &tried, as_of, stdout)?),
                    Err(errors) => {
                        stderr.write_all(report::policy_errors(&errors, style).as_bytes())?;
                        worst = Outcome::NotEvaluated;
                    }
                }
            }
            worst
        }
        PolicyCommand::Labelled(names, path) => match load(names)? {
            Some(policy) => labelled(&policy, path, as_of, stdout, stderr)?,
            None => Outcome::NotEvaluated,
        },
        PolicyCommand::Schema => {
            stdout.write_all(SCHEMA.as_bytes())?;
            Outcome::Passed
        }
        PolicyCommand::New(text, path) => new(text, path.as_deref(), stdout, stderr)?,
    };
    stdout.flush()?;
    Ok(outcome)
}

fn list(stdout: &mut dyn Write) -> io::Result<Outcome> {
    for pack in &PACKS {
        match policy::load(&[pack.name.to_owned()], &FileSystem::new()) {
            Ok(policy) => {
                let part = policy.parts.last();
                let (title, applies) = part.map_or(("", String::new()), |part| (part.title.as_str(), part.applies.join(", ")));
                let binds = if applies.is_empty() { String::new() } else { format!(" (binds: {applies})") };
                writeln!(stdout, "{:<30} {title}{binds}", pack.name)?;
            }
            Err(_) => writeln!(stdout, "{:<30} cannot be read", pack.name)?,
        }
    }
    writeln!(stdout, "\nMakers, which the packs and your own policies extend:")?;
    CATALOGUE.iter().try_for_each(|file| writeln!(stdout, "{}", file.name))?;
    Ok(Outcome::Passed)
}

fn place(origin: &crate::source::Origin) -> String {
    format!("{}:{}", inline(origin.source.name()), origin.source.location(origin.span.start).line)
}

/// The merged policy, with the place of everything.
fn show(policy: &Policy, as_of: Date, stdout: &mut dyn Write) -> io::Result<Outcome> {
    for part in &policy.parts {
        writeln!(stdout, "{}: {}", inline(&part.id), inline(&part.title))?;
        for authority in &part.authority {
            writeln!(stdout, "  authority: {}", inline(authority))?;
        }
        if let Some(source) = &part.text_source {
            writeln!(stdout, "  source: {}", inline(source))?;
        }
        if let Some(reviewed) = part.reviewed {
            writeln!(stdout, "  reviewed: {reviewed}{}", part.review_every.map_or(String::new(), |days| format!(", every {days} days")))?;
        }
        if !part.applies.is_empty() {
            writeln!(stdout, "  applies: {}", inline(&part.applies.join(", ")))?;
        }
    }
    let settings = &policy.settings;
    writeln!(
        stdout,
        "\nfail-on {}, mentions {}, unverifiable {}",
        settings.fail_on.as_str(),
        settings.mentions.as_str(),
        settings.unverifiable.as_str()
    )?;
    if !policy.profiles.is_empty() {
        let profiles: Vec<_> = policy.profiles.iter().map(|(profile, _)| inline(profile)).collect();
        writeln!(stdout, "profiles {}", profiles.join(", "))?;
    }
    let in_force = InForce::new(policy, as_of, &[]);
    let reached = in_force.reached();
    for (number, rule) in policy.rules.iter().enumerate() {
        writeln!(stdout, "\nrule {} ({})", inline(&rule.full_id()), place(&rule.origin))?;
        let mut line = |key: &str, value: String| if value.is_empty() { Ok(()) } else { writeln!(stdout, "  {key}: {value}") };
        line("title", rule.title.as_deref().map_or(String::new(), |title| inline(title).into_owned()))?;
        line("effect", rule.effect.as_str().to_owned())?;
        line(
            "effective",
            rule.effective.map_or(String::new(), |day| if day > as_of { format!("{day}, not yet") } else { day.to_string() }),
        )?;
        line("until", rule.until.map_or(String::new(), |day| day.to_string()))?;
        line("applies", inline(&rule.applies.join(", ")).into_owned())?;
        line("clause", rule.clause.as_deref().map_or(String::new(), |clause| inline(clause).into_owned()))?;
        line("text", rule.text.as_deref().map_or(String::new(), |text| excerpt(text.trim(), LONG).into_owned()))?;
        line("help", rule.help.as_deref().map_or(String::new(), |help| excerpt(help.trim(), LONG).into_owned()))?;
        line("reach", rule.reach.iter().map(|reach| reach.as_str()).collect::<Vec<_>>().join(", "))?;
        line("review-reach", rule.review_reach.iter().map(|reach| reach.as_str()).collect::<Vec<_>>().join(", "))?;
        line("countries", rule.countries.join(", "))?;
        line("subjects", rule.subjects.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(", "))?;
        line("scopes", rule.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "))?;
        line("versions", rule.versions.as_ref().map_or(String::new(), |(text, _)| inline(text).into_owned()))?;
        line("products", inline(&rule.products.iter().map(|product| product.text.as_str()).collect::<Vec<_>>().join(", ")).into_owned())?;
        line("except", inline(&rule.except.iter().map(|product| product.text.as_str()).collect::<Vec<_>>().join(", ")).into_owned())?;
        for clock in &rule.reports {
            let until = clock.until.map_or(String::new(), |until| format!(" until {until}"));
            line("report", format!("from {}{until}: within {}", clock.since, inline(&clock.within)))?;
            for content in &clock.content {
                line("  contains", inline(content).into_owned())?;
            }
        }
        for (_, entity) in reached.iter().filter(|(rule, _)| *rule == number) {
            let known = &policy.entities[*entity as usize];
            let by = in_force.uses(*entity).iter().find(|one| one.rule == number).and_then(|one| one.reached.as_ref());
            let by = by.map_or(String::new(), |reached| {
                let chain: Vec<String> = reached.chain.iter().map(|&link| place(&policy.ownership.link(link).origin)).collect();
                let sure = if reached.confirmed { "" } else { ", not confirmed" };
                format!(", {} by {}{sure}", reached.by.as_str(), chain.join(", "))
            });
            writeln!(stdout, "  reaches: {} ({}){by}", inline(&known.id), inline(&known.name))?;
        }
    }
    let mut lists = vec![String::new(); policy.entities.len()];
    for (number, basis) in (0..).zip(&policy.basis) {
        let identifier = policy.index.identifier(number);
        let kind = match identifier.kind {
            IdentifierKind::Name => "name",
            IdentifierKind::WholeName => "name (as a whole)",
            IdentifierKind::Brand => "brand",
            IdentifierKind::Domain => "domain",
            IdentifierKind::Package => "package",
            IdentifierKind::CpeVendor => "cpe vendor",
            IdentifierKind::File => "file",
            IdentifierKind::Hash => "hash",
        };
        let sure = if basis.confirmed { "" } else { ", not confirmed" };
        let fact = basis.fact.as_ref().map_or("no source".into(), |fact| inline(fact));
        let seen = basis.seen.map_or(String::new(), |day| format!(", seen {day}"));
        let out = &mut lists[identifier.entity as usize];
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {kind}: {} [{}; {fact}{seen}{sure}]", inline(&identifier.text), place(&basis.origin));
    }
    for (known, list) in policy.entities.iter().zip(&lists) {
        let country = known.country.as_ref().map_or(String::new(), |country| format!(", {}", inline(country)));
        write!(stdout, "\nentity {} ({}{country})\n{list}", inline(&known.id), inline(&known.name))?;
    }
    for waiver in &policy.waivers {
        let (subject, by, reason) = (inline(&waiver.subject_text), inline(&waiver.by), inline(&waiver.reason));
        writeln!(
            stdout,
            "\nwaiver of {} for {subject}, {} to {}, by {by}: {reason} ({})",
            inline(&waiver.rule),
            waiver.granted,
            waiver.expires,
            place(&waiver.origin)
        )?;
    }
    for assertion in &policy.assertions {
        let (subject, supplier, by) = (inline(&assertion.subject_text), inline(&assertion.supplier), inline(&assertion.by));
        writeln!(
            stdout,
            "\nassertion: {supplier} supplies {subject}, says {by} on {}: {} ({})",
            assertion.on,
            inline(&assertion.evidence),
            place(&assertion.origin)
        )?;
    }
    Ok(Outcome::Passed)
}

/// Warnings fail, notes do not. Only what stands in the file itself is shown; what it extends is linted under its own name.
fn lint(name: &str, policy: &Policy, part: &str, as_of: Date, style: Style, stdout: &mut dyn Write) -> io::Result<Outcome> {
    let own = policy.parts.iter().find(|known| known.id == part).map(|known| std::sync::Arc::clone(&known.source));
    let lints = policy::lint(policy, as_of);
    let lints = lints.iter().filter(|lint| own.as_ref().is_some_and(|own| std::sync::Arc::ptr_eq(own, &lint.origin.source)));
    let (mut warnings, mut notes) = (0, 0);
    for lint in lints {
        match lint.severity {
            Severity::Warning => warnings += 1,
            Severity::Note => notes += 1,
        }
        if lint.severity == Severity::Warning || style.verbose {
            stdout.write_all(report::policy_lint(lint, style).as_bytes())?;
        }
    }
    writeln!(stdout, "{}: {warnings} warnings, {notes} notes", inline(name))?;
    Ok(if warnings == 0 { Outcome::Passed } else { Outcome::Failed })
}

fn test(name: &str, tried: &policy::Tried, as_of: Date, stdout: &mut dyn Write) -> io::Result<Outcome> {
    let failing = trial::failing(&tried.policy, &tried.part, as_of);
    let count = tried.policy.examples.iter().filter(|example| example.policy == tried.part).count();
    for failed in &failing {
        let example = &tried.policy.examples[failed.example];
        let found = failed.found.map_or("clear", |status| status.as_str());
        let line = example.source.as_ref().map_or(0, |source| source.location(example.span.start).line);
        let why = example.why.as_ref().map_or(String::new(), |why| format!(" ({})", inline(why)));
        writeln!(stdout, "{}:{line}: expected {}, and it is {found}{why}", inline(name), example.expect.as_str())?;
    }
    if !failing.is_empty() || count == 0 {
        writeln!(stdout, "{}: {} of {count} examples hold", inline(name), count - failing.len())?;
        if count == 0 {
            writeln!(stdout, "a policy without an [[example]] cannot be told from one that does nothing")?;
        }
        return Ok(Outcome::Failed);
    }
    let (unnoticed, weakenings) = trial::unnoticed(tried, as_of);
    for weakening in &unnoticed {
        writeln!(stdout, "{}: no example notices when {}", place(&weakening.origin), inline(&weakening.what))?;
    }
    writeln!(
        stdout,
        "{}: {count} of {count} examples hold, {} of {weakenings} weakenings are noticed",
        inline(name),
        weakenings - unnoticed.len()
    )?;
    Ok(if unnoticed.is_empty() { Outcome::Passed } else { Outcome::Failed })
}

fn labelled(policy: &Policy, path: &Path, as_of: Date, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let shown = inline(&path.display().to_string()).into_owned();
    let text = match read_bounded(path, FILE_MAX).and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()))
    {
        Ok(text) => text,
        Err(error) => {
            writeln!(stderr, "error: {shown} cannot be read: {error}")?;
            return Ok(Outcome::NotEvaluated);
        }
    };
    let rows = match trial::read_labelled(&text) {
        Ok(rows) => rows,
        Err(message) => {
            writeln!(stderr, "error: {shown}: {}", inline(&message))?;
            return Ok(Outcome::NotEvaluated);
        }
    };
    let measured = trial::measure(&rows, &InForce::new(policy, as_of, &[]));
    let per_cent = |tenths: Option<usize>| tenths.map_or("      -".to_owned(), |tenths| format!("{:>4}.{} %", tenths / 10, tenths % 10));
    let line = |group: &str, score: &trial::Score| {
        format!(
            "{group:<28} recall {} ({}/{})  precision {}  unrelated with a finding {}/{}",
            per_cent(score.recall()),
            score.found,
            score.developed,
            per_cent(score.precision()),
            score.troubled,
            score.unrelated
        )
    };
    for (row, status) in &measured.misses {
        let row = &rows[*row];
        let found = status.map_or("clear", |status| status.as_str());
        writeln!(
            stdout,
            "{shown}:{}: {} `{}` is {found}, labelled {}",
            row.line,
            inline(&row.kind),
            inline(&row.value),
            row.label.as_str()
        )?;
    }
    for ((by, name), score) in &measured.groups {
        writeln!(stdout, "{}", line(&format!("{by} {}", inline(name)), score))?;
    }
    writeln!(stdout, "{}", line(&format!("all {} rows", rows.len()), &measured.total))?;
    Ok(if measured.misses.is_empty() { Outcome::Passed } else { Outcome::Failed })
}

fn new(text: &str, path: Option<&Path>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<Outcome> {
    let Some(path) = path else {
        stdout.write_all(text.as_bytes())?;
        return Ok(Outcome::Passed);
    };
    let shown = inline(&path.display().to_string()).into_owned();
    let created = std::fs::OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match created {
        Ok(()) => {
            writeln!(stdout, "{shown} is written: read it through, and try it with `interdict policy test {shown}`")?;
            Ok(Outcome::Passed)
        }
        Err(error) => {
            let there = error.kind() == io::ErrorKind::AlreadyExists;
            let help = if there { "; take it away first, or give another name" } else { "" };
            writeln!(stderr, "error: {shown} cannot be written: {error}{help}")?;
            Ok(Outcome::NotEvaluated)
        }
    }
}
