//! A document's text as it comes: whole, or by parts through one buffer that is used again.
//!
//! A large document is read by parts, so that it costs little more memory than its largest element. The reader works on one unit
//! at a time (a member of the document, an element of its lists); when the part ends inside of a unit, more is read and the unit is
//! begun again.

use std::io::Read;

use sha2::{Digest as _, Sha256};

use super::Reader;
use super::limits::Limits;
use crate::source::{Source, hex};

/// Where the parts of a document come from.
pub(super) struct Feed<'s> {
    part: Part<'s>,
    /// Where the part begins in the document.
    base: usize,
    /// Where the document's text begins, after a byte-order mark.
    start: usize,
    limits: Limits,
    reader: &'static Reader,
}

enum Part<'s> {
    Whole(&'s str),
    Buffered { text: String, rest: Rest<'s> },
}

/// What has not been read yet, and what of it could not be used.
struct Rest<'s> {
    reader: &'s mut dyn Read,
    /// The first bytes of a character whose others are still to come.
    split: Vec<u8>,
    ended: bool,
    /// How much the buffer should hold.
    capacity: usize,
    digest: Option<Sha256>,
}

/// The bytes cannot be read by parts: they cannot be read at all, or are no UTF-8. Reading the document whole tells which.
#[derive(Debug)]
pub(super) struct NotByParts;

impl<'s> Feed<'s> {
    /// The text of a source, in one part, for this reader.
    pub(super) fn whole(source: &'s Source, limits: Limits, reader: &'static Reader) -> Self {
        Self { part: Part::Whole(source.body()), base: 0, start: source.text_start(), limits, reader }
    }

    /// A text that is no source of its own.
    pub(super) fn of_text(text: &'s str, limits: Limits, reader: &'static Reader) -> Self {
        Self { part: Part::Whole(text), base: 0, start: 0, limits, reader }
    }

    /// What `reader` gives, by parts of `capacity` bytes, or more where a unit is larger.
    ///
    /// Who reads it has to be said by [`Feed::set_reader`] once its beginning is seen.
    pub(super) fn by_parts(reader: &'s mut dyn Read, capacity: usize, digest: bool, limits: Limits) -> Result<Self, NotByParts> {
        let rest = Rest { reader, split: Vec::new(), ended: false, capacity, digest: digest.then(Sha256::new) };
        let part = Part::Buffered { text: String::new(), rest };
        let mut feed = Self { part, base: 0, start: 0, limits, reader: &super::READERS[0] };
        feed.refill(0)?;
        feed.start = if feed.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Ok(feed)
    }

    /// The part at hand.
    pub(super) fn text(&self) -> &str {
        match &self.part {
            Part::Whole(text) => text,
            Part::Buffered { text, .. } => text,
        }
    }

    /// What may be read.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Who reads it.
    pub(super) fn reader(&self) -> &'static Reader {
        self.reader
    }

    pub(super) fn set_reader(&mut self, reader: &'static Reader) {
        self.reader = reader;
    }

    /// Where it begins in the document.
    pub(super) fn base(&self) -> usize {
        self.base
    }

    /// Where the document's text begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Whether the part at hand is all there is.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.part, Part::Whole(_))
    }

    /// Whether nothing comes after the part at hand.
    pub(super) fn is_last(&self) -> bool {
        match &self.part {
            Part::Whole(_) => true,
            Part::Buffered { rest, .. } => rest.ended,
        }
    }

    /// Reads on, and keeps what is at hand from the offset `keep` of the document on.
    pub(super) fn refill(&mut self, keep: usize) -> Result<(), NotByParts> {
        let Part::Buffered { text, rest } = &mut self.part else { return Err(NotByParts) };
        let mut bytes = std::mem::take(text).into_bytes();
        bytes.drain(..keep - self.base);
        self.base = keep;
        bytes.append(&mut rest.split);
        if bytes.len() > rest.capacity / 2 {
            // One unit fills the buffer: only a larger one takes it in.
            rest.capacity *= 2;
        }
        let wanted = rest.capacity.saturating_sub(bytes.len());
        // One byte more, so that the end is seen without another allocation.
        bytes.reserve_exact(wanted + 1);
        let held = bytes.len();
        let read = rest.reader.take(wanted as u64).read_to_end(&mut bytes).map_err(|_| NotByParts)?;
        rest.ended = read < wanted;
        if let Some(digest) = &mut rest.digest {
            digest.update(&bytes[held..]);
        }
        rest.split = bytes.split_off(whole_characters(&bytes));
        if rest.ended && !rest.split.is_empty() {
            return Err(NotByParts);
        }
        *text = String::from_utf8(bytes).map_err(|_| NotByParts)?;
        Ok(())
    }

    /// SHA-256 of everything, if it was asked for and everything was read.
    pub(super) fn digest(self) -> Option<String> {
        match self.part {
            Part::Buffered { rest, .. } if rest.ended => rest.digest.map(|digest| hex(&digest.finalize())),
            _ => None,
        }
    }
}

/// How many bytes there are up to a character that is cut off at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    for (at, &byte) in bytes.iter().enumerate().skip(from).rev() {
        let len = match byte {
            0..0x80 => return bytes.len(),
            0x80..0xc0 => continue,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        return if at + len > bytes.len() { at } else { bytes.len() };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::super::PART;
    use super::*;

    #[test]
    fn parts_join_to_the_whole_whatever_they_cut() {
        let text = "\u{feff}aä€😀".repeat(40_000);
        let mut bytes = text.as_bytes();
        let mut feed = Feed::by_parts(&mut bytes, PART, true, Limits::default()).unwrap();
        assert_eq!(feed.start(), 3);
        let mut joined = String::new();
        loop {
            assert_eq!(joined.len(), feed.base());
            joined.push_str(feed.text());
            if feed.is_last() {
                break;
            }
            feed.refill(joined.len()).unwrap();
        }
        assert!(joined == text);
        assert_eq!(feed.digest(), Some(crate::source::hex_sha256(text.as_bytes())));
    }

    #[test]
    fn a_unit_larger_than_the_buffer_is_taken_in() {
        let text = "x".repeat(PART * 5);
        let mut bytes = text.as_bytes();
        let mut feed = Feed::by_parts(&mut bytes, PART, false, Limits::default()).unwrap();
        while !feed.is_last() {
            feed.refill(0).unwrap();
        }
        assert_eq!(feed.text().len(), text.len());
    }

    #[test]
    fn what_is_no_text_is_not_read_by_parts() {
        for bytes in [&b"{\"\xff"[..], b"abc\xe2\x82"] {
            let mut bytes = bytes;
            assert!(Feed::by_parts(&mut bytes, PART, false, Limits::default()).is_err());
        }
    }
}
