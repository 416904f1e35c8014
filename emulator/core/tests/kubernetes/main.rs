//! What runs on a cluster: workloads, pods, their credentials and restarts.

mod added;
mod adoption;
mod command;
mod compute;
mod event_objects;
mod explanations;
mod installation;
mod invariants;
mod observe;
mod profiles;
mod properties;
mod restarts;
mod roles;
mod rollout;
mod settings;
mod shapes;
mod transcript;
mod user_objects;

#[path = "../cluster/support.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the cluster, which need more"
)]
mod support;
