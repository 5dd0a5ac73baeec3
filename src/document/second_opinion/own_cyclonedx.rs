//! Our own second reader of CycloneDX, for every version: on a generic value, without any code of the main reader.
//!
//! It knows who and what each component, service and tool is. XML is brought into the shape of the JSON by [`super::own_xml`].

use std::borrow::Cow;

use super::tree::{Gathered, Tree};
use super::{Refusal, Sketch};

type Result<T> = std::result::Result<T, Refusal>;

pub(super) fn read_json(text: &str) -> Result<Sketch> {
    sketch(&Tree::parse(text)?)
}

impl<'t> Gathered<'t> {
    /// What components, services and tools are called.
    fn names(&mut self, object: &'t Tree<'_>) -> Result<()> {
        self.reference = object.get("bom-ref")?.text("bom-ref")?;
        self.name = self.text("name", object.get("name")?)?;
        self.version = match object.get("version")? {
            Tree::Number(number) => Some(number.to_string().into()),
            version => version.text("version")?.map(Cow::Borrowed),
        };
        self.text("group", object.get("group")?)?;
        Ok(())
    }

    /// An organization: an object, or its name only.
    fn entity(&mut self, field: &'static str, value: &'t Tree<'_>) -> Result<()> {
        if let Tree::Text(name) = value {
            self.fields.push((field, name));
            return Ok(());
        }
        if !value.object(field)? {
            return Ok(());
        }
        self.text(field, value.get("name")?)?;
        for url in value.get("url")?.one_or_many() {
            self.text(field, url)?;
        }
        for contact in value.get("contact")?.one_or_many() {
            self.contact(field, contact)?;
        }
        Ok(())
    }

    /// A person: an object, or a name only.
    fn contact(&mut self, field: &'static str, value: &'t Tree<'_>) -> Result<()> {
        if let Tree::Text(name) = value {
            self.fields.push((field, name));
            return Ok(());
        }
        if value.object(field)? {
            self.text(field, value.get("name")?)?;
            self.text(field, value.get("email")?)?;
        }
        Ok(())
    }

    fn hashes(&mut self, owner: &'t Tree<'_>) -> Result<()> {
        for hash in owner.get("hashes")?.list("hashes")? {
            if hash.object("hashes[]")? {
                self.text("hashes", hash.get("content")?)?;
            }
        }
        Ok(())
    }

    fn references(&mut self, owner: &'t Tree<'_>) -> Result<()> {
        for reference in owner.get("externalReferences")?.list("externalReferences")? {
            if reference.object("externalReferences[]")? {
                self.text("externalReferences", reference.get("url")?)?;
                self.hashes(reference)?;
            }
        }
        Ok(())
    }

    /// Who licenses something commercially. A license of any other shape says nothing here.
    fn licensors(&mut self, licenses: &'t Tree<'_>) -> Result<()> {
        const FIELD: &str = "licensing.licensor";
        let Tree::List(licenses) = licenses else { return Ok(()) };
        for choice in licenses {
            for owner in [choice.get("license")?, choice] {
                let licensor = owner.get("licensing")?.get("licensor")?;
                self.entity(FIELD, licensor.get("organization")?)?;
                self.contact(FIELD, licensor.get("individual")?)?;
            }
        }
        Ok(())
    }
}

pub(super) fn sketch(bom: &Tree<'_>) -> Result<Sketch> {
    let mut sketch = Sketch::default();
    if !bom.object("the document")? {
        return Err(Refusal::Unreadable("expected an object, found null".into()));
    }
    bom.without(&["spdxVersion", "packages", "@graph"])?;
    metadata(&mut sketch, bom.get("metadata")?)?;
    both(&mut sketch, bom, false)?;
    both(&mut sketch, bom.get("declarations")?.get("targets")?, false)?;
    for vulnerability in bom.get("vulnerabilities")?.list("vulnerabilities")? {
        tools(&mut sketch, vulnerability.get("tools")?)?;
        mention(&mut sketch, vulnerability.get("affects")?, Some("ref"))?;
    }
    for annotation in bom.get("annotations")?.list("annotations")? {
        let annotator = annotation.get("annotator")?;
        component(&mut sketch, annotator.get("component")?, true, Gathered::default())?;
        service(&mut sketch, annotator.get("service")?, true)?;
    }
    for formula in bom.get("formulation")?.list("formulation")? {
        both(&mut sketch, formula, true)?;
    }
    for dependency in bom.get("dependencies")?.list("dependencies")? {
        for key in ["ref", "dependsOn", "provides"] {
            mention(&mut sketch, dependency.get(key)?, None)?;
        }
    }
    for composition in bom.get("compositions")?.one_or_many() {
        for key in ["assemblies", "dependencies"] {
            mention(&mut sketch, composition.get(key)?, None)?;
        }
    }
    Ok(sketch)
}

/// References of the graph; `member` is where each element of the list has it.
fn mention(sketch: &mut Sketch, list: &Tree<'_>, member: Option<&str>) -> Result<()> {
    for element in list.one_or_many() {
        let reference = match member {
            Some(member) => element.get(member)?,
            None => element,
        };
        if let Tree::Text(reference) = reference {
            sketch.mention(reference);
        }
    }
    Ok(())
}

/// Who is named for the described component beside it becomes a field of it.
fn metadata(sketch: &mut Sketch, metadata: &Tree<'_>) -> Result<()> {
    if !metadata.object("metadata")? {
        return Ok(());
    }
    let mut own = Gathered::default();
    own.entity("metadata.supplier", metadata.get("supplier")?)?;
    own.entity("metadata.manufacture", metadata.get("manufacture")?)?;
    own.licensors(metadata.get("licenses")?)?;
    let root = metadata.get("component")?;
    if !root.is_null() {
        component(sketch, root, false, own)?;
    } else if own.fields.iter().any(|(_, text)| !crate::inventory::names_nobody(text)) {
        own.finish(sketch, false);
    }
    tools(sketch, metadata.get("tools")?)
}

fn tools(sketch: &mut Sketch, value: &Tree<'_>) -> Result<()> {
    let Tree::List(list) = value else {
        value.object("tools")?;
        return both(sketch, value, true);
    };
    for tool in list {
        if !tool.object("tools[]")? {
            continue;
        }
        let mut gathered = Gathered::default();
        gathered.names(tool)?;
        for field in ["vendor", "publisher", "author", "purl", "cpe"] {
            gathered.text(field, tool.get(field)?)?;
        }
        for field in ["supplier", "manufacturer"] {
            gathered.entity(field, tool.get(field)?)?;
        }
        gathered.hashes(tool)?;
        gathered.references(tool)?;
        gathered.finish(sketch, true);
    }
    Ok(())
}

fn both(sketch: &mut Sketch, owner: &Tree<'_>, tool: bool) -> Result<()> {
    for each in owner.get("components")?.list("components")? {
        component(sketch, each, tool, Gathered::default())?;
    }
    for each in owner.get("services")?.list("services")? {
        service(sketch, each, tool)?;
    }
    Ok(())
}

fn component<'t>(sketch: &mut Sketch, object: &'t Tree<'_>, tool: bool, mut gathered: Gathered<'t>) -> Result<()> {
    if !object.object("a component")? {
        return Ok(());
    }
    gathered.names(object)?;
    for field in ["publisher", "author", "description", "copyright", "purl", "cpe"] {
        gathered.text(field, object.get(field)?)?;
    }
    for field in ["supplier", "manufacturer"] {
        gathered.entity(field, object.get(field)?)?;
    }
    for author in object.get("authors")?.one_or_many() {
        gathered.contact("authors", author)?;
    }
    let swid = object.get("swid")?;
    if swid.object("swid")? {
        for key in ["tagId", "name", "url"] {
            gathered.text("swid", swid.get(key)?)?;
        }
    }
    gathered.hashes(object)?;
    gathered.references(object)?;
    gathered.licensors(object.get("licenses")?)?;
    let evidence = object.get("evidence")?;
    gathered.licensors(evidence.get("licenses")?)?;
    for identity in evidence.get("identity")?.one_or_many() {
        gathered.text("evidence.identity", identity.get("concludedValue")?)?;
        for method in identity.get("methods")?.list("evidence.identity.methods")? {
            gathered.text("evidence.identity", method.get("value")?)?;
        }
    }
    gathered.finish(sketch, tool);
    for each in object.get("components")?.list("components")? {
        component(sketch, each, tool, Gathered::default())?;
    }
    let pedigree = object.get("pedigree")?;
    for key in ["ancestors", "descendants", "variants"] {
        for each in pedigree.get(key)?.list(key)? {
            component(sketch, each, tool, Gathered::default())?;
        }
    }
    Ok(())
}

fn service(sketch: &mut Sketch, object: &Tree<'_>, tool: bool) -> Result<()> {
    if !object.object("a service")? {
        return Ok(());
    }
    let mut gathered = Gathered::default();
    gathered.names(object)?;
    gathered.entity("provider", object.get("provider")?)?;
    gathered.text("description", object.get("description")?)?;
    for endpoint in object.get("endpoints")?.one_or_many() {
        gathered.text("endpoints", endpoint)?;
    }
    gathered.references(object)?;
    gathered.licensors(object.get("licenses")?)?;
    gathered.finish(sketch, tool);
    for each in object.get("services")?.list("services")? {
        service(sketch, each, tool)?;
    }
    Ok(())
}
