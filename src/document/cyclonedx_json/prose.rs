//! Parts of a document whose shape does not matter, because they can only mention somebody: workflows, release notes, considerations.

use std::borrow::Cow;

use super::super::feed::NotByParts;
use super::super::json::{Json, JsonStr, Next};
use super::super::product::{Annotations, without_escapes};
use super::super::scribe::{Newest, Progress, Result, Scribe, keys};
use super::inside;
use super::parts::decoded;
use crate::inventory::{Claim, Nobody, Place, Role, Text};

/// A text claim for each string in the value that comes next, whatever its shape. An address is a link, a text in base64 is decoded.
pub(super) fn strings(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    match scribe.json.peek()? {
        Next::String => {
            let string = scribe.json.string()?;
            push(scribe, field, string);
        }
        Next::Array => {
            let mut walk = scribe.json.array()?;
            while scribe.json.element(&mut walk)? {
                strings(scribe, field)?;
            }
        }
        Next::Object => {
            let mut walk = scribe.json.object()?;
            let (mut content, mut base64) = (None, false);
            while let Some(key) = scribe.json.key(&mut walk)? {
                match key.value().as_ref() {
                    "content" if scribe.json.peek()? == Next::String => content = Some(scribe.json.string()?),
                    "encoding" if scribe.json.peek()? == Next::String => {
                        base64 = scribe.json.string()?.value().eq_ignore_ascii_case("base64");
                    }
                    _ => strings(scribe, field)?,
                }
            }
            if let Some(content) = content {
                match decoded(&content.value()).filter(|_| base64) {
                    Some(text) => scribe.claims.push(Claim { field, role: Role::Text, text: text.into(), span: content.span() }),
                    None => push(scribe, field, content),
                }
            }
        }
        _ => drop(scribe.json.skip()?),
    }
    Ok(())
}

fn push<'a>(scribe: &mut Scribe<'a, '_>, field: &'static str, string: JsonStr<'a>) {
    let raw = string.raw().as_bytes();
    let address = memchr::memmem::find(raw, b"://").is_some() && memchr::memchr(b' ', raw).is_none();
    scribe.push(field, if address { Role::Link } else { Role::Text }, string);
}

/// The same, of the product as a whole.
pub(super) fn strings_of_product(scribe: &mut Scribe<'_, '_>, field: &'static str) -> Result<()> {
    let from = scribe.claims.len();
    strings(scribe, field)?;
    scribe.of_product(from);
    Ok(())
}

keys!(AnnotationKey { Annotator = "annotator", Subjects = "subjects", Text = "text" });
keys!(AnnotatorKey { Component = "component", Service = "service" });

/// An annotation. Who made it is a subject; its text is about the subjects that it names.
///
/// These were handed over before it is met, so their texts are gathered beforehand by [`annotations`]. That can only be done where the whole
/// document is at hand.
pub(super) fn annotation(scribe: &mut Scribe<'_, '_>, whole: bool) -> Result<()> {
    let (mut subjects, mut text) = (0, None);
    inside(scribe, "annotations[]", |scribe, key: AnnotationKey| match key {
        AnnotationKey::Annotator => inside(scribe, "annotator", |scribe, key: AnnotatorKey| match key {
            AnnotatorKey::Component => super::component(scribe, None, Place::Tool),
            AnnotatorKey::Service => super::service(scribe, None, Place::Tool),
        }),
        AnnotationKey::Subjects => scribe.each_or_one("annotations[].subjects", |scribe| {
            subjects += usize::from(annotated(scribe)?.is_some());
            Ok(())
        }),
        AnnotationKey::Text => {
            text = scribe.string("annotations[].text")?;
            Ok(())
        }
    })?;
    match text {
        Some(text) if subjects == 0 => {
            let from = scribe.claims.len();
            scribe.claims.push(text_claim(text));
            scribe.of_product(from);
            Ok(())
        }
        Some(text) if !whole && !text.raw().is_empty() => Err(NotByParts.into()),
        _ => Ok(()),
    }
}

/// The texts of the annotations that name subjects. What is wrong with the document is told when it is read as a whole.
pub(super) fn annotations(text: &str, start: usize) -> Annotations {
    let mut found = Annotations::default();
    // An escaped key is read as well, if not by this quick look: nobody writes one, so such a document is looked through.
    if memchr::memmem::find(text.as_bytes(), b"\"annotations\"").is_none() && memchr::memmem::find(text.as_bytes(), b"\\u00").is_none() {
        return found;
    }
    let mut nobody = Nobody;
    let mut scribe = Scribe::new(Json::new(text, start), &mut nobody, Progress::default(), Newest::default());
    // An error ends it here, and is met again.
    let _ = gather(&mut scribe, &mut found);
    found
}

fn gather(scribe: &mut Scribe<'_, '_>, found: &mut Annotations) -> Result<()> {
    inside(scribe, "the document", |scribe, key: super::BomKey| {
        if !matches!(key, super::BomKey::Annotations) {
            return scribe.json.skip().map(drop).map_err(Into::into);
        }
        scribe.each("annotations", |scribe| {
            let (mut subjects, mut text) = (Vec::new(), None);
            inside(scribe, "annotations[]", |scribe, key: AnnotationKey| match key {
                AnnotationKey::Annotator => scribe.json.skip().map(drop).map_err(Into::into),
                AnnotationKey::Subjects => scribe.each_or_one("annotations[].subjects", |scribe| {
                    subjects.extend(annotated(scribe)?.map(|subject| subject.value.into_owned()));
                    Ok(())
                }),
                AnnotationKey::Text => {
                    text = scribe.string("annotations[].text")?;
                    Ok(())
                }
            })?;
            if let Some(text) = text {
                found.add(subjects.into_iter(), text_claim(text));
            }
            Ok(())
        })
    })
}

keys!(AnnotatedKey { Ref = "ref" });

/// The reference of an annotated subject: a string, and in XML an attribute.
fn annotated<'a>(scribe: &mut Scribe<'a, '_>) -> Result<Option<Text<'a>>> {
    const WHAT: &str = "annotations[].subjects[]";
    if scribe.json.peek()? != Next::Object {
        return scribe.text(WHAT);
    }
    let mut reference = None;
    inside(scribe, WHAT, |scribe, _: AnnotatedKey| {
        reference = scribe.text(WHAT)?;
        Ok(())
    })?;
    Ok(reference)
}

/// The claim for the text of an annotation, with the escapes of JSON in it resolved.
fn text_claim(text: JsonStr<'_>) -> Claim<'static> {
    let value = text.value();
    let plain = without_escapes(&value).unwrap_or_else(|| value.into_owned());
    Claim { field: "annotations.text", role: Role::Text, text: Cow::Owned(plain), span: text.span() }
}
