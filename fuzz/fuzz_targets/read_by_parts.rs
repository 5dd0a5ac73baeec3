#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;

// The first byte says how large the parts are.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((part, document)) = bytes.split_first() {
        common::fuzzed::read_by_parts(usize::from(*part) * 4, document);
    }
});
