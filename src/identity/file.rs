//! File names.

/// The last part of a path, in lower case: `C:\Windows\KLIF.SYS` and `./a/klif.sys` are both `klif.sys`.
pub(super) fn base_name<'a>(path: &'a str, lower: &'a mut String) -> &'a str {
    let trimmed = path.trim().trim_end_matches(['/', '\\']);
    let name = trimmed.rsplit(['/', '\\']).next().unwrap_or(trimmed);
    if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        *lower = name.to_lowercase();
        return lower;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn paths_of_every_system_are_cut() {
        for path in ["klif.sys", "./bin/KLIF.sys", "C:\\Windows\\system32\\DRIVERS\\klif.sys", "/a/klif.sys/ "] {
            assert_eq!(base_name(path, &mut String::new()), "klif.sys", "{path}");
        }
        assert_eq!(base_name("calif.sys", &mut String::new()), "calif.sys");
    }
}
