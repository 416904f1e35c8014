//! The types of events that there are.

use crate::text_pattern::TextPattern;

/// All of them.
pub(super) const KINDS: [&str; 17] = [
    "addon.removed",
    "addon.rolloutCompleted",
    "addon.rolloutStarted",
    "addon.statusChanged",
    "association.created",
    "association.deleted",
    "association.ownerChanged",
    "association.updated",
    "clock.advanced",
    "cluster.removed",
    "cluster.statusChanged",
    "fault.fired",
    "pod.created",
    "pod.deleted",
    "pods.restarted",
    "state.reset",
    "update.statusChanged",
];

/// How alike a word and the one that was meant are at least.
const LIKE: f64 = 0.8;

/// Whether each text stands for a type: somebody would wait for another in
/// vain.
///
/// Errors: a sentence.
pub(crate) fn check(kinds: &TextPattern) -> Result<(), String> {
    for text in kinds.texts() {
        let one = TextPattern::from(text.as_str());
        if !KINDS.iter().any(|kind| one.matches(kind)) {
            return Err(unknown(text));
        }
    }
    Ok(())
}

fn unknown(text: &str) -> String {
    let likeness = |kind: &str| strsim::jaro_winkler(&kind.to_lowercase(), &text.to_lowercase());
    let nearest = KINDS
        .iter()
        .map(|kind| (likeness(kind), kind))
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match nearest {
        Some((likeness, kind)) if likeness > LIKE && !text.contains('*') => {
            format!("type {text} is no type of event; did you mean {kind}?")
        }
        _ => format!("type {text} is no type of event"),
    }
}
