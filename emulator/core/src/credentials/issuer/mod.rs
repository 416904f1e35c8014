//! A cluster's OpenID Connect issuer: its key, its tokens and its documents.
//!
//! Tokens are JSON Web Signatures in compact form, put together here from the
//! `rsa` crate's signatures: the JWT crates bring a source of entropy and the
//! machine's clock along, which the core must not have.

mod claims;
mod document;
mod key;

pub use claims::{Claims, KubernetesClaims, ObjectClaim, TokenError, explain_malformed};
pub use document::{discovery_document, key_set};
pub use key::IssuerKey;
