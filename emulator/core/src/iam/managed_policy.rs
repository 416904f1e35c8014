//! The policies that AWS manages: those that clusters, nodes, add-ons and
//! examples need, by name.
//!
//! In lenient mode any other name exists as well. Real ids, dates and numbers
//! of versions are not modelled, and only short documents are: the others have
//! no statement.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam;

use super::account::IamMode;
use super::policy::Usage;
use super::policy_arn::PolicyArn;
use super::policy_document::encoded;
use super::unique_id::{Prefix, unique_id};
use crate::ids::stable;

/// The only version that the policies have here.
const VERSION_ID: &str = "v1";

/// 2018-05-27T21:06:14Z, when AmazonEKSClusterPolicy was made. Source: AWS
/// managed policy reference.
const CREATED: Timestamp = Timestamp::from_milliseconds(1_527_455_174_000);

const NOT_MODELLED: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

/// Path and name. Sources: EKS user guide, "AWS managed policies for Amazon
/// Elastic Kubernetes Service" and the pages of the add-ons.
const NAMED: [(&str, &str); 33] = [
    ("/", "AdministratorAccess"),
    ("/", "AmazonEC2ContainerRegistryPowerUser"),
    ("/", "AmazonEC2ContainerRegistryPullOnly"),
    ("/", "AmazonEC2ContainerRegistryReadOnly"),
    ("/", "AmazonEKSBlockStoragePolicy"),
    ("/", "AmazonEKSClusterPolicy"),
    ("/", "AmazonEKSComputePolicy"),
    ("/", "AmazonEKSFargatePodExecutionRolePolicy"),
    ("/", "AmazonEKSLoadBalancingPolicy"),
    ("/", "AmazonEKSLocalOutpostClusterPolicy"),
    ("/", "AmazonEKSNetworkingPolicy"),
    ("/", "AmazonEKSServicePolicy"),
    ("/", "AmazonEKSVPCResourceController"),
    ("/", "AmazonEKSWorkerNodeMinimalPolicy"),
    ("/", "AmazonEKSWorkerNodePolicy"),
    ("/", "AmazonEKS_CNI_Policy"),
    ("/", "AmazonPrometheusRemoteWriteAccess"),
    ("/", "AmazonS3FullAccess"),
    ("/", "AmazonS3ReadOnlyAccess"),
    ("/", "AmazonSSMManagedInstanceCore"),
    ("/", "AWSXrayWriteOnlyAccess"),
    ("/", "CloudWatchAgentServerPolicy"),
    ("/", "ReadOnlyAccess"),
    ("/aws-service-role/", "AWSServiceRoleForAmazonEKSNodegroup"),
    ("/aws-service-role/", "AWSEC2SpotFleetServiceRolePolicy"),
    ("/aws-service-role/", "AWSEC2SpotServiceRolePolicy"),
    (
        "/aws-service-role/",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    ("/aws-service-role/", "AutoScalingServiceRolePolicy"),
    ("/aws-service-role/", "AmazonEKSConnectorServiceRolePolicy"),
    ("/aws-service-role/", "AmazonEKSForFargateServiceRolePolicy"),
    ("/aws-service-role/", "AmazonEKSServiceRolePolicy"),
    ("/service-role/", "AmazonEBSCSIDriverPolicy"),
    ("/service-role/", "AmazonEFSCSIDriverPolicy"),
];

/// One policy that AWS manages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AwsPolicy {
    pub(super) arn: String,
    pub(super) path: String,
    pub(super) name: String,
}

impl AwsPolicy {
    /// The policy with an ARN of AWS, if it exists.
    pub(super) fn find(mode: IamMode, arn: &str, parts: &PolicyArn<'_>) -> Option<Self> {
        let exists = mode == IamMode::Lenient || NAMED.contains(&(parts.path, parts.name));
        exists.then(|| Self {
            arn: arn.to_owned(),
            path: parts.path.to_owned(),
            name: parts.name.to_owned(),
        })
    }

    /// The policies that have names here.
    pub(super) fn named(partition: &str) -> impl Iterator<Item = Self> {
        NAMED.iter().map(move |(path, name)| Self {
            arn: format!("arn:{partition}:iam::aws:policy{path}{name}"),
            path: (*path).to_owned(),
            name: (*name).to_owned(),
        })
    }

    /// As listings show it.
    pub(super) fn listed(&self, usage: Usage) -> iam::Policy {
        iam::Policy {
            policy_name: Some(self.name.clone()),
            policy_id: Some(unique_id(Prefix::Policy, stable(0, &self.name))),
            arn: Some(self.arn.clone()),
            path: Some(self.path.clone()),
            default_version_id: Some(VERSION_ID.to_owned()),
            attachment_count: Some(usage.attachments),
            permissions_boundary_usage_count: Some(usage.boundaries),
            is_attachable: Some(true),
            create_date: Some(CREATED),
            update_date: Some(CREATED),
            ..Default::default()
        }
    }

    /// On its own.
    pub(super) fn described(&self, usage: Usage) -> iam::Policy {
        iam::Policy {
            tags: Some(Vec::new()),
            ..self.listed(usage)
        }
    }

    /// Its versions, without documents.
    pub(super) fn versions(&self) -> Vec<iam::PolicyVersion> {
        vec![iam::PolicyVersion {
            version_id: Some(VERSION_ID.to_owned()),
            is_default_version: Some(true),
            create_date: Some(CREATED),
            ..Default::default()
        }]
    }

    /// One version with its document.
    pub(super) fn version(&self, version_id: &str) -> Option<iam::PolicyVersion> {
        let mut versions = self.versions();
        let version = versions.pop().filter(|_| version_id == VERSION_ID)?;
        Some(iam::PolicyVersion {
            document: Some(encoded(self.document())),
            ..version
        })
    }

    /// Source: AWS managed policy reference.
    fn document(&self) -> &'static str {
        match self.name.as_str() {
            "AdministratorAccess" => concat!(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","#,
                r#""Resource":"*"}]}"#
            ),
            "AmazonEKSFargatePodExecutionRolePolicy" => concat!(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["#,
                r#""ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","#,
                r#""ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"],"Resource":"*"}]}"#
            ),
            "AmazonS3FullAccess" => concat!(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","#,
                r#""s3-object-lambda:*"],"Resource":"*"}]}"#
            ),
            "AmazonS3ReadOnlyAccess" => concat!(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","#,
                r#""s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"#,
                r#""Resource":"*"}]}"#
            ),
            _ => NOT_MODELLED,
        }
    }
}
