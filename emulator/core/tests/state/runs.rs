//! Random runs on a cluster's name, and state as text.

use std::collections::BTreeSet;

use eks_emulator_core::lifecycle::Profile;
use eks_emulator_core::state;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::support::{Driver, acme_catalog};
use crate::{command, objects};

/// One step of a random run.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// On the API.
    Api(command::Command),
    /// On what runs on the cluster.
    Objects(objects::Command),
}

impl Step {
    /// Performs the step. Gives what was answered and what happened, as text.
    pub(crate) fn perform(&self, driver: &mut Driver) -> String {
        let answer = match self {
            Self::Api(command) => match command.perform(driver) {
                Some(Ok(answer)) => answer.to_string(),
                Some(Err(error)) => error.to_string(),
                None => String::new(),
            },
            Self::Objects(command) if driver.present().is_some() => command.perform(driver),
            Self::Objects(_) => String::new(),
        };
        format!("{answer} {:?}", driver.take_events())
    }
}

/// A run that can be told from its `Debug` text.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    seed: u64,
    profile: Profile,
    pub(crate) steps: Vec<Step>,
}

pub(crate) fn run() -> impl Strategy<Value = Run> {
    let profile = prop_oneof![command::profile(), objects::profile()];
    (any::<u64>(), profile, steps()).prop_map(|(seed, profile, steps)| Run {
        seed,
        profile,
        steps,
    })
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        command::command().prop_map(Step::Api),
        objects::command().prop_map(Step::Objects),
    ];
    proptest::collection::vec(step, 1..30)
}

impl Run {
    /// The cluster exists from the start: most commands need one.
    pub(crate) fn start(&self) -> Driver {
        let mut driver = Driver::new("demo", self.seed);
        driver
            .create_cluster(json!({ "version": "1.34" }))
            .expect("the name is free");
        driver.settle();
        driver.lifecycle.profile = self.profile;
        driver.catalog = acme_catalog();
        driver.limits.associations = 4;
        driver
    }
}

/// Failures are kept as named tests, not in files of the runner.
pub(crate) fn config(cases: u32) -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    }
}

/// State as JSON.
pub(crate) fn text(state: &impl Serialize) -> String {
    serde_json::to_string(state).expect("state serializes")
}

/// State from JSON.
#[track_caller]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> T {
    state::from_json(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Random runs are worth something only if they get somewhere.
#[test]
fn random_runs_reach_what_is_rare() {
    let rare = [
        "\"upgradedFrom\":[",
        "\"conflicts\":{",
        "\"differing\":[",
        "\"waiting\":[[",
        "\"reads\":",
        "\"manifest\":",
        "\"restartedAt\":",
        "\"replicaSetScaled\":",
        "\"killing\":",
        "\"newAssociation\":",
        "\"answer\":{\"association\":",
        "\"hasManagedRole\":true",
        "\"foundNoNode\":true",
        "\"nodes\":[]",
        "\"terminating\"",
        "\"clusterUpdate\":",
        "\"addonDelete\":",
        "\"observe\":",
        "\"degraded\":[",
        "\"selfManaged\":",
        "\"tags\":{\"team\"",
        "\"settings\":{",
        "\"addonNamespaces\":[",
        "\"workload\":{\"kind\":\"DaemonSet\"",
    ];
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..400 {
        if seen.len() == rare.len() {
            return;
        }
        let run = run().new_tree(&mut runner).expect("no run is rejected");
        let run = run.current();
        let mut driver = run.start();
        for steps in run.steps.chunks(4) {
            for step in steps {
                step.perform(&mut driver);
            }
            let document = text(&driver.slot);
            seen.extend(rare.iter().filter(|rare| document.contains(**rare)));
        }
    }
    let missed = rare.iter().filter(|rare| !seen.contains(*rare));
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<&&str>::new());
}
