//! Who calls, and whether a Signature Version 4 proves it.

mod canonical;
mod credential;
pub(crate) mod error;
mod moment;
mod signature;

pub use credential::Credential;
pub use error::{Calculated, CredentialError, Skew};
pub use signature::Signature;

/// The algorithm that callers sign with.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The last part of a credential scope.
const TERMINATOR: &str = "aws4_request";

/// How much of a signature is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureMode {
    /// A credential with a proper scope, and the signature that the access
    /// key's secret makes: see [`Signature`].
    Verify,
    /// A credential with a proper scope; the signature itself is not checked.
    Scope,
    /// Nothing: a caller without a readable credential is the default caller.
    None,
}

/// The account and region of callers that do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerDefaults {
    /// The account id, twelve digits.
    pub account_id: String,
    /// The region.
    pub region: String,
}

/// The account and region that a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account id, twelve digits.
    pub account_id: String,
    /// The region.
    pub region: String,
    /// The partition of the region, the second part of its ARNs.
    pub partition: &'static str,
}

/// Finds out who claims to call a service, as strictly as the mode asks for.
/// Whether it is true is for [`Signature`] to say.
pub fn authenticate(
    mode: SignatureMode,
    signing_name: &'static str,
    authorization: Option<&str>,
    raw_query: Option<&str>,
    defaults: &CallerDefaults,
) -> Result<Caller, CredentialError> {
    let credential = Credential::of_request(authorization, raw_query);
    match mode {
        SignatureMode::None => {
            let readable = credential
                .ok()
                .filter(|credential| looks_like_a_region(&credential.region));
            Ok(Caller::resolve(readable.as_ref(), defaults))
        }
        SignatureMode::Scope | SignatureMode::Verify => {
            let credential = credential?;
            if !looks_like_a_region(&credential.region) {
                return Err(CredentialError::WrongRegion);
            }
            if credential.service != signing_name {
                return Err(CredentialError::WrongService {
                    expected: signing_name,
                });
            }
            Ok(Caller::resolve(Some(&credential), defaults))
        }
    }
}

impl Caller {
    /// The caller that a credential stands for: its region, and the account
    /// whose id is used as access key id, if it is one.
    pub fn resolve(credential: Option<&Credential<'_>>, defaults: &CallerDefaults) -> Self {
        let region = credential.map_or(defaults.region.as_str(), |credential| &credential.region);
        let account_id = credential
            .map(|credential| &*credential.access_key_id)
            .filter(|id| is_account_id(id))
            .unwrap_or(&defaults.account_id);
        Self {
            account_id: account_id.to_owned(),
            region: region.to_owned(),
            partition: partition_of(region),
        }
    }
}

/// The partition that a region belongs to.
///
/// Source: the partition metadata that the AWS SDKs are shipped with.
pub fn partition_of(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    PARTITIONS
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("aws", |(_, partition)| partition)
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text has the form of a region: two or more words and a number.
fn looks_like_a_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else {
        return false;
    };
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && words.contains('-')
        && words.split('-').all(is_word)
}
