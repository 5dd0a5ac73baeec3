//! What kind of document a source is.

use super::json::{Json, JsonError, JsonErrorKind, Next};
use super::limits::Limits;
use super::xml::Xml;
use super::{DocumentError, Format, READERS, Reader, cyclonedx_xml, spdx_yaml};
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
    in_text(source.body(), source.text_start())
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
        b'<' => by_root(text, start),
        _ => by_lines(text, start, at),
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
                return Ok(found(Format::CycloneDx, "json", "`bomFormat` says CycloneDX"));
            }
            ("$schema", Some(value)) if value.value().contains("cyclonedx.org/schema") => {
                return Ok(found(Format::CycloneDx, "json", "`$schema` names a CycloneDX schema"));
            }
            ("spdxVersion", _) => return Ok(found(Format::Spdx, "json", "it has `spdxVersion`")),
            ("SPDXID", _) => shape.spdx_id = true,
            ("specFormat", Some(value)) => {
                return Err(error(
                    "unsupported-version",
                    &format!("this is {} 2.0 or later, which no reader knows yet", crate::text::excerpt(&value.value(), 40)),
                    Some(value.span()),
                    &format!("write it as CycloneDX {}", known_versions(Format::CycloneDx)),
                ));
            }
            ("@context", Some(value)) if value.value().contains("spdx.org/rdf/3") => {
                return Ok(found(Format::Spdx, "json-ld", "its `@context` is that of SPDX 3"));
            }
            ("@context", _) => shape.context = Some(key.span()),
            ("@graph", _) => shape.graph = true,
            // Lists of licenses use the key for names such as `MIT`; the identifier of an element is an IRI.
            ("spdxId", Some(value)) if value.value().contains(':') => shape.graph = true,
            ("specVersion", _) => shape.spec_version = true,
            ("components", _) => shape.components = true,
            _ => {}
        }
        if value.is_none() {
            json.skip().map_err(broken)?;
        }
    }
    // A document that forgot to say what it is and has the shape of one: reading it is safer than passing it over.
    if shape.spec_version && shape.components {
        return Ok(found(Format::CycloneDx, "json", "it has `specVersion` and `components`, as CycloneDX has"));
    }
    if let Some(context) = shape.context {
        let body = &text[start..];
        return if body.contains("spdx.org/rdf/3") || (shape.graph && body.contains("\"spdxId\"")) {
            Ok(found(Format::Spdx, "json-ld", "it has an `@context`, and SPDX 3 in it"))
        } else {
            if body.contains("spdx.org/rdf/terms") {
                return Err(unsupported_rdf("JSON-LD in the terms of SPDX 2", context.start));
            }
            Err(error(
                "not-an-sbom",
                "this is JSON-LD, and its context is not that of SPDX 3",
                Some(context),
                &format!("pass a document in {}", known_formats()),
            ))
        };
    }
    if shape.graph && text[start..].contains("\"spdxId\"") {
        return Ok(found(Format::Spdx, "json-ld", "it has elements with an `spdxId`"));
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
    context: Option<Span>,
    graph: bool,
}

fn found(format: Format, encoding: &str, reason: &'static str) -> Recognised {
    // Every encoding that is recognised has a reader; the list cannot lack it.
    let reader = READERS.iter().find(|reader| reader.format == format && reader.encoding == encoding).unwrap_or(&READERS[0]);
    Recognised { reader, reason }
}

/// XML, by its root element.
fn by_root(text: &str, start: usize) -> Result<Recognised, DocumentError> {
    let at = text.len() - text[start..].trim_start().len();
    if let Some(form) = triples(&text[at..]) {
        return Err(unsupported_rdf(form, at));
    }
    let mut xml = Xml::new(text, start, &Limits::default());
    let root = xml.root().map_err(|error| *error)?;
    match (root.name, root.namespace.as_str()) {
        ("bom", namespace) if namespace.starts_with(cyclonedx_xml::NAMESPACE) => {
            Ok(found(Format::CycloneDx, "xml", "its root is `bom` in a CycloneDX namespace"))
        }
        ("bom", namespace) => Err(error(
            "unknown-version",
            &match namespace {
                "" => "this `bom` is in no namespace, so nothing says which CycloneDX it is".to_owned(),
                namespace => format!("this `bom` is in the namespace `{}`, which is not CycloneDX's", crate::text::excerpt(namespace, 80)),
            },
            Some(root.span),
            &format!("write xmlns=\"{}1.6\", or whatever version it is", cyclonedx_xml::NAMESPACE),
        )),
        ("RDF", "http://www.w3.org/1999/02/22-rdf-syntax-ns#") if text.contains("http://spdx.org/rdf/terms") => {
            Ok(found(Format::Spdx, "rdf", "it is RDF in the terms of SPDX"))
        }
        ("Document" | "SpdxDocument", _) if text.contains("<spdxVersion>") || text.contains("<SPDXID>") => {
            Ok(found(Format::Spdx, "xml", "its root is `Document`, and it has an `spdxVersion` or `SPDXID`"))
        }
        _ => Err(error(
            "not-an-sbom",
            &format!("this XML is not an SBOM: its root is `{}`", crate::text::excerpt(root.name, 40)),
            Some(root.span),
            &format!("pass a document in {}", known_formats()),
        )),
    }
}

/// Lines of tag-value or YAML.
fn by_lines(text: &str, start: usize, at: usize) -> Result<Recognised, DocumentError> {
    let body = &text[start..];
    let first = body.len() - body.trim_start().len();
    let begins_line = |word: &str| {
        body.match_indices(word).any(|(at, _)| body[..at].trim_end_matches([' ', '\t', '"', '\'']).ends_with(['\n', '\r']) || at == first)
    };
    if begins_line("SPDXVersion:") {
        // YAML in a block of text can look like tag-value, and the other way round.
        if let Some(span) = spdx_yaml::mark(text, start) {
            let message = "this is an SBOM in YAML and has lines of SPDX tag-value: two readers would see two documents";
            return Err(error("two-formats", message, Some(span), "pass each document as a file of its own"));
        }
        return Ok(found(Format::Spdx, "tag-value", "a line begins with `SPDXVersion:`"));
    }
    if begins_line("spdxVersion") {
        return Ok(found(Format::Spdx, "yaml", "a line begins with `spdxVersion`"));
    }
    if begins_line("PackageName:") || begins_line("DocumentName:") {
        return Ok(found(Format::Spdx, "tag-value", "it has lines of SPDX tag-value"));
    }
    if begins_line("SPDXID:") && (begins_line("packages:") || begins_line("creationInfo:")) {
        return Ok(found(Format::Spdx, "yaml", "it has lines of SPDX YAML"));
    }
    if let Some(form) = triples(&text[at..]) {
        return Err(unsupported_rdf(form, at));
    }
    let textproto = body.starts_with("spec_version:") || body.starts_with("# proto-");
    if textproto || begins_line("bomFormat:") {
        let what = if textproto { "CycloneDX in protobuf's text form" } else { "CycloneDX in YAML" };
        let message = format!("this is {what}, which no version of the specification has as an exchange format");
        return Err(error("unsupported-encoding", &message, Some(Span::new(at, at + 1)), "write it as CycloneDX JSON"));
    }
    let span = Span::new(at, at + text[at..].chars().next().map_or(0, char::len_utf8));
    let help = format!("pass a document in {}", known_formats());
    Err(error("not-json", "this is neither JSON nor another form of SBOM that is known", Some(span), &help))
}

/// The name of the RDF syntax that a text begins with, if it is one of those that are not read.
fn triples(text: &str) -> Option<&'static str> {
    let begins = |line: &str, word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let iri = first.strip_prefix('<').is_some_and(|rest| ["http:", "https:", "urn:"].iter().any(|scheme| begins(rest, scheme)));
    if ["@prefix ", "@base ", "PREFIX ", "BASE "].iter().any(|word| begins(first, word)) && first.contains('<') {
        Some("Turtle")
    } else if (iri || first.starts_with("_:")) && first.contains('>') && first.ends_with(['.', ';', ',', '"', '>']) {
        Some("N-Triples or Turtle")
    } else {
        None
    }
}

fn unsupported_rdf(form: &str, at: usize) -> DocumentError {
    let message = format!("this is RDF written as {form}, which is not read");
    let help = "convert it to SPDX JSON or RDF/XML, for example with SPDX's tools-java (`Convert FILE.ttl FILE.spdx.json`) or with `riot --output=rdfxml`";
    error("unsupported-encoding", &message, Some(Span::new(at, at + 1)), help)
}

/// The formats that are read, for messages.
fn known_formats() -> String {
    let mut known: Vec<String> = Vec::new();
    for format in [Format::CycloneDx, Format::Spdx] {
        let encodings: Vec<&str> = READERS.iter().filter(|reader| reader.format == format).map(|reader| reader.encoding).collect();
        known.push(format!("{} ({})", format.as_str(), encodings.join(", ")));
    }
    known.join(" or ")
}

/// The versions of a format that are read, for messages.
pub(super) fn known_versions(format: Format) -> String {
    let mut versions: Vec<&str> =
        READERS.iter().filter(|reader| reader.format == format).flat_map(|reader| reader.versions.iter().copied()).collect();
    versions.sort_unstable();
    versions.dedup();
    versions.join(", ")
}

/// The document is not well-formed JSON.
pub(super) fn not_json(error: JsonError) -> DocumentError {
    let (code, help) = match error.kind {
        JsonErrorKind::Syntax => ("not-json", "correct the JSON at this place, or make the SBOM anew with its generator"),
        JsonErrorKind::Truncated => ("truncated", "the file was cut off: write or download it again"),
        JsonErrorKind::TooDeep => ("too-deep", "no SBOM needs that: make it anew with its generator, or raise --max-depth"),
    };
    DocumentError { code, message: error.message, span: Some(error.span), label: Some("here".to_owned()), help: help.to_owned() }
}

pub(super) fn error(code: &'static str, message: &str, span: Option<Span>, help: &str) -> DocumentError {
    DocumentError { code, message: message.to_owned(), span, label: None, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Result<(Format, &'static str), &'static str> {
        recognise(&Source::from_text("t", text))
            .map(|recognised| (recognised.reader.format, recognised.reader.encoding))
            .map_err(|error| error.code)
    }

    #[test]
    fn content_decides() {
        let table = [
            (r#"{"bomFormat":"CycloneDX"}"#, Ok((Format::CycloneDx, "json"))),
            (r#"{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json"}"#, Ok((Format::CycloneDx, "json"))),
            (r#"{"components":[],"specVersion":"1.4"}"#, Ok((Format::CycloneDx, "json"))),
            (r#"{"metadata":{},"bomF\u006frmat":"CycloneDX"}"#, Ok((Format::CycloneDx, "json"))),
            ("\u{feff} {\"spdxVersion\":\"SPDX-2.3\"}", Ok((Format::Spdx, "json"))),
            (r#"{"name":"left-pad","version":"1.0.0"}"#, Err("not-an-sbom")),
            (r#"{"sbom":{"spdxVersion":"SPDX-2.3"}}"#, Err("not-an-sbom")),
            (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#, Ok((Format::Spdx, "json-ld"))),
            (r#"{"@context":["https://schema.org"],"@graph":[]}"#, Err("not-an-sbom")),
            (r#"{"@graph":[{"spdxId":"x"}]}"#, Ok((Format::Spdx, "json-ld"))),
            (r#"{"specFormat":"CycloneDX"}"#, Err("unsupported-version")),
            (r#"{"SPDXID":"SPDXRef-DOCUMENT"}"#, Err("unsupported-version")),
            ("SPDXVersion: SPDX-2.3\nPackageName: x", Ok((Format::Spdx, "tag-value"))),
            ("# comment\r\rPackageName: x\rSPDXVersion: SPDX-2.3", Ok((Format::Spdx, "tag-value"))),
            ("---\nSPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\n", Ok((Format::Spdx, "yaml"))),
            ("bomFormat: CycloneDX\n", Err("unsupported-encoding")),
            ("<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"/>", Ok((Format::CycloneDx, "xml"))),
            ("<c:bom xmlns:c=\"http://cyclonedx.org/schema/bom/1.4\"></c:bom>", Ok((Format::CycloneDx, "xml"))),
            ("<bom/>", Err("unknown-version")),
            ("<project/>", Err("not-an-sbom")),
            ("# c\n@prefix spdx: <http://spdx.org/rdf/terms#> .\n", Err("unsupported-encoding")),
            ("<http://d.example/1#a> <http://spdx.org/rdf/terms#name> \"a\" .\n", Err("unsupported-encoding")),
            ("_:b0 <http://spdx.org/rdf/terms#name> \"a\" .\n", Err("unsupported-encoding")),
            (r#"{"@context":{"spdx":"http://spdx.org/rdf/terms#"},"@graph":[]}"#, Err("unsupported-encoding")),
            ("\"spdxVersion\": SPDX-2.3\ncomment: |\n  SPDXVersion: SPDX-2.3\n", Err("two-formats")),
            ("SPDXVersion: SPDX-2.3\nPackageComment: <text>\npackages: []\n#</text>\n", Err("two-formats")),
            ("SPDXVersion: SPDX-2.3\n? \"spdx\\x56ersion\"\n: SPDX-2.3\n", Err("two-formats")),
            ("&k spdxVersion: SPDX-2.3\ncomment: |\n  SPDXVersion: SPDX-2.3\n", Err("two-formats")),
            ("<Document><SPDXID>x</SPDXID></Document>", Ok((Format::Spdx, "xml"))),
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
