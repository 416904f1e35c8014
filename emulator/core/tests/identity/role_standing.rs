//! What is known of roles that pods are to get.

use eks_emulator_core::iam::{IamMode, RoleStanding};
use serde_json::json;

use crate::support::{ROLE, create_role, store, trust_pods};

#[test]
fn roles_that_iam_does_not_have_depend_on_the_mode() {
    assert_eq!(
        store(IamMode::Lenient).standing(ROLE),
        RoleStanding::Trusting
    );
    assert_eq!(store(IamMode::Strict).standing(ROLE), RoleStanding::Missing);
}

#[test]
fn what_is_no_role_is_missing_in_either_mode() {
    for arn in [
        "",
        "R",
        "arn:aws:iam::111122223333:user/R",
        "arn:aws:iam::1:role/R",
    ] {
        for mode in [IamMode::Lenient, IamMode::Strict] {
            assert_eq!(store(mode).standing(arn), RoleStanding::Missing, "{arn}");
        }
    }
}

#[test]
fn roles_that_iam_has_are_always_looked_at() {
    for mode in [IamMode::Lenient, IamMode::Strict] {
        let mut trusting = store(mode);
        create_role(&mut trusting, trust_pods());
        assert_eq!(trusting.standing(ROLE), RoleStanding::Trusting);
        let mut untrusting = store(mode);
        let mut statement = trust_pods();
        statement["Action"] = json!("sts:AssumeRole");
        create_role(&mut untrusting, statement);
        assert_eq!(untrusting.standing(ROLE), RoleStanding::Untrusting);
    }
}

/// An ARN without the path names another role.
#[test]
fn the_path_belongs_to_the_arn() {
    let mut store = store(IamMode::Strict);
    create_role(&mut store, trust_pods());
    let without_path = "arn:aws:iam::111122223333:role/R";
    assert_eq!(store.standing(without_path), RoleStanding::Missing);
}
