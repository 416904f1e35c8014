//! Short names for what the tests of pod mutation need over and over.

use eks_emulator_core::kubernetes::admission::{
    Annotations, Decision, IpFamily, Lookup, PodIdentityWebhook,
};
use serde_json::{Value, json};

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/reports/reader";

pub(crate) const WEBHOOK: PodIdentityWebhook<'_> = PodIdentityWebhook {
    region: "eu-west-1",
    ip_family: IpFamily::Ipv4,
    sts_regional_endpoints: true,
};

pub(crate) fn annotations(entries: &[(&str, &str)]) -> Annotations {
    let entries = entries.iter();
    entries
        .map(|(name, value)| (format!("eks.amazonaws.com/{name}"), (*value).to_owned()))
        .collect()
}

/// An account without an association.
pub(crate) fn account(entries: &[(&str, &str)]) -> Lookup {
    Lookup {
        service_account: Some(annotations(entries)),
        ..Lookup::default()
    }
}

/// An account with an association.
pub(crate) fn associated(entries: &[(&str, &str)]) -> Lookup {
    Lookup {
        association_exists: true,
        ..account(entries)
    }
}

pub(crate) fn pod() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "worker-0", "namespace": "not-this-one"},
        "spec": {"serviceAccountName": "worker", "containers": [{"name": "app", "image": "app:1"}]},
    })
}

pub(crate) fn decide(pod: &Value, lookup: &Lookup) -> Decision {
    WEBHOOK.decide("reports", pod, lookup)
}
