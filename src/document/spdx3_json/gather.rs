//! The second step: what is said of agents, and what elements say of other elements: relationships, annotations, shared identifiers.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::walker::{Budget, Identifiers, Part, Target, Walker};
use super::{Class, Context, Member, Table, refuse, terms};
use crate::document::json::{Json, Next, Walk};
use crate::document::scribe::Result;
use crate::inventory::{Claim, Nobody, Role, Scope};

/// What the elements of a document say of others, by the key of the other.
#[derive(Default)]
pub(super) struct Known<'t> {
    /// Where the statements about an agent are.
    pub(super) agents: HashMap<u64, u32, RandomState>,
    /// What is said of each agent; a claim of all that it made or supplies.
    pub(super) statements: Vec<Vec<Claim<'t>>>,
    /// What identifiers, references and hashes with an identifier of their own say.
    pub(super) structures: HashMap<u64, Vec<Claim<'t>>, RandomState>,
    /// Who else provides a thing: `availableFrom`. Where the references to them are.
    pub(super) providers: HashMap<u64, Vec<u32>, RandomState>,
    /// What is provided and not described as a component: where the references to it are.
    pub(super) provided: Vec<u32>,
    /// What a thing is used for, where relationships tell and agree.
    pub(super) scopes: HashMap<u64, Option<Scope>, RandomState>,
    /// Which annotations are about a thing.
    pub(super) annotations: HashMap<u64, Vec<u32>, RandomState>,
    pub(super) annotation_texts: Vec<Claim<'t>>,
}

/// The most that may be said of an agent: it is repeated for each of its packages.
const STATEMENTS_MAX: usize = 200;

pub(super) fn gather<'t>(json: Json<'t>, table: &'t Table, context: &'t Context, budget: &mut Budget) -> Result<Known<'t>> {
    let mut nobody = Nobody;
    let mut gatherer = Gatherer { walker: Walker::new(json, table, context, &mut nobody), known: Known::default(), budget };
    gatherer.each(|class| class == Class::Structure, Gatherer::structure)?;
    gatherer.each(|class| matches!(class, Class::Agent { .. } | Class::Unknown), Gatherer::agent)?;
    gatherer.each(|class| class == Class::Relationship, Gatherer::relationship)?;
    gatherer.each(|class| class == Class::Annotation, Gatherer::annotation)?;
    let mut known = gatherer.known;
    // What is noted of an agent is noted of what it makes, too.
    let Known { annotations, annotation_texts, agents, statements, .. } = &mut known;
    let mut annotated: Vec<(u32, u64)> =
        agents.iter().filter(|(key, _)| annotations.contains_key(key)).map(|(key, agent)| (*agent, *key)).collect();
    annotated.sort_unstable();
    for (agent, key) in annotated {
        for text in annotations.get(&key).into_iter().flatten() {
            let text = &annotation_texts[*text as usize];
            budget.spend(text)?;
            add(&mut statements[agent as usize], text.clone())?;
        }
    }
    Ok(known)
}

struct Gatherer<'t, 'l> {
    walker: Walker<'t, 'l>,
    known: Known<'t>,
    budget: &'l mut Budget,
}

impl<'t> Gatherer<'t, '_> {
    /// Opens every element of a kind.
    fn each(&mut self, wanted: impl Fn(Class) -> bool, read: impl Fn(&mut Self, Walk, usize) -> Result<()>) -> Result<()> {
        for number in 0..self.walker.table.entries.len() {
            if wanted(self.walker.table.entries[number].class) {
                let walk = self.walker.open(number)?;
                read(self, walk, number)?;
            }
        }
        Ok(())
    }

    /// A part that has an identifier, so that elements refer to it. What it is, its members say.
    fn structure(&mut self, _: Walk, number: usize) -> Result<()> {
        let entry = &self.walker.table.entries[number];
        let how = Identifiers::of_component("externalIdentifier");
        let start = entry.start as usize;
        self.walker.part_at(start, how)?;
        let claims: Vec<Claim<'t>> = self.walker.scribe.claims.drain(..).collect();
        if claims.is_empty() {
            return Ok(());
        }
        let all = self.known.structures.entry(entry.key).or_default();
        for claim in claims {
            add(all, claim)?;
        }
        Ok(())
    }

    /// What is said of an agent.
    fn agent(&mut self, mut walk: Walk, number: usize) -> Result<()> {
        let entry = &self.walker.table.entries[number];
        let person = entry.class == Class::Agent { person: true };
        let how = Identifiers::of_agent(person);
        let (known, budget, walker) = (&self.known, &mut *self.budget, &mut self.walker);
        let mut shared = |walker: &mut Walker<'t, '_>, target: Target<'t>| {
            for claim in known.structures.get(&target.key).into_iter().flatten() {
                budget.spend(claim)?;
                walker.scribe.claims.push(Claim { field: "agent", role: how.shared(claim.role), ..claim.clone() });
            }
            Ok(())
        };
        while let Some(member) = walker.member(&mut walk, Walker::pass)? {
            match member {
                Member::Name => {
                    if let Some(name) = walker.scribe.string("name")? {
                        let text = name.value();
                        let role = if person { Role::Person } else { Role::Party };
                        let keyword = keyword(&text);
                        if keyword == 0 {
                            walker.scribe.maker("agent", role, name);
                        } else {
                            walker.scribe.maker_within("agent", role, name, keyword..text.len());
                        }
                    }
                }
                Member::Summary | Member::Description | Member::Comment => walker.scribe.claim("agent", Role::Text)?,
                Member::ExternalIdentifier | Member::ExternalIdentifiers => {
                    walker.parts(Part::Identifier, how, &mut shared)?;
                }
                Member::ExternalRef => walker.parts(Part::Reference, how, &mut shared)?,
                _ => walker.pass()?,
            }
        }
        let number = self.known.statements.len();
        let agent = *self.known.agents.entry(entry.key).or_insert(u32::try_from(number).unwrap_or(u32::MAX)) as usize;
        if agent == number {
            self.known.statements.push(Vec::new());
        }
        for claim in self.walker.scribe.claims.drain(..) {
            add(&mut self.known.statements[agent], claim)?;
        }
        Ok(())
    }

    /// What a relationship says of its ends, besides that they are connected.
    fn relationship(&mut self, walk: Walk, _: usize) -> Result<()> {
        let relationship = self.walker.relationship(walk)?;
        let known = &mut self.known;
        for kind in &relationship.kinds {
            let kind = Kind::of(kind);
            let scope = kind.scope(&relationship.scope);
            if !kind.provides && scope.is_none() {
                continue;
            }
            let Some(from) = self.walker.source_of(&relationship)? else { continue };
            let mut use_of = |key: u64| {
                if let Some(scope) = scope {
                    known.scopes.entry(key).and_modify(|known| *known = known.filter(|known| Some(*known) == scope)).or_insert(scope);
                }
            };
            if kind.backward {
                use_of(from.key);
                continue;
            }
            let listed = from.class.is_some_and(|class| class.subject().is_some() || class == Class::Collection);
            if kind.provides && !listed && !known.providers.contains_key(&from.key) {
                known.provided.extend(relationship.from.and_then(|at| u32::try_from(at).ok()));
            }
            self.walker.targets_of(&relationship, |_, to, at| {
                if kind.provides {
                    known.providers.entry(from.key).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
                } else {
                    use_of(to.key);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// An annotation: a text about another element.
    fn annotation(&mut self, mut walk: Walk, _: usize) -> Result<()> {
        let mut about: Vec<u64> = Vec::new();
        let walker = &mut self.walker;
        while let Some(member) = walker.member(&mut walk, Walker::pass)? {
            match member {
                Member::Subject => walker.references("subject", |walker, reference, _| {
                    about.push(walker.target(&reference)?.key);
                    Ok(())
                })?,
                Member::Statement => {
                    let Some(statement) = walker.scribe.string("statement")? else { continue };
                    walker.scribe.push("annotation", Role::Text, statement);
                    if let Some(claim) = walker.scribe.claims.last_mut()
                        && let Some(decoded) = decoded(&claim.text)
                    {
                        claim.text = Cow::Owned(decoded);
                    }
                }
                Member::Summary | Member::Description | Member::Comment => walker.scribe.claim("annotation", Role::Text)?,
                _ => walker.pass()?,
            }
        }
        about.sort_unstable();
        about.dedup();
        for claim in self.walker.scribe.claims.drain(..) {
            let number = u32::try_from(self.known.annotation_texts.len()).unwrap_or(u32::MAX);
            self.known.annotation_texts.push(claim);
            for key in &about {
                self.known.annotations.entry(*key).or_default().push(number);
            }
        }
        Ok(())
    }
}

/// Adds a statement, unless it was made before: an agent may be described wherever it is referred to.
fn add<'t>(all: &mut Vec<Claim<'t>>, claim: Claim<'t>) -> Result<()> {
    if all.iter().any(|known| known.role == claim.role && known.text == claim.text) {
        return Ok(());
    }
    if all.len() >= STATEMENTS_MAX {
        let message = format!("more than {STATEMENTS_MAX} statements about one agent or identifier");
        let help = "what is said of an agent is said of all that it makes: no SBOM needs so much";
        return Err(refuse("too-many-statements", &message, claim.span, help));
    }
    all.push(claim);
    Ok(())
}

/// Where the name begins behind a keyword that SPDX 2 has in front of it; some generators keep it.
fn keyword(text: &str) -> usize {
    let keywords = ["Organization:", "Person:", "Tool:"];
    let found = keywords.iter().find(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    found.map_or(0, |word| word.len())
}

/// The texts of a JSON value that was written into a string, if its own escapes hide some of them.
fn decoded(text: &str) -> Option<String> {
    if !text.contains('\\') || !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut json = Json::new(text, 0);
    let mut open: Vec<(Walk, bool)> = Vec::new();
    let mut out = String::with_capacity(text.len());
    loop {
        match json.peek().ok()? {
            Next::String => {
                out.push_str(&json.string().ok()?.value());
                out.push('\n');
            }
            Next::Object => open.push((json.object().ok()?, true)),
            Next::Array => open.push((json.array().ok()?, false)),
            _ => drop(json.skip().ok()?),
        }
        loop {
            let Some((walk, object)) = open.last_mut() else {
                return json.end().is_ok().then_some(out);
            };
            if *object {
                if let Some(key) = json.key(walk).ok()? {
                    out.push_str(&key.value());
                    out.push_str(": ");
                    break;
                }
            } else if json.element(walk).ok()? {
                break;
            }
            open.pop();
        }
    }
}

/// What a relationship means to the reader.
#[derive(Clone, Copy, Default)]
pub(super) struct Kind {
    /// `to` provides `from`.
    pub(super) provides: bool,
    /// `from` is nearer to the product.
    pub(super) forward: bool,
    /// `to` is.
    pub(super) backward: bool,
    /// The document describes its `to`.
    pub(super) describes: bool,
    /// It is about what is used, so that a scope of it counts.
    uses: bool,
    optional: bool,
    /// It says what an element is used for by itself.
    own_scope: Option<Scope>,
    /// It says whether all parts or dependencies are listed.
    pub(super) lists: bool,
}

impl Kind {
    /// What a type of relationship means: as SPDX 3 writes it, or as SPDX 2 did, which some generators go on with.
    pub(super) fn of(word: &str) -> Self {
        const WORDS: [&str; 41] = [
            "availableFrom",
            "generates",
            "copiedTo",
            "packagedBy",
            "ancestorOf",
            "modifiedBy",
            "contains",
            "describes",
            "descendantOf",
            "hasVariant",
            "patchedBy",
            "trainedOn",
            "usesTool",
            "hasInput",
            "hasPrerequisite",
            "hasOutput",
            "dependsOn",
            "hasDynamicLink",
            "hasStaticLink",
            "hasOptionalDependency",
            "hasOptionalComponent",
            "hasProvidedDependency",
            "hasDistributionArtifact",
            "hasAddedFile",
            "describedBy",
            "containedBy",
            "dependencyOf",
            "devDependencyOf",
            "buildDependencyOf",
            "testDependencyOf",
            "runtimeDependencyOf",
            "providedDependencyOf",
            "optionalDependencyOf",
            "optionalComponentOf",
            "prerequisiteFor",
            "devToolOf",
            "buildToolOf",
            "testToolOf",
            "dynamicLink",
            "staticLink",
            "distributionArtifact",
        ];
        let forward = Self { forward: true, ..Self::default() };
        let uses = Self { uses: true, ..forward };
        let used_by = Self { backward: true, ..Self::default() };
        match terms::listed(word, &WORDS) {
            "availableFrom" => Self { provides: true, ..Self::default() },
            "generates" | "copiedTo" | "packagedBy" | "ancestorOf" | "modifiedBy" => used_by,
            "contains" => Self { lists: true, ..forward },
            "describes" => Self { describes: true, ..forward },
            "dependsOn" => Self { lists: true, ..uses },
            "hasOptionalDependency" => Self { optional: true, lists: true, ..uses },
            "hasOptionalComponent" => Self { optional: true, ..uses },
            "hasProvidedDependency" => Self { lists: true, ..uses },
            "usesTool" | "hasStaticLink" | "hasDynamicLink" | "hasPrerequisite" | "dynamicLink" | "staticLink" => uses,
            "descendantOf"
            | "hasVariant"
            | "patchedBy"
            | "trainedOn"
            | "hasInput"
            | "hasOutput"
            | "hasDistributionArtifact"
            | "hasAddedFile"
            | "distributionArtifact" => forward,
            "describedBy" => Self { describes: true, ..used_by },
            "containedBy" => Self { lists: true, ..used_by },
            "dependencyOf" | "runtimeDependencyOf" | "providedDependencyOf" | "prerequisiteFor" => {
                Self { uses: true, lists: true, ..used_by }
            }
            "devDependencyOf" | "buildDependencyOf" | "devToolOf" | "buildToolOf" => Self { own_scope: Some(Scope::Build), ..used_by },
            "testDependencyOf" | "testToolOf" => Self { own_scope: Some(Scope::Test), ..used_by },
            "optionalDependencyOf" | "optionalComponentOf" => Self { own_scope: Some(Scope::Optional), ..used_by },
            _ => Self::default(),
        }
    }

    /// What it tells about the use of the elements that it leads to; nothing, if it is not about use.
    fn scope(self, lifecycle: &str) -> Option<Option<Scope>> {
        if self.own_scope.is_some() {
            return Some(self.own_scope);
        }
        const WORDS: [&str; 6] = ["development", "build", "design", "test", "runtime", "other"];
        self.uses.then_some(match terms::listed(lifecycle, &WORDS) {
            "development" | "build" | "design" => Some(Scope::Build),
            "test" => Some(Scope::Test),
            "" if self.optional => Some(Scope::Optional),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_relationship_means_the_same_in_every_writing() {
        for word in [
            "dependsOn",
            "DEPENDS_ON",
            "depends_on",
            "DependsOn",
            "https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/dependsOn",
            "spdx:Core/RelationshipType/dependsOn",
        ] {
            assert!(Kind::of(word).forward && Kind::of(word).uses, "{word}");
        }
        for word in ["availableFrom", "AVAILABLE_FROM", "x:availableFrom"] {
            assert!(Kind::of(word).provides, "{word}");
        }
        assert!(Kind::of("DESCRIBES").describes && Kind::of("DEPENDENCY_OF").backward && !Kind::of("fixedIn").forward);
    }

    #[test]
    fn the_escapes_of_json_in_a_text_are_resolved() {
        assert_eq!(decoded(r#"{"vendor":["AO \u004baspersky Lab",1,{}]}"#).as_deref(), Some("vendor: AO Kaspersky Lab\n"));
        for text in [r#"{"vendor":"AO"}"#, r"C:\x", r#"{"a":"\"#, r#"{"a":"\q"}"#] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
