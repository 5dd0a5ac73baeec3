//! What components and services have in common: organisations, contacts, references, licences, evidence, properties, data.

use std::borrow::Cow;

use base64::Engine as _;

use super::super::LENIENT_BASE64;
use super::super::json::{JsonStr, Next};
use super::super::scribe::{Result, Scribe, begins, keys};
use super::inside;
use super::properties::Properties;
use super::prose::strings;
use crate::inventory::{Claim, Role, Text, names_nobody};
use crate::source::{Source, Span};

/// A version: a string; some writers make it a number.
pub(super) fn version<'a>(scribe: &mut Scribe<'a, '_>) -> Result<Option<Text<'a>>> {
    if scribe.json.peek()? == Next::Number {
        let span = scribe.json.skip()?;
        return Ok(Some(Text { value: scribe.json.slice(span).into(), span }));
    }
    scribe.text("version")
}

keys!(EntityKey { Name = "name", Url = "url", Contact = "contact" });

/// An organisation: its name, its addresses, the addresses of its contacts. A bare string is taken as the name: it is evidence all the same.
pub(super) fn entity(scribe: &mut Scribe<'_, '_>, field: &'static str, role: Role) -> Result<()> {
    if scribe.json.peek()? == Next::String {
        let name = scribe.json.string()?;
        scribe.maker(field, role, name);
        return Ok(());
    }
    inside(scribe, field, |scribe, key: EntityKey| match key {
        EntityKey::Name => {
            if let Some(name) = scribe.string(field)? {
                scribe.maker(field, role, name);
            }
            Ok(())
        }
        EntityKey::Url => scribe.claims_of(field, Role::PartyUrl),
        EntityKey::Contact => scribe.each_or_one(field, |scribe| contact(scribe, field, Role::PartyEmail)),
    })
}

keys!(ContactKey { Name = "name", Email = "email" });

/// A person; `email` says whether the address is the organisation's or the person's own.
pub(super) fn contact(scribe: &mut Scribe<'_, '_>, field: &'static str, email: Role) -> Result<()> {
    if scribe.json.peek()? == Next::String {
        return author(scribe, field);
    }
    inside(scribe, field, |scribe, key: ContactKey| match key {
        ContactKey::Name => author(scribe, field),
        ContactKey::Email => scribe.claim(field, email),
    })
}

/// A free-form author: a person or an organisation, perhaps with an address.
pub(super) fn author(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    if let Some(author) = scribe.string(field)? {
        scribe.maker(field, Role::Person, author);
    }
    Ok(())
}

/// A publisher: mostly an organisation. Generators put the maintainers of distributions here, so an address behind a name is a person's.
pub(super) fn publisher(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if let Some(publisher) = scribe.string("publisher")? {
        scribe.publisher("publisher", publisher);
    }
    Ok(())
}

keys!(HashKey { Content = "content" });

pub(super) fn hashes(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    scribe.each("hashes", |scribe| inside(scribe, "hashes[]", |scribe, _: HashKey| scribe.claim("hashes", Role::Hash)))
}

keys!(ReferenceKey { Type = "type", Url = "url", Comment = "comment", Hashes = "hashes" });

pub(super) fn external_references(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    scribe.each("externalReferences", |scribe| {
        let Some(mut members) = scribe.object("externalReferences[]")? else { return Ok(()) };
        let mut kind = Cow::Borrowed("");
        let mut url: Option<JsonStr<'_>> = None;
        while let Some(key) = scribe.key::<ReferenceKey>(&mut members)? {
            match key {
                ReferenceKey::Type => kind = scribe.word("externalReferences[].type")?,
                ReferenceKey::Url => url = scribe.string("externalReferences[].url")?,
                ReferenceKey::Comment => scribe.claim("externalReferences.comment", Role::Text)?,
                ReferenceKey::Hashes => hashes(scribe)?,
            }
        }
        if let Some(url) = url {
            if kind == "bom" {
                scribe.link(&url.value(), url.span());
            }
            let (field, role) = reference_role(&kind);
            scribe.push(field, role, url);
        }
        Ok(())
    })
}

/// An external reference of the document itself: of interest if it leads to another SBOM.
pub(super) fn reference_to_document(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if !scribe.skip_unless(Next::Object)? {
        return Ok(());
    }
    let (mut kind, mut url) = (Cow::Borrowed(""), None);
    inside(scribe, "externalReferences[]", |scribe, key: ReferenceKey| {
        match key {
            ReferenceKey::Type if scribe.skip_unless(Next::String)? => kind = scribe.word("externalReferences[].type")?,
            ReferenceKey::Url if scribe.skip_unless(Next::String)? => url = scribe.text("externalReferences[].url")?,
            ReferenceKey::Type | ReferenceKey::Url => {}
            ReferenceKey::Comment | ReferenceKey::Hashes => drop(scribe.json.skip()?),
        }
        Ok(())
    })?;
    if let Some(url) = url.filter(|url| kind == "bom" || is_bom_link(&url.value)) {
        scribe.link(&url.value, url.span);
    }
    Ok(())
}

/// Whether a reference is a BOM-Link: it leads into another CycloneDX document.
pub(super) fn is_bom_link(text: &str) -> bool {
    begins(text, "urn:cdx:")
}

/// Where a thing is kept, comes from, or is looked after says who makes it; what is written about it does not.
fn reference_role(kind: &str) -> (&'static str, Role) {
    match kind {
        "vcs" => ("externalReferences.vcs", Role::Url),
        "website" => ("externalReferences.website", Role::Url),
        "distribution" => ("externalReferences.distribution", Role::Url),
        "distribution-intake" => ("externalReferences.distribution-intake", Role::Url),
        "source-distribution" => ("externalReferences.source-distribution", Role::Url),
        "issue-tracker" => ("externalReferences.issue-tracker", Role::Url),
        "support" => ("externalReferences.support", Role::Url),
        "security-contact" => ("externalReferences.security-contact", Role::Url),
        "build-system" => ("externalReferences.build-system", Role::Url),
        "build-meta" => ("externalReferences.build-meta", Role::Url),
        _ => ("externalReferences", Role::Link),
    }
}

keys!(ChoiceKey { License = "license", Licensing = "licensing", Expression = "expression" });
keys!(LicenseKey { Name = "name", Text = "text", Url = "url", Licensing = "licensing" });
keys!(LicensingKey { Licensor = "licensor" });
keys!(LicensorKey { Organization = "organization", Individual = "individual" });

/// Licences: a commercial licensor is a maker, the rest is text. Whatever shape they have, they never stop the reading.
pub(super) fn licenses(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if !scribe.skip_unless(Next::Array)? {
        return Ok(());
    }
    scribe.each("licenses", |scribe| {
        if !scribe.skip_unless(Next::Object)? {
            return Ok(());
        }
        inside(scribe, "licenses[]", |scribe, key: ChoiceKey| match key {
            ChoiceKey::License if scribe.skip_unless(Next::Object)? => inside(scribe, "license", |scribe, key: LicenseKey| match key {
                LicenseKey::Name => lenient(scribe, "licenses.name", Role::Text),
                LicenseKey::Url => lenient(scribe, "licenses.url", Role::Link),
                LicenseKey::Text => attachment(scribe, "licenses.text"),
                LicenseKey::Licensing => licensing(scribe),
            }),
            ChoiceKey::License => Ok(()),
            ChoiceKey::Licensing => licensing(scribe),
            ChoiceKey::Expression => scribe.license_expression("licenses[].expression"),
        })
    })
}

fn licensing(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    const FIELD: &str = "licensing.licensor";
    inside(scribe, "licensing", |scribe, _: LicensingKey| {
        inside(scribe, FIELD, |scribe, key: LicensorKey| match key {
            LicensorKey::Organization => entity(scribe, FIELD, Role::Party),
            LicensorKey::Individual => contact(scribe, FIELD, Role::PersonEmail),
        })
    })
}

fn lenient(scribe: &mut Scribe<'_, '_>, field: &'static str, role: Role) -> Result<()> {
    if scribe.skip_unless(Next::String)? { scribe.claim(field, role) } else { Ok(()) }
}

keys!(AttachmentKey { Content = "content", Encoding = "encoding" });

/// A text that may be in base64.
fn attachment(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    match scribe.json.peek()? {
        Next::String => return scribe.claim(field, Role::Text),
        Next::Object => {}
        _ => return scribe.json.skip().map(drop).map_err(Into::into),
    }
    if let Some((text, span)) = attached(scribe)? {
        scribe.claims.push(Claim { field, role: Role::Text, text, span });
    }
    Ok(())
}

fn attached<'a>(scribe: &mut Scribe<'a, '_>) -> Result<Option<(Cow<'a, str>, Span)>> {
    let mut content = None;
    let mut base64 = false;
    inside(scribe, "text", |scribe, key: AttachmentKey| {
        match key {
            AttachmentKey::Content => content = scribe.string("text.content")?,
            AttachmentKey::Encoding => base64 = scribe.word("text.encoding")?.eq_ignore_ascii_case("base64"),
        }
        Ok(())
    })?;
    let Some(content) = content else { return Ok(None) };
    let text = content.value();
    if !base64 {
        return Ok(Some((text, content.span())));
    }
    let decoded = decoded(&text);
    if decoded.is_none() {
        let message = "an attachment says that it is base64 and is not; it was read as it stands".to_owned();
        scribe.note("bad-base64", message, Some(content.span()));
    }
    Ok(Some((decoded.map_or(text, Cow::Owned), content.span())))
}

/// A text that was packed in base64.
pub(super) fn decoded(text: &str) -> Option<String> {
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = LENIENT_BASE64.decode(packed).ok()?;
    Source::from_bytes("", bytes).ok().map(|source| source.text().to_owned())
}

keys!(SwidKey { TagId = "tagId", Name = "name", Text = "text", Url = "url" });

pub(super) fn swid(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "swid", |scribe, key: SwidKey| match key {
        SwidKey::TagId => scribe.claim("swid.tagId", Role::Swid),
        SwidKey::Name => scribe.claim("swid.name", Role::Text),
        SwidKey::Url => scribe.claim("swid.url", Role::Link),
        SwidKey::Text => {
            if scribe.json.peek()? == Next::Null {
                return scribe.json.null().map(drop).map_err(Into::into);
            }
            if let Some((text, span)) = attached(scribe)? {
                swid_tag(scribe, &text, span);
            }
            Ok(())
        }
    })
}

/// The entities of an embedded SWID tag (ISO/IEC 19770-2): `<Entity name= regid= role=>`.
fn swid_tag(scribe: &mut Scribe<'_, '_>, tag: &str, span: Span) {
    use quick_xml::events::Event;
    // Whatever becomes of the XML, what its text mentions is read.
    scribe.claims.push(Claim { field: "swid.text", role: Role::Text, text: Cow::Owned(tag.to_owned()), span });
    let mut reader = quick_xml::Reader::from_str(tag);
    reader.config_mut().check_end_names = false;
    loop {
        let element = match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(Event::Eof) => return,
            Ok(_) => continue,
            Err(_) => {
                scribe.note("bad-swid", "the embedded SWID tag is not well-formed XML; it was read up to its error".to_owned(), Some(span));
                return;
            }
        };
        if element.local_name().as_ref() != b"Entity" {
            continue;
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let role = match attribute.key.local_name().as_ref() {
                b"name" => Role::Party,
                b"regid" => Role::Swid,
                _ => continue,
            };
            if let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)
                && !names_nobody(&value)
            {
                scribe.claims.push(Claim { field: "swid.text", role, text: Cow::Owned(value.into_owned()), span });
            }
        }
    }
}

keys!(EvidenceKey {
    Identity = "identity",
    Occurrences = "occurrences",
    Callstack = "callstack",
    Licenses = "licenses",
    Copyright = "copyright",
});
keys!(OccurrenceKey { Location = "location" });
keys!(CallstackKey { Frames = "frames" });
keys!(FrameKey { Package = "package", Module = "module" });
keys!(CopyrightKey { Text = "text" });

pub(super) fn evidence(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "evidence", |scribe, key: EvidenceKey| match key {
        EvidenceKey::Identity => scribe.each_or_one("evidence.identity", identity),
        EvidenceKey::Occurrences => scribe.each("evidence.occurrences", |scribe| {
            inside(scribe, "evidence.occurrences[]", |scribe, _: OccurrenceKey| scribe.claim("evidence.occurrences", Role::File))
        }),
        EvidenceKey::Callstack => inside(scribe, "evidence.callstack", |scribe, _: CallstackKey| {
            scribe.each("evidence.callstack.frames", |scribe| {
                inside(scribe, "evidence.callstack.frames[]", |scribe, _: FrameKey| scribe.claim("evidence.callstack", Role::Text))
            })
        }),
        EvidenceKey::Licenses => licenses(scribe),
        EvidenceKey::Copyright => scribe.each("evidence.copyright", |scribe| {
            if scribe.json.peek()? == Next::String {
                return scribe.claim("evidence.copyright", Role::Text);
            }
            inside(scribe, "evidence.copyright[]", |scribe, _: CopyrightKey| scribe.claim("evidence.copyright", Role::Text))
        }),
    })
}

keys!(IdentityKey { Field = "field", ConcludedValue = "concludedValue", Methods = "methods" });
keys!(MethodKey { Value = "value" });

/// What a generator concluded about one identity field; `field` may stand after the values.
fn identity(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let mut field = Cow::Borrowed("");
    let mut values: Vec<JsonStr<'_>> = Vec::new();
    inside(scribe, "evidence.identity", |scribe, key: IdentityKey| {
        match key {
            IdentityKey::Field => field = scribe.word("evidence.identity.field")?,
            IdentityKey::ConcludedValue => values.extend(scribe.string("evidence.identity.concludedValue")?),
            IdentityKey::Methods => scribe.each("evidence.identity.methods", |scribe| {
                inside(scribe, "evidence.identity.methods[]", |scribe, _: MethodKey| {
                    values.extend(scribe.string("evidence.identity.methods[].value")?);
                    Ok(())
                })
            })?,
        }
        Ok(())
    })?;
    let role = |value: &str| match field.to_ascii_lowercase().as_str() {
        _ if begins(value, "pkg:") => Role::Purl,
        _ if begins(value, "cpe:") => Role::Cpe,
        // Where something was found is no statement about its maker: of a path only the file counts.
        _ if is_path(value) => Role::File,
        "purl" => Role::Purl,
        "cpe" => Role::Cpe,
        "swid" => Role::Swid,
        "hash" => Role::Hash,
        "group" => Role::Group,
        _ => Role::Text,
    };
    for value in values {
        let role = role(&value.value());
        scribe.push("evidence.identity", role, value);
    }
    Ok(())
}

/// A path to a file: no spaces, no scheme, and an extension at its end.
fn is_path(text: &str) -> bool {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    name.len() < text.len() && name.contains('.') && !text.contains(' ') && !text.contains("://")
}

/// Whether a generator's properties say that the component is only needed for development.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Development {
    Yes,
    NotSaid,
}

keys!(PropertyKey { Name = "name", Value = "value" });

/// Properties: see [`super::properties`] for which of them say something.
pub(super) fn properties(scribe: &mut Scribe<'_, '_>) -> Result<Development> {
    let mut properties = Properties::default();
    scribe.each("properties", |scribe| {
        let Some(mut members) = scribe.object("properties[]")? else { return Ok(()) };
        let mut name = Cow::Borrowed("");
        let mut value: Option<JsonStr<'_>> = None;
        while let Some(key) = scribe.key::<PropertyKey>(&mut members)? {
            match key {
                PropertyKey::Name => name = scribe.word("properties[].name")?,
                PropertyKey::Value if scribe.skip_unless(Next::String)? => value = scribe.string("properties[].value")?,
                PropertyKey::Value => {}
            }
        }
        if let Some(value) = value {
            properties.take(scribe, &name, value);
        }
        Ok(())
    })?;
    Ok(properties.finish(scribe))
}

keys!(CommitKey { Url = "url", Author = "author", Committer = "committer", Message = "message" });

/// Who committed a change contributed to the component, which is a mention, not the naming of its maker.
pub(super) fn commit(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    const FIELD: &str = "pedigree.commits";
    inside(scribe, FIELD, |scribe, key: CommitKey| match key {
        CommitKey::Url => scribe.claim(FIELD, Role::Link),
        CommitKey::Message => scribe.claim(FIELD, Role::Text),
        CommitKey::Author | CommitKey::Committer => inside(scribe, FIELD, |scribe, key: ContactKey| match key {
            ContactKey::Name => scribe.claim(FIELD, Role::Text),
            ContactKey::Email => scribe.claim(FIELD, Role::PersonEmail),
        }),
    })
}

keys!(PatchKey { Diff = "diff", Resolves = "resolves" });
keys!(DiffKey { Url = "url", Text = "text" });

pub(super) fn patch(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    const FIELD: &str = "pedigree.patches";
    inside(scribe, FIELD, |scribe, key: PatchKey| match key {
        PatchKey::Diff => inside(scribe, "pedigree.patches.diff", |scribe, key: DiffKey| match key {
            DiffKey::Url => scribe.claim(FIELD, Role::Link),
            DiffKey::Text => attachment(scribe, FIELD),
        }),
        PatchKey::Resolves => strings(scribe, FIELD),
    })
}

keys!(DataKey {
    Name = "name",
    Contents = "contents",
    Governance = "governance",
    Source = "source",
    Destination = "destination",
    Description = "description",
});
keys!(ContentsKey { Url = "url" });
keys!(GovernanceKey { Custodians = "custodians", Stewards = "stewards", Owners = "owners" });
keys!(CustodianKey { Organization = "organization", Contact = "contact" });

/// A data set of a component, or a data flow of a service: where it comes from, where it goes, who answers for it.
pub(super) fn data(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if !scribe.skip_unless(Next::Object)? {
        return Ok(());
    }
    inside(scribe, "data", |scribe, key: DataKey| match key {
        DataKey::Name => scribe.claim("data.name", Role::Text),
        DataKey::Description => scribe.claim("data.description", Role::Text),
        DataKey::Contents => inside(scribe, "data.contents", |scribe, _: ContentsKey| scribe.claim("data.contents", Role::Url)),
        DataKey::Source => scribe.claims_of("data.source", Role::Url),
        DataKey::Destination => scribe.claims_of("data.destination", Role::Url),
        DataKey::Governance => inside(scribe, "data.governance", |scribe, _: GovernanceKey| {
            scribe.each("data.governance", |scribe| {
                inside(scribe, "data.governance", |scribe, key: CustodianKey| match key {
                    CustodianKey::Organization => entity(scribe, "data.governance", Role::Party),
                    CustodianKey::Contact => contact(scribe, "data.governance", Role::PersonEmail),
                })
            })
        }),
    })
}

keys!(ModelCardKey { ModelParameters = "modelParameters", Considerations = "considerations" });
keys!(ModelParametersKey { Datasets = "datasets", Family = "architectureFamily", Architecture = "modelArchitecture" });

/// The data sets that a model was made with. Those given by reference are components of their own.
pub(super) fn model_card(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "modelCard", |scribe, key: ModelCardKey| match key {
        ModelCardKey::ModelParameters => inside(scribe, "modelCard.modelParameters", |scribe, key: ModelParametersKey| match key {
            ModelParametersKey::Datasets => scribe.each("modelCard.modelParameters.datasets", data),
            ModelParametersKey::Family | ModelParametersKey::Architecture => strings(scribe, "modelCard.modelParameters"),
        }),
        ModelCardKey::Considerations => strings(scribe, "modelCard.considerations"),
    })
}

keys!(CryptoKey { CertificateProperties = "certificateProperties" });
keys!(CertificateKey { SubjectName = "subjectName", IssuerName = "issuerName" });

pub(super) fn crypto_properties(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    inside(scribe, "cryptoProperties", |scribe, _: CryptoKey| {
        inside(scribe, "cryptoProperties.certificateProperties", |scribe, _: CertificateKey| {
            scribe.claim("cryptoProperties.certificateProperties", Role::Hint)
        })
    })
}
