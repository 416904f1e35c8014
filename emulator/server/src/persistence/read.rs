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
    match std::fs::read_to_string(path) {
        Ok(text) => state(&text).map(Some).map_err(failure),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure(error.to_string())),
    }
}

fn state(text: &str) -> Result<Snapshot, String> {
    let (document, changes) = text.split_once('\n').unwrap_or((text, ""));
    let mut state = StateDocument::read(document).map_err(|error| error.to_string())?;
    // What is behind the last line break was not written to its end.
    let complete = changes.rfind('\n').map_or("", |end| &changes[..end]);
    for (index, line) in complete.lines().enumerate() {
        let change: Change<'static> =
            from_json(line).map_err(|error| format!("line {}: {error}", index + 2))?;
        apply(&mut state, change).map_err(|error| format!("line {}: {error}", index + 2))?;
    }
    check(&state)?;
    Ok(state)
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
