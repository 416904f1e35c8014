//! `DescribeAddon` and `ListAddons`.

use std::ops::Bound;

use eks_emulator_api::eks::{DescribeAddonResponse, Error, ListAddonsRequest, ListAddonsResponse};

use super::{Addon, error};
use crate::cluster::Cluster;
use crate::environment::Environment;
use crate::page::Page;

impl Cluster {
    /// Shows an add-on; counts as a read of it.
    ///
    /// Errors: `ResourceNotFoundException`.
    pub fn describe_addon(
        &mut self,
        environment: &Environment<'_>,
        addon_name: &str,
    ) -> Result<DescribeAddonResponse, Error> {
        let name = self.require_addon(addon_name)?.name().to_owned();
        self.count_read_of_addon(environment, &name);
        let addon = self.require_addon(addon_name)?;
        Ok(DescribeAddonResponse {
            addon: Some(self.describe_addon_view(environment, addon)),
        })
    }

    /// The names of the add-ons, in ascending order.
    ///
    /// Errors: `InvalidParameterException` for a broken token.
    pub fn list_addons(&self, input: &ListAddonsRequest) -> Result<ListAddonsResponse, Error> {
        let scope = format!("ListAddons/{}", self.name);
        let page = Page::new(&scope, input.max_results, input.next_token.as_deref())?;
        let from = page.after().map_or(Bound::Unbounded, Bound::Excluded);
        let names = self.addons.from::<str>(from);
        let (addons, next_token) = page.take(names.map(|(name, _)| name.clone()), Clone::clone);
        Ok(ListAddonsResponse {
            addons: Some(addons),
            next_token,
        })
    }

    /// The add-on `addon_name`, however it is capitalised.
    pub(in crate::cluster) fn require_addon(&self, addon_name: &str) -> Result<&Addon, Error> {
        self.addons
            .get(addon_name)
            .or_else(|| self.addons.get(&addon_name.to_lowercase()))
            .ok_or_else(|| error::no_addon_found(&self.name, addon_name))
    }
}
