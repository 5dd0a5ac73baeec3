//! What matching costs, in bytes looked at. Only tests count it: a count does not depend on how busy the machine is.

#[cfg(test)]
thread_local! {
    static SPENT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts work on so many bytes.
#[cfg(test)]
pub(super) fn spend(bytes: usize) {
    SPENT.with(|spent| spent.set(spent.get() + bytes as u64 + 1));
}

/// Counts nothing outside of tests.
#[cfg(not(test))]
#[inline(always)]
pub(super) fn spend(_bytes: usize) {}

#[cfg(test)]
mod tests {
    use super::SPENT;
    use crate::identity::{Hit, Index, Matcher};
    use crate::inventory::{Claim, Kind, Role};
    use crate::policy::{NoFiles, PACKS, load};
    use crate::source::Span;

    const ROLES: [Role; 16] = [
        Role::Party,
        Role::Person,
        Role::Hint,
        Role::PartyUrl,
        Role::PartyEmail,
        Role::PersonEmail,
        Role::Purl,
        Role::Cpe,
        Role::Url,
        Role::Group,
        Role::Swid,
        Role::File,
        Role::Hash,
        Role::Name,
        Role::Link,
        Role::Text,
    ];

    /// The cost of one look-up and the number of hits.
    fn cost(index: &Index, role: Role, text: &str) -> (u64, usize) {
        let matcher = Matcher::new(index);
        let claim = Claim { field: "test", role, text: text.into(), span: Span::default() };
        let mut hits: Vec<Hit> = Vec::new();
        SPENT.with(|spent| spent.set(0));
        matcher.look_up(&claim, Kind::Device, &mut hits);
        matcher.look_up_bare_name(text, &mut hits);
        (SPENT.with(std::cell::Cell::get), hits.len())
    }

    /// What stands in front of, in, and behind a text that repeats itself, and the roles in which it may: every kind of word and separator that
    /// some matcher treats in a way of its own.
    fn shapes() -> Vec<(String, String, &'static str, &'static [Role])> {
        let units = [
            "Shanghai ",
            "UK ",
            "深圳",
            "深圳市",
            "Technologies ",
            "UK Technologies ",
            "Ltd ",
            "ooo ",
            "ao shanghai ",
            "Shanghai ao ",
            "Wang ",
            "Kaspersky ",
            "Kaspersky Lab, ",
            "Kaspersky Lab; ",
            "Kaspersky/",
            "(Kaspersky) ",
            "[Kaspersky] ",
            "O=Kaspersky, ",
            "ZTE & ",
            "Dahua and ",
            "a Kaspersky company, ",
            "the ",
            "by ",
            "© ",
            "2023 ",
            "Organization: ",
            "com.",
            "com.kaspersky.",
            "kaspersky.com.",
            "a/",
            "kaspersky/",
            "@kaspersky/",
            "%2540",
            "%40",
            "-",
            "_",
            ".",
            "--",
            "&repository_url=https://kaspersky.com/x",
            "&download_url=https://github.com/KasperskyLab/x",
            "a@kaspersky.com,",
            "a@b.c ",
            "*kaspersky*",
            "?",
            ":",
            "\\:",
            "\u{202e}yksrepsak ",
            "\u{200b}",
            "к",
            "Kаspersky ",
            "卡巴斯基",
            "1",
            "klif.sys/",
            "x--y.",
            "regid.2010-04.com.kaspersky,",
            "github.com/",
            "https://",
        ];
        let fronts = [
            "pkg:npm/x?a=b",
            "pkg:golang/",
            "pkg:maven/",
            "pkg:swid/",
            "pkg:pypi/",
            "pkg:docker/",
            "pkg:supplier/",
            "https://pkg.go.dev/",
            "https://repo1.maven.org/maven2/",
            "https://x.example/",
            "https://",
            "cpe:2.3:a:",
            "Acme ",
            "@",
        ];
        // A purl or an address may stand in these.
        const PREFIXED: [Role; 2] = [Role::Purl, Role::Url];
        let mut shapes = Vec::new();
        for unit in units {
            for back in ["", "kaspersky"] {
                shapes.push((String::new(), unit.to_owned(), back, &ROLES[..]));
            }
            for front in fronts {
                shapes.push((front.to_owned(), unit.to_owned(), "kaspersky", &PREFIXED[..]));
            }
        }
        shapes
    }

    /// Four times the text costs about four times as much, whatever it repeats: no work multiplies two sizes of a claim.
    #[test]
    fn looking_a_claim_up_costs_what_its_text_costs() {
        let names: Vec<String> = PACKS.iter().map(|pack| pack.name.to_owned()).collect();
        let policy = load(&names, &NoFiles).unwrap();
        let identifiers = policy.index.identifiers().count();
        let mut bad = Vec::new();
        for (front, unit, back, roles) in shapes() {
            let text = |len: usize| format!("{front}{}{back}", unit.repeat(len / unit.len()));
            let (short, long) = (text(500), text(2_000));
            for &role in roles {
                let ((small, _), (large, hits)) = (cost(&policy.index, role, &short), cost(&policy.index, role, &long));
                if large > 6 * small + 20_000 || large > 200 * long.len() as u64 || hits > 4 * identifiers {
                    bad.push(format!("{role:?} {front:?} {unit:?} {back:?}: {small} -> {large}, {hits} hits"));
                }
            }
        }
        assert!(bad.is_empty(), "{} shapes:\n{}", bad.len(), bad[..bad.len().min(40)].join("\n"));
    }

    /// What is remembered is bounded, and what is not remembered is found all the same.
    #[test]
    fn a_maker_behind_many_others_is_found() {
        let policy = load(&["us-ndaa-1634".to_owned()], &NoFiles).unwrap();
        let matcher = Matcher::new(&policy.index);
        let look_up = |text: &str| {
            let mut hits: Vec<Hit> = Vec::new();
            let claim = Claim { field: "test", role: Role::Party, text: text.into(), span: Span::default() };
            matcher.look_up(&claim, Kind::Library, &mut hits);
            hits.len()
        };
        for number in 0..crate::identity::MEMO_MAX {
            assert_eq!(look_up(&format!("x{number}")), 0);
        }
        for _ in 0..2 {
            assert!(look_up("Kaspersky Lab") > 0);
        }
    }

    /// A claim longer than the limit is only read as text: the document is refused, and until then it must cost little.
    #[test]
    fn a_claim_beyond_the_limit_costs_little() {
        let names: Vec<String> = PACKS.iter().map(|pack| pack.name.to_owned()).collect();
        let policy = load(&names, &NoFiles).unwrap();
        for role in ROLES {
            for unit in ["Shanghai ", "a/", "&repository_url=https://kaspersky.com/x", "com.", "Kaspersky, "] {
                let text = format!("pkg:golang/{}", unit.repeat(200_000 / unit.len()));
                let (cost, _) = cost(&policy.index, role, &text);
                assert!(cost < 300 * text.len() as u64, "{role:?} {unit}: {cost}");
            }
        }
    }
}
