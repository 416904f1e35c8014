//! Attaching managed policies to roles.

use serde_json::{Value, json};

use crate::support::{Iam, column};

fn of(arn: &str) -> Value {
    json!({ "RoleName": "app", "PolicyArn": arn })
}

#[test]
fn attached_policies_are_listed_by_arn() {
    let mut iam = Iam::with_role();
    iam.policy("read");
    for arn in [
        "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
        "arn:aws:iam::111122223333:policy/read",
        "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    ] {
        iam.ok("AttachRolePolicy", of(arn));
    }
    let answer = iam.ok("ListAttachedRolePolicies", json!({ "RoleName": "app" }));
    assert_eq!(
        answer,
        json!({
            "AttachedPolicies": [
                { "PolicyName": "read", "PolicyArn": "arn:aws:iam::111122223333:policy/read" },
                {
                    "PolicyName": "AmazonEKS_CNI_Policy",
                    "PolicyArn": "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
                },
                {
                    "PolicyName": "AmazonEBSCSIDriverPolicy",
                    "PolicyArn": "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
                },
            ],
            "IsTruncated": false,
        })
    );
    let under = json!({ "RoleName": "app", "PathPrefix": "/service-role/" });
    let answer = iam.ok("ListAttachedRolePolicies", under);
    assert_eq!(
        column(&answer, "AttachedPolicies", "PolicyName"),
        ["AmazonEBSCSIDriverPolicy"]
    );
}

#[test]
fn attaching_again_is_no_error() {
    let mut iam = Iam::with_role();
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for _ in 0..2 {
        iam.ok("AttachRolePolicy", of(arn));
    }
    let answer = iam.ok("ListAttachedRolePolicies", json!({ "RoleName": "app" }));
    assert_eq!(column(&answer, "AttachedPolicies", "PolicyArn"), [arn]);
    let policy = iam.ok("GetPolicy", json!({ "PolicyArn": arn }));
    assert_eq!(policy["Policy"]["AttachmentCount"], 1);
}

#[test]
fn detaching_again_is_an_error() {
    let mut iam = Iam::with_role();
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    iam.ok("AttachRolePolicy", of(arn));
    iam.ok("DetachRolePolicy", of(arn));
    assert_eq!(
        iam.refused("DetachRolePolicy", of(arn)),
        "NoSuchEntity: Policy arn:aws:iam::aws:policy/ReadOnlyAccess was not found."
    );
}

#[test]
fn only_policies_that_exist_are_attached() {
    let mut iam = Iam::with_role();
    iam.policy("read");
    for arn in [
        "arn:aws:iam::111122223333:policy/gone",
        "arn:aws:iam::111122223333:policy/path/read",
        "arn:aws:iam::999988887777:policy/read",
    ] {
        assert_eq!(
            iam.refused("AttachRolePolicy", of(arn)),
            format!("NoSuchEntity: Policy {arn} does not exist or is not attachable.")
        );
    }
}

#[test]
fn only_arns_of_policies_are_taken() {
    for arn in [
        "arn:aws:iam::111122223333:role/read",
        "arn:aws:s3:::a-bucket-of-mine",
        "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/",
        "arn:aws:iam:us-east-1:aws:policy/ReadOnlyAccess",
        "arn:aws:iam::1234:policy/ReadOnlyAccess",
        "ReadOnlyAccessOfMine",
    ] {
        let said = format!("InvalidInput: ARN {arn} is not valid.");
        let mut iam = Iam::with_role();
        assert_eq!(iam.refused("AttachRolePolicy", of(arn)), said);
        assert_eq!(iam.refused("DetachRolePolicy", of(arn)), said);
        assert_eq!(iam.refused("GetPolicy", json!({ "PolicyArn": arn })), said);
    }
}

/// The policies that the reference asks for.
const NAMED: [&str; 21] = [
    "AmazonEKSClusterPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEFSCSIDriverPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonS3ReadOnlyAccess",
    "AmazonS3FullAccess",
    "CloudWatchAgentServerPolicy",
    "AdministratorAccess",
    "ReadOnlyAccess",
];

#[test]
fn strict_accounts_attach_the_policies_of_aws_known_by_name() {
    for name in NAMED {
        let mut iam = Iam::strict();
        iam.role("app");
        iam.ok(
            "AttachRolePolicy",
            of(&format!("arn:aws:iam::aws:policy/{name}")),
        );
    }
}

#[test]
fn only_lenient_accounts_attach_any_policy_of_aws() {
    for arn in [
        "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
        "arn:aws:iam::aws:policy/service-role/ReadOnlyAccess",
    ] {
        Iam::with_role().ok("AttachRolePolicy", of(arn));
        let mut iam = Iam::strict();
        iam.role("app");
        assert_eq!(
            iam.refused("AttachRolePolicy", of(arn)),
            format!("NoSuchEntity: Policy {arn} does not exist or is not attachable.")
        );
    }
}

#[test]
fn policies_of_service_linked_roles_are_for_them_only() {
    assert_eq!(
        Iam::with_role().refused(
            "AttachRolePolicy",
            of("arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy"),
        ),
        "PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role."
    );
}
