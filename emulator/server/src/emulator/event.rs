//! `Event`: what has happened in an emulator, and what somebody waits for.

use eks_emulator_core::Timestamp;
use serde_json::{Map, Value};

use crate::time;

/// Something that has happened in an emulator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Its number; later events have larger ones.
    pub id: u64,
    /// When it happened, on the emulator's clock.
    pub at: Timestamp,
    /// Its type, such as `addon.statusChanged`.
    pub kind: String,
    /// The account that it is about.
    pub account_id: Option<String>,
    /// The region that it is about.
    pub region: Option<String>,
    /// The cluster that it is about.
    pub cluster_name: Option<String>,
    /// What only its type has, such as `addonName`, `from` and `status`.
    pub details: Map<String, Value>,
}

impl Event {
    /// Reads what the control endpoints show.
    pub(crate) fn read(shown: Value) -> Option<Self> {
        let Value::Object(mut members) = shown else {
            return None;
        };
        let mut text = |name: &str| match members.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let (at, kind) = (time::parse(&text("at")?).ok()?, text("type")?);
        let (account_id, region) = (text("account"), text("region"));
        let cluster_name = text("cluster");
        Some(Self {
            id: members.remove("id")?.as_u64()?,
            at,
            kind,
            account_id,
            region,
            cluster_name,
            details: members,
        })
    }

    /// Events of a type, such as `pod.created` or `association.*`.
    pub fn of_type(kind: &str) -> EventPattern {
        EventPattern::default().with("type", kind)
    }

    /// A cluster comes into a status.
    pub fn cluster_status(cluster_name: &str, status: &str) -> EventPattern {
        Self::of_type("cluster.statusChanged")
            .cluster(cluster_name)
            .with("status", status)
    }

    /// An add-on comes into a status.
    pub fn addon_status(cluster_name: &str, addon_name: &str, status: &str) -> EventPattern {
        Self::of_type("addon.statusChanged")
            .cluster(cluster_name)
            .with("addonName", addon_name)
            .with("status", status)
    }

    /// An add-on is gone.
    pub fn addon_removed(cluster_name: &str, addon_name: &str) -> EventPattern {
        Self::of_type("addon.removed")
            .cluster(cluster_name)
            .with("addonName", addon_name)
    }

    /// Pods of a cluster have been restarted.
    pub fn pods_restarted(cluster_name: &str) -> EventPattern {
        Self::of_type("pods.restarted").cluster(cluster_name)
    }
}

/// What an event that somebody waits for is like: the members that it has. In
/// texts, `*` stands for anything.
///
/// ```
/// use eks_emulator::Event;
///
/// let released = Event::of_type("association.*").cluster("demo");
/// let active = Event::addon_status("demo", "vpc-cni", "ACTIVE").account("111122223333");
/// # let _ = (released, active);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventPattern {
    pub(crate) members: Map<String, Value>,
    pub(crate) since: Option<SinceEvent>,
}

/// Which events count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SinceEvent {
    Now,
    After(u64),
}

impl EventPattern {
    /// It is about this cluster.
    pub fn cluster(self, name: &str) -> Self {
        self.with("cluster", name)
    }

    /// It is about this account.
    pub fn account(self, account_id: &str) -> Self {
        self.with("account", account_id)
    }

    /// It is about this region.
    pub fn region(self, region: &str) -> Self {
        self.with("region", region)
    }

    /// It has this member: a value, or a list of texts of which it has one.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// It happens after the event with this id. Without this, events that have
    /// happened already count, too, the newest first.
    pub fn after(mut self, id: u64) -> Self {
        self.since = Some(SinceEvent::After(id));
        self
    }

    /// It happens after the wait for it begins.
    pub fn from_now_on(mut self) -> Self {
        self.since = Some(SinceEvent::Now);
        self
    }
}
