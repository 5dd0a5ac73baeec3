//! Hosts of web addresses and e-mail domains, and the owners that forges keep in their paths.

use std::collections::HashMap;

use super::{Hit, IdentifierId, Strength, push_all};

/// Domains; each covers what is below it.
#[derive(Debug, Default)]
pub(super) struct Domains {
    by_name: HashMap<String, Vec<IdentifierId>>,
}

/// The most labels that a host is looked up with: DNS allows 127, and no listed domain has as many.
const MAX_LABELS: usize = 12;

impl Domains {
    pub(super) fn add(&mut self, domain: &str, id: IdentifierId) {
        self.by_name.entry(domain.trim_matches('.').to_lowercase()).or_default().push(id);
    }

    /// The listed domain that `host` is or stands below, the longest if there are several.
    pub(super) fn host(&self, host: &str, strength: Strength, hits: &mut Vec<Hit>) {
        let host = host.trim().trim_end_matches('.');
        if self.by_name.is_empty() || host.is_empty() || host.len() > 253 {
            return;
        }
        let lower;
        let host = if host.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            lower = host.to_lowercase();
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

    /// The same for a domain turned round, as in a Maven group: `com.vendor.product`.
    pub(super) fn reversed(&self, name: &str, strength: Strength, hits: &mut Vec<Hit>) {
        if self.by_name.is_empty() || !name.contains('.') || name.len() > 253 {
            return;
        }
        let labels: Vec<&str> = name.split('.').rev().collect();
        self.host(&labels.join("."), strength, hits);
    }
}

/// The parts of an address that can name a maker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
}

impl<'a> Url<'a> {
    /// Takes `https://host/path`, `git+ssh://git@host:22/path`, `scm:git:https://…`, `git@host:path`, `//host/path`, `host.tld/path`. Browsers take
    /// a backslash for a slash, so it is one here. What has no host gives nothing.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let rest = match text.find("://").or_else(|| text.find(":\\\\")) {
            Some(at) => text[at + 1..].trim_start_matches(['/', '\\']),
            None if text.starts_with("//") => text.trim_start_matches('/'),
            None => return Self::without_scheme(text),
        };
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = if authority.starts_with('[') {
            authority
        } else {
            match authority.split_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
                // `ssh://git@github.com:owner/repo`: the colon begins the path.
                Some((host, _)) => return Self::made(host, &rest[rest.find(':').map_or(end, |at| at + 1)..]),
                None => authority,
            }
        };
        Self::made(host, &rest[end..])
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
        let valid = host.contains('.') && !host.contains(char::is_whitespace);
        valid.then_some(Self { host, path })
    }

    /// The owner and repository in the path of a forge, as package coordinates: `github/owner/repo`.
    pub(super) fn forge_coordinates(&self) -> Option<String> {
        let host = self.host.to_ascii_lowercase();
        coordinates(host.strip_prefix("www.").unwrap_or(&host), self.path)
    }
}

/// The same for a path that begins with the host: `github.com/owner/repo`.
pub(super) fn forge_path(path: &str) -> Option<String> {
    let (host, rest) = path.split_once('/')?;
    coordinates(host, rest)
}

fn coordinates(host: &str, path: &str) -> Option<String> {
    let mut parts = path.split(['/', '\\', '?', '#', '@']).filter(|part| !part.is_empty());
    // An API or raw host keeps the owner elsewhere in the path.
    let forge = match host {
        "github.com" | "raw.githubusercontent.com" | "codeload.github.com" => "github",
        "api.github.com" => {
            parts.next().filter(|part| *part == "repos")?;
            "github"
        }
        "ghcr.io" => "docker/ghcr.io",
        "gitlab.com" => "gitlab",
        "bitbucket.org" => "bitbucket",
        "gitee.com" => "gitee",
        _ => match host.strip_suffix(".github.io") {
            Some(owner) => return Some(format!("github/{owner}/{}", parts.next().unwrap_or("pages").to_lowercase())),
            None => return None,
        },
    };
    let owner = parts.next()?.to_lowercase();
    let name = parts.next().unwrap_or("").trim_end_matches(".git").to_lowercase();
    Some(format!("{forge}/{owner}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::{Domains, Strength, Url};

    #[test]
    fn hosts_are_found_in_whatever_form() {
        let table = [
            ("https://support.kaspersky.com/ksc13", Some(("support.kaspersky.com", "/ksc13"))),
            ("HTTPS://Kaspersky.com:443?x", Some(("Kaspersky.com", "?x"))),
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
            ("https://example.org/KasperskyLab/x", None),
        ];
        for (text, expected) in table {
            assert_eq!(Url::parse(text).and_then(|url| url.forge_coordinates()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_domain_covers_what_is_below_it_and_nothing_beside_it() {
        let mut domains = Domains::default();
        domains.add("kaspersky.com", 0);
        let found = |host| {
            let mut hits = Vec::new();
            domains.host(host, Strength::Identified, &mut hits);
            hits.len()
        };
        for host in ["kaspersky.com", "Support.KASPERSKY.com.", "a.b.c.kaspersky.com"] {
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
