//! Documents one fact away from a valid one, and documents that mean harm: each ends as the last column says. Every one of them lists
//! something that Kaspersky Lab supplies, so that a document that is read has to end with a finding, and never as clear.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::io::Write as _;

use common::{default_policy, in_force, task};
use interdict::finding::Status;
use interdict::run::{Task, examine_bytes};
use interdict::verdict::Verdict;

/// How a document has to end.
enum End {
    /// Read, with the planted article found.
    Found,
    /// The same, with a note of this kind.
    Noted(&'static str),
    /// Something is left for a person to judge.
    Review(&'static str),
    /// Refused with an error of this kind.
    Refused(&'static str),
}

use End::{Found, Noted, Refused, Review};

fn check(cases: Vec<(&str, Vec<u8>, End)>) {
    let policy = default_policy();
    check_with(&task(&in_force(&policy)), cases);
}

fn check_with(task: &Task<'_>, cases: Vec<(&str, Vec<u8>, End)>) {
    let mut failures = Vec::new();
    for (what, bytes, end) in cases {
        let examined = examine_bytes(what, bytes, task);
        let errors: Vec<&str> =
            examined.iter().filter_map(|(_, examined)| examined.document.as_ref().err()).map(|error| error.code).collect();
        let notes: Vec<&str> = examined.iter().flat_map(|(_, examined)| &examined.assessment.notes).map(|note| note.code).collect();
        let statuses = || examined.iter().flat_map(|(_, examined)| &examined.assessment.findings).map(|finding| finding.status);
        let found = statuses().any(|status| status == Status::Prohibited);
        let worst = examined.iter().map(|(_, examined)| examined.verdict()).max();
        let right = match end {
            Found => found && errors.is_empty(),
            Noted(code) => found && errors.is_empty() && notes.contains(&code),
            Review(code) => {
                statuses().any(|status| status >= Status::Review) && errors.is_empty() && (code.is_empty() || notes.contains(&code))
            }
            Refused(code) => errors.contains(&code) && worst == Some(Verdict::Error),
        };
        if !right {
            failures.push(format!("{what}: errors {errors:?}, notes {notes:?}, found {found}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16()).collect::<Vec<_>>();
    units.iter().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

// --- SPDX tag-value ---

const TAG_HEAD: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\n\
                        DocumentNamespace: http://d.example/1\nCreator: Person: A\nCreated: 2026-11-01T00:00:00Z\n";
const TAG_PACKAGE: &str = "PackageName: planted\nSPDXID: SPDXRef-planted\nPackageSupplier: Organization: Kaspersky Lab\n\
                           PackageDownloadLocation: NOASSERTION\n";

#[test]
fn tag_value() {
    let with = |line: &str| format!("{TAG_HEAD}\n{TAG_PACKAGE}{line}\n");
    let plain = with("");
    check(vec![
        ("byte-order mark", format!("\u{feff}{plain}").into(), Found),
        ("a licence that is none", with("PackageLicenseDeclared: Apache Software License").into(), Found),
        ("an unknown tag", with("PackageFlavour: mint").into(), Noted("unknown-tag")),
        ("PACKAGE_MANAGER", with("ExternalRef: PACKAGE_MANAGER purl pkg:npm/x@1").into(), Found),
        ("an unknown relationship", with("Relationship: SPDXRef-planted RESEMBLES SPDXRef-planted").into(), Found),
        ("a relationship of two words", with("Relationship: SPDXRef-planted CONTAINS").into(), Refused("bad-relationship")),
        ("bare CR line ends", plain.replace('\n', "\r").into(), Found),
        ("CRLF line ends", plain.replace('\n', "\r\n").into(), Found),
        ("UTF-16", utf16(&plain, true, true), Found),
        ("in a .json", plain.clone().into(), Found),
        ("text without a tag", with("this is no tag at all").into(), Refused("stray-line")),
        ("a supplier twice", with("PackageSupplier: Organization: Acme").into(), Found),
        ("a <text> that is never closed", with("PackageComment: <text>x").into(), Refused("truncated")),
        ("a supplier of nothing", format!("{TAG_HEAD}PackageSupplier: Organization: Kaspersky Lab\n").into(), Refused("tag-out-of-place")),
        (
            "a supplier behind the package's files",
            format!(
                "{TAG_HEAD}\nPackageName: a\nSPDXID: SPDXRef-a\nFileName: ./f\nSPDXID: SPDXRef-f\n\
                                                          PackageSupplier: Organization: Kaspersky Lab\n"
            )
            .into(),
            Found,
        ),
        ("nothing listed", TAG_HEAD.into(), Refused("no-components")),
        ("no version", plain.replace("SPDXVersion: SPDX-2.3\n", "").into(), Refused("unknown-version")),
        ("a version that is none", plain.replace("SPDX-2.3", "SPDX-9").into(), Refused("unknown-version")),
        ("a newer minor version", plain.replace("SPDX-2.3", "SPDX-2.9").into(), Noted("newer-version")),
        ("two documents in one", format!("{plain}{plain}").into(), Refused("duplicate-key")),
        ("an identifier twice", format!("{plain}\nPackageName: b\nSPDXID: SPDXRef-planted\n").into(), Noted("duplicate-reference")),
        ("case of tags", plain.replace("PackageSupplier", "PACKAGESUPPLIER").into(), Found),
        (
            "an identifier where a snippet has another tag for it",
            with("SnippetSPDXID: SPDXRef-s\nSnippetFromFileSPDXID: SPDXRef-f\nSPDXID: SPDXRef-s").into(),
            Found,
        ),
        ("a hidden supplier in a comment", with("# PackageSupplier: Organization: x").into(), Found),
    ]);
}

// --- SPDX JSON ---

fn spdx(document: &str, package: &str) -> Vec<u8> {
    let comma = if package.is_empty() { "" } else { "," };
    format!(
        r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT",{document}"packages":[{{"SPDXID":"SPDXRef-planted","name":"planted",
            "supplier":"Organization: Kaspersky Lab"{comma}{package}}}]}}"#
    )
    .into()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn spdx_json() {
    let plain = text(spdx("", ""));
    let list = |list: &str| plain.replace("\"packages\":[", &format!("\"packages\":[{list},"));
    check(vec![
        ("byte-order mark", format!("\u{feff}{plain}").into(), Found),
        ("UTF-16LE with a mark", utf16(&plain, true, true), Found),
        ("UTF-16BE with a mark", utf16(&plain, false, true), Found),
        ("UTF-16LE without", utf16(&plain, true, false), Found),
        ("UTF-16BE without", utf16(&plain, false, false), Found),
        ("UTF-32LE", plain.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect(), Found),
        ("a licence with a slash", spdx("", r#""licenseDeclared":"MIT/Apache-2.0""#), Found),
        ("a licence with a comma", spdx("", r#""licenseDeclared":"MIT, Apache-2.0""#), Found),
        ("an empty licence", spdx("", r#""licenseDeclared":"""#), Found),
        ("a licence that is an object", spdx("", r#""licenseDeclared":{"type":"MIT"}"#), Found),
        ("an unknown field of a package", spdx("", r#""flavour":{"a":[1]}"#), Found),
        ("an unknown field of the document", spdx(r#""$schema":"x","#, ""), Found),
        (
            "nulls for lists",
            spdx(r#""files":null,"snippets":null,"relationships":null,"#, r#""attributionTexts":null,"externalRefs":null"#),
            Found,
        ),
        ("packages: null", br#"{"spdxVersion":"SPDX-2.3","packages":null}"#.to_vec(), Refused("null-components")),
        ("a null among the packages", list("null").into(), Noted("null-element")),
        ("created without a zone", spdx(r#""creationInfo":{"created":"2026-11-01T00:00:00","creators":["Tool: x"]},"#, ""), Found),
        (
            "a relationship in lower case",
            spdx(
                r#""relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"describes","relatedSpdxElement":"SPDXRef-planted"}],"#,
                "",
            ),
            Found,
        ),
        (
            "a relationship to NOASSERTION",
            spdx(
                r#""relationships":[{"spdxElementId":"SPDXRef-planted","relationshipType":"DEPENDS_ON","relatedSpdxElement":"NOASSERTION"}],"#,
                "",
            ),
            Found,
        ),
        ("a purpose with a hyphen", spdx("", r#""primaryPackagePurpose":"OPERATING-SYSTEM""#), Found),
        (
            "a category with a hyphen",
            spdx("", r#""externalRefs":[{"referenceCategory":"PERSISTENT-ID","referenceType":"swh","referenceLocator":"swh:1:cnt:0"}]"#),
            Found,
        ),
        ("a checksum called SHA-256", spdx("", r#""checksums":[{"algorithm":"SHA-256","checksumValue":"00"}]"#), Found),
        ("wrapped as GitHub does", format!(r#"{{"sbom":{plain}}}"#).into(), Found),
        ("an SPDX 3 version in an SPDX 2 document", plain.replace("SPDX-2.3", "SPDX-3.0").into(), Refused("unknown-version")),
        (
            "a field that is newer than the version",
            text(spdx("", r#""primaryPackagePurpose":"LIBRARY""#)).replace("SPDX-2.3", "SPDX-2.2").into(),
            Noted("shape-contradicts-version"),
        ),
        ("an identifier twice", list(r#"{"SPDXID":"SPDXRef-planted","name":"other"}"#).into(), Noted("duplicate-reference")),
        ("a supplier that is null", list(r#"{"SPDXID":"SPDXRef-o","name":"other","supplier":null,"versionInfo":null}"#).into(), Found),
        ("packageSupplier", plain.replace("\"supplier\"", "\"packageSupplier\"").into(), Found),
        ("packageName", plain.replace("\"name\"", "\"packageName\"").into(), Found),
        ("documentDescribes only", spdx(r#""documentDescribes":["SPDXRef-planted"],"#, ""), Found),
        ("documentDescribes nothing that is there", spdx(r#""documentDescribes":["SPDXRef-gone"],"#, ""), Noted("dangling-reference")),
        ("a supplier without a keyword", plain.replace("Organization: Kaspersky Lab", "Kaspersky Lab").into(), Found),
        (
            "a supplier in an array",
            plain.replace("\"Organization: Kaspersky Lab\"", "[\"Organization: Kaspersky Lab\"]").into(),
            Refused("wrong-type"),
        ),
        ("scraped text behind it", format!("{plain}Contact UsTerms of Use").into(), Refused("not-json")),
        (
            "a circle",
            spdx(
                r#""relationships":[{"spdxElementId":"SPDXRef-planted","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-b"},{"spdxElementId":"SPDXRef-b","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-planted"}],"files":[{"SPDXID":"SPDXRef-b","fileName":"b"}],"#,
                "",
            ),
            Noted("cycle"),
        ),
        ("files in the package", spdx("", r#""files":[{"SPDXID":"SPDXRef-f","fileName":"./drivers/x"}]"#), Found),
        (
            "every supplier is the author",
            text(spdx(r#""creationInfo":{"creators":["Organization: Kaspersky Lab"]},"#, ""))
                .replace(
                    "\"packages\":[",
                    "\"packages\":[{\"SPDXID\":\"SPDXRef-o\",\"name\":\"o\",\"supplier\":\"Organization: Kaspersky Lab\"},",
                )
                .into(),
            Noted("supplier-is-author"),
        ),
    ]);
}

// --- CycloneDX JSON ---

fn cyclonedx(version: &str, document: &str, component: &str) -> Vec<u8> {
    let comma = if component.is_empty() { "" } else { "," };
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":{version},{document}"components":[{{"type":"library","bom-ref":"planted","name":"planted",
            "version":"1","supplier":{{"name":"Kaspersky Lab"}}{comma}{component}}}]}}"#
    )
    .into()
}

#[test]
fn cyclonedx_json() {
    let plain = text(cyclonedx("\"1.6\"", "", ""));
    let with = |component: &str| cyclonedx("\"1.6\"", "", component);
    let list = |list: &str| Vec::from(plain.replace("\"components\":[", &format!("\"components\":[{list},")));
    check(vec![
        ("1.0, which has no JSON", cyclonedx("\"1.0\"", "", ""), Noted("old-version")),
        ("1.1, which has no JSON", cyclonedx("\"1.1\"", "", ""), Noted("old-version")),
        ("a newer minor version", cyclonedx("\"1.8\"", "", ""), Noted("newer-version")),
        ("a major version", cyclonedx("\"2.0\"", "", ""), Refused("unknown-version")),
        ("a draft of 2.0", plain.replace("\"bomFormat\":\"CycloneDX\"", "\"specFormat\":\"CycloneDX\"").replace("1.6", "2.0").into(), Refused("unsupported-version")),
        ("a version that is a number", cyclonedx("1.5", "", ""), Noted("version-number")),
        ("byte-order mark", format!("\u{feff}{plain}").into(), Found),
        ("bomFormat missing", plain.replace("\"bomFormat\":\"CycloneDX\",", "").into(), Found),
        ("a component without a name", plain.replace("\"name\":\"planted\",", "").into(), Found),
        ("a component without a type", plain.replace("\"type\":\"library\",", "").into(), Found),
        ("a supplier that is a string", plain.replace("{\"name\":\"Kaspersky Lab\"}", "\"Kaspersky Lab\"").into(), Found),
        ("a manufacturer in 1.5", text(cyclonedx("\"1.5\"", "", "")).replace("supplier", "manufacturer").into(), Noted("shape-contradicts-version")),
        ("a hash called sha256", with(r#""hashes":[{"alg":"sha256","content":"00"}]"#), Found),
        ("an expression beside a licence", with(r#""licenses":[{"expression":"MIT"},{"license":{"id":"MIT"}}]"#), Found),
        ("licences that are no list", with(r#""licenses":"MIT""#), Found),
        ("a purl that is none", with(r#""purl":"not a purl""#), Found),
        ("a purl without pkg:", with(r#""purl":"npm/%40kaspersky/hexa-ui@1""#), Found),
        ("a URL that is none", with(r#""externalReferences":[{"type":"vcs","url":"git@github.com:x y"}]"#), Found),
        ("a bad timestamp", cyclonedx("\"1.6\"", r#""metadata":{"timestamp":"yesterday"},"#, ""), Found),
        ("an unknown type and field", with(r#""flavour":1,"type2":"x""#), Found),
        ("a bom-ref twice", list(r#"{"type":"library","bom-ref":"planted","name":"other"}"#), Noted("duplicate-reference")),
        ("a dependency on nothing", cyclonedx("\"1.6\"", r#""dependencies":[{"ref":"planted","dependsOn":["gone"]}],"#, ""), Noted("dangling-reference")),
        ("components: null", br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":null}"#.to_vec(), Refused("null-components")),
        ("only under metadata.component", plain.replace("\"components\":[", "\"metadata\":{\"component\":{\"type\":\"application\",\"name\":\"a\",\"components\":[").replace("}]}", "}]}}}").into(), Found),
        ("empty and absent suppliers", list(r#"{"type":"library","name":"o","supplier":{"name":""},"publisher":"NOASSERTION","author":"unknown"}"#), Found),
        ("a purl that contradicts the supplier", br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x","purl":"pkg:npm/%40kaspersky/hexa-ui@1","supplier":{"name":"Example Ltd"}}]}"#.to_vec(), Noted("contradicting-makers")),
        ("a Cyrillic letter in the supplier", plain.replace("Kaspersky", "K\u{430}spersky").into(), Review("mixed-scripts")),
        ("a zero-width space in the supplier", plain.replace("Kaspersky", "Kasp\u{200b}ersky").into(), Noted("hidden-characters")),
        ("right-to-left in the supplier", plain.replace("Kaspersky", "\u{202e}Kaspersky").into(), Noted("hidden-characters")),
        ("full-width letters", plain.replace("Kaspersky", "Ｋａｓｐｅｒｓｋｙ").into(), Found),
        ("a key that stands twice", with(r#""supplier":{"name":"Acme"}"#), Refused("duplicate-key")),
        ("a key that stands twice, escaped", with(r#""supp\u006cier":{"name":"Acme"}"#), Refused("duplicate-key")),
        ("a key that stands twice, where others have it", list(r#"{"name":"o","type":"library","version":"1"},{"type":"library","name":"o"},{"type":"library","name":"o","type" : "library"}"#), Refused("duplicate-key")),
        ("the keys of two formats", cyclonedx("\"1.6\"", r#""spdxVersion":"SPDX-2.3","#, ""), Refused("two-formats")),
        ("deep nesting", format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"x\":{}{}}}", "[".repeat(5000), "]".repeat(5000)).into(), Refused("too-deep")),
        ("cut off", plain[..plain.len() - 3].into(), Refused("truncated")),
        ("an array of documents", format!("[{plain}]").into(), Found),
        ("two documents on one line", format!("{plain}{plain}").into(), Refused("not-json")),
        ("no JSON object", b"42".to_vec(), Refused("not-json")),
        ("nothing", b"".to_vec(), Refused("empty")),
    ]);
}

// --- XML ---

#[test]
fn xml() {
    let document = |head: &str, inside: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>\
             <component type=\"library\"><supplier><name>Kaspersky Lab</name></supplier><name>planted</name>{inside}</component></components></bom>"
        )
    };
    let plain = document("", "");
    let deep =
        |count: usize| format!("{}{}", "<components><component><name>x</name>".repeat(count), "</component></components>".repeat(count));
    let entities =
        "<!DOCTYPE bom [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    check(vec![
        ("as it should be", plain.clone().into(), Found),
        (
            "an external entity",
            document("<!DOCTYPE bom [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "<description>&x;</description>").into(),
            Refused("document-type"),
        ),
        ("entities that grow", document(entities, "<description>&c;</description>").into(), Refused("document-type")),
        (
            "a parameter entity",
            document("<!DOCTYPE bom [<!ENTITY % x SYSTEM \"http://h.example/x\"> %x;]>", "").into(),
            Refused("document-type"),
        ),
        ("an entity that is not defined", document("", "<description>&nbsp;</description>").into(), Refused("undefined-entity")),
        ("entities in the name", plain.replace("Kaspersky Lab", "&#75;aspersky&#x20;Lab").into(), Found),
        ("a CDATA section", plain.replace("Kaspersky Lab", "<![CDATA[Kaspersky Lab]]>").into(), Found),
        ("a comment in the name", plain.replace("Kaspersky Lab", "Kasper<!-- x -->sky Lab").into(), Refused("two-readings")),
        ("tags that do not match", plain.replace("</supplier>", "</supplies>").into(), Refused("not-xml")),
        ("cut off", plain[..plain.len() - 20].into(), Refused("truncated")),
        ("a second root", format!("{plain}<bom/>").into(), Refused("trailing-text")),
        ("text behind the root", format!("{plain}more").into(), Refused("trailing-text")),
        ("a supplier twice", document("", "<supplier><name>Acme</name></supplier>").into(), Refused("duplicate-key")),
        ("components twice", plain.replace("</bom>", "<components/></bom>").into(), Refused("duplicate-key")),
        ("another namespace", plain.replace("http://cyclonedx.org/schema/bom/1.6", "http://h.example/").into(), Refused("unknown-version")),
        ("no namespace", plain.replace(" xmlns=\"http://cyclonedx.org/schema/bom/1.6\"", "").into(), Refused("unknown-version")),
        ("a newer version", plain.replace("bom/1.6", "bom/1.9").into(), Noted("newer-version")),
        ("a version that is none", plain.replace("bom/1.6", "bom/12").into(), Refused("unknown-version")),
        ("UTF-16", utf16(&plain.replace("UTF-8", "UTF-16"), true, true), Found),
        (
            "Latin-1",
            plain.replace("planted", "pl\u{e4}nted").chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect(),
            Refused("not-text"),
        ),
        ("deep nesting", document("", &deep(2000)).into(), Refused("too-deep")),
        ("nesting that is allowed", document("", &deep(50)).into(), Found),
        (
            "an extension of another namespace",
            document("", "<x:owner xmlns:x=\"http://h.example/\"><x:name>Acme</x:name></x:owner>").into(),
            Found,
        ),
        (
            "a supplier of another namespace",
            document("", "<x:supplier xmlns:x=\"http://h.example/\"><x:name>Acme</x:name></x:supplier>").into(),
            Refused("two-readings"),
        ),
        ("no SBOM", b"<project><name>Kaspersky Lab</name></project>".to_vec(), Refused("not-an-sbom")),
        ("nothing listed", b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"/>".to_vec(), Refused("no-components")),
    ]);
}

// --- YAML ---

#[test]
fn yaml() {
    let plain = "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\npackages:\n- SPDXID: SPDXRef-planted\n  name: planted\n  supplier: 'Organization: Kaspersky Lab'\n";
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n\
                d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n";
    check(vec![
        ("as it should be", plain.into(), Found),
        ("an explicit document", format!("%YAML 1.2\n---\n{plain}...\n").into(), Found),
        ("a key that stands twice", format!("{plain}  supplier: 'Organization: Acme'\n").into(), Refused("duplicate-key")),
        (
            "aliases",
            plain
                .replace("'Organization: Kaspersky Lab'", "*x")
                .replace("packages:", "comment: &x 'Organization: Kaspersky Lab'\npackages:")
                .into(),
            Found,
        ),
        ("aliases that grow", format!("{plain}{bomb}").into(), Refused("alias-bomb")),
        ("a tab", plain.replace("  name", "\tname").into(), Refused("not-yaml")),
        ("two documents", format!("{plain}---\n{plain}").into(), Refused("trailing-text")),
        ("a string said to be one", plain.replace("'Organization: Kaspersky Lab'", "!!str 'Organization: Kaspersky Lab'").into(), Found),
        (
            "a value of another type",
            plain.replace("'Organization: Kaspersky Lab'", "!!binary T3JnYW5pemF0aW9uOiBLYXNwZXJza3kgTGFi").into(),
            Refused("wrong-type"),
        ),
        ("block text", plain.replace("'Organization: Kaspersky Lab'", ">-\n    Organization:\n    Kaspersky Lab").into(), Found),
        ("null packages", b"spdxVersion: SPDX-2.3\npackages: ~\n".to_vec(), Refused("null-components")),
        ("deep nesting", format!("spdxVersion: SPDX-2.3\nx: {}{}\n", "[".repeat(9000), "]".repeat(9000)).into(), Refused("not-yaml")),
    ]);
}

// --- RDF ---

#[test]
fn rdf() {
    let document = |inside: &str| {
        format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"http://spdx.org/rdf/terms#\">\
             <s:SpdxDocument rdf:about=\"http://d.example/1#SPDXRef-DOCUMENT\"><s:specVersion>SPDX-2.3</s:specVersion></s:SpdxDocument>\
             <s:Package rdf:about=\"http://d.example/1#SPDXRef-planted\"><s:name>planted</s:name>{inside}</s:Package></rdf:RDF>"
        )
    };
    let supplier = "<s:supplier>Organization: Kaspersky Lab</s:supplier>";
    check(vec![
        ("as it should be", document(supplier).into(), Found),
        (
            "as an attribute",
            document("").replace("#SPDXRef-planted\">", "#SPDXRef-planted\" s:supplier=\"Organization: Kaspersky Lab\">").into(),
            Found,
        ),
        ("two suppliers", document(&format!("{supplier}<s:supplier>Organization: Acme</s:supplier>")).into(), Refused("duplicate-key")),
        (
            "a type given as a property",
            document(supplier)
                .replace("<s:Package rdf", "<rdf:Description rdf")
                .replace("</s:Package>", "<rdf:type rdf:resource=\"http://spdx.org/rdf/terms#Package\"/></rdf:Description>")
                .into(),
            Found,
        ),
        ("entities", format!("<!DOCTYPE rdf:RDF [<!ENTITY k \"Kaspersky\">]>{}", document(supplier)).into(), Refused("document-type")),
        ("broken", document(&format!("{supplier}stray<s:x>")).into(), Refused("not-xml")),
        ("no version", document(supplier).replace("<s:specVersion>SPDX-2.3</s:specVersion>", "").into(), Refused("unknown-version")),
    ]);
}

// --- SPDX 3 ---

#[test]
fn spdx3() {
    let agent = r#"{"type":"Organization","spdxId":"urn:k","name":"Kaspersky Lab"}"#;
    let document = |package: &str, others: &str| {
        format!(
            r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{{"type":"software_Package","spdxId":"urn:p","name":"planted"{package}}}{others}]}}"#
        )
    };
    let by = |supplier: &str| document(&format!(",\"suppliedBy\":{supplier}"), &format!(",{agent}"));
    let plain = by("\"urn:k\"");
    check(vec![
        ("an agent that comes later", plain.clone().into(), Found),
        ("an agent in a list", by("[\"urn:k\"]").into(), Found),
        ("an agent on the spot", document(&format!(",\"originatedBy\":[{agent}]"), "").into(), Found),
        ("availableFrom", document("", &format!(r#",{agent},{{"type":"Relationship","spdxId":"urn:r","relationshipType":"availableFrom","from":"urn:p","to":["urn:k"]}}"#)).into(), Found),
        ("an agent that is not there", document(r#","suppliedBy":"urn:gone","software_packageUrl":"pkg:npm/%40kaspersky/hexa-ui@1""#, "").into(), Noted("dangling-reference")),
        ("nobody", document(r#","suppliedBy":"https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement","software_packageUrl":"pkg:npm/%40kaspersky/hexa-ui@1""#, "").into(), Found),
        ("a newer context", plain.replace("3.0.1", "3.1.0").into(), Noted("newer-version")),
        ("a context in a list", plain.replace("\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"", "[\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",{\"k\":\"https://k.example/#\"}]").into(), Found),
        ("a context that renames", plain.replace("\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"", "[\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",{\"maker\":\"https://spdx.org/rdf/3.0.1/terms/Core/suppliedBy\"}]").into(), Refused("unsupported-context")),
        ("a type that is not known", plain.replace("software_Package", "hardware_Board").into(), Noted("unknown-type")),
        ("a type in full", plain.replace("software_Package", "https://spdx.org/rdf/3.0.1/terms/Software/Package").into(), Found),
        ("two types", plain.replace("\"type\":\"software_Package\"", "\"type\":\"software_Package\",\"@type\":\"Annotation\"").into(), Refused("duplicate-key")),
        ("an identifier twice", document(",\"suppliedBy\":\"urn:k\"", &format!(r#",{{"type":"software_Package","spdxId":"urn:p","name":"o"}},{agent}"#)).into(), Noted("duplicate-reference")),
        ("a null in the graph", document(",\"suppliedBy\":\"urn:k\"", &format!(",null,{agent}")).into(), Noted("null-element")),
        ("no graph", br#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}"#.to_vec(), Refused("no-components")),
        ("a graph of null", br#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":null}"#.to_vec(), Refused("no-components")),
        ("one element without a graph", br#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","type":"software_Package","spdxId":"urn:p","name":"x","software_packageUrl":"pkg:npm/%40kaspersky/hexa-ui@1"}"#.to_vec(), Found),
        ("a package inside of a relationship", document("", r#",{"type":"Relationship","spdxId":"urn:r","relationshipType":"contains","from":"urn:p","to":[{"type":"software_Package","spdxId":"urn:q","name":"x","software_packageUrl":"pkg:npm/%40kaspersky/hexa-ui@1"}]}"#).into(), Found),
        (
            "an agent of a thousand addresses",
            plain
                .replace(
                    "\"name\":\"Kaspersky Lab\"",
                    &format!(
                        "\"name\":\"Kaspersky Lab\",\"externalIdentifier\":[{}{{}}]",
                        (0..1000).map(|number| format!(r#"{{"externalIdentifierType":"email","identifier":"a{number}@a.example"}},"#)).collect::<String>()
                    ),
                )
                .into(),
            Refused("too-many-statements"),
        ),
        ("other JSON-LD", br#"{"@context":"https://schema.org","@graph":[{"name":"Kaspersky Lab"}]}"#.to_vec(), Refused("not-an-sbom")),
    ]);
}

// --- protobuf, wrappers, binaries ---

#[test]
fn packed_and_wrapped() {
    let plain = text(cyclonedx("\"1.6\"", "", ""));
    let protobuf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/field-kit/cyclonedx-1.6.pb")).unwrap();
    let mut unknown_field = protobuf.clone();
    unknown_field.extend([0xfa, 0x7f, 0x03, b'a', b'b', b'c']);
    let packed = gzip(plain.as_bytes());
    let mut layers = plain.clone().into_bytes();
    (0..40).for_each(|_| layers = gzip(&layers));
    let mut two_members = gzip(&plain.as_bytes()[..50]);
    two_members.extend(gzip(&plain.as_bytes()[50..]));
    let mut garbage = packed.clone();
    garbage.extend(b"garbage");
    let bomb = gzip(&[b' '].repeat(64 * 1024 * 1024));
    let zstd = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/wrapped/sbom.json.zst")).unwrap();
    let statement = |kind: &str, predicate: &str| {
        format!(r#"{{"_type":"https://in-toto.io/Statement/v1","predicateType":"{kind}","predicate":{predicate}}}"#)
    };
    let sbom = "https://cyclonedx.org/bom";
    let mut nested = plain.clone();
    (0..40).for_each(|_| nested = statement(sbom, &nested));
    let dsse = |payload: &str| format!(r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{payload}","signatures":[]}}"#);
    let line = plain.replace('\n', " ");
    check(vec![
        ("protobuf", protobuf.clone(), Found),
        ("protobuf with a field that is not known", unknown_field, Found),
        ("protobuf, cut off", protobuf[..protobuf.len() - 7].to_vec(), Refused("bad-protobuf")),
        ("gzip", packed.clone(), Found),
        ("gzip, cut off", packed[..packed.len() - 9].to_vec(), Refused("bad-compression")),
        ("gzip of two members", two_members, Found),
        ("gzip with garbage behind it", garbage, Refused("bad-compression")),
        ("gzip in gzip, forty times", layers, Refused("nesting")),
        ("a bomb", bomb, Refused("unpacked-size")),
        ("zstd, cut off", zstd[..zstd.len() - 9].to_vec(), Refused("bad-compression")),
        ("bzip2", b"BZh91AY&SY".to_vec(), Refused("bad-compression")),
        ("xz", b"\xfd7zXZ\0\0".to_vec(), Refused("bad-compression")),
        ("a ZIP archive, cut off", b"PK\x03\x04rest".to_vec(), Refused("bad-archive")),
        ("an old spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), Refused("unsupported-encoding")),
        ("a PDF", b"%PDF-1.7".to_vec(), Refused("unsupported-encoding")),
        ("random bytes", b"\x83\xa4\xff\x00\x01\xfe".to_vec(), Refused("not-text")),
        ("a table", b"Package\tSupplier\nplanted\tKaspersky Lab\n".to_vec(), Refused("not-json")),
        ("an envelope", dsse(&encoded(&statement(sbom, &plain))).into(), Noted("signature-not-verified")),
        ("an envelope with bad base64", dsse("!!!").into(), Refused("bad-base64")),
        ("an envelope of no JSON", dsse(&encoded("hello")).into(), Refused("not-json")),
        ("an envelope of a document", dsse(&encoded(&plain)).into(), Found),
        (
            "a statement of provenance",
            statement("https://slsa.dev/provenance/v1", r#"{"buildDefinition":{}}"#).into(),
            Refused("other-statement"),
        ),
        ("a statement that says it is provenance and is an SBOM", statement("https://slsa.dev/provenance/v1", &plain).into(), Found),
        ("a statement without its document", statement(sbom, "null").into(), Refused("no-document")),
        ("a statement of something else", statement(sbom, r#"{"name":"x"}"#).into(), Refused("not-an-sbom")),
        ("statements in statements", nested.into(), Refused("nesting")),
        (
            "a bundle that holds nothing",
            br#"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","messageSignature":{}}"#.to_vec(),
            Refused("other-statement"),
        ),
        ("lines", format!("{line}\n{line}\n").into(), Found),
        ("lines with empty ones between", format!("{line}\n\n  \n{line}\n").into(), Found),
        ("lines with a broken one between", format!("{line}\n{{\"bomFormat\":\n{line}\n").into(), Refused("truncated")),
        (
            "lines with another statement between",
            format!("{line}\n{}\n{line}", statement("https://slsa.dev/provenance/v1", "{}")).into(),
            Noted("other-statements"),
        ),
        ("lines that are bombs together", format!("{}\n", dsse(&bomb_of(20))).repeat(8).into(), Refused("unpacked-size")),
        ("lines with an object that is nothing known", format!("{line}\n{{\"name\":\"x\"}}\n").into(), Refused("not-an-sbom")),
    ]);
}

/// Blanks of so many MiB, packed and in base64.
fn bomb_of(mebibytes: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(gzip(&[b' '].repeat(mebibytes << 20)))
}

fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn limits_are_held() {
    let policy = default_policy();
    let plain = text(cyclonedx("\"1.6\"", "", ""));
    let in_force = in_force(&policy);
    let mut task = task(&in_force);
    task.limits.depth = 3;
    check_with(&task, vec![("depth", plain.clone().into(), Refused("too-deep"))]);
    task.limits = interdict::document::Limits { subjects: 1, ..Default::default() };
    let two = plain.replace("\"components\":[", "\"components\":[{\"type\":\"library\",\"name\":\"o\"},");
    check_with(&task, vec![("subjects", two.into(), Refused("too-many-subjects")), ("as many as allowed", plain.clone().into(), Found)]);
    task.limits = interdict::document::Limits { unpacked: 100, ..Default::default() };
    check_with(&task, vec![("unpacked", gzip(plain.as_bytes()), Refused("unpacked-size"))]);
}
