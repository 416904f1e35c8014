//! Dates in conditions: the W3C profile of ISO 8601, or seconds since the epoch.

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// Milliseconds since the epoch; `None` if `text` is no date.
///
/// Four digits are a year, any other number is seconds since the epoch.
/// Source: IAM user guide, "Date condition operators".
pub(super) fn parse_moment(text: &str) -> Option<i64> {
    if text.len() != 4 && is_digits(text) {
        return text.parse::<i64>().ok()?.checked_mul(1000);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let days = parse_days(date, time.is_some())?;
    let of_day = time.map_or(Some(0), parse_time)?;
    Some(days * MILLISECONDS_PER_DAY + of_day)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of exactly `width` digits within `range`.
fn number(text: &str, width: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let is_number = text.len() == width && is_digits(text);
    let value = is_number.then(|| text.parse().ok())??;
    range.contains(&value).then_some(value)
}

/// Days since the epoch of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; a time of day
/// needs the last form.
fn parse_days(date: &str, with_time: bool) -> Option<i64> {
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4, 0..=9999)?;
    let month = parts
        .next()
        .map_or(Some(None), |text| number(text, 2, 1..=12).map(Some))?;
    let day = parts
        .next()
        .map_or(Some(None), |text| number(text, 2, 1..=31).map(Some))?;
    if parts.next().is_some() || (with_time && day.is_none()) {
        return None;
    }
    let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
    (day <= days_of_month(year, month)).then(|| days_since_epoch(year, month, day))
}

fn is_leap_year(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts years from March, so that the leap day is the last of its year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        later => (year, later - 3),
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    // 719 468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}

/// Milliseconds of `hh:mm[:ss[.s…]]` and a zone, relative to the day in UTC.
fn parse_time(text: &str) -> Option<i64> {
    let zone_at = text.find(['Z', '+', '-'])?;
    let (clock, zone) = text.split_at(zone_at);
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 2, 0..=23)?;
    let minutes = number(parts.next()?, 2, 0..=59)?;
    let of_minute = parts.next().map_or(Some(0), parse_seconds)?;
    if parts.next().is_some() {
        return None;
    }
    let offset = parse_zone(zone)?;
    Some((hours * 60 + minutes - offset) * 60_000 + of_minute)
}

/// Milliseconds of `ss[.s…]`; finer fractions are cut off.
fn parse_seconds(text: &str) -> Option<i64> {
    let Some((seconds, fraction)) = text.split_once('.') else {
        return Some(number(text, 2, 0..=59)? * 1000);
    };
    if !is_digits(fraction) {
        return None;
    }
    let padded: String = fraction.chars().chain("00".chars()).take(3).collect();
    Some(number(seconds, 2, 0..=59)? * 1000 + padded.parse::<i64>().ok()?)
}

/// Minutes east of UTC of `Z`, `+hh:mm` or `-hh:mm`.
fn parse_zone(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (number(hours, 2, 0..=23)? * 60 + number(minutes, 2, 0..=59)?))
}
