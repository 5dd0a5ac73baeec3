//! Package URLs and the patterns that a policy lists.
//!
//! For matching a purl is its *coordinates*: `type/namespace/name`, percent-decoded, in lower case, whatever case rules its type has, without
//! version, qualifiers and subpath. What is malformed is read as far as it goes: a gate that skips what it cannot parse can be evaded.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::cost::spend;
use super::filter::{Filter, continued, tag};
use super::normal::is_invisible;
use super::table::Table;
use super::{Hit, IdentifierId, Strength, push_all};

/// A purl, split for matching.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Purl<'a> {
    pub(super) coordinates: String,
    qualifiers: &'a str,
}

impl<'a> Purl<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut purl = Self::parse_once(text);
        if !text.is_ascii() || text.contains('\\') {
            purl.coordinates = Purl::parse_once(&plain(text)).coordinates;
        }
        // Percent signs that are written as `%25` hide what stands behind them, and so may theirs.
        const LAYERS: usize = 3;
        for _ in 0..LAYERS {
            if !purl.coordinates.contains('%') && purl.coordinates.is_ascii() {
                break;
            }
            let deeper = coordinates(&plain(&purl.coordinates));
            if deeper == purl.coordinates {
                break;
            }
            purl.coordinates = deeper;
        }
        purl
    }

    fn parse_once(text: &'a str) -> Self {
        spend(text.len());
        let text = text.trim();
        let rest = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("pkg:") => &text[4..],
            _ => text,
        };
        let rest = rest.split('#').next().unwrap_or(rest);
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.trim_matches('/');
        // The version begins at the last `@` of the last segment; an `@` at its start, or before, is an npm scope's.
        let name_start = rest.rfind('/').map_or(0, |at| at + 1);
        let version = rest[name_start..].rfind('@').filter(|&at| at > 0).map(|at| name_start + at);
        // A version may hold slashes that ought to be encoded: then the `@` stands in an earlier segment, not at its start.
        let version = version
            .or_else(|| rest.match_indices('@').map(|(at, _)| at).find(|&at| at > 0 && rest.as_bytes()[at - 1] != b'/' && at < name_start));
        Self { coordinates: coordinates(&rest[..version.unwrap_or(rest.len())]), qualifiers }
    }

    /// Type, first segment and what follows it, as written: for a quick look before the whole is parsed.
    pub(super) fn beginning(text: &'a str) -> (&'a str, &'a str, &'a str) {
        let rest = text.strip_prefix("pkg:").unwrap_or(text).trim_start_matches('/');
        let (kind, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let rest = rest.trim_start_matches('/');
        let bytes = rest.as_bytes();
        // An `@` at the start is an npm scope's, any other begins the version.
        let end = (1..bytes.len()).find(|&at| matches!(bytes[at], b'/' | b'@' | b'?' | b'#')).unwrap_or(bytes.len());
        (kind, &rest[..end], &rest[end..])
    }

    /// Key and decoded value of each qualifier.
    pub(super) fn qualifiers(&self) -> impl Iterator<Item = (String, Cow<'a, str>)> {
        let pairs = self.qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(key, value)| (key.to_ascii_lowercase(), percent_decoded(value)))
    }
}

/// In compatibility form, without what does not show, and with slashes for backslashes.
fn plain(text: &str) -> String {
    text.nfkc().filter(|&character| !is_invisible(character)).map(|character| if character == '\\' { '/' } else { character }).collect()
}

/// `type/namespace/name` in the form that is compared.
fn coordinates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let begins = |kind: &str| text.get(..kind.len()).is_some_and(|own| own.eq_ignore_ascii_case(kind));
    let (pypi, cargo) = (begins("pypi/"), begins("cargo/"));
    for segment in text.split('/').filter(|segment| !segment.is_empty()) {
        if !out.is_empty() {
            out.push('/');
        }
        let segment = percent_decoded(segment);
        if segment.is_ascii() {
            out.extend(segment.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            out.extend(segment.chars().flat_map(char::to_lowercase));
        }
    }
    if cargo {
        // crates.io keeps no two names that differ in these only.
        out = out.replace('_', "-");
    }
    if pypi {
        // PEP 503: runs of `-`, `_` and `.` are the same.
        out = out.replace(['_', '.'], "-");
        while out.contains("--") {
            out = out.replace("--", "-");
        }
    }
    out
}

/// Percent-decoded as far as it is well-formed.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    spend(text.len());
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| bytes[at] == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// A purl pattern of a policy: `pkg:type/namespace/name` names one package, `…/name*` all whose name begins so, `…/**` all below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One package, whatever its version. The second part is the version if the pattern has one.
    Exact(String, Option<String>),
    /// All whose coordinates begin with this.
    Prefix(String),
    /// All below this, and the thing itself.
    Below(String),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(&'static str);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PatternError {}

impl fmt::Display for Pattern {
    /// Its coordinates, without what follows them: `npm/@scope` for all below a scope.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(coordinates, _) | Self::Prefix(coordinates) | Self::Below(coordinates) => f.write_str(coordinates),
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`] if it is no purl, is broader than one namespace, or has a `*` elsewhere than at its end.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let Some(body) = text.strip_prefix("pkg:") else {
            return Err(PatternError("a package pattern begins with `pkg:`, as in `pkg:npm/%40scope/**`"));
        };
        let (body, below) = body.strip_suffix("/**").map_or((body, false), |body| (body, true));
        let (body, prefix) = body.strip_suffix('*').map_or((body, false), |body| (body, true));
        if body.contains('*') {
            return Err(PatternError("a `*` may only stand at the end: `name*` for a beginning, `/**` for all below"));
        }
        if body.contains(['?', '#']) {
            return Err(PatternError("a package pattern has no qualifiers and no subpath"));
        }
        let plain = is_plain(body);
        let purl = if plain { body.to_owned() } else { Purl::parse(body).coordinates };
        if !purl.contains('/') {
            return Err(PatternError("name at least a type and a namespace: this would cover a whole ecosystem"));
        }
        if below {
            return Ok(Self::Below(purl));
        }
        if prefix {
            return Ok(Self::Prefix(purl));
        }
        Ok(Self::Exact(purl, if plain { None } else { version_of(body) }))
    }

    /// Whether it covers a purl, read with its version.
    #[must_use]
    pub fn covers(&self, purl: &str) -> bool {
        self.covers_parsed(&ParsedPurl::of(purl))
    }

    /// The same for a purl that is asked about many times.
    #[must_use]
    pub fn covers_parsed(&self, purl: &ParsedPurl) -> bool {
        match self {
            Self::Exact(own, version) => *own == purl.coordinates && (version.is_none() || *version == purl.version),
            Self::Prefix(own) => purl.coordinates.starts_with(own.as_str()),
            Self::Below(own) => purl.coordinates.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// A purl in the form in which patterns are compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPurl {
    coordinates: String,
    version: Option<String>,
}

impl ParsedPurl {
    /// Parses a purl as far as it can be read.
    #[must_use]
    pub fn of(purl: &str) -> Self {
        Self { coordinates: Purl::parse(purl).coordinates, version: version_of(purl) }
    }
}

/// Whether a pattern's body is its own coordinates, and has no version: most of a catalogue is written so.
fn is_plain(body: &str) -> bool {
    let (pypi, cargo) = (body.starts_with("pypi/"), body.starts_with("cargo/"));
    let mut before = b'/';
    for &byte in body.as_bytes() {
        let known = match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'-' => !(pypi && before == b'-'),
            b'.' => !pypi,
            b'_' => !pypi && !cargo,
            b'/' => before != b'/',
            _ => false,
        };
        if !known {
            return false;
        }
        before = byte;
    }
    before != b'/'
}

/// The decoded version of a purl.
#[must_use]
pub fn version_of(purl: &str) -> Option<String> {
    let purl = purl.split(['?', '#']).next()?;
    let name = purl.rsplit('/').next()?;
    let (name, version) = name.rsplit_once('@')?;
    (!name.is_empty() && !version.is_empty()).then(|| percent_decoded(version).into_owned())
}

/// The patterns of all entities.
#[derive(Debug, Default)]
pub(super) struct Packages {
    exact: Table,
    below: Table,
    /// Sorted; no two are equal.
    prefixes: Vec<(String, Vec<IdentifierId>)>,
    /// Over the type and the segment after it of every pattern.
    filter: Filter,
    /// The types of patterns whose `*` stands in that segment, which the filter cannot judge.
    open_types: Vec<String>,
}

impl Packages {
    pub(super) fn add(&mut self, pattern: &Pattern, id: IdentifierId) {
        match pattern {
            Pattern::Exact(key, _) => self.exact.add(key, id),
            Pattern::Below(key) => self.below.add(key, id),
            Pattern::Prefix(key) => match self.prefixes.iter_mut().find(|(known, _)| known == key) {
                Some((_, ids)) => ids.push(id),
                None => self.prefixes.push((key.clone(), vec![id])),
            },
        }
    }

    pub(super) fn finish(&mut self) {
        self.prefixes.sort();
        let mut tags = Vec::new();
        for key in self.exact.texts().chain(self.below.texts()).chain(self.prefixes.iter().map(|(key, _)| key.as_str())) {
            let mut segments = key.split('/');
            let (kind, first) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
            tags.push(continued(tag(kind.as_bytes()), first.as_bytes()));
        }
        self.filter = Filter::new(&tags);
        let open = self.prefixes.iter().filter(|(key, _)| key.matches('/').count() == 1);
        self.open_types = open.filter_map(|(key, _)| key.split('/').next()).map(ToOwned::to_owned).collect();
        self.open_types.sort();
        self.open_types.dedup();
    }

    /// `false` only if no pattern covers anything of this type with this first segment, both as written.
    pub(super) fn may_cover(&self, kind: &str, first: &str) -> bool {
        if self.open_types.iter().any(|open| open.eq_ignore_ascii_case(kind)) {
            return true;
        }
        let (tag, rest) = match first.strip_prefix("%40") {
            // A scope: hashed as it stands in coordinates.
            Some(rest) => (None, rest),
            None => (Some(continued(tag(kind.as_bytes()), first.as_bytes())), first),
        };
        let folded = (kind.eq_ignore_ascii_case("pypi") && (rest.contains(['_', '.']) || rest.contains("--")))
            || (kind.eq_ignore_ascii_case("cargo") && rest.contains('_'));
        if folded || rest.contains('\\') || rest.contains('%') || !rest.is_ascii() {
            return true;
        }
        if kind == "maven"
            && first
                .match_indices('.')
                // A longer beginning is in no pattern.
                .take_while(|(end, _)| *end <= self.below.longest())
                .inspect(|(end, _)| spend(*end))
                .any(|(end, _)| self.filter.may_hold(continued(super::filter::tag(b"maven"), &first.as_bytes()[..end])))
        {
            return true;
        }
        let tag = tag.unwrap_or_else(|| continued(super::filter::tag(kind.as_bytes()), format!("@{rest}").as_bytes()));
        self.filter.may_hold(tag)
    }

    /// The patterns that cover these coordinates; the closest one if several of a kind do.
    pub(super) fn find(&self, coordinates: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if let Some(ids) = self.exact.get(coordinates) {
            push_all(hits, ids, strength);
            return;
        }
        self.below(coordinates, strength, hits);
        // Every prefix of a text sorts before it, the longest last; between it and the text only longer beginnings can stand.
        let mut end = self.prefixes.partition_point(|(prefix, _)| prefix.as_str() <= coordinates);
        while let Some((prefix, ids)) = end.checked_sub(1).map(|at| &self.prefixes[at]) {
            if coordinates.starts_with(prefix.as_str()) {
                push_all(hits, ids, strength);
                return;
            }
            // Nothing shorter can match than what the two have in common.
            let common = prefix.bytes().zip(coordinates.bytes()).take_while(|(a, b)| a == b).count();
            if common == 0 {
                return;
            }
            let shorter = &coordinates.as_bytes()[..common];
            end = self.prefixes[..end - 1].partition_point(|(prefix, _)| prefix.as_bytes() <= shorter);
        }
    }

    /// The nearest listed namespace that these coordinates are or stand below.
    pub(super) fn below(&self, coordinates: &str, strength: Strength, hits: &mut Vec<Hit>) {
        let mut namespace = coordinates;
        // What is longer than every listed namespace is only cut, not looked up, and nothing is cut twice.
        while namespace.contains('/') {
            if let Some(ids) = self.below.get(namespace) {
                push_all(hits, ids, strength);
                return;
            }
            // A group of Maven holds the groups below it: `com.vendor` holds `com.vendor.sdk`.
            let ends: &[char] = if namespace.starts_with("maven/") { &['/', '.'] } else { &['/'] };
            namespace = &namespace[..namespace.rfind(ends).unwrap_or(0)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_of_purls() {
        let table = [
            ("pkg:npm/%40Kaspersky/hexa-ui@6.198.2", "npm/@kaspersky/hexa-ui"),
            ("pkg:npm/@kaspersky/hexa-ui@1", "npm/@kaspersky/hexa-ui"),
            ("pkg:npm/@kaspersky/hexa-ui", "npm/@kaspersky/hexa-ui"),
            ("PKG:PyPI/Triangle_Check@1.1?x=y#z", "pypi/triangle-check"),
            ("pkg://golang/github.com/KasperskyLab/klogga@v1/x", "golang/github.com/kasperskylab/klogga"),
            ("pkg:deb/debian/curl@1.0?arch=amd64", "deb/debian/curl"),
            ("pkg:npm//%40kaspersky//x", "npm/@kaspersky/x"),
            ("npm/left-pad@1", "npm/left-pad"),
            ("pkg:npm/%2540kaspersky/x", "npm/@kaspersky/x"),
            ("pkg:npm\\@kaspersky\\x", "npm/@kaspersky/x"),
            ("pkg:npm／@kaspersky／x", "npm/@kaspersky/x"),
            ("pkg:pypi/esdk%E2%80%8B-obs-python", "pypi/esdk-obs-python"),
            ("pkg:cargo/sonic_rs@0.3", "cargo/sonic-rs"),
            ("pkg:npm/%4", "npm/%4"),
            ("pkg:", ""),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(Purl::parse(text).coordinates, expected, "{text}");
        }
    }

    #[test]
    fn patterns_are_checked() {
        assert_eq!(Pattern::parse("pkg:npm/%40kaspersky/**"), Ok(Pattern::Below("npm/@kaspersky".to_owned())));
        assert_eq!(Pattern::parse("pkg:pypi/huaweicloudsdk*"), Ok(Pattern::Prefix("pypi/huaweicloudsdk".to_owned())));
        assert_eq!(Pattern::parse("pkg:generic/a@1.2"), Ok(Pattern::Exact("generic/a".to_owned(), Some("1.2".to_owned()))));
        for text in ["npm/x", "pkg:npm/**", "pkg:npm/*/x", "pkg:npm/a?b=c", "pkg:"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_plain_body_is_its_own_coordinates() {
        for body in ["pypi/lark-oapi", "npm/xgplayer", "maven/com.dji/dji-sdk", "deb/debian/a_b.c", "pypi/a-1"] {
            assert!(is_plain(body) && Purl::parse(body).coordinates == body && version_of(body).is_none(), "{body}");
        }
        for body in
            ["", "/a", "a/", "a//b", "pypi/a_b", "pypi/a--b", "pypi/a.b", "npm/@a/b", "npm/A", "a/b@1", "a/b?c", "a/b#c", "a/%40b", "a/ b"]
        {
            assert!(!is_plain(body), "{body}");
        }
    }

    #[test]
    fn patterns_cover() {
        let table = [
            ("pkg:npm/%40kaspersky/**", "pkg:npm/@kaspersky/a@1", true),
            ("pkg:npm/%40kaspersky/**", "pkg:npm/@kasperskyy/a@1", false),
            ("pkg:generic/a@1.2", "pkg:generic/a@1.2", true),
            ("pkg:generic/a@1.2", "pkg:generic/a@1.3", false),
            ("pkg:generic/a", "pkg:generic/a@1.3", true),
            ("pkg:pypi/ab*", "pkg:pypi/abc", true),
        ];
        for (pattern, purl, expected) in table {
            assert_eq!(Pattern::parse(pattern).unwrap().covers(purl), expected, "{pattern} {purl}");
        }
    }

    #[test]
    fn the_closest_pattern_is_found_whatever_stands_around_it() {
        let mut packages = Packages::default();
        for (id, text) in
            (0..).zip(["pkg:npm/a*", "pkg:npm/ab*", "pkg:npm/abd*", "pkg:npm/%40s/**", "pkg:npm/%40s/x", "pkg:npm/b", "pkg:npm/abcz*"])
        {
            packages.add(&Pattern::parse(text).unwrap(), id);
        }
        packages.finish();
        let found = |coordinates: &str| {
            let mut hits = Vec::new();
            packages.find(coordinates, Strength::Identified, &mut hits);
            hits.iter().map(|hit| hit.identifier).collect::<Vec<_>>()
        };
        assert_eq!(found("npm/abcd"), [1]);
        assert_eq!(found("npm/azz"), [0]);
        assert_eq!(found("npm/abdx"), [2]);
        assert_eq!(found("npm/@s/y"), [3]);
        assert_eq!(found("npm/@s/x"), [4]);
        assert_eq!(found("npm/bb"), Vec::<u32>::new());
        assert_eq!(found("pypi/abcd"), Vec::<u32>::new());
    }
}
