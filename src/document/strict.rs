//! What the readers of encodings other than JSON refuse instead of skipping it.
//!
//! A name that some reader takes for a known one must never be passed over: mainstream readers ignore XML namespaces (Go's encoding/xml), fold
//! the case of keys (Go's encoding/json, which reads YAML too), or look for an element at any depth (XPath, ElementTree's `iter`).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::DocumentError;
use super::recognise::error;
use crate::source::Span;

/// A name as case-insensitive readers compare it: lower case, with the two letters beyond ASCII that fold into it.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    let letters = name.chars().flat_map(|letter| match letter {
        '\u{17f}' => 's'.to_lowercase(),
        '\u{212a}' => 'k'.to_lowercase(),
        other => other.to_lowercase(),
    });
    Cow::Owned(letters.collect())
}

/// Whether a name is the same as a known one, which is ASCII, to a case-insensitive reader.
pub(super) fn same_folded(name: &str, known: &str) -> bool {
    // Folding beyond ASCII only makes a name shorter.
    match name.len().cmp(&known.len()) {
        Ordering::Less => false,
        Ordering::Equal => name.eq_ignore_ascii_case(known),
        Ordering::Greater => !name.is_ascii() && folded(name) == folded(known),
    }
}

/// Two readers would read two documents.
pub(super) fn two_readings(message: &str, span: Span, help: &str) -> Box<DocumentError> {
    Box::new(error("two-readings", message, Some(span), help))
}

/// A name that differs from a known one by the case of its letters only.
pub(super) fn other_case(what: &str, name: &str, known: &str, span: Span) -> Box<DocumentError> {
    let name = crate::text::excerpt(name, 40);
    let message =
        format!("the {what} `{name}` differs from `{known}` only in the case of its letters: some readers read it, others skip it");
    two_readings(&message, span, &format!("write `{known}`, or remove it"))
}

/// A known name in a place where no reader of the specification looks for it.
pub(super) fn misplaced(what: &str, name: &str, parent: &str, span: Span) -> Box<DocumentError> {
    let (name, parent) = (crate::text::excerpt(name, 40), crate::text::excerpt(parent, 60));
    let message = format!("the {what} `{name}` does not belong in {parent}, so it would not be read");
    let help = "move it to the place that the specification gives it, or remove it: it may name a vendor";
    Box::new(error("misplaced-element", &message, Some(span), help))
}

/// The members of the objects of SPDX 2, by the name of the member that holds the object; the document itself is "".
const SPDX_MEMBERS: [(&str, &[&str]); 9] = [
    (
        "",
        &[
            "SPDXID",
            "spdxVersion",
            "creationInfo",
            "name",
            "dataLicense",
            "documentNamespace",
            "comment",
            "documentDescribes",
            "externalDocumentRefs",
            "hasExtractedLicensingInfos",
            "annotations",
            "packages",
            "files",
            "snippets",
            "relationships",
        ],
    ),
    ("creationInfo", &["created", "creators", "licenseListVersion", "comment"]),
    (
        "packages",
        &[
            "SPDXID",
            "name",
            "packageName",
            "versionInfo",
            "packageFileName",
            "supplier",
            "packageSupplier",
            "originator",
            "packageOriginator",
            "downloadLocation",
            "homepage",
            "externalRefs",
            "summary",
            "description",
            "comment",
            "sourceInfo",
            "copyrightText",
            "attributionTexts",
            "licenseComments",
            "annotations",
            "checksums",
            "hasFiles",
            "files",
            "primaryPackagePurpose",
        ],
    ),
    (
        "files",
        &[
            "SPDXID",
            "fileName",
            "copyrightText",
            "fileContributors",
            "noticeText",
            "comment",
            "attributionTexts",
            "licenseComments",
            "artifactOfs",
            "annotations",
            "checksums",
        ],
    ),
    ("snippets", &["SPDXID", "name", "comment", "copyrightText", "licenseComments", "snippetFromFile", "attributionTexts", "annotations"]),
    ("externalRefs", &["referenceCategory", "referenceType", "referenceLocator", "comment"]),
    ("annotations", &["comment"]),
    ("artifactOfs", &["name", "homePage", "projectUri"]),
    ("relationships", &["spdxElementId", "relationshipType", "relatedSpdxElement"]),
];

/// Members that list subjects or name a vendor, with the members in whose objects they are read.
const SPDX_PLACES: [(&str, &[&str]); 17] = [
    ("spdxVersion", &[""]),
    ("packages", &[""]),
    ("snippets", &[""]),
    ("files", &["", "packages"]),
    ("supplier", &["packages"]),
    ("packageSupplier", &["packages"]),
    ("originator", &["packages"]),
    ("packageOriginator", &["packages"]),
    ("downloadLocation", &["packages"]),
    ("packageFileName", &["packages"]),
    ("externalRefs", &["packages"]),
    ("referenceLocator", &["externalRefs"]),
    ("fileContributors", &["files"]),
    ("artifactOfs", &["files"]),
    ("relatedSpdxElement", &["relationships"]),
    ("bomFormat", &[]),
    ("components", &[]),
];

/// Whether a name is, in whatever case, that of a member that lists subjects or names a vendor, in SPDX 2 or CycloneDX.
pub(super) fn is_place(name: &str) -> bool {
    SPDX_PLACES.iter().any(|(place, _)| same_folded(name, place))
}

/// Whether a key makes a text an SBOM in YAML, and is no tag of tag-value.
pub(super) fn is_mark(key: &str) -> bool {
    // Tag-value has tags of the same letters: `SPDXVersion`, `PackageSupplier`.
    const TAGS: [&str; 4] = ["spdxVersion", "packageSupplier", "packageOriginator", "packageFileName"];
    key == "spdxVersion" || same_folded(key, "creationInfo") || (is_place(key) && !TAGS.iter().any(|tag| same_folded(key, tag)))
}

/// Whether a name is, in whatever case, that of a member of SPDX 2 that is read.
pub(super) fn is_spdx_name(name: &str) -> bool {
    SPDX_MEMBERS.iter().flat_map(|(_, members)| members.iter()).any(|member| same_folded(name, member))
}

/// Refuses a member of SPDX 2 that is not read where it stands, although another reader might read it.
pub(super) fn judge_spdx_member(what: &str, parent: &str, name: &str, span: Span) -> Result<(), Box<DocumentError>> {
    let known = SPDX_MEMBERS.iter().find(|(holder, _)| *holder == parent).map_or(&[][..], |(_, members)| members);
    if known.contains(&name) {
        return Ok(());
    }
    if let Some(meant) = known.iter().find(|member| same_folded(name, member)) {
        return Err(other_case(what, name, meant, span));
    }
    let Some((meant, places)) = SPDX_PLACES.iter().find(|(member, _)| same_folded(name, member)) else { return Ok(()) };
    if places.is_empty() {
        let message = format!("this is SPDX and has the {what} `{meant}` of CycloneDX: two readers would see two documents");
        return Err(Box::new(error("two-formats", &message, Some(span), "pass each document as a file of its own")));
    }
    let parent = if parent.is_empty() { "the document itself".to_owned() } else { format!("`{parent}`") };
    Err(misplaced(what, name, &parent, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_as_go_does() {
        assert!(same_folded("component\u{17f}", "Components"));
        assert!(same_folded("pac\u{212a}ages", "packages"));
        assert!(!same_folded("package", "packages"));
    }

    #[test]
    fn members_of_spdx_are_judged_by_their_place() {
        let code = |parent, name| judge_spdx_member("key", parent, name, Span::default()).err().map(|error| error.code);
        assert_eq!(code("", "packages"), None);
        assert_eq!(code("", "Packages"), Some("two-readings"));
        assert_eq!(code("packages", "supplier"), None);
        assert_eq!(code("packages", "flavor"), None);
        assert_eq!(code("files", "supplier"), Some("misplaced-element"));
        assert_eq!(code("wrapper", "Packages"), Some("misplaced-element"));
        assert_eq!(code("wrapper", "comment"), None);
        assert_eq!(code("", "components"), Some("two-formats"));
    }
}
