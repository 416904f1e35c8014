//! What is on a new cluster, and what add-ons bring and take away.

use std::collections::BTreeSet;

use eks_emulator_core::catalog;
use serde_json::{Value, json};

use crate::observe::{CONTROLLER, EBS, images};
use crate::rollout::REALISTIC;
use crate::support::{Driver, text};

/// Kind, namespace and name of every object but events, the owned ones
/// (ReplicaSets, ControllerRevisions, pods) and nodes left out.
fn objects(driver: &mut Driver) -> BTreeSet<String> {
    let mut objects = driver.workloads();
    objects.retain(|object| object["metadata"].get("ownerReferences").is_none());
    objects.extend(driver.on_cluster(|cluster, _| cluster.service_accounts()));
    objects.extend(driver.on_cluster(|cluster, _| cluster.namespaces()));
    let name = |object: &Value| {
        let namespace = object["metadata"]["namespace"].as_str();
        let place = namespace.map_or(String::new(), |namespace| format!("{namespace}/"));
        format!(
            "{} {place}{}",
            text(&object["kind"]),
            text(&object["metadata"]["name"])
        )
    };
    objects.iter().map(name).collect()
}

const NAMESPACES: [&str; 8] = [
    "Namespace default",
    "Namespace kube-node-lease",
    "Namespace kube-public",
    "Namespace kube-system",
    "ServiceAccount default/default",
    "ServiceAccount kube-node-lease/default",
    "ServiceAccount kube-public/default",
    "ServiceAccount kube-system/default",
];

#[test]
fn a_new_cluster_has_what_eks_puts_there() {
    let mut driver = Driver::active();
    let mut expected = BTreeSet::from(NAMESPACES);
    expected.extend([
        "DaemonSet kube-system/aws-node",
        "DaemonSet kube-system/kube-proxy",
        "Deployment kube-system/coredns",
        "ServiceAccount kube-system/aws-node",
        "ServiceAccount kube-system/coredns",
        "ServiceAccount kube-system/kube-proxy",
    ]);
    assert_eq!(
        objects(&mut driver),
        expected.into_iter().map(str::to_owned).collect()
    );
    assert_eq!(driver.pods().len(), 6);
    let owned = driver.ok("ListAddons", json!({}));
    assert_eq!(owned["addons"], json!([]));
}

#[test]
fn a_bare_cluster_has_no_self_managed_add_ons() {
    let mut driver = Driver::active_with(json!({ "bootstrapSelfManagedAddons": false }));
    let expected = NAMESPACES.map(str::to_owned).into();
    assert_eq!(objects(&mut driver), expected);
    assert_eq!(driver.pods(), [] as [Value; 0]);
}

#[test]
fn a_cluster_that_is_not_there_yet_has_nothing() {
    let mut driver = Driver::empty().told();
    driver.create_cluster(json!({})).expect("the name is free");
    assert_eq!(objects(&mut driver), BTreeSet::new());
    assert_eq!(
        driver.on_cluster(|cluster, _| cluster.nodes()),
        [] as [Value; 0]
    );
}

#[test]
fn an_add_on_brings_what_the_catalogue_says() {
    let mut driver = Driver::active();
    let before = objects(&mut driver);
    driver.create_ebs(json!({}));
    let came: Vec<String> = objects(&mut driver).difference(&before).cloned().collect();
    assert_eq!(
        came,
        [
            "DaemonSet kube-system/ebs-csi-node",
            "Deployment kube-system/ebs-csi-controller",
            "ServiceAccount kube-system/ebs-csi-controller-sa",
            "ServiceAccount kube-system/ebs-csi-node-sa",
        ]
    );
    assert_eq!(driver.pods_of_addon(EBS).len(), 4);
    assert_eq!(driver.pods_of_addon("coredns").len(), 0);
}

/// Every add-on of the catalogue comes up, and leaves nothing behind; in its
/// own namespace and in one of the caller's choice.
#[test]
fn every_add_on_comes_up_and_goes_without_a_trace() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    let before = objects(&mut driver);
    let mut count = 0;
    for addon in catalog::addons() {
        for namespace in [None, Some("of-its-own")] {
            let input = json!({
                "addonName": addon.name,
                "resolveConflicts": "OVERWRITE",
                "namespaceConfig": namespace.map(|name| json!({ "namespace": name })),
                "configurationValues": null,
            });
            if driver.call("CreateAddon", input).is_err() {
                continue;
            }
            assert_eq!(
                driver.addon(addon.name)["status"],
                "ACTIVE",
                "{}",
                addon.name
            );
            assert!(
                !driver.pods_of_addon(addon.name).is_empty(),
                "{}",
                addon.name
            );
            driver.delete_addon(addon.name, false);
            let mut after = objects(&mut driver);
            // What the cluster came with goes with the add-on of that name.
            if ["coredns", "kube-proxy", "vpc-cni"].contains(&addon.name) && namespace.is_none() {
                assert!(before.is_superset(&after), "{}", addon.name);
                after = before.clone();
                driver = Driver::active_with(json!({ "version": "1.34" }));
            }
            assert_eq!(after, before, "{}", addon.name);
            assert_eq!(driver.pods().len(), 6, "{}", addon.name);
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn a_namespace_that_two_add_ons_share_goes_with_the_last() {
    let mut driver = Driver::active();
    let namespace = json!({ "namespaceConfig": { "namespace": "storage" } });
    driver.create_addon(EBS, namespace.clone());
    driver.create_addon("aws-efs-csi-driver", namespace);
    driver.delete_addon(EBS, false);
    assert!(driver.find("Namespace", "storage").is_some());
    driver.delete_addon("aws-efs-csi-driver", false);
    assert_eq!(driver.find("Namespace", "storage"), None);
}

#[test]
fn a_namespace_with_the_users_objects_stays() {
    let mut driver = Driver::active();
    driver.create_addon(
        EBS,
        json!({ "namespaceConfig": { "namespace": "storage" } }),
    );
    driver.put_service_account("storage", "mine", json!({}));
    driver.delete_addon(EBS, false);
    assert!(driver.find("Namespace", "storage").is_some());
    assert!(driver.find("ServiceAccount", "mine").is_some());
    assert_eq!(driver.find("ServiceAccount", "ebs-csi-controller-sa"), None);
}

#[test]
fn a_namespace_that_the_user_made_stays() {
    let mut driver = Driver::active();
    driver.put_service_account("storage", "mine", json!({}));
    driver.create_addon(
        EBS,
        json!({ "namespaceConfig": { "namespace": "storage" } }),
    );
    driver.delete_addon(EBS, false);
    assert!(driver.find("Namespace", "storage").is_some());
}

/// Objects go with the call, pods take a moment; the add-on is gone later.
#[test]
fn deletion_takes_the_pods_with_it() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    let mut driver = driver.with(REALISTIC);
    driver.delete_addon(EBS, false);
    assert_eq!(driver.find("Deployment", CONTROLLER), None);
    let terminating = driver.pods_of(CONTROLLER);
    assert_eq!(terminating.len(), 2);
    for pod in terminating {
        let deadline = &pod["metadata"]["deletionTimestamp"];
        assert_eq!(*deadline, "2026-07-25T17:20:30Z");
    }
    driver.wait_ms(1_000);
    assert_eq!(driver.pods_of(CONTROLLER), [] as [Value; 0]);
    assert_eq!(driver.addon(EBS)["status"], "DELETING");
}

#[test]
fn another_version_changes_the_images_and_rolls() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({ "addonVersion": "v1.62.0-eksbuild.1" }));
    let registry = "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks";
    let image = |driver: &mut Driver| {
        let pods = driver.pods_of_addon(EBS);
        let images: BTreeSet<String> = pods
            .iter()
            .map(|pod| images(pod)["ebs-plugin"].clone())
            .collect();
        images
    };
    let old = format!("{registry}/aws-ebs-csi-driver:v1.62.0");
    assert_eq!(image(&mut driver), [old.clone()].into());
    let mut driver = driver.with(REALISTIC);
    let version = json!({ "addonVersion": "v1.63.0-eksbuild.1" });
    driver.update_addon(EBS, version);
    assert_eq!(driver.addon(EBS)["status"], "UPDATING");
    assert_eq!(image(&mut driver), [old].into());
    driver.settle_all();
    let new = format!("{registry}/aws-ebs-csi-driver:v1.63.0");
    assert_eq!(image(&mut driver), [new.clone()].into());
    assert_eq!(
        images(&driver.object("DaemonSet", "ebs-csi-node")["spec"]["template"])["ebs-plugin"],
        new
    );
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
}

/// A creation that failed may be tried again elsewhere.
#[test]
fn a_second_try_in_another_namespace_leaves_nothing_in_the_first() {
    use eks_emulator_core::lifecycle::{Change, Outcome, ResourceKind};
    let mut driver = Driver::active();
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(Vec::new()),
    );
    driver.create_addon(EBS, json!({ "namespaceConfig": { "namespace": "first" } }));
    assert_eq!(driver.addon(EBS)["status"], "CREATE_FAILED");
    driver.lifecycle.rules.clear();
    driver.create_addon(EBS, json!({ "namespaceConfig": { "namespace": "second" } }));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let namespaces: BTreeSet<String> = driver
        .pods_of_addon(EBS)
        .iter()
        .map(|pod| text(&pod["metadata"]["namespace"]))
        .collect();
    assert_eq!(namespaces, ["second".to_owned()].into());
    driver.delete_addon(EBS, false);
    assert_eq!(driver.find("Namespace", "first"), None);
    assert_eq!(driver.find("Namespace", "second"), None);
}

#[test]
fn nodes_are_the_documented_number() {
    let mut driver = Driver::active();
    let nodes = driver.on_cluster(|cluster, _| cluster.nodes());
    let zones: Vec<String> = nodes
        .iter()
        .map(|node| text(&node["metadata"]["labels"]["topology.kubernetes.io/zone"]))
        .collect();
    assert_eq!(zones, ["us-east-1a", "us-east-1b"]);
}
