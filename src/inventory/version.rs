//! Ranges of versions: a semver range, or `vers:` for other schemes (<https://github.com/package-url/vers-spec>).
//!
//! A version that cannot be ordered against a bound is neither in nor out: a gate must not take "cannot tell" for "no".

use std::cmp::Ordering;

use semver::{BuildMetadata, Comparator, Op, Prerelease, Version, VersionReq};

/// A range of versions (`rule.versions`).
#[derive(Debug, Clone, PartialEq)]
pub enum Versions {
    /// `>=1, <3`, as Cargo reads it.
    Semver(VersionReq),
    /// `vers:scheme/constraint|constraint…`.
    Vers(Vers),
}

/// A range in the notation of the `vers` specification.
#[derive(Debug, Clone, PartialEq)]
pub struct Vers {
    scheme: String,
    /// In the order in which they are written, which the specification wants to be that of the versions. None: every version.
    constraints: Vec<(Bound, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Versions {
    /// Reads a range.
    ///
    /// # Errors
    /// A sentence saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix("vers:") {
            Some(rest) => Vers::parse(rest).map(Self::Vers),
            None => VersionReq::parse(text).map(Self::Semver).map_err(|error| format!("this is no range of versions: {error}")),
        }
    }

    /// Whether a version lies in the range; `None` if that cannot be told.
    #[must_use]
    pub fn hold(&self, version: &str) -> Option<bool> {
        let version = version.trim();
        if version.is_empty() {
            return None;
        }
        match self {
            Self::Semver(range) => {
                let version = lenient(version)?;
                Some(range.comparators.iter().all(|comparator| within(comparator, &version)))
            }
            Self::Vers(vers) => vers.hold(version),
        }
    }
}

/// A semver version as people write it: with a `v`, or with parts left out.
fn lenient(text: &str) -> Option<Version> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let numbers = text.find(['-', '+']).unwrap_or(text.len());
    let padded = match text[..numbers].matches('.').count() {
        0 => format!("{}.0.0{}", &text[..numbers], &text[numbers..]),
        1 => format!("{}.0{}", &text[..numbers], &text[numbers..]),
        _ => text.to_owned(),
    };
    Version::parse(&padded).ok()
}

/// Whether a version meets one comparator by precedence. `VersionReq::matches` leaves pre-releases out of ranges that do not name one,
/// which is right for choosing what to install and wrong for a gate: 2.0.0-rc.1 lies between 1 and 3.
fn within(comparator: &Comparator, version: &Version) -> bool {
    let Comparator { op, major, minor, patch, pre } = comparator;
    let at = |major: u64, minor: u64, patch: u64| Version::new(major, minor, patch);
    let full = Version {
        major: *major,
        minor: minor.unwrap_or(0),
        patch: patch.unwrap_or(0),
        pre: if patch.is_some() { pre.clone() } else { Prerelease::EMPTY },
        build: BuildMetadata::EMPTY,
    };
    let order = version.cmp_precedence(&full);
    // The first version beyond what a partial comparator such as `1.2` names.
    let beyond = match (minor, patch) {
        (None, _) => at(major.saturating_add(1), 0, 0),
        (Some(minor), None) => at(*major, minor.saturating_add(1), 0),
        (Some(_), Some(patch)) => at(*major, full.minor, patch.saturating_add(1)),
    };
    let partial = patch.is_none();
    let before = |end: &Version| version.cmp_precedence(end) == Ordering::Less;
    match op {
        Op::Exact | Op::Wildcard if partial => order != Ordering::Less && before(&beyond),
        Op::Exact => order == Ordering::Equal,
        Op::Greater if partial => !before(&beyond),
        Op::Greater => order == Ordering::Greater,
        Op::GreaterEq => order != Ordering::Less,
        Op::Less => order == Ordering::Less,
        Op::LessEq if partial => before(&beyond),
        Op::LessEq => order != Ordering::Greater,
        Op::Tilde => order != Ordering::Less && before(&if minor.is_some() { at(*major, full.minor.saturating_add(1), 0) } else { beyond }),
        Op::Caret => {
            let end = match (major, minor, patch) {
                (0, Some(0), Some(_)) => beyond,
                (0, Some(minor), _) => at(0, minor.saturating_add(1), 0),
                _ => at(major.saturating_add(1), 0, 0),
            };
            order != Ordering::Less && before(&end)
        }
        // A comparator of a later version of the crate: what is not understood may not let anything out.
        _ => true,
    }
}

impl Vers {
    fn parse(text: &str) -> Result<Self, String> {
        let (scheme, constraints) = text.split_once('/').ok_or("a `vers:` range is written vers:scheme/constraint|constraint")?;
        if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-+".contains(&byte)) {
            return Err("the scheme of a `vers:` range is a word in lower case, such as `deb` or `maven`".to_owned());
        }
        if constraints.trim() == "*" {
            return Ok(Self { scheme: scheme.to_owned(), constraints: Vec::new() });
        }
        const BOUNDS: [(&str, Bound); 6] = [
            (">=", Bound::GreaterOrEqual),
            ("<=", Bound::LessOrEqual),
            ("!=", Bound::NotEqual),
            (">", Bound::Greater),
            ("<", Bound::Less),
            ("=", Bound::Equal),
        ];
        let mut read = Vec::new();
        for constraint in constraints.split('|') {
            let constraint = constraint.trim();
            let (bound, version) = BOUNDS
                .iter()
                .find_map(|(sign, bound)| Some((*bound, constraint.strip_prefix(sign)?)))
                .unwrap_or((Bound::Equal, constraint));
            let version = percent_encoding::percent_decode_str(version.trim()).decode_utf8_lossy().into_owned();
            if version.is_empty() || version.contains('*') {
                return Err("a constraint of a `vers:` range is a comparator and a version; a `*` stands alone".to_owned());
            }
            read.push((bound, version));
        }
        let vers = Self { scheme: scheme.to_owned(), constraints: read };
        let out_of_order = vers.constraints.windows(2).any(|pair| vers.order(&pair[0].1, &pair[1].1).is_some_and(Ordering::is_ge));
        if out_of_order {
            return Err("the constraints of a `vers:` range are sorted by version, and each version stands there once".to_owned());
        }
        Ok(vers)
    }

    fn hold(&self, version: &str) -> Option<bool> {
        if self.constraints.is_empty() {
            return Some(true);
        }
        let mut bounds = Vec::new();
        for (bound, at) in &self.constraints {
            match (bound, self.order(version, at)?) {
                (Bound::NotEqual, Ordering::Equal) => return Some(false),
                (Bound::Equal | Bound::LessOrEqual | Bound::GreaterOrEqual, Ordering::Equal) => return Some(true),
                (Bound::Equal | Bound::NotEqual, _) => {}
                (bound, order) => bounds.push((matches!(bound, Bound::Less | Bound::LessOrEqual), order)),
            }
        }
        if bounds.is_empty() {
            // Only single versions: none of them, or all but the excluded ones.
            return Some(self.constraints.iter().all(|(bound, _)| *bound == Bound::NotEqual));
        }
        // Between a lower bound and the upper bound that follows it, before a first upper, or behind a last lower bound.
        let inside = (0..bounds.len()).any(|at| {
            let (upper, order) = bounds[at];
            let closes = |next: Option<&(bool, Ordering)>| next.is_none_or(|(upper, order)| *upper && *order == Ordering::Less);
            if upper { at == 0 && order == Ordering::Less } else { order == Ordering::Greater && closes(bounds.get(at + 1)) }
        });
        Some(inside)
    }

    fn order(&self, a: &str, b: &str) -> Option<Ordering> {
        if a == b {
            return Some(Ordering::Equal);
        }
        if matches!(self.scheme.as_str(), "semver" | "npm" | "cargo" | "golang" | "hex") {
            return Some(lenient(a)?.cmp_precedence(&lenient(b)?));
        }
        // What all other schemes agree on: plain numbers between dots.
        let (mut left, mut right) = (numbers(a)?, numbers(b)?);
        let lengths = (left.len(), right.len());
        let longest = left.len().max(right.len());
        left.resize(longest, 0);
        right.resize(longest, 0);
        match left.cmp(&right) {
            // Whether 1.0 is 1 is what they do not agree on.
            Ordering::Equal if lengths.0 != lengths.1 && !matches!(self.scheme.as_str(), "pypi" | "maven" | "gem" | "nuget" | "intdot") => {
                None
            }
            order => Some(order),
        }
    }
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    text.split('.').map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::Versions;

    fn holds(range: &str, version: &str) -> Option<bool> {
        Versions::parse(range).unwrap_or_else(|error| panic!("{range}: {error}")).hold(version)
    }

    #[test]
    fn semver_ranges() {
        let (yes, no, unknown) = (Some(true), Some(false), None);
        let table = [
            (">=1, <3", "1.0.0", yes),
            (">=1, <3", "v2.9", yes),
            (">=1, <3", "3.0.0", no),
            (">=1, <3", "2.0.0-rc.1", yes),
            (">=1, <3", "0.9", no),
            (">=1, <3", "2023a", unknown),
            (">=1, <3", "", unknown),
            (">=1, <3", "1.2.3.4", unknown),
            ("=1.2", "1.2.9", yes),
            ("=1.2", "1.3.0", no),
            ("1.2.3", "1.9.0", yes),
            ("^0.2.3", "0.3.0", no),
            ("^0.0.3", "0.0.3", yes),
            ("^0.0.3", "0.0.4", no),
            ("~1.2", "1.2.99", yes),
            ("~1.2.3", "1.3.0", no),
            (">1", "1.5", no),
            (">1", "2.0.0", yes),
            ("<=1", "1.99", yes),
            ("<=1.2.3", "1.2.4", no),
            ("1.*", "1.7.0", yes),
            ("*", "7", yes),
            ("=1.2.3", "1.2.3+build", yes),
        ];
        for (range, version, expected) in table {
            assert_eq!(holds(range, version), expected, "{version} in {range}");
        }
    }

    #[test]
    fn vers_ranges() {
        let (yes, no, unknown) = (Some(true), Some(false), None);
        let table = [
            ("vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.2.3", yes),
            ("vers:npm/1.2.3|>=2.0.0|<5.0.0", "3.1.0", yes),
            ("vers:npm/1.2.3|>=2.0.0|<5.0.0", "5.0.0", no),
            ("vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.9.0", no),
            ("vers:npm/<1.0.0|>=2.0.0", "0.1.0", yes),
            ("vers:npm/<1.0.0|>=2.0.0", "1.5.0", no),
            ("vers:npm/<1.0.0|>=2.0.0", "9.0.0", yes),
            ("vers:npm/!=1.0.0", "1.0.0", no),
            ("vers:npm/!=1.0.0", "1.0.1", yes),
            ("vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.0", no),
            ("vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.6.0", yes),
            ("vers:deb/>=1.2", "1.10", yes),
            ("vers:deb/>=1.2", "1.2-3ubuntu1", unknown),
            ("vers:deb/>=1.2", "1.2.0", unknown),
            ("vers:pypi/>=1.2", "1.2.0", yes),
            ("vers:deb/=1%3A2-3", "1:2-3", yes),
            ("vers:generic/*", "whatever", yes),
        ];
        for (range, version, expected) in table {
            assert_eq!(holds(range, version), expected, "{version} in {range}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["latest", "vers:npm", "vers:NPM/1", "vers:npm/>=2|<1", "vers:npm/>=", "vers:npm/1|*", ">=a"] {
            assert!(Versions::parse(text).is_err(), "{text}");
        }
    }
}
