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

/// A program of the system, under the first of these names that there is. `install.sh` installs it where it may.
fn on_the_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|path| path.is_file());
    let missing = names.join(" or ");
    assert!(found.is_some() || std::env::var_os("INTERDICT_VALIDATORS").is_none(), "{missing} is missing: run tests/validators/install.sh");
    if found.is_none() {
        println!("SKIPPED, NOTHING WAS VALIDATED: {missing} is missing; tests/validators/install.sh installs it");
    }
    found
}

const MULTITOOL: &str = "npm/node_modules/@microsoft/sarif-multitool-linux";

/// One report of every verdict on hostile names, one of everything at once, and one of many fixtures.
fn reports(format: &str) -> Vec<PathBuf> {
    reports_in(format, format)
}

/// The same in a folder of their own, for a test beside others of the format.
fn reports_in(folder: &str, format: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("validate-{folder}"));
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

#[test]
fn html_as_the_w3c_checks_it() {
    let reports = reports("html");
    let (Some(java), Some(jar)) = (on_the_path(&["java"]), installed("npm/node_modules/vnu-jar/build/dist/vnu.jar")) else { return };
    let mut arguments = vec![Path::new("-jar"), &jar, Path::new("--errors-only"), Path::new("--format"), Path::new("text")];
    arguments.extend(reports.iter().map(PathBuf::as_path));
    run(&java, &arguments);
    // It does refuse what is wrong.
    let wrong = reports[0].with_file_name("wrong.html");
    std::fs::write(&wrong, "<!DOCTYPE html><title>x</title><p><div></p></section>").unwrap();
    let output = Command::new(&java).arg("-jar").arg(&jar).arg("--errors-only").arg(&wrong).output().unwrap();
    assert!(!output.status.success());
}

/// What Chromium does with a page. The script says what is wrong, and what it looks at.
fn in_chromium(pages: &[PathBuf]) -> Option<(bool, String)> {
    let (node, chromium) = (on_the_path(&["node"])?, on_the_path(&["chromium", "google-chrome"])?);
    let modules = installed("npm/node_modules/axe-core")?.parent()?.to_owned();
    let script = root().join("tests/validators/html_page.mjs");
    let output = Command::new(node).arg(script).arg(modules).arg(chromium).args(pages).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), said))
}

#[test]
fn html_in_a_browser() {
    let pages = reports_in("html-page", "html");
    let Some((success, said)) = in_chromium(&pages) else { return };
    assert!(success, "{said}");

    // Were a name not escaped, the page's own policy would still let nothing of it run; and what the script looks for is found.
    let page = std::fs::read_to_string(&pages[3]).unwrap();
    let script = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;";
    assert!(page.contains(script));
    let broken = page.replace(script, "<script>alert(1)</script><img src=\"data:,\" onerror=\"alert(1)\">");
    let path = pages[3].with_file_name("broken.html");
    std::fs::write(&path, broken).unwrap();
    let (success, said) = in_chromium(&[path]).unwrap();
    assert!(!success && !said.contains("dialog:"), "{said}");
    for wrong in ["refused by its own policy", "strange elements", "axe: critical image-alt", "console: "] {
        assert!(said.contains(wrong), "{wrong} is not in {said}");
    }
}
