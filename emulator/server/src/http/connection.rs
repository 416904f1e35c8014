//! Accepting connections, and letting them go in peace.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::interruption::{self, SharedStream};

/// The longest the head of a request may take to arrive, and a connection may
/// idle between requests.
const HEAD_TIME: Duration = Duration::from_secs(75);
/// The most bytes of a request's head.
const HEAD_BYTES: usize = 64 * 1024;
/// The most headers of a request.
const HEADERS: usize = 100;
/// How long accepting rests when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves each listener's application until `stop` ends; then gives the requests
/// under way `grace` to end.
pub(crate) async fn serve(
    listeners: Vec<(TcpListener, Router)>,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let graceful = GracefulShutdown::new();
    let (stopping, stopped) = watch::channel(());
    let mut accepting = tokio::task::JoinSet::new();
    let (sender, mut accepted) = tokio::sync::mpsc::channel(64);
    for (listener, app) in listeners {
        let sender = sender.clone();
        accepting.spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        if sender.send((stream, app.clone())).await.is_err() {
                            return;
                        }
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                }
            }
        });
    }
    tokio::pin!(stop);
    loop {
        let connected = tokio::select! {
            connected = accepted.recv() => connected,
            () = &mut stop => break,
        };
        let Some((stream, app)) = connected else {
            break;
        };
        // Answers are small: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let stream = SharedStream::new(stream);
        let (on, stopped) = (stream.clone(), stopped.clone());
        let answer =
            move |request| interruption::answer(app.clone(), on.clone(), stopped.clone(), request);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // A client that has said everything still wants its answer.
            .half_close(true)
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection");
            }
        });
    }
    drop(stopping);
    // The ports are free only when the tasks that listen are gone.
    accepting.shutdown().await;
    let _ = tokio::time::timeout(grace, graceful.shutdown()).await;
}
