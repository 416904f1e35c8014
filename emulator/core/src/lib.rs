//! What Amazon EKS *does*: a pure, synchronous, deterministic model.
//!
//! A command takes the time as an argument and returns an answer of the API
//! or one of its errors; whatever it changed is recorded as events. Nothing
//! here reads a clock, draws chance, does I/O or waits.

pub mod arn;
pub mod catalog;
pub mod cluster;
pub mod credentials;
pub mod environment;
pub mod event;
pub mod iam;
pub mod ids;
mod issue_code;
pub mod kubernetes;
pub mod lifecycle;
mod page;
mod proposed;
pub mod region;
mod rfc1123;
mod rfc3339;
mod schedule;
mod shared;
pub mod state;
pub mod tagging;
pub mod text_pattern;

pub use eks_emulator_api::Timestamp;
pub use environment::{Environment, Limits};
