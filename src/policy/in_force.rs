//! What a policy says on one day: which rule reaches which entity, and by which chain of ownership.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Part, Policy, Rule};
use crate::identity::EntityId;
use crate::ownership::Reached;

/// The profile that means every contract.
const ANY: &str = "any";

/// One rule that reaches an entity.
#[derive(Debug, Clone)]
pub struct Use {
    /// The rule, by its number.
    pub rule: usize,
    /// How it reaches the entity; `None` when it names it, or its country.
    pub reached: Option<Arc<Reached>>,
    /// Whether only a word of `review-reach` reaches it.
    pub review: bool,
}

/// A policy on one day, for some contract profiles.
#[derive(Debug)]
pub struct InForce<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The day.
    pub as_of: Date,
    /// For each entity, the rules that reach it.
    uses: Vec<Vec<Use>>,
    /// The rules that bind none of the profiles, by their numbers.
    pub unbound: Vec<usize>,
}

impl<'p> InForce<'p> {
    /// What `policy` says on the day `as_of` to somebody with these contract profiles; to anybody if there is none.
    #[must_use]
    pub fn new(policy: &'p Policy, as_of: Date, profiles: &[String]) -> Self {
        let mut uses = vec![Vec::new(); policy.entities.len()];
        let mut unbound = Vec::new();
        for (number, rule) in policy.rules.iter().enumerate() {
            if policy.parts.iter().find(|part| part.id == rule.policy).is_some_and(|part| !binds(rule, part, profiles)) {
                unbound.push(number);
                continue;
            }
            if !rule.in_force(as_of) {
                continue;
            }
            let mut reached: BTreeMap<EntityId, Option<Arc<Reached>>> = rule.entities.iter().map(|&entity| (entity, None)).collect();
            if !rule.countries.is_empty() {
                let of_country = (0..)
                    .zip(&policy.entities)
                    .filter(|(_, entity)| entity.country.as_ref().is_some_and(|country| rule.countries.contains(country)));
                reached.extend(of_country.map(|(entity, _)| (entity, None)));
            }
            for ownership in policy.pack_ownership.iter().chain([&policy.ownership]) {
                for one in ownership.closure(&rule.entities, &rule.reach, as_of) {
                    let known = reached.get(&one.entity);
                    let better = known.is_none_or(|known| known.as_ref().is_some_and(|known| !known.confirmed && one.confirmed));
                    if better {
                        reached.insert(one.entity, Some(Arc::new(one)));
                    }
                }
            }
            for one in policy.ownership.closure(&rule.entities, &rule.review_reach, as_of) {
                if !reached.contains_key(&one.entity) {
                    uses[one.entity as usize].push(Use { rule: number, reached: Some(Arc::new(one)), review: true });
                }
            }
            for (entity, reached) in reached {
                uses[entity as usize].push(Use { rule: number, reached, review: false });
            }
        }
        Self { policy, as_of, uses, unbound }
    }

    /// Whether any rule is in force.
    #[must_use]
    pub fn says_something(&self) -> bool {
        let in_force = |(number, rule): (usize, &Arc<Rule>)| !self.unbound.contains(&number) && rule.in_force(self.as_of);
        self.policy.rules.iter().enumerate().any(in_force)
    }

    /// For each part of the policy, why none of its rules is applied; nothing for a part that has no rules, or one that is applied.
    #[must_use]
    pub fn applied(&self) -> Vec<Option<String>> {
        let why = |part: &Part| {
            let rules: Vec<(usize, &Arc<Rule>)> = self.policy.rules.iter().enumerate().filter(|(_, rule)| rule.policy == part.id).collect();
            if rules.is_empty() {
                return None;
            }
            if rules.iter().all(|(number, _)| self.unbound.contains(number)) {
                let mut applies: Vec<&str> = part.applies.iter().map(String::as_str).collect();
                applies.extend(rules.iter().flat_map(|(_, rule)| &rule.applies).map(String::as_str));
                applies.sort_unstable();
                applies.dedup();
                let applies = applies.join(", ");
                return Some(format!("it binds {}, which is none of the profiles that were asked for", crate::text::inline(&applies)));
            }
            let bound = || rules.iter().filter(|(number, _)| !self.unbound.contains(number)).map(|(_, rule)| rule);
            if bound().any(|rule| rule.in_force(self.as_of)) {
                return None;
            }
            let next = bound().filter_map(|rule| rule.effective).filter(|effective| *effective > self.as_of).min();
            let last = bound().filter_map(|rule| rule.until).max();
            next.map(|next| format!("its first rule takes effect on {next}"))
                .or_else(|| last.map(|last| format!("its last rule expired on {last}")))
        };
        self.policy.parts.iter().map(why).collect()
    }

    /// The rules that reach an entity.
    #[must_use]
    pub fn uses(&self, entity: EntityId) -> &[Use] {
        &self.uses[entity as usize]
    }

    /// Every rule with the entities that it reaches.
    #[must_use]
    pub fn reached(&self) -> Vec<(usize, EntityId)> {
        (0..).zip(&self.uses).flat_map(|(entity, uses)| uses.iter().map(move |one| (one.rule, entity))).collect()
    }
}

/// Whether a rule binds one of the profiles. Its own `applies` replaces that of its policy.
fn binds(rule: &Rule, part: &Part, profiles: &[String]) -> bool {
    let applies = if rule.applies.is_empty() { &part.applies } else { &rule.applies };
    profiles.is_empty() || applies.is_empty() || applies.iter().any(|profile| profile == ANY || profiles.contains(profile))
}
