//! What a refused call looks like to a client: exception, status, message,
//! and the members that are filled.

use std::fmt::Debug;

use aws_sdk_eks::error::{ProvideErrorMetadata, SdkError};
use serde_json::Value;

use crate::raw::RawAnswer;

/// Asserts that the SDK saw exactly this exception, which the model lists for
/// the operation. `members` are all the members of the body that are not
/// null, but for the message.
#[track_caller]
pub(crate) fn assert_refused<T, E>(
    result: Result<T, SdkError<E>>,
    status: u16,
    exception: &str,
    message: &str,
    members: &[(&str, &str)],
) where
    T: Debug,
    E: Debug + ProvideErrorMetadata,
{
    assert_seen(result, status, (exception, exception), message, members);
}

/// Asserts that a role could not be passed: no operation that takes one
/// models the exception, so the SDK has only its code.
#[track_caller]
pub(crate) fn assert_role_refused<T, E>(result: Result<T, SdkError<E>>)
where
    T: Debug,
    E: Debug + ProvideErrorMetadata,
{
    let seen = ("AccessDeniedException", "Unhandled");
    let message = "Cross-account pass role is not allowed.";
    assert_seen(result, 403, seen, message, &[]);
}

/// `variant` is the variant of the SDK's enum.
#[track_caller]
fn assert_seen<T, E>(
    result: Result<T, SdkError<E>>,
    status: u16,
    (exception, variant): (&str, &str),
    message: &str,
    members: &[(&str, &str)],
) where
    T: Debug,
    E: Debug + ProvideErrorMetadata,
{
    let error = result.expect_err("the call should be refused");
    let response = error.raw_response().expect("the emulator should answer");
    let body = response.body().bytes().expect("the body has been read");
    let body: Value = serde_json::from_slice(body).unwrap();
    let service_error = error.as_service_error().expect("a service error");
    assert_eq!(service_error.message(), Some(message));
    assert_eq!(service_error.code(), Some(exception));
    let text = format!("{service_error:?}");
    assert_eq!(text.split(['(', ' ']).next(), Some(variant));
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(filled(&body), expected(members));
}

/// Asserts the same of an answer that was received without the SDK.
#[track_caller]
pub(crate) fn assert_raw_refusal(answer: &RawAnswer, status: u16, exception: &str, message: &str) {
    let body = answer.json();
    assert_eq!(body["message"], message);
    assert_eq!(answer.header("x-amzn-errortype"), Some(exception));
    assert_eq!(answer.status, status);
    assert_eq!(filled(&body), []);
}

fn filled(body: &Value) -> Vec<(String, String)> {
    let members = body.as_object().expect("an object").iter();
    let mut filled: Vec<_> = members
        .filter(|(name, value)| *name != "message" && !value.is_null())
        .map(|(name, value)| {
            (
                name.clone(),
                value.as_str().unwrap_or("not a text").to_owned(),
            )
        })
        .collect();
    filled.sort();
    filled
}

fn expected(members: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut expected: Vec<_> = members.iter().map(owned).collect();
    expected.sort();
    expected
}
