//! How bytes become API documents and back, for any operation in the tables.
//!
//! The crate interprets `eks_emulator_api::schema` and holds no behaviour: it
//! knows no resource, no add-on and no state. A request passes through
//! [`sigv4`] (who is calling) and the `read` function of its protocol (which
//! operation, with what input); an answer leaves through one of the `write_*`
//! functions. EKS and EKS Auth speak [`rest_json1`], IAM and STS speak
//! [`aws_query`].

pub mod aws_query;
mod date;
mod pattern;
mod percent;
pub mod rest_json1;
pub mod sigv4;
mod validate;
