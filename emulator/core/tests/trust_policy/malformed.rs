//! Policies that IAM refuses, and what it says.

use eks_emulator_core::iam::trust_policy::TrustPolicy;

/// A whole policy around the members of one statement.
fn statement(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{members}}}}}"#)
}

fn check(policy: &str, message: &str) {
    match TrustPolicy::parse(policy) {
        Ok(_) => panic!("accepted: {policy}"),
        Err(error) => assert_eq!(error.to_string(), message, "{policy}"),
    }
}

const SYNTAX: &str = "Syntax errors in policy.";
const NOT_ASSUME_ROLE: &str = "AssumeRole policy may only specify STS AssumeRole actions.";
const NOT_FEDERATED: &str = "Federated principals must be valid domain names or SAML metadata ARNs";

#[test]
#[rustfmt::skip]
fn documents() {
    const GOOD: &str = r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole""#;
    let invalid_json = "This policy contains invalid Json";
    for (policy, message) in [
        ("", invalid_json),
        ("{", invalid_json),
        (r#"{"Version":"2012-10-17",}"#, invalid_json),
        (r#"{"Statement":{"#, invalid_json),
        ("[]", SYNTAX),
        (r#""text""#, SYNTAX),
        ("{}", SYNTAX),
        (r#"{"Version":"2012-10-17"}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#, SYNTAX),
        (r#"{"Version":1,"Statement":[]}"#, SYNTAX),
        (r#"{"Version":"2012-10-18","Statement":[]}"#, "The policy must contain a valid version string"),
        (r#"{"Version":"2012-10-17","Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
        (r#"{"Version":"2012-10-17","Statement":["x"]}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Id":7,"Statement":[]}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Comment":"x","Statement":[]}"#, "Unknown field Comment"),
        (&format!(r#"{{"Statement":[{{"Sid":"a",{GOOD}}},{{"Sid":"a",{GOOD}}}]}}"#), "The Statement Ids in the policy are not unique"),
        (&format!(r#"{{"Statement":[{{{GOOD}}},{{{GOOD},"Resource":"*"}}]}}"#), "Has prohibited field Resource"),
    ] {
        check(policy, message);
    }
}

#[test]
#[rustfmt::skip]
fn statements() {
    for (members, message) in [
        (r#""Effect":"Allow","Action":["s3:*"],"Resource":"*""#, "Has prohibited field Resource"),
        (r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","NotResource":"*""#, "AssumeRole policy must not contain resources."),
        (r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Conditions":{}"#, "Unknown field Conditions"),
        (r#""effect":"Allow","Principal":"*","Action":"sts:AssumeRole""#, "Unknown field effect"),
        (r#""Sid":1,"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole""#, SYNTAX),
        (r#""Principal":"*","Action":"sts:AssumeRole""#, "Missing required field Effect"),
        (r#""Effect":"allow","Principal":"*","Action":"sts:AssumeRole""#, "Invalid effect: allow"),
        (r#""Effect":["Allow"],"Principal":"*","Action":"sts:AssumeRole""#, SYNTAX),
        (r#""Effect":"Allow","Action":"sts:AssumeRole""#, "Missing required field Principal"),
        (r#""Effect":"Allow","NotPrincipal":"*","Action":"sts:AssumeRole""#, "Allow with NotPrincipal is not allowed."),
        (r#""Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#, "AssumeRole policy must not contain NotPrincipal field."),
        (r#""Effect":"Allow","Principal":"*""#, "Missing required field Action"),
        (r#""Effect":"Allow","Principal":"*","Action":[]"#, "Missing required field Action"),
        (r#""Effect":"Allow","Principal":"*","Action":[1]"#, SYNTAX),
        (r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","NotAction":"sts:TagSession""#, SYNTAX),
        (r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject""#, NOT_ASSUME_ROLE),
        (r#""Effect":"Allow","Principal":"*","Action":"*""#, NOT_ASSUME_ROLE),
        (r#""Effect":"Allow","Principal":"*","Action":["sts:AssumeRole","sts:GetCallerIdentity"]"#, NOT_ASSUME_ROLE),
        (r#""Effect":"Allow","Principal":"*","NotAction":"iam:PassRole""#, NOT_ASSUME_ROLE),
    ] {
        check(&statement(members), message);
    }
}

#[test]
#[rustfmt::skip]
fn principals() {
    for (principal, message) in [
        (r#""arn:aws:iam::111122223333:root""#, "Principal must be a JSON object."),
        ("[]", SYNTAX),
        ("{}", "Missing required field Principal cannot be empty!"),
        (r#"{"AWS":[]}"#, r#"Invalid principal in policy: """#),
        (r#"{"AWS":{"a":"b"}}"#, SYNTAX),
        (r#"{"AWS":"*","AWS":"*"}"#, SYNTAX),
        (r#"{"Group":"x"}"#, r#"Invalid principal in policy: "Group""#),
        (r#"{"AWS":"dana"}"#, r#"Invalid principal in policy: "AWS":"dana""#),
        (r#"{"AWS":"12345678901"}"#, r#"Invalid principal in policy: "AWS":"12345678901""#),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/*"}"#, r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/*""#),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/"}"#, r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/""#),
        (r#"{"AWS":"arn:aws:iam::111122223333:group/a"}"#, r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/a""#),
        (r#"{"AWS":"arn:aws:iam::12345678910:role/a"}"#, r#"Invalid principal in policy: "AWS":"arn:aws:iam::12345678910:role/a""#),
        (r#"{"AWS":"arn:aws:s3:::bucket"}"#, r#"Invalid principal in policy: "AWS":"arn:aws:s3:::bucket""#),
        (r#"{"AWS":["111122223333",""]}"#, r#"Invalid principal in policy: "AWS":"""#),
        (r#"{"Service":"pods.eks"}"#, r#"Invalid principal in policy: "SERVICE":"pods.eks""#),
        (r#"{"Service":"*"}"#, r#"Invalid principal in policy: "SERVICE":"*""#),
        (r#"{"Service":"pods..amazonaws.com"}"#, r#"Invalid principal in policy: "SERVICE":"pods..amazonaws.com""#),
        (r#"{"Federated":"login.example.com"}"#, r#"Invalid principal in policy: "FEDERATED":"login.example.com""#),
        (r#"{"Federated":"arn:aws:iam:111122223333:oidc-provider/x"}"#, NOT_FEDERATED),
        (r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/"}"#, NOT_FEDERATED),
        (r#"{"Federated":""}"#, NOT_FEDERATED),
        (r#"{"CanonicalUser":"x"}"#, r#"Invalid principal in policy: "CANONICAL_USER":"x""#),
    ] {
        let members = format!(r#""Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole""#);
        check(&statement(&members), message);
    }
}

#[test]
fn conditions() {
    for condition in [
        "[]",
        r#""x""#,
        r#"{"StringEquals":"x"}"#,
        r#"{"StringEquals":{"x:k":null}}"#,
        r#"{"StringEquals":{"x:k":{"a":"b"}}}"#,
        r#"{"StringEquals":{"x:k":[["a"]]}}"#,
        r#"{"StringEquals":{"x:k":"a","x:k":"b"}}"#,
        r#"{"StringEquals":{"x:k":"a"},"StringEquals":{"x:k":"b"}}"#,
        r#"{"StringMatches":{"x:k":"a"}}"#,
        r#"{"NullIfExists":{"x:k":"true"}}"#,
        r#"{"ForSomeValues:StringEquals":{"x:k":"a"}}"#,
        r#"{"StringEqualsIfExistsIfExists":{"x:k":"a"}}"#,
        r#"{"IfExists":{"x:k":"a"}}"#,
        r#"{"ÄfExists":{"x:k":"a"}}"#,
    ] {
        let members = format!(
            r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{condition}"#
        );
        check(&statement(&members), SYNTAX);
    }
}
