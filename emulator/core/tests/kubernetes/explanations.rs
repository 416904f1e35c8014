//! Why a pod gets the role it gets, in words.

use serde_json::json;

use crate::observe::{AGENT, CONTROLLER, CONTROLLER_ACCOUNT, IRSA_ROLE, associated};
use crate::support::{Driver, merged};

fn ebs_with_both() -> Driver {
    let mut driver = Driver::active();
    let irsa = json!({ "serviceAccountRoleArn": IRSA_ROLE });
    driver.create_ebs(merged(irsa, associated()));
    driver
}

/// The rules with what each found.
fn of_account(driver: &mut Driver, namespace: &str, name: &str) -> Vec<String> {
    let why = driver.account_credentials(namespace, name).decision.why;
    let lines = why.iter();
    lines
        .map(|finding| format!("{}: {}", finding.rule, finding.text))
        .collect()
}

#[test]
fn irsa_without_the_agent_is_explained() {
    let mut driver = ebs_with_both();
    assert_eq!(
        of_account(&mut driver, "kube-system", CONTROLLER_ACCOUNT),
        [
            "addon: the pods belong to the add-on aws-ebs-csi-driver",
            "agent: the pod identity agent (eks-pod-identity-agent) is not on the cluster",
            "association: an association gives kube-system/ebs-csi-controller-sa the role arn:aws:iam::111122223333:role/reader",
            "serviceAccountRoleArn: the add-on's serviceAccountRoleArn arn:aws:iam::111122223333:role/irsa is on the service account and is used",
            "conclusion: pods of kube-system/ebs-csi-controller-sa get the role of their service account's annotation (IRSA)",
        ]
    );
}

#[test]
fn the_ignored_irsa_role_is_explained() {
    let mut driver = ebs_with_both();
    driver.create_addon(AGENT, json!({}));
    assert_eq!(
        of_account(&mut driver, "kube-system", CONTROLLER_ACCOUNT)[3..],
        [
            "serviceAccountRoleArn: the add-on's serviceAccountRoleArn arn:aws:iam::111122223333:role/irsa is ignored, since the association's role is used",
            "conclusion: the association exists and the agent runs: pods of kube-system/ebs-csi-controller-sa get the association's role from the agent",
        ]
    );
}

#[test]
fn that_there_are_no_credentials_is_explained() {
    let mut driver = Driver::active();
    driver.create_ebs(associated());
    let pod = driver.pods_of(CONTROLLER).remove(0);
    let why = driver.pod_credentials(&pod).decision.why;
    assert_eq!(
        why.last().map(|finding| &*finding.text),
        Some("the pod was told to ask the agent, but no agent runs: it gets no credentials")
    );
    assert_eq!(
        of_account(&mut driver, "kube-system", CONTROLLER_ACCOUNT)[4],
        "conclusion: the association exists, so pods of kube-system/ebs-csi-controller-sa are told to ask the agent, but no agent runs: they get no credentials"
    );
}

#[test]
fn accounts_that_nobody_knows_are_explained_too() {
    let mut driver = Driver::active();
    assert_eq!(
        of_account(&mut driver, "web", "app"),
        [
            "addon: the pods belong to no add-on: the webhook's own order holds",
            "agent: the pod identity agent (eks-pod-identity-agent) is not on the cluster",
            "association: no association exists for web/app",
            "serviceAccountRoleArn: neither the add-on nor the service account names a role (IRSA)",
            "conclusion: nothing is injected into pods of web/app: they use the node's role",
        ]
    );
}

/// What the add-on reports and what its service account says may differ.
#[test]
fn a_role_that_the_user_took_off_the_account_is_not_said_to_be_used() {
    let mut driver = ebs_with_both();
    driver.put_service_account("kube-system", CONTROLLER_ACCOUNT, json!({}));
    assert_eq!(
        of_account(&mut driver, "kube-system", CONTROLLER_ACCOUNT)[3],
        "serviceAccountRoleArn: the add-on's serviceAccountRoleArn arn:aws:iam::111122223333:role/irsa is ignored, since the association's role is used"
    );
    let id = driver.associations()[0]["associationId"].clone();
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    assert_eq!(
        of_account(&mut driver, "kube-system", CONTROLLER_ACCOUNT)[3],
        "serviceAccountRoleArn: the add-on's serviceAccountRoleArn arn:aws:iam::111122223333:role/irsa is not on the service account, which has no annotation"
    );
}

/// A running pod is explained by what happened when it was made, and by what
/// is behind it now.
#[test]
fn a_running_pod_is_explained_by_its_making() {
    let mut driver = ebs_with_both();
    driver.create_addon(AGENT, json!({}));
    let pod = driver.pods_of(CONTROLLER).remove(0);
    let report = driver.pod_credentials(&pod);
    let why: Vec<&str> = report
        .decision
        .why
        .iter()
        .map(|finding| &*finding.text)
        .collect();
    let said = |words: &str| why.iter().any(|text| text.starts_with(words));
    assert!(said("when the pod was made: "), "{why:?}");
    assert_eq!(
        why.last(),
        Some(&"the pod uses the role that was injected when it was made (IRSA)")
    );
    assert_eq!(
        report.environment["ebs-plugin"][3],
        json!({ "name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/irsa" })
    );
}
