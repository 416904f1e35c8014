//! `eks-emulator snapshot`: states of a running emulator by name.

use clap::{Args, Subcommand};
use http::Method;

use super::control_client::{encoded, with_query};
use super::remote::{Remote, RemoteArguments, ScopeArguments};
use super::{Failure, table};

const SNAPSHOTS: &str = "/_emulator/v1/snapshots";

// The arguments of `snapshot`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = false)]
pub(super) struct SnapshotArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(subcommand)]
    action: SnapshotAction,
}

// What is to be done.
#[derive(Debug, Subcommand)]
enum SnapshotAction {
    /// Keep the present state under a name
    Save {
        /// The name
        name: String,
    },
    /// Put the state of a name in the place of the present one
    Restore {
        /// The name
        name: String,
        #[command(flatten)]
        scope: ScopeArguments,
    },
    /// List the names
    List,
    /// Forget the state of a name
    Delete {
        /// The name
        name: String,
    },
}

/// Does it.
pub(super) fn run(arguments: &SnapshotArguments) -> Result<(), Failure> {
    let remote = Remote::new(&arguments.remote)?;
    let one = |name: &str| format!("{SNAPSHOTS}/{}", encoded(name));
    match &arguments.action {
        SnapshotAction::Save { name } => {
            let answer = remote.call(Method::PUT, &one(name), None)?;
            remote.show(&answer, |_| String::new())
        }
        SnapshotAction::Restore { name, scope } => {
            let path = with_query(&format!("{}/restore", one(name)), &scope.parameters());
            remote.call(Method::POST, &path, None).map(drop)
        }
        SnapshotAction::List => {
            let answer = remote.get(SNAPSHOTS)?;
            remote.show(&answer, |answer| {
                let shown = [("NAME", "name"), ("TAKEN AT", "takenAt")];
                table::objects(&answer["snapshots"], &shown)
            })
        }
        SnapshotAction::Delete { name } => remote.call(Method::DELETE, &one(name), None).map(drop),
    }
}
