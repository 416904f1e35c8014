//! Whole answers, headers included, byte for byte.

use eks_emulator_api::schema::QueryService;
use eks_emulator_api::{Timestamp, iam, sts};
use eks_emulator_protocol::aws_query::{
    Envelope, Format, Rejection, write_error, write_output, write_rejection, write_unmodelled_error,
};
use http::Response;

use crate::{ENVELOPE, rejected};

const JSON: Envelope<'static> = Envelope {
    format: Format::Json,
    ..ENVELOPE
};

fn text_of(response: &Response<Vec<u8>>) -> String {
    let mut headers: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = std::str::from_utf8(response.body()).unwrap();
    format!(
        "{}\n{}\n{body}",
        response.status().as_u16(),
        headers.concat()
    )
}

fn check(response: &Response<Vec<u8>>, status: u16, body: &str) {
    let expected = format!(
        "{status}\ncontent-type: text/xml\ndate: Thu, 28 Dec 2023 16:19:19 GMT\n\
         x-amzn-requestid: 0585fedb-0fa2-4ad0-9916-344273c73c9a\n\n{body}"
    );
    assert_eq!(text_of(response), expected);
}

fn check_output<T: serde::Serialize>(
    service: &QueryService,
    operation: &str,
    output: &T,
    body: &str,
) {
    let mut operations = service.operations.iter();
    let operation = operations.find(|row| row.name == operation).unwrap();
    check(
        &write_output(service, operation, output, &ENVELOPE),
        200,
        body,
    );
}

fn identity() -> sts::GetCallerIdentityResponse {
    sts::GetCallerIdentityResponse {
        account: Some("111122223333".into()),
        arn: Some("arn:aws:sts::111122223333:assumed-role/R/me".into()),
        user_id: Some("AROAEXAMPLEEXAMPLE123:me".into()),
    }
}

#[test]
fn get_caller_identity() {
    check_output(
        &sts::SERVICE,
        "GetCallerIdentity",
        &identity(),
        r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:sts::111122223333:assumed-role/R/me</Arn>
    <UserId>AROAEXAMPLEEXAMPLE123:me</UserId>
    <Account>111122223333</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
"#,
    );
}

#[test]
fn assume_role() {
    let output = sts::AssumeRoleResponse {
        credentials: Some(sts::Credentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: eks_emulator_api::Sensitive("secret".into()),
            session_token: eks_emulator_api::Sensitive("token".into()),
            expiration: Timestamp::from_milliseconds(1_767_225_600_999),
        }),
        assumed_role_user: Some(sts::AssumedRoleUser {
            assumed_role_id: "AROAEXAMPLEEXAMPLE123:me".into(),
            arn: "arn:aws:sts::111122223333:assumed-role/R/me".into(),
        }),
        packed_policy_size: Some(6),
        ..sts::AssumeRoleResponse::default()
    };
    check_output(
        &sts::SERVICE,
        "AssumeRole",
        &output,
        r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROAEXAMPLEEXAMPLE123:me</AssumedRoleId>
      <Arn>arn:aws:sts::111122223333:assumed-role/R/me</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
      <SecretAccessKey>secret</SecretAccessKey>
      <SessionToken>token</SessionToken>
      <Expiration>2026-01-01T00:00:00Z</Expiration>
    </Credentials>
    <PackedPolicySize>6</PackedPolicySize>
  </AssumeRoleResult>
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</AssumeRoleResponse>
"#,
    );
}

#[test]
fn secrets_do_not_show_in_debug_texts() {
    let credentials = sts::Credentials {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: eks_emulator_api::Sensitive("hidden-key".into()),
        session_token: eks_emulator_api::Sensitive("hidden-token".into()),
        expiration: Timestamp::from_milliseconds(0),
    };
    let shown = format!("{credentials:?}");
    assert!(
        shown.contains("ASIAEXAMPLE") && !shown.contains("hidden"),
        "{shown}"
    );
}

#[test]
fn lists_truth_values_and_escaping() {
    let output = iam::ListRoleTagsResponse {
        tags: vec![
            iam::Tag {
                key: "a".into(),
                value: "<&>\"'\r\n\u{1}é".into(),
            },
            iam::Tag {
                key: "b".into(),
                value: String::new(),
            },
        ],
        is_truncated: Some(true),
        marker: None,
    };
    check_output(
        &iam::SERVICE,
        "ListRoleTags",
        &output,
        "<ListRoleTagsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">
  <ListRoleTagsResult>
    <Tags>
      <member>
        <Key>a</Key>
        <Value>&lt;&amp;&gt;&quot;'&#xD;\n\u{FFFD}é</Value>
      </member>
      <member>
        <Key>b</Key>
        <Value/>
      </member>
    </Tags>
    <IsTruncated>true</IsTruncated>
  </ListRoleTagsResult>
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</ListRoleTagsResponse>
",
    );
}

#[test]
fn answers_with_nothing_inside() {
    check_output(
        &iam::SERVICE,
        "AttachRolePolicy",
        &(),
        r#"<AttachRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</AttachRolePolicyResponse>
"#,
    );
    check_output(
        &iam::SERVICE,
        "UpdateRole",
        &iam::UpdateRoleResponse::default(),
        r#"<UpdateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <UpdateRoleResult/>
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</UpdateRoleResponse>
"#,
    );
    check_output(
        &iam::SERVICE,
        "ListRolePolicies",
        &iam::ListRolePoliciesResponse::default(),
        r#"<ListRolePoliciesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListRolePoliciesResult>
    <PolicyNames/>
  </ListRolePoliciesResult>
  <ResponseMetadata>
    <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
  </ResponseMetadata>
</ListRolePoliciesResponse>
"#,
    );
}

#[test]
fn modelled_errors() {
    let error = iam::Error::from(iam::NoSuchEntityException {
        message: Some("The role with name R cannot be found.".into()),
    });
    check(
        &write_error(&iam::SERVICE, error.exception().row(), &error, &ENVELOPE),
        404,
        r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Sender</Type>
    <Code>NoSuchEntity</Code>
    <Message>The role with name R cannot be found.</Message>
  </Error>
  <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
</ErrorResponse>
"#,
    );
    let error = iam::Error::from(iam::ServiceFailureException { message: None });
    check(
        &write_error(&iam::SERVICE, error.exception().row(), &error, &ENVELOPE),
        500,
        r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Receiver</Type>
    <Code>ServiceFailure</Code>
  </Error>
  <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
</ErrorResponse>
"#,
    );
}

#[test]
fn errors_common_to_all_operations() {
    let denied = sts::Error::from(sts::AccessDenied::default());
    let expired = sts::Error::from(sts::ExpiredToken::default());
    let unknown = iam::Error::from(iam::InvalidClientTokenId::default());
    let invalid = iam::Error::from(iam::ValidationError::default());
    let rows = [
        denied.exception().row(),
        expired.exception().row(),
        unknown.exception().row(),
        invalid.exception().row(),
    ];
    let found = rows.map(|row| (row.code, row.status));
    assert_eq!(
        found,
        [
            ("AccessDenied", 403),
            ("ExpiredToken", 403),
            ("InvalidClientTokenId", 403),
            ("ValidationError", 400),
        ]
    );
}

#[test]
fn unmodelled_errors() {
    let response = write_unmodelled_error(
        &sts::SERVICE,
        503,
        "ServiceUnavailable",
        "Later.",
        &ENVELOPE,
    );
    check(
        &response,
        503,
        r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Receiver</Type>
    <Code>ServiceUnavailable</Code>
    <Message>Later.</Message>
  </Error>
  <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
</ErrorResponse>
"#,
    );
}

#[test]
fn unknown_actions_and_versions() {
    for (body, message) in [
        (
            "Action=NoSuchAction&Version=2011-06-15",
            "Could not find operation NoSuchAction for version 2011-06-15",
        ),
        (
            "Action=GetCallerIdentity",
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
        (
            "Action=GetCallerIdentity&Version=",
            "Could not find operation GetCallerIdentity for version ",
        ),
        (
            "Action=&Version=2011-06-15",
            "Could not find operation  for version 2011-06-15",
        ),
    ] {
        let rejection = rejected(&sts::SERVICE, body);
        check(
            &write_rejection(&sts::SERVICE, &rejection, &ENVELOPE),
            400,
            &format!(
                r#"<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidAction</Code>
    <Message>{message}</Message>
  </Error>
  <RequestId>0585fedb-0fa2-4ad0-9916-344273c73c9a</RequestId>
</ErrorResponse>
"#
            ),
        );
    }
}

#[test]
fn requests_without_an_action_are_sent_elsewhere() {
    for (raw_query, location) in [
        (None, "https://aws.amazon.com/iam"),
        (
            Some("Version=2011-06-15"),
            "https://aws.amazon.com/iam?Version=2011-06-15",
        ),
    ] {
        let rejection = Rejection::MissingAction {
            raw_query: raw_query.map(str::to_owned),
        };
        let response = write_rejection(&sts::SERVICE, &rejection, &ENVELOPE);
        assert_eq!(
            text_of(&response),
            format!(
                "302\ndate: Thu, 28 Dec 2023 16:19:19 GMT\nlocation: {location}\n\
                 x-amzn-requestid: 0585fedb-0fa2-4ad0-9916-344273c73c9a\n\n"
            )
        );
    }
}

#[test]
fn json_for_those_who_ask() {
    let operation = sts::operation("GetCallerIdentity").unwrap();
    let response = write_output(&sts::SERVICE, operation, &identity(), &JSON);
    assert_eq!(
        text_of(&response),
        "200\ncontent-type: application/json\ndate: Thu, 28 Dec 2023 16:19:19 GMT\n\
         x-amzn-requestid: 0585fedb-0fa2-4ad0-9916-344273c73c9a\n\n\
         {\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":{\"Account\":\"111122223333\",\
         \"Arn\":\"arn:aws:sts::111122223333:assumed-role/R/me\",\"UserId\":\"AROAEXAMPLEEXAMPLE123:me\"},\
         \"ResponseMetadata\":{\"RequestId\":\"0585fedb-0fa2-4ad0-9916-344273c73c9a\"}}}"
    );
    let error = sts::Error::from(sts::ExpiredToken {
        message: Some("The security token included in the request is expired".into()),
    });
    let response = write_error(&sts::SERVICE, error.exception().row(), &error, &JSON);
    assert_eq!(response.status(), 403);
    assert_eq!(
        std::str::from_utf8(response.body()).unwrap(),
        "{\"Error\":{\"Code\":\"ExpiredToken\",\
         \"Message\":\"The security token included in the request is expired\",\"Type\":\"Sender\"},\
         \"RequestId\":\"0585fedb-0fa2-4ad0-9916-344273c73c9a\"}"
    );
}
