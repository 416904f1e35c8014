//! What an add-on's pods get: made through the SDK, looked at below
//! `/_emulator`.

use aws_sdk_eks::types::{AddonStatus, ResolveConflicts, UpdateStatus};
use eks_emulator::lifecycle::Profile;
use serde_json::Value;

use crate::support::{EBS, EBS_ACCOUNT, OTHER_ROLE, ROLE, TestEmulator, asked};

const AGENT: &str = "eks-pod-identity-agent";
const IRSA_ROLE: &str = "arn:aws:iam::111122223333:role/irsa";
const NAMESPACE: &str = "/_emulator/v1/clusters/c1";

impl TestEmulator {
    async fn look(&self, path: &str) -> Value {
        let answer = self.raw("GET", &format!("{NAMESPACE}{path}"), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// The controller's pods, in order of their names.
    async fn controllers(&self) -> Vec<Value> {
        let mut all = self.look(&format!("/pods?owner=addon/{EBS}")).await;
        let mut pods = std::mem::take(all["pods"].as_array_mut().unwrap());
        pods.retain(|pod| pod["spec"]["serviceAccountName"] == EBS_ACCOUNT);
        pods
    }

    async fn controller_names(&self) -> Vec<String> {
        let pods = self.controllers().await;
        pods.iter().map(name).collect()
    }

    /// Which credentials the controller's pods get, and whose: all the same.
    async fn credentials(&self) -> (String, Value) {
        let mut found = Vec::new();
        for pod in self.controllers().await {
            let path = format!("/pods/kube-system/{}/credentials", name(&pod));
            let report = self.look(&path).await;
            assert!(!report["why"].as_array().unwrap().is_empty(), "{report}");
            let source = report["credentialSource"].as_str().unwrap().to_owned();
            found.push((source, report["roleArn"].clone()));
        }
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], found[1]);
        found.remove(0)
    }

    /// The EBS add-on with the IRSA role and an association.
    async fn addon_with_both(&self) {
        let request = self
            .create_addon(EBS)
            .service_account_role_arn(IRSA_ROLE)
            .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
        self.finish(request).await;
    }
}

fn name(pod: &Value) -> String {
    pod["metadata"]["name"].as_str().unwrap().to_owned()
}

/// The names of the variables that the first container was given for
/// credentials.
fn variables(pod: &Value) -> Vec<&str> {
    let all = pod["spec"]["containers"][0]["env"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(|variable| variable["name"].as_str())
        .filter(|name| name.starts_with("AWS_CONTAINER") || name.starts_with("AWS_ROLE"))
        .collect()
}

#[tokio::test]
async fn r9_with_the_agent_the_association_wins_and_the_irsa_role_is_still_reported() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon(AGENT).await;
    emulator.addon_with_both().await;
    let expected = ("podIdentity".to_owned(), Value::from(ROLE));
    assert_eq!(emulator.credentials().await, expected);
    let addon = emulator.addon_now(EBS).await;
    assert_eq!(addon.service_account_role_arn(), Some(IRSA_ROLE));
    let expected = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ];
    assert_eq!(variables(&emulator.controllers().await[0]), expected);
}

#[tokio::test]
async fn r9_with_the_agent_and_no_association_the_irsa_role_is_used() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon(AGENT).await;
    let request = emulator.create_addon(EBS);
    let request = request.service_account_role_arn(IRSA_ROLE);
    emulator.finish(request).await;
    let expected = ("irsa".to_owned(), Value::from(IRSA_ROLE));
    assert_eq!(emulator.credentials().await, expected);
}

#[tokio::test]
async fn r10_without_the_agent_the_irsa_role_is_used() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon_with_both().await;
    let expected = ("irsa".to_owned(), Value::from(IRSA_ROLE));
    assert_eq!(emulator.credentials().await, expected);
    assert_eq!(
        variables(&emulator.controllers().await[0]),
        ["AWS_ROLE_ARN"]
    );
}

#[tokio::test]
async fn r10_installing_the_agent_changes_new_pods_only() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon_with_both().await;
    emulator.addon(AGENT).await;
    assert_eq!(emulator.credentials().await.0, "irsa");
    let path = format!("{NAMESPACE}/workloads/kube-system/Deployment/ebs-csi-controller/restart");
    assert_eq!(emulator.raw("POST", &path, "").await.status, 202);
    emulator.emulator.advance_until_idle();
    assert_eq!(emulator.credentials().await.0, "podIdentity");
}

#[tokio::test]
async fn without_the_agent_an_association_alone_gives_no_credentials() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon_with_association().await;
    assert_eq!(
        emulator.credentials().await,
        ("none".to_owned(), Value::Null)
    );
    assert_eq!(variables(&emulator.controllers().await[0]).len(), 2);
}

#[tokio::test]
async fn with_neither_role_nor_association_the_node_role_is_used() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon(EBS).await;
    assert_eq!(emulator.credentials().await.0, "nodeRole");
    assert_eq!(
        variables(&emulator.controllers().await[0]),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn r11_changing_the_role_of_an_association_restarts_the_pods() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon(AGENT).await;
    emulator.addon_with_association().await;
    let before = emulator.controller_names().await;
    let request = emulator.update_addon(EBS);
    let request = request.pod_identity_associations(asked(EBS_ACCOUNT, OTHER_ROLE));
    request.send().await.unwrap();
    let after = emulator.controller_names().await;
    assert_eq!(after.len(), 2);
    assert!(after.iter().all(|name| !before.contains(name)));
    let expected = ("podIdentity".to_owned(), Value::from(OTHER_ROLE));
    assert_eq!(emulator.credentials().await, expected);
}

#[tokio::test]
async fn r11_an_empty_list_restarts_the_pods_too() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon(AGENT).await;
    emulator.addon_with_association().await;
    let before = emulator.controller_names().await;
    let request = emulator.update_addon(EBS);
    let request = request.set_pod_identity_associations(Some(Vec::new()));
    request.send().await.unwrap();
    let after = emulator.controller_names().await;
    assert!(after.iter().all(|name| !before.contains(name)));
    assert_eq!(emulator.credentials().await.0, "nodeRole");
}

#[tokio::test]
async fn r11_the_restart_goes_pod_by_pod_and_the_update_ends_with_it() {
    let emulator = TestEmulator::with_cluster_and(|builder| {
        builder.lifecycle(Profile::Realistic { time_scale: 1.0 })
    })
    .await;
    emulator.addon(AGENT).await;
    emulator.addon_with_association().await;
    let before = emulator.controller_names().await;
    let request = emulator.update_addon(EBS);
    let request = request.pod_identity_associations(asked(EBS_ACCOUNT, OTHER_ROLE));
    let update = request.send().await.unwrap().update.unwrap();
    let mut mixes = Vec::new();
    let mut statuses = Vec::new();
    for _ in 0..200 {
        let names = emulator.controller_names().await;
        let old = names.iter().filter(|name| before.contains(name)).count();
        mixes.push((old, names.len() - old));
        statuses.push(emulator.addon_now(EBS).await.status().cloned().unwrap());
        emulator
            .emulator
            .advance(std::time::Duration::from_millis(500));
    }
    mixes.dedup();
    statuses.dedup();
    assert_eq!(mixes, [(2, 0), (2, 1), (2, 2), (1, 2), (0, 2)]);
    assert_eq!(statuses, [AddonStatus::Updating, AddonStatus::Active]);
    let update = emulator.addon_update(EBS, update.id().unwrap()).await;
    assert_eq!(update.status(), Some(&UpdateStatus::Successful));
}

/// R6 and R11: the restart belongs to the add-on's update.
#[tokio::test]
async fn r11_what_does_not_change_the_addons_associations_does_not_restart() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon_with_both().await;
    let before = emulator.controller_names().await;
    let id = emulator.associations().await[0].association_id.clone();
    let request = emulator.update_association(&id.unwrap());
    request.role_arn(OTHER_ROLE).send().await.unwrap();
    let unchanged = emulator
        .update_addon(EBS)
        .service_account_role_arn(IRSA_ROLE);
    let unchanged = unchanged.pod_identity_associations(asked(EBS_ACCOUNT, OTHER_ROLE));
    unchanged.send().await.unwrap();
    assert_eq!(emulator.controller_names().await, before);
    let irsa_only = emulator
        .update_addon(EBS)
        .service_account_role_arn("arn:aws:iam::111122223333:role/another");
    irsa_only.send().await.unwrap();
    assert_eq!(emulator.controller_names().await, before);
}

#[tokio::test]
async fn r15_an_update_with_associations_only_loses_the_irsa_role() {
    let emulator = TestEmulator::with_cluster().await;
    let request = emulator.create_addon(EBS);
    let request = request.service_account_role_arn(IRSA_ROLE);
    emulator.finish(request).await;
    emulator.addon(AGENT).await;
    let request = emulator
        .update_addon(EBS)
        .pod_identity_associations(asked(EBS_ACCOUNT, ROLE));
    request.send().await.unwrap();
    let addon = emulator.addon_now(EBS).await;
    assert_eq!(addon.service_account_role_arn(), None);
    assert_eq!(
        emulator.credentials().await,
        ("podIdentity".to_owned(), Value::from(ROLE))
    );
    let accounts = emulator.look("/service-accounts").await;
    let accounts = accounts["serviceAccounts"].as_array().unwrap();
    let account = accounts
        .iter()
        .find(|account| account["metadata"]["name"] == EBS_ACCOUNT)
        .unwrap();
    assert_eq!(
        account["metadata"]["annotations"].get("eks.amazonaws.com/role-arn"),
        None
    );
}

#[tokio::test]
async fn without_nodes_an_addon_with_a_deployment_becomes_degraded() {
    let emulator = TestEmulator::with_cluster().await;
    let path = format!("{NAMESPACE}/compute");
    let answer = emulator.raw("PUT", &path, r#"{"compute":"none"}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    emulator
        .create_addon("coredns")
        .resolve_conflicts(ResolveConflicts::Overwrite)
        .send()
        .await
        .unwrap();
    emulator.emulator.advance_until_idle();
    let addon = emulator.addon_now("coredns").await;
    assert_eq!(addon.status(), Some(&AddonStatus::Degraded));
    let issue = &addon.health().unwrap().issues()[0];
    assert_eq!(
        issue.code().unwrap().as_str(),
        "InsufficientNumberOfReplicas"
    );
}

#[tokio::test]
async fn preserve_leaves_the_pods_and_deleting_takes_them_away() {
    let emulator = TestEmulator::with_cluster().await;
    emulator.addon_with_association().await;
    let before = emulator.controller_names().await;
    emulator
        .delete_addon(EBS)
        .preserve(true)
        .send()
        .await
        .unwrap();
    emulator.emulator.advance_until_idle();
    let pods = emulator
        .look("/pods?namespace=kube-system")
        .await
        .to_string();
    assert!(before.iter().all(|name| pods.contains(name.as_str())));
    let request = emulator.create_addon(EBS);
    emulator
        .finish(request.resolve_conflicts(ResolveConflicts::Overwrite))
        .await;
    emulator.delete_addon(EBS).send().await.unwrap();
    emulator.emulator.advance_until_idle();
    let pods = emulator
        .look("/pods?namespace=kube-system")
        .await
        .to_string();
    assert!(!pods.contains("ebs-csi"));
}
