//! What holds after every step of random runs.

use std::collections::BTreeSet;

use eks_emulator_core::event::{Event, EventKind};
use eks_emulator_core::lifecycle::Profile;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::command::{Command, command, profile};
use crate::support::{Driver, acme_catalog, last_part, text};

/// A run that can be told from its `Debug` text.
#[derive(Clone, Debug)]
struct Run {
    seed: u64,
    profile: Profile,
    commands: Vec<Command>,
}

fn run() -> impl Strategy<Value = Run> {
    let commands = proptest::collection::vec(command(), 1..60);
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
    /// The cluster exists from the start: most commands need one.
    fn start(&self) -> Driver {
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

    /// Every answer and every event, as text; `between` happens after each step.
    fn transcript(&self, mut between: impl FnMut(&Command)) -> Vec<String> {
        let mut driver = self.start();
        let mut lines = Vec::new();
        for command in &self.commands {
            lines.push(match command.perform(&mut driver) {
                Some(Ok(answer)) => answer.to_string(),
                Some(Err(error)) => serde_json::to_string(&error).expect("errors serialize"),
                None => String::new(),
            });
            lines.extend(
                driver
                    .take_events()
                    .iter()
                    .map(|event| format!("{event:?}")),
            );
            between(command);
        }
        lines
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn every_step_keeps_what_always_holds(run in run()) {
        let mut driver = run.start();
        let mut events = Vec::new();
        for command in &run.commands {
            driver.settle();
            events.append(&mut driver.take_events());
            step(&mut driver, command)?;
            events.append(&mut driver.take_events());
            invariants(&mut driver)?;
            ownership(&driver)?;
        }
        in_order_of_time(&events)?;
        silent_once_removed(&events)?;
    }
}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn the_same_run_gives_the_same_bytes_whatever_other_clusters_do(run in run()) {
        let mut other = Driver::new("other", run.seed);
        let alone = run.transcript(|_| {});
        let in_company = run.transcript(|command| drop(command.perform(&mut other)));
        prop_assert_eq!(alone, in_company);
    }
}

/// Random runs are worth something only if they get somewhere.
#[test]
fn random_runs_reach_what_is_rare() {
    let mut runner = TestRunner::deterministic();
    let mut seen = String::new();
    for _ in 0..500 {
        let tree = run().new_tree(&mut runner).expect("no run is rejected");
        seen.extend(tree.current().transcript(|_| {}));
    }
    for rare in [
        "Association already exists: ",
        "cannot be updated as it is currently in UPDATING state",
        "cannot be updated as it is currently in DELETING state",
        "The clientRequestToken was already used",
        "Cross-account pass role is not allowed.",
        "You have reached the maximum number of Pod Identity associations",
        "Cluster 'demo' is not in ACTIVE status",
        "has an update in progress",
        "AssociationReleased",
        "AssociationUpdated",
        "AssociationDeleted",
        "status: CreateFailed",
        "status: UpdateFailed",
        "status: DeleteFailed",
        "status: Degraded",
        "ClusterStatusChanged { from: Some(Deleting), status: Failed }",
        "ClusterRemoved",
        "\"type\":\"VersionRollback\"",
        "\"tags\":{\"team\":\"blue\"}",
    ] {
        assert!(seen.contains(rare), "no run reaches {rare:?}");
    }
}

/// A call that fails changes nothing and leaves no events.
fn step(driver: &mut Driver, command: &Command) -> Result<(), TestCaseError> {
    let before = driver.slot.clone();
    let failed = matches!(command.perform(driver), Some(Err(_)));
    if failed && !command.is_counted_read() {
        prop_assert!(
            driver.slot == before,
            "{:?} fails and leaves a trace",
            command
        );
        prop_assert!(driver.take_events().is_empty());
    }
    Ok(())
}

fn invariants(driver: &mut Driver) -> Result<(), TestCaseError> {
    match driver.present().map(|cluster| cluster.check_invariants()) {
        Some(Err(broken)) => Err(TestCaseError::fail(broken)),
        _ => Ok(()),
    }
}

/// What add-ons and associations say of each other agrees, as users see it.
/// Reading counts, so a copy is read; what reading finishes is part of it.
fn ownership(driver: &Driver) -> Result<(), TestCaseError> {
    let mut driver = driver.clone();
    if driver.present().is_none() {
        return Ok(());
    }
    let names = driver.ok("ListAddons", json!({}));
    for name in names["addons"].as_array().into_iter().flatten() {
        let described = driver.call("DescribeAddon", json!({ "addonName": name }));
        let Ok(described) = described else { continue };
        listed_ones_are_owned(&mut driver, &described["addon"])?;
    }
    let mut service_accounts = BTreeSet::new();
    for association in driver.associations() {
        let key = (
            text(&association["namespace"]),
            text(&association["serviceAccount"]),
        );
        prop_assert!(
            service_accounts.insert(key),
            "{} is one too many",
            association
        );
        owner_lives(&driver, &association)?;
    }
    Ok(())
}

fn listed_ones_are_owned(driver: &mut Driver, addon: &Value) -> Result<(), TestCaseError> {
    for arn in addon["podIdentityAssociations"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let association = driver.association(&last_part(arn));
        prop_assert_eq!(&association["associationArn"], arn);
        prop_assert_eq!(&association["ownerArn"], &addon["addonArn"]);
        prop_assert_eq!(
            &association["namespace"],
            &addon["namespaceConfig"]["namespace"]
        );
    }
    Ok(())
}

fn owner_lives(driver: &Driver, association: &Value) -> Result<(), TestCaseError> {
    let Some(owner_arn) = association["ownerArn"].as_str() else {
        return Ok(());
    };
    let name = owner_arn.split('/').nth(2).unwrap_or_default();
    let owner = driver
        .clone()
        .call("DescribeAddon", json!({ "addonName": name }));
    let owner = owner.map_err(|error| TestCaseError::fail(format!("{association}: {error}")))?;
    prop_assert_eq!(&owner["addon"]["addonArn"], owner_arn);
    let listed = owner["addon"]["podIdentityAssociations"].as_array();
    let lists_it = listed.is_some_and(|listed| listed.contains(&association["associationArn"]));
    prop_assert!(lists_it, "{} is owned and unlisted", association);
    Ok(())
}

fn in_order_of_time(events: &[Event]) -> Result<(), TestCaseError> {
    prop_assert!(events.is_sorted_by_key(|event| event.at), "{:?}", events);
    Ok(())
}

/// Nothing happens to a cluster that is gone.
fn silent_once_removed(events: &[Event]) -> Result<(), TestCaseError> {
    let pairs = events.iter().zip(events.iter().skip(1));
    for (removed, next) in pairs.filter(|(event, _)| event.kind == EventKind::ClusterRemoved) {
        let is_new = matches!(next.kind, EventKind::ClusterStatusChanged { .. });
        prop_assert!(is_new, "{:?} and then {:?}", removed, next);
    }
    Ok(())
}
