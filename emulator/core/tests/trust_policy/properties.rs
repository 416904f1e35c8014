//! The evaluator agrees with the reference, and nothing makes it panic.

use eks_emulator_core::iam::trust_policy::{
    Action, Context, Decision, Evaluation, Principal, Request, TrustPolicy,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::{random, reference};

fn evaluate(
    policy: &Value,
    principal: &Principal,
    action: Action,
    pairs: &[(String, String)],
) -> Evaluation {
    let mut context = Context::default();
    for (key, value) in pairs {
        context.insert(key, value);
    }
    let request = Request {
        principal: principal.clone(),
        action,
        context,
    };
    let policy = TrustPolicy::parse(&policy.to_string()).unwrap();
    policy.evaluate(&request)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_evaluator_agrees_with_the_reference(
        policy in random::policy(),
        principal in random::principal(),
        action in random::action(),
        pairs in random::pairs(),
    ) {
        let evaluation = evaluate(&policy, &principal, action, &pairs);
        let expected = reference::decide(&policy, &principal, action, &pairs);
        prop_assert_eq!(evaluation.decision, expected, "{:#?}", evaluation.why);
        // A line per statement and the verdict.
        let statements = policy["Statement"].as_array().unwrap().len();
        prop_assert_eq!(evaluation.why.len(), statements + 1);
    }

    #[test]
    fn each_condition_agrees_with_the_reference(
        policy in random::policy_of_one_condition(),
        pairs in random::pairs(),
    ) {
        let principal = Principal::Federated("accounts.google.com".into());
        let evaluation = evaluate(&policy, &principal, Action::AssumeRole, &pairs);
        let expected = reference::decide(&policy, &principal, Action::AssumeRole, &pairs);
        prop_assert_eq!(evaluation.decision, expected, "{:#?}", evaluation.why);
    }

    #[test]
    fn arbitrary_text_is_refused_without_a_panic(text in any::<String>()) {
        prop_assert!(TrustPolicy::parse(&text).is_err());
    }

    #[test]
    fn a_mutilated_policy_is_parsed_or_refused(
        policy in random::policy(),
        at in any::<prop::sample::Index>(),
        inserted in "[\\PC]{0,3}",
        pairs in random::pairs(),
        principal in random::principal(),
    ) {
        let mut text = policy.to_string();
        let boundaries: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
        let start = boundaries[at.index(boundaries.len())];
        let end = (start + 1..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap();
        text.replace_range(start..end, &inserted);
        if let Ok(policy) = TrustPolicy::parse(&text) {
            let context = pairs.iter().fold(Context::default(), |context, (key, value)| {
                context.with(key, value)
            });
            let request = Request { principal, action: Action::AssumeRole, context };
            prop_assert!(!policy.evaluate(&request).why.is_empty());
            let _ = policy.allows_pod_identity();
        }
    }

    #[test]
    fn any_text_may_stand_in_a_condition(
        operator in prop::sample::select(vec![
            "StringLike", "StringEquals", "ArnLike", "NumericEquals", "DateEquals", "Bool",
            "IpAddress", "BinaryEquals", "Null",
        ]),
        key in any::<String>(),
        expected in any::<String>(),
        actual in any::<String>(),
    ) {
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "sts:*",
            "Condition": { operator: { key.clone(): expected } },
        }});
        let principal = Principal::Service("pods.eks.amazonaws.com".into());
        let evaluation = evaluate(&policy, &principal, Action::AssumeRole, &[(key, actual)]);
        prop_assert_ne!(evaluation.decision, Decision::ExplicitDeny);
    }
}

/// Guards the comparison above: it would prove little if all were denied.
#[test]
fn random_policies_reach_every_decision_often() {
    let mut runner = TestRunner::deterministic();
    let strategy = (
        random::policy(),
        random::principal(),
        random::action(),
        random::pairs(),
    );
    let mut counts = [0_u32; 3];
    for _ in 0..1000 {
        let (policy, principal, action, pairs) = strategy.new_tree(&mut runner).unwrap().current();
        counts[match evaluate(&policy, &principal, action, &pairs).decision {
            Decision::Allow => 0,
            Decision::ExplicitDeny => 1,
            Decision::ImplicitDeny => 2,
        }] += 1;
    }
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}
