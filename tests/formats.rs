//! One product in every format, version and encoding, and in every wrapper: the same findings.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::path::{Path, PathBuf};

use common::{default_policy, in_force, task};
use interdict::finding::Examined;
use interdict::run::examine_bytes;
use interdict::source::Source;

fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Label, status, entity, and the evidence with its strength.
type ToldFinding = (String, &'static str, String, Vec<(String, &'static str)>);

/// What has to be the same whatever the document is written in.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    ledger: [u64; 7],
    findings: Vec<ToldFinding>,
}

fn told(examined: &Examined) -> Told {
    let ledger = &examined.assessment.ledger;
    let findings = examined.assessment.findings.iter().map(|finding| {
        let entity = finding.entity.as_ref().map_or(String::new(), |entity| entity.id.clone());
        let mut evidence: Vec<(String, &str)> = finding
            .evidence
            .iter()
            .map(|evidence| (evidence.value.split_whitespace().collect::<Vec<_>>().join(" "), evidence.strength.as_str()))
            .collect();
        // CycloneDX keeps an npm scope apart from the name, SPDX does not: there it is found once more.
        evidence.retain(|(value, _)| !value.starts_with("@kaspersky"));
        evidence.sort();
        (finding.subject.label.clone(), finding.status.as_str(), entity, evidence)
    });
    let mut findings: Vec<_> = findings.collect();
    findings.sort();
    Told {
        ledger: [ledger.subjects, ledger.prohibited, ledger.review, ledger.waived, ledger.unverifiable, ledger.clear, ledger.party_named],
        findings,
    }
}

/// Every piece of evidence has to stand where it is said to stand.
fn check_places(name: &str, source: &Source, examined: &Examined) {
    for evidence in examined.assessment.findings.iter().flat_map(|finding| &finding.evidence) {
        let shown = &source.text()[evidence.span.start..evidence.span.end];
        let plain: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let value: String = evidence.value.split_whitespace().collect::<Vec<_>>().join(" ");
        // Entities, escapes and sections keep some of the letters.
        let written_otherwise = shown.contains("CDATA") || shown.contains("\\u") || shown.contains("&#");
        assert!(plain == value || written_otherwise, "{name}: `{shown}` is shown for `{value}` at {:?}", evidence.span);
        assert!(!evidence.pointer.is_empty(), "{name}: no pointer to `{value}`");
    }
}

#[test]
fn every_format_and_every_wrapper_gives_the_same_findings() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let mut expected: Option<Told> = None;
    let (mut compared, mut kinds) = (0, std::collections::BTreeSet::new());
    for path in files("field-kit").into_iter().chain(files("wrapped")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for (source, examined) in examine_bytes(&name, std::fs::read(&path).unwrap(), &task) {
            let document = examined.document.as_ref().unwrap_or_else(|error| panic!("{name}: {error}"));
            kinds.insert(format!("{} {} {}", document.format.as_str(), document.version, document.encoding));
            let told = told(&examined);
            assert_eq!(told.ledger[1], 3, "{name}: the planted articles");
            assert_eq!(told.ledger[2], 1, "{name}: the planted mention");
            check_places(&name, &source, &examined);
            assert_eq!(examined.wrapping.is_empty(), !path.parent().unwrap().ends_with("wrapped"), "{name}: {:?}", examined.wrapping);
            let paths: Vec<usize> = examined.assessment.findings.iter().map(|finding| finding.paths.listed.len()).collect();
            let without_dependencies = name.starts_with("cyclonedx-1.0") || name.starts_with("cyclonedx-1.1");
            assert!(without_dependencies || paths == [1, 1, 1, 1], "{name}: {paths:?}");
            match &expected {
                None => expected = Some(told),
                Some(expected) => assert_eq!(&told, expected, "{name}"),
            }
            compared += 1;
        }
    }
    assert_eq!(kinds.len(), 31, "{kinds:#?}");
    assert_eq!(compared, 38 + 14);
}

#[test]
fn what_was_unwrapped_is_told() {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let wrapping = |name: &str| -> Vec<Vec<String>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wrapped").join(name);
        let examined = examine_bytes(name, std::fs::read(path).unwrap(), &task);
        for (_, examined) in &examined {
            let signed = examined.wrapping.iter().any(|what| what.contains("DSSE"));
            let warned = examined.assessment.notes.iter().any(|note| note.code == "signature-not-verified");
            assert_eq!(signed, warned, "{name}");
        }
        examined.into_iter().map(|(_, examined)| examined.wrapping).collect()
    };
    assert_eq!(wrapping("statement-v1.json"), [["in-toto statement v1"]]);
    assert_eq!(wrapping("bundle-v0.2.json"), [["Sigstore bundle", "DSSE envelope", "in-toto statement v1"]]);
    assert_eq!(wrapping("cosign-data.json"), [["in-toto statement of cosign"]]);
    assert_eq!(wrapping("nested.json.gz"), [["gzip", "DSSE envelope", "in-toto statement v1"]]);
    assert_eq!(wrapping("github-export.json"), [["GitHub dependency-graph export"]]);
    assert_eq!(wrapping("sbom.json.zst"), [["zstd"]]);
    let lines = wrapping("lines.jsonl");
    assert_eq!(lines[0], ["JSON Lines, line 1", "Sigstore bundle", "DSSE envelope", "in-toto statement v1"]);
    assert_eq!(lines[1], ["JSON Lines, line 3"]);
}

/// What a part is used for: `field-kit` is told what `tool` and `both` are for it.
#[test]
fn scopes_are_read_from_relationships() {
    use interdict::document::{self, Limits};
    use interdict::inventory::{Listener, Scope, Subject};
    struct Scopes(Vec<(u32, String, Option<Scope>)>);
    impl Listener for Scopes {
        fn subject(&mut self, subject: &Subject<'_>) {
            self.0.push((subject.index, subject.label(), subject.scope));
        }
    }
    let spdx2 = |kind: &str| {
        format!(
            r#"{{"spdxVersion":"SPDX-2.3","packages":[{{"SPDXID":"a","name":"root"}},{{"SPDXID":"b","name":"tool"}},{{"SPDXID":"c","name":"both"}}],
            "relationships":[{{"spdxElementId":"b","relationshipType":"{kind}","relatedSpdxElement":"a"}},
            {{"spdxElementId":"c","relationshipType":"{kind}","relatedSpdxElement":"a"}},
            {{"spdxElementId":"b","relationshipType":"DEPENDS_ON","relatedSpdxElement":"c"}}]}}"#
        )
    };
    let spdx3 = |scope: &str| {
        format!(
            r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{{"type":"software_Package","spdxId":"urn:a","name":"root"}},
            {{"type":"software_Package","spdxId":"urn:b","name":"tool"}},{{"type":"software_Package","spdxId":"urn:c","name":"both"}},
            {{"type":"LifecycleScopedRelationship","spdxId":"urn:r","relationshipType":"dependsOn","scope":"{scope}","from":"urn:a","to":["urn:b","urn:c"]}},
            {{"type":"Relationship","spdxId":"urn:s","relationshipType":"dependsOn","from":"urn:b","to":["urn:c"]}}]}}"#
        )
    };
    for (text, expected) in [
        (spdx2("DEV_DEPENDENCY_OF"), Some(Scope::Build)),
        (spdx2("TEST_DEPENDENCY_OF"), Some(Scope::Test)),
        (spdx2("OPTIONAL_DEPENDENCY_OF"), Some(Scope::Optional)),
        (spdx2("BUILD_TOOL_OF"), Some(Scope::Build)),
        (spdx2("DEPENDENCY_OF"), None),
        (spdx3("build"), Some(Scope::Build)),
        (spdx3("test"), Some(Scope::Test)),
        (spdx3("runtime"), None),
    ] {
        let mut scopes = Scopes(Vec::new());
        document::read(&Source::from_text("", text.as_str()), &Limits::default(), &mut scopes).unwrap();
        scopes.0.sort();
        let scopes: Vec<_> = scopes.0.into_iter().map(|(_, label, scope)| (label, scope)).collect();
        let expected = [("root".to_owned(), None), ("tool".to_owned(), expected), ("both".to_owned(), None)];
        assert_eq!(scopes, expected, "{text}");
    }
}

/// An article is planted in one field after the other: each is read in the encodings that are told as JSON, and its place is the text.
#[test]
fn every_field_that_names_a_maker_is_read_in_every_encoding() {
    let component = |inside: &str| {
        format!(
            "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.7\"><components><component type=\"library\"><name>x</name>{inside}</component></components></bom>"
        )
    };
    let document = |inside: &str| {
        format!(
            "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.7\">{inside}<components><component type=\"library\"><name>x</name></component></components></bom>"
        )
    };
    let tags = |inside: &str| format!("SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nCreator: Person: A\n{inside}");
    let package = |inside: &str| tags(&format!("PackageName: x\nSPDXID: SPDXRef-x\n{inside}"));
    let rdf = |inside: &str| {
        format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:doap=\"http://usefulinc.com/ns/doap#\" xmlns:s=\"http://spdx.org/rdf/terms#\">\
             <s:SpdxDocument rdf:about=\"http://d.example/1#D\"><s:specVersion>SPDX-2.3</s:specVersion></s:SpdxDocument>\
             <s:Package rdf:about=\"http://d.example/1#P\"><s:name>x</s:name>{inside}</s:Package></rdf:RDF>"
        )
    };
    let spdx3 = |inside: &str| {
        format!(
            r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{{"type":"software_Package","spdxId":"urn:x","name":"x",{inside}}}]}}"#
        )
    };
    const NAME: &str = "Kaspersky Lab";
    const PURL: &str = "pkg:npm/%40kaspersky/hexa-ui@1";
    const URL: &str = "https://github.com/KasperskyLab/x";
    const CPE: &str = "cpe:2.3:a:kaspersky:x:1:*:*:*:*:*:*:*";
    let entity = format!("<name>{NAME}</name>");
    let cases: Vec<(String, &str)> = vec![
        (component(&format!("<supplier>{entity}</supplier>")), NAME),
        (component("<supplier><name>x</name><url>https://www.kaspersky.com</url></supplier>"), "https://www.kaspersky.com"),
        (component("<supplier><name>x</name><contact><email>a@kaspersky.com</email></contact></supplier>"), "a@kaspersky.com"),
        (component(&format!("<manufacturer>{entity}</manufacturer>")), NAME),
        (component(&format!("<author>{NAME}</author>")), NAME),
        (component(&format!("<authors><author>{entity}</author></authors>")), NAME),
        (component(&format!("<publisher>{NAME}</publisher>")), NAME),
        (component(&format!("<cpe>{CPE}</cpe>")), CPE),
        (component(&format!("<purl>{PURL}</purl>")), PURL),
        (component(&format!("<swid tagId=\"x\" name=\"x\"><text>&lt;Entity name=\"{NAME}\" role=\"tagCreator\"/></text></swid>")), NAME),
        (
            component(&format!(
                "<licenses><license><name>x</name><licensing><licensor><organization>{entity}</organization></licensor></licensing></license></licenses>"
            )),
            NAME,
        ),
        (
            component(&format!(
                "<licenses><expression-detailed expression=\"MIT\"><licensing><licensor><organization>{entity}</organization></licensor></licensing></expression-detailed></licenses>"
            )),
            NAME,
        ),
        (component(&format!("<externalReferences><reference type=\"vcs\"><url>{URL}</url></reference></externalReferences>")), URL),
        (
            component(&format!(
                "<evidence><identity><field>purl</field><methods><method><technique>other</technique><confidence>1</confidence><value>{PURL}</value></method></methods></identity></evidence>"
            )),
            PURL,
        ),
        (component(&format!("<properties><property name=\"syft:cpe23\">{CPE}</property></properties>")), CPE),
        (
            component(&format!(
                "<pedigree><ancestors><component type=\"library\"><supplier>{entity}</supplier><name>y</name></component></ancestors></pedigree>"
            )),
            NAME,
        ),
        (
            component(&format!(
                "<components><component type=\"library\"><supplier>{entity}</supplier><name>y</name></component></components>"
            )),
            NAME,
        ),
        (
            component(&format!(
                "<data><type>dataset</type><governance><owners><owner><organization>{entity}</organization></owner></owners></governance></data>"
            )),
            NAME,
        ),
        (
            component(&format!(
                "<modelCard><modelParameters><datasets><dataset><governance><custodians><custodian><organization>{entity}</organization></custodian></custodians></governance></dataset></datasets></modelParameters></modelCard>"
            )),
            NAME,
        ),
        (
            document(&format!(
                "<metadata><component type=\"application\"><name>a</name></component><supplier>{entity}</supplier></metadata>"
            )),
            NAME,
        ),
        (document(&format!("<metadata><manufacture>{entity}</manufacture></metadata>")), NAME),
        (document(&format!("<metadata><tools><tool><vendor>{NAME}</vendor><name>t</name></tool></tools></metadata>")), NAME),
        (
            document(&format!(
                "<metadata><tools><components><component type=\"application\"><supplier>{entity}</supplier><name>t</name></component></components></tools></metadata>"
            )),
            NAME,
        ),
        (document(&format!("<services><service><provider>{entity}</provider><name>s</name></service></services>")), NAME),
        (
            document(
                "<services><service><name>s</name><endpoints><endpoint>https://ksn.kaspersky.com/x</endpoint></endpoints></service></services>",
            ),
            "https://ksn.kaspersky.com/x",
        ),
        (
            document(&format!(
                "<services><service><name>s</name><data><dataflow><classification>PII</classification><governance><stewards><steward><organization>{entity}</organization></steward></stewards></governance></dataflow></data></service></services>"
            )),
            NAME,
        ),
        (
            document(&format!(
                "<formulation><formula><components><component type=\"application\"><supplier>{entity}</supplier><name>t</name></component></components></formula></formulation>"
            )),
            NAME,
        ),
        (
            document(&format!(
                "<annotations><annotation><annotator><component type=\"application\"><supplier>{entity}</supplier><name>t</name></component></annotator></annotation></annotations>"
            )),
            NAME,
        ),
        (
            document(&format!(
                "<vulnerabilities><vulnerability><tools><components><component type=\"application\"><supplier>{entity}</supplier><name>t</name></component></components></tools></vulnerability></vulnerabilities>"
            )),
            NAME,
        ),
        (
            document(&format!(
                "<declarations><targets><components><component type=\"application\"><supplier>{entity}</supplier><name>t</name></component></components></targets></declarations>"
            )),
            NAME,
        ),
        (package(&format!("PackageSupplier: Organization: {NAME}\n")), NAME),
        (package(&format!("PackageOriginator: Organization: {NAME} (x@y.example)\n")), NAME),
        (package(&format!("PackageDownloadLocation: git+{URL}\n")), "git+https://github.com/KasperskyLab/x"),
        (package(&format!("PackageHomePage: {URL}\n")), URL),
        (package(&format!("ExternalRef: PACKAGE-MANAGER purl {PURL}\n")), PURL),
        (package(&format!("ExternalRef: SECURITY cpe23Type {CPE}\n")), CPE),
        (rdf(&format!("<s:originator>Organization: {NAME}</s:originator>")), NAME),
        (rdf(&format!("<doap:homepage rdf:resource=\"{URL}\"/>")), URL),
        (rdf(&format!("<s:downloadLocation>{URL}</s:downloadLocation>")), URL),
        (
            rdf(&format!(
                "<s:externalRef><s:ExternalRef><s:referenceType rdf:resource=\"http://spdx.org/rdf/references/cpe23Type\"/><s:referenceLocator>{CPE}</s:referenceLocator></s:ExternalRef></s:externalRef>"
            )),
            CPE,
        ),
        (spdx3(&format!(r#""software_packageUrl":"{PURL}""#)), PURL),
        (spdx3(&format!(r#""software_homePage":"{URL}""#)), URL),
        (spdx3(&format!(r#""software_downloadLocation":"{URL}""#)), URL),
        (spdx3(&format!(r#""externalRef":[{{"externalRefType":"vcs","locator":["{URL}"]}}]"#)), URL),
        (spdx3(&format!(r#""externalIdentifier":[{{"externalIdentifierType":"cpe23","identifier":"{CPE}"}}]"#)), CPE),
        (spdx3(&format!(r#""originatedBy":[{{"type":"Organization","spdxId":"urn:k","name":"{NAME}"}}]"#)), NAME),
    ];
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let mut misses = Vec::new();
    for (text, planted) in &cases {
        let (source, examined) = examine_bytes("document", text.clone().into_bytes(), &task).remove(0);
        let found =
            examined.assessment.findings.iter().filter(|finding| finding.status.as_str() != "note").flat_map(|finding| &finding.evidence);
        let right = found.clone().any(|evidence| {
            let shown = &source.text()[evidence.span.start..evidence.span.end];
            // The name in an embedded tag is shown with the tag around it.
            evidence.value == *planted && (shown == *planted || (shown.contains("Entity") && shown.contains(planted)))
        });
        if !right || examined.document.is_err() {
            let found: Vec<String> =
                found.map(|evidence| format!("{} {:?}", evidence.value, &source.text()[evidence.span.start..evidence.span.end])).collect();
            misses.push(format!("{text}\n    {:?} {found:?}", examined.document.err()));
        }
    }
    assert!(misses.is_empty(), "{} of {} fields:\n{}", misses.len(), cases.len(), misses.join("\n"));
}
