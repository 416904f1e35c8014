//! The whole story: IRSA, then the agent, then a rolling restart.

use eks_emulator::lifecycle::Profile;
use serde_json::{Value, json};

use crate::client::{Demo, IRSA_ROLE, ROLE};

const OTHER_ROLE: &str = "arn:aws:iam::123456789012:role/other";
const ADDON: &str = "/clusters/demo/addons/aws-ebs-csi-driver";

fn roles(role: &str) -> Value {
    json!({
        "serviceAccountRoleArn": IRSA_ROLE,
        "podIdentityAssociations": [
            { "serviceAccount": "ebs-csi-controller-sa", "roleArn": role },
        ],
    })
}

/// How many pods of the controller have which variables.
fn mix(demo: &Demo) -> String {
    let pods = demo.get("/clusters/demo/pods?owner=addon/aws-ebs-csi-driver")["pods"].take();
    let of_controller = |pod: &&Value| pod["spec"]["serviceAccountName"] == "ebs-csi-controller-sa";
    let texts: Vec<String> = pods
        .as_array()
        .unwrap()
        .iter()
        .filter(of_controller)
        .map(Value::to_string)
        .collect();
    let with = |word: &str| texts.iter().filter(|text| text.contains(word)).count();
    format!(
        "{} {}",
        with("AWS_ROLE_ARN"),
        with("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    )
}

#[test]
fn pods_move_from_irsa_to_pod_identity_one_by_one() {
    let demo = Demo::with(Profile::Realistic { time_scale: 1.0 });
    let advance = |body: &str| demo.ask("POST", "/clock/advance", body);
    demo.create_addon("aws-ebs-csi-driver", roles(ROLE));
    advance(r#"{"until":"idle"}"#);
    assert_eq!(mix(&demo), "2 0");
    demo.create_addon("eks-pod-identity-agent", json!({}));
    advance(r#"{"until":"idle"}"#);
    assert_eq!(mix(&demo), "2 0");
    demo.eks("POST", &format!("{ADDON}/update"), roles(OTHER_ROLE));
    let mut mixes = vec![mix(&demo)];
    for _ in 0..24 {
        advance(r#"{"by":"500ms"}"#);
        let mix = mix(&demo);
        if mixes.last() != Some(&mix) {
            mixes.push(mix);
        }
    }
    assert_eq!(mixes, ["2 0", "2 1", "2 2", "1 2", "0 2"]);
    let addon = demo.eks("GET", ADDON, json!(null))["addon"].take();
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["serviceAccountRoleArn"], IRSA_ROLE);
    let report =
        demo.get("/clusters/demo/service-accounts/kube-system/ebs-csi-controller-sa/credentials");
    assert_eq!(report["credentialSource"], "podIdentity");
    assert_eq!(report["roleArn"], OTHER_ROLE);
    demo.eks("DELETE", &format!("{ADDON}?preserve=true"), json!(null));
    advance(r#"{"until":"idle"}"#);
    let pods = demo.get("/clusters/demo/pods")["pods"].take();
    assert_eq!(
        pods.to_string()
            .matches("\"generateName\":\"ebs-csi-")
            .count(),
        4
    );
    let left = demo.eks(
        "GET",
        "/clusters/demo/pod-identity-associations",
        json!(null),
    );
    assert_eq!(left["associations"].as_array().unwrap().len(), 1);
}
