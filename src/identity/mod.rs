//! What recognises an entity: one matcher a file, and one index over the identifiers of all entities.
//!
//! The index is built once from a policy. Looking a claim up costs what its text costs, whatever the number of entities: every table is
//! a hash table (or a sorted list for prefixes), the names of makers are remembered by their raw text, and free text is
//! read word by word against a filter that lets almost no word through.

mod cost;
pub(crate) mod cpe;
mod file;
mod filter;
mod host;
mod layers;
mod name;
mod normal;
mod package;
mod table;
mod telling;
mod vocabulary;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use filter::{WordFilter, Written};
pub use layers::Matchers;
pub use name::skeleton_of as name_skeleton;
pub use normal::{normalised, words};
pub use package::{ParsedPurl, Pattern, PatternError, version_of};
use table::Table;
use telling::TellingWords;

use crate::inventory::{CLAIM_MAX, Claim, Kind, Role, without_agent_keyword};

/// Tables of short texts: a fast hash, seeded anew in each process against keys made to collide.
type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// The number of an entity in its policy.
pub type EntityId = u32;
/// The number of an identifier in its index.
pub type IdentifierId = u32;

/// How strongly a claim speaks of an entity; the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// An identifier that its generator guessed from the component's own name, such as one of several CPEs: it never fails a run alone.
    Derived,
    /// Only free text, a person's e-mail domain, a brand or a link speaks of it.
    Mentioned,
    /// The text equals a name once confusable characters are resolved.
    Lookalike,
    /// A machine identity is the entity's.
    Identified,
    /// A party field names the entity in letters that only look like its name's, or hides characters in it: nobody types that by accident.
    Deceptive,
    /// A party field names the entity.
    Declared,
}

impl Strength {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Derived => "derived",
            Self::Mentioned => "mentioned",
            Self::Lookalike => "lookalike",
            Self::Identified => "identified",
            Self::Deceptive => "deceptive",
            Self::Declared => "declared",
        }
    }
}

/// What an identifier of an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A name of the organisation, in any script.
    Name,
    /// A name that is its own as a whole only, because it is a person's or an ordinary word, too.
    WholeName,
    /// A product name.
    Brand,
    /// A domain with all below it.
    Domain,
    /// A purl pattern.
    Package,
    /// The vendor part of a CPE.
    CpeVendor,
    /// A file name.
    File,
    /// A hash of a file.
    Hash,
}

/// One identifier of one entity, as a policy lists it.
#[derive(Debug, Clone)]
pub struct Identifier {
    /// Whose it is.
    pub entity: EntityId,
    /// What it is.
    pub kind: IdentifierKind,
    /// The text in the policy.
    pub text: Arc<str>,
}

/// A claim met an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Which identifier.
    pub identifier: IdentifierId,
    /// How strongly.
    pub strength: Strength,
}

/// All identifiers of a policy, ready to be looked up.
#[derive(Debug, Default)]
pub struct Index {
    identifiers: Vec<Identifier>,
    names: name::Names,
    packages: package::Packages,
    domains: host::Domains,
    cpe_vendors: Table,
    files: Table,
    hashes: Table,
    /// Over a word of every identifier but the hashes: whatever holds an identifier holds its word.
    words: WordFilter,
    /// The identifiers of other policy files, each with the number of the first of them.
    apart: Vec<(IdentifierId, Index)>,
}

/// What is known not to be an entity's, although an identifier of it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Whose it is not.
    pub entity: EntityId,
    /// Normalised name, if it is a name.
    pub name: Option<String>,
    /// Pattern, if it is a package.
    pub package: Option<Pattern>,
}

impl Index {
    /// An index over `identifiers`; those that cannot be parsed were refused when the policy was read.
    #[must_use]
    pub fn new(identifiers: Vec<Identifier>) -> Self {
        let mut index = Self::default();
        let mut words = TellingWords::default();
        for (id, identifier) in (0..).zip(&identifiers) {
            let text = identifier.text.as_ref();
            match identifier.kind {
                IdentifierKind::Name => words.name(&index.names.add(text, id, name::Use::Party)),
                IdentifierKind::WholeName => words.name(&index.names.add(text, id, name::Use::Whole)),
                IdentifierKind::Brand => words.name(&index.names.add(text, id, name::Use::Mention)),
                IdentifierKind::Domain => {
                    words.add(text, false);
                    index.domains.add(text, id);
                }
                IdentifierKind::Package => {
                    let Ok(pattern) = Pattern::parse(text) else { continue };
                    words.pattern(&pattern);
                    index.packages.add(&pattern, id);
                }
                IdentifierKind::CpeVendor => {
                    let vendor = cpe::folded(text);
                    words.add(&vendor, false);
                    index.cpe_vendors.add(&vendor, id);
                }
                IdentifierKind::File => {
                    words.add(text, false);
                    index.files.add(&text.to_lowercase(), id);
                }
                IdentifierKind::Hash => {
                    let digits = text.rsplit(':').next().unwrap_or(text);
                    index.hashes.add(&digits.to_ascii_lowercase(), id);
                }
            }
        }
        index.names.finish();
        index.packages.finish();
        index.domains.finish();
        index.words = words.filter();
        index.identifiers = identifiers;
        index
    }

    /// All identifiers, in the order of their numbers.
    pub fn identifiers(&self) -> impl Iterator<Item = &Identifier> {
        self.identifiers.iter()
    }

    /// The identifier with this number.
    #[must_use]
    pub fn identifier(&self, id: IdentifierId) -> &Identifier {
        &self.identifiers[id as usize]
    }
}

/// Looks claims up in an index and remembers what it has seen.
#[derive(Debug)]
pub struct Matcher<'i> {
    index: &'i Index,
    /// The same supplier stands on thousands of components: each raw text is judged once.
    memo: RefCell<[HashMap<String, Vec<Hit>>; 3]>,
}

/// More remembered texts than this are not kept: a document of distinct makers must not cost memory out of proportion.
const MEMO_MAX: usize = 65_536;
/// The longest text that is remembered, in bytes: no maker that stands on thousands of components has a longer name.
const REMEMBERED_MAX: usize = 1024;

impl<'i> Matcher<'i> {
    /// A matcher with nothing remembered yet.
    #[must_use]
    pub fn new(index: &'i Index) -> Self {
        Self { index, memo: RefCell::default() }
    }

    /// Adds to `hits` what `claim`, made about a subject of this kind, says.
    pub fn look_up(&self, claim: &Claim<'_>, kind: Kind, hits: &mut Vec<Hit>) {
        let text = claim.text.as_ref();
        let before = hits.len();
        self.judge(claim.role, text, kind, hits);
        const FEW: usize = 8;
        if hits.len() - before > FEW {
            // A text may lead to the same identifier again and again.
            let mut seen: std::collections::HashSet<(IdentifierId, Strength), foldhash::fast::RandomState> =
                std::collections::HashSet::default();
            let mut at = 0;
            hits.retain(|hit| {
                at += 1;
                at <= before || seen.insert((hit.identifier, hit.strength))
            });
        }
    }

    fn judge(&self, role: Role, text: &str, kind: Kind, hits: &mut Vec<Hit>) {
        // A document with a longer one is refused. Until then it is read as text, which costs no more than its length.
        let role = if text.len() > CLAIM_MAX && role.is_bounded() { Role::Text } else { role };
        let written = match role {
            // A maker's name may be written in borrowed letters, and a hash has no words.
            Role::Party | Role::Person | Role::Group | Role::Hash => None,
            // A wildcard stands for letters that are not there.
            Role::Cpe if cpe::has_wildcard(text) => None,
            Role::Text | Role::Name | Role::File => Some(Written::Freely),
            Role::Hint if !begins(text, "pkg:") => Some(Written::Freely),
            _ => Some(Written::AsAddress),
        };
        if written.is_some_and(|written| !self.index.words.may_hold(text, written)) {
            return;
        }
        match role {
            Role::Party | Role::Person => self.remembered(role, text, hits, |index, hits| index.maker(role, text, hits)),
            Role::Hint => {
                let before = hits.len();
                self.index.hint(text, hits);
                for hit in &mut hits[before..] {
                    hit.strength = Strength::Mentioned;
                }
            }
            Role::PartyUrl => self.index.url(text, Strength::Declared, hits),
            Role::PartyEmail => self.index.mail_domain(text, Strength::Declared, hits),
            Role::PersonEmail => self.index.mail_domain(text, Strength::Mentioned, hits),
            Role::Purl => self.index.purl(text, hits),
            Role::Cpe => self.index.cpe(text, hits),
            Role::Url => self.index.url(text, Strength::Identified, hits),
            Role::Group => self.remembered(role, text, hits, |index, hits| index.group(text, hits)),
            Role::Swid => self.index.swid(text, hits),
            Role::File => self.index.file(text, hits),
            Role::Hash => self.index.hash(text, hits),
            Role::Name => {
                if kind == Kind::File || text.contains('.') {
                    self.index.file(text, hits);
                }
                self.index.names.mentions(text, hits);
                if matches!(kind, Kind::Device | Kind::Firmware) {
                    // `ZTE MF286R`: in a list of hardware the brand stands first.
                    self.index.names.short_brand(text, hits);
                }
                // A product's name is no maker's: only foreign letters in it are worth the look.
                if !text.is_ascii() {
                    self.index.names.lookalikes(text, hits);
                }
            }
            Role::Link => self.index.url(text, Strength::Mentioned, hits),
            Role::Text => self.index.names.mentions(text, hits),
        }
    }

    /// Adds what the name of a subject says that has no purl and that nothing else tells: it may be a listed package's.
    pub fn look_up_bare_name(&self, name: &str, hits: &mut Vec<Hit>) {
        const TYPES: [&str; 5] = ["npm", "pypi", "cargo", "nuget", "golang"];
        // A short name of one word is given to many things.
        const TELLING: usize = 8;
        let name = name.trim();
        // A longer name is refused with its document.
        if name.len() > CLAIM_MAX
            || !self.index.words.may_hold(name, Written::AsAddress)
            || !(name.len() >= TELLING || name.contains(['-', '_', '/', '.']))
        {
            return;
        }
        for kind in TYPES.into_iter().filter(|kind| !name.starts_with('@') || *kind == "npm") {
            self.index.packages.find(&package::Purl::parse(&format!("{kind}/{name}")).coordinates, Strength::Mentioned, hits);
        }
        let path = name.find('/').filter(|&at| name[..at].contains('.'));
        if let Some((host, path)) = path.map(|at| name.split_at(at)) {
            self.index.host_and_forge(host, path, hits);
            for hit in hits {
                hit.strength = Strength::Mentioned;
            }
        }
    }

    fn remembered(&self, role: Role, text: &str, hits: &mut Vec<Hit>, judge: impl FnOnce(&Index, &mut Vec<Hit>)) {
        let table = match role {
            Role::Party => 0,
            Role::Person => 1,
            _ => 2,
        };
        if text.len() > REMEMBERED_MAX {
            return judge(self.index, hits);
        }
        let memo = &mut self.memo.borrow_mut()[table];
        if let Some(known) = memo.get(text) {
            hits.extend_from_slice(known);
            return;
        }
        let mut found = Vec::new();
        judge(self.index, &mut found);
        hits.extend_from_slice(&found);
        if memo.len() < MEMO_MAX {
            memo.insert(text.to_owned(), found);
        }
    }
}

/// The form in which a claim's text is compared, for an explanation: a normalised name, a purl's coordinates, a CPE's vendor, a host with
/// the repository behind it.
#[must_use]
pub fn compared_as(role: Role, text: &str) -> Option<String> {
    Some(match role {
        Role::Party | Role::Person | Role::Hint => normalised(without_agent_keyword(text)),
        Role::Name | Role::Group | Role::Text => normalised(text),
        Role::Purl => package::Purl::parse(text).coordinates,
        Role::Cpe => format!("vendor {}", cpe::vendor(text)?),
        Role::Url | Role::PartyUrl | Role::Link => {
            let url = host::Url::parse(text)?;
            let forge = url.forge().map_or(String::new(), |forge| format!(" and {}", forge.coordinates()));
            format!("host {}{forge}", url.host.to_lowercase())
        }
        Role::PartyEmail | Role::PersonEmail => format!("domain {}", text[memchr::memrchr(b'@', text.as_bytes())? + 1..].to_lowercase()),
        Role::File => file::base_name(text, &mut String::new()).to_owned(),
        Role::Swid | Role::Hash => return None,
    })
}

/// Whether a text has this scheme, in whatever case.
fn begins(text: &str, scheme: &str) -> bool {
    text.trim_start().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn push_all(hits: &mut Vec<Hit>, ids: &[IdentifierId], strength: Strength) {
    hits.extend(ids.iter().map(|&identifier| Hit { identifier, strength }));
}

impl Index {
    fn maker(&self, role: Role, text: &str, hits: &mut Vec<Hit>) {
        let text = without_agent_keyword(text);
        // Who has a legal form is no person, wherever the name stands.
        let whole_only = role == Role::Person && !name::has_legal_form(text);
        let before = hits.len();
        if !self.named(text, whole_only, hits) {
            self.names.lookalikes(text, hits);
            if hits.len() == before && !whole_only {
                self.names.torn(text, hits);
            }
        }
        // Some writers put a web address where the name belongs.
        if text.contains('.') && !text.trim().contains(' ') {
            self.url(text, Strength::Declared, hits);
        }
        if hits.len() == before {
            // An X.509 name, or what is written like one, says who somebody is in its values.
            for value in name::distinguished_names(text) {
                self.named(value, false, hits);
            }
        }
        if hits.len() == before {
            self.names.within_party(text, whole_only, hits);
        }
    }

    /// Whether a text as a whole names a party.
    fn named(&self, text: &str, whole_only: bool, hits: &mut Vec<Hit>) -> bool {
        let before = hits.len();
        if !self.names.party(text, whole_only, Strength::Declared, hits) {
            return false;
        }
        // A closer name that no source confirms hides no shorter one of the same entity that one does.
        let entities: Vec<EntityId> = hits[before..].iter().map(|hit| self.identifier(hit.identifier).entity).collect();
        let closer = hits[before..].iter().map(|hit| hit.strength).max().unwrap_or(Strength::Mentioned);
        let mut shorter = Vec::new();
        self.names.leading(text, whole_only, closer, &mut shorter);
        shorter.retain(|hit| !hits[before..].contains(hit) && entities.contains(&self.identifier(hit.identifier).entity));
        hits.append(&mut shorter);
        true
    }

    /// What may be a party, a purl, a CPE or a file: whatever it looks like.
    fn hint(&self, text: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        if begins(text, "pkg:") {
            self.purl(text, hits);
        } else if begins(text, "cpe:") {
            self.cpe(text, hits);
        } else {
            self.maker(Role::Party, text, hits);
            if hits.len() == before {
                self.file(text, hits);
            }
        }
        if hits.len() == before {
            self.names.mentions(text, hits);
        }
    }

    /// A group is a company, a project, an npm scope, or a domain turned round.
    fn group(&self, text: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        self.names.party(text.trim_start_matches('@'), true, Strength::Identified, hits);
        self.domains.reversed(text, Strength::Identified, hits);
        self.domains.host(text, Strength::Identified, hits);
        if let Some(scope) = text.strip_prefix('@') {
            self.packages.below(&format!("npm/@{}", scope.to_lowercase()), Strength::Identified, hits);
        }
        if hits.len() == before {
            self.names.lookalikes(text, hits);
            self.names.mentions(text, hits);
        }
    }

    fn host_of(&self, text: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if let Some(url) = host::Url::parse(text) {
            self.domains.host(url.host, strength, hits);
        }
    }

    fn mail_domain(&self, text: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if let Some(at) = memchr::memrchr(b'@', text.as_bytes()) {
            let domain = text[at + 1..].trim_end_matches(['>', ' ']);
            if !vocabulary::gives_mailboxes(domain) {
                self.domains.host(domain, strength, hits);
            }
        }
    }

    /// The host of an address, and the owner and repository behind it where a forge keeps them.
    fn url(&self, text: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if matches!(text.trim_start().as_bytes(), [b'p', b'k', b'g', b':', ..] | [b'g', b'i', b't', b'h', b'u', b'b', b':', ..]) {
            self.short_url(text, strength, hits);
        }
        let Some(url) = host::Url::parse(text) else {
            self.mail_domain(text, strength, hits);
            self.names.mentions(text, hits);
            return;
        };
        let before = hits.len();
        self.domains.host(url.host, strength, hits);
        if hits.len() == before {
            // A name, or a whole domain, in somebody else's host.
            self.domains.borrowed(url.host, hits);
            self.names.mentions(url.host, hits);
            if url.before_host.contains('.') {
                self.domains.host(url.before_host, Strength::Mentioned, hits);
            }
        }
        if let Some(forge) = url.forge() {
            self.forge(&forge, strength, hits);
        }
        let in_registry = host::in_registry(url.host, url.path);
        for coordinates in &in_registry {
            self.found_in_registry(coordinates, strength, hits);
        }
    }

    /// A package that an address in a registry leads to. What its own text mentions was seen already.
    fn found_in_registry(&self, coordinates: &str, strength: Strength, hits: &mut Vec<Hit>) {
        // In the form in which patterns are kept.
        let coordinates = package::Purl::parse(coordinates).coordinates;
        let before = hits.len();
        self.packages.find(&coordinates, strength, hits);
        match coordinates.split_once('/') {
            Some(("maven", rest)) => self.domains.reversed(rest.split('/').next().unwrap_or(rest), strength, hits),
            Some(("golang", rest)) => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                self.host_and_forge(host, path, hits);
            }
            _ => {}
        }
        for hit in &mut hits[before..] {
            hit.strength = hit.strength.min(strength);
        }
    }

    /// What stands where an address belongs and is a package: `pkg:github/owner/repo`, npm's `github:owner/repo`.
    fn short_url(&self, text: &str, strength: Strength, hits: &mut Vec<Hit>) {
        let text = text.trim();
        let before = hits.len();
        if text.starts_with("pkg:") {
            self.purl(text, hits);
        } else if let Some(path) = text.strip_prefix("github:")
            && let Some(forge) = host::forge("github.com", path)
        {
            self.forge(&forge, strength, hits);
        }
        for hit in &mut hits[before..] {
            hit.strength = hit.strength.min(strength);
        }
    }

    fn forge(&self, forge: &host::Forge<'_>, strength: Strength, hits: &mut Vec<Hit>) {
        const GITHUB: &str = "github";
        const ITS_IMAGES: &str = "docker/ghcr.io";
        let before = hits.len();
        let first = if forge.kind == ITS_IMAGES { "ghcr.io" } else { forge.owner };
        if self.packages.may_cover(forge.kind.split('/').next().unwrap_or(forge.kind), first) {
            let coordinates = forge.coordinates();
            self.packages.find(&coordinates, strength, hits);
            self.borrowed_coordinates(&coordinates, strength, hits);
        }
        if hits.len() == before && forge.kind != GITHUB && self.packages.may_cover(GITHUB, forge.owner) {
            // GitHub's registry of images has its owners. On another forge it may be somebody else who is called like one.
            let strength = if forge.kind == ITS_IMAGES { strength } else { strength.min(Strength::Mentioned) };
            self.packages.find(&host::Forge { kind: GITHUB, ..*forge }.coordinates(), strength, hits);
        }
    }

    /// Coordinates that are a listed package's, or stand in a listed namespace, once foreign letters in them are read as what they look like.
    fn borrowed_coordinates(&self, coordinates: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if coordinates.is_ascii() {
            return;
        }
        let before = hits.len();
        let shape = name::latin_shape(coordinates);
        self.packages.find(&shape, strength.min(Strength::Lookalike), hits);
        if let Some(("maven", rest)) = shape.split_once('/') {
            self.domains.reversed(rest.split('/').next().unwrap_or(rest), strength.min(Strength::Lookalike), hits);
        }
        if hits.len() == before {
            self.names.lookalikes(coordinates.split_once('/').map_or("", |(_, path)| path), hits);
        }
    }

    fn purl(&self, text: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        let (kind, first, rest) = package::Purl::beginning(text);
        let plain = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if plain && !first.contains(' ') && !rest.contains('?') && text.is_ascii() && !self.packages.may_cover(kind, first) {
            // Nothing is listed that begins like this; what a domain or a forge tells is seen without parsing the rest.
            match kind {
                "maven" => self.domains.reversed(first, Strength::Identified, hits),
                "golang" | "swift" => self.host_and_forge(first, rest, hits),
                "docker" | "oci" => self.image(first, rest, hits),
                "githubactions" => self.packages.find(
                    &package::Purl::parse(text).coordinates.replacen("githubactions", "github", 1),
                    Strength::Identified,
                    hits,
                ),
                _ => {}
            }
            if !matches!(kind, "swid" | "supplier" | "vendor" | "manufacturer" | "publisher" | "company" | "organization" | "organisation")
            {
                if hits.len() == before {
                    self.names.mentions(text, hits);
                }
                return;
            }
        }
        let purl = package::Purl::parse(text);
        self.packages.find(&purl.coordinates, Strength::Identified, hits);
        match purl.coordinates.split_once('/') {
            Some(("maven", rest)) => self.domains.reversed(rest.split('/').next().unwrap_or(rest), Strength::Identified, hits),
            // An action is the repository that it lies in.
            Some(("githubactions", rest)) => self.packages.find(&format!("github/{rest}"), Strength::Identified, hits),
            Some(("golang" | "swift", rest)) => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                self.host_and_forge(host, path, hits);
            }
            Some(("docker" | "oci", rest)) => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                self.image(host, path, hits);
            }
            // Some generators put the name of the supplier where others put a namespace.
            Some(("supplier" | "vendor" | "manufacturer" | "publisher" | "company" | "organization" | "organisation", rest)) => {
                self.names.party(rest.split('/').next().unwrap_or(rest), false, Strength::Mentioned, hits);
            }
            Some(("swid", rest)) => {
                for part in rest.split('/') {
                    self.swid(part, hits);
                }
            }
            _ => {}
        }
        for (key, value) in purl.qualifiers() {
            match key.as_str() {
                "repository_url" | "download_url" | "vcs_url" => self.url(&value, Strength::Identified, hits),
                "tag_creator_regid" => self.swid(&value, hits),
                "tag_creator_name" => drop(self.names.party(&value, false, Strength::Identified, hits)),
                _ => {}
            }
        }
        if hits.len() == before {
            // A vendor's name in a package's own name is a mention: anybody can register it.
            self.names.mentions(&purl.coordinates, hits);
            self.borrowed_coordinates(&purl.coordinates, Strength::Identified, hits);
        }
    }

    /// The beginning of a Go module path.
    fn host_and_forge(&self, host: &str, path: &str, hits: &mut Vec<Hit>) {
        self.domains.host(host, Strength::Identified, hits);
        if let Some(forge) = host::forge(host, path) {
            self.forge(&forge, Strength::Identified, hits);
        }
    }

    /// An image with its registry in front, whose owners may be those of a forge. The registry itself says nothing: it keeps everybody's images.
    fn image(&self, host: &str, path: &str, hits: &mut Vec<Hit>) {
        if let Some(forge) = host::forge(host, path) {
            self.forge(&forge, Strength::Identified, hits);
        }
    }

    fn cpe(&self, text: &str, hits: &mut Vec<Hit>) {
        let Some(vendor) = cpe::vendor(text) else {
            self.names.mentions(text, hits);
            return;
        };
        if let Some(ids) = self.cpe_vendors.get(&vendor) {
            push_all(hits, ids, Strength::Identified);
            return;
        }
        // Vendors are spelled with `_`, `-`, a space, or nothing between their words.
        if vendor.contains([' ', '-'])
            && let Some(ids) = self.cpe_vendors.get(&vendor.replace([' ', '-'], "_"))
        {
            push_all(hits, ids, Strength::Identified);
            return;
        }
        let before = hits.len();
        if vendor.starts_with(['?', '*']) || vendor.ends_with(['?', '*']) {
            self.cpe_wildcard(&vendor, hits);
        }
        // A vendor that is called like an entity, and is not listed as its name in CPEs.
        self.names.party(&vendor.replace('_', " "), true, Strength::Mentioned, hits);
        if hits.len() == before {
            self.names.mentions(text, hits);
            if !vendor.is_ascii() {
                self.names.lookalikes(&vendor, hits);
            }
        }
    }

    /// A vendor with `?` or `*` at its ends may stand for a listed one (NIST IR 7695, 5.3.2); a person has to tell.
    fn cpe_wildcard(&self, vendor: &str, hits: &mut Vec<Hit>) {
        let inner = vendor.trim_matches(['?', '*']);
        if inner.len() < 4 {
            return;
        }
        let (open_start, open_end) = (vendor.starts_with('*'), vendor.ends_with('*'));
        let start = vendor.bytes().take_while(|&byte| byte == b'?').count();
        let end = vendor.bytes().rev().take_while(|&byte| byte == b'?').count();
        let fits = |known: &str| {
            known.match_indices(inner).any(|(at, _)| {
                let rest = known.len() - at - inner.len();
                (open_start || at <= start) && (open_end || rest <= end)
            })
        };
        let mut found: Vec<IdentifierId> =
            self.cpe_vendors.iter().filter(|(known, _)| fits(known)).flat_map(|(_, ids)| ids).copied().collect();
        found.sort_unstable();
        push_all(hits, &found, Strength::Lookalike);
    }

    /// The regid of a SWID tag: a domain, or `regid.2010-04.com.vendor`; a tag id often begins with one or with a reversed domain.
    fn swid(&self, text: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        let text = text.strip_prefix("swid:").unwrap_or(text);
        let regid = text.split([',', '_']).next().unwrap_or(text);
        match regid.strip_prefix("regid.").and_then(|rest| rest.split_once('.')) {
            Some((_, reversed)) => self.domains.reversed(reversed, Strength::Identified, hits),
            None => {
                self.host_of(regid, Strength::Identified, hits);
                self.domains.reversed(regid, Strength::Identified, hits);
            }
        }
        if hits.len() == before && !self.names.party(text, true, Strength::Identified, hits) {
            self.names.mentions(text, hits);
        }
    }

    fn file(&self, text: &str, hits: &mut Vec<Hit>) {
        let mut lower = String::new();
        let name = file::base_name(text, &mut lower);
        if let Some(ids) = self.files.get(name) {
            push_all(hits, ids, Strength::Identified);
        } else if let Some(ids) = file::unversioned(name).and_then(|name| self.files.get(name)) {
            push_all(hits, ids, Strength::Identified);
        } else if let Some(ids) = file::as_shown(name).and_then(|name| self.files.get(&name)) {
            push_all(hits, ids, Strength::Lookalike);
        } else {
            self.path(text, hits);
        }
    }

    /// What the folders say that a file lies in: a vendor's own (`/opt/kaspersky/…`), or a package's (`node_modules/@scope/name`).
    fn path(&self, text: &str, hits: &mut Vec<Hit>) {
        if let Some(package) = file::node_package(text) {
            let coordinates = package::Purl::parse(&format!("npm/{package}")).coordinates;
            self.packages.find(&coordinates, Strength::Mentioned, hits);
        }
        if let Some(folder) = file::vendor_folder(text) {
            self.names.party(folder, true, Strength::Mentioned, hits);
        }
    }

    fn hash(&self, text: &str, hits: &mut Vec<Hit>) {
        if self.hashes.is_empty() {
            return;
        }
        let lower: Cow<'_, str> =
            if text.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() };
        if let Some(ids) = self.hashes.get(&lower) {
            push_all(hits, ids, Strength::Identified);
        }
    }
}
