//! The HTTP side: which requests go where, within which limits.

pub(crate) mod app;
pub(crate) mod connection;
mod host;
pub(crate) mod interruption;
pub(crate) mod limit;
mod log;
pub(crate) mod request_id;
pub(crate) mod responder;
