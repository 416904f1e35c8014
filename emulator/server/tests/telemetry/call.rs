//! Calls without a socket.

use axum::body::Body;
use eks_emulator::EksEmulator;
use http::Request;
use http_body_util::BodyExt;
use tower::Service;

/// Calls as the default account.
pub(crate) async fn call(emulator: &EksEmulator, method: &str, target: &str) {
    call_with(emulator, method, target, &[], "").await;
}

/// The same with headers and a body.
pub(crate) async fn call_with(
    emulator: &EksEmulator,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = emulator.service().call(request).await.unwrap();
    response.into_body().collect().await.unwrap();
}
