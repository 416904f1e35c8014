//! `EmulatorControl`: what tests do with an emulator, wherever it runs.

use std::pin::Pin;
use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::lifecycle::TransitionRule;

use super::{EksEmulator, Error, Pod};

/// What a method of [`EmulatorControl`] gives: a future that can be sent.
pub type ControlFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// What tests do with an emulator, whether it is in their process
/// ([`EksEmulator`]) or behind an endpoint
/// ([`RemoteEmulator`](crate::RemoteEmulator)). Tests that take it as an
/// argument can be pointed elsewhere by the environment:
///
/// ```no_run
/// use eks_emulator::{EksEmulator, EmulatorControl, Error, RemoteEmulator};
///
/// async fn emulator() -> Result<Box<dyn EmulatorControl>, Error> {
///     match std::env::var("EKS_EMULATOR_ENDPOINT") {
///         Ok(url) => Ok(Box::new(RemoteEmulator::connect(&url).await?)),
///         Err(_) => Ok(Box::new(EksEmulator::builder().start().await?)),
///     }
/// }
/// ```
///
/// In process nothing here waits for anything, and [`EksEmulator`] has the
/// same methods without futures.
pub trait EmulatorControl: Send + Sync {
    /// Where clients find the emulator.
    fn endpoint(&self) -> String;

    /// The time on its clock.
    fn now(&self) -> ControlFuture<'_, Timestamp>;

    /// Moves its clock forwards; what falls due has happened on return.
    fn advance(&self, by: Duration) -> ControlFuture<'_, Timestamp>;

    /// Moves its clock forwards to a time.
    ///
    /// Errors: [`Error::ClockCannotGoBack`] if that has passed.
    fn advance_to(&self, to: Timestamp) -> ControlFuture<'_, Timestamp>;

    /// Moves its clock to the due time of every pending transition in turn,
    /// and ends those that wait to be told.
    fn advance_until_idle(&self) -> ControlFuture<'_, Timestamp>;

    /// Lets its clock stand still.
    fn pause(&self) -> ControlFuture<'_, ()>;

    /// Lets its clock run as the machine's, from the time that it shows.
    fn resume(&self) -> ControlFuture<'_, ()>;

    /// Puts an exception to the lifecycle in the place of the one of the same
    /// name, or behind all others.
    ///
    /// Errors: [`Error::InvalidRule`] if it has no name.
    fn put_transition_rule(&self, rule: TransitionRule) -> ControlFuture<'_, ()>;

    /// Takes an exception back; one that is not there is no error.
    fn remove_transition_rule<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// The pods of a cluster, and which credentials each gets.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster.
    fn pods<'a>(&'a self, cluster_name: &'a str) -> ControlFuture<'a, Vec<Pod>>;

    /// Keeps the present state under a name.
    fn save_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// Puts the state that was kept under a name in the place of the present
    /// one.
    ///
    /// Errors: [`Error::NotFound`] if there is none of the name.
    fn restore_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// Forgets a state; one that is not there is no error.
    fn delete_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// Forgets everything.
    fn reset(&self) -> ControlFuture<'_, ()>;

    /// Forgets what an account has.
    ///
    /// Errors: [`Error::InvalidAccountId`].
    fn reset_account<'a>(&'a self, account_id: &'a str) -> ControlFuture<'a, ()>;
}

/// A future of what is there already.
fn ready<'a, T: Send + 'a>(result: Result<T, Error>) -> ControlFuture<'a, T> {
    Box::pin(std::future::ready(result))
}

impl EmulatorControl for EksEmulator {
    fn endpoint(&self) -> String {
        Self::endpoint(self)
    }

    fn now(&self) -> ControlFuture<'_, Timestamp> {
        ready(Ok(Self::now(self)))
    }

    fn advance(&self, by: Duration) -> ControlFuture<'_, Timestamp> {
        ready(Ok(Self::advance(self, by)))
    }

    fn advance_to(&self, to: Timestamp) -> ControlFuture<'_, Timestamp> {
        ready(Self::advance_to(self, to))
    }

    fn advance_until_idle(&self) -> ControlFuture<'_, Timestamp> {
        ready(Ok(Self::advance_until_idle(self)))
    }

    fn pause(&self) -> ControlFuture<'_, ()> {
        Self::pause(self);
        ready(Ok(()))
    }

    fn resume(&self) -> ControlFuture<'_, ()> {
        Self::resume(self);
        ready(Ok(()))
    }

    fn put_transition_rule(&self, rule: TransitionRule) -> ControlFuture<'_, ()> {
        ready(Self::put_transition_rule(self, rule))
    }

    fn remove_transition_rule<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::remove_transition_rule(self, name);
        ready(Ok(()))
    }

    fn pods<'a>(&'a self, cluster_name: &'a str) -> ControlFuture<'a, Vec<Pod>> {
        ready(Self::pods(self, cluster_name))
    }

    fn save_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::save_snapshot(self, name);
        ready(Ok(()))
    }

    fn restore_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        ready(Self::restore_snapshot(self, name))
    }

    fn delete_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::delete_snapshot(self, name);
        ready(Ok(()))
    }

    fn reset(&self) -> ControlFuture<'_, ()> {
        Self::reset(self);
        ready(Ok(()))
    }

    fn reset_account<'a>(&'a self, account_id: &'a str) -> ControlFuture<'a, ()> {
        ready(self.account(account_id).map(|account| account.reset()))
    }
}
