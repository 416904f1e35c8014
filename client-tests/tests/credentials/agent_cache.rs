//! What the agent remembers, and when it forgets.

use eks_emulator::AgentCache;
use serde_json::json;

use crate::stage::{DEVELOPER, Keys, PODS, R, Stage};
use crate::trust;

const SECOND: &str = "arn:aws:iam::111122223333:role/S";

async fn role_of(stage: &Stage, keys: &Keys) -> String {
    let arn = stage.arn_of(keys).await;
    arn.split('/').nth(1).unwrap().to_owned()
}

async fn change_role(stage: &Stage, id: &str, role_arn: &str) {
    let target = format!("/clusters/c1/pod-identity-associations/{id}");
    let body = json!({ "roleArn": role_arn }).to_string();
    let answer = stage.eks(DEVELOPER, "POST", &target, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn delete(stage: &Stage, id: &str) {
    let target = format!("/clusters/c1/pod-identity-associations/{id}");
    let answer = stage.eks(DEVELOPER, "DELETE", &target, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// With `R` associated; gives the association's id.
async fn faithful() -> (Stage, String) {
    let stage = Stage::start_with(|builder| builder.agent_cache(AgentCache::Faithful)).await;
    stage.create_role("R", &trust::pod_identity()).await;
    stage.create_role("S", &trust::pod_identity()).await;
    let id = stage.associate(R).await;
    (stage, id)
}

#[tokio::test]
async fn the_same_token_gives_the_same_keys() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let first = stage.agent_keys(&token).await;
    stage.advance_seconds(1_800);
    assert_eq!(stage.agent_keys(&token).await, first);
}

#[tokio::test]
async fn another_token_of_the_pod_gives_other_keys() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let first = stage.agent_keys(&stage.token(PODS).await).await;
    stage.advance_seconds(1);
    assert_ne!(stage.agent_keys(&stage.token(PODS).await).await, first);
}

#[tokio::test]
async fn eks_auth_opens_a_session_each_time() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let first = stage.eks_auth("c1", &token).await.json();
    let second = stage.eks_auth("c1", &token).await.json();
    assert_ne!(first["credentials"], second["credentials"]);
}

#[tokio::test]
async fn keys_that_end_within_fifteen_seconds_are_replaced() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage
        .token_with(json!({ "audience": PODS, "pod": "app1", "expiresIn": "24h" }))
        .await;
    let first = stage.agent_keys(&token).await;
    stage.advance_seconds(21_600 - 16);
    assert_eq!(stage.agent_keys(&token).await, first);
    stage.advance_seconds(1);
    let second = stage.agent_keys(&token).await;
    assert_ne!(second, first);
    assert_eq!(second.expiration, "2026-07-01T11:59:45Z");
}

#[tokio::test]
async fn a_change_of_the_association_shows_at_once() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    stage.create_role("S", &trust::pod_identity()).await;
    let id = stage.associate(R).await;
    let token = stage.token(PODS).await;
    let first = stage.agent_keys(&token).await;
    change_role(&stage, &id, SECOND).await;
    let second = stage.agent_keys(&token).await;
    assert_eq!(role_of(&stage, &second).await, "S");
    // Keys that were given out stay what they were.
    assert_eq!(role_of(&stage, &first).await, "R");
}

#[tokio::test]
async fn a_deleted_association_shows_at_once() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    let id = stage.associate(R).await;
    let token = stage.token(PODS).await;
    stage.agent_keys(&token).await;
    delete(&stage, &id).await;
    assert_eq!(stage.agent(&token).await.status, 404);
}

#[tokio::test]
async fn a_faithful_cache_keeps_keys_for_three_hours() {
    let (stage, id) = faithful().await;
    let token = stage
        .token_with(json!({ "audience": PODS, "pod": "app1", "expiresIn": "24h" }))
        .await;
    let first = stage.agent_keys(&token).await;
    change_role(&stage, &id, SECOND).await;
    stage.advance_seconds(3 * 3_600 - 1);
    assert_eq!(stage.agent_keys(&token).await, first);
    stage.advance_seconds(1);
    let second = stage.agent_keys(&token).await;
    assert_eq!(role_of(&stage, &second).await, "S");
}

#[tokio::test]
async fn a_faithful_cache_outlives_the_association() {
    let (stage, id) = faithful().await;
    let token = stage
        .token_with(json!({ "audience": PODS, "pod": "app1", "expiresIn": "24h" }))
        .await;
    let first = stage.agent_keys(&token).await;
    delete(&stage, &id).await;
    assert_eq!(stage.agent_keys(&token).await, first);
    stage.advance_seconds(3 * 3_600);
    assert_eq!(stage.agent(&token).await.status, 404);
}

#[tokio::test]
async fn refusals_are_not_remembered() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.change_trust("R", &trust::other_service()).await;
    let token = stage.token(PODS).await;
    assert_eq!(stage.agent(&token).await.status, 400);
    stage.change_trust("R", &trust::pod_identity()).await;
    assert_eq!(stage.agent(&token).await.status, 200);
}

/// Of the same name, with as many changes of its associations behind it.
#[tokio::test]
async fn the_cluster_that_comes_next_owes_nothing_to_old_tokens() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    assert_eq!(stage.agent(&token).await.status, 200);
    let answer = stage.eks(DEVELOPER, "DELETE", "/clusters/c1", "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    stage.inner.emulator.advance_until_idle();
    let expected =
        "(InvalidTokenException): The token included in the request is invalid., fault: client";
    assert_eq!(
        stage.agent_refusal(&token).await,
        (400, expected.to_owned())
    );
    stage.inner.cluster().await;
    stage.associate(R).await;
    assert_eq!(
        stage.agent_refusal(&token).await,
        (400, expected.to_owned())
    );
}
