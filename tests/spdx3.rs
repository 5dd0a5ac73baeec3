//! SPDX 3 documents in which a vendor or an identifier is planted in every way that JSON-LD has to write it: each is found, or refused. None of
//! them is ever passed over.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{default_policy, in_force, task};
use interdict::finding::{Examined, Status};
use interdict::run::{Task, examine_bytes};

const CONTEXT: &str = r#""https://spdx.org/rdf/3.0.1/spdx-context.jsonld""#;
const KASPERSKY: &str = "AO Kaspersky Lab";
const PURL: &str = "pkg:npm/%40kaspersky/hexa-ui-core@0.9.12";

/// How a document has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Prohibited, or an error.
    NeverGreen,
    /// Prohibited, and read without an error.
    Found,
    /// Something is left for a person to judge, or worse.
    Review,
    /// Refused with an error of this kind.
    Refused(&'static str),
    /// Read, and nothing is found.
    Clear,
}

/// A graph with a root that is in order, and these further elements.
fn document(context: &str, elements: &str) -> String {
    format!(
        r#"{{"@context":{context},"@graph":[
          {{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-01T00:00:00Z","createdBy":["https://ex.org/me"]}},
          {{"type":"Organization","spdxId":"https://ex.org/me","name":"Acme Inc","creationInfo":"_:c"}},
          {{"type":"software_Package","spdxId":"https://ex.org/root","name":"product","creationInfo":"_:c","suppliedBy":"https://ex.org/me"}},
          {{"type":"SpdxDocument","spdxId":"https://ex.org/doc","creationInfo":"_:c","rootElement":["https://ex.org/root"]}},
          {elements}]}}"#
    )
}

fn examine(name: &str, text: &str, task: &Task<'_>) -> Examined {
    examine_bytes(name, text.as_bytes().to_vec(), task).remove(0).1
}

fn check(cases: &[(String, String, End)]) {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let mut failures = Vec::new();
    for (name, text, end) in cases {
        assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{name} is JSON: {text}");
        let examined = examine(name, text, &task);
        let worst = examined.assessment.findings.iter().map(|finding| finding.status).max();
        let error = examined.document.as_ref().err().map(|error| error.code);
        let right = match end {
            End::NeverGreen => error.is_some() || worst == Some(Status::Prohibited),
            End::Found => error.is_none() && worst == Some(Status::Prohibited),
            End::Review => error.is_none() && worst >= Some(Status::Review),
            End::Refused(code) => error == Some(code),
            End::Clear => error.is_none() && worst.is_none_or(|worst| worst < Status::Review),
        };
        if !right {
            failures.push(format!("{name}: expected {end:?}, found error {error:?}, worst {worst:?}\n    {text}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// A way to refer to an agent: the value, what defines the agent besides it, and the context that both need.
struct Way {
    name: &'static str,
    value: String,
    elements: Vec<String>,
    context: String,
}

/// The agent, with this identifier.
fn agent(id: &str) -> String {
    format!(r#"{{"type":"Organization","spdxId":"{id}","name":"{KASPERSKY}","creationInfo":"_:c"}}"#)
}

/// Every way to refer to the planted agent.
fn ways() -> Vec<Way> {
    let plain = |name, value: &str, elements: &[String]| Way {
        name,
        value: value.to_owned(),
        elements: elements.to_vec(),
        context: CONTEXT.to_owned(),
    };
    let with = |name, value: &str, elements: &[String], local: &str| Way {
        name,
        value: value.to_owned(),
        elements: elements.to_vec(),
        context: format!("[{CONTEXT},{local}]"),
    };
    let k = "https://ex.org/k";
    let quoted = |id: &str| format!("\"{id}\"");
    let mut ways = vec![
        plain("by identifier", &quoted(k), &[agent(k)]),
        plain("in a list", &format!("[\"{k}\"]"), &[agent(k)]),
        plain("in a list of lists", &format!("[[[\"{k}\"]]]"), &[agent(k)]),
        plain("behind another", &format!("[\"https://ex.org/me\",\"{k}\"]"), &[agent(k)]),
        plain("on the spot", &agent(k), &[]),
        plain("on the spot in a list", &format!("[{}]", agent(k)), &[]),
        plain("on the spot without an identifier", &format!(r#"{{"type":"Organization","name":"{KASPERSKY}"}}"#), &[]),
        plain("on the spot without a type", &format!(r#"{{"spdxId":"{k}","name":"{KASPERSKY}"}}"#), &[]),
        plain("on the spot, type last", &format!(r#"{{"name":"{KASPERSKY}","x":{{"y":[1]}},"spdxId":"{k}","type":"Organization"}}"#), &[]),
        plain("by @id", &format!(r#"{{"@id":"{k}"}}"#), &[agent(k)]),
        plain("by spdxId", &format!(r#"{{"spdxId":"{k}"}}"#), &[agent(k)]),
        plain("by type and spdxId", &format!(r#"{{"type":"Organization","spdxId":"{k}"}}"#), &[agent(k)]),
        plain("by @type and @id", &format!(r#"{{"@type":"Organization","@id":"{k}"}}"#), &[agent(k)]),
        plain("defined in @id", &quoted(k), &[agent(k).replace("spdxId", "@id")]),
        plain("type in a list", &quoted(k), &[agent(k).replace("\"Organization\"", "[\"Organization\"]")]),
        plain("two types", &quoted(k), &[agent(k).replace("\"Organization\"", "[\"Organization\",\"Person\"]")]),
        plain("a type and an extension's", &quoted(k), &[agent(k).replace("\"Organization\"", "[\"urn:x:T\",\"Organization\"]")]),
        plain("@type", &quoted(k), &[agent(k).replace("\"type\"", "\"@type\"")]),
        plain("type as an IRI", &quoted(k), &[agent(k).replace("\"Organization\"", "\"https://spdx.org/rdf/3.0.1/terms/Core/Organization\"")]),
        plain("type as an IRI of 3.0.0", &quoted(k), &[agent(k).replace("\"Organization\"", "\"https://spdx.org/rdf/3.0.0/terms/Core/Organization\"")]),
        plain("type by prefix", &quoted(k), &[agent(k).replace("\"Organization\"", "\"spdx:Core/Organization\"")]),
        plain("type in capitals", &quoted(k), &[agent(k).replace("\"Organization\"", "\"ORGANIZATION\"")]),
        plain("type in small letters", &quoted(k), &[agent(k).replace("\"Organization\"", "\"organization\"")]),
        plain("a type that is not known", &quoted(k), &[agent(k).replace("\"Organization\"", "\"Vendor\"")]),
        plain("a type that looks like SPDX's", &quoted(k), &[agent(k).replace("\"Organization\"", "\"https://ex.org/terms/Core/Organization\"")]),
        plain("no type", &quoted(k), &[agent(k).replace("\"type\":\"Organization\",", "")]),
        plain("Person", &quoted(k), &[agent(k).replace("Organization", "Person").replace(KASPERSKY, "AO Kaspersky Lab <a@kaspersky.com>")]),
        plain("SoftwareAgent", &quoted(k), &[agent(k).replace("Organization", "SoftwareAgent")]),
        plain("a component in the place of an agent", &quoted(k), &[agent(k).replace("Organization", "software_Package")]),
        plain("a license in the place of an agent", &quoted(k), &[agent(k).replace("Organization", "ListedLicense")]),
        plain("a component on the spot in the place of an agent", &agent(k).replace("Organization", "software_Package"), &[]),
        plain("name with the keyword of SPDX 2", &quoted(k), &[agent(k).replace(KASPERSKY, "Organization: AO Kaspersky Lab")]),
        plain("name in a list", &quoted(k), &[agent(k).replace(&format!("\"{KASPERSKY}\""), &format!("[\"{KASPERSKY}\"]"))]),
        plain("name as @value", &quoted(k), &[agent(k).replace(&format!("\"{KASPERSKY}\""), &format!("{{\"@value\":\"{KASPERSKY}\"}}"))]),
        plain("name as an IRI", &quoted(k), &[agent(k).replace("\"name\"", "\"https://spdx.org/rdf/3.0.1/terms/Core/name\"")]),
        plain("name by prefix", &quoted(k), &[agent(k).replace("\"name\"", "\"spdx:Core/name\"")]),
        plain("name in capitals", &quoted(k), &[agent(k).replace("\"name\"", "\"NAME\"")]),
        plain("name twice", &quoted(k), &[agent(k).replace("\"name\"", "\"name\":\"Acme\",\"name\"")]),
        plain("name and its IRI", &quoted(k), &[agent(k).replace("\"name\"", "\"name\":\"Acme\",\"https://spdx.org/rdf/3.0.1/terms/Core/name\"")]),
        plain("identifier in capitals", &quoted(k), &[agent(k).replace("spdxId", "SPDXID")]),
        plain("two identifiers", &quoted(k), &[agent(k).replace("\"spdxId\"", "\"@id\":\"https://ex.org/other\",\"spdxId\"")]),
        plain("the same identifier twice", &quoted(k), &[agent(k).replace("\"spdxId\"", &format!("\"@id\":\"{k}\",\"spdxId\""))]),
        plain("escaped identifier", "\"https:\\/\\/ex.org\\/\\u006b\"", &[agent(k)]),
        plain("relative identifiers", "\"./k\"", &[agent("k")]),
        plain("relative identifiers from above", "\"../k\"", &[agent("k")]),
        plain("relative identifiers from the root", "\"/k\"", &[agent("k")]),
        plain("relative identifiers with a detour", "\"k\"", &[agent("a/../k")]),
        plain("two nodes, the name without a type", &quoted(k), &[
            format!(r#"{{"type":"Organization","spdxId":"{k}","creationInfo":"_:c"}}"#),
            format!(r#"{{"spdxId":"{k}","name":"{KASPERSKY}"}}"#),
        ]),
        plain("two nodes, the type last", &quoted(k), &[
            format!(r#"{{"@id":"{k}","name":"{KASPERSKY}"}}"#),
            format!(r#"{{"type":"Organization","spdxId":"{k}"}}"#),
        ]),
        plain("two nodes, two names", &quoted(k), &[agent(k).replace(KASPERSKY, "Acme"), agent(k)]),
        plain("two nodes of different types", &quoted(k), &[
            format!(r#"{{"type":"Organization","spdxId":"{k}","name":"Acme"}}"#),
            format!(r#"{{"type":"ListedLicense","spdxId":"{k}","name":"{KASPERSKY}"}}"#),
        ]),
        plain("described in another element", &quoted(k), &[format!(r#"{{"type":"ListedLicense","spdxId":"urn:l","x":{}}}"#, agent(k))]),
        plain("described in creationInfo", &quoted(k), &[format!(
            r#"{{"type":"ListedLicense","spdxId":"urn:l","creationInfo":{{"type":"CreationInfo","createdBy":[{}]}}}}"#,
            agent(k)
        )]),
        plain("by a shared identifier", &quoted(k), &[
            format!(r#"{{"type":"Organization","spdxId":"{k}","name":"x","externalIdentifier":["urn:i"]}}"#),
            r#"{"type":"ExternalIdentifier","@id":"urn:i","externalIdentifierType":"email","identifier":"a@kaspersky.com"}"#.to_owned(),
        ]),
        plain("by an address", &quoted(k), &[format!(
            r#"{{"type":"Organization","spdxId":"{k}","externalRef":[{{"type":"ExternalRef","locator":["https://www.kaspersky.com"]}}]}}"#
        )]),
        with("by prefix", &quoted(k), &[agent("ex:k")], r#"{"ex":"https://ex.org/"}"#),
        with("by prefix in the reference", "\"ex:k\"", &[agent(k)], r#"{"ex":"https://ex.org/"}"#),
        with("by another prefix", "\"ex:k\"", &[agent("e2:g/k")], r#"{"ex":"https://ex.org/g/","e2":"https://ex.org/"}"#),
        with("by prefix in an object", r#"{"@id":"ex:k"}"#, &[agent(k)], r#"{"ex":"https://ex.org/"}"#),
        with("by a prefix in two steps", "\"b:k\"", &[agent(k)], r#"{"a":"https://ex.org/","b":"a:"}"#),
        with("by the name of a prefix", "\"ex\"", &[agent("https://ex.org/")], r#"{"ex":"https://ex.org/"}"#),
        with("@base", "\"k\"", &[agent(k)], r#"{"@base":"https://ex.org/"}"#),
        with("@vocab", &quoted(k), &[agent(k).replace("\"name\"", "\"n\"")], r#"{"@vocab":"https://spdx.org/rdf/3.0.1/terms/Core/"}"#),
        with("an alias of @id", &quoted(k), &[agent(k).replace("spdxId", "ref")], r#"{"ref":"@id"}"#),
        with("an alias of @type", &quoted(k), &[agent(k).replace("\"type\"", "\"kind\"")], r#"{"kind":"@type"}"#),
        with("a context from elsewhere", &quoted(k), &[agent(k).replace("\"name\"", "\"n\"")], "\"https://ex.org/context.jsonld\""),
        with("a prefix of SPDX's own terms", &quoted(k), &[agent(k).replace("\"name\"", "\"core:name\"")], r#"{"core":"https://spdx.org/rdf/3.0.1/terms/Core/"}"#),
        with("a prefix of the beginning of SPDX's own terms", &quoted(k), &[agent(k).replace("\"name\"", "\"s:3.0.1/terms/Core/name\"")], r#"{"s":"https://spdx.org/rdf/"}"#),
        with("a type by a prefix", &quoted(k), &[agent(k).replace("\"Organization\"", "\"core:Organization\"")], r#"{"core":"https://spdx.org/rdf/3.0.1/terms/Core/"}"#),
        plain("a prefix of the namespaceMap", &quoted(k), &[
            agent("ex:k"),
            r#"{"type":"SpdxDocument","spdxId":"urn:d2","namespaceMap":[{"type":"NamespaceMap","prefix":"ex","namespace":"https://ex.org/"}]}"#.to_owned(),
        ]),
        plain("a scoped context", &quoted(k), &[agent(k).replace("\"name\"", "\"@context\":{\"n\":\"https://spdx.org/rdf/3.0.1/terms/Core/name\"},\"n\"")]),
        plain("in a nested graph", &quoted(k), &[format!(r#"{{"@id":"urn:g","@graph":[{}]}}"#, agent(k))]),
        plain("in @included", &quoted(k), &[format!(r#"{{"type":"ListedLicense","spdxId":"urn:l","@included":[{}]}}"#, agent(k))]),
        plain("in @reverse", &quoted(k), &[format!(r#"{{"type":"ListedLicense","spdxId":"urn:l","@reverse":{{"suppliedBy":{}}}}}"#, agent(k))]),
        plain("in a nested array", &quoted(k), &[format!("[[{}]]", agent(k))]),
        plain("as @set", &format!(r#"{{"@set":["{k}"]}}"#), &[agent(k)]),
        plain("as @list", &format!(r#"{{"@list":["{k}"]}}"#), &[agent(k)]),
    ];
    for word in ["None", "NONE", "NoAssertion", "NOASSERTION", "NoneElement", "NoAssertionElement", "SpdxOrganization", "unknown"] {
        for id in [
            word.to_owned(),
            format!("https://ex.org/{word}"),
            format!("urn:x:{word}"),
            format!("https://spdx.org/rdf/3.0.1/terms/Core/{word}"),
            format!("spdx:Core/{word}"),
        ] {
            ways.push(plain("an identifier that looks like nobody", &quoted(&id), &[agent(&id)]));
        }
        let (iri, older) =
            (format!("https://spdx.org/rdf/3.0.1/terms/Core/{word}"), format!("https://spdx.org/rdf/3.0.0/terms/Core/{word}"));
        ways.push(plain("SPDX's own individual by its prefix", &quoted(&iri), &[agent(&format!("spdx:Core/{word}"))]));
        ways.push(plain("SPDX's own individual of another version", &quoted(&iri), &[agent(&older)]));
    }
    ways
}

/// Every place where an agent makes or supplies a component.
fn places() -> Vec<(&'static str, String)> {
    let package = |members: &str| {
        format!(r#"{{"type":"software_Package","spdxId":"https://ex.org/p","name":"engine","creationInfo":"_:c"{members}}}"#)
    };
    let supplied = package(",\"suppliedBy\":VALUE");
    let relationship = |kind: &str, inside: &str| {
        let from = if inside.contains("\"from\"") { "" } else { "\"from\":\"https://ex.org/p\"," };
        format!(r#"{},{{"type":"Relationship","spdxId":"urn:r",{from}"relationshipType":{kind},{inside}}}"#, package(""))
    };
    let within = |outer: &str| outer.replace("ELEMENT", &supplied);
    vec![
        ("suppliedBy", supplied.clone()),
        ("originatedBy", package(",\"originatedBy\":[VALUE]")),
        (
            "suppliedBy before the type",
            r#"{"suppliedBy":VALUE,"spdxId":"https://ex.org/p","name":"engine","type":"software_Package"}"#.to_owned(),
        ),
        ("a file", supplied.replace("software_Package", "software_File")),
        ("a snippet", supplied.replace("software_Package", "software_Snippet")),
        ("a model", supplied.replace("software_Package", "ai_AIPackage")),
        ("a type that is not known", supplied.replace("software_Package", "hardware_Board")),
        ("a type of a profile without components", supplied.replace("software_Package", "security_Board")),
        ("no type", supplied.replace("\"type\":\"software_Package\",", "")),
        ("availableFrom", relationship("\"availableFrom\"", "\"to\":[VALUE]")),
        ("availableFrom in capitals", relationship("\"AVAILABLE_FROM\"", "\"to\":[VALUE]")),
        (
            "availableFrom as an IRI",
            relationship("\"https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/availableFrom\"", "\"to\":VALUE"),
        ),
        ("availableFrom by prefix", relationship("\"spdx:Core/RelationshipType/availableFrom\"", "\"to\":VALUE")),
        ("availableFrom in a list", relationship("[\"availableFrom\"]", "\"to\":VALUE")),
        (
            "availableFrom as an object",
            relationship("{\"@id\":\"https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/availableFrom\"}", "\"to\":VALUE"),
        ),
        ("availableFrom from an object", relationship("\"availableFrom\"", "\"from\":{\"@id\":\"https://ex.org/p\"},\"to\":VALUE")),
        ("availableFrom from a list", relationship("\"availableFrom\"", "\"from\":[\"https://ex.org/p\"],\"to\":VALUE")),
        (
            "availableFrom of a component on the spot",
            format!(r#"{{"type":"Relationship","spdxId":"urn:r","relationshipType":"availableFrom","from":{},"to":[VALUE]}}"#, package("")),
        ),
        (
            "availableFrom of another type of relationship",
            relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"Relationship\"", "\"RELATIONSHIP\""),
        ),
        (
            "availableFrom of a type that is not known",
            relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"Relationship\"", "\"urn:x:R\""),
        ),
        (
            "availableFrom of an assessment",
            relationship("\"availableFrom\"", "\"to\":[VALUE]")
                .replace("\"Relationship\"", "\"security_VexFixedVulnAssessmentRelationship\""),
        ),
        (
            "availableFrom of a newer assessment",
            relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"Relationship\"", "\"security_NewRelationship\""),
        ),
        ("availableFrom without a type", relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"type\":\"Relationship\",", "")),
        (
            "availableFrom without type and identifier",
            relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"type\":\"Relationship\",\"spdxId\":\"urn:r\",", ""),
        ),
        (
            "availableFrom of a component that is not described",
            r#"{"type":"Relationship","spdxId":"urn:r","relationshipType":"availableFrom","from":"urn:elsewhere","to":[VALUE]}"#.to_owned(),
        ),
        ("availableFrom of an agent", relationship("\"availableFrom\"", "\"to\":[VALUE]").replace("\"Relationship\"", "\"Organization\"")),
        ("availableFrom in two nodes without a type", r#"{"type":"software_Package","spdxId":"https://ex.org/p"},{"@id":"urn:r","relationshipType":"availableFrom"},{"spdxId":"urn:r","from":"https://ex.org/p","to":VALUE}"#.to_owned()),
        ("availableFrom of a part", r#"{"type":"Organization","spdxId":"urn:o","name":"o","externalIdentifier":[{"spdxId":"https://ex.org/p","name":"x"}]},{"type":"Relationship","spdxId":"urn:r","relationshipType":"availableFrom","from":"https://ex.org/p","to":VALUE}"#.to_owned()),
        (
            "availableFrom in two nodes",
            format!(r#"{},{{"spdxId":"urn:r","to":[VALUE]}}"#, relationship("\"availableFrom\"", "\"startTime\":\"2026-01-01T00:00:00Z\"")),
        ),
        (
            "in `to` of a relationship",
            within(r#"{"type":"Relationship","spdxId":"urn:q","relationshipType":"contains","from":"https://ex.org/root","to":[ELEMENT]}"#),
        ),
        ("in an annotation", within(r#"{"type":"Annotation","spdxId":"urn:q","annotationType":"other","subject":ELEMENT}"#)),
        (
            "in an assessment",
            within(
                r#"{"type":"security_VexFixedVulnAssessmentRelationship","spdxId":"urn:q","relationshipType":"fixedIn","from":"urn:v","to":[ELEMENT]}"#,
            ),
        ),
        ("in a license", within(r#"{"type":"ListedLicense","spdxId":"urn:q","x":ELEMENT}"#)),
        ("in an agent", within(r#"{"type":"Organization","spdxId":"urn:q","name":"Acme","x":{"y":[[ELEMENT]]}}"#)),
        (
            "in the extension of a component",
            within(r#"{"type":"software_Package","spdxId":"urn:q","name":"o","extension":[{"type":"urn:x:T","z":ELEMENT}]}"#),
        ),
        (
            "in an external identifier",
            within(
                r#"{"type":"software_Package","spdxId":"urn:q","name":"o","externalIdentifier":[{"type":"ExternalIdentifier","identifier":"x","z":ELEMENT}]}"#,
            ),
        ),
        (
            "in creationInfo",
            within(r#"{"type":"software_Package","spdxId":"urn:q","name":"o","creationInfo":{"type":"CreationInfo","z":ELEMENT}}"#),
        ),
        ("in a collection's element", within(r#"{"type":"software_Sbom","spdxId":"urn:q","element":[[ELEMENT]]}"#)),
        ("in a collection's rootElement", within(r#"{"type":"software_Sbom","spdxId":"urn:q","rootElement":ELEMENT}"#)),
        (
            "in a member that is not known",
            within(r#"{"type":"software_Package","spdxId":"urn:q","name":"o","z":{"a":{"b":[1,[ELEMENT]]}}}"#),
        ),
        ("in a type that is not known", within(r#"{"type":"urn:x:Thing","spdxId":"urn:q","z":ELEMENT}"#)),
        ("in an object without a type", within(r#"{"spdxId":"urn:q","z":ELEMENT}"#)),
        (
            "in the vendor of another",
            within(
                r#"{"type":"software_Package","spdxId":"urn:q","name":"o","suppliedBy":{"type":"Organization","spdxId":"urn:o","name":"Acme","z":ELEMENT}}"#,
            ),
        ),
        ("in a list in the graph", within("[[ELEMENT],[]]")),
        ("in @included", within(r#"{"type":"ListedLicense","spdxId":"urn:q","@included":[ELEMENT]}"#)),
        ("suppliedBy as an IRI", supplied.replace("\"suppliedBy\"", "\"https://spdx.org/rdf/3.0.1/terms/Core/suppliedBy\"")),
        ("suppliedBy as an IRI of 3.0.0", supplied.replace("\"suppliedBy\"", "\"http://spdx.org/rdf/3.0.0/terms/Core/suppliedBy\"")),
        ("suppliedBy by prefix", supplied.replace("\"suppliedBy\"", "\"spdx:Core/suppliedBy\"")),
        ("suppliedBy as a path", supplied.replace("\"suppliedBy\"", "\"Core/suppliedBy\"")),
        ("suppliedBy of another profile", supplied.replace("\"suppliedBy\"", "\"software_suppliedBy\"")),
        ("suppliedBy of somebody else", supplied.replace("\"suppliedBy\"", "\"urn:x:suppliedBy\"")),
        ("suppliedBy in capitals", supplied.replace("\"suppliedBy\"", "\"SUPPLIEDBY\"")),
        ("suppliedBy in snake case", supplied.replace("\"suppliedBy\"", "\"supplied_by\"")),
        ("suppliedBy with a long s", supplied.replace("\"suppliedBy\"", "\"\u{17f}uppliedBy\"")),
        ("suppliedBy escaped", supplied.replace("\"suppliedBy\"", "\"supplied\\u0042y\"")),
        ("suppliedBy twice", supplied.replace("\"suppliedBy\"", "\"suppliedBy\":\"https://ex.org/me\",\"suppliedBy\"")),
        ("two nodes", format!("{},{}", package(""), r#"{"spdxId":"https://ex.org/p","suppliedBy":VALUE}"#)),
        ("two nodes, both typed", format!("{},{supplied}", package(""))),
    ]
}

#[test]
fn a_planted_agent_is_found_or_refused_in_every_place_and_every_way() {
    let mut cases = Vec::new();
    for (place, element) in places() {
        for way in ways() {
            let element = element.replace("VALUE", &way.value);
            let elements = std::iter::once(element).chain(way.elements.iter().cloned()).collect::<Vec<_>>().join(",");
            cases.push((format!("{} {}", place, way.name), document(&way.context, &elements), End::NeverGreen));
        }
    }
    assert!(cases.len() > 5000);
    check(&cases);
}

/// The ordinary ways have to be read: a gate that refuses them is switched off.
#[test]
fn the_ordinary_ways_to_refer_to_an_agent_are_read() {
    let refused = |name: &str| {
        [
            "as @",
            "name ",
            "a scoped",
            "in @",
            "in a nested graph",
            "identifier in capitals",
            "two identifiers",
            "two nodes of",
            "@base",
            "@vocab",
            "an alias",
            "a context from",
            "a prefix of SPDX",
            "a prefix of the beginning",
            "by a prefix in two",
            "by the name of",
            "type in capitals",
            "type in small",
            "a component",
            "a license",
        ]
        .iter()
        .any(|start| name.starts_with(start))
            && name != "name with the keyword of SPDX 2"
    };
    let element = r#"{"type":"software_Package","spdxId":"https://ex.org/p","name":"engine","suppliedBy":VALUE}"#;
    let cases: Vec<_> = ways()
        .into_iter()
        .map(|way| {
            let elements: Vec<String> = std::iter::once(element.replace("VALUE", &way.value)).chain(way.elements.iter().cloned()).collect();
            let end = if refused(way.name) { End::NeverGreen } else { End::Found };
            (way.name.to_owned(), document(&way.context, &elements.join(",")), end)
        })
        .collect();
    check(&cases);
}

#[test]
fn what_names_nobody_is_clear() {
    let cases: Vec<_> = ["NoneElement", "NoAssertionElement", "SpdxOrganization"]
        .into_iter()
        .flat_map(|word| {
            [
                word.to_owned(),
                format!("spdx:Core/{word}"),
                format!("https://spdx.org/rdf/3.0.1/terms/Core/{word}"),
                format!("https://spdx.org/rdf/3.0.0/terms/Core/{word}"),
            ]
        })
        .map(|id| {
            let element = format!(r#"{{"type":"software_Package","spdxId":"urn:p","name":"engine","suppliedBy":"{id}","software_packageUrl":"pkg:npm/left-pad@1"}}"#);
            (id, document(CONTEXT, &element), End::Clear)
        })
        .collect();
    check(&cases);
    let policy = default_policy();
    let in_force = in_force(&policy);
    for (name, text, _) in &cases {
        let notes = examine(name, text, &task(&in_force)).assessment.notes;
        assert!(notes.iter().all(|note| note.code != "dangling-reference"), "{name}: {notes:?}");
    }
}

/// A planted identifier in every form in which a component may have one.
#[test]
fn a_planted_identifier_is_found_or_refused() {
    let package = |members: &str| format!(r#"{{"type":"software_Package","spdxId":"https://ex.org/p","name":"engine",{members}}}"#);
    let shared = |kind: &str, members: &str| format!(r#"{{"type":"{kind}","@id":"urn:i",{members}}}"#);
    let identifier = format!(r#""externalIdentifierType":"packageUrl","identifier":"{PURL}""#);
    let mut cases: Vec<(String, String, End)> = Vec::new();
    let mut add = |name: &str, elements: String, end| cases.push((name.to_owned(), document(CONTEXT, &elements), end));
    add("plain", package(&format!(r#""software_packageUrl":"{PURL}""#)), End::Found);
    add("external identifier", package(&format!(r#""externalIdentifier":[{{{identifier}}}]"#)), End::Found);
    add("external identifiers", package(&format!(r#""externalIdentifiers":[{{{identifier}}}]"#)), End::Found);
    add("in a list of lists", package(&format!(r#""externalIdentifier":[[[{{{identifier}}}]]]"#)), End::Found);
    for (name, reference) in [
        ("by reference", r#""urn:i""#),
        ("by reference in a list", r#"["urn:i"]"#),
        ("by @id", r#"{"@id":"urn:i"}"#),
        ("by type and spdxId", r#"[{"type":"ExternalIdentifier","spdxId":"urn:i"}]"#),
    ] {
        add(
            name,
            format!("{},{}", package(&format!(r#""externalIdentifier":{reference}"#)), shared("ExternalIdentifier", &identifier)),
            End::Found,
        );
        add(
            &format!("{name}, in another element"),
            format!(
                r#"{},{{"type":"ListedLicense","spdxId":"urn:l","z":{}}}"#,
                package(&format!(r#""externalIdentifier":{reference}"#)),
                shared("ExternalIdentifier", &identifier)
            ),
            End::Found,
        );
    }
    let cpe = "cpe:2.3:a:kaspersky:x:1:*:*:*:*:*:*:*";
    for kind in ["cpe23", "CPE23", "cve", "swhid", "gitoid", "other", "https://spdx.org/rdf/3.0.1/terms/Core/ExternalIdentifierType/cpe23"]
    {
        add(kind, package(&format!(r#""externalIdentifier":{{"externalIdentifierType":"{kind}","identifier":"{cpe}"}}"#)), End::Found);
    }
    for kind in ["vcs", "VCS", "sourceArtifact", "SourceArtifact", "https://spdx.org/rdf/3.0.1/terms/Core/ExternalRefType/vcs"] {
        let reference = format!(r#""externalRefType":"{kind}","locator":["https://github.com/KasperskyLab/x"]"#);
        add(kind, package(&format!(r#""externalRef":[{{{reference}}}]"#)), End::Found);
        add(kind, format!("{},{}", package(r#""externalRef":["urn:i"]"#), shared("ExternalRef", &reference)), End::Found);
    }
    add("in an extension", package(&format!(r#""extension":[{{"type":"urn:x:T","a":{{"b":["{PURL}"]}}}}]"#)), End::Found);
    add(
        "in an extension of CycloneDX's properties",
        package(&format!(
            r#""extension":[{{"type":"extension_CdxPropertiesExtension","extension_cdxProperty":[{{"type":"extension_CdxPropertyEntry","extension_cdxPropName":"purl","extension_cdxPropValue":"{PURL}"}}]}}]"#
        )),
        End::Found,
    );
    add("in a member that is not known", package(&format!(r#""z":{{"a":["{PURL}"]}}"#)), End::Found);
    add("a purl without an element's type", format!(r#"{{"software_packageUrl":"{PURL}","name":"engine"}}"#), End::Found);
    add("the identifier of the element", package("\"z\":1").replace("https://ex.org/p", PURL), End::Found);
    for kind in ["dependsOn", "DEPENDENCY_OF", "contains"] {
        for value in [format!("\"{PURL}\""), format!("[{{\"@id\":\"{PURL}\"}}]")] {
            let relationship = format!(
                r#"{{"type":"Relationship","spdxId":"urn:r","relationshipType":"{kind}","from":"https://ex.org/root","to":{value}}}"#
            );
            add("the identifier of an element that is not described", relationship.clone(), End::Found);
            add(
                "the same on the other side",
                relationship.replace("\"from\"", "\"x\"").replace("\"to\"", "\"from\"").replace("\"x\"", "\"to\""),
                End::Found,
            );
        }
    }
    add(
        "the identifier of a root that is not described",
        format!(r#"{{"type":"software_Sbom","spdxId":"urn:s","rootElement":["{PURL}"]}}"#),
        End::Found,
    );
    add(
        "the identifier of a part that is not described",
        format!(r#"{{"type":"software_Sbom","spdxId":"urn:s","element":["{PURL}"]}}"#),
        End::Found,
    );
    for kind in [
        "Organization",
        "ListedLicense",
        "Relationship",
        "Annotation",
        "software_Sbom",
        "ExternalIdentifier",
        "CreationInfo",
        "Vendor",
        "security_Thing",
    ] {
        add(kind, package(&format!(r#""software_packageUrl":"{PURL}""#)).replace("software_Package", kind), End::NeverGreen);
    }
    for member in [
        "https://spdx.org/rdf/3.0.1/terms/Software/packageUrl",
        "https://spdx.org/rdf/3.0.0/terms/Software/packageUrl",
        "http://spdx.org/rdf/3.0.1/terms/Software/packageUrl",
        "spdx:Software/packageUrl",
        "Software/packageUrl",
        "packageUrl",
        "Software_packageUrl",
        "software_packageurl",
        "SOFTWARE_PACKAGEURL",
        "software_package_url",
        "urn:x:packageUrl",
    ] {
        add(member, package(&format!(r#""{member}":"{PURL}""#)), End::NeverGreen);
        // Also where its value does not look like one.
        add(
            member,
            package(&format!(r#""{member}":"npm/%40kaspersky/hexa-ui-core@0.9.12""#)),
            End::Refused(if member.starts_with("http") || member.starts_with("spdx:") { "member-as-iri" } else { "misspelled-term" }),
        );
    }
    check(&cases);
}

#[test]
fn the_outermost_object_says_one_thing() {
    let graph = r#""@graph":[{"type":"software_Package","spdxId":"urn:p","name":"left-pad","software_packageUrl":"pkg:npm/left-pad@1"}]"#;
    let planted = format!(r#"[{{"name":"k","supplier":"Organization: {KASPERSKY}"}}]"#);
    let mut cases = Vec::new();
    for word in [
        "packages",
        "files",
        "relationships",
        "components",
        "metadata",
        "dependencies",
        "services",
        "predicate",
        "payload",
        "sbom",
        "Data",
        "Document",
        "dsseEnvelope",
        "Packages",
        "COMPONENTS",
        "_type",
        "predicateType",
        "payloadType",
        "signatures",
        "specFormat",
    ] {
        for text in
            [format!(r#"{{"@context":{CONTEXT},{graph},"{word}":{planted}}}"#), format!(r#"{{"@context":{CONTEXT},"{word}":"x",{graph}}}"#)]
        {
            cases.push((word.to_owned(), text, End::Refused("two-formats")));
        }
    }
    for (word, code) in [
        ("unheard-of", "beside-graph"),
        ("suppliedBy", "beside-graph"),
        ("spdxId", "beside-graph"),
        ("@included", "unsupported-keyword"),
        ("@Graph", "unsupported-keyword"),
        ("@graph", "duplicate-key"),
        ("SpdxId", "misspelled-term"),
    ] {
        cases.push((word.to_owned(), format!(r#"{{"@context":{CONTEXT},{graph},"{word}":{planted}}}"#), End::Refused(code)));
    }
    cases.push(("$schema".to_owned(), format!(r#"{{"@context":{CONTEXT},{graph},"$schema":"https://x.example/"}}"#), End::Clear));
    let planted = format!(
        r#""@graph":[{{"type":"software_Package","spdxId":"urn:p","name":"x","suppliedBy":"ex:k"}},{}]"#,
        agent("https://ex.org/k")
    );
    cases.push((
        "the context behind the graph".to_owned(),
        format!(r#"{{{planted},"@context":[{CONTEXT},{{"ex":"https://ex.org/"}}]}}"#),
        End::Found,
    ));
    check(&cases);
}

#[test]
fn annotations_are_texts_about_their_subject() {
    let with = |statement: &str, subject: &str| {
        document(
            CONTEXT,
            &format!(
                r#"{{"type":"software_Package","spdxId":"urn:p","name":"engine"}},{},
                {{"type":"Annotation","spdxId":"urn:a","annotationType":"other","subject":{subject},"statement":"{statement}"}}"#,
                agent("urn:k").replace(KASPERSKY, "Acme")
            ),
        )
    };
    let statement = format!("Labels:vendor: {KASPERSKY}");
    let cases = vec![
        ("a text".to_owned(), with(&statement, "\"urn:p\""), End::Review),
        ("in a list".to_owned(), with(&statement, "[\"urn:p\"]"), End::Review),
        ("by @id".to_owned(), with(&statement, "{\"@id\":\"urn:p\"}"), End::Review),
        (
            "about a component on the spot".to_owned(),
            with(&statement, r#"{"type":"software_Package","spdxId":"urn:q","name":"q"}"#),
            End::Review,
        ),
        ("about a component without an identifier".to_owned(), with(&statement, r#"{"type":"software_Package","name":"q"}"#), End::Review),
        ("JSON".to_owned(), with(&format!(r#"{{\"vendor\":\"{KASPERSKY}\"}}"#), "\"urn:p\""), End::Review),
        ("JSON with escapes".to_owned(), with(r#"{\"vendor\":\"AO \\u004baspersky Lab\"}"#, "\"urn:p\""), End::Review),
        (
            "in two nodes".to_owned(),
            with(&statement, "\"urn:p\"").replace(",\"statement\"", r#"},{"spdxId":"urn:a","statement""#),
            End::Refused("split-element"),
        ),
    ];
    check(&cases);
}

/// What microsoft/sbom-tool and others write instead of what the specification says, and what must not be noted.
#[test]
fn real_documents_are_read_without_false_alarms() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let identifier =
        r#"{"type":"ExternalIdentifier","spdxId":"SPDXRef-I","externalIdentifierType":"purl","identifier":"pkg:npm/left-pad@1"}"#;
    let elements = format!(
        r#"{{"type":"software_Package","spdxId":"SPDXRef-R","name":"product"}},{{"type":"software_Package","spdxId":"SPDXRef-P","name":"left-pad","externalIdentifier":["SPDXRef-I"],
        "verifiedUsing":["SPDXRef-H"]}},{identifier},{{"type":"PackageVerificationCode","spdxId":"SPDXRef-H","algorithm":"sha1","hashValue":"00"}},
        {{"type":"Relationship","spdxId":"SPDXRef-1","from":"https://ex.org/doc","relationshipType":"DESCRIBES","to":["SPDXRef-R"]}},
        {{"type":"Relationship","spdxId":"SPDXRef-2","from":"SPDXRef-R","relationshipType":"DEPENDS_ON","to":["SPDXRef-P"]}},
        {{"type":"software_Sbom","spdxId":"urn:sbom","rootElement":["SPDXRef-R"]}},{{"type":"SpdxDocument","spdxId":"urn:d","rootElement":["urn:sbom"]}}"#
    );
    let examined = examine("sbom-tool", &document(CONTEXT, &elements), &task);
    let notes: Vec<&str> = examined.assessment.notes.iter().map(|note| note.code).collect();
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(examined.document.unwrap().subjects, 3);
    // An element that is written wherever it is referred to is one vendor.
    let many: Vec<String> = (0..500)
        .map(|number| format!(r#"{{"type":"software_Package","spdxId":"urn:{number}","name":"x","suppliedBy":{}}}"#, agent("urn:k")))
        .collect();
    let examined = examine("repeated", &document(CONTEXT, &many.join(",")), &task);
    assert_eq!(examined.assessment.ledger.prohibited, 500);
}

/// What one vendor's statements cost is bounded, however often they are repeated.
#[test]
fn repeated_statements_are_folded_or_refused() {
    let identifiers: Vec<String> =
        (0..190).map(|number| format!(r#"{{"externalIdentifierType":"email","identifier":"a{number}@a.example"}}"#)).collect();
    let vendor = |extra: &str| {
        format!(
            r#"{{"type":"Organization","spdxId":"urn:k","name":"{KASPERSKY}","externalIdentifier":[{}]{extra}}}"#,
            identifiers.join(",")
        )
    };
    let many = vec!["\"urn:k\""; 100_000].join(",");
    let one = format!(
        r#"{{"type":"software_Package","spdxId":"urn:p","name":"x","suppliedBy":[{many}],"originatedBy":[{many}]}},{}"#,
        vendor("")
    );
    let gone = format!(r#"{{"type":"software_Package","spdxId":"urn:p","name":"x","suppliedBy":[{many}],"software_packageUrl":"{PURL}"}}"#);
    let long = vendor(&format!(r#","description":"{}""#, "x".repeat(100_000)));
    let packages: Vec<String> =
        (0..1000).map(|number| format!(r#"{{"type":"software_Package","spdxId":"urn:{number}","suppliedBy":"urn:k"}}"#)).collect();
    let twins = vec![r#"{"type":"software_Package","spdxId":"urn:p"}"#; 3000].join(",");
    let providers: Vec<String> = (0..3000).map(|number| format!("\"urn:{number}\"")).collect();
    let providers = providers.join(",");
    let provided = format!(
        r#"{twins},{{"type":"Relationship","spdxId":"urn:r","relationshipType":"availableFrom","from":"urn:p","to":[{providers}]}}"#
    );
    check(&[
        (
            "many providers of many components with one identifier".to_owned(),
            document(CONTEXT, &provided),
            End::Refused("too-many-statements"),
        ),
        ("the same vendor".to_owned(), document(CONTEXT, &one), End::Found),
        ("the same vendor that is not described".to_owned(), document(CONTEXT, &gone), End::Found),
        (
            "a long description".to_owned(),
            document(CONTEXT, &format!("{long},{}", packages.join(","))),
            End::Refused("too-many-statements"),
        ),
    ]);
}

/// The places that a finding shows are the text that was matched.
#[test]
fn the_place_of_a_finding_is_its_text() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    for way in ways() {
        let element =
            r#"{"type":"software_Package","spdxId":"https://ex.org/p","name":"engine","suppliedBy":VALUE}"#.replace("VALUE", &way.value);
        let elements: Vec<String> = std::iter::once(element).chain(way.elements.iter().cloned()).collect();
        let text = document(&way.context, &elements.join(","));
        let (source, examined) = examine_bytes(way.name, text.into_bytes(), &task).remove(0);
        for evidence in examined.assessment.findings.iter().flat_map(|finding| &finding.evidence) {
            assert_eq!(&source.text()[evidence.span.start..evidence.span.end], evidence.value, "{}", way.name);
        }
    }
}
