//! The policy language: from TOML to a [`PolicyFile`], with every mistake of the file in one run.
//!
//! The spanned tree is walked directly, so a mistake is shown where it stands. Each table takes its known keys; whatever is
//! left over is an error with the nearest known key.

use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::written::{
    AssertionBlock, At, EntityBlock, Evaluate, Example, ExampleSubject, Expect, Header, Not, OwnershipBlock, PolicyFile, RuleBlock,
    WaiverBlock, WrittenIdentifier,
};
use super::{Attribution, Clock, Effect, PolicyError, Product};
use crate::identity::{IdentifierKind, Pattern, normalised};
use crate::inventory::{Kind, KindClass, Scope, Versions};
use crate::ownership::{LinkKind, Reach};
use crate::source::{Source, Span};
use crate::text::{excerpt, nearest};
use crate::verdict::FailOn;

/// Reads one file. What could be read is returned beside the mistakes. The identifiers of a file that is a part of the program are `checked`
/// by a test, and not again whenever it is started.
pub(super) fn read(source: &Arc<Source>, checked: bool) -> (PolicyFile, Vec<PolicyError>) {
    let start = source.text_start();
    let (document, broken) = DeTable::parse_recoverable(&source.text()[start..]);
    let mut reading = Reading { source, start, checked, errors: Vec::new() };
    for error in broken {
        let span = error.span().unwrap_or(0..0);
        reading.error(Span::new(span.start + start, span.end + start), error.message().to_owned(), Some(NOT_TOML.to_owned()));
    }
    if !reading.errors.is_empty() {
        // What stands after a syntax error is not where it seems to be: further complaints would mislead.
        return (PolicyFile::default(), reading.errors);
    }
    let file = reading.file(document.get_ref());
    (file, reading.errors)
}

/// The help for a file that is broken as TOML, before any of it is read as a policy.
const NOT_TOML: &str = "this is not TOML: https://toml.io";

/// Whether a mistake is that the file is not TOML at all.
pub(super) fn is_not_toml(error: &PolicyError) -> bool {
    error.help.as_deref() == Some(NOT_TOML)
}

struct Reading<'s> {
    source: &'s Arc<Source>,
    start: usize,
    checked: bool,
    errors: Vec<PolicyError>,
}

/// A table and which of its keys are known.
struct Table<'t> {
    what: &'static str,
    span: Span,
    entries: &'t DeTable<'t>,
    taken: Vec<&'static str>,
}

/// As many keys as most tables may have.
const TAKEN: usize = 16;

impl<'t> Table<'t> {
    fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.taken.push(key);
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }
}

impl Reading<'_> {
    fn error(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.errors.push(PolicyError { source: Some(Arc::clone(self.source)), span, message: message.into(), help });
    }

    fn span<T>(&self, at: &Spanned<T>) -> Span {
        Span::new(at.span().start + self.start, at.span().end + self.start)
    }

    /// Complains about every key that nobody took.
    fn finish(&mut self, table: &Table<'_>) {
        for (name, _) in table.entries {
            let key: &str = name.get_ref();
            if table.taken.contains(&key) {
                continue;
            }
            let shown = excerpt(key, 40);
            let span = self.span(name);
            let help = match nearest(key, table.taken.iter().copied()) {
                Some((distance, known)) if distance <= 3 && distance < known.len() => format!("did you mean `{known}`?"),
                _ => format!("known here: {}", table.taken.join(", ")),
            };
            self.error(span, format!("`{shown}` is no key of {}", table.what), Some(help));
        }
    }

    fn table<'t>(&mut self, what: &'static str, value: &'t Spanned<DeValue<'t>>) -> Option<Table<'t>> {
        let span = self.span(value);
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table { what, span, entries, taken: Vec::with_capacity(TAKEN) }),
            other => {
                self.error(span, format!("{what} has to be a table, and here is {}", kind_of(other)), None);
                None
            }
        }
    }

    fn text<'t>(&mut self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<At<&'t str>> {
        let span = self.span(value);
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(At { value: text, span }),
            DeValue::String(_) => {
                self.error(span, format!("`{key}` is empty"), None);
                None
            }
            other => {
                self.error(span, format!("`{key}` has to be a string, and here is {}", kind_of(other)), None);
                None
            }
        }
    }

    fn string(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<At<String>> {
        let value = table.take(key)?;
        self.text(key, value).map(At::owned)
    }

    fn plain(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<String> {
        self.string(table, key).map(|at| at.value)
    }

    fn required(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<At<String>> {
        self.required_text(table, key).map(At::owned)
    }

    fn required_text<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<At<&'t str>> {
        let value = table.take(key);
        if value.is_none() {
            self.missing(table, key);
        }
        self.text(key, value?)
    }

    fn missing(&mut self, table: &Table<'_>, key: &str) {
        self.error(table.span, format!("{} needs `{key}`", table.what), None);
    }

    fn elements<'t>(&mut self, key: &str, value: &'t Spanned<DeValue<'t>>) -> &'t [Spanned<DeValue<'t>>] {
        match value.get_ref() {
            DeValue::Array(array) => array,
            other => {
                let span = self.span(value);
                self.error(span, format!("`{key}` has to be an array, and here is {}", kind_of(other)), None);
                &[]
            }
        }
    }

    fn strings(&mut self, table: &mut Table<'_>, key: &'static str) -> Vec<At<String>> {
        let Some(value) = table.take(key) else { return Vec::new() };
        self.elements(key, value).iter().filter_map(|element| self.text(key, element).map(At::owned)).collect()
    }

    fn tables<'t>(&mut self, table: &mut Table<'t>, key: &'static str, what: &'static str) -> Vec<Table<'t>> {
        let Some(value) = table.take(key) else { return Vec::new() };
        self.elements(key, value).iter().filter_map(|element| self.table(what, element)).collect()
    }

    fn boolean(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<bool> {
        let value = table.take(key)?;
        if let DeValue::Boolean(value) = value.get_ref() {
            return Some(*value);
        }
        let span = self.span(value);
        self.error(span, format!("`{key}` has to be true or false, and here is {}", kind_of(value.get_ref())), None);
        None
    }

    fn date(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<At<Date>> {
        let value = table.take(key)?;
        let span = self.span(value);
        if let DeValue::Datetime(datetime) = value.get_ref()
            && let (Some(date), None) = (datetime.date, datetime.time)
        {
            // TOML has checked that the day exists, and its year has four digits.
            let made = Date::new(i16::try_from(date.year).unwrap_or(0), date.month.cast_signed(), date.day.cast_signed());
            if let Ok(value) = made {
                return Some(At { value, span });
            }
        }
        self.error(span, format!("`{key}` has to be a date such as 2026-11-23, without quotation marks"), None);
        None
    }

    fn required_date(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<At<Date>> {
        if !table.entries.iter().any(|(name, _)| name.get_ref() == key) {
            self.missing(table, key);
        }
        self.date(table, key)
    }

    fn one_of<T: Copy>(&mut self, key: &str, word: &At<String>, words: &[(&'static str, T)]) -> Option<At<T>> {
        if let Some((_, value)) = words.iter().find(|(known, _)| *known == word.value) {
            return Some(At { value: *value, span: word.span });
        }
        let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
        let message = format!("`{}` is no value of `{key}`", excerpt(&word.value, 40));
        self.error(word.span, message, Some(format!("it is one of {}", known.join(", "))));
        None
    }

    fn word<T: Copy>(&mut self, table: &mut Table<'_>, key: &'static str, words: &[(&'static str, T)]) -> Option<At<T>> {
        let word = self.string(table, key)?;
        self.one_of(key, &word, words)
    }

    fn words<T: Copy>(&mut self, table: &mut Table<'_>, key: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        let written = self.strings(table, key);
        written.iter().filter_map(|word| self.one_of(key, word, words)).map(|at| at.value).collect()
    }

    // --- the language ---

    fn file<'t>(&mut self, entries: &'t DeTable<'t>) -> PolicyFile {
        let end = self.source.text().len();
        let mut top = Table { what: "a policy", span: Span::new(self.start, (self.start + 1).min(end)), entries, taken: Vec::new() };
        let mut file = PolicyFile::default();
        match top.take("schema").map(|value| (self.span(value), value.get_ref())) {
            Some((_, DeValue::Integer(number))) if number.as_str() == "1" => {}
            Some((span, _)) => self.error(span, "this version knows `schema = 1` only", None),
            None => self.error(top.span, "a policy begins with `schema = 1`", None),
        }
        file.extends = self.strings(&mut top, "extends");
        if let Some(mut table) = top.take("policy").and_then(|value| self.table("[policy]", value)) {
            file.header = self.header(&mut table);
        }
        if let Some(mut table) = top.take("evaluate").and_then(|value| self.table("[evaluate]", value)) {
            file.evaluate = Evaluate {
                fail_on: self.word(&mut table, "fail-on", &FailOn::WORDS),
                mentions: self.word(&mut table, "mentions", &Effect::WORDS),
                unverifiable: self.word(&mut table, "unverifiable", &Effect::WORDS),
                attribution: self.word(&mut table, "attribution", &Attribution::WORDS),
                profiles: self.strings(&mut table, "profiles"),
            };
            self.finish(&table);
        }
        for mut table in self.tables(&mut top, "entity", "an [[entity]]") {
            file.entities.extend(self.entity(&mut table));
        }
        for mut table in self.tables(&mut top, "ownership", "an [[ownership]]") {
            file.ownership.extend(self.ownership(&mut table));
        }
        for mut table in self.tables(&mut top, "assertion", "an [[assertion]]") {
            file.assertions.extend(self.assertion(&mut table));
        }
        for mut table in self.tables(&mut top, "rule", "a [[rule]]") {
            file.rules.extend(self.rule(&mut table));
        }
        for mut table in self.tables(&mut top, "waiver", "a [[waiver]]") {
            file.waivers.extend(self.waiver(&mut table));
        }
        for mut table in self.tables(&mut top, "example", "an [[example]]") {
            file.examples.extend(self.example(&mut table));
        }
        self.finish(&top);
        file
    }

    fn header(&mut self, table: &mut Table<'_>) -> Header {
        let header = Header {
            id: self.string(table, "id"),
            title: self.plain(table, "title"),
            authority: self.strings(table, "authority").into_iter().map(|at| at.value).collect(),
            reviewed: self.date(table, "reviewed").map(|at| at.value),
            review_every: self.string(table, "review-every").and_then(|text| self.days(&text)),
            source: self.plain(table, "source"),
            applies: self.strings(table, "applies"),
        };
        for profile in &header.applies {
            self.check_id(Some(profile));
        }
        self.finish(table);
        self.check_id(header.id.as_ref());
        header
    }

    fn check_id(&mut self, id: Option<&At<String>>) {
        if let Some(id) = id
            && !id.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            self.error(id.span, "an id is made of letters, digits, `-`, `_` and `.`", None);
        }
    }

    /// `90 days`.
    fn days(&mut self, text: &At<String>) -> Option<i32> {
        let number = text.value.strip_suffix(" days").or_else(|| text.value.strip_suffix(" day"));
        let days = number.and_then(|number| number.trim().parse().ok()).filter(|days| (1..=36_500).contains(days));
        if days.is_none() {
            self.error(text.span, "this has to be a number of days, such as \"90 days\"", None);
        }
        days
    }

    fn entity(&mut self, table: &mut Table<'_>) -> Option<EntityBlock> {
        let id = self.required(table, "id");
        self.check_id(id.as_ref());
        let name = self.string(table, "name");
        let country = self.string(table, "country");
        let source = self.plain(table, "source").map(Arc::from);
        let confirmed = self.boolean(table, "confirmed").unwrap_or(true);
        let mut identifiers = Vec::new();
        if let Some(name) = &name {
            identifiers.push(WrittenIdentifier {
                kind: IdentifierKind::Name,
                text: name.value.as_str().into(),
                span: name.span,
                source: None,
                seen: None,
                confirmed: true,
                list: "name",
            });
        }
        if let Some(country) = &country {
            self.check_country(country);
        }
        let country = country.map(|country| country.value);
        const LISTS: [(&str, IdentifierKind); 7] = [
            ("aliases", IdentifierKind::Name),
            ("brands", IdentifierKind::Brand),
            ("domains", IdentifierKind::Domain),
            ("packages", IdentifierKind::Package),
            ("cpe-vendors", IdentifierKind::CpeVendor),
            ("files", IdentifierKind::File),
            ("hashes", IdentifierKind::Hash),
        ];
        for (key, kind) in LISTS {
            let Some(value) = table.take(key) else { continue };
            for element in self.elements(key, value) {
                identifiers.extend(self.identifier(key, kind, element));
            }
        }
        // What it publishes, many packages after one source.
        for mut published in self.tables(table, "published", "an [[entity.published]]") {
            let source: Option<Arc<str>> = self.required_text(&mut published, "source").map(|at| at.value.into());
            let seen = self.date(&mut published, "seen").map(|at| at.value);
            let confirmed = self.boolean(&mut published, "confirmed").unwrap_or(true);
            if !published.entries.iter().any(|(name, _)| name.get_ref() == "packages") {
                self.missing(&published, "packages");
            }
            let packages = published.take("packages").map_or(&[][..], |value| self.elements("packages", value));
            for package in packages {
                let Some(At { value, span }) = self.text("packages", package) else { continue };
                let kind = IdentifierKind::Package;
                if self.check_identifier(kind, value, span) {
                    let (text, source) = (value.into(), source.clone());
                    identifiers.push(WrittenIdentifier { kind, text, span, source, seen, confirmed, list: "published" });
                }
            }
            self.finish(&published);
        }
        for mut former in self.tables(table, "former", "an entry of `former`") {
            if let Some(At { value, span }) = self.required_text(&mut former, "name") {
                // A name that an organisation had stays on what it made; the date is for readers.
                self.date(&mut former, "until");
                let source = self.plain(&mut former, "source").map(Arc::from);
                let confirmed = self.boolean(&mut former, "confirmed").unwrap_or(true);
                let (kind, text) = (IdentifierKind::Name, value.into());
                identifiers.push(WrittenIdentifier { kind, text, span, source, seen: None, confirmed, list: "former" });
            }
            self.finish(&former);
        }
        let not = self.tables(table, "not", "an entry of `not`").into_iter().filter_map(|mut entry| self.not(&mut entry)).collect();
        self.finish(table);
        Some(EntityBlock { id: id?, name, country, source, confirmed, identifiers, not })
    }

    fn identifier<'t>(&mut self, key: &'static str, kind: IdentifierKind, element: &'t Spanned<DeValue<'t>>) -> Option<WrittenIdentifier> {
        let mut kind = kind;
        let (At { value, span }, source, seen, confirmed) = if let DeValue::Table(_) = element.get_ref() {
            let mut table = self.table("an entry", element)?;
            if kind == IdentifierKind::Name && self.boolean(&mut table, "whole") == Some(true) {
                kind = IdentifierKind::WholeName;
            }
            let value = self.required_text(&mut table, "value");
            let source = self.plain(&mut table, "source").map(Arc::from);
            let seen = self.date(&mut table, "seen").map(|at| at.value);
            let confirmed = self.boolean(&mut table, "confirmed").unwrap_or(true);
            self.finish(&table);
            (value?, source, seen, confirmed)
        } else {
            (self.text(key, element)?, None, None, true)
        };
        let checked = self.check_identifier(kind, value, span);
        checked.then(|| WrittenIdentifier { kind, text: value.into(), span, source, seen, confirmed, list: key })
    }

    fn check_identifier(&mut self, kind: IdentifierKind, text: &str, span: Span) -> bool {
        if self.checked {
            return true;
        }
        let complaint = match kind {
            IdentifierKind::Name | IdentifierKind::WholeName | IdentifierKind::Brand if normalised(text).is_empty() => {
                Some("a name needs at least one letter or digit".to_owned())
            }
            IdentifierKind::Domain if !is_domain(text) => Some("this is not a domain such as `example.com`".to_owned()),
            IdentifierKind::Package => match Pattern::parse(text) {
                Ok(Pattern::Exact(_, Some(_))) => Some("a package is named without its version: a maker makes all of them".to_owned()),
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            },
            IdentifierKind::CpeVendor if text.contains([':', ' ']) => {
                Some("give the vendor part of the CPE only, such as `example`".to_owned())
            }
            IdentifierKind::File if text.contains(['/', '\\']) => Some("give the file's name without its folder".to_owned()),
            IdentifierKind::Hash if !is_hash(text) => Some("write a hash as `sha256:` and its hexadecimal digits".to_owned()),
            _ => None,
        };
        if let Some(message) = &complaint {
            self.error(span, message.clone(), None);
        }
        complaint.is_none()
    }

    fn not(&mut self, table: &mut Table<'_>) -> Option<Not> {
        let package = self.string(table, "package");
        let name = self.string(table, "name");
        self.required(table, "why");
        self.plain(table, "source");
        self.finish(table);
        if package.is_none() && name.is_none() {
            self.error(table.span, "an entry of `not` needs `package` or `name`", None);
            return None;
        }
        if let Some(package) = &package
            && !self.check_identifier(IdentifierKind::Package, &package.value, package.span)
        {
            return None;
        }
        Some(Not { package, name })
    }

    /// ISO 3166-1 alpha-2.
    fn check_country(&mut self, country: &At<String>) {
        if country.value.len() != 2 || !country.value.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.error(country.span, "a country is written as its two letters in ISO 3166-1, such as \"RU\"", None);
        }
    }

    fn ownership(&mut self, table: &mut Table<'_>) -> Option<OwnershipBlock> {
        let owner = self.required(table, "owner");
        let owned = self.required(table, "owned");
        let kind = self.required(table, "kind").and_then(|word| self.one_of("kind", &word, &LinkKind::WORDS));
        let share = self.share(table);
        let since = self.date(table, "since").map(|at| at.value);
        let until = self.date(table, "until");
        let source = self.plain(table, "source");
        let confirmed = self.boolean(table, "confirmed").unwrap_or(true);
        if let Some(kind) = &kind {
            match (kind.value, share) {
                (LinkKind::Majority, Some(share)) if share <= 50.0 => {
                    self.error(kind.span, "a majority is more than 50 per cent", Some("write kind = \"stake\"".to_owned()));
                }
                (LinkKind::Stake, None) => self.error(kind.span, "a stake needs its `share`", None),
                (LinkKind::Successor | LinkKind::Affiliate, Some(_)) => {
                    self.error(kind.span, "only a majority, a stake or a control has a `share`", None)
                }
                _ => {}
            }
        }
        if let (Some(since), Some(until)) = (since, &until)
            && until.value <= since
        {
            self.error(until.span, "this link ends before it begins", None);
        }
        if confirmed && source.is_none() {
            let help = "name the `source`, or write confirmed = false: then it asks for review only";
            self.error(table.span, "a link of ownership rests on a source", Some(help.to_owned()));
        }
        self.finish(table);
        let until = until.map(|at| at.value);
        Some(OwnershipBlock { span: table.span, owner: owner?, owned: owned?, kind: kind?.value, share, since, until, source, confirmed })
    }

    fn share(&mut self, table: &mut Table<'_>) -> Option<f64> {
        let value = table.take("share")?;
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let share = number.filter(|share| *share > 0.0 && *share <= 100.0);
        if share.is_none() {
            let span = self.span(value);
            self.error(span, "`share` is a number of per cent above 0 and up to 100", None);
        }
        share
    }

    fn assertion(&mut self, table: &mut Table<'_>) -> Option<AssertionBlock> {
        let subject = self.required(table, "subject");
        let supplier = self.required(table, "supplier");
        let evidence = self.required(table, "evidence");
        let by = self.required(table, "by");
        let on = self.required_date(table, "on");
        self.finish(table);
        let (supplier, evidence, by) = (supplier?.value, evidence?.value, by?.value);
        Some(AssertionBlock { span: table.span, subject: subject?, supplier, evidence, by, on: on?.value })
    }

    fn versions(&mut self, table: &mut Table<'_>) -> Option<(String, Versions)> {
        let text = self.string(table, "versions")?;
        match Versions::parse(&text.value) {
            Ok(versions) => Some((text.value, versions)),
            Err(message) => {
                let help = "write a semver range such as \">=1, <3\", or vers:deb/>=1.2|<2";
                self.error(text.span, message, Some(help.to_owned()));
                None
            }
        }
    }

    fn products(&mut self, table: &mut Table<'_>, key: &'static str) -> Vec<Product> {
        let written = self.strings(table, key);
        written
            .iter()
            .filter_map(|text| match Product::parse(&text.value) {
                Ok(product) => Some(product),
                Err(message) => {
                    self.error(text.span, message, None);
                    None
                }
            })
            .collect()
    }

    fn rule(&mut self, table: &mut Table<'_>) -> Option<RuleBlock> {
        let id = self.required(table, "id");
        self.check_id(id.as_ref());
        let mut rule = RuleBlock {
            id: id.clone().unwrap_or(At { value: String::new(), span: table.span }),
            title: self.plain(table, "title"),
            entities: self.strings(table, "entities"),
            reach: self.words(table, "reach", &Reach::WORDS),
            review_reach: self.words(table, "review-reach", &Reach::WORDS),
            countries: self.strings(table, "countries"),
            versions: self.versions(table),
            products: self.products(table, "products"),
            except: self.products(table, "except"),
            subjects: self.words(table, "subjects", KindClass::WORDS),
            kinds: self.words(table, "kinds", Kind::WORDS),
            scopes: self.words(table, "scopes", Scope::WORDS),
            mentions: self.boolean(table, "mentions").unwrap_or(true),
            effect: self.word(table, "effect", &Effect::WORDS).map_or(Effect::Prohibited, |at| at.value),
            effective: self.date(table, "effective").map(|at| at.value),
            until: None,
            applies: self.strings(table, "applies"),
            clause: self.plain(table, "clause"),
            text: self.plain(table, "text"),
            help: self.plain(table, "help"),
            reports: self.tables(table, "report", "a [[rule.report]]").into_iter().filter_map(|mut clock| self.clock(&mut clock)).collect(),
        };
        let until = self.date(table, "until");
        if let (Some(effective), Some(until)) = (rule.effective, &until)
            && until.value <= effective
        {
            self.error(
                until.span,
                "this rule ends before it takes effect",
                Some("`until` is the first day on which it no longer applies".to_owned()),
            );
        }
        rule.until = until.map(|at| at.value);
        for profile in &rule.applies {
            self.check_id(Some(profile));
        }
        self.plain(table, "source");
        for country in &rule.countries {
            self.check_country(country);
        }
        if rule.entities.is_empty() && rule.countries.is_empty() {
            self.error(table.span, "a [[rule]] needs `entities` or `countries`: without one it reaches nothing", None);
        }
        if rule.entities.is_empty() && !(rule.reach.is_empty() && rule.review_reach.is_empty()) {
            self.error(table.span, "`reach` goes out from `entities`, and this rule names none", None);
        }
        self.finish(table);
        id.map(|_| rule)
    }

    fn clock(&mut self, table: &mut Table<'_>) -> Option<Clock> {
        let since = self.required_date(table, "since");
        let until = self.date(table, "until").map(|at| at.value);
        let within = self.required(table, "within");
        let then = self.plain(table, "then");
        let to = self.plain(table, "to");
        let trigger = self.plain(table, "trigger");
        let depends = self.plain(table, "depends");
        let clause = self.plain(table, "clause");
        let content = self.strings(table, "content").into_iter().map(|at| at.value).collect();
        self.plain(table, "source");
        self.finish(table);
        Some(Clock { since: since?.value, until, within: within?.value, then, to, trigger, depends, clause, content })
    }

    fn waiver(&mut self, table: &mut Table<'_>) -> Option<WaiverBlock> {
        let rule = self.required(table, "rule");
        let subject = self.required(table, "subject");
        let reason = self.required(table, "reason");
        let by = self.required(table, "by");
        let authority = self.plain(table, "authority");
        let granted = self.required_date(table, "granted");
        let expires = self.required_date(table, "expires");
        self.finish(table);
        Some(WaiverBlock {
            span: table.span,
            rule: rule?,
            subject: subject?,
            reason: reason?.value,
            by: by?.value,
            authority,
            granted: granted?,
            expires: expires?,
        })
    }

    fn example(&mut self, table: &mut Table<'_>) -> Option<Example> {
        let rule = self.plain(table, "rule");
        let as_of = self.date(table, "as-of").map(|at| at.value);
        let profile = self.string(table, "profile");
        self.check_id(profile.as_ref());
        let profile = profile.map(|at| at.value);
        let why = self.plain(table, "why");
        let expect = self.required(table, "expect").and_then(|word| self.one_of("expect", &word, &Expect::WORDS));
        let subject = match table.take("subject") {
            Some(value) => self.table("`subject`", value).map(|mut subject| self.example_subject(&mut subject)),
            None => {
                self.missing(table, "subject");
                None
            }
        };
        self.finish(table);
        Some(Example {
            subject: subject?,
            expect: expect?.value,
            rule,
            as_of,
            profile,
            why,
            span: table.span,
            policy: String::new(),
            source: None,
        })
    }

    fn example_subject(&mut self, table: &mut Table<'_>) -> ExampleSubject {
        let subject = ExampleSubject {
            name: self.plain(table, "name"),
            kind: self.word(table, "kind", Kind::WORDS).map(|at| at.value),
            scope: self.word(table, "scope", Scope::WORDS).map(|at| at.value),
            version: self.plain(table, "version"),
            supplier: self.plain(table, "supplier"),
            publisher: self.plain(table, "publisher"),
            purl: self.plain(table, "purl"),
            cpe: self.plain(table, "cpe"),
            url: self.plain(table, "url"),
            file: self.plain(table, "file"),
        };
        self.finish(table);
        subject
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() >= 2 && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

fn is_hash(text: &str) -> bool {
    let Some((algorithm, digits)) = text.split_once(':') else { return false };
    let length = match algorithm {
        "md5" => 32,
        "sha1" => 40,
        "sha256" | "sha3-256" | "blake2b-256" | "blake3" => 64,
        "sha384" | "sha3-384" => 96,
        "sha512" | "sha3-512" => 128,
        _ => return false,
    };
    digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
