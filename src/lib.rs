//! interdict
pub mod inventory;
pub mod source;
pub mod text;
pub mod verdict;
pub mod document;
