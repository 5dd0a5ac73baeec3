//! Properties of generators: which of them name a party, a file, an address or an identity of what they stand on.
//!
//! One table for each namespace of names. Whoever adds a generator adds a row. Names that stand in no table are judged by their last word and
//! by their value, and are a possible match at most.

use super::super::json::JsonStr;
use super::super::registry;
use super::super::scribe::{Scribe, begins};
use super::parts::Development;
use crate::inventory::{Claim, Role, names_nobody};

/// How the value of a property is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// As a claim of this role.
    As(Role),
    /// As the free-form name of a party or a person, perhaps with an address behind it.
    Maker(Role),
    /// As a package in a registry, by SPDX's word for it.
    Registry(&'static str),
    /// As a column of osquery: a party where the component is known to come from there, a possible match elsewhere.
    Column(Role),
    /// It says that the component is only needed for development, if the value is `true`.
    Development,
}

use Read::{As, Column, Maker, Registry};

/// A pattern for what follows the namespace, and what the value is. `*` stands for anything, at most once.
struct Row {
    pattern: &'static str,
    /// Where its `*` stands, if it has one.
    star: Option<usize>,
    read: Read,
}

const fn row(pattern: &'static str, read: Read) -> Row {
    let bytes = pattern.as_bytes();
    let (mut at, mut star) = (0, None);
    while at < bytes.len() {
        if bytes[at] == b'*' {
            star = Some(at);
        }
        at += 1;
    }
    Row { pattern, star, read }
}

impl Row {
    /// Whether a name fits, in upper or lower case.
    fn fits(&self, name: &[u8]) -> bool {
        let pattern = self.pattern.as_bytes();
        let Some(star) = self.star else { return name.eq_ignore_ascii_case(pattern) };
        let (start, end) = (&pattern[..star], &pattern[star + 1..]);
        name.len() >= start.len() + end.len()
            && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
            && name[..start.len()].eq_ignore_ascii_case(start)
    }
}

/// One family of names.
struct Family {
    /// What its names begin with, in lower case.
    prefix: &'static str,
    /// What reports call the field.
    field: &'static str,
    rows: &'static [Row],
}

/// The tables, one for each namespace; a name is looked up in the first one whose prefix it has.
static FAMILIES: [Family; 13] = [
    Family { prefix: "syft:cpe23", field: "properties.syft:cpe23", rows: &[row("", As(Role::Cpe))] },
    Family { prefix: "syft:image:labels:", field: "properties.syft:image:labels", rows: LABELS },
    Family { prefix: "syft:metadata:", field: "properties.syft:metadata", rows: SYFT_METADATA },
    Family { prefix: "syft:", field: "properties.syft", rows: &[row("location:*path", As(Role::File))] },
    Family { prefix: "aquasecurity:trivy:labels:", field: "properties.aquasecurity:trivy:Labels", rows: LABELS },
    Family {
        prefix: "aquasecurity:trivy:",
        field: "properties.aquasecurity:trivy",
        rows: &[
            row("filepath", As(Role::File)),
            row("pkgid", As(Role::Text)),
            row("srcname", As(Role::Text)),
            row("reference", As(Role::Text)),
            row("repotag", As(Role::Text)),
            row("repodigest", As(Role::Text)),
        ],
    },
    Family { prefix: "aboutcode:", field: "properties.aboutcode", rows: ABOUTCODE },
    Family { prefix: "spdx:", field: "properties.spdx", rows: SPDX },
    Family { prefix: "bsi:", field: "properties.bsi", rows: &[row("component:filename", As(Role::File))] },
    Family {
        prefix: "siemens:",
        field: "properties.siemens",
        rows: &[row("filename", As(Role::File)), row("legalremark", As(Role::Text)), row("thirdpartynotices", As(Role::Text))],
    },
    Family { prefix: "cdx:hbom:", field: "properties.cdx:hbom", rows: HARDWARE },
    Family {
        prefix: "cdx:",
        field: "properties.cdx",
        rows: &[
            row("npm:package:development", Read::Development),
            row("maven:package:test", Read::Development),
            row("pipenv:package:development", Read::Development),
            row("npm:package:path", As(Role::File)),
            row("npm:package:bundled", As(Role::Text)),
            row("device:*vendor", Maker(Role::Party)),
            row("device:*manufacturer", Maker(Role::Party)),
        ],
    },
    // What has no namespace: osquery's columns, and names that anybody may choose.
    Family { prefix: "", field: "properties", rows: COLUMNS },
];

/// Labels of container images: OCI's annotations, label-schema.org, and what distributions write.
const LABELS: &[Row] = &[
    row("vendor", Maker(Role::Party)),
    row("*.vendor", Maker(Role::Party)),
    row("publisher", Maker(Role::Party)),
    row("*.publisher", Maker(Role::Party)),
    row("manufacturer", Maker(Role::Party)),
    row("supplier", Maker(Role::Party)),
    row("company", Maker(Role::Party)),
    row("author", Maker(Role::Person)),
    row("authors", Maker(Role::Person)),
    row("*.author", Maker(Role::Person)),
    row("*.authors", Maker(Role::Person)),
    row("maintainer", Maker(Role::Person)),
    row("maintainers", Maker(Role::Person)),
    row("*.maintainer", Maker(Role::Person)),
    row("*.image.url", As(Role::Url)),
    row("*.image.source", As(Role::Url)),
    row("*.label-schema.url", As(Role::Url)),
    row("*.label-schema.vcs-url", As(Role::Url)),
    row("url", As(Role::Url)),
    row("vcs-url", As(Role::Url)),
    row("source", As(Role::Url)),
    row("homepage", As(Role::Url)),
    row("*.documentation", As(Role::Link)),
    row("*.usage", As(Role::Text)),
    row("*.title", As(Role::Text)),
    row("*.description", As(Role::Text)),
    row("*.name", As(Role::Text)),
    row("*.display-name", As(Role::Text)),
    row("description", As(Role::Text)),
    row("summary", As(Role::Text)),
    row("name", As(Role::Text)),
    row("com.redhat.component", As(Role::Text)),
];

/// Package metadata as syft flattens it: the last part says what it is.
const SYFT_METADATA: &[Row] = &[
    row("*:parent:groupid", As(Role::Text)),
    row("*vendor", Maker(Role::Party)),
    row("*company", Maker(Role::Party)),
    row("*companyname", Maker(Role::Party)),
    row("*publisher", Maker(Role::Party)),
    row("*manufacturer", Maker(Role::Party)),
    row("*supplier", Maker(Role::Party)),
    row("*maintainer", Maker(Role::Party)),
    row("*implementor", Maker(Role::Party)),
    row("author", Maker(Role::Person)),
    row("*:author", Maker(Role::Person)),
    row("*authors", Maker(Role::Person)),
    row("*packager", Maker(Role::Person)),
    row("url", As(Role::Url)),
    row("*:url", As(Role::Url)),
    row("*homepage", As(Role::Url)),
    row("*downloadurl", As(Role::Url)),
    row("*repository", As(Role::Link)),
    row("*groupid", As(Role::Group)),
    row("*virtualpath", As(Role::File)),
    row("*filename", As(Role::File)),
    row("*path", As(Role::File)),
    row("*copyright", As(Role::Text)),
    row("*description", As(Role::Text)),
    row("*productname", As(Role::Text)),
];

/// AboutCode: ScanCode.io, DejaCode.
const ABOUTCODE: &[Row] = &[
    row("homepage_url", As(Role::Url)),
    row("download_url", As(Role::Url)),
    row("vcs_url", As(Role::Url)),
    row("code_view_url", As(Role::Url)),
    row("bug_tracking_url", As(Role::Url)),
    row("repository_homepage_url", As(Role::Url)),
    row("repository_download_url", As(Role::Url)),
    row("api_data_url", As(Role::Url)),
    row("*_url", As(Role::Link)),
    row("filename", As(Role::File)),
    row("package_uid", As(Role::Purl)),
    row("purl", As(Role::Purl)),
    row("owner", Maker(Role::Party)),
    row("owner_name", Maker(Role::Party)),
    row("author", Maker(Role::Person)),
    row("holder", As(Role::Hint)),
    row("copyright", As(Role::Text)),
    row("notice_text", As(Role::Text)),
    row("description", As(Role::Text)),
];

/// What conversions from SPDX keep that has no field of its own.
const SPDX: &[Row] = &[
    row("package:supplier", Maker(Role::Party)),
    row("package:supplier:organization", Maker(Role::Party)),
    row("package:supplier:person", Maker(Role::Person)),
    row("package:supplier:email", As(Role::PersonEmail)),
    row("package:originator", Maker(Role::Party)),
    row("package:originator:organization", Maker(Role::Party)),
    row("package:originator:person", Maker(Role::Person)),
    row("package:originator:email", As(Role::PersonEmail)),
    row("package:file-name", As(Role::File)),
    row("package:source-info", As(Role::Text)),
    row("package:summary", As(Role::Text)),
    row("download-location", As(Role::Url)),
    row("homepage", As(Role::Url)),
    row("annotation", As(Role::Text)),
    row("comment", As(Role::Text)),
    row("license-comments", As(Role::Text)),
    row("attribution-text", As(Role::Text)),
    row("file:contributor", As(Role::Text)),
    row("file:notice-text", As(Role::Text)),
    row("creation-info:comment", As(Role::Text)),
    row("external-reference:security:cpe22", As(Role::Cpe)),
    row("external-reference:security:cpe23", As(Role::Cpe)),
    row("external-reference:package-manager:purl", As(Role::Purl)),
    row("external-reference:package-manager:npm", Registry("npm")),
    row("external-reference:package-manager:maven-central", Registry("maven-central")),
    row("external-reference:package-manager:nuget", Registry("nuget")),
    row("external-reference:package-manager:bower", Registry("bower")),
    row("external-reference*", As(Role::Text)),
];

/// cdxgen's hardware inventory.
const HARDWARE: &[Row] = &[
    row("*vendor", Maker(Role::Party)),
    row("*vendorname", Maker(Role::Party)),
    row("*manufacturer", Maker(Role::Party)),
    row("*manufacturername", Maker(Role::Party)),
    row("*maker", Maker(Role::Party)),
    row("*supplier", Maker(Role::Party)),
    row("*model", As(Role::Text)),
    row("*modelname", As(Role::Text)),
    row("*name", As(Role::Text)),
    row("*driver", As(Role::Text)),
    row("*path", As(Role::File)),
];

/// Columns of osquery that cdxgen writes as they are called there.
const COLUMNS: &[Row] = &[
    row("vendor", Column(Role::Party)),
    row("vendor_name", Column(Role::Party)),
    row("hardware_vendor", Column(Role::Party)),
    row("board_vendor", Column(Role::Party)),
    row("bios_vendor", Column(Role::Party)),
    row("chassis_vendor", Column(Role::Party)),
    row("subsystem_vendor", Column(Role::Party)),
    row("pci_vendor", Column(Role::Party)),
    row("usb_vendor", Column(Role::Party)),
    row("manufacturer", Column(Role::Party)),
    row("publisher", Column(Role::Party)),
    row("supplier", Column(Role::Party)),
    row("company", Column(Role::Party)),
    row("provider", Column(Role::Party)),
    row("maintainer", Column(Role::Party)),
    row("packager", Column(Role::Person)),
    row("author", Column(Role::Person)),
    row("signer", As(Role::Hint)),
    row("signed_by", As(Role::Hint)),
    row("authority", As(Role::Hint)),
    row("issuer_name", As(Role::Hint)),
    row("subject_name", As(Role::Hint)),
    row("bundle_identifier", Column(Role::Group)),
    row("identifier", Column(Role::Group)),
    row("package_id", Column(Role::Group)),
    row("homepage", Column(Role::Url)),
    row("homepage_url", Column(Role::Url)),
    row("url", Column(Role::Url)),
    row("update_url", Column(Role::Url)),
    row("resolvedurl", As(Role::Link)),
    row("path", As(Role::File)),
    row("*_path", As(Role::File)),
    row("bundle_executable", As(Role::File)),
    row("executable", As(Role::File)),
    row("program", As(Role::File)),
    row("image", As(Role::File)),
    row("filename", As(Role::File)),
    row("file_name", As(Role::File)),
    row("file", As(Role::File)),
    row("original_filename", As(Role::File)),
    row("install_location", As(Role::File)),
    row("install_source", As(Role::File)),
    row("localnodemodulespath", As(Role::File)),
    row("srcfile", As(Role::File)),
    row("copyright", As(Role::Text)),
    row("description", As(Role::Text)),
    row("summary", As(Role::Text)),
    row("comments", As(Role::Text)),
    row("license comments", As(Role::Text)),
    row("model", As(Role::Text)),
    row("*_model", As(Role::Text)),
    row("product_name", As(Role::Text)),
    row("display_name", As(Role::Text)),
    row("cmdline", As(Role::Text)),
    row("command", As(Role::Text)),
];

/// The property with which cdxgen marks what it took from osquery.
const OSQUERY: &[u8] = b"cdx:osquery:category";

/// How many names of properties are remembered with their place in the tables, and how long they may be.
const REMEMBERED: usize = 1024;
const LONGEST_REMEMBERED: usize = 64;

/// The place of a name in the tables: the numbers of its family and its row.
fn find(name: &[u8]) -> Option<(u8, u8)> {
    let first = name.first().map(u8::to_ascii_lowercase);
    let (number, family) = FAMILIES.iter().enumerate().find(|(_, family)| {
        let prefix = family.prefix.as_bytes();
        prefix.is_empty()
            || prefix.first() == first.as_ref() && name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })?;
    let row = family.rows.iter().position(|row| row.fits(&name[family.prefix.len()..]))?;
    Some((u8::try_from(number).ok()?, u8::try_from(row).ok()?))
}

/// What the properties of one thing have said so far.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub(super) development: Option<Development>,
    osquery: bool,
    columns: Vec<(&'static str, Role, JsonStr<'a>)>,
}

impl<'a> Properties<'a> {
    /// Takes one property in.
    pub(super) fn take(&mut self, scribe: &mut Scribe<'a, '_>, name: &str, value: JsonStr<'a>) {
        let bytes = name.as_bytes();
        if bytes.eq_ignore_ascii_case(OSQUERY) {
            self.osquery = true;
            return;
        }
        let row = match scribe.names.get(name) {
            Some(place) => *place,
            None => {
                let place = find(bytes);
                // A document of ever new names is looked up without the memory.
                if scribe.names.len() < REMEMBERED && name.len() <= LONGEST_REMEMBERED {
                    scribe.names.insert(name.into(), place);
                }
                place
            }
        };
        let row = row.map(|(family, row)| {
            let family = &FAMILIES[usize::from(family)];
            (family.field, family.rows[usize::from(row)].read)
        });
        match row {
            Some((_, Read::Development)) => {
                if value.raw() == "true" {
                    self.development = Some(Development::Yes);
                }
            }
            Some((field, Column(role))) => self.columns.push((field, role, value)),
            Some((field, read)) => push(scribe, field, read, value),
            None => unknown(scribe, name, value),
        }
    }

    /// All are taken in.
    pub(super) fn finish(self, scribe: &mut Scribe<'a, '_>) -> Development {
        for (field, role, value) in self.columns {
            let read = match role {
                _ if !self.osquery && role == Role::Url => As(Role::Link),
                _ if !self.osquery => As(Role::Hint),
                Role::Party | Role::Person => Maker(role),
                role => As(role),
            };
            push(scribe, field, read, value);
        }
        self.development.unwrap_or(Development::NotSaid)
    }
}

fn push<'a>(scribe: &mut Scribe<'a, '_>, field: &'static str, read: Read, value: JsonStr<'a>) {
    if names_nobody(&value.value()) {
        return;
    }
    match read {
        Maker(role) => scribe.maker(field, role, value),
        As(role) => scribe.push(field, role, value),
        Registry(kind) => match registry::purl_of(kind, &value.value()) {
            Some(purl) => scribe.claims.push(Claim { field, role: Role::Purl, text: purl.into(), span: value.span() }),
            None => scribe.push(field, Role::Text, value),
        },
        Column(_) | Read::Development => {}
    }
}

/// A property that stands in no table.
fn unknown<'a>(scribe: &mut Scribe<'a, '_>, name: &str, value: JsonStr<'a>) {
    const FIELD: &str = "properties";
    let raw = value.raw();
    let role = if begins(raw, "pkg:") {
        // Whose purl it is does not show, unless the name says that it is the component's own.
        let last = name.rsplit([':', '.', '/']).next().unwrap_or_default();
        if ["purl", "packageurl", "package_url", "package-url"].iter().any(|word| last.eq_ignore_ascii_case(word)) {
            Role::Purl
        } else {
            Role::Hint
        }
    } else if begins(raw, "cpe:") || names_a_party(name) {
        Role::Hint
    } else if is_file(raw) {
        Role::File
    } else {
        return;
    };
    push(scribe, FIELD, As(role), value);
}

/// Whether the last word of a name suggests that the value is a party: `acme:vendor`, `x.device.manufacturer_name`.
fn names_a_party(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "vendor",
        "manufacturer",
        "supplier",
        "publisher",
        "provider",
        "maker",
        "company",
        "oem",
        "originator",
        "vendors",
        "suppliers",
        "manufacturers",
        "distributor",
    ];
    let ends =
        |bytes: &[u8], word: &str| bytes.len() >= word.len() && bytes[bytes.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes());
    let mut bytes = name.as_bytes();
    // Most names end in another letter than all of these words.
    if !matches!(bytes.last(), Some(b'r' | b'R' | b'y' | b'Y' | b'm' | b'M' | b's' | b'S' | b'e' | b'E')) {
        return false;
    }
    if ends(bytes, "name") {
        bytes = &bytes[..bytes.len() - "name".len()];
        while let [rest @ .., b':' | b'.' | b'_' | b'-' | b' ' | b'/'] = bytes {
            bytes = rest;
        }
    }
    // The words of `deviceVendor` are not told apart.
    WORDS.iter().any(|word| ends(bytes, word))
}

/// Whether a value looks like a file or a path: something with an extension at its end.
fn is_file(value: &str) -> bool {
    const LONGEST: usize = 1024;
    const EXTENSION: usize = 8;
    if value.len() > LONGEST {
        return false;
    }
    let bytes = value.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(EXTENSION + 1)..];
    let Some(dot) = memchr::memrchr(b'.', tail) else { return false };
    let extension = &tail[dot + 1..];
    extension.first().is_some_and(u8::is_ascii_alphabetic)
        && extension.iter().all(u8::is_ascii_alphanumeric)
        && memchr::memmem::find(bytes, b"://").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_their_tables() {
        for family in &FAMILIES {
            for row in family.rows {
                // A row that an earlier one covers would never be read.
                let example = row.pattern.replace('*', "x");
                let first = family.rows.iter().find(|other| other.fits(example.as_bytes())).unwrap();
                assert_eq!(first.read, row.read, "{}{}", family.prefix, row.pattern);
                assert!(row.pattern.matches('*').count() < 2);
            }
        }
    }

    #[test]
    fn unknown_names_are_judged_by_their_last_word() {
        for name in ["acme:vendor", "x.manufacturer", "devicevendor", "supplier_name", "oem", "a:vendor:name", "acme/publisher"] {
            assert!(names_a_party(name), "{name}");
        }
        for name in ["vendored", "acme:vendor:id", "name", "", "companyid"] {
            assert!(!names_a_party(name), "{name}");
        }
        for value in ["klif.sys", "C:\\\\x\\\\klif.sys", "/opt/a b/x.jar", "libx.so"] {
            assert!(is_file(value), "{value}");
        }
        for value in ["1.2.3", "https://x.org/a.html", "true", "", "a.", "1.3.0", "x.verylongextension"] {
            assert!(!is_file(value), "{value}");
        }
    }
}
