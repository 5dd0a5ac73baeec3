//! What `spdx-rs` reads: SPDX 2.2 and 2.3, JSON and tag-value.

use spdx_rs::models::SPDX;

use super::complaint::{self, Complaint, Violations};
use super::{Answer, Part, Sketch};
use crate::inventory::names_nobody;
use crate::source::Span;

pub(super) const NAME: &str = "spdx-rs";

pub(super) fn read_json(text: &str) -> Result<Answer, Complaint> {
    let document = serde_json::from_str::<SPDX>(text).map_err(|error| complaint::json(&error))?;
    Ok(Answer { sketch: sketch(&document), violations: Violations::default() })
}

pub(super) fn read_tag_value(text: &str) -> Result<Answer, Complaint> {
    let document = spdx_rs::parsers::spdx_from_tag_value(text).map_err(|error| complaint::spdx(&error))?;
    let mut sketch = sketch(&document);
    sketch.tools.clear();
    sketch.unread = &["comment", "checksums"];
    sketch.unfinished = document.package_information.last().map(|package| package.package_spdx_identifier.clone());
    Ok(Answer { sketch, violations: Violations::default() })
}

fn sketch(document: &SPDX) -> Sketch {
    let mut sketch = Sketch::default();
    for creator in &document.document_creation_information.creation_info.creators {
        if let Some(tool) = creator.strip_prefix("Tool:") {
            sketch.part(true, None, tool.trim(), None, Span::default());
        }
    }
    for package in &document.package_information {
        let part = sketch.part(
            false,
            Some(&package.package_spdx_identifier),
            &package.package_name,
            package.package_version.as_deref(),
            Span::default(),
        );
        part.add("name", &package.package_name);
        party(part, "supplier", package.package_supplier.as_deref());
        party(part, "originator", package.package_originator.as_deref());
        part.add("downloadLocation", &package.package_download_location);
        for (field, text) in [
            ("homepage", &package.package_home_page),
            ("packageFileName", &package.package_file_name),
            ("summary", &package.package_summary_description),
            ("description", &package.package_detailed_description),
            ("comment", &package.package_comment),
        ] {
            if let Some(text) = text {
                part.add(field, text);
            }
        }
        for reference in &package.external_reference {
            part.add("externalRefs", &reference.reference_locator);
        }
        for checksum in &package.package_checksum {
            part.add("checksums", &checksum.value);
        }
    }
    for file in &document.file_information {
        let part = sketch.part(false, Some(&file.file_spdx_identifier), &file.file_name, None, Span::default());
        part.add("fileName", &file.file_name);
        if let Some(comment) = &file.file_comment {
            part.add("comment", comment);
        }
        for checksum in &file.file_checksum {
            part.add("checksums", &checksum.value);
        }
    }
    for snippet in &document.snippet_information {
        let name = snippet.snippet_name.as_deref().unwrap_or_default();
        let part = sketch.part(false, Some(&snippet.snippet_spdx_identifier), name, None, Span::default());
        part.add("name", name);
        if let Some(comment) = &snippet.snippet_comment {
            part.add("comment", comment);
        }
    }
    sketch
}

/// A maker, without its keyword.
fn party(part: &mut Part, field: &'static str, text: Option<&str>) {
    let Some(text) = text else { return };
    let name = match text.split_once(':') {
        Some((word, name)) if matches!(word.trim().to_ascii_lowercase().as_str(), "organization" | "organisation" | "person" | "tool") => {
            name
        }
        _ => text,
    };
    if !names_nobody(name) {
        part.add(field, name);
    }
}
