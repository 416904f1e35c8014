//! What configuration values change on the cluster.

use serde_json::{Value, json};

use crate::observe::{CONTROLLER, EBS};
use crate::support::Driver;
use crate::transcript::members;

/// The EBS driver with these values of its controller, given on creation or
/// by an update.
fn deployment(values: &Value, by_update: bool) -> (Driver, Value) {
    let mut driver = Driver::active();
    let text = json!({ "controller": values }).to_string();
    let given = json!({ "configurationValues": text });
    if by_update {
        driver.create_ebs(json!({}));
        driver.update_addon(EBS, given);
    } else {
        driver.create_ebs(given);
    }
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let deployment = driver.object("Deployment", CONTROLLER);
    (driver, deployment)
}

#[track_caller]
fn sets(values: &Value, pointer: &str, expected: &Value) {
    for by_update in [false, true] {
        let (mut driver, deployment) = deployment(values, by_update);
        let template = &deployment["spec"]["template"];
        assert_eq!(template.pointer(pointer), Some(expected), "{by_update}");
        for pod in driver.pods_of(CONTROLLER) {
            assert_eq!(pod.pointer(pointer), Some(expected), "{by_update}");
        }
    }
}

#[test]
fn resources_are_those_of_the_main_container() {
    let resources = json!({ "limits": { "memory": "1Gi" }, "requests": { "cpu": "10m" } });
    let values = json!({ "resources": resources });
    sets(&values, "/spec/containers/0/resources", &resources);
    sets(&values, "/spec/containers/1/resources", &json!({}));
}

#[test]
fn tolerations_and_node_selectors_are_taken_over() {
    let tolerations = json!([{ "key": "dedicated", "operator": "Exists" }]);
    sets(
        &json!({ "tolerations": tolerations }),
        "/spec/tolerations",
        &tolerations,
    );
    let selector = json!({ "kubernetes.io/arch": "arm64" });
    sets(
        &json!({ "nodeSelector": selector }),
        "/spec/nodeSelector",
        &selector,
    );
}

#[test]
fn annotations_and_labels_are_those_of_the_pods() {
    let values = json!({ "podAnnotations": { "a": "b" }, "podLabels": { "team": "blue" } });
    sets(&values, "/metadata/annotations/a", &json!("b"));
    sets(&values, "/metadata/labels/team", &json!("blue"));
    // What selects the pods cannot be taken away.
    let values = json!({ "podLabels": { "app": "mine" } });
    sets(&values, "/metadata/labels/app", &json!(CONTROLLER));
}

#[test]
fn replicas_are_made_and_taken_away_without_a_rollout() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    let two = driver.pod_names(CONTROLLER);
    let scale = |count: i32| {
        let values = json!({ "controller": { "replicaCount": count } });
        json!({ "configurationValues": values.to_string() })
    };
    driver.update_addon(EBS, scale(5));
    let five = driver.pod_names(CONTROLLER);
    assert_eq!(five.len(), 5);
    assert!(two.iter().all(|name| five.contains(name)));
    driver.update_addon(EBS, scale(1));
    let one = driver.pod_names(CONTROLLER);
    assert_eq!(one.len(), 1);
    assert!(five.contains(&one[0]));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let deployment = driver.object("Deployment", CONTROLLER);
    let counts = ["/metadata/generation", "/spec/replicas", "/status/replicas"];
    assert_eq!(members(&deployment, &counts), "3 1 1");
    driver.update_addon(EBS, json!({ "configurationValues": "{}" }));
    assert_eq!(driver.pod_names(CONTROLLER).len(), 2);
}

/// Source: aws/containers-roadmap issue 2849: values that reach no pod
/// template roll nothing.
#[test]
fn values_that_reach_no_template_roll_nothing() {
    let mut driver = Driver::active();
    driver.create_addon("coredns", json!({}));
    let before = driver.pods_of("coredns");
    let values = json!({ "corefile": ".:53 {\n    errors\n}" }).to_string();
    driver.update_addon("coredns", json!({ "configurationValues": values }));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(driver.pods_of("coredns"), before);
}

/// Values may be written as YAML.
#[test]
fn yaml_is_read_as_well() {
    let mut driver = Driver::active();
    let values = "controller:\n  replicaCount: 3\n";
    driver.create_ebs(json!({ "configurationValues": values }));
    assert_eq!(driver.pod_names(CONTROLLER).len(), 3);
}

/// A template that was there before has its ReplicaSet still.
#[test]
fn going_back_takes_the_old_replica_set_again() {
    let mut driver = Driver::active();
    let labelled = |label: &str| {
        let values = json!({ "controller": { "podLabels": { "color": label } } });
        json!({ "configurationValues": values.to_string() })
    };
    driver.create_ebs(labelled("blue"));
    let blue = driver.pods_of(CONTROLLER)[0]["metadata"]["labels"]["pod-template-hash"].clone();
    driver.update_addon(EBS, labelled("green"));
    driver.update_addon(EBS, labelled("blue"));
    let pods = driver.pods_of(CONTROLLER);
    assert_eq!(pods[0]["metadata"]["labels"]["pod-template-hash"], blue);
    let deployment = driver.object("Deployment", CONTROLLER);
    let revision = &deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"];
    assert_eq!(*revision, "3");
    let sets = driver.workloads().into_iter().filter(|object| {
        object["kind"] == "ReplicaSet"
            && object["metadata"]["ownerReferences"][0]["name"] == CONTROLLER
    });
    assert_eq!(sets.count(), 2);
}
