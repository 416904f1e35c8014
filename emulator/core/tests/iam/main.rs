//! IAM of one account, through the public surface.

mod command;
mod inline_policy;
mod managed_policy;
mod oidc_provider;
mod page;
mod policy_attachment;
mod policy_document;
mod policy_version;
mod properties;
mod quota;
mod role;
mod role_errors;
mod service_linked_role;
mod support;
mod tag;
mod terraform;
mod trust_policy;
