//! One reading: a document that two mainstream readers understand differently is refused, whatever the difference is.
//!
//! Each table changes one thing in a document whose only vendor is Kaspersky Lab, at every place on the way to that vendor. Whatever comes
//! out has to be prohibited or refused. Nothing may end as clear.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{default_policy, in_force, task};
use interdict::run::examine_bytes;
use interdict::verdict::Verdict;
use serde_json::{Map, Value, json};

/// Documents with one vendor each, with the JSON pointer to its name.
fn planted() -> Vec<(&'static str, Value, &'static str)> {
    let component = json!({"type": "library", "name": "engine", "version": "1", "supplier": {"name": "AO Kaspersky Lab"}});
    let bom = |parts: Value| {
        let mut bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1});
        bom.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
        bom
    };
    let other = json!({"type": "library", "name": "left-pad", "version": "1", "purl": "pkg:npm/left-pad@1"});
    let nested = json!({"type": "library", "name": "outer", "components": [component]});
    let purl = json!({"type": "library", "name": "x", "purl": "pkg:npm/%40kaspersky/hexa-ui@1"});
    let service = json!({"name": "cloud", "provider": {"name": "AO Kaspersky Lab"}});
    let package = json!({"SPDXID": "SPDXRef-a", "name": "engine", "supplier": "Organization: AO Kaspersky Lab"});
    let referenced = json!({"SPDXID": "SPDXRef-a", "name": "x", "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl", "referenceLocator": "pkg:npm/%40kaspersky/hexa-ui@1"}]});
    let spdx = |package: Value| json!({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "d", "packages": [package]});
    vec![
        ("component", bom(json!({"components": [component, other]})), "/components/0/supplier/name"),
        ("nested component", bom(json!({"components": [nested, other]})), "/components/0/components/0/supplier/name"),
        ("purl", bom(json!({"components": [purl, other]})), "/components/0/purl"),
        ("service", bom(json!({"services": [service], "components": [other]})), "/services/0/provider/name"),
        ("root", bom(json!({"metadata": {"component": component}, "components": [other]})), "/metadata/component/supplier/name"),
        (
            "root's supplier",
            bom(json!({"metadata": {"component": other, "supplier": {"name": "AO Kaspersky Lab"}}, "components": [other]})),
            "/metadata/supplier/name",
        ),
        (
            "tool",
            bom(json!({"metadata": {"tools": {"components": [component]}}, "components": [other]})),
            "/metadata/tools/components/0/supplier/name",
        ),
        (
            "pedigree",
            bom(json!({"components": [{"type": "library", "name": "x", "pedigree": {"ancestors": [component]}}]})),
            "/components/0/pedigree/ancestors/0/supplier/name",
        ),
        ("package", spdx(package), "/packages/0/supplier"),
        ("external reference", spdx(referenced), "/packages/0/externalRefs/0/referenceLocator"),
    ]
}

fn verdict(text: &str) -> Verdict {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let examined = examine_bytes("bom.json", text.as_bytes().to_vec(), &task(&in_force));
    examined.iter().map(|(_, examined)| examined.verdict()).max().unwrap()
}

/// Other spellings of a name that some reader takes for it.
fn spellings(name: &str) -> Vec<String> {
    let mut chars = name.chars();
    let capital: String = chars.next().unwrap().to_uppercase().chain(chars).collect();
    let snake: String =
        name.chars().flat_map(|letter| if letter.is_uppercase() { vec!['_', letter.to_ascii_lowercase()] } else { vec![letter] }).collect();
    let mut all = vec![
        capital,
        name.to_uppercase(),
        name.to_lowercase(),
        snake,
        name.replace('s', "\u{17f}"),
        name.replace('k', "\u{212a}"),
        name.replace('-', "_"),
    ];
    all.retain(|spelling| spelling != name);
    all.sort();
    all.dedup();
    all
}

/// The objects on the way down to a pointer, each with the member that leads on.
fn steps(pointer: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let step = |at: usize| (parts[..at].iter().map(|part| format!("/{part}")).collect(), parts[at].to_owned());
    (0..parts.len()).filter(|&at| parts[at].parse::<usize>().is_err()).map(step).collect()
}

fn object<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Map<String, Value> {
    value.pointer_mut(pointer).unwrap().as_object_mut().unwrap()
}

#[test]
fn the_plain_documents_are_prohibited() {
    for (what, document, _) in planted() {
        assert_eq!(verdict(&document.to_string()), Verdict::Prohibited, "{what}");
    }
}

/// Go folds case and takes the last member of a name; cyclonedx-python-lib reads snake case. In the place of the member, and beside an
/// innocent one of the right name.
#[test]
fn another_spelling_of_a_member_is_never_skipped() {
    let mut failures = Vec::new();
    let mut tried = 0;
    for (what, document, pointer) in planted() {
        for (at, name) in steps(pointer) {
            for spelling in spellings(&name) {
                let mut instead = document.clone();
                let moved = object(&mut instead, &at).remove(&name).unwrap();
                object(&mut instead, &at).insert(spelling.clone(), moved.clone());
                let mut beside = document.clone();
                let innocent = match &moved {
                    Value::Array(_) => json!([]),
                    Value::Object(_) => json!({"name": "Acme"}),
                    _ => json!("Acme"),
                };
                object(&mut beside, &at).insert(name.clone(), innocent);
                object(&mut beside, &at).insert(spelling.clone(), moved);
                for (form, text) in [("instead", instead.to_string()), ("beside", beside.to_string())] {
                    tried += 1;
                    let verdict = verdict(&text);
                    if verdict < Verdict::Prohibited {
                        failures.push(format!("{what}: `{spelling}` {form} of {at}/{name}: {verdict:?}"));
                    }
                }
            }
        }
    }
    assert!(failures.is_empty() && tried > 150, "{tried} tried\n{}", failures.join("\n"));
}

/// A member that carries components or vendors, in every object on the way that has no such member.
#[test]
fn a_member_in_the_wrong_place_is_never_skipped() {
    let supplier = json!({"name": "AO Kaspersky Lab"});
    let component = json!([{"type": "library", "name": "engine", "supplier": supplier}]);
    let package = json!([{"SPDXID": "SPDXRef-k", "name": "engine", "supplier": "Organization: AO Kaspersky Lab"}]);
    let members = [
        ("components", component.clone()),
        ("component", component[0].clone()),
        ("services", json!([{"name": "s", "provider": supplier}])),
        ("packages", package),
        ("supplier", supplier.clone()),
        ("manufacturer", supplier.clone()),
        ("publisher", json!("AO Kaspersky Lab")),
        ("purl", json!("pkg:npm/%40kaspersky/hexa-ui@1")),
        ("cpe", json!("cpe:2.3:a:kaspersky:endpoint_security:11:*:*:*:*:*:*:*")),
        ("originator", json!("Organization: AO Kaspersky Lab")),
    ];
    let clean = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "application", "name": "p"}, "tools": {"components": [{"type": "application", "name": "t"}]}},
        "components": [{"type": "library", "name": "x", "purl": "pkg:npm/left-pad@1", "hashes": [{"alg": "SHA-1", "content": "00"}],
            "externalReferences": [{"type": "vcs", "url": "https://example.org"}], "properties": [{"name": "a", "value": "b"}]}],
        "services": [{"name": "s"}], "dependencies": [{"ref": "x"}]});
    let spdx = json!({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "creationInfo": {"creators": ["Tool: t"]},
        "packages": [{"SPDXID": "SPDXRef-a", "name": "x", "versionInfo": "1", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/left-pad@1"}],
            "checksums": [{"algorithm": "SHA1", "checksumValue": "00"}]}],
        "files": [{"SPDXID": "SPDXRef-f", "fileName": "./f"}],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"}]});
    let mut failures = Vec::new();
    for (what, document) in [("CycloneDX", clean), ("SPDX", spdx)] {
        assert!(verdict(&document.to_string()) < Verdict::Review, "{what}");
        for pointer in objects(&document, String::new()) {
            for (name, value) in &members {
                let mut changed = document.clone();
                // `metadata.manufacturer` says who made the document.
                if object(&mut changed, &pointer).insert((*name).to_owned(), value.clone()).is_some()
                    || (*name, pointer.as_str()) == ("manufacturer", "/metadata")
                {
                    continue;
                }
                let verdict = verdict(&changed.to_string());
                if verdict < Verdict::Prohibited {
                    failures.push(format!("{what}: `{name}` in `{pointer}`: {verdict:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The JSON pointers of all objects.
fn objects(value: &Value, at: String) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(index, value)| (format!("{at}/{index}"), value)).collect(),
        _ => return Vec::new(),
    };
    let own = if value.is_object() { vec![at] } else { Vec::new() };
    own.into_iter().chain(inside.into_iter().flat_map(|(at, value)| objects(value, at))).collect()
}

/// The marks of another format, or of an envelope, beside those of the document.
#[test]
fn the_marks_of_two_documents_are_refused() {
    let marks = [
        "@graph",
        "@context",
        "predicate",
        "predicateType",
        "_type",
        "payload",
        "payloadType",
        "dsseEnvelope",
        "Data",
        "Document",
        "sbom",
        "SBOM",
        "attestations",
    ];
    let mut failures = Vec::new();
    for (what, document, _) in planted() {
        let own: &[&str] = if document.get("bomFormat").is_some() {
            &["spdxVersion", "packages", "SPDXID"]
        } else {
            &["bomFormat", "components", "@graph"]
        };
        for mark in marks.iter().chain(own) {
            // `@context` alone says nothing new about SPDX 2.
            if *mark == "@context" && document.get("bomFormat").is_none() {
                continue;
            }
            let mut clean = document.clone();
            for list in ["components", "packages", "services", "metadata"] {
                clean.as_object_mut().unwrap().remove(list);
            }
            clean.as_object_mut().unwrap().insert((*mark).to_owned(), json!({"components": document.get("components")}));
            if verdict(&clean.to_string()) != Verdict::Error {
                failures.push(format!("{what} with `{mark}`"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
