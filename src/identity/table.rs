//! A table from short texts to what has them.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::cost::spend;

/// Which identifiers have a text. All texts lie in one, and nearly every text is one identifier's: a table of a hundred thousand costs
/// as many allocations as one of ten, and is given back as quickly.
///
/// The hash is seeded anew in each process, against texts that are made to collide.
#[derive(Debug, Default)]
pub(super) struct Table {
    text: String,
    rows: Vec<Row>,
    /// The number of each row, by the hash of its text.
    by_text: HashTable<usize>,
    hash: RandomState,
    /// The length of the longest text: a longer one is not hashed at all.
    longest: usize,
}

#[derive(Debug)]
struct Row {
    start: usize,
    end: usize,
    first: u32,
    /// All of them, if there are several.
    several: Vec<u32>,
}

impl Row {
    fn ids(&self) -> &[u32] {
        if self.several.is_empty() { std::slice::from_ref(&self.first) } else { &self.several }
    }
}

impl Table {
    /// One more that has this text.
    pub(super) fn add(&mut self, text: &str, id: u32) {
        let hash = self.hash.hash_one(text);
        if let Some(&row) = self.by_text.find(hash, |&row| self.text_of(&self.rows[row]) == text) {
            let Row { first, several, .. } = &mut self.rows[row];
            if several.is_empty() {
                several.push(*first);
            }
            several.push(id);
            return;
        }
        let start = self.text.len();
        self.longest = self.longest.max(text.len());
        self.text.push_str(text);
        let row = Row { start, end: self.text.len(), first: id, several: Vec::new() };
        let Self { text, rows, by_text, hash: hasher, .. } = self;
        by_text.insert_unique(hash, rows.len(), |&row: &usize| hasher.hash_one(&text[rows[row].start..rows[row].end]));
        rows.push(row);
    }

    /// What has this text, in the order in which it was added.
    pub(super) fn get(&self, text: &str) -> Option<&[u32]> {
        if self.rows.is_empty() || text.len() > self.longest {
            return None;
        }
        spend(text.len());
        let row = self.by_text.find(self.hash.hash_one(text), |&row| self.text_of(&self.rows[row]) == text)?;
        Some(self.rows[*row].ids())
    }

    /// Every text with what has it, in the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u32])> {
        self.rows.iter().map(|row| (self.text_of(row), row.ids()))
    }

    /// Every text.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(text, _)| text)
    }

    /// The length of the longest text.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn text_of(&self, row: &Row) -> &str {
        &self.text[row.start..row.end]
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_table_holds_what_a_map_holds() {
        let mut table = Table::default();
        let mut map: std::collections::BTreeMap<String, Vec<u32>> = std::collections::BTreeMap::new();
        assert!(table.is_empty() && table.get("").is_none());
        for id in 0..5_000_u32 {
            let text = format!("{}", id.wrapping_mul(2_654_435_761) % 3_000);
            let text = text.strip_prefix('1').unwrap_or(&text);
            table.add(text, id);
            map.entry(text.to_owned()).or_default().push(id);
        }
        assert!(map.iter().all(|(text, ids)| table.get(text) == Some(ids)));
        assert_eq!(table.get("3000x"), None);
        assert_eq!(table.texts().count(), map.len());
        assert!(table.iter().all(|(text, ids)| map[text] == ids));
    }
}
