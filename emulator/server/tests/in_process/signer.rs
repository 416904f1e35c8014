//! A signer of requests, Signature Version 4, for targets that are in their
//! canonical form already.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use eks_emulator::{EksEmulator, Timestamp, time};
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::call::{Answer, send};

const HOST: &str = "127.0.0.1:4566";

/// An access key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl Key {
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            token: None,
        }
    }

    /// The key in an answer, as members of these names.
    pub(crate) fn read(answer: &Value, [id, secret, token]: [&str; 3]) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self {
            id: text(id),
            secret: text(secret),
            token: Some(text(token)),
        }
    }
}

/// A call of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) body: &'a str,
    /// How many seconds after now it is signed.
    pub(crate) after: i64,
}

pub(crate) const LIST_CLUSTERS: Call<'_> = Call {
    service: "eks",
    method: "GET",
    target: "/clusters",
    body: "",
    after: 0,
};
pub(crate) const GET_CALLER_IDENTITY: Call<'_> = Call {
    service: "sts",
    method: "POST",
    target: "/",
    body: "Action=GetCallerIdentity&Version=2011-06-15",
    after: 0,
};
pub(crate) const LIST_ROLES: Call<'_> = Call {
    service: "iam",
    method: "POST",
    target: "/",
    body: "Action=ListRoles&Version=2010-05-08",
    after: 0,
};

/// A time as signatures have it, so many seconds after now.
pub(crate) fn signing_time(after: i64) -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(since_epoch.as_millis()).unwrap();
    basic(Timestamp::from_milliseconds(now + after * 1_000))
}

/// A time as signatures have it.
pub(crate) fn basic(time: Timestamp) -> String {
    time::format_seconds(time).replace(['-', ':'], "")
}

fn mac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature of a canonical request.
pub(crate) fn signature(key: &Key, scope: &str, time: &str, canonical: &str) -> String {
    let hash = hex(&Sha256::digest(canonical));
    let string_to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
    let secret = format!("AWS4{}", key.secret).into_bytes();
    let signing_key = scope.split('/').fold(secret, |key, part| mac(&key, part));
    hex(&mac(&signing_key, &string_to_sign))
}

/// The headers of a signed request.
pub(crate) fn signed_headers(key: &Key, call: Call<'_>) -> Vec<(String, String)> {
    let time = signing_time(call.after);
    sign(key, call, (&time, "us-east-1"))
}

/// The same, where time and region are chosen.
pub(crate) fn sign(
    key: &Key,
    call: Call<'_>,
    (time, region): (&str, &str),
) -> Vec<(String, String)> {
    let mut headers = vec![("host", HOST), ("x-amz-date", time)];
    headers.extend(
        key.token
            .as_deref()
            .map(|token| ("x-amz-security-token", token)),
    );
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
    let canonical = format!(
        "{}\n{path}\n{query}\n{lines}\n{names}\n{}",
        call.method,
        hex(&Sha256::digest(call.body))
    );
    let scope = format!("{}/{region}/{}/aws4_request", &time[..8], call.service);
    let signature = signature(key, &scope, time, &canonical);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        key.id
    );
    headers.push(("authorization", &authorization));
    headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The target of a presigned `GetCallerIdentity`, for the cluster `demo`.
pub(crate) fn presigned(key: &Key, after: i64) -> String {
    let time = signing_time(after);
    let scope = format!("{}/us-east-1/sts/aws4_request", &time[..8]);
    let token = key.token.as_deref().map_or_else(String::new, |token| {
        format!(
            "&X-Amz-Security-Token={}",
            token.replace('/', "%2F").replace('+', "%2B")
        )
    });
    let query = format!(
        "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}%2F{}\
         &X-Amz-Date={time}&X-Amz-Expires=60{token}&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
        key.id,
        scope.replace('/', "%2F")
    );
    let hash = hex(&Sha256::digest(""));
    let canonical =
        format!("GET\n/\n{query}\nhost:{HOST}\nx-k8s-aws-id:demo\n\nhost;x-k8s-aws-id\n{hash}");
    let signature = signature(key, &scope, &time, &canonical);
    format!("/?{query}&X-Amz-Signature={signature}")
}

/// Sends a call with these headers; IAM and STS answer in JSON.
pub(crate) async fn send_with(
    emulator: &EksEmulator,
    call: Call<'_>,
    headers: &[(String, String)],
) -> Answer {
    let mut request = Request::builder().method(call.method).uri(call.target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if call.service != "eks" {
        request = request
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded");
    }
    let request = request.body(Body::from(call.body.to_owned())).unwrap();
    send(&mut emulator.service(), request).await.unwrap()
}

/// Signs a call and sends it.
pub(crate) async fn call(emulator: &EksEmulator, key: &Key, call: Call<'_>) -> Answer {
    send_with(emulator, call, &signed_headers(key, call)).await
}
