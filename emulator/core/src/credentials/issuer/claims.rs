//! What a service account token says, and reading it back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eks_emulator_api::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::IssuerKey;

/// What a service account token says.
///
/// Tokens of other issuers may lack what only clusters write.
///
/// Source: decoded tokens of EKS clusters of Kubernetes 1.30 and later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// Who it is for; always a list in what EKS issues.
    #[serde(deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
    /// When it was made, in seconds since the epoch.
    #[serde(default)]
    pub iat: i64,
    /// The cluster's issuer.
    pub iss: String,
    /// The token's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// What it is bound to.
    #[serde(default, rename = "kubernetes.io")]
    pub kubernetes: KubernetesClaims,
    /// When it begins, in seconds since the epoch.
    #[serde(default)]
    pub nbf: i64,
    /// `system:serviceaccount:NAMESPACE:NAME`.
    pub sub: String,
}

/// What a token is bound to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KubernetesClaims {
    /// The namespace.
    pub namespace: String,
    /// The node of the pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<ObjectClaim>,
    /// The pod; `None` for a token that is bound to the service account only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<ObjectClaim>,
    /// The service account.
    pub serviceaccount: ObjectClaim,
}

/// An object that a token is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectClaim {
    /// Its name.
    pub name: String,
    /// Its identity.
    pub uid: String,
}

/// Why a token is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is no JSON Web Token of a service account.
    NotAToken,
    /// Its signature is not the key's.
    BadSignature,
    /// It is another issuer's.
    WrongIssuer,
    /// It is for somebody else.
    WrongAudience,
    /// It has ended.
    Expired {
        /// When it ended.
        at: Timestamp,
    },
    /// It has not begun.
    NotYetValid,
}

/// Some tokens of other issuers have a single text.
fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

impl Claims {
    /// The signed token, without a newline.
    pub fn sign(&self, key: &IssuerKey) -> String {
        let header = json!({ "alg": "RS256", "kid": key.id() });
        let claims = serde_json::to_vec(self).expect("claims always serialize");
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed));
        format!("{signed}.{signature}")
    }

    /// Reads a token without looking whether it is genuine.
    ///
    /// Errors: [`TokenError::NotAToken`].
    pub fn read_unverified(token: &str) -> Result<Self, TokenError> {
        let mut parts = token.split('.');
        let (header, claims) = (parts.next(), parts.next());
        let has_signature = parts.next().is_some() && parts.next().is_none();
        let header: Value = header.and_then(decode).ok_or(TokenError::NotAToken)?;
        if !has_signature || !is_known_algorithm(&header["alg"]) {
            return Err(TokenError::NotAToken);
        }
        claims.and_then(decode).ok_or(TokenError::NotAToken)
    }

    /// Reads a token of this issuer for this audience, at this time. The
    /// signature is looked at first.
    ///
    /// Errors: the first thing that is wrong with it.
    pub fn verify(
        token: &str,
        key: &IssuerKey,
        issuer: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Self, TokenError> {
        let claims = Self::read_unverified(token)?;
        if !Self::is_signed_with(token, key) {
            return Err(TokenError::BadSignature);
        }
        if claims.iss != issuer {
            return Err(TokenError::WrongIssuer);
        }
        if !claims.aud.iter().any(|one| one == audience) {
            return Err(TokenError::WrongAudience);
        }
        claims.check_time(now)?;
        Ok(claims)
    }

    /// Whether a token carries the signature of a key.
    pub fn is_signed_with(token: &str, key: &IssuerKey) -> bool {
        let Some((signed, signature)) = token.rsplit_once('.') else {
            return false;
        };
        let signature = URL_SAFE_NO_PAD.decode(signature);
        is_rs256(token) && signature.is_ok_and(|signature| key.verifies(signed, &signature))
    }

    /// Whether the token holds at this time.
    ///
    /// Errors: [`TokenError::Expired`] and [`TokenError::NotYetValid`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), TokenError> {
        if now.as_seconds() >= self.exp {
            let at = Timestamp::from_milliseconds(self.exp.saturating_mul(1_000));
            return Err(TokenError::Expired { at });
        }
        if now.as_seconds() < self.nbf {
            return Err(TokenError::NotYetValid);
        }
        Ok(())
    }
}

fn decode<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The signing methods that JWT libraries know, `none` included.
fn is_known_algorithm(algorithm: &Value) -> bool {
    let Some(algorithm) = algorithm.as_str() else {
        return false;
    };
    let is_sized = |rest: &str| matches!(rest, "256" | "384" | "512");
    let families = ["HS", "RS", "ES", "PS"];
    let mut rests = families
        .iter()
        .filter_map(|family| algorithm.strip_prefix(family));
    matches!(algorithm, "none" | "EdDSA") || rests.any(is_sized)
}

/// Why a text is no token, in the words of the agent's JWT library; `None`
/// for a token that is well formed, only not one of a service account.
///
/// Source: golang-jwt, as answers of the agent show it.
pub fn explain_malformed(token: &str) -> Option<String> {
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() != 3 {
        return Some("token is malformed: token contains an invalid number of segments".into());
    }
    for (name, part) in [("header", parts[0]), ("claim", parts[1])] {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if let Some(at) = part.bytes().position(|byte| !allowed(byte)) {
            return Some(format!(
                "token is malformed: could not base64 decode {name}: illegal base64 data at input byte {at}"
            ));
        }
        let document: Option<Value> = decode(part);
        if document.is_none() {
            let why =
                format!("token is malformed: could not JSON decode {name}: invalid character");
            return Some(why);
        }
    }
    let header: Value = decode(parts[0]).unwrap_or_default();
    let problem = match &header["alg"] {
        Value::String(_) if is_known_algorithm(&header["alg"]) => return None,
        Value::String(_) => "unavailable",
        _ => "unspecified",
    };
    let why = format!("token is unverifiable: signing method (alg) is {problem}");
    Some(why)
}

fn is_rs256(token: &str) -> bool {
    let header: Option<Value> = token.split('.').next().and_then(decode);
    header.is_some_and(|header| header["alg"] == "RS256")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_776_005_498_000);

    fn claims() -> Claims {
        let object = |name: &str| ObjectClaim {
            name: name.into(),
            uid: "u-1".into(),
        };
        Claims {
            aud: vec!["pods.eks.amazonaws.com".into()],
            exp: 1_776_088_374,
            iat: 1_776_005_498,
            iss: "https://issuer".into(),
            jti: None,
            kubernetes: KubernetesClaims {
                namespace: "default".into(),
                node: None,
                pod: Some(object("app-1")),
                serviceaccount: object("app"),
            },
            nbf: 1_776_005_498,
            sub: "system:serviceaccount:default:app".into(),
        }
    }

    fn verify(
        token: &str,
        issuer: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        Claims::verify(token, &IssuerKey::new([1; 32]), issuer, audience, now)
    }

    #[test]
    fn tokens_are_read_back_and_anything_wrong_is_found() {
        let token = claims().sign(&IssuerKey::new([1; 32]));
        let audience = "pods.eks.amazonaws.com";
        assert_eq!(
            verify(&token, "https://issuer", audience, NOW),
            Ok(claims())
        );
        assert_eq!(
            verify(&token, "https://other", audience, NOW),
            Err(TokenError::WrongIssuer)
        );
        let wrong = verify(&token, "https://issuer", "sts.amazonaws.com", NOW);
        assert_eq!(wrong, Err(TokenError::WrongAudience));
        let end = Timestamp::from_milliseconds(1_776_088_374_000);
        let expired = verify(&token, "https://issuer", audience, end);
        assert_eq!(expired, Err(TokenError::Expired { at: end }));
        let early = verify(
            &token,
            "https://issuer",
            audience,
            NOW.plus_milliseconds(-1_000),
        );
        assert_eq!(early, Err(TokenError::NotYetValid));
        let foreign = claims().sign(&IssuerKey::new([2; 32]));
        let refused = verify(&foreign, "https://issuer", audience, NOW);
        assert_eq!(refused, Err(TokenError::BadSignature));
        let mut tampered = token.clone();
        tampered.replace_range(40..41, "A");
        assert!(verify(&tampered, "https://issuer", audience, NOW).is_err());
    }

    #[test]
    fn tokens_of_other_issuers_are_read_without_what_clusters_write() {
        let claims = URL_SAFE_NO_PAD.encode(
            r#"{"aud":"sts.amazonaws.com","exp":1776005498,"iss":"https://other","sub":"repo:a"}"#,
        );
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.AAAA");
        let claims = Claims::read_unverified(&token).unwrap();
        assert_eq!(claims.iss, "https://other");
        assert_eq!(claims.aud, ["sts.amazonaws.com"]);
        let at = NOW;
        assert_eq!(claims.check_time(NOW), Err(TokenError::Expired { at }));
        assert_eq!(claims.check_time(NOW.plus_milliseconds(-1_000)), Ok(()));
        assert_eq!(
            verify(&token, "https://other", "sts.amazonaws.com", NOW),
            Err(TokenError::BadSignature)
        );
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            "",
            "a",
            "a.b",
            "a.b.c",
            "e30.e30.e30",
            "Bearer x.y.z",
            "e30.e30.e30.e30",
        ] {
            assert_eq!(
                Claims::read_unverified(text),
                Err(TokenError::NotAToken),
                "{text}"
            );
        }
    }
}
