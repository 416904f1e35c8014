//! `ListClusters`, and the updates of a cluster and its add-ons.

use eks_emulator_api::eks::{
    DescribeUpdateRequest, DescribeUpdateResponse, Error, InvalidParameterException,
    ListClustersRequest, ListClustersResponse, ListUpdatesRequest, ListUpdatesResponse,
};

use crate::cluster::update::Updates;
use crate::cluster::{Cluster, error};
use crate::environment::Environment;
use crate::page::Page;
use crate::proposed;

/// A page of `ListClusters` that is about to be made.
#[derive(Debug)]
pub struct ClusterListing {
    page: Page,
}

impl ClusterListing {
    /// The page that `input` asks for. Connected clusters, which
    /// `include=all` adds, do not exist here.
    ///
    /// Errors: `InvalidParameterException` for a broken token or an
    /// `include` other than `all`.
    pub fn new(input: &ListClustersRequest) -> Result<Self, Error> {
        let page = Page::new(
            "ListClusters",
            input.max_results,
            input.next_token.as_deref(),
        )?;
        if let Some(value) = input.include.iter().flatten().find(|value| *value != "all") {
            return Err(InvalidParameterException {
                message: Some(proposed::unknown_include(value)),
                ..Default::default()
            }
            .into());
        }
        Ok(Self { page })
    }

    /// The name behind which the page begins.
    pub fn after(&self) -> Option<&str> {
        self.page.after()
    }

    /// The page, from `names` that begin behind [`ClusterListing::after`] in
    /// ascending order.
    pub fn take(&self, names: impl Iterator<Item = String>) -> ListClustersResponse {
        let (clusters, next_token) = self.page.take(names, Clone::clone);
        ListClustersResponse {
            clusters: Some(clusters),
            next_token,
        }
    }
}

impl Cluster {
    /// The ids of the cluster's own updates, or of one add-on's, in the
    /// order of their start.
    ///
    /// Errors: `ResourceNotFoundException` for an add-on, node group or
    /// capability that does not exist; `InvalidParameterException` for a
    /// broken token.
    pub fn list_updates(&self, input: &ListUpdatesRequest) -> Result<ListUpdatesResponse, Error> {
        if let Some(nodegroup_name) = &input.nodegroup_name {
            return Err(error::no_node_group_found(&self.name, nodegroup_name));
        }
        if let Some(capability_name) = &input.capability_name {
            let message = proposed::no_capability_found(capability_name);
            return Err(error::not_found(&self.name, message));
        }
        let updates = self.updates_of(input.addon_name.as_deref())?;
        let scope = format!(
            "ListUpdates/{}/{}",
            self.name,
            input.addon_name.as_deref().unwrap_or_default()
        );
        let page = Page::new(&scope, input.max_results, input.next_token.as_deref())?;
        let after = page.after().and_then(|key| key.parse().ok()).unwrap_or(0);
        let (taken, next_token) = page.take(updates.after(after), |(number, _)| number.to_string());
        let ids = taken
            .into_iter()
            .map(|(_, update)| (*update.id).to_owned())
            .collect();
        Ok(ListUpdatesResponse {
            update_ids: Some(ids),
            next_token,
        })
    }

    /// Shows an update; counts as a read of what it updates.
    ///
    /// Errors: `ResourceNotFoundException`, also if the update belongs to an
    /// add-on and is asked for without it, or the other way round.
    pub fn describe_update(
        &mut self,
        environment: &Environment<'_>,
        input: &DescribeUpdateRequest,
    ) -> Result<DescribeUpdateResponse, Error> {
        let missing = || error::no_update_found(&self.name, &input.update_id);
        if input.nodegroup_name.is_some() || input.capability_name.is_some() {
            return Err(missing());
        }
        let addon_name = input.addon_name.as_deref();
        self.updates_of(addon_name)?
            .get(&input.update_id)
            .ok_or_else(missing)?;
        self.count_read_of_update(environment, &input.update_id);
        let missing = || error::no_update_found(&self.name, &input.update_id);
        let update = self
            .updates_of(addon_name)?
            .get(&input.update_id)
            .ok_or_else(missing)?;
        Ok(DescribeUpdateResponse {
            update: Some(update.describe()),
        })
    }

    fn updates_of(&self, addon_name: Option<&str>) -> Result<&Updates, Error> {
        match addon_name {
            None => Ok(&self.updates),
            Some(addon_name) => self.require_addon(addon_name).map(|addon| addon.updates()),
        }
    }
}
