//! How a subject got into the product: the edges of one document and the shortest paths through them.
//!
//! Only made when there is a finding to explain, by reading the document a second time.

use std::collections::{HashMap, VecDeque};

use super::{Listener, Node, Place, Relationship, Subject};

/// The graph of one document: subjects as numbers, with the edges towards the product.
///
/// It is built in two steps because a relationship may name subjects that come later.
#[derive(Default)]
pub struct Lineage {
    labels: Vec<String>,
    roots: Vec<u32>,
    /// The first subject that uses a reference wins; a re-used reference is noted by the reader.
    by_reference: HashMap<String, u32>,
    edges: Vec<(End, End)>,
}

/// The most labels of one way that are listed, and the most characters of each.
const WAY_MAX: usize = 24;
const LABEL_MAX: usize = 200;

/// How a subject was reached: from where, from which root, over how many edges. A root is its own.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    nearer: u32,
    root: u32,
    distance: u32,
}

enum End {
    Document,
    Subject(u32),
    Reference(String),
}

/// The ways from the product to one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// The shortest way through each subject that uses this one directly, shortest first: labels from the root
    /// down to the subject. At most [`Paths::LISTED`]; empty when no relationship leads to the subject.
    pub listed: Vec<Vec<String>>,
    /// How many there are, listed or not.
    pub total: usize,
}

impl Paths {
    /// The most paths that are spelled out.
    pub const LISTED: usize = 10;
}

impl Listener for Lineage {
    fn subject(&mut self, subject: &Subject<'_>) {
        let index = subject.index as usize;
        if self.labels.len() <= index {
            self.labels.resize(index + 1, String::new());
        }
        self.labels[index] = subject.label();
        if subject.place == Place::Root {
            self.roots.push(subject.index);
        }
        if let Some(reference) = &subject.reference {
            self.by_reference.entry(reference.value.as_ref().to_owned()).or_insert(subject.index);
        }
    }

    fn relationship(&mut self, relationship: &Relationship<'_>) {
        self.edges.push((End::of(relationship.from), End::of(relationship.to)));
    }
}

impl End {
    fn of(node: Node<'_>) -> Self {
        match node {
            Node::Document => Self::Document,
            Node::Subject(index) => Self::Subject(index),
            Node::Reference(reference) => Self::Reference(reference.to_owned()),
        }
    }
}

impl Lineage {
    /// The ways to each of `wanted`, by subject index, in the order asked for.
    ///
    /// Breadth first from the roots, without recursion, each subject once: cycles end, and subjects that nothing
    /// leads to simply have no path. A document without a root starts from the subjects that nobody uses.
    #[must_use]
    pub fn paths(&self, wanted: &[u32]) -> Vec<Paths> {
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); self.labels.len()];
        let mut uses: Vec<Vec<u32>> = vec![Vec::new(); self.labels.len()];
        let mut roots = self.roots.clone();
        for (from, to) in &self.edges {
            let Some(to) = self.resolve(to) else { continue };
            match from {
                End::Document => roots.push(to),
                from => {
                    if let Some(from) = self.resolve(from)
                        && from != to
                    {
                        users[to as usize].push(from);
                        uses[from as usize].push(to);
                    }
                }
            }
        }
        if roots.is_empty() {
            roots.extend((0_u32..).zip(&users).filter(|(_, users)| users.is_empty()).map(|(index, _)| index));
        }

        let mut reached: Vec<Option<Step>> = vec![None; self.labels.len()];
        let mut queue = VecDeque::new();
        for root in roots {
            if reached[root as usize].is_none() {
                reached[root as usize] = Some(Step { nearer: root, root, distance: 0 });
                queue.push_back((root, root, 0));
            }
        }
        while let Some((at, root, distance)) = queue.pop_front() {
            for &next in &uses[at as usize] {
                if reached[next as usize].is_none() {
                    reached[next as usize] = Some(Step { nearer: at, root, distance: distance + 1 });
                    queue.push_back((next, root, distance + 1));
                }
            }
        }
        wanted.iter().map(|&subject| self.ways(subject, &users, &reached)).collect()
    }

    /// The shortest way through each direct user. Costs no more than what is listed, however long the ways are.
    fn ways(&self, subject: u32, users: &[Vec<u32>], reached: &[Option<Step>]) -> Paths {
        let step = |index: u32| reached.get(index as usize).copied().flatten();
        let Some(own) = step(subject) else { return Paths::default() };
        let mut direct: Vec<(Step, u32)> = users[subject as usize].iter().filter_map(|&user| Some((step(user)?, user))).collect();
        direct.sort_unstable_by_key(|&(step, user)| (step.distance, user));
        direct.dedup();
        // A way through a user that itself is only reached through the subject is no further way in. Only so many users
        // are looked at so closely: of the rest some may be such.
        const EXAMINED: usize = 64;
        let behind = |step_of_user: Step, user: u32| {
            let (mut at, mut place) = (user, step_of_user);
            while place.distance > own.distance {
                at = place.nearer;
                let Some(next) = step(at) else { break };
                place = next;
            }
            at == subject
        };
        let examined = direct.len().min(EXAMINED);
        let ways: Vec<u32> = direct[..examined].iter().filter(|&&(step, user)| !behind(step, user)).map(|&(_, user)| user).collect();
        let total = ways.len() + direct.len() - examined;
        let listed = ways.iter().take(Paths::LISTED).map(|&user| self.way(user, subject, reached)).collect();
        Paths { listed, total }
    }

    /// The labels from the root down to `subject`, by way of `user`; a long middle is left out.
    fn way(&self, user: u32, subject: u32, reached: &[Option<Step>]) -> Vec<String> {
        let label = |index: u32| crate::text::excerpt(&self.labels[index as usize], LABEL_MAX).into_owned();
        let mut way = vec![label(subject), label(user)];
        let mut at = user;
        while let Some(step) = reached[at as usize].filter(|step| step.distance > 0) {
            if way.len() == WAY_MAX && step.distance > 1 {
                way.push(format!("… {} more …", step.distance - 1));
                way.push(label(step.root));
                break;
            }
            way.push(label(step.nearer));
            at = step.nearer;
        }
        way.reverse();
        way
    }

    fn resolve(&self, end: &End) -> Option<u32> {
        match end {
            End::Document => None,
            End::Subject(index) => ((*index as usize) < self.labels.len()).then_some(*index),
            End::Reference(reference) => self.by_reference.get(reference).copied(),
        }
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
            lineage.relationship(&Relationship { from: Node::Reference(from), to: Node::Reference(to) });
        }
        lineage
    }

    #[test]
    fn the_shortest_path_comes_first_and_the_others_are_counted() {
        let graph = lineage(&["app", "a", "b", "x"], &[("app", "a"), ("a", "b"), ("b", "x"), ("a", "x"), ("x", "a"), ("gone", "x")]);
        let paths = graph.paths(&[3]).remove(0);
        assert_eq!(paths.listed, [vec!["app", "a", "x"], vec!["app", "a", "b", "x"]]);
        assert_eq!(paths.total, 2);
    }

    #[test]
    fn cycles_end_and_a_missing_root_is_guessed() {
        let graph = lineage(&["a", "b", "x"], &[("a", "b"), ("b", "x"), ("x", "b")]);
        assert_eq!(graph.paths(&[2])[0].listed, [["a", "b", "x"]]);
        let ring = lineage(&["a", "b"], &[("a", "b"), ("b", "a")]);
        assert_eq!(ring.paths(&[1])[0], Paths::default());
    }

    #[test]
    fn a_long_way_is_cut_in_the_middle() {
        let names: Vec<String> = (0..1000).map(|number| if number == 0 { "app".to_owned() } else { format!("n{number}") }).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let edges: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let path = lineage(&names, &edges).paths(&[999]).remove(0).listed.remove(0);
        assert_eq!((path[0].as_str(), path[path.len() - 1].as_str()), ("app", "n999"));
        assert_eq!(path[1], format!("… {} more …", 1000 - (path.len() - 1)));
    }

    #[test]
    fn the_root_itself_has_no_path() {
        assert_eq!(lineage(&["app", "a"], &[("app", "a")]).paths(&[0])[0], Paths::default());
    }
}
