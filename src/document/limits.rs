//! How much of a stranger's document is read.

/// What a document may cost. A limit that is met is an error that names it and its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The size of a document in bytes, as it is stored.
    pub size: u64,
    /// The size in bytes of everything that is unpacked from one file.
    pub unpacked: u64,
    /// How many times larger than the file what is unpacked from it may be, once it is larger than [`Limits::RATIO_FROM`].
    pub ratio: u64,
    /// The deepest nesting of objects and arrays or elements.
    pub depth: u32,
    /// The number of subjects in one document.
    pub subjects: u32,
}

impl Limits {
    /// From how many bytes on the ratio is looked at: a small file that compresses well does no harm.
    pub const RATIO_FROM: u64 = 32 * 1024 * 1024;
    /// The deepest nesting that can be asked for: readers descend as deep as a document does.
    pub const DEPTH_MAX: u32 = 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self { size: 4 << 30, unpacked: 4 << 30, ratio: 300, depth: 256, subjects: 20_000_000 }
    }
}
