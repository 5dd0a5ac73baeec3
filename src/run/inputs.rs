//! What a run reads: files, the SBOMs in folders, standard input.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Progress, Task, examine_by_parts, examine_bytes, not_evaluated};
use crate::document::{self, DocumentError, Limits, Promise};
use crate::finding::Examined;
use crate::source::Source;
use crate::text::inline;

/// One thing to read.
pub(super) enum Input {
    Stdin,
    File(PathBuf),
    /// Nothing to read where something was expected.
    Missing(PathBuf, DocumentError),
}

impl Input {
    /// How many bytes it has, as far as that is known before it is read.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Self::Stdin | Self::Missing(..) => 0,
        }
    }

    pub(super) fn examined(self, task: &Task<'_>, digest: bool, progress: &Progress) -> Vec<(Source, Examined)> {
        if let Self::File(path) = &self
            && let Some(examined) = examine_by_parts(path, task, digest, progress)
        {
            return vec![examined];
        }
        progress.advance(self.len());
        let project = if let Self::File(path) = &self { generator(path) } else { None };
        match self.bytes(&task.limits) {
            (name, Ok(bytes)) => {
                let mut examined = examine_bytes(&name, bytes, task);
                for (_, one) in &mut examined {
                    if let (Err(error), Some(help)) = (&mut one.document, &project)
                        && matches!(error.code, "not-json" | "not-an-sbom")
                    {
                        error.help.clone_from(help);
                    }
                }
                examined
            }
            (name, Err(error)) => vec![(Source::unread(name), not_evaluated(error))],
        }
    }

    /// What it is called, and what is in it.
    pub(super) fn bytes(self, limits: &Limits) -> (String, Result<Vec<u8>, DocumentError>) {
        match self {
            Self::Stdin => ("<stdin>".to_owned(), within_size(&mut io::stdin().lock(), limits)),
            Self::File(path) => {
                let file = fs::File::open(&path).map_err(|error| unreadable(&error));
                (path.display().to_string(), file.and_then(|mut file| within_size(&mut file, limits)))
            }
            Self::Missing(path, error) => (path.display().to_string(), Err(error)),
        }
    }
}

/// Everything that there is to read, unless that is too much.
fn within_size(input: &mut dyn io::Read, limits: &Limits) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    input.take(limits.size.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 <= limits.size {
        return Ok(bytes);
    }
    Err(DocumentError {
        code: "too-large",
        message: format!("it is larger than {} bytes", limits.size),
        span: None,
        label: None,
        help: "raise --max-size if an SBOM can really be that large".to_owned(),
    })
}

fn unreadable(error: &io::Error) -> DocumentError {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "check the path: no such file is there",
        io::ErrorKind::PermissionDenied => "let this user read it",
        _ => "see that it can be read",
    };
    DocumentError { code: "unreadable", message: format!("it cannot be read: {error}"), span: None, label: None, help: help.to_owned() }
}

/// A glob of `--include` or `--exclude`, matched against the path below the searched folder and against the path as it is shown.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    glob: globset::GlobMatcher,
}

impl Pattern {
    /// Reads a glob. One without a slash matches a file or folder of that name at any depth.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plain = text.trim_start_matches("./").trim_end_matches('/');
        if plain.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        let anchored = if plain.contains('/') { plain.trim_start_matches('/').to_owned() } else { format!("**/{plain}") };
        let glob = globset::GlobBuilder::new(&anchored).literal_separator(true).build().map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), glob: glob.compile_matcher() })
    }

    /// Whether it matches this path, as it is below the folder or as it is shown.
    fn matches(&self, below: &Path, shown: &Path) -> bool {
        self.glob.is_match(below) || self.glob.is_match(shown)
    }

    /// Whether it matches this path or a folder that it lies in.
    fn reaches(&self, below: &Path, shown: &Path) -> bool {
        self.matches(below, shown) || below.ancestors().skip(1).any(|folder| !folder.as_os_str().is_empty() && self.glob.is_match(folder))
    }

    /// Whether it is the path of this very file.
    fn names(&self, below: &Path) -> bool {
        !self.text.contains(['*', '?', '[', '{']) && self.text.contains('/') && self.glob.is_match(below)
    }
}

/// What a folder search takes and leaves, besides its defaults.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is searched although it lies in a folder that is skipped by default.
    pub include: Vec<Pattern>,
    /// What is not searched. It has the last word.
    pub exclude: Vec<Pattern>,
}

/// What the paths stand for, in order: files as they are, folders as the SBOMs in them. Then what has to be known about the search.
pub(super) fn inputs(paths: &[PathBuf], search: &Search, limits: &Limits) -> (Vec<Input>, Vec<String>) {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut found = Vec::new();
    let mut seen = Seen::new(search);
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Input::Stdin);
        } else if path.is_dir() {
            found.extend(in_folder(path, search, limits, &mut seen));
        } else {
            // What is named is read, whatever it is called and wherever it lies.
            found.push(Input::File(path.clone()));
        }
    }
    (found, seen.notes(search))
}

/// What a search left aside.
struct Seen {
    /// SBOMs by name in folders of other people's files, by the name of the folder.
    skipped: Vec<(String, usize)>,
    /// Files and folders that each `--exclude` left out, and files that each `--include` let in.
    excluded: Vec<usize>,
    included: Vec<usize>,
    /// Files that are larger than is read.
    too_large: usize,
}

impl Seen {
    fn new(search: &Search) -> Self {
        Self { skipped: Vec::new(), excluded: vec![0; search.exclude.len()], included: vec![0; search.include.len()], too_large: 0 }
    }

    fn skip(&mut self, folder: &str) {
        match self.skipped.iter_mut().find(|(known, _)| known == folder) {
            Some((_, count)) => *count += 1,
            None => self.skipped.push((folder.to_owned(), 1)),
        }
    }

    fn notes(self, search: &Search) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(skipped) = skipped(&self.skipped) {
            notes.push(format!("{skipped}; name a file, or use --include, to check it"));
        }
        for (flag, patterns, counts, what) in
            [("--include", &search.include, &self.included, "let in"), ("--exclude", &search.exclude, &self.excluded, "left out")]
        {
            for (pattern, count) in patterns.iter().zip(counts) {
                let files = if *count == 1 { "1 file or folder".to_owned() } else { format!("{count} files or folders") };
                notes.push(format!("{flag} `{}` {what} {files} of the search", inline(&pattern.text)));
            }
        }
        if self.too_large > 0 {
            let files = if self.too_large == 1 { "1 file is".to_owned() } else { format!("{} files are", self.too_large) };
            notes.push(format!("{files} larger than --max-size, and only the beginning was searched for the marks of an SBOM"));
        }
        notes
    }
}

/// The sentence about SBOMs that were skipped, if there were any.
fn skipped(counts: &[(String, usize)]) -> Option<String> {
    const LISTED: usize = 5;
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let listed: Vec<String> = counts.iter().take(LISTED).map(|(folder, count)| format!("{count} in {}", inline(folder))).collect();
    let more = if counts.len() > LISTED { ", …" } else { "" };
    let sboms =
        if total == 1 { "1 SBOM of dependencies was skipped".to_owned() } else { format!("{total} SBOMs of dependencies were skipped") };
    (total > 0).then(|| format!("{sboms} ({}{more})", listed.join(", ")))
}

/// Folders of a version control system.
const VERSION_CONTROL: [&str; 3] = [".git", ".hg", ".svn"];

/// Folders of dependencies and of build output. SBOMs in them were made by other people, for other products.
const OTHERS: [&str; 19] = [
    "node_modules",
    "bower_components",
    "jspm_packages",
    ".pnpm-store",
    ".yarn",
    ".venv",
    "venv",
    "site-packages",
    "dist-packages",
    "__pypackages__",
    ".tox",
    ".nox",
    ".eggs",
    "vendor",
    "target",
    ".m2",
    ".gradle",
    ".nuget",
    "Pods",
];

/// Whether a folder holds other people's files.
fn is_of_others(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    OTHERS.contains(&name) || name.ends_with(".dist-info") || name.ends_with(".egg-info") || folder.join("pyvenv.cfg").is_file()
}

/// Whether a file in a build folder is the project's own SBOM: Maven's plugin writes it to `target`, and Spring Boot's below it.
fn is_build_output(root: &Path, file: &Path) -> bool {
    let maven = root.ends_with("target") && root.parent().is_some_and(|project| project.join("pom.xml").is_file());
    let below = file.strip_prefix(root).ok().and_then(Path::parent);
    maven && below.is_some_and(|below| below.as_os_str().is_empty() || below == Path::new("classes/META-INF/sbom"))
}

/// The SBOMs in a folder and below it, by content, in the order of their names. Links to files are followed. Links to folders are not: they may lead
/// round in a circle, or out of the project.
fn in_folder(folder: &Path, search: &Search, limits: &Limits, seen: &mut Seen) -> Vec<Input> {
    let mut found = Vec::new();
    let before = seen.skipped.clone();
    // The outermost folder of other people's files that the search is in.
    let mut others: Option<PathBuf> = None;
    let below = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_owned();
    let shown = |path: &Path| path.strip_prefix("./").unwrap_or(path).to_owned();
    let mut walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other("the folder cannot be searched"));
                found.push(Input::Missing(path, unreadable(&error)));
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let (below, path) = (below(entry.path()), shown(entry.path()));
        if let Some(index) = search.exclude.iter().position(|pattern| pattern.matches(&below, &path)) {
            seen.excluded[index] += 1;
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            continue;
        }
        if others.as_ref().is_some_and(|root| !entry.path().starts_with(root)) {
            others = None;
        }
        if entry.file_type().is_dir() {
            let name = entry.file_name().to_str().unwrap_or_default();
            if VERSION_CONTROL.contains(&name) && !search.include.iter().any(|pattern| pattern.text.contains(name)) {
                walk.skip_current_dir();
            } else if others.is_none() && (VERSION_CONTROL.contains(&name) || is_of_others(entry.path())) {
                others = Some(entry.path().to_owned());
            }
            continue;
        }
        if let Some(root) = &others {
            let include = search.include.iter().position(|pattern| pattern.reaches(&below, &path));
            match include {
                Some(index) => seen.included[index] += 1,
                None if is_build_output(root, entry.path()) => {}
                None => {
                    if is_sbom_of_others(&path) {
                        seen.skip(&root.file_name().unwrap_or_default().to_string_lossy());
                    }
                    continue;
                }
            }
        }
        match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_file() => {
                if search.include.iter().any(|pattern| pattern.names(&below)) || holds_sbom(&path, metadata.len(), limits, seen) {
                    found.push(Input::File(path));
                }
            }
            // A link to a folder is not followed.
            Ok(metadata) if metadata.is_dir() => {}
            // Anything else cannot be read without a risk to wait forever. It is an error where an SBOM is expected.
            outcome => {
                if may_be_expected(&path) {
                    let error =
                        outcome.err().unwrap_or_else(|| io::Error::other("it is not a regular file, but a pipe, a device or a socket"));
                    found.push(Input::Missing(path, unreadable(&error)));
                }
            }
        }
    }
    if found.is_empty() {
        let counts: Vec<(String, usize)> = seen
            .skipped
            .iter()
            .map(|(name, count)| {
                let earlier = before.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
                (name.clone(), count - earlier)
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        let skipped = skipped(&counts);
        let error = DocumentError {
            code: "no-sbom",
            message: match &skipped {
                Some(skipped) => format!("no SBOM of the project was found in this folder; {skipped}"),
                None => "no SBOM was found in this folder".to_owned(),
            },
            span: None,
            label: None,
            help: generators(folder),
        };
        found.push(Input::Missing(folder.to_owned(), error));
    }
    found
}

/// Whether a file that is not searched is an SBOM by its name.
fn is_sbom_of_others(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let data = [".json", ".xml", ".spdx", ".yaml", ".yml", ".rdf"].iter().any(|ending| name.ends_with(ending));
    // PEP 770: the files of a wheel in this folder are SBOMs.
    let sboms = path.parent().is_some_and(|folder| folder.ends_with("sboms"));
    document::named_as_sbom(&name) || data && (sboms || name == "bom.xml" || name.contains("cyclonedx") || name.contains("sbom"))
}

/// Whether something that is no file is called like one with an SBOM, or with data that may be one.
fn may_be_expected(path: &Path) -> bool {
    let name = path.to_string_lossy();
    document::named_as_sbom(&name) || document::named_as_attestation(&name) || document::named_as_data(&name)
}

/// The file of a project, what it is, and a command that makes an SBOM of it.
const PROJECTS: [(&str, &str, &str); 19] = [
    ("Cargo.toml", "Rust", "cargo install cargo-cyclonedx && cargo cyclonedx --format json"),
    ("Cargo.lock", "Rust", "cargo install cargo-cyclonedx && cargo cyclonedx --format json"),
    ("package-lock.json", "npm", "npm sbom --sbom-format cyclonedx > bom.cdx.json"),
    ("pnpm-lock.yaml", "pnpm", "npx @cyclonedx/cdxgen -t pnpm -o bom.cdx.json"),
    ("yarn.lock", "Yarn", "npx @cyclonedx/cdxgen -t yarn -o bom.cdx.json"),
    ("package.json", "npm", "npm install && npm sbom --sbom-format cyclonedx > bom.cdx.json"),
    ("pyproject.toml", "Python", "pip install cyclonedx-bom && cyclonedx-py environment -o bom.cdx.json"),
    ("requirements.txt", "Python", "pip install cyclonedx-bom && cyclonedx-py requirements -o bom.cdx.json"),
    ("poetry.lock", "Python", "pip install cyclonedx-bom && cyclonedx-py poetry -o bom.cdx.json"),
    ("Pipfile.lock", "Python", "pip install cyclonedx-bom && cyclonedx-py pipenv -o bom.cdx.json"),
    ("uv.lock", "Python", "npx @cyclonedx/cdxgen -t python -o bom.cdx.json"),
    ("packages.lock.json", ".NET", "npx @cyclonedx/cdxgen -t dotnet -o bom.cdx.json"),
    ("go.mod", "Go", "go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@latest mod -json -output bom.cdx.json"),
    ("go.sum", "Go", "go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@latest mod -json -output bom.cdx.json"),
    ("pom.xml", "Maven", "mvn org.cyclonedx:cyclonedx-maven-plugin:makeAggregateBom"),
    ("build.gradle", "Gradle", "npx @cyclonedx/cdxgen -t gradle -o bom.cdx.json"),
    ("build.gradle.kts", "Gradle", "npx @cyclonedx/cdxgen -t gradle -o bom.cdx.json"),
    ("composer.lock", "PHP", "npx @cyclonedx/cdxgen -t php -o bom.cdx.json"),
    ("Gemfile.lock", "Ruby", "npx @cyclonedx/cdxgen -t ruby -o bom.cdx.json"),
];

/// How to make an SBOM of the projects that lie in a folder, told by their files.
fn generators(folder: &Path) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for (file, kind, command) in PROJECTS {
        if folder.join(file).is_file() && !kinds.contains(&kind) {
            kinds.push(kind);
            lines.push(format!("{file} is here: make the SBOM of a {kind} project with\n  {command}"));
        }
    }
    if lines.is_empty() {
        return "make one first, for example with syft, trivy, cdxgen or `npm sbom`, or give the path of one".to_owned();
    }
    lines.push("and run this again; a generator sees most of it after a build, with the dependencies installed".to_owned());
    lines.join("\n")
}

/// What to do about a file that is no SBOM, if it is known what it is: the file of a project, or a table.
fn generator(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv") || ending.eq_ignore_ascii_case("tsv")) {
        let help = "a table is not an SBOM: convert it, for example with `cyclonedx convert --input-format csv --input-file in.csv \
                    --output-file bom.json`, or export CycloneDX or SPDX";
        return Some(help.to_owned());
    }
    let (_, kind, command) = PROJECTS.iter().find(|(file, ..)| *file == name)?;
    Some(format!("{name} belongs to a {kind} project and is no SBOM: make one of it with\n  {command}"))
}

/// How much of a file is looked at first.
const HEAD: u64 = 4096;

/// From how many bytes on a file of JSON or XML is searched for the marks of an SBOM before it is taken into memory.
const SEARCHED_FIRST: u64 = 16 * 1024 * 1024;

/// Whether a file that was met in a search has to be read: by its name, and by its content, of which no more is taken than may be read.
fn holds_sbom(path: &Path, len: u64, limits: &Limits, seen: &mut Seen) -> bool {
    let name = path.to_string_lossy();
    if document::named_as_sbom(&name) {
        return true;
    }
    // What is there and cannot be opened may be an SBOM, if its name says that it holds data.
    let on_error = |error: io::Error| {
        error.kind() != io::ErrorKind::NotFound && (document::named_as_data(&name) || document::named_as_attestation(&name))
    };
    let mut head = Vec::new();
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) => return on_error(error),
    };
    if let Err(error) = (&mut file).take(HEAD.min(limits.size)).read_to_end(&mut head) {
        return on_error(error);
    }
    let promise = document::promise(&name, &head);
    match promise {
        Promise::Nothing => return false,
        Promise::Sbom => return true,
        Promise::Look | Promise::LookForMarks => {}
    }
    // UTF-16 shows its words only once it is decoded.
    let wide = head.contains(&0);
    if len > limits.size || (promise == Promise::LookForMarks && !wide && len > SEARCHED_FIRST) {
        match has_marks(&mut file.take(limits.size.saturating_sub(head.len() as u64)), &head) {
            Ok(true) => return true,
            Ok(false) if len > limits.size => {
                seen.too_large += 1;
                return false;
            }
            Ok(false) => return false,
            Err(error) => return on_error(error),
        }
    }
    let mut bytes = head;
    match file.take(limits.size.saturating_sub(bytes.len() as u64).saturating_add(1)).read_to_end(&mut bytes) {
        Ok(_) => bytes.len() as u64 > limits.size || document::carries_sbom(&name, bytes, limits),
        Err(error) => on_error(error),
    }
}

/// Whether something has a mark of an SBOM in it, looked at by parts.
fn has_marks(rest: &mut dyn io::Read, head: &[u8]) -> io::Result<bool> {
    const PART: usize = 1 << 20;
    /// More than the longest mark.
    const OVERLAP: usize = 64;
    let mut part = head.to_vec();
    loop {
        let held = part.len();
        rest.take((PART - OVERLAP) as u64).read_to_end(&mut part)?;
        if document::may_hold(&part) {
            return Ok(true);
        }
        if part.len() == held {
            return Ok(false);
        }
        part.drain(..part.len().saturating_sub(OVERLAP));
    }
}
