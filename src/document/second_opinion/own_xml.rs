//! XML for our own second readers: the elements are brought into the shape of the JSON and read by [`super::own_cyclonedx`] or
//! [`super::own_spdx`].
//!
//! Elements count by their local name, whatever their namespace: so do readers such as Go's `encoding/xml` without namespaces in its
//! tags, and the main reader has to agree with them.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::tree::Tree;
use super::{Refusal, Sketch, own_cyclonedx, own_spdx};

type Result<T> = std::result::Result<T, Refusal>;

/// How deep elements may be nested: the conversion descends as deep.
const DEPTH_MAX: usize = 1024;

struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    /// The text before and between the children.
    text: String,
}

pub(super) fn read_cyclonedx(text: &str) -> Result<Sketch> {
    let root = parse(text)?;
    if root.name != "bom" {
        return Err(Refusal::Unreadable("the root element is not `bom`".into()));
    }
    own_cyclonedx::sketch(&object(root))
}

/// SPDX 2 has an element for each element of a list, and no other difference from the JSON.
pub(super) fn read_spdx(text: &str) -> Result<Sketch> {
    own_spdx::sketch(&spdx(parse(text)?))
}

/// The lists that are read; all others may be objects or lists.
const SPDX_LISTS: [&str; 7] = ["packages", "files", "snippets", "creators", "externalRefs", "checksums", "documentDescribes"];

fn spdx(node: Node) -> Tree<'static> {
    if node.children.is_empty() {
        return Tree::Text(node.text.into());
    }
    let mut members: Vec<(Cow<'static, str>, Tree<'static>)> = Vec::new();
    if !node.text.trim().is_empty() {
        // It would be dropped: no reader of text sees the same.
        members.push(("text".into(), Tree::Text(node.text.into())));
    }
    for child in node.children {
        let name = child.name.clone();
        let list = SPDX_LISTS.contains(&name.as_str());
        let before = if list { members.iter_mut().find(|(key, _)| *key == name) } else { None };
        match (before, spdx(child)) {
            (Some((_, Tree::List(elements))), value) => elements.push(value),
            (_, value) if list => members.push((name.into(), Tree::List(vec![value]))),
            (_, value) => members.push((name.into(), value)),
        }
    }
    Tree::Object(members)
}

fn parse(text: &str) -> Result<Node> {
    let broken = |_| Refusal::Unreadable("invalid XML".into());
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(broken)?;
        let closed = match event {
            Event::Start(tag) => {
                if open.len() >= DEPTH_MAX {
                    return Err(Refusal::Unreadable(format!("nesting deeper than {DEPTH_MAX} elements").into()));
                }
                open.push(node(&tag)?);
                continue;
            }
            Event::Empty(tag) => node(&tag)?,
            Event::End(_) => open.pop().ok_or_else(|| Refusal::Unreadable("invalid XML".into()))?,
            Event::Text(text) => {
                let text = std::str::from_utf8(&text).map_err(|_| Refusal::Unreadable("text that is no UTF-8".into()))?;
                add_text(&mut open, text)?;
                continue;
            }
            Event::CData(text) => {
                let text = std::str::from_utf8(&text).map_err(|_| Refusal::Unreadable("text that is no UTF-8".into()))?;
                add_text(&mut open, text)?;
                continue;
            }
            Event::GeneralRef(reference) => {
                add_text(&mut open, resolved(&reference)?.encode_utf8(&mut [0; 4]))?;
                continue;
            }
            Event::DocType(_) => return Err(Refusal::Unreadable("a document type declaration, which may define entities".into())),
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None if root.is_some() => return Err(Refusal::Unreadable("more than one root element".into())),
            None => root = Some(closed),
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| Refusal::Unreadable("the XML ends too early".into()))
}

fn add_text(open: &mut [Node], text: &str) -> Result<()> {
    match open.last_mut() {
        Some(node) => node.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Refusal::Unreadable("text outside of the root element".into())),
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<char> {
    let unknown = || Refusal::Unreadable("an entity that is not predefined".into());
    if let Some(character) = reference.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(character);
    }
    match &**reference {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(unknown()),
    }
}

fn node(tag: &BytesStart<'_>) -> Result<Node> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Refusal::Unreadable("an attribute that is malformed or occurs twice".into()))?;
        // Namespaces and attributes of other vocabularies.
        if attribute.key.prefix().is_some() || attribute.key.as_ref() == b"xmlns" {
            continue;
        }
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|_| Refusal::Unreadable("an attribute with an entity that is not predefined".into()))?;
        attributes.push((name(attribute.key.as_ref()), value.into_owned()));
    }
    Ok(Node { name: name(tag.local_name().as_ref()), attributes, children: Vec::new(), text: String::new() })
}

/// The lists of the format, and what their elements are called. Other elements with elements in them are objects.
const LISTS: [(&str, &str); 17] = [
    ("components", "component"),
    ("services", "service"),
    ("hashes", "hash"),
    ("externalReferences", "reference"),
    ("authors", "author"),
    ("ancestors", "component"),
    ("descendants", "component"),
    ("variants", "component"),
    ("endpoints", "endpoint"),
    ("vulnerabilities", "vulnerability"),
    ("affects", "target"),
    ("annotations", "annotation"),
    ("formulation", "formula"),
    ("dependencies", "dependency"),
    ("compositions", "composition"),
    ("assemblies", "assembly"),
    ("methods", "method"),
];

/// Members of which an object may have several, one element each.
const MANY: [&str; 5] = ["contact", "identity", "dependency", "provides", "assembly"];

/// Organizations, which may have several addresses; everything else has one.
const ORGANIZATIONS: [&str; 5] = ["supplier", "manufacturer", "manufacture", "provider", "organization"];

fn object(node: Node) -> Tree<'static> {
    let mut members: Vec<(Cow<'static, str>, Tree<'static>)> = Vec::new();
    let organization = ORGANIZATIONS.contains(&node.name.as_str());
    for (name, value) in node.attributes {
        members.push((name.into(), Tree::Text(value.into())));
    }
    if !node.text.trim().is_empty() {
        members.push(("content".into(), Tree::Text(node.text.into())));
    }
    for child in node.children {
        // JSON says `dependsOn` for the dependencies in a dependency.
        let name = if child.name == "dependency" { "dependsOn".to_owned() } else { child.name.clone() };
        let many = MANY.contains(&child.name.as_str()) || (organization && child.name == "url");
        let value = value(child);
        let before = if many { members.iter_mut().find(|(key, _)| *key == name) } else { None };
        match before {
            Some((_, Tree::List(list))) => list.push(value),
            _ if many => members.push((name.into(), Tree::List(vec![value]))),
            _ => members.push((name.into(), value)),
        }
    }
    Tree::Object(members)
}

fn value(node: Node) -> Tree<'static> {
    if let Some((_, item)) = LISTS.iter().find(|(list, _)| *list == node.name) {
        let wanted = node.children.into_iter().filter(|child| child.name == *item);
        return Tree::List(wanted.map(element).collect());
    }
    match node.name.as_str() {
        "tools" if node.children.iter().any(|child| child.name == "tool") => {
            let wanted = node.children.into_iter().filter(|child| child.name == "tool");
            Tree::List(wanted.map(object).collect())
        }
        "tools" => object(node),
        "licenses" => {
            let wanted = node.children.into_iter().filter(|child| matches!(child.name.as_str(), "license" | "expression-detailed"));
            Tree::List(wanted.map(|child| Tree::Object(vec![("license".into(), object(child))])).collect())
        }
        // A reference of the graph.
        "dependency" | "provides" | "assembly" => reference(node),
        "component" | "service" | "swid" => object(node),
        _ if node.children.is_empty() => Tree::Text(node.text.into()),
        _ => object(node),
    }
}

/// An element of a list.
fn element(node: Node) -> Tree<'static> {
    match node.name.as_str() {
        "endpoint" if node.children.is_empty() => Tree::Text(node.text.into()),
        "assembly" => reference(node),
        _ => object(node),
    }
}

fn reference(node: Node) -> Tree<'static> {
    let reference = node.attributes.into_iter().find(|(name, _)| name == "ref");
    reference.map_or(Tree::Null, |(_, value)| Tree::Text(value.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_take_the_shape_of_the_json() {
        let text = r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
            <component type="library" bom-ref="a"><supplier><name>A &amp; B</name><url>https://a.org</url><url>https://b.org</url>
            <contact><email>x@a.org</email></contact></supplier><name>n</name><hashes><hash alg="MD5">abc</hash></hashes>
            <licenses><license><licensing><licensor><organization><name>L</name></organization></licensor></licensing></license></licenses>
            <components><component><name>inner</name></component></components></component></components>
            <dependencies><dependency ref="a"><dependency ref="b"/><dependency ref="c"/></dependency></dependencies></bom>"#;
        let sketch = read_cyclonedx(text).unwrap();
        let words = |field: &str| sketch.parts["a"].said(field).collect::<Vec<_>>().join(" ");
        assert_eq!(words("supplier"), "A & B https://a.org https://b.org x@a.org");
        assert_eq!(words("licensing.licensor"), "L");
        assert_eq!(words("hashes"), "abc");
        assert!(sketch.parts.contains_key("inner@"));
        assert_eq!(sketch.mentioned.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn what_readers_resolve_differently_is_refused() {
        let component = |inner: &str| format!("<bom><components><component>{inner}</component></components></bom>");
        for (inner, expected) in [
            ("<name>a</name>", true),
            ("<name>a<e/>b</name>", false),
            ("<name>a</name><name>b</name>", false),
            ("<Name>a</Name>", false),
            ("<name>&evil;</name>", false),
            ("<name>a</name><purl>pkg:npm/a</purl><purl xmlns='urn:x'>pkg:npm/b</purl>", false),
        ] {
            assert_eq!(read_cyclonedx(&component(inner)).is_ok(), expected, "{inner}");
        }
        for text in ["", "<bom>", "<bom/><bom/>", "<!DOCTYPE bom><bom/>", "<a/>", &"<bom>".repeat(100_000)] {
            assert!(read_cyclonedx(text).is_err(), "{text:.30}");
        }
    }
}
