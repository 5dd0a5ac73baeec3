//! The reader for SPDX 2 XML: a `<Document>` whose elements are called as the members of the JSON are. What is a list there is an
//! element that stands several times.

use super::feed::Feed;
use super::limits::Limits;
use super::scribe::Result;
use super::transcript::{self, Transcript};
use super::xml::{Element, Xml};
use super::{Document, Format, Reader};
use crate::inventory::Listener;
use crate::source::{Source, Span};

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "xml", versions: &["2.0", "2.1", "2.2", "2.3"], by_parts: false, read, pointers };

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    tell(feed.text(), feed.start(), feed.limits())?.read(feed.reader(), feed.limits(), listener)
}

fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    transcript::pointers(tell, source, offsets)
}

/// The lists of the JSON.
const LISTS: [&str; 23] = [
    "packages",
    "files",
    "snippets",
    "relationships",
    "documentDescribes",
    "externalDocumentRefs",
    "hasExtractedLicensingInfos",
    "annotations",
    "revieweds",
    "creators",
    "externalRefs",
    "checksums",
    "attributionTexts",
    "hasFiles",
    "licenseInfoFromFiles",
    "licenseInfoInFiles",
    "licenseInfoInSnippets",
    "fileContributors",
    "fileTypes",
    "fileDependencies",
    "artifactOfs",
    "ranges",
    "seeAlsos",
];

fn tell(text: &str, start: usize, limits: &Limits) -> Result<Transcript> {
    let mut xml = Xml::new(text, start, limits);
    let root = xml.root()?;
    let mut told = Transcript::with_capacity(text.len() - start);
    // Elements of one list may stand apart; they are brought together.
    let mut lists: Vec<(&str, Span, Transcript)> = Vec::new();
    told.open_object(root.span);
    root.each(&mut xml, |xml, child| {
        let element = child.read(xml)?;
        if LISTS.contains(&element.name) {
            let at = lists.iter().position(|(name, ..)| *name == element.name).unwrap_or_else(|| {
                lists.push((element.name, element.name_span, Transcript::default()));
                lists.len() - 1
            });
            value(&element, &mut lists[at].2);
        } else {
            told.key(element.name, element.name_span);
            value(&element, &mut told);
        }
        Ok(())
    })?;
    xml.end()?;
    for (name, span, list) in lists {
        told.key(name, span);
        told.open_array(span);
        told.append(&list);
        told.close_array(Span::default());
    }
    told.close_object(Span::default());
    Ok(told)
}

fn value(element: &Element<'_>, told: &mut Transcript) {
    if element.children.is_empty() {
        return element.tell_text(told);
    }
    told.open_object(element.span);
    let mut gathered: Vec<&str> = Vec::new();
    for child in &element.children {
        if !LISTS.contains(&child.name) {
            told.key(child.name, child.name_span);
            value(child, told);
        } else if !gathered.contains(&child.name) {
            gathered.push(child.name);
            told.key(child.name, child.name_span);
            told.open_array(child.span);
            element.children.iter().filter(|one| one.name == child.name).for_each(|one| value(one, told));
            told.close_array(Span::default());
        }
    }
    told.close_object(Span::new(element.span.end, element.span.end));
}
