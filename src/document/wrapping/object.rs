//! What a JSON text holds: a document, a wrapper around documents, or neither.
//!
//! The text is walked once, from the inside out: an object is judged when its last key is read, so it does not matter in which order keys
//! come, and what lies deep costs no second look. Every object on the way to a document has one reading: a wrapper's key twice or in two
//! letter cases, keys of two wrappers, or of a wrapper and a document, are errors, because other programs take another one of them.
//!
//! Nothing depends on a list of wrappers: a document is found under any key of any JSON. The wrappers that are known by name are those
//! that sign or encode what they hold.

use super::super::DocumentError;
use super::super::json::{Json, JsonError, JsonStr, Next};
use super::super::recognise::{self, error};
use super::marks::{self, WORDS, Word};
use super::{LAYERS_MAX, OTHER_STATEMENT, search, too_wrapped};
use crate::source::Span;

/// What was found in a text, and where.
pub(super) struct Found<'a> {
    pub(super) what: What<'a>,
    /// The wrappers around it that are known, innermost first.
    pub(super) layers: Vec<String>,
    /// Where it is, as a JSON pointer.
    pub(super) pointer: String,
    /// Whether a signature is around it.
    pub(super) signed: bool,
    /// Whether it is a document beyond doubt. A string that only may hold one is opened to see.
    pub(super) sure: bool,
    /// Whether it is the document that old versions of cosign put under `Data`.
    data: bool,
}

/// A document, as it has to be opened.
#[derive(Clone)]
pub(super) enum What<'a> {
    /// It is part of the text.
    Document(Span),
    /// It is the text of a string.
    Escaped(JsonStr<'a>),
    /// It is in a string, in base64.
    Encoded(JsonStr<'a>),
    /// It cannot be told which document this is.
    Broken(DocumentError),
    /// An attestation of something else.
    Other(DocumentError),
}

/// How many documents are taken from one text.
const DOCUMENTS_MAX: usize = 10_000;

/// The length from which on the keys of an object that begins as a document are left to the reader of the document, which refuses those of
/// wrappers as well: looking at them here would read a large document twice.
const READ_TWICE: usize = 64 * 1024;

/// Whether the object that the text begins with is a document, and no wrapper. For a part of a text, what is seen of it counts.
pub(super) fn is_plain(text: &str, start: usize) -> bool {
    let mut document = false;
    let mut json = Json::new(text, start);
    let mut look = || -> Result<bool, Box<JsonError>> {
        let mut walk = json.object()?;
        while let Some(key) = json.key(&mut walk)? {
            let word = Word::of(&key.value());
            if word.is_some_and(|word| word.is_wrapper()) {
                return Ok(false);
            }
            let string = if json.peek()? == Next::String { Some(json.string()?) } else { None };
            if word == Some(Word::Context) && string.is_none() {
                let context = json.skip()?;
                document |= says_spdx3(text, context);
                continue;
            }
            document |= match (word, string) {
                (Some(Word::BomFormat), Some(value)) => key.raw() == "bomFormat" && value.value() == "CycloneDX",
                (Some(Word::SpdxVersion), _) => key.raw() == "spdxVersion",
                (Some(Word::Context), Some(value)) => value.value().contains("spdx.org/rdf/3"),
                _ => false,
            };
            if document && text.len() - start > READ_TWICE {
                return Ok(true);
            }
            if string.is_none() {
                json.skip()?;
            }
        }
        Ok(document)
    };
    // What is broken is left to the reader, which says where.
    look().unwrap_or(document)
}

/// Whether a context names that of SPDX 3, as far as it is looked at: contexts are short.
fn says_spdx3(text: &str, context: Span) -> bool {
    let until = crate::text::boundary(text, context.end.min(context.start + 4096));
    text.get(context.start..until).is_some_and(|context| context.contains("spdx.org/rdf/3"))
}

/// Everything in a JSON text that may be a document.
///
/// # Errors
/// The text is not JSON to its end.
pub(super) fn documents(text: &str, start: usize) -> Result<Vec<Found<'_>>, Box<JsonError>> {
    let mut walk = Walker { json: Json::new(text, start), text, found: Vec::new(), path: Vec::new(), mention: None, part: None };
    walk.value()?;
    walk.json.end()?;
    let Walker { mut found, part, .. } = walk;
    if found.is_empty()
        && let Some(span) = part
    {
        let message = "this JSON has elements of an SPDX document, and nothing that says which version it is";
        let broken = error("unsupported-version", message, Some(span), "pass the whole document, with its `spdxVersion` or `@context`");
        found.push(Found::new(What::Broken(broken), String::new()));
    }
    Ok(found)
}

impl<'a> Found<'a> {
    fn new(what: What<'a>, pointer: String) -> Self {
        Self { what, layers: Vec::new(), pointer, signed: false, sure: true, data: false }
    }

    fn is_document(&self) -> bool {
        !matches!(self.what, What::Other(_))
    }
}

/// One member of an object.
#[derive(Clone, Copy)]
struct Member<'a> {
    word: Word,
    key: Span,
    next: Next,
    value: Span,
    string: Option<JsonStr<'a>>,
    /// What was found in it.
    found: (usize, usize),
    /// The last place in it that speaks of SBOMs, or is part of one.
    mention: Option<Span>,
    part: Option<Span>,
}

/// A step on the way to a value.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(JsonStr<'a>),
    Element(usize),
}

struct Walker<'a> {
    json: Json<'a>,
    text: &'a str,
    found: Vec<Found<'a>>,
    path: Vec<Step<'a>>,
    /// The last string or key that speaks of SBOMs.
    mention: Option<Span>,
    /// The last object that is an element of an SPDX document.
    part: Option<Span>,
}

impl<'a> Walker<'a> {
    /// Walks the next value, and tells where it is.
    fn value(&mut self) -> Result<Span, Box<JsonError>> {
        match self.json.peek()? {
            Next::Object => self.object(),
            Next::Array => {
                let start = self.json.at();
                let mut walk = self.json.array()?;
                let mut index = 0;
                while self.json.element(&mut walk)? {
                    self.path.push(Step::Element(index));
                    self.value()?;
                    self.path.pop();
                    index += 1;
                }
                Ok(Span::new(start, self.json.at()))
            }
            Next::String => {
                let string = self.json.string()?;
                self.string(string, false);
                Ok(string.span())
            }
            _ => self.json.skip(),
        }
    }

    fn object(&mut self) -> Result<Span, Box<JsonError>> {
        let start = self.json.at();
        let before = self.found.len();
        let mut walk = self.json.object()?;
        let mut members: Vec<Member<'a>> = Vec::new();
        // The first key of a wrapper that is there twice.
        let mut twice: Option<(Span, Span)> = None;
        while let Some(key) = self.json.key(&mut walk)? {
            let value = key.value();
            let word = Word::of(&value);
            if word.is_none() && marks::mentions(value.as_bytes()) {
                self.mention = Some(key.span());
            }
            let Some(word) = word else {
                self.path.push(Step::Key(key));
                self.value()?;
                self.path.pop();
                continue;
            };
            let next = self.json.peek()?;
            let (at, from) = (self.json.at(), self.found.len());
            let string = if next == Next::String { Some(self.json.string()?) } else { None };
            self.path.push(Step::Key(key));
            let span = match string {
                // Whether it holds a document depends on the other keys.
                Some(string) if matches!(word, Word::Payload | Word::Predicate) => string.span(),
                Some(string) => {
                    self.string(string, word == Word::Data);
                    string.span()
                }
                None => self.value()?,
            };
            self.path.pop();
            let member = Member {
                word,
                key: key.span(),
                next,
                value: span,
                string,
                found: (from, self.found.len()),
                mention: self.mention.filter(|mention| mention.start >= at),
                part: self.part.filter(|part| part.start >= at),
            };
            match members.iter().find(|earlier| earlier.word == word) {
                // Different words that documents stand under count as one here; these two are no contradiction.
                Some(_) if word == Word::Container => members.push(member),
                Some(earlier) => {
                    if (word.is_wrapper() || word == Word::Envelope) && twice.is_none() {
                        twice = Some((earlier.key, key.span()));
                    }
                    // The list stays as short as there are words.
                    if members.len() < 4 * WORDS {
                        members.push(member);
                    }
                }
                None => members.push(member),
            }
            if members.len() > 8 * WORDS {
                members.pop();
            }
        }
        let span = Span::new(start, self.json.at());
        self.close(span, before, &members, twice);
        Ok(span)
    }

    /// A string that may be a document.
    fn string(&mut self, string: JsonStr<'a>, data: bool) {
        // Nothing that is shorter lists anything.
        if string.raw().len() < 24 {
            return;
        }
        match self.in_string(string) {
            Some((what, sure)) => {
                self.push(what);
                if let Some(last) = self.found.last_mut() {
                    (last.sure, last.data) = (sure, data);
                }
            }
            None if marks::mentions(string.value().as_bytes()) => self.mention = Some(string.span()),
            None => {}
        }
    }

    /// What a string holds, if that may be a document, and whether it is one beyond doubt.
    fn in_string(&self, string: JsonStr<'a>) -> Option<(What<'a>, bool)> {
        let value = string.value();
        let text = value.trim_start_matches('\u{feff}').trim_start();
        let mentions = marks::mentions(text.as_bytes());
        if text.starts_with(['{', '[', '<']) {
            return (mentions || carries_marks(text.as_bytes())).then_some((What::Escaped(string), mentions));
        }
        if mentions {
            return recognise::in_text(&value, 0).is_ok().then_some((What::Escaped(string), true));
        }
        let decoded = decode_beginning(text)?;
        let packed = super::compression::Packing::of(&decoded).is_some();
        let shown = String::from_utf8_lossy(&decoded);
        let shown = shown.trim_start_matches('\u{feff}').trim_start();
        if packed || shown.starts_with(['{', '[', '<']) || shown.starts_with("SPDX") {
            let whole = super::decode(text)?;
            let mentions = !packed && marks::mentions(&whole);
            let may = if packed { search::may_be_packed_sbom(&whole) } else { mentions || carries_marks(&whole) };
            return may.then_some((What::Encoded(string), mentions));
        }
        None
    }

    fn push(&mut self, what: What<'a>) {
        let pointer = self.pointer();
        self.found.push(Found::new(what, pointer));
        if self.found.len() > DOCUMENTS_MAX {
            let message = format!("this JSON holds more than {DOCUMENTS_MAX} documents");
            let broken = error("too-many-documents", &message, None, "pass the documents as files of their own");
            self.found.clear();
            self.found.push(Found::new(What::Broken(broken), String::new()));
        }
    }

    /// The way to the value at hand.
    fn pointer(&self) -> String {
        // The end of a long way says most; a stranger made its words.
        const STEPS: usize = 6;
        let skipped = self.path.len().saturating_sub(STEPS);
        let mut pointer = if skipped > 0 { "…".to_owned() } else { String::new() };
        for step in &self.path[skipped..] {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&crate::text::excerpt(&key.value().replace('~', "~0").replace('/', "~1"), 40)),
                Step::Element(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    /// Judges an object whose members are known.
    fn close(&mut self, span: Span, before: usize, members: &[Member<'a>], twice: Option<(Span, Span)>) {
        if members.is_empty() {
            return;
        }
        // The limit on documents may have cleared the list.
        let before = before.min(self.found.len());
        let get = |word: Word| members.iter().find(|member| member.word == word && member.next != Next::Null);
        let text_of = |word: Word| get(word).and_then(|member| member.string).map(JsonStr::value);
        let holds_documents =
            |member: &Member<'_>| self.found.get(member.found.0..member.found.1).is_some_and(|found| found.iter().any(Found::is_document));
        let any_inside = self.found[before..].iter().any(Found::is_document);

        let payload = get(Word::Payload).and_then(|member| member.string);
        let envelope = payload.filter(|_| get(Word::PayloadType).is_some() || get(Word::Signatures).is_some());
        let in_toto = text_of(Word::Kind).is_some_and(|kind| kind.contains("in-toto.io/Statement"));
        let statement = in_toto || get(Word::PredicateType).is_some() && get(Word::Predicate).is_some();
        let bundle = get(Word::Envelope).filter(|member| member.next == Next::Object);
        let document = self.is_document(members);
        let data = get(Word::Data).is_some_and(holds_documents);
        let export = get(Word::Sbom).is_some_and(|member| member.next == Next::Object && holds_documents(member));

        // Strings under these keys were left for now.
        let held = |word: Word| {
            let strings = members.iter().filter(|member| member.word == word).filter_map(|member| member.string);
            strings.into_iter().any(|string| self.in_string(string).is_some())
        };
        let (payload_held, predicate_held) = (held(Word::Payload), held(Word::Predicate));

        // One reading.
        let wrapper = statement
            || envelope.is_some()
            || bundle.is_some()
            || payload_held
            || predicate_held
            || members.iter().any(|member| member.word.holds() && holds_documents(member));
        if let Some((first, second)) = twice
            && (wrapper || document || any_inside)
        {
            let line = self.text.get(..first.start).map_or(1, |before| before.matches('\n').count() + 1);
            let message = format!("this object has the key of a wrapper twice (the first is in line {line})");
            return self.broken(span, before, "two-readings", &message, second);
        }
        if document {
            let conflict = members.iter().find(|member| {
                member.next != Next::Null
                    && match member.word {
                        Word::Kind => in_toto,
                        Word::Payload => payload_held || envelope.is_some() || holds_documents(member) || member.next == Next::Object,
                        Word::PayloadType | Word::Signatures | Word::MediaType => false,
                        Word::PredicateType | Word::Predicate | Word::Envelope | Word::Data | Word::Sbom | Word::MessageSignature => true,
                        Word::Container => holds_documents(member),
                        _ => false,
                    }
            });
            if let Some(member) = conflict {
                let message = "this object is a document, and has a key of a wrapper around another one";
                return self.broken(span, before, "two-formats", message, member.key);
            }
            self.found.truncate(before);
            if let Some(broken) = self.old_json(members) {
                return self.push(What::Broken(broken));
            }
            return self.push(What::Document(span));
        }
        if wrapper {
            let beside = payload.is_some() && (statement || bundle.is_some() || envelope.is_some());
            let kinds = [
                (statement || predicate_held, [Word::Predicate, Word::PredicateType, Word::Kind]),
                (beside || payload_held, [Word::Payload; 3]),
                (bundle.is_some(), [Word::Envelope; 3]),
                (get(Word::Data).is_some_and(holds_documents), [Word::Data; 3]),
                (get(Word::Sbom).is_some_and(holds_documents), [Word::Sbom; 3]),
            ];
            let second = kinds.iter().filter(|(there, _)| *there).nth(1).and_then(|(_, words)| words.iter().find_map(|word| get(*word)));
            let second = second.or_else(|| members.iter().find(|member| member.word.is_of_document() && member.next != Next::Null));
            if let Some(member) = second {
                let message = "this object has the keys of two wrappers, or of a wrapper and a document";
                return self.broken(span, before, "two-formats", message, member.key);
            }
        }

        if statement {
            return self.statement(before, members);
        }
        if let Some(payload) = envelope {
            self.push(What::Encoded(payload));
            return self.label(before, "DSSE envelope", true);
        }
        if let Some(payload) = payload {
            // No envelope, and still a string as others are.
            self.string(payload, false);
        }
        if let Some(predicate) = get(Word::Predicate).and_then(|member| member.string) {
            self.string(predicate, false);
        }
        if bundle.is_some() {
            return self.label(before, "Sigstore bundle", true);
        }
        if text_of(Word::MediaType).is_some_and(|kind| kind.contains("sigstore.bundle"))
            && !self.found[before..].iter().any(Found::is_document)
        {
            let message = "this Sigstore bundle signs something without holding it";
            let other = error(OTHER_STATEMENT, message, None, "pass the attestation of an SBOM, or the SBOM itself");
            self.found.truncate(before);
            return self.push(What::Other(other));
        }
        if data {
            self.found[before..].iter_mut().for_each(|found| found.data = true);
        }
        if export {
            self.label(before, "GitHub dependency-graph export", false);
        }
        let element = get(Word::SpdxId).and_then(|member| member.string).map(JsonStr::value);
        if element.is_some_and(|id| id.starts_with("SPDXRef-") || id.contains(':') && !id.contains("spdx.org/licenses")) {
            self.part = Some(span);
        }
    }

    /// Whether an object is a document: by what it says of itself, or by its shape.
    fn is_document(&self, members: &[Member<'a>]) -> bool {
        let get = |word: Word| members.iter().find(|member| member.word == word);
        let text_of = |word: Word| get(word).and_then(|member| member.string).map(JsonStr::value);
        let scalar = |word: Word| get(word).is_some_and(|member| !matches!(member.next, Next::Object | Next::Array));
        // A JSON Schema describes these keys by objects.
        let in_context = |member: &Member<'_>| {
            let described = get(Word::Graph).is_some_and(|graph| graph.next == Next::Array) || scalar(Word::SpdxId);
            (member.next != Next::Object || described) && says_spdx3(self.text, member.value)
        };
        get(Word::BomFormat).is_some_and(|member| member.string.is_some())
            || scalar(Word::SpdxVersion)
            || text_of(Word::SpecFormat).is_some_and(|format| format.contains("CycloneDX"))
            || text_of(Word::SpecVersion).is_some_and(|version| version.starts_with("SPDX-"))
            || scalar(Word::SpecVersion) && get(Word::Components).is_some()
            || text_of(Word::Schema).is_some_and(|schema| schema.contains("cyclonedx.org/schema"))
            || get(Word::Context).is_some_and(in_context)
            || get(Word::Graph).is_some_and(|member| member.part.is_some())
            || text_of(Word::SpdxId).is_some_and(|id| id.eq_ignore_ascii_case("SPDXRef-DOCUMENT"))
            || scalar(Word::SpdxId) && get(Word::Packages).is_some()
    }

    /// SPDX as JSON in the shape that the Java tools wrote before there was a schema for it.
    fn old_json(&self, members: &[Member<'a>]) -> Option<DocumentError> {
        let old = |member: &&Member<'a>| match member.word {
            Word::SpecVersion => member.string.is_some_and(|version| version.value().starts_with("SPDX-")),
            Word::DocumentDescribes => {
                let list = self.text.get(member.value.start..member.value.end).unwrap_or_default();
                list.trim_start_matches(['[', ' ', '\t', '\r', '\n']).starts_with('{')
            }
            _ => false,
        };
        let member = members.iter().find(old)?;
        let message = "this is SPDX JSON in the shape that was used before SPDX 2.2, which no schema describes";
        let help = "convert it to SPDX 2.3 JSON, for example with `java -jar tools-java.jar Convert in.json out.spdx.json`";
        Some(error("unsupported-version", message, Some(member.key), help))
    }

    /// What an in-toto statement says about its subject. Whether that is an SBOM shows in what it is, not in the type that it claims.
    fn statement(&mut self, before: usize, members: &[Member<'a>]) {
        let get = |word: Word| members.iter().find(|member| member.word == word && member.next != Next::Null);
        let version = get(Word::Kind).and_then(|member| member.string).is_some_and(|kind| kind.value().ends_with("/v1"));
        let what = if version { "in-toto statement v1" } else { "in-toto statement v0.1" };
        let predicate_type = get(Word::PredicateType).and_then(|member| member.string);
        let kind = predicate_type.map(JsonStr::value).unwrap_or_default();
        let shown = crate::text::excerpt(&kind, 80);
        let kind = kind.to_lowercase();
        let claims = ["cyclonedx", "spdx", "sbom"].iter().any(|word| kind.contains(word));
        let predicate = get(Word::Predicate).copied();
        if let Some(string) = predicate.and_then(|member| member.string) {
            match self.in_string(string) {
                Some((found, sure)) => {
                    self.push(found);
                    if let Some(last) = self.found.last_mut() {
                        last.sure = sure || claims;
                    }
                }
                // It says that this is one, so it is opened, and the error tells what it is instead.
                None if claims => {
                    let encoded = super::decode(string.value().trim()).is_some_and(|decoded| decoded.len() > 16);
                    self.push(if encoded { What::Encoded(string) } else { What::Escaped(string) });
                }
                None if marks::mentions(string.value().as_bytes()) => self.mention = Some(string.span()),
                None => {}
            }
        }
        let is_document = |found: &Found<'_>| found.is_document();
        if !self.found[before..].iter().any(is_document) {
            let span = predicate_type.map(JsonStr::span);
            self.found.truncate(before);
            match predicate {
                Some(member) if claims && member.next == Next::Object => self.push(What::Document(member.value)),
                _ if claims => {
                    let message = format!("this statement holds no document (its predicate type is `{shown}`)");
                    let place = predicate.map(|member| member.value);
                    self.push(What::Broken(error("no-document", &message, place, "pass the SBOM itself")));
                }
                Some(member) if member.mention.or(member.part).or(self.mention_in(member)).is_some() => {
                    let place = member.mention.or(member.part).or(self.mention_in(member));
                    let message = format!("this statement is of the type `{shown}`, and what it holds has the marks of an SBOM");
                    let help = "pass the SBOM itself; a statement about something else has none of these words";
                    self.push(What::Broken(error("hidden-sbom", &message, place, help)));
                }
                _ => {
                    let message = format!("this statement is of the type `{shown}`, which is no SBOM");
                    self.push(What::Other(error(OTHER_STATEMENT, &message, span, "pass the attestation of an SBOM")));
                    return;
                }
            }
        }
        for found in &mut self.found[before..] {
            let cosign = std::mem::take(&mut found.data);
            found.layers.push(if cosign { "in-toto statement of cosign" } else { what }.to_owned());
        }
        self.check_layers(before);
    }

    /// The last mention, if it is in this member.
    fn mention_in(&self, member: Member<'_>) -> Option<Span> {
        self.mention.filter(|mention| mention.start >= member.value.start && mention.end <= member.value.end)
    }

    /// Notes a wrapper around everything that was found since.
    fn label(&mut self, before: usize, what: &str, signed: bool) {
        for found in self.found.iter_mut().skip(before) {
            found.layers.push(what.to_owned());
            found.signed |= signed;
        }
        self.check_layers(before);
    }

    fn check_layers(&mut self, before: usize) {
        if self.found.iter().skip(before).any(|found| found.layers.len() > LAYERS_MAX) {
            // One error for all, so that what lies around it has nothing left to label.
            self.found.truncate(before);
            self.push(What::Broken(too_wrapped()));
        }
    }

    fn broken(&mut self, span: Span, before: usize, code: &'static str, message: &str, place: Span) {
        let help = "programs differ in which one they read: keep one of them, and pass the documents as files of their own";
        self.found.truncate(before);
        debug_assert!(place.start >= span.start);
        self.push(What::Broken(error(code, message, Some(place), help)));
    }
}

/// The first bytes of base64; nothing if it is none, or too short to be a document.
fn decode_beginning(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("data:").and_then(|data| data.split_once(";base64,")).map_or(text, |(_, data)| data);
    if text.len() < 64 {
        return None;
    }
    let beginning: Vec<u8> = text.bytes().take(128).filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
    super::decode_bytes(&beginning[..beginning.len() / 4 * 4])
}

/// Whether text may be an SBOM or a wrapper that holds one.
fn carries_marks(bytes: &[u8]) -> bool {
    marks::may_hold(bytes) || marks::wraps(bytes)
}
