//! The emulator's clock: the only place that reads the machine's.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use eks_emulator_core::Timestamp;
use serde::{Deserialize, Serialize};

/// How an emulator's clock starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
}

/// The emulator's clock. It runs or stands still, and can be moved forwards.
#[derive(Debug)]
pub(crate) struct Clock {
    start: ClockStart,
    state: Mutex<ClockState>,
}

/// How the clock stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "mode", deny_unknown_fields)]
pub(crate) enum ClockState {
    /// The machine's time and this many milliseconds.
    Running {
        offset_ms: i64,
    },
    Paused {
        now: Timestamp,
    },
}

impl ClockState {
    fn at(start: ClockStart) -> Self {
        match start {
            ClockStart::Real => Self::Running { offset_ms: 0 },
            ClockStart::RunningFrom(now) => {
                let offset_ms = now.as_milliseconds() - machine_time().as_milliseconds();
                Self::Running { offset_ms }
            }
            ClockStart::PausedNow => Self::Paused {
                now: machine_time(),
            },
            ClockStart::PausedAt(now) => Self::Paused { now },
        }
    }

    /// What it shows.
    pub(crate) fn now(self) -> Timestamp {
        match self {
            Self::Running { offset_ms } => machine_time().plus_milliseconds(offset_ms),
            Self::Paused { now } => now,
        }
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
            state: Mutex::new(state),
        }
    }

    /// How it stands.
    pub(crate) fn state(&self) -> ClockState {
        *self.lock()
    }

    /// Lets it stand as it stood.
    pub(crate) fn restore(&self, state: ClockState) {
        *self.lock() = state;
    }

    /// Lets it start again.
    pub(crate) fn restart(&self) {
        *self.lock() = ClockState::at(self.start);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.lock().now()
    }

    pub(crate) fn is_paused(&self) -> bool {
        matches!(*self.lock(), ClockState::Paused { .. })
    }

    /// Lets the clock stand still or run, from the time that it shows.
    pub(crate) fn set_paused(&self, is_paused: bool) {
        let mut state = self.lock();
        let now = state.now();
        *state = match is_paused {
            true => ClockState::Paused { now },
            false => {
                let offset_ms = now.as_milliseconds() - machine_time().as_milliseconds();
                ClockState::Running { offset_ms }
            }
        };
    }

    /// Moves the clock forwards by this many milliseconds; gives the new time.
    pub(crate) fn advance(&self, by_ms: i64) -> Timestamp {
        let mut state = self.lock();
        match &mut *state {
            ClockState::Running { offset_ms } => *offset_ms = offset_ms.saturating_add(by_ms),
            ClockState::Paused { now } => *now = now.plus_milliseconds(by_ms),
        }
        state.now()
    }

    /// A panic elsewhere cannot leave the state half changed.
    fn lock(&self) -> std::sync::MutexGuard<'_, ClockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn machine_time() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
