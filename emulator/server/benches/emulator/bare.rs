//! The bare server: axum and hyper set up as the emulator sets them up, with
//! handlers that do the least that could be called an answer.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderName, HeaderValue};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde::{Deserialize, Serialize};

use crate::client::Answer;

/// What the bare server answers a read with, prepared: the bytes that the
/// emulator answered.
#[derive(Clone)]
pub(crate) struct Prepared {
    headers: HeaderMap,
    body: Bytes,
}

impl Prepared {
    pub(crate) fn like(answer: &Answer) -> Self {
        let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
        let headers = lines
            // Servers write this one themselves.
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"))
            .map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_bytes()).expect("it was a header");
                (name, HeaderValue::from_str(value).expect("it was a header"))
            });
        Self {
            headers: headers.collect(),
            body: Bytes::from(answer.body.clone()),
        }
    }

    fn response(self, body: Bytes) -> Response {
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = self.headers;
        response
    }
}

/// Starts a bare server on a thread of its own. It serves until the process ends.
pub(crate) fn start(prepared: Prepared) -> SocketAddr {
    let (listener, address) = listen();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        runtime.block_on(serve(listener, app(prepared)));
    });
    address
}

/// Serves in a process of its own, and says where on stdout.
#[expect(clippy::print_stdout, reason = "how the process tells its parent")]
pub(crate) fn run_as_process() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let (listener, address) = listen();
    let prepared = Prepared {
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{ }"),
    };
    println!("bare ready http://{address}");
    std::io::stdout().flush().expect("the parent reads");
    runtime.block_on(serve(listener, app(prepared)));
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener
        .set_nonblocking(true)
        .expect("a socket takes the option");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    (listener, address)
}

type Stored = Arc<Mutex<BTreeMap<String, Association>>>;

fn app(prepared: Prepared) -> axum::Router {
    let read = prepared.clone();
    let read = get(move || async move {
        let body = read.body.clone();
        read.response(body)
    });
    let answered = prepared.clone();
    let write_addon = move |body: Bytes| async move {
        let _: CreateAddon = serde_json::from_slice(&body).expect("the bench sends JSON");
        let body = answered.body.clone();
        answered.response(body)
    };
    let write = move |State(stored): State<Stored>, body: Bytes| async move {
        let association = create(&stored, &body);
        prepared.response(
            serde_json::to_vec_pretty(&association)
                .expect("strings")
                .into(),
        )
    };
    axum::Router::new()
        .route("/clusters", read.clone())
        .route("/clusters/{name}", read.clone().delete(forget))
        .route("/clusters/{name}/addons/{addonName}", read.clone())
        .route("/clusters/{name}/addons", post(write_addon))
        .route("/v1/credentials", read)
        .route("/clusters/{name}/pod-identity-associations", post(write))
        .with_state(Stored::default())
}

async fn forget(State(stored): State<Stored>) {
    stored.lock().expect("no handler panics").clear();
}

/// The settings of connections are those of the emulator.
async fn serve(listener: TcpListener, app: axum::Router) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("within a runtime");
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(75))
            .max_buf_size(64 * 1024)
            .max_headers(100)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app.clone()));
        tokio::spawn(async move { drop(connection.await) });
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateAssociation {
    namespace: String,
    service_account: String,
    role_arn: String,
    #[serde(rename = "clientRequestToken")]
    _client_request_token: Option<String>,
}

#[derive(Serialize)]
struct Created {
    association: Association,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Association {
    cluster_name: &'static str,
    namespace: String,
    service_account: String,
    role_arn: String,
    association_arn: &'static str,
    association_id: &'static str,
    tags: BTreeMap<String, String>,
    created_at: f64,
    modified_at: f64,
    owner_arn: Option<String>,
    disable_session_tags: bool,
    target_role_arn: Option<String>,
    external_id: Option<String>,
    policy: Option<String>,
}

/// What is read of a call whose answer is prepared.
#[derive(Deserialize)]
struct CreateAddon {
    #[serde(rename = "addonName")]
    _addon_name: String,
    #[serde(rename = "tags")]
    _tags: BTreeMap<String, String>,
    #[serde(rename = "resolveConflicts")]
    _resolve_conflicts: String,
    #[serde(rename = "clientRequestToken")]
    _client_request_token: String,
}

/// Stores an association; its id and ARN are always the same.
fn create(stored: &Stored, body: &[u8]) -> Created {
    let input: CreateAssociation = serde_json::from_slice(body).expect("the bench sends JSON");
    let association = Association {
        cluster_name: "cluster-0",
        namespace: input.namespace,
        service_account: input.service_account,
        role_arn: input.role_arn,
        association_arn: "arn:aws:eks:us-east-1:123456789012:podidentityassociation/cluster-0/a-0123456789abcdefg",
        association_id: "a-0123456789abcdefg",
        tags: BTreeMap::new(),
        created_at: 1_767_225_600.123,
        modified_at: 1_767_225_600.123,
        owner_arn: None,
        disable_session_tags: false,
        target_role_arn: None,
        external_id: None,
        policy: None,
    };
    let mut stored = stored.lock().expect("no handler panics");
    stored.insert(association.service_account.clone(), association.clone());
    Created { association }
}
