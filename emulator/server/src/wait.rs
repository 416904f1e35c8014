//! Waiting in the machine's time.

use std::time::Duration;

use tokio::sync::oneshot;

/// How calls wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// By the timer of the server that answers over sockets.
    Timer,
    /// By a thread: whoever calls without a socket need not have a timer.
    Thread,
}

impl Wait {
    pub(crate) async fn for_duration(self, duration: Duration) {
        match self {
            Self::Timer => tokio::time::sleep(duration).await,
            Self::Thread => {
                let (over, is_over) = oneshot::channel();
                let spawned = std::thread::Builder::new()
                    .name("eks-emulator wait".into())
                    .spawn(move || {
                        std::thread::sleep(duration);
                        // Whoever waited may be gone.
                        let _ = over.send(());
                    });
                // Without a thread the sender is gone, and there is no delay.
                drop(spawned);
                let _ = is_over.await;
            }
        }
    }
}
