//! What kind of document a source is.

use super::json::{Json, JsonError, JsonErrorKind, Next};
use super::{DocumentError, Format, READERS, Reader};
use crate::source::{Source, Span};

/// A source that some reader can read.
pub struct Recognised {
    /// The reader for it.
    pub reader: &'static Reader,
    /// Why, in one sentence.
    pub reason: &'static str,
}

impl std::fmt::Debug for Recognised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recognised").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// Decides by the content what a source is.
///
/// # Errors
/// [`DocumentError`] naming what it is instead, where that can be told.
pub fn recognise(source: &Source) -> Result<Recognised, DocumentError> {
    in_text(source.text(), source.text_start())
}

/// The same for a text, or its beginning, that starts at `start`.
pub(super) fn in_text(text: &str, start: usize) -> Result<Recognised, DocumentError> {
    let trimmed = text[start..].trim_start();
    if trimmed.is_empty() {
        return Err(error("empty", "the input is empty", None, "write the SBOM first: an empty file says nothing about the product"));
    }
    let at = text.len() - trimmed.len();
    match trimmed.as_bytes()[0] {
        b'{' => by_keys(text, start),
        b'[' => Err(error(
            "not-an-sbom",
            "this is a JSON array, not an SBOM",
            Some(Span::new(at, at + 1)),
            "a CycloneDX or SPDX document is one JSON object: pass each document as a file of its own",
        )),
        _ => Err(other_text(trimmed, at)),
    }
}

/// Whether a file in a folder that is searched has to be read: it is an SBOM, or plainly means to be one.
///
/// What looks like one and cannot be read becomes an error later; what does not is no concern of the search.
#[must_use]
pub fn looks_like_sbom(source: &Source) -> bool {
    match recognise(source) {
        Ok(_) => true,
        Err(error) => matches!(error.code, "unsupported-encoding" | "unsupported-version"),
    }
}

fn by_keys(text: &str, start: usize) -> Result<Recognised, DocumentError> {
    let mut json = Json::new(text, start);
    let broken = |error: Box<JsonError>| not_json(*error);
    let mut object = json.object().map_err(broken)?;
    let mut shape = Shape::default();
    while let Some(key) = json.key(&mut object).map_err(broken)? {
        let value = if json.peek().map_err(broken)? == Next::String { Some(json.string().map_err(broken)?) } else { None };
        match (key.value().as_ref(), value) {
            ("bomFormat", Some(value)) if value.value() == "CycloneDX" => {
                return Ok(found(Format::CycloneDx, "`bomFormat` says CycloneDX"));
            }
            ("$schema", Some(value)) if value.value().contains("cyclonedx.org/schema") => {
                return Ok(found(Format::CycloneDx, "`$schema` names a CycloneDX schema"));
            }
            ("spdxVersion", _) => return Ok(found(Format::Spdx, "it has `spdxVersion`")),
            ("SPDXID", _) => shape.spdx_id = true,
            ("specFormat", Some(value)) => {
                return Err(error(
                    "unsupported-version",
                    &format!("this is {} 2.0 or later, which no reader knows yet", crate::text::excerpt(&value.value(), 40)),
                    Some(value.span()),
                    &format!("write it as CycloneDX {}", known_versions(Format::CycloneDx)),
                ));
            }
            ("@context", value) => {
                let spdx3 = value.is_some_and(|value| value.value().contains("spdx.org"));
                if spdx3 {
                    return Err(error(
                        "unsupported-encoding",
                        "this is SPDX 3 JSON-LD, which this version does not read yet",
                        Some(key.span()),
                        "write it as SPDX 2.3 JSON or CycloneDX JSON",
                    ));
                }
            }
            ("specVersion", _) => shape.spec_version = true,
            ("components", _) => shape.components = true,
            ("sbom", None) => shape.wrapped = Some(key.span()),
            ("predicateType" | "payloadType" | "dsseEnvelope", _) => shape.wrapped = Some(key.span()),
            _ => {}
        }
        if value.is_none() {
            json.skip().map_err(broken)?;
        }
    }
    // A document that forgot to say what it is and has the shape of one: reading it is safer than passing it over.
    if shape.spec_version && shape.components {
        return Ok(found(Format::CycloneDx, "it has `specVersion` and `components`, as CycloneDX has"));
    }
    if let Some(span) = shape.wrapped {
        return Err(error(
            "unsupported-encoding",
            "this wraps another document, which this version does not unwrap yet",
            Some(span),
            "take the SBOM out of its wrapper, for example with `jq .sbom` or `jq .predicate`",
        ));
    }
    if shape.spdx_id {
        return Err(error(
            "unsupported-version",
            "this has an `SPDXID` and no `spdxVersion`, so nothing says how to read it",
            None,
            "add `spdxVersion`, such as \"SPDX-2.3\"",
        ));
    }
    Err(error(
        "not-an-sbom",
        "this JSON is not an SBOM: it has neither `bomFormat` nor `spdxVersion`",
        None,
        "pass a CycloneDX or SPDX document",
    ))
}

#[derive(Default)]
struct Shape {
    spec_version: bool,
    components: bool,
    spdx_id: bool,
    wrapped: Option<Span>,
}

fn found(format: Format, reason: &'static str) -> Recognised {
    // Both formats have a JSON reader; the list cannot lack one.
    let reader = READERS.iter().find(|reader| reader.format == format && reader.encoding == "json").unwrap_or(&READERS[0]);
    Recognised { reader, reason }
}

fn other_text(text: &str, at: usize) -> DocumentError {
    let head: String = text.chars().take(4096).collect();
    let unsupported = [
        (head.contains("http://cyclonedx.org/schema/bom"), "CycloneDX XML", "CycloneDX JSON"),
        (head.contains("http://spdx.org/rdf/terms"), "SPDX RDF/XML", "SPDX 2.3 JSON"),
        (head.starts_with('<') && head.contains("<spdxVersion>"), "SPDX XML", "SPDX 2.3 JSON"),
        (head.lines().any(|line| line.trim_start().starts_with("SPDXVersion:")), "SPDX tag-value", "SPDX 2.3 JSON"),
        (head.lines().any(|line| line.trim_start().trim_matches('"').starts_with("spdxVersion")), "SPDX YAML", "SPDX 2.3 JSON"),
    ];
    for (is, what, instead) in unsupported {
        if is {
            return error(
                "unsupported-encoding",
                &format!("this is {what}, which this version does not read yet"),
                Some(Span::new(at, at + 1)),
                &format!("write it as {instead}"),
            );
        }
    }
    let span = Span::new(at, at + text.chars().next().map_or(0, char::len_utf8));
    error(
        "not-json",
        "this is neither JSON nor another form of SBOM that is known",
        Some(span),
        "pass a CycloneDX or SPDX document in JSON",
    )
}

/// The versions of a format that are read, for messages.
pub(super) fn known_versions(format: Format) -> String {
    let versions: Vec<&str> =
        READERS.iter().filter(|reader| reader.format == format).flat_map(|reader| reader.versions.iter().copied()).collect();
    versions.join(", ")
}

/// The document is not well-formed JSON.
pub(super) fn not_json(error: JsonError) -> DocumentError {
    let (code, help) = match error.kind {
        JsonErrorKind::Syntax => ("not-json", "correct the JSON at this place, or make the SBOM anew with its generator"),
        JsonErrorKind::Truncated => ("truncated", "the file was cut off: write or download it again"),
        JsonErrorKind::TooDeep => ("too-deep", "no SBOM needs that: make it anew with its generator"),
    };
    DocumentError { code, message: error.message, span: Some(error.span), label: Some("here".to_owned()), help: help.to_owned() }
}

pub(super) fn error(code: &'static str, message: &str, span: Option<Span>, help: &str) -> DocumentError {
    DocumentError { code, message: message.to_owned(), span, label: None, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Result<Format, &'static str> {
        recognise(&Source::from_text("t", text)).map(|recognised| recognised.reader.format).map_err(|error| error.code)
    }

    #[test]
    fn content_decides() {
        let table = [
            (r#"{"bomFormat":"CycloneDX"}"#, Ok(Format::CycloneDx)),
            (r#"{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json"}"#, Ok(Format::CycloneDx)),
            (r#"{"components":[],"specVersion":"1.4"}"#, Ok(Format::CycloneDx)),
            (r#"{"metadata":{},"bomF\u006frmat":"CycloneDX"}"#, Ok(Format::CycloneDx)),
            ("\u{feff} {\"spdxVersion\":\"SPDX-2.3\"}", Ok(Format::Spdx)),
            (r#"{"name":"left-pad","version":"1.0.0"}"#, Err("not-an-sbom")),
            (r#"{"sbom":{"spdxVersion":"SPDX-2.3"}}"#, Err("unsupported-encoding")),
            (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#, Err("unsupported-encoding")),
            (r#"{"specFormat":"CycloneDX"}"#, Err("unsupported-version")),
            (r#"{"SPDXID":"SPDXRef-DOCUMENT"}"#, Err("unsupported-version")),
            ("SPDXVersion: SPDX-2.3\nPackageName: x", Err("unsupported-encoding")),
            ("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"/>", Err("unsupported-encoding")),
            ("", Err("empty")),
            ("\u{feff}  \n", Err("empty")),
            ("[]", Err("not-an-sbom")),
            ("hello", Err("not-json")),
            (r#"{"bom"#, Err("truncated")),
        ];
        for (text, expected) in table {
            assert_eq!(outcome(text), expected, "{text}");
        }
    }
}
