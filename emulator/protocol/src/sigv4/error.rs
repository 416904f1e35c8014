//! Why a caller's credential or signature is not accepted, and what the client sees.

use super::TERMINATOR;

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
    /// The query string of a presigned request lacks parameters.
    MissingQueryParameters {
        /// Their names, in the order the service asks for them.
        names: Vec<&'static str>,
    },
    /// The request does not say when it was signed.
    MissingDate {
        /// The whole `Authorization` header.
        header: String,
    },
    /// The time of the signature is not written as times of signatures are.
    MalformedDate {
        /// The time.
        date: String,
    },
    /// The request was signed on another day than the credential is for.
    WrongDate {
        /// The day of the credential.
        scope: String,
        /// The time of the signature.
        signed: String,
    },
    /// The host is not among the signed headers.
    UnsignedHost,
    /// The request was signed too long ago.
    SignatureExpired(Box<Skew>),
    /// The request was signed in the future.
    SignatureNotYetCurrent(Box<Skew>),
    /// The signature is not the one that the secret key makes.
    SignatureMismatch(Box<Calculated>),
    /// The access key is not known, or its session token is wrong.
    InvalidToken,
    /// The session of the access key has ended.
    ExpiredToken,
}

/// How far a signature's time is off. Times are written as signatures have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skew {
    /// When the request was signed.
    pub signed: String,
    /// When it would have had to be signed, at the earliest or the latest.
    pub limit: String,
    /// When the request came.
    pub now: String,
    /// How many minutes the clocks may differ.
    pub minutes: i64,
}

/// What a service makes of a request before it signs it.
#[derive(Clone, PartialEq, Eq)]
pub struct Calculated {
    /// The canonical request.
    pub canonical_request: String,
    /// The string to sign.
    pub string_to_sign: String,
}

/// A signed header may hold a session token.
impl std::fmt::Debug for Calculated {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Calculated(*** sensitive ***)")
    }
}

/// What is said about a signature that does not match, in one sentence.
///
/// Source: answers of IAM (`GetUser`, aws/aws-cli issue 5166) and STS
/// (`GetCallerIdentity`, crossplane-contrib/provider-upjet-aws issue 1526).
pub(crate) const MISMATCH: &str = "The request signature we calculated does not match the signature \
    you provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";

impl CredentialError {
    /// The error code that the client sees; the status is always 403.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent => "MissingAuthenticationTokenException",
            Self::OtherAlgorithm { .. }
            | Self::NotAPair { .. }
            | Self::MissingParameters { .. }
            | Self::WrongPartCount { .. }
            | Self::MissingQueryParameters { .. }
            | Self::MissingDate { .. }
            | Self::MalformedDate { .. } => "IncompleteSignatureException",
            Self::WrongTerminator { .. }
            | Self::WrongRegion
            | Self::WrongService { .. }
            | Self::WrongDate { .. }
            | Self::UnsignedHost
            | Self::SignatureExpired(_)
            | Self::SignatureNotYetCurrent(_)
            | Self::SignatureMismatch(_) => "InvalidSignatureException",
            Self::InvalidToken => "UnrecognizedClientException",
            Self::ExpiredToken => "ExpiredTokenException",
        }
    }

    /// The message that the client sees.
    ///
    /// Source: the front end's sentences are those of Amazon API Gateway; the
    /// ones about the algorithm, the number of parts and the terminator are
    /// other AWS services' and proposed here. Those about times are in the IAM
    /// User Guide, "Troubleshoot signed requests for AWS APIs", and complete in
    /// answers of API Gateway (mhart/aws4 issue 118), IAM (aws/chalice issue
    /// 1170) and STS (aws/aws-cli issue 6676). Those about a missing date, the
    /// query string and the host are sentences that DynamoDB and API Gateway
    /// answer with, as public tests of them have it.
    pub fn message(&self) -> String {
        match self {
            Self::Absent => "Missing Authentication Token".to_owned(),
            Self::InvalidToken => {
                "The security token included in the request is invalid.".to_owned()
            }
            Self::ExpiredToken => {
                "The security token included in the request is expired".to_owned()
            }
            Self::WrongTerminator { terminator } => {
                format!(
                    "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'."
                )
            }
            Self::WrongRegion => "Credential should be scoped to a valid region.".to_owned(),
            Self::WrongService { expected } => {
                format!("Credential should be scoped to correct service: '{expected}'.")
            }
            Self::WrongDate { scope, signed } => {
                let day = signed.get(..8).unwrap_or_default();
                format!(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                     '{scope}' != '{day}', from '{signed}'."
                )
            }
            Self::UnsignedHost => {
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
                    .to_owned()
            }
            Self::SignatureExpired(skew) => skew.sentence("expired", "now earlier", '-'),
            Self::SignatureNotYetCurrent(skew) => {
                skew.sentence("not yet current", "still later", '+')
            }
            Self::SignatureMismatch(calculated) => calculated.message(),
            incomplete => incomplete.what_is_missing(),
        }
    }

    /// The message about a signature that lacks something, or is not one.
    fn what_is_missing(&self) -> String {
        match self {
            Self::OtherAlgorithm { algorithm } => {
                format!("Unsupported AWS 'algorithm': '{algorithm}'.")
            }
            Self::NotAPair { part, header } => format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
            ),
            Self::MissingParameters { names, header } => {
                let sentence = |name| format!("Authorization header requires '{name}' parameter. ");
                let sentences: String = names.iter().map(sentence).collect();
                format!("{sentences}Authorization={header}")
            }
            Self::WrongPartCount { credential } => format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                 got '{credential}'"
            ),
            Self::MissingQueryParameters { names } => {
                let sentence =
                    |name| format!("AWS query-string parameters must include '{name}'. ");
                let sentences: String = names.iter().map(sentence).collect();
                format!("{sentences}Re-examine the query-string parameters.")
            }
            Self::MissingDate { header } => format!(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
                 Authorization={header}"
            ),
            Self::MalformedDate { date } => format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            _ => String::new(),
        }
    }
}

impl Skew {
    fn sentence(&self, what: &str, than: &str, sign: char) -> String {
        let Self {
            signed,
            limit,
            now,
            minutes,
        } = self;
        format!("Signature {what}: {signed} is {than} than {limit} ({now} {sign} {minutes} min.)")
    }
}

impl Calculated {
    /// The sentence, and what should have been signed.
    ///
    /// Source: answers of Amazon API Gateway, for example
    /// amzn/selling-partner-api-docs issue 966.
    fn message(&self) -> String {
        let Self {
            canonical_request,
            string_to_sign,
        } = self;
        format!(
            "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical_request}'\n\n\
             The String-to-Sign should have been\n'{string_to_sign}'\n"
        )
    }
}
