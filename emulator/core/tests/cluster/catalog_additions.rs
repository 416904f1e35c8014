//! Add-ons and versions that seeds lay over the tables, as the add-on API
//! treats them.

use eks_emulator_core::catalog::Catalog;
use serde_json::json;

use crate::support::{Driver, ROLE, acme_catalog};

/// A cluster that can be given `acme-agent`.
fn driver(version: &str) -> Driver {
    let mut driver = Driver::active_with(json!({ "version": version }));
    driver.catalog = acme_catalog();
    driver
}

#[test]
fn an_added_add_on_is_installed_in_its_default_version_and_namespace() {
    let mut driver = driver("1.34");
    driver.ok("CreateAddon", json!({ "addonName": "ACME-agent" }));
    let addon = driver.addon("acme-agent");
    assert_eq!(addon["addonVersion"], "v1.0.0-eksbuild.1");
    assert_eq!(addon["namespaceConfig"]["namespace"], "acme-system");
    assert_eq!(addon["status"], "ACTIVE");
    assert_eq!(addon["owner"], json!(null));
}

#[test]
fn an_added_add_on_is_refused_on_cluster_versions_that_no_version_names() {
    let mut driver = driver("1.35");
    assert_eq!(
        driver.refused("CreateAddon", json!({ "addonName": "acme-agent" })),
        "InvalidParameterException: Addon acme-agent specified is not supported in 1.35 kubernetes version"
    );
}

#[test]
fn an_added_version_is_refused_where_it_does_not_run() {
    let mut driver = driver("1.33");
    let input = json!({ "addonName": "acme-agent", "addonVersion": "v1.10.0-eksbuild.1" });
    assert_eq!(
        driver.refused("CreateAddon", input),
        "InvalidParameterException: Addon version specified is not supported"
    );
}

#[test]
fn an_added_version_can_need_a_later_platform_version() {
    let mut driver = driver("1.36");
    let input = json!({ "addonName": "acme-agent", "addonVersion": "v1.10.0-eksbuild.1" });
    assert_eq!(
        driver.refused("CreateAddon", input),
        "InvalidParameterException: Addon version specified is not supported for the cluster platform version"
    );
}

#[test]
fn pod_identity_is_supported_by_the_versions_that_say_so() {
    let mut driver = driver("1.34");
    let asked = |version: &str, service_account: &str| {
        json!({
            "addonName": "acme-agent",
            "addonVersion": version,
            "podIdentityAssociations": [{ "serviceAccount": service_account, "roleArn": ROLE }],
        })
    };
    assert_eq!(
        driver.refused("CreateAddon", asked("v1.10.0-eksbuild.1", "acme")),
        "InvalidParameterException: Pod Identity feature is not supported for addon version: v1.10.0-eksbuild.1"
    );
    assert_eq!(
        driver.refused("CreateAddon", asked("v1.0.0-eksbuild.1", "other")),
        "InvalidParameterException: Service account other in pod identity configuration is not supported for addon acme-agent"
    );
    driver.ok("CreateAddon", asked("v1.0.0-eksbuild.1", "acme"));
    assert_eq!(driver.associations()[0]["namespace"], "acme-system");
}

#[test]
fn values_are_held_against_an_added_schema() {
    let mut driver = driver("1.34");
    let asked = |values: &str| json!({ "addonName": "acme-agent", "configurationValues": values });
    let refused = driver.refused("CreateAddon", asked(r#"{"surplus":1}"#));
    assert!(refused.contains("additional properties"), "{refused}");
    driver.ok("CreateAddon", asked(r#"{"replicaCount":3}"#));
    let values = driver.addon("acme-agent")["configurationValues"].take();
    assert_eq!(values, r#"{"replicaCount":3}"#);
}

#[test]
fn an_add_on_that_is_no_longer_offered_stays_but_is_not_updated() {
    let mut driver = driver("1.34");
    driver.ok("CreateAddon", json!({ "addonName": "acme-agent" }));
    driver.catalog = Catalog::tables();
    assert_eq!(driver.addon("acme-agent")["status"], "ACTIVE");
    assert_eq!(
        driver.refused("UpdateAddon", json!({ "addonName": "acme-agent" })),
        "InvalidParameterException: Addon acme-agent specified is not supported in 1.34 kubernetes version"
    );
    driver.ok("DeleteAddon", json!({ "addonName": "acme-agent" }));
}

#[test]
fn marketplace_add_ons_of_a_seed_show_their_product() {
    let mut driver = driver("1.34");
    driver.catalog = serde_json::from_value(json!([{
        "name": "vendor_tool",
        "publisher": "Vendor",
        "owner": "aws-marketplace",
        "product": { "productId": "prod-1", "productUrl": "https://example.com/tool" },
        "versions": [{ "version": "v2.0.0-eksbuild.1" }],
    }]))
    .expect("the catalogue can be");
    driver.ok("CreateAddon", json!({ "addonName": "vendor_tool" }));
    let addon = driver.addon("vendor_tool");
    assert_eq!(addon["publisher"], "Vendor");
    assert_eq!(
        addon["marketplaceInformation"],
        json!({ "productId": "prod-1", "productUrl": "https://example.com/tool" })
    );
}
