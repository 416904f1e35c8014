//! Checks that creating a cluster and updating its configuration share.

use std::collections::BTreeSet;
use std::net::IpAddr;

use eks_emulator_api::eks::{
    Error, RemoteNetworkConfigRequest, RemoteNetworkConfigResponse, RemoteNodeNetwork,
    RemotePodNetwork,
};

use crate::cluster::error::invalid_parameter;
use crate::proposed;

/// Without a model of networks each subnet is in a zone of its own.
///
/// Source of the text: pulumi/pulumi-eks issue 311.
pub(in crate::cluster) fn check_subnets(name: &str, subnet_ids: &[String]) -> Result<(), Error> {
    let different: BTreeSet<&String> = subnet_ids.iter().collect();
    if different.len() < 2 {
        return Err(invalid_parameter(
            name,
            "Subnets specified must be in at least two different AZs",
        ));
    }
    Ok(())
}

/// Source of the text: rancher/rancher issue 28158.
pub(in crate::cluster) fn check_endpoints(
    name: &str,
    public: bool,
    private: bool,
) -> Result<(), Error> {
    if !public && !private {
        return Err(invalid_parameter(
            name,
            "Both private and public endpoint access cannot be false",
        ));
    }
    Ok(())
}

/// Refuses what is no network of either address family.
pub(in crate::cluster) fn check_cidrs(
    name: &str,
    member: &str,
    cidrs: &[String],
) -> Result<(), Error> {
    match cidrs.iter().find(|cidr| parse_cidr(cidr).is_none()) {
        Some(cidr) => Err(invalid_parameter(
            name,
            proposed::invalid_cidr(member, cidr),
        )),
        None => Ok(()),
    }
}

fn parse_cidr(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let length: u8 = length.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    (length <= longest).then_some((address, length))
}

/// Within a private range and between /24 and /12; source: service model,
/// `KubernetesNetworkConfigRequest`.
pub(in crate::cluster) fn is_service_cidr(text: &str) -> bool {
    let Some((IpAddr::V4(address), length)) = parse_cidr(text) else {
        return false;
    };
    (12..=24).contains(&length) && address.is_private()
}

/// At most one network of each kind; both lists empty is none at all.
///
/// Source of the text for node networks: eksctl's tests.
pub(in crate::cluster) fn check_remote_networks(
    name: &str,
    request: Option<&RemoteNetworkConfigRequest>,
) -> Result<Option<RemoteNetworkConfigResponse>, Error> {
    let Some(request) = request else {
        return Ok(None);
    };
    let nodes: Vec<RemoteNodeNetwork> = request.remote_node_networks.clone().unwrap_or_default();
    let pods: Vec<RemotePodNetwork> = request.remote_pod_networks.clone().unwrap_or_default();
    if nodes.len() > 1 {
        return Err(invalid_parameter(
            name,
            "Only one remoteNodeNetwork is allowed",
        ));
    }
    if pods.len() > 1 {
        return Err(invalid_parameter(name, proposed::ONE_POD_NETWORK));
    }
    for network in &nodes {
        check_cidrs(
            name,
            "remoteNodeNetworks",
            network.cidrs.as_deref().unwrap_or_default(),
        )?;
    }
    for network in &pods {
        check_cidrs(
            name,
            "remotePodNetworks",
            network.cidrs.as_deref().unwrap_or_default(),
        )?;
    }
    let is_removal = nodes.is_empty() && pods.is_empty();
    Ok((!is_removal).then_some(RemoteNetworkConfigResponse {
        remote_node_networks: Some(nodes),
        remote_pod_networks: Some(pods),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_networks_are_private_and_of_a_fair_size() {
        for fine in [
            "10.100.0.0/16",
            "172.20.0.0/24",
            "192.168.0.0/16",
            "10.0.0.0/12",
        ] {
            assert!(is_service_cidr(fine), "{fine}");
        }
        for wrong in [
            "11.0.0.0/16",
            "10.0.0.0/8",
            "10.0.0.0/25",
            "10.0.0.0",
            "fd00::/108",
            "x/16",
        ] {
            assert!(!is_service_cidr(wrong), "{wrong}");
        }
    }
}
