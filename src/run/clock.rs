//! The day of an evaluation, and what the system clock says of it.

use jiff::civil::Date;

use crate::policy::Policy;
use crate::text::inline;

/// The day before which no version of this program was released. A clock that is set to an earlier day is wrong: a runner without one
/// begins at 1970, when no rule was in force.
pub(super) const FIRST_RELEASE: Date = Date::constant(2026, 11, 1);

/// The day to evaluate as of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) as_of: Date,
    /// What the system clock says, which may be wrong.
    clock: Date,
}

impl Day {
    /// The day that is asked for, or today, in UTC.
    ///
    /// # Errors
    /// The system clock is wrong, and no day is asked for.
    pub(super) fn of(asked: Option<Date>) -> Result<Self, String> {
        Self::by(jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date(), asked)
    }

    fn by(clock: Date, asked: Option<Date>) -> Result<Self, String> {
        if clock < FIRST_RELEASE && asked.is_none() {
            return Err(format!(
                "the system clock says {clock}, which is before the first release of this program ({FIRST_RELEASE}): set the clock, or give \
                 the day with --as-of"
            ));
        }
        Ok(Self { as_of: asked.unwrap_or(clock), clock })
    }

    fn clock_is_wrong(self) -> bool {
        self.clock < FIRST_RELEASE
    }

    /// What a verdict line has to say of the day and of the policies' age; short, for it stands in parentheses.
    pub(super) fn caveats(self, policy: &Policy) -> Vec<String> {
        let as_of = self.as_of;
        let day = match as_of == self.clock {
            _ if self.clock_is_wrong() => Some(format!("as of {as_of}, and the system clock is wrong")),
            true => None,
            false => Some(format!("as of {as_of}, not today")),
        };
        let stale = match &stale(policy, as_of)[..] {
            [] => None,
            [(id, ..)] => Some(format!("policy {} is past its review date", inline(id))),
            more => Some(format!("{} policies are past their review dates", more.len())),
        };
        day.into_iter().chain(stale).collect()
    }

    /// What has to be known about the day of a run.
    pub(super) fn note(self) -> Option<String> {
        let as_of = self.as_of;
        if self.clock_is_wrong() {
            let clock = self.clock;
            return Some(format!(
                "this is evaluated as of {as_of}; the system clock says {clock}, which is before the first release of this program, and was \
                 not used"
            ));
        }
        let when = match as_of.cmp(&self.clock) {
            std::cmp::Ordering::Less => "past; rules and waivers may have changed since",
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => "in the future; rules and waivers may change until then",
        };
        Some(format!("this is evaluated as of {as_of}, which is {when}"))
    }
}

/// The policies that are past their review date on a day: id, last review, and the days until the next.
pub(super) fn stale(policy: &Policy, as_of: Date) -> Vec<(&str, Date, i32)> {
    let reviews = policy.parts.iter().filter_map(|part| Some((part.id.as_str(), part.reviewed?, part.review_every?)));
    reviews.filter(|(_, reviewed, every)| reviewed.checked_add(jiff::Span::new().days(*every)).is_ok_and(|until| until < as_of)).collect()
}

/// That a policy is past its review date, as a sentence.
pub(super) fn staleness((id, reviewed, every): &(&str, Date, i32)) -> String {
    format!("policy {} was last reviewed on {reviewed}, more than {every} days before: it may be out of date", inline(id))
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_clock_before_the_first_release_is_refused_and_never_called_today() {
        let day = |text: &str| text.parse().unwrap();
        for wrong in ["1970-01-01", "1980-01-01", "2026-10-31"] {
            assert!(Day::by(day(wrong), None).unwrap_err().contains(wrong), "{wrong}");
            let asked = Day::by(day(wrong), Some(day("2026-11-20"))).unwrap();
            assert_eq!(asked.as_of, day("2026-11-20"));
            let note = asked.note().unwrap();
            assert!(note.contains(wrong) && note.contains("was not used"), "{note}");
            assert!(!note.contains("past;"), "{note}");
            // Also where the two happen to be the same day.
            assert!(Day::by(day(wrong), Some(day(wrong))).unwrap().note().is_some());
        }
        let right = day("2026-11-01");
        assert_eq!(Day::by(right, None).unwrap().note(), None);
        assert!(Day::by(right, Some(day("2018-01-01"))).unwrap().note().unwrap().contains("which is past"));
        assert!(Day::by(right, Some(day("2027-01-01"))).unwrap().note().unwrap().contains("in the future"));
    }
}
