//! `EmulatorClock`: the clock of an emulator, in the hands of its owner.

use std::time::Duration;

use eks_emulator_core::Timestamp;

use super::{EksEmulator, Error};
use crate::advance::LONGEST_WAY_TO_IDLE;
use crate::clock::{ClockChange, ClockMode, ClockRefusal};
use crate::service::Service;
use crate::transition::FiredTransition;

/// The clock of an emulator. Made by [`EksEmulator::clock`].
///
/// What falls due on its way has happened when it has been moved: in the order
/// of time, over all accounts and regions. Nothing here waits; the methods
/// that end in `_blocking` are for code that is not asynchronous.
#[derive(Clone, Copy, Debug)]
pub struct EmulatorClock<'a> {
    service: &'a Service,
}

impl EksEmulator {
    /// Its clock.
    pub fn clock(&self) -> EmulatorClock<'_> {
        EmulatorClock {
            service: &self.running.app.service,
        }
    }
}

impl EmulatorClock<'_> {
    /// What it shows.
    pub fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    /// How many seconds it passes in one of the machine's: 0 if it stands
    /// still.
    pub fn rate(&self) -> f64 {
        self.service.clock.view().rate
    }

    /// Moves it forwards; gives the transitions that have ended.
    pub async fn advance(&self, by: Duration) -> Vec<FiredTransition> {
        self.advance_blocking(by)
    }

    /// Moves it forwards; gives the transitions that have ended.
    pub fn advance_blocking(&self, by: Duration) -> Vec<FiredTransition> {
        self.service.advance(by).fired()
    }

    /// Moves it forwards to a time; gives the transitions that have ended.
    ///
    /// Errors: [`Error::ClockCannotGoBack`] if that has passed.
    pub async fn advance_to(&self, to: Timestamp) -> Result<Vec<FiredTransition>, Error> {
        self.advance_to_blocking(to)
    }

    /// Moves it forwards to a time; gives the transitions that have ended.
    ///
    /// Errors: [`Error::ClockCannotGoBack`] if that has passed.
    pub fn advance_to_blocking(&self, to: Timestamp) -> Result<Vec<FiredTransition>, Error> {
        let advanced = self.service.advance_to(to);
        let advanced = advanced.ok_or(Error::ClockCannotGoBack)?;
        Ok(advanced.fired())
    }

    /// Moves it until nothing is pending, at most by a year, and ends what
    /// waits to be told; gives the transitions that have ended.
    pub async fn advance_until_idle(&self) -> Vec<FiredTransition> {
        self.advance_until_idle_blocking()
    }

    /// Moves it until nothing is pending, at most by a year, and ends what
    /// waits to be told; gives the transitions that have ended.
    pub fn advance_until_idle_blocking(&self) -> Vec<FiredTransition> {
        self.service.advance_until_idle(LONGEST_WAY_TO_IDLE).fired()
    }

    /// Lets it stand still.
    pub fn pause(&self) {
        self.set_mode(ClockMode::Paused);
    }

    /// Lets it run as the machine's, from the time that it shows.
    pub fn resume(&self) {
        self.set_mode(ClockMode::Real);
    }

    /// Lets it run this many times as fast as the machine's, from the time
    /// that it shows.
    ///
    /// Errors: [`Error::InvalidClockRate`] if that is not a number above zero.
    pub fn set_rate(&self, rate: f64) -> Result<(), Error> {
        let change = ClockChange {
            mode: Some(ClockMode::Scaled),
            rate: Some(rate),
            now: None,
        };
        match self.service.change_clock(change) {
            Err(ClockRefusal::NotARate) => Err(Error::InvalidClockRate(rate)),
            _ => Ok(()),
        }
    }

    fn set_mode(&self, mode: ClockMode) {
        let change = ClockChange {
            mode: Some(mode),
            ..Default::default()
        };
        // Only times and rates can be refused.
        let _ = self.service.change_clock(change);
    }
}
