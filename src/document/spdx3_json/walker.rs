//! Reading one element from the table: its members, what it refers to, and its identifiers. What is nested in it and an element of its own is
//! jumped over.

use std::borrow::Cow;

use super::{Class, Context, Entry, Member, Table, refuse, terms};
use crate::document::json::{Json, JsonStr, Next, Walk};
use crate::document::scribe::{Keys as _, Newest, Progress, Result, Scribe, begins};
use crate::inventory::{Claim, Listener, Role, names_nobody};
use crate::source::Span;

/// A value that stands for an element.
pub(super) enum Reference<'b> {
    /// Its identifier.
    Id(JsonStr<'b>),
    /// The element itself.
    Entry(&'b Entry),
}

/// A reference that was looked up.
pub(super) struct Target<'b> {
    /// The key of the element.
    pub(super) key: u64,
    /// What it is; `None` if the document does not describe it.
    pub(super) class: Option<Class>,
    /// Its identifier as the document writes it, and in its canonical form.
    pub(super) id: Option<(JsonStr<'b>, Cow<'b, str>)>,
    /// Which component it is, if it is written on the spot.
    pub(super) subject: Option<u32>,
}

impl Target<'_> {
    /// Whether it stands for nobody: one of SPDX's own individuals, or a word for nothing, that no element of the document has for its identifier.
    pub(super) fn is_nobody(&self) -> bool {
        let Some((id, canonical)) = &self.id else { return false };
        let individual = || canonical.strip_prefix("spdx:Core/").is_some_and(|name| terms::INDIVIDUALS.contains(&name));
        match self.class {
            None => individual() || names_nobody(&id.value()),
            // The document may repeat SPDX's definition of the individual.
            Some(Class::Other) => individual(),
            Some(_) => false,
        }
    }
}

pub(super) struct Walker<'b, 'l> {
    pub(super) scribe: Scribe<'b, 'l>,
    pub(super) table: &'b Table,
    pub(super) context: &'b Context,
    /// Whether elements are nested in the one at hand.
    nested: bool,
    /// How many bytes were read, with those that were jumped over.
    #[cfg(test)]
    work: usize,
    /// How many bytes were jumped over.
    #[cfg(test)]
    jumped: usize,
}

/// The most claims that one component may have: each costs more memory than its text.
pub(super) const CLAIMS_MAX: usize = 100_000;

impl<'b, 'l> Walker<'b, 'l> {
    pub(super) fn new(json: Json<'b>, table: &'b Table, context: &'b Context, listener: &'l mut dyn Listener) -> Self {
        let scribe = Scribe::new(json, listener, Progress::default(), Newest::default());
        Self {
            scribe,
            table,
            context,
            nested: false,
            #[cfg(test)]
            work: 0,
            #[cfg(test)]
            jumped: 0,
        }
    }

    /// How many bytes were read, without those that were jumped over.
    #[cfg(test)]
    pub(super) fn work(&self) -> usize {
        self.work - self.jumped
    }

    /// Enters the element of the table with this number.
    pub(super) fn open(&mut self, number: usize) -> Result<Walk> {
        let entry = &self.table.entries[number];
        self.nested = self.table.entries.get(number + 1).is_some_and(|next| next.start < entry.end);
        self.scribe.json.jump(entry.start as usize);
        #[cfg(test)]
        {
            self.work += (entry.end - entry.start) as usize;
        }
        Ok(self.scribe.json.object()?)
    }

    /// The next known member, with its value up next. `unknown` has to pass over the value of each other one.
    pub(super) fn member(&mut self, walk: &mut Walk, mut unknown: impl FnMut(&mut Self) -> Result<()>) -> Result<Option<Member>> {
        while let Some(key) = self.scribe.json.key(walk)? {
            match Member::of(&self.scribe.json, key) {
                Some(member) => return Ok(Some(member)),
                None => unknown(self)?,
            }
        }
        Ok(None)
    }

    /// The element that begins here, if one does; it is jumped over.
    fn jump_over(&mut self) -> Option<&'b Entry> {
        if !self.nested {
            return None;
        }
        let entry = self.table.at(self.scribe.json.at())?;
        self.scribe.json.jump(entry.end as usize);
        #[cfg(test)]
        {
            self.jumped += (entry.end - entry.start) as usize;
        }
        Some(entry)
    }

    /// Passes over the value that comes next.
    pub(super) fn pass(&mut self) -> Result<()> {
        if self.nested { self.strings(|_, _| Ok(())) } else { self.scribe.json.skip().map(drop).map_err(Into::into) }
    }

    /// Passes over the value that comes next, and calls `each` for every string in it that is no part of another element.
    fn strings(&mut self, mut each: impl FnMut(&mut Self, JsonStr<'b>) -> Result<()>) -> Result<()> {
        let mut open: Vec<(Walk, bool)> = Vec::new();
        loop {
            match self.scribe.json.peek()? {
                Next::String => {
                    let string = self.scribe.json.string()?;
                    each(self, string)?;
                }
                Next::Object if self.jump_over().is_some() => {}
                Next::Object => open.push((self.scribe.json.object()?, true)),
                Next::Array => open.push((self.scribe.json.array()?, false)),
                _ => drop(self.scribe.json.skip()?),
            }
            loop {
                let Some((walk, object)) = open.last_mut() else { return Ok(()) };
                let json = &mut self.scribe.json;
                if if *object { json.key(walk)?.is_some() } else { json.element(walk)? } {
                    break;
                }
                open.pop();
            }
        }
    }

    /// Passes over a value that is not SPDX's, and claims what in it identifies a component by its form: package URLs and CPE names.
    pub(super) fn identifiers_in(&mut self, field: &'static str) -> Result<()> {
        self.strings(|walker, string| {
            let value = string.value();
            let role = if begins(&value, "pkg:") {
                Role::Purl
            } else if begins(&value, "cpe:") {
                Role::Cpe
            } else {
                return Ok(());
            };
            walker.scribe.push(field, role, string);
            walker.check_claims()
        })
    }

    /// Calls `each` for every reference in the value that comes next, with its offset: identifiers as strings or objects, elements on the spot, lists
    /// of them.
    pub(super) fn references(
        &mut self,
        what: &'static str,
        mut each: impl FnMut(&mut Self, Reference<'b>, usize) -> Result<()>,
    ) -> Result<()> {
        let mut open: Vec<Walk> = Vec::new();
        loop {
            let next = self.scribe.json.peek()?;
            let at = self.scribe.json.at();
            match next {
                Next::Array => open.push(self.scribe.json.array()?),
                Next::Object => {
                    let reference = match self.jump_over() {
                        Some(entry) => Some(Reference::Entry(entry)),
                        None => self.identifier_of_object()?.map(Reference::Id),
                    };
                    if let Some(reference) = reference {
                        each(self, reference, at)?;
                    }
                }
                _ => {
                    if let Some(id) = self.scribe.string(what)? {
                        each(self, Reference::Id(id), at)?;
                    }
                }
            }
            loop {
                let Some(walk) = open.last_mut() else { return Ok(()) };
                if self.scribe.json.element(walk)? {
                    break;
                }
                open.pop();
            }
        }
    }

    /// The identifier of an object that only refers to an element.
    fn identifier_of_object(&mut self) -> Result<Option<JsonStr<'b>>> {
        let mut walk = self.scribe.json.object()?;
        let mut id = None;
        while let Some(member) = self.member(&mut walk, Self::pass)? {
            match member {
                Member::SpdxId | Member::Id => id = self.scribe.string("spdxId")?.or(id),
                _ => self.pass()?,
            }
        }
        Ok(id)
    }

    /// The identifier of an element of the table.
    fn identifier_of(&self, entry: &Entry) -> Result<Option<JsonStr<'b>>> {
        if entry.id == 0 {
            return Ok(None);
        }
        let mut json = self.scribe.json.clone();
        json.jump(entry.id as usize);
        Ok(Some(json.string()?))
    }

    /// Looks up what a reference refers to.
    pub(super) fn target(&self, reference: &Reference<'b>) -> Result<Target<'b>> {
        let id = match reference {
            Reference::Id(id) => Some(*id),
            Reference::Entry(entry) => self.identifier_of(entry)?,
        };
        let id = id.map(|id| (id, self.context.canonical(id.value())));
        Ok(match reference {
            Reference::Id(id) if self.context.defines(&id.value()) => {
                let message = "ambiguous reference: it is the name of a prefix that the context defines";
                let help = "write the identifier in full: some readers resolve the prefix, others do not";
                return Err(refuse("ambiguous-reference", message, id.span(), help));
            }
            Reference::Id(_) => {
                let key = id.as_ref().map_or(0, |(_, id)| self.table.key(id));
                Target { key, class: self.table.class_of(key), id, subject: None }
            }
            Reference::Entry(entry) => {
                let class = if entry.class == Class::Reference { self.table.class_of(entry.key) } else { Some(entry.class) };
                Target { key: entry.key, class, subject: entry.class.subject().map(|_| entry.subject), id }
            }
        })
    }

    /// Claims for each string of the value that comes next.
    pub(super) fn claims_of(&mut self, field: &'static str, role: Role) -> Result<()> {
        let mut count = 0_usize;
        self.scribe.each_or_one(field, |scribe| {
            count += 1;
            if count > CLAIMS_MAX {
                return Err(too_many(Span::new(scribe.json.at(), scribe.json.at())));
            }
            scribe.claim(field, role)
        })
    }

    /// Checks that the claims at hand do not grow without bound.
    pub(super) fn check_claims(&self) -> Result<()> {
        if self.scribe.claims.len() <= CLAIMS_MAX {
            return Ok(());
        }
        Err(too_many(Span::new(self.scribe.json.at(), self.scribe.json.at())))
    }

    /// Reads the parts that are up next. `shared` is called for one that is written elsewhere.
    pub(super) fn parts(&mut self, part: Part, how: Identifiers, shared: &mut Shared<'_, 'b>) -> Result<()> {
        let mut open: Vec<Walk> = Vec::new();
        loop {
            match self.scribe.json.peek()? {
                Next::Array => open.push(self.scribe.json.array()?),
                Next::Object => match self.jump_over() {
                    Some(entry) => {
                        let target = self.target(&Reference::Entry(entry))?;
                        shared(self, target)?;
                    }
                    None => {
                        let start = self.scribe.json.clone();
                        if !self.part(part, how)? {
                            // It says nothing itself: it may be a reference.
                            let end = std::mem::replace(&mut self.scribe.json, start);
                            let id = self.identifier_of_object()?;
                            self.scribe.json = end;
                            if let Some(id) = id {
                                let target = self.target(&Reference::Id(id))?;
                                shared(self, target)?;
                            }
                        }
                    }
                },
                _ => {
                    if let Some(id) = self.scribe.string(how.field)? {
                        let target = self.target(&Reference::Id(id))?;
                        shared(self, target)?;
                    }
                }
            }
            self.check_claims()?;
            loop {
                let Some(walk) = open.last_mut() else { return Ok(()) };
                if self.scribe.json.element(walk)? {
                    break;
                }
                open.pop();
            }
        }
    }

    /// Reads the part that is up next. Tells whether it says anything.
    fn part(&mut self, part: Part, how: Identifiers) -> Result<bool> {
        match part {
            Part::Identifier => self.external_identifier(how),
            Part::Reference => self.external_ref(how),
            Part::Hash => self.hash(how.field),
        }
    }

    /// Reads everything that the part at this offset says, whatever it is.
    pub(super) fn part_at(&mut self, start: usize, how: Identifiers) -> Result<()> {
        for part in [Part::Identifier, Part::Reference, Part::Hash] {
            self.scribe.json.jump(start);
            self.part(part, how)?;
        }
        Ok(())
    }

    /// Reads a relationship, but for what its ends refer to.
    pub(super) fn relationship(&mut self, mut walk: Walk) -> Result<Relationship<'b>> {
        let mut relationship = Relationship::default();
        while let Some(member) = self.member(&mut walk, Self::pass)? {
            match member {
                Member::RelationshipType => self.scribe.each_or_one("relationshipType", |scribe| {
                    if relationship.kinds.len() == KINDS_MAX {
                        let at = scribe.json.at();
                        return Err(refuse("wrong-type", "too many types of one relationship", Span::new(at, at), "write one of them"));
                    }
                    relationship.kinds.push(scribe.word("relationshipType")?);
                    Ok(())
                })?,
                Member::Scope => relationship.scope = self.scribe.word("scope")?,
                Member::Completeness => relationship.completeness = self.scribe.word("completeness")?,
                Member::From | Member::To => {
                    self.scribe.json.peek()?;
                    let at = Some(self.scribe.json.at());
                    if let Member::From = member {
                        relationship.from = at;
                    } else {
                        relationship.to = at;
                    }
                    self.pass()?;
                }
                _ => self.pass()?,
            }
        }
        Ok(relationship)
    }

    /// The one element that a relationship leads from.
    pub(super) fn source_of(&mut self, relationship: &Relationship<'b>) -> Result<Option<Target<'b>>> {
        let Some(at) = relationship.from else { return Ok(None) };
        let mut from = None;
        self.scribe.json.jump(at);
        self.references("from", |walker, reference, _| {
            if from.is_some() {
                let at = walker.scribe.json.at();
                let help = "write a relationship for each of them";
                return Err(refuse("wrong-type", "`from` of a relationship has several elements: expected one", Span::new(at, at), help));
            }
            from = Some(walker.target(&reference)?);
            Ok(())
        })?;
        self.read_again(at);
        Ok(from)
    }

    /// Calls `each` for every element that a relationship leads to.
    pub(super) fn targets_of(
        &mut self,
        relationship: &Relationship<'b>,
        mut each: impl FnMut(&mut Self, Target<'b>, usize) -> Result<()>,
    ) -> Result<()> {
        let Some(at) = relationship.to else { return Ok(()) };
        self.scribe.json.jump(at);
        self.references("to", |walker, reference, at| {
            let target = walker.target(&reference)?;
            each(walker, target, at)
        })?;
        self.read_again(at);
        Ok(())
    }

    /// Counts what was read from an offset on, besides what was counted when the element was opened.
    fn read_again(&mut self, _from: usize) {
        #[cfg(test)]
        {
            self.work += self.scribe.json.at() - _from;
        }
    }

    /// What the value at this offset refers to. The place where the walker is stays the same.
    pub(super) fn target_at(&mut self, at: usize) -> Result<Option<Target<'b>>> {
        let (json, nested) = (self.scribe.json.clone(), std::mem::replace(&mut self.nested, true));
        self.scribe.json.jump(at);
        let mut found = None;
        self.references("a reference", |walker, reference, _| {
            found = Some(walker.target(&reference)?);
            Ok(())
        })?;
        self.read_again(at);
        (self.scribe.json, self.nested) = (json, nested);
        Ok(found)
    }

    /// An identifier: what it is, its type says, or its own beginning. Tells whether there is one.
    fn external_identifier(&mut self, how: Identifiers) -> Result<bool> {
        let mut walk = self.scribe.json.object()?;
        let mut kind = Cow::Borrowed("");
        let mut identifier: Option<JsonStr<'b>> = None;
        let before = self.scribe.claims.len();
        while let Some(member) = self.member(&mut walk, Self::pass)? {
            match member {
                Member::IdentifierType => kind = self.scribe.word("externalIdentifierType")?,
                Member::Identifier => identifier = self.scribe.string("identifier")?,
                Member::Authority | Member::Comment => self.scribe.claim(how.field, Role::Text)?,
                Member::IdentifierLocator => self.claims_of(how.field, Role::Link)?,
                _ => self.pass()?,
            }
        }
        let Some(identifier) = identifier else { return Ok(self.scribe.claims.len() > before) };
        const KINDS: [&str; 9] = ["email", "packageUrl", "purl", "cpe22", "cpe23", "swid", "gitoid", "swhid", "cve"];
        let value = identifier.value();
        let role = match terms::listed(&kind, &KINDS) {
            _ if begins(&value, "pkg:") => Role::Purl,
            _ if begins(&value, "cpe:") => Role::Cpe,
            "email" => how.mail,
            "packageUrl" | "purl" => Role::Purl,
            "cpe22" | "cpe23" => Role::Cpe,
            "swid" => Role::Swid,
            "gitoid" | "swhid" => {
                self.content_identifier(how.field, identifier);
                return Ok(true);
            }
            "cve" if value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cve-")) => return Ok(true),
            _ if begins(&value, "http:") || begins(&value, "https:") => how.address,
            _ => Role::Text,
        };
        self.scribe.push(how.field, role, identifier);
        Ok(true)
    }

    /// A reference: where a thing is kept or comes from says who makes it. Tells whether there is one.
    fn external_ref(&mut self, how: Identifiers) -> Result<bool> {
        let mut walk = self.scribe.json.object()?;
        let mut kind = Cow::Borrowed("");
        let mut locators: Vec<JsonStr<'b>> = Vec::new();
        let before = self.scribe.claims.len();
        while let Some(member) = self.member(&mut walk, Self::pass)? {
            match member {
                Member::RefType => kind = self.scribe.word("externalRefType")?,
                Member::Locator => self.scribe.each_or_one("locator", |scribe| {
                    locators.extend(scribe.string("locator")?);
                    Ok(())
                })?,
                Member::Comment => self.scribe.claim(how.field, Role::Text)?,
                _ => self.pass()?,
            }
        }
        const OWN: [&str; 9] = [
            "altDownloadLocation",
            "altWebPage",
            "binaryArtifact",
            "sourceArtifact",
            "vcs",
            "support",
            "buildSystem",
            "buildMeta",
            "issueTracker",
        ];
        const PACKAGES: [&str; 4] = ["npm", "bower", "nuget", "mavenCentral"];
        let kind = terms::listed(terms::listed(&kind, &OWN), &PACKAGES);
        let says = !locators.is_empty() || self.scribe.claims.len() > before;
        for locator in locators {
            let value = locator.value();
            let role = match kind {
                _ if begins(&value, "pkg:") => Role::Purl,
                _ if begins(&value, "cpe:") => Role::Cpe,
                _ if PACKAGES.contains(&kind) => Role::Text,
                _ if OWN.contains(&kind) || how.address == Role::PartyUrl => how.link,
                _ => Role::Link,
            };
            self.scribe.push(how.field, role, locator);
        }
        Ok(says)
    }

    /// A hash, or an identifier made of one. Tells whether there is one.
    fn hash(&mut self, field: &'static str) -> Result<bool> {
        let mut walk = self.scribe.json.object()?;
        let mut found = false;
        while let Some(member) = self.member(&mut walk, Self::pass)? {
            match member {
                Member::HashValue => {
                    found = true;
                    self.scribe.claim(field, Role::Hash)?;
                }
                Member::ContentIdentifierValue => {
                    if let Some(value) = self.scribe.string(field)? {
                        found = true;
                        self.content_identifier(field, value);
                    }
                }
                Member::Comment => self.scribe.claim(field, Role::Text)?,
                _ => self.pass()?,
            }
        }
        Ok(found)
    }

    /// A gitoid or SWHID ends with a hash, `gitoid:blob:sha256:HASH`, `swh:1:cnt:HASH`.
    fn content_identifier(&mut self, field: &'static str, string: JsonStr<'b>) {
        let value = string.value();
        let main = value.split(';').next().unwrap_or_default();
        let start = main.rfind(':').map_or(0, |at| at + 1);
        let range = start..main.len();
        self.scribe.push_part(field, Role::Hash, string, range);
    }
}

/// What reads a part that is written elsewhere.
pub(super) type Shared<'s, 'b> = dyn FnMut(&mut Walker<'b, '_>, Target<'b>) -> Result<()> + 's;

/// A kind of part.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// An `ExternalIdentifier`.
    Identifier,
    /// An `ExternalRef`.
    Reference,
    /// A `Hash`, or a `software_ContentIdentifier`.
    Hash,
}

/// A relationship, but for what its ends refer to: these may be many.
#[derive(Default)]
pub(super) struct Relationship<'b> {
    pub(super) kinds: Vec<Cow<'b, str>>,
    pub(super) scope: Cow<'b, str>,
    pub(super) completeness: Cow<'b, str>,
    /// Where the values of `from` and `to` are.
    pub(super) from: Option<usize>,
    to: Option<usize>,
}

/// The most types that one relationship may have; it should have one.
const KINDS_MAX: usize = 8;

/// How much may still be repeated of what several elements share.
pub(super) struct Budget(u64);

impl Budget {
    /// How many bytes of statements may be repeated: so many, and this many times the document's size.
    ///
    /// An ordinary package repeats a name and an address of its vendor, which is less than the package's own text.
    const FROM: u64 = 32 * 1024 * 1024;
    const RATIO: u64 = 8;
    /// What a statement costs besides its text.
    const STATEMENT: u64 = 32;

    /// The budget of a document of so many bytes.
    pub(super) fn new(size: usize) -> Self {
        Self(Self::FROM + Self::RATIO * size as u64)
    }

    /// A statement is repeated.
    pub(super) fn spend(&mut self, claim: &Claim<'_>) -> Result<()> {
        self.spend_bytes(claim.text.len(), claim.span)
    }

    /// So many bytes are read again.
    pub(super) fn spend_bytes(&mut self, bytes: usize, span: Span) -> Result<()> {
        match self.0.checked_sub(bytes as u64 + Self::STATEMENT) {
            Some(left) => self.0 = left,
            None => {
                let message = "too many components share too long statements about a vendor, identifier or annotation";
                let help = "shorten what is said here: it is repeated for every component that refers to it";
                return Err(refuse("too-many-statements", message, span, help));
            }
        }
        Ok(())
    }
}

/// How identifiers and references are claimed.
#[derive(Clone, Copy)]
pub(super) struct Identifiers {
    pub(super) field: &'static str,
    /// What a mail address is.
    pub(super) mail: Role,
    /// What an identifier that is a web address is.
    pub(super) address: Role,
    /// What the address in a reference is.
    pub(super) link: Role,
}

impl Identifiers {
    /// Those of a component.
    pub(super) const fn of_component(field: &'static str) -> Self {
        Self { field, mail: Role::PersonEmail, address: Role::Link, link: Role::Url }
    }

    /// Those of an agent.
    pub(super) const fn of_agent(person: bool) -> Self {
        let mail = if person { Role::PersonEmail } else { Role::PartyEmail };
        Self { field: "agent", mail, address: Role::PartyUrl, link: Role::PartyUrl }
    }

    /// The role that a claim made of a component's identifier has when an agent shares the identifier.
    pub(super) fn shared(self, role: Role) -> Role {
        match role {
            Role::PersonEmail => self.mail,
            Role::Url => self.link,
            Role::Link => self.address,
            other => other,
        }
    }
}

pub(super) fn too_many(span: Span) -> Box<crate::document::DocumentError> {
    let message = format!("more than {CLAIMS_MAX} fields of one component");
    refuse("too-many-statements", &message, span, "correct the generator: no component needs so many")
}

/// A claim without its text's owner: the text is shared by all that repeat it.
pub(super) fn borrowed<'b>(field: &'static str, role: Role, claim: &'b Claim<'_>) -> Claim<'b> {
    Claim { field, role, text: Cow::Borrowed(claim.text.as_ref()), span: claim.span }
}
