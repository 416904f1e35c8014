//! Times as RFC 3339 writes them.

use eks_emulator_api::Timestamp;

/// A time in UTC and whole seconds, as Kubernetes, EKS Auth and IAM's date
/// conditions have it.
pub(crate) fn seconds(time: Timestamp) -> String {
    let since_epoch = time.as_seconds();
    let (days, rest) = (
        since_epoch.div_euclid(86_400),
        since_epoch.rem_euclid(86_400),
    );
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A time with microseconds, as Kubernetes' newer events have it.
pub(crate) fn microseconds(at: Timestamp) -> String {
    let whole = seconds(at);
    let milliseconds = at.as_milliseconds().rem_euclid(1_000);
    format!("{}.{milliseconds:03}000Z", whole.trim_end_matches('Z'))
}

/// The Gregorian date of a day since 1970-01-01.
///
/// Source of the method: Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms". Years begin in March, so that the leap day comes last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let at = |ms| seconds(Timestamp::from_milliseconds(ms));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_399_999), "2000-02-28T23:59:59Z");
        assert_eq!(at(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_795_500_120_665), "2026-11-24T06:02:00Z");
        let micro = microseconds(Timestamp::from_milliseconds(1_795_500_120_065));
        assert_eq!(micro, "2026-11-24T06:02:00.065000Z");
    }
}
