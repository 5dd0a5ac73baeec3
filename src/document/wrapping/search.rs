//! What a search takes for an SBOM, in a folder or in an archive: by name, by its first bytes, by its content.
//!
//! A file that a search passes over ends as clear, so whatever has the marks of an SBOM is read, and a file that cannot be read is an error
//! if its name or its beginning says that it is one. Prose, programs and schemas speak of SBOMs and are none.

use super::super::limits::Limits;
use super::super::recognise;
use super::compression::{Budget, Packing};
use super::{Opened, Place, archive, marks, open_within};
use crate::source::Source;

fn ends(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

/// The last part of a path, in lower case.
fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase()
}

/// Endings of compressed files and archives.
const PACKED: [&str; 10] = [".gz", ".zst", ".bz2", ".xz", ".zip", ".7z", ".tgz", ".tar", ".tzst", ".txz"];

/// Whether a file is an SBOM by its name. What it holds is then read, or is an error.
#[must_use]
pub fn named_as_sbom(path: &str) -> bool {
    const ENDINGS: [&str; 30] = [
        "bom.json",
        ".cdx.json",
        ".spdx.json",
        ".bom.json",
        "sbom.json",
        ".sbom",
        ".spdx",
        ".spdx.yaml",
        ".spdx.yml",
        ".spdx.xml",
        ".spdx.rdf",
        ".cdx.xml",
        ".spdx.rdf.xml",
        ".spdx.jsonld",
        ".spdx3.json",
        ".cyclonedx.json",
        ".cyclonedx.xml",
        ".cdx",
        "sbom.xml",
        "sbom.jsonl",
        ".cdx.jsonl",
        ".spdx.jsonl",
        ".cdx.pb",
        ".cdx.bin",
        "sbom.pb",
        ".spdx.tv",
        ".spdx.tag",
        "sbom.yaml",
        "sbom.yml",
        "sbom.spdx",
    ];
    const SHEETS: [&str; 5] = [".xls", ".xlsx", ".ods", ".csv", ".tsv"];
    const WITHIN: [&str; 4] = [".cdx.", ".spdx", "bom.json", "bom.xml"];
    let name = file_name(path);
    let has = |words: &[&str]| words.iter().any(|known| name.contains(known));
    if ends(&name, &ENDINGS) || (ends(&name, &PACKED) && has(&WITHIN)) {
        return true;
    }
    if ends(&name, &SHEETS) {
        return has(&["spdx", "sbom", "cyclonedx", "cdx"]);
    }
    // `sbom.zip`, `app-sbom.json.bz2`, `sboms.tar.gz`: packed, and nothing else by its name.
    let Some(bare) = PACKED.iter().find_map(|ending| name.strip_suffix(ending)) else { return false };
    let bare = bare.trim_end_matches(".tar").trim_end_matches(".json").trim_end_matches(".xml");
    bare.ends_with("sbom") || bare.ends_with("sboms") || bare == "bom" || bare.starts_with("sbom") && name.contains(".json")
}

/// Whether a file is an attestation by its name. It may be one of something else than an SBOM.
#[must_use]
pub fn named_as_attestation(path: &str) -> bool {
    let name = file_name(path);
    ends(&name, &[".att", ".att.json", ".att.jsonl", ".intoto", ".intoto.json", ".intoto.jsonl", ".sigstore.json", ".dsse.json", ".dsse"])
}

/// Whether a file holds data, by its name, so that one that cannot be opened may be an SBOM.
#[must_use]
pub fn named_as_data(path: &str) -> bool {
    ends(&file_name(path), &[".json", ".jsonl", ".xml", ".spdx", ".rdf", ".yaml", ".yml", ".gz", ".zst"])
}

/// Whether a ZIP file is a package that programs are delivered in. Only members that are SBOMs by name are read of these.
pub(super) fn is_package(path: &str) -> bool {
    const ENDINGS: [&str; 20] = [
        ".jar", ".war", ".ear", ".aar", ".whl", ".egg", ".nupkg", ".snupkg", ".apk", ".aab", ".ipa", ".vsix", ".xpi", ".crx", ".docx",
        ".pptx", ".odt", ".odp", ".epub", ".mar",
    ];
    ends(&file_name(path), &ENDINGS)
}

/// Whether files of this name hold text that may be YAML or tag-value. Prose and programs only speak of it.
fn is_plain_text(path: &str) -> bool {
    const ENDINGS: [&str; 9] = ["", "txt", "text", "tag", "tv", "yaml", "yml", "textproto", "txtpb"];
    let name = file_name(path);
    ENDINGS.contains(&name.rsplit_once('.').map_or("", |(_, ending)| ending))
}

/// What the beginning of a file promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It is no SBOM.
    Nothing,
    /// Its content has to be looked at.
    Look,
    /// It is JSON or XML: if it is large, it is an SBOM only if it has a mark of one somewhere.
    LookForMarks,
    /// It is one.
    Sbom,
}

/// Text without a byte-order mark and the zero bytes of UTF-16 and UTF-32, so that it shows what it is.
fn shown(head: &[u8]) -> String {
    let bytes: Vec<u8> = head.iter().copied().filter(|&byte| byte != 0).collect();
    let text = String::from_utf8_lossy(&bytes);
    text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start().to_owned()
}

/// What comes behind comments as programs and settings have them.
fn behind_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let behind = if rest.starts_with("//") || rest.starts_with('#') {
            rest.find(['\n', '\r']).map_or("", |end| &rest[end..])
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or("", |end| &rest[end + 2..])
        } else {
            return rest;
        };
        rest = behind.trim_start();
    }
}

/// Whether the root of XML, or of what looks like it, is that of a web page.
fn is_page(text: &str) -> bool {
    let mut rest = text;
    // Declarations, comments and instructions; a document type may have a part in brackets, which no page has.
    while rest.starts_with("<!") || rest.starts_with("<?") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some(at) = rest.find(end) else { break };
        rest = rest[at + end.len()..].trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"))
        || (rest.is_empty() || rest.starts_with("<!")) && text.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"))
}

/// Judges a file by its name and its first bytes.
#[must_use]
pub fn promise(path: &str, head: &[u8]) -> Promise {
    match Packing::of(head) {
        Some(Packing::Other(..)) => return Promise::Nothing,
        Some(_) => return Promise::Look,
        None if archive::is_tar(head) => return Promise::Look,
        None => {}
    }
    if super::cyclonedx_protobuf::is(head) {
        return Promise::Sbom;
    }
    if named_as_attestation(path) {
        return Promise::Look;
    }
    let text = shown(head);
    if text.starts_with(['{', '[', '<']) {
        return if text.starts_with('<') && is_page(&text) { Promise::Nothing } else { Promise::LookForMarks };
    }
    // Behind a comment as long as this beginning anything may follow.
    let code = behind_comments(&text);
    let data = file_name(path).rsplit_once('.').is_none_or(|(_, ending)| ["json", "jsonc", "json5", "xml"].contains(&ending));
    if text.is_empty() || code.starts_with(['{', '[', '<']) || (data && code.is_empty()) {
        return Promise::Look;
    }
    // YAML may be sorted, and tag-value may begin with any length of comment: what they are can stand anywhere. A file with another ending
    // is a program or prose, and an SBOM only if it begins as one.
    const FIRST: [&str; 7] = ["spdxversion", "spdxid", "datalicense", "documentname", "packagename", "creationinfo", "bomformat"];
    let first = code.trim_start_matches(['"', '\'']);
    let begins = FIRST.iter().any(|word| first.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if begins || may_be_protobuf(path, head) {
        return Promise::Look;
    }
    // Zero bytes belong to UTF-16 or to a program.
    let decoded = Source::from_bytes("", head[..head.len() / 4 * 4].to_vec()).unwrap_or_else(|not_text| not_text.source);
    let binary = head.contains(&0) && decoded.text().contains('\0');
    if is_plain_text(path) && !binary { Promise::Look } else { Promise::Nothing }
}

/// Whether part of a large JSON or XML file has a mark of an SBOM.
#[must_use]
pub fn may_hold(part: &[u8]) -> bool {
    marks::may_hold(part)
}

/// Whether a file may be CycloneDX protobuf whose version is not its first field: its first fields are well-formed.
fn may_be_protobuf(path: &str, head: &[u8]) -> bool {
    let name = file_name(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["", "pb", "bin", "protobuf", "proto", "binpb", "pbf", "cdx"].contains(&ending) && !head.is_empty() && fields(head).well_formed
}

/// Whether bytes are CycloneDX protobuf, with its fields in any order. The format has no other mark than that the version is a field.
pub(super) fn is_protobuf_in_any_order(bytes: &[u8]) -> bool {
    let fields = fields(bytes);
    fields.well_formed && fields.whole && fields.version
}

/// What the fields of a protobuf message look like from outside.
struct Fields {
    /// Nothing in them is wrong, as far as they go.
    well_formed: bool,
    /// The last one is there to its end.
    whole: bool,
    /// One of them is a version of CycloneDX.
    version: bool,
}

fn fields(bytes: &[u8]) -> Fields {
    fn varint(bytes: &mut &[u8]) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = bytes.split_first()?;
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
    let mut found = Fields { well_formed: true, whole: false, version: false };
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some(tag) = varint(&mut rest) else { return found };
        // A message of CycloneDX has numbers and what has a length, in few fields.
        let (field @ 1..=31, kind @ (0 | 2)) = (tag >> 3, tag & 7) else { return Fields { well_formed: false, ..found } };
        let Some(value) = varint(&mut rest) else { return found };
        if kind == 0 {
            continue;
        }
        let Some((content, behind)) = usize::try_from(value).ok().and_then(|len| rest.split_at_checked(len)) else { return found };
        let digits = content.strip_prefix(b"1.").unwrap_or_default();
        found.version |= field == 1 && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        rest = behind;
    }
    found.whole = true;
    found
}

/// Whether what a search opened is an SBOM, or something that has to be reported because it may be one.
pub(super) fn is_sbom(opened: &Opened) -> bool {
    let source = &opened.source;
    let Some(error) = opened.error.clone().or_else(|| recognise::recognise(source).err()) else { return true };
    let text = source.body().get(source.text_start()..).unwrap_or_default();
    let start = behind_comments(text);
    match error.code {
        "unsupported-version"
        | "unknown-version"
        | "two-formats"
        | "two-readings"
        | "no-document"
        | "hidden-sbom"
        | "too-many-documents" => true,
        "unsupported-encoding" => opened.wrapping.is_empty() || opened.marked,
        "other-statement" | "no-sbom" => false,
        // JSON that was read to its end and holds no document. XML may still hold one in another element.
        "not-an-sbom" => opened.marked || start.starts_with('<') && marks::declares_namespace(text) && !is_schema(start),
        // Broken: then its words tell whether it means to be one. Prose that speaks of SBOMs is none.
        _ => opened.marked || start.starts_with(['{', '[', '<']) && (marks::mentions(text.as_bytes()) || marks::wraps(text.as_bytes())),
    }
}

/// Whether XML is a schema or a style sheet.
fn is_schema(text: &str) -> bool {
    let root = text
        .match_indices('<')
        .find_map(|(at, _)| text[at + 1..].starts_with(|first: char| first.is_alphabetic()).then(|| &text[at + 1..]));
    let name = root.and_then(|root| root.split([' ', '\t', '\r', '\n', '>', '/']).next()).unwrap_or_default();
    ["schema", "stylesheet", "transform"].contains(&name.rsplit(':').next().unwrap_or_default())
}

/// Whether the content of a file that was met in a search is an SBOM or holds one, or has to be reported because it may.
#[must_use]
pub fn carries_sbom(path: &str, bytes: Vec<u8>, limits: &Limits) -> bool {
    let attestation = named_as_attestation(path);
    let head = beginning(bytes.get(..archive::HEAD).unwrap_or(&bytes));
    if Packing::of(&bytes).is_some_and(|packing| packing != Packing::Zip) && !archive::is_tar(&head) {
        let unpacked = PACKED.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
        if promise(unpacked, &head) == Promise::Nothing {
            return false;
        }
    }
    let beginning = shown(&head);
    let structured = beginning.starts_with(['{', '[', '<']);
    let budget = Budget::of(bytes.len() as u64, limits);
    open_within(&Place::of(path), bytes, &budget).iter().any(|opened| {
        if is_sbom(opened) {
            return true;
        }
        match &opened.error {
            Some(error) if error.code == "other-statement" => false,
            // An attestation that cannot be opened may be one of an SBOM.
            Some(error) => {
                attestation || structured && error.code != "no-sbom" && marks::mentions(beginning.as_bytes()) && error.code != "not-an-sbom"
            }
            None => attestation,
        }
    })
}

/// Whether packed data that was found in a string is worth unpacking: it is an archive, or begins as an SBOM does.
pub(super) fn may_be_packed_sbom(bytes: &[u8]) -> bool {
    if Packing::of(bytes) == Some(Packing::Zip) {
        return true;
    }
    let head = beginning(bytes.get(..archive::HEAD).unwrap_or(bytes));
    archive::is_tar(&head) || marks::mentions(&head)
}

/// The first bytes of a file, unpacked as far as they go.
fn beginning(head: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let Some(mut reader) = Packing::of(head).and_then(|packing| packing.reader(head)) else { return head.to_vec() };
    let mut unpacked = Vec::new();
    // They are cut off, so that unpacking them ends in an error.
    let _ = reader.by_ref().take(archive::HEAD as u64).read_to_end(&mut unpacked);
    unpacked
}
