//! The cryptography of TLS. Nothing is set for the whole process: an embedding
//! program may have a provider of its own.

use std::sync::Arc;

use tokio_rustls::rustls::ConfigBuilder;
use tokio_rustls::rustls::ConfigSide;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::{WantsVerifier, WantsVersions};

/// The algorithms.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// With the versions of TLS that are safe.
pub(super) fn with_versions<Side: ConfigSide>(
    builder: ConfigBuilder<Side, WantsVersions>,
) -> ConfigBuilder<Side, WantsVerifier> {
    builder
        .with_safe_default_protocol_versions()
        .expect("the provider has algorithms for the default versions")
}
