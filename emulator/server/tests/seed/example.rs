//! A document with something of everything.

use serde_json::json;

use crate::client::{get, query, seed, seeded, send, start};

pub(crate) const EXAMPLE: &str = r#"schema: 1
defaults: {account: "123456789012", region: us-east-1, kubernetesVersion: "1.32"}
clock: {mode: paused, now: "2026-01-01T00:00:00Z"}        # optional
roles:                                                    # IAM roles: trust decides pod identity / IRSA checks
  - {name: vpc-cni, trust: pods}                          # pods | irsa | ec2 | eks | raw policy document
  - {name: app, trust: pods}
  - {name: ebs-irsa, trust: irsa, cluster: demo, serviceAccount: kube-system/ebs-csi-controller-sa}
accessKeys:
  - {accessKeyId: "AKIAEXAMPLE0000000001", account: "123456789012", principal: role/ci, secretAccessKey: wJalrXUtnFEMI}
clusters:
  - name: demo
    version: "1.32"
    status: ACTIVE                                        # any status may be set
    accessConfig: {authenticationMode: API}
    addons:
      - {addonName: eks-pod-identity-agent, addonVersion: latest}
      - addonName: vpc-cni
        addonVersion: default                             # exact | default | latest
        podIdentityAssociations:                          # owned by the add-on
          - {serviceAccount: aws-node, roleArn: role/vpc-cni}   # role/x expands to this account's ARN
      - addonName: coredns
        x-emulator: {status: DEGRADED, issues: [{code: InsufficientNumberOfReplicas, message: "..."}]}
    podIdentityAssociations:                              # standalone
      - {namespace: app, serviceAccount: api, roleArn: role/app, associationId: a-0123456789abcdefg}
    serviceAccounts:                                      # for IRSA annotation and pod simulation
      - {namespace: kube-system, name: ebs-csi-controller-sa, annotations: {"eks.amazonaws.com/role-arn": role/ebs-irsa}}
    pods:
      - {namespace: app, name: api-0, serviceAccount: api}
    nodegroups: []
    accessEntries: []
catalogue:                                                # extra or replaced add-on versions
  - addonName: acme-agent
    versions: [{addonVersion: v1.0.0-eksbuild.1, clusterVersions: ["1.32"], default: true, podIdentityServiceAccounts: [acme]}]
transitions:
  - name: slow-coredns
    match: {resourceType: addon, name: coredns}
    on: update
    after: {kind: time, duration: 90s}
faults: [{name: first-create-throttled, match: {operation: CreateAddon}, effect: {error: {preset: throttling}}, times: 1}]
"#;

#[test]
fn the_example_makes_what_it_says() {
    let emulator = seeded(EXAMPLE);
    let cluster = &get(&emulator, "/clusters/demo")["cluster"];
    assert_eq!(cluster["status"], "ACTIVE");
    assert_eq!(cluster["version"], "1.32");
    assert_eq!(cluster["accessConfig"]["authenticationMode"], "API");
    assert_eq!(cluster["createdAt"], json!(1.7672256e9));
    let addons = get(&emulator, "/clusters/demo/addons");
    assert_eq!(
        addons["addons"],
        json!(["coredns", "eks-pod-identity-agent", "vpc-cni"])
    );
    let coredns = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
    assert_eq!(coredns["status"], "DEGRADED");
    assert_eq!(
        coredns["health"]["issues"],
        json!([{
            "code": "InsufficientNumberOfReplicas",
            "message": "...",
            "resourceIds": null,
        }])
    );
    let vpc_cni = &get(&emulator, "/clusters/demo/addons/vpc-cni")["addon"];
    assert_eq!(vpc_cni["status"], "ACTIVE");
    let owned = vpc_cni["podIdentityAssociations"][0].as_str().unwrap();
    let id = owned.rsplit('/').next().unwrap();
    let path = format!("/clusters/demo/pod-identity-associations/{id}");
    let owned = &get(&emulator, &path)["association"];
    assert_eq!(owned["ownerArn"], vpc_cni["addonArn"]);
    assert_eq!(owned["roleArn"], "arn:aws:iam::123456789012:role/vpc-cni");
    let path = "/clusters/demo/pod-identity-associations/a-0123456789abcdefg";
    let association = &get(&emulator, path)["association"];
    assert_eq!(association["roleArn"], "arn:aws:iam::123456789012:role/app");
    assert_eq!(association["ownerArn"], json!(null));
}

#[test]
fn the_example_makes_pods_that_run_with_their_roles() {
    let emulator = seeded(EXAMPLE);
    let pods = get(&emulator, "/_emulator/v1/clusters/demo/pods?namespace=app");
    assert_eq!(pods["pods"][0]["metadata"]["name"], "api-0");
    assert_eq!(pods["pods"][0]["status"]["phase"], "Running");
    let path = "/_emulator/v1/clusters/demo/pods/app/api-0/credentials";
    let credentials = get(&emulator, path);
    assert_eq!(credentials["credentialSource"], "podIdentity");
    assert_eq!(credentials["roleArn"], "arn:aws:iam::123456789012:role/app");
    let path = "/_emulator/v1/clusters/demo/service-accounts/kube-system/ebs-csi-controller-sa/credentials";
    let credentials = get(&emulator, path);
    assert_eq!(
        credentials["roleArn"],
        "arn:aws:iam::123456789012:role/ebs-irsa"
    );
}

#[test]
fn the_example_makes_roles_keys_and_rules() {
    let emulator = seeded(EXAMPLE);
    let form = "Action=GetRole&Version=2010-05-08&RoleName=ebs-irsa";
    let role = query(&emulator, "iam", "123456789012", form);
    let issuer = get(&emulator, "/clusters/demo")["cluster"]["identity"]["oidc"]["issuer"].clone();
    let host = issuer.as_str().unwrap().trim_start_matches("https://");
    let host = host.replace('/', "%2F");
    assert!(role.contains(&host), "{role}");
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let caller = query(&emulator, "sts", "AKIAEXAMPLE0000000001", form);
    let arn = "arn:aws:sts::123456789012:assumed-role/ci/AKIAEXAMPLE0000000001";
    assert!(caller.contains(arn), "{caller}");
    let rules = get(&emulator, "/_emulator/v1/transitions/rules");
    assert_eq!(rules["rules"][0]["name"], "slow-coredns");
    let body = r#"{"addonName": "kube-proxy"}"#;
    let first = send(&emulator, "POST", "/clusters/demo/addons", &[], body);
    let second = send(&emulator, "POST", "/clusters/demo/addons", &[], body);
    assert_eq!((first.status, second.status), (429, 200), "{}", first.text);
}

#[test]
fn the_same_document_twice_changes_nothing() {
    let emulator = start();
    let first = seed(&emulator, EXAMPLE).json();
    assert_eq!(first["updated"], json!([]));
    assert_eq!(first["unchanged"], json!([]));
    let cluster = "arn:aws:eks:us-east-1:123456789012:cluster/demo";
    let created = first["created"].as_array().unwrap();
    assert!(created.contains(&json!(cluster)), "{first}");
    let before = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    let second = seed(&emulator, EXAMPLE).json();
    assert_eq!(second["created"], json!([]));
    assert_eq!(second["updated"], json!([]));
    let unchanged = second["unchanged"].as_array().unwrap();
    assert!(unchanged.contains(&json!(cluster)), "{second}");
    let after = send(&emulator, "GET", "/_emulator/v1/state", &[], "").text;
    assert_eq!(before, after);
}
