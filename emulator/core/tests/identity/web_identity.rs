//! Web identities: what is looked at, in which order.

use eks_emulator_api::sts::{AssumeRoleWithWebIdentityRequest, Error};
use eks_emulator_core::credentials::issuer::{Claims, KubernetesClaims, ObjectClaim};
use eks_emulator_core::iam::IamMode;
use eks_emulator_core::iam::sts::WebIdentity;
use serde_json::json;

use crate::support::{ROLE, START_MS, at, store};

const AGE_SECONDS: i64 = 3_600;

fn claims(audience: &str) -> Box<Claims> {
    let object = |name: &str| ObjectClaim {
        name: name.into(),
        uid: "u-1".into(),
    };
    Box::new(Claims {
        aud: vec![audience.into()],
        exp: START_MS / 1_000 + AGE_SECONDS,
        iat: START_MS / 1_000,
        iss: "https://issuer.example/id/A".into(),
        jti: None,
        kubernetes: KubernetesClaims {
            namespace: "default".into(),
            node: None,
            pod: None,
            serviceaccount: object("app"),
        },
        nbf: START_MS / 1_000,
        sub: "system:serviceaccount:default:app".into(),
    })
}

/// The message of the refusal, or the ARN that is given.
fn answer(mode: IamMode, identity: &WebIdentity, seconds: i64) -> String {
    let input: AssumeRoleWithWebIdentityRequest = serde_json::from_value(json!({
        "RoleArn": ROLE,
        "RoleSessionName": "one",
        "WebIdentityToken": "not looked at",
    }))
    .unwrap();
    let result: Result<_, Error> =
        store(mode).assume_role_with_web_identity(at(seconds), &input, identity);
    match result {
        Ok(answer) => answer.assumed_role_user.unwrap().arn,
        Err(error) => error.exception().message().unwrap().to_owned(),
    }
}

#[test]
fn the_age_is_looked_at_before_the_signature() {
    let forged = WebIdentity::BadSignature(claims("sts.amazonaws.com"));
    let text = answer(IamMode::Lenient, &forged, AGE_SECONDS);
    assert_eq!(
        text,
        "Token expired: current date/time 1785003600 must be before the expiration date/time1785003600"
    );
    let text = answer(IamMode::Lenient, &forged, AGE_SECONDS - 1);
    assert_eq!(
        text,
        "The web identity token provided could not be validated"
    );
}

#[test]
fn a_role_that_is_assumed_to_exist_needs_no_provider_but_the_audience() {
    let arn = "arn:aws:sts::111122223333:assumed-role/R/one";
    let genuine = WebIdentity::Genuine(claims("sts.amazonaws.com"));
    assert_eq!(answer(IamMode::Lenient, &genuine, 0), arn);
    let other = WebIdentity::Genuine(claims("pods.eks.amazonaws.com"));
    let text = answer(IamMode::Lenient, &other, 0);
    assert_eq!(text, "Incorrect token audience");
}

#[test]
fn strict_mode_asks_for_the_provider_first() {
    let genuine = WebIdentity::Genuine(claims("sts.amazonaws.com"));
    assert_eq!(
        answer(IamMode::Strict, &genuine, 0),
        "No OpenIDConnect provider found in your account for https://issuer.example/id/A"
    );
}

#[test]
fn an_issuer_that_nobody_runs_has_no_keys() {
    let unknown = WebIdentity::UnknownIssuer(claims("sts.amazonaws.com"));
    assert_eq!(
        answer(IamMode::Lenient, &unknown, 0),
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
    );
}

#[test]
fn a_session_policy_has_to_be_json() {
    let genuine = WebIdentity::Genuine(claims("sts.amazonaws.com"));
    let assume = |policy: &str| {
        let input: AssumeRoleWithWebIdentityRequest = serde_json::from_value(json!({
            "RoleArn": ROLE,
            "RoleSessionName": "one",
            "WebIdentityToken": "not looked at",
            "Policy": policy,
        }))
        .unwrap();
        store(IamMode::Lenient).assume_role_with_web_identity(at(0), &input, &genuine)
    };
    let Err(error) = assume("{") else {
        panic!("a broken policy is accepted")
    };
    assert_eq!(error.exception().row().code, "MalformedPolicyDocument");
    assert_eq!(
        error.exception().message(),
        Some("This policy contains invalid Json")
    );
    assert_eq!(assume("{}").unwrap().packed_policy_size, Some(6));
}
