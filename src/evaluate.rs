//! Subjects × policy × date → assessment: pure, total, ordered.
//!
//! The evaluator listens to a reader. Of a subject without a hit it keeps nothing but a count.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell, RefCell};
use std::collections::HashSet;
use std::sync::Arc;

use crate::finding::{AppliedWaiver, Assessment, Evidence, Finding, FoundSubject, OwnershipLink, Status, Unnamed};
use crate::identity::{EntityId, Hit, IdentifierKind, Matchers, ParsedPurl, Pattern, Strength, cpe, normalised};
use crate::inventory::{Claim, Completeness, Kind, KindClass, Link, Listener, Note, Place, Role, Subject};
use crate::policy::{Attribution, Effect, InForce, Origin, Policy, Product, Rule, UNVERIFIABLE, Use};
use crate::source::{Span, hex_sha256};

/// Evaluates the subjects of one document as a reader pushes them.
#[derive(Debug)]
pub struct Evaluator<'p> {
    in_force: &'p InForce<'p>,
    policy: &'p Policy,
    matcher: Matchers<'p>,
    /// The rule that stands for `evaluate.unverifiable`, where that is more than a note.
    unverifiable: Option<Arc<Rule>>,
    assessment: Assessment,
    /// Reused for every claim.
    hits: Vec<Hit>,
    /// Whether every component without a named vendor is remembered, and not only the first ones that cannot be identified.
    lists_unnamed: bool,
}

/// A hit and the claim that it is about.
pub(crate) struct Met<'c> {
    pub(crate) entity: EntityId,
    pub(crate) hit: Hit,
    pub(crate) claim: &'c Claim<'c>,
}

/// What is asked of a subject besides who made it, worked out when the first rule asks.
struct Traits<'s> {
    subject: &'s Subject<'s>,
    /// Normalised: its name, with its group, and the name in its purl.
    names: OnceCell<Vec<String>>,
    classes: OnceCell<Vec<KindClass>>,
}

impl<'s> Traits<'s> {
    fn of(subject: &'s Subject<'s>) -> Self {
        Self { subject, names: OnceCell::new(), classes: OnceCell::new() }
    }

    fn names(&self) -> &[String] {
        self.names.get_or_init(|| {
            let subject = self.subject;
            let name = subject.name.as_ref().map(|name| normalised(&name.value));
            let grouped = subject.group.as_ref().map(|_| normalised(&subject.label()));
            let in_purl = subject.purl.as_ref().map(|purl| normalised(&package_path(&purl.value)));
            // A CPE says vendor and product.
            let in_cpe = subject.claims.iter().filter(|claim| claim.role == Role::Cpe).filter_map(|claim| cpe_product(&claim.text));
            [name, grouped, in_purl].into_iter().flatten().chain(in_cpe).collect()
        })
    }

    /// The classes that a subject may be of: what the document calls it, and what its CPE says that it is. None: nothing says so.
    fn classes(&self) -> &[KindClass] {
        self.classes.get_or_init(|| {
            let mut classes: Vec<KindClass> = self.subject.kind.class().into_iter().collect();
            for claim in self.subject.claims {
                match claim.role {
                    Role::Cpe => classes.extend(cpe_class(&claim.text)),
                    // What a language's registry hands out is software, though the document does not say so.
                    Role::Purl if classes.is_empty() && is_of_a_registry(&claim.text) => classes.push(KindClass::Software),
                    _ => {}
                }
            }
            classes
        })
    }
}

impl<'p> Evaluator<'p> {
    /// An evaluator for one document.
    #[must_use]
    pub fn new(in_force: &'p InForce<'p>) -> Self {
        let policy = in_force.policy;
        Self {
            in_force,
            policy,
            matcher: Matchers::new(&policy.index),
            unverifiable: unverifiable_rule(policy),
            assessment: Assessment {
                waivers_used: vec![false; policy.waivers.len()],
                assertions_used: vec![0; policy.assertions.len()],
                ..Assessment::default()
            },
            hits: Vec::new(),
            lists_unnamed: false,
        }
    }

    /// Has every component listed for which the document names no vendor.
    #[must_use]
    pub fn listing_unnamed(self, lists_unnamed: bool) -> Self {
        Self { lists_unnamed, ..self }
    }

    /// What the document came to.
    #[must_use]
    pub fn finish(mut self) -> Assessment {
        // Readers push a nested component before the one around it; a report is in document order.
        self.assessment.without_vendor.sort_by_key(|unnamed| unnamed.span);
        self.assessment.findings.sort_by_key(|finding| {
            (finding.subject.index, finding.rule.origin.span, finding.entity.as_ref().map(|entity| entity.id.clone()))
        });
        self.assessment
    }

    fn findings_for(&mut self, subject: &Subject<'_>, met: &[Met<'_>]) -> Option<Status> {
        // By entity, so that each looks at its own hits only.
        let mut sorted: Vec<&Met<'_>> = met.iter().collect();
        sorted.sort_by_key(|met| met.entity);
        let traits = Traits::of(subject);
        let mut worst = None;
        let before = self.assessment.findings.len();
        for own in sorted.chunk_by(|one, other| one.entity == other.entity) {
            let entity = own[0].entity;
            for Use { rule, reached, review } in self.in_force.uses(entity) {
                let rule = Arc::clone(&self.policy.rules[*rule]);
                if self.refusal(&rule, entity, &traits).is_some() {
                    continue;
                }
                let Some((mut effect, evidence)) = self.evidence(&rule, own) else { continue };
                let mut doubts = Vec::new();
                if rule.except.iter().any(|product| product.covers(traits.names(), None)) {
                    effect = effect.min(Effect::Review);
                    doubts.push("it is called like something that the rule leaves out, and anything can be called so".to_owned());
                }
                match in_range(&rule, subject) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        effect = effect.min(Effect::Review);
                        doubts.push(version_doubt(&rule, subject));
                    }
                }
                let mut ownership = Vec::new();
                if let Some(reached) = reached {
                    if *review {
                        effect = effect.min(Effect::Review);
                        doubts.push(format!("the rule reaches it only as `{}`, which a person has to judge", reached.by.as_str()));
                    }
                    if !reached.confirmed {
                        effect = effect.min(Effect::Review);
                        doubts.push("no source confirms the whole chain of ownership".to_owned());
                    }
                    ownership = reached.chain.iter().map(|&number| self.ownership_link(number)).collect();
                }
                let share = reached.as_ref().and_then(|reached| reached.share);
                let status = self.add(subject, Ground { rule, entity: Some(entity), ownership, share, doubts }, effect, evidence);
                worst = worst.max(Some(status));
            }
        }
        self.say_it_once(before);
        worst
    }

    /// Of the findings about one subject, from `first` on, takes out what a prohibition of the same policy says already: the same entity under a
    /// weaker rule, and what only the same words mention, such as the parent of whom they name.
    fn say_it_once(&mut self, first: usize) {
        let findings = &self.assessment.findings[first..];
        if findings.len() < 2 {
            return;
        }
        let spans: Vec<HashSet<Span>> =
            findings.iter().map(|finding| finding.evidence.iter().map(|evidence| evidence.span).collect()).collect();
        let said = |finding: &Finding, own: &HashSet<Span>| {
            let prohibited = findings.iter().zip(&spans).filter(|(other, _)| other.status == Status::Prohibited);
            prohibited.filter(|_| finding.status < Status::Prohibited).any(|(other, others)| {
                let only_mentioned = finding.evidence.iter().all(|evidence| evidence.strength <= Strength::Mentioned);
                let same_entity = other.entity.as_ref().map(|entity| &entity.id) == finding.entity.as_ref().map(|entity| &entity.id);
                other.rule.policy == finding.rule.policy && (only_mentioned || same_entity) && own.is_subset(others)
            })
        };
        let keep: Vec<bool> =
            findings.iter().zip(&spans).map(|(finding, own)| finding.status == Status::Waived || !said(finding, own)).collect();
        let mut number = 0;
        self.assessment.findings.retain(|_| {
            number += 1;
            number <= first || keep[number - 1 - first]
        });
    }

    /// Why a rule does not reach a subject of these traits. A scope or kind that the document does not say is reached by every rule.
    fn refusal(&self, rule: &Rule, entity: EntityId, traits: &Traits<'_>) -> Option<String> {
        if !rule.subjects.is_empty() {
            let classes = traits.classes();
            if !classes.is_empty() && !classes.iter().any(|class| rule.subjects.contains(class)) {
                return Some(format!("it does not reach {}", classes[0].as_str()));
            }
        }
        let kind = traits.subject.kind;
        if !rule.kinds.is_empty() && kind != Kind::Unknown && !rule.kinds.contains(&kind) {
            return Some(format!("it does not reach the kind {}", kind.as_str()));
        }
        if let Some(scope) = traits.subject.scope
            && !rule.scopes.is_empty()
            && !rule.scopes.contains(&scope)
        {
            return Some(format!("it does not reach the scope {}", scope.as_str()));
        }
        let purl = traits.subject.purl.as_ref().map(|purl| purl.value.as_ref());
        let listed = |product: &Product| product.covers(traits.names(), purl);
        if !rule.products.is_empty()
            && !rule.products.iter().any(listed)
            && !rule.products.iter().any(|product| product.covers(&self.brands_ending_in(entity, traits), None))
        {
            return Some("this is none of the products that it reaches".to_owned());
        }
        // A name alone takes nothing back: see `findings_for`.
        if rule.except.iter().any(|product| product.covers(&[], purl)) {
            return Some("this is a product that it leaves out".to_owned());
        }
        None
    }

    /// The entity's brands that end in the subject's own name: what it supplies as `Endpoint Security` is `Kaspersky Endpoint Security`.
    fn brands_ending_in(&self, entity: EntityId, traits: &Traits<'_>) -> Vec<String> {
        const LONG: usize = 5;
        let names: Vec<String> = traits.names().iter().filter(|name| name.len() >= LONG).map(|name| format!(" {name}")).collect();
        let brands = self.policy.index.identifiers().filter(|known| known.entity == entity && known.kind == IdentifierKind::Brand);
        brands.map(|brand| normalised(&brand.text)).filter(|brand| names.iter().any(|name| brand.ends_with(name.as_str()))).collect()
    }

    /// Why the rules that reach one of `entities` say nothing of a subject, for an explanation.
    #[must_use]
    pub fn refusals(&self, subject: &Subject<'_>, entities: &[EntityId]) -> Vec<Refusal> {
        let traits = Traits::of(subject);
        let mut refusals = Vec::new();
        for &entity in entities {
            let uses = self.in_force.uses(entity);
            for Use { rule, .. } in uses {
                let rule = &self.policy.rules[*rule];
                let why = self.refusal(rule, entity, &traits).or_else(|| {
                    (in_range(rule, subject) == Some(false)).then(|| {
                        let range = rule.versions.as_ref().map_or("", |(text, _)| text.as_str());
                        format!("its version does not lie in {range}")
                    })
                });
                refusals.extend(why.map(|why| Refusal { rule: Arc::clone(rule), entity: Some(entity), why }));
            }
            for (number, rule) in self.policy.rules.iter().enumerate() {
                if uses.iter().any(|one| one.rule == number) {
                    continue;
                }
                let why = match rule.effective {
                    _ if self.in_force.unbound.contains(&number) => "it binds none of the profiles that were asked for".to_owned(),
                    Some(effective) if effective > self.in_force.as_of => format!("it only begins on {effective}"),
                    _ if !rule.in_force(self.in_force.as_of) => "it has expired".to_owned(),
                    _ => "it neither names this entity nor reaches it on this day".to_owned(),
                };
                refusals.push(Refusal { rule: Arc::clone(rule), entity: Some(entity), why });
            }
        }
        refusals
    }

    fn ownership_link(&self, number: usize) -> OwnershipLink {
        let link = self.policy.ownership.link(number);
        let entity = |id: EntityId| self.policy.entities[id as usize].clone();
        OwnershipLink {
            owner: entity(link.owner),
            owned: entity(link.owned),
            kind: link.kind,
            share: link.share,
            since: link.since,
            until: link.until,
            confirmed: link.confirmed,
            fact: link.fact.clone(),
            origin: link.origin.clone(),
        }
    }

    /// The evidence in the hits of one entity.
    fn evidence(&self, rule: &Rule, met: &[&Met<'_>]) -> Option<(Effect, Vec<Evidence>)> {
        let mut worst: Option<Effect> = None;
        let mut own: Vec<_> = met
            .iter()
            .filter(|met| rule.mentions || met.hit.strength > Strength::Mentioned)
            .map(|met| (*met, self.policy.basis(met.hit.identifier)))
            .collect();
        // One claim may meet several identifiers of an entity; the first of the strongest says enough.
        own.sort_by_key(|(met, basis)| std::cmp::Reverse((basis.confirmed, met.hit.strength)));
        let mut seen = HashSet::new();
        let mut evidence = Vec::new();
        for (met, basis) in own {
            let by_strength = match met.hit.strength {
                Strength::Declared | Strength::Deceptive | Strength::Identified => rule.effect,
                Strength::Lookalike | Strength::Derived => Effect::Review,
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
                matched: self.policy.index.identifier(met.hit.identifier).text.to_string(),
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

    fn add(&mut self, subject: &Subject<'_>, ground: Ground, effect: Effect, evidence: Vec<Evidence>) -> Status {
        let Ground { rule, entity, ownership, share, doubts } = ground;
        let waiver = if effect == Effect::Note { None } else { self.waiver_for(&rule, subject) };
        let status = match (&waiver, effect) {
            (Some(_), _) => Status::Waived,
            (None, Effect::Note) => Status::Note,
            (None, Effect::Review) => Status::Review,
            (None, Effect::Prohibited) => Status::Prohibited,
        };
        let entity = entity.map(|entity| self.policy.entities[entity as usize].clone());
        let identity = subject.identity();
        let entity_id = entity.as_ref().map_or("", |entity| entity.id.as_str());
        let fingerprint = hex_sha256(format!("1\0{}\0{entity_id}\0{identity}", rule.full_id()).as_bytes())[..32].to_owned();
        let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map(|text| text.value.as_ref().to_owned());
        self.assessment.findings.push(Finding {
            status,
            rule,
            entity,
            ownership,
            share,
            doubts,
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
            change: None,
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

    /// What the policy asserts of a subject, as claims.
    pub(crate) fn asserted<'c>(&mut self, subject: &Subject<'_>) -> Vec<Claim<'c>>
    where
        'p: 'c,
    {
        let policy = self.policy;
        let mut claims = Vec::new();
        for (assertion, used) in policy.assertions.iter().zip(&mut self.assessment.assertions_used) {
            if assertion.on <= self.in_force.as_of && assertion.subject.names(subject) {
                *used += 1;
                let text = Cow::Borrowed(assertion.supplier.as_str());
                claims.push(Claim { field: "assertion", role: Role::Party, text, span: subject.span });
            }
        }
        claims
    }

    /// What the claims of a subject, and those that are `asserted` of it, meet; before any exception.
    pub(crate) fn met<'c>(&mut self, subject: &Subject<'c>, asserted: &'c [Claim<'c>]) -> Vec<Met<'c>> {
        let mut met = Vec::new();
        for claim in subject.claims.iter().chain(asserted) {
            self.matcher.look_up(claim, subject.kind, &mut self.hits);
            self.take_hits(claim, &mut met);
        }
        // A purl of type `generic` tells no more than a name where a thing is from.
        // What somebody asserts, or another policy file lists, takes nothing from what the packs say.
        let known = |met: &Met<'_>| met.claim.field != "assertion" && !self.policy.index.is_apart(met.hit.identifier);
        if !met.iter().any(known) && subject.purl.as_ref().is_none_or(|purl| type_of(&purl.value).eq_ignore_ascii_case("generic")) {
            for claim in subject.claims {
                match claim.role {
                    Role::Name => self.matcher.look_up_bare_name(&subject.label(), &mut self.hits),
                    Role::Purl => self.matcher.look_up_bare_name(&package_path(&claim.text), &mut self.hits),
                    _ => continue,
                }
                self.take_hits(claim, &mut met);
            }
        }
        let guesses = LazyCell::new(|| Guesses::of(subject));
        for met in met.iter_mut().filter(|met| met.claim.role == Role::Cpe && met.hit.strength == Strength::Identified) {
            if guesses.holds(met.claim) {
                met.hit.strength = Strength::Derived;
            }
        }
        met
    }

    fn take_hits<'c>(&mut self, claim: &'c Claim<'c>, met: &mut Vec<Met<'c>>) {
        let deceptive = LazyCell::new(|| matches!(claim.role, Role::Party | Role::Group) && deceives(&claim.text));
        met.extend(self.hits.drain(..).map(|mut hit| {
            if hit.strength == Strength::Lookalike && *deceptive {
                hit.strength = Strength::Deceptive;
            }
            Met { entity: self.policy.index.identifier(hit.identifier).entity, hit, claim }
        }));
    }

    fn waiver_for(&mut self, rule: &Rule, subject: &Subject<'_>) -> Option<AppliedWaiver> {
        let full_id = rule.full_id();
        let found = self
            .policy
            .waivers
            .iter()
            .position(|waiver| waiver.rule == full_id && waiver.holds(self.in_force.as_of) && waiver.subject.names(subject))?;
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
    pub(crate) fn excepted(&self, compared: &Compared<'_>, met: &Met<'_>) -> bool {
        self.policy.exceptions.iter().filter(|exception| exception.entity == met.entity).any(|exception| {
            let by_name = exception.name.as_ref().is_some_and(|name| compared.is_called(met.claim, name));
            let by_package = met.hit.strength != Strength::Declared
                && exception.package.as_ref().is_some_and(|package| compared.is_covered_by(package, met.claim));
            by_name || by_package
        })
    }
}

/// Where a claim's text lies: while a subject is evaluated, that tells its claims apart.
type TextPlace = (*const u8, usize);

/// What of a subject is compared with the policy's exceptions: each in its compared form once, however many hits and exceptions there are.
pub(crate) struct Compared<'s> {
    purl: Option<&'s str>,
    parsed: OnceCell<ParsedPurl>,
    /// The claim that was asked about last, by its place, and its text as a name or a purl.
    name: RefCell<Option<(TextPlace, String)>>,
    reference: RefCell<Option<(TextPlace, ParsedPurl)>>,
}

impl<'s> Compared<'s> {
    pub(crate) fn of(subject: &'s Subject<'_>) -> Self {
        let purl = subject.purl.as_ref().map(|purl| purl.value.as_ref());
        Self { purl, parsed: OnceCell::new(), name: RefCell::new(None), reference: RefCell::new(None) }
    }

    fn is_called(&self, claim: &Claim<'_>, name: &str) -> bool {
        let key = (claim.text.as_ptr(), claim.text.len());
        let mut known = self.name.borrow_mut();
        match &*known {
            Some((last, normal)) if *last == key => normal == name,
            _ => known.insert((key, normalised(&claim.text))).1 == name,
        }
    }

    /// Whether a pattern covers the subject's purl; of a subject without one, the claim's own, which may be built of a registry reference.
    fn is_covered_by(&self, package: &Pattern, claim: &Claim<'_>) -> bool {
        if let Some(purl) = self.purl {
            return package.covers_parsed(self.parsed.get_or_init(|| ParsedPurl::of(purl)));
        }
        if claim.role != Role::Purl {
            return false;
        }
        let key = (claim.text.as_ptr(), claim.text.len());
        let mut known = self.reference.borrow_mut();
        match &*known {
            Some((last, purl)) if *last == key => package.covers_parsed(purl),
            _ => package.covers_parsed(&known.insert((key, ParsedPurl::of(&claim.text))).1),
        }
    }
}

/// Whether a text hides characters, or has letters that are not Latin and may look so. Asked only where it resembles a listed name.
fn deceives(text: &str) -> bool {
    let latin = |character: char| character.is_ascii() || matches!(character, '\u{c0}'..='\u{24f}');
    text.chars().any(|character| crate::text::hides(character) || (character.is_alphabetic() && !latin(character)))
}

/// What generators guess the CPEs of a component from.
struct Guesses {
    /// Its name, the name in its purl, and its namespaces, as words.
    names: Vec<Vec<String>>,
    /// Whether it is a package of a registry, which has no CPE of its own.
    package: bool,
    /// Whether its CPEs have different vendors.
    several: bool,
}

impl Guesses {
    fn of(subject: &Subject<'_>) -> Self {
        let split = |text: &str| {
            let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_lowercase).collect::<Vec<_>>()
        };
        let mut names: Vec<Vec<String>> =
            [&subject.name, &subject.group].into_iter().flatten().map(|text| split(bounded_text(&text.value))).collect();
        if let Some(purl) = &subject.purl {
            names.extend(package_path(bounded_text(&purl.value)).split('/').map(split));
        }
        let mut vendors = subject.claims.iter().filter(|claim| claim.role == Role::Cpe).filter_map(|claim| cpe_vendor(&claim.text));
        let first = vendors.next();
        Self {
            names,
            package: subject.purl.as_ref().is_some_and(|purl| is_of_a_registry(&purl.value)),
            several: vendors.any(|vendor| first.as_ref() != Some(&vendor)),
        }
    }

    /// Whether a CPE says no more than the component's own name: its vendor is the beginning of that name, or a part of a namespace.
    ///
    /// syft makes candidates so (`addAllSubSelections`): of `huawei-lte-api` also the vendor `huawei`.
    fn holds(&self, claim: &Claim<'_>) -> bool {
        if claim.field == "properties.syft:cpe23" {
            return true;
        }
        let Some(vendor) = cpe_vendor(&claim.text).filter(|_| self.package || self.several) else { return false };
        let vendor: Vec<&str> = vendor.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        self.names.iter().any(|name| name.len() >= vendor.len() && name.windows(vendor.len().max(1)).any(|part| part == vendor))
    }
}

/// The vendor of a CPE, in lower case.
fn cpe_vendor(text: &str) -> Option<String> {
    cpe::fields(bounded_text(text))?.nth(1).map(|vendor| cpe::folded(vendor).to_lowercase())
}

/// The beginning of a text: what is guessed from has a few words.
fn bounded_text(text: &str) -> &str {
    &text[..crate::text::boundary(text, VALUE_MAX)]
}

/// What a finding rests on besides its evidence.
struct Ground {
    rule: Arc<Rule>,
    entity: Option<EntityId>,
    ownership: Vec<OwnershipLink>,
    share: Option<f64>,
    doubts: Vec<String>,
}

/// Why a rule says nothing of a subject.
#[derive(Debug)]
pub struct Refusal {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The entity that the subject has to do with.
    pub entity: Option<EntityId>,
    /// Why.
    pub why: String,
}

/// Whether the subject's version is one that the rule reaches; `None` if that cannot be told.
fn in_range(rule: &Rule, subject: &Subject<'_>) -> Option<bool> {
    let Some((_, versions)) = &rule.versions else { return Some(true) };
    versions.hold(&version(subject)?)
}

fn version(subject: &Subject<'_>) -> Option<String> {
    let own = subject.version.as_ref().map(|version| version.value.as_ref().to_owned()).filter(|version| !version.trim().is_empty());
    own.or_else(|| subject.purl.as_ref().and_then(|purl| crate::identity::version_of(&purl.value)))
}

fn version_doubt(rule: &Rule, subject: &Subject<'_>) -> String {
    let range = rule.versions.as_ref().map_or("", |(text, _)| text.as_str());
    // The version itself stands with the subject, where a redaction takes it out.
    match version(subject) {
        Some(_) => format!("whether its version lies in {range} cannot be told"),
        None => format!("the document gives no version to compare with {range}"),
    }
}

/// Namespace and name of a purl, without its type, version and qualifiers.
fn package_path(purl: &str) -> String {
    let purl = purl.split(['?', '#']).next().unwrap_or_default();
    let path = purl.split_once('/').map_or(purl, |(_, path)| path);
    let name = path.rfind('/').map_or(0, |at| at + 1);
    let end = path[name..].rfind('@').filter(|&at| at > 0).map_or(path.len(), |at| name + at);
    percent_encoding::percent_decode_str(&path[..end]).decode_utf8_lossy().into_owned()
}

/// Vendor and product of a CPE, as a normalised name.
fn cpe_product(text: &str) -> Option<String> {
    let mut fields = cpe::fields(text)?.skip(1);
    let (vendor, product) = (fields.next()?, fields.next()?);
    Some(normalised(&format!("{} {}", cpe::folded(vendor), cpe::folded(product))))
}

/// What the part of a CPE says: `h` is hardware; `o` is an operating system, which on a device is its firmware (NIST IR 7695, 5.3.3.1).
fn cpe_class(text: &str) -> Option<KindClass> {
    match cpe::fields(text)?.next()?.bytes().next()? {
        b'h' | b'H' => Some(KindClass::Hardware),
        b'o' | b'O' => Some(KindClass::Firmware),
        _ => None,
    }
}

fn is_of_a_registry(purl: &str) -> bool {
    const REGISTRIES: [&str; 22] = [
        "cargo",
        "cocoapods",
        "composer",
        "conan",
        "conda",
        "cpan",
        "cran",
        "deb",
        "gem",
        "golang",
        "hackage",
        "hex",
        "maven",
        "npm",
        "nuget",
        "pub",
        "pypi",
        "rpm",
        "apk",
        "alpm",
        "swift",
        "luarocks",
    ];
    REGISTRIES.iter().any(|registry| type_of(purl).eq_ignore_ascii_case(registry))
}

/// The type of a purl; `generic` says nothing of where the thing is from.
fn type_of(purl: &str) -> &str {
    purl.trim().get(4..).and_then(|rest| rest.trim_start_matches('/').split('/').next()).unwrap_or_default()
}

impl Listener for Evaluator<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        let asserted = self.asserted(subject);
        let (mut named, mut identified) = (false, false);
        for claim in subject.claims.iter().chain(&asserted) {
            named |= claim.role.names_maker();
            identified |= claim.role.identifies();
        }
        let mut met = self.met(subject, &asserted);
        if !met.is_empty() {
            let compared = Compared::of(subject);
            met.retain(|met| !self.excepted(&compared, met));
        }

        self.contradiction(subject, &met);

        let known = match self.policy.settings.attribution {
            Attribution::Any => identified,
            Attribution::Party => named,
        };
        let mut worst = if met.is_empty() { None } else { self.findings_for(subject, &met) };
        let tool = subject.place == Place::Tool;
        if !known
            && !tool
            && worst.is_none_or(|status| status == Status::Note)
            && let Some(rule) = self.unverifiable.clone()
        {
            let effect = rule.effect;
            let ground = Ground { rule, entity: None, ownership: Vec::new(), share: None, doubts: Vec::new() };
            worst = Some(self.add(subject, ground, effect, Vec::new()));
        }
        if subject.place == Place::Root && self.assessment.product.is_none() {
            self.assessment.product = Some(bounded(&subject.label()));
        }
        let ledger = &mut self.assessment.ledger;
        ledger.subjects += 1;
        // That the policy asserts a vendor does not make the document name one.
        let vendor_named = named && (asserted.is_empty() || subject.claims.iter().any(|claim| claim.role.names_maker()));
        ledger.party_named += u64::from(vendor_named);
        let unidentified = !known && worst.is_none_or(|status| status == Status::Note);
        let unnamed = &mut self.assessment.without_vendor;
        if !tool && if self.lists_unnamed { !vendor_named || unidentified } else { unidentified && unnamed.len() < UNIDENTIFIED_MAX } {
            let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().map(|text| bounded(&text.value));
            unnamed.push(Unnamed {
                reference: text(&subject.reference),
                kind: subject.kind,
                label: bounded(&subject.label()),
                version: text(&subject.version),
                purl: text(&subject.purl),
                span: subject.name.as_ref().map_or(subject.span, |name| name.span),
                identified: !unidentified,
            });
        }
        *match worst {
            Some(Status::Prohibited) => &mut ledger.prohibited,
            Some(Status::Review) => &mut ledger.review,
            Some(Status::Waived) => &mut ledger.waived,
            Some(Status::Note) | None if !known && !tool => &mut ledger.unverifiable,
            Some(Status::Note) => &mut ledger.noted,
            None if tool => &mut ledger.tools,
            None => &mut ledger.clear,
        } += 1;
    }

    fn link(&mut self, link: Link<'_>) {
        // More are counted by nobody: a document of so many references is met by its first ones.
        const LINKS_MAX: usize = 10_000;
        if self.assessment.links.len() < LINKS_MAX {
            self.assessment.links.push((bounded(link.target), link.span));
        }
    }

    fn completeness(&mut self, said: Completeness) {
        // The weakest word counts for the whole document.
        self.assessment.completeness = Some(self.assessment.completeness.map_or(said, |known| known.min(said)));
    }

    fn note(&mut self, note: Note) {
        // A hostile document can cause one for every element: the first ones tell enough.
        const NOTES_MAX: usize = 1000;
        if self.assessment.notes.len() < NOTES_MAX {
            self.assessment.notes.push(note);
        }
    }
}

/// How many subjects are remembered that nothing identifies: enough to begin with.
const UNIDENTIFIED_MAX: usize = 20;

/// The most of a claim's text that a finding keeps, in bytes: enough for any name, and a licence is not copied whole.
const VALUE_MAX: usize = 1024;

fn bounded(text: &str) -> String {
    if text.len() <= VALUE_MAX {
        return text.to_owned();
    }
    format!("{}…", &text[..crate::text::boundary(text, VALUE_MAX)])
}

fn unverifiable_rule(policy: &Policy) -> Option<Arc<Rule>> {
    let effect = policy.settings.unverifiable;
    let part = policy.parts.last().filter(|_| effect != Effect::Note)?;
    Some(Arc::new(Rule {
        policy: part.id.clone(),
        id: UNVERIFIABLE.to_owned(),
        title: Some("Nothing says what this is or who made it".to_owned()),
        entities: Vec::new(),
        reach: Vec::new(),
        review_reach: Vec::new(),
        countries: Vec::new(),
        versions: None,
        products: Vec::new(),
        except: Vec::new(),
        subjects: Vec::new(),
        kinds: Vec::new(),
        scopes: Vec::new(),
        mentions: true,
        effect,
        effective: None,
        until: None,
        applies: Vec::new(),
        clause: None,
        text: None,
        help: Some("Have the SBOM name its supplier, purl or CPE.".to_owned()),
        authority: Vec::new(),
        reports: Vec::new(),
        origin: Origin { source: Arc::clone(&part.source), span: Span::default() },
    }))
}
