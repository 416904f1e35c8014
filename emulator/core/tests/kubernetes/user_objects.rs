//! The user's own service accounts and pods.

use serde_json::{Value, json};

use crate::observe::{CONTROLLER, CONTROLLER_ACCOUNT, EBS, IRSA_ROLE, IRSA_VARIABLES, injected};
use crate::support::{Driver, text};

/// What is said of a manifest that is refused; nothing is left of it.
#[track_caller]
fn refused_pod(manifest: Value) -> String {
    let mut driver = Driver::active();
    let before = driver.pods();
    let answer = driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
    assert_eq!(driver.pods(), before);
    answer.expect_err("the manifest is refused").to_string()
}

fn pod(metadata: Value, spec: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec })
}

fn app() -> Value {
    json!({ "containers": [{ "name": "app" }] })
}

#[test]
fn manifests_that_are_no_pods_are_refused() {
    let kind = "the manifest has to have apiVersion v1 and kind Pod";
    for manifest in [
        json!(null),
        json!([]),
        json!({}),
        json!({ "apiVersion": "v1", "kind": "Deployment" }),
        json!({ "apiVersion": "apps/v1", "kind": "Pod" }),
    ] {
        assert_eq!(refused_pod(manifest.clone()), kind, "{manifest}");
    }
    let shape = refused_pod(pod(json!({ "name": 5 }), app()));
    assert_eq!(
        shape,
        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string"
    );
    let shape = refused_pod(pod(json!({ "name": "a" }), json!({ "containers": "app" })));
    assert_eq!(
        shape,
        "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container"
    );
    let volumes = json!({ "containers": [{ "name": "app" }], "volumes": 1 });
    let shape = refused_pod(pod(json!({ "name": "a" }), volumes));
    assert_eq!(
        shape,
        "json: cannot unmarshal number into Go struct field PodSpec.spec.volumes of type []v1.Volume"
    );
}

#[test]
fn pods_without_what_they_need_are_refused() {
    let name = json!({ "name": "a" });
    let cases = [
        (
            json!({}),
            app(),
            "metadata.name or metadata.generateName is required",
        ),
        (name.clone(), json!({}), "spec.containers is required"),
        (
            name.clone(),
            json!({ "containers": [] }),
            "spec.containers is required",
        ),
        (
            name.clone(),
            json!({ "containers": [{}] }),
            "every container needs a name",
        ),
        (
            name.clone(),
            json!({ "containers": [null] }),
            "every container needs a name",
        ),
        (
            name.clone(),
            json!({ "containers": [{ "name": "app" }], "initContainers": [{ "name": "app" }] }),
            "two containers have the name app",
        ),
        (
            name,
            json!({ "containers": [{ "name": "App" }] }),
            "\"App\" is not a lower-case RFC 1123 label",
        ),
    ];
    for (metadata, spec, sentence) in cases {
        assert_eq!(refused_pod(pod(metadata, spec)), sentence);
    }
}

#[test]
fn names_are_those_of_rfc_1123() {
    for name in [
        "A",
        "a_b",
        "-a",
        "a-",
        "a..b",
        ".a",
        "a.",
        "a.-b",
        "ä",
        &"a".repeat(254),
    ] {
        let sentence = format!("{name:?} is not a lower-case RFC 1123 name");
        assert_eq!(refused_pod(pod(json!({ "name": name }), app())), sentence);
    }
    let mut driver = Driver::active();
    for name in ["a", "0", "a.b-c.0", &"a".repeat(253)] {
        driver.post_pod("default", name, "default");
    }
}

#[test]
fn what_a_pod_names_has_to_exist() {
    let elsewhere = pod(json!({ "name": "a", "namespace": "web" }), app());
    assert_eq!(refused_pod(elsewhere), "namespaces \"web\" not found");
    let spec = json!({ "containers": [{ "name": "app" }], "serviceAccountName": "app" });
    assert_eq!(
        refused_pod(pod(json!({ "name": "a" }), spec)),
        "error looking up service account default/app: serviceaccount \"app\" not found"
    );
}

#[test]
fn a_name_is_taken_once() {
    let mut driver = Driver::active();
    driver.post_pod("default", "a", "default");
    let manifest = pod(json!({ "name": "a" }), app());
    let answer = driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
    let error = answer.expect_err("the name is taken").to_string();
    assert_eq!(error, "pods \"a\" already exists");
}

#[test]
fn a_pod_is_given_back_mutated_and_then_runs() {
    let mut driver = Driver::active();
    let annotations = json!({ "annotations": { "eks.amazonaws.com/role-arn": IRSA_ROLE } });
    driver.put_service_account("web", "app", annotations);
    let stored = driver.post_pod("web", "a", "app");
    assert_eq!(injected(&stored), IRSA_VARIABLES);
    assert_eq!(stored["spec"]["volumes"][0]["name"], "aws-iam-token");
    assert_eq!(stored["status"]["phase"], "Pending");
    let mut pods = driver.pods();
    pods.retain(|pod| pod["metadata"]["namespace"] == "web");
    assert_eq!(pods.len(), 1);
    assert_eq!(pods[0]["status"]["phase"], "Running");
    assert_eq!(pods[0]["spec"]["containers"], stored["spec"]["containers"]);
    assert_eq!(pods[0]["metadata"]["uid"], stored["metadata"]["uid"]);
}

#[test]
fn names_are_generated_where_asked_for() {
    let mut driver = Driver::active();
    let manifest = pod(json!({ "generateName": "job-" }), app());
    let mut post = || {
        let answer =
            driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
        answer.expect("the manifest is right")
    };
    let (first, second) = (post(), post());
    assert_eq!(first["metadata"]["generateName"], "job-");
    let names = [&first, &second].map(|pod| text(&pod["metadata"]["name"]));
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("job-") && name.len() == 9),
        "{names:?}"
    );
    assert_ne!(names[0], names[1]);
}

/// The old name of the member, and what counts as absent.
#[test]
fn a_pod_without_a_service_account_has_the_default_one() {
    let mut driver = Driver::active();
    driver.put_service_account("default", "app", json!({}));
    let mut account = |member: &str, name: &str| {
        let mut spec = app();
        spec[member] = json!(name);
        let manifest = pod(json!({ "generateName": "a-" }), spec);
        let answer =
            driver.on_cluster(|cluster, environment| cluster.post_pod(environment, &manifest));
        text(&answer.expect("the manifest is right")["spec"]["serviceAccountName"])
    };
    assert_eq!(account("serviceAccountName", "app"), "app");
    assert_eq!(account("serviceAccount", "app"), "app");
    assert_eq!(account("serviceAccountName", ""), "default");
}

#[track_caller]
fn refused_account(namespace: &str, name: &str, manifest: Value) -> String {
    let mut driver = Driver::active();
    let accounts = driver.on_cluster(|cluster, _| cluster.service_accounts());
    let answer = driver.on_cluster(|cluster, environment| {
        cluster.put_service_account(environment, namespace, name, &manifest)
    });
    let after = driver.on_cluster(|cluster, _| cluster.service_accounts());
    assert_eq!(after, accounts);
    answer.expect_err("the manifest is refused").to_string()
}

#[test]
fn service_accounts_that_cannot_be_are_refused() {
    let account = |metadata: Value| json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata });
    assert_eq!(
        refused_account("web", "app", json!({})),
        "the manifest has to have apiVersion v1 and kind ServiceAccount"
    );
    assert_eq!(
        refused_account("web.1", "app", account(json!({}))),
        "\"web.1\" is not a lower-case RFC 1123 label"
    );
    assert_eq!(
        refused_account("web", "App", account(json!({}))),
        "\"App\" is not a lower-case RFC 1123 name"
    );
    assert_eq!(
        refused_account("web", "app", account(json!({ "name": "other" }))),
        "metadata.name is not app, which the path names"
    );
    assert_eq!(
        refused_account("web", "app", account(json!({ "namespace": 1 }))),
        "metadata.namespace is not web, which the path names"
    );
    assert_eq!(
        refused_account("web", "app", account(json!({ "labels": { "a": 1 } }))),
        "metadata.labels has to map names to texts"
    );
    assert_eq!(
        refused_account("web", "app", account(json!({ "annotations": [] }))),
        "metadata.annotations has to map names to texts"
    );
}

#[test]
fn a_service_account_is_made_and_replaced() {
    let mut driver = Driver::active();
    driver.put_service_account("web", "app", json!({ "labels": { "a": "b" } }));
    let first = driver.object("ServiceAccount", "app");
    assert_eq!(first["metadata"]["labels"], json!({ "a": "b" }));
    assert!(driver.find("Namespace", "web").is_some());
    driver.put_service_account("web", "app", json!({ "annotations": { "c": "d" } }));
    let second = driver.object("ServiceAccount", "app");
    assert_eq!(second["metadata"]["uid"], first["metadata"]["uid"]);
    assert_eq!(second["metadata"].get("labels"), None);
    assert_eq!(second["metadata"]["annotations"], json!({ "c": "d" }));
}

/// Pods that were made under the old annotations keep what they gave.
#[test]
fn a_replaced_service_account_changes_no_running_pod() {
    let mut driver = Driver::active();
    driver.create_ebs(json!({ "serviceAccountRoleArn": IRSA_ROLE }));
    let before = driver.pods_of_addon(EBS);
    driver.put_service_account("kube-system", CONTROLLER_ACCOUNT, json!({}));
    assert_eq!(driver.pods_of_addon(EBS), before);
    driver.restart("Deployment", CONTROLLER);
    assert_eq!(injected(&driver.pods_of(CONTROLLER)[0]), [""; 0]);
    // It is still the add-on's.
    driver.delete_addon(EBS, false);
    assert_eq!(driver.find("ServiceAccount", CONTROLLER_ACCOUNT), None);
}
