//! What an issuer publishes about itself.

use serde_json::{Value, json};

use super::IssuerKey;

/// The document at `<issuer>/.well-known/openid-configuration`.
///
/// Source: the Kubernetes convention; the path was observed on EKS.
pub fn discovery_document(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/keys"),
        "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "claims_supported": ["sub", "iss"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

/// The key set at `<issuer>/keys`.
pub fn key_set(key: &IssuerKey) -> Value {
    json!({
        "keys": [{
            "kty": "RSA",
            "kid": key.id(),
            "use": "sig",
            "alg": "RS256",
            "n": key.modulus(),
            "e": key.exponent(),
        }],
    })
}
