//! The first step: one pass over the whole text that finds every element, wherever it is nested, and refuses what readers may understand
//! differently.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{Class, Context, Defined, Entry, Member, Table, refuse, terms};
use crate::document::json::{Json, JsonStr, Next, Walk};
use crate::document::recognise::error;
use crate::document::scribe::{Keys as _, Result};
use crate::source::Span;
use crate::text::excerpt;

/// Where a value is: what it may be follows from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// It is the outermost object.
    Document,
    /// It is an element of `@graph`.
    Graph,
    /// It is a vendor: `suppliedBy`, `originatedBy`.
    Maker,
    /// It is an element, or refers to one.
    Element,
    /// It is a part of the element around it, such as a hash.
    Structure,
    /// It is in the content of an `extension`, which is not SPDX's.
    Extension,
    /// The member is not read.
    Unread,
}

/// An object or array that the pass is inside of.
enum Open<'t> {
    List { walk: Walk, under: Under },
    Object(Node<'t>),
}

struct Node<'t> {
    walk: Walk,
    start: usize,
    /// The members that were met, by their numbers.
    seen: u64,
    members: u32,
    class: Option<Class>,
    id: Option<JsonStr<'t>>,
    under: Under,
}

const fn bit(member: Member) -> u64 {
    1 << member as u64
}

/// What only components have.
const SOFTWARE: u64 = bit(Member::Version)
    | bit(Member::PackageUrl)
    | bit(Member::DownloadLocation)
    | bit(Member::HomePage)
    | bit(Member::PrimaryPurpose)
    | bit(Member::SourceInfo)
    | bit(Member::CopyrightText)
    | bit(Member::AttributionText)
    | bit(Member::SnippetFromFile)
    | bit(Member::ContentIdentifier);
const MAKERS: u64 = bit(Member::SuppliedBy) | bit(Member::OriginatedBy);
const IDENTIFIERS: u64 = bit(Member::ExternalIdentifier) | bit(Member::ExternalIdentifiers) | bit(Member::ExternalRef);
const RELATIONSHIP: u64 = bit(Member::From) | bit(Member::To) | bit(Member::RelationshipType);
const ANNOTATION: u64 = bit(Member::Subject) | bit(Member::Statement);

/// The pass, and what it has found so far.
pub(super) struct Scan<'t> {
    pub(super) context: Context,
    pub(super) table: Table,
    /// What `specVersion` says.
    pub(super) version: Option<String>,
    /// Where the values of `namespaceMap` are.
    pub(super) namespaces: Vec<usize>,
    pub(super) nulls: usize,
    pub(super) first_null: Option<Span>,
    /// Members that are not read and were found harmless.
    harmless: HashSet<&'t str, RandomState>,
    /// Elements that lack what their type needs; another description may add it.
    incomplete: Vec<(u64, Span)>,
}

/// How many harmless members are remembered.
const HARMLESS_MAX: usize = 4096;

impl<'t> Scan<'t> {
    pub(super) fn new(context: Context) -> Self {
        Self {
            context,
            table: Table::default(),
            version: None,
            namespaces: Vec::new(),
            nulls: 0,
            first_null: None,
            harmless: HashSet::default(),
            incomplete: Vec::new(),
        }
    }

    /// Scans the value that comes next, with everything in it.
    pub(super) fn value(&mut self, json: &mut Json<'t>, under: Under) -> Result<()> {
        let mut open: Vec<Open<'t>> = Vec::new();
        self.enter(json, under, &mut open)?;
        while let Some(top) = open.last_mut() {
            let under = match top {
                Open::List { walk, under } => {
                    let under = *under;
                    if !json.element(walk)? {
                        open.pop();
                        continue;
                    }
                    under
                }
                Open::Object(node) => match json.key(&mut node.walk)? {
                    Some(key) => match self.member(json, node, key)? {
                        Some(under) => under,
                        None => continue,
                    },
                    None => {
                        if let Some(Open::Object(node)) = open.pop() {
                            self.close(json, &node)?;
                        }
                        continue;
                    }
                },
            };
            self.enter(json, under, &mut open)?;
        }
        Ok(())
    }

    /// Enters an object or array, or passes over anything else.
    fn enter(&mut self, json: &mut Json<'t>, under: Under, open: &mut Vec<Open<'t>>) -> Result<()> {
        match json.peek()? {
            Next::Object => {
                let start = json.at();
                let walk = json.object()?;
                open.push(Open::Object(Node { walk, start, seen: 0, members: 0, class: None, id: None, under }));
            }
            Next::Array => open.push(Open::List { walk: json.array()?, under }),
            Next::Null if under == Under::Graph => {
                let span = json.skip()?;
                self.nulls += 1;
                self.first_null.get_or_insert(span);
            }
            found if under == Under::Graph => {
                let span = json.skip()?;
                let message = format!("wrong type of an element of `@graph`: expected an object, found {}", found.describe());
                let help = "write the element itself into the graph, or remove the entry";
                return Err(refuse("wrong-type", &message, span, help));
            }
            _ => drop(json.skip()?),
        }
        Ok(())
    }

    /// Takes in a member of an object. Tells where its value is, unless it was read here.
    fn member(&mut self, json: &mut Json<'t>, node: &mut Node<'t>, key: JsonStr<'t>) -> Result<Option<Under>> {
        let Some(member) = Member::of(json, key) else {
            if node.under == Under::Document && key.value() == "@context" {
                json.skip()?;
                return Ok(None);
            }
            node.members = node.members.saturating_add(1);
            let in_extension = node.under == Under::Extension;
            if !self.harmless.contains(key.raw()) {
                match terms::check_unread(&key.value(), &self.context, false, key.span()) {
                    Ok(()) if self.harmless.len() < HARMLESS_MAX => drop(self.harmless.insert(key.raw())),
                    Ok(()) => {}
                    Err(_) if in_extension => terms::check_unread(&key.value(), &self.context, true, key.span())?,
                    Err(error) => return Err(error),
                }
            }
            return Ok(Some(if in_extension { Under::Extension } else { Under::Unread }));
        };
        if node.seen & bit(member) != 0 {
            let message = format!("duplicate member `{}`", excerpt(&key.value(), 40));
            let help = "keep one of the two: readers disagree about which of them counts";
            return Err(refuse("duplicate-key", &message, key.span(), help));
        }
        node.seen |= bit(member);
        node.members = node.members.saturating_add(1);
        Ok(Some(match member {
            Member::Type | Member::AtType => {
                self.types(json, node)?;
                return Ok(None);
            }
            Member::SpdxId | Member::Id => {
                self.id(json, node)?;
                return Ok(None);
            }
            Member::SpecVersion if json.peek()? == Next::String => {
                self.version = Some(json.string()?.value().into_owned());
                return Ok(None);
            }
            Member::NamespaceMap => {
                json.peek()?;
                self.namespaces.push(json.at());
                Under::Structure
            }
            Member::SuppliedBy | Member::OriginatedBy => Under::Maker,
            Member::From
            | Member::To
            | Member::Element
            | Member::RootElement
            | Member::Subject
            | Member::SnippetFromFile
            | Member::CreatedBy
            | Member::CreatedUsing => Under::Element,
            Member::ExternalIdentifier
            | Member::ExternalIdentifiers
            | Member::ExternalRef
            | Member::VerifiedUsing
            | Member::ContentIdentifier
            | Member::CreationInfo => Under::Structure,
            Member::Extension => Under::Extension,
            _ => Under::Unread,
        }))
    }

    /// Reads the type or types of an object.
    fn types(&mut self, json: &mut Json<'t>, node: &mut Node<'t>) -> Result<()> {
        let mut walk = if json.peek()? == Next::Array { Some(json.array()?) } else { None };
        loop {
            if let Some(walk) = &mut walk
                && !json.element(walk)?
            {
                return Ok(());
            }
            if json.peek()? != Next::String {
                let found = json.peek()?;
                let span = json.skip()?;
                if found != Next::Null {
                    let message = format!("wrong type of `type`: expected a string, found {}", found.describe());
                    return Err(refuse("wrong-type", &message, span, "write the type as one word, such as \"software_Package\""));
                }
            } else {
                let word = json.string()?;
                let class = terms::class(&word.value(), &self.context, word.span())?;
                node.class = Some(match node.class {
                    None => class,
                    Some(known) => one_of(known, class).ok_or_else(|| {
                        let help = "keep one of the two: readers disagree about which of them counts";
                        refuse("duplicate-key", "this element has two types that contradict each other", word.span(), help)
                    })?,
                });
            }
            if walk.is_none() {
                return Ok(());
            }
        }
    }

    /// Reads the identifier of an object.
    fn id(&mut self, json: &mut Json<'t>, node: &mut Node<'t>) -> Result<()> {
        match json.peek()? {
            Next::String => {
                let id = json.string()?;
                if let Some(first) = node.id
                    && self.context.canonical(first.value()) != self.context.canonical(id.value())
                {
                    let help = "keep one of the two: readers disagree about which of them counts";
                    return Err(refuse("duplicate-key", "this element has two identifiers", id.span(), help));
                }
                node.id = Some(id);
                Ok(())
            }
            Next::Null => json.skip().map(drop).map_err(Into::into),
            found => {
                let span = json.skip()?;
                let message = format!("wrong type of an identifier: expected a string, found {}", found.describe());
                Err(refuse("wrong-type", &message, span, "write the identifier as one string"))
            }
        }
    }

    /// An object ends: notes the element that it is, if it is one.
    fn close(&mut self, json: &Json<'t>, node: &Node<'t>) -> Result<()> {
        let (seen, span) = (node.seen, Span::new(node.start, json.at()));
        let has = |members: u64| seen & members != 0;
        let names = u32::from(has(bit(Member::SpdxId)))
            + u32::from(has(bit(Member::Id)))
            + u32::from(has(bit(Member::Type)))
            + u32::from(has(bit(Member::AtType)));
        // What holds a component's members is one, whatever it is called.
        let like_a_component = has(SOFTWARE | MAKERS);
        let says_nothing = node.members == names;
        let all = |members: u64| seen & members == members;
        let like_a_link = !has(SOFTWARE) && (all(RELATIONSHIP) || all(ANNOTATION));
        let link = if all(RELATIONSHIP) { Class::Relationship } else { Class::Annotation };
        let class = match (node.class, node.under) {
            // What holds a relationship's members is one, too: readers may not look at the type.
            (None | Some(Class::Unknown | Class::Foreign), _) if like_a_link => link,
            (Some(Class::Foreign), _) => {
                if like_a_component || has(IDENTIFIERS) {
                    Class::Unknown
                } else {
                    Class::Other
                }
            }
            (Some(Class::Unknown), Under::Maker) => Class::Agent { person: false },
            (Some(Class::Unknown), Under::Extension | Under::Structure) if node.id.is_none() && !like_a_component => Class::Structure,
            // A part of an element that a newer version has, and no element itself.
            (Some(Class::Unknown), Under::Unread) if node.id.is_none() && !like_a_component && !has(IDENTIFIERS | bit(Member::Name)) => {
                Class::Structure
            }
            (Some(class), Under::Maker) if !matches!(class, Class::Agent { .. }) => {
                let message = "the vendor is no agent: expected an Organization, Person, SoftwareAgent or Agent";
                return Err(refuse("not-an-agent", message, span, "refer to the agent that supplies or made the component"));
            }
            (Some(class), _) => class,
            (None, Under::Document) => {
                if !like_a_component {
                    return Ok(());
                }
                Class::Unknown
            }
            (None, _) if node.id.is_some() => match node.under {
                _ if says_nothing && node.under != Under::Graph => return Ok(()),
                Under::Maker => Class::Agent { person: false },
                Under::Structure if !like_a_component => Class::Structure,
                _ => Class::Untyped,
            },
            (None, Under::Graph) => Class::Unknown,
            (None, _) if node.members == 0 => return Ok(()),
            (None, Under::Maker) => Class::Agent { person: false },
            (None, Under::Element) => Class::Unknown,
            (None, _) if like_a_component => Class::Unknown,
            (None, _) => Class::Structure,
        };
        let misplaced = match class {
            Class::Structure | Class::Annotation | Class::Agent { .. } => SOFTWARE | MAKERS,
            // Assessments and vulnerabilities have suppliers, and are no components.
            Class::Relationship | Class::Other | Class::Collection => SOFTWARE,
            _ => 0,
        };
        // Only a relationship has a type of relationship.
        let linking = !matches!(class, Class::Relationship | Class::Untyped | Class::Unknown) && has(bit(Member::RelationshipType));
        if has(misplaced) || linking {
            let message = if linking {
                "this element has members that only a relationship has, and its type is another"
            } else {
                "this element has members that only a package, file or snippet has, and its type is another"
            };
            let help = "correct the type: readers disagree about what this is";
            return Err(refuse("misplaced-member", message, span, help));
        }
        if class == Class::Structure && node.id.is_none() {
            // It is read with the element around it.
            return Ok(());
        }
        // Lossless: the text is shorter than 4 GiB.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let nested = !matches!(node.under, Under::Graph | Under::Document);
        let mut entry = Entry {
            start: offset(span.start),
            end: offset(span.end),
            id: 0,
            subject: 0,
            key: 0,
            class,
            bare: nested && says_nothing && node.id.is_some(),
        };
        match node.id {
            Some(id) => {
                entry.id = offset(id.span().start - 1);
                entry.key = self.table.key(&self.context.canonical(id.value()));
                self.define(&entry, !says_nothing, id.span())?;
            }
            None => entry.key = self.table.key_of_place(span.start),
        }
        let complete = match class {
            Class::Relationship => all(RELATIONSHIP),
            Class::Annotation => all(ANNOTATION),
            Class::Untyped => !has(RELATIONSHIP | ANNOTATION),
            _ => true,
        };
        if !complete && !entry.bare {
            self.incomplete.push((entry.key, span));
        }
        self.table.entries.push(entry);
        Ok(())
    }

    /// Notes what has an identifier. Two descriptions of one element say one thing together, so they have to agree on what it is.
    fn define(&mut self, entry: &Entry, described: bool, span: Span) -> Result<()> {
        let class = entry.class;
        let Some(defined) = self.table.ids.get_mut(&entry.key) else {
            self.table.ids.insert(entry.key, Defined { class, many: false, described });
            return Ok(());
        };
        defined.many = true;
        defined.described |= described;
        let same = match (defined.class, class) {
            (Class::Untyped, class) => Some(class),
            (known, Class::Untyped) => Some(known),
            // Two elements with one identifier: each is read, and a note says so.
            (known @ Class::Subject { .. }, Class::Subject { .. } | Class::Unknown) => Some(known),
            (known, class) => one_of(known, class),
        };
        let Some(same) = same else {
            let message = "two elements of different types have this identifier";
            let help = "give each element an identifier of its own: readers would make one element of the two";
            return Err(refuse("duplicate-identifier", message, span, help));
        };
        defined.class = same;
        Ok(())
    }

    /// Completes the table once all elements are known.
    pub(super) fn finish(mut self, most: u32) -> Result<Self> {
        let Table { entries, ids, .. } = &mut self.table;
        if !entries.is_sorted_by_key(|entry| entry.start) {
            // An element ends after those that are nested in it.
            entries.sort_unstable_by_key(|entry| entry.start);
        }
        for defined in ids.values_mut().filter(|defined| defined.class == Class::Untyped) {
            defined.class = Class::Unknown;
        }
        let mut subjects = 0;
        for entry in entries.iter_mut() {
            let defined = ids.get(&entry.key);
            if entry.class == Class::Untyped {
                entry.class = defined.map_or(Class::Unknown, |defined| defined.class);
            }
            if entry.bare && defined.is_some_and(|defined| defined.described) {
                entry.class = Class::Reference;
            }
            if entry.class.subject().is_some() {
                entry.subject = subjects;
                subjects = subjects.saturating_add(1);
            }
        }
        if subjects > most {
            let message = format!("the document lists more than {most} components");
            return Err(Box::new(error("too-many-subjects", &message, None, "raise --max-subjects if it really has that many")));
        }
        for (key, span) in &self.incomplete {
            let Some(defined) = self.table.ids.get(key) else { continue };
            if defined.many && matches!(defined.class, Class::Relationship | Class::Annotation | Class::Unknown) {
                let message = "this element is described in two places, and each has only a part of it";
                let help = "write the element as one object: readers that do not join the two see neither";
                return Err(refuse("split-element", message, *span, help));
            }
        }
        Ok(self)
    }
}

/// What something of two types is; `None` if they contradict each other.
fn one_of(known: Class, class: Class) -> Option<Class> {
    match (known, class) {
        _ if known == class => Some(known),
        (Class::Unknown | Class::Foreign, class) => Some(class),
        (known, Class::Unknown | Class::Foreign) => Some(known),
        (Class::Agent { .. }, Class::Agent { .. }) => Some(Class::Agent { person: false }),
        _ => None,
    }
}
