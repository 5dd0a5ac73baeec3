//! The words that mark an SBOM or a wrapper around one.
//!
//! Keys are compared as Go's `encoding/json` does it, which most SBOM tools are written with: letter case does not matter, and neither
//! do the two characters that fold to an ASCII letter (U+017F to `s`, U+212A to `k`). What such a reader takes for a known key must not
//! be an unknown one here.

/// A key that says something about what an object is or holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    // Keys of documents.
    BomFormat,
    SpdxVersion,
    SpecFormat,
    SpecVersion,
    Schema,
    Context,
    Graph,
    SpdxId,
    Components,
    Packages,
    DocumentNamespace,
    DocumentDescribes,
    DataLicense,
    // Keys of wrappers.
    Kind,
    PredicateType,
    Predicate,
    PayloadType,
    Payload,
    Signatures,
    Envelope,
    MediaType,
    MessageSignature,
    Data,
    Sbom,
    /// Another key that people put a document under. Programs use these words for other things as well.
    Container,
}

/// How many different words there are.
pub(super) const WORDS: usize = 25;

/// Top-level keys of a wrapper. A document that has one of them, in any letter case, may be read in two ways: as the document, and as the
/// wrapper. Readers of documents refuse it as `two-formats`. `payload` counts together with `payloadType`, and a value of `null` does
/// not count.
pub const WRAPPER_MEMBERS: [&str; 10] =
    ["_type", "predicateType", "predicate", "payloadType", "payload", "dsseEnvelope", "dsse_envelope", "Data", "sbom", "messageSignature"];

const LONGEST: usize = 24;

/// The key in the form in which it is compared; nothing if it can be no known word.
fn folded<'b>(key: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut len = 0;
    for character in key.chars() {
        let byte = match character {
            '\u{17f}' => b's',
            '\u{212a}' => b'k',
            ascii if ascii.is_ascii() => (ascii as u8).to_ascii_lowercase(),
            _ => return None,
        };
        *buffer.get_mut(len)? = byte;
        len += 1;
    }
    Some(&buffer[..len])
}

/// Whether two keys are the same to a reader that folds letter case; `lower` is in lower case.
#[cfg(test)]
fn same(key: &str, lower: &str) -> bool {
    folded(key, &mut [0; LONGEST]) == Some(lower.as_bytes())
}

impl Word {
    pub(super) fn of(key: &str) -> Option<Self> {
        Some(match folded(key, &mut [0; LONGEST])? {
            b"bomformat" => Self::BomFormat,
            b"spdxversion" => Self::SpdxVersion,
            b"specformat" => Self::SpecFormat,
            b"specversion" => Self::SpecVersion,
            b"$schema" => Self::Schema,
            b"@context" => Self::Context,
            b"@graph" => Self::Graph,
            b"spdxid" => Self::SpdxId,
            b"components" => Self::Components,
            b"packages" => Self::Packages,
            b"documentnamespace" => Self::DocumentNamespace,
            b"documentdescribes" => Self::DocumentDescribes,
            b"datalicense" => Self::DataLicense,
            b"_type" => Self::Kind,
            b"predicatetype" => Self::PredicateType,
            b"predicate" => Self::Predicate,
            b"payloadtype" => Self::PayloadType,
            b"payload" => Self::Payload,
            b"signatures" => Self::Signatures,
            b"dsseenvelope" | b"dsse_envelope" => Self::Envelope,
            b"mediatype" => Self::MediaType,
            b"messagesignature" => Self::MessageSignature,
            b"data" => Self::Data,
            b"sbom" => Self::Sbom,
            b"bom" | b"spdx" | b"cyclonedx" | b"document" | b"attestation" | b"attestations" | b"bundle" => Self::Container,
            _ => return None,
        })
    }

    /// Whether the key belongs to a wrapper and to nothing else.
    pub(super) fn is_wrapper(self) -> bool {
        matches!(
            self,
            Self::Kind
                | Self::PredicateType
                | Self::Predicate
                | Self::PayloadType
                | Self::Payload
                | Self::Envelope
                | Self::Data
                | Self::Sbom
                | Self::MessageSignature
        )
    }

    /// Whether a document can stand under the key.
    pub(super) fn holds(self) -> bool {
        matches!(self, Self::Predicate | Self::Payload | Self::Envelope | Self::Data | Self::Sbom)
    }

    /// Whether documents have the key at their top level, and wrappers do not.
    pub(super) fn is_of_document(self) -> bool {
        matches!(self, Self::Graph | Self::SpdxId | Self::Components | Self::Packages | Self::DocumentNamespace | Self::DocumentDescribes)
    }
}

/// Whether a text begins with a word, compared as keys are.
fn begins(text: &[u8], word: &[u8]) -> bool {
    let mut at = 0;
    for &letter in word {
        let len = match text.get(at) {
            Some(byte) if byte.to_ascii_lowercase() == letter => 1,
            Some(0xc5) if letter == b's' && text.get(at + 1) == Some(&0xbf) => 2,
            Some(0xe2) if letter == b'k' && text.get(at + 1..at + 3) == Some(&[0x84, 0xaa]) => 3,
            _ => return false,
        };
        at += len;
    }
    true
}

/// Whether a text has a word that only SBOMs, and texts about them, have: `bomFormat`, `spdxVersion`, or the address of a schema or
/// vocabulary. Letter case does not matter.
pub(super) fn mentions(text: &[u8]) -> bool {
    // The search goes by the rarest letter of each word.
    let x = |at: usize| {
        let before = |len: usize| at.checked_sub(len).map(|from| &text[from..]);
        before(3).is_some_and(|from| begins(from, b"spdxversion") || begins(from, b"spdx.org/rdf"))
            || before(4).is_some_and(|from| begins(from, b"spdxversion"))
            || before(8).is_some_and(|from| begins(from, b"cyclonedx.org/schema/bom"))
    };
    let f = |at: usize| at.checked_sub(3).is_some_and(|from| begins(&text[from..], b"bomformat"));
    memchr::memchr2_iter(b'x', b'X', text).any(x) || memchr::memchr2_iter(b'f', b'F', text).any(f)
}

/// Whether a text has a key of an attestation, which may hold an SBOM in base64.
pub(super) fn wraps(text: &[u8]) -> bool {
    ["predicateType", "payloadType", "dsseEnvelope", "specVersion"].iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// Whether JSON that is not looked at in full may be an SBOM or hold one: it has a word of one, a letter of a key is escaped, or a string
/// looks like base64 of a document.
pub(super) fn may_hold(text: &[u8]) -> bool {
    let spdx_id = |at: usize| at.checked_sub(3).is_some_and(|from| begins(&text[from..], b"spdxid"));
    let spec = |at: usize| at.checked_sub(4).is_some_and(|from| begins(&text[from..], b"specversion"));
    mentions(text)
        || memchr::memchr2_iter(b'x', b'X', text).any(spdx_id)
        || memchr::memchr2_iter(b'v', b'V', text).any(spec)
        || memchr::memmem::find_iter(text, "\\u00").any(|at| matches!(text.get(at + 4), Some(b'4'..=b'7')))
        || memchr::memchr_iter(b'"', text).any(|at| begins_encoded(&text[at + 1..]))
}

/// Whether a string begins as base64 of a document, or of something packed, does.
fn begins_encoded(string: &[u8]) -> bool {
    const SHORTEST: usize = 64;
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let (Some(one), Some(two)) = (string.first().copied().and_then(sextet), string.get(1).copied().and_then(sextet)) else { return false };
    let packed = [0x1f, 0x28, b'B', b'P', 0xfd];
    let first = one << 2 | two >> 4;
    // The first letter of a document, white space, the mark of UTF-8, or the first byte of something packed.
    (b"{[<S \t\r\n\xef".contains(&first) || packed.contains(&first))
        && string.len() >= SHORTEST
        && string[..SHORTEST].iter().all(|&byte| sextet(byte).is_some() || matches!(byte, b'\\' | b'\r' | b'\n'))
}

/// Whether XML declares a namespace of SBOMs on an element of it.
pub(super) fn declares_namespace(text: &str) -> bool {
    ["cyclonedx.org/schema/bom", "spdx.org/rdf"].iter().any(|address| {
        text.match_indices(address).any(|(at, _)| {
            let before = &text[text[..at].rfind(['"', '\'']).unwrap_or(0)..at];
            let attribute = text[..at - before.len()].trim_end();
            let name = attribute.strip_suffix('=').map(str::trim_end).and_then(|name| name.rsplit([' ', '\t', '\r', '\n', '<']).next());
            before.len() < 20 && name.is_some_and(|name| name.starts_with("xmlns"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fold_as_in_go() {
        for key in ["predicate", "Predicate", "PREDICATE", "predıcate"] {
            assert_eq!(Word::of(key) == Some(Word::Predicate), key.is_ascii(), "{key}");
        }
        assert!(same("\u{17f}bom", "sbom") && same("SBOM", "sbom") && !same("sboms", "sbom"));
        assert_eq!(Word::of("component\u{17f}"), Some(Word::Components));
        assert_eq!(Word::of(&"x".repeat(100)), None);
    }

    #[test]
    fn a_mention_is_found_in_any_letter_case() {
        for text in [
            "\"bomFormat\"",
            "BOMFORMAT",
            "x spdxVersion",
            "\u{17f}pdxVer\u{17f}ion",
            "https://spdx.org/rdf/3",
            "http://CycloneDX.org/schema/bom/1.5",
        ] {
            assert!(mentions(text.as_bytes()), "{text}");
        }
        for text in ["", "x", "f", "cyclonedx-npm", "spdx", "SPDX-2.3", "bom", "format"] {
            assert!(!mentions(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn every_wrapper_member_is_a_word() {
        assert!(WRAPPER_MEMBERS.iter().all(|member| Word::of(member).is_some_and(Word::is_wrapper)));
    }
}
