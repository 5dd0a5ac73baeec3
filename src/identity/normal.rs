//! Names in the form in which they are compared.
//!
//! Compatibility form, case folded, diacritics, punctuation and invisible characters dropped, words separated by one space.
//! Characters of scripts that write without spaces are words of their own, so that a name matches as a run of them. ASCII text, which is
//! nearly all text, takes a short way that allocates nothing new.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::cost::spend;

/// The normalised form of `text`: its words with one space between them.
#[must_use]
pub fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    normalise_into(text, &mut out);
    out
}

/// The words of a normalised text.
pub fn words(normalised: &str) -> impl DoubleEndedIterator<Item = &str> {
    normalised.split(' ').filter(|word| !word.is_empty())
}

/// Writes the normalised form of `text` to `out`, which is cleared first.
pub(super) fn normalise_into(text: &str, out: &mut String) {
    out.clear();
    spend(text.len());
    if text.is_ascii() {
        for byte in text.bytes() {
            // A control character inside a word shows nothing, so it separates nothing.
            if !byte.is_ascii_control() || byte.is_ascii_whitespace() {
                push(out, char::from(byte.to_ascii_lowercase()), byte.is_ascii_alphanumeric());
            }
        }
    } else {
        let visible = text.chars().filter(|&character| !is_invisible(character)).map(|character| match character {
            // In compatibility form these would become letters of the word before them.
            '™' | '℠' | '©' | '®' | '℗' => ' ',
            character => character,
        });
        let folded = visible.nfkd().flat_map(char::to_lowercase);
        // Lower-casing can bring marks back (İ), so they are dropped after it.
        for character in folded.filter(|&character| !is_combining_mark(character)) {
            if is_word_of_its_own(character) {
                push(out, ' ', false);
                push(out, character, true);
                push(out, ' ', false);
            } else {
                push(out, character, character.is_alphanumeric());
            }
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
}

/// Whether a character shows nothing, or nothing that can be read, and so separates no words.
pub(super) fn is_invisible(character: char) -> bool {
    let separates = matches!(character, '\t' | '\n' | '\r');
    (crate::text::hides(character) && !separates) || character == char::REPLACEMENT_CHARACTER
}

fn push(out: &mut String, character: char, in_word: bool) {
    if in_word {
        out.push(character);
    } else if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Han, Hiragana, Katakana and Hangul are written without (reliable) spaces between words. Decomposed Hangul is in Jamo.
pub(super) fn is_word_of_its_own(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Legal forms before a name, and behind one. Where a language writes them on either side, they stand in both.
const LEADING: [&str; 28] = [
    "ao",
    "ooo",
    "oao",
    "zao",
    "pao",
    "jsc",
    "ojsc",
    "cjsc",
    "pjsc",
    "kk",
    "pt",
    "ооо",
    "оао",
    "зао",
    "пао",
    "ао",
    "joint stock company",
    "public joint stock company",
    "closed joint stock company",
    "open joint stock company",
    "закрытое акционерное общество",
    "открытое акционерное общество",
    "публичное акционерное общество",
    "непубличное акционерное общество",
    "limited liability company",
    "акционерное общество",
    "общество с ограниченнои ответственностью",
    "株 式 会 社",
];
const TRAILING: [&str; 60] = [
    "ltd",
    "limited",
    "llc",
    "l l c",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ug",
    "se",
    "sa",
    "s a",
    "sas",
    "s a s",
    "sarl",
    "s a r l",
    "srl",
    "s r l",
    "spa",
    "s p a",
    "sl",
    "s l",
    "bv",
    "b v",
    "nv",
    "n v",
    "ab",
    "as",
    "a s",
    "asa",
    "oy",
    "oyj",
    "aps",
    "kk",
    "k k",
    "plc",
    "lp",
    "llp",
    "pte",
    "pty",
    "pvt",
    "sdn",
    "bhd",
    "sp z o o",
    "spzoo",
    "sro",
    "s r o",
    "ao",
    "zao",
    "ooo",
    "jsc",
    "cjsc",
    "ojsc",
];
const TRAILING_OTHER: [&str; 12] = [
    "limited liability company",
    "joint stock company",
    "ооо",
    "ао",
    "зао",
    "пао",
    "有 限 公 司",
    "股 份 有 限 公 司",
    "有 限 责 任 公 司",
    "集 团",
    "株 式 会 社",
    "公 司",
];

/// The words that a leading form begins with, and those that a trailing form ends with: most names have neither.
static EDGES: LazyLock<(HashSet<&str>, HashSet<&str>)> = LazyLock::new(|| {
    let first = |form: &&'static str| form.split(' ').next().unwrap_or_default();
    let last = |form: &&'static str| form.rsplit(' ').next().unwrap_or_default();
    (LEADING.iter().map(first).collect(), TRAILING.iter().chain(&TRAILING_OTHER).map(last).collect())
});

/// No word of a legal form is longer, in bytes. Longer words are not read to their end: a name that repeats legal forms around a long word
/// would cost the product of both.
const FORM_WORD_MAX: usize = 64;

/// The first word of a normalised name of several, unless it is too long for a legal form.
fn first_word(name: &str) -> Option<&str> {
    let end = name.as_bytes().iter().take(FORM_WORD_MAX).position(|&byte| byte == b' ')?;
    Some(&name[..end])
}

/// The last word of a normalised name of several, unless it is too long for a legal form.
fn last_word(name: &str) -> Option<&str> {
    let len = name.as_bytes().iter().rev().take(FORM_WORD_MAX).position(|&byte| byte == b' ')?;
    Some(&name[name.len() - len..])
}

/// A normalised name without the legal forms in front of it, never down to nothing.
pub(super) fn without_leading_form(name: &str) -> &str {
    let mut name = name;
    while first_word(name).is_some_and(|word| EDGES.0.contains(word)) {
        match LEADING.iter().find_map(|form| name.strip_prefix(form)?.strip_prefix(' ')) {
            Some(shorter) if !shorter.is_empty() => name = shorter,
            _ => break,
        }
    }
    name
}

/// A normalised name without its legal forms, never down to nothing.
pub(super) fn without_legal_form(name: &str) -> &str {
    let mut name = name;
    loop {
        let leads = first_word(name).is_some_and(|word| EDGES.0.contains(word));
        let leading = leads.then(|| LEADING.iter().find_map(|form| name.strip_prefix(form)?.strip_prefix(' '))).flatten();
        let trailing = || {
            let forms = TRAILING.iter().chain(&TRAILING_OTHER);
            let trails = last_word(name).is_some_and(|word| EDGES.1.contains(word));
            trails.then(|| forms.into_iter().find_map(|form| name.strip_suffix(form)?.strip_suffix(' '))).flatten()
        };
        match leading.or_else(trailing).filter(|shorter| !shorter.is_empty()) {
            Some(shorter) => name = shorter,
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{normalised, without_legal_form};

    #[test]
    fn names_are_folded() {
        let table = [
            ("Kaspersky Lab, Inc.", "kaspersky lab inc"),
            ("  KASPERSKY--lab ", "kaspersky lab"),
            ("Kaspersky's Laboratory", "kaspersky s laboratory"),
            ("Ｋａｓｐｅｒｓｋｙ Lab", "kaspersky lab"),
            ("Kasper\u{200b}sky", "kaspersky"),
            ("Kasperský", "kaspersky"),
            ("ООО «Группа Компаний Касперского»", "ооо группа компании касперского"),
            ("卡巴斯基Lab", "卡 巴 斯 基 lab"),
            ("", ""),
            ("--", ""),
        ];
        for (text, expected) in table {
            assert_eq!(normalised(text), expected, "{text}");
        }
    }

    #[test]
    fn legal_forms_are_set_aside() {
        let table = [
            ("kaspersky lab inc", "kaspersky lab"),
            ("ao kaspersky lab", "kaspersky lab"),
            ("ооо группа компании касперского", "группа компании касперского"),
            ("huawei technologies co ltd", "huawei technologies"),
            ("华 为 技 术 有 限 公 司", "华 为 技 术"),
            ("acme sp z o o", "acme"),
            ("company", "company"),
            ("ltd co", "ltd"),
            ("zte", "zte"),
        ];
        for (name, expected) in table {
            assert_eq!(without_legal_form(name), expected, "{name}");
        }
    }
}
