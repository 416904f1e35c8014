//! Times in documents.

use eks_emulator_core::Timestamp;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::time;

/// A time: a text of RFC 3339, as the emulator and the AWS CLI write it, or a
/// number of seconds since 1970, as the API does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeedTime(pub Timestamp);

impl SeedTime {
    /// Reads a time such as `2026-01-01T00:00:00Z` or
    /// `2026-01-01T01:00:00.123000+01:00`.
    ///
    /// Errors: a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (instant, offset_ms) = match text.len().checked_sub(6) {
            Some(at) if text.is_char_boundary(at) => offset(&text[at..])
                .map_or((text.to_owned(), 0), |offset_ms| {
                    (format!("{}Z", &text[..at]), offset_ms)
                }),
            _ => (text.to_owned(), 0),
        };
        match time::parse(&instant) {
            Ok(instant) => Ok(Self(instant.plus_milliseconds(-offset_ms))),
            Err(_) => Err(format!("{text} is not a time such as 2026-01-01T00:00:00Z")),
        }
    }
}

/// The milliseconds of `+01:00` or `-07:00`.
fn offset(text: &str) -> Option<i64> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let number = |digits: &str| digits.parse::<u8>().ok().filter(|number| *number < 60);
    let minutes = i64::from(number(hours)?) * 60 + i64::from(number(minutes)?);
    Some(sign * minutes * 60_000)
}

impl From<Timestamp> for SeedTime {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl<'de> Deserialize<'de> for SeedTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match (value.as_str(), value.as_f64()) {
            (Some(text), _) => Self::parse(text).map_err(D::Error::custom),
            (_, Some(seconds)) => {
                let milliseconds = (seconds * 1000.0).round();
                Ok(Self(Timestamp::from_milliseconds(milliseconds as i64)))
            }
            _ => Err(D::Error::custom("a time is a text or a number")),
        }
    }
}

impl Serialize for SeedTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time::format(self.0))
    }
}

impl JsonSchema for SeedTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time: a text of RFC 3339, or a number of seconds since 1970.",
            "anyOf": [
                {
                    "type": "string",
                    "pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$",
                },
                { "type": "number", "minimum": 0, "maximum": 253_402_300_799_i64 },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::SeedTime;

    #[test]
    fn times_may_have_an_offset() {
        for text in [
            "2026-01-01T00:00:00.123Z",
            "2026-01-01T00:00:00.123000+00:00",
            "2026-01-01T01:30:00.123000+01:30",
            "2025-12-31T17:00:00.123-07:00",
        ] {
            let time = SeedTime::parse(text).map(|time| time.0.as_milliseconds());
            assert_eq!(time, Ok(1_767_225_600_123), "{text}");
        }
        assert!(SeedTime::parse("2026-01-01").is_err());
        assert!(SeedTime::parse("yesterdäy").is_err());
    }
}
