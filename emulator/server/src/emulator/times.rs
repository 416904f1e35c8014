//! `Times`: how often something is expected.

use std::fmt::{Display, Formatter};
use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use super::Error;
use crate::TextPattern;
use crate::journal::{Expectation, JournalEntry, NearMiss, RequestCount, RequestFilter};

/// How often something is expected: a number, or a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    least: u64,
    /// `None`: without end.
    most: Option<u64>,
}

impl From<u64> for Times {
    fn from(times: u64) -> Self {
        Self::from(times..=times)
    }
}

impl From<RangeInclusive<u64>> for Times {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self {
            least: *range.start(),
            most: Some(*range.end()),
        }
    }
}

impl From<Range<u64>> for Times {
    /// A range without any number is never met.
    fn from(range: Range<u64>) -> Self {
        match range.end.checked_sub(1) {
            Some(most) => Self::from(range.start..=most),
            None => Self {
                least: 1,
                most: Some(0),
            },
        }
    }
}

impl From<RangeFrom<u64>> for Times {
    fn from(range: RangeFrom<u64>) -> Self {
        Self {
            least: range.start,
            most: None,
        }
    }
}

impl From<RangeTo<u64>> for Times {
    fn from(range: RangeTo<u64>) -> Self {
        Self::from(0..range.end)
    }
}

impl From<RangeToInclusive<u64>> for Times {
    fn from(range: RangeToInclusive<u64>) -> Self {
        Self::from(0..=range.end)
    }
}

impl Display for Times {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (least, None) => write!(formatter, "at least {least}"),
            (least, Some(most)) if least == most => write!(formatter, "exactly {least}"),
            (0, Some(most)) => write!(formatter, "at most {most}"),
            (least, Some(most)) => write!(formatter, "{least} to {most}"),
        }
    }
}

impl Times {
    /// The part of it that calls can miss, which then nearly match.
    pub(crate) fn at_least(self) -> Expectation {
        Expectation::AtLeast(self.least)
    }

    /// Whether that many calls were expected.
    pub(crate) fn judge(self, counted: RequestCount, filter: &RequestFilter) -> Result<u64, Error> {
        let RequestCount {
            count, near_misses, ..
        } = counted;
        if count >= self.least && self.most.is_none_or(|most| count <= most) {
            return Ok(count);
        }
        let what = describe(filter);
        let message = format!("expected {self} requests{what}; there were {count}");
        Err(Error::Unexpected {
            message,
            near_misses: if count < self.least {
                near_misses
            } else {
                Vec::new()
            },
        })
    }
}

/// What a filter narrows to, in words.
fn describe(filter: &RequestFilter) -> String {
    let texts = [
        ("service", &filter.service),
        ("operation", &filter.operation),
        ("account", &filter.account),
        ("region", &filter.region),
        ("cluster", &filter.cluster),
        ("code", &filter.code),
        ("fault", &filter.fault),
    ];
    let text = |(name, pattern): (&str, &Option<TextPattern>)| {
        let texts = pattern.as_ref()?.texts().join(" or ");
        Some(format!("{name} {texts}"))
    };
    let mut parts: Vec<String> = texts.into_iter().filter_map(text).collect();
    parts.extend(filter.status.map(|status| format!("status {status}")));
    parts.extend(filter.body.as_ref().map(|body| format!("body {body}")));
    match parts.is_empty() {
        true => String::new(),
        false => format!(" with {}", parts.join(", ")),
    }
}

/// A call that nearly matches, on one line.
pub(super) fn near_miss(NearMiss { request, differs }: &NearMiss) -> String {
    let JournalEntry {
        id,
        operation,
        cluster,
        status,
        ..
    } = request;
    let what = match operation {
        Some(operation) => operation.to_string(),
        None => format!("{} {}", request.method, request.path),
    };
    let cluster = cluster.as_ref().map(|name| format!(" of cluster {name}"));
    let answer = match (&request.error_code, status) {
        (Some(code), _) => code.clone(),
        (None, Some(status)) => status.to_string(),
        (None, None) => "no answer".to_owned(),
    };
    let cluster = cluster.unwrap_or_default();
    let differs = differs.join(", ");
    format!("near miss: request {id}, {what}{cluster}, answered {answer}; differs in {differs}")
}
