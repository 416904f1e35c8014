//! Add-ons: what they show, and how members are taken.

use serde_json::json;

use crate::support::{Driver, ROLE};

#[test]
fn a_new_add_on_is_shown_in_full() {
    let mut driver = Driver::active();
    let answer = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let arn = "arn:aws:eks:us-east-1:111122223333:addon/demo/coredns/738f12fa-2d74-15ec-aafb-89af9b207873";
    assert_eq!(
        answer["addon"],
        json!({
            "addonArn": arn,
            "addonName": "coredns",
            "addonVersion": "v1.14.3-eksbuild.3",
            "clusterName": "demo",
            "configurationValues": null,
            "createdAt": 1_785_000_000.0,
            "health": { "issues": [] },
            "marketplaceInformation": null,
            "modifiedAt": 1_785_000_000.012,
            "namespaceConfig": { "namespace": "kube-system" },
            "owner": null,
            "podIdentityAssociations": null,
            "publisher": null,
            "serviceAccountRoleArn": null,
            "status": "CREATING",
            "tags": {},
        })
    );
}

#[test]
fn publisher_owner_and_product_are_those_of_marketplace_add_ons() {
    let mut driver = Driver::active();
    let input = json!({ "addonName": "dynatrace_dynatrace-operator" });
    let addon = driver.ok("CreateAddon", input)["addon"].take();
    assert_eq!(addon["publisher"], "dynatrace");
    assert_eq!(addon["owner"], "aws-marketplace");
    assert_eq!(
        addon["marketplaceInformation"],
        json!({
            "productId": "6f9d8708-95c6-46cf-94db-6717b8dbda17",
            "productUrl": "https://aws.amazon.com/marketplace/pp/prodview-brb73nceicv7u",
        })
    );
}

#[test]
fn the_default_version_depends_on_the_version_of_kubernetes() {
    let mut driver = Driver::active_with(json!({ "version": "1.35" }));
    let answer = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(answer["addon"]["addonVersion"], "v1.13.2-eksbuild.11");
}

#[test]
fn names_are_taken_in_any_case_and_shown_in_one() {
    let mut driver = Driver::active();
    let answer = driver.ok("CreateAddon", json!({ "addonName": "CoreDNS" }));
    assert_eq!(answer["addon"]["addonName"], "coredns");
    assert_eq!(driver.addon("COREDNS")["addonName"], "coredns");
    let answer = driver.ok("UpdateAddon", json!({ "addonName": "CoreDNS" }));
    let id = answer["update"]["id"].clone();
    assert_eq!(driver.update(&id, Some("CoreDNS"))["id"], id);
    let listed = driver.ok("ListUpdates", json!({ "addonName": "CoreDNS" }));
    assert_eq!(listed["updateIds"], json!([id]));
    driver.ok("DeleteAddon", json!({ "addonName": "CoreDNS" }));
    assert_eq!(driver.ok("ListAddons", json!({}))["addons"], json!([]));
}

#[test]
fn configuration_values_are_kept_to_the_letter() {
    let mut driver = Driver::active();
    for values in [
        "{ \"replicaCount\" :  3 }\n",
        "replicaCount: 3 # three\n",
        "{}",
    ] {
        let input = json!({ "addonName": "coredns", "configurationValues": values });
        let operation = if values == "{ \"replicaCount\" :  3 }\n" {
            "CreateAddon"
        } else {
            "UpdateAddon"
        };
        driver.ok(operation, input);
        assert_eq!(driver.addon("coredns")["configurationValues"], values);
    }
}

#[test]
fn absent_members_of_an_update_stay_but_for_the_role() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        json!({
            "addonName": "vpc-cni", "addonVersion": "v1.22.3-eksbuild.1",
            "configurationValues": "{\"env\":{}}", "serviceAccountRoleArn": ROLE,
            "tags": { "team": "blue" },
        }),
    );
    driver.ok("UpdateAddon", json!({ "addonName": "vpc-cni" }));
    let addon = driver.addon("vpc-cni");
    assert_eq!(addon["addonVersion"], "v1.22.3-eksbuild.1");
    assert_eq!(addon["configurationValues"], "{\"env\":{}}");
    assert_eq!(addon["tags"], json!({ "team": "blue" }));
    assert_eq!(addon["serviceAccountRoleArn"], json!(null));
}

#[test]
fn a_role_that_is_sent_again_stays() {
    let mut driver = Driver::active();
    let input = json!({ "addonName": "vpc-cni", "serviceAccountRoleArn": ROLE });
    driver.ok("CreateAddon", input.clone());
    driver.ok("UpdateAddon", input);
    assert_eq!(driver.addon("vpc-cni")["serviceAccountRoleArn"], ROLE);
}

#[test]
fn new_values_are_visible_while_the_update_runs() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let mut driver = driver.told();
    driver.wait_ms(500);
    let version = "v1.14.3-eksbuild.14";
    driver.ok(
        "UpdateAddon",
        json!({ "addonName": "coredns", "addonVersion": version }),
    );
    let addon = driver.addon("coredns");
    assert_eq!(addon["status"], "UPDATING");
    assert_eq!(addon["addonVersion"], version);
    assert_eq!(addon["modifiedAt"], 1_785_000_000.5);
}

#[test]
fn downgrades_are_accepted() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let version = "v1.13.2-eksbuild.11";
    driver.ok(
        "UpdateAddon",
        json!({ "addonName": "coredns", "addonVersion": version }),
    );
    assert_eq!(driver.addon("coredns")["addonVersion"], version);
}

#[test]
fn the_modification_time_moves_with_every_change_even_if_the_clock_does_not() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let times: Vec<f64> = (0..3)
        .map(|_| {
            driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
            driver.addon("coredns")["modifiedAt"].as_f64().unwrap()
        })
        .collect();
    assert!(
        times.is_sorted_by(|before, after| before < after),
        "{times:?}"
    );
}

#[test]
fn a_second_deletion_changes_nothing() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.settle();
    let mut driver = driver.told();
    let first = driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    let before = driver.slot.clone();
    driver.wait_ms(500);
    let second = driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    assert_eq!(first, second);
    assert!(driver.slot == before);
}

#[test]
fn an_add_on_can_be_deleted_while_it_is_created_or_updated() {
    let mut creating = Driver::active().told();
    creating.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let mut updating = creating.clone();
    updating.complete_all();
    updating.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    for mut driver in [creating, updating] {
        driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
        assert_eq!(driver.present().unwrap().pending_transitions().len(), 1);
        driver.complete_all();
        assert_eq!(driver.ok("ListAddons", json!({}))["addons"], json!([]));
    }
}

#[test]
fn an_add_on_that_is_made_again_has_another_arn_and_none_of_the_old() {
    let mut driver = Driver::active();
    let tagged = json!({ "addonName": "coredns", "tags": { "team": "blue" } });
    let first = driver.ok("CreateAddon", tagged)["addon"].take();
    let update = driver.ok("UpdateAddon", json!({ "addonName": "coredns" }))["update"].take();
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    let second = driver.ok("CreateAddon", json!({ "addonName": "coredns" }))["addon"].take();
    assert_ne!(first["addonArn"], second["addonArn"]);
    assert_eq!(second["tags"], json!({}));
    let input = json!({ "updateId": update["id"], "addonName": "coredns" });
    assert!(
        driver
            .refused("DescribeUpdate", input)
            .contains("No update found for ID: ")
    );
}

#[test]
fn add_ons_can_be_changed_while_the_cluster_is_updated() {
    let mut driver = Driver::active().told();
    driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.associate("default", "app");
    assert_eq!(driver.cluster()["status"], "UPDATING");
}

#[test]
fn a_custom_namespace_stays_with_the_add_on() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "coredns", "namespaceConfig": { "namespace": "dns" } }),
    );
    driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(
        driver.addon("coredns")["namespaceConfig"],
        json!({ "namespace": "dns" })
    );
}
