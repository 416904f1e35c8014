//! Whether an emulator has begun to answer: what there is to be from the start
//! is there.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Whether an emulator has begun to answer.
#[derive(Debug)]
pub(crate) struct Readiness {
    /// What every call asks: cheaper than to look at the stage.
    is_ready: AtomicBool,
    stage: watch::Sender<Stage>,
}

/// How far the start has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Something is done first: a sentence.
    Waiting(&'static str),
    Ready,
    /// It will never answer.
    Failed,
}

/// The start has failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeverReady;

impl Readiness {
    /// Of an emulator that has nothing to do first.
    pub(crate) fn new() -> Self {
        Self {
            is_ready: AtomicBool::new(true),
            stage: watch::Sender::new(Stage::Ready),
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Acquire)
    }

    /// Why it is not ready; `None` if it is.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        match *self.stage.borrow() {
            Stage::Ready => None,
            Stage::Waiting(reason) => Some(reason),
            Stage::Failed => Some("The start has failed."),
        }
    }

    /// Says how far the start has come.
    pub(crate) fn set(&self, stage: Stage) {
        self.is_ready
            .store(stage == Stage::Ready, Ordering::Release);
        self.stage.send_replace(stage);
    }

    /// Waits until it is ready.
    ///
    /// Errors: it will never be.
    pub(crate) async fn wait(&self) -> Result<(), NeverReady> {
        let mut stage = self.stage.subscribe();
        let decided = stage
            .wait_for(|stage| !matches!(stage, Stage::Waiting(_)))
            .await;
        match decided.as_deref() {
            Ok(Stage::Ready) => Ok(()),
            _ => Err(NeverReady),
        }
    }
}
