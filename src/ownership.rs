//! Who owns and controls whom, with dates, and the closure that a law's wording asks for.
//!
//! A law names an organisation and then says how far it reaches beyond it: "any successor entity", "any entity that controls, is controlled
//! by, or is under common control with", "any entity of which … has majority ownership" (Pub. L. 115-91, sec. 1634(a)). Each of these is a
//! word here, and the chain of links that an entity is reached by is kept, so that a finding can show what it rests on.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::civil::Date;

use crate::identity::EntityId;
use crate::source::Origin;

/// What one organisation is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The owner holds more than half.
    Majority,
    /// The owner holds a share, which may be less than half; what it comes to is computed over all chains.
    Stake,
    /// The owner controls it, by whatever means.
    Control,
    /// The owner is the successor of the owned.
    Successor,
    /// The two are affiliated, without it being known which controls the other.
    Affiliate,
}

impl LinkKind {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("majority", Self::Majority),
        ("stake", Self::Stake),
        ("control", Self::Control),
        ("successor", Self::Successor),
        ("affiliate", Self::Affiliate),
    ];

    /// The word that policies and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// How far beyond the named entities a rule reaches (`rule.reach`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What came after a named entity.
    Successor,
    /// What controls it.
    Controls,
    /// What it controls.
    ControlledBy,
    /// What is controlled by something that controls it.
    CommonControl,
    /// What the named entities, taken together, hold more than half of.
    MajorityOwned,
    /// All of these but successors, and what a link calls an affiliate (FAR 2.101: control in either direction, or by a third party).
    Affiliate,
}

impl Reach {
    /// Every value with its word.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("successor", Self::Successor),
        ("controls", Self::Controls),
        ("controlled-by", Self::ControlledBy),
        ("common-control", Self::CommonControl),
        ("majority-owned", Self::MajorityOwned),
        ("affiliate", Self::Affiliate),
    ];

    /// The word that policies and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, reach)| *reach == self).map_or("", |(word, _)| word)
    }
}

/// One link between two organisations.
#[derive(Debug, Clone)]
pub struct Link {
    /// Who owns, controls or succeeds.
    pub owner: EntityId,
    /// Whom.
    pub owned: EntityId,
    /// How.
    pub kind: LinkKind,
    /// Which share, in per cent, where it is known.
    pub share: Option<f64>,
    /// The first day, where it is known.
    pub since: Option<Date>,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
    /// Whether a source settles it. What rests on an unconfirmed link only asks for review.
    pub confirmed: bool,
    /// The source.
    pub fact: Option<String>,
    /// Where it stands in the policy.
    pub origin: Origin,
}

impl Link {
    fn holds(&self, on: Date) -> bool {
        self.since.is_none_or(|since| since <= on) && self.until.is_none_or(|until| on < until)
    }

    /// Whether who owns here controls.
    fn controls(&self) -> bool {
        match self.kind {
            LinkKind::Majority | LinkKind::Control => true,
            LinkKind::Stake => self.share.is_some_and(|share| share > HALF),
            LinkKind::Successor | LinkKind::Affiliate => false,
        }
    }

    /// The least and the greatest part that it can stand for.
    fn part(&self) -> (f64, f64) {
        match (self.kind, self.share) {
            (LinkKind::Majority | LinkKind::Stake, Some(share)) => (share / 100.0, share / 100.0),
            (LinkKind::Majority, None) => (MORE_THAN_HALF, 1.0),
            _ => (0.0, 0.0),
        }
    }
}

const HALF: f64 = 50.0;
/// The least that a majority of unknown size can be.
const MORE_THAN_HALF: f64 = 0.500_001;

/// An entity that a rule reaches beyond those that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Which one.
    pub entity: EntityId,
    /// By which word of the rule.
    pub by: Reach,
    /// The links that it rests on, from the named entity on; by their numbers.
    pub chain: Vec<usize>,
    /// The share that the named entities hold in all, in per cent, where majority was computed.
    pub share: Option<f64>,
    /// Whether sources settle every link, and the sum where there is one.
    pub confirmed: bool,
}

/// All links of a policy.
#[derive(Debug, Default)]
pub struct Ownership {
    links: Vec<Link>,
    down: HashMap<EntityId, Vec<usize>>,
    up: HashMap<EntityId, Vec<usize>>,
}

/// A chain to each entity, in a fixed order.
type Chains = BTreeMap<EntityId, Vec<usize>>;

/// One end of a link is reached; which are followed, and to which other end.
#[derive(Clone, Copy)]
struct Walk {
    follows: fn(&Link) -> bool,
    upward: bool,
}

const UP: Walk = Walk { follows: Link::controls, upward: true };
const DOWN: Walk = Walk { follows: Link::controls, upward: false };
const SUCCESSORS: Walk = Walk { follows: |link| link.kind == LinkKind::Successor, upward: true };

impl Ownership {
    /// The graph of these links.
    #[must_use]
    pub fn new(links: Vec<Link>) -> Self {
        let mut graph = Self::default();
        for (number, link) in links.iter().enumerate() {
            graph.down.entry(link.owner).or_default().push(number);
            graph.up.entry(link.owned).or_default().push(number);
        }
        graph.links = links;
        graph
    }

    /// A link by its number.
    #[must_use]
    pub fn link(&self, number: usize) -> &Link {
        &self.links[number]
    }

    /// All links, in the order of the policy.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// What a rule that names `named` reaches beyond them on a day, each entity once, by the best chain: a confirmed one, then a short one.
    #[must_use]
    pub fn closure(&self, named: &[EntityId], reach: &[Reach], on: Date) -> Vec<Reached> {
        if self.links.is_empty() || reach.is_empty() {
            return Vec::new();
        }
        let mut found: BTreeMap<EntityId, Reached> = BTreeMap::new();
        for confirmed in [true, false] {
            for reached in self.pass(named, reach, on, confirmed) {
                if !named.contains(&reached.entity) {
                    found.entry(reached.entity).or_insert(reached);
                }
            }
        }
        found.into_values().collect()
    }

    /// One pass over confirmed links only, or over all.
    fn pass(&self, named: &[EntityId], reach: &[Reach], on: Date, confirmed: bool) -> Vec<Reached> {
        let usable = |link: &Link| link.holds(on) && (link.confirmed || !confirmed);
        let mut base: Chains = named.iter().map(|&entity| (entity, Vec::new())).collect();
        let mut found = Vec::new();
        let mut add = |by: Reach, chains: &Chains| {
            for (&entity, chain) in chains.iter().filter(|(_, chain)| !chain.is_empty()) {
                found.push(Reached { entity, by, chain: chain.clone(), share: None, confirmed });
            }
        };
        let asked = |word: Reach| reach.contains(&word);
        let wide = asked(Reach::Affiliate);
        if asked(Reach::Successor) {
            base = self.walk(&base, SUCCESSORS, &usable);
            add(Reach::Successor, &base);
        }
        if wide || asked(Reach::Controls) || asked(Reach::CommonControl) {
            let above = self.walk(&base, UP, &usable);
            if wide || asked(Reach::Controls) {
                add(Reach::Controls, &above);
            }
            if wide || asked(Reach::CommonControl) {
                let beside = self.walk(&above, DOWN, &usable);
                add(Reach::CommonControl, &beside.into_iter().filter(|(entity, _)| !above.contains_key(entity)).collect());
            }
        }
        if wide || asked(Reach::ControlledBy) {
            add(Reach::ControlledBy, &self.walk(&base, DOWN, &usable));
        }
        if wide {
            let near = self.affiliates(&self.walk(&base, DOWN, &usable), &usable);
            add(Reach::Affiliate, &self.walk(&near, DOWN, &usable));
        }
        if wide || asked(Reach::MajorityOwned) {
            found.extend(self.majorities(&base, &usable, confirmed));
        }
        found
    }

    /// Everything that a walk from `from` comes to, those included, each by a shortest chain.
    fn walk(&self, from: &Chains, walk: Walk, usable: &impl Fn(&Link) -> bool) -> Chains {
        let mut chains = from.clone();
        let mut queue: VecDeque<EntityId> = from.keys().copied().collect();
        while let Some(at) = queue.pop_front() {
            let table = if walk.upward { &self.up } else { &self.down };
            for &number in table.get(&at).into_iter().flatten() {
                let link = &self.links[number];
                let next = if walk.upward { link.owner } else { link.owned };
                if (walk.follows)(link) && usable(link) && !chains.contains_key(&next) {
                    let mut chain = chains[&at].clone();
                    chain.push(number);
                    chains.insert(next, chain);
                    queue.push_back(next);
                }
            }
        }
        chains
    }

    /// What one affiliate link leads to, in either direction.
    fn affiliates(&self, from: &Chains, usable: &impl Fn(&Link) -> bool) -> Chains {
        let mut chains = Chains::new();
        for (&at, chain) in from {
            for (table, upward) in [(&self.up, true), (&self.down, false)] {
                for &number in table.get(&at).into_iter().flatten() {
                    let link = &self.links[number];
                    let next = if upward { link.owner } else { link.owned };
                    if link.kind == LinkKind::Affiliate && usable(link) && !from.contains_key(&next) {
                        chains.entry(next).or_insert_with(|| chain.iter().copied().chain([number]).collect());
                    }
                }
            }
        }
        chains
    }

    /// What `base`, taken together, holds more than half of. Shares multiply along a chain and add over chains.
    fn majorities(&self, base: &Chains, usable: &impl Fn(&Link) -> bool, confirmed: bool) -> Vec<Reached> {
        const SHARE: Walk = Walk { follows: |link| link.part().1 > 0.0, upward: false };
        let below = self.walk(base, SHARE, usable);
        // Cross-holdings make this a system of equations. From nothing the sums only grow towards its solution; without a circle
        // they are exact after as many rounds as the longest chain has links.
        let mut parts: BTreeMap<EntityId, (f64, f64)> =
            below.keys().map(|&entity| (entity, if base.contains_key(&entity) { (1.0, 1.0) } else { (0.0, 0.0) })).collect();
        const ROUNDS: usize = 200;
        for _ in 0..ROUNDS {
            let mut next = parts.clone();
            for (entity, part) in next.iter_mut().filter(|(entity, _)| !base.contains_key(entity)) {
                let links = self.up.get(entity).into_iter().flatten().map(|&number| &self.links[number]).filter(|link| usable(link));
                let (least, most) = links.fold((0.0, 0.0), |(least, most), link| {
                    let (owner, own) = (parts.get(&link.owner).copied().unwrap_or_default(), link.part());
                    (least + owner.0 * own.0, most + owner.1 * own.1)
                });
                *part = (f64::min(least, 1.0), f64::min(most, 1.0));
            }
            if next == parts {
                break;
            }
            parts = next;
        }
        let held = parts.into_iter().filter(|(entity, (_, most))| !base.contains_key(entity) && *most > 0.5);
        held.map(|(entity, (least, most))| {
            let chain = self.leading_to(entity, base, &below, usable);
            let exact = (most - least).abs() < 1e-9;
            Reached {
                entity,
                by: Reach::MajorityOwned,
                share: exact.then(|| (least * 1e6).round() / 1e4),
                confirmed: confirmed && (least > 0.5),
                chain,
            }
        })
        .collect()
    }

    /// Every link that adds to the share in `entity`, from `base` on; bounded.
    fn leading_to(&self, entity: EntityId, base: &Chains, below: &Chains, usable: &impl Fn(&Link) -> bool) -> Vec<usize> {
        const LINKS_MAX: usize = 32;
        let (mut chain, mut queue) = (Vec::new(), VecDeque::from([entity]));
        while let Some(at) = queue.pop_front() {
            for &number in self.up.get(&at).into_iter().flatten() {
                let link = &self.links[number];
                if chain.len() < LINKS_MAX
                    && usable(link)
                    && link.part().1 > 0.0
                    && below.contains_key(&link.owner)
                    && !chain.contains(&number)
                {
                    chain.push(number);
                    if !base.contains_key(&link.owner) {
                        queue.push_back(link.owner);
                    }
                }
            }
        }
        chain.reverse();
        // What the base rests on itself, such as a succession, comes first.
        let owner = chain.first().map(|&number| self.links[number].owner);
        owner.and_then(|owner| base.get(&owner)).into_iter().flatten().copied().chain(chain.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin { source: std::sync::Arc::new(crate::source::Source::from_text("t", "")), span: crate::source::Span::default() }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn link(owner: EntityId, owned: EntityId, kind: LinkKind, share: Option<f64>) -> Link {
        Link { owner, owned, kind, share, since: None, until: None, confirmed: true, fact: None, origin: origin() }
    }

    fn entities(links: Vec<Link>, named: &[EntityId], reach: &[Reach]) -> Vec<EntityId> {
        Ownership::new(links).closure(named, reach, day("2026-01-01")).iter().map(|reached| reached.entity).collect()
    }

    use LinkKind::{Affiliate, Control, Majority, Stake, Successor};

    #[test]
    fn each_word_walks_its_own_way() {
        // 1 controls 2 and 3; 2 controls 4; 5 succeeds 2; 6 is affiliated with 2.
        let links = || {
            vec![
                link(1, 2, Control, None),
                link(1, 3, Majority, None),
                link(2, 4, Majority, Some(80.0)),
                link(5, 2, Successor, None),
                link(6, 2, Affiliate, None),
                link(6, 7, Control, None),
            ]
        };
        let table: [(&[Reach], &[EntityId]); 8] = [
            (&[], &[]),
            (&[Reach::Successor], &[5]),
            (&[Reach::Controls], &[1]),
            (&[Reach::ControlledBy], &[4]),
            (&[Reach::CommonControl], &[3, 4]),
            (&[Reach::MajorityOwned], &[4]),
            (&[Reach::Affiliate], &[1, 3, 4, 6, 7]),
            (&[Reach::Successor, Reach::Controls, Reach::ControlledBy], &[1, 4, 5]),
        ];
        for (reach, expected) in table {
            assert_eq!(entities(links(), &[2], reach), expected, "{reach:?}");
        }
    }

    #[test]
    fn shares_multiply_along_and_add_over_chains() {
        let own = &[Reach::MajorityOwned];
        // 60 % of 60 % is no majority.
        assert_eq!(entities(vec![link(0, 1, Stake, Some(60.0)), link(1, 2, Stake, Some(60.0))], &[0], own), [1]);
        // 30 % and 25 % through two chains are one.
        let two = vec![link(0, 1, Stake, Some(100.0)), link(1, 3, Stake, Some(30.0)), link(0, 3, Stake, Some(25.0))];
        assert_eq!(entities(two.clone(), &[0], own), [1, 3]);
        let reached = Ownership::new(two).closure(&[0], own, day("2026-01-01"));
        assert_eq!((reached[1].share, reached[1].chain.as_slice()), (Some(55.0), &[0, 2, 1][..]));
        // Two named owners are added together; half is no majority.
        let pair = || vec![link(0, 2, Stake, Some(30.0)), link(1, 2, Stake, Some(30.0))];
        assert_eq!(entities(pair(), &[0, 1], own), [2]);
        assert_eq!(entities(pair(), &[0], own), Vec::<u32>::new());
        assert_eq!(entities(vec![link(0, 1, Stake, Some(50.0))], &[0], own), Vec::<u32>::new());
        // Cross-holdings: 1 and 2 hold 40 % of each other, the rest of both is 0's.
        let circle = vec![
            link(0, 1, Stake, Some(60.0)),
            link(0, 2, Stake, Some(60.0)),
            link(1, 2, Stake, Some(40.0)),
            link(2, 1, Stake, Some(40.0)),
        ];
        let reached = Ownership::new(circle).closure(&[0], own, day("2026-01-01"));
        assert_eq!(reached.iter().map(|reached| reached.share).collect::<Vec<_>>(), [Some(100.0), Some(100.0)]);
    }

    #[test]
    fn a_majority_of_unknown_size_settles_one_step_and_leaves_two_open() {
        let links = vec![link(0, 1, Majority, None), link(1, 2, Majority, None)];
        let reached = Ownership::new(links).closure(&[0], &[Reach::MajorityOwned], day("2026-01-01"));
        assert_eq!(reached.iter().map(|reached| (reached.entity, reached.confirmed)).collect::<Vec<_>>(), [(1, true), (2, false)]);
    }

    #[test]
    fn a_link_outside_its_dates_does_not_count() {
        let sold = Link { since: Some(day("2013-12-16")), until: Some(day("2020-11-17")), ..link(0, 1, Majority, Some(100.0)) };
        let graph = Ownership::new(vec![sold]);
        for (on, expected) in [("2013-12-15", 0), ("2013-12-16", 1), ("2020-11-16", 1), ("2020-11-17", 0)] {
            assert_eq!(graph.closure(&[0], &[Reach::ControlledBy], day(on)).len(), expected, "{on}");
        }
    }

    #[test]
    fn a_confirmed_chain_is_preferred_and_an_unconfirmed_one_says_so() {
        let unconfirmed = Link { confirmed: false, ..link(0, 2, Control, None) };
        let links = vec![unconfirmed.clone(), link(0, 1, Control, None), link(1, 2, Control, None)];
        let reached = Ownership::new(links).closure(&[0], &[Reach::ControlledBy], day("2026-01-01"));
        assert_eq!((reached[1].chain.as_slice(), reached[1].confirmed), (&[1, 2][..], true));
        let reached = Ownership::new(vec![unconfirmed]).closure(&[0], &[Reach::ControlledBy], day("2026-01-01"));
        assert!(!reached[0].confirmed);
    }
}
