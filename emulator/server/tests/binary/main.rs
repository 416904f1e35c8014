//! The program as its users meet it: flags, signals, logs and raw HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod address;
mod agent;
mod client;
mod client_fault;
mod client_seed;
mod command_line;
mod configuration;
mod connection;
mod exec;
mod export;
mod hostile_body;
mod hostile_head;
mod limit;
mod log;
mod nested_document;
mod persistence;
mod pod_demo;
mod pod_env;
mod program;
mod repeatable;
mod reset;
mod secret;
mod seed;
mod setting;
mod shutdown;
mod signature;
mod starting;
#[cfg(not(feature = "otel"))]
mod telemetry;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
#[path = "../tls/client.rs"]
mod tls_client;
#[cfg(feature = "tls")]
mod tls_commands;
#[cfg(feature = "tls")]
mod tls_setting;
mod unsupported;
