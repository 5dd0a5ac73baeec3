//! Package URLs for references that name a package by its registry: `npm`, `maven-central`, `nuget`, `bower` (SPDX 2.3, annex F.3).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What would end a name in a purl.
const NAME: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'@');

/// The package URL for a locator of this type of reference; `None` for other types, and for a locator that names nothing.
pub(super) fn purl_of(kind: &str, locator: &str) -> Option<String> {
    let is = |word: &str| kind.eq_ignore_ascii_case(word);
    // Nearly all references are of other types.
    if !matches!(kind.as_bytes().first(), Some(b'n' | b'N' | b'm' | b'M' | b'b' | b'B')) {
        return None;
    }
    let locator = locator.trim();
    let last = |separator: char| {
        locator.rfind(separator).filter(|&at| at > 0).map_or((locator, None), |at| (&locator[..at], Some(&locator[at + 1..])))
    };
    let (purl_type, (name, version)) = match kind {
        // `name@version`, `@scope/name@version`
        _ if is("npm") => ("npm", last('@')),
        // `name#version`
        _ if is("bower") => ("bower", last('#')),
        // `name/version`
        _ if is("nuget") => ("nuget", last('/')),
        // `group:artifact:version`
        _ if is("maven-central") || is("mavencentral") || is("maven_central") || is("maven") => {
            let mut parts = locator.split(':');
            let group = parts.next()?;
            let purl = format!("pkg:maven/{}", utf8_percent_encode(group, NAME));
            let purl = parts.next().map_or_else(|| purl.clone(), |artifact| format!("{purl}/{}", utf8_percent_encode(artifact, NAME)));
            // Packaging and classifier may stand in front of the version.
            let purl = parts.next_back().map_or_else(|| purl.clone(), |version| format!("{purl}@{}", utf8_percent_encode(version, NAME)));
            return (!group.is_empty()).then_some(purl);
        }
        _ => return None,
    };
    if name.is_empty() {
        return None;
    }
    let purl = format!("pkg:{purl_type}/{}", utf8_percent_encode(name, NAME));
    Some(version.map_or_else(|| purl.clone(), |version| format!("{purl}@{}", utf8_percent_encode(version, NAME))))
}

#[cfg(test)]
mod tests {
    use super::purl_of;

    #[test]
    fn references_become_purls() {
        let table = [
            ("npm", "@kaspersky/hexa-ui@6.0.0", Some("pkg:npm/%40kaspersky/hexa-ui@6.0.0")),
            ("npm", "@kaspersky/hexa-ui", Some("pkg:npm/%40kaspersky/hexa-ui")),
            ("npm", "http-server@0.3.0", Some("pkg:npm/http-server@0.3.0")),
            ("maven-central", "com.huawei.hms:base:6.0", Some("pkg:maven/com.huawei.hms/base@6.0")),
            ("mavenCentral", "com.huawei.hms:base", Some("pkg:maven/com.huawei.hms/base")),
            ("maven-central", "com.huawei.hms:base:jar:sources:6.0", Some("pkg:maven/com.huawei.hms/base@6.0")),
            ("nuget", "Aliyun.OSS.SDK/2.1", Some("pkg:nuget/Aliyun.OSS.SDK@2.1")),
            ("nuget", "Aliyun.OSS.SDK", Some("pkg:nuget/Aliyun.OSS.SDK")),
            ("bower", "modernizr#2.6.2", Some("pkg:bower/modernizr@2.6.2")),
            ("npm", "a?b", Some("pkg:npm/a%3Fb")),
            ("npm", "", None),
            ("maven-central", ":x:1", None),
            ("purl", "x", None),
        ];
        for (kind, locator, expected) in table {
            assert_eq!(purl_of(kind, locator).as_deref(), expected, "{kind} {locator}");
        }
    }
}
