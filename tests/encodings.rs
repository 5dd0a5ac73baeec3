//! Encodings other than JSON: whatever is done to a document that lists something by Kaspersky Lab, it is found or the document is refused.
//!
//! The tables are generated: every element, key and line is changed in every way that made a reader pass over it before.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{default_policy, in_force, task};
use interdict::finding::Status;
use interdict::run::examine_bytes;

/// What became of a document.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    prohibited: bool,
    noticed: bool,
    errors: Vec<&'static str>,
}

impl Outcome {
    fn safe(&self) -> bool {
        self.noticed || !self.errors.is_empty()
    }
}

/// Examines documents and says what became of each.
fn outcomes<T>(documents: Vec<(T, Vec<u8>)>) -> Vec<(T, Outcome)> {
    let policy = default_policy();
    let in_force = in_force(&policy);
    let task = task(&in_force);
    let examine = |(what, bytes)| {
        let examined = examine_bytes("t", bytes, &task);
        let errors = examined.iter().filter_map(|(_, examined)| examined.document.as_ref().err()).map(|error| error.code).collect();
        let statuses = || examined.iter().flat_map(|(_, examined)| &examined.assessment.findings).map(|finding| finding.status);
        let prohibited = statuses().any(|status| status == Status::Prohibited);
        (what, Outcome { prohibited, noticed: statuses().any(|status| status >= Status::Review), errors })
    };
    documents.into_iter().map(examine).collect()
}

/// Holds that each document is found or refused.
fn all_safe(documents: Vec<(String, String)>) {
    assert!(documents.len() > 10, "{}", documents.len());
    let documents = documents.into_iter().map(|(what, text)| (what, text.into_bytes())).collect();
    let unsafe_ones: Vec<String> = outcomes(documents)
        .into_iter()
        .filter(|(_, outcome)| !outcome.safe())
        .map(|(what, outcome)| format!("{what}: {outcome:?}"))
        .collect();
    assert!(unsafe_ones.is_empty(), "passed over:\n{}", unsafe_ones.join("\n"));
}

/// Holds how each document ends: with this error, or found if there is none.
fn ends(table: Vec<(&str, String, &str)>) {
    let codes: Vec<&str> = table.iter().map(|(_, _, code)| *code).collect();
    let documents = table.into_iter().map(|(what, text, _)| (what, text.into_bytes())).collect();
    let mut wrong = Vec::new();
    for ((what, outcome), code) in outcomes(documents).into_iter().zip(codes) {
        let right = if code.is_empty() { outcome.prohibited && outcome.errors.is_empty() } else { outcome.errors == [code] };
        if !right {
            wrong.push(format!("{what}: expected `{code}`, found {outcome:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// --- CycloneDX XML ---

const NAME: &str = "AO Kaspersky Lab";
const PURL: &str = "pkg:npm/%40kaspersky/hexa-ui@1.0.0";
const URL: &str = "https://www.kaspersky.com/engine";

/// Where a document can name a vendor: elements from the root's children inward, and the text in the last one.
const PLANTS: [(&[&str], &str); 18] = [
    (&["components", "component", "supplier", "name"], NAME),
    (&["components", "component", "supplier"], NAME),
    (&["components", "component", "supplier", "url"], URL),
    (&["components", "component", "manufacturer", "name"], NAME),
    (&["components", "component", "publisher"], NAME),
    (&["components", "component", "purl"], PURL),
    (&["components", "component", "cpe"], "cpe:2.3:a:kaspersky:antivirus:1:*:*:*:*:*:*:*"),
    (&["components", "component", "components", "component", "supplier", "name"], NAME),
    (&["components", "component", "pedigree", "ancestors", "component", "supplier", "name"], NAME),
    (&["components", "component", "externalReferences", "reference", "url"], URL),
    (&["metadata", "component", "supplier", "name"], NAME),
    (&["metadata", "supplier", "name"], NAME),
    (&["metadata", "manufacture", "name"], NAME),
    (&["metadata", "tools", "tool", "vendor"], NAME),
    (&["metadata", "tools", "components", "component", "publisher"], NAME),
    (&["services", "service", "provider", "name"], NAME),
    (&["services", "service", "services", "service", "provider", "name"], NAME),
    (&["formulation", "formula", "components", "component", "supplier", "name"], NAME),
];

const OWN: &str = "http://cyclonedx.org/schema/bom/1.6";

/// How the start tag and the end tag of an element are written.
fn tags(name: &str, variant: usize) -> (String, String) {
    let cased = |name: String| (name.clone(), name);
    let capital = name[..1].to_uppercase() + &name[1..];
    match variant {
        1 => (format!("x:{name} xmlns:x=\"urn:x\""), format!("x:{name}")),
        2 => (format!("{name} xmlns=\"urn:x\""), name.to_owned()),
        3 => (format!("{name} xmlns=\"\""), name.to_owned()),
        4 => (format!("{name} xmlns=\"http://cyclonedx.org/schema/bom/1.4\""), name.to_owned()),
        5 => cased(capital),
        6 => cased(name.to_uppercase()),
        7 => (format!("c:{name} xmlns:c=\"{OWN}\""), format!("c:{name}")),
        8 => (format!("x:{capital} xmlns:x=\"urn:x\""), format!("x:{capital}")),
        9 => (format!("e:{name} xmlns:e=\"http://cyclonedx.org/schema/ext/x/1.0\""), format!("e:{name}")),
        _ => cased(name.to_owned()),
    }
}
const VARIANTS: usize = 10;

/// The elements of a path with a text in them; the element at `changed` is written as `variant` says.
fn nested(path: &[&str], text: &str, changed: usize, variant: usize) -> String {
    let Some((name, rest)) = path.split_first() else { return text.to_owned() };
    let (start, end) = tags(name, if changed == 0 { variant } else { 0 });
    let within = nested(rest, text, changed.wrapping_sub(1), variant);
    // What the schema wants of these.
    let named = matches!(*name, "component" | "service") || (*name == "tool" && rest != ["name"]);
    let first = if named { "<name>engine</name>" } else { "" };
    let kind = if *name == "reference" { " type=\"website\"" } else { "" };
    format!("<{start}{kind}>{first}{within}</{end}>")
}

fn bom(inside: &str) -> String {
    let listed = if inside.contains("<components>") && !inside.starts_with("<metadata>") && !inside.starts_with("<formulation>") {
        ""
    } else {
        "<components><component type=\"library\"><name>left-pad</name><purl>pkg:npm/left-pad@1.3.0</purl></component></components>"
    };
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bom xmlns=\"{OWN}\" version=\"1\">{inside}{listed}</bom>")
}

#[test]
fn no_known_element_of_cyclonedx_is_passed_over() {
    let mut plain = Vec::new();
    let mut changed = Vec::new();
    for (path, text) in PLANTS {
        plain.push((path.join("/"), bom(&nested(path, text, usize::MAX, 0)).into_bytes()));
        for at in 0..path.len() {
            for variant in 1..VARIANTS {
                changed.push((format!("{} at {at}, variant {variant}", path.join("/")), bom(&nested(path, text, at, variant))));
            }
        }
    }
    for (what, outcome) in outcomes(plain) {
        assert!(outcome.noticed && outcome.errors.is_empty(), "{what}: {outcome:?}");
    }
    all_safe(changed);
}

#[test]
fn no_element_out_of_place_is_passed_over() {
    let planted = "<component><name>engine</name><supplier><name>AO Kaspersky Lab</name></supplier></component>";
    let parents: [&[&str]; 14] = [
        &[],
        &["group"],
        &["metadata"],
        &["metadata", "tools"],
        &["metadata", "tools", "tool"],
        &["components"],
        &["components", "component"],
        &["components", "component", "licenses"],
        &["components", "component", "releaseNotes"],
        &["components", "component", "supplier"],
        &["services"],
        &["definitions", "standards"],
        &["dependencies", "dependency"],
        &["components", "component", "name"],
    ];
    let mut documents = Vec::new();
    for parent in parents {
        for wrapper in ["", "x", "Components", "wrapper"] {
            let inside = match wrapper {
                "" => planted.to_owned(),
                "x" => format!("<x:ext xmlns:x=\"urn:x\">{planted}</x:ext>"),
                other => format!("<{other}>{planted}</{other}>"),
            };
            documents.push((format!("{parent:?} {wrapper}"), bom(&nested(parent, &inside, usize::MAX, 0))));
        }
        for (name, text) in
            [("supplier", "<name>AO Kaspersky Lab</name>"), ("purl", PURL), ("publisher", NAME), ("cpe", "cpe:2.3:a:kaspersky:x")]
        {
            // In a component these are where they belong.
            if parent != ["components", "component"] {
                documents.push((format!("{parent:?} {name}"), bom(&nested(parent, &format!("<{name}>{text}</{name}>"), usize::MAX, 0))));
            }
        }
    }
    all_safe(documents);
}

#[test]
fn what_another_reader_of_xml_would_read_differently_is_refused() {
    let component =
        |inside: &str| bom(&format!("<components><component type=\"library\"><name>engine</name>{inside}</component></components>"));
    let supplied = component("<supplier><name>AO Kaspersky Lab</name></supplier>");
    let declared = |declaration: &str| supplied.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", declaration);
    let named = |name: &str| component(&format!("<supplier><name>{name}</name></supplier>"));
    ends(vec![
        ("as it should be", supplied.clone(), ""),
        ("a supplier that is text", component("<supplier>AO Kaspersky Lab</supplier>"), ""),
        ("an author that is text", component("<authors><author>Jane</author></authors><publisher>AO Kaspersky Lab</publisher>"), ""),
        ("an element in the text", named("Kaspersky<e xmlns=\"urn:x\"/>zzz"), "two-readings"),
        ("an element before the text", named("<e/>AO Kaspersky Lab"), "two-readings"),
        ("an element alone", named("<e>AO Kaspersky Lab</e>"), "two-readings"),
        ("a comment in the text", named("AO Kaspersky<!-- x -->zzz"), "two-readings"),
        ("an instruction in the text", named("AO Kaspersky<?x y?>zzz"), "two-readings"),
        ("a comment beside the text", named("<!-- x --> AO Kaspersky Lab <!-- y -->"), ""),
        ("CDATA in the text", named("AO <![CDATA[Kasper]]>sky Lab"), ""),
        ("text beside elements", component("<supplier>Kaspersky<url>https://a.example</url></supplier>"), "two-readings"),
        ("text in a component", component("AO Kaspersky Lab"), "two-readings"),
        ("text in a list", supplied.replace("<components>", "<components>AO Kaspersky Lab"), "two-readings"),
        ("text in an empty list", bom("<services>AO Kaspersky Lab</services>"), "stray-text"),
        ("text in a license", component("<licenses><license>AO Kaspersky Lab</license></licenses>"), "stray-text"),
        ("text in the document", supplied.replace("</bom>", "AO Kaspersky Lab</bom>"), "two-readings"),
        ("a name that is an attribute", component("").replace("type=\"library\"", "type=\"library\" publisher=\"AO Kaspersky Lab\""), "misplaced-element"),
        ("a reference in another namespace", supplied.replace("type=\"library\"", "xmlns:x=\"urn:x\" x:bom-ref=\"k\""), "two-readings"),
        ("a type in other case", supplied.replace("type=\"library\"", "Type=\"library\""), "two-readings"),
        ("a prefix that is called as an attribute is", supplied.replace("type=\"library\"", "xmlns:type=\"urn:x\""), "two-readings"),
        ("an extension", component("<supplier><name>AO Kaspersky Lab</name></supplier><x:owner xmlns:x=\"urn:x\"><x:name>A</x:name>text</x:owner>"), ""),
        ("an extension's attribute", supplied.replace("type=\"library\"", "type=\"library\" xmlns:x=\"urn:x\" x:mine=\"1\""), ""),
        ("components twice", supplied.replace("</bom>", "<components/></bom>"), "duplicate-key"),
        ("components twice, one foreign", supplied.replace("</bom>", "<x:components xmlns:x=\"urn:x\"/></bom>"), "two-readings"),
        ("dependencies in dependencies", supplied.replace("</bom>", "<dependencies><dependency ref=\"a\"><dependency ref=\"b\"><dependency ref=\"c\"/></dependency></dependency></dependencies></bom>"), ""),
        ("no declaration", declared(""), ""),
        ("utf-8 in small letters", declared("<?xml version='1.0' encoding='utf-8' standalone='yes'?>"), ""),
        ("Latin-1 with ASCII", declared("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"), ""),
        ("Latin-1 with more than ASCII", declared("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>").replace("engine", "\u{e9}ngine"), "encoding-declaration"),
        ("ASCII with more than ASCII", declared("<?xml version=\"1.0\" encoding=\"us-ascii\"?>").replace("engine", "\u{e9}ngine"), "encoding-declaration"),
        ("UTF-7", declared("<?xml version=\"1.0\" encoding=\"UTF-7\"?>"), "encoding-declaration"),
        ("EBCDIC", declared("<?xml version=\"1.0\" encoding=\"IBM037\"?>"), "encoding-declaration"),
        ("ISO-2022-JP", declared("<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?>"), "encoding-declaration"),
        ("XML 1.1", declared("<?xml version=\"1.1\" encoding=\"UTF-8\"?>"), "not-xml"),
    ]);
}

// --- SPDX in XML, YAML and RDF ---

#[test]
fn no_known_element_of_spdx_xml_is_passed_over() {
    let document =
        |packages: &str| format!("<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion>{packages}</Document>");
    let package = |inside: &str| format!("<SPDXID>SPDXRef-a</SPDXID>{inside}");
    let reference = format!(
        "<referenceCategory>PACKAGE-MANAGER</referenceCategory><referenceType>purl</referenceType><referenceLocator>{PURL}</referenceLocator>"
    );
    let supplier = "Organization: AO Kaspersky Lab";
    let mut documents = Vec::new();
    for variant in 0..9 {
        for changed in 0..2 {
            let text =
                nested(&["packages", "supplier"], supplier, changed, variant).replacen('>', &format!(">{}", package("<name>e</name>")), 1);
            documents.push((format!("supplier, {changed}, {variant}"), document(&text)));
        }
        let refs =
            nested(&["packages", "externalRefs"], &reference, 1, variant).replacen('>', &format!(">{}", package("<name>e</name>")), 1);
        documents.push((format!("externalRefs, {variant}"), document(&refs)));
    }
    let planted = format!("<packages>{}<name>e</name><supplier>{supplier}</supplier></packages>", package(""));
    for wrapper in ["wrapper", "Packages", "files", "creationInfo", "annotations", "x:ext xmlns:x=\"urn:x\""] {
        let end = wrapper.split(' ').next().unwrap();
        documents.push((
            format!("inside {wrapper}"),
            document(&format!("{}<{wrapper}>{planted}</{end}>", planted.replace(supplier, "Organization: A"))),
        ));
    }
    all_safe(documents);
    let plain = document(&planted);
    ends(vec![
        ("as it should be", plain.clone(), ""),
        ("an element in the text", plain.replace("Kaspersky Lab", "Kaspersky<e/>zzz"), "two-readings"),
        ("text beside elements", plain.replace("<name>e</name>", "<name>e</name>Kaspersky"), "two-readings"),
        ("an attribute", document(&planted.replace("<packages>", "<packages supplier=\"x\">")), "misplaced-element"),
        ("a component", plain.replace("</Document>", "<components/></Document>"), "two-formats"),
        ("UTF-7", format!("<?xml version=\"1.0\" encoding=\"utf-7\"?>{plain}"), "encoding-declaration"),
    ]);
}

#[test]
fn no_known_key_of_yaml_is_passed_over() {
    let plain = "spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\npackages:\n- SPDXID: SPDXRef-a\n  name: engine\n  supplier: 'Organization: AO Kaspersky Lab'\n  externalRefs:\n  - referenceType: purl\n    referenceLocator: pkg:npm/%40kaspersky/hexa-ui@1.0.0\n";
    let mut documents = Vec::new();
    for key in ["spdxVersion", "packages", "supplier", "externalRefs", "referenceLocator"] {
        // Only the one statement that stands under the key names the vendor.
        let alone = match key {
            "supplier" => plain.replace("hexa-ui", "x").replace("%40kaspersky", "a"),
            "externalRefs" | "referenceLocator" => plain.replace("AO Kaspersky Lab", "A"),
            _ => plain.to_owned(),
        };
        let capital = key[..1].to_uppercase() + &key[1..];
        let long_s = key.replacen('s', "\u{17f}", 1);
        let kelvin = key.replacen('k', "\u{212a}", 1);
        let indent = match key {
            "supplier" | "externalRefs" => "  ",
            "referenceLocator" => "    ",
            _ => "",
        };
        let escaped = format!("\"\\x{:02x}{}\"", key.as_bytes()[0], &key[1..]);
        for spelled in [
            key.to_uppercase(),
            capital,
            long_s,
            kelvin,
            format!("\"{key}\""),
            format!("'{key}'"),
            escaped,
            format!("&k {key}"),
            format!("? {key}\n{indent}"),
        ] {
            documents.push((format!("{key} as {spelled}"), alone.replace(&format!("{key}:"), &format!("{spelled}:"))));
        }
        documents.push((format!("{key} twice"), alone.replace(&format!("{key}:"), &format!("{key}: x\n{key}:"))));
    }
    for (what, tag) in [("a set", "!!set"), ("an ordered map", "!!omap"), ("a type of its own", "!mine")] {
        documents.push((what.to_owned(), plain.replace("packages:", &format!("packages: {tag}"))));
    }
    let block: String = plain.lines().map(|line| format!("  {line}\n")).collect();
    documents.push(("in another key".to_owned(), format!("spdxVersion: SPDX-2.3\nwrapper:\n{block}")));
    all_safe(documents);
    let tags = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nPackageName: left-pad\nSPDXID: SPDXRef-b\n";
    let quoted: String = tags.lines().map(|line| format!("  {line}\n")).collect();
    let flow = "packages: [{SPDXID: SPDXRef-a, name: engine, supplier: \"Organization: AO Kaspersky Lab\"}]\n";
    ends(vec![
        ("as it should be", plain.to_owned(), ""),
        ("tag-value in a block", format!("{plain}comment: |\n{quoted}"), "two-formats"),
        (
            "tag-value in a block, keys in quotes",
            format!("{}comment: |\n{quoted}", plain.replace("spdxVersion", "\"spdxVersion\"")),
            "two-formats",
        ),
        ("YAML behind tags", format!("{tags}spdxVersion: SPDX-2.3\n{flow}"), "two-formats"),
        ("YAML in <text>", format!("{tags}PackageComment: <text>\nspdxVersion: SPDX-2.3\n{flow}# </text>\n"), "two-formats"),
        ("components", format!("{plain}components: []\n"), "two-formats"),
    ]);
}

#[test]
fn no_known_term_of_rdf_is_passed_over() {
    let head = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"http://spdx.org/rdf/terms#\" xmlns:x=\"http://x.example/#\">\
                <s:SpdxDocument rdf:about=\"http://d.example/1#SPDXRef-DOCUMENT\"><s:specVersion>SPDX-2.3</s:specVersion></s:SpdxDocument>\
                <s:Package rdf:about=\"http://d.example/1#SPDXRef-b\"><s:name>left-pad</s:name></s:Package>";
    let document = |package: &str| format!("{head}{package}</rdf:RDF>");
    let plain = document(
        "<s:Package rdf:about=\"http://d.example/1#SPDXRef-a\"><s:name>engine</s:name><s:supplier>Organization: AO Kaspersky Lab</s:supplier></s:Package>",
    );
    let mut documents = Vec::new();
    for name in ["Package", "supplier"] {
        let other = if name == "Package" { "package" } else { "Supplier" };
        for (what, to) in [
            ("foreign", format!("x:{name}")),
            ("case", format!("s:{other}")),
            ("both", format!("x:{other}")),
            ("upper", format!("s:{}", name.to_uppercase())),
        ] {
            // The first package keeps its name.
            let (before, after) = plain.split_at(head.len());
            documents.push((format!("{name} {what}"), format!("{before}{}", after.replace(&format!("s:{name}"), &to))));
        }
    }
    let with = |inside: &str| {
        document(&format!("<s:Package rdf:about=\"http://d.example/1#SPDXRef-a\"><s:name>engine</s:name>{inside}</s:Package>"))
    };
    documents
        .push(("an agent".to_owned(), with("<s:supplier><s:Organization><s:name>AO Kaspersky Lab</s:name></s:Organization></s:supplier>")));
    documents.push((
        "an agent elsewhere".to_owned(),
        with("<s:supplier rdf:resource=\"http://k.example/\"/>").replace(
            "</rdf:RDF>",
            "<s:Organization rdf:about=\"http://k.example/\"><s:name>AO Kaspersky Lab</s:name></s:Organization></rdf:RDF>",
        ),
    ));
    documents.push(("markup".to_owned(), with("<s:supplier rdf:parseType=\"Literal\">AO Kaspersky<e/>zzz</s:supplier>")));
    documents.push((
        "on a file".to_owned(),
        plain
            .replace("<s:Package rdf:about=\"http://d.example/1#SPDXRef-a\">", "<s:File rdf:about=\"http://d.example/1#SPDXRef-a\">")
            .replace("</s:supplier></s:Package>", "</s:supplier></s:File>"),
    ));
    documents.push(("UTF-7".to_owned(), format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{plain}")));
    documents.push(("as it should be".to_owned(), plain));
    all_safe(documents);
}

// --- tag-value ---

const TAGS: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nDocumentNamespace: https://d.example/1\n\
                    Creator: Tool: t-1\nCreated: 2026-11-01T00:00:00Z\n\nPackageName: engine\nSPDXID: SPDXRef-k\nPackageVersion: 1\n\
                    PackageSupplier: Organization: AO Kaspersky Lab ()\nPackageDownloadLocation: NOASSERTION\nPackageComment: <text>one\ntwo</text>\n\
                    FilesAnalyzed: false\nPackageName: left-pad\nSPDXID: SPDXRef-a\nPackageSupplier: Organization: Acme ()\n\
                    Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n";

#[test]
fn no_line_of_tag_value_is_passed_over() {
    let lines: Vec<&str> = TAGS.lines().collect();
    let mut documents = vec![("plain".to_owned(), TAGS.to_owned()), ("CR".to_owned(), TAGS.replace('\n', "\r"))];
    for (at, line) in lines.iter().enumerate() {
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let (first, last) = value.split_at(value.find(' ').unwrap_or(value.len() / 2));
        let changes = [
            format!("x{line}"),
            format!("x-{line}"),
            format!("X_{line}"),
            format!("spdx:{line}"),
            format!("Other: {line}"),
            format!("Other: <text>{line}</text>"),
            format!("Other: <text>a\n{line}\n</text>"),
            format!(" \t{line}"),
            format!("- {line}"),
            format!("\"{tag}\": {value}"),
            format!("{tag} : {value}"),
            format!("{tag} {value}"),
            format!("{tag}\u{ff1a} {value}"),
            format!("{tag}= {value}"),
            format!("{}: {value}", tag.to_uppercase()),
            format!("{}: {value}", tag.to_lowercase()),
            format!("{}-{}: {value}", &tag[..4], &tag[4..]),
            format!("{} {}: {value}", &tag[..4], &tag[4..]),
            format!("{}\u{200b}{}: {value}", &tag[..4], &tag[4..]),
            format!("{tag}:\n {value}"),
            format!("{tag}:\n{value}"),
            format!("{tag}: {first}\n{last}"),
            format!("{tag}: {first}\n {last}"),
            format!("{tag}: {first}\r{last}"),
            format!("{tag}: {first}\u{b}{last}"),
            format!("{tag}: {first}\\\n{last}"),
            format!("{tag}: <text>{value}</text>"),
            format!("{tag}: <text>{value}"),
            format!("{tag}: a <text>{value}</text>"),
            format!("{tag}: <text>a</text> {value}"),
            format!("{tag}:\n\n<text>{value}</text>"),
            format!("PackageComment: a\r{line}"),
            format!("PackageComment: a\u{2028}{line}"),
            format!("# a\r{line}"),
            format!("{line}\n{tag}: other"),
            format!("{tag}: other\n{line}"),
            format!("{tag}: NOASSERTION\n{line}"),
            format!("{line}\nstray"),
        ];
        for change in changes {
            let mut changed = lines.clone();
            changed[at] = &change;
            documents.push((change.clone(), changed.join("\n")));
        }
    }
    assert!(documents.len() > 500, "{}", documents.len());
    all_safe(documents);
}

#[test]
fn every_value_of_a_repeated_tag_counts() {
    let package = |lines: &str| {
        format!("SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nCreator: Tool: t-1\nPackageName: engine\nSPDXID: SPDXRef-k\n{lines}\n")
    };
    let benign = |tag: &str| match tag {
        "PackageSupplier" | "PackageOriginator" => "Organization: Acme",
        "PackageFileName" => "a.tgz",
        _ => "https://acme.example/x",
    };
    let mut documents = Vec::new();
    for tag in ["PackageSupplier", "PackageOriginator", "PackageDownloadLocation", "PackageHomePage", "PackageComment", "PackageSummary"] {
        let evil = match tag {
            "PackageSupplier" | "PackageOriginator" | "PackageComment" | "PackageSummary" => "Organization: AO Kaspersky Lab",
            _ => URL,
        };
        let other = benign(tag);
        for values in [
            vec![evil, other],
            vec![other, evil],
            vec!["NOASSERTION", evil],
            vec![evil, "NOASSERTION"],
            vec![other, other, evil],
            vec![other, "NONE", evil],
        ] {
            let lines: Vec<String> = values.iter().map(|value| format!("{tag}: {value}")).collect();
            documents.push((lines.join(", "), package(&lines.join("\n")).into_bytes()));
        }
    }
    for (what, outcome) in outcomes(documents) {
        assert!(outcome.noticed && outcome.errors.is_empty(), "{what}: {outcome:?}");
    }
    // As the Tauri project writes them: the file is YAML up to its end, and no SBOM in YAML.
    let tauri = "SPDXVersion: SPDX-2.1\nDataLicense: CC0-1.0\nPackageName: tauri\nDataFormat: SPDXRef-1\nPackageFileName: a.tgz\n\
                 PackageLicenseDeclared: Apache-2.0\nPackageLicenseDeclared: MIT\nPackageOriginator: NOASSERTION\n\
                 PackageDownloadLocation: git://www.kaspersky.com/engine\nPackageDownloadLocation: git+https://acme.example/x.git\n\
                 PackageSupplier: AO Kaspersky Lab\n";
    ends(vec![("Tauri", tauri.to_owned(), "")]);
    // Nothing is made up where nothing is said.
    let clean = package(
        "PackageSupplier: Organization: Acme\nPackageSupplier: NOASSERTION\nPackageDownloadLocation: NOASSERTION\nPackageDownloadLocation: https://acme.example/x\nPackageLicenseDeclared: MIT\nPackageLicenseDeclared: Apache-2.0",
    );
    let outcome = &outcomes(vec![((), clean.into_bytes())])[0].1;
    assert_eq!(outcome, &Outcome { prohibited: false, noticed: false, errors: Vec::new() });
}

// --- what small documents cost ---

/// Runs the command on a document with so much memory; it ends with a verdict or an error of its own, never by the system's hand.
#[cfg(target_os = "linux")]
fn within(mebibytes: usize, name: &str, bytes: &[u8]) -> i32 {
    let folder = std::env::temp_dir().join(format!("interdict-encodings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    let script = format!("ulimit -v {} && exec \"$0\" check \"$1\"", mebibytes * 1024);
    let binary = env!("CARGO_BIN_EXE_interdict");
    let output = std::process::Command::new("sh").args(["-c", &script, binary]).arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    output.status.code().unwrap_or(-1)
}

/// Work is counted by documents of growing size that would take minutes, or more memory than there is, if it grew with the square.
#[cfg(target_os = "linux")]
#[test]
fn small_documents_cost_little() {
    let mut components = vec![0x0a, 3, b'1', b'.', b'6'];
    components.extend([0x2a, 0].repeat(1_000_000));
    assert!(within(700, "empty.pb", &components) <= 2, "a million empty components");
    // Messages in messages, each two bytes longer than the one in it.
    let mut deep = vec![0x0a, 3, b'1', b'.', b'6', 0x32, 0];
    deep.extend([0x42, 0].repeat(1_000_000));
    assert!(within(700, "dependencies.pb", &deep) <= 2, "a million empty dependencies");

    let scalar = "x".repeat(1_000_000);
    let aliases = "- *a\n".repeat(20_000);
    let yaml = format!("spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\ncomment: &a {scalar}\nattributionTexts:\n{aliases}packages: []\n");
    assert_eq!(within(300, "alias.spdx.yaml", yaml.as_bytes()), 2, "aliases of a long text");

    let texts = format!(
        "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nPackageName: a\nSPDXID: SPDXRef-a\n{}",
        "PackageAttributionText: <text></text>".repeat(1_000_000)
    );
    assert_eq!(within(500, "texts.spdx", texts.as_bytes()), 2, "texts on one line");

    let xml = bom(&format!("<components><component type=\"library\"><name>a</name>{}</component></components>", "<a/>".repeat(3_000_000)));
    assert!(within(250, "elements.cdx.xml", xml.as_bytes()) <= 2, "three million unknown elements");
    let xml = bom(&format!("<components><component type=\"library\"><name>{}</name></component></components>", "&lt;".repeat(3_000_000)));
    assert!(within(250, "references.cdx.xml", xml.as_bytes()) <= 2, "three million references to characters");
}

/// What aliases stand for is bounded in bytes, and documents that repeat a little are read.
#[test]
fn aliases_have_a_budget_of_bytes() {
    let document = |len: usize, count: usize| {
        let texts: String = (0..count).map(|_| "  - *a\n").collect();
        format!(
            "spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\ncomment: &a {}\npackages:\n- SPDXID: SPDXRef-a\n  name: engine\n  supplier: 'Organization: AO Kaspersky Lab'\n  attributionTexts:\n{texts}",
            "x".repeat(len)
        )
    };
    ends(vec![
        ("a few", document(1000, 100), ""),
        ("many short ones", document(10, 50_000), ""),
        ("a few of a long one", document(1_000_000, 3), ""),
        ("long ones", document(1_000_000, 5), "alias-bomb"),
        ("too many", document(10, 200_000), "alias-bomb"),
    ]);
}
