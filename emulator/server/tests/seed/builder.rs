//! Seeds put together in code.

use eks_emulator::lifecycle::AddonIssueCode;
use eks_emulator::seed::{CatalogueAddonSeed, CatalogueWorkloadSeed, Seed, Trust};
use eks_emulator::{EksEmulator, Error};
use serde_json::json;

use crate::client::{builder, get};

fn start(seed: impl Into<Seed>) -> EksEmulator {
    builder(1).seed(seed).start_blocking().unwrap()
}

#[test]
fn a_cluster_put_together_in_code_is_there_at_the_start() {
    let emulator = start(
        Seed::cluster("demo")
            .version("1.32")
            .addon("eks-pod-identity-agent")
            .addon_with("vpc-cni", |addon| {
                addon.pod_identity("aws-node", "role/vpc-cni")
            })
            .addon_with("coredns", |addon| {
                addon
                    .configuration("replicaCount: 3")
                    .issue(AddonIssueCode::AccessDenied, "no")
            })
            .pod_identity("app", "api", "role/app")
            .service_account("app", "irsa", Some("role/irsa"))
            .pod("app", "api-0", "api"),
    );
    let cluster = &get(&emulator, "/clusters/demo")["cluster"];
    assert_eq!(cluster["version"], "1.32");
    let addon = &get(&emulator, "/clusters/demo/addons/coredns")["addon"];
    assert_eq!(addon["configurationValues"], "replicaCount: 3");
    assert_eq!(addon["health"]["issues"][0]["message"], "no");
    let listing = get(&emulator, "/clusters/demo/pod-identity-associations");
    assert_eq!(listing["associations"].as_array().unwrap().len(), 2);
    let path = "/_emulator/v1/clusters/demo/service-accounts/app/irsa/credentials";
    assert_eq!(
        get(&emulator, path)["roleArn"],
        "arn:aws:iam::123456789012:role/irsa"
    );
    let pods = get(&emulator, "/_emulator/v1/clusters/demo/pods?namespace=app");
    assert_eq!(pods["pods"].as_array().unwrap().len(), 1);
}

#[test]
fn an_add_on_of_the_catalogue_is_put_together_in_code() {
    let acme = CatalogueAddonSeed::new("acme-agent")
        .default_namespace("acme-system")
        .version("v1.0.0-eksbuild.1", |version| {
            version
                .on(["1.32"])
                .by_default()
                .pod_identity("acme")
                .configuration_schema(json!({ "type": "object" }))
        })
        .workload(
            CatalogueWorkloadSeed::deployment("controller")
                .replicas(2)
                .service_account("acme"),
        )
        .workload(CatalogueWorkloadSeed::daemon_set("node"));
    let cluster = Seed::cluster("demo").version("1.32").addon("acme-agent");
    let emulator = start(Seed::from(cluster).and_addon_in_catalogue(acme));
    let addon = &get(&emulator, "/clusters/demo/addons/acme-agent")["addon"];
    assert_eq!(addon["addonVersion"], "v1.0.0-eksbuild.1");
    let pods = get(
        &emulator,
        "/_emulator/v1/clusters/demo/pods?namespace=acme-system",
    );
    let of = |kind: &str| {
        let pods = pods["pods"].as_array().unwrap().iter();
        pods.filter(|pod| {
            pod["metadata"]["generateName"]
                .as_str()
                .unwrap()
                .starts_with(kind)
        })
        .count()
    };
    assert_eq!((of("controller-"), of("node-")), (2, 2));
}

#[test]
fn seeds_add_up() {
    let emulator = builder(1)
        .seed(Seed::new().role("app", Trust::Pods))
        .seed(Seed::cluster("one"))
        .seed(Seed::from_yaml("schema: 1\nclusters: [{name: two}]").unwrap())
        .start_blocking()
        .unwrap();
    assert_eq!(
        get(&emulator, "/clusters")["clusters"],
        json!(["one", "two"])
    );
}

#[test]
fn a_seed_that_is_wrong_keeps_the_emulator_from_starting() {
    let error = builder(1)
        .seed(Seed::cluster("demo").addon("nothing"))
        .start_blocking()
        .unwrap_err();
    assert!(matches!(error, Error::Seed(_)));
    assert_eq!(
        error.to_string(),
        "/clusters/0/addons/0/addonName: InvalidParameterException: Addon nothing specified is not supported in 1.36 kubernetes version"
    );
}

#[test]
fn a_seed_is_written_as_people_write_it() {
    let seed = Seed::from(Seed::cluster("demo").version("1.32").addon("vpc-cni"));
    assert_eq!(
        seed.to_yaml(),
        "schema: 1\nclusters:\n  - name: demo\n    version: \"1.32\"\n    addons:\n      - addonName: vpc-cni\n"
    );
    assert_eq!(Seed::from_yaml(&seed.to_yaml()), Ok(seed.clone()));
    assert_eq!(Seed::from_json(&seed.to_json()), Ok(seed));
}
