//! Tags of clusters, add-ons and associations.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Driver, text};

const CLUSTER: &str = "arn:aws:eks:us-east-1:111122223333:cluster/demo";

/// The ARNs of a cluster, an add-on and an association.
fn tagged() -> (Driver, [String; 3]) {
    let mut driver = Driver::active();
    let answer = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    let addon = text(&answer["addon"]["addonArn"]);
    let id = driver.associate("default", "app");
    let association = text(&driver.association(&id)["associationArn"]);
    driver.settle();
    (driver, [CLUSTER.into(), addon, association])
}

fn tag(arn: &str, tags: Value) -> Value {
    json!({ "resourceArn": arn, "tags": tags })
}

fn untag(arn: &str, keys: &[&str]) -> Value {
    json!({ "resourceArn": arn, "tagKeys": keys })
}

#[track_caller]
fn tags(driver: &mut Driver, arn: &str) -> Value {
    driver.ok("ListTagsForResource", json!({ "resourceArn": arn }))["tags"].take()
}

#[test]
fn tags_are_merged_listed_and_taken_off() {
    let (mut driver, arns) = tagged();
    for arn in &arns {
        assert_eq!(tags(&mut driver, arn), json!({}));
        let given = tag(arn, json!({ "team": "blue", "stage": "test" }));
        assert_eq!(driver.ok("TagResource", given), json!({}));
        driver.ok(
            "TagResource",
            tag(arn, json!({ "team": "red", "cost": "" })),
        );
        let expected = json!({ "cost": "", "stage": "test", "team": "red" });
        assert_eq!(tags(&mut driver, arn), expected);
        assert_eq!(
            driver.ok("UntagResource", untag(arn, &["team", "none"])),
            json!({})
        );
        assert_eq!(
            tags(&mut driver, arn),
            json!({ "cost": "", "stage": "test" })
        );
    }
}

#[test]
fn tags_show_in_the_resource_and_change_nothing_else() {
    let (mut driver, arns) = tagged();
    let id = text(&driver.associations()[0]["associationId"]);
    let mut expected = [
        driver.cluster(),
        driver.addon("coredns"),
        driver.association(&id),
    ];
    driver.wait_ms(1_000);
    for (arn, resource) in arns.iter().zip(&mut expected) {
        driver.ok("TagResource", tag(arn, json!({ "team": "blue" })));
        resource["tags"] = json!({ "team": "blue" });
    }
    let now = [
        driver.cluster(),
        driver.addon("coredns"),
        driver.association(&id),
    ];
    assert_eq!(now, expected);
    assert_eq!(driver.ok("ListUpdates", json!({}))["updateIds"], json!([]));
}

#[test]
fn resources_in_transition_can_be_tagged() {
    let mut driver = Driver::active().told();
    let answer = driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    driver.ok("UpdateClusterConfig", json!({ "deletionProtection": true }));
    for arn in [CLUSTER, &text(&answer["addon"]["addonArn"])] {
        driver.ok("TagResource", tag(arn, json!({ "team": "blue" })));
    }
}

#[test]
fn reserved_keys_are_neither_set_nor_taken_off() {
    let (mut driver, arns) = tagged();
    for arn in &arns {
        for key in ["aws:team", "AWS:team", "aWs:"] {
            let refused = driver.refused("TagResource", tag(arn, json!({ key: "blue" })));
            assert!(refused.starts_with("BadRequestException: "), "{refused}");
            let refused = driver.refused("UntagResource", untag(arn, &[key]));
            assert!(refused.starts_with("BadRequestException: "), "{refused}");
        }
        driver.ok("TagResource", tag(arn, json!({ "awsteam": "blue" })));
    }
}

#[test]
fn fifty_tags_are_the_limit() {
    let many = |count: usize| {
        let pair = |index| (format!("key-{index}"), "value");
        let tags: BTreeMap<String, &str> = (0..count).map(pair).collect();
        json!(tags)
    };
    let mut driver = Driver::active();
    let refused = driver.refused("TagResource", tag(CLUSTER, many(51)));
    assert!(refused.starts_with("BadRequestException: "), "{refused}");
    driver.ok("TagResource", tag(CLUSTER, many(50)));
    driver.ok("TagResource", tag(CLUSTER, json!({ "key-0": "other" })));
    let refused = driver.refused("TagResource", tag(CLUSTER, json!({ "key-50": "value" })));
    assert!(refused.starts_with("BadRequestException: "), "{refused}");
}

#[test]
fn resources_that_do_not_exist_are_not_found() {
    let mut driver = Driver::active();
    for resource in [
        "us-east-1:111122223333:cluster/other",
        "us-west-2:111122223333:cluster/demo",
        "us-east-1:999988887777:cluster/demo",
        "us-east-1:111122223333:addon/demo/coredns/738f12fa-2d74-15ec-aafb-89af9b207873",
        "us-east-1:111122223333:podidentityassociation/demo/a-stubassocid123456",
        "us-east-1:111122223333:nodegroup/demo/workers/738f12fa-2d74-15ec-aafb-89af9b207873",
    ] {
        let arn = format!("arn:aws:eks:{resource}");
        for operation in ["TagResource", "UntagResource", "ListTagsForResource"] {
            let input = json!({ "resourceArn": arn, "tags": {}, "tagKeys": [] });
            assert_eq!(
                driver.refused(operation, input),
                "NotFoundException: Resource was not found",
                "{arn}"
            );
        }
    }
}

#[test]
fn what_is_no_arn_of_eks_is_a_bad_request() {
    let mut driver = Driver::active();
    for arn in [
        "demo",
        "arn:aws:eks:us-east-1:111122223333:cluster",
        "arn:aws:iam::111122223333:role/reader",
    ] {
        let input = json!({ "resourceArn": arn });
        let refused = driver.refused("ListTagsForResource", input);
        assert!(refused.starts_with("BadRequestException: "), "{refused}");
    }
}

#[test]
fn the_arn_of_an_add_on_of_before_names_nothing() {
    let (mut driver, [_, arn, _]) = tagged();
    driver.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    driver.ok("CreateAddon", json!({ "addonName": "coredns" }));
    assert_eq!(
        driver.refused("TagResource", tag(&arn, json!({ "team": "blue" }))),
        "NotFoundException: Resource was not found"
    );
}

#[test]
fn tags_go_with_the_resource() {
    let mut driver = Driver::active_with(json!({ "tags": { "team": "blue" } }));
    assert_eq!(tags(&mut driver, CLUSTER), json!({ "team": "blue" }));
    driver.ok("DeleteCluster", json!({}));
    driver.create_cluster(json!({})).unwrap();
    assert_eq!(tags(&mut driver, CLUSTER), json!({}));
}
