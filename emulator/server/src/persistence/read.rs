//! Reading a state file back.

use std::path::Path;
use std::sync::Arc;

use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::state::from_json;

use super::Change;
use crate::snapshot::Snapshot;
use crate::state::StateDocument;

/// The state of a file; `None` if there is none.
///
/// Errors: a sentence.
pub(crate) fn read(path: &Path) -> Result<Option<Snapshot>, String> {
    let failure = |problem: String| format!("{}: {problem}", path.display());
    match std::fs::read(path) {
        Ok(text) => state(&text).map(Some).map_err(failure),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure(error.to_string())),
    }
}

fn state(text: &[u8]) -> Result<Snapshot, String> {
    let is_break = |byte: &u8| *byte == b'\n';
    let end = text.iter().position(is_break).unwrap_or(text.len());
    let (document, changes) = text.split_at(end);
    let mut state = StateDocument::read(utf8(document)?).map_err(|error| error.to_string())?;
    // What is behind the last line break was not written to its end, which may
    // be within a character.
    let complete = changes.iter().rposition(is_break).unwrap_or(0);
    let complete = utf8(changes.get(1..complete).unwrap_or_default())?;
    for (index, line) in complete.lines().enumerate() {
        let change: Change<'static> =
            from_json(line).map_err(|error| format!("line {}: {error}", index + 2))?;
        apply(&mut state, change).map_err(|error| format!("line {}: {error}", index + 2))?;
    }
    check(&state)?;
    Ok(state)
}

fn utf8(text: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(text).map_err(|error| format!("it is not UTF-8: {error}"))
}

fn apply(state: &mut Snapshot, change: Change<'_>) -> Result<(), String> {
    match change {
        Change::Slot(slot) => {
            let slot = slot.into_owned();
            let region = state.regions.entry((**slot.home()).clone()).or_default();
            region.retired.remove(slot.name());
            region.slots.insert(slot.name().to_owned(), slot);
        }
        Change::Cluster {
            home,
            name,
            changes,
        } => {
            let slot = find(state, &home, &name)?;
            let applied = Arc::make_mut(slot).apply(*changes);
            applied.map_err(|error| error.to_string())?;
        }
        Change::Retired {
            home,
            name,
            holders,
        } => {
            let region = state.regions.entry(home.into_owned()).or_default();
            region.slots.remove(&*name);
            region.retired.insert(name.into_owned(), holders);
        }
        Change::Identity(changes) => {
            let applied = state.identity.apply(*changes);
            applied.map_err(|error| error.to_string())?;
        }
        Change::Clock(clock) => state.clock = clock,
        Change::Lifecycle(lifecycle) => state.lifecycle = Arc::new(lifecycle.into_owned()),
    }
    Ok(())
}

fn find<'a>(
    state: &'a mut Snapshot,
    home: &AccountRegion,
    name: &str,
) -> Result<&'a mut Arc<ClusterSlot>, String> {
    let region = state.regions.get_mut(home);
    let slot = region.and_then(|region| region.slots.get_mut(name));
    slot.ok_or_else(|| format!("there is no cluster {name} to change"))
}

/// What always holds.
fn check(state: &Snapshot) -> Result<(), String> {
    for (name, slot) in state.regions.values().flat_map(|region| &region.slots) {
        let checked = slot.check_invariants();
        checked.map_err(|error| format!("cluster {name}: {error}"))?;
    }
    state.identity.check_invariants()
}
