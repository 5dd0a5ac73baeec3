//! Subjects × policy × date → assessment: pure, total, ordered.
//!
//! The evaluator listens to a reader. Of a subject without a hit it keeps nothing but a count.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::{AppliedWaiver, Assessment, Evidence, Finding, FoundSubject, Status};
use crate::identity::{EntityId, Hit, Matcher, Strength, normalised};
use crate::inventory::{Claim, Listener, Note, Role, Subject};
use crate::policy::{Attribution, Effect, Origin, Policy, Rule, UNVERIFIABLE, WaivedSubject};
use crate::source::{Span, hex_sha256};

/// Evaluates the subjects of one document as a reader pushes them.
#[derive(Debug)]
pub struct Evaluator<'p> {
    policy: &'p Policy,
    as_of: Date,
    matcher: Matcher<'p>,
    /// The rule that stands for `evaluate.unverifiable`, where that is more than a note.
    unverifiable: Option<Arc<Rule>>,
    assessment: Assessment,
    /// Reused for every claim.
    hits: Vec<Hit>,
}

/// A hit and the claim that it is about.
struct Met<'c> {
    entity: EntityId,
    hit: Hit,
    claim: &'c Claim<'c>,
}

impl<'p> Evaluator<'p> {
    /// An evaluator for one document, as on the day `as_of`.
    #[must_use]
    pub fn new(policy: &'p Policy, as_of: Date) -> Self {
        Self {
            policy,
            as_of,
            matcher: Matcher::new(&policy.index),
            unverifiable: unverifiable_rule(policy),
            assessment: Assessment { waivers_used: vec![false; policy.waivers.len()], ..Assessment::default() },
            hits: Vec::new(),
        }
    }

    /// What the document came to.
    #[must_use]
    pub fn finish(mut self) -> Assessment {
        // Readers push a nested component before the one around it; a report is in document order.
        self.assessment.findings.sort_by_key(|finding| {
            (finding.subject.index, finding.rule.origin.span, finding.entity.as_ref().map(|entity| entity.id.clone()))
        });
        self.assessment
    }

    fn findings_for(&mut self, subject: &Subject<'_>, met: &[Met<'_>]) -> Option<Status> {
        let mut entities: Vec<EntityId> = met.iter().map(|met| met.entity).collect();
        entities.sort_unstable();
        entities.dedup();
        let mut worst = None;
        for entity in entities {
            for &rule in &self.policy.rules_of[entity as usize] {
                let rule = Arc::clone(&self.policy.rules[rule]);
                if !self.reaches(&rule, subject) {
                    continue;
                }
                let Some((effect, evidence)) = self.evidence(&rule, entity, met) else { continue };
                let status = self.add(subject, rule, Some(entity), effect, evidence);
                worst = worst.max(Some(status));
            }
        }
        worst
    }

    /// A scope or kind that the document does not say is reached by every rule.
    fn reaches(&self, rule: &Rule, subject: &Subject<'_>) -> bool {
        let class = subject.kind.class();
        rule.effective.is_none_or(|effective| effective <= self.as_of)
            && (rule.subjects.is_empty() || class.is_none_or(|class| rule.subjects.contains(&class)))
            && (rule.scopes.is_empty() || subject.scope.is_none_or(|scope| rule.scopes.contains(&scope)))
    }

    fn evidence(&self, rule: &Rule, entity: EntityId, met: &[Met<'_>]) -> Option<(Effect, Vec<Evidence>)> {
        let mut worst: Option<Effect> = None;
        let mut own: Vec<_> =
            met.iter().filter(|met| met.entity == entity).map(|met| (met, self.policy.basis(met.hit.identifier))).collect();
        // One claim may meet several identifiers of an entity; the first of the strongest says enough.
        own.sort_by_key(|(met, basis)| std::cmp::Reverse((basis.confirmed, met.hit.strength)));
        let mut seen = HashSet::new();
        let mut evidence = Vec::new();
        for (met, basis) in own {
            let by_strength = match met.hit.strength {
                Strength::Declared | Strength::Identified => rule.effect,
                Strength::Lookalike => Effect::Review,
                Strength::Mentioned => self.policy.settings.mentions,
            };
            let by_basis = if basis.confirmed { Effect::Prohibited } else { Effect::Review };
            worst = worst.max(Some(by_strength.min(by_basis).min(rule.effect)));
            if !seen.insert((met.claim.span, met.claim.field)) {
                continue;
            }
            evidence.push(Evidence {
                field: met.claim.field,
                value: bounded(&met.claim.text),
                span: met.claim.span,
                pointer: String::new(),
                strength: met.hit.strength,
                matched: self.policy.index.identifier(met.hit.identifier).text.clone(),
                confirmed: basis.confirmed,
                fact: basis.fact.clone(),
                origin: basis.origin.clone(),
            });
        }
        // Of equally strong claims a purl says most plainly what the thing is.
        let rank = |evidence: &Evidence| (evidence.confirmed, evidence.strength, evidence.field.ends_with("purl"));
        evidence.sort_by(|a, b| rank(b).cmp(&rank(a)).then(a.span.cmp(&b.span)));
        worst.map(|effect| (effect, evidence))
    }

    fn add(&mut self, subject: &Subject<'_>, rule: Arc<Rule>, entity: Option<EntityId>, effect: Effect, evidence: Vec<Evidence>) -> Status {
        let waiver = if effect == Effect::Note { None } else { self.waiver_for(&rule, subject) };
        let status = match (&waiver, effect) {
            (Some(_), _) => Status::Waived,
            (None, Effect::Note) => Status::Note,
            (None, Effect::Review) => Status::Review,
            (None, Effect::Prohibited) => Status::Prohibited,
        };
        let entity = entity.map(|entity| self.policy.entities[entity as usize].clone());
        let identity = identity_of(subject);
        let entity_id = entity.as_ref().map_or("", |entity| entity.id.as_str());
        let fingerprint = hex_sha256(format!("1\0{}\0{entity_id}\0{identity}", rule.full_id()).as_bytes())[..32].to_owned();
        let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map(|text| text.value.as_ref().to_owned());
        self.assessment.findings.push(Finding {
            status,
            rule,
            entity,
            subject: FoundSubject {
                index: subject.index,
                reference: text(&subject.reference),
                kind: subject.kind,
                place: subject.place,
                label: subject.label(),
                name: text(&subject.name),
                group: text(&subject.group),
                version: text(&subject.version),
                purl: text(&subject.purl),
                span: subject.span,
            },
            evidence,
            paths: crate::inventory::Paths::default(),
            waiver,
            fingerprint,
        });
        status
    }

    /// Notes that the document names one maker for a subject that an identifier shows to be another's.
    fn contradiction(&mut self, subject: &Subject<'_>, met: &[Met<'_>]) {
        let Some(identified) = met.iter().find(|met| met.hit.strength == Strength::Identified) else { return };
        let parties = || subject.claims.iter().filter(|claim| claim.role == Role::Party);
        let agreed = met.iter().any(|met| met.entity == identified.entity && met.claim.role.names_maker());
        if let (false, Some(named)) = (agreed, parties().next()) {
            let entity = &self.policy.entities[identified.entity as usize].name;
            let message = format!(
                "`{}` names `{}` as the maker of a part that its `{}` shows to be of {}",
                named.field,
                crate::text::excerpt(&named.text, 80),
                identified.claim.field,
                crate::text::excerpt(entity, 80)
            );
            self.note(Note { code: "contradicting-makers", message, span: Some(named.span) });
        }
    }

    fn waiver_for(&mut self, rule: &Rule, subject: &Subject<'_>) -> Option<AppliedWaiver> {
        let full_id = rule.full_id();
        let found = self
            .policy
            .waivers
            .iter()
            .position(|waiver| waiver.rule == full_id && waiver.holds(self.as_of) && waives(&waiver.subject, subject))?;
        self.assessment.waivers_used[found] = true;
        let waiver = &self.policy.waivers[found];
        Some(AppliedWaiver {
            reason: waiver.reason.clone(),
            by: waiver.by.clone(),
            authority: waiver.authority.clone(),
            expires: waiver.expires,
        })
    }

    /// Whether an exception of the policy takes this hit back. A named party is only taken back by name.
    fn excepted(&self, subject: &Subject<'_>, met: &Met<'_>) -> bool {
        self.policy.exceptions.iter().filter(|exception| exception.entity == met.entity).any(|exception| {
            let by_name = exception.name.as_ref().is_some_and(|name| *name == normalised(&met.claim.text));
            let by_package = met.hit.strength != Strength::Declared
                && exception.package.as_ref().is_some_and(|package| subject.purl.as_ref().is_some_and(|purl| package.covers(&purl.value)));
            by_name || by_package
        })
    }
}

impl Listener for Evaluator<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        let mut met: Vec<Met<'_>> = Vec::new();
        let (mut named, mut identified) = (false, false);
        for claim in subject.claims {
            named |= claim.role.names_maker();
            identified |= claim.role.identifies();
            self.hits.clear();
            self.matcher.look_up(claim, subject.kind, &mut self.hits);
            for &hit in &self.hits {
                met.push(Met { entity: self.policy.index.identifier(hit.identifier).entity, hit, claim });
            }
        }
        met.retain(|met| !self.excepted(subject, met));

        self.contradiction(subject, &met);

        let known = match self.policy.settings.attribution {
            Attribution::Any => identified,
            Attribution::Party => named,
        };
        let mut worst = if met.is_empty() { None } else { self.findings_for(subject, &met) };
        if !known
            && worst.is_none_or(|status| status == Status::Note)
            && let Some(rule) = self.unverifiable.clone()
        {
            let effect = rule.effect;
            worst = Some(self.add(subject, rule, None, effect, Vec::new()));
        }
        let ledger = &mut self.assessment.ledger;
        ledger.subjects += 1;
        ledger.party_named += u64::from(named);
        *match worst {
            Some(Status::Prohibited) => &mut ledger.prohibited,
            Some(Status::Review) => &mut ledger.review,
            Some(Status::Waived) => &mut ledger.waived,
            Some(Status::Note) | None if !known => &mut ledger.unverifiable,
            Some(Status::Note) | None => &mut ledger.clear,
        } += 1;
    }

    fn note(&mut self, note: Note) {
        // A hostile document can cause one for every element: the first ones tell enough.
        const NOTES_MAX: usize = 1000;
        if self.assessment.notes.len() < NOTES_MAX {
            self.assessment.notes.push(note);
        }
    }
}

/// The most of a claim's text that a finding keeps, in bytes: enough for any name, and a licence is not copied whole.
const VALUE_MAX: usize = 1024;

fn bounded(text: &str) -> String {
    if text.len() <= VALUE_MAX {
        return text.to_owned();
    }
    format!("{}…", &text[..crate::text::boundary(text, VALUE_MAX)])
}

/// What a subject is, however often its SBOM is made anew: its purl without version, or what stands in its place.
fn identity_of(subject: &Subject<'_>) -> String {
    if let Some(purl) = &subject.purl {
        let purl = purl.value.split(['?', '#']).next().unwrap_or_default();
        let name = purl.rfind('/').map_or(0, |at| at + 1);
        let end = purl[name..].rfind('@').filter(|&at| at > 0).map_or(purl.len(), |at| name + at);
        return purl[..end].to_lowercase();
    }
    let part = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map_or(String::new(), |text| text.value.as_ref().to_owned());
    match (&subject.name, &subject.reference) {
        (None, Some(reference)) => format!("ref\0{}", reference.value),
        _ => format!("{}\0{}\0{}", subject.kind.as_str(), part(&subject.group), part(&subject.name)),
    }
}

fn waives(waived: &WaivedSubject, subject: &Subject<'_>) -> bool {
    match waived {
        WaivedSubject::Package(pattern) => {
            let purls = subject.claims.iter().filter(|claim| claim.role == Role::Purl);
            purls.map(|claim| claim.text.as_ref()).any(|purl| pattern.covers(purl))
        }
        WaivedSubject::Word(word) => [&subject.reference, &subject.name].into_iter().flatten().any(|text| text.value == word.as_str()),
    }
}

fn unverifiable_rule(policy: &Policy) -> Option<Arc<Rule>> {
    let effect = policy.settings.unverifiable;
    let part = policy.parts.last().filter(|_| effect != Effect::Note)?;
    Some(Arc::new(Rule {
        policy: part.id.clone(),
        id: UNVERIFIABLE.to_owned(),
        title: Some("Nothing says what this is or who made it".to_owned()),
        entities: Vec::new(),
        subjects: Vec::new(),
        scopes: Vec::new(),
        effect,
        effective: None,
        clause: None,
        text: None,
        help: Some("Have the SBOM name its supplier, purl or CPE.".to_owned()),
        authority: Vec::new(),
        reports: Vec::new(),
        origin: Origin { source: Arc::clone(&part.source), span: Span::default() },
    }))
}
