//! Sessions that EKS opens for pods.

use eks_emulator_core::iam::{IamMode, IdentityStore, PodSessionRequest, RoleSession, TargetRole};
use serde_json::json;

use crate::support::{ROLE, START_MS, at, create_role, store, trust_pods};

const TARGET: &str = "arn:aws:iam::999988887777:role/T";

fn request<'a>(
    tags: &'a [(&'static str, String)],
    target: Option<TargetRole<'a>>,
) -> PodSessionRequest<'a> {
    PodSessionRequest {
        now: at(0).plus_milliseconds(285),
        role_arn: ROLE,
        target,
        session_name: "eks-demo-app-1",
        tags,
        policy: None,
        source_arn: "arn:aws:eks:us-west-2:111122223333:cluster/demo",
        source_account: "111122223333",
    }
}

fn opened(store: &mut IdentityStore) -> RoleSession {
    let tags = [("eks-cluster-name", "demo".to_owned())];
    store.assume_for_pod(&request(&tags, None)).unwrap()
}

#[test]
fn they_end_after_six_hours_at_a_whole_second() {
    let mut store = store(IamMode::Strict);
    create_role(&mut store, trust_pods());
    let session = opened(&mut store);
    assert_eq!(session.expiration.as_milliseconds(), START_MS + 21_600_000);
    assert_eq!(
        session.arn,
        "arn:aws:sts::111122223333:assumed-role/R/eks-demo-app-1"
    );
}

#[test]
fn a_refusal_says_why_to_the_log() {
    let mut store = store(IamMode::Strict);
    let missing = store.assume_for_pod(&request(&[], None)).unwrap_err();
    assert_eq!(missing.0, "there is no such role");
    create_role(
        &mut store,
        json!({
            "Effect": "Allow",
            "Principal": { "Service": "ec2.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }),
    );
    let refused = store.assume_for_pod(&request(&[], None)).unwrap_err();
    assert!(!refused.0.is_empty());
}

#[test]
fn the_time_of_the_request_can_be_a_condition() {
    for (operator, key, value, is_allowed) in [
        (
            "DateGreaterThan",
            "aws:CurrentTime",
            "2026-07-25T17:19:59Z",
            true,
        ),
        (
            "DateGreaterThan",
            "aws:CurrentTime",
            "2026-07-25T17:20:01Z",
            false,
        ),
        (
            "DateLessThan",
            "aws:CurrentTime",
            "2026-07-25T17:20:01Z",
            true,
        ),
        ("NumericEquals", "aws:EpochTime", "1785000000", true),
        ("NumericEquals", "aws:EpochTime", "1785000001", false),
    ] {
        let mut store = store(IamMode::Strict);
        let mut statement = trust_pods();
        statement["Condition"] = json!({ operator: { key: value } });
        create_role(&mut store, statement);
        let session = store.assume_for_pod(&request(&[], None));
        assert_eq!(session.is_ok(), is_allowed, "{operator} {key} {value}");
    }
}

#[test]
fn a_target_that_is_missing_is_refused_in_strict_mode_only() {
    let target = TargetRole {
        role_arn: TARGET,
        external_id: "us-west-2/111122223333/demo/default/app",
    };
    for (mode, is_given) in [(IamMode::Strict, false), (IamMode::Lenient, true)] {
        let mut store = store(mode);
        create_role(&mut store, trust_pods());
        let session = store.assume_for_pod(&request(&[], Some(target)));
        assert_eq!(session.is_ok(), is_given, "{mode:?}");
        if let Ok(session) = session {
            assert_eq!(
                session.arn,
                "arn:aws:sts::999988887777:assumed-role/T/eks-demo-app-1"
            );
            assert_eq!(session.expiration.as_milliseconds(), START_MS + 3_600_000);
        }
    }
}

#[test]
fn the_secrets_of_a_session_do_not_show() {
    let mut store = store(IamMode::Lenient);
    let session = opened(&mut store);
    for shown in [format!("{session:?}"), format!("{store:?}")] {
        assert!(!shown.contains(&session.session_token), "{shown}");
        assert!(!shown.contains(&session.secret_access_key), "{shown}");
    }
}

#[test]
fn the_name_of_the_session_can_be_a_condition() {
    for (pattern, is_allowed) in [("eks-demo-*", true), ("eks-other-*", false)] {
        let mut store = store(IamMode::Strict);
        let mut statement = trust_pods();
        statement["Condition"] = json!({ "StringLike": { "sts:RoleSessionName": pattern } });
        create_role(&mut store, statement);
        let session = store.assume_for_pod(&request(&[], None));
        assert_eq!(session.is_ok(), is_allowed, "{pattern}");
    }
}
