//! The usual trust policies.

use super::document::Trust;

/// The text of a trust policy; `None` for one that depends on a cluster.
pub(super) fn text(trust: &Trust) -> Option<String> {
    let service = |service: &str, actions: &str| {
        let principal = format!(r#"{{"Service":"{service}"}}"#);
        statement(&principal, actions, "")
    };
    let session = r#"["sts:AssumeRole","sts:TagSession"]"#;
    Some(match trust {
        Trust::Pods => service("pods.eks.amazonaws.com", session),
        Trust::Ec2 => service("ec2.amazonaws.com", r#""sts:AssumeRole""#),
        Trust::Eks => service("eks.amazonaws.com", session),
        Trust::Policy(policy) => policy.text(),
        Trust::Irsa => return None,
    })
}

/// The trust policy for a service account, by the provider of its issuer.
/// `issuer` is without its scheme.
pub(super) fn irsa(
    (partition, account_id): (&str, &str),
    issuer: &str,
    (namespace, name): (&str, &str),
) -> String {
    let provider = format!("arn:{partition}:iam::{account_id}:oidc-provider/{issuer}");
    let principal = format!(r#"{{"Federated":"{provider}"}}"#);
    let subject = format!("system:serviceaccount:{namespace}:{name}");
    let condition = format!(
        r#","Condition":{{"StringEquals":{{"{issuer}:aud":"sts.amazonaws.com","{issuer}:sub":{}}}}}"#,
        serde_json::Value::from(subject)
    );
    statement(&principal, r#""sts:AssumeRoleWithWebIdentity""#, &condition)
}

fn statement(principal: &str, actions: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":{actions}{condition}}}]}}"#
    )
}
