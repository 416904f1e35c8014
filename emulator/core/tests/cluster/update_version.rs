//! `UpdateClusterVersion`: upgrades and rollbacks.

use serde_json::{Value, json};

use crate::support::{DAY_MS, Driver, MINUTE_MS, text};

fn to(version: &str) -> Value {
    json!({ "version": version })
}

fn at(version: &str) -> Driver {
    Driver::active_with(to(version))
}

/// A cluster that was upgraded in place from 1.34 to 1.35.
fn upgraded() -> Driver {
    let mut driver = at("1.34");
    driver.ok("UpdateClusterVersion", to("1.35"));
    driver.settle();
    driver
}

#[test]
fn an_upgrade_shows_both_versions_and_takes_effect_at_its_end() {
    let mut driver = at("1.34").told();
    let update = driver.ok("UpdateClusterVersion", to("1.35"))["update"].take();
    assert_eq!(update["type"], "VersionUpdate");
    assert_eq!(
        update["params"],
        json!([
            { "type": "Version", "value": "1.35" },
            { "type": "PlatformVersion", "value": "eks.17" },
        ])
    );
    let during = driver.cluster();
    assert_eq!(during["status"], "UPDATING");
    assert_eq!(during["version"], "1.34");
    assert_eq!(during["platformVersion"], "eks.27");
    driver.complete(None);
    let after = driver.cluster();
    assert_eq!(after["status"], "ACTIVE");
    assert_eq!(after["version"], "1.35");
    assert_eq!(after["platformVersion"], "eks.17");
}

#[test]
fn an_upgrade_goes_one_minor_version_up() {
    for (from, version) in [
        ("1.33", "1.35"),
        ("1.34", "1.34"),
        ("1.35", "1.34"),
        ("1.33", "1.36"),
    ] {
        let mut driver = at(from);
        assert_eq!(
            driver.refused("UpdateClusterVersion", to(version)),
            format!(
                "InvalidParameterException: Unsupported Kubernetes minor version update from {from} to {version}"
            )
        );
        let members = driver.refused_members("UpdateClusterVersion", to(version));
        assert_eq!(members, json!({ "clusterName": "demo" }));
    }
}

#[test]
fn versions_that_are_not_offered_are_refused() {
    for version in ["1.37", "1.30", "1.35.4", "latest", ""] {
        assert_eq!(
            at("1.34").refused("UpdateClusterVersion", to(version)),
            "InvalidParameterException: unsupported Kubernetes version"
        );
    }
}

#[test]
fn a_running_update_stands_in_the_way_with_the_kind_that_was_asked_for() {
    let mut driver = upgraded().told();
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = text(&answer["update"]["id"]);
    for (version, kind) in [("1.36", "VersionUpdate"), ("1.34", "VersionRollback")] {
        assert_eq!(
            driver.refused("UpdateClusterVersion", to(version)),
            format!(
                "ResourceInUseException: Cannot {kind} because cluster demo currently has update {id} in progress"
            )
        );
    }
}

#[test]
fn a_cluster_that_is_not_active_is_not_upgraded() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(to("1.34")).unwrap();
    assert_eq!(
        driver.refused("UpdateClusterVersion", to("1.35")),
        "InvalidRequestException: Cluster 'demo' is not in ACTIVE status"
    );
}

#[test]
fn an_upgrade_can_be_rolled_back_for_seven_days() {
    let mut driver = upgraded();
    driver.wait_ms(7 * DAY_MS);
    let update = driver.ok("UpdateClusterVersion", to("1.34"))["update"].take();
    assert_eq!(update["type"], "VersionRollback");
    assert_eq!(
        update["params"],
        json!([
            { "type": "Version", "value": "1.34" },
            { "type": "PlatformVersion", "value": "eks.27" },
        ])
    );
    assert_eq!(driver.cluster()["version"], "1.34");
}

#[test]
fn a_rollback_after_seven_days_is_a_downgrade_like_any() {
    let mut driver = upgraded();
    driver.wait_ms(7 * DAY_MS + MINUTE_MS);
    assert_eq!(
        driver.refused("UpdateClusterVersion", to("1.34")),
        "InvalidParameterException: Unsupported Kubernetes minor version update from 1.35 to 1.34"
    );
}

#[test]
fn a_rollback_goes_to_the_version_before_the_last_upgrade_and_no_further() {
    let mut driver = at("1.33");
    driver.ok("UpdateClusterVersion", to("1.34"));
    driver.ok("UpdateClusterVersion", to("1.35"));
    let refused = driver.refused("UpdateClusterVersion", to("1.33"));
    assert!(refused.ends_with("from 1.35 to 1.33"), "{refused}");
    driver.ok("UpdateClusterVersion", to("1.34"));
    let refused = driver.refused("UpdateClusterVersion", to("1.33"));
    assert!(refused.ends_with("from 1.34 to 1.33"), "{refused}");
    driver.ok("UpdateClusterVersion", to("1.35"));
    assert_eq!(driver.cluster()["version"], "1.35");
}

#[test]
fn add_ons_are_not_rolled_back() {
    let mut driver = upgraded();
    let version = "v1.14.3-eksbuild.14";
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "coredns", "addonVersion": version }),
    );
    driver.ok("UpdateClusterVersion", to("1.34"));
    assert_eq!(driver.addon("coredns")["addonVersion"], version);
}

#[test]
fn the_timeout_of_a_rollback_is_between_two_hours_and_a_week() {
    let with_timeout = |minutes: i32| json!({ "version": "1.34", "rollbackConfig": { "timeoutMinutes": minutes } });
    for minutes in [119, 10_081] {
        let refused = upgraded().refused("UpdateClusterVersion", with_timeout(minutes));
        assert!(
            refused.starts_with("InvalidParameterException: "),
            "{refused}"
        );
    }
    for minutes in [120, 10_080] {
        upgraded().ok("UpdateClusterVersion", with_timeout(minutes));
    }
}
