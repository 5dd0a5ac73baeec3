//! The reader for CycloneDX XML, 1.0 to 1.7.
//!
//! It tells the document in the shape of the JSON: the tables below say what each element of the XML is called there, and which elements the
//! specification has in its place without naming a vendor. Elements of other namespaces are extensions, of which nothing is known. An
//! element that another reader could take for one that is known ends in an error: Go's reader ignores namespaces, XPath any nesting.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::feed::Feed;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::strict::{misplaced, other_case, same_folded, two_readings};
use super::transcript::{self, Transcript};
use super::xml::{Attribute, Content, Namespace, Opened, Xml, only_elements};
use super::{Document, DocumentError, Format, Reader};
use crate::inventory::Listener;
use crate::source::{Source, Span};

pub(super) const READER: Reader = Reader {
    format: Format::CycloneDx,
    encoding: "xml",
    versions: &["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"],
    by_parts: false,
    read,
    pointers,
};

/// The namespace of a document, up to its version.
pub(super) const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// The extensions that CycloneDX itself published for 1.0 and 1.1: what they add became a part of 1.2 under the same names.
const EXTENSIONS: &str = "http://cyclonedx.org/schema/ext/";

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    tell(feed.text(), feed.start(), feed.limits())?.read(feed.reader(), feed.limits(), listener)
}

fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    transcript::pointers(tell, source, offsets)
}

/// What an element becomes.
enum Form {
    /// A string: its text.
    Text,
    /// An object.
    Object(&'static Shape),
    /// An object, or a string if it holds only text: some generators write the name of a party in its place.
    Party(&'static Shape),
    /// An array of the elements of this name in it.
    List(&'static str, &'static Form),
    /// An array of this element and all of its name beside it.
    Many(&'static Form),
    /// An array of objects with one member each: what is in it, by name.
    Choice(&'static [(&'static str, &'static str, Form)]),
    /// What depends on what. A dependency may have dependencies of its own in it.
    Graph,
    /// A list of tools as it was up to 1.4, or an object of components and services.
    Tools,
}

/// The members of an object.
struct Shape {
    /// Attributes, and what they are called in JSON.
    attributes: &'static [(&'static str, &'static str)],
    /// What the element's own text is called.
    text: Option<&'static str>,
    /// Elements, and what they are called.
    children: &'static [(&'static str, &'static str, Form)],
    /// Elements that the specification has here and that name no vendor.
    unread: &'static [&'static str],
}

use Form::{Choice, Graph, List, Many, Object, Party, Text, Tools};

const fn shape(children: &'static [(&'static str, &'static str, Form)], unread: &'static [&'static str]) -> Shape {
    Shape { attributes: &[], text: None, children, unread }
}

/// Names that list subjects or name a vendor. In an element that is passed over, a reader that searches at any depth would find them.
const RESERVED: [&str; 12] = [
    "metadata",
    "components",
    "component",
    "services",
    "service",
    "supplier",
    "manufacturer",
    "manufacture",
    "publisher",
    "purl",
    "cpe",
    "swid",
];

static BOM: Shape = shape(
    &[
        ("metadata", "metadata", Object(&METADATA)),
        ("components", "components", List("component", &Object(&COMPONENT))),
        ("services", "services", List("service", &Object(&SERVICE))),
        ("dependencies", "dependencies", Graph),
        ("compositions", "compositions", List("composition", &Object(&COMPOSITION))),
        ("vulnerabilities", "vulnerabilities", List("vulnerability", &Object(&VULNERABILITY))),
        ("annotations", "annotations", List("annotation", &Object(&ANNOTATION))),
        ("formulation", "formulation", List("formula", &Object(&PARTS))),
        ("declarations", "declarations", Object(&DECLARATIONS)),
        ("externalReferences", "externalReferences", List("reference", &Object(&REFERENCE))),
        ("properties", "properties", List("property", &Object(&PROPERTY))),
    ],
    &["definitions", "citations", "Signature"],
);

static METADATA: Shape = shape(
    &[
        ("component", "component", Object(&COMPONENT)),
        ("supplier", "supplier", Party(&ENTITY)),
        ("manufacture", "manufacture", Party(&ENTITY)),
        ("manufacturer", "manufacturer", Party(&ENTITY)),
        ("authors", "authors", List("author", &Party(&CONTACT))),
        ("licenses", "licenses", Choice(&LICENSES)),
        ("tools", "tools", Tools),
        ("properties", "properties", List("property", &Object(&PROPERTY))),
    ],
    &["timestamp", "lifecycles", "distributionConstraints", "distribution"],
);

static ENTITY: Shape =
    shape(&[("name", "name", Text), ("url", "url", Many(&Text)), ("contact", "contact", Many(&Party(&CONTACT)))], &["address"]);

static CONTACT: Shape = shape(&[("name", "name", Text), ("email", "email", Text)], &["phone", "timestamp"]);

static TOOL: Shape = shape(
    &[
        ("vendor", "vendor", Text),
        ("name", "name", Text),
        ("version", "version", Text),
        ("hashes", "hashes", List("hash", &Object(&HASH))),
        ("externalReferences", "externalReferences", List("reference", &Object(&REFERENCE))),
    ],
    &[],
);

static PARTS: Shape = shape(
    &[("components", "components", List("component", &Object(&COMPONENT))), ("services", "services", List("service", &Object(&SERVICE)))],
    &["workflows", "properties"],
);

static COMPONENT: Shape = Shape {
    attributes: &[("type", "type"), ("bom-ref", "bom-ref")],
    text: None,
    children: &[
        ("supplier", "supplier", Party(&ENTITY)),
        ("manufacturer", "manufacturer", Party(&ENTITY)),
        ("author", "author", Text),
        ("authors", "authors", List("author", &Party(&CONTACT))),
        ("publisher", "publisher", Text),
        ("group", "group", Text),
        ("name", "name", Text),
        ("version", "version", Text),
        ("description", "description", Text),
        ("scope", "scope", Text),
        ("hashes", "hashes", List("hash", &Object(&HASH))),
        ("licenses", "licenses", Choice(&LICENSES)),
        ("copyright", "copyright", Text),
        ("cpe", "cpe", Text),
        ("purl", "purl", Text),
        ("swid", "swid", Object(&SWID)),
        ("pedigree", "pedigree", Object(&PEDIGREE)),
        ("externalReferences", "externalReferences", List("reference", &Object(&REFERENCE))),
        ("components", "components", List("component", &Object(&COMPONENT))),
        ("tags", "tags", List("tag", &Text)),
        ("properties", "properties", List("property", &Object(&PROPERTY))),
        ("evidence", "evidence", Object(&EVIDENCE)),
        ("data", "data", Many(&Object(&DATA))),
        ("modelCard", "modelCard", Object(&MODEL_CARD)),
        ("cryptoProperties", "cryptoProperties", Object(&CRYPTO)),
    ],
    unread: &[
        "modified",
        "releaseNotes",
        "omniborId",
        "swhid",
        "tags",
        "versionRange",
        "patentAssertions",
        "vulnerabilities",
        "isExternal",
    ],
};

static SERVICE: Shape = Shape {
    attributes: &[("bom-ref", "bom-ref")],
    text: None,
    children: &[
        ("provider", "provider", Party(&ENTITY)),
        ("group", "group", Text),
        ("name", "name", Text),
        ("version", "version", Text),
        ("description", "description", Text),
        ("endpoints", "endpoints", List("endpoint", &Text)),
        ("data", "data", List("dataflow", &Object(&FLOW))),
        ("licenses", "licenses", Choice(&LICENSES)),
        ("externalReferences", "externalReferences", List("reference", &Object(&REFERENCE))),
        ("services", "services", List("service", &Object(&SERVICE))),
        ("properties", "properties", List("property", &Object(&PROPERTY))),
    ],
    unread: &["authenticated", "x-trust-boundary", "releaseNotes", "trustZone", "tags", "patentAssertions"],
};

static HASH: Shape = Shape { attributes: &[], text: Some("content"), children: &[], unread: &[] };

static REFERENCE: Shape = Shape {
    attributes: &[("type", "type")],
    text: None,
    children: &[("url", "url", Text), ("comment", "comment", Text), ("hashes", "hashes", List("hash", &Object(&HASH)))],
    unread: &["properties"],
};

static PROPERTY: Shape = Shape { attributes: &[("name", "name")], text: Some("value"), children: &[], unread: &[] };

/// `expression-detailed` has its licensing inside, as a licence has.
static LICENSES: [(&str, &str, Form); 2] = [("license", "license", Object(&LICENSE)), ("expression-detailed", "license", Object(&LICENSE))];

static LICENSE: Shape = shape(
    &[("name", "name", Text), ("text", "text", Object(&ATTACHMENT)), ("url", "url", Text), ("licensing", "licensing", Object(&LICENSING))],
    &["id", "properties", "details", "acknowledgement"],
);

static LICENSING: Shape = shape(
    &[("licensor", "licensor", Object(&LICENSOR))],
    &["altIds", "licensee", "purchaser", "purchaseOrder", "licenseTypes", "lastRenewal", "expiration"],
);

static LICENSOR: Shape = shape(&[("organization", "organization", Party(&ENTITY)), ("individual", "individual", Party(&CONTACT))], &[]);

static ATTACHMENT: Shape = Shape { attributes: &[("encoding", "encoding")], text: Some("content"), children: &[], unread: &[] };

static SWID: Shape = Shape {
    attributes: &[("tagId", "tagId"), ("name", "name")],
    text: None,
    children: &[("text", "text", Object(&ATTACHMENT)), ("url", "url", Text)],
    unread: &[],
};

static PEDIGREE: Shape = shape(
    &[
        ("ancestors", "ancestors", List("component", &Object(&COMPONENT))),
        ("descendants", "descendants", List("component", &Object(&COMPONENT))),
        ("variants", "variants", List("component", &Object(&COMPONENT))),
        ("commits", "commits", List("commit", &Object(&COMMIT))),
        ("patches", "patches", List("patch", &Object(&PATCH))),
        ("notes", "notes", Text),
    ],
    &[],
);

static COMMIT: Shape = shape(
    &[
        ("url", "url", Text),
        ("author", "author", Party(&CONTACT)),
        ("committer", "committer", Party(&CONTACT)),
        ("message", "message", Text),
    ],
    &["uid"],
);

static PATCH: Shape = shape(&[("diff", "diff", Object(&DIFF))], &["resolves"]);
static DIFF: Shape = shape(&[("url", "url", Text)], &["text"]);

static EVIDENCE: Shape = shape(
    &[
        ("identity", "identity", Many(&Object(&IDENTITY))),
        ("occurrences", "occurrences", List("occurrence", &Object(&OCCURRENCE))),
        ("callstack", "callstack", Object(&CALLSTACK)),
        ("licenses", "licenses", Choice(&LICENSES)),
        ("copyright", "copyright", List("text", &Text)),
    ],
    &[],
);

static IDENTITY: Shape = shape(
    &[("field", "field", Text), ("concludedValue", "concludedValue", Text), ("methods", "methods", List("method", &Object(&METHOD)))],
    &["confidence", "tools"],
);

static METHOD: Shape = shape(&[("value", "value", Text)], &["technique", "confidence"]);
static OCCURRENCE: Shape = shape(&[("location", "location", Text)], &["line", "offset", "symbol", "additionalContext"]);
static CALLSTACK: Shape = shape(&[("frames", "frames", List("frame", &Object(&FRAME)))], &["tools"]);
static FRAME: Shape =
    shape(&[("package", "package", Text), ("module", "module", Text)], &["function", "parameters", "line", "column", "fullFilename"]);

static DATA: Shape = shape(
    &[
        ("name", "name", Text),
        ("contents", "contents", Object(&CONTENTS)),
        ("description", "description", Text),
        ("governance", "governance", Object(&GOVERNANCE)),
    ],
    &["type", "classification", "sensitiveData", "graphics"],
);

static CONTENTS: Shape = shape(&[("url", "url", Text)], &["attachment", "properties"]);

static FLOW: Shape = Shape {
    attributes: &[("name", "name"), ("description", "description")],
    text: None,
    children: &[
        ("source", "source", List("url", &Text)),
        ("destination", "destination", List("url", &Text)),
        ("governance", "governance", Object(&GOVERNANCE)),
    ],
    unread: &["classification"],
};

static GOVERNANCE: Shape = shape(
    &[
        ("custodians", "custodians", List("custodian", &Object(&PARTY))),
        ("stewards", "stewards", List("steward", &Object(&PARTY))),
        ("owners", "owners", List("owner", &Object(&PARTY))),
    ],
    &[],
);

/// JSON calls the individual `contact` here.
static PARTY: Shape = shape(&[("organization", "organization", Party(&ENTITY)), ("individual", "contact", Party(&CONTACT))], &[]);

static MODEL_CARD: Shape =
    shape(&[("modelParameters", "modelParameters", Object(&MODEL_PARAMETERS))], &["quantitativeAnalysis", "considerations", "properties"]);
static MODEL_PARAMETERS: Shape = shape(
    &[("datasets", "datasets", List("dataset", &Object(&DATA)))],
    &["approach", "task", "architectureFamily", "modelArchitecture", "inputs", "outputs"],
);

static CRYPTO: Shape = shape(
    &[("certificateProperties", "certificateProperties", Object(&CERTIFICATE))],
    &["assetType", "algorithmProperties", "relatedCryptoMaterialProperties", "protocolProperties", "oid"],
);
static CERTIFICATE: Shape = shape(
    &[("subjectName", "subjectName", Text), ("issuerName", "issuerName", Text)],
    &[
        "notValidBefore",
        "notValidAfter",
        "signatureAlgorithmRef",
        "subjectPublicKeyRef",
        "certificateFormat",
        "certificateExtension",
        "serialNumber",
        "certificateFileExtension",
        "fingerprint",
        "certificateState",
        "creationDate",
        "activationDate",
        "deactivationDate",
        "revocationDate",
        "destructionDate",
        "certificateExtensions",
        "relatedCryptographicAssets",
    ],
);

static DEPENDENCY: Shape = Shape {
    attributes: &[("ref", "ref")],
    text: None,
    children: &[("dependency", "dependsOn", Graph), ("provides", "provides", Graph)],
    unread: &[],
};

static COMPOSITION: Shape = shape(
    &[
        ("aggregate", "aggregate", Text),
        ("assemblies", "assemblies", List("assembly", &Object(&BY_REFERENCE))),
        ("dependencies", "dependencies", List("dependency", &Object(&BY_REFERENCE))),
    ],
    &["vulnerabilities"],
);

static VULNERABILITY: Shape = shape(
    &[("tools", "tools", Tools), ("affects", "affects", List("target", &Object(&AFFECTED)))],
    &[
        "id",
        "source",
        "references",
        "ratings",
        "cwes",
        "description",
        "detail",
        "recommendation",
        "recommendations",
        "advisories",
        "created",
        "published",
        "updated",
        "credits",
        "analysis",
        "properties",
        "workaround",
        "proofOfConcept",
        "rejected",
    ],
);
static ANNOTATION: Shape = shape(
    &[
        ("subjects", "subjects", List("subject", &Object(&BY_REFERENCE))),
        ("annotator", "annotator", Object(&ANNOTATOR)),
        ("text", "text", Text),
    ],
    &["timestamp"],
);
static AFFECTED: Shape = shape(&[("ref", "ref", Text)], &["versions"]);
static BY_REFERENCE: Shape = Shape { attributes: &[("ref", "ref")], text: None, children: &[], unread: &[] };
static ANNOTATOR: Shape =
    shape(&[("component", "component", Object(&COMPONENT)), ("service", "service", Object(&SERVICE))], &["organization", "individual"]);
static DECLARATIONS: Shape =
    shape(&[("targets", "targets", Object(&PARTS))], &["assessors", "attestations", "claims", "evidence", "affirmation"]);

/// Every object, for the names that are known somewhere.
static SHAPES: [&Shape; 40] = [
    &BOM,
    &METADATA,
    &ENTITY,
    &CONTACT,
    &TOOL,
    &PARTS,
    &COMPONENT,
    &SERVICE,
    &HASH,
    &REFERENCE,
    &PROPERTY,
    &LICENSE,
    &LICENSING,
    &LICENSOR,
    &ATTACHMENT,
    &SWID,
    &PEDIGREE,
    &COMMIT,
    &PATCH,
    &DIFF,
    &EVIDENCE,
    &IDENTITY,
    &METHOD,
    &OCCURRENCE,
    &CALLSTACK,
    &FRAME,
    &DATA,
    &CONTENTS,
    &FLOW,
    &GOVERNANCE,
    &PARTY,
    &MODEL_CARD,
    &CRYPTO,
    &DEPENDENCY,
    &VULNERABILITY,
    &ANNOTATION,
    &BY_REFERENCE,
    &AFFECTED,
    &COMPOSITION,
    &DECLARATIONS,
];

/// The names of all elements that are read somewhere.
static KNOWN: LazyLock<HashSet<&'static str, foldhash::fast::FixedState>> = LazyLock::new(|| {
    fn names(form: &Form, known: &mut HashSet<&'static str, foldhash::fast::FixedState>) {
        match form {
            List(item, form) => {
                known.insert(item);
                names(form, known);
            }
            Many(form) => names(form, known),
            Choice(choices) => known.extend(choices.iter().map(|(name, ..)| *name)),
            Tools => {
                known.insert("tool");
            }
            Text | Graph | Object(_) | Party(_) => {}
        }
    }
    let mut known = HashSet::default();
    for shape in SHAPES {
        for (name, _, form) in shape.children {
            known.insert(*name);
            names(form, &mut known);
        }
    }
    known
});

fn tell(text: &str, start: usize, limits: &Limits) -> Result<Transcript> {
    let mut xml = Xml::new(text, start, limits);
    xml.accept(EXTENSIONS, NAMESPACE);
    let root = xml.root()?;
    let mut told = Transcript::with_capacity(text.len() - start);
    told.open_object(root.span);
    told.key("bomFormat", root.span);
    told.string("CycloneDX", root.span, false);
    let version = root.namespace.strip_prefix(NAMESPACE).unwrap_or_default();
    told.key("specVersion", root.span);
    told.string(version, Span::new(root.span.end - version.len().min(root.span.len()), root.span.end), true);
    for attribute in root.attributes.iter().filter(|attribute| matches!(attribute.name, "serialNumber" | "version")) {
        told.key(attribute.name, attribute.span);
        told.string(&attribute.value, attribute.span, matches!(attribute.value, Cow::Borrowed(_)));
    }
    root.each(&mut xml, |xml, child| match BOM.member(&child)? {
        Some((_, key, form)) => {
            told.key(key, child.name_span);
            value(child, form, xml, &mut told)
        }
        None => pass_over(child, xml),
    })?;
    xml.end()?;
    told.close_object(Span::default());
    Ok(told)
}

type Member = (&'static str, &'static str, Form);

impl Shape {
    /// The member that an element is; `None` if it is to be passed over.
    fn member(&'static self, child: &Opened<'_>) -> Result<Option<&'static Member>> {
        one_of(self.children, child, self.unread)
    }
}

/// The one of `known` that an element is; `None` if it is to be passed over.
fn one_of(known: &'static [Member], child: &Opened<'_>, unread: &[&str]) -> Result<Option<&'static Member>> {
    if child.namespace == Namespace::Own
        && let Some(found) = known.iter().find(|(name, ..)| *name == child.name)
    {
        return Ok(Some(found));
    }
    judge(child, known.iter().map(|(name, ..)| *name), unread).map(|()| None)
}

/// Whether an element is the `item` of a list; if not, it is to be passed over.
fn is_item(item: &'static str, child: &Opened<'_>) -> Result<bool> {
    if child.namespace == Namespace::Own && child.name == item {
        return Ok(true);
    }
    judge(child, std::iter::once(item), &[]).map(|()| false)
}

/// Refuses an element that is not read and that another reader would read.
fn judge(child: &Opened<'_>, known: impl Iterator<Item = &'static str>, unread: &[&str]) -> Result<()> {
    let own = child.namespace == Namespace::Own;
    if own && unread.contains(&child.name) {
        return Ok(());
    }
    for name in known {
        if child.name == name {
            return Err(foreign(name, child.name_span));
        }
        if same_folded(child.name, name) {
            return Err(other_case("element", child.name, name, child.name_span));
        }
    }
    if own && KNOWN.contains(child.name) {
        return Err(misplaced("element", child.name, "the element around it", child.name_span));
    }
    hidden(child)
}

fn foreign(name: &str, span: Span) -> Box<DocumentError> {
    let message = format!("`{name}` is in another namespace than the document: readers that ignore namespaces read it, others skip it");
    two_readings(&message, span, "put it into the namespace of the document, or give it another name")
}

/// Refuses a name that a search at any depth would find.
fn hidden(child: &Opened<'_>) -> Result<()> {
    // What an extension calls its own elements is its own business: readers that ignore namespaces go by the whole path.
    if child.namespace == Namespace::Foreign {
        return Ok(());
    }
    match RESERVED.iter().find(|name| same_folded(child.name, name)) {
        Some(name) => {
            let message = format!("`{name}` is inside an element that is not read: readers that search at any depth would find it");
            Err(two_readings(&message, child.name_span, "move it to the place that the specification gives it, or remove it"))
        }
        None => Ok(()),
    }
}

fn pass_over<'a>(child: Opened<'a>, xml: &mut Xml<'a>) -> Result<()> {
    child.skip(xml, &mut hidden)
}

fn value<'a>(element: Opened<'a>, form: &'static Form, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<()> {
    match form {
        Text => element.text(xml)?.tell(told),
        Object(shape) => return object(element, shape, false, xml, told),
        Party(shape) => return object(element, shape, true, xml, told),
        List(item, form) => {
            told.open_array(element.span);
            element.each(xml, |xml, child| if is_item(item, &child)? { value(child, form, xml, told) } else { pass_over(child, xml) })?;
            told.close_array(xml.closed());
        }
        Choice(choices) => {
            told.open_array(element.span);
            element.each(xml, |xml, child| {
                let Some((_, key, form)) = one_of(choices, &child, &["expression"])? else { return pass_over(child, xml) };
                told.open_object(child.span);
                told.key(key, child.name_span);
                value(child, form, xml, told)?;
                told.close_object(xml.closed());
                Ok(())
            })?;
            told.close_array(xml.closed());
        }
        Tools => return tools(element, xml, told),
        // These are gathered by the object that they stand in.
        Many(form) => return value(element, form, xml, told),
        Graph => {
            told.open_array(element.span);
            element.each(xml, |xml, child| {
                if is_item("dependency", &child)? { dependency(child, true, xml, told).map(drop) } else { pass_over(child, xml) }
            })?;
            told.close_array(xml.closed());
        }
    }
    Ok(())
}

/// Tells a dependency, and those in it, as objects of one list; returns what it refers to. One in another that has none of its own is told
/// by that one alone.
fn dependency<'a>(element: Opened<'a>, outermost: bool, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<Vec<Attribute<'a>>> {
    let (name, span) = (element.name, element.span);
    let own = attributes(&element, &DEPENDENCY, xml)?;
    let mut lists = [("dependsOn", span, Transcript::default()), ("provides", span, Transcript::default())];
    let content = element.either(xml, |xml, child| {
        let Some((kind, ..)) = DEPENDENCY.member(&child)? else { return pass_over(child, xml) };
        let at = usize::from(*kind == "provides");
        if lists[at].2.json().is_empty() {
            lists[at].1 = child.name_span;
        }
        for attribute in dependency(child, false, xml, told)? {
            lists[at].2.string(&attribute.value, attribute.span, matches!(attribute.value, Cow::Borrowed(_)));
        }
        Ok(())
    })?;
    if !content.text.is_empty() {
        return Err(only_elements(name, &content));
    }
    if outermost || lists.iter().any(|(.., list)| !list.json().is_empty()) {
        told.open_object(span);
        for (key, attribute) in &own {
            told.key(key, attribute.span);
            told.string(&attribute.value, attribute.span, matches!(attribute.value, Cow::Borrowed(_)));
        }
        for (key, span, list) in lists.iter().filter(|(.., list)| !list.json().is_empty()) {
            told.key(key, *span);
            told.open_array(*span);
            told.append(list);
            told.close_array(Span::default());
        }
        told.close_object(xml.closed());
    }
    Ok(own.into_iter().map(|(_, attribute)| attribute).collect())
}

/// The attributes that are read, with what they are called in JSON.
fn attributes<'a>(element: &Opened<'a>, shape: &'static Shape, xml: &Xml<'a>) -> Result<Vec<(&'static str, Attribute<'a>)>> {
    let mut found = Vec::new();
    for attribute in element.attributes(xml)? {
        let span = attribute.name_span;
        if let Some((name, key)) = shape.attributes.iter().find(|(name, _)| same_folded(attribute.name, name)) {
            if attribute.prefixed {
                return Err(foreign(name, span));
            }
            if attribute.name != *name {
                return Err(other_case("attribute", attribute.name, name, span));
            }
            found.push((*key, attribute));
        } else if !attribute.prefixed && shape.children.iter().any(|(name, ..)| same_folded(attribute.name, name)) {
            let message =
                format!("`{}` is an attribute here, where the specification has an element", crate::text::excerpt(attribute.name, 40));
            let help = "write it as an element inside this one: it would not be read";
            return Err(Box::new(error("misplaced-element", &message, Some(span), help)));
        }
    }
    Ok(found)
}

/// `party`: text in the place of the elements is a name, as some generators write it.
fn object<'a>(element: Opened<'a>, shape: &'static Shape, party: bool, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<()> {
    let (name, name_span, span) = (element.name, element.name_span, element.span);
    let begin = |told: &mut Transcript, attributes: &[(&'static str, Attribute<'a>)]| {
        told.open_object(span);
        for (key, attribute) in attributes {
            told.key(key, attribute.span);
            told.string(&attribute.value, attribute.span, matches!(attribute.value, Cow::Borrowed(_)));
        }
    };
    let attributes = attributes(&element, shape, xml)?;
    if let Some(key) = shape.text
        && shape.children.is_empty()
    {
        begin(told, &attributes);
        told.key(key, name_span);
        element.text(xml)?.tell(told);
        told.close_object(xml.closed());
        return Ok(());
    }
    // Elements of one list may stand apart; they are brought together.
    let mut lists: Vec<(&'static str, Span, Transcript)> = Vec::new();
    let mut begun = false;
    let content: Content<'_> = element.either(xml, |xml, child| {
        if !begun {
            begin(told, &attributes);
            begun = true;
        }
        let Some((_, key, form)) = shape.member(&child)? else { return pass_over(child, xml) };
        if !matches!(form, Many(_)) {
            told.key(key, child.name_span);
            return value(child, form, xml, told);
        }
        let at = lists.iter().position(|(known, ..)| known == key).unwrap_or_else(|| {
            lists.push((key, child.name_span, Transcript::default()));
            lists.len() - 1
        });
        value(child, form, xml, &mut lists[at].2)
    })?;
    if !content.text.is_empty() {
        if party {
            content.tell(told);
            return Ok(());
        }
        return Err(only_elements(name, &content));
    }
    if !begun {
        begin(told, &attributes);
    }
    for (key, span, list) in lists {
        told.key(key, span);
        told.open_array(span);
        told.append(&list);
        told.close_array(Span::default());
    }
    told.close_object(xml.closed());
    Ok(())
}

fn tools<'a>(element: Opened<'a>, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<()> {
    let span = element.span;
    let mut old: Option<bool> = None;
    element.each(xml, |xml, child| {
        let is_old = child.namespace == Namespace::Own && child.name == "tool";
        let part = if is_old { None } else { PARTS.member(&child)? };
        if !is_old && part.is_none() {
            judge(&child, std::iter::once("tool"), &[])?;
            return pass_over(child, xml);
        }
        match old {
            None => {
                if is_old {
                    told.open_array(span);
                } else {
                    told.open_object(span);
                }
                old = Some(is_old);
            }
            Some(before) if before != is_old => {
                let message = "`tools` holds a list of tools and components or services: it can only be one of them";
                return Err(Box::new(error("wrong-type", message, Some(child.name_span), "write every tool as a component")));
            }
            Some(_) => {}
        }
        match part {
            Some((_, key, form)) => {
                told.key(key, child.name_span);
                value(child, form, xml, told)
            }
            None => object(child, &TOOL, false, xml, told),
        }
    })?;
    match old {
        Some(false) => told.close_object(xml.closed()),
        Some(true) => told.close_array(xml.closed()),
        None => {
            told.open_array(span);
            told.close_array(xml.closed());
        }
    }
    Ok(())
}
