//! A filter that says "certainly not" to nearly everything for the price of one short hash.

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

#[cfg(test)]
mod tests {
    use super::{Filter, tag};

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
