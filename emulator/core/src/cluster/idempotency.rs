//! Request tokens: a call that comes again gets the answer of the first.

use std::io::Write;

use eks_emulator_api::eks::{
    Addon, Error, InvalidParameterException, PodIdentityAssociation, Update,
};
use serde::{Deserialize, Serialize};

use crate::cluster::pod_identity_association::AssociationId;
use crate::proposed;
use crate::shared::SharedMap;
use crate::state::{hex, view};

/// The answers that were given to calls with a request token.
///
/// Tokens are kept as long as the cluster: AWS documents 24 hours for
/// capabilities only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Replays {
    pub(crate) answers: SharedMap<CallKey, Replay>,
}

/// The hash of an operation and a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct CallKey(#[serde(with = "hex")] u128);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Replay {
    #[serde(with = "hex")]
    fingerprint: u64,
    pub(crate) answer: Answer,
}

/// The answer to a call, as little of it as is needed to give it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Answer {
    /// A new add-on.
    Addon(#[serde(with = "view")] Box<Addon>),
    /// The start of an update.
    Update(#[serde(with = "view")] Box<Update>),
    /// A new association that has not been changed since.
    NewAssociation(AssociationId),
    /// An association as it was.
    Association(#[serde(with = "view")] Box<PodIdentityAssociation>),
}

/// A call that may come again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// `None` without a token.
    key: Option<CallKey>,
    fingerprint: u64,
}

impl Call {
    /// The call of `operation` with `input`, which carries `token`.
    pub(crate) fn new(operation: &str, token: Option<&str>, input: &impl Serialize) -> Self {
        let key = token.map(|token| {
            let mut hash = Fnv128::default();
            for part in [operation, "\0", token] {
                hash.add(part.as_bytes());
            }
            CallKey(hash.0)
        });
        let mut fingerprint = Fnv128::default();
        if key.is_some() {
            serde_json::to_writer(&mut fingerprint, input)
                .expect("inputs of the API always serialize");
        }
        Self {
            key,
            fingerprint: (fingerprint.0 >> 64) as u64 ^ fingerprint.0 as u64,
        }
    }
}

impl Replays {
    /// The answer that was given before to `call`, if it came before.
    ///
    /// Errors: `InvalidParameterException` if it came with other parameters.
    pub(crate) fn find(&self, call: &Call) -> Result<Option<&Answer>, Error> {
        let Some(replay) = call.key.and_then(|key| self.answers.get(&key)) else {
            return Ok(None);
        };
        if replay.fingerprint != call.fingerprint {
            return Err(token_reused());
        }
        Ok(Some(&replay.answer))
    }

    /// Remembers the answer to a call that succeeded.
    pub(crate) fn record(&mut self, call: Call, answer: Answer) {
        if let Some(key) = call.key {
            self.answers.insert(
                key,
                Replay {
                    fingerprint: call.fingerprint,
                    answer,
                },
            );
        }
    }

    /// Keeps the first answer about an association that is about to change.
    pub(crate) fn keep_association(
        &mut self,
        key: Option<CallKey>,
        before: PodIdentityAssociation,
    ) {
        let Some(key) = key else { return };
        let replay = self.answers.get(&key);
        if replay.is_some_and(|replay| matches!(replay.answer, Answer::NewAssociation(_)))
            && let Some(replay) = self.answers.get_mut(&key)
        {
            replay.answer = Answer::Association(Box::new(before));
        }
    }

    /// Forgets the calls about a resource that is gone: the same token then
    /// makes it anew.
    pub(crate) fn forget(&mut self, keys: impl IntoIterator<Item = CallKey>) {
        for key in keys {
            self.answers.remove(&key);
        }
    }
}

impl Call {
    /// The key under which the answer is remembered.
    pub(crate) fn key(&self) -> Option<CallKey> {
        self.key
    }

    /// The hash of the parameters.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// A token that was used before, with other parameters.
pub(crate) fn token_reused() -> Error {
    InvalidParameterException {
        message: Some(proposed::TOKEN_REUSED.into()),
        ..Default::default()
    }
    .into()
}

/// FNV-1a of 128 bits.
struct Fnv128(u128);

impl Default for Fnv128 {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv128 {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte))
                .wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

impl Write for Fnv128 {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
