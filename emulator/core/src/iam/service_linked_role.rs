//! Service-linked roles: made for a service, named by it, changed only by it.

use eks_emulator_api::Timestamp;
use eks_emulator_api::iam::{
    CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse, Error,
};

use super::account::{IamAccount, IamMode};
use super::error;
use super::role::{NewRole, RoleView};

/// What a service says about its role.
struct LinkedService {
    /// The principal.
    service_name: &'static str,
    /// What follows `AWSServiceRoleFor`.
    suffix: &'static str,
    /// The policy under `aws-service-role/` that comes with the role.
    policy_name: &'static str,
    /// Whether callers may have more than one, told apart by their suffix.
    takes_suffix: bool,
}

const fn service(
    service_name: &'static str,
    suffix: &'static str,
    policy_name: &'static str,
) -> LinkedService {
    LinkedService {
        service_name,
        suffix,
        policy_name,
        takes_suffix: false,
    }
}

/// Source: the service model's constraint on names of roles.
const MAXIMUM_NAME: usize = 64;

/// Sources: EKS user guide, "Using service-linked roles for Amazon EKS";
/// guides of Amazon EC2, Auto Scaling and Elastic Load Balancing.
const SERVICES: [LinkedService; 8] = [
    service(
        "eks.amazonaws.com",
        "AmazonEKS",
        "AmazonEKSServiceRolePolicy",
    ),
    service(
        "eks-nodegroup.amazonaws.com",
        "AmazonEKSNodegroup",
        "AWSServiceRoleForAmazonEKSNodegroup",
    ),
    service(
        "eks-fargate.amazonaws.com",
        "AmazonEKSForFargate",
        "AmazonEKSForFargateServiceRolePolicy",
    ),
    service(
        "eks-connector.amazonaws.com",
        "AmazonEKSConnector",
        "AmazonEKSConnectorServiceRolePolicy",
    ),
    service(
        "spot.amazonaws.com",
        "EC2Spot",
        "AWSEC2SpotServiceRolePolicy",
    ),
    service(
        "spotfleet.amazonaws.com",
        "EC2SpotFleet",
        "AWSEC2SpotFleetServiceRolePolicy",
    ),
    service(
        "elasticloadbalancing.amazonaws.com",
        "ElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    LinkedService {
        service_name: "autoscaling.amazonaws.com",
        suffix: "AutoScaling",
        policy_name: "AutoScalingServiceRolePolicy",
        takes_suffix: true,
    },
];

impl IamAccount {
    /// `CreateServiceLinkedRole`.
    pub fn create_service_linked_role(
        &mut self,
        now: Timestamp,
        input: CreateServiceLinkedRoleRequest,
    ) -> Result<CreateServiceLinkedRoleResponse, Error> {
        let service_name = input.aws_service_name.as_str();
        let known = SERVICES
            .iter()
            .find(|service| service.service_name == service_name);
        let mut name = role_name(known, service_name, self.mode)?;
        if let Some(suffix) = &input.custom_suffix {
            if !known.is_none_or(|service| service.takes_suffix) {
                return Err(error::custom_suffix_not_allowed(service_name));
            }
            name = format!("{name}_{suffix}");
        }
        if name.len() > MAXIMUM_NAME {
            return Err(error::role_name_too_long(MAXIMUM_NAME));
        }
        if self.role(&name).is_ok() {
            return Err(error::service_role_name_taken(&name));
        }
        let new = NewRole {
            path: format!("/aws-service-role/{service_name}/"),
            trust_policy: trust_policy(service_name),
            description: input.description,
            linked_service: Some(service_name.to_owned()),
            ..NewRole::named(name)
        };
        let checked = self.check_new_role(new)?;
        let partition = self.partition.clone();
        let role = self.insert_role(now, checked);
        if let Some(service) = known {
            let policy_name = service.policy_name;
            role.attach(format!(
                "arn:{partition}:iam::aws:policy/aws-service-role/{policy_name}"
            ));
        }
        Ok(CreateServiceLinkedRoleResponse {
            role: Some(role.view(RoleView::Created)),
        })
    }
}

/// The role's name without a suffix of the caller. Services that are not known
/// here are taken at their word in lenient mode.
fn role_name(
    known: Option<&LinkedService>,
    service_name: &str,
    mode: IamMode,
) -> Result<String, Error> {
    let suffix = match known {
        Some(service) => service.suffix.to_owned(),
        None => unknown_suffix(service_name)
            .filter(|_| mode == IamMode::Lenient)
            .ok_or_else(|| error::unknown_service(service_name))?,
    };
    Ok(format!("AWSServiceRoleFor{suffix}"))
}

/// `example.amazonaws.com` → `Example`.
fn unknown_suffix(service_name: &str) -> Option<String> {
    let label = service_name.strip_suffix(".amazonaws.com")?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let mut characters = label.chars().filter(char::is_ascii_alphanumeric);
    let first = characters.next()?.to_ascii_uppercase();
    let name = std::iter::once(first).chain(characters).collect();
    label.bytes().all(is_allowed).then_some(name)
}

/// Source: AWS CLI examples, "create-service-linked-role".
fn trust_policy(service_name: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service_name}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}
