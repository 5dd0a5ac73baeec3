//! What the JSON readers share: walking objects by known keys, and writing down claims.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::json::{self, Json, JsonError, JsonStr, Keyword, Next, Walk};
use super::recognise::not_json;
use super::{About, DocumentError};
use crate::inventory::{
    Author, CLAIM_MAX, Claim, Completeness, Link, Listener, Node, Note, PARTY_MAX, Place, Relationship, Role, Subject, Text, names_nobody,
};
use crate::source::{Source, Span};

pub(super) type Result<T> = std::result::Result<T, Box<DocumentError>>;

impl From<Box<JsonError>> for Box<DocumentError> {
    fn from(error: Box<JsonError>) -> Self {
        Self::new(not_json(*error))
    }
}

/// The known keys of one kind of object.
pub(super) trait Keys: Copy + 'static {
    /// All of them, by their numbers.
    const ALL: &'static [(Keyword, Self)];
    /// Where the order of these keys is remembered.
    const SLOT: usize;
    /// Members of other formats and of wrappers, which make an object ambiguous: somebody else reads another document in it.
    const FOREIGN: &'static [&'static str];
    /// The key that `word` is.
    fn of(json: &Json<'_>, key: JsonStr<'_>) -> Option<Self>;
    /// Its place among all.
    fn number(self) -> u8;
}

/// Declares the known keys of one kind of object. A known key that stands twice in an object is an error: two readers would
/// choose differently.
macro_rules! keys {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $crate::document::scribe::keys!($name, foreign: &[], { $($variant = $word),* });
    };
    ($name:ident, foreign: $foreign:expr, { $($variant:ident = $word:literal),* $(,)? }) => {
        #[derive(Clone, Copy)]
        enum $name { $($variant),* }

        impl $crate::document::scribe::Keys for $name {
            const ALL: &'static [($crate::document::json::Keyword, Self)] =
                &[$(($crate::document::json::Keyword::new($word, concat!($word, "\"")), Self::$variant)),*];
            const SLOT: usize = $crate::document::scribe::slot(concat!(module_path!(), stringify!($name)));
            const FOREIGN: &'static [&'static str] = $foreign;

            #[inline]
            #[allow(non_upper_case_globals, reason = "each constant has the name of its variant")]
            fn of(json: &$crate::document::json::Json<'_>, key: $crate::document::json::JsonStr<'_>) -> Option<Self> {
                use $crate::document::json::key_tag;
                if key.is_escaped() {
                    let word = key.value();
                    $(if word == $word { return Some(Self::$variant); })*
                    return None;
                }
                // One number is found faster than one text among many; with the length it tells short keys apart, of longer ones the text decides.
                $(const $variant: u64 = key_tag($word.as_bytes());)*
                match json.tag(key) {
                    $($variant if key.raw().len() == $word.len() && ($word.len() <= 8 || key.raw() == $word) => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[inline]
            fn number(self) -> u8 {
                self as u8
            }
        }
    };
}

pub(super) use keys;

/// Which key came after which the last time, in objects of each kind: a generator writes all of them in one order.
struct Orders([[u8; Self::KEYS]; Self::SLOTS]);

impl Orders {
    const SLOTS: usize = 64;
    /// One for the beginning of an object, and one for each key; of a kind with more of them not all are remembered.
    const KEYS: usize = 32;

    /// The key that came after the one of this number, in which 0 is the beginning.
    #[inline]
    fn after<K: Keys>(&self, number: u8) -> Option<&'static (Keyword, K)> {
        let next = *self.0[K::SLOT].get(usize::from(number))?;
        K::ALL.get(usize::from(next).wrapping_sub(1))
    }

    #[inline]
    fn learn<K: Keys>(&mut self, number: u8, key: K) {
        if let Some(next) = self.0[K::SLOT].get_mut(usize::from(number)) {
            *next = key.number() + 1;
        }
    }
}

/// A slot for keys of this name. Two that share one are guessed badly, and read all the same.
pub(super) const fn slot(name: &str) -> usize {
    let (name, mut hash, mut at) = (name.as_bytes(), 0_usize, 0);
    while at < name.len() {
        hash = hash.wrapping_mul(31).wrapping_add(name[at] as usize);
        at += 1;
    }
    (hash ^ (hash >> 7)) % Orders::SLOTS
}

/// An object that is being walked.
#[derive(Clone, Copy, Default)]
pub(super) struct Members {
    walk: Walk,
    seen: u64,
    /// One more than the number of the key that was read last.
    last: u8,
}

/// The version that a document declares.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) value: String,
    pub(super) span: Span,
}

impl From<Text<'_>> for Declared {
    fn from(text: Text<'_>) -> Self {
        Self { value: text.value.into_owned(), span: text.span }
    }
}

/// How far a reading has come.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) at: usize,
    pub(super) depth: u32,
    pub(super) subjects: u32,
    /// Those that are neither the product nor a tool.
    pub(super) listed: u32,
    pub(super) about: About,
}

/// The field met so far that the format has had for the shortest time: since which minor version.
#[derive(Clone, Copy, Default)]
pub(super) struct Newest {
    pub(super) minor: u32,
    pub(super) field: &'static str,
    pub(super) span: Span,
}

/// One subject that is being read. Its claims lie on the scribe's stack from `claims` on.
pub(super) struct Draft<'a> {
    pub(super) subject: Subject<'a>,
    claims: usize,
}

/// The state of one reading: a place in the text, the claims of the subjects that are open, and who listens.
pub(super) struct Scribe<'a, 'l> {
    pub(super) json: Json<'a>,
    pub(super) claims: Vec<Claim<'a>>,
    listener: &'l mut dyn Listener,
    progress: Progress,
    newest: Newest,
    orders: Orders,
    /// How much was handed over since the unit began, and how much of it had been before.
    delivered: usize,
    known: usize,
    /// The first claim that is too long to be looked up.
    overlong: Option<Box<DocumentError>>,
    /// Names of properties, and where the reader's tables have them.
    pub(super) names: HashMap<Box<str>, Option<(u8, u8)>, foldhash::fast::RandomState>,
}

impl Members {
    /// Marks that this key stands in the object; `false` if it did before.
    #[inline]
    fn once<K: Keys>(&mut self, key: K) -> bool {
        let bit = 1 << key.number();
        let first = self.seen & bit == 0;
        self.seen |= bit;
        self.last = key.number() + 1;
        first
    }
}

#[cold]
fn twice(key: &Keyword, span: Span) -> Box<DocumentError> {
    Box::new(DocumentError {
        code: "duplicate-key",
        message: format!("the key `{}` stands twice in one object", key.word),
        span: Some(span),
        label: Some("the second one".to_owned()),
        help: "keep one of the two: readers disagree about which of them counts".to_owned(),
    })
}

/// Two lists of words as one.
pub(super) const fn with<const A: usize, const B: usize, const ALL: usize>(
    first: [&'static str; A],
    second: [&'static str; B],
) -> [&'static str; ALL] {
    assert!(A + B == ALL);
    let mut all = [""; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < A { first[at] } else { second[at - A] };
        at += 1;
    }
    all
}

/// Members that name a component, a vendor or an identifier. Where one of them has no meaning, its writer meant something that is not read.
const CARRIERS: [&str; 15] = [
    "bomFormat",
    "spdxVersion",
    "components",
    "component",
    "services",
    "packages",
    "supplier",
    "manufacturer",
    "manufacture",
    "publisher",
    "originator",
    "packageSupplier",
    "purl",
    "cpe",
    "externalRefs",
];

/// The member that one of another spelling is to other readers; nothing for one that nobody reads.
///
/// Go's `encoding/json`, which most tools on SBOMs decode with, matches names without regard to case; cyclonedx-python-lib also takes
/// `external_references` for `externalReferences`.
///
/// # Errors
/// If the member is another format's or an envelope's, or names a component or a vendor in a place where nothing reads it.
fn read_elsewhere<K: Keys>(key: JsonStr<'_>) -> Result<Option<K>> {
    let name = key.value();
    let same = |word: &str| folds_to(&name, word);
    let ambiguous = |code, message: String, label: &str, help: &str| {
        Err(Box::new(DocumentError { code, message, span: Some(key.span()), label: Some(label.to_owned()), help: help.to_owned() }))
    };
    let shown = || crate::text::excerpt(&key.value(), 60).into_owned();
    if let Some((_, known)) = K::ALL.iter().find(|(known, _)| same(known.word)) {
        return Ok(Some(*known));
    }
    if K::FOREIGN.iter().any(|word| same(word)) {
        let message = format!("this document also has `{}`, a member of another format or of an envelope", shown());
        return ambiguous("two-formats", message, "of something else", "pass each document as a file of its own");
    }
    if CARRIERS.iter().any(|word| same(word)) {
        let message = format!("`{}` is not read here, and it may name a component or a vendor", shown());
        let help = "move it to the place that the format has for it, or generate the SBOM again";
        return ambiguous("misplaced-member", message, "in the wrong place", help);
    }
    Ok(None)
}

/// Whether a name is a word in another spelling: another case, as Go's `encoding/json` folds it (also by the long s and the Kelvin sign), or
/// other separators between its parts.
fn folds_to(name: &str, word: &str) -> bool {
    let fold = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    let letters = |text| str::chars(text).filter(|character| !matches!(character, '-' | '_')).map(fold);
    // Nearly every name that is not known differs in its first letter, and a long one is no other spelling.
    name.len() <= 3 * word.len() && letters(name).eq(letters(word))
}

impl<'a, 'l> Scribe<'a, 'l> {
    /// Reads on with `json`, after so many subjects.
    pub(super) fn new(json: Json<'a>, listener: &'l mut dyn Listener, progress: Progress, newest: Newest) -> Self {
        Self {
            json,
            claims: Vec::with_capacity(64),
            listener,
            progress,
            newest,
            orders: Orders([[0; Orders::KEYS]; Orders::SLOTS]),
            delivered: 0,
            known: 0,
            overlong: None,
            names: HashMap::default(),
        }
    }

    /// A unit begins; the listener has the first `known` things of it already.
    pub(super) fn begin_unit(&mut self, known: usize) {
        self.claims.clear();
        (self.delivered, self.known) = (0, known);
    }

    /// How much the listener has of this unit.
    pub(super) fn delivered(&self) -> usize {
        self.delivered.max(self.known)
    }

    /// How far the reading has come.
    pub(super) fn progress(&self) -> Progress {
        Progress { at: self.json.at(), depth: self.json.depth(), ..self.progress }
    }

    /// The newest thing that was met.
    pub(super) fn newest(&self) -> Newest {
        self.newest
    }

    /// Who is to be told the next thing; nobody, if it was told before.
    fn listener(&mut self) -> Option<&mut (dyn Listener + 'l)> {
        self.delivered += 1;
        (self.delivered > self.known).then_some(&mut *self.listener)
    }

    // --- walking ---

    /// Enters an object; `None` if there is `null` in its place.
    pub(super) fn object(&mut self, what: &str) -> Result<Option<Members>> {
        if let Some(walk) = self.json.object_if()? {
            return Ok(Some(Members { walk, ..Members::default() }));
        }
        match self.json.peek()? {
            Next::Null => self.json.null().map(|_| None).map_err(Into::into),
            other => Err(self.wrong_type(what, "an object", other)),
        }
    }

    /// The next known key, with its value up next. Unknown ones are skipped.
    pub(super) fn key<K: Keys>(&mut self, members: &mut Members) -> Result<Option<K>> {
        if let Some((keyword, likely)) = self.orders.after::<K>(members.last)
            && self.json.key_if(&mut members.walk, keyword)
        {
            return if members.once(*likely) { Ok(Some(*likely)) } else { Err(twice(keyword, self.json.span_of(keyword))) };
        }
        while let Some(key) = self.json.key(&mut members.walk)? {
            let Some(known) = K::of(&self.json, key) else {
                match read_elsewhere::<K>(key)? {
                    Some(known) => return self.other_spelling(members, known, key).map(Some),
                    None => self.json.skip()?,
                };
                continue;
            };
            self.orders.learn(members.last, known);
            return if members.once(known) { Ok(Some(known)) } else { Err(twice(&K::ALL[usize::from(known.number())].0, key.span())) };
        }
        Ok(None)
    }

    /// Reads a known member in another spelling as some readers do. Where the object has both spellings, nobody can tell which one counts.
    #[cold]
    fn other_spelling<K: Keys>(&mut self, members: &mut Members, known: K, key: JsonStr<'_>) -> Result<K> {
        let word = K::ALL[usize::from(known.number())].0.word;
        let shown = crate::text::excerpt(&key.value(), 60).into_owned();
        if members.once(known) {
            let message = format!("`{shown}` was read as `{word}`: some readers do so, others ignore it");
            self.note("other-spelling", message, Some(key.span()));
            return Ok(known);
        }
        Err(Box::new(DocumentError {
            code: "two-readings",
            message: format!("`{shown}` differs from `{word}` in the same object only in case or separators"),
            span: Some(key.span()),
            label: Some("another spelling".to_owned()),
            help: "keep one of the two, spelled as the format does: readers disagree about which of them counts".to_owned(),
        }))
    }

    /// Calls `each` for every element of an array; nothing for `null`.
    pub(super) fn each(&mut self, what: &str, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        let mut walk = match self.json.array_if()? {
            Some(walk) => walk,
            None if self.json.null()? => return Ok(()),
            None => self.array(what)?,
        };
        while self.json.element(&mut walk)? {
            each(self)?;
        }
        Ok(())
    }

    /// Enters an array.
    pub(super) fn array(&mut self, what: &str) -> Result<Walk> {
        match self.json.peek()? {
            Next::Array => Ok(self.json.array()?),
            other => Err(self.wrong_type(what, "an array", other)),
        }
    }

    /// Calls `each` for every element of an array, or once for anything else that is not `null`.
    pub(super) fn each_or_one(&mut self, what: &str, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        match self.json.peek()? {
            Next::Array | Next::Null => self.each(what, each),
            _ => each(self),
        }
    }

    /// Reads a string; `None` for `null`.
    #[inline(always)]
    pub(super) fn string(&mut self, what: &str) -> Result<Option<JsonStr<'a>>> {
        if let Some(string) = self.json.string_if()? {
            return Ok(Some(string));
        }
        self.no_string(what).map(|()| None)
    }

    /// Reads the `null` in the place of a string.
    #[cold]
    fn no_string(&mut self, what: &str) -> Result<()> {
        match self.json.peek()? {
            Next::Null => self.json.null().map(|_| ()).map_err(Into::into),
            other => Err(self.wrong_type(what, "a string", other)),
        }
    }

    /// Reads a string that is one of a few words; nothing for `null`.
    pub(super) fn word(&mut self, what: &str) -> Result<Cow<'a, str>> {
        Ok(self.string(what)?.map_or(Cow::Borrowed(""), JsonStr::value))
    }

    /// The document has the marks of two formats: it would say something else to a reader of the other.
    pub(super) fn two_formats(&mut self, one: &str, other: &str) -> Box<DocumentError> {
        let span = match self.json.skip() {
            Ok(span) => span,
            Err(error) => return error.into(),
        };
        Box::new(DocumentError {
            code: "two-formats",
            message: format!("this is {one} and has keys of {other}: two readers would see two documents"),
            span: Some(span),
            label: Some(format!("of {other}")),
            help: "pass each document as a file of its own".to_owned(),
        })
    }

    /// Skips a license expression. One that is longer than any real one is refused: it is made to exhaust whoever parses it.
    pub(super) fn license_expression(&mut self, what: &str) -> Result<()> {
        if self.json.peek()? != Next::String {
            return self.json.skip().map(drop).map_err(Into::into);
        }
        let expression = self.json.string()?;
        if expression.raw().len() <= CLAIM_MAX {
            return Ok(());
        }
        let message = format!("`{what}` has {} bytes: expected at most {CLAIM_MAX}", expression.raw().len());
        Err(Box::new(super::recognise::error("too-long", &message, Some(expression.span()), "correct the license expression")))
    }

    pub(super) fn text(&mut self, what: &str) -> Result<Option<Text<'a>>> {
        Ok(self.string(what)?.map(|string| Text { value: string.value(), span: string.span() }))
    }

    /// Skips a value unless it is of the kind wanted: for what no maker depends on, such as licences.
    pub(super) fn skip_unless(&mut self, wanted: Next) -> Result<bool> {
        let is = self.json.peek()? == wanted;
        if !is {
            self.json.skip()?;
        }
        Ok(is)
    }

    fn wrong_type(&mut self, what: &str, wanted: &str, found: Next) -> Box<DocumentError> {
        let span = match self.json.skip() {
            Ok(span) => span,
            Err(error) => return error.into(),
        };
        Box::new(DocumentError {
            code: "wrong-type",
            message: format!("`{what}` has to be {wanted}, and here it is {}", found.describe()),
            span: Some(span),
            label: Some(format!("not {wanted}")),
            help: "correct it, or make the SBOM anew with its generator: what stands here may name a maker, so it is not passed over"
                .to_owned(),
        })
    }

    // --- writing down ---

    pub(super) fn note(&mut self, code: &'static str, message: String, span: Option<Span>) {
        if let Some(listener) = self.listener() {
            listener.note(Note { code, message, span });
        }
    }

    pub(super) fn author(&mut self, name: &str) {
        if names_nobody(name) {
            return;
        }
        if let Some(listener) = self.listener() {
            listener.author(Author { name });
        }
    }

    /// What the document claims of its own completeness.
    pub(super) fn completeness(&mut self, word: &str) {
        if let Some(listener) = self.listener() {
            listener.completeness(Completeness::of(word));
        }
    }

    /// Notes that something stands here which the format has only from a minor version on.
    pub(super) fn since(&mut self, minor: u32, field: &'static str) {
        if minor > self.newest.minor {
            let at = self.json.at();
            self.newest = Newest { minor, field, span: Span::new(at, at) };
        }
    }

    /// The document describes one more vulnerability.
    pub(super) fn vulnerability(&mut self) {
        self.progress.about.vulnerabilities += 1;
    }

    /// The document refers to another one.
    pub(super) fn link(&mut self, target: &str, span: Span) {
        self.progress.about.links += 1;
        if let Some(listener) = self.listener() {
            listener.link(Link { target, span });
        }
    }

    /// The document has a relationship, which may be all that it is about.
    pub(super) fn relationship(&mut self) {
        self.progress.about.links += 1;
    }

    /// An identifier that stands for a component wherever it is defined.
    pub(super) fn reference(&mut self, text: &Text<'_>) {
        if let Some(listener) = self.listener() {
            listener.reference(&text.value, text.span);
        }
    }

    pub(super) fn relate(&mut self, from: Node<'_>, to: Node<'_>) {
        if let Some(listener) = self.listener() {
            listener.relationship(&Relationship { from, to, to_span: Span::default() });
        }
    }

    /// The same, with the place of the reference that `to` is.
    pub(super) fn relate_to(&mut self, from: Node<'_>, to: &Text<'_>) {
        if let Some(listener) = self.listener() {
            listener.relationship(&Relationship { from, to: Node::Reference(&to.value), to_span: to.span });
        }
    }

    /// Opens a subject: it gets the next place in document order.
    pub(super) fn open(&mut self, place: Place, kind: crate::inventory::Kind) -> Draft<'a> {
        let index = self.progress.subjects;
        self.progress.subjects += 1;
        let subject = Subject {
            index,
            kind,
            kind_word: None,
            place,
            scope: (place == Place::Tool).then_some(crate::inventory::Scope::Build),
            reference: None,
            name: None,
            group: None,
            version: None,
            purl: None,
            span: Span::default(),
            claims: &[],
        };
        Draft { subject, claims: self.claims.len() }
    }

    /// Closes a subject: hands it over with its claims and forgets them.
    pub(super) fn close(&mut self, draft: Draft<'a>) {
        let Draft { subject, claims } = draft;
        if self.claims[claims..].iter().any(|claim| claim.text.len() > PARTY_MAX) {
            self.check_length(claims);
        }
        // One that has neither a name nor anything else says nothing about the product.
        let says_something = subject.name.is_some() || self.claims.len() > claims;
        self.progress.listed += u32::from(says_something && !matches!(subject.place, Place::Tool | Place::Root));
        self.delivered += 1;
        if self.delivered > self.known {
            self.listener.subject(&Subject { claims: &self.claims[claims..], ..subject });
        }
        self.claims.truncate(claims);
    }

    /// Remembers the first of these claims that is too long to be looked up: its document is refused, never cut.
    #[cold]
    fn check_length(&mut self, from: usize) {
        let long = self.claims[from..].iter().find(|claim| claim.text.len() > claim.role.longest());
        if let (None, Some(claim)) = (&self.overlong, long) {
            self.overlong = Some(too_long(claim));
        }
    }

    /// Why the document has to be refused although it could be read, if a claim of it is too long.
    pub(super) fn overlong(&mut self) -> Result<()> {
        self.overlong.take().map_or(Ok(()), Err)
    }

    /// Hands the claims from `from` on over as claims about the product as a whole, and forgets them.
    pub(super) fn of_product(&mut self, from: usize) {
        if self.claims[from..].iter().any(|claim| claim.text.len() > PARTY_MAX) {
            self.check_length(from);
        }
        if self.claims.len() > from {
            self.delivered += 1;
            if self.delivered > self.known {
                self.listener.of_product(&self.claims[from..]);
            }
        }
        self.claims.truncate(from);
    }

    /// A claim with the whole of a string.
    pub(super) fn push(&mut self, field: &'static str, role: Role, string: JsonStr<'a>) {
        if !string.raw().is_empty() {
            self.claims.push(Claim { field, role, text: string.value(), span: string.span() });
        }
    }

    /// A claim with a string that comes next, if it is one.
    pub(super) fn claim(&mut self, field: &'static str, role: Role) -> Result<()> {
        if let Some(string) = self.string(field)? {
            self.push(field, role, string);
        }
        Ok(())
    }

    /// The same, where NOASSERTION and NONE say nothing.
    pub(super) fn said(&mut self, field: &'static str, role: Role) -> Result<()> {
        if let Some(string) = self.string(field)?
            && !names_nobody(&string.value())
        {
            self.push(field, role, string);
        }
        Ok(())
    }

    /// A claim for each string of an array that comes next, or for the one string in its place.
    pub(super) fn claims_of(&mut self, field: &'static str, role: Role) -> Result<()> {
        self.each_or_one(field, |scribe| scribe.claim(field, role))
    }

    /// A text that is read and kept, and is a claim too.
    pub(super) fn kept(&mut self, field: &'static str, role: Role) -> Result<Option<Text<'a>>> {
        let Some(string) = self.string(field)? else { return Ok(None) };
        self.push(field, role, string);
        Ok(Some(Text { value: string.value(), span: string.span() }))
    }

    /// The claims in a free-form name of a maker: `NAME`, `NAME <mail>`, `NAME (mail)`, `NAME (url)`.
    pub(super) fn maker(&mut self, field: &'static str, role: Role, string: JsonStr<'a>) {
        let raw = string.raw().as_bytes();
        let edges = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let plain = || !string.is_escaped() && memchr::memchr3(b'<', b'(', b'@', raw).is_none();
        if raw.len() > 11 && edges(raw.first()) && edges(raw.last()) && plain() {
            return self.push(field, role, string);
        }
        let text = string.value();
        self.maker_within(field, role, string, 0..text.len());
    }

    /// The same, where an address behind a name is a person's.
    pub(super) fn publisher(&mut self, field: &'static str, string: JsonStr<'a>) {
        let before = self.claims.len();
        self.maker(field, Role::Party, string);
        if self.claims[before..].iter().any(|claim| claim.role == Role::Party) {
            for claim in self.claims[before..].iter_mut().filter(|claim| claim.role == Role::PartyEmail) {
                claim.role = Role::PersonEmail;
            }
        }
    }

    /// The same for a part of a string.
    pub(super) fn maker_within(&mut self, field: &'static str, role: Role, string: JsonStr<'a>, range: Range<usize>) {
        let text = string.value();
        let (name, address) = split_address(&text, range.clone());
        if memchr::memchr_iter(b'@', text[range.clone()].as_bytes()).nth(1).is_some() {
            self.addresses(field, role, string, range);
        }
        if !names_nobody(&text[name.clone()]) {
            self.push_part(field, role, string, name);
        }
        let Some(address) = address else { return };
        let role = match (role, memchr::memchr(b'@', text[address.clone()].as_bytes()).is_some()) {
            (Role::Person, true) => Role::PersonEmail,
            (_, true) => Role::PartyEmail,
            (_, false) => Role::PartyUrl,
        };
        self.push_part(field, role, string, address);
    }

    /// An e-mail claim for each address in a text of several.
    fn addresses(&mut self, field: &'static str, role: Role, string: JsonStr<'a>, range: Range<usize>) {
        let role = if role == Role::Person { Role::PersonEmail } else { Role::PartyEmail };
        let text = string.value();
        let within = &text[range.clone()];
        let mut at = range.start;
        for token in within.split([' ', ',', ';', '<', '>', '(', ')']) {
            if token.contains('@') {
                // The string is unescaped once, not once for each address.
                let (text, span) = match &text {
                    Cow::Borrowed(text) => {
                        let (text, start): (&'a str, usize) = (text, string.span().start);
                        (Cow::Borrowed(&text[at..at + token.len()]), Span::new(start + at, start + at + token.len()))
                    }
                    Cow::Owned(_) => (Cow::Owned(token.to_owned()), string.span()),
                };
                self.claims.push(Claim { field, role, text, span });
            }
            at += token.len() + 1;
        }
    }

    /// A claim with a part of a string.
    pub(super) fn push_part(&mut self, field: &'static str, role: Role, string: JsonStr<'a>, range: Range<usize>) {
        let span = string.span();
        let (text, span) = match string.value() {
            Cow::Borrowed(text) => (Cow::Borrowed(&text[range.clone()]), Span::new(span.start + range.start, span.start + range.end)),
            // Escapes shift offsets: the whole string is shown.
            Cow::Owned(text) => (Cow::Owned(text[range].to_owned()), span),
        };
        if !text.is_empty() {
            self.claims.push(Claim { field, role, text, span });
        }
    }
}

fn too_long(claim: &Claim<'_>) -> Box<DocumentError> {
    Box::new(DocumentError {
        code: "too-long",
        message: format!("`{}` has {} bytes: expected at most {}", claim.field, claim.text.len(), claim.role.longest()),
        span: Some(claim.span),
        label: Some("too long to be checked".to_owned()),
        help: "correct the value, or regenerate the SBOM; long prose belongs in `description`, `copyright` or a license text".to_owned(),
    })
}

/// Whether a text has this scheme, in whatever case.
pub(super) fn begins(text: &str, scheme: &str) -> bool {
    text.trim_start().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Splits a name from the address behind it in `<…>` or `(…)`. A name may have parentheses of its own: what stands in the last pair is an
/// address only if it looks like one, or is empty.
pub(super) fn split_address(text: &str, range: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    let whole = trimmed(text, range);
    let within = &text[whole.clone()];
    for (open, close) in [('<', '>'), ('(', ')')] {
        let Some(body) = within.strip_suffix(close) else { continue };
        let Some(at) = body.rfind(open) else { continue };
        let address = trimmed(text, whole.start + at + 1..whole.start + body.len());
        let inside = &text[address.clone()];
        let looks_like_one = memchr::memchr(b'@', inside.as_bytes()).is_some() || inside.contains("://") || inside.starts_with("www.");
        if inside.is_empty() || looks_like_one {
            return (trimmed(text, whole.start..whole.start + at), looks_like_one.then_some(address));
        }
    }
    if memchr::memchr(b'@', within.as_bytes()).is_some() && !within.contains(' ') {
        return (whole.start..whole.start, Some(whole));
    }
    (whole, None)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let within = &text[range.clone()];
    if let [first, .., last] = within.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return range;
    }
    let start = range.start + (within.len() - within.trim_start().len());
    start..(start + within.trim().len())
}

/// The JSON pointers of sorted offsets.
pub(super) fn pointers(source: &Source, offsets: &[usize]) -> Vec<String> {
    json::pointers(source.body(), source.text_start(), offsets)
}

#[cfg(test)]
mod tests {
    use super::split_address;

    #[test]
    fn addresses_are_told_from_names() {
        let table = [
            ("Kaspersky Lab", "Kaspersky Lab", None),
            ("Jane Doe <jane@x.org>", "Jane Doe", Some("jane@x.org")),
            ("Acme (a@b.c)", "Acme", Some("a@b.c")),
            ("Acme ()", "Acme", None),
            ("Acme (Europe) (https://acme.eu)", "Acme (Europe)", Some("https://acme.eu")),
            ("Acme (Europe)", "Acme (Europe)", None),
            ("jane@x.org", "", Some("jane@x.org")),
            (" a > ", "a >", None),
        ];
        for (text, name, address) in table {
            let (found_name, found_address) = split_address(text, 0..text.len());
            assert_eq!((&text[found_name], found_address.map(|range| &text[range])), (name, address), "{text}");
        }
    }
}
