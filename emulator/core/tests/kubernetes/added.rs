//! What add-ons that a seed has added bring to a cluster.

use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::state;
use serde_json::json;

use crate::support::{Driver, OTHER_ROLE, ROLE, acme_catalog, text};

fn driver() -> Driver {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    driver.catalog = acme_catalog();
    driver
}

fn create(driver: &mut Driver, role: &str) {
    let input = json!({
        "addonName": "acme-agent",
        "podIdentityAssociations": [{ "serviceAccount": "acme", "roleArn": role }],
    });
    driver.ok("CreateAddon", input);
}

#[test]
fn an_added_add_on_brings_the_workloads_that_the_seed_describes() {
    let mut driver = driver();
    create(&mut driver, ROLE);
    let controller = driver
        .find("Deployment", "acme-controller")
        .expect("it is there");
    assert_eq!(controller["metadata"]["namespace"], "acme-system");
    assert_eq!(controller["spec"]["replicas"], 2);
    let pod = &controller["spec"]["template"]["spec"];
    assert_eq!(pod["serviceAccountName"], "acme");
    assert_eq!(
        pod["containers"][0]["image"],
        "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/acme-controller:v1.0.0-eksbuild.1"
    );
    let node = driver.find("DaemonSet", "acme-node").expect("it is there");
    assert_eq!(
        node["spec"]["template"]["spec"]["containers"][0]["image"],
        "example.com/acme:v1.0.0-eksbuild.1"
    );
    assert!(driver.find("ServiceAccount", "acme").is_some());
    assert_eq!(driver.pod_names("acme-controller").len(), 2);
}

#[test]
fn the_pods_of_an_added_add_on_restart_when_its_role_changes() {
    let mut driver = driver();
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "eks-pod-identity-agent" }),
    );
    create(&mut driver, ROLE);
    let before = driver.pod_names("acme-controller");
    let of_nodes = driver.pod_names("acme-node");
    let input = json!({
        "addonName": "acme-agent",
        "podIdentityAssociations": [{ "serviceAccount": "acme", "roleArn": OTHER_ROLE }],
    });
    driver.ok("UpdateAddon", input);
    let after = driver.pod_names("acme-controller");
    assert!(after.iter().all(|name| !before.contains(name)), "{after:?}");
    assert_eq!(driver.pod_names("acme-node"), of_nodes);
    let pods = driver.pods_of_addon("acme-agent");
    let has_credentials = |pod: &&serde_json::Value| {
        pod.to_string()
            .contains("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    };
    assert_eq!(pods.iter().filter(has_credentials).count(), 2);
}

#[test]
fn configuration_values_scale_an_added_workload() {
    let mut driver = driver();
    create(&mut driver, ROLE);
    let input = json!({ "addonName": "acme-agent", "configurationValues": "replicaCount: 3" });
    driver.ok("UpdateAddon", input);
    assert_eq!(driver.pod_names("acme-controller").len(), 3);
}

#[test]
fn an_add_on_that_runs_nothing_is_active_at_once() {
    let mut driver = driver();
    let nothing =
        json!([{ "name": "crds", "versions": [{ "version": "v1.0.0" }], "workloads": [] }]);
    driver.catalog = serde_json::from_value(nothing).expect("the catalogue can be");
    driver.ok("CreateAddon", json!({ "addonName": "crds" }));
    assert_eq!(driver.addon("crds")["status"], "ACTIVE");
    assert!(driver.pods_of_addon("crds").is_empty());
}

#[test]
fn an_update_brings_the_workloads_that_the_catalogue_has_by_then() {
    let mut driver = driver();
    create(&mut driver, ROLE);
    let changed = json!([{
        "name": "acme-agent",
        "defaultNamespace": "acme-system",
        "versions": [{ "version": "v1.0.0-eksbuild.1" }],
        "workloads": [
            { "kind": "Deployment", "name": "acme-server", "replicas": 1 },
            { "kind": "DaemonSet", "name": "acme-node", "replicas": 1, "image": "example.com/acme:{addonVersion}" },
        ],
    }]);
    driver.catalog = serde_json::from_value(changed).expect("the catalogue can be");
    let of_nodes = driver.pod_names("acme-node");
    assert_eq!(driver.pod_names("acme-controller").len(), 2);
    driver.ok("UpdateAddon", json!({ "addonName": "acme-agent" }));
    assert_eq!(driver.addon("acme-agent")["status"], "ACTIVE");
    assert_eq!(driver.find("Deployment", "acme-controller"), None);
    assert!(driver.pod_names("acme-controller").is_empty());
    assert_eq!(driver.pod_names("acme-server").len(), 1);
    assert_eq!(driver.pod_names("acme-node"), of_nodes);
    driver.on_cluster(|cluster, _| assert_eq!(cluster.check_invariants(), Ok(())));
}

#[test]
fn what_runs_is_read_back_without_the_catalogue() {
    let mut driver = driver();
    create(&mut driver, ROLE);
    driver.take_events();
    let document = serde_json::to_string(&driver.slot).expect("state serializes");
    let back: ClusterSlot = state::from_json(&document).expect("it is read back");
    assert!(back == driver.slot);
    driver.catalog = Catalog::tables();
    let pods = driver.pods_of_addon("acme-agent");
    let name = text(&pods[0]["spec"]["containers"][0]["name"]);
    assert_eq!(name, "acme-controller");
    driver.ok("DeleteAddon", json!({ "addonName": "acme-agent" }));
    assert!(driver.pods_of_addon("acme-agent").is_empty());
}
