//! What the author of a pull request can still do, under each option: every row is run, and the table is the one in docs/hostile-pull-requests.md.
//! `UPDATE_DOCS=1 cargo test --test hostile_pull_request` writes it there.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

/// What the workflow gives to `check`, beside `bom.json`; `{trusted}` is a folder outside the checkout. `{base}` is what the workflow took from
/// the base branch.
const OPTIONS: [(&str, &[&str]); 6] = [
    ("nothing", &[]),
    ("`--no-local-policy`", &["--no-local-policy"]),
    ("`--require-policy us-ndaa-1634`", &["--require-policy", "us-ndaa-1634"]),
    ("the same and `--waivers` from the base branch", &["--require-policy", "us-ndaa-1634", "--waivers", "{trusted}/waivers.toml"]),
    ("`--policy` from the base branch", &["--policy", "{trusted}/interdict.toml"]),
    ("`--min-fail-on review`", &["--min-fail-on", "review"]),
];

/// What the pull request does, what else the workflow gives to `check`, and the exit code under each of the options.
struct Row {
    does: &'static str,
    act: fn(&Path),
    also: &'static [&'static str],
    ends: [i32; OPTIONS.len()],
}

const fn row(does: &'static str, act: fn(&Path), ends: [i32; OPTIONS.len()]) -> Row {
    Row { does, act, also: &[], ends }
}

const OWN: &str = "[[entity]]\nid = \"own\"\nname = \"Own\"\npackages = [\"pkg:npm/%40kaspersky/hexa-ui-core\"]\n[[rule]]\nid = \"r\"\nentities = [\"own\"]\n";
const WAIVER: &str = "[[waiver]]\nrule = \"us-ndaa-1634/covered-article\"\nsubject = \"pkg:npm/%40kaspersky/**\"\nreason = \"r\"\nby = \"x\"\ngranted = 2026-11-01\nexpires = 2027-10-01\n";
const ASSERTION: &str = "[[assertion]]\nsubject = \"ui\"\nsupplier = \"Honest Inc.\"\nevidence = \"e\"\nby = \"x\"\non = 2026-01-01\n";
const PACK: &str = "schema = 1\nextends = [\"us-ndaa-1634\"]\n";

fn policy(folder: &Path, text: &str) {
    std::fs::write(folder.join("interdict.toml"), text).unwrap();
}

const ROWS: [Row; 17] = [
    row("adds the component, and nothing else", |_| {}, [1, 1, 1, 1, 1, 1]),
    row(
        "adds an `interdict.toml` that extends another pack only",
        |folder| policy(folder, "schema = 1\nextends = [\"us-ndaa-889\"]\n"),
        [0, 1, 2, 2, 1, 0],
    ),
    row(
        "limits the laws to one profile (this pack binds every contract)",
        |folder| policy(folder, "schema = 1\nextends = [\"us-ndaa-1634\"]\n[evaluate]\nprofiles = [\"civilian\"]\n"),
        [1, 1, 1, 1, 1, 1],
    ),
    row(
        "extends the pack with `fail-on = \"never\"`",
        |folder| policy(folder, &format!("{PACK}[evaluate]\nfail-on = \"never\"\n")),
        [2, 1, 2, 2, 1, 2],
    ),
    row(
        "writes the rule anew, without the pack and with `fail-on = \"never\"`",
        |folder| {
            let rule = "[[entity]]\nid = \"k\"\nname = \"Kaspersky\"\npackages = [\"pkg:npm/%40kaspersky/**\"]\n[[rule]]\nid = \"r\"\nentities = [\"k\"]\n";
            policy(folder, &format!("schema = 1\n[evaluate]\nfail-on = \"never\"\n{rule}"));
        },
        [0, 1, 2, 2, 1, 1],
    ),
    row(
        "puts a rule with `effect = \"note\"` in the place of the pack",
        |folder| {
            let rule = "[[rule]]\nid = \"r\"\nentities = [\"kaspersky\"]\neffect = \"note\"\n";
            policy(folder, &format!("schema = 1\nextends = [\"catalogue/kaspersky\"]\n{rule}"));
        },
        [0, 1, 2, 2, 1, 0],
    ),
    row(
        "writes a policy that has the pack's id",
        |folder| policy(folder, &format!("schema = 1\n[policy]\nid = \"us-ndaa-1634\"\n{}", OWN.replace("hexa", "x"))),
        [0, 1, 2, 2, 1, 0],
    ),
    row(
        "claims the component for a vendor of its own",
        |folder| policy(folder, &format!("{PACK}{OWN}effect = \"note\"\n")),
        [1, 1, 1, 1, 1, 1],
    ),
    row(
        "defines the vendor once more, with an exception",
        |folder| {
            std::fs::write(
                folder.join("own.toml"),
                "schema = 1\n[policy]\nid = \"own\"\n[[entity]]\nid = \"kaspersky\"\nname = \"K\"\nnot = [{ package = \"pkg:npm/%40kaspersky/**\", why = \"w\" }]\n",
            )
            .unwrap();
            policy(folder, "schema = 1\nextends = [\"own.toml\", \"us-ndaa-1634\"]\n");
        },
        [2, 1, 2, 2, 1, 2],
    ),
    row("adds a waiver", |folder| policy(folder, &format!("{PACK}{WAIVER}")), [0, 1, 2, 2, 1, 0]),
    row("asserts another supplier", |folder| policy(folder, &format!("{PACK}{ASSERTION}")), [1, 1, 2, 2, 1, 1]),
    row(
        "extends a file outside the repository",
        |folder| policy(folder, "schema = 1\nextends = [\"us-ndaa-1634\", \"/etc/passwd\"]\n"),
        [2, 1, 2, 2, 1, 2],
    ),
    row(
        "makes `interdict.toml` a link to a file outside",
        |folder| std::os::unix::fs::symlink("../trusted/secret", folder.join("interdict.toml")).unwrap(),
        [2, 1, 2, 2, 1, 2],
    ),
    row(
        "makes `interdict.toml` a link to a device that never ends",
        |folder| std::os::unix::fs::symlink("/dev/zero", folder.join("interdict.toml")).unwrap(),
        [2, 1, 2, 2, 1, 2],
    ),
    Row {
        does: "forges the baseline that `--fail-on-new` reads from the checkout",
        act: |folder| {
            let report = Command::new(env!("CARGO_BIN_EXE_interdict"))
                .args(["check", "-f", "json", "bom.json"])
                .current_dir(folder)
                .output()
                .unwrap();
            std::fs::write(folder.join("last.json"), report.stdout).unwrap();
        },
        also: &["--baseline", "last.json", "--fail-on-new"],
        ends: [0, 0, 2, 2, 0, 0],
    },
    Row {
        does: "the same, and the baseline comes from an artifact of the base branch",
        act: |folder| std::fs::write(folder.join("last.json"), "{}").unwrap(),
        also: &["--baseline", "{trusted}/last.json", "--fail-on-new"],
        ends: [1, 1, 1, 1, 1, 1],
    },
    row(
        "leaves the component out of an SBOM that is committed",
        |folder| std::fs::write(folder.join("bom.json"), sbom(&[])).unwrap(),
        [0, 0, 0, 0, 0, 0],
    ),
];

fn sbom(more: &[serde_json::Value]) -> String {
    let mut components = vec![
        json!({ "type": "library", "name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0", "supplier": { "name": "azer" } }),
    ];
    components.extend_from_slice(more);
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components }).to_string()
}

/// A checkout, and beside it what the workflow took from the base branch.
fn checkout(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-pull-request").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let (repository, trusted) = (folder.join("repository"), folder.join("trusted"));
    std::fs::create_dir_all(repository.join(".git")).unwrap();
    std::fs::create_dir_all(&trusted).unwrap();
    std::fs::write(trusted.join("interdict.toml"), PACK).unwrap();
    std::fs::write(trusted.join("waivers.toml"), "schema = 1\n").unwrap();
    std::fs::write(trusted.join("secret"), "s3cret = \"s3cret\"\n").unwrap();
    std::fs::write(trusted.join("clean.json"), sbom(&[])).unwrap();
    let last = Command::new(env!("CARGO_BIN_EXE_interdict"))
        .args(["check", "-f", "json", "--no-local-policy", "clean.json"])
        .current_dir(&trusted)
        .output()
        .unwrap();
    std::fs::write(trusted.join("last.json"), last.stdout).unwrap();
    let planted = json!({ "type": "library", "name": "ui", "version": "0.9.12", "purl": "pkg:npm/%40kaspersky/hexa-ui-core@0.9.12" });
    std::fs::write(repository.join("bom.json"), sbom(&[planted])).unwrap();
    repository
}

fn check(repository: &Path, options: &[&[&str]]) -> (i32, String) {
    let trusted = repository.parent().unwrap().join("trusted");
    let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
    command.arg("check").current_dir(repository).stdin(Stdio::null());
    for option in options.iter().copied().flatten() {
        command.arg(option.replace("{trusted}", trusted.to_str().unwrap()));
    }
    // Waivers have dates, and this test has none.
    if !options.iter().copied().flatten().any(|option| *option == "--as-of") {
        command.args(["--as-of", "2026-11-20"]);
    }
    let output = command.arg("bom.json").output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

#[test]
fn what_a_pull_request_can_do_under_each_option() {
    let mut wrong = Vec::new();
    for (number, row) in ROWS.iter().enumerate() {
        let repository = checkout(&number.to_string());
        (row.act)(&repository);
        for ((name, options), expected) in OPTIONS.iter().zip(row.ends) {
            let (code, text) = check(&repository, &[options, row.also]);
            assert!(!text.contains("s3cret") && !text.contains("root:x:"), "{} with {name}: {text}", row.does);
            if code != expected {
                wrong.push(format!("{} with {name}: expected {expected}, found {code}: {text}", row.does));
            }
            // What passes by the policy of the pull request is said in the report.
            if code == 0 && row.does != ROWS[ROWS.len() - 1].does {
                assert!(text.contains("in the repository under test"), "{} with {name}: {text}", row.does);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The threshold of the command line is no looser than the floor either, and a required policy is pinned by its digest.
#[test]
fn floors_and_digests() {
    let repository = checkout("floors");
    assert_eq!(check(&repository, &[&["--fail-on", "never"]]).0, 0);
    let (code, text) = check(&repository, &[&["--fail-on", "never", "--min-fail-on", "prohibited"]]);
    assert!(code == 1 && text.contains("--min-fail-on raises the threshold to prohibited: --fail-on sets never"), "{text}");
    assert_eq!(check(&repository, &[&["--min-fail-on", "never"]]).0, 2, "never is no floor");
    let report = check(&repository, &[&["-f", "json"]]).1;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let digest = report["policies"][0]["sha256"].as_str().unwrap();
    let pinned = |hex: &str| check(&repository, &[&["--require-policy", &format!("us-ndaa-1634@sha256:{hex}")]]);
    assert_eq!(pinned(digest).0, 1);
    let (code, text) = pinned(&"0".repeat(64));
    assert!(code == 2 && text.contains("has another digest") && text.contains(digest), "{text}");
    for (name, words) in [
        ("us-ndaa-1643", "did you mean `us-ndaa-1634`?"),
        ("us-ndaa-889", "does not take part"),
        ("us-ndaa-1634@sha256:12", "64 hexadecimal digits"),
    ] {
        let (code, text) = check(&repository, &[&["--require-policy", name]]);
        assert!(code == 2 && text.contains(words), "{name}: {text}");
    }
    // Not in force yet, or not for this contract.
    let (code, text) = check(&repository, &[&["-p", "us-ndaa-5949", "--require-policy", "us-ndaa-5949", "--as-of", "2026-11-20"]]);
    assert!(code == 2 && text.contains("is not in force on 2026-11-20"), "{text}");
    let profile = ["-p", "us-ndaa-fy26-1532", "--require-policy", "us-ndaa-fy26-1532", "--profile", "civilian"];
    let (code, text) = check(&repository, &[&profile]);
    assert!(code == 2 && text.contains("is left out by the profiles"), "{text}");
    policy(&repository, "schema = 1\nextends = [\"us-ndaa-1634\", \"us-ndaa-fy26-1532\"]\n[evaluate]\nprofiles = [\"civilian\"]\n");
    let (code, text) = check(&repository, &[&["--require-policy", "us-ndaa-fy26-1532"]]);
    assert!(code == 2 && text.contains("interdict.toml:4"), "{text}");
    // A house policy is required by the digest of the file that was read.
    policy(&repository, &PACK.replace("extends", "policy.id = \"house\"\nextends"));
    let (code, text) = check(&repository, &[&["--require-policy", "house"]]);
    assert!(code == 2 && text.contains("is not the embedded pack"), "{text}");
}

/// Waivers and assertions come from one file, and from no other; that file holds nothing else.
#[test]
fn waivers_from_one_file() {
    let repository = checkout("waivers");
    let trusted = repository.parent().unwrap().join("trusted");
    std::fs::write(trusted.join("waivers.toml"), format!("schema = 1\n{WAIVER}")).unwrap();
    let options: &[&str] = &["--require-policy", "us-ndaa-1634", "--waivers", "{trusted}/waivers.toml"];
    let (code, text) = check(&repository, &[options]);
    assert!(code == 0 && text.contains("waived"), "{code} {text}");
    let json: serde_json::Value = serde_json::from_str(&check(&repository, &[options, &["-f", "json"]]).1).unwrap();
    assert_eq!((json["policies"][0]["id"].as_str(), json["policies"][0]["origin"].as_str()), (Some("waivers"), Some("command line")));
    policy(&repository, &format!("{PACK}{WAIVER}{ASSERTION}"));
    let (code, text) = check(&repository, &[options]);
    assert!(code == 2 && text.contains("interdict.toml:3") && text.contains("this waiver does not count"), "{text}");
    assert!(text.contains("this assertion does not count"), "{text}");
    std::fs::remove_file(repository.join("interdict.toml")).unwrap();
    for more in [
        OWN,
        PACK,
        "[evaluate]\nfail-on = \"never\"\n",
        "[policy]\nid = \"x\"\n",
        "[[example]]\nsubject = { name = \"x\" }\nexpect = \"clear\"\n",
    ] {
        std::fs::write(trusted.join("waivers.toml"), format!("schema = 1\n{}", more.replace("schema = 1\n", ""))).unwrap();
        let (code, text) = check(&repository, &[options]);
        assert!(code == 2 && text.contains("a file for --waivers has only"), "{more}: {code} {text}");
    }
    std::fs::remove_file(trusted.join("waivers.toml")).unwrap();
    assert_eq!(check(&repository, &[options]).0, 2, "a file that is not there is no empty one");
    // `diff` and `explain` take the same options.
    std::fs::write(trusted.join("waivers.toml"), format!("schema = 1\n{WAIVER}")).unwrap();
    let waivers = trusted.join("waivers.toml");
    for arguments in [vec!["explain", "bom.json", "ui"], vec!["diff", "bom.json", "bom.json"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
        command
            .args(arguments)
            .args(["--as-of", "2026-11-20", "--no-local-policy"])
            .arg("--waivers")
            .arg(&waivers)
            .current_dir(&repository);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The page shows what was run.
#[test]
fn the_page_shows_this_table() {
    let mut table = String::from("| The pull request |");
    OPTIONS.iter().for_each(|(name, _)| table.push_str(&format!(" {name} |")));
    table.push_str("\n| --- |");
    OPTIONS.iter().for_each(|_| table.push_str(" --- |"));
    for row in &ROWS {
        table.push_str(&format!("\n| {} |", row.does));
        row.ends.iter().for_each(|code| {
            table.push_str(if *code == 0 {
                " **0** |"
            } else if *code == 1 {
                " 1 |"
            } else {
                " 2 |"
            })
        });
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile-pull-requests.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    const BEGIN: &str = "<!-- table: tests/hostile_pull_request.rs -->\n";
    const END: &str = "\n<!-- end of the table -->";
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(shown, table, "UPDATE_DOCS=1 cargo test --test hostile_pull_request writes it");
    }
}
