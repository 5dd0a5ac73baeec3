//! The `@context`, and what it makes of identifiers.
//!
//! SPDX's own context is built in. A context beside it may define prefixes that shorten identifiers; anything else is refused, because a
//! reader that does not know it would see another document.

use std::borrow::Cow;
use std::collections::HashMap;

use super::terms;
use crate::document::json::{JsonStr, Next};
use crate::document::recognise::error;
use crate::document::scribe::{Result, Scribe};
use crate::source::Span;

/// The contexts of one document.
#[derive(Default)]
pub(super) struct Context {
    /// Where they are.
    pub(super) span: Option<Span>,
    /// The version of SPDX that they tell.
    pub(super) version: Option<String>,
    /// What each prefix stands for.
    prefixes: HashMap<String, String>,
}

/// The longest IRI that a prefix may stand for: it is repeated for each identifier that uses it.
const IRI_MAX: usize = 512;

impl Context {
    /// Reads the value of `@context`, which is up next.
    pub(super) fn read(scribe: &mut Scribe<'_, '_>) -> Result<Self> {
        let start = scribe.json.at();
        let mut context = Self::default();
        let mut values: Vec<(String, Span)> = Vec::new();
        scribe.each_or_one("@context", |scribe| {
            if scribe.json.peek()? != Next::Object {
                let Some(url) = scribe.string("@context")? else { return Ok(()) };
                let Some(version) = version_in(&url.value()) else {
                    let message = "unsupported context: it is not SPDX's own, and members that it defines are not known";
                    return Err(unsupported(message, url.span()));
                };
                context.version = Some(version);
                return Ok(());
            }
            let mut walk = scribe.json.object()?;
            while let Some(key) = scribe.json.key(&mut walk)? {
                let value = if scribe.json.peek()? == Next::String { Some(scribe.json.string()?) } else { None };
                let Some(iri) = value.filter(|value| is_prefix(key, *value)) else {
                    let message = "unsupported context: it gives a word a meaning of its own, and what the document says depends on it";
                    return Err(unsupported(message, key.span()));
                };
                if context.prefixes.insert(key.value().into_owned(), iri.value().into_owned()).is_some() {
                    let message = "unsupported context: it defines a prefix twice";
                    return Err(unsupported(message, key.span()));
                }
                values.push((iri.value().into_owned(), iri.span()));
            }
            Ok(())
        })?;
        // A prefix in two steps: what it stands for would depend on the order in which a reader resolves them.
        let chained = |iri: &str| {
            let (scheme, rest) = iri.split_once(':').unwrap_or_default();
            !rest.starts_with("//") && (context.prefixes.contains_key(scheme) || scheme == "spdx")
        };
        if let Some((_, span)) = values.iter().find(|(iri, _)| chained(iri)) {
            let message = "unsupported context: a prefix is defined by another prefix";
            return Err(unsupported(message, *span));
        }
        context.span = Some(Span::new(start, scribe.json.at()));
        Ok(context)
    }

    /// Takes in a prefix of a `namespaceMap`, unless the context defines it. Tells whether it is new.
    pub(super) fn add_namespace(&mut self, prefix: &str, namespace: &str) -> bool {
        let usable = !prefix.is_empty() && prefix != "spdx" && namespace.contains(':') && namespace.len() <= IRI_MAX;
        if !usable || self.prefixes.contains_key(prefix) {
            return false;
        }
        self.prefixes.insert(prefix.to_owned(), namespace.to_owned());
        true
    }

    /// Whether this is a prefix that the document defines. As a reference it would mean the prefix's IRI to some readers and itself to others.
    pub(super) fn defines(&self, word: &str) -> bool {
        !self.prefixes.is_empty() && self.prefixes.contains_key(word)
    }

    /// The one form of an identifier by which it is compared: with its prefix resolved, and SPDX's own terms as `spdx:Core/NoneElement`, whatever
    /// the version and form.
    pub(super) fn canonical<'i>(&self, id: Cow<'i, str>) -> Cow<'i, str> {
        let Some((prefix, rest)) = id.split_once(':') else {
            if terms::INDIVIDUALS.contains(&id.as_ref()) {
                return Cow::Owned(format!("spdx:Core/{id}"));
            }
            return if id.starts_with(['.', '/']) || id.contains("/.") { Cow::Owned(without_dots(&id)) } else { id };
        };
        if !rest.starts_with("//") {
            if let Some(iri) = self.prefixes.get(prefix) {
                let expanded = format!("{iri}{rest}");
                return match terms::own_path(&expanded) {
                    Some(path) => Cow::Owned(format!("spdx:{path}")),
                    None => Cow::Owned(expanded),
                };
            }
            return id;
        }
        match terms::own_path(&id) {
            Some(path) => Cow::Owned(format!("spdx:{path}")),
            None => id,
        }
    }
}

/// A relative reference without its dot segments: a reader that resolves it against the document's address sees it so. How many folders there are above
/// the document is not known, so `../k` and `/k` may be `k`.
fn without_dots(id: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in id.trim_start_matches('/').split('/') {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

/// The version in the address of one of SPDX's own contexts.
fn version_in(url: &str) -> Option<String> {
    let own = ["https://spdx.org/rdf/", "http://spdx.org/rdf/", "https://spdx.github.io/spdx-spec/"];
    let (version, file) = own.iter().find_map(|own| url.strip_prefix(own))?.split_once('/')?;
    let last = file.rsplit('/').next().unwrap_or_default();
    last.starts_with("spdx-context.json").then(|| version.trim_start_matches('v').to_owned())
}

/// Whether an entry of a context defines a prefix as JSON-LD knows it, by an absolute IRI.
fn is_prefix(key: JsonStr<'_>, value: JsonStr<'_>) -> bool {
    let (key, value) = (key.value(), value.value());
    let absolute = value.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    let own = key.as_ref() == "spdx" && terms::own_path(&format!("{value}x")) != Some("x");
    !key.is_empty()
        && !key.starts_with(['@', '_'])
        && !key.contains([':', '/', '#'])
        && absolute
        && !own
        && value.ends_with(['#', '/', ':'])
        && value.len() <= IRI_MAX
}

fn unsupported(message: &str, span: Span) -> Box<crate::document::DocumentError> {
    let help = "use only https://spdx.org/rdf/3.0.1/spdx-context.jsonld, and prefixes that shorten identifiers";
    Box::new(error("unsupported-context", message, Some(span), help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_compared_in_one_form() {
        let mut context = Context::default();
        context.add_namespace("ex", "https://ex.org/");
        context.add_namespace("own", "https://spdx.org/rdf/");
        let none = "spdx:Core/NoneElement";
        for (id, expected) in [
            ("ex:k", "https://ex.org/k"),
            ("https://ex.org/k", "https://ex.org/k"),
            ("ex://k", "ex://k"),
            ("urn:k", "urn:k"),
            ("_:k", "_:k"),
            ("k", "k"),
            ("./k", "k"),
            ("a/../k", "k"),
            ("../k", "k"),
            ("/a/../../k", "k"),
            (".k", ".k"),
            ("NoneElement", none),
            ("spdx:Core/NoneElement", none),
            ("https://spdx.org/rdf/3.0.0/terms/Core/NoneElement", none),
            ("own:3.0.1/terms/Core/NoneElement", none),
            ("https://ex.org/NoneElement", "https://ex.org/NoneElement"),
            ("https://spdx.org/rdf/2/terms/Core/NoneElement", "https://spdx.org/rdf/2/terms/Core/NoneElement"),
        ] {
            assert_eq!(context.canonical(id.into()), expected, "{id}");
        }
    }

    #[test]
    fn only_spdx_has_contexts_of_its_own() {
        for (url, version) in [
            ("https://spdx.org/rdf/3.0.1/spdx-context.jsonld", Some("3.0.1")),
            ("https://spdx.org/rdf/3.0.1/spdx-context.json", Some("3.0.1")),
            ("https://spdx.github.io/spdx-spec/v3.0.1/rdf/spdx-context.jsonld", Some("3.0.1")),
            ("https://spdx.org.evil.example/rdf/3.0.1/spdx-context.jsonld", None),
            ("https://evil.example/3.0.1/spdx-context.jsonld", None),
        ] {
            assert_eq!(version_in(url).as_deref(), version, "{url}");
        }
    }
}
