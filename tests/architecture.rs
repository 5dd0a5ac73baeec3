//! Who may import whom, and which crate stays where: read from the `use` lines and held.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

use std::path::{Path, PathBuf};

/// A module and the row that it stands in; a module imports only from rows above its own.
const ROWS: [(&str, usize); 21] = [
    ("verdict", 0),
    ("text", 0),
    ("source", 1),
    ("inventory", 2),
    ("document", 3),
    ("lints", 3),
    ("identity", 3),
    ("ownership", 4),
    ("policy", 5),
    ("finding", 6),
    ("baseline", 7),
    ("redact", 7),
    ("evaluate", 7),
    ("report", 8),
    ("inspect", 8),
    ("trial", 9),
    ("diff", 9),
    ("explain", 9),
    ("run", 10),
    ("cli", 11),
    ("main", 12),
];

/// Crates that stay in one place.
const CRATES: [(&str, &[&str]); 22] = [
    ("cyclonedx_bom", &["document"]),
    ("spdx_rs", &["document"]),
    ("flate2", &["document"]),
    ("ruzstd", &["document"]),
    ("saphyr_parser", &["document"]),
    ("oxrdf", &["document"]),
    ("oxrdfxml", &["document"]),
    ("clap", &["cli", "main"]),
    ("toml", &["policy"]),
    ("quick_xml", &["document", "report"]),
    ("base64", &["document", "report"]),
    ("unicode_security", &["identity"]),
    ("bzip2", &["document"]),
    ("lzma_rust2", &["document"]),
    ("tar", &["document"]),
    ("globset", &["run"]),
    ("walkdir", &["run"]),
    ("terminal_size", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["run"]),
    ("hmac", &["redact"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn row(module: &str) -> usize {
    ROWS.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("the module {module} has no row")).1
}

/// The part of a file before its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}

#[test]
fn modules_import_only_from_rows_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut complaints = Vec::new();
    for path in &files {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let text = code(path);
        for prefix in ["crate::", "interdict::"] {
            for (at, _) in text.match_indices(prefix) {
                let rest = &text[at + prefix.len()..];
                let used: String = rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
                let known = ROWS.iter().any(|(name, _)| *name == used);
                if known && used != module && row(&used) >= row(module) {
                    complaints.push(format!("{} uses {used}", inside.display()));
                }
            }
        }
        for (name, homes) in CRATES {
            if text.contains(&format!("{name}::")) && !homes.contains(&module) {
                complaints.push(format!("{} uses the crate {name}", inside.display()));
            }
        }
        if text.contains("std::fs") && module != "run" {
            complaints.push(format!("{} touches files", inside.display()));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A file in a folder of readers or reports that is in no list does nothing.
#[test]
fn every_reader_and_every_report_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let readers = code(&root.join("document/mod.rs"));
    let reports = code(&root.join("report/mod.rs"));
    for (folder, list) in [("document", &readers), ("report", &reports)] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().to_str().unwrap().trim_end_matches(".rs").to_owned();
            let shared = [
                "feed",
                "json",
                "limits",
                "mod",
                "product",
                "recognise",
                "registry",
                "scribe",
                "second_opinion",
                "strict",
                "transcript",
                "units",
                "wrapping",
                "xml",
                "cyclonedx_protobuf",
            ]
            .contains(&name.as_str())
                && folder == "document";
            let shared = shared || (["place", "stream", "words"].contains(&name.as_str()) && folder == "report");
            if name == "mod" || shared || name.ends_with(".json") {
                continue;
            }
            let listed = if folder == "document" { format!("{name}::READER") } else { format!("{name}::begin") };
            assert!(list.contains(&listed), "{folder}/{name} is in no list");
        }
    }
}
