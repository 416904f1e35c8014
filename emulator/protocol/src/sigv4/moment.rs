//! The time of a signature.

use eks_emulator_api::Timestamp;

use crate::date::{basic_date, days_since_epoch, http_date};

/// Reads a time as `20150830T123600Z`.
pub(super) fn parse_basic(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T')?;
    if day.len() != 8 || time.len() != 7 || !text.is_ascii() {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    let date = (number(&day[..4])?, number(&day[4..6])?, number(&day[6..])?);
    let time = (
        number(&time[..2])?,
        number(&time[2..4])?,
        number(&time[4..6])?,
    );
    let read = timestamp(date, time);
    // The thirtieth of February is another day when it is written again.
    (basic_date(read) == text).then_some(read)
}

/// Reads the time of an HTTP header, as `Sun, 30 Aug 2015 12:36:00 GMT`.
pub(super) fn parse_http(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split(' ').skip(1);
    let day = words.next()?.parse().ok()?;
    let month = MONTHS.find(words.next()?)? / 3 + 1;
    let year = words.next()?.parse::<u16>().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse::<u8>());
    let mut next = || time.next()?.ok().map(u32::from);
    let date = (u32::from(year), u32::try_from(month).ok()?, day);
    let read = timestamp(date, (next()?, next()?, next()?));
    (http_date(read) == text).then_some(read)
}

fn timestamp(
    (year, month, day): (u32, u32, u32),
    (hour, minute, second): (u32, u32, u32),
) -> Timestamp {
    let days = days_since_epoch(i64::from(year), i64::from(month), i64::from(day));
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Timestamp::from_milliseconds((days * 86_400 + seconds) * 1_000)
}
