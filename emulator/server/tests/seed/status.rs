//! Statuses that no call can set.

use eks_emulator::EksEmulator;
use eks_emulator::lifecycle::Profile;
use serde_json::json;

use crate::client::{builder, eks, get, query, refused, seed, seeded, start};

#[test]
fn every_status_of_an_addon_can_be_set_and_stays() {
    for status in [
        "CREATING",
        "ACTIVE",
        "CREATE_FAILED",
        "UPDATING",
        "DELETING",
        "DELETE_FAILED",
        "DEGRADED",
        "UPDATE_FAILED",
    ] {
        let emulator = seeded(&format!(
            "schema: 1\nclusters: [{{name: demo, addons: [{{addonName: coredns, status: {status}}}]}}]\n"
        ));
        for _ in 0..3 {
            let addon = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
            assert_eq!(addon["status"], status);
        }
    }
}

#[test]
fn every_status_of_a_cluster_can_be_set_and_stays() {
    for status in [
        "CREATING", "ACTIVE", "DELETING", "FAILED", "UPDATING", "PENDING",
    ] {
        let emulator = seeded(&format!(
            "schema: 1\nclusters: [{{name: demo, status: {status}}}]\n"
        ));
        for _ in 0..3 {
            let cluster = &get(&emulator, "/clusters/demo")["cluster"];
            assert_eq!(cluster["status"], status);
            let came_up = ["ACTIVE", "DELETING", "UPDATING"].contains(&status);
            assert_eq!(cluster["endpoint"].is_string(), came_up, "{status}");
        }
    }
}

#[test]
fn a_transition_that_a_seed_set_ends_when_it_is_told() {
    let emulator = seeded(
        "schema: 1\nclusters:\n  - {name: demo, addons: [{addonName: coredns, status: UPDATING}]}\n  - {name: going, status: DELETING}\n",
    );
    emulator.complete("demo", Some("coredns"));
    emulator.complete("going", None);
    let addon = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(get(&emulator, "/clusters")["clusters"], json!(["demo"]));
}

#[test]
fn an_addon_that_was_being_deleted_takes_its_objects_along() {
    let emulator = seeded(
        "schema: 1\nclusters: [{name: demo, bootstrapSelfManagedAddons: false, addons: [{addonName: coredns, status: DELETING}]}]\n",
    );
    emulator.complete("demo", Some("coredns"));
    assert_eq!(get(&emulator, "/clusters/demo/addons")["addons"], json!([]));
    let workloads = get(&emulator, "/_emulator/v1/clusters/demo/workloads");
    assert_eq!(workloads["workloads"], json!([]));
}

#[test]
fn a_cluster_can_have_parts_whatever_its_status() {
    let emulator = seeded(
        "schema: 1\nclusters: [{name: demo, status: FAILED, health: {issues: [{code: AccessDenied, message: no}]}, addons: [{addonName: coredns}]}]\n",
    );
    let cluster = &get(&emulator, "/clusters/demo")["cluster"];
    assert_eq!(cluster["status"], "FAILED");
    assert_eq!(cluster["health"]["issues"][0]["code"], "AccessDenied");
    let addon = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
    assert_eq!(addon["status"], "ACTIVE");
}

/// What is seeded has ended, however slow everything else is.
#[test]
fn seeds_take_no_time() {
    for profile in [
        Profile::Realistic { time_scale: 1.0 },
        Profile::Manual { reads: None },
    ] {
        let emulator = builder(1).lifecycle(profile).start_blocking().unwrap();
        seed(
            &emulator,
            "schema: 1\nclusters: [{name: demo, addons: [{addonName: coredns}]}]\n",
        );
        let addon = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
        assert_eq!(addon["status"], "ACTIVE");
        assert!(emulator.pending_transitions().is_empty());
    }
}

#[test]
fn without_nodes_pods_wait() {
    let emulator = seeded(
        "schema: 1\nclusters: [{name: demo, x-emulator: {compute: none}, addons: [{addonName: coredns, x-emulator: {status: DEGRADED}}]}]\n",
    );
    let pods = get(
        &emulator,
        "/_emulator/v1/clusters/demo/pods?owner=addon/coredns",
    );
    assert_eq!(pods["pods"][0]["status"]["phase"], "Pending");
    let nodes = get(&emulator, "/_emulator/v1/clusters/demo/nodes");
    assert_eq!(nodes["nodes"], json!([]));
}

#[test]
fn force_makes_what_the_api_refuses() {
    let lenient = r#"schema: 1
clusters:
  - name: demo
    version: "1.7"
    x-emulator: {force: true}
    addons:
      - addonName: acme-agent
        addonVersion: v9
        podIdentityAssociations: [{serviceAccount: acme, roleArn: role/acme}]
        x-emulator: {force: true}
      - {addonName: vpc-cni, addonVersion: v0.0.1, configurationValues: nonsense, x-emulator: {force: true}}
    podIdentityAssociations:
      - {namespace: app, serviceAccount: api, roleArn: "arn:aws:iam::999988887777:role/x", x-emulator: {force: true}}
"#;
    let emulator = start();
    assert_eq!(seed(&emulator, lenient).status, 200);
    assert_eq!(
        get(&emulator, "/clusters/demo")["cluster"]["version"],
        "1.7"
    );
    let agent = &get(&emulator, "/clusters/demo/addons/acme-agent")["addon"];
    assert_eq!(agent["addonVersion"], "v9");
    assert_eq!(agent["status"], "ACTIVE");
    assert_eq!(
        agent["podIdentityAssociations"].as_array().unwrap().len(),
        1
    );
    let vpc_cni = &get(&emulator, "/clusters/demo/addons/vpc-cni")["addon"];
    assert_eq!(vpc_cni["addonVersion"], "v0.0.1");
    assert_eq!(vpc_cni["configurationValues"], "nonsense");
    assert_eq!(seed(&emulator, lenient).json()["updated"], json!([]));
    let without = lenient.replace("x-emulator: {force: true}", "x-emulator: {}");
    assert_eq!(refused(&start(), &without).len(), 1);
}

#[test]
fn force_does_not_give_a_service_account_two_associations() {
    let yaml = r#"schema: 1
clusters:
  - name: demo
    podIdentityAssociations: [{namespace: kube-system, serviceAccount: acme, roleArn: role/a}]
"#;
    let emulator = seeded(yaml);
    let owned = r#"schema: 1
clusters:
  - name: demo
    addons:
      - addonName: acme-agent
        addonVersion: v9
        podIdentityAssociations: [{serviceAccount: acme, roleArn: role/acme}]
        x-emulator: {force: true}
"#;
    let refusal = refused(&emulator, owned);
    assert_eq!(refusal.len(), 1);
    assert!(refusal[0].contains("ResourceInUseException: Association already exists: a-"));
}

/// Seeded or not, the add-on API treats an add-on and what it owns alike.
#[test]
fn an_association_that_a_seed_gave_to_an_addon_goes_with_it() {
    let yaml = "schema: 1\nclusters:\n  - name: demo\n    addons:\n      - addonName: vpc-cni\n        podIdentityAssociations: [{serviceAccount: aws-node, roleArn: role/a, associationId: a-00000000000000001}]\n    podIdentityAssociations: [{namespace: app, serviceAccount: api, roleArn: role/b, associationId: a-00000000000000002}]\n";
    let listed = |emulator: &eks_emulator::EksEmulator| {
        let listing = get(emulator, "/clusters/demo/pod-identity-associations");
        let associations = listing["associations"].as_array().unwrap().iter();
        let ids = associations.map(|one| one["associationId"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let emulator = seeded(yaml);
    assert_eq!(
        listed(&emulator),
        ["a-00000000000000001", "a-00000000000000002"]
    );
    eks(
        &emulator,
        "DELETE",
        "/clusters/demo/addons/vpc-cni",
        json!(null),
    );
    assert_eq!(listed(&emulator), ["a-00000000000000002"]);
    let emulator = seeded(yaml);
    eks(
        &emulator,
        "DELETE",
        "/clusters/demo/addons/vpc-cni?preserve=true",
        json!(null),
    );
    assert_eq!(
        listed(&emulator),
        ["a-00000000000000001", "a-00000000000000002"]
    );
    let path = "/clusters/demo/pod-identity-associations/a-00000000000000001";
    assert_eq!(get(&emulator, path)["association"]["ownerArn"], json!(null));
}

#[test]
fn where_roles_have_to_exist_the_default_role_of_clusters_does() {
    let emulator = builder(1)
        .iam(eks_emulator::IamMode::Strict)
        .start_blocking()
        .unwrap();
    let report = seed(&emulator, "schema: 1\nclusters: [{name: demo}]\n").json();
    assert_eq!(
        report["created"],
        json!([
            "arn:aws:iam::123456789012:role/eks-cluster",
            "arn:aws:eks:us-east-1:123456789012:cluster/demo",
        ])
    );
    let form = "Action=GetRole&Version=2010-05-08&RoleName=eks-cluster";
    assert!(query(&emulator, "iam", "123456789012", form).contains("eks.amazonaws.com"));
}

/// The API has codes of their own for clusters and for add-ons.
#[test]
fn every_issue_code_of_the_api_can_be_set_and_stays() {
    for code in ["VpcNotFound", "KmsKeyDisabled", "Other", "AccessDenied"] {
        let text = format!(
            "schema: 1\nclusters: [{{name: demo, status: FAILED, health: {{issues: [{{code: {code}, message: no}}]}}}}]\n"
        );
        let emulator = seeded(&text);
        let shown = |emulator: &EksEmulator| {
            let cluster = get(emulator, "/clusters/demo")["cluster"].take();
            cluster["health"]["issues"][0]["code"].clone()
        };
        assert_eq!(shown(&emulator), code);
        let exported = get(&emulator, "/_emulator/v1/state?format=seed").to_string();
        assert_eq!(shown(&seeded(&exported)), code);
        assert_eq!(
            seed(&emulator, &text).json()["updated"],
            json!([]),
            "{code}"
        );
    }
}

#[test]
fn an_issue_code_that_there_is_not_is_refused_with_those_that_there_are() {
    for (text, codes) in [
        (
            "schema: 1\nclusters: [{name: demo, health: {issues: [{code: Nothing}]}}]\n",
            "VpcNotFound",
        ),
        (
            "schema: 1\nclusters: [{name: demo, addons: [{addonName: coredns, x-emulator: {issues: [{code: VpcNotFound}]}}]}]\n",
            "AdmissionRequestDenied",
        ),
    ] {
        let answer = seed(&start(), text);
        assert_eq!(answer.status, 422);
        let message = answer.json()["details"][0]["message"].take();
        let message = message.as_str().unwrap();
        assert!(message.contains(codes), "{message}");
    }
}
