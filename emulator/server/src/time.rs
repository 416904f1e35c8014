//! Times and durations as people write them.

use std::time::{Duration, UNIX_EPOCH};

use eks_emulator_core::Timestamp;

/// The last millisecond that RFC 3339 can write: years have four digits.
const LAST_MS: i64 = 253_402_300_799_999;
/// The last time that a clock shows.
pub(crate) const LAST: Timestamp = Timestamp::from_milliseconds(LAST_MS);

/// A time of RFC 3339, with milliseconds. Times that it cannot write become
/// the nearest ones that it can.
pub fn format(time: Timestamp) -> String {
    let milliseconds = time.as_milliseconds().clamp(0, LAST_MS);
    let since_epoch = Duration::from_millis(milliseconds.unsigned_abs());
    humantime::format_rfc3339_millis(UNIX_EPOCH + since_epoch).to_string()
}

/// A time of RFC 3339, in whole seconds.
pub fn format_seconds(time: Timestamp) -> String {
    let seconds = time.as_milliseconds().clamp(0, LAST_MS).unsigned_abs() / 1_000;
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}

/// Reads a time of RFC 3339, for example `2026-01-01T00:00:00Z`.
///
/// Errors: a sentence.
pub fn parse(text: &str) -> Result<Timestamp, String> {
    let time = humantime::parse_rfc3339(text)
        .map_err(|error| format!("{text} is not a time such as 2026-01-01T00:00:00Z: {error}"))?;
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis())
        .map(Timestamp::from_milliseconds)
        .map_err(|_| format!("{text} is too far away"))
}

/// Whether RFC 3339 can write the time `by` after `time`.
pub(crate) fn is_writable(time: Timestamp, by: Duration) -> bool {
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    time.as_milliseconds().saturating_add(by_ms) <= LAST_MS
}

/// Reads a duration, for example `90s`, `2m` or `250ms`.
///
/// Errors: a sentence.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{text} is not a duration such as 90s or 250ms: {error}"))
}

/// Reads a duration, or a bare number of milliseconds.
///
/// Errors: a sentence.
pub(crate) fn parse_milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        Err(_) => parse_duration(text),
    }
}

/// How many milliseconds a duration has; more than can be counted are the
/// most that can.
pub(crate) fn whole_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
