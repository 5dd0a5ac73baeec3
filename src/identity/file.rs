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

/// A shared library without the version behind its name (`libx.so.1.2`), or a file without the stream that NTFS keeps in it (`x.sys:y`).
pub(super) fn unversioned(name: &str) -> Option<&str> {
    let stream = name.find(':').filter(|&at| at > 1).map(|at| &name[..at]);
    let version = || {
        let at = name.rfind(".so.")?;
        let version = &name[at + ".so.".len()..];
        version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| &name[..at + ".so".len()])
    };
    stream.or_else(version)
}

/// The npm package that a path leads into: what stands behind the last `node_modules/`, `name` or `@scope/name`.
pub(super) fn node_package(path: &str) -> Option<&str> {
    const FOLDER: &str = "node_modules";
    let at = memchr::memmem::rfind(path.as_bytes(), FOLDER.as_bytes())? + FOLDER.len();
    let rest = path[at..].strip_prefix(['/', '\\'])?;
    let separators: &[char] = &['/', '\\'];
    let first = rest.find(separators).unwrap_or(rest.len());
    let end = if rest.starts_with('@') && first < rest.len() {
        rest[first + 1..].find(separators).map_or(rest.len(), |at| first + 1 + at)
    } else {
        first
    };
    (end > 0).then(|| &rest[..end])
}

/// The folder of a vendor in a path: what stands right below a folder that vendors put theirs in.
pub(super) fn vendor_folder(path: &str) -> Option<&str> {
    const PARENTS: [&str; 10] = [
        "opt",
        "program files",
        "program files (x86)",
        "programdata",
        "common files",
        "application support",
        "applications",
        "launchdaemons",
        "extensions",
        "drivers",
    ];
    let mut parts = path.split(['/', '\\']);
    while let Some(part) = parts.next() {
        if PARENTS.iter().any(|parent| part.eq_ignore_ascii_case(parent)) {
            let folder = parts.next()?;
            // A file there is no folder.
            return parts.next().map(|_| folder);
        }
    }
    None
}

/// What a reader sees of a name that is not ASCII, or holds white space: without what does not show, in Latin letters. `None` for any other.
pub(super) fn as_shown(name: &str) -> Option<String> {
    if name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    Some(super::name::latin_shape(name).chars().filter(|character| !character.is_whitespace()).collect())
}

#[cfg(test)]
mod tests {
    use super::{as_shown, base_name, node_package, unversioned, vendor_folder};

    #[test]
    fn a_name_is_seen_behind_its_dress() {
        for name in ["klif\u{200b}.sys", "ｋｌｉｆ.sys", "klіf.sys", "klif .sys"] {
            assert_eq!(as_shown(name).as_deref(), Some("klif.sys"), "{name}");
        }
        assert_eq!(as_shown("klif.sys"), None);
        for (name, expected) in
            [("libx.so.1.2", Some("libx.so")), ("klif.sys:$data", Some("klif.sys")), ("libx.so", None), ("x.so.bak", None)]
        {
            assert_eq!(unversioned(name), expected, "{name}");
        }
    }

    #[test]
    fn folders_tell_whose_a_file_is() {
        for (path, expected) in [
            ("node_modules/@kaspersky/hexa-ui", Some("@kaspersky/hexa-ui")),
            ("/a/node_modules/b/node_modules/ahooks/lib/x.js", Some("ahooks")),
            ("C:\\x\\node_modules\\@a\\b\\c.js", Some("@a\\b")),
            ("node_modules/", None),
            ("node_modules_cache/x", None),
        ] {
            assert_eq!(node_package(path), expected, "{path}");
        }
        for (path, expected) in [
            ("/opt/kaspersky/kesl/lib/x.so", Some("kaspersky")),
            ("C:\\Program Files (x86)\\Kaspersky Lab\\x.dll", Some("Kaspersky Lab")),
            ("/opt/x.so", None),
            ("/usr/lib/kaspersky/x.so", None),
        ] {
            assert_eq!(vendor_folder(path), expected, "{path}");
        }
    }

    #[test]
    fn paths_of_every_system_are_cut() {
        for path in ["klif.sys", "./bin/KLIF.sys", "C:\\Windows\\system32\\DRIVERS\\klif.sys", "/a/klif.sys/ "] {
            assert_eq!(base_name(path, &mut String::new()), "klif.sys", "{path}");
        }
        assert_eq!(base_name("calif.sys", &mut String::new()), "calif.sys");
    }
}
