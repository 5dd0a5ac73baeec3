//! The words that tell identifiers from other text: a text without any of them holds no identifier, and is not looked at closely.

use super::filter::{Word, WordFilter};
use super::package::Pattern;

/// For each identifier the word that tells it best from other text.
#[derive(Default)]
pub(super) struct TellingWords {
    whole: Vec<Word>,
    /// Of patterns that end in `*`: their last word may go on.
    open: Vec<Word>,
}

impl TellingWords {
    /// A normalised name without its legal form; it is also found with its words run together.
    pub(super) fn name(&mut self, bare: &str) {
        if bare.is_ascii() && bare.contains(' ') {
            self.whole.push(Word::of(&bare.replace(' ', "")));
        }
        self.add(bare, false);
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        let (Pattern::Exact(coordinates, _) | Pattern::Prefix(coordinates) | Pattern::Below(coordinates)) = pattern;
        // The type stands in front of every package.
        let path = coordinates.split_once('/').map_or("", |(_, path)| path);
        let open = matches!(pattern, Pattern::Prefix(_)) && path.ends_with(|end: char| end.is_ascii_alphanumeric());
        self.add(path, open);
    }

    /// The word that tells `text` best; the last one is `open` if it may go on.
    pub(super) fn add(&mut self, text: &str, open: bool) {
        // What is not ASCII is only found in text that is not, and such text is always looked at.
        if !text.is_ascii() {
            return;
        }
        let bytes = text.as_bytes();
        let mut best: Option<(bool, &str)> = None;
        let mut last = "";
        let mut at = 0;
        while at < bytes.len() {
            let len = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if len > 0 {
                last = &text[at..at + len];
                let telling = (!is_everywhere(last), last);
                let is_open = open && at + len == bytes.len();
                if !is_open && best.is_none_or(|(tells, word)| (telling.0, len) >= (tells, word.len())) {
                    best = Some(telling);
                }
            }
            at += len.max(1);
        }
        match best {
            Some((tells, word)) if tells || !open => self.whole.push(Word::of(word)),
            _ if last.is_empty() => {}
            _ => self.open.push(Word::of(last)),
        }
    }

    pub(super) fn filter(&self) -> WordFilter {
        WordFilter::new(&self.whole, &self.open)
    }
}

/// Whether a word tells nothing from other text.
fn is_everywhere(word: &str) -> bool {
    matches!(
        word,
        "android"
            | "app"
            | "client"
            | "cloud"
            | "cn"
            | "co"
            | "com"
            | "core"
            | "data"
            | "design"
            | "docker"
            | "github"
            | "go"
            | "hub"
            | "io"
            | "java"
            | "js"
            | "net"
            | "open"
            | "org"
            | "plugin"
            | "python"
            | "react"
            | "sdk"
            | "server"
            | "service"
            | "software"
            | "system"
            | "technologies"
            | "technology"
            | "tools"
            | "web"
    )
}

#[cfg(test)]
mod tests {
    use crate::identity::filter::WordFilter;
    use crate::identity::{Hit, IdentifierKind, Matcher};
    use crate::inventory::{Claim, Kind, Role};
    use crate::policy::{NoFiles, PACKS, load};
    use crate::source::Span;

    const ROLES: [Role; 9] =
        [Role::PartyUrl, Role::PartyEmail, Role::PersonEmail, Role::Purl, Role::Cpe, Role::Url, Role::Link, Role::Name, Role::Text];

    /// Texts that an identifier may stand in.
    fn texts(kind: IdentifierKind, text: &str) -> Vec<String> {
        let text = text.trim_end_matches(['*', '/']);
        let mut texts = match kind {
            IdentifierKind::Domain => {
                vec![
                    format!("https://www.{text}/a?b"),
                    format!("a@{text}"),
                    format!("git+ssh://git@x.{text}:22/y.git"),
                    text.to_uppercase(),
                ]
            }
            IdentifierKind::Package => vec![
                format!("{text}@1.0"),
                format!("{text}/sub@1.0?x=y"),
                text.replace('@', "%40"),
                text.to_uppercase(),
                text.replace('-', "_"),
                text.split_once('/').map_or("", |(_, path)| path).to_owned(),
                text.rsplit('/').next().unwrap_or_default().to_owned(),
            ],
            IdentifierKind::CpeVendor => {
                vec![format!("cpe:2.3:a:{text}:x:1:*:*:*:*:*:*:*"), format!("cpe:/a:{text}:x"), text.replace('_', "-")]
            }
            _ => vec![
                format!("by {text}, of old"),
                format!("({text})"),
                format!("x_{text}"),
                text.replace(' ', ""),
                text.replace(' ', "-").to_lowercase(),
                format!("https://{}.example/{}", text.replace(' ', "-"), text.replace(' ', "%20")),
            ],
        };
        texts.push(text.to_owned());
        texts
    }

    /// What is passed over because it has no telling word would not have been found.
    #[test]
    fn nothing_is_lost_for_want_of_a_telling_word() {
        let names: Vec<String> = PACKS.iter().map(|pack| pack.name.to_owned()).collect();
        let with = load(&names, &NoFiles).unwrap().index;
        let mut without = load(&names, &NoFiles).unwrap().index;
        without.words = WordFilter::open();
        without.names.without_filter();
        let (with, without) = (Matcher::new(&with), Matcher::new(&without));
        let look_up = |matcher: &Matcher<'_>, role, text: &str| {
            let mut hits: Vec<Hit> = Vec::new();
            let claim = Claim { field: "test", role, text: text.into(), span: Span::default() };
            matcher.look_up(&claim, Kind::Library, &mut hits);
            matcher.look_up_bare_name(text, &mut hits);
            hits
        };
        let mut found = 0;
        for identifier in with.index.identifiers() {
            for text in texts(identifier.kind, &identifier.text) {
                for role in ROLES {
                    let expected = look_up(&without, role, &text);
                    found += usize::from(!expected.is_empty());
                    assert_eq!(look_up(&with, role, &text), expected, "{role:?} {text}");
                }
            }
        }
        assert!(found > 10_000, "only {found} of the texts hold an identifier");
    }
}
