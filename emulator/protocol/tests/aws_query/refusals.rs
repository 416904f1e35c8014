//! What IAM and STS say about values that are not allowed.

use eks_emulator_api::schema::QueryService;
use eks_emulator_api::{iam, sts};
use eks_emulator_protocol::aws_query::{Answer, Namespace, Rejection, read};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::breaking::{Breakage, breakages};
use crate::drawing::{document, for_all};
use crate::{form_of, rejected, representable};

fn check(service: &'static QueryService, body: &str, code: &str, message: Option<&str>) {
    let answer = rejected(service, body).answer();
    let Answer::Error {
        status: 400,
        code: found,
        message: said,
        namespace: Namespace::Service,
    } = &answer
    else {
        panic!("{body}: {answer:?}");
    };
    assert_eq!((*found, said.as_deref()), (code, message), "{body}");
}

fn check_iam(call: &str, message: &str) {
    let body = format!("Version=2010-05-08&Action={call}");
    check(&iam::SERVICE, &body, "ValidationError", Some(message));
}

/// Calls `AssumeRole` with these parameters added.
fn check_sts(parameters: &str, code: &str, message: Option<&str>) {
    let body = format!("Version=2011-06-15&Action=AssumeRole&{parameters}");
    check(&sts::SERVICE, &body, code, message);
}

#[test]
fn sts_shows_the_value() {
    let cases = [
        (
            "RoleArn=arn:aws:iam::111122223333:role/R",
            "1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null",
        ),
        (
            "RoleArn=not-an-arn&RoleSessionName=me",
            "1 validation error detected: Value 'not-an-arn' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
        (
            "RoleArn=&RoleSessionName=me",
            r"2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
        (
            "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=bad/name",
            r"1 validation error detected: Value 'bad/name' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=",
            "1 validation error detected: Value '' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
        ),
        (
            "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=me&DurationSeconds=-1",
            "1 validation error detected: Value '-1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
        ),
        (
            "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=me&DurationSeconds=43201",
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
        ),
    ];
    for (parameters, message) in cases {
        check_sts(parameters, "ValidationError", Some(message));
    }
}

#[test]
fn lengths_are_counted_as_java_counts_them() {
    let session = "&RoleSessionName=me";
    let arn = "%C3%A9".repeat(2048);
    let body = format!("Version=2011-06-15&Action=AssumeRole&RoleArn={arn}{session}");
    assert!(read(&sts::SERVICE, None, body.as_bytes()).is_ok());

    let arn = "😀".repeat(1025);
    let message = format!(
        r"2 validation errors detected: Value '{arn}' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; Value '{arn}' at 'roleArn' failed to satisfy constraint: Member must have length less than or equal to 2048"
    );
    check_sts(
        &format!("RoleArn={arn}{session}"),
        "ValidationError",
        Some(&message),
    );
}

#[test]
fn what_is_no_number_is_malformed() {
    let base = "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=me&DurationSeconds=";
    for text in ["abc", "900.0", "2147483648", "-2147483649", "9 00"] {
        check_sts(&format!("{base}{text}"), "MalformedInput", None);
    }
    check_sts(
        base,
        "MalformedInput",
        Some("missing value for decimal type"),
    );
}

#[test]
fn secrets_are_not_shown() {
    let body = "Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleSessionName=me\
                &RoleArn=arn:aws:iam::111122223333:role/R&WebIdentityToken=abc";
    let message = "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4";
    check(&sts::SERVICE, body, "ValidationError", Some(message));
}

#[test]
fn values_in_lists_have_a_number() {
    let base = "RoleArn=arn:aws:iam::111122223333:role/R&RoleSessionName=me";
    check_sts(
        &format!(
            "{base}&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/P&PolicyArns.member.3.arn=short"
        ),
        "ValidationError",
        Some(
            "1 validation error detected: Value 'short' at 'policyArns.2.member.arn' failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
    );
    check_sts(
        &format!(
            "{base}&TransitiveTagKeys.member.1=good&TransitiveTagKeys.member.2=b*d&TransitiveTagKeys.member.3="
        ),
        "ValidationError",
        Some(
            r"1 validation error detected: Value '[good, b*d, ]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]",
        ),
    );
}

#[test]
fn iam_does_not_show_the_value() {
    let long = format!("DeleteRole&RoleName={}", "r".repeat(65));
    let cases = [
        (
            long.as_str(),
            "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
        ),
        (
            "CreateRole",
            "2 validation errors detected: Value at 'roleName' failed to satisfy constraint: Member must not be null; Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
        ),
        (
            "TagRole&RoleName=R&Tags.member.1.Key=k&Tags.member.1.Value=b*d",
            r"1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*",
        ),
        (
            "ListPolicies&Scope=Sandwich",
            "1 validation error detected: Value at 'scope' failed to satisfy constraint: Member must satisfy enum value set: [All, AWS, Local]",
        ),
    ];
    for (call, message) in cases {
        check_iam(call, message);
    }
}

#[test]
fn iam_has_its_own_sentences_for_names_and_paths() {
    let policy = "AssumeRolePolicyDocument=%7B%7D";
    for (call, message) in [
        (
            "GetRole&RoleName=a/b".to_owned(),
            "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ),
        (
            format!("CreateRole&RoleName=R&Path=x&{policy}"),
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        ),
        (
            "CreateRole&RoleName=a/b".to_owned(),
            "1 validation error detected: Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
        ),
    ] {
        check_iam(&call, message);
    }
}

#[test]
fn more_than_fifty_tags_are_too_many() {
    let tags: String = (1..=51)
        .map(|number| format!("&Tags.member.{number}.Key=k{number}&Tags.member.{number}.Value=v"))
        .collect();
    check_iam(
        &format!("TagRole&RoleName=R{tags}"),
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    );
}

#[test]
fn a_document_broken_in_one_place_is_refused_there() {
    let mut checked = 0;
    for service in [&iam::SERVICE, &sts::SERVICE] {
        for operation in service.operations {
            let drawn = (document(operation.input), any::<Index>());
            for_all(operation.name, &drawn, |(drawn, index)| {
                let drawn = representable(drawn);
                let mut all = breakages(operation.input, &drawn);
                all.retain(|breakage| breakage.kind != "type");
                if all.is_empty() {
                    return Ok(());
                }
                let breakage = index.get(&all);
                let form = form_of(service, operation, &breakage.applied_to(&drawn));
                let rejection = read(service, None, form.as_bytes())
                    .expect_err("a broken document is rejected");
                let Rejection::Invalid { message } = &rejection else {
                    return Err(TestCaseError::fail(format!("{rejection:?}")));
                };
                let said = sentences(breakage)
                    .iter()
                    .any(|part| message.contains(part));
                prop_assert!(said, "{} at {}: {message}", breakage.kind, breakage.path);
                Ok(())
            });
            checked += 1;
        }
    }
    assert_eq!(checked, 48);
}

/// Parts of the sentences that may be said about a breakage: the usual one, the
/// one about a list of strings, and IAM's own.
fn sentences(breakage: &Breakage) -> [String; 3] {
    let path = breakage
        .path
        .split('.')
        .map(|step| match step.split_once('[') {
            Some((name, position)) => {
                let position: usize = position.trim_end_matches(']').parse().unwrap();
                format!("{}.{}.member", small_first(name), position + 1)
            }
            None => small_first(step),
        })
        .collect::<Vec<_>>()
        .join(".");
    let constraint = match breakage.kind {
        "required" => "not be null",
        "enum" => "satisfy enum value set",
        "length" | "size" => "have length",
        "value" => "have value",
        "pattern" => "satisfy regular expression pattern",
        other => panic!("{other} is not expected"),
    };
    let list = path.split('.').next().unwrap();
    let member = path.rsplit('.').next().unwrap();
    [
        format!("at '{path}' failed to satisfy constraint: Member must {constraint}"),
        format!("at '{list}' failed to satisfy constraint: Member must satisfy constraint: ["),
        format!("The specified value for {member} is invalid. It must "),
    ]
}

fn small_first(name: &str) -> String {
    name[..1].to_lowercase() + &name[1..]
}
