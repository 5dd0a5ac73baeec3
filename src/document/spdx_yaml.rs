//! The reader for SPDX 2 YAML, which has the members of the JSON.
//!
//! Aliases are written out where they are used, within a budget of bytes: a few lines of them can mean gigabytes.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::feed::Feed;
use super::limits::Limits;
use super::recognise::error;
use super::scribe::Result;
use super::strict::{is_mark, judge_spdx_member};
use super::transcript::{self, Transcript};
use super::{Document, Format, Reader};
use crate::inventory::Listener;
use crate::source::{Source, Span};

pub(super) const READER: Reader =
    Reader { format: Format::Spdx, encoding: "yaml", versions: &["2.0", "2.1", "2.2", "2.3"], by_parts: false, read, pointers };

fn read(feed: &mut Feed<'_>, listener: &mut dyn Listener) -> Result<Document> {
    tell(feed.text(), feed.start(), feed.limits())?.read(feed.reader(), feed.limits(), listener)
}

fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    transcript::pointers(tell, source, offsets)
}

/// What all aliases of a document may add to it, in events.
const ALIASED_MAX: usize = 100_000;
/// The same in bytes, for a small document; a larger one may double.
const ALIASED_BYTES_MAX: usize = 4 << 20;
/// How much of anchored values is kept for them, in events: values in values are kept more than once.
const KEPT_MAX: usize = 1_000_000;

/// An event that an alias can stand for.
#[derive(Clone)]
enum Item {
    Scalar { text: Rc<str>, plain: bool, verbatim: bool, span: Span },
    Open { mapping: bool, span: Span },
    Close(Span),
}

impl Item {
    /// About how many bytes it adds to what is told.
    fn cost(&self) -> usize {
        match self {
            Self::Scalar { text, .. } => text.len() + 16,
            Self::Open { .. } | Self::Close(_) => 16,
        }
    }
}

/// A collection that is being told.
struct Open {
    mapping: bool,
    /// The key whose value it is, or is an item of; none for the document.
    name: Option<Rc<str>>,
    /// In a mapping: the key that was read last.
    key: Option<Rc<str>>,
    /// In a mapping: whether a key comes next.
    key_next: bool,
    anchor: usize,
    /// Where its items begin among those that are recorded.
    recorded: usize,
}

struct Teller {
    told: Transcript,
    open: Vec<Open>,
    /// The items of the anchored values that are open.
    record: Vec<Item>,
    anchored: usize,
    anchors: HashMap<usize, Rc<[Item]>>,
    aliased: usize,
    /// How many bytes aliases may still add.
    budget: usize,
    kept: usize,
    deepest: u32,
}

fn tell(text: &str, start: usize, limits: &Limits) -> Result<Transcript> {
    let body = &text[start..];
    let mut place = Places { text: body, characters: 0, bytes: 0, base: start, ascii: body.is_ascii() };
    let mut teller = Teller {
        told: Transcript::with_capacity(body.len()),
        open: Vec::new(),
        record: Vec::new(),
        anchored: 0,
        anchors: HashMap::new(),
        aliased: 0,
        budget: body.len().max(ALIASED_BYTES_MAX),
        kept: 0,
        deepest: limits.depth,
    };
    let mut documents = 0;
    for event in Parser::new_from_str(body) {
        let (event, span) = event.map_err(|cause| {
            let at = place.byte(cause.marker().index());
            let at = crate::text::boundary(text, at);
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            let message = format!("this is not well-formed YAML: {}", crate::text::excerpt(cause.info(), 200));
            error(
                "not-yaml",
                &message,
                Some(Span::new(at, end)),
                "correct the YAML at this place, or make the SBOM anew with its generator",
            )
        })?;
        let from = place.byte(span.start.index());
        let span = Span::new(from, place.byte(span.end.index()));
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    let help = "pass each document as a file of its own";
                    return Err(Box::new(error("trailing-text", "there is a second YAML document in this file", Some(span), help)));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && tag.suffix == "str")) {
                    let message = format!("values of the YAML type `{}` are not read", crate::text::excerpt(&tag.suffix, 40));
                    return Err(Box::new(error("wrong-type", &message, Some(span), "write the value as plain text")));
                }
                let quoted = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
                let inner = Span::new(span.start + quoted, span.end.saturating_sub(quoted).max(span.start + quoted));
                let verbatim = text.get(inner.start..inner.end) == Some(value.as_ref());
                let plain = style == ScalarStyle::Plain;
                let span = if verbatim { inner } else { span };
                if plain && value == "<<" {
                    let message = "a merge key (`<<`) is not read: readers disagree about what it brings in";
                    return Err(Box::new(error("merge-key", message, Some(span), "write the values out")));
                }
                let item = Item::Scalar { text: value.into(), plain, verbatim, span };
                if anchor > 0 {
                    teller.anchors.insert(anchor, Rc::new([item.clone()]));
                }
                teller.item(item, 0)?;
            }
            Event::SequenceStart(anchor, tag) => {
                plain_collection(tag.as_deref(), "seq", span)?;
                teller.item(Item::Open { mapping: false, span }, anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                plain_collection(tag.as_deref(), "map", span)?;
                teller.item(Item::Open { mapping: true, span }, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => teller.item(Item::Close(span), 0)?,
            Event::Alias(anchor) => {
                let Some(items) = teller.anchors.get(&anchor).cloned() else {
                    let message = "this alias stands for the value that it is in";
                    return Err(Box::new(error("alias-cycle", message, Some(span), "write the value out")));
                };
                teller.aliased += items.len();
                let bytes: usize = items.iter().map(Item::cost).sum();
                let left = teller.budget.checked_sub(bytes);
                teller.budget = left.unwrap_or(0);
                if teller.aliased > ALIASED_MAX || left.is_none() {
                    let message = "the aliases of this document stand for too much";
                    let help = "a small file that unfolds to so much is mostly an attack; if this one is not, write the values out";
                    return Err(Box::new(error("alias-bomb", message, Some(span), help)));
                }
                for item in items.iter() {
                    teller.item(item.clone(), 0)?;
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    Ok(teller.told)
}

/// Refuses collections of other types: a set or an ordered map means something else to each reader.
fn plain_collection(tag: Option<&saphyr_parser::Tag>, plain: &str, span: Span) -> Result<()> {
    match tag.filter(|tag| !(tag.is_yaml_core_schema() && tag.suffix == plain)) {
        None => Ok(()),
        Some(tag) => {
            let message = format!("values of the YAML type `{}` are not read", crate::text::excerpt(&tag.suffix, 40));
            Err(Box::new(error("wrong-type", &message, Some(span), "write the value as a plain list or mapping")))
        }
    }
}

/// Where the first key is that makes a text an SBOM in YAML: `text` may be one in tag-value as well.
///
/// It ends at the first mistake: no reader of YAML goes on behind one, and tag-value has one in its first lines (`Creator: Tool: x`).
pub(super) fn mark(text: &str, start: usize) -> Option<Span> {
    let body = &text[start..];
    let mut place = Places { text: body, characters: 0, bytes: 0, base: start, ascii: body.is_ascii() };
    let (mut depth, mut key_next) = (0_usize, true);
    let mut marks: HashSet<usize> = HashSet::new();
    for event in Parser::new_from_str(body) {
        let (event, span) = event.ok()?;
        // In the outermost mapping keys and values alternate.
        let mut is_key = || {
            key_next ^= depth == 1;
            depth == 1 && !key_next
        };
        let marked = match event {
            Event::Scalar(value, _, anchor, _) => {
                let marked = is_mark(&value);
                if marked && anchor > 0 {
                    marks.insert(anchor);
                }
                is_key() && marked
            }
            Event::Alias(anchor) => is_key() && marks.contains(&anchor),
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                is_key();
                depth += 1;
                false
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => false,
        };
        if marked {
            let from = place.byte(span.start.index());
            return Some(Span::new(from, place.byte(span.end.index())));
        }
    }
    None
}

impl Teller {
    fn item(&mut self, item: Item, anchor: usize) -> Result<()> {
        if anchor > 0 {
            self.anchored += 1;
        }
        let recorded = self.record.len();
        if self.anchored > 0 {
            self.record.push(item.clone());
        }
        if let Item::Close(span) = item {
            let Some(open) = self.open.pop() else { return Ok(()) };
            if open.mapping {
                self.told.close_object(span)
            } else {
                self.told.close_array(span)
            }
            if open.anchor > 0 {
                self.kept += self.record.len() - open.recorded;
                if self.kept > KEPT_MAX {
                    let message = "the anchored values of this document hold too much";
                    return Err(Box::new(error("alias-bomb", message, Some(span), "write the values out")));
                }
                self.anchors.insert(open.anchor, self.record[open.recorded..].into());
                self.anchored -= 1;
                if self.anchored == 0 {
                    self.record.clear();
                }
            }
            return Ok(());
        }
        let key = match self.open.last_mut() {
            Some(parent) if parent.mapping => {
                parent.key_next = !parent.key_next;
                !parent.key_next
            }
            _ => false,
        };
        match item {
            Item::Scalar { text, span, .. } if key => {
                if let Some(parent) = self.open.last_mut() {
                    // An empty key is not the document.
                    let holder = parent.name.as_deref().map_or("", |name| if name.is_empty() { "-" } else { name });
                    judge_spdx_member("key", holder, &text, span)?;
                    parent.key = Some(Rc::clone(&text));
                }
                self.told.key(&text, span);
            }
            Item::Scalar { text, plain, verbatim, span } => match text.as_ref() {
                "" | "~" | "null" | "Null" | "NULL" if plain => self.told.literal("null", span),
                "true" | "false" if plain => self.told.literal(&text, span),
                _ => self.told.string(&text, span, verbatim),
            },
            Item::Open { span, .. } if key => {
                let message = "a key has to be a word";
                return Err(Box::new(error("wrong-type", message, Some(span), "correct it, or make the SBOM anew with its generator")));
            }
            Item::Open { mapping, span } => {
                if self.open.len() as u64 >= u64::from(self.deepest) {
                    let message = format!("values are nested more than {} deep", self.deepest);
                    let help = "no SBOM needs that: make it anew with its generator, or raise --max-depth";
                    return Err(Box::new(error("too-deep", &message, Some(span), help)));
                }
                if mapping {
                    self.told.open_object(span)
                } else {
                    self.told.open_array(span)
                }
                let name = self.open.last().and_then(|parent| if parent.mapping { parent.key.clone() } else { parent.name.clone() });
                self.open.push(Open { mapping, name, key: None, key_next: true, anchor, recorded });
            }
            Item::Close(_) => {}
        }
        Ok(())
    }
}

/// Turns the parser's counts of characters into offsets. They mostly grow.
struct Places<'a> {
    text: &'a str,
    characters: usize,
    bytes: usize,
    base: usize,
    ascii: bool,
}

impl Places<'_> {
    fn byte(&mut self, characters: usize) -> usize {
        if self.ascii {
            return self.base + characters.min(self.text.len());
        }
        if characters < self.characters {
            let back = self.characters - characters;
            let at = self.text[..self.bytes].char_indices().rev().nth(back - 1).map_or(0, |(at, _)| at);
            return self.base + at;
        }
        let ahead = characters - self.characters;
        let at = self.text[self.bytes..].char_indices().nth(ahead).map_or(self.text.len(), |(at, _)| self.bytes + at);
        self.bytes = at;
        self.characters = characters;
        self.base + at
    }
}
