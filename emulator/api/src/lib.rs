//! What the APIs of Amazon EKS, and of IAM and STS beside it, *are*: data only.
//!
//! Types and tables are generated from the service models in
//! `fixtures/api-models/`; nothing about an operation's shape is written by
//! hand, and nothing here knows HTTP or behaviour.

mod dispatch;
pub mod eks;
pub mod eks_auth;
pub mod iam;
pub mod schema;
mod sensitive;
mod string_enum;
pub mod sts;
mod timestamp;

pub use dispatch::Respond;
pub use sensitive::Sensitive;
pub use timestamp::Timestamp;
