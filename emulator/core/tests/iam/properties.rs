//! What holds after every step of random runs.
//!
//! That a failed call changes nothing and that the account stays sound is
//! checked by the driver at each call.

use std::collections::BTreeSet;

use eks_emulator_core::iam::IamMode;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::command::{Call, call};
use crate::support::{Iam, NAMES, said};

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
