//! A policy with one thing taken out of it: what its own examples ought to notice.

use std::sync::Arc;

use super::build::{NO_RULE, PolicyFiles, in_order, the_first};
use super::written::PolicyFile;
use super::{Effect, Files, Policy, PolicyError};
use crate::inventory::{Kind, KindClass, Scope};
use crate::ownership::Reach;
use crate::source::Origin;

/// One way to weaken a policy.
#[derive(Debug)]
pub struct Weakening {
    /// What was done, as a sentence.
    pub what: String,
    /// To what.
    pub origin: Origin,
    change: Change,
}

impl Weakening {
    /// Whether it counts only if it changes who is reached: a law may name a successor where there is none yet.
    #[must_use]
    pub fn may_be_idle(&self) -> bool {
        matches!(self.change, Change::DropEntity(..) | Change::DropReach(..) | Change::DropCountry(..) | Change::DropLink(_))
    }
}

/// What is done to the file; the first number is that of the block.
#[derive(Debug)]
enum Change {
    DropRule(usize),
    Lower(usize, Effect),
    DropEntity(usize, usize),
    DropReach(usize, Reach),
    DropCountry(usize, usize),
    Subjects(usize, Vec<KindClass>),
    Kinds(usize, Vec<Kind>),
    Scopes(usize, Vec<Scope>),
    DropProduct(usize, usize),
    EmptyList(usize, &'static str),
    DropLink(usize),
    DropWaiver(usize),
    DropAssertion(usize),
}

impl Change {
    fn apply(&self, file: &mut PolicyFile) {
        match self {
            Self::DropRule(at) => drop(file.rules.remove(*at)),
            Self::Lower(at, effect) => file.rules[*at].effect = *effect,
            Self::DropEntity(at, which) => drop(file.rules[*at].entities.remove(*which)),
            Self::DropReach(at, word) => {
                file.rules[*at].reach.retain(|other| other != word);
                file.rules[*at].review_reach.retain(|other| other != word);
            }
            Self::DropCountry(at, which) => drop(file.rules[*at].countries.remove(*which)),
            Self::Subjects(at, left) => file.rules[*at].subjects.clone_from(left),
            Self::Kinds(at, left) => file.rules[*at].kinds.clone_from(left),
            Self::Scopes(at, left) => file.rules[*at].scopes.clone_from(left),
            Self::DropProduct(at, which) => drop(file.rules[*at].products.remove(*which)),
            Self::EmptyList(at, list) => file.entities[*at].identifiers.retain(|identifier| identifier.list != *list),
            Self::DropLink(at) => drop(file.ownership.remove(*at)),
            Self::DropWaiver(at) => drop(file.waivers.remove(*at)),
            Self::DropAssertion(at) => drop(file.assertions.remove(*at)),
        }
    }
}

/// The pack by which files without rules of their own are tried.
const JUDGE: &str = "vendors-of-concern";

/// A policy file to be tried.
#[derive(Debug)]
pub struct Tried {
    /// The policy; with the pack `vendors-of-concern` where the file has no rule of its own.
    pub policy: Policy,
    /// The id of the file's own part: only its examples are tried.
    pub part: String,
    files: PolicyFiles,
    target: usize,
}

/// Loads a policy to be tried by its own examples.
///
/// # Errors
/// Every mistake in the files.
pub fn to_be_tried(name: &str, files: &dyn Files) -> Result<Tried, Vec<PolicyError>> {
    let (mut read, mut errors) = PolicyFiles::read(&[name.to_owned()], files);
    if errors.is_empty() && read.0.iter().all(|loaded| loaded.file.rules.is_empty()) {
        (read, errors) = PolicyFiles::read(&[JUDGE.to_owned(), name.to_owned()], files);
    }
    let policy = match read.build() {
        Ok(policy) if errors.is_empty() => policy,
        Ok(_) => return Err(read.without_quotes(errors)),
        // Every mistake in one run: those of the language, and those of what is said in it.
        Err(more) => {
            // That a file has no rule follows from what could not be read of it.
            let follows = !errors.is_empty();
            errors.extend(more.into_iter().filter(|error| !(follows && error.message == NO_RULE)));
            return Err(the_first(in_order(read.without_quotes(errors))));
        }
    };
    let target = read.0.iter().rposition(|loaded| loaded.name == name).unwrap_or(read.0.len() - 1);
    // The parts stand in the order of the files.
    let part = policy.parts[target].id.clone();
    Ok(Tried { policy, part, files: read, target })
}

impl Tried {
    /// The policy with one weakening.
    ///
    /// # Errors
    /// Its mistakes, if it cannot be built any more.
    pub fn weakened(&self, weakening: &Weakening) -> Result<Policy, Vec<PolicyError>> {
        let mut files = self.files.clone();
        weakening.change.apply(&mut files.0[self.target].file);
        files.build()
    }

    /// Every way to weaken the file: each rule, what each rule reaches, each list of each entity, each link, each waiver and assertion.
    #[must_use]
    pub fn weakenings(&self) -> Vec<Weakening> {
        let loaded = &self.files.0[self.target];
        let file = &loaded.file;
        let mut all = Vec::new();
        let mut add = |what: String, span, change: Change| {
            all.push(Weakening { what, origin: Origin { source: Arc::clone(&loaded.source), span }, change });
        };
        for (at, rule) in file.rules.iter().enumerate() {
            let (id, span) = (&rule.id.value, rule.id.span);
            add(format!("rule `{id}` is taken out"), span, Change::DropRule(at));
            let lower = match rule.effect {
                Effect::Prohibited => Some(Effect::Review),
                Effect::Review => Some(Effect::Note),
                Effect::Note => None,
            };
            if let Some(lower) = lower {
                add(format!("rule `{id}` has the effect {}", lower.as_str()), span, Change::Lower(at, lower));
            }
            for (which, entity) in rule.entities.iter().enumerate() {
                if rule.entities.len() > 1 {
                    add(format!("rule `{id}` no longer names `{}`", entity.value), entity.span, Change::DropEntity(at, which));
                }
            }
            for word in rule.reach.iter().chain(&rule.review_reach) {
                add(format!("rule `{id}` no longer goes out to `{}`", word.as_str()), span, Change::DropReach(at, *word));
            }
            for (which, country) in rule.countries.iter().enumerate() {
                add(format!("rule `{id}` no longer names {}", country.value), country.span, Change::DropCountry(at, which));
            }
            // Without any word a rule reaches all classes, so the last one is replaced by the others.
            for class in &rule.subjects {
                let others: Vec<KindClass> = if rule.subjects.len() > 1 { &rule.subjects[..] } else { &ALL_CLASSES[..] }
                    .iter()
                    .copied()
                    .filter(|other| other != class)
                    .collect();
                add(format!("rule `{id}` no longer reaches {}", class.as_str()), span, Change::Subjects(at, others));
            }
            for kind in rule.kinds.iter().filter(|_| rule.kinds.len() > 1) {
                let others: Vec<Kind> = rule.kinds.iter().copied().filter(|other| other != kind).collect();
                add(format!("rule `{id}` no longer reaches the kind {}", kind.as_str()), span, Change::Kinds(at, others));
            }
            for scope in &rule.scopes {
                let others: Vec<Scope> = rule.scopes.iter().copied().filter(|other| other != scope).collect();
                if !others.is_empty() {
                    add(format!("rule `{id}` no longer reaches the scope {}", scope.as_str()), span, Change::Scopes(at, others));
                }
            }
            for (which, product) in rule.products.iter().enumerate() {
                if rule.products.len() > 1 {
                    add(format!("rule `{id}` no longer reaches `{}`", product.text), span, Change::DropProduct(at, which));
                }
            }
        }
        for (at, entity) in file.entities.iter().enumerate() {
            let mut lists: Vec<&'static str> =
                entity.identifiers.iter().map(|identifier| identifier.list).filter(|list| *list != "name").collect();
            lists.sort_unstable();
            lists.dedup();
            for list in lists {
                let what = format!("`{list}` of `{}` is emptied", entity.id.value);
                add(what, entity.id.span, Change::EmptyList(at, list));
            }
        }
        for (at, link) in file.ownership.iter().enumerate() {
            let what = format!("the link from `{}` to `{}` is taken out", link.owner.value, link.owned.value);
            add(what, link.span, Change::DropLink(at));
        }
        for (at, waiver) in file.waivers.iter().enumerate() {
            let what = format!("the waiver for `{}` is taken out", waiver.subject.value);
            add(what, waiver.span, Change::DropWaiver(at));
        }
        for (at, assertion) in file.assertions.iter().enumerate() {
            let what = format!("the assertion for `{}` is taken out", assertion.subject.value);
            add(what, assertion.span, Change::DropAssertion(at));
        }
        all
    }
}

const ALL_CLASSES: [KindClass; 4] = [KindClass::Software, KindClass::Hardware, KindClass::Firmware, KindClass::Service];
