//! From the bytes of a file to the documents in it: compression, attestation envelopes, API exports, JSON Lines.
//!
//! Unwrapping goes on until an SBOM appears. Where a wrapper holds its document as it is, the document stays a part of the text that
//! the user can open; where it is encoded, the text that comes out is a source of its own, which says so. No signature is verified.

use std::io::{self, Read};

use base64::Engine as _;

use super::cyclonedx_protobuf;
use super::json::{Json, JsonStr, Next};
use super::limits::Limits;
use super::recognise::{self, error};
use super::{Document, DocumentError};
use crate::inventory::{Listener, Note};
use crate::source::{Source, Span};

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
        Self { source, wrapping: Vec::new(), encoding: None, notes: Vec::new(), error: None }
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

/// Whether bytes begin as a document in a binary encoding does.
#[must_use]
pub fn is_binary(head: &[u8]) -> bool {
    cyclonedx_protobuf::is(head)
}

/// The first bytes of a file, unpacked as far as they go.
#[must_use]
pub fn beginning(head: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let most = head.len() as u64;
    // They are cut off, so that unpacking them ends in an error.
    let _ = match Packing::of(head) {
        Some(Packing::Gzip) => flate2::read::MultiGzDecoder::new(head).take(most).read_to_end(&mut unpacked),
        Some(Packing::Zstandard) => unpack_zstd(head, most, &mut unpacked),
        _ => return head.to_vec(),
    };
    unpacked
}

/// The documents in the bytes of the file `name`; always at least one, if only to carry an error.
#[must_use]
pub fn open(name: &str, bytes: Vec<u8>, limits: &Limits) -> Vec<Opened> {
    let mut budget = Budget::of(bytes.len() as u64, limits);
    open_within(name, bytes, &mut budget)
}

/// How much may still be unpacked from a file, whatever it is wrapped in.
struct Budget {
    left: u64,
    /// What was met when nothing is left, and the flag that raises it.
    limit: (String, &'static str),
}

impl Budget {
    fn of(packed: u64, limits: &Limits) -> Self {
        let by_ratio = packed.saturating_mul(limits.ratio).max(Limits::RATIO_FROM);
        let limit = if limits.unpacked < by_ratio {
            (format!("{} bytes", limits.unpacked), "--max-unpacked")
        } else {
            (format!("{} times its size", limits.ratio), "--max-ratio")
        };
        Self { left: limits.unpacked.min(by_ratio), limit }
    }
}

fn open_within(name: &str, bytes: Vec<u8>, budget: &mut Budget) -> Vec<Opened> {
    let mut wrapping: Vec<String> = Vec::new();
    let mut bytes = bytes;
    // What is unpacked goes by the digest of the file that it came out of. Plain text makes its own, if it is asked for.
    let packed_somehow = Packing::of(&bytes).is_some() || cyclonedx_protobuf::is(&bytes);
    let digest = Source::let_go(name, packed_somehow.then(|| crate::source::hex_sha256(&bytes)));
    while let Some(packing) = Packing::of(&bytes) {
        let unpacked = packing.unpack(&bytes, budget);
        let error = match unpacked {
            Ok(unpacked) if wrapping.len() < LAYERS_MAX => {
                wrapping.push(packing.name().to_owned());
                bytes = unpacked;
                continue;
            }
            Ok(_) => too_wrapped(),
            Err(error) => error,
        };
        return vec![Opened { wrapping, ..Opened::plain(digest) }.broken(error)];
    }
    if cyclonedx_protobuf::is(&bytes) {
        // What stands in a binary document cannot be underlined; its JSON can.
        return match cyclonedx_protobuf::to_json(&bytes) {
            Ok(json) => {
                let derivation = [wrapping.join(", "), "protobuf, shown as JSON".to_owned()].into_iter().filter(|part| !part.is_empty());
                let source = digest.derived(&derivation.collect::<Vec<_>>().join(", "), json);
                vec![Opened { wrapping, encoding: Some("protobuf"), ..Opened::plain(source) }]
            }
            Err(error) => vec![Opened { wrapping, ..Opened::plain(digest) }.broken(error)],
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
    let source = if wrapping.is_empty() {
        source
    } else {
        digest.derived(&format!("unpacked from {}", wrapping.join(", ")), source.text().to_owned())
    };
    documents(Opened { wrapping, ..Opened::plain(source) }, budget)
}

fn too_wrapped() -> DocumentError {
    let message = format!("there are more than {LAYERS_MAX} wrappings around this document");
    error("nesting", &message, None, "take the SBOM out of them")
}

/// How bytes are packed.
#[derive(Clone, Copy)]
enum Packing {
    Gzip,
    Zstandard,
    /// Known, and not unpacked here.
    Other(&'static str, &'static str),
}

impl Packing {
    fn of(bytes: &[u8]) -> Option<Self> {
        const SPREADSHEET: &str = "convert a spreadsheet to SPDX JSON, for example with `java -jar tools-java.jar Convert in.xlsx out.json`; \
                                   unpack any other archive first";
        Some(match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Other("bzip2-compressed", "unpack it with `bunzip2` first"),
            [0xfd, b'7', b'z', b'X', b'Z', ..] => Self::Other("xz-compressed", "unpack it with `unxz` first"),
            [b'P', b'K', 3, 4, ..] => Self::Other("a ZIP archive or a spreadsheet", SPREADSHEET),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Other("an old spreadsheet", SPREADSHEET),
            [b'%', b'P', b'D', b'F', ..] => Self::Other("a PDF", "ask the supplier for the SBOM itself, in CycloneDX or SPDX"),
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
            Self::Other(name, _) => name,
        }
    }

    fn unpack(self, bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, DocumentError> {
        let most = budget.left;
        let mut unpacked = Vec::new();
        let outcome = match self {
            Self::Gzip => flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut unpacked),
            Self::Zstandard => unpack_zstd(bytes, most + 1, &mut unpacked),
            Self::Other(what, help) => {
                return Err(error("unsupported-encoding", &format!("this is {what}, which is not read"), None, help));
            }
        };
        if let Err(cause) = outcome {
            let message = format!("the {} data cannot be unpacked: {}", self.name(), crate::text::excerpt(&cause.to_string(), 200));
            return Err(error("bad-compression", &message, None, "the file was cut off or changed: write or download it again"));
        }
        if let Some(left) = most.checked_sub(unpacked.len() as u64) {
            budget.left = left;
            return Ok(unpacked);
        }
        let (which, flag) = &budget.limit;
        let message = format!("what is packed in this file is larger than {which}");
        let help = format!("a small file that unpacks to so much is mostly an attack; if this one is not, raise {flag}");
        Err(error("unpacked-size", &message, None, &help))
    }
}

/// Every frame of a zstd file, up to `most` bytes.
fn unpack_zstd(bytes: &[u8], most: u64, unpacked: &mut Vec<u8>) -> io::Result<usize> {
    let mut rest = bytes;
    while !rest.is_empty() && (unpacked.len() as u64) < most {
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(&mut rest).map_err(io::Error::other)?;
        let left = most - unpacked.len() as u64;
        decoder.by_ref().take(left).read_to_end(unpacked)?;
    }
    Ok(unpacked.len())
}

/// The documents in a text.
fn documents(opened: Opened, budget: &mut Budget) -> Vec<Opened> {
    match lines(&opened.source) {
        Some(ranges) => {
            let mut found = Vec::new();
            let (mut others, mut last_other) = (0_usize, None);
            let count = ranges.len();
            for range in ranges {
                let line = opened.source.location(range.start).line;
                let mut wrapping = opened.wrapping.clone();
                wrapping.push(format!("JSON Lines, line {line}"));
                let source = opened.source.within(range);
                for document in unwrap(Opened { wrapping, ..Opened::plain(source) }, budget) {
                    match document.error {
                        Some(error) if error.code == OTHER_STATEMENT => {
                            others += 1;
                            last_other = Some(error);
                        }
                        _ => found.push(document),
                    }
                }
            }
            match (found.first_mut(), last_other) {
                (Some(first), Some(error)) => first.notes.push(Note {
                    code: "other-statements",
                    message: format!("{others} of {count} lines are about something else, and were passed over: {}", error.message),
                    span: error.span,
                }),
                (None, Some(error)) => return vec![opened.broken(error)],
                _ => {}
            }
            found
        }
        None => unwrap(opened, budget),
    }
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

/// What a JSON object wraps, and how.
enum Wrapped<'a> {
    /// The object itself may be a document.
    Nothing,
    /// A part of the text.
    Object { what: &'static str, signed: bool, span: Span },
    /// A string that holds the document's text.
    Escaped { what: &'static str, string: JsonStr<'a> },
    /// A string that holds it in base64.
    Encoded { what: &'static str, string: JsonStr<'a> },
    /// It should hold one, and does not.
    Empty(DocumentError),
}

/// Takes one document out of its wrappers.
fn unwrap(mut opened: Opened, budget: &mut Budget) -> Vec<Opened> {
    let mut signed = false;
    for _ in 0..LAYERS_MAX {
        let source = opened.source.clone();
        let text = source.body();
        let wrapped =
            if text[source.text_start()..].trim_start().starts_with('{') { wrapped(text, source.text_start()) } else { Wrapped::Nothing };
        match wrapped {
            Wrapped::Nothing => {
                return vec![if signed { opened.unverified() } else { opened }];
            }
            Wrapped::Object { what, signed: may_be_signed, span } => {
                opened.wrapping.push(what.to_owned());
                signed |= may_be_signed;
                opened.source = source.within(span.start..span.end);
            }
            Wrapped::Escaped { what, string } => {
                opened.wrapping.push(what.to_owned());
                opened.source = source.derived(&format!("taken out of {what}"), string.value().into_owned());
            }
            Wrapped::Encoded { what, string } => {
                opened.wrapping.push(what.to_owned());
                let packed: Vec<u8> = string.value().bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                let decoded = super::LENIENT_BASE64.decode(&packed).or_else(|_| super::LENIENT_BASE64_URL.decode(&packed));
                let Ok(decoded) = decoded else {
                    let help = "the envelope was cut off or changed: write or download it again";
                    return vec![opened.broken(error("bad-base64", "this payload is no base64", Some(string.span()), help))];
                };
                // What is in the payload may be packed again.
                let inner = open_within(source.name(), decoded, budget);
                let mut found = Vec::new();
                for mut document in inner {
                    document.source = source
                        .derived(&format!("taken out of {what}"), document.source.text().to_owned())
                        .within(document.source.text_start()..document.source.body().len());
                    document.wrapping.splice(0..0, opened.wrapping.iter().cloned());
                    if document.wrapping.len() > LAYERS_MAX {
                        document.error = Some(too_wrapped());
                    }
                    found.push(document.unverified());
                }
                return found;
            }
            Wrapped::Empty(error) => return vec![opened.broken(error)],
        }
    }
    vec![opened.broken(too_wrapped())]
}

/// Looks at the keys of an object up to the one that tells. What is broken is left to its reader, which says where.
fn wrapped(text: &str, start: usize) -> Wrapped<'_> {
    look(text, start).unwrap_or(Wrapped::Nothing)
}

fn look(text: &str, start: usize) -> Option<Wrapped<'_>> {
    let mut json = Json::new(text, start);
    let mut walk = json.object().ok()?;
    let (mut statement, mut predicate_type, mut predicate) = (None, None, None);
    let (mut payload, mut payload_type, mut envelope, mut sbom, mut bundle) = (None, false, None, None, false);
    while let Some(key) = json.key(&mut walk).ok()? {
        let next = json.peek().ok()?;
        let string = if next == Next::String { Some(json.string().ok()?) } else { None };
        let span = match string {
            Some(string) => string.span(),
            None => json.skip().ok()?,
        };
        match key.value().as_ref() {
            // The keys of documents, which come early in them.
            "bomFormat" | "spdxVersion" | "@context" | "specVersion" => return Some(Wrapped::Nothing),
            "_type" => statement = string.map(JsonStr::value).filter(|value| value.contains("in-toto.io/Statement")),
            "predicateType" => predicate_type = string,
            "predicate" => predicate = Some((next, span)),
            "payload" => payload = string,
            "payloadType" => payload_type = true,
            "dsseEnvelope" | "dsse_envelope" if next == Next::Object => envelope = Some(span),
            "mediaType" => bundle = string.is_some_and(|value| value.value().contains("sigstore.bundle")),
            "sbom" if next == Next::Object => sbom = Some(span),
            _ => {}
        }
    }
    json.end().ok()?;
    if statement.is_some() || (predicate_type.is_some() && predicate.is_some()) {
        let v1 = statement.is_some_and(|kind| kind.ends_with("/v1"));
        let what = if v1 { "in-toto statement v1" } else { "in-toto statement v0.1" };
        return Some(in_statement(text, what, predicate_type, predicate));
    }
    if let (Some(payload), true) = (payload, payload_type) {
        return Some(Wrapped::Encoded { what: "DSSE envelope", string: payload });
    }
    if let Some(span) = envelope {
        return Some(Wrapped::Object { what: "Sigstore bundle", signed: true, span });
    }
    if bundle {
        let help = "pass the attestation of an SBOM, or the SBOM itself";
        return Some(Wrapped::Empty(error(OTHER_STATEMENT, "this Sigstore bundle signs something without holding it", None, help)));
    }
    sbom.map(|span| Wrapped::Object { what: "GitHub dependency-graph export", signed: false, span })
}

/// What an in-toto statement says about its subject. Whether that is an SBOM shows in what it is, not in the type that it claims.
fn in_statement<'a>(
    text: &'a str,
    what: &'static str,
    predicate_type: Option<JsonStr<'a>>,
    predicate: Option<(Next, Span)>,
) -> Wrapped<'a> {
    let kind = predicate_type.map(JsonStr::value).unwrap_or_default();
    let shown = crate::text::excerpt(&kind, 80);
    let sbom = kind.contains("cyclonedx") || kind.contains("spdx");
    let Some((Next::Object, span)) = predicate else {
        let message = format!("this statement holds no document (its predicate type is `{shown}`)");
        let code = if sbom { "no-document" } else { OTHER_STATEMENT };
        return Wrapped::Empty(error(code, &message, predicate.map(|(_, span)| span), "pass the SBOM itself"));
    };
    // Old cosign wrote the document as a string.
    let mut json = Json::new(&text[..span.end], span.start);
    let mut data = || -> Option<JsonStr<'a>> {
        let mut walk = json.object().ok()?;
        while let Some(key) = json.key(&mut walk).ok()? {
            if key.value() == "Data" && json.peek().ok()? == Next::String {
                return json.string().ok();
            }
            json.skip().ok()?;
        }
        None
    };
    if let Some(string) = data() {
        return Wrapped::Escaped { what: "in-toto statement of cosign", string };
    }
    let inner = recognise::in_text(&text[..span.end], span.start);
    if !sbom && inner.is_err_and(|error| error.code == "not-an-sbom") && matches!(wrapped(&text[..span.end], span.start), Wrapped::Nothing)
    {
        let message = format!("this statement is of the type `{shown}`, which is no SBOM");
        return Wrapped::Empty(error(OTHER_STATEMENT, &message, predicate_type.map(JsonStr::span), "pass the attestation of an SBOM"));
    }
    Wrapped::Object { what, signed: false, span }
}
