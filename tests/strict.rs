//! The second readers over everything that is kept with the source: what they confirm, and that no input stops them.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::Path;

use interdict::document::{self, Limits, Opinion};
use interdict::inventory::Nobody;

/// Every document in the fixtures, by its path.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files =
        walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().strip_prefix(&root).unwrap().display().to_string(), std::fs::read(entry.path()).unwrap())).collect()
}

/// What the second reader says of each document in a file that the first one can read.
fn opinions(name: &str, bytes: Vec<u8>) -> Vec<Opinion> {
    let limits = Limits::default();
    let opened = document::open(name, bytes, &limits);
    let read = opened.iter().filter_map(|opened| Some((opened, opened.read(&limits, &mut Nobody).ok()?)));
    read.map(|(opened, read)| document::second_opinion(&opened.source, &read, &limits)).collect()
}

/// Text for a person has nothing of how Rust writes values, types and panics, and is bounded.
fn assert_plain(message: &str) {
    const RAW: [&str; 13] = [
        "Custom(",
        "Struct(",
        "Struct {",
        "Field(",
        "List(",
        "Enum(",
        "ValidationResult",
        "Err(",
        "Some(",
        "::",
        ".rs:",
        "panick",
        "Error {",
    ];
    assert!(!RAW.iter().any(|raw| message.contains(raw)), "{message}");
    assert!(message.chars().count() < 800 && !message.contains(['\u{1b}', '\n', '\u{202e}']), "{message}");
}

#[test]
fn every_fixture_is_confirmed_or_it_is_known_why_not() {
    let mut others = Vec::new();
    let mut confirmed = 0;
    for (name, bytes) in fixtures() {
        for opinion in opinions(&name, bytes) {
            let notes = match opinion {
                Opinion::Agrees { notes, .. } => {
                    confirmed += 1;
                    notes
                }
                Opinion::Nobody { why, notes } => {
                    assert_plain(&why);
                    others.push(format!("{name}: {why}"));
                    notes
                }
                Opinion::Disagrees(error) => {
                    assert_plain(&error.message);
                    others.push(format!("{name}: {}", error.code));
                    Vec::new()
                }
            };
            notes.iter().for_each(|note| assert_plain(&note.message));
        }
    }
    assert!(confirmed > 40, "{confirmed}");
    let unknown: Vec<&String> = others
        .iter()
        .filter(|other| {
            let known = [".pb: ", ".rdf: there is no second reader", "spdx-2.3-cr.spdx: ambiguous"];
            !known.iter().any(|known| other.contains(known))
        })
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// A small generator of numbers, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Damaged documents end in an opinion: our own readers have no panic, and what the crates do at them is a sentence.
#[test]
fn damaged_documents_end_in_an_opinion() {
    const TOKENS: [&str; 24] = [
        "null",
        "{}",
        "[]",
        "\"\"",
        "1e999",
        "true",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "/",
        "&#40;",
        "((((",
        "<text>",
        "</text>",
        "\n",
        "\\u0028",
        "NOASSERTION",
        "\u{17f}",
        "- ",
    ];
    let mut random = Random(0x5eed_2026_1127_0013);
    let mut asked = 0;
    for (name, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if text.len() > 60_000 {
            continue;
        }
        for _ in 0..40 {
            let mut damaged = text.clone();
            for _ in 0..=random.below(3) {
                let boundaries = |mut at: usize, text: &str| {
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let from = boundaries(random.below(damaged.len()), &damaged);
                let to = boundaries((from + random.below(12)).min(damaged.len()), &damaged);
                damaged.replace_range(from..to.max(from), TOKENS[random.below(TOKENS.len())]);
            }
            for opinion in opinions(&name, damaged.into_bytes()) {
                asked += 1;
                match opinion {
                    Opinion::Agrees { notes, .. } => notes.iter().for_each(|note| assert_plain(&note.message)),
                    Opinion::Nobody { why, .. } => {
                        assert!(why != "the second reader could not run", "{name}");
                        assert_plain(&why);
                    }
                    Opinion::Disagrees(error) => assert_plain(&error.message),
                }
            }
        }
    }
    assert!(asked > 300, "{asked}");
}

/// Second readers that panic do so at the same time, and touch nothing that the others share.
#[test]
fn opinions_are_asked_in_parallel() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/field-kit/spdx-2.3.spdx")).unwrap();
    let panics = format!("{text}Relationship: SPDXRef-a RESEMBLES SPDXRef-b\n");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let text = if thread % 2 == 0 { &panics } else { &text };
            scope.spawn(move || {
                for _ in 0..20 {
                    let opinions = opinions("sbom.spdx", text.clone().into_bytes());
                    let [Opinion::Agrees { by, .. }] = opinions.as_slice() else { panic!("{opinions:?}") };
                    assert_eq!(*by, if thread % 2 == 0 { "built-in" } else { "spdx-rs" });
                }
            });
        }
    });
}
