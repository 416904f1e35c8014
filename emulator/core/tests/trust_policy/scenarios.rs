//! Whole policies as users write them, and what they decide.

use eks_emulator_core::iam::trust_policy::{
    Action, Decision, Evaluation, Principal, Request, TrustPolicy,
};

use crate::support::{context, evaluate, identity, pods, session};

const CLUSTER_TAGS: &[(&str, &str)] = &[
    ("aws:RequestTag/eks-cluster-name", "demo"),
    ("aws:RequestTag/kubernetes-namespace", "shop"),
    ("aws:SourceAccount", "111122223333"),
    (
        "aws:SourceArn",
        "arn:aws:eks:us-west-2:111122223333:cluster/demo",
    ),
];

const POD_IDENTITY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Pods","Effect":"Allow",
    "Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],
    "Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-name":"demo","aws:SourceAccount":"111122223333"},
                 "ArnEquals":{"aws:SourceArn":"arn:aws:eks:us-west-2:111122223333:cluster/*"}}}]}"#;

#[test]
fn pods_of_the_named_cluster_may_take_on_the_role() {
    for action in [Action::AssumeRole, Action::TagSession] {
        let decision = evaluate(POD_IDENTITY, pods(), action, CLUSTER_TAGS).decision;
        assert_eq!(decision, Decision::Allow);
    }
}

#[test]
fn without_session_tags_a_condition_on_them_fails() {
    let untagged = &CLUSTER_TAGS[2..];
    let decision = evaluate(POD_IDENTITY, pods(), Action::AssumeRole, untagged).decision;
    assert_eq!(decision, Decision::ImplicitDeny);
}

#[test]
fn the_reasons_name_statement_condition_and_value() {
    let other = &[
        ("aws:RequestTag/eks-cluster-name", "other"),
        ("aws:SourceAccount", "111122223333"),
    ];
    let evaluation = evaluate(POD_IDENTITY, pods(), Action::AssumeRole, other);
    let expected = Evaluation {
        decision: Decision::ImplicitDeny,
        why: vec![
            "statement 1 (Pods, Allow) does not apply: \
             StringEquals aws:RequestTag/eks-cluster-name [\"demo\"]: the request has [\"other\"]; \
             ArnEquals aws:SourceArn [\"arn:aws:eks:us-west-2:111122223333:cluster/*\"]: \
             the request does not have the key"
                .into(),
            "sts:AssumeRole by service pods.eks.amazonaws.com is not allowed by any statement"
                .into(),
        ],
    };
    assert_eq!(evaluation, expected);
}

#[test]
fn the_reasons_name_principal_and_action() {
    let evaluation = evaluate(
        POD_IDENTITY,
        session(),
        Action::SetSourceIdentity,
        CLUSTER_TAGS,
    );
    assert_eq!(
        evaluation.why[0],
        "statement 1 (Pods, Allow) does not apply: \
         arn:aws:sts::111122223333:assumed-role/reader/s1 \
         (a session of arn:aws:iam::111122223333:role/team/reader) \
         is not service pods.eks.amazonaws.com; \
         sts:SetSourceIdentity is not among sts:AssumeRole, sts:TagSession"
    );
}

const PROVIDER: &str =
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC";

/// A role for both mechanisms.
const BOTH: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]},
    {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC"},
     "Action":"sts:AssumeRoleWithWebIdentity",
     "Condition":{"StringEquals":{"oidc.eks.us-west-2.amazonaws.com/id/ABC:sub":"system:serviceaccount:shop:cart",
                                  "oidc.eks.us-west-2.amazonaws.com/id/ABC:aud":"sts.amazonaws.com"}}}]}"#;

fn web_identity(sub: &str, aud: &str) -> Decision {
    let pairs = [
        ("oidc.eks.us-west-2.amazonaws.com/id/ABC:sub", sub),
        ("oidc.eks.us-west-2.amazonaws.com/id/ABC:aud", aud),
    ];
    let principal = Principal::Federated(PROVIDER.into());
    evaluate(BOTH, principal, Action::AssumeRoleWithWebIdentity, &pairs).decision
}

#[test]
fn one_policy_may_serve_both_mechanisms() {
    let cart = "system:serviceaccount:shop:cart";
    assert_eq!(web_identity(cart, "sts.amazonaws.com"), Decision::Allow);
    assert_eq!(
        web_identity(cart, "pods.eks.amazonaws.com"),
        Decision::ImplicitDeny
    );
    assert_eq!(
        web_identity("system:serviceaccount:shop:till", "sts.amazonaws.com"),
        Decision::ImplicitDeny
    );
    let pod = evaluate(BOTH, pods(), Action::TagSession, &[]).decision;
    assert_eq!(pod, Decision::Allow);
    let wrong_action = evaluate(BOTH, pods(), Action::AssumeRoleWithWebIdentity, &[]).decision;
    assert_eq!(wrong_action, Decision::ImplicitDeny);
}

const TARGET: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
    "Principal":{"AWS":"arn:aws:iam::111122223333:role/team/reader"},"Action":["sts:AssumeRole","sts:TagSession"],
    "Condition":{"StringEquals":{"sts:ExternalId":"us-west-2/111122223333/demo/shop/cart"}}}}"#;

#[test]
fn a_target_role_wants_its_external_id() {
    let decide = |principal, pairs: &[(&str, &str)]| {
        evaluate(TARGET, principal, Action::AssumeRole, pairs).decision
    };
    let right = [("sts:ExternalId", "us-west-2/111122223333/demo/shop/cart")];
    let wrong = [("sts:ExternalId", "us-west-2/111122223333/demo/shop/till")];
    assert_eq!(decide(session(), &right), Decision::Allow);
    assert_eq!(decide(session(), &wrong), Decision::ImplicitDeny);
    assert_eq!(decide(session(), &[]), Decision::ImplicitDeny);
    assert_eq!(decide(pods(), &right), Decision::ImplicitDeny);
}

#[test]
fn a_deny_wins_wherever_it_stands() {
    let allow = r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:*"}"#;
    let deny = r#"{"Sid":"NoDana","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:user/dana"},"Action":"sts:AssumeRole"}"#;
    for statements in [format!("{allow},{deny}"), format!("{deny},{allow}")] {
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let decide = |arn, action| evaluate(&policy, identity(arn), action, &[]).decision;
        let dana = "arn:aws:iam::111122223333:user/dana";
        assert_eq!(decide(dana, Action::AssumeRole), Decision::ExplicitDeny);
        assert_eq!(decide(dana, Action::TagSession), Decision::Allow);
        let other = "arn:aws:iam::111122223333:user/eli";
        assert_eq!(decide(other, Action::AssumeRole), Decision::Allow);
    }
}

#[test]
fn a_deny_counts_only_when_its_conditions_hold() {
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},
        {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole",
         "Condition":{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}}]}"#;
    let decide =
        |pairs: &[(&str, &str)]| evaluate(policy, pods(), Action::AssumeRole, pairs).decision;
    assert_eq!(
        decide(&[("aws:SourceAccount", "111122223333")]),
        Decision::Allow
    );
    assert_eq!(
        decide(&[("aws:SourceAccount", "999988887777")]),
        Decision::ExplicitDeny
    );
    assert_eq!(decide(&[]), Decision::ExplicitDeny);
}

#[test]
fn keys_that_follow_from_the_principal() {
    let policy = TrustPolicy::parse(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole",
            "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team/*"},
                         "StringEquals":{"aws:PrincipalAccount":"111122223333"},
                         "Bool":{"aws:PrincipalIsAWSService":"false"}}}]}"#,
    )
    .unwrap();
    let is_allowed = |principal: Principal| {
        let context = principal.context();
        let request = Request {
            principal,
            action: Action::AssumeRole,
            context,
        };
        policy.evaluate(&request).is_allowed()
    };
    assert!(is_allowed(session()));
    assert!(is_allowed(identity(
        "arn:aws:iam::111122223333:role/team/writer"
    )));
    assert!(!is_allowed(identity(
        "arn:aws:iam::111122223333:user/team/dana"
    )));
    assert!(!is_allowed(pods()));
    assert_eq!(
        Principal::Federated(PROVIDER.into()).context(),
        context(&[])
    );
}
