//! XML as the readers need it: subtrees with the place of every name and text.
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
use super::transcript::Transcript;
use crate::source::Span;

/// An attribute; its prefix is left out.
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) value: Cow<'a, str>,
    pub(super) span: Span,
}

/// An element with everything in it.
pub(super) struct Element<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    pub(super) name_span: Span,
    /// The URI that the prefix, or its absence, stands for.
    pub(super) namespace: Namespace,
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) children: Vec<Element<'a>>,
    /// Its own text, without white space around it.
    pub(super) text: Cow<'a, str>,
    pub(super) text_span: Span,
    /// From its start tag to its end tag.
    pub(super) span: Span,
}

/// Whose element it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// The document's own: that of its root.
    Own,
    /// Another one: an extension, of which nothing is known.
    Foreign,
}

impl Element<'_> {
    /// Tells the text as a string.
    pub(super) fn tell_text(&self, told: &mut Transcript) {
        let verbatim = matches!(self.text, Cow::Borrowed(_));
        told.string(&self.text, self.text_span, verbatim);
    }
}

/// The root of a document.
pub(super) struct Root<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: String,
    /// Where the namespace is declared, or the name, if it is not.
    pub(super) span: Span,
    /// Whether it ends where it begins.
    empty: bool,
}

/// Walks a document.
pub(super) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    /// Where the part that is read begins in the document.
    base: usize,
    own: Vec<u8>,
    depth: u32,
    deepest: u32,
}

/// What the parser came to.
enum Met<'a> {
    Told(Child<'a>),
    /// A comment, a processing instruction, the declaration.
    Other,
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
        Self { reader, text, base: start, own: Vec::new(), depth: 0, deepest: limits.depth }
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
                    let declared = self.attributes(&tag)?.into_iter().find(|attribute| attribute.value.as_bytes() == namespace);
                    self.own.clone_from(&namespace);
                    return Ok(Root {
                        name: self.slice(name_span),
                        namespace: String::from_utf8_lossy(&namespace).into_owned(),
                        span: declared.map_or(name_span, |attribute| attribute.span),
                        empty,
                    });
                }
                Some(_) => {}
                None => return Err(self.truncated()),
            }
        }
    }

    /// The next element inside of the one that was entered last, its start tag read; `None` at that one's end.
    ///
    /// [`Opened::each`] goes into it, [`Opened::read`] takes it whole.
    fn child(&mut self) -> Result<Option<Opened<'a>>> {
        loop {
            match self.next()? {
                Some(Child::Start(tag, empty, namespace, span)) => {
                    let name_span = self.name_span(&tag, span);
                    return Ok(Some(Opened { name: self.slice(name_span), name_span, namespace, tag, empty, span }));
                }
                Some(Child::Text(..)) => {}
                Some(Child::End(_)) => return Ok(None),
                None => return Err(self.truncated()),
            }
        }
    }

    /// Calls `each` for every element inside of the one that was entered last, unless that is empty.
    fn children(&mut self, empty: bool, each: &mut dyn FnMut(&mut Self, Opened<'a>) -> Result<()>) -> Result<()> {
        if empty {
            return Ok(());
        }
        while let Some(child) = self.child()? {
            each(self, child)?;
        }
        Ok(())
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
                Some(Met::Other) => {}
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
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => return Ok(Some(Met::Other)),
            Event::Eof => return Ok(None),
        })))
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
        match resolver.resolve_element(tag.name()).0 {
            ResolveResult::Bound(namespace) if namespace.as_ref() == self.own.as_slice() => Namespace::Own,
            ResolveResult::Unbound if self.own.is_empty() => Namespace::Own,
            _ => Namespace::Foreign,
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
            let name = self.slice(Span::new(name_at, name_at + local.as_ref().len()));
            let raw = self.slice(span);
            let value = if raw.contains(['&', '\n', '\t', '\r']) {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                Cow::Owned(value.map_err(|cause| self.malformed(&cause.to_string()))?.into_owned())
            } else {
                Cow::Borrowed(raw)
            };
            found.push(Attribute { name, value, span });
        }
        Ok(found)
    }

    /// Reads the rest of an element whose start tag was read.
    fn rest(&mut self, opened: Opened<'a>) -> Result<Element<'a>> {
        let mut stack = vec![self.begun(&opened)?];
        if opened.empty {
            return Ok(stack.remove(0));
        }
        let mut texts: Vec<Vec<(Cow<'a, str>, Span)>> = vec![Vec::new()];
        loop {
            match self.next()? {
                None => return Err(self.truncated()),
                Some(Child::Text(text, span)) => {
                    if let Some(texts) = texts.last_mut() {
                        texts.push((text, span));
                    }
                }
                Some(Child::Start(tag, empty, namespace, span)) => {
                    let name_span = self.name_span(&tag, span);
                    let opened = Opened { name: self.slice(name_span), name_span, namespace, tag, empty, span };
                    let element = self.begun(&opened)?;
                    match stack.last_mut() {
                        Some(parent) if empty => parent.children.push(element),
                        _ => {
                            stack.push(element);
                            texts.push(Vec::new());
                        }
                    }
                }
                Some(Child::End(span)) => {
                    let Some(mut element) = stack.pop() else { return Err(self.truncated()) };
                    element.span.end = span.end;
                    (element.text, element.text_span) = joined(texts.pop().unwrap_or_default(), element.span);
                    match stack.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => return Ok(element),
                    }
                }
            }
        }
    }

    fn begun(&self, opened: &Opened<'a>) -> Result<Element<'a>> {
        Ok(Element {
            name: opened.name,
            name_span: opened.name_span,
            namespace: opened.namespace,
            attributes: self.attributes(&opened.tag)?,
            children: Vec::new(),
            text: Cow::Borrowed(""),
            text_span: opened.span,
            span: opened.span,
        })
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

/// The text of an element: borrowed if it stands in one piece.
fn joined<'a>(mut texts: Vec<(Cow<'a, str>, Span)>, within: Span) -> (Cow<'a, str>, Span) {
    let says = |(text, _): &(Cow<'_, str>, Span)| !text.trim().is_empty();
    texts.truncate(texts.iter().rposition(says).map_or(0, |last| last + 1));
    texts.drain(..texts.iter().position(says).unwrap_or(0));
    match texts.as_slice() {
        [] => (Cow::Borrowed(""), Span::new(within.start, within.start)),
        [(Cow::Borrowed(text), span)] => {
            let start = span.start + (text.len() - text.trim_start().len());
            let text: &'a str = text.trim();
            (Cow::Borrowed(text), Span::new(start, start + text.len()))
        }
        pieces => {
            let whole: String = pieces.iter().map(|(text, _)| text.as_ref()).collect();
            let (start, end) = (pieces[0].1.start, pieces[pieces.len() - 1].1.end);
            (Cow::Owned(whole.trim().to_owned()), Span::new(start, end))
        }
    }
}

/// An element whose start tag was read.
pub(super) struct Opened<'a> {
    pub(super) name: &'a str,
    pub(super) name_span: Span,
    pub(super) namespace: Namespace,
    pub(super) span: Span,
    tag: BytesStart<'a>,
    empty: bool,
}

impl<'a> Opened<'a> {
    /// Reads all of it.
    pub(super) fn read(self, xml: &mut Xml<'a>) -> Result<Element<'a>> {
        xml.rest(self)
    }

    /// Calls `each` for every element in it.
    pub(super) fn each(self, xml: &mut Xml<'a>, mut each: impl FnMut(&mut Xml<'a>, Opened<'a>) -> Result<()>) -> Result<()> {
        xml.children(self.empty, &mut each)
    }
}

impl Root<'_> {
    /// Calls `each` for every element in the root.
    pub(super) fn each<'a>(&self, xml: &mut Xml<'a>, mut each: impl FnMut(&mut Xml<'a>, Opened<'a>) -> Result<()>) -> Result<()> {
        xml.children(self.empty, &mut each)
    }
}
