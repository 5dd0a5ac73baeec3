//! Our own second reader of SPDX 2: without any code of the main reader, and without a look at licenses and dates.
//!
//! YAML and XML are brought into the shape of the JSON by [`super::own_yaml`] and [`super::own_xml`].

use std::borrow::Cow;

use super::tree::{Gathered, Tree};
use super::{Refusal, Sketch};
use crate::source::Span;

type Result<T> = std::result::Result<T, Refusal>;

impl<'t> Gathered<'t> {
    fn party(&mut self, field: &'static str, text: &'t str) {
        self.fields.push((field, without_keyword(text)));
    }

    fn checksums(&mut self, owner: &'t Tree<'_>) -> Result<()> {
        for checksum in owner.get("checksums")?.list("checksums")? {
            self.text("checksums", checksum.get("checksumValue")?)?;
        }
        Ok(())
    }
}

/// `Organization: NAME` without the keyword.
fn without_keyword(text: &str) -> &str {
    const KEYWORDS: [&str; 4] = ["organization", "organisation", "person", "tool"];
    match text.split_once(':') {
        Some((word, name)) if KEYWORDS.iter().any(|keyword| word.trim().eq_ignore_ascii_case(keyword)) => name,
        _ => text,
    }
}

/// The name behind `Tool:`.
fn tool(creator: &str) -> Option<&str> {
    let (word, name) = creator.split_once(':')?;
    word.trim().eq_ignore_ascii_case("tool").then(|| name.trim())
}

pub(super) fn read_json(text: &str) -> Result<Sketch> {
    sketch(&Tree::parse(text)?)
}

pub(super) fn sketch(document: &Tree<'_>) -> Result<Sketch> {
    let mut sketch = Sketch::default();
    if !document.object("the document")? {
        return Err(Refusal::Unreadable("expected an object, found null".into()));
    }
    document.without(&["bomFormat", "components", "@graph"])?;
    for described in document.get("documentDescribes")?.one_or_many() {
        if let Tree::Object(_) = described {
            return Err(Refusal::Unknown("packages within `documentDescribes`, as SPDX 2.0 wrote them"));
        }
    }
    for creator in document.get("creationInfo")?.get("creators")?.one_or_many() {
        let name = match creator {
            Tree::Text(creator) => tool(creator),
            creator => creator.get("Tool")?.text("creators[].Tool")?,
        };
        if let Some(name) = name {
            sketch.part(true, None, name, None, Span::default());
        }
    }
    for each in document.get("packages")?.list("packages")? {
        package(&mut sketch, each)?;
    }
    for each in document.get("files")?.list("files")? {
        file(&mut sketch, each)?;
    }
    for each in document.get("snippets")?.list("snippets")? {
        if !each.object("snippets[]")? {
            continue;
        }
        let mut snippet = Gathered { reference: each.get("SPDXID")?.text("SPDXID")?, ..Gathered::default() };
        snippet.name = snippet.text("name", each.get("name")?)?;
        snippet.text("comment", each.get("comment")?)?;
        snippet.finish(&mut sketch, false);
    }
    Ok(sketch)
}

fn package(sketch: &mut Sketch, object: &Tree<'_>) -> Result<()> {
    if !object.object("packages[]")? {
        return Ok(());
    }
    let mut package = Gathered { reference: object.get("SPDXID")?.text("SPDXID")?, ..Gathered::default() };
    let name = package.text("name", object.get("name")?)?;
    package.name = name.or(package.text("packageName", object.get("packageName")?)?);
    package.version = object.get("versionInfo")?.text("versionInfo")?.map(Cow::Borrowed);
    for field in ["supplier", "originator", "packageSupplier", "packageOriginator"] {
        if let Some(text) = object.get(field)?.text(field)? {
            package.party(field, text);
        }
    }
    for field in ["downloadLocation", "homepage", "packageFileName", "summary", "description", "comment"] {
        package.text(field, object.get(field)?)?;
    }
    for reference in object.get("externalRefs")?.list("externalRefs")? {
        package.text("externalRefs", reference.get("referenceLocator")?)?;
    }
    package.checksums(object)?;
    package.finish(sketch, false);
    for each in object.get("files")?.list("files")? {
        file(sketch, each)?;
    }
    Ok(())
}

fn file(sketch: &mut Sketch, object: &Tree<'_>) -> Result<()> {
    if !object.object("files[]")? {
        return Ok(());
    }
    let mut file = Gathered { reference: object.get("SPDXID")?.text("SPDXID")?, ..Gathered::default() };
    file.name = file.text("fileName", object.get("fileName")?)?;
    file.text("comment", object.get("comment")?)?;
    file.checksums(object)?;
    file.finish(sketch, false);
    Ok(())
}

// --- tag-value ---

/// The element that tags belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The document, or a license or annotation: nothing that is compared.
    Other,
    Package,
    File,
    Snippet,
}

pub(super) fn read_tag_value(text: &str) -> Result<Sketch> {
    let mut sketch = Sketch::default();
    let mut of = Of::Other;
    // A package stays open behind its files: tags of it may follow.
    let (mut package, mut inner): (Option<Gathered<'_>>, Option<Gathered<'_>>) = (None, None);
    let mut rest = text;
    while let Some((tag, value)) = next_tag(&mut rest)? {
        let tag = tag.to_ascii_lowercase();
        let begins = match tag.as_str() {
            "packagename" => Some(Of::Package),
            "filename" => Some(Of::File),
            "snippetspdxid" => Some(Of::Snippet),
            "licenseid" => Some(Of::Other),
            _ => None,
        };
        if let Some(begun) = begins {
            if let Some(finished) = inner.take() {
                finished.finish(&mut sketch, false);
            }
            if begun == Of::Package
                && let Some(finished) = package.take()
            {
                finished.finish(&mut sketch, false);
            }
            of = begun;
            match begun {
                Of::Package => package = Some(Gathered::default()),
                Of::File | Of::Snippet => inner = Some(Gathered::default()),
                Of::Other => {}
            }
        }
        if tag == "creator" {
            if let Some(name) = tool(value) {
                sketch.part(true, None, name, None, Span::default());
            }
            continue;
        }
        if tag == "spdxid" || tag == "snippetspdxid" {
            let element = if of == Of::Package { package.as_mut() } else { inner.as_mut().filter(|_| of != Of::Other) };
            if let Some(element) = element {
                element.reference = Some(value);
            }
            continue;
        }
        let field = match tag.as_str() {
            "packagename" | "snippetname" => "name",
            "packageversion" => {
                if let Some(package) = &mut package {
                    package.version = Some(value.into());
                }
                continue;
            }
            "packagefilename" => "packageFileName",
            "packagesupplier" => "supplier",
            "packageoriginator" => "originator",
            "packagedownloadlocation" => "downloadLocation",
            "packagehomepage" => "homepage",
            "packagesummary" => "summary",
            "packagedescription" => "description",
            "packagecomment" | "filecomment" | "snippetcomment" => "comment",
            "externalref" => "externalRefs",
            "packagechecksum" | "filechecksum" => "checksums",
            "filename" => "fileName",
            _ => continue,
        };
        let of_package = tag.starts_with("package") || tag == "externalref";
        let Some(element) = (if of_package { package.as_mut() } else { inner.as_mut() }) else {
            return Err(Refusal::Unreadable("a tag of an element that has not begun".into()));
        };
        match field {
            "name" | "fileName" => {
                element.name = Some(value);
                element.fields.push((field, value));
            }
            "supplier" | "originator" => element.party(field, value),
            "externalRefs" => {
                // Category, type, locator.
                let locator = value.split_once(char::is_whitespace).and_then(|(_, rest)| rest.trim_start().split_once(char::is_whitespace));
                element.fields.extend(locator.map(|(_, locator)| (field, locator)));
            }
            "checksums" => element.fields.push((field, value.split_once(':').map_or(value, |(_, value)| value))),
            _ => element.fields.push((field, value)),
        }
    }
    for finished in [inner, package].into_iter().flatten() {
        finished.finish(&mut sketch, false);
    }
    Ok(sketch)
}

/// The next `Tag: value`, with a value in `<text>` up to its end. Lines end in LF or CRLF; other lines say nothing.
fn next_tag<'t>(rest: &mut &'t str) -> Result<Option<(&'t str, &'t str)>> {
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest[..end].trim();
        let colon = line.find(':').filter(|at| line[..*at].trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let Some(colon) = colon.filter(|_| !line.starts_with('#')) else {
            *rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        };
        let (tag, value) = (line[..colon].trim_end(), line[colon + 1..].trim_start());
        if !value.starts_with("<text>") {
            *rest = rest.get(end + 1..).unwrap_or_default();
            return Ok(Some((tag, value)));
        }
        // The first `<text>` of the line is this one: a tag has no such characters.
        let open = rest.find("<text>").map_or(end, |at| at + "<text>".len());
        let Some(close) = memchr::memmem::find(&rest.as_bytes()[open..], b"</text>") else {
            return Err(Refusal::Unreadable("a `<text>` that is not closed".into()));
        };
        let value = rest[open..open + close].trim();
        let behind = &rest[open + close + "</text>".len()..];
        // What follows on the line of the end tag is no tag of its own.
        *rest = memchr::memchr(b'\n', behind.as_bytes()).map_or("", |at| &behind[at + 1..]);
        return Ok(Some((tag, value)));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_one_by_one() {
        let mut rest = "# x: y\nA: 1\r\n stray\n B :  <text>two\nlines: x</text> tail\nC:<text>x</text>\nD:";
        let mut found = Vec::new();
        while let Some(tag) = next_tag(&mut rest).unwrap() {
            found.push(tag);
        }
        assert_eq!(found, [("A", "1"), ("B", "two\nlines: x"), ("C", "x"), ("D", "")]);
        assert!(next_tag(&mut "A: <text>x").is_err());
    }

    #[test]
    fn a_package_takes_its_tags_behind_its_files() {
        let text = "PackageName: a\nSPDXID: SPDXRef-a\nFileName: ./f\nSPDXID: SPDXRef-f\nPackageSupplier: Organization: Acme\n\
                    ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nLicenseID: LicenseRef-1\nSPDXID: SPDXRef-x\n";
        let sketch = read_tag_value(text).unwrap();
        let part = &sketch.parts["SPDXRef-a"];
        assert!(part.said("supplier").any(|word| word == "Acme") && part.said("externalRefs").any(|word| word == "pkg:npm/a@1"));
        assert_eq!(sketch.parts.keys().collect::<Vec<_>>(), ["SPDXRef-a", "SPDXRef-f"]);
    }
}
