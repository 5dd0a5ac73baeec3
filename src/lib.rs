//! interdict
pub mod inventory;
pub mod policy;
pub mod source;
pub mod text;
pub mod verdict;
pub mod document;
pub mod evaluate;
pub mod finding;
pub mod identity;
