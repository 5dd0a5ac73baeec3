//! One finding, and the head that all findings of one rule and one entity share.

use std::fmt::{self, Write as _};

use jiff::civil::Date;

use super::text::{esc, short, source as linked};
use crate::finding::{Evidence, Finding, OwnershipLink, Status};
use crate::identity::Strength;
use crate::inventory::{Connection, Place};
use crate::ownership::LinkKind;
use crate::redact::REDACTED;
use crate::report::words::{self, capital};
use crate::source::{Source, Span};
use crate::text::inline;

/// The most claims of a finding that are shown in their place, and the most that are listed after them.
const WINDOWS: usize = 3;
const LISTED: usize = 5;

/// The word on a finding.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Prohibited => "Prohibited",
        Status::Review => "Needs review",
        Status::Waived => "Waived",
        Status::Note => "Note",
    }
}

/// The same, for so many of them.
pub(super) fn counted(count: u64, status: Status) -> String {
    let word = match status {
        Status::Prohibited => "prohibited",
        Status::Review => "for review",
        Status::Waived => "waived",
        Status::Note if count == 1 => "note",
        Status::Note => "notes",
    };
    format!("{count} {word}")
}

/// The finding as something to unfold, from behind `<details`, so that it can still be decided whether it begins unfolded.
pub(super) fn card(out: &mut String, source: &Source, finding: &Finding, id: &str) -> fmt::Result {
    let status = finding.status.as_str();
    let place = source.location(finding.span().start);
    let subject = &finding.subject;
    write!(
        out,
        " class=\"finding\" id=\"{id}\" data-status=\"{status}\">\n<summary><h4><span class=\"tag {status}\">{}</span> ",
        status_word(finding.status)
    )?;
    write!(out, "{} <code>{}</code>", esc(subject.kind.as_str()), short(&subject.label, 120))?;
    if let Some(version) = &subject.version {
        write!(out, " {}", short(version, 40))?;
    }
    match (&finding.entity, finding.evidence.first()) {
        (Some(_), Some(evidence)) => write!(out, " <span>{} {}</span>", words::relation(evidence), esc(&words::entity(finding)))?,
        _ => write!(out, " <span>is not identified by anything</span>")?,
    }
    writeln!(out, "</h4><span class=\"at\">{}:{}:{}</span></summary>", short(&source.title(), 120), place.line, place.column)?;
    writeln!(out, "<dl>")?;
    let change = words::change(finding);
    if !change.is_empty() {
        writeln!(out, "<div><dt>Since then</dt><dd>{}.</dd></div>", esc(&capital(&change)))?;
    }
    evidence(out, source, finding)?;
    ways(out, finding)?;
    if !finding.doubts.is_empty() {
        write!(out, "<div><dt>Doubt</dt><dd>")?;
        finding.doubts.iter().try_for_each(|doubt| write!(out, "<p>{}</p>", short(doubt, 400)))?;
        writeln!(out, "</dd></div>")?;
    }
    if let Some(question) = words::question(finding) {
        writeln!(
            out,
            "<div><dt>To judge</dt><dd>{}. If not, record that as a waiver; if so, do what is said above.</dd></div>",
            esc(&capital(&question))
        )?;
    }
    if let Some(waiver) = &finding.waiver {
        let authority = waiver.authority.as_ref().map_or(String::new(), |authority| format!(", by authority of {}", short(authority, 160)));
        writeln!(
            out,
            "<div><dt>Waiver</dt><dd>{}. Given by {}{authority}; it ends on {}.</dd></div>",
            short(&waiver.reason, 400),
            short(&waiver.by, 160),
            waiver.expires
        )?;
    }
    write!(out, "<div><dt>Identity</dt><dd>")?;
    let said = [("purl", &subject.purl), ("reference", &subject.reference)];
    for (word, text) in said.into_iter().filter_map(|(word, text)| text.as_ref().map(|text| (word, text))) {
        write!(out, "{word} <code>{}</code><br>", short(text, 200))?;
    }
    let listed = match subject.place {
        Place::Part => "",
        Place::Root => "what the document describes<br>",
        Place::Pedigree => "listed as an ancestor or descendant of a part<br>",
        Place::Tool => "listed among the tools<br>",
        Place::Referenced => "not listed; the document only refers to it<br>",
    };
    writeln!(out, "{listed}fingerprint <a class=\"self\" href=\"#{id}\">{}</a></dd></div>\n</dl>\n</details>", esc(&finding.fingerprint))
}

fn evidence(out: &mut String, source: &Source, finding: &Finding) -> fmt::Result {
    if finding.evidence.is_empty() {
        write!(out, "<div><dt>In the document</dt><dd>")?;
        window(out, source, finding.span())?;
        return writeln!(out, "<p>It names no maker, no package URL, no CPE and no address by which it could be known.</p></dd></div>");
    }
    write!(out, "<div><dt>Evidence</dt><dd>")?;
    for found in finding.evidence.iter().take(WINDOWS) {
        let place = source.location(found.span.start);
        write!(
            out,
            "<p><strong>{}</strong> by its {}, line {}, column {}",
            strength(found.strength),
            esc(found.field),
            place.line,
            place.column
        )?;
        if !found.pointer.is_empty() {
            write!(out, ", <code>{}</code>", short(&found.pointer, 200))?;
        }
        writeln!(out, "</p>")?;
        window(out, source, found.span)?;
        because(out, found)?;
    }
    let rest = finding.evidence.get(WINDOWS..).unwrap_or_default();
    if !rest.is_empty() {
        write!(out, "<ul class=\"plain\">")?;
        for found in rest.iter().take(LISTED) {
            let place = source.location(found.span.start);
            write!(
                out,
                "<li>also its {} <code>{}</code> at {}:{}</li>",
                esc(found.field),
                short(&found.value, 80),
                place.line,
                place.column
            )?;
        }
        match rest.len().saturating_sub(LISTED) {
            0 => {}
            1 => write!(out, "<li>and 1 more claim</li>")?,
            more => write!(out, "<li>and {more} more claims; the JSON report lists them</li>")?,
        }
        write!(out, "</ul>")?;
    }
    writeln!(out, "</dd></div>")
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Declared => "Declared",
        Strength::Identified => "Identified",
        Strength::Lookalike => "Looks alike",
        Strength::Deceptive => "Deceptive",
        Strength::Derived => "Derived",
        Strength::Mentioned => "Mentioned",
    }
}

/// The identifier that the claim met, and what that rests on.
fn because(out: &mut String, found: &Evidence) -> fmt::Result {
    let origin = &found.origin;
    if found.matched == REDACTED {
        return writeln!(out, "<p class=\"because\">It meets an identifier in {}</p>", short(origin.source.name(), 120));
    }
    let place = origin.source.location(origin.span.start);
    write!(
        out,
        "<p class=\"because\">It meets <code>{}</code> in {}:{}:{}",
        short(&found.matched, 160),
        short(origin.source.name(), 120),
        place.line,
        place.column
    )?;
    match (&found.fact, found.confirmed) {
        (Some(fact), true) => writeln!(out, ", confirmed by {}</p>", linked(&inline(fact))),
        (Some(fact), false) => writeln!(out, ", <strong>not confirmed</strong> yet; it is from {}</p>", linked(&inline(fact))),
        (None, true) => writeln!(out, "</p>"),
        (None, false) => writeln!(out, ", which <strong>no source confirms</strong> yet</p>"),
    }
}

/// The place in the text, with the deciding part marked.
pub(super) fn window(out: &mut String, source: &Source, span: Span) -> fmt::Result {
    let window = source.window(span);
    let (text, label) = (window.excerpt(), window.label());
    let (start, end) = (label.offset(), label.offset() + label.len());
    write!(out, "<pre>")?;
    let mut line_start = 0;
    for (number, line) in (window.first_line()..).zip(text.split('\n')) {
        let line_end = line_start + line.len();
        write!(out, "<span class=\"line\"><span class=\"n\">{number}</span><code>")?;
        // The part of the label that stands on this line.
        let (from, to) = (start.clamp(line_start, line_end), end.clamp(line_start, line_end));
        match (text.get(line_start..from), text.get(from..to), text.get(to..line_end)) {
            (Some(before), Some(marked), Some(after)) if !marked.is_empty() => {
                write!(out, "{}<mark>{}</mark>{}", esc(before), esc(marked), esc(after))?;
            }
            _ => write!(out, "{}", esc(line))?,
        }
        write!(out, "</code></span>")?;
        line_start = line_end + 1;
    }
    writeln!(out, "</pre>")
}

/// How it got into the product, drawn from the root down.
fn ways(out: &mut String, finding: &Finding) -> fmt::Result {
    let paths = &finding.paths;
    write!(out, "<div><dt>Way in</dt><dd>")?;
    match paths.listed.split_first() {
        None if paths.connection == Connection::Root => write!(out, "<p>It is what the document describes.</p>")?,
        None => write!(out, "<p>No relationship in the document leads from the product to it.</p>")?,
        Some((first, rest)) => {
            way(out, first)?;
            if !rest.is_empty() || paths.total > 1 {
                let more = paths.total.saturating_sub(1).max(rest.len());
                write!(out, "<details class=\"ways\"><summary>{more} more {}</summary>", if more == 1 { "way" } else { "ways" })?;
                rest.iter().try_for_each(|path| way(out, path))?;
                if more > rest.len() {
                    write!(out, "<p>{} more are not listed.</p>", more - rest.len())?;
                } else if !paths.all && paths.shown > 1 {
                    write!(out, "<p>There are more, which are not listed.</p>")?;
                }
                write!(out, "</details>")?;
            }
        }
    }
    writeln!(out, "</dd></div>")
}

fn way(out: &mut String, path: &[String]) -> fmt::Result {
    write!(out, "<ol class=\"way\">")?;
    path.iter().try_for_each(|name| write!(out, "<li><code>{}</code></li>", short(name, 80)))?;
    write!(out, "</ol>")
}

/// Who owns whom, from an entity that the rule names to the finding's own.
pub(super) fn chain(out: &mut String, finding: &Finding) -> fmt::Result {
    if finding.ownership.is_empty() {
        return Ok(());
    }
    write!(out, "<div><dt>Ownership</dt><dd><ol class=\"chain\">")?;
    let mut at: Option<&str> = None;
    for link in &finding.ownership {
        if at != Some(&link.owner.id) {
            write!(out, "<li class=\"party\">{}</li>", esc(&words::party(&link.owner)))?;
        }
        write!(out, "<li class=\"link\">{}</li><li class=\"party\">{}</li>", held(link), esc(&words::party(&link.owned)))?;
        at = Some(&link.owned.id);
    }
    write!(out, "</ol>")?;
    if let (Some(share), true) = (finding.share, finding.ownership.len() > 1) {
        write!(out, "<p>In all {share} per cent.</p>")?;
    }
    writeln!(out, "</dd></div>")
}

fn held(link: &OwnershipLink) -> String {
    let mut out = match (link.kind, link.share) {
        (LinkKind::Majority | LinkKind::Stake, Some(share)) => format!("holds {share} per cent of"),
        (LinkKind::Majority | LinkKind::Stake, None) => "holds a majority of".to_owned(),
        (LinkKind::Control, _) => "controls".to_owned(),
        (LinkKind::Successor, _) => "is the successor of".to_owned(),
        (LinkKind::Affiliate, _) => "is an affiliate of".to_owned(),
    };
    let mut known: Vec<String> = Vec::new();
    known.extend(link.since.map(|day| format!("since <time>{day}</time>")));
    known.extend(link.until.map(|day| format!("until <time>{day}</time>")));
    known.push(match (&link.fact, link.confirmed) {
        (Some(fact), true) => linked(&inline(fact)),
        (Some(fact), false) => format!("{}; <strong>not confirmed</strong>", linked(&inline(fact))),
        (None, _) => "<strong>no source confirms it</strong>".to_owned(),
    });
    // Writing to a string cannot fail.
    let _ = write!(out, " <small>{}</small>", known.join("; "));
    out
}

/// What all findings of one rule and one entity share.
pub(super) fn head(out: &mut String, finding: &Finding, as_of: Date) -> fmt::Result {
    let rule = &finding.rule;
    writeln!(out, "<dl class=\"rule\">")?;
    let since = rule.effective.map_or(String::new(), |day| format!("; in force since {day}"));
    write!(out, "<div><dt>Law</dt><dd>{}{since}", esc(&words::law(rule)))?;
    if let Some(text) = &rule.text {
        write!(out, "<p class=\"says\">{}</p>", short(text.trim(), 1200))?;
    }
    writeln!(out, "</dd></div>")?;
    chain(out, finding)?;
    if let Some(help) = &rule.help {
        writeln!(out, "<div><dt>What to do</dt><dd>{}</dd></div>", short(help.trim(), 1200))?;
    }
    if let (true, Some(clock)) = (finding.status >= Status::Review, rule.clock(as_of)) {
        let then = clock.then.as_ref().map_or(String::new(), |then| format!(", then within {} the rest", short(then, 160)));
        writeln!(
            out,
            "<div><dt>Report</dt><dd>Within {}{then}, if it was already provided: <a href=\"#clock\">what, and to whom</a></dd></div>",
            short(&clock.within, 160)
        )?;
    }
    writeln!(out, "</dl>")
}
