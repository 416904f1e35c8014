//! The Rust SDK for Amazon EKS against emulators in this process: one test
//! for each rule, named after it.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod addon_create;
mod addon_create_errors;
mod addon_delete;
mod addon_update;
mod addon_update_errors;
mod association;
mod association_errors;
mod catalogue;
mod cluster;
mod cluster_update;
mod conflict;
mod identity;
mod in_process;
mod lifecycle;
mod operations;
mod ownership;
mod pagination;
mod pods;
mod protocol;
mod protocol_values;
mod raw;
mod readme;
mod refusal;
mod retry;
mod support;
mod tag;
mod transport;
mod update;
mod waiter;
