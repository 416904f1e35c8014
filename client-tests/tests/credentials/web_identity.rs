//! `AssumeRoleWithWebIdentity`: roles for service accounts.

use eks_emulator::IamMode;
use serde_json::{Value, json};

use crate::raw::RawAnswer;
use crate::stage::{PODS, R, STS, Stage, claims, element, keys, refusal, tampered};
use crate::trust;

async fn assume(stage: &Stage, token: &str, more: &[(&str, &str)]) -> RawAnswer {
    let mut parameters = vec![
        ("RoleArn", R),
        ("RoleSessionName", "session"),
        ("WebIdentityToken", token),
    ];
    parameters.extend_from_slice(more);
    let action = "AssumeRoleWithWebIdentity";
    stage.query("2011-06-15", action, &parameters, &[]).await
}

/// With the provider of `c1`, and the role `R` for `ns-a/sa1`.
async fn stage() -> Stage {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    let provider = stage.create_provider(STS).await;
    let issuer = stage.issuer().await;
    let condition = json!({ "StringEquals": {
        format!("{issuer}:sub"): "system:serviceaccount:ns-a:sa1",
        format!("{issuer}:aud"): "sts.amazonaws.com",
    }});
    stage
        .create_role("R", &trust::web_identity(&provider, condition))
        .await;
    stage
}

fn invalid(message: &str) -> (u16, String, String) {
    (400, "InvalidIdentityToken".into(), message.into())
}

fn denied() -> (u16, String, String) {
    let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    (403, "AccessDenied".into(), message.into())
}

#[tokio::test]
async fn the_answer_has_every_element() {
    let stage = stage().await;
    let answer = assume(&stage, &stage.token(STS).await, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/xml")
    );
    let body = &answer.body;
    assert!(body.contains(
        r#"<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">"#
    ));
    assert_eq!(element(body, "Audience"), "sts.amazonaws.com");
    assert_eq!(
        element(body, "Arn"),
        "arn:aws:sts::111122223333:assumed-role/R/session"
    );
    let id = element(body, "AssumedRoleId");
    assert!(id.starts_with("AROA") && id.ends_with(":session"), "{id}");
    let issuer = stage.issuer().await;
    assert_eq!(
        element(body, "Provider"),
        format!("arn:aws:iam::111122223333:oidc-provider/{issuer}")
    );
    assert_eq!(
        element(body, "SubjectFromWebIdentityToken"),
        "system:serviceaccount:ns-a:sa1"
    );
    assert_eq!(element(body, "Expiration"), "2026-07-01T01:00:00Z");
    assert_eq!(
        Some(element(body, "RequestId").as_str()),
        answer.header("x-amzn-requestid")
    );
}

#[tokio::test]
async fn the_keys_are_the_roles() {
    let stage = stage().await;
    let answer = assume(&stage, &stage.token(STS).await, &[]).await;
    assert_eq!(
        stage.arn_of(&keys(&answer.body)).await,
        "arn:aws:sts::111122223333:assumed-role/R/session"
    );
}

#[tokio::test]
async fn what_is_no_token_is_told_so() {
    let stage = stage().await;
    let expected = invalid(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
    for text in ["abcd", "a.b.c", "e30.e30.e30"] {
        assert_eq!(
            refusal(&assume(&stage, text, &[]).await),
            expected,
            "{text}"
        );
    }
}

#[tokio::test]
async fn expired_tokens_are_told_the_seconds() {
    let stage = stage().await;
    let token = stage
        .token_with(json!({ "audience": STS, "expiresIn": "10m" }))
        .await;
    stage.advance_seconds(601);
    let message = "Token expired: current date/time 1782864601 must be before the expiration date/time1782864600";
    assert_eq!(
        refusal(&assume(&stage, &token, &[]).await),
        (400, "ExpiredTokenException".into(), message.into())
    );
}

#[tokio::test]
async fn without_a_provider_the_issuer_is_unknown() {
    let stage = Stage::start().await;
    let issuer = stage.issuer().await;
    let provider = format!("arn:aws:iam::111122223333:oidc-provider/{issuer}");
    stage
        .create_role("R", &trust::web_identity(&provider, json!({})))
        .await;
    let message = format!("No OpenIDConnect provider found in your account for https://{issuer}");
    let token = stage.token(STS).await;
    assert_eq!(
        refusal(&assume(&stage, &token, &[]).await),
        invalid(&message)
    );
}

#[tokio::test]
async fn a_token_for_somebody_else_has_the_wrong_audience() {
    let stage = stage().await;
    let token = stage.token(PODS).await;
    let expected = invalid("Incorrect token audience");
    assert_eq!(refusal(&assume(&stage, &token, &[]).await), expected);
}

#[tokio::test]
async fn the_audience_is_looked_at_in_lenient_mode_as_well() {
    let stage = Stage::start().await;
    let token = stage.token(PODS).await;
    let expected = invalid("Incorrect token audience");
    assert_eq!(refusal(&assume(&stage, &token, &[]).await), expected);
    let token = stage.token(STS).await;
    assert_eq!(assume(&stage, &token, &[]).await.status, 200);
}

#[tokio::test]
async fn keys_of_a_foreign_issuer_cannot_be_had() {
    let stage = stage().await;
    let url = "https://oidc.example.com/id/FOREIGN";
    let parameters = [("Url", url), ("ClientIDList.member.1", STS)];
    stage.iam("CreateOpenIDConnectProvider", &parameters).await;
    let token = tampered(&stage.token(STS).await, |claims| claims["iss"] = json!(url));
    let expected = invalid(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
    assert_eq!(refusal(&assume(&stage, &token, &[]).await), expected);
}

#[tokio::test]
async fn changed_claims_could_not_be_validated() {
    let stage = stage().await;
    let token = stage.token(STS).await;
    let changed = tampered(&token, |claims| claims["exp"] = json!(1_999_999_999));
    let expected = invalid("The web identity token provided could not be validated");
    assert_eq!(refusal(&assume(&stage, &changed, &[]).await), expected);
}

/// The signature of one cluster says nothing about the subjects of another.
#[tokio::test]
async fn the_token_of_another_cluster_has_no_provider() {
    let stage = stage().await;
    stage.inner.cluster_named("c2").await;
    let token = stage
        .token_with(json!({ "cluster": "c2", "namespace": "default", "serviceAccount": "default", "audience": STS }))
        .await;
    let (status, code, message) = refusal(&assume(&stage, &token, &[]).await);
    assert_eq!((status, code.as_str()), (400, "InvalidIdentityToken"));
    let issuer = claims(&token)["iss"].as_str().unwrap().to_owned();
    assert_eq!(
        message,
        format!("No OpenIDConnect provider found in your account for {issuer}")
    );
}

#[tokio::test]
async fn a_missing_role_is_not_authorized() {
    let stage = stage().await;
    stage.iam("DeleteRole", &[("RoleName", "R")]).await;
    let token = stage.token(STS).await;
    assert_eq!(refusal(&assume(&stage, &token, &[]).await), denied());
}

#[tokio::test]
async fn conditions_on_subject_and_audience_are_evaluated() {
    let stage = stage().await;
    let issuer = stage.issuer().await;
    let provider = format!("arn:aws:iam::111122223333:oidc-provider/{issuer}");
    let token = stage.token(STS).await;
    let subject = format!("{issuer}:sub");
    let audience = format!("{issuer}:aud");
    let matches: [Value; 4] = [
        json!({}),
        json!({ "StringEquals": { &subject: "system:serviceaccount:ns-a:sa1" } }),
        json!({ "StringLike": { &subject: "system:serviceaccount:ns-a:*" } }),
        json!({ "StringEquals": { &audience: "sts.amazonaws.com" } }),
    ];
    for condition in matches {
        stage
            .change_trust("R", &trust::web_identity(&provider, condition.clone()))
            .await;
        let answer = assume(&stage, &token, &[]).await;
        assert_eq!(answer.status, 200, "{condition}");
    }
    let others: [Value; 3] = [
        json!({ "StringEquals": { &subject: "system:serviceaccount:ns-a:sa2" } }),
        json!({ "StringEquals": { &subject: "system:serviceaccount:ns-a:*" } }),
        json!({ "StringEquals": { &audience: "pods.eks.amazonaws.com" } }),
    ];
    for condition in others {
        stage
            .change_trust("R", &trust::web_identity(&provider, condition.clone()))
            .await;
        let answer = assume(&stage, &token, &[]).await;
        assert_eq!(refusal(&answer), denied(), "{condition}");
    }
}

#[tokio::test]
async fn trust_in_eks_alone_does_not_let_web_identities_in() {
    let stage = stage().await;
    stage.change_trust("R", &trust::pod_identity()).await;
    let token = stage.token(STS).await;
    assert_eq!(refusal(&assume(&stage, &token, &[]).await), denied());
}

#[tokio::test]
async fn durations_go_up_to_what_the_role_allows() {
    let stage = stage().await;
    let token = stage.token(STS).await;
    let answer = assume(&stage, &token, &[("DurationSeconds", "3601")]).await;
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    assert_eq!(
        refusal(&answer),
        (400, "ValidationError".into(), message.into())
    );
    let parameters = [("RoleName", "R"), ("MaxSessionDuration", "7200")];
    stage.iam("UpdateRole", &parameters).await;
    let answer = assume(&stage, &token, &[("DurationSeconds", "7200")]).await;
    assert_eq!(element(&answer.body, "Expiration"), "2026-07-01T02:00:00Z");
}

#[tokio::test]
async fn errors_are_written_as_sts_writes_them() {
    let stage = stage().await;
    let answer = assume(&stage, "abcd", &[]).await;
    let id = answer.header("x-amzn-requestid").unwrap().to_owned();
    let body: String = answer.body.lines().map(str::trim).collect();
    assert_eq!(
        body,
        format!(
            r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"#
        )
    );
}

#[tokio::test]
async fn a_signature_does_no_harm() {
    let stage = stage().await;
    let token = stage.token(STS).await;
    let parameters = [
        ("RoleArn", R),
        ("RoleSessionName", "session"),
        ("WebIdentityToken", token.as_str()),
    ];
    let answer = stage.sts("AssumeRoleWithWebIdentity", &parameters).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
