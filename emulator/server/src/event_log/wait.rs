//! Waiting for one event.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Entry, EventMatch, Followed, Follower, Since};
use crate::clock::ClockMode;
use crate::service::Service;
use crate::time;

/// How many of the newest events are compared for what came close.
const COMPARED: usize = 1_000;
/// How many events that came close are told.
const CLOSEST: usize = 3;

/// What somebody waits for.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    /// What the event has to be like.
    pub(crate) wanted: EventMatch,
    /// Where to begin. `Oldest` takes the newest event that has happened
    /// already; otherwise it is the first one.
    pub(crate) since: Since,
    /// How long to wait, of the machine's time.
    pub(crate) timeout: Duration,
}

/// Why there is no event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoEvent {
    /// None came in time.
    Timeout {
        /// A sentence.
        message: String,
        /// Events that came close, each with the members in which it differs.
        closest: Vec<Value>,
    },
    /// The emulator stops.
    Stopped,
}

impl Service {
    /// Waits for an event. It has to be called where tokio has timers.
    pub(crate) async fn wait_for_event(
        self: &Arc<Self>,
        wait: &Wait,
    ) -> Result<Arc<Entry>, NoEvent> {
        let mut follower = Follower::new(self.clone(), wait.since);
        self.settle();
        if wait.since == Since::Oldest {
            let seen = self.events().page(0, usize::MAX).events;
            let newest = seen
                .into_iter()
                .rev()
                .find(|entry| wait.wanted.admits(entry));
            if let Some(found) = newest {
                return Ok(found);
            }
        }
        let first = first(&mut follower, &wait.wanted);
        match tokio::time::timeout(wait.timeout, first).await {
            Ok(found) => found.ok_or(NoEvent::Stopped),
            Err(_) => Err(self.timed_out(wait)),
        }
    }

    fn timed_out(&self, wait: &Wait) -> NoEvent {
        let clock = self.clock.view();
        let next = self.next_due().filter(|_| clock.mode == ClockMode::Paused);
        let hint = next.map_or_else(String::new, |due| {
            let due = time::format(due);
            format!(" The clock stands still; the next thing falls due at {due}.")
        });
        let timeout = humantime::format_duration(wait.timeout);
        NoEvent::Timeout {
            message: format!("No such event came within {timeout}.{hint}"),
            closest: self.closest(&wait.wanted),
        }
    }

    /// The events that differ in the fewest members, the newest first, unless
    /// they differ in all.
    fn closest(&self, wanted: &EventMatch) -> Vec<Value> {
        let newest = self.events().newest();
        let oldest = newest.saturating_sub(COMPARED as u64);
        let mut close: Vec<(usize, Value)> = Vec::new();
        for entry in self.events().page(oldest, COMPARED).events.iter().rev() {
            let shown = entry.to_json();
            let differs = wanted.differences(&shown);
            if differs.len() < wanted.len() {
                close.push((differs.len(), json!({ "differs": differs, "event": shown })));
            }
        }
        close.sort_by_key(|(differs, _)| *differs);
        let closest = close.into_iter().take(CLOSEST);
        closest.map(|(_, shown)| shown).collect()
    }
}

/// The first event that matches; `None` if the emulator stops before.
async fn first(follower: &mut Follower, wanted: &EventMatch) -> Option<Arc<Entry>> {
    loop {
        match follower.next().await {
            Followed::Events(events) => {
                let found = events.into_iter().find(|entry| wanted.admits(entry));
                if found.is_some() {
                    return found;
                }
            }
            Followed::Lost { .. } => {}
            Followed::End => return None,
        }
    }
}
