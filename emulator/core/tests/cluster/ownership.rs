//! Which associations an add-on owns: made with it, listed by it, gone with
//! it, and never taken over.

use eks_emulator_core::event::EventKind;
use eks_emulator_core::lifecycle::{Change, Outcome, ResourceKind};
use serde_json::{Value, json};

use crate::support::{Driver, OTHER_ROLE, ROLE, last_part, text};

const EBS: &str = "aws-ebs-csi-driver";
const EFS: &str = "aws-efs-csi-driver";
const EBS_ACCOUNT: &str = "ebs-csi-controller-sa";

fn entry(service_account: &str, role_arn: &str) -> Value {
    json!({ "serviceAccount": service_account, "roleArn": role_arn })
}

fn owning(addon_name: &str, entries: &[Value]) -> Value {
    json!({ "addonName": addon_name, "podIdentityAssociations": entries })
}

/// The EBS driver with its one association, and the association's id.
fn with_ebs() -> (Driver, String) {
    let mut driver = Driver::active();
    let answer = driver.ok("CreateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
    let id = last_part(&answer["addon"]["podIdentityAssociations"][0]);
    driver.settle();
    (driver, id)
}

/// The EFS driver with both of its associations, and their ids.
fn with_efs() -> (Driver, Vec<String>) {
    let mut driver = Driver::active();
    let entries = [
        entry("efs-csi-controller-sa", ROLE),
        entry("efs-csi-node-sa", ROLE),
    ];
    driver.ok("CreateAddon", owning(EFS, &entries));
    let ids = owned(&mut driver, EFS);
    (driver, ids)
}

fn owned(driver: &mut Driver, addon_name: &str) -> Vec<String> {
    let addon = driver.addon(addon_name);
    let arns = addon["podIdentityAssociations"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    arns.iter().map(last_part).collect()
}

#[test]
fn an_add_on_owns_the_associations_made_with_it() {
    let mut driver = Driver::active().told();
    let answer = driver.ok("CreateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
    let addon_arn = &answer["addon"]["addonArn"];
    let summaries = driver.associations();
    assert_eq!(summaries.len(), 1);
    assert_eq!(summaries[0]["ownerArn"], *addon_arn);
    assert_eq!(
        answer["addon"]["podIdentityAssociations"],
        json!([summaries[0]["associationArn"]])
    );
    let association = driver.association(&text(&summaries[0]["associationId"]));
    assert_eq!(association["ownerArn"], *addon_arn);
    assert_eq!(association["roleArn"], ROLE);
    assert_eq!(association["namespace"], "kube-system");
    assert_eq!(association["serviceAccount"], EBS_ACCOUNT);
    assert_eq!(association["disableSessionTags"], false);
    assert_eq!(association["createdAt"], association["modifiedAt"]);
}

#[test]
fn the_tags_of_an_add_on_do_not_reach_its_associations() {
    let mut driver = Driver::active();
    let mut input = owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]);
    input["tags"] = json!({ "team": "blue" });
    driver.ok("CreateAddon", input);
    let id = owned(&mut driver, EBS).remove(0);
    assert_eq!(driver.association(&id)["tags"], json!({}));
}

#[test]
fn associations_live_in_the_namespace_of_the_add_on() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        owning("adot", &[entry("adot-col-otlp-ingest", ROLE)]),
    );
    let mut input = owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]);
    input["namespaceConfig"] = json!({ "namespace": "storage" });
    driver.ok("CreateAddon", input);
    for (addon_name, namespace) in [("adot", "opentelemetry-operator-system"), (EBS, "storage")] {
        let id = owned(&mut driver, addon_name).remove(0);
        assert_eq!(driver.association(&id)["namespace"], namespace);
        assert_eq!(
            driver.addon(addon_name)["namespaceConfig"]["namespace"],
            namespace
        );
    }
}

#[test]
fn an_association_made_by_hand_is_nobodys() {
    let mut driver = Driver::active();
    let id = driver.associate("kube-system", EBS_ACCOUNT);
    driver.ok("CreateAddon", json!({ "addonName": EBS }));
    assert_eq!(driver.association(&id)["ownerArn"], json!(null));
    assert_eq!(driver.addon(EBS)["podIdentityAssociations"], json!(null));
}

#[test]
fn deleting_an_add_on_deletes_what_it_owns_at_once() {
    let (driver, _) = with_ebs();
    let mut driver = driver.told();
    let unowned = driver.associate("kube-system", "app");
    let answer = driver.ok("DeleteAddon", json!({ "addonName": EBS }));
    assert_eq!(answer["addon"]["podIdentityAssociations"], json!([]));
    assert_eq!(driver.addon(EBS)["status"], "DELETING");
    assert_eq!(driver.addon(EBS)["podIdentityAssociations"], json!([]));
    let rest = driver.associations();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["associationId"], unowned.as_str());
}

#[test]
fn preserve_keeps_owned_associations_and_sets_them_free_at_once() {
    let (driver, id) = with_ebs();
    let mut driver = driver.told();
    driver.take_events();
    driver.ok("DeleteAddon", json!({ "addonName": EBS, "preserve": true }));
    assert_eq!(driver.addon(EBS)["podIdentityAssociations"], json!([]));
    let association = driver.association(&id);
    assert_eq!(association["ownerArn"], json!(null));
    assert_eq!(association["roleArn"], ROLE);
    let released = EventKind::AssociationReleased { id: id.clone() };
    assert!(
        driver
            .take_events()
            .iter()
            .any(|event| event.kind == released)
    );
    driver.complete_all();
    assert!(
        driver
            .refused("DescribeAddon", json!({ "addonName": EBS }))
            .contains("No addon")
    );
    assert_eq!(driver.associations()[0]["associationId"], id.as_str());
}

#[test]
fn deleting_again_without_preserve_does_not_reach_what_was_preserved() {
    let (driver, id) = with_ebs();
    let mut driver = driver.told();
    driver.ok("DeleteAddon", json!({ "addonName": EBS, "preserve": true }));
    driver.ok("DeleteAddon", json!({ "addonName": EBS }));
    driver.association(&id);
}

#[test]
fn a_preserved_association_is_not_taken_over_by_a_new_add_on() {
    let (mut driver, id) = with_ebs();
    driver.ok("DeleteAddon", json!({ "addonName": EBS, "preserve": true }));
    let input = owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]);
    assert_eq!(
        driver.refused("CreateAddon", input.clone()),
        format!("ResourceInUseException: Association already exists: {id}")
    );
    let members = driver.refused_members("CreateAddon", input.clone());
    assert_eq!(members, json!({ "clusterName": "demo" }));
    assert!(
        driver
            .refused("DescribeAddon", json!({ "addonName": EBS }))
            .contains("No addon")
    );
    driver
        .clone()
        .ok("CreateAddon", json!({ "addonName": EBS }));
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": id }),
    );
    driver.ok("CreateAddon", input);
}

#[test]
fn an_update_does_not_take_over_an_association_either() {
    let mut driver = Driver::active();
    let id = driver.associate("kube-system", EBS_ACCOUNT);
    driver.ok("CreateAddon", json!({ "addonName": EBS }));
    let before = driver.addon(EBS);
    assert_eq!(
        driver.refused(
            "UpdateAddon",
            owning(EBS, &[entry(EBS_ACCOUNT, OTHER_ROLE)])
        ),
        format!("ResourceInUseException: Association already exists: {id}")
    );
    assert_eq!(driver.addon(EBS), before);
    assert_eq!(driver.association(&id)["roleArn"], ROLE);
}

#[test]
fn a_service_account_of_another_namespace_is_another_one() {
    let mut driver = Driver::active();
    driver.associate("default", EBS_ACCOUNT);
    driver.ok("CreateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
    assert_eq!(driver.associations().len(), 2);
}

#[test]
fn an_owned_association_can_be_updated_directly() {
    let (mut driver, id) = with_ebs();
    let (addon, before) = (driver.addon(EBS), driver.association(&id));
    driver.wait_ms(500);
    let input = json!({ "associationId": id, "roleArn": OTHER_ROLE });
    driver.ok("UpdatePodIdentityAssociation", input);
    let after = driver.association(&id);
    assert_eq!(after["roleArn"], OTHER_ROLE);
    assert_eq!(after["ownerArn"], before["ownerArn"]);
    assert_eq!(after["createdAt"], 1_785_000_000.0);
    assert_eq!(after["modifiedAt"], 1_785_000_000.5);
    assert_eq!(driver.addon(EBS), addon);
}

#[test]
fn an_owned_association_deleted_directly_is_no_longer_listed() {
    let (mut driver, ids) = with_efs();
    let before = driver.addon(EFS);
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": ids[0] }),
    );
    assert_eq!(owned(&mut driver, EFS), ids[1..]);
    let after = driver.addon(EFS);
    assert_eq!(after["status"], "ACTIVE");
    assert_eq!(after["modifiedAt"], before["modifiedAt"]);
    driver.ok(
        "DeletePodIdentityAssociation",
        json!({ "associationId": ids[1] }),
    );
    assert_eq!(driver.addon(EFS)["podIdentityAssociations"], json!([]));
}

#[test]
fn an_update_replaces_the_list() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        owning(EFS, &[entry("efs-csi-controller-sa", ROLE)]),
    );
    let first = owned(&mut driver, EFS).remove(0);
    let answer = driver.ok(
        "UpdateAddon",
        owning(EFS, &[entry("efs-csi-node-sa", OTHER_ROLE)]),
    );
    let second = owned(&mut driver, EFS);
    assert_eq!(second.len(), 1);
    assert_ne!(second[0], first);
    assert_eq!(
        driver.association(&second[0])["serviceAccount"],
        "efs-csi-node-sa"
    );
    let gone = json!({ "associationId": first });
    assert_eq!(
        driver.refused("DescribePodIdentityAssociation", gone),
        format!("ResourceNotFoundException: No association found with id: {first}")
    );
    assert_eq!(
        answer["update"]["params"],
        json!([{
            "type": "PodIdentityAssociations",
            "value": r#"[{"serviceAccount":"efs-csi-node-sa","roleArn":"arn:aws:iam::111122223333:role/writer","namespace":"kube-system"}]"#,
        }])
    );
}

#[test]
fn a_service_account_that_stays_keeps_its_association() {
    let (mut driver, ids) = with_efs();
    driver.wait_ms(500);
    let entries = [
        entry("efs-csi-node-sa", OTHER_ROLE),
        entry("efs-csi-controller-sa", ROLE),
    ];
    driver.ok("UpdateAddon", owning(EFS, &entries));
    assert_eq!(owned(&mut driver, EFS), [ids[1].clone(), ids[0].clone()]);
    let kept = driver.association(&ids[0]);
    assert_eq!(kept["modifiedAt"], 1_785_000_000.0);
    let changed = driver.association(&ids[1]);
    assert_eq!(changed["roleArn"], OTHER_ROLE);
    assert_eq!(changed["modifiedAt"], 1_785_000_000.5);
}

#[test]
fn an_empty_list_deletes_all_at_once() {
    let (driver, _) = with_efs();
    let mut driver = driver.told();
    let answer = driver.ok("UpdateAddon", owning(EFS, &[]));
    assert_eq!(
        answer["update"]["params"],
        json!([{ "type": "PodIdentityAssociations", "value": "[]" }])
    );
    assert_eq!(driver.addon(EFS)["status"], "UPDATING");
    assert_eq!(driver.addon(EFS)["podIdentityAssociations"], json!([]));
    assert_eq!(driver.associations(), [json!(null); 0]);
}

#[test]
fn an_update_without_the_list_leaves_it() {
    let (mut driver, ids) = with_efs();
    let before = driver.association(&ids[0]);
    driver.wait_ms(500);
    driver.ok(
        "UpdateAddon",
        json!({ "addonName": EFS, "addonVersion": "v3.4.0-eksbuild.1" }),
    );
    assert_eq!(owned(&mut driver, EFS), ids);
    assert_eq!(driver.association(&ids[0]), before);
}

#[test]
fn the_list_is_null_until_it_is_given_or_the_add_on_is_updated() {
    let mut driver = Driver::active();
    driver.ok("CreateAddon", json!({ "addonName": EBS }));
    assert_eq!(driver.addon(EBS)["podIdentityAssociations"], json!(null));
    driver.ok("UpdateAddon", json!({ "addonName": EBS }));
    assert_eq!(driver.addon(EBS)["podIdentityAssociations"], json!([]));
    driver.ok("CreateAddon", owning(EFS, &[]));
    assert_eq!(driver.addon(EFS)["podIdentityAssociations"], json!([]));
}

#[test]
fn one_bad_entry_refuses_the_whole_list() {
    let (mut driver, ids) = with_efs();
    let entries = [
        entry("efs-csi-controller-sa", OTHER_ROLE),
        entry("efs-csi-node-sa", ""),
    ];
    let refused = driver.refused("UpdateAddon", owning(EFS, &entries));
    assert_eq!(
        refused,
        "AccessDeniedException: Cross-account pass role is not allowed."
    );
    assert_eq!(owned(&mut driver, EFS), ids);
    let entries = [entry(EBS_ACCOUNT, ROLE), entry("other", ROLE)];
    driver.refused("CreateAddon", owning(EBS, &entries));
    assert_eq!(driver.associations().len(), 2);
}

#[test]
fn a_creation_over_a_failed_one_replaces_what_the_failed_one_owns() {
    let mut driver = Driver::active();
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(Vec::new()),
    );
    driver.ok(
        "CreateAddon",
        owning(EFS, &[entry("efs-csi-controller-sa", ROLE)]),
    );
    let kept = owned(&mut driver, EFS);
    let entries = [
        entry("efs-csi-controller-sa", OTHER_ROLE),
        entry("efs-csi-node-sa", ROLE),
    ];
    driver.ok("CreateAddon", owning(EFS, &entries));
    let now = owned(&mut driver, EFS);
    assert_eq!(now[0], kept[0]);
    assert_eq!(now.len(), 2);
    assert_eq!(driver.association(&now[0])["roleArn"], OTHER_ROLE);
    driver.ok("CreateAddon", json!({ "addonName": EFS }));
    assert_eq!(driver.addon(EFS)["podIdentityAssociations"], json!(null));
    assert_eq!(driver.associations(), [json!(null); 0]);
}

#[test]
fn a_creation_over_a_failed_one_in_another_namespace_moves_what_it_owns() {
    let mut driver = Driver::active();
    driver.rule(
        ResourceKind::Addon,
        Change::Create,
        Outcome::Failure(Vec::new()),
    );
    let mut input = owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]);
    driver.ok("CreateAddon", input.clone());
    let before = owned(&mut driver, EBS);
    input["namespaceConfig"] = json!({ "namespace": "storage" });
    driver.ok("CreateAddon", input);
    let after = owned(&mut driver, EBS);
    assert_ne!(after, before);
    let summaries = driver.associations();
    assert_eq!(summaries.len(), 1);
    assert_eq!(summaries[0]["namespace"], "storage");
    assert_eq!(summaries[0]["associationId"], after[0].as_str());
}

#[test]
fn a_failed_update_keeps_the_new_associations() {
    let (mut driver, id) = with_ebs();
    driver.rule(
        ResourceKind::Addon,
        Change::Update,
        Outcome::Failure(Vec::new()),
    );
    driver.ok(
        "UpdateAddon",
        owning(EBS, &[entry(EBS_ACCOUNT, OTHER_ROLE)]),
    );
    assert_eq!(driver.addon(EBS)["status"], "UPDATE_FAILED");
    assert_eq!(driver.association(&id)["roleArn"], OTHER_ROLE);
}

#[test]
fn both_kinds_of_credentials_may_be_set() {
    let mut driver = Driver::active();
    let mut input = owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]);
    input["serviceAccountRoleArn"] = OTHER_ROLE.into();
    driver.ok("CreateAddon", input);
    let addon = driver.addon(EBS);
    assert_eq!(addon["serviceAccountRoleArn"], OTHER_ROLE);
    assert_eq!(
        addon["podIdentityAssociations"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn moving_to_pod_identity_alone_clears_the_role_of_the_service_account() {
    let mut driver = Driver::active();
    driver.ok(
        "CreateAddon",
        json!({ "addonName": EBS, "serviceAccountRoleArn": ROLE }),
    );
    driver.ok("UpdateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
    assert_eq!(driver.addon(EBS)["serviceAccountRoleArn"], json!(null));
}

#[test]
fn the_quota_counts_what_an_update_takes_away() {
    let (mut driver, _) = with_efs();
    driver.limits.associations = 2;
    let refused = driver.refused("CreateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
    assert!(
        refused.starts_with("InvalidRequestException: "),
        "{refused}"
    );
    driver.ok(
        "UpdateAddon",
        owning(EFS, &[entry("efs-csi-node-sa", ROLE)]),
    );
    driver.ok("CreateAddon", owning(EBS, &[entry(EBS_ACCOUNT, ROLE)]));
}
