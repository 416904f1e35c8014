//! Which role the pods of an add-on get: the guide's rule, row by row.

use eks_emulator_core::credentials::CredentialSource;
use serde_json::json;

use crate::observe::{
    AGENT, CONTAINER_VARIABLES, CONTROLLER, CONTROLLER_ACCOUNT, EBS, IRSA_ROLE, IRSA_VARIABLES,
    associated, association, injected,
};
use crate::support::{Driver, OTHER_ROLE, ROLE, merged, text};

const POD_IDENTITY: &str = "podIdentity arn:aws:iam::111122223333:role/reader";
const IRSA: &str = "irsa arn:aws:iam::111122223333:role/irsa";

fn irsa() -> serde_json::Value {
    json!({ "serviceAccountRoleArn": IRSA_ROLE })
}

/// R9.
#[test]
fn with_the_agent_and_an_association_the_irsa_role_is_ignored_and_still_reported() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(merged(irsa(), associated()));
    assert_eq!(driver.controller_roles(), [POD_IDENTITY]);
    for pod in driver.pods_of(CONTROLLER) {
        assert_eq!(injected(&pod), CONTAINER_VARIABLES);
    }
    assert_eq!(driver.addon(EBS)["serviceAccountRoleArn"], IRSA_ROLE);
}

/// R9: "ignored" concerns add-ons with an association.
#[test]
fn with_the_agent_and_no_association_the_irsa_role_is_used() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(irsa());
    assert_eq!(driver.controller_roles(), [IRSA]);
}

/// R10.
#[test]
fn without_the_agent_the_irsa_role_is_used_although_there_is_an_association() {
    let mut driver = Driver::active();
    driver.create_ebs(merged(irsa(), associated()));
    assert_eq!(driver.controller_roles(), [IRSA]);
    for pod in driver.pods_of(CONTROLLER) {
        assert_eq!(injected(&pod), IRSA_VARIABLES);
        assert_eq!(pod["spec"]["containers"][0]["env"][3]["value"], IRSA_ROLE);
    }
    let account = driver.object("ServiceAccount", CONTROLLER_ACCOUNT);
    let annotations = json!({ "eks.amazonaws.com/role-arn": IRSA_ROLE });
    assert_eq!(account["metadata"]["annotations"], annotations);
}

#[test]
fn without_the_agent_and_with_only_an_association_there_are_no_credentials() {
    let mut driver = Driver::active();
    driver.create_ebs(associated());
    assert_eq!(driver.controller_roles(), ["none "]);
    for pod in driver.pods_of(CONTROLLER) {
        assert_eq!(injected(&pod), CONTAINER_VARIABLES);
    }
}

#[test]
fn with_neither_the_role_of_the_node_is_used() {
    for has_agent in [false, true] {
        let mut driver = Driver::active();
        if has_agent {
            driver.create_addon(AGENT, json!({}));
        }
        driver.create_ebs(json!({}));
        assert_eq!(driver.controller_roles(), ["nodeRole "]);
        for pod in driver.pods_of(CONTROLLER) {
            assert_eq!(injected(&pod), [""; 0]);
        }
    }
}

#[test]
fn auto_mode_counts_as_the_agent() {
    let mut driver = Driver::active_with(json!({
        "bootstrapSelfManagedAddons": false,
        "accessConfig": { "authenticationMode": "API" },
        "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": ROLE },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    }));
    driver.create_ebs(merged(irsa(), associated()));
    assert_eq!(driver.controller_roles(), [POD_IDENTITY]);
}

/// An association that somebody made without the add-on counts as well.
#[test]
fn an_association_that_no_add_on_owns_counts() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.associate("kube-system", CONTROLLER_ACCOUNT);
    driver.create_ebs(irsa());
    assert_eq!(driver.controller_roles(), [POD_IDENTITY]);
}

/// The guide's rule speaks of an add-on's role; a service account without it
/// has nothing to fall back to.
#[test]
fn an_account_that_does_not_carry_the_role_is_decided_by_the_webhook() {
    let mut driver = Driver::active();
    driver.associate("kube-system", "ebs-csi-node-sa");
    driver.create_ebs(irsa());
    let account = driver.object("ServiceAccount", "ebs-csi-node-sa");
    assert_eq!(account["metadata"].get("annotations"), None);
    let pod = driver.pods_of("ebs-csi-node").remove(0);
    assert_eq!(injected(&pod), CONTAINER_VARIABLES);
    let decision = driver.pod_credentials(&pod).decision;
    assert_eq!(decision.source, CredentialSource::None);
}

/// For pods of the user's the association comes first, agent or not.
#[test]
fn the_users_pods_follow_the_webhooks_own_order() {
    let mut driver = Driver::active();
    let annotations = json!({ "annotations": { "eks.amazonaws.com/role-arn": IRSA_ROLE } });
    driver.put_service_account("web", "app", annotations);
    let irsa = driver.post_pod("web", "first", "app");
    assert_eq!(injected(&irsa), IRSA_VARIABLES);
    driver.associate("web", "app");
    let associated = driver.post_pod("web", "second", "app");
    assert_eq!(injected(&associated), CONTAINER_VARIABLES);
    let decision = driver.pod_credentials(&associated).decision;
    assert_eq!(decision.source, CredentialSource::None);
    driver.create_addon(AGENT, json!({}));
    let decision = driver.pod_credentials(&associated).decision;
    assert_eq!(decision.source, CredentialSource::PodIdentity);
    assert_eq!(decision.role_arn.as_deref(), Some(ROLE));
    // What was injected at its making stays.
    let decision = driver.pod_credentials(&irsa).decision;
    assert_eq!(decision.source, CredentialSource::Irsa);
}

/// A pod of the user's with an add-on's service account is no pod of the
/// add-on.
#[test]
fn the_users_pod_with_an_add_ons_account_is_the_users() {
    let mut driver = Driver::active();
    driver.create_ebs(merged(irsa(), associated()));
    let pod = driver.post_pod("kube-system", "debug", CONTROLLER_ACCOUNT);
    assert_eq!(injected(&pod), CONTAINER_VARIABLES);
    let names: Vec<String> = driver
        .pods_of_addon(EBS)
        .iter()
        .map(|pod| text(&pod["metadata"]["name"]))
        .collect();
    assert!(!names.contains(&"debug".to_owned()), "{names:?}");
}

#[test]
fn the_agent_changes_no_running_pod() {
    let mut driver = Driver::active();
    driver.create_ebs(merged(irsa(), associated()));
    let before = driver.pods_of(CONTROLLER);
    driver.create_addon(AGENT, json!({}));
    assert_eq!(driver.pods_of(CONTROLLER), before);
    assert_eq!(driver.controller_roles(), [IRSA]);
    driver.restart("Deployment", CONTROLLER);
    assert_eq!(driver.controller_roles(), [POD_IDENTITY]);
    let with_agent = driver.pods_of(CONTROLLER);
    driver.delete_addon(AGENT, false);
    assert_eq!(driver.pods_of(CONTROLLER), with_agent);
    // They still ask it, in vain.
    assert_eq!(driver.controller_roles(), ["none "]);
    driver.restart("Deployment", CONTROLLER);
    assert_eq!(driver.controller_roles(), [IRSA]);
}

#[test]
fn an_agent_that_is_being_deleted_is_no_agent() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(merged(irsa(), associated()));
    let mut driver = driver.told();
    driver.delete_addon(AGENT, false);
    assert_eq!(driver.addon(AGENT)["status"], "DELETING");
    let report = driver.account_credentials("kube-system", CONTROLLER_ACCOUNT);
    assert_eq!(report.decision.source, CredentialSource::Irsa);
}

/// R15.
#[test]
fn an_update_with_associations_only_takes_the_irsa_role_away() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(irsa());
    driver.update_addon(EBS, associated());
    assert_eq!(driver.addon(EBS)["serviceAccountRoleArn"], json!(null));
    let account = driver.object("ServiceAccount", CONTROLLER_ACCOUNT);
    assert_eq!(account["metadata"].get("annotations"), None);
    assert_eq!(driver.controller_roles(), [POD_IDENTITY]);
}

/// The role behind container credentials is looked up when they are asked
/// for.
#[test]
fn a_running_pod_has_the_associations_role_of_today() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(associated());
    let before = driver.pods_of(CONTROLLER);
    let id = driver.associations()[0]["associationId"].clone();
    driver.ok(
        "UpdatePodIdentityAssociation",
        json!({ "associationId": id, "roleArn": OTHER_ROLE }),
    );
    assert_eq!(driver.pods_of(CONTROLLER), before);
    let other = "podIdentity arn:aws:iam::111122223333:role/writer";
    assert_eq!(driver.controller_roles(), [other]);
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    assert_eq!(driver.controller_roles(), ["none "]);
}

/// A role that the user wrote on the service account is not the add-on's to
/// take away.
#[test]
fn a_role_that_the_user_has_set_stays() {
    let mut driver = Driver::active();
    let annotations = json!({ "annotations": { "eks.amazonaws.com/role-arn": OTHER_ROLE } });
    driver.put_service_account("kube-system", CONTROLLER_ACCOUNT, annotations);
    driver.create_ebs(json!({}));
    let used = "irsa arn:aws:iam::111122223333:role/writer";
    assert_eq!(driver.controller_roles(), [used]);
    driver.update_addon(EBS, json!({ "podIdentityAssociations": [] }));
    driver.restart("Deployment", CONTROLLER);
    assert_eq!(driver.controller_roles(), [used]);
}

/// The add-on's own update names the role that new pods get, the old ones
/// keep theirs.
#[test]
fn an_update_moves_every_pod_to_the_new_role() {
    let mut driver = Driver::active();
    driver.create_addon(AGENT, json!({}));
    driver.create_ebs(associated());
    driver.update_addon(
        EBS,
        json!({ "podIdentityAssociations": association(OTHER_ROLE) }),
    );
    let other = "podIdentity arn:aws:iam::111122223333:role/writer";
    assert_eq!(driver.controller_roles(), [other]);
}
