//! Clusters, add-ons and pod identity associations, through the public surface.

mod addon;
mod addon_errors;
mod addon_updates;
mod associations;
mod catalog_additions;
mod command;
mod conflicts;
mod create_cluster;
mod delete_cluster;
mod describe_cluster;
mod idempotency;
mod outcomes;
mod ownership;
mod pages;
mod pending;
mod profiles;
mod properties;
mod support;
mod tags;
mod update_config;
mod update_config_refusals;
mod update_version;
