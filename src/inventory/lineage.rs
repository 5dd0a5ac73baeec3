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

        let mut nearer: Vec<Option<u32>> = vec![None; self.labels.len()];
        let mut distance: Vec<u32> = vec![u32::MAX; self.labels.len()];
        let mut queue = VecDeque::new();
        for root in roots {
            if distance[root as usize] != 0 {
                distance[root as usize] = 0;
                queue.push_back(root);
            }
        }
        while let Some(at) = queue.pop_front() {
            for &next in &uses[at as usize] {
                if distance[next as usize] == u32::MAX {
                    distance[next as usize] = distance[at as usize] + 1;
                    nearer[next as usize] = Some(at);
                    queue.push_back(next);
                }
            }
        }

        let way_to = |subject: u32| {
            let mut way = vec![subject];
            while let Some(user) = way.last().and_then(|&last| nearer[last as usize]) {
                way.push(user);
            }
            way.reverse();
            way
        };
        wanted
            .iter()
            .map(|&subject| {
                let mut direct = users.get(subject as usize).cloned().unwrap_or_default();
                direct.retain(|&user| distance[user as usize] != u32::MAX);
                direct.sort_unstable();
                direct.dedup();
                direct.sort_by_key(|&user| distance[user as usize]);
                // A way through a user that itself is only reached through the subject is no further way in.
                let mut ways: Vec<Vec<u32>> = Vec::new();
                let mut total = 0;
                for user in direct {
                    let mut way = way_to(user);
                    if !way.contains(&subject) {
                        total += 1;
                        if ways.len() < Paths::LISTED {
                            way.push(subject);
                            ways.push(way);
                        }
                    }
                }
                let listed = ways.iter().map(|way| way.iter().map(|&index| self.labels[index as usize].clone()).collect()).collect();
                Paths { listed, total }
            })
            .collect()
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
    fn the_root_itself_has_no_path() {
        assert_eq!(lineage(&["app", "a"], &[("app", "a")]).paths(&[0])[0], Paths::default());
    }
}
