//! `Requests`: the calls that an emulator has had, for tests to look at.

use eks_emulator_core::Timestamp;
use serde_json::Value;

use super::{EksEmulator, EmulatorAccount, Error, Times};
use crate::TextPattern;
use crate::journal::{JournalEntry, RequestFilter, Since, SinceTime};
use crate::service::Service;
use crate::state::Scope;

/// The calls that an emulator has had, narrowed step by step. Made by
/// [`EksEmulator::requests`].
///
/// ```
/// use eks_emulator::EksEmulator;
///
/// let emulator = EksEmulator::builder().without_listener().start_blocking()?;
/// let requests = emulator.requests().operation("CreateAddon").cluster("demo");
/// assert_eq!(requests.count(), 0);
/// let error = requests.verify(1..=3).unwrap_err();
/// let sentence = "expected 1 to 3 requests with operation CreateAddon, cluster demo; there were 0";
/// assert_eq!(error.to_string(), sentence);
/// # Ok::<(), eks_emulator::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it does nothing but narrow until it is asked"]
pub struct Requests<'a> {
    service: &'a Service,
    scope: Scope,
    filter: RequestFilter,
}

impl EksEmulator {
    /// The calls that it has had, of every service and account.
    pub fn requests(&self) -> Requests<'_> {
        Requests {
            service: &self.running.app.service,
            scope: Scope::default(),
            filter: RequestFilter::default(),
        }
    }
}

impl Requests<'_> {
    /// Forgets the calls so far: those of the account, or all.
    pub fn forget_all(self) {
        drop(self.service.journal().forget(&self.scope));
    }
}

impl EmulatorAccount {
    /// The calls that were for the account.
    pub fn requests(&self) -> Requests<'_> {
        let mut requests = self.emulator.requests();
        requests.scope.account_id = Some(self.account_id.clone());
        requests
    }
}

/// In texts, `*` stands for anything.
impl Requests<'_> {
    /// Only those that a filter admits, whatever it was narrowed to before.
    pub fn matching(mut self, filter: RequestFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Only those of an operation.
    pub fn operation(mut self, operation: impl Into<TextPattern>) -> Self {
        self.filter.operation = Some(operation.into());
        self
    }

    /// Only those of a service: `eks`, `eks-auth`, `iam` or `sts`.
    pub fn service(mut self, service: impl Into<TextPattern>) -> Self {
        self.filter.service = Some(service.into());
        self
    }

    /// Only those that name a cluster.
    pub fn cluster(mut self, name: impl Into<TextPattern>) -> Self {
        self.filter.cluster = Some(name.into());
        self
    }

    /// Only those in a region.
    pub fn region(mut self, region: impl Into<TextPattern>) -> Self {
        self.filter.region = Some(region.into());
        self
    }

    /// Only those that were answered with a status.
    pub fn status(mut self, status: u16) -> Self {
        self.filter.status = Some(status);
        self
    }

    /// Only those that were answered with an error code.
    pub fn code(mut self, code: impl Into<TextPattern>) -> Self {
        self.filter.code = Some(code.into());
        self
    }

    /// Only those whose body has these members, among others.
    pub fn body(mut self, members: impl Into<Value>) -> Self {
        self.filter.body = Some(members.into());
        self
    }

    /// Only those that a fault happened to.
    pub fn fault(mut self, name: impl Into<TextPattern>) -> Self {
        self.filter.fault = Some(name.into());
        self
    }

    /// Only those after the one with this id.
    pub fn after(mut self, id: u64) -> Self {
        self.filter.since = Some(Since::Id(id));
        self
    }

    /// Only those at or after a time.
    pub fn since(mut self, time: Timestamp) -> Self {
        self.filter.since = Some(Since::Time(SinceTime(time)));
        self
    }
}

impl Requests<'_> {
    /// They themselves, the newest last.
    pub fn entries(&self) -> Vec<JournalEntry> {
        let journal = self.service.journal();
        journal
            .page(&self.filter, &self.scope, usize::MAX, 0)
            .entries
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        let journal = self.service.journal();
        journal.count(&self.filter, &self.scope, None).count
    }

    /// Holds that there are as many as expected: `2`, `1..=3`, `1..`; gives
    /// how many there are. It waits for nothing.
    ///
    /// Errors: [`Error::Unexpected`], with calls that nearly match;
    /// [`Error::Invalid`] if there is no such operation.
    pub fn verify(&self, expected: impl Into<Times>) -> Result<u64, Error> {
        self.filter.check().map_err(Error::Invalid)?;
        let expected = expected.into();
        let journal = self.service.journal();
        let least = Some(expected.at_least());
        let counted = journal.count(&self.filter, &self.scope, least);
        expected.judge(counted, &self.filter)
    }

    /// The same as [`verify`](Self::verify), for tests that are asynchronous
    /// throughout.
    ///
    /// Errors: as there.
    pub async fn expect(&self, expected: impl Into<Times>) -> Result<u64, Error> {
        self.verify(expected)
    }
}
