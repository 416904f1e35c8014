//! The state as a document: what `GET /_emulator/v1/state` gives, what it
//! takes back, and what a state file begins with.

use std::collections::BTreeMap;
use std::sync::Arc;

use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::iam::IdentityStore;
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::state::from_json;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{RegionSnapshot, Scope};
use crate::clock::ClockState;
use crate::snapshot::Snapshot;
use crate::time;

/// The version of the document. It grows when older emulators could not
/// understand what newer ones write.
const SCHEMA: u64 = 1;

/// The state as a document. Secrets are part of it: keys that sign tokens,
/// and the access keys of sessions.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StateDocument {
    schema: u64,
    /// What the clock showed; for people.
    taken_at: String,
    /// What it is limited to, if it is not everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<ScopeDocument>,
    clock: ClockState,
    lifecycle: Lifecycle,
    /// What seeds have laid over the catalogue.
    #[serde(default, skip_serializing_if = "Catalog::is_tables")]
    catalogue: Catalog,
    regions: Vec<RegionDocument>,
    identity: IdentityStore,
}

/// What a document is limited to.
#[derive(Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScopeDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

impl ScopeDocument {
    /// `None` for everything.
    fn of(scope: &Scope) -> Option<Self> {
        (!scope.is_everything()).then(|| Self {
            account: scope.account_id.clone(),
            region: scope.region.clone(),
        })
    }
}

/// What an account has in a region.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegionDocument {
    home: AccountRegion,
    clusters: Vec<Arc<ClusterSlot>>,
    /// How many clusters held the names that none holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    retired: BTreeMap<String, u64>,
}

/// Why a document is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StateDocumentError {
    /// It is of a later version.
    Newer(u64),
    /// It is not JSON; a sentence.
    Malformed(String),
    /// It is no such document, or says what cannot be; a sentence.
    Invalid(String),
}

impl std::fmt::Display for StateDocumentError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Newer(schema) => write!(
                formatter,
                "the state is of schema {schema}, and this emulator knows {SCHEMA}; use a newer one"
            ),
            Self::Malformed(sentence) | Self::Invalid(sentence) => formatter.write_str(sentence),
        }
    }
}

/// What every version of the document says, and a seed does not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    schema: Option<u64>,
    taken_at: Option<IgnoredAny>,
}

impl StateDocument {
    /// The document of a state.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let region = |(home, region): (&AccountRegion, &RegionSnapshot)| RegionDocument {
            home: home.clone(),
            clusters: region.slots.values().cloned().collect(),
            retired: region.retired.clone(),
        };
        Self {
            schema: SCHEMA,
            taken_at: time::format(snapshot.taken_at()),
            scope: None,
            clock: snapshot.clock,
            lifecycle: (*snapshot.lifecycle).clone(),
            catalogue: snapshot.catalog.clone(),
            regions: snapshot.regions.iter().map(region).collect(),
            identity: snapshot.identity.clone(),
        }
    }

    /// The document of what a state has within a scope. It says so: what it
    /// does not have may be elsewhere.
    pub(crate) fn limited(snapshot: &Snapshot, scope: &Scope) -> Self {
        Self {
            scope: ScopeDocument::of(scope),
            ..Self::new(snapshot)
        }
    }

    /// Reads a document.
    ///
    /// Errors: see [`StateDocumentError`].
    pub(crate) fn read(text: &str) -> Result<Snapshot, StateDocumentError> {
        let document = Self::parse(text)?;
        document
            .into_snapshot()
            .map_err(StateDocumentError::Invalid)
    }

    /// Reads a document that is to take the place of what there is within a
    /// scope. One that has nothing there, and is not about it alone, is
    /// somebody's mistake: it would take away everything.
    ///
    /// Errors: see [`StateDocumentError`].
    pub(crate) fn read_for(text: &str, scope: &Scope) -> Result<Snapshot, StateDocumentError> {
        let document = Self::parse(text)?;
        let is_about_it = document.scope == ScopeDocument::of(scope);
        let is_everything = document.scope.is_none();
        let snapshot = document
            .into_snapshot()
            .map_err(StateDocumentError::Invalid)?;
        let has_nothing = snapshot.is_empty_in(&Scope::default());
        let fits = is_about_it
            || scope.is_everything()
            || !snapshot.is_empty_in(scope)
            || (is_everything && has_nothing);
        match fits {
            true => Ok(snapshot),
            false => Err(StateDocumentError::Invalid(
                "it has nothing of this account or region, and is not its export: it would take away everything there".into(),
            )),
        }
    }

    fn parse(text: &str) -> Result<Self, StateDocumentError> {
        let invalid = |sentence: String| StateDocumentError::Invalid(sentence);
        let version: Version = from_json(text).map_err(|error| {
            let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
            match is_json {
                true => invalid(error.to_string()),
                false => StateDocumentError::Malformed(error.to_string()),
            }
        })?;
        match version.schema {
            None => return Err(invalid("it has no schema: is it a state document?".into())),
            Some(schema) if schema > SCHEMA => return Err(StateDocumentError::Newer(schema)),
            Some(_) if version.taken_at.is_none() => {
                return Err(invalid(
                    "it has no takenAt: a seed is for eks-emulator seed, or POST /_emulator/v1/seed"
                        .into(),
                ));
            }
            Some(_) => {}
        }
        from_json(text).map_err(|error| invalid(error.to_string()))
    }

    fn into_snapshot(self) -> Result<Snapshot, String> {
        let mut regions = BTreeMap::new();
        for region in self.regions {
            let (home, region) = region.into_snapshot()?;
            if regions.insert(home.clone(), region).is_some() {
                let AccountRegion {
                    account_id, region, ..
                } = home;
                return Err(format!("account {account_id} in {region} is there twice"));
            }
        }
        Ok(Snapshot {
            regions,
            identity: self.identity,
            clock: self.clock,
            lifecycle: Arc::new(self.lifecycle),
            catalog: self.catalogue,
        })
    }
}

impl RegionDocument {
    fn into_snapshot(self) -> Result<(AccountRegion, RegionSnapshot), String> {
        let home = Arc::new(self.home);
        let mut snapshot = RegionSnapshot {
            retired: self.retired,
            ..Default::default()
        };
        for mut slot in self.clusters {
            let name = slot.name().to_owned();
            if **slot.home() != *home {
                return Err(format!("cluster {name} is of another account or region"));
            }
            // One value for all clusters of a region instead of one for each.
            Arc::make_mut(&mut slot).share_home(&home);
            if snapshot.slots.insert(name.clone(), slot).is_some() {
                return Err(format!("cluster {name} is there twice"));
            }
        }
        Ok(((*home).clone(), snapshot))
    }
}
