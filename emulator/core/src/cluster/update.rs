//! Updates: the records of what was asked of a cluster or an add-on.

use std::ops::Bound;
use std::sync::Arc;

use eks_emulator_api::Timestamp;
use eks_emulator_api::eks::{
    self, ErrorCode, ErrorDetail, UpdateParam, UpdateParamType, UpdateStatus, UpdateType,
};
use eks_emulator_api::schema::{Kind, Shape};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lifecycle::Issue;
use crate::shared::SharedMap;
use crate::state::{Change, MapChanges, StateError, misses, whole_changes};

/// One update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Update {
    pub(crate) id: Arc<str>,
    pub(crate) status: UpdateStatus,
    pub(crate) kind: UpdateType,
    pub(crate) params: Vec<Param>,
    pub(crate) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Issue>,
}

whole_changes!(Update);

/// What was asked for, as the update shows it: always a text.
pub(crate) type Param = (UpdateParamType, String);

impl Update {
    fn is_in_progress(&self) -> bool {
        self.status == UpdateStatus::InProgress
    }

    /// The view that the API gives.
    pub(crate) fn describe(&self) -> eks::Update {
        let param = |(kind, value): &Param| UpdateParam {
            r#type: Some(*kind),
            value: Some(value.clone()),
        };
        eks::Update {
            id: Some((*self.id).to_owned()),
            status: Some(self.status),
            r#type: Some(self.kind),
            params: Some(self.params.iter().map(param).collect()),
            created_at: Some(self.created_at),
            errors: Some(self.errors.iter().map(error_detail).collect()),
            cancellation: None,
        }
    }
}

/// Codes of add-on issues that updates do not have are `Unknown` there.
fn error_detail(issue: &Issue) -> ErrorDetail {
    ErrorDetail {
        error_code: Some(ErrorCode::parse(issue.code.as_str()).unwrap_or(ErrorCode::Unknown)),
        error_message: Some(issue.message.clone()),
        resource_ids: issue.resource_ids.clone(),
    }
}

/// The updates of one cluster or add-on, in the order of their start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<Update>", try_from = "Vec<Update>")]
pub(crate) struct Updates {
    /// Their numbers are those from one on.
    by_sequence: SharedMap<u64, Update>,
    sequences: SharedMap<Arc<str>, u64>,
    /// The numbers of those that have not ended: one, unless some are stuck.
    running: Vec<u64>,
}

impl From<Updates> for Vec<Update> {
    fn from(updates: Updates) -> Self {
        updates.by_sequence.values().cloned().collect()
    }
}

impl TryFrom<Vec<Update>> for Updates {
    type Error = StateError;

    fn try_from(all: Vec<Update>) -> Result<Self, StateError> {
        let mut updates = Self::default();
        for update in all {
            if updates.get(&update.id).is_some() {
                return Err(StateError::new(format!(
                    "update {} is there twice",
                    update.id
                )));
            }
            updates.add(update);
        }
        Ok(updates)
    }
}

impl Change for Updates {
    type Changes = MapChanges<u64, Update>;

    fn changes_since(&self, earlier: &Self) -> Option<MapChanges<u64, Update>> {
        self.by_sequence.changes_since(&earlier.by_sequence)
    }

    fn apply(&mut self, changes: MapChanges<u64, Update>) -> Result<(), StateError> {
        let changed = changes.changed.iter().map(|(sequence, _)| *sequence);
        let changed: Vec<u64> = changed.collect();
        for sequence in changes.removed.iter().chain(&changed) {
            let update = self.by_sequence.get(sequence);
            let id = &update.ok_or_else(|| misses(sequence))?.id;
            self.sequences.remove(&**id);
            self.running.retain(|running| running != sequence);
        }
        let added = changes.added.iter().map(|(sequence, _)| *sequence);
        let present: Vec<u64> = changed.into_iter().chain(added).collect();
        self.by_sequence.apply(changes)?;
        for sequence in present {
            if let Some(update) = self.by_sequence.get(&sequence) {
                self.sequences.insert(update.id.clone(), sequence);
                if update.is_in_progress() {
                    self.running.push(sequence);
                }
            }
        }
        self.running.sort_unstable();
        Ok(())
    }
}

impl Updates {
    /// Adds an update, which has just started.
    pub(crate) fn add(&mut self, update: Update) {
        let sequence = self.by_sequence.last().map_or(1, |(last, _)| last + 1);
        self.sequences.insert(update.id.clone(), sequence);
        if update.is_in_progress() {
            self.running.push(sequence);
        }
        self.by_sequence.insert(sequence, update);
    }

    /// The update `id`.
    pub(crate) fn get(&self, id: &str) -> Option<&Update> {
        self.by_sequence.get(&self.sequence(id)?)
    }

    /// The update `id` ends with a status, and with what went wrong.
    pub(crate) fn end(&mut self, id: &str, status: UpdateStatus, errors: Vec<Issue>) {
        if let Some(sequence) = self.sequence(id)
            && let Some(update) = self.by_sequence.get_mut(&sequence)
        {
            update.status = status;
            update.errors = errors;
            self.running.retain(|running| *running != sequence);
        }
    }

    fn sequence(&self, id: &str) -> Option<u64> {
        match self.by_sequence.last() {
            // The newest is the one that ends, and that is asked for.
            Some((newest, update)) if *update.id == *id => Some(*newest),
            _ => self.sequences.get(id).copied(),
        }
    }

    /// Checks what always holds: they are numbered from one on, and each has
    /// an id of its own.
    ///
    /// Errors: a sentence that says what does not.
    pub(crate) fn check_invariants(&self) -> Result<(), String> {
        let count = self.by_sequence.len();
        let bounds = (self.by_sequence.first(), self.by_sequence.last());
        let are_consecutive = match bounds {
            (Some((first, _)), Some((last, _))) => *first == 1 && *last == count as u64,
            _ => true,
        };
        if !are_consecutive {
            return Err("updates are not numbered from one on".into());
        }
        if self.sequences.len() != count {
            return Err("two updates have the same id".into());
        }
        Ok(())
    }

    /// The updates that started after the one with number `after`, with
    /// their numbers.
    pub(crate) fn after(&self, after: u64) -> impl Iterator<Item = (u64, &Update)> {
        self.by_sequence
            .from(Bound::Excluded(&after))
            .map(|(sequence, update)| (*sequence, update))
    }

    /// Whatever has not ended has ended well.
    pub(crate) fn conclude(&mut self) {
        for id in self.ids_in_progress() {
            self.end(&id, UpdateStatus::Successful, Vec::new());
        }
    }

    /// The update that has been under way for longest.
    pub(crate) fn in_progress(&self) -> Option<&Update> {
        self.by_sequence.get(self.running.first()?)
    }

    /// The ids of the updates that have not ended.
    pub(crate) fn ids_in_progress(&self) -> Vec<Arc<str>> {
        let running = self.running.iter();
        let running = running.filter_map(|sequence| self.by_sequence.get(sequence));
        running.map(|update| update.id.clone()).collect()
    }
}

/// The JSON text of a request member, compact, as update parameters show it:
/// members in the model's order, unset ones left out.
pub(crate) fn json_param(value: &impl Serialize, shape: &Shape) -> String {
    let value = serde_json::to_value(value).expect("inputs of the API always serialize");
    let mut text = String::new();
    write_json(&mut text, &value, shape);
    text
}

fn write_json(text: &mut String, value: &Value, shape: &Shape) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(fields)) => {
            let set = members.iter().filter_map(|member| {
                let value = fields.get(member.name).filter(|value| !value.is_null())?;
                Some((member, value))
            });
            separated(text, ['{', '}'], set, |text, (member, value)| {
                text.push_str(&Value::from(member.name).to_string());
                text.push(':');
                write_json(text, value, member.shape);
            });
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            separated(text, ['[', ']'], items.iter(), |text, item| {
                write_json(text, item, member)
            });
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn separated<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    text.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(close);
}

#[cfg(test)]
mod tests {
    use eks_emulator_api::eks::{LogSetup, LogType, Logging, schema};

    use super::*;

    #[test]
    fn params_are_compact_json_in_the_models_order() {
        let logging = Logging {
            cluster_logging: Some(vec![LogSetup {
                types: Some(vec![LogType::Api, LogType::Audit]),
                enabled: Some(true),
            }]),
        };
        assert_eq!(
            json_param(&logging, &schema::LOGGING),
            r#"{"clusterLogging":[{"types":["api","audit"],"enabled":true}]}"#
        );
    }
}
