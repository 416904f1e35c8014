//! `/v1/credentials`: what the agent says in each case, to the byte.

use serde_json::json;

use crate::stage::{PODS, STS, Stage, assert_uuid, before_uuid, claims, tampered, with_header};
use crate::support::ROLE;
use crate::trust;

#[tokio::test]
async fn credentials_are_written_as_the_agent_writes_them() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let answer = stage.agent(&token).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let keys = stage.agent_keys(&token).await;
    let expected = format!(
        r#"{{"AccessKeyId":"{}","SecretAccessKey":"{}","Token":"{}","AccountId":"111122223333","Expiration":"2026-07-01T06:00:00Z"}}"#,
        keys.access_key_id, keys.secret_access_key, keys.session_token
    );
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn keys_look_like_those_of_sts() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    let id = keys.access_key_id.strip_prefix("ASIA").unwrap();
    assert_eq!(id.len(), 16);
    assert!(
        id.bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
    );
    assert_eq!(keys.secret_access_key.len(), 40);
    assert!(keys.session_token.starts_with("IQoJb3JpZ2luX2Vj"));
    assert!(keys.session_token.len() < 2_048);
}

#[tokio::test]
async fn the_session_is_the_roles_and_named_after_cluster_and_pod() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    let arn = stage.arn_of(&keys).await;
    assert_eq!(
        before_uuid(&arn),
        "arn:aws:sts::111122223333:assumed-role/R/eks-c1-app1-"
    );
}

#[tokio::test]
async fn any_method_is_served_alike() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let headers = [("authorization", token.as_str())];
        let target = "/v1/credentials?ignored=1";
        let answer = stage.inner.raw_with(method, target, &headers, "").await;
        assert_eq!(answer.status, 200, "{method}: {}", answer.body);
    }
}

#[tokio::test]
async fn refusals_of_the_agent_itself_are_plain_text() {
    let stage = Stage::start().await;
    let answer = stage.inner.raw("GET", "/v1/credentials", "").await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.body, "Service account token cannot be empty\n");
}

#[tokio::test]
async fn what_is_no_token_is_explained_as_the_agents_library_does() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let bearer = format!("Bearer {}", stage.token(PODS).await);
    for (token, why) in [
        (
            "x",
            "token is malformed: token contains an invalid number of segments",
        ),
        (
            "a.b.c.d",
            "token is malformed: token contains an invalid number of segments",
        ),
        (
            &bearer,
            "token is malformed: could not base64 decode header: illegal base64 data at input byte 6",
        ),
    ] {
        let expected = format!("Service account token cannot be parsed: {why}");
        assert_eq!(stage.agent_refusal(token).await, (400, expected));
    }
}

#[tokio::test]
async fn an_algorithm_that_nobody_knows_cannot_be_verified() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    for (header, problem) in [
        (json!({ "alg": "XX999" }), "unavailable"),
        (json!({ "alg": "RS2560" }), "unavailable"),
        (json!({ "kid": "1" }), "unspecified"),
    ] {
        let expected = format!(
            "Service account token cannot be parsed: token is unverifiable: signing method (alg) is {problem}"
        );
        let token = with_header(&token, &header);
        assert_eq!(stage.agent_refusal(&token).await, (400, expected));
    }
}

/// Other issuers' tokens are well formed, too: EKS Auth refuses them.
#[tokio::test]
async fn a_token_of_something_else_is_handed_on() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = tampered(&stage.token(PODS).await, |claims| {
        claims.as_object_mut().unwrap().remove("kubernetes.io");
    });
    let (status, text) = stage.agent_refusal(&token).await;
    assert_eq!(status, 400);
    assert!(text.starts_with("(InvalidTokenException): "), "{text}");
}

/// `none` is a method that the agent's library knows: EKS Auth refuses it.
#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let unsigned = with_header(&stage.token(PODS).await, &json!({ "alg": "none" }));
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let (status, text) = stage.agent_refusal(&format!("{unsigned}.")).await;
    assert_eq!(status, 400);
    assert!(text.starts_with("(InvalidTokenException): "), "{text}");
}

#[tokio::test]
async fn an_expired_token_is_refused_by_the_agent() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage
        .token_with(json!({ "audience": PODS, "pod": "app1", "expiresIn": "10m" }))
        .await;
    stage.advance_seconds(599);
    assert_eq!(stage.agent(&token).await.status, 200);
    stage.advance_seconds(1);
    let expected = "Service account token failed basic claim validations: token is expired";
    assert_eq!(
        stage.agent_refusal(&token).await,
        (400, expected.to_owned())
    );
}

#[tokio::test]
async fn a_token_that_has_not_begun_is_refused_by_the_agent() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let early = tampered(&token, |claims| claims["nbf"] = json!(1_782_864_001));
    let expected = "Service account token failed basic claim validations: token is not valid yet";
    assert_eq!(
        stage.agent_refusal(&early).await,
        (400, expected.to_owned())
    );
}

/// The agent looks at nothing else: what EKS Auth says comes with its request
/// id, its code and whose fault it is.
#[tokio::test]
async fn refusals_of_eks_auth_are_handed_on() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.change_trust("R", &trust::without_tag_session()).await;
    let answer = stage.agent(&stage.token(PODS).await).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let (id, rest) = answer.body.split_once("]: ").unwrap();
    assert_uuid(id.strip_prefix('[').unwrap());
    assert_eq!(
        rest,
        "(AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client\n"
    );
}

#[tokio::test]
async fn without_an_association_nothing_is_found() {
    let stage = Stage::start().await;
    let (status, text) = stage.agent_refusal(&stage.token(PODS).await).await;
    assert_eq!(status, 404);
    assert_eq!(
        text,
        "(ResourceNotFoundException): No pod identity association found for the given service account., fault: client"
    );
}

#[tokio::test]
async fn a_token_for_irsa_is_no_token_for_the_agent() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let (status, text) = stage.agent_refusal(&stage.token(STS).await).await;
    assert_eq!(status, 400);
    assert!(text.starts_with("(InvalidTokenException): "), "{text}");
    assert!(text.ends_with(", fault: client"), "{text}");
}

#[tokio::test]
async fn changed_claims_are_refused() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    for changed in [
        tampered(&token, |claims| claims["exp"] = json!(1_999_999_999)),
        tampered(&token, |claims| {
            claims["kubernetes.io"]["namespace"] = json!("ns-b")
        }),
        tampered(&token, |claims| {
            claims["iss"] = json!("https://example.com/id/X")
        }),
    ] {
        let (status, text) = stage.agent_refusal(&changed).await;
        assert_eq!(status, 400);
        assert!(text.starts_with("(InvalidTokenException): "), "{text}");
    }
}

/// A cluster is found by the token's issuer; the names of clusters say
/// nothing about whose token it is.
#[tokio::test]
async fn the_token_says_which_cluster_it_is() {
    let stage = Stage::associated(trust::pod_identity()).await;
    stage.inner.cluster_named("c2").await;
    let body =
        json!({ "cluster": "c2", "namespace": "default", "serviceAccount": "default" }).to_string();
    let answer = stage.inner.raw("POST", "/_emulator/v1/tokens", &body).await;
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let (status, _) = stage.agent_refusal(&token).await;
    assert_eq!(status, 404);
    let (first, second) = (claims(&stage.token(PODS).await), claims(&token));
    assert_ne!(first["iss"], second["iss"]);
}

#[tokio::test]
async fn a_pod_without_a_role_that_iam_has_gets_it_in_lenient_mode() {
    let stage = Stage::start().await;
    stage.associate(ROLE).await;
    let keys = stage.agent_keys(&stage.token(PODS).await).await;
    let arn = stage.arn_of(&keys).await;
    assert_eq!(
        before_uuid(&arn),
        "arn:aws:sts::111122223333:assumed-role/first/eks-c1-app1-"
    );
}

#[tokio::test]
async fn other_paths_of_the_agent_do_not_exist() {
    let stage = Stage::associated(trust::pod_identity()).await;
    let token = stage.token(PODS).await;
    let headers = [("authorization", token.as_str())];
    for target in ["/v1/credentials/", "/v1", "/v1/credentials2"] {
        let answer = stage.inner.raw_with("GET", target, &headers, "").await;
        assert!(answer.status >= 400, "{target}: {}", answer.status);
        assert!(!answer.body.contains(&token), "{target}: {}", answer.body);
    }
}
