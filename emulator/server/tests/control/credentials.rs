//! Which role a pod gets, asked over HTTP.

use serde_json::{Value, json};

use crate::client::{Demo, IRSA_ROLE, ROLE, names};

fn demo() -> Demo {
    let demo = Demo::start();
    demo.create_addon(
        "aws-ebs-csi-driver",
        json!({
            "serviceAccountRoleArn": IRSA_ROLE,
            "podIdentityAssociations": [
                { "serviceAccount": "ebs-csi-controller-sa", "roleArn": ROLE },
            ],
        }),
    );
    demo
}

const ACCOUNT: &str =
    "/clusters/demo/service-accounts/kube-system/ebs-csi-controller-sa/credentials";

#[test]
fn a_service_account_is_explained() {
    let demo = demo();
    let report = demo.get(ACCOUNT);
    assert_eq!(report["credentialSource"], "irsa");
    assert_eq!(report["roleArn"], IRSA_ROLE);
    let rules: Vec<&Value> = report["why"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["rule"])
        .collect();
    assert_eq!(
        rules,
        [
            "addon",
            "agent",
            "association",
            "serviceAccountRoleArn",
            "conclusion"
        ]
    );
    assert_eq!(
        report["environment"]["container"],
        json!([
            { "name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional" },
            { "name": "AWS_DEFAULT_REGION", "value": "us-east-1" },
            { "name": "AWS_REGION", "value": "us-east-1" },
            { "name": "AWS_ROLE_ARN", "value": IRSA_ROLE },
            {
                "name": "AWS_WEB_IDENTITY_TOKEN_FILE",
                "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
            },
        ])
    );
    assert_eq!(report["audience"], "sts.amazonaws.com");
    demo.create_addon("eks-pod-identity-agent", json!({}));
    let report = demo.get(ACCOUNT);
    assert_eq!(report["credentialSource"], "podIdentity");
    assert_eq!(report["audience"], "pods.eks.amazonaws.com");
    assert_eq!(report["roleArn"], ROLE);
}

#[test]
fn a_pod_is_explained() {
    let demo = demo();
    let pods = demo.get("/clusters/demo/pods?owner=addon/aws-ebs-csi-driver")["pods"].take();
    let name = &names(&pods)[0];
    let path = format!("/clusters/demo/pods/kube-system/{name}/credentials");
    let report = demo.get(&path);
    assert_eq!(report["credentialSource"], "irsa");
    assert_eq!(report["roleArn"], IRSA_ROLE);
    let containers: Vec<&String> = report["environment"].as_object().unwrap().keys().collect();
    assert_eq!(
        containers,
        [
            "csi-attacher",
            "csi-provisioner",
            "csi-resizer",
            "csi-snapshotter",
            "ebs-plugin",
            "liveness-probe",
        ]
    );
    assert!(report["why"].as_array().unwrap().len() > 3);
}

/// The other sources, by their words.
#[test]
fn sources_have_words() {
    let demo = demo();
    let of = |account: &str| {
        let path = format!("/clusters/demo/service-accounts/{account}/credentials");
        let report = demo.get(&path);
        (
            report["credentialSource"].clone(),
            report["roleArn"].clone(),
        )
    };
    assert_eq!(of("default/default"), (json!("nodeRole"), json!(null)));
    assert_eq!(of("absent/absent"), (json!("nodeRole"), json!(null)));
    let association =
        json!({ "namespace": "default", "serviceAccount": "default", "roleArn": ROLE });
    demo.eks(
        "POST",
        "/clusters/demo/pod-identity-associations",
        association,
    );
    assert_eq!(of("default/default"), (json!("none"), json!(null)));
}

#[test]
fn a_pod_that_is_not_there_is_not_found() {
    let demo = Demo::start();
    assert_eq!(
        demo.refused("GET", "/clusters/demo/pods/default/absent/credentials", ""),
        "404 NotFound: There is no pod default/absent."
    );
}
