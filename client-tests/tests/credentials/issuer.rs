//! What a cluster's issuer publishes.

use serde_json::{Value, json};

use crate::stage::{PODS, Stage, claims};

/// The path of the issuer of `c1`.
async fn path(stage: &Stage) -> String {
    let issuer = stage.issuer().await;
    let (host, path) = issuer.split_once('/').unwrap();
    assert_eq!(host, "oidc.eks.us-west-2.amazonaws.com");
    let id = path.strip_prefix("id/").unwrap();
    assert_eq!(id.len(), 32);
    assert!(
        id.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
    );
    format!("/{path}")
}

#[tokio::test]
async fn the_discovery_document_is_at_the_issuers_path() {
    let stage = Stage::start().await;
    let path = path(&stage).await;
    let target = format!("{path}/.well-known/openid-configuration");
    let answer = stage.inner.raw("GET", &target, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let issuer = format!("https://oidc.eks.us-west-2.amazonaws.com{path}");
    assert_eq!(
        answer.json(),
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/keys"),
            "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "claims_supported": ["sub", "iss"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
    );
}

#[tokio::test]
async fn the_key_set_has_the_key_of_tokens() {
    let stage = Stage::start().await;
    let target = format!("{}/keys", path(&stage).await);
    let mut keys: Value = stage.inner.raw("GET", &target, "").await.json();
    let mut key = keys["keys"][0].take();
    let (kid, modulus) = (key["kid"].take(), key["n"].take());
    assert_eq!(
        (keys, key),
        (
            json!({ "keys": [null] }),
            json!({ "kty": "RSA", "kid": null, "use": "sig", "alg": "RS256", "n": null, "e": "AQAB" })
        )
    );
    // 2048 bits in base64url without padding.
    assert_eq!(modulus.as_str().unwrap().len(), 342);
    let kid = kid.as_str().unwrap();
    assert_eq!(kid.len(), 40);
    let token = stage.token(PODS).await;
    let header = format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#);
    assert!(token.starts_with(&base64_of(&header)), "{token}");
}

fn base64_of(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
async fn other_paths_and_other_clusters_are_not_found() {
    let stage = Stage::start().await;
    let path = path(&stage).await;
    let short = &path[..path.len() - 1];
    for target in [
        format!("{path}/other"),
        format!("{path}/"),
        format!("{short}/keys"),
        "/id/0123456789ABCDEF0123456789ABCDEF/keys".to_owned(),
        "/id//keys".to_owned(),
        "/id/".to_owned(),
    ] {
        let answer = stage.inner.raw("GET", &target, "").await;
        assert_eq!(answer.status, 404, "{target}: {}", answer.body);
    }
}

/// The seed decides, so that tokens of one run hold in the next.
#[tokio::test]
async fn the_same_seed_gives_the_same_key() {
    let mut keys = Vec::new();
    for _ in 0..2 {
        let stage = Stage::start().await;
        let target = format!("{}/keys", path(&stage).await);
        keys.push(stage.inner.raw("GET", &target, "").await.json());
    }
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn the_issuers_url_begins_with_the_base_that_is_asked_for() {
    let stage = Stage::start_with(|builder| builder.issuer_base("http://127.0.0.1:4566/")).await;
    let cluster = stage.inner.describe_cluster("c1").await;
    let identity = cluster.identity().unwrap();
    let issuer = identity.oidc().unwrap().issuer().unwrap().to_owned();
    let path = issuer.strip_prefix("http://127.0.0.1:4566").unwrap();
    let target = format!("{path}/.well-known/openid-configuration");
    let document = stage.inner.raw("GET", &target, "").await.json();
    assert_eq!(document["issuer"], issuer);
    assert_eq!(document["jwks_uri"], format!("{issuer}/keys"));
    let token = stage.token(PODS).await;
    assert_eq!(claims(&token)["iss"], issuer);
}
