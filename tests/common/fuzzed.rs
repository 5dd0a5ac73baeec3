//! What holds for any bytes whatever: called for damaged documents by the tests, and for those that a fuzzer comes upon in `fuzz/`.

use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;

use interdict::document::{self, Limits};
use interdict::finding::Ledger;
use interdict::inventory::{Author, Completeness, Listener, Note, Relationship, Subject};
use interdict::policy::{self, Files, Policy};
use interdict::report::{Base, FORMATS, Run, Style, Summary};
use interdict::run::examine_bytes;
use interdict::source::Source;
use interdict::verdict::{FailOn, Outcome, Verdict};

static POLICY: LazyLock<Policy> = LazyLock::new(super::default_policy);

/// A document ends, without a panic; every subject is in one class of the ledger, and all evidence is text of the document. Another
/// reading says the same.
pub fn read(name: &str, bytes: &[u8]) {
    let in_force = super::in_force(&POLICY);
    let task = super::task(&in_force);
    let examined = examine_bytes(name, bytes.to_vec(), &task);
    for (source, examined) in &examined {
        let ledger = &examined.assessment.ledger;
        let classes = ledger.prohibited + ledger.review + ledger.waived + ledger.noted + ledger.unverifiable + ledger.tools + ledger.clear;
        assert_eq!(ledger.subjects, classes, "{name}");
        for evidence in examined.assessment.findings.iter().flat_map(|finding| &finding.evidence) {
            assert!(source.text().get(evidence.span.start..evidence.span.end).is_some(), "{name}: {:?} is no place", evidence.span);
        }
    }
    let again = examine_bytes(name, bytes.to_vec(), &task);
    assert!(format!("{again:?}") == format!("{examined:?}"), "{name}: a second reading says something else");
}

/// Writes down everything that it is told.
#[derive(Default, PartialEq, Debug)]
struct Told(Vec<String>);

impl Listener for Told {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.0.push(format!("{subject:?}"));
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.0.push(format!("{relationship:?}"));
    }

    fn author(&mut self, author: Author<'_>) {
        self.0.push(format!("{author:?}"));
    }

    fn completeness(&mut self, said: Completeness) {
        self.0.push(format!("{said:?}"));
    }

    fn note(&mut self, note: Note) {
        self.0.push(format!("{note:?}"));
    }
}

/// What is read by parts is read whole, too, and says the same.
pub fn read_by_parts(part: usize, bytes: &[u8]) {
    let (mut whole, mut parts) = (Told::default(), Told::default());
    let limits = Limits::default();
    let Some(by_parts) = document::read_by_parts(&mut &bytes[..], part.max(4), &limits, true, &mut parts) else { return };
    let source = Source::from_bytes("", bytes.to_vec()).expect("text");
    let document = document::read(&source, &limits, &mut whole);
    assert_eq!(document.map(|document| format!("{document:?}")), Ok(format!("{:?}", by_parts.document)));
    assert_eq!(by_parts.sha256.as_deref(), Some(source.sha256()));
    assert_eq!(parts, whole);
}

/// A policy is read or refused; a refusal says why, and where in its text.
pub fn read_policy(text: &str) {
    struct One<'t>(&'t str);
    impl Files for One<'_> {
        fn open(&self, path: &str, from: Option<&str>) -> Result<(Source, String), String> {
            if from.is_some() {
                Err(format!("no file {path}"))
            } else {
                Ok((Source::from_text("policy.toml", self.0), "policy".to_owned()))
            }
        }
    }
    let Err(errors) = policy::load(&["policy.toml".to_owned()], &One(text)) else { return };
    assert!(!errors.is_empty());
    for error in errors {
        assert!(!error.message.is_empty());
        if let Some(source) = error.source {
            assert!(source.text().get(error.span.start..error.span.end).is_some(), "{}: {:?} is no place", error.message, error.span);
        }
    }
}

/// A report in every format is text that can be shown: whatever a document is made of, nothing in it steers a terminal or hides.
pub fn report(name: &str, bytes: &[u8]) {
    let in_force = super::in_force(&POLICY);
    let task = super::task(&in_force);
    let examined = examine_bytes(name, bytes.to_vec(), &task);
    let base = Base::new(Path::new("/"), Path::new("/"));
    let run = Run {
        as_of: super::today(),
        parts: &POLICY.parts,
        rules: &POLICY.rules,
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
    let mut ledger = Ledger::default();
    examined.iter().for_each(|(_, examined)| ledger.add(&examined.assessment.ledger));
    let verdict = examined.iter().map(|(_, examined)| examined.verdict()).max().unwrap_or(Verdict::Error);
    let summary = Summary {
        documents: examined.len(),
        errors: examined.iter().filter(|(_, examined)| examined.document.is_err()).count(),
        unconfirmed: 0,
        ledger,
        verdict,
        outcome: Outcome::of(verdict, FailOn::Prohibited),
        prohibited: Vec::new(),
        missing_links: 0,
        notes: Vec::new(),
    };
    for format in &FORMATS {
        let mut out = Vec::new();
        let write = |out: &mut dyn Write| -> io::Result<()> {
            let mut report =
                (format.begin)(Box::new(out), &run, Style { color: false, width: 100, verbose: true, quiet: false, unicode: true });
            for (source, examined) in &examined {
                report.document(source, examined)?;
            }
            report.finish(&summary)
        };
        write(&mut out).expect("it is written to memory");
        let text = String::from_utf8(out).expect("a report is text");
        match format.name {
            // Data: what is shown of it is made safe by who shows it.
            "json" | "sarif" | "gitlab" | "rdjson" => drop(serde_json::from_str::<serde_json::Value>(&text).expect(format.name)),
            "ndjson" => text.lines().for_each(|line| drop(serde_json::from_str::<serde_json::Value>(line).expect("ndjson"))),
            _ => {
                let steers = |character: &char| interdict::text::hides(*character) && !matches!(character, '\n' | '\r');
                assert_eq!(text.trim_start_matches('\u{feff}').chars().find(steers), None, "{name} as {}: {text}", format.name);
            }
        }
    }
}
