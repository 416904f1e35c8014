//! EKS Auto Mode: three switches that are on or off together.

use eks_emulator_api::eks::{
    ComputeConfigRequest, ElasticLoadBalancing, Error, StorageConfigRequest,
};

use crate::arn::RoleArn;
use crate::cluster::configuration::{AutoMode, Compute};
use crate::cluster::error::{cross_account_pass_role, invalid_parameter};
use crate::proposed;
use crate::region::AccountRegion;

/// What a request says of Auto Mode.
pub(in crate::cluster) struct AutoModeRequest<'a> {
    pub(in crate::cluster) compute: Option<&'a ComputeConfigRequest>,
    pub(in crate::cluster) load_balancing: Option<&'a ElasticLoadBalancing>,
    pub(in crate::cluster) storage: Option<&'a StorageConfigRequest>,
}

impl AutoModeRequest<'_> {
    /// What Auto Mode is after the request.
    ///
    /// Source of the text about the three switches:
    /// kubernetes-sigs/cluster-api-provider-aws issue 5278.
    pub(in crate::cluster) fn applied_to(
        &self,
        name: &str,
        home: &AccountRegion,
        before: &AutoMode,
    ) -> Result<AutoMode, Error> {
        let mut after = before.clone();
        if let Some(request) = self.compute {
            after.compute = Some(check_compute(name, home, before.compute.as_ref(), request)?);
        }
        if let Some(request) = self.load_balancing {
            after.load_balancing = request.enabled.unwrap_or(before.load_balancing);
            after.gateway_api = request.gateway_api.clone().or(after.gateway_api);
        }
        if let Some(storage) = self
            .storage
            .and_then(|storage| storage.block_storage.as_ref())
        {
            after.block_storage = Some(storage.enabled.unwrap_or(false));
        }
        if !after.is_consistent() {
            return Err(invalid_parameter(
                name,
                "For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
            ));
        }
        Ok(after)
    }
}

fn check_compute(
    name: &str,
    home: &AccountRegion,
    before: Option<&Compute>,
    request: &ComputeConfigRequest,
) -> Result<Compute, Error> {
    let enabled = request
        .enabled
        .unwrap_or(before.is_some_and(|before| before.enabled));
    let node_pools = request.node_pools.clone();
    if let Some(pool) = node_pools.iter().flatten().find(|pool| !is_node_pool(pool)) {
        return Err(invalid_parameter(name, proposed::unknown_node_pool(pool)));
    }
    let gives_details = request.node_role_arn.is_some()
        || node_pools.as_ref().is_some_and(|pools| !pools.is_empty());
    if !enabled && gives_details {
        return Err(invalid_parameter(name, proposed::COMPUTE_IS_DISABLED));
    }
    let role_before = before.and_then(|before| before.node_role_arn.clone());
    if let Some(role_arn) = &request.node_role_arn {
        check_node_role(name, home, role_before.as_ref(), role_arn)?;
    }
    let pools_before = || {
        before
            .map(|before| before.node_pools.clone())
            .unwrap_or_default()
    };
    Ok(Compute {
        enabled,
        node_pools: if enabled {
            node_pools.unwrap_or_else(pools_before)
        } else {
            Vec::new()
        },
        node_role_arn: request.node_role_arn.clone().or(role_before),
    })
}

/// The built-in pools; source: EKS user guide, "Enable or disable built-in
/// NodePools".
fn is_node_pool(name: &str) -> bool {
    ["general-purpose", "system"].contains(&name)
}

fn check_node_role(
    name: &str,
    home: &AccountRegion,
    before: Option<&String>,
    role_arn: &String,
) -> Result<(), Error> {
    match RoleArn::classify(role_arn, home) {
        RoleArn::Own => {}
        RoleArn::Foreign => return Err(cross_account_pass_role()),
        RoleArn::Malformed => {
            return Err(invalid_parameter(
                name,
                proposed::invalid_role_arn(role_arn),
            ));
        }
    }
    if before.is_some_and(|before| before != role_arn) {
        return Err(invalid_parameter(name, proposed::immutable("nodeRoleArn")));
    }
    Ok(())
}
