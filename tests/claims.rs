//! What is a claim, what it costs, and how strong it is: properties of generators, names anywhere in a party field, and the places of a document
//! that only mention somebody.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{NoFiles, evaluate};
use interdict::document::{Limits, PART, read_by_parts};
use interdict::finding::{Examined, Status};
use interdict::inventory::Nobody;
use interdict::policy::{self, Policy};
use interdict::source::Source;
use serde_json::{Value, json};

fn all_vendors() -> Policy {
    policy::load(&["vendors-of-concern".to_owned()], &NoFiles).unwrap()
}

fn examine(document: &Value, policy: &Policy) -> Examined {
    evaluate(&Source::from_text("x.json", document.to_string()), policy)
}

/// The worst finding about anything in a document.
fn worst(document: &Value, policy: &Policy) -> Option<Status> {
    let examined = examine(document, policy);
    assert!(examined.document.is_ok(), "{:?} in {document}", examined.document);
    examined.assessment.findings.iter().map(|finding| finding.status).max()
}

fn cyclonedx(component: Value) -> Value {
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] })
}

fn spdx(package: Value) -> Value {
    json!({ "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "packages": [package] })
}

const PROHIBITED: Option<Status> = Some(Status::Prohibited);
const REVIEW: Option<Status> = Some(Status::Review);

// --- properties ---

/// Every kind of generator's property, wherever properties may stand.
#[test]
fn properties_of_generators_are_claims() {
    const LAB: &str = "AO Kaspersky Lab";
    const URL: &str = "https://www.kaspersky.com/x";
    const FILE: &str = "C:\\drivers\\klif.sys";
    const PURL: &str = "pkg:npm/%40kaspersky/hexa-ui@6.198.2";
    const CPE: &str = "cpe:2.3:a:kaspersky:x:1:*:*:*:*:*:*:*";
    let table = [
        ("syft:metadata:vendor", LAB, PROHIBITED),
        ("syft:metadata:manifest:main:Implementation-Vendor", LAB, PROHIBITED),
        ("syft:metadata:companyName", LAB, PROHIBITED),
        ("syft:metadata:homepage", URL, PROHIBITED),
        ("syft:metadata:pomProperties:groupId", "com.kaspersky.android", PROHIBITED),
        ("syft:metadata:pomProject:parent:groupId", "com.kaspersky.android", REVIEW),
        ("syft:image:labels:vendor", LAB, PROHIBITED),
        ("syft:image:labels:maintainer", LAB, PROHIBITED),
        ("syft:image:labels:org.opencontainers.image.vendor", LAB, PROHIBITED),
        ("syft:image:labels:org.opencontainers.image.authors", LAB, PROHIBITED),
        ("syft:image:labels:org.opencontainers.image.url", URL, PROHIBITED),
        ("syft:image:labels:org.opencontainers.image.source", "https://github.com/KasperskyLab/uif", PROHIBITED),
        ("syft:image:labels:org.label-schema.vendor", LAB, PROHIBITED),
        ("syft:location:0:path", "/usr/lib/klif.sys", PROHIBITED),
        ("syft:location:0:path", "/opt/kaspersky/kesl/libexec/x.jar", REVIEW),
        ("aquasecurity:trivy:Labels:org.opencontainers.image.vendor", LAB, PROHIBITED),
        ("aquasecurity:trivy:FilePath", FILE, PROHIBITED),
        ("aquasecurity:trivy:RepoTag", "kaspersky/kesl:12", REVIEW),
        ("aboutcode:homepage_url", URL, PROHIBITED),
        ("aboutcode:download_url", URL, PROHIBITED),
        ("aboutcode:filename", FILE, PROHIBITED),
        ("aboutcode:package_uid", "pkg:npm/%40kaspersky/hexa-ui@6.198.2?uuid=1", PROHIBITED),
        ("aboutcode:notice_text", "portions by Kaspersky Lab", REVIEW),
        ("spdx:package:supplier:organization", LAB, PROHIBITED),
        ("spdx:package:originator", "Organization: Kaspersky Lab", PROHIBITED),
        ("spdx:package:file-name", FILE, PROHIBITED),
        ("spdx:homepage", URL, PROHIBITED),
        ("spdx:external-reference:security:cpe23", CPE, PROHIBITED),
        ("spdx:external-reference:package-manager:npm", "@kaspersky/hexa-ui@6.198.2", PROHIBITED),
        ("spdx:comment", "portions by Kaspersky Lab", REVIEW),
        ("bsi:component:filename", FILE, PROHIBITED),
        ("siemens:filename", FILE, PROHIBITED),
        ("siemens:thirdPartyNotices", "portions by Kaspersky Lab", REVIEW),
        ("cdx:hbom:vendor", LAB, PROHIBITED),
        ("cdx:hbom:usbManufacturer", LAB, PROHIBITED),
        ("cdx:npm:package:path", "node_modules/@kaspersky/hexa-ui", REVIEW),
        // Without a sign that it is a column of osquery, a bare name is a possible match.
        ("vendor", LAB, REVIEW),
        ("manufacturer", LAB, REVIEW),
        ("path", FILE, PROHIBITED),
        // Names that no table knows.
        ("acme:device:vendor", LAB, REVIEW),
        ("acme.supplierName", "Kaspersky", REVIEW),
        ("x_publisher", LAB, REVIEW),
        ("x", PURL, REVIEW),
        ("acme:purl", PURL, PROHIBITED),
        ("x", CPE, REVIEW),
        ("x", FILE, PROHIBITED),
        ("x", LAB, None),
        ("vendor", "NOASSERTION", None),
        ("acme:vendor", "Acme Inc", None),
    ];
    let policy = common::default_policy();
    for (name, value, expected) in table {
        let properties = json!([{ "name": name, "value": value }]);
        let on_component = cyclonedx(json!({ "type": "library", "name": "engine", "properties": properties }));
        assert_eq!(worst(&on_component, &policy), expected, "component: {name} = {value}");
        let on_service =
            json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "services": [{ "name": "engine", "properties": properties }] });
        assert_eq!(worst(&on_service, &policy), expected, "service: {name} = {value}");
        for (place, of) in
            [("metadata", json!({ "component": { "type": "container", "name": "i" }, "properties": properties })), ("whole", json!({}))]
        {
            let mut document = cyclonedx(json!({ "type": "library", "name": "pad" }));
            document["metadata"] = of;
            if place == "whole" {
                document["properties"] = properties.clone();
            }
            assert_eq!(worst(&document, &policy), expected, "{place}: {name} = {value}");
        }
    }
}

#[test]
fn columns_of_osquery_are_what_they_are_called() {
    let policy = common::default_policy();
    let category = json!({ "name": "cdx:osquery:category", "value": "rpm_packages" });
    for (name, value) in [
        ("vendor", "AO Kaspersky Lab"),
        ("publisher", "Kaspersky"),
        ("maintainer", "Kaspersky Lab"),
        ("packager", "Kaspersky Lab"),
        ("manufacturer", "Kaspersky Lab"),
        ("path", "/x/klif.sys"),
        ("bundle_identifier", "com.kaspersky.kav"),
        ("homepage", "https://www.kaspersky.com/"),
    ] {
        let property = json!({ "name": name, "value": value });
        for properties in [json!([category, property]), json!([property, category])] {
            let document = cyclonedx(json!({ "type": "library", "name": "agent", "properties": properties }));
            assert_eq!(worst(&document, &policy), PROHIBITED, "{name} = {value}");
        }
    }
}

// --- parties ---

/// A document for each field that names a party.
fn party_fields(name: &str) -> Vec<(&'static str, Value)> {
    let component = |field: &str, value: Value| cyclonedx(json!({ "type": "library", "name": "engine", field: value }));
    vec![
        ("supplier", component("supplier", json!({ "name": name }))),
        ("manufacturer", component("manufacturer", json!({ "name": name }))),
        ("publisher", component("publisher", json!(name))),
        (
            "provider",
            json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "services": [{ "name": "x", "provider": { "name": name } }] }),
        ),
        ("SPDX supplier", spdx(json!({ "SPDXID": "SPDXRef-a", "name": "engine", "supplier": format!("Organization: {name}") }))),
    ]
}

/// Wherever a vendor's name stands in a party field, it is not clear, and where it is set off from the rest, it names the party.
#[test]
fn a_vendor_is_seen_anywhere_in_a_party_field() {
    let policy = all_vendors();
    let named = [
        "{}",
        "Organization: {}",
        "organization:{}",
        "Tool: {}",
        "by {}",
        "The {} Company",
        "© 2023 {}",
        "(c) {}",
        "Copyright (C) 2024 {}. All rights reserved.",
        "CN={}, O=x, C=CN",
        "C=RU, O={}",
        "C=US, ST=\"x, y\", O={} Ltd., CN=x",
        "Vendor={}",
        "Acme [{}]",
        "Acme ({})",
        "Acme + {}",
        "Acme - {}",
        "Acme on behalf of {}",
        "UK {}",
        "Shanghai Shanghai Shanghai Shanghai Shanghai Shanghai Shanghai {}",
    ];
    let possible = ["Acme, a {} company", "A {} company", "Acme (a {} subsidiary)"];
    for vendor in ["Kaspersky", "Hikvision", "ZTE", "DJI", "Kaspersky Lab"] {
        for (templates, least) in [(&named[..], Status::Prohibited), (&possible[..], Status::Review)] {
            for template in templates {
                let text = template.replace("{}", vendor);
                for (field, document) in party_fields(&text) {
                    // A parenthesis behind a name may be read as an address.
                    assert!(worst(&document, &policy) >= Some(least), "{field}: {text}: {:?}", worst(&document, &policy));
                }
            }
        }
    }
    for text in ["Prama Hikvision India Private Limited", "OEM Kaspersky", "Acme Kaspersky", "Acme powered by Huawei", "Huawei user group"]
    {
        for (field, document) in party_fields(text) {
            assert!(worst(&document, &policy) >= REVIEW, "{field}: {text}");
        }
    }
    // A place in front keeps the legal form.
    for (text, least) in [("Shenzhen ZTE Kangxun Telecom Co., Ltd", REVIEW), ("ZTE Kangxun Telecom Co., Ltd", REVIEW)] {
        for (field, document) in party_fields(text) {
            assert!(worst(&document, &policy) >= least, "{field}: {text}");
        }
    }
}

/// Persons, communities and others are never prohibited because a listed word stands in their name; plain persons are not even found.
#[test]
fn persons_and_communities_are_no_vendors() {
    let policy = all_vendors();
    let mut clear: Vec<String> =
        ["Eugene Kaspersky", "Kaspersky, Eugene", "Nio, Maria", "Autel, Pierre", "Lin, Dahua; Chen, Bo"].map(str::to_owned).to_vec();
    for family in ["Lin", "Wang", "Bao", "Nguyen", "Kwok", "Tsai", "Ouyang", "Zhuang"] {
        for given in ["Huawei", "Dahua"] {
            clear.extend([
                format!("{given} {family}"),
                format!("{family} {given}"),
                format!("{family}, {given}"),
                format!("{family}, {given} and Smith, John"),
                format!("{given} {family} and Bob Smith"),
            ]);
        }
    }
    for text in &clear {
        for (field, document) in party_fields(text) {
            assert_eq!(worst(&document, &policy), None, "{field}: {text}");
        }
        let author = cyclonedx(json!({ "type": "library", "name": "engine", "author": text }));
        assert_eq!(worst(&author, &policy), None, "author: {text}");
    }
    for text in [
        "Kaspersky Fan Club e.V.",
        "DeepSeek API contributors",
        "Baidu Map community",
        "Alibaba Travels",
        "Unofficial client for Huawei",
        "Tools for Kaspersky",
        "Douyin downloader team",
    ] {
        for (field, document) in party_fields(text) {
            assert!(worst(&document, &policy) <= REVIEW, "{field}: {text}");
        }
    }
}

// --- what a claim may cost ---

/// A claim that is looked up has a limit, and a document that breaks it is refused, with the place. Prose has none.
#[test]
fn a_claim_too_long_refuses_its_document() {
    let policy = common::default_policy();
    let long = |unit: &str| unit.repeat(70_000 / unit.len() + 1);
    let refused = [
        json!({ "supplier": { "name": long("Shanghai ") } }),
        json!({ "supplier": { "url": [format!("https://{}", long("a."))] } }),
        json!({ "supplier": { "contact": [{ "email": long("a@b") }] } }),
        json!({ "manufacturer": { "name": long("UK ") } }),
        json!({ "publisher": long("x") }),
        json!({ "publisher": long("\\u0061@b.c ") }),
        json!({ "author": long("a@b.c,") }),
        json!({ "group": long("com.") }),
        json!({ "purl": format!("pkg:golang/{}", long("a/")) }),
        json!({ "purl": format!("pkg:generic/x?{}", long("download_url=https://a.b/&")) }),
        json!({ "cpe": format!("cpe:2.3:a:{}", long("x:")) }),
        json!({ "externalReferences": [{ "type": "vcs", "url": format!("https://pkg.go.dev/{}", long("a/")) }] }),
        json!({ "evidence": { "identity": [{ "field": "purl", "concludedValue": format!("pkg:npm/{}", long("a")) }] } }),
        json!({ "properties": [{ "name": "syft:cpe23", "value": format!("cpe:2.3:a:{}", long("x")) }] }),
        json!({ "name": long("name ") }),
    ];
    for mut component in refused {
        component["type"] = json!("library");
        if component.get("name").is_none() {
            component["name"] = json!("engine");
        }
        for document in [
            cyclonedx(component.clone()),
            json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "component": component } }),
        ] {
            let error = examine(&document, &policy).document.unwrap_err();
            assert_eq!(error.code, "too-long", "{}", error.message);
            assert!(error.span.is_some() && error.message.len() < 200, "{}", error.message);
        }
    }
    for package in
        [json!({ "supplier": format!("Organization: {}", long("Shanghai ")) }), json!({ "downloadLocation": long("https://a/") })]
    {
        let error = examine(&spdx(package), &policy).document.unwrap_err();
        assert_eq!(error.code, "too-long", "{}", error.message);
    }
    let prose = format!("{} Kaspersky Lab", "All rights reserved. ".repeat(100_000));
    for component in [
        json!({ "description": prose }),
        json!({ "copyright": prose }),
        json!({ "licenses": [{ "license": { "name": "x", "text": { "content": prose } } }] }),
        json!({ "releaseNotes": { "type": "major", "description": prose } }),
        json!({ "externalReferences": [{ "type": "other", "comment": prose, "url": format!("data:text/plain,{}", "x".repeat(100_000)) }] }),
    ] {
        assert_eq!(worst(&cyclonedx(component), &policy), REVIEW);
    }
    assert_eq!(worst(&spdx(json!({ "SPDXID": "a", "copyrightText": prose })), &policy), REVIEW);
}

/// One annotation may be about any number of subjects: its text is not read again for each of them without bound.
#[test]
fn a_text_about_many_subjects_is_bounded() {
    let policy = common::default_policy();
    let references: Vec<String> = (0..2_000).map(|number| format!("r{number}")).collect();
    let components: Vec<Value> =
        references.iter().map(|reference| json!({ "type": "library", "name": "x", "bom-ref": reference })).collect();
    let text = format!("{} Kaspersky Lab", "plain prose ".repeat(20_000));
    let document = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "components": components,
        "annotations": [{ "subjects": references, "text": text }],
    });
    let examined = examine(&document, &policy);
    assert_eq!(examined.document.unwrap().subjects, 2_000);
    // What not every one got is said of the product, which is the first.
    let found: std::collections::BTreeSet<u32> = examined.assessment.findings.iter().map(|finding| finding.subject.index).collect();
    assert!(found.contains(&0) && found.len() > 50 && found.len() < 2_000, "{}", found.len());
}

// --- other places ---

#[test]
fn annotations_speak_of_the_subjects_that_they_name() {
    let policy = common::default_policy();
    let annotation = |subjects: Value| json!([{ "subjects": subjects, "annotator": { "organization": { "name": "Acme" } }, "text": "OEM software of AO Kaspersky Lab" }]);
    let document = |subjects: Value| {
        json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": { "component": { "type": "application", "name": "product", "bom-ref": "product" } },
            "components": [{ "type": "library", "name": "engine", "bom-ref": "engine" }, { "type": "library", "name": "pad", "bom-ref": "pad" }],
            "services": [{ "name": "feed", "bom-ref": "feed" }],
            "annotations": annotation(subjects),
        })
    };
    for (subjects, expected) in [
        (json!(["engine"]), &["engine"][..]),
        (json!(["feed"]), &["feed"]),
        (json!(["product"]), &["product"]),
        (json!(["engine", "pad"]), &["engine", "pad"]),
        (json!(["nowhere"]), &["product"]),
        (json!(["nowhere", "engine"]), &["product", "engine"]),
        (json!([]), &["product"]),
    ] {
        let document = document(subjects);
        let first = document.to_string();
        // Keys are sorted here, so the annotations come first; and last in the other.
        let last = first.replacen("{\"annotations\":", "{\"x\":", 1);
        let last = format!("{},\"annotations\":{}}}", &last[..last.len() - 1], document["annotations"]);
        for text in [first, last] {
            let examined = evaluate(&Source::from_text("x.json", text.clone()), &policy);
            let mut names: Vec<_> = examined.assessment.findings.iter().filter_map(|finding| finding.subject.name.clone()).collect();
            names.sort();
            names.dedup();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(names, expected, "{text}");
            assert!(examined.assessment.findings.iter().all(|finding| finding.status == Status::Review));
            assert_eq!(examined.document.unwrap().subjects, 4);
        }
    }
    // A document that comes by parts has forgotten the subjects by then: it is read whole instead.
    let text = document(json!(["engine"])).to_string();
    assert!(read_by_parts(&mut text.as_bytes(), PART, &Limits::default(), false, &mut Nobody).is_none());
    let text = document(json!([])).to_string();
    assert!(read_by_parts(&mut text.as_bytes(), PART, &Limits::default(), false, &mut Nobody).is_some());
}

#[test]
fn annotations_and_properties_are_read_in_xml() {
    let policy = common::default_policy();
    let bom = |inside: &str| {
        format!(
            "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><metadata>{}<component type=\"application\" bom-ref=\"p\"><name>p</name></component>\
             {}</metadata><components><component type=\"library\" bom-ref=\"engine\"><name>engine</name></component></components>{}</bom>",
            "",
            if inside.starts_with("<properties>") { inside } else { "" },
            if inside.starts_with("<annotations>") { inside } else { "" },
        )
    };
    let properties = "<properties><property name=\"syft:image:labels:vendor\">AO Kaspersky Lab</property></properties>";
    let annotations = "<annotations><annotation><subjects><subject ref=\"engine\"/></subjects><annotator><individual><name>x</name>\
                       </individual></annotator><timestamp>2024-01-01T00:00:00Z</timestamp><text>by Kaspersky Lab</text></annotation></annotations>";
    for (inside, expected, name) in [(properties, Status::Prohibited, "p"), (annotations, Status::Review, "engine")] {
        let examined = evaluate(&Source::from_text("x.xml", bom(inside)), &policy);
        assert!(examined.document.is_ok(), "{:?}", examined.document);
        let mut found: Vec<_> =
            examined.assessment.findings.iter().map(|finding| (finding.status, finding.subject.name.as_deref())).collect();
        found.dedup();
        assert_eq!(found, [(expected, Some(name))], "{inside}");
    }
}

/// Whatever mentions a vendor in any of these places is for a person to judge.
#[test]
fn every_place_that_can_mention_a_vendor_is_read() {
    let policy = common::default_policy();
    let mention = "uses Kaspersky Lab's engine";
    let places = [
        ("/formulation/0/workflows/0/description", json!(mention)),
        ("/formulation/0/workflows/0/tasks/0/steps/0/commands/0/executed", json!("docker run kaspersky/kesl scan .")),
        ("/formulation/0/workflows/0/tasks/0/inputs/0/parameters/0/value", json!(mention)),
        ("/formulation/0/workflows/0/outputs/0/environmentVars/0", json!("TOOL=Kaspersky")),
        ("/formulation/0/workflows/0/resourceReferences/0/externalReference/url", json!("https://products.s.kaspersky-labs.com/kesl.rpm")),
        ("/formulation/0/workflows/0/runtimeTopology/0/ref", json!("kaspersky")),
        ("/formulation/0/workflows/0/properties/0", json!({ "name": "x", "value": mention })),
        ("/formulation/0/properties/0", json!({ "name": "x", "value": mention })),
        ("/declarations/targets/organizations/0/name", json!("AO Kaspersky Lab")),
        ("/components/0/releaseNotes/notes/0/text/content", json!(mention)),
        ("/components/0/releaseNotes/resolves/0/source/name", json!("Kaspersky")),
        ("/components/0/tags/0", json!("kaspersky")),
        ("/components/0/vendor", json!("AO Kaspersky Lab")),
        ("/components/0/pedigree/patches/0/diff/text", json!({ "encoding": "base64", "content": "S2FzcGVyc2t5IExhYg==" })),
        ("/components/0/modelCard/considerations/users/0", json!("AO Kaspersky Lab")),
        ("/services/0/releaseNotes/title", json!(mention)),
        ("/services/0/tags/0", json!("kaspersky")),
    ];
    for (pointer, value) in places {
        let document = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": { "component": { "type": "application", "name": "product", "supplier": { "name": "Acme" } } },
            "components": [{ "type": "library", "name": "engine", "supplier": { "name": "Acme" } }],
            "services": [{ "name": "feed", "provider": { "name": "Acme" } }],
        });
        assert_eq!(worst(&planted(document, pointer, value), &policy), REVIEW, "{pointer}");
    }
    let comment = json!(
        "{\"name\": \"vendor\", \"value\": \"\\u041b\\u0430\\u0431\\u043e\\u0440\\u0430\\u0442\\u043e\\u0440\\u0438\\u044f \\u041a\\u0430\\u0441\\u043f\\u0435\\u0440\\u0441\\u043a\\u043e\\u0433\\u043e\"}"
    );
    let places = [
        ("/packages/0/annotations/0/comment", comment),
        ("/annotations/0/comment", json!(mention)),
        ("/comment", json!(mention)),
        ("/creationInfo/comment", json!(mention)),
        (
            "/relationships/0",
            json!({ "spdxElementId": "SPDXRef-a", "relationshipType": "OTHER", "relatedSpdxElement": "SPDXRef-a", "comment": mention }),
        ),
        ("/hasExtractedLicensingInfos/0/extractedText", json!(mention)),
        ("/hasExtractedLicensingInfos/0/name", json!("Kaspersky Lab EULA")),
        ("/hasExtractedLicensingInfos/0/seeAlsos/0", json!("https://www.kaspersky.com/eula")),
        (
            "/packages/0/externalRefs/0",
            json!({ "referenceType": "purl", "referenceLocator": "pkg:supplier/AO%20Kaspersky%20Lab/engine@3" }),
        ),
    ];
    for (pointer, value) in places {
        let document = spdx(json!({ "SPDXID": "SPDXRef-a", "name": "engine" }));
        assert_eq!(worst(&planted(document, pointer, value), &policy), REVIEW, "{pointer}");
    }
}

/// Puts a value at a pointer, making what is missing on the way.
fn planted(mut document: Value, pointer: &str, value: Value) -> Value {
    let mut at = &mut document;
    for segment in pointer.split('/').skip(1) {
        if let Ok(index) = segment.parse::<usize>() {
            if !at.is_array() {
                *at = json!([]);
            }
            let array = at.as_array_mut().unwrap();
            while array.len() <= index {
                array.push(Value::Null);
            }
            at = &mut array[index];
        } else {
            if !at.is_object() {
                *at = json!({});
            }
            at = &mut at[segment];
        }
    }
    *at = value;
    document
}

#[test]
fn references_into_registries_are_identities() {
    let policy = all_vendors();
    for (kind, locator) in [
        ("npm", "@kaspersky/hexa-ui@6.0.0"),
        ("npm", "@kaspersky/hexa-ui"),
        ("http://spdx.org/rdf/references/npm", "@kaspersky/hexa-ui@6.0.0"),
        ("maven-central", "com.huawei.hms:base:6.0"),
        ("maven-central", "com.huawei.hms:base"),
    ] {
        for category in ["PACKAGE-MANAGER", "PACKAGE_MANAGER", "OTHER"] {
            let reference = json!({ "referenceCategory": category, "referenceType": kind, "referenceLocator": locator });
            let document = spdx(json!({ "SPDXID": "SPDXRef-a", "name": "engine", "externalRefs": [reference] }));
            assert_eq!(worst(&document, &policy), PROHIBITED, "{kind} {locator}");
        }
    }
    let reference = json!({ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "npm", "referenceLocator": "left-pad@1.0.0" });
    let document = spdx(json!({ "SPDXID": "SPDXRef-a", "name": "engine", "externalRefs": [reference] }));
    assert_eq!(worst(&document, &policy), None);
}
