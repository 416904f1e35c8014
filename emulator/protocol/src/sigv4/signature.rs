//! The signature of a request, and whether it is the one that a secret makes.

use std::borrow::Cow;

use eks_emulator_api::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, DATE, HeaderName};
use http::request::Parts;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::canonical::canonical_request;
use super::credential::{Authorization, Credential};
use super::error::{Calculated, CredentialError, Skew};
use super::{ALGORITHM, TERMINATOR, moment};
use crate::date::basic_date;
use crate::percent;

/// The parameter that is no part of what is signed.
pub(super) const SIGNATURE_PARAMETER: &str = "X-Amz-Signature";

/// The parameters of a presigned request, in the order the service asks for
/// them. `X-Amz-Expires` is not among them: of the services here none heeds it.
const PARAMETERS: [&str; 5] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    SIGNATURE_PARAMETER,
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
];

/// The signature of a request, in its `Authorization` header or, without one,
/// in its query string.
pub struct Signature<'request> {
    head: &'request Parts,
    credential: Credential<'request>,
    signed_headers: Cow<'request, str>,
    signature: Cow<'request, str>,
    signed_at: Timestamp,
    session_token: Option<Cow<'request, str>>,
}

impl<'request> Signature<'request> {
    /// Reads the signature of a request.
    ///
    /// Errors: there is none, it lacks something, or is of another day than
    /// its credential.
    pub fn of_request(head: &'request Parts) -> Result<Self, CredentialError> {
        let signature = match header(head, &AUTHORIZATION) {
            Some(authorization) => Self::of_header(head, authorization),
            None => Self::of_query(head, head.uri.query().unwrap_or_default()),
        }?;
        let names = &mut signature.signed_headers.split(';');
        if !names.any(|name| name.eq_ignore_ascii_case("host")) {
            return Err(CredentialError::UnsignedHost);
        }
        let signed = basic_date(signature.signed_at);
        if signed.get(..8) != Some(&*signature.credential.date) {
            return Err(CredentialError::WrongDate {
                scope: signature.credential.date.into_owned(),
                signed,
            });
        }
        Ok(signature)
    }

    fn of_header(
        head: &'request Parts,
        header_text: &'request str,
    ) -> Result<Self, CredentialError> {
        let authorization = Authorization::of_header(header_text)?;
        Ok(Self {
            head,
            credential: authorization.credential,
            signed_headers: authorization.signed_headers.into(),
            signature: authorization.signature.into(),
            signed_at: signed_at(head, header_text)?,
            session_token: header(head, &SESSION_TOKEN).map(Cow::Borrowed),
        })
    }

    fn of_query(head: &'request Parts, raw_query: &'request str) -> Result<Self, CredentialError> {
        let find = |wanted: &str| {
            let mut pairs = percent::pairs(raw_query);
            pairs.find_map(|(name, value)| (name == wanted).then_some(value))
        };
        let found = PARAMETERS.map(|name| find(name).filter(|value| !value.is_empty()));
        let [
            Some(algorithm),
            Some(credential),
            Some(signature),
            Some(signed_headers),
            Some(date),
        ] = found
        else {
            let named = PARAMETERS.into_iter().zip(found);
            let missing = named.filter(|(_, value)| value.is_none());
            return Err(match missing.map(|(name, _)| name).collect::<Vec<_>>() {
                names if names.len() == PARAMETERS.len() => CredentialError::Absent,
                names => CredentialError::MissingQueryParameters { names },
            });
        };
        if algorithm != ALGORITHM {
            return Err(CredentialError::OtherAlgorithm {
                algorithm: algorithm.to_owned(),
            });
        }
        let malformed = || CredentialError::MalformedDate {
            date: date.to_owned(),
        };
        Ok(Self {
            head,
            credential: Credential::of_parameter(credential)?,
            signed_headers: decoded(signed_headers),
            signature: decoded(signature),
            signed_at: moment::parse_basic(date).ok_or_else(malformed)?,
            session_token: find("X-Amz-Security-Token").map(decoded),
        })
    }

    /// Whose signature it claims to be.
    pub fn credential(&self) -> &Credential<'request> {
        &self.credential
    }

    /// The session token that goes with the access key, if there is one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Checks that the request was signed about now: at most so many minutes
    /// before or after.
    ///
    /// Errors: it was not.
    pub fn check_time(&self, now: Timestamp, minutes: i64) -> Result<(), CredentialError> {
        let window_ms = minutes * 60_000;
        let (earliest, latest) = (
            now.plus_milliseconds(-window_ms),
            now.plus_milliseconds(window_ms),
        );
        let skew = |limit| {
            Box::new(Skew {
                signed: basic_date(self.signed_at),
                limit: basic_date(limit),
                now: basic_date(now),
                minutes,
            })
        };
        // What is written has whole seconds.
        if self.signed_at.as_seconds() < earliest.as_seconds() {
            return Err(CredentialError::SignatureExpired(skew(earliest)));
        }
        if self.signed_at.as_seconds() > latest.as_seconds() {
            return Err(CredentialError::SignatureNotYetCurrent(skew(latest)));
        }
        Ok(())
    }

    /// Checks that the signature is the one that a secret access key makes of
    /// the request. The payload's hash is always that of the body: none of the
    /// services takes an unsigned payload.
    ///
    /// Errors: it is not.
    pub fn check(&self, body: &[u8], secret_access_key: &str) -> Result<(), CredentialError> {
        let payload_hash = hex(&Sha256::digest(body));
        let canonical = canonical_request(self.head, &self.signed_headers, &payload_hash);
        let string_to_sign = self.string_to_sign(&canonical.text);
        let expected = hex(&self.sign(&string_to_sign, secret_access_key));
        let is_the_same = expected.as_bytes().ct_eq(self.signature.as_bytes());
        if canonical.is_complete && bool::from(is_the_same) {
            return Ok(());
        }
        Err(CredentialError::SignatureMismatch(Box::new(Calculated {
            canonical_request: String::from_utf8_lossy(&canonical.text).into_owned(),
            string_to_sign,
        })))
    }

    fn string_to_sign(&self, canonical_request: &[u8]) -> String {
        let signed_at = basic_date(self.signed_at);
        let hash = hex(&Sha256::digest(canonical_request));
        let Credential {
            date,
            region,
            service,
            ..
        } = &self.credential;
        format!("{ALGORITHM}\n{signed_at}\n{date}/{region}/{service}/{TERMINATOR}\n{hash}")
    }

    fn sign(&self, string_to_sign: &str, secret_access_key: &str) -> [u8; 32] {
        let Credential {
            date,
            region,
            service,
            ..
        } = &self.credential;
        let secret = format!("AWS4{secret_access_key}");
        let parts = [&**date, &**region, &**service, TERMINATOR, string_to_sign];
        let first = mac(secret.as_bytes(), parts[0]);
        parts[1..].iter().fold(first, |key, part| mac(&key, part))
    }
}

/// The token that goes with a temporary access key.
const SESSION_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

fn header<'request>(head: &'request Parts, name: &HeaderName) -> Option<&'request str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}

/// When a request was signed, by its headers. `Date` may be written in either
/// way.
///
/// Source: AWS General Reference, "Handling dates in Signature Version 4".
fn signed_at(head: &Parts, authorization: &str) -> Result<Timestamp, CredentialError> {
    let own = header(head, &HeaderName::from_static("x-amz-date"));
    let Some(date) = own.or_else(|| header(head, &DATE)) else {
        return Err(CredentialError::MissingDate {
            header: authorization.to_owned(),
        });
    };
    let http = || moment::parse_http(date).filter(|_| own.is_none());
    let read = moment::parse_basic(date).or_else(http);
    read.ok_or_else(|| CredentialError::MalformedDate {
        date: date.to_owned(),
    })
}

/// What is badly encoded is not what was signed.
fn decoded(raw: &str) -> Cow<'_, str> {
    percent::decode_form(raw).unwrap_or(Cow::Borrowed(raw))
}

fn mac(key: &[u8], message: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
