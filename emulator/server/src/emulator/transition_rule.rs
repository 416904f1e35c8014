//! Exceptions to the lifecycle, in the hands of an emulator's owner.

use eks_emulator_core::lifecycle::TransitionRule;

use super::{EksEmulator, Error};

impl EksEmulator {
    /// Adds an exception to the lifecycle, for transitions that start from
    /// now on. Earlier ones hold first.
    pub fn add_transition_rule(&self, rule: TransitionRule) {
        let service = &self.running.app.service;
        service.change_lifecycle(|lifecycle| lifecycle.rules.push(rule));
    }

    /// Puts an exception in the place of the one of the same name, or behind
    /// all others.
    ///
    /// Errors: [`Error::Invalid`] if it has no name.
    pub fn put_transition_rule(&self, rule: TransitionRule) -> Result<(), Error> {
        if rule.name.is_none() {
            return Err(Error::rule_without_name());
        }
        let service = &self.running.app.service;
        service.change_lifecycle(|lifecycle| lifecycle.put_rule(rule));
        Ok(())
    }

    /// Takes the exception of a name back; one that is not there is no error.
    pub fn remove_transition_rule(&self, name: &str) {
        let is_other = |rule: &TransitionRule| rule.name.as_deref() != Some(name);
        let service = &self.running.app.service;
        service.change_lifecycle(|lifecycle| lifecycle.rules.retain(is_other));
    }

    /// Takes back every exception.
    pub fn clear_transition_rules(&self) {
        let service = &self.running.app.service;
        service.change_lifecycle(|lifecycle| lifecycle.rules.clear());
    }
}
