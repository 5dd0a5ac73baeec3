//! What several tests need.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of it")]

pub mod fuzzed;
pub mod hostile;

use interdict::finding::Examined;
use interdict::policy::{self, DEFAULT_PACK, Files, InForce, Policy};
use interdict::run::Task;
use interdict::source::Source;
use jiff::civil::Date;

/// No policy but the embedded ones.
pub struct NoFiles;

impl Files for NoFiles {
    fn open(&self, path: &str, _from: Option<&str>) -> Result<(Source, String), String> {
        Err(format!("no file {path}"))
    }
}

/// A day on which the embedded packs are in force and fresh.
pub fn today() -> Date {
    Date::constant(2026, 11, 23)
}

pub fn default_policy() -> Policy {
    policy::load(&[DEFAULT_PACK.to_owned()], &NoFiles).unwrap()
}

pub fn in_force(policy: &Policy) -> InForce<'_> {
    InForce::new(policy, today(), &[])
}

pub fn task<'p>(in_force: &'p InForce<'p>) -> Task<'p> {
    Task::new(in_force)
}

pub fn evaluate(source: &Source, policy: &Policy) -> Examined {
    interdict::run::examine(source, &task(&in_force(policy)))
}
