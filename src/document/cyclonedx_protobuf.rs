//! The reader for CycloneDX in protobuf, 1.3 to 1.7.
//!
//! The messages are those of the specification's `bom-1.7.proto`, with the fields that a maker depends on; the earlier versions use the same
//! numbers. A binary document has no text to point into, so it is written down as the JSON that says the same, and that is read.

use prost::Message;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::DocumentError;
use super::recognise::error;

/// Whether bytes are a CycloneDX document: its first field is the version, as every writer puts it.
pub(super) fn is(bytes: &[u8]) -> bool {
    matches!(bytes, [0x0a, len @ 3..=4, b'1', b'.', digit, ..] if digit.is_ascii_digit() && bytes.len() >= 2 + usize::from(*len))
}

/// The JSON that says the same.
pub(super) fn to_json(bytes: &[u8]) -> Result<String, DocumentError> {
    let broken = |cause: String| {
        let message = format!("this begins as CycloneDX protobuf does and cannot be read: {}", crate::text::excerpt(&cause, 200));
        error("bad-protobuf", &message, None, "the file was cut off or changed: write or download it again")
    };
    let mut bom = Bom::decode(bytes).map_err(|cause| broken(cause.to_string()))?;
    bom.dependencies = flat(bom.dependencies);
    let mut value = serde_json::to_value(&bom).map_err(|cause| broken(cause.to_string()))?;
    as_in_json(&mut value);
    value["bomFormat"] = "CycloneDX".into();
    serde_json::to_string_pretty(&value).map_err(|cause| broken(cause.to_string()))
}

/// Turns what differs between the two forms, and leaves out what is not there.
fn as_in_json(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(as_in_json),
        Value::Object(members) => {
            members.values_mut().for_each(as_in_json);
            members.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|values| !values.is_empty()));
            if let Some(tools) = members.remove("tools") {
                members.insert("tools".to_owned(), all_tools(tools));
            }
            // A dependency refers to others by messages of its own kind.
            if let Some(Value::Array(inner)) = members.remove("dependencies") {
                let nested = members.contains_key("ref");
                let key = if nested { "dependsOn" } else { "dependencies" };
                let list = if nested { inner.iter().map(|inner| inner["ref"].clone()).collect() } else { inner };
                members.insert(key.to_owned(), Value::Array(list));
            }
            if let Some(detailed) = members.remove("detailed") {
                members.insert("licensing".to_owned(), detailed["licensing"].clone());
            }
            if let Some(Value::Array(datasets)) = members.remove("datasets") {
                members.insert("datasets".to_owned(), datasets.into_iter().map(|mut set| set["dataset"].take()).collect());
            }
            if let Some(Value::Array(mut declarations)) = members.remove("declarations") {
                let components: Vec<Value> = lists(&mut declarations, "components");
                let services = lists(&mut declarations, "services");
                let targets = serde_json::json!({ "targets": { "components": components, "services": services } });
                members.insert("declarations".to_owned(), targets);
            }
        }
        _ => {}
    }
}

/// What the targets of all declarations list under a key.
fn lists(declarations: &mut [Value], key: &str) -> Vec<Value> {
    declarations
        .iter_mut()
        .filter_map(|declaration| declaration.get_mut("targets")?.get_mut(key)?.as_array_mut())
        .flat_map(std::mem::take)
        .collect()
}

/// Dependencies that stand in others, as further ones.
fn flat(dependencies: Vec<Dependency>) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut waiting = dependencies;
    while let Some(mut dependency) = waiting.pop() {
        for inner in &mut dependency.dependencies {
            let nested = std::mem::take(&mut inner.dependencies);
            if !nested.is_empty() {
                waiting.push(Dependency { r#ref: inner.r#ref.clone(), dependencies: nested, provides: Vec::new() });
            }
        }
        found.push(dependency);
    }
    found
}

/// Up to 1.4 a list of tools, from 1.5 on one message of components and services; as JSON has it.
fn all_tools(tools: Value) -> Value {
    let Value::Array(tools) = tools else { return tools };
    if tools.iter().all(|tool| tool.get("components").is_none() && tool.get("services").is_none()) {
        return Value::Array(tools);
    }
    let (mut components, mut services) = (Vec::new(), Vec::new());
    for mut tool in tools {
        for (key, list) in [("components", &mut components), ("services", &mut services)] {
            if let Some(Value::Array(inner)) = tool.get_mut(key).map(Value::take) {
                list.extend(inner);
            }
        }
        if let Some(members) = tool.as_object_mut() {
            members.retain(|_, value| !value.is_null());
            if let Some(vendor) = members.remove("vendor") {
                members.insert("supplier".to_owned(), vendor);
            }
            if !members.is_empty() {
                components.push(tool);
            }
        }
    }
    serde_json::json!({ "components": components, "services": services })
}

fn word<S: Serializer>(words: &[&str], value: i32, serializer: S) -> Result<S::Ok, S::Error> {
    let word = usize::try_from(value).ok().and_then(|value| words.get(value)).filter(|word| !word.is_empty());
    match word {
        Some(word) => serializer.serialize_str(word),
        // A value that is newer than the table: it is there, and nothing is known of it.
        None if value != 0 => serializer.serialize_str("unknown"),
        None => serializer.serialize_none(),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn kind<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    word(&KINDS, *value, serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn scope<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    word(&SCOPES, *value, serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn reference<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    word(&REFERENCES, *value, serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn aggregate<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    word(&AGGREGATES, *value, serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn field<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    word(&FIELDS, *value, serializer)
}

// The enumerations, by number.

const KINDS: [&str; 14] = [
    "",
    "application",
    "framework",
    "library",
    "operating-system",
    "device",
    "file",
    "container",
    "firmware",
    "device-driver",
    "platform",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];

const SCOPES: [&str; 4] = ["", "required", "optional", "excluded"];

const REFERENCES: [&str; 47] = [
    "other",
    "vcs",
    "issue-tracker",
    "website",
    "advisories",
    "bom",
    "mailing-list",
    "social",
    "chat",
    "documentation",
    "support",
    "distribution",
    "license",
    "build-meta",
    "build-system",
    "security-contact",
    "attestation",
    "threat-model",
    "adversary-model",
    "risk-assessment",
    "distribution-intake",
    "vulnerability-assertion",
    "exploitability-statement",
    "pentest-report",
    "static-analysis-report",
    "dynamic-analysis-report",
    "runtime-analysis-report",
    "component-analysis-report",
    "maturity-report",
    "certification-report",
    "quality-metrics",
    "codified-infrastructure",
    "model-card",
    "poam",
    "log",
    "configuration",
    "evidence",
    "formulation",
    "source-distribution",
    "electronic-signature",
    "digital-signature",
    "rfc-9116",
    "release-notes",
    "patent",
    "patent-family",
    "patent-assertion",
    "citation",
];

/// Those after the sixth are kinds of incompleteness.
const AGGREGATES: [&str; 10] = [
    "not_specified",
    "complete",
    "incomplete",
    "incomplete_first_party_only",
    "incomplete_third_party_only",
    "unknown",
    "incomplete",
    "incomplete",
    "incomplete",
    "incomplete",
];

const FIELDS: [&str; 10] = ["", "group", "name", "version", "purl", "cpe", "swid", "hash", "omniborId", "swhid"];

// The messages.

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    #[prost(string, optional, tag = "1")]
    spec_version: Option<String>,
    #[prost(message, optional, tag = "4")]
    metadata: Option<Metadata>,
    #[prost(message, repeated, tag = "5")]
    components: Vec<Component>,
    #[prost(message, repeated, tag = "6")]
    services: Vec<Service>,
    #[prost(message, repeated, tag = "8")]
    dependencies: Vec<Dependency>,
    #[prost(message, repeated, tag = "9")]
    compositions: Vec<Composition>,
    #[prost(message, repeated, tag = "10")]
    vulnerabilities: Vec<Vulnerability>,
    #[prost(message, repeated, tag = "11")]
    annotations: Vec<Annotation>,
    #[prost(message, repeated, tag = "13")]
    formulation: Vec<Formula>,
    #[prost(message, repeated, tag = "14")]
    declarations: Vec<Declarations>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
struct Composition {
    #[prost(int32, tag = "1")]
    #[serde(serialize_with = "aggregate")]
    aggregate: i32,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[prost(message, repeated, tag = "2")]
    tools: Vec<Tool>,
    #[prost(message, repeated, tag = "3")]
    authors: Vec<Contact>,
    #[prost(message, optional, tag = "10")]
    manufacturer: Option<Entity>,
    #[prost(message, optional, tag = "4")]
    component: Option<Component>,
    #[prost(message, optional, tag = "5")]
    manufacture: Option<Entity>,
    #[prost(message, optional, tag = "6")]
    supplier: Option<Entity>,
    #[prost(message, repeated, tag = "7")]
    licenses: Vec<LicenseChoice>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tool {
    #[prost(string, optional, tag = "1")]
    vendor: Option<String>,
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
    #[prost(string, optional, tag = "3")]
    version: Option<String>,
    #[prost(message, repeated, tag = "4")]
    hashes: Vec<Hash>,
    #[prost(message, repeated, tag = "5")]
    external_references: Vec<Reference>,
    #[prost(message, repeated, tag = "6")]
    components: Vec<Component>,
    #[prost(message, repeated, tag = "7")]
    services: Vec<Service>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    #[prost(int32, tag = "1")]
    #[serde(serialize_with = "kind")]
    r#type: i32,
    #[prost(string, optional, tag = "3")]
    #[serde(rename = "bom-ref")]
    bom_ref: Option<String>,
    #[prost(message, optional, tag = "4")]
    supplier: Option<Entity>,
    #[prost(string, optional, tag = "5")]
    author: Option<String>,
    #[prost(string, optional, tag = "6")]
    publisher: Option<String>,
    #[prost(string, optional, tag = "7")]
    group: Option<String>,
    #[prost(string, optional, tag = "8")]
    name: Option<String>,
    #[prost(string, optional, tag = "9")]
    version: Option<String>,
    #[prost(string, optional, tag = "10")]
    description: Option<String>,
    #[prost(int32, tag = "11")]
    #[serde(serialize_with = "scope")]
    scope: i32,
    #[prost(message, repeated, tag = "12")]
    hashes: Vec<Hash>,
    #[prost(message, repeated, tag = "13")]
    licenses: Vec<LicenseChoice>,
    #[prost(string, optional, tag = "14")]
    copyright: Option<String>,
    #[prost(string, optional, tag = "15")]
    cpe: Option<String>,
    #[prost(string, optional, tag = "16")]
    purl: Option<String>,
    #[prost(message, optional, tag = "17")]
    swid: Option<Swid>,
    #[prost(message, optional, tag = "19")]
    pedigree: Option<Pedigree>,
    #[prost(message, repeated, tag = "20")]
    external_references: Vec<Reference>,
    #[prost(message, repeated, tag = "21")]
    components: Vec<Component>,
    #[prost(message, repeated, tag = "22")]
    properties: Vec<Property>,
    #[prost(message, optional, tag = "23")]
    evidence: Option<Evidence>,
    #[prost(message, optional, tag = "25")]
    model_card: Option<ModelCard>,
    #[prost(message, repeated, tag = "26")]
    data: Vec<Data>,
    #[prost(message, optional, tag = "27")]
    crypto_properties: Option<Crypto>,
    #[prost(message, optional, tag = "28")]
    manufacturer: Option<Entity>,
    #[prost(message, repeated, tag = "29")]
    authors: Vec<Contact>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Service {
    #[prost(string, optional, tag = "1")]
    #[serde(rename = "bom-ref")]
    bom_ref: Option<String>,
    #[prost(message, optional, tag = "2")]
    provider: Option<Entity>,
    #[prost(string, optional, tag = "3")]
    group: Option<String>,
    #[prost(string, optional, tag = "4")]
    name: Option<String>,
    #[prost(string, optional, tag = "5")]
    version: Option<String>,
    #[prost(string, optional, tag = "6")]
    description: Option<String>,
    #[prost(string, repeated, tag = "7")]
    endpoints: Vec<String>,
    #[prost(message, repeated, tag = "10")]
    data: Vec<Flow>,
    #[prost(message, repeated, tag = "11")]
    licenses: Vec<LicenseChoice>,
    #[prost(message, repeated, tag = "12")]
    external_references: Vec<Reference>,
    #[prost(message, repeated, tag = "13")]
    services: Vec<Service>,
    #[prost(message, repeated, tag = "14")]
    properties: Vec<Property>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, repeated, tag = "2")]
    url: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    contact: Vec<Contact>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contact {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    email: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Hash {
    #[prost(string, optional, tag = "2")]
    content: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    #[prost(int32, tag = "1")]
    #[serde(serialize_with = "reference")]
    r#type: i32,
    #[prost(string, optional, tag = "2")]
    url: Option<String>,
    #[prost(string, optional, tag = "3")]
    comment: Option<String>,
    #[prost(message, repeated, tag = "4")]
    hashes: Vec<Hash>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseChoice {
    #[prost(message, optional, tag = "1")]
    license: Option<License>,
    #[prost(message, optional, tag = "5")]
    detailed: Option<Detailed>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct License {
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
    #[prost(message, optional, tag = "3")]
    text: Option<Attachment>,
    #[prost(string, optional, tag = "4")]
    url: Option<String>,
    #[prost(message, optional, tag = "6")]
    licensing: Option<Licensing>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detailed {
    #[prost(message, optional, tag = "5")]
    licensing: Option<Licensing>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Licensing {
    #[prost(message, optional, tag = "2")]
    licensor: Option<Licensor>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Licensor {
    #[prost(message, optional, tag = "1")]
    organization: Option<Entity>,
    #[prost(message, optional, tag = "2")]
    individual: Option<Contact>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    #[prost(string, optional, tag = "2")]
    encoding: Option<String>,
    #[prost(string, optional, tag = "3")]
    content: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Swid {
    #[prost(string, optional, tag = "1")]
    tag_id: Option<String>,
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
    #[prost(message, optional, tag = "6")]
    text: Option<Attachment>,
    #[prost(string, optional, tag = "7")]
    url: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Pedigree {
    #[prost(message, repeated, tag = "1")]
    ancestors: Vec<Component>,
    #[prost(message, repeated, tag = "2")]
    descendants: Vec<Component>,
    #[prost(message, repeated, tag = "3")]
    variants: Vec<Component>,
    #[prost(message, repeated, tag = "4")]
    commits: Vec<Commit>,
    #[prost(message, repeated, tag = "5")]
    patches: Vec<Patch>,
    #[prost(string, optional, tag = "6")]
    notes: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Commit {
    #[prost(string, optional, tag = "2")]
    url: Option<String>,
    #[prost(message, optional, tag = "3")]
    author: Option<Action>,
    #[prost(message, optional, tag = "4")]
    committer: Option<Action>,
    #[prost(string, optional, tag = "5")]
    message: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
    #[prost(string, optional, tag = "3")]
    email: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Patch {
    #[prost(message, optional, tag = "2")]
    diff: Option<Diff>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Diff {
    #[prost(string, optional, tag = "2")]
    url: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Evidence {
    #[prost(message, repeated, tag = "1")]
    licenses: Vec<LicenseChoice>,
    #[prost(message, repeated, tag = "2")]
    copyright: Vec<Copyright>,
    #[prost(message, repeated, tag = "3")]
    identity: Vec<Identity>,
    #[prost(message, repeated, tag = "4")]
    occurrences: Vec<Occurrence>,
    #[prost(message, optional, tag = "5")]
    callstack: Option<Callstack>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Copyright {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    #[prost(int32, tag = "1")]
    #[serde(serialize_with = "field")]
    field: i32,
    #[prost(message, repeated, tag = "3")]
    methods: Vec<Method>,
    #[prost(string, optional, tag = "4")]
    concluded_value: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Method {
    #[prost(string, optional, tag = "3")]
    value: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Occurrence {
    #[prost(string, optional, tag = "2")]
    location: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Callstack {
    #[prost(message, repeated, tag = "1")]
    frames: Vec<Frame>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    #[prost(string, optional, tag = "1")]
    package: Option<String>,
    #[prost(string, optional, tag = "2")]
    module: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelCard {
    #[prost(message, optional, tag = "2")]
    model_parameters: Option<ModelParameters>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelParameters {
    #[prost(message, repeated, tag = "5")]
    datasets: Vec<Dataset>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dataset {
    #[prost(message, optional, tag = "1")]
    dataset: Option<Data>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[prost(string, optional, tag = "3")]
    name: Option<String>,
    #[prost(message, optional, tag = "4")]
    contents: Option<Contents>,
    #[prost(string, optional, tag = "8")]
    description: Option<String>,
    #[prost(message, optional, tag = "9")]
    governance: Option<Governance>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contents {
    #[prost(string, optional, tag = "2")]
    url: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Flow {
    #[prost(string, optional, tag = "3")]
    name: Option<String>,
    #[prost(string, optional, tag = "4")]
    description: Option<String>,
    #[prost(string, repeated, tag = "5")]
    source: Vec<String>,
    #[prost(string, repeated, tag = "6")]
    destination: Vec<String>,
    #[prost(message, optional, tag = "7")]
    governance: Option<Governance>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Governance {
    #[prost(message, repeated, tag = "1")]
    custodians: Vec<Party>,
    #[prost(message, repeated, tag = "2")]
    stewards: Vec<Party>,
    #[prost(message, repeated, tag = "3")]
    owners: Vec<Party>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Party {
    #[prost(message, optional, tag = "1")]
    organization: Option<Entity>,
    #[prost(message, optional, tag = "2")]
    contact: Option<Contact>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Crypto {
    #[prost(message, optional, tag = "3")]
    certificate_properties: Option<Certificate>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    #[prost(string, optional, tag = "1")]
    subject_name: Option<String>,
    #[prost(string, optional, tag = "2")]
    issuer_name: Option<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[prost(string, optional, tag = "1")]
    r#ref: Option<String>,
    #[prost(message, repeated, tag = "2")]
    dependencies: Vec<Dependency>,
    #[prost(string, repeated, tag = "3")]
    provides: Vec<String>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability {
    #[prost(message, repeated, tag = "15")]
    tools: Vec<Tool>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    #[prost(message, optional, tag = "3")]
    annotator: Option<Annotator>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotator {
    #[prost(message, optional, tag = "3")]
    component: Option<Component>,
    #[prost(message, optional, tag = "4")]
    service: Option<Service>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Formula {
    #[prost(message, repeated, tag = "2")]
    components: Vec<Component>,
    #[prost(message, repeated, tag = "3")]
    services: Vec<Service>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Declarations {
    #[prost(message, optional, tag = "5")]
    targets: Option<Targets>,
}

#[derive(Clone, PartialEq, Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
    #[prost(message, repeated, tag = "2")]
    components: Vec<Component>,
    #[prost(message, repeated, tag = "3")]
    services: Vec<Service>,
}
