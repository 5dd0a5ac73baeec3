//! A subject: one thing in the document that somebody supplies.

use std::borrow::Cow;

use super::Claim;
use crate::source::Span;

/// One thing that somebody supplies, as a reader hands it over.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Position in document order, from 0; unique in its document, unlike [`Subject::reference`].
    pub index: u32,
    /// What it is.
    pub kind: Kind,
    /// The word that the document used for it, such as a component type that is not known yet.
    pub kind_word: Option<&'a str>,
    /// Where in the document it is listed.
    pub place: Place,
    /// What it is used for, where the document says so.
    pub scope: Option<Scope>,
    /// bom-ref or SPDXID.
    pub reference: Option<Text<'a>>,
    /// Its name.
    pub name: Option<Text<'a>>,
    /// npm scope, Maven group, company.
    pub group: Option<Text<'a>>,
    /// Its version.
    pub version: Option<Text<'a>>,
    /// Its package URL, the first one if it has several.
    pub purl: Option<Text<'a>>,
    /// The whole object.
    pub span: Span,
    /// All claims about it, in document order.
    pub claims: &'a [Claim<'a>],
}

/// A text of the document and its place.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// The text, unescaped.
    pub value: Cow<'a, str>,
    /// Its place, without quotation marks.
    pub span: Span,
}

impl Subject<'_> {
    /// What to call it; not made safe.
    #[must_use]
    pub fn label(&self) -> String {
        let mut label = String::new();
        self.push_label(&mut label);
        label
    }

    /// What it is, however often its SBOM is made anew.
    #[must_use]
    pub fn identity(&self) -> String {
        let text = |text: &'_ Option<Text<'_>>| text.as_ref().map(|text| text.value.as_ref().to_owned());
        let (purl, reference) = (text(&self.purl), text(&self.reference));
        identity(purl.as_deref(), self.kind.as_str(), text(&self.group).as_deref(), text(&self.name).as_deref(), reference.as_deref())
    }

    /// Adds what to call it to a text.
    pub fn push_label(&self, out: &mut String) {
        match (&self.group, &self.name) {
            (Some(group), Some(name)) if !group.value.is_empty() => {
                out.push_str(&group.value);
                out.push('/');
                out.push_str(&name.value);
            }
            (_, Some(name)) => out.push_str(&name.value),
            (_, None) => out.push_str(self.purl.as_ref().or(self.reference.as_ref()).map_or("(unnamed)", |text| text.value.as_ref())),
        }
    }
}

/// What a subject is, told by its purl without version, or by what stands in its place.
#[must_use]
pub fn identity(purl: Option<&str>, kind: &str, group: Option<&str>, name: Option<&str>, reference: Option<&str>) -> String {
    if let Some(purl) = purl {
        let purl = purl.split(['?', '#']).next().unwrap_or_default();
        let name = purl.rfind('/').map_or(0, |at| at + 1);
        let end = purl[name..].rfind('@').filter(|&at| at > 0).map_or(purl.len(), |at| name + at);
        return purl[..end].to_lowercase();
    }
    match (name, reference) {
        (None, Some(reference)) => format!("ref\0{reference}"),
        (name, _) => format!("{kind}\0{}\0{}", group.unwrap_or_default(), name.unwrap_or_default()),
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value with the word that stands for it.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)*];

            /// The word that stands for it in policies and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// What a subject is: the component types of CycloneDX 1.0 to 1.7, which hold SPDX's purposes too.
    Kind {
        /// A program.
        Application = "application",
        /// A framework.
        Framework = "framework",
        /// A library or package; also what does not say what it is.
        Library = "library",
        /// A container image.
        Container = "container",
        /// A run-time or execution platform.
        Platform = "platform",
        /// An operating system.
        OperatingSystem = "operating-system",
        /// A device: hardware.
        Device = "device",
        /// A driver of a device.
        DeviceDriver = "device-driver",
        /// Firmware.
        Firmware = "firmware",
        /// A file.
        File = "file",
        /// A part of a file.
        Snippet = "snippet",
        /// A model.
        Model = "machine-learning-model",
        /// Data.
        Data = "data",
        /// A cryptographic asset.
        Cryptographic = "cryptographic-asset",
        /// A service that is called.
        Service = "service",
        /// A tool that had a part in making the product or the document.
        Tool = "tool",
        /// Something whose kind the document does not say, or says in a word that is not known.
        Unknown = "unknown",
    }
}

words! {
    /// The kinds as a law words them (`rule.subjects`).
    KindClass {
        /// Programs, libraries, containers, files, models, data.
        Software = "software",
        /// Devices.
        Hardware = "hardware",
        /// Firmware and device drivers.
        Firmware = "firmware",
        /// Services.
        Service = "service",
    }
}

words! {
    /// What a subject is used for (`rule.scopes`).
    Scope {
        /// Part of the product when it runs.
        Runtime = "runtime",
        /// Used to make it.
        Build = "build",
        /// Used to test it.
        Test = "test",
        /// Not needed.
        Optional = "optional",
    }
}

words! {
    /// Where in the document a subject is listed.
    Place {
        /// Among the parts of the product.
        Part = "part",
        /// What the document describes.
        Root = "root",
        /// What a part was derived from, or what was derived from it.
        Pedigree = "pedigree",
        /// The tools that made the document, or had a part in building the product.
        Tool = "tool",
        /// Nowhere: the document only refers to it, by an identifier such as a purl.
        Referenced = "referenced",
    }
}

impl Kind {
    /// The class that a rule's `subjects` speaks of; `None` for a kind that is not known, which every rule reaches.
    #[must_use]
    pub fn class(self) -> Option<KindClass> {
        Some(match self {
            Self::Device => KindClass::Hardware,
            Self::Firmware | Self::DeviceDriver => KindClass::Firmware,
            Self::Service => KindClass::Service,
            Self::Unknown => return None,
            _ => KindClass::Software,
        })
    }
}
