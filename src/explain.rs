//! Why one subject is, or is not, prohibited: every claim read, every entity that came near, every rule tried, and what would change the answer.

use std::io::{self, Write};

use crate::evaluate::{Compared, Evaluator, Met, Refusal};
use crate::finding::{Finding, Status};
use crate::identity::{EntityId, IdentifierKind, Strength, compared_as, name_skeleton, normalised, words};
use crate::inventory::{Claim, Listener, Role, Subject};
use crate::policy::{InForce, NamedSubject};
use crate::source::Source;
use crate::text::{excerpt, inline};

/// Listens for the subjects that somebody asks about, and explains each.
#[derive(Debug)]
pub struct Explainer<'p> {
    in_force: &'p InForce<'p>,
    source: &'p Source,
    wanted: String,
    explained: Vec<String>,
    /// Names of subjects that look like the one asked for.
    near: Vec<String>,
}

/// More subjects than this are not explained in one run.
const EXPLAINED_MAX: usize = 20;

impl<'p> Explainer<'p> {
    /// Explains what is called `wanted`: a bom-ref or SPDXID, a purl with or without its version, or a name.
    #[must_use]
    pub fn new(in_force: &'p InForce<'p>, source: &'p Source, wanted: &str) -> Self {
        Self { in_force, source, wanted: wanted.trim().to_owned(), explained: Vec::new(), near: Vec::new() }
    }

    /// How many were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.explained.len()
    }

    /// Writes the explanations, or the names that come near.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for text in self.explained.iter().take(EXPLAINED_MAX) {
            out.write_all(text.as_bytes())?;
        }
        if self.explained.len() > EXPLAINED_MAX {
            writeln!(out, "and {} more are called so: name one by its bom-ref or SPDXID", self.explained.len() - EXPLAINED_MAX)?;
        }
        Ok(())
    }

    /// Names that come near the one asked for, for an error message.
    #[must_use]
    pub fn near(&self) -> &[String] {
        &self.near
    }

    fn is_wanted(&self, subject: &Subject<'_>) -> bool {
        let wanted = self.wanted.as_str();
        let text = |text: &Option<crate::inventory::Text<'_>>| text.as_ref().is_some_and(|text| text.value == wanted);
        let purl = || {
            wanted.starts_with("pkg:")
                && NamedSubject::of(wanted)
                    .is_some_and(|named| subject.claims.iter().any(|claim| claim.role == Role::Purl && named.covers_purl(&claim.text)))
        };
        text(&subject.reference) || text(&subject.name) || subject.label() == wanted || purl()
    }

    fn explain(&self, subject: &Subject<'_>) -> String {
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = self.write_subject(subject, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn write_subject(&self, subject: &Subject<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let policy = self.in_force.policy;
        let location = self.source.location(subject.span.start);
        let version = subject.version.as_ref().map_or(String::new(), |version| format!(" {}", excerpt(&version.value, 60)));
        writeln!(out, "{} `{}`{version}, at line {}", subject.kind.as_str(), excerpt(&subject.label(), 120), location.line)?;
        let scope = subject.scope.map_or("not said, so every rule reaches it", |scope| scope.as_str());
        writeln!(out, "  listed as: {}; used for: {scope}", subject.place.as_str())?;

        let mut evaluator = Evaluator::new(self.in_force);
        let asserted = evaluator.asserted(subject);
        let met = evaluator.met(subject, &asserted);
        let compared_once = Compared::of(subject);
        let hits = |claim: &Claim<'_>, out: &mut Vec<u8>| {
            met.iter()
                .filter(|met| std::ptr::eq(met.claim, claim))
                .try_for_each(|met| self.write_hit(met, evaluator.excepted(&compared_once, met), out))
        };
        writeln!(out, "\n  claims: {}", if subject.claims.is_empty() { "none" } else { "" })?;
        for claim in subject.claims {
            self.write_claim(claim, out)?;
            hits(claim, out)?;
            // Free text and links name no maker: what comes near in them says nothing.
            let telling = !matches!(claim.role, Role::Text | Role::Link | Role::Hash);
            if telling && !met.iter().any(|met| std::ptr::eq(met.claim, claim)) {
                self.near_misses(claim).iter().try_for_each(|near| writeln!(out, "      {near}"))?;
            }
        }
        for assertion in policy.assertions.iter().filter(|assertion| assertion.subject.names(subject)) {
            writeln!(
                out,
                "    asserted by {}: supplied by {} ({})",
                inline(&assertion.by),
                inline(&assertion.supplier),
                inline(&assertion.evidence)
            )?;
        }
        asserted.iter().try_for_each(|claim| hits(claim, out))?;

        let mut entities: Vec<EntityId> = Vec::new();
        for met in &met {
            if !entities.contains(&met.entity) {
                entities.push(met.entity);
            }
        }
        let refusals = evaluator.refusals(subject, &entities);
        evaluator.subject(subject);
        let assessment = evaluator.finish();
        writeln!(out, "\n  rules:")?;
        if met.is_empty() {
            writeln!(out, "    none is tried, because no claim speaks of an entity that one reaches")?;
        }
        for finding in &assessment.findings {
            self.write_finding(finding, out)?;
        }
        for Refusal { rule, entity, why } in &refusals {
            let name = entity.map_or(String::new(), |entity| format!(", for {}", inline(&policy.entities[entity as usize].name)));
            writeln!(out, "    {}{name}: does not apply: {}", inline(&rule.full_id()), inline(why))?;
        }
        let worst = assessment.findings.iter().map(|finding| finding.status).max();
        let verdict = worst.map_or_else(
            || if assessment.ledger.unverifiable > 0 { "unverifiable".to_owned() } else { "clear".to_owned() },
            |status| status.as_str().to_owned(),
        );
        writeln!(out, "\n  verdict: {verdict}")?;
        for line in changes(subject, worst, assessment.ledger.unverifiable > 0) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)
    }

    fn write_claim(&self, claim: &Claim<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let location = self.source.location(claim.span.start);
        writeln!(out, "    {} ({}:{}): `{}`", claim.field, location.line, location.column, excerpt(&claim.text, 160))?;
        if let Some(compared) = compared_as(claim.role, &claim.text).filter(|compared| *compared != claim.text) {
            writeln!(out, "      compared as `{}`", excerpt(&compared, 160))?;
        }
        Ok(())
    }

    fn write_hit(&self, met: &Met<'_>, excepted: bool, out: &mut Vec<u8>) -> io::Result<()> {
        let policy = self.in_force.policy;
        let identifier = policy.index.identifier(met.hit.identifier);
        let basis = policy.basis(met.hit.identifier);
        let entity = &policy.entities[met.entity as usize];
        let sure = if basis.confirmed { "" } else { ", which no source confirms" };
        let fact = basis.fact.as_ref().map_or(String::new(), |fact| format!(" ({})", inline(fact)));
        writeln!(out, "      {}: `{}` of {}{sure}{fact}", met.hit.strength.as_str(), inline(&identifier.text), inline(&entity.name))?;
        if excepted {
            writeln!(out, "        taken back by a `not` entry of the policy")?;
        }
        Ok(())
    }

    /// Names and domains that come near a claim and do not match it. This looks at every entity, which the evaluation never does.
    fn near_misses(&self, claim: &Claim<'_>) -> Vec<String> {
        const NEAR_MAX: usize = 5;
        let policy = self.in_force.policy;
        let normal = normalised(&claim.text);
        let mut near = Vec::new();
        let mut seen = Vec::new();
        for number in 0..policy.basis.len() {
            let identifier = policy.index.identifier(u32::try_from(number).unwrap_or(u32::MAX));
            let own = normalised(&identifier.text);
            let entity = inline(&policy.entities[identifier.entity as usize].name).into_owned();
            let why = match identifier.kind {
                IdentifierKind::Name | IdentifierKind::Brand if own.chars().count() >= 3 => {
                    let inside = words(&normal).any(|word| word != own && !own.contains(' ') && word.contains(own.as_str()));
                    let shared = || words(&normal).any(|word| word == own);
                    let close =
                        || own.len().abs_diff(normal.len()) <= 2 && own.len() > 5 && strsim::damerau_levenshtein(&own, &normal) <= 2;
                    if shared() {
                        Some("has the name as a word, and not as a whole or in the lead")
                    } else if inside {
                        Some("has its letters inside a longer word")
                    } else if name_skeleton(&claim.text) == name_skeleton(&identifier.text) {
                        Some("looks like it in other letters")
                    } else if close() {
                        Some("differs by a letter or two")
                    } else {
                        None
                    }
                }
                IdentifierKind::Domain if claim.text.to_lowercase().contains(&identifier.text.to_lowercase()) => {
                    Some("holds its domain's letters, and is not on that domain")
                }
                _ => None,
            };
            if let Some(why) = why
                && !seen.contains(&(identifier.entity, why))
            {
                seen.push((identifier.entity, why));
                near.push(format!("near: `{}` of {entity}: the claim {why}", inline(&identifier.text)));
            }
            if near.len() == NEAR_MAX {
                break;
            }
        }
        near
    }

    fn write_finding(&self, finding: &Finding, out: &mut Vec<u8>) -> io::Result<()> {
        let entity = finding.entity.as_ref().map_or(String::new(), |entity| format!(", for {}", inline(&entity.name)));
        let origin = &finding.rule.origin;
        let line = origin.source.location(origin.span.start).line;
        writeln!(
            out,
            "    {}{entity}: {} ({}:{line})",
            inline(&finding.rule.full_id()),
            finding.status.as_str(),
            inline(origin.source.name())
        )?;
        for link in &finding.ownership {
            writeln!(out, "      chain: {}", crate::report::in_words(link))?;
        }
        for doubt in &finding.doubts {
            writeln!(out, "      doubt: {}", inline(doubt))?;
        }
        if let Some(waiver) = &finding.waiver {
            writeln!(out, "      waived by {} until {}: {}", inline(&waiver.by), waiver.expires, inline(&waiver.reason))?;
        }
        if finding.status == Status::Review
            && let Some(evidence) = finding.evidence.first()
        {
            let why = match (evidence.confirmed, evidence.strength) {
                (false, _) => "no source confirms the identifier that it rests on",
                (_, Strength::Derived) => "its generator guessed it from the component's own name",
                (_, Strength::Mentioned) => "it is only spoken of: that names no maker",
                (_, Strength::Lookalike) => "the name is written in borrowed letters",
                _ => "the rule asks for review, or one of the doubts above does",
            };
            writeln!(out, "      review only: {why}")?;
        }
        Ok(())
    }
}

/// What would give another answer.
fn changes(subject: &Subject<'_>, worst: Option<Status>, unverifiable: bool) -> Vec<String> {
    let named = subject.claims.iter().any(|claim| claim.role.names_maker());
    let mut lines = Vec::new();
    match worst {
        Some(Status::Prohibited) => {
            lines.push("would change it: a waiver of the rule for this subject, with a reason, an approver and an end".to_owned());
            lines.push("would change it: another component in its place; the document's own fields are not to be edited for it".to_owned());
        }
        Some(Status::Review) => {
            lines.push("would make it prohibited: a supplier, manufacturer or publisher that names the entity, or a purl, CPE or address that is its own".to_owned());
            lines.push("would settle it: finding out who made it, and recording a waiver".to_owned());
        }
        Some(Status::Waived) => lines.push("would change it: the end of the waiver".to_owned()),
        Some(Status::Note) | None => {
            lines.push(
                "would change it: a claim that names an entity of the policy, in any of the fields above or one that is missing".to_owned(),
            );
            if !named {
                lines.push("no field names a maker: that it is not listed is known from its identifiers only".to_owned());
            }
            if unverifiable {
                lines.push(
                    "nothing identifies it: a supplier, a purl or a CPE in the document, or an [[assertion]] in the policy, would"
                        .to_owned(),
                );
            }
        }
    }
    lines
}

impl Listener for Explainer<'_> {
    fn subject(&mut self, subject: &Subject<'_>) {
        if self.is_wanted(subject) {
            let text = if self.explained.len() < EXPLAINED_MAX { self.explain(subject) } else { String::new() };
            self.explained.push(text);
            return;
        }
        const NEAR_MAX: usize = 5;
        let label = subject.label();
        if self.near.len() < NEAR_MAX && !self.wanted.is_empty() && label.to_lowercase().contains(&self.wanted.to_lowercase()) {
            self.near.push(label);
        }
    }
}
