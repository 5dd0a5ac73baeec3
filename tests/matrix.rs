//! Every policy on every fixture: one snapshot, readable as a table. `UPDATE_MATRIX=1 cargo test` writes it anew.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use common::NoFiles;
use interdict::finding::Examined;
use interdict::policy::{self, DEFAULT_PACK, PACKS};
use interdict::source::Source;
use interdict::verdict::{FailOn, Outcome};

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            files.extend(std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
        }
    }
    files.sort();
    files
}

#[test]
fn every_policy_on_every_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut table = String::new();
    for pack in &PACKS {
        let policy = policy::load(&[pack.name.to_owned()], &NoFiles).unwrap();
        writeln!(table, "# {}", pack.name).unwrap();
        for path in fixtures() {
            let name = path.strip_prefix(root.join("fixtures")).unwrap().display().to_string().replace('\\', "/");
            for (source, examined) in
                interdict::run::examine_bytes(&name, std::fs::read(&path).unwrap(), &common::task(&common::in_force(&policy)))
            {
                if pack.name == DEFAULT_PACK {
                    describe(&mut table, &name, &source, &examined);
                } else {
                    in_short(&mut table, &name, &examined);
                }
            }
        }
    }
    let snapshot = root.join("tests/matrix.snap");
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(&snapshot, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&snapshot).unwrap_or_default();
    for (number, (found, expected)) in table.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "tests/matrix.snap line {}; UPDATE_MATRIX=1 cargo test writes it anew", number + 1);
    }
    assert_eq!(table.lines().count(), expected.lines().count(), "the table has another length; UPDATE_MATRIX=1 cargo test writes it anew");
}

/// One document on a policy that is not the default one: what the default one shows of reading is not repeated.
fn in_short(table: &mut String, name: &str, examined: &Examined) {
    let ledger = &examined.assessment.ledger;
    let verdict = examined.verdict().as_str();
    writeln!(table, "{name}: {verdict} {}/{}/{}/{}", ledger.prohibited, ledger.review, ledger.unverifiable, ledger.clear).unwrap();
    for finding in &examined.assessment.findings {
        let entity = finding.entity.as_ref().map_or("-", |entity| entity.id.as_str());
        let label = interdict::text::inline(&finding.subject.label).into_owned();
        let chain = if finding.ownership.is_empty() { String::new() } else { format!(" by {} links", finding.ownership.len()) };
        writeln!(table, "  {} {label} [{entity}{chain}] {}", finding.status.as_str(), finding.rule.id).unwrap();
    }
}

/// One document on one policy.
fn describe(table: &mut String, name: &str, source: &Source, examined: &Examined) {
    let outcome = Outcome::of(examined.verdict(), FailOn::Prohibited);
    writeln!(table, "\n{name}: {} -> {outcome:?}", examined.verdict().as_str()).unwrap();
    let ledger = &examined.assessment.ledger;
    assert_eq!(
        ledger.subjects,
        ledger.prohibited + ledger.review + ledger.waived + ledger.noted + ledger.unverifiable + ledger.tools + ledger.clear,
        "{name}: the classes of the ledger have to add up"
    );
    writeln!(
        table,
        "  {} components: {} prohibited, {} review, {} noted, {} unverifiable, {} clear, {} tools; vendor named for {}",
        ledger.subjects,
        ledger.prohibited,
        ledger.review,
        ledger.noted,
        ledger.unverifiable,
        ledger.clear,
        ledger.tools,
        ledger.party_named
    )
    .unwrap();
    match &examined.document {
        Ok(document) => writeln!(table, "  {} {} {}", document.format.as_str(), document.version, document.encoding).unwrap(),
        Err(error) => {
            let place = error.span.map_or(String::new(), |span| {
                let location = source.location(span.start);
                format!(" at {}:{}", location.line, location.column)
            });
            writeln!(table, "  error {}{place}: {}", error.code, error.message).unwrap();
        }
    }
    if !examined.wrapping.is_empty() {
        writeln!(table, "  in {}", examined.wrapping.join(", ")).unwrap();
    }
    for note in &examined.assessment.notes {
        writeln!(table, "  note {}: {}", note.code, note.message).unwrap();
    }
    for finding in &examined.assessment.findings {
        let entity = finding.entity.as_ref().map_or("-", |entity| entity.id.as_str());
        let label = interdict::text::inline(&finding.subject.label).into_owned();
        writeln!(table, "  {} {label} [{entity}] {}", finding.status.as_str(), finding.fingerprint).unwrap();
        for evidence in &finding.evidence {
            let location = source.location(evidence.span.start);
            let value = interdict::text::inline(&evidence.value).into_owned();
            let (line, column) = (location.line, location.column);
            writeln!(table, "    {} {} {line}:{column} {value}", evidence.strength.as_str(), evidence.pointer).unwrap();
        }
        for path in &finding.paths.listed {
            writeln!(table, "    path {}", path.join(" > ")).unwrap();
        }
    }
}
