//! The machine's clock: nothing else in the package reads it.

use std::time::{SystemTime, UNIX_EPOCH};

use eks_emulator_core::Timestamp;

/// The time of the machine's clock.
pub(crate) fn machine_time() -> Timestamp {
    let since_epoch = machine_clock()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// The same for what leaves the emulator in units of its own: certificates and
/// traces are of the machine's world.
pub(crate) fn machine_clock() -> SystemTime {
    SystemTime::now()
}
