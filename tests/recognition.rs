//! What is recognised: a maker planted in every field that can name one, the labelled subjects, the examples of the packs.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

mod common;

use common::{default_policy, evaluate};
use interdict::finding::Status;
use interdict::source::Source;
use serde_json::{Value, json};

/// One planted claim: where it stands in the document, and how strong it is.
struct Plant {
    /// JSON pointer of the value, with objects and arrays made on the way (`0` is the first element).
    pointer: &'static str,
    value: Value,
    strength: &'static str,
}

fn strength_status(strength: &str) -> Status {
    match strength {
        "declared" | "deceptive" | "identified" => Status::Prohibited,
        _ => Status::Review,
    }
}

fn plants(table: Vec<(&'static str, Value, &'static str)>) -> Vec<Plant> {
    table.into_iter().map(|(pointer, value, strength)| Plant { pointer, value, strength }).collect()
}

/// Puts a value at a pointer, making what is missing on the way.
fn plant(document: &mut Value, pointer: &str, value: Value) {
    let mut at = document;
    for segment in pointer.split('/').skip(1) {
        at = match segment.parse::<usize>() {
            Ok(index) => {
                if !at.is_array() {
                    *at = json!([]);
                }
                let array = at.as_array_mut().unwrap();
                while array.len() <= index {
                    array.push(Value::Null);
                }
                &mut array[index]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = json!({});
                }
                &mut at[segment]
            }
        };
    }
    *at = value;
}

/// Plants each in a document of its own, and looks whether exactly that text is found, as strong as it is, where it stands.
fn each_is_found(empty: &Value, plants: Vec<Plant>) {
    let policy = default_policy();
    let mut misses = Vec::new();
    for Plant { pointer, value, strength } in plants {
        let mut document = empty.clone();
        plant(&mut document, pointer, value.clone());
        for text in [serde_json::to_string(&document).unwrap(), serde_json::to_string_pretty(&document).unwrap()] {
            let source = Source::from_text("planted.json", text);
            let examined = evaluate(&source, &policy);
            if let Err(error) = &examined.document {
                misses.push(format!("{pointer}: {error}"));
                continue;
            }
            let found = examined.assessment.findings.iter().find_map(|finding| {
                finding.evidence.iter().find(|evidence| evidence.pointer.starts_with(pointer)).map(|evidence| (finding, evidence))
            });
            let Some((finding, evidence)) = found else {
                misses.push(format!("{pointer}: not found"));
                continue;
            };
            if evidence.strength.as_str() != strength || finding.status != strength_status(strength) {
                misses.push(format!("{pointer}: {} and {}", evidence.strength.as_str(), finding.status.as_str()));
            }
            // The place: the text under the span is the text of the claim, and line and column lead there.
            let under = &source.text()[evidence.span.start..evidence.span.end];
            // A text in base64 can only be pointed at as a whole, and in JSON a backslash is escaped.
            let whole = value.pointer(&evidence.pointer[pointer.len()..]).and_then(Value::as_str).unwrap_or_default();
            if !(under == evidence.value || under.replace("\\\\", "\\") == whole) {
                misses.push(format!("{pointer}: the span is at `{under}`"));
            }
            let location = source.location(evidence.span.start);
            let line = source.text().lines().nth(location.line - 1).unwrap_or_default();
            let from: String = line.chars().skip(location.column - 1).collect();
            if !from.starts_with(under) {
                misses.push(format!("{pointer}: {}:{} is not its place", location.line, location.column));
            }
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn cyclonedx_every_field_that_can_name_a_maker() {
    let k = || json!("Kaspersky Lab");
    let url = || json!("https://support.kaspersky.com/x");
    let mail = || json!("info@kaspersky.com");
    let empty = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "components": [{ "type": "library", "name": "plain" }],
        "services": [{ "name": "plain" }],
    });
    let swid =
        "PFNvZnR3YXJlSWRlbnRpdHkgbmFtZT0ieCI+PEVudGl0eSBuYW1lPSJLYXNwZXJza3kgTGFiIiByb2xlPSJ0YWdDcmVhdG9yIi8+PC9Tb2Z0d2FyZUlkZW50aXR5Pg==";
    each_is_found(
        &empty,
        plants(vec![
            ("/components/0/supplier/name", k(), "declared"),
            ("/components/0/supplier", k(), "declared"),
            ("/components/0/supplier/url/0", url(), "declared"),
            ("/components/0/supplier/url", url(), "declared"),
            ("/components/0/supplier/contact/0/email", mail(), "declared"),
            ("/components/0/supplier/contact/0/name", k(), "declared"),
            ("/components/0/manufacturer/name", k(), "declared"),
            ("/components/0/author", k(), "declared"),
            ("/components/0/author", json!("Jane Doe <jane@kaspersky.com>"), "mentioned"),
            ("/components/0/authors/0/name", k(), "declared"),
            ("/components/0/authors/0/email", mail(), "mentioned"),
            ("/components/0/publisher", k(), "declared"),
            ("/components/0/publisher", json!("KL <info@kaspersky.com>"), "mentioned"),
            ("/components/0/publisher", json!("info@kaspersky.com"), "declared"),
            ("/components/0/group", json!("com.kaspersky.android-components"), "identified"),
            ("/components/0/group", json!("@kaspersky"), "identified"),
            ("/components/0/group", json!("kaspersky"), "identified"),
            ("/components/0/name", json!("Kaspersky Endpoint Security"), "mentioned"),
            ("/components/0/name", json!("klif.sys"), "identified"),
            ("/components/0/description", json!("embeds the Kaspersky Lab engine"), "mentioned"),
            ("/components/0/copyright", json!("(c) 2020 Kaspersky Lab"), "mentioned"),
            ("/components/0/cpe", json!("cpe:2.3:a:kaspersky:x:1:*:*:*:*:*:*:*"), "identified"),
            ("/components/0/cpe", json!("cpe:/a:kaspersky_lab:x"), "identified"),
            ("/components/0/purl", json!("pkg:npm/%40kaspersky/hexa-ui@6.198.2"), "identified"),
            ("/components/0/purl", json!("pkg:generic/x@1?download_url=https://www.kaspersky.com/x"), "identified"),
            ("/components/0/purl", json!("pkg:generic/kaspersky-agent@1"), "mentioned"),
            ("/components/0/bom-ref", json!("pkg:npm/%40kaspersky/hexa-ui@6.198.2"), "identified"),
            ("/components/0/swid/tagId", json!("com.kaspersky.kes"), "identified"),
            ("/components/0/swid/tagId", json!("regid.2010-04.com.kaspersky,kes"), "identified"),
            ("/components/0/swid/text/content", json!("<SoftwareIdentity><Entity name='Kaspersky Lab'/></SoftwareIdentity>"), "declared"),
            ("/components/0/swid/text", json!({ "encoding": "base64", "content": swid }), "declared"),
            ("/components/0/licenses/0/license/name", json!("Kaspersky Lab EULA"), "mentioned"),
            ("/components/0/licenses/0/license/text/content", json!("Copyright Kaspersky Lab"), "mentioned"),
            ("/components/0/licenses/0/license/url", json!("https://www.kaspersky.com/eula"), "mentioned"),
            ("/components/0/licenses/0/license/licensing/licensor/organization/name", k(), "declared"),
            ("/components/0/licenses/0/license/licensing/licensor/individual/name", k(), "declared"),
            ("/components/0/licenses/0/licensing/licensor/organization/name", k(), "declared"),
            ("/components/0/evidence/licenses/0/license/licensing/licensor/organization/name", k(), "declared"),
            ("/components/0/externalReferences/0", json!({ "type": "vcs", "url": "https://github.com/KasperskyLab/uif" }), "identified"),
            ("/components/0/externalReferences/0", json!({ "url": "https://www.kaspersky.com/", "type": "website" }), "identified"),
            ("/components/0/externalReferences/0", json!({ "type": "documentation", "url": "https://www.kaspersky.com/" }), "mentioned"),
            ("/components/0/externalReferences/0/comment", json!("by Kaspersky Lab"), "mentioned"),
            ("/components/0/evidence/identity/0", json!({ "field": "purl", "concludedValue": "pkg:pypi/opentip@1.2" }), "identified"),
            ("/components/0/evidence/identity", json!({ "methods": [{ "value": "cpe:2.3:a:kaspersky:x" }], "field": "cpe" }), "identified"),
            ("/components/0/evidence/copyright/0/text", json!("Kaspersky Lab"), "mentioned"),
            ("/components/0/evidence/occurrences/0/location", json!("C:\\drivers\\klif.sys"), "identified"),
            ("/components/0/evidence/callstack/frames/0/package", json!("kaspersky.engine"), "mentioned"),
            ("/components/0/pedigree/ancestors/0", json!({ "type": "library", "name": "x", "publisher": "Kaspersky Lab" }), "declared"),
            ("/components/0/pedigree/descendants/0/purl", json!("pkg:pypi/opentip@1"), "identified"),
            ("/components/0/pedigree/variants/0/supplier/name", k(), "declared"),
            ("/components/0/pedigree/commits/0/author/email", mail(), "mentioned"),
            ("/components/0/pedigree/commits/0/committer/name", k(), "mentioned"),
            ("/components/0/pedigree/commits/0/url", url(), "mentioned"),
            ("/components/0/pedigree/patches/0/diff/url", url(), "mentioned"),
            ("/components/0/pedigree/notes", json!("fork of Kaspersky Lab code"), "mentioned"),
            ("/components/0/properties/0", json!({ "name": "syft:cpe23", "value": "cpe:2.3:a:kaspersky:x" }), "derived"),
            ("/components/0/properties/0", json!({ "value": "Kaspersky Lab", "name": "syft:metadata:vendor" }), "declared"),
            ("/components/0/data/0/governance/owners/0/organization/name", k(), "declared"),
            ("/components/0/data/0/governance/custodians/0/contact/name", k(), "declared"),
            ("/components/0/data/0/contents/url", url(), "identified"),
            ("/components/0/modelCard/modelParameters/datasets/0/governance/stewards/0/organization/name", k(), "declared"),
            ("/components/0/cryptoProperties/certificateProperties/issuerName", json!("CN=x, O=Kaspersky Lab"), "mentioned"),
            ("/components/0/components/0/components/0/supplier/name", k(), "declared"),
            ("/metadata/component/supplier/name", k(), "declared"),
            ("/metadata/component/components/0/publisher", k(), "declared"),
            ("/metadata/supplier/name", k(), "declared"),
            ("/metadata/manufacture/name", k(), "declared"),
            ("/metadata/tools/0/vendor", k(), "declared"),
            ("/metadata/tools/components/0/supplier/name", k(), "declared"),
            ("/metadata/tools/services/0/provider/name", k(), "declared"),
            ("/services/0/provider/name", k(), "declared"),
            ("/services/0/provider/url/0", url(), "declared"),
            ("/services/0/group", json!("kaspersky"), "identified"),
            ("/services/0/name", json!("Kaspersky Security Network"), "mentioned"),
            ("/services/0/endpoints/0", url(), "identified"),
            ("/services/0/data/0/source/0", url(), "identified"),
            ("/services/0/data/0/destination/0", url(), "identified"),
            ("/services/0/data/0/governance/owners/0/organization/name", k(), "declared"),
            ("/services/0/services/0/provider/name", k(), "declared"),
            ("/vulnerabilities/0/tools/0/vendor", k(), "declared"),
            ("/vulnerabilities/0/tools/components/0/publisher", k(), "declared"),
            ("/formulation/0/components/0/publisher", k(), "declared"),
            ("/formulation/0/services/0/provider/name", k(), "declared"),
            ("/annotations/0/annotator/component/publisher", k(), "declared"),
            ("/annotations/0/annotator/service/provider/name", k(), "declared"),
            ("/declarations/targets/components/0/publisher", k(), "declared"),
            ("/declarations/targets/services/0/provider/name", k(), "declared"),
        ]),
    );
}

#[test]
fn spdx_every_field_that_can_name_a_maker() {
    let empty = json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x",
        "packages": [{ "SPDXID": "SPDXRef-p", "name": "plain" }],
        "files": [{ "SPDXID": "SPDXRef-f", "fileName": "./plain" }],
        "snippets": [{ "SPDXID": "SPDXRef-s", "name": "plain" }],
    });
    let text = || json!("portions by Kaspersky Lab");
    each_is_found(
        &empty,
        plants(vec![
            ("/packages/0/supplier", json!("Organization: Kaspersky Lab"), "declared"),
            ("/packages/0/supplier", json!("Organization: Kaspersky Lab (info@x.org)"), "declared"),
            ("/packages/0/supplier", json!("Organization: KL (info@kaspersky.com)"), "declared"),
            ("/packages/0/supplier", json!("Person: Jane Doe (jane@kaspersky.com)"), "mentioned"),
            ("/packages/0/supplier", json!("Kaspersky/OEM"), "declared"),
            (
                "/packages/0/supplier",
                json!(
                    "\u{410}\u{41e} \u{ab}\u{41b}\u{430}\u{431}\u{43e}\u{440}\u{430}\u{442}\u{43e}\u{440}\u{438}\u{44f} \u{41a}\u{430}\u{441}\u{43f}\u{435}\u{440}\u{441}\u{43a}\u{43e}\u{433}\u{43e}\u{bb}"
                ),
                "declared",
            ),
            ("/packages/0/originator", json!("Organization: AO Kaspersky Lab"), "declared"),
            ("/packages/0/packageSupplier", json!("Organization: Kaspersky Lab"), "declared"),
            ("/packages/0/packageOriginator", json!("Organization: Kaspersky Lab"), "declared"),
            ("/packages/0/downloadLocation", json!("git+https://github.com/KasperskyLab/klara.git@v1"), "identified"),
            ("/packages/0/downloadLocation", json!("https://products.s.kaspersky-labs.com/x.zip"), "identified"),
            ("/packages/0/homepage", json!("https://opentip.kaspersky.com/"), "identified"),
            (
                "/packages/0/externalRefs/0",
                json!({ "referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:pypi/triangle_check@1.1" }),
                "identified",
            ),
            (
                "/packages/0/externalRefs/0",
                json!({ "referenceLocator": "cpe:2.3:a:kaspersky:x", "referenceType": "cpe23Type" }),
                "identified",
            ),
            (
                "/packages/0/externalRefs/0",
                json!({ "referenceType": "http://spdx.org/rdf/references/cpe22Type", "referenceLocator": "cpe:/a:kaspersky_lab:x" }),
                "identified",
            ),
            ("/packages/0/externalRefs/0", json!({ "referenceType": "swid", "referenceLocator": "swid:com.kaspersky.kes" }), "identified"),
            (
                "/packages/0/externalRefs/0",
                json!({ "referenceType": "advisory", "referenceLocator": "https://support.kaspersky.com/a" }),
                "mentioned",
            ),
            ("/packages/0/externalRefs/0/comment", text(), "mentioned"),
            ("/packages/0/name", json!("Kaspersky Security Center"), "mentioned"),
            ("/packages/0/packageFileName", json!("klnagent.exe"), "identified"),
            ("/packages/0/summary", text(), "mentioned"),
            ("/packages/0/description", text(), "mentioned"),
            ("/packages/0/comment", text(), "mentioned"),
            ("/packages/0/sourceInfo", text(), "mentioned"),
            ("/packages/0/copyrightText", text(), "mentioned"),
            ("/packages/0/attributionTexts/0", text(), "mentioned"),
            ("/packages/0/licenseComments", text(), "mentioned"),
            ("/packages/0/annotations/0/comment", text(), "mentioned"),
            ("/files/0/fileName", json!("./drivers/KLIF.SYS"), "identified"),
            ("/files/0/copyrightText", text(), "mentioned"),
            ("/files/0/fileContributors/0", text(), "mentioned"),
            ("/files/0/noticeText", text(), "mentioned"),
            ("/files/0/comment", text(), "mentioned"),
            ("/files/0/attributionTexts/0", text(), "mentioned"),
            ("/files/0/licenseComments", text(), "mentioned"),
            ("/files/0/artifactOfs/0/name", text(), "mentioned"),
            ("/files/0/artifactOfs/0/homePage", json!("https://www.kaspersky.com"), "mentioned"),
            ("/files/0/annotations/0/comment", text(), "mentioned"),
            ("/snippets/0/name", text(), "mentioned"),
            ("/snippets/0/copyrightText", text(), "mentioned"),
            ("/snippets/0/comment", text(), "mentioned"),
            ("/snippets/0/attributionTexts/0", text(), "mentioned"),
            ("/creationInfo/creators/0", json!("Tool: kaspersky-scan-1.0"), "mentioned"),
        ]),
    );
}

/// Escapes in keys and values change nothing.
#[test]
fn an_escaped_supplier_is_found() {
    let text =
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"x","supp\u006cier":{"n\u0061me":"K\u0061spersky Lab"}}]}"#;
    let source = Source::from_text("t", text);
    let examined = evaluate(&source, &default_policy());
    let evidence = &examined.assessment.findings[0].evidence[0];
    assert_eq!((evidence.value.as_str(), evidence.pointer.as_str()), ("Kaspersky Lab", "/components/0/supplier/name"));
    assert_eq!(&text[evidence.span.start..evidence.span.end], r"K\u0061spersky Lab");
}

/// The document that a labelled subject, or an example of a policy, stands in.
fn document_for(component: Value) -> Source {
    let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] });
    Source::from_text("labelled.json", document.to_string())
}

fn worst(source: &Source) -> Option<Status> {
    let examined = evaluate(source, &default_policy());
    examined.document.as_ref().unwrap();
    examined.assessment.findings.iter().map(|finding| finding.status).max()
}

/// Spellings that hide a maker, and what each has to come to at least.
#[test]
fn spellings_that_hide() {
    use Status::{Prohibited, Review};
    let supplier = |name: &str| json!({ "name": "x", "supplier": { "name": name } });
    let url = |url: &str| json!({ "name": "x", "supplier": { "name": "Acme", "url": [url] } });
    let vcs = |url: &str| json!({ "name": "x", "externalReferences": [{ "type": "v\u{63}s", "url": url }] });
    let purl = |purl: &str| json!({ "name": "x", "purl": purl });
    let cpe = |cpe: &str| json!({ "name": "x", "cpe": cpe });
    let mut table = Vec::new();
    for name in [
        "KasperskyLab",
        "Kaspersky™ Lab",
        "Acme, Kaspersky Lab",
        "Acme and Kaspersky Lab",
        "Acme (Kaspersky Lab)",
        "Kasper\u{0}sky Lab",
        "Kasper\u{2028}sky Lab",
        "Closed Joint-Stock Company Kaspersky Lab",
        "Закрытое акционерное общество «Лаборатория Касперского»",
        "support.kaspersky.com",
        "A <a@kaspersky.com>, B <b@acme.org>",
    ] {
        table.push((supplier(name), Prohibited));
    }
    for name in [
        "Distributed by Kaspersky Lab",
        "The Kaspersky Lab",
        "Acme (Kaspersky Lab) Ltd",
        "Acme <Kaspersky Lab>",
        "北京卡巴斯基科技有限公司",
        "K\u{430}spersky Lab",
        "Kaspersky Iab",
    ] {
        table.push((supplier(name), Review));
    }
    table.push((supplier(&format!("K\u{430}spersky Lab {}", "x ".repeat(300))), Review));
    table.push((json!({ "name": "x", "author": "Kaspersky Lab UK" }), Prohibited));
    table.push((json!({ "name": "x", "authors": [{ "name": "Kaspersky Lab Team" }] }), Prohibited));
    for address in [
        "https://kaspersk%79.com",
        "https://ｋａｓｐｅｒｓｋｙ.com",
        "https://kasper\u{200b}sky.com",
        "https://kaspersky。com",
        "https://github.com/KasperskyLab",
    ] {
        table.push((url(address), Prohibited));
    }
    table.push((url("https://k\u{430}spersky.com"), Review));
    for address in [
        "https://user:pw@github.com:KasperskyLab/klara.git",
        "github.com:KasperskyLab/klara",
        "github:KasperskyLab/klara",
        "https://github.com./KasperskyLab/klara",
        "https://github.com/%4BasperskyLab/klara",
        "ssh://git@ssh.github.com:443/KasperskyLab/klara",
        "pkg:github/KasperskyLab/klara",
        "https://registry.npmjs.org/@kaspersky/hexa-ui/-/hexa-ui-6.tgz",
    ] {
        table.push((vcs(address), Prohibited));
    }
    for text in [
        "pkg:Maven/com.kaspersky.foo/y@1",
        "pkg:GoLang/securelist.com/x",
        "pkg:Swift/github.com/KasperskyLab/klara",
        "pkg:%6epm/%40kaspersky/x",
        "pkg:pypi/triangle--check@1",
        "pkg:npm/%40KASPERSKY/x",
    ] {
        table.push((purl(text), Prohibited));
    }
    table.push((purl("pkg:npm/@k\u{430}spersky/x"), Review));
    for text in ["cpe:2.3:a: kaspersky:x", "cpe:2.3:a:kaspersky-lab:x", "cpe:2.3:a:kaspersky\\ lab:x"] {
        table.push((cpe(text), Prohibited));
    }
    for text in ["cpe:2.3:a:acme:kaspersky_anti-virus", "cpe:2.3:a:k\u{430}spersky:x", "cpe:2.3:a:kasperskylab:x"] {
        table.push((cpe(text), Review));
    }
    table.push((json!({ "name": "x", "bom-ref": "PKG:npm/%40kaspersky/x@1", "purl": "" }), Prohibited));
    table.push((json!({ "name": "x", "evidence": { "identity": [{ "concludedValue": "pkg:npm/%40kaspersky/x@1" }] } }), Prohibited));
    table.push((json!({ "name": "x", "swid": { "text": { "content": "<a></b><Entity name='Kaspersky Lab'/>" } } }), Review));
    let misses: Vec<String> = table
        .into_iter()
        .filter(|(component, least)| worst(&document_for(component.clone())) < Some(*least))
        .map(|(component, least)| format!("{} is not at least {}", component, least.as_str()))
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn makers_that_stand_oddly() {
    let policy = default_policy();
    for (text, prohibited) in [
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"supplier":{"name":"Kaspersky Lab"},"component":null},"components":[{"name":"q"}]}"#,
            true,
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"name":"q"},"supplier":{"name":"Kaspersky Lab"}}}"#,
            true,
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"tools":[{"name":"x","purl":"pkg:npm/@kaspersky/x"}]},"components":[{"name":"q"}]}"#,
            true,
        ),
        (
            r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"x","externalRefs":[{"referenceType":"other","referenceLocator":" PKG:npm/%40kaspersky/x"}]}]}"#,
            true,
        ),
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"x"}],"spdxVersion":"SPDX-2.3"}"#, false),
        (r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"x"}],"components":[]}"#, false),
    ] {
        let examined = evaluate(&Source::from_text("odd.json", text), &policy);
        if prohibited {
            assert_eq!(examined.verdict().as_str(), "prohibited", "{text}");
        } else {
            assert_eq!(examined.document.err().map(|error| error.code), Some("two-formats"), "{text}");
        }
    }
}

/// A vendor that hides: each is at least a matter for review.
#[test]
fn evasions_are_seen() {
    let policy = interdict::policy::load(&["vendors-of-concern".to_owned()], &common::NoFiles).unwrap();
    let supplier = |name: &str| json!({ "type": "library", "name": "x", "supplier": { "name": name } });
    let purl = |purl: &str| json!({ "type": "library", "name": "x", "supplier": { "name": "NOASSERTION" }, "publisher": "", "purl": purl });
    let url = |url: &str| json!({ "type": "library", "name": "x", "externalReferences": [{ "type": "website", "url": url }] });
    let cpe = |cpe: &str| json!({ "type": "library", "name": "x", "cpe": cpe });
    let table = [
        // Letters of other scripts, and what cannot be seen.
        supplier("Huaw\u{435}i Technologies"),
        supplier("\u{41d}uawei"),
        supplier("Hua\u{200b}wei"),
        supplier("Hua\u{ad}wei"),
        supplier("\u{202a}Huawei\u{202c}"),
        supplier("\u{202e}iewauH\u{202c}"),
        supplier("\u{2067}Huawei\u{2069}"),
        supplier("Ｈｕａｗｅｉ"),
        supplier("𝐇𝐮𝐚𝐰𝐞𝐢"),
        supplier("H\u{75}\u{301}awei"),
        supplier("HUAWE\u{130}"),
        supplier("Hikv1sion"),
        supplier("Byte\u{a0}Dance"),
        supplier("ZTE\u{200d}"),
        supplier("Kaspеrsky"),
        supplier("H.u.a.w.e.i"),
        supplier("Z.T.E. Corporation"),
        supplier("ZTE (USA) Inc."),
        supplier("Hangzhou Hikvision"),
        supplier("深圳市大疆创新科技有限公司"),
        // A telling identifier beside fields that were emptied.
        purl("pkg:npm/%40huaweicloud/x@1"),
        purl("pkg:npm/%40%68%75aweicloud/x@1"),
        purl("pkg:npm/%2540huaweicloud/x@1"),
        purl("pkg:npm/%40huaweicloud%2Fx@1"),
        purl("pkg:npm/@ｈｕａｗｅｉcloud/x@1"),
        purl("pkg:npm/@huawei\u{200b}cloud/x@1"),
        purl("pkg:npm/@huaweicl\u{43e}ud/x@1"),
        purl("pkg:npm/%40huaweicl%D0%BEud/x@1"),
        purl("pkg:npm/%40Huaweicloud/x@1?foo=bar#sub"),
        purl("PKG:NPM/%40HUAWEICLOUD/x"),
        purl("pkg:///npm//%40huaweicloud//x"),
        purl("pkg:pypi/Huaweicloudsdk_Core@3"),
        purl("pkg:maven/com.huawei.hms/location@6?repository_url=https://example.org"),
        purl("pkg:golang/github.com/BYTEDANCE/sonic@v1"),
        purl("pkg:generic/x@1?download_url=https%3A%2F%2Fdeveloper.huawei.com%2Fx"),
        purl("pkg:generic/x@1?vcs_url=git%2Bhttps://github.com/bytedance/x"),
        purl("pkg:npm/%2540kaspersky/x"),
        purl("pkg:npm/%40k%D0%B0spersky/x"),
        purl("pkg:npm\\@kaspersky\\x"),
        purl("pkg:npm／@kaspersky／x"),
        purl("pkg:maven/com%252Ehuawei.hms/x@1"),
        purl("pkg:golang/github.com%252Fbytedance/x@1"),
        purl("pkg:golang/github.com/byt\u{435}dance/sonic@1"),
        purl("pkg:pypi/esdk%E2%80%8B-obs-python@3"),
        purl("pkg:cargo/sonic_rs@0.3"),
        purl("pkg:githubactions/bytedance/x@1"),
        // Hosts that borrow a name.
        url("https://huawei.com.evil.example/x"),
        url("https://huawei-com.evil.example/x"),
        url("https://www.huawei.com@evil.example/"),
        url("https://evil.example@huawei.com/"),
        url("https://xn--huawe-r2e.com/"),
        url("https://HUAWEI.COM./x"),
        url("https://huaw%65i.com/"),
        url("http://huawei.com:8080"),
        url("https://github.com/K\u{430}sperskyLab/x"),
        url("https://repo1.maven.org/maven2/com/huawei/hms/base/1.0/base-1.0.jar"),
        url("https://crates.io/crates/sonic-rs"),
        url("https://files.pythonhosted.org/packages/aa/bb/esdk_obs_python-3.2.tar.gz"),
        // Escapes in CPE names.
        cpe("cpe:2.3:a:kaspersk?:x:1:*:*:*:*:*:*:*"),
        cpe("cpe:2.3:a:kasper*:x:1:*:*:*:*:*:*:*"),
        cpe("cpe:/a:hu%d0%b0wei:x:1"),
        cpe("cpe:/a:%256baspersky:x:1"),
        cpe("cpe:2.3:a:zte\\ corporation:x:1:*:*:*:*:*:*:*"),
        cpe("cpe:2.3:a:hua\\wei:x:1:*:*:*:*:*:*:*"),
        cpe("cpe:/a:h%75awei:x:1"),
        cpe("CPE:2.3:A:HUAWEI:x:1:*:*:*:*:*:*:*"),
        cpe("cpe:2.3:a:huawe\u{456}:x:1:*:*:*:*:*:*:*"),
        // The name only in a place where nobody looks.
        json!({ "type": "library", "name": "x", "author": "", "group": "com.huawei.hms" }),
        json!({ "type": "library", "name": "libhcnetsdk.so" }),
        json!({ "type": "library", "name": "libhcnetsdk.so.6" }),
        json!({ "type": "file", "name": "klif\u{200b}.sys" }),
        json!({ "type": "file", "name": "ｋｌｉｆ.sys" }),
        json!({ "type": "file", "name": "klif .sys" }),
        json!({ "type": "file", "name": "klif.sys:$DATA" }),
        json!({ "type": "library", "name": "@rspack/core" }),
        json!({ "type": "library", "name": "%40rspack/core" }),
        json!({ "type": "library", "name": "@rspack/core", "purl": "pkg:generic/x@1" }),
        json!({ "type": "library", "name": "x", "purl": "pkg:generic/@rspack/core@1" }),
        json!({ "type": "library", "name": "esdk-obs-python" }),
        json!({ "type": "library", "name": "x", "properties": [{ "name": "syft:metadata:vendor", "value": "Huawei" }] }),
    ];
    let mut missed = Vec::new();
    for component in table {
        let examined = evaluate(&document_for(component.clone()), &policy);
        let worst = examined.assessment.findings.iter().map(|finding| finding.status).max();
        if examined.document.is_ok() && worst < Some(Status::Review) {
            missed.push(component.to_string());
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// An identifier that is used twice hides nothing: each subject is judged by its own claims.
/// Companies where persons stand, persons who are called like companies, short names, registries, mirrors, mailboxes: what each comes to.
#[test]
fn it_is_told_who_is_meant() {
    use Status::{Prohibited, Review};
    let policy = interdict::policy::load(&["vendors-of-concern".to_owned()], &common::NoFiles).unwrap();
    let by = |field: &str, name: &str| json!({ "type": "library", "name": "x", field: name });
    let supplier = |name: &str| json!({ "type": "firmware", "name": "x", "supplier": { "name": name } });
    let purl = |purl: &str| json!({ "type": "library", "name": "x", "purl": purl });
    let from = |url: &str| json!({ "type": "library", "name": "x", "externalReferences": [{ "type": "distribution", "url": url }] });
    let table = [
        // A legal form, a place in front, or what companies do makes no person.
        (by("author", "Beijing Bytedance Network Technology Co., Ltd."), Some(Prohibited)),
        (by("author", "HiSilicon (Shanghai) Technologies Co., Ltd."), Some(Prohibited)),
        (by("author", "TikTok Technology Limited"), Some(Prohibited)),
        (by("author", "Hangzhou Hikvision"), Some(Prohibited)),
        (by("author", "Huawei Cloud"), Some(Prohibited)),
        (by("author", "DeepSeek Team"), Some(Prohibited)),
        (by("author", "Kaspersky Threat Research"), Some(Review)),
        (by("author", "Huawei Noah's Ark Lab"), Some(Review)),
        (by("author", "Huawei Imran"), None),
        (by("author", "Hesai Tomlin"), None),
        (by("author", "Kaspersky Family"), None),
        (by("author", "Inspur Lee"), None),
        (by("author", "Huawei Wang"), None),
        (by("author", "Kaspersky Iab"), Some(Review)),
        // A short name is a company's only by its legal form, or in front of a device's name.
        (supplier("ZTE Kangxun Telecom Co., Ltd."), Some(Review)),
        (supplier("ZTE Fans"), None),
        (json!({ "type": "device", "name": "ZTE MF286R" }), Some(Review)),
        (json!({ "type": "library", "name": "zte reader" }), None),
        (supplier("HuaweiCloud"), Some(Prohibited)),
        (by("publisher", "Kasperskiy Lab"), Some(Review)),
        // The owners of images there are those of the forge.
        (purl("pkg:oci/klara@sha256%3Aaa?repository_url=ghcr.io%2Fkasperskylab%2Fklara"), Some(Prohibited)),
        (purl("pkg:docker/ghcr.io/kubewharf/katalyst@1"), Some(Prohibited)),
        (from("https://ghcr.io/bytedance/x"), Some(Prohibited)),
        (purl("pkg:docker/ghcr.io/acme/katalyst@1"), None),
        // Who is called alike on another forge may be somebody else.
        (from("https://gitlab.com/kasperskylab/klogga"), Some(Review)),
        (from("https://gitee.com/acme/klogga"), None),
        // A group of Maven holds the groups below it, and none beside it.
        (purl("pkg:maven/com.zte.sdk/core@1"), Some(Review)),
        (purl("pkg:maven/com.ztexample/core@1"), None),
        // Other people's packages, and other people's mailboxes.
        (from("https://cdn.bytedance.com/a.tgz"), Some(Review)),
        (from("https://libs.baidu.com/jquery/1/jquery.js"), Some(Review)),
        (from("https://cdn.kaspersky.com/installer.exe"), Some(Prohibited)),
        (by("publisher", "chenwei@aliyun.com"), None),
        (by("author", "Chen Wei <chenwei@aliyun.com>"), None),
        (by("publisher", "somebody@alibaba-inc.com"), Some(Prohibited)),
    ];
    let mut failures = Vec::new();
    for (component, expected) in table {
        let examined = evaluate(&document_for(component.clone()), &policy);
        let worst = examined.assessment.findings.iter().map(|finding| finding.status).max();
        if worst != expected {
            failures.push(format!("{component}: {worst:?} and not {expected:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_reused_identifier_hides_nothing() {
    let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
        {"type":"library","bom-ref":"a","name":"left-pad","purl":"pkg:npm/left-pad@1"},
        {"type":"library","bom-ref":"a","name":"left-pad","purl":"pkg:npm/left-pad@1","supplier":{"name":"Huawei"}}]}"#;
    let policy = interdict::policy::load(&["vendors-of-concern".to_owned()], &common::NoFiles).unwrap();
    let examined = evaluate(&Source::from_text("reused.json", text), &policy);
    assert_eq!((examined.assessment.ledger.prohibited, examined.assessment.ledger.clear), (1, 1));
    assert!(examined.assessment.notes.iter().any(|note| note.code == "duplicate-reference"), "{:?}", examined.assessment.notes);
}
