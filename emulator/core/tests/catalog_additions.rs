//! What seeds lay over the tables of the catalogue, and what cannot be.

use eks_emulator_api::eks::{DescribeAddonConfigurationRequest, DescribeAddonVersionsRequest};
use eks_emulator_core::catalog::{self, AddonDefinition, Catalog};
use serde_json::{Value, json};

fn definition(value: Value) -> AddonDefinition {
    serde_json::from_value(value).expect("the definition has the form of one")
}

#[track_caller]
fn catalog(definitions: &[Value]) -> Catalog {
    let mut catalog = Catalog::tables();
    for one in definitions {
        catalog.put(definition(one.clone())).expect("it can be");
    }
    catalog
}

fn on(version: &str, is_default: bool) -> Value {
    json!({ "clusterVersion": version, "platformVersions": ["*"], "isDefault": is_default })
}

fn acme(versions: Value) -> Value {
    json!({ "name": "acme-agent", "versions": versions })
}

/// The answer of `DescribeAddonVersions`.
fn described(catalog: &Catalog, input: DescribeAddonVersionsRequest) -> Value {
    let answer = catalog::describe_addon_versions(catalog, input).expect("the input is fine");
    serde_json::to_value(answer).expect("answers serialize")
}

fn named(name: &str) -> DescribeAddonVersionsRequest {
    DescribeAddonVersionsRequest {
        addon_name: Some(name.into()),
        ..Default::default()
    }
}

#[test]
fn an_add_on_with_nothing_but_versions_is_as_is_usual() {
    let catalog = catalog(&[acme(json!([
        { "version": "v1.0.0-eksbuild.1" },
        { "version": "v1.0.0-eksbuild.12" },
    ]))]);
    let mut answer = described(&catalog, named("acme-agent"));
    let compatibilities = answer["addons"][0]["addonVersions"][0]["compatibilities"].take();
    assert_eq!(
        compatibilities[0],
        json!({ "clusterVersion": "1.36", "platformVersions": ["*"], "defaultVersion": true })
    );
    let older = answer["addons"][0]["addonVersions"][1]["compatibilities"].take();
    assert_eq!(older[0]["defaultVersion"], false);
    let version = |name: &str| {
        json!({
            "addonVersion": name,
            "architecture": ["amd64", "arm64"],
            "computeTypes": ["ec2"],
            "compatibilities": null,
            "requiresConfiguration": false,
            "requiresIamPermissions": false,
        })
    };
    assert_eq!(
        answer["addons"],
        json!([{
            "addonName": "acme-agent",
            "type": "infra-management",
            "publisher": "eks",
            "owner": "aws",
            "defaultNamespace": "kube-system",
            "marketplaceInformation": null,
            "addonVersions": [version("v1.0.0-eksbuild.12"), version("v1.0.0-eksbuild.1")],
        }])
    );
}

#[test]
fn added_add_ons_are_listed_among_the_others_in_order() {
    let catalog = catalog(&[
        acme(json!([{ "version": "v1.0.0" }])),
        json!({ "name": "zz-last", "versions": [{ "version": "v1.0.0" }] }),
        json!({ "name": "coredns", "publisher": "me" }),
    ]);
    let names: Vec<&str> = catalog.addons().map(|addon| addon.name()).collect();
    assert_eq!(names.len(), 86);
    assert_eq!(names[0..2], ["accuknox_kubearmor", "acme-agent"]);
    assert_eq!(names[85], "zz-last");
    assert!(names.is_sorted());
    assert_eq!(names.iter().filter(|name| **name == "coredns").count(), 1);
}

#[test]
fn pages_and_filters_count_added_add_ons() {
    let catalog = catalog(&[acme(json!([{ "version": "v1.0.0" }]))]);
    let page = |next_token: Option<String>| {
        let input = DescribeAddonVersionsRequest {
            owners: Some(vec!["aws".into()]),
            max_results: Some(1),
            next_token,
            ..Default::default()
        };
        described(&catalog, input)
    };
    let first = page(None);
    assert_eq!(first["addons"][0]["addonName"], "acme-agent");
    let token = first["nextToken"].as_str().map(str::to_owned);
    assert_eq!(page(token)["addons"][0]["addonName"], "adot");
}

#[test]
fn a_version_is_put_where_it_belongs_and_is_otherwise_as_the_newest() {
    let catalog = catalog(&[json!({
        "name": "vpc-cni",
        "versions": [{ "version": "v99.0.0-eksbuild.1" }, { "version": "v1.15.5-eksbuild.99" }],
    })]);
    let addon = catalog.addon("vpc-cni").expect("it is there");
    let mut versions = addon.versions();
    let newest = versions.next().expect("there are versions");
    assert_eq!(newest.version(), "v99.0.0-eksbuild.1");
    assert_eq!(newest.pod_identity_service_accounts(), ["aws-node"]);
    assert!(newest.supports("1.36"));
    assert!(!newest.is_default_for("1.36"));
    let second = versions.next().expect("there are versions").version();
    assert_eq!(
        second,
        catalog::addon("vpc-cni").unwrap().versions()[0].version
    );
    let rest: Vec<&str> = versions.map(|version| version.version()).collect();
    let place = rest.iter().position(|name| *name == "v1.15.5-eksbuild.99");
    let place = place.expect("it is there");
    assert_eq!(rest[place + 1], "v1.15.5-eksbuild.1");
}

#[test]
fn a_replaced_version_keeps_what_is_not_said() {
    let catalog = catalog(&[json!({
        "name": "aws-ebs-csi-driver",
        "versions": [{
            "version": catalog::addon("aws-ebs-csi-driver").unwrap().versions()[0].version,
            "requiresConfiguration": true,
            "compatibilities": [on("1.36", false)],
        }],
    })]);
    let row = catalog::addon("aws-ebs-csi-driver").unwrap();
    let addon = catalog.addon("aws-ebs-csi-driver").unwrap();
    assert_eq!(addon.versions().count(), row.versions().len());
    let replaced = addon.versions().next().unwrap();
    assert!(replaced.requires_configuration());
    assert!(replaced.requires_iam_permissions());
    assert_eq!(replaced.kubernetes_versions(), ["1.36"]);
    assert_eq!(
        replaced.configuration_schema_text(),
        row.versions()[0].configuration_schema_text()
    );
    assert_eq!(
        replaced.pod_identity_service_accounts(),
        ["ebs-csi-controller-sa"]
    );
}

#[test]
fn a_default_of_a_seed_takes_the_place_of_the_tables() {
    let catalog = catalog(&[json!({
        "name": "coredns",
        "versions": [{ "version": "v99.0.0-eksbuild.1", "compatibilities": [on("1.32", true)] }],
    })]);
    let addon = catalog.addon("coredns").unwrap();
    let defaults = addon
        .versions()
        .filter(|version| version.is_default_for("1.32"));
    let defaults: Vec<&str> = defaults.map(|version| version.version()).collect();
    assert_eq!(defaults, ["v99.0.0-eksbuild.1"]);
    let of_the_tables = catalog::addon("coredns").unwrap().default_version("1.33");
    assert_eq!(
        addon.default_version("1.33").unwrap().version(),
        of_the_tables.unwrap().version
    );
}

#[test]
fn a_version_of_which_nothing_is_said_is_the_default_nowhere() {
    let mut compared = 0;
    for row in catalog::addons() {
        let catalog = catalog(&[json!({
            "name": row.name,
            "versions": [{ "version": "v999.0.0-eksbuild.1" }],
        })]);
        let addon = catalog.addon(row.name).unwrap();
        for cluster_version in catalog::cluster_versions() {
            let name = cluster_version.version;
            let of_row = row.default_version(name).map(|version| version.version);
            let defaults = addon
                .versions()
                .filter(|version| version.is_default_for(name));
            let defaults: Vec<&str> = defaults.map(|version| version.version()).collect();
            assert_eq!(defaults, Vec::from_iter(of_row), "{} on {name}", row.name);
            compared += defaults.len();
        }
    }
    assert!(compared > 400, "{compared}");
}

#[test]
fn an_add_on_of_the_tables_has_no_default_where_neither_they_nor_the_seed_say_one() {
    let lacking = catalog::addons()
        .iter()
        .find(|row| row.default_version("1.36").is_none());
    let name = lacking.expect("not all are there yet").name;
    let catalog = catalog(&[json!({
        "name": name,
        "versions": [{ "version": "v999.0.0-eksbuild.1", "compatibilities": [on("1.36", false)] }],
    })]);
    let addon = catalog.addon(name).unwrap();
    assert!(addon.versions().next().unwrap().supports("1.36"));
    assert!(!addon.versions().any(|one| one.is_default_for("1.36")));
}

#[test]
fn later_words_on_an_add_on_add_to_earlier_ones() {
    let first = definition(acme(json!([
        { "version": "v1.0.0", "compatibilities": [on("1.32", true)], "requiresConfiguration": true },
        { "version": "v1.1.0", "compatibilities": [on("1.32", false)] },
    ])));
    let second = definition(json!({
        "name": "acme-agent",
        "publisher": "acme",
        "versions": [{ "version": "v1.1.0", "compatibilities": [on("1.32", true)] }],
    }));
    let both = second.clone().over(&first);
    assert_eq!(
        serde_json::to_value(&both).unwrap(),
        json!({
            "name": "acme-agent",
            "publisher": "acme",
            "versions": [
                { "version": "v1.0.0", "compatibilities": [on("1.32", false)], "requiresConfiguration": true },
                { "version": "v1.1.0", "compatibilities": [on("1.32", true)] },
            ],
        })
    );
    assert_eq!(second.over(&both), both);
}

#[test]
fn configuration_and_pod_identity_are_described_as_a_seed_says() {
    let catalog = catalog(&[acme(json!([{
        "version": "v1.0.0",
        "configurationSchema": "{ \"type\": \"object\", \"properties\": {} }",
        "podIdentity": [{
            "serviceAccount": "acme",
            "recommendedManagedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        }],
    }]))]);
    let input = DescribeAddonConfigurationRequest {
        addon_name: "acme-agent".into(),
        addon_version: "v1.0.0".into(),
    };
    let answer = catalog::describe_addon_configuration(&catalog, "aws-cn", input).unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        json!({
            "addonName": "acme-agent",
            "addonVersion": "v1.0.0",
            "configurationSchema": "{\"properties\":{},\"type\":\"object\"}",
            "podIdentityConfiguration": [{
                "serviceAccount": "acme",
                "recommendedManagedPolicies": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"],
            }],
        })
    );
}

#[test]
fn an_add_on_without_known_workloads_has_one_deployment() {
    let catalog = catalog(&[json!({
        "name": "acme_agent",
        "versions": [{ "version": "v1.0.0", "podIdentity": [
            { "serviceAccount": "acme", "recommendedManagedPolicies": [] },
            { "serviceAccount": "acme-reader", "recommendedManagedPolicies": [] },
        ] }],
    })]);
    let addon = catalog.addon("acme_agent").unwrap();
    let workloads = addon.workloads();
    assert_eq!(workloads.len(), 1);
    assert_eq!(workloads[0].name(), "acme-agent");
    assert_eq!(workloads[0].kind().as_str(), "Deployment");
    assert_eq!(workloads[0].service_account(), Some("acme"));
    assert_eq!(addon.service_accounts(), ["acme", "acme-reader"]);
}

/// Each definition is refused with its sentence.
fn check_refused(cases: &[(Value, &str)]) {
    for (wrong, sentence) in cases {
        let mut catalog = Catalog::tables();
        let refused = catalog.put(definition(wrong.clone()));
        assert_eq!(refused, Err((*sentence).into()), "{wrong}");
        assert!(catalog.is_tables());
    }
}

#[test]
fn names_and_versions_that_cannot_be_are_refused() {
    let on_99 = json!({ "version": "v1.0.0", "compatibilities": [on("1.99", false)] });
    let two_defaults = json!([
        { "version": "v1.0.0", "compatibilities": [on("1.32", true)] },
        { "version": "v1.1.0", "compatibilities": [on("1.32", true)] },
    ]);
    check_refused(&[
        (
            json!({ "name": "Acme" }),
            "\"Acme\" is no name of an add-on",
        ),
        (json!({ "name": "" }), "\"\" is no name of an add-on"),
        (acme(json!([])), "the add-on acme-agent needs a version"),
        (
            acme(json!([{ "version": "1.0.0" }])),
            "\"1.0.0\" is no version of an add-on",
        ),
        (acme(json!([on_99])), "there is no cluster version 1.99"),
        (acme(two_defaults), "cluster version 1.32 has two defaults"),
    ]);
}

#[test]
fn schemas_that_cannot_be_are_refused() {
    let with = |schema: &str| acme(json!([{ "version": "v1.0.0", "configurationSchema": schema }]));
    let deep = format!("{}{}", r#"{"a":"#.repeat(101), "{}") + &"}".repeat(101);
    check_refused(&[
        (with("7"), "a configuration schema is an object"),
        (
            with("{"),
            "the configuration schema is no JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            with(&deep),
            "the configuration schema is nested deeper than 100",
        ),
    ]);
    let wrong = definition(with(r#"{"type":7}"#));
    let refused = Catalog::tables().put(wrong).unwrap_err();
    let sentence = "the configuration schema is none: /type: ";
    assert!(refused.starts_with(sentence), "{refused}");
}

#[test]
fn workloads_that_cannot_be_are_refused() {
    let workload = |name: &str, replicas: i32| json!({ "kind": "Deployment", "name": name, "replicas": replicas });
    let with = |workloads: Value| json!({ "name": "coredns", "workloads": workloads });
    check_refused(&[
        (
            with(json!([workload("A", 1)])),
            "\"A\" is no name of a Kubernetes object",
        ),
        (
            with(json!([workload("a", 501)])),
            "501 is no number of replicas",
        ),
        (
            with(json!([workload("a", 1), workload("a", 2)])),
            "there are two Deployments a",
        ),
    ]);
}

#[test]
fn a_catalogue_is_read_back_as_it_was_written() {
    let catalog = catalog(&[
        acme(json!([{ "version": "v1.0.0", "compatibilities": [on("1.32", true)] }])),
        json!({ "name": "coredns", "owner": "me" }),
    ]);
    let text = serde_json::to_string(&catalog).unwrap();
    let back: Catalog = serde_json::from_str(&text).unwrap();
    assert_eq!(back, catalog);
    assert_ne!(back, Catalog::tables());
    assert_eq!(serde_json::to_string(&Catalog::tables()).unwrap(), "[]");
    let twice = json!([{ "name": "coredns" }, { "name": "coredns" }]);
    let error = serde_json::from_value::<Catalog>(twice).unwrap_err();
    assert_eq!(error.to_string(), "the add-on coredns is there twice");
}

#[test]
fn only_what_was_there_and_is_gone_is_lost() {
    let before = catalog(&[acme(
        json!([{ "version": "v1.0.0" }, { "version": "v1.1.0" }]),
    )]);
    let after = catalog(&[acme(json!([{ "version": "v1.1.0" }]))]);
    assert!(before.loses(&after, "acme-agent", "v1.0.0"));
    assert!(!before.loses(&after, "acme-agent", "v1.1.0"));
    assert!(!before.loses(&after, "acme-agent", "v9.0.0"));
    assert!(!after.loses(&before, "acme-agent", "v1.1.0"));
    assert!(before.loses(&Catalog::tables(), "acme-agent", "v1.1.0"));
}
