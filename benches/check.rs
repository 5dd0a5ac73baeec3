//! Reading and evaluating a large document from memory, beside what else reads the same bytes.
//!
//! `cargo bench` prints the throughput of each. The document is made here, the same one every time: components with the fields that
//! generators fill in, about 1.8 kB each.

use std::fmt::Write as _;
use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use interdict::document::{self, Limits};
use interdict::inventory::{Listener, Subject};
use interdict::policy::{self, DEFAULT_PACK, Files, InForce, Policy};
use interdict::run::Task;
use interdict::source::Source;
use jiff::civil::Date;

fn main() {
    divan::main();
}

static LARGE: LazyLock<String> = LazyLock::new(|| cyclonedx(100_000));
static MEDIUM: LazyLock<String> = LazyLock::new(|| cyclonedx(2_800));

/// A CycloneDX 1.5 document of `count` components.
fn cyclonedx(count: usize) -> String {
    let makers = ["Apache Software Foundation", "Red Hat, Inc.", "Google LLC", "Debian", "Acme Widgets GmbH", "OpenJS Foundation"];
    let kinds = ["npm", "maven", "pypi", "deb", "golang"];
    let mut out = String::from("{\n \"bomFormat\": \"CycloneDX\",\n \"specVersion\": \"1.5\",\n \"version\": 1,\n \"components\": [");
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let (kind, space, version) = (kinds[number % 5], number % 997, format!("1.{}.{}", number % 50, number % 9));
        let name = format!("package-{number:06}");
        let (supplier, publisher) = (makers[number % 6], makers[(number / 7) % 6]);
        let hash = format!("{:064x}", (number as u128 + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060);
        write!(
            out,
            r#"{comma}
  {{
   "bom-ref": "pkg:{kind}/space{space}/{name}@{version}",
   "type": "library",
   "group": "org.example.group{space}",
   "name": "{name}",
   "version": "{version}",
   "supplier": {{ "name": "{supplier}", "url": ["https://example.org/{name}"] }},
   "publisher": "{publisher}",
   "author": "Author {space} <author{space}@example.net>",
   "description": "A library for doing things with data in the cloud, quickly and correctly, with a small interface.",
   "hashes": [
    {{ "alg": "SHA-256", "content": "{hash}" }},
    {{ "alg": "SHA-512", "content": "{hash}{hash}" }}
   ],
   "licenses": [ {{ "license": {{ "id": "Apache-2.0" }} }} ],
   "copyright": "Copyright (c) 2010-2024 The authors of {name}",
   "cpe": "cpe:2.3:a:vendor{space}:{name}:{version}:*:*:*:*:*:*:*",
   "purl": "pkg:{kind}/space{space}/{name}@{version}",
   "externalReferences": [
    {{ "type": "vcs", "url": "https://github.com/owner{space}/{name}.git" }},
    {{ "type": "website", "url": "https://{name}.example.org/" }}
   ],
   "properties": [
    {{ "name": "syft:package:type", "value": "{kind}" }},
    {{ "name": "syft:location:0:path", "value": "/usr/lib/{name}/package.json" }}
   ]
  }}"#
        )
        .expect("writing to a string");
    }
    out.push_str("\n ]\n}\n");
    out
}

struct NoFiles;

impl Files for NoFiles {
    fn open(&self, path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
        Err(format!("no file {path}"))
    }
}

fn policy() -> Policy {
    policy::load(&[DEFAULT_PACK.to_owned()], &NoFiles).expect("the embedded pack")
}

struct Count(u32);

impl Listener for Count {
    fn subject(&mut self, _subject: &Subject<'_>) {
        self.0 += 1;
    }
}

fn read_and_evaluate(bencher: Bencher<'_, '_>, text: &str) {
    read_and_evaluate_under(bencher, text, &policy());
}

fn read_and_evaluate_under(bencher: Bencher<'_, '_>, text: &str, policy: &Policy) {
    let source = Source::from_text("bom.json", text);
    let in_force = InForce::new(policy, Date::constant(2026, 11, 23), &[]);
    let task = Task::new(&in_force);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| interdict::run::examine(black_box(&source), &task).assessment.ledger.subjects);
}

#[divan::bench(sample_count = 10)]
fn large_read_and_evaluate(bencher: Bencher<'_, '_>) {
    read_and_evaluate(bencher, &LARGE);
}

#[divan::bench(sample_count = 10)]
fn large_read_only(bencher: Bencher<'_, '_>) {
    let source = Source::from_text("bom.json", LARGE.as_str());
    bencher.counter(BytesCount::new(LARGE.len())).bench_local(|| {
        let mut count = Count(0);
        document::read(black_box(&source), &Limits::default(), &mut count).expect("a document");
        count.0
    });
}

#[divan::bench(sample_count = 10)]
fn large_copied(bencher: Bencher<'_, '_>) {
    let mut copy = vec![0; LARGE.len()];
    bencher.counter(BytesCount::new(LARGE.len())).bench_local(|| black_box(&mut copy).copy_from_slice(black_box(LARGE.as_bytes())));
}

#[divan::bench(sample_count = 3)]
fn large_serde_json_value(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(LARGE.len()))
        .bench_local(|| serde_json::from_str::<serde_json::Value>(black_box(&LARGE)).expect("JSON"));
}

#[divan::bench(sample_count = 3)]
fn large_cyclonedx_bom(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(LARGE.len()))
        .bench_local(|| cyclonedx_bom::prelude::Bom::parse_from_json_v1_5(black_box(LARGE.as_bytes())).expect("a document"));
}

#[divan::bench(sample_count = 50)]
fn medium_read_and_evaluate(bencher: Bencher<'_, '_>) {
    read_and_evaluate(bencher, &MEDIUM);
}

#[divan::bench(sample_count = 100)]
fn default_policy_load(bencher: Bencher<'_, '_>) {
    bencher.bench_local(policy);
}

/// A policy of 50,000 made-up entities, each with a name, an alias, a domain, a package namespace and a CPE vendor.
static MANY: LazyLock<Policy> = LazyLock::new(|| {
    let mut text = String::from("schema = 1\n[policy]\nid = \"many\"\n");
    for number in 0..50_000_u32 {
        // Words that differ from their first letters on, as names do.
        let word: String =
            (0..6).map(|place| char::from(b'a' + (number.wrapping_mul(2_654_435_761) >> (place * 5) & 31) as u8 % 26)).collect();
        write!(
            text,
            "[[entity]]\nid = \"e{number}\"\nname = \"{word}{number} Works Ltd\"\naliases = [\"{word} {number} Holdings\"]\ndomains = [\"{word}{number}.test\"]\n\
             packages = [\"pkg:npm/%40{word}{number}/**\"]\ncpe-vendors = [\"{word}{number}\"]\nsource = \"made up\"\n"
        )
        .expect("a policy");
    }
    let entities = (0..50_000).map(|number| format!("\"e{number}\"")).collect::<Vec<_>>().join(", ");
    write!(text, "[[rule]]\nid = \"r\"\nentities = [{entities}]\n").expect("a policy");
    struct Made(String);
    impl Files for Made {
        fn open(&self, _path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
            Ok((Source::from_text("many.toml", self.0.as_str()), "many".to_owned()))
        }
    }
    policy::load(&["many.toml".to_owned()], &Made(text)).expect("a policy")
});

#[divan::bench(sample_count = 50)]
fn medium_with_50_000_entities(bencher: Bencher<'_, '_>) {
    read_and_evaluate_under(bencher, &MEDIUM, &MANY);
}

#[divan::bench(sample_count = 50)]
fn medium_with_all_packs(bencher: Bencher<'_, '_>) {
    let names: Vec<String> = policy::PACKS.iter().map(|pack| pack.name.to_owned()).collect();
    let all = policy::load(&names, &NoFiles).expect("a policy");
    read_and_evaluate_under(bencher, &MEDIUM, &all);
}

#[divan::bench(sample_count = 20)]
fn vendors_of_concern_load(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| policy::load(&["vendors-of-concern".to_owned()], &NoFiles));
}
