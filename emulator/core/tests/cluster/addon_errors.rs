//! What `CreateAddon`, `UpdateAddon` and the reads of add-ons refuse.

use serde_json::{Value, json};

use crate::support::{Driver, FOREIGN_ROLE, ROLE};

const CROSS_ACCOUNT: &str = "AccessDeniedException: Cross-account pass role is not allowed.";

/// The refusals of a creation and of an update with the same input, which
/// are alike, with the members they name.
#[track_caller]
fn refused_alike(addon_name: &str, more: &Value) -> (String, Value) {
    let mut driver = Driver::active();
    let mut input = more.clone();
    input["addonName"] = addon_name.into();
    let refused = driver.refused("CreateAddon", input.clone());
    let members = driver.refused_members("CreateAddon", input.clone());
    driver.ok("CreateAddon", json!({ "addonName": addon_name }));
    assert_eq!(driver.refused("UpdateAddon", input.clone()), refused);
    assert_eq!(driver.refused_members("UpdateAddon", input), members);
    (refused, members)
}

fn about(addon_name: &str) -> Value {
    json!({ "clusterName": "demo", "addonName": addon_name })
}

#[test]
fn an_add_on_that_exists_is_reported_without_names() {
    let mut driver = Driver::active().told();
    let input = json!({ "addonName": "coredns" });
    let exists = "ResourceInUseException: Addon already exists.";
    driver.ok("CreateAddon", input.clone());
    assert_eq!(driver.refused("CreateAddon", input.clone()), exists);
    assert_eq!(
        driver.refused_members("CreateAddon", input.clone()),
        json!({})
    );
    driver.complete_all();
    assert_eq!(driver.refused("CreateAddon", input.clone()), exists);
    driver.ok("UpdateAddon", input.clone());
    assert_eq!(driver.refused("CreateAddon", input.clone()), exists);
    driver.ok("DeleteAddon", input.clone());
    assert_eq!(driver.refused("CreateAddon", input), exists);
}

#[test]
fn a_busy_add_on_is_not_updated() {
    let mut driver = Driver::active().told();
    let input = json!({ "addonName": "coredns" });
    driver.ok("CreateAddon", input.clone());
    let busy = |status: &str| {
        format!(
            "ResourceInUseException: Addon coredns cannot be updated as it is currently in {status} state"
        )
    };
    assert_eq!(
        driver.refused("UpdateAddon", input.clone()),
        busy("CREATING")
    );
    assert_eq!(
        driver.refused_members("UpdateAddon", input.clone()),
        about("coredns")
    );
    driver.complete_all();
    driver.ok("UpdateAddon", input.clone());
    assert_eq!(
        driver.refused("UpdateAddon", input.clone()),
        busy("UPDATING")
    );
    driver.ok("DeleteAddon", input.clone());
    assert_eq!(driver.refused("UpdateAddon", input), busy("DELETING"));
}

#[test]
fn a_missing_add_on_is_named_with_its_cluster() {
    let mut driver = Driver::active();
    let input =
        json!({ "addonName": "coredns", "updateId": "c00d2de2-c2e4-3d30-929e-46b8edec2ce4" });
    for operation in [
        "DescribeAddon",
        "UpdateAddon",
        "DeleteAddon",
        "ListUpdates",
        "DescribeUpdate",
    ] {
        assert_eq!(
            driver.refused(operation, input.clone()),
            "ResourceNotFoundException: No addon: coredns found in cluster: demo",
            "{operation}"
        );
        assert_eq!(
            driver.refused_members(operation, input.clone()),
            about("coredns")
        );
    }
}

#[test]
fn an_unknown_add_on_and_one_for_other_versions_are_refused_alike() {
    let mut driver = Driver::active();
    for addon_name in ["nothing", "accuknox_kubearmor"] {
        let input = json!({ "addonName": addon_name });
        assert_eq!(
            driver.refused("CreateAddon", input.clone()),
            format!(
                "InvalidParameterException: Addon {addon_name} specified is not supported in 1.36 kubernetes version"
            )
        );
        assert_eq!(
            driver.refused_members("CreateAddon", input),
            about(addon_name)
        );
    }
}

#[test]
fn versions_are_whole_and_offered() {
    for version in [
        "v1.14.3",
        "latest",
        "v0.0.0-eksbuild.1",
        "v1.23.0-eksbuild.1",
        "",
    ] {
        let (refused, members) = refused_alike("coredns", &json!({ "addonVersion": version }));
        assert_eq!(
            refused,
            "InvalidParameterException: Addon version specified is not supported"
        );
        assert_eq!(members, about("coredns"));
    }
}

#[test]
fn the_current_version_is_refused_once_the_cluster_has_outgrown_it() {
    let mut driver = Driver::active_with(json!({ "version": "1.33" }));
    let version = "v0.131.0-eksbuild.1";
    driver.ok(
        "CreateAddon",
        json!({ "addonName": "adot", "addonVersion": version }),
    );
    driver.ok(
        "UpdateAddon",
        json!({ "addonName": "adot", "addonVersion": version }),
    );
    driver.ok("UpdateClusterVersion", json!({ "version": "1.34" }));
    assert_eq!(
        driver.refused(
            "UpdateAddon",
            json!({ "addonName": "adot", "addonVersion": version })
        ),
        "InvalidParameterException: Addon version specified is not supported"
    );
    driver.ok("UpdateAddon", json!({ "addonName": "adot" }));
    assert_eq!(driver.addon("adot")["addonVersion"], version);
}

#[test]
fn configuration_values_fit_the_schema() {
    let prefix =
        "InvalidParameterException: ConfigurationValue provided in request is not supported: ";
    let not_defined =
        "is not defined in the schema and the schema does not allow additional properties";
    let (refused, members) = refused_alike(
        "coredns",
        &json!({ "configurationValues": "{\"colour\": 1}" }),
    );
    assert_eq!(
        refused,
        format!("{prefix}Json schema validation failed with error: [$.colour: {not_defined}]")
    );
    assert_eq!(members, about("coredns"));
    let (refused, _) = refused_alike("coredns", &json!({ "configurationValues": "null" }));
    assert_eq!(
        refused,
        format!(
            "{prefix}Json schema validation failed with error: [$: null found, object expected]"
        )
    );
    let (refused, _) = refused_alike("coredns", &json!({ "configurationValues": "{" }));
    assert!(refused.starts_with(prefix), "{refused}");
}

#[test]
fn roles_of_other_accounts_and_empty_ones_cannot_be_passed() {
    for role_arn in ["", FOREIGN_ROLE] {
        let irsa = json!({ "serviceAccountRoleArn": role_arn });
        assert_eq!(
            refused_alike("vpc-cni", &irsa),
            (CROSS_ACCOUNT.into(), json!({}))
        );
        let entry = json!({ "serviceAccount": "aws-node", "roleArn": role_arn });
        let owned = json!({ "podIdentityAssociations": [entry] });
        assert_eq!(
            refused_alike("vpc-cni", &owned),
            (CROSS_ACCOUNT.into(), json!({}))
        );
    }
}

#[test]
fn a_malformed_role_is_quoted() {
    let (refused, _) = refused_alike("vpc-cni", &json!({ "serviceAccountRoleArn": "reader" }));
    assert_eq!(
        refused,
        "InvalidParameterException: Invalid Role Arn: reader"
    );
}

#[test]
fn an_add_on_without_pod_identity_takes_none() {
    let entry = json!({ "serviceAccount": "coredns", "roleArn": ROLE });
    let (refused, members) =
        refused_alike("coredns", &json!({ "podIdentityAssociations": [entry] }));
    assert_eq!(
        refused,
        "InvalidParameterException: Pod Identity feature is not supported for addon version: v1.14.3-eksbuild.3"
    );
    assert_eq!(members, about("coredns"));
    let empty = json!({ "addonName": "coredns", "podIdentityAssociations": [] });
    Driver::active().ok("CreateAddon", empty);
}

#[test]
fn service_accounts_are_those_of_the_add_on_and_each_once() {
    let entries = |names: &[&str]| {
        let entry = |name: &&str| json!({ "serviceAccount": name, "roleArn": ROLE });
        json!({ "podIdentityAssociations": names.iter().map(entry).collect::<Vec<_>>() })
    };
    let (refused, members) = refused_alike("vpc-cni", &entries(&["aws-node", "app"]));
    assert_eq!(
        refused,
        "InvalidParameterException: Service account app in pod identity configuration is not supported for addon vpc-cni"
    );
    assert_eq!(members, about("vpc-cni"));
    let (refused, _) = refused_alike("vpc-cni", &entries(&["aws-node", "aws-node"]));
    assert_eq!(
        refused,
        "InvalidParameterException: Duplicate service account aws-node in pod identity configuration"
    );
}

#[test]
fn namespaces_are_labels_and_not_for_marketplace_add_ons() {
    let mut driver = Driver::active_with(json!({ "version": "1.35" }));
    for namespace in ["", "Kube", "a.b", "-a"] {
        let input =
            json!({ "addonName": "coredns", "namespaceConfig": { "namespace": namespace } });
        let refused = driver.refused("CreateAddon", input);
        assert!(refused.contains("namespaceConfig.namespace"), "{refused}");
    }
    let input = json!({ "addonName": "akuity_agent", "namespaceConfig": { "namespace": "agent" } });
    assert_eq!(
        driver.refused("CreateAddon", input),
        "InvalidParameterException: Namespace configuration is not supported for addon akuity_agent"
    );
}

#[test]
fn a_cluster_that_is_not_active_takes_no_add_ons() {
    let not_active = "InvalidRequestException: Cluster 'demo' is not in ACTIVE status";
    let mut creating = Driver::empty().told();
    creating.create_cluster(json!({})).unwrap();
    let mut deleting = Driver::active().told();
    deleting.ok("DeleteCluster", json!({}));
    for mut driver in [creating, deleting] {
        let input = json!({ "addonName": "coredns" });
        assert_eq!(driver.refused("CreateAddon", input.clone()), not_active);
        let members = driver.refused_members("CreateAddon", input);
        assert_eq!(members, json!({ "clusterName": "demo" }));
    }
}

#[test]
fn what_is_checked_first_is_reported_first() {
    let mut driver = Driver::active();
    let mut input = json!({
        "addonName": "coredns", "addonVersion": "v0", "configurationValues": "null",
        "serviceAccountRoleArn": "",
        "podIdentityAssociations": [{ "serviceAccount": "app", "roleArn": ROLE }],
    });
    assert!(
        driver
            .refused("CreateAddon", input.clone())
            .contains("Addon version")
    );
    input["addonVersion"] = Value::Null;
    assert!(
        driver
            .refused("CreateAddon", input.clone())
            .contains("ConfigurationValue")
    );
    input["configurationValues"] = Value::Null;
    assert_eq!(driver.refused("CreateAddon", input.clone()), CROSS_ACCOUNT);
    input["serviceAccountRoleArn"] = Value::Null;
    assert!(
        driver
            .refused("CreateAddon", input)
            .contains("Pod Identity feature")
    );
}

#[test]
fn reserved_tags_are_refused() {
    let input = json!({ "addonName": "coredns", "tags": { "Aws:team": "blue" } });
    let refused = Driver::active().refused("CreateAddon", input);
    assert!(
        refused.starts_with("InvalidParameterException: "),
        "{refused}"
    );
}
