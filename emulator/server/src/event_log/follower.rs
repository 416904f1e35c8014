//! Events as they happen.
//!
//! Nothing in an emulator happens by itself. While somebody listens, the
//! listener makes time pass: it sleeps until something happens or falls due,
//! and then performs what is due.

use std::sync::Arc;
use std::time::Duration;

use super::{Entry, EventLog, Since};
use crate::service::Service;

/// How many events are looked at in one go.
const BATCH: usize = 256;

/// Somebody to whom all events are told, from some number on.
#[derive(Debug)]
pub(crate) struct Follower {
    service: Arc<Service>,
    after: u64,
}

/// What a follower is told next.
#[derive(Debug)]
pub(crate) enum Followed {
    /// Events, at least one.
    Events(Vec<Arc<Entry>>),
    /// Events after this number are not kept any more, up to the next one.
    Lost {
        after: u64,
        /// The number after which it goes on.
        through: u64,
    },
    /// The emulator stops.
    End,
}

impl Follower {
    /// Begins to follow. What is due by now has happened.
    pub(crate) fn new(service: Arc<Service>, since: Since) -> Self {
        let log = service.events();
        log.add_listener();
        let after = match since {
            Since::Oldest => log.dropped(),
            Since::Now => log.newest(),
            Since::After(number) => number,
        };
        Self { service, after }
    }

    fn log(&self) -> &EventLog {
        self.service.events()
    }

    /// Waits for what happens next.
    ///
    /// Giving up the wait loses nothing.
    pub(crate) async fn next(&mut self) -> Followed {
        let service = self.service.clone();
        loop {
            let rung = service.events().bell.notified();
            tokio::pin!(rung);
            // From here on, nothing that happens is missed.
            rung.as_mut().enable();
            if let Some(lost) = self.skip_lost() {
                return lost;
            }
            let page = self.log().page(self.after, BATCH);
            if let Some(last) = page.events.last() {
                self.after = last.number();
                return Followed::Events(page.events);
            }
            if page.is_closed {
                return Followed::End;
            }
            let until_due = service.clock.time_until(service.events().alarm());
            if until_due == Some(Duration::ZERO) {
                service.perform_due_for_listeners();
                continue;
            }
            tokio::select! {
                () = rung => {}
                () = sleep(until_due) => {}
            }
        }
    }

    /// A number of another run of the emulator is as lost as one that is too
    /// old.
    fn skip_lost(&mut self) -> Option<Followed> {
        let (dropped, newest) = (self.log().dropped(), self.log().newest());
        let is_lost = self.after < dropped || self.after > newest;
        is_lost.then(|| Followed::Lost {
            after: std::mem::replace(&mut self.after, dropped),
            through: dropped,
        })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.service.events().remove_listener();
    }
}

impl Service {
    /// Performs what is due, and sets the listeners' alarm to what is next.
    fn perform_due_for_listeners(&self) {
        self.events().reset_alarm();
        self.settle();
        self.events().note_due(self.next_due());
    }
}

async fn sleep(duration: Option<Duration>) {
    match duration {
        // Timers have milliseconds: one more is never too early.
        Some(duration) => {
            tokio::time::sleep(duration.saturating_add(Duration::from_millis(1))).await;
        }
        None => std::future::pending().await,
    }
}
