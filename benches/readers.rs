//! Reading a generated document of 10,000 components in every format and encoding, beside the reference crate where one exists.
//!
//! `cargo bench --bench readers` prints the throughput of each.

use std::fmt::Write as _;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use interdict::document::{self, Limits};
use interdict::inventory::{Listener, Subject};

fn main() {
    divan::main();
}

const COUNT: usize = 10_000;

struct Count(u32);

impl Listener for Count {
    fn subject(&mut self, _subject: &Subject<'_>) {
        self.0 += 1;
    }
}

/// One component: what generators write about it.
struct Part {
    name: String,
    version: String,
    supplier: &'static str,
    purl: String,
    cpe: String,
    hash: String,
}

fn parts() -> impl Iterator<Item = Part> {
    let makers = ["Apache Software Foundation", "Red Hat, Inc.", "Google LLC", "Debian", "Acme Widgets GmbH", "OpenJS Foundation"];
    (0..COUNT).map(move |number| {
        let (name, version) = (format!("package-{number:05}"), format!("1.{}.{}", number % 50, number % 9));
        Part {
            purl: format!("pkg:npm/space{}/{name}@{version}", number % 997),
            cpe: format!("cpe:2.3:a:vendor{}:{name}:{version}:*:*:*:*:*:*:*", number % 997),
            hash: format!("{:064x}", (number as u128 + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060),
            supplier: makers[number % 6],
            name,
            version,
        }
    })
}

fn joined(separator: &str, each: impl Fn(&mut String, &Part)) -> String {
    let mut out = String::new();
    for (number, part) in parts().enumerate() {
        if number > 0 {
            out.push_str(separator);
        }
        each(&mut out, &part);
    }
    out
}

fn cyclonedx_json() -> String {
    let components = joined(",\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            r#"  {{"type":"library","bom-ref":"{purl}","supplier":{{"name":"{supplier}"}},"name":"{name}","version":"{version}",
   "hashes":[{{"alg":"SHA-256","content":"{hash}"}}],"licenses":[{{"license":{{"id":"MIT"}}}}],"cpe":"{cpe}","purl":"{purl}"}}"#
        )
        .expect("writing to a string");
    });
    format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"version\":1,\"components\":[\n{components}\n]}}")
}

fn cyclonedx_xml() -> String {
    let components = joined("\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            "    <component type=\"library\" bom-ref=\"{purl}\">\n      <supplier>\n        <name>{supplier}</name>\n      </supplier>\n      \
             <name>{name}</name>\n      <version>{version}</version>\n      <hashes>\n        <hash alg=\"SHA-256\">{hash}</hash>\n      \
             </hashes>\n      <licenses>\n        <license>\n          <id>MIT</id>\n        </license>\n      </licenses>\n      \
             <cpe>{cpe}</cpe>\n      <purl>{purl}</purl>\n    </component>"
        )
        .expect("writing to a string");
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" version=\"1\">\n  <components>\n\
         {components}\n  </components>\n</bom>\n"
    )
}

fn spdx_json() -> String {
    let packages = joined(",\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            r#"  {{"SPDXID":"SPDXRef-{name}","name":"{name}","versionInfo":"{version}","supplier":"Organization: {supplier}",
   "downloadLocation":"NOASSERTION","filesAnalyzed":false,"licenseConcluded":"MIT","licenseDeclared":"MIT","copyrightText":"NOASSERTION",
   "checksums":[{{"algorithm":"SHA256","checksumValue":"{hash}"}}],
   "externalRefs":[{{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"{purl}"}},
                   {{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"{cpe}"}}]}}"#
        )
        .expect("writing to a string");
    });
    format!(
        r#"{{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"http://d.example/1",
"creationInfo":{{"created":"2026-11-01T00:00:00Z","creators":["Person: A"]}},"packages":[
{packages}
],"files":[],"snippets":[],"relationships":[]}}"#
    )
}

fn spdx_tag_value() -> String {
    let packages = joined("\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            "PackageName: {name}\nSPDXID: SPDXRef-{name}\nPackageVersion: {version}\nPackageSupplier: Organization: {supplier}\n\
             PackageDownloadLocation: NOASSERTION\nFilesAnalyzed: false\nPackageChecksum: SHA256: {hash}\nPackageLicenseConcluded: MIT\n\
             PackageLicenseDeclared: MIT\nPackageCopyrightText: NOASSERTION\nExternalRef: PACKAGE-MANAGER purl {purl}\n\
             ExternalRef: SECURITY cpe23Type {cpe}\n"
        )
        .expect("writing to a string");
    });
    format!(
        "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nDocumentNamespace: http://d.example/1\n\
         Creator: Person: A\nCreated: 2026-11-01T00:00:00Z\n\n{packages}"
    )
}

fn spdx_yaml() -> String {
    let packages = joined("\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            "- SPDXID: SPDXRef-{name}\n  name: {name}\n  versionInfo: '{version}'\n  supplier: 'Organization: {supplier}'\n  downloadLocation: \
             NOASSERTION\n  filesAnalyzed: false\n  licenseConcluded: MIT\n  checksums:\n  - algorithm: SHA256\n    checksumValue: {hash}\n  \
             externalRefs:\n  - referenceCategory: PACKAGE-MANAGER\n    referenceType: purl\n    referenceLocator: {purl}\n  - \
             referenceCategory: SECURITY\n    referenceType: cpe23Type\n    referenceLocator: '{cpe}'"
        )
        .expect("writing to a string");
    });
    format!("SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\nname: d\npackages:\n{packages}\n")
}

fn spdx_xml() -> String {
    let packages = joined("\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        write!(
            out,
            "  <packages>\n    <SPDXID>SPDXRef-{name}</SPDXID>\n    <name>{name}</name>\n    <versionInfo>{version}</versionInfo>\n    \
             <supplier>Organization: {supplier}</supplier>\n    <downloadLocation>NOASSERTION</downloadLocation>\n    <checksums>\n      \
             <algorithm>SHA256</algorithm>\n      <checksumValue>{hash}</checksumValue>\n    </checksums>\n    <externalRefs>\n      \
             <referenceCategory>PACKAGE-MANAGER</referenceCategory>\n      <referenceType>purl</referenceType>\n      \
             <referenceLocator>{purl}</referenceLocator>\n    </externalRefs>\n    <externalRefs>\n      \
             <referenceCategory>SECURITY</referenceCategory>\n      <referenceType>cpe23Type</referenceType>\n      \
             <referenceLocator>{cpe}</referenceLocator>\n    </externalRefs>\n  </packages>"
        )
        .expect("writing to a string");
    });
    format!(
        "<?xml version=\"1.0\"?>\n<Document>\n  <SPDXID>SPDXRef-DOCUMENT</SPDXID>\n  <spdxVersion>SPDX-2.3</spdxVersion>\n{packages}\n</Document>\n"
    )
}

fn spdx_rdf() -> String {
    let packages = joined("\n", |out, Part { name, version, supplier, purl, hash, .. }| {
        write!(
            out,
            "  <s:Package rdf:about=\"http://d.example/1#SPDXRef-{name}\">\n    <s:name>{name}</s:name>\n    <s:versionInfo>{version}</s:versionInfo>\n    \
             <s:supplier>Organization: {supplier}</s:supplier>\n    <s:downloadLocation rdf:resource=\"http://spdx.org/rdf/terms#noassertion\"/>\n    \
             <s:checksum>\n      <s:Checksum>\n        <s:checksumValue>{hash}</s:checksumValue>\n      </s:Checksum>\n    </s:checksum>\n    \
             <s:externalRef>\n      <s:ExternalRef>\n        <s:referenceType rdf:resource=\"http://spdx.org/rdf/references/purl\"/>\n        \
             <s:referenceLocator>{purl}</s:referenceLocator>\n      </s:ExternalRef>\n    </s:externalRef>\n  </s:Package>"
        )
        .expect("writing to a string");
    });
    format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"http://spdx.org/rdf/terms#\">\n  \
         <s:SpdxDocument rdf:about=\"http://d.example/1#SPDXRef-DOCUMENT\">\n    <s:specVersion>SPDX-2.3</s:specVersion>\n  </s:SpdxDocument>\n\
         {packages}\n</rdf:RDF>\n"
    )
}

fn spdx3_json() -> String {
    let elements = joined(",\n", |out, Part { name, version, supplier, purl, cpe, hash }| {
        let agent = supplier.len();
        write!(
            out,
            r#"  {{"type":"software_Package","spdxId":"urn:d#{name}","creationInfo":"_:c","name":"{name}","software_packageVersion":"{version}",
   "suppliedBy":"urn:d#agent{agent}","software_packageUrl":"{purl}","software_primaryPurpose":"library",
   "verifiedUsing":[{{"type":"Hash","algorithm":"sha256","hashValue":"{hash}"}}],
   "externalIdentifier":[{{"type":"ExternalIdentifier","externalIdentifierType":"cpe23","identifier":"{cpe}"}}]}},
  {{"type":"Organization","spdxId":"urn:d#agent-of-{name}","creationInfo":"_:c","name":"{supplier}"}}"#
        )
        .expect("writing to a string");
    });
    format!("{{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[\n{elements}\n]}}")
}

/// A varint, a length-delimited field, a message: enough of protobuf to write one.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 4);
    let mut varint = |mut value: usize| {
        while value >= 0x80 {
            out.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
            value >>= 7;
        }
        out.push(u8::try_from(value).expect("seven bits"));
    };
    varint((usize::from(number) << 3) | 2);
    varint(bytes.len());
    out.extend(bytes);
    out
}

fn cyclonedx_protobuf() -> Vec<u8> {
    let mut out = field(1, b"1.5");
    for Part { name, version, supplier, purl, cpe, hash } in parts() {
        let mut component = vec![0x08, 3];
        component.extend(field(3, purl.as_bytes()));
        component.extend(field(4, &field(1, supplier.as_bytes())));
        component.extend(field(8, name.as_bytes()));
        component.extend(field(9, version.as_bytes()));
        component.extend(field(12, &field(2, hash.as_bytes())));
        component.extend(field(15, cpe.as_bytes()));
        component.extend(field(16, purl.as_bytes()));
        out.extend(field(5, &component));
    }
    out
}

/// Opens and reads a document as the command does.
fn read(bencher: Bencher<'_, '_>, document: impl AsRef<[u8]>) {
    let bytes = document.as_ref();
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let mut count = Count(0);
        for opened in document::open("document", black_box(bytes).to_vec(), &Limits::default()) {
            opened.read(&Limits::default(), &mut count).expect("a document");
        }
        assert!(count.0 as usize >= COUNT);
        count.0
    });
}

mod ours {
    use super::{Bencher, read};

    #[divan::bench(sample_count = 20)]
    fn cyclonedx_json(bencher: Bencher<'_, '_>) {
        read(bencher, super::cyclonedx_json());
    }

    #[divan::bench(sample_count = 20)]
    fn cyclonedx_xml(bencher: Bencher<'_, '_>) {
        read(bencher, super::cyclonedx_xml());
    }

    #[divan::bench(sample_count = 20)]
    fn cyclonedx_protobuf(bencher: Bencher<'_, '_>) {
        read(bencher, super::cyclonedx_protobuf());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx_json(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx_json());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx_tag_value(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx_tag_value());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx_yaml(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx_yaml());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx_xml(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx_xml());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx_rdf(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx_rdf());
    }

    #[divan::bench(sample_count = 20)]
    fn spdx3_json_ld(bencher: Bencher<'_, '_>) {
        read(bencher, super::spdx3_json());
    }
}

mod reference {
    use super::{Bencher, BytesCount, black_box};

    #[divan::bench(sample_count = 10)]
    fn cyclonedx_bom_json(bencher: Bencher<'_, '_>) {
        let text = super::cyclonedx_json();
        bencher
            .counter(BytesCount::new(text.len()))
            .bench_local(|| cyclonedx_bom::prelude::Bom::parse_from_json_v1_5(black_box(text.as_bytes())).expect("a document"));
    }

    #[divan::bench(sample_count = 5)]
    fn cyclonedx_bom_xml(bencher: Bencher<'_, '_>) {
        let text = super::cyclonedx_xml();
        bencher
            .counter(BytesCount::new(text.len()))
            .bench_local(|| cyclonedx_bom::prelude::Bom::parse_from_xml_v1_5(black_box(text.as_bytes())).expect("a document"));
    }

    #[divan::bench(sample_count = 10)]
    fn spdx_rs_json(bencher: Bencher<'_, '_>) {
        let text = super::spdx_json();
        bencher
            .counter(BytesCount::new(text.len()))
            .bench_local(|| serde_json::from_str::<spdx_rs::models::SPDX>(black_box(&text)).expect("a document"));
    }

    #[divan::bench(sample_count = 5)]
    fn spdx_rs_tag_value(bencher: Bencher<'_, '_>) {
        let text = super::spdx_tag_value();
        bencher
            .counter(BytesCount::new(text.len()))
            .bench_local(|| spdx_rs::parsers::spdx_from_tag_value(black_box(&text)).expect("a document"));
    }
}
