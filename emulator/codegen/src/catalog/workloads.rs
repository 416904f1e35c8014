//! The table of the Kubernetes objects that add-ons install.

use std::collections::BTreeSet;

use super::fixture::{Addon, Container, KubernetesObjects, Port, Protocol, Workload, WorkloadKind};
use super::rust_text::{self, string, strings};

/// The workloads whose rolling updates do not follow the defaults of their
/// kind: add-on, workload, and the value of the field `strategy`.
///
/// Sources: aws-node: aws/amazon-vpc-cni-k8s, `config/master/aws-k8s-cni.yaml`;
/// kube-proxy and coredns: the manifests of these add-ons in eksctl-io/eksctl.
const STRATEGIES: [(&str, &str, &str); 3] = [
    (
        "vpc-cni",
        "aws-node",
        "Strategy { max_unavailable: IntOrPercent::Percent(10), ..DAEMON_SET.strategy }",
    ),
    (
        "kube-proxy",
        "kube-proxy",
        "Strategy { max_unavailable: IntOrPercent::Percent(10), ..DAEMON_SET.strategy }",
    ),
    (
        "coredns",
        "coredns",
        "Strategy { max_unavailable: IntOrPercent::Int(1), ..DEPLOYMENT.strategy }",
    ),
];

/// What the core replaces in the name of an image.
const PLACEHOLDERS: [&str; 6] = [
    "{registry}",
    "{privatecaRegistry}",
    "{region}",
    "{addonVersion}",
    "{upstreamVersion}",
    "{minimalTag}",
];

/// `kubernetes_objects.rs`: one row for each add-on, in the order of `addons`.
pub(super) fn render(addons: &[Addon]) -> Result<String, String> {
    let mut text = rust_text::header("fixtures/addon-catalog.json");
    text.push_str(
        "use crate::catalog::workload::{\n    Container, DAEMON_SET, DEPLOYMENT, IntOrPercent, KubernetesObjects, Strategy, Workload, tcp, udp,\n};\n\n",
    );
    text.push_str("/// What each add-on installs, in the order of the table of add-ons.\n");
    text.push_str(&format!(
        "pub(in crate::catalog) static KUBERNETES_OBJECTS: [KubernetesObjects; {}] = [\n",
        addons.len()
    ));
    for (index, addon) in addons.iter().enumerate() {
        text.push_str(&format!("    // {index}: {}\n", addon.addon_name));
        text.push_str(&match &addon.kubernetes {
            Some(objects) => {
                check(addon, objects)
                    .map_err(|sentence| format!("{}: {sentence}", addon.addon_name))?;
                render_objects(
                    &addon.addon_name,
                    &objects.service_accounts,
                    &objects.workloads,
                )
            }
            None => render_plausible(&addon.addon_name)?,
        });
    }
    text.push_str("];\n");
    Ok(text)
}

/// What stands in for the objects of an add-on nobody has written down: one
/// Deployment named like the product, with an account of its own.
fn render_plausible(addon_name: &str) -> Result<String, String> {
    let product = addon_name.split_once('_').map(|(_, product)| product);
    let name = product
        .filter(|product| is_object_name(product))
        .ok_or_else(|| format!("{addon_name}: neither known objects nor a product to name them"))?;
    let container = Container {
        name: String::from(name),
        image: format!("{{registry}}/eks/{name}:{{addonVersion}}"),
        ports: Vec::new(),
    };
    let workload = Workload {
        kind: WorkloadKind::Deployment,
        name: String::from(name),
        replicas: 1,
        service_account: Some(String::from(name)),
        host_network: false,
        pod_labels: [(String::from("app.kubernetes.io/name"), String::from(name))].into(),
        init_containers: Vec::new(),
        containers: vec![container],
    };
    Ok(render_objects(
        addon_name,
        &[String::from(name)],
        &[workload],
    ))
}

/// The rules that the core and its users rely on.
fn check(addon: &Addon, objects: &KubernetesObjects) -> Result<(), String> {
    if objects.namespace != addon.default_namespace {
        return Err(format!("{} is another namespace", objects.namespace));
    }
    let mut kinds_and_names = BTreeSet::new();
    for workload in &objects.workloads {
        let name = &workload.name;
        if !kinds_and_names.insert((kind(workload.kind), name)) {
            return Err(format!("two workloads called {name}"));
        }
        if workload.containers.is_empty() {
            return Err(format!("{name} has no containers"));
        }
        let account = workload.service_account.as_ref();
        if account.is_some_and(|account| !objects.service_accounts.contains(account)) {
            return Err(format!("the service account of {name} is not listed"));
        }
        for container in workload.init_containers.iter().chain(&workload.containers) {
            check_image(&container.image)?;
        }
    }
    let workloads = objects.workloads.iter();
    let containers = workloads
        .clone()
        .flat_map(|workload| workload.init_containers.iter().chain(&workload.containers));
    let mut names = workloads
        .map(|workload| &workload.name)
        .chain(containers.map(|container| &container.name))
        .chain(&objects.service_accounts);
    match names.find(|name| !is_object_name(name)) {
        Some(name) => Err(format!("{name} cannot name an object")),
        None if kinds_and_names.is_empty() => Err(String::from("no workloads")),
        None => Ok(()),
    }
}

/// A DNS label as of RFC 1123, which every kind of object accepts.
fn is_object_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// No placeholder that the core would leave as it is.
fn check_image(image: &str) -> Result<(), String> {
    let filled = PLACEHOLDERS
        .iter()
        .fold(String::from(image), |image, placeholder| {
            image.replace(placeholder, "")
        });
    if filled.contains(['{', '}']) {
        return Err(format!("unknown placeholder in {image}"));
    }
    Ok(())
}

fn render_objects(addon_name: &str, service_accounts: &[String], workloads: &[Workload]) -> String {
    let workloads: String = workloads
        .iter()
        .map(|workload| render_workload(addon_name, workload))
        .collect();
    format!(
        "    KubernetesObjects {{ service_accounts: {}, workloads: &[\n{workloads}    ] }},\n",
        strings(service_accounts)
    )
}

/// Only the fields that differ from what the constant of the kind says.
fn render_workload(addon_name: &str, workload: &Workload) -> String {
    let mut fields = vec![format!("name: {}", string(&workload.name))];
    if workload.replicas != 1 {
        fields.push(format!("replicas: {}", workload.replicas));
    }
    if let Some(account) = &workload.service_account {
        fields.push(format!("service_account: Some({})", string(account)));
    }
    if workload.host_network {
        fields.push(String::from("host_network: true"));
    }
    let mut strategies = STRATEGIES.iter();
    if let Some((_, _, strategy)) =
        strategies.find(|(addon, name, _)| *addon == addon_name && *name == workload.name)
    {
        fields.push(format!("strategy: {strategy}"));
    }
    let labels: Vec<String> = workload
        .pod_labels
        .iter()
        .map(|(key, value)| format!("({}, {})", string(key), string(value)))
        .collect();
    fields.push(format!("pod_labels: &[{}]", labels.join(", ")));
    if !workload.init_containers.is_empty() {
        fields.push(render_containers(
            "init_containers",
            &workload.init_containers,
        ));
    }
    fields.push(render_containers("containers", &workload.containers));
    format!(
        "        Workload {{ {}, ..{} }},\n",
        fields.join(", "),
        kind(workload.kind)
    )
}

/// The constant of the core that holds what is usual for the kind.
fn kind(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::Deployment => "DEPLOYMENT",
        WorkloadKind::DaemonSet => "DAEMON_SET",
    }
}

fn render_containers(field: &str, containers: &[Container]) -> String {
    let mut text = format!("{field}: &[\n");
    for container in containers {
        let ports: Vec<String> = container.ports.iter().map(render_port).collect();
        text.push_str(&format!(
            "            Container {{ name: {}, image: {}, ports: &[{}] }},\n",
            string(&container.name),
            string(&container.image),
            ports.join(", ")
        ));
    }
    text.push_str("        ]");
    text
}

fn render_port(port: &Port) -> String {
    let protocol = match port.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
    };
    format!(
        "{protocol}({}, {})",
        string(&port.name),
        port.container_port
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_names_everything_that_is_not_known() {
        assert_eq!(
            render_plausible("seller_product").unwrap(),
            r#"    KubernetesObjects { service_accounts: &["product"], workloads: &[
        Workload { name: "product", service_account: Some("product"), pod_labels: &[("app.kubernetes.io/name", "product")], containers: &[
            Container { name: "product", image: "{registry}/eks/product:{addonVersion}", ports: &[] },
        ], ..DEPLOYMENT },
    ] },
"#
        );
        assert!(render_plausible("no-seller").is_err());
        assert!(render_plausible("seller_Product").is_err());
    }

    #[test]
    fn only_the_placeholders_that_can_be_filled_are_allowed() {
        assert!(check_image("{registry}/eks/x:{minimalTag}").is_ok());
        assert!(check_image("{registry}/eks/x:{version}").is_err());
    }

    #[test]
    fn names_are_dns_labels() {
        let long = "a".repeat(64);
        for name in ["", "-a", "a-", "a.b", "A", "a_b", &long] {
            assert!(!is_object_name(name), "{name}");
        }
        assert!(is_object_name("ebs-csi-node2"));
    }
}
