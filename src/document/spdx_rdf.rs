//! The reader for SPDX 2 RDF/XML.
//!
//! The same graph can be written in many ways, so the triples are read first, and the document is told from the graph. Where a text
//! stands is found by looking back from the place that the parser has come to.

use std::collections::{BTreeSet, HashMap, HashSet};

use oxrdf::{NamedOrBlankNode, Term};
use oxrdfxml::RdfXmlParser;

use super::feed::Feed;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::strict::{misplaced, other_case, same_folded, two_readings};
use super::transcript::{self, Transcript};
use super::xml::Xml;
use super::{Document, Format, Reader};
use crate::inventory::Listener;
use crate::source::{Source, Span};

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "rdf", versions: &["2.0", "2.1", "2.2", "2.3"], by_parts: false, read, pointers };

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    tell(feed.text(), feed.start(), feed.limits())?.read(feed.reader(), feed.limits(), listener)
}

fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    transcript::pointers(tell, source, offsets)
}

/// One property of a node.
struct Property {
    /// The predicate without its namespace: the terms of SPDX, DOAP, RDF and RDFS do not collide.
    name: String,
    value: Value,
    span: Span,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Value {
    Text(String),
    Node(usize),
}

#[derive(Default)]
struct Node {
    /// IRI, or for a blank node its number among all nodes: the names that the parser makes up for these are new ones every time.
    id: String,
    blank: bool,
    properties: Vec<Property>,
}

#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    by_id: HashMap<String, usize>,
}

impl Graph {
    fn named(&mut self, iri: &str) -> usize {
        self.node(iri, |_| iri.to_owned(), false)
    }

    fn blank(&mut self, name: &str) -> usize {
        self.node(&format!("_:{name}"), |number| format!("_:{number}"), true)
    }

    fn node(&mut self, key: &str, id: impl FnOnce(usize) -> String, blank: bool) -> usize {
        if let Some(&known) = self.by_id.get(key) {
            return known;
        }
        let index = self.nodes.len();
        self.nodes.push(Node { id: id(index), blank, properties: Vec::new() });
        self.by_id.insert(key.to_owned(), index);
        index
    }

    fn all<'g>(&'g self, node: usize, name: &'g str) -> impl Iterator<Item = &'g Property> {
        self.nodes[node].properties.iter().filter(move |property| property.name == name)
    }

    /// The text of a value: a literal, one of SPDX's words for nothing, or an IRI.
    fn text<'g>(&'g self, value: &'g Value) -> &'g str {
        match value {
            Value::Text(text) => text,
            Value::Node(node) => match local(&self.nodes[*node].id) {
                "noassertion" => "NOASSERTION",
                "none" => "NONE",
                _ => &self.nodes[*node].id,
            },
        }
    }

    fn is(&self, node: usize, class: &str) -> bool {
        self.all(node, "type").any(|property| matches!(property.value, Value::Node(node) if local(&self.nodes[node].id) == class))
    }

    /// What the JSON calls the node: what follows the document's namespace.
    fn spdx_id(&self, node: usize) -> &str {
        let node = &self.nodes[node];
        if node.blank { &node.id } else { node.id.rsplit_once('#').map_or(node.id.as_str(), |(_, id)| id) }
    }
}

/// The part of an IRI behind its last `#` or `/`.
fn local(iri: &str) -> &str {
    iri.rsplit(['#', '/']).next().unwrap_or(iri)
}

fn graph(text: &str, start: usize, limits: &Limits) -> Result<Graph> {
    // Well-formedness, depth, document types and undefined entities are judged by the same code as for other XML.
    let mut xml = Xml::new(text, start, limits);
    let root = xml.root()?;
    root.each(&mut xml, |xml, child| child.skip(xml, &mut |_| Ok(())))?;
    xml.end()?;

    let mut graph = Graph::default();
    // A graph is a set: what is said twice is said once.
    let mut said: HashSet<(usize, String, Value)> = HashSet::new();
    let mut parser = RdfXmlParser::new()
        .with_base_iri("http://document.invalid/")
        .map_err(|_| Box::new(error("not-rdf", "this is not RDF", None, "make the SBOM anew with its generator")))?
        .lenient()
        .for_slice(&text[start..]);
    while let Some(triple) = parser.next() {
        let at = (start + usize::try_from(parser.buffer_position()).unwrap_or(usize::MAX)).min(text.len());
        let triple = triple.map_err(|cause| {
            let at = crate::text::boundary(text, at);
            let message = format!("this is not RDF/XML that can be read: {}", crate::text::excerpt(&cause.to_string(), 200));
            let help = "correct it at this place, or make the SBOM anew with its generator";
            Box::new(error("not-rdf", &message, Some(Span::new(at, at)), help))
        })?;
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => graph.named(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => graph.blank(node.as_str()),
        };
        let (value, shown) = match &triple.object {
            Term::NamedNode(node) => (Value::Node(graph.named(node.as_str())), node.as_str().to_owned()),
            Term::BlankNode(node) => (Value::Node(graph.blank(node.as_str())), String::new()),
            Term::Literal(literal) if literal.datatype().as_str().ends_with("#XMLLiteral") => {
                let message = "this value is XML markup: readers disagree about the text in it";
                let span = Span::new(crate::text::boundary(text, at), crate::text::boundary(text, at));
                return Err(two_readings(message, span, "write it as plain text, without rdf:parseType"));
            }
            Term::Literal(literal) => (Value::Text(literal.value().trim().to_owned()), literal.value().trim().to_owned()),
        };
        let name = local(triple.predicate.as_str()).to_owned();
        let here = || Span::new(crate::text::boundary(text, at), crate::text::boundary(text, at));
        judge_term("property", triple.predicate.as_str(), &TERMS, here)?;
        if let (Term::NamedNode(class), "type") = (&triple.object, name.as_str()) {
            judge_term("class", class.as_str(), &CLASSES, here)?;
        }
        if said.insert((subject, name.clone(), value.clone())) {
            graph.nodes[subject].properties.push(Property { name, value, span: locate(text, start, at, &shown) });
        }
    }
    Ok(graph)
}

/// Where the terms of SPDX 2 come from.
const VOCABULARIES: [&str; 5] = [
    "http://spdx.org/rdf/terms",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns",
    "http://www.w3.org/2000/01/rdf-schema",
    "http://usefulinc.com/ns/doap",
    "http://www.w3.org/2009/pointers",
];

const CLASSES: [&str; 4] = ["SpdxDocument", "Package", "File", "Snippet"];

/// The properties that are read.
const TERMS: [&str; 40] = [
    "type",
    "specVersion",
    "creationInfo",
    "creator",
    "externalDocumentRef",
    "name",
    "versionInfo",
    "packageFileName",
    "supplier",
    "originator",
    "downloadLocation",
    "homepage",
    "summary",
    "description",
    "comment",
    "sourceInfo",
    "copyrightText",
    "licenseComments",
    "fileName",
    "noticeText",
    "attributionText",
    "fileContributor",
    "externalRef",
    "referenceCategory",
    "referenceType",
    "referenceLocator",
    "checksum",
    "checksumValue",
    "annotation",
    "artifactOf",
    "primaryPackagePurpose",
    "hasFile",
    "snippetFromFile",
    "relationship",
    "relationshipType",
    "relatedSpdxElement",
    "describesPackage",
    "referencesFile",
    "projectUri",
    "homePage",
];

/// Refuses a term that only looks like a known one: it is compared by its last part, and other readers compare the whole.
fn judge_term(what: &str, iri: &str, known: &[&'static str], place: impl Fn() -> Span) -> Result<()> {
    let name = local(iri);
    let Some(meant) = known.iter().find(|known| same_folded(name, known)) else { return Ok(()) };
    let vocabulary = iri[..iri.len() - name.len()].trim_end_matches(['#', '/']);
    if !VOCABULARIES.contains(&vocabulary) {
        let vocabulary = crate::text::excerpt(vocabulary, 80);
        let message =
            format!("the {what} `{meant}` is in the vocabulary `{vocabulary}` instead of SPDX's: some readers read it, others skip it");
        return Err(two_readings(&message, place(), "use the terms of http://spdx.org/rdf/terms#, or give it another name"));
    }
    if name == *meant { Ok(()) } else { Err(other_case(what, name, meant, place())) }
}

/// Refuses what names a vendor where it is not read: on something that is no package, or as a description instead of text.
fn judge_places(graph: &Graph) -> Result<()> {
    const OF_PACKAGES: [&str; 4] = ["supplier", "originator", "externalRef", "packageFileName"];
    for node in 0..graph.nodes.len() {
        let package = graph.is(node, "Package");
        for property in &graph.nodes[node].properties {
            if !package && OF_PACKAGES.contains(&property.name.as_str()) {
                return Err(misplaced("property", &property.name, "a node that is not a Package", property.span));
            }
            let text = PACKAGE.iter().any(|(name, _)| *name == property.name);
            if let Value::Node(value) = property.value
                && package
                && text
                && (graph.nodes[value].blank || !graph.nodes[value].properties.is_empty())
            {
                let message = format!("`{}` should be text, and it refers to a description", crate::text::excerpt(&property.name, 40));
                let help = "write it as text, such as `Organization: NAME`: it may name a vendor";
                return Err(Box::new(error("wrong-type", &message, Some(property.span), help)));
            }
        }
    }
    Ok(())
}

/// Where `shown` stands, at or before the place `at`.
fn locate(text: &str, start: usize, at: usize, shown: &str) -> Span {
    // Further back than this only what nothing is said about can stand: tags and white space.
    const BACK: usize = 4096;
    let at = crate::text::boundary(text, at);
    if shown.is_empty() {
        return Span::new(at, at);
    }
    let from = crate::text::boundary(text, at.saturating_sub(6 * shown.len() + BACK)).max(start);
    let window = &text[from..at];
    let escaped = quick_xml::escape::partial_escape(shown);
    for needle in [shown, escaped.as_ref(), local(shown)] {
        if !needle.is_empty()
            && let Some(found) = window.rfind(needle)
        {
            return Span::new(from + found, from + found + needle.len());
        }
    }
    Span::new(at, at)
}

/// Texts of a package, as RDF and JSON call them.
const PACKAGE: [(&str, &str); 13] = [
    ("name", "name"),
    ("versionInfo", "versionInfo"),
    ("packageFileName", "packageFileName"),
    ("supplier", "supplier"),
    ("originator", "originator"),
    ("downloadLocation", "downloadLocation"),
    ("homepage", "homepage"),
    ("summary", "summary"),
    ("description", "description"),
    ("comment", "comment"),
    ("sourceInfo", "sourceInfo"),
    ("copyrightText", "copyrightText"),
    ("licenseComments", "licenseComments"),
];

const FILE: [(&str, &str); 5] = [
    ("fileName", "fileName"),
    ("copyrightText", "copyrightText"),
    ("noticeText", "noticeText"),
    ("comment", "comment"),
    ("licenseComments", "licenseComments"),
];

const SNIPPET: [(&str, &str); 4] =
    [("name", "name"), ("copyrightText", "copyrightText"), ("comment", "comment"), ("licenseComments", "licenseComments")];

fn tell(text: &str, start: usize, limits: &Limits) -> Result<Transcript> {
    let graph = graph(text, start, limits)?;
    judge_places(&graph)?;
    let mut told = Transcript::with_capacity(text.len());
    let nowhere = Span::default();
    let documents: BTreeSet<usize> = (0..graph.nodes.len()).filter(|&node| graph.is(node, "SpdxDocument")).collect();
    told.open_object(nowhere);
    for &document in &documents {
        for version in graph.all(document, "specVersion") {
            text_member(&graph, &mut told, "spdxVersion", version);
        }
        for info in graph.all(document, "creationInfo") {
            let Value::Node(info) = info.value else { continue };
            told.key("creationInfo", nowhere);
            told.open_object(nowhere);
            text_list(&graph, &mut told, info, "creator", "creators");
            told.close_object(nowhere);
        }
        text_list(&graph, &mut told, document, "externalDocumentRef", "externalDocumentRefs");
    }
    for (class, key) in [("Package", "packages"), ("File", "files"), ("Snippet", "snippets")] {
        told.key(key, nowhere);
        told.open_array(nowhere);
        for node in (0..graph.nodes.len()).filter(|&node| graph.is(node, class)) {
            element(&graph, &mut told, node, class);
        }
        told.close_array(nowhere);
    }
    relationships(&graph, &mut told, &documents);
    told.close_object(nowhere);
    Ok(told)
}

fn text_member(graph: &Graph, told: &mut Transcript, key: &str, property: &Property) {
    told.key(key, property.span);
    told_text(graph, told, property);
}

fn told_text(graph: &Graph, told: &mut Transcript, property: &Property) {
    let text = graph.text(&property.value);
    told.string(text, property.span, text.len() == property.span.len());
}

fn text_list(graph: &Graph, told: &mut Transcript, node: usize, name: &str, key: &str) {
    if graph.all(node, name).next().is_none() {
        return;
    }
    told.key(key, Span::default());
    told.open_array(Span::default());
    graph.all(node, name).for_each(|property| told_text(graph, told, property));
    told.close_array(Span::default());
}

/// Lists of objects: each with the texts of a node, as RDF and JSON call them.
fn object_list(graph: &Graph, told: &mut Transcript, node: usize, name: &str, key: &str, members: &[(&str, &str)]) {
    if graph.all(node, name).next().is_none() {
        return;
    }
    told.key(key, Span::default());
    told.open_array(Span::default());
    for property in graph.all(node, name) {
        let Value::Node(inner) = property.value else { continue };
        told.open_object(property.span);
        for (from, to) in members {
            graph.all(inner, from).for_each(|property| text_member(graph, told, to, property));
        }
        told.close_object(property.span);
    }
    told.close_array(Span::default());
}

fn element(graph: &Graph, told: &mut Transcript, node: usize, class: &str) {
    let place =
        graph.nodes[node].properties.iter().find(|property| property.name == "type").map_or(Span::default(), |property| property.span);
    told.open_object(place);
    told.key("SPDXID", place);
    told.string(graph.spdx_id(node), place, false);
    let members: &[(&str, &str)] = match class {
        "Package" => &PACKAGE,
        "File" => &FILE,
        _ => &SNIPPET,
    };
    for (from, to) in members {
        graph.all(node, from).for_each(|property| text_member(graph, told, to, property));
    }
    text_list(graph, told, node, "attributionText", "attributionTexts");
    text_list(graph, told, node, "fileContributor", "fileContributors");
    let reference = [
        ("referenceCategory", "referenceCategory"),
        ("referenceType", "referenceType"),
        ("referenceLocator", "referenceLocator"),
        ("comment", "comment"),
    ];
    object_list(graph, told, node, "externalRef", "externalRefs", &reference);
    object_list(graph, told, node, "checksum", "checksums", &[("checksumValue", "checksumValue")]);
    object_list(graph, told, node, "annotation", "annotations", &[("comment", "comment")]);
    object_list(graph, told, node, "artifactOf", "artifactOfs", &[("name", "name"), ("homepage", "homePage")]);
    for property in graph.all(node, "primaryPackagePurpose") {
        let word = graph.text(&property.value);
        told.key("primaryPackagePurpose", property.span);
        told.string(&constant(local(word)), property.span, false);
    }
    let files: Vec<&Property> = graph.all(node, "hasFile").collect();
    if !files.is_empty() {
        told.key("hasFiles", Span::default());
        told.open_array(Span::default());
        for property in files {
            if let Value::Node(file) = property.value {
                told.string(graph.spdx_id(file), property.span, false);
            }
        }
        told.close_array(Span::default());
    }
    for property in graph.all(node, "snippetFromFile") {
        if let Value::Node(file) = property.value {
            told.key("snippetFromFile", property.span);
            told.string(graph.spdx_id(file), property.span, false);
        }
    }
    told.close_object(place);
}

fn relationships(graph: &Graph, told: &mut Transcript, documents: &BTreeSet<usize>) {
    told.key("relationships", Span::default());
    told.open_array(Span::default());
    let mut edge = |from: &str, kind: &str, to: &str, span: Span| {
        told.open_object(span);
        for (key, value) in [("spdxElementId", from), ("relationshipType", kind), ("relatedSpdxElement", to)] {
            told.key(key, span);
            told.string(value, span, false);
        }
        told.close_object(span);
    };
    let id = |node: usize| if documents.contains(&node) { "SPDXRef-DOCUMENT" } else { graph.spdx_id(node) };
    for node in 0..graph.nodes.len() {
        for property in graph.all(node, "relationship") {
            let Value::Node(relationship) = property.value else { continue };
            let kind = graph.all(relationship, "relationshipType").next().map(|kind| constant(local(graph.text(&kind.value))));
            let kind = kind.unwrap_or_else(|| "OTHER".to_owned());
            for related in graph.all(relationship, "relatedSpdxElement") {
                match &related.value {
                    Value::Node(to) => edge(id(node), &kind, id(*to), related.span),
                    Value::Text(to) => edge(id(node), &kind, to, related.span),
                }
            }
        }
        // As SPDX 1 had it.
        for property in graph.all(node, "describesPackage") {
            if let Value::Node(package) = property.value {
                edge(id(node), "DESCRIBES", id(package), property.span);
            }
        }
    }
    told.close_array(Span::default());
}

/// `relationshipType_dependsOn`, `purpose_operatingSystem` as the JSON writes them: `DEPENDS_ON`, `OPERATING_SYSTEM`.
fn constant(word: &str) -> String {
    let word = word.split_once('_').map_or(word, |(_, word)| word);
    let mut constant = String::with_capacity(word.len() + 4);
    for character in word.chars() {
        if character.is_uppercase() && !constant.is_empty() {
            constant.push('_');
        }
        constant.extend(character.to_uppercase());
    }
    constant
}

#[cfg(test)]
mod tests {
    use super::constant;

    #[test]
    fn words_are_written_as_in_json() {
        assert_eq!(constant("relationshipType_dependsOn"), "DEPENDS_ON");
        assert_eq!(constant("purpose_operatingSystem"), "OPERATING_SYSTEM");
    }
}
