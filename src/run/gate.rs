//! Who may weaken the gate: what the command line requires of the policies, and what the report says of those that a pull request can change.

use std::path::Path;
use std::str::FromStr;

use jiff::civil::Date;

use super::{clock, named};
use crate::finding::Part;
use crate::policy::{DEFAULT_PACK, Effect, InForce, Origin, PACKS, Policy, PolicyError, PolicyOrigin, Rule};
use crate::redact::{REDACTED, Redaction};
use crate::report::Base;
use crate::source::Span;
use crate::text::{excerpt, inline, nearest};
use crate::verdict::FailOn;

/// What the command line says about who may weaken the gate.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Whether an `interdict.toml` is looked for when no policy is named.
    pub local_policy: bool,
    /// The packs that have to take part.
    pub required: Vec<Required>,
    /// The loosest threshold that is accepted, wherever it is set.
    pub min_fail_on: Option<FailOn>,
    /// The only file that waivers and assertions may come from.
    pub waivers: Option<String>,
    /// Whether a policy that is past its review date is an error.
    pub fail_on_stale: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { local_policy: true, required: Vec::new(), min_fail_on: None, waivers: None, fail_on_stale: false }
    }
}

/// A pack that has to take part: `NAME`, or `NAME@sha256:HEX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// The id of the policy.
    pub id: String,
    /// The digest of its file.
    pub sha256: Option<String>,
}

impl FromStr for Required {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, sha256) = match text.split_once('@') {
            None => (text, None),
            Some((id, digest)) => {
                let hex = digest.strip_prefix("sha256:").unwrap_or_default().to_ascii_lowercase();
                if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err("expected `@sha256:` and 64 hexadecimal digits after the name".to_owned());
                }
                (id, Some(hex))
            }
        };
        if id.is_empty() {
            return Err("the name of the policy is empty".to_owned());
        }
        Ok(Self { id: id.to_owned(), sha256 })
    }
}

impl Gate {
    /// The threshold that counts: the stricter of the one that is set and the loosest one that is accepted.
    pub(super) fn fail_on(&self, set: FailOn) -> FailOn {
        self.min_fail_on.map_or(set, |least| least.max(set))
    }

    /// What of the requirements the policies do not meet, nor the `baseline` by which known findings fail nothing.
    pub(super) fn unmet(&self, in_force: &InForce<'_>, base: &Base, baseline: Option<&Path>) -> Vec<PolicyError> {
        let mut errors: Vec<PolicyError> = self.required.iter().flat_map(|required| self.missing(required, in_force, base)).collect();
        if let (Some(required), Some(baseline)) = (self.required.first(), baseline) {
            let (id, shown) = (excerpt(&required.id, 40), excerpt(&baseline.display().to_string(), 60).into_owned());
            let help = "whoever can change it decides which findings fail nothing: read it from an artifact of the default branch, outside the \
                        checkout, or leave --fail-on-new out";
            errors.push(plain(format!("the policy {id} is required, and the baseline {shown} lies in the repository under test"), help));
        }
        if self.fail_on_stale {
            for stale in clock::stale(in_force.policy, in_force.as_of) {
                let help = "update interdict, or have the policy reviewed; without --fail-on-stale this is a note";
                errors.push(plain(format!("{} (--fail-on-stale)", clock::staleness(&stale)), help));
            }
        }
        errors
    }

    fn missing(&self, required: &Required, in_force: &InForce<'_>, base: &Base) -> Vec<PolicyError> {
        let policy = in_force.policy;
        let id = excerpt(&required.id, 80);
        let Some(part) = policy.parts.iter().find(|part| part.id == required.id) else {
            let from = policy
                .parts
                .iter()
                .find(|part| part.origin == PolicyOrigin::Repository)
                .map_or(String::new(), |part| format!(": {} in the repository leaves it out", inline(&base.path(part.source.name()))));
            let known = PACKS.iter().any(|pack| pack.name == required.id);
            let help = match nearest(&required.id, PACKS.iter().map(|pack| pack.name)) {
                Some((1..=3, name)) if !known => format!("did you mean `{name}`?"),
                _ => format!("add \"{id}\" to `extends` in the policy file, or give --policy {id}"),
            };
            return vec![plain(format!("the required policy {id} does not take part{from}"), &help)];
        };
        let digest = part.source.sha256();
        match &required.sha256 {
            Some(expected) if expected != digest => {
                let help = format!(
                    "expected SHA-256 {expected}, found {digest}: read the policy, then pin the digest of the one that you have read"
                );
                return vec![plain(format!("the required policy {id} has another digest"), &help)];
            }
            None if part.origin != PolicyOrigin::Embedded => {
                let file = base.path(part.source.name());
                let message = format!("the required policy {id} is not the embedded pack, but {}", inline(&file));
                let help = format!("name the pack with --policy, or pin the file that you have read: --require-policy {id}@sha256:HEX");
                return vec![plain(message, &help)];
            }
            _ => {}
        }
        let rules = || (0..).zip(&policy.rules).filter(|(_, rule)| rule.policy == part.id);
        if rules().all(|(number, _): (usize, _)| in_force.unbound.contains(&number)) {
            let by = match policy.profiles.first() {
                Some((_, origin)) => format!("the profiles that {} or --profile asks for", at(origin, base)),
                None => "the profiles that --profile asks for".to_owned(),
            };
            let message = format!("the required policy {id} is left out by {by}");
            return vec![plain(message, "ask for a profile that the policy binds, or for none")];
        }
        let applies = |rule: &Rule| rule.effective.is_none_or(|effective| effective <= in_force.as_of);
        if !rules().any(|(number, rule)| !in_force.unbound.contains(&number) && applies(rule)) {
            let first = rules().filter_map(|(_, rule)| rule.effective).min();
            let begins = first.map_or(String::new(), |day| format!(": its first rule begins on {day}"));
            let message = format!("the required policy {id} is not in force on {}{begins}", in_force.as_of);
            return vec![plain(message, "require a policy that is in force, or leave this one out")];
        }
        self.weakened(part, policy, in_force.as_of)
    }

    /// What may change the findings of a required policy, and comes from a file that nobody vouches for.
    fn weakened(&self, required: &Part, policy: &Policy, as_of: Date) -> Vec<PolicyError> {
        let id = excerpt(&required.id, 80);
        let pinned = |part: &Part| self.required.iter().any(|one| one.id == part.id && one.sha256.as_deref() == Some(part.source.sha256()));
        let trusted = |origin: &Origin| {
            policy.part_of(origin).is_some_and(|part| part.origin == PolicyOrigin::Embedded || part.waivers_only || pinned(part))
        };
        let error = |origin: &Origin, message: String| PolicyError {
            source: Some(origin.source.clone()),
            span: origin.span,
            message,
            help: Some("remove it, or move it to a file that you give with --waivers".to_owned()),
        };
        let rule_of = |rule: &str| rule.strip_prefix(required.id.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let waivers = policy.waivers.iter().filter(|waiver| rule_of(&waiver.rule) && waiver.expires >= as_of && !trusted(&waiver.origin));
        let waivers = waivers.map(|waiver| error(&waiver.origin, format!("this waiver weakens the required policy {id}")));
        let assertions = policy.assertions.iter().filter(|assertion| !trusted(&assertion.origin));
        let assertions =
            assertions.map(|assertion| error(&assertion.origin, format!("this assertion can change what the required policy {id} finds")));
        waivers.chain(assertions).collect()
    }
}

fn plain(message: String, help: &str) -> PolicyError {
    PolicyError { source: None, span: Span::default(), message, help: Some(help.to_owned()) }
}

/// A place in a policy file, as a report shows it.
fn at(origin: &Origin, base: &Base) -> String {
    let name = origin.source.name();
    // The packs have no path.
    let path = if Path::new(name).exists() { base.path(name) } else { name.to_owned() };
    format!("{}:{}", inline(&path), origin.source.location(origin.span.start).line)
}

/// The most waivers, and the most rules, that are listed one by one.
const LISTED: usize = 20;

/// Where the policies come from, and what in the files of the repository under test is weaker than the packs.
pub(super) fn notes(in_force: &InForce<'_>, profiles: &[String], base: &Base, redaction: Option<&Redaction>) -> Vec<String> {
    let policy = in_force.policy;
    let mut notes = Vec::new();
    let local: Vec<&Part> = policy.parts.iter().filter(|part| part.in_repository && part.origin != PolicyOrigin::Embedded).collect();
    for part in &local {
        let path = base.path(part.source.name());
        let what = if part.waivers_only { "the waivers come" } else { "the policy comes" };
        notes.push(format!("{what} from {} in the repository under test: whoever can change the repository can change it", inline(&path)));
    }
    for part in policy.parts.iter().filter(|part| part.origin != PolicyOrigin::Embedded) {
        if PACKS.iter().any(|pack| pack.name == part.id) {
            let path = base.path(part.source.name());
            notes.push(format!("policy {} is not the embedded pack of that name, but {}", inline(&part.id), inline(&path)));
        }
    }
    if local.iter().any(|part| !part.waivers_only) && !policy.parts.iter().any(|part| part.id == DEFAULT_PACK) {
        notes.push(format!("the default pack {DEFAULT_PACK} does not take part"));
    }
    let own = |origin: &Origin| local.iter().any(|part| std::sync::Arc::ptr_eq(&part.source, &origin.source));
    if let Some((_, origin)) = policy.profiles.first().filter(|(profile, _)| profiles.contains(profile)) {
        let asked: Vec<_> = profiles.iter().map(|profile| inline(profile)).collect();
        notes.push(format!("{} limits the laws to the profiles {}: the others are left out", at(origin, base), asked.join(", ")));
    }
    let waivers = policy.waivers.iter().filter(|waiver| waiver.holds(in_force.as_of) && own(&waiver.origin)).map(|waiver| {
        let reason = if redaction.is_some() { REDACTED.into() } else { inline(&waiver.reason) };
        format!(
            "waiver in {}: {} for {}, by {}, until {}: {reason}",
            at(&waiver.origin, base),
            inline(&waiver.rule),
            named(&waiver.subject_text, redaction),
            inline(&waiver.by),
            waiver.expires
        )
    });
    listed(&mut notes, waivers, "waivers from the repository under test");
    let rules = policy.rules.iter().filter(|rule| own(&rule.origin)).filter_map(|rule| {
        let weaker = weaker(rule, in_force.as_of);
        (!weaker.is_empty()).then(|| format!("rule {} in {} {}", inline(&rule.full_id()), at(&rule.origin, base), weaker.join(", and ")))
    });
    listed(&mut notes, rules, "rules from the repository under test that are limited");
    notes
}

fn listed(notes: &mut Vec<String>, all: impl Iterator<Item = String>, what: &str) {
    let mut rest = 0_usize;
    for (number, note) in all.enumerate() {
        if number < LISTED {
            notes.push(note);
        } else {
            rest += 1;
        }
    }
    if rest > 0 {
        notes.push(format!("{rest} more {what}"));
    }
}

/// In what a rule says less than one that prohibits everything of its entities from the first day on.
fn weaker(rule: &Rule, as_of: Date) -> Vec<String> {
    let mut found = Vec::new();
    if rule.effect < Effect::Prohibited {
        found.push(format!("only has the effect {}", rule.effect.as_str()));
    }
    let limits = [
        ("subjects", rule.subjects.is_empty()),
        ("scopes", rule.scopes.is_empty()),
        ("products", rule.products.is_empty()),
        ("except", rule.except.is_empty()),
        ("versions", rule.versions.is_none()),
    ];
    let limits: Vec<&str> = limits.iter().filter(|(_, absent)| !absent).map(|(key, _)| *key).collect();
    if !limits.is_empty() {
        found.push(format!("is limited by {}", limits.join(", ")));
    }
    if let Some(effective) = rule.effective.filter(|effective| *effective > as_of) {
        found.push(format!("begins on {effective}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Required;

    #[test]
    fn a_required_policy_has_a_name_and_at_most_a_whole_digest() {
        let digest = "AB".repeat(32);
        let read: Required = format!("us-ndaa-1634@sha256:{digest}").parse().unwrap();
        assert_eq!((read.id.as_str(), read.sha256), ("us-ndaa-1634", Some("ab".repeat(32))));
        assert_eq!("p".parse::<Required>().unwrap().sha256, None);
        for wrong in ["", "@", "p@", "p@sha256:", "p@sha256:12", "p@sha512:00", &format!("p@{digest}"), &format!("@sha256:{digest}")] {
            assert!(wrong.parse::<Required>().is_err(), "{wrong}");
        }
    }
}
