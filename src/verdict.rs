//! The verdict and the exit code that follows from it.
//!
//! The verdict leaves the assessment by its own way: no report computes it, so every output format
//! ends with the same exit code.

use std::process::ExitCode;

use serde::Serialize;

/// What a document, or a whole run, comes to: the worst thing that it holds.
///
/// The order of the variants is the order of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every component was judged and identified, and none meets a rule.
    Clear,
    /// A rule that only notes something was met, and nothing worse.
    Noted,
    /// A waiver permits what a rule prohibits, and nothing is worse.
    Waived,
    /// No finding is open, and at least one component cannot be identified.
    Unverifiable,
    /// A component meets a rule by evidence that a person has to judge.
    Review,
    /// Something is prohibited.
    Prohibited,
    /// Something could not be evaluated.
    Error,
}

impl Verdict {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Noted => "noted",
            Self::Waived => "waived",
            Self::Unverifiable => "unverifiable",
            Self::Review => "review",
            Self::Prohibited => "prohibited",
            Self::Error => "error",
        }
    }
}

/// From which verdict on a run fails (`--fail-on`, `evaluate.fail-on`); each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailOn {
    /// Nothing that was evaluated fails the run. What could not be evaluated still does.
    Never,
    /// Fail on a prohibited article.
    Prohibited,
    /// Fail on what asks for review, too.
    Review,
    /// Fail when a subject cannot be identified, too.
    Unverifiable,
}

impl FailOn {
    /// Every value with the word that stands for it in policies and on the command line.
    pub const WORDS: [(&'static str, Self); 4] =
        [("prohibited", Self::Prohibited), ("review", Self::Review), ("unverifiable", Self::Unverifiable), ("never", Self::Never)];

    /// The word that stands for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }

    fn reached_by(self, verdict: Verdict) -> bool {
        match self {
            Self::Never => false,
            Self::Prohibited => verdict >= Verdict::Prohibited,
            Self::Review => verdict >= Verdict::Review,
            Self::Unverifiable => verdict >= Verdict::Unverifiable,
        }
    }
}

/// How a run ended, as the exit code contract words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Everything was evaluated and nothing reached `--fail-on`: exit code 0.
    Passed,
    /// Everything was evaluated and something reached `--fail-on`: exit code 1.
    Failed,
    /// Something could not be evaluated: exit code 2.
    NotEvaluated,
}

impl Outcome {
    /// The outcome of a run whose worst document came to `verdict`.
    #[must_use]
    pub fn of(verdict: Verdict, fail_on: FailOn) -> Self {
        match verdict {
            Verdict::Error => Self::NotEvaluated,
            verdict if fail_on.reached_by(verdict) => Self::Failed,
            _ => Self::Passed,
        }
    }
}

impl Outcome {
    /// The number of the exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::NotEvaluated => 2,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{FailOn, Outcome, Verdict};

    #[test]
    fn each_threshold_includes_the_ones_before_it() {
        use Outcome::{Failed, NotEvaluated, Passed};
        let table = [
            (Verdict::Clear, [Passed, Passed, Passed, Passed]),
            (Verdict::Noted, [Passed, Passed, Passed, Passed]),
            (Verdict::Waived, [Passed, Passed, Passed, Passed]),
            (Verdict::Unverifiable, [Passed, Passed, Failed, Passed]),
            (Verdict::Review, [Passed, Failed, Failed, Passed]),
            (Verdict::Prohibited, [Failed, Failed, Failed, Passed]),
            (Verdict::Error, [NotEvaluated; 4]),
        ];
        for (verdict, expected) in table {
            let found = FailOn::WORDS.map(|(_, fail_on)| Outcome::of(verdict, fail_on));
            assert_eq!(found, expected, "{verdict:?}");
        }
    }
}
