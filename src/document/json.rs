//! A pull reader for JSON that keeps its place.
//!
//! It walks the text once, borrows every string that stands there unescaped, and knows the offset of
//! everything, so spans cost nothing and every error can be underlined. It accepts exactly RFC 8259, checks what it skips as
//! strictly as what it reads, and never recurses while skipping; the tests hold it against `serde_json`.

use std::borrow::Cow;

use wide::u8x16;

use super::limits::Limits;
use crate::source::Span;

/// What is wrong with the text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) kind: JsonErrorKind,
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonErrorKind {
    /// It is not JSON.
    Syntax,
    /// The text ended before the value did.
    Truncated,
    /// It may be JSON, and is nested deeper than is read.
    TooDeep,
}

pub(crate) type Result<T> = std::result::Result<T, Box<JsonError>>;

/// The kind of the value that comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Next {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        }
    }
}

/// A string as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonStr<'a> {
    raw: &'a str,
    escaped: bool,
    /// Offset of the first character in the document, after the quotation mark.
    at: usize,
}

impl<'a> JsonStr<'a> {
    /// What it says.
    #[inline]
    pub(crate) fn value(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// Where it stands, without the quotation marks.
    pub(crate) fn span(self) -> Span {
        Span::new(self.at, self.at + self.raw.len())
    }

    /// Whether [`JsonStr::value`] differs from [`JsonStr::raw`].
    pub(crate) fn is_escaped(self) -> bool {
        self.escaped
    }

    /// The text between the quotation marks, still escaped.
    pub(crate) fn raw(self) -> &'a str {
        self.raw
    }
}

/// The members or elements of one object or array while it is walked.
#[derive(Clone, Copy)]
pub(crate) struct Walk {
    first: bool,
}

impl Default for Walk {
    fn default() -> Self {
        Self { first: true }
    }
}

/// A key that may be expected, in a form in which that it is there is seen quickly.
#[derive(Debug)]
pub(crate) struct Keyword {
    /// Without quotation marks; nothing in it has to be escaped.
    pub(crate) word: &'static str,
    /// Its first eight bytes with the closing mark behind it, and which of their bits count.
    eight: u64,
    mask: u64,
    /// What comes after them.
    further: &'static [u8],
}

impl Keyword {
    /// `closed` is the word with a quotation mark behind it.
    pub(crate) const fn new(word: &'static str, closed: &'static str) -> Self {
        let bytes = closed.as_bytes();
        let (eight, further) = bytes.split_at(if bytes.len() < 8 { bytes.len() } else { 8 });
        let (mut letters, mut mask, mut at) = (0, 0, 0);
        while at < eight.len() {
            letters |= (eight[at] as u64) << (8 * at);
            mask |= 0xff << (8 * at);
            at += 1;
        }
        Self { word, eight: letters, mask, further }
    }
}

/// The reader: a text, which may be a part of the document, and a place in it. Every offset that goes in or out is one in the document.
#[derive(Clone)]
pub(crate) struct Json<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// In `text`.
    at: usize,
    /// Where `text` begins in the document.
    base: usize,
    depth: u32,
    deepest: u32,
}

impl<'a> Json<'a> {
    /// Starts at the byte `from` of `text`.
    pub(crate) fn new(text: &'a str, from: usize) -> Self {
        Self::resumed(text, 0, from, 0, Limits::DEPTH_MAX)
    }

    /// Goes on at the byte `from` of a document of which `text` is the part from `base` on, inside of `depth` objects and arrays of at
    /// most `deepest`.
    pub(crate) fn resumed(text: &'a str, base: usize, from: usize, depth: u32, deepest: u32) -> Self {
        Self { text, bytes: text.as_bytes(), at: from - base, base, depth, deepest }
    }

    /// The offset of the next unread byte.
    pub(crate) fn at(&self) -> usize {
        self.base + self.at
    }

    /// How many objects and arrays are open.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Whether everything is read that is there.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The text of a span.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start - self.base..span.end - self.base]
    }

    /// Goes on at another offset of the document, where a value begins or has ended. The depth stays as it is.
    pub(crate) fn jump(&mut self, to: usize) {
        self.at = to - self.base;
    }

    /// See [`key_tag`].
    #[inline]
    pub(crate) fn tag(&self, key: JsonStr<'_>) -> u64 {
        // The eight bytes can be read at once where that many follow, which is everywhere but at the very end.
        match self.bytes.get(key.at - self.base..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(eight) => tag_of(u64::from_le_bytes(*eight), key.raw.len()),
            None => key_tag(key.raw.as_bytes()),
        }
    }

    /// The kind of the next value, which is not consumed.
    pub(crate) fn peek(&mut self) -> Result<Next> {
        self.whitespace();
        Ok(match self.bytes.get(self.at) {
            Some(b'{') => Next::Object,
            Some(b'[') => Next::Array,
            Some(b'"') => Next::String,
            Some(b'-' | b'0'..=b'9') => Next::Number,
            Some(b't' | b'f') => Next::Boolean,
            Some(b'n') => Next::Null,
            _ => return Err(self.unexpected("a value")),
        })
    }

    /// Enters an object.
    pub(crate) fn object(&mut self) -> Result<Walk> {
        self.enter(b'{', "an object")
    }

    /// Enters an array.
    pub(crate) fn array(&mut self) -> Result<Walk> {
        self.enter(b'[', "an array")
    }

    /// Enters an object if one comes next.
    #[inline]
    pub(crate) fn object_if(&mut self) -> Result<Option<Walk>> {
        self.enter_if(b'{')
    }

    /// Enters an array if one comes next.
    #[inline]
    pub(crate) fn array_if(&mut self) -> Result<Option<Walk>> {
        self.enter_if(b'[')
    }

    #[inline]
    fn enter_if(&mut self, open: u8) -> Result<Option<Walk>> {
        self.whitespace();
        if self.bytes.get(self.at) != Some(&open) {
            return Ok(None);
        }
        self.deeper()?;
        self.at += 1;
        Ok(Some(Walk::default()))
    }

    fn enter(&mut self, open: u8, what: &str) -> Result<Walk> {
        self.enter_if(open)?.ok_or_else(|| self.unexpected(what))
    }

    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.deepest {
            let message = format!("objects and arrays are nested more than {} deep", self.deepest);
            return Err(Box::new(JsonError { kind: JsonErrorKind::TooDeep, ..*self.error(self.at, 1, message) }));
        }
        Ok(())
    }

    /// The next key of an object, with its value up next; `None` at its end.
    pub(crate) fn key(&mut self, walk: &mut Walk) -> Result<Option<JsonStr<'a>>> {
        self.whitespace();
        match self.bytes.get(self.at) {
            Some(b'}') => {
                self.at += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if !walk.first => {
                self.at += 1;
                self.whitespace();
            }
            _ if !walk.first => return Err(self.unexpected("`,` or `}`")),
            _ => {}
        }
        walk.first = false;
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.unexpected("a key in double quotation marks"));
        }
        let key = self.string_here()?;
        self.whitespace();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.unexpected("`:` after the key"));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Reads the next key of an object if it is this one and stands there unescaped; nothing is read otherwise. Who knows which key is
    /// likely spares looking for its end and for what it is.
    pub(crate) fn key_if(&mut self, walk: &mut Walk, key: &Keyword) -> bool {
        let mut at = self.after_whitespace(self.at);
        if !walk.first {
            if self.bytes.get(at) != Some(&b',') {
                return false;
            }
            at = self.after_whitespace(at + 1);
        }
        let Some([b'"', rest @ ..]) = self.bytes.get(at..) else { return false };
        let Some((eight, further)) = rest.split_first_chunk() else { return false };
        if u64::from_le_bytes(*eight) & key.mask != key.eight || !key.further.is_empty() && !further.starts_with(key.further) {
            return false;
        }
        at = self.after_whitespace(at + 1 + key.word.len() + 1);
        if self.bytes.get(at) != Some(&b':') {
            return false;
        }
        self.at = at + 1;
        walk.first = false;
        true
    }

    /// The span of `key`, which was just read by [`Json::key_if`], without its quotation marks.
    pub(crate) fn span_of(&self, key: &Keyword) -> Span {
        let end = self.base + self.text[..self.at - 1].trim_end().len() - 1;
        Span::new(end - key.word.len(), end)
    }

    /// Whether the array has another element, which is up next then.
    pub(crate) fn element(&mut self, walk: &mut Walk) -> Result<bool> {
        self.whitespace();
        match self.bytes.get(self.at) {
            Some(b']') => {
                self.at += 1;
                self.depth -= 1;
                return Ok(false);
            }
            Some(b',') if !walk.first => {
                self.at += 1;
                self.whitespace();
                if self.bytes.get(self.at) == Some(&b']') {
                    return Err(self.unexpected("a value"));
                }
            }
            _ if !walk.first => return Err(self.unexpected("`,` or `]`")),
            _ => {}
        }
        walk.first = false;
        Ok(true)
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<JsonStr<'a>> {
        self.whitespace();
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.unexpected("a string"));
        }
        self.string_here()
    }

    /// Reads a string if one comes next.
    #[inline(always)]
    pub(crate) fn string_if(&mut self) -> Result<Option<JsonStr<'a>>> {
        self.whitespace();
        if self.bytes.get(self.at) == Some(&b'"') { self.string_here().map(Some) } else { Ok(None) }
    }

    /// Reads the string whose quotation mark is the next byte.
    #[inline(always)]
    fn string_here(&mut self) -> Result<JsonStr<'a>> {
        let start = self.at + 1;
        let escaped = self.string_end()?;
        Ok(JsonStr { raw: &self.text[start..self.at - 1], escaped, at: self.base + start })
    }

    /// Goes behind the string whose quotation mark is the next byte, and tells whether something in it is escaped.
    fn string_end(&mut self) -> Result<bool> {
        let mut at = self.at + 1;
        let mut escaped = false;
        loop {
            at = plain_end(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(_) => {
                    let message = "a control character inside a string has to be escaped".to_owned();
                    return Err(self.error(at, 1, message));
                }
                None => return Err(self.truncated()),
            }
        }
        self.at = at + 1;
        Ok(escaped)
    }

    /// Checks the escape at `at` and returns where it ends.
    fn escape(&self, at: usize) -> Result<usize> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match self.bytes.get(at + 2..at + 6) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
                Some(_) => Err(self.error(at, 2, "`\\u` needs four hexadecimal digits".to_owned())),
                None => Err(self.truncated()),
            },
            Some(_) => Err(self.error(at, 1, "this escape does not exist in JSON".to_owned())),
            None => Err(self.truncated()),
        }
    }

    /// Skips the next value, whatever it is, and checks it. Returns its span.
    pub(crate) fn skip(&mut self) -> Result<Span> {
        self.whitespace();
        let start = self.at();
        // One bit for each open bracket inside the skipped value: set for an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            match self.peek()? {
                Next::String => drop(self.string()?),
                Next::Number => self.number()?,
                Next::Boolean if self.bytes[self.at] == b't' => self.literal("true")?,
                Next::Boolean => self.literal("false")?,
                Next::Null => self.literal("null")?,
                next => {
                    let object = next == Next::Object;
                    let mut walk = if object { self.object()? } else { self.array()? };
                    let inside = if object { self.key(&mut walk)?.is_some() } else { self.element(&mut walk)? };
                    if inside {
                        open.push(object);
                        continue;
                    }
                }
            }
            // A value has ended: close what ends with it, up to the next value or the end.
            loop {
                let Some(&object) = open.last() else { return Ok(Span::new(start, self.at())) };
                let mut walk = Walk { first: false };
                let more = if object { self.key(&mut walk)?.is_some() } else { self.element(&mut walk)? };
                if more {
                    break;
                }
                open.pop();
            }
        }
    }

    /// Reads `null` if it comes next.
    pub(crate) fn null(&mut self) -> Result<bool> {
        let null = self.peek()? == Next::Null;
        if null {
            self.literal("null")?;
        }
        Ok(null)
    }

    /// After the outermost value only white space may follow.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.whitespace();
        if self.at < self.bytes.len() {
            let len = self.text[self.at..].chars().next().map_or(1, char::len_utf8);
            return Err(self.error(self.at, len, "there is more text after the end of the JSON".to_owned()));
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<()> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            return Err(self.truncated());
        }
        Err(self.unexpected("a value"))
    }

    fn number(&mut self) -> Result<()> {
        let start = self.at;
        let digits = |at: usize| at + self.bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut at = start + usize::from(self.bytes[start] == b'-');
        let whole = digits(at);
        let mut valid = whole > at && (self.bytes[at] != b'0' || whole == at + 1);
        at = whole;
        if self.bytes.get(at) == Some(&b'.') {
            let end = digits(at + 1);
            valid &= end > at + 1;
            at = end;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let end = digits(at + 1 + sign);
            valid &= end > at + 1 + sign;
            at = end;
        }
        if !valid {
            return Err(self.error(start, (at - start).max(1), "this is not a number that JSON allows".to_owned()));
        }
        self.at = at;
        Ok(())
    }

    #[inline(always)]
    fn whitespace(&mut self) {
        self.at = self.after_whitespace(self.at);
    }

    /// The first byte from `at` on that is no white space.
    #[inline(always)]
    fn after_whitespace(&self, at: usize) -> usize {
        match self.bytes.get(at..) {
            Some([byte, ..]) if *byte > b' ' => at,
            // One space, as behind a colon.
            Some([b' ', byte, ..]) if *byte > b' ' => at + 1,
            _ => self.after_whitespace_run(at),
        }
    }

    fn after_whitespace_run(&self, mut at: usize) -> usize {
        // Indentation mostly ends within sixteen bytes; looking at all of them at once spares the guess where.
        while let Some(chunk) = self.bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let block = u8x16::new(*chunk);
            let is = |byte: u8| block.simd_eq(u8x16::splat(byte));
            let found = is(b' ') | is(b'\n');
            let mut others = !found.to_bitmask() & 0xffff;
            if others != 0 && chunk[others.trailing_zeros() as usize & 15] <= b' ' {
                others = !(found | is(b'\r') | is(b'\t')).to_bitmask() & 0xffff;
            }
            if others != 0 {
                return at + others.trailing_zeros() as usize;
            }
            at += 16;
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count()
    }

    fn unexpected(&self, wanted: &str) -> Box<JsonError> {
        let Some(found) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            return self.truncated();
        };
        let shown = crate::text::safe(found.encode_utf8(&mut [0; 4])).into_owned();
        self.error(self.at, found.len_utf8(), format!("expected {wanted}, found `{shown}`"))
    }

    fn truncated(&self) -> Box<JsonError> {
        let end = self.base + self.bytes.len();
        let message = "the text ends in the middle of the JSON".to_owned();
        Box::new(JsonError { span: Span::new(end, end), message, kind: JsonErrorKind::Truncated })
    }

    fn error(&self, at: usize, len: usize, message: String) -> Box<JsonError> {
        let at = self.base + at;
        Box::new(JsonError { span: Span::new(at, at + len), message, kind: JsonErrorKind::Syntax })
    }
}

/// The first eight bytes of a key and its length in one number, for comparing keys quickly. Keys of one length of up to eight bytes that
/// differ never have the same; others may.
pub(crate) const fn key_tag(key: &[u8]) -> u64 {
    let mut eight = [0; 8];
    let mut at = 0;
    while at < key.len() && at < 8 {
        eight[at] = key[at];
        at += 1;
    }
    tag_of(u64::from_le_bytes(eight), key.len())
}

#[inline]
const fn tag_of(eight: u64, len: usize) -> u64 {
    let letters = if len < 8 { eight & ((1 << (8 * len)) - 1) } else { eight };
    letters ^ (len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The first byte from `at` on that ends or interrupts a string: `"`, `\`, or a control character. Sixteen bytes at a time, then
/// thirty-two.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    let interrupts = |block: &[u8; 16]| {
        let block = u8x16::new(*block);
        let control = block.simd_eq(block.min(u8x16::splat(0x1f)));
        block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\')) | control
    };
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let found = interrupts(block).to_bitmask();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
        while let Some([first, second]) = bytes.get(at..).and_then(|rest| rest.as_chunks::<16>().0.first_chunk::<2>()) {
            let (first, second) = (interrupts(first), interrupts(second));
            if (first | second).to_bitmask() != 0 {
                let found = first.to_bitmask() & 0xffff | second.to_bitmask() << 16;
                return at + found.trailing_zeros() as usize;
            }
            at += 32;
        }
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Resolves the escapes of a checked string. Half of a surrogate pair becomes the replacement character.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (character, len) = match rest.as_bytes()[at + 1] {
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'u' => unicode_escape(&rest[at..]),
            other => (char::from(other), 2),
        };
        out.push(character);
        rest = &rest[at + len..];
    }
    out.push_str(rest);
    out
}

fn unicode_escape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0), unit(6)];
    match char::decode_utf16(units.into_iter().flatten()).next() {
        Some(Ok(character)) => (character, 6 * character.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The JSON pointers (RFC 6901) of the values in which the given offsets lie; `offsets` is sorted.
///
/// One walk over the text for all of them; it ends early if the text turns out to be no JSON.
pub(crate) fn pointers(text: &str, from: usize, offsets: &[usize]) -> Vec<String> {
    let mut found = Pointers { offsets, found: Vec::with_capacity(offsets.len()), pointer: String::new() };
    let mut json = Json::new(text, from);
    // The document was read before, so an error cannot occur; should it, the pointers found so far stand.
    let _ = found.walk(&mut json, 0);
    found.found.resize(offsets.len(), String::new());
    found.found
}

struct Pointers<'o> {
    offsets: &'o [usize],
    found: Vec<String>,
    pointer: String,
}

impl Pointers<'_> {
    /// How deep the elements of a document's lists lie. They are walked only where an offset lies in one; further down everything is, because to look
    /// ahead on every level would read what is nested deep once for each.
    const ELEMENTS: usize = 2;

    /// Walks the value that comes next. Recursion is bounded by [`Limits::DEPTH_MAX`].
    fn walk(&mut self, json: &mut Json<'_>, depth: usize) -> Result<()> {
        match json.peek()? {
            Next::Object => {
                let mut walk = json.object()?;
                while !self.is_done()
                    && let Some(key) = json.key(&mut walk)?
                {
                    self.within(json, depth + 1, |pointer| pointer.push_str(&key.value().replace('~', "~0").replace('/', "~1")))?;
                }
            }
            Next::Array => {
                let mut walk = json.array()?;
                let mut index = 0_usize;
                while !self.is_done() && json.element(&mut walk)? {
                    self.within(json, depth + 1, |pointer| pointer.push_str(&index.to_string()))?;
                    index += 1;
                }
            }
            _ => drop(json.skip()?),
        }
        self.take(json.at);
        Ok(())
    }

    /// Walks the value that comes next and that `name` names in what it stands in.
    fn within(&mut self, json: &mut Json<'_>, depth: usize, name: impl FnOnce(&mut String)) -> Result<()> {
        if depth == Self::ELEMENTS {
            let start = json.clone();
            json.skip()?;
            if self.next().is_none_or(|offset| offset >= json.at) {
                return Ok(());
            }
            *json = start;
        }
        let len = self.pointer.len();
        self.pointer.push('/');
        name(&mut self.pointer);
        self.walk(json, depth)?;
        self.pointer.truncate(len);
        Ok(())
    }

    /// The first offset whose pointer is not known yet.
    fn next(&self) -> Option<usize> {
        self.offsets.get(self.found.len()).copied()
    }

    fn is_done(&self) -> bool {
        self.next().is_none()
    }

    /// What lies before `end` lies in the value at hand.
    fn take(&mut self, end: usize) {
        while self.next().is_some_and(|offset| offset < end) {
            self.found.push(self.pointer.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Limits, pointers};

    fn accepts(text: &str) -> bool {
        let mut json = Json::new(text, 0);
        json.skip().and_then(|_| json.end()).is_ok()
    }

    #[test]
    fn accepts_what_serde_json_accepts_and_nothing_else() {
        let cases = [
            "",
            " ",
            "{}",
            "[]",
            "[1,]",
            "[,1]",
            "{\"a\":1,}",
            "{,}",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":}",
            "{a:1}",
            "tru",
            "true",
            "nul",
            "null",
            "nullx",
            "01",
            "-0",
            "-",
            "1.",
            "1.5e",
            "1e+5",
            "1E-5",
            ".5",
            "+1",
            "\"\\q\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\ud83d\\ude00\"",
            "\"a\nb\"",
            "\"\u{7f}\"",
            "[1}",
            "{\"a\":1]",
            "[[[]]]",
            "[]]",
            "\"abc",
            "\"abc\\",
            "{\"a\":[{\"b\":null}, -1.0e10, \"x\"]}",
            "\u{feff}{}",
            "1 1",
            "{\"a\"",
            "{\"a\":1",
            "[\"a\"",
            "[\"12345678\\\"\u{1}\"]",
            "\"1234567\u{1f}\"",
            "\"é\u{80}\"",
            "{\"a\":{}}",
            "[{},{}]",
            "{\"a\":[]}",
        ];
        for case in cases {
            let expected = serde_json::from_str::<serde::de::IgnoredAny>(case).is_ok();
            assert_eq!(accepts(case), expected, "{case:?}");
        }
    }

    #[test]
    fn every_truncation_and_every_changed_byte_is_judged_as_serde_json_does() {
        let text = r#"{"a":[1,-2.5e3,"x\n\u00e9yzw12345\"",{"b":null,"c":[true,false,{}]}],"d":"" }"#;
        for end in 0..text.len() {
            assert!(!accepts(&text[..end]));
        }
        for at in 0..text.len() {
            for byte in [b'"', b'\\', b'{', b']', b',', b':', b'0', b' ', 0x1f, b'u', b'-', b'.'] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = byte;
                let changed = String::from_utf8(bytes).unwrap();
                let expected = serde_json::from_str::<serde::de::IgnoredAny>(&changed).is_ok();
                assert_eq!(accepts(&changed), expected, "{changed}");
            }
        }
    }

    #[test]
    fn strings_are_unescaped_as_serde_json_does() {
        for text in [r#""plain""#, r#""a\"b\\c\/d\b\f\n\r\t""#, r#""\u0041\u00e9\uD83D\ude00 tail""#, r#""supp\u006cier""#] {
            let expected: String = serde_json::from_str(text).unwrap();
            assert_eq!(Json::new(text, 0).string().unwrap().value(), expected);
        }
        assert_eq!(Json::new(r#""\ud83dx\udc00""#, 0).string().unwrap().value(), "\u{fffd}x\u{fffd}");
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(accepts(&nested(Limits::DEPTH_MAX as usize)));
        assert!(!accepts(&nested(Limits::DEPTH_MAX as usize + 1)));
        assert!(!accepts(&"[".repeat(5_000_000)));
    }

    #[test]
    fn pointers_name_the_place() {
        let text = r#"{"a":[{"x/y":"one"},"two"],"b~":{"c":"three"}}"#;
        let offsets = ["one", "two", "three"].map(|word| text.find(word).unwrap());
        assert_eq!(pointers(text, 0, &offsets), ["/a/0/x~1y", "/a/1", "/b~0/c"]);
    }
}
