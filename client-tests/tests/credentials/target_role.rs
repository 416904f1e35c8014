//! Associations with a target role: one role assumed with another.

use eks_emulator::IamMode;
use serde_json::json;

use crate::stage::{PODS, R, Stage, before_uuid};
use crate::trust;

const TARGET: &str = "arn:aws:iam::999988887777:role/T";
const EXTERNAL_ID: &str = "us-west-2/111122223333/c1/ns-a/sa1";

/// Makes the target in the account of its own.
async fn create_target(stage: &Stage, trust: &serde_json::Value) {
    let document = trust.to_string();
    let signature = crate::stage::signature("999988887777", "iam");
    let headers = [("authorization", signature.as_str())];
    let parameters = [
        ("RoleName", "T"),
        ("AssumeRolePolicyDocument", document.as_str()),
    ];
    let answer = stage
        .query("2010-05-08", "CreateRole", &parameters, &headers)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains(TARGET), "{}", answer.body);
}

async fn stage(target_trust: &serde_json::Value) -> Stage {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    stage.create_role("R", &trust::pod_identity()).await;
    create_target(&stage, target_trust).await;
    stage
        .associate_with(R, json!({ "targetRoleArn": TARGET }))
        .await;
    stage
}

fn with_external_id(id: &str) -> serde_json::Value {
    trust::principal(R, json!({ "StringEquals": { "sts:ExternalId": id } }))
}

#[tokio::test]
async fn the_identity_is_the_target_roles() {
    let stage = stage(&with_external_id(EXTERNAL_ID)).await;
    let token = stage.token(PODS).await;
    let answer = stage.agent(&token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["AccountId"], "999988887777");
    let keys = stage.agent_keys(&token).await;
    assert_eq!(
        before_uuid(&stage.arn_of(&keys).await),
        "arn:aws:sts::999988887777:assumed-role/T/eks-c1-app1-"
    );
}

/// Chained sessions last an hour at most.
#[tokio::test]
async fn the_target_roles_session_lasts_an_hour() {
    let stage = stage(&with_external_id(EXTERNAL_ID)).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    assert_eq!(keys.expiration, "2026-07-01T01:00:00Z");
}

#[tokio::test]
async fn associations_show_the_external_id() {
    let stage = Stage::start().await;
    let answer = stage
        .try_associate(R, json!({ "targetRoleArn": TARGET }))
        .await;
    assert_eq!(answer.json()["association"]["externalId"], EXTERNAL_ID);
}

#[tokio::test]
async fn a_target_that_does_not_trust_denies() {
    for trust in [
        with_external_id("us-west-2/111122223333/c1/ns-a/other"),
        trust::principal("arn:aws:iam::111122223333:role/other", json!({})),
        trust::principal_without_tag_session(R),
        trust::pod_identity(),
    ] {
        let stage = stage(&trust).await;
        let (status, code, _) = stage.eks_auth_refusal(&stage.token(PODS).await).await;
        assert_eq!(
            (status, code.as_str()),
            (400, "AccessDeniedException"),
            "{trust}"
        );
    }
}

#[tokio::test]
async fn a_target_may_trust_the_account_or_ask_for_tags() {
    for trust in [
        trust::principal("arn:aws:iam::111122223333:root", json!({})),
        trust::principal("111122223333", json!({})),
        trust::principal(
            "*",
            json!({
                "StringEquals": { "aws:RequestTag/kubernetes-namespace": "ns-a" },
                "ArnEquals": { "aws:PrincipalArn": R },
            }),
        ),
    ] {
        let stage = stage(&trust).await;
        let answer = stage.eks_auth("c1", &stage.token(PODS).await).await;
        assert_eq!(answer.status, 200, "{trust}: {}", answer.body);
    }
}

/// The first role still has to trust EKS.
#[tokio::test]
async fn the_associations_role_is_asked_first() {
    let stage = stage(&with_external_id(EXTERNAL_ID)).await;
    stage.change_trust("R", &trust::other_service()).await;
    let (status, code, _) = stage.eks_auth_refusal(&stage.token(PODS).await).await;
    assert_eq!((status, code.as_str()), (400, "AccessDeniedException"));
}
