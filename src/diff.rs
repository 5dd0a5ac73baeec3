//! What has changed between two evaluations: the question whether it has slipped back, asked of any two reports or SBOMs.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::baseline::{Baseline, Comparison, NO_DOCUMENT, PastDocument, PastFinding, compare};
use crate::finding::{ChangeKind, Gone, Status};
use crate::report::write_json;
use crate::text::{excerpt, inline};
use crate::verdict::FailOn;

/// All changes between two reports.
#[derive(Debug, Serialize)]
pub struct Diff {
    /// The version of this shape: 1.
    schema: u32,
    /// Where the older side is from, and the day that it is as of.
    old: Side,
    /// The same of the newer side.
    new: Side,
    /// The documents of the newer side, in its order.
    documents: Vec<DocumentDiff>,
    /// Documents that only the older side has.
    missing: Vec<String>,
    /// How often each kind of change stands below.
    summary: Counts,
}

#[derive(Debug, Serialize)]
struct Side {
    path: String,
    as_of: String,
}

/// The changes in one document.
#[derive(Debug, Serialize)]
struct DocumentDiff {
    path: String,
    /// The document that it is held against; nothing if there is none, so that every finding is new.
    old_path: Option<String>,
    /// Whether it could be evaluated to its end, and that other one.
    evaluated: bool,
    old_evaluated: bool,
    /// How many subjects nothing identifies, and how many there were.
    unverifiable: u64,
    old_unverifiable: u64,
    changes: Vec<Entry>,
}

/// One change.
#[derive(Debug, Serialize)]
struct Entry {
    change: Kind,
    fingerprint: String,
    /// What it is now, or was when it went.
    #[serde(serialize_with = "word")]
    status: Status,
    /// What it was before, if that was something else.
    was: Option<&'static str>,
    rule: String,
    entity: Option<String>,
    subject: String,
    /// One sentence more, where there is more to say.
    detail: Option<String>,
}

fn word<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.as_str())
}

/// The kinds of changes, those that have to be looked at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// It had gone, and is back.
    Returned,
    /// It was not there before.
    New,
    /// It was there, and less severe: the waiver ended, the evidence grew.
    Worse,
    /// The same maker's part went and another one came.
    Renamed,
    /// The part is still listed, and nothing names the maker any more.
    Hidden,
    /// Less names the maker than before.
    Weakened,
    /// It was more severe before.
    Better,
    /// It is no more.
    Gone,
}

impl Kind {
    const ALL: [Self; 8] = [Self::Returned, Self::New, Self::Worse, Self::Renamed, Self::Hidden, Self::Weakened, Self::Better, Self::Gone];

    fn as_str(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::New => "new",
            Self::Worse => "worse",
            Self::Renamed => "renamed",
            Self::Hidden => "hidden",
            Self::Weakened => "weakened",
            Self::Better => "better",
            Self::Gone => "gone",
        }
    }
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    returned: usize,
    new: usize,
    worse: usize,
    renamed: usize,
    hidden: usize,
    weakened: usize,
    better: usize,
    gone: usize,
    /// Findings that are as they were.
    known: usize,
}

impl Counts {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Returned => &mut self.returned,
            Kind::New => &mut self.new,
            Kind::Worse => &mut self.worse,
            Kind::Renamed => &mut self.renamed,
            Kind::Hidden => &mut self.hidden,
            Kind::Weakened => &mut self.weakened,
            Kind::Better => &mut self.better,
            Kind::Gone => &mut self.gone,
        }
    }
}

impl Diff {
    /// Holds `new` against `old`. `mark` says of what is no more whether its subject still is in the newer document.
    #[must_use]
    pub fn between(old: &Baseline, new: &Baseline, mark: &dyn Fn(&PastDocument, &PastDocument, &mut [Gone])) -> Self {
        let mut summary = Counts::default();
        let mut documents = Vec::new();
        let mut met = Vec::new();
        for document in &new.documents {
            let before = old.document_or_only(&document.path, new.documents.len() == 1);
            met.extend(before.map(|before| before.path.as_str()));
            let past = before.unwrap_or(&NO_DOCUMENT);
            let mut comparison = compare(past, &document.findings, document.evaluated, &new.as_of);
            mark(past, document, &mut comparison.gone);
            let known = comparison.changes.iter().filter(|change| change.kind == ChangeKind::Known).count();
            let mut changes = entries(past, document, comparison);
            changes.sort_by_key(|entry| entry.change);
            changes.iter().for_each(|entry| *summary.of(entry.change) += 1);
            summary.known += known;
            documents.push(DocumentDiff {
                path: document.path.clone(),
                old_path: before.map(|before| before.path.clone()),
                evaluated: document.evaluated,
                old_evaluated: past.evaluated,
                unverifiable: document.unverifiable,
                old_unverifiable: past.unverifiable,
                changes,
            });
        }
        let missing = old.documents.iter().filter(|document| !met.contains(&document.path.as_str()));
        Self {
            schema: 1,
            old: Side { path: old.path.clone(), as_of: old.as_of.clone() },
            new: Side { path: new.path.clone(), as_of: new.as_of.clone() },
            missing: missing.map(|document| document.path.clone()).collect(),
            documents,
            summary,
        }
    }

    /// Whether something came that reaches a threshold, or can no longer be seen.
    #[must_use]
    pub fn fails(&self, fail_on: FailOn) -> bool {
        let came = |entry: &Entry| matches!(entry.change, Kind::Returned | Kind::New | Kind::Worse | Kind::Renamed | Kind::Hidden);
        let hides = |document: &DocumentDiff| fail_on == FailOn::Unverifiable && document.unverifiable > document.old_unverifiable;
        self.documents
            .iter()
            .any(|document| hides(document) || document.changes.iter().any(|entry| came(entry) && entry.status.fails(fail_on)))
    }

    /// As JSON.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(out, self)
    }

    /// For a person.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_human(&self, out: &mut dyn Write) -> io::Result<()> {
        for document in &self.documents {
            let identified = document.unverifiable == document.old_unverifiable;
            if document.changes.is_empty() && identified && document.evaluated && document.old_evaluated {
                continue;
            }
            match &document.old_path {
                Some(old) if *old != document.path => writeln!(out, "{} (before: {})", inline(&document.path), inline(old))?,
                Some(_) => writeln!(out, "{}", inline(&document.path))?,
                None => writeln!(out, "{} (not in {})", inline(&document.path), inline(&self.old.path))?,
            }
            for (evaluated, which) in [(document.evaluated, "it"), (document.old_evaluated, "what it is held against")] {
                if !evaluated {
                    writeln!(out, "  {which} could not be evaluated to its end: what is gone or known cannot be told")?;
                }
            }
            if !identified {
                writeln!(out, "  subjects that nothing identifies: {} → {}", document.old_unverifiable, document.unverifiable)?;
            }
            for entry in &document.changes {
                let entity = entry.entity.as_ref().map_or(String::new(), |entity| format!(", {}", inline(entity)));
                let was = entry.was.map_or(String::new(), |was| format!("{was} → "));
                let (kind, status, subject) = (entry.change.as_str(), entry.status.as_str(), excerpt(&entry.subject, 80));
                writeln!(out, "  {kind:<9} {was}{status}: `{subject}`{entity} [{}]", inline(&entry.rule))?;
                if let Some(detail) = &entry.detail {
                    writeln!(out, "            {detail}")?;
                }
            }
        }
        for path in &self.missing {
            writeln!(out, "{}: only in {}", inline(path), inline(&self.old.path))?;
        }
        let mut counts: Vec<String> = Vec::new();
        let Counts { returned, new, worse, renamed, hidden, weakened, better, gone, known } = self.summary;
        for (kind, count) in Kind::ALL.into_iter().zip([returned, new, worse, renamed, hidden, weakened, better, gone]) {
            if count > 0 {
                counts.push(format!("{count} {}", kind.as_str()));
            }
        }
        counts.push(format!("{known} known"));
        writeln!(out, "since {} ({}): {}", inline(&self.old.path), inline(&self.old.as_of), counts.join(", "))?;
        out.flush()
    }
}

fn entries(past: &PastDocument, document: &PastDocument, comparison: Comparison) -> Vec<Entry> {
    let mut entries = Vec::new();
    let replaced: Vec<&str> = comparison.gone.iter().filter_map(|gone| gone.now.as_deref()).collect();
    for (finding, change) in document.findings.iter().zip(&comparison.changes) {
        let mut entry = Entry {
            change: Kind::New,
            fingerprint: finding.fingerprint.clone(),
            status: finding.status,
            was: change.was.map(Status::as_str),
            rule: finding.rule.clone(),
            entity: finding.entity.as_ref().map(|(_, name)| name.clone()),
            subject: finding.subject.0.clone(),
            detail: None,
        };
        let old = past.findings.iter().find(|old| old.fingerprint == finding.fingerprint);
        let waiver = old.and_then(|old| old.waived_until.as_deref()).filter(|_| change.was == Some(Status::Waived));
        entry.change = match change.kind {
            ChangeKind::Returned => Kind::Returned,
            ChangeKind::New if change.was.is_some() => {
                entry.detail = waiver.map(|until| format!("the waiver that held until {} no longer permits it", excerpt(until, 20)));
                Kind::Worse
            }
            // It is told beside what it takes the place of.
            ChangeKind::New if replaced.contains(&finding.subject.0.as_str()) => continue,
            ChangeKind::New => Kind::New,
            ChangeKind::Known if change.was.is_some() => Kind::Better,
            ChangeKind::Known if change.weakened.is_empty() => continue,
            ChangeKind::Known => Kind::Weakened,
        };
        if !change.weakened.is_empty() {
            let fields: Vec<String> =
                change.weakened.iter().map(|(field, value)| format!("{} `{}`", excerpt(field, 60), excerpt(value, 80))).collect();
            entry.detail = Some(format!("no longer said: {}", fields.join(", ")));
        }
        entries.push(entry);
    }
    for gone in comparison.gone {
        // What had gone before is no change.
        let Some(old) = past.findings.iter().find(|old| old.fingerprint == gone.fingerprint) else { continue };
        let (change, detail) = match (&gone.now, gone.still_listed) {
            (_, true) => {
                let said: Vec<String> =
                    old.evidence.iter().map(|(field, value)| format!("{} `{}`", excerpt(field, 60), excerpt(value, 80))).collect();
                (Kind::Hidden, Some(format!("it is still listed, and no longer says {}", said.join(", "))))
            }
            (Some(now), false) => (Kind::Renamed, Some(format!("now `{}`", excerpt(now, 80)))),
            (None, false) => (Kind::Gone, None),
        };
        // What took its place may be less severe.
        let came = |finding: &&PastFinding| Some(&finding.subject.0) == gone.now.as_ref() && finding.rule == gone.rule;
        let now = document.findings.iter().find(came).filter(|_| change == Kind::Renamed).map_or(gone.status, |finding| finding.status);
        entries.push(Entry {
            change,
            fingerprint: gone.fingerprint,
            status: now,
            was: (now != gone.status).then_some(gone.status.as_str()),
            rule: gone.rule,
            entity: gone.entity.map(|(_, name)| name),
            subject: gone.subject,
            detail,
        });
    }
    entries
}
