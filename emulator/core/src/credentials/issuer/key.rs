//! The key with which a cluster signs tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, PublicKey};
use sha2::{Digest, Sha256};

/// The size of EKS's keys.
const BITS: usize = 2048;

/// The key with which a cluster signs tokens (RS256).
///
/// Making one takes some tens of milliseconds, so it is made when it is first
/// needed.
pub struct IssuerKey {
    signing: SigningKey<Sha256>,
    verifying: VerifyingKey<Sha256>,
    public: PublicKey,
    id: String,
}

impl IssuerKey {
    /// The key that `seed` stands for.
    pub fn new(seed: [u8; 32]) -> Self {
        let private = PrivateKey::new(&mut ChaCha20Rng::from_seed(seed), BITS)
            .expect("keys of this size can be made");
        let public = private.to_public_key();
        let digest = Sha256::digest(public.n_bytes());
        Self {
            id: digest[..20]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            verifying: VerifyingKey::new(public.clone()),
            signing: SigningKey::new(private),
            public,
        }
    }

    /// The `kid` of tokens and of the key set: 40 hex digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The modulus, in base64url.
    pub(super) fn modulus(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public.n_bytes())
    }

    /// The exponent, in base64url.
    pub(super) fn exponent(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public.e_bytes())
    }

    /// Signs a text; the same text gives the same signature.
    pub(super) fn sign(&self, text: &str) -> Vec<u8> {
        self.signing.sign(text.as_bytes()).to_vec()
    }

    /// Whether a signature is this key's.
    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        Signature::try_from(signature)
            .is_ok_and(|signature| self.verifying.verify(text.as_bytes(), &signature).is_ok())
    }
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "IssuerKey({}, *** sensitive ***)", self.id)
    }
}

impl PartialEq for IssuerKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
