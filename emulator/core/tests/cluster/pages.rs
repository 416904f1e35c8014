//! Pages of listings, and their tokens.

use eks_emulator_core::cluster::ClusterListing;
use serde_json::{Value, json};

use crate::support::{Driver, merged, text};

const BROKEN: &str = "InvalidParameterException: Invalid nextToken";

fn with_addons(names: &[&str]) -> Driver {
    let mut driver = Driver::active();
    for name in names {
        driver.ok("CreateAddon", json!({ "addonName": name }));
    }
    driver.settle();
    driver
}

fn page(driver: &mut Driver, token: &Value) -> Value {
    driver.ok("ListAddons", json!({ "maxResults": 2, "nextToken": token }))
}

#[test]
fn names_come_in_ascending_order_and_the_last_page_has_no_token() {
    let mut driver = with_addons(&["vpc-cni", "coredns", "kube-proxy"]);
    assert_eq!(
        driver.ok("ListAddons", json!({})),
        json!({ "addons": ["coredns", "kube-proxy", "vpc-cni"], "nextToken": null })
    );
    let first = page(&mut driver, &Value::Null);
    assert_eq!(first["addons"], json!(["coredns", "kube-proxy"]));
    let second = page(&mut driver, &first["nextToken"]);
    assert_eq!(second, json!({ "addons": ["vpc-cni"], "nextToken": null }));
}

#[test]
fn a_page_that_is_just_full_has_no_token() {
    let mut driver = with_addons(&["coredns", "kube-proxy"]);
    assert_eq!(page(&mut driver, &Value::Null)["nextToken"], json!(null));
}

#[test]
fn tokens_stay_valid_while_items_come_and_go() {
    let mut driver = with_addons(&["coredns", "kube-proxy", "vpc-cni"]);
    let token = page(&mut driver, &Value::Null)["nextToken"].take();
    driver.ok("DeleteAddon", json!({ "addonName": "kube-proxy" }));
    driver.ok("DeleteAddon", json!({ "addonName": "vpc-cni" }));
    driver.ok("CreateAddon", json!({ "addonName": "aws-ebs-csi-driver" }));
    driver.ok("CreateAddon", json!({ "addonName": "metrics-server" }));
    let next = page(&mut driver, &token);
    assert_eq!(
        next,
        json!({ "addons": ["metrics-server"], "nextToken": null })
    );
    driver.ok("DeleteAddon", json!({ "addonName": "metrics-server" }));
    let next = page(&mut driver, &token);
    assert_eq!(next, json!({ "addons": [], "nextToken": null }));
}

#[test]
fn associations_are_paged_with_and_without_filters() {
    let mut driver = Driver::active();
    for index in 0..5 {
        driver.associate("default", &format!("app-{index}"));
        driver.associate(&format!("space-{index}"), "app");
    }
    let filters = [
        (json!({}), 10),
        (json!({ "namespace": "default" }), 5),
        (json!({ "serviceAccount": "app" }), 5),
        (
            json!({ "namespace": "default", "serviceAccount": "app-3" }),
            1,
        ),
    ];
    for (filter, expected) in filters {
        let mut ids = Vec::new();
        let mut token = Value::Null;
        loop {
            let input = merged(
                filter.clone(),
                json!({ "maxResults": 2, "nextToken": token }),
            );
            let page = driver.ok("ListPodIdentityAssociations", input);
            let listed = page["associations"].as_array().cloned().unwrap_or_default();
            assert!(listed.len() <= 2);
            ids.extend(listed.iter().map(|each| text(&each["associationId"])));
            token = page["nextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(ids.len(), expected, "{filter}");
        assert!(ids.is_sorted_by(|before, after| before < after), "{filter}");
    }
}

#[test]
fn a_hundred_items_fill_a_page_when_no_size_is_asked_for() {
    let mut driver = Driver::active();
    for index in 0..101 {
        driver.associate("default", &format!("app-{index}"));
    }
    let first = driver.ok("ListPodIdentityAssociations", json!({}));
    assert_eq!(first["associations"].as_array().map(Vec::len), Some(100));
    let input = json!({ "nextToken": first["nextToken"] });
    let second = driver.ok("ListPodIdentityAssociations", input);
    assert_eq!(second["associations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn tokens_of_other_listings_and_broken_ones_are_refused() {
    let mut driver = with_addons(&["coredns", "kube-proxy", "vpc-cni"]);
    let token = page(&mut driver, &Value::Null)["nextToken"].take();
    for operation in ["ListPodIdentityAssociations", "ListUpdates"] {
        assert_eq!(
            driver.refused(operation, json!({ "nextToken": token })),
            BROKEN
        );
    }
    for broken in ["", "?", "Y29yZWRucw"] {
        assert_eq!(
            driver.refused("ListAddons", json!({ "nextToken": broken })),
            BROKEN
        );
    }
}

#[test]
fn a_token_belongs_to_its_filter() {
    let mut driver = Driver::active();
    for index in 0..3 {
        driver.associate("default", &format!("app-{index}"));
    }
    let filtered = json!({ "namespace": "default", "maxResults": 1 });
    let token = driver.ok("ListPodIdentityAssociations", filtered)["nextToken"].take();
    let input = json!({ "nextToken": token });
    assert_eq!(driver.refused("ListPodIdentityAssociations", input), BROKEN);
}

#[test]
fn updates_are_paged_in_the_order_of_their_start() {
    let mut driver = with_addons(&["coredns"]);
    let mut ids = Vec::new();
    for _ in 0..12 {
        let answer = driver.ok("UpdateAddon", json!({ "addonName": "coredns" }));
        ids.push(answer["update"]["id"].clone());
    }
    let page = |driver: &mut Driver, token: &Value| {
        let input = json!({ "addonName": "coredns", "maxResults": 10, "nextToken": token });
        driver.ok("ListUpdates", input)
    };
    let first = page(&mut driver, &Value::Null);
    assert_eq!(first["updateIds"], Value::from(&ids[..10]));
    let second = page(&mut driver, &first["nextToken"]);
    assert_eq!(second["updateIds"], Value::from(&ids[10..]));
    assert_eq!(second["nextToken"], json!(null));
}

#[test]
fn clusters_are_listed_by_whoever_holds_them() {
    let listing = |input: Value| ClusterListing::new(&serde_json::from_value(input).unwrap());
    let names = || ["a", "b", "c"].map(str::to_owned).into_iter();
    let first = listing(json!({ "maxResults": 2 })).unwrap().take(names());
    assert_eq!(first.clusters, Some(vec!["a".to_owned(), "b".to_owned()]));
    let rest = listing(json!({ "nextToken": first.next_token })).unwrap();
    assert_eq!(rest.after(), Some("b"));
    assert_eq!(rest.take(names().skip(2)).next_token, None);
    listing(json!({ "include": ["all"] })).unwrap();
    let refused = listing(json!({ "include": ["ALL"] }))
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
}
