//! An offline Amazon EKS API: add-ons and EKS Pod Identity, faithfully.
//!
//! [`EksEmulator`] starts an emulator in the process of a test; the binary of
//! the same name serves it to any other client. This package wires: what EKS
//! does is in `eks-emulator-core`, how it speaks in `eks-emulator-protocol`.
//!
//! # A test with an emulator of its own
//!
//! With the feature `aws-sdk`, every client of the AWS SDK takes the
//! emulator's configuration, and calls it without a socket:
//!
//! ```ignore
//! #[tokio::test]
//! async fn the_network_is_installed() -> Result<(), Box<dyn std::error::Error>> {
//!     let emulator = EksEmulator::builder().without_listener().start().await?;
//!     let eks = aws_sdk_eks::Client::new(&emulator.sdk_config());
//!     install(&eks, "demo").await?;
//!     let addons = eks.list_addons().cluster_name("demo").send().await?;
//!     assert_eq!(addons.addons(), ["vpc-cni"]);
//!     Ok(())
//! }
//! ```
//!
//! Programs find it by their environment, and whoever holds the emulator
//! controls it by calls that wait for nothing:
//!
//! ```
//! use std::process::Command;
//! use std::time::Duration;
//!
//! use eks_emulator::{ClockStart, EksEmulator, time};
//!
//! let now = time::parse("2026-01-01T00:00:00Z")?;
//! let emulator = EksEmulator::builder()
//!     .account("111122223333")
//!     .clock(ClockStart::PausedAt(now))
//!     .start_blocking()?;
//! let mut terraform = Command::new("terraform");
//! emulator.apply_env(&mut terraform).args(["plan", "-detailed-exitcode"]);
//!
//! let empty = emulator.snapshot();
//! emulator.advance(Duration::from_secs(600));
//! emulator.restore(&empty);
//! assert_eq!(emulator.now(), now);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here is global, reads the environment or sets up a log. Each
//! emulator has a thread of its own, or none, if it listens nowhere.
//!
//! # Features
//!
//! - `cli` (on by default) is what the program needs; a dev-dependency on the
//!   library does without: `default-features = false`.
//! - `tls` (on by default) is HTTPS: `Tls`, and clients of such emulators.
//! - `aws-sdk` adds the configurations for the AWS SDK for Rust.
//! - `otel` exports a trace of every call to an OpenTelemetry collector, where
//!   one is named. There is no other telemetry.

mod advance;
mod agent;
mod chance;
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
pub mod journal;
mod metrics;
mod persistence;
mod profile;
mod readiness;
mod remote;
mod reset;
pub mod seed;
mod service;
mod snapshot;
mod state;
mod sts;
pub mod support;
#[cfg(feature = "otel")]
mod telemetry;
mod text_pattern;
pub mod time;
mod tls;
mod transition;
mod wait;
mod world;

pub use agent::AgentCache;
pub use clock::ClockStart;
pub use emulator::{
    Auth, ControlAccess, ControlFuture, EksEmulator, EksEmulatorBuilder, EmulatorAccount,
    EmulatorClock, EmulatorControl, EmulatorService, Error, Event, EventPattern, Fault, FaultGuard,
    NewFault, Pod, Requests, Snapshot, Times,
};
pub use remote::RemoteEmulator;
pub use seed::Seed;
#[cfg(feature = "tls")]
pub use tls::Tls;

pub use transition::FiredTransition;

/// How transitions proceed, and the times and quotas that an emulator takes.
pub use eks_emulator_core::{
    Limits, Timestamp, credentials::CredentialSource, iam::IamMode, lifecycle,
};

/// How rules and filters name what they are for.
pub use text_pattern::TextPattern;
