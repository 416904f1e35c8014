//! What holds after every step of random runs.
//!
//! That a failed call changes nothing and that the account stays sound is
//! checked by the driver at each call.

use std::collections::BTreeSet;

use eks_emulator_core::iam::IamMode;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Iam, NAMES, POD_IDENTITY_TRUST, READ_BUCKET, said};

/// One call, with an input that has every member any operation wants.
type Call = (&'static str, Value);

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(values)
}

fn policy_arn() -> impl Strategy<Value = &'static str> {
    one_of(&[
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/a",
        "arn:aws:iam::111122223333:policy/b",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/Unheard",
        "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy",
        "not an arn at all, no",
    ])
}

fn document() -> impl Strategy<Value = &'static str> {
    one_of(&[
        READ_BUCKET,
        READ_BUCKET,
        READ_BUCKET,
        POD_IDENTITY_TRUST,
        "{",
    ])
}

fn tags() -> impl Strategy<Value = Value> {
    let key = one_of(&["a", "a", "b", "b", "c", "A", "aws:x"]);
    proptest::collection::vec(key, 0..3).prop_map(|keys| {
        let tags = keys.iter().map(|key| json!({ "Key": key, "Value": "" }));
        tags.collect()
    })
}

/// Members about roles and policies.
fn about_roles() -> impl Strategy<Value = Value> {
    (
        one_of(&["a", "a", "b", "A", "AWSServiceRoleForAmazonEKS"]),
        one_of(&["a", "b"]),
        policy_arn(),
        one_of(&[POD_IDENTITY_TRUST, POD_IDENTITY_TRUST, "{"]),
        document(),
        tags(),
        one_of(&["v1", "v2", "v3", "v9"]),
        any::<bool>(),
    )
        .prop_map(
            |(role, policy, arn, trust, document, tags, version, set_as_default)| {
                json!({
                    "RoleName": role,
                    "PolicyName": policy,
                    "PolicyArn": arn,
                    "PermissionsBoundary": arn,
                    "AssumeRolePolicyDocument": trust,
                    "PolicyDocument": document,
                    "Tags": tags,
                    "TagKeys": [policy],
                    "VersionId": version,
                    "SetAsDefault": set_as_default,
                    "Description": policy,
                    "InstanceProfileName": policy,
                })
            },
        )
}

/// Members about providers and pages.
fn about_providers() -> impl Strategy<Value = Value> {
    (
        one_of(&[
            "https://example.com",
            "https://example.com:443/a",
            "ftp://x",
        ]),
        one_of(&[
            "arn:aws:iam::111122223333:oidc-provider/example.com",
            "arn:aws:iam::111122223333:oidc-provider/example.com/a",
            "not an arn at all, no",
        ]),
        one_of(&["x", "y"]),
        one_of(&["eks.amazonaws.com", "batch.amazonaws.com", "nobody"]),
        proptest::option::of(1..3_i32),
    )
        .prop_map(|(url, arn, client_id, service, max_items)| {
            json!({
                "Url": url,
                "OpenIDConnectProviderArn": arn,
                "ClientID": client_id,
                "ThumbprintList": ["a".repeat(40)],
                "AWSServiceName": service,
                "MaxItems": max_items,
            })
        })
}

/// Any operation; those that make something more often, or there is nothing
/// for the others.
fn name() -> impl Strategy<Value = &'static str> {
    let makers = one_of(&[
        "CreateRole",
        "CreatePolicy",
        "CreatePolicyVersion",
        "CreateOpenIDConnectProvider",
        "CreateServiceLinkedRole",
        "AttachRolePolicy",
        "PutRolePolicy",
    ]);
    prop_oneof![1 => makers, 2 => proptest::sample::select(&NAMES[..])]
}

fn call() -> impl Strategy<Value = Call> {
    (name(), about_roles(), about_providers()).prop_map(|(name, mut input, more)| {
        let members = input.as_object_mut().expect("it is an object");
        members.extend(more.as_object().expect("it is an object").clone());
        // A new role has the boundary only sometimes, or too few are made.
        if name == "CreateRole" && members["SetAsDefault"] == true {
            members.remove("PermissionsBoundary");
        }
        (name, input)
    })
}

/// A run that can be told from its `Debug` text.
#[derive(Clone, Debug)]
struct Run {
    seed: u64,
    is_strict: bool,
    calls: Vec<Call>,
}

fn run() -> impl Strategy<Value = Run> {
    let calls = proptest::collection::vec(call(), 1..120);
    (any::<u64>(), any::<bool>(), calls).prop_map(|(seed, is_strict, calls)| Run {
        seed,
        is_strict,
        calls,
    })
}

impl Run {
    fn transcript(&self) -> Vec<String> {
        let mode = if self.is_strict {
            IamMode::Strict
        } else {
            IamMode::Lenient
        };
        let mut iam = Iam::new(mode, self.seed);
        let perform = |(name, input): &Call| {
            iam.wait_seconds(1);
            match iam.call(name, input.clone()) {
                Ok(answer) => format!("{name}: {answer}"),
                Err(error) => said(&error),
            }
        };
        self.calls.iter().map(perform).collect()
    }
}

/// Failures are kept as named tests, not in files of the runner.
fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(400)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_same_seed_and_calls_give_the_same_answers(run in run()) {
        prop_assert_eq!(run.transcript(), run.transcript());
    }
}

/// Random runs are worth something only if they get somewhere.
#[test]
fn random_runs_reach_every_operation_and_what_is_rare() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let tree = run().new_tree(&mut runner).expect("no run is rejected");
        seen.extend(tree.current().transcript());
    }
    let has = |text: &str| seen.iter().any(|line| line.starts_with(text));
    // An account has no instance profile from which a role could go.
    let reachable = |name: &&&str| **name != "RemoveRoleFromInstanceProfile";
    for name in NAMES.iter().filter(reachable) {
        assert!(has(&format!("{name}: ")), "{name} never succeeded");
    }
    for rare in [
        "DeleteConflict: Cannot delete entity, must detach",
        "DeleteConflict: Cannot delete entity, must delete",
        "DeleteConflict: Cannot delete a policy attached",
        "DeleteConflict: Cannot delete the default",
        "DeleteConflict: This policy has more",
        "EntityAlreadyExists: Role",
        "EntityAlreadyExists: A policy",
        "EntityAlreadyExists: Provider",
        "UnmodifiableEntity: ",
        "PolicyNotAttachable: ",
        "AccessDenied: ",
    ] {
        assert!(has(rare), "{rare} never happened");
    }
}

#[test]
fn other_seeds_give_other_ids() {
    let id = |seed: u64| {
        let mut iam = Iam::new(IamMode::Lenient, seed);
        iam.role("app");
        let answer = iam.ok("GetRole", json!({ "RoleName": "app" }));
        answer["Role"]["RoleId"].as_str().unwrap().to_owned()
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
    let is_id = |text: &str| {
        let rest = text.strip_prefix("AROA").unwrap_or_default();
        let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        rest.len() == 17 && rest.bytes().all(is_allowed)
    };
    assert!((0..100).all(|seed| is_id(&id(seed))));
}
