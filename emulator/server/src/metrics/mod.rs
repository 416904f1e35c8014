//! Metrics: how many calls there were, and how long they took.
//!
//! A call costs one short search among the operations that were called before:
//! names are compared by where they are, not letter by letter.

mod exposition;
mod scrape;

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use exposition::CONTENT_TYPE;

use crate::http::responder::Answered;

/// The upper bounds of the latency histogram, in microseconds.
const BOUNDS_US: [u64; 15] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    5_000_000, 30_000_000,
];
/// The most outcomes of one operation: faults can have any error code.
const OUTCOMES_MAX: usize = 64;
/// The code of those that are too many.
const OTHER: &str = "other";

/// What is counted of the calls of one emulator.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    operations: Mutex<Vec<OperationMetrics>>,
}

/// The calls of one operation.
#[derive(Clone, Debug)]
struct OperationMetrics {
    service: &'static str,
    operation: Option<&'static str>,
    outcomes: Vec<Outcome>,
    /// How many calls took as long as each bound, or less, but longer than
    /// the bound before.
    buckets: [u64; BOUNDS_US.len()],
    count: u64,
    sum_us: u64,
}

/// Calls that came to the same.
#[derive(Clone, Debug)]
struct Outcome {
    status: u16,
    code: Option<Cow<'static, str>>,
    count: u64,
}

impl Metrics {
    /// Counts a call that took `duration`.
    pub(crate) fn record(&self, answered: &Answered, duration: Duration) {
        let mut operations = self.lock();
        let is_same = |one: &OperationMetrics| {
            is_same_name(one.operation, answered.operation)
                && is_same_name(Some(one.service), Some(answered.service))
        };
        let place = match operations.iter().position(is_same) {
            Some(place) => place,
            None => {
                operations.push(OperationMetrics::new(answered.service, answered.operation));
                operations.len() - 1
            }
        };
        operations[place].count(answered, duration);
    }

    fn operations(&self) -> Vec<OperationMetrics> {
        self.lock().clone()
    }

    /// A panic elsewhere leaves a count that is one off at most.
    fn lock(&self) -> MutexGuard<'_, Vec<OperationMetrics>> {
        self.operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl OperationMetrics {
    fn new(service: &'static str, operation: Option<&'static str>) -> Self {
        Self {
            service,
            operation,
            outcomes: Vec::new(),
            buckets: [0; BOUNDS_US.len()],
            count: 0,
            sum_us: 0,
        }
    }

    fn count(&mut self, answered: &Answered, duration: Duration) {
        let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.count += 1;
        self.sum_us = self.sum_us.saturating_add(duration_us);
        if let Some(bucket) = BOUNDS_US.iter().position(|bound| duration_us <= *bound) {
            self.buckets[bucket] += 1;
        }
        let is_same = |outcome: &&mut Outcome| {
            outcome.status == answered.status && outcome.code == answered.error_code
        };
        match self.outcomes.iter_mut().find(is_same) {
            Some(outcome) => outcome.count += 1,
            None => self.add_outcome(answered),
        }
    }

    fn add_outcome(&mut self, answered: &Answered) {
        let mut outcome = Outcome {
            status: answered.status,
            code: answered.error_code.clone(),
            count: 1,
        };
        if self.outcomes.len() >= OUTCOMES_MAX {
            outcome.status = 0;
            outcome.code = Some(OTHER.into());
            let mut outcomes = self.outcomes.iter_mut();
            if let Some(other) = outcomes.find(|one| one.code.as_deref() == Some(OTHER)) {
                other.count += 1;
                return;
            }
        }
        self.outcomes.push(outcome);
    }
}

/// Whether two names are in the same place. The same name may be in several;
/// they are added up when somebody looks.
fn is_same_name(one: Option<&'static str>, other: Option<&'static str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}
