//! TLS: how the emulator serves HTTPS, and how its own clients speak it.
//!
//! The rest of the package is the same with and without the feature `tls`.
//! Without it, what stands for TLS are types that have no values.

#[cfg(not(feature = "tls"))]
mod absent;
#[cfg(feature = "tls")]
mod authority;
#[cfg(feature = "tls")]
mod client;
#[cfg(feature = "tls")]
mod pem;
#[cfg(feature = "tls")]
mod provider;
#[cfg(feature = "tls")]
mod server;

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(not(feature = "tls"))]
pub(crate) use absent::{ClientTls, ServerTls, Tls};
#[cfg(feature = "tls")]
pub(crate) use client::ClientTls;
#[cfg(all(feature = "cli", feature = "tls"))]
pub(crate) use client::system_authorities;
#[cfg(all(feature = "cli", feature = "tls"))]
pub(crate) use server::Mistake;
#[cfg(feature = "tls")]
pub(crate) use server::ServerTls;
#[cfg(feature = "tls")]
pub use server::Tls;

/// What a client speaks HTTP over.
pub(crate) trait ClientStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<Stream: AsyncRead + AsyncWrite + Send + Unpin> ClientStream for Stream {}
