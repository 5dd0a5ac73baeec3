//! Where a document lies, as its repository, a runner or a URI says it.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Where the command runs, and in which repository. Symbolic links are not looked at.
#[derive(Debug, Clone, Default)]
pub struct Base {
    here: PathBuf,
    root: PathBuf,
}

/// What stands in a URI as it is, and the slash between the parts of a path.
const AS_IT_IS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl Base {
    /// The current folder, and the root of the repository that it lies in, both absolute.
    #[must_use]
    pub fn new(here: &Path, root: &Path) -> Self {
        Self { here: plain(here), root: plain(root) }
    }

    /// The absolute path of a document.
    #[must_use]
    pub fn absolute(&self, name: &str) -> String {
        slashes(&plain(&self.here.join(name)))
    }

    /// Its path from the root of the repository, with `/`; absolute if it lies elsewhere.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        if name == "<stdin>" {
            return "stdin".to_owned();
        }
        let full = plain(&self.here.join(name));
        match full.strip_prefix(&self.root) {
            // The root itself, where no SBOM was found.
            Ok(path) if path.as_os_str().is_empty() => ".".to_owned(),
            Ok(path) => slashes(path),
            Err(_) => slashes(&full),
        }
    }

    /// The same as a URI: relative within the repository.
    #[must_use]
    pub fn uri(&self, name: &str) -> String {
        let path = self.path(name);
        let encoded = utf8_percent_encode(&path, AS_IT_IS);
        match path.strip_prefix('/') {
            Some(_) => format!("file://{encoded}"),
            None if Path::new(&path).is_absolute() => format!("file:///{encoded}"),
            None => encoded.to_string(),
        }
    }
}

/// A path without `.` and `..`, as it is written: no link is followed.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut found = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                found.pop();
            }
            other => found.push(other),
        }
    }
    found
}

fn slashes(path: &Path) -> String {
    let path = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Base;

    #[test]
    fn paths_begin_at_the_root_of_the_repository() {
        let base = Base::new(Path::new("/repo/sub"), Path::new("/repo"));
        for (name, path, uri) in [
            ("bom.json", "sub/bom.json", "sub/bom.json"),
            ("./a//b.json", "sub/a/b.json", "sub/a/b.json"),
            ("../bom.json", "bom.json", "bom.json"),
            ("/repo/x/bom.json", "x/bom.json", "x/bom.json"),
            ("/tmp/a b.json", "/tmp/a b.json", "file:///tmp/a%20b.json"),
            ("a:b #?%ä.json", "sub/a:b #?%ä.json", "sub/a%3Ab%20%23%3F%25%C3%A4.json"),
            ("<stdin>", "stdin", "stdin"),
            ("..", ".", "."),
        ] {
            assert_eq!(base.path(name), path);
            assert_eq!(base.uri(name), uri);
        }
        assert_eq!(base.absolute("../bom.json"), "/repo/bom.json");
    }
}
