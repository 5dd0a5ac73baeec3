//! The reader for CycloneDX JSON, 1.0 to 1.7 (JSON exists from 1.2 on).
//!
//! Fields are read by presence, not by the declared version: a `manufacturer` in a document that says 1.5 is still a claim.
//! [`parts`] reads what components and services have in common.

mod parts;
mod properties;
mod prose;

use super::feed::Feed;
use super::json::Next;
use super::product::{Annotations, Product};
use super::recognise::{error, known_versions};
use super::scribe::{Declared, Result, Scribe, keys, pointers, with};
use super::units::Units;
use super::wrapping::WRAPPER_MEMBERS;
use super::{Document, DocumentError, Format, Reader};
use crate::inventory::{Kind, Listener, Node, Place, Role, Scope, Text};
use crate::source::Span;

pub(super) const READER: Reader = Reader {
    format: Format::CycloneDx,
    encoding: "json",
    versions: &["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"],
    by_parts: true,
    read,
    pointers,
};

keys!(BomKey, foreign: &FOREIGN, {
    SpecVersion = "specVersion",
    SerialNumber = "serialNumber",
    Version = "version",
    Metadata = "metadata",
    Components = "components",
    Services = "services",
    ExternalReferences = "externalReferences",
    Dependencies = "dependencies",
    Compositions = "compositions",
    Vulnerabilities = "vulnerabilities",
    Annotations = "annotations",
    Formulation = "formulation",
    Declarations = "declarations",
    Properties = "properties",
    BomFormat = "bomFormat",
    SpdxVersion = "spdxVersion",
    Packages = "packages",
});

/// Members of SPDX and of envelopes: what has them is another document to somebody else.
const FOREIGN: [&str; 18] = with(
    WRAPPER_MEMBERS,
    ["verificationMaterial", "Document", "attestations", "@graph", "SPDXID", "documentNamespace", "documentDescribes", "@context"],
);

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let annotations = if feed.is_whole() { prose::annotations(feed.text(), feed.start()) } else { Annotations::default() };
    let mut product = Product::new(listener, annotations);
    let read = read_all(feed, &mut product);
    product.finish();
    read
}

fn read_all(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let mut version = None;
    let (mut serial, mut revision) = (None, None);
    let whole = feed.is_whole();
    let mut units = Units::begin(feed, listener)?;
    while let Some(key) = units.key::<BomKey>()? {
        match key {
            BomKey::SerialNumber => serial = units.unit(unless_long)?,
            BomKey::Version => revision = units.unit(unless_long)?,
            BomKey::SpecVersion => version = Some(units.unit(spec_version)?),
            BomKey::Metadata => units.unit(metadata)?,
            BomKey::Components => {
                units.unit(|scribe| match scribe.json.peek()? {
                    Next::Null => Err(null_components(scribe)),
                    _ => Ok(()),
                })?;
                units.each("components", |scribe| component(scribe, None, Place::Part))?;
            }
            BomKey::Services => units.each("services", |scribe| service(scribe, None, Place::Part))?,
            BomKey::Dependencies => units.each("dependencies", dependency)?,
            BomKey::Compositions => units.each("compositions", composition)?,
            BomKey::Vulnerabilities => units.each("vulnerabilities", vulnerability)?,
            BomKey::Annotations => units.each("annotations", |scribe| prose::annotation(scribe, whole))?,
            BomKey::Formulation => units.each("formulation", formula)?,
            BomKey::Declarations => units.unit(declarations)?,
            BomKey::Properties => units.unit(|scribe| {
                let from = scribe.claims.len();
                parts::properties(scribe)?;
                scribe.of_product(from);
                Ok(())
            })?,
            // References of the document lead to other documents, not to vendors.
            BomKey::ExternalReferences => units.each("externalReferences", parts::reference_to_document)?,
            BomKey::BomFormat => units.unit(|scribe| scribe.json.skip().map(|_| ()).map_err(Into::into))?,
            BomKey::SpdxVersion | BomKey::Packages => return units.unit(|scribe| Err(scribe.two_formats("CycloneDX", "SPDX"))),
        }
    }
    units.end()?;
    let version = check_version(&mut units, version)?;
    Ok(Document { identity: bom_link(serial, revision), ..units.document(&version) })
}

/// A scalar in its own spelling; nothing for anything else, or for what is too long to be an identifier.
fn unless_long(scribe: &mut Scribe<'_, '_>) -> Result<Option<String>> {
    const LONGEST: usize = 200;
    let string = if scribe.json.peek()? == Next::String { Some(scribe.json.string()?) } else { None };
    let text = match string {
        Some(string) => string.value().into_owned(),
        None => {
            let span = scribe.json.skip()?;
            scribe.json.slice(span).to_owned()
        }
    };
    Ok(Some(text).filter(|text| text.len() <= LONGEST))
}

/// The BOM-Link of a document (CycloneDX 1.4 and later): its serial number and its version, which is 1 unless it says otherwise.
fn bom_link(serial: Option<String>, version: Option<String>) -> Option<String> {
    let serial = serial?;
    let uuid = serial.strip_prefix("urn:uuid:").unwrap_or(&serial);
    Some(format!("urn:cdx:{uuid}/{}", version.as_deref().unwrap_or("1")))
}

fn null_components(scribe: &mut Scribe<'_, '_>) -> Box<DocumentError> {
    let span = match scribe.json.skip() {
        Ok(span) => span,
        Err(error) => return error.into(),
    };
    let help = "generate the SBOM again: a list that its generator did not fill says nothing about the product";
    Box::new(error("null-components", "`components` is null: expected a list of components", Some(span), help))
}

/// `specVersion` is a string; some writers make it a number.
fn spec_version(scribe: &mut Scribe<'_, '_>) -> Result<Declared> {
    if scribe.json.peek()? == Next::Number {
        let from = scribe.json.at();
        let span = scribe.json.skip()?;
        let value = scribe.json.slice(span);
        // At the end of what is at hand the number may go on, and the note would not be written again.
        if !scribe.json.is_at_end() {
            scribe.note("version-number", "`specVersion` is a number; it has to be a string".to_owned(), Some(Span::new(from, span.end)));
        }
        return Ok(Declared { value: value.to_owned(), span });
    }
    Ok(scribe.text("specVersion")?.map(Declared::from).unwrap_or_default())
}

fn check_version(units: &mut Units<'_, '_, '_>, version: Option<Declared>) -> Result<String> {
    let known = known_versions(Format::CycloneDx);
    let help = format!("write it as CycloneDX {known}");
    let Some(version) = version.filter(|version| !version.value.is_empty()) else {
        return Err(Box::new(error("unknown-version", "this CycloneDX document has no `specVersion`", None, &help)));
    };
    let declared = version.value.as_str();
    if let Some(minor) = declared.strip_prefix("1.").and_then(|minor| minor.parse().ok()) {
        units.check_shape(minor);
    }
    if units.reader().versions.contains(&declared) {
        return Ok(declared.to_owned());
    }
    let shown = crate::text::excerpt(declared, 40).into_owned();
    let minor = declared.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    match minor {
        Some(minor @ 0..=1) => {
            let message = format!("CycloneDX 1.{minor} has no such form; it was read as the later versions are");
            units.note("old-version", message, Some(version.span));
            Ok(shown)
        }
        Some(_) => {
            let message = format!("CycloneDX {shown} is newer than the versions known ({known}); fields that it adds were not read");
            units.note("newer-version", message, Some(version.span));
            Ok(shown)
        }
        None => {
            let message = format!("CycloneDX `{shown}` is not a version that is known");
            Err(Box::new(error("unknown-version", &message, Some(version.span), &help)))
        }
    }
}

keys!(MetadataKey {
    Component = "component",
    Supplier = "supplier",
    Manufacture = "manufacture",
    Licenses = "licenses",
    Tools = "tools",
    Manufacturer = "manufacturer",
    Authors = "authors",
    Properties = "properties",
});

/// `metadata.supplier` and `metadata.manufacture` name the maker of the described component, so they become claims of that subject,
/// in whatever order the keys stand. `metadata.manufacturer` and `authors` speak of
/// the document and are no claims. `metadata.properties` holds what generators know of the described component, such as the labels of an image.
fn metadata(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let start = scribe.json.clone();
    let stack = scribe.claims.len();
    let mut described = false;
    let mut properties = Vec::new();
    if let Some(mut members) = scribe.object("metadata")? {
        while let Some(key) = scribe.key::<MetadataKey>(&mut members)? {
            match key {
                MetadataKey::Supplier => parts::entity(scribe, "metadata.supplier", Role::Party)?,
                MetadataKey::Manufacture => parts::entity(scribe, "metadata.manufacture", Role::Party)?,
                MetadataKey::Licenses => parts::licenses(scribe)?,
                MetadataKey::Component => {
                    described = scribe.json.peek()? != Next::Null;
                    scribe.json.skip()?;
                }
                MetadataKey::Tools => drop(scribe.json.skip()?),
                MetadataKey::Manufacturer => {
                    scribe.since(6, "metadata.manufacturer");
                    authors(scribe)?;
                }
                MetadataKey::Authors => authors(scribe)?,
                MetadataKey::Properties => {
                    let from = scribe.claims.len();
                    parts::properties(scribe)?;
                    properties = scribe.claims.split_off(from);
                }
            }
        }
    }
    for claim in scribe.claims[stack..].iter().filter(|claim| claim.role == Role::Party).map(|claim| claim.text.clone()).collect::<Vec<_>>()
    {
        // Who supplies the described component mostly had the document made.
        scribe.author(&claim);
    }
    // The licences here are the document's own: of them only who licenses it says something about the product.
    let mut own = scribe.claims.split_off(stack);
    own.retain(|claim| claim.role.names_maker());
    let (named, further): (Vec<_>, Vec<_>) = properties.into_iter().partition(|claim| described || claim.role.names_maker());
    own.extend(named);
    if !further.is_empty() {
        scribe.claims.extend(further);
        scribe.of_product(stack);
    }
    let end = std::mem::replace(&mut scribe.json, start);
    if !described && !own.is_empty() {
        // Somebody is named for a product that is not: the claims must not get lost with it.
        let mut draft = scribe.open(Place::Root, Kind::Unknown);
        draft.subject.span = Span::new(own[0].span.start, own[0].span.end);
        scribe.claims.extend(own.iter().cloned());
        scribe.close(draft);
    }
    if let Some(mut members) = scribe.object("metadata")? {
        while let Some(key) = scribe.key::<MetadataKey>(&mut members)? {
            match key {
                MetadataKey::Component => component_with(scribe, None, Place::Root, own.clone())?,
                MetadataKey::Tools => tools(scribe)?,
                _ => drop(scribe.json.skip()?),
            }
        }
    }
    debug_assert_eq!(scribe.json.at(), end.at());
    Ok(())
}

/// Who wrote the document. What cannot be understood of it is passed over: no maker depends on it.
fn authors(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let stack = scribe.claims.len();
    let start = scribe.json.clone();
    if scribe.each_or_one("metadata.authors", |scribe| parts::contact(scribe, "metadata.authors", Role::PersonEmail)).is_err() {
        scribe.json = start;
        scribe.json.skip()?;
    }
    let names = scribe.claims.drain(stack..).filter(|claim| matches!(claim.role, Role::Party | Role::Person)).map(|claim| claim.text);
    for name in names.collect::<Vec<_>>() {
        scribe.author(&name);
    }
    Ok(())
}

keys!(ToolsKey { Components = "components", Services = "services" });

/// Tools are a list up to 1.4, and an object of components and services from 1.5 on.
fn tools(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if scribe.json.peek()? == Next::Array {
        return scribe.each("tools", tool);
    }
    scribe.since(5, "tools.components");
    let Some(mut members) = scribe.object("tools")? else { return Ok(()) };
    while let Some(key) = scribe.key::<ToolsKey>(&mut members)? {
        match key {
            ToolsKey::Components => components(scribe, "tools.components", None, Place::Tool)?,
            ToolsKey::Services => services(scribe, "tools.services", None, Place::Tool)?,
        }
    }
    Ok(())
}

keys!(ToolKey {
    Vendor = "vendor",
    Supplier = "supplier",
    Manufacturer = "manufacturer",
    Publisher = "publisher",
    Author = "author",
    Group = "group",
    Purl = "purl",
    Cpe = "cpe",
    BomRef = "bom-ref",
    Name = "name",
    Version = "version",
    Hashes = "hashes",
    ExternalReferences = "externalReferences",
});

fn tool(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("tools[]")? else { return Ok(()) };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(Place::Tool, Kind::Tool);
    while let Some(key) = scribe.key::<ToolKey>(&mut members)? {
        match key {
            ToolKey::Vendor => {
                if let Some(vendor) = scribe.string("vendor")? {
                    scribe.maker("vendor", Role::Party, vendor);
                }
            }
            // The list has no room for these; who writes them there means them.
            ToolKey::Supplier => parts::entity(scribe, "supplier", Role::Party)?,
            ToolKey::Manufacturer => parts::entity(scribe, "manufacturer", Role::Party)?,
            ToolKey::Publisher => parts::publisher(scribe)?,
            ToolKey::Author => parts::author(scribe, "author")?,
            ToolKey::Group => draft.subject.group = scribe.kept("group", Role::Group)?,
            ToolKey::Purl => draft.subject.purl = scribe.kept("purl", Role::Purl)?,
            ToolKey::Cpe => scribe.claim("cpe", Role::Cpe)?,
            ToolKey::BomRef => draft.subject.reference = scribe.text("bom-ref")?,
            ToolKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            ToolKey::Version => draft.subject.version = parts::version(scribe)?,
            ToolKey::Hashes => parts::hashes(scribe)?,
            ToolKey::ExternalReferences => parts::external_references(scribe)?,
        }
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    scribe.close(draft);
    Ok(())
}

/// The components of a list, each in `parent`.
fn components(scribe: &mut Scribe<'_, '_>, what: &str, parent: Option<u32>, place: Place) -> Result<()> {
    scribe.each(what, |scribe| component(scribe, parent, place))
}

fn component(scribe: &mut Scribe<'_, '_>, parent: Option<u32>, place: Place) -> Result<()> {
    component_with(scribe, parent, place, Vec::new())
}

fn services(scribe: &mut Scribe<'_, '_>, what: &str, parent: Option<u32>, place: Place) -> Result<()> {
    scribe.each(what, |scribe| service(scribe, parent, place))
}

// The frequent ones come first: they are compared in this order.
keys!(ComponentKey {
    Name = "name",
    Version = "version",
    Purl = "purl",
    Type = "type",
    BomRef = "bom-ref",
    Group = "group",
    Licenses = "licenses",
    Hashes = "hashes",
    ExternalReferences = "externalReferences",
    Properties = "properties",
    Description = "description",
    Supplier = "supplier",
    Publisher = "publisher",
    Author = "author",
    Authors = "authors",
    Manufacturer = "manufacturer",
    Scope = "scope",
    Copyright = "copyright",
    Cpe = "cpe",
    Swid = "swid",
    Pedigree = "pedigree",
    Components = "components",
    Evidence = "evidence",
    Data = "data",
    ModelCard = "modelCard",
    CryptoProperties = "cryptoProperties",
    ReleaseNotes = "releaseNotes",
    Tags = "tags",
    Vendor = "vendor",
});

/// A component with `own` claims that were found outside it.
fn component_with<'a>(scribe: &mut Scribe<'a, '_>, parent: Option<u32>, place: Place, own: Vec<crate::inventory::Claim<'a>>) -> Result<()> {
    let Some(mut members) = scribe.object("a component")? else {
        let at = scribe.json.at();
        scribe.note("null-element", "a component in the list is `null`".to_owned(), Some(Span::new(at - 4, at)));
        return Ok(());
    };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(place, Kind::Unknown);
    let index = draft.subject.index;
    if let Some(parent) = parent {
        scribe.relate(Node::Subject(parent), Node::Subject(index));
    }
    scribe.claims.extend(own);
    while let Some(key) = scribe.key::<ComponentKey>(&mut members)? {
        match key {
            ComponentKey::Type => {
                if let Some(word) = scribe.string("type")? {
                    let known = Kind::WORDS.iter().find(|(known, _)| *known == word.value());
                    draft.subject.kind = known.map_or(Kind::Unknown, |(_, kind)| *kind);
                    draft.subject.kind_word = Some(word.raw());
                }
            }
            ComponentKey::BomRef => draft.subject.reference = scribe.text("bom-ref")?,
            ComponentKey::Supplier => parts::entity(scribe, "supplier", Role::Party)?,
            ComponentKey::Manufacturer => {
                scribe.since(6, "manufacturer");
                parts::entity(scribe, "manufacturer", Role::Party)?;
            }
            ComponentKey::Author => parts::author(scribe, "author")?,
            ComponentKey::Authors => {
                scribe.since(6, "authors");
                scribe.each_or_one("authors", |scribe| parts::contact(scribe, "authors", Role::PersonEmail))?;
            }
            ComponentKey::Publisher => parts::publisher(scribe)?,
            ComponentKey::Group => draft.subject.group = scribe.kept("group", Role::Group)?,
            ComponentKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            ComponentKey::Version => draft.subject.version = parts::version(scribe)?,
            ComponentKey::Description => scribe.claim("description", Role::Text)?,
            ComponentKey::Scope => {
                if let Some(word) = scribe.string("scope")? {
                    draft.subject.scope = match word.value().as_ref() {
                        "required" => Some(Scope::Runtime),
                        "optional" => Some(Scope::Optional),
                        // Excluded parts are not in the product as it runs; the specification names test and
                        // build tools as examples, and does not say which.
                        _ => draft.subject.scope,
                    };
                }
            }
            ComponentKey::Hashes => parts::hashes(scribe)?,
            ComponentKey::Licenses => parts::licenses(scribe)?,
            ComponentKey::Copyright => scribe.claim("copyright", Role::Text)?,
            ComponentKey::Cpe => scribe.claim("cpe", Role::Cpe)?,
            ComponentKey::Purl => draft.subject.purl = scribe.kept("purl", Role::Purl)?,
            ComponentKey::Swid => parts::swid(scribe)?,
            ComponentKey::Pedigree => pedigree(scribe, index)?,
            ComponentKey::ExternalReferences => parts::external_references(scribe)?,
            ComponentKey::Components => components(scribe, "components", Some(index), place_inside(place))?,
            ComponentKey::Evidence => parts::evidence(scribe)?,
            ComponentKey::Properties => {
                if parts::properties(scribe)? == parts::Development::Yes {
                    draft.subject.scope = Some(Scope::Build);
                }
            }
            ComponentKey::ReleaseNotes => prose::strings(scribe, "releaseNotes")?,
            ComponentKey::Tags => prose::strings(scribe, "tags")?,
            // Components have no such member. Who writes one there names the vendor all the same.
            ComponentKey::Vendor => {
                if scribe.skip_unless(Next::String)? {
                    scribe.claim("vendor", Role::Hint)?;
                }
            }
            ComponentKey::Data => {
                scribe.since(5, "data");
                scribe.each_or_one("data", parts::data)?;
            }
            ComponentKey::ModelCard => {
                scribe.since(5, "modelCard");
                parts::model_card(scribe)?;
            }
            ComponentKey::CryptoProperties => {
                scribe.since(6, "cryptoProperties");
                parts::crypto_properties(scribe)?;
            }
        }
    }
    if let Some(reference) = &draft.subject.reference
        && reference.value.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkg:"))
        && draft.subject.purl.as_ref().is_none_or(|purl| purl.value != reference.value)
    {
        // Generators use the purl as bom-ref; where it stands only there, or another one does, it is still one.
        scribe.claims.push(crate::inventory::Claim {
            field: "bom-ref",
            role: Role::Purl,
            text: reference.value.clone(),
            span: reference.span,
        });
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    scribe.close(draft);
    Ok(())
}

/// What is nested in the described component is a part of it.
fn place_inside(place: Place) -> Place {
    if place == Place::Root { Place::Part } else { place }
}

keys!(ServiceKey {
    BomRef = "bom-ref",
    Provider = "provider",
    Group = "group",
    Name = "name",
    Version = "version",
    Description = "description",
    Endpoints = "endpoints",
    Data = "data",
    Licenses = "licenses",
    ExternalReferences = "externalReferences",
    Services = "services",
    Properties = "properties",
    ReleaseNotes = "releaseNotes",
    Tags = "tags",
});

fn service(scribe: &mut Scribe<'_, '_>, parent: Option<u32>, place: Place) -> Result<()> {
    let Some(mut members) = scribe.object("a service")? else { return Ok(()) };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(place, Kind::Service);
    let index = draft.subject.index;
    if let Some(parent) = parent {
        scribe.relate(Node::Subject(parent), Node::Subject(index));
    }
    while let Some(key) = scribe.key::<ServiceKey>(&mut members)? {
        match key {
            ServiceKey::BomRef => draft.subject.reference = scribe.text("bom-ref")?,
            ServiceKey::Provider => parts::entity(scribe, "provider", Role::Party)?,
            ServiceKey::Group => draft.subject.group = scribe.kept("group", Role::Group)?,
            ServiceKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            ServiceKey::Version => draft.subject.version = parts::version(scribe)?,
            ServiceKey::Description => scribe.claim("description", Role::Text)?,
            ServiceKey::Endpoints => scribe.claims_of("endpoints", Role::Url)?,
            ServiceKey::Data => scribe.each_or_one("data", parts::data)?,
            ServiceKey::Licenses => parts::licenses(scribe)?,
            ServiceKey::ExternalReferences => parts::external_references(scribe)?,
            ServiceKey::Services => services(scribe, "services", Some(index), place)?,
            ServiceKey::Properties => drop(parts::properties(scribe)?),
            ServiceKey::ReleaseNotes => prose::strings(scribe, "releaseNotes")?,
            ServiceKey::Tags => prose::strings(scribe, "tags")?,
        }
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    scribe.close(draft);
    Ok(())
}

keys!(PedigreeKey {
    Ancestors = "ancestors",
    Descendants = "descendants",
    Variants = "variants",
    Commits = "commits",
    Patches = "patches",
    Notes = "notes",
});

fn pedigree(scribe: &mut Scribe<'_, '_>, of: u32) -> Result<()> {
    let Some(mut members) = scribe.object("pedigree")? else { return Ok(()) };
    while let Some(key) = scribe.key::<PedigreeKey>(&mut members)? {
        match key {
            PedigreeKey::Ancestors => components(scribe, "pedigree.ancestors", Some(of), Place::Pedigree)?,
            PedigreeKey::Descendants => components(scribe, "pedigree.descendants", Some(of), Place::Pedigree)?,
            PedigreeKey::Variants => components(scribe, "pedigree.variants", Some(of), Place::Pedigree)?,
            PedigreeKey::Commits => scribe.each("pedigree.commits", parts::commit)?,
            PedigreeKey::Patches => scribe.each("pedigree.patches", parts::patch)?,
            PedigreeKey::Notes => scribe.claim("pedigree.notes", Role::Text)?,
        }
    }
    Ok(())
}

keys!(DependencyKey { Ref = "ref", DependsOn = "dependsOn", Provides = "provides" });

fn dependency(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("dependencies[]")? else { return Ok(()) };
    let mut from = None;
    let mut to: Vec<Text<'_>> = Vec::new();
    while let Some(key) = scribe.key::<DependencyKey>(&mut members)? {
        match key {
            DependencyKey::Ref => {
                from = scribe.text("dependencies[].ref")?;
                if let Some(from) = &from {
                    refer(scribe, from);
                }
            }
            DependencyKey::DependsOn | DependencyKey::Provides => {
                scribe.each("dependencies[].dependsOn", |scribe| {
                    to.extend(scribe.text("dependencies[].dependsOn[]")?);
                    Ok(())
                })?;
            }
        }
    }
    for to in to {
        if parts::is_bom_link(&to.value) {
            scribe.link(&to.value, to.span);
        }
        match &from {
            Some(from) => scribe.relate_to(Node::Reference(&from.value), &to),
            // Edges from nowhere still name what they lead to.
            None => scribe.reference(&to),
        }
    }
    Ok(())
}

/// An identifier that stands for a component, of this document or, as a BOM-Link, of another one.
fn refer(scribe: &mut Scribe<'_, '_>, text: &Text<'_>) {
    if parts::is_bom_link(&text.value) {
        scribe.link(&text.value, text.span);
    }
    scribe.reference(text);
}

/// A list of such identifiers. What cannot be understood of it is skipped: it stands beside the components that it is about.
fn references(scribe: &mut Scribe<'_, '_>, what: &str) -> Result<()> {
    if !scribe.skip_unless(Next::Array)? {
        return Ok(());
    }
    scribe.each(what, |scribe| match scribe.json.peek()? {
        Next::String => {
            if let Some(text) = scribe.text(what)? {
                refer(scribe, &text);
            }
            Ok(())
        }
        // As XML has it.
        Next::Object => inside(scribe, what, |scribe, _: AffectsKey| {
            if let Some(text) = scribe.text(what)? {
                refer(scribe, &text);
            }
            Ok(())
        }),
        _ => scribe.json.skip().map(drop).map_err(Into::into),
    })
}

keys!(CompositionKey {
    Aggregate = "aggregate",
    Assemblies = "assemblies",
    Dependencies = "dependencies",
    Vulnerabilities = "vulnerabilities",
});

/// How complete the document says that parts of it are. No maker depends on it, so what cannot be understood says nothing.
fn composition(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if !scribe.skip_unless(Next::Object)? {
        return Ok(());
    }
    inside(scribe, "compositions[]", |scribe, key: CompositionKey| match key {
        CompositionKey::Aggregate => {
            if scribe.skip_unless(Next::String)? {
                let word = scribe.word("compositions[].aggregate")?;
                scribe.completeness(&word);
            }
            Ok(())
        }
        CompositionKey::Assemblies => references(scribe, "compositions[].assemblies"),
        CompositionKey::Dependencies => references(scribe, "compositions[].dependencies"),
        CompositionKey::Vulnerabilities => scribe.json.skip().map(drop).map_err(Into::into),
    })
}

keys!(VulnerabilityKey { Tools = "tools", Affects = "affects" });
keys!(AffectsKey { Ref = "ref" });

/// Of a vulnerability only the tools that found it are components; whoever is credited made nothing. What it affects may be named only here.
fn vulnerability(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    scribe.vulnerability();
    inside(scribe, "vulnerabilities[]", |scribe, key: VulnerabilityKey| match key {
        VulnerabilityKey::Tools => tools(scribe),
        VulnerabilityKey::Affects => {
            if !scribe.skip_unless(Next::Array)? {
                return Ok(());
            }
            scribe.each("vulnerabilities[].affects", |scribe| {
                if !scribe.skip_unless(Next::Object)? {
                    return Ok(());
                }
                inside(scribe, "vulnerabilities[].affects[]", |scribe, _: AffectsKey| {
                    if scribe.skip_unless(Next::String)?
                        && let Some(text) = scribe.text("vulnerabilities[].affects[].ref")?
                    {
                        refer(scribe, &text);
                    }
                    Ok(())
                })
            })
        }
    })
}

keys!(FormulaKey { Components = "components", Services = "services", Workflows = "workflows", Properties = "properties" });

/// How the product was built: its tools, and the workflows, whose commands, inputs and references may name further ones.
fn formula(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "formulation[]", |scribe, key: FormulaKey| match key {
        FormulaKey::Components => components(scribe, "formulation[].components", None, Place::Tool),
        FormulaKey::Services => services(scribe, "formulation[].services", None, Place::Tool),
        FormulaKey::Workflows => prose::strings_of_product(scribe, "formulation.workflows"),
        FormulaKey::Properties => prose::strings_of_product(scribe, "formulation.properties"),
    })
}

keys!(DeclarationsKey { Targets = "targets" });
keys!(TargetsKey { Organizations = "organizations", Components = "components", Services = "services" });

fn declarations(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "declarations", |scribe, _: DeclarationsKey| {
        inside(scribe, "declarations.targets", |scribe, key: TargetsKey| match key {
            TargetsKey::Components => components(scribe, "declarations.targets.components", None, Place::Part),
            TargetsKey::Services => services(scribe, "declarations.targets.services", None, Place::Part),
            TargetsKey::Organizations => prose::strings_of_product(scribe, "declarations.targets.organizations"),
        })
    })
}

/// Walks an object and calls `each` for every known key.
fn inside<'a, 'l, K: super::scribe::Keys>(
    scribe: &mut Scribe<'a, 'l>,
    what: &str,
    mut each: impl FnMut(&mut Scribe<'a, 'l>, K) -> Result<()>,
) -> Result<()> {
    let Some(mut members) = scribe.object(what)? else { return Ok(()) };
    while let Some(key) = scribe.key::<K>(&mut members)? {
        each(scribe, key)?;
    }
    Ok(())
}
