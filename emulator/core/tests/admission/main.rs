//! Pod mutation at admission, through the public surface.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod properties;
mod review;
mod steps;
mod support;
mod vectors;
