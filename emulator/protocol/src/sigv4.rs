//! Who calls: what a Signature Version 4 credential says, signatures unchecked.

use std::borrow::Cow;

use crate::percent;

/// The algorithm that callers sign with.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The last part of a credential scope.
const TERMINATOR: &str = "aws4_request";

/// The credential of a signed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential<'request> {
    /// The id of the access key.
    pub access_key_id: Cow<'request, str>,
    /// The day of the signature, `YYYYMMDD`.
    pub date: Cow<'request, str>,
    /// The region that the request was signed for.
    pub region: Cow<'request, str>,
    /// The service's signing name.
    pub service: Cow<'request, str>,
}

/// Why a caller's credential is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialError {
    /// The request is not signed.
    Absent,
    /// The `Authorization` header is signed with something else.
    OtherAlgorithm {
        /// The first word of the header.
        algorithm: String,
    },
    /// A part of the `Authorization` header has no equal sign.
    NotAPair {
        /// The part.
        part: String,
        /// The whole header.
        header: String,
    },
    /// The `Authorization` header lacks parameters.
    MissingParameters {
        /// Their names, in the order the service asks for them.
        names: Vec<&'static str>,
        /// The whole header.
        header: String,
    },
    /// The credential does not consist of five parts.
    WrongPartCount {
        /// The credential.
        credential: String,
    },
    /// The credential does not end as it should.
    WrongTerminator {
        /// The last part.
        terminator: String,
    },
    /// The credential's region does not look like one.
    WrongRegion,
    /// The credential is for another service.
    WrongService {
        /// The signing name of the service that was called.
        expected: &'static str,
    },
    /// The access key is temporary and not known, or its session token is wrong.
    InvalidToken,
    /// The session of the access key has ended.
    ExpiredToken,
}

impl CredentialError {
    /// The error code that the client sees; the status is always 403.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent => "MissingAuthenticationTokenException",
            Self::OtherAlgorithm { .. }
            | Self::NotAPair { .. }
            | Self::MissingParameters { .. }
            | Self::WrongPartCount { .. } => "IncompleteSignatureException",
            Self::WrongTerminator { .. } | Self::WrongRegion | Self::WrongService { .. } => {
                "InvalidSignatureException"
            }
            Self::InvalidToken => "UnrecognizedClientException",
            Self::ExpiredToken => "ExpiredTokenException",
        }
    }

    /// The message that the client sees.
    ///
    /// Source: the front end's sentences are those of Amazon API Gateway; the
    /// ones about the algorithm, the number of parts and the terminator are
    /// other AWS services' and proposed here.
    pub fn message(&self) -> String {
        match self {
            Self::Absent => "Missing Authentication Token".to_owned(),
            Self::InvalidToken => {
                "The security token included in the request is invalid.".to_owned()
            }
            Self::ExpiredToken => {
                "The security token included in the request is expired".to_owned()
            }
            Self::OtherAlgorithm { algorithm } => {
                format!("Unsupported AWS 'algorithm': '{algorithm}'.")
            }
            Self::NotAPair { part, header } => format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
            ),
            Self::MissingParameters { names, header } => {
                let mut text = String::new();
                for name in names {
                    text.push_str(&format!(
                        "Authorization header requires '{name}' parameter. "
                    ));
                }
                text.push_str(&format!("Authorization={header}"));
                text
            }
            Self::WrongPartCount { credential } => format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                 got '{credential}'"
            ),
            Self::WrongTerminator { terminator } => {
                format!(
                    "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'."
                )
            }
            Self::WrongRegion => "Credential should be scoped to a valid region.".to_owned(),
            Self::WrongService { expected } => {
                format!("Credential should be scoped to correct service: '{expected}'.")
            }
        }
    }
}

impl<'request> Credential<'request> {
    /// Reads the credential of a request, from its `Authorization` header or,
    /// without one, from the query string of a presigned request.
    pub fn of_request(
        authorization: Option<&'request str>,
        raw_query: Option<&'request str>,
    ) -> Result<Self, CredentialError> {
        match authorization {
            Some(header) => Self::of_header(header),
            None => Self::of_query(raw_query.unwrap_or("")),
        }
    }

    /// Reads the credential out of an `Authorization` header.
    pub fn of_header(header: &'request str) -> Result<Self, CredentialError> {
        let trimmed = header.trim();
        let (algorithm, parameters) = trimmed.split_once(' ').unwrap_or(("", trimmed));
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        for part in parameters.split(',').map(str::trim) {
            match part.split_once('=') {
                Some(("Credential", value)) => credential = Some(value),
                Some(("Signature", value)) => signature = Some(value),
                Some(("SignedHeaders", value)) => signed_headers = Some(value),
                Some(_) => {}
                None => {
                    return Err(CredentialError::NotAPair {
                        part: part.to_owned(),
                        header: header.to_owned(),
                    });
                }
            }
        }
        let (Some(credential), Some(_), Some(_)) = (credential, signature, signed_headers) else {
            let found = [
                ("Credential", credential),
                ("Signature", signature),
                ("SignedHeaders", signed_headers),
            ];
            let names = found
                .into_iter()
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| name)
                .collect();
            return Err(CredentialError::MissingParameters {
                names,
                header: header.to_owned(),
            });
        };
        if algorithm != ALGORITHM {
            return Err(CredentialError::OtherAlgorithm {
                algorithm: algorithm.to_owned(),
            });
        }
        Self::of_scope(credential)
    }

    /// Reads the credential out of the query string of a presigned request.
    pub fn of_query(raw_query: &'request str) -> Result<Self, CredentialError> {
        let raw = percent::pairs(raw_query)
            .find_map(|(name, value)| (name == "X-Amz-Credential").then_some(value))
            .ok_or(CredentialError::Absent)?;
        match percent::decode_form(raw) {
            Ok(Cow::Borrowed(scope)) => Self::of_scope(scope),
            Ok(Cow::Owned(scope)) => Credential::of_scope(&scope).map(Credential::into_owned),
            Err(_) => Err(CredentialError::WrongPartCount {
                credential: raw.to_owned(),
            }),
        }
    }

    fn of_scope(scope: &'request str) -> Result<Self, CredentialError> {
        let mut parts = scope.split('/');
        let mut next = || parts.next().filter(|part| !part.is_empty());
        let (Some(access_key_id), Some(date), Some(region), Some(service), Some(terminator), None) =
            (next(), next(), next(), next(), next(), parts.next())
        else {
            return Err(CredentialError::WrongPartCount {
                credential: scope.to_owned(),
            });
        };
        if terminator != TERMINATOR {
            return Err(CredentialError::WrongTerminator {
                terminator: terminator.to_owned(),
            });
        }
        Ok(Self {
            access_key_id: Cow::Borrowed(access_key_id),
            date: Cow::Borrowed(date),
            region: Cow::Borrowed(region),
            service: Cow::Borrowed(service),
        })
    }

    fn into_owned<'any>(self) -> Credential<'any> {
        Credential {
            access_key_id: Cow::Owned(self.access_key_id.into_owned()),
            date: Cow::Owned(self.date.into_owned()),
            region: Cow::Owned(self.region.into_owned()),
            service: Cow::Owned(self.service.into_owned()),
        }
    }
}

/// How much of a signature is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureMode {
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

/// Finds out who calls a service, as strictly as the mode asks for.
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
        SignatureMode::Scope => {
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
