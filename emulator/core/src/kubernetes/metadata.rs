//! What every object has: identity, version, labels and annotations.

use std::collections::BTreeMap;

use eks_emulator_api::Timestamp;
use serde_json::{Map, Value, json};

use super::{Control, Kubernetes};
use crate::ids::IdKind;

/// The metadata of one object, but for its names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata {
    pub(super) uid: u128,
    pub(crate) resource_version: u64,
    /// Moves with the specification; zero for kinds that have none.
    pub(crate) generation: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
}

impl Kubernetes {
    /// The metadata of an object that is made now.
    pub(super) fn new_metadata(&mut self, control: &mut Control<'_>) -> Metadata {
        Metadata {
            uid: control.ids.next(IdKind::KubernetesObject),
            resource_version: self.next_version(),
            created_at: control.now,
            ..Default::default()
        }
    }
}

impl Metadata {
    /// The object's identity, a UUID of version 4.
    pub(crate) fn uid(&self) -> String {
        uuid::Builder::from_random_bytes(self.uid.to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// The metadata as Kubernetes shows it.
    pub(crate) fn render(&self, namespace: Option<&str>, name: &str) -> Map<String, Value> {
        let mut rendered = Map::new();
        let mut put = |key: &str, value: Value| drop(rendered.insert(key.to_owned(), value));
        put("name", json!(name));
        if let Some(namespace) = namespace {
            put("namespace", json!(namespace));
        }
        put("uid", json!(self.uid()));
        put("resourceVersion", json!(self.resource_version.to_string()));
        if self.generation > 0 {
            put("generation", json!(self.generation));
        }
        put("creationTimestamp", json!(time(self.created_at)));
        if !self.labels.is_empty() {
            put("labels", json!(self.labels));
        }
        if !self.annotations.is_empty() {
            put("annotations", json!(self.annotations));
        }
        rendered
    }
}

/// A time as Kubernetes shows it: RFC 3339 in UTC, in whole seconds.
pub(crate) fn time(time: Timestamp) -> String {
    let seconds = time.as_seconds();
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A time as Kubernetes' newer events show it: with microseconds.
pub(crate) fn micro_time(at: Timestamp) -> String {
    let whole = time(at);
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
        let at = |ms| time(Timestamp::from_milliseconds(ms));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_399_999), "2000-02-28T23:59:59Z");
        assert_eq!(at(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_795_500_120_665), "2026-11-24T06:02:00Z");
        let micro = micro_time(Timestamp::from_milliseconds(1_795_500_120_065));
        assert_eq!(micro, "2026-11-24T06:02:00.065000Z");
    }
}
