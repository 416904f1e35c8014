//! Calls of the EKS API without a socket.

use axum::body::Body;
use eks_emulator::{EksEmulator, EmulatorService, Error};
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::Service;

/// An answer whose body has been read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// An emulator that listens nowhere.
pub(crate) fn start() -> EksEmulator {
    EksEmulator::builder()
        .without_listener()
        .start_blocking()
        .unwrap()
}

/// Calls the emulator as its default account.
pub(crate) async fn call(
    emulator: &EksEmulator,
    method: Method,
    path: &str,
    body: Value,
) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    send(&mut emulator.service(), request.body(body).unwrap())
        .await
        .unwrap()
}

/// Sends one request.
pub(crate) async fn send(
    service: &mut EmulatorService,
    request: Request<Body>,
) -> Result<Answer, Error> {
    let response: Response<Body> = service.call(request).await?;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Ok(Answer { status, body })
}

/// Makes a cluster.
pub(crate) async fn create_cluster(emulator: &EksEmulator, name: &str) {
    let body = json!({
        "name": name,
        "roleArn": "arn:aws:iam::123456789012:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let answer = call(emulator, Method::POST, "/clusters", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The names of the clusters.
pub(crate) async fn clusters(emulator: &EksEmulator) -> Value {
    let answer = call(emulator, Method::GET, "/clusters", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["clusters"].clone()
}

/// Creates an add-on of the cluster `demo`.
pub(crate) async fn create_addon(emulator: &EksEmulator, name: &str) {
    let body = json!({ "addonName": name });
    let answer = call(emulator, Method::POST, "/clusters/demo/addons", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The status of an add-on of the cluster `demo`.
pub(crate) async fn addon_status(emulator: &EksEmulator, name: &str) -> Value {
    let path = format!("/clusters/demo/addons/{name}");
    let answer = call(emulator, Method::GET, &path, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["addon"]["status"].clone()
}

/// Calls as an account; gives the names of its clusters.
pub(crate) async fn clusters_of(emulator: &EksEmulator, account: &str) -> Value {
    as_account(emulator, account, Request::get("/clusters"), "").await["clusters"].clone()
}

/// Makes a cluster as an account.
pub(crate) async fn create_cluster_as(emulator: &EksEmulator, account: &str, name: &str) {
    let body = json!({
        "name": name,
        "roleArn": format!("arn:aws:iam::{account}:role/eks"),
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    as_account(
        emulator,
        account,
        Request::post("/clusters"),
        &body.to_string(),
    )
    .await;
}

async fn as_account(
    emulator: &EksEmulator,
    account: &str,
    request: http::request::Builder,
    body: &str,
) -> Value {
    let scope = format!("{account}/20260101/us-east-1/eks/aws4_request");
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let request = request.header("authorization", authorization);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let answer = send(&mut emulator.service(), request).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// Runs a future on no runtime at all.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
