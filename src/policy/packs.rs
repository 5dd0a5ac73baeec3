//! The embedded packs.

/// One policy that is part of the program.
#[derive(Debug, Clone, Copy)]
pub struct Pack {
    /// Its name, which is its id.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Every embedded pack. A new one is a file under `policies/` and its line here.
pub static PACKS: [Pack; 1] = [Pack { name: "us-ndaa-1634", text: include_str!("../../policies/us-ndaa-1634.toml") }];

#[cfg(test)]
mod tests {
    use super::PACKS;

    #[test]
    fn every_policy_file_is_embedded() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".toml").map(ToOwned::to_owned))
            .collect();
        files.sort();
        let mut packs: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        packs.sort_unstable();
        assert_eq!(files, packs);
    }
}
