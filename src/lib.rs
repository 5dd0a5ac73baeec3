//! # interdict
//!
//! Reads a software bill of materials (CycloneDX or SPDX), evaluates it against a declarative policy that prohibits foreign vendors, and says
//! what a person can act on.
//!
//! This page is the map. Everything from *document* to *assessment* is a pure function of its arguments: bytes, policies, a date.
//!
//! ```text
//! bytes ──► document reader ──► subjects and their claims ──┐
//!                                                           ├─► evaluate ──► assessment (findings, ledger, verdict) ──► report
//! policy files + packs ──────────────────────► policy ──────┘                                  └──► exit code
//! ```
//!
//! ## Modules, in reading order
//!
//! | module | holds | imports from |
//! | --- | --- | --- |
//! | [`verdict`] | the verdict and the exit code that follows from it | |
//! | [`text`] | making a stranger's string safe to show | |
//! | [`source`] | one input, its positions, the window that a diagnostic shows of it | `text` |
//! | [`inventory`] | subjects, claims, relationships, how a subject got into the product; no format in sight | `source` |
//! | [`document`] | wrappers, detection and the list of readers, one module each; the second readers of `--strict` | `inventory` |
//! | [`lints`] | what a document says that a person ought to know, whatever the policy | `inventory` |
//! | [`identity`] | what recognises an entity, one matcher a file, and the index over all of them | `inventory` |
//! | [`ownership`] | who owns and controls whom, with dates, and the closure that a law's wording asks for | `identity` |
//! | [`policy`] | the policy language, packs, the catalogue of makers, waivers | `identity`, `ownership`; never `document` |
//! | [`finding`] | findings, ledger, assessment: plain data | `policy` |
//! | [`baseline`] | an earlier report, and what has changed since | `finding` |
//! | [`evaluate`] | subjects × policy × date → assessment | `finding` |
//! | [`trial`] | policies on trial: their examples, weakened policies, labelled subjects | `evaluate` |
//! | [`redact`] | reports that name no component | `finding` |
//! | [`report`] | one format a file behind one small trait | `finding` |
//! | [`diff`] | what has changed between two evaluations | `baseline`, `report` |
//! | [`explain`] | why one subject is, or is not, prohibited | `evaluate`, `report` |
//! | [`inspect`] | what a document says, before any policy | `document`, `identity` |
//! | [`run`] | the pipeline: searching, links between documents, what the gate requires; the only module that touches files, streams, the environment and the clock | all above |
//! | [`cli`] | the command line; the only file that knows clap | `run` |
//!
//! `tests/architecture.rs` reads the `use` lines and holds this.
//!
//! ## Invariants
//!
//! - **Readers push.** A reader hands each subject with its claims to a [`inventory::Listener`] and forgets it, so a document costs little
//!   more than its bytes. [`evaluate::Evaluator`] is a listener; [`inventory::Lineage`] is another, and reads the document a second time only
//!   when there is a finding to explain.
//! - **A format's fields are known in one place**, the reader of its JSON. The readers of other encodings tell their document in that
//!   shape, with the place of every text; so one product in any encoding gives the same findings.
//! - **The verdict comes from the assessment**, never from a report: every format ends with the same exit code.
//! - **Nothing that could not be read ends as clear.** A reader guesses at nothing that a claim depends on: a key that stands twice, a wrong
//!   type, text after the end are errors with a place, and exit code 2.
//! - **Every subject ends in exactly one class of the ledger**; the number of subjects equals an independent count of the document.
//! - **Text of a document is borrowed** from its source wherever it stands there unescaped; a [`source::Span`] is all that is known of a
//!   place until it is shown.
//! - **A policy takes nothing from another**: the identifiers of each file are looked up by themselves, settings count by the strictest, and only a
//!   waiver loosens. A file of the repository under test leads to no file outside of it, and no error quotes one.
//! - **Matching costs what the text costs**, whatever the number of entities: hash tables behind filters, and makers remembered by their text.
//! - **Text of a stranger goes through [`text`]** before it reaches a terminal, a runner, a page or a spreadsheet; each report adds the escapes of its own
//!   form, and the page a policy of its own that lets nothing else run. A diagnostic never sees the document, only a [`source::Window`].
//! - **A report is written as the documents come** and holds none of them: what must stand first although it is known last is bounded and counted.
//! - **What is in force on a day** ([`policy::InForce`]: rules, chains of ownership, profiles) is worked out once for a run; looking ahead is a second
//!   evaluation as of a later day, held against the first.
//! - **Deterministic**: the same bytes, policies and date give the same report. Evaluation knows no clock, environment or network.
//!
//! ## What is absent
//!
//! A maker's country where only the document's address tells it. The environment is read by `run` and `cli` only.

pub mod baseline;
pub mod cli;
pub mod diff;
pub mod document;
pub mod evaluate;
pub mod explain;
pub mod finding;
pub mod identity;
pub mod inspect;
pub mod inventory;
pub mod lints;
pub mod ownership;
pub mod policy;
pub mod redact;
pub mod report;
pub mod run;
pub mod source;
pub mod text;
pub mod trial;
pub mod verdict;
