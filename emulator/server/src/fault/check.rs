//! What makes sense as a fault rule.

use eks_emulator_api::schema::Exception;

use super::rule::{ConnectionFault, FaultError, FaultPhase, FaultRule};
use crate::support;
use crate::text_pattern::TextPattern;

/// The services whose calls faults happen to.
const SERVICES: [&str; 6] = ["eks", "eks-auth", "iam", "sts", "agent", "issuer"];
/// The longest delay: longer ones only look like `hang`.
const DELAY_MAX_SECONDS: u64 = 24 * 60 * 60;

/// Errors: a sentence.
pub(super) fn check(rule: &FaultRule) -> Result<(), String> {
    let effect = &rule.effect;
    if effect.error.is_none() && effect.delay.is_none() && effect.connection.is_none() {
        return Err("effect needs at least one of error, delay and connection".into());
    }
    let probability = rule.probability.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&probability) {
        return Err(format!("probability {probability} is not between 0 and 1"));
    }
    if let Some(numbers) = rule.r#match.call_number
        && numbers.to.is_some_and(|to| to < numbers.from)
    {
        return Err("match.callNumber.to is before match.callNumber.from".into());
    }
    if let Some(delay) = effect.delay {
        let jitter = delay.jitter.unwrap_or_default().0;
        let longest = delay.fixed.0.saturating_add(jitter);
        if longest.as_secs() > DELAY_MAX_SECONDS {
            return Err("effect.delay is longer than a day; effect.connection can be hang".into());
        }
    }
    check_phase(rule)?;
    check_service(rule.r#match.service.as_ref())?;
    check_operation(rule)?;
    match &effect.error {
        Some(error) => check_error(rule, error),
        None => Ok(()),
    }
}

fn check_phase(rule: &FaultRule) -> Result<(), String> {
    let sentence = match (rule.effect.connection, rule.effective_phase()) {
        (Some(ConnectionFault::ResetBeforeResponse), FaultPhase::After) => {
            "after resetBeforeResponse the operation has not happened, so phase cannot be after; \
             resetAfterCommit is what resets after it"
        }
        (Some(ConnectionFault::ResetAfterCommit), FaultPhase::Before) => {
            "before resetAfterCommit the operation has happened, so phase cannot be before; \
             resetBeforeResponse is what resets before it"
        }
        (Some(ConnectionFault::TruncateBody), FaultPhase::Before)
            if rule.effect.error.is_none() =>
        {
            "truncateBody needs an answer to cut: effect.error, or phase after"
        }
        _ => return Ok(()),
    };
    Err(sentence.into())
}

fn check_service(service: Option<&TextPattern>) -> Result<(), String> {
    let texts = service.map_or(&[][..], TextPattern::texts);
    let is_unknown = |text: &&String| {
        let pattern = TextPattern::One((*text).clone());
        !SERVICES.iter().any(|service| pattern.matches(service))
    };
    match texts.iter().find(is_unknown) {
        Some(text) => Err(format!(
            "match.service {text} is none of eks, eks-auth, iam, sts, agent and issuer"
        )),
        None => Ok(()),
    }
}

/// Each text has to match an operation: a fault with a typo would happen to
/// nothing, and so seem to work.
fn check_operation(rule: &FaultRule) -> Result<(), String> {
    let Some(operation) = &rule.r#match.operation else {
        return Ok(());
    };
    let names: Vec<&str> = matched(rule, None).map(|(_, name)| name).collect();
    operation
        .check(&names, "no operation")
        .map_err(|error| format!("match.operation {error}"))
}

/// The operations with their services that match the rule's services and
/// `operation`.
fn matched<'a>(
    rule: &'a FaultRule,
    operation: Option<&'a TextPattern>,
) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    let is_wanted = |pattern: Option<&TextPattern>, text: &str| {
        pattern.is_none_or(|pattern| pattern.matches(text))
    };
    support::calls().filter(move |(service, name)| {
        is_wanted(rule.r#match.service.as_ref(), service) && is_wanted(operation, name)
    })
}

fn check_error(rule: &FaultRule, error: &FaultError) -> Result<(), String> {
    if let Some(status) = error.status_code
        && !(400..=599).contains(&status)
    {
        return Err(format!(
            "effect.error.statusCode {status} is not between 400 and 599"
        ));
    }
    match (&error.code, error.preset) {
        (None, None) => return Err("effect.error needs a code or a preset".into()),
        (Some(code), _) if !is_code(code) => {
            return Err(format!(
                "effect.error.code {code:?} has to be letters, digits, dots and underscores"
            ));
        }
        _ => {}
    }
    let operation = rule.r#match.operation.as_ref();
    let mut services = matched(rule, operation).map(|(service, _)| service);
    if let Some(preset) = error.preset {
        return if services.any(|service| preset.is_of(service)) {
            Ok(())
        } else {
            Err(preset.refusal())
        };
    }
    let code = error.code.as_deref().unwrap_or_default();
    let is_without_status = |service: &str| modelled_status(service, code).is_none();
    if error.status_code.is_none() && services.any(is_without_status) {
        return Err(format!(
            "effect.error.statusCode is needed: {code} is not in the model of every service that the rule is for"
        ));
    }
    Ok(())
}

/// A code goes into a header and into XML.
fn is_code(code: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_';
    (1..=128).contains(&code.len()) && code.bytes().all(is_allowed)
}

/// The status of a code in the model of a service.
pub(super) fn modelled_status(service: &str, code: &str) -> Option<u16> {
    modelled(service, code).map(|exception| exception.status)
}

/// The exception of a code in the model of a service.
pub(super) fn modelled(service: &str, code: &str) -> Option<&'static Exception> {
    // The agent hands on what EKS Auth says.
    let service = match service {
        "agent" => "eks-auth",
        service => service,
    };
    let mut exceptions = support::operations_of(service)
        .iter()
        .flat_map(|operation| operation.errors);
    exceptions.find(|exception| exception.code == code).copied()
}
