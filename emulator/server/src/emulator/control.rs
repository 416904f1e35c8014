//! `EmulatorControl`: what tests do with an emulator, wherever it runs.

use std::pin::Pin;
use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::lifecycle::TransitionRule;

use super::{EksEmulator, Error, Event, EventPattern, Fault, Pod, Times};
use crate::journal::{JournalEntry, RequestFilter};
use crate::transition::FiredTransition;

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
/// What changes something fails with [`Error::StateFile`] if the emulator cannot
/// write its state file: it has happened, but may be lost.
///
/// In process, nothing here waits for anything but [`wait_for`], and
/// [`EksEmulator`] has the same without futures.
///
/// [`wait_for`]: EmulatorControl::wait_for
pub trait EmulatorControl: Send + Sync {
    /// Where clients find the emulator.
    fn endpoint(&self) -> String;

    /// The time on its clock.
    fn now(&self) -> ControlFuture<'_, Timestamp>;

    /// Moves its clock forwards; what falls due has happened on return. Gives
    /// the transitions that have ended, in the order of time.
    fn advance(&self, by: Duration) -> ControlFuture<'_, Vec<FiredTransition>>;

    /// Moves its clock forwards to a time.
    ///
    /// Errors: [`Error::ClockCannotGoBack`] if that has passed.
    fn advance_to(&self, to: Timestamp) -> ControlFuture<'_, Vec<FiredTransition>>;

    /// Moves its clock until nothing is pending, at most by a year, and ends
    /// what waits to be told.
    fn advance_until_idle(&self) -> ControlFuture<'_, Vec<FiredTransition>>;

    /// Lets its clock stand still.
    fn pause(&self) -> ControlFuture<'_, ()>;

    /// Lets its clock run as the machine's, from the time that it shows.
    fn resume(&self) -> ControlFuture<'_, ()>;

    /// Lets its clock run this many times as fast as the machine's.
    ///
    /// Errors: [`Error::InvalidClockRate`] if that is not a number above zero.
    fn set_clock_rate(&self, rate: f64) -> ControlFuture<'_, ()>;

    /// What has happened, the oldest first.
    fn events(&self) -> ControlFuture<'_, Vec<Event>>;

    /// Waits for an event: the newest that has happened already, or the first
    /// to come. The time that it takes at most is the machine's.
    ///
    /// Errors: [`Error::Timeout`] if none came in time, with what came close.
    fn wait_for(&self, pattern: EventPattern, timeout: Duration) -> ControlFuture<'_, Event>;

    /// Puts an exception to the lifecycle in the place of the one of the same
    /// name, or behind all others.
    ///
    /// Errors: [`Error::Invalid`] if it has no name.
    fn put_transition_rule(&self, rule: TransitionRule) -> ControlFuture<'_, ()>;

    /// Takes an exception back; one that is not there is no error.
    fn remove_transition_rule<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// Lets calls fail, be late, or lose their connection, by a rule that can
    /// be taken back by its name. One of the same name is replaced.
    ///
    /// Errors: [`Error::Invalid`] if it makes no sense.
    fn put_fault<'a>(&'a self, name: &'a str, fault: Fault) -> ControlFuture<'a, ()>;

    /// Takes a fault back; one that is not there is no error.
    fn remove_fault<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()>;

    /// Takes every fault back.
    fn clear_faults(&self) -> ControlFuture<'_, ()>;

    /// The calls that it has had, the newest last.
    ///
    /// Errors: [`Error::Invalid`] if the filter names an operation that there
    /// is not.
    fn requests(&self, filter: RequestFilter) -> ControlFuture<'_, Vec<JournalEntry>>;

    /// Holds that there were as many calls as expected; gives how many.
    ///
    /// Errors: [`Error::Unexpected`], with calls that nearly match;
    /// [`Error::Invalid`] if the filter names an operation that there is not.
    fn expect_requests(&self, filter: RequestFilter, expected: Times) -> ControlFuture<'_, u64>;

    /// Forgets the calls so far.
    fn forget_requests(&self) -> ControlFuture<'_, ()>;

    /// The pods of a cluster, and which credentials each gets.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster.
    fn pods<'a>(&'a self, cluster_name: &'a str) -> ControlFuture<'a, Vec<Pod>>;

    /// Deletes a pod of a cluster as `kubectl delete pod` does; its controller,
    /// if it has one, replaces it.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster or pod.
    fn delete_pod<'a>(
        &'a self,
        cluster_name: &'a str,
        namespace: &'a str,
        name: &'a str,
    ) -> ControlFuture<'a, ()>;

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

/// Why a change is not in the state file.
pub(crate) const UNWRITTEN: &str = "it cannot be written";

/// A future of what is there already.
fn ready<'a, T: Send + 'a>(result: Result<T, Error>) -> ControlFuture<'a, T> {
    Box::pin(std::future::ready(result))
}

impl EksEmulator {
    /// Why something that has happened is not in the state file: it cannot be
    /// written. `None` if all of it is there, or if there is no such file.
    ///
    /// The methods of [`EmulatorControl`] that change something fail with it;
    /// those of the emulator itself that cannot fail are followed by this.
    pub fn persistence_error(&self) -> Option<Error> {
        let kept = self.running.app.service.keep_up();
        kept.err().map(|_| Error::StateFile(UNWRITTEN.into()))
    }

    /// What came of a change, which the state file has to tell of.
    fn kept<'a, T: Send + 'a>(&self, result: Result<T, Error>) -> ControlFuture<'a, T> {
        ready(result.and_then(|done| match self.persistence_error() {
            None => Ok(done),
            Some(error) => Err(error),
        }))
    }
}

impl EmulatorControl for EksEmulator {
    fn endpoint(&self) -> String {
        Self::endpoint(self)
    }

    fn now(&self) -> ControlFuture<'_, Timestamp> {
        ready(Ok(Self::now(self)))
    }

    fn advance(&self, by: Duration) -> ControlFuture<'_, Vec<FiredTransition>> {
        self.kept(Ok(self.clock().advance_blocking(by)))
    }

    fn advance_to(&self, to: Timestamp) -> ControlFuture<'_, Vec<FiredTransition>> {
        self.kept(self.clock().advance_to_blocking(to))
    }

    fn advance_until_idle(&self) -> ControlFuture<'_, Vec<FiredTransition>> {
        self.kept(Ok(self.clock().advance_until_idle_blocking()))
    }

    fn pause(&self) -> ControlFuture<'_, ()> {
        self.clock().pause();
        self.kept(Ok(()))
    }

    fn resume(&self) -> ControlFuture<'_, ()> {
        self.clock().resume();
        self.kept(Ok(()))
    }

    fn set_clock_rate(&self, rate: f64) -> ControlFuture<'_, ()> {
        self.kept(self.clock().set_rate(rate))
    }

    fn events(&self) -> ControlFuture<'_, Vec<Event>> {
        ready(Ok(Self::events(self)))
    }

    fn wait_for(&self, pattern: EventPattern, timeout: Duration) -> ControlFuture<'_, Event> {
        Box::pin(Self::wait_for(self, pattern, timeout))
    }

    fn put_transition_rule(&self, rule: TransitionRule) -> ControlFuture<'_, ()> {
        self.kept(Self::put_transition_rule(self, rule))
    }

    fn remove_transition_rule<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::remove_transition_rule(self, name);
        self.kept(Ok(()))
    }

    fn put_fault<'a>(&'a self, name: &'a str, fault: Fault) -> ControlFuture<'a, ()> {
        self.kept(self.fault(fault).named(name).keep().map(drop))
    }

    fn remove_fault<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::remove_fault(self, name);
        self.kept(Ok(()))
    }

    fn clear_faults(&self) -> ControlFuture<'_, ()> {
        Self::clear_faults(self);
        self.kept(Ok(()))
    }

    fn requests(&self, filter: RequestFilter) -> ControlFuture<'_, Vec<JournalEntry>> {
        let checked = filter.check().map_err(Error::Invalid);
        ready(checked.map(|()| Self::requests(self).matching(filter).entries()))
    }

    fn expect_requests(&self, filter: RequestFilter, expected: Times) -> ControlFuture<'_, u64> {
        ready(Self::requests(self).matching(filter).verify(expected))
    }

    fn forget_requests(&self) -> ControlFuture<'_, ()> {
        Self::requests(self).forget_all();
        self.kept(Ok(()))
    }

    fn pods<'a>(&'a self, cluster_name: &'a str) -> ControlFuture<'a, Vec<Pod>> {
        ready(Self::pods(self, cluster_name))
    }

    fn delete_pod<'a>(
        &'a self,
        cluster_name: &'a str,
        namespace: &'a str,
        name: &'a str,
    ) -> ControlFuture<'a, ()> {
        self.kept(Self::delete_pod(self, cluster_name, namespace, name))
    }

    fn save_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::save_snapshot(self, name);
        self.kept(Ok(()))
    }

    fn restore_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        self.kept(Self::restore_snapshot(self, name))
    }

    fn delete_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Self::delete_snapshot(self, name);
        self.kept(Ok(()))
    }

    fn reset(&self) -> ControlFuture<'_, ()> {
        Self::reset(self);
        self.kept(Ok(()))
    }

    fn reset_account<'a>(&'a self, account_id: &'a str) -> ControlFuture<'a, ()> {
        self.kept(self.account(account_id).map(|account| account.reset()))
    }
}
