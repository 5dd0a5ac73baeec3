//! The vendor in a CPE name: formatted strings of CPE 2.3 and URIs of CPE 2.2 (NIST IR 7695), as leniently as real data needs.

use std::borrow::Cow;

/// The vendor part, unescaped and in lower case; `None` if there is none, or it stands for any vendor.
pub(super) fn vendor(text: &str) -> Option<Cow<'_, str>> {
    let vendor = folded(fields(text)?.nth(1)?.trim());
    (!vendor.is_empty() && vendor != "*" && vendor != "-").then_some(vendor)
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Part, vendor, product and so on, as they are written: what stands between colons that are not escaped.
pub(crate) fn fields(text: &str) -> Option<impl Iterator<Item = &str>> {
    let text = text.trim();
    let rest = strip_prefix(text, "cpe:2.3:").or_else(|| strip_prefix(text, "cpe:"))?;
    let mut escaped = false;
    Some(rest.trim_start_matches('/').split(move |character| {
        let ends = character == ':' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    }))
}

/// A field in the form in which it is compared: without escapes, percent-decoded, in lower case.
pub(crate) fn folded(field: &str) -> Cow<'_, str> {
    if field.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.' | b'*')) {
        return Cow::Borrowed(field);
    }
    let decoded = super::package::percent_decoded(field);
    // A percent sign that is written as `%25` hides what stands behind it.
    let decoded = super::package::percent_decoded(&decoded);
    let mut out = String::with_capacity(decoded.len());
    let mut escaped = false;
    for character in decoded.chars() {
        escaped = character == '\\' && !escaped;
        if !escaped {
            out.extend(character.to_lowercase());
        }
    }
    Cow::Owned(out)
}

/// Whether a `?` or `*` stands beside a letter, and not as a whole field.
pub(super) fn has_wildcard(text: &str) -> bool {
    let wild = |byte: u8| byte == b'?' || byte == b'*';
    let bytes = text.as_bytes();
    // Every pair is looked at: that is quicker than to stop at the first that is one.
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |any, (&left, &right)| {
        any | (wild(left) & right.is_ascii_alphanumeric()) | (left.is_ascii_alphanumeric() & wild(right))
    })
}

#[cfg(test)]
mod tests {
    use super::{has_wildcard, vendor};

    #[test]
    fn wildcards_are_told_from_fields() {
        for text in ["cpe:2.3:a:kaspersk?:x", "cpe:2.3:a:*sky:x"] {
            assert!(has_wildcard(text), "{text}");
        }
        assert!(!has_wildcard("cpe:2.3:a:acme:x:1.0:*:*:*:*:*:*:*"));
    }

    #[test]
    fn both_forms_are_read() {
        let table = [
            ("cpe:2.3:a:kaspersky:endpoint_security:12.0:*:*:*:*:windows:*:*", Some("kaspersky")),
            ("cpe:/a:kaspersky_lab:kaspersky_anti-virus:6.0", Some("kaspersky_lab")),
            ("CPE:2.3:A:Kaspersky:X", Some("kaspersky")),
            ("cpe:2.3:/a:kaspersky", Some("kaspersky")),
            (r"cpe:2.3:a:joomla\!:joomla\!:1.0", Some("joomla!")),
            (r"cpe:2.3:a:acme\:co:x:1", Some("acme:co")),
            ("cpe:/a:acme%21:x", Some("acme!")),
            ("cpe:2.3:a:*:x", None),
            ("cpe:2.3:a", None),
            ("kaspersky", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(vendor(text).as_deref(), expected, "{text}");
        }
    }
}
