//! Temporary credentials in calls of EKS.

use serde_json::{Value, json};

use crate::raw::RawAnswer;
use crate::stage::{DEVELOPER, Keys, PODS, Stage, keys, signature};
use crate::trust;

async fn list_clusters(stage: &Stage, keys: &Keys) -> RawAnswer {
    let signature = signature(&keys.access_key_id, "eks");
    let headers = [
        ("authorization", signature.as_str()),
        ("x-amz-security-token", keys.session_token.as_str()),
    ];
    stage.inner.raw_with("GET", "/clusters", &headers, "").await
}

#[tokio::test]
async fn the_account_is_the_sessions() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let own = stage.agent_keys(&stage.token(PODS).await).await;
    let answer = list_clusters(&stage, &own).await;
    assert_eq!(answer.json()["clusters"], json!(["c1"]));
    let foreign = "arn:aws:iam::999988887777:role/F";
    let parameters = [("RoleArn", foreign), ("RoleSessionName", "one")];
    let assumed = keys(&stage.sts("AssumeRole", &parameters).await.body);
    let answer = list_clusters(&stage, &assumed).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["clusters"], json!([]));
}

#[tokio::test]
async fn ended_sessions_are_told_so() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    stage.advance_seconds(21_600);
    let answer = list_clusters(&stage, &keys).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("ExpiredTokenException")
    );
    assert_eq!(
        answer.json()["message"],
        "The security token included in the request is expired"
    );
}

#[tokio::test]
async fn a_wrong_session_token_is_not_recognised() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let mut keys = stage.agent_keys(&stage.token(PODS).await).await;
    keys.session_token = "wrong".into();
    let answer = list_clusters(&stage, &keys).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("UnrecognizedClientException")
    );
    assert_eq!(
        answer.json()["message"],
        "The security token included in the request is invalid."
    );
}

/// A role is global: the region is the request's.
#[tokio::test]
async fn what_a_session_makes_is_its_accounts() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    let body = json!({
        "name": "made",
        "roleArn": "arn:aws:iam::111122223333:role/cluster",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let signature = signature(&keys.access_key_id, "eks");
    let headers = [
        ("authorization", signature.as_str()),
        ("x-amz-security-token", keys.session_token.as_str()),
    ];
    let answer = stage
        .inner
        .raw_with("POST", "/clusters", &headers, &body.to_string())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seen: Value = stage
        .eks(DEVELOPER, "GET", "/clusters/made", "")
        .await
        .json();
    assert_eq!(
        seen["cluster"]["arn"],
        "arn:aws:eks:us-west-2:111122223333:cluster/made"
    );
}
