//! Policies on trial: their own examples, what becomes of those when the policy is weakened, and sets of labelled subjects.
//!
//! A subject on trial stands in no document: it is made of the few claims that an example or a row of a table gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::evaluate::Evaluator;
use crate::finding::{Finding, Status};
use crate::inventory::{Claim, Kind, Listener as _, Place, Role, Subject, Text};
use crate::policy::{Example, ExampleSubject, Expect, InForce, Policy, Tried, Weakening};
use crate::source::Span;

/// What is found about one subject.
#[must_use]
pub fn findings(in_force: &InForce<'_>, subject: &ExampleSubject) -> Vec<Finding> {
    fn text(value: Option<&String>) -> Option<Text<'_>> {
        value.map(|value| Text { value: Cow::Borrowed(value.as_str()), span: Span::default() })
    }
    let claims: Vec<Claim<'_>> = [
        ("name", Role::Name, &subject.name),
        ("supplier", Role::Party, &subject.supplier),
        ("publisher", Role::Party, &subject.publisher),
        ("purl", Role::Purl, &subject.purl),
        ("cpe", Role::Cpe, &subject.cpe),
        ("externalReferences.website", Role::Url, &subject.url),
        ("evidence.occurrences.location", Role::File, &subject.file),
    ]
    .into_iter()
    .filter_map(|(field, role, value)| Some(Claim { field, role, text: Cow::Borrowed(value.as_deref()?), span: Span::default() }))
    .collect();
    let mut evaluator = Evaluator::new(in_force);
    evaluator.subject(&Subject {
        index: 0,
        kind: subject.kind.unwrap_or(Kind::Library),
        kind_word: None,
        place: Place::Part,
        scope: subject.scope,
        reference: None,
        name: text(subject.name.as_ref()),
        group: None,
        version: text(subject.version.as_ref()),
        purl: text(subject.purl.as_ref()),
        span: Span::default(),
        claims: &claims,
    });
    evaluator.finish().findings
}

/// An example that does not hold.
#[derive(Debug)]
pub struct Failed {
    /// Which one, by its number in the policy.
    pub example: usize,
    /// What it came to.
    pub found: Option<Status>,
}

/// The examples of one part of a policy that do not hold. What gives no day of its own is evaluated as of `as_of`.
#[must_use]
pub fn failing(policy: &Policy, part: &str, as_of: Date) -> Vec<Failed> {
    let mut days: BTreeMap<(Date, Option<&str>), InForce<'_>> = BTreeMap::new();
    let mut failed = Vec::new();
    for (number, example) in policy.examples.iter().enumerate().filter(|(_, example)| example.policy == part) {
        let day = example.as_of.unwrap_or(as_of);
        let profile = example.profile.as_deref();
        let in_force = days.entry((day, profile)).or_insert_with(|| {
            let profiles: Vec<String> = profile.map(str::to_owned).into_iter().collect();
            InForce::new(policy, day, &profiles)
        });
        let found = outcome(in_force, example);
        let expected = match example.expect {
            Expect::Clear => None,
            Expect::Note => Some(Status::Note),
            Expect::Waived => Some(Status::Waived),
            Expect::Review => Some(Status::Review),
            Expect::Prohibited => Some(Status::Prohibited),
        };
        if found != expected {
            failed.push(Failed { example: number, found });
        }
    }
    failed
}

/// What the rules that an example is about make of it. A file without rules of its own is tried by those of the policies that extend it.
fn outcome(in_force: &InForce<'_>, example: &Example) -> Option<Status> {
    let own = in_force.policy.rules.iter().any(|rule| rule.policy == example.policy);
    let counts = |finding: &Finding| {
        (!own || finding.rule.policy == example.policy) && example.rule.as_ref().is_none_or(|rule| finding.rule.id == *rule)
    };
    findings(in_force, &example.subject).iter().filter(|finding| counts(finding)).map(|finding| finding.status).max()
}

/// The weakenings that no example notices, and how many there were. Each is tried alone.
#[must_use]
pub fn unnoticed(tried: &Tried, as_of: Date) -> (Vec<Weakening>, usize) {
    let reached = |policy: &Policy| InForce::new(policy, as_of, &[]).reached();
    let before = reached(&tried.policy);
    let (mut unnoticed, mut count) = (Vec::new(), 0);
    for weakening in tried.weakenings() {
        // A policy that cannot be built any more has noticed.
        let Ok(policy) = tried.weakened(&weakening) else { continue };
        if weakening.may_be_idle() && reached(&policy) == before {
            continue;
        }
        count += 1;
        if failing(&policy, &tried.part, as_of).is_empty() {
            unnoticed.push(weakening);
        }
    }
    (unnoticed, count)
}

/// How a labelled subject should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The vendor developed it: prohibited.
    Developed,
    /// It speaks of the vendor: review at most.
    Mentions,
    /// It has nothing to do with the vendor: no finding.
    Unrelated,
}

impl Label {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 3] =
        [("developed", Self::Developed), ("mentions", Self::Mentions), ("unrelated", Self::Unrelated)];

    /// The word that tables use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, label)| *label == self).map_or("", |(word, _)| word)
    }
}

/// One row of a labelled table.
#[derive(Debug)]
pub struct Row {
    /// Its line in the file.
    pub line: usize,
    /// What the value is: `package`, `party`, `cpe`, `url` or `file`.
    pub kind: String,
    /// Whose it is, or looks like.
    pub vendor: String,
    /// How it should end.
    pub label: Label,
    /// The value.
    pub value: String,
    /// The subject that it makes.
    pub subject: ExampleSubject,
}

/// Reads a table with the columns `kind`, `vendor`, `label`, `value` and, if there is one, `supplier`.
///
/// # Errors
/// A sentence naming the line and what is wrong with it.
pub fn read_labelled(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').map(str::trim).collect()).unwrap_or_default();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .ok_or_else(|| format!("line 1: the table has no column `{name}`; columns are separated by tabs"))
    };
    let (kind_at, vendor_at, label_at, value_at) = (column("kind")?, column("vendor")?, column("label")?, column("value")?);
    let supplier_at = column("supplier").ok();
    let mut rows = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = number + 1;
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().map(str::trim).ok_or_else(|| format!("line {line_number}: it has too few columns"));
        let word = cell(label_at)?;
        let label = Label::WORDS.iter().find(|(known, _)| *known == word).map(|(_, label)| *label);
        let label =
            label.ok_or_else(|| format!("line {line_number}: `{word}` is no label; it is one of developed, mentions, unrelated"))?;
        let value = cell(value_at)?.to_owned();
        let own_name = value.split('@').next().unwrap_or(&value).rsplit('/').next().unwrap_or(&value).to_owned();
        let mut subject = ExampleSubject { name: Some("x".to_owned()), ..ExampleSubject::default() };
        match cell(kind_at)? {
            "package" => (subject.name, subject.purl) = (Some(own_name), Some(value.clone())),
            "party" => subject.supplier = Some(value.clone()),
            "cpe" => subject.cpe = Some(value.clone()),
            "url" => subject.url = Some(value.clone()),
            "file" => (subject.kind, subject.name) = (Some(Kind::File), Some(value.clone())),
            other => return Err(format!("line {line_number}: `{other}` is no kind; it is one of package, party, cpe, url, file")),
        }
        if let Some(supplier) = supplier_at.and_then(|at| cells.get(at)).map(|cell| cell.trim()).filter(|supplier| !supplier.is_empty()) {
            subject.supplier = Some(supplier.to_owned());
        }
        rows.push(Row { line: line_number, kind: cell(kind_at)?.to_owned(), vendor: cell(vendor_at)?.to_owned(), label, value, subject });
    }
    if rows.is_empty() {
        return Err("the table has no rows".to_owned());
    }
    Ok(rows)
}

/// How a group of labelled subjects was judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Developed by the vendor.
    pub developed: usize,
    /// Of these, prohibited.
    pub found: usize,
    /// Only mentioning the vendor, or unrelated to it.
    pub others: usize,
    /// Of these, prohibited: false alarms that fail a build.
    pub false_alarms: usize,
    /// Unrelated to the vendor.
    pub unrelated: usize,
    /// Of these, with a finding of any kind.
    pub troubled: usize,
}

impl Score {
    fn add(&mut self, label: Label, status: Option<Status>) {
        let prohibited = usize::from(status == Some(Status::Prohibited));
        if label == Label::Developed {
            self.developed += 1;
            self.found += prohibited;
        } else {
            self.others += 1;
            self.false_alarms += prohibited;
        }
        if label == Label::Unrelated {
            self.unrelated += 1;
            self.troubled += usize::from(status.is_some());
        }
    }

    /// The part of what was developed by the vendor that is prohibited, in tenths of a per cent.
    #[must_use]
    pub fn recall(&self) -> Option<usize> {
        (self.developed > 0).then(|| self.found * 1000 / self.developed)
    }

    /// The part of what is prohibited that was developed by the vendor, in tenths of a per cent.
    #[must_use]
    pub fn precision(&self) -> Option<usize> {
        let prohibited = self.found + self.false_alarms;
        (prohibited > 0).then(|| self.found * 1000 / prohibited)
    }
}

/// What a labelled table came to.
#[derive(Debug, Default)]
pub struct Measured {
    /// In all.
    pub total: Score,
    /// By vendor, and by the kind of value.
    pub groups: BTreeMap<(&'static str, String), Score>,
    /// The rows that ended otherwise than their label asks, by their number, with what they came to.
    pub misses: Vec<(usize, Option<Status>)>,
}

/// Judges every row.
#[must_use]
pub fn measure(rows: &[Row], in_force: &InForce<'_>) -> Measured {
    let mut measured = Measured::default();
    for (number, row) in rows.iter().enumerate() {
        let status = findings(in_force, &row.subject).iter().map(|finding| finding.status).max();
        measured.total.add(row.label, status);
        for group in [("vendor", row.vendor.clone()), ("kind", row.kind.clone())] {
            measured.groups.entry(group).or_default().add(row.label, status);
        }
        let right = match row.label {
            Label::Developed => status == Some(Status::Prohibited),
            Label::Mentions => status < Some(Status::Prohibited),
            Label::Unrelated => status.is_none(),
        };
        if !right {
            measured.misses.push((number, status));
        }
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::{Label, read_labelled};

    #[test]
    fn a_labelled_table_is_read_by_its_columns() {
        let rows = read_labelled("label\tkind\tvalue\tvendor\nmentions\tpackage\tpkg:npm/%40a/b@1\tacme\n").unwrap();
        assert_eq!((rows[0].label, rows[0].vendor.as_str(), rows[0].subject.name.as_deref()), (Label::Mentions, "acme", Some("b")));
        for (text, complaint) in [
            ("kind\tvendor\n", "no column `label`"),
            ("kind\tvendor\tlabel\tvalue\n", "no rows"),
            ("kind\tvendor\tlabel\tvalue\nx\ty\tdeveloped\tz", "line 2: `x` is no kind"),
            ("kind\tvendor\tlabel\tvalue\nparty\ty\twrong\tz", "line 2: `wrong` is no label"),
            ("kind\tvendor\tlabel\tvalue\nparty", "line 2: it has too few columns"),
            ("", "no column"),
        ] {
            assert!(read_labelled(text).is_err_and(|error| error.contains(complaint)), "{text:?}");
        }
    }
}
