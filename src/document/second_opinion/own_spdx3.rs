//! Our own second reader of SPDX 3 JSON-LD: without any code of the main reader.
//!
//! It reads the canonical form, in which members have the short names of SPDX's own context. Where a document uses other names or
//! abbreviates identifiers, it has no opinion.

use std::collections::{HashMap, HashSet};

use super::tree::Tree;
use super::{Refusal, Sketch};
use crate::inventory::names_nobody;
use crate::source::Span;

type Result<T> = std::result::Result<T, Refusal>;

/// What an element is, by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Agent,
    Part,
    Tool,
    /// Known to be no part of the product.
    Other,
    Unknown,
}

fn class(object: &Tree<'_>) -> Result<Class> {
    let mut found = Class::Unknown;
    for key in ["type", "@type"] {
        for word in object.get(key)?.one_or_many() {
            let class = word.text("type")?.map_or(Class::Unknown, class_of);
            match (found, class) {
                (_, Class::Unknown) => {}
                (Class::Unknown, _) => found = class,
                _ if found == class => {}
                _ => return Err(Refusal::Ambiguous("an element has two types".into())),
            }
        }
    }
    Ok(found)
}

fn class_of(word: &str) -> Class {
    let short;
    let word = match word.split_once("/terms/") {
        Some((_, path)) => {
            let (profile, name) = path.split_once('/').unwrap_or(("Core", path));
            short = if profile == "Core" { name.to_owned() } else { format!("{}_{name}", profile.to_ascii_lowercase()) };
            short.as_str()
        }
        None => word.strip_prefix("spdx:").unwrap_or(word),
    };
    match word {
        "Organization" | "Person" | "SoftwareAgent" | "Agent" => Class::Agent,
        "software_Package"
        | "software_SoftwareArtifact"
        | "software_File"
        | "software_Snippet"
        | "ai_AIPackage"
        | "dataset_DatasetPackage" => Class::Part,
        "Tool" => Class::Tool,
        "Relationship"
        | "LifecycleScopedRelationship"
        | "SpdxDocument"
        | "software_Sbom"
        | "Bom"
        | "Bundle"
        | "CreationInfo"
        | "Annotation"
        | "License"
        | "ListedLicense"
        | "IndividualElement"
        | "NoAssertionElement"
        | "NoneElement"
        | "build_Build"
        | "Hash"
        | "ExternalIdentifier"
        | "ExternalRef"
        | "ExternalMap"
        | "NamespaceMap"
        | "PackageVerificationCode"
        | "DictionaryEntry"
        | "PositiveIntegerRange"
        | "IntegrityMethod" => Class::Other,
        other => {
            let profile = ["simplelicensing_", "expandedlicensing_", "security_", "extension_"];
            if profile.iter().any(|profile| other.starts_with(profile)) { Class::Other } else { Class::Unknown }
        }
    }
}

/// What is known before the parts are read.
#[derive(Default)]
struct Known<'t> {
    agents: HashMap<&'t str, Vec<&'t str>>,
    /// Who provides a thing, by relationships of the type `availableFrom`.
    providers: HashMap<&'t str, Vec<&'t Tree<'t>>>,
}

pub(super) fn read(text: &str) -> Result<Sketch> {
    let document = Tree::parse(text)?;
    let mut sketch = Sketch::default();
    document.without(&["bomFormat", "components", "spdxVersion", "packages"])?;
    for context in document.get("@context")?.one_or_many() {
        if let Tree::Object(_) = context {
            return Err(Refusal::Unknown("a context of its own"));
        }
    }
    let graph = document.get("@graph")?;
    let elements = if graph.is_null() { std::slice::from_ref(&document) } else { graph.one_or_many() };
    let mut known = Known::default();
    for element in elements {
        gather(element, &mut known)?;
    }
    for element in elements {
        walk(element, true, &known, &mut sketch)?;
    }
    Ok(sketch)
}

fn identifier<'t>(object: &'t Tree<'_>) -> Result<Option<&'t str>> {
    Ok(object.get("spdxId")?.text("spdxId")?.or(object.get("@id")?.text("@id")?))
}

/// Agents and providers, wherever in the document they are.
fn gather<'t>(value: &'t Tree<'t>, known: &mut Known<'t>) -> Result<()> {
    match value {
        Tree::List(elements) => elements.iter().try_for_each(|element| gather(element, known)),
        Tree::Object(members) => {
            if members.iter().any(|(key, _)| key.contains(':')) {
                return Err(Refusal::Unknown("members that are written as IRIs"));
            }
            if class(value)? == Class::Agent
                && let Some(id) = identifier(value)?
            {
                statements(value, known.agents.entry(id).or_default())?;
            }
            if let Tree::Text(kind) = value.get("relationshipType")?
                && kind.rsplit('/').next() == Some("availableFrom")
            {
                let from = match value.get("from")? {
                    Tree::Text(from) => Some(from.as_ref()),
                    from => identifier(from)?,
                };
                if let Some(from) = from {
                    known.providers.entry(from).or_default().extend(value.get("to")?.one_or_many());
                }
            }
            members.iter().try_for_each(|(_, member)| gather(member, known))
        }
        _ => Ok(()),
    }
}

/// What is said of an agent.
fn statements<'t>(agent: &'t Tree<'_>, into: &mut Vec<&'t str>) -> Result<()> {
    for key in ["name", "description", "comment"] {
        into.extend(agent.get(key)?.text(key)?);
    }
    identifiers(agent, into)?;
    references(agent, into)
}

fn identifiers<'t>(owner: &'t Tree<'_>, into: &mut Vec<&'t str>) -> Result<()> {
    for key in ["externalIdentifier", "externalIdentifiers"] {
        for each in owner.get(key)?.one_or_many() {
            each.object(key)?;
            for text in ["issuingAuthority", "comment"] {
                into.extend(each.get(text)?.text(text)?);
            }
            for locator in each.get("identifierLocator")?.one_or_many() {
                into.extend(locator.text("identifierLocator")?);
            }
            let kind = each.get("externalIdentifierType")?.text("externalIdentifierType")?.unwrap_or_default();
            let Some(identifier) = each.get("identifier")?.text("identifier")? else { continue };
            // These say nothing of a vendor or product, unless they are really another identifier.
            let scheme = |scheme: &str| identifier.trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
            if !matches!(kind, "gitoid" | "swhid" | "cve") || scheme("pkg:") || scheme("cpe:") {
                into.push(identifier);
            }
        }
    }
    Ok(())
}

fn references<'t>(owner: &'t Tree<'_>, into: &mut Vec<&'t str>) -> Result<()> {
    for each in owner.get("externalRef")?.one_or_many() {
        each.object("externalRef")?;
        into.extend(each.get("comment")?.text("comment")?);
        for locator in each.get("locator")?.one_or_many() {
            into.extend(locator.text("locator")?);
        }
    }
    Ok(())
}

/// The parts of the product, also those within other elements. An element of the graph of unknown type is one of them.
fn walk(value: &Tree<'_>, element: bool, known: &Known<'_>, sketch: &mut Sketch) -> Result<()> {
    match value {
        Tree::List(elements) => elements.iter().try_for_each(|inner| walk(inner, element, known, sketch)),
        Tree::Object(members) => {
            match class(value)? {
                Class::Part => part(value, false, known, sketch)?,
                Class::Tool => part(value, true, known, sketch)?,
                Class::Unknown if element => part(value, false, known, sketch)?,
                _ => {}
            }
            members.iter().try_for_each(|(key, member)| {
                let element = matches!(key.as_ref(), "from" | "to" | "rootElement" | "element") && !value.get("type")?.is_null();
                walk(member, element, known, sketch)
            })
        }
        _ => Ok(()),
    }
}

fn part(object: &Tree<'_>, tool: bool, known: &Known<'_>, sketch: &mut Sketch) -> Result<()> {
    let reference = identifier(object)?;
    let name = object.get("name")?.text("name")?;
    let version = object.get("software_packageVersion")?.text("software_packageVersion")?;
    let mut fields: Vec<(&'static str, &str)> = Vec::new();
    const TEXTS: [&str; 7] =
        ["name", "software_packageUrl", "software_downloadLocation", "software_homePage", "summary", "description", "comment"];
    for field in TEXTS {
        fields.extend(object.get(field)?.text(field)?.map(|text| (field, text)));
    }
    for field in ["suppliedBy", "originatedBy"] {
        parties(field, object.get(field)?.one_or_many().iter(), known, &mut fields)?;
    }
    if let Some(providers) = reference.and_then(|reference| known.providers.get(reference)) {
        parties("availableFrom", providers.iter().copied(), known, &mut fields)?;
    }
    let mut texts = Vec::new();
    identifiers(object, &mut texts)?;
    fields.extend(texts.drain(..).map(|text| ("externalIdentifier", text)));
    references(object, &mut texts)?;
    fields.extend(texts.drain(..).map(|text| ("externalRef", text)));
    for method in object.get("verifiedUsing")?.one_or_many() {
        fields.extend(method.get("hashValue")?.text("hashValue")?.map(|text| ("verifiedUsing", text)));
    }
    let part = sketch.part(tool, reference, name.unwrap_or_default(), version, Span::default());
    for (field, text) in fields {
        part.add(field, text);
    }
    Ok(())
}

/// Agents by reference or described on the spot.
fn parties<'t>(
    field: &'static str,
    agents: impl Iterator<Item = &'t Tree<'t>>,
    known: &Known<'t>,
    fields: &mut Vec<(&'static str, &'t str)>,
) -> Result<()> {
    let mut seen = HashSet::new();
    for agent in agents {
        let mut said = Vec::new();
        let id = match agent {
            Tree::Text(id) => Some(id.as_ref()),
            object => {
                if !object.object(field)? {
                    continue;
                }
                statements(object, &mut said)?;
                identifier(object)?
            }
        };
        if let Some(id) = id
            && seen.insert(id)
        {
            match known.agents.get(id) {
                Some(described) => said.extend(described),
                None if said.is_empty() && !is_nobody(id) => said.push(id),
                None => {}
            }
        }
        fields.extend(said.into_iter().map(|text| (field, text)));
    }
    Ok(())
}

/// The individuals by which SPDX 3 says that there is nobody, or that nobody knows.
fn is_nobody(id: &str) -> bool {
    let last = id.rsplit(['/', '#', ':']).next().unwrap_or_default();
    names_nobody(id) || matches!(last, "NoAssertion" | "NoAssertionElement" | "None" | "NoneElement" | "SpdxOrganization")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(graph: &str, id: &str, field: &str) -> String {
        let text = format!(r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":{graph}}}"#);
        let sketch = read(&text).unwrap();
        let words = sketch.parts.get(id).map(|part| part.said(field).collect::<std::collections::BTreeSet<_>>());
        words.map_or(String::new(), |words| words.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn agents_are_found_wherever_they_are_described() {
        let package = |supplier: &str| format!(r#"{{"type":"software_Package","spdxId":"urn:a","name":"a","suppliedBy":{supplier}}}"#);
        let agent = r#"{"type":"Organization","spdxId":"urn:o/None","name":"Acme Corp"}"#;
        let table = [
            format!("[{agent},{}]", package("\"urn:o/None\"")),
            format!("[{},{agent}]", package("[\"urn:o/None\"]")),
            format!("[{agent},{}]", package(r#"{"@id":"urn:o/None"}"#)),
            format!("[{}]", package(agent)),
            format!(r#"[{},{{"type":"Annotation","subject":{agent}}}]"#, package("\"urn:o/None\"")),
            format!(r#"[{{"type":"Annotation","subject":{}}},{agent}]"#, package("\"urn:o/None\"")),
        ];
        for graph in table {
            assert_eq!(words(&graph, "urn:a", "suppliedBy"), "Acme Corp", "{graph}");
        }
        assert_eq!(words(&format!("[{}]", package("\"urn:nobody/NoAssertion\"")), "urn:a", "suppliedBy"), "");
    }

    #[test]
    fn what_is_not_canonical_gets_no_opinion() {
        for text in [
            r#"{"@context":[{"ex":"https://ex.org/"}],"@graph":[]}"#,
            r#"{"@graph":[{"type":"software_Package","https://spdx.org/rdf/3.0.1/terms/Software/packageUrl":"pkg:npm/a"}]}"#,
        ] {
            assert!(matches!(read(text), Err(Refusal::Unknown(_))), "{text}");
        }
    }
}
