//! Trust policies of roles, through the public surface.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod conditions;
mod malformed;
mod pod_identity;
mod principals;
mod properties;
mod random;
mod reference;
mod scenarios;
mod support;
