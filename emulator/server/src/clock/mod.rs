//! The emulator's clock.

mod machine;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eks_emulator_core::Timestamp;

#[cfg(any(feature = "otel", feature = "tls"))]
pub(crate) use machine::machine_clock;
pub(crate) use machine::machine_time;
pub(crate) use state::ClockState;

use crate::seed::ClockSeed;

/// How an emulator's clock starts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClockStart {
    /// It shows the machine's time.
    #[default]
    Real,
    /// It runs as the machine's, but shows this time at the start.
    RunningFrom(Timestamp),
    /// It stands still at the machine's time of the start until it is moved.
    PausedNow,
    /// It stands still at this time until it is moved.
    PausedAt(Timestamp),
    /// It shows the machine's time at the start, and runs this many times as
    /// fast from there: a number above zero.
    Scaled(f64),
    /// It shows this time at the start, and runs this many times as fast as
    /// the machine's from there: a number above zero.
    ScaledFrom(Timestamp, f64),
}

impl ClockStart {
    /// The rate, if it is one that no clock can run at.
    pub(crate) fn impossible_rate(self) -> Option<f64> {
        match self {
            Self::Scaled(rate) | Self::ScaledFrom(_, rate) => (!is_rate(rate)).then_some(rate),
            _ => None,
        }
    }
}

/// How a clock goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockMode {
    /// As the machine's.
    Real,
    /// It stands still until it is moved.
    Paused,
    /// At a rate of its own.
    Scaled,
}

impl ClockMode {
    /// The mode that is called `name`.
    ///
    /// Errors: a sentence.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let modes = [Self::Real, Self::Paused, Self::Scaled];
        let found = modes.into_iter().find(|mode| mode.name() == name);
        found.ok_or_else(|| format!("mode {name} is none of real, paused and scaled"))
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Paused => "paused",
            Self::Scaled => "scaled",
        }
    }
}

/// What of a clock is to change; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ClockChange {
    pub(crate) mode: Option<ClockMode>,
    /// Emulator time for each unit of machine time, of a scaled clock.
    pub(crate) rate: Option<f64>,
    pub(crate) now: Option<Timestamp>,
}

/// Why a clock does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockRefusal {
    /// The time asked for is in its past.
    CannotGoBack,
    /// The rate asked for is not above zero.
    NotARate,
    /// A rate was given to a clock that is not scaled.
    RateOfUnscaled,
    /// No rate was given to a clock that is to be scaled and is not yet.
    NoRate,
}

/// A clock at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClockView {
    pub(crate) now: Timestamp,
    pub(crate) mode: ClockMode,
    /// Emulator time for each unit of machine time: 0 if it stands still.
    pub(crate) rate: f64,
    /// How many milliseconds a real clock is before the machine's.
    pub(crate) offset_ms: Option<i64>,
}

/// How far a clock was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// The emulator's clock. It runs or stands still, and can be moved forwards.
#[derive(Debug)]
pub(crate) struct Clock {
    start: ClockStart,
    shown: Mutex<Shown>,
}

/// How a clock stands, and what it has shown.
#[derive(Clone, Copy, Debug)]
struct Shown {
    state: ClockState,
    /// The latest time that anybody was told: should the machine's clock be
    /// set back, this one waits for it.
    latest: Timestamp,
    /// What the seed said that set it, if one did.
    seeded: Option<ClockSeed>,
}

impl Shown {
    fn new(state: ClockState) -> Self {
        Self {
            state,
            latest: state.now(),
            seeded: None,
        }
    }

    fn now(&mut self, machine: Timestamp) -> Timestamp {
        self.latest = self.latest.max(self.state.now_at(machine));
        self.latest
    }
}

impl Clock {
    pub(crate) fn new(start: ClockStart) -> Self {
        let state = ClockState::at(start);
        Self {
            // The time of the start, should it come again.
            start: match start {
                ClockStart::PausedNow => ClockStart::PausedAt(state.now()),
                start => start,
            },
            shown: Mutex::new(Shown::new(state)),
        }
    }

    /// How it stands.
    pub(crate) fn state(&self) -> ClockState {
        self.lock().state
    }

    /// Lets it stand as it stood.
    pub(crate) fn restore(&self, state: ClockState) {
        *self.lock() = Shown::new(state);
    }

    /// Lets it stand as a seed says.
    pub(crate) fn seed(&self, state: ClockState, seed: ClockSeed) {
        *self.lock() = Shown {
            seeded: Some(seed),
            ..Shown::new(state)
        };
    }

    /// What the seed said that set it, if nobody has said otherwise since.
    pub(crate) fn seeded(&self) -> Option<ClockSeed> {
        self.lock().seeded
    }

    /// Lets it start again.
    pub(crate) fn restart(&self) {
        self.restore(ClockState::at(self.start));
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.lock().now(machine_time())
    }

    /// What it shows, and how it goes.
    pub(crate) fn view(&self) -> ClockView {
        let mut shown = self.lock();
        ClockView {
            now: shown.now(machine_time()),
            mode: shown.state.mode(),
            rate: shown.state.rate(),
            offset_ms: match shown.state {
                ClockState::Running { offset_ms } => Some(offset_ms),
                _ => None,
            },
        }
    }

    /// Changes how it goes and what it shows; it goes on from what it shows.
    ///
    /// Errors: nothing has changed then.
    pub(crate) fn change(&self, change: ClockChange) -> Result<Moved, ClockRefusal> {
        let mut shown = self.lock();
        let machine = machine_time();
        let from = shown.now(machine);
        let rate = rate_after(shown.state, &change)?;
        let to = change.now.unwrap_or(from);
        if to < from {
            return Err(ClockRefusal::CannotGoBack);
        }
        let state = match change.mode.unwrap_or(shown.state.mode()) {
            ClockMode::Real => ClockState::running_from(to, machine),
            ClockMode::Paused => ClockState::Paused { now: to },
            ClockMode::Scaled => ClockState::Scaled {
                rate,
                shown: to,
                since: machine,
            },
        };
        // That time goes on, by itself or because somebody moves it, is no
        // other word on how it goes.
        let goes_on = change.mode.is_none() && change.rate.is_none();
        let seeded = shown.seeded.filter(|_| goes_on);
        *shown = Shown {
            state,
            latest: to,
            seeded,
        };
        Ok(Moved { from, to })
    }

    /// Moves the clock forwards by this many milliseconds.
    pub(crate) fn advance(&self, by_ms: i64) -> Moved {
        let mut shown = self.lock();
        let machine = machine_time();
        let from = shown.now(machine);
        let to = from.plus_milliseconds(by_ms.max(0));
        shown.state = shown.state.moved_to(to, machine);
        shown.latest = to;
        Moved { from, to }
    }

    /// How long it takes on the machine until the clock shows `time`;
    /// `None` if it stands still before it.
    pub(crate) fn time_until(&self, time: Timestamp) -> Option<Duration> {
        let view = self.view();
        let left = time
            .as_milliseconds()
            .saturating_sub(view.now.as_milliseconds());
        if left <= 0 {
            return Some(Duration::ZERO);
        }
        let left = Duration::from_millis(left.unsigned_abs());
        match view.mode {
            ClockMode::Paused => None,
            ClockMode::Real => Some(left),
            ClockMode::Scaled => {
                let seconds = left.as_secs_f64() / view.rate;
                Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
            }
        }
    }

    /// A panic elsewhere cannot leave the state half changed.
    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rate of a scaled clock after a change.
fn rate_after(state: ClockState, change: &ClockChange) -> Result<f64, ClockRefusal> {
    let is_scaled = |mode| mode == ClockMode::Scaled;
    match (
        change.mode.map_or(is_scaled(state.mode()), is_scaled),
        change.rate,
    ) {
        (true, Some(rate)) if is_rate(rate) => Ok(rate),
        (true, Some(_)) => Err(ClockRefusal::NotARate),
        (true, None) if is_scaled(state.mode()) => Ok(state.rate()),
        (true, None) => Err(ClockRefusal::NoRate),
        (false, Some(_)) => Err(ClockRefusal::RateOfUnscaled),
        (false, None) => Ok(state.rate()),
    }
}

fn is_rate(rate: f64) -> bool {
    rate.is_finite() && rate > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000);
    const SINCE: Timestamp = Timestamp::from_milliseconds(50_000);

    #[test]
    fn the_clock_waits_for_a_machine_that_was_set_back() {
        let mut shown = Shown {
            state: ClockState::Scaled {
                rate: 10.0,
                shown: NOW,
                since: SINCE,
            },
            latest: NOW,
            seeded: None,
        };
        let mut passed = |machine_ms| {
            let now = shown.now(SINCE.plus_milliseconds(machine_ms));
            now.as_milliseconds() - NOW.as_milliseconds()
        };
        assert_eq!(passed(500), 5_000);
        assert_eq!(passed(400), 5_000);
        assert_eq!(passed(501), 5_010);
    }

    #[test]
    fn a_scaled_clock_can_be_moved_on_from_the_end_of_the_year_9999() {
        let clock = Clock::new(ClockStart::ScaledFrom(time::LAST, 1e300));
        let later = time::LAST.plus_milliseconds(5);
        assert_eq!(clock.advance(5).to, later);
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn the_time_until_a_moment_is_the_machines() {
        let later = NOW.plus_milliseconds(5_000);
        let until = |start| Clock::new(start).time_until(later);
        assert_eq!(until(ClockStart::PausedAt(NOW)), None);
        assert_eq!(until(ClockStart::PausedAt(later)), Some(Duration::ZERO));
        let scaled = until(ClockStart::ScaledFrom(NOW, 0.5)).unwrap();
        assert!(scaled <= Duration::from_secs(10), "{scaled:?}");
        assert!(scaled > Duration::from_secs(5), "{scaled:?}");
    }
}
