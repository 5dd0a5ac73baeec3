//! What a run reads: files, the SBOMs in folders, standard input.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Progress, Task, examine_by_parts, examine_bytes, not_evaluated};
use crate::document::{self, DocumentError, Limits};
use crate::finding::Examined;
use crate::source::Source;

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

/// What the paths stand for, in order: files as they are, folders as the SBOMs in them.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Input::Stdin);
        } else if path.is_dir() {
            found.extend(in_folder(path));
        } else {
            found.push(Input::File(path.clone()));
        }
    }
    found
}

/// Folders that never hold the product's own SBOM.
const SKIPPED: [&str; 4] = [".git", ".hg", ".svn", "node_modules"];

/// The SBOMs in a folder and below it, by content, in the order of their names. Links to files are followed. Links to folders are not: they may lead
/// round in a circle, or out of the project.
fn in_folder(folder: &Path) -> Vec<Input> {
    let mut found = Vec::new();
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| {
        let skipped = entry.depth() > 0 && entry.file_type().is_dir();
        !(skipped && entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name)))
    });
    for entry in walk {
        match entry {
            Ok(entry) => {
                let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
                // A link that leads nowhere is read, and said to be missing, if what it is called speaks of an SBOM.
                let is_file = path.is_file() || (entry.path_is_symlink() && !path.exists());
                if is_file && holds_sbom(path) {
                    found.push(Input::File(path.to_owned()));
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other("the folder cannot be searched"));
                found.push(Input::Missing(path, unreadable(&error)));
            }
        }
    }
    if found.is_empty() {
        let error = DocumentError {
            code: "no-sbom",
            message: "no SBOM was found in this folder".to_owned(),
            span: None,
            label: None,
            help: generators(folder),
        };
        found.push(Input::Missing(folder.to_owned(), error));
    }
    found
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

/// How to make an SBOM of the project that a file belongs to, if it is known as the file of one.
fn generator(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let (_, kind, command) = PROJECTS.iter().find(|(file, ..)| *file == name)?;
    Some(format!("{name} belongs to a {kind} project and is no SBOM: make one of it with\n  {command}"))
}

/// Whether a file that was met in a search has to be read: by its content, and by its name if it cannot be read or is in a form that no
/// reader knows.
fn holds_sbom(path: &Path) -> bool {
    const NAMES: [&str; 12] = [
        "bom.json",
        ".cdx.json",
        ".spdx.json",
        ".bom.json",
        "sbom.json",
        ".sbom",
        ".spdx",
        ".spdx.yaml",
        ".spdx.yml",
        ".spdx.xml",
        ".spdx.rdf",
        ".cdx.xml",
    ];
    const PACKED: [&str; 6] = [".gz", ".zst", ".bz2", ".xz", ".zip", ".7z"];
    const DATA: [&str; 9] = [".json", ".jsonl", ".xml", ".spdx", ".rdf", ".yaml", ".yml", ".gz", ".zst"];
    const SPREADSHEETS: [&str; 3] = [".xls", ".xlsx", ".ods"];
    const NAMES_WITHIN: [&str; 4] = [".cdx.", ".spdx", "bom.json", "bom.xml"];
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|known| name.ends_with(known));
    let has = |words: &[&str]| words.iter().any(|known| name.contains(known));
    // `sbom.zip`, `app-sbom.json.bz2`: packed, and nothing else by its name.
    let bare =
        PACKED.iter().find_map(|ending| name.strip_suffix(ending)).map(|stem| stem.trim_end_matches(".json").trim_end_matches(".xml"));
    let packed_sbom =
        bare.is_some_and(|stem| stem.ends_with("sbom") || stem == "bom" || stem.starts_with("sbom") && name.contains(".json"));
    if ends(&NAMES)
        || (ends(&PACKED) && has(&NAMES_WITHIN))
        || packed_sbom
        || (ends(&SPREADSHEETS) && has(&["spdx", "sbom", "cyclonedx", "cdx"]))
    {
        return true;
    }
    let mut head = Vec::with_capacity(4096);
    let opened = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    if let Err(error) = opened {
        // What is there and cannot be opened may be an SBOM, if its name says that it holds data.
        return error.kind() != io::ErrorKind::NotFound && ends(&DATA);
    }
    let head = document::beginning(&head);
    if document::is_binary(&head) {
        return true;
    }
    // Zero bytes fall away, so that UTF-16 shows what it holds.
    let beginning: Vec<u8> = head.into_iter().filter(|&byte| byte != 0).collect();
    let text = String::from_utf8_lossy(&beginning);
    let start = text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    if ["<!doctype html", "<html"].iter().any(|page| start.get(..page.len()).is_some_and(|start| start.eq_ignore_ascii_case(page))) {
        // A page may speak of SBOMs; our own report does.
        return false;
    }
    let structured = start.is_empty() || start.starts_with(['{', '[', '<']);
    let says_so = structured || mentions_format(start);
    // YAML may be sorted, and tag-value may begin with any length of comment: what they are can stand anywhere.
    if !says_so && !is_plain_text(&name) {
        return false;
    }
    let Ok(bytes) = fs::read(path) else { return says_so };
    document::open("", bytes, &Limits::default()).iter().any(|opened| {
        let (source, error) = (&opened.source, opened.error.as_ref());
        match error.cloned().or_else(|| document::recognise(source).err()) {
            None => true,
            // Whole and something else, or broken: then its words tell whether it means to be one.
            Some(error) => match error.code {
                "unsupported-encoding" | "unsupported-version" | "unknown-version" => true,
                "not-an-sbom" => source.text().trim_start().starts_with('[') && has_marks(source.text()),
                // Prose that speaks of SBOMs is none.
                _ => structured && (has_marks(source.text()) || has_marks(start)),
            },
        }
    })
}

/// Whether files of this name hold text that may be YAML or tag-value. Prose and programs only speak of it.
fn is_plain_text(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["", "txt", "text", "tag", "tv", "yaml", "yml", "textproto", "txtpb"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending)
}

/// Whether a text speaks of a format of SBOMs.
fn mentions_format(text: &str) -> bool {
    has_marks(text) || ["SPDXVersion:", "spdxVersion", "CycloneDX"].iter().any(|word| text.contains(word))
}

/// Whether a text that cannot be read to its end plainly means to be an SBOM.
fn has_marks(text: &str) -> bool {
    ["\"bomFormat\"", "\"spdxVersion\"", "cyclonedx.org/schema", "spdx.org/rdf"].iter().any(|mark| text.contains(mark))
}
