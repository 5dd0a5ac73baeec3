//! Making a stranger's string safe to show.
//!
//! Names, versions and paths come from whoever made the SBOM. Printed as they are they can move the
//! cursor, hide text, reverse its order, or start a workflow command on a CI runner.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest text that [`inline`] shows, in characters.
pub const INLINE_MAX: usize = 160;

/// One line of safe text, at most [`INLINE_MAX`] characters, with `…` where it was cut.
#[must_use]
pub fn inline(text: &str) -> Cow<'_, str> {
    excerpt(text, INLINE_MAX)
}

/// One line of safe text made from at most `max` characters of `text`, with `…` where it was cut.
#[must_use]
pub fn excerpt(text: &str, max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(max) {
        None => safe(text),
        Some((end, _)) => Cow::Owned(format!("{}…", safe(&text[..end]))),
    }
}

/// The known word that a word is most like, and in how many letters they differ. Nobody mistypes a word longer than 64 bytes, and to compare long
/// ones would cost the product of their lengths.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<(usize, &'k str)> {
    const LONG: usize = 64;
    let known = known.into_iter().filter(|known| known.len() <= LONG && word.len() <= LONG);
    known.map(|known| (strsim::damerau_levenshtein(known, word), known)).min()
}

/// The nearest place at or before `at` where a character begins.
#[must_use]
pub fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `text` with everything escaped that a terminal or a CI runner could act on, or that hides:
/// control characters, line ends, bidirectional controls, invisible characters, and the openings of
/// workflow commands (`::name` where a word begins, `##[` and `##vso[` anywhere).
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'"' | b'$'..=b'9' | b';'..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        if hides(character) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else if opens_command(rest, before) {
            // The first character of the opening is escaped: it reads the same and opens nothing.
            let _ = write!(out, "\\x{:x}", u32::from(character));
        } else {
            out.push(character);
        }
        before = character;
    }
    Cow::Owned(out)
}

/// `text` for a terminal that shows ASCII only: the signs that reports are made of in plain letters, everything else escaped.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            _ if character.is_ascii() => out.push(character),
            '→' => out.push_str("->"),
            '…' => out.push_str("..."),
            '–' | '—' => out.push('-'),
            '×' => out.push('x'),
            other => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
            }
        }
    }
    Cow::Owned(out)
}

fn opens_command(rest: &str, before: char) -> bool {
    if rest.starts_with("##[") || rest.starts_with("##vso[") {
        return true;
    }
    // A wrapped line can begin wherever a word does; `Foo::Bar` cannot be torn apart there.
    rest.starts_with("::") && !(before.is_alphanumeric() || before == '_' || before == ':')
}

/// Whether a character is invisible, changes the order of others, steers a terminal, or is none.
#[must_use]
pub fn hides(character: char) -> bool {
    character.is_control()
        || is_default_ignorable(character)
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}')
}

/// Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt, Unicode 16): characters that show nothing.
#[must_use]
pub fn is_default_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{ascii, excerpt, safe};

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["@scope/name", "Лаборатория Касперского", "卡巴斯基", "Foo::Bar::Baz", "C# 12 – naïve", "a:b"]
        {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_or_the_runner() {
        let table = [
            ("\u{1b}[31mred\u{7}", r"\u{1b}[31mred\u{7}"),
            ("a\nb\r\tc", r"a\u{a}b\u{d}\u{9}c"),
            ("good\u{202e}live\u{200b}", r"good\u{202e}live\u{200b}"),
            ("\u{9b}2J", r"\u{9b}2J"),
            ("::error::owned", r"\x3a:error::owned"),
            ("x ::add-mask::y", r"x \x3a:add-mask::y"),
            ("x-::stop-commands::y", r"x-\x3a:stop-commands::y"),
            ("x##[error]y", r"x\x23#[error]y"),
            ("##vso[task.complete]", r"\x23#vso[task.complete]"),
        ];
        for (text, expected) in table {
            assert_eq!(safe(text), expected);
        }
    }

    #[test]
    fn a_terminal_without_unicode_gets_ascii() {
        assert_eq!(ascii("app → lib … × – é"), r"app -> lib ... x - \u{e9}");
        assert!(ascii("卡巴斯基").is_ascii());
    }

    #[test]
    fn a_cut_is_marked() {
        assert_eq!(excerpt("abcdef", 3), "abc…");
        assert_eq!(excerpt("äöü", 3), "äöü");
    }
}
