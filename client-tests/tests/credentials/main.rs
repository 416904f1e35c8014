//! Credentials end to end: IAM, STS, EKS Auth and the agent over HTTP, and the
//! default chain of the AWS SDK for Rust. One test for each rule.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod agent_cache;
mod agent_endpoint;
mod association_role;
mod assume_role;
mod caller_identity;
mod eks_auth;
mod issuer;
mod mechanism;
#[path = "../eks/raw.rs"]
mod raw;
mod sdk_chain;
mod session_against_eks;
mod stage;
#[path = "../eks/support.rs"]
#[expect(dead_code, reason = "the tests of the EKS API use more of it")]
mod support;
mod target_role;
mod trust;
mod web_identity;
