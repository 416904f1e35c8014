//! What tests do with an emulator, over HTTP.

use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::lifecycle::TransitionRule;
use http::Method;
use serde_json::{Value, json};

use super::client::encoded;
use super::{RemoteEmulator, unexpected};
use crate::control::transition_rule_body;
use crate::emulator::{
    ControlFuture, EmulatorControl, Error, Event, EventPattern, Fault, Pod, SinceEvent, Times,
    check_account_id,
};
use crate::fault::FaultRule;
use crate::journal::{JournalEntry, RequestFilter};
use crate::time;
use crate::transition::FiredTransition;

const CLOCK: &str = "/_emulator/v1/clock";
const ADVANCE: &str = "/_emulator/v1/clock/advance";
const EVENTS: &str = "/_emulator/v1/events";
const WAIT: &str = "/_emulator/v1/events/wait";
const FAULTS: &str = "/_emulator/v1/faults";
const RESET: &str = "/_emulator/v1/reset";

impl RemoteEmulator {
    async fn set_clock(&self, change: Value) -> Result<(), Error> {
        self.call(Method::PATCH, CLOCK, Some(&change)).await?;
        Ok(())
    }

    async fn move_clock(&self, how: Value) -> Result<Vec<FiredTransition>, Error> {
        let answer = self.call(Method::POST, ADVANCE, Some(&how)).await?;
        let fired = answer["fired"].as_array().map(|fired| {
            let read = fired.iter().map(FiredTransition::from_json);
            read.collect::<Option<Vec<_>>>()
        });
        fired.flatten().ok_or_else(|| unexpected("fired"))
    }
}

fn now_in(answer: &Value) -> Result<Timestamp, Error> {
    let now = answer["now"].as_str().map(time::parse);
    now.and_then(Result::ok).ok_or_else(|| unexpected("now"))
}

fn snapshot_path(name: &str) -> String {
    format!("/_emulator/v1/snapshots/{}", encoded(name))
}

fn fault_path(name: &str) -> String {
    format!("{FAULTS}/{}", encoded(name))
}

fn rule_path(name: &str) -> String {
    format!("/_emulator/v1/transitions/rules/{}", encoded(name))
}

impl EmulatorControl for RemoteEmulator {
    fn endpoint(&self) -> String {
        self.client.endpoint()
    }

    fn now(&self) -> ControlFuture<'_, Timestamp> {
        Box::pin(async { now_in(&self.call(Method::GET, CLOCK, None).await?) })
    }

    fn advance(&self, by: Duration) -> ControlFuture<'_, Vec<FiredTransition>> {
        let by = humantime::format_duration(by).to_string();
        Box::pin(self.move_clock(json!({ "by": by })))
    }

    fn advance_to(&self, to: Timestamp) -> ControlFuture<'_, Vec<FiredTransition>> {
        Box::pin(self.move_clock(json!({ "to": time::format(to) })))
    }

    fn advance_until_idle(&self) -> ControlFuture<'_, Vec<FiredTransition>> {
        Box::pin(self.move_clock(json!({ "until": "idle" })))
    }

    fn pause(&self) -> ControlFuture<'_, ()> {
        Box::pin(self.set_clock(json!({ "mode": "paused" })))
    }

    fn resume(&self) -> ControlFuture<'_, ()> {
        Box::pin(self.set_clock(json!({ "mode": "real" })))
    }

    fn set_clock_rate(&self, rate: f64) -> ControlFuture<'_, ()> {
        Box::pin(async move {
            // JSON has no other numbers.
            if !rate.is_finite() || rate <= 0.0 {
                return Err(Error::InvalidClockRate(rate));
            }
            self.set_clock(json!({ "mode": "scaled", "rate": rate }))
                .await
        })
    }

    fn events(&self) -> ControlFuture<'_, Vec<Event>> {
        Box::pin(async move {
            let mut answer = self.call(Method::GET, EVENTS, None).await?;
            let events = match answer["events"].take() {
                Value::Array(events) => events.into_iter().map(Event::read).collect(),
                _ => None,
            };
            events.ok_or_else(|| unexpected("events"))
        })
    }

    fn wait_for(&self, pattern: EventPattern, timeout: Duration) -> ControlFuture<'_, Event> {
        Box::pin(async move {
            let mut body = json!({
                "match": pattern.members,
                "timeout": humantime::format_duration(timeout).to_string(),
            });
            match pattern.since {
                None => {}
                Some(SinceEvent::Now) => body["since"] = json!("now"),
                Some(SinceEvent::After(id)) => body["since"] = json!(id),
            }
            let answer = self.call(Method::POST, WAIT, Some(&body)).await?;
            Event::read(answer).ok_or_else(|| unexpected("event"))
        })
    }

    fn put_transition_rule(&self, rule: TransitionRule) -> ControlFuture<'_, ()> {
        Box::pin(async move {
            let name = rule.name.as_deref().ok_or_else(Error::rule_without_name)?;
            let body = transition_rule_body(&rule);
            let path = self.scoped(&rule_path(name));
            self.call(Method::PUT, &path, Some(&body)).await?;
            Ok(())
        })
    }

    fn remove_transition_rule<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            let path = self.scoped(&rule_path(name));
            self.call(Method::DELETE, &path, None).await?;
            Ok(())
        })
    }

    fn put_fault<'a>(&'a self, name: &'a str, fault: Fault) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            let body = json!(FaultRule::from(fault));
            self.call(Method::PUT, &fault_path(name), Some(&body))
                .await?;
            Ok(())
        })
    }

    fn remove_fault<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            self.call(Method::DELETE, &fault_path(name), None).await?;
            Ok(())
        })
    }

    fn clear_faults(&self) -> ControlFuture<'_, ()> {
        Box::pin(async move {
            self.call(Method::DELETE, FAULTS, None).await?;
            Ok(())
        })
    }

    fn requests(&self, filter: RequestFilter) -> ControlFuture<'_, Vec<JournalEntry>> {
        Box::pin(async move { self.list_requests(&filter).await })
    }

    fn expect_requests(&self, filter: RequestFilter, expected: Times) -> ControlFuture<'_, u64> {
        Box::pin(async move { self.verify_requests(&filter, expected).await })
    }

    fn forget_requests(&self) -> ControlFuture<'_, ()> {
        Box::pin(self.forget_all_requests())
    }

    fn pods<'a>(&'a self, cluster_name: &'a str) -> ControlFuture<'a, Vec<Pod>> {
        Box::pin(self.find_pods(cluster_name))
    }

    fn delete_pod<'a>(
        &'a self,
        cluster_name: &'a str,
        namespace: &'a str,
        name: &'a str,
    ) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            let path = format!(
                "/_emulator/v1/clusters/{}/pods/{}/{}",
                encoded(cluster_name),
                encoded(namespace),
                encoded(name)
            );
            self.call(Method::DELETE, &self.scoped(&path), None).await?;
            Ok(())
        })
    }

    fn save_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            self.call(Method::PUT, &snapshot_path(name), None).await?;
            Ok(())
        })
    }

    fn restore_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            let path = format!("{}/restore", snapshot_path(name));
            self.call(Method::POST, &self.scoped(&path), None).await?;
            Ok(())
        })
    }

    fn delete_snapshot<'a>(&'a self, name: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            self.call(Method::DELETE, &snapshot_path(name), None)
                .await?;
            Ok(())
        })
    }

    fn reset(&self) -> ControlFuture<'_, ()> {
        Box::pin(async move {
            self.call(Method::POST, &self.scoped(RESET), None).await?;
            Ok(())
        })
    }

    fn reset_account<'a>(&'a self, account_id: &'a str) -> ControlFuture<'a, ()> {
        Box::pin(async move {
            check_account_id(account_id)?;
            let body = json!({ "account": account_id });
            self.call(Method::POST, RESET, Some(&body)).await?;
            Ok(())
        })
    }
}
