//! Reads that wait for the end of what they look at.
//!
//! A waiter of an SDK that sees a change still going on sleeps for seconds
//! before it looks again. A read that is held sees the end instead.

use std::time::{Duration, Instant};

use http::request::Parts;

use super::{Incoming, eks};
use crate::service::Service;

/// Holds a read until what it looks at has come to its end, but not longer
/// than the emulator is told to, and not at all if the end is further away.
pub(crate) async fn hold(service: &Service, head: &Parts) {
    let patience = service.held_reads();
    if patience.is_zero() || tokio::runtime::Handle::try_current().is_err() {
        return;
    }
    let started = Instant::now();
    let incoming = Incoming { head, body: None };
    loop {
        // The world is left before the wait.
        let settles_at = eks::settles_at(&service.enter(), incoming);
        let wait = settles_at.and_then(|due| service.clock.time_until(due));
        match wait {
            Some(wait) if started.elapsed().saturating_add(wait) <= patience => {
                // Timers have milliseconds: one more is never too early.
                tokio::time::sleep(wait.saturating_add(Duration::from_millis(1))).await;
            }
            _ => return,
        }
    }
}
