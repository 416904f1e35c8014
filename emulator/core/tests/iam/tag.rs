//! Tags of roles, policies and OpenID Connect providers.

use serde_json::{Value, json};

use crate::support::{Iam, POD_IDENTITY_TRUST, READ_BUCKET};

/// A kind of resource that has tags.
struct Tagged {
    tag: &'static str,
    untag: &'static str,
    list: &'static str,
    member: &'static str,
    name: &'static str,
}

const ROLE: Tagged = Tagged {
    tag: "TagRole",
    untag: "UntagRole",
    list: "ListRoleTags",
    member: "RoleName",
    name: "app",
};
const POLICY: Tagged = Tagged {
    tag: "TagPolicy",
    untag: "UntagPolicy",
    list: "ListPolicyTags",
    member: "PolicyArn",
    name: "arn:aws:iam::111122223333:policy/read",
};
const PROVIDER: Tagged = Tagged {
    tag: "TagOpenIDConnectProvider",
    untag: "UntagOpenIDConnectProvider",
    list: "ListOpenIDConnectProviderTags",
    member: "OpenIDConnectProviderArn",
    name: "arn:aws:iam::111122223333:oidc-provider/example.com",
};

fn account() -> Iam {
    let mut iam = Iam::with_role();
    iam.policy("read");
    iam.ok(
        "CreateOpenIDConnectProvider",
        json!({ "Url": "https://example.com" }),
    );
    iam
}

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

impl Tagged {
    fn input(&self, name: &str, value: Value) -> Value {
        json!({ self.member: self.name, name: value })
    }

    fn listed(&self, iam: &mut Iam) -> Value {
        let answer = iam.ok(self.list, json!({ self.member: self.name }));
        assert_eq!(answer["IsTruncated"], false);
        answer["Tags"].clone()
    }
}

#[test]
fn tags_are_put_on_replaced_and_taken_off() {
    for kind in [ROLE, POLICY, PROVIDER] {
        let mut iam = account();
        iam.ok(
            kind.tag,
            kind.input("Tags", tags(&[("b", "1"), ("a", "2")])),
        );
        iam.ok(kind.tag, kind.input("Tags", tags(&[("b", "3")])));
        assert_eq!(kind.listed(&mut iam), tags(&[("a", "2"), ("b", "3")]));
        iam.ok(kind.untag, kind.input("TagKeys", json!(["a", "gone"])));
        assert_eq!(kind.listed(&mut iam), tags(&[("b", "3")]));
    }
}

#[test]
fn keys_of_roles_have_no_case_and_keep_the_last_one() {
    let mut iam = account();
    iam.ok("TagRole", ROLE.input("Tags", tags(&[("Team", "x")])));
    iam.ok("TagRole", ROLE.input("Tags", tags(&[("TEAM", "y")])));
    assert_eq!(ROLE.listed(&mut iam), tags(&[("TEAM", "y")]));
    iam.ok("UntagRole", ROLE.input("TagKeys", json!(["team"])));
    assert_eq!(ROLE.listed(&mut iam), tags(&[]));
}

#[test]
fn keys_of_policies_and_providers_have_case() {
    for kind in [POLICY, PROVIDER] {
        let mut iam = account();
        let both = tags(&[("TEAM", "y"), ("Team", "x")]);
        iam.ok(kind.tag, kind.input("Tags", both.clone()));
        assert_eq!(kind.listed(&mut iam), both);
        iam.ok(kind.untag, kind.input("TagKeys", json!(["team"])));
        assert_eq!(kind.listed(&mut iam), both);
    }
}

#[test]
fn keys_are_given_once() {
    let in_any_case =
        "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    let same = "InvalidInput: Duplicate tag keys found.";
    let twice = tags(&[("Team", "x"), ("TEAM", "y")]);
    assert_eq!(
        account().refused("TagRole", ROLE.input("Tags", twice.clone())),
        in_any_case
    );
    assert_eq!(
        account().refused(
            "CreateRole",
            json!({ "RoleName": "new", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST, "Tags": twice }),
        ),
        in_any_case
    );
    let twice = tags(&[("team", "x"), ("team", "y")]);
    for kind in [POLICY, PROVIDER] {
        assert_eq!(
            account().refused(kind.tag, kind.input("Tags", twice.clone())),
            same
        );
    }
    assert_eq!(
        account().refused(
            "CreatePolicy",
            json!({ "PolicyName": "new", "PolicyDocument": READ_BUCKET, "Tags": twice }),
        ),
        same
    );
    assert_eq!(
        account().refused(
            "CreateOpenIDConnectProvider",
            json!({ "Url": "https://other.example.com", "Tags": twice }),
        ),
        same
    );
}

#[test]
fn keys_of_aws_are_reserved() {
    for kind in [ROLE, POLICY, PROVIDER] {
        assert_eq!(
            account().refused(kind.tag, kind.input("Tags", tags(&[("AWS:x", "y")]))),
            "InvalidInput: aws: prefixed tag key names are not allowed for external use."
        );
    }
}

#[test]
fn a_resource_has_fifty_tags_at_most() {
    for kind in [ROLE, POLICY, PROVIDER] {
        let mut iam = account();
        let keys: Vec<String> = (0..50).map(|number| format!("key-{number}")).collect();
        let pairs: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
        iam.ok(kind.tag, kind.input("Tags", tags(&pairs)));
        iam.ok(kind.tag, kind.input("Tags", tags(&[("key-7", "again")])));
        assert_eq!(
            iam.refused(kind.tag, kind.input("Tags", tags(&[("key-50", "")]))),
            "LimitExceeded: The number of tags has reached the maximum limit."
        );
    }
}
