//! When transitions end: at the next look, after a while, after some reads,
//! or when told.

use eks_emulator_core::lifecycle::{After, Change, Profile, ResourceKind};
use serde_json::json;

use crate::support::{Driver, MINUTE_MS, SECOND_MS, START_MS};

const REALISTIC: Profile = Profile::Realistic { time_scale: 1.0 };

/// The statuses of the cluster before and at the end of `duration_ms`.
#[track_caller]
fn assert_cluster_takes(driver: &mut Driver, duration_ms: i64, during: &str, after: &str) {
    driver.wait_ms(duration_ms - 1);
    assert_eq!(driver.cluster()["status"], during);
    driver.wait_ms(1);
    assert_eq!(driver.cluster()["status"], after);
}

#[track_caller]
fn assert_addon_takes(driver: &mut Driver, duration_ms: i64, during: &str) {
    driver.wait_ms(duration_ms - 1);
    assert_eq!(driver.addon("coredns")["status"], during);
    driver.wait_ms(1);
}

#[test]
fn instant_writes_answer_in_transition_and_the_first_read_shows_the_end() {
    let mut driver = Driver::empty();
    let answer = driver.create_cluster(json!({})).unwrap();
    assert_eq!(answer["cluster"]["status"], "CREATING");
    assert_eq!(driver.cluster()["status"], "ACTIVE");
    let answer = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(answer["addon"]["status"], "CREATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    let answer = driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(answer["update"]["status"], "InProgress");
    let id = answer["update"]["id"].clone();
    assert_eq!(driver.update(&id, Some("coredns"))["status"], "Successful");
    let answer = driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    assert_eq!(answer["addon"]["status"], "DELETING");
    assert_eq!(
        driver.refused("DescribeAddon", json!({ "addonName": "coredns" })),
        "ResourceNotFoundException: No addon: coredns found in cluster: demo"
    );
}

#[test]
fn a_realistic_cluster_takes_ten_minutes_and_three_to_go() {
    let mut driver = Driver::empty().with(REALISTIC);
    driver.create_cluster(json!({})).unwrap();
    assert_cluster_takes(&mut driver, 10 * MINUTE_MS, "CREATING", "ACTIVE");
    driver.ok("DeleteCluster", json!({}));
    driver.wait_ms(3 * MINUTE_MS - 1);
    assert_eq!(driver.cluster()["status"], "DELETING");
    driver.wait_ms(1);
    assert!(driver.present().is_none());
}

#[test]
fn realistic_updates_take_as_long_as_their_kind() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" })).with(REALISTIC);
    driver.ok("UpdateClusterVersion", json!({ "version": "1.35" }));
    assert_cluster_takes(&mut driver, 9 * MINUTE_MS, "UPDATING", "ACTIVE");
    let access = json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } });
    driver.ok("UpdateClusterConfig", access);
    assert_cluster_takes(&mut driver, MINUTE_MS, "UPDATING", "ACTIVE");
    driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    assert_cluster_takes(&mut driver, 3 * MINUTE_MS, "UPDATING", "ACTIVE");
}

#[test]
fn a_realistic_add_on_takes_seconds() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_addon_takes(&mut driver, 20 * SECOND_MS, "CREATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(driver.addon("coredns")["modifiedAt"], 1_785_000_020.0);
    driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    assert_addon_takes(&mut driver, 7 * SECOND_MS, "UPDATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    assert_addon_takes(&mut driver, 10 * SECOND_MS, "DELETING");
    assert_eq!(driver.ok("ListAddons", json!({}))["addons"], json!([]));
}

#[test]
fn the_time_scale_divides_durations() {
    let mut driver = Driver::empty().with(Profile::Realistic { time_scale: 60.0 });
    driver.create_cluster(json!({})).unwrap();
    assert_cluster_takes(&mut driver, 10 * SECOND_MS, "CREATING", "ACTIVE");
    driver.lifecycle.profile = Profile::Realistic { time_scale: 0.5 };
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_addon_takes(&mut driver, 40 * SECOND_MS, "CREATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn what_is_due_at_different_times_happens_at_those_times() {
    let mut driver = Driver::active().with(REALISTIC);
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.wait_ms(SECOND_MS);
    driver.ok("CreateAddon", json!({ "addonName": "kube-proxy" }));
    let next = driver
        .present()
        .unwrap()
        .next_due()
        .map(|due| due.as_milliseconds());
    assert_eq!(next, Some(START_MS + 20 * SECOND_MS));
    driver.wait_ms(60 * SECOND_MS);
    assert_eq!(driver.addon("coredns")["modifiedAt"], 1_785_000_020.0);
    assert_eq!(driver.addon("kube-proxy")["modifiedAt"], 1_785_000_021.0);
    assert_eq!(driver.present().unwrap().next_due(), None);
}

#[test]
fn exactly_as_many_reads_as_asked_for_show_the_transition() {
    for reads in 0..4 {
        let mut driver = Driver::empty().with(Profile::Manual { reads: Some(reads) });
        driver.create_cluster(json!({})).unwrap();
        for _ in 0..reads {
            assert_eq!(driver.cluster()["status"], "CREATING");
        }
        assert_eq!(driver.cluster()["status"], "ACTIVE");
    }
}

#[test]
fn deleting_is_seen_as_many_times_too() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.settle();
    driver.lifecycle.profile = Profile::Manual { reads: Some(2) };
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    assert_eq!(driver.addon("coredns")["status"], "DELETING");
    assert_eq!(driver.addon("coredns")["status"], "DELETING");
    let gone = driver.call("DescribeAddon", json!({ "addonName": "coredns" }));
    assert_eq!(
        gone.unwrap_err().to_string(),
        "ResourceNotFoundException: No addon: coredns found in cluster: demo"
    );
    driver.ok("DeleteCluster", json!({}));
    assert_eq!(driver.cluster()["status"], "DELETING");
    assert_eq!(driver.cluster()["status"], "DELETING");
    assert!(driver.call("DescribeCluster", json!({})).is_err());
    driver.create_cluster(json!({})).unwrap();
}

#[test]
fn only_reads_of_the_resource_itself_count() {
    let mut driver = Driver::active().with(Profile::Manual { reads: Some(1) });
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("CreateAddon", json!({ "addonName": "kube-proxy" }));
    driver.cluster();
    driver.ok("ListAddons", json!({}));
    driver.addon("kube-proxy");
    driver.addon("kube-proxy");
    driver.wait_ms(60 * MINUTE_MS);
    assert_eq!(driver.addon("coredns")["status"], "CREATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn reads_of_the_update_count_for_what_it_updates() {
    let mut driver = Driver::active().with(Profile::Manual { reads: Some(1) });
    let answer = driver.ok(
        "UpdateClusterConfig",
        json!({ "zonalShiftConfig": { "enabled": true } }),
    );
    let id = answer["update"]["id"].clone();
    assert_eq!(driver.update(&id, None)["status"], "InProgress");
    assert_eq!(driver.update(&id, None)["status"], "Successful");
    assert_eq!(driver.cluster()["status"], "ACTIVE");
}

#[test]
fn what_waits_to_be_told_waits_for_ever() {
    let mut driver = Driver::active().told();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("CreateAddon", json!({ "addonName": "kube-proxy" }));
    driver.wait_ms(365 * 24 * 60 * MINUTE_MS);
    for _ in 0..5 {
        assert_eq!(driver.addon("coredns")["status"], "CREATING");
    }
    assert_eq!(driver.present().unwrap().next_due(), None);
    driver.complete(Some("coredns"));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(driver.addon("kube-proxy")["status"], "CREATING");
    driver.complete_all();
    assert_eq!(driver.addon("kube-proxy")["status"], "ACTIVE");
}

#[test]
fn telling_the_cluster_leaves_its_add_ons_alone() {
    let mut driver = Driver::active().told();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    driver.complete(None);
    assert_eq!(driver.cluster()["status"], "ACTIVE");
    assert_eq!(driver.addon("coredns")["status"], "CREATING");
}

#[test]
fn a_rule_goes_before_the_profile() {
    let mut driver = Driver::active();
    driver.rule_after(
        ResourceKind::Addon,
        Change::Create,
        After::DurationMs(5_000),
    );
    driver.rule_after(ResourceKind::Addon, Change::Delete, After::Reads(1));
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_addon_takes(&mut driver, 5_000, "CREATING");
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    assert_eq!(driver.addon("coredns")["status"], "DELETING");
    assert!(
        driver
            .call("DescribeAddon", json!({ "addonName": "coredns" }))
            .is_err()
    );
}

#[test]
fn a_rule_for_one_add_on_leaves_the_others_alone() {
    let mut driver = Driver::active();
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Told);
    driver.lifecycle.rules[0].addon_name = Some("coredns".into());
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("CreateAddon", json!({ "addonName": "kube-proxy" }));
    assert_eq!(driver.addon("coredns")["status"], "CREATING");
    assert_eq!(driver.addon("kube-proxy")["status"], "ACTIVE");
}

#[test]
fn a_rule_for_another_cluster_does_not_hold() {
    let mut driver = Driver::active();
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Told);
    driver.lifecycle.rules[0].cluster_name = Some("other".into());
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
}

#[test]
fn the_first_rule_that_matches_holds() {
    let mut driver = Driver::active();
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Told);
    driver.rule_after(ResourceKind::Addon, Change::Create, After::Immediately);
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(driver.addon("coredns")["status"], "CREATING");
}

#[test]
fn a_rule_holds_in_the_accounts_and_regions_that_it_names() {
    for (accounts, regions, status) in [
        (vec!["111122223333"], vec![], "CREATING"),
        (vec!["4444*", "1111*"], vec!["us-*"], "CREATING"),
        (vec!["444455556666"], vec![], "ACTIVE"),
        (vec!["111122223333"], vec!["eu-*"], "ACTIVE"),
        (vec![], vec!["eu-central-1"], "ACTIVE"),
    ] {
        let mut driver = Driver::active();
        driver.rule_after(ResourceKind::Addon, Change::Create, After::Told);
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        driver.lifecycle.rules[0].home.accounts = owned(accounts);
        driver.lifecycle.rules[0].home.regions = owned(regions);
        driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
        let found = driver.addon("coredns")["status"].clone();
        assert_eq!(found, status, "{:?}", driver.lifecycle.rules[0].home);
    }
}

#[test]
fn a_rule_takes_the_place_of_the_one_of_its_name() {
    let mut driver = Driver::active();
    for (after, name) in [
        (After::Told, "a"),
        (After::Told, "b"),
        (After::Immediately, "a"),
    ] {
        driver.rule_after(ResourceKind::Addon, Change::Create, after);
        let mut rule = driver.lifecycle.rules.pop().expect("it was added");
        rule.name = Some(name.into());
        driver.lifecycle.put_rule(rule);
    }
    let rules = driver.lifecycle.rules.iter();
    let kept: Vec<_> = rules
        .map(|rule| (rule.name.as_deref(), rule.after))
        .collect();
    let a = (Some("a"), Some(After::Immediately));
    assert_eq!(kept, [a, (Some("b"), Some(After::Told))]);
}
