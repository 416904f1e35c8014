//! Accepting connections, and letting them go in peace.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::interruption::{self, SharedStream};
use crate::tls::ServerTls;

/// The longest the head of a request may take to arrive, and a connection may
/// idle between requests.
const HEAD_TIME: Duration = Duration::from_secs(75);
/// The longest a client may take to shake hands.
const HANDSHAKE_TIME: Duration = Duration::from_secs(20);
/// The first byte of every handshake of TLS; no request of HTTP begins with it.
const HANDSHAKE: u8 = 0x16;
/// The most bytes of a request's head.
const HEAD_BYTES: usize = 64 * 1024;
/// The most headers of a request.
const HEADERS: usize = 100;
/// How long accepting rests when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves each listener's application until `stop` ends; then gives the requests
/// under way as long to end as that says.
pub(crate) async fn serve(
    listeners: Vec<(TcpListener, Router)>,
    tls: Option<Arc<ServerTls>>,
    stop: impl Future<Output = Duration>,
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
    let grace = loop {
        let (stream, app) = tokio::select! {
            Some(connected) = accepted.recv() => connected,
            grace = &mut stop => break grace,
        };
        let connection = Connection {
            app,
            tls: tls.clone(),
            handshake_time: HANDSHAKE_TIME,
            stopped: stopped.clone(),
            watcher: graceful.watcher(),
        };
        tokio::spawn(connection.run(stream));
    };
    drop(stopping);
    // The ports are free only when the tasks that listen are gone.
    accepting.shutdown().await;
    let _ = tokio::time::timeout(grace, graceful.shutdown()).await;
}

/// What a connection needs to be served.
struct Connection {
    app: Router,
    tls: Option<Arc<ServerTls>>,
    handshake_time: Duration,
    /// Ends when the server does.
    stopped: watch::Receiver<()>,
    watcher: Watcher,
}

impl Connection {
    async fn run(mut self, stream: TcpStream) {
        // Answers are small: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let stream = match self.tls.take() {
            None => SharedStream::new(stream),
            // What a handshake takes is much: connections without do not have it.
            Some(tls) => match Box::pin(self.secure(&tls, stream)).await {
                Some(stream) => stream,
                None => return,
            },
        };
        let Self {
            app,
            stopped,
            watcher,
            ..
        } = self;
        let stream = stream.until(stopped);
        let on = stream.clone();
        let answer =
            move |request| interruption::answer(app.clone(), on.clone(), on.begin_call(), request);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // A client that has said everything still wants its answer.
            .half_close(true)
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "connection");
        }
    }

    /// Shakes hands; `None` if that fails, takes too long, or the server stops
    /// before.
    async fn secure(&mut self, tls: &ServerTls, stream: TcpStream) -> Option<SharedStream> {
        let app = &mut self.app;
        let shaken = tokio::time::timeout(self.handshake_time, async {
            let mut first = [0];
            if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
                // Whoever speaks HTTP is told so in HTTP.
                *app = Router::new().fallback(refuse_plain);
                return Ok(SharedStream::new(stream));
            }
            tls.accept(stream).await
        });
        let shaken: Result<Result<_, std::io::Error>, _> = tokio::select! {
            shaken = shaken => shaken,
            _ = self.stopped.changed() => return None,
        };
        match shaken {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "handshake");
                None
            }
            Err(_) => {
                tracing::debug!("a handshake takes too long");
                None
            }
        }
    }
}

/// Answers a request that came without TLS although there is TLS.
async fn refuse_plain() -> Response {
    let body = r#"{"code":"HttpsOnly","message":"This address speaks HTTPS only: its URL begins with https."}"#;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONNECTION, "close"),
    ];
    (StatusCode::BAD_REQUEST, headers, body).into_response()
}

#[cfg(feature = "tls")]
#[cfg(test)]
mod tests {
    use tokio::net::TcpSocket;

    use super::*;
    use crate::tls::Tls;

    /// Serves one client that begins with these bytes, and gives it a
    /// millisecond to shake hands.
    async fn serve_hesitant(begins_with: &[u8]) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        let client = socket.connect(address).await.unwrap();
        assert_eq!(client.try_write(begins_with).unwrap(), begins_with.len());
        let (stream, _) = listener.accept().await.unwrap();
        let (_stopping, stopped) = watch::channel(());
        let connection = Connection {
            app: Router::new(),
            tls: Some(Arc::new(Tls::self_signed().open(&[], &[]).unwrap())),
            handshake_time: Duration::from_millis(1),
            stopped,
            watcher: GracefulShutdown::new().watcher(),
        };
        connection.run(stream).await;
        drop(client);
    }

    #[tokio::test]
    async fn a_client_that_takes_too_long_to_shake_hands_is_let_go() {
        serve_hesitant(b"").await;
        serve_hesitant(b"\x16\x03\x01\x01").await;
    }
}
