//! `eks-emulator agent`: the pod identity agent's endpoint on an address of
//! its own, so that a network namespace can have it where pods look for it.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use clap::Args;
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use super::config::resolve;
use super::control_client::{ControlClient, Place};
use super::endpoint;
use crate::http::connection;

// The flags of `agent`.
#[derive(Args, Debug)]
pub(super) struct AgentArguments {
    /// Address to listen on: on a node that is 169.254.170.23:80
    #[arg(long, env = "EKS_EMULATOR_AGENT_LISTEN", value_name = "HOST:PORT")]
    listen: String,
    /// Where the emulator is
    #[arg(
        long,
        env = "EKS_EMULATOR_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint: String,
    /// File with the certificates of the authorities to trust at an endpoint that begins with https [default: those of the system]
    #[arg(long, env = "EKS_EMULATOR_CA_FILE", value_name = "PATH")]
    ca_file: Option<PathBuf>,
}

/// Serves until a signal says stop.
pub(super) fn serve(arguments: &AgentArguments) -> Result<(), Failure> {
    let address = resolve(&arguments.listen)?;
    let place = Place::new(&arguments.endpoint).map_err(Failure::usage)?;
    let client = endpoint::client(place, arguments.ca_file.as_deref())?;
    let failed =
        |error: std::io::Error| Failure::running(format!("cannot listen on {address}: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let line = format!("eks-emulator agent ready http://{address}\n");
        let mut stdout = std::io::stdout();
        // Whoever started the program may have closed its end already.
        let _ = stdout
            .write_all(line.as_bytes())
            .and_then(|()| stdout.flush());
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        answer(listener, client, stop).await;
        Ok(())
    })
}

/// Answers for the emulator's agent until `stop` ends.
pub(super) async fn answer(
    listener: TcpListener,
    client: ControlClient,
    stop: impl Future<Output = ()>,
) {
    let app = Router::new().fallback(forward).with_state(client);
    let stop = async {
        stop.await;
        Duration::from_secs(5)
    };
    connection::serve(vec![(listener, app)], None, stop).await;
}

/// Hands a request for credentials on to the emulator.
async fn forward(State(client): State<ControlClient>, request: Request) -> Response {
    if request.uri().path() != "/v1/credentials" {
        return plain(StatusCode::NOT_FOUND, "404 page not found\n".into());
    }
    let authorization = request.headers().get(header::AUTHORIZATION).cloned();
    let answer = client.credentials(authorization).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    };
    let (head, body) = answer.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(head, Body::from(body.to_bytes())),
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, content_type);
    let no_sniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, no_sniff);
    response
}
