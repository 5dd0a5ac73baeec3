//! The embedded packs, and the catalogue of makers that they extend.

/// One policy file that is part of the program.
#[derive(Debug, Clone, Copy)]
pub struct Pack {
    /// Its name; of a pack, its id.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(Pack { name: $name, text: include_str!(concat!("../../policies/", $name, ".toml")) }),*]
    };
}

/// Every embedded pack, one a law. A new one is a file under `policies/` and its line here.
pub static PACKS: [Pack; PACK_COUNT] = embedded![
    "us-ndaa-1634",
    "de-bsi-2022",
    "uk-ncsc-2017",
    "us-asda-52-240-1",
    "us-bis-icts-2021-002",
    "us-dhs-bod-17-01",
    "us-far-52-204-27",
    "us-fascsa-acronis",
    "us-fcc-covered-list",
    "us-ndaa-1260h-805",
    "us-ndaa-5949",
    "us-ndaa-889",
    "us-ndaa-fy26-1532",
    "us-far-52-240-91",
    "us-dfars-252-204-7018",
    "us-tx-prohibited-technologies",
    "au-pspf-directions",
    "us-ccv-791-d",
    "us-foreign-adversaries-791-4",
    "ro-law-354-2022",
    "ca-tbs-2023",
    "cz-nukib",
    "us-dhs-deepseek-2026",
    "us-biosecure-851",
    "vendors-of-concern",
];
const PACK_COUNT: usize = 25;

/// Who the makers are: names, domains, packages, owners. A file a group of makers, under `policies/catalogue/`; it has no rule of its own.
pub static CATALOGUE: [Pack; CATALOGUE_COUNT] = embedded![
    "catalogue/acronis",
    "catalogue/ai",
    "catalogue/bytedance",
    "catalogue/carriers",
    "catalogue/drones",
    "catalogue/huawei",
    "catalogue/kaspersky",
    "catalogue/prc-1260h",
    "catalogue/prc-1260h-2026",
    "catalogue/semiconductors",
    "catalogue/surveillance",
];
const CATALOGUE_COUNT: usize = 11;

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, PACKS, Pack};

    /// What is not checked at every start.
    #[test]
    fn every_identifier_is_well_formed() {
        for pack in PACKS.iter().chain(&CATALOGUE) {
            let source = std::sync::Arc::new(crate::source::Source::embedded(format!("{}.toml", pack.name), pack.text));
            let (_, errors) = super::super::read::read(&source, false);
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    #[test]
    fn every_policy_file_is_embedded() {
        for (folder, prefix, packs) in [("policies", "", &PACKS[..]), ("policies/catalogue", "catalogue/", &CATALOGUE[..])] {
            let mut files: Vec<String> = std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
                .unwrap()
                .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".toml").map(|name| format!("{prefix}{name}")))
                .collect();
            files.sort();
            let mut names: Vec<&str> = packs.iter().map(|pack: &Pack| pack.name).collect();
            names.sort_unstable();
            assert_eq!(files, names);
        }
    }
}
