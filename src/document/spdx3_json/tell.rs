//! The third step: hands every component with its claims to the listener, in document order, and every relationship.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::gather::{Kind as Relation, Known};
use super::walker::{Budget, Identifiers, Part, Reference, Target, Walker, borrowed};
use super::{Class, Context, Member, Table, refuse, terms};
use crate::document::json::{Json, JsonStr, Next, Walk};
use crate::document::scribe::{Progress, Result, begins};
use crate::inventory::{Claim, Kind, Listener, Node, Place, Role};
use crate::source::Span;

/// What was told.
pub(super) struct Told {
    pub(super) progress: Progress,
    /// How many vendors are referred to and not described, and the first place.
    pub(super) unresolved: usize,
    pub(super) first_unresolved: Option<Span>,
    /// The identifier of the document itself.
    pub(super) identity: Option<String>,
    /// See [`Walker::work`].
    #[cfg(test)]
    pub(super) work: usize,
}

pub(super) fn tell<'b>(
    json: Json<'b>,
    table: &'b Table,
    context: &'b Context,
    known: &'b Known<'b>,
    budget: &mut Budget,
    listener: &mut dyn Listener,
) -> Result<Told> {
    let mut teller = Teller {
        walker: Walker::new(json, table, context, listener),
        known,
        vendors: Vendors {
            known,
            budget,
            claimed: vec![[0; 3]; known.statements.len()],
            unknown: HashSet::default(),
            unresolved: 0,
            first_unresolved: None,
        },
        mentioned: Mentioned::default(),
        identity: None,
    };
    let (mut unknown_types, mut first_unknown_type) = (0_usize, None);
    for (number, entry) in table.entries.iter().enumerate() {
        if let Some((kind, place)) = entry.class.subject() {
            let walk = teller.walker.open(number)?;
            if entry.class == Class::Unknown {
                unknown_types += 1;
                first_unknown_type.get_or_insert(Span::new(entry.start as usize, entry.end as usize));
            }
            teller.subject(walk, number, kind, place)?;
        } else if entry.class == Class::Relationship {
            let walk = teller.walker.open(number)?;
            teller.relationship(walk)?;
        } else if entry.class == Class::Collection {
            let walk = teller.walker.open(number)?;
            teller.collection(walk)?;
        }
    }
    for at in known.provided.iter().chain(&std::mem::take(&mut teller.mentioned).places) {
        teller.referenced(*at as usize)?;
    }
    if unknown_types > 0 {
        let more = if unknown_types > 1 { format!(", and of {} more", unknown_types - 1) } else { String::new() };
        let message = format!("the type of this element is not known{more}; it was read as a part of the product");
        teller.walker.scribe.note("unknown-type", message, first_unknown_type);
    }
    Ok(Told {
        progress: teller.walker.scribe.progress(),
        unresolved: teller.vendors.unresolved,
        first_unresolved: teller.vendors.first_unresolved,
        identity: teller.identity,
        #[cfg(test)]
        work: teller.walker.work(),
    })
}

/// Where a vendor is named; a vendor that is named twice in one place says no more than once.
#[derive(Clone, Copy)]
enum Naming {
    SuppliedBy,
    OriginatedBy,
    AvailableFrom,
}

impl Naming {
    fn field(self) -> &'static str {
        match self {
            Self::SuppliedBy => "suppliedBy",
            Self::OriginatedBy => "originatedBy",
            Self::AvailableFrom => "availableFrom",
        }
    }
}

struct Teller<'b, 'l> {
    walker: Walker<'b, 'l>,
    known: &'b Known<'b>,
    vendors: Vendors<'b, 'l>,
    mentioned: Mentioned,
    identity: Option<String>,
}

/// What is claimed of the vendors of the component at hand.
struct Vendors<'b, 'l> {
    known: &'b Known<'b>,
    budget: &'l mut Budget,
    /// For which component the statements about an agent were claimed last: one more than its number, for each [`Naming`].
    claimed: Vec<[u32; 3]>,
    /// The vendors of the component at hand that are not described.
    unknown: HashSet<(u64, &'static str), RandomState>,
    unresolved: usize,
    first_unresolved: Option<Span>,
}

impl<'b> Vendors<'b, '_> {
    /// Claims what is said of a vendor.
    fn claim(&mut self, walker: &mut Walker<'b, '_>, naming: Naming, index: u32, vendor: &Target<'b>) -> Result<()> {
        let field = naming.field();
        walker.check_claims()?;
        if let Some(&agent) = self.known.agents.get(&vendor.key) {
            let statements = &self.known.statements[agent as usize];
            let last = &mut self.claimed[agent as usize][naming as usize];
            if std::mem::replace(last, index + 1) == index + 1 {
                return Ok(());
            }
            for claim in statements {
                self.budget.spend(claim)?;
                walker.scribe.claims.push(borrowed(field, claim.role, claim));
            }
            if !statements.is_empty() {
                return Ok(());
            }
        } else if vendor.is_nobody() {
            return Ok(());
        } else if vendor.class.is_some() {
            let at = walker.scribe.json.at();
            let span = vendor.id.as_ref().map_or(Span::new(at, at), |(id, _)| id.span());
            let message = format!("`{field}` does not refer to an agent: expected an Organization, Person, SoftwareAgent or Agent");
            return Err(refuse("not-an-agent", &message, span, "refer to the agent that supplies or made the component"));
        }
        // Nothing says who that is; its identifier may.
        let Some((id, _)) = &vendor.id else { return Ok(()) };
        self.unresolved += 1;
        self.first_unresolved.get_or_insert(id.span());
        if self.unknown.insert((vendor.key, field)) {
            walker.scribe.push(field, Role::Link, *id);
        }
        Ok(())
    }
}

impl<'b> Teller<'b, '_> {
    fn subject(&mut self, mut walk: Walk, number: usize, kind: Kind, place: Place) -> Result<()> {
        let entry = &self.walker.table.entries[number];
        let mut draft = self.walker.scribe.open(place, kind);
        debug_assert_eq!(draft.subject.index, entry.subject, "components are told in the order of the table");
        let index = entry.subject;
        self.vendors.unknown.clear();
        let purls = |claims: &[Claim<'b>]| claims.iter().position(|claim| claim.role == Role::Purl);
        let mut first_purl = None;
        let how = Identifiers::of_component;
        loop {
            let member = self.walker.member(&mut walk, |walker| walker.identifiers_in("extension"))?;
            let Some(member) = member else { break };
            let scribe = &mut self.walker.scribe;
            match member {
                Member::SpdxId | Member::Id => {
                    let id = scribe.text("spdxId")?;
                    draft.subject.reference = draft.subject.reference.or(id);
                }
                Member::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
                Member::Version => draft.subject.version = scribe.text("software_packageVersion")?,
                Member::PackageUrl => draft.subject.purl = scribe.kept("software_packageUrl", Role::Purl)?,
                Member::DownloadLocation => scribe.said("software_downloadLocation", Role::Url)?,
                Member::HomePage => scribe.said("software_homePage", Role::Url)?,
                Member::SuppliedBy => self.vendors(Naming::SuppliedBy, index)?,
                Member::OriginatedBy => self.vendors(Naming::OriginatedBy, index)?,
                Member::ExternalIdentifier | Member::ExternalIdentifiers => {
                    let before = scribe.claims.len();
                    self.parts(Part::Identifier, how("externalIdentifier"))?;
                    let found = purls(&self.walker.scribe.claims[before..]).map(|at| before + at);
                    first_purl = first_purl.or(found);
                }
                Member::ExternalRef => self.parts(Part::Reference, how("externalRef"))?,
                Member::VerifiedUsing => self.parts(Part::Hash, how("verifiedUsing"))?,
                Member::ContentIdentifier => self.parts(Part::Hash, how("software_contentIdentifier"))?,
                Member::PrimaryPurpose => {
                    if let Some(word) = scribe.string("software_primaryPurpose")? {
                        // Of a file or a model it says what that is for, not what it is.
                        if matches!(kind, Kind::Library | Kind::Unknown) {
                            draft.subject.kind = purpose(&word.value());
                            draft.subject.kind_word = Some(word.raw());
                        }
                    }
                }
                Member::Summary => scribe.said("summary", Role::Text)?,
                Member::Description => scribe.said("description", Role::Text)?,
                Member::Comment => scribe.said("comment", Role::Text)?,
                Member::SourceInfo => scribe.said("software_sourceInfo", Role::Text)?,
                Member::CopyrightText => scribe.said("software_copyrightText", Role::Text)?,
                Member::AttributionText => self.walker.claims_of("software_attributionText", Role::Text)?,
                Member::Extension => self.walker.identifiers_in("extension")?,
                Member::SnippetFromFile => self.walker.references("software_snippetFromFile", |walker, file, _| {
                    let target = walker.target(&file)?;
                    if let Some(file) = node(&target) {
                        walker.scribe.relate(file, Node::Subject(index));
                    }
                    Ok(())
                })?,
                _ => self.walker.pass()?,
            }
        }
        let end = self.walker.scribe.json.at();
        let known = self.known;
        self.providers(entry.key, index)?;
        for text in known.annotations.get(&entry.key).into_iter().flatten() {
            let text = &known.annotation_texts[*text as usize];
            self.vendors.budget.spend(text)?;
            self.walker.scribe.claims.push(borrowed("annotation", text.role, text));
            self.walker.check_claims()?;
        }
        if let Some(scope) = known.scopes.get(&entry.key).copied().flatten() {
            draft.subject.scope = Some(scope);
        }
        if let Some(reference) = &draft.subject.reference
            && let Some(role) = identifying(&reference.value)
        {
            let claim = Claim { field: "spdxId", role, text: reference.value.clone(), span: reference.span };
            self.walker.scribe.claims.push(claim);
        }
        if let Some(reference) = &mut draft.subject.reference {
            let canonical = self.walker.context.canonical(reference.value.clone());
            reference.value = canonical;
        }
        if draft.subject.purl.is_none()
            && let Some(claim) = first_purl.and_then(|at| self.walker.scribe.claims.get(at))
        {
            draft.subject.purl = Some(crate::inventory::Text { value: claim.text.clone(), span: claim.span });
        }
        draft.subject.span = Span::new(entry.start as usize, end);
        self.walker.scribe.close(draft);
        Ok(())
    }

    /// Something that is referred to and that the document does not describe, and that a vendor provides or whose identifier says what it is: a
    /// component all the same.
    fn referenced(&mut self, at: usize) -> Result<()> {
        let Some(target) = self.walker.target_at(at)? else { return Ok(()) };
        let Some((id, canonical)) = target.id.as_ref().filter(|_| !target.is_nobody()) else { return Ok(()) };
        let mut draft = self.walker.scribe.open(Place::Part, Kind::Unknown);
        let index = draft.subject.index;
        self.vendors.unknown.clear();
        draft.subject.reference = Some(crate::inventory::Text { value: canonical.clone(), span: id.span() });
        draft.subject.span = id.span();
        if let Some(role) = identifying(&id.value()) {
            self.walker.scribe.push("spdxId", role, *id);
        }
        self.providers(target.key, index)?;
        self.walker.scribe.close(draft);
        Ok(())
    }

    /// Claims what is said of those who provide a component.
    fn providers(&mut self, key: u64, index: u32) -> Result<()> {
        for provider in self.known.providers.get(&key).into_iter().flatten() {
            if let Some(provider) = self.walker.target_at(*provider as usize)? {
                // Several components may have one identifier: each repeats all of this.
                let (length, span) = provider.id.as_ref().map_or_else(Default::default, |(id, _)| (id.raw().len(), id.span()));
                self.vendors.budget.spend_bytes(length, span)?;
                self.vendors.claim(&mut self.walker, Naming::AvailableFrom, index, &provider)?;
            }
        }
        Ok(())
    }

    /// The identifiers, references or hashes that are up next; those that are written elsewhere are claimed like those that are written here.
    fn parts(&mut self, part: Part, how: Identifiers) -> Result<()> {
        let (known, budget) = (self.known, &mut *self.vendors.budget);
        let mut shared = |walker: &mut Walker<'b, '_>, target: Target<'b>| {
            for claim in known.structures.get(&target.key).into_iter().flatten() {
                budget.spend(claim)?;
                walker.scribe.claims.push(borrowed(how.field, claim.role, claim));
            }
            walker.check_claims()
        };
        self.walker.parts(part, how, &mut shared)
    }

    /// The vendors that are up next.
    fn vendors(&mut self, naming: Naming, index: u32) -> Result<()> {
        let vendors = &mut self.vendors;
        let mut count = 0_usize;
        self.walker.references(naming.field(), |walker, reference, at| {
            count += 1;
            if count > super::walker::CLAIMS_MAX {
                return Err(super::walker::too_many(Span::new(at, at)));
            }
            let vendor = walker.target(&reference)?;
            vendors.claim(walker, naming, index, &vendor)
        })
    }

    fn relationship(&mut self, walk: Walk) -> Result<()> {
        let walker = &mut self.walker;
        walker.scribe.relationship();
        let relationship = walker.relationship(walk)?;
        for kind in &relationship.kinds {
            let kind = Relation::of(kind);
            if !relationship.completeness.is_empty() && kind.lists {
                const WORDS: [&str; 3] = ["complete", "incomplete", "noAssertion"];
                walker.scribe.completeness(terms::listed(&relationship.completeness, &WORDS));
            }
            if !kind.forward && !kind.backward {
                continue;
            }
            let Some(from) = walker.source_of(&relationship)? else { continue };
            let mentioned = &mut self.mentioned;
            mentioned.add(&from, relationship.from.unwrap_or_default());
            walker.targets_of(&relationship, |walker, to, at| {
                mentioned.add(&to, at);
                let (user, used) = if kind.backward { (&to, &from) } else { (&from, &to) };
                let Some(used) = node(used) else { return Ok(()) };
                match node(user) {
                    Some(user) => walker.scribe.relate(user, used),
                    // A document or SBOM describes what it is about.
                    None if kind.describes && user.class == Some(Class::Collection) => walker.scribe.relate(Node::Document, used),
                    None => {}
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// What a document or SBOM is about.
    fn collection(&mut self, mut walk: Walk) -> Result<()> {
        let (walker, mentioned) = (&mut self.walker, &mut self.mentioned);
        let (mut id, mut is_document) = (None, false);
        while let Some(member) = walker.member(&mut walk, Walker::pass)? {
            match member {
                Member::SpdxId | Member::Id => {
                    if let Some(text) = walker.scribe.string("spdxId")? {
                        id = walker.target(&Reference::Id(text))?.id.map(|(_, canonical)| canonical.into_owned());
                    }
                }
                // One word or several, as references are written.
                Member::Type | Member::AtType => walker.references("type", |_, word, _| {
                    is_document |= matches!(&word, Reference::Id(word) if word.value().ends_with("SpdxDocument"));
                    Ok(())
                })?,
                Member::Import => imports(walker)?,
                Member::RootElement => walker.references("rootElement", |walker, root, at| {
                    let target = walker.target(&root)?;
                    mentioned.add(&target, at);
                    // An SBOM in it has roots of its own.
                    if let Some(root) = node(&target) {
                        walker.scribe.relate(Node::Document, root);
                    }
                    Ok(())
                })?,
                Member::Element => walker.references("element", |walker, element, at| {
                    mentioned.add(&walker.target(&element)?, at);
                    Ok(())
                })?,
                _ => walker.pass()?,
            }
        }
        if is_document && self.identity.is_none() {
            self.identity = id;
        }
        Ok(())
    }
}

/// Reads `import`: elements that are described in other documents (SPDX 3.0.1, Core, ExternalMap).
fn imports(walker: &mut Walker<'_, '_>) -> Result<()> {
    let mut open: Vec<Walk> = Vec::new();
    loop {
        match walker.scribe.json.peek()? {
            Next::Array => open.push(walker.scribe.json.array()?),
            Next::Object => import(walker)?,
            Next::String => {
                let id = walker.scribe.json.string()?;
                link(walker, id)?;
            }
            _ => walker.pass()?,
        }
        loop {
            let Some(walk) = open.last_mut() else { return Ok(()) };
            if walker.scribe.json.element(walk)? {
                break;
            }
            open.pop();
        }
    }
}

/// Reads one ExternalMap.
fn import(walker: &mut Walker<'_, '_>) -> Result<()> {
    let mut walk = walker.scribe.json.object()?;
    let (mut id, mut own_id, mut hint) = (None, None, None);
    while let Some(member) = walker.member(&mut walk, Walker::pass)? {
        match member {
            Member::ExternalSpdxId => id = walker.scribe.string("externalSpdxId")?,
            Member::SpdxId | Member::Id => own_id = walker.scribe.string("spdxId")?,
            Member::LocationHint => hint = walker.scribe.string("locationHint")?,
            _ => walker.pass()?,
        }
    }
    // A path leads to a file of this run; an address does not, and the identifier has the document's own in front of its fragment.
    let path = hint.filter(|hint| !hint.value().split('/').next().is_some_and(|first| first.contains(':')));
    match (path, id.or(own_id), hint) {
        (Some(path), _, _) | (None, None, Some(path)) => walker.scribe.link(&path.value(), path.span()),
        (None, Some(id), _) => link(walker, id)?,
        (None, None, None) => {}
    }
    Ok(())
}

/// The document refers to the one that describes the element of this identifier.
fn link<'b>(walker: &mut Walker<'b, '_>, id: JsonStr<'b>) -> Result<()> {
    let target = walker.target(&Reference::Id(id))?;
    let target = target.id.map_or_else(|| id.value(), |(_, canonical)| canonical);
    walker.scribe.link(&target, id.span());
    Ok(())
}

/// What an identifier is if it tells by its form what it identifies.
fn identifying(id: &str) -> Option<Role> {
    if begins(id, "pkg:") {
        Some(Role::Purl)
    } else if begins(id, "cpe:") {
        Some(Role::Cpe)
    } else {
        None
    }
}

/// What is referred to by an identifier that says what it is, and is not described.
#[derive(Default)]
struct Mentioned {
    keys: HashSet<u64, RandomState>,
    /// Where the references are.
    places: Vec<u32>,
}

impl Mentioned {
    fn add(&mut self, target: &Target<'_>, at: usize) {
        let identifies = || target.id.as_ref().is_some_and(|(id, _)| identifying(&id.value()).is_some());
        if target.class.is_none() && identifies() && self.keys.insert(target.key) {
            self.places.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
}

/// The end of a relationship that a reference is, if it may be a component.
fn node<'n>(target: &'n Target<'_>) -> Option<Node<'n>> {
    match target.class {
        Some(class) if class.subject().is_none() => return None,
        None if target.is_nobody() => return None,
        _ => {}
    }
    match (&target.id, target.subject) {
        (Some((_, canonical)), _) => Some(Node::Reference(canonical)),
        (None, Some(subject)) => Some(Node::Subject(subject)),
        (None, None) => None,
    }
}

/// SPDX 3's purposes, as the kinds of component.
fn purpose(word: &str) -> Kind {
    const WORDS: [&str; 17] = [
        "application",
        "executable",
        "install",
        "framework",
        "container",
        "operatingSystem",
        "device",
        "deviceDriver",
        "firmware",
        "platform",
        "model",
        "data",
        "file",
        "library",
        "source",
        "archive",
        "module",
    ];
    match terms::listed(word, &WORDS) {
        "application" | "executable" | "install" => Kind::Application,
        "framework" => Kind::Framework,
        "container" => Kind::Container,
        "operatingSystem" => Kind::OperatingSystem,
        "device" => Kind::Device,
        "deviceDriver" => Kind::DeviceDriver,
        "firmware" => Kind::Firmware,
        "platform" => Kind::Platform,
        "model" => Kind::Model,
        "data" => Kind::Data,
        "file" => Kind::File,
        "library" | "source" | "archive" | "module" => Kind::Library,
        _ => Kind::Unknown,
    }
}
