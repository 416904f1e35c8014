//! Workloads of add-ons in documents: those of the tables by the name that
//! finds them again, others as a whole.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::added_workload::{AddedWorkload, OfferedWorkload};
use super::{Workload, addon, addons};

/// Add-on, kind and name, with slashes between; or everything.
pub(crate) fn serialize<S: Serializer>(
    workload: &OfferedWorkload,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let workload: &'static Workload = match workload {
        OfferedWorkload::Table(row) => row,
        OfferedWorkload::Added(added) => return added.serialize(serializer),
    };
    let is_it = |one: &Workload| std::ptr::eq(one, workload);
    let addon = addons()
        .iter()
        .find(|addon| addon.workloads().iter().any(is_it));
    let Some(addon) = addon else {
        let name = workload.name;
        return Err(ser::Error::custom(format!("{name} is of no add-on")));
    };
    let (kind, name) = (workload.kind.as_str(), workload.name);
    serializer.serialize_str(&format!("{}/{kind}/{name}", addon.name))
}

/// What stands for a workload.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Name(String),
    Whole(AddedWorkload),
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<OfferedWorkload, D::Error> {
    let text = match Written::deserialize(deserializer)? {
        Written::Name(text) => text,
        Written::Whole(added) => {
            added.check().map_err(D::Error::custom)?;
            return Ok(OfferedWorkload::Added(Arc::new(added)));
        }
    };
    let parts: Vec<&str> = text.split('/').collect();
    let found = match parts[..] {
        [name, kind, workload] => addon(name).and_then(|addon| {
            let mut workloads = addon.workloads().iter();
            workloads.find(|one| one.kind.as_str() == kind && one.name == workload)
        }),
        _ => None,
    };
    let found = found.map(OfferedWorkload::Table);
    found.ok_or_else(|| D::Error::custom(format!("there is no workload {text:?}")))
}
