//! Policies beside each other: what one of them lists takes nothing from what another one lists.
//!
//! Within one index the closer identifier wins: a package before its namespace, a host before its domain, a name before a mention. That is right
//! for entities that one author describes. Between a pack and a file of the repository under test it would let that file take a component
//! away from the pack, by claiming it for an entity of its own. So each policy file is looked up by itself, and all of what is found counts.

use super::{Claim, Hit, Identifier, IdentifierId, Index, Kind, Matcher};

impl Index {
    /// An index over `identifiers`, of which each of `starts` begins those of another policy file.
    #[must_use]
    pub fn layered(identifiers: Vec<Identifier>, starts: &[usize]) -> Self {
        let mut starts: Vec<usize> = starts.iter().copied().filter(|start| (1..identifiers.len()).contains(start)).collect();
        starts.dedup();
        let Some(&first) = starts.first() else { return Self::new(identifiers) };
        let mut index = Self::new(identifiers[..first].to_vec());
        let ends = starts.iter().copied().skip(1).chain([identifiers.len()]);
        for (&start, end) in starts.iter().zip(ends) {
            let number = IdentifierId::try_from(start).unwrap_or(IdentifierId::MAX);
            index.apart.push((number, Self::new(identifiers[start..end].to_vec())));
        }
        index.identifiers = identifiers;
        index
    }

    /// Whether an identifier belongs to another policy file than the first ones.
    #[must_use]
    pub fn is_apart(&self, id: IdentifierId) -> bool {
        self.apart.first().is_some_and(|(first, _)| id >= *first)
    }
}

/// Looks claims up in every layer of an index.
#[derive(Debug)]
pub struct Matchers<'i> {
    first: Matcher<'i>,
    /// Each with the number of its first identifier.
    apart: Vec<(IdentifierId, Matcher<'i>)>,
}

impl<'i> Matchers<'i> {
    /// Matchers with nothing remembered yet.
    #[must_use]
    pub fn new(index: &'i Index) -> Self {
        let apart = index.apart.iter().map(|(first, index)| (*first, Matcher::new(index))).collect();
        Self { first: Matcher::new(index), apart }
    }

    /// The same as [`Matcher::look_up`].
    pub fn look_up(&self, claim: &Claim<'_>, kind: Kind, hits: &mut Vec<Hit>) {
        self.first.look_up(claim, kind, hits);
        self.others(hits, |matcher, hits| matcher.look_up(claim, kind, hits));
    }

    /// The same as [`Matcher::look_up_bare_name`].
    pub fn look_up_bare_name(&self, name: &str, hits: &mut Vec<Hit>) {
        self.first.look_up_bare_name(name, hits);
        self.others(hits, |matcher, hits| matcher.look_up_bare_name(name, hits));
    }

    fn others(&self, hits: &mut Vec<Hit>, look_up: impl Fn(&Matcher<'i>, &mut Vec<Hit>)) {
        for (first, matcher) in &self.apart {
            // Whether something was found before makes a difference to a matcher.
            let mut own = Vec::new();
            look_up(matcher, &mut own);
            hits.extend(own.into_iter().map(|hit| Hit { identifier: hit.identifier + first, ..hit }));
        }
    }
}
