//! What the reference crates complain about, as a plain sentence.
//!
//! Their messages are written for developers: dumps of Rust values, names of Rust types, text of the document in full length. Here only what
//! is recognized in them is told, in our own words; everything else becomes a general sentence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cyclonedx_bom::errors::{JsonReadError, XmlReadError};
use cyclonedx_bom::validation::{ValidationErrorsKind, ValidationResult};
use spdx_rs::error::SpdxError;

use super::super::json::{Json, Next};
use crate::source::{Source, Span};
use crate::text::{boundary, excerpt};

/// One complaint, and where it is as far as that is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) message: Cow<'static, str>,
    at: Place,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Unknown,
    /// From 1, in bytes.
    Line { line: usize, column: usize },
    /// In the structure of the document, in the notation of its JSON.
    Path(Vec<Step>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

impl From<&'static str> for Complaint {
    fn from(message: &'static str) -> Self {
        Self { message: message.into(), at: Place::Unknown }
    }
}

impl From<String> for Complaint {
    fn from(message: String) -> Self {
        Self { message: message.into(), at: Place::Unknown }
    }
}

impl Complaint {
    /// Where in the document it is; nothing if that is not known.
    pub(super) fn span(&self, source: &Source) -> Option<Span> {
        let (body, start) = (source.body(), source.text_start());
        match &self.at {
            Place::Unknown => None,
            Place::Line { line, column } => {
                let text = &body[start..];
                let begin = match line.saturating_sub(2) {
                    _ if *line <= 1 => 0,
                    before => memchr::memchr_iter(b'\n', text.as_bytes()).nth(before)? + 1,
                };
                let at = boundary(text, (begin + column.saturating_sub(1)).min(text.len()));
                Some(Span::new(start + at, start + at))
            }
            Place::Path(path) => locate(Json::new(body, start), path),
        }
    }
}

/// Where the value at a path begins, or the deepest one around it that exists.
fn locate(mut json: Json<'_>, path: &[Step]) -> Option<Span> {
    let mut found = None;
    for step in path {
        let entered = match step {
            Step::Member(wanted) => {
                let mut walk = json.object_if().ok()??;
                loop {
                    match json.key(&mut walk) {
                        Ok(Some(key)) if key.value() == wanted.as_str() => break true,
                        Ok(Some(_)) => drop(json.skip().ok()?),
                        Ok(None) => break false,
                        Err(_) => return found,
                    }
                }
            }
            Step::Element(index) => {
                // A list may be written as the one element in it.
                if json.peek().ok()? != Next::Array {
                    continue;
                }
                let mut walk = json.array().ok()?;
                let mut left = *index;
                loop {
                    match json.element(&mut walk) {
                        Ok(true) if left == 0 => break true,
                        Ok(true) => drop(json.skip().ok()?),
                        Ok(false) => break false,
                        Err(_) => return found,
                    }
                    left = left.saturating_sub(1);
                }
            }
        };
        if !entered {
            break;
        }
        json.peek().ok()?;
        found = Some(Span::new(json.at(), json.at()));
    }
    found
}

// --- serde_json ---

/// What `serde_json` or a type behind it did not accept.
pub(super) fn json(error: &serde_json::Error) -> Complaint {
    let text = error.to_string();
    let at = match (error.line(), error.column()) {
        (0, _) => Place::Unknown,
        (line, column) => Place::Line { line, column },
    };
    let message = match error.classify() {
        serde_json::error::Category::Data => data(&text),
        _ if text.starts_with("recursion limit") => "nesting deeper than 128 levels".into(),
        serde_json::error::Category::Eof => "the JSON ends too early".into(),
        _ => "invalid JSON".into(),
    };
    Complaint { message, at }
}

/// A message of a `Deserialize` implementation.
fn data(text: &str) -> Cow<'static, str> {
    let quoted = |prefix: &str| {
        let rest = text.strip_prefix(prefix)?.strip_prefix('`')?;
        Some(excerpt(rest.split('`').next()?, 40).into_owned())
    };
    if let Some(field) = quoted("missing field ") {
        return format!("the required member `{field}` is missing").into();
    }
    if let Some(field) = quoted("unknown field ") {
        return format!("unknown member `{field}`").into();
    }
    if let Some(word) = quoted("unknown variant ") {
        return format!("unknown value `{word}`").into();
    }
    if let Some(field) = quoted("duplicate field ") {
        return format!("duplicate member `{field}`").into();
    }
    if let Some(rest) = text.strip_prefix("invalid type: ") {
        return wrong_type(rest).into();
    }
    // chrono's messages about a date.
    const DATE: [&str; 6] = [
        "input contains invalid characters",
        "premature end of input",
        "input is out of range",
        "trailing input",
        "no possible date",
        "input is not enough",
    ];
    if DATE.iter().any(|message| text.starts_with(message)) {
        return "a date or time is not valid".into();
    }
    if text.contains("xpression") {
        return "a license expression is not valid".into();
    }
    if text.starts_with("invalid length") {
        return "a list has the wrong number of elements".into();
    }
    "a value has a type or form that is not expected there".into()
}

/// Of `map, expected a string` and the like: what was expected and what was found.
fn wrong_type(text: &str) -> String {
    let (found, expected) = text.split_once(", expected ").unwrap_or((text, ""));
    let kind = |word: &str| {
        let word = word.trim_start_matches("a ").trim_start_matches("an ");
        const KINDS: [(&str, &str); 14] = [
            ("string", "a string"),
            ("borrowed string", "a string"),
            ("map", "an object"),
            ("struct", "an object"),
            ("sequence", "an array"),
            ("tuple", "an array"),
            ("boolean", "a boolean"),
            ("integer", "a number"),
            ("floating point", "a number"),
            ("null", "null"),
            ("unit", "null"),
            ("i32", "a number"),
            ("u32", "a number"),
            ("f64", "a number"),
        ];
        KINDS.iter().find(|(prefix, _)| word.starts_with(prefix)).map(|(_, kind)| *kind)
    };
    match (kind(expected), kind(found)) {
        (Some(expected), Some(found)) => format!("expected {expected}, found {found}"),
        (None, Some(found)) => format!("{found} where another type is expected"),
        _ => "a value of the wrong type".to_owned(),
    }
}

// --- cyclonedx-bom ---

pub(super) fn cyclonedx_json(error: &JsonReadError) -> Complaint {
    match error {
        JsonReadError::JsonElementReadError { error } => json(error),
        _ => "a value has a form that is not expected there".into(),
    }
}

pub(super) fn cyclonedx_xml(error: &XmlReadError) -> Complaint {
    match error {
        XmlReadError::ElementReadError { error, .. } => {
            let position = xml_position(&error.to_string());
            Complaint { message: "invalid XML".into(), at: position }
        }
        XmlReadError::UnexpectedElementReadError { element, .. } => {
            format!("an element or text that is not expected there, in `{}`", element_name(element)).into()
        }
        XmlReadError::RequiredDataMissing { required_field, element } => {
            format!("`{}` has no `{}`, which is required", element_name(element), element_name(required_field)).into()
        }
        XmlReadError::RequiredAttributeMissing { attribute, element } => {
            format!("`{}` has no attribute `{}`, which is required", element_name(element), element_name(attribute)).into()
        }
        XmlReadError::InvalidParseError { element, .. } => format!("a value in `{}` is not valid", element_name(element)).into(),
        XmlReadError::InvalidNamespaceError { .. } => "the namespace is not the one of the declared version".into(),
        _ => "an element that is not expected there".into(),
    }
}

/// xml-rs begins its messages with `LINE:COLUMN `.
fn xml_position(text: &str) -> Place {
    let numbers = text.split(' ').next().and_then(|position| position.split_once(':'));
    match numbers.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?))) {
        Some((line, column)) => Place::Line { line, column },
        None => Place::Unknown,
    }
}

/// `{namespace}prefix:name` without its namespace.
fn element_name(text: &str) -> String {
    excerpt(text.rsplit('}').next().unwrap_or_default(), 40).into_owned()
}

/// The schema violations that `validate` of `cyclonedx-bom` found: how many, and the first few of them.
#[derive(Debug, Default)]
pub(super) struct Violations {
    pub(super) count: usize,
    pub(super) first: Vec<Complaint>,
}

/// How many violations are told.
const TOLD: usize = 3;

pub(super) fn violations(result: ValidationResult) -> Violations {
    let mut violations = Violations::default();
    nested(result, &mut Vec::new(), &mut violations);
    violations
}

fn nested(result: ValidationResult, path: &mut Vec<Step>, into: &mut Violations) {
    for (field, kind) in result.errors() {
        // The crate calls the elements of a list of its own `inner`, and a list of compositions `composition`.
        let named = !matches!(field.as_str(), "inner" | "composition" | "");
        if named {
            path.push(Step::Member(camel_case(&field)));
        }
        match kind {
            ValidationErrorsKind::Struct(result) => nested(result, path, into),
            ValidationErrorsKind::List(elements) => list(elements, path, into),
            ValidationErrorsKind::Field(errors) => errors.iter().for_each(|error| violation(&error.message, path, into)),
            ValidationErrorsKind::Enum(error) => violation(&error.message, path, into),
            // These are about the document as a whole.
            ValidationErrorsKind::Custom(errors) => errors.iter().for_each(|error| violation(&error.message, &[], into)),
        }
        if named {
            path.pop();
        }
    }
}

fn list(elements: BTreeMap<usize, ValidationResult>, path: &mut Vec<Step>, into: &mut Violations) {
    for (index, result) in elements {
        path.push(Step::Element(index));
        nested(result, path, into);
        path.pop();
    }
}

fn violation(message: &str, path: &[Step], into: &mut Violations) {
    into.count += 1;
    if into.first.len() >= TOLD {
        return;
    }
    let what = in_plain_words(message);
    let shown: String = path
        .iter()
        .enumerate()
        .map(|(index, step)| match step {
            Step::Member(name) if index == 0 => name.clone(),
            Step::Member(name) => format!(".{name}"),
            Step::Element(index) => format!("[{index}]"),
        })
        .collect();
    let message = if shown.is_empty() { what.to_owned() } else { format!("{what} in `{}`", excerpt(&shown, 120)) };
    into.first.push(Complaint { message: message.into(), at: if path.is_empty() { Place::Unknown } else { Place::Path(path.to_vec()) } });
}

/// `external_references` as JSON has it.
fn camel_case(field: &str) -> String {
    match field {
        "bom_ref" => return "bom-ref".to_owned(),
        "component_type" | "external_reference_type" => return "type".to_owned(),
        _ => {}
    }
    let mut words = field.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut characters = word.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(characters.as_str());
    }
    name
}

fn in_plain_words(message: &str) -> &'static str {
    const WORDS: [(&str, &str); 27] = [
        ("Bom ref ", "the same bom-ref is used more than once"),
        ("Dependency ref ", "a dependency refers to a bom-ref that does not exist"),
        ("Composition reference ", "a composition refers to a bom-ref that does not exist"),
        ("Purl does not conform", "a purl that is not valid"),
        ("NormalizedString contains", "line breaks or tabs in a one-line text"),
        ("UrnUuid does not match", "a serial number that is no UUID"),
        ("DateTime does not conform", "a date or time that is not valid"),
        ("SPDX identifier is not valid", "an unknown SPDX license identifier"),
        ("SPDX expression", "a license expression that is not valid"),
        ("Uri does not conform", "an address that is not valid"),
        ("Unknown HashAlgorithm", "an unknown hash algorithm"),
        ("HashValue does not match", "a hash that is not valid"),
        ("Unknown external reference", "an unknown type of external reference"),
        ("External reference type", "an unknown type of external reference"),
        ("Unknown classification", "an unknown component type"),
        ("Unknown scope", "an unknown scope"),
        ("Unknown issue classification", "an unknown issue type"),
        ("Unknown aggregate type", "an unknown aggregate"),
        ("Unknown data flow type", "an unknown data flow"),
        ("Unknown encoding", "an unknown encoding"),
        ("Content is not Base64", "an attachment that is no base64"),
        ("CPE does not match", "a CPE that is not valid"),
        ("Cpe does not match", "a CPE that is not valid"),
        ("MimeType does not match", "a media type that is not valid"),
        ("Invalid BOM-Link", "a BOM-Link that is not valid"),
        ("BOM-Link not supported", "a BOM-Link, which this version does not have"),
        ("repeated element", "the same element more than once"),
    ];
    let known = WORDS.iter().find(|(prefix, _)| message.starts_with(prefix));
    known.map_or("a value that the schema does not allow", |(_, words)| words)
}

// --- spdx-rs ---

pub(super) fn spdx(error: &SpdxError) -> Complaint {
    match error {
        SpdxError::Parse { .. } => "a license expression is not valid".into(),
        SpdxError::DateTimeParse { .. } => "a date or time is not valid".into(),
        _ => "a line is not accepted".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing that a crate or the document writes may reach a report as it stands.
    #[test]
    fn messages_are_plain_whatever_the_crate_says() {
        let raw = [
            "missing field `version`",
            "unknown field `packageSupplier`, expected one of `SPDXID`, `name`",
            "unknown variant `Custom([ValidationError { message: \"x\" }])\u{1b}[31m`, expected `a`",
            "invalid type: map, expected a string",
            "invalid type: string \"\u{202e}evil\", expected struct PackageInformation",
            "invalid type: null, expected struct PackageInformation",
            "invalid value: integer `3`, expected Custom(InvalidSpdxIdentifier(\"x\"))",
            "data did not match any variant of untagged enum Tools",
            "input contains invalid characters",
            "error parsing the expression: Parsing for expression `((` failed.",
            "called `Result::unwrap()` on an `Err` value: Nom(\"x\")",
        ];
        for text in raw {
            let told = data(text);
            for part in ["Custom(", "Struct", "struct ", "enum ", "::", "Nom(", "\u{1b}", "\u{202e}", "expected one of"] {
                assert!(!told.contains(part) || text.contains("variant"), "{told}");
            }
            assert!(told.len() < 120 && !told.contains(['\u{1b}', '\u{202e}']), "{told}");
        }
        assert_eq!(data(raw[0]), "the required member `version` is missing");
        assert_eq!(data(raw[3]), "expected a string, found an object");
        assert_eq!(data(raw[5]), "expected an object, found null");
    }

    #[test]
    fn a_path_is_located_in_the_text() {
        let text = r#"{"a":[{"b":1},{"b":2}],"c":{"d":"x"}}"#;
        let at = |path: &[Step]| locate(Json::new(text, 0), path).map(|span| &text[span.start..]);
        let member = |name: &str| Step::Member(name.to_owned());
        assert_eq!(at(&[member("a"), Step::Element(1), member("b")]), Some("2}],\"c\":{\"d\":\"x\"}}"));
        assert_eq!(at(&[member("c"), member("missing")]), Some("{\"d\":\"x\"}}"));
        assert_eq!(at(&[member("missing")]), None);
        assert_eq!(at(&[member("a"), Step::Element(7)]), Some("[{\"b\":1},{\"b\":2}],\"c\":{\"d\":\"x\"}}"));
    }

    #[test]
    fn a_line_is_located_in_the_text() {
        let source = Source::from_text("", "\u{feff}{\n  \"ä\": 1,\n}");
        let span = |line, column| Complaint { message: "".into(), at: Place::Line { line, column } }.span(&source);
        assert_eq!(span(1, 1), Some(Span::new(3, 3)));
        assert_eq!(span(2, 3), Some(Span::new(7, 7)));
        assert_eq!(span(2, 5), Some(Span::new(8, 8)), "not inside of a character");
        assert_eq!(span(9, 1), None);
        assert_eq!(span(3, 4_000_000), Some(Span::new(17, 17)));
    }
}
