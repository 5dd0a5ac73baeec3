//! The reports held against real validators. `tests/validators/install.sh` installs them under `target/validators`, as the gate does; without
//! them each test says loudly that it was skipped. With `INTERDICT_VALIDATORS=required` a missing one fails.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

mod common;

use common::hostile;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Something that `install.sh` installs.
fn installed(name: &str) -> Option<PathBuf> {
    // Beside the folder that cargo gives the tests.
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("validators").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("INTERDICT_VALIDATORS").is_none(), "{} is missing: run tests/validators/install.sh", path.display());
    println!("SKIPPED, NOTHING WAS VALIDATED: {} is missing; tests/validators/install.sh installs it", path.display());
    None
}

const MULTITOOL: &str = "npm/node_modules/@microsoft/sarif-multitool-linux";

/// One report of every verdict on hostile names, one of everything at once, and one of many fixtures.
fn reports(format: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("validate-{format}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    let verdicts = ["clear", "unverifiable", "review", "prohibited", "error", "waived"];
    verdicts.iter().for_each(|verdict| hostile::write(&folder, verdict));
    let all: Vec<String> = verdicts.iter().map(|verdict| format!("{verdict}.json")).collect();
    let mut written = Vec::new();
    let mut write = |name: &str, here: &Path, arguments: &[&str]| {
        let path = folder.join(format!("{name}.{format}"));
        let output = Command::new(env!("CARGO_BIN_EXE_interdict"))
            .args(["check", "--as-of", "2026-11-23", "--look-ahead", "365", "-f", format])
            .args(arguments)
            .current_dir(here)
            .output()
            .unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 2), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(&path, output.stdout).unwrap();
        written.push(path);
    };
    for (verdict, path) in verdicts.iter().zip(&all) {
        write(verdict, &folder, &["-p", "policy.toml", path]);
    }
    write("all", &folder, &[&["-p", "policy.toml"][..], &all.iter().map(String::as_str).collect::<Vec<_>>()].concat());
    write("fixtures", root(), &["-p", "us-ndaa-1634", "-p", "us-ndaa-889", "-p", "us-ndaa-1260h-805", "fixtures"]);
    written
}

fn run(program: &Path, arguments: &[&Path]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {said}", program.display());
}

fn against_schema(schema: &Path, reports: &[PathBuf]) {
    let Some(program) = installed("python/bin/check-jsonschema") else { return };
    let mut arguments: Vec<&Path> = vec![Path::new("--schemafile"), schema];
    arguments.extend(reports.iter().map(PathBuf::as_path));
    run(&program, &arguments);
}

fn with_python(script: &str, first: &[&Path], reports: &[PathBuf]) {
    let Some(python) = installed("python/bin/python") else { return };
    let script = root().join("tests/validators").join(script);
    let mut arguments: Vec<&Path> = vec![&script];
    arguments.extend(first);
    arguments.extend(reports.iter().map(PathBuf::as_path));
    run(&python, &arguments);
}

#[test]
fn sarif_against_its_schema_and_the_rules_of_code_scanning() {
    let reports = reports("sarif");
    if let Some(schema) = installed(&format!("{MULTITOOL}/sarif-2.1.0.json")) {
        against_schema(&schema, &reports);
    }
    let Some(multitool) = installed(&format!("{MULTITOOL}/Sarif.Multitool")) else { return };
    for report in &reports {
        let judged = report.with_extension("judged");
        // It ends well whatever it finds: its own report tells.
        let output = Command::new(&multitool)
            .arg("validate")
            .arg(report)
            .args(["--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite", "--output"])
            .arg(&judged)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}");
        let judged: Value = serde_json::from_slice(&std::fs::read(&judged).unwrap()).unwrap();
        let run = &judged["runs"][0];
        for result in run["results"].as_array().unwrap() {
            // Without a level it is a warning.
            assert_ne!(result["level"], "error", "{}: {result}\n{said}", report.display());
            println!("{}: {}: {}", report.display(), result["ruleId"], result["message"]);
        }
        assert_ne!(run["invocations"][0]["executionSuccessful"], false, "{said}");
    }
}

/// A validator that takes everything would show nothing.
#[test]
fn the_validators_refuse_what_is_wrong() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validate-wrong");
    std::fs::create_dir_all(&folder).unwrap();
    let Some(multitool) = installed(&format!("{MULTITOOL}/Sarif.Multitool")) else { return };
    let wrong = folder.join("wrong.sarif");
    let run = serde_json::json!({
        "tool": { "driver": { "name": "x", "rules": [{ "id": "a" }] } },
        "results": [{ "ruleId": "a", "message": { "text": "no place" } }],
    });
    let report = serde_json::json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run] });
    std::fs::write(&wrong, report.to_string()).unwrap();
    let judged = folder.join("judged.sarif");
    let output = Command::new(&multitool)
        .arg("validate")
        .arg(&wrong)
        .args(["--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite", "--output"])
        .arg(&judged)
        .output()
        .unwrap();
    assert!(output.status.success());
    let judged: Value = serde_json::from_slice(&std::fs::read(&judged).unwrap()).unwrap();
    assert!(judged["runs"][0]["results"].as_array().unwrap().iter().any(|result| result["level"] == "error"));
}

#[test]
fn junit_against_the_schema_of_jenkins() {
    let reports = reports("junit");
    if let Some(schema) = installed("jenkins-junit.xsd") {
        with_python("junit_xsd.py", &[&schema], &reports);
    }
}

#[test]
fn gitlab_against_what_it_documents() {
    against_schema(&root().join("tests/validators/gitlab-code-quality.schema.json"), &reports("gitlab"));
}

#[test]
fn json_against_our_own_schema() {
    against_schema(&root().join("src/report/interdict-report-1.schema.json"), &reports("json"));
}

#[test]
fn markdown_as_github_renders_it() {
    with_python("markdown_inert.py", &[], &reports("markdown"));
}

#[test]
fn csv_as_python_reads_it() {
    with_python("csv_rows.py", &[], &reports("csv"));
}
