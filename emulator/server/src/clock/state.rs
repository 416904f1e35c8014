//! How a clock stands, and what it shows then.

use eks_emulator_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ClockMode, ClockStart, machine_time};
use crate::time;

/// How a clock stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "mode", deny_unknown_fields)]
pub(crate) enum ClockState {
    /// The machine's time and this many milliseconds.
    Running { offset_ms: i64 },
    /// Always this time.
    Paused { now: Timestamp },
    /// This time when the machine's was `since`, and from there `rate` times
    /// as fast.
    Scaled {
        rate: f64,
        shown: Timestamp,
        since: Timestamp,
    },
}

impl ClockState {
    /// How a clock stands that starts so.
    pub(crate) fn at(start: ClockStart) -> Self {
        let machine = machine_time();
        match start {
            ClockStart::Real => Self::running_from(machine, machine),
            ClockStart::RunningFrom(now) => Self::running_from(now, machine),
            ClockStart::PausedNow => Self::Paused { now: machine },
            ClockStart::PausedAt(now) => Self::Paused { now },
            ClockStart::Scaled(rate) => Self::Scaled {
                rate,
                shown: machine,
                since: machine,
            },
            ClockStart::ScaledFrom(shown, rate) => Self::Scaled {
                rate,
                shown,
                since: machine,
            },
        }
    }

    pub(super) fn running_from(now: Timestamp, machine: Timestamp) -> Self {
        let offset_ms = now.as_milliseconds() - machine.as_milliseconds();
        Self::Running { offset_ms }
    }

    /// What it shows.
    pub(crate) fn now(self) -> Timestamp {
        self.now_at(machine_time())
    }

    pub(super) fn now_at(self, machine: Timestamp) -> Timestamp {
        let now = match self {
            Self::Running { offset_ms } => machine.as_milliseconds().saturating_add(offset_ms),
            Self::Paused { now } => now.as_milliseconds(),
            Self::Scaled { rate, shown, since } => {
                let passed = machine.as_milliseconds() - since.as_milliseconds();
                // Casts of floating point numbers saturate.
                let passed = (passed as f64 * rate) as i64;
                let shown = shown.as_milliseconds();
                // No rate takes it where no time can be written.
                let last = time::LAST.as_milliseconds().max(shown);
                shown.saturating_add(passed).min(last)
            }
        };
        Timestamp::from_milliseconds(now)
    }

    /// The same, but it shows `now` at this time of the machine.
    pub(super) fn moved_to(self, now: Timestamp, machine: Timestamp) -> Self {
        match self {
            Self::Running { .. } => Self::running_from(now, machine),
            Self::Paused { .. } => Self::Paused { now },
            Self::Scaled { rate, .. } => Self::Scaled {
                rate,
                shown: now,
                since: machine,
            },
        }
    }

    pub(crate) fn mode(self) -> ClockMode {
        match self {
            Self::Running { .. } => ClockMode::Real,
            Self::Paused { .. } => ClockMode::Paused,
            Self::Scaled { .. } => ClockMode::Scaled,
        }
    }

    pub(crate) fn rate(self) -> f64 {
        match self {
            Self::Running { .. } => 1.0,
            Self::Paused { .. } => 0.0,
            Self::Scaled { rate, .. } => rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000);
    const SINCE: Timestamp = Timestamp::from_milliseconds(50_000);

    fn scaled(rate: f64) -> ClockState {
        ClockState::Scaled {
            rate,
            shown: NOW,
            since: SINCE,
        }
    }

    fn passed(state: ClockState, machine_ms: i64) -> i64 {
        let now = state.now_at(SINCE.plus_milliseconds(machine_ms));
        now.as_milliseconds() - NOW.as_milliseconds()
    }

    #[test]
    fn each_mode_has_a_pace_of_its_own() {
        let running = ClockState::running_from(NOW, SINCE);
        assert_eq!(passed(running, 2_500), 2_500);
        assert_eq!(passed(ClockState::Paused { now: NOW }, 2_500), 0);
        assert_eq!(passed(scaled(100.0), 2_500), 250_000);
        assert_eq!(passed(scaled(0.1), 2_500), 250);
    }

    #[test]
    fn a_scaled_clock_ends_with_the_year_9999() {
        assert_eq!(scaled(1e300).now_at(SINCE.plus_milliseconds(1)), time::LAST);
    }
}
