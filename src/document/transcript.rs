//! A document that is not written in JSON, told as JSON.
//!
//! What the fields of a format mean is known in one place, the format's JSON reader. The readers of its other encodings tell their document
//! in the shape that the JSON has, and note where each text of it stands in the source; everything that the JSON reader then finds is
//! handed on with the places of the source.

use std::borrow::Cow;

use super::feed::Feed;
use super::limits::Limits;
use super::scribe::Result;
use super::{Document, Reader, json};
use crate::inventory::{Author, Claim, Completeness, Link, Listener, Note, Relationship, Subject, Text};
use crate::source::{Source, Span};

/// The telling of one document, or of a part of it.
#[derive(Default)]
pub(super) struct Transcript {
    json: String,
    /// In the order of the JSON.
    places: Vec<Told>,
    /// Where the last place was found.
    near: std::cell::Cell<usize>,
}

/// Where a piece of the JSON stands in the source.
#[derive(Clone, Copy)]
struct Told {
    start: usize,
    end: usize,
    source: Span,
    /// Both are the same letter by letter.
    verbatim: bool,
}

impl Transcript {
    /// A telling of a source of `bytes` bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { json: String::with_capacity(bytes + bytes / 8), ..Self::default() }
    }

    /// A telling of one element, of ordinary size.
    pub(super) fn of_an_element() -> Self {
        Self { json: String::with_capacity(512), places: Vec::with_capacity(32), ..Self::default() }
    }

    /// The JSON as it is so far.
    pub(super) fn json(&self) -> &str {
        &self.json
    }

    pub(super) fn open_object(&mut self, place: Span) {
        self.separate();
        self.structural('{', place);
    }

    pub(super) fn close_object(&mut self, place: Span) {
        self.structural('}', place);
    }

    pub(super) fn open_array(&mut self, place: Span) {
        self.separate();
        self.structural('[', place);
    }

    pub(super) fn close_array(&mut self, place: Span) {
        self.structural(']', place);
    }

    fn structural(&mut self, bracket: char, source: Span) {
        let start = self.json.len();
        self.json.push(bracket);
        self.places.push(Told { start, end: start + 1, source, verbatim: false });
    }

    /// The key of the next value; `place` is what stands for it in the source.
    pub(super) fn key(&mut self, key: &str, place: Span) {
        self.separate();
        self.quoted(key, place, false);
        self.json.push(':');
    }

    /// A string; `verbatim` if the source has it letter by letter at `place`.
    pub(super) fn string(&mut self, text: &str, place: Span, verbatim: bool) {
        self.separate();
        self.quoted(text, place, verbatim);
    }

    /// `null`, `true`, `false` or a number, as the source has it.
    pub(super) fn literal(&mut self, text: &str, place: Span) {
        self.separate();
        let start = self.json.len();
        self.json.push_str(text);
        self.places.push(Told { start, end: self.json.len(), source: place, verbatim: text.len() == place.len() });
    }

    /// Everything that another transcript tells, as the next values or members.
    pub(super) fn append(&mut self, other: &Self) {
        if other.json.is_empty() {
            return;
        }
        self.separate();
        let shift = self.json.len();
        self.json.push_str(&other.json);
        self.places.extend(other.places.iter().map(|told| Told { start: told.start + shift, end: told.end + shift, ..*told }));
    }

    fn separate(&mut self) {
        if !matches!(self.json.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.json.push(',');
        }
    }

    fn quoted(&mut self, text: &str, source: Span, verbatim: bool) {
        self.json.push('"');
        let start = self.json.len();
        let mut rest = text;
        loop {
            let at = json::plain_end(rest.as_bytes(), 0);
            self.json.push_str(&rest[..at]);
            let Some(byte) = rest.as_bytes().get(at) else { break };
            use std::fmt::Write as _;
            let _ = write!(self.json, "\\u{byte:04x}");
            rest = &rest[at + 1..];
        }
        let verbatim = verbatim && rest.len() == text.len();
        self.places.push(Told { start, end: self.json.len(), source, verbatim });
        self.json.push('"');
    }

    /// The last place that begins at or before this offset; looked for from `near` on, because readers ask for one after the other.
    fn before(&self, offset: usize, near: usize) -> usize {
        const CLOSE: usize = 32;
        let close = self.places.get(near..).unwrap_or_default();
        let close = &close[..close.len().min(CLOSE)];
        let within = close.first().is_some_and(|told| told.start <= offset);
        let found = close.iter().position(|told| told.start > offset).filter(|_| within);
        found.map_or_else(|| self.places.partition_point(|told| told.start <= offset), |at| near + at).saturating_sub(1)
    }

    /// Where in the source a piece of the JSON stands.
    fn place(&self, span: Span) -> Span {
        let first = self.before(span.start, self.near.get());
        self.near.set(first);
        let Some(told) = self.places.get(first) else { return Span::default() };
        if span.start >= told.start && span.end <= told.end {
            if told.verbatim {
                let start = told.source.start + (span.start - told.start);
                return Span::new(start, start + span.len());
            }
            return told.source;
        }
        // A structure: from its opening to its end.
        let last = self.places.partition_point(|told| told.end <= span.end).saturating_sub(1);
        let end = self.places.get(last).map_or(told.source.end, |told| told.source.end);
        Span::new(told.source.start, end.max(told.source.end))
    }

    /// Reads the telling with the JSON reader of its format.
    pub(super) fn read(&self, reader: &'static Reader, limits: &Limits, listener: &mut dyn Listener) -> Result<Document> {
        let json_reader = reader.format.json_reader();
        let mut mapped = Mapped { transcript: self, listener };
        let mut feed = Feed::of_text(&self.json, *limits, reader);
        (json_reader.read)(&mut feed, &mut mapped).map_err(|mut error| {
            error.span = error.span.map(|span| self.place(span));
            error
        })
    }

    /// The JSON pointers of the values that stand at these offsets of the source.
    pub(super) fn pointers(&self, offsets: &[usize]) -> Vec<String> {
        let mut by_source: Vec<Told> = self.places.iter().filter(|told| !told.source.is_empty()).copied().collect();
        by_source.sort_unstable_by_key(|told| (told.source.start, told.start));
        let mut wanted: Vec<(usize, usize)> = Vec::with_capacity(offsets.len());
        for (index, &offset) in offsets.iter().enumerate() {
            let after = by_source.partition_point(|told| told.source.start <= offset);
            let told = by_source[..after].iter().rev().take(64).find(|told| offset < told.source.end).or(by_source[..after].last());
            wanted.push((told.map_or(0, |told| told.start), index));
        }
        wanted.sort_unstable();
        let sorted: Vec<usize> = wanted.iter().map(|(at, _)| *at).collect();
        let mut found = vec![String::new(); offsets.len()];
        for ((_, index), pointer) in wanted.into_iter().zip(json::pointers(&self.json, 0, &sorted)) {
            found[index] = pointer;
        }
        found
    }
}

/// The JSON pointers of the values at these offsets of a source that `tell` tells.
pub(super) fn pointers(tell: fn(&str, usize, &Limits) -> Result<Transcript>, source: &Source, offsets: &[usize]) -> Vec<String> {
    // It was read before, within limits that are not known here.
    let limits = Limits { depth: Limits::DEPTH_MAX, ..Limits::default() };
    match tell(source.body(), source.text_start(), &limits) {
        Ok(told) => told.pointers(offsets),
        Err(_) => vec![String::new(); offsets.len()],
    }
}

/// Hands on what a JSON reader finds with the places of the source.
struct Mapped<'t, 'l> {
    transcript: &'t Transcript,
    listener: &'l mut dyn Listener,
}

impl Mapped<'_, '_> {
    fn text<'x>(&self, text: &'x Option<Text<'_>>) -> Option<Text<'x>> {
        text.as_ref().map(|text| Text { value: Cow::Borrowed(text.value.as_ref()), span: self.transcript.place(text.span) })
    }
}

impl Listener for Mapped<'_, '_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        let claims = subject.claims.iter().map(|claim| Claim {
            field: claim.field,
            role: claim.role,
            text: Cow::Borrowed(claim.text.as_ref()),
            span: self.transcript.place(claim.span),
        });
        let claims: Vec<Claim<'_>> = claims.collect();
        self.listener.subject(&Subject {
            reference: self.text(&subject.reference),
            name: self.text(&subject.name),
            group: self.text(&subject.group),
            version: self.text(&subject.version),
            purl: self.text(&subject.purl),
            span: self.transcript.place(subject.span),
            claims: &claims,
            ..*subject
        });
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.listener.relationship(&Relationship { to_span: self.transcript.place(relationship.to_span), ..*relationship });
    }

    fn reference(&mut self, text: &str, span: Span) {
        self.listener.reference(text, self.transcript.place(span));
    }

    fn link(&mut self, link: Link<'_>) {
        self.listener.link(Link { span: self.transcript.place(link.span), ..link });
    }

    fn author(&mut self, author: Author<'_>) {
        self.listener.author(author);
    }

    fn completeness(&mut self, said: Completeness) {
        self.listener.completeness(said);
    }

    fn note(&mut self, note: Note) {
        let span = note.span.map(|span| self.transcript.place(span));
        self.listener.note(Note { span, ..note });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_json_and_knows_its_places() {
        let source = "<n>a \"b\"</n><m>plain</m>";
        let mut told = Transcript::default();
        told.open_object(Span::new(0, 3));
        told.key("n", Span::new(1, 2));
        told.string("a \"b\"", Span::new(3, 8), true);
        told.key("m", Span::new(13, 14));
        let plain = source.find("plain").unwrap();
        told.string("plain", Span::new(plain, plain + 5), true);
        told.key("list", Span::default());
        told.open_array(Span::default());
        told.string("\u{1}", Span::default(), false);
        told.literal("null", Span::default());
        told.close_array(Span::default());
        told.close_object(Span::new(20, 24));
        let value: serde_json::Value = serde_json::from_str(told.json()).unwrap();
        assert_eq!(value, serde_json::json!({"n": "a \"b\"", "m": "plain", "list": ["\u{1}", null]}));
        let at = told.json().find("lain").unwrap();
        assert_eq!(told.place(Span::new(at, at + 2)), Span::new(plain + 1, plain + 3));
        assert_eq!(told.place(Span::new(0, told.json().len())), Span::new(0, 24));
        assert_eq!(told.pointers(&[3, plain + 2]), ["/n", "/m"]);
    }
}
