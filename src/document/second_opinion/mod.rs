//! The second opinion: the same document read by a crate that others read it with, and the two held against each other.
//!
//! A document that two readers understand differently is a way round a policy. What is compared is who and what each part is: the parts
//! themselves, and for each of them the fields in [`FIELDS`], as sets of words, so that how a reader splits a name from an address
//! plays no part.
//!
//! ## What counts as a disagreement
//!
//! - another number of parts, or a part that only one of the readers has;
//! - a word in one of the fields that only one of them has.
//!
//! One of these is a fault of `spdx-rs`: where a tag has no value, it takes the next line for it. Other readers may do so too; leave the tag out.
//!
//! A document that the reference crate refuses, or in which it panics, or that does not pass its validation, has not been confirmed either.
//!
//! ## Known limits of the crates, which are no disagreement
//!
//! | crate | limit |
//! | --- | --- |
//! | `cyclonedx-bom` | knows 1.3 to 1.5; has no `manufacturer`, `authors` (1.6), whatever the document declares |
//! | `cyclonedx-bom` | has no tools of vulnerabilities, annotators and formulation: tools are compared one way |
//! | `cyclonedx-bom` | `parse_from_json` lets a key that stands twice pass: its entry points for one version are used |
//! | `spdx-rs` | knows 2.2 and 2.3 in JSON and tag-value; has no place for `packageSupplier` and the like of old writers, and refuses them |
//! | `spdx-rs` | reads tag-value behind a byte-order mark as nothing at all: it is given the text after the mark |
//! | `spdx-rs` | in tag-value, leaves out comments, checksums of files, and the last external reference of the last package |
//! | `spdx-rs` | in tag-value, makes up creators, so that tools are not compared |
//! | `spdx-rs` | panics at what it does not know; the panic is caught and told |

mod cyclonedx;
mod spdx;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::limits::Limits;
use super::recognise::error;
use super::{Document, DocumentError, Format};
use crate::inventory::{Listener, Place, Subject, names_nobody};
use crate::source::{Source, Span};
use crate::text::excerpt;

/// The fields that are compared, as the readers call them; what begins with one of them belongs to it.
const FIELDS: [&str; 26] = [
    "supplier",
    "publisher",
    "author",
    "group",
    "name",
    "purl",
    "cpe",
    "swid",
    "description",
    "copyright",
    "externalReferences",
    "hashes",
    "provider",
    "endpoints",
    "vendor",
    "metadata.supplier",
    "metadata.manufacture",
    "originator",
    "downloadLocation",
    "homepage",
    "externalRefs",
    "checksums",
    "fileName",
    "packageFileName",
    "comment",
    "summary",
];

/// What the second reader had to say.
#[derive(Debug)]
pub enum Opinion {
    /// It reads the same: so many parts, by this reader.
    Agrees(&'static str, usize),
    /// There is none for this kind of document.
    NoReader,
    /// It does not confirm the reading.
    Disagrees(DocumentError),
}

/// What one reader found: how many parts of a name there are, and the words of their fields.
#[derive(Debug, Default)]
struct Sketch {
    parts: BTreeMap<String, Part>,
    tools: BTreeMap<String, Part>,
    /// Fields that this reader has no place for.
    unread: &'static [&'static str],
    /// The part whose external references it may not have read to their end.
    unfinished: Option<String>,
}

#[derive(Debug, Default)]
struct Part {
    count: usize,
    fields: BTreeMap<&'static str, BTreeSet<String>>,
    span: Span,
}

impl Sketch {
    /// The part with this reference, or else this name.
    fn part(&mut self, tool: bool, reference: Option<&str>, name: &str, version: Option<&str>, span: Span) -> &mut Part {
        let key = match reference.map(squeezed).filter(|reference| !reference.is_empty()) {
            Some(reference) => reference,
            None => format!("{}@{}", squeezed(name), squeezed(version.unwrap_or_default())),
        };
        let part = if tool { &mut self.tools } else { &mut self.parts }.entry(key).or_default();
        part.count += 1;
        part.span = span;
        part
    }

    fn count(&self) -> usize {
        self.parts.values().map(|part| part.count).sum()
    }
}

impl Part {
    /// The words of a text, unless it is one for nobody.
    fn add(&mut self, field: &'static str, text: &str) {
        if names_nobody(text) {
            return;
        }
        let words = self.fields.entry(field).or_default();
        words.extend(
            text.split(|character: char| character.is_whitespace() || "<>(),;".contains(character))
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
    }

    fn add_all<'t>(&mut self, field: &'static str, texts: impl IntoIterator<Item = &'t str>) {
        texts.into_iter().for_each(|text| self.add(field, text));
    }
}

/// White space is one space: XML readers and writers do not agree about more.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Listener for Sketch {
    fn subject(&mut self, subject: &Subject<'_>) {
        let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map(|text| text.value.as_ref().to_owned());
        let (reference, version) = (text(&subject.reference), text(&subject.version));
        let name = text(&subject.name).unwrap_or_default();
        let tool = subject.place == Place::Tool;
        let part = self.part(tool, reference.as_deref(), &name, version.as_deref(), subject.span);
        for claim in subject.claims {
            let field = FIELDS
                .iter()
                .find(|field| claim.field == **field || claim.field.strip_prefix(**field).is_some_and(|rest| rest.starts_with('.')));
            match field {
                // Comments of references are text; what stands in an embedded tag is taken apart by one reader only.
                Some(_) if claim.field.ends_with("s.comment") || claim.field == "swid.text" => {}
                Some(field) => part.add(field, &claim.text),
                None => {}
            }
        }
    }
}

/// Asks the second reader about a document that was read as `document`.
#[must_use]
pub fn second_opinion(source: &Source, document: &Document, limits: &Limits) -> Opinion {
    let body = &source.body()[source.text_start()..];
    let version = document.version.as_str();
    type Read<'r> = (&'static str, Box<dyn Fn() -> Result<Sketch, String> + 'r>);
    let (name, read): Read<'_> = match (document.format, document.encoding, version) {
        (Format::CycloneDx, "json" | "protobuf", "1.3" | "1.4" | "1.5") => {
            (cyclonedx::NAME, Box::new(|| cyclonedx::read_json(body, version)))
        }
        (Format::CycloneDx, "xml", "1.3" | "1.4" | "1.5") => (cyclonedx::NAME, Box::new(|| cyclonedx::read_xml(body, version))),
        (Format::Spdx, "json", "2.2" | "2.3") => (spdx::NAME, Box::new(|| spdx::read_json(body))),
        (Format::Spdx, "tag-value", "2.2" | "2.3") => (spdx::NAME, Box::new(|| spdx::read_tag_value(body))),
        _ => return Opinion::NoReader,
    };
    let theirs = match quietly(&*read) {
        Ok(Ok(sketch)) => sketch,
        Ok(Err(cause)) => return Opinion::Disagrees(not_confirmed("not-confirmed", name, &cause)),
        Err(cause) => return Opinion::Disagrees(not_confirmed("reference-reader-panicked", name, &format!("it panics: {cause}"))),
    };
    let mut ours = Sketch::default();
    if let Err(error) = super::read(source, limits, &mut ours) {
        return Opinion::Disagrees(error);
    }
    match difference(&ours, &theirs) {
        None => Opinion::Agrees(name, ours.count()),
        Some((what, span)) => {
            let message = format!("two readers read this document differently ({name} is the second): {what}");
            let help = "write the document so that it can only be read one way; until then nothing that is said of it can be relied on";
            Opinion::Disagrees(error("ambiguous", &message, span, help))
        }
    }
}

fn not_confirmed(code: &'static str, name: &str, cause: &str) -> DocumentError {
    let message = format!("the reference reader cannot read this document ({name}): {}", excerpt(cause, 300));
    error(code, &message, None, "correct what it complains of, or check without --strict: then only the fast reader's word counts")
}

/// Calls `read` and catches its panic, without the message that a panic prints.
fn quietly<T>(read: &dyn Fn() -> T) -> Result<T, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(read));
    std::panic::set_hook(hook);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
        text.unwrap_or("without a message").to_owned()
    })
}

/// The first difference, in a sentence, and where.
fn difference(ours: &Sketch, theirs: &Sketch) -> Option<(String, Option<Span>)> {
    for (key, part) in &ours.parts {
        let shown = excerpt(key, 80);
        let Some(other) = theirs.parts.get(key) else {
            return Some((format!("only the first has the part `{shown}`"), Some(part.span)));
        };
        if part.count != other.count {
            return Some((format!("the first has {} parts called `{shown}`, the second {}", part.count, other.count), Some(part.span)));
        }
        let unfinished = theirs.unfinished.as_ref().is_some_and(|unfinished| unfinished == key);
        if let Some(what) = fields_differ(part, other, theirs.unread, unfinished) {
            return Some((format!("of `{shown}`, {what}"), Some(part.span)));
        }
    }
    if let Some(key) = theirs.parts.keys().find(|key| !ours.parts.contains_key(*key)) {
        return Some((format!("only the second has the part `{}`", excerpt(key, 80)), None));
    }
    theirs.tools.iter().find_map(|(key, other)| {
        let shown = excerpt(key, 80);
        match ours.tools.get(key) {
            None => Some((format!("only the second has the tool `{shown}`"), None)),
            Some(tool) => {
                fields_differ(tool, other, theirs.unread, false).map(|what| (format!("of the tool `{shown}`, {what}"), Some(tool.span)))
            }
        }
    })
}

fn fields_differ(ours: &Part, theirs: &Part, unread: &[&str], unfinished: bool) -> Option<String> {
    let none = BTreeSet::new();
    FIELDS.iter().filter(|field| !unread.contains(field)).find_map(|field| {
        let (first, second) = (ours.fields.get(field).unwrap_or(&none), theirs.fields.get(field).unwrap_or(&none));
        let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).next().cloned();
        let may_lack = unfinished && *field == "externalRefs";
        only(first, second)
            .filter(|_| !may_lack)
            .map(|word| format!("only the first has `{}` in its `{field}`", excerpt(&word, 80)))
            .or_else(|| only(second, first).map(|word| format!("only the second has `{}` in its `{field}`", excerpt(&word, 80))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(text: &str) -> Result<String, String> {
        let source = Source::from_text("", text);
        let mut nobody = Sketch::default();
        let document = super::super::read(&source, &Limits::default(), &mut nobody).map_err(|error| format!("unread {}", error.code))?;
        match second_opinion(&source, &document, &Limits::default()) {
            Opinion::Agrees(name, count) => Ok(format!("{name} {count}")),
            Opinion::NoReader => Ok("none".to_owned()),
            Opinion::Disagrees(error) => Err(format!("{}: {}", error.code, error.message)),
        }
    }

    fn cyclonedx(version: &str, component: &str) -> String {
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"{version}","version":1,"components":[{component}]}}"#)
    }

    const SPDX: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nDocumentNamespace: http://d.example/1\n\
                        Creator: Person: A\nCreated: 2026-11-01T00:00:00Z\n\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\n\
                        PackageSupplier: Organization: Acme (a@acme.org)\nPackageDownloadLocation: https://acme.org/a.zip\n";

    #[test]
    fn readers_agree_on_ordinary_documents() {
        let component = r#"{"type":"library","bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/a@1","publisher":"Acme <a@acme.org>",
                            "supplier":{"name":"Acme","url":["https://acme.org"],"contact":[{"name":"A","email":"a@acme.org"}]}}"#;
        for version in ["1.3", "1.4", "1.5"] {
            assert_eq!(opinion(&cyclonedx(version, component)).as_deref(), Ok("cyclonedx-bom 1"));
        }
        let swid =
            r#"{"type":"library","name":"a","version":"1","swid":{"tagId":"t","name":"a","text":{"content":"<Entity name='Acme'/>"}}}"#;
        assert_eq!(opinion(&cyclonedx("1.5", swid)).as_deref(), Ok("cyclonedx-bom 1"));
        let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><components><component type="library" bom-ref="a">
            <supplier><name>Acme</name><url>https://acme.org</url></supplier><name>a</name><version>1</version><purl>pkg:npm/a@1</purl>
            </component></components></bom>"#;
        assert_eq!(opinion(xml).as_deref(), Ok("cyclonedx-bom 1"));
        assert_eq!(opinion(SPDX).as_deref(), Ok("spdx-rs 1"));
        let rich = "PackageComment: x\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nExternalRef: SECURITY cpe23Type cpe:2.3:a:a:a:1:*:*:*:*:*:*:*\n\
                    FileName: ./f\nSPDXID: SPDXRef-f\nFileChecksum: SHA1: da39a3ee5e6b4b0d3255bfef95601890afd80709\n";
        assert_eq!(opinion(&format!("{SPDX}{rich}")).as_deref(), Ok("spdx-rs 2"));
        assert_eq!(opinion(&format!("\u{feff}{SPDX}")).as_deref(), Ok("spdx-rs 1"), "behind a byte-order mark");
    }

    #[test]
    fn where_no_second_reader_exists_that_is_said() {
        for version in ["1.2", "1.6", "1.7"] {
            assert_eq!(opinion(&cyclonedx(version, r#"{"type":"library","name":"a","version":"1"}"#)).as_deref(), Ok("none"));
        }
        assert_eq!(opinion(&SPDX.replace("SPDX-2.3", "SPDX-2.1")).as_deref(), Ok("none"));
    }

    #[test]
    fn a_known_limit_is_no_disagreement() {
        let component = r#"{"type":"library","name":"a","version":"1","manufacturer":{"name":"Acme"}}"#;
        assert_eq!(opinion(&cyclonedx("1.5", component)).as_deref(), Ok("cyclonedx-bom 1"));
        // Tools that the crate has no place for.
        let plain = cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1"}"#);
        let annotator = r#""annotations":[{"bom-ref":"x","subjects":[],"timestamp":"2026-11-01T00:00:00Z","text":"t",
            "annotator":{"component":{"type":"application","name":"scanner","supplier":{"name":"Acme"}}}}],"#;
        let annotated = plain.replace("\"components\"", &format!("{annotator}\"components\""));
        assert_eq!(opinion(&annotated).as_deref(), Ok("cyclonedx-bom 1"));
    }

    /// The general entry point of the crate takes the last of two; the ones for a version must not.
    #[test]
    fn the_second_reader_refuses_a_key_that_stands_twice() {
        let twice = cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1","publisher":"Kaspersky Lab","publisher":"Acme"}"#);
        assert!(
            cyclonedx_bom::prelude::Bom::parse_from_json(twice.as_bytes()).is_ok(),
            "then the versioned entry points are no longer needed"
        );
        assert!(cyclonedx::read_json(&twice, "1.5").is_err());
        assert_eq!(opinion(&twice), Err("unread duplicate-key".to_owned()));
    }

    #[test]
    fn refusals_panics_and_invalid_documents_are_told() {
        let table = [
            (cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1","supplier":"Acme"}"#), "not-confirmed: "),
            (cyclonedx("1.5", r#"{"type":"library","name":"a","version":"1","purl":"no purl"}"#), "not-confirmed: "),
            (SPDX.to_owned() + "Unheard: of\n", "reference-reader-panicked: "),
            (SPDX.to_owned() + "ExternalRef: PACKAGE_MANAGER purl pkg:npm/a@1\n", "reference-reader-panicked: "),
            (SPDX.to_owned() + "Relationship: SPDXRef-a RESEMBLES SPDXRef-b\n", "reference-reader-panicked: "),
            (SPDX.to_owned() + "PackageLicenseDeclared: Apache Software License\n", "reference-reader-panicked: "),
            (SPDX.replace("PackageVersion: 1", "PackageFileName: "), "ambiguous: "),
            // Everything stands in one line for a reader that knows LF only.
            (SPDX.replace('\n', "\r"), "ambiguous: "),
        ];
        for (text, expected) in table {
            let found = opinion(&text);
            assert!(found.as_ref().is_err_and(|message| message.starts_with(expected)), "{expected}{found:?} {text}");
        }
    }

    #[test]
    fn a_difference_is_found_wherever_it_is() {
        let sketch = |supplier: &str, name: &str, count: usize| {
            let mut sketch = Sketch::default();
            for _ in 0..count {
                sketch.part(false, Some("a"), name, None, Span::default()).add("supplier", supplier);
            }
            sketch
        };
        let same = sketch("Acme (a@acme.org)", "a", 1);
        assert!(difference(&same, &sketch("a@acme.org Acme", "a", 1)).is_none());
        for (other, expected) in [
            (sketch("Acme", "a", 1), "of `a`, only the first has `a@acme.org` in its `supplier`"),
            (sketch("Acme (a@acme.org) Ltd", "a", 1), "of `a`, only the second has `Ltd` in its `supplier`"),
            (sketch("Acme (a@acme.org)", "a", 2), "the first has 1 parts called `a`, the second 2"),
            (Sketch::default(), "only the first has the part `a`"),
        ] {
            assert_eq!(difference(&same, &other).unwrap().0, expected);
        }
    }
}
