//! From policy files to one [`Policy`]: what extends what, what names what, and the index over it all.

use std::collections::HashMap;
use std::sync::Arc;

use super::written::{At, EntityBlock, OwnershipBlock, PolicyFile, WaiverBlock};
use super::{
    Assertion, Attribution, Basis, CATALOGUE, Effect, Entity, Example, NamedSubject, Origin, PACKS, Part, Policy, PolicyError, Rule,
    Settings, UNVERIFIABLE, Waiver, read,
};
use crate::identity::{EntityId, Exception, Identifier, Index, Pattern, normalised};
use crate::ownership::{Link, Ownership};
use crate::source::{Source, Span};
use crate::text::excerpt;
use crate::verdict::FailOn;

/// How policy files are reached: evaluation touches no file system of its own.
pub trait Files {
    /// The file that `path` names, seen from the policy file `from` (`None`: from the command line). The second value is a name that is
    /// the same whenever the file is.
    ///
    /// # Errors
    /// A sentence saying why it cannot be read.
    fn open(&self, path: &str, from: Option<&str>) -> Result<(Source, String), String>;
}

/// Loads the policies of the given names and paths, with everything that they extend.
///
/// # Errors
/// Every mistake in all of the files.
pub fn load(names: &[String], files: &dyn Files) -> Result<Policy, Vec<PolicyError>> {
    let (read, mut errors) = PolicyFiles::read(names, files);
    let policy = Builder::default().build(&read.0, &mut errors);
    if errors.is_empty() { Ok(policy) } else { Err(in_order(errors)) }
}

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

    pub(super) fn build(&self) -> Result<Policy, Vec<PolicyError>> {
        let mut errors = Vec::new();
        let policy = Builder::default().build(&self.0, &mut errors);
        if errors.is_empty() { Ok(policy) } else { Err(errors) }
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
}

struct Loader<'f> {
    files: &'f dyn Files,
    /// In the order of the merge: what is extended comes first, and each file once.
    loaded: Vec<Loaded>,
    /// The files that are being loaded, outermost first: one that comes again is a cycle.
    open: Vec<String>,
    errors: Vec<PolicyError>,
}

impl Loader<'_> {
    fn add(&mut self, name: &str, from: Option<(&str, &Arc<Source>, Span)>) {
        let opened = match PACKS.iter().chain(&CATALOGUE).find(|pack| pack.name == name) {
            Some(pack) => Ok((Source::embedded(format!("{}.toml", pack.name), pack.text), format!("pack:{name}"))),
            None => self.files.open(name, from.map(|(key, ..)| key)),
        };
        let (source, key) = match opened {
            Ok(opened) => opened,
            Err(message) => {
                let packs: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
                self.errors.push(PolicyError {
                    source: from.map(|(_, source, _)| Arc::clone(source)),
                    span: from.map_or(Span::default(), |(_, _, span)| span),
                    message,
                    help: Some(format!("give the path of a policy file, or an embedded pack: {}", packs.join(", "))),
                });
                return;
            }
        };
        if self.open.contains(&key) {
            if let Some((_, source, span)) = from {
                self.errors.push(PolicyError {
                    source: Some(Arc::clone(source)),
                    span,
                    message: "policies extend each other in a circle".to_owned(),
                    help: Some("take one of the `extends` out".to_owned()),
                });
            }
            return;
        }
        if self.loaded.iter().any(|loaded| loaded.key == key) {
            return;
        }
        let source = Arc::new(source);
        let (file, errors) = read::read(&source, key.starts_with("pack:"));
        self.errors.extend(errors);
        self.open.push(key.clone());
        for parent in &file.extends {
            self.add(&parent.value, Some((&key, &source, parent.span)));
        }
        self.open.pop();
        self.loaded.push(Loaded { key, name: name.to_owned(), source, file });
    }
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
    entities: Vec<Entity>,
    by_id: HashMap<String, EntityId>,
    identifiers: Vec<Identifier>,
    basis: Vec<Basis>,
    exceptions: Vec<Exception>,
    rules: Vec<Arc<Rule>>,
    links: Vec<Link>,
    waivers: Vec<Waiver>,
    assertions: Vec<Assertion>,
}

impl Builder {
    fn build(mut self, loaded: &[Loaded], errors: &mut Vec<PolicyError>) -> Policy {
        let mut examples: Vec<Example> = Vec::new();
        for Loaded { source, file, .. } in loaded {
            self.part(source, file, errors);
            self.settings(source, file, errors);
            for block in &file.entities {
                self.entity(source, block, errors);
            }
        }
        // Rules and waivers may name what stands in any of the files.
        for (Loaded { source, file, .. }, part) in loaded.iter().zip(self.parts.clone()) {
            self.rules(source, file, &part, errors);
            for block in &file.ownership {
                self.link(source, block, errors);
            }
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
            entities: self.entities,
            rules: self.rules,
            ownership: Ownership::new(self.links),
            waivers: self.waivers,
            assertions: self.assertions,
            index: Index::new(self.identifiers),
            basis: self.basis,
            exceptions: self.exceptions,
            examples,
        }
    }

    fn part(&mut self, source: &Arc<Source>, file: &PolicyFile, errors: &mut Vec<PolicyError>) {
        // A user's own file needs no id of its own to add a waiver.
        let id = file.header.id.as_ref().map_or_else(|| "local".to_owned(), |id| id.value.clone());
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
            source: Arc::clone(source),
        });
    }

    /// A file may only tighten what the files that it extends have set; of policies that do not know each other the stricter one counts.
    fn settings(&mut self, source: &Arc<Source>, file: &PolicyFile, errors: &mut Vec<PolicyError>) {
        let mut looser = Vec::new();
        let mut tighten = |span: Span, is_looser: bool| {
            if is_looser && !file.extends.is_empty() {
                looser.push(span);
            }
        };
        fn set<T: Copy + PartialOrd>(setting: &mut Option<T>, written: Option<&At<T>>, mut judge: impl FnMut(Span, bool)) {
            let Some(written) = written else { return };
            match setting {
                Some(set) if written.value < *set => judge(written.span, true),
                _ => *setting = Some(written.value),
            }
        }
        let evaluate = &file.evaluate;
        set(&mut self.settings.fail_on, evaluate.fail_on.as_ref(), &mut tighten);
        set(&mut self.settings.mentions, evaluate.mentions.as_ref(), &mut tighten);
        set(&mut self.settings.unverifiable, evaluate.unverifiable.as_ref(), &mut tighten);
        set(&mut self.settings.attribution, evaluate.attribution.as_ref(), &mut tighten);
        for span in looser {
            let help = "only a waiver loosens what an extended policy sets";
            errors.push(mistake(source, span, "this is looser than what an extended policy sets".to_owned(), help));
        }
    }

    /// An entity that is known already gets the entries added.
    fn entity(&mut self, source: &Arc<Source>, block: &EntityBlock, errors: &mut Vec<PolicyError>) {
        let known = self.by_id.get(&block.id.value).copied();
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
            let nearest = self.entities.iter().map(|entity| (strsim::damerau_levenshtein(&entity.id, &id.value), &entity.id)).min();
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
        let known = self.rules.iter().any(|rule| rule.full_id() == block.rule.value) || unverifiable.as_ref() == Some(&block.rule.value);
        if !known {
            let rules: Vec<String> = self.rules.iter().map(|rule| rule.full_id()).collect();
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
