//! Add-ons that are installed and would no longer be in the catalogue.

use std::collections::BTreeMap;

use eks_emulator_core::catalog::Catalog;
use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::region::AccountRegion;

use super::{RegionSnapshot, Scope};

/// Whether what is brought back of a part finds its add-ons in the catalogue.
///
/// Errors: a sentence.
pub(crate) fn check_catalog(
    before: &Catalog,
    after: &Catalog,
    scope: &Scope,
    regions: &BTreeMap<AccountRegion, RegionSnapshot>,
) -> Result<(), String> {
    let regions = regions.iter().filter(|(home, _)| scope.includes(home));
    let mut slots = regions.flat_map(|(_, region)| region.slots.values());
    match slots.find_map(|slot| lost_addon(before, after, slot)) {
        Some(sentence) => Err(sentence),
        None => Ok(()),
    }
}

/// An installed add-on whose version is in one catalogue and not in another,
/// in a sentence.
pub(crate) fn lost_addon(before: &Catalog, after: &Catalog, slot: &ClusterSlot) -> Option<String> {
    if before.is_tables() {
        return None;
    }
    let mut addons = slot.as_left()?.addons_as_seeds().into_iter();
    let lost = addons.find(|addon| before.loses(after, &addon.name, &addon.version))?;
    let AccountRegion {
        account_id, region, ..
    } = &**slot.home();
    let (cluster, name, version) = (slot.name(), lost.name, lost.version);
    Some(format!(
        "the cluster {cluster} of account {account_id} in {region} has the add-on {name} in version {version}, which would not be in the catalogue"
    ))
}
