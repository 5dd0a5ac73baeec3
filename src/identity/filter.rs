//! Filters that say "certainly not" to nearly everything for the price of one short hash.

use wide::u8x16;

/// A Bloom filter with one hash over tags of short texts.
#[derive(Debug, Default)]
pub(super) struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    pub(super) fn new(tags: &[u64]) -> Self {
        if tags.is_empty() {
            return Self::default();
        }
        // 64 bits a tag: one in sixty-four of the rest passes and is then looked up in earnest.
        let size = (tags.len() * 64).next_power_of_two().max(4096);
        let mut filter = Self { bits: vec![0; size / 64], mask: size as u64 - 1 };
        for tag in tags {
            let at = tag & filter.mask;
            filter.bits[(at / 64) as usize] |= 1 << (at % 64);
        }
        filter
    }

    /// `false` only if no such tag was put in.
    pub(super) fn may_hold(&self, tag: u64) -> bool {
        let at = tag & self.mask;
        self.bits.get((at / 64) as usize).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }
}

/// A hash of ASCII text that does not tell upper case from lower case.
pub(super) fn tag(text: &[u8]) -> u64 {
    continued(0, text)
}

/// The hash of a text that follows another.
pub(super) fn continued(tag: u64, text: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ (word | LOWER)).wrapping_mul(0x517c_c1b7_2722_0a95);
    let chunks = text.chunks_exact(8);
    let mut last = [0_u8; 8];
    let rest = chunks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    let words = chunks.map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    let hash = mix(words.fold(tag, mix), u64::from_le_bytes(last) ^ (text.len() as u64) << 56);
    hash ^ (hash >> 32)
}

/// Says "certainly not" to a text of which no word is a listed one, or begins like one. A word is a run of ASCII letters and digits.
#[derive(Debug, Default)]
pub(super) struct WordFilter {
    /// Bits for the first four letters of each word, and of each that may go on: most words of a text end here.
    prefixes: Vec<u64>,
    /// Bits for the first eight letters of each word: so many that few others have one, and so few that they stay at hand.
    beginnings: Vec<u64>,
    /// How far a hash of these letters is shifted to the number of its bit.
    shift: u32,
    /// Bits for the first three letters of words that may go on in any way; none if there are no such words.
    open: Vec<u64>,
    words: Filter,
}

/// What is kept of a listed word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    tag: u64,
    beginning: u64,
    len: usize,
}

impl Word {
    /// Upper and lower case are the same.
    pub(super) fn of(word: &str) -> Self {
        Self { tag: tag(word.as_bytes()), beginning: beginning(word.as_bytes(), 0, word.len()), len: word.len() }
    }
}

/// Makes ASCII letters lower case, and keeps digits as they are.
const LOWER_CASE: u64 = 0x2020_2020_2020_2020;
/// How many letters a prefix has, and its bits, as a power of two.
const PREFIX_LETTERS: usize = 4;
const PREFIX_BITS: u32 = 16;
/// How many letters a beginning has at most, and one of a word that may go on.
const LETTERS: usize = 8;
const OPEN_LETTERS: usize = 3;
/// Bits for beginnings of words that may go on, as a power of two.
const OPEN_BITS: u32 = 16;

/// How a text is written that is looked through for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// As text.
    Freely,
    /// As an address, where a percent sign, a backslash or a label in Punycode may hide a word.
    AsAddress,
}

/// How many bytes are looked at together.
const BLOCK: usize = 32;

/// What stands in a block, a bit for each byte.
struct Classes {
    /// Letters and digits.
    word: u32,
    /// What is not visible ASCII.
    beyond: u32,
    /// What may hide a word in an address, and hyphens, of which two may.
    hiding: u32,
    hyphens: u32,
}

impl Classes {
    #[inline]
    fn of(block: &[u8; BLOCK], written: Written) -> Self {
        let mut classes = Self { word: 0, beyond: 0, hiding: 0, hyphens: 0 };
        for (at, part) in block.as_chunks::<16>().0.iter().enumerate() {
            let part = u8x16::new(*part);
            let within = |bytes: u8x16, first: u8, last: u8| {
                let shifted = bytes - u8x16::splat(first);
                shifted.simd_eq(shifted.min(u8x16::splat(last - first)))
            };
            let mask = |found: u8x16| (found.to_bitmask() & 0xffff) << (16 * at);
            classes.word |= mask(within(part | u8x16::splat(0x20), b'a', b'z') | within(part, b'0', b'9'));
            classes.beyond |= mask(!within(part, b' ', b'~'));
            if written == Written::AsAddress {
                let is = |part: u8x16, byte: u8| part.simd_eq(u8x16::splat(byte));
                // `\` and `|` differ in one bit.
                classes.hiding |= mask(is(part, b'%') | is(part | u8x16::splat(0x20), b'|'));
                classes.hyphens |= mask(is(part, b'-'));
            }
        }
        classes
    }
}

impl WordFilter {
    /// A filter over whole words, and over beginnings of words that may go on.
    pub(super) fn new(words: &[Word], open: &[Word]) -> Self {
        if words.is_empty() && open.is_empty() {
            return Self::default();
        }
        let mut prefixes = vec![0_u64; (1 << PREFIX_BITS) / 64];
        for word in words.iter().chain(open) {
            mark_prefixes(&mut prefixes, word);
        }
        let size = (words.len() * 32).next_power_of_two().max(1 << 13);
        let shift = 64 - size.trailing_zeros();
        let mut beginnings = vec![0_u64; size / 64];
        for word in words {
            let bit = hashed(word.beginning) >> shift;
            beginnings[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        let mut open_bits = vec![0_u64; if open.is_empty() { 0 } else { (1 << OPEN_BITS) / 64 }];
        if open.iter().any(|word| word.len < OPEN_LETTERS) {
            // A shorter beginning says too little: then every word has to be looked at.
            open_bits.fill(u64::MAX);
        }
        for word in open {
            let bit = open_bit(word.beginning);
            open_bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        let tags: Vec<u64> = words.iter().map(|word| word.tag).collect();
        Self { prefixes, beginnings, shift, open: open_bits, words: Filter::new(&tags) }
    }

    /// Through which every text passes that has a word at all.
    #[cfg(test)]
    pub(super) fn open() -> Self {
        let all = || vec![u64::MAX; (1 << PREFIX_BITS) / 64];
        Self { prefixes: all(), beginnings: all(), shift: 64 - PREFIX_BITS, open: all(), words: Filter::default() }
    }

    /// `false` only if no listed word stands in the text.
    pub(super) fn may_hold(&self, text: &str, written: Written) -> bool {
        if self.beginnings.is_empty() {
            return false;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        // Whether the block before ended inside of a word, whose rest is none of its own, and whether with a hyphen.
        let (mut inside, mut after_hyphen) = (0, 0);
        while at < bytes.len() {
            // The last block overlaps the one before it; only a text shorter than a block is copied.
            let from = at.min(bytes.len().saturating_sub(BLOCK));
            let mut short = [b' '; BLOCK];
            let block = bytes.get(from..).and_then(|rest| rest.first_chunk()).unwrap_or_else(|| {
                short[..bytes.len()].copy_from_slice(bytes);
                &short
            });
            let Classes { mut word, beyond, hiding, hyphens } = Classes::of(block, written);
            if beyond != 0 && joins(&bytes[from..bytes.len().min(from + BLOCK)], beyond) || hyphens & (hyphens << 1 | after_hyphen) != 0 {
                return true;
            }
            after_hyphen = hyphens >> (BLOCK - 1);
            if hiding != 0 {
                let Some(codes) = separators(bytes, from, hiding) else { return true };
                word &= !codes;
            }
            let mut starts = (word & !(word << 1 | inside)) >> (at - from) << (at - from);
            (inside, at) = (word >> (BLOCK - 1), from + BLOCK);
            while starts != 0 {
                let start = from + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let bit = prefix_bit(letters(bytes, start));
                if self.prefixes[(bit / 64) as usize] >> (bit % 64) & 1 == 0 {
                    continue;
                }
                let mut end = start + (!(word >> (start - from))).trailing_zeros() as usize;
                if end == from + BLOCK {
                    // It may go on behind its block.
                    end += bytes[end.min(bytes.len())..].iter().take(LETTERS).take_while(|byte| byte.is_ascii_alphanumeric()).count();
                }
                let beginning = beginning(bytes, start, end);
                let bit = hashed(beginning) >> self.shift;
                if self.beginnings[(bit / 64) as usize] >> (bit % 64) & 1 == 1 && self.may_be_listed(bytes, start) {
                    return true;
                }
                if !self.open.is_empty() {
                    let bit = open_bit(beginning);
                    if self.open[(bit / 64) as usize] >> (bit % 64) & 1 == 1 {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Whether the word at `start`, which begins like a listed one, may be listed.
    #[inline(never)]
    fn may_be_listed(&self, bytes: &[u8], start: usize) -> bool {
        let len = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        self.words.may_hold(tag(&bytes[start..start + len]))
    }
}

/// Whether one of the marked bytes is no white space: what is not ASCII may be a letter, and control characters separate nothing.
///
/// Such text is rare, and inlined this would keep every block's bytes apart for it.
#[cold]
#[inline(never)]
fn joins(block: &[u8], marks: u32) -> bool {
    (0..).zip(block).any(|(at, byte)| marks >> at & 1 == 1 && !byte.is_ascii_whitespace())
}

/// The digits with which marked percent signs write separators, as in `%40scope`; `None` if one of the marked bytes may hide a word.
#[cold]
#[inline(never)]
fn separators(bytes: &[u8], from: usize, mut marks: u32) -> Option<u32> {
    let mut codes = 0;
    while marks != 0 {
        let at = marks.trailing_zeros();
        marks &= marks - 1;
        let behind = &bytes[from + at as usize + 1..];
        let hiding = match bytes[from + at as usize] {
            b'%' => at as usize + 2 >= BLOCK || !matches!(behind, [b'4', b'0', ..] | [b'2', b'F' | b'f', ..] | [b'3', b'A' | b'a', ..]),
            _ => true,
        };
        if hiding {
            return None;
        }
        if bytes[from + at as usize] == b'%' {
            codes |= 0b110 << at;
        }
    }
    Some(codes)
}

/// The eight bytes from `start` on; zeros behind the end.
#[inline]
fn letters(bytes: &[u8], start: usize) -> u64 {
    // Eight bytes can be read at once, if need be with some that stand before the word.
    match (bytes.get(start..).and_then(|rest| rest.first_chunk::<LETTERS>()), bytes.last_chunk::<LETTERS>()) {
        (Some(letters), _) => u64::from_le_bytes(*letters),
        (None, Some(last)) => u64::from_le_bytes(*last) >> (8 * (start + LETTERS - bytes.len())),
        (None, None) => bytes[start..].iter().rev().fold(0, |letters, &byte| letters << 8 | u64::from(byte)),
    }
}

/// The first eight letters of the word between `start` and `end`, the same in upper and lower case.
#[inline]
fn beginning(bytes: &[u8], start: usize, end: usize) -> u64 {
    let kept = if end - start < LETTERS { (1 << (8 * (end - start))) - 1 } else { u64::MAX };
    (letters(bytes, start) | LOWER_CASE) & kept
}

/// The bit for a word by its first four letters; of a shorter one, what stands behind it counts too.
#[inline]
fn prefix_bit(letters: u64) -> u32 {
    ((letters | LOWER_CASE) as u32).wrapping_mul(0x9e37_79b1) >> (32 - PREFIX_BITS)
}

/// Marks every prefix that a word can have in a text.
fn mark_prefixes(prefixes: &mut [u64], word: &Word) {
    // Whatever stands behind a word shorter than a prefix.
    let missing = PREFIX_LETTERS.saturating_sub(word.len);
    if missing > 1 {
        // So short a word would mark nearly all.
        return prefixes.fill(u64::MAX);
    }
    for behind in 0..1_u64 << (8 * missing) {
        let bit = prefix_bit(word.beginning | behind << (8 * (PREFIX_LETTERS - 1)));
        prefixes[(bit / 64) as usize] |= 1 << (bit % 64);
    }
}

fn hashed(beginning: u64) -> u64 {
    (beginning ^ (beginning >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The bit for the first letters of a word that may go on.
fn open_bit(beginning: u64) -> u64 {
    hashed(beginning & ((1 << (8 * OPEN_LETTERS)) - 1)) >> (64 - OPEN_BITS)
}

#[cfg(test)]
mod tests {
    use super::{Filter, Word, WordFilter, Written, tag};

    #[test]
    fn a_listed_word_is_seen_wherever_it_stands() {
        // Two letters are looked for in a way of their own.
        for short in ["x1", "qq3"] {
            let filter = WordFilter::new(&["kaspersky", "zte", "dahua", short].map(Word::of), &["huaweicloud", "hik"].map(Word::of));
            for word in ["kaspersky", "Kaspersky", "ZTE", "dahua", short, "huaweicloudsdkcore", "hik", "hikvision"] {
                for before in 0..140 {
                    let text = format!("{}{word}", "-a".repeat(before / 2) + &" ".repeat(before % 2 + 1));
                    for text in [format!("{text} b"), format!("{text}_b"), format!("{text}/"), text] {
                        assert!(filter.may_hold(&text, Written::Freely), "{text}");
                        assert!(filter.may_hold(&text, Written::AsAddress), "{text}");
                    }
                }
            }
            for text in ["", "kasperskylab", "aztec zt", "a cloud of hubble", "x", &"kasper sky ".repeat(30), &"q".repeat(200)] {
                assert!(!filter.may_hold(text, Written::Freely), "{text}");
            }
        }
    }

    #[test]
    fn what_can_hide_a_word_is_looked_at() {
        let filter = WordFilter::new(&[Word::of("kaspersky")], &[]);
        for before in 0..80 {
            let text = format!("{}%40kaspersky/x", "a".repeat(before));
            assert!(filter.may_hold(&text, Written::AsAddress), "{text}");
            let text = format!("{}--b", "a".repeat(before));
            assert!(
                filter.may_hold(&text, Written::AsAddress) && !filter.may_hold(&text.replace("--", "-b-"), Written::AsAddress),
                "{text}"
            );
        }
        for text in ["кaspersky", "kasper\u{1}sky", "a\u{b}", "ab\u{7f}"] {
            assert!(filter.may_hold(text, Written::Freely), "{text}");
        }
        for text in ["https://x.example/%6Baspersky", "kasper\\sky", "xn--e1afmkfd.example", "a|b"] {
            assert!(filter.may_hold(text, Written::AsAddress) && !filter.may_hold(text, Written::Freely), "{text}");
        }
        for text in ["pkg:npm/%40scope/name@1", "https://a-b.example/x?y=z%2Fa%3ab"] {
            assert!(!filter.may_hold(text, Written::AsAddress), "{text}");
        }
    }

    #[test]
    fn what_was_put_in_is_always_held() {
        let words: Vec<String> = (0..5000).map(|number| format!("Name-{number}.example")).collect();
        let tags: Vec<u64> = words.iter().map(|word| tag(word.to_lowercase().as_bytes())).collect();
        let filter = Filter::new(&tags);
        assert!(words.iter().all(|word| filter.may_hold(tag(word.as_bytes()))));
        let strangers = (0..10_000).filter(|number| filter.may_hold(tag(format!("other{number}").as_bytes()))).count();
        assert!(strangers < 500, "{strangers}");
        assert!(!Filter::default().may_hold(tag(b"x")));
    }
}
