//! XML as the readers need it: a walk over its elements that keeps nothing but the place at hand.
//!
//! What is passed over is never built, so a document of millions of unknown elements costs no memory.
//!
//! Document type declarations are refused: no SBOM needs one, and what they declare is how a small file becomes a large one or
//! reads other files.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

use super::DocumentError;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::strict::two_readings;
use super::transcript::Transcript;
use crate::source::Span;

/// An attribute.
pub(super) struct Attribute<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    /// Whether there was a prefix: such an attribute is in another namespace, or declares one.
    pub(super) prefixed: bool,
    pub(super) name_span: Span,
    pub(super) value: Cow<'a, str>,
    pub(super) span: Span,
}

/// Whose element it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// The document's own: that of its root.
    Own,
    /// None, or that of another version of the format.
    Near,
    /// Another one: an extension, of which nothing is known.
    Foreign,
}

/// The root of a document.
pub(super) struct Root<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: String,
    /// Where the namespace is declared, or the name, if it is not.
    pub(super) span: Span,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// Whether it ends where it begins.
    empty: bool,
}

/// The text of an element.
pub(super) struct Content<'a> {
    /// Without white space around it.
    pub(super) text: Cow<'a, str>,
    pub(super) span: Span,
}

impl Content<'_> {
    /// Tells the text as a string.
    pub(super) fn tell(&self, told: &mut Transcript) {
        told.string(&self.text, self.span, matches!(self.text, Cow::Borrowed(_)));
    }
}

/// Walks a document.
pub(super) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    /// Where the part that is read begins in the document.
    base: usize,
    own: Vec<u8>,
    /// Namespaces that begin so belong to the document as well.
    family: &'static [u8],
    /// Namespaces that begin so are of another version of its format.
    versions: &'static [u8],
    /// Where the element that was closed last ends.
    closed: usize,
    depth: u32,
    deepest: u32,
}

/// What the parser came to.
enum Met<'a> {
    Told(Child<'a>),
    /// A comment or a processing instruction.
    Between(Span),
    Declaration,
}

enum Child<'a> {
    /// A start tag; `true` if the element is empty.
    Start(BytesStart<'a>, bool, Namespace, Span),
    Text(Cow<'a, str>, Span),
    End(Span),
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str, start: usize, limits: &Limits) -> Self {
        let reader = NsReader::from_str(&text[start..]);
        Self { reader, text, base: start, own: Vec::new(), family: &[], versions: &[], closed: start, depth: 0, deepest: limits.depth }
    }

    /// Takes elements in namespaces that begin with `family` for elements of the document, and knows those of other versions of its format.
    pub(super) fn accept(&mut self, family: &'static str, versions: &'static str) {
        (self.family, self.versions) = (family.as_bytes(), versions.as_bytes());
    }

    /// Where the element that was read last ends.
    pub(super) fn closed(&self) -> Span {
        Span::new(self.closed, self.closed)
    }

    fn position(&self) -> usize {
        self.base + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len() - self.base)
    }

    /// Reads up to the root element and enters it.
    pub(super) fn root(&mut self) -> Result<Root<'a>> {
        loop {
            match self.next()? {
                Some(Child::Start(tag, empty, _, span)) => {
                    let name_span = self.name_span(&tag, span);
                    let resolved = self.reader.resolver().resolve_element(tag.name()).0;
                    let namespace = match resolved {
                        ResolveResult::Bound(namespace) => namespace.into_inner().to_vec(),
                        _ => Vec::new(),
                    };
                    let attributes = self.attributes(&tag)?;
                    let declared = attributes.iter().find(|attribute| attribute.value.as_bytes() == namespace);
                    self.own.clone_from(&namespace);
                    return Ok(Root {
                        name: self.slice(name_span),
                        namespace: String::from_utf8_lossy(&namespace).into_owned(),
                        span: declared.map_or(name_span, |attribute| attribute.span),
                        attributes,
                        empty,
                    });
                }
                Some(_) => {}
                None => return Err(self.truncated()),
            }
        }
    }

    /// Reads the content of the element that was entered last: its text, if it has only text, or else calls `each` for every element in it.
    ///
    /// # Errors
    /// Text beside elements, or a comment in the middle of text: readers disagree about what such an element says.
    fn content(&mut self, opened: &Opening<'_>, each: &mut dyn FnMut(&mut Self, Opened<'a>) -> Result<()>) -> Result<Content<'a>> {
        let nothing = Content { text: Cow::Borrowed(""), span: Span::new(opened.span.start, opened.span.start) };
        if opened.empty {
            self.closed = opened.span.end;
            return Ok(nothing);
        }
        let mut text = Text::default();
        let (mut elements, mut between): (bool, Option<Span>) = (false, None);
        loop {
            match self.event()? {
                None => return Err(self.truncated()),
                Some(Met::Declaration) => {}
                Some(Met::Between(span)) => {
                    if text.said.is_some() {
                        between.get_or_insert(span);
                    }
                }
                Some(Met::Told(Child::Text(piece, span))) => {
                    if !piece.trim().is_empty() {
                        if elements {
                            return Err(stray_text(opened, span));
                        }
                        if let Some(comment) = between {
                            let name = crate::text::excerpt(opened.name, 40);
                            let message = format!("a comment or processing instruction splits the text of `{name}`");
                            return Err(two_readings(
                                &message,
                                comment,
                                "remove it: some readers end the text there, others join both parts",
                            ));
                        }
                    }
                    text.push(piece, span);
                }
                Some(Met::Told(Child::Start(tag, empty, namespace, span))) => {
                    if let Some((_, span)) = text.said {
                        return Err(stray_text(opened, span));
                    }
                    elements = true;
                    let name_span = self.name_span(&tag, span);
                    let child = Opened { name: self.slice(name_span), name_span, namespace, tag, empty, span };
                    each(self, child)?;
                }
                Some(Met::Told(Child::End(span))) => {
                    self.closed = span.end;
                    return Ok(text.finish().unwrap_or(nothing));
                }
            }
        }
    }

    /// After the root nothing may follow that is read.
    pub(super) fn end(&mut self) -> Result<()> {
        loop {
            match self.next()? {
                None => return Ok(()),
                Some(Child::Text(text, _)) if text.trim().is_empty() => {}
                Some(Child::Text(_, span) | Child::End(span) | Child::Start(_, _, _, span)) => {
                    let help = "pass each document as a file of its own";
                    return Err(Box::new(error("trailing-text", "there is more after the end of the document", Some(span), help)));
                }
            }
        }
    }

    /// What comes next, without comments and processing instructions; nothing at the end of the text.
    fn next(&mut self) -> Result<Option<Child<'a>>> {
        loop {
            match self.event()? {
                Some(Met::Told(child)) => return Ok(Some(child)),
                Some(Met::Between(_) | Met::Declaration) => {}
                None => return Ok(None),
            }
        }
    }

    fn event(&mut self) -> Result<Option<Met<'a>>> {
        let before = self.position();
        let event = self.reader.read_event();
        let after = self.position();
        let span = Span::new(before, after);
        let event = event.map_err(|cause| self.malformed(&cause.to_string()))?;
        Ok(Some(Met::Told(match event {
            Event::Start(tag) => {
                self.deeper(span)?;
                let namespace = self.namespace(&tag);
                Child::Start(tag, false, namespace, span)
            }
            Event::Empty(tag) => {
                let namespace = self.namespace(&tag);
                Child::Start(tag, true, namespace, span)
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Child::End(span)
            }
            Event::Text(text) => {
                let content = text.xml10_content().map_err(|cause| self.malformed(&cause.to_string()))?;
                // Borrowed from the document if it stands there so.
                let content =
                    if content.as_ref() == self.slice(span) { Cow::Borrowed(self.slice(span)) } else { Cow::Owned(content.into_owned()) };
                Child::Text(content, span)
            }
            Event::CData(text) => {
                let inner = Span::new(before + "<![CDATA[".len(), after.saturating_sub("]]>".len()));
                drop(text);
                Child::Text(Cow::Borrowed(self.slice(inner)), inner)
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|cause| self.malformed(&cause.to_string()))?;
                let resolved = match character {
                    Some(character) => Some(character.to_string()),
                    None => reference.decode().ok().and_then(|name| quick_xml::escape::resolve_predefined_entity(&name)).map(str::to_owned),
                };
                let Some(resolved) = resolved else {
                    let help = "write the character itself: an SBOM is read without a document type that could define it";
                    return Err(Box::new(error("undefined-entity", "this entity is not defined", Some(span), help)));
                };
                Child::Text(Cow::Owned(resolved), span)
            }
            Event::DocType(_) => {
                let help = "take the document type declaration out: no SBOM needs one, and it can name other files or grow without bound";
                let message = "a document type declaration is not read";
                return Err(Box::new(error("document-type", message, Some(Span::new(before, before + 9)), help)));
            }
            Event::Comment(_) | Event::PI(_) => return Ok(Some(Met::Between(span))),
            Event::Decl(declaration) => {
                let version = declaration.version().map_err(|cause| self.malformed(&cause.to_string()))?.into_owned();
                let encoding = declaration.encoding().transpose().map_err(|cause| self.malformed(&cause.to_string()))?;
                self.judge_declaration(&version, encoding.as_deref(), span)?;
                return Ok(Some(Met::Declaration));
            }
            Event::Eof => return Ok(None),
        })))
    }

    /// Refuses a declaration under which another reader would read other text: the bytes were decoded as Unicode before.
    fn judge_declaration(&self, version: &[u8], encoding: Option<&[u8]>, span: Span) -> Result<()> {
        if version != b"1.0" {
            let message = format!("XML {} is not supported", crate::text::excerpt(&String::from_utf8_lossy(version), 20));
            return Err(Box::new(error("not-xml", &message, Some(span), "write it as XML 1.0")));
        }
        let Some(encoding) = encoding else { return Ok(()) };
        let name = String::from_utf8_lossy(encoding).to_ascii_lowercase();
        let unicode = ["utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be", "ucs-2", "ucs-4"];
        let numbered = ["iso-10646-ucs-2", "iso-10646-ucs-4"];
        if unicode.contains(&name.as_str()) || numbered.contains(&name.as_str()) {
            return Ok(());
        }
        // In these every byte below 128 means what it means in ASCII.
        let ascii = ["us-ascii", "ascii", "latin1", "latin-1"].contains(&name.as_str())
            || ["iso-8859-", "iso8859-", "iso_8859-", "windows-125", "cp125"].iter().any(|prefix| name.starts_with(prefix));
        if ascii && self.text.is_ascii() {
            return Ok(());
        }
        let shown = crate::text::excerpt(&name, 40);
        let message = format!("the XML declaration says `{shown}`, but the file was decoded as Unicode: readers would read different text");
        Err(Box::new(error("encoding-declaration", &message, Some(span), "save the file as UTF-8 and declare encoding=\"UTF-8\"")))
    }

    fn deeper(&mut self, span: Span) -> Result<()> {
        self.depth += 1;
        if self.depth <= self.deepest {
            return Ok(());
        }
        let message = format!("elements are nested more than {} deep", self.deepest);
        let help = "no SBOM needs that: make it anew with its generator, or raise --max-depth";
        Err(Box::new(error("too-deep", &message, Some(span), help)))
    }

    fn namespace(&self, tag: &BytesStart<'_>) -> Namespace {
        let resolver: &NamespaceResolver = self.reader.resolver();
        let begins = |namespace: &[u8], prefix: &[u8]| !prefix.is_empty() && namespace.starts_with(prefix);
        match resolver.resolve_element(tag.name()).0 {
            ResolveResult::Bound(namespace) => match namespace.as_ref() {
                namespace if namespace == self.own.as_slice() || begins(namespace, self.family) => Namespace::Own,
                namespace if namespace.is_empty() || begins(namespace, self.versions) => Namespace::Near,
                _ => Namespace::Foreign,
            },
            ResolveResult::Unbound if self.own.is_empty() => Namespace::Own,
            ResolveResult::Unbound => Namespace::Near,
            ResolveResult::Unknown(_) => Namespace::Foreign,
        }
    }

    fn slice(&self, span: Span) -> &'a str {
        let text: &'a str = self.text;
        text.get(span.start..span.end).unwrap_or_default()
    }

    /// The place of a tag's local name; `tag_span` begins with `<`.
    fn name_span(&self, tag: &BytesStart<'_>, tag_span: Span) -> Span {
        let whole = tag.name().as_ref().len();
        let local = tag.local_name().as_ref().len();
        let start = tag_span.start + 1 + (whole - local);
        Span::new(start, start + local)
    }

    fn attributes(&self, tag: &BytesStart<'a>) -> Result<Vec<Attribute<'a>>> {
        // Each is compared with all before it, so that a tag of a million would take for ever.
        const ATTRIBUTES_MAX: usize = 1000;
        let mut found = Vec::new();
        for attribute in tag.attributes() {
            if found.len() == ATTRIBUTES_MAX {
                let message = format!("an element has more than {ATTRIBUTES_MAX} attributes");
                let span = found.last().map(|attribute: &Attribute<'_>| attribute.span);
                return Err(Box::new(error("too-many-attributes", &message, span, "no SBOM needs that: make it anew with its generator")));
            }
            let attribute = attribute.map_err(|cause| self.malformed(&cause.to_string()))?;
            let place = |bytes: &[u8]| {
                (bytes.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize).filter(|&at| at + bytes.len() <= self.text.len())
            };
            let local = attribute.key.local_name();
            let (Some(name_at), Some(at)) = (place(local.as_ref()), place(&attribute.value)) else { continue };
            let span = Span::new(at, at + attribute.value.len());
            let name_span = Span::new(name_at, name_at + local.as_ref().len());
            let name = self.slice(name_span);
            let raw = self.slice(span);
            let value = if raw.contains(['&', '\n', '\t', '\r']) {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                Cow::Owned(value.map_err(|cause| self.malformed(&cause.to_string()))?.into_owned())
            } else {
                Cow::Borrowed(raw)
            };
            found.push(Attribute { name, prefixed: attribute.key.prefix().is_some(), name_span, value, span });
        }
        Ok(found)
    }

    fn malformed(&self, cause: &str) -> Box<DocumentError> {
        let at = self.base + usize::try_from(self.reader.error_position()).unwrap_or(0);
        let at = crate::text::boundary(self.text, at.min(self.text.len()));
        let message = format!("this is not well-formed XML: {}", crate::text::excerpt(cause, 200));
        let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
        let help = "correct the XML at this place, or make the SBOM anew with its generator";
        // The parser says so of everything that is still open there.
        if at == self.text.len() || cause.contains("before end of input") {
            return Box::new(error("truncated", &message, Some(Span::new(at, end)), "the file was cut off: write or download it again"));
        }
        Box::new(error("not-xml", &message, Some(Span::new(at, end)), help))
    }

    fn truncated(&self) -> Box<DocumentError> {
        let end = self.text.len();
        let message = "the text ends in the middle of the XML";
        Box::new(error("truncated", message, Some(Span::new(end, end)), "the file was cut off: write or download it again"))
    }
}

/// The text of an element as it comes: borrowed if it stands in one piece.
#[derive(Default)]
struct Text<'a> {
    said: Option<(Cow<'a, str>, Span)>,
    /// White space that counts if there is more text behind it.
    blank: String,
}

impl<'a> Text<'a> {
    fn push(&mut self, piece: Cow<'a, str>, span: Span) {
        let blank = piece.trim().is_empty();
        match &mut self.said {
            None if blank => {}
            None => self.said = Some((piece, span)),
            Some(_) if blank => self.blank.push_str(&piece),
            Some((said, place)) => {
                let said = said.to_mut();
                said.push_str(&self.blank);
                self.blank.clear();
                said.push_str(&piece);
                place.end = span.end;
            }
        }
    }

    fn finish(self) -> Option<Content<'a>> {
        Some(match self.said? {
            (Cow::Borrowed(text), span) => {
                let start = span.start + (text.len() - text.trim_start().len());
                let text: &'a str = text.trim();
                Content { text: Cow::Borrowed(text), span: Span::new(start, start + text.len()) }
            }
            (Cow::Owned(text), span) => Content { text: Cow::Owned(text.trim().to_owned()), span },
        })
    }
}

/// An element whose start tag was read.
pub(super) struct Opened<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    pub(super) name_span: Span,
    pub(super) namespace: Namespace,
    /// Its start tag.
    pub(super) span: Span,
    tag: BytesStart<'a>,
    empty: bool,
}

/// What is left of a start tag while the content is read.
struct Opening<'o> {
    name: &'o str,
    span: Span,
    empty: bool,
}

fn stray_text(opened: &Opening<'_>, span: Span) -> Box<DocumentError> {
    let message = format!("`{}` holds both text and elements: readers disagree about what it says", crate::text::excerpt(opened.name, 40));
    two_readings(&message, span, "remove the text or the elements")
}

fn only_text(name: &str, child: Span) -> Box<DocumentError> {
    let message = format!(
        "`{}` should hold only text, and there is an element in it: readers disagree about its text",
        crate::text::excerpt(name, 40)
    );
    two_readings(&message, child, "remove the element")
}

/// The error for text where only elements belong.
pub(super) fn only_elements(name: &str, content: &Content<'_>) -> Box<DocumentError> {
    let message = format!("`{}` should hold only elements, and there is text in it", crate::text::excerpt(name, 40));
    let help = "write the text into the element that it belongs to, or remove it: it may name a vendor";
    Box::new(error("stray-text", &message, Some(content.span), help))
}

impl<'a> Opened<'a> {
    fn opening(&self) -> Opening<'a> {
        Opening { name: self.name, span: self.span, empty: self.empty }
    }

    /// Its attributes.
    pub(super) fn attributes(&self, xml: &Xml<'a>) -> Result<Vec<Attribute<'a>>> {
        xml.attributes(&self.tag)
    }

    /// Reads it as text.
    pub(super) fn text(self, xml: &mut Xml<'a>) -> Result<Content<'a>> {
        let name = self.name;
        xml.content(&self.opening(), &mut |_, child| Err(only_text(name, child.span)))
    }

    /// Calls `each` for every element in it, and returns its text if there is none.
    pub(super) fn either(self, xml: &mut Xml<'a>, mut each: impl FnMut(&mut Xml<'a>, Opened<'a>) -> Result<()>) -> Result<Content<'a>> {
        xml.content(&self.opening(), &mut each)
    }

    /// Calls `each` for every element in it; there may be no text.
    pub(super) fn each(self, xml: &mut Xml<'a>, each: impl FnMut(&mut Xml<'a>, Opened<'a>) -> Result<()>) -> Result<()> {
        let name = self.name;
        let content = self.either(xml, each)?;
        if content.text.is_empty() { Ok(()) } else { Err(only_elements(name, &content)) }
    }

    /// Passes it over; `judge` sees the start tag of every element in it.
    pub(super) fn skip(self, xml: &mut Xml<'a>, judge: &mut dyn FnMut(&Opened<'a>) -> Result<()>) -> Result<()> {
        self.attributes(xml)?;
        if self.empty {
            return Ok(());
        }
        let mut open = 1_u32;
        while open > 0 {
            match xml.next()? {
                None => return Err(xml.truncated()),
                Some(Child::Text(..)) => {}
                Some(Child::End(_)) => open -= 1,
                Some(Child::Start(tag, empty, namespace, span)) => {
                    let name_span = xml.name_span(&tag, span);
                    let child = Opened { name: xml.slice(name_span), name_span, namespace, tag, empty, span };
                    child.attributes(xml)?;
                    judge(&child)?;
                    open += u32::from(!empty);
                }
            }
        }
        Ok(())
    }
}

impl<'a> Root<'a> {
    /// Calls `each` for every element in the root.
    pub(super) fn each(&self, xml: &mut Xml<'a>, mut each: impl FnMut(&mut Xml<'a>, Opened<'a>) -> Result<()>) -> Result<()> {
        let content = xml.content(&Opening { name: self.name, span: self.span, empty: self.empty }, &mut each)?;
        if content.text.is_empty() { Ok(()) } else { Err(only_elements(self.name, &content)) }
    }
}
