//! `Stage`: a cluster with pods, roles and tokens, asked over plain HTTP.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eks_emulator::EksEmulatorBuilder;
use serde_json::{Value, json};

use crate::raw::RawAnswer;
use crate::support::TestEmulator;
use crate::trust;

/// An access key of the account of the tests.
pub(crate) const DEVELOPER: &str = "AKIAIOSFODNN7EXAMPLE";
/// The audience of tokens for the agent.
pub(crate) const PODS: &str = "pods.eks.amazonaws.com";
/// The audience of tokens for IRSA.
pub(crate) const STS: &str = "sts.amazonaws.com";
/// `Role` of the account of the tests, without a path.
pub(crate) const R: &str = "arn:aws:iam::111122223333:role/R";

/// The cluster `c1` with the service account `ns-a/sa1` and its pod `app1`.
pub(crate) struct Stage {
    pub(crate) inner: TestEmulator,
}

/// Temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: String,
    pub(crate) expiration: Value,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub(crate) async fn start_with(
        change: impl FnOnce(EksEmulatorBuilder) -> EksEmulatorBuilder,
    ) -> Self {
        let stage = Self {
            inner: TestEmulator::start_with(change),
        };
        // In strict mode the cluster's own role has to exist.
        stage.create_role("cluster", &trust::clusters()).await;
        stage.inner.cluster().await;
        stage.service_account("ns-a", "sa1", None).await;
        stage.pod("ns-a", "app1", "sa1").await;
        stage
    }

    /// With the role `R`, which trusts EKS, associated with `ns-a/sa1`.
    pub(crate) async fn associated(trust: Value) -> Self {
        let stage = Self::start().await;
        stage.create_role("R", &trust).await;
        stage.associate(R).await;
        stage
    }

    /// Associates `ns-a/sa1` with a role; gives the association's id.
    pub(crate) async fn associate(&self, role_arn: &str) -> String {
        self.associate_with(role_arn, json!({})).await
    }

    /// The same with more members.
    pub(crate) async fn associate_with(&self, role_arn: &str, more: Value) -> String {
        let answer = self.try_associate(role_arn, more).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let association = answer.json()["association"].take();
        association["associationId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn try_associate(&self, role_arn: &str, more: Value) -> RawAnswer {
        let mut body = json!({ "namespace": "ns-a", "serviceAccount": "sa1", "roleArn": role_arn });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let target = "/clusters/c1/pod-identity-associations";
        self.eks(DEVELOPER, "POST", target, &body.to_string()).await
    }

    /// A signed call of EKS.
    pub(crate) async fn eks(&self, key: &str, method: &str, target: &str, body: &str) -> RawAnswer {
        let signature = signature(key, "eks");
        let headers = [("authorization", signature.as_str())];
        self.inner.raw_with(method, target, &headers, body).await
    }

    pub(crate) async fn service_account(&self, namespace: &str, name: &str, role: Option<&str>) {
        let annotations = match role {
            Some(role) => json!({ "eks.amazonaws.com/role-arn": role }),
            None => json!({}),
        };
        let body = json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": { "name": name, "namespace": namespace, "annotations": annotations },
        });
        let target = format!("/_emulator/v1/clusters/c1/service-accounts/{namespace}/{name}");
        let answer = self.inner.raw("PUT", &target, &body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Makes a pod, as admission lets it in.
    pub(crate) async fn pod(&self, namespace: &str, name: &str, account: &str) -> Value {
        let body = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": name, "namespace": namespace },
            "spec": {
                "serviceAccountName": account,
                "containers": [{ "name": "app", "image": "app" }],
            },
        });
        let target = "/_emulator/v1/clusters/c1/pods";
        let answer = self.inner.raw("POST", target, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// The token of `app1` for an audience.
    pub(crate) async fn token(&self, audience: &str) -> String {
        self.token_with(json!({ "audience": audience, "pod": "app1" }))
            .await
    }

    /// A token of `ns-a/sa1` of `c1`, or as `more` has it.
    pub(crate) async fn token_with(&self, more: Value) -> String {
        let mut body = json!({ "cluster": "c1", "namespace": "ns-a", "serviceAccount": "sa1" });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let target = "/_emulator/v1/tokens";
        let answer = self.inner.raw("POST", target, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// Asks the agent.
    pub(crate) async fn agent(&self, token: &str) -> RawAnswer {
        let headers = [("authorization", token)];
        self.inner
            .raw_with("GET", "/v1/credentials", &headers, "")
            .await
    }

    /// The keys that the agent gives.
    pub(crate) async fn agent_keys(&self, token: &str) -> Keys {
        let answer = self.agent(token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        let text = |member: &str| body[member].as_str().unwrap().to_owned();
        Keys {
            access_key_id: text("AccessKeyId"),
            secret_access_key: text("SecretAccessKey"),
            session_token: text("Token"),
            expiration: body["Expiration"].clone(),
        }
    }

    /// What the agent says instead of giving credentials: status, and text
    /// without the request id, which is checked and removed.
    pub(crate) async fn agent_refusal(&self, token: &str) -> (u16, String) {
        let answer = self.agent(token).await;
        let text = answer.body.strip_suffix('\n').unwrap();
        let text = match text.strip_prefix('[') {
            Some(rest) => {
                let (id, rest) = rest.split_once("]: ").unwrap();
                assert_uuid(id);
                rest
            }
            None => text,
        };
        (answer.status, text.to_owned())
    }

    /// Calls EKS Auth.
    pub(crate) async fn eks_auth(&self, cluster: &str, token: &str) -> RawAnswer {
        let target = format!("/clusters/{cluster}/assume-role-for-pod-identity");
        let signature = signature(DEVELOPER, "eks-auth");
        let headers = [("authorization", signature.as_str())];
        let body = json!({ "token": token }).to_string();
        self.inner.raw_with("POST", &target, &headers, &body).await
    }

    /// What EKS Auth answers to the token of `app1` in place of credentials.
    pub(crate) async fn eks_auth_refusal(&self, token: &str) -> (u16, String, String) {
        let answer = self.eks_auth("c1", token).await;
        let code = answer.header("x-amzn-errortype").unwrap().to_owned();
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        (answer.status, code, message)
    }

    /// Makes a role.
    pub(crate) async fn create_role(&self, name: &str, trust: &Value) {
        let trust = trust.to_string();
        let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", &trust)];
        self.iam("CreateRole", &parameters).await;
    }

    /// Changes whom a role trusts.
    pub(crate) async fn change_trust(&self, name: &str, trust: &Value) {
        let document = trust.to_string();
        let parameters = [("RoleName", name), ("PolicyDocument", &document)];
        self.iam("UpdateAssumeRolePolicy", &parameters).await;
    }

    /// A call of IAM that succeeds.
    pub(crate) async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let signature = signature(DEVELOPER, "iam");
        let headers = [("authorization", signature.as_str())];
        let answer = self.query("2010-05-08", action, parameters, &headers).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// A call of STS by a developer of the account.
    pub(crate) async fn sts(&self, action: &str, parameters: &[(&str, &str)]) -> RawAnswer {
        let signature = signature(DEVELOPER, "sts");
        let headers = [("authorization", signature.as_str())];
        self.query("2011-06-15", action, parameters, &headers).await
    }

    /// A call of STS with temporary credentials.
    pub(crate) async fn sts_as(
        &self,
        keys: &Keys,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> RawAnswer {
        let signature = signature(&keys.access_key_id, "sts");
        let headers = [
            ("authorization", signature.as_str()),
            ("x-amz-security-token", keys.session_token.as_str()),
        ];
        self.query("2011-06-15", action, parameters, &headers).await
    }

    /// A call of the query protocol.
    pub(crate) async fn query(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> RawAnswer {
        let mut body = format!("Action={action}&Version={version}");
        for (key, value) in parameters {
            body.push_str(&format!("&{}={}", encoded(key), encoded(value)));
        }
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.inner.raw_with("POST", "/", &headers, &body).await
    }

    /// The ARN that keys stand for.
    pub(crate) async fn arn_of(&self, keys: &Keys) -> String {
        let answer = self.sts_as(keys, "GetCallerIdentity", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        element(&answer.body, "Arn")
    }

    pub(crate) fn advance_seconds(&self, seconds: u64) {
        self.inner.emulator.advance(Duration::from_secs(seconds));
    }

    /// The issuer of `c1`, without the scheme.
    pub(crate) async fn issuer(&self) -> String {
        let cluster = self.inner.describe_cluster("c1").await;
        let issuer = cluster
            .identity()
            .unwrap()
            .oidc()
            .unwrap()
            .issuer()
            .unwrap();
        issuer.strip_prefix("https://").unwrap().to_owned()
    }

    /// Makes the account's provider for the issuer of `c1`; gives its ARN.
    pub(crate) async fn create_provider(&self, audience: &str) -> String {
        let url = format!("https://{}", self.issuer().await);
        let parameters = [("Url", url.as_str()), ("ClientIDList.member.1", audience)];
        let body = self.iam("CreateOpenIDConnectProvider", &parameters).await;
        element(&body, "OpenIDConnectProviderArn")
    }
}

/// Keys in an answer of STS.
pub(crate) fn keys(body: &str) -> Keys {
    Keys {
        access_key_id: element(body, "AccessKeyId"),
        secret_access_key: element(body, "SecretAccessKey"),
        session_token: element(body, "SessionToken"),
        expiration: element(body, "Expiration").into(),
    }
}

/// The text of the first element of a name.
#[track_caller]
pub(crate) fn element(body: &str, name: &str) -> String {
    let rest = body.split_once(&format!("<{name}>"));
    let text = rest.and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    let (text, _) = text.unwrap_or_else(|| panic!("no {name} in {body}"));
    text.replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Status, code and message of an error of the query protocol.
#[track_caller]
pub(crate) fn refusal(answer: &RawAnswer) -> (u16, String, String) {
    let body = &answer.body;
    (
        answer.status,
        element(body, "Code"),
        element(body, "Message"),
    )
}

/// A signature, which nobody checks, of an access key for a service.
pub(crate) fn signature(key: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260701/us-west-2/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// Percent-encoded for a form.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A token whose claims were changed, the signature left as it was.
pub(crate) fn tampered(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = claims(token);
    change(&mut claims);
    let changed = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{}.{changed}.{}", parts[0], parts[2])
}

/// What a token says.
pub(crate) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// A token with another header and the signature left as it was.
pub(crate) fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

/// A UUID in lower case.
#[track_caller]
pub(crate) fn assert_uuid(text: &str) {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    assert!(text.bytes().all(is_hex), "{text}");
}

/// The name of the session in an ARN, cut before its UUID, which is checked.
#[track_caller]
pub(crate) fn before_uuid(arn: &str) -> &str {
    let (before, uuid) = arn.split_at(arn.len() - 36);
    assert_uuid(uuid);
    before
}
