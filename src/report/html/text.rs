//! Text in a page: nothing that a document, a policy or a path says can be markup.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use crate::report::words::is_address;
use crate::text::{excerpt, safe};

/// Text that is only text, also between quotation marks: made safe, then escaped.
pub(super) struct Escaped<'a>(Cow<'a, str>);

/// The whole text.
pub(super) fn esc(text: &str) -> Escaped<'_> {
    Escaped(safe(text))
}

/// At most so many characters of it.
pub(super) fn short(text: &str, max: usize) -> Escaped<'_> {
    Escaped(excerpt(text, max))
}

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_ref();
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// A sentence of ours, at most so many characters of it, with what stands between backticks set as code.
pub(super) fn prose(text: &str, max: usize) -> String {
    let text = excerpt(text, max);
    let mut parts = text.split('`');
    let mut out = parts.next().map_or(String::new(), |first| esc(first).to_string());
    while let Some(part) = parts.next() {
        // Writing to a string cannot fail.
        let _ = match parts.next() {
            Some(after) => write!(out, "<code>{}</code>{}", esc(part), esc(after)),
            None => write!(out, "`{}", esc(part)),
        };
    }
    out
}

/// Where a fact is from. Addresses of the web in it are links: they stand in policies, which are ours or the user's, never in a document.
pub(super) fn source(text: &str) -> String {
    let mut out = String::new();
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let bare = word.trim_start_matches('(');
        let url = bare.trim_end_matches([')', ',', ';', '.']);
        let (before, after) = (&word[..word.len() - bare.len()], &bare[url.len()..]);
        // Writing to a string cannot fail.
        let _ = if is_address(url) {
            write!(out, "{}<a href=\"{}\" rel=\"noreferrer\">{}</a>{}", esc(before), esc(url), short(url, 100), esc(after))
        } else {
            write!(out, "{}", esc(word))
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{esc, prose, short, source};

    #[test]
    fn text_is_never_markup() {
        assert_eq!(
            esc("<a href=\"x\" b='y'>&amp;\n::error::").to_string(),
            r"&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;\u{a}\x3a:error::"
        );
        assert_eq!(short("<<<<", 2).to_string(), "&lt;&lt;…");
    }

    #[test]
    fn backticks_in_pairs_are_code() {
        assert_eq!(prose("the key `<a>` stands `twice", 80), "the key <code>&lt;a&gt;</code> stands `twice");
        assert_eq!(prose("plain", 80), "plain");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(
            source("see https://a.example/x?b=1&c=2 (seen)."),
            "see <a href=\"https://a.example/x?b=1&amp;c=2\" rel=\"noreferrer\">https://a.example/x?b=1&amp;c=2</a> (seen)."
        );
        assert_eq!(source("(https://a.example/)"), "(<a href=\"https://a.example/\" rel=\"noreferrer\">https://a.example/</a>)");
        for text in
            ["javascript:alert(1)", "https://\"onclick=x", "https://", "data:text/html,x", "https://a.example/\u{202e}x", "//a.example"]
        {
            assert!(!source(text).contains("<a"), "{text}");
        }
    }
}
