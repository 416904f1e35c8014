//! What EKS says of the role of a new association.

use eks_emulator::IamMode;
use serde_json::{Value, json};

use crate::raw::RawAnswer;
use crate::stage::{DEVELOPER, R, STS, Stage};
use crate::trust;

fn error(answer: &RawAnswer) -> (u16, String, String) {
    let code = answer.header("x-amzn-errortype").unwrap().to_owned();
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    (answer.status, code, message)
}

fn invalid(message: &str) -> (u16, String, String) {
    (400, "InvalidParameterException".into(), message.into())
}

fn untrusting() -> (u16, String, String) {
    invalid(
        "Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue.",
    )
}

#[tokio::test]
async fn a_missing_role_does_not_exist_in_strict_mode() {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    let expected = invalid("Role provided in the request does not exist.");
    assert_eq!(error(&stage.try_associate(R, json!({})).await), expected);
    stage.create_role("R", &trust::pod_identity()).await;
    assert_eq!(stage.try_associate(R, json!({})).await.status, 200);
}

/// Also in lenient mode: a role that IAM has is always looked at.
#[tokio::test]
async fn a_role_has_to_trust_eks_for_both_actions() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::without_tag_session()).await;
    for trust in [trust::without_tag_session(), trust::other_service()] {
        stage.change_trust("R", &trust).await;
        assert_eq!(
            error(&stage.try_associate(R, json!({})).await),
            untrusting()
        );
    }
}

#[tokio::test]
async fn updates_are_checked_alike() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.create_role("S", &trust::other_service()).await;
    let target = "/clusters/c1/pod-identity-associations";
    let list = stage.eks(DEVELOPER, "GET", target, "").await.json();
    let id = list["associations"][0]["associationId"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "roleArn": "arn:aws:iam::111122223333:role/S" }).to_string();
    let answer = stage
        .eks(DEVELOPER, "POST", &format!("{target}/{id}"), &body)
        .await;
    assert_eq!(error(&answer), untrusting());
}

#[tokio::test]
async fn one_role_may_trust_both_mechanisms() {
    let stage = Stage::start().await;
    let provider = stage.create_provider(STS).await;
    let mut both: Value = trust::pod_identity();
    let web = trust::web_identity(&provider, json!({}))["Statement"][0].take();
    both["Statement"].as_array_mut().unwrap().push(web);
    stage.create_role("R", &both).await;
    assert_eq!(stage.try_associate(R, json!({})).await.status, 200);
}

/// They hold or not once there is a pod.
#[tokio::test]
async fn conditions_on_tags_are_not_looked_at_yet() {
    let stage = Stage::start().await;
    let condition = json!({ "StringEquals": { "aws:RequestTag/eks-cluster-name": "other" } });
    stage
        .create_role("R", &trust::pod_identity_if(condition))
        .await;
    assert_eq!(stage.try_associate(R, json!({})).await.status, 200);
}

#[tokio::test]
async fn roles_of_other_accounts_are_refused() {
    let stage = Stage::start().await;
    let foreign = "arn:aws:iam::999988887777:role/R";
    let answer = stage.try_associate(foreign, json!({})).await;
    let (status, code, _) = error(&answer);
    assert_eq!((status, code.as_str()), (403, "AccessDeniedException"));
}

#[tokio::test]
async fn a_service_account_has_one_association() {
    let stage = Stage::start().await;
    let id = stage.associate(R).await;
    let answer = stage.try_associate(R, json!({})).await;
    let message = format!("Association already exists: {id}");
    assert_eq!(
        error(&answer),
        (409, "ResourceInUseException".into(), message)
    );
}

#[tokio::test]
async fn kubernetes_is_not_asked() {
    let stage = Stage::start().await;
    let more = json!({ "namespace": "absent", "serviceAccount": "absent" });
    assert_eq!(stage.try_associate(R, more).await.status, 200);
}

/// Source of the text: an answer in a report to the Terraform module.
#[tokio::test]
async fn the_role_of_a_cluster_has_to_exist_in_strict_mode_and_to_trust_eks() {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    let body = json!({
        "name": "c2",
        "roleArn": R,
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let body = body.to_string();
    let expected = invalid(&format!(
        "Role with arn: {R}, could not be assumed because it does not exist or the trusted entity is not correct"
    ));
    let answer = stage.eks(DEVELOPER, "POST", "/clusters", &body).await;
    assert_eq!(error(&answer), expected);
    stage.create_role("R", &trust::pod_identity()).await;
    let answer = stage.eks(DEVELOPER, "POST", "/clusters", &body).await;
    assert_eq!(error(&answer), expected);
    stage.change_trust("R", &trust::clusters()).await;
    let answer = stage.eks(DEVELOPER, "POST", "/clusters", &body).await;
    assert_eq!(answer.status, 200);
}
