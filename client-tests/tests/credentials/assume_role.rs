//! `AssumeRole`: chains, durations, tags, and what is denied.

use eks_emulator::IamMode;
use serde_json::{Value, json};

use crate::stage::{Keys, R, Stage, element, keys, refusal};
use crate::trust;

const ROOT: &str = "arn:aws:iam::111122223333:root";
const S: &str = "arn:aws:iam::111122223333:role/S";

/// With the role `R`, which trusts the account.
async fn stage() -> Stage {
    let stage = Stage::start_with(|builder| builder.iam(IamMode::Strict)).await;
    stage
        .create_role("R", &trust::principal(ROOT, json!({})))
        .await;
    stage
}

/// A session of `R`.
async fn session(stage: &Stage, more: &[(&str, &str)]) -> Keys {
    let mut parameters = vec![("RoleArn", R), ("RoleSessionName", "one")];
    parameters.extend_from_slice(more);
    let answer = stage.sts("AssumeRole", &parameters).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    keys(&answer.body)
}

fn validation(message: &str) -> (u16, String, String) {
    (400, "ValidationError".into(), message.into())
}

#[tokio::test]
async fn the_session_is_named_as_asked() {
    let stage = stage().await;
    let keys = session(&stage, &[]).await;
    assert_eq!(keys.expiration, "2026-07-01T01:00:00Z");
    assert_eq!(
        stage.arn_of(&keys).await,
        "arn:aws:sts::111122223333:assumed-role/R/one"
    );
}

#[tokio::test]
async fn roles_that_do_not_exist_or_do_not_trust_are_denied_alike() {
    let stage = stage().await;
    stage.create_role("S", &trust::pod_identity()).await;
    for role in [S, "arn:aws:iam::111122223333:role/absent"] {
        let parameters = [("RoleArn", role), ("RoleSessionName", "one")];
        let answer = stage.sts("AssumeRole", &parameters).await;
        let message = format!(
            "User: arn:aws:iam::111122223333:root is not authorized to perform: sts:AssumeRole on resource: {role}"
        );
        assert_eq!(refusal(&answer), (403, "AccessDenied".into(), message));
    }
}

#[tokio::test]
async fn tags_need_trust_of_their_own() {
    let stage = stage().await;
    stage
        .change_trust("R", &trust::principal_without_tag_session(ROOT))
        .await;
    let parameters = [
        ("RoleArn", R),
        ("RoleSessionName", "one"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "x"),
    ];
    let answer = stage.sts("AssumeRole", &parameters).await;
    let message =
        format!("User: {ROOT} is not authorized to perform: sts:TagSession on resource: {R}");
    assert_eq!(refusal(&answer), (403, "AccessDenied".into(), message));
    assert_eq!(stage.sts("AssumeRole", &parameters[..2]).await.status, 200);
}

#[tokio::test]
async fn the_caller_of_a_chain_is_the_session() {
    let stage = stage().await;
    let first = session(&stage, &[]).await;
    stage.create_role("S", &trust::pod_identity()).await;
    let parameters = [("RoleArn", S), ("RoleSessionName", "two")];
    let answer = stage.sts_as(&first, "AssumeRole", &parameters).await;
    let message = format!(
        "User: arn:aws:sts::111122223333:assumed-role/R/one is not authorized to perform: sts:AssumeRole on resource: {S}"
    );
    assert_eq!(refusal(&answer), (403, "AccessDenied".into(), message));
    for principal in [R, "arn:aws:sts::111122223333:assumed-role/R/one", ROOT] {
        stage
            .change_trust("S", &trust::principal(principal, json!({})))
            .await;
        let answer = stage.sts_as(&first, "AssumeRole", &parameters).await;
        assert_eq!(answer.status, 200, "{principal}: {}", answer.body);
        assert_eq!(
            stage.arn_of(&keys(&answer.body)).await,
            "arn:aws:sts::111122223333:assumed-role/S/two"
        );
    }
}

#[tokio::test]
async fn chains_last_an_hour_at_most() {
    let stage = stage().await;
    let parameters = [("RoleName", "R"), ("MaxSessionDuration", "43200")];
    stage.iam("UpdateRole", &parameters).await;
    let first = session(&stage, &[("DurationSeconds", "43200")]).await;
    assert_eq!(first.expiration, "2026-07-01T12:00:00Z");
    let parameters = [
        ("RoleArn", R),
        ("RoleSessionName", "two"),
        ("DurationSeconds", "3601"),
    ];
    let answer = stage.sts_as(&first, "AssumeRole", &parameters).await;
    assert_eq!(
        refusal(&answer),
        validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        )
    );
}

#[tokio::test]
async fn durations_have_bounds() {
    let stage = stage().await;
    let asked = async |seconds: &str| {
        let parameters = [
            ("RoleArn", R),
            ("RoleSessionName", "one"),
            ("DurationSeconds", seconds),
        ];
        stage.sts("AssumeRole", &parameters).await
    };
    assert_eq!(
        refusal(&asked("3601").await),
        validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    );
    let answer = asked("900").await;
    assert_eq!(element(&answer.body, "Expiration"), "2026-07-01T00:15:00Z");
    for seconds in ["899", "43201", "-1"] {
        let (status, code, message) = refusal(&asked(seconds).await);
        assert_eq!(
            (status, code.as_str()),
            (400, "ValidationError"),
            "{seconds}"
        );
        assert!(
            message.contains("'durationSeconds' failed to satisfy constraint"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn session_names_have_a_form() {
    let stage = stage().await;
    for name in ["x", "with space", &"n".repeat(65)] {
        let parameters = [("RoleArn", R), ("RoleSessionName", name)];
        let (status, code, message) = refusal(&stage.sts("AssumeRole", &parameters).await);
        assert_eq!((status, code.as_str()), (400, "ValidationError"), "{name}");
        assert!(
            message.contains("at 'roleSessionName' failed to satisfy constraint"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn external_ids_are_compared() {
    let stage = stage().await;
    let condition = json!({ "StringEquals": { "sts:ExternalId": "secret-1" } });
    stage
        .change_trust("R", &trust::principal(ROOT, condition))
        .await;
    let asked = |id: Option<&'static str>| {
        let mut parameters = vec![("RoleArn", R), ("RoleSessionName", "one")];
        parameters.extend(id.map(|id| ("ExternalId", id)));
        parameters
    };
    assert_eq!(stage.sts("AssumeRole", &asked(None)).await.status, 403);
    let wrong = stage.sts("AssumeRole", &asked(Some("secret-2"))).await;
    assert_eq!(wrong.status, 403);
    let right = stage.sts("AssumeRole", &asked(Some("secret-1"))).await;
    assert_eq!(right.status, 200);
}

/// Transitive tags go on with the chain, others do not.
#[tokio::test]
async fn transitive_tags_are_inherited() {
    let stage = stage().await;
    let first = session(
        &stage,
        &[
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "x"),
            ("Tags.member.2.Key", "kept"),
            ("Tags.member.2.Value", "y"),
            ("TransitiveTagKeys.member.1", "kept"),
        ],
    )
    .await;
    let second = [("RoleArn", S), ("RoleSessionName", "two")];
    stage
        .create_role("S", &trust::principal(ROOT, json!({})))
        .await;
    let answer = stage.sts_as(&first, "AssumeRole", &second).await;
    let second = keys(&answer.body);
    for (tag, value, status) in [("kept", "y", 200), ("team", "x", 403)] {
        let key = format!("aws:PrincipalTag/{tag}");
        let condition: Value = json!({ "StringEquals": { key: value } });
        stage
            .change_trust("R", &trust::principal(ROOT, condition))
            .await;
        let third = [("RoleArn", R), ("RoleSessionName", "three")];
        let answer = stage.sts_as(&second, "AssumeRole", &third).await;
        assert_eq!(answer.status, status, "{tag}: {}", answer.body);
    }
}

#[tokio::test]
async fn session_policies_have_to_be_documents() {
    let stage = stage().await;
    let parameters = [("RoleArn", R), ("RoleSessionName", "one"), ("Policy", "{")];
    let (status, code, _) = refusal(&stage.sts("AssumeRole", &parameters).await);
    assert_eq!((status, code.as_str()), (400, "MalformedPolicyDocument"));
}

#[tokio::test]
async fn the_packed_size_is_told_with_tags_only() {
    let stage = stage().await;
    let mut parameters = vec![("RoleArn", R), ("RoleSessionName", "one")];
    let plain = stage.sts("AssumeRole", &parameters).await;
    assert!(!plain.body.contains("PackedPolicySize"));
    parameters.extend([("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]);
    let tagged = stage.sts("AssumeRole", &parameters).await;
    assert!(tagged.body.contains("<PackedPolicySize>"));
}

/// Pods' sessions are chains when they assume more roles.
#[tokio::test]
async fn a_pods_session_can_assume_more_roles() {
    let stage = stage().await;
    stage.change_trust("R", &trust::pod_identity()).await;
    stage.associate(R).await;
    let pod = stage
        .agent_keys(&stage.token(crate::stage::PODS).await)
        .await;
    let condition = json!({ "StringEquals": { "aws:PrincipalTag/kubernetes-namespace": "ns-a" } });
    stage
        .create_role("S", &trust::principal(R, condition))
        .await;
    let parameters = [("RoleArn", S), ("RoleSessionName", "two")];
    let answer = stage.sts_as(&pod, "AssumeRole", &parameters).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_source_identity_needs_trust_of_its_own() {
    let stage = stage().await;
    let mut trust = trust::principal(ROOT, json!({}));
    let parameters = [
        ("RoleArn", R),
        ("RoleSessionName", "one"),
        ("SourceIdentity", "alice"),
    ];
    let answer = stage.sts("AssumeRole", &parameters).await;
    let message = format!(
        "User: {ROOT} is not authorized to perform: sts:SetSourceIdentity on resource: {R}"
    );
    assert_eq!(refusal(&answer), (403, "AccessDenied".into(), message));
    trust["Statement"][0]["Action"] = json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    stage.change_trust("R", &trust).await;
    let answer = stage.sts("AssumeRole", &parameters).await;
    assert_eq!(element(&answer.body, "SourceIdentity"), "alice");
}
