//! The real documents that stand beside a checkout, when they do: each is read without error, and the number of subjects is the
//! independent count of the manifest, and of a plain walk over the generic JSON value.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use interdict::document::{self, Limits, Opinion};
use interdict::inventory::{Kind, Listener, Place, Subject};
use serde_json::Value;

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if path.join("manifest.tsv").is_file() {
        return Some(path);
    }
    println!("SKIPPED: no corpus of real documents at {}", path.display());
    None
}

struct Row {
    path: String,
    format: String,
    version: String,
    encoding: String,
    kind: String,
    components: Option<usize>,
}

/// Every document of the manifest.
fn rows(corpus: &Path) -> Vec<Row> {
    let manifest = std::fs::read_to_string(corpus.join("manifest.tsv")).unwrap();
    let rows = manifest.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        Row {
            path: cells[0].to_owned(),
            format: cells[1].to_owned(),
            version: cells[2].to_owned(),
            encoding: cells[3].to_owned(),
            kind: cells[7].to_owned(),
            components: cells[8].parse().ok(),
        }
    });
    rows.filter(|row| row.kind != "schema").collect()
}

#[derive(Default)]
struct Count {
    total: usize,
    /// Components or packages among the parts of the product: what the manifest counts.
    listed: usize,
}

impl Listener for Count {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.total += 1;
        // SPDX files and snippets have no word for their kind in the document.
        let package = subject.kind_word.is_some() || !matches!(subject.kind, Kind::File | Kind::Snippet | Kind::Service);
        self.listed += usize::from(subject.place == Place::Part && package);
    }
}

/// Every object that the specification makes a component or service, counted over the generic value: no code in common with the reader.
fn counted(value: &Value) -> usize {
    fn list(value: Option<&Value>, each: &dyn Fn(&Value) -> usize) -> usize {
        value.and_then(Value::as_array).map_or(0, |array| array.iter().filter(|element| element.is_object()).map(each).sum())
    }
    fn component(value: &Value) -> usize {
        let pedigree = &value["pedigree"];
        1 + list(value.get("components"), &component)
            + ["ancestors", "descendants", "variants"].iter().map(|key| list(pedigree.get(key), &component)).sum::<usize>()
    }
    fn service(value: &Value) -> usize {
        1 + list(value.get("services"), &service)
    }
    fn both(value: &Value) -> usize {
        list(value.get("components"), &component) + list(value.get("services"), &service)
    }
    fn tools(value: &Value) -> usize {
        if value.is_array() { list(Some(value), &|_| 1) } else { both(value) }
    }
    if value.get("spdxVersion").is_some() {
        let lists = ["packages", "files", "snippets"].iter().map(|key| list(value.get(key), &|_| 1)).sum::<usize>();
        let creators = value["creationInfo"]["creators"].as_array().cloned().unwrap_or_default();
        let tools = creators.iter().filter(|creator| {
            creator.get("Tool").is_some() || creator.as_str().is_some_and(|creator| creator.to_lowercase().starts_with("tool:"))
        });
        let nested = list(value.get("packages"), &|package| list(package.get("files"), &|_| 1));
        return lists + nested + tools.count();
    }
    let metadata = &value["metadata"];
    let root = metadata.get("component").filter(|root| root.is_object());
    let makers = ["supplier", "manufacture"].iter().any(|key| metadata.get(key).is_some_and(names_somebody))
        || metadata["licenses"].to_string().contains("\"licensor\"");
    both(value)
        + root.map_or(usize::from(makers), component)
        + tools(&metadata["tools"])
        + list(value.get("vulnerabilities"), &|vulnerability| tools(&vulnerability["tools"]))
        + list(value.get("formulation"), &both)
        + list(value.get("annotations"), &|annotation| {
            let annotator = &annotation["annotator"];
            annotator.get("component").map_or(0, component) + annotator.get("service").map_or(0, service)
        })
        + both(&value["declarations"]["targets"])
}

/// Components in a component, at any depth.
fn nested(component: &Value) -> usize {
    component["components"].as_array().map_or(0, |components| components.iter().map(|inner| 1 + nested(inner)).sum())
}

/// Components in the described component of an XML document, at any depth.
fn nested_in_xml(text: &str) -> usize {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut open, mut nested): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            // An empty element can be no component: these have a name in them.
            Event::Start(tag) => open.push(tag.local_name().as_ref().to_vec()),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => return nested,
            _ => continue,
        }
        let parts = |name: &Vec<u8>| name == b"component" || name == b"components";
        let described = open.len() > 3 && open[1] == b"metadata" && open[2..].iter().all(parts);
        nested += usize::from(described && open.last().is_some_and(|name| name == b"component"));
    }
}

/// An organisation with any text in it.
fn names_somebody(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(array) => array.iter().any(names_somebody),
        Value::Object(object) => {
            object.iter().any(|(key, value)| key != "bom-ref" && key != "phone" && key != "address" && names_somebody(value))
        }
        _ => false,
    }
}

#[derive(Default)]
struct Tally {
    files: usize,
    read: usize,
    documents: usize,
    subjects: usize,
    listed: usize,
    manifest: usize,
}

#[test]
fn every_real_document_is_read_with_all_its_subjects() {
    let Some(corpus) = corpus() else { return };
    let mut tallies = BTreeMap::<(String, String, String), Tally>::new();
    let (mut refused, mut differences) = (Vec::new(), Vec::new());
    for row in &rows(&corpus) {
        let bytes = std::fs::read(corpus.join(&row.path)).unwrap();
        let tally = tallies.entry((row.format.clone(), row.version.clone(), row.encoding.clone())).or_default();
        tally.files += 1;
        let limits = Limits::default();
        let mut count = Count::default();
        let (mut errors, mut documents, mut text) = (Vec::new(), 0, None);
        for opened in document::open(&row.path, bytes, &limits) {
            let outcome = match opened.error {
                Some(error) => Err(error),
                None => document::read(&opened.source, &limits, &mut count),
            };
            documents += 1;
            text = Some(opened.source);
            errors.extend(outcome.err());
        }
        if let Some(error) = errors.first() {
            refused.push(format!("{} {} [{}] {}: {}", row.kind, row.path, row.encoding, error.code, error.message));
            continue;
        }
        tally.read += 1;
        tally.documents += documents;
        tally.subjects += count.total;
        let body = text.filter(|_| documents == 1).map_or(String::new(), |source| source.body()[source.text_start()..].to_owned());
        let mut listed = count.listed;
        if row.encoding == "xml" && row.format == "cyclonedx" {
            listed -= nested_in_xml(&body);
        }
        if let Some(value) = serde_json::from_str::<Value>(&body).ok().filter(|_| row.encoding == "json") {
            if count.total != counted(&value) {
                differences.push(format!("{}: {} subjects against {} counted", row.path, count.total, counted(&value)));
            }
            // The manifest leaves out what is nested in the described component; those are parts of the product all the same.
            listed -= nested(&value["metadata"]["component"]);
        }
        tally.listed += listed;
        tally.manifest += row.components.unwrap_or(0);
        if row.components.is_some_and(|expected| expected != listed) {
            differences.push(format!("{} {}: {listed} parts against {} in the manifest", row.kind, row.path, row.components.unwrap_or(0)));
        }
    }
    let mut table =
        String::from("# format version encoding: files, read, subjects, parts listed, components in the manifest (of the files read)\n");
    for ((format, version, encoding), tally) in &tallies {
        writeln!(
            table,
            "{format} {version} {encoding}: {}, {}, {}, {}, {}",
            tally.files, tally.read, tally.subjects, tally.listed, tally.manifest
        )
        .unwrap();
    }
    writeln!(table, "\n# refused").unwrap();
    refused.iter().for_each(|line| writeln!(table, "{line}").unwrap());
    writeln!(table, "\n# counts that differ from the manifest").unwrap();
    differences.iter().for_each(|line| writeln!(table, "{line}").unwrap());
    println!("{table}");
    snapshot("tests/corpus.snap", &table);
}

/// Holds a table against the committed one. `UPDATE_CORPUS=1 cargo test` writes it anew.
fn snapshot(path: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, expected)) in table.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "{} line {}; UPDATE_CORPUS=1 cargo test writes it anew", path.display(), number + 1);
    }
    assert_eq!(table.lines().count(), expected.lines().count(), "{} has another length", path.display());
}

/// The second reader over the whole corpus: it agrees, or it is said why it does not.
#[test]
fn no_unexplained_difference_between_two_readers() {
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let (mut agreed, mut without) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    let (mut noted, mut table) = (String::new(), String::new());
    for row in rows(&corpus) {
        let bytes = std::fs::read(corpus.join(&row.path)).unwrap();
        for opened in document::open(&row.path, bytes, &limits) {
            let Ok(read) = opened.read(&limits, &mut Count::default()) else { continue };
            let notes = match document::second_opinion(&opened.source, &read, &limits) {
                Opinion::Agrees { by, notes, .. } => {
                    *agreed.entry(format!("{by} {} {}", read.version, read.encoding)).or_default() += 1;
                    notes
                }
                Opinion::Nobody { why, notes } => {
                    *without.entry(why).or_default() += 1;
                    notes
                }
                Opinion::Disagrees(error) => {
                    writeln!(table, "{}: {}: {}", row.path, error.code, error.message).unwrap();
                    Vec::new()
                }
            };
            for note in notes {
                writeln!(noted, "{}: {}: {}", row.path, note.code, note.message).unwrap();
            }
        }
    }
    let agreed: Vec<String> = agreed.into_iter().map(|(reader, count)| format!("{reader}: {count} documents agree\n")).collect();
    let without: Vec<String> = without.into_iter().map(|(why, count)| format!("unconfirmed: {count} documents: {why}\n")).collect();
    let (agreed, without) = (agreed.concat(), without.concat());
    let table = format!("{agreed}{without}\n# errors\n{table}\n# notes\n{noted}");
    println!("{table}");
    snapshot("tests/second-opinion.snap", &table);
}
