//! From state to a document that makes the same state.

mod catalogue;
mod cluster;
mod identity;
mod ordered;
mod yaml;

use eks_emulator_core::region::AccountRegion;
use serde_json::Value;

pub(super) use cluster::cluster_members;
pub(crate) use ordered::Ordered;
pub(crate) use yaml::write as write_yaml;

use super::document::{ClockMode, ClockSeed, Defaults, FaultSeed, Seed, TransitionSeed};
use super::place::Home;
use crate::clock;
use crate::service::{CallContext, Service};
use crate::state::Scope;

impl Service {
    /// The state within a scope as a document. What AWS has by default is
    /// left out; the clock is in it unless it runs as the machine's.
    pub(crate) fn export_seed(&self, scope: &Scope) -> Seed {
        let entered = self.enter();
        let home = Home {
            account_id: scope
                .account_id
                .clone()
                .unwrap_or(self.defaults.account_id.clone()),
            region: scope.region.clone().unwrap_or(self.defaults.region.clone()),
        };
        let mut contexts = entered.every_context();
        contexts.retain(|context| scope.includes(context.region.home()));
        contexts.sort_by_cached_key(|context| context.region.home().clone());
        let mut seed = Seed {
            defaults: Defaults {
                account: Some(home.account_id.clone()),
                region: Some(home.region.clone()),
                kubernetes_version: None,
            },
            ..Seed::default()
        };
        seed.catalogue = catalogue::export(entered.catalog());
        for context in &contexts {
            export_clusters(&mut seed, &home, context);
        }
        identity::export(&mut seed, &home, scope, &entered.identity().lock());
        if scope.is_everything() {
            let view = self.clock.view();
            let mode = match view.mode {
                clock::ClockMode::Real => None,
                clock::ClockMode::Paused => Some(ClockMode::Paused),
                clock::ClockMode::Scaled => Some(ClockMode::Scaled),
            };
            seed.clock = mode.map(|mode| ClockSeed {
                mode: Some(mode),
                now: Some(view.now.into()),
                rate: (mode == ClockMode::Scaled).then_some(view.rate),
            });
            let lifecycle = self.lifecycle();
            let rules = lifecycle.rules.iter().filter_map(TransitionSeed::of);
            seed.transitions = rules.collect();
            let faults = self.faults().list(self.clock.now()).into_iter();
            seed.faults = faults.map(FaultSeed::of).collect();
        }
        seed
    }
}

fn export_clusters(seed: &mut Seed, home: &Home, context: &CallContext) {
    let environment = context.environment();
    let place = context.region.home();
    context.region.for_each_cluster(&environment, |cluster| {
        let mut exported = cluster::export(cluster, &environment, place);
        let AccountRegion {
            account_id, region, ..
        } = &**place;
        let elsewhere = |is: &str, here: &str| (is != here).then(|| is.to_owned());
        exported.x_emulator.account = elsewhere(account_id, &home.account_id);
        exported.x_emulator.region = elsewhere(region, &home.region);
        seed.clusters.push(exported);
    });
}

/// Takes out members that are null: they are the same as absent ones.
pub(super) fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(strip_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}
