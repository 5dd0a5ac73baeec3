//! The reader for SPDX 2 JSON, 2.0 to 2.3.
//!
//! Spelling is taken as it comes: `PACKAGE_MANAGER` or `PACKAGE-MANAGER`, `packageSupplier` in old writers' 2.2. Licences are never
//! parsed, because one that no parser likes must not hide a supplier.

use std::collections::HashMap;

use super::feed::{Feed, NotByParts};
use super::json::{Json, JsonStr, Next};
use super::product::{Annotations, Product, without_escapes};
use super::recognise::{error, known_versions};
use super::scribe::{Declared, Newest, Progress, Result, Scribe, begins, keys, pointers, with};
use super::units::Units;
use super::wrapping::WRAPPER_MEMBERS;
use super::{Document, DocumentError, Format, Reader, registry};
use crate::inventory::{Claim, Kind, Listener, Nobody, Node, Place, Role, Scope, Text, names_nobody};
use crate::source::Span;

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "json", versions: &["2.0", "2.1", "2.2", "2.3"], by_parts: true, read, pointers };

keys!(DocumentKey, foreign: &FOREIGN, {
    SpdxVersion = "spdxVersion",
    Namespace = "documentNamespace",
    CreationInfo = "creationInfo",
    Packages = "packages",
    Files = "files",
    Snippets = "snippets",
    Relationships = "relationships",
    DocumentDescribes = "documentDescribes",
    ExternalDocumentRefs = "externalDocumentRefs",
    ExtractedLicenses = "hasExtractedLicensingInfos",
    Comment = "comment",
    Annotations = "annotations",
    BomFormat = "bomFormat",
    Components = "components",
});

/// Members of CycloneDX and of envelopes: what has them is another document to somebody else.
const FOREIGN: [&str; 18] = with(
    WRAPPER_MEMBERS,
    ["verificationMaterial", "Document", "attestations", "@graph", "specVersion", "specFormat", "serialNumber", "dependencies"],
);

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let mut product = Product::new(listener, Annotations::default());
    let read = read_all(feed, &mut product);
    product.finish();
    read
}

fn read_all(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let (mut version, mut namespace) = (None, None);
    let whole = feed.is_whole();
    let scopes = if whole { scopes(feed.text(), feed.start()) } else { Scopes::new() };
    let mut units = Units::begin(feed, listener)?;
    while let Some(key) = units.key::<DocumentKey>()? {
        match key {
            DocumentKey::SpdxVersion => version = units.unit(|scribe| Ok(scribe.text("spdxVersion")?.map(Declared::from)))?,
            DocumentKey::Namespace => {
                namespace = units.unit(|scribe| Ok(scribe.text("documentNamespace")?.map(|text| text.value.into_owned())))?
            }
            DocumentKey::CreationInfo => units.unit(creation_info)?,
            DocumentKey::Packages => {
                units.unit(|scribe| match scribe.json.peek()? {
                    Next::Null => Err(null_packages(scribe)),
                    _ => Ok(()),
                })?;
                units.each("packages", |scribe| package(scribe, &scopes))?;
            }
            DocumentKey::Files => units.each("files", |scribe| file_in(scribe, None, &scopes))?,
            DocumentKey::Snippets => units.each("snippets", snippet)?,
            DocumentKey::Relationships => units.each("relationships", |scribe| relationship(scribe, whole))?,
            DocumentKey::DocumentDescribes => units.each("documentDescribes", |scribe| {
                if let Some(described) = scribe.text("documentDescribes[]")? {
                    scribe.relate(Node::Document, Node::Reference(&described.value));
                }
                Ok(())
            })?,
            DocumentKey::ExternalDocumentRefs => units.each("externalDocumentRefs", external_document)?,
            DocumentKey::ExtractedLicenses => {
                units.unit(|scribe| scribe.each_or_one("hasExtractedLicensingInfos", extracted_license))?;
            }
            DocumentKey::Comment => units.unit(|scribe| comment(scribe, "document.comment"))?,
            DocumentKey::Annotations => units.unit(|scribe| of_product(scribe, annotations))?,
            DocumentKey::BomFormat | DocumentKey::Components => {
                return units.unit(|scribe| Err(scribe.two_formats("SPDX", "CycloneDX")));
            }
        }
    }
    units.end()?;
    let version = check_version(&mut units, version)?;
    Ok(Document { identity: namespace, ..units.document(&version) })
}

fn null_packages(scribe: &mut Scribe<'_, '_>) -> Box<DocumentError> {
    let span = match scribe.json.skip() {
        Ok(span) => span,
        Err(error) => return error.into(),
    };
    let help = "generate the SBOM again: a list that its generator did not fill says nothing about the product";
    Box::new(error("null-components", "`packages` is null: expected a list of packages", Some(span), help))
}

fn check_version(units: &mut Units<'_, '_, '_>, version: Option<Declared>) -> Result<String> {
    let known = known_versions(Format::Spdx);
    let help = format!("write it as SPDX {known}");
    let Some(version) = version.filter(|version| !version.value.is_empty()) else {
        return Err(Box::new(error("unknown-version", "this SPDX document has no `spdxVersion`", None, &help)));
    };
    let declared = version.value.strip_prefix("SPDX-").unwrap_or(&version.value);
    if let Some(minor) = declared.strip_prefix("2.").and_then(|minor| minor.split('.').next()?.parse().ok()) {
        units.check_shape(minor);
    }
    if units.reader().versions.contains(&declared) {
        return Ok(declared.to_owned());
    }
    let shown = crate::text::excerpt(declared, 40).into_owned();
    let versions = units.reader().versions;
    let patch_of = versions.iter().find(|known| declared.strip_prefix(**known).is_some_and(|patch| patch.starts_with('.')));
    let minor = declared.strip_prefix("2.").and_then(|minor| minor.parse::<u32>().ok());
    let old = units.reader().encoding != "json" && matches!(declared, "1.0" | "1.1" | "1.2");
    if patch_of.is_some() {
        units.note("patch-version", format!("SPDX {shown} was read as its minor version is"), Some(version.span));
    } else if old {
        units.note("old-version", format!("SPDX {shown} was read as SPDX 2 is"), Some(version.span));
    } else if minor.is_some() {
        let message = format!("SPDX {shown} is newer than the versions known ({known}); fields that it adds were not read");
        units.note("newer-version", message, Some(version.span));
    } else {
        let message = format!("SPDX `{shown}` is not a version that is known for a document of this shape");
        return Err(Box::new(error("unknown-version", &message, Some(version.span), &help)));
    }
    Ok(shown)
}

/// Claims about the product as a whole.
fn of_product<'a, 'l>(scribe: &mut Scribe<'a, 'l>, read: impl FnOnce(&mut Scribe<'a, 'l>) -> Result<()>) -> Result<()> {
    let from = scribe.claims.len();
    read(scribe)?;
    scribe.of_product(from);
    Ok(())
}

/// A comment on the document or on one of its relationships. No maker depends on its shape.
fn comment(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    if scribe.skip_unless(Next::String)? { of_product(scribe, |scribe| scribe.said(field, Role::Text)) } else { Ok(()) }
}

keys!(ExtractedKey { Name = "name", Text = "extractedText", Comment = "comment", SeeAlsos = "seeAlsos" });

/// The text of a license that is on no list. It belongs to the packages that refer to it, which were read before.
fn extracted_license(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    of_product(scribe, |scribe| {
        if !scribe.skip_unless(Next::Object)? {
            return Ok(());
        }
        let Some(mut members) = scribe.object("hasExtractedLicensingInfos[]")? else { return Ok(()) };
        while let Some(key) = scribe.key::<ExtractedKey>(&mut members)? {
            match key {
                ExtractedKey::Name if scribe.skip_unless(Next::String)? => scribe.said("hasExtractedLicensingInfos.name", Role::Text)?,
                ExtractedKey::Text if scribe.skip_unless(Next::String)? => scribe.said("hasExtractedLicensingInfos.text", Role::Text)?,
                ExtractedKey::Comment if scribe.skip_unless(Next::String)? => {
                    scribe.said("hasExtractedLicensingInfos.comment", Role::Text)?
                }
                ExtractedKey::SeeAlsos => scribe.each_or_one("hasExtractedLicensingInfos.seeAlsos", |scribe| {
                    if scribe.skip_unless(Next::String)? { scribe.said("hasExtractedLicensingInfos.seeAlsos", Role::Link) } else { Ok(()) }
                })?,
                _ => {}
            }
        }
        Ok(())
    })
}

keys!(CreationKey { Creators = "creators", Comment = "comment" });
keys!(CreatorKey { Tool = "Tool" });

/// Of the creators only the tools are subjects: a person or an organisation there wrote the document, not the product.
fn creation_info(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("creationInfo")? else { return Ok(()) };
    while let Some(key) = scribe.key::<CreationKey>(&mut members)? {
        if let CreationKey::Comment = key {
            comment(scribe, "creationInfo.comment")?;
            continue;
        }
        scribe.each_or_one("creationInfo.creators", |scribe| {
            // Some old writers give an object with the keyword as its key.
            if scribe.json.peek()? == Next::Object {
                let Some(mut creator) = scribe.object("creationInfo.creators[]")? else { return Ok(()) };
                while let Some(CreatorKey::Tool) = scribe.key(&mut creator)? {
                    if let Some(tool) = scribe.string("creationInfo.creators[].Tool")? {
                        let len = tool.value().len();
                        creating_tool(scribe, tool, 0..len);
                    }
                }
                return Ok(());
            }
            let Some(creator) = scribe.string("creationInfo.creators[]")? else { return Ok(()) };
            let text = creator.value();
            let (agent, range) = keyword(&text);
            if agent == Agent::Tool {
                creating_tool(scribe, creator, range);
            } else {
                let (name, _) = super::scribe::split_address(&text, range);
                scribe.author(&text[name]);
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn creating_tool<'a>(scribe: &mut Scribe<'a, '_>, string: JsonStr<'a>, name: std::ops::Range<usize>) {
    let mut draft = scribe.open(Place::Tool, Kind::Tool);
    draft.subject.span = string.span();
    scribe.push_part("creationInfo.creators", Role::Name, string, name);
    draft.subject.name = scribe
        .claims
        .last()
        .filter(|claim| claim.field == "creationInfo.creators")
        .map(|claim| Text { value: claim.text.clone(), span: claim.span });
    scribe.close(draft);
}

keys!(ExternalDocumentKey { Document = "spdxDocument", Id = "externalDocumentId" });

/// Another document that this one refers to. Tag-value writes it as `DocumentRef-ID NAMESPACE CHECKSUM`.
fn external_document(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    if scribe.json.peek()? == Next::String {
        let string = scribe.json.string()?;
        let value = string.value();
        scribe.link(value.split_whitespace().nth(1).unwrap_or(&value), string.span());
        return Ok(());
    }
    if !scribe.skip_unless(Next::Object)? {
        return Ok(());
    }
    let Some(mut members) = scribe.object("externalDocumentRefs[]")? else { return Ok(()) };
    let (mut document, mut id) = (None, None);
    while let Some(key) = scribe.key::<ExternalDocumentKey>(&mut members)? {
        match key {
            ExternalDocumentKey::Document => document = scribe.text("spdxDocument")?,
            ExternalDocumentKey::Id => id = scribe.text("externalDocumentId")?,
        }
    }
    if let Some(target) = document.or(id) {
        scribe.link(&target.value, target.span);
    }
    Ok(())
}

/// Who an agent field says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agent {
    Organization,
    Person,
    Tool,
    /// No keyword: the specification wants one, and what is written is still a name.
    Unsaid,
}

/// Splits `Organization: NAME`, `Person: NAME`, `Tool: NAME` into keyword and place of the name.
fn keyword(text: &str) -> (Agent, std::ops::Range<usize>) {
    let (agent, name) = match text.split_once(':') {
        Some((word, name)) => match word.trim().to_ascii_lowercase().as_str() {
            "organization" | "organisation" => (Agent::Organization, name),
            "person" => (Agent::Person, name),
            "tool" => (Agent::Tool, name),
            _ => (Agent::Unsaid, text),
        },
        None => (Agent::Unsaid, text),
    };
    let start = text.len() - name.trim_start().len();
    (agent, start..start + name.trim().len())
}

/// The same; `None` for NOASSERTION and the like.
fn agent(text: &str) -> Option<(Agent, std::ops::Range<usize>)> {
    let (agent, name) = keyword(text);
    (!names_nobody(&text[name.clone()])).then_some((agent, name))
}

fn party(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    let Some(string) = scribe.string(field)? else { return Ok(()) };
    if let Some((agent, range)) = agent(&string.value()) {
        let role = if agent == Agent::Person { Role::Person } else { Role::Party };
        scribe.maker_within(field, role, string, range);
    }
    Ok(())
}

keys!(PackageKey {
    SpdxId = "SPDXID",
    Name = "name",
    PackageName = "packageName",
    VersionInfo = "versionInfo",
    PackageFileName = "packageFileName",
    Supplier = "supplier",
    PackageSupplier = "packageSupplier",
    Originator = "originator",
    PackageOriginator = "packageOriginator",
    DownloadLocation = "downloadLocation",
    Homepage = "homepage",
    ExternalRefs = "externalRefs",
    Summary = "summary",
    Description = "description",
    Comment = "comment",
    SourceInfo = "sourceInfo",
    CopyrightText = "copyrightText",
    AttributionTexts = "attributionTexts",
    LicenseComments = "licenseComments",
    LicenseConcluded = "licenseConcluded",
    LicenseDeclared = "licenseDeclared",
    Annotations = "annotations",
    Checksums = "checksums",
    HasFiles = "hasFiles",
    Files = "files",
    PrimaryPackagePurpose = "primaryPackagePurpose",
    RepeatedTags = "repeatedTags",
});

fn package(scribe: &mut Scribe<'_, '_>, scopes: &Scopes) -> Result<()> {
    let Some(mut members) = scribe.object("a package")? else { return null_element(scribe, "package") };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(Place::Part, Kind::Library);
    while let Some(key) = scribe.key::<PackageKey>(&mut members)? {
        match key {
            PackageKey::SpdxId => draft.subject.reference = scribe.text("SPDXID")?,
            PackageKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            PackageKey::PackageName => {
                let name = scribe.kept("packageName", Role::Name)?;
                draft.subject.name = draft.subject.name.or(name);
            }
            PackageKey::VersionInfo => draft.subject.version = scribe.text("versionInfo")?,
            PackageKey::PackageFileName => scribe.said("packageFileName", Role::File)?,
            PackageKey::Supplier => party(scribe, "supplier")?,
            PackageKey::PackageSupplier => party(scribe, "packageSupplier")?,
            PackageKey::Originator => party(scribe, "originator")?,
            PackageKey::PackageOriginator => party(scribe, "packageOriginator")?,
            PackageKey::DownloadLocation => scribe.said("downloadLocation", Role::Url)?,
            PackageKey::Homepage => scribe.said("homepage", Role::Url)?,
            PackageKey::ExternalRefs => {
                let purl = external_refs(scribe)?;
                draft.subject.purl = draft.subject.purl.or(purl);
            }
            PackageKey::Summary => scribe.said("summary", Role::Text)?,
            PackageKey::Description => scribe.said("description", Role::Text)?,
            PackageKey::Comment => scribe.said("comment", Role::Text)?,
            PackageKey::SourceInfo => scribe.said("sourceInfo", Role::Text)?,
            PackageKey::CopyrightText => scribe.said("copyrightText", Role::Text)?,
            PackageKey::AttributionTexts => scribe.claims_of("attributionTexts", Role::Text)?,
            PackageKey::LicenseComments => scribe.said("licenseComments", Role::Text)?,
            PackageKey::LicenseConcluded => scribe.license_expression("licenseConcluded")?,
            PackageKey::LicenseDeclared => scribe.license_expression("licenseDeclared")?,
            PackageKey::Annotations => annotations(scribe)?,
            PackageKey::Checksums => checksums(scribe)?,
            PackageKey::HasFiles => {
                let index = draft.subject.index;
                scribe.each("hasFiles", |scribe| {
                    if let Some(file) = scribe.text("hasFiles[]")? {
                        scribe.relate(Node::Subject(index), Node::Reference(&file.value));
                    }
                    Ok(())
                })?;
            }
            // SPDX 1 and some writers since put the files of a package into it.
            PackageKey::Files => {
                let index = draft.subject.index;
                scribe.each("files", |scribe| file_in(scribe, Some(index), scopes))?;
            }
            PackageKey::RepeatedTags => repeated_tags(scribe)?,
            PackageKey::PrimaryPackagePurpose => {
                scribe.since(3, "primaryPackagePurpose");
                if let Some(word) = scribe.string("primaryPackagePurpose")? {
                    draft.subject.kind = purpose(&word.value());
                    draft.subject.kind_word = Some(word.raw());
                }
            }
        }
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    draft.subject.scope = scope_of(&draft.subject.reference, scopes);
    scribe.close(draft);
    Ok(())
}

keys!(RepeatedKey {
    Supplier = "supplier",
    Originator = "originator",
    DownloadLocation = "downloadLocation",
    Homepage = "homepage",
    PackageFileName = "packageFileName",
});

/// Further values of members that JSON has once: the reader of tag-value, where a tag may be repeated, tells them so.
fn repeated_tags(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("repeatedTags")? else { return Ok(()) };
    while let Some(key) = scribe.key::<RepeatedKey>(&mut members)? {
        scribe.each("repeatedTags[]", |scribe| match key {
            RepeatedKey::Supplier => party(scribe, "supplier"),
            RepeatedKey::Originator => party(scribe, "originator"),
            RepeatedKey::DownloadLocation => scribe.said("downloadLocation", Role::Url),
            RepeatedKey::Homepage => scribe.said("homepage", Role::Url),
            RepeatedKey::PackageFileName => scribe.said("packageFileName", Role::File),
        })?;
    }
    Ok(())
}

fn null_element(scribe: &mut Scribe<'_, '_>, what: &str) -> Result<()> {
    let at = scribe.json.at();
    scribe.note("null-element", format!("a {what} in the list is `null`"), Some(Span::new(at - 4, at)));
    Ok(())
}

/// SPDX's purposes in whatever spelling: `OPERATING-SYSTEM`, `OPERATING_SYSTEM`, lower case.
fn purpose(word: &str) -> Kind {
    match word.to_ascii_lowercase().replace('_', "-").as_str() {
        "application" | "install" => Kind::Application,
        "framework" => Kind::Framework,
        "library" | "source" | "archive" => Kind::Library,
        "container" => Kind::Container,
        "operating-system" => Kind::OperatingSystem,
        "device" => Kind::Device,
        "firmware" => Kind::Firmware,
        "file" => Kind::File,
        _ => Kind::Unknown,
    }
}

keys!(ExternalRefKey {
    Category = "referenceCategory",
    Type = "referenceType",
    Locator = "referenceLocator",
    Comment = "comment",
});

fn external_refs<'a>(scribe: &mut Scribe<'a, '_>) -> Result<Option<Text<'a>>> {
    let mut purl = None;
    scribe.each("externalRefs", |scribe| {
        let Some(mut members) = scribe.object("externalRefs[]")? else { return Ok(()) };
        let mut kind = std::borrow::Cow::Borrowed("");
        let mut locator: Option<JsonStr<'_>> = None;
        while let Some(key) = scribe.key::<ExternalRefKey>(&mut members)? {
            match key {
                ExternalRefKey::Category => drop(scribe.string("externalRefs[].referenceCategory")?),
                ExternalRefKey::Type => kind = scribe.word("externalRefs[].referenceType")?,
                ExternalRefKey::Locator => locator = scribe.string("externalRefs[].referenceLocator")?,
                ExternalRefKey::Comment => scribe.said("externalRefs.comment", Role::Text)?,
            }
        }
        let Some(locator) = locator else { return Ok(()) };
        // The type may be written as the URI of its definition.
        let kind = kind.rsplit('/').next().unwrap_or_default();
        let value = locator.value();
        if !begins(&value, "pkg:")
            && !begins(&value, "cpe:")
            && let Some(built) = registry::purl_of(kind, &value)
        {
            // The coordinates in a registry are an identity, as their purl is.
            // It is a claim of its own, because the document does not have it so.
            scribe.claims.push(Claim { field: "externalRef.purl", role: Role::Purl, text: built.into(), span: locator.span() });
        }
        let (field, role) = match kind.to_ascii_lowercase().as_str() {
            "cpe22type" if begins(&value, "cpe:") => ("externalRefs.cpe22Type", Role::Cpe),
            _ if begins(&value, "pkg:") => ("externalRefs.purl", Role::Purl),
            _ if begins(&value, "cpe:") => ("externalRefs.cpe23Type", Role::Cpe),
            "purl" => ("externalRefs.purl", Role::Purl),
            "cpe22type" => ("externalRefs.cpe22Type", Role::Cpe),
            "cpe23type" => ("externalRefs.cpe23Type", Role::Cpe),
            "swid" => ("externalRefs.swid", Role::Swid),
            "npm" | "bower" | "nuget" | "maven-central" => ("externalRefs.package", Role::Text),
            "advisory" | "fix" | "url" => ("externalRefs", Role::Link),
            _ => ("externalRefs", Role::Link),
        };
        if role == Role::Purl && purl.is_none() {
            purl = Some(Text { value: locator.value(), span: locator.span() });
        }
        scribe.push(field, role, locator);
        Ok(())
    })?;
    Ok(purl)
}

keys!(AnnotationKey { Comment = "comment" });

fn annotations(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    scribe.each_or_one("annotations", |scribe| {
        let Some(mut members) = scribe.object("annotations[]")? else { return Ok(()) };
        while let Some(AnnotationKey::Comment) = scribe.key(&mut members)? {
            let from = scribe.claims.len();
            scribe.said("annotations.comment", Role::Text)?;
            for claim in &mut scribe.claims[from..] {
                // Tools put JSON here, in which a name may be written in escapes.
                if let Some(plain) = without_escapes(&claim.text) {
                    claim.text = plain.into();
                }
            }
        }
        Ok(())
    })
}

keys!(ChecksumKey { Value = "checksumValue" });

fn checksums(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    scribe.each("checksums", |scribe| {
        let Some(mut members) = scribe.object("checksums[]")? else { return Ok(()) };
        while let Some(ChecksumKey::Value) = scribe.key(&mut members)? {
            scribe.claim("checksums", Role::Hash)?;
        }
        Ok(())
    })
}

keys!(FileKey {
    SpdxId = "SPDXID",
    FileName = "fileName",
    CopyrightText = "copyrightText",
    FileContributors = "fileContributors",
    NoticeText = "noticeText",
    Comment = "comment",
    AttributionTexts = "attributionTexts",
    LicenseComments = "licenseComments",
    ArtifactOfs = "artifactOfs",
    Annotations = "annotations",
    Checksums = "checksums",
});

/// A file; `package` is the one that it stands in.
fn file_in(scribe: &mut Scribe<'_, '_>, package: Option<u32>, scopes: &Scopes) -> Result<()> {
    let Some(mut members) = scribe.object("a file")? else { return null_element(scribe, "file") };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(Place::Part, Kind::File);
    if let Some(package) = package {
        scribe.relate(Node::Subject(package), Node::Subject(draft.subject.index));
    }
    while let Some(key) = scribe.key::<FileKey>(&mut members)? {
        match key {
            FileKey::SpdxId => draft.subject.reference = scribe.text("SPDXID")?,
            FileKey::FileName => draft.subject.name = scribe.kept("fileName", Role::Name)?,
            FileKey::CopyrightText => scribe.said("copyrightText", Role::Text)?,
            FileKey::FileContributors => scribe.claims_of("fileContributors", Role::Text)?,
            FileKey::NoticeText => scribe.said("noticeText", Role::Text)?,
            FileKey::Comment => scribe.said("comment", Role::Text)?,
            FileKey::AttributionTexts => scribe.claims_of("attributionTexts", Role::Text)?,
            FileKey::LicenseComments => scribe.said("licenseComments", Role::Text)?,
            FileKey::ArtifactOfs => scribe.each("artifactOfs", artifact_of)?,
            FileKey::Annotations => annotations(scribe)?,
            FileKey::Checksums => checksums(scribe)?,
        }
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    draft.subject.scope = scope_of(&draft.subject.reference, scopes);
    scribe.close(draft);
    Ok(())
}

keys!(ArtifactKey { Name = "name", HomePage = "homePage", ProjectUri = "projectUri" });

/// The project that a file was taken from.
fn artifact_of(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("artifactOfs[]")? else { return Ok(()) };
    while let Some(key) = scribe.key::<ArtifactKey>(&mut members)? {
        match key {
            ArtifactKey::Name => scribe.said("artifactOfs.name", Role::Text)?,
            ArtifactKey::HomePage => scribe.said("artifactOfs.homePage", Role::Link)?,
            ArtifactKey::ProjectUri => scribe.said("artifactOfs.projectUri", Role::Link)?,
        }
    }
    Ok(())
}

keys!(SnippetKey {
    SpdxId = "SPDXID",
    Name = "name",
    CopyrightText = "copyrightText",
    Comment = "comment",
    AttributionTexts = "attributionTexts",
    LicenseComments = "licenseComments",
    SnippetFromFile = "snippetFromFile",
    Annotations = "annotations",
});

fn snippet(scribe: &mut Scribe<'_, '_>) -> Result<()> {
    let Some(mut members) = scribe.object("a snippet")? else { return null_element(scribe, "snippet") };
    let start = scribe.json.at() - 1;
    let mut draft = scribe.open(Place::Part, Kind::Snippet);
    while let Some(key) = scribe.key::<SnippetKey>(&mut members)? {
        match key {
            SnippetKey::SpdxId => draft.subject.reference = scribe.text("SPDXID")?,
            SnippetKey::Name => draft.subject.name = scribe.kept("name", Role::Name)?,
            SnippetKey::CopyrightText => scribe.said("copyrightText", Role::Text)?,
            SnippetKey::Comment => scribe.said("comment", Role::Text)?,
            SnippetKey::AttributionTexts => scribe.claims_of("attributionTexts", Role::Text)?,
            SnippetKey::LicenseComments => scribe.said("licenseComments", Role::Text)?,
            SnippetKey::SnippetFromFile => {
                if let Some(file) = scribe.text("snippetFromFile")? {
                    scribe.relate(Node::Reference(&file.value), Node::Subject(draft.subject.index));
                }
            }
            SnippetKey::Annotations => annotations(scribe)?,
        }
    }
    draft.subject.span = Span::new(start, scribe.json.at());
    scribe.close(draft);
    Ok(())
}

keys!(RelationshipKey {
    Element = "spdxElementId",
    Type = "relationshipType",
    Related = "relatedSpdxElement",
    Comment = "comment",
});

fn relationship(scribe: &mut Scribe<'_, '_>, whole: bool) -> Result<()> {
    let Some((from, kind, to)) = ends(scribe)? else { return Ok(()) };
    scribe.relationship();
    if !whole && matches!(says(&kind.value), Says::Scope(_)) {
        // What it tells of a subject had to be known when that was handed over.
        return Err(NotByParts.into());
    }
    if names_nobody(&to.value) {
        return Ok(());
    }
    let (from, to) = (node(&from.value), node(&to.value));
    match direction(&kind.value) {
        Direction::Forward => scribe.relate(from, to),
        Direction::Backward => scribe.relate(to, from),
        Direction::Neither => {}
    }
    Ok(())
}

/// A relationship as it is written: an element, a type, another element.
type Ends<'a> = (Text<'a>, Text<'a>, Text<'a>);

fn ends<'a>(scribe: &mut Scribe<'a, '_>) -> Result<Option<Ends<'a>>> {
    let Some(mut members) = scribe.object("relationships[]")? else { return Ok(None) };
    let (mut from, mut kind, mut to) = (None, None, None);
    while let Some(key) = scribe.key::<RelationshipKey>(&mut members)? {
        match key {
            RelationshipKey::Element => from = scribe.text("spdxElementId")?,
            RelationshipKey::Type => kind = scribe.text("relationshipType")?,
            RelationshipKey::Related => to = scribe.text("relatedSpdxElement")?,
            RelationshipKey::Comment => comment(scribe, "relationships.comment")?,
        }
    }
    Ok(from.zip(kind).zip(to).map(|((from, kind), to)| (from, kind, to)))
}

/// What the elements of a document are used for, by their identifiers, where relationships tell. `None`: they do not agree.
type Scopes = HashMap<String, Option<Scope>>;

/// What a relationship tells about the use of one of its elements.
enum Says {
    /// The first element is only used for this.
    Scope(Scope),
    /// The first element is used when the product runs, or nothing says that it is not.
    First,
    /// The same of the second.
    Second,
    Nothing,
}

fn says(kind: &str) -> Says {
    match kind.to_ascii_uppercase().replace('-', "_").as_str() {
        "DEV_DEPENDENCY_OF" | "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" | "DEV_TOOL_OF" => Says::Scope(Scope::Build),
        "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" | "TEST_OF" | "TEST_CASE_OF" => Says::Scope(Scope::Test),
        "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => Says::Scope(Scope::Optional),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" => Says::First,
        "DEPENDS_ON" | "STATIC_LINK" | "DYNAMIC_LINK" => Says::Second,
        _ => Says::Nothing,
    }
}

/// Reads the relationships alone. What is wrong with the document is told when it is read as a whole.
fn scopes(text: &str, start: usize) -> Scopes {
    let mut scopes = Scopes::new();
    let words = ["DEPENDENCY_OF", "TOOL_OF", "TEST_OF", "CASE_OF", "COMPONENT_OF", "dependency_of", "DEPENDENCY-OF"];
    if !words.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
        return scopes;
    }
    let mut nobody = Nobody;
    let mut scribe = Scribe::new(Json::new(text, start), &mut nobody, Progress::default(), Newest::default());
    // An error ends it here, and is met again.
    let _ = gather_scopes(&mut scribe, &mut scopes);
    scopes
}

fn gather_scopes(scribe: &mut Scribe<'_, '_>, scopes: &mut Scopes) -> Result<()> {
    let Some(mut members) = scribe.object("the document")? else { return Ok(()) };
    while let Some(key) = scribe.key::<DocumentKey>(&mut members)? {
        if !matches!(key, DocumentKey::Relationships) {
            scribe.json.skip()?;
            continue;
        }
        scribe.each("relationships", |scribe| {
            let Some((first, kind, second)) = ends(scribe)? else { return Ok(()) };
            let (element, scope) = match says(&kind.value) {
                Says::Scope(scope) => (first, Some(scope)),
                Says::First => (first, None),
                Says::Second => (second, None),
                Says::Nothing => return Ok(()),
            };
            scopes
                .entry(element.value.into_owned())
                .and_modify(|known| *known = known.filter(|known| Some(*known) == scope))
                .or_insert(scope);
            Ok(())
        })?;
    }
    Ok(())
}

fn scope_of(reference: &Option<Text<'_>>, scopes: &Scopes) -> Option<Scope> {
    reference.as_ref().and_then(|reference| scopes.get(reference.value.as_ref()).copied().flatten())
}

fn node(reference: &str) -> Node<'_> {
    if reference == "SPDXRef-DOCUMENT" { Node::Document } else { Node::Reference(reference) }
}

enum Direction {
    Forward,
    Backward,
    Neither,
}

/// Which side of a relationship uses the other: `A DEPENDS_ON B`, `B DEPENDENCY_OF A`.
fn direction(kind: &str) -> Direction {
    let kind = kind.to_ascii_uppercase().replace('-', "_");
    match kind.as_str() {
        "AMENDS" | "SPECIFICATION_FOR" | "OTHER" | "REQUIREMENT_DESCRIPTION_FOR" => Direction::Neither,
        "CONTAINED_BY" | "DESCRIBED_BY" | "GENERATES" | "PREREQUISITE_FOR" | "PATCH_FOR" | "PATCH_APPLIED" | "FILE_ADDED" => {
            Direction::Backward
        }
        // A copy and its original, and a descendant and its ancestor: the element named first was made from the other.
        "COPY_OF" | "DESCENDANT_OF" | "VARIANT_OF" => Direction::Forward,
        kind if kind.ends_with("_OF") => Direction::Backward,
        _ => Direction::Forward,
    }
}

#[cfg(test)]
mod tests {
    use super::{Agent, agent};

    #[test]
    fn agents_are_parsed() {
        let table = [
            ("Organization: Kaspersky Lab (info@kaspersky.com)", Some((Agent::Organization, "Kaspersky Lab (info@kaspersky.com)"))),
            ("Person: Jane Doe ()", Some((Agent::Person, "Jane Doe ()"))),
            ("organization:Acme", Some((Agent::Organization, "Acme"))),
            ("Tool: syft-1.0", Some((Agent::Tool, "syft-1.0"))),
            ("Microsoft/GitHub", Some((Agent::Unsaid, "Microsoft/GitHub"))),
            ("https://acme.org", Some((Agent::Unsaid, "https://acme.org"))),
            ("Organization: NOASSERTION", None),
            ("Organization: ", None),
            ("NOASSERTION", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(agent(text).map(|(agent, range)| (agent, &text[range])), expected, "{text}");
        }
    }
}
