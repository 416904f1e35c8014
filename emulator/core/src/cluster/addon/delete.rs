//! `DeleteAddon`.

use std::sync::Arc;

use eks_emulator_api::eks::{
    AddonStatus, DeleteAddonRequest, DeleteAddonResponse, Error, UpdateStatus,
};

use super::{Addon, End};
use crate::cluster::Cluster;
use crate::cluster::transition;
use crate::environment::Environment;
use crate::event::EventKind;
use crate::lifecycle::Change;

impl Cluster {
    /// Deletes an add-on, in any status, and the associations it owns in the
    /// same moment; with `preserve` they stay and are nobody's.
    ///
    /// A second call while the add-on is being deleted changes nothing.
    ///
    /// Source: EKS user guide, "IAM roles for Amazon EKS add-ons"; eksctl's
    /// integration tests.
    ///
    /// Errors: `ResourceNotFoundException`.
    pub fn delete_addon(
        &mut self,
        environment: &Environment<'_>,
        input: &DeleteAddonRequest,
    ) -> Result<DeleteAddonResponse, Error> {
        let addon = self.require_addon(&input.addon_name)?;
        let addon_name = addon.name().to_owned();
        if addon.status != AddonStatus::Deleting {
            self.apply_delete_addon(environment, &addon_name, input.preserve.unwrap_or(false));
        }
        let addon = self.require_addon(&addon_name)?;
        Ok(DeleteAddonResponse {
            addon: Some(self.describe_addon_view(environment, addon)),
        })
    }

    fn apply_delete_addon(
        &mut self,
        environment: &Environment<'_>,
        addon_name: &str,
        preserve: bool,
    ) {
        let owned = self
            .addons
            .get_mut(addon_name)
            .and_then(|addon| addon.owned.as_mut())
            .map(std::mem::take)
            .unwrap_or_default();
        if preserve {
            self.release_owned(environment, &owned);
            self.abandon_objects(addon_name);
        } else {
            self.delete_owned(environment, &owned);
            self.uninstall_addon(environment, addon_name);
        }
        self.abandon_update(environment, addon_name);
        self.schedule
            .cancel(|transition| transition.subject.addon_name() == Some(addon_name));
        self.set_addon_status(environment.now, addon_name, AddonStatus::Deleting);
        let addon_name = addon_name.to_owned();
        self.start(
            environment,
            Change::Delete,
            transition::Subject::AddonDelete { addon_name },
        );
    }

    /// An update that was under way does not end well any more.
    fn abandon_update(&mut self, environment: &Environment<'_>, addon_name: &str) {
        let scheduled = self
            .schedule
            .iter()
            .filter(|transition| transition.subject.addon_name() == Some(addon_name))
            .filter_map(|transition| transition.subject.update_id().cloned());
        let mut running: Vec<Arc<str>> = scheduled.collect();
        if let Some(addon) = self.addons.get_mut(addon_name)
            && let Some(End::Update(id)) = addon.awaits_rollout.take()
        {
            running.push(id);
        }
        let addon = self.addons.get(addon_name).map(Addon::reference);
        for id in running {
            let status = UpdateStatus::Failed;
            if let Some(addon) = self.addons.get_mut(addon_name) {
                addon.updates.end(&id, status, Vec::new());
            }
            let addon = addon.clone();
            self.record(
                environment.now,
                EventKind::UpdateStatusChanged { id, addon, status },
            );
        }
    }
}
