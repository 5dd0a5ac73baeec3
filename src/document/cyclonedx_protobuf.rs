//! The reader for CycloneDX in protobuf, 1.3 to 1.7.
//!
//! The messages are those of the specification's `bom-1.7.proto`, with the fields that a vendor depends on; the earlier versions use the same
//! numbers. A binary document has no text to point into, so it is written down as the JSON that says the same, and that is read.
//!
//! The JSON is written while the messages are walked, in the order of its keys. Nothing is built in between: an empty message is two bytes,
//! and a struct for each would take hundreds of times as many.

use std::fmt::Write as _;

use self::wire::{Fields, Payload};
use super::DocumentError;
use super::recognise::error;

/// Whether bytes are a CycloneDX document: its first field is the version, as every writer puts it.
pub(super) fn is(bytes: &[u8]) -> bool {
    matches!(bytes, [0x0a, len @ 3..=4, b'1', b'.', digit, ..] if digit.is_ascii_digit() && bytes.len() >= 2 + usize::from(*len))
}

/// The JSON of a document of ordinary size may be as large as this.
const JSON_MAX: usize = 64 << 20;
/// That of a larger one, so many times as large as itself.
const JSON_RATIO: usize = 8;
/// How deep messages may be nested, as in other readers of protobuf.
const DEPTH_MAX: usize = 100;
/// How far the JSON is indented at most: deep messages would become much larger by it.
const INDENT_MAX: usize = 16;

/// The JSON that says the same.
pub(super) fn to_json(bytes: &[u8]) -> Result<String> {
    let most = JSON_MAX.max(bytes.len().saturating_mul(JSON_RATIO));
    let mut writer = Writer { json: String::with_capacity((2 * bytes.len()).min(most)), most, indent: 0, depth: 0 };
    writer.open('{')?;
    writer.members(&[bytes], &BOM)?;
    writer.close('}');
    Ok(writer.json)
}

type Result<T> = std::result::Result<T, DocumentError>;

fn broken(cause: &str) -> DocumentError {
    let message = format!("this begins as CycloneDX protobuf does and cannot be read: {cause}");
    error("bad-protobuf", &message, None, "the file was cut off or changed: write or download it again")
}

/// The number of a field, what it is called in JSON, and what it holds.
type Field = (u32, &'static str, Kind);
/// A kind of message: its fields in the order of their names.
type Table = &'static [Field];

/// What a field holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Texts,
    /// One of an enumeration's words.
    Word(&'static [&'static str]),
    One(Table),
    Many(Table),
    /// Always there, although it is no field.
    Format,
    Tools,
    Graph,
    Datasets,
    Targets,
    /// The licensing in the details of a license expression.
    Detailed,
}

use Kind::{Datasets, Detailed, Format, Graph, Many, One, Targets, Text, Texts, Tools, Word};

/// Writes the JSON.
struct Writer {
    json: String,
    most: usize,
    indent: usize,
    depth: usize,
}

impl Writer {
    fn open(&mut self, bracket: char) -> Result<()> {
        if self.json.len() > self.most {
            let message = format!("this document unfolds to more than {} MiB of JSON", self.most >> 20);
            return Err(error(
                "unpacked-size",
                &message,
                None,
                "a small file that unfolds to so much is mostly an attack: regenerate the SBOM",
            ));
        }
        self.json.push(bracket);
        self.indent += 1;
        Ok(())
    }

    fn close(&mut self, bracket: char) {
        self.indent -= 1;
        if !self.json.ends_with(['{', '[']) {
            self.line();
        }
        self.json.push(bracket);
    }

    fn line(&mut self) {
        self.json.push('\n');
        for _ in 0..self.indent.min(INDENT_MAX) {
            self.json.push_str("  ");
        }
    }

    /// Begins the next item or member.
    fn next(&mut self) {
        if !self.json.ends_with(['{', '[']) {
            self.json.push(',');
        }
        self.line();
    }

    fn key(&mut self, key: &str) {
        self.next();
        self.json.push('"');
        self.json.push_str(key);
        self.json.push_str("\": ");
    }

    fn string(&mut self, text: &str) {
        self.json.push('"');
        for character in text.chars() {
            match character {
                '"' => self.json.push_str("\\\""),
                '\\' => self.json.push_str("\\\\"),
                '\n' => self.json.push_str("\\n"),
                '\r' => self.json.push_str("\\r"),
                '\t' => self.json.push_str("\\t"),
                control if u32::from(control) < 0x20 => drop(write!(self.json, "\\u{:04x}", u32::from(control))),
                other => self.json.push(other),
            }
        }
        self.json.push('"');
    }

    /// The message whose parts these are, as an object: parts of one message say together what they would say in one piece.
    fn object(&mut self, parts: &[&[u8]], table: Table) -> Result<()> {
        self.deeper()?;
        self.open('{')?;
        self.members(parts, table)?;
        self.close('}');
        self.depth -= 1;
        Ok(())
    }

    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(broken("messages are nested too deep")) } else { Ok(()) }
    }

    fn members(&mut self, parts: &[&[u8]], table: Table) -> Result<()> {
        let present = present(parts, table)?;
        for (at, (number, name, kind)) in table.iter().enumerate() {
            if let Word(words) = kind {
                if let Some(word) = word(words, number_of(parts, *number)?) {
                    self.key(name);
                    self.string(word);
                }
                continue;
            }
            if matches!(kind, Format) {
                self.key(name);
                self.string("CycloneDX");
            } else if present & (1 << at) != 0 {
                self.key(name);
                self.value(parts, *number, *kind)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, parts: &[&[u8]], number: u32, kind: Kind) -> Result<()> {
        match kind {
            Text => {
                let mut last = "";
                each(parts, number, |payload| {
                    last = text(payload)?;
                    Ok(())
                })?;
                self.string(last);
            }
            One(table) => self.object(&all(parts, number)?, table)?,
            Detailed => match all(&all(parts, number)?, LICENSING_OF_DETAILED)?.as_slice() {
                [] => self.json.push_str("null"),
                licensing => self.object(licensing, &LICENSING)?,
            },
            Word(_) | Format => {}
            Graph => self.graph(parts, number)?,
            Tools => self.tools(&all(parts, number)?)?,
            Targets => self.targets(&all(parts, number)?)?,
            Texts | Many(_) | Datasets => {
                self.open('[')?;
                each(parts, number, |payload| {
                    self.next();
                    match kind {
                        Many(table) => self.object(&[payload], table),
                        Datasets => match all(&[payload], DATA_OF_DATASET)?.as_slice() {
                            [] => {
                                self.json.push_str("null");
                                Ok(())
                            }
                            data => self.object(data, &DATA),
                        },
                        _ => {
                            self.string(text(payload)?);
                            Ok(())
                        }
                    }
                })?;
                self.close(']');
            }
        }
        Ok(())
    }

    /// The items of a list that stands in several messages.
    fn items(&mut self, messages: &[&[u8]], number: u32, table: Table) -> Result<()> {
        each(messages, number, |payload| {
            self.next();
            self.object(&[payload], table)
        })
    }

    /// Dependencies, and those that are in others as further ones.
    fn graph(&mut self, parts: &[&[u8]], number: u32) -> Result<()> {
        const REF: u32 = 1;
        const DEPENDENCIES: u32 = 2;
        const PROVIDES: u32 = 3;
        self.open('[')?;
        let mut nested: Vec<(&[u8], usize)> = Vec::new();
        each(parts, number, |dependency| {
            nested.push((dependency, 1));
            while let Some((dependency, depth)) = nested.pop() {
                if depth > DEPTH_MAX {
                    return Err(broken("messages are nested too deep"));
                }
                let own = [dependency];
                self.next();
                self.open('{')?;
                if any(&own, DEPENDENCIES)? {
                    self.key("dependsOn");
                    self.open('[')?;
                    each(&own, DEPENDENCIES, |inner| {
                        self.next();
                        if any(&[inner], REF)? {
                            self.value(&[inner], REF, Text)?;
                        } else {
                            self.json.push_str("null");
                        }
                        if any(&[inner], DEPENDENCIES)? || any(&[inner], PROVIDES)? {
                            nested.push((inner, depth + 1));
                        }
                        Ok(())
                    })?;
                    self.close(']');
                }
                for (number, name, kind) in [(PROVIDES, "provides", Texts), (REF, "ref", Text)] {
                    if any(&own, number)? {
                        self.key(name);
                        self.value(&own, number, kind)?;
                    }
                }
                self.close('}');
            }
            Ok(())
        })?;
        self.close(']');
        Ok(())
    }

    /// Up to 1.4 a list of tools, from 1.5 on one message of components and services; as JSON has it.
    fn tools(&mut self, tools: &[&[u8]]) -> Result<()> {
        let [(components, ..), (services, ..)] = PARTS;
        if !any(tools, components)? && !any(tools, services)? {
            self.open('[')?;
            for tool in tools {
                self.next();
                self.object(&[tool], &TOOL)?;
            }
            self.close(']');
            return Ok(());
        }
        self.open('{')?;
        self.key("components");
        self.open('[')?;
        for tool in tools {
            self.items(&[tool], components, &COMPONENT)?;
            if present(&[tool], &TOOL_AS_COMPONENT)? != 0 {
                self.next();
                self.object(&[tool], &TOOL_AS_COMPONENT)?;
            }
        }
        self.close(']');
        self.key("services");
        self.open('[')?;
        self.items(tools, services, &SERVICE)?;
        self.close(']');
        self.close('}');
        Ok(())
    }

    /// What the targets of all declarations list.
    fn targets(&mut self, declarations: &[&[u8]]) -> Result<()> {
        let targets = all(declarations, TARGETS_OF_DECLARATIONS)?;
        self.open('{')?;
        self.key("targets");
        self.open('{')?;
        for (number, name, kind) in TARGETS {
            self.key(name);
            self.value(&targets, number, kind)?;
        }
        self.close('}');
        self.close('}');
        Ok(())
    }
}

/// Which fields of a table are in a message, by their places in it.
fn present(parts: &[&[u8]], table: Table) -> Result<u64> {
    let mut present = 0;
    for part in parts {
        let mut fields = Fields::new(part);
        while let Some((number, payload)) = fields.next().map_err(broken)? {
            let Some(at) = table.iter().position(|(known, ..)| *known == number) else { continue };
            let fits = match table[at].2 {
                Word(_) => matches!(payload, Payload::Number(_)),
                _ => matches!(payload, Payload::Bytes(_)),
            };
            if !fits {
                return Err(broken("a field has another type than the specification gives it"));
            }
            present |= 1 << at;
        }
    }
    Ok(present)
}

/// Calls `each` for every value of a field that is text or a message.
fn each<'b>(parts: &[&'b [u8]], number: u32, mut each: impl FnMut(&'b [u8]) -> Result<()>) -> Result<()> {
    for part in parts {
        let mut fields = Fields::new(part);
        while let Some((found, payload)) = fields.next().map_err(broken)? {
            match payload {
                Payload::Bytes(bytes) if found == number => each(bytes)?,
                _ if found == number => return Err(broken("a field has another type than the specification gives it")),
                _ => {}
            }
        }
    }
    Ok(())
}

fn all<'b>(parts: &[&'b [u8]], number: u32) -> Result<Vec<&'b [u8]>> {
    let mut found = Vec::new();
    each(parts, number, |payload| {
        found.push(payload);
        Ok(())
    })?;
    Ok(found)
}

fn any(parts: &[&[u8]], number: u32) -> Result<bool> {
    let mut found = false;
    each(parts, number, |_| {
        found = true;
        Ok(())
    })?;
    Ok(found)
}

/// The last value of a field that is a number.
fn number_of(parts: &[&[u8]], number: u32) -> Result<u64> {
    let mut last = 0;
    for part in parts {
        let mut fields = Fields::new(part);
        while let Some((found, payload)) = fields.next().map_err(broken)? {
            if let Payload::Number(value) = payload
                && found == number
            {
                last = value;
            }
        }
    }
    Ok(last)
}

fn text(payload: &[u8]) -> Result<&str> {
    std::str::from_utf8(payload).map_err(|_| broken("a text is not UTF-8"))
}

/// The word of an enumeration; `None` if it says nothing.
fn word(words: &[&'static str], value: u64) -> Option<&'static str> {
    match usize::try_from(value).ok().and_then(|value| words.get(value)) {
        Some(word) => Some(*word).filter(|word| !word.is_empty()),
        // A value that is newer than the table: it is there, and nothing is known of it.
        None => Some("unknown"),
    }
}

/// The encoding beneath the messages.
mod wire {
    /// Walks the fields of one message.
    pub(super) struct Fields<'b> {
        bytes: &'b [u8],
    }

    /// The value of a field.
    #[derive(Clone, Copy)]
    pub(super) enum Payload<'b> {
        Number(u64),
        /// A text or a message.
        Bytes(&'b [u8]),
        /// Of a type that no field here has.
        Other,
    }

    type Result<T> = std::result::Result<T, &'static str>;

    const CUT: &str = "it ends in the middle of a field";
    /// How deep groups may be nested; no version of CycloneDX has any.
    const GROUPS_MAX: u32 = 100;

    impl<'b> Fields<'b> {
        pub(super) fn new(bytes: &'b [u8]) -> Self {
            Self { bytes }
        }

        /// The next field with its number.
        #[inline]
        pub(super) fn next(&mut self) -> Result<Option<(u32, Payload<'b>)>> {
            if self.bytes.is_empty() {
                return Ok(None);
            }
            let (number, kind) = self.tag()?;
            let payload = match kind {
                0 => Payload::Number(self.varint()?),
                2 => Payload::Bytes(self.delimited()?),
                3 => {
                    self.group(number)?;
                    Payload::Other
                }
                _ => {
                    self.fixed(kind)?;
                    Payload::Other
                }
            };
            Ok(Some((number, payload)))
        }

        fn tag(&mut self) -> Result<(u32, u8)> {
            let tag = u32::try_from(self.varint()?).map_err(|_| "a field has a number that is too large")?;
            if tag >> 3 == 0 {
                return Err("a field has the number 0");
            }
            Ok((tag >> 3, (tag & 7) as u8))
        }

        #[inline]
        fn varint(&mut self) -> Result<u64> {
            let mut value = 0;
            for (at, &byte) in self.bytes.iter().enumerate().take(10) {
                if at == 9 && byte > 1 {
                    break;
                }
                value |= u64::from(byte & 0x7f) << (7 * at);
                if byte < 0x80 {
                    self.bytes = &self.bytes[at + 1..];
                    return Ok(value);
                }
            }
            Err(if self.bytes.len() < 10 { CUT } else { "a number is too long" })
        }

        fn delimited(&mut self) -> Result<&'b [u8]> {
            let len = usize::try_from(self.varint()?).map_err(|_| CUT)?;
            let (bytes, rest) = self.bytes.split_at_checked(len).ok_or(CUT)?;
            self.bytes = rest;
            Ok(bytes)
        }

        fn fixed(&mut self, kind: u8) -> Result<()> {
            let len = match kind {
                1 => 8,
                5 => 4,
                4 => return Err("a group ends that did not begin"),
                _ => return Err("a field has a type that does not exist"),
            };
            self.bytes = self.bytes.get(len..).ok_or(CUT)?;
            Ok(())
        }

        /// Passes over a group up to its end.
        fn group(&mut self, number: u32) -> Result<()> {
            let mut open = vec![number];
            while let Some(&innermost) = open.last() {
                let (number, kind) = self.tag()?;
                match kind {
                    0 => drop(self.varint()?),
                    2 => drop(self.delimited()?),
                    3 if open.len() as u32 >= GROUPS_MAX => return Err("groups are nested too deep"),
                    3 => open.push(number),
                    4 if number == innermost => drop(open.pop()),
                    _ => self.fixed(kind)?,
                }
            }
            Ok(())
        }
    }
}

// The enumerations, by number.

const KINDS: [&str; 14] = [
    "",
    "application",
    "framework",
    "library",
    "operating-system",
    "device",
    "file",
    "container",
    "firmware",
    "device-driver",
    "platform",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];

const SCOPES: [&str; 4] = ["", "required", "optional", "excluded"];

const REFERENCES: [&str; 47] = [
    "other",
    "vcs",
    "issue-tracker",
    "website",
    "advisories",
    "bom",
    "mailing-list",
    "social",
    "chat",
    "documentation",
    "support",
    "distribution",
    "license",
    "build-meta",
    "build-system",
    "security-contact",
    "attestation",
    "threat-model",
    "adversary-model",
    "risk-assessment",
    "distribution-intake",
    "vulnerability-assertion",
    "exploitability-statement",
    "pentest-report",
    "static-analysis-report",
    "dynamic-analysis-report",
    "runtime-analysis-report",
    "component-analysis-report",
    "maturity-report",
    "certification-report",
    "quality-metrics",
    "codified-infrastructure",
    "model-card",
    "poam",
    "log",
    "configuration",
    "evidence",
    "formulation",
    "source-distribution",
    "electronic-signature",
    "digital-signature",
    "rfc-9116",
    "release-notes",
    "patent",
    "patent-family",
    "patent-assertion",
    "citation",
];

/// Those after the sixth are kinds of incompleteness.
const AGGREGATES: [&str; 10] = [
    "not_specified",
    "complete",
    "incomplete",
    "incomplete_first_party_only",
    "incomplete_third_party_only",
    "unknown",
    "incomplete",
    "incomplete",
    "incomplete",
    "incomplete",
];

const FIELDS: [&str; 10] = ["", "group", "name", "version", "purl", "cpe", "swid", "hash", "omniborId", "swhid"];

// The messages.

static BOM: [Field; 11] = [
    (11, "annotations", Many(&ANNOTATION)),
    (0, "bomFormat", Format),
    (5, "components", Many(&COMPONENT)),
    (9, "compositions", Many(&COMPOSITION)),
    (14, "declarations", Targets),
    (8, "dependencies", Graph),
    (13, "formulation", Many(&FORMULA)),
    (4, "metadata", One(&METADATA)),
    (6, "services", Many(&SERVICE)),
    (1, "specVersion", Text),
    (10, "vulnerabilities", Many(&VULNERABILITY)),
];

static COMPOSITION: [Field; 1] = [(1, "aggregate", Word(&AGGREGATES))];

static METADATA: [Field; 7] = [
    (3, "authors", Many(&CONTACT)),
    (4, "component", One(&COMPONENT)),
    (7, "licenses", Many(&LICENSE_CHOICE)),
    (5, "manufacture", One(&ENTITY)),
    (10, "manufacturer", One(&ENTITY)),
    (6, "supplier", One(&ENTITY)),
    (2, "tools", Tools),
];

/// A tool up to 1.4.
static TOOL: [Field; 5] =
    [(5, "externalReferences", Many(&REFERENCE)), (4, "hashes", Many(&HASH)), (2, "name", Text), (1, "vendor", Text), (3, "version", Text)];

/// The same next to tools as 1.5 has them.
static TOOL_AS_COMPONENT: [Field; 5] = [
    (5, "externalReferences", Many(&REFERENCE)),
    (4, "hashes", Many(&HASH)),
    (2, "name", Text),
    (1, "supplier", Text),
    (3, "version", Text),
];

/// The tools from 1.5 on.
static PARTS: [Field; 2] = [(6, "components", Many(&COMPONENT)), (7, "services", Many(&SERVICE))];

static COMPONENT: [Field; 26] = [
    (5, "author", Text),
    (29, "authors", Many(&CONTACT)),
    (3, "bom-ref", Text),
    (21, "components", Many(&COMPONENT)),
    (14, "copyright", Text),
    (15, "cpe", Text),
    (27, "cryptoProperties", One(&CRYPTO)),
    (26, "data", Many(&DATA)),
    (10, "description", Text),
    (23, "evidence", One(&EVIDENCE)),
    (20, "externalReferences", Many(&REFERENCE)),
    (7, "group", Text),
    (12, "hashes", Many(&HASH)),
    (13, "licenses", Many(&LICENSE_CHOICE)),
    (28, "manufacturer", One(&ENTITY)),
    (25, "modelCard", One(&MODEL_CARD)),
    (8, "name", Text),
    (19, "pedigree", One(&PEDIGREE)),
    (22, "properties", Many(&PROPERTY)),
    (6, "publisher", Text),
    (16, "purl", Text),
    (11, "scope", Word(&SCOPES)),
    (4, "supplier", One(&ENTITY)),
    (17, "swid", One(&SWID)),
    (1, "type", Word(&KINDS)),
    (9, "version", Text),
];

static SERVICE: [Field; 12] = [
    (1, "bom-ref", Text),
    (10, "data", Many(&FLOW)),
    (6, "description", Text),
    (7, "endpoints", Texts),
    (12, "externalReferences", Many(&REFERENCE)),
    (3, "group", Text),
    (11, "licenses", Many(&LICENSE_CHOICE)),
    (4, "name", Text),
    (14, "properties", Many(&PROPERTY)),
    (2, "provider", One(&ENTITY)),
    (13, "services", Many(&SERVICE)),
    (5, "version", Text),
];

static ENTITY: [Field; 3] = [(3, "contact", Many(&CONTACT)), (1, "name", Text), (2, "url", Texts)];

static CONTACT: [Field; 2] = [(2, "email", Text), (1, "name", Text)];

static HASH: [Field; 1] = [(2, "content", Text)];

static REFERENCE: [Field; 4] = [(3, "comment", Text), (4, "hashes", Many(&HASH)), (1, "type", Word(&REFERENCES)), (2, "url", Text)];

static LICENSE_CHOICE: [Field; 2] = [(1, "license", One(&LICENSE)), (5, "licensing", Detailed)];

static LICENSE: [Field; 4] = [(6, "licensing", One(&LICENSING)), (2, "name", Text), (3, "text", One(&ATTACHMENT)), (4, "url", Text)];

static LICENSING: [Field; 1] = [(2, "licensor", One(&LICENSOR))];

static LICENSOR: [Field; 2] = [(2, "individual", One(&CONTACT)), (1, "organization", One(&ENTITY))];

static ATTACHMENT: [Field; 2] = [(3, "content", Text), (2, "encoding", Text)];

static SWID: [Field; 4] = [(2, "name", Text), (1, "tagId", Text), (6, "text", One(&ATTACHMENT)), (7, "url", Text)];

static PEDIGREE: [Field; 6] = [
    (1, "ancestors", Many(&COMPONENT)),
    (4, "commits", Many(&COMMIT)),
    (2, "descendants", Many(&COMPONENT)),
    (6, "notes", Text),
    (5, "patches", Many(&PATCH)),
    (3, "variants", Many(&COMPONENT)),
];

static COMMIT: [Field; 4] = [(3, "author", One(&ACTION)), (4, "committer", One(&ACTION)), (5, "message", Text), (2, "url", Text)];

static ACTION: [Field; 2] = [(3, "email", Text), (2, "name", Text)];

static PATCH: [Field; 1] = [(2, "diff", One(&DIFF))];

static DIFF: [Field; 1] = [(2, "url", Text)];

static PROPERTY: [Field; 2] = [(1, "name", Text), (2, "value", Text)];

static EVIDENCE: [Field; 5] = [
    (5, "callstack", One(&CALLSTACK)),
    (2, "copyright", Many(&COPYRIGHT)),
    (3, "identity", Many(&IDENTITY)),
    (1, "licenses", Many(&LICENSE_CHOICE)),
    (4, "occurrences", Many(&OCCURRENCE)),
];

static COPYRIGHT: [Field; 1] = [(1, "text", Text)];

static IDENTITY: [Field; 3] = [(4, "concludedValue", Text), (1, "field", Word(&FIELDS)), (3, "methods", Many(&METHOD))];

static METHOD: [Field; 1] = [(3, "value", Text)];

static OCCURRENCE: [Field; 1] = [(2, "location", Text)];

static CALLSTACK: [Field; 1] = [(1, "frames", Many(&FRAME))];

static FRAME: [Field; 2] = [(2, "module", Text), (1, "package", Text)];

static MODEL_CARD: [Field; 1] = [(2, "modelParameters", One(&MODEL_PARAMETERS))];

static MODEL_PARAMETERS: [Field; 1] = [(5, "datasets", Datasets)];

static DATA: [Field; 4] =
    [(4, "contents", One(&CONTENTS)), (8, "description", Text), (9, "governance", One(&GOVERNANCE)), (3, "name", Text)];

static CONTENTS: [Field; 1] = [(2, "url", Text)];

static FLOW: [Field; 5] =
    [(4, "description", Text), (6, "destination", Texts), (7, "governance", One(&GOVERNANCE)), (3, "name", Text), (5, "source", Texts)];

static GOVERNANCE: [Field; 3] = [(1, "custodians", Many(&PARTY)), (3, "owners", Many(&PARTY)), (2, "stewards", Many(&PARTY))];

static PARTY: [Field; 2] = [(2, "contact", One(&CONTACT)), (1, "organization", One(&ENTITY))];

static CRYPTO: [Field; 1] = [(3, "certificateProperties", One(&CERTIFICATE))];

static CERTIFICATE: [Field; 2] = [(2, "issuerName", Text), (1, "subjectName", Text)];

static VULNERABILITY: [Field; 1] = [(15, "tools", Tools)];

static ANNOTATION: [Field; 1] = [(3, "annotator", One(&ANNOTATOR))];

static ANNOTATOR: [Field; 2] = [(3, "component", One(&COMPONENT)), (4, "service", One(&SERVICE))];

static FORMULA: [Field; 2] = [(2, "components", Many(&COMPONENT)), (3, "services", Many(&SERVICE))];

static TARGETS: [Field; 2] = [(2, "components", Many(&COMPONENT)), (3, "services", Many(&SERVICE))];

const LICENSING_OF_DETAILED: u32 = 5;
const DATA_OF_DATASET: u32 = 1;
const TARGETS_OF_DECLARATIONS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    fn json(fields: &[Vec<u8>]) -> serde_json::Value {
        serde_json::from_str(&to_json(&fields.concat()).unwrap()).unwrap()
    }

    #[test]
    fn messages_become_json() {
        let supplier = |bytes: &[u8]| field(4, bytes);
        let component = [supplier(&field(1, b"A")), vec![1 << 3, 3], field(8, b"x \"y\""), supplier(&field(2, b"https://a.org"))].concat();
        let found =
            json(&[field(1, b"1.6"), field(5, &component), field(5, &[]), field(8, &[field(1, b"a"), field(2, &field(1, b"b"))].concat())]);
        let expected = serde_json::json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [{"name": "x \"y\"", "supplier": {"name": "A", "url": ["https://a.org"]}, "type": "library"}, {}],
            "dependencies": [{"ref": "a", "dependsOn": ["b"]}],
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn tools_of_both_kinds_are_one_object() {
        let old = field(2, &[field(1, b"V"), field(2, b"t")].concat());
        assert_eq!(json(&[field(1, b"1.4"), field(4, &old)])["metadata"]["tools"], serde_json::json!([{"vendor": "V", "name": "t"}]));
        let new = field(2, &field(6, &field(8, b"c")));
        let expected = serde_json::json!({"components": [{"supplier": "V", "name": "t"}, {"name": "c"}], "services": []});
        assert_eq!(json(&[field(1, b"1.5"), field(4, &[old, new].concat())])["metadata"]["tools"], expected);
    }

    #[test]
    fn what_is_broken_is_refused() {
        let head = field(1, b"1.6");
        let table: [&[u8]; 9] = [
            &[0x2a, 5, 0],
            &[0x28, 1],
            &[0x00],
            &[0x2c],
            &[0x2b],
            &[0x2e],
            &[0x2a, 2, 0x42, 5],
            &[0x2a, 4, 0x42, 2, 0xff, 0xfe],
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ];
        for bytes in table {
            let outcome = to_json(&[&head, bytes].concat());
            assert_eq!(outcome.err().map(|error| error.code), Some("bad-protobuf"), "{bytes:?}");
        }
    }

    #[test]
    fn small_messages_stay_small() {
        let mut bytes = field(1, b"1.6");
        bytes.extend([0x2a, 0].repeat(200_000));
        assert!(to_json(&bytes).unwrap().len() < 6 * bytes.len());
    }
}
