//! What add-ons install: rules that hold for all of them, and objects known by heart.

use std::collections::BTreeSet;

use eks_emulator_core::catalog::{
    self, Addon, Container, IntOrPercent, Protocol, Workload, WorkloadKind,
};

const ANY_VERSION: &str = "v1.2.3-eksbuild.4";

fn addon(name: &str) -> &'static Addon {
    catalog::addon(name).unwrap_or_else(|| panic!("no add-on {name}"))
}

fn workload(addon_name: &str, name: &str) -> &'static Workload {
    let mut workloads = addon(addon_name).workloads().iter();
    let found = workloads.find(|workload| workload.name == name);
    found.unwrap_or_else(|| panic!("no workload {name} of {addon_name}"))
}

fn every_workload() -> impl Iterator<Item = (&'static Addon, &'static Workload)> {
    catalog::addons()
        .iter()
        .flat_map(|addon| addon.workloads().iter().map(move |each| (addon, each)))
}

fn every_container(workload: &Workload) -> impl Iterator<Item = &Container<'static>> {
    workload.init_containers.iter().chain(workload.containers)
}

fn names(containers: &[Container<'static>]) -> Vec<&'static str> {
    containers.iter().map(|container| container.name).collect()
}

fn ports(container: &Container) -> Vec<(&'static str, u16, &'static str)> {
    container
        .ports
        .iter()
        .map(|port| (port.name, port.number, port.protocol.as_str()))
        .collect()
}

fn image(addon_name: &str, workload_name: &str, version: &str, region: &str) -> String {
    workload(addon_name, workload_name).containers[0].image_for(version, region)
}

fn is_dns_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= 63
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name.bytes().all(inner)
}

#[test]
fn every_add_on_installs_something() {
    for addon in catalog::addons() {
        assert!(!addon.workloads().is_empty(), "{}", addon.name);
    }
    // 40 that are known, one for each of the 55 add-ons that are not.
    assert_eq!(every_workload().count(), 95);
}

#[test]
fn names_are_unique_and_dns_labels() {
    for addon in catalog::addons() {
        let workloads = addon.workloads();
        let unique: BTreeSet<_> = workloads
            .iter()
            .map(|each| (each.kind, each.name))
            .collect();
        assert_eq!(unique.len(), workloads.len(), "{}", addon.name);
        let accounts: BTreeSet<_> = addon.service_accounts().iter().collect();
        assert_eq!(accounts.len(), addon.service_accounts().len());
        for name in addon.service_accounts() {
            assert!(is_dns_label(name), "{}: {name}", addon.name);
        }
    }
    for (addon, workload) in every_workload() {
        assert!(is_dns_label(workload.name), "{}", addon.name);
        let containers: Vec<&str> = every_container(workload).map(|each| each.name).collect();
        let unique: BTreeSet<_> = containers.iter().collect();
        assert_eq!(unique.len(), containers.len(), "{}", workload.name);
        assert!(containers.iter().all(|name| is_dns_label(name)));
        assert!(!workload.containers.is_empty(), "{}", workload.name);
        assert!(!workload.pod_labels.is_empty(), "{}", workload.name);
        assert!(workload.replicas >= 1, "{}", workload.name);
    }
}

#[test]
fn pods_run_under_an_account_that_is_installed() {
    for (addon, workload) in every_workload() {
        if let Some(account) = workload.service_account {
            assert!(addon.service_accounts().contains(&account), "{account}");
        }
    }
    let without: Vec<&str> = every_workload()
        .filter(|(_, workload)| workload.service_account.is_none())
        .map(|(_, workload)| workload.name)
        .collect();
    assert_eq!(
        without,
        [
            "dcgm-server",
            "eks-pod-identity-agent",
            "sriov-network-metrics-exporter"
        ]
    );
}

/// All but the account that one add-on gave up after its first version.
#[test]
fn accounts_for_pod_identity_are_installed() {
    let mut checked = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for addon in catalog::addons() {
        for version in addon.versions() {
            for configuration in version.pod_identity_configuration() {
                let account = configuration.service_account;
                checked.insert((addon.name, account));
                if !addon.service_accounts().contains(&account) {
                    missing.insert((version.version, account));
                }
            }
        }
    }
    assert_eq!(checked.len(), 19);
    let given_up = "aws-network-flow-monitoring-agent-service-account";
    assert_eq!(missing, BTreeSet::from([("v1.0.0-eksbuild.4", given_up)]));
}

#[test]
fn aws_node_as_the_manifest_has_it() {
    assert_eq!(addon("vpc-cni").service_accounts(), ["aws-node"]);
    let node = workload("vpc-cni", "aws-node");
    assert_eq!(node.kind.as_str(), "DaemonSet");
    assert_eq!(node.service_account, Some("aws-node"));
    assert!(node.host_network);
    assert_eq!(node.strategy.max_unavailable, IntOrPercent::Percent(10));
    assert_eq!(node.strategy.max_surge, IntOrPercent::Int(0));
    assert_eq!(
        node.pod_labels,
        [
            ("app.kubernetes.io/instance", "aws-vpc-cni"),
            ("app.kubernetes.io/name", "aws-node"),
            ("k8s-app", "aws-node"),
        ]
    );
    assert_eq!(names(node.init_containers), ["aws-vpc-cni-init"]);
    assert_eq!(names(node.containers), ["aws-node", "aws-eks-nodeagent"]);
    assert_eq!(ports(&node.containers[0]), [("metrics", 61678, "TCP")]);
}

#[test]
fn coredns_as_the_manifest_has_it() {
    let coredns = workload("coredns", "coredns");
    assert_eq!(coredns.kind.as_str(), "Deployment");
    assert_eq!(coredns.replicas, 2);
    assert_eq!(coredns.service_account, Some("coredns"));
    assert!(!coredns.host_network);
    assert_eq!(coredns.strategy.max_unavailable, IntOrPercent::Int(1));
    assert_eq!(coredns.strategy.max_surge, IntOrPercent::Percent(25));
    assert_eq!(
        coredns.pod_labels,
        [
            ("eks.amazonaws.com/component", "coredns"),
            ("k8s-app", "kube-dns")
        ]
    );
    assert!(coredns.init_containers.is_empty());
    assert_eq!(coredns.containers[0].ports[0].protocol, Protocol::Udp);
    assert_eq!(
        ports(&coredns.containers[0]),
        [
            ("dns", 53, "UDP"),
            ("dns-tcp", 53, "TCP"),
            ("metrics", 9153, "TCP")
        ]
    );
}

#[test]
fn the_ebs_driver_has_a_controller_and_a_node_part() {
    let driver = addon("aws-ebs-csi-driver");
    assert_eq!(
        driver.service_accounts(),
        ["ebs-csi-controller-sa", "ebs-csi-node-sa"]
    );
    let shapes: Vec<_> = driver
        .workloads()
        .iter()
        .map(|each| (each.kind, each.name, each.replicas, each.service_account))
        .collect();
    assert_eq!(
        shapes,
        [
            (
                WorkloadKind::Deployment,
                "ebs-csi-controller",
                2,
                Some("ebs-csi-controller-sa")
            ),
            (
                WorkloadKind::DaemonSet,
                "ebs-csi-node",
                1,
                Some("ebs-csi-node-sa")
            ),
        ]
    );
    let controller = &driver.workloads()[0];
    assert_eq!(
        controller.strategy.max_unavailable,
        IntOrPercent::Percent(25)
    );
    assert_eq!(
        names(controller.containers),
        [
            "ebs-plugin",
            "csi-provisioner",
            "csi-attacher",
            "csi-snapshotter",
            "csi-resizer",
            "liveness-probe"
        ]
    );
    let node = &driver.workloads()[1];
    assert_eq!(node.strategy.max_unavailable, IntOrPercent::Int(1));
    assert_eq!(
        names(node.containers),
        ["ebs-plugin", "node-driver-registrar", "liveness-probe"]
    );
}

#[test]
fn kube_proxy_rolls_a_tenth_of_the_nodes() {
    let strategy = workload("kube-proxy", "kube-proxy").strategy;
    assert_eq!(strategy.max_unavailable, IntOrPercent::Percent(10));
}

#[test]
fn an_unknown_product_has_one_deployment_of_its_name() {
    let kubecost = addon("kubecost_kubecost");
    assert_eq!(kubecost.service_accounts(), ["kubecost"]);
    assert_eq!(kubecost.workloads().len(), 1);
    let deployment = &kubecost.workloads()[0];
    assert_eq!(deployment.kind, WorkloadKind::Deployment);
    assert_eq!((deployment.name, deployment.replicas), ("kubecost", 1));
    assert_eq!(deployment.service_account, Some("kubecost"));
    assert_eq!(
        deployment.pod_labels,
        [("app.kubernetes.io/name", "kubecost")]
    );
    assert_eq!(names(deployment.containers), ["kubecost"]);
    assert_eq!(
        deployment.containers[0].image,
        "{registry}/eks/kubecost:{addonVersion}"
    );
}

#[test]
fn images_come_from_the_registry_of_the_region() {
    for (region, expected) in [
        (
            "us-east-1",
            "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3",
        ),
        (
            "me-south-1",
            "558608220178.dkr.ecr.me-south-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3",
        ),
        (
            "us-gov-west-1",
            "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3",
        ),
        (
            "cn-north-1",
            "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/eks/coredns:v1.14.3-eksbuild.3",
        ),
        (
            "xx-nowhere-1",
            "602401143452.dkr.ecr.xx-nowhere-1.amazonaws.com/eks/coredns:v1.14.3-eksbuild.3",
        ),
    ] {
        assert_eq!(
            image("coredns", "coredns", "v1.14.3-eksbuild.3", region),
            expected
        );
    }
}

#[test]
fn tags_follow_the_version() {
    for (addon_name, name, version, expected) in [
        (
            "vpc-cni",
            "aws-node",
            "v1.22.4-eksbuild.3",
            "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.22.4-eksbuild.3",
        ),
        (
            "aws-ebs-csi-driver",
            "ebs-csi-node",
            "v1.62.0-eksbuild.12",
            "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/aws-ebs-csi-driver:v1.62.0",
        ),
        (
            "kube-proxy",
            "kube-proxy",
            "v1.31.2-eksbuild.3",
            "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/kube-proxy:v1.31.2-minimal-eksbuild.3",
        ),
        (
            "kube-proxy",
            "kube-proxy",
            "v1.31.2",
            "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/kube-proxy:v1.31.2-minimal",
        ),
        (
            "aws-guardduty-agent",
            "aws-guardduty-agent",
            "v1.12.1-eksbuild.2",
            "031195399879.dkr.ecr.us-west-2.amazonaws.com/aws-guardduty-agent:v1.12.1",
        ),
        (
            "aws-privateca-connector-for-kubernetes",
            "aws-privateca-issuer",
            "v1.9.1-eksbuild.1",
            "public.ecr.aws/k1n1h4h4/cert-manager-aws-privateca-issuer:v1.9.1",
        ),
    ] {
        assert_eq!(image(addon_name, name, version, "us-west-2"), expected);
    }
}

#[test]
fn no_placeholder_is_left() {
    for (_, workload) in every_workload() {
        for container in every_container(workload) {
            let image = container.image_for(ANY_VERSION, "eu-west-1");
            assert!(!image.contains(['{', '}']), "{image}");
        }
    }
}
