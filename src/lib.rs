//! interdict
pub mod inventory;
pub mod source;
pub mod text;
pub mod verdict;
mod document { pub(crate) mod json; }
