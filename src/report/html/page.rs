//! The page around the findings: verdict, ledger, what was not evaluated, what is ahead, notes, policies, documents.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::finding::{counted, status_word, window};
use super::text::{esc, prose, short, source as linked};
use super::{CLASSES, Group, Html, Rows};
use crate::document::DocumentError;
use crate::finding::{Examined, Ledger, Part};
use crate::report::words::capital;
use crate::report::{Summary, words};
use crate::source::Source;
use crate::text::inline;
use crate::verdict::{FailOn, Outcome, Verdict};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// As a browser reads it, whatever line ends the file was checked out with: the hash is of that.
fn asset(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Up to how many findings of a group begin unfolded, and how many are listed before the rest is folded away.
const UNFOLDED: usize = 6;
const LISTED: usize = 25;

/// From how many findings on a browser lays out only those that are seen.
const MANY: u64 = 200;

impl Html<'_> {
    pub(super) fn write_page(&mut self, summary: &Summary) -> io::Result<()> {
        let mut before = String::new();
        // Writing to a string cannot fail.
        let _ = self.beginning(&mut before, summary);
        self.out.write_all(before.as_bytes())?;
        self.write_findings()?;
        let mut after = String::new();
        let _ = self.end(&mut after, summary);
        self.out.write_all(after.as_bytes())
    }

    fn beginning(&self, out: &mut String, summary: &Summary) -> fmt::Result {
        let Ledger { subjects, prohibited, review, waived, unverifiable, .. } = summary.ledger;
        let (verdict, style) = (verdict_word(summary.verdict), asset(STYLE));
        let name = match (&self.first, summary.documents) {
            (Some(name), 1) => short(name, 160).to_string(),
            (_, documents) => format!("{documents} documents"),
        };
        writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        writeln!(
            out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'\">",
            hash(&style),
            hash(&asset(SCRIPT))
        )?;
        writeln!(
            out,
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">"
        )?;
        writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">")?;
        writeln!(out, "<title>{verdict}: {name} – interdict</title>\n<style>{style}</style>\n</head>\n<body>")?;
        writeln!(out, "<header>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>")?;
        writeln!(
            out,
            "<p><strong>interdict</strong> <span>SBOMs held against foreign-vendor prohibitions, as of <time>{}</time></span></p>",
            self.run.as_of
        )?;
        writeln!(out, "<nav aria-label=\"On this page\"><ul>")?;
        for (id, word, there) in [
            ("not-evaluated", "Not evaluated", self.errors.count > 0),
            ("findings", "Findings", true),
            ("ahead", "Ahead", !self.ahead.is_empty()),
            ("waivers", "Waivers", !self.waivers.is_empty()),
            ("notes", "Notes", self.notes.count > 0),
            ("policies", "Policies", true),
            ("documents", "Documents", true),
        ] {
            if there {
                write!(out, "<li><a href=\"#{id}\">{word}</a></li>")?;
            }
        }
        writeln!(out, "</ul></nav>\n</header>\n<main>")?;

        let word = summary.verdict.as_str();
        writeln!(out, "<section class=\"verdict {word}\" aria-label=\"Verdict\">\n{}", icon(summary.verdict))?;
        writeln!(out, "<div>\n<p class=\"what\">Verdict on <strong>{name}</strong></p>\n<h1>{verdict}</h1>")?;
        let mut counts = Vec::new();
        for (count, one, many) in [
            (prohibited, "is prohibited", "are prohibited"),
            (review, "needs a person to judge it", "need a person to judge them"),
            (waived, "is permitted by a waiver", "are permitted by a waiver"),
            (unverifiable, "cannot be identified by anything", "cannot be identified by anything"),
        ] {
            if count > 0 {
                counts.push(format!("{} {}", grouped(count), if count == 1 { one } else { many }));
            }
        }
        let counts = if counts.is_empty() { String::new() } else { format!(" Of {} subjects, {}.", grouped(subjects), counts.join(", ")) };
        let errors = match (summary.errors, summary.documents) {
            (0, _) | (1, 1) => String::new(),
            (errors, documents) => format!(" {errors} of {documents} documents could not be evaluated."),
        };
        let coverage = match summary.verdict {
            Verdict::Clear | Verdict::Unverifiable => format!(" Coverage: {}.", coverage(&summary.ledger)),
            _ => String::new(),
        };
        let meaning = match summary.verdict {
            Verdict::Clear | Verdict::Unverifiable if waived > 0 => {
                "every rule that was met is waived. No other finding is no proof: only what the SBOM names could be recognised"
            }
            verdict => words::meaning(self.run, verdict),
        };
        let unconfirmed = words::unconfirmed(summary);
        writeln!(out, "<p class=\"lead\">{}{}.{errors}{counts}{coverage}</p>", esc(&capital(meaning)), esc(&unconfirmed))?;
        let means = match summary.outcome {
            Outcome::Passed => "a gate lets this pass",
            Outcome::Failed => "a gate fails on this",
            Outcome::NotEvaluated => "a gate fails, because something could not be evaluated",
        };
        let new = if self.run.fail_on_new { ", by what is new, returned or hidden since the baseline" } else { "" };
        let set = match self.run.fail_on {
            FailOn::Never => "it is set to let all findings pass".to_owned(),
            fail_on => format!("it is set to fail from <code>{}</code> on{new}", fail_on.as_str()),
        };
        write!(out, "<p class=\"gate\">Exit code {}: {means} ({set}).", summary.outcome.code())?;
        write!(out, " Evaluated as of <time>{}</time> against ", self.run.as_of)?;
        let parts: Vec<&Part> = self.run.parts.iter().filter(|part| part.decides).collect();
        const NAMED: usize = 4;
        for (index, part) in parts.iter().take(NAMED).enumerate() {
            let before = if index == 0 { "" } else { ", " };
            write!(out, "{before}<a href=\"#policies\">{}</a>", short(&part.title, 120))?;
        }
        if parts.len() > NAMED {
            write!(out, " and {} more", parts.len() - NAMED)?;
        }
        writeln!(out, ".</p>\n</div>\n</section>")?;

        if !self.clocks.is_empty() {
            writeln!(out, "<section class=\"clock\" aria-labelledby=\"clock\"><h2 id=\"clock\">Reports that may be due</h2>\n<ul>")?;
            for due in &self.clocks {
                let rules: Vec<String> = due.rules.iter().map(|rule| format!("<code>{}</code>", esc(rule))).collect();
                write!(out, "<li>Report {} <span class=\"by\">by {}</span>", esc(&due.clock), rules.join(", "))?;
                if !due.content.is_empty() {
                    write!(out, "<details><summary>What the report has to hold</summary><ul>")?;
                    due.content.iter().take(40).try_for_each(|item| write!(out, "<li>{}</li>", short(item, 400)))?;
                    write!(out, "</ul></details>")?;
                }
                writeln!(out, "</li>")?;
            }
            writeln!(out, "</ul></section>")?;
        }
        self.errors(out)?;
        ledger(out, &summary.ledger)?;
        let mut said = Rows::default();
        self.run
            .notes
            .iter()
            .chain(&summary.notes)
            .for_each(|note| said.push(|out| writeln!(out, "<li>{}</li>", prose(&capital(note), 600))));
        if said.count > 0 {
            writeln!(
                out,
                "<section aria-labelledby=\"run\"><h2 id=\"run\">About this run</h2>\n<ul>\n{}</ul>{}</section>",
                said.html,
                left_out(&said, "notes")
            )?;
        }
        Ok(())
    }

    fn write_findings(&mut self) -> io::Result<()> {
        self.groups.sort_by_cached_key(|group| {
            let worst = group.counts.iter().position(|&count| count > 0);
            (worst, std::cmp::Reverse(worst.map_or(0, |worst| group.counts[worst])), group.rule.clone(), group.entity.clone())
        });
        let mut counts = [0_u64; 4];
        for group in &self.groups {
            counts.iter_mut().zip(group.counts).for_each(|(sum, count)| *sum += count);
        }
        let total: u64 = counts.iter().sum();
        let left_out: u64 = total - self.order.iter().map(|order| order.len() as u64).sum::<u64>();
        let mut out = String::new();
        let policies = distinct(self.groups.iter().map(|group| group.policy.as_str()));
        let entities = distinct(self.groups.iter().map(|group| group.entity.as_str()));
        let _ = findings_head(&mut out, &policies, &entities, counts, left_out);
        self.out.write_all(out.as_bytes())?;
        out.clear();
        for group in &self.groups {
            let number = |values: &[&str], value: &str| values.binary_search(&value).unwrap_or_default();
            let _ = group_head(&mut out, group, number(&policies, &group.policy), number(&entities, &group.entity));
            self.out.write_all(out.as_bytes())?;
            out.clear();
            let kept: usize = group.cards.iter().map(Vec::len).sum();
            for (index, card) in group.cards.iter().flatten().enumerate() {
                if index == LISTED {
                    writeln!(
                        self.out,
                        "<details class=\"more\"><summary>{} more findings of this rule and maker</summary>",
                        kept - LISTED
                    )?;
                }
                let open = if kept <= UNFOLDED || index == 0 { " open" } else { "" };
                write!(self.out, "<details{open}{card}")?;
            }
            if kept > LISTED {
                writeln!(self.out, "</details>")?;
            }
            let gone = group.counts.iter().sum::<u64>() - kept as u64;
            if gone > 0 {
                writeln!(self.out, "<p class=\"left-out\">{gone} more are left out here; the JSON report lists all of them.</p>")?;
            }
            writeln!(self.out, "</section>")?;
        }
        writeln!(self.out, "</section>")
    }

    fn end(&self, out: &mut String, summary: &Summary) -> fmt::Result {
        self.ahead(out)?;
        self.waivers(out)?;
        if self.notes.count > 0 {
            writeln!(out, "<section id=\"notes\" aria-labelledby=\"notes-title\"><h2 id=\"notes-title\">Notes on the documents</h2>")?;
            writeln!(out, "<p>What the reader met that changes no verdict, and that a person may want to know.</p>")?;
            let fold = self.notes.count > LISTED;
            if fold {
                writeln!(out, "<details class=\"more\"><summary>{} notes</summary>", self.notes.count)?;
            }
            writeln!(out, "<ul class=\"notes\">\n{}</ul>{}", self.notes.html, left_out(&self.notes, "notes"))?;
            writeln!(out, "{}</section>", if fold { "</details>" } else { "" })?;
        }
        self.policies(out)?;
        self.documents(out, summary)?;
        writeln!(
            out,
            "<section aria-labelledby=\"proof\"><h2 id=\"proof\">What this does not prove</h2>\n\
             <p>No finding is no proof. This page tells what the SBOM says: a component that is missing from it, or whose maker and identity it does not \
             name, cannot be recognised. A maker that is <strong>declared</strong> in a field for makers, or <strong>identified</strong> by a package \
             URL, a CPE, an address or a file, is taken as its maker. A name in free text (<strong>mentioned</strong>) or in borrowed letters \
             (<strong>looks alike</strong>), and a fact that no source confirms, asks a person to judge. Nothing here is legal advice.</p></section>"
        )?;
        writeln!(
            out,
            "</main>\n<footer><p>Written by {} {}. The same documents, policies and date give the same page.</p></footer>\n<script>{}</script>\n</body>\n</html>",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            asset(SCRIPT)
        )
    }

    fn errors(&self, out: &mut String) -> fmt::Result {
        if self.errors.count == 0 {
            return Ok(());
        }
        writeln!(out, "<section id=\"not-evaluated\" aria-labelledby=\"errors\"><h2 id=\"errors\">What could not be evaluated</h2>")?;
        writeln!(out, "<p>Nothing here may pass as clear. What was read before an error is counted and listed all the same.</p>")?;
        let fold = self.errors.count > UNFOLDED;
        if fold {
            writeln!(out, "<details class=\"more\"><summary>{} documents</summary>", self.errors.count)?;
        }
        writeln!(out, "{}{}", self.errors.html, left_out(&self.errors, "documents that could not be evaluated"))?;
        writeln!(out, "{}</section>", if fold { "</details>" } else { "" })
    }

    fn ahead(&self, out: &mut String) -> fmt::Result {
        if self.ahead.is_empty() {
            return Ok(());
        }
        writeln!(out, "<section id=\"ahead\" aria-labelledby=\"ahead-title\"><h2 id=\"ahead-title\">Ahead</h2>")?;
        writeln!(out, "<p>What will begin to fail. It fails nothing yet.</p>\n<ul class=\"ahead\">")?;
        let mut later: Vec<_> = self.ahead.iter().collect();
        later.sort_by(|a, b| a.from.cmp(&b.from));
        const SHOWN: usize = 500;
        for later in later.iter().take(SHOWN) {
            write!(
                out,
                "<li><strong>From {}</strong>: {} by <code>{}</code>",
                esc(&later.from),
                status_word(later.status).to_lowercase(),
                esc(&later.rule)
            )?;
            if !later.entity.is_empty() {
                write!(out, ", for {}", esc(&later.entity))?;
            }
            let names: Vec<String> = later.names.iter().map(|name| format!("<code>{name}</code>")).collect();
            write!(out, ": {}", names.join(", "))?;
            match later.count - names.len() as u64 {
                0 => writeln!(out, "</li>")?,
                more => writeln!(out, " and {more} more</li>")?,
            }
        }
        if later.len() > SHOWN {
            writeln!(out, "<li>and {} more</li>", later.len() - SHOWN)?;
        }
        writeln!(out, "</ul></section>")
    }

    fn waivers(&self, out: &mut String) -> fmt::Result {
        if self.waivers.is_empty() {
            return Ok(());
        }
        writeln!(out, "<section id=\"waivers\" aria-labelledby=\"waivers-title\"><h2 id=\"waivers-title\">Waivers applied</h2>\n<ul>")?;
        for (waiver, rule, count) in &self.waivers {
            let authority =
                waiver.authority.as_ref().map_or(String::new(), |authority| format!(", by authority of {}", short(authority, 160)));
            writeln!(
                out,
                "<li>{} <span class=\"by\">For <code>{}</code>, given by {}{authority}; ends on {}; permits {count} {}.</span></li>",
                short(&capital(&waiver.reason), 400),
                esc(rule),
                short(&waiver.by, 160),
                waiver.expires,
                if *count == 1 { "finding" } else { "findings" }
            )?;
        }
        if self.waivers_left_out > 0 {
            writeln!(out, "<li>and others, which permit {} findings more</li>", self.waivers_left_out)?;
        }
        writeln!(out, "</ul></section>")
    }

    fn policies(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<section id=\"policies\" aria-labelledby=\"policies-title\"><h2 id=\"policies-title\">Policies</h2>")?;
        self.run.parts.iter().filter(|part| part.decides).try_for_each(|part| policy(out, part))?;
        let makers = self.run.parts.iter().filter(|part| !part.decides).count();
        if makers > 0 {
            writeln!(
                out,
                "<details class=\"more\"><summary>{makers} {} describing makers</summary>",
                if makers == 1 { "file" } else { "files" }
            )?;
            self.run.parts.iter().filter(|part| !part.decides).try_for_each(|part| policy(out, part))?;
            writeln!(out, "</details>")?;
        }
        writeln!(out, "</section>")
    }

    fn documents(&self, out: &mut String, summary: &Summary) -> fmt::Result {
        writeln!(out, "<section id=\"documents\" aria-labelledby=\"documents-title\"><h2 id=\"documents-title\">Documents</h2>")?;
        if summary.documents > 1 {
            writeln!(out, "<p>{} documents, {} of which could not be evaluated.</p>", summary.documents, summary.errors)?;
        }
        let fold = self.documents.count > LISTED;
        if fold {
            writeln!(out, "<details class=\"more\"><summary>{} documents</summary>", self.documents.count)?;
        }
        writeln!(out, "{}{}", self.documents.html, left_out(&self.documents, "documents"))?;
        writeln!(out, "{}</section>", if fold { "</details>" } else { "" })
    }
}

/// The same as everywhere, with no line broken before the sign.
fn coverage(ledger: &Ledger) -> String {
    esc(&words::coverage(ledger)).to_string().replace(" %", "&nbsp;%")
}

fn left_out(rows: &Rows, what: &str) -> String {
    if rows.left_out == 0 { String::new() } else { format!("<p class=\"left-out\">{} more {what} are left out here.</p>", rows.left_out) }
}

/// What a content-security policy calls this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clear => "Clear",
        Verdict::Unverifiable => "Unverifiable",
        Verdict::Review => "Needs review",
        Verdict::Prohibited => "Prohibited",
        Verdict::Error => "Not evaluated",
    }
}

/// A shape for each verdict, so that it is told by more than a colour.
fn icon(verdict: Verdict) -> String {
    let shape = match verdict {
        Verdict::Prohibited => "<path d=\"M15 4h18l11 11v18L33 44H15L4 33V15z\"/><path class=\"cut\" d=\"M16 16l16 16M32 16L16 32\"/>",
        Verdict::Review => "<path d=\"M24 4l21 38H3z\"/><path class=\"cut\" d=\"M24 18v11M24 35v1\"/>",
        Verdict::Clear => "<circle cx=\"24\" cy=\"24\" r=\"20\"/><path class=\"cut\" d=\"M15 25l6 6 12-13\"/>",
        Verdict::Unverifiable => {
            "<circle cx=\"24\" cy=\"24\" r=\"20\"/><path class=\"cut\" d=\"M18 19c0-8 12-8 12 0 0 5-6 5-6 10M24 35v1\"/>"
        }
        Verdict::Error => "<path d=\"M24 3l21 21-21 21L3 24z\"/><path class=\"cut\" d=\"M24 14v13M24 33v1\"/>",
    };
    format!("<svg class=\"icon\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">{shape}</svg>")
}

/// The ledger as a picture, and the same as a table.
fn ledger(out: &mut String, ledger: &Ledger) -> fmt::Result {
    let Ledger { subjects, prohibited, review, waived, unverifiable, clear, .. } = *ledger;
    let classes = [
        ("prohibited", "Prohibited", prohibited, "A rule prohibits it."),
        ("review", "Needs review", review, "A person has to judge it."),
        ("waived", "Waived", waived, "A rule prohibits it, and a waiver permits it."),
        (
            "unverifiable",
            "Unverifiable",
            unverifiable,
            "Nothing in the document says who made it or what it is: no maker, package URL, CPE or address.",
        ),
        ("clear", "Clear", clear, "Something says what it is, and no rule was met. That is no proof."),
    ];
    writeln!(
        out,
        "<section aria-labelledby=\"ledger\"><h2 id=\"ledger\">What was found about {} {}</h2>",
        grouped(subjects),
        if subjects == 1 { "subject" } else { "subjects" }
    )?;
    writeln!(
        out,
        "<p>A subject is anything that the document lists: a component, service, package, file or tool. Each is in one class.</p>"
    )?;
    if subjects > 0 {
        bar(out, &classes.map(|(class, word, count, _)| (class, word, count)), subjects)?;
    }
    writeln!(
        out,
        "<table class=\"ledger\"><thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Subjects</th><th scope=\"col\">Share</th><th scope=\"col\">Means</th></tr></thead>\n<tbody>"
    )?;
    for (class, word, count, means) in classes {
        let fill = pattern(class).map_or(String::new(), |pattern| format!("<rect fill=\"url(#{pattern})\" width=\"14\" height=\"14\"/>"));
        let none = if count == 0 { " class=\"none\"" } else { "" };
        writeln!(
            out,
            "<tr{none}><th scope=\"row\"><svg class=\"key\" viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"14\" height=\"14\"/>{fill}</svg>{word}</th><td>{}</td><td>{}</td><td>{means}</td></tr>",
            grouped(count),
            share(count, subjects)
        )?;
    }
    writeln!(out, "</tbody></table>")?;
    writeln!(
        out,
        "<p class=\"coverage\"><strong>Coverage:</strong> {}. Only what the SBOM names could be recognised.</p></section>",
        coverage(ledger)
    )
}

/// A bar of classes side by side.
fn bar(out: &mut String, classes: &[(&str, &str, u64)], subjects: u64) -> fmt::Result {
    // Wide enough to be seen, however few there are.
    let width = |count: u64| if count == 0 { 0 } else { (count.saturating_mul(1000) / subjects).max(10) };
    let all: u64 = classes.iter().map(|&(_, _, count)| width(count)).sum::<u64>().max(1);
    let told: Vec<String> = classes.iter().map(|(_, word, count)| format!("{} {count}", word.to_lowercase())).collect();
    write!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 1000 28\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">{PATTERNS}",
        esc(&told.join(", "))
    )?;
    let mut x = 0;
    for &(class, _, count) in classes {
        let wide = width(count) * 1000 / all;
        let drawn = wide.saturating_sub(3);
        if drawn > 0 {
            write!(out, "<rect class=\"{class}\" x=\"{x}\" width=\"{drawn}\" height=\"28\"/>")?;
        }
        if let (true, Some(pattern)) = (drawn > 0, pattern(class)) {
            write!(out, "<rect fill=\"url(#{pattern})\" x=\"{x}\" width=\"{drawn}\" height=\"28\"/>")?;
        }
        x += wide;
    }
    writeln!(out, "</svg>")
}

const PATTERNS: &str = "<defs><pattern id=\"stripes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"over\" d=\"M0 6L6 0\"/></pattern>\
<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><circle class=\"dot\" cx=\"3\" cy=\"3\" r=\"1.2\"/></pattern></defs>";

/// What is drawn over a colour, so that classes side by side differ in more than that.
fn pattern(class: &str) -> Option<&'static str> {
    match class {
        "review" => Some("stripes"),
        "unverifiable" => Some("dots"),
        _ => None,
    }
}

/// A number as a person reads it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn share(count: u64, of: u64) -> String {
    let tenths = (count * 1000 + of / 2).checked_div(of);
    match tenths {
        None => "–".to_owned(),
        Some(0) if count > 0 => "&lt; 0.1 %".to_owned(),
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

fn findings_head(out: &mut String, policies: &[&str], entities: &[&str], counts: [u64; 4], gone: u64) -> fmt::Result {
    let total: u64 = counts.iter().sum();
    let many = if total > MANY { " class=\"many\"" } else { "" };
    writeln!(out, "<section id=\"findings\"{many} aria-labelledby=\"findings-title\"><h2 id=\"findings-title\">Findings</h2>")?;
    if total == 0 {
        return writeln!(out, "<p>There is none. That is no proof: see the coverage above, and what this does not prove below.</p>");
    }
    if gone > 0 {
        writeln!(
            out,
            "<p class=\"left-out\">{gone} of {total} findings are left out on this page, the least serious first; the JSON report lists all of them.</p>"
        )?;
    }
    // It needs the script, which shows it.
    writeln!(
        out,
        "<form id=\"filter\" hidden aria-label=\"Filter the findings\">\n<div class=\"search\"><label for=\"text\">Search</label><input id=\"text\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></div>"
    )?;
    writeln!(out, "<fieldset><legend>Status</legend>")?;
    for (status, count) in CLASSES.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
        writeln!(
            out,
            "<label><input type=\"checkbox\" name=\"status\" value=\"{}\" checked> {} ({count})</label>",
            status.as_str(),
            status_word(status)
        )?;
    }
    writeln!(out, "</fieldset>")?;
    choice(out, "policy", "Policy", "All policies", policies)?;
    choice(out, "entity", "Maker", "All makers", entities)?;
    writeln!(
        out,
        "<div class=\"buttons\"><button type=\"button\" id=\"unfold\">Unfold all</button> <button type=\"button\" id=\"fold\">Fold all</button> <button type=\"reset\">Clear the filter</button></div>"
    )?;
    writeln!(out, "<p id=\"count\" role=\"status\">{total} {}</p>\n</form>", if total == 1 { "finding" } else { "findings" })
}

/// A list to choose from. Values are numbers, so that no text of anybody's has to be compared.
fn choice(out: &mut String, id: &str, label: &str, all: &str, values: &[&str]) -> fmt::Result {
    if values.len() < 2 {
        return Ok(());
    }
    write!(out, "<div><label for=\"{id}\">{label}</label><select id=\"{id}\"><option value=\"\">{all}</option>")?;
    for (number, value) in values.iter().enumerate() {
        write!(out, "<option value=\"{number}\">{}</option>", short(value, 80))?;
    }
    writeln!(out, "</select></div>")
}

fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut values: Vec<&str> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn group_head(out: &mut String, group: &Group, policy: usize, entity: usize) -> fmt::Result {
    writeln!(out, "<section class=\"group\" data-policy=\"{policy}\" data-entity=\"{entity}\">")?;
    write!(out, "<h3>{}", short(&group.entity, 160))?;
    if !group.title.is_empty() {
        write!(out, " <span>{}</span>", short(&group.title, 200))?;
    }
    write!(out, "</h3>\n<p class=\"counts\"><code>{}</code>", esc(&inline(&group.rule)))?;
    for (status, count) in CLASSES.into_iter().zip(group.counts).filter(|(_, count)| *count > 0) {
        write!(out, " <span class=\"tag {}\">{}</span>", status.as_str(), counted(count, status))?;
    }
    writeln!(out, "</p>\n{}", group.head)
}

/// One document that could not be evaluated.
pub(super) fn error(out: &mut String, source: &Source, error: &DocumentError) -> fmt::Result {
    writeln!(
        out,
        "<article class=\"card\"><h3>{}</h3>\n<p><strong>{}</strong></p>",
        short(&source.title(), 200),
        prose(&capital(&error.message), 600)
    )?;
    if let Some(span) = error.span {
        let place = source.location(span.start);
        write!(out, "<p>Line {}, column {}", place.line, place.column)?;
        if let Some(label) = &error.label {
            write!(out, ": {}", short(label, 160))?;
        }
        writeln!(out, "</p>")?;
        window(out, source, span)?;
    }
    writeln!(out, "<p>{}.</p></article>", prose(&capital(error.help.trim_end_matches('.')), 600))
}

/// One document.
pub(super) fn document(out: &mut String, source: &Source, examined: &Examined) -> fmt::Result {
    let verdict = examined.verdict();
    writeln!(
        out,
        "<article class=\"card\"><h3>{} <span class=\"tag {}\">{}</span></h3>\n<p>{}.</p>\n<p>Coverage: {}.</p>",
        short(&source.title(), 200),
        verdict.as_str(),
        verdict_word(verdict),
        esc(&words::ledger(&examined.assessment.ledger)),
        coverage(&examined.assessment.ledger)
    )?;
    match &examined.document {
        Ok(document) => write!(out, "<p>{} {}, {}", esc(document.format.as_str()), short(&document.version, 40), esc(document.encoding))?,
        Err(_) => write!(out, "<p>Not evaluated to its end; the figures are of what was read before the error")?,
    }
    if !examined.wrapping.is_empty() {
        write!(out, ", taken out of {} (no signature was verified)", short(&examined.wrapping.join(", "), 400))?;
    }
    let assessment = &examined.assessment;
    writeln!(out, ".</p>\n<p>{}.</p>", esc(&capital(words::completeness(assessment))))?;
    if let Some(removal) = words::removal(assessment) {
        writeln!(out, "<p>To take out: {}.</p>", esc(&removal))?;
    }
    if !assessment.gone.is_empty() {
        const GONE: usize = 50;
        writeln!(out, "<p>No more, since the baseline:</p>\n<ul>")?;
        assessment.gone.iter().take(GONE).try_for_each(|gone| writeln!(out, "<li>{}</li>", esc(&words::gone(gone))))?;
        if let more @ 1.. = assessment.gone.len().saturating_sub(GONE) {
            writeln!(out, "<li>and {more} others, which the JSON report lists</li>")?;
        }
        writeln!(out, "</ul>")?;
    }
    if let Some(digest) = source.digest() {
        write!(out, "<p class=\"sum\">SHA-256 <code>{}</code></p>", esc(digest))?;
    }
    writeln!(out, "</article>")
}

fn policy(out: &mut String, part: &Part) -> fmt::Result {
    writeln!(out, "<article class=\"card\"><h3>{}</h3>\n<p><code>{}</code>", short(&part.title, 200), short(&part.id, 160))?;
    if let Some(reviewed) = part.reviewed {
        write!(out, ", last held against its source on <time>{reviewed}</time>")?;
    }
    writeln!(out, "</p>")?;
    if !part.authority.is_empty() {
        writeln!(out, "<p>{}</p>", short(&part.authority.join("; "), 600))?;
    }
    if !part.applies.is_empty() {
        writeln!(out, "<p>Binds contracts of: {}</p>", short(&part.applies.join(", "), 400))?;
    }
    if let Some(source) = &part.text_source {
        writeln!(out, "<p>Text: {}</p>", linked(&inline(source)))?;
    }
    writeln!(out, "<p class=\"sum\">SHA-256 <code>{}</code></p></article>", esc(part.source.sha256()))
}
