//! interdict
pub mod cli;
pub mod document;
pub mod evaluate;
pub mod finding;
pub mod identity;
pub mod inventory;
pub mod policy;
pub mod report;
pub mod run;
pub mod source;
pub mod text;
pub mod verdict;
