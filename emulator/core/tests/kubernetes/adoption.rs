//! Objects that an add-on meets when it is installed: those that EKS puts on
//! a new cluster, and those that an add-on left when it was deleted.

use serde_json::{Value, json};

use crate::observe::{CONTROLLER, CONTROLLER_ACCOUNT, EBS, IRSA_ROLE, associated};
use crate::support::{Driver, OTHER_ROLE, text};

/// The conflicts of an add-on, as it reports them.
#[track_caller]
fn conflicts(driver: &mut Driver, addon_name: &str) -> Vec<String> {
    let issue = driver.addon(addon_name)["health"]["issues"][0].take();
    assert_eq!(issue["code"], "ConfigurationConflict");
    let message = text(&issue["message"]);
    let lines = message.strip_prefix(
        "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts:\n",
    );
    let lines = lines
        .expect("the message begins as the service's does")
        .lines();
    lines.map(str::to_owned).collect()
}

fn uids(driver: &mut Driver, workload: &str) -> Vec<Value> {
    let pods = driver.pods_of(workload);
    pods.iter()
        .map(|pod| pod["metadata"]["uid"].clone())
        .collect()
}

#[test]
fn a_self_managed_add_on_of_the_same_version_is_adopted_as_it_is() {
    for (name, kind, workload) in [
        ("coredns", "Deployment", "coredns"),
        ("kube-proxy", "DaemonSet", "kube-proxy"),
        ("vpc-cni", "DaemonSet", "aws-node"),
    ] {
        let mut driver = Driver::active();
        let before = (driver.object(kind, workload), uids(&mut driver, workload));
        driver.create_addon(name, json!({}));
        assert_eq!(driver.addon(name)["status"], "ACTIVE");
        let after = (driver.object(kind, workload), uids(&mut driver, workload));
        assert_eq!(after, before);
        assert_eq!(driver.pods_of_addon(name).len(), 2);
    }
}

#[test]
fn another_version_than_the_self_managed_one_conflicts() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    let before = driver.object("Deployment", "coredns");
    let version = json!({ "addonVersion": "v1.13.2-eksbuild.17" });
    driver.create_addon("coredns", version.clone());
    assert_eq!(driver.addon("coredns")["status"], "CREATE_FAILED");
    assert_eq!(
        conflicts(&mut driver, "coredns"),
        ["Deployment.apps coredns - .spec.template.spec.containers[name=\"coredns\"].image"]
    );
    assert_eq!(driver.object("Deployment", "coredns"), before);
    let overwrite =
        json!({ "resolveConflicts": "OVERWRITE", "addonVersion": "v1.13.2-eksbuild.17" });
    driver.create_addon("coredns", overwrite);
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    let after = driver.object("Deployment", "coredns");
    assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
    assert_eq!(after["metadata"]["generation"], 2);
    assert_eq!(driver.pods_of("coredns").len(), 2);
}

/// `PRESERVE` is as `NONE` on creation; on an update it keeps what is live.
#[test]
fn a_failed_creation_can_be_mended_by_an_update() {
    let version = "v1.13.2-eksbuild.17";
    let failed = |resolution: &str| {
        let mut driver = Driver::active_with(json!({ "version": "1.34" }));
        let create = json!({ "addonVersion": version, "resolveConflicts": resolution });
        driver.create_addon("coredns", create);
        assert_eq!(driver.addon("coredns")["status"], "CREATE_FAILED");
        driver
    };
    let mut driver = failed("PRESERVE");
    let before = driver.object("Deployment", "coredns");
    let id = driver.update_addon("coredns", json!({}));
    assert_eq!(driver.addon("coredns")["status"], "UPDATE_FAILED");
    assert_eq!(driver.update(&id, Some("coredns"))["status"], "Failed");
    assert_eq!(driver.object("Deployment", "coredns"), before);

    driver.update_addon("coredns", json!({ "resolveConflicts": "PRESERVE" }));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(driver.object("Deployment", "coredns"), before);
    assert_eq!(driver.pods_of_addon("coredns").len(), 2);

    let mut driver = failed("NONE");
    driver.update_addon("coredns", json!({ "resolveConflicts": "OVERWRITE" }));
    assert_eq!(driver.addon("coredns")["status"], "ACTIVE");
    assert_eq!(
        driver.object("Deployment", "coredns")["metadata"]["generation"],
        2
    );
}

#[test]
fn preserve_leaves_objects_and_pods() {
    let mut driver = Driver::active();
    driver.create_ebs(associated());
    let before = (driver.workloads(), driver.pods());
    let accounts = driver.on_cluster(|cluster, _| cluster.service_accounts());
    driver.delete_addon(EBS, true);
    let gone = driver.call("DescribeAddon", json!({ "addonName": EBS }));
    assert!(gone.is_err());
    assert_eq!((driver.workloads(), driver.pods()), before);
    assert_eq!(
        driver.on_cluster(|cluster, _| cluster.service_accounts()),
        accounts
    );
    assert_eq!(driver.pods_of_addon(EBS), [] as [Value; 0]);
    assert_eq!(driver.associations().len(), 1);
}

#[test]
fn what_was_left_is_met_again_and_not_duplicated() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    let workloads = driver.workloads();
    let pods = uids(&mut driver, CONTROLLER);
    driver.delete_addon(EBS, true);
    driver.create_ebs(json!({}));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    assert_eq!(driver.workloads(), workloads);
    assert_eq!(uids(&mut driver, CONTROLLER), pods);
    assert_eq!(driver.pods_of_addon(EBS).len(), 4);
    driver.delete_addon(EBS, false);
    assert_eq!(driver.find("Deployment", CONTROLLER), None);
}

/// A restart that somebody did meanwhile is nobody's change.
#[test]
fn a_restart_meanwhile_is_no_conflict() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({}));
    driver.delete_addon(EBS, true);
    driver.restart("Deployment", CONTROLLER);
    let pods = uids(&mut driver, CONTROLLER);
    driver.create_ebs(json!({}));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    assert_eq!(uids(&mut driver, CONTROLLER), pods);
}

/// Every field that configuration values reach is listed by its path.
#[test]
fn what_was_left_with_other_values_conflicts_field_by_field() {
    let mut driver = Driver::active();
    let values = json!({ "controller": {
        "replicaCount": 3,
        "resources": { "limits": { "memory": "1Gi" } },
        "tolerations": [{ "operator": "Exists" }],
        "nodeSelector": { "disk": "fast" },
        "podLabels": { "team": "blue" },
        "podAnnotations": { "note": "kept" },
        "priorityClassName": "high",
    } });
    driver.create_ebs(json!({ "configurationValues": values.to_string() }));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    driver.delete_addon(EBS, true);
    driver.create_ebs(json!({ "resolveConflicts": "NONE" }));
    assert_eq!(driver.addon(EBS)["status"], "CREATE_FAILED");
    assert_eq!(
        conflicts(&mut driver, EBS),
        [
            "Deployment.apps ebs-csi-controller - .spec.template.spec.containers[name=\"ebs-plugin\"].resources",
            "Deployment.apps ebs-csi-controller - .spec.template.spec.tolerations",
            "Deployment.apps ebs-csi-controller - .spec.template.spec.nodeSelector",
            "Deployment.apps ebs-csi-controller - .spec.template.spec.priorityClassName",
            "Deployment.apps ebs-csi-controller - .spec.template.metadata.labels",
            "Deployment.apps ebs-csi-controller - .spec.template.metadata.annotations",
            "Deployment.apps ebs-csi-controller - .spec.replicas",
        ]
    );
    assert_eq!(driver.pods_of(CONTROLLER).len(), 3);
    driver.create_ebs(json!({ "resolveConflicts": "OVERWRITE" }));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let deployment = driver.object("Deployment", CONTROLLER);
    assert_eq!(deployment["spec"]["replicas"], 2);
    assert_eq!(
        deployment["spec"]["template"]["spec"].get("nodeSelector"),
        None
    );
    assert_eq!(driver.pods_of(CONTROLLER).len(), 2);
}

/// The role on a service account is a field like others.
#[test]
fn another_role_on_the_account_conflicts() {
    let line =
        "ServiceAccount ebs-csi-controller-sa - .metadata.annotations.eks.amazonaws.com/role-arn";
    let mut driver = Driver::active();
    let annotations = json!({ "annotations": { "eks.amazonaws.com/role-arn": OTHER_ROLE } });
    driver.put_service_account("kube-system", CONTROLLER_ACCOUNT, annotations);
    let irsa = json!({ "serviceAccountRoleArn": IRSA_ROLE });
    driver.create_ebs(irsa.clone());
    assert_eq!(conflicts(&mut driver, EBS), [line]);
    driver
        .create_ebs(json!({ "serviceAccountRoleArn": IRSA_ROLE, "resolveConflicts": "OVERWRITE" }));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let account = driver.object("ServiceAccount", CONTROLLER_ACCOUNT);
    assert_eq!(
        account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"],
        IRSA_ROLE
    );
    // The add-on's own role is its to change.
    driver.update_addon(EBS, json!({ "serviceAccountRoleArn": OTHER_ROLE }));
    assert_eq!(driver.addon(EBS)["status"], "ACTIVE");
    let account = driver.object("ServiceAccount", CONTROLLER_ACCOUNT);
    assert_eq!(
        account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"],
        OTHER_ROLE
    );
}

/// `fluent-bit` is the name of a workload of two add-ons.
#[test]
fn an_object_of_another_add_on_is_not_taken_over_silently() {
    let mut driver = Driver::active_with(json!({ "version": "1.34" }));
    let namespace = json!({ "namespaceConfig": { "namespace": "logs" } });
    driver.create_addon("amazon-cloudwatch-observability", namespace.clone());
    driver.create_addon("fluent-bit", namespace.clone());
    assert_eq!(driver.addon("fluent-bit")["status"], "CREATE_FAILED");
    for line in conflicts(&mut driver, "fluent-bit") {
        assert!(line.starts_with("DaemonSet.apps fluent-bit - "), "{line}");
    }
    let first = driver
        .pods_of_addon("amazon-cloudwatch-observability")
        .len();
    let overwrite = json!({
        "namespaceConfig": { "namespace": "logs" }, "resolveConflicts": "OVERWRITE",
    });
    driver.create_addon("fluent-bit", overwrite);
    assert_eq!(driver.addon("fluent-bit")["status"], "ACTIVE");
    let after = driver
        .pods_of_addon("amazon-cloudwatch-observability")
        .len();
    assert_eq!(after, first - 2);
    assert_eq!(driver.pods_of_addon("fluent-bit").len(), 2);
    driver.delete_addon("fluent-bit", false);
    assert_eq!(
        driver.addon("amazon-cloudwatch-observability")["status"],
        "ACTIVE"
    );
}
