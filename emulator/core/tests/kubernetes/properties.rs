//! What holds at every instant of random runs.

use std::collections::BTreeSet;

use eks_emulator_core::lifecycle::Profile;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::command::{Command, command, profile};
use crate::invariants::{Memory, Sight};
use crate::support::Driver;

/// A run that can be told from its `Debug` text.
#[derive(Clone, Debug)]
struct Run {
    seed: u64,
    profile: Profile,
    commands: Vec<Command>,
}

fn run() -> impl Strategy<Value = Run> {
    let commands = proptest::collection::vec(command(), 1..40);
    (any::<u64>(), profile(), commands).prop_map(|(seed, profile, commands)| Run {
        seed,
        profile,
        commands,
    })
}

/// Failures are kept as named tests, not in files of the runner.
fn config(cases: u32) -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    }
}

impl Run {
    fn start(&self) -> Driver {
        let mut driver = Driver::new("demo", self.seed);
        driver
            .create_cluster(json!({ "version": "1.34" }))
            .expect("the name is free");
        driver.settle();
        driver.lifecycle.profile = self.profile;
        driver
    }

    /// Every answer and every event, as text; at the end everything that is
    /// there.
    fn transcript(&self) -> Vec<String> {
        let mut driver = self.start();
        let mut lines = Vec::new();
        for command in &self.commands {
            lines.push(command.perform(&mut driver));
            let events = driver.take_events();
            lines.extend(events.iter().map(|event| format!("{event:?}")));
        }
        lines.push(
            json!([
                driver.pods(),
                driver.workloads(),
                driver.kubernetes_events()
            ])
            .to_string(),
        );
        lines
    }
}

/// Performs a command and looks at every instant until the time it leads to.
fn step(driver: &mut Driver, memory: &mut Memory, command: &Command) -> Result<(), TestCaseError> {
    let Command::WaitMs(milliseconds) = command else {
        driver.settle();
        memory.check(&Sight::of(driver), false)?;
        command.perform(driver);
        // What has been done may take pods away; what comes of it may not.
        memory.check(&Sight::of(driver), true)?;
        return check(driver);
    };
    let end = driver.now.plus_milliseconds(*milliseconds);
    loop {
        driver.settle();
        memory.check(&Sight::of(driver), false)?;
        check(driver)?;
        let due = driver.on_cluster(|cluster, _| cluster.next_due());
        match due.filter(|due| *due <= end) {
            Some(due) => driver.now = due,
            None => break,
        }
    }
    driver.now = end;
    Ok(())
}

fn check(driver: &mut Driver) -> Result<(), TestCaseError> {
    let broken = driver.on_cluster(|cluster, _| cluster.check_invariants());
    broken.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn every_instant_keeps_what_always_holds(run in run()) {
        let mut driver = run.start();
        if let Profile::Manual { reads } = &mut driver.lifecycle.profile {
            *reads = None;
        }
        let mut memory = Memory::default();
        for command in &run.commands {
            step(&mut driver, &mut memory, command)?;
        }
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn the_same_run_gives_the_same_bytes(run in run()) {
        prop_assert_eq!(run.transcript(), run.transcript());
    }

    /// Whatever happened before: no object is two add-ons', and once an
    /// add-on is gone, so is all of it.
    #[test]
    fn a_deleted_add_on_leaves_nothing(run in run()) {
        let mut driver = run.start();
        for command in &run.commands {
            command.perform(&mut driver);
        }
        let listed = driver.ok("ListAddons", json!({}));
        let names = listed["addons"].as_array().cloned().unwrap_or_default();
        let mut owned = BTreeSet::new();
        for name in &names {
            for pod in driver.pods_of_addon(name.as_str().unwrap_or_default()) {
                prop_assert!(owned.insert(pod["metadata"]["uid"].to_string()), "{} has two owners", pod);
            }
        }
        for name in &names {
            // One that is being deleted with `preserve` keeps its objects.
            drop(driver.call("DeleteAddon", json!({ "addonName": name })));
        }
        driver.settle_all();
        driver.complete_all();
        driver.settle_all();
        for name in &names {
            let name = name.as_str().unwrap_or_default();
            prop_assert!(!driver.on_cluster(|cluster, _| cluster.has_objects_of(name)));
            prop_assert_eq!(driver.pods_of_addon(name).len(), 0);
        }
        let left = driver.pods().into_iter().filter(|pod| {
            let metadata = &pod["metadata"];
            metadata["ownerReferences"].is_null()
                && metadata["generateName"] != "mine-"
        });
        prop_assert_eq!(left.count(), 0);
    }
}

/// Random runs are worth something only if they get somewhere.
#[test]
fn random_runs_reach_what_is_rare() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let rare = [
        "status: CreateFailed",
        "status: UpdateFailed",
        "status: Degraded",
        "RolloutStarted",
        "RolloutCompleted",
        "PodDeleted",
        "AssociationReleased",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "FailedScheduling",
        "\"namespace\":\"shared\"",
        "restarted",
        "mine-",
    ];
    for _ in 0..1_000 {
        if seen.len() == rare.len() {
            return;
        }
        let tree = run().new_tree(&mut runner).expect("no run is rejected");
        let transcript = tree.current().transcript().concat();
        seen.extend(rare.iter().filter(|rare| transcript.contains(**rare)));
    }
    for rare in rare {
        assert!(seen.contains(rare), "no run reaches {rare:?}");
    }
}
