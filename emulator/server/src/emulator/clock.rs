//! The clock and the lifecycle of an emulator, in the hands of its owner.

use eks_emulator_core::Timestamp;

use super::{EksEmulator, Error};

impl EksEmulator {
    /// Moves its clock forwards to a time; what falls due has happened on
    /// return.
    ///
    /// Errors: [`Error::ClockCannotGoBack`] if that has passed.
    pub fn advance_to(&self, to: Timestamp) -> Result<Timestamp, Error> {
        let moved = self.running.app.service.advance_to(to);
        moved.ok_or(Error::ClockCannotGoBack)
    }

    /// Lets its clock stand still.
    pub fn pause(&self) {
        self.running.app.service.clock.set_paused(true);
    }

    /// Lets its clock run as the machine's, from the time that it shows.
    pub fn resume(&self) {
        self.running.app.service.clock.set_paused(false);
    }
}
