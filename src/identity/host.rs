//! Hosts of web addresses and e-mail domains, and the owners that forges keep in their paths.

use unicode_normalization::UnicodeNormalization as _;

use super::filter::{Filter, tag};
use super::normal::is_invisible;
use super::package::percent_decoded;
use super::{HashMap, Hit, IdentifierId, Strength, push_all};

/// Domains; each covers what is below it.
#[derive(Debug, Default)]
pub(super) struct Domains {
    by_name: HashMap<String, Vec<IdentifierId>>,
    /// Over the last two labels of each domain, and over its first two when it is turned round.
    endings: Filter,
    beginnings: Filter,
}

/// The most labels that a host is looked up with: DNS allows 127, and no listed domain has as many.
const MAX_LABELS: usize = 12;

/// A host with labels in Punycode (`xn--…`, RFC 3492) in the letters that it stands for.
fn foreign_letters(host: &str) -> Option<String> {
    let is_encoded = |label: &str| label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    if host.len() > 253 || memchr::memmem::find(host.as_bytes(), b"--").is_none() || !host.split('.').any(is_encoded) {
        return None;
    }
    let labels = host.split('.').map(|label| match is_encoded(label).then(|| punycode::decode(&label[4..].to_ascii_lowercase())) {
        Some(Ok(letters)) => letters,
        _ => label.to_owned(),
    });
    let letters = labels.collect::<Vec<_>>().join(".");
    (!letters.contains("xn--")).then_some(letters)
}

impl Domains {
    pub(super) fn add(&mut self, domain: &str, id: IdentifierId) {
        self.by_name.entry(domain.trim_matches('.').to_lowercase()).or_default().push(id);
    }

    #[expect(clippy::iter_over_hash_type, reason = "a filter is the same in whatever order it is filled")]
    pub(super) fn finish(&mut self) {
        let (mut endings, mut beginnings) = (Vec::new(), Vec::new());
        for domain in self.by_name.keys() {
            let ending = last_two_labels(domain);
            endings.push(tag(ending.as_bytes()));
            let turned: Vec<&str> = ending.split('.').rev().collect();
            beginnings.push(tag(turned.join(".").as_bytes()));
        }
        (self.endings, self.beginnings) = (Filter::new(&endings), Filter::new(&beginnings));
    }

    /// The listed domain that `host` is or stands below, the longest if there are several.
    pub(super) fn host(&self, host: &str, strength: Strength, hits: &mut Vec<Hit>) {
        let host = host.trim().trim_end_matches('.');
        if let Some(letters) = foreign_letters(host) {
            return self.odd_host(&letters, strength, hits);
        }
        if host.bytes().any(|byte| ODD[byte as usize]) {
            return self.odd_host(host, strength, hits);
        }
        if host.len() > 253 || !self.endings.may_hold(tag(last_two_labels(host).as_bytes())) {
            return;
        }
        let lower;
        let host = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            lower = host.to_ascii_lowercase();
            lower.as_str()
        } else {
            host
        };
        let starts = host.rmatch_indices('.').map(|(at, _)| at + 1).take(MAX_LABELS);
        let longest = std::iter::once(0).chain(starts.collect::<Vec<_>>().into_iter().rev());
        for start in longest {
            if let Some(ids) = self.by_name.get(&host[start..]) {
                push_all(hits, ids, strength);
                return;
            }
        }
    }

    /// A host with escapes, invisible or foreign characters: as browsers read it, and as people do.
    fn odd_host(&self, host: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if self.by_name.is_empty() || host.len() > 1024 {
            return;
        }
        let decoded = percent_decoded(host);
        let visible = decoded.chars().filter(|&character| !is_invisible(character) && !character.is_whitespace());
        let folded: String = visible.nfkc().flat_map(char::to_lowercase).map(|c| if c == '。' { '.' } else { c }).collect();
        let ascii = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        if ascii(&folded) {
            return self.host(&folded, strength, hits);
        }
        let shape: String = unicode_security::skeleton(&folded).map(|c| if c == '\u{138}' { 'k' } else { c }).collect();
        if ascii(&shape) {
            self.host(&shape.replace("rn", "m"), Strength::Lookalike.min(strength), hits);
        }
    }

    /// A registered domain that borrows a listed one as its first labels, `vendor.com.evil.example`: spoken of, and not its own.
    pub(super) fn borrowed(&self, host: &str, hits: &mut Vec<Hit>) {
        let ends = host.match_indices('.').map(|(at, _)| at).skip(1).take(MAX_LABELS);
        for end in ends {
            let before = hits.len();
            self.host(&host[..end], Strength::Mentioned, hits);
            if hits.len() > before {
                return;
            }
        }
    }

    /// The same for a domain turned round, as in a Maven group: `com.vendor.product`.
    pub(super) fn reversed(&self, name: &str, strength: Strength, hits: &mut Vec<Hit>) {
        let Some(first) = name.find('.').filter(|_| name.len() <= 253) else { return };
        let second = name[first + 1..].find('.').map_or(name.len(), |at| first + 1 + at);
        if !self.beginnings.may_hold(tag(&name.as_bytes()[..second])) && name.is_ascii() {
            return;
        }
        let labels: Vec<&str> = name.split('.').rev().collect();
        self.host(&labels.join("."), strength, hits);
    }
}

/// Bytes that do not belong into a host.
static ODD: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < 128 {
        let ascii = byte as u8;
        table[byte] = !(ascii.is_ascii_alphanumeric() || matches!(ascii, b'.' | b'-' | b'_'));
        byte += 1;
    }
    table
};

fn last_two_labels(host: &str) -> &str {
    let bytes = host.as_bytes();
    let last = memchr::memrchr(b'.', bytes).unwrap_or(0);
    let start = memchr::memrchr(b'.', &bytes[..last]).map_or(0, |at| at + 1);
    &host[start..]
}

/// The parts of an address that can name a maker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    /// What stands before an `@`, where a browser shows a host to the careless: `https://vendor.com@evil.example`.
    pub(super) before_host: &'a str,
}

impl<'a> Url<'a> {
    /// Takes `https://host/path`, `git+ssh://git@host:22/path`, `scm:git:https://…`, `git@host:path`, `//host/path`, `host.tld/path`. Browsers take
    /// a backslash for a slash, so it is one here. What has no host gives nothing.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let colon = memchr::memchr_iter(b':', bytes).find(|&at| matches!(bytes.get(at + 1..at + 3), Some(b"//" | b"\\\\")));
        let rest = match colon {
            Some(at) => text[at + 1..].trim_start_matches(['/', '\\']),
            None if text.starts_with("//") => text.trim_start_matches('/'),
            None => return Self::without_scheme(text),
        };
        let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#')).unwrap_or(rest.len());
        let authority = &rest[..end];
        let (before_host, authority) = match memchr::memrchr(b'@', authority.as_bytes()) {
            Some(at) => (authority[..at].split(':').next().unwrap_or_default(), &authority[at + 1..]),
            None => ("", authority),
        };
        let known = |made: Option<Self>| made.map(|url| Self { before_host, ..url });
        let host = if authority.starts_with('[') {
            authority
        } else {
            match authority.split_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
                // `ssh://git@github.com:owner/repo`: the colon begins the path.
                Some((host, path)) => return known(Self::made(host, &rest[end - path.len()..])),
                None => authority,
            }
        };
        known(Self::made(host, &rest[end..]))
    }

    fn without_scheme(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix("scm:git:").or_else(|| text.strip_prefix("git:")).unwrap_or(text);
        if let Some((user, rest)) = text.split_once('@')
            && !user.contains(['/', ' ', ':'])
        {
            let end = rest.find([':', '/']).unwrap_or(rest.len());
            return Self::made(&rest[..end], rest.get(end + 1..).unwrap_or(""));
        }
        if text.starts_with("urn:") || text.starts_with("mailto:") || text.starts_with('.') {
            return None;
        }
        let end = text.find(['/', ':', '?', '#']).unwrap_or(text.len());
        Self::made(&text[..end], &text[end..])
    }

    fn made(host: &'a str, path: &'a str) -> Option<Self> {
        // A host in other letters is one as well; no host holds a space.
        let valid = host.bytes().any(|byte| matches!(byte, b'.' | b'%' | 0x80..)) && !host.bytes().any(|byte| byte == b' ');
        valid.then_some(Self { host, path, before_host: "" })
    }

    /// The forge and the path in it, if the host is one.
    pub(super) fn forge(&self) -> Option<Forge<'a>> {
        forge(self.host, self.path)
    }
}

/// A place where owners keep repositories.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Forge<'a> {
    /// The type of a purl for it.
    pub(super) kind: &'static str,
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
}

impl Forge<'_> {
    /// As package coordinates: `github/owner/repo`.
    pub(super) fn coordinates(&self) -> String {
        let (owner, name) = (percent_decoded(self.owner), percent_decoded(self.name));
        format!("{}/{}/{}", self.kind, owner.to_lowercase(), name.trim_end_matches(".git").to_lowercase())
    }
}

/// Whether a host is npm's registry or its site.
pub(super) fn is_npm_registry(host: &str) -> bool {
    let ending = host.len().checked_sub("npmjs.org".len()).and_then(|start| host.get(start..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("npmjs.org") || ending.eq_ignore_ascii_case("npmjs.com"))
}

/// The forge that a host is, and whose repository the path leads to.
pub(super) fn forge<'a>(host: &'a str, path: &'a str) -> Option<Forge<'a>> {
    const HOSTS: [(&str, &str); 12] = [
        ("gist.github.com", "github"),
        ("ssh.github.com", "github"),
        ("github.com", "github"),
        ("www.github.com", "github"),
        ("raw.githubusercontent.com", "github"),
        ("codeload.github.com", "github"),
        ("api.github.com", "github"),
        ("ghcr.io", "docker/ghcr.io"),
        ("gitlab.com", "gitlab"),
        ("bitbucket.org", "bitbucket"),
        ("gitee.com", "gitee"),
        ("gitcode.com", "gitcode"),
    ];
    let host = host.trim_end_matches('.');
    let mut parts = path.split(['/', '\\', '?', '#', '@', ':']).filter(|part| !part.is_empty());
    let Some((known, kind)) = HOSTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(host)) else {
        let suffix = host.len().checked_sub(".github.io".len())?;
        let owner = host.get(..suffix).filter(|_| host.as_bytes()[suffix..].eq_ignore_ascii_case(b".github.io"))?;
        return Some(Forge { kind: "github", owner, name: parts.next().unwrap_or("") });
    };
    // The interface keeps the owner behind a word of its own.
    if *known == "api.github.com" {
        parts.next().filter(|part| matches!(*part, "repos" | "users" | "orgs"))?;
    }
    Some(Forge { kind, owner: parts.next()?, name: parts.next().unwrap_or("") })
}

#[cfg(test)]
mod tests {
    use super::{Domains, Strength, Url};

    #[test]
    fn hosts_are_found_in_whatever_form() {
        let table = [
            ("https://support.kaspersky.com/ksc13", Some(("support.kaspersky.com", "/ksc13"))),
            ("HTTPS://Kaspersky.com:443?x", Some(("Kaspersky.com", "?x"))),
            ("https://user:pw@github.com:KasperskyLab/klara.git", Some(("github.com", "KasperskyLab/klara.git"))),
            ("https://kaspersky.com@evil.org/", Some(("evil.org", "/"))),
            ("https:\\\\evil.org\\x", Some(("evil.org", "\\x"))),
            ("git+ssh://git@github.com:KasperskyLab/x.git", Some(("github.com", "KasperskyLab/x.git"))),
            ("git@github.com:KasperskyLab/x.git", Some(("github.com", "KasperskyLab/x.git"))),
            ("scm:git:https://github.com/a/b", Some(("github.com", "/a/b"))),
            ("www.kaspersky.com/home", Some(("www.kaspersky.com", "/home"))),
            ("//kaspersky.ru/x", Some(("kaspersky.ru", "/x"))),
            ("urn:cdx:f08a6ccd/1", None),
            ("NOASSERTION", None),
            ("not an address. really", None),
            ("./LICENSE", None),
        ];
        for (text, expected) in table {
            assert_eq!(Url::parse(text).map(|url| (url.host, url.path)), expected, "{text}");
        }
    }

    #[test]
    fn owners_are_found_on_forges() {
        let table = [
            ("https://github.com/KasperskyLab/uif", Some("github/kasperskylab/uif")),
            ("https://www.github.com/KasperskyLab", Some("github/kasperskylab/")),
            ("https://raw.githubusercontent.com/KasperskyLab/klara/master/x", Some("github/kasperskylab/klara")),
            ("https://api.github.com/repos/KasperskyLab/klara/zipball", Some("github/kasperskylab/klara")),
            ("https://kasperskylab.github.io/Kaspresso/", Some("github/kasperskylab/kaspresso")),
            ("git@github.com:KasperskyLab/x.git", Some("github/kasperskylab/x")),
            ("https://github.com./%4BasperskyLab/x", Some("github/kasperskylab/x")),
            ("github.com:KasperskyLab/x", Some("github/kasperskylab/x")),
            ("https://api.github.com/users/KasperskyLab", Some("github/kasperskylab/")),
            ("https://example.org/KasperskyLab/x", None),
        ];
        for (text, expected) in table {
            assert_eq!(Url::parse(text).and_then(|url| url.forge().map(|forge| forge.coordinates())).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_domain_covers_what_is_below_it_and_nothing_beside_it() {
        let mut domains = Domains::default();
        domains.add("kaspersky.com", 0);
        domains.finish();
        let found = |host| {
            let mut hits = Vec::new();
            domains.host(host, Strength::Identified, &mut hits);
            hits.len()
        };
        for host in [
            "kaspersky.com",
            "Support.KASPERSKY.com.",
            "a.b.c.kaspersky.com",
            "kaspersk%79.com",
            "ｋａｓｐｅｒｓｋｙ.com",
            "kasper\u{200b}sky.com",
            "kasper\tsky.com",
            "kaspersky。com",
            "k\u{430}spersky.com",
        ] {
            assert_eq!(found(host), 1, "{host}");
        }
        for host in ["notkaspersky.com", "kaspersky.com.evil.org", "com", ""] {
            assert_eq!(found(host), 0, "{host}");
        }
        let mut hits = Vec::new();
        domains.reversed("com.kaspersky.android-components", Strength::Identified, &mut hits);
        assert_eq!(hits.len(), 1);
    }
}
