//! One page for the contracting officer and the engineer: a single file that asks nothing of a network, and reads as well without script and on paper.
//!
//! The verdict stands first, so the page is kept until the end: up to [`ROOM`] bytes of findings, the worst first, and what is left out is counted.
//! Nothing of a document is markup ([`text`]), and should that ever fail, the page's own policy lets no script run but the one that it was
//! written with.

mod finding;
mod page;
mod text;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::words::{capital, class};
use super::{Counter, Report, Run, Style, Summary, words};
use crate::finding::{Ahead, AppliedWaiver, Examined, Finding, Status};
use crate::source::Source;
use text::{esc, prose, short};

/// The most that all findings take on the page, in bytes: some 15,000 of them, which a browser still shows at once.
const ROOM: usize = 32 * 1024 * 1024;

/// The most that each list beside the findings takes, in bytes.
const LIST_ROOM: usize = 1024 * 1024;

struct Html<'a> {
    out: Box<dyn Write + 'a>,
    run: &'a Run<'a>,
    room: usize,
    groups: Vec<Group>,
    /// The position of each group, by rule, entity and chain of ownership.
    positions: HashMap<String, usize>,
    /// For each class, the groups that its cards went to, in order: the last one of the least class makes room.
    order: [Vec<usize>; 4],
    bytes: usize,
    /// The worst class of which something was left out. Nothing of it or of a lesser one is added any more.
    closed: usize,
    fingerprints: Counter,
    documents: Rows,
    errors: Rows,
    notes: Rows,
    ahead: Vec<Later>,
    /// By reason, approver and end, with how many findings each permits.
    waivers: Vec<(AppliedWaiver, String, u64)>,
    waivers_left_out: u64,
    /// What to report by when, with the rules that ask for it.
    clocks: Vec<Due>,
    /// What the first document is called, for the title.
    first: Option<String>,
}

/// The findings of one rule and one entity.
struct Group {
    rule: String,
    policy: String,
    title: String,
    entity: String,
    head: String,
    /// Whether the head says what has to be reported.
    clocked: bool,
    cards: [Vec<String>; 4],
    counts: [u64; 4],
}

/// What has to be reported by when.
struct Due {
    clock: String,
    /// What the report has to hold.
    content: Vec<String>,
    rules: Vec<String>,
}

/// What will begin to fail, by day, rule and entity.
struct Later {
    from: String,
    status: Status,
    rule: String,
    entity: String,
    names: Vec<String>,
    count: u64,
}

/// The position of a status in everything that is listed by class, the worst first.
const CLASSES: [Status; 4] = [Status::Prohibited, Status::Review, Status::Waived, Status::Note];

/// Rows up to some number of bytes; the rest is counted.
#[derive(Default)]
struct Rows {
    html: String,
    count: usize,
    left_out: usize,
}

impl Rows {
    fn push(&mut self, write: impl FnOnce(&mut String) -> std::fmt::Result) {
        if self.html.len() >= LIST_ROOM {
            self.left_out += 1;
        } else {
            // Writing to a string cannot fail.
            let _ = write(&mut self.html);
            self.count += 1;
        }
    }
}

pub(super) fn begin<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, _style: Style) -> Box<dyn Report + 'a> {
    Box::new(with_room(out, run, ROOM))
}

fn with_room<'a>(out: Box<dyn Write + 'a>, run: &'a Run<'a>, room: usize) -> Html<'a> {
    Html {
        out,
        run,
        room,
        groups: Vec::new(),
        positions: HashMap::new(),
        order: Default::default(),
        bytes: 0,
        closed: CLASSES.len(),
        fingerprints: Counter::default(),
        documents: Rows::default(),
        errors: Rows::default(),
        notes: Rows::default(),
        ahead: Vec::new(),
        waivers: Vec::new(),
        waivers_left_out: 0,
        clocks: Vec::new(),
        first: None,
    }
}

impl Report for Html<'_> {
    fn document(&mut self, source: &Source, examined: &Examined) -> io::Result<()> {
        for finding in &examined.assessment.findings {
            self.finding(source, finding);
        }
        for later in &examined.assessment.ahead {
            self.later(later);
        }
        if let Err(error) = &examined.document {
            self.errors.push(|out| page::error(out, source, error));
        }
        self.documents.push(|out| page::document(out, source, examined));
        let title = source.title();
        self.first.get_or_insert_with(|| title.clone().into_owned());
        for note in &examined.assessment.notes {
            self.notes.push(|out| {
                write!(out, "<li>{} <span class=\"at\">{}, {}", prose(&capital(&note.message), 600), note.code, short(&title, 120))?;
                if let Some(span) = note.span {
                    let place = source.location(span.start);
                    write!(out, ":{}:{}", place.line, place.column)?;
                }
                writeln!(out, "</span></li>")
            });
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.write_page(summary)?;
        self.out.flush()
    }
}

impl Html<'_> {
    fn finding(&mut self, source: &Source, finding: &Finding) {
        let class = class(finding.status);
        let position = self.group(finding);
        let group = &mut self.groups[position];
        group.counts[class] += 1;
        if finding.status >= Status::Review && !group.clocked {
            group.clocked = true;
            group.head.clear();
            let _ = finding::head(&mut group.head, finding, self.run.as_of);
            self.clock(finding);
        }
        if let Some(waiver) = &finding.waiver {
            self.waiver(waiver, &finding.rule.full_id());
        }
        if class >= self.closed {
            return;
        }
        let id = match self.fingerprints.nth(&finding.fingerprint) {
            1 => format!("f-{}", esc(&finding.fingerprint)),
            nth => format!("f-{}-{nth}", esc(&finding.fingerprint)),
        };
        let mut card = String::new();
        let _ = finding::card(&mut card, source, finding, &id);
        card.shrink_to_fit();
        self.bytes += card.len();
        self.groups[position].cards[class].push(card);
        self.order[class].push(position);
        while self.bytes > self.room {
            let Some(least) = (0..CLASSES.len()).rev().find(|&class| !self.order[class].is_empty()) else { break };
            self.closed = self.closed.min(least);
            let taken = self.order[least].pop().and_then(|position| self.groups[position].cards[least].pop());
            self.bytes -= taken.map_or(0, |card| card.len());
        }
    }

    /// The group of a finding, made if there is none.
    fn group(&mut self, finding: &Finding) -> usize {
        let entity = finding.entity.as_ref().map_or("", |entity| entity.id.as_str());
        let mut key = format!("{}\0{}\0{entity}\0", finding.rule.policy, finding.rule.id);
        let _ = finding::chain(&mut key, finding);
        if let Some(&position) = self.positions.get(&key) {
            return position;
        }
        let mut head = String::new();
        let _ = finding::head(&mut head, finding, self.run.as_of);
        self.groups.push(Group {
            rule: finding.rule.full_id(),
            policy: finding.rule.policy.clone(),
            title: finding.rule.title.clone().unwrap_or_default(),
            entity: if entity.is_empty() { "Not identified by anything".to_owned() } else { words::entity(finding) },
            head,
            clocked: finding.status >= Status::Review,
            cards: Default::default(),
            counts: [0; 4],
        });
        if finding.status >= Status::Review {
            self.clock(finding);
        }
        self.positions.insert(key, self.groups.len() - 1);
        self.groups.len() - 1
    }

    fn clock(&mut self, finding: &Finding) {
        let Some(clock) = words::clock(finding, self.run.as_of) else { return };
        let rule = finding.rule.full_id();
        let content = finding.rule.clock(self.run.as_of).map(|clock| clock.content.clone()).unwrap_or_default();
        match self.clocks.iter_mut().find(|due| due.clock == clock && due.content == content) {
            Some(due) if due.rules.contains(&rule) => {}
            Some(due) => due.rules.push(rule),
            None => self.clocks.push(Due { clock, content, rules: vec![rule] }),
        }
    }

    fn waiver(&mut self, waiver: &AppliedWaiver, rule: &str) {
        const LISTED: usize = 500;
        let room = self.waivers.len() < LISTED;
        match self.waivers.iter_mut().find(|(known, of, _)| known == waiver && of == rule) {
            Some((_, _, count)) => *count += 1,
            None if room => self.waivers.push((waiver.clone(), rule.to_owned(), 1)),
            None => self.waivers_left_out += 1,
        }
    }

    fn later(&mut self, Ahead { on, finding }: &Ahead) {
        const NAMES: usize = 8;
        let from = on.map_or_else(|| "by the day looked ahead to".to_owned(), |on| on.to_string());
        let (rule, entity) = (finding.rule.full_id(), words::entity(finding));
        let known = self
            .ahead
            .iter()
            .position(|later| later.status == finding.status && later.from == from && later.rule == rule && later.entity == entity);
        let position = known.unwrap_or_else(|| {
            self.ahead.push(Later { from, status: finding.status, rule, entity, names: Vec::new(), count: 0 });
            self.ahead.len() - 1
        });
        let later = &mut self.ahead[position];
        later.count += 1;
        if later.names.len() < NAMES {
            later.names.push(short(&finding.subject.label, 80).to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::civil::Date;

    use super::{Report as _, Run, Summary, with_room};
    use crate::policy::{self, DEFAULT_PACK, InForce, NoFiles};
    use crate::report::Base;
    use crate::run::{Task, examine};
    use crate::source::Source;
    use crate::verdict::{FailOn, Outcome};

    /// The page of a document with so many mentions before so many articles, with so much room for findings.
    fn page(mentions: usize, made: usize, room: usize) -> String {
        let mention =
            |index: usize| serde_json::json!({ "type": "library", "name": format!("mention-{index}"), "description": "uses Kaspersky" });
        let article = |index: usize| serde_json::json!({ "type": "library", "name": format!("made-{index}"), "supplier": { "name": "Kaspersky Lab" } });
        let components: Vec<_> = (0..mentions).map(mention).chain((0..made).map(article)).collect();
        let document = serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components });
        let source = Source::from_text("bom.json", document.to_string());

        let policy = policy::load(&[DEFAULT_PACK.to_owned()], &NoFiles).unwrap();
        let as_of = Date::constant(2026, 11, 23);
        let in_force = InForce::new(&policy, as_of, &[]);
        let examined = examine(&source, &Task::new(&in_force));
        let base = Base::new(Path::new("/"), Path::new("/"));
        let run = Run {
            as_of,
            parts: &policy.parts,
            rules: &policy.rules,
            fail_on: FailOn::Prohibited,
            base: &base,
            caveats: &[],
            notes: &[],
            baseline: None,
            fail_on_new: false,
            applied: &in_force.applied(),
            require_linked: false,
            redacted: None,
        };
        let mut out = Vec::new();
        let mut report = with_room(Box::new(&mut out), &run, room);
        report.document(&source, &examined).unwrap();
        let (ledger, verdict) = (examined.assessment.ledger, examined.verdict());
        report
            .finish(&Summary {
                documents: 1,
                errors: 0,
                unconfirmed: 0,
                ledger,
                verdict,
                outcome: Outcome::of(verdict, run.fail_on),
                prohibited: Vec::new(),
                missing_links: 0,
                notes: Vec::new(),
            })
            .unwrap();
        drop(report);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_worst_findings_stay_and_the_rest_is_counted() {
        let page = page(200, 20, 60_000);
        assert!((60_000..110_000).contains(&page.len()), "{}", page.len());
        assert!((0..20).all(|index| page.contains(&format!("<code>made-{index}</code>"))));
        let kept = page.matches("data-status=\"review\"").count();
        assert!((1..200).contains(&kept), "{kept}");
        let gone = 200 - kept;
        assert!(page.contains(&format!("<p class=\"left-out\">{gone} of 220 findings are left out on this page")));
        assert!(page.contains(&format!("<p class=\"left-out\">{gone} more are left out here; the JSON report lists all of them.</p>")));
        // Counts are of all.
        assert!(page.contains("20 prohibited") && page.contains("200 for review"));
    }

    #[test]
    fn many_findings_fold() {
        let page = page(0, 40, super::ROOM);
        assert_eq!(page.matches("<details open class=\"finding\"").count(), 1);
        assert_eq!(page.matches("<details class=\"finding\"").count(), 39);
        assert!(page.contains("<summary>15 more findings of this rule and maker</summary>"));
    }
}
