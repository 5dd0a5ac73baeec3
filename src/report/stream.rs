//! JSON that is written as it comes: an object is begun, gets its members one at a time, and is ended. No report holds a document.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::text::hides;

/// Writes a value as JSON that no terminal or CI runner can be steered by.
///
/// # Errors
/// Those of the writer.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *out), value)?;
    out.write_all(b"\n")
}

/// The same on one line.
pub(super) fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(Escaping(&mut *out), value)?;
    out.write_all(b"\n")
}

/// One JSON text in the making: which objects and arrays are open, and whether something is in them already.
pub(super) struct Stream<'a> {
    out: Counted<'a>,
    open: Vec<Level>,
}

struct Level {
    end: &'static str,
    filled: bool,
}

struct Counted<'a> {
    out: Box<dyn Write + 'a>,
    written: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<'a> Stream<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>) -> Self {
        Self { out: Counted { out, written: 0 }, open: Vec::new() }
    }

    /// How many bytes were written.
    pub(super) fn written(&self) -> u64 {
        self.out.written
    }

    /// Whether nothing was begun yet.
    pub(super) fn untouched(&self) -> bool {
        self.out.written == 0
    }

    /// Begins an object: the whole, an item, or, with a key, a member.
    pub(super) fn object(&mut self, key: Option<&str>) -> io::Result<()> {
        self.begin(key, "{", "}")
    }

    /// Begins an array likewise.
    pub(super) fn array(&mut self, key: Option<&str>) -> io::Result<()> {
        self.begin(key, "[", "]")
    }

    fn begin(&mut self, key: Option<&str>, start: &str, end: &'static str) -> io::Result<()> {
        self.lead(key)?;
        self.out.write_all(start.as_bytes())?;
        self.open.push(Level { end, filled: false });
        Ok(())
    }

    /// Ends what was begun last.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let Some(level) = self.open.pop() else { return Ok(()) };
        if level.filled {
            self.line()?;
        }
        self.out.write_all(level.end.as_bytes())
    }

    /// One whole value: an item, or, with a key, a member.
    pub(super) fn value(&mut self, key: Option<&str>, value: &impl Serialize) -> io::Result<()> {
        self.lead(key)?;
        let formatter = Indented { depth: self.open.len(), filled: false };
        value.serialize(&mut Serializer::with_formatter(Escaping(&mut self.out), formatter)).map_err(Into::into)
    }

    /// One whole item on one line: for what is many and large.
    pub(super) fn line_of(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.lead(None)?;
        value.serialize(&mut Serializer::new(Escaping(&mut self.out))).map_err(Into::into)
    }

    /// Ends everything.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        while !self.open.is_empty() {
            self.end()?;
        }
        self.out.write_all(b"\n")?;
        self.out.flush()
    }

    fn lead(&mut self, key: Option<&str>) -> io::Result<()> {
        if let Some(level) = self.open.last_mut() {
            if level.filled {
                self.out.write_all(b",")?;
            }
            level.filled = true;
            self.line()?;
        }
        if let Some(key) = key {
            // Keys are this program's own words and need no escape.
            write!(self.out, "\"{key}\": ")?;
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<()> {
        new_line(&mut self.out, self.open.len())
    }
}

fn new_line(out: &mut (impl Write + ?Sized), depth: usize) -> io::Result<()> {
    out.write_all(b"\n")?;
    (0..depth).try_for_each(|_| out.write_all(b"  "))
}

/// As serde_json's own pretty form, but begun at some depth.
struct Indented {
    depth: usize,
    filled: bool,
}

impl Indented {
    fn begin(&mut self, out: &mut (impl Write + ?Sized), start: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(start)
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), end: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            new_line(out, self.depth)?;
        }
        out.write_all(end)
    }

    fn lead(&mut self, out: &mut (impl Write + ?Sized), first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        new_line(out, self.depth)
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.lead(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.lead(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

/// Writes JSON with every character escaped that would act on a terminal, hide, or open a workflow command: they can only stand in strings,
/// where `\u` says the same.
struct Escaping<W>(W);

/// Where the first character stands that has to be escaped.
fn acting(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(|character: char| character == '#' || character == '\u{7f}' || !character.is_ascii()) {
        let at = from + at;
        let rest = &text[at..];
        let character = rest.chars().next().unwrap_or_default();
        // A runner takes `##[` and `##vso[` for a command anywhere in a line.
        if hides(character) || rest.starts_with("##[") || rest.starts_with("##vso[") {
            return Some(at);
        }
        from = at + character.len_utf8();
    }
    None
}

impl<W: Write> Write for Escaping<W> {
    /// The serializer hands over whole strings or whole runs of them, so no character is torn, nor an opening without an escape in it.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let plain = bytes.iter().all(|&byte| byte.is_ascii() && byte != b'#' && byte != 0x7f);
        match std::str::from_utf8(bytes) {
            Ok(mut rest) if !plain => {
                while let Some(at) = acting(rest) {
                    self.0.write_all(&rest.as_bytes()[..at])?;
                    let character = rest[at..].chars().next().unwrap_or_default();
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.0, "\\u{unit:04x}")?;
                    }
                    rest = &rest[at + character.len_utf8()..];
                }
                self.0.write_all(rest.as_bytes())?;
            }
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde_json::{Value, json};

    use super::{Stream, write_json};

    /// A writer into a string that outlives the stream.
    fn written(write: impl FnOnce(&mut Stream<'_>)) -> String {
        let mut bytes = Vec::new();
        let mut stream = Stream::new(Box::new(&mut bytes as &mut dyn Write));
        write(&mut stream);
        drop(stream);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_written_by_parts_is_what_is_written_at_once() {
        let inner = json!({ "a": [1, { "b": [] , "c": {} }], "d": "x" });
        let streamed = written(|stream| {
            stream.object(None).unwrap();
            stream.value(Some("first"), &inner).unwrap();
            stream.array(Some("items")).unwrap();
            stream.value(None, &inner).unwrap();
            stream.object(None).unwrap();
            stream.end().unwrap();
            stream.line_of(&"on a line").unwrap();
            stream.end().unwrap();
            stream.array(Some("none")).unwrap();
            stream.finish().unwrap();
        });
        let mut at_once = Vec::new();
        write_json(&mut at_once, &json!({ "first": inner, "items": [inner, {}, "on a line"], "none": [] })).unwrap();
        assert_eq!(streamed, String::from_utf8(at_once).unwrap());
    }

    #[test]
    fn nothing_acts_and_everything_reads_the_same() {
        let hostile = "##[error]\u{7f}#\u{9b}2J\u{202e}##vso[task.complete]\u{1b}\u{e0041}ä#";
        let mut text = Vec::new();
        write_json(&mut text, &hostile).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("##["), "{text}");
        assert!(!text.contains("##vso["), "{text}");
        assert!(!text.trim_end().contains(crate::text::hides), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
    }
}
