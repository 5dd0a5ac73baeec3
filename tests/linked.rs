//! Documents that refer to each other: every form of a reference, with and without its target in the run.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::PathBuf;
use std::process::Command;

const SERIAL: &str = "3e671687-395b-41f5-a30f-a58921a69b79";

fn product(members: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"component":{{"type":"application","name":"product"}}}},
            "components":[{{"type":"library","bom-ref":"a","name":"left-pad","purl":"pkg:npm/left-pad@1"{members}}}]"#
    )
}

fn part() -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:{SERIAL}","version":1,"metadata":{{"component":{{"type":"library","name":"part"}}}},
            "components":[{{"type":"library","name":"engine","supplier":{{"name":"AO Kaspersky Lab"}}}}]}}"#
    )
}

fn spdx(namespace: &str, references: &str, supplier: &str) -> String {
    format!(
        r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"{namespace}","externalDocumentRefs":[{references}],
            "packages":[{{"SPDXID":"SPDXRef-a","name":"x","supplier":"Organization: {supplier}"}}]}}"#
    )
}

fn check(name: &str, files: &[(&str, String)], arguments: &[&str]) -> (Option<i32>, String) {
    let folder: PathBuf = std::env::temp_dir().join(format!("interdict-linked-{}-{name}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let done = Command::new(env!("CARGO_BIN_EXE_interdict"))
        .args(["check", "--as-of", "2026-11-27", "."])
        .args(arguments)
        .current_dir(&folder)
        .output()
        .unwrap();
    drop(std::fs::remove_dir_all(&folder));
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_reference_is_resolved_or_noted() {
    let bom = |url: &str| product(&format!(r#","externalReferences":[{{"type":"bom","url":"{url}"}}]"#)) + "}";
    let references: Vec<(&str, String)> = vec![
        ("bom-link", bom(&format!("urn:cdx:{SERIAL}/1"))),
        ("bom-link-element", bom(&format!("urn:cdx:{SERIAL}/1#x"))),
        ("capitals", bom(&format!("URN:CDX:{}/1", SERIAL.to_uppercase()))),
        ("serial-number", bom(&format!("urn:uuid:{SERIAL}"))),
        ("relative-path", bom("./parts/part.cdx.json")),
        ("plain-path", bom("parts/part.cdx.json#x")),
        ("of-the-document", product("") + &format!(r#","externalReferences":[{{"type":"bom","url":"urn:cdx:{SERIAL}/1"}}]}}"#)),
        ("dependency", product("") + &format!(r#","dependencies":[{{"ref":"a","dependsOn":["urn:cdx:{SERIAL}/1#part"]}}]}}"#)),
        (
            "composition",
            product("") + &format!(r#","compositions":[{{"aggregate":"complete","assemblies":["urn:cdx:{SERIAL}/1#part"]}}]}}"#),
        ),
    ];
    for (name, document) in &references {
        let (code, out) = check(name, &[("bom.json", document.clone())], &[]);
        assert_eq!(code, Some(0), "{name}: {out}");
        assert!(out.contains("1 document that these SBOMs refer to is not part of this run"), "{name}: {out}");
        assert_eq!(check(name, &[("bom.json", document.clone())], &["--require-linked"]).0, Some(2), "{name}");

        let both = [("bom.json", document.clone()), ("parts/part.cdx.json", part())];
        let (code, out) = check(name, &both, &["--require-linked"]);
        assert_eq!(code, Some(1), "{name}: {out}");
        assert!(!out.contains("not part of this run"), "{name}: {out}");
        let crossing = "bom.json, the SBOM of `product` refers to parts/part.cdx.json, the SBOM of `part`: 1 prohibited";
        assert!(out.contains(crossing), "{name}: {out}");
    }
    // Another version of the same BOM is another document.
    let (_, out) = check("version", &[("bom.json", bom(&format!("urn:cdx:{SERIAL}/2"))), ("part.cdx.json", part())], &[]);
    assert!(out.contains("not part of this run"), "{out}");
}

fn spdx3(namespace: &str, imports: &str, vendor: &str) -> String {
    format!(
        r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
        {{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-11-01T00:00:00Z","createdBy":["{namespace}#v"]}},
        {{"type":"Organization","spdxId":"{namespace}#v","name":"{vendor}","creationInfo":"_:c"}},
        {{"type":"SpdxDocument","spdxId":"{namespace}#doc","creationInfo":"_:c","import":{imports},"rootElement":["{namespace}#p"]}},
        {{"type":"software_Package","spdxId":"{namespace}#p","name":"part","creationInfo":"_:c","suppliedBy":"{namespace}#v"}}]}}"#
    )
}

#[test]
fn imports_of_spdx_3_are_resolved() {
    let part = spdx3("https://example.org/part", "[]", "AO Kaspersky Lab");
    for import in [
        r#"[{"type":"ExternalMap","externalSpdxId":"https://example.org/part#p"}]"#,
        r#"[{"type":"ExternalMap","externalSpdxId":"https://example.org/part#p","locationHint":"https://example.org/part.json"}]"#,
        r#"{"type":"ExternalMap","externalSpdxId":"urn:x","locationHint":"./part.spdx.json"}"#,
        r#"["https://example.org/part#p"]"#,
        r#"[[{"@id":"https://example.org/part#p"}]]"#,
        r#"[{"type":"ExternalMap","externalSpdxId":"https://example.org/part#doc"},{"type":"ExternalMap","externalSpdxId":"https://example.org/part#p"}]"#,
    ] {
        let top = spdx3("https://example.org/top", import, "Acme");
        let (code, out) = check("spdx3", &[("top.spdx.json", top.clone())], &[]);
        assert!(code == Some(0) && out.contains("1 document that these SBOMs refer to is not part of this run"), "{import}\n{out}");
        let (code, _) = check("spdx3", &[("top.spdx.json", top.clone())], &["--require-linked"]);
        assert_eq!(code, Some(2), "{import}");
        let (code, out) = check("spdx3", &[("top.spdx.json", top), ("part.spdx.json", part.clone())], &["--require-linked"]);
        assert!(code == Some(1) && !out.contains("not part of this run"), "{import}\n{out}");
        assert!(out.contains("top.spdx.json refers to part.spdx.json: 1 prohibited"), "{import}\n{out}");
    }
}

#[test]
fn namespaces_of_spdx_are_resolved() {
    let reference = r#"{"externalDocumentId":"DocumentRef-x","spdxDocument":"https://example.org/part","checksum":{"algorithm":"SHA1","checksumValue":"00"}}"#;
    let top = spdx("https://example.org/top", reference, "Acme");
    let (code, out) = check("spdx", &[("top.spdx.json", top.clone())], &[]);
    assert!(code == Some(0) && out.contains("`https://example.org/part` (in top.spdx.json)"), "{out}");
    let part = spdx("https://example.org/part", "", "AO Kaspersky Lab");
    let (code, out) = check("spdx", &[("top.spdx.json", top), ("part.spdx.json", part)], &[]);
    assert!(code == Some(1) && !out.contains("not part of this run"), "{out}");
    assert!(out.contains("top.spdx.json refers to part.spdx.json: 1 prohibited"), "{out}");
}

/// A component that only the graph names is judged by its identifier, wherever the reference is.
#[test]
fn what_only_the_graph_names_is_judged() {
    for (name, member) in [
        ("depends-on", r#""dependencies":[{"ref":"a","dependsOn":["IDENTIFIER"]}]"#),
        ("depends-on-of-nothing", r#""dependencies":[{"dependsOn":["IDENTIFIER"]}]"#),
        ("ref", r#""dependencies":[{"ref":"IDENTIFIER"}]"#),
        ("provides", r#""dependencies":[{"ref":"a","provides":["IDENTIFIER"]}]"#),
        ("assemblies", r#""compositions":[{"aggregate":"complete","assemblies":["IDENTIFIER"]}]"#),
        ("composition-dependencies", r#""compositions":[{"aggregate":"complete","dependencies":["IDENTIFIER"]}]"#),
        ("affects", r#""vulnerabilities":[{"id":"CVE-2024-1","affects":[{"ref":"IDENTIFIER"}]}]"#),
    ] {
        for identifier in [
            "pkg:npm/%40kaspersky/hexa-ui@1",
            "PKG:npm/%40kaspersky/hexa-ui@1?package-id=1",
            "cpe:2.3:a:kaspersky:endpoint_security:11:*:*:*:*:*:*:*",
            "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2F%2540kaspersky%2Fhexa-ui%401",
        ] {
            let document = product("") + "," + &member.replace("IDENTIFIER", identifier) + "}";
            // Behind more references to nothing than are kept.
            let many: Vec<String> = (0..12_000).map(|number| format!("\"gone-{number}\"")).collect();
            let hidden = product("") + &format!(r#","dependencies":[{{"ref":"a","dependsOn":[{}]}}]"#, many.join(","));
            let hidden =
                if member.starts_with("\"dep") { None } else { Some(hidden + "," + &member.replace("IDENTIFIER", identifier) + "}") };
            for document in [Some(document), hidden].into_iter().flatten() {
                let (code, out) = check(name, &[("bom.json", document)], &[]);
                assert_eq!(code, Some(1), "{name} {identifier}: {out}");
            }
        }
    }
    // One that a listed component has is that component.
    let listed = product("") + r#","dependencies":[{"ref":"pkg:npm/left-pad@1?x=y","dependsOn":[]}]}"#;
    let (code, out) = check("listed", &[("bom.json", listed)], &[]);
    assert!(code == Some(0) && out.contains("2 components: ") && !out.contains("only referred to"), "{out}");
}
