//! The reader for SPDX 2 tag-value, 2.0 to 2.3.
//!
//! A line is `Tag: value`; a value in `<text>…</text>` may span lines. Lines end in LF or CRLF, or all of them in a bare CR. The tags of one
//! element are together, and its first tag shows what it is. Licences are never looked into.
//!
//! Everything that is no tag, comment or blank line is an error, because other readers stop there or join it to the line before. A tag that
//! is repeated says each of its values.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::feed::Feed;
use super::recognise::error;
use super::scribe::Result;
use super::strict::{is_mark, two_readings};
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
    /// Whether there is white space before the tag.
    indented: bool,
}

/// Walks the lines of a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    /// What ends a line.
    end: u8,
    /// Whether the text has a character that ends a line for some readers only.
    doubtful: bool,
}

const OPEN: &str = "<text>";
const CLOSE: &str = "</text>";

impl<'a> Lines<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let bytes = &text.as_bytes()[start..];
        // Only a file without a single LF ends its lines in CR: next to LF, some readers end a line there and others do not.
        let end = if memchr::memchr(b'\n', bytes).is_some() { b'\n' } else { b'\r' };
        let bare = end == b'\n' && memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'));
        let control = memchr::memchr3(0x0b, 0x0c, 0x1c, bytes).or_else(|| memchr::memchr2(0x1d, 0x1e, bytes)).is_some();
        let unicode = || ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some());
        Self { text, at: start, end, doubtful: bare || control || unicode() }
    }

    /// The line that begins at `start`, without its end; the next one is read after it.
    fn line(&mut self, start: usize) -> &'a str {
        let bytes = &self.text.as_bytes()[start..];
        let len = memchr::memchr(self.end, bytes).unwrap_or(bytes.len());
        self.at = start + len + 1;
        &self.text[start..start + len]
    }

    /// The next tag, without comments and blank lines.
    fn next(&mut self) -> Result<Option<Line<'a>>> {
        while self.at < self.text.len() {
            let start = self.at;
            let line = self.line(start);
            let content = line.trim();
            let begin = start + (line.len() - line.trim_start().len());
            if content.is_empty() || content.starts_with('#') {
                self.one_line(content, begin)?;
                continue;
            }
            let Some(colon) = content.find(':').filter(|&at| is_tag(content[..at].trim_end())) else {
                return Err(stray_line(Span::new(begin, begin + content.len())));
            };
            let tag = content[..colon].trim_end();
            let tag_span = Span::new(begin, begin + tag.len());
            let value = content[colon + 1..].trim_start();
            let value_at = begin + content.len() - value.len();
            let quoted = if value.is_empty() { self.quoted_below() } else { value.starts_with(OPEN).then_some(value_at) };
            // What a quoted value holds is no line.
            self.one_line(if value.starts_with(OPEN) { &content[..content.len() - value.len()] } else { content }, begin)?;
            let Some(value_at) = quoted else {
                if let Some(at) = memchr::memmem::find(value.as_bytes(), OPEN.as_bytes()) {
                    let span = Span::new(value_at + at, value_at + at + OPEN.len());
                    let message = "`<text>` is in the middle of a value: some readers begin the value there, others do not";
                    return Err(two_readings(message, span, "put the whole value into `<text>…</text>`, or remove `<text>`"));
                }
                return Ok(Some(Line { tag, value, tag_span, span: Span::new(value_at, value_at + value.len()), indented: begin > start }));
            };
            let body = value_at + OPEN.len();
            let Some(len) = memchr::memmem::find(&self.text.as_bytes()[body..], CLOSE.as_bytes()) else {
                let span = Span::new(value_at, body);
                let help = "the file was cut off, or `</text>` is missing: write or download it again";
                return Err(Box::new(error("truncated", "this `<text>` is never closed", Some(span), help)));
            };
            if let Some(at) = memchr::memmem::find(&self.text.as_bytes()[body..body + len], OPEN.as_bytes()) {
                let before = &self.text[body..body + at];
                if before.trim_end().ends_with(':') && hides_tag(before.rsplit(['\n', '\r']).next().unwrap_or_default()) {
                    let message = "this `<text>` is not closed before another one begins";
                    let help = "close it with `</text>`: tags in a text are not read";
                    return Err(two_readings(message, Span::new(value_at, body), help));
                }
            }
            let after = body + len + CLOSE.len();
            let rest = self.line(after);
            if !rest.trim().is_empty() {
                let at = after + (rest.len() - rest.trim_start().len());
                return Err(stray_line(Span::new(at, at + rest.trim().len())));
            }
            let inner = &self.text[body..body + len];
            let trimmed = inner.trim();
            let at = body + (inner.len() - inner.trim_start().len());
            return Ok(Some(Line { tag, value: trimmed, tag_span, span: Span::new(at, at + trimmed.len()), indented: begin > start }));
        }
        Ok(None)
    }

    /// Where a `<text>` begins that comes after blank space only: old writers put it on the line after its tag.
    fn quoted_below(&self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let below = rest.trim_start();
        below.starts_with(OPEN).then(|| self.text.len() - below.len())
    }

    /// Refuses what some readers take for the end of a line and others do not.
    fn one_line(&self, content: &str, begin: usize) -> Result<()> {
        if !self.doubtful {
            return Ok(());
        }
        let message = "this character ends a line for some readers and not for others";
        for (at, character) in content.char_indices() {
            let breaks = match character {
                '\r' => true,
                // Python's splitlines() ends lines here: harmless, unless a tag follows.
                '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    hides_tag(&content[at + character.len_utf8()..])
                }
                _ => false,
            };
            if breaks {
                let span = Span::new(begin + at, begin + at + character.len_utf8());
                return Err(two_readings(message, span, "end every line in the same way, with LF or CRLF"));
            }
        }
        Ok(())
    }
}

fn stray_line(span: Span) -> Box<DocumentError> {
    let message = "this is not `Tag: value`, a comment or a blank line";
    let help = "put a value of several lines into `<text>…</text>`, begin a comment with `#`, or remove the line";
    Box::new(error("stray-line", message, Some(span), help))
}

/// Whether a text has a known tag with a colon behind it.
fn hides_tag(text: &str) -> bool {
    memchr::memchr_iter(b':', text.as_bytes()).any(|colon| {
        let before = text[..colon].trim_end();
        let word = before
            .rfind(|character: char| !character.is_ascii_alphanumeric())
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        canonical(&before[word..]).is_some()
    })
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

/// The values of one tag in one element.
struct Values<'a> {
    key: &'static str,
    tag_span: Span,
    first: (&'a str, Span),
    /// Further ones that differ from it.
    more: Vec<(&'a str, Span)>,
}

/// Members of which there can be only one.
const SINGLE: [&str; 6] = ["SPDXID", "name", "fileName", "versionInfo", "primaryPackagePurpose", "snippetFromFile"];
/// Members of which every value is a statement of its own. Those of all others are texts, which can be joined.
const STATEMENTS: [&str; 5] = ["supplier", "originator", "downloadLocation", "homepage", "packageFileName"];

/// One element that is being read: its members, and its lists, which may be continued later.
#[derive(Default)]
struct Draft<'a> {
    members: Vec<Values<'a>>,
    lists: BTreeMap<&'static str, Transcript>,
    /// A member list of objects that is being filled: the last external reference, the last project.
    open: Option<(&'static str, Transcript)>,
    /// Comments on the open external reference.
    comments: Vec<Line<'a>>,
    has_project_name: bool,
    id: Option<(&'a str, Span)>,
    place: Span,
}

impl<'a> Draft<'a> {
    fn begin(place: Span) -> Self {
        Self { place, members: Vec::with_capacity(12), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.members.is_empty() && self.lists.is_empty() && self.open.is_none()
    }

    fn list(&mut self, key: &'static str) -> &mut Transcript {
        self.lists.entry(key).or_insert_with(Transcript::of_an_element)
    }

    /// Adds a value. `NOASSERTION` gives way to any other, and a value that is repeated says nothing new.
    fn member(&mut self, key: &'static str, line: Line<'a>) -> Result<()> {
        let value = (line.value, line.span);
        let Some(known) = self.members.iter_mut().find(|known| known.key == key) else {
            self.members.push(Values { key, tag_span: line.tag_span, first: value, more: Vec::new() });
            return Ok(());
        };
        let says_nothing = |value: &str| matches!(value, "" | "NOASSERTION" | "NONE");
        if says_nothing(line.value) || known.first.0 == line.value || known.more.last().is_some_and(|(last, _)| *last == line.value) {
            return Ok(());
        }
        if says_nothing(known.first.0) {
            (known.first, known.tag_span) = (value, line.tag_span);
            return Ok(());
        }
        if SINGLE.contains(&key) {
            return Err(twice(line.tag, line.tag_span));
        }
        known.more.push(value);
        Ok(())
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
            if let [first, more @ ..] = self.comments.as_slice() {
                object.key("comment", first.tag_span);
                text_of(&mut object, (first.value, first.span), more.iter().map(|line| (line.value, line.span)));
            }
            self.comments.clear();
            object.close_object(Span::default());
            self.list(key).append(&object);
        }
    }

    /// Tells the element as the next object of `into`.
    fn finish(mut self, into: &mut Transcript) {
        self.close_opened();
        into.open_object(self.place);
        for values in &self.members {
            into.key(values.key, values.tag_span);
            let more = if STATEMENTS.contains(&values.key) { &[][..] } else { &values.more };
            text_of(into, values.first, more.iter().copied());
        }
        let statements = |values: &&Values<'_>| STATEMENTS.contains(&values.key) && !values.more.is_empty();
        if self.members.iter().any(|values| statements(&values)) {
            into.key("repeatedTags", self.place);
            into.open_object(self.place);
            for values in self.members.iter().filter(statements) {
                into.key(values.key, values.tag_span);
                into.open_array(values.tag_span);
                values.more.iter().for_each(|(value, span)| into.string(value, *span, true));
                into.close_array(Span::default());
            }
            into.close_object(Span::default());
        }
        for (key, list) in &self.lists {
            into.key(key, Span::default());
            into.open_array(Span::default());
            into.append(list);
            into.close_array(Span::default());
        }
        into.close_object(Span::default());
    }
}

/// Tells a text, joined with further values of its tag.
fn text_of<'a>(told: &mut Transcript, (first, place): (&'a str, Span), more: impl Iterator<Item = (&'a str, Span)>) {
    let mut joined: Option<(String, Span)> = None;
    for (value, span) in more {
        let (text, whole) = joined.get_or_insert_with(|| (first.to_owned(), place));
        text.push('\n');
        text.push_str(value);
        whole.end = whole.end.max(span.end);
    }
    match joined {
        Some((text, span)) => told.string(&text, span, false),
        None => told.string(first, place, true),
    }
}

fn twice(tag: &str, span: Span) -> Box<DocumentError> {
    let message = format!("the tag `{}` has two different values in one element", crate::text::excerpt(tag, 40));
    Box::new(DocumentError {
        label: Some("the second one".to_owned()),
        ..error("duplicate-key", &message, Some(span), "keep one of the two: readers disagree about which of them counts")
    })
}

/// The telling of one document.
struct Teller<'a, 'n> {
    document: Transcript,
    creators: Transcript,
    external_documents: Transcript,
    packages: Transcript,
    files: Transcript,
    snippets: Transcript,
    relationships: Transcript,
    described: Transcript,
    of: Of,
    element: Draft<'a>,
    /// The package that the files after it belong to. It stays open: its files are told in it.
    package: Option<Draft<'a>>,
    /// Comments of annotations that say which element they are about.
    annotations: Annotations<'a>,
    has_version: bool,
    /// Tags that are not known, with the first place of each and how often they stand there.
    unknown: BTreeMap<String, (Span, usize)>,
    /// Further ones, of which only the number is kept.
    unnamed: Option<(Span, usize)>,
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
        has_version: false,
        unknown: BTreeMap::new(),
        unnamed: None,
        notes,
    };
    let mut lines = Lines::new(text, start);
    while let Some(line) = lines.next()? {
        teller.line(line)?;
    }
    Ok(teller.finish())
}

/// The comments of annotations that name the element which they are about. They may stand far away from it.
#[derive(Default)]
struct Annotations<'a> {
    by_element: HashMap<&'a str, Vec<(&'a str, Span)>>,
    /// Where these comments begin.
    places: HashSet<usize>,
}

fn annotations<'a>(text: &'a str, start: usize) -> Result<Annotations<'a>> {
    let mut found = Annotations::default();
    if memchr::memmem::find(text.as_bytes(), b"SPDXREF").is_none() {
        return Ok(found);
    }
    let mut lines = Lines::new(text, start);
    let (mut reference, mut comment): (Option<Line<'a>>, Option<Line<'a>>) = (None, None);
    let mut keep = |reference: &mut Option<Line<'a>>, comment: &mut Option<Line<'a>>| {
        if let (Some(reference), Some(comment)) = (reference.take(), comment.take()) {
            found.places.insert(comment.span.start);
            found.by_element.entry(reference.value).or_default().push((comment.value, comment.span));
        }
    };
    while let Some(line) = lines.next()? {
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

impl<'a> Teller<'a, '_> {
    fn line(&mut self, line: Line<'a>) -> Result<()> {
        let canonical = canonical(line.tag);
        match canonical.unwrap_or_default() {
            "PackageName" => self.begin(Of::Package, line.tag_span),
            "FileName" => self.begin(Of::File, line.tag_span),
            "SnippetSPDXID" => self.begin(Of::Snippet, line.tag_span),
            "LicenseID" => self.begin(Of::License, line.tag_span),
            "Relationship" => return self.relationship(line),
            "SPDXVersion" => {
                if line.tag == "spdxVersion" {
                    return Err(two_formats(line.tag, line.tag_span));
                }
                if self.has_version {
                    let message = "there is a second `SPDXVersion`, so this is more than one document";
                    let help = "pass each document as a file of its own";
                    return Err(Box::new(error("duplicate-key", message, Some(line.tag_span), help)));
                }
                self.has_version = true;
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
            judge_unknown(&line)?;
            self.note_unknown(&line);
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

    fn member(&mut self, means: Means, line: Line<'a>) -> Result<()> {
        let element = &mut self.element;
        match means {
            Member(key) => {
                // Early writers of 2.0 say so again which element an annotation in it is about.
                if key == "SPDXID" && element.id.is_none() {
                    element.id = Some((line.value, line.span));
                }
                element.member(key, line)?;
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
                let mut rest = line.value;
                if rest.split_whitespace().nth(2).is_none() {
                    let message = "this external reference does not have a category, a type and a locator";
                    let help = "write `ExternalRef: CATEGORY TYPE LOCATOR`: it may name a vendor";
                    return Err(Box::new(error("bad-external-ref", message, Some(line.tag_span), help)));
                }
                let reference = element.opened("externalRefs", line.tag_span);
                for key in ["referenceCategory", "referenceType", "referenceLocator"] {
                    let end = if key == "referenceLocator" { None } else { rest.find(char::is_whitespace) };
                    let word = &rest[..end.unwrap_or(rest.len())];
                    let at = line.span.end - rest.len();
                    reference.key(key, line.tag_span);
                    reference.string(word, Span::new(at, at + word.len()), true);
                    rest = rest[word.len()..].trim_start();
                }
            }
            ExternalRefComment => match &element.open {
                Some(("externalRefs", _)) => element.comments.push(line),
                _ => element.member("comment", line)?,
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

    fn note_unknown(&mut self, line: &Line<'_>) {
        const NAMED_MAX: usize = 50;
        let shown = crate::text::excerpt(line.tag, 64);
        if let Some((_, count)) = self.unknown.get_mut(shown.as_ref()) {
            *count += 1;
        } else if self.unknown.len() < NAMED_MAX {
            self.unknown.insert(shown.into_owned(), (line.tag_span, 1));
        } else {
            self.unnamed.get_or_insert((line.tag_span, 0)).1 += 1;
        }
    }

    fn relationship(&mut self, line: Line<'_>) -> Result<()> {
        let mut words = line.value.split_whitespace();
        let (Some(from), Some(kind), Some(to), None) = (words.next(), words.next(), words.next(), words.next()) else {
            let message = "a relationship is two elements with its type between them, and this is not";
            let help = "write `Relationship: SPDXRef-A DEPENDS_ON SPDXRef-B`";
            let span = if line.span.is_empty() { line.tag_span } else { line.span };
            return Err(Box::new(error("bad-relationship", message, Some(span), help)));
        };
        self.relationships.open_object(line.span);
        for (key, word) in [("spdxElementId", from), ("relationshipType", kind), ("relatedSpdxElement", to)] {
            self.relationships.key(key, line.tag_span);
            self.relationships.string(word, line.span, false);
        }
        self.relationships.close_object(line.span);
        Ok(())
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
                annotation(element.list("annotations"), comment, span);
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
        if let Some((span, count)) = self.unnamed {
            let message = format!("{count} further tags are not known and were not read");
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

/// Refuses a tag that is not known and behind which another reader could see one that is.
fn judge_unknown(line: &Line<'_>) -> Result<()> {
    // The value of the line before goes on: an agent, an address, an indented line.
    let agent = ["organization", "organisation", "person", "tool"].iter().any(|word| line.tag.eq_ignore_ascii_case(word));
    if agent || line.indented || line.value.starts_with("//") || !line.tag.starts_with(|letter: char| letter.is_ascii_uppercase()) {
        if is_mark(line.tag) {
            return Err(two_formats(line.tag, line.tag_span));
        }
        return Err(stray_line(line.tag_span));
    }
    if is_mark(line.tag) {
        return Err(two_formats(line.tag, line.tag_span));
    }
    let letters: String = line.tag.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let tags = TABLES.iter().flat_map(|table| table.iter().map(|(tag, _)| *tag));
    // A short one is a part of many words.
    let meant = tags.filter(|tag| tag.len() > 8).find(|tag| letters.ends_with(&tag.to_ascii_lowercase())).or_else(|| canonical(&letters));
    if let Some(meant) = meant {
        let message =
            format!("the unknown tag `{}` is nearly `{meant}`: some readers read it, others skip it", crate::text::excerpt(line.tag, 64));
        return Err(two_readings(&message, line.tag_span, &format!("write `{meant}`, or remove it")));
    }
    if hides_tag(line.value) {
        let message =
            format!("the value of the unknown tag `{}` has a known tag in it, which is not read", crate::text::excerpt(line.tag, 64));
        return Err(two_readings(&message, line.span, "put the tag on a line of its own, or remove it"));
    }
    Ok(())
}

fn two_formats(key: &str, span: Span) -> Box<DocumentError> {
    let message = format!("this is SPDX tag-value and has the key `{key}` of another form: two readers would see two documents");
    Box::new(error("two-formats", &message, Some(span), "pass each document as a file of its own"))
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
        let text = "SPDXVersion: SPDX-2.3\r\nPackageName: a\r\nSPDXID: SPDXRef-a\nPackageSupplier: Organization: A (x@a.org)\n\
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
    fn no_tag_is_a_mark_of_another_form() {
        for tag in TABLES.iter().flat_map(|table| table.iter().map(|(tag, _)| *tag)).chain(OTHERS) {
            assert!(!is_mark(tag), "{tag}");
        }
    }

    #[test]
    fn what_cannot_be_placed_is_refused() {
        let mut notes = Vec::new();
        tell("SPDXVersion: SPDX-2.3\nUnheardOf: x\n", 0, &mut notes).unwrap();
        assert_eq!(notes.iter().map(|note| note.code).collect::<Vec<_>>(), ["unknown-tag"]);
        let table = [
            ("stray text", "stray-line"),
            ("Relationship: a b", "bad-relationship"),
            ("PackageSupplier: Organization: A", "tag-out-of-place"),
            ("PackageName: <text>a", "truncated"),
            ("PackageName: <text>a</text> b", "stray-line"),
            ("PackageName: a <text>b</text>", "two-readings"),
            ("PackageName: a\rPackageName: b", "two-readings"),
            ("Package-Supplier: Organization: A", "two-readings"),
            ("XPackageSupplier: Organization: A", "two-readings"),
            ("Other: PackageSupplier: Organization: A", "two-readings"),
            ("PackageName: a\nPackageSupplier:\nOrganization: A", "stray-line"),
            ("PackageName: a\nPackageHomePage:\nhttps://a.org", "stray-line"),
            ("PackageName: a\nPackageComment: see\n Also: b", "stray-line"),
            ("PackageName: a\nExternalRef: PACKAGE-MANAGER purl\npkg:npm/a", "bad-external-ref"),
            ("packages: []", "two-formats"),
            ("spdxVersion: SPDX-2.3", "two-formats"),
            ("PackageName: a\nExternalRef: PACKAGE_MANAGER purl", "bad-external-ref"),
            ("PackageName: a\nPackageVersion: 1\nPackageVersion: 2", "duplicate-key"),
        ];
        for (lines, code) in table {
            let text = format!("SPDXVersion: SPDX-2.3\n{lines}\n");
            assert_eq!(tell(&text, 0, &mut notes).err().map(|error| error.code), Some(code), "{lines}");
        }
    }

    #[test]
    fn repeated_tags_say_all_their_values() {
        let found = told(
            "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageSupplier: Organization: A\nPackageSupplier: Organization: B\n\
             PackageDownloadLocation: NOASSERTION\nPackageDownloadLocation: https://a.org\nPackageComment: one\nPackageComment: two\n\
             PackageVersion: 1\nPackageVersion: 1\n",
        );
        let expected = serde_json::json!({
            "name": "a", "supplier": "Organization: A", "downloadLocation": "https://a.org", "comment": "one\ntwo", "versionInfo": "1",
            "repeatedTags": {"supplier": ["Organization: B"]},
        });
        assert_eq!(found["packages"][0], expected);
    }
}
