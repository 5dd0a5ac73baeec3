//! Every situation of docs/exit-codes.md, with every report format: the verdict, the exit code, and the sentence that says why.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use interdict::report::FORMATS;

const CLEAR: &str = r#"{"type":"library","name":"left-pad","version":"1","purl":"pkg:npm/left-pad@1"}"#;
const EVIL: &str = r#"{"type":"library","name":"engine","supplier":{"name":"AO Kaspersky Lab"}}"#;
const MENTION: &str = r#"{"type":"library","name":"x","purl":"pkg:npm/x@1","description":"works with Kaspersky Lab products"}"#;
const BLOB: &str = r#"{"type":"file","name":"blob"}"#;

const HOUSE: &str = r#"schema = 1
extends = ["catalogue/kaspersky"]
[policy]
id = "house"
title = "House"
[[rule]]
id = "noted"
entities = ["kaspersky"]
effect = "note"
"#;
const WAIVED: &str = r#"schema = 1
extends = ["us-ndaa-1634"]
[[waiver]]
rule = "us-ndaa-1634/covered-article"
subject = "engine"
reason = "research"
by = "CISO"
granted = 2026-10-01
expires = 2027-09-30
"#;

fn bom(members: &str) -> String {
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,{members}}}"#)
}

fn listing(components: &str) -> String {
    bom(&format!(r#""components":[{components}]"#))
}

/// The files of a situation, the arguments, and a part of the sentence that says why.
fn situation(name: &str) -> (Vec<(&'static str, String)>, Vec<&'static str>, &'static str) {
    let one = |text: String| vec![("bom.json", text)];
    let root = r#""metadata":{"component":{"type":"application","name":"product","version":"1"}}"#;
    let tool = r#""metadata":{"tools":{"components":[{"type":"application","name":"generator"}]}}"#;
    let vex = bom(r#""vulnerabilities":[{"id":"CVE-2024-1","affects":[{"ref":"urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#x"}]}]"#);
    let references = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"r","relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"AMENDS","relatedSpdxElement":"DocumentRef-x:SPDXRef-DOCUMENT"}]}"#;
    let linked = bom(&format!(
        r#""components":[{CLEAR}],"externalReferences":[{{"type":"bom","url":"urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1"}}]"#
    ));
    match name {
        "clear" => (one(listing(CLEAR)), vec![], "every component was judged"),
        "noted only" => {
            (vec![("bom.json", listing(EVIL)), ("house.toml", HOUSE.to_owned())], vec!["-p", "house.toml"], "1 component is only noted")
        }
        "waived only" => {
            (vec![("bom.json", listing(EVIL)), ("house.toml", WAIVED.to_owned())], vec!["-p", "house.toml"], "permitted by a waiver")
        }
        "not identified" => (one(listing(&format!("{CLEAR},{BLOB}"))), vec![], "1 component cannot be identified"),
        "not identified, `--fail-on unverifiable`" => {
            (one(listing(&format!("{CLEAR},{BLOB}"))), vec!["--fail-on", "unverifiable"], "1 component cannot be identified")
        }
        "tool not identified, `--fail-on unverifiable`" => {
            (one(bom(&format!(r#"{tool},"components":[{CLEAR}]"#))), vec!["--fail-on", "unverifiable"], "every component was judged")
        }
        "review only" => (one(listing(MENTION)), vec![], "1 component has to be reviewed"),
        "review only, `--fail-on review`" => (one(listing(MENTION)), vec!["--fail-on", "review"], "1 component has to be reviewed"),
        "prohibited" => (one(listing(&format!("{CLEAR},{EVIL}"))), vec![], "1 component is prohibited: `engine`"),
        "prohibited, `--fail-on never`" => (one(listing(EVIL)), vec!["--fail-on", "never"], "1 component is prohibited"),
        "prohibited product, nothing else listed" => {
            (one(bom(&format!(r#""metadata":{{"component":{EVIL}}}"#))), vec![], "1 component is prohibited")
        }
        "only referred to, and prohibited" => (
            one(bom(&format!(r#""components":[{CLEAR}],"dependencies":[{{"ref":"app","dependsOn":["pkg:npm/%40kaspersky/hexa-ui@1"]}}]"#))),
            vec![],
            "1 component is prohibited: `pkg:npm/%40kaspersky/hexa-ui@1`",
        ),
        "nothing listed" => (one(listing("")), vec![], "lists nothing"),
        "only the product listed" => (one(bom(&format!(r#"{root},"components":[]"#))), vec![], "lists only the product itself"),
        "only tools listed" => (one(bom(tool)), vec![], "lists only the product itself or the tools"),
        "`components` is null" => (one(bom(r#""components":null"#)), vec![], "`components` is null"),
        "vulnerabilities only (VEX)" => (one(vex), vec![], "only describes vulnerabilities"),
        "vulnerabilities only, beside an SBOM" => {
            (vec![("a.vex.json", vex), ("bom.json", listing(CLEAR))], vec![], "every component was judged")
        }
        "references only" => (vec![("bom.json", references.to_owned())], vec![], "only refers to other documents"),
        "references only, beside an SBOM" => {
            (vec![("runtime-x.spdx.json", references.to_owned()), ("bom.json", listing(CLEAR))], vec![], "every component was judged")
        }
        "no rule in force on that day" => (one(listing(EVIL)), vec!["--as-of", "2017-01-01"], "no rule is in force on 2017-01-01"),
        "no rule for that profile" => {
            (one(listing(EVIL)), vec!["-p", "us-ndaa-fy26-1532", "--profile", "civilian"], "no rule is in force on")
        }
        "one of two policies not in force" => (
            one(listing(CLEAR)),
            vec!["-p", "us-ndaa-1634", "-p", "us-ndaa-fy26-1532", "--profile", "civilian"],
            "1 policy was not applied",
        ),
        "linked document missing" => (one(linked), vec![], "every component was judged"),
        "linked document missing, `--require-linked`" => (one(linked), vec!["--require-linked"], "did not take part in the run"),
        "unreadable" => (one("{\"bomFormat\":\"CycloneDX\"".to_owned()), vec![], "the text ends in the middle"),
        "unreadable beside prohibited" => (
            vec![("bad.json", "{\"bomFormat\":\"CycloneDX\"".to_owned()), ("bom.json", listing(&format!("{CLEAR},{EVIL}")))],
            vec![],
            "1 of 2 documents could not be judged, and 1 component is prohibited: `engine`",
        ),
        "no SBOM at all" => (vec![("README.md", "no".to_owned())], vec![], "no SBOM was found"),
        "invalid policy" => (vec![("bom.json", listing(CLEAR)), ("house.toml", "x".to_owned())], vec!["-p", "house.toml"], ""),
        other => panic!("docs/exit-codes.md has a situation that no test makes: {other}"),
    }
}

struct Folder(PathBuf);

impl Folder {
    fn of(number: usize, files: &[(&str, String)]) -> Self {
        let folder = std::env::temp_dir().join(format!("interdict-situations-{}-{number}", std::process::id()));
        let sboms = folder.join("sboms");
        std::fs::create_dir_all(&sboms).unwrap();
        for (name, text) in files {
            let place = if name.ends_with(".toml") { &folder } else { &sboms };
            std::fs::write(place.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn check(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_interdict")).arg("check").args(arguments).arg("sboms").current_dir(&self.0).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[test]
fn every_situation_has_its_verdict_and_exit_code_in_every_format() {
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exit-codes.md")).unwrap();
    let (_, table) = docs.split_once("## By situation").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| situation") && !line.starts_with("| ---"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() > 25, "{}", rows.len());
    let mut failures = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let (name, verdict, code, allowed) = (row[0], row[1].trim_matches('`'), row[2], row[3]);
        let (files, arguments, why) = situation(name);
        let folder = Folder::of(number, &files);
        for format in FORMATS.iter().map(|format| format.name) {
            let date: &[&str] = if arguments.contains(&"--as-of") { &[] } else { &["--as-of", "2026-11-27"] };
            let asked = [&["-f", format], date, &arguments[..]].concat();
            let done = folder.check(&asked);
            let found = done.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string());
            let (out, error) = (String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned());
            if found != code {
                failures.push(format!("{name} -f {format}: exit code {found} instead of {code}\n{out}{error}"));
                continue;
            }
            let open = folder.check(&[&asked[..], &["--allow-empty"]].concat());
            if open.status.code().map(|code| code.to_string()).as_deref() != Some(allowed) {
                failures.push(format!("{name} -f {format} --allow-empty: {:?} instead of {allowed}", open.status.code()));
            }
            if name == "invalid policy" {
                continue;
            }
            // Lists of findings have no place for a verdict; what could not be judged is an entry in them.
            let only_findings = matches!(format, "gitlab" | "rdjson" | "sarif" | "junit");
            // Reports for people break lines.
            let squeezed = |text: &str| {
                text.replace("<!-- -->", "").replace('│', " ").replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ")
            };
            let says = |text: &str| {
                let text = squeezed(text).replace("<code>", "`").replace("</code>", "`").replace("%25", "%");
                let why = squeezed(why);
                text.to_lowercase().contains(&why.to_lowercase()) || text.replace("&#39;", "'").contains(&why)
            };
            if (!only_findings || code == "2" && !name.ends_with("`--require-linked`"))
                && name != "unreadable beside prohibited"
                && !says(&out)
            {
                failures.push(format!("{name} -f {format} does not say `{why}`\n{out}{error}"));
            }
            if name == "unreadable beside prohibited" && !only_findings && !says(&out) {
                failures.push(format!("{name} -f {format} does not say both\n{out}{error}"));
            }
            let word = match format {
                "json" => serde_json::from_str::<serde_json::Value>(&out).unwrap()["verdict"].as_str().unwrap().to_owned(),
                "human" => {
                    out.lines().find_map(|line| line.strip_prefix("verdict: ")).unwrap().split([':', ' ']).next().unwrap().to_owned()
                }
                _ => continue,
            };
            if word != verdict {
                failures.push(format!("{name} -f {format}: {word} instead of {verdict}\n{out}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n----\n"));
}

/// The baseline holds one document with the same component; a second document of another path is new all the same.
#[test]
fn a_new_document_is_new_whatever_the_baseline_holds() {
    let folder = Folder::of(1000, &[("a.json", listing(EVIL)), ("kept.json", listing(CLEAR))]);
    let date = ["--as-of", "2026-11-27"];
    let first = folder.check(&[&date[..], &["-o", "json=before.json"]].concat());
    assert_eq!(first.status.code(), Some(1));
    let again = [&date[..], &["--baseline", "before.json", "--fail-on-new"]].concat();
    assert_eq!(folder.check(&again).status.code(), Some(0), "all of it is known");
    for name in ["b.json", "sub/a.json", "A.json"] {
        let path = folder.0.join("sboms").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, listing(EVIL)).unwrap();
        assert_eq!(folder.check(&again).status.code(), Some(1), "{name} is new");
        std::fs::remove_file(&path).unwrap();
    }
    // In the place of the known one, too.
    std::fs::rename(folder.0.join("sboms/a.json"), folder.0.join("sboms/z.json")).unwrap();
    assert_eq!(folder.check(&again).status.code(), Some(1));
}
