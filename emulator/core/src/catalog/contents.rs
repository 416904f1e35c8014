//! The catalogue as a whole: the tables, and what seeds have laid over them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::added::AddedAddon;
use super::addon_lookup::{addon, addons};
use super::definition::AddonDefinition;
use super::offer::OfferedAddon;
use crate::state::StateError;

/// The catalogue: the tables, and what seeds have laid over them. A clone
/// shares everything; one without additions costs nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Vec<AddonDefinition>", try_from = "Vec<AddonDefinition>")]
pub struct Catalog {
    /// By name; `None` if there is nothing.
    added: Option<Arc<BTreeMap<String, Arc<AddedAddon>>>>,
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.definitions().eq(other.definitions())
    }
}

impl From<Catalog> for Vec<AddonDefinition> {
    fn from(catalog: Catalog) -> Self {
        catalog.definitions().cloned().collect()
    }
}

impl TryFrom<Vec<AddonDefinition>> for Catalog {
    type Error = StateError;

    fn try_from(definitions: Vec<AddonDefinition>) -> Result<Self, StateError> {
        let mut catalog = Self::tables();
        for definition in definitions {
            let name = definition.name.clone();
            if catalog.definition(&name).is_some() {
                return Err(StateError::new(format!("the add-on {name} is there twice")));
            }
            let put = catalog.put(definition);
            put.map_err(|sentence| StateError::new(sentence).within(&name))?;
        }
        Ok(catalog)
    }
}

impl Catalog {
    /// The tables, with nothing laid over them.
    pub const fn tables() -> Self {
        Self { added: None }
    }

    /// Whether nothing is laid over the tables.
    pub fn is_tables(&self) -> bool {
        self.added().next().is_none()
    }

    /// The add-on called `name`, in whatever case it is written.
    pub fn addon(&self, name: &str) -> Option<OfferedAddon<'_>> {
        if let Some(added) = &self.added
            && let Some(found) = added.get(&name.to_ascii_lowercase())
        {
            return Some(OfferedAddon::Added(found));
        }
        addon(name).map(OfferedAddon::Table)
    }

    /// Every add-on, in ascending order of name.
    pub fn addons(&self) -> impl Iterator<Item = OfferedAddon<'_>> {
        let mut rows = addons().iter().peekable();
        let mut added = self.added().peekable();
        std::iter::from_fn(move || {
            let row = rows.peek().copied();
            let next = added
                .next_if(|next| row.is_none_or(|row| next.definition.name.as_str() <= row.name));
            let Some(next) = next else {
                return rows.next().map(OfferedAddon::Table);
            };
            rows.next_if(|row| row.name == next.definition.name);
            Some(OfferedAddon::Added(next))
        })
    }

    /// What seeds have laid over the tables, in ascending order of name.
    pub fn definitions(&self) -> impl Iterator<Item = &AddonDefinition> {
        self.added().map(|added| &added.definition)
    }

    /// What seeds have said of the add-on `name`.
    pub fn definition(&self, name: &str) -> Option<&AddonDefinition> {
        let added = self.added.as_ref()?.get(name)?;
        Some(&added.definition)
    }

    /// Lays an add-on over the tables, in the place of what was said of it.
    ///
    /// Errors: a sentence that says what cannot be; nothing has changed then.
    pub fn put(&mut self, definition: AddonDefinition) -> Result<(), String> {
        let addon = AddedAddon::new(definition)?;
        let added = Arc::make_mut(self.added.get_or_insert_default());
        added.insert(addon.definition.name.clone(), Arc::new(addon));
        Ok(())
    }

    /// Takes away what is laid over the tables for the add-on `name`.
    pub fn remove(&mut self, name: &str) {
        if let Some(added) = &mut self.added {
            Arc::make_mut(added).remove(name);
        }
    }

    /// Whether a version of an add-on is in this catalogue and no longer in
    /// `later`.
    pub fn loses(&self, later: &Self, name: &str, version: &str) -> bool {
        let has = |catalog: &Self| {
            let addon = catalog.addon(name);
            addon.is_some_and(|addon| addon.version(version).is_some())
        };
        !self.is_tables() && has(self) && !has(later)
    }

    fn added(&self) -> impl Iterator<Item = &AddedAddon> {
        let added = self.added.iter().flat_map(|added| added.values());
        added.map(|added| &**added)
    }
}
