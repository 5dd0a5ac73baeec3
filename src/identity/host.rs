//! Hosts of web addresses and e-mail domains, and the owners that forges keep in their paths.

use unicode_normalization::UnicodeNormalization as _;

use super::filter::{Filter, tag};
use super::normal::is_invisible;
use super::package::percent_decoded;
use super::table::Table;
use super::{Hit, IdentifierId, Strength, push_all};

/// Domains; each covers what is below it.
#[derive(Debug, Default)]
pub(super) struct Domains {
    by_name: Table,
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
        self.by_name.add(&domain.trim_matches('.').to_lowercase(), id);
    }

    pub(super) fn finish(&mut self) {
        let (mut endings, mut beginnings) = (Vec::new(), Vec::new());
        for domain in self.by_name.texts() {
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
                let strength = if hands_out(&host[..start], &host[start..]) { strength.min(Strength::Mentioned) } else { strength };
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

/// Whether the labels before a listed domain say that other people's packages are handed out there: `mirrors.vendor.com`.
fn hands_out(labels: &str, domain: &str) -> bool {
    const WORDS: [&str; 11] =
        ["artifactory", "bnpm", "centralrepo", "goproxy", "maven", "mirror", "mirrors", "npm", "nuget", "pypi", "registry"];
    // Mirrors that only their address tells.
    const HOSTS: [(&str, &str); 3] = [("repo.", "huaweicloud.com"), ("libs.", "baidu.com"), ("cdn.", "bytedance.com")];
    labels.split(['.', '-']).any(|label| WORDS.contains(&label)) || HOSTS.contains(&(labels, domain))
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

/// The packages that an address in a public registry may lead to, as coordinates; in general one.
pub(super) fn in_registry(host: &str, path: &str) -> Vec<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let path = percent_decoded(path.split(['?', '#']).next().unwrap_or_default()).to_lowercase();
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    // Without the version behind an `@`, which begins a scope where it stands first.
    let bare = |part: &str| part[..part.rfind('@').filter(|&at| at > 0).unwrap_or(part.len())].to_owned();
    let npm = |parts: &[&str]| match parts {
        [scope, name, ..] if scope.starts_with('@') => vec![format!("npm/{scope}/{}", bare(name))],
        [scope] if scope.starts_with('@') => vec![format!("npm/{scope}")],
        [name, ..] => vec![format!("npm/{}", bare(name))],
        [] => Vec::new(),
    };
    let one = |kind: &str, name: &str| vec![format!("{kind}/{}", bare(name))];
    let two = |kind: &str, parts: &[&str]| match parts {
        [owner, name, ..] => vec![format!("{kind}/{owner}/{}", bare(name))],
        [owner] => vec![format!("{kind}/{owner}")],
        [] => Vec::new(),
    };
    match (host.as_str(), parts.as_slice()) {
        ("npmjs.com" | "www.npmjs.com", ["package", rest @ ..]) => npm(rest),
        ("npmjs.com" | "www.npmjs.com", ["org" | "~", scope, ..]) => vec![format!("npm/@{scope}")],
        ("registry.npmjs.org" | "registry.npmjs.com" | "registry.yarnpkg.com" | "unpkg.com", rest) => npm(rest),
        ("cdn.jsdelivr.net", ["npm", rest @ ..]) => npm(rest),
        ("cdn.jsdelivr.net", ["gh", rest @ ..]) => two("github", rest),
        // Where the group ends and the artifact begins cannot be told from a path.
        (
            "repo1.maven.org" | "repo.maven.apache.org" | "repo.maven.org" | "maven.google.com" | "dl.google.com",
            ["maven2" | "dl" | "android", rest @ ..],
        ) => (1..rest.len().min(8)).map(|end| format!("maven/{}/{}", rest[..end].join("."), rest[end])).collect(),
        ("mvnrepository.com" | "central.sonatype.com" | "search.maven.org", ["artifact", rest @ ..]) => two("maven", rest),
        ("crates.io" | "static.crates.io" | "lib.rs", ["crates", name, ..])
        | ("crates.io", ["api", "v1", "crates", name, ..])
        | ("docs.rs", [name, ..]) => one("cargo", name),
        ("pypi.org" | "pypi.python.org", ["project" | "simple" | "pypi" | "packages", name, ..]) => one("pypi", name),
        ("files.pythonhosted.org", [.., file]) => {
            let end = file.match_indices('-').map(|(at, _)| at).find(|&at| file[at + 1..].starts_with(|next: char| next.is_ascii_digit()));
            vec![format!("pypi/{}", &file[..end.unwrap_or(file.len())])]
        }
        ("proxy.golang.org" | "sum.golang.org" | "goproxy.io" | "goproxy.cn" | "pkg.go.dev" | "godoc.org", rest) => {
            let end = rest.iter().position(|part| part.starts_with('@')).unwrap_or(rest.len());
            if end == 0 { Vec::new() } else { vec![format!("golang/{}", bare(&rest[..end].join("/")))] }
        }
        ("nuget.org" | "www.nuget.org", ["packages", name, ..] | ["api", "v2", "package", name, ..]) | ("api.nuget.org", [_, name, ..]) => {
            one("nuget", name)
        }
        ("huggingface.co" | "hf.co", ["datasets" | "spaces", rest @ ..] | rest) => two("huggingface", rest),
        ("hub.docker.com", ["r" | "u", rest @ ..]) => two("docker", rest),
        ("docker.io" | "index.docker.io" | "registry-1.docker.io", rest) => two("docker", rest),
        ("rubygems.org", ["gems", name, ..]) => one("gem", name),
        ("packagist.org", ["packages", rest @ ..]) => two("composer", rest),
        ("pub.dev", ["packages", name, ..]) => one("pub", name),
        ("cocoapods.org", ["pods", name, ..]) => one("cocoapods", name),
        _ => Vec::new(),
    }
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
    use super::{Domains, Strength, Url, in_registry};

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
    fn packages_are_found_in_registries() {
        let table = [
            ("https://registry.npmjs.org/@arco-design/web-react/-/web-react-2.0.tgz", "npm/@arco-design/web-react"),
            ("https://registry.npmjs.org/%40arco-design%2fweb-react", "npm/@arco-design/web-react"),
            ("https://www.npmjs.com/package/xgplayer", "npm/xgplayer"),
            ("https://unpkg.com/xgplayer@3.0.1/dist/index.js", "npm/xgplayer"),
            ("https://cdn.jsdelivr.net/npm/@arco-design/web-react@2", "npm/@arco-design/web-react"),
            ("https://mvnrepository.com/artifact/com.huawei.hms/base/1", "maven/com.huawei.hms/base"),
            ("https://static.crates.io/crates/sonic-rs/sonic-rs-0.3.crate", "cargo/sonic-rs"),
            ("https://docs.rs/sonic-rs", "cargo/sonic-rs"),
            ("https://pypi.org/project/esdk-obs-python/3.2/", "pypi/esdk-obs-python"),
            ("https://files.pythonhosted.org/packages/aa/bb/esdk_obs_python-3.2.tar.gz", "pypi/esdk_obs_python"),
            ("https://proxy.golang.org/github.com/bytedance/sonic/@v/v1.zip", "golang/github.com/bytedance/sonic"),
            ("https://pkg.go.dev/github.com/bytedance/sonic@v1.2", "golang/github.com/bytedance/sonic"),
            ("https://www.nuget.org/packages/Aliyun.OSS.SDK/2.1", "nuget/aliyun.oss.sdk"),
            ("https://huggingface.co/deepseek-ai/DeepSeek-V3", "huggingface/deepseek-ai/deepseek-v3"),
            ("https://hub.docker.com/r/mindspore/cpu", "docker/mindspore/cpu"),
        ];
        for (text, expected) in table {
            let url = Url::parse(text).unwrap();
            assert_eq!(in_registry(url.host, url.path), [expected], "{text}");
        }
        let url = Url::parse("https://repo1.maven.org/maven2/com/huawei/hms/base/1.0/base-1.0.jar").unwrap();
        assert!(in_registry(url.host, url.path).contains(&"maven/com.huawei.hms/base".to_owned()));
        for text in ["https://pypi.org/", "https://crates.io/me", "https://proxy.golang.org/@v", "https://example.org/package/x"] {
            let url = Url::parse(text).unwrap();
            assert!(in_registry(url.host, url.path).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_hands_out_others_packages_makes_none() {
        let mut domains = Domains::default();
        domains.add("huaweicloud.com", 0);
        domains.finish();
        for (host, expected) in [
            ("mirrors.huaweicloud.com", Strength::Mentioned),
            ("repo.huaweicloud.com", Strength::Mentioned),
            ("huaweicloud.com", Strength::Identified),
            ("support.huaweicloud.com", Strength::Identified),
        ] {
            let mut hits = Vec::new();
            domains.host(host, Strength::Identified, &mut hits);
            assert_eq!(hits[0].strength, expected, "{host}");
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
