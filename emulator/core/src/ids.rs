//! Seeded identifiers: one sequence per kind, so that drawing more of one
//! kind does not change the others.
//!
//! The same seed and the same draws give the same identifiers for ever; that
//! is why the mixing function is our own and not a library's.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an identifier is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum IdKind {
    /// The 32 hex digits in a cluster's endpoint and issuer.
    Endpoint,
    /// The three characters after them.
    EndpointShard,
    /// The security group that EKS makes for a cluster.
    SecurityGroup,
    /// The service network of an IPv6 cluster.
    ServiceNetwork,
    /// A local cluster's id.
    LocalCluster,
    /// A certificate authority's id, serial number and key.
    CertificateAuthority,
    /// The last part of an add-on's ARN.
    Addon,
    /// A pod identity association.
    Association,
    /// An update that has no request token to be named after.
    Update,
    /// A Kubernetes object.
    KubernetesObject,
    /// The end of a pod's name.
    PodName,
    /// The chance in the lifetime of a pod's token.
    TokenLifetime,
    /// The key with which a cluster signs tokens.
    Issuer,
    /// A service account token.
    Token,
    /// The session of a role.
    Session,
    /// A role's unique id.
    Role,
    /// A customer managed policy's unique id.
    Policy,
}

impl IdKind {
    /// Every kind, in the order of declaration.
    const ALL: [Self; 17] = [
        Self::Endpoint,
        Self::EndpointShard,
        Self::SecurityGroup,
        Self::ServiceNetwork,
        Self::LocalCluster,
        Self::CertificateAuthority,
        Self::Addon,
        Self::Association,
        Self::Update,
        Self::KubernetesObject,
        Self::PodName,
        Self::TokenLifetime,
        Self::Issuer,
        Self::Token,
        Self::Session,
        Self::Role,
        Self::Policy,
    ];
}

/// The sequences of identifiers of one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ids {
    #[serde(with = "crate::state::hex")]
    seed: u64,
    drawn: Drawn,
}

/// How many identifiers of each kind have been drawn.
#[derive(Clone, Debug, Default, PartialEq)]
struct Drawn([u64; IdKind::ALL.len()]);

impl Serialize for Drawn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = IdKind::ALL.iter().zip(&self.0);
        serializer.collect_map(all.filter(|(_, drawn)| **drawn > 0))
    }
}

impl<'de> Deserialize<'de> for Drawn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        for (kind, drawn) in BTreeMap::<IdKind, u64>::deserialize(deserializer)? {
            if drawn > MOST_DRAWN {
                return Err(D::Error::custom(format!("{drawn} is too many")));
            }
            all.0[kind as usize] = drawn;
        }
        Ok(all)
    }
}

/// More than anybody draws, and far from where counting ends.
const MOST_DRAWN: u64 = u64::MAX >> 11;

impl Ids {
    /// The sequences for `scope`, which names the owner of the identifiers.
    pub(crate) fn new(seed: u64, scope: &str) -> Self {
        Self {
            seed: mix(seed ^ fold(scope)),
            drawn: Drawn::default(),
        }
    }

    /// The next 128 bits of a sequence.
    pub(crate) fn next(&mut self, kind: IdKind) -> u128 {
        let drawn = &mut self.drawn.0[kind as usize];
        *drawn = drawn.wrapping_add(1);
        bits(self.seed ^ mix(kind as u64 + 1), *drawn)
    }

    /// 8-4-4-4-12 hex digits, as the ARNs of EKS resources end.
    ///
    /// They look like UUIDs and are not of any RFC 4122 version; source:
    /// outputs in the AWS CLI's examples.
    pub(crate) fn next_dashed_hex(&mut self, kind: IdKind) -> String {
        let hex = format!("{:032x}", self.next(kind));
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// A UUID of version 4.
    pub(crate) fn next_uuid(&mut self, kind: IdKind) -> String {
        let bytes = self.next(kind).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }

    /// `count` hex digits, at most 32.
    pub(crate) fn next_hex(&mut self, kind: IdKind, count: usize) -> String {
        let mut hex = format!("{:032x}", self.next(kind));
        hex.truncate(count);
        hex
    }

    /// `N` characters out of `[a-z0-9]`; 24 at the most carry chance.
    pub(crate) fn next_base36<const N: usize>(&mut self, kind: IdKind) -> [u8; N] {
        const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut rest = self.next(kind);
        std::array::from_fn(|_| {
            let digit = DIGITS[(rest % 36) as usize];
            rest /= 36;
            digit
        })
    }
}

/// 128 bits that depend on `scope` alone, for what all clusters of an
/// account and region share.
pub(crate) fn stable(seed: u64, scope: &str) -> u128 {
    bits(mix(seed ^ fold(scope)), 0)
}

fn bits(seed: u64, index: u64) -> u128 {
    let high = mix(seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let low = mix(high ^ seed.rotate_left(32));
    u128::from(high) << 64 | u128::from(low)
}

/// Mixes the bits of a number: the finalizer of SplitMix64 (Steele, Lea,
/// Flood: "Fast splittable pseudorandom number generators", 2014).
pub fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// FNV-1a.
pub(crate) fn fold(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_for_ever() {
        let mut ids = Ids::new(7, "aws/123456789012/us-east-1/demo/1");
        let association = ids.next_base36::<17>(IdKind::Association);
        assert_eq!(std::str::from_utf8(&association), Ok("vju6a5va1vb0jwkam"));
        assert_eq!(
            ids.next_dashed_hex(IdKind::Addon),
            "f9dbf071-8937-e521-15a7-1669e437fd63"
        );
    }

    #[test]
    fn drawing_one_kind_leaves_the_others_alone() {
        let mut one = Ids::new(7, "scope");
        let mut other = Ids::new(7, "scope");
        for _ in 0..10 {
            one.next(IdKind::Addon);
        }
        assert_eq!(
            one.next(IdKind::Association),
            other.next(IdKind::Association)
        );
        assert_ne!(one.next(IdKind::Association), one.next(IdKind::Association));
    }

    #[test]
    fn every_kind_has_a_count_of_its_own() {
        for (index, kind) in IdKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }

    #[test]
    fn scopes_do_not_share_ids() {
        let mut one = Ids::new(7, "one");
        let mut other = Ids::new(7, "other");
        assert_ne!(one.next(IdKind::Endpoint), other.next(IdKind::Endpoint));
    }
}
