//! Times and durations as people write them.

use std::time::{Duration, UNIX_EPOCH};

use eks_emulator_core::Timestamp;

/// A time of RFC 3339, with milliseconds.
pub fn format(time: Timestamp) -> String {
    let since_epoch = Duration::from_millis(time.as_milliseconds().max(0).unsigned_abs());
    humantime::format_rfc3339_millis(UNIX_EPOCH + since_epoch).to_string()
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

/// Reads a duration, for example `90s`, `2m` or `250ms`.
///
/// Errors: a sentence.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{text} is not a duration such as 90s or 250ms: {error}"))
}
