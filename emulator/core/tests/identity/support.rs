//! Stores, roles and requests for these tests.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::CreateRoleRequest;
use eks_emulator_api::sts::{AssumeRoleRequest, AssumeRoleResponse, Credentials};
use eks_emulator_core::iam::sts::Caller;
use eks_emulator_core::iam::{IamMode, IdentityStore};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/team/R";
/// 2026-07-25T17:20:00Z.
pub(crate) const START_MS: i64 = 1_785_000_000_000;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(START_MS + seconds * 1_000)
}

pub(crate) fn store(mode: IamMode) -> IdentityStore {
    IdentityStore::new(mode, 7)
}

/// Makes the role `/team/R`, which trusts as the statement says.
pub(crate) fn create_role(store: &mut IdentityStore, statement: Value) {
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let input: CreateRoleRequest = serde_json::from_value(json!({
        "RoleName": "R",
        "Path": "/team/",
        "AssumeRolePolicyDocument": document,
    }))
    .unwrap();
    store
        .account("aws", ACCOUNT)
        .create_role(at(0), input)
        .unwrap();
}

/// What the user guide asks of roles for pods.
pub(crate) fn trust_pods() -> Value {
    json!({
        "Effect": "Allow",
        "Principal": { "Service": "pods.eks.amazonaws.com" },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    })
}

/// The account's root user.
pub(crate) fn root(store: &IdentityStore) -> Caller {
    store
        .caller(at(0), "AKIAIOSFODNN7EXAMPLE", None, ("aws", ACCOUNT))
        .unwrap()
}

pub(crate) fn assume(store: &mut IdentityStore, caller: &Caller, name: &str) -> Credentials {
    let input: AssumeRoleRequest =
        serde_json::from_value(json!({ "RoleArn": ROLE, "RoleSessionName": name })).unwrap();
    let answer: AssumeRoleResponse = store.assume_role(at(0), caller, &input).unwrap();
    answer.credentials.unwrap()
}
