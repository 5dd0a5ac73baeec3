//! What holds for every document, however it was damaged: reading it ends, without a panic, and a part of a document never passes for the
//! whole of it.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::path::Path;

use common::{default_policy, fuzzed, in_force, task};
use interdict::policy::{CATALOGUE, PACKS};
use interdict::run::examine_bytes;

/// A small generator of numbers (splitmix64), the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below.max(1) as u64).unwrap()
    }
}

fn fixtures() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for folder in ["field-kit", "wrapped", "hostile"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            found.push((path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn a_damaged_document_never_makes_a_panic() {
    let mut numbers = Numbers(1634);
    // What means something to one of the readers.
    let words: [&[u8]; 24] = [
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\\",
        b"\\u",
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"]]>",
        b"<!--",
        b"<text>",
        b"\r",
        b"\n---\n",
        b"*a",
        b"&a ",
        b"\xff",
        b"\xe2\x80",
        b"\0",
        b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
    ];
    for (name, bytes) in fixtures() {
        for _ in 0..200 {
            let mut damaged = bytes.clone();
            for _ in 0..=numbers.next(3) {
                let at = numbers.next(damaged.len() + 1);
                let end = (at + numbers.next(12)).min(damaged.len());
                match numbers.next(4) {
                    0 => damaged.splice(at..end, words[numbers.next(words.len())].iter().copied()).for_each(drop),
                    1 => damaged.splice(at..at, words[numbers.next(words.len())].iter().copied()).for_each(drop),
                    2 => drop(damaged.drain(at..end)),
                    _ => damaged.splice(at..at, bytes[at.min(bytes.len())..].iter().copied().take(200)).for_each(drop),
                }
            }
            fuzzed::read(&name, &damaged);
            fuzzed::read_by_parts(4 + numbers.next(damaged.len()), &damaged);
            if numbers.next(10) == 0 {
                fuzzed::report(&name, &damaged);
            }
        }
    }
}

#[test]
fn a_damaged_policy_never_makes_a_panic() {
    let mut numbers = Numbers(5949);
    let words =
        ["\"", "'", "[", "]", "[[", "=", "\n", "{", "}", "1999-13-01", "é", "\u{202e}", "pkg:", "[[rule]]\n", "confirmed = false\n"];
    for pack in PACKS.iter().chain(&CATALOGUE) {
        let text = pack.text;
        // One part of it, so that many can be tried.
        let from = text.match_indices("\n[[").map(|(at, _)| at).nth(numbers.next(20)).unwrap_or(0);
        let head = text.find("\n[[").unwrap_or(0);
        let part = format!("{}{}", &text[..head], &text[from..interdict::text::boundary(text, from + 3000)]);
        for _ in 0..100 {
            let mut damaged = part.clone();
            for _ in 0..=numbers.next(3) {
                let at = interdict::text::boundary(&damaged, numbers.next(damaged.len()));
                let end = interdict::text::boundary(&damaged, (at + numbers.next(12)).min(damaged.len()));
                damaged.replace_range(at..end, words[numbers.next(words.len())]);
            }
            fuzzed::read_policy(&damaged);
        }
    }
}

#[test]
fn a_part_of_a_document_never_passes_for_the_whole() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    for (name, bytes) in fixtures().into_iter().filter(|(name, _)| name.starts_with("cyclonedx") || name.starts_with("spdx")) {
        // Tag-value and YAML end with any line, and protobuf with any field: a part of such a document is one.
        let (open_ended, binary) = (name.ends_with(".spdx") || name.ends_with(".yaml"), name.ends_with(".pb"));
        let whole = examine_bytes(&name, bytes.clone(), &task).remove(0).1.assessment.ledger.subjects;
        let end = bytes.trim_ascii_end().len() - usize::from(name.contains("utf-16"));
        for cut in (0..end).step_by(37) {
            for (_, examined) in examine_bytes(&name, bytes[..cut].to_vec(), &task) {
                let read = examined.document.is_ok();
                assert!(!read || open_ended || binary, "{name} passes when it is cut at {cut}");
                assert!(!read || examined.assessment.ledger.subjects <= whole, "{name} grows when it is cut at {cut}");
            }
        }
    }
}

/// The reader expects the keys of an object in the order of the object before it; whatever the order, every key is read.
#[test]
fn the_order_of_keys_says_nothing() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let mut numbers = Numbers(889);
    let spaces = ["", "", " ", "\n  ", "\t", "\r\n"];
    for _ in 0..50 {
        let count = 1 + numbers.next(40);
        let components: Vec<String> = (0..count)
            .map(|number| {
                let mut members = vec![
                    r#""type":"library""#.to_owned(),
                    format!(r#""name":"part-{number}""#),
                    r#""supp\u006cier":{"url":[],"name":"Kaspersky Lab"}"#
                        .replace("\\u006c", if number % 7 == 0 { "\\u006c" } else { "l" }),
                    r#""version":"1""#.to_owned(),
                    r#""externalReferences":[{"type":"vcs","url":"https://x.example/a"},{"url":"https://x.example/b","type":"vcs"}]"#
                        .to_owned(),
                    r#""x-supplier":"nobody""#.to_owned(),
                ];
                members.truncate(members.len() - numbers.next(2));
                for at in (1..members.len()).rev().filter(|_| number % 3 > 0) {
                    members.swap(at, numbers.next(at + 1));
                }
                let mut space = || spaces[numbers.next(spaces.len())];
                let spaced: Vec<String> = members
                    .iter()
                    .map(|member| format!("{}{}{}", space(), member.replacen("\":", &format!("\"{}:{}", space(), space()), 1), space()))
                    .collect();
                format!("{{{}}}", spaced.join(","))
            })
            .collect();
        let document = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, components.join(","));
        let (_, examined) = examine_bytes("ordered", document.clone().into_bytes(), &task).remove(0);
        assert!(examined.document.is_ok(), "{document}");
        assert_eq!(examined.assessment.ledger.prohibited, count as u64, "{document}");
    }
}
