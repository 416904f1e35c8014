//! Workloads of the catalogue in documents: by the name that finds them again.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer, ser};

use super::{Workload, addons};

/// Add-on, kind and name, with slashes between.
pub(crate) fn serialize<S: Serializer>(
    workload: &&'static Workload,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let workload: &'static Workload = workload;
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

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static Workload, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts: Vec<&str> = text.split('/').collect();
    let found = match parts[..] {
        [addon, kind, name] => super::addon(addon).and_then(|addon| {
            let mut workloads = addon.workloads().iter();
            workloads.find(|workload| workload.kind.as_str() == kind && workload.name == name)
        }),
        _ => None,
    };
    found.ok_or_else(|| D::Error::custom(format!("there is no workload {text:?}")))
}
