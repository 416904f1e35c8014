//! State as documents, as clones that share, and as changes.

mod changes;
mod clones;
mod documents;
mod identity;
mod round_trip;
mod runs;
mod sizes;

#[path = "../cluster/command.rs"]
#[expect(dead_code, reason = "shared with the tests of the cluster")]
mod command;
#[path = "../kubernetes/command.rs"]
mod objects;
#[path = "../kubernetes/observe.rs"]
#[expect(dead_code, reason = "shared with the tests of what runs on a cluster")]
mod observe;
#[path = "../cluster/support.rs"]
#[expect(dead_code, reason = "shared with the tests of the cluster")]
mod support;

#[path = "../iam"]
mod iam {
    pub(crate) mod command;
    #[expect(dead_code, reason = "shared with the tests of IAM")]
    pub(crate) mod support;
}
