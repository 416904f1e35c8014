//! Short ways to write policies and requests.

use eks_emulator_core::iam::trust_policy::{
    Action, Context, Decision, Evaluation, Principal, Request, TrustPolicy,
};

/// The service that takes on roles for pods.
pub(crate) fn pods() -> Principal {
    Principal::Service("pods.eks.amazonaws.com".into())
}

/// An identity of account 111122223333 without a role.
pub(crate) fn identity(arn: &str) -> Principal {
    Principal::Aws {
        account_id: "111122223333".into(),
        arn: arn.into(),
        role_arn: None,
    }
}

/// A session of the role `/team/reader` of account 111122223333.
pub(crate) fn session() -> Principal {
    Principal::Aws {
        account_id: "111122223333".into(),
        arn: "arn:aws:sts::111122223333:assumed-role/reader/s1".into(),
        role_arn: Some("arn:aws:iam::111122223333:role/team/reader".into()),
    }
}

/// A context of keys and values; a key named twice has two values.
pub(crate) fn context(pairs: &[(&str, &str)]) -> Context {
    let mut context = Context::default();
    for (key, value) in pairs {
        context.insert(key, *value);
    }
    context
}

/// The policy's evaluation of a request.
pub(crate) fn evaluate(
    policy: &str,
    principal: Principal,
    action: Action,
    pairs: &[(&str, &str)],
) -> Evaluation {
    let policy = TrustPolicy::parse(policy).unwrap_or_else(|error| panic!("{error}: {policy}"));
    policy.evaluate(&Request {
        principal,
        action,
        context: context(pairs),
    })
}

/// Whether a condition block lets the service assume the role.
pub(crate) fn condition_holds(version: &str, condition: &str, pairs: &[(&str, &str)]) -> bool {
    let policy = format!(
        r#"{{"Version":"{version}","Statement":{{"Effect":"Allow",
        "Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":"sts:AssumeRole",
        "Condition":{condition}}}}}"#
    );
    let evaluation = evaluate(&policy, pods(), Action::AssumeRole, pairs);
    evaluation.decision == Decision::Allow
}
