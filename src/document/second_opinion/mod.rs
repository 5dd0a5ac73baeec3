//! The second opinion: the same document read by another reader, and the two readings compared.
//!
//! A document that two readers understand differently is a way around a policy. What is compared is who and what each component, service,
//! package and file is: the elements themselves, and for each of them the fields in [`FIELDS`], as sets of words, so that how a reader splits
//! a name from an address plays no part.
//!
//! ## Who is asked
//!
//! First the crate that others read the format with (`cyclonedx-bom`, `spdx-rs`), where it knows the version. Where it does not, or refuses the
//! document, our own second reader is asked: a walk over the generic value that shares no code with the main reader. Its opinion counts
//! then, and a note says what the crate complained about. Where the crate agrees, our own reader must not contradict.
//!
//! | document | crate | our own |
//! | --- | --- | --- |
//! | CycloneDX JSON | 1.3 to 1.5 | every version |
//! | CycloneDX XML | 1.3 to 1.5 | every version |
//! | SPDX 2 JSON, tag-value | 2.2, 2.3 | every version |
//! | SPDX 3 JSON-LD | | canonical names only |
//! | CycloneDX protobuf | the JSON that it is decoded to is compared, but nothing confirms the decoding | |
//! | SPDX 2 XML, YAML | | every version; aliases of YAML are not read |
//! | SPDX 2 RDF | | |
//!
//! ## What comes of it
//!
//! - Another number of elements, an element that only one reader has, or a word in a compared field that only one of them has: an error.
//! - A document that neither the crate nor our own reader can read: an error.
//! - A violation of the schema that the crate finds in a document that both read alike: a note.
//! - Nobody to ask: the reading stays unconfirmed, which the verdict says, and `--require-confirmation` fails on it.
//!
//! One of the differences is a fault of `spdx-rs`: where a tag has no value, it takes the next line for it. Other readers may do so too;
//! leave the tag out.
//!
//! ## Known limits of the crates, which are no disagreement
//!
//! | crate | limit |
//! | --- | --- |
//! | `cyclonedx-bom` | knows 1.3 to 1.5; has no `manufacturer`, `authors` (1.6), whatever the document declares |
//! | `cyclonedx-bom` | has no tools of vulnerabilities, annotators and formulation: tools are compared one way |
//! | `cyclonedx-bom` | `parse_from_json` lets a duplicate key pass: its entry points for one version are used |
//! | `spdx-rs` | knows 2.2 and 2.3 in JSON and tag-value; has no place for `packageSupplier` and the like of old writers, and refuses them |
//! | `spdx-rs` | reads tag-value behind a byte-order mark as nothing at all: it is given the text after the mark |
//! | `spdx-rs` | in tag-value, leaves out comments, checksums of files, and the last external reference of the last package |
//! | `spdx-rs` | in tag-value, makes up creators, so that tools are not compared |
//! | `spdx-rs` | panics at what it does not know; the panic is caught |
//! | `spdx-rs` | descends with each parenthesis of a license expression: deep ones are not given to it |
//!
//! ## Bounds
//!
//! Readers run on a thread with a large stack ([`mod@isolated`]). What would descend too deep for it, or is larger than [`REFERENCE_MAX`] or
//! [`OWN_MAX`], is not given to them.

mod complaint;
mod crate_cyclonedx;
mod crate_spdx;
mod isolated;
mod own_cyclonedx;
mod own_spdx;
mod own_spdx3;
mod own_xml;
mod own_yaml;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

pub use isolated::READER_THREAD;

use self::complaint::{Complaint, Violations};
use self::isolated::{Stopped, isolated};
use super::limits::Limits;
use super::recognise::error;
use super::{Document, DocumentError, Format};
use crate::inventory::{Listener, Note, Place, Subject, names_nobody};
use crate::source::{Source, Span};
use crate::text::excerpt;

/// The fields that are compared, as the readers call them; what begins with one of them and a period belongs to it.
const FIELDS: [&str; 42] = [
    "supplier",
    "manufacturer",
    "publisher",
    "author",
    "authors",
    "group",
    "name",
    "purl",
    "cpe",
    "swid",
    "description",
    "copyright",
    "externalReferences",
    "hashes",
    "provider",
    "endpoints",
    "vendor",
    "licensing.licensor",
    "evidence.identity",
    "metadata.supplier",
    "metadata.manufacture",
    "originator",
    "packageName",
    "packageSupplier",
    "packageOriginator",
    "downloadLocation",
    "homepage",
    "externalRefs",
    "checksums",
    "fileName",
    "packageFileName",
    "comment",
    "summary",
    "software_packageUrl",
    "software_downloadLocation",
    "software_homePage",
    "suppliedBy",
    "originatedBy",
    "availableFrom",
    "externalIdentifier",
    "externalRef",
    "verifiedUsing",
];

/// What our own second readers are called.
const OWN: &str = "built-in";

/// The largest document that a reference crate gets, and the most objects or elements in it: its models take up to 4 KiB for each, whatever
/// little is written in it.
const REFERENCE_MAX: usize = 16 * 1024 * 1024;
const OBJECTS_MAX: u32 = 500_000;

/// The largest document that our own second readers get: the generic value and the words that are compared take up to fifty times the size
/// of a hostile document.
const OWN_MAX: usize = 64 * 1024 * 1024;
const OWN_XML_MAX: usize = 32 * 1024 * 1024;

/// The deepest nesting of parentheses in one text that a reference crate gets, and the most words that may be operators of a license
/// expression: it descends with each of them, or keeps a value as deep.
const PARENTHESES_MAX: u32 = 100;
const OPERATORS_MAX: u32 = 10_000;

/// What the second reader had to say.
#[derive(Debug)]
pub enum Opinion {
    /// It reads the same.
    Agrees {
        /// The reader.
        by: &'static str,
        /// How many elements.
        parts: usize,
        /// What was complained about on the way.
        notes: Vec<Note>,
    },
    /// Nobody confirms the reading.
    Nobody {
        /// The reason, as the end of a sentence.
        why: String,
        /// What was complained about on the way.
        notes: Vec<Note>,
    },
    /// It does not confirm the reading.
    Disagrees(DocumentError),
}

/// Why one of our own readers has no reading.
#[derive(Debug)]
enum Refusal {
    /// It cannot read the document.
    Unreadable(Complaint),
    /// Readers would understand the document differently.
    Ambiguous(String),
    /// The document uses something that this reader does not know.
    Unknown(&'static str),
}

/// What a reference crate read, and how it judges the document.
struct Answer {
    sketch: Sketch,
    violations: Violations,
}

/// What one reader found: how many elements of a name there are, and the words of their fields.
#[derive(Debug, Default)]
struct Sketch {
    parts: BTreeMap<String, Part>,
    tools: BTreeMap<String, Part>,
    /// What the graph refers to: the main reader may make an element of it that this one does not have.
    mentioned: BTreeSet<String>,
    /// Fields that this reader has no place for.
    unread: &'static [&'static str],
    /// The element whose external references it may not have read to their end.
    unfinished: Option<String>,
}

/// What is said of one element. A document may list millions of them, so that it is kept small.
#[derive(Debug, Default)]
struct Part {
    count: usize,
    /// Each word with the position of its field in [`FIELDS`].
    words: Vec<(u8, Box<str>)>,
    /// How many there were when equal ones were last taken out.
    tidy: usize,
    span: Span,
}

/// A word with the position of its field in [`FIELDS`].
type Word<'p> = (u8, &'p str);

impl Sketch {
    /// The element with this reference, or else this name.
    fn part(&mut self, tool: bool, reference: Option<&str>, name: &str, version: Option<&str>, span: Span) -> &mut Part {
        let key = match reference.map(squeezed).filter(|reference| !reference.is_empty()) {
            Some(reference) => reference,
            None => {
                let version = squeezed(version.unwrap_or_default());
                // Some writers make the version a number, of which readers keep the value only.
                let version = version.parse::<f64>().ok().filter(|number| number.is_finite()).map_or(version, |number| number.to_string());
                format!("{}@{version}", squeezed(name))
            }
        };
        let part = if tool { &mut self.tools } else { &mut self.parts }.entry(key).or_default();
        part.count += 1;
        part.span = span;
        part
    }

    fn mention(&mut self, reference: &str) {
        if !self.mentioned.contains(reference) {
            self.mentioned.insert(reference.to_owned());
        }
    }

    fn count(&self) -> usize {
        self.parts.values().map(|part| part.count).sum()
    }
}

impl Sketch {
    /// Whether the graph refers to an element, by its key or by an identifier of it.
    fn mentions(&self, key: &str, part: &Part) -> bool {
        self.mentioned.contains(key) || ["purl", "cpe"].iter().any(|field| part.said(field).any(|word| self.mentioned.contains(word)))
    }
}

impl Part {
    /// The words of a text, unless it is one for nobody.
    fn add(&mut self, field: &'static str, text: &str) {
        if names_nobody(text) {
            return;
        }
        let Some(field) = position(field) else { return };
        let words = text.split(|character: char| character.is_whitespace() || "<>(),;".contains(character));
        self.words.extend(words.filter(|word| !word.is_empty()).map(|word| (field, word.into())));
        // The same may be said a million times.
        if self.words.len() > 64 + 2 * self.tidy {
            self.words.sort_unstable();
            self.words.dedup();
            self.tidy = self.words.len();
        }
    }

    /// The words of a field.
    fn said<'p>(&'p self, field: &str) -> impl Iterator<Item = &'p str> {
        let field = position(field);
        self.words.iter().filter(move |(of, _)| Some(*of) == field).map(|(_, word)| word.as_ref())
    }

    /// All words, once each.
    fn sorted(&self) -> Vec<Word<'_>> {
        let mut words: Vec<Word<'_>> = self.words.iter().map(|(field, word)| (*field, word.as_ref())).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    fn add_all<'t>(&mut self, field: &'static str, texts: impl IntoIterator<Item = &'t str>) {
        texts.into_iter().for_each(|text| self.add(field, text));
    }
}

/// The position of a field in [`FIELDS`].
fn position(field: &str) -> Option<u8> {
    FIELDS.iter().position(|known| *known == field).and_then(|at| u8::try_from(at).ok())
}

/// White space is one space: XML readers and writers do not agree about more.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Listener for Sketch {
    fn subject(&mut self, subject: &Subject<'_>) {
        let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map(|text| text.value.as_ref().to_owned());
        let (reference, version) = (text(&subject.reference), text(&subject.version));
        let name = text(&subject.name).unwrap_or_default();
        let tool = subject.place == Place::Tool;
        let part = self.part(tool, reference.as_deref(), &name, version.as_deref(), subject.span);
        for claim in subject.claims {
            let field = FIELDS
                .iter()
                .find(|field| claim.field == **field || claim.field.strip_prefix(**field).is_some_and(|rest| rest.starts_with('.')));
            match field {
                // Comments of references are text; what stands in an embedded tag is taken apart by one reader only.
                Some(_) if claim.field.ends_with("s.comment") || claim.field == "swid.text" => {}
                Some(field) => part.add(field, &claim.text),
                None => {}
            }
        }
    }
}

/// A crate that is asked first, by its name.
type Reference<'t> = (&'static str, Box<dyn Fn() -> Result<Answer, Complaint> + Send + 't>);

/// One of our own readers, with the largest document that it gets.
type Own = (usize, fn(&str) -> Result<Sketch, Refusal>);

fn reference<'t>(document: &'t Document, text: &'t str) -> Option<Reference<'t>> {
    let version = document.version.as_str();
    Some(match (document.format, document.encoding, version) {
        (Format::CycloneDx, "json" | "protobuf", "1.3" | "1.4" | "1.5") => {
            (crate_cyclonedx::NAME, Box::new(move || crate_cyclonedx::read_json(text, version)))
        }
        (Format::CycloneDx, "xml", "1.3" | "1.4" | "1.5") => {
            (crate_cyclonedx::NAME, Box::new(move || crate_cyclonedx::read_xml(text, version)))
        }
        (Format::Spdx, "json", "2.2" | "2.3") => (crate_spdx::NAME, Box::new(move || crate_spdx::read_json(text))),
        (Format::Spdx, "tag-value", "2.2" | "2.3") => (crate_spdx::NAME, Box::new(move || crate_spdx::read_tag_value(text))),
        _ => return None,
    })
}

fn own(document: &Document) -> Option<Own> {
    Some(match (document.format, document.encoding) {
        (Format::CycloneDx, "json" | "protobuf") => (OWN_MAX, own_cyclonedx::read_json),
        (Format::CycloneDx, "xml") => (OWN_XML_MAX, own_xml::read_cyclonedx),
        (Format::Spdx, "json") => (OWN_MAX, own_spdx::read_json),
        (Format::Spdx, "xml") => (OWN_XML_MAX, own_xml::read_spdx),
        (Format::Spdx, "yaml") => (OWN_XML_MAX, own_yaml::read),
        (Format::Spdx, "tag-value") => (OWN_MAX, own_spdx::read_tag_value),
        (Format::Spdx, "json-ld") => (OWN_MAX, own_spdx3::read),
        _ => return None,
    })
}

/// Asks a second reader about a document that was read as `document`.
#[must_use]
pub fn second_opinion(source: &Source, document: &Document, limits: &Limits) -> Opinion {
    let text = &source.body()[source.text_start()..];
    let mut notes = Vec::new();
    if let Some((name, read)) = reference(document, text) {
        let refused = match unfit(text, document.encoding) {
            Some(reason) => Complaint::from(reason),
            None => match isolated(read) {
                Ok(Ok(answer)) => {
                    notes.extend(schema_note(source, name, &answer.violations));
                    let opinion = compared(source, document, limits, name, &answer.sketch, notes);
                    return contradiction(source, document, limits).map_or(opinion, Opinion::Disagrees);
                }
                Ok(Err(complaint)) => complaint,
                Err(Stopped::Panicked) => "something in it that this reader does not support".into(),
                Err(Stopped::NoThread) => "no thread could be started for it".into(),
            },
        };
        let message = format!("{name} does not read this document: {}", refused.message);
        notes.push(Note { code: "reference-reader", message, span: refused.span(source) });
    }
    let Some((largest, read)) = own(document) else {
        let why = format!("there is no second reader for {} {} {}", document.format.as_str(), document.version, document.encoding);
        return Opinion::Nobody { why, notes };
    };
    if text.len() > largest {
        let why = format!("the second reader gets no document above {} MiB", largest / (1024 * 1024));
        return Opinion::Nobody { why, notes };
    }
    match isolated(|| read(text)) {
        Ok(Ok(sketch)) => compared(source, document, limits, OWN, &sketch, notes),
        Ok(Err(Refusal::Unknown(what))) => Opinion::Nobody { why: format!("the second reader does not know {what}"), notes },
        Ok(Err(Refusal::Ambiguous(what))) => Opinion::Disagrees(ambiguous(OWN, &what, None)),
        Ok(Err(Refusal::Unreadable(complaint))) => {
            let span = complaint.span(source).or_else(|| notes.first().and_then(|note| note.span));
            let mut message = format!("no second reader can read this document: {}", complaint.message);
            for note in &notes {
                message.push_str("; ");
                message.push_str(&note.message);
            }
            let help = "correct what is complained about, or generate the SBOM again; without --strict only the first reader is asked";
            Opinion::Disagrees(error("not-confirmed", &message, span, help))
        }
        Err(stopped) => {
            debug_assert_eq!(stopped, Stopped::NoThread, "our own reader panicked");
            Opinion::Nobody { why: "the second reader could not run".to_owned(), notes }
        }
    }
}

/// What our own reader sees that a crate passes over, such as members in another case, which a third kind of readers takes.
fn contradiction(source: &Source, document: &Document, limits: &Limits) -> Option<DocumentError> {
    let text = &source.body()[source.text_start()..];
    let (_, read) = own(document).filter(|(largest, _)| text.len() <= *largest)?;
    match isolated(|| read(text)) {
        Ok(Ok(sketch)) => match compared(source, document, limits, OWN, &sketch, Vec::new()) {
            Opinion::Disagrees(error) => Some(error),
            Opinion::Agrees { .. } | Opinion::Nobody { .. } => None,
        },
        Ok(Err(Refusal::Ambiguous(what))) => Some(ambiguous(OWN, &what, None)),
        // The crate can read it: it is enough that one reader confirms.
        Ok(Err(Refusal::Unreadable(_) | Refusal::Unknown(_))) | Err(_) => None,
    }
}

/// Compares the two readings.
fn compared(source: &Source, document: &Document, limits: &Limits, by: &'static str, theirs: &Sketch, notes: Vec<Note>) -> Opinion {
    let mut ours = Sketch::default();
    if let Err(error) = super::read(source, limits, &mut ours) {
        return Opinion::Disagrees(error);
    }
    match difference(&ours, theirs) {
        None if document.encoding == "protobuf" => {
            let why = format!("{by} reads the JSON that this protobuf document is decoded to alike, but nothing confirms the decoding");
            Opinion::Nobody { why, notes }
        }
        None => Opinion::Agrees { by, parts: ours.count(), notes },
        Some((what, span)) => Opinion::Disagrees(ambiguous(by, &what, span)),
    }
}

fn ambiguous(by: &str, what: &str, span: Option<Span>) -> DocumentError {
    let message = format!("two readers understand this document differently (the second is {by}): {what}");
    let help = "write the document so that it can be read in one way only; until then nothing that it says can be relied on";
    error("ambiguous", &message, span, help)
}

/// The violations of the schema, in one note.
fn schema_note(source: &Source, name: &str, violations: &Violations) -> Option<Note> {
    let first = violations.first.first()?;
    let count = violations.count;
    let mut told: Vec<&str> = violations.first.iter().map(|complaint| complaint.message.as_ref()).collect();
    told.dedup();
    let mut message = format!("{name} reports {count} schema {}: {}", if count == 1 { "violation" } else { "violations" }, told.join("; "));
    if count > violations.first.len() {
        message.push_str(&format!("; and {} more", count - violations.first.len()));
    }
    Some(Note { code: "schema-violation", message, span: first.span(source) })
}

/// Why a text is not given to a reference crate: it is too large, or a license expression in it may exhaust the stack.
fn unfit(text: &str, encoding: &str) -> Option<&'static str> {
    if text.len() > REFERENCE_MAX {
        return Some("it gets no document above 16 MiB");
    }
    let bytes = text.as_bytes();
    let (mut objects, mut depth, mut operators, mut at, mut inside) = (0_u32, 0_u32, 0_u32, 0, false);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        at += 1;
        match (byte, encoding) {
            (b'(', _) => depth += 1,
            (b')', _) => depth = depth.saturating_sub(1),
            (b'a' | b'A', _) if rest.get(1..3).is_some_and(|next| next.eq_ignore_ascii_case(b"nd")) => operators += 1,
            (b'o' | b'O', _) if rest.get(1).is_some_and(|next| next.eq_ignore_ascii_case(&b'r')) => operators += 1,
            (b'&', "xml") if rest.starts_with(b"&#") => {
                // Any character may be written so.
                depth += 1;
                operators += 1;
            }
            (b'<', "xml") if rest.starts_with(b"</") => (depth, operators) = (0, 0),
            (b'<', "xml") | (b'{', "json" | "protobuf") => objects += 1,
            (b'\\', "json" | "protobuf") => {
                depth += u32::from(rest.starts_with(b"\\u0028"));
                operators += u32::from(rest.starts_with(b"\\u"));
                at += 1;
            }
            (b'"', "json" | "protobuf") => (depth, operators) = (0, 0),
            (b'<', "tag-value") if rest.starts_with(b"<text>") => inside = true,
            (b'<', "tag-value") if rest.starts_with(b"</text>") => (depth, operators, inside) = (0, 0, false),
            (b'\n', "tag-value") if !inside => (depth, operators) = (0, 0),
            _ => {}
        }
        if objects > OBJECTS_MAX {
            return Some("it gets no document with more than 500,000 objects");
        }
        if depth > PARENTHESES_MAX {
            return Some("a text in it has parentheses that are nested deeper than 100 levels");
        }
        if operators > OPERATORS_MAX {
            return Some("a text in it has more than 10,000 words that may be operators of a license expression");
        }
    }
    None
}

/// The first difference, in a sentence, and where.
fn difference(ours: &Sketch, theirs: &Sketch) -> Option<(String, Option<Span>)> {
    for (key, part) in &ours.parts {
        let shown = excerpt(key, 80);
        let Some(other) = theirs.parts.get(key) else {
            // The main reader makes elements of what only the graph refers to.
            if theirs.mentions(key, part) {
                continue;
            }
            return Some((format!("only the first has `{shown}`"), Some(part.span)));
        };
        if part.count != other.count {
            return Some((format!("the first has `{shown}` {} times, the second {} times", part.count, other.count), Some(part.span)));
        }
        let unfinished = theirs.unfinished.as_ref().is_some_and(|unfinished| unfinished == key);
        if let Some(what) = fields_differ(part, other, theirs.unread, unfinished) {
            return Some((format!("of `{shown}`, {what}"), Some(part.span)));
        }
    }
    if let Some(key) = theirs.parts.keys().find(|key| !ours.parts.contains_key(*key)) {
        return Some((format!("only the second has `{}`", excerpt(key, 80)), None));
    }
    theirs.tools.iter().find_map(|(key, other)| {
        let shown = excerpt(key, 80);
        match ours.tools.get(key) {
            None => Some((format!("only the second has the tool `{shown}`"), None)),
            Some(tool) => {
                fields_differ(tool, other, theirs.unread, false).map(|what| (format!("of the tool `{shown}`, {what}"), Some(tool.span)))
            }
        }
    })
}

fn fields_differ(ours: &Part, theirs: &Part, unread: &[&str], unfinished: bool) -> Option<String> {
    let (first, second) = (ours.sorted(), theirs.sorted());
    if first == second {
        return None;
    }
    let told = |word: Word<'_>, who: &str| format!("only the {who} has `{}` in its `{}`", excerpt(word.1, 80), field_of(word));
    let compared = |field: &str| !unread.contains(&field);
    let first_only = only(&first, &second, &|field| compared(field) && !(unfinished && field == "externalRefs"));
    match (first_only, only(&second, &first, &compared)) {
        (Some(first), Some(second)) if second.0 < first.0 => Some(told(second, "second")),
        (Some(first), _) => Some(told(first, "first")),
        (None, second) => second.map(|second| told(second, "second")),
    }
}

/// The first word in a compared field that only these have; both are sorted.
fn only<'w>(these: &[Word<'w>], those: &[Word<'w>], compared: &dyn Fn(&str) -> bool) -> Option<Word<'w>> {
    these.iter().find(|word| compared(field_of(**word)) && those.binary_search(word).is_err()).copied()
}

fn field_of(word: Word<'_>) -> &'static str {
    FIELDS.get(usize::from(word.0)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(text: &str) -> Result<String, String> {
        let source = Source::from_text("", text);
        let mut nobody = Sketch::default();
        let document = super::super::read(&source, &Limits::default(), &mut nobody).map_err(|error| format!("unread {}", error.code))?;
        match second_opinion(&source, &document, &Limits::default()) {
            Opinion::Agrees { by, parts, notes } => Ok(told(format!("{by} {parts}"), &notes)),
            Opinion::Nobody { why, notes } => Ok(told(format!("nobody: {why}"), &notes)),
            Opinion::Disagrees(error) => Err(format!("{}: {}", error.code, error.message)),
        }
    }

    /// With the codes of the notes behind it.
    fn told(what: String, notes: &[Note]) -> String {
        notes.iter().for_each(assert_plain);
        notes.iter().fold(what, |told, note| format!("{told} {}", note.code))
    }

    /// A note holds nothing of how a crate writes its values.
    fn assert_plain(note: &Note) {
        let raw =
            ["Custom(", "Struct(", "Struct {", "Field(", "ValidationResult", "ValidationError", "Err(", "Some(", "::", ".rs:", "panick"];
        assert!(!raw.iter().any(|part| note.message.contains(part)) && note.message.len() < 600, "{}", note.message);
    }

    fn cyclonedx(version: &str, component: &str) -> String {
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"{version}","version":1,"components":[{component}]}}"#)
    }

    const SPDX: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nDocumentNamespace: http://d.example/1\n\
                        Creator: Person: A\nCreated: 2026-11-01T00:00:00Z\n\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\n\
                        PackageSupplier: Organization: Acme (a@acme.org)\nPackageDownloadLocation: https://acme.org/a.zip\n";

    #[test]
    fn readers_agree_on_ordinary_documents() {
        let component = r#"{"type":"library","bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/a@1","publisher":"Acme <a@acme.org>",
                            "supplier":{"name":"Acme","url":["https://acme.org"],"contact":[{"name":"A","email":"a@acme.org"}]}}"#;
        for version in ["1.3", "1.4", "1.5"] {
            assert_eq!(opinion(&cyclonedx(version, component)).as_deref(), Ok("cyclonedx-bom 1"));
        }
        let swid =
            r#"{"type":"library","name":"a","version":"1","swid":{"tagId":"t","name":"a","text":{"content":"<Entity name='Acme'/>"}}}"#;
        assert_eq!(opinion(&cyclonedx("1.5", swid)).as_deref(), Ok("cyclonedx-bom 1"));
        let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><components><component type="library" bom-ref="a">
            <supplier><name>Acme</name><url>https://acme.org</url></supplier><name>a</name><version>1</version><purl>pkg:npm/a@1</purl>
            </component></components></bom>"#;
        assert_eq!(opinion(xml).as_deref(), Ok("cyclonedx-bom 1"));
        assert_eq!(opinion(SPDX).as_deref(), Ok("spdx-rs 1"));
        let rich = "PackageComment: x\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nExternalRef: SECURITY cpe23Type cpe:2.3:a:a:a:1:*:*:*:*:*:*:*\n\
                    FileName: ./f\nSPDXID: SPDXRef-f\nFileChecksum: SHA1: da39a3ee5e6b4b0d3255bfef95601890afd80709\n";
        assert_eq!(opinion(&format!("{SPDX}{rich}")).as_deref(), Ok("spdx-rs 2"));
        assert_eq!(opinion(&format!("\u{feff}{SPDX}")).as_deref(), Ok("spdx-rs 1"), "behind a byte-order mark");
    }

    #[test]
    fn versions_that_no_crate_knows_are_read_by_our_own_reader() {
        for version in ["1.2", "1.6", "1.7"] {
            let component = r#"{"type":"library","name":"a","version":1.10,"purl":"pkg:npm/a@1","authors":[{"name":"A","email":"a@a.org"}],
                "manufacturer":{"name":"Acme <x@acme.org>"},"licenses":[{"license":{"licensing":{"licensor":{"organization":{"name":"L"}}}}}],
                "evidence":{"identity":[{"field":"purl","concludedValue":"pkg:npm/a@1","methods":[{"value":"v"}]}]},
                "components":[{"name":"inner","supplier":{"name":"NOASSERTION"}}]}"#;
            assert_eq!(opinion(&cyclonedx(version, component)).as_deref(), Ok("built-in 2"));
            let xml = format!(
                r#"<bom xmlns="http://cyclonedx.org/schema/bom/{version}"><components><component type="library"><supplier><name>Acme</name>
                </supplier><name>a</name><purl>pkg:npm/a@1</purl></component></components></bom>"#
            );
            assert_eq!(opinion(&xml).as_deref(), Ok("built-in 1"));
        }
        assert_eq!(opinion(&SPDX.replace("SPDX-2.3", "SPDX-2.1")).as_deref(), Ok("built-in 1"));
        let json = r#"{"spdxVersion":"SPDX-2.1","SPDXID":"SPDXRef-DOCUMENT","packages":[{"SPDXID":"SPDXRef-a","packageName":"a",
            "packageSupplier":"Organization: Acme (a@acme.org)"}]}"#;
        assert_eq!(opinion(json).as_deref(), Ok("built-in 1"));
        let spdx3 = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
            {"type":"Organization","spdxId":"urn:o","name":"Acme","externalIdentifier":[{"type":"ExternalIdentifier",
             "externalIdentifierType":"email","identifier":"a@acme.org"}]},
            {"type":"software_Package","spdxId":"urn:a","name":"a","software_packageUrl":"pkg:npm/a@1","suppliedBy":"urn:o"}]}"#;
        assert_eq!(opinion(spdx3).as_deref(), Ok("built-in 1"));
    }

    #[test]
    fn where_nobody_can_confirm_that_is_said() {
        let yaml = "spdxVersion: SPDX-2.3\nSPDXID: &a SPDXRef-DOCUMENT\npackages:\n- name: *a\n  SPDXID: SPDXRef-a\n";
        assert_eq!(opinion(yaml).as_deref(), Ok("nobody: the second reader does not know aliases of YAML"));
        let rdf = include_str!("../../../fixtures/field-kit/spdx-2.3.rdf");
        assert_eq!(opinion(rdf).as_deref(), Ok("nobody: there is no second reader for SPDX 2.3 rdf"));
        let nested = r#"{"spdxVersion":"SPDX-2.0","documentDescribes":[],"packages":[{"name":"a"}]}"#;
        assert_eq!(opinion(nested).as_deref(), Ok("built-in 1"));
        let context = r#"{"@context":["https://spdx.org/rdf/3.0.1/spdx-context.jsonld",{"ex":"https://ex.org/"}],"@graph":[
            {"type":"software_Package","spdxId":"ex:a","name":"a"}]}"#;
        assert_eq!(opinion(context).as_deref(), Ok("nobody: the second reader does not know a context of its own"));
    }

    /// Of every kind of violation that does not touch a component, vendor or identifier: both readers agree, and it is noted.
    #[test]
    fn a_violation_of_the_schema_is_a_note() {
        let component = |members: &str| cyclonedx("1.5", &format!(r#"{{"type":"library","name":"a","version":"1",{members}}}"#));
        let table = [
            component(r#""purl":"no purl""#),
            component(r#""description":"two\nlines""#),
            component(r#""cpe":"no cpe""#),
            component(r#""hashes":[{"alg":"CRC-1","content":"xyz"}]"#),
            component(r#""licenses":[{"license":{"id":"NotSpdx"}}]"#),
            component(r#""licenses":[{"expression":"not a (( license"}]"#),
            component(r#""externalReferences":[{"type":"nonsense","url":"https://acme.org"}]"#),
            component(r#""scope":"sometimes""#),
            cyclonedx("1.5", r#"{"type":"library","name":"a","bom-ref":"a"},{"type":"library","name":"a","bom-ref":"a"}"#),
            cyclonedx("1.4", r#"{"type":"widget","name":"a","version":"1"}"#),
            cyclonedx("1.5", r#"{"type":"library","name":"a"}"#).replace("\"version\":1", "\"version\":1,\"serialNumber\":\"x\""),
            cyclonedx("1.5", r#"{"type":"library","name":"a"}"#)
                .replace("\"version\":1", "\"version\":1,\"metadata\":{\"timestamp\":\"yesterday\"}"),
            cyclonedx("1.5", r#"{"type":"library","name":"a"}"#)
                .replace("\"version\":1", "\"version\":1,\"dependencies\":[{\"ref\":\"nothing\"}]"),
        ];
        for text in table {
            let found = opinion(&text).unwrap();
            assert!(found.starts_with("cyclonedx-bom ") && found.ends_with(" schema-violation"), "{found} {text}");
        }
    }

    #[test]
    fn a_violation_is_told_with_its_place() {
        let text = cyclonedx("1.5", r#"{"type":"library","name":"a"},{"type":"library","name":"b","hashes":[{"alg":"X","content":"y"}]}"#);
        let source = Source::from_text("", &text);
        let document = super::super::read(&source, &Limits::default(), &mut Sketch::default()).unwrap();
        let Opinion::Agrees { notes, .. } = second_opinion(&source, &document, &Limits::default()) else { panic!("they differ") };
        assert!(notes[0].message.contains("`components[1].hashes[0]."), "{}", notes[0].message);
        let at = notes[0].span.unwrap().start;
        assert!(text[at..].starts_with("\"X\"") || text[at..].starts_with("{\"alg\""), "{}", &text[at..]);
    }

    /// What a crate does not read at all is asked of our own reader.
    #[test]
    fn a_refusal_of_the_crate_is_a_note_where_our_own_reader_agrees() {
        let table = [
            cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1","supplier":"Acme"}"#),
            cyclonedx("1.5", r#"{"name":"a","version":"1"}"#),
            cyclonedx("1.4", r#"{"type":"library","name":"a","version":2}"#),
            cyclonedx("1.5", r#"{"type":"library","name":"a"}"#).replace("\"version\":1,", ""),
            SPDX.to_owned() + "Unheard: of\n",
            SPDX.to_owned() + "ExternalRef: PACKAGE_MANAGER purl pkg:npm/a@1\n",
            SPDX.to_owned() + "Relationship: SPDXRef-a RESEMBLES SPDXRef-b\n",
            SPDX.to_owned() + "PackageLicenseDeclared: Apache Software License\n",
            SPDX.to_owned() + &format!("PackageLicenseDeclared: {}MIT{}\n", "(".repeat(200_000), ")".repeat(200_000)),
            SPDX.to_owned() + &format!("PackageLicenseDeclared: <text>{}</text>\n", "(\n".repeat(200_000)),
            SPDX.to_owned() + &format!("PackageLicenseDeclared: MIT{}\n", " AND MIT".repeat(1_000_000)),
            spdx_json(&"(".repeat(60_000)),
            spdx_json(&"\\u0028".repeat(10_000)),
            spdx_json(&"MIT or ".repeat(9_000)),
            cyclonedx("1.5", &format!(r#"{{"type":"library","name":"a","licenses":[{{"expression":"{}"}}]}}"#, "(".repeat(60_000))),
        ];
        for text in table {
            let found = opinion(&text);
            assert!(found.as_ref().is_ok_and(|found| found.starts_with("built-in 1 reference-reader")), "{found:?} {text:.400}");
        }
    }

    fn spdx_json(license: &str) -> String {
        format!(
            r#"{{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"http://d.example/1",
            "creationInfo":{{"creators":["Person: A"],"created":"2026-11-01T00:00:00Z"}},
            "packages":[{{"SPDXID":"SPDXRef-a","name":"a","downloadLocation":"NOASSERTION","licenseDeclared":"{license}"}}]}}"#
        )
    }

    /// Each way to write a deep or large text, in each encoding, and ordinary prose.
    #[test]
    fn what_would_harm_a_crate_is_not_given_to_it() {
        let deep = "(".repeat(101);
        let table = [
            ("json", format!("\"{deep}\""), true),
            ("json", format!("\"{}\"", "\\u0028".repeat(101)), true),
            ("json", format!("\"{}\\\"{}\"", "(".repeat(60), "(".repeat(60)), true),
            ("json", format!("\"{}\",\"{}\"", "(".repeat(60), "(".repeat(60)), false),
            ("json", format!("\"{}\"", "(x) ".repeat(10_000)), false),
            ("json", format!("\"{}\"", "a and b ".repeat(10_001)), true),
            ("json", "{}".repeat(500_001), true),
            ("json", "\"{\",".repeat(500), false),
            ("xml", format!("<a>{}</a>", "&#40;".repeat(101)), true),
            ("xml", format!("<a>{}<![CDATA[{}]]></a>", "(".repeat(60), "(".repeat(60)), true),
            ("xml", format!("<a>{}</a><a>{}</a>", "(".repeat(60), "(".repeat(60)), false),
            ("xml", "<a/>".repeat(500_001), true),
            ("tag-value", format!("A: <text>{}</text>", "(\n".repeat(101)), true),
            ("tag-value", "A: :(\n".repeat(500), false),
            ("json", " ".repeat(REFERENCE_MAX + 1), true),
        ];
        for (encoding, text, harms) in table {
            assert_eq!(unfit(&text, encoding).is_some(), harms, "{encoding} {text:.60}");
        }
    }

    /// The deepest document that the main reader can be asked to read is no danger for the crates.
    #[test]
    fn deep_documents_exhaust_no_stack() {
        // The main reader descends on the stack of this test.
        let depth = 100;
        let inner = "<component type=\"library\"><name>a</name><components>".repeat(depth);
        let close = "</components></component>".repeat(depth);
        let xml = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" version=\"1\"><components>{inner}{close}</components></bom>");
        let source = Source::from_text("", &xml);
        let limits = Limits { depth: Limits::DEPTH_MAX, ..Limits::default() };
        let document = super::super::read(&source, &limits, &mut Sketch::default()).unwrap();
        let Opinion::Agrees { parts, .. } = second_opinion(&source, &document, &limits) else { panic!("they differ") };
        assert_eq!(parts, depth);
    }

    /// What a hostile author would show to one reader only, in the JSON and the XML that no crate reads.
    #[test]
    fn what_only_another_reader_would_see_is_an_error() {
        let component = |members: &str| cyclonedx("1.6", &format!(r#"{{"type":"library","name":"a"{members}}}"#));
        let mut table = vec![
            component(r#","evidence":{"identity":[{"methods":[{"value":"v","Value":"w"}]}]}"#),
            component(r#","Purl":"pkg:npm/evil@1""#),
            component(r#","Purl":"pkg:npm/evil@1""#).replace("1.6", "1.5"),
            component(r#","\u017fupplier":{"name":"Evil"}"#),
            cyclonedx("1.6", r#"{"type":"library","name":"a"}"#).replace("\"components\"", "\"Components\":[],\"components\""),
        ];
        let spdx3 = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"software_Package","spdxId":"urn:a","name":"a"}]"#;
        let spdx2 = r#"{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-a","name":"a"}]"#;
        let cyclonedx = cyclonedx("1.7", r#"{"type":"library","name":"a"}"#);
        let two_formats = [
            (cyclonedx.trim_end_matches('}'), ["spdxVersion", "packages", "@graph"]),
            (spdx2, ["bomFormat", "components", "@graph"]),
            (spdx3, ["packages", "components", "spdxVersion"]),
        ];
        for (text, others) in two_formats {
            table.extend(others.map(|other| format!(r#"{text},"{other}":[]}}"#)));
        }
        for namespace in ["", "urn:x", "http://cyclonedx.org/schema/bom/1.4"] {
            for inner in [
                format!("<component><name>a</name></component><component xmlns=\"{namespace}\"><name>evil</name></component>"),
                format!("<component><name>a</name><purl xmlns=\"{namespace}\">pkg:npm/evil@1</purl></component>"),
                format!("<component><name>a<e xmlns=\"{namespace}\"/>b</name></component>"),
            ] {
                table.push(format!(
                    "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\" version=\"1\"><components>{inner}</components></bom>"
                ));
            }
        }
        for text in table {
            assert!(opinion(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_known_limit_is_no_disagreement() {
        let component = r#"{"type":"library","name":"a","version":"1","manufacturer":{"name":"Acme"}}"#;
        assert_eq!(opinion(&cyclonedx("1.5", component)).as_deref(), Ok("cyclonedx-bom 1"));
        // Tools that the crate has no place for.
        let plain = cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1"}"#);
        let annotator = r#""annotations":[{"bom-ref":"x","subjects":[],"timestamp":"2026-11-01T00:00:00Z","text":"t",
            "annotator":{"component":{"type":"application","name":"scanner","supplier":{"name":"Acme"}}}}],"#;
        let annotated = plain.replace("\"components\"", &format!("{annotator}\"components\""));
        assert_eq!(opinion(&annotated).as_deref(), Ok("cyclonedx-bom 1"));
    }

    /// The general entry point of the crate takes the last of two; the ones for a version must not.
    #[test]
    fn the_second_reader_refuses_a_key_that_stands_twice() {
        let twice = cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1","publisher":"Kaspersky Lab","publisher":"Acme"}"#);
        assert!(
            ::cyclonedx_bom::prelude::Bom::parse_from_json(twice.as_bytes()).is_ok(),
            "then the versioned entry points are no longer needed"
        );
        assert!(crate_cyclonedx::read_json(&twice, "1.5").is_err());
        assert_eq!(opinion(&twice), Err("unread duplicate-key".to_owned()));
    }

    /// Where the crate reads the document, but another one, that is no matter of its schema.
    #[test]
    fn a_document_that_is_read_differently_is_an_error() {
        let table = [
            (SPDX.replace("PackageVersion: 1", "PackageFileName: "), "ambiguous: "),
            // Everything is in one line for a reader that knows LF only.
            (SPDX.replace('\n', "\r"), "ambiguous: "),
        ];
        for (text, expected) in table {
            let found = opinion(&text);
            assert!(found.as_ref().is_err_and(|message| message.starts_with(expected)), "{expected}{found:?} {text}");
        }
    }

    #[test]
    fn a_difference_is_found_wherever_it_is() {
        let sketch = |supplier: &str, name: &str, count: usize| {
            let mut sketch = Sketch::default();
            for _ in 0..count {
                sketch.part(false, Some("a"), name, None, Span::default()).add("supplier", supplier);
            }
            sketch
        };
        let same = sketch("Acme (a@acme.org)", "a", 1);
        assert!(difference(&same, &sketch("a@acme.org Acme", "a", 1)).is_none());
        for (other, expected) in [
            (sketch("Acme", "a", 1), "of `a`, only the first has `a@acme.org` in its `supplier`"),
            (sketch("Acme (a@acme.org) Ltd", "a", 1), "of `a`, only the second has `Ltd` in its `supplier`"),
            (sketch("Acme (a@acme.org)", "a", 2), "the first has `a` 1 times, the second 2 times"),
            (Sketch::default(), "only the first has `a`"),
        ] {
            assert_eq!(difference(&same, &other).unwrap().0, expected);
        }
    }

    fn ours(text: &str) -> Sketch {
        let mut sketch = Sketch::default();
        super::super::read(&Source::from_text("", text), &Limits::default(), &mut sketch).unwrap_or_else(|error| panic!("{error} {text}"));
        sketch
    }

    /// A document with a word in one place: both readers have to see it there, and another word is a difference.
    fn assert_seen(document: &dyn Fn(&str) -> String, read: fn(&str) -> Result<Sketch, Refusal>) {
        let (one, other) = (document("https://marker-one.org/"), document("https://marker-two.org/"));
        let theirs = |text: &str| read(text).unwrap_or_else(|refusal| panic!("{refusal:?} {text}"));
        assert_eq!(difference(&ours(&one), &theirs(&one)), None, "{one}");
        assert!(difference(&ours(&one), &theirs(&other)).is_some(), "not compared: {one}");
    }

    /// The members of a component that name it, its vendor or an identifier of it.
    const COMPONENT: [&str; 26] = [
        r#""name":"M""#,
        r#""name":"a","group":"M""#,
        r#""name":"a","bom-ref":"M""#,
        r#""name":"a","version":"M""#,
        r#""name":"a","publisher":"M""#,
        r#""name":"a","author":"M""#,
        r#""name":"a","authors":[{"name":"M"}]"#,
        r#""name":"a","authors":[{"email":"M"}]"#,
        r#""name":"a","supplier":{"name":"M"}"#,
        r#""name":"a","supplier":{"url":["M"]}"#,
        r#""name":"a","supplier":{"contact":[{"name":"M"}]}"#,
        r#""name":"a","supplier":{"contact":[{"email":"M"}]}"#,
        r#""name":"a","manufacturer":{"name":"M"}"#,
        r#""name":"a","purl":"pkg:npm/a@1?x=M""#,
        r#""name":"a","cpe":"M""#,
        r#""name":"a","swid":{"tagId":"M","name":"b"}"#,
        r#""name":"a","swid":{"tagId":"t","name":"M"}"#,
        r#""name":"a","swid":{"tagId":"t","name":"b","url":"M"}"#,
        r#""name":"a","hashes":[{"alg":"MD5","content":"M"}]"#,
        r#""name":"a","externalReferences":[{"type":"vcs","url":"M"}]"#,
        r#""name":"a","externalReferences":[{"type":"vcs","url":"u","hashes":[{"alg":"MD5","content":"M"}]}]"#,
        r#""name":"a","description":"M""#,
        r#""name":"a","copyright":"M""#,
        r#""name":"a","licenses":[{"license":{"name":"l","licensing":{"licensor":{"organization":{"name":"M"}}}}}]"#,
        r#""name":"a","licenses":[{"expression":"MIT","licensing":{"licensor":{"individual":{"name":"M"}}}}]"#,
        r#""name":"a","evidence":{"identity":[{"field":"purl","concludedValue":"M","methods":[{"value":"M"}]}]}"#,
    ];

    const SERVICE: [&str; 9] = [
        r#""name":"M""#,
        r#""name":"a","group":"M""#,
        r#""name":"a","bom-ref":"M""#,
        r#""name":"a","provider":{"name":"M"}"#,
        r#""name":"a","provider":{"url":["M"]}"#,
        r#""name":"a","endpoints":["M"]"#,
        r#""name":"a","description":"M""#,
        r#""name":"a","externalReferences":[{"type":"website","url":"M"}]"#,
        r#""name":"a","licenses":[{"license":{"name":"l","licensing":{"licensor":{"organization":{"name":"M"}}}}}]"#,
    ];

    /// Where components may be; `X` is the members of one.
    const COMPONENTS: [&str; 11] = [
        r#""components":[{X}]"#,
        r#""components":[{"name":"outer","components":[{X}]}]"#,
        r#""components":[{"name":"outer","pedigree":{"ancestors":[{X}]}}]"#,
        r#""components":[{"name":"outer","pedigree":{"descendants":[{X}]}}]"#,
        r#""components":[{"name":"outer","pedigree":{"variants":[{X}]}}]"#,
        r#""metadata":{"component":{X}}"#,
        r#""metadata":{"component":{"name":"outer","components":[{X}]}}"#,
        r#""metadata":{"tools":{"components":[{X}]}}"#,
        r#""annotations":[{"annotator":{"component":{X}}}]"#,
        r#""formulation":[{"components":[{X}]}]"#,
        r#""declarations":{"targets":{"components":[{X}]}}"#,
    ];

    const SERVICES: [&str; 6] = [
        r#""services":[{X}]"#,
        r#""services":[{"name":"outer","services":[{X}]}]"#,
        r#""metadata":{"tools":{"services":[{X}]}}"#,
        r#""annotations":[{"annotator":{"service":{X}}}]"#,
        r#""formulation":[{"services":[{X}]}]"#,
        r#""declarations":{"targets":{"services":[{X}]}}"#,
    ];

    #[test]
    fn our_own_reader_compares_every_member_in_every_place() {
        let products = |places: &[&str], members: &[&str]| -> Vec<String> {
            places.iter().flat_map(|place| members.iter().map(|members| place.replace("X", members)).collect::<Vec<_>>()).collect()
        };
        let mut documents = products(&COMPONENTS, &COMPONENT);
        documents.extend(products(&SERVICES, &SERVICE));
        documents.extend(products(
            &[r#""metadata":{"tools":[{X}]}"#, r#""vulnerabilities":[{"tools":[{X}]}]"#],
            &[r#""vendor":"M""#, r#""name":"M""#, r#""hashes":[{"content":"M"}]"#, r#""externalReferences":[{"url":"M"}]"#],
        ));
        documents.extend(products(
            &[r#""metadata":{X}"#, r#""metadata":{X,"component":{"name":"root"}}"#],
            &[
                r#""supplier":{"name":"M"}"#,
                r#""manufacture":{"url":["M"]}"#,
                r#""licenses":[{"license":{"name":"l","licensing":{"licensor":{"organization":{"name":"M"}}}}}]"#,
            ],
        ));
        assert!(documents.len() > 300);
        for document in documents {
            let text = |marker: &str| format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{}}}"#, document.replace('M', marker));
            // The letters of `MIT` and `MD5` are no marker.
            let text = |marker: &str| text(marker).replace(&format!("{marker}IT"), "MIT").replace(&format!("{marker}D5"), "MD5");
            assert_seen(&text, own_cyclonedx::read_json);
        }
    }

    #[test]
    fn our_own_reader_of_xml_compares_every_member() {
        let component = |inner: &str| format!("<components><component type=\"library\"><name>a</name>{inner}</component></components>");
        let table = [
            "<components><component type=\"library\"><name>M</name></component></components>".to_owned(),
            "<components><component type=\"library\" bom-ref=\"M\"><name>a</name></component></components>".to_owned(),
            component("<group>M</group>"),
            component("<publisher>M</publisher>"),
            component("<author>M</author>"),
            component("<authors><author><name>M</name></author></authors>"),
            component("<supplier><name>M</name></supplier>"),
            component("<supplier><url>a</url><url>M</url></supplier>"),
            component("<supplier><contact><email>M</email></contact></supplier>"),
            component("<manufacturer><name>M</name></manufacturer>"),
            component("<purl>M</purl>"),
            component("<cpe>M</cpe>"),
            component("<swid tagId=\"M\" name=\"a\"/>"),
            component("<swid tagId=\"t\" name=\"a\"><url>M</url></swid>"),
            component("<hashes><hash alg=\"SHA-1\">M</hash></hashes>"),
            component("<externalReferences><reference type=\"vcs\"><url>M</url></reference></externalReferences>"),
            component(
                "<licenses><license><licensing><licensor><organization><name>M</name></organization></licensor></licensing></license></licenses>",
            ),
            component("<evidence><identity><field>purl</field><concludedValue>M</concludedValue></identity></evidence>"),
            component("<components><component><name>M</name></component></components>"),
            component("<pedigree><variants><component><name>M</name></component></variants></pedigree>"),
            "<metadata><tools><tool><vendor>M</vendor></tool></tools></metadata>".to_owned(),
            "<metadata><tools><components><component><name>M</name></component></components></tools></metadata>".to_owned(),
            "<metadata><supplier><name>M</name></supplier></metadata>".to_owned(),
            "<metadata><component><name>M</name></component></metadata>".to_owned(),
            "<services><service><provider><name>M</name></provider><name>a</name></service></services>".to_owned(),
            "<services><service><name>a</name><endpoints><endpoint>M</endpoint></endpoints></service></services>".to_owned(),
            "<annotations><annotation><annotator><component><name>M</name></component></annotator></annotation></annotations>".to_owned(),
            "<formulation><formula><components><component><name>M</name></component></components></formula></formulation>".to_owned(),
        ];
        for inner in table {
            let text = |marker: &str| {
                format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\" version=\"1\">{}</bom>", inner.replace('M', marker))
            };
            assert_seen(&text, own_xml::read_cyclonedx);
        }
    }

    #[test]
    fn our_own_readers_of_spdx_compare_every_member() {
        let package = |members: &str| format!(r#""packages":[{{"SPDXID":"SPDXRef-a",{members}}}]"#);
        let json = [
            package(r#""name":"M""#),
            package(r#""packageName":"M""#),
            package(r#""supplier":"Organization: M""#),
            package(r#""originator":"Person: M""#),
            package(r#""packageSupplier":"M""#),
            package(r#""downloadLocation":"M""#),
            package(r#""homepage":"M""#),
            package(r#""packageFileName":"M""#),
            package(r#""description":"M""#),
            package(r#""externalRefs":[{"referenceType":"purl","referenceLocator":"M"}]"#),
            package(r#""checksums":[{"algorithm":"SHA1","checksumValue":"M"}]"#),
            package(r#""files":[{"fileName":"M"}]"#),
            r#""packages":[{"SPDXID":"M","name":"a"}]"#.to_owned(),
            r#""files":[{"fileName":"M"}]"#.to_owned(),
            r#""snippets":[{"SPDXID":"SPDXRef-s","name":"M"}]"#.to_owned(),
            r#""packages":[{"name":"a"}],"creationInfo":{"creators":["Tool: M"]}"#.to_owned(),
        ];
        for members in json {
            assert_seen(&|marker| format!(r#"{{"spdxVersion":"SPDX-2.1",{}}}"#, members.replace('M', marker)), own_spdx::read_json);
        }
        let tags = [
            "PackageName: M",
            "PackageName: a\nSPDXID: M",
            "PackageName: a\nPackageSupplier: Organization: M",
            "PackageName: a\nPackageOriginator: M",
            "PackageName: a\nPackageDownloadLocation: M",
            "PackageName: a\nPackageHomePage: M",
            "PackageName: a\nPackageFileName: M",
            "PackageName: a\nPackageSummary: <text>x\nM</text>",
            "PackageName: a\nExternalRef: PACKAGE-MANAGER purl M",
            "PackageName: a\nPackageChecksum: SHA1: M",
            "PackageName: a\nFileName: M\nSPDXID: SPDXRef-f",
            "PackageName: a\nFileName: f\nSPDXID: SPDXRef-f\nPackageSupplier: M",
            "PackageName: a\nSnippetSPDXID: SPDXRef-s\nSnippetName: M",
            "Creator: Tool: M\nPackageName: a",
        ];
        for lines in tags {
            assert_seen(&|marker| format!("SPDXVersion: SPDX-2.1\n{}\n", lines.replace('M', marker)), own_spdx::read_tag_value);
        }
        let xml = [
            "<packages><name>M</name></packages>",
            "<packages><name>a</name><supplier>Organization: M</supplier></packages>",
            "<packages><name>a</name><externalRefs><referenceLocator>M</referenceLocator></externalRefs></packages>",
            "<packages><name>a</name></packages><packages><name>M</name></packages>",
        ];
        for inner in xml {
            let text = |marker: &str| format!("<Document><spdxVersion>SPDX-2.3</spdxVersion>{}</Document>", inner.replace('M', marker));
            assert_seen(&text, own_xml::read_spdx);
        }
        let yaml = ["- name: M", "- name: a\n  supplier: 'Organization: M'", "- name: a\n  externalRefs:\n  - referenceLocator: M"];
        for package in yaml {
            assert_seen(&|marker| format!("spdxVersion: SPDX-2.3\npackages:\n{}\n", package.replace('M', marker)), own_yaml::read);
        }
    }

    #[test]
    fn our_own_reader_of_spdx_3_compares_every_member() {
        let package = |members: &str| format!(r#"{{"type":"software_Package","spdxId":"urn:a",{members}}}"#);
        let agent = r#"{"type":"Organization","spdxId":"urn:o","name":"M"}"#;
        let table = [
            package(r#""name":"M""#),
            package(r#""name":"a","software_packageUrl":"M""#),
            package(r#""name":"a","software_downloadLocation":"M""#),
            package(r#""name":"a","software_homePage":"M""#),
            package(r#""name":"a","externalIdentifier":[{"externalIdentifierType":"packageUrl","identifier":"M"}]"#),
            package(r#""name":"a","externalRef":[{"externalRefType":"vcs","locator":["M"]}]"#),
            package(r#""name":"a","verifiedUsing":[{"type":"Hash","hashValue":"M"}]"#),
            package(r#""name":"a","suppliedBy":"M""#),
            package(&format!(r#""name":"a","suppliedBy":{agent}"#)),
            package(&format!(r#""name":"a","originatedBy":[{agent}]"#)),
            format!("{},{agent}", package(r#""name":"a","suppliedBy":"urn:o""#)),
            format!(
                r#"{},{agent},{{"type":"Relationship","relationshipType":"availableFrom","from":"urn:a","to":["urn:o"]}}"#,
                package(r#""name":"a""#)
            ),
            r#"{"type":"software_File","spdxId":"M","name":"a"}"#.to_owned(),
            r#"{"type":"Tool","spdxId":"urn:t","name":"M"},{"type":"software_File","spdxId":"urn:f","name":"a"}"#.to_owned(),
        ];
        for graph in table {
            let context = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
            assert_seen(&|marker| format!(r#"{{"@context":"{context}","@graph":[{}]}}"#, graph.replace('M', marker)), own_spdx3::read);
        }
    }
}
