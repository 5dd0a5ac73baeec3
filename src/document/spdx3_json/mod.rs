//! The reader for SPDX 3 JSON-LD, 3.0 to 3.0.1.
//!
//! Everything in it refers to everything else by identifier, in any order, and an element may be written in another one where it is referred
//! to. So the text is read in three steps, each of which passes over every byte once:
//!
//! 1. [`scan`] goes through the whole text without recursion and makes a [`Table`] of its elements: where each begins and ends, what it is, and
//!    its identifier. Every object is looked at, wherever it is nested. What another reader may understand differently is refused here:
//!    members written as IRIs or in another case, keywords of JSON-LD, a member twice.
//! 2. [`gather`] reads what is said of agents, and what relationships, annotations and shared identifiers say of other elements.
//! 3. [`tell`] hands each component with its claims to the listener, in document order, and each relationship.
//!
//! Steps 2 and 3 read element by element from the table and jump over the elements that are nested in the one at hand, so the cost does not depend
//! on the depth of the nesting. Types and members are the short ones of SPDX's own context ([`terms`]); prefixes of identifiers are resolved
//! ([`context`]).

mod context;
mod gather;
mod scan;
mod tell;
mod terms;
mod walker;

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

use self::context::Context;
use self::scan::{Scan, Under};
use self::walker::Budget;
use super::feed::Feed;
use super::json::{Json, Next};
use super::recognise::error;
use super::scribe::{Keys as _, Newest, Progress, Result, Scribe, keys, pointers};
use super::{Document, DocumentError, Format, Reader};
use crate::inventory::{Kind, Listener, Nobody, Note, Place};
use crate::source::Span;

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "json-ld", versions: &["3.0", "3.0.0", "3.0.1"], by_parts: false, read, pointers };

keys!(Member {
    SpdxId = "spdxId",
    Id = "@id",
    Type = "type",
    AtType = "@type",
    Name = "name",
    Version = "software_packageVersion",
    PackageUrl = "software_packageUrl",
    DownloadLocation = "software_downloadLocation",
    HomePage = "software_homePage",
    SuppliedBy = "suppliedBy",
    OriginatedBy = "originatedBy",
    ExternalIdentifier = "externalIdentifier",
    ExternalIdentifiers = "externalIdentifiers",
    ExternalRef = "externalRef",
    PrimaryPurpose = "software_primaryPurpose",
    Summary = "summary",
    Description = "description",
    Comment = "comment",
    SourceInfo = "software_sourceInfo",
    CopyrightText = "software_copyrightText",
    AttributionText = "software_attributionText",
    VerifiedUsing = "verifiedUsing",
    SnippetFromFile = "software_snippetFromFile",
    ContentIdentifier = "software_contentIdentifier",
    ContentIdentifierValue = "software_contentIdentifierValue",
    RelationshipType = "relationshipType",
    From = "from",
    To = "to",
    Completeness = "completeness",
    Scope = "scope",
    RootElement = "rootElement",
    Element = "element",
    Subject = "subject",
    Statement = "statement",
    SpecVersion = "specVersion",
    CreationInfo = "creationInfo",
    CreatedBy = "createdBy",
    CreatedUsing = "createdUsing",
    Extension = "extension",
    HashValue = "hashValue",
    IdentifierType = "externalIdentifierType",
    Identifier = "identifier",
    Authority = "issuingAuthority",
    IdentifierLocator = "identifierLocator",
    RefType = "externalRefType",
    Locator = "locator",
    NamespaceMap = "namespaceMap",
    Prefix = "prefix",
    Namespace = "namespace",
    Import = "import",
    ExternalSpdxId = "externalSpdxId",
    LocationHint = "locationHint",
});

/// What an element is, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Agent {
        person: bool,
    },
    /// A component, a file, or a tool.
    Subject {
        kind: Kind,
        place: Place,
    },
    Relationship,
    Annotation,
    /// Says what the document describes: `SpdxDocument`, `software_Sbom` and the like.
    Collection,
    /// A part of another element, such as an external identifier or a hash. It may have an identifier, and be referred to by it.
    Structure,
    /// Names no vendor and is no part of the product: licenses, vulnerabilities, builds.
    Other,
    /// A type that is not known, of a profile that lists no components.
    Foreign,
    /// Read as a part of the product, to be safe.
    Unknown,
    /// It has no type: a further description of an element that has one elsewhere.
    Untyped,
    /// It only refers to an element that is described elsewhere.
    Reference,
}

impl Class {
    /// What a component is, if this is one.
    fn subject(self) -> Option<(Kind, Place)> {
        match self {
            Self::Subject { kind, place } => Some((kind, place)),
            Self::Unknown => Some((Kind::Unknown, Place::Part)),
            _ => None,
        }
    }
}

/// One element of the document. Offsets are of 32 bits: a document of many small elements must not cost much more than its text.
struct Entry {
    start: u32,
    end: u32,
    /// Where its identifier is, from the quotation mark on; 0 if it has none.
    id: u32,
    /// Which component it is, in document order, if it is one.
    subject: u32,
    /// The hash of its identifier, or of its place.
    key: u64,
    class: Class,
    /// It is nested and has no members but type and identifier.
    bare: bool,
}

/// What is known of an identifier.
struct Defined {
    class: Class,
    /// How many elements have it: one, or more.
    many: bool,
    /// Whether one of them says more than type and identifier.
    described: bool,
}

/// The elements of a document, by their places and by their identifiers.
#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// By the hash of the identifier, seeded anew in each process.
    ids: HashMap<u64, Defined, RandomState>,
    state: RandomState,
}

impl Table {
    /// The key of an identifier in its canonical form.
    fn key(&self, id: &str) -> u64 {
        self.state.hash_one(id)
    }

    /// The key of an element without an identifier.
    fn key_of_place(&self, start: usize) -> u64 {
        self.state.hash_one((true, start))
    }

    /// The element that begins at this offset.
    fn at(&self, offset: usize) -> Option<&Entry> {
        let index = self.entries.binary_search_by_key(&offset, |entry| entry.start as usize).ok()?;
        self.entries.get(index)
    }

    /// What the element with this key is, if it is in the document.
    fn class_of(&self, key: u64) -> Option<Class> {
        self.ids.get(&key).map(|defined| defined.class)
    }
}

fn refuse(code: &'static str, message: &str, span: Span, help: &str) -> Box<DocumentError> {
    Box::new(error(code, message, Some(span), help))
}

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let (text, start, limits) = (feed.text(), feed.start(), *feed.limits());
    if u32::try_from(text.len()).is_err() {
        let help = "split the document: elements may refer to each other across documents";
        return Err(Box::new(error("too-large", "an SPDX 3 document of 4 GiB or more is not read", None, help)));
    }
    let json = |at: usize, depth: u32| Json::resumed(text, 0, at, depth, limits.depth);

    let mut nobody = Nobody;
    let mut scribe = Scribe::new(json(start, 0), &mut nobody, Progress::default(), Newest::default());
    let mut scan = Scan::new(Context::default());
    let top = document(&mut scribe, &mut scan)?;
    // A prefix that only the document's `namespaceMap` defines changes identifiers that were read before: rare, and worth another pass.
    let mut context = std::mem::take(&mut scan.context);
    let mut added = false;
    for at in std::mem::take(&mut scan.namespaces) {
        scribe.json = json(at, 0);
        added |= namespaces(&mut scribe, &mut context)?;
    }
    scan.context = context;
    if added || !top.scanned {
        scan = Scan::new(std::mem::take(&mut scan.context));
        match top.graph {
            Some(at) => scan.value(&mut json(at, 1), Under::Graph)?,
            None => scan.value(&mut json(start, 0), Under::Document)?,
        }
    }
    let scan = scan.finish(limits.subjects)?;

    let mut budget = Budget::new(text.len());
    let known = gather::gather(json(start, 0), &scan.table, &scan.context, &mut budget)?;
    let version = version(scan.context.version.as_deref().or(scan.version.as_deref()), scan.context.span)?;
    let told = tell::tell(json(start, 0), &scan.table, &scan.context, &known, &mut budget, listener)?;
    if version.newer {
        let message = format!("SPDX {} is newer than the versions known (3.0.1); members that it adds were not read", version.text);
        listener.note(Note { code: "newer-version", message, span: scan.context.span });
    }
    if scan.nulls > 0 {
        let message = format!("`null` in place of an element of the graph ({} in all)", scan.nulls);
        listener.note(Note { code: "null-element", message, span: scan.first_null });
    }
    if told.unresolved > 0 {
        let message = format!("{} makers are referred to and not described in this document", told.unresolved);
        listener.note(Note { code: "dangling-reference", message, span: told.first_unresolved });
    }
    let Progress { subjects, listed, mut about, .. } = told.progress;
    if listed == 0 && memchr::memmem::find(text.as_bytes(), b"security_Vuln").is_some() {
        about.vulnerabilities = 1;
    }
    Ok(Document {
        format: Format::Spdx,
        version: version.text,
        encoding: READER.encoding,
        subjects,
        listed,
        about,
        identity: told.identity,
    })
}

/// What the outermost object holds.
struct Top {
    /// Where the value of `@graph` is.
    graph: Option<usize>,
    /// Whether the elements were scanned on the way, as they can be when the context comes first.
    scanned: bool,
}

/// Reads the outermost object: the context, and the graph or the one element that the document is.
fn document<'t>(scribe: &mut Scribe<'t, '_>, scan: &mut Scan<'t>) -> Result<Top> {
    let mut top = Top { graph: None, scanned: false };
    let mut has_context = false;
    // The first member that belongs to an element, and the first that is not known and holds more than a word.
    let (mut element, mut unread): (Option<Span>, Option<Span>) = (None, None);
    let mut walk = scribe.json.object()?;
    while let Some(key) = scribe.json.key(&mut walk)? {
        let word = key.value();
        match word.as_ref() {
            "@context" | "@graph" if if word == "@graph" { top.graph.is_some() } else { has_context } => {
                let help = "keep one of the two: readers disagree about which of them counts";
                return Err(refuse("duplicate-key", &format!("the document has two members `{word}`"), key.span(), help));
            }
            "@context" => {
                has_context = true;
                scan.context = Context::read(scribe)?;
                // What was scanned before did not know it.
                top.scanned = false;
            }
            "@graph" => {
                scribe.json.peek()?;
                top.graph = Some(scribe.json.at());
                if has_context {
                    scan.value(&mut scribe.json, Under::Graph)?;
                    top.scanned = true;
                } else {
                    scribe.json.skip()?;
                }
            }
            other => {
                if Member::of(&scribe.json, key).is_some() {
                    element.get_or_insert(key.span());
                } else if let Some(format) = terms::foreign_mark(other) {
                    let article = if format.starts_with("an ") { "" } else { "a document in " };
                    let message = format!(
                        "this is SPDX 3, and the member `{}` makes it {article}{format} too: two readers would see two documents",
                        crate::text::excerpt(other, 40)
                    );
                    return Err(refuse("two-formats", &message, key.span(), "pass each document as a file of its own"));
                } else {
                    terms::check_unread(other, &scan.context, false, key.span())?;
                    if matches!(scribe.json.peek()?, Next::Object | Next::Array) {
                        unread.get_or_insert(key.span());
                    }
                }
                scribe.json.skip()?;
            }
        }
    }
    scribe.json.end()?;
    if let (Some(_), Some(span)) = (top.graph, element.or(unread)) {
        let message = "this member is beside `@graph`: expected only `@context` and `@graph` in the outermost object";
        let help = "move it into the graph, or remove it: readers disagree about what it belongs to";
        return Err(refuse("beside-graph", message, span, help));
    }
    if top.graph.is_none() {
        // One element without a graph, or nothing at all.
        top.scanned = false;
    }
    Ok(top)
}

/// Takes in the prefixes of a `namespaceMap`, which is up next. Tells whether one of them is new.
fn namespaces(scribe: &mut Scribe<'_, '_>, context: &mut Context) -> Result<bool> {
    let mut added = false;
    scribe.each_or_one("namespaceMap", |scribe| {
        if !scribe.skip_unless(Next::Object)? {
            return Ok(());
        }
        let (mut prefix, mut namespace) = (None, None);
        let mut walk = scribe.json.object()?;
        while let Some(key) = scribe.json.key(&mut walk)? {
            match (Member::of(&scribe.json, key), scribe.json.peek()?) {
                (Some(Member::Prefix), Next::String) => prefix = Some(scribe.json.string()?.value()),
                (Some(Member::Namespace), Next::String) => namespace = Some(scribe.json.string()?.value()),
                _ => drop(scribe.json.skip()?),
            }
        }
        if let (Some(prefix), Some(namespace)) = (prefix, namespace) {
            added |= context.add_namespace(&prefix, &namespace);
        }
        Ok(())
    })?;
    Ok(added)
}

struct Version {
    text: String,
    newer: bool,
}

fn version(declared: Option<&str>, context: Option<Span>) -> Result<Version> {
    let help = "write it as SPDX 3.0.1";
    let Some(declared) = declared.filter(|version| !version.is_empty()) else {
        let message = "nothing in this document says which version of SPDX 3 it is";
        return Err(Box::new(error("unknown-version", message, context, help)));
    };
    let text = crate::text::excerpt(declared, 40).into_owned();
    if READER.versions.contains(&declared) {
        return Ok(Version { text, newer: false });
    }
    if declared.starts_with("3.") && declared[2..].starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(Version { text, newer: true });
    }
    let message = format!("SPDX `{text}` is not a version that is known for a document of this shape");
    Err(Box::new(error("unknown-version", &message, context, help)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes of the text the steps after the scan read.
    fn work(text: &str) -> usize {
        let json = |at: usize| Json::resumed(text, 0, at, 0, 1024);
        let mut nobody = Nobody;
        let mut scribe = Scribe::new(json(0), &mut nobody, Progress::default(), Newest::default());
        let mut scan = Scan::new(Context::default());
        document(&mut scribe, &mut scan).unwrap();
        let scan = scan.finish(u32::MAX).unwrap();
        let mut budget = Budget::new(text.len());
        let known = gather::gather(json(0), &scan.table, &scan.context, &mut budget).unwrap();
        tell::tell(json(0), &scan.table, &scan.context, &known, &mut budget, &mut Nobody).unwrap().work
    }

    fn graph(elements: &str) -> String {
        format!(r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{elements}]}}"#)
    }

    /// Every byte is read once, however deep the elements are nested: in the members that are read, and in those that are passed over.
    #[test]
    fn the_cost_of_nesting_is_the_size_of_the_text() {
        let payload = format!("[{}1]", "1,".repeat(50_000));
        let shapes = [
            (r#"{"type":"Relationship","relationshipType":"contains","from":"urn:a","to":["#, "]}"),
            (r#"{"type":"software_Package","name":"x","z":{"y":["#, "]}}"),
            (r#"{"type":"software_Package","name":"x","externalIdentifier":[{"identifier":"x","z":"#, "}]}"),
            (r#"{"type":"Organization","name":"x","z":"#, "}"),
            (r#"{"type":"software_Package","name":"x","suppliedBy":{"type":"Organization","name":"y","z":"#, "}}"),
            (r#"{"type":"Annotation","statement":"x","subject":"#, "}"),
            (r#"{"type":"software_Sbom","rootElement":["#, "]}"),
        ];
        for (open, close) in shapes {
            for depth in [1, 10, 100] {
                let innermost = format!(r#"{{"type":"software_Package","name":"x","z":{payload}}}"#);
                let text = graph(&format!("{}{innermost}{}", open.repeat(depth), close.repeat(depth)));
                let work = work(&text);
                assert!(work <= 2 * text.len(), "{open} {depth} deep: {work} bytes were read of {}", text.len());
            }
        }
    }

    /// The same for parts that are shared: they are read once, and what they say is repeated within a budget.
    #[test]
    fn the_cost_of_sharing_is_the_size_of_the_text() {
        let count = 2000;
        let package =
            r#"{"type":"software_Package","name":"x","suppliedBy":"urn:k","externalIdentifier":"urn:i","verifiedUsing":["urn:h"]},"#;
        let text = graph(&format!(
            r#"{}{{"type":"Organization","spdxId":"urn:k","name":"y","z":"{1}"}},{{"type":"ExternalIdentifier","@id":"urn:i","identifier":"x","z":"{1}"}}"#,
            package.repeat(count),
            "x".repeat(100_000)
        ));
        assert!(work(&text) <= 2 * text.len());
    }
}
