//! Compressed data, and the budget that everything unpacked from one file counts against.

use std::cell::Cell;
use std::io::{self, Read};

use super::super::DocumentError;
use super::super::limits::Limits;
use super::super::recognise::error;

/// How much may still be unpacked from a file, whatever it is wrapped in.
///
/// It is shared by the readers that are open at the same time: an archive inside a compressed file counts against the same budget.
pub(super) struct Budget {
    left: Cell<u64>,
    exceeded: Cell<bool>,
    /// What was exceeded when nothing is left, and the flag that raises it.
    limit: (String, &'static str),
}

impl Budget {
    /// The budget for a file of so many bytes.
    pub(super) fn of(packed: u64, limits: &Limits) -> Self {
        let by_ratio = packed.saturating_mul(limits.ratio).max(Limits::RATIO_FROM);
        let limit = if limits.unpacked < by_ratio {
            (format!("{} bytes", limits.unpacked), "--max-unpacked")
        } else {
            (format!("{} times its size", limits.ratio), "--max-ratio")
        };
        Self { left: Cell::new(limits.unpacked.min(by_ratio)), exceeded: Cell::new(false), limit }
    }

    /// Counts bytes that come out of a string of the text, such as base64.
    pub(super) fn take(&self, bytes: usize) -> Result<(), DocumentError> {
        match self.left.get().checked_sub(bytes as u64) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.exceeded.set(true);
                Err(self.error())
            }
        }
    }

    /// A reader whose bytes count, and which fails when nothing is left.
    pub(super) fn counted<'b>(&'b self, inner: &'b mut dyn Read) -> Counted<'b> {
        Counted { inner, budget: self }
    }

    /// Everything that `inner` gives.
    pub(super) fn read_all(&self, inner: &mut dyn Read, unpacked: &mut Vec<u8>) -> io::Result<()> {
        self.counted(inner).read_to_end(unpacked).map(drop)
    }

    /// The error for what went wrong while something of this kind was unpacked.
    pub(super) fn failure(&self, what: &str, cause: &io::Error) -> DocumentError {
        if self.exceeded.get() {
            return self.error();
        }
        let message = format!("the {what} data cannot be unpacked: {}", crate::text::excerpt(&cause.to_string(), 200));
        error("bad-compression", &message, None, "the file was cut off or changed: write or download it again")
    }

    fn error(&self) -> DocumentError {
        let (which, flag) = &self.limit;
        let message = format!("the unpacked content of this file is larger than {which}");
        let help = format!("a small file that unpacks to this much is usually an attack; if this one is not, raise {flag}");
        error("unpacked-size", &message, None, &help)
    }
}

/// See [`Budget::counted`].
pub(super) struct Counted<'b> {
    inner: &'b mut dyn Read,
    budget: &'b Budget,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.left.get();
        if left == 0 {
            // At the limit it matters whether there is more.
            if buffer.is_empty() || self.inner.read(&mut [0])? == 0 {
                return Ok(0);
            }
            self.budget.exceeded.set(true);
            return Err(io::Error::other("the limit for unpacked data is reached"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.budget.left.set(left - read as u64);
        Ok(read)
    }
}

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
    Bzip2,
    Xz,
    /// A ZIP archive, or what is stored as one.
    Zip,
    /// Known, and not unpacked here: what it is, and what to do.
    Other(&'static str, &'static str),
}

/// What to do with a spreadsheet.
pub(super) const SPREADSHEET: &str =
    "convert the spreadsheet to SPDX JSON, for example with `java -jar tools-java.jar Convert in.xlsx out.json`";

/// The largest dictionary of an xz file that is accepted, in KiB: `xz -9` needs 64 MiB.
const XZ_MEMORY: u32 = 192 * 1024;

impl Packing {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            // A frame to skip, which may come before the first one with data.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstandard,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', ..] => Self::Xz,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [b'7', b'z', 0xbc, 0xaf, ..] => Self::Other("a 7-Zip archive", "unpack it first, for example with `7z x`"),
            [b'R', b'a', b'r', b'!', ..] => Self::Other("a RAR archive", "unpack it first, for example with `unrar x`"),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Other("an old spreadsheet", SPREADSHEET),
            [b'%', b'P', b'D', b'F', ..] => Self::Other("a PDF", "ask the supplier for the SBOM itself, in CycloneDX or SPDX"),
            _ => return None,
        })
    }

    /// Its name, for the list of wrappers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zip => "zip",
            Self::Other(name, _) => name,
        }
    }

    /// A reader for what is compressed in the bytes; nothing for what is not compressed data.
    pub(super) fn reader<'b>(self, bytes: &'b [u8]) -> Option<Box<dyn Read + 'b>> {
        Some(match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
            Self::Zstandard => {
                Box::new(Zstandard { rest: bytes, decoder: Box::new(ruzstd::decoding::FrameDecoder::new()), in_frame: false })
            }
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(bytes)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, XZ_MEMORY)),
            Self::Zip | Self::Other(..) => return None,
        })
    }
}

/// Every frame of a zstd file.
struct Zstandard<'b> {
    rest: &'b [u8],
    /// One for all frames, so that a file of many small ones allocates once.
    decoder: Box<ruzstd::decoding::FrameDecoder>,
    in_frame: bool,
}

impl Zstandard<'_> {
    /// Begins the next frame, or skips one that holds no data.
    fn begin(&mut self) -> io::Result<()> {
        if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, behind @ ..] = self.rest {
            let len = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            self.rest = behind.get(len..).ok_or(io::ErrorKind::UnexpectedEof)?;
            return Ok(());
        }
        self.decoder.reset(&mut self.rest).map_err(io::Error::other)?;
        self.in_frame = true;
        Ok(())
    }
}

impl Read for Zstandard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame {
                if self.rest.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
                continue;
            }
            let frame = &mut self.decoder;
            while frame.can_collect() == 0 && !frame.is_finished() {
                let strategy = ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1);
                frame.decode_blocks(&mut self.rest, strategy).map_err(io::Error::other)?;
            }
            let read = frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            // The decoder works the checksum out and leaves it to its user to compare.
            if let (Some(stored), Some(computed)) = (frame.get_checksum_from_data(), frame.get_calculated_checksum())
                && stored != computed
            {
                return Err(io::Error::other("the checksum of a frame does not match its content"));
            }
            self.in_frame = false;
        }
    }
}
