//! Where policies come from: the file in the repository under test, the command line, the program itself; and how far a file may lead.
//!
//! The author of a pull request controls every file of the repository, links included. So a policy file of a repository extends files of that
//! repository only, and no error quotes a file that a link leads to outside of it.

use std::cell::Cell;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::policy::{self, DEFAULT_PACK, Files, Opened, PACKS, Policy, PolicyError, PolicyOrigin, Quote};
use crate::report::plain;
use crate::source::Source;
use crate::text::{excerpt, nearest};

use super::Gate;

/// The file that is looked for when no policy is named.
const POLICY_FILE: &str = "interdict.toml";

/// The largest policy, baseline or key file that is read, in bytes.
pub(super) const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Loads the policies that the command line names, or the one that is found.
pub(super) fn load(names: &[String], gate: &Gate) -> Result<Policy, Vec<PolicyError>> {
    let mut files = FileSystem::new();
    let found = match names {
        [] if gate.local_policy => files.discover(),
        _ => None,
    };
    let names = match (names, found) {
        ([], Some(found)) => vec![found],
        ([], None) => vec![DEFAULT_PACK.to_owned()],
        (names, _) => names.to_vec(),
    };
    policy::load_with_waivers(&names, gate.waivers.as_deref(), &files)
}

/// Policy files as the command reads them.
pub(super) struct FileSystem {
    /// The current folder, with every link in it followed.
    here: PathBuf,
    /// The repository that it lies in; the folder itself if it lies in none.
    repository: PathBuf,
    /// The policy that was found, and that nobody named.
    found: Option<String>,
    /// How many more bytes of policy files are read: a hundred files could extend a large one a hundred times.
    left: Cell<u64>,
}

impl FileSystem {
    pub(super) fn new() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let here = fs::canonicalize(&here).unwrap_or(here);
        let repository = repository_of(&here).unwrap_or(&here).to_owned();
        Self { here, repository, found: None, left: Cell::new(FILE_MAX) }
    }

    /// Looks for the nearest policy file from the current folder upward, not beyond the repository.
    fn discover(&mut self) -> Option<String> {
        let shown = std::env::current_dir().unwrap_or_default();
        for (folder, shown) in self.here.ancestors().zip(shown.ancestors()) {
            let file = folder.join(POLICY_FILE);
            // A link that leads nowhere, or a folder, is a policy that cannot be read, and not none.
            if fs::symlink_metadata(&file).is_ok() {
                if repository_of(folder).is_none() {
                    // There is no repository, so the file's own folder is as far as it may lead.
                    self.repository = folder.to_owned();
                }
                self.found = Some(shown.join(POLICY_FILE).display().to_string());
                break;
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        self.found.clone()
    }

    /// The folder that what is extended by this file has to lie in; any if there is none: whoever runs the command named a file elsewhere.
    fn confines(&self, file: &Path) -> Option<PathBuf> {
        let folder = file.parent()?;
        let repository = repository_of(folder).map(Path::to_owned);
        repository.or_else(|| file.starts_with(&self.repository).then(|| self.repository.clone()))
    }

    /// Whether errors may show the text of a file that the command line names.
    fn quote(&self, asked: &Path, real: &Path) -> Quote {
        if real.starts_with(&self.repository) {
            Quote::Always
        } else if plain(&self.here.join(asked)).starts_with(&self.repository) {
            // A link in the repository leads out of it.
            Quote::Never
        } else {
            Quote::IfToml
        }
    }

    /// Whether an error may show the text of a file that the command line names, such as a baseline.
    pub(super) fn may_quote(&self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.quote(path, &real) != Quote::Never
    }

    /// Whether a file, or a link to it, lies in the repository under test.
    pub(super) fn in_repository(&self, path: &Path) -> bool {
        inside(&self.repository, path) || plain(&self.here.join(path)).starts_with(&self.repository)
    }
}

impl Files for FileSystem {
    fn open(&self, path: &str, from: Option<&str>) -> Result<(Source, String), String> {
        self.open_file(path, from).map(|opened| (opened.source, opened.key))
    }

    fn open_file(&self, path: &str, from: Option<&str>) -> Result<Opened, String> {
        let from = from.filter(|from| !from.starts_with("pack:")).map(Path::new);
        let full = from.and_then(Path::parent).map_or_else(|| PathBuf::from(path), |folder| folder.join(path));
        let found = from.is_none() && self.found.as_deref() == Some(path);
        // Short enough that what is wrong with it still fits in the line.
        let shown = excerpt(path, 80);
        let within = if found { Some(self.repository.clone()) } else { from.and_then(|from| self.confines(from)) };
        let outside = || format!("the policy `{shown}` lies outside the repository, so it is not read");
        // Before anything is looked at, so that nothing tells which files there are outside.
        if !found && within.as_ref().is_some_and(|within| !plain(&self.here.join(&full)).starts_with(within)) {
            return Err(outside());
        }
        let unread = |why: String| {
            let suggestion = nearest(path, PACKS.iter().map(|pack| pack.name))
                .filter(|(distance, _)| *distance <= 3)
                .map_or(String::new(), |(_, name)| format!("; did you mean the pack `{name}`?"));
            format!("the policy `{shown}` cannot be read: {why}{suggestion}")
        };
        let real = match (fs::canonicalize(&full), &within) {
            (Ok(real), Some(within)) if !real.starts_with(within) => return Err(outside()),
            (Ok(real), _) => real,
            (Err(error), Some(_)) => return Err(unread(error.to_string())),
            // What is no file and can be read all the same, such as a pipe.
            (Err(_), None) => full.clone(),
        };
        if within.is_some() && !real.is_file() {
            return Err(unread("it is not a regular file".to_owned()));
        }
        let bytes = read_bounded(if within.is_some() { &real } else { &full }, self.left.get()).map_err(unread)?;
        self.left.set(self.left.get() - bytes.len() as u64);
        let source =
            Source::from_bytes(full.display().to_string(), bytes).map_err(|_| format!("the policy `{shown}` is not UTF-8 text"))?;
        Ok(Opened {
            source,
            key: real.display().to_string(),
            origin: if found { PolicyOrigin::Repository } else { PolicyOrigin::CommandLine },
            in_repository: real.starts_with(&self.repository),
            quote: if within.is_some() { Quote::Always } else { self.quote(&full, &real) },
        })
    }
}

/// The nearest folder, from this one upward, that is a repository.
fn repository_of(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// Whether a path lies in a folder or below it, with every link in both of them followed. What is not there lies nowhere.
pub(super) fn inside(root: &Path, path: &Path) -> bool {
    match (fs::canonicalize(root), fs::canonicalize(path)) {
        (Ok(root), Ok(path)) => path.starts_with(root),
        _ => false,
    }
}

/// All bytes of a regular file or a pipe, up to `most` of them.
///
/// # Errors
/// Why it cannot be read, as the end of a sentence.
pub(super) fn read_bounded(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let kind = fs::metadata(path).map_err(|error| error.to_string())?.file_type();
    if kind.is_dir() {
        return Err("it is a folder".to_owned());
    }
    // A device may never end, or wait for somebody to type.
    if !kind.is_file() && !is_pipe(kind) {
        return Err("it is neither a regular file nor a pipe".to_owned());
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it is larger than {most} bytes, which is the most that is read"));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_kind: fs::FileType) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{inside, plain, read_bounded};

    #[test]
    fn a_path_is_inside_only_where_its_links_lead() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(inside(root, &root.join("src/lib.rs")) && inside(root, root));
        for outside in ["..", "src/../..", "/", "nowhere", "../no-such-file"] {
            assert!(!inside(root, &root.join(outside)), "{outside}");
        }
        // A folder whose name only begins alike is another one.
        assert!(!inside(&root.join("src"), &root.join("src-tauri")));
        assert_eq!(plain(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }

    #[test]
    fn what_is_read_is_bounded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let length = std::fs::metadata(root.join("Cargo.toml")).unwrap().len();
        assert!(read_bounded(&root.join("Cargo.toml"), length).is_ok());
        assert!(read_bounded(&root.join("Cargo.toml"), length - 1).unwrap_err().contains("larger than"));
        assert!(read_bounded(root, length).unwrap_err().contains("folder"));
        #[cfg(unix)]
        for device in ["/dev/zero", "/dev/null"] {
            assert!(read_bounded(Path::new(device), length).unwrap_err().contains("neither"), "{device}");
        }
    }
}
