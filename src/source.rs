//! One input: its name, its text, its positions, and the window that a diagnostic shows of it.
//!
//! A [`Source`] is the only thing that a [`Span`] points into. Line and column are worked out only for
//! what is shown, from checkpoints that are made once, so that a finding costs the same at the end of a
//! file of one 20 MB line as at the start of a small one.
//!
//! miette prints whole lines and panics when a label lies beyond column 65,535, so a diagnostic never sees
//! the document: it gets a [`Window`], a short, made-safe excerpt that knows its true position.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use sha2::{Digest, Sha256};

use crate::text;

/// A byte range in the text of one [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// A place in a file that is kept: where a policy says what decided.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The file.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it marks a place between two bytes only.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Where a span begins, for a person: both count from 1; the column counts characters, not bytes,
/// so it holds for the file as it stands on disk, whatever its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One document, or what is taken for one: a text, and the part of it that the document is.
///
/// A clone shares the text.
#[derive(Clone)]
pub struct Source {
    whole: Arc<Whole>,
    body: Range<usize>,
    /// Whether nothing of the text may be shown.
    hidden: bool,
}

struct Whole {
    name: String,
    /// What was done to the bytes of that name before this text came out of them.
    derivation: Option<String>,
    text: Cow<'static, str>,
    /// Made of the bytes as they came; for UTF-8 these are the text's own, so it is made when asked for.
    sha256: OnceLock<String>,
    checkpoints: OnceLock<Vec<Checkpoint>>,
}

/// The bytes are not text in any encoding that is read.
#[derive(Debug)]
pub struct NotText {
    /// What can be read of it, for showing the place.
    pub source: Source,
    /// The place of the first bytes that are not text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.whole.name).field("body", &self.body).finish_non_exhaustive()
    }
}

/// What is known at every [`STEP`]th byte: enough to find line and column from there.
struct Checkpoint {
    /// Line ends before this byte.
    lines: usize,
    /// Where the line begins that this byte stands in.
    line_start: usize,
    /// Characters from there to here.
    characters: usize,
}

const STEP: usize = 16 * 1024;
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Source {
    fn new(name: String, derivation: Option<String>, text: Cow<'static, str>, sha256: Option<String>) -> Self {
        let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let body = start..text.len();
        let sha256 = sha256.map_or_else(OnceLock::new, OnceLock::from);
        Self { whole: Arc::new(Whole { name, derivation, text, sha256, checkpoints: OnceLock::new() }), body, hidden: false }
    }

    /// A source made of text that is at hand.
    #[must_use]
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(name.into(), None, Cow::Owned(text.into()), None)
    }

    /// A source made of text that is a part of the program, such as an embedded policy.
    #[must_use]
    pub fn embedded(name: String, text: &'static str) -> Self {
        Self::new(name, None, Cow::Borrowed(text), None)
    }

    /// A source of which nothing could be read, so that it has no digest.
    #[must_use]
    pub fn unread(name: impl Into<String>) -> Self {
        Self::new(name.into(), None, Cow::Borrowed(""), Some(String::new()))
    }

    /// A source that was read and let go: nothing points into it.
    #[must_use]
    pub fn let_go(name: impl Into<String>, sha256: Option<String>) -> Self {
        Self::new(name.into(), None, Cow::Borrowed(""), sha256)
    }

    /// The same with its digest, where that is known from another reading of the same bytes.
    #[must_use]
    pub(crate) fn with_sha256(self, sha256: Option<String>) -> Self {
        if let Some(sha256) = sha256 {
            // One that is known already is the same.
            let _ = self.whole.sha256.set(sha256);
        }
        self
    }

    /// Text that came out of the bytes of another source, such as what was compressed in it: `derivation` says how.
    ///
    /// It keeps that source's name and digest, because these are what a person has.
    #[must_use]
    pub fn derived(&self, derivation: &str, text: String) -> Self {
        let derivation = match &self.whole.derivation {
            Some(earlier) => format!("{earlier}, {derivation}"),
            None => derivation.to_owned(),
        };
        Self::new(self.whole.name.clone(), Some(derivation), Cow::Owned(text), Some(self.sha256().to_owned()))
    }

    /// The same for text that is a source already, whose text is taken over and not copied.
    pub(crate) fn derived_from(&self, derivation: &str, other: Self) -> Self {
        let text = match Arc::try_unwrap(other.whole) {
            Ok(whole) => whole.text.into_owned(),
            Err(shared) => shared.text.clone().into_owned(),
        };
        self.derived(derivation, text)
    }

    /// The document that a part of this text is.
    #[must_use]
    pub fn within(&self, body: Range<usize>) -> Self {
        Self { whole: Arc::clone(&self.whole), body, hidden: self.hidden }
    }

    /// The same, of which only places are shown and no text.
    #[must_use]
    pub fn hidden(&self) -> Self {
        Self { hidden: true, ..self.clone() }
    }

    /// Decodes `bytes`: UTF-8, or UTF-16 and UTF-32 of either byte order.
    ///
    /// # Errors
    /// [`NotText`] with the place of the first bytes that are not text.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Box<NotText>> {
        let name = name.into();
        let Some(wide) = Wide::detect(&bytes) else {
            return match String::from_utf8(bytes) {
                Ok(text) => Ok(Self::from_text(name, text)),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let text = error.into_bytes();
                    let text = String::from_utf8_lossy(&text).into_owned();
                    // The replacement character stands exactly where the first bad byte did.
                    let span = Span::new(at, (at + 3).min(text.len()));
                    let message = "these bytes are not UTF-8".to_owned();
                    Err(Box::new(NotText { source: Self::from_text(name, text), span, message }))
                }
            };
        };
        let decoded = wide.decode(&bytes);
        let source = Self::new(name, None, Cow::Owned(decoded.text), Some(hex_sha256(&bytes)));
        match decoded.first_error {
            None => Ok(source),
            Some(at) => Err(Box::new(NotText {
                span: Span::new(at, (at + 3).min(source.text().len())),
                message: format!("these bytes are not {}", wide.name()),
                source,
            })),
        }
    }

    /// What the user called it: a path as given, or `<stdin>`. Not made safe.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.whole.name
    }

    /// The name, and where this is not the text that the user can open, what was done to get it. Not made safe.
    #[must_use]
    pub fn title(&self) -> Cow<'_, str> {
        match &self.whole.derivation {
            Some(derivation) => Cow::Owned(format!("{} ({derivation})", self.whole.name)),
            None => Cow::Borrowed(&self.whole.name),
        }
    }

    /// The whole text; a byte-order mark stays in it, so that offsets are those of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.whole.text
    }

    /// The text up to the end of the document; it begins at [`Source::text_start`].
    #[must_use]
    pub fn body(&self) -> &str {
        &self.whole.text[..self.body.end]
    }

    /// Where the document begins, after a byte-order mark.
    #[must_use]
    pub fn text_start(&self) -> usize {
        self.body.start
    }

    /// The same as [`Source::sha256`]; nothing if no bytes could be read.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        Some(self.sha256()).filter(|sha256| !sha256.is_empty())
    }

    /// SHA-256 of the bytes as they came, in lower-case hexadecimal; empty if none could be read.
    #[must_use]
    pub fn sha256(&self) -> &str {
        self.whole.sha256.get_or_init(|| hex_sha256(self.text().as_bytes()))
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn location(&self, offset: usize) -> Location {
        self.place(offset).0
    }

    /// The column of a byte offset counted in bytes, from 1.
    #[must_use]
    pub fn byte_column(&self, offset: usize) -> usize {
        let offset = offset.min(self.text().len());
        offset - self.place(offset).1 + 1
    }

    /// Line and column of a byte offset, and where its line begins.
    fn place(&self, offset: usize) -> (Location, usize) {
        let bytes = self.text().as_bytes();
        let offset = offset.min(bytes.len());
        let checkpoints = self.whole.checkpoints.get_or_init(|| checkpoints(bytes));
        let nearest = &checkpoints[offset / STEP];
        let from = (offset / STEP) * STEP;
        let between = &bytes[from..offset];
        let line = nearest.lines + memchr::memchr_iter(b'\n', between).count() + 1;
        let (line_start, before) = match memchr::memrchr(b'\n', between) {
            Some(end) => (from + end + 1, characters(&between[end + 1..])),
            None => (nearest.line_start, nearest.characters + characters(between)),
        };
        let mark = usize::from(line_start == 0 && before > 0 && self.text().starts_with(BYTE_ORDER_MARK));
        (Location { line, column: before + 1 - mark }, line_start)
    }

    /// The excerpt of the text around `span` that a diagnostic shows.
    #[must_use]
    pub fn window(&self, span: Span) -> Window {
        Window::new(self, span)
    }
}

fn checkpoints(bytes: &[u8]) -> Vec<Checkpoint> {
    let mut found = Vec::with_capacity(bytes.len() / STEP + 1);
    found.push(Checkpoint { lines: 0, line_start: 0, characters: 0 });
    let (mut lines, mut line_start, mut in_line) = (0, 0, 0);
    for (index, step) in bytes.chunks(STEP).enumerate() {
        let from = index * STEP;
        lines += memchr::memchr_iter(b'\n', step).count();
        match memchr::memrchr(b'\n', step) {
            Some(end) => {
                line_start = from + end + 1;
                in_line = characters(&step[end + 1..]);
            }
            None => in_line += characters(step),
        }
        found.push(Checkpoint { lines, line_start, characters: in_line });
    }
    found
}

/// Characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Text encodings of two and four bytes a unit.
#[derive(Clone, Copy)]
struct Wide {
    unit: usize,
    little: bool,
    mark: bool,
}

struct Decoded {
    text: String,
    first_error: Option<usize>,
}

impl Wide {
    /// By byte-order mark, or by the zero bytes around the first character, which in an SBOM is ASCII.
    fn detect(bytes: &[u8]) -> Option<Self> {
        let wide = |unit, little, mark| Some(Self { unit, little, mark });
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => wide(4, true, true),
            [0, 0, 0xfe, 0xff, ..] => wide(4, false, true),
            [0xff, 0xfe, ..] => wide(2, true, true),
            [0xfe, 0xff, ..] => wide(2, false, true),
            [1..=0x7f, 0, 0, 0, ..] => wide(4, true, false),
            [0, 0, 0, 1..=0x7f, ..] => wide(4, false, false),
            [1..=0x7f, 0, 1..=0x7f, 0, ..] => wide(2, true, false),
            [0, 1..=0x7f, 0, 1..=0x7f, ..] => wide(2, false, false),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match (self.unit, self.little) {
            (2, true) => "UTF-16LE",
            (2, false) => "UTF-16BE",
            (_, true) => "UTF-32LE",
            (_, false) => "UTF-32BE",
        }
    }

    fn decode(self, bytes: &[u8]) -> Decoded {
        let bytes = if self.mark { &bytes[self.unit..] } else { bytes };
        let mut decoded = Decoded { text: String::with_capacity(bytes.len() / self.unit), first_error: None };
        let units = bytes.chunks_exact(self.unit);
        let rest = units.remainder().len();
        let units = units.map(|unit| {
            unit.iter().enumerate().fold(0_u32, |value, (index, &byte)| {
                let place = if self.little { index } else { self.unit - 1 - index };
                value | u32::from(byte) << (8 * place)
            })
        });
        if self.unit == 2 {
            // Two bytes always fit sixteen bits.
            for unit in char::decode_utf16(units.map(|unit| u16::try_from(unit).unwrap_or(u16::MAX))) {
                decoded.push(unit.ok());
            }
        } else {
            units.for_each(|unit| decoded.push(char::from_u32(unit)));
        }
        if rest > 0 {
            decoded.push(None);
        }
        decoded
    }
}

impl Decoded {
    fn push(&mut self, character: Option<char>) {
        if character.is_none() {
            self.first_error.get_or_insert(self.text.len());
        }
        self.text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
}

/// Characters shown on either side of the label when its line is long.
const BESIDE: usize = 60;
/// How far line ends are looked for, in bytes.
const NEARBY: usize = 1024;
/// The longest label, and the longest line of context, in characters.
const LONGEST: usize = 120;

/// A short excerpt of a source around one label, made safe, which knows where it comes from.
///
/// It owns its text, so a diagnostic can outlive the source, and never holds more than a few hundred bytes.
#[derive(Debug, Clone)]
pub struct Window {
    name: String,
    excerpt: String,
    label: SourceSpan,
    location: Location,
    first_line: usize,
}

impl Window {
    fn new(source: &Source, span: Span) -> Self {
        let text = source.text();
        let start = text::boundary(text, span.start);
        let end = text::boundary(text, span.end).max(start);
        let location = source.location(start);
        if source.hidden {
            let excerpt = "(redacted)".to_owned();
            let label = SourceSpan::new(0.into(), excerpt.len());
            return Self { name: text::inline(&source.title()).into_owned(), excerpt, label, location, first_line: location.line };
        }
        // No further than what can be shown: a line may be the whole document.
        let nearby = text::boundary(text, start.saturating_sub(NEARBY)).max(source.text_start()).min(start);
        let found = memchr::memrchr(b'\n', &text.as_bytes()[nearby..start]);
        let line_start = found.map_or(nearby, |at| nearby + at + 1);
        let far = text::boundary(text, end.saturating_add(NEARBY).min(start.saturating_add(2 * NEARBY))).max(start);
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[start..far]).map_or(far, |at| start + at);
        let before = last_characters(&text[line_start..start], BESIDE);
        let whole_line = before.len() == start - line_start && (found.is_some() || line_start == source.text_start());
        let label = &text[start..end.min(line_end)];

        let mut excerpt = String::new();
        let mut first_line = location.line;
        if whole_line && line_start > source.text_start() {
            // One line of context: in a pretty-printed SBOM it is usually the name beside the supplier.
            let nearby = text::boundary(text, (line_start - 1).saturating_sub(NEARBY)).max(source.text_start());
            let above = &text[nearby..line_start - 1];
            let above = &above[memchr::memrchr(b'\n', above.as_bytes()).map_or(0, |at| at + 1)..];
            push_safe(&mut excerpt, above.trim_end_matches('\r'), LONGEST);
            excerpt.push('\n');
            first_line -= 1;
        }
        if !whole_line {
            excerpt.push('…');
        }
        excerpt.push_str(&text::safe(before));
        let label_start = excerpt.len();
        push_safe(&mut excerpt, label, LONGEST);
        let label_len = excerpt.len() - label_start;
        if end <= line_end {
            push_safe(&mut excerpt, text[end..line_end].trim_end_matches('\r'), BESIDE);
        }
        Self {
            name: text::inline(&source.title()).into_owned(),
            excerpt,
            label: SourceSpan::new(label_start.into(), label_len),
            location,
            first_line,
        }
    }

    /// The label's place in the excerpt, for miette.
    #[must_use]
    pub fn label(&self) -> SourceSpan {
        self.label
    }

    /// The excerpt: up to two lines, made safe.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// The number of its first line in the source.
    #[must_use]
    pub fn first_line(&self) -> usize {
        self.first_line
    }

    /// The label's true place in the source.
    #[must_use]
    pub fn location(&self) -> Location {
        self.location
    }
}

impl SourceCode for Window {
    /// Answers miette's two questions: without context lines it wants to know where the label is, with them what to show.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let contents = if context_lines_before == 0 && context_lines_after == 0 {
            let data = self.excerpt.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
            (data, *span, self.location.line - 1, self.location.column - 1)
        } else {
            (self.excerpt.as_bytes(), SourceSpan::new(0.into(), self.excerpt.len()), self.first_line - 1, 0)
        };
        let lines = contents.0.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), contents.0, contents.1, contents.2, contents.3, lines)))
    }
}

fn push_safe(out: &mut String, text: &str, max: usize) {
    out.push_str(&text::excerpt(text, max));
}

fn last_characters(text: &str, max: usize) -> &str {
    let start = text.char_indices().rev().take(max).last().map_or(text.len(), |(at, _)| at);
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::{Location, Source, Span};

    /// The definition, counted one character at a time.
    fn counted(text: &str, offset: usize) -> Location {
        let before = &text[..offset];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let column = line.trim_start_matches('\u{feff}').chars().count() + 1;
        Location { line: before.matches('\n').count() + 1, column }
    }

    #[test]
    fn positions_equal_a_plain_count() {
        let long = "äb".repeat(20_000);
        for text in [String::new(), "\u{feff}{\n  \"ä\": 1\r\n}".to_owned(), format!("{{\n{long}\n{long}{long}\nx\n"), "x\n".repeat(40_000)]
        {
            let source = Source::from_text("t", text.clone());
            let offsets = (0..text.len()).step_by(977).chain([text.len(), text.len() / 2]);
            for offset in offsets.filter(|&offset| text.is_char_boundary(offset)) {
                assert_eq!(source.location(offset), counted(&text, offset), "offset {offset}");
                let line_start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
                assert_eq!(source.byte_column(offset), offset - line_start + 1, "offset {offset}");
            }
        }
    }

    #[test]
    fn every_encoding_reads_as_the_same_text() {
        let text = "{\"a\": \"Лаборатория 🚀\"}";
        let utf16: Vec<u16> = text.encode_utf16().collect();
        let utf32: Vec<u32> = text.chars().map(u32::from).collect();
        let mark16 = [0xfeff_u16];
        let inputs: Vec<Vec<u8>> = vec![
            text.as_bytes().to_vec(),
            mark16.iter().chain(&utf16).flat_map(|unit| unit.to_le_bytes()).collect(),
            mark16.iter().chain(&utf16).flat_map(|unit| unit.to_be_bytes()).collect(),
            utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            [0xfeff_u32].iter().chain(&utf32).flat_map(|unit| unit.to_le_bytes()).collect(),
            [0xfeff_u32].iter().chain(&utf32).flat_map(|unit| unit.to_be_bytes()).collect(),
        ];
        for bytes in inputs {
            assert_eq!(Source::from_bytes("t", bytes).unwrap().text(), text);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_at_their_place() {
        let error = Source::from_bytes("t", b"{\"a\": \"\xff\"}".to_vec()).unwrap_err();
        assert_eq!(error.span.start, 7);
        let error = Source::from_bytes("t", b"\xff\xfe{\0\x00\xd8\"\0".to_vec()).unwrap_err();
        assert_eq!(error.source.location(error.span.start), Location { line: 1, column: 2 });
    }

    #[test]
    fn a_window_is_small_safe_and_knows_its_place() {
        let text = format!("{}\u{202e}\"evil\"{}", "x".repeat(5_000_000), "y".repeat(5_000_000));
        let start = text.find("evil").unwrap();
        let source = Source::from_text("bom.json", text);
        let window = source.window(Span::new(start, start + 4));
        assert!(window.excerpt.len() < 300, "{}", window.excerpt);
        assert!(window.excerpt.contains(r"\u{202e}"));
        assert_eq!(window.location(), Location { line: 1, column: 5_000_003 });
        let label = window.label();
        assert_eq!(&window.excerpt[label.offset()..label.offset() + label.len()], "evil");
    }

    #[test]
    fn a_window_shows_the_line_above() {
        let source = Source::from_text("bom.json", "{\r\n  \"name\": \"kes\",\r\n  \"supplier\": \"K\"\r\n}");
        let start = source.text().find("\"K\"").unwrap();
        let window = source.window(Span::new(start, start + 3));
        assert_eq!(window.excerpt, "  \"name\": \"kes\",\n  \"supplier\": \"K\"");
        assert_eq!(window.first_line, 2);
    }
}
