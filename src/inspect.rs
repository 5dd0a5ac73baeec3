//! What an SBOM says, before any policy: what it is, what it lists, and how much of that names a maker.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use serde::Serialize;

use crate::document::{Document, DocumentError};
use crate::identity::normalised;
use crate::inventory::{Author, Listener, Note, Place, Relationship, Role, Subject};
use crate::source::Source;
use crate::text::{excerpt, inline};

/// Counts what a reader hands over.
#[derive(Debug, Default)]
pub struct Inspection {
    subjects: u64,
    places: BTreeMap<&'static str, u64>,
    kinds: BTreeMap<&'static str, u64>,
    scopes: BTreeMap<&'static str, u64>,
    party_named: u64,
    identified: u64,
    makers: HashMap<String, Maker>,
    described: Vec<String>,
    tools: Vec<String>,
    authors: Vec<String>,
    relationships: u64,
    notes: Vec<Note>,
}

#[derive(Debug, Default)]
struct Maker {
    /// As it was written first.
    name: String,
    subjects: u64,
    fields: HashSet<&'static str>,
}

/// The most tools, authors and described products that are kept by name.
const NAMES_MAX: usize = 1000;

impl Listener for Inspection {
    fn subject(&mut self, subject: &Subject<'_>) {
        self.subjects += 1;
        *self.places.entry(subject.place.as_str()).or_default() += 1;
        *self.kinds.entry(subject.kind.as_str()).or_default() += 1;
        *self.scopes.entry(subject.scope.map_or("not said", |scope| scope.as_str())).or_default() += 1;
        let named = subject.claims.iter().any(|claim| claim.role.names_maker());
        self.party_named += u64::from(named);
        self.identified += u64::from(!named && subject.claims.iter().any(|claim| claim.role.identifies()));
        let label = || match &subject.version {
            Some(version) => format!("{} {}", subject.label(), version.value),
            None => subject.label(),
        };
        match subject.place {
            Place::Root if self.described.len() < NAMES_MAX => self.described.push(label()),
            Place::Tool if self.tools.len() < NAMES_MAX => self.tools.push(label()),
            _ => {}
        }
        let mut counted: Vec<String> = Vec::new();
        for claim in subject.claims.iter().filter(|claim| matches!(claim.role, Role::Party | Role::Person)) {
            let key = normalised(&claim.text);
            let maker = self.makers.entry(key.clone()).or_default();
            if maker.name.is_empty() {
                maker.name = claim.text.trim().to_owned();
            }
            maker.fields.insert(claim.field);
            if !counted.contains(&key) {
                maker.subjects += 1;
                counted.push(key);
            }
        }
    }

    fn relationship(&mut self, _relationship: &Relationship<'_>) {
        self.relationships += 1;
    }

    fn author(&mut self, author: Author<'_>) {
        if self.authors.len() < NAMES_MAX && !self.authors.iter().any(|known| known == author.name) {
            self.authors.push(author.name.to_owned());
        }
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < NAMES_MAX {
            self.notes.push(note);
        }
    }
}

/// One document, for machines.
#[derive(Debug, Serialize)]
pub struct Inspected {
    path: String,
    sha256: Option<String>,
    format: Option<&'static str>,
    version: Option<String>,
    encoding: Option<&'static str>,
    wrapping: Vec<String>,
    recognised_by: Option<&'static str>,
    describes: Vec<String>,
    tools: Vec<String>,
    authors: Vec<String>,
    subjects: u64,
    by_place: BTreeMap<&'static str, u64>,
    by_kind: BTreeMap<&'static str, u64>,
    by_scope: BTreeMap<&'static str, u64>,
    relationships: u64,
    attribution: Attribution,
    /// Most subjects first.
    makers: Vec<NamedMaker>,
    notes: Vec<InspectedNote>,
    error: Option<String>,
}

/// For how many subjects the document says who made them.
#[derive(Debug, Serialize)]
struct Attribution {
    /// A maker is named.
    party_named: u64,
    /// No maker, but a purl, CPE, SWID or address.
    identified: u64,
    /// Neither.
    neither: u64,
}

#[derive(Debug, Serialize)]
struct NamedMaker {
    name: String,
    subjects: u64,
    fields: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct InspectedNote {
    code: &'static str,
    message: String,
    line: Option<usize>,
    column: Option<usize>,
}

impl Inspection {
    /// What there is to tell, with the notes of the lints after those of the reader.
    #[must_use]
    pub fn finish(
        self,
        source: &Source,
        wrapping: Vec<String>,
        recognised_by: Option<&'static str>,
        document: &Result<Document, DocumentError>,
        further: Vec<Note>,
    ) -> Inspected {
        let mut makers: Vec<NamedMaker> = self
            .makers
            .into_values()
            .map(|maker| {
                let mut fields: Vec<&str> = maker.fields.into_iter().collect();
                fields.sort_unstable();
                NamedMaker { name: maker.name, subjects: maker.subjects, fields }
            })
            .collect();
        makers.sort_unstable_by(|a, b| b.subjects.cmp(&a.subjects).then_with(|| a.name.cmp(&b.name)));
        let notes = self.notes.into_iter().chain(further).map(|note| {
            let place = note.span.map(|span| source.location(span.start));
            InspectedNote {
                code: note.code,
                message: note.message,
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
            }
        });
        let read = document.as_ref().ok();
        Inspected {
            path: source.name().to_owned(),
            sha256: source.digest().map(str::to_owned),
            format: read.map(|document| document.format.as_str()),
            version: read.map(|document| document.version.clone()),
            encoding: read.map(|document| document.encoding),
            wrapping,
            recognised_by,
            describes: self.described,
            tools: self.tools,
            authors: self.authors,
            subjects: self.subjects,
            by_place: self.places,
            by_kind: self.kinds,
            by_scope: self.scopes,
            relationships: self.relationships,
            attribution: Attribution {
                party_named: self.party_named,
                identified: self.identified,
                neither: self.subjects - self.party_named - self.identified,
            },
            makers,
            notes: notes.collect(),
            error: document.as_ref().err().map(|error| format!("{}: {}", error.code, error.message)),
        }
    }
}

impl Inspected {
    /// For a person: `makers_max` makers are listed, the others counted.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_human(&self, out: &mut dyn Write, makers_max: usize) -> io::Result<()> {
        write!(out, "{}: ", inline(&self.path))?;
        match (self.format, &self.version, self.encoding) {
            (Some(format), Some(version), Some(encoding)) => write!(out, "{format} {version} ({encoding})")?,
            _ if self.sha256.is_none() => write!(out, "not read")?,
            _ => write!(out, "not read to the end; the figures are of what was read before the error")?,
        }
        if !self.wrapping.is_empty() {
            write!(out, ", in {}", inline(&self.wrapping.join(", ")))?;
        }
        writeln!(out)?;
        let Some(sha256) = &self.sha256 else { return Ok(()) };
        writeln!(out, "  sha256        {sha256}")?;
        if let Some(reason) = self.recognised_by {
            writeln!(out, "  recognised    {reason}")?;
        }
        names(out, "describes", &self.describes)?;
        names(out, "tools", &self.tools)?;
        names(out, "authors", &self.authors)?;
        writeln!(out, "  subjects      {}: {}", self.subjects, counts(&self.by_place))?;
        writeln!(out, "  kinds         {}", counts(&self.by_kind))?;
        writeln!(out, "  scopes        {}", counts(&self.by_scope))?;
        writeln!(out, "  relationships {}", self.relationships)?;
        let Attribution { party_named, identified, neither } = self.attribution;
        writeln!(
            out,
            "  attribution   a maker is named for {party_named} of {}; {identified} more have a purl, CPE, SWID or address; {neither} have neither",
            self.subjects
        )?;
        if !self.makers.is_empty() {
            writeln!(out, "  makers named, with their subjects")?;
        }
        for maker in self.makers.iter().take(makers_max) {
            writeln!(out, "    {:>7}  {} ({})", maker.subjects, excerpt(&maker.name, 80), maker.fields.join(", "))?;
        }
        if self.makers.len() > makers_max {
            writeln!(out, "    and {} more: --verbose lists them", self.makers.len() - makers_max)?;
        }
        for note in &self.notes {
            let place = note.line.zip(note.column).map_or(String::new(), |(line, column)| format!(" ({line}:{column})"));
            writeln!(out, "  note: {}{place}", note.message)?;
        }
        writeln!(out)
    }
}

fn names(out: &mut dyn Write, what: &str, names: &[String]) -> io::Result<()> {
    const SHOWN: usize = 5;
    if names.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| excerpt(name, 60).into_owned()).collect();
    let more = if names.len() > SHOWN { format!(", and {} more", names.len() - SHOWN) } else { String::new() };
    writeln!(out, "  {what:<13} {}{more}", shown.join(", "))
}

fn counts(counts: &BTreeMap<&'static str, u64>) -> String {
    let mut sorted: Vec<(&str, u64)> = counts.iter().map(|(word, count)| (*word, *count)).collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sorted.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}
