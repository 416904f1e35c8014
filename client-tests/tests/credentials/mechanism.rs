//! Which of the two mechanisms a pod is given, and what its token is then
//! worth.

use serde_json::Value;

use crate::stage::{DEVELOPER, PODS, R, Stage};
use crate::trust;

const IRSA: &str = "arn:aws:iam::111122223333:role/irsa";

/// The AWS variables of a pod's first container.
fn variables(pod: &Value) -> Vec<&str> {
    let variables = pod["spec"]["containers"][0]["env"].as_array();
    let names = variables.into_iter().flatten();
    names
        .map(|variable| variable["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_service_account_with_both_has_the_association() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.service_account("ns-a", "sa1", Some(IRSA)).await;
    let pod = stage.pod("ns-a", "app2", "sa1").await;
    assert_eq!(
        variables(&pod),
        [
            "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ]
    );
    let labels = &pod["metadata"]["labels"];
    assert_eq!(labels["eks.amazonaws.com/pod-identity"], "enabled");
}

#[tokio::test]
async fn without_the_association_new_pods_have_irsa() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    let id = stage.associate(R).await;
    let token = stage.token(PODS).await;
    stage.agent_keys(&token).await;
    let target = format!("/clusters/c1/pod-identity-associations/{id}");
    stage.eks(DEVELOPER, "DELETE", &target, "").await;
    // The pod that runs keeps its token, which is worth nothing now.
    let (status, text) = stage.agent_refusal(&token).await;
    assert_eq!(status, 404);
    assert!(text.starts_with("(ResourceNotFoundException): "), "{text}");
    stage.service_account("ns-a", "sa1", Some(IRSA)).await;
    let pod = stage.pod("ns-a", "app2", "sa1").await;
    assert_eq!(
        variables(&pod),
        [
            "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ]
    );
    assert_eq!(
        pod["metadata"]["labels"]["eks.amazonaws.com/pod-identity"],
        Value::Null
    );
}

#[tokio::test]
async fn without_either_nothing_is_injected() {
    let stage = Stage::start().await;
    let pod = stage.pod("ns-a", "app2", "sa1").await;
    assert_eq!(variables(&pod), Vec::<&str>::new());
}
