//! Documents with a known right answer, and crafted ones that must never pass, from the folder of shared cases beside a checkout.
//!
//! Where that folder is absent, this says so on standard error and checks nothing; with `INTERDICT_SHARED=required` it fails.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a row of `cases.tsv` demands: the exit codes that are right, and a part of the JSON report that has to be there.
type Right = (&'static [i32], &'static [&'static str]);

const RIGHT: [(&str, Right); 28] = [
    ("A1", (&[1, 2], &[])),
    ("A2", (&[1], &[])),
    ("A3", (&[1, 2], &[])),
    ("A6", (&[1, 2], &[])),
    ("A9", (&[1, 2], &[])),
    ("B1", (&[1], &[])),
    ("B5", (&[1], &[])),
    ("B8", (&[1], &[])),
    ("B11", (&[1], &[])),
    ("C1", (&[1], &[])),
    ("D1", (&[1], &[])),
    ("D4", (&[0, 1], &["\"status\": \"review\""])),
    ("E1", (&[1], &[])),
    ("E4", (&[1], &[])),
    ("E7", (&[0], &["\"status\": \"review\""])),
    ("E10", (&[0], &[])),
    ("F1", (&[0], &[])),
    ("F3", (&[1, 2], &[])),
    ("F4", (&[0], &["companion"])),
    ("G1", (&[1], &[])),
    ("H1", (&[0], &["refer to"])),
    ("I1", (&[1], &[])),
    ("I4", (&[0], &["\"status\": \"review\""])),
    ("J1", (&[0, 1], &["\"status\": "])),
    ("J3", (&[0], &["\"status\": \"review\""])),
    ("K8", (&[0, 1], &["\"status\": "])),
    ("K10", (&[2], &["urtle"])),
    // Only in the folder of crafted documents.
    ("base_clean", (&[0], &[])),
];

fn cases() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    if path.join("cases.tsv").is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("INTERDICT_SHARED").is_none_or(|word| word != "required"), "no shared cases at {}", path.display());
    // Not through `println!`, which a passing test keeps to itself.
    drop(writeln!(std::io::stderr(), "SKIPPED: no shared cases at {}", path.display()));
    None
}

/// Runs `check` in an empty folder, so that no policy file is around, and with bounds that an honest reading never meets.
fn check(arguments: &[&std::ffi::OsStr], stdin: Option<&[u8]>) -> (Option<i32>, String, Duration) {
    let folder = std::env::temp_dir().join(format!("interdict-cases-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // 4 GiB of address space.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -v 4194304 2>/dev/null; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_interdict")]);
    command.args(["check", "-f", "json", "--as-of", "2026-11-27"]).args(arguments).current_dir(&folder);
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped()).stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    if let Some(bytes) = stdin {
        drop(child.stdin.take().unwrap().write_all(bytes));
    }
    let mut out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        drop(std::io::Read::read_to_end(&mut out, &mut text));
        String::from_utf8_lossy(&text).into_owned()
    });
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if begun.elapsed() > Duration::from_secs(240) {
            drop(child.kill());
            drop(child.wait());
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    (status.and_then(|status| status.code()), reader.join().unwrap(), begun.elapsed())
}

#[test]
fn every_case_has_its_right_answer() {
    let Some(cases) = cases() else { return };
    let right: BTreeMap<&str, Right> = RIGHT.into_iter().collect();
    let table = std::fs::read_to_string(cases.join("cases.tsv")).unwrap();
    let mut failures = Vec::new();
    let mut tried = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (id, input) = (cells[0], cells[1]);
        let Some((codes, parts)) = right.get(id) else {
            failures.push(format!("{id}: a new case: {}", cells[4]));
            continue;
        };
        tried += 1;
        let (code, out, _) = check(&[cases.join(input).as_os_str()], None);
        let missing: Vec<_> = parts.iter().filter(|part| !out.contains(**part)).collect();
        if code.is_none_or(|code| !codes.contains(&code)) || !missing.is_empty() {
            failures.push(format!("{id}: exit code {code:?}, without {missing:?}; right is: {}", cells[4]));
        }
    }
    assert!(failures.is_empty() && tried >= 27, "{tried} tried\n{}", failures.join("\n"));
}

/// Crafted documents: each lists something of Kaspersky Lab in a way that some reader sees, or costs far more than its size.
#[test]
fn no_crafted_document_passes() {
    let Some(cases) = cases() else { return };
    let mut failures = Vec::new();
    let mut tried = 0;
    for folder in ["differential", "resource"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(cases.join("attack").join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let clean = name.starts_with("base_clean");
            let script = Path::new(&name).extension().is_some_and(|ending| ending == "py");
            let (code, _, took) = if script {
                let Ok(made) = Command::new("python3").arg(&file).output() else { continue };
                check(&["-".as_ref()], Some(&made.stdout))
            } else {
                check(&[file.as_os_str()], None)
            };
            tried += 1;
            let passes = match code {
                Some(0) => clean,
                Some(1 | 2) => !clean,
                _ => false,
            };
            if !passes {
                failures.push(format!("{folder}/{name}: exit code {code:?} after {took:?}"));
            }
        }
    }
    assert!(failures.is_empty() && tried > 40, "{tried} tried\n{}", failures.join("\n"));
}

/// Policies with which the author of a pull request would pass a prohibited component.
#[test]
fn no_crafted_policy_passes_unseen() {
    let Some(cases) = cases() else { return };
    let evil = cases.join("attack/differential/base_evil.cdx.json");
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(cases.join("attack/policy")).unwrap() {
        let file = entry.unwrap().path();
        // As the policy of the repository under test.
        let folder = std::env::temp_dir().join(format!("interdict-cases-policy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(&file, folder.join("interdict.toml")).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_interdict"))
            .args(["check", "--as-of", "2026-11-27", "--require-policy", "us-ndaa-1634", "--min-fail-on", "prohibited"])
            .arg(&evil)
            .current_dir(&folder)
            .output()
            .unwrap();
        let secret = String::from_utf8_lossy(&done.stderr).contains("root:");
        if !matches!(done.status.code(), Some(1 | 2)) || secret {
            failures.push(format!("{}: {:?}", file.display(), done.status.code()));
        }
        drop(std::fs::remove_dir_all(&folder));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
