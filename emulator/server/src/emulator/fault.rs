//! `Fault`: calls that are to fail, in the words of a test.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{EksEmulator, Error};
use crate::fault::{
    CallMatch, CallNumbers, ConnectionFault, FaultEffect, FaultError, FaultPhase, FaultPreset,
    FaultRule, ShortDuration,
};
use crate::service::Service;

/// Which calls are to fail, and how.
///
/// ```
/// use std::time::Duration;
///
/// use eks_emulator::{EksEmulator, Fault};
///
/// let emulator = EksEmulator::builder().without_listener().start_blocking()?;
/// let throttled = emulator.fault(Fault::on("CreateAddon").throttle().times(2)).scoped()?;
/// emulator.fault(Fault::on("Describe*").delay(Duration::from_millis(50))).keep()?;
/// // Here is what is tested.
/// assert_eq!(throttled.fired(), 0);
/// # Ok::<(), eks_emulator::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it happens once it is handed to an emulator"]
pub struct Fault {
    rule: FaultRule,
}

/// Which calls.
impl Fault {
    /// Calls of an operation, which may have `*` for anything.
    pub fn on(operation: &str) -> Self {
        Self {
            rule: FaultRule {
                r#match: CallMatch::from(operation),
                ..FaultRule::new(FaultEffect::default())
            },
        }
    }

    /// Only calls that name this cluster.
    pub fn cluster(mut self, name: &str) -> Self {
        self.rule.r#match.cluster = Some(name.into());
        self
    }

    /// Only calls that name this add-on, association, role or ARN.
    pub fn resource(mut self, name: &str) -> Self {
        self.rule.r#match.resource = Some(name.into());
        self
    }

    /// Only calls of this account.
    pub fn account(mut self, account_id: &str) -> Self {
        self.rule.r#match.account = Some(account_id.into());
        self
    }

    /// Only calls in this region.
    pub fn region(mut self, region: &str) -> Self {
        self.rule.r#match.region = Some(region.into());
        self
    }

    /// Only calls after this many that would have matched.
    pub fn skip(mut self, calls: u64) -> Self {
        self.rule.r#match.call_number = Some(CallNumbers {
            from: NonZeroU64::MIN.saturating_add(calls),
            to: None,
        });
        self
    }

    /// At most so many calls.
    pub fn times(mut self, times: u64) -> Self {
        self.rule.times = Some(times);
        self
    }

    /// Each call by chance, from 0 to 1. Two runs with one seed and the same
    /// calls are the same.
    pub fn probability(mut self, probability: f64) -> Self {
        self.rule.probability = Some(probability);
        self
    }

    /// Only for so long, on the emulator's clock.
    pub fn expires_after(mut self, duration: Duration) -> Self {
        self.rule.expires_after = Some(ShortDuration(duration));
        self
    }

    /// Faults of a higher priority come first.
    pub fn priority(mut self, priority: i32) -> Self {
        self.rule.priority = priority;
        self
    }
}

/// What happens to them.
impl Fault {
    /// Too many calls.
    pub fn throttle(self) -> Self {
        self.preset(FaultPreset::Throttling)
    }

    /// The service fails.
    pub fn server_error(self) -> Self {
        self.preset(FaultPreset::ServerException)
    }

    /// The service is not there for now.
    pub fn unavailable(self) -> Self {
        self.preset(FaultPreset::ServiceUnavailable)
    }

    /// The caller may not do this.
    pub fn access_denied(self) -> Self {
        self.preset(FaultPreset::AccessDenied)
    }

    /// The caller's credentials have ended.
    pub fn expired_token(self) -> Self {
        self.preset(FaultPreset::ExpiredToken)
    }

    /// Something else is under way, or there already.
    pub fn resource_in_use(self) -> Self {
        self.preset(FaultPreset::ResourceInUse)
    }

    fn preset(mut self, preset: FaultPreset) -> Self {
        self.rule.effect.error = FaultEffect::preset(preset).error;
        self
    }

    /// An error of the operation, with its code and message.
    pub fn error(mut self, code: &str, message: &str) -> Self {
        self.rule.effect.error = Some(FaultError {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            ..FaultError::default()
        });
        self
    }

    /// The HTTP status of the error, for codes that the service does not have.
    pub fn status(mut self, status: u16) -> Self {
        let error = self.rule.effect.error.get_or_insert_default();
        error.status_code = Some(status);
        self
    }

    /// The answer is late, in the machine's time.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.rule.effect.delay = FaultEffect::delay(delay).delay;
        self
    }

    /// The connection ends, in some way.
    pub fn connection(mut self, connection: ConnectionFault) -> Self {
        self.rule.effect.connection = Some(connection);
        self
    }

    /// The operation takes effect, and then it seems to fail.
    pub fn after_commit(mut self) -> Self {
        self.rule.phase = Some(FaultPhase::After);
        self
    }
}

impl From<FaultRule> for Fault {
    fn from(rule: FaultRule) -> Self {
        Self { rule }
    }
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        fault.rule
    }
}

/// A fault on its way into an emulator. Made by [`EksEmulator::fault`].
#[derive(Debug)]
#[must_use = "it is there once it is kept or scoped"]
pub struct NewFault<'a> {
    emulator: &'a EksEmulator,
    name: Option<String>,
    rule: FaultRule,
}

impl EksEmulator {
    /// Lets calls fail, be late, or lose their connection.
    pub fn fault(&self, fault: impl Into<FaultRule>) -> NewFault<'_> {
        NewFault {
            emulator: self,
            name: None,
            rule: fault.into(),
        }
    }

    /// Takes the fault of a name back; one that is not there is no error.
    pub fn remove_fault(&self, name: &str) {
        self.running.app.service.faults().remove(name);
    }

    /// Takes every fault back.
    pub fn clear_faults(&self) {
        self.running.app.service.faults().clear();
    }
}

impl NewFault<'_> {
    /// Its name, by which the journal shows it. A fault of the same name is
    /// replaced. Without this, it gets one that no other has.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// It stays until it is taken back; gives its name.
    ///
    /// Errors: [`Error::Invalid`] if it makes no sense.
    pub fn keep(self) -> Result<String, Error> {
        let running = &self.emulator.running;
        let service = &running.app.service;
        let name = self.name.unwrap_or_else(|| {
            let number = running.unnamed_faults.fetch_add(1, Ordering::Relaxed);
            format!("fault-{}", number + 1)
        });
        let put = service.faults().put(&name, self.rule, service.clock.now());
        put.map_err(Error::Invalid)?;
        Ok(name)
    }

    /// It stays until the guard is dropped.
    ///
    /// Errors: [`Error::Invalid`] if it makes no sense.
    pub fn scoped(self) -> Result<FaultGuard, Error> {
        let service = self.emulator.running.app.service.clone();
        let name = self.keep()?;
        Ok(FaultGuard { service, name })
    }
}

/// Takes a fault back when it is dropped. It does not keep the emulator
/// running.
#[derive(Debug)]
#[must_use = "the fault is taken back when this is dropped"]
pub struct FaultGuard {
    service: Arc<Service>,
    name: String,
}

impl FaultGuard {
    /// The name of the fault.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many calls it has happened to.
    pub fn fired(&self) -> u64 {
        let faults = self.service.faults();
        let state = faults.get(&self.name, self.service.clock.now());
        state.map_or(0, |state| state.fired)
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        self.service.faults().remove(&self.name);
    }
}
