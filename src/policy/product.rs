//! What a rule says of single products: by their name, or by a purl pattern.

use crate::identity::{Pattern, normalised};

/// A product that a rule reaches, or leaves out (`rule.products`, `rule.except`).
///
/// `TikTok` is what is called so and nothing else; `Kaspersky*` what begins with that word, `*Kaspersky*` what has it anywhere, as whole
/// words. What begins with `pkg:` is a purl pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// As written.
    pub text: String,
    pattern: ProductPattern,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ProductPattern {
    Package(Pattern),
    Whole(String),
    Leading(String),
    Anywhere(String),
}

impl Product {
    /// Reads one.
    ///
    /// # Errors
    /// A sentence saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pattern = if text.starts_with("pkg:") {
            ProductPattern::Package(Pattern::parse(text).map_err(|error| error.to_string())?)
        } else {
            let (begun, rest) = text.strip_prefix('*').map_or((true, text), |rest| (false, rest));
            let (ended, name) = rest.strip_suffix('*').map_or((true, rest), |name| (false, name));
            let name = normalised(name);
            if name.is_empty() || text.trim_matches('*').contains('*') {
                return Err("a product is a name with a letter or digit in it; a `*` may stand at its ends only".to_owned());
            }
            match (begun, ended) {
                (true, true) => ProductPattern::Whole(name),
                (true, false) => ProductPattern::Leading(name),
                (false, false) => ProductPattern::Anywhere(name),
                (false, true) => return Err("write `name`, `name*` or `*name*`".to_owned()),
            }
        };
        Ok(Self { text: text.to_owned(), pattern })
    }

    /// Whether a subject of this name (with its group), and with this purl, is such a product.
    #[must_use]
    pub fn covers(&self, names: &[String], purl: Option<&str>) -> bool {
        let any = |judge: &dyn Fn(&str) -> bool| names.iter().any(|name| judge(name));
        match &self.pattern {
            ProductPattern::Package(pattern) => purl.is_some_and(|purl| pattern.covers(purl)),
            ProductPattern::Whole(own) => any(&|name| name == own),
            ProductPattern::Leading(own) => {
                any(&|name| name.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
            }
            ProductPattern::Anywhere(own) => any(&|name| format!(" {name} ").contains(&format!(" {own} "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_told_by_whole_words() {
        let table = [
            ("TikTok", "TikTok", true),
            ("TikTok", "tiktok", true),
            ("TikTok", "TikTok Live Connector", false),
            ("TikTok*", "TikTok Lite", true),
            ("TikTok*", "TikToken", false),
            ("*TikTok*", "@fontsource/tiktok-sans", true),
            ("*TikTok*", "tiktoken", false),
            ("com.zhiliaoapp.musically", "com.zhiliaoapp.musically", true),
        ];
        for (product, name, expected) in table {
            assert_eq!(Product::parse(product).unwrap().covers(&[normalised(name)], None), expected, "{product} {name}");
        }
        assert!(Product::parse("pkg:pypi/opentip").unwrap().covers(&[], Some("pkg:pypi/opentip@1.2")));
        for text in ["*", "a*b", "*TikTok", "pkg:npm/**"] {
            assert!(Product::parse(text).is_err(), "{text}");
        }
    }
}
