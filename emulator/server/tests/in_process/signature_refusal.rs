//! Signatures that are checked: what those are told that are not accepted.

use std::time::Duration;

use eks_emulator::{Auth, EksEmulator};

use crate::call::Answer;
use crate::signature::{assume, get_presigned, start};
use crate::signer::{
    Call, GET_CALLER_IDENTITY, Key, LIST_CLUSTERS, LIST_ROLES, call, presigned, send_with, sign,
    signed_headers, signing_time,
};

/// What EKS says, and what IAM and STS say. `code` and `other_code` begin
/// what is expected of them.
#[track_caller]
fn check(answer: &Answer, (status, code): (u16, &str), message: &str) {
    let body = &answer.body;
    let (found, text) = match &body["Error"] {
        serde_json::Value::Null => (code, &body["message"]),
        error => (error["Code"].as_str().unwrap(), &error["Message"]),
    };
    assert_eq!((answer.status, found), (status, code), "{body}");
    let text = text.as_str().unwrap();
    assert!(text.starts_with(message), "{text}");
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                        AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// Calls every service with a key; expects the answers of EKS, and of IAM and STS.
async fn check_all(emulator: &EksEmulator, key: &Key, (eks, query): (&str, &str), message: &str) {
    let answer = call(emulator, key, LIST_CLUSTERS).await;
    check(&answer, (403, eks), message);
    assert_eq!(newest_code(emulator), eks);
    for one in [LIST_ROLES, GET_CALLER_IDENTITY] {
        let answer = call(emulator, key, one).await;
        check(&answer, (403, query), message);
        assert_eq!(newest_code(emulator), query);
    }
}

fn newest_code(emulator: &EksEmulator) -> String {
    let entries = emulator.requests().entries();
    entries
        .last()
        .unwrap()
        .error_code
        .as_deref()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_wrong_secret_makes_a_wrong_signature() {
    let emulator = start();
    let codes = ("InvalidSignatureException", "SignatureDoesNotMatch");
    for (id, secret) in [
        ("test", "Test"),
        ("444455556666", "wrong"),
        ("AKIAEXAMPLE000000001", "test"),
        ("AKIAEXAMPLE000000002", "wrong"),
        ("1111222233334444", "test"),
    ] {
        check_all(&emulator, &Key::new(id, secret), codes, MISMATCH).await;
    }
    let mut session = assume(&emulator).await;
    session.secret.replace_range(..1, "_");
    check_all(&emulator, &session, codes, MISMATCH).await;
}

/// Amazon API Gateway, in front of EKS, says what it has calculated; IAM and
/// STS do not.
#[tokio::test]
async fn only_eks_says_what_should_have_been_signed() {
    let emulator = start();
    let key = Key::new("test", "wrong");
    let answer = call(&emulator, &key, LIST_CLUSTERS).await;
    let canonical = format!(
        "{MISMATCH}\n\nThe Canonical String for this request should have been\n'GET\n/clusters\n\nhost:127.0.0.1:4566\nx-amz-date:2"
    );
    check(&answer, (403, "InvalidSignatureException"), &canonical);
    let answer = call(&emulator, &key, GET_CALLER_IDENTITY).await;
    assert_eq!(answer.body["Error"]["Message"], MISMATCH);
}

#[tokio::test]
async fn nobody_has_given_out_other_keys() {
    let emulator = start();
    let codes = ("UnrecognizedClientException", "InvalidClientTokenId");
    let message = "The security token included in the request is invalid.";
    for id in [
        "AKIAUNKNOWN000000001",
        "ASIAABCDEFGHIJKLMNOP",
        "Test",
        "44445555666",
    ] {
        check_all(&emulator, &Key::new(id, "test"), codes, message).await;
    }
}

#[tokio::test]
async fn a_session_has_its_token_and_other_keys_have_none() {
    let emulator = start();
    let codes = ("UnrecognizedClientException", "InvalidClientTokenId");
    let message = "The security token included in the request is invalid.";
    let session = assume(&emulator).await;
    for token in [None, Some("IQoJb3JpZ2luX2Vj".to_owned())] {
        let wrong = Key {
            token,
            ..session.clone()
        };
        check_all(&emulator, &wrong, codes, message).await;
    }
    let key = Key {
        token: session.token,
        ..Key::new("test", "test")
    };
    check_all(&emulator, &key, codes, message).await;
}

#[tokio::test]
async fn a_session_ends_by_the_emulators_clock() {
    let emulator = start();
    let session = assume(&emulator).await;
    emulator.clock().advance(Duration::from_secs(3_600)).await;
    let codes = ("ExpiredTokenException", "ExpiredToken");
    let message = "The security token included in the request is expired";
    check_all(&emulator, &session, codes, message).await;
    // Who does not have the secret learns nothing.
    let wrong = Key {
        secret: "wrong".into(),
        ..session
    };
    let codes = ("InvalidSignatureException", "SignatureDoesNotMatch");
    check_all(&emulator, &wrong, codes, MISMATCH).await;
}

#[tokio::test]
async fn the_clock_of_a_caller_may_be_off_by_minutes() {
    let emulator = start();
    let key = Key::new("test", "test");
    let (eks, query) = ("InvalidSignatureException", "SignatureDoesNotMatch");
    for (call_of, minutes, code) in [
        (LIST_CLUSTERS, 5, eks),
        (LIST_ROLES, 15, query),
        (GET_CALLER_IDENTITY, 15, query),
    ] {
        for sign in [1, -1] {
            let after = |seconds: i64| Call {
                after: sign * (minutes * 60 + seconds),
                ..call_of
            };
            let answer = call(&emulator, &key, after(-10)).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let time = signing_time(after(10).after);
            let answer = call(&emulator, &key, after(10)).await;
            let (start, end) = match sign {
                1 => ("Signature not yet current: ", format!(" + {minutes} min.)")),
                _ => ("Signature expired: ", format!(" - {minutes} min.)")),
            };
            // A second may have passed since.
            check(&answer, (403, code), &format!("{start}{}", &time[..9]));
            let text = answer.body.to_string();
            assert!(text.contains(&end), "{text}");
        }
    }
}

#[tokio::test]
async fn an_old_presigned_call_has_ended() {
    let emulator = start();
    let target = presigned(&Key::new("test", "test"), -901);
    let answer = get_presigned(&emulator, &target, "demo").await;
    check(
        &answer,
        (403, "SignatureDoesNotMatch"),
        "Signature expired: ",
    );
}

#[tokio::test]
async fn the_scope_is_the_one_of_the_service_the_region_and_the_day() {
    let emulator = start();
    let key = Key::new("test", "test");
    let time = signing_time(0);
    for (one, code) in [
        (LIST_CLUSTERS, "InvalidSignatureException"),
        (GET_CALLER_IDENTITY, "SignatureDoesNotMatch"),
    ] {
        let other = Call {
            service: "s3",
            ..one
        };
        let headers = sign(&key, other, (&time, "us-east-1"));
        let answer = send_with(&emulator, one, &headers).await;
        let message = format!(
            "Credential should be scoped to correct service: '{}'.",
            one.service
        );
        check(&answer, (403, code), &message);
        let headers = sign(&key, one, (&time, "nowhere"));
        let answer = send_with(&emulator, one, &headers).await;
        check(
            &answer,
            (403, code),
            "Credential should be scoped to a valid region.",
        );
        let mut headers = sign(&key, one, (&time, "us-east-1"));
        let yesterday = signing_time(-86_400);
        let authorization = headers.last_mut().unwrap();
        authorization.1 = authorization.1.replace(&time[..8], &yesterday[..8]);
        let answer = send_with(&emulator, one, &headers).await;
        let message = format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{}' != '{}', from '{time}'.",
            &yesterday[..8],
            &time[..8]
        );
        check(&answer, (403, code), &message);
    }
}

#[tokio::test]
async fn who_does_not_sign_is_told_so() {
    let emulator = start();
    let answer = send_with(&emulator, LIST_CLUSTERS, &[]).await;
    let code = "MissingAuthenticationTokenException";
    check(&answer, (403, code), "Missing Authentication Token");
    assert_eq!(newest_code(&emulator), code);
    for one in [LIST_ROLES, GET_CALLER_IDENTITY] {
        let answer = send_with(&emulator, one, &[]).await;
        let message = "Request is missing Authentication Token";
        check(&answer, (403, "MissingAuthenticationToken"), message);
    }
}

#[tokio::test]
async fn a_signature_that_lacks_something_is_incomplete() {
    let emulator = start();
    let key = Key::new("test", "test");
    for (one, status, code) in [
        (LIST_CLUSTERS, 403, "IncompleteSignatureException"),
        (GET_CALLER_IDENTITY, 400, "IncompleteSignature"),
    ] {
        let mut headers = signed_headers(&key, one);
        headers.retain(|(name, _)| name != "x-amz-date");
        let answer = send_with(&emulator, one, &headers).await;
        let message = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
                       Authorization=AWS4-HMAC-SHA256 Credential=test/";
        check(&answer, (status, code), message);
        let authorization = headers.last_mut().unwrap();
        authorization.1 = authorization
            .1
            .split(", Signature")
            .next()
            .unwrap()
            .to_owned();
        let answer = send_with(&emulator, one, &headers).await;
        check(
            &answer,
            (status, code),
            "Authorization header requires 'Signature' parameter. ",
        );
    }
}

#[tokio::test]
async fn what_was_not_signed_is_refused() {
    let emulator = start();
    let key = Key::new("test", "test");
    let headers = signed_headers(&key, LIST_CLUSTERS);
    for other in [
        Call {
            target: "/clusters?maxResults=1",
            ..LIST_CLUSTERS
        },
        Call {
            target: "/clusters/demo",
            ..LIST_CLUSTERS
        },
        Call {
            method: "POST",
            ..LIST_CLUSTERS
        },
        Call {
            body: "{}",
            ..LIST_CLUSTERS
        },
    ] {
        let answer = send_with(&emulator, other, &headers).await;
        check(&answer, (403, "InvalidSignatureException"), MISMATCH);
    }
    let headers = signed_headers(&key, GET_CALLER_IDENTITY);
    let body = "Action=GetSessionToken&Version=2011-06-15";
    let other = Call {
        body,
        ..GET_CALLER_IDENTITY
    };
    let answer = send_with(&emulator, other, &headers).await;
    check(&answer, (403, "SignatureDoesNotMatch"), MISMATCH);
    let answer = send_with(&emulator, GET_CALLER_IDENTITY, &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Of a body that was not read nobody can say whether it was signed.
#[tokio::test]
async fn a_body_that_is_too_large_is_that_and_not_a_wrong_signature() {
    let builder = EksEmulator::builder().without_listener().auth(Auth::Verify);
    let emulator = builder.max_body(10).start_blocking().unwrap();
    let large = Call {
        method: "POST",
        body: "12345678901",
        ..LIST_CLUSTERS
    };
    let answer = call(&emulator, &Key::new("test", "test"), large).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
}

#[tokio::test]
async fn neither_signatures_nor_tokens_are_in_the_journal() {
    let emulator = start();
    let session = assume(&emulator).await;
    let target = presigned(&session, 0);
    get_presigned(&emulator, &target, "other").await;
    let headers = signed_headers(&session, LIST_CLUSTERS);
    let other = Call {
        body: "{}",
        ..LIST_CLUSTERS
    };
    send_with(&emulator, other, &headers).await;
    let journal = format!("{:?}", emulator.requests().entries());
    let (_, signature) = target.split_once("X-Amz-Signature=").unwrap();
    let (_, other_signature) = headers.last().unwrap().1.split_once("Signature=").unwrap();
    let token = session.token.as_deref().unwrap();
    assert!(journal.contains("SignatureDoesNotMatch"), "{journal}");
    assert!(journal.contains("InvalidSignatureException"), "{journal}");
    for secret in [signature, other_signature, &session.secret, &token[16..48]] {
        assert!(!journal.contains(secret), "{secret} in {journal}");
    }
}
