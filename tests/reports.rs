//! Every report, for every verdict, on documents whose names try everything: it parses, ends with the same exit code, and nothing is injected.
//! And one snapshot of each report on a small fixed set: `UPDATE_REPORTS=1 cargo test --test reports` writes them anew.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use interdict::report::FORMATS;
use serde_json::{Value, json};

mod common;

use common::hostile;

/// The verdicts, each with its exit code.
const VERDICTS: [(&str, i32); 6] = [("clear", 0), ("unverifiable", 0), ("review", 0), ("prohibited", 1), ("waived", 0), ("error", 2)];

const AS_OF: &str = "2026-11-23";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own for a test, empty and in no repository but its own.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    folder
}

/// The command, with nothing of a CI system in its environment but this.
fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
    for name in ["GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "RUNNER_DEBUG", "TF_BUILD", "CI_PROJECT_DIR"]
    {
        command.env_remove(name);
    }
    command.env_remove("BUILD_SOURCESDIRECTORY").envs(environment.iter().copied());
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_report_of_every_verdict_parses_and_injects_nothing() {
    let folder = scratch("reports");
    for (verdict, code) in VERDICTS {
        hostile::write(&folder, verdict);
        let name = format!("{verdict}.json");
        for format in &FORMATS {
            let output = run(&folder, &["check", "-p", "policy.toml", "--as-of", AS_OF, "-f", format.name, &name], &[]);
            let (out, err) = (text(&output.stdout), text(&output.stderr));
            let what = format!("{} of {verdict}", format.name);
            assert_eq!(output.status.code(), Some(code), "{what}: {err}");
            assert!(!err.contains("panicked"), "{what}: {err}");
            nothing_acts(&what, &err, &[]);
            match format.name {
                "github" => nothing_acts(
                    &what,
                    &out,
                    &["::error file=", "::error title=interdict::", "::warning file=", "::warning title=interdict::"],
                ),
                "azure" => nothing_acts(&what, &out, &["##vso[task.logissue type=error;", "##vso[task.logissue type=warning;"]),
                _ => nothing_acts(&what, &out, &[]),
            }
            parses(format.name, verdict, &out);
        }
    }
}

/// No character that steers or hides, and no command for a runner but those that begin like this.
fn nothing_acts(what: &str, text: &str, own: &[&str]) {
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let hidden = line.chars().find(|&character| interdict::text::hides(character));
        assert_eq!(hidden, None, "{what}, line {}: {line:?}", number + 1);
        let own = own.iter().find(|own| line.starts_with(**own)).map_or(0, |own| own.len());
        let rest = &line[own..];
        assert!(!rest.contains("##[") && !rest.contains("##vso["), "{what}, line {}: {line}", number + 1);
        assert!(own > 0 || !rest.trim_start().starts_with("::"), "{what}, line {}: {line}", number + 1);
    }
}

fn parses(format: &str, verdict: &str, out: &str) {
    let value = || serde_json::from_str::<Value>(out).unwrap_or_else(|error| panic!("{format} of {verdict}: {error}"));
    // Of every hostile document all parts but the root meet the rule, in the verdicts that find something.
    let found = if matches!(verdict, "review" | "prohibited" | "error") { hostile::NAMES.len() } else { 0 };
    let errors = usize::from(verdict == "error");
    match format {
        "human" => assert!(out.contains("verdict: ")),
        "json" => {
            let report = value();
            assert_valid("interdict-report-1", &report);
            let findings = report["documents"][0]["findings"].as_array().unwrap();
            assert_eq!(findings.len(), if verdict == "waived" { hostile::NAMES.len() } else { found });
            // What the document says stands in it unchanged.
            for (finding, name) in findings.iter().zip(hostile::NAMES) {
                assert_eq!(finding["subject"]["name"], hostile::expanded(name));
            }
        }
        "ndjson" => {
            let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            lines.iter().for_each(|line| assert_valid("interdict-ndjson-1", line));
            assert_eq!((&lines[0]["type"], &lines[lines.len() - 1]["type"]), (&"run".into(), &"summary".into()));
        }
        "sarif" => sarif(verdict, &value(), found, errors),
        "junit" => junit(verdict, out, found, errors),
        "gitlab" => {
            let items = value();
            let items = items.as_array().unwrap();
            assert_eq!(items.len(), found + errors);
            let prints: std::collections::BTreeSet<&str> = items.iter().map(|item| item["fingerprint"].as_str().unwrap()).collect();
            assert_eq!(prints.len(), items.len(), "equal ones are merged");
        }
        "rdjson" => assert_eq!(value()["diagnostics"].as_array().unwrap().len(), found + errors),
        "csv" => {
            let rows = rows(out);
            let found = if verdict == "waived" { hostile::NAMES.len() } else { found };
            let status = |row: &Vec<String>| row[0].clone();
            let listed = rows.iter().map(status).filter(|status| matches!(status.as_str(), "unverifiable" | "no-vendor")).count();
            // The last row is that of the run; an unverifiable run has the word there, too.
            let listed = listed - usize::from(verdict == "unverifiable");
            assert_eq!(rows.len(), 1 + found + errors + listed + 1, "{verdict}");
            assert_eq!(status(&rows[rows.len() - 1]), verdict);
            for row in &rows {
                assert_eq!(row.len(), rows[0].len(), "{row:?}");
                for cell in row {
                    assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
                }
            }
        }
        "html" => html(verdict, out, if verdict == "waived" { hostile::NAMES.len() } else { found }),
        "markdown" => {
            let found = if verdict == "waived" { hostile::NAMES.len() } else { found };
            markdown(out, found);
        }
        "github" => {
            let count = |start: &str| out.lines().filter(|line| line.starts_with(start)).count();
            // As the runner takes it: ten of a kind, and the rest is dropped without a word.
            assert!(count("::error ") <= 10 && count("::warning ") <= 10, "{out}");
            if verdict == "prohibited" {
                assert!(out.contains(&format!("::error title=interdict::{} more, see the summary\n", found - 9)), "{out}");
            }
            for line in out.lines().filter(|line| line.starts_with("::")) {
                let (properties, message) = line[2..].split_once("::").unwrap();
                assert!(properties.split_once(' ').unwrap().1.split(',').all(|property| property.split('=').count() >= 2), "{line}");
                assert!(!message.is_empty());
            }
        }
        "azure" => {
            for line in out.lines().filter(|line| line.starts_with("##vso[")) {
                let (properties, _) = line["##vso[".len()..].split_once(']').unwrap();
                let names: Vec<&str> = properties.split([' ', ';']).filter_map(|part| part.split_once('=')).map(|(name, _)| name).collect();
                assert_eq!(names, ["type", "sourcepath", "linenumber", "columnnumber", "code"], "{line}");
            }
        }
        other => panic!("no test reads {other}"),
    }
}

fn assert_valid(name: &str, value: &Value) {
    let path = root().join(format!("src/report/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn sarif(verdict: &str, report: &Value, found: usize, errors: usize) {
    no_empty_strings("", report);
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), found + errors, "{verdict}");
    let mut prints = std::collections::BTreeSet::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        for (key, value) in result["partialFingerprints"].as_object().unwrap() {
            assert!(prints.insert((key.clone(), value.to_string())), "{value} stands twice");
        }
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        let (digits, nth) = hash.split_once(':').unwrap();
        assert!(digits.len() == 16 && nth.parse::<u32>().unwrap() > 0, "{hash}");
        assert!(!result["message"]["text"].as_str().unwrap().contains("](j"), "a link of the document");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let at = |key: &str| region[key].as_u64().unwrap();
        assert!((at("startLine"), at("startColumn")) < (at("endLine"), at("endColumn")), "{region}");
    }
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], errors == 0);
    let told = |level: &str| {
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        notifications.iter().filter(|notification| notification["level"] == level).count()
    };
    assert_eq!(told("error"), errors);
    assert_eq!(invocation.to_string().contains("Waived findings"), verdict == "waived");
}

fn no_empty_strings(at: &str, value: &Value) {
    match value {
        Value::String(text) => assert!(!text.is_empty(), "an empty string at {at}"),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| no_empty_strings(&format!("{at}/{index}"), item)),
        Value::Object(members) => members.iter().for_each(|(key, member)| no_empty_strings(&format!("{at}/{key}"), member)),
        _ => {}
    }
}

/// Reads the XML to its end, and counts.
fn junit(verdict: &str, out: &str, found: usize, errors: usize) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(out);
    let mut counts = std::collections::BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                *counts.entry(text(start.name().as_ref())).or_insert(0) += 1;
                start.attributes().for_each(|attribute| drop(attribute.unwrap()));
            }
            _ => {}
        }
    }
    let count = |tag: &str| counts.get(tag).copied().unwrap_or(0);
    let names = hostile::NAMES.len();
    let failures = if matches!(verdict, "prohibited" | "error") { found } else { 0 };
    assert_eq!((count("testsuite"), count("failure"), count("error")), (1, failures, errors), "{verdict}");
    assert_eq!(count("skipped"), if matches!(verdict, "waived" | "review") { names } else { 0 }, "{verdict}");
    assert_eq!(count("testcase") - count("failure") - count("error") - count("skipped"), usize::from(failures + errors == 0), "{verdict}");
    let forbidden =
        out.chars().find(|character| matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}'));
    assert_eq!(forbidden, None);
}

/// The rows of a text by RFC 4180.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match (character, quoted) {
            ('"', true) if characters.next_if_eq(&'"').is_some() => cell.push('"'),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(characters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (character, _) => cell.push(character),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "the text ends within a row");
    rows
}

/// Reads the page as a browser does, token by token: it is well-formed, every tag and attribute is one of ours, it links to nothing of a
/// document, and its own policy permits exactly the style and the script that stand in it.
fn html(verdict: &str, out: &str, found: usize) {
    use html5gum::Token;
    const VOID: [&str; 5] = ["meta", "link", "br", "input", "hr"];
    const TAGS: &str = "html head meta title link style body a header p strong span time nav ul ol li main section svg path circle rect defs pattern \
                        div h1 h2 h3 h4 code table thead tbody tr th td form label input fieldset legend select option button details summary dl \
                        dt dd pre mark br small article footer script";
    const ATTRIBUTES: &str = "lang charset http-equiv content name rel href class id for type value hidden checked autocomplete spellcheck open \
                              scope role aria-label aria-labelledby aria-hidden data-status data-policy data-entity viewBox viewbox \
                              preserveaspectratio d cx cy r x y width height fill patternunits";
    let (mut stack, mut ids): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut findings, mut policy, mut title) = (0, String::new(), String::new());
    let mut hashes = std::collections::BTreeMap::new();
    let mut emitter = html5gum::DefaultEmitter::default();
    // A script is no markup.
    emitter.naively_switch_states(true);
    for token in html5gum::Tokenizer::new_with_emitter(out, emitter) {
        match token.unwrap() {
            Token::Error(error) => panic!("{verdict}: {error:?}"),
            Token::Comment(comment) => panic!("{verdict}: {comment:?}"),
            Token::Doctype(doctype) => assert_eq!((&**doctype.name, ids.len()), (&b"html"[..], 0)),
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                assert!(TAGS.split_whitespace().any(|own| own == name), "{verdict}: {name}");
                let attributes: Vec<(String, String)> = tag.attributes.iter().map(|(key, value)| (text(key), text(value))).collect();
                for (key, value) in &attributes {
                    assert!(ATTRIBUTES.split_whitespace().any(|own| own == key), "{verdict}: {key}");
                    match key.as_str() {
                        "id" => ids.push(value.clone()),
                        "href" => {
                            assert!(value.starts_with('#') || ["data:,", "https://example.com/rules"].contains(&value.as_str()), "{value}")
                        }
                        "content" if value.contains("default-src") => policy.clone_from(value),
                        _ => {}
                    }
                }
                findings += usize::from(attributes.iter().any(|(key, value)| key == "class" && value == "finding"));
                if !VOID.contains(&name.as_str()) && !tag.self_closing {
                    stack.push(name);
                }
            }
            Token::EndTag(tag) => assert_eq!(stack.pop(), Some(text(&tag.name)), "{verdict}"),
            Token::String(said) => match stack.last().map(String::as_str) {
                Some(tag @ ("style" | "script")) => {
                    assert_eq!(hashes.insert(tag.to_owned(), csp_hash(&said)), None, "{verdict}: a second {tag}");
                }
                Some("title") => title = text(&said),
                _ => {}
            },
        }
    }
    assert_eq!((stack, findings), (Vec::new(), found), "{verdict}");
    let (style, script) = (&hashes["style"], &hashes["script"]);
    let expected =
        format!("default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; base-uri 'none'; form-action 'none'");
    assert_eq!(policy, expected);
    let word = match verdict {
        "clear" => "Clear",
        "waived" => "Waived",
        "unverifiable" => "Unverifiable",
        "review" => "Needs review",
        "prohibited" => "Prohibited",
        _ => "Not evaluated",
    };
    assert_eq!(title, format!("{word}: {verdict}.json – interdict"));
    assert_eq!(out.contains("Every component was judged and none meets a rule"), verdict == "clear", "{verdict}");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{verdict}: an id stands twice");
    assert_eq!(out.matches("<code>line\\u{d}\\u{a}").count() > 0, found > 0, "{verdict}: the name is shown, and inert");
}

/// What a content-security policy calls a text.
fn csp_hash(text: &[u8]) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text)))
}

/// Every row of the findings has its cells and no more, and outside code spans nothing of a document stands. What GitHub's own parser makes of
/// it is seen in `validators.rs`.
fn markdown(text: &str, found: usize) {
    let mut rows = 0;
    for line in text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`hostile") || line.starts_with("| ") && line.contains("| library "))
    {
        rows += usize::from(line.contains("| library "));
        let bare = line.replace(r"\|", "");
        let cells = bare.matches('|').count() - 1;
        assert!(cells == 6 || cells == 9, "{cells} cells in {line}");
    }
    assert_eq!(rows, found, "{text}");
    // Outside code spans there is no HTML but our own.
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            let html = part.replace("<br>", "").replace("<!-- -->", "").replace(r"\<", "");
            assert!(!html.contains('<'), "{part}");
        }
    }
}

#[test]
fn every_kind_of_file_is_written_beside_any_format() {
    let folder = scratch("report-files");
    hostile::write(&folder, "prohibited");
    let outputs: Vec<String> = FORMATS.iter().map(|format| format!("{0}=out.{0}", format.name)).collect();
    let mut arguments = vec!["check", "-p", "policy.toml", "--as-of", AS_OF, "prohibited.json"];
    outputs.iter().for_each(|output| arguments.extend(["-o", output.as_str()]));
    assert_eq!(run(&folder, &arguments, &[]).status.code(), Some(1));
    for format in &FORMATS {
        let alone = run(&folder, &["check", "-p", "policy.toml", "--as-of", AS_OF, "-f", format.name, "prohibited.json"], &[]);
        let written = std::fs::read(folder.join(format!("out.{}", format.name))).unwrap();
        assert_eq!(text(&written), text(&alone.stdout), "{}", format.name);
    }
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");

    // What cannot be written is said at the end, and the other reports are whole.
    let arguments = ["check", "-p", "policy.toml", "-f", "json", "-o", "sarif=gone/x", "-o", "csv=whole.csv", "prohibited.json"];
    let output = run(&folder, &arguments, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("gone/x cannot be written"), "{}", text(&output.stderr));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
    assert!(!rows(&std::fs::read_to_string(folder.join("whole.csv")).unwrap()).is_empty());
}

#[test]
fn an_earlier_report_stays_until_the_new_one_is_whole() {
    let folder = scratch("report-kept");
    std::fs::write(folder.join("old.json"), "old").unwrap();
    // Nothing is evaluated, so nothing is reported.
    let output = run(&folder, &["check", "-p", "gone.toml", "-o", "json=old.json", "x.json"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(folder.join("old.json")).unwrap(), "old");
}

#[test]
fn github_is_told_a_summary_and_outputs() {
    let folder = scratch("report-actions");
    hostile::write(&folder, "prohibited");
    hostile::write(&folder, "error");
    let path = |name: &str| folder.join(name).display().to_string();
    let (summary, output) = (path("summary.md"), path("output.txt"));
    std::fs::write(&summary, "# earlier\n").unwrap();
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.as_str()), ("GITHUB_OUTPUT", output.as_str())];
    let arguments = [
        "check",
        "-f",
        "auto",
        "-p",
        "policy.toml",
        "--as-of",
        AS_OF,
        "-o",
        "sarif=a b.sarif",
        "-o",
        "csv=plain.csv",
        "prohibited.json",
        "error.json",
    ];
    let done = run(&folder, &arguments, &environment);
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
    assert!(text(&done.stdout).starts_with("::error file=error.json,line="), "{}", text(&done.stdout));
    let told = std::fs::read_to_string(&output).unwrap();
    let outputs = outputs(&told);
    let get = |name: &str| outputs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    assert_eq!((get("result"), get("exit-code"), get("documents"), get("errors")), ("error", "2", "2", "1"));
    assert_eq!(get("sarif-file"), path("a b.sarif"));
    assert_eq!(get("csv-file"), path("plain.csv"));
    let sum: u64 = ["prohibited", "review", "waived", "noted", "unverifiable", "tools", "clear"]
        .iter()
        .map(|name| get(name).parse::<u64>().unwrap())
        .sum();
    assert_eq!(sum, get("subjects").parse::<u64>().unwrap());
    assert_eq!(outputs.len(), 14);
    let page = std::fs::read_to_string(&summary).unwrap();
    assert!(page.starts_with("# earlier\n## interdict: error (as of 2026-11-23, not today)\n"), "{page}");
    nothing_acts("the summary", &page, &[]);

    // No policy, no evaluation: the outputs say so, too.
    std::fs::write(&output, "").unwrap();
    assert_eq!(run(&folder, &["check", "-f", "github", "-p", "gone", "x"], &environment).status.code(), Some(2));
    assert!(std::fs::read_to_string(&output).unwrap().starts_with("result=error\nexit-code=2\n"));

    // A report that cannot be written fails the step, and the outputs know it.
    std::fs::write(&output, "").unwrap();
    let arguments = ["check", "-f", "github", "-p", "policy.toml", "-o", "csv=gone/x.csv", "prohibited.json"];
    assert_eq!(run(&folder, &arguments, &environment).status.code(), Some(2));
    assert!(std::fs::read_to_string(&output).unwrap().starts_with("result=prohibited\nexit-code=2\n"));

    // With another format they stay as they are.
    std::fs::write(&output, "").unwrap();
    run(&folder, &["check", "-f", "json", "-p", "policy.toml", "prohibited.json"], &environment);
    assert_eq!(std::fs::read_to_string(&output).unwrap(), "");
}

/// As the runner reads them.
fn outputs(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if let Some((name, value)) = line.split_once('=') {
            found.push((name.to_owned(), value.to_owned()));
        } else {
            let (name, delimiter) = line.split_once("<<").unwrap();
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            found.push((name.to_owned(), value.join("\n")));
        }
    }
    found
}

#[test]
fn a_step_summary_stays_under_its_limit() {
    let folder = scratch("report-long");
    hostile::write(&folder, "prohibited");
    let component = |index: usize| json!({ "type": "library", "name": format!("part-{index}-{}", "x".repeat(90)), "supplier": { "name": "Kaspersky Lab" } });
    let components: Vec<Value> = (0..4000).map(component).collect();
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components });
    std::fs::write(folder.join("long.json"), document.to_string()).unwrap();
    let summary = folder.join("summary.md").display().to_string();
    for _ in 0..3 {
        let environment = [("GITHUB_STEP_SUMMARY", summary.as_str())];
        assert_eq!(run(&folder, &["check", "-f", "github", "-p", "us-ndaa-1634", "long.json"], &environment).status.code(), Some(1));
    }
    let page = std::fs::read_to_string(&summary).unwrap();
    assert!((400_000..1_000_000).contains(&page.len()), "{}", page.len());
    assert!(page.ends_with('\n') && page.contains(" more findings are left out here"));
    let rows = page.lines().filter(|line| line.starts_with("| prohibited | library ")).count();
    let left_out: usize = page
        .lines()
        .filter_map(|line| line.strip_suffix(" more findings are left out here; the other reports list all of them."))
        .map(|count| count.parse::<usize>().unwrap())
        .sum();
    assert_eq!((rows + left_out) % 4000, 0, "{rows} and {left_out}");
}

/// A prohibited component that is listed last is not crowded out by what only asks for review.
#[test]
fn the_worst_rows_stay() {
    let folder = scratch("report-worst");
    std::fs::write(folder.join("policy.toml"), hostile::policy(false)).unwrap();
    let mention = |index: usize| json!({ "type": "library", "name": format!("m-{index}-{}", "x".repeat(100)), "description": "a fork of Acme Widgets" });
    let made = |index: usize| json!({ "type": "library", "name": format!("made-{index}"), "supplier": { "name": "Acme Widgets" } });
    let components: Vec<Value> = (0..4000).map(mention).chain((0..50).map(made)).collect();
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components });
    std::fs::write(folder.join("bom.json"), document.to_string()).unwrap();
    let output = run(&folder, &["check", "-f", "markdown", "-p", "policy.toml", "bom.json"], &[]);
    let page = text(&output.stdout);
    assert!((300_000..1_000_000).contains(&page.len()), "{}", page.len());
    assert!((0..50).all(|index| page.contains(&format!("`made-{index}`"))));
    let rows: Vec<&str> = page.lines().filter(|line| line.contains(" | library ")).collect();
    assert!(rows[..50].iter().all(|row| row.starts_with("| prohibited |")) && rows.len() > 1000 && rows.len() < 4000, "{}", rows.len());
    // So in annotations.
    let output = run(&folder, &["check", "-f", "github", "-p", "policy.toml", "bom.json"], &[]);
    let out = text(&output.stdout);
    assert!(out.contains("::error title=interdict::41 more, see the summary\n"), "{out}");
    assert!(out.contains("::warning title=interdict::3991 more, see the summary\n"), "{out}");
}

/// Whoever stops reading changes no verdict.
#[test]
fn a_closed_pipe_changes_no_verdict() {
    use std::process::Stdio;
    let folder = scratch("report-pipe");
    std::fs::write(folder.join("policy.toml"), hostile::policy(false)).unwrap();
    let made = |index: usize| json!({ "type": "library", "name": format!("made-{index}"), "supplier": { "name": "Acme Widgets" } });
    let components: Vec<Value> = (0..2000).map(made).collect();
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components });
    std::fs::write(folder.join("bom.json"), document.to_string()).unwrap();
    for format in &FORMATS {
        let mut child = Command::new(env!("CARGO_BIN_EXE_interdict"))
            .args(["check", "-f", format.name, "-p", "policy.toml", "bom.json"])
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}: {}", format.name, text(&output.stderr));
    }
}

/// What code scanning would refuse is counted instead, and what weighs most has a place kept.
#[test]
fn sarif_keeps_the_limits_of_code_scanning() {
    use std::io::Write as _;
    let folder = scratch("report-limits");
    std::fs::write(folder.join("policy.toml"), hostile::policy(false) + "\n[evaluate]\nunverifiable = \"review\"\n").unwrap();
    let unknown = (0..20_000).map(|index| json!({ "type": "library", "name": format!("unknown-{index}") }));
    let made =
        (0..10_000).map(|index| json!({ "type": "library", "name": format!("made-{index}"), "supplier": { "name": "Acme Widgets" } }));
    let components: Vec<Value> = unknown.chain(made).collect();
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components });
    std::fs::write(folder.join("bom.json"), document.to_string()).unwrap();
    let output = run(&folder, &["check", "-f", "sarif", "-p", "policy.toml", "bom.json", "gone.json"], &[]);
    assert_eq!(output.status.code(), Some(2));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let of = |level: &str, rule: &str| results.iter().filter(|result| result["level"] == level && result["ruleId"] == rule).count();
    let counts = (of("warning", "house/unverifiable"), of("error", "house/made-by-acme"), of("error", "document/unreadable"));
    assert_eq!(counts, (15_000, 9_000, 1));
    assert!(
        report["runs"][0]["invocations"][0].to_string().contains("the JSON report lists all): 6000."),
        "{}",
        report["runs"][0]["invocations"][0]
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&output.stdout).unwrap();
    assert!(packed.finish().unwrap().len() < 10_000_000);
}

/// Nothing to evaluate is no success in any report.
#[test]
fn no_sbom_is_an_error_with_a_place_everywhere() {
    let folder = scratch("report-nothing");
    for format in &FORMATS {
        let output = run(&folder, &["check", "-p", "us-ndaa-1634", "-f", format.name], &[]);
        assert_eq!(output.status.code(), Some(2), "{}", format.name);
        let out = text(&output.stdout);
        // A sentence may begin with it.
        assert!(out.to_lowercase().contains("no sbom was found"), "{}: {out}", format.name);
        if format.name == "sarif" {
            let report: Value = serde_json::from_str(&out).unwrap();
            no_empty_strings("", &report);
            assert_eq!(report["runs"][0]["results"][0]["ruleId"], "document/unreadable");
        }
    }
}

/// The other commands show the same documents.
#[test]
fn inspect_and_explain_inject_nothing() {
    let folder = scratch("report-commands");
    for (verdict, _) in VERDICTS {
        hostile::write(&folder, verdict);
        let name = format!("{verdict}.json");
        let mut commands = vec![vec!["inspect", &name], vec!["inspect", "-v", &name], vec!["inspect", "-f", "json", &name]];
        let subjects: Vec<String> = hostile::NAMES.iter().filter(|name| !name.contains('\0')).map(|name| hostile::expanded(name)).collect();
        commands.extend(subjects.iter().map(|subject| vec!["explain", "-p", "policy.toml", &name, "--", subject.as_str()]));
        for command in commands {
            let output = run(&folder, &command, &[]);
            let what = format!("{verdict}: {}", interdict::text::inline(&command.join(" ")));
            nothing_acts(&what, &text(&output.stdout), &[]);
            nothing_acts(&what, &text(&output.stderr), &[]);
            assert!(!text(&output.stderr).contains("panicked"), "{what}");
        }
    }
}

#[test]
fn the_surroundings_choose_the_format() {
    let folder = scratch("report-auto");
    hostile::write(&folder, "prohibited");
    let output = |environment: &[(&str, &str)], format: &str| {
        text(&run(&folder, &["check", "-f", format, "-p", "policy.toml", "--as-of", AS_OF, "prohibited.json"], environment).stdout)
    };
    for (environment, format) in [
        (&[][..], "human"),
        (&[("GITHUB_ACTIONS", "true")], "github"),
        (&[("GITHUB_ACTIONS", "false")], "human"),
        (&[("TF_BUILD", "True")], "azure"),
    ] {
        assert_eq!(output(environment, "auto"), output(&[], format), "{environment:?}");
    }
    assert_ne!(output(&[("RUNNER_DEBUG", "1")], "human"), output(&[], "human"), "debugging says more");
}

/// A minified SBOM is one line: places are still right, and fingerprints still differ.
#[test]
fn sarif_points_right_into_one_long_line() {
    let folder = scratch("report-minified");
    hostile::write(&folder, "prohibited");
    let path = folder.join("prohibited.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let minified = document.to_string();
    std::fs::write(&path, &minified).unwrap();
    let output = run(&folder, &["check", "-f", "sarif", "-p", "policy.toml", "prohibited.json"], &[]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let characters: Vec<char> = minified.chars().collect();
    let results = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), hostile::NAMES.len());
    for result in results {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
        assert_eq!((at("startLine"), at("endLine")), (1, 1));
        let pointed: String = characters[at("startColumn") - 1..at("endColumn") - 1].iter().collect();
        assert_eq!(pointed, "Acme Widgets");
    }
    // reviewdog counts bytes.
    let output = run(&folder, &["check", "-f", "rdjson", "-p", "policy.toml", "prohibited.json"], &[]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for diagnostic in report["diagnostics"].as_array().unwrap() {
        let column = |end: &str| usize::try_from(diagnostic["location"]["range"][end]["column"].as_u64().unwrap()).unwrap();
        assert_eq!(&minified[column("start") - 1..column("end") - 1], "Acme Widgets");
    }
}

#[test]
fn a_path_is_a_uri_from_the_root_of_the_repository() {
    let folder = scratch("report-uri");
    std::fs::create_dir_all(folder.join("a b/ä#")).unwrap();
    hostile::write(&folder, "prohibited");
    std::fs::rename(folder.join("prohibited.json"), folder.join("a b/ä#/100%.json")).unwrap();
    let output = run(&folder.join("a b"), &["check", "-f", "sarif", "-p", "../policy.toml", "ä#/100%.json"], &[]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let uri = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b/%C3%A4%23/100%25.json");
}

/// The same names stand in a fixture, so that every other test on the corpus meets them, too.
#[test]
fn the_fixture_holds_these_names() {
    let path = root().join("fixtures/hostile/names.cdx.json");
    let expected = hostile::document("prohibited").replace("Acme Widgets", "Kaspersky Lab") + "\n";
    if std::env::var_os("UPDATE_REPORTS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), expected, "UPDATE_REPORTS=1 cargo test --test reports writes it anew");
}

#[test]
fn one_snapshot_of_each_report() {
    let folder = scratch("report-snapshots");
    std::fs::write(folder.join("policy.toml"), hostile::policy(true)).unwrap();
    let document = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": { "component": { "type": "application", "bom-ref": "app", "name": "app", "supplier": { "name": "Example" } } },
        "components": [
            { "type": "library", "bom-ref": "a", "name": "widget", "group": "acme", "version": "1.2", "supplier": { "name": "Acme Widgets" } },
            { "type": "library", "bom-ref": "b", "name": "user-of-widget", "version": "2.0", "author": "somebody" },
            { "type": "library", "bom-ref": "c", "name": "mentions", "description": "a fork of Acme Widgets" },
            { "type": "library", "bom-ref": "d", "name": "permitted", "version": "1.0", "purl": "pkg:npm/waived@1.0", "publisher": "Acme Widgets" },
            { "type": "library", "bom-ref": "e", "name": "unknown" }
        ],
        "dependencies": [{ "ref": "app", "dependsOn": ["b", "c", "d", "e"] }, { "ref": "b", "dependsOn": ["a"] }]
    });
    std::fs::write(folder.join("bom.json"), serde_json::to_string_pretty(&document).unwrap()).unwrap();
    std::fs::write(folder.join("broken.json"), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"compo").unwrap();
    let mut complaints = Vec::new();
    for format in &FORMATS {
        let arguments = ["check", "-p", "policy.toml", "--as-of", AS_OF, "-f", format.name, "bom.json", "broken.json"];
        let output = run(&folder, &arguments, &[]);
        assert_eq!(output.status.code(), Some(2));
        let found = text(&output.stdout).replace(&folder.display().to_string(), "/here").replace(env!("CARGO_PKG_VERSION"), "VERSION");
        // The page's style and script stand beside its source.
        let found = [("page.css", "STYLE"), ("page.js", "SCRIPT")].iter().fold(found, |found, (file, word)| {
            let asset = std::fs::read_to_string(root().join("src/report/html").join(file)).unwrap();
            found.replace(&asset, word).replace(&csp_hash(asset.as_bytes()), word)
        });
        let path = root().join(format!("tests/reports/{}.snap", format.name));
        if std::env::var_os("UPDATE_REPORTS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            let at = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected).unwrap_or_default();
            complaints.push(format!("{} from line {} on", path.display(), at + 1));
        }
    }
    assert!(complaints.is_empty(), "{}; UPDATE_REPORTS=1 cargo test --test reports writes them anew", complaints.join(", "));
}
