//! The vocabulary of SPDX 3: what its types are, which members name something that is read, and how its words are recognized.

use super::{Class, Context};
use crate::document::DocumentError;
use crate::document::recognise::error;
use crate::inventory::{Kind, Place};
use crate::source::Span;
use crate::text::excerpt;

/// The path of a term in SPDX's own vocabulary, `Core/suppliedBy`, if `iri` is one: `https://spdx.org/rdf/3.0.1/terms/Core/suppliedBy`.
pub(super) fn own_path(iri: &str) -> Option<&str> {
    let rest = iri.strip_prefix("https://spdx.org/rdf/").or_else(|| iri.strip_prefix("http://spdx.org/rdf/"))?;
    let (version, path) = rest.split_once('/')?;
    version.trim_start_matches('v').starts_with('3').then(|| path.strip_prefix("terms/").unwrap_or(path))
}

/// The short form of a path of SPDX's vocabulary: `Software/Package` is `software_Package`.
fn short(path: &str) -> String {
    match path.split_once('/') {
        Some(("Core", name)) => name.to_owned(),
        Some((profile, name)) => format!("{}_{name}", profile.to_lowercase()),
        None => path.to_owned(),
    }
}

/// The individuals of SPDX's vocabulary that stand in the place of an agent and name no vendor.
pub(super) const INDIVIDUALS: [&str; 3] = ["NoneElement", "NoAssertionElement", "SpdxOrganization"];

/// The types of SPDX 3.0 and 3.0.1.
const TYPES: [&str; 74] = [
    "Agent",
    "Organization",
    "SoftwareAgent",
    "Person",
    "software_Package",
    "software_SoftwareArtifact",
    "software_File",
    "software_Snippet",
    "ai_AIPackage",
    "dataset_DatasetPackage",
    "Tool",
    "Relationship",
    "LifecycleScopedRelationship",
    "Annotation",
    "SpdxDocument",
    "software_Sbom",
    "Bom",
    "Bundle",
    "ElementCollection",
    "ExternalIdentifier",
    "ExternalRef",
    "Hash",
    "PackageVerificationCode",
    "IntegrityMethod",
    "software_ContentIdentifier",
    "CreationInfo",
    "DictionaryEntry",
    "ExternalMap",
    "NamespaceMap",
    "PositiveIntegerRange",
    "ai_EnergyConsumption",
    "ai_EnergyConsumptionDescription",
    "extension_Extension",
    "extension_CdxPropertiesExtension",
    "extension_CdxPropertyEntry",
    "IndividualElement",
    "NoAssertionElement",
    "NoneElement",
    "License",
    "ListedLicense",
    "build_Build",
    "simplelicensing_AnyLicenseInfo",
    "simplelicensing_LicenseExpression",
    "simplelicensing_SimpleLicensingText",
    "expandedlicensing_ConjunctiveLicenseSet",
    "expandedlicensing_CustomLicense",
    "expandedlicensing_CustomLicenseAddition",
    "expandedlicensing_DisjunctiveLicenseSet",
    "expandedlicensing_ExtendableLicense",
    "expandedlicensing_IndividualLicensingInfo",
    "expandedlicensing_License",
    "expandedlicensing_LicenseAddition",
    "expandedlicensing_ListedLicense",
    "expandedlicensing_ListedLicenseException",
    "expandedlicensing_NoAssertionLicense",
    "expandedlicensing_NoneLicense",
    "expandedlicensing_OrLaterOperator",
    "expandedlicensing_WithAdditionOperator",
    "security_CvssV2VulnAssessmentRelationship",
    "security_CvssV3VulnAssessmentRelationship",
    "security_CvssV4VulnAssessmentRelationship",
    "security_EpssVulnAssessmentRelationship",
    "security_ExploitCatalogVulnAssessmentRelationship",
    "security_SsvcVulnAssessmentRelationship",
    "security_VexAffectedVulnAssessmentRelationship",
    "security_VexFixedVulnAssessmentRelationship",
    "security_VexNotAffectedVulnAssessmentRelationship",
    "security_VexUnderInvestigationVulnAssessmentRelationship",
    "security_VexVulnAssessmentRelationship",
    "security_VulnAssessmentRelationship",
    "security_Vulnerability",
    "software_Artifact",
    "Artifact",
    "Element",
];

/// What an element of this type is. The type may be the short word, an IRI, or begin with a prefix.
pub(super) fn class(word: &str, context: &Context, span: Span) -> Result<Class, Box<DocumentError>> {
    let long;
    let word = if word.contains(':') {
        let expanded = context.canonical(word.into());
        match expanded.strip_prefix("spdx:") {
            Some(path) => {
                long = short(path);
                long.as_str()
            }
            // A type of somebody else's vocabulary: an extension, or nothing that is known.
            None => return Ok(Class::Unknown),
        }
    } else {
        word
    };
    let part = |kind| Class::Subject { kind, place: Place::Part };
    Ok(match word {
        "Organization" | "SoftwareAgent" | "Agent" => Class::Agent { person: false },
        "Person" => Class::Agent { person: true },
        "software_Package" | "software_SoftwareArtifact" => part(Kind::Library),
        "software_File" => part(Kind::File),
        "software_Snippet" => part(Kind::Snippet),
        "ai_AIPackage" => part(Kind::Model),
        "dataset_DatasetPackage" => part(Kind::Data),
        "Tool" => Class::Subject { kind: Kind::Tool, place: Place::Tool },
        "Relationship" | "LifecycleScopedRelationship" => Class::Relationship,
        "SpdxDocument" | "software_Sbom" | "Bom" | "Bundle" | "ElementCollection" => Class::Collection,
        "Annotation" => Class::Annotation,
        "ExternalIdentifier"
        | "ExternalRef"
        | "Hash"
        | "PackageVerificationCode"
        | "IntegrityMethod"
        | "software_ContentIdentifier"
        | "CreationInfo"
        | "DictionaryEntry"
        | "ExternalMap"
        | "NamespaceMap"
        | "PositiveIntegerRange"
        | "ai_EnergyConsumption"
        | "ai_EnergyConsumptionDescription" => Class::Structure,
        "License" | "ListedLicense" | "IndividualElement" | "NoAssertionElement" | "NoneElement" | "build_Build" => Class::Other,
        "Artifact" | "Element" | "software_Artifact" => Class::Unknown,
        known if TYPES.contains(&known) => {
            if known.starts_with("extension_") {
                Class::Structure
            } else if known.ends_with("Relationship") {
                // An assessment of a vulnerability is a relationship, too.
                Class::Relationship
            } else {
                Class::Other
            }
        }
        unknown => {
            let folded = fold(unknown);
            if let Some(known) = TYPES.iter().find(|known| is_folded(known, &folded)) {
                let message = format!("unknown type `{}`: did you mean `{known}`?", excerpt(unknown, 60));
                let help = "write the type as the SPDX 3 specification does: some readers ignore upper and lower case, others do not";
                return Err(Box::new(error("misspelled-term", &message, Some(span), help)));
            }
            let licensing_or_security = ["simplelicensing_", "expandedlicensing_", "security_", "extension_"];
            if licensing_or_security.iter().any(|profile| unknown.starts_with(profile)) { Class::Foreign } else { Class::Unknown }
        }
    })
}

/// Members with these names carry what is matched, or hold the elements together. In other writing they are never passed over.
const TELLING: [&str; 22] = [
    "spdxId",
    "suppliedBy",
    "originatedBy",
    "packageUrl",
    "packageVersion",
    "downloadLocation",
    "homePage",
    "externalIdentifier",
    "externalIdentifiers",
    "externalIdentifierType",
    "externalRef",
    "externalRefType",
    "primaryPurpose",
    "sourceInfo",
    "copyrightText",
    "attributionText",
    "verifiedUsing",
    "snippetFromFile",
    "contentIdentifier",
    "relationshipType",
    "rootElement",
    "createdBy",
];

/// The same for words that others use for things of their own, too: they count unless a foreign vocabulary or an extension says them.
const GENERIC: [&str; 19] = [
    "type",
    "name",
    "summary",
    "description",
    "comment",
    "from",
    "to",
    "element",
    "subject",
    "statement",
    "scope",
    "completeness",
    "identifier",
    "identifierLocator",
    "issuingAuthority",
    "locator",
    "hashValue",
    "specVersion",
    "creationInfo",
];

/// Checks a member that is not read: whether another reader would take it for one that is. `in_extension` tells whether it is in the content of
/// an `extension`, where members of any name may be.
pub(super) fn check_unread(word: &str, context: &Context, in_extension: bool, span: Span) -> Result<(), Box<DocumentError>> {
    if word.starts_with('@') {
        let message = format!("unsupported JSON-LD keyword `{}`", excerpt(word, 60));
        let help = "write the document in the form that the SPDX 3 specification prescribes: `@context`, `@graph`, `type`, `spdxId`";
        return Err(Box::new(error("unsupported-keyword", &message, Some(span), help)));
    }
    if word.contains(':') {
        let expanded = context.canonical(word.into());
        if let Some(path) = expanded.strip_prefix("spdx:") {
            let message = format!("the member `{}` is written as an IRI: expected `{}`", excerpt(word, 80), excerpt(&short(path), 60));
            let help = "use the short members of SPDX's own context: readers that do not resolve IRIs pass this one over";
            return Err(Box::new(error("member-as-iri", &message, Some(span), help)));
        }
    }
    let foreign = word.contains([':', '/', '#']);
    let local = word.rsplit([':', '/', '#']).next().unwrap_or(word);
    let (whole, tail) = (fold(local), fold(local.rsplit(['_', '.']).next().unwrap_or(local)));
    let whole_without_profile = ["software", "core"].iter().find_map(|profile| whole.strip_prefix(profile)).unwrap_or(&whole);
    let telling = TELLING.iter().find(|known| is_folded(known, whole_without_profile) || is_folded(known, &tail));
    let generic = || GENERIC.iter().find(|known| is_folded(known, whole_without_profile));
    let known = telling.or_else(|| if foreign || in_extension { None } else { generic() });
    let Some(known) = known else { return Ok(()) };
    let software = ["packageUrl", "packageVersion", "downloadLocation", "homePage", "primaryPurpose", "sourceInfo"];
    let software = software.contains(known) || ["copyrightText", "attributionText", "snippetFromFile", "contentIdentifier"].contains(known);
    let message = format!(
        "unknown member `{}`: expected `{}{known}`, or a name that readers cannot confuse with it",
        excerpt(word, 80),
        if software { "software_" } else { "" }
    );
    let help = "correct the name, or remove the member: some readers take it for the known one, others pass it over";
    Err(Box::new(error("misspelled-term", &message, Some(span), help)))
}

/// A member that stands in the document itself and belongs to another format or to a wrapper: which.
pub(super) fn foreign_mark(word: &str) -> Option<&'static str> {
    Some(match fold(word).as_str() {
        "bomformat" | "specformat" | "components" | "metadata" | "dependencies" | "services" | "compositions" | "vulnerabilities" => {
            "CycloneDX"
        }
        "spdxversion"
        | "packages"
        | "files"
        | "snippets"
        | "relationships"
        | "documentdescribes"
        | "documentnamespace"
        | "hasextractedlicensinginfos"
        | "annotations" => "SPDX 2",
        "predicate" | "predicatetype" | "payload" | "payloadtype" | "signatures" | "dsseenvelope" | "sbom" | "data" | "document" => {
            "an envelope around an SBOM"
        }
        "type" if word.starts_with('_') => "an envelope around an SBOM",
        _ => return None,
    })
}

/// Letters and digits in lower case, with the two letters that `encoding/json` in Go takes for `s` and `k`.
pub(super) fn fold(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase);
    lower.map(|letter| if letter == 'ſ' { 's' } else { letter }).filter(|letter| letter.is_alphanumeric()).collect()
}

/// Whether a word of SPDX is this one when it is folded.
fn is_folded(known: &str, folded: &str) -> bool {
    known.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).eq(folded.bytes())
}

/// A word of a list, as SPDX writes it: the last part of an IRI, `dependsOn` for `DEPENDS_ON`. Words that are not in the list stay as they are.
pub(super) fn listed<'w>(word: &'w str, list: &[&'static str]) -> &'w str {
    let last = word.rsplit(['/', '#', ':']).next().unwrap_or(word);
    if list.contains(&last) {
        return last;
    }
    let folded = fold(last);
    list.iter().find(|known| is_folded(known, &folded)).copied().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_class_and_no_other_spelling() {
        let context = Context::default();
        for known in TYPES {
            assert!(!matches!(class(known, &context, Span::default()), Ok(Class::Foreign) | Err(_)), "{known}");
            let upper = known.to_uppercase();
            assert_eq!(class(&upper, &context, Span::default()).unwrap_err().code, "misspelled-term", "{upper}");
        }
        for (profile, name) in [("Core", "Organization"), ("Software", "Package")] {
            let forms = [
                format!("https://spdx.org/rdf/3.0.1/terms/{profile}/{name}"),
                format!("https://spdx.org/rdf/3.0.0/terms/{profile}/{name}"),
                format!("spdx:{profile}/{name}"),
            ];
            for form in forms {
                let class = class(&form, &context, Span::default()).unwrap();
                assert!(matches!(class, Class::Agent { .. } | Class::Subject { .. }), "{form}");
            }
        }
    }

    #[test]
    fn a_member_that_another_reader_may_take_for_a_known_one_is_refused() {
        let context = Context::default();
        let check = |word: &str, in_extension| check_unread(word, &context, in_extension, Span::default()).map_err(|error| error.code);
        for word in TELLING {
            for form in [
                word.to_uppercase(),
                format!("ex:{word}"),
                format!("https://ex.org/{word}"),
                format!("core_{word}"),
                format!("Software_{word}"),
                format!("Core/{word}"),
                format!("x_{word}"),
            ] {
                if form != format!("software_{word}") {
                    assert_eq!(check(&form, true), Err("misspelled-term"), "{form}");
                }
            }
            let iri = format!("https://spdx.org/rdf/3.0.1/terms/Core/{word}");
            assert_eq!(check(&iri, true), Err("member-as-iri"));
            assert_eq!(check(&format!("spdx:Core/{word}"), true), Err("member-as-iri"));
        }
        for word in GENERIC {
            let upper = word.to_uppercase();
            assert_eq!((check(&upper, false), check(&upper, true)), (Err("misspelled-term"), Ok(())), "{upper}");
            assert_eq!(check(&format!("ex:{word}"), false), Ok(()));
        }
        assert_eq!(check("\u{17f}uppliedBy", false), Err("misspelled-term"));
        assert_eq!(check("pac\u{212a}ageUrl", false), Err("misspelled-term"));
        for word in ["@value", "@graph", "@included", "@reverse", "@list", "@context"] {
            assert_eq!(check(word, true), Err("unsupported-keyword"), "{word}");
        }
        for word in ["licenseText", "seeAlso", "sbomType", "security_locator", "software_contentType", "externalSpdxId", "x"] {
            assert_eq!(check(word, false), Ok(()), "{word}");
        }
    }
}
