//! Identity and access management beside the clusters: who may take on a role.

mod access_key;
mod account;
mod authority;
mod error;
mod identity;
mod instance_profile;
mod managed_policy;
mod oidc_provider;
mod page;
mod policy;
mod policy_arn;
mod policy_document;
mod role;
pub mod seed;
mod service_linked_role;
mod session;
mod state;
pub mod sts;
mod tag;
pub mod trust_policy;
mod unique_id;

pub use account::{IamAccount, IamMode};
pub use authority::{
    AnyRole, AssumeRoleDenied, PodSessionRequest, RoleAuthority, RoleSession, RoleStanding,
    TargetRole,
};
pub use identity::IdentityStore;
pub use oidc_provider::OidcProvider;
pub use role::Role;
pub use state::{AccountState, IdentityChanges};
