//! The built command, driven as a user drives it: arguments, exit codes, both streams, files.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const FIELD_KIT: &str = "fixtures/cyclonedx/field-kit.cdx.json";
const CLEAN: &str = "fixtures/cyclonedx/clean-1.5.cdx.json";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn interdict(arguments: &[&str]) -> Output {
    in_folder(root(), arguments)
}

fn in_folder(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_interdict")).args(arguments).current_dir(folder).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder of its own for a test, empty and in no repository.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    folder
}

#[test]
fn the_main_job() {
    let output = interdict(&["check", "--as-of", "2026-11-23", FIELD_KIT]);
    assert_eq!(code(&output), 1);
    let text = out(&output);
    for expected in [
        "us-ndaa-1634/covered-article",
        "prohibited: library `@kaspersky/hexa-ui-core` 0.9.12 is from AO Kaspersky Lab (RU)",
        "field-kit.cdx.json:41:16",
        "identified by its",
        "law: Pub. L. 115-91, sec. 1634(a); FAR 52.204-23(b)",
        "path: field-kit → @kaspersky/hexa-ui-core (and 1 more way)",
        "do: Do not provide it",
        "8 components: 1 prohibited, 1 review, 0 waived, 0 noted, 1 unverifiable, 4 clear, 1 tool",
        "a vendor is named for 5 of 8 (62.5%)",
        "within 3 business days",
        "verdict: prohibited",
    ] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours where nobody looks");
    assert_eq!(err(&output), "");
}

#[test]
fn every_format_ends_with_the_same_exit_code() {
    for format in interdict::report::FORMATS.iter().map(|format| format.name) {
        for (path, expected) in [(CLEAN, 0), (FIELD_KIT, 1), ("fixtures/hostile/truncated.cdx.json", 2)] {
            assert_eq!(code(&interdict(&["check", "-f", format, path])), expected, "{format} {path}");
        }
    }
}

#[test]
fn thresholds() {
    let review = "fixtures/cyclonedx/py-lookalike-1.6.cdx.json";
    let unverifiable = "fixtures/cyclonedx/valid-assembly-1.2.json";
    for (path, fail_on, expected) in [
        (FIELD_KIT, "never", 0),
        (FIELD_KIT, "prohibited", 1),
        (review, "prohibited", 0),
        (review, "review", 1),
        (unverifiable, "review", 0),
        (unverifiable, "unverifiable", 1),
        ("fixtures/hostile/empty.json", "never", 2),
    ] {
        assert_eq!(code(&interdict(&["check", "--fail-on", fail_on, path])), expected, "{path} {fail_on}");
    }
}

#[test]
fn the_law_has_a_date() {
    let before = interdict(&["check", "--as-of", "2018-09-30", FIELD_KIT]);
    // A run in which no rule applies has judged nothing, so it does not pass.
    assert_eq!(code(&before), 2, "{}", out(&before));
    assert!(out(&before).contains("as of 2018-09-30, which is past"));
    let first = interdict(&["check", "--as-of", "2018-10-01", FIELD_KIT]);
    assert_eq!(code(&first), 1);
    assert!(out(&first).contains("within 1 business day"), "{}", out(&first));
}

#[test]
fn the_json_report_keeps_its_contract() {
    let output = interdict(&["check", "-f", "json", "--as-of", "2026-11-23", FIELD_KIT, "fixtures/hostile/escapes.cdx.json"]);
    let report = json(&output);
    assert_eq!(report["schema"], 1);
    assert_eq!(report["as_of"], "2026-11-23");
    assert_eq!(report["verdict"], "prohibited");
    assert_eq!(report["policies"][0]["id"], "us-ndaa-1634");
    let document = &report["documents"][0];
    assert_eq!(document["path"], FIELD_KIT);
    assert_eq!((&document["format"], &document["version"], &document["encoding"]), (&"CycloneDX".into(), &"1.6".into(), &"json".into()));
    let evidence = &document["findings"][0]["evidence"][0];
    let bytes = std::fs::read(root().join(FIELD_KIT)).unwrap();
    let offset = evidence["offset"].as_u64().unwrap() as usize;
    let length = evidence["length"].as_u64().unwrap() as usize;
    assert_eq!(std::str::from_utf8(&bytes[offset..offset + length]).unwrap(), evidence["value"].as_str().unwrap());
    assert_eq!(evidence["pointer"], "/components/1/purl");
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(document.pointer(evidence["pointer"].as_str().unwrap()), Some(&evidence["value"]));

    let schema: Value = serde_json::from_str(include_str!("../src/report/interdict-report-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for paths in [&[FIELD_KIT][..], &["fixtures"], &["fixtures/hostile/empty.json", "gone.json"]] {
        let report = json(&interdict(&[&["check", "-f", "json"], paths].concat()));
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_report() {
    let run = || interdict(&["check", "-f", "json", "--as-of", "2026-11-23", "fixtures"]).stdout;
    assert_eq!(run(), run());
}

/// Reordered and laid out anew, a finding is still the same finding.
#[test]
fn a_fingerprint_survives_a_new_layout() {
    let fingerprints = |text: String| {
        let folder = scratch("fingerprints");
        std::fs::write(folder.join("bom.json"), text).unwrap();
        let report = json(&in_folder(&folder, &["check", "-f", "json", "bom.json"]));
        let findings = report["documents"][0]["findings"].as_array().unwrap().clone();
        let mut prints: Vec<String> = findings.iter().map(|finding| finding["fingerprint"].to_string()).collect();
        prints.sort();
        prints
    };
    let text = std::fs::read_to_string(root().join(FIELD_KIT)).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["components"].as_array_mut().unwrap().reverse();
    let first = fingerprints(text);
    assert_eq!(first.len(), 2);
    assert_eq!(first, fingerprints(value.to_string()));
}

#[test]
fn standard_input_folders_and_the_current_folder() {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_interdict")).args(["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&std::fs::read(root().join(FIELD_KIT)).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("<stdin>:41:16"), "{}", out(&output));

    let folder = scratch("folders");
    std::fs::create_dir_all(folder.join("sub/node_modules")).unwrap();
    std::fs::copy(root().join(CLEAN), folder.join("sub/no-telling-name.txt")).unwrap();
    std::fs::write(folder.join("package.json"), "{\"name\":\"x\"}").unwrap();
    std::fs::write(folder.join("notes.md"), "# bomFormat").unwrap();
    std::fs::copy(root().join(FIELD_KIT), folder.join("sub/node_modules/bom.json")).unwrap();
    for arguments in [&["check", "-f", "json"][..], &["check", "-f", "json", "."]] {
        let output = in_folder(&folder, arguments);
        assert_eq!(code(&output), 0, "{}", err(&output));
        let documents = json(&output)["documents"].as_array().unwrap().clone();
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0]["path"], "sub/no-telling-name.txt");
    }
    for (name, text) in [
        ("sub/late.json", format!("{{\"components\":[{{\"name\":\"{}\"}}],\"x\":tru,\"bomFormat\":\"CycloneDX\"}}", "y".repeat(5000))),
        ("sub/list.json", "[{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[]}]".to_owned()),
        ("sub/x.cdx.json.gz", "\u{1f}".to_owned()),
        ("sub/spaces.json", " ".repeat(5000) + "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[]}"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
        assert_eq!(code(&in_folder(&folder, &["check"])), 2, "{name} is passed over");
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("sub/cut.json"), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"compo").unwrap();
    assert_eq!(code(&in_folder(&folder, &["check"])), 2, "a broken SBOM in a folder is not passed over");
}

#[test]
fn one_unreadable_file_hides_nothing() {
    let output = interdict(&["check", "gone.json", FIELD_KIT, "fixtures/hostile/not-json.json"]);
    assert_eq!(code(&output), 2);
    let text = out(&output);
    assert!(text.contains("prohibited: library `@kaspersky/hexa-ui-core`"), "{text}");
    assert!(text.contains("gone.json: it cannot be read"), "{text}");
    assert!(text.contains("3 documents, 2 could not be evaluated"), "{text}");
}

/// Each of these ends in exit code 2 and says what is wrong, where, and what to do.
#[test]
fn bad_input_is_explained() {
    let table = [
        ("fixtures/hostile/not-json.json", "neither JSON nor another form of SBOM", "not-json.json:1:1"),
        ("fixtures/hostile/truncated.cdx.json", "ends in the middle of the JSON", "truncated.cdx.json:1:103"),
        ("fixtures/hostile/not-an-sbom.json", "neither `bomFormat` nor `spdxVersion`", "pass a CycloneDX or SPDX document"),
        ("fixtures/hostile/empty.json", "the input is empty", "help"),
        ("fixtures/hostile/duplicate-supplier.cdx.json", "`supplier` stands twice", "duplicate-supplier.cdx.json:8:8"),
        ("fixtures/hostile/duplicate-escaped-key.cdx.json", "`supplier` stands twice", "keep one of the two"),
        ("fixtures/hostile/wrong-type.cdx.json", "has to be a string, and here it is an array", "wrong-type.cdx.json:5:33"),
        ("fixtures/hostile/unknown-version.cdx.json", "`3.1` is not a version that is known", "1.2, 1.3, 1.4, 1.5, 1.6, 1.7"),
        ("fixtures/hostile/no-components.cdx.json", "lists only the product itself or the tools", "--allow-empty"),
        ("fixtures/hostile/packages-null.spdx.json", "`packages` is null", "packages-null.spdx.json:1:"),
        ("fixtures/hostile/not-utf-8.cdx.json", "not UTF-8", "not-utf-8.cdx.json:1:72"),
        ("fixtures/hostile/trailing-text.spdx.json", "more text after the end", "trailing-text.spdx.json:1:53"),
        ("fixtures/hostile/deep.cdx.json", "nested more than 256 deep", "help"),
        ("fixtures/gone.json", "it cannot be read", "check the path"),
    ];
    for (path, message, more) in table {
        let output = interdict(&["check", path]);
        assert_eq!(code(&output), 2, "{path}");
        let text = out(&output);
        assert!(text.contains(message) && text.contains(more), "{path}: {text}");
        // With another format the report is on one stream and the explanation on the other.
        let output = interdict(&["check", "-f", "json", path]);
        assert_eq!(code(&output), 2, "{path}");
        assert!(err(&output).contains(message), "{path}: {}", err(&output));
        assert_eq!(json(&output)["verdict"], "error");
    }
    let folder = scratch("no-sbom");
    let output = in_folder(&folder, &["check"]);
    assert_eq!(code(&output), 2);
    assert!(out(&output).contains("no SBOM was found"), "{}", out(&output));
}

#[test]
fn hostile_text_never_reaches_the_terminal() {
    for path in ["fixtures/hostile/escapes.cdx.json", "fixtures/hostile/raw-controls.cdx.json"] {
        let output = interdict(&["check", "-v", path]);
        assert_eq!(code(&output), 1);
        for character in out(&output).chars() {
            assert!(character == '\n' || !interdict::text::hides(character), "{path}: U+{:04X}", u32::from(character));
        }
        assert!(!out(&output).contains("##["), "{path}");
        assert!(!out(&output).lines().any(|line| line.trim_start().starts_with("::")), "{path}");
    }
}

#[test]
fn a_policy_file_is_found_extends_a_pack_and_waives() {
    let folder = scratch("policy");
    std::fs::create_dir(folder.join("sub")).unwrap();
    std::fs::copy(root().join(FIELD_KIT), folder.join("sub/bom.json")).unwrap();
    let waiver = |subject: &str, expires: &str| {
        format!(
            "schema = 1\nextends = [\"us-ndaa-1634\"]\n[[waiver]]\nrule = \"us-ndaa-1634/covered-article\"\nsubject = \"{subject}\"\n\
             reason = \"research\"\nby = \"CISO\"\ngranted = 2026-01-01\nexpires = {expires}\n"
        )
    };
    let check = || in_folder(&folder.join("sub"), &["check", "--as-of", "2026-11-23", "bom.json"]);

    std::fs::write(folder.join("interdict.toml"), waiver("pkg:npm/%40kaspersky/hexa-ui-core@0.9.12", "2026-12-31")).unwrap();
    let output = check();
    assert_eq!(code(&output), 0, "{}", out(&output));
    assert!(out(&output).contains("waived: library `@kaspersky/hexa-ui-core`") && out(&output).contains("by CISO"), "{}", out(&output));

    std::fs::write(folder.join("interdict.toml"), waiver("pkg:npm/%40kaspersky/hexa-ui-core@0.9.12", "2026-11-22")).unwrap();
    let output = check();
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("ended on 2026-11-22"), "{}", out(&output));

    std::fs::write(folder.join("interdict.toml"), waiver("pkg:npm/%40kaspersky/hexa-ui-core@1.0.0", "2026-12-31")).unwrap();
    let output = check();
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("permitted nothing"), "{}", out(&output));

    std::fs::write(folder.join("interdict.toml"), "schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nmentons = \"note\"\n").unwrap();
    let output = check();
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("did you mean `mentions`?") && err(&output).contains("interdict.toml:4:1"), "{}", err(&output));
    assert_eq!(out(&output), "");

    std::fs::write(
        folder.join("interdict.toml"),
        "schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nfail-on = \"review\"\nunverifiable = \"review\"\n",
    )
    .unwrap();
    assert_eq!(code(&check()), 1, "the file sets the threshold");
    let output = in_folder(&folder.join("sub"), &["check", "--fail-on", "never", "bom.json"]);
    assert_eq!(code(&output), 0, "the flag wins");
    assert!(out(&output).contains("`radio.bin` 1.0 is not identified by anything"), "{}", out(&output));

    // The pack alone, whatever file lies around.
    assert_eq!(code(&in_folder(&folder.join("sub"), &["check", "-p", "us-ndaa-1634", "bom.json"])), 1);
    let output = in_folder(&folder, &["check", "-p", "us-ndaa-1643", "sub/bom.json"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("did you mean the pack") && err(&output).contains("`us-ndaa-1634`?"), "{}", err(&output));
}

#[test]
fn a_policy_cannot_loosen_in_silence() {
    let folder = scratch("loosening");
    std::fs::copy(root().join(FIELD_KIT), folder.join("bom.json")).unwrap();
    let check = |policy: &str| {
        std::fs::write(folder.join("interdict.toml"), policy).unwrap();
        in_folder(&folder, &["check", "bom.json"])
    };
    for (policy, message) in [
        ("schema = 1\n", "no rule in this policy"),
        (
            "schema = 1\nextends = [\"us-ndaa-1634\"]\n[[entity]]\nid = \"kaspersky\"\nnot = [{ name = \"Kaspersky\", why = \"x\" }]\n",
            "another policy's entity",
        ),
        ("schema = 1\n[[entity]]\nid = \"\\u001b[31m\"\nname = \"x\"\n", "an id is made of letters"),
        ("schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nmentions = \"note\"\n", "`mentions` is looser than `review`"),
        ("schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nfail-on = \"never\"\n", "`fail-on` is looser than `prohibited`"),
    ] {
        let output = check(policy);
        assert_eq!(code(&output), 2, "{policy}");
        assert!(err(&output).contains(message) && !err(&output).contains('\u{1b}'), "{}", err(&output));
    }
    // A policy that stands alone is its own, and the report says what is looser in it.
    let output = check(
        "schema = 1\n[evaluate]\nmentions = \"note\"\n[[entity]]\nid = \"a\"\nname = \"Acme\"\n[[rule]]\nid = \"r\"\nentities = [\"a\"]\n",
    );
    assert!(out(&output).contains("`mentions` looser than it is by default"), "{}", out(&output));
    let output = check(
        "schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nunverifiable = \"prohibited\"\n[[waiver]]\nrule = \"local/unverifiable\"\n\
         subject = \"radio.bin\"\nreason = \"r\"\nby = \"b\"\ngranted = 2026-11-01\nexpires = 2027-10-01\n",
    );
    assert!(out(&output).contains("waived: firmware `radio.bin`"), "{}", out(&output));
}

/// A thousand findings behind each other in one chain of dependencies: bounded, not the square of it.
#[test]
fn a_long_chain_of_findings_stays_small() {
    let count = 4000;
    let components: Vec<Value> = (0..count)
        .map(|n| serde_json::json!({ "bom-ref": n.to_string(), "name": format!("n{n}"), "publisher": "Kaspersky Lab" }))
        .collect();
    let dependencies: Vec<Value> =
        (1..count).map(|n| serde_json::json!({ "ref": (n - 1).to_string(), "dependsOn": [n.to_string()] })).collect();
    let document =
        serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": components, "dependencies": dependencies });
    let folder = scratch("chain");
    std::fs::write(folder.join("bom.json"), document.to_string()).unwrap();
    let output = in_folder(&folder, &["check", "-f", "json", "bom.json"]);
    assert_eq!(code(&output), 1);
    assert!(output.stdout.len() < 20_000_000, "{}", output.stdout.len());
}

#[test]
fn further_reports_are_written() {
    let folder = scratch("outputs");
    let path = folder.join("report.json");
    let output = interdict(&["check", "-q", "-o", &format!("json={}", path.display()), FIELD_KIT]);
    assert_eq!(code(&output), 1);
    let report: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(report["verdict"], "prohibited");
    assert!(!out(&output).contains("coverage") && out(&output).contains("verdict"), "{}", out(&output));
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).filter(|name| name != ".git").collect();
    assert_eq!(left, ["report.json"]);

    let output = interdict(&["check", "-o", &format!("json={}/gone/report.json", folder.display()), CLEAN]);
    assert_eq!(code(&output), 2, "a report that could not be written is no success");
    assert!(err(&output).contains("cannot be written"), "{}", err(&output));
}

#[test]
fn wrong_usage_ends_in_exit_code_2() {
    for arguments in
        [&["check", "-f", "sarf", CLEAN][..], &["check", "--as-of", "yesterday", CLEAN], &["chek"], &["check", "-o", "json", CLEAN], &[]]
    {
        let output = interdict(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(!err(&output).is_empty());
    }
    assert_eq!(code(&interdict(&["--version"])), 0);
}

/// A minified document of a thousand findings: each at its place, none with the line that is the document.
#[test]
fn a_long_line_of_a_thousand_findings() {
    let filler = "x".repeat(2000);
    let components: Vec<String> = (0..1000)
        .map(|number| format!(r#"{{"type":"library","name":"n{number}","description":"{filler}","publisher":"Kaspersky Lab"}}"#))
        .collect();
    let text = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{}]}}"#, components.join(","));
    let folder = scratch("long-line");
    std::fs::write(folder.join("bom.json"), &text).unwrap();
    let grouped = in_folder(&folder, &["check", "bom.json"]);
    assert_eq!(code(&grouped), 1);
    let grouped = out(&grouped);
    assert!(grouped.contains("prohibited: 997 more by us-ndaa-1634/covered-article, AO Kaspersky Lab (RU):"), "{grouped}");
    assert!(grouped.contains("and 977 others: --verbose shows every one of them") && grouped.len() < 20_000, "{}", grouped.len());
    let output = in_folder(&folder, &["check", "-v", "bom.json"]);
    assert_eq!(code(&output), 1);
    let shown = out(&output);
    assert!(shown.len() < 3_000_000, "{}", shown.len());
    let last = text.rfind("Kaspersky Lab").unwrap();
    assert!(shown.contains(&format!("[bom.json:1:{}]", last + 1)), "the last finding is at its place");
}

#[test]
fn a_folder_is_searched_in_every_format() {
    let output = interdict(&["check", "-f", "json", "fixtures/field-kit", "fixtures/wrapped"]);
    assert_eq!(code(&output), 1);
    let report = json(&output);
    assert_eq!(report["summary"]["documents"], 38 + 14);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["summary"]["prohibited"], 3 * (38 + 14));
    let wrapped = report["documents"].as_array().unwrap().iter().find(|document| document["path"] == "fixtures/wrapped/dsse.json").unwrap();
    assert_eq!(wrapped["wrapping"], serde_json::json!(["DSSE envelope", "in-toto statement v1"]));
    assert_eq!(wrapped["notes"][0]["code"], "signature-not-verified");
}

#[test]
fn what_was_unwrapped_is_shown_in_its_own_text() {
    let output = interdict(&["check", "fixtures/wrapped/nested.json.gz"]);
    let text = out(&output);
    assert_eq!(code(&output), 1);
    for part in [
        "(unpacked from gzip, taken out of DSSE envelope):",
        "in gzip, DSSE envelope, in-toto statement v1",
        "no signature around this document was verified",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_second_reader_confirms() {
    let notes = |output: &Output| json(output)["documents"][0]["notes"].to_string();
    let confirmed = interdict(&["check", "--strict", "-f", "json", "fixtures/field-kit/spdx-2.3.spdx"]);
    assert_eq!(code(&confirmed), 1);
    assert_eq!(json(&confirmed)["documents"][0]["confirmed_by"], "spdx-rs");
    assert!(
        notes(&confirmed).contains("confirmed by a second reader (spdx-rs): the same vendors and identifiers in 8 entries"),
        "{}",
        notes(&confirmed)
    );
    let own = interdict(&["check", "--require-confirmation", "-f", "json", "fixtures/field-kit/cyclonedx-1.6.json"]);
    assert_eq!((code(&own), &json(&own)["documents"][0]["confirmed_by"]), (1, &"built-in".into()));
    let ambiguous = interdict(&["check", "--strict", "fixtures/field-kit/spdx-2.3-cr.spdx"]);
    assert_eq!(code(&ambiguous), 2);
    assert!(out(&ambiguous).contains("two readers understand this document differently"), "{}", out(&ambiguous));
    // What only the crate refuses is a note.
    let refused = interdict(&["check", "--strict", "-f", "json", "fixtures/spdx/openembedded-time-dev-2.2.spdx.json"]);
    assert_eq!(code(&refused), 0);
    assert_eq!(json(&refused)["documents"][0]["confirmed_by"], "built-in");
    assert!(notes(&refused).contains("spdx-rs does not read this document"), "{}", notes(&refused));
    let panicked = scratch("second-reader-panics").join("sbom.spdx");
    let text = std::fs::read_to_string(root().join("fixtures/field-kit/spdx-2.3.spdx")).unwrap();
    std::fs::write(&panicked, format!("{text}Relationship: SPDXRef-a RESEMBLES SPDXRef-b\n")).unwrap();
    let panicked = interdict(&["check", "--strict", panicked.to_str().unwrap()]);
    assert_eq!(code(&panicked), 1);
    assert!(out(&panicked).contains("something in it that this reader does not support"), "{}", out(&panicked));
    assert!(!err(&panicked).contains("panicked at"), "{}", err(&panicked));
}

/// A reading that nobody confirms shows in the line of the verdict, whatever the format, and can be made to fail.
#[test]
fn an_unconfirmed_reading_shows_in_the_verdict() {
    let sbom = scratch("unconfirmed").join("sbom.spdx.yaml");
    // Aliases are read, but not by the second reader.
    let yaml = "spdxVersion: SPDX-2.3\nSPDXID: &a SPDXRef-DOCUMENT\npackages:\n- name: left-pad\n  comment: *a\n  SPDXID: SPDXRef-a\n  \
                supplier: 'Organization: Acme'\n";
    std::fs::write(&sbom, yaml).unwrap();
    let sbom = sbom.to_str().unwrap();
    const WORDS: &str = "no second reader confirmed the reading";
    for format in ["human", "markdown", "html", "github", "azure"] {
        let strict = interdict(&["check", "--strict", "-f", format, sbom]);
        assert_eq!(code(&strict), 0, "{format}");
        let line = out(&strict).lines().find(|line| line.contains(WORDS)).unwrap_or_default().to_owned();
        let verdict = ["clear", "every component was judged", "Every component was judged"].iter().any(|words| line.contains(words));
        assert!(verdict, "{format}: {line}");
        assert!(!out(&interdict(&["check", "-f", format, sbom])).contains(WORDS), "{format}");
    }
    let strict = interdict(&["check", "--strict", "-f", "json", sbom]);
    assert_eq!(json(&strict)["summary"]["unconfirmed"], 1);
    assert!(json(&strict)["documents"][0]["confirmed_by"].is_null());
    let required = interdict(&["check", "--require-confirmation", "-f", "json", sbom]);
    assert_eq!(code(&required), 2);
    assert_eq!(json(&required)["documents"][0]["error"]["code"], "unconfirmed");
    let both = interdict(&["check", "--strict", "fixtures/field-kit/cyclonedx-1.6.json", sbom]);
    assert!(out(&both).contains("confirmed the reading of 1 of 2 documents"), "{}", out(&both));
}

#[test]
fn limits_have_flags() {
    for (flag, value, file, code_word) in [
        ("--max-size", "1000", FIELD_KIT, "too-large"),
        ("--max-depth", "3", FIELD_KIT, "too-deep"),
        ("--max-subjects", "3", FIELD_KIT, "too-many-subjects"),
        ("--max-unpacked", "1000", "fixtures/wrapped/sbom.json.gz", "unpacked-size"),
    ] {
        let output = interdict(&["check", flag, value, "-f", "json", file]);
        assert_eq!(code(&output), 2, "{flag}");
        assert_eq!(json(&output)["documents"][0]["error"]["code"], code_word, "{flag}");
        assert!(json(&output)["documents"][0]["error"].to_string().contains(flag), "{flag} is named: {}", out(&output));
    }
    let output = interdict(&["check", "--max-ratio", "1", "-f", "json", "fixtures/wrapped/sbom.json.gz"]);
    assert_eq!(code(&output), 1, "a small file may grow as it likes");
}

#[test]
fn inspect_says_what_a_document_holds() {
    let output = interdict(&["inspect", "fixtures/field-kit/spdx-3.0.1.json"]);
    assert_eq!(code(&output), 0);
    for line in [
        "fixtures/field-kit/spdx-3.0.1.json: SPDX 3.0.1 (json-ld)",
        "  recognised    its `@context` is that of SPDX 3",
        "  subjects      8: 8 part",
        "  kinds         4 application, 3 library, 1 firmware",
        "  relationships 8",
        "  attribution   a maker is named for 4 of 8; 3 more have a purl, CPE, SWID or address; 1 have neither",
        "          2  Example Integrator Inc. (suppliedBy)",
        "          1  АО «Лаборатория Касперского» (suppliedBy)",
    ] {
        assert!(out(&output).lines().any(|found| found == line), "{line}\n{}", out(&output));
    }
    let output = interdict(&["inspect", "-f", "json", "fixtures/wrapped/bundle-v0.3.json", FIELD_KIT]);
    let report = json(&output);
    assert_eq!(report["documents"][0]["wrapping"], serde_json::json!(["Sigstore bundle", "DSSE envelope", "in-toto statement v1"]));
    assert_eq!(report["documents"][1]["tools"], serde_json::json!(["cdxgen 12.8.4"]));
    assert_eq!(report["documents"][1]["attribution"], serde_json::json!({"party_named": 5, "identified": 2, "neither": 1}));
    assert_eq!(report["documents"][1]["by_scope"]["build"], 1);

    let broken = interdict(&["inspect", "fixtures/hostile/truncated.cdx.json"]);
    assert_eq!(code(&broken), 2);
    assert!(err(&broken).contains("document/truncated"), "{}", err(&broken));
    assert!(out(&broken).contains("not read to the end"), "{}", out(&broken));
    let hostile = interdict(&["inspect", "fixtures/hostile/escapes.cdx.json"]);
    assert!(!out(&hostile).contains(['\u{1b}', '\u{7}', '\u{202e}']) && !out(&hostile).contains("\n::"), "{}", out(&hostile));
}

#[test]
fn policies_are_listed_shown_linted_tried_and_begun() {
    let list = interdict(&["policy", "list"]);
    assert_eq!(list.status.code(), Some(0));
    let names = String::from_utf8(list.stdout).unwrap();
    for name in ["us-ndaa-1634", "us-ndaa-889", "vendors-of-concern", "catalogue/huawei"] {
        assert!(names.contains(name), "{name} in {names}");
    }
    let shown = interdict(&["policy", "show", "us-ndaa-1634", "--as-of", "2026-11-24"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    for part in [
        "rule us-ndaa-1634/covered-article",
        "common-control by catalogue/kaspersky.toml:",
        "domain: kaspersky.com [",
        "contract number",
        "majority ownership",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(interdict(&["policy", "lint", "us-ndaa-1634", "catalogue/huawei"]).status.code(), Some(0));
    let tried = interdict(&["policy", "test", "us-ndaa-1634", "--as-of", "2026-11-24"]);
    let text = String::from_utf8(tried.stdout).unwrap();
    assert!(tried.status.code() == Some(0) && text.contains("examples hold") && text.contains("weakenings are noticed"), "{text}");
    let schema: Value = serde_json::from_slice(&interdict(&["policy", "schema"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");

    let folder = std::env::temp_dir().join(format!("interdict-policy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("interdict.toml");
    let path = file.to_str().unwrap();
    for starter in ["contractor", "agency", "supplier"] {
        let _ = std::fs::remove_file(&file);
        assert_eq!(interdict(&["policy", "new", starter, path]).status.code(), Some(0));
        assert_eq!(interdict(&["policy", "test", path]).status.code(), Some(0), "{starter}");
        assert_eq!(interdict(&["policy", "lint", path]).status.code(), Some(0), "{starter}");
    }
    let again = interdict(&["policy", "new", "agency", path]);
    assert_eq!(again.status.code(), Some(2), "an existing file is not replaced");

    // A policy whose examples do not hold, or do not notice, fails; one that cannot be read is an error.
    let weak = "schema = 1\n[policy]\nid = \"w\"\n[[entity]]\nid = \"a\"\nname = \"Acme Widgets\"\ndomains = [\"acme.test\"]\nsource = \"s\"\n[[rule]]\nid = \"r\"\nentities = [\"a\"]\n";
    let example =
        |expect: &str| format!("{weak}[[example]]\nsubject = {{ name = \"x\", supplier = \"Acme Widgets\" }}\nexpect = \"{expect}\"\n");
    for (text, code, said) in [
        (weak.to_owned(), 1, "without an [[example]]"),
        (example("clear"), 1, "expected clear, and it is prohibited"),
        (example("prohibited"), 1, "no example notices when `domains` of `a` is emptied"),
        ("schema = 1\n[[rule]]\nid = \"r\"\n".to_owned(), 2, ""),
    ] {
        std::fs::write(&file, text).unwrap();
        let output = interdict(&["policy", "test", path]);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(String::from_utf8(output.stdout).unwrap().contains(said), "{said}");
    }
    let table = folder.join("set.tsv");
    std::fs::write(&table, "kind\tvendor\tlabel\tvalue\nparty\tkaspersky\tdeveloped\tKaspersky Lab\nparty\tx\tunrelated\tKaspersky\n")
        .unwrap();
    let judged = interdict(&["policy", "test", "us-ndaa-1634", "--labelled", table.to_str().unwrap()]);
    let text = String::from_utf8(judged.stdout).unwrap();
    assert_eq!(judged.status.code(), Some(1));
    assert!(
        text.contains(":3: party `Kaspersky` is prohibited, labelled unrelated")
            && text.contains("recall  100.0 % (1/1)  precision   50.0 %"),
        "{text}"
    );
    assert_eq!(interdict(&["policy", "test", "us-ndaa-1634", "--labelled", "gone.tsv"]).status.code(), Some(2));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_subject_is_explained_whatever_became_of_it() {
    let explained = |subject: &str, policy: &str| {
        let output = interdict(&["explain", FIELD_KIT, subject, "-p", policy, "--as-of", "2026-11-24"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text, _) = explained("pkg:npm/%40kaspersky/hexa-ui-core", "us-ndaa-1634");
    assert_eq!(code, Some(0));
    for part in [
        "compared as `npm/@kaspersky/hexa-ui-core`",
        "identified: `pkg:npm/%40kaspersky/**` of AO Kaspersky Lab",
        "us-ndaa-1634/covered-article, for AO Kaspersky Lab: prohibited",
        "verdict: prohibited",
        "would change it: a waiver",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let (_, text, _) = explained("pkg:npm/%40kaspersky/hexa-ui-core", "us-ndaa-889");
    assert!(text.contains("verdict: clear") && text.contains("would change it: a claim that names an entity"), "{text}");
    let (_, text, _) = explained("pkg:npm/%40kaspersky/hexa-ui-core", "us-bis-icts-2021-002");
    assert!(text.contains("does not apply: this is a product that it leaves out") || text.contains("none of the products"), "{text}");
    // The explanation has met what the evaluation met, also by a name alone and by what the policy asserts.
    let folder = scratch("explain");
    let bare = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"@rspack/core"},{"type":"library","name":"blob"}]}"#;
    std::fs::write(folder.join("bom.json"), bare).unwrap();
    let asserted = "schema = 1\nextends = [\"vendors-of-concern\"]\n[policy]\nid = \"house\"\ntitle = \"House\"\n[[assertion]]\nsubject = \"blob\"\nsupplier = \"AO Kaspersky Lab\"\nevidence = \"letter\"\nby = \"me\"\non = 2024-01-01\n";
    std::fs::write(folder.join("house.toml"), asserted).unwrap();
    for (subject, met) in
        [("@rspack/core", "mentioned: `pkg:npm/%40rspack/**` of ByteDance"), ("blob", "declared: `AO Kaspersky Lab` of AO Kaspersky Lab")]
    {
        let text = out(&in_folder(&folder, &["explain", "bom.json", subject, "-p", "house.toml", "--as-of", "2026-11-24"]));
        assert!(text.contains(met) && !text.contains("none is tried"), "{text}");
    }
    let (code, _, error) = explained("hexa", "us-ndaa-1634");
    assert!(code == Some(2) && error.contains("similar: @kaspersky/hexa-ui-core"), "{error}");
    let (code, _, error) = explained("gone", "us-ndaa-1634");
    assert!(code == Some(2) && error.contains("is called `gone`"), "{error}");
}

#[test]
fn profiles_and_looking_ahead_on_the_command_line() {
    let output = interdict(&["check", FIELD_KIT, "--profile", "dodd"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`dodd` is no contract profile"));
    let early = ["check", "-p", "us-ndaa-1634", "--as-of", "2018-09-01", "--look-ahead", "60", FIELD_KIT];
    let output = interdict(&early);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "no rule is in force yet: {text}");
    assert_eq!(interdict(&[&early[..], &["--allow-empty"]].concat()).status.code(), Some(0));
    assert!(text.contains("ahead: from 2018-10-01 on, prohibited: `@kaspersky/hexa-ui-core`"), "{text}");
    let output = interdict(&["check", "-f", "json", "-p", "us-ndaa-1634", "--as-of", "2018-09-01", "--look-ahead", "60", FIELD_KIT]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["documents"][0]["ahead"][0]["on"], "2018-10-01");
    assert_eq!(report["documents"][0]["ahead"][0]["finding"]["evidence"][0]["pointer"], "/components/1/purl");
    // A file that is read by parts is opened again for what is ahead only.
    let path = std::env::temp_dir().join(format!("interdict-ahead-{}.json", std::process::id()));
    let filler = "x".repeat(1_500_000);
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{{"type":"library","name":"z","description":"{filler}"}},{{"type":"library","name":"y","supplier":{{"name":"Kaspersky Lab"}}}}]}}"#
    );
    std::fs::write(&path, &text).unwrap();
    let output =
        interdict(&["check", "-f", "json", "-p", "us-ndaa-1634", "--as-of", "2018-09-01", "--look-ahead", "60", path.to_str().unwrap()]);
    std::fs::remove_file(&path).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let evidence = &report["documents"][0]["ahead"][0]["finding"]["evidence"][0];
    let offset = evidence["offset"].as_u64().unwrap() as usize;
    assert_eq!(&text[offset..offset + 13], "Kaspersky Lab");
    let output = interdict(&["check", "-p", "us-dhs-bod-17-01", "--profile", "dod", FIELD_KIT]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("none of the profiles that were asked for"));
}

/// A search of a folder finds whatever is found when its path is given: what a search passes over would end as clear.
#[test]
fn a_search_finds_every_document_of_the_corpus() {
    let corpus = root().join("../shared/corpus");
    let Ok(manifest) = std::fs::read_to_string(corpus.join("manifest.tsv")) else {
        println!("SKIPPED: ../shared/corpus is not here, so the search was not tried on real documents");
        return;
    };
    let rows = manifest.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let all: Vec<&str> = rows.filter(|row| !row.contains(&"schema")).map(|row| row[0]).collect();
    let output = in_folder(&corpus, &["check", "-f", "json", "--fail-on", "never", "cyclonedx", "spdx"]);
    let report = json(&output);
    let found: std::collections::HashSet<&str> =
        report["documents"].as_array().unwrap().iter().map(|document| document["path"].as_str().unwrap()).collect();
    // Whole JSON-LD of another kind: a list of licences.
    const NO_SBOM: &str = "spdx/3.0.0/jsonld/spdx-Spdx-Java-Library__BSD-3-Clause.jsonld";
    let missed: Vec<&str> = all.iter().filter(|path| !found.contains(**path) && **path != NO_SBOM).copied().collect();
    assert!(missed.is_empty(), "{} of {} were passed over:\n{}", missed.len(), all.len(), missed.join("\n"));
}

/// A document of these components, each as `name` or `name=supplier`, all of them used by the product.
fn flat_sbom(components: &[&str]) -> String {
    let parts: Vec<String> = components
        .iter()
        .map(|part| match part.split_once('=') {
            Some((name, supplier)) => {
                format!(r#"{{"type":"library","bom-ref":"{name}","name":"{name}","version":"1","purl":"pkg:generic/{name}@1","supplier":{{"name":"{supplier}"}}}}"#)
            }
            None => format!(r#"{{"type":"library","bom-ref":"{part}","name":"{part}","version":"1","purl":"pkg:generic/{part}@1"}}"#),
        })
        .collect();
    let references: Vec<String> = components.iter().map(|part| format!("\"{}\"", part.split('=').next().unwrap())).collect();
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"application","bom-ref":"app","name":"app"}}}},"components":[{}],"dependencies":[{{"ref":"app","dependsOn":[{}]}}]}}"#,
        parts.join(","),
        references.join(",")
    )
}

#[test]
fn what_has_slipped_back_since_a_baseline() {
    let folder = scratch("baseline");
    let write = |components: &[&str]| std::fs::write(folder.join("bom.json"), flat_sbom(components)).unwrap();
    let report = |name: &str, more: &[&str]| {
        let file = format!("json={name}");
        let arguments = [&["check", "--as-of", "2026-11-24", "-o", &file], more, &["bom.json"]].concat();
        let output = in_folder(&folder, &arguments);
        (code(&output), serde_json::from_slice::<Value>(&std::fs::read(folder.join(name)).unwrap()).unwrap(), out(&output))
    };
    write(&["a=Kaspersky Lab", "b=Kaspersky Lab", "c=Acme"]);
    let (status, first, _) = report("first.json", &[]);
    assert_eq!((status, &first["baseline"]), (1, &Value::Null));

    // The same again is known: that alone fails nothing that is asked for new things only.
    let (status, second, shown) = report("second.json", &["--baseline", "first.json", "--fail-on-new"]);
    assert_eq!(status, 0, "{shown}");
    let page = in_folder(&folder, &["check", "-f", "html", "--baseline", "first.json", "--fail-on-new", "bom.json"]);
    assert!(code(&page) == 0 && out(&page).contains("Exit code 0: a gate lets this pass"), "a page names the exit code of its own run");
    assert_eq!(second["documents"][0]["findings"][0]["change"]["kind"], "known");
    assert_eq!(second["baseline"]["path"], "first.json");
    assert_eq!(report("again.json", &["--baseline", "first.json"]).0, 1, "without --fail-on-new what is known still fails");

    // One goes, one comes.
    write(&["a=Kaspersky Lab", "c=Acme", "d=Kaspersky Lab"]);
    let (status, third, shown) = report("third.json", &["--baseline", "first.json", "--fail-on-new"]);
    assert_eq!(status, 1, "{shown}");
    let kinds: Vec<&str> =
        third["documents"][0]["findings"].as_array().unwrap().iter().map(|finding| finding["change"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["known", "new"]);
    assert_eq!((&third["documents"][0]["gone"][0]["subject"], &third["documents"][0]["gone"][0]["now"]), (&"b".into(), &"d".into()));
    assert!(shown.contains("since: new since the baseline") && shown.contains("no more: `b`"), "{shown}");

    // What had gone comes back, also over a report in between.
    write(&["a=Kaspersky Lab", "b=Kaspersky Lab"]);
    let (status, fourth, _) = report("fourth.json", &["--baseline", "third.json", "--fail-on-new"]);
    assert_eq!((status, &fourth["documents"][0]["findings"][1]["change"]["kind"]), (1, &"returned".into()));

    // A supplier that is emptied clears nothing: the part is still there.
    write(&["a", "b=Kaspersky Lab"]);
    let (status, fifth, shown) = report("fifth.json", &["--baseline", "fourth.json", "--fail-on-new"]);
    assert_eq!((status, &fifth["documents"][0]["gone"][0]["still_listed"]), (1, &true.into()), "{shown}");
    assert!(shown.contains("still listed, and nothing names its maker any more"), "{shown}");

    // Also where nothing else is left that would fail the run.
    write(&["a=Kaspersky Lab", "c=Acme"]);
    report("one.json", &[]);
    write(&["a", "c=Acme"]);
    let (status, hidden, shown) = report("hidden.json", &["--baseline", "one.json", "--fail-on-new"]);
    assert_eq!((status, &hidden["documents"][0]["gone"][0]["still_listed"]), (1, &true.into()), "{shown}");
    assert_eq!(report("hidden.json", &["--baseline", "one.json", "--fail-on-new", "--fail-on", "never"]).0, 0);

    // A baseline that is none is no baseline.
    for (name, text) in [("none.json", "{}"), ("broken.json", "{\"schema\":1,")] {
        std::fs::write(folder.join(name), text).unwrap();
        let output = in_folder(&folder, &["check", "--baseline", name, "bom.json"]);
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("it is no JSON report"), "{}", err(&output));
    }
    assert_eq!(code(&in_folder(&folder, &["check", "--baseline", "missing.json", "bom.json"])), 2);
    assert_eq!(code(&in_folder(&folder, &["check", "--fail-on-new", "bom.json"])), 2, "a flag that would do nothing is refused");
}

#[test]
fn two_evaluations_are_told_apart() {
    let folder = scratch("diff");
    let old = ["a=Kaspersky Lab", "kept=Kaspersky Lab", "gone=Kaspersky Lab", "c=Acme"];
    std::fs::write(folder.join("old.json"), flat_sbom(&old)).unwrap();
    std::fs::write(folder.join("new.json"), flat_sbom(&["a", "kept=Kaspersky Lab", "gone2=Kaspersky Lab", "n=Kaspersky Lab"])).unwrap();
    let output = in_folder(&folder, &["diff", "old.json", "new.json"]);
    let shown = out(&output);
    assert_eq!(code(&output), 1, "{shown}{}", err(&output));
    for expected in [
        "new       prohibited: `n`, AO Kaspersky Lab",
        "renamed   prohibited: `gone`, AO Kaspersky Lab",
        "now `gone2`",
        "hidden    prohibited: `a`, AO Kaspersky Lab",
        "no longer says supplier `Kaspersky Lab`",
        "1 new, 1 renamed, 1 hidden, 1 known",
    ] {
        assert!(shown.contains(expected), "{expected} in\n{shown}");
    }
    // The same from a report; and nothing has changed against itself.
    in_folder(&folder, &["check", "-o", "json=report.json", "old.json"]);
    let report = json(&in_folder(&folder, &["diff", "-f", "json", "report.json", "new.json"]));
    assert_eq!((&report["summary"]["renamed"], &report["summary"]["known"]), (&1.into(), &1.into()));
    let same = in_folder(&folder, &["diff", "report.json", "old.json"]);
    assert_eq!(code(&same), 0, "{}", out(&same));
    assert_eq!(code(&in_folder(&folder, &["diff", "missing.json", "old.json"])), 2);
}

#[test]
fn a_redacted_report_names_no_component() {
    let folder = scratch("redact");
    std::fs::write(folder.join("bom.json"), flat_sbom(&["secret-part=Kaspersky Lab (secret)", "other-secret"])).unwrap();
    std::fs::write(folder.join("key"), "0123456789abcdef0123456789abcdef\n").unwrap();
    std::fs::write(folder.join("short"), "0123").unwrap();
    let plain = json(&in_folder(&folder, &["check", "-f", "json", "bom.json"]));
    for format in interdict::report::FORMATS.iter().map(|format| format.name) {
        let output = in_folder(&folder, &["check", "-f", format, "--fail-on", "unverifiable", "--redact", "key", "-v", "bom.json"]);
        assert_eq!(code(&output), 1, "{format}");
        let (shown, told) = (out(&output), err(&output));
        assert!(!shown.contains("secret") && !told.contains("secret"), "{format}: {shown}{told}");
        assert!(!shown.contains(plain["documents"][0]["findings"][0]["fingerprint"].as_str().unwrap()), "{format}");
        if format != "junit" {
            assert!(shown.contains("component-"), "{format}: {shown}");
        }
    }
    let redacted = json(&in_folder(&folder, &["check", "-f", "json", "--redact", "key", "bom.json"]));
    let counts = |report: &Value| {
        let mut summary = report["summary"].as_object().unwrap().clone();
        summary.remove("meaning");
        summary
    };
    assert_eq!(counts(&redacted), counts(&plain));
    assert_eq!(redacted["documents"][0]["findings"][0]["evidence"][0]["value"], "Kaspersky Lab");
    assert_eq!(code(&in_folder(&folder, &["check", "--redact", "short", "bom.json"])), 2);
    assert_eq!(code(&in_folder(&folder, &["check", "--redact", "missing", "bom.json"])), 2);
    // Nor by a version that is in doubt, by a name that begins like a gap in a way, or by what the policy says of it.
    let house = r#"schema = 1
[policy]
id = "house"
title = "House"
[[entity]]
id = "acme"
name = "Acme Widgets"
country = "XA"
source = "s"
[[rule]]
id = "r"
entities = ["acme"]
versions = "<3"
[[waiver]]
rule = "house/r"
subject = "waived"
reason = "secret reason"
by = "me"
granted = 2026-01-01
expires = 2026-12-31
[[assertion]]
subject = "waived"
supplier = "Acme Widgets"
evidence = "secret letter"
by = "me"
on = 2024-01-01
"#;
    let named = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"app","name":"app"}},"components":[
{"type":"library","bom-ref":"b","name":"…secret"},{"type":"library","bom-ref":"c","name":"c","version":"secret-r2024b","supplier":{"name":"Acme Widgets"}},
{"type":"library","bom-ref":"d","name":"waived","version":"1"}],
"dependencies":[{"ref":"app","dependsOn":["b"]},{"ref":"b","dependsOn":["c","d"]}]}"#;
    std::fs::write(folder.join("house.toml"), house).unwrap();
    std::fs::write(folder.join("named.json"), named).unwrap();
    for format in interdict::report::FORMATS.iter().map(|format| format.name) {
        let arguments = ["check", "--as-of", "2026-11-24", "-f", format, "-p", "house.toml", "--redact", "key", "-v", "named.json"];
        let output = in_folder(&folder, &arguments);
        assert_eq!(code(&output), 0, "{format}: {}", err(&output));
        assert!(!out(&output).contains("secret") && !err(&output).contains("secret"), "{format}: {}{}", out(&output), err(&output));
        if format == "human" {
            let plain = out(&in_folder(&folder, &["check", "--as-of", "2026-11-24", "-p", "house.toml", "-v", "named.json"]));
            for said in ["…secret", "secret-r2024b", "secret reason", "secret letter"] {
                assert!(plain.contains(said), "{said} in {plain}");
            }
        }
    }
    // Two redacted reports can be held against each other, one of each kind cannot.
    in_folder(&folder, &["check", "-o", "json=redacted.json", "--redact", "key", "bom.json"]);
    let known = in_folder(&folder, &["check", "--redact", "key", "--baseline", "redacted.json", "--fail-on-new", "bom.json"]);
    assert_eq!(code(&known), 0, "{}", out(&known));
    assert_eq!(code(&in_folder(&folder, &["check", "--baseline", "redacted.json", "bom.json"])), 2);
}

#[test]
fn every_way_and_the_smallest_cut() {
    let folder = scratch("ways");
    let edges = [("app", "a"), ("app", "b"), ("app", "c"), ("a", "x"), ("b", "a"), ("b", "x"), ("x", "b"), ("c", "d")];
    let names = ["a", "b", "c", "d", "x", "lost"];
    let parts: Vec<String> = names
        .iter()
        .map(|name| {
            let supplier = if *name == "x" || *name == "lost" { r#","supplier":{"name":"Kaspersky Lab"}"# } else { "" };
            format!(r#"{{"type":"library","bom-ref":"{name}","name":"{name}"{supplier}}}"#)
        })
        .collect();
    let uses: Vec<String> = edges.iter().map(|(from, to)| format!(r#"{{"ref":"{from}","dependsOn":["{to}"]}}"#)).collect();
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"application","bom-ref":"app","name":"app"}}}},"components":[{}],"dependencies":[{}],"compositions":[{{"aggregate":"incomplete"}}]}}"#,
        parts.join(","),
        uses.join(",")
    );
    std::fs::write(folder.join("bom.json"), text).unwrap();
    let shown = out(&in_folder(&folder, &["check", "--paths", "all", "bom.json"]));
    for expected in [
        "path: app → a → x",
        "path: app → b → x",
        "path: app → b → a → x",
        "path: no relationship in the document leads to it from the product",
        "completeness: the document says that it is incomplete",
        "removal: 2 direct dependencies bring in 1 prohibited subject: `a` (1), `b` (1); 1 is no dependency that could be taken out",
    ] {
        assert!(shown.contains(expected), "{expected} in\n{shown}");
    }
    let report = json(&in_folder(&folder, &["check", "-f", "json", "--paths", "2", "bom.json"]));
    let finding = &report["documents"][0]["findings"][0];
    assert_eq!((finding["paths"].as_array().unwrap().len(), &finding["paths_all"]), (2, &false.into()));
    assert_eq!(report["documents"][0]["findings"][1]["connection"], "not-connected");
    assert_eq!(report["documents"][0]["removal"]["beyond"], 1);
    for wrong in ["0", "1001", "some"] {
        assert_eq!(code(&in_folder(&folder, &["check", "--paths", wrong, "bom.json"])), 2, "{wrong}");
    }
}

/// A project without an SBOM is told how to make one; with one, it just works.
#[test]
fn a_project_is_told_how_to_make_its_sbom() {
    for (file, expected) in [
        ("Cargo.toml", "cargo cyclonedx --format json"),
        ("Cargo.lock", "cargo cyclonedx --format json"),
        ("poetry.lock", "cyclonedx-py poetry -o bom.cdx.json"),
        ("package-lock.json", "npm sbom --sbom-format cyclonedx > bom.cdx.json"),
        ("pyproject.toml", "cyclonedx-py environment -o bom.cdx.json"),
        ("go.mod", "cyclonedx-gomod@latest mod -json -output bom.cdx.json"),
        ("pom.xml", "mvn org.cyclonedx:cyclonedx-maven-plugin:makeAggregateBom"),
    ] {
        let folder = scratch(&format!("project-{file}"));
        std::fs::write(folder.join(file), "").unwrap();
        let output = in_folder(&folder, &["check"]);
        assert_eq!(code(&output), 2, "{file}");
        assert!(out(&output).contains(expected), "{}", out(&output));
        // Its own file is no SBOM, and leads to one.
        std::fs::write(folder.join(file), "x").unwrap();
        let output = in_folder(&folder, &["check", file]);
        assert!(out(&output).contains(expected), "{}", out(&output));
        std::fs::copy(root().join(CLEAN), folder.join("bom.cdx.json")).unwrap();
        assert_eq!(code(&in_folder(&folder, &["check"])), 0, "{file}");
    }
}

#[test]
fn completions_and_man_pages() {
    for (shell, expected) in [
        ("bash", "_interdict()"),
        ("zsh", "#compdef interdict"),
        ("fish", "complete -c interdict"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let output = interdict(&["completions", shell]);
        assert_eq!(code(&output), 0);
        let script = out(&output);
        assert!(script.contains(expected) && script.contains("look-ahead"), "{shell}");
    }
    let page = out(&interdict(&["man"]));
    assert!(page.contains(".TH interdict") && page.contains("interdict\\-check(1)"), "{page}");
    let folder = scratch("man");
    assert_eq!(code(&interdict(&["man", folder.to_str().unwrap()])), 0);
    let check = std::fs::read_to_string(folder.join("interdict-check.1")).unwrap();
    assert!(check.contains("\\-\\-fail\\-on\\-new") && folder.join("interdict-policy-lint.1").is_file(), "{check}");
}

#[test]
fn what_follows_from_a_mistake_is_not_told_as_another() {
    let folder = scratch("follow-up");
    std::fs::write(folder.join("own.toml"), "schema = 1\nextends = [us-ndaa-1634]\n").unwrap();
    for command in ["lint", "test"] {
        let output = in_folder(&folder, &["policy", command, "own.toml"]);
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("must be quoted") && !err(&output).contains("there is no rule"), "{}", err(&output));
    }
}

/// A closed pipe is no matter for what is only shown, and never lets a verdict pass.
#[cfg(unix)]
#[test]
fn a_closed_pipe_passes_nothing() {
    for (arguments, expected) in [
        (&["policy", "show", "us-ndaa-889"][..], 0),
        (&["policy", "show", "catalogue/prc-1260h"], 0),
        (&["check", "-f", "json", FIELD_KIT], 1),
        (&["check", "-p", "nowhere.toml", FIELD_KIT], 2),
        (&["check", "fixtures/hostile/truncated.cdx.json"], 2),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_interdict"))
            .args(arguments)
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(expected), "{arguments:?}");
    }
}

#[test]
fn a_runner_is_told_that_nothing_was_evaluated() {
    for (format, expected) in
        [("github", "::error title=interdict::nothing was evaluated"), ("azure", "##vso[task.logissue type=error]nothing")]
    {
        let output = interdict(&["check", "-f", format, "-p", "nowhere.toml", FIELD_KIT]);
        assert_eq!(code(&output), 2);
        assert!(out(&output).starts_with(expected), "{}", out(&output));
    }
}

#[test]
fn a_part_that_comes_out_worse_under_another_name_is_new() {
    let folder = scratch("diff-worse");
    let mentioned = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"mailgw","description":"uses the Kaspersky engine"}]}"#;
    std::fs::write(folder.join("old.json"), mentioned).unwrap();
    std::fs::write(folder.join("new.json"), flat_sbom(&["hexa=Kaspersky Lab"])).unwrap();
    let output = in_folder(&folder, &["diff", "old.json", "new.json"]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(out(&output).contains("new       prohibited: `hexa`"), "{}", out(&output));
    // The other way round something better took its place.
    let output = in_folder(&folder, &["diff", "new.json", "old.json"]);
    assert_eq!(code(&output), 0, "{}", out(&output));
    assert!(out(&output).contains("renamed   prohibited → review: `hexa`"), "{}", out(&output));
    // What nothing identifies any more counts where it is asked for.
    std::fs::write(folder.join("one.json"), flat_sbom(&["a=Acme"])).unwrap();
    std::fs::write(folder.join("two.json"), flat_sbom(&["a=Acme"]).replace("\"components\":[", "\"components\":[{\"name\":\"blob\"},"))
        .unwrap();
    for (fail_on, expected) in [("unverifiable", 1), ("review", 0)] {
        let output = in_folder(&folder, &["diff", "--fail-on", fail_on, "one.json", "two.json"]);
        assert_eq!(code(&output), expected, "{fail_on}: {}", out(&output));
        assert!(out(&output).contains("nothing identifies: 1 → 2"), "{}", out(&output));
    }
}

#[test]
fn what_could_not_be_read_is_not_gone() {
    let folder = scratch("not-gone");
    let whole = flat_sbom(&["a=Kaspersky Lab", "b=Kaspersky Lab"]);
    std::fs::write(folder.join("bom.json"), &whole).unwrap();
    in_folder(&folder, &["check", "-o", "json=before.json", "bom.json"]);
    std::fs::write(folder.join("bom.json"), &whole[..whole.len() / 3]).unwrap();
    let report = json(&in_folder(&folder, &["check", "-f", "json", "--baseline", "before.json", "bom.json"]));
    assert_eq!(report["documents"][0]["gone"], Value::Array(Vec::new()));
    let output = in_folder(&folder, &["diff", "before.json", "bom.json"]);
    assert_eq!(code(&output), 2);
    assert!(out(&output).contains("could not be evaluated to its end") && !out(&output).contains("gone:"), "{}", out(&output));
    // Of what could not even be opened there is no digest.
    let report = json(&in_folder(&folder, &["check", "-f", "json", "nowhere.json"]));
    assert_eq!(report["documents"][0]["sha256"], Value::Null);
    assert!(!out(&in_folder(&folder, &["inspect", "nowhere.json"])).contains("sha256"));
}

#[test]
fn a_report_never_takes_the_place_of_what_the_run_reads() {
    let folder = scratch("in-the-way");
    let bom = flat_sbom(&["a=Kaspersky Lab"]);
    let policy = "schema = 1\nextends = [\"us-ndaa-1634\"]\n";
    for (name, text) in [("bom.json", bom.as_str()), ("own.toml", policy), ("key", "0123456789abcdef0123456789abcdef\n")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    in_folder(&folder, &["check", "-o", "json=before.json", "bom.json"]);
    for (arguments, what) in [
        (vec!["-o", "json=./bom.json"], "an SBOM of this run"),
        (vec!["-p", "own.toml", "-o", "json=own.toml"], "a policy of this run"),
        (vec!["--redact", "key", "-o", "json=key"], "the key of this run"),
        (vec!["--baseline", "before.json", "-o", "sarif=before.json"], "the baseline"),
        (vec!["-o", "json=same", "-o", "sarif=./same"], "another report of this run"),
        (vec!["-o", "json=-"], "no file for -o"),
    ] {
        let output = in_folder(&folder, &[&["check", "bom.json"], &arguments[..]].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(what), "{arguments:?}: {}", err(&output));
    }
    assert_eq!(std::fs::read_to_string(folder.join("bom.json")).unwrap(), bom);
    // The next baseline may take the place of this one.
    let output = in_folder(&folder, &["check", "--baseline", "before.json", "-o", "json=before.json", "bom.json"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
}

/// The search of a folder passes over nothing that may be an SBOM, and over every report of its own.
#[test]
fn a_search_reads_what_it_should() {
    let folder = scratch("search");
    std::fs::write(folder.join("bom.json"), flat_sbom(&["a=Acme"])).unwrap();
    for (name, text) in [
        ("README.md", "# Product\n\nWe publish a CycloneDX SBOM, and one in SPDX (spdxVersion: SPDX-2.3).\n"),
        ("badges.md", "[![SBOM](https://badge.example/CycloneDX.svg)](bom.json)\n"),
        ("NOTICE", "CycloneDX is a trademark of OWASP.\n"),
        ("page.md", "<p align=\"center\">CycloneDX</p>\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let files: Vec<String> = interdict::report::FORMATS.iter().map(|format| format!("{0}=report.{0}", format.name)).collect();
    let outputs: Vec<&str> = files.iter().flat_map(|file| ["-o", file.as_str()]).collect();
    for _ in 0..2 {
        let output = in_folder(&folder, &[&["check", "-f", "json"], &outputs[..]].concat());
        assert_eq!((code(&output), json(&output)["documents"].as_array().unwrap().len()), (0, 1), "{}", err(&output));
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut packed, flat_sbom(&["a=Kaspersky Lab"; 40]).as_bytes()).unwrap();
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() / 2);
    for (name, bytes) in [("x.json.gz", packed.as_slice()), ("sbom.zip", b"PK\x03\x04"), ("sbom-release.json.bz2", b"BZh9")] {
        std::fs::write(folder.join(name), bytes).unwrap();
        assert_eq!(code(&in_folder(&folder, &["check"])), 2, "{name}");
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    #[cfg(unix)]
    for (link, expected) in [("bom.cdx.json", 2), ("other.txt", 0), ("interdict.toml", 2)] {
        std::os::unix::fs::symlink("nowhere", folder.join(link)).unwrap();
        assert_eq!(code(&in_folder(&folder, &["check"])), expected, "{link}");
        std::fs::remove_file(folder.join(link)).unwrap();
    }
}

#[test]
fn an_exit_code_that_surprises_is_explained() {
    let folder = scratch("explained");
    std::fs::write(folder.join("bom.json"), flat_sbom(&["a=Kaspersky Lab"])).unwrap();
    let blob = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"file","name":"blob"}]}"#;
    std::fs::write(folder.join("blob.json"), blob).unwrap();
    in_folder(&folder, &["check", "-o", "json=before.json", "bom.json"]);
    let known = ["--baseline", "before.json", "--fail-on-new"];
    for (arguments, expected, words) in [
        (&["bom.json", "--fail-on", "never"][..], 0, "exit code 0: findings fail nothing (--fail-on never)"),
        (&[&["bom.json"], &known[..]].concat(), 0, "exit code 0: whatever would fail is known from the baseline"),
        (&["blob.json", "--fail-on", "unverifiable"], 1, "exit code 1: something cannot be identified"),
        (&["bom.json", "--as-of", "2018-09-30"], 2, "no rule is in force on"),
    ] {
        for format in ["human", "github", "azure"] {
            let output = in_folder(&folder, &[&["check", "-f", format], arguments].concat());
            assert_eq!(code(&output), expected, "{arguments:?}");
            assert!(out(&output).contains(words), "{format} {arguments:?}: {}", out(&output));
        }
        let junit = out(&in_folder(&folder, &[&["check", "-f", "junit"], arguments].concat()));
        assert_eq!(junit.contains("<failure"), expected == 1, "{arguments:?}: {junit}");
        assert_eq!(junit.contains("<error"), expected == 2, "{arguments:?}: {junit}");
    }
    let blob = out(&in_folder(&folder, &["check", "--fail-on", "unverifiable", "blob.json"]));
    assert!(blob.contains("`blob` cannot be identified"), "{blob}");
    for format in ["csv", "github", "gitlab", "azure"] {
        let text = out(&in_folder(&folder, &["check", "-f", format, "--baseline", "before.json", "bom.json"]));
        assert!(text.contains("known"), "{format}: {text}");
    }
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, shown) = readme.split_once("## What it looks like\n\n```text\n").unwrap();
    let (shown, _) = shown.split_once("\n```").unwrap();
    let printed = out(&interdict(&["check", "--as-of", "2026-11-23", FIELD_KIT]));
    for line in shown.lines().filter(|line| *line != "…") {
        assert!(printed.lines().any(|printed| printed == line), "README shows `{line}`, and the command prints\n{printed}");
    }
}
