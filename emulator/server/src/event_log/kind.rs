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

/// Whether each text stands for a type.
///
/// Errors: a sentence.
pub(crate) fn check(kinds: &TextPattern) -> Result<(), String> {
    kinds
        .check(&KINDS, "no type of event")
        .map_err(|error| format!("type {error}"))
}
