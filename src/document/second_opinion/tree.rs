//! A generic JSON value for our own second readers, read by `serde_json`.
//!
//! It keeps every member of an object, also doubled ones, so that a lookup can refuse what two readers would resolve differently:
//! a member that occurs twice, or again in another case (Go's `encoding/json` takes `Purl` for `purl`).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Refusal, Sketch};
use crate::source::Span;
use crate::text::excerpt;

/// A JSON value that borrows unescaped text from the document.
#[derive(Debug)]
pub(super) enum Tree<'a> {
    Null,
    /// `true` or `false`; no field that is compared has one.
    Bool,
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

static NULL: Tree<'static> = Tree::Null;

impl<'a> Tree<'a> {
    /// Parses a document. `serde_json` refuses what is nested deeper than 128 levels.
    pub(super) fn parse(text: &'a str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map_err(|error| Refusal::Unreadable(super::complaint::json(&error)))
    }

    /// The member of this name; null if there is none.
    pub(super) fn get<'t>(&'t self, wanted: &str) -> Result<&'t Tree<'a>, Refusal> {
        let Self::Object(members) = self else { return Ok(null()) };
        let mut found: Option<(&str, &Tree<'a>)> = None;
        for (key, value) in members {
            if !same_word(key, wanted) {
                continue;
            }
            if found.is_some() || key != wanted {
                let key = excerpt(key, 40);
                let what = if key == wanted { "occurs twice in one object" } else { "is written in another case or with other letters" };
                return Err(Refusal::Ambiguous(format!("the member `{key}` {what}, so readers disagree about `{wanted}`")));
            }
            found = Some((key, value));
        }
        Ok(found.map_or_else(null, |(_, value)| value))
    }

    /// Refuses a document with members of another format: a reader of that one would see another document.
    pub(super) fn without(&self, others: &[&str]) -> Result<(), Refusal> {
        for other in others {
            if !self.get(other)?.is_null() {
                return Err(Refusal::Ambiguous(format!("the document also has `{other}`, which is a member of another format")));
            }
        }
        Ok(())
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The elements of a list; none for null.
    pub(super) fn list(&self, what: &str) -> Result<&[Tree<'a>], Refusal> {
        match self {
            Self::Null => Ok(&[]),
            Self::List(elements) => Ok(elements),
            other => Err(other.unexpected(what, "an array")),
        }
    }

    /// The elements of a list, or the one value in its place; none for null.
    pub(super) fn one_or_many(&self) -> &[Tree<'a>] {
        match self {
            Self::Null => &[],
            Self::List(elements) => elements,
            one => std::slice::from_ref(one),
        }
    }

    /// The text; none for null.
    pub(super) fn text(&self, what: &str) -> Result<Option<&str>, Refusal> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            other => Err(other.unexpected(what, "a string")),
        }
    }

    /// Whether it is an object; false for null.
    pub(super) fn object(&self, what: &str) -> Result<bool, Refusal> {
        match self {
            Self::Null => Ok(false),
            // An empty element of XML.
            Self::Text(text) if text.trim().is_empty() => Ok(false),
            Self::Object(_) => Ok(true),
            other => Err(other.unexpected(what, "an object")),
        }
    }

    fn unexpected(&self, what: &str, wanted: &str) -> Refusal {
        let found = match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        };
        Refusal::Unreadable(format!("expected {wanted} in `{what}`, found {found}").into())
    }
}

/// The lifetime of a static null, shortened to that of any tree.
fn null<'t, 'a>() -> &'t Tree<'a> {
    &NULL
}

/// Whether two member names are the same for a reader that ignores case, such as Go's `encoding/json`: it also folds the long s and the
/// Kelvin sign.
pub(super) fn same_word(key: &str, wanted: &str) -> bool {
    // No fold makes a key shorter, or more than three times as long.
    if key.len() < wanted.len() || key.len() > 3 * wanted.len() {
        return false;
    }
    if key.is_ascii() {
        return key.eq_ignore_ascii_case(wanted);
    }
    let fold = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(wanted.chars().map(fold))
}

/// A string that is borrowed where it has no escapes.
struct Word<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Words)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Tree<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Trees;
        impl<'de> Visitor<'de> for Trees {
            type Value = Tree<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Tree::Null)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Tree::Bool)
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Tree::Number(number))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Tree::Number(number as f64))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Tree::Number(number as f64))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Tree::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Tree::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = elements.next_element()? {
                    list.push(element);
                }
                Ok(Tree::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut object = Vec::new();
                while let Some((key, value)) = members.next_entry::<Word<'de>, Tree<'de>>()? {
                    object.push((key.0, value));
                }
                Ok(Tree::Object(object))
            }
        }
        deserializer.deserialize_any(Trees)
    }
}

/// What one of our own readers has found out about one component, service, tool or file.
#[derive(Default)]
pub(super) struct Gathered<'t> {
    pub(super) reference: Option<&'t str>,
    pub(super) name: Option<&'t str>,
    pub(super) version: Option<Cow<'t, str>>,
    /// The texts of the fields that are compared.
    pub(super) fields: Vec<(&'static str, &'t str)>,
}

impl<'t> Gathered<'t> {
    /// Takes the text of a field in.
    pub(super) fn text(&mut self, field: &'static str, value: &'t Tree<'_>) -> Result<Option<&'t str>, Refusal> {
        let text = value.text(field)?;
        self.fields.extend(text.map(|text| (field, text)));
        Ok(text)
    }

    /// All of it is known.
    pub(super) fn finish(self, sketch: &mut Sketch, tool: bool) {
        let part = sketch.part(tool, self.reference, self.name.unwrap_or_default(), self.version.as_deref(), Span::default());
        for (field, text) in self.fields {
            part.add(field, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_readers_resolve_differently_is_refused() {
        // Every spelling that some reader takes for `supplier` or `spec-k`.
        let table = [
            (r#"{"supplier":1}"#, true),
            (r#"{"supplier":1,"other":1,"other":2}"#, true),
            (r#"{"suppliers":1,"supplie":2,"supplier":1}"#, true),
            (r#"{"supplier":1,"supplier":1}"#, false),
            (r#"{"supplier":1,"suppl\u0069er":1}"#, false),
            (r#"{"Supplier":1}"#, false),
            (r#"{"SUPPLIER":1,"supplier":2}"#, false),
            (r#"{"\u017fupplier":1}"#, false),
        ];
        for (text, expected) in table {
            assert_eq!(Tree::parse(text).unwrap().get("supplier").is_ok(), expected, "{text}");
        }
        assert!(Tree::parse("{\"\u{212a}ind\":1}").unwrap().get("kind").is_err());
        assert!(Tree::parse("{}").unwrap().get("kind").unwrap().is_null());
    }

    #[test]
    fn what_is_no_json_is_refused_in_plain_words() {
        for text in ["", "{", "{} {}", "[1,]", "{\"a\":\u{1}}", &"[".repeat(1_000_000)] {
            let Err(Refusal::Unreadable(complaint)) = Tree::parse(text) else { panic!("{text:.20}") };
            assert!(!complaint.message.is_empty());
        }
    }
}
