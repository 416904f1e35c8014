//! The updates of add-ons.

use serde_json::{Value, json};

use crate::support::{Driver, ROLE, text};

fn with_vpc_cni() -> Driver {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": "vpc-cni" }));
    driver.settle();
    driver
}

fn update(driver: &mut Driver, more: Value) -> Value {
    let mut input = more;
    input["addonName"] = "vpc-cni".into();
    driver.ok("UpdateAddon", input)["update"].take()
}

#[test]
fn an_update_shows_what_was_given_in_a_fixed_order() {
    let mut driver = with_vpc_cni();
    let mut shown = update(
        &mut driver,
        json!({
            "podIdentityAssociations": [{ "serviceAccount": "aws-node", "roleArn": ROLE }],
            "configurationValues": "{ \"env\" : {} }",
            "resolveConflicts": "PRESERVE",
            "serviceAccountRoleArn": ROLE,
            "addonVersion": "v1.23.0-eksbuild.1",
        }),
    );
    let id = text(&shown["id"].take());
    assert_eq!(id.len(), 36);
    assert_eq!(
        shown,
        json!({
            "cancellation": null,
            "createdAt": 1_785_000_000.0,
            "errors": [],
            "id": null,
            "params": [
                { "type": "AddonVersion", "value": "v1.23.0-eksbuild.1" },
                { "type": "ServiceAccountRoleArn", "value": ROLE },
                { "type": "ResolveConflicts", "value": "PRESERVE" },
                { "type": "ConfigurationValues", "value": "{ \"env\" : {} }" },
                {
                    "type": "PodIdentityAssociations",
                    "value": r#"[{"serviceAccount":"aws-node","roleArn":"arn:aws:iam::111122223333:role/reader","namespace":"kube-system"}]"#,
                },
            ],
            "status": "InProgress",
            "type": "AddonUpdate",
        })
    );
}

#[test]
fn an_update_of_nothing_is_an_update() {
    let mut driver = with_vpc_cni();
    let shown = update(&mut driver, json!({}));
    assert_eq!(shown["params"], json!([]));
    assert_eq!(
        driver.update(&shown["id"], Some("vpc-cni"))["status"],
        "Successful"
    );
}

#[test]
fn an_update_of_an_add_on_is_found_with_the_add_on_only() {
    let mut driver = with_vpc_cni();
    let id = text(&update(&mut driver, json!({}))["id"]);
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    for addon_name in [None, Some("coredns")] {
        let input = json!({ "updateId": id, "addonName": addon_name });
        assert_eq!(
            driver.refused("DescribeUpdate", input.clone()),
            format!("ResourceNotFoundException: No update found for ID: {id}")
        );
        let members = driver.refused_members("DescribeUpdate", input);
        assert_eq!(members, json!({ "clusterName": "demo" }));
    }
    assert_eq!(driver.ok("ListUpdates", json!({}))["updateIds"], json!([]));
    let listed = driver.ok("ListUpdates", json!({ "addonName": "vpc-cni" }));
    assert_eq!(listed["updateIds"], json!([id]));
}

#[test]
fn an_update_of_the_cluster_is_found_without_an_add_on_only() {
    let mut driver = with_vpc_cni();
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let id = text(&answer["update"]["id"]);
    let input = json!({ "updateId": id, "addonName": "vpc-cni" });
    assert!(
        driver
            .refused("DescribeUpdate", input)
            .contains("No update found for ID: ")
    );
    assert_eq!(
        driver.ok("ListUpdates", json!({}))["updateIds"],
        json!([id])
    );
    let listed = driver.ok("ListUpdates", json!({ "addonName": "vpc-cni" }));
    assert_eq!(listed["updateIds"], json!([]));
}

#[test]
fn node_groups_and_capabilities_do_not_exist() {
    let mut driver = Driver::active();
    assert_eq!(
        driver.refused("ListUpdates", json!({ "nodegroupName": "workers" })),
        "ResourceNotFoundException: No node group found for name: workers."
    );
    let refused = driver.refused("ListUpdates", json!({ "capabilityName": "argo" }));
    assert!(
        refused.starts_with("ResourceNotFoundException: "),
        "{refused}"
    );
    let answer = driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    let input = json!({ "updateId": answer["update"]["id"], "nodegroupName": "workers" });
    assert!(
        driver
            .refused("DescribeUpdate", input)
            .contains("No update found for ID: ")
    );
}

#[test]
fn updates_are_listed_in_the_order_of_their_start() {
    let mut driver = with_vpc_cni();
    let ids: Vec<Value> = (0..12)
        .map(|_| update(&mut driver, json!({}))["id"].take())
        .collect();
    let listed = driver.ok("ListUpdates", json!({ "addonName": "vpc-cni" }));
    assert_eq!(listed["updateIds"], Value::from(ids));
}

#[test]
fn a_deletion_ends_the_update_under_way_without_success() {
    let driver = with_vpc_cni();
    let mut driver = driver.told();
    let id = update(&mut driver, json!({}))["id"].take();
    driver.ok("DeleteAddon", json!({ "addonName": "vpc-cni" }));
    assert_eq!(driver.update(&id, Some("vpc-cni"))["status"], "Failed");
    driver.complete_all();
    let input = json!({ "updateId": id, "addonName": "vpc-cni" });
    assert_eq!(
        driver.refused("DescribeUpdate", input),
        "ResourceNotFoundException: No addon: vpc-cni found in cluster: demo"
    );
}
