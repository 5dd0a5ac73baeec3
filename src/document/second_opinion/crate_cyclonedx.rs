//! What `cyclonedx-bom` reads: CycloneDX 1.3 to 1.5, JSON and XML.

use cyclonedx_bom::models::component::{Component, Components};
use cyclonedx_bom::models::external_reference::ExternalReferences;
use cyclonedx_bom::models::hash::Hashes;
use cyclonedx_bom::models::organization::OrganizationalEntity;
use cyclonedx_bom::models::service::{Service, Services};
use cyclonedx_bom::models::tool::{Tool, Tools};
use cyclonedx_bom::prelude::{Bom, Validate as _};

use super::complaint::{self, Complaint};
use super::{Answer, Part, Sketch};
use crate::source::Span;

pub(super) const NAME: &str = "cyclonedx-bom";

/// The entry points for one version refuse a key that stands twice; the general one does not.
pub(super) fn read_json(text: &str, version: &str) -> Result<Answer, Complaint> {
    let bom = match version {
        "1.3" => Bom::parse_from_json_v1_3(text.as_bytes()),
        "1.4" => Bom::parse_from_json_v1_4(text.as_bytes()),
        _ => Bom::parse_from_json_v1_5(text.as_bytes()),
    };
    Ok(answer(&bom.map_err(|error| complaint::cyclonedx_json(&error))?))
}

pub(super) fn read_xml(text: &str, version: &str) -> Result<Answer, Complaint> {
    let bom = match version {
        "1.3" => Bom::parse_from_xml_v1_3(text.as_bytes()),
        "1.4" => Bom::parse_from_xml_v1_4(text.as_bytes()),
        _ => Bom::parse_from_xml_v1_5(text.as_bytes()),
    };
    Ok(answer(&bom.map_err(|error| complaint::cyclonedx_xml(&error))?))
}

/// Fields that the crate has no place for, whatever the document declares.
const UNREAD: &[&str] = &["manufacturer", "authors", "licensing.licensor", "evidence.identity"];

fn answer(bom: &Bom) -> Answer {
    Answer { sketch: sketch(bom), violations: complaint::violations(bom.validate()) }
}

fn sketch(bom: &Bom) -> Sketch {
    let mut sketch = Sketch { unread: UNREAD, ..Sketch::default() };
    if let Some(metadata) = &bom.metadata {
        let mut own = Part::default();
        entity(&mut own, "metadata.supplier", metadata.supplier.as_ref());
        entity(&mut own, "metadata.manufacture", metadata.manufacture.as_ref());
        let named = !own.words.is_empty();
        match &metadata.component {
            Some(root) => {
                let part = component(&mut sketch, root, false);
                part.words.extend(own.words);
            }
            None if named => sketch.part(false, None, "", None, Span::default()).words = own.words,
            None => {}
        }
        match &metadata.tools {
            Some(Tools::List(tools)) => tools.iter().for_each(|tool| old_tool(&mut sketch, tool)),
            Some(Tools::Object { services: own_services, components: own_components }) => {
                components(&mut sketch, own_components.as_ref(), true);
                services(&mut sketch, own_services.as_ref(), true);
            }
            None => {}
        }
    }
    components(&mut sketch, bom.components.as_ref(), false);
    services(&mut sketch, bom.services.as_ref(), false);
    mentions(&mut sketch, bom);
    sketch
}

/// What the graph refers to.
fn mentions(sketch: &mut Sketch, bom: &Bom) {
    for dependency in bom.dependencies.iter().flat_map(|list| &list.0) {
        sketch.mention(&dependency.dependency_ref);
        dependency.dependencies.iter().for_each(|reference| sketch.mention(reference));
    }
    for composition in bom.compositions.iter().flat_map(|list| &list.0) {
        let references = composition.assemblies.iter().chain(&composition.dependencies).flatten();
        references.for_each(|reference| sketch.mention(&reference.0));
    }
    let vulnerabilities = bom.vulnerabilities.iter().flat_map(|list| &list.0);
    for target in vulnerabilities.flat_map(|vulnerability| &vulnerability.vulnerability_targets).flat_map(|targets| &targets.0) {
        sketch.mention(&target.bom_ref);
    }
}

fn components(sketch: &mut Sketch, list: Option<&Components>, tool: bool) {
    for each in list.iter().flat_map(|list| &list.0) {
        component(sketch, each, tool);
    }
}

fn component<'s>(sketch: &'s mut Sketch, each: &Component, tool: bool) -> &'s mut Part {
    components(sketch, each.components.as_ref(), tool);
    if let Some(pedigree) = &each.pedigree {
        for list in [&pedigree.ancestors, &pedigree.descendants, &pedigree.variants] {
            components(sketch, list.as_ref(), tool);
        }
    }
    let version = each.version.as_deref();
    let part = sketch.part(tool, each.bom_ref.as_deref(), &each.name, version, Span::default());
    part.add("name", &each.name);
    entity(part, "supplier", each.supplier.as_ref());
    for (field, text) in [("author", &each.author), ("publisher", &each.publisher)] {
        if let Some(text) = text {
            part.add(field, text);
        }
    }
    for (field, text) in [("group", &each.group), ("description", &each.description), ("copyright", &each.copyright)] {
        part.add_all(field, text.as_deref());
    }
    part.add_all("purl", each.purl.as_ref().map(ToString::to_string).as_deref());
    part.add_all("cpe", each.cpe.as_ref().map(ToString::to_string).as_deref());
    if let Some(swid) = &each.swid {
        part.add("swid", &swid.tag_id);
        part.add("swid", &swid.name);
        part.add_all("swid", swid.url.as_ref().map(ToString::to_string).as_deref());
    }
    references(part, each.external_references.as_ref());
    hashes(part, each.hashes.as_ref());
    part
}

fn services(sketch: &mut Sketch, list: Option<&Services>, tool: bool) {
    list.iter().flat_map(|list| &list.0).for_each(|each| service(sketch, each, tool));
}

fn service(sketch: &mut Sketch, each: &Service, tool: bool) {
    services(sketch, each.services.as_ref(), tool);
    let part = sketch.part(tool, each.bom_ref.as_deref(), &each.name, each.version.as_deref(), Span::default());
    part.add("name", &each.name);
    entity(part, "provider", each.provider.as_ref());
    for (field, text) in [("group", &each.group), ("description", &each.description)] {
        part.add_all(field, text.as_deref());
    }
    for endpoint in each.endpoints.iter().flatten() {
        part.add("endpoints", endpoint.as_ref());
    }
    references(part, each.external_references.as_ref());
}

fn old_tool(sketch: &mut Sketch, tool: &Tool) {
    let name = tool.name.as_deref().unwrap_or_default();
    let part = sketch.part(true, None, name, tool.version.as_deref(), Span::default());
    part.add("name", name);
    if let Some(vendor) = &tool.vendor {
        part.add("vendor", vendor);
    }
    references(part, tool.external_references.as_ref());
    hashes(part, tool.hashes.as_ref());
}

fn entity(part: &mut Part, field: &'static str, entity: Option<&OrganizationalEntity>) {
    let Some(entity) = entity else { return };
    if let Some(name) = &entity.name {
        part.add(field, name);
    }
    for url in entity.url.iter().flatten() {
        part.add(field, url.as_ref());
    }
    for contact in entity.contact.iter().flatten() {
        if let Some(name) = &contact.name {
            part.add(field, name);
        }
        part.add_all(field, contact.email.as_deref());
    }
}

fn references(part: &mut Part, list: Option<&ExternalReferences>) {
    for reference in list.iter().flat_map(|list| &list.0) {
        part.add("externalReferences", &reference.url.to_string());
        hashes(part, reference.hashes.as_ref());
    }
}

fn hashes(part: &mut Part, list: Option<&Hashes>) {
    for hash in list.iter().flat_map(|list| &list.0) {
        part.add("hashes", &hash.content.0);
    }
}
