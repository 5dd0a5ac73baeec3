//! From policy files to one [`Policy`]: what extends what, what names what, and the index over it all.

use std::collections::HashMap;
use std::sync::Arc;

use super::written::{At, EntityBlock, OwnershipBlock, PolicyFile, WaiverBlock};
use super::{
    Assertion, Attribution, Basis, CATALOGUE, Effect, Entity, Example, NamedSubject, Origin, PACKS, PROFILES, Part, Policy, PolicyError,
    PolicyOrigin, Rule, Settings, UNVERIFIABLE, WAIVERS, Waiver, read,
};
use crate::identity::{EntityId, Exception, Identifier, Index, Pattern, normalised};
use crate::ownership::{Link, Ownership};
use crate::source::{Source, Span};
use crate::text::{excerpt, nearest};
use crate::verdict::FailOn;

/// How policy files are reached: evaluation touches no file system of its own.
pub trait Files {
    /// The file that `path` names, seen from the policy file `from` (`None`: from the command line). The second value is a name that is
    /// the same whenever the file is.
    ///
    /// # Errors
    /// A sentence saying why it cannot be read.
    fn open(&self, path: &str, from: Option<&str>) -> Result<(Source, String), String>;

    /// The same with what is known of where the file lies.
    ///
    /// # Errors
    /// A sentence saying why it cannot be read.
    fn open_file(&self, path: &str, from: Option<&str>) -> Result<Opened, String> {
        let (source, key) = self.open(path, from)?;
        Ok(Opened { source, key, origin: PolicyOrigin::CommandLine, in_repository: false, quote: Quote::Always })
    }
}

/// A policy file that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Its text.
    pub source: Source,
    /// A name that is the same whenever the file is.
    pub key: String,
    /// Who decided that it takes part. What a file extends has the origin of that file.
    pub origin: PolicyOrigin,
    /// Whether it lies in the repository under test.
    pub in_repository: bool,
    /// Whether errors may show its text.
    pub quote: Quote,
}

/// Whether errors may show the text of a file. Whoever can put a link into a repository must not learn by it what a file outside holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// They may.
    Always,
    /// Only if it is TOML: anything else was hardly meant as a policy.
    IfToml,
    /// They may not.
    Never,
}

/// Loads the policies of the given names and paths, with everything that they extend.
///
/// # Errors
/// Every mistake in all of the files.
pub fn load(names: &[String], files: &dyn Files) -> Result<Policy, Vec<PolicyError>> {
    load_with_waivers(names, None, files)
}

/// The same with a file that waivers and assertions come from, and from no other.
///
/// # Errors
/// Every mistake in all of the files.
pub fn load_with_waivers(names: &[String], waivers: Option<&str>, files: &dyn Files) -> Result<Policy, Vec<PolicyError>> {
    let (mut read, mut errors) = PolicyFiles::read(names, files);
    if let Some(waivers) = waivers {
        errors.extend(read.take_waivers_from(waivers, files));
    }
    let policy = Builder::default().build(&read.0, &mut errors);
    if errors.is_empty() { Ok(policy) } else { Err(the_first(in_order(read.without_quotes(errors)))) }
}

/// As many mistakes as somebody reads, and how many more there are.
pub(super) fn the_first(mut errors: Vec<PolicyError>) -> Vec<PolicyError> {
    let more = errors.len().saturating_sub(ERRORS_MAX);
    errors.truncate(ERRORS_MAX);
    if more > 0 {
        let message = format!("{more} more mistakes are not shown");
        errors.push(PolicyError { source: None, span: Span::default(), message, help: None });
    }
    errors
}

/// The most mistakes that are shown.
const ERRORS_MAX: usize = 100;

/// File by file, and in each from its beginning to its end.
pub(super) fn in_order(mut errors: Vec<PolicyError>) -> Vec<PolicyError> {
    let name = |error: &PolicyError| error.source.as_ref().map(|source| source.name().to_owned());
    let mut files: Vec<Option<String>> = Vec::new();
    for error in &errors {
        let name = name(error);
        if !files.contains(&name) {
            files.push(name);
        }
    }
    errors.sort_by_key(|error| (files.iter().position(|file| *file == name(error)), error.span));
    errors
}

/// What is wrong with a policy that prohibits nothing.
pub(super) const NO_RULE: &str = "there is no rule in this policy: everything would pass";

/// Policy files with all that they extend, read and not yet put together.
#[derive(Debug, Clone)]
pub(super) struct PolicyFiles(pub(super) Vec<Loaded>);

impl PolicyFiles {
    pub(super) fn read(names: &[String], files: &dyn Files) -> (Self, Vec<PolicyError>) {
        let mut loader = Loader { files, loaded: Vec::new(), open: Vec::new(), errors: Vec::new() };
        for name in names {
            loader.add(name, None);
        }
        (Self(loader.loaded), loader.errors)
    }

    /// Adds the file that waivers and assertions come from, and complains about those in every other file.
    fn take_waivers_from(&mut self, name: &str, files: &dyn Files) -> Vec<PolicyError> {
        let mut errors = Vec::new();
        for Loaded { source, file, .. } in &self.0 {
            let waivers = file.waivers.iter().map(|block| ("waiver", block.span));
            let assertions = file.assertions.iter().map(|block| ("assertion", block.span));
            for (what, span) in waivers.chain(assertions) {
                let message = format!("this {what} does not count: --waivers is given, so they come from that file only");
                errors.push(mistake(source, span, message, &format!("move the {what} to the file that --waivers names, or remove it")));
            }
        }
        let opened = match files.open_file(name, None) {
            Ok(opened) => opened,
            Err(message) => {
                let help = "give the path of a file with [[waiver]] and [[assertion]] tables".to_owned();
                errors.push(PolicyError { source: None, span: Span::default(), message, help: Some(help) });
                return errors;
            }
        };
        let (source, quotes) = (Arc::new(opened.source), opened.quote);
        let (mut file, found) = read::read(&source, false);
        let quoted = quotes == Quote::Always || (quotes == Quote::IfToml && !found.iter().any(read::is_not_toml));
        errors.extend(found);
        if let Some(span) = file.beside_waivers() {
            let message = "a file for --waivers has only [[waiver]] and [[assertion]] tables, beside `schema = 1`".to_owned();
            errors.push(mistake(&source, span, message, "move this to a policy file, or give that file with --policy"));
        }
        file = PolicyFile { waivers: file.waivers, assertions: file.assertions, ..PolicyFile::default() };
        let loaded = Loaded {
            key: opened.key,
            name: name.to_owned(),
            source,
            file,
            origin: opened.origin,
            in_repository: opened.in_repository,
            quoted,
            waivers_only: true,
        };
        // First, so that the last part is still the policy that was loaded last.
        self.0.insert(0, loaded);
        errors
    }

    /// The mistakes, without the text of files that may not be shown: of each of those one, by its line.
    pub(super) fn without_quotes(&self, errors: Vec<PolicyError>) -> Vec<PolicyError> {
        let mut told: Vec<*const Source> = Vec::new();
        let mut shown = Vec::with_capacity(errors.len());
        for error in errors {
            let hidden =
                error.source.as_ref().filter(|source| self.0.iter().any(|loaded| !loaded.quoted && Arc::ptr_eq(&loaded.source, source)));
            let Some(source) = hidden else {
                shown.push(error);
                continue;
            };
            if told.contains(&Arc::as_ptr(source)) {
                continue;
            }
            told.push(Arc::as_ptr(source));
            let (name, line) = (excerpt(source.name(), 80), source.location(error.span.start).line);
            let help = "nothing of it is shown because it lies outside the repository: check the path, or the file that a link leads to";
            shown.push(PolicyError {
                source: None,
                span: Span::default(),
                message: format!("{name} is not a valid policy: the first mistake is in line {line}"),
                help: Some(help.to_owned()),
            });
        }
        shown
    }

    pub(super) fn build(&self) -> Result<Policy, Vec<PolicyError>> {
        let mut errors = Vec::new();
        let policy = Builder::default().build(&self.0, &mut errors);
        if errors.is_empty() { Ok(policy) } else { Err(self.without_quotes(errors)) }
    }
}

/// One policy file.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    key: String,
    /// As it was asked for.
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    pub(super) file: PolicyFile,
    origin: PolicyOrigin,
    in_repository: bool,
    /// Whether errors may show its text.
    quoted: bool,
    /// Whether it is the file that `--waivers` gives.
    waivers_only: bool,
}

impl Loaded {
    fn embedded(&self) -> bool {
        self.origin == PolicyOrigin::Embedded
    }
}

/// The most policy files that take part: each is read, and looked up, by itself.
const FILES_MAX: usize = 256;

struct Loader<'f> {
    files: &'f dyn Files,
    /// In the order of the merge: what is extended comes first, and each file once.
    loaded: Vec<Loaded>,
    /// The files that are being loaded, outermost first: one that comes again is a cycle.
    open: Vec<String>,
    errors: Vec<PolicyError>,
}

impl Loader<'_> {
    fn add(&mut self, name: &str, from: Option<Extending<'_>>) {
        let opened = match PACKS.iter().chain(&CATALOGUE).find(|pack| pack.name == name) {
            Some(pack) => Ok(Opened {
                source: Source::embedded(format!("{}.toml", pack.name), pack.text),
                key: format!("pack:{name}"),
                origin: PolicyOrigin::Embedded,
                in_repository: false,
                quote: Quote::Always,
            }),
            None => self.files.open_file(name, from.map(|from| from.key)),
        };
        let Opened { source, key, origin, in_repository, quote } = match opened {
            Ok(opened) => opened,
            Err(message) => {
                let packs: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
                self.errors.push(PolicyError {
                    source: from.map(|from| Arc::clone(from.source)),
                    span: from.map_or(Span::default(), |from| from.span),
                    message,
                    help: Some(format!("give the path of a policy file, or an embedded pack: {}", packs.join(", "))),
                });
                return;
            }
        };
        if self.open.contains(&key) {
            if let Some(from) = from {
                self.errors.push(PolicyError {
                    source: Some(Arc::clone(from.source)),
                    span: from.span,
                    message: "policies extend each other in a circle".to_owned(),
                    help: Some("take one of the `extends` out".to_owned()),
                });
            }
            return;
        }
        if self.loaded.iter().any(|loaded| loaded.key == key) {
            return;
        }
        // What a file extends takes part because that file says so.
        let origin = if origin == PolicyOrigin::Embedded { origin } else { from.map_or(origin, |from| from.origin) };
        if self.loaded.len() + self.open.len() >= FILES_MAX {
            self.errors.push(PolicyError {
                source: from.map(|from| Arc::clone(from.source)),
                span: from.map_or(Span::default(), |from| from.span),
                message: format!("more than {FILES_MAX} policy files take part"),
                help: Some("merge some of them".to_owned()),
            });
            return;
        }
        let source = Arc::new(source);
        let (mut file, mut errors) = read::read(&source, origin == PolicyOrigin::Embedded);
        if let Some(beyond) = file.extends.get(FILES_MAX) {
            errors.push(mistake(&source, beyond.span, format!("a policy extends at most {FILES_MAX} files"), "merge some of them"));
            file.extends.truncate(FILES_MAX);
        }
        let quoted = quote == Quote::Always || (quote == Quote::IfToml && !errors.iter().any(read::is_not_toml));
        self.errors.extend(errors);
        self.open.push(key.clone());
        for parent in &file.extends {
            self.add(&parent.value, Some(Extending { key: &key, source: &source, span: parent.span, origin }));
        }
        self.open.pop();
        self.loaded.push(Loaded { key, name: name.to_owned(), source, file, origin, in_repository, quoted, waivers_only: false });
    }
}

/// The file that extends another, and where it says so.
#[derive(Clone, Copy)]
struct Extending<'f> {
    key: &'f str,
    source: &'f Arc<Source>,
    span: Span,
    origin: PolicyOrigin,
}

/// What the files have decided so far; what nobody decides gets its default.
#[derive(Default)]
struct Decided {
    fail_on: Option<FailOn>,
    mentions: Option<Effect>,
    unverifiable: Option<Effect>,
    attribution: Option<Attribution>,
}

impl Decided {
    fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            fail_on: self.fail_on.unwrap_or(default.fail_on),
            mentions: self.mentions.unwrap_or(default.mentions),
            unverifiable: self.unverifiable.unwrap_or(default.unverifiable),
            attribution: self.attribution.unwrap_or(default.attribution),
        }
    }
}

#[derive(Default)]
struct Builder {
    parts: Vec<Part>,
    settings: Decided,
    profiles: Vec<(String, Origin)>,
    entities: Vec<Entity>,
    by_id: HashMap<String, EntityId>,
    identifiers: Vec<Identifier>,
    /// Where the identifiers of each file begin that is not embedded.
    layers: Vec<usize>,
    basis: Vec<Basis>,
    exceptions: Vec<Exception>,
    /// The files, other than the embedded ones, that give their own entities exceptions.
    exceptions_by: Vec<(EntityId, Arc<Source>)>,
    rules: Vec<Arc<Rule>>,
    links: Vec<Link>,
    waivers: Vec<Waiver>,
    assertions: Vec<Assertion>,
}

impl Builder {
    fn build(mut self, loaded: &[Loaded], errors: &mut Vec<PolicyError>) -> Policy {
        // Some work multiplies these counts with each other, and with what the SBOM lists.
        let loaded = match too_many(loaded) {
            Some(error) => {
                errors.push(error);
                &[]
            }
            None => loaded,
        };
        let mut examples: Vec<Example> = Vec::new();
        for one in loaded {
            self.part(one, errors);
            self.settings(&one.source, &one.file, errors);
        }
        for Loaded { source, file, .. } in loaded {
            self.profiles(source, file, errors);
        }
        // The entities of the packs come first, whatever the order of the files: a file that was loaded earlier could define one under the
        // same id, with exceptions of its own.
        for embedded in [true, false] {
            for one in loaded.iter().filter(|one| one.embedded() == embedded) {
                if !embedded {
                    self.layers.push(self.identifiers.len());
                }
                one.file.entities.iter().for_each(|block| self.entity(one, block, errors));
            }
        }
        // Rules and waivers may name what stands in any of the files.
        for (Loaded { source, file, .. }, part) in loaded.iter().zip(self.parts.clone()) {
            self.rules(source, file, &part, errors);
            for example in &file.examples {
                if let Some(rule) =
                    example.rule.as_ref().filter(|rule| !self.rules.iter().any(|known| known.policy == part.id && known.id == **rule))
                {
                    let message = format!("no rule `{}` stands in this policy", excerpt(rule, 60));
                    errors.push(mistake(source, example.span, message, "an example may name a rule of its own file"));
                }
                examples.push(Example { policy: part.id.clone(), source: Some(Arc::clone(source)), ..example.clone() });
            }
        }
        let mut pack_links = 0;
        for embedded in [true, false] {
            for one in loaded.iter().filter(|one| one.embedded() == embedded) {
                one.file.ownership.iter().for_each(|block| self.link(&one.source, block, errors));
            }
            if embedded {
                pack_links = self.links.len();
            }
        }
        for Loaded { source, file, .. } in loaded {
            for block in &file.waivers {
                self.waiver(source, block, errors);
            }
            for block in &file.assertions {
                let Some(subject) = named_subject(source, &block.subject, errors) else { continue };
                self.assertions.push(Assertion {
                    subject,
                    subject_text: block.subject.value.clone(),
                    supplier: block.supplier.clone(),
                    evidence: block.evidence.clone(),
                    by: block.by.clone(),
                    on: block.on,
                    origin: Origin { source: Arc::clone(source), span: block.span },
                });
            }
        }
        if self.rules.is_empty()
            && errors.is_empty()
            && let Some(part) = self.parts.last()
        {
            let help = "extend a policy that has one, such as extends = [\"us-ndaa-1634\"], or write a [[rule]]";
            errors.push(mistake(&part.source, Span::default(), NO_RULE.to_owned(), help));
        }
        Policy {
            parts: self.parts,
            settings: self.settings.settings(),
            profiles: self.profiles,
            entities: self.entities,
            rules: self.rules,
            pack_ownership: (0 < pack_links && pack_links < self.links.len()).then(|| Ownership::new(self.links[..pack_links].to_vec())),
            ownership: Ownership::new(self.links),
            waivers: self.waivers,
            assertions: self.assertions,
            index: Index::layered(self.identifiers, &self.layers),
            basis: self.basis,
            exceptions: self.exceptions,
            examples,
        }
    }

    fn part(&mut self, loaded: &Loaded, errors: &mut Vec<PolicyError>) {
        let Loaded { source, file, origin, in_repository, waivers_only, .. } = loaded;
        // A user's own file needs no id of its own to add a waiver.
        let default = if *waivers_only { WAIVERS } else { "local" };
        let id = file.header.id.as_ref().map_or_else(|| default.to_owned(), |id| id.value.clone());
        if self.parts.iter().any(|part| part.id == id) {
            let span = file.header.id.as_ref().map_or(Span::default(), |id| id.span);
            errors.push(mistake(source, span, format!("two policies have the id `{}`", excerpt(&id, 40)), "give one of them another `id`"));
        }
        self.parts.push(Part {
            title: file.header.title.clone().unwrap_or_else(|| id.clone()),
            id,
            authority: file.header.authority.clone(),
            reviewed: file.header.reviewed,
            review_every: file.header.review_every,
            text_source: file.header.source.clone(),
            applies: file.header.applies.iter().map(|profile| profile.value.clone()).collect(),
            decides: !(file.rules.is_empty() && file.waivers.is_empty() && file.assertions.is_empty()) || file.header.id.is_none(),
            origin: *origin,
            in_repository: *in_repository,
            waivers_only: *waivers_only,
            source: Arc::clone(source),
        });
    }

    /// Each file with rules counts with what it sets, or with the default; the strictest of them counts. So nothing that is extended, or stands
    /// beside others, can be loosened by them. Only a policy that stands alone may be looser than the default.
    fn settings(&mut self, source: &Arc<Source>, file: &PolicyFile, errors: &mut Vec<PolicyError>) {
        let (set, written, default) = (&mut self.settings, &file.evaluate, Settings::default());
        let looser = [
            strictest(&mut set.fail_on, written.fail_on.as_ref(), default.fail_on, file)
                .map(|(span, floor)| (span, "fail-on", floor.as_str())),
            strictest(&mut set.mentions, written.mentions.as_ref(), default.mentions, file)
                .map(|(span, floor)| (span, "mentions", floor.as_str())),
            strictest(&mut set.unverifiable, written.unverifiable.as_ref(), default.unverifiable, file)
                .map(|(span, floor)| (span, "unverifiable", floor.as_str())),
            strictest(&mut set.attribution, written.attribution.as_ref(), default.attribution, file)
                .map(|(span, floor)| (span, "attribution", floor.as_str())),
        ];
        for (span, key, floor) in looser.into_iter().flatten() {
            let why = if file.extends.is_empty() { "this file has no rule of its own" } else { "this file extends another policy" };
            let message = format!("`{key}` is looser than `{floor}`, and {why}");
            let help = match key {
                "fail-on" => {
                    "remove it: an extended policy can only be made stricter. To let a build with findings pass, give --fail-on on the command line"
                }
                _ => "remove it: an extended policy can only be made stricter, and only a waiver loosens it",
            };
            errors.push(mistake(source, span, message, help));
        }
    }

    /// The profiles that the files limit the laws to. Of several limits the widest counts.
    fn profiles(&mut self, source: &Arc<Source>, file: &PolicyFile, errors: &mut Vec<PolicyError>) {
        for profile in &file.evaluate.profiles {
            let known = || self.parts.iter().flat_map(|part| &part.applies).map(String::as_str).chain(PROFILES);
            if !known().any(|known| known == profile.value) {
                let mut words: Vec<&str> = known().collect();
                words.sort_unstable();
                words.dedup();
                let message = format!("unknown contract profile `{}`", excerpt(&profile.value, 40));
                errors.push(mistake(source, profile.span, message, &format!("expected one of {}", words.join(", "))));
            } else if !self.profiles.iter().any(|(known, _)| *known == profile.value) {
                self.profiles.push((profile.value.clone(), Origin { source: Arc::clone(source), span: profile.span }));
            }
        }
    }

    /// An entity that is known already gets the entries added.
    fn entity(&mut self, loaded: &Loaded, block: &EntityBlock, errors: &mut Vec<PolicyError>) {
        let source = &loaded.source;
        let known = self.by_id.get(&block.id.value).copied();
        if let (Some(entity), Some(name)) = (known, &block.name)
            && self.exceptions_by.iter().any(|(of, by)| *of == entity && !Arc::ptr_eq(by, source))
        {
            let message = format!("the entity `{}` is defined by another policy already, with exceptions", excerpt(&block.id.value, 40));
            errors.push(mistake(source, name.span, message, "give it an id of its own, or add to it by its id alone, without `name`"));
        }
        let entity = match (known, &block.name) {
            (Some(entity), _) => entity,
            (None, Some(name)) => {
                let entity = EntityId::try_from(self.entities.len()).unwrap_or(EntityId::MAX);
                self.entities.push(Entity { id: block.id.value.clone(), name: name.value.clone(), country: block.country.clone() });
                self.by_id.insert(block.id.value.clone(), entity);
                entity
            }
            (None, None) => {
                let help = "an entity of an extended policy can be added to by its id alone; a new one needs a name";
                errors.push(mistake(
                    source,
                    block.id.span,
                    format!("no entity `{}` is known to add to", excerpt(&block.id.value, 40)),
                    help,
                ));
                return;
            }
        };
        for written in &block.identifiers {
            self.identifiers.push(Identifier { entity, kind: written.kind, text: Arc::clone(&written.text) });
            self.basis.push(Basis {
                confirmed: block.confirmed && written.confirmed,
                fact: written.source.clone().or_else(|| block.source.clone()),
                seen: written.seen,
                list: written.list,
                origin: Origin { source: Arc::clone(source), span: written.span },
            });
        }
        if known.is_some() && !block.not.is_empty() {
            let help = "only a waiver loosens what another policy says: give it a reason, an approver and an end";
            let message = format!("`{}` is another policy's entity, so nothing can be taken from it", excerpt(&block.id.value, 40));
            errors.push(mistake(source, block.id.span, message, help));
        }
        if !block.not.is_empty() && !loaded.embedded() {
            self.exceptions_by.push((entity, Arc::clone(source)));
        }
        for not in &block.not {
            self.exceptions.push(Exception {
                entity,
                name: not.name.as_ref().map(|name| normalised(&name.value)),
                package: not.package.as_ref().and_then(|package| Pattern::parse(&package.value).ok()),
            });
        }
    }

    fn rules(&mut self, source: &Arc<Source>, file: &PolicyFile, part: &Part, errors: &mut Vec<PolicyError>) {
        for block in &file.rules {
            let mut entities: Vec<EntityId> = block.entities.iter().filter_map(|id| self.known(source, id, errors)).collect();
            entities.sort_unstable();
            entities.dedup();
            if self.rules.iter().any(|rule| rule.policy == part.id && rule.id == block.id.value) {
                let message = format!("a rule `{}` stands above already", excerpt(&block.id.value, 40));
                errors.push(mistake(source, block.id.span, message, "give it an id of its own"));
            }
            self.rules.push(Arc::new(Rule {
                policy: part.id.clone(),
                id: block.id.value.clone(),
                title: block.title.clone(),
                entities,
                reach: block.reach.clone(),
                review_reach: block.review_reach.clone(),
                countries: block.countries.iter().map(|country| country.value.clone()).collect(),
                versions: block.versions.clone(),
                products: block.products.clone(),
                except: block.except.clone(),
                subjects: block.subjects.clone(),
                kinds: block.kinds.clone(),
                scopes: block.scopes.clone(),
                mentions: block.mentions,
                effect: block.effect,
                effective: block.effective,
                until: block.until,
                applies: block.applies.iter().map(|profile| profile.value.clone()).collect(),
                clause: block.clause.clone(),
                text: block.text.clone(),
                help: block.help.clone(),
                authority: part.authority.clone(),
                reports: block.reports.clone(),
                origin: Origin { source: Arc::clone(source), span: block.id.span },
            }));
        }
    }

    /// The entity with this id; a mistake if there is none.
    fn known(&self, source: &Arc<Source>, id: &At<String>, errors: &mut Vec<PolicyError>) -> Option<EntityId> {
        let known = self.by_id.get(&id.value).copied();
        if known.is_none() {
            // Nobody mistypes more names than are shown.
            let searched = if errors.len() < ERRORS_MAX { &self.entities[..] } else { &[] };
            let nearest = nearest(&id.value, searched.iter().map(|entity| entity.id.as_str()));
            let help = nearest.filter(|(distance, _)| *distance <= 3).map(|(_, known)| format!("did you mean `{known}`?"));
            errors.push(PolicyError {
                source: Some(Arc::clone(source)),
                span: id.span,
                message: format!("no entity `{}` is defined", excerpt(&id.value, 40)),
                help: help.or_else(|| Some("define it in an [[entity]], or extend the policy that does".to_owned())),
            });
        }
        known
    }

    fn link(&mut self, source: &Arc<Source>, block: &OwnershipBlock, errors: &mut Vec<PolicyError>) {
        let (owner, owned) = (self.known(source, &block.owner, errors), self.known(source, &block.owned, errors));
        let (Some(owner), Some(owned)) = (owner, owned) else { return };
        if owner == owned {
            errors.push(mistake(source, block.owned.span, "nothing owns itself".to_owned(), "name two entities"));
        }
        self.links.push(Link {
            owner,
            owned,
            kind: block.kind,
            share: block.share,
            since: block.since,
            until: block.until,
            confirmed: block.confirmed,
            fact: block.source.clone(),
            origin: Origin { source: Arc::clone(source), span: block.span },
        });
    }

    fn waiver(&mut self, source: &Arc<Source>, block: &WaiverBlock, errors: &mut Vec<PolicyError>) {
        let unverifiable = self.parts.last().map(|part| format!("{}/{UNVERIFIABLE}", part.id));
        let rule = block.rule.value.as_str();
        let known = self
            .rules
            .iter()
            .any(|known| rule.strip_prefix(known.policy.as_str()).and_then(|rest| rest.strip_prefix('/')) == Some(&known.id));
        let known = known || unverifiable.as_ref() == Some(&block.rule.value);
        if !known {
            const LISTED: usize = 20;
            let mut rules: Vec<String> = self.rules.iter().take(LISTED).map(|rule| rule.full_id()).collect();
            if self.rules.len() > LISTED {
                rules.push("…".to_owned());
            }
            let message = format!("no rule `{}` is known", excerpt(&block.rule.value, 60));
            errors.push(mistake(source, block.rule.span, message, &format!("a waiver names policy and rule: {}", rules.join(", "))));
        }
        let (granted, expires) = (block.granted.value, block.expires.value);
        if expires < granted {
            errors.push(mistake(
                source,
                block.expires.span,
                "this waiver ends before it begins".to_owned(),
                "correct one of the two dates",
            ));
        }
        // A year later, or the 28th of February for the 29th.
        let longest = granted.checked_add(jiff::Span::new().years(1)).unwrap_or(granted);
        if expires > longest {
            let help = format!("the latest `expires` for one granted on {granted} is {longest}: renew it then, if it is still right");
            errors.push(mistake(source, block.expires.span, "a waiver holds for a year at most".to_owned(), &help));
        }
        let Some(subject) = named_subject(source, &block.subject, errors) else { return };
        self.waivers.push(Waiver {
            rule: block.rule.value.clone(),
            subject,
            subject_text: block.subject.value.clone(),
            reason: block.reason.clone(),
            by: block.by.clone(),
            authority: block.authority.clone(),
            granted,
            expires,
            origin: Origin { source: Arc::clone(source), span: block.span },
        });
    }
}

/// What is limited, the most of it in all files, and how much of it a file has.
type Limit = (&'static str, usize, fn(&PolicyFile) -> usize);

const LIMITS: [Limit; 5] = [
    ("rules", 2_000, |file| file.rules.len()),
    ("waivers and assertions", 5_000, |file| file.waivers.len() + file.assertions.len()),
    ("entities", 200_000, |file| file.entities.len()),
    ("links of ownership", 20_000, |file| file.ownership.len()),
    ("profiles", 1_000, |file| file.evaluate.profiles.len() + file.header.applies.len()),
];

fn too_many(loaded: &[Loaded]) -> Option<PolicyError> {
    LIMITS.iter().find_map(|(what, most, count)| {
        let mut sum = 0;
        let over = loaded.iter().find(|one| {
            sum += count(&one.file);
            sum > *most
        })?;
        Some(mistake(
            &over.source,
            Span::default(),
            format!("there are more than {most} {what} in the policy"),
            "leave out what is not needed",
        ))
    })
}

/// Adds what one file sets to what counts so far. What is looser than it may be is returned, with what it may be at least.
fn strictest<T: Copy + PartialOrd>(set: &mut Option<T>, written: Option<&At<T>>, default: T, file: &PolicyFile) -> Option<(Span, T)> {
    let (extends, rules) = (!file.extends.is_empty(), !file.rules.is_empty());
    let value = match written {
        // It inherits what the others say.
        None if !rules => return None,
        None => default,
        Some(written) => {
            let floor = set.filter(|set| extends && *set > default).unwrap_or(default);
            if written.value < floor && (extends || !rules) {
                return Some((written.span, floor));
            }
            written.value
        }
    };
    *set = Some(set.filter(|set| *set > value).unwrap_or(value));
    None
}

fn named_subject(source: &Arc<Source>, written: &At<String>, errors: &mut Vec<PolicyError>) -> Option<NamedSubject> {
    if !written.value.starts_with("pkg:") {
        return Some(NamedSubject::Word(written.value.clone()));
    }
    let pattern = Pattern::parse(&written.value);
    if let Err(error) = &pattern {
        let help = "name one component: pkg:type/namespace/name@version";
        errors.push(mistake(source, written.span, error.to_string(), help));
    }
    pattern.ok().map(NamedSubject::Package)
}

fn mistake(source: &Arc<Source>, span: Span, message: String, help: &str) -> PolicyError {
    PolicyError { source: Some(Arc::clone(source)), span, message, help: Some(help.to_owned()) }
}

/// Where there are no files but the packs.
#[cfg(test)]
pub(crate) struct NoFiles;

#[cfg(test)]
impl Files for NoFiles {
    fn open(&self, path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
        Err(format!("no file {path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::DEFAULT_PACK;

    /// Policy files by name, in memory.
    struct Memory(Vec<(&'static str, &'static str)>);

    impl Files for Memory {
        fn open(&self, path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
            let found = self.0.iter().find(|(name, _)| *name == path);
            found.map(|(name, text)| (Source::from_text(*name, *text), (*name).to_owned())).ok_or_else(|| format!("no file {path}"))
        }
    }

    fn load_text(text: &'static str) -> Result<Policy, Vec<PolicyError>> {
        load(&["t.toml".to_owned()], &Memory(vec![("t.toml", text)]))
    }

    /// Each message with the text that it points at.
    fn complaints(text: &'static str) -> Vec<(String, String)> {
        let errors = load_text(text).expect_err("the policy should be refused");
        assert!(errors.is_sorted_by_key(|error| error.span), "a file is read from its beginning to its end");
        errors.into_iter().map(|error| (error.message, text[error.span.start..error.span.end].to_owned())).collect()
    }

    #[test]
    fn the_embedded_packs_load() {
        for pack in &PACKS {
            let policy = load(&[pack.name.to_owned()], &Memory(Vec::new())).unwrap_or_else(|errors| panic!("{errors:#?}"));
            assert_eq!(policy.parts.last().map(|part| part.id.as_str()), Some(pack.name));
            for (identifier, basis) in policy.basis.iter().enumerate() {
                assert!(
                    !basis.confirmed || basis.fact.is_some(),
                    "{}: {:?} has no source",
                    pack.name,
                    policy.index.identifier(identifier as u32)
                );
            }
        }
        assert!(PACKS.iter().any(|pack| pack.name == DEFAULT_PACK));
    }

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let text = r#"
schema = 1
extnds = ["us-ndaa-1634"]
[policy]
id = "bad id"
[evaluate]
mentions = "maybe"
[[entity]]
id = "acme"
name = "Acme"
domains = ["acme", "https://acme.com"]
packages = ["npm/acme", { value = "pkg:npm/**" }]
hashes = ["sha256:12"]
reaches = ["controls"]
[[rule]]
id = "r"
entities = ["acne"]
effective = "2018-10-01"
[[waiver]]
rule = "x/y"
subject = "pkg:npm/acme"
reason = "r"
by = "me"
granted = 2026-01-01
expires = 2027-01-02
"#;
        let found = complaints(text);
        let expected = [
            ("`extnds` is no key of a policy", "extnds"),
            ("an id is made of", "\"bad id\""),
            ("`maybe` is no value of `mentions`", "\"maybe\""),
            ("not a domain", "\"acme\""),
            ("not a domain", "\"https://acme.com\""),
            ("begins with `pkg:`", "\"npm/acme\""),
            ("whole ecosystem", "\"pkg:npm/**\""),
            ("write a hash", "\"sha256:12\""),
            ("`reaches` is no key of an [[entity]]", "reaches"),
            ("has to be a date", "\"2018-10-01\""),
            ("no entity `acne` is defined", "\"acne\""),
            ("no rule `x/y` is known", "\"x/y\""),
            ("a year at most", "2027-01-02"),
        ];
        for (message, place) in expected {
            assert!(found.iter().any(|(found, at)| found.contains(message) && at == place), "{message} at {place} in {found:#?}");
        }
        assert_eq!(found.len(), expected.len(), "{found:#?}");
    }

    #[test]
    fn a_key_is_suggested() {
        let errors = load_text("schema = 1\n[policy]\ntitel = \"x\"").unwrap_err();
        assert_eq!(errors[0].help.as_deref(), Some("did you mean `title`?"));
    }

    #[test]
    fn broken_toml_is_reported_with_its_place() {
        assert_eq!(complaints("schema = 1\nx = = 2\n").first().map(|(_, at)| at.as_str()), Some("="));
    }

    #[test]
    fn extending_adds_and_tightens_and_never_loosens() {
        let base = "schema = 1\n[policy]\nid = \"base\"\n[evaluate]\nmentions = \"prohibited\"\n[[entity]]\nid = \"acme\"\nname = \"Acme\"\n[[rule]]\nid = \"r\"\nentities = [\"acme\"]";
        let child = "schema = 1\nextends = [\"base.toml\"]\n[[entity]]\nid = \"acme\"\naliases = [\"Acme Widgets\"]\n[evaluate]\nunverifiable = \"review\"";
        let files = Memory(vec![("base.toml", base), ("child.toml", child)]);
        let policy = load(&["child.toml".to_owned()], &files).unwrap();
        assert_eq!(policy.parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["base", "local"]);
        assert_eq!((policy.settings.mentions, policy.settings.unverifiable), (Effect::Prohibited, Effect::Review));
        assert_eq!((policy.entities.len(), policy.basis.len()), (1, 2));

        let looser = "schema = 1\nextends = [\"base.toml\"]\n[evaluate]\nmentions = \"note\"";
        let errors = load(&["looser.toml".to_owned()], &Memory(vec![("base.toml", base), ("looser.toml", looser)])).unwrap_err();
        assert!(errors[0].message.contains("looser"), "{errors:?}");
    }

    /// Links between all entities that a pack knows, of every kind: what the pack reaches, and how surely, stays.
    #[test]
    fn a_link_takes_nothing_from_what_a_pack_reaches() {
        let day = jiff::civil::Date::constant(2026, 11, 23);
        let uses = |policy: &Policy| -> std::collections::BTreeMap<(String, String), bool> {
            let in_force = super::super::InForce::new(policy, day, &[]);
            let all = (0..).zip(&policy.entities).flat_map(|(number, entity)| in_force.uses(number).iter().map(move |one| (one, entity)));
            let sure = |reached: &Option<Arc<crate::ownership::Reached>>| reached.as_ref().is_none_or(|reached| reached.confirmed);
            all.map(|(one, entity)| ((policy.rules[one.rule].full_id(), entity.id.clone()), sure(&one.reached))).collect()
        };
        for pack in ["vendors-of-concern", "us-ndaa-889", "us-ndaa-1260h-805"] {
            let alone = load(&[pack.to_owned()], &Memory(Vec::new())).unwrap();
            let before = uses(&alone);
            assert!(before.len() > 3, "{pack}: {before:?}");
            let ids: Vec<&str> = alone.entities.iter().map(|entity| entity.id.as_str()).take(24).collect();
            for kind in crate::ownership::LinkKind::WORDS.map(|(word, _)| word) {
                for confirmed in [true, false] {
                    let share = if kind == "stake" { "share = 30\n" } else { "" };
                    let mut text = format!("schema = 1\nextends = [\"{pack}\"]\n");
                    for owner in &ids {
                        for owned in ids.iter().filter(|owned| *owned != owner) {
                            text.push_str(&format!(
                                "[[ownership]]\nowner = \"{owner}\"\nowned = \"{owned}\"\nkind = \"{kind}\"\nsource = \"s\"\nconfirmed = {confirmed}\n{share}"
                            ));
                        }
                    }
                    let files = Memory(vec![("local.toml", Box::leak(text.into_boxed_str()))]);
                    let after = uses(&load(&["local.toml".to_owned()], &files).unwrap_or_else(|errors| panic!("{errors:#?}")));
                    for (reached, sure) in &before {
                        assert!(after.get(reached).is_some_and(|now| now >= sure), "{pack} {kind} {confirmed}: {reached:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn circles_end() {
        let files = Memory(vec![
            ("a", "schema = 1\nextends = [\"b\"]\n[policy]\nid = \"a\""),
            ("b", "schema = 1\nextends = [\"a\"]\n[policy]\nid = \"b\""),
        ]);
        let errors = load(&["a".to_owned()], &files).unwrap_err();
        assert!(errors.iter().any(|error| error.message.contains("circle")), "{errors:?}");
    }
}
