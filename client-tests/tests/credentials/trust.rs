//! Trust policies of the roles in these tests.

use serde_json::{Value, json};

/// What the user guide asks of roles for EKS Pod Identity.
pub(crate) fn pod_identity() -> Value {
    pod_identity_if(json!({}))
}

/// The same, under a condition.
pub(crate) fn pod_identity_if(condition: Value) -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "Service": "pods.eks.amazonaws.com" },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": condition,
    }))
}

/// What EKS asks of the role of a cluster.
pub(crate) fn clusters() -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "Service": "eks.amazonaws.com" },
        "Action": "sts:AssumeRole",
    }))
}

/// EKS may assume the role but not tag the session.
pub(crate) fn without_tag_session() -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "Service": "pods.eks.amazonaws.com" },
        "Action": "sts:AssumeRole",
    }))
}

/// Another service may assume the role.
pub(crate) fn other_service() -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "Service": "ec2.amazonaws.com" },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }))
}

/// A principal of AWS may assume the role and tag the session, under a
/// condition.
pub(crate) fn principal(arn: &str, condition: Value) -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "AWS": arn },
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": condition,
    }))
}

/// A principal of AWS may assume the role but not tag the session.
pub(crate) fn principal_without_tag_session(arn: &str) -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "AWS": arn },
        "Action": "sts:AssumeRole",
    }))
}

/// Identities of a provider may assume the role, under a condition.
pub(crate) fn web_identity(provider_arn: &str, condition: Value) -> Value {
    statement(json!({
        "Effect": "Allow",
        "Principal": { "Federated": provider_arn },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }))
}

fn statement(mut statement: Value) -> Value {
    if statement["Condition"] == json!({}) {
        statement.as_object_mut().unwrap().remove("Condition");
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}
