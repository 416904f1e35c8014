//! `AssumeRoleForPodIdentity`: tokens, trust, tags and session names.

use serde_json::{Value, json};

use crate::stage::{
    PODS, R, STS, Stage, assert_uuid, before_uuid, claims, signature, tampered, with_header,
};
use crate::support::EBS_ACCOUNT;
use crate::trust;

const DENIED: &str =
    "Unauthorized Exception! EKS does not have permissions to assume the associated role.";

fn denied() -> (u16, String, String) {
    (400, "AccessDeniedException".into(), DENIED.into())
}

fn invalid() -> (u16, String, String) {
    let message = "The token included in the request is invalid.";
    (400, "InvalidTokenException".into(), message.into())
}

#[tokio::test]
async fn the_answer_has_every_member() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    let id = stage.associate(R).await;
    let mut body = stage.eks_auth("c1", &stage.token(PODS).await).await.json();
    let credentials = body["credentials"].take();
    let user = body["assumedRoleUser"].take();
    assert_eq!(credentials["expiration"].as_f64(), Some(1_782_885_600.0));
    let members: Vec<&String> = credentials.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "accessKeyId",
            "expiration",
            "secretAccessKey",
            "sessionToken"
        ]
    );
    let arn = user["arn"].as_str().unwrap();
    assert_eq!(
        before_uuid(arn),
        "arn:aws:sts::111122223333:assumed-role/R/eks-c1-app1-"
    );
    let (role_id, session) = user["assumeRoleId"]
        .as_str()
        .unwrap()
        .split_once(':')
        .unwrap();
    assert!(
        role_id.starts_with("AROA") && role_id.len() == 21,
        "{role_id}"
    );
    assert!(arn.ends_with(session));
    assert_eq!(
        body,
        json!({
            "subject": { "namespace": "ns-a", "serviceAccount": "sa1" },
            "audience": "pods.eks.amazonaws.com",
            "podIdentityAssociation": {
                "associationArn": format!("arn:aws:eks:us-west-2:111122223333:podidentityassociation/c1/{id}"),
                "associationId": id,
            },
            "assumedRoleUser": null,
            "credentials": null,
            "workloadIdentityProviderArn": null,
        })
    );
}

/// Also when the role's own limit is an hour.
#[tokio::test]
async fn sessions_last_six_hours() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    stage.advance_seconds(21_599);
    assert_eq!(
        stage.sts_as(&keys, "GetCallerIdentity", &[]).await.status,
        200
    );
    stage.advance_seconds(1);
    assert_eq!(
        stage.sts_as(&keys, "GetCallerIdentity", &[]).await.status,
        403
    );
}

#[tokio::test]
async fn names_in_the_sessions_name_are_cut_to_ten_characters() {
    let stage = Stage::start().await;
    stage.inner.cluster_named("eksworkshop-eksctl").await;
    let cluster = "/_emulator/v1/clusters/eksworkshop-eksctl";
    let account = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "irsa-demo", "namespace": "default" } });
    let target = format!("{cluster}/service-accounts/default/irsa-demo");
    stage.inner.raw("PUT", &target, &account.to_string()).await;
    let association =
        json!({ "namespace": "default", "serviceAccount": "irsa-demo", "roleArn": R });
    let target = "/clusters/eksworkshop-eksctl/pod-identity-associations";
    stage
        .inner
        .raw("POST", target, &association.to_string())
        .await;
    let pod = json!({ "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "irsa-demo-58b4bcfb56-l9frp", "namespace": "default" },
        "spec": { "serviceAccountName": "irsa-demo", "containers": [{ "name": "app", "image": "app" }] } });
    stage
        .inner
        .raw("POST", &format!("{cluster}/pods"), &pod.to_string())
        .await;
    let token = stage
        .token_with(
            json!({ "cluster": "eksworkshop-eksctl", "namespace": "default",
            "serviceAccount": "irsa-demo", "pod": "irsa-demo-58b4bcfb56-l9frp" }),
        )
        .await;
    let answer = stage.eks_auth("eksworkshop-eksctl", &token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(
        before_uuid(body["assumedRoleUser"]["arn"].as_str().unwrap()),
        "arn:aws:sts::111122223333:assumed-role/R/eks-eksworksho-irsa-demo--"
    );
}

#[tokio::test]
async fn the_path_of_a_role_is_not_in_the_sessions_arn() {
    let stage = Stage::start().await;
    let document = trust::pod_identity().to_string();
    let parameters = [
        ("RoleName", "R"),
        ("Path", "/team/x/"),
        ("AssumeRolePolicyDocument", &document),
    ];
    stage.iam("CreateRole", &parameters).await;
    stage
        .associate("arn:aws:iam::111122223333:role/team/x/R")
        .await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    assert_eq!(
        before_uuid(&stage.arn_of(&keys).await),
        "arn:aws:sts::111122223333:assumed-role/R/eks-c1-app1-"
    );
}

#[tokio::test]
async fn trust_that_is_taken_away_later_denies() {
    for trust in [trust::without_tag_session(), trust::other_service()] {
        let stage = Stage::associated(trust::pod_identity()).await;
        stage.change_trust("R", &trust).await;
        let token = stage.token(PODS).await;
        assert_eq!(stage.eks_auth_refusal(&token).await, denied());
    }
}

#[tokio::test]
async fn a_role_that_is_deleted_later_denies_in_strict_mode() {
    let stage = Stage::start_with(|builder| builder.iam(eks_emulator::IamMode::Strict)).await;
    stage.create_role("R", &trust::pod_identity()).await;
    stage.associate(R).await;
    stage.iam("DeleteRole", &[("RoleName", "R")]).await;
    assert_eq!(
        stage.eks_auth_refusal(&stage.token(PODS).await).await,
        denied()
    );
}

/// With the session tags that EKS sends, in the keys that policies name.
#[tokio::test]
async fn conditions_on_session_tags_are_evaluated() {
    let uid = |pod: &Value| pod["metadata"]["uid"].as_str().unwrap().to_owned();
    let arn = "arn:aws:eks:us-west-2:111122223333:cluster/c1";
    let stage = Stage::associated(trust::pod_identity()).await;
    let pod = stage.pod("ns-a", "app2", "sa1").await;
    let token = stage.token_with(json!({ "pod": "app2" })).await;
    for (key, right) in [
        ("aws:RequestTag/eks-cluster-arn", arn),
        ("aws:RequestTag/eks-cluster-name", "c1"),
        ("aws:RequestTag/kubernetes-namespace", "ns-a"),
        ("aws:RequestTag/kubernetes-service-account", "sa1"),
        ("aws:RequestTag/kubernetes-pod-name", "app2"),
        ("aws:RequestTag/kubernetes-pod-uid", &uid(&pod)),
        ("aws:SourceArn", arn),
        ("aws:SourceAccount", "111122223333"),
    ] {
        let matching = trust::pod_identity_if(json!({ "StringEquals": { key: right } }));
        stage.change_trust("R", &matching).await;
        assert_eq!(stage.eks_auth("c1", &token).await.status, 200, "{key}");
        let other = trust::pod_identity_if(json!({ "StringEquals": { key: "other" } }));
        stage.change_trust("R", &other).await;
        assert_eq!(stage.eks_auth_refusal(&token).await, denied(), "{key}");
    }
}

#[tokio::test]
async fn without_session_tags_conditions_on_them_fail() {
    let stage = Stage::start().await;
    let condition = json!({ "StringEquals": { "aws:RequestTag/eks-cluster-name": "c1" } });
    stage
        .create_role("R", &trust::pod_identity_if(condition))
        .await;
    stage
        .associate_with(R, json!({ "disableSessionTags": true }))
        .await;
    assert_eq!(
        stage.eks_auth_refusal(&stage.token(PODS).await).await,
        denied()
    );
}

#[tokio::test]
async fn without_session_tags_nothing_is_tagged() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    stage
        .associate_with(R, json!({ "disableSessionTags": true }))
        .await;
    stage.change_trust("R", &trust::without_tag_session()).await;
    let token = stage.token(PODS).await;
    assert_eq!(stage.eks_auth("c1", &token).await.status, 200);
}

#[tokio::test]
async fn a_session_policy_does_not_change_the_identity() {
    let stage = Stage::start().await;
    stage.create_role("R", &trust::pod_identity()).await;
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let more = json!({ "disableSessionTags": true, "policy": policy });
    stage.associate_with(R, more).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    assert_eq!(
        before_uuid(&stage.arn_of(&keys).await),
        "arn:aws:sts::111122223333:assumed-role/R/eks-c1-app1-"
    );
}

#[tokio::test]
async fn tokens_that_are_not_this_clusters_are_invalid() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.inner.cluster_named("c2").await;
    let token = stage.token(PODS).await;
    let answer = stage.eks_auth("c2", &token).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("InvalidTokenException")
    );
    let hmac = with_header(&token, &json!({ "alg": "HS256" }));
    for wrong in [
        stage.token(STS).await,
        tampered(&token, |claims| {
            claims["iss"] = json!("https://example.com")
        }),
        tampered(&token, |claims| {
            claims["aud"] = json!(["pods.eks.amazonaws.com", "x"])
        }),
        tampered(&token, |claims| {
            claims["sub"] = json!("system:serviceaccount:ns-a:sa2")
        }),
        hmac,
        "a.b.c".to_owned(),
    ] {
        assert_eq!(stage.eks_auth_refusal(&wrong).await, invalid(), "{wrong}");
    }
}

#[tokio::test]
async fn expired_tokens_are_told_the_time() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token_with(json!({ "expiresIn": "10m" })).await;
    stage
        .inner
        .emulator
        .advance(std::time::Duration::from_millis(600_285));
    let message = "The token included in the request is expired: current date/time 2026-07-01T00:10:00.285Z must be before the expiration date/time 2026-07-01T00:10:00Z.";
    assert_eq!(
        stage.eks_auth_refusal(&token).await,
        (400, "ExpiredTokenException".into(), message.into())
    );
}

/// Nobody learns what a forged token's cluster thinks of its age.
#[tokio::test]
async fn an_expired_token_with_a_bad_signature_is_invalid() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let old = tampered(&token, |claims| claims["exp"] = json!(1_700_000_000));
    assert_eq!(stage.eks_auth_refusal(&old).await, invalid());
}

#[tokio::test]
async fn clusters_and_associations_that_are_missing_are_not_found() {
    let stage = Stage::start().await;
    let token = stage.token(PODS).await;
    assert_eq!(
        stage.eks_auth_refusal(&token).await,
        (
            404,
            "ResourceNotFoundException".into(),
            "No pod identity association found for the given service account.".into()
        )
    );
    let answer = stage.eks_auth("absent", &token).await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.json()["message"],
        "No cluster found for name: absent."
    );
}

#[tokio::test]
async fn the_token_of_a_pod_that_is_gone_is_invalid() {
    let stage = Stage::start().await;
    stage.inner.addon("eks-pod-identity-agent").await;
    stage.inner.addon_with_association().await;
    let pods = "/_emulator/v1/clusters/c1/pods?owner=addon/aws-ebs-csi-driver";
    let pods = stage.inner.raw("GET", pods, "").await.json();
    let pods = pods["pods"].as_array().unwrap().iter();
    let names = pods.map(|pod| pod["metadata"]["name"].as_str().unwrap());
    let mut controllers = names.filter(|name| name.starts_with("ebs-csi-controller-"));
    let name = controllers.next().unwrap();
    let token = stage
        .token_with(
            json!({ "namespace": "kube-system", "serviceAccount": EBS_ACCOUNT, "pod": name }),
        )
        .await;
    assert_eq!(stage.eks_auth("c1", &token).await.status, 200);
    let restart =
        "/_emulator/v1/clusters/c1/workloads/kube-system/Deployment/ebs-csi-controller/restart";
    let answer = stage.inner.raw("POST", restart, "").await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    stage.inner.emulator.advance_until_idle();
    assert_eq!(stage.eks_auth_refusal(&token).await, invalid());
}

#[tokio::test]
async fn a_token_that_is_bound_to_no_pod_is_enough() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token_with(json!({})).await;
    assert_eq!(claims(&token)["kubernetes.io"]["pod"], Value::Null);
    let body = stage.eks_auth("c1", &token).await.json();
    let arn = body["assumedRoleUser"]["arn"].as_str().unwrap();
    assert_eq!(
        before_uuid(arn),
        "arn:aws:sts::111122223333:assumed-role/R/eks-c1-sa1-"
    );
}

#[tokio::test]
async fn tokens_have_the_claims_of_eks() {
    let stage = Stage::start().await;
    let token = stage.token(PODS).await;
    let claims = claims(&token);
    let issuer = format!("https://{}", stage.issuer().await);
    assert_eq!(claims["iss"], issuer);
    assert_eq!(claims["aud"], json!(["pods.eks.amazonaws.com"]));
    assert_eq!(claims["sub"], "system:serviceaccount:ns-a:sa1");
    assert_eq!(claims["iat"], 1_782_864_000);
    assert_eq!(claims["nbf"], 1_782_864_000);
    assert_eq!(claims["exp"], 1_782_867_600);
    assert_uuid(claims["jti"].as_str().unwrap());
    let bound = &claims["kubernetes.io"];
    assert_eq!(bound["namespace"], "ns-a");
    assert_eq!(bound["pod"]["name"], "app1");
    assert_eq!(bound["serviceaccount"]["name"], "sa1");
    assert!(!token.ends_with('\n'));
}

#[tokio::test]
async fn what_the_node_says_about_itself_is_accepted() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let body = json!({ "token": stage.token(PODS).await, "eksNodeName": "n", "instanceId": "i-1", "zone": "z" })
        .to_string();
    let target = "/clusters/c1/assume-role-for-pod-identity";
    let signature = signature("AKIAIOSFODNN7EXAMPLE", "eks-auth");
    let headers = [("authorization", signature.as_str())];
    let answer = stage.inner.raw_with("POST", target, &headers, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_text_that_cannot_be_a_token_is_refused_by_its_form() {
    let stage = Stage::associated(trust::pod_identity()).await;
    for text in ["", "a.b", "a b.c.d", "\n"] {
        let answer = stage.eks_auth("c1", text).await;
        assert_eq!(answer.status, 400, "{text:?}");
        let code = answer.header("x-amzn-errortype");
        assert_eq!(code, Some("InvalidParameterException"), "{text:?}");
    }
}

/// Only `POST /clusters/{name}/assume-role-for-pod-identity` is EKS Auth's.
#[tokio::test]
async fn a_cluster_may_have_the_name_of_the_operation() {
    let stage = Stage::start().await;
    let name = "assume-role-for-pod-identity";
    let cluster = stage.inner.cluster_named(name).await;
    assert_eq!(cluster.name(), Some(name));
}
