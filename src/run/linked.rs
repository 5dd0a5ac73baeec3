//! Which documents the documents of a run refer to, and whether these take part in it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};

use crate::finding::Examined;
use crate::source::Source;
use crate::text::{excerpt, inline};

/// What the documents of a run are called, and what they refer to.
#[derive(Debug, Default)]
pub(super) struct Linked {
    documents: Vec<Linking>,
    /// The documents by their BOM-Links, serial numbers, namespaces and paths.
    known: HashMap<String, usize>,
    /// Each target with the document that refers to it; once for each of the two.
    edges: BTreeSet<(String, usize)>,
}

/// A document that was judged.
#[derive(Debug)]
struct Linking {
    title: String,
    product: Option<String>,
    prohibited: u64,
    review: u64,
}

impl Linking {
    fn name(&self) -> String {
        let product = self.product.as_ref().map_or(String::new(), |product| format!(", the SBOM of `{}`", excerpt(product, 80)));
        format!("{}{product}", inline(&self.title))
    }
}

/// Targets that did not take part, each with the document that refers to it.
pub(super) struct Missing(pub(super) Vec<(String, String)>);

impl Linked {
    pub(super) fn add(&mut self, source: &Source, examined: &Examined) {
        let number = self.documents.len();
        self.documents.push(Linking {
            title: source.title().into_owned(),
            product: examined.assessment.product.clone(),
            prohibited: examined.assessment.ledger.prohibited,
            review: examined.assessment.ledger.review,
        });
        if let Ok(document) = &examined.document {
            if let Some(identity) = &document.identity {
                let identity = canonical(identity);
                if let Some((serial, _)) = identity.strip_prefix("urn:cdx:").and_then(|rest| rest.split_once('/')) {
                    self.known.entry(format!("urn:uuid:{serial}")).or_insert(number);
                }
                self.known.entry(identity).or_insert(number);
            }
            self.known.entry(path_key(Path::new(source.name()))).or_insert(number);
        }
        for (target, _) in &examined.assessment.links {
            let key = match local_path(target) {
                Some(path) => path_key(&Path::new(source.name()).parent().unwrap_or(Path::new("")).join(path)),
                None => canonical(target),
            };
            self.edges.insert((key, number));
        }
    }

    pub(super) fn missing(&self) -> Missing {
        let mut missing: Vec<(String, String)> = Vec::new();
        for (target, from) in self.edges.iter().filter(|(target, _)| !self.known.contains_key(target)) {
            if missing.last().is_none_or(|(last, _)| last != target) {
                missing.push((target.clone(), self.documents[*from].title.clone()));
            }
        }
        Missing(missing)
    }

    /// Where a dependency path goes on in another document: a sentence for each document with findings that another one refers to.
    pub(super) fn crossings(&self) -> Vec<String> {
        const SAID: usize = 20;
        let mut said = Vec::new();
        let mut more = 0_usize;
        let mut pairs = BTreeSet::new();
        for (target, from) in &self.edges {
            let Some(&to) = self.known.get(target) else { continue };
            let linked = &self.documents[to];
            if to == *from || linked.prohibited + linked.review == 0 || !pairs.insert((*from, to)) {
                continue;
            }
            if said.len() == SAID {
                more += 1;
                continue;
            }
            said.push(format!(
                "{} refers to {}: {} prohibited and {} to review there are part of it",
                self.documents[*from].name(),
                linked.name(),
                linked.prohibited,
                linked.review
            ));
        }
        if more > 0 {
            said.push(format!("{more} more documents with findings are referred to by others"));
        }
        said
    }
}

impl Missing {
    /// A sentence about them, if there are any, and whether they keep the run from being evaluated.
    pub(super) fn note(&self, required: bool) -> (Option<String>, bool) {
        const NAMED: usize = 5;
        let count = self.0.len();
        if count == 0 {
            return (None, false);
        }
        let mut named: Vec<String> =
            self.0.iter().take(NAMED).map(|(target, from)| format!("`{}` (in {})", excerpt(target, 120), inline(from))).collect();
        if count > NAMED {
            named.push(format!("and {} more", count - NAMED));
        }
        let (what, are) = if count == 1 { ("document", "is") } else { ("documents", "are") };
        let next = if required { "pass them as well; --require-linked demands it" } else { "pass them as well to have them judged" };
        (Some(format!("{count} {what} that these SBOMs refer to {are} not part of this run: {}; {next}", named.join(", "))), required)
    }
}

/// A BOM-Link without its fragment, a serial number, a namespace or an address, in one spelling.
fn canonical(target: &str) -> String {
    let target = target.trim();
    let whole = target.split('#').next().unwrap_or_default();
    let urn = whole.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    if urn { whole.to_ascii_lowercase() } else { whole.to_owned() }
}

/// The path that a target is, relative to the document that names it, if it is no address.
fn local_path(target: &str) -> Option<PathBuf> {
    let target = target.trim().split('#').next().unwrap_or_default();
    if let Some(path) = target.strip_prefix("file://") {
        return Some(PathBuf::from(percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()));
    }
    let scheme = target.split(['/', '?']).next().is_some_and(|first| first.contains(':'));
    (!scheme && !target.is_empty()).then(|| PathBuf::from(percent_encoding::percent_decode_str(target).decode_utf8_lossy().into_owned()))
}

/// A path without `.` and `..`, as far as that can be told without the file system.
fn path_key(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => drop(parts.pop()),
            part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_one_spelling() {
        assert_eq!(canonical("urn:cdx:F08A/2#pkg:npm/x"), "urn:cdx:f08a/2");
        assert_eq!(canonical("https://Example.org/a#SPDXRef-x"), "https://Example.org/a");
        assert_eq!(local_path("./sub/../lib.cdx.json").map(|path| path_key(&Path::new("a").join(path))).as_deref(), Some("a/lib.cdx.json"));
        assert_eq!(local_path("https://example.org/x"), None);
        assert_eq!(local_path("urn:cdx:x/1"), None);
    }
}
