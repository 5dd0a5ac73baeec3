//! What a policy says that is allowed and still looks wrong.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::{InForce, NamedSubject, Origin, Policy};
use crate::identity::{EntityId, IdentifierKind, Pattern, name_skeleton, normalised};
use crate::text::excerpt;

/// How bad a lint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// To be mended.
    Warning,
}

/// One thing that looks wrong.
#[derive(Debug, Clone)]
pub struct Lint {
    /// A stable word for it.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// Where.
    pub origin: Origin,
}

/// Everything in a policy that looks wrong on a day, by place.
#[must_use]
pub fn lint(policy: &Policy, as_of: Date) -> Vec<Lint> {
    let mut lints = Lints { policy, found: Vec::new() };
    lints.rules(as_of);
    lints.identifiers();
    lints.entities();
    lints.waivers(as_of);
    let Lints { mut found, .. } = lints;
    let order: HashMap<*const crate::source::Source, usize> =
        policy.parts.iter().enumerate().map(|(number, part)| (Arc::as_ptr(&part.source), number)).collect();
    found.sort_by_key(|lint| (order.get(&Arc::as_ptr(&lint.origin.source)).copied(), lint.origin.span, lint.code));
    found
}

struct Lints<'p> {
    policy: &'p Policy,
    found: Vec<Lint>,
}

impl Lints<'_> {
    fn add(&mut self, code: &'static str, severity: Severity, origin: &Origin, help: &'static str, message: String) {
        self.found.push(Lint { code, severity, message, help, origin: origin.clone() });
    }

    fn rules(&mut self, as_of: Date) {
        let policy = self.policy;
        for (number, rule) in policy.rules.iter().enumerate() {
            let on = rule.effective.map_or(as_of, |effective| effective.max(as_of));
            if !InForce::new(policy, on, &[]).reached().iter().any(|(reached, _)| *reached == number) {
                let message = format!("rule `{}` reaches no entity on any day from {as_of} on", rule.id);
                self.add(
                    "unreachable-rule",
                    Severity::Warning,
                    &rule.origin,
                    "name an entity that is defined, or take the rule out",
                    message,
                );
            }
            let earlier = policy.rules[..number].iter().find(|earlier| {
                earlier.policy == rule.policy
                    && earlier.effect >= rule.effect
                    && earlier.mentions >= rule.mentions
                    && earlier.entities == rule.entities
                    && earlier.reach == rule.reach
                    && earlier.review_reach == rule.review_reach
                    && earlier.countries == rule.countries
                    && (earlier.subjects.is_empty() || earlier.subjects == rule.subjects)
                    && (earlier.kinds.is_empty() || earlier.kinds == rule.kinds)
                    && (earlier.scopes.is_empty() || earlier.scopes == rule.scopes)
                    && earlier.products.is_empty()
                    && earlier.except == rule.except
                    && earlier.versions.is_none()
                    && earlier.effective <= rule.effective
                    && (earlier.until.is_none() || earlier.until >= rule.until && rule.until.is_some())
                    && (earlier.applies.is_empty() || earlier.applies == rule.applies)
            });
            if let Some(earlier) = earlier {
                let message = format!("rule `{}` says nothing that rule `{}` does not say as strongly", rule.id, earlier.id);
                self.add("unreachable-rule", Severity::Warning, &rule.origin, "take it out, or make it reach further", message);
            }
        }
    }

    fn identifiers(&mut self) {
        let policy = self.policy;
        let mut known: HashMap<(IdentifierKind, String), EntityId> = HashMap::new();
        let mut below: HashMap<String, EntityId> = HashMap::new();
        for (number, basis) in (0..).zip(&policy.basis) {
            let identifier = policy.index.identifier(number);
            if identifier.kind == IdentifierKind::Package
                && let Ok(Pattern::Below(namespace)) = Pattern::parse(&identifier.text)
            {
                below.entry(namespace).or_insert(identifier.entity);
            }
            if basis.confirmed && basis.fact.is_none() {
                let message = format!("`{}` has no source", excerpt(&identifier.text, 60));
                self.add("no-source", Severity::Warning, &basis.origin, "name its `source`, or write confirmed = false", message);
            }
            if identifier.kind == IdentifierKind::Brand {
                continue;
            }
            let text = match identifier.kind {
                IdentifierKind::Name | IdentifierKind::WholeName => normalised(&identifier.text),
                IdentifierKind::Package => {
                    Pattern::parse(&identifier.text).map_or_else(|_| identifier.text.to_string(), |pattern| pattern.to_string())
                }
                _ => identifier.text.to_lowercase(),
            };
            match known.get(&(identifier.kind, text.clone())) {
                Some(&other) if other == identifier.entity => {
                    let message = format!("`{}` stands twice under `{}`", excerpt(&identifier.text, 60), self.id(other));
                    self.add("duplicate", Severity::Note, &basis.origin, "take one of them out", message);
                }
                Some(&other) => {
                    let message = format!(
                        "`{}` is claimed by `{}` and by `{}`",
                        excerpt(&identifier.text, 60),
                        self.id(other),
                        self.id(identifier.entity)
                    );
                    self.add("claimed-twice", Severity::Warning, &basis.origin, "it can be one's only: decide whose it is", message);
                }
                None => drop(known.insert((identifier.kind, text), identifier.entity)),
            }
        }
        for (number, basis) in (0..).zip(&policy.basis) {
            let identifier = policy.index.identifier(number);
            let Ok(pattern) = Pattern::parse(&identifier.text) else { continue };
            if identifier.kind != IdentifierKind::Package {
                continue;
            }
            if basis.confirmed && open_to_all(&pattern) {
                let message = format!("anybody can register a package that `{}` covers", excerpt(&identifier.text, 60));
                let help = "list the packages one by one, or write confirmed = false";
                self.add("open-namespace", Severity::Warning, &basis.origin, help, message);
            }
            let coordinates = pattern.to_string();
            let above = coordinates.match_indices('/').skip(1).find_map(|(at, _)| below.get(&coordinates[..at]));
            if let Some(&other) = above.filter(|other| **other != identifier.entity) {
                let message = format!("`{}` stands below a namespace of `{}`", excerpt(&identifier.text, 60), self.id(other));
                self.add("claimed-twice", Severity::Warning, &basis.origin, "decide whose it is", message);
            }
        }
    }

    fn id(&self, entity: EntityId) -> &str {
        &self.policy.entities[entity as usize].id
    }

    fn entities(&mut self) {
        let policy = self.policy;
        let mut kinds: HashMap<EntityId, (usize, &Origin)> = HashMap::new();
        let mut skeletons: HashMap<String, (EntityId, String)> = HashMap::new();
        for (number, basis) in (0..).zip(&policy.basis) {
            let identifier = policy.index.identifier(number);
            kinds.entry(identifier.entity).or_insert((0, &basis.origin)).0 += usize::from(basis.list != "name");
            if identifier.kind != IdentifierKind::Name {
                continue;
            }
            let name = normalised(&identifier.text);
            let skeleton = name_skeleton(&identifier.text);
            match skeletons.get(&skeleton) {
                Some((other, text)) if *other != identifier.entity && normalised(text) != name => {
                    let message = format!(
                        "`{}` cannot be told from `{}` of `{}` by eye",
                        excerpt(&identifier.text, 60),
                        excerpt(text, 60),
                        self.id(*other)
                    );
                    self.add("confusable-names", Severity::Warning, &basis.origin, "make sure that both are meant", message);
                }
                Some(_) => {}
                None => drop(skeletons.insert(skeleton, (identifier.entity, identifier.text.to_string()))),
            }
        }
        let mut named: Vec<EntityId> = policy.rules.iter().flat_map(|rule| rule.entities.iter().copied()).collect();
        named.extend(policy.ownership.links().iter().flat_map(|link| [link.owner, link.owned]));
        let decides = |origin: &Origin| policy.parts.iter().any(|part| part.decides && Arc::ptr_eq(&part.source, &origin.source));
        for (entity, known) in (0..).zip(&policy.entities) {
            let Some(&(further, origin)) = kinds.get(&entity) else { continue };
            if further == 0 {
                let message = format!("`{}` is recognised by its name alone", known.id);
                self.add("name-only", Severity::Note, origin, "add a domain, a package namespace or a CPE vendor, if it has any", message);
            }
            if decides(origin)
                && !named.contains(&entity)
                && !policy.rules.iter().any(|rule| known.country.as_ref().is_some_and(|country| rule.countries.contains(country)))
            {
                let message = format!("no rule and no link names `{}`", known.id);
                self.add("unused-entity", Severity::Warning, origin, "name it in a rule, or take it out", message);
            }
        }
    }

    fn waivers(&mut self, as_of: Date) {
        for waiver in &self.policy.waivers {
            let subject = excerpt(&waiver.subject_text, 60).into_owned();
            if waiver.expires < as_of {
                let message = format!("the waiver for `{subject}` ended on {}", waiver.expires);
                self.add("expired-waiver", Severity::Warning, &waiver.origin, "take it out, or renew it with a new decision", message);
            }
            if let NamedSubject::Package(Pattern::Below(_) | Pattern::Prefix(_)) = &waiver.subject {
                let message = format!("the waiver for `{subject}` covers whatever is published there later");
                self.add("broad-waiver", Severity::Warning, &waiver.origin, "waive one package, with its version", message);
            } else if let NamedSubject::Package(Pattern::Exact(_, None)) = &waiver.subject {
                let message = format!("the waiver for `{subject}` covers every version");
                self.add("broad-waiver", Severity::Note, &waiver.origin, "name the version that was judged", message);
            } else if !matches!(waiver.subject, NamedSubject::Package(_)) {
                let message = if waiver.subject_text.contains('*') {
                    format!("the waiver for `{subject}` permits only what is called exactly so: a `*` stands for nothing in a name")
                } else {
                    format!("the waiver for `{subject}` permits whatever is called so, in every version and from every maker")
                };
                self.add("broad-waiver", Severity::Warning, &waiver.origin, "name the purl, with the version that was judged", message);
            }
        }
    }
}

/// Registries without namespaces: whoever comes first has a name, and a beginning of names is nobody's.
fn open_to_all(pattern: &Pattern) -> bool {
    // NuGet reserves prefixes for those who ask; which ones, no file here can tell.
    const FLAT: [&str; 9] = ["cargo", "cocoapods", "cran", "gem", "hackage", "hex", "nuget", "pub", "pypi"];
    let Pattern::Prefix(coordinates) = pattern else { return false };
    let (kind, rest) = coordinates.split_once('/').unwrap_or((coordinates, ""));
    FLAT.contains(&kind) || (kind == "npm" && !rest.contains('/'))
}
