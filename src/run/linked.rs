//! Which documents the documents of a run refer to, and whether these take part in it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path, PathBuf};

use crate::finding::Examined;
use crate::source::Source;
use crate::text::{excerpt, inline};

/// What the documents of a run are called, and what they refer to.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// BOM-Links, serial numbers, namespaces and paths of the documents that took part.
    known: HashSet<String>,
    /// Each target with the document that refers to it, the first one if there are several.
    wanted: BTreeMap<String, String>,
}

/// Targets that did not take part, each with the document that refers to it.
pub(super) struct Missing(pub(super) Vec<(String, String)>);

impl Linked {
    pub(super) fn add(&mut self, source: &Source, examined: &Examined) {
        if let Ok(document) = &examined.document {
            if let Some(identity) = &document.identity {
                let identity = canonical(identity);
                if let Some((serial, _)) = identity.strip_prefix("urn:cdx:").and_then(|rest| rest.split_once('/')) {
                    self.known.insert(format!("urn:uuid:{serial}"));
                }
                self.known.insert(identity);
            }
            self.known.insert(path_key(Path::new(source.name())));
        }
        for (target, _) in &examined.assessment.links {
            let key = match local_path(target) {
                Some(path) => path_key(&Path::new(source.name()).parent().unwrap_or(Path::new("")).join(path)),
                None => canonical(target),
            };
            self.wanted.entry(key).or_insert_with(|| source.title().into_owned());
        }
    }

    pub(super) fn missing(&self) -> Missing {
        let missing = self.wanted.iter().filter(|(target, _)| !self.known.contains(*target));
        Missing(missing.map(|(target, from)| (target.clone(), from.clone())).collect())
    }
}

impl Missing {
    /// A sentence about them, if there are any, and whether they keep the run from being evaluated.
    pub(super) fn note(&self, required: bool) -> (Option<String>, bool) {
        const NAMED: usize = 5;
        let Some(count @ 1..) = Some(self.0.len()) else { return (None, false) };
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
