//! How long a projected token lives.

use super::mechanism::Jitter;
use super::{Annotations, Effect, Rule, Step, TOKEN_EXPIRATION_ANNOTATION};

/// The life of a token that nothing else is said about, in seconds.
pub(super) const DEFAULT_SECONDS: i64 = 86_400;
/// The shortest life that Kubernetes gives out; shorter wishes become this.
const SHORTEST_SECONDS: i64 = 600;
/// The low end of the range over which default lives are spread.
const JITTER_FROM_SECONDS: i64 = 79_200;

/// The life of the token, and the steps that led to it.
///
/// An annotation of the pod outweighs one of the service account. Spreading
/// looks at the number only: an annotation that asks for the default is
/// spread as well.
pub(super) fn seconds(
    service_account: Option<&Annotations>,
    pod: &Annotations,
    jitter: Jitter,
    random: u64,
    steps: &mut Vec<Step>,
) -> i64 {
    let mut seconds = DEFAULT_SECONDS;
    for (owner, annotations) in [("service account", service_account), ("pod", Some(pod))] {
        let value = annotations.and_then(|all| all.get(TOKEN_EXPIRATION_ANNOTATION));
        if let Some(value) = value {
            seconds = annotated(owner, value, seconds, steps);
        }
    }
    if seconds != DEFAULT_SECONDS || jitter == Jitter::Never {
        return seconds;
    }
    let spread = spread(random);
    steps.push(Step::new(
        Rule::TokenExpiration,
        Effect::Sets,
        format!(
            "the token would live for the default of {DEFAULT_SECONDS} seconds: \
             {spread} is drawn between {JITTER_FROM_SECONDS} and {DEFAULT_SECONDS}"
        ),
    ));
    spread
}

/// What an annotation makes of the life so far.
fn annotated(owner: &str, value: &str, so_far: i64, steps: &mut Vec<Step>) -> i64 {
    let subject = format!("{owner} annotation {TOKEN_EXPIRATION_ANNOTATION} is {value:?}");
    let (effect, text, seconds) = match value.parse::<i64>() {
        Err(_) => (
            Effect::Ignored,
            format!("{subject}, which is not a number: not considered"),
            so_far,
        ),
        Ok(seconds) if seconds < SHORTEST_SECONDS => (
            Effect::Sets,
            format!("{subject}: raised to the least of {SHORTEST_SECONDS} seconds"),
            SHORTEST_SECONDS,
        ),
        Ok(seconds) => (
            Effect::Sets,
            format!("{subject}: the token lives for {seconds} seconds"),
            seconds,
        ),
    };
    steps.push(Step::new(Rule::TokenExpiration, effect, text));
    seconds
}

/// A life between the low end and the default, both included.
fn spread(random: u64) -> i64 {
    let lives = (DEFAULT_SECONDS - JITTER_FROM_SECONDS + 1).unsigned_abs();
    JITTER_FROM_SECONDS.saturating_add_unsigned(random % lives)
}
