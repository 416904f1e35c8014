//! The view of a cluster that the API gives. It is built here only.

use eks_emulator_api::eks::{
    self, ActiveCertificateAuthority, Certificate, CertificateAuthorityActivatedBy, ClusterHealth,
    ClusterIssue, ClusterIssueCode, ClusterStatus, ControlPlaneScalingConfig, Identity, IpFamily,
    KubernetesNetworkConfigResponse, OIDC, UpgradePolicyResponse, VpcConfigResponse,
    ZonalShiftConfigResponse,
};

use crate::catalog;
use crate::cluster::{Cluster, certificate_authority};
use crate::lifecycle::Issue;

impl Cluster {
    /// As `DescribeCluster` shows it.
    pub(super) fn describe(&self) -> eks::Cluster {
        let shows_health = self.status != ClusterStatus::Creating;
        eks::Cluster {
            health: shows_health.then(|| self.describe_health()),
            ..self.describe_without_health()
        }
    }

    /// As the answers to writes show it.
    ///
    /// Endpoint, issuer, certificate and security group appear with the
    /// first `ACTIVE`. Source: service model; output in aws/aws-cdk issue 18746.
    pub(super) fn describe_without_health(&self) -> eks::Cluster {
        let configuration = &self.configuration;
        let components = configuration.components.as_ref();
        eks::Cluster {
            name: Some((*self.name).to_owned()),
            arn: Some(self.arn()),
            created_at: Some(self.created_at),
            version: Some(self.version.clone()),
            endpoint: self.has_been_active.then(|| self.endpoint()),
            role_arn: Some((*configuration.role_arn).to_owned()),
            resources_vpc_config: Some(self.describe_network()),
            kubernetes_network_config: Some(self.describe_service_network()),
            logging: Some(configuration.describe_logging()),
            identity: self.has_been_active.then(|| self.describe_identity()),
            status: Some(self.status),
            certificate_authority: Some(self.describe_certificate_authority()),
            client_request_token: None,
            platform_version: Some(self.platform_version().to_owned()),
            tags: Some(self.tags.clone()),
            encryption_config: configuration.describe_encryption(),
            connector_config: None,
            id: self.identity.local_cluster_id.clone(),
            health: None,
            outpost_config: configuration.outpost.clone(),
            access_config: Some(configuration.describe_access(false)),
            upgrade_policy: Some(UpgradePolicyResponse {
                support_type: Some(configuration.support_type),
            }),
            zonal_shift_config: Some(ZonalShiftConfigResponse {
                enabled: Some(configuration.zonal_shift),
            }),
            remote_network_config: configuration.remote_networks.clone(),
            compute_config: configuration.auto_mode.describe_compute(),
            storage_config: configuration.auto_mode.describe_storage(),
            deletion_protection: Some(configuration.deletion_protection),
            control_plane_scaling_config: Some(ControlPlaneScalingConfig {
                tier: Some(configuration.tier),
            }),
            kube_api_server_config: components.map(|of| of.api_server.clone()),
            kube_scheduler_config: components.map(|of| of.scheduler.clone()),
            kube_controller_manager_config: components.map(|of| of.controller_manager.clone()),
        }
    }

    fn endpoint(&self) -> String {
        let region = &self.home.region;
        let id = &self.identity.endpoint_id;
        let shard = &self.identity.endpoint_shard;
        match self.configuration.service_network.ip_family {
            IpFamily::Ipv4 => {
                format!("https://{id}.{shard}.{region}.eks.{}", self.home.domain())
            }
            IpFamily::Ipv6 => format!(
                "https://{id}.{shard}.eks-cluster.{region}.{}",
                self.home.dual_stack_domain()
            ),
        }
    }

    fn describe_identity(&self) -> Identity {
        let issuer = self.issuer();
        Identity {
            oidc: Some(OIDC {
                issuer: Some(issuer),
            }),
        }
    }

    fn describe_certificate_authority(&self) -> Certificate {
        if !self.has_been_active {
            return Certificate::default();
        }
        let data = self.certificate_authority_data.get_or_make(|| {
            certificate_authority::certificate_authority_data(
                self.identity.certificate_authority_seed,
                self.identity.certificate_authority_serial,
                self.created_at,
            )
        });
        let data = self
            .identity
            .certificate_authority_data
            .as_ref()
            .unwrap_or(data);
        Certificate {
            data: Some(data.clone()),
            active: Some(ActiveCertificateAuthority {
                id: Some(self.identity.certificate_authority_id.clone()),
                activated_by: Some(CertificateAuthorityActivatedBy::Eks),
            }),
        }
    }

    fn describe_network(&self) -> VpcConfigResponse {
        let network = &self.configuration.network;
        let security_group_id = &self.identity.security_group_id;
        VpcConfigResponse {
            subnet_ids: Some(network.subnet_ids.clone()),
            security_group_ids: Some(network.security_group_ids.clone()),
            cluster_security_group_id: self.has_been_active.then(|| security_group_id.clone()),
            vpc_id: Some(self.identity.vpc_id.clone()),
            endpoint_public_access: Some(network.endpoint_public_access),
            endpoint_private_access: Some(network.endpoint_private_access),
            public_access_cidrs: Some(network.public_access_cidrs.clone()),
            control_plane_egress_mode: Some(network.egress_mode),
        }
    }

    fn describe_service_network(&self) -> KubernetesNetworkConfigResponse {
        let service_network = &self.configuration.service_network;
        let ipv4 = service_network.ip_family == IpFamily::Ipv4;
        KubernetesNetworkConfigResponse {
            service_ipv4_cidr: ipv4.then(|| service_network.ipv4_cidr.clone()),
            service_ipv6_cidr: (!ipv4).then(|| self.identity.service_ipv6_cidr.clone()),
            ip_family: Some(service_network.ip_family),
            elastic_load_balancing: Some(self.configuration.auto_mode.describe_load_balancing()),
        }
    }

    /// The newest platform version of the cluster's Kubernetes version.
    pub(super) fn platform_version(&self) -> &'static str {
        catalog::cluster_version(&self.version).map_or("eks.1", |version| version.platform_version)
    }

    fn describe_health(&self) -> ClusterHealth {
        ClusterHealth {
            issues: Some(self.issues.iter().map(cluster_issue).collect()),
        }
    }
}

/// Codes that clusters do not have are `Other` there.
fn cluster_issue(issue: &Issue) -> ClusterIssue {
    let code = ClusterIssueCode::parse(issue.code.as_str()).unwrap_or(ClusterIssueCode::Other);
    ClusterIssue {
        code: Some(code),
        message: Some(issue.message.clone()),
        resource_ids: issue.resource_ids.clone(),
    }
}
