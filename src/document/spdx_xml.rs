//! The reader for SPDX 2 XML: a `<Document>` whose elements are called as the members of the JSON are. What is a list there is an
//! element that stands several times.

use super::feed::Feed;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::strict::{is_place, is_spdx_name, judge_spdx_member, two_readings};
use super::transcript::{self, Transcript};
use super::xml::{Namespace, Opened, Xml};
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
    let mut members = Members::default();
    told.open_object(root.span);
    root.each(&mut xml, |xml, child| members.tell(child, "", xml, &mut told))?;
    xml.end()?;
    members.finish(&mut told);
    told.close_object(Span::default());
    Ok(told)
}

/// The lists of one object: elements of one list may stand apart and are brought together.
#[derive(Default)]
struct Members<'a>(Vec<(&'a str, Span, Transcript)>);

impl<'a> Members<'a> {
    /// Tells an element as a member of the object that `parent` holds, or as an item of one of its lists.
    fn tell(&mut self, child: Opened<'a>, parent: &str, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<()> {
        if child.namespace != Namespace::Own {
            judge_foreign(&child)?;
            return child.skip(xml, &mut hidden);
        }
        judge_spdx_member("element", parent, child.name, child.name_span)?;
        if !LISTS.contains(&child.name) {
            told.key(child.name, child.name_span);
            return value(child, xml, told);
        }
        let at = self.0.iter().position(|(name, ..)| *name == child.name).unwrap_or_else(|| {
            self.0.push((child.name, child.name_span, Transcript::default()));
            self.0.len() - 1
        });
        value(child, xml, &mut self.0[at].2)
    }

    fn finish(self, told: &mut Transcript) {
        for (name, span, list) in self.0 {
            told.key(name, span);
            told.open_array(span);
            told.append(&list);
            told.close_array(Span::default());
        }
    }
}

/// Elements of another namespace are extensions, unless a reader that ignores namespaces would take them for the document's own.
fn judge_foreign(child: &Opened<'_>) -> Result<()> {
    if !is_spdx_name(child.name) {
        return Ok(());
    }
    let message = "this element is in another namespace than the document: readers that ignore namespaces read it, others skip it";
    Err(two_readings(message, child.name_span, "put it into the namespace of the document, or give it another name"))
}

/// Refuses a name that a search at any depth would find; what an extension calls its own elements is its own business.
fn hidden(child: &Opened<'_>) -> Result<()> {
    if child.namespace == Namespace::Foreign || !is_place(child.name) {
        return Ok(());
    }
    let message = "this element is inside one that is not read: readers that search at any depth would find it";
    Err(two_readings(message, child.name_span, "move it to the place that the specification gives it, or remove it"))
}

fn value<'a>(element: Opened<'a>, xml: &mut Xml<'a>, told: &mut Transcript) -> Result<()> {
    let (name, span) = (element.name, element.span);
    for attribute in element.attributes(xml)? {
        if is_spdx_name(attribute.name) {
            let message = "this is an attribute, where SPDX has an element: it would not be read";
            let help = "write it as an element inside this one";
            return Err(Box::new(error("misplaced-element", message, Some(attribute.name_span), help)));
        }
    }
    let mut members = Members::default();
    let mut begun = false;
    let content = element.either(xml, |xml, child| {
        if !begun {
            told.open_object(span);
            begun = true;
        }
        members.tell(child, name, xml, told)
    })?;
    if begun {
        members.finish(told);
        told.close_object(xml.closed());
    } else {
        content.tell(told);
    }
    Ok(())
}
