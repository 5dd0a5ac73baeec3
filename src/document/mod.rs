//! From a source to its subjects: what kind of document it is, and the list of readers.
//!
//! A format is recognised by its content, never by a file name, and the reason can be told in a sentence. Each reader is one
//! module and one line in [`READERS`].

mod cyclonedx_json;
mod cyclonedx_protobuf;
mod cyclonedx_xml;
mod feed;
mod json;
mod limits;
mod product;
mod recognise;
mod registry;
mod scribe;
mod second_opinion;
mod spdx3_json;
mod spdx_json;
mod spdx_rdf;
mod spdx_tag_value;
mod spdx_xml;
mod spdx_yaml;
mod strict;
mod transcript;
mod units;
mod wrapping;
mod xml;

use std::fmt;
use std::io::Read;

pub use limits::Limits;
pub use recognise::{Recognised, recognise};
pub use second_opinion::{Opinion, READER_THREAD, second_opinion};
pub use wrapping::{
    Opened, Promise, WRAPPER_MEMBERS, carries_sbom, may_hold, named_as_attestation, named_as_data, named_as_sbom, open, promise,
};

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use self::feed::Feed;
use crate::inventory::Listener;
use crate::source::{Source, Span};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
/// Base64 with or without padding.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
/// The same in the alphabet for addresses.
const LENIENT_BASE64_URL: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

/// A family of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// CycloneDX, ECMA-424.
    CycloneDx,
    /// SPDX, ISO/IEC 5962.
    Spdx,
}

impl Format {
    /// The name that people use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CycloneDx => "CycloneDX",
            Self::Spdx => "SPDX",
        }
    }

    /// The reader of the JSON in which every other encoding of the format is told.
    fn json_reader(self) -> &'static Reader {
        // Both formats have one; the list cannot lack it.
        READERS.iter().find(|reader| reader.format == self && reader.encoding == "json").unwrap_or(&READERS[0])
    }
}

/// What a document was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The family.
    pub format: Format,
    /// The version that it declares, made safe.
    pub version: String,
    /// How it is written down.
    pub encoding: &'static str,
    /// How many components, services, packages, files and tools were handed to the listener.
    pub subjects: u32,
    /// How many of these are neither the product that the document describes nor a tool.
    pub listed: u32,
    /// What the document is about besides components.
    pub about: About,
    /// What other documents call it: a BOM-Link without its fragment, or an SPDX namespace; as it is written.
    pub identity: Option<String>,
}

/// What a document is about, if it lists no components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct About {
    /// How many vulnerabilities it describes.
    pub vulnerabilities: u32,
    /// How many relationships or references to other documents it has.
    pub links: u32,
}

/// A document cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    /// A stable word for the kind of error, such as `not-json`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What stands in the label at the place.
    pub label: Option<String>,
    /// What to do next.
    pub help: String,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DocumentError {}

/// One reader of one format in one encoding.
pub struct Reader {
    /// The family that it reads.
    pub format: Format,
    /// The encoding that it reads.
    pub encoding: &'static str,
    /// The versions that it knows, for messages.
    pub versions: &'static [&'static str],
    /// Whether it reads a document by parts.
    by_parts: bool,
    read: fn(&mut Feed<'_>, &mut dyn Listener) -> Result<Document, Box<DocumentError>>,
    pointers: fn(&Source, &[usize]) -> Vec<String>,
}

/// Every reader.
pub static READERS: [Reader; 8] = [
    cyclonedx_json::READER,
    cyclonedx_xml::READER,
    spdx_json::READER,
    spdx_tag_value::READER,
    spdx_yaml::READER,
    spdx_xml::READER,
    spdx_rdf::READER,
    spdx3_json::READER,
];

/// Reads a document and hands everything in it to `listener`.
///
/// # Errors
/// [`DocumentError`] if the source is no SBOM that is known, or one that cannot be read without guessing. What was handed over
/// before the error is then incomplete.
pub fn read(source: &Source, limits: &Limits, listener: &mut dyn Listener) -> Result<Document, DocumentError> {
    let reader = recognise(source)?.reader;
    (reader.read)(&mut Feed::whole(source, *limits, reader), listener).map_err(|error| *error)
}

/// What [`read_by_parts`] found out.
#[derive(Debug)]
pub struct ByParts {
    /// What the document was read as.
    pub document: Document,
    /// SHA-256 of its bytes, if it was asked for.
    pub sha256: Option<String>,
}

/// How many bytes of a document are well read at a time: they fit the second-level cache.
pub const PART: usize = 256 * 1024;

/// Reads a document by parts of so many bytes, and hands everything in it to `listener`: memory is needed only for its largest element.
///
/// `None` if that cannot be done: the bytes are not UTF-8, what the document is does not show at its beginning, or there is an
/// error to be shown in its place. Then it has to be read whole, and what was handed over before is of no use.
#[must_use]
pub fn read_by_parts(reader: &mut dyn Read, part: usize, limits: &Limits, digest: bool, listener: &mut dyn Listener) -> Option<ByParts> {
    let mut feed = Feed::by_parts(reader, part, digest, *limits).ok()?;
    if !wrapping::begins_plain(feed.text(), feed.start()) {
        return None;
    }
    let reader = recognise::in_text(feed.text(), feed.start()).ok().map(|recognised| recognised.reader).filter(|reader| reader.by_parts)?;
    feed.set_reader(reader);
    let document = (reader.read)(&mut feed, listener).ok()?;
    Some(ByParts { document, sha256: feed.digest() })
}

/// Where in the document's own structure the given offsets lie, in the encoding's notation (JSON pointers); `offsets` is sorted.
///
/// Empty strings where the encoding has no such notation.
#[must_use]
pub fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    match recognise(source) {
        Ok(recognised) => (recognised.reader.pointers)(source, offsets),
        Err(_) => vec![String::new(); offsets.len()],
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::inventory::{Note, Relationship, Subject};

    /// Writes down everything that it is told.
    #[derive(Default)]
    struct Told(Vec<String>);

    impl Listener for Told {
        fn subject(&mut self, subject: &Subject<'_>) {
            self.0.push(format!("{subject:?}"));
        }

        fn relationship(&mut self, relationship: &Relationship<'_>) {
            self.0.push(format!("{relationship:?}"));
        }

        fn note(&mut self, note: Note) {
            self.0.push(format!("{note:?}"));
        }
    }

    #[test]
    fn reading_by_parts_tells_the_same_wherever_it_cuts() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut compared = 0;
        for entry in walkdir::WalkDir::new(fixtures).sort_by_file_name() {
            let entry = entry.unwrap();
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            let source = Source::from_text("", &text);
            let Ok(recognised) = recognise(&source) else { continue };
            if !recognised.reader.by_parts {
                continue;
            }
            let mut whole = Told::default();
            let expected = read(&source, &Limits::default(), &mut whole);
            for capacity in [5, 7, 64, 1000, 4096] {
                let (mut told, mut bytes) = (Told::default(), text.as_bytes());
                let mut feed = Feed::by_parts(&mut bytes, capacity, true, Limits::default()).unwrap();
                feed.set_reader(recognised.reader);
                let read = (recognised.reader.read)(&mut feed, &mut told);
                let place = format!("{} by parts of {capacity}", entry.path().display());
                match &expected {
                    Ok(_) => assert_eq!(feed.digest(), Some(crate::source::hex_sha256(text.as_bytes())), "{place}"),
                    Err(_) => drop(feed),
                }
                assert_eq!(read.map_err(|error| *error), expected, "{place}");
                assert_eq!(told.0, whole.0, "{place}");
                compared += 1;
            }
        }
        assert!(compared > 50, "{compared}");
    }
}
