//! The reader for SPDX 2 tag-value, 2.0 to 2.3.
//!
//! A line is `Tag: value`; a value in `<text>…</text>` may span lines. Lines may end in LF, CRLF or a bare CR. The tags of one element
//! stand together, and what an element is shows by its first tag. Licences are never looked into.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::feed::Feed;
use super::recognise::error;
use super::scribe::Result;
use super::transcript::{self, Transcript};
use super::{Document, DocumentError, Format, Reader};
use crate::inventory::{Listener, Note};
use crate::source::{Source, Span};

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "tag-value", versions: &["2.0", "2.1", "2.2", "2.3"], by_parts: false, read, pointers };

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    let mut notes = Vec::new();
    let told = tell(feed.text(), feed.start(), &mut notes)?;
    let document = told.read(feed.reader(), feed.limits(), listener)?;
    notes.into_iter().for_each(|note| listener.note(note));
    Ok(document)
}

fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    transcript::pointers(|text, start, _| tell(text, start, &mut Vec::new()), source, offsets)
}

/// One `Tag: value`.
#[derive(Clone, Copy)]
struct Line<'a> {
    tag: &'a str,
    value: &'a str,
    tag_span: Span,
    span: Span,
}

/// What a line is.
enum Item<'a> {
    Tag(Line<'a>),
    /// Text that is no tag and no comment.
    Stray(Span),
}

/// Walks the lines of a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

const OPEN: &str = "<text>";
const CLOSE: &str = "</text>";

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<Option<Item<'a>>> {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let start = self.at;
            let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            self.at = end + 1;
            let line = &self.text[start..end];
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let begin = start + (line.len() - line.trim_start().len());
            let Some(colon) = content.find(':').filter(|&at| is_tag(content[..at].trim_end())) else {
                return Ok(Some(Item::Stray(Span::new(begin, begin + content.len()))));
            };
            let tag = content[..colon].trim_end();
            let tag_span = Span::new(begin, begin + tag.len());
            let value = content[colon + 1..].trim_start();
            let value_at = begin + content.len() - value.len();
            if !value.starts_with(OPEN) {
                return Ok(Some(Item::Tag(Line { tag, value, tag_span, span: Span::new(value_at, value_at + value.len()) })));
            }
            let body = value_at + OPEN.len();
            let Some(len) = memchr::memmem::find(&bytes[body..], CLOSE.as_bytes()) else {
                let span = Span::new(value_at, body);
                let help = "the file was cut off, or `</text>` is missing: write or download it again";
                return Err(Box::new(error("truncated", "this `<text>` is never closed", Some(span), help)));
            };
            self.at = body + len + CLOSE.len();
            let inner = &self.text[body..body + len];
            let trimmed = inner.trim();
            let at = body + (inner.len() - inner.trim_start().len());
            return Ok(Some(Item::Tag(Line { tag, value: trimmed, tag_span, span: Span::new(at, at + trimmed.len()) })));
        }
        Ok(None)
    }
}

/// Tags are words of letters and digits, so text with a colon in it is not taken for one.
fn is_tag(word: &str) -> bool {
    !word.is_empty() && word.len() <= 64 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// What a tag means where it stands.
#[derive(Clone, Copy)]
enum Means {
    /// The member of this name.
    Member(&'static str),
    /// An element of the list of this name.
    Element(&'static str),
    Checksum,
    ExternalRef,
    /// Of the last external reference.
    ExternalRefComment,
    /// A project that the file is from; the first of its members.
    Project(&'static str),
}

use Means::{Checksum, Element, ExternalRef, ExternalRefComment, Member, Project};

const PACKAGE: [(&str, Means); 19] = [
    ("PackageName", Member("name")),
    ("SPDXID", Member("SPDXID")),
    ("PackageVersion", Member("versionInfo")),
    ("PackageFileName", Member("packageFileName")),
    ("PackageSupplier", Member("supplier")),
    ("PackageOriginator", Member("originator")),
    ("PackageDownloadLocation", Member("downloadLocation")),
    ("PackageHomePage", Member("homepage")),
    ("ExternalRef", ExternalRef),
    ("ExternalRefComment", ExternalRefComment),
    ("PackageChecksum", Checksum),
    ("PackageSummary", Member("summary")),
    ("PackageDescription", Member("description")),
    ("PackageComment", Member("comment")),
    ("PackageSourceInfo", Member("sourceInfo")),
    ("PackageCopyrightText", Member("copyrightText")),
    ("PackageAttributionText", Element("attributionTexts")),
    ("PackageLicenseComments", Member("licenseComments")),
    ("PrimaryPackagePurpose", Member("primaryPackagePurpose")),
];

const FILE: [(&str, Means); 14] = [
    ("FileName", Member("fileName")),
    ("SPDXID", Member("SPDXID")),
    ("FileChecksum", Checksum),
    ("LicenseComments", Member("licenseComments")),
    ("FileLicenseComments", Member("licenseComments")),
    ("FileCopyrightText", Member("copyrightText")),
    ("FileComment", Member("comment")),
    ("FileNotice", Member("noticeText")),
    ("FileContributor", Element("fileContributors")),
    ("FileAttributionText", Element("attributionTexts")),
    ("ArtifactOfProjectName", Project("name")),
    ("ArtifactOfProjectHomePage", Project("homePage")),
    ("ArtifactOfProjectURI", Project("projectUri")),
    ("ArtifactOfProjectUri", Project("projectUri")),
];

const SNIPPET: [(&str, Means); 7] = [
    ("SnippetSPDXID", Member("SPDXID")),
    ("SnippetFromFileSPDXID", Member("snippetFromFile")),
    ("SnippetName", Member("name")),
    ("SnippetComment", Member("comment")),
    ("SnippetCopyrightText", Member("copyrightText")),
    ("SnippetLicenseComments", Member("licenseComments")),
    ("SnippetAttributionText", Element("attributionTexts")),
];

/// Tags that stand anywhere, or on which no maker depends: of the document, of extracted licences, annotations and reviews.
const OTHERS: [&str; 43] = [
    "SPDXVersion",
    "DataLicense",
    "SPDXID",
    "DocumentName",
    "DocumentNamespace",
    "DocumentComment",
    "ExternalDocumentRef",
    "LicenseListVersion",
    "Creator",
    "Created",
    "CreatorComment",
    "LicenseID",
    "LicenseName",
    "LicenseCrossReference",
    "LicenseComment",
    "ExtractedText",
    "Relationship",
    "RelationshipComment",
    "Annotator",
    "AnnotationDate",
    "AnnotationType",
    "AnnotationComment",
    "SPDXREF",
    "Reviewer",
    "ReviewDate",
    "ReviewComment",
    "DocumentDescribes",
    "FilesAnalyzed",
    "PackageVerificationCode",
    "PackageLicenseConcluded",
    "PackageLicenseDeclared",
    "PackageLicenseInfoFromFiles",
    "BuiltDate",
    "ReleaseDate",
    "ValidUntilDate",
    "FileType",
    "LicenseConcluded",
    "LicenseInfoInFile",
    "FileDependency",
    "SnippetLicenseConcluded",
    "LicenseInfoInSnippet",
    "SnippetByteRange",
    "SnippetLineRange",
];

/// The element whose tags are being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Document,
    Package,
    File,
    Snippet,
    /// An extracted licence, which names no maker.
    License,
}

/// One element on its way: its members, and its lists, which may be continued later.
#[derive(Default)]
struct Draft {
    members: Transcript,
    lists: BTreeMap<&'static str, Transcript>,
    /// A member list of objects that is being filled: the last external reference, the last project.
    open: Option<(&'static str, Transcript)>,
    has_project_name: bool,
    id: Option<(String, Span)>,
    place: Span,
}

impl Draft {
    fn begin(place: Span) -> Self {
        Self { place, members: Transcript::of_an_element(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.members.json().is_empty() && self.lists.is_empty() && self.open.is_none()
    }

    fn list(&mut self, key: &'static str) -> &mut Transcript {
        self.lists.entry(key).or_insert_with(Transcript::of_an_element)
    }

    /// The object of the list `key` that is being filled.
    fn opened(&mut self, key: &'static str, place: Span) -> &mut Transcript {
        self.close_opened();
        let mut object = Transcript::of_an_element();
        object.open_object(place);
        &mut self.open.insert((key, object)).1
    }

    fn close_opened(&mut self) {
        if let Some((key, mut object)) = self.open.take() {
            object.close_object(Span::default());
            self.list(key).append(&object);
        }
    }

    /// Tells the element as the next object of `into`.
    fn finish(mut self, into: &mut Transcript) {
        self.close_opened();
        into.open_object(self.place);
        into.append(&self.members);
        for (key, list) in &self.lists {
            into.key(key, Span::default());
            into.open_array(Span::default());
            into.append(list);
            into.close_array(Span::default());
        }
        into.close_object(Span::default());
    }
}

/// The telling of one document.
struct Teller<'n> {
    document: Transcript,
    creators: Transcript,
    external_documents: Transcript,
    packages: Transcript,
    files: Transcript,
    snippets: Transcript,
    relationships: Transcript,
    described: Transcript,
    of: Of,
    element: Draft,
    /// The package that the files after it belong to. It stays open: its files are told in it.
    package: Option<Draft>,
    /// Comments of annotations that say which element they are about.
    annotations: Annotations,
    /// Tags that are not known, with the first place of each and how often they stand there.
    unknown: BTreeMap<String, (Span, usize)>,
    notes: &'n mut Vec<Note>,
}

fn tell(text: &str, start: usize, notes: &mut Vec<Note>) -> Result<Transcript> {
    let mut teller = Teller {
        document: Transcript::default(),
        creators: Transcript::default(),
        external_documents: Transcript::default(),
        packages: Transcript::with_capacity(text.len() / 2),
        files: Transcript::default(),
        snippets: Transcript::default(),
        relationships: Transcript::default(),
        described: Transcript::default(),
        of: Of::Document,
        element: Draft::default(),
        package: None,
        annotations: annotations(text, start)?,
        unknown: BTreeMap::new(),
        notes,
    };
    let mut lines = Lines { text, at: start };
    let mut stray: Option<(Span, usize)> = None;
    while let Some(item) = lines.next()? {
        match item {
            Item::Tag(line) => teller.line(line)?,
            Item::Stray(span) => {
                stray.get_or_insert((span, 0)).1 += 1;
            }
        }
    }
    if let Some((span, count)) = stray {
        let message = format!("{count} lines are no `Tag: value` and were not read; this is the first");
        teller.notes.push(Note { code: "stray-line", message, span: Some(span) });
    }
    Ok(teller.finish())
}

/// The comments of annotations that name the element which they are about. They may stand far away from it.
#[derive(Default)]
struct Annotations {
    by_element: HashMap<String, Vec<(String, Span)>>,
    /// Where these comments begin.
    places: HashSet<usize>,
}

fn annotations(text: &str, start: usize) -> Result<Annotations> {
    let mut found = Annotations::default();
    if memchr::memmem::find(text.as_bytes(), b"SPDXREF").is_none() {
        return Ok(found);
    }
    let mut lines = Lines { text, at: start };
    let (mut reference, mut comment): (Option<Line<'_>>, Option<Line<'_>>) = (None, None);
    let mut keep = |reference: &mut Option<Line<'_>>, comment: &mut Option<Line<'_>>| {
        if let (Some(reference), Some(comment)) = (reference.take(), comment.take()) {
            found.places.insert(comment.span.start);
            found.by_element.entry(reference.value.to_owned()).or_default().push((comment.value.to_owned(), comment.span));
        }
    };
    while let Some(item) = lines.next()? {
        let Item::Tag(line) = item else { continue };
        match line.tag {
            "Annotator" => keep(&mut reference, &mut comment),
            "SPDXREF" => reference = Some(line),
            "AnnotationComment" => comment = Some(line),
            _ => {}
        }
    }
    keep(&mut reference, &mut comment);
    Ok(found)
}

impl Teller<'_> {
    fn line(&mut self, line: Line<'_>) -> Result<()> {
        let canonical = canonical(line.tag);
        match canonical.unwrap_or_default() {
            "PackageName" => self.begin(Of::Package, line.tag_span),
            "FileName" => self.begin(Of::File, line.tag_span),
            "SnippetSPDXID" => self.begin(Of::Snippet, line.tag_span),
            "LicenseID" => self.begin(Of::License, line.tag_span),
            "Relationship" => {
                self.relationship(line);
                return Ok(());
            }
            "SPDXVersion" => {
                self.document.key("spdxVersion", line.tag_span);
                self.document.string(line.value, line.span, true);
                return Ok(());
            }
            "Creator" => {
                self.creators.string(line.value, line.span, true);
                return Ok(());
            }
            "ExternalDocumentRef" => {
                self.external_documents.string(line.value, line.span, true);
                return Ok(());
            }
            "AnnotationComment" => {
                // One that does not say what it is about is about the element that it stands in.
                let in_element = !matches!(self.of, Of::Document | Of::License);
                if in_element && !self.annotations.places.contains(&line.span.start) {
                    annotation(self.element.list("annotations"), line.value, line.span);
                }
                return Ok(());
            }
            "DocumentDescribes" => {
                self.described.string(line.value, line.span, true);
                return Ok(());
            }
            _ => {}
        }
        let table: &[(&str, Means)] = match self.of {
            Of::Package => &PACKAGE,
            Of::File => &FILE,
            Of::Snippet => &SNIPPET,
            Of::Document | Of::License => &[],
        };
        let Some(tag) = canonical else {
            self.unknown.entry(crate::text::excerpt(line.tag, 64).into_owned()).or_insert((line.tag_span, 0)).1 += 1;
            return Ok(());
        };
        if let Some(means) = meaning(table, tag) {
            return self.member(means, line);
        }
        // A package's tag may stand behind its files.
        if self.package.is_some()
            && !OTHERS.contains(&tag)
            && let Some(means) = meaning(&PACKAGE, tag)
        {
            self.close_element();
            self.of = Of::Package;
            self.element = self.package.take().unwrap_or_default();
            return self.member(means, line);
        }
        if !OTHERS.contains(&tag) {
            return Err(Box::new(DocumentError {
                code: "tag-out-of-place",
                message: format!("`{tag}` stands where no element of its kind has begun"),
                span: Some(line.tag_span),
                label: Some("of what?".to_owned()),
                help:
                    "put it behind the `PackageName`, `FileName` or `SnippetSPDXID` that it belongs to: it may name a maker, so it is not \
                       passed over"
                        .to_owned(),
            }));
        }
        Ok(())
    }

    fn member(&mut self, means: Means, line: Line<'_>) -> Result<()> {
        let element = &mut self.element;
        match means {
            Member(key) => {
                if key == "SPDXID" {
                    // Early writers of 2.0 say so again which element an annotation in it is about.
                    if element.id.as_ref().is_some_and(|(id, _)| id == line.value) {
                        return Ok(());
                    }
                    element.id = Some((line.value.to_owned(), line.span));
                }
                element.members.key(key, line.tag_span);
                element.members.string(line.value, line.span, true);
            }
            Element(key) => element.list(key).string(line.value, line.span, true),
            Checksum => {
                let value = line.value.split_once(':').map_or(line.value, |(_, value)| value).trim();
                let end = line.span.end;
                let checksums = element.list("checksums");
                checksums.open_object(line.span);
                checksums.key("checksumValue", line.tag_span);
                checksums.string(value, Span::new(end - value.len(), end), true);
                checksums.close_object(line.span);
            }
            ExternalRef => {
                let reference = element.opened("externalRefs", line.tag_span);
                let mut rest = line.value;
                for key in ["referenceCategory", "referenceType", "referenceLocator"] {
                    let end = if key == "referenceLocator" { None } else { rest.find(char::is_whitespace) };
                    let word = &rest[..end.unwrap_or(rest.len())];
                    let at = line.span.end - rest.len();
                    reference.key(key, line.tag_span);
                    reference.string(word, Span::new(at, at + word.len()), true);
                    rest = rest[word.len()..].trim_start();
                }
            }
            ExternalRefComment => match &mut element.open {
                Some(("externalRefs", reference)) => {
                    reference.key("comment", line.tag_span);
                    reference.string(line.value, line.span, true);
                }
                _ => {
                    element.members.key("comment", line.tag_span);
                    element.members.string(line.value, line.span, true);
                }
            },
            Project(key) => {
                let fresh = !matches!(element.open, Some(("artifactOfs", _))) || (key == "name" && element.has_project_name);
                element.has_project_name = key == "name" || (!fresh && element.has_project_name);
                let project = match &mut element.open {
                    Some(("artifactOfs", project)) if !fresh => project,
                    _ => element.opened("artifactOfs", line.tag_span),
                };
                project.key(key, line.tag_span);
                project.string(line.value, line.span, true);
            }
        }
        Ok(())
    }

    fn relationship(&mut self, line: Line<'_>) {
        let mut words = line.value.splitn(3, char::is_whitespace).map(str::trim);
        let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) else {
            let message = "this relationship does not name two elements and what is between them; it was not read".to_owned();
            self.notes.push(Note { code: "bad-relationship", message, span: Some(line.span) });
            return;
        };
        self.relationships.open_object(line.span);
        for (key, word) in [("spdxElementId", from), ("relationshipType", kind), ("relatedSpdxElement", to)] {
            self.relationships.key(key, line.tag_span);
            self.relationships.string(word, line.span, false);
        }
        self.relationships.close_object(line.span);
    }

    fn begin(&mut self, of: Of, place: Span) {
        self.close_element();
        if of == Of::Package {
            self.close_package();
        }
        self.of = of;
        self.element = Draft::begin(place);
    }

    /// Tells the element that was being read; a package waits for its files.
    fn close_element(&mut self) {
        let mut element = std::mem::take(&mut self.element);
        if element.is_empty() {
            return;
        }
        if let Some((id, _)) = &element.id
            && let Some(comments) = self.annotations.by_element.remove(id)
        {
            for (comment, span) in comments {
                annotation(element.list("annotations"), &comment, span);
            }
        }
        match self.of {
            Of::Package => self.package = Some(element),
            Of::File => {
                if let (Some(package), Some((id, span))) = (&mut self.package, &element.id) {
                    package.list("hasFiles").string(id, *span, true);
                }
                element.finish(&mut self.files);
            }
            Of::Snippet => element.finish(&mut self.snippets),
            Of::Document | Of::License => {}
        }
    }

    fn close_package(&mut self) {
        if let Some(package) = self.package.take() {
            package.finish(&mut self.packages);
        }
    }

    fn finish(mut self) -> Transcript {
        self.close_element();
        self.close_package();
        for (tag, (span, count)) in self.unknown {
            let message = format!("the tag `{tag}` is not known and was not read, {count} times");
            self.notes.push(Note { code: "unknown-tag", message, span: Some(span) });
        }
        let nowhere = Span::default();
        let mut told = Transcript::with_capacity(self.packages.json().len() + self.files.json().len());
        told.open_object(nowhere);
        told.append(&self.document);
        told.key("creationInfo", nowhere);
        told.open_object(nowhere);
        told.key("creators", nowhere);
        told.open_array(nowhere);
        told.append(&self.creators);
        told.close_array(nowhere);
        told.close_object(nowhere);
        let lists = [
            ("externalDocumentRefs", self.external_documents),
            ("packages", self.packages),
            ("files", self.files),
            ("snippets", self.snippets),
            ("documentDescribes", self.described),
            ("relationships", self.relationships),
        ];
        for (key, list) in lists {
            told.key(key, nowhere);
            told.open_array(nowhere);
            told.append(&list);
            told.close_array(nowhere);
        }
        told.close_object(nowhere);
        told
    }
}

fn annotation(list: &mut Transcript, comment: &str, span: Span) {
    list.open_object(span);
    list.key("comment", span);
    list.string(comment, span, true);
    list.close_object(span);
}

const TABLES: [&[(&str, Means)]; 3] = [&PACKAGE, &FILE, &SNIPPET];

fn meaning(table: &[(&str, Means)], tag: &str) -> Option<Means> {
    table.iter().find(|(known, _)| *known == tag).map(|(_, means)| *means)
}

/// The tag as the specification spells it, also where only the case of its letters differs: `FIleCopyrightText`.
fn canonical(tag: &str) -> Option<&'static str> {
    static KNOWN: LazyLock<HashMap<String, &'static str, foldhash::fast::FixedState>> = LazyLock::new(|| {
        let tags = TABLES.iter().flat_map(|table| table.iter().map(|(tag, _)| *tag)).chain(OTHERS);
        tags.flat_map(|tag| [(tag.to_owned(), tag), (tag.to_ascii_lowercase(), tag)]).collect()
    });
    KNOWN.get(tag).or_else(|| KNOWN.get(&tag.to_ascii_lowercase())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> serde_json::Value {
        let mut notes = Vec::new();
        serde_json::from_str(tell(text, 0, &mut notes).unwrap().json()).unwrap()
    }

    #[test]
    fn elements_are_told_with_what_belongs_to_them() {
        let text = "SPDXVersion: SPDX-2.3\rPackageName: a\r\nSPDXID: SPDXRef-a\nPackageSupplier: Organization: A (x@a.org)\n\
                    ExternalRef: PACKAGE_MANAGER purl pkg:npm/a@1\nExternalRefComment: <text>two\nlines</text>\n\
                    FileName: ./f\nSPDXID: SPDXRef-f\nFileChecksum: SHA1: 00ff\nPackageHomePage: https://a.org\n\
                    Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b\nSPDXREF: SPDXRef-a\nAnnotator: Person: x\n\
                    AnnotationComment: about f\nAnnotator: Person: y\nSPDXREF: SPDXRef-a\nAnnotationComment: about a\n";
        let expected = serde_json::json!({
            "spdxVersion": "SPDX-2.3",
            "creationInfo": {"creators": []},
            "externalDocumentRefs": [],
            "packages": [{
                "name": "a", "SPDXID": "SPDXRef-a", "supplier": "Organization: A (x@a.org)", "homepage": "https://a.org",
                "externalRefs": [{"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1",
                                  "comment": "two\nlines"}],
                "annotations": [{"comment": "about a"}, {"comment": "about f"}],
                "hasFiles": ["SPDXRef-f"],
            }],
            "files": [{"fileName": "./f", "SPDXID": "SPDXRef-f", "checksums": [{"checksumValue": "00ff"}]}],
            "snippets": [],
            "documentDescribes": [],
            "relationships": [{"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"}],
        });
        let mut found = told(text);
        if let Some(annotations) = found["packages"][0]["annotations"].as_array_mut() {
            annotations.sort_by_key(ToString::to_string);
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn what_cannot_be_placed_is_told() {
        let mut notes = Vec::new();
        tell("SPDXVersion: SPDX-2.3\nUnheardOf: x\nstray text\nRelationship: a b\n", 0, &mut notes).unwrap();
        let codes: Vec<&str> = notes.iter().map(|note| note.code).collect();
        assert_eq!(codes, ["bad-relationship", "stray-line", "unknown-tag"]);
        assert_eq!(tell("PackageSupplier: Organization: A\n", 0, &mut notes).err().unwrap().code, "tag-out-of-place");
        assert_eq!(tell("PackageName: <text>a", 0, &mut notes).err().unwrap().code, "truncated");
    }
}
