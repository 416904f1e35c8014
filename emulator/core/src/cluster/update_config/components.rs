//! Settings of control plane components.

use eks_emulator_api::eks::{
    Error, HorizontalPodAutoscalerControllerConfigResponse, KubeApiServerConfigRequest,
    KubeApiServerConfigResponse, KubeControllerManagerConfigRequest,
    KubeControllerManagerConfigResponse, KubeSchedulerConfigRequest, KubeSchedulerConfigResponse,
    NodeResourcesFitConfig, PodGcControllerConfigResponse, ProvisionedControlPlaneTier,
    ResourceWeight, ScoringStrategy, ScoringStrategyType, ServiceNodePortRange,
};

use crate::cluster::configuration::Components;
use crate::cluster::error::invalid_parameter;
use crate::proposed;

/// What a request says of control plane components.
pub(in crate::cluster) struct ComponentsRequest<'a> {
    pub(in crate::cluster) api_server: Option<&'a KubeApiServerConfigRequest>,
    pub(in crate::cluster) scheduler: Option<&'a KubeSchedulerConfigRequest>,
    pub(in crate::cluster) controller_manager: Option<&'a KubeControllerManagerConfigRequest>,
}

/// The settings after the request: what it says, then what held before, then
/// Kubernetes' defaults. `None` as long as nobody ever gave one.
///
/// Source: end-to-end tests of aws-controllers-k8s/eks-controller; defaults:
/// the Kubernetes command line reference.
pub(in crate::cluster) fn check_components(
    name: &str,
    before: Option<&Components>,
    tier: ProvisionedControlPlaneTier,
    request: &ComponentsRequest<'_>,
) -> Result<Option<Components>, Error> {
    let is_empty = request.api_server.is_none()
        && request.scheduler.is_none()
        && request.controller_manager.is_none();
    if is_empty {
        return Ok(before.cloned());
    }
    let before = before.cloned().unwrap_or_else(defaults);
    check_sync_period(name, tier, request)?;
    Ok(Some(Components {
        api_server: api_server(name, before.api_server, request.api_server)?,
        scheduler: scheduler(before.scheduler, request.scheduler),
        controller_manager: controller_manager(
            before.controller_manager,
            request.controller_manager,
        ),
    }))
}

fn defaults() -> Components {
    let weight = |name: &str| ResourceWeight {
        name: Some(name.into()),
        weight: Some(1),
    };
    Components {
        api_server: KubeApiServerConfigResponse {
            event_ttl: Some("60m".into()),
            service_node_port_range: Some(ServiceNodePortRange {
                min_port: Some(30_000),
                max_port: Some(32_767),
            }),
        },
        scheduler: KubeSchedulerConfigResponse {
            node_resources_fit: Some(NodeResourcesFitConfig {
                scoring_strategy: Some(ScoringStrategy {
                    r#type: Some(ScoringStrategyType::LeastAllocated),
                    resources: Some(vec![weight("cpu"), weight("memory")]),
                }),
            }),
        },
        controller_manager: KubeControllerManagerConfigResponse {
            pod_gc_controller_config: Some(PodGcControllerConfigResponse {
                terminated_pod_gc_threshold: Some(12_500),
            }),
            horizontal_pod_autoscaler_controller_config: Some(
                HorizontalPodAutoscalerControllerConfigResponse {
                    horizontal_pod_autoscaler_sync_period: Some("15s".into()),
                },
            ),
        },
    }
}

fn api_server(
    name: &str,
    mut settings: KubeApiServerConfigResponse,
    request: Option<&KubeApiServerConfigRequest>,
) -> Result<KubeApiServerConfigResponse, Error> {
    let Some(request) = request else {
        return Ok(settings);
    };
    settings.event_ttl = request.event_ttl.clone().or(settings.event_ttl);
    if let Some(range) = &request.service_node_port_range {
        let before = settings.service_node_port_range.unwrap_or_default();
        let range = ServiceNodePortRange {
            min_port: range.min_port.or(before.min_port),
            max_port: range.max_port.or(before.max_port),
        };
        if range.min_port > range.max_port {
            return Err(invalid_parameter(name, proposed::INVALID_PORT_RANGE));
        }
        settings.service_node_port_range = Some(range);
    }
    Ok(settings)
}

fn scheduler(
    settings: KubeSchedulerConfigResponse,
    request: Option<&KubeSchedulerConfigRequest>,
) -> KubeSchedulerConfigResponse {
    let scoring = |fit: Option<&NodeResourcesFitConfig>| {
        fit.and_then(|fit| fit.scoring_strategy.clone())
            .unwrap_or_default()
    };
    let before = scoring(settings.node_resources_fit.as_ref());
    let given = scoring(request.and_then(|request| request.node_resources_fit.as_ref()));
    KubeSchedulerConfigResponse {
        node_resources_fit: Some(NodeResourcesFitConfig {
            scoring_strategy: Some(ScoringStrategy {
                r#type: given.r#type.or(before.r#type),
                resources: given.resources.or(before.resources),
            }),
        }),
    }
}

fn controller_manager(
    mut settings: KubeControllerManagerConfigResponse,
    request: Option<&KubeControllerManagerConfigRequest>,
) -> KubeControllerManagerConfigResponse {
    let Some(request) = request else {
        return settings;
    };
    let threshold = request.pod_gc_controller_config.as_ref();
    if let Some(threshold) = threshold.and_then(|config| config.terminated_pod_gc_threshold) {
        settings.pod_gc_controller_config = Some(PodGcControllerConfigResponse {
            terminated_pod_gc_threshold: Some(threshold),
        });
    }
    if let Some(period) = sync_period(request) {
        settings.horizontal_pod_autoscaler_controller_config =
            Some(HorizontalPodAutoscalerControllerConfigResponse {
                horizontal_pod_autoscaler_sync_period: Some(period.clone()),
            });
    }
    settings
}

fn sync_period(request: &KubeControllerManagerConfigRequest) -> Option<&String> {
    let config = request
        .horizontal_pod_autoscaler_controller_config
        .as_ref()?;
    config.horizontal_pod_autoscaler_sync_period.as_ref()
}

/// Source: end-to-end tests of aws-controllers-k8s/eks-controller, which set
/// the period on a provisioned tier only.
fn check_sync_period(
    name: &str,
    tier: ProvisionedControlPlaneTier,
    request: &ComponentsRequest<'_>,
) -> Result<(), Error> {
    let is_given = request.controller_manager.and_then(sync_period).is_some();
    if is_given && tier == ProvisionedControlPlaneTier::Standard {
        return Err(invalid_parameter(name, proposed::SYNC_PERIOD_NEEDS_TIER));
    }
    Ok(())
}
