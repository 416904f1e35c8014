//! `GetCallerIdentity`: every caller, every form of the request.

use eks_emulator::{Auth, IamMode};
use serde_json::json;

use crate::stage::{DEVELOPER, Keys, PODS, R, Stage, element, refusal, signature};
use crate::trust;

async fn pod_keys(stage: &Stage) -> Keys {
    stage.create_role("R", &trust::pod_identity()).await;
    stage.associate(R).await;
    stage.agent_keys(&stage.token(PODS).await).await
}

fn presigned(keys: &Keys) -> String {
    let token = crate::stage::encoded(&keys.session_token);
    format!(
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}%2F20260701%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20260701T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token={token}&X-Amz-Signature=0",
        keys.access_key_id
    )
}

#[tokio::test]
async fn keys_that_nobody_gave_out_are_the_root_users() {
    let stage = Stage::start().await;
    let answer = stage.sts("GetCallerIdentity", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/xml")
    );
    assert_eq!(
        element(&answer.body, "Arn"),
        "arn:aws:iam::111122223333:root"
    );
    assert_eq!(element(&answer.body, "UserId"), "111122223333");
    assert_eq!(element(&answer.body, "Account"), "111122223333");
    let id = element(&answer.body, "RequestId");
    assert_eq!(answer.header("x-amzn-requestid"), Some(id.as_str()));
}

#[tokio::test]
async fn an_access_key_that_is_an_account_id_is_that_accounts() {
    let stage = Stage::start().await;
    let signature = signature("444455556666", "sts");
    let headers = [("authorization", signature.as_str())];
    let answer = stage.query("2011-06-15", "GetCallerIdentity", &[], &headers);
    assert_eq!(element(&answer.await.body, "Account"), "444455556666");
}

#[tokio::test]
async fn a_pods_identity_has_the_roles_id() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    let body = stage.sts_as(&keys, "GetCallerIdentity", &[]).await.body;
    let role = stage.iam("GetRole", &[("RoleName", "R")]).await;
    let arn = element(&body, "Arn");
    let session = arn.rsplit('/').next().unwrap();
    let expected = format!("{}:{session}", element(&role, "RoleId"));
    assert_eq!(element(&body, "UserId"), expected);
}

#[tokio::test]
async fn presigned_requests_are_answered() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    let answer = stage.inner.raw("GET", &presigned(&keys), "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(element(&answer.body, "Arn"), stage.arn_of(&keys).await);
}

/// As the authenticator of clusters asks.
#[tokio::test]
async fn who_accepts_json_gets_json() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    let headers = [("accept", "application/json"), ("x-k8s-aws-id", "c1")];
    let answer = stage
        .inner
        .raw_with("GET", &presigned(&keys), &headers, "")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let arn = stage.arn_of(&keys).await;
    let body = answer.json();
    let result = &body["GetCallerIdentityResponse"]["GetCallerIdentityResult"];
    assert_eq!(result["Arn"], arn.as_str());
    assert_eq!(result["Account"], "111122223333");
    let wrong = Keys {
        session_token: "wrong".into(),
        ..keys
    };
    let answer = stage
        .inner
        .raw_with("GET", &presigned(&wrong), &headers, "")
        .await;
    assert_eq!(answer.status, 403);
    let mut body = answer.json();
    assert!(body["RequestId"].is_string());
    assert_eq!(
        body["Error"].take(),
        json!({
            "Code": "InvalidClientTokenId",
            "Message": "The security token included in the request is invalid.",
            "Type": "Sender",
        })
    );
}

#[tokio::test]
async fn temporary_keys_need_their_session_token() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    let expected = (
        403,
        "InvalidClientTokenId".to_owned(),
        "The security token included in the request is invalid.".to_owned(),
    );
    let signature = signature(&keys.access_key_id, "sts");
    let headers = [("authorization", signature.as_str())];
    let answer = stage.query("2011-06-15", "GetCallerIdentity", &[], &headers);
    assert_eq!(refusal(&answer.await), expected);
    let other = Keys {
        session_token: format!("{}x", keys.session_token),
        ..keys
    };
    let answer = stage.sts_as(&other, "GetCallerIdentity", &[]).await;
    assert_eq!(refusal(&answer), expected);
}

#[tokio::test]
async fn ended_sessions_are_told_so() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    stage.advance_seconds(21_600);
    let answer = stage.sts_as(&keys, "GetCallerIdentity", &[]).await;
    let message = "The security token included in the request is expired";
    assert_eq!(
        refusal(&answer),
        (403, "ExpiredToken".into(), message.into())
    );
}

#[tokio::test]
async fn strict_mode_knows_its_temporary_keys() {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    let unknown = Keys {
        access_key_id: "ASIAABCDEFGHIJKLMNOP".into(),
        secret_access_key: String::new(),
        session_token: "any".into(),
        expiration: json!(null),
    };
    let answer = stage.sts_as(&unknown, "GetCallerIdentity", &[]).await;
    assert_eq!(answer.status, 403);
    assert_eq!(element(&answer.body, "Code"), "InvalidClientTokenId");
}

#[tokio::test]
async fn unsigned_callers_are_refused_where_signatures_are_asked_for() {
    let stage = Stage::start_with(|builder| builder.auth(Auth::Scope)).await;
    let answer = stage
        .query("2011-06-15", "GetCallerIdentity", &[], &[])
        .await;
    assert_eq!(
        refusal(&answer),
        (
            403,
            "MissingAuthenticationToken".into(),
            "Request is missing Authentication Token".into()
        )
    );
    // The agent and web identities need no signature.
    let token = stage.token(PODS).await;
    assert_eq!(stage.agent(&token).await.status, 404);
    let signature = signature(DEVELOPER, "eks");
    let headers = [("authorization", signature.as_str())];
    let answer = stage.query("2011-06-15", "GetCallerIdentity", &[], &headers);
    assert_eq!(answer.await.status, 403);
}

#[tokio::test]
async fn sessions_of_the_root_user_are_the_root_users() {
    let stage = Stage::start().await;
    let answer = stage.sts("GetSessionToken", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let keys = crate::stage::keys(&answer.body);
    assert_eq!(keys.expiration, "2026-07-01T12:00:00Z");
    assert_eq!(stage.arn_of(&keys).await, "arn:aws:iam::111122223333:root");
    // A session opens no other.
    let answer = stage.sts_as(&keys, "GetSessionToken", &[]).await;
    assert_eq!(refusal(&answer).1, "AccessDenied");
}

#[tokio::test]
async fn sessions_of_roles_get_no_session_token() {
    let stage = Stage::start().await;
    let keys = pod_keys(&stage).await;
    let answer = stage.sts_as(&keys, "GetSessionToken", &[]).await;
    let (status, code, _) = refusal(&answer);
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
}
