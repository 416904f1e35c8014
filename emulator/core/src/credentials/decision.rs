//! Pod identity, IRSA or the node's role: which one a pod gets.
//!
//! Source: EKS user guide, "IAM roles for Amazon EKS add-ons"; the pod
//! identity webhook; the default credential chains of the AWS SDKs.

use crate::cluster::AGENT_ADDON;
use crate::kubernetes::admission::{Decision, Mutation};

/// What decides about the credentials of pods of a service account.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) service_account: &'a str,
    /// The add-on whose pods they are.
    pub(crate) addon_name: Option<&'a str>,
    /// The add-on's `serviceAccountRoleArn`.
    pub(crate) addon_role_arn: Option<&'a str>,
    /// Whether the pod identity agent is on the cluster.
    pub(crate) has_agent: bool,
    /// The role of the service account's association.
    pub(crate) association_role_arn: Option<&'a str>,
    /// The role in the service account's annotation.
    pub(crate) annotation_role_arn: Option<&'a str>,
}

/// Where a pod's credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// EKS Pod Identity: the role of the association.
    PodIdentity,
    /// IAM roles for service accounts: the role of the annotation.
    Irsa,
    /// The role of the node.
    NodeRole,
    /// From nowhere: the pod asks the agent, and there is none.
    None,
}

impl CredentialSource {
    /// The word for it in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PodIdentity => "podIdentity",
            Self::Irsa => "irsa",
            Self::NodeRole => "nodeRole",
            Self::None => "none",
        }
    }
}

/// A rule that was applied, with what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's short name.
    pub rule: &'static str,
    /// What it found, in words.
    pub text: String,
}

/// Which role a pod gets, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialDecision {
    /// Where the credentials come from.
    pub source: CredentialSource,
    /// The role; `None` for the node's, which is not modelled, and for none.
    pub role_arn: Option<String>,
    /// The rules, in the order they were applied.
    pub why: Vec<Finding>,
}

/// Whether a new pod is given container credentials.
///
/// For pods of an add-on the guide's rule comes first: without the agent, an
/// add-on with a role of its own (IRSA) goes on using that, where it is on the
/// service account. For all other pods an association is enough, as it is to
/// the webhook.
pub(crate) fn associates(question: &Question<'_>) -> bool {
    let has_role = question.addon_role_arn.is_some() && question.annotation_role_arn.is_some();
    let falls_back = question.addon_name.is_some() && !question.has_agent && has_role;
    question.association_role_arn.is_some() && !falls_back
}

/// Decides which role a new pod gets.
pub(crate) fn decide(question: &Question<'_>) -> CredentialDecision {
    let mut why = Vec::new();
    let mut find = |rule, text: String| why.push(Finding { rule, text });
    find("addon", addon_text(question));
    find("agent", agent_text(question));
    find("association", association_text(question));
    find("serviceAccountRoleArn", role_text(question));
    let (source, role_arn, text) = conclude(question);
    find("conclusion", text);
    CredentialDecision {
        source,
        role_arn: role_arn.map(str::to_owned),
        why,
    }
}

fn conclude<'a>(question: &Question<'a>) -> (CredentialSource, Option<&'a str>, String) {
    let account = format!("{}/{}", question.namespace, question.service_account);
    if associates(question) {
        let role_arn = question.association_role_arn;
        if question.has_agent {
            let text = format!(
                "the association exists and the agent runs: pods of {account} get the association's role from the agent"
            );
            return (CredentialSource::PodIdentity, role_arn, text);
        }
        let text = format!(
            "the association exists, so pods of {account} are told to ask the agent, but no agent runs: they get no credentials"
        );
        return (CredentialSource::None, None, text);
    }
    match question.annotation_role_arn {
        Some(role_arn) => {
            let text = format!(
                "pods of {account} get the role of their service account's annotation (IRSA)"
            );
            (CredentialSource::Irsa, Some(role_arn), text)
        }
        None => {
            let text =
                format!("nothing is injected into pods of {account}: they use the node's role");
            (CredentialSource::NodeRole, None, text)
        }
    }
}

fn addon_text(question: &Question<'_>) -> String {
    match question.addon_name {
        Some(name) => format!("the pods belong to the add-on {name}"),
        None => "the pods belong to no add-on: the webhook's own order holds".into(),
    }
}

fn agent_text(question: &Question<'_>) -> String {
    match question.has_agent {
        true => "the pod identity agent is on the cluster".into(),
        false => format!("the pod identity agent ({AGENT_ADDON}) is not on the cluster"),
    }
}

fn association_text(question: &Question<'_>) -> String {
    let (namespace, account) = (question.namespace, question.service_account);
    match question.association_role_arn {
        Some(role_arn) => {
            format!("an association gives {namespace}/{account} the role {role_arn}")
        }
        None => format!("no association exists for {namespace}/{account}"),
    }
}

fn ignored_text(role_arn: &str) -> String {
    format!(
        "the add-on's serviceAccountRoleArn {role_arn} is ignored, since the association's role is used"
    )
}

fn role_text(question: &Question<'_>) -> String {
    match (question.addon_role_arn, question.annotation_role_arn) {
        (Some(role_arn), _) if associates(question) => ignored_text(role_arn),
        (Some(role_arn), Some(live)) if role_arn == live => format!(
            "the add-on's serviceAccountRoleArn {role_arn} is on the service account and is used"
        ),
        (Some(role_arn), Some(live)) => format!(
            "the add-on's serviceAccountRoleArn {role_arn} is not on the service account, whose annotation names the role {live}"
        ),
        (Some(role_arn), None) => format!(
            "the add-on's serviceAccountRoleArn {role_arn} is not on the service account, which has no annotation"
        ),
        (None, Some(role_arn)) if associates(question) => format!(
            "the service account's annotation {role_arn} is not looked at, since an association comes first"
        ),
        (None, Some(role_arn)) => {
            format!("the service account's annotation names the role {role_arn}")
        }
        (None, None) => "neither the add-on nor the service account names a role (IRSA)".into(),
    }
}

/// Decides which role a running pod gets: what was injected when it was made
/// stays, what is behind it may have changed.
pub(crate) fn of_running_pod(question: &Question<'_>, injected: &Decision) -> CredentialDecision {
    let mut why: Vec<Finding> = injected
        .steps
        .iter()
        .map(|step| Finding {
            rule: step.rule.as_str(),
            text: format!("when the pod was made: {}", step.text),
        })
        .collect();
    let mut find = |rule, text: String| why.push(Finding { rule, text });
    find("agent", agent_text(question));
    find("association", association_text(question));
    let (source, role_arn, text) = match &injected.mutation {
        Mutation::PodIdentity { .. } => conclude_container_credentials(question),
        Mutation::Irsa { role_arn, .. } => (
            CredentialSource::Irsa,
            Some(role_arn.as_str()),
            "the pod uses the role that was injected when it was made (IRSA)".to_owned(),
        ),
        Mutation::None { .. } => (
            CredentialSource::NodeRole,
            None,
            "nothing was injected when the pod was made: it uses the node's role".to_owned(),
        ),
    };
    if source == CredentialSource::PodIdentity
        && let Some(ignored) = question.addon_role_arn
    {
        find("serviceAccountRoleArn", ignored_text(ignored));
    }
    find("conclusion", text);
    CredentialDecision {
        source,
        role_arn: role_arn.map(str::to_owned),
        why,
    }
}

fn conclude_container_credentials<'a>(
    question: &Question<'a>,
) -> (CredentialSource, Option<&'a str>, String) {
    match (question.has_agent, question.association_role_arn) {
        (true, Some(role_arn)) => (
            CredentialSource::PodIdentity,
            Some(role_arn),
            "the pod asks the agent, which gives it the association's role".into(),
        ),
        (true, None) => (
            CredentialSource::None,
            None,
            "the pod asks the agent, but its service account has no association any more: it gets no credentials".into(),
        ),
        (false, _) => (
            CredentialSource::None,
            None,
            "the pod was told to ask the agent, but no agent runs: it gets no credentials".into(),
        ),
    }
}
