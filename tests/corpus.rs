//! The real documents that stand beside a checkout, when they do: each is read without error, and the number of subjects is the
//! independent count of the manifest, and of a plain walk over the generic JSON value.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by it, and says what it skipped")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use interdict::document;
use interdict::inventory::{Kind, Listener, Place, Subject};
use interdict::source::Source;
use serde_json::Value;

/// Documents that are refused for a reason, although the manifest does not call them invalid.
const REFUSED: [(&str, &str); 3] = [
    ("cyclonedx/2.0/json/generated-cdxgen__npm-express.cdx.json", "a draft of CycloneDX 2.0: a major version that no reader knows"),
    ("cyclonedx/other/json/CycloneDX-cyclonedx-core-java__issue214-expected-output.json", "a template: its version is `${specVersion}`"),
    ("spdx/other/json/kubernetes-sigs-bom__external-references.spdx.json", "it has no `spdxVersion`"),
];

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
    kind: String,
    components: Option<usize>,
    note: String,
}

/// The rows of the JSON documents of CycloneDX 1.x and SPDX 2.x.
fn rows(corpus: &Path) -> Vec<Row> {
    let manifest = std::fs::read_to_string(corpus.join("manifest.tsv")).unwrap();
    let rows = manifest.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        Row {
            path: cells[0].to_owned(),
            format: cells[1].to_owned(),
            version: cells[2].to_owned(),
            kind: cells[7].to_owned(),
            components: cells[8].parse().ok(),
            note: cells.get(10).map_or_else(String::new, ToString::to_string),
        }
    });
    let json = manifest.lines().skip(1).map(|line| line.split('\t').nth(3) == Some("json"));
    rows.zip(json).filter(|(_, json)| *json).map(|(row, _)| row).collect()
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
        return lists + tools.count();
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

#[test]
fn every_real_document_is_read_with_all_its_subjects() {
    let Some(corpus) = corpus() else { return };
    let mut read = BTreeMap::<(String, String), [usize; 3]>::new();
    let mut complaints = Vec::new();
    let mut differences = Vec::new();
    for row in rows(&corpus).iter().filter(|row| row.kind != "schema") {
        let bytes = std::fs::read(corpus.join(&row.path)).unwrap();
        let tally = read.entry((row.format.clone(), row.version.clone())).or_default();
        tally[0] += 1;
        let result = Source::from_bytes(&row.path, bytes).map_err(|error| error.message).and_then(|source| {
            let mut count = Count::default();
            let outcome = document::read(&source, &mut count).map_err(|error| format!("{}: {}", error.code, error.message));
            outcome.map(|_| (count, serde_json::from_str::<Value>(source.text().trim_start_matches('\u{feff}'))))
        });
        let (count, value) = match result {
            Ok(read) => read,
            Err(error) => {
                if row.kind != "invalid-by-design" && !REFUSED.iter().any(|(path, _)| *path == row.path) {
                    complaints.push(format!("{} [{}] {}", row.path, row.note, error));
                }
                tally[2] += 1;
                continue;
            }
        };
        tally[1] += 1;
        let value = value.unwrap_or_else(|error| panic!("{}: we read what serde_json does not: {error}", row.path));
        if count.total != counted(&value) {
            differences.push(format!("{}: {} subjects against {} counted", row.path, count.total, counted(&value)));
        }

        // The manifest counts components or packages with nested ones, without the described component.
        // It leaves out what is nested in the described component, too; those are parts of the product all the same.
        let listed = count.listed - nested(&value["metadata"]["component"]);
        if row.kind != "invalid-by-design" && row.components.is_some_and(|expected| expected != listed) {
            differences.push(format!("{}: {} against {}", row.path, listed, row.components.unwrap_or(0)));
        }
    }
    println!("format version: documents, read, refused");
    for ((format, version), [documents, read, refused]) in &read {
        println!("{format} {version}: {documents}, {read}, {refused}");
    }
    assert!(complaints.is_empty(), "{} documents that ought to be read are not:\n{}", complaints.len(), complaints.join("\n"));
    assert!(differences.is_empty(), "{} counts differ from the manifest:\n{}", differences.len(), differences.join("\n"));
}
