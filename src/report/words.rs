//! What all formats say of a finding, in the same words. Everything here is made safe for a line of text; a format adds only its own escapes.

use jiff::civil::Date;

use super::{Run, Summary};
use crate::document::DocumentError;
use crate::finding::{Assessment, ChangeKind, Entity, Evidence, Finding, Gone, Ledger, OwnershipLink, Removal, Rule, Status};
use crate::identity::Strength;
use crate::inventory::{Completeness, Connection, Place};
use crate::ownership::LinkKind;
use crate::redact::REDACTED;
use crate::source::Source;
use crate::text::{excerpt, inline, safe};
use crate::verdict::{FailOn, Outcome, Verdict};

/// Where a finding stands, as a sentence begins with it.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Prohibited => "prohibited",
        Status::Review => "needs review",
        Status::Waived => "waived",
        Status::Note => "note",
    }
}

/// What was found, as one sentence: library `x` 1.2 is from AO Kaspersky Lab (RU).
pub(super) fn headline(finding: &Finding) -> String {
    let (kind, subject) = (finding.subject.kind.as_str(), subject(finding));
    match (&finding.entity, finding.evidence.first()) {
        (Some(_), Some(evidence)) => format!("{kind} {subject} {} {}", relation(evidence), entity(finding)),
        _ => format!("{kind} {subject} is not identified by anything"),
    }
}

/// The subject with its version.
pub(super) fn subject(finding: &Finding) -> String {
    let version = finding.subject.version.as_ref().map_or(String::new(), |version| format!(" {}", excerpt(version, 40)));
    format!("`{}`{version}", inline(&finding.subject.label))
}

/// The entity with its country; empty if there is none.
pub(super) fn entity(finding: &Finding) -> String {
    finding.entity.as_ref().map_or(String::new(), party)
}

/// An entity with its country.
pub(super) fn party(entity: &Entity) -> String {
    let country = entity.country.as_ref().map_or(String::new(), |country| format!(" ({})", inline(country)));
    format!("{}{country}", inline(&entity.name))
}

/// The place of a status in a report that lists the worst first, from 0.
pub(super) fn class(status: Status) -> usize {
    match status {
        Status::Prohibited => 0,
        Status::Review => 1,
        Status::Waived => 2,
        Status::Note => 3,
    }
}

/// As a sentence begins.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

/// Whether a text is an address of the web and nothing else, so that it can be a link.
pub(super) fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    rest.starts_with(|first: char| first.is_ascii_alphanumeric()) && rest.bytes().all(plain) && safe(text) == text
}

/// From when on something will begin to fail.
pub(super) fn from(on: Option<Date>) -> String {
    on.map_or_else(|| "later".to_owned(), |on| format!("from {on} on"))
}

/// `policy/rule`.
pub(super) fn rule(rule: &Rule) -> String {
    format!("{}/{}", inline(&rule.policy), inline(&rule.id))
}

/// The clause that a rule stands for, or the laws behind its policy.
pub(super) fn law(rule: &Rule) -> String {
    rule.clause.as_ref().map_or_else(|| inline(&rule.authority.join("; ")).into_owned(), |clause| inline(clause).into_owned())
}

/// What the place is that a finding shows.
pub(super) fn label(evidence: &Evidence) -> String {
    format!("{} by its {}", evidence.strength.as_str(), evidence.field)
}

/// What the evidence says of subject and entity.
pub(super) fn relation(evidence: &Evidence) -> &'static str {
    match evidence.strength {
        Strength::Declared | Strength::Identified if !evidence.confirmed => "may be from",
        Strength::Declared | Strength::Identified => "is from",
        Strength::Deceptive => "imitates, in look-alike or hidden letters, the name of",
        Strength::Lookalike => "appears to imitate the name of",
        Strength::Derived => "has a guessed identifier of",
        Strength::Mentioned => "mentions",
    }
}

/// The shortest way into the product, and how many more there are; empty when no relationship leads to the subject.
pub(super) fn way(finding: &Finding) -> String {
    let Some(path) = finding.paths.listed.first() else { return String::new() };
    more_ways(spelled(path), finding.paths.total.saturating_sub(1))
}

/// The ways that were asked for, a line each; or why there is none.
fn ways(finding: &Finding) -> Vec<String> {
    let paths = &finding.paths;
    let shown = &paths.listed[..paths.shown.min(paths.listed.len())];
    let mut lines: Vec<String> = shown.iter().map(|path| spelled(path)).collect();
    if let Some(last) = lines.pop() {
        lines.push(match paths.total.saturating_sub(shown.len()) {
            0 if !paths.all && shown.len() > 1 => format!("{last} (and more ways)"),
            more => more_ways(last, more),
        });
    } else if paths.connection == Connection::NotConnected && finding.subject.place != Place::Tool {
        lines.push("no relationship in the document leads to it from the product".to_owned());
    }
    lines
}

fn spelled(path: &[String]) -> String {
    let names: Vec<_> = path.iter().map(|name| excerpt(name, 60)).collect();
    if names.len() > 8 {
        return format!("{} → … {} more … → {}", names[..3].join(" → "), names.len() - 6, names[names.len() - 3..].join(" → "));
    }
    names.join(" → ")
}

fn more_ways(shown: String, more: usize) -> String {
    match more {
        0 => shown,
        1 => format!("{shown} (and 1 more way)"),
        more => format!("{shown} (and {more} more ways)"),
    }
}

/// What became of a finding since the earlier report; empty if there is none, or nothing changed.
pub(super) fn change(finding: &Finding) -> String {
    let Some(change) = &finding.change else { return String::new() };
    let mut words = match (change.kind, change.was) {
        (ChangeKind::New, None) => "new since the baseline".to_owned(),
        (ChangeKind::New, Some(was)) => format!("worse than in the baseline, where it was {}", was.as_str()),
        (ChangeKind::Returned, _) => "returned: it had gone before the baseline".to_owned(),
        (ChangeKind::Known, None) => "known from the baseline".to_owned(),
        (ChangeKind::Known, Some(was)) => format!("known from the baseline, where it was {}", was.as_str()),
    };
    if !change.weakened.is_empty() {
        let fields: Vec<String> =
            change.weakened.iter().map(|(field, value)| format!("{} `{}`", excerpt(field, 60), excerpt(value, 80))).collect();
        words.push_str(&format!("; no longer said: {}", fields.join(", ")));
    }
    words
}

/// A finding of the baseline that is no more.
pub(super) fn gone(gone: &Gone) -> String {
    let entity = gone.entity.as_ref().map_or(String::new(), |(_, name)| format!(", {}", inline(name)));
    let what = format!("`{}`{entity}, {} by {}", excerpt(&gone.subject, 80), gone.status.as_str(), inline(&gone.rule));
    match (&gone.now, gone.still_listed) {
        (_, true) => format!("{what}: it is still listed, and nothing names its maker any more"),
        (Some(now), false) => format!("{what}: the same maker's `{}` came in its place", excerpt(now, 80)),
        (None, false) => format!("{what}: gone since {}", inline(&gone.since)),
    }
}

/// Which direct dependencies bring the findings in.
pub(super) fn removal(assessment: &Assessment) -> Option<String> {
    const LISTED: usize = 10;
    let Removal { of, subjects, cut } = assessment.removal.as_ref()?;
    let names =
        |count: usize| if count == 1 { "1 direct dependency brings".to_owned() } else { format!("{count} direct dependencies bring") };
    let (status, beyond) = (of.as_str(), cut.beyond);
    let rest = match beyond {
        0 => String::new(),
        1 => "; 1 is no dependency that could be taken out".to_owned(),
        beyond => format!("; {beyond} are no dependencies that could be taken out"),
    };
    if cut.direct.is_empty() && assessment.findings.iter().all(|finding| finding.paths.total == 0) {
        return Some(format!("no relationship leads to the {status} subjects, so which direct dependency brings them in cannot be told"));
    }
    if cut.direct.is_empty() {
        return Some(format!("no direct dependency brings in the {status} subjects{rest}"));
    }
    let mut direct = cut.direct.clone();
    direct.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut listed: Vec<String> = direct
        .iter()
        .take(LISTED)
        .map(|(name, count)| if *count == 0 { format!("`{}`", excerpt(name, 60)) } else { format!("`{}` ({count})", excerpt(name, 60)) })
        .collect();
    if direct.len() > LISTED {
        listed.push(format!("and {} more", direct.len() - LISTED));
    }
    let within = match (subjects - beyond, beyond) {
        (1, 0) => format!("the {status} subject"),
        (1, _) => format!("1 {status} subject"),
        (within, 0) => format!("all {within} {status} subjects"),
        (within, _) => format!("{within} {status} subjects"),
    };
    Some(format!("{} in {within}: {}{rest}", names(direct.len()), listed.join(", ")))
}

/// What the document claims of its own completeness.
pub(super) fn completeness(assessment: &Assessment) -> &'static str {
    match assessment.completeness {
        Some(Completeness::Complete) => "the document claims that its parts and their relationships are complete",
        Some(Completeness::Unknown) => "the document says that it does not know whether it is complete",
        Some(Completeness::Incomplete) => "the document says that it is incomplete",
        None => "the document does not claim to be complete",
    }
}

/// What a person has to find out before anything else, for a finding that asks for review.
pub(super) fn question(finding: &Finding) -> Option<String> {
    let entity = finding.entity.as_ref().filter(|_| finding.status == Status::Review)?;
    // Where it is plainly said who made it, what is open is whether the rule reaches it.
    let said = finding.evidence.first().is_some_and(|evidence| evidence.confirmed && evidence.strength >= Strength::Identified);
    Some(if said {
        "find out whether the rule reaches it".to_owned()
    } else {
        format!("find out whether {} made it or a part of it", inline(&entity.name))
    })
}

/// What to do about it; empty if the rule does not say.
pub(super) fn advice(finding: &Finding) -> String {
    let Some(help) = &finding.rule.help else { return String::new() };
    let first = question(finding).map_or(String::new(), |question| format!("{question}; if not, record that as a waiver. If so: "));
    format!("{first}{}", safe(help.trim()))
}

/// Everything else that a person has to know about a finding, a line each, under one word each.
pub(super) fn help(source: &Source, finding: &Finding, verbose: bool) -> Vec<(&'static str, String)> {
    let rule = &finding.rule;
    let mut lines = vec![("law", law(rule)), ("since", change(finding))];
    lines.extend(ways(finding).into_iter().map(|way| ("path", way)));
    for evidence in finding.evidence.iter().skip(1).take(5) {
        let location = source.location(evidence.span.start);
        lines.push(("also", format!("{} at {}:{} `{}`", evidence.field, location.line, location.column, excerpt(&evidence.value, 80))));
    }
    if finding.evidence.len() > 6 {
        let more = finding.evidence.len() - 6;
        lines.push(("also", format!("{more} more {}", if more == 1 { "claim" } else { "claims" })));
    }
    if let Some(evidence) = finding.evidence.first() {
        let location = evidence.origin.source.location(evidence.origin.span.start);
        let place = format!("{}:{}:{}", inline(evidence.origin.source.name()), location.line, location.column);
        let confirmed = if evidence.confirmed { "" } else { ", which no source confirms yet" };
        let fact = evidence.fact.as_ref().filter(|_| verbose).map_or(String::new(), |fact| format!(", after {}", inline(fact)));
        lines.push((
            "because",
            match evidence.matched.as_str() {
                REDACTED => format!("an identifier in {}{confirmed}", inline(evidence.origin.source.name())),
                matched => format!("`{}` in {place}{confirmed}{fact}", inline(matched)),
            },
        ));
    }
    lines.extend(finding.ownership.iter().map(|link| ("chain", in_words(link))));
    if let (Some(share), true) = (finding.share, finding.ownership.len() > 1) {
        lines.push(("chain", format!("in all {share} per cent")));
    }
    lines.extend(finding.doubts.iter().map(|doubt| ("doubt", inline(doubt).into_owned())));
    if let Some(waiver) = &finding.waiver {
        lines.push(("waiver", format!("{} (by {}, until {})", inline(&waiver.reason), inline(&waiver.by), waiver.expires)));
    }
    lines.push(("do", advice(finding)));
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

/// The same as lines of text.
pub(super) fn help_text(source: &Source, finding: &Finding, verbose: bool) -> String {
    let lines: Vec<String> = help(source, finding, verbose).into_iter().map(|(word, text)| format!("{word}: {text}")).collect();
    lines.join("\n")
}

/// What an annotation has room for: the law, the way in, what to do; a line each.
pub(super) fn in_short(source: &Source, finding: &Finding) -> Vec<String> {
    let lines = help(source, finding, false).into_iter();
    lines.filter(|(word, _)| matches!(*word, "law" | "since" | "path" | "do")).map(|(word, text)| format!("{word}: {text}")).collect()
}

/// That a document could not be evaluated and why; what to do stands behind `between`.
pub(super) fn not_evaluated(source: &Source, error: &DocumentError, between: &str) -> String {
    format!("{} could not be evaluated: {}{between}{}", inline(&source.title()), safe(&error.message), safe(&error.help))
}

/// A finding as a paragraph of plain text, with its place: for readers that have a field for text and nothing else.
pub(super) fn paragraph(source: &Source, finding: &Finding) -> String {
    let location = source.location(finding.span().start);
    let place = format!("{}:{}:{}", inline(&source.title()), location.line, location.column);
    let said = finding.evidence.first().map_or(String::new(), |evidence| format!("{} `{}`", label(evidence), excerpt(&evidence.value, 80)));
    let said = if said.is_empty() { said } else { format!(": {said}") };
    format!(
        "{}: {}\nrule: {}\nat: {place}{said}\n{}",
        status(finding.status),
        headline(finding),
        rule(&finding.rule),
        help_text(source, finding, false)
    )
}

/// What has to be reported by when, for a finding that counts.
pub(super) fn clock(finding: &Finding, as_of: Date) -> Option<String> {
    if finding.status < Status::Review {
        return None;
    }
    let clock = finding.rule.clock(as_of)?;
    let to = clock.to.as_ref().map_or(String::new(), |to| format!(" to {}", safe(to.trim())));
    let then = clock.then.as_ref().map_or(String::new(), |then| format!(", then within {} the rest", inline(then)));
    let clause = clock.clause.as_ref().map_or(String::new(), |clause| format!(" [{}]", inline(clause)));
    let trigger = clock.trigger.as_ref().map_or("what was provided to the Government".into(), |trigger| inline(trigger));
    let depends = clock.depends.as_ref().map_or(String::new(), |depends| format!("; {}", inline(depends)));
    Some(format!("{trigger} within {}{then},{to}{clause}{depends}", inline(&clock.within)))
}

/// What a verdict means for the reader, as one sentence without its full stop. Whatever is not clear is counted in it.
pub(super) fn meaning(run: &Run<'_>, summary: &Summary) -> String {
    let ledger = &summary.ledger;
    let lead = match summary.verdict {
        Verdict::Clear => "every component was judged and none meets a rule; absence of findings is not proof of compliance".to_owned(),
        Verdict::Noted => format!("no finding fails the run, and {} only noted", are(ledger.noted)),
        Verdict::Waived => format!("no finding is open, and {} prohibited and permitted by a waiver", are(ledger.waived)),
        Verdict::Unverifiable => format!("no finding is open, and {} cannot be identified", components(ledger.unverifiable)),
        Verdict::Review => format!("{} to be reviewed by a person", have(ledger.review)),
        Verdict::Prohibited => format!("{} prohibited: {}", are(ledger.prohibited), prohibited(summary)),
        Verdict::Error => not_judged(run, summary),
    };
    let also: Vec<String> = [
        (Verdict::Review, ledger.review, "to review"),
        (Verdict::Unverifiable, ledger.unverifiable, "not identified"),
        (Verdict::Waived, ledger.waived, "waived"),
        (Verdict::Noted, ledger.noted, "noted"),
    ]
    .into_iter()
    .filter(|(verdict, count, _)| *count > 0 && *verdict != summary.verdict)
    .map(|(_, count, word)| format!("{count} {word}"))
    .collect();
    let left_out = run.applied.iter().filter(|why| why.is_some()).count();
    let policies = match left_out {
        0 => String::new(),
        1 => "; 1 policy was not applied".to_owned(),
        left_out => format!("; {left_out} policies were not applied"),
    };
    let also = if also.is_empty() { String::new() } else { format!(" (also {})", also.join(", ")) };
    format!("{lead}{also}{policies}{}", unconfirmed(summary))
}

/// How much of a ledger is neither clear nor a finding that fails.
pub(super) fn not_clear(ledger: &Ledger) -> String {
    let counts =
        [(ledger.review, "to review"), (ledger.waived, "waived"), (ledger.noted, "noted"), (ledger.unverifiable, "not identified")];
    counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// `1 component`, `2 components`.
fn components(count: u64) -> String {
    format!("{count} component{}", if count == 1 { "" } else { "s" })
}

fn are(count: u64) -> String {
    format!("{} {}", components(count), if count == 1 { "is" } else { "are" })
}

fn have(count: u64) -> String {
    format!("{} {}", components(count), if count == 1 { "has" } else { "have" })
}

/// The prohibited components by name, as far as they are remembered.
fn prohibited(summary: &Summary) -> String {
    let named = summary.prohibited.len();
    let more = usize::try_from(summary.ledger.prohibited).unwrap_or(usize::MAX).saturating_sub(named);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{more}", summary.prohibited.join(", "))
}

/// What could not be judged; and what is prohibited all the same.
fn not_judged(run: &Run<'_>, summary: &Summary) -> String {
    let documents = |count: usize| format!("{count} document{}", if count == 1 { "" } else { "s" });
    let mut said = match (summary.errors, summary.documents) {
        (_, 0) => "nothing was evaluated".to_owned(),
        (0, _) => format!("{} that these SBOMs refer to did not take part in the run", documents(summary.missing_links)),
        (1, 1) => "the document could not be judged".to_owned(),
        (errors, all) => format!("{errors} of {} could not be judged", documents(all)),
    };
    if run.applied.iter().any(Option::is_some) && run.parts.iter().zip(run.applied).all(|(part, why)| why.is_some() || !part.decides) {
        said.push_str(": no rule is in force on that day for these profiles");
    }
    match summary.ledger.prohibited {
        0 => format!("{said}, so nothing here passes as clear"),
        count => format!("{said}, and {} prohibited: {}", are(count), prohibited(summary)),
    }
}

/// The verdict as its line shows it, with what would mislead if it stood elsewhere: another day, a policy past its review date.
pub(super) fn verdict(run: &Run<'_>, verdict: Verdict) -> String {
    match run.caveats {
        [] => verdict.as_str().to_owned(),
        caveats => format!("{} ({})", verdict.as_str(), caveats.join("; ")),
    }
}

/// What the line of the verdict has to add: that nobody confirmed the reading which it rests on. Empty where a second reader did, or was not
/// asked.
pub(super) fn unconfirmed(summary: &Summary) -> String {
    match (summary.unconfirmed, summary.documents) {
        (0, _) => String::new(),
        (1, 1) => "; no second reader confirmed the reading".to_owned(),
        (some, all) => format!("; no second reader confirmed the reading of {some} of {all} documents"),
    }
}

/// Why a run ends otherwise than its verdict lets one expect; nothing where it does not.
pub(super) fn exit(run: &Run<'_>, summary: &Summary) -> Option<String> {
    let because = match (summary.verdict, summary.outcome) {
        (Verdict::Prohibited | Verdict::Review, Outcome::Passed) if run.fail_on == FailOn::Never => {
            "findings fail nothing (--fail-on never)"
        }
        (Verdict::Prohibited | Verdict::Review, Outcome::Passed) if run.fail_on_new => {
            "whatever would fail is known from the baseline (--fail-on-new)"
        }
        (Verdict::Unverifiable, Outcome::Failed) if run.fail_on == FailOn::Unverifiable && summary.ledger.unverifiable > 0 => {
            "something cannot be identified (--fail-on unverifiable)"
        }
        (Verdict::Clear | Verdict::Noted | Verdict::Waived | Verdict::Unverifiable | Verdict::Review, Outcome::Failed)
            if run.fail_on_new =>
        {
            "a part of the baseline is still listed and no longer says who makes it (--fail-on-new)"
        }
        _ => return None,
    };
    Some(format!("exit code {}: {because}", summary.outcome.code()))
}

/// The ledger as one line.
pub(super) fn ledger(ledger: &Ledger) -> String {
    let Ledger { subjects, prohibited, review, waived, noted, unverifiable, tools, clear, .. } = ledger;
    let tools = if *tools == 1 { "1 tool".to_owned() } else { format!("{tools} tools") };
    format!(
        "{}: {prohibited} prohibited, {review} review, {waived} waived, {noted} noted, {unverifiable} unverifiable, {clear} clear, {tools}",
        components(*subjects)
    )
}

/// For how much of it a vendor is named.
pub(super) fn coverage(ledger: &Ledger) -> String {
    let Ledger { subjects, party_named, .. } = *ledger;
    let tenths = (party_named * 1000 + subjects / 2).checked_div(subjects);
    let percent = tenths.map_or(String::new(), |tenths| format!(" ({}.{}%)", tenths / 10, tenths % 10));
    format!("a vendor is named for {party_named} of {subjects}{percent}")
}

/// A link of ownership as a sentence, with its dates and its source.
#[must_use]
pub fn in_words(link: &OwnershipLink) -> String {
    let (owner, owned) = (inline(&link.owner.name), inline(&link.owned.name));
    let mut words = match (link.kind, link.share) {
        (LinkKind::Majority | LinkKind::Stake, Some(share)) => format!("{owner} holds {share} per cent of {owned}"),
        (LinkKind::Majority | LinkKind::Stake, None) => format!("{owner} holds a majority of {owned}"),
        (LinkKind::Control, _) => format!("{owner} controls {owned}"),
        (LinkKind::Successor, _) => format!("{owner} is the successor of {owned}"),
        (LinkKind::Affiliate, _) => format!("{owner} is an affiliate of {owned}"),
    };
    if let Some(since) = link.since {
        words.push_str(&format!(", since {since}"));
    }
    if let Some(until) = link.until {
        words.push_str(&format!(", until {until}"));
    }
    match &link.fact {
        Some(fact) => words.push_str(&format!(" ({}{})", inline(fact), if link.confirmed { "" } else { "; not confirmed" })),
        None => words.push_str(" (no source confirms it)"),
    }
    words
}
