//! SPDX 2 YAML for our own second reader: the events of the parser become a generic value, which [`super::own_spdx`] reads.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::tree::Tree;
use super::{Refusal, Sketch, own_spdx};

type Result<T> = std::result::Result<T, Refusal>;

/// How deep values may be nested, as in JSON.
const DEPTH_MAX: usize = 128;

pub(super) fn read(text: &str) -> Result<Sketch> {
    own_spdx::sketch(&parse(text)?)
}

/// A collection that is still open.
enum Open {
    List(Vec<Tree<'static>>),
    /// The members, and the key whose value comes next.
    Object(Vec<(Cow<'static, str>, Tree<'static>)>, Option<String>),
}

fn parse(text: &str) -> Result<Tree<'static>> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|_| Refusal::Unreadable("invalid YAML".into()))?;
        let value = match event {
            Event::Scalar(value, style, _, _) => {
                // A plain null, in the spellings of YAML 1.2.
                let null = style == ScalarStyle::Plain && matches!(value.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                if let Some(Open::Object(_, key @ None)) = open.last_mut() {
                    *key = Some(value.into_owned());
                    continue;
                }
                if null { Tree::Null } else { Tree::Text(value.into_owned().into()) }
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEPTH_MAX {
                    return Err(Refusal::Unreadable(format!("nesting deeper than {DEPTH_MAX} levels").into()));
                }
                if let Some(Open::Object(_, None)) = open.last() {
                    return Err(Refusal::Unreadable("a key that is no text".into()));
                }
                let list = matches!(event, Event::SequenceStart(..));
                open.push(if list { Open::List(Vec::new()) } else { Open::Object(Vec::new(), None) });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(elements)) => Tree::List(elements),
                Some(Open::Object(members, _)) => Tree::Object(members),
                None => return Err(Refusal::Unreadable("invalid YAML".into())),
            },
            Event::Alias(_) => return Err(Refusal::Unknown("aliases of YAML")),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => continue,
        };
        match open.last_mut() {
            Some(Open::List(elements)) => elements.push(value),
            Some(Open::Object(members, key)) => members.push((key.take().unwrap_or_default().into(), value)),
            None if root.is_some() => return Err(Refusal::Unreadable("more than one document".into())),
            None => root = Some(value),
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| Refusal::Unreadable("the YAML ends too early".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_read_as_the_json_is() {
        let text = "spdxVersion: SPDX-2.3\npackages:\n- name: a\n  SPDXID: SPDXRef-a\n  versionInfo: 1.10\n  supplier: >-\n    Organization:\n    \
                    Acme\n  comment: ~\n  externalRefs: [{referenceLocator: 'pkg:npm/a@1'}]\n";
        let sketch = read(text).unwrap();
        let part = &sketch.parts["SPDXRef-a"];
        assert!(part.said("supplier").any(|word| word == "Acme") && part.said("externalRefs").any(|word| word == "pkg:npm/a@1"));
        for text in ["", "a: [", "? [a]\n: b", "a: 1\n---\na: 2", &"[".repeat(100_000)] {
            assert!(matches!(parse(text), Err(Refusal::Unreadable(_))), "{text:.20}");
        }
        assert!(matches!(parse("a: &x 1\nb: *x"), Err(Refusal::Unknown(_))));
        assert!(read("packages:\n- name: a\n  name: b\n").is_err(), "a duplicate key");
    }
}
