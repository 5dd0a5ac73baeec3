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

/// A pattern for what follows the namespace, in lower case, and what the value is. `*` stands for anything, at most once.
type Row = (&'static str, Read);

/// One family of names.
struct Family {
    /// What its names begin with, in lower case.
    prefix: &'static str,
    /// What reports call the field.
    field: &'static str,
    rows: &'static [Row],
}

/// The tables, one for each namespace; a name is looked up in the first one whose prefix it has.
const FAMILIES: [Family; 13] = [
    Family { prefix: "syft:cpe23", field: "properties.syft:cpe23", rows: &[("", As(Role::Cpe))] },
    Family { prefix: "syft:image:labels:", field: "properties.syft:image:labels", rows: LABELS },
    Family { prefix: "syft:metadata:", field: "properties.syft:metadata", rows: SYFT_METADATA },
    Family { prefix: "syft:", field: "properties.syft", rows: &[("location:*path", As(Role::File))] },
    Family { prefix: "aquasecurity:trivy:labels:", field: "properties.aquasecurity:trivy:Labels", rows: LABELS },
    Family {
        prefix: "aquasecurity:trivy:",
        field: "properties.aquasecurity:trivy",
        rows: &[
            ("filepath", As(Role::File)),
            ("pkgid", As(Role::Text)),
            ("srcname", As(Role::Text)),
            ("reference", As(Role::Text)),
            ("repotag", As(Role::Text)),
            ("repodigest", As(Role::Text)),
        ],
    },
    Family { prefix: "aboutcode:", field: "properties.aboutcode", rows: ABOUTCODE },
    Family { prefix: "spdx:", field: "properties.spdx", rows: SPDX },
    Family { prefix: "bsi:", field: "properties.bsi", rows: &[("component:filename", As(Role::File))] },
    Family {
        prefix: "siemens:",
        field: "properties.siemens",
        rows: &[("filename", As(Role::File)), ("legalremark", As(Role::Text)), ("thirdpartynotices", As(Role::Text))],
    },
    Family { prefix: "cdx:hbom:", field: "properties.cdx:hbom", rows: HARDWARE },
    Family {
        prefix: "cdx:",
        field: "properties.cdx",
        rows: &[
            ("npm:package:development", Read::Development),
            ("maven:package:test", Read::Development),
            ("pipenv:package:development", Read::Development),
            ("npm:package:path", As(Role::File)),
            ("npm:package:bundled", As(Role::Text)),
            ("device:*vendor", Maker(Role::Party)),
            ("device:*manufacturer", Maker(Role::Party)),
        ],
    },
    // What has no namespace: osquery's columns, and names that anybody may choose.
    Family { prefix: "", field: "properties", rows: COLUMNS },
];

/// Labels of container images: OCI's annotations, label-schema.org, and what distributions write.
const LABELS: &[Row] = &[
    ("vendor", Maker(Role::Party)),
    ("*.vendor", Maker(Role::Party)),
    ("publisher", Maker(Role::Party)),
    ("*.publisher", Maker(Role::Party)),
    ("manufacturer", Maker(Role::Party)),
    ("supplier", Maker(Role::Party)),
    ("company", Maker(Role::Party)),
    ("author", Maker(Role::Person)),
    ("authors", Maker(Role::Person)),
    ("*.author", Maker(Role::Person)),
    ("*.authors", Maker(Role::Person)),
    ("maintainer", Maker(Role::Person)),
    ("maintainers", Maker(Role::Person)),
    ("*.maintainer", Maker(Role::Person)),
    ("*.image.url", As(Role::Url)),
    ("*.image.source", As(Role::Url)),
    ("*.label-schema.url", As(Role::Url)),
    ("*.label-schema.vcs-url", As(Role::Url)),
    ("url", As(Role::Url)),
    ("vcs-url", As(Role::Url)),
    ("source", As(Role::Url)),
    ("homepage", As(Role::Url)),
    ("*.documentation", As(Role::Link)),
    ("*.usage", As(Role::Text)),
    ("*.title", As(Role::Text)),
    ("*.description", As(Role::Text)),
    ("*.name", As(Role::Text)),
    ("*.display-name", As(Role::Text)),
    ("description", As(Role::Text)),
    ("summary", As(Role::Text)),
    ("name", As(Role::Text)),
    ("com.redhat.component", As(Role::Text)),
];

/// Package metadata as syft flattens it: the last part says what it is.
const SYFT_METADATA: &[Row] = &[
    ("*:parent:*", As(Role::Text)),
    ("*vendor", Maker(Role::Party)),
    ("*company", Maker(Role::Party)),
    ("*companyname", Maker(Role::Party)),
    ("*publisher", Maker(Role::Party)),
    ("*manufacturer", Maker(Role::Party)),
    ("*supplier", Maker(Role::Party)),
    ("*maintainer", Maker(Role::Party)),
    ("*implementor", Maker(Role::Party)),
    ("author", Maker(Role::Person)),
    ("*:author", Maker(Role::Person)),
    ("*authors", Maker(Role::Person)),
    ("*packager", Maker(Role::Person)),
    ("url", As(Role::Url)),
    ("*:url", As(Role::Url)),
    ("*homepage", As(Role::Url)),
    ("*downloadurl", As(Role::Url)),
    ("*repository", As(Role::Link)),
    ("*groupid", As(Role::Group)),
    ("*virtualpath", As(Role::File)),
    ("*filename", As(Role::File)),
    ("*path", As(Role::File)),
    ("*copyright", As(Role::Text)),
    ("*description", As(Role::Text)),
    ("*productname", As(Role::Text)),
];

/// AboutCode: ScanCode.io, DejaCode.
const ABOUTCODE: &[Row] = &[
    ("homepage_url", As(Role::Url)),
    ("download_url", As(Role::Url)),
    ("vcs_url", As(Role::Url)),
    ("code_view_url", As(Role::Url)),
    ("bug_tracking_url", As(Role::Url)),
    ("repository_homepage_url", As(Role::Url)),
    ("repository_download_url", As(Role::Url)),
    ("api_data_url", As(Role::Url)),
    ("*_url", As(Role::Link)),
    ("filename", As(Role::File)),
    ("package_uid", As(Role::Purl)),
    ("purl", As(Role::Purl)),
    ("owner", Maker(Role::Party)),
    ("owner_name", Maker(Role::Party)),
    ("author", Maker(Role::Person)),
    ("holder", As(Role::Hint)),
    ("copyright", As(Role::Text)),
    ("notice_text", As(Role::Text)),
    ("description", As(Role::Text)),
];

/// What conversions from SPDX keep that has no field of its own.
const SPDX: &[Row] = &[
    ("package:supplier", Maker(Role::Party)),
    ("package:supplier:organization", Maker(Role::Party)),
    ("package:supplier:person", Maker(Role::Person)),
    ("package:supplier:email", As(Role::PersonEmail)),
    ("package:originator", Maker(Role::Party)),
    ("package:originator:organization", Maker(Role::Party)),
    ("package:originator:person", Maker(Role::Person)),
    ("package:originator:email", As(Role::PersonEmail)),
    ("package:file-name", As(Role::File)),
    ("package:source-info", As(Role::Text)),
    ("package:summary", As(Role::Text)),
    ("download-location", As(Role::Url)),
    ("homepage", As(Role::Url)),
    ("annotation", As(Role::Text)),
    ("comment", As(Role::Text)),
    ("license-comments", As(Role::Text)),
    ("attribution-text", As(Role::Text)),
    ("file:contributor", As(Role::Text)),
    ("file:notice-text", As(Role::Text)),
    ("creation-info:comment", As(Role::Text)),
    ("external-reference:security:cpe22", As(Role::Cpe)),
    ("external-reference:security:cpe23", As(Role::Cpe)),
    ("external-reference:package-manager:purl", As(Role::Purl)),
    ("external-reference:package-manager:npm", Registry("npm")),
    ("external-reference:package-manager:maven-central", Registry("maven-central")),
    ("external-reference:package-manager:nuget", Registry("nuget")),
    ("external-reference:package-manager:bower", Registry("bower")),
    ("external-reference*", As(Role::Text)),
];

/// cdxgen's hardware inventory.
const HARDWARE: &[Row] = &[
    ("*vendor", Maker(Role::Party)),
    ("*vendorname", Maker(Role::Party)),
    ("*manufacturer", Maker(Role::Party)),
    ("*manufacturername", Maker(Role::Party)),
    ("*maker", Maker(Role::Party)),
    ("*supplier", Maker(Role::Party)),
    ("*model", As(Role::Text)),
    ("*modelname", As(Role::Text)),
    ("*name", As(Role::Text)),
    ("*driver", As(Role::Text)),
    ("*path", As(Role::File)),
];

/// Columns of osquery that cdxgen writes as they are called there.
const COLUMNS: &[Row] = &[
    ("vendor", Column(Role::Party)),
    ("vendor_name", Column(Role::Party)),
    ("hardware_vendor", Column(Role::Party)),
    ("board_vendor", Column(Role::Party)),
    ("bios_vendor", Column(Role::Party)),
    ("chassis_vendor", Column(Role::Party)),
    ("subsystem_vendor", Column(Role::Party)),
    ("pci_vendor", Column(Role::Party)),
    ("usb_vendor", Column(Role::Party)),
    ("manufacturer", Column(Role::Party)),
    ("publisher", Column(Role::Party)),
    ("supplier", Column(Role::Party)),
    ("company", Column(Role::Party)),
    ("provider", Column(Role::Party)),
    ("maintainer", Column(Role::Party)),
    ("packager", Column(Role::Person)),
    ("author", Column(Role::Person)),
    ("signer", As(Role::Hint)),
    ("signed_by", As(Role::Hint)),
    ("authority", As(Role::Hint)),
    ("issuer_name", As(Role::Hint)),
    ("subject_name", As(Role::Hint)),
    ("bundle_identifier", Column(Role::Group)),
    ("identifier", Column(Role::Group)),
    ("package_id", Column(Role::Group)),
    ("homepage", Column(Role::Url)),
    ("homepage_url", Column(Role::Url)),
    ("url", Column(Role::Url)),
    ("update_url", Column(Role::Url)),
    ("resolvedurl", As(Role::Link)),
    ("path", As(Role::File)),
    ("*_path", As(Role::File)),
    ("bundle_executable", As(Role::File)),
    ("executable", As(Role::File)),
    ("program", As(Role::File)),
    ("image", As(Role::File)),
    ("filename", As(Role::File)),
    ("file_name", As(Role::File)),
    ("file", As(Role::File)),
    ("original_filename", As(Role::File)),
    ("install_location", As(Role::File)),
    ("install_source", As(Role::File)),
    ("localnodemodulespath", As(Role::File)),
    ("srcfile", As(Role::File)),
    ("copyright", As(Role::Text)),
    ("description", As(Role::Text)),
    ("summary", As(Role::Text)),
    ("comments", As(Role::Text)),
    ("license comments", As(Role::Text)),
    ("model", As(Role::Text)),
    ("*_model", As(Role::Text)),
    ("product_name", As(Role::Text)),
    ("display_name", As(Role::Text)),
    ("cmdline", As(Role::Text)),
    ("command", As(Role::Text)),
];

/// The property with which cdxgen marks what it took from osquery.
const OSQUERY: &str = "cdx:osquery:category";

/// No name of a table is longer.
const NAME_MAX: usize = 256;

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
        let short = &name[..crate::text::boundary(name, NAME_MAX)];
        let lower = if short.bytes().any(|byte| byte.is_ascii_uppercase()) {
            short.to_ascii_lowercase().into()
        } else {
            std::borrow::Cow::Borrowed(short)
        };
        if lower == OSQUERY {
            self.osquery = true;
            return;
        }
        let family = FAMILIES.iter().find(|family| lower.starts_with(family.prefix));
        let rest = |family: &Family| lower[family.prefix.len()..].to_owned();
        let row = family.and_then(|family| {
            let rest = rest(family);
            family.rows.iter().find(|(pattern, _)| fits(pattern, &rest)).map(|(_, read)| (family.field, *read))
        });
        match row {
            Some((_, Read::Development)) => {
                if value.raw() == "true" {
                    self.development = Some(Development::Yes);
                }
            }
            Some((field, Column(role))) => self.columns.push((field, role, value)),
            Some((field, read)) => push(scribe, field, read, value),
            None => unknown(scribe, &lower, value),
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

/// Whether a name fits a pattern.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => match end.strip_suffix('*') {
            // `*:parent:*`
            Some(within) => name.contains(within),
            None => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
        },
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
        if matches!(name.rsplit([':', '.', '/']).next(), Some("purl" | "packageurl" | "package_url" | "package-url")) {
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
    let name = name.strip_suffix("name").unwrap_or(name).trim_end_matches([':', '.', '_', '-', ' ', '/']);
    // In lower case the words of `deviceVendor` are no longer told apart.
    WORDS.iter().any(|word| name.ends_with(word))
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
            assert_eq!(family.prefix, family.prefix.to_ascii_lowercase());
            for (pattern, _) in family.rows {
                assert_eq!(*pattern, pattern.to_ascii_lowercase());
                assert!(family.prefix.len() + pattern.len() < NAME_MAX);
                // A row that an earlier one covers would never be read.
                let example = pattern.replace('*', "x");
                let first = family.rows.iter().position(|(other, _)| fits(other, &example));
                let own = family.rows.iter().position(|(other, _)| other == pattern);
                let read = |at: Option<usize>| at.map(|at| family.rows[at].1);
                assert_eq!(read(first), read(own), "{}{pattern}", family.prefix);
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
