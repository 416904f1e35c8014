//! Pods with the patch each gets, compared with recorded patches.
//!
//! The patches were recorded from a transcript of the rules of
//! aws/amazon-eks-pod-identity-webhook, run
//! over the Go types of k8s.io/api 0.34; the cases follow the ones in its
//! `pkg/handler/testdata` and add more.

use std::collections::BTreeMap;

use eks_emulator_core::kubernetes::admission::{IpFamily, Lookup, Mutation, PodIdentityWebhook};
use serde::Deserialize;
use serde_json::Value;

const POD_IDENTITY: &str = include_str!("vectors/pod_identity.json");
const WEB_IDENTITY: &str = include_str!("vectors/web_identity.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Vector {
    name: String,
    region: String,
    ip_family: String,
    sts_regional_endpoints: bool,
    association: bool,
    service_account: Option<BTreeMap<String, String>>,
    random: u64,
    pod: Value,
    patch: Value,
}

impl Vector {
    fn webhook(&self) -> PodIdentityWebhook<'_> {
        PodIdentityWebhook {
            region: &self.region,
            ip_family: match self.ip_family.as_str() {
                "ipv6" => IpFamily::Ipv6,
                _ => IpFamily::Ipv4,
            },
            sts_regional_endpoints: self.sts_regional_endpoints,
        }
    }

    fn decide(&self, pod: &Value) -> Mutation {
        let lookup = Lookup {
            association_exists: self.association,
            service_account: self.service_account.clone(),
            random: self.random,
        };
        self.webhook().decide("reports", pod, &lookup).mutation
    }
}

fn vectors(text: &str) -> Vec<Vector> {
    serde_json::from_str(text).unwrap()
}

fn all() -> Vec<Vector> {
    let mut all = vectors(POD_IDENTITY);
    all.extend(vectors(WEB_IDENTITY));
    all
}

#[test]
fn every_pod_gets_the_recorded_patch() {
    let vectors = all();
    assert_eq!(vectors.len(), 66);
    for vector in vectors {
        let mutation = vector.decide(&vector.pod);
        let patch = serde_json::to_value(mutation.patch().unwrap()).unwrap();
        assert_eq!(patch, vector.patch, "{}", vector.name);
    }
}

#[test]
fn the_mechanism_is_that_of_the_file() {
    for vector in vectors(POD_IDENTITY) {
        let mutation = vector.decide(&vector.pod);
        assert!(
            matches!(mutation, Mutation::PodIdentity { .. }),
            "{}",
            vector.name
        );
    }
    for vector in vectors(WEB_IDENTITY) {
        let mutation = vector.decide(&vector.pod);
        assert!(matches!(mutation, Mutation::Irsa { .. }), "{}", vector.name);
    }
}

#[test]
fn another_implementation_applies_the_recorded_patch_to_the_same_end() {
    for vector in all() {
        let mut expected = vector.pod.clone();
        let patch: json_patch::Patch = serde_json::from_value(vector.patch.clone()).unwrap();
        json_patch::patch(&mut expected, &patch).unwrap();
        let mutated = vector.decide(&vector.pod).mutate(&vector.pod);
        assert_eq!(mutated, expected, "{}", vector.name);
    }
}

#[test]
fn a_second_mutation_changes_nothing() {
    for vector in all() {
        let once = vector.decide(&vector.pod).mutate(&vector.pod);
        let twice = vector.decide(&once).mutate(&once);
        assert_eq!(twice, once, "{}", vector.name);
    }
}
