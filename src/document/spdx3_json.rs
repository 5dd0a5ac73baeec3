//! The reader for SPDX 3 JSON-LD, 3.0 to 3.0.1.
//!
//! Everything in it refers to everything else by identifier, in any order, so the document is walked twice: first for who its agents
//! are and who provides what, then for the subjects. Types and members are the short ones of SPDX's own context; a context that
//! gives other words a meaning is refused, because a reader that does not know it would see another document.

use std::borrow::Cow;
use std::collections::HashMap;

use super::feed::Feed;
use super::json::{Json, JsonStr, Next};
use super::recognise::error;
use super::scribe::{Members, Result, Scribe, begins, keys, pointers};
use super::units::Units;
use super::{Document, Format, Reader};
use crate::inventory::{Claim, Kind, Listener, Nobody, Node, Place, Role, Scope, Text, names_nobody};
use crate::source::Span;

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "json-ld", versions: &["3.0", "3.0.0", "3.0.1"], by_parts: false, read, pointers };

keys!(DocumentKey { Context = "@context", Graph = "@graph", Type = "type", OtherType = "@type", BomFormat = "bomFormat", SpdxVersion = "spdxVersion" });

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let mut known = Known::default();
    walk(feed, &mut Nobody, &mut |scribe| gather(scribe, &mut known))?;
    let seen = walk(feed, listener, &mut |scribe| element(scribe, &mut known))?;
    let version = version(&seen, &known)?;
    if version.newer {
        let message = format!("SPDX {} is newer than the versions known (3.0.1); members that it adds were not read", version.text);
        listener.note(crate::inventory::Note { code: "newer-version", message, span: seen.context });
    }
    if known.unresolved > 0 {
        let message = format!("{} makers are referred to and not described in this document", known.unresolved);
        listener.note(crate::inventory::Note { code: "dangling-reference", message, span: known.first_unresolved });
    }
    Ok(Document { version: version.text, ..seen.document })
}

/// What a walk saw of the document itself.
struct Seen {
    document: Document,
    context: Option<Span>,
    context_version: Option<String>,
}

/// Calls `each` for every element: those of `@graph`, or the one that the document is.
fn walk(feed: &mut Feed<'_>, listener: &mut dyn Listener, each: &mut dyn FnMut(&mut Scribe<'_, '_>) -> Result<()>) -> Result<Seen> {
    let start = feed.start();
    let (mut context, mut context_version, mut graph, mut single) = (None, None, false, false);
    let mut units = Units::begin(feed, listener)?;
    while let Some(key) = units.key::<DocumentKey>()? {
        match key {
            DocumentKey::Context => {
                let (span, version) = units.unit(self::context)?;
                (context, context_version) = (Some(span), version);
            }
            DocumentKey::Graph => {
                graph = true;
                units.each_or_one("@graph", &mut *each)?;
            }
            DocumentKey::Type | DocumentKey::OtherType => {
                single = true;
                units.unit(|scribe| scribe.json.skip().map(drop).map_err(Into::into))?;
            }
            DocumentKey::BomFormat => return units.unit(|scribe| Err(scribe.two_formats("SPDX", "CycloneDX"))),
            DocumentKey::SpdxVersion => return units.unit(|scribe| Err(scribe.two_formats("SPDX 3", "SPDX 2"))),
        }
    }
    units.end()?;
    if single && !graph {
        units.again(start, each)?;
    }
    Ok(Seen { document: units.document(""), context, context_version })
}

/// The contexts: SPDX's own, whose version it tells, and others, which may only shorten identifiers.
fn context(scribe: &mut Scribe<'_, '_>) -> Result<(Span, Option<String>)> {
    let start = scribe.json.at();
    let mut version = None;
    scribe.each_or_one("@context", |scribe| {
        if scribe.json.peek()? != Next::Object {
            let Some(url) = scribe.string("@context")? else { return Ok(()) };
            let text = url.value();
            let own = ["https://spdx.org/rdf/", "http://spdx.org/rdf/", "https://spdx.github.io/spdx-spec/"]
                .iter()
                .find_map(|own| text.strip_prefix(own));
            match own.map(|rest| rest.split('/').next().unwrap_or_default().trim_start_matches('v').to_owned()) {
                Some(found) => version = Some(found),
                None => {
                    let message = "a context that is not SPDX's own was not read; members that it defines are not known".to_owned();
                    scribe.note("other-context", message, Some(url.span()));
                }
            }
            return Ok(());
        }
        let mut walk = scribe.json.object()?;
        while let Some(key) = scribe.json.key(&mut walk)? {
            let string = if scribe.json.peek()? == Next::String { Some(scribe.json.string()?) } else { None };
            let prefix = string.is_some_and(|value| value.value().ends_with(['#', '/', ':']) && !value.value().contains("spdx.org/rdf/3"));
            if !prefix {
                let help = "use the members of SPDX's own context, https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
                let message = "this context gives a word a meaning of its own: what the document says depends on it";
                return Err(Box::new(error("unsupported-context", message, Some(key.span()), help)));
            }
        }
        Ok(())
    })?;
    Ok((Span::new(start, scribe.json.at()), version))
}

struct Version {
    text: String,
    newer: bool,
}

fn version(seen: &Seen, known: &Known) -> Result<Version> {
    let declared = seen.context_version.clone().or_else(|| known.version.clone());
    let help = "write it as SPDX 3.0.1";
    let Some(declared) = declared.filter(|version| !version.is_empty()) else {
        let message = "nothing in this document says which version of SPDX 3 it is";
        return Err(Box::new(error("unknown-version", message, seen.context, help)));
    };
    let text = crate::text::excerpt(&declared, 40).into_owned();
    if READER.versions.contains(&declared.as_str()) {
        return Ok(Version { text, newer: false });
    }
    if declared.starts_with("3.") && declared[2..].starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(Version { text, newer: true });
    }
    Err(Box::new(error(
        "unknown-version",
        &format!("SPDX `{text}` is not a version that is known for a document of this shape"),
        seen.context,
        help,
    )))
}

/// One statement about an agent, to be made a claim of everything that the agent made or supplies.
struct Statement {
    role: Role,
    text: String,
    span: Span,
}

/// What the first walk finds out.
#[derive(Default)]
struct Known {
    agents: HashMap<String, Vec<Statement>>,
    /// Who else provides a thing: `availableFrom`.
    providers: HashMap<String, Vec<String>>,
    /// What a thing is used for, where relationships tell and agree.
    scopes: HashMap<String, Option<Scope>>,
    version: Option<String>,
    unresolved: usize,
    first_unresolved: Option<Span>,
}

/// What an element is, by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Agent {
        person: bool,
    },
    Subject {
        kind: Kind,
        place: Place,
    },
    Relationship,
    /// Says what the document describes: `SpdxDocument`, `software_Sbom` and the like.
    Collection,
    /// Names no maker and is no part of the product.
    Other,
    Unknown,
}

fn class(word: &str) -> Class {
    // The short word, or the IRI that it stands for: `https://spdx.org/rdf/3.0.1/terms/Software/Package`.
    let long;
    let word = match word.rsplit_once("/terms/") {
        Some((_, path)) => {
            let (profile, name) = path.split_once('/').unwrap_or(("Core", path));
            long = if profile == "Core" { name.to_owned() } else { format!("{}_{name}", profile.to_lowercase()) };
            long.as_str()
        }
        None => word.trim_start_matches("spdx:"),
    };
    let part = |kind| Class::Subject { kind, place: Place::Part };
    match word {
        "Organization" | "SoftwareAgent" | "Agent" => Class::Agent { person: false },
        "Person" => Class::Agent { person: true },
        "software_Package" | "software_SoftwareArtifact" => part(Kind::Library),
        "software_File" => part(Kind::File),
        "software_Snippet" => part(Kind::Snippet),
        "ai_AIPackage" => part(Kind::Model),
        "dataset_DatasetPackage" => part(Kind::Data),
        "Tool" => Class::Subject { kind: Kind::Tool, place: Place::Tool },
        "Relationship" | "LifecycleScopedRelationship" => Class::Relationship,
        "SpdxDocument" | "software_Sbom" | "Bom" | "Bundle" => Class::Collection,
        "CreationInfo" | "Annotation" | "License" | "ListedLicense" | "IndividualElement" | "NoAssertionElement" | "NoneElement"
        | "build_Build" => Class::Other,
        other if ["simplelicensing_", "expandedlicensing_", "security_", "extension_"].iter().any(|profile| other.starts_with(profile)) => {
            Class::Other
        }
        _ => Class::Unknown,
    }
}

/// The type of the element that comes next, wherever in it that stands.
fn type_of(json: &Json<'_>) -> Result<Class> {
    let mut json = json.clone();
    if json.peek()? != Next::Object {
        return Ok(Class::Unknown);
    }
    let mut walk = json.object()?;
    let mut found: Option<JsonStr<'_>> = None;
    while let Some(key) = json.key(&mut walk)? {
        if matches!(key.value().as_ref(), "type" | "@type") && json.peek()? == Next::String {
            let word = json.string()?;
            if found.is_some_and(|first| first.value() != word.value()) {
                let help = "keep one of the two: readers disagree about which of them counts";
                return Err(Box::new(error("duplicate-key", "this element has two types", Some(word.span()), help)));
            }
            found = Some(word);
        } else {
            json.skip()?;
        }
    }
    Ok(found.map_or(Class::Unknown, |word| class(&word.value())))
}

// --- the first walk ---

keys!(GatherKey {
    SpdxId = "spdxId",
    Id = "@id",
    Name = "name",
    Description = "description",
    Comment = "comment",
    ExternalIdentifier = "externalIdentifier",
    ExternalIdentifiers = "externalIdentifiers",
    ExternalRef = "externalRef",
    SuppliedBy = "suppliedBy",
    OriginatedBy = "originatedBy",
    RelationshipType = "relationshipType",
    From = "from",
    To = "to",
    SpecVersion = "specVersion",
    CreationInfo = "creationInfo",
    Scope = "scope",
});

fn gather(scribe: &mut Scribe<'_, '_>, known: &mut Known) -> Result<()> {
    if scribe.json.peek()? != Next::Object {
        return scribe.json.skip().map(drop).map_err(Into::into);
    }
    let class = type_of(&scribe.json)?;
    if let Class::Agent { person } = class {
        if let Some((id, statements)) = agent(scribe, person)? {
            let all = known.agents.entry(id).or_default();
            all.extend(statements);
            if all.len() > STATEMENTS_MAX {
                let message = format!("more than {STATEMENTS_MAX} things are said of one agent");
                let help = "what is said of an agent is said of all that it makes: no SBOM needs so much";
                return Err(Box::new(error("too-many-statements", &message, all.last().map(|statement| statement.span), help)));
            }
        }
        return Ok(());
    }
    let Some(mut members) = scribe.object("an element")? else { return Ok(()) };
    let (mut kind, mut from, mut lifecycle) = (Cow::Borrowed(""), String::new(), Cow::Borrowed(""));
    let mut to: Vec<String> = Vec::new();
    while let Some(key) = scribe.key::<GatherKey>(&mut members)? {
        match key {
            // Agents may be described where they are referred to.
            GatherKey::SuppliedBy | GatherKey::OriginatedBy | GatherKey::From | GatherKey::CreationInfo => {
                if scribe.json.peek()? == Next::String {
                    let string = scribe.json.string()?;
                    if matches!(key, GatherKey::From) {
                        from = string.value().into_owned();
                    }
                } else {
                    scribe.each_or_one("suppliedBy", |scribe| gather(scribe, known))?;
                }
            }
            GatherKey::To => scribe.each_or_one("to", |scribe| {
                if scribe.json.peek()? == Next::String {
                    to.push(scribe.json.string()?.value().into_owned());
                    return Ok(());
                }
                gather(scribe, known)
            })?,
            GatherKey::Scope if scribe.json.peek()? == Next::String => lifecycle = scribe.json.string()?.value(),
            GatherKey::RelationshipType if scribe.json.peek()? == Next::String => kind = scribe.json.string()?.value(),
            GatherKey::SpecVersion if scribe.json.peek()? == Next::String => {
                known.version = Some(scribe.json.string()?.value().into_owned())
            }
            _ => drop(scribe.json.skip()?),
        }
    }
    if class != Class::Relationship {
        return Ok(());
    }
    if kind == "availableFrom" {
        known.providers.entry(from).or_default().extend(to);
    } else if let Some(scope) = scope_in(&kind, &lifecycle) {
        for to in to {
            known.scopes.entry(to).and_modify(|known| *known = known.filter(|known| Some(*known) == scope)).or_insert(scope);
        }
    }
    Ok(())
}

/// What a relationship tells about the use of the elements that it leads to; nothing, if it is not about use.
fn scope_in(kind: &str, lifecycle: &str) -> Option<Option<Scope>> {
    let optional = matches!(kind, "hasOptionalDependency" | "hasOptionalComponent");
    let uses = optional
        || matches!(kind, "dependsOn" | "usesTool" | "hasStaticLink" | "hasDynamicLink" | "hasProvidedDependency" | "hasPrerequisite");
    uses.then_some(match lifecycle {
        "development" | "build" | "design" => Some(Scope::Build),
        "test" => Some(Scope::Test),
        "" if optional => Some(Scope::Optional),
        _ => None,
    })
}

/// The most that may be said of an agent: it is repeated for each of its packages.
const STATEMENTS_MAX: usize = 200;

/// What is said of an agent, and its identifier.
fn agent(scribe: &mut Scribe<'_, '_>, person: bool) -> Result<Option<(String, Vec<Statement>)>> {
    let before = scribe.claims.len();
    let (name_role, mail_role) = if person { (Role::Person, Role::PersonEmail) } else { (Role::Party, Role::PartyEmail) };
    let mut id = None;
    let Some(mut members) = scribe.object("an agent")? else { return Ok(None) };
    while let Some(key) = scribe.key::<GatherKey>(&mut members)? {
        match key {
            GatherKey::SpdxId | GatherKey::Id => id = id.or(scribe.text("spdxId")?),
            GatherKey::Name => {
                if let Some(name) = scribe.string("name")? {
                    scribe.maker("agent", name_role, name);
                }
            }
            GatherKey::Description | GatherKey::Comment => scribe.claim("agent", Role::Text)?,
            GatherKey::ExternalIdentifier | GatherKey::ExternalIdentifiers => {
                scribe.each_or_one("externalIdentifier", |scribe| {
                    external_identifier(scribe, "agent", mail_role, Role::PartyUrl).map(drop)
                })?;
            }
            GatherKey::ExternalRef => scribe.each_or_one("externalRef", |scribe| external_ref(scribe, "agent", Role::PartyUrl))?,
            _ => drop(scribe.json.skip()?),
        }
    }
    let statements =
        scribe.claims.drain(before..).map(|claim| Statement { role: claim.role, text: claim.text.into_owned(), span: claim.span });
    let statements: Vec<Statement> = statements.collect();
    Ok(Some((id.map_or(String::new(), |id| id.value.into_owned()), statements)))
}

keys!(IdentifierKey {
    Type = "externalIdentifierType",
    Identifier = "identifier",
    Authority = "issuingAuthority",
    Locator = "identifierLocator",
    Comment = "comment",
});

/// An identifier: what it is, says its type, or its own beginning. The first purl is returned.
fn external_identifier<'a>(scribe: &mut Scribe<'a, '_>, field: &'static str, mail: Role, address: Role) -> Result<Option<Text<'a>>> {
    let Some(mut members) = scribe.object("externalIdentifier[]")? else { return Ok(None) };
    let mut kind = Cow::Borrowed("");
    let mut identifier: Option<JsonStr<'a>> = None;
    while let Some(key) = scribe.key::<IdentifierKey>(&mut members)? {
        match key {
            IdentifierKey::Type => kind = scribe.word("externalIdentifierType")?,
            IdentifierKey::Identifier => identifier = scribe.string("identifier")?,
            IdentifierKey::Authority | IdentifierKey::Comment => scribe.claim(field, Role::Text)?,
            IdentifierKey::Locator => scribe.claims_of(field, Role::Link)?,
        }
    }
    let Some(identifier) = identifier else { return Ok(None) };
    let value = identifier.value();
    let role = match kind.as_ref() {
        _ if begins(&value, "pkg:") => Role::Purl,
        _ if begins(&value, "cpe:") => Role::Cpe,
        "email" => mail,
        "packageUrl" => Role::Purl,
        "cpe22" | "cpe23" => Role::Cpe,
        "swid" => Role::Swid,
        "gitoid" | "swhid" | "cve" => return Ok(None),
        _ if begins(&value, "http:") || begins(&value, "https:") => address,
        _ => Role::Text,
    };
    scribe.push(field, role, identifier);
    Ok((role == Role::Purl).then(|| Text { value: identifier.value(), span: identifier.span() }))
}

keys!(RefKey { Type = "externalRefType", Locator = "locator", Comment = "comment" });

/// A reference: where a thing is kept or comes from says who makes it.
fn external_ref(scribe: &mut Scribe<'_, '_>, field: &'static str, address: Role) -> Result<()> {
    let Some(mut members) = scribe.object("externalRef[]")? else { return Ok(()) };
    let mut kind = Cow::Borrowed("");
    let mut locators: Vec<JsonStr<'_>> = Vec::new();
    while let Some(key) = scribe.key::<RefKey>(&mut members)? {
        match key {
            RefKey::Type => kind = scribe.word("externalRefType")?,
            RefKey::Locator => scribe.each_or_one("locator", |scribe| {
                locators.extend(scribe.string("locator")?);
                Ok(())
            })?,
            RefKey::Comment => scribe.claim(field, Role::Text)?,
        }
    }
    let own = matches!(
        kind.as_ref(),
        "altDownloadLocation"
            | "altWebPage"
            | "binaryArtifact"
            | "sourceArtifact"
            | "vcs"
            | "support"
            | "buildSystem"
            | "buildMeta"
            | "issueTracker"
    );
    for locator in locators {
        let value = locator.value();
        let role = match kind.as_ref() {
            _ if begins(&value, "pkg:") => Role::Purl,
            _ if begins(&value, "cpe:") => Role::Cpe,
            "npm" | "bower" | "nuget" | "mavenCentral" => Role::Text,
            _ if own || address == Role::PartyUrl => address,
            _ => Role::Link,
        };
        scribe.push(field, role, locator);
    }
    Ok(())
}

// --- the second walk ---

fn element(scribe: &mut Scribe<'_, '_>, known: &mut Known) -> Result<()> {
    if scribe.json.peek()? != Next::Object {
        let span = scribe.json.skip()?;
        scribe.note("null-element", "an element of the graph is no object".to_owned(), Some(span));
        return Ok(());
    }
    match type_of(&scribe.json)? {
        Class::Subject { kind, place } => subject(scribe, known, kind, place).map(drop),
        Class::Unknown => {
            let span = scribe.json.clone().skip()?;
            scribe.note(
                "unknown-type",
                "the type of this element is not known; it was read as a part of the product".to_owned(),
                Some(span),
            );
            subject(scribe, known, Kind::Unknown, Place::Part).map(drop)
        }
        Class::Relationship => relationship(scribe, known),
        Class::Collection => collection(scribe, known),
        Class::Agent { .. } | Class::Other => scribe.json.skip().map(drop).map_err(Into::into),
    }
}

keys!(SubjectKey {
    SpdxId = "spdxId",
    Id = "@id",
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
});
keys!(HashKey { Value = "hashValue" });

fn subject<'a>(scribe: &mut Scribe<'a, '_>, known: &mut Known, kind: Kind, place: Place) -> Result<Option<Text<'a>>> {
    let Some(mut members) = scribe.object("an element")? else { return Ok(None) };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(place, kind);
    while let Some(key) = scribe.key::<SubjectKey>(&mut members)? {
        match key {
            SubjectKey::SpdxId | SubjectKey::Id => {
                let id = scribe.text("spdxId")?;
                draft.subject.reference = draft.subject.reference.or(id);
            }
            SubjectKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            SubjectKey::Version => draft.subject.version = scribe.text("software_packageVersion")?,
            SubjectKey::PackageUrl => draft.subject.purl = scribe.kept("software_packageUrl", Role::Purl)?,
            SubjectKey::DownloadLocation => scribe.said("software_downloadLocation", Role::Url)?,
            SubjectKey::HomePage => scribe.said("software_homePage", Role::Url)?,
            SubjectKey::SuppliedBy => scribe.each_or_one("suppliedBy", |scribe| maker(scribe, known, "suppliedBy"))?,
            SubjectKey::OriginatedBy => scribe.each_or_one("originatedBy", |scribe| maker(scribe, known, "originatedBy"))?,
            SubjectKey::ExternalIdentifier | SubjectKey::ExternalIdentifiers => scribe.each_or_one("externalIdentifier", |scribe| {
                let purl = external_identifier(scribe, "externalIdentifier", Role::PersonEmail, Role::Link)?;
                if draft.subject.purl.is_none() {
                    draft.subject.purl = purl;
                }
                Ok(())
            })?,
            SubjectKey::ExternalRef => scribe.each_or_one("externalRef", |scribe| external_ref(scribe, "externalRef", Role::Url))?,
            SubjectKey::PrimaryPurpose => {
                if let Some(word) = scribe.string("software_primaryPurpose")? {
                    // Of a file or a model it says what that is for, not what it is.
                    if matches!(kind, Kind::Library | Kind::Unknown) {
                        draft.subject.kind = purpose(&word.value());
                        draft.subject.kind_word = Some(word.raw());
                    }
                }
            }
            SubjectKey::Summary => scribe.said("summary", Role::Text)?,
            SubjectKey::Description => scribe.said("description", Role::Text)?,
            SubjectKey::Comment => scribe.said("comment", Role::Text)?,
            SubjectKey::SourceInfo => scribe.said("software_sourceInfo", Role::Text)?,
            SubjectKey::CopyrightText => scribe.said("software_copyrightText", Role::Text)?,
            SubjectKey::AttributionText => scribe.claims_of("software_attributionText", Role::Text)?,
            SubjectKey::VerifiedUsing => scribe.each_or_one("verifiedUsing", |scribe| {
                if !scribe.skip_unless(Next::Object)? {
                    return Ok(());
                }
                let Some(mut hash) = scribe.object("verifiedUsing[]")? else { return Ok(()) };
                while let Some(HashKey::Value) = scribe.key(&mut hash)? {
                    scribe.claim("verifiedUsing", Role::Hash)?;
                }
                Ok(())
            })?,
            SubjectKey::SnippetFromFile => {
                if let Some(file) = scribe.text("software_snippetFromFile")? {
                    scribe.relate(Node::Reference(&file.value), Node::Subject(draft.subject.index));
                }
            }
        }
    }
    let reference = draft.subject.reference.clone();
    if let Some(reference) = &reference
        && let Some(providers) = known.providers.remove(reference.value.as_ref())
    {
        for provider in providers {
            provided(scribe, known, "availableFrom", &provider, reference.span);
        }
    }
    if let Some(scope) = reference.as_ref().and_then(|reference| known.scopes.get(reference.value.as_ref()).copied().flatten()) {
        draft.subject.scope = Some(scope);
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    scribe.close(draft);
    Ok(reference)
}

/// An agent by its identifier, or described on the spot.
fn maker(scribe: &mut Scribe<'_, '_>, known: &mut Known, field: &'static str) -> Result<()> {
    if scribe.json.peek()? == Next::Object {
        let person = matches!(type_of(&scribe.json)?, Class::Agent { person: true });
        if let Some((_, statements)) = agent(scribe, person)? {
            claim_all(scribe, field, &statements);
        }
        return Ok(());
    }
    let Some(id) = scribe.string(field)? else { return Ok(()) };
    let value = id.value();
    provided(scribe, known, field, &value, id.span());
    Ok(())
}

fn provided(scribe: &mut Scribe<'_, '_>, known: &mut Known, field: &'static str, id: &str, span: Span) {
    let last = id.rsplit(['/', '#', ':']).next().unwrap_or_default();
    if names_nobody(id) || matches!(last, "NoAssertion" | "NoAssertionElement" | "None" | "NoneElement" | "SpdxOrganization") {
        return;
    }
    if let Some(statements) = known.agents.get(id) {
        return claim_all(scribe, field, statements);
    }
    // Nothing says who that is; its identifier may.
    known.unresolved += 1;
    known.first_unresolved.get_or_insert(span);
    scribe.claims.push(Claim { field, role: Role::Link, text: Cow::Owned(id.to_owned()), span });
}

fn claim_all(scribe: &mut Scribe<'_, '_>, field: &'static str, statements: &[Statement]) {
    let claims = statements.iter().map(|statement| Claim {
        field,
        role: statement.role,
        text: Cow::Owned(statement.text.clone()),
        span: statement.span,
    });
    scribe.claims.extend(claims);
}

/// SPDX 3's purposes, as the subject kinds.
fn purpose(word: &str) -> Kind {
    match word {
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

keys!(RelationshipKey { Type = "relationshipType", From = "from", To = "to", Completeness = "completeness" });

fn relationship(scribe: &mut Scribe<'_, '_>, known: &mut Known) -> Result<()> {
    let Some(mut members) = scribe.object("a relationship")? else { return Ok(()) };
    let (mut kind, mut from): (Cow<'_, str>, Option<Text<'_>>) = (Cow::Borrowed(""), None);
    let mut to: Vec<Text<'_>> = Vec::new();
    let mut completeness = Cow::Borrowed("");
    while let Some(key) = scribe.key::<RelationshipKey>(&mut members)? {
        match key {
            RelationshipKey::Completeness => completeness = scribe.word("completeness")?,
            RelationshipKey::Type => kind = scribe.word("relationshipType")?,
            RelationshipKey::From => from = reference(scribe, known)?,
            RelationshipKey::To => scribe.each_or_one("to", |scribe| {
                to.extend(reference(scribe, known)?);
                Ok(())
            })?,
        }
    }
    if !completeness.is_empty() && (kind == "contains" || kind.contains("depend") || kind.contains("Depend")) {
        // The last word of an IRI, where it is written as one.
        scribe.completeness(completeness.rsplit('/').next().unwrap_or_default());
    }
    let Some(from) = from else { return Ok(()) };
    for to in to {
        let (from, to) = (Node::Reference(&from.value), Node::Reference(&to.value));
        match kind.as_ref() {
            "generates" | "copiedTo" | "packagedBy" | "ancestorOf" | "modifiedBy" => scribe.relate(to, from),
            "contains" | "describes" | "descendantOf" | "hasVariant" | "patchedBy" | "trainedOn" | "usesTool" | "hasInput"
            | "hasPrerequisite" | "hasOutput" | "dependsOn" => scribe.relate(from, to),
            kind if kind.starts_with("hasDynamic") || kind.starts_with("hasStatic") || kind.starts_with("hasOptional") => {
                scribe.relate(from, to)
            }
            "hasProvidedDependency" | "hasDistributionArtifact" | "hasAddedFile" => scribe.relate(from, to),
            _ => {}
        }
    }
    Ok(())
}

/// An element by its identifier, or described on the spot.
fn reference<'a>(scribe: &mut Scribe<'a, '_>, known: &mut Known) -> Result<Option<Text<'a>>> {
    if scribe.json.peek()? != Next::Object {
        return scribe.text("a reference");
    }
    match type_of(&scribe.json)? {
        Class::Subject { kind, place } => subject(scribe, known, kind, place),
        _ => element(scribe, known).map(|()| None),
    }
}

keys!(CollectionKey { RootElement = "rootElement", Element = "element" });

/// What a document or SBOM is about; elements in it that are no references are parts like any other.
fn collection(scribe: &mut Scribe<'_, '_>, known: &mut Known) -> Result<()> {
    let members: Option<Members> = scribe.object("a collection")?;
    let Some(mut members) = members else { return Ok(()) };
    while let Some(key) = scribe.key::<CollectionKey>(&mut members)? {
        scribe.each_or_one("rootElement", |scribe| {
            let reference = reference(scribe, known)?;
            if let (CollectionKey::RootElement, Some(root)) = (key, reference) {
                scribe.relate(Node::Document, Node::Reference(&root.value));
            }
            Ok(())
        })?;
    }
    Ok(())
}
