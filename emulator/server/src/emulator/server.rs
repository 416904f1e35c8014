//! The part of an emulator that runs on threads of its own.

use std::cell::Cell;
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::state_file::StateFile;
use crate::http::app::{App, Surface, app};
use crate::http::connection;

/// How long clients of an emulator whose start has failed may take to hear it.
const FAILURE_GRACE: Duration = Duration::from_secs(1);

/// The part of an emulator that runs on threads of its own.
pub(super) struct Server {
    pub(super) app: App,
    pub(super) grace: Duration,
    pub(super) workers: usize,
    pub(super) state_file: Option<StateFile>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) stopped: watch::Sender<bool>,
}

impl Server {
    pub(super) fn spawn(
        self,
        listeners: Vec<(TcpListener, Surface)>,
    ) -> std::io::Result<JoinHandle<()>> {
        let mut builder = match self.workers {
            1 => tokio::runtime::Builder::new_current_thread(),
            workers => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(workers);
                builder
            }
        };
        let runtime = builder.thread_name("eks-emulator").enable_all().build()?;
        let run = move || runtime.block_on(self.run(listeners));
        std::thread::Builder::new()
            .name("eks-emulator".into())
            .spawn(run)
    }

    async fn run(mut self, listeners: Vec<(TcpListener, Surface)>) {
        let listeners: Vec<_> = listeners
            .into_iter()
            .filter_map(|(listener, surface)| {
                let listener = tokio::net::TcpListener::from_std(listener).ok()?;
                Some((listener, app(self.app.clone(), surface)))
            })
            .collect();
        let asked = Cell::new(Instant::now());
        let stop = async {
            // The handle is gone if the wait fails, and with it the reason to run.
            drop(self.stop.wait_for(|stop| *stop).await);
            asked.set(Instant::now());
            match self.app.service.readiness.is_ready() {
                true => self.grace,
                false => self.grace.min(FAILURE_GRACE),
            }
        };
        connection::serve(listeners, self.app.tls.clone(), stop).await;
        let is_ready = self.app.service.readiness.is_ready();
        if let Some(file) = self.state_file.as_ref().filter(|_| is_ready) {
            file.write(&self.app.service);
        }
        self.app.end_traces(asked.get());
        let _ = self.stopped.send(true);
    }
}
