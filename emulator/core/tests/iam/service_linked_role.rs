//! Service-linked roles.

use serde_json::{Value, json};

use crate::support::{Iam, POD_IDENTITY_TRUST, READ_BUCKET, START, column};

fn create(iam: &mut Iam, service: &str) -> Value {
    iam.ok(
        "CreateServiceLinkedRole",
        json!({ "AWSServiceName": service }),
    )
}

#[test]
fn the_service_names_the_role_and_brings_its_policy() {
    let mut iam = Iam::strict();
    assert_eq!(
        create(&mut iam, "eks.amazonaws.com"),
        json!({ "Role": {
            "Path": "/aws-service-role/eks.amazonaws.com/",
            "RoleName": "AWSServiceRoleForAmazonEKS",
            "RoleId": "AROAAPDK8PN32TH1GA5YY",
            "Arn": "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
            "CreateDate": START,
            "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22eks.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
        } })
    );
    let answer = iam.ok(
        "ListAttachedRolePolicies",
        json!({ "RoleName": "AWSServiceRoleForAmazonEKS" }),
    );
    assert_eq!(
        column(&answer, "AttachedPolicies", "PolicyArn"),
        ["arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy"]
    );
}

#[test]
fn each_known_service_has_a_role() {
    let mut iam = Iam::strict();
    for (service, name) in [
        (
            "eks-nodegroup.amazonaws.com",
            "AWSServiceRoleForAmazonEKSNodegroup",
        ),
        (
            "eks-fargate.amazonaws.com",
            "AWSServiceRoleForAmazonEKSForFargate",
        ),
        (
            "eks-connector.amazonaws.com",
            "AWSServiceRoleForAmazonEKSConnector",
        ),
        ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot"),
        ("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet"),
        (
            "elasticloadbalancing.amazonaws.com",
            "AWSServiceRoleForElasticLoadBalancing",
        ),
        ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
    ] {
        let answer = create(&mut iam, service);
        assert_eq!(answer["Role"]["RoleName"], name);
    }
}

#[test]
fn there_is_one_role_for_a_service() {
    let mut iam = Iam::lenient();
    create(&mut iam, "spot.amazonaws.com");
    assert_eq!(
        iam.refused(
            "CreateServiceLinkedRole",
            json!({ "AWSServiceName": "spot.amazonaws.com" }),
        ),
        "InvalidInput: Service role name AWSServiceRoleForEC2Spot has been taken in this account, please try a different suffix."
    );
}

#[test]
fn suffixes_are_for_services_that_take_them() {
    let mut iam = Iam::lenient();
    let of = |service: &str, suffix: &str| json!({ "AWSServiceName": service, "CustomSuffix": suffix, "Description": "Scales." });
    let answer = iam.ok(
        "CreateServiceLinkedRole",
        of("autoscaling.amazonaws.com", "mine"),
    );
    assert_eq!(
        answer["Role"]["RoleName"],
        "AWSServiceRoleForAutoScaling_mine"
    );
    assert_eq!(answer["Role"]["Description"], "Scales.");
    assert_eq!(
        iam.refused("CreateServiceLinkedRole", of("eks.amazonaws.com", "mine")),
        "InvalidInput: Custom suffix is not allowed for eks.amazonaws.com"
    );
    assert_eq!(
        iam.refused(
            "CreateServiceLinkedRole",
            of("autoscaling.amazonaws.com", &"x".repeat(64))
        ),
        "ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"
    );
}

#[test]
fn lenient_accounts_take_other_services_at_their_word() {
    let mut iam = Iam::lenient();
    let answer = create(&mut iam, "batch.amazonaws.com");
    assert_eq!(answer["Role"]["RoleName"], "AWSServiceRoleForBatch");
    let said = "InvalidInput: Service name batch.amazonaws.com is not valid.";
    let of = json!({ "AWSServiceName": "batch.amazonaws.com" });
    assert_eq!(Iam::strict().refused("CreateServiceLinkedRole", of), said);
    for service in ["batch", ".amazonaws.com", "a+b.amazonaws.com"] {
        assert_eq!(
            Iam::lenient().refused(
                "CreateServiceLinkedRole",
                json!({ "AWSServiceName": service })
            ),
            format!("InvalidInput: Service name {service} is not valid.")
        );
    }
}

#[test]
fn only_the_service_changes_its_role() {
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for (operation, mut input) in [
        ("AttachRolePolicy", json!({ "PolicyArn": arn })),
        (
            "DetachRolePolicy",
            json!({ "PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy" }),
        ),
        (
            "PutRolePolicy",
            json!({ "PolicyName": "p", "PolicyDocument": READ_BUCKET }),
        ),
        ("DeleteRolePolicy", json!({ "PolicyName": "p" })),
        ("DeleteRole", json!({})),
        (
            "PutRolePermissionsBoundary",
            json!({ "PermissionsBoundary": arn }),
        ),
        ("DeleteRolePermissionsBoundary", json!({})),
        (
            "UpdateAssumeRolePolicy",
            json!({ "PolicyDocument": POD_IDENTITY_TRUST }),
        ),
        ("UpdateRole", json!({ "MaxSessionDuration": 7200 })),
    ] {
        let mut iam = Iam::lenient();
        create(&mut iam, "eks.amazonaws.com");
        input["RoleName"] = json!("AWSServiceRoleForAmazonEKS");
        assert_eq!(
            iam.refused(operation, input),
            "UnmodifiableEntity: Cannot perform the operation on the protected role 'AWSServiceRoleForAmazonEKS' - this role is only modifiable by AWS",
            "{operation}"
        );
    }
}

#[test]
fn callers_describe_and_tag_service_linked_roles() {
    let mut iam = Iam::lenient();
    create(&mut iam, "eks.amazonaws.com");
    let name = "AWSServiceRoleForAmazonEKS";
    iam.ok(
        "UpdateRole",
        json!({ "RoleName": name, "Description": "Ours." }),
    );
    iam.ok(
        "TagRole",
        json!({ "RoleName": name, "Tags": [{ "Key": "team", "Value": "x" }] }),
    );
    let answer = iam.ok("GetRole", json!({ "RoleName": name }));
    assert_eq!(answer["Role"]["Description"], "Ours.");
    assert_eq!(
        answer["Role"]["Tags"],
        json!([{ "Key": "team", "Value": "x" }])
    );
}
