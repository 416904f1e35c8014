//! An offline Amazon EKS API: add-ons and EKS Pod Identity, faithfully.
//!
//! [`EksEmulator`] starts an emulator in the process of a test; the binary of
//! the same name serves it to any other client. This package wires: what EKS
//! does is in `eks-emulator-core`, how it speaks in `eks-emulator-protocol`.

mod advance;
mod agent;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod clock;
#[doc(hidden)]
pub mod configuration;
mod control;
mod eks;
mod emulator;
mod event_log;
pub mod fault;
mod front;
mod http;
mod iam;
mod identity;
mod persistence;
mod profile;
mod reset;
mod service;
mod snapshot;
mod state;
mod sts;
pub mod support;
mod text_pattern;
pub mod time;
mod transition;
mod world;

pub use agent::AgentCache;
pub use clock::ClockStart;
pub use emulator::{Auth, ControlAccess, EksEmulator, EksEmulatorBuilder, EmulatorService, Error};
pub use transition::FiredTransition;

/// How transitions proceed, and the times and quotas that an emulator takes.
pub use eks_emulator_core::{Limits, Timestamp, iam::IamMode, lifecycle};
