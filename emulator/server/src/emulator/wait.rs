//! Events of an emulator, listed and awaited.

use std::time::Duration;

use super::event::SinceEvent;
use super::{EksEmulator, Error, Event, EventPattern};
use crate::event_log::{EventFilter, EventMatch, NoEvent, Since, Wait};

impl EksEmulator {
    /// What has happened, the oldest first: the newest ten thousand events.
    pub fn events(&self) -> Vec<Event> {
        let service = &self.running.app.service;
        // What time has brought about has happened, too.
        service.settle();
        let entries = service.events().list(&EventFilter::default(), 0);
        let events = entries.iter();
        events
            .filter_map(|entry| Event::read(entry.to_json()))
            .collect()
    }

    /// Waits for an event: the newest that has happened already, or the first
    /// to come. The time that it takes at most is the machine's.
    ///
    /// In a tokio runtime it needs the runtime's timers; elsewhere it brings a
    /// thread of its own.
    ///
    /// Errors: [`Error::Timeout`] if none came in time, with what came close;
    /// [`Error::Stopped`]; [`Error::Invalid`] if no event can be like that.
    pub async fn wait_for(&self, pattern: EventPattern, timeout: Duration) -> Result<Event, Error> {
        let wait = wait(pattern, timeout)?;
        if tokio::runtime::Handle::try_current().is_ok() {
            return self.perform(&wait).await;
        }
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let emulator = self.clone();
        std::thread::Builder::new()
            .name("eks-emulator".into())
            .spawn(move || {
                // Nobody may be interested any more.
                let _ = sender.send(emulator.perform_here(&wait));
            })
            .map_err(Error::Runtime)?;
        receiver.await.unwrap_or(Err(Error::Stopped))
    }

    /// The same for code that is not asynchronous.
    ///
    /// Errors: those of [`wait_for`](Self::wait_for).
    pub fn wait_for_blocking(
        &self,
        pattern: EventPattern,
        timeout: Duration,
    ) -> Result<Event, Error> {
        let wait = wait(pattern, timeout)?;
        // The thread that waits here may be one of a runtime.
        std::thread::scope(|scope| {
            let waiting = std::thread::Builder::new()
                .name("eks-emulator".into())
                .spawn_scoped(scope, || self.perform_here(&wait))
                .map_err(Error::Runtime)?;
            waiting.join().unwrap_or(Err(Error::Stopped))
        })
    }

    fn perform_here(&self, wait: &Wait) -> Result<Event, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(Error::Runtime)?;
        runtime.block_on(self.perform(wait))
    }

    async fn perform(&self, wait: &Wait) -> Result<Event, Error> {
        match self.running.app.service.wait_for_event(wait).await {
            Ok(entry) => Event::read(entry.to_json()).ok_or(Error::Stopped),
            Err(NoEvent::Timeout { message, closest }) => Err(Error::Timeout { message, closest }),
            Err(NoEvent::Stopped) => Err(Error::Stopped),
        }
    }
}

fn wait(pattern: EventPattern, timeout: Duration) -> Result<Wait, Error> {
    Ok(Wait {
        wanted: EventMatch::new(pattern.members).map_err(Error::Invalid)?,
        since: match pattern.since {
            None => Since::Oldest,
            Some(SinceEvent::Now) => Since::Now,
            Some(SinceEvent::After(id)) => Since::After(id),
        },
        timeout,
    })
}
