//! How a subject got into the product: the edges of one document, the ways through them, and the direct dependencies that bring findings in.
//!
//! Only made when there is a finding to explain, by reading the document a second time. Everything is done without recursion and within
//! bounds, on any graph.

use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher as _;

use super::{Listener, Node, Place, Relationship, Subject};
use crate::text::{boundary, excerpt};

/// The graph of one document: subjects as numbers, with the edges towards the product.
///
/// It is built in two steps because a relationship may name subjects that come later.
#[derive(Default)]
pub struct Lineage {
    labels: Labels,
    roots: Vec<u32>,
    /// By the reference's hash, which is seeded anew in each process. The first subject that uses a reference wins; a re-used one is noted
    /// by the lints.
    by_reference: HashMap<u64, u32, foldhash::fast::RandomState>,
    edges: Vec<(End, End)>,
}

/// What the subjects are called, in one text; by index.
#[derive(Default)]
struct Labels {
    text: String,
    places: Vec<(u32, u32)>,
}

/// The most labels of one way that are listed, and the most characters of each.
const WAY_MAX: usize = 24;
const LABEL_MAX: usize = 200;

/// What stands in a way for so many labels that are left out.
fn left_out(labels: usize) -> String {
    format!("… {labels} more …")
}

/// Whether a label of a way is no subject's, but stands for those that are left out.
#[must_use]
pub fn is_left_out(label: &str) -> bool {
    let count = label.strip_prefix("… ").and_then(|rest| rest.strip_suffix(" more …"));
    count.is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How a subject was reached: from where, from which root, over how many edges. A root is its own.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    nearer: u32,
    root: u32,
    distance: u32,
}

#[derive(Clone, Copy)]
enum End {
    Document,
    Subject(u32),
    Reference(u64),
}

/// Which ways to a subject are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ways {
    /// The shortest way through each subject that uses it directly, ten at most.
    #[default]
    Direct,
    /// So many, the shortest ones first.
    Shortest(usize),
    /// All, as far as they can be listed.
    All,
}

impl Ways {
    /// The most that are listed for one subject, even if all are asked for: a graph of a few dozen edges can have millions.
    pub const MOST: usize = 1000;
}

/// Whether a subject is connected with what the document describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// It is what the document describes.
    Root,
    /// A way leads to it.
    Connected,
    /// No relationship of the document leads to it.
    #[default]
    NotConnected,
}

impl Connection {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Connected => "connected",
            Self::NotConnected => "not-connected",
        }
    }
}

/// The ways from the product to one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// The ways that were asked for, shortest first: labels from the root down to the subject; empty when no relationship leads to it.
    pub listed: Vec<Vec<String>>,
    /// How many there are at least: as many as subjects that use this one directly, or as are listed.
    pub total: usize,
    /// How many of the listed ones were asked for: one, unless more were.
    pub shown: usize,
    /// Whether there are no other ways than the listed ones.
    pub all: bool,
    /// Whether the subject is connected with the product at all.
    pub connection: Connection,
}

impl Paths {
    /// The most paths that are spelled out unless more are asked for.
    pub const LISTED: usize = 10;
}

/// The direct dependencies whose removal leaves none of some subjects reachable from the product.
///
/// An edge from the product is all that its maker can take out, so every direct dependency that leads to one of the subjects has to go, and no
/// other one: there is just one such set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    /// What they are called, and to how many of the subjects each leads; in document order.
    pub direct: Vec<(String, usize)>,
    /// How many of the subjects no removal touches: the product itself, and what nothing connects with it.
    pub beyond: usize,
}

impl Listener for Lineage {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.labels.add(subject);
        if subject.place == Place::Root {
            self.roots.push(subject.index);
        }
        if let Some(reference) = &subject.reference {
            let hash = self.by_reference.hasher().hash_one(reference.value.as_ref());
            self.by_reference.entry(hash).or_insert(subject.index);
        }
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        let end = |node: Node<'_>| match node {
            Node::Document => End::Document,
            Node::Subject(index) => End::Subject(index),
            Node::Reference(reference) => End::Reference(self.by_reference.hasher().hash_one(reference)),
        };
        let edge = (end(relationship.from), end(relationship.to));
        self.edges.push(edge);
    }
}

impl Labels {
    fn add(&mut self, subject: &Subject<'_>) {
        let index = subject.index as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, (0, 0));
        }
        let offset = |text: &String| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let start = self.text.len();
        subject.push_label(&mut self.text);
        // Longer than this it is never shown.
        self.text.truncate(boundary(&self.text, start + 4 * LABEL_MAX));
        self.places[index] = (offset(&self.text).min(u32::try_from(start).unwrap_or(u32::MAX)), offset(&self.text));
    }

    fn get(&self, index: u32) -> String {
        let (start, end) = self.places.get(index as usize).copied().unwrap_or_default();
        excerpt(self.text.get(start as usize..end as usize).unwrap_or_default(), LABEL_MAX).into_owned()
    }

    fn len(&self) -> usize {
        self.places.len()
    }
}

/// Neighbours of every subject, in one list.
struct Neighbours {
    starts: Vec<usize>,
    all: Vec<u32>,
}

impl Neighbours {
    fn new(count: usize, edges: &[(u32, u32)], key: impl Fn(&(u32, u32)) -> (u32, u32)) -> Self {
        let mut starts = vec![0; count + 1];
        for edge in edges {
            starts[key(edge).0 as usize + 1] += 1;
        }
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut all = vec![0; edges.len()];
        for edge in edges {
            let (from, to) = key(edge);
            all[next[from as usize]] = to;
            next[from as usize] += 1;
        }
        Self { starts, all }
    }

    fn of(&self, index: u32) -> &[u32] {
        &self.all[self.starts[index as usize]..self.starts[index as usize + 1]]
    }
}

/// The graph, ready to be walked.
pub struct Graph<'l> {
    labels: &'l Labels,
    roots: Vec<u32>,
    users: Neighbours,
    reached: Vec<Option<Step>>,
}

impl Lineage {
    /// The graph of what was heard.
    ///
    /// Breadth first from the roots, each subject once: cycles end, and subjects that nothing leads to simply have no path. A document without a
    /// root starts from the subjects that nobody uses.
    #[must_use]
    pub fn graph(&self) -> Graph<'_> {
        let count = self.labels.len();
        let mut roots = self.roots.clone();
        let mut edges = Vec::with_capacity(self.edges.len());
        for (from, to) in &self.edges {
            let Some(to) = self.resolve(*to) else { continue };
            match from {
                End::Document => roots.push(to),
                from => edges.extend(self.resolve(*from).filter(|from| *from != to).map(|from| (from, to))),
            }
        }
        let users = Neighbours::new(count, &edges, |&(from, to)| (to, from));
        let uses = Neighbours::new(count, &edges, |&edge| edge);
        if roots.is_empty() {
            roots.extend((0..count as u32).filter(|&index| users.of(index).is_empty()));
        }
        let mut reached: Vec<Option<Step>> = vec![None; count];
        let mut queue = VecDeque::new();
        for &root in &roots {
            if reached[root as usize].is_none() {
                reached[root as usize] = Some(Step { nearer: root, root, distance: 0 });
                queue.push_back((root, root, 0));
            }
        }
        while let Some((at, root, distance)) = queue.pop_front() {
            for &next in uses.of(at) {
                if reached[next as usize].is_none() {
                    reached[next as usize] = Some(Step { nearer: at, root, distance: distance + 1 });
                    queue.push_back((next, root, distance + 1));
                }
            }
        }
        Graph { labels: &self.labels, roots, users, reached }
    }

    fn resolve(&self, end: End) -> Option<u32> {
        match end {
            End::Document => None,
            End::Subject(index) => ((index as usize) < self.labels.len()).then_some(index),
            End::Reference(hash) => self.by_reference.get(&hash).copied(),
        }
    }
}

impl Graph<'_> {
    /// The ways to each of `wanted`, by subject index, in the order asked for.
    #[must_use]
    pub fn paths(&self, wanted: &[u32], ways: Ways) -> Vec<Paths> {
        let mut budget = Budget::default();
        wanted.iter().map(|&subject| self.ways(subject, ways, &mut budget)).collect()
    }

    fn step(&self, index: u32) -> Option<Step> {
        self.reached.get(index as usize).copied().flatten()
    }

    fn ways(&self, subject: u32, ways: Ways, budget: &mut Budget) -> Paths {
        let Some(own) = self.step(subject) else { return Paths::default() };
        if own.distance == 0 {
            return Paths { all: true, connection: Connection::Root, ..Paths::default() };
        }
        let connection = Connection::Connected;
        let direct = self.direct(subject, own);
        let (total, listed) = match ways {
            Ways::Direct => return Paths { connection, shown: 1, ..direct },
            Ways::Shortest(1) => {
                return Paths {
                    shown: 1,
                    listed: direct.listed.into_iter().take(1).collect(),
                    all: direct.total < 2,
                    total: direct.total,
                    connection,
                };
            }

            Ways::Shortest(count) => (direct.total, self.shortest(subject, count.min(Ways::MOST), budget)),
            Ways::All => (direct.total, self.shortest(subject, Ways::MOST, budget)),
        };
        let (listed, all) = listed;
        // What could not be looked for within the bounds is still shown the plain way.
        let most = if let Ways::Shortest(count) = ways { count } else { Ways::MOST };
        let plain: Vec<_> = direct.listed.into_iter().take(most).collect();
        let listed = if listed.len() < plain.len() && !all { plain } else { listed };
        Paths { total: total.max(listed.len()), shown: listed.len(), all, listed, connection }
    }

    /// The shortest way through each direct user. Costs no more than what is listed, however long the ways are.
    fn direct(&self, subject: u32, own: Step) -> Paths {
        let mut direct: Vec<(Step, u32)> = self.users.of(subject).iter().filter_map(|&user| Some((self.step(user)?, user))).collect();
        direct.sort_unstable_by_key(|&(step, user)| (step.distance, user));
        direct.dedup();
        // A way through a user that itself is only reached through the subject is no further way in. Only so many users
        // are looked at so closely: of the rest some may be such.
        const EXAMINED: usize = 64;
        let behind = |step_of_user: Step, user: u32| {
            let (mut at, mut place) = (user, step_of_user);
            while place.distance > own.distance {
                at = place.nearer;
                let Some(next) = self.step(at) else { break };
                place = next;
            }
            at == subject
        };
        let examined = direct.len().min(EXAMINED);
        let ways: Vec<u32> = direct[..examined].iter().filter(|&&(step, user)| !behind(step, user)).map(|&(_, user)| user).collect();
        let total = ways.len() + direct.len() - examined;
        let listed: Vec<_> = ways.iter().take(Paths::LISTED).map(|&user| self.way(user, subject)).collect();
        Paths { all: false, shown: 1, total, listed, connection: Connection::Connected }
    }

    /// The labels from the root down to `subject`, by way of `user`; a long middle is left out.
    fn way(&self, user: u32, subject: u32) -> Vec<String> {
        let mut way = vec![self.labels.get(subject), self.labels.get(user)];
        let mut at = user;
        while let Some(step) = self.step(at).filter(|step| step.distance > 0) {
            if way.len() == WAY_MAX && step.distance > 1 {
                way.push(left_out(step.distance as usize - 1));
                way.push(self.labels.get(step.root));
                break;
            }
            way.push(self.labels.get(step.nearer));
            at = step.nearer;
        }
        way.reverse();
        way
    }

    /// The `count` shortest ways that pass no subject twice, and whether there are no others.
    ///
    /// Best first from the subject towards the roots. How far a root still is at least is known from the breadth-first walk, so ways come out in the
    /// order of their length and dead ends are never entered.
    fn shortest(&self, subject: u32, count: usize, budget: &mut Budget) -> (Vec<Vec<String>>, bool) {
        /// A part of a way: its end nearest to the root, and the part that it goes on from.
        struct Piece {
            at: u32,
            rest: usize,
            len: u32,
        }
        let mut pieces = vec![Piece { at: subject, rest: usize::MAX, len: 0 }];
        // The smallest sum first; of equal ones the piece that was made first, so that the order is always the same.
        let mut open = BinaryHeap::new();
        let rank =
            |len: u32, at: u32, piece: usize| self.step(at).map(|step| (std::cmp::Reverse(len + step.distance), std::cmp::Reverse(piece)));
        open.extend(rank(0, subject, 0));
        let roots: HashSet<u32> = self.roots.iter().copied().collect();
        let mut found = Vec::new();
        while let Some((_, std::cmp::Reverse(number))) = open.pop() {
            let Piece { at, len, .. } = pieces[number];
            if roots.contains(&at) && len > 0 {
                if found.len() == count {
                    return (found, false);
                }
                let (mut way, mut next) = (Vec::new(), number);
                while let Some(piece) = pieces.get(next) {
                    way.push(piece.at);
                    next = piece.rest;
                }
                found.push(self.labelled(&way));
                // A way begins at the root; what leads to the root is none of it.
                continue;
            }
            for &user in self.users.of(at) {
                let mut behind = number;
                let mut passed = false;
                while let Some(piece) = pieces.get(behind) {
                    budget.steps = budget.steps.saturating_sub(1);
                    passed |= piece.at == user;
                    behind = piece.rest;
                }
                if budget.steps == 0 {
                    return (found, false);
                }
                if passed {
                    continue;
                }
                pieces.push(Piece { at: user, rest: number, len: len + 1 });
                open.extend(rank(len + 1, user, pieces.len() - 1));
            }
        }
        (found, true)
    }

    /// The labels of a way from the root down; a long middle is left out.
    fn labelled(&self, way: &[u32]) -> Vec<String> {
        if way.len() <= WAY_MAX + 2 {
            return way.iter().map(|&index| self.labels.get(index)).collect();
        }
        let mut labels = vec![self.labels.get(way[0]), left_out(way.len() - 1 - WAY_MAX)];
        labels.extend(way[way.len() - WAY_MAX..].iter().map(|&index| self.labels.get(index)));
        labels
    }

    /// The direct dependencies that have to go so that none of `wanted` is left in the product.
    #[must_use]
    pub fn cut(&self, wanted: &[u32]) -> Cut {
        let roots: HashSet<u32> = self.roots.iter().copied().collect();
        let mut wanted: Vec<u32> = wanted.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let (within, beyond): (Vec<u32>, Vec<u32>) =
            wanted.into_iter().partition(|&index| self.step(index).is_some_and(|step| step.distance > 0));
        let mut direct: HashMap<u32, usize> = HashMap::new();
        // Upwards from each of them, as far as the subjects that a root uses. A mark tells for which one a subject was seen last.
        let mut seen = vec![u32::MAX; self.reached.len()];
        let mut steps = Budget::default().steps;
        for &subject in &within {
            let mut waiting = vec![subject];
            seen[subject as usize] = subject;
            while let Some(at) = waiting.pop() {
                if self.users.of(at).iter().any(|user| roots.contains(user)) {
                    *direct.entry(at).or_default() += 1;
                }
                for &user in self.users.of(at) {
                    steps = steps.saturating_sub(1);
                    if seen[user as usize] != subject && !roots.contains(&user) && self.step(user).is_some() {
                        seen[user as usize] = subject;
                        waiting.push(user);
                    }
                }
            }
            if steps == 0 {
                // Too many to count each: which dependencies lead to any of them is found in one walk.
                return Cut { direct: self.leading_to(&within, &roots), beyond: beyond.len() };
            }
        }
        let mut direct: Vec<(u32, usize)> = direct.into_iter().collect();
        direct.sort_unstable();
        Cut { direct: direct.into_iter().map(|(index, count)| (self.labels.get(index), count)).collect(), beyond: beyond.len() }
    }

    /// The direct dependencies that lead to any of `wanted`, without how many each leads to.
    fn leading_to(&self, wanted: &[u32], roots: &HashSet<u32>) -> Vec<(String, usize)> {
        let mut seen = vec![false; self.reached.len()];
        let mut waiting: Vec<u32> = wanted.to_vec();
        let mut direct = Vec::new();
        wanted.iter().for_each(|&index| seen[index as usize] = true);
        while let Some(at) = waiting.pop() {
            if self.users.of(at).iter().any(|user| roots.contains(user)) {
                direct.push(at);
            }
            for &user in self.users.of(at) {
                if !seen[user as usize] && !roots.contains(&user) && self.step(user).is_some() {
                    seen[user as usize] = true;
                    waiting.push(user);
                }
            }
        }
        direct.sort_unstable();
        direct.into_iter().map(|index| (self.labels.get(index), 0)).collect()
    }
}

/// How many steps may be taken for all ways of a document together.
struct Budget {
    steps: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 2_000_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Text};
    use super::*;
    use crate::source::Span;

    fn lineage(names: &[&str], edges: &[(&str, &str)]) -> Lineage {
        let mut lineage = Lineage::default();
        for (index, name) in (0..).zip(names) {
            let text = Text { value: (*name).into(), span: Span::default() };
            lineage.subject(&Subject {
                index,
                kind: Kind::Library,
                kind_word: None,
                place: if *name == "app" { Place::Root } else { Place::Part },
                scope: None,
                reference: Some(text.clone()),
                name: Some(text),
                group: None,
                version: None,
                purl: None,
                span: Span::default(),
                claims: &[],
            });
        }
        for (from, to) in edges {
            lineage.relationship(&Relationship {
                from: Node::Reference(from),
                to: Node::Reference(to),
                to_span: crate::source::Span::default(),
            });
        }
        lineage
    }

    #[test]
    fn the_shortest_path_comes_first_and_the_others_are_counted() {
        let graph = lineage(&["app", "a", "b", "x"], &[("app", "a"), ("a", "b"), ("b", "x"), ("a", "x"), ("x", "a"), ("gone", "x")]);
        let paths = graph.graph().paths(&[3], Ways::Direct).remove(0);
        assert_eq!(paths.listed, [vec!["app", "a", "x"], vec!["app", "a", "b", "x"]]);
        assert_eq!(paths.total, 2);
    }

    #[test]
    fn cycles_end_and_a_missing_root_is_guessed() {
        let graph = lineage(&["a", "b", "x"], &[("a", "b"), ("b", "x"), ("x", "b")]);
        assert_eq!(graph.graph().paths(&[2], Ways::Direct)[0].listed, [["a", "b", "x"]]);
        let ring = lineage(&["a", "b"], &[("a", "b"), ("b", "a")]);
        assert_eq!(ring.graph().paths(&[1], Ways::Direct)[0], Paths::default());
    }

    #[test]
    fn a_long_way_is_cut_in_the_middle() {
        let names: Vec<String> = (0..1000).map(|number| if number == 0 { "app".to_owned() } else { format!("n{number}") }).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let edges: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let path = lineage(&names, &edges).graph().paths(&[999], Ways::Direct).remove(0).listed.remove(0);
        assert_eq!((path[0].as_str(), path[path.len() - 1].as_str()), ("app", "n999"));
        assert_eq!(path[1], format!("… {} more …", 1000 - (path.len() - 1)));
    }

    #[test]
    fn the_root_itself_has_no_path() {
        let paths = lineage(&["app", "a"], &[("app", "a")]).graph().paths(&[0], Ways::All).remove(0);
        assert_eq!((paths.listed.len(), paths.connection), (0, Connection::Root));
    }
    #[test]
    fn every_way_is_listed_the_shortest_first() {
        let names = ["app", "a", "b", "c", "x", "far"];
        let edges = [("app", "a"), ("app", "b"), ("a", "b"), ("a", "x"), ("b", "x"), ("b", "c"), ("c", "x"), ("x", "a"), ("c", "app")];
        let lineage = lineage(&names, &edges);
        let graph = lineage.graph();
        let paths = graph.paths(&[4], Ways::All).remove(0);
        assert_eq!(
            paths.listed,
            [
                vec!["app", "a", "x"],
                vec!["app", "b", "x"],
                vec!["app", "a", "b", "x"],
                vec!["app", "b", "c", "x"],
                vec!["app", "a", "b", "c", "x"]
            ]
        );
        assert!(paths.all);
        let two = graph.paths(&[4], Ways::Shortest(2)).remove(0);
        assert_eq!((two.listed.len(), two.total, two.all), (2, 3, false));
        assert_eq!(graph.paths(&[5], Ways::All)[0].connection, Connection::NotConnected);
    }

    #[test]
    fn a_graph_with_too_many_ways_ends() {
        // Forty layers of two subjects, each of which uses both of the next: 2^40 ways.
        let names: Vec<String> = std::iter::once("app".to_owned()).chain((0..80).map(|number| format!("n{number}"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut edges = vec![("app", "n0"), ("app", "n1")];
        for layer in 0..39 {
            for (from, to) in [(0, 2), (0, 3), (1, 2), (1, 3)] {
                edges.push((names[1 + 2 * layer + from], names[1 + 2 * layer + to]));
            }
        }
        let lineage = lineage(&names, &edges);
        let paths = lineage.graph().paths(&[80], Ways::All).remove(0);
        assert!(!paths.all && !paths.listed.is_empty() && paths.listed.len() <= Ways::MOST);
    }

    #[test]
    fn the_cut_is_what_leads_to_a_finding_and_nothing_else() {
        let names = ["app", "a", "b", "c", "d", "x", "y", "alone"];
        let edges = [("app", "a"), ("app", "b"), ("app", "c"), ("a", "d"), ("d", "x"), ("b", "x"), ("b", "y"), ("x", "d"), ("c", "app")];
        let lineage = lineage(&names, &edges);
        let graph = lineage.graph();
        let named = |cut: Cut| cut.direct.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>();
        assert_eq!(named(graph.cut(&[5, 6])), ["a 1", "b 2"]);
        assert_eq!(named(graph.cut(&[6])), ["b 1"]);
        let cut = graph.cut(&[0, 7, 1]);
        assert_eq!((cut.beyond, named(cut)), (2, vec!["a 1".to_owned()]));
    }
}
