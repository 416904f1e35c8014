//! Transitions that have ended.

use std::borrow::Cow;

use eks_emulator_core::Timestamp;
use eks_emulator_core::event::Event;
use eks_emulator_core::region::AccountRegion;
use serde_json::{Value, json};

use crate::time;

/// A transition that has ended: a status that was left for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FiredTransition {
    /// The ARN of the cluster or add-on; of an update, the ARN of what it
    /// updates.
    pub resource_arn: String,
    /// `cluster`, `addon` or `update`.
    pub resource_type: Cow<'static, str>,
    /// The account of the cluster.
    pub account_id: String,
    /// The region of the cluster.
    pub region: String,
    /// The cluster.
    pub cluster_name: String,
    /// The name of the cluster or add-on, the id of the update.
    pub name: String,
    /// The status before.
    pub from: Cow<'static, str>,
    /// The status after; `DELETED` if it is gone.
    pub to: Cow<'static, str>,
    /// When it ended.
    pub at: Timestamp,
}

impl FiredTransition {
    /// The transition whose end an event is, if it is one.
    pub(crate) fn of(home: &AccountRegion, event: &Event) -> Option<Self> {
        let change = event.status_change()?;
        Some(Self {
            resource_arn: event.resource_arn(home),
            resource_type: change.resource_type.into(),
            account_id: home.account_id.clone(),
            region: home.region.clone(),
            cluster_name: (*event.cluster_name).to_owned(),
            name: change.name.to_owned(),
            from: change.from.into(),
            to: change.to.into(),
            at: event.at,
        })
    }

    /// As the control endpoints show it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "resource": self.resource_arn,
            "type": self.resource_type,
            "account": self.account_id,
            "region": self.region,
            "cluster": self.cluster_name,
            "name": self.name,
            "from": self.from,
            "to": self.to,
            "at": time::format(self.at),
        })
    }

    /// Reads what the control endpoints show.
    pub(crate) fn from_json(shown: &Value) -> Option<Self> {
        let text = |member: &str| shown[member].as_str().map(str::to_owned);
        Some(Self {
            resource_arn: text("resource")?,
            resource_type: text("type")?.into(),
            account_id: text("account")?,
            region: text("region")?,
            cluster_name: text("cluster")?,
            name: text("name")?,
            from: text("from")?.into(),
            to: text("to")?.into(),
            at: time::parse(shown["at"].as_str()?).ok()?,
        })
    }
}
