//! The user's own service accounts and pods, over HTTP.

use serde_json::{Value, json};

use crate::client::{Demo, ROLE};

fn account(metadata: Value) -> String {
    json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata }).to_string()
}

fn pod(metadata: Value) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": { "serviceAccountName": "app", "containers": [{ "name": "app", "image": "app:1" }] },
    })
    .to_string()
}

#[test]
fn a_service_account_and_a_pod_are_made() {
    let demo = Demo::start();
    let path = "/clusters/demo/service-accounts/web/app";
    let annotations = json!({ "annotations": { "eks.amazonaws.com/role-arn": ROLE } });
    let stored = demo.ask("PUT", path, account(annotations.clone()));
    assert_eq!(stored.status, 200);
    let stored = stored.json();
    assert_eq!(stored["metadata"]["namespace"], "web");
    assert_eq!(
        stored["metadata"]["annotations"],
        annotations["annotations"]
    );
    let again = demo.ask("PUT", path, account(json!({}))).json();
    assert_eq!(again["metadata"]["uid"], stored["metadata"]["uid"]);
    demo.ask("PUT", path, account(annotations));

    let made = demo.ask(
        "POST",
        "/clusters/demo/pods",
        pod(json!({ "name": "a", "namespace": "web" })),
    );
    assert_eq!(made.status, 201);
    let made = made.json();
    let names: Vec<&Value> = made["spec"]["containers"][0]["env"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variable| &variable["name"])
        .collect();
    assert!(names.contains(&&json!("AWS_ROLE_ARN")), "{names:?}");
    let pods = demo.get("/clusters/demo/pods?namespace=web")["pods"].take();
    assert_eq!(pods[0]["metadata"]["uid"], made["metadata"]["uid"]);
    assert_eq!(pods[0]["status"]["phase"], "Running");
    assert_eq!(
        demo.refused(
            "POST",
            "/clusters/demo/pods",
            pod(json!({ "name": "a", "namespace": "web" }))
        ),
        "422 InvalidManifest: pods \"a\" already exists"
    );
}

#[test]
fn bad_manifests_are_refused_with_a_sentence() {
    let demo = Demo::start();
    let path = "/clusters/demo/service-accounts/web/app";
    assert_eq!(
        demo.refused("PUT", path, "{}"),
        "422 InvalidManifest: the manifest has to have apiVersion v1 and kind ServiceAccount"
    );
    assert_eq!(
        demo.refused("PUT", path, account(json!({ "name": "b" }))),
        "422 InvalidManifest: metadata.name is not app, which the path names"
    );
    assert_eq!(
        demo.refused(
            "PUT",
            "/clusters/demo/service-accounts/web/A%2FB",
            account(json!({}))
        ),
        "422 InvalidManifest: \"A/B\" is not a lower-case RFC 1123 name"
    );
    assert_eq!(
        demo.refused(
            "POST",
            "/clusters/demo/pods",
            pod(json!({ "name": "a", "namespace": "web" }))
        ),
        "422 InvalidManifest: namespaces \"web\" not found"
    );
    assert_eq!(
        demo.refused("POST", "/clusters/demo/pods", pod(json!({ "name": "a" }))),
        "422 InvalidManifest: error looking up service account default/app: serviceaccount \"app\" not found"
    );
    for body in ["", "kind: Pod", "{", "\u{feff}{}"] {
        for (method, path) in [("POST", "/clusters/demo/pods"), ("PUT", path)] {
            let refused = demo.refused(method, path, body);
            assert!(
                refused.starts_with("400 BadRequest: the body is not JSON: "),
                "{refused}"
            );
        }
    }
    let before = demo.get("/clusters/demo/namespaces")["namespaces"].take();
    assert_eq!(before.as_array().unwrap().len(), 4);
}
