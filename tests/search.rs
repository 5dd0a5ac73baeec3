//! What is read: the search of folders, wrappers, archives. The built command is driven as a user drives it. Every planted document lists
//! something that Kaspersky Lab supplies, so wherever it is put, the run must end with the finding (1) or an error (2), and never as clear.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use serde_json::{Value, json};

const PLANTED: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"planted","supplier":{"name":"Kaspersky Lab"}}]}"#;
const CLEAN: &str =
    r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"pad","supplier":{"name":"Acme Inc"}}]}"#;
const SPDX: &str = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[{"SPDXID":"SPDXRef-p","name":"planted","supplier":"Organization: Kaspersky Lab"}]}"#;
const TAG_VALUE: &str = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\n\nPackageName: planted\nSPDXID: SPDXRef-p\n\
                         PackageSupplier: Organization: Kaspersky Lab\nPackageDownloadLocation: NOASSERTION\n";
const XML: &str = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library"><supplier><name>Kaspersky Lab</name></supplier><name>planted</name></component></components></bom>"#;
/// The planted document, compressed with xz.
const XZ: &str = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ACDAHNdAD2IiEcz+0cz8JD+kw4JfaYOgPh5LWUIWKWFBNJk4BqdWBmJBlcoctF3aENhKSv8GEdwWK1ax3NVqKw7A1424L+J6tDl46qcqYKprRV7QACPmJidlvkF7k9nXZzv3fb9ySx/tfLn/F8pZio92QAF7WDRBAAAAJHSzVsaT0QBAAGPAYQBAAA7ECpyscRn+wIAAAAABFla";

/// A folder of its own, which is the root of a repository.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("search-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_interdict")).args(arguments).current_dir(folder).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn all(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The code of the error and the findings of every document of a report.
fn report(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let output = run(folder, &[&["check", "-f", "json", "--as-of", "2026-11-23"], arguments].concat());
    (code(&output), serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", all(&output))))
}

fn errors(report: &Value) -> Vec<String> {
    report["documents"].as_array().unwrap().iter().filter_map(|document| document["error"]["code"].as_str()).map(str::to_owned).collect()
}

fn paths(report: &Value) -> Vec<String> {
    report["documents"].as_array().unwrap().iter().map(|document| document["path"].as_str().unwrap().to_owned()).collect()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        // Absolute names and `..` are only names; the builder refuses them.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// A ZIP archive; each member with the flags of its header.
fn zip_with(members: &[(&str, &[u8], u16)], deflated: bool) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, content, flags) in members {
        let data = if deflated {
            let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(content).unwrap();
            packed.finish().unwrap()
        } else {
            content.to_vec()
        };
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut common = Vec::new();
        for value in [20, *flags, if deflated { 8 } else { 0 }, 0, 0] {
            common.extend(u16::to_le_bytes(value));
        }
        common.extend(crc.sum().to_le_bytes());
        common.extend((data.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let at = bytes.len() as u32;
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(&data);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&common);
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let at = bytes.len() as u32;
    let count = members.len() as u16;
    bytes.extend(&list);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((list.len() as u32).to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<_> = members.iter().map(|(name, bytes)| (*name, *bytes, 0)).collect();
    zip_with(&members, true)
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn statement(kind: &str, predicate: Value) -> Value {
    json!({ "_type": "https://in-toto.io/Statement/v1", "subject": [{ "name": "x" }], "predicateType": kind, "predicate": predicate })
}

fn dsse(statement: &Value) -> Value {
    json!({ "payloadType": "application/vnd.in-toto+json", "payload": base64(statement.to_string()), "signatures": [{ "sig": "AA==" }] })
}

fn bundle(statement: &Value) -> Value {
    json!({ "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {}, "dsseEnvelope": dsse(statement) })
}

const CYCLONEDX: &str = "https://cyclonedx.org/bom";

/// Wrappers that people have, around a document; each must be read.
fn wrappers(planted: &str) -> Vec<(&'static str, Value)> {
    let document = value(planted);
    let plain = statement(CYCLONEDX, document.clone());
    vec![
        ("statement", plain.clone()),
        ("statement of a type of its own", statement("https://example.com/x", document.clone())),
        ("dsse", dsse(&plain)),
        ("dsse of the document", dsse(&document)),
        ("bundle", bundle(&plain)),
        ("cosign: Data as a string", statement(CYCLONEDX, json!({ "Data": planted, "Timestamp": "x" }))),
        ("cosign: Data as an object", statement(CYCLONEDX, json!({ "Data": document, "Timestamp": "x" }))),
        ("cosign: data in lower case", statement(CYCLONEDX, json!({ "data": document }))),
        ("cosign: the predicate is a string", statement(CYCLONEDX, json!(planted))),
        ("the predicate is base64", statement(CYCLONEDX, json!(base64(planted)))),
        ("the predicate is tag-value", statement("https://spdx.dev/Document", json!(TAG_VALUE))),
        ("the predicate is XML", statement(CYCLONEDX, json!(XML))),
        ("Predicate in upper case", json!({ "PredicateType": CYCLONEDX, "Predicate": document })),
        ("a list in a predicate", statement("https://example.com/x", json!({ "boms": [document] }))),
        ("docker buildx", json!({ "SPDX": document })),
        ("docker buildx, platforms", json!({ "linux/amd64": { "SPDX": value(CLEAN) }, "linux/arm64": { "SPDX": document } })),
        ("docker buildx, everything", json!({ "name": "x", "manifest": { "mediaType": "x" }, "SBOM": { "SPDX": document } })),
        ("Document", json!({ "Document": document })),
        ("sbom", json!({ "sbom": document })),
        ("SBOM", json!({ "SBOM": document })),
        ("bom", json!({ "bom": document })),
        ("sbom as text", json!({ "sbom": planted })),
        ("sbom as XML", json!({ "sbom": XML })),
        ("bom in base64", json!({ "project": "x", "bom": base64(planted) })),
        ("bom in gzip and base64", json!({ "bom": base64(gzip(planted.as_bytes())) })),
        ("data.sbom", json!({ "data": { "sbom": document } })),
        ("cyclonedx", json!({ "cyclonedx": document })),
        ("CloudEvents", json!({ "specversion": "1.0", "type": "x", "data": document })),
        ("results", json!({ "results": [{ "name": "x" }, document] })),
        ("an array", json!([value(CLEAN), document])),
        ("GitHub's attestations", json!({ "attestations": [{ "bundle": bundle(&plain), "bundle_url": "x", "repository_id": 1 }] })),
        (
            "gh attestation verify",
            json!([{ "attestation": { "bundle": bundle(&plain) }, "verificationResult": { "mediaType": "x", "statement": plain } }]),
        ),
        ("a bundle beside another attestation", json!([bundle(&statement("https://slsa.dev/provenance/v1", json!({}))), bundle(&plain)])),
        ("two layers of text", json!({ "sbom": json!({ "sbom": planted }).to_string() })),
        ("a ConfigMap", json!({ "kind": "ConfigMap", "data": { "bom.json": planted } })),
        ("a data URL", json!({ "file": format!("data:application/json;base64,{}", base64(planted)) })),
    ]
}

/// A wrapper gives the same as the document in it: by name, found in a folder, and compressed.
#[test]
fn wrappers_are_read_wherever_they_lie() {
    let folder = scratch("wrappers");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    let mut failures = Vec::new();
    for (what, wrapped) in wrappers(PLANTED).into_iter().chain(wrappers(SPDX)) {
        for (name, bytes) in [("x.json", wrapped.to_string().into_bytes()), ("x.json.gz", gzip(wrapped.to_string().as_bytes()))] {
            std::fs::write(folder.join(name), bytes).unwrap();
            for arguments in [&[name][..], &["."]] {
                let (code, report) = report(&folder, arguments);
                if code != 1 || report["summary"]["prohibited"].as_u64() < Some(1) {
                    failures.push(format!("{what} as {name} by {arguments:?}: {code} {:?}", errors(&report)));
                }
            }
            std::fs::remove_file(folder.join(name)).unwrap();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Objects that two programs read differently: every pair of a wrapper's key with itself, another letter case, another wrapper or a document.
#[test]
fn an_object_with_two_readings_is_refused() {
    let folder = scratch("readings");
    let (planted, clean) = (PLANTED, CLEAN);
    let statement_of =
        |predicate: &str| format!(r#""_type":"https://in-toto.io/Statement/v1","predicateType":"{CYCLONEDX}","predicate":{predicate}"#);
    let dsse_of = |predicate: &str| {
        let payload = base64(format!("{{{}}}", statement_of(predicate)));
        format!(r#""payloadType":"application/vnd.in-toto+json","payload":"{payload}","signatures":[]"#)
    };
    let bundle_of = |predicate: &str| {
        format!(r#""mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{{{}}}"#, dsse_of(predicate))
    };
    let document_of = |document: &str| document[1..document.len() - 1].to_owned();
    type Form<'f> = Box<dyn Fn(&str) -> String + 'f>;
    let forms: Vec<(&str, Form)> = vec![
        ("statement", Box::new(statement_of)),
        ("dsse", Box::new(dsse_of)),
        ("bundle", Box::new(bundle_of)),
        ("document", Box::new(document_of)),
        ("sbom", Box::new(|document| format!(r#""sbom":{document}"#))),
        ("data", Box::new(|document| format!(r#""Data":{document}"#))),
        ("predicate as text", Box::new(|document| format!(r#""predicate":{}"#, json!(document)))),
        ("payload alone", Box::new(|document| format!(r#""payload":"{}""#, base64(document)))),
        ("data as text", Box::new(|document| format!(r#""Data":{}"#, json!(document)))),
    ];
    let mut cases: Vec<(String, String)> = Vec::new();
    for (one, first) in &forms {
        for (other, second) in &forms {
            if one == other && *one == "document" {
                continue;
            }
            for (a, b) in [(planted, clean), (clean, planted)] {
                cases.push((format!("{one} and {other}"), format!("{{{},{}}}", first(a), second(b))));
            }
        }
    }
    for key in ["predicate", "payload", "sbom", "Data", "dsseEnvelope"] {
        let (_, form) = forms
            .iter()
            .find(|(name, _)| {
                matches!(
                    (key, *name),
                    ("predicate", "statement") | ("payload", "dsse") | ("sbom", "sbom") | ("Data", "data") | ("dsseEnvelope", "bundle")
                )
            })
            .unwrap();
        let again = form(planted);
        let value_at = again.find(&format!("\"{key}\":")).unwrap();
        for other in [key.to_uppercase(), key.to_lowercase(), key.replace('s', "\u{17f}"), key.replace('a', "\\u0061")] {
            let second = again[value_at..].replacen(key, &other, 1);
            cases.push((format!("{key} and {other}"), format!("{{{},{second}}}", form(clean))));
        }
    }
    cases.push((
        "packages beside sbom".to_owned(),
        format!(r#"{{"sbom":{},"packages":[{{"name":"k","supplier":"Organization: Kaspersky Lab"}}]}}"#, CLEAN),
    ));
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    let mut failures = Vec::new();
    for (what, text) in cases {
        // On the outside, in another object, and deeper inside.
        for text in [text.clone(), format!(r#"{{"results":[{text}]}}"#), format!(r#"{{"predicateType":"x","predicate":{text}}}"#)] {
            std::fs::write(folder.join("x.json"), &text).unwrap();
            for arguments in [&["x.json"][..], &["."]] {
                let (code, report) = report(&folder, arguments);
                if code != 2 {
                    failures.push(format!(
                        "{what} by {arguments:?}: {code} {:?}\n  {}",
                        errors(&report),
                        text.chars().take(300).collect::<String>()
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Every line of JSON Lines, and every foreign statement, is proven harmless or ends in exit code 2.
#[test]
fn lines_are_proven_harmless() {
    let folder = scratch("lines");
    let clean = statement(CYCLONEDX, value(CLEAN)).to_string();
    let planted = value(PLANTED);
    let harmless = [
        statement("https://slsa.dev/provenance/v1", json!({ "buildDefinition": { "externalParameters": { "attest:sbom": "" } } })),
        statement("https://slsa.dev/verification_summary/v1", json!({ "verificationResult": "PASSED" })),
        statement("https://cosign.sigstore.dev/attestation/vuln/v1", json!({ "scanner": { "uri": "pkg:github/x/trivy" } })),
        statement("https://in-toto.io/attestation/test-result/v0.1", json!({ "result": "PASSED" })),
    ];
    for other in harmless.iter().flat_map(|other| [other.clone(), dsse(other), bundle(other)]) {
        std::fs::write(folder.join("x.intoto.jsonl"), format!("{clean}\n{other}\n")).unwrap();
        for arguments in [&["x.intoto.jsonl"][..], &["."]] {
            let (code, report) = report(&folder, arguments);
            assert_eq!((code, errors(&report).len()), (0, 0), "{other}");
            assert!(report["documents"][0]["notes"].to_string().contains("other-statements"), "{other}");
        }
        // Alone in a file it is no SBOM: an error by name, nothing for a search.
        std::fs::remove_file(folder.join("x.intoto.jsonl")).unwrap();
        std::fs::write(folder.join("p.json"), other.to_string()).unwrap();
        std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
        assert_eq!(report(&folder, &["p.json"]).0, 2);
        assert_eq!(report(&folder, &["."]).0, 0, "{other}");
        std::fs::remove_file(folder.join("p.json")).unwrap();
        std::fs::remove_file(folder.join("clean.cdx.json")).unwrap();
    }
    let kind = "https://example.com/other";
    for hidden in [
        json!(PLANTED),
        json!(base64(PLANTED)),
        json!(base64(gzip(PLANTED.as_bytes()))),
        json!([planted]),
        json!({ "boms": [planted] }),
        json!({ "a": { "b": [[{ "c": PLANTED }]] } }),
        json!({ "a": format!("see {PLANTED}") }),
        json!({ "BomFormat": "CycloneDX", "Components": [] }),
        json!({ "specVersion": "1.6", "components": planted["components"] }),
        json!(TAG_VALUE),
        json!(XML),
    ] {
        let other = statement(kind, hidden);
        for line in [other.clone(), dsse(&other), bundle(&other)] {
            for text in [format!("{clean}\n{line}\n"), format!("{line}\n{clean}\n"), line.to_string()] {
                std::fs::write(folder.join("x.jsonl"), text).unwrap();
                for arguments in [&["x.jsonl"][..], &["."]] {
                    let (code, report) = report(&folder, arguments);
                    assert!(code != 0, "{line}: {report}");
                }
            }
        }
    }
}

/// Each archive, with the document at some place in it.
#[test]
fn archives_are_opened() {
    let folder = scratch("archives");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    let planted = PLANTED.as_bytes();
    let members =
        [("README.md", &b"# An SBOM in CycloneDX, see bomFormat"[..]), ("./deep/er/engine.cdx.json", planted), ("data.json", b"{}")];
    let plain = tar(&members);
    let xz = base64::engine::general_purpose::STANDARD.decode(XZ).unwrap();
    let inner = "deep/er/engine.cdx.json";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("x.tar", plain.clone(), inner),
        ("x.tar.gz", gzip(&plain), inner),
        ("x.tgz", gzip(&plain), inner),
        ("x.tar.zst", zstd(&plain), inner),
        ("x.tar.bz2", bzip2(&plain), inner),
        ("x.zip", zip(&members), inner),
        ("stored.zip", zip_with(&[("a.txt", b"x", 0), ("engine.json", planted, 0)], false), "engine.json"),
        ("no-ending", gzip(&plain), inner),
        ("x.json.bz2", bzip2(planted), ""),
        ("x.json.xz", xz.clone(), ""),
        ("x.json.zst", zstd(planted), ""),
        ("absolute.tar", tar(&[("/etc/bom.json", planted)]), "/etc/bom.json"),
        ("dots.tar", tar(&[("../../bom.json", planted)]), "../../bom.json"),
        ("twice.tar", tar(&[("bom.json", planted), ("bom.json", CLEAN.as_bytes())]), "bom.json"),
        ("twice.zip", zip(&[("bom.json", planted), ("bom.json", CLEAN.as_bytes())]), "bom.json"),
        ("inside.zip", zip(&[("a/x.tar.gz", &gzip(&plain))]), inner),
        ("inside.tar", tar(&[("x.json.xz", &xz)]), "x.json.xz"),
        ("app.jar", zip(&[("META-INF/sbom/application.cdx.json", planted)]), "META-INF/sbom/application.cdx.json"),
        ("names.tar", tar(&[("plain-name", planted)]), "plain-name"),
        ("wrapped.tar.gz", gzip(&tar(&[("x.att.json", dsse(&statement(CYCLONEDX, value(PLANTED))).to_string().as_bytes())])), "x.att.json"),
    ];
    for (name, bytes, member) in cases {
        std::fs::write(folder.join(name), bytes).unwrap();
        for arguments in [&[name][..], &["."]] {
            let (code, report) = report(&folder, arguments);
            assert_eq!((code, report["summary"]["prohibited"].as_u64()), (1, Some(1)), "{name} by {arguments:?}: {:?}", errors(&report));
            let found = paths(&report);
            assert!(found.iter().any(|path| path.starts_with(name) && path.ends_with(member)), "{name}: {found:?}");
            assert!(member.is_empty() || found.iter().any(|path| path.contains("!/")), "{found:?}");
        }
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("sboms.tar.gz"), gzip(&tar(&[("engine.cdx.json", planted)]))).unwrap();
    let output = run(&folder, &["check", "sboms.tar.gz"]);
    let place = format!("sboms.tar.gz!/engine.cdx.json (unpacked from gzip):1:{}", PLANTED.find("Kaspersky").unwrap() + 1);
    assert!(all(&output).contains("sboms.tar.gz!/engine.cdx.json"), "{place} in {}", all(&output));
}

/// Archives that cannot be read, or hold nothing: an error by name; for a search only if there are marks of an SBOM.
#[test]
fn archives_without_an_sbom_or_damaged() {
    let folder = scratch("damaged");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    let planted = PLANTED.as_bytes();
    let plain = tar(&[("bom.json", planted)]);
    let nothing: &[(&str, &[u8])] = &[("README.md", b"# About CycloneDX"), ("package.json", b"{\"name\":\"x\"}")];
    let mut hidden = zip(&[("a.json", b"{}")]);
    let listed = zip(&[("bom.json", planted)]);
    let mut prefix = listed[..listed.len() - 80].to_vec();
    prefix.append(&mut hidden);
    let mut behind = plain.clone();
    behind.extend(tar(&[("bom.json", planted)]));
    let deep = tar(&[("c.tar", &tar(&[("b.tar", &tar(&[("a.cdx.json", planted)]))]))]);
    let mut wrong_sum = zip_with(&[("bom.json", planted, 0)], false);
    wrong_sum[40] ^= 1;
    let other_name = {
        let mut bytes = zip_with(&[("bom.json", planted, 0)], false);
        bytes[30] = b'x';
        bytes
    };
    let long: Vec<u8> = gzip(&tar(&[("a.cdx.json", planted), ("big", &[b'x'; 300_000])]));
    for (what, name, bytes, found) in [
        ("nothing in tar", "x.tar.gz", gzip(&tar(nothing)), 0),
        ("nothing in zip", "x.zip", zip(nothing), 0),
        ("an empty zip", "x.zip", zip(&[]), 0),
        ("a tar that was cut off", "x.tar", plain[..600].to_vec(), 2),
        ("a tar.gz that was cut off behind an SBOM", "x.tgz", long[..long.len() - 30].to_vec(), 2),
        ("data behind the end of a tar", "x.tar", behind, 2),
        ("an encrypted SBOM", "x.zip", zip_with(&[("bom.json", planted, 1)], true), 2),
        ("something encrypted", "x.zip", zip_with(&[("a.bin", planted, 1)], true), 0),
        ("a wrong checksum", "x.zip", wrong_sum, 2),
        ("two names", "x.zip", other_name, 2),
        ("a zip without its list", "x.zip", listed[..listed.len() - 60].to_vec(), 2),
        ("a member that is not listed", "x.zip", prefix, 2),
        ("archives in archives", "x.tar", deep, 2),
        ("named as an SBOM, and none", "sboms.tar.gz", gzip(&tar(nothing)), 2),
        ("a spreadsheet", "x.xlsx", zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]), 0),
        ("a spreadsheet that is named so", "sbom.xlsx", zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]), 2),
        ("a table that is named so", "sbom.csv", b"name,supplier\nx,Kaspersky Lab\n".to_vec(), 2),
        ("a table", "x.csv", b"name,supplier\nx,Kaspersky Lab\n".to_vec(), 0),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
        let (named, report_named) = report(&folder, &[name]);
        assert_eq!(named, 2, "{what}: {:?}", errors(&report_named));
        let (code, report) = report(&folder, &["."]);
        assert_eq!(code, found, "{what}: {:?} {:?}", errors(&report), paths(&report));
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    for (name, bytes, words) in [
        ("x.xlsx", zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]), "tools-java.jar"),
        ("x.csv", b"name,supplier\n".to_vec(), "cyclonedx convert"),
        ("x.zip", zip(&[]), "no SBOM was found in this zip archive"),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
        let output = all(&run(&folder, &["check", name]));
        assert!(output.contains(words), "{output}");
    }
}

/// A file gives the same whether it is named or found, whatever it is called.
#[test]
fn named_and_found_are_the_same() {
    let folder = scratch("same");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    let upper =
        r#"{"BomFormat":"CycloneDX","SpecVersion":"1.6","Components":[{"type":"library","name":"x","supplier":{"name":"Kaspersky Lab"}}]}"#;
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(PLANTED.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let protobuf = {
        let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/field-kit/cyclonedx-1.6.pb")).unwrap();
        // The first field, the version, behind all others.
        let len = 2 + usize::from(bytes[1]);
        [&bytes[len..], &bytes[..len]].concat()
    };
    for (name, bytes) in [
        ("a.json", PLANTED.as_bytes().to_vec()),
        ("b.json", upper.into()),
        ("c.json", format!("{{\"x\":{PLANTED}}}").into()),
        ("d.json", format!("// made by hand\n{PLANTED}").into()),
        ("e.json", format!("/* made\nby hand */ {PLANTED}").into()),
        ("f.json", format!("\u{feff}{PLANTED}").into()),
        ("g.json", utf16),
        ("h.json", format!("[{PLANTED}]").into()),
        ("i.json", PLANTED.replace("bomFormat", "bom\\u0046ormat").into()),
        ("j.json", PLANTED.replace("bomFormat", "bom\\u0046ormat").replacen('{', "{\"x\":{", 1).into_bytes().into_iter().chain(*b"}").collect()),
        ("k.json", format!("{}{PLANTED}", "\n".repeat(10_000)).into()),
        ("l.xml", XML.into()),
        ("m.xml", format!("<!DOCTYPE html>\n{XML}").into()),
        ("n.xml", format!("<results>{XML}</results>").into()),
        ("o.txt", TAG_VALUE.into()),
        ("p.pb", protobuf),
        ("q", TAG_VALUE.into()),
        ("q.unknown", format!("# a comment\n{TAG_VALUE}").into()),
        ("q.yaml", "spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\npackages:\n- name: p\n  SPDXID: SPDXRef-p\n  supplier: 'Organization: Kaspersky Lab'\n".into()),
        ("r.json", PLANTED.replace("\"bomFormat\":\"CycloneDX\",", "").into()),
        ("s.json", format!("{PLANTED}{PLANTED}").into()),
        ("t.json", PLANTED[..PLANTED.len() - 2].into()),
        ("u.json", r#"{"Document":{"specVersion":"SPDX-2.0","documentDescribes":[{"Package":{"name":"x","supplier":"Organization: Kaspersky Lab"}}]}}"#.into()),
        ("v.json", r#"{"Document":{"spdxVersion":"SPDX-2.1","documentDescribes":[{"Package":{"name":"x","supplier":"Organization: Kaspersky Lab"}}]}}"#.into()),
        ("w.json", r#"{"list":[{"SPDXID":"SPDXRef-a","name":"x","supplier":"Organization: Kaspersky Lab"}]}"#.into()),
        ("x.json", dsse(&statement(CYCLONEDX, value(PLANTED))).to_string().replace('}', ",}").into()),
        ("image.att", dsse(&statement(CYCLONEDX, value(PLANTED))).to_string().into()),
        ("image.att.json", b"{\"payloadType\":".to_vec()),
        ("release.intoto.jsonl", bundle(&statement(CYCLONEDX, value(PLANTED))).to_string().into()),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
        let (named, by_name) = report(&folder, &[name]);
        let (found, by_search) = report(&folder, &["."]);
        assert!(named != 0, "{name}");
        assert_eq!((named, errors(&by_name)), (found, errors(&by_search)), "{name}");
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

/// What speaks of SBOMs and is none is passed over.
#[test]
fn what_is_no_sbom_is_passed_over() {
    let folder = scratch("other-files");
    std::fs::write(folder.join("bom.json"), CLEAN).unwrap();
    let schema = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "properties": { "bomFormat": { "enum": ["CycloneDX"] }, "specVersion": { "type": "string" }, "components": { "type": "array" },
        "spdxVersion": { "type": "string" }, "SPDXID": { "type": "string" } } });
    for (name, text) in [
        ("README.md", "# SBOM\n\n```json\n{\"bomFormat\": \"CycloneDX\"}\n```\n".to_owned()),
        ("schema.json", schema.to_string()),
        ("bom-1.6.xsd", "<?xml version=\"1.0\"?>\n<!-- x -->\n<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:bom=\"http://cyclonedx.org/schema/bom/1.6\"/>".to_owned()),
        ("page.html", "<!DOCTYPE html>\n<html><body>bomFormat http://cyclonedx.org/schema/bom/1.6</body></html>".to_owned()),
        ("page.xml", "<!-- x --><html xmlns=\"http://www.w3.org/1999/xhtml\"><body>bomFormat</body></html>".to_owned()),
        ("pom.xml", "<project><artifactId>cyclonedx-maven-plugin</artifactId><url>https://cyclonedx.org/</url></project>".to_owned()),
        ("package-lock.json", json!({ "packages": { "node_modules/@cyclonedx/cyclonedx-npm": { "version": "4.0.0", "license": "SPDX-2.3" } } }).to_string()),
        ("package.json", json!({ "scripts": { "sbom": "cyclonedx-npm --output-file bom.json", "check": "jq -e '.bomFormat==\"CycloneDX\"' bom.json" } }).to_string()),
        ("gen.js", "// writes { \"bomFormat\": \"CycloneDX\" }\nconst x = { bomFormat: 'CycloneDX', specVersion: '1.6' };\n".to_owned()),
        ("gen.go", "// bomFormat\npackage x\nconst doc = `{\"bomFormat\": \"CycloneDX\"}`\n".to_owned()),
        ("notes.json", json!({ "title": "read bomFormat and spdxVersion first", "spdxId": "MIT", "data": 1, "Data": 2 }).to_string()),
        ("licenses.json", json!([{ "spdxId": "Apache-2.0", "seeAlso": ["https://spdx.org/licenses/Apache-2.0"] }]).to_string()),
        ("provenance.intoto.jsonl", dsse(&statement("https://slsa.dev/provenance/v1", json!({}))).to_string()),
        ("signature.sigstore.json", json!({ "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "messageSignature": {} }).to_string()),
        ("token.json", json!({ "token": base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"0123456789012345678901234567890123456789\"}") }).to_string()),
        ("workflow.yml", "jobs:\n  sbom:\n    steps:\n      - run: jq .bomFormat bom.json # CycloneDX\n".to_owned()),
        ("style.xsl", "<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" xmlns:b=\"http://cyclonedx.org/schema/bom/1.4\"/>".to_owned()),
        ("empty.json", String::new()),
        ("npm-sbom.md", "---\ntitle: npm-sbom\n---\n\n```json\n{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"name\": \"x\"\n}\n```\n".to_owned()),
        ("npm-sbom.1", ".TH npm\n{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"packages\": []\n}\n".to_owned()),
        ("sbom.js", "const x = {\n  bomFormat: 'CycloneDX',\n  spdxVersion: 'SPDX-2.3',\n}\n".to_owned()),
        ("sbom.py", "# makes an SBOM\nDOC = '''\nSPDXVersion: SPDX-2.3\nPackageName: x\n'''\n".to_owned()),
        ("broken.json", "{\"a\": ".to_owned()),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
        let (code, report) = report(&folder, &["."]);
        assert_eq!((code, paths(&report)), (0, vec!["bom.json".to_owned()]), "{name}: {:?}", errors(&report));
    }
    std::fs::write(
        folder.join("a.tar.gz"),
        gzip(&tar(&[("x/README.md", b"# bomFormat"), ("x/schema.json", schema.to_string().as_bytes())])),
    )
    .unwrap();
    assert_eq!(report(&folder, &["."]).0, 0);
}

/// A property: a wrapper around a planted document never ends as clear, however wrappers are put into each other.
#[test]
fn a_wrapper_around_a_planted_document_is_never_clear() {
    let folder = scratch("property");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    // A small generator of numbers: the same run every time.
    let mut state = 0x9e37_79b9_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let keys = ["predicate", "sbom", "Data", "x", "payload", "spdx", "Document", "bundle", "results", "components"];
    for _ in 0..400 {
        let mut document = [PLANTED, SPDX, XML, TAG_VALUE][next(4)].to_owned();
        for _ in 0..=next(4) {
            let json = document.starts_with(['{', '[']);
            let inner = if json && next(3) > 0 { document.clone() } else { json!(document).to_string() };
            let key = keys[next(keys.len())];
            document = match next(7) {
                0 => format!("[{inner}]"),
                1 => format!("{{\"{key}\":{inner}}}"),
                2 => format!("{{\"a\":1,\"{key}\":{inner},\"b\":[]}}"),
                3 => format!(r#"{{"predicateType":"https://example.com/y","predicate":{inner}}}"#),
                4 => json!({ "payloadType": "x", "payload": base64(&document), "signatures": [] }).to_string(),
                5 => format!("{{\"{}\":{inner}}}", key.to_uppercase()),
                _ => json!({ key: base64(&document) }).to_string(),
            };
        }
        let (name, bytes) = match next(4) {
            0 => ("w.json.gz", gzip(document.as_bytes())),
            1 => ("w.tgz", gzip(&tar(&[("w.json", document.as_bytes())]))),
            2 => ("w.zip", zip(&[("w.json", document.as_bytes())])),
            _ => ("w.json", document.clone().into_bytes()),
        };
        std::fs::write(folder.join(name), bytes).unwrap();
        for arguments in [&[name][..], &["."]] {
            assert!(code(&run(&folder, &[&["check"], arguments].concat())) != 0, "{name} by {arguments:?}: {document}");
        }
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

/// SBOMs of dependencies are skipped and counted; they never stand for the project's own.
#[test]
fn sboms_of_dependencies_are_skipped_and_counted() {
    let folder = scratch("others");
    for place in [
        "node_modules/a/bom.json",
        ".venv/lib/python3.12/site-packages/x-1.dist-info/sboms/x.cdx.json",
        "site-packages/a/bom.json",
        "b-1.dist-info/sboms/auditwheel.cdx.json",
        "vendor/c/bom.json",
        "target/debug/d.cdx.json",
        "env/lib/e.cdx.json",
    ] {
        std::fs::create_dir_all(folder.join(place).parent().unwrap()).unwrap();
        std::fs::write(folder.join(place), PLANTED).unwrap();
    }
    std::fs::write(folder.join("env/pyvenv.cfg"), "home = /usr/bin\n").unwrap();
    std::fs::write(folder.join("package.json"), "{\"name\":\"x\"}").unwrap();
    // Without one of its own the project is not clear.
    let (status, result) = report(&folder, &["."]);
    assert_eq!((status, errors(&result)), (2, vec!["no-sbom".to_owned()]));
    let output = all(&run(&folder, &["check"]));
    assert!(output.contains("7 SBOMs of dependencies were skipped") && output.contains("npm sbom"), "{output}");
    // With one, only that is read, and the report says so.
    std::fs::write(folder.join("bom.json"), CLEAN).unwrap();
    let (status, result) = report(&folder, &["."]);
    assert_eq!((status, paths(&result)), (0, vec!["bom.json".to_owned()]));
    assert!(result["notes"].to_string().contains("7 SBOMs of dependencies were skipped"), "{}", result["notes"]);
    // What is named or let in is read.
    for arguments in [
        &["vendor"][..],
        &["vendor/c/bom.json"],
        &["--include", "vendor", "."],
        &["--include", "vendor/**", "."],
        &["--include", "**/c/*.json", "."],
        &["--include", "target/debug/d.cdx.json", "."],
        &["--include", "./node_modules/", "."],
        &["--include", "*.cdx.json", "."],
    ] {
        let (code, report) = report(&folder, arguments);
        assert_eq!(code, 1, "{arguments:?} {:?}", paths(&report));
        assert_eq!(report["notes"].to_string().contains("--include"), arguments.len() > 1, "{}", report["notes"]);
    }
    std::fs::write(folder.join("other.cdx.json"), PLANTED).unwrap();
    std::fs::create_dir(folder.join("docs")).unwrap();
    std::fs::write(folder.join("docs/x.json"), PLANTED).unwrap();
    assert_eq!(report(&folder, &["."]).0, 1);
    let (status, result) = report(&folder, &["--exclude", "other.*", "--exclude", "docs", "."]);
    assert_eq!((status, paths(&result)), (0, vec!["bom.json".to_owned()]));
    assert!(result["notes"].to_string().contains("--exclude `docs` left out"), "{}", result["notes"]);
    assert_eq!(report(&folder, &["--exclude", "docs/**", "docs/x.json"]).0, 1, "a file that is named is read");
    assert_eq!(code(&run(&folder, &["check", "--include", "[", "."])), 2);
    // Maven writes the project's own SBOM to its build folder.
    let maven = scratch("maven");
    std::fs::create_dir(maven.join("target")).unwrap();
    std::fs::write(maven.join("pom.xml"), "<project/>").unwrap();
    std::fs::write(maven.join("target/bom.json"), PLANTED).unwrap();
    assert_eq!(report(&maven, &["."]).0, 1);
}

/// A search reads no more than the limits allow, and waits for nothing.
#[cfg(unix)]
#[test]
fn a_search_is_bounded() {
    let folder = scratch("bounded");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    for name in ["x.cdx.json", "y.json"] {
        std::os::unix::fs::symlink("nowhere", folder.join(name)).unwrap();
        let (code, report) = report(&folder, &["."]);
        assert_eq!((code, errors(&report)), (2, vec!["unreadable".to_owned()]), "{name}");
        std::fs::remove_file(folder.join(name)).unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.join(name)).unwrap();
        assert_eq!(self::report(&folder, &["."]).0, 2, "{name}");
        std::fs::remove_file(folder.join(name)).unwrap();
        let made = Command::new("mkfifo").arg(folder.join(name)).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(self::report(&folder, &["."]).0, 2, "{name}");
            std::fs::remove_file(folder.join(name)).unwrap();
        }
    }
    // Larger than the limit: an error if it has the marks of an SBOM, a note if not.
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(200_000));
    std::fs::write(folder.join("data.json"), &large).unwrap();
    let (code, result) = report(&folder, &["--max-size", "100000", "."]);
    assert_eq!(code, 0);
    assert!(result["notes"].to_string().contains("larger than --max-size"), "{}", result["notes"]);
    std::fs::write(folder.join("data.json"), large.replacen("{", &format!("{{\"z\":{PLANTED},"), 1)).unwrap();
    let (code, result) = report(&folder, &["--max-size", "100000", "."]);
    assert_eq!((code, errors(&result)), (2, vec!["too-large".to_owned()]));
}

/// Every crafted wrapper of the cases beside a checkout, as far as they are there: never clear.
#[test]
fn crafted_wrappers_are_never_clear() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/attack/differential");
    let Ok(entries) = std::fs::read_dir(&cases) else { return };
    let folder = scratch("crafted");
    std::fs::write(folder.join("clean.cdx.json"), CLEAN).unwrap();
    for entry in entries {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !["poly_intoto", "poly_dsse", "poly_bundle", "cosign", "dup_", "wrap_", "predicate", "jsonl", "folder", "go_all"]
            .iter()
            .any(|begin| name.starts_with(begin))
        {
            continue;
        }
        std::fs::copy(cases.join(&name), folder.join(&name)).unwrap();
        for arguments in [&[name.as_str()][..], &["."]] {
            assert!(report(&folder, arguments).0 != 0, "{name} by {arguments:?}");
        }
        std::fs::remove_file(folder.join(&name)).unwrap();
    }
}
