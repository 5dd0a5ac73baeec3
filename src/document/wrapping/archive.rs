//! Archives: tar and ZIP, read in memory. Nothing is ever written, so the name of a member is only a name.
//!
//! Programs disagree about archives that are not plain: members that only one list of a ZIP file has, data behind the end of a tar file,
//! sparse files. Whatever two programs may read differently is refused.

use std::io::{self, Read};

use super::super::DocumentError;
use super::super::recognise::error;
use super::compression::{Budget, Packing, SPREADSHEET};
use super::{Opened, Place, search};
use crate::source::Source;

/// How much of a member is read to see whether it can be an SBOM.
pub(super) const HEAD: usize = 4096;

/// The documents found in an archive, and what was seen besides.
struct Members<'a> {
    place: &'a Place<'a>,
    budget: &'a Budget,
    found: Vec<Opened>,
    /// Whether something that could not be read looks like an SBOM.
    marked: bool,
}

impl<'a> Members<'a> {
    fn new(place: &'a Place<'a>, budget: &'a Budget) -> Self {
        Self { place, budget, found: Vec::new(), marked: false }
    }

    fn add(&mut self, member: &str, bytes: Vec<u8>) {
        let place = self.place.member(member);
        let opened = super::open_within(&place, bytes, self.budget);
        self.marked |= opened.iter().any(|opened| opened.marked);
        if search::named_as_sbom(member) {
            self.found.extend(opened);
        } else {
            self.found.extend(opened.into_iter().filter(search::is_sbom));
        }
    }

    /// What there is, with the error of an archive that could not be read to its end.
    fn finish(mut self, kind: &'static str, digest: Source, result: Result<(), DocumentError>) -> Vec<Opened> {
        let failed = result.err().or_else(|| {
            self.found.is_empty().then(|| {
                let message = format!("no SBOM was found in this {kind} archive");
                error("no-sbom", &message, None, "pass an archive that holds a CycloneDX or SPDX document, or the document itself")
            })
        });
        let kind = kind.to_owned();
        for opened in &mut self.found {
            opened.wrapping.insert(0, kind.clone());
        }
        if let Some(error) = failed {
            let marked = self.marked || self.found.iter().any(search::is_sbom);
            self.found.push(Opened { wrapping: vec![kind], marked, ..Opened::unread(digest, error) });
        }
        self.found
    }
}

fn damaged(kind: &str, cause: &str) -> DocumentError {
    let message = format!("this {kind} archive cannot be read: {}", crate::text::excerpt(cause, 200));
    error("bad-archive", &message, None, "the file was cut off or changed: write or download it again")
}

fn ambiguous(message: &str) -> DocumentError {
    error("two-readings", message, None, "pack the SBOMs again with a current tool, or pass them as files")
}

// --- tar ---

/// Whether a file begins as a tar archive does: its first header has the checksum of its bytes.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    // Text never holds the padding of a header, and a text reader would read the rest of the file.
    if !header.contains(&0) || matches!(header[0], 0 | b'{' | b'[' | b'<') {
        return false;
    }
    let field = std::str::from_utf8(&header[148..156]).unwrap_or_default();
    let stored = u32::from_str_radix(field.trim_matches(['\0', ' ']), 8);
    let sum: u32 = header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
    stored == Ok(sum)
}

/// The documents in a tar archive.
pub(super) fn tar(place: &Place<'_>, digest: Source, reader: &mut dyn Read, budget: &Budget) -> Vec<Opened> {
    let mut members = Members::new(place, budget);
    let result = each_in_tar(&mut members, &mut budget.counted(reader));
    let result = result.map_err(|cause| match budget.failure("", &cause) {
        error if error.code == "unpacked-size" => error,
        _ => damaged("tar", &cause.to_string()),
    });
    members.finish("tar", digest, result)
}

fn each_in_tar(members: &mut Members<'_>, reader: &mut dyn Read) -> io::Result<()> {
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let member = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let named = search::named_as_sbom(&member);
        members.marked |= named;
        if kind.is_gnu_sparse() {
            return Err(io::Error::other("it holds a sparse file"));
        }
        let global = kind.is_pax_global_extensions();
        let mut head = Vec::new();
        if global {
            entry.read_to_end(&mut head)?;
            // Some programs apply these to every member, and others ignore them.
            if [&b" path="[..], b" size=", b" GNU.sparse"].iter().any(|key| memchr::memmem::find(&head, key).is_some()) {
                return Err(io::Error::other("a global header changes the names or sizes of members"));
            }
            continue;
        }
        if let Some(extensions) = entry.pax_extensions()? {
            for extension in extensions {
                if extension?.key_bytes().starts_with(b"GNU.sparse") {
                    return Err(io::Error::other("it holds a sparse file"));
                }
            }
        }
        let size = entry.size();
        if size == 0 {
            if named && kind.is_file() {
                members.add(&member, Vec::new());
            }
            continue;
        }
        entry.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        if !named && search::promise(&member, &head) == search::Promise::Nothing {
            continue;
        }
        entry.read_to_end(&mut head)?;
        if (head.len() as u64) < size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        members.add(&member, head);
    }
    // A second archive behind the end of the first is read by some programs only.
    let rest = archive.into_inner();
    let mut buffer = [0; 8192];
    loop {
        match rest.read(&mut buffer)? {
            0 => return Ok(()),
            read if buffer[..read].iter().any(|&byte| byte != 0) => return Err(io::Error::other("there is data behind its end")),
            _ => {}
        }
    }
}

// --- ZIP ---

/// One member, as the central directory has it.
struct Entry<'b> {
    name: &'b [u8],
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    /// Where its local header begins.
    at: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The documents in a ZIP archive.
pub(super) fn zip(place: &Place<'_>, digest: Source, bytes: &[u8], budget: &Budget) -> Vec<Opened> {
    let mut members = Members::new(place, budget);
    let result = each_in_zip(&mut members, bytes);
    members.finish("zip", digest, result)
}

fn each_in_zip(members: &mut Members<'_>, bytes: &[u8]) -> Result<(), DocumentError> {
    // Where the list cannot be read, the names in the local headers still tell what it may hold.
    let entries = directory(bytes).inspect_err(|_| members.marked |= mentions_member(bytes))?;
    let name = |entry: &Entry<'_>| String::from_utf8_lossy(entry.name).into_owned();
    members.marked |= entries.iter().any(|entry| search::named_as_sbom(&name(entry)));
    if let Some(kind) = office(&entries, bytes) {
        return Err(error("unsupported-encoding", &format!("this is {kind}, which is not read"), None, SPREADSHEET));
    }
    let package = search::is_package(members.place.name());
    // Before anything is unpacked: members that share their data are how a small archive becomes a large one.
    let mut covered: Vec<(u64, u64)> = Vec::with_capacity(entries.len());
    for entry in &entries {
        covered.push((entry.at, content(entry, bytes)?.1));
    }
    hidden(&mut covered, bytes)?;
    for entry in &entries {
        let member = name(entry);
        let named = search::named_as_sbom(&member);
        let (data, _) = content(entry, bytes)?;
        if entry.packed == 0 && entry.size == 0 && !named || member.ends_with('/') {
            continue;
        }
        if package && !named {
            continue;
        }
        if entry.flags & 1 != 0 {
            let message = format!("`{}` in this zip archive is encrypted", crate::text::excerpt(&member, 80));
            return Err(error("encrypted", &message, None, "unpack it with its password, and pass the files"));
        }
        let Some(mut reader) = method(entry.method, data) else {
            if !named {
                continue;
            }
            let message = format!("`{}` is compressed by method {}, which is not read", crate::text::excerpt(&member, 80), entry.method);
            return Err(error("unsupported-encoding", &message, None, "pack it with deflate, or unpack it first"));
        };
        let failed = |cause: io::Error| match members.budget.failure("", &cause) {
            error if error.code == "unpacked-size" => error,
            _ => damaged("zip", &cause.to_string()),
        };
        let mut reader = members.budget.counted(&mut *reader);
        let mut content = Vec::new();
        reader.by_ref().take(HEAD as u64).read_to_end(&mut content).map_err(failed)?;
        if !named && search::promise(&member, &content) == search::Promise::Nothing {
            continue;
        }
        reader.read_to_end(&mut content).map_err(failed)?;
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        if content.len() as u64 != entry.size || crc.sum() != entry.crc {
            return Err(damaged("zip", "a member differs from its size or checksum"));
        }
        members.add(&member, content);
    }
    Ok(())
}

/// A reader for the data of a member.
fn method<'b>(method: u16, data: &'b [u8]) -> Option<Box<dyn Read + 'b>> {
    match method {
        0 => Some(Box::new(data)),
        8 => Some(Box::new(flate2::read::DeflateDecoder::new(data))),
        12 => Packing::Bzip2.reader(data),
        93 => Packing::Zstandard.reader(data),
        95 => Packing::Xz.reader(data),
        _ => None,
    }
}

/// Whether the local headers name something like an SBOM.
fn mentions_member(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"PK\x03\x04").any(|at| {
        let len = u16_at(bytes, at + 26).map_or(0, usize::from);
        bytes.get(at + 30..at + 30 + len).is_some_and(|name| search::named_as_sbom(&String::from_utf8_lossy(name)))
    })
}

/// What office program an archive is a file of.
fn office(entries: &[Entry<'_>], bytes: &[u8]) -> Option<&'static str> {
    let has = |name: &[u8]| entries.iter().any(|entry| entry.name.starts_with(name));
    if has(b"[Content_Types].xml") {
        return if has(b"xl/") { Some("a spreadsheet (xlsx)") } else { Some("a document of an office program") };
    }
    let kind = entries.iter().find(|entry| entry.name == b"mimetype" && entry.method == 0)?;
    let (kind, _) = content(kind, bytes).ok()?;
    let kind = kind.strip_prefix(b"application/vnd.oasis.opendocument.")?;
    if kind.starts_with(b"spreadsheet") { Some("a spreadsheet (ods)") } else { Some("a document of an office program") }
}

/// The packed data of a member, and where what belongs to it ends. Its own header has to agree with the directory.
fn content<'b>(entry: &Entry<'_>, bytes: &'b [u8]) -> Result<(&'b [u8], u64), DocumentError> {
    let broken = || damaged("zip", "a member lies outside of the file");
    let at = usize::try_from(entry.at).map_err(|_| broken())?;
    let header = bytes.get(at..).and_then(|rest| rest.get(..30)).filter(|header| header.starts_with(b"PK\x03\x04")).ok_or_else(broken)?;
    let lens = (u16_at(header, 26).map_or(0, usize::from), u16_at(header, 28).map_or(0, usize::from));
    let name = bytes.get(at + 30..at + 30 + lens.0).ok_or_else(broken)?;
    if name != entry.name || u16_at(header, 8) != Some(entry.method) {
        return Err(ambiguous("two lists in this zip archive name a member differently"));
    }
    let from = at + 30 + lens.0 + lens.1;
    let until = usize::try_from(entry.packed).ok().and_then(|len| from.checked_add(len)).ok_or_else(broken)?;
    Ok((bytes.get(from..until).ok_or_else(broken)?, until as u64))
}

/// Programs that read a ZIP file from its beginning find members that the directory at its end does not list.
fn hidden(covered: &mut [(u64, u64)], bytes: &[u8]) -> Result<(), DocumentError> {
    covered.sort_unstable();
    let mut at = 0;
    for &(from, until) in covered.iter().chain([&(bytes.len() as u64, bytes.len() as u64)]) {
        if from < at {
            return Err(ambiguous("members of this zip archive overlap"));
        }
        // Both lie within the file.
        let gap = &bytes[usize::try_from(at).unwrap_or(0)..usize::try_from(from).unwrap_or(0)];
        if memchr::memmem::find(gap, b"PK\x03\x04").is_some() {
            return Err(ambiguous("this zip archive has a member that its directory does not list"));
        }
        at = until;
    }
    Ok(())
}

/// The list of all members at the end of a ZIP file.
fn directory(bytes: &[u8]) -> Result<Vec<Entry<'_>>, DocumentError> {
    let broken = || damaged("zip", "its list of members is damaged or missing");
    // The record at the very end has a comment behind it, whose length it knows.
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let ends: Vec<usize> = memchr::memmem::find_iter(&bytes[from..], b"PK\x05\x06")
        .map(|at| from + at)
        .filter(|&at| u16_at(bytes, at + 20).is_some_and(|len| at + 22 + usize::from(len) == bytes.len()))
        .collect();
    let [end] = ends[..] else {
        return Err(if ends.is_empty() { broken() } else { ambiguous("this zip archive has two lists of its members") });
    };
    let mut count = u64::from(u16_at(bytes, end + 10).ok_or_else(broken)?);
    let mut size = u64::from(u32_at(bytes, end + 12).ok_or_else(broken)?);
    let mut start = u64::from(u32_at(bytes, end + 16).ok_or_else(broken)?);
    let mut list_end = end as u64;
    // ZIP64: larger numbers, in a record of their own before this one.
    if let Some(locator) = end.checked_sub(20)
        && bytes[locator..].starts_with(b"PK\x06\x07")
    {
        let record = u64_at(bytes, locator + 8).and_then(|at| usize::try_from(at).ok()).ok_or_else(broken)?;
        if !bytes.get(record..).is_some_and(|rest| rest.starts_with(b"PK\x06\x06")) {
            return Err(broken());
        }
        count = u64_at(bytes, record + 32).ok_or_else(broken)?;
        size = u64_at(bytes, record + 40).ok_or_else(broken)?;
        start = u64_at(bytes, record + 48).ok_or_else(broken)?;
        list_end = record as u64;
    }
    if start.checked_add(size) != Some(list_end) {
        return Err(broken());
    }
    let (Ok(start), Ok(list_end)) = (usize::try_from(start), usize::try_from(list_end)) else { return Err(broken()) };
    let list = bytes.get(start..list_end).ok_or_else(broken)?;
    let mut entries = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let (entry, behind) = entry(rest).ok_or_else(broken)?;
        entries.push(entry);
        rest = behind;
    }
    if entries.len() as u64 != count {
        return Err(broken());
    }
    Ok(entries)
}

/// The first member of a list, and what comes behind it.
fn entry(list: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let fixed = list.get(..46).filter(|fixed| fixed.starts_with(b"PK\x01\x02"))?;
    let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(fixed, at).map_or(0, usize::from));
    let extra = list.get(46 + name..46 + name + extra)?;
    let behind = list.get(46 + name + extra.len() + comment..)?;
    let mut entry = Entry {
        name: list.get(46..46 + name)?,
        flags: u16_at(fixed, 8)?,
        method: u16_at(fixed, 10)?,
        crc: u32_at(fixed, 16)?,
        packed: u32_at(fixed, 20)?.into(),
        size: u32_at(fixed, 24)?.into(),
        at: u32_at(fixed, 42)?.into(),
    };
    // Numbers that do not fit stand in an extra field, in this order.
    let mut fields = extra;
    while let (Some(id), Some(len)) = (u16_at(fields, 0), u16_at(fields, 2)) {
        let field = fields.get(4..4 + usize::from(len))?;
        if id == 1 {
            let mut at = 0;
            for value in [&mut entry.size, &mut entry.packed, &mut entry.at] {
                if *value == u64::from(u32::MAX) {
                    *value = u64_at(field, at)?;
                    at += 8;
                }
            }
        }
        fields = &fields[4 + usize::from(len)..];
    }
    Some((entry, behind))
}
