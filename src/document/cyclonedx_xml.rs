//! The reader for CycloneDX XML, 1.0 to 1.7.
//!
//! It tells the document in the shape of the JSON: the tables below say what each element of the XML is called there.
//! Elements of other namespaces are extensions, of which nothing is known.

use super::feed::Feed;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::transcript::{self, Transcript};
use super::xml::{Element, Namespace, Opened, Xml};
use super::{Document, Format, Reader};
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
    /// An array of the elements of this name in it.
    List(&'static str, &'static Form),
    /// An array of this element and all of its name beside it.
    Many(&'static Form),
    /// An array of objects with one member each: what is in it, by name.
    Choice(&'static [(&'static str, &'static str, Form)]),
    /// An array of the `ref` of this element and all of its name beside it.
    References,
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
}

use Form::{Choice, List, Many, Object, References, Text, Tools};

const fn shape(children: &'static [(&'static str, &'static str, Form)]) -> Shape {
    Shape { attributes: &[], text: None, children }
}

static BOM: [(&str, &str, Form); 10] = [
    ("metadata", "metadata", Object(&METADATA)),
    ("components", "components", List("component", &Object(&COMPONENT))),
    ("services", "services", List("service", &Object(&SERVICE))),
    ("dependencies", "dependencies", List("dependency", &Object(&DEPENDENCY))),
    ("compositions", "compositions", List("composition", &Object(&COMPOSITION))),
    ("vulnerabilities", "vulnerabilities", List("vulnerability", &Object(&VULNERABILITY))),
    ("annotations", "annotations", List("annotation", &Object(&ANNOTATION))),
    ("formulation", "formulation", List("formula", &Object(&PARTS))),
    ("declarations", "declarations", Object(&DECLARATIONS)),
    ("properties", "properties", List("property", &Object(&PROPERTY))),
];

static METADATA: Shape = shape(&[
    ("component", "component", Object(&COMPONENT)),
    ("supplier", "supplier", Object(&ENTITY)),
    ("manufacture", "manufacture", Object(&ENTITY)),
    ("manufacturer", "manufacturer", Object(&ENTITY)),
    ("authors", "authors", List("author", &Object(&CONTACT))),
    ("licenses", "licenses", Choice(&LICENSES)),
    ("tools", "tools", Tools),
    ("properties", "properties", List("property", &Object(&PROPERTY))),
]);

static ENTITY: Shape = shape(&[("name", "name", Text), ("url", "url", Many(&Text)), ("contact", "contact", Many(&Object(&CONTACT)))]);

static CONTACT: Shape = shape(&[("name", "name", Text), ("email", "email", Text)]);

static TOOL: Shape = shape(&[
    ("vendor", "vendor", Text),
    ("name", "name", Text),
    ("version", "version", Text),
    ("hashes", "hashes", List("hash", &Object(&HASH))),
    ("externalReferences", "externalReferences", List("reference", &Object(&REFERENCE))),
]);

static TOOL_LIST: Form = List("tool", &Object(&TOOL));

static PARTS: Shape = shape(&[
    ("components", "components", List("component", &Object(&COMPONENT))),
    ("services", "services", List("service", &Object(&SERVICE))),
]);

static COMPONENT: Shape = Shape {
    attributes: &[("type", "type"), ("bom-ref", "bom-ref")],
    text: None,
    children: &[
        ("supplier", "supplier", Object(&ENTITY)),
        ("manufacturer", "manufacturer", Object(&ENTITY)),
        ("author", "author", Text),
        ("authors", "authors", List("author", &Object(&CONTACT))),
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
};

static SERVICE: Shape = Shape {
    attributes: &[("bom-ref", "bom-ref")],
    text: None,
    children: &[
        ("provider", "provider", Object(&ENTITY)),
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
};

static HASH: Shape = Shape { attributes: &[], text: Some("content"), children: &[] };

static REFERENCE: Shape = Shape {
    attributes: &[("type", "type")],
    text: None,
    children: &[("url", "url", Text), ("comment", "comment", Text), ("hashes", "hashes", List("hash", &Object(&HASH)))],
};

static PROPERTY: Shape = Shape { attributes: &[("name", "name")], text: Some("value"), children: &[] };

/// `expression-detailed` has its licensing inside, as a licence has.
static LICENSES: [(&str, &str, Form); 2] = [("license", "license", Object(&LICENSE)), ("expression-detailed", "license", Object(&LICENSE))];

static LICENSE: Shape = shape(&[
    ("name", "name", Text),
    ("text", "text", Object(&ATTACHMENT)),
    ("url", "url", Text),
    ("licensing", "licensing", Object(&LICENSING)),
]);

static LICENSING: Shape = shape(&[("licensor", "licensor", Object(&LICENSOR))]);

static LICENSOR: Shape = shape(&[("organization", "organization", Object(&ENTITY)), ("individual", "individual", Object(&CONTACT))]);

static ATTACHMENT: Shape = Shape { attributes: &[("encoding", "encoding")], text: Some("content"), children: &[] };

static SWID: Shape = Shape {
    attributes: &[("tagId", "tagId"), ("name", "name")],
    text: None,
    children: &[("text", "text", Object(&ATTACHMENT)), ("url", "url", Text)],
};

static PEDIGREE: Shape = shape(&[
    ("ancestors", "ancestors", List("component", &Object(&COMPONENT))),
    ("descendants", "descendants", List("component", &Object(&COMPONENT))),
    ("variants", "variants", List("component", &Object(&COMPONENT))),
    ("commits", "commits", List("commit", &Object(&COMMIT))),
    ("patches", "patches", List("patch", &Object(&PATCH))),
    ("notes", "notes", Text),
]);

static COMMIT: Shape = shape(&[
    ("url", "url", Text),
    ("author", "author", Object(&CONTACT)),
    ("committer", "committer", Object(&CONTACT)),
    ("message", "message", Text),
]);

static PATCH: Shape = shape(&[("diff", "diff", Object(&DIFF))]);
static DIFF: Shape = shape(&[("url", "url", Text)]);

static EVIDENCE: Shape = shape(&[
    ("identity", "identity", Many(&Object(&IDENTITY))),
    ("occurrences", "occurrences", List("occurrence", &Object(&OCCURRENCE))),
    ("callstack", "callstack", Object(&CALLSTACK)),
    ("licenses", "licenses", Choice(&LICENSES)),
    ("copyright", "copyright", List("text", &Text)),
]);

static IDENTITY: Shape = shape(&[
    ("field", "field", Text),
    ("concludedValue", "concludedValue", Text),
    ("methods", "methods", List("method", &Object(&METHOD))),
]);

static METHOD: Shape = shape(&[("value", "value", Text)]);
static OCCURRENCE: Shape = shape(&[("location", "location", Text)]);
static CALLSTACK: Shape = shape(&[("frames", "frames", List("frame", &Object(&FRAME)))]);
static FRAME: Shape = shape(&[("package", "package", Text), ("module", "module", Text)]);

static DATA: Shape = shape(&[
    ("name", "name", Text),
    ("contents", "contents", Object(&CONTENTS)),
    ("description", "description", Text),
    ("governance", "governance", Object(&GOVERNANCE)),
]);

static CONTENTS: Shape = shape(&[("url", "url", Text)]);

static FLOW: Shape = Shape {
    attributes: &[("name", "name"), ("description", "description")],
    text: None,
    children: &[
        ("source", "source", List("url", &Text)),
        ("destination", "destination", List("url", &Text)),
        ("governance", "governance", Object(&GOVERNANCE)),
    ],
};

static GOVERNANCE: Shape = shape(&[
    ("custodians", "custodians", List("custodian", &Object(&PARTY))),
    ("stewards", "stewards", List("steward", &Object(&PARTY))),
    ("owners", "owners", List("owner", &Object(&PARTY))),
]);

/// JSON calls the individual `contact` here.
static PARTY: Shape = shape(&[("organization", "organization", Object(&ENTITY)), ("individual", "contact", Object(&CONTACT))]);

static MODEL_CARD: Shape = shape(&[("modelParameters", "modelParameters", Object(&MODEL_PARAMETERS))]);
static MODEL_PARAMETERS: Shape = shape(&[("datasets", "datasets", List("dataset", &Object(&DATA)))]);

static CRYPTO: Shape = shape(&[("certificateProperties", "certificateProperties", Object(&CERTIFICATE))]);
static CERTIFICATE: Shape = shape(&[("subjectName", "subjectName", Text), ("issuerName", "issuerName", Text)]);

static DEPENDENCY: Shape = Shape {
    attributes: &[("ref", "ref")],
    text: None,
    children: &[("dependency", "dependsOn", References), ("provides", "provides", References)],
};

static COMPOSITION: Shape = shape(&[("aggregate", "aggregate", Text)]);

static VULNERABILITY: Shape = shape(&[("tools", "tools", Tools)]);
static ANNOTATION: Shape = shape(&[
    ("subjects", "subjects", List("subject", &Object(&ANNOTATED))),
    ("annotator", "annotator", Object(&ANNOTATOR)),
    ("text", "text", Text),
]);
static ANNOTATED: Shape = Shape { attributes: &[("ref", "ref")], text: None, children: &[] };
static ANNOTATOR: Shape = shape(&[("component", "component", Object(&COMPONENT)), ("service", "service", Object(&SERVICE))]);
static DECLARATIONS: Shape = shape(&[("targets", "targets", Object(&PARTS))]);

/// One element at a time: what is told is all that is kept.
fn tell(text: &str, start: usize, limits: &Limits) -> Result<Transcript> {
    let mut xml = Xml::new(text, start, limits);
    let root = xml.root()?;
    let mut told = Transcript::with_capacity(text.len() - start);
    told.open_object(root.span);
    told.key("bomFormat", root.span);
    told.string("CycloneDX", root.span, false);
    let version = root.namespace.strip_prefix(NAMESPACE).unwrap_or_default();
    told.key("specVersion", root.span);
    told.string(version, Span::new(root.span.end - version.len().min(root.span.len()), root.span.end), true);
    root.each(&mut xml, |xml, child| {
        let known = BOM.iter().find(|(name, ..)| child.namespace == Namespace::Own && *name == child.name);
        let Some((_, key, form)) = known else { return child.each(xml, |xml, inner| inner.read(xml).map(drop)) };
        told.key(key, child.name_span);
        match form {
            List(item, form) => {
                told.open_array(child.span);
                child.each(xml, |xml, inner| {
                    let wanted = inner.namespace == Namespace::Own && inner.name == *item;
                    let element = Opened::read(inner, xml)?;
                    if wanted { value(&element, form, &mut told) } else { Ok(()) }
                })?;
                told.close_array(Span::default());
            }
            form => value(&child.read(xml)?, form, &mut told)?,
        }
        Ok(())
    })?;
    xml.end()?;
    told.close_object(Span::default());
    Ok(told)
}

fn value(element: &Element<'_>, form: &Form, told: &mut Transcript) -> Result<()> {
    match form {
        Text => element.tell_text(told),
        Object(shape) => return object(element, shape, told),
        List(name, form) => {
            told.open_array(element.span);
            for child in named(element, name) {
                value(child, form, told)?;
            }
            told.close_array(Span::default());
        }
        Choice(choices) => {
            told.open_array(element.span);
            for child in &element.children {
                let Some((_, key, form)) = choices.iter().find(|(name, ..)| is(child, name)) else { continue };
                told.open_object(child.span);
                told.key(key, child.name_span);
                value(child, form, told)?;
                told.close_object(Span::default());
            }
            told.close_array(Span::default());
        }
        Tools => return tools(element, told),
        // These are told by the object that they stand in.
        Many(form) => return value(element, form, told),
        References => {}
    }
    Ok(())
}

fn is(element: &Element<'_>, name: &str) -> bool {
    element.namespace == Namespace::Own && element.name == name
}

fn named<'e, 'a>(element: &'e Element<'a>, name: &'e str) -> impl Iterator<Item = &'e Element<'a>> {
    element.children.iter().filter(move |child| is(child, name))
}

fn object(element: &Element<'_>, shape: &Shape, told: &mut Transcript) -> Result<()> {
    told.open_object(element.span);
    for attribute in &element.attributes {
        if let Some((_, key)) = shape.attributes.iter().find(|(name, _)| *name == attribute.name) {
            told.key(key, attribute.span);
            let verbatim = matches!(attribute.value, std::borrow::Cow::Borrowed(_));
            told.string(&attribute.value, attribute.span, verbatim);
        }
    }
    if let Some(key) = shape.text {
        told.key(key, element.name_span);
        element.tell_text(told);
    }
    let mut gathered: Vec<&str> = Vec::new();
    for child in &element.children {
        let Some((name, key, form)) = shape.children.iter().find(|(name, ..)| is(child, name)) else { continue };
        let many = matches!(form, Many(_) | References);
        if many && gathered.contains(name) {
            continue;
        }
        told.key(key, child.name_span);
        if !many {
            value(child, form, told)?;
            continue;
        }
        gathered.push(name);
        told.open_array(child.span);
        for one in named(element, name) {
            match form {
                References => {
                    for attribute in one.attributes.iter().filter(|attribute| attribute.name == "ref") {
                        told.string(&attribute.value, attribute.span, true);
                    }
                }
                form => value(one, form, told)?,
            }
        }
        told.close_array(Span::default());
    }
    told.close_object(Span::new(element.span.end, element.span.end));
    Ok(())
}

fn tools(element: &Element<'_>, told: &mut Transcript) -> Result<()> {
    let old = named(element, "tool").next();
    let new = named(element, "components").next().or_else(|| named(element, "services").next());
    match (old, new) {
        (Some(old), Some(_)) => {
            let message = "`tools` holds a list of tools and components or services: it can only be one of them";
            Err(Box::new(error("wrong-type", message, Some(old.name_span), "write every tool as a component")))
        }
        (_, Some(_)) => object(element, &PARTS, told),
        _ => value(element, &TOOL_LIST, told),
    }
}
