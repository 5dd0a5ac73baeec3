//! Where policies come from, and how far a file of the repository under test may lead: what it can loosen, take away, or disclose.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A folder of its own for a test: `repository` is the repository under test, and what lies beside it is outside.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy-sources").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let repository = folder.join("repository");
    std::fs::create_dir_all(repository.join(".git")).unwrap();
    std::fs::write(repository.join("bom.json"), sbom(&[json!({ "name": "a", "supplier": { "name": "AO Kaspersky Lab" } })])).unwrap();
    repository
}

fn sbom(components: &[Value]) -> String {
    let components: Vec<Value> = components
        .iter()
        .map(|component| {
            let mut component = component.clone();
            component["type"] = json!("library");
            component
        })
        .collect();
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components }).to_string()
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = output(folder, arguments);
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

fn output(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_interdict")).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// The findings of every policy but the local one: component and status.
fn findings(folder: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    let output = output(folder, &[&["check", "-f", "json", "bom.json"], arguments].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut found: Vec<(String, String)> = report["documents"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"]["policy"].as_str().unwrap().starts_with("us-"))
        .map(|finding| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&finding["subject"]["name"]), text(&finding["status"]))
        })
        .collect();
    found.sort();
    found
}

const EVERY_SETTING: [(&str, &[&str]); 4] = [
    ("fail-on", &["never", "prohibited", "review", "unverifiable"]),
    ("mentions", &["note", "review", "prohibited"]),
    ("unverifiable", &["note", "review", "prohibited"]),
    ("attribution", &["any", "party"]),
];
const DEFAULTS: [&str; 4] = ["prohibited", "review", "note", "any"];

/// Each setting with each value: what extends anything may only be stricter than the default, wherever the looser value is written.
#[test]
fn nothing_that_is_extended_is_loosened_by_a_setting() {
    let folder = scratch("settings");
    for ((key, values), default) in EVERY_SETTING.into_iter().zip(DEFAULTS) {
        let loosest = values.iter().position(|value| *value == default).unwrap();
        for (at, value) in values.iter().enumerate() {
            let expected = at >= loosest;
            let evaluate = format!("[evaluate]\n{key} = \"{value}\"\n");
            let own = "[[entity]]\nid = \"acme\"\nname = \"Acme\"\n[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n";
            std::fs::write(folder.join("loose.toml"), format!("schema = 1\n[policy]\nid = \"loose\"\n{evaluate}{own}")).unwrap();
            std::fs::write(folder.join("bare.toml"), format!("schema = 1\n[policy]\nid = \"bare\"\n{evaluate}")).unwrap();
            for extends in ["us-ndaa-1634", "catalogue/kaspersky", "loose.toml"] {
                let local = format!("schema = 1\nextends = [\"{extends}\"]\n{evaluate}{}", own.replace("acme", "acme2"));
                std::fs::write(folder.join("interdict.toml"), local).unwrap();
                let (code, text) = run(&folder, &["policy", "show", "interdict.toml"]);
                assert_eq!(code == 0, expected, "{extends}: {key} = {value}: {text}");
                assert!(expected || text.contains("looser than"), "{text}");
            }
            // A file without a rule is no policy that could stand alone.
            std::fs::write(folder.join("interdict.toml"), "schema = 1\nextends = [\"us-ndaa-1634\", \"bare.toml\"]\n").unwrap();
            assert_eq!(run(&folder, &["policy", "show", "interdict.toml"]).0 == 0, expected, "bare: {key} = {value}");
            // One that could is not looser than the pack beside it, in whatever order.
            for order in [["us-ndaa-1634", "loose.toml"], ["loose.toml", "us-ndaa-1634"]] {
                let extends = format!("schema = 1\nextends = [\"{}\", \"{}\"]\n", order[0], order[1]);
                std::fs::write(folder.join("interdict.toml"), extends).unwrap();
                let beside = [&["check", "bom.json"][..], &["check", "bom.json", "-p", order[0], "-p", order[1]]];
                for arguments in beside {
                    let (code, text) = run(&folder, arguments);
                    assert!(code == 1 && !text.contains("looser"), "{arguments:?}: {key} = {value}: {code} {text}");
                }
            }
        }
    }
}

/// A component for each way in which a pack finds something, and an identifier of every kind and closeness that a local file could claim.
#[test]
fn an_entity_of_ones_own_takes_nothing_from_a_pack() {
    let folder = scratch("own-entity");
    let url = |url: &str| json!([{ "type": "website", "url": url }]);
    let components = [
        json!({ "name": "a", "purl": "pkg:npm/%40kaspersky/hexa-ui-core@0.9.12" }),
        json!({ "name": "b", "supplier": { "name": "AO Kaspersky Lab" } }),
        json!({ "name": "c", "cpe": "cpe:2.3:a:kaspersky:x:1:*:*:*:*:*:*:*" }),
        json!({ "name": "d", "externalReferences": url("https://www.kaspersky.com/x") }),
        json!({ "name": "e", "description": "Kaspersky" }),
        json!({ "name": "f", "purl": "pkg:maven/com.kaspersky/x@1" }),
        json!({ "name": "g", "purl": "pkg:golang/github.com/KasperskyLab/x@1" }),
        json!({ "name": "h", "publisher": "K\u{430}spersky Lab" }),
        json!({ "name": "@kaspersky/hexa-ui-core" }),
        json!({ "name": "j", "externalReferences": url("https://kaspersky.com.evil.test/x") }),
        json!({ "name": "k", "group": "com.kaspersky" }),
        json!({ "name": "l", "supplier": { "name": "Kaspersky Lab UK Ltd" } }),
        json!({ "name": "m", "supplier": { "name": "x", "url": ["https://kaspersky.com"] } }),
    ];
    std::fs::write(folder.join("bom.json"), sbom(&components)).unwrap();
    let alone = findings(&folder, &["-p", "us-ndaa-1634"]);
    assert!(alone.len() >= 10, "{alone:?}");
    let identifiers = [
        "aliases = [\"AO Kaspersky Lab\", \"Kaspersky\", \"Kaspersky Lab\", \"K\u{430}spersky Lab\", \"Kaspersky Lab UK\", \"com.kaspersky\", \"x\"]",
        "brands = [\"Kaspersky\", \"hexa-ui-core\"]",
        "domains = [\"www.kaspersky.com\", \"kaspersky.com.evil.test\", \"kaspersky.com\", \"evil.test\"]",
        "packages = [\"pkg:npm/%40kaspersky/hexa-ui-core\", \"pkg:npm/%40kaspersky/**\", \"pkg:maven/com.kaspersky/x\", \"pkg:golang/github.com/KasperskyLab/x\"]",
        "cpe-vendors = [\"kaspersky\"]",
        "not = [{ name = \"Kaspersky\", why = \"w\" }, { package = \"pkg:npm/%40kaspersky/**\", why = \"w\" }]",
    ];
    let all = identifiers.join("\n");
    for lists in identifiers.into_iter().chain([all.as_str()]) {
        for effect in ["note", "prohibited"] {
            let own = format!(
                "[[entity]]\nid = \"own\"\nname = \"Own\"\n{lists}\n[[rule]]\nid = \"r\"\nentities = [\"own\"]\neffect = \"{effect}\"\n"
            );
            let assertion =
                "[[assertion]]\nsubject = \"@kaspersky/hexa-ui-core\"\nsupplier = \"Own\"\nevidence = \"e\"\nby = \"b\"\non = 2026-01-01\n";
            std::fs::write(folder.join("own.toml"), format!("schema = 1\n[policy]\nid = \"own\"\n{own}")).unwrap();
            let extending = format!("schema = 1\nextends = [\"us-ndaa-1634\"]\n{own}{assertion}");
            for (local, arguments) in [
                (extending.as_str(), &[][..]),
                ("schema = 1\nextends = [\"own.toml\", \"us-ndaa-1634\"]\n", &[]),
                ("schema = 1\nextends = [\"us-ndaa-1634\", \"own.toml\"]\n", &[]),
                ("", &["-p", "own.toml", "-p", "us-ndaa-1634"]),
            ] {
                std::fs::write(folder.join("interdict.toml"), local).unwrap();
                assert_eq!(findings(&folder, arguments), alone, "{local} {arguments:?} {lists}");
            }
        }
    }
}

/// An entity of a pack, defined once more by a file that is loaded before it: its exceptions count for nothing.
#[test]
fn an_entity_of_a_pack_gets_no_exception_whatever_the_order() {
    let folder = scratch("exceptions");
    let evil = "schema = 1\n[policy]\nid = \"evil\"\n[[entity]]\nid = \"kaspersky\"\nname = \"Kaspersky\"\ncountry = \"US\"\n\
                not = [{ name = \"AO Kaspersky Lab\", why = \"w\" }]\n";
    std::fs::write(folder.join("evil.toml"), evil).unwrap();
    for extends in ["\"evil.toml\", \"us-ndaa-1634\"", "\"us-ndaa-1634\", \"evil.toml\""] {
        std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [{extends}]\n")).unwrap();
        let (code, text) = run(&folder, &["check", "bom.json"]);
        assert!(code == 2 && text.contains("another policy's entity"), "{extends}: {code} {text}");
    }
    for order in [["evil.toml", "us-ndaa-1634"], ["us-ndaa-1634", "evil.toml"]] {
        assert_eq!(run(&folder, &["check", "bom.json", "-p", order[0], "-p", order[1]]).0, 2);
    }
    // The same between files that are no packs.
    std::fs::write(folder.join("evil.toml"), evil.replace("kaspersky", "acme")).unwrap();
    let house = "schema = 1\n[policy]\nid = \"house\"\n[[entity]]\nid = \"acme\"\nname = \"AO Kaspersky Lab\"\n[[rule]]\nid = \"r\"\nentities = [\"acme\"]\n";
    std::fs::write(folder.join("house.toml"), house).unwrap();
    std::fs::write(folder.join("interdict.toml"), "schema = 1\nextends = [\"evil.toml\", \"house.toml\"]\n").unwrap();
    let (code, text) = run(&folder, &["check", "bom.json"]);
    assert!(code == 2 && text.contains("defined by another policy already"), "{code} {text}");
}

/// Whatever lies outside, and however a file of the repository leads there: it is refused, and nothing of it is shown.
#[cfg(unix)]
#[test]
fn nothing_outside_the_repository_is_read_or_shown() {
    use std::os::unix::fs::symlink;
    let folder = scratch("outside");
    let outside = folder.parent().unwrap().join("outside");
    std::fs::create_dir_all(&outside).unwrap();
    const SECRET: &str = "s3cret";
    let secrets = [
        ("passwd", format!("root:x:{SECRET}:0\n")),
        ("credentials.toml", format!("[registry]\n{SECRET} = \"{SECRET}\"\n")),
        ("almost.toml", format!("schema = 1\n[evaluate]\nfail-on = \"{SECRET}\"\n")),
        ("late.toml", format!("schema = 1\n[[rule]]\nid = \"r\"\nentities = [\"{SECRET}\"]\n")),
        ("config.json", format!("{{\"{SECRET}\": \"{SECRET}\", \"schema\": \"{SECRET}\"}}\n")),
        (
            "report.json",
            format!("{{\"schema\": 1, \"tool\": {{\"name\": \"{SECRET}\", \"version\": \"1\"}}, \"as_of\": \"\", \"documents\": []}}\n"),
        ),
    ];
    for (name, text) in &secrets {
        std::fs::write(outside.join(name), text).unwrap();
    }
    for (name, _) in &secrets {
        let target = outside.join(name);
        let absolute = target.to_str().unwrap();
        let relative = format!("../outside/{name}");
        let clean = || {
            for link in ["interdict.toml", "link", "base.toml", "folder"] {
                let _ = std::fs::remove_file(folder.join(link));
            }
        };
        let refused = |what: &str, arguments: &[&str]| {
            let (code, text) = run(&folder, arguments);
            assert!(code == 2 && !text.contains(SECRET), "{what} {name}: {code} {text}");
        };
        // Found, and a link.
        clean();
        symlink(&target, folder.join("interdict.toml")).unwrap();
        refused("link", &["check", "bom.json"]);
        refused("link, named", &["check", "bom.json", "-p", "interdict.toml"]);
        refused("link, as waivers", &["check", "bom.json", "-p", "us-ndaa-1634", "--waivers", "interdict.toml"]);
        refused("link, linted", &["policy", "lint", "interdict.toml"]);
        refused("link, shown", &["policy", "show", "interdict.toml"]);
        refused("link, explained", &["explain", "bom.json", "a"]);
        refused("link, as a baseline", &["check", "bom.json", "-p", "us-ndaa-1634", "--baseline", "interdict.toml"]);
        // Extended: by an absolute path, a relative one, a link, and through a linked folder.
        symlink(&target, folder.join("link")).unwrap();
        symlink(&outside, folder.join("folder")).unwrap();
        for path in [absolute, &relative, "sub/../../outside/x", "link", &format!("folder/{name}"), "base.toml"] {
            let _ = std::fs::remove_file(folder.join("interdict.toml"));
            std::fs::write(folder.join("base.toml"), format!("schema = 1\nextends = [\"{relative}\"]\n")).unwrap();
            std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [\"us-ndaa-1634\", \"{path}\"]\n")).unwrap();
            refused(path, &["check", "bom.json"]);
            refused(path, &["check", "bom.json", "-p", "interdict.toml"]);
            let (_, text) = run(&folder, &["check", "bom.json"]);
            assert!(text.contains("lies outside"), "{path}: {text}");
        }
        clean();
    }
    // What is not there is refused in the same words, so nobody learns which files there are.
    std::fs::write(folder.join("interdict.toml"), "schema = 1\nextends = [\"/no/such/file\"]\n").unwrap();
    assert!(run(&folder, &["check", "bom.json"]).1.contains("lies outside the repository"));
    // A file inside, and a link that stays inside, are read.
    std::fs::create_dir_all(folder.join("policies")).unwrap();
    std::fs::write(folder.join("policies/house.toml"), "schema = 1\nextends = [\"us-ndaa-1634\"]\n[policy]\nid = \"house\"\n").unwrap();
    symlink("policies/house.toml", folder.join("link")).unwrap();
    for path in ["policies/house.toml", "link", "./policies/../policies/house.toml"] {
        std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [\"{path}\"]\n")).unwrap();
        assert_eq!(run(&folder, &["check", "bom.json"]).0, 1, "{path}");
    }
    // Whoever runs the command may name a file elsewhere, and is shown its mistakes if it is TOML.
    let named = outside.join("late.toml");
    let (code, text) = run(&folder, &["check", "bom.json", "-p", named.to_str().unwrap()]);
    assert!(code == 2 && text.contains(SECRET), "{text}");
    let (code, text) = run(&folder, &["check", "bom.json", "-p", outside.join("passwd").to_str().unwrap()]);
    assert!(code == 2 && !text.contains(SECRET) && text.contains("is not a valid policy"), "{text}");
}

/// A pipe or a device where a policy is looked for: said at once, not waited for.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    use std::os::unix::fs::symlink;
    let folder = scratch("irregular");
    let policy = folder.join("interdict.toml");
    assert!(Command::new("mkfifo").arg(&policy).status().unwrap().success());
    assert_eq!(run(&folder, &["check", "bom.json"]).0, 2);
    std::fs::remove_file(&policy).unwrap();
    std::fs::create_dir(&policy).unwrap();
    assert_eq!(run(&folder, &["check", "bom.json"]).0, 2);
    std::fs::remove_dir(&policy).unwrap();
    for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
        symlink(device, &policy).unwrap();
        let arguments = [
            &["check", "bom.json"][..],
            &["check", "bom.json", "-p", "interdict.toml"],
            &["check", "bom.json", "-p", "us-ndaa-1634", "--baseline", "interdict.toml"],
            &["check", "bom.json", "-p", "us-ndaa-1634", "--redact", "interdict.toml"],
            &["check", "bom.json", "-p", "us-ndaa-1634", "--waivers", "interdict.toml"],
        ];
        for arguments in arguments {
            assert_eq!(run(&folder, arguments).0, 2, "{device} {arguments:?}");
        }
        std::fs::remove_file(&policy).unwrap();
    }
    // A shell's process substitution is a pipe.
    let report = output(&folder, &["check", "-f", "json", "bom.json"]).stdout;
    std::fs::write(folder.join("last.json"), report).unwrap();
    std::fs::write(folder.join("policy"), "schema = 1\nextends = [\"us-ndaa-1634\"]\n").unwrap();
    let command = env!("CARGO_BIN_EXE_interdict");
    for (arguments, expected) in
        [("--baseline <(cat last.json) --fail-on-new", 0), ("-p <(cat policy)", 1), ("--waivers <(echo schema = 1)", 1)]
    {
        let line = format!("'{command}' check bom.json {arguments}");
        let output = Command::new("bash").args(["-c", &line]).current_dir(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A chain and a fan of files: bounded, and said.
#[test]
fn the_number_of_policy_files_is_bounded() {
    let folder = scratch("many");
    for number in 0..400 {
        let text = format!("schema = 1\nextends = [\"{}.toml\"]\n[policy]\nid = \"p{number}\"\n", number + 1);
        std::fs::write(folder.join(format!("{number}.toml")), text).unwrap();
    }
    let fan: Vec<String> = (100..390).step_by(1).rev().map(|number| format!("\"f{number}.toml\"")).collect();
    for number in 100..390 {
        std::fs::write(folder.join(format!("f{number}.toml")), format!("schema = 1\n[policy]\nid = \"f{number}\"\n")).unwrap();
    }
    for extends in ["\"0.toml\"".to_owned(), fan.join(", ")] {
        std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [\"us-ndaa-1634\", {extends}]\n")).unwrap();
        let (code, text) = run(&folder, &["check", "bom.json"]);
        assert!(code == 2 && text.contains("more than 256 policy files"), "{code} {text}");
    }
}

/// Counts that multiply, words that are long, the same large file a hundred times: refused, and soon.
#[test]
fn a_policy_costs_no_more_than_its_size() {
    let folder = scratch("cost");
    let many = |count: usize, one: &str| (0..count).map(|number| one.replace("{n}", &number.to_string())).collect::<String>();
    let long = "x".repeat(2_000_000);
    let waiver = "[[waiver]]\nrule = \"us-ndaa-1634/{n}\"\nsubject = \"x\"\nreason = \"r\"\nby = \"b\"\ngranted = 2026-11-01\nexpires = 2027-10-01\n";
    std::fs::write(folder.join("large.toml"), format!("schema = 1\npolicy.id = \"large\"\n# {long}{long}{long}\n")).unwrap();
    for number in 0..20 {
        let again = "\"large.toml\", ".repeat(20);
        std::fs::write(folder.join(format!("{number}.toml")), format!("schema = 1\nextends = [{again}]\npolicy.id = \"p{number}\"\n"))
            .unwrap();
    }
    for (what, text, words) in [
        ("rules", many(2001, "[[rule]]\nid = \"r{n}\"\nentities = [\"kaspersky\"]\n"), "more than 2000 rules"),
        ("waivers", many(5001, waiver), "more than 5000 waivers"),
        ("entities", many(200_001, "[[entity]]\nid = \"e{n}\"\nname = \"E{n}\"\n"), "more than 200000 entities"),
        ("mistakes", many(4000, waiver), "3900 more mistakes"),
        ("unknown keys", many(50_000, "x{n} = 1\n"), "49900 more mistakes"),
        ("a long key", format!("{long} = 1\n"), "is no key of"),
        ("a long id", format!("[[entity]]\nid = \"{long}\"\nname = \"n\"\n[[rule]]\nid = \"r\"\nentities = [\"{long}y\"]\n"), "no entity"),
    ] {
        std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [\"us-ndaa-1634\"]\n{text}")).unwrap();
        let (code, found) = run(&folder, &["check", "bom.json"]);
        assert!(code == 2 && found.contains(words), "{what}: {code} {}", &found[..found.len().min(2000)]);
        assert!(found.len() < 1_000_000, "{what}: {} bytes", found.len());
    }
    for extends in [format!("\"{long}\""), "\"large.toml\", ".repeat(300), many(20, "\"{n}.toml\", ")] {
        std::fs::write(folder.join("interdict.toml"), format!("schema = 1\nextends = [\"us-ndaa-1634\", {extends}]\n")).unwrap();
        let (code, found) = run(&folder, &["check", "bom.json"]);
        assert!(code == 2, "{code} {}", &found[..found.len().min(2000)]);
    }
}

#[test]
fn the_report_says_where_each_policy_comes_from_and_what_is_weak_in_it() {
    let folder = scratch("notes");
    let local = "schema = 1\nextends = [\"us-ndaa-889\"]\n[evaluate]\nprofiles = [\"civilian\"]\n[[rule]]\nid = \"kasper\"\nentities = [\"huawei\"]\n\
                 effect = \"note\"\nsubjects = [\"firmware\"]\n[[rule]]\nid = \"later\"\nentities = [\"zte\"]\neffective = 9999-01-01\n\
                 [[waiver]]\nrule = \"us-ndaa-889/equipment\"\nsubject = \"a\"\nreason = \"because\"\nby = \"someone\"\ngranted = 2026-11-01\nexpires = 2027-10-01\n";
    std::fs::write(folder.join("interdict.toml"), local).unwrap();
    let rules = run(&folder, &["policy", "show", "us-ndaa-889"]).1;
    let rule = rules.lines().find_map(|line| line.strip_prefix("rule us-ndaa-889/")).unwrap().split(' ').next().unwrap().to_owned();
    std::fs::write(folder.join("interdict.toml"), local.replace("equipment", &rule)).unwrap();
    let expected = [
        "the policy comes from interdict.toml in the repository under test".to_owned(),
        "the default pack us-ndaa-1634 does not take part".to_owned(),
        "interdict.toml:4 limits the laws to the profiles civilian".to_owned(),
        format!("waiver in interdict.toml:14: us-ndaa-889/{rule} for a, by someone, until 2027-10-01: because"),
        "rule local/kasper in interdict.toml:6 only has the effect note, and is limited by subjects".to_owned(),
        "rule local/later in interdict.toml:11 begins on 9999-01-01".to_owned(),
    ];
    for format in ["human", "json", "ndjson", "sarif", "github", "azure", "markdown", "html"] {
        let (_, text) = run(&folder, &["check", "bom.json", "-f", format, "--as-of", "2026-11-20"]);
        let text = text.to_lowercase().replace("\\\\", "").replace('\\', "");
        for note in &expected {
            assert!(text.contains(&note.to_lowercase()), "{format}: {note}: {text}");
        }
    }
    let report = |arguments: &[&str]| -> Value { serde_json::from_slice(&output(&folder, arguments).stdout).unwrap() };
    let origins = |report: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        report["policies"].as_array().unwrap().iter().map(|policy| (text(&policy["id"]), text(&policy["origin"]))).collect()
    };
    let pair = |id: &str, origin: &str| (id.to_owned(), origin.to_owned());
    let found = report(&["check", "-f", "json", "bom.json"]);
    assert_eq!(origins(&found), [pair("us-ndaa-889", "embedded"), pair("local", "repository")]);
    let named = report(&["check", "-f", "json", "bom.json", "-p", "interdict.toml"]);
    assert_eq!(origins(&named), [pair("us-ndaa-889", "embedded"), pair("local", "command line")]);
    let none = report(&["check", "-f", "json", "bom.json", "--no-local-policy"]);
    assert_eq!(origins(&none), [pair("us-ndaa-1634", "embedded")]);
    assert_eq!(none["notes"], json!([]));
    // What a profile on the command line asks for replaces that of the policy.
    let asked = report(&["check", "-f", "json", "bom.json", "--profile", "dod"]);
    assert!(!asked["notes"].to_string().contains("limits the laws"), "{}", asked["notes"]);
    // A file that calls itself a pack is none.
    std::fs::write(
        folder.join("interdict.toml"),
        "schema = 1\n[policy]\nid = \"us-ndaa-1634\"\n[[entity]]\nid = \"a\"\nname = \"Acme\"\n[[rule]]\nid = \"covered-article\"\nentities = [\"a\"]\n",
    )
    .unwrap();
    assert!(run(&folder, &["check", "bom.json"]).1.contains("policy us-ndaa-1634 is not the embedded pack of that name"));
}

#[test]
fn a_profile_of_the_policy_is_a_known_one() {
    let folder = scratch("profiles");
    std::fs::write(folder.join("interdict.toml"), "schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nprofiles = [\"militray\"]\n")
        .unwrap();
    let (code, text) = run(&folder, &["check", "bom.json"]);
    assert!(code == 2 && text.contains("unknown contract profile `militray`") && text.contains("civilian"), "{text}");
}

#[test]
fn another_day_and_a_stale_policy_stand_in_the_verdict_line() {
    let folder = scratch("day");
    let stale = "schema = 1\nextends = [\"us-ndaa-1634\"]\n[policy]\nid = \"old\"\nreviewed = 2026-01-01\nreview-every = \"90 days\"\n";
    std::fs::write(folder.join("old.toml"), stale).unwrap();
    for (arguments, expected) in [
        (&["--as-of", "2019-01-01"][..], "as of 2019-01-01, not today"),
        (&["--as-of", "2099-01-01"], "as of 2099-01-01, not today; us-ndaa"),
        (&["-p", "old.toml"], "policy old is past its review date"),
    ] {
        for format in ["human", "github", "azure", "markdown", "html", "sarif"] {
            let (_, text) = run(&folder, &[&["check", "bom.json", "-f", format], arguments].concat());
            let expected = expected.split("; us-").next().unwrap();
            let line = text.lines().find(|line| line.contains(expected)).unwrap_or_else(|| panic!("{format} {expected}: {text}"));
            assert!(line.to_lowercase().contains("verdict") || line.starts_with("## interdict: "), "{format}: {line}");
        }
    }
    assert_eq!(run(&folder, &["check", "bom.json", "-p", "old.toml"]).0, 1);
    let (code, text) = run(&folder, &["check", "bom.json", "-p", "old.toml", "--fail-on-stale"]);
    assert!(code == 2 && text.contains("policy old was last reviewed on 2026-01-01"), "{text}");
    let (code, text) = run(&folder, &["check", "bom.json", "-p", "old.toml", "--fail-on-stale", "--as-of", "2026-02-01"]);
    assert!(code == 1 && text.contains("not today)"), "{text}");
    assert!(!run(&folder, &["check", "bom.json"]).1.contains("not today"));
}
