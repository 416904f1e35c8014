//! Points in time as answers write them.

use std::fmt::Write;

use eks_emulator_api::Timestamp;

/// The date of an HTTP header, for example `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(date: Timestamp) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = date.as_seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_date(days);
    let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
    let month = MONTHS[month];
    let mut text = String::with_capacity(29);
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "{weekday}, {day:02} {month} {year:04} {:02}:{:02}:{:02} GMT",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    text
}

/// The date of an XML body, for example `1994-11-06T08:49:37Z`.
pub(crate) fn iso_8601_date(date: Timestamp) -> String {
    let seconds = date.as_seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_date(days);
    format!(
        "{year:04}-{:02}-{day:02}T{:02}:{:02}:{:02}Z",
        month + 1,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// The time of a signature, for example `19941106T084937Z`.
pub(crate) fn basic_date(date: Timestamp) -> String {
    let mut text = iso_8601_date(date);
    text.retain(|letter| !matches!(letter, '-' | ':'));
    text
}

/// The number of days from 1970-01-01 to a day, months counted from 1: the
/// inverse of [`civil_date`].
pub(crate) fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9).rem_euclid(12);
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month from 0 and day of a number of days since 1970-01-01.
///
/// Counts in eras of 400 years that start on 1 March, so that a leap day is the
/// last day of its year.
fn civil_date(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    (year, month as usize, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_for_http() {
        for (seconds, expected) in [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
        ] {
            assert_eq!(
                http_date(Timestamp::from_milliseconds(seconds * 1000)),
                expected
            );
        }
    }

    #[test]
    fn dates_are_written_for_xml() {
        for (milliseconds, expected) in [
            (784_111_777_999, "1994-11-06T08:49:37Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00Z"),
        ] {
            let date = Timestamp::from_milliseconds(milliseconds);
            assert_eq!(iso_8601_date(date), expected);
        }
    }

    #[test]
    fn days_are_counted_both_ways() {
        for days in (-800_000..800_000).step_by(97) {
            let (year, month, day) = civil_date(days);
            let month = i64::try_from(month).unwrap() + 1;
            assert_eq!(days_since_epoch(year, month, day), days);
        }
        assert_eq!(days_since_epoch(2015, 8, 30), 16_677);
    }

    #[test]
    fn no_date_is_too_far() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let date = Timestamp::from_milliseconds(milliseconds);
            assert!(http_date(date).ends_with(" GMT"));
            assert!(iso_8601_date(date).ends_with('Z'));
        }
    }
}
