//! From the bytes of a file to the documents in it: compression, archives, attestation envelopes, API exports, JSON Lines.
//!
//! Unwrapping goes on until an SBOM appears. Where a wrapper holds its document as it is, the document stays a part of the text that
//! the user can open; where it is encoded, the text that comes out is a source of its own, which says so. No signature is verified.

mod archive;
mod compression;
mod marks;
mod object;
mod search;

use std::io::Read as _;

use base64::Engine as _;

use super::cyclonedx_protobuf;
use super::limits::Limits;
use super::recognise::error;
use super::{Document, DocumentError};
use crate::inventory::{Listener, Note};
use crate::source::{Source, Span};
use compression::{Budget, Packing};
pub use marks::WRAPPER_MEMBERS;
use object::{Found, What};
pub use search::{Promise, carries_sbom, may_hold, named_as_attestation, named_as_data, named_as_sbom, promise};

/// One document of a file.
pub struct Opened {
    /// The document, or what there is of it to show an error in.
    pub source: Source,
    /// What it was taken out of, outermost first.
    pub wrapping: Vec<String>,
    /// How the document is written down, where its text does not show that.
    pub encoding: Option<&'static str>,
    /// What has to be known about that.
    pub notes: Vec<Note>,
    /// Why there is nothing to read.
    pub error: Option<DocumentError>,
    /// Whether what could be read looks like an SBOM, so that an error is one of an SBOM and not of another kind of file.
    marked: bool,
}

impl Opened {
    /// Reads it.
    ///
    /// # Errors
    /// [`DocumentError`] as [`super::read`] has it.
    pub fn read(&self, limits: &Limits, listener: &mut dyn Listener) -> Result<Document, DocumentError> {
        match &self.error {
            Some(error) => Err(error.clone()),
            None => {
                let read = super::read(&self.source, limits, listener)?;
                Ok(Document { encoding: self.encoding.unwrap_or(read.encoding), ..read })
            }
        }
    }

    /// A document that could not even be opened.
    #[must_use]
    pub fn unread(source: Source, error: DocumentError) -> Self {
        Self::plain(source).broken(error)
    }

    /// A document that is not wrapped in anything.
    #[must_use]
    pub fn plain(source: Source) -> Self {
        Self { source, wrapping: Vec::new(), encoding: None, notes: Vec::new(), error: None, marked: false }
    }

    /// Says once that somebody signed this and nobody looked at the signature.
    fn unverified(mut self) -> Self {
        const CODE: &str = "signature-not-verified";
        if !self.notes.iter().any(|note| note.code == CODE) {
            let message = "no signature around this document was verified".to_owned();
            self.notes.push(Note { code: CODE, message, span: None });
        }
        self
    }

    fn broken(self, error: DocumentError) -> Self {
        Self { error: Some(error), ..self }
    }
}

/// How often a document may be wrapped: no pipeline does more than four or five of them.
const LAYERS_MAX: usize = 16;

/// How deep archives may lie in each other.
const ARCHIVES_MAX: usize = 2;

/// What something is called: a file as the user named it, or a member of an archive, as in `sboms.tar.gz!/engine.spdx.json`.
struct Place<'a> {
    whole: std::borrow::Cow<'a, str>,
    /// Where its own name begins.
    own: usize,
    /// How many archives it lies in.
    archives: usize,
}

impl<'a> Place<'a> {
    fn of(name: &'a str) -> Self {
        Self { whole: name.into(), own: 0, archives: 0 }
    }

    fn member(&self, member: &str) -> Place<'static> {
        // No name of a file is longer, and this one is repeated in every position; its end says what it is.
        const LONGEST: usize = 1024;
        let member = &member[crate::text::boundary(member, member.len().saturating_sub(LONGEST))..];
        let whole = format!("{}!/{member}", self.whole);
        Place { own: whole.len() - member.len(), whole: whole.into(), archives: self.archives + 1 }
    }

    /// Its own name.
    fn name(&self) -> &str {
        &self.whole[self.own..]
    }
}

/// The documents in the bytes of the file `name`; always at least one, if only to carry an error.
#[must_use]
pub fn open(name: &str, bytes: Vec<u8>, limits: &Limits) -> Vec<Opened> {
    let budget = Budget::of(bytes.len() as u64, limits);
    open_within(&Place::of(name), bytes, &budget)
}

/// Whether the beginning of a JSON document shows that it is one, and not a wrapper that holds one. Other texts are none.
pub(super) fn begins_plain(text: &str, start: usize) -> bool {
    !text[start..].trim_start().starts_with('{') || object::is_plain(text, start)
}

fn open_within(place: &Place<'_>, bytes: Vec<u8>, budget: &Budget) -> Vec<Opened> {
    let name: &str = &place.whole;
    let mut wrapping: Vec<String> = Vec::new();
    let mut bytes = bytes;
    // What is unpacked goes by the digest of the file that it came out of. Plain text makes its own, if it is asked for.
    let packed_somehow = Packing::of(&bytes).is_some() || archive::is_tar(&bytes) || is_protobuf(&bytes);
    let digest = Source::let_go(name, packed_somehow.then(|| crate::source::hex_sha256(&bytes)));
    while let Some(packing) = Packing::of(&bytes) {
        let failed = |error| vec![Opened { wrapping: wrapping.clone(), ..Opened::plain(digest.clone()) }.broken(error)];
        if wrapping.len() >= LAYERS_MAX {
            return failed(too_wrapped());
        }
        if packing == Packing::Zip {
            return in_archive(place, wrapping, || archive::zip(place, digest, &bytes, budget));
        }
        let Some(mut packed) = packing.reader(&bytes) else {
            let Packing::Other(what, help) = packing else { return failed(too_wrapped()) };
            return failed(error("unsupported-encoding", &format!("this is {what}, which is not read"), None, help));
        };
        let mut unpacked = Vec::new();
        let head = budget.counted(&mut *packed).take(512).read_to_end(&mut unpacked);
        if head.is_ok() && archive::is_tar(&unpacked) {
            wrapping.push(packing.name().to_owned());
            return in_archive(place, wrapping, || archive::tar(place, digest, &mut (&unpacked[..]).chain(packed), budget));
        }
        if let Err(cause) = head.and_then(|_| budget.read_all(&mut *packed, &mut unpacked)) {
            let error = budget.failure(packing.name(), &cause);
            let marked = marks::mentions(&unpacked);
            return vec![Opened { wrapping, marked, ..Opened::plain(digest) }.broken(error)];
        }
        drop(packed);
        wrapping.push(packing.name().to_owned());
        bytes = unpacked;
    }
    if archive::is_tar(&bytes) {
        return in_archive(place, wrapping, || archive::tar(place, digest, &mut bytes.as_slice(), budget));
    }
    if is_protobuf(&bytes) {
        // What stands in a binary document cannot be underlined; its JSON can.
        return match cyclonedx_protobuf::to_json(&bytes) {
            Ok(json) => {
                let derivation = [wrapping.join(", "), "protobuf, shown as JSON".to_owned()].into_iter().filter(|part| !part.is_empty());
                let source = digest.derived(&derivation.collect::<Vec<_>>().join(", "), json);
                vec![Opened { wrapping, encoding: Some("protobuf"), ..Opened::plain(source) }]
            }
            Err(error) => vec![Opened { wrapping, marked: true, ..Opened::plain(digest) }.broken(error)],
        };
    }
    let source = match Source::from_bytes(name, bytes) {
        Ok(source) => source,
        Err(not_text) => {
            let found = DocumentError {
                code: "not-text",
                message: not_text.message,
                span: Some(not_text.span),
                label: Some("the first of them".to_owned()),
                help: "save the SBOM as UTF-8; a binary file has to be converted first".to_owned(),
            };
            return vec![Opened { wrapping, ..Opened::plain(not_text.source) }.broken(found)];
        }
    };
    let source = if wrapping.is_empty() { source } else { digest.derived_from(&format!("unpacked from {}", wrapping.join(", ")), source) };
    documents(Opened { wrapping, ..Opened::plain(source) }, budget)
}

fn is_protobuf(bytes: &[u8]) -> bool {
    cyclonedx_protobuf::is(bytes) || search::is_protobuf_in_any_order(bytes)
}

/// The documents in an archive that lies in no more archives than are opened.
fn in_archive(place: &Place<'_>, wrapping: Vec<String>, read: impl FnOnce() -> Vec<Opened>) -> Vec<Opened> {
    if place.archives >= ARCHIVES_MAX {
        let message = format!("this archive lies in {ARCHIVES_MAX} others");
        let error = error("nesting", &message, None, "unpack the outer archives first");
        // What lies deeper is not known to be harmless.
        return vec![Opened { wrapping, marked: true, ..Opened::unread(Source::unread(&*place.whole), error) }];
    }
    let mut found = read();
    for opened in &mut found {
        opened.wrapping.splice(0..0, wrapping.iter().cloned());
    }
    found
}

fn too_wrapped() -> DocumentError {
    let message = format!("there are more than {LAYERS_MAX} wrappers around this document");
    error("nesting", &message, None, "pass the SBOM without its wrappers")
}

/// The documents in a text.
fn documents(opened: Opened, budget: &Budget) -> Vec<Opened> {
    let Some(ranges) = lines(&opened.source) else { return unwrap(opened, budget) };
    let count = ranges.len();
    let mut found = Vec::new();
    for range in ranges {
        let line = opened.source.location(range.start).line;
        let mut wrapping = opened.wrapping.clone();
        wrapping.push(format!("JSON Lines, line {line}"));
        let source = opened.source.within(range);
        found.extend(unwrap(Opened { wrapping, ..Opened::plain(source) }, budget));
    }
    without_others(opened, found, count, "lines")
}

/// The documents among what was found, with a note about attestations of something else; or the error if there is nothing but these.
fn without_others(whole: Opened, found: Vec<Opened>, count: usize, what: &str) -> Vec<Opened> {
    let is_other = |opened: &Opened| opened.error.as_ref().is_some_and(|error| error.code == OTHER_STATEMENT);
    let (mut others, mut documents): (Vec<Opened>, Vec<Opened>) = found.into_iter().partition(is_other);
    let Some(last) = others.pop() else { return documents };
    let Some(error) = last.error else { return documents };
    match documents.first_mut() {
        Some(first) => first.notes.push(Note {
            code: "other-statements",
            message: format!("{} of {count} {what} are about something else and were skipped: {}", others.len() + 1, error.message),
            span: error.span.filter(|_| last.wrapping.len() == first.wrapping.len()),
        }),
        None => return vec![whole.broken(error)],
    }
    documents
}

/// The lines of JSON Lines: the first line is a whole object, and another one follows.
fn lines(source: &Source) -> Option<Vec<std::ops::Range<usize>>> {
    let (text, start) = (source.body(), source.text_start());
    let end_of = |from: usize| memchr::memchr(b'\n', &text.as_bytes()[from..]).map_or(text.len(), |at| from + at);
    let begin = text.len() - text[start..].trim_start().len();
    let first = end_of(begin);
    let whole = |line: &str| line.trim_end().ends_with('}') && line.trim_start().starts_with('{');
    if !whole(&text[begin..first]) || !text[first..].trim_start().starts_with('{') {
        return None;
    }
    let mut found = Vec::new();
    let mut at = begin;
    while at < text.len() {
        let end = end_of(at);
        if !text[at..end].trim().is_empty() {
            found.push(at..end);
        }
        at = end + 1;
    }
    Some(found)
}

/// An attestation of something that is no SBOM.
const OTHER_STATEMENT: &str = "other-statement";

/// Takes the documents out of the wrappers around them.
fn unwrap(opened: Opened, budget: &Budget) -> Vec<Opened> {
    if opened.wrapping.len() > LAYERS_MAX {
        return vec![opened.broken(too_wrapped())];
    }
    let source = opened.source.clone();
    let (text, start) = (source.body(), source.text_start());
    let begin = text[start..].trim_start();
    if !begin.starts_with(['{', '[']) || begin.starts_with('{') && object::is_plain(text, start) {
        return vec![opened];
    }
    // What is broken is left to its reader, which says where.
    let Ok(found) = object::documents(text, start) else { return vec![opened] };
    let whole = Span::new(text.len() - begin.len(), text.trim_end().len());
    match &found[..] {
        [] => return vec![opened],
        // Where it has the keys of a document and its reader knows none of them, that is an error, and not another kind of file.
        [Found { what: What::Document(span), .. }] if *span == whole => return vec![Opened { marked: true, ..opened }],
        _ => {}
    }
    let count = found.len();
    let mut documents = Vec::new();
    for found in found {
        documents.extend(open_found(&opened, found, budget));
    }
    if documents.is_empty() {
        return vec![opened];
    }
    without_others(opened, documents, count, "documents in this JSON")
}

/// Opens what was found in a text.
fn open_found(around: &Opened, found: Found<'_>, budget: &Budget) -> Vec<Opened> {
    let Found { what, mut layers, pointer, signed, sure, .. } = found;
    layers.reverse();
    if layers.is_empty() && !pointer.is_empty() {
        layers.push(format!("JSON at {pointer}"));
    }
    let source = &around.source;
    let from = format!("taken out of {}", layers.last().map_or("JSON", String::as_str));
    let wrapping: Vec<String> = around.wrapping.iter().cloned().chain(layers).collect();
    let open = |source: Source| Opened { wrapping: wrapping.clone(), ..Opened::plain(source) };
    if wrapping.len() > LAYERS_MAX {
        return vec![open(source.clone()).broken(too_wrapped())];
    }
    let mut opened = match what {
        What::Document(span) => vec![Opened { marked: true, ..open(source.within(span.start..span.end)) }],
        What::Broken(error) | What::Other(error) => return vec![open(source.clone()).broken(error)],
        What::Escaped(string) => match budget.take(string.raw().len()) {
            Ok(()) => documents(open(source.derived(&from, string.value().into_owned())), budget),
            Err(error) => vec![open(source.clone()).broken(error)],
        },
        What::Encoded(string) => {
            let decoded = budget.take(string.raw().len() / 4 * 3);
            let decoded = decoded.and_then(|()| {
                let help = "the envelope was cut off or changed: write or download it again";
                decode(&string.value()).ok_or_else(|| error("bad-base64", "this payload is not base64", Some(string.span()), help))
            });
            match decoded {
                Err(error) => vec![open(source.clone()).broken(error)],
                Ok(decoded) => {
                    // What is in the payload may be packed again.
                    let place = Place { whole: source.name().into(), own: source.name().len(), archives: ARCHIVES_MAX - 1 };
                    let mut inner = open_within(&place, decoded, budget);
                    for document in &mut inner {
                        let body = document.source.text_start()..document.source.body().len();
                        let taken = std::mem::replace(&mut document.source, Source::unread(""));
                        document.source = source.derived_from(&from, taken).within(body);
                        document.wrapping.splice(0..0, wrapping.iter().cloned());
                        if document.wrapping.len() > LAYERS_MAX {
                            document.error = Some(too_wrapped());
                        }
                    }
                    inner
                }
            }
        }
    };
    if !sure {
        let in_statement = wrapping.iter().any(|layer| layer.starts_with("in-toto"));
        opened.retain(search::is_sbom);
        if opened.is_empty() && in_statement {
            let other = error(OTHER_STATEMENT, "this statement holds no SBOM", None, "pass the attestation of an SBOM");
            return vec![open(source.clone()).broken(other)];
        }
    }
    if signed {
        opened = opened.into_iter().map(Opened::unverified).collect();
    }
    opened
}

/// What a string holds in base64, of either alphabet, with white space or without.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("data:").and_then(|data| data.split_once(";base64,")).map_or(text, |(_, data)| data);
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    decode_bytes(&packed)
}

fn decode_bytes(packed: &[u8]) -> Option<Vec<u8>> {
    super::LENIENT_BASE64.decode(packed).or_else(|_| super::LENIENT_BASE64_URL.decode(packed)).ok()
}
