//! What a service account's annotations say, as the webhook's cache keeps it.

use super::{
    AUDIENCE_ANNOTATION, Annotations, Effect, ROLE_ARN_ANNOTATION, Rule,
    STS_REGIONAL_ENDPOINTS_ANNOTATION, Step,
};

/// The audience of web identity tokens that nothing else is said about.
const DEFAULT_AUDIENCE: &str = "sts.amazonaws.com";

/// The role of the account's pods; an empty one counts as none.
pub(super) fn role_arn(annotations: Option<&Annotations>) -> Option<&str> {
    let role_arn = annotations?.get(ROLE_ARN_ANNOTATION)?;
    Some(role_arn.as_str()).filter(|role_arn| !role_arn.is_empty())
}

/// The audience of web identity tokens; an empty one stays empty.
pub(super) fn audience(annotations: Option<&Annotations>) -> &str {
    annotations
        .and_then(|all| all.get(AUDIENCE_ANNOTATION))
        .map_or(DEFAULT_AUDIENCE, String::as_str)
}

/// Whether the SDK is told to ask the regional STS.
///
/// The annotation outweighs the flag. An account that the cache does not have
/// gets `false`, not the flag's value: the original only merges the two when
/// it stores an account.
pub(super) fn regional_sts(
    annotations: Option<&Annotations>,
    flag: bool,
    steps: &mut Vec<Step>,
) -> bool {
    let Some(annotations) = annotations else {
        let text = "the service account is not known: AWS_STS_REGIONAL_ENDPOINTS is not injected";
        let step = Step::new(Rule::StsRegionalEndpoints, Effect::Sets, text.to_owned());
        steps.push(step);
        return false;
    };
    let Some(value) = annotations.get(STS_REGIONAL_ENDPOINTS_ANNOTATION) else {
        return flag;
    };
    let subject =
        format!("service account annotation {STS_REGIONAL_ENDPOINTS_ANNOTATION} is {value:?}");
    let (effect, text, regional) = match truth(value) {
        Some(true) => (
            Effect::Sets,
            format!("{subject}: the regional STS is asked"),
            true,
        ),
        Some(false) => (
            Effect::Sets,
            format!("{subject}: AWS_STS_REGIONAL_ENDPOINTS is not injected"),
            false,
        ),
        None => (
            Effect::Ignored,
            format!("{subject}, which is not a truth value: not considered"),
            flag,
        ),
    };
    steps.push(Step::new(Rule::StsRegionalEndpoints, effect, text));
    regional
}

/// A truth value as Go's `strconv.ParseBool` reads it.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
