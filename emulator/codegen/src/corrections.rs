//! Where the real service differs from its published model: a short named
//! list, each with its source, applied to the model before anything is
//! generated from it.

use crate::model::{ErrorModel, Reference, ServiceModel};

/// Applies every correction of the service whose module is `module`.
pub fn apply(module: &str, model: &mut ServiceModel) {
    put_messages_last(model);
    if module == "eks" {
        empty_role_arn_reaches_the_service(model);
        cluster_names_in_paths_are_checked(model);
        cluster_version_status_is_upper_case(model);
    }
    if module == "sts" {
        results_are_in_the_order_of_the_service(model);
        session_tokens_are_secret(model);
    }
    if model.metadata.protocol == "query" {
        errors_common_to_all_operations_are_there(model);
    }
}

/// `message` is the last member of every error body.
///
/// Source: error bodies pasted in hashicorp/terraform-provider-aws issue
/// 38796 and rancher/rancher issue 14224.
fn put_messages_last(model: &mut ServiceModel) {
    for shape in model.shapes.values_mut().filter(|shape| shape.exception) {
        if let Some(message) = shape.members.shift_remove("message") {
            shape.members.insert("message".into(), message);
        }
    }
}

/// The models leave out what every operation of IAM and STS may answer with
/// and what depends on the state of the account.
///
/// Source: answers to `AssumeRole` and `GetCallerIdentity` recorded by a
/// public probe of STS; "Common errors" of the IAM and STS API references.
fn errors_common_to_all_operations_are_there(model: &mut ServiceModel) {
    for (name, status) in [
        ("AccessDenied", 403),
        ("ExpiredToken", 403),
        ("InvalidClientTokenId", 403),
        ("ValidationError", 400),
    ] {
        let mut shape = model.shapes["MalformedPolicyDocumentException"].clone();
        shape.error = Some(ErrorModel {
            http_status_code: status,
            code: None,
        });
        model.shapes.insert(name.into(), shape);
    }
}

/// STS writes some results in another order than its model has.
///
/// Source: answers recorded by a public probe of STS.
fn results_are_in_the_order_of_the_service(model: &mut ServiceModel) {
    let orders: [(&str, &[&str]); 3] = [
        ("AssumeRoleResponse", &["AssumedRoleUser", "Credentials"]),
        (
            "AssumeRoleWithWebIdentityResponse",
            &[
                "Audience",
                "AssumedRoleUser",
                "Provider",
                "Credentials",
                "SubjectFromWebIdentityToken",
            ],
        ),
        ("GetCallerIdentityResponse", &["Arn", "UserId", "Account"]),
    ];
    for (name, first) in orders {
        if let Some(shape) = model.shapes.get_mut(name) {
            let place = |name: &String| first.iter().position(|known| known == name);
            shape
                .members
                .sort_by_key(|name, _| place(name).unwrap_or(first.len()));
        }
    }
}

/// The model marks secret keys, but not the session tokens that belong to them.
fn session_tokens_are_secret(model: &mut ServiceModel) {
    if let Some(shape) = model.shapes.get_mut("tokenType") {
        shape.sensitive = true;
    }
}

/// An empty role ARN is answered with 403 "Cross-account pass role is not
/// allowed.", not with a validation error, although the model asks for at
/// least one character.
///
/// Source: `UpdateAddon` calls of the Terraform provider, which sends `""`
/// when the argument is removed.
fn empty_role_arn_reaches_the_service(model: &mut ServiceModel) {
    if let Some(shape) = model.shapes.get_mut("RoleArn") {
        shape.min = None;
    }
}

/// The name in `/clusters/{name}` is checked like the name of a new cluster,
/// whether or not the model says so.
///
/// Source: error texts of DescribeCluster in surajincloud/kubectl-eks issue 72.
fn cluster_names_in_paths_are_checked(model: &mut ServiceModel) {
    let inputs: Vec<String> = model
        .operations
        .values()
        .filter(|operation| operation.http.request_uri.starts_with("/clusters/{name}"))
        .map(|operation| operation.input.shape.clone())
        .collect();
    for input in inputs {
        let Some(shape) = model.shapes.get_mut(&input) else {
            continue;
        };
        for member in shape
            .members
            .values_mut()
            .filter(|member| is_cluster_label(member))
        {
            member.shape = "ClusterName".into();
        }
    }
}

fn is_cluster_label(member: &Reference) -> bool {
    member.location.as_deref() == Some("uri") && member.location_name.as_deref() == Some("name")
}

/// The deprecated output member `status` carries the upper-case values of
/// `versionStatus`, not those of its enum.
///
/// Source: outputs of `aws eks describe-cluster-versions` of 2025 and 2026.
fn cluster_version_status_is_upper_case(model: &mut ServiceModel) {
    if let Some(shape) = model.shapes.get_mut("ClusterVersionInformation")
        && let Some(member) = shape.members.get_mut("status")
    {
        member.shape = "String".into();
    }
}
