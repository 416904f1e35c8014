//! What a Signature Version 4 credential says.

use std::borrow::Cow;

use super::error::CredentialError;
use super::{ALGORITHM, TERMINATOR};
use crate::percent;

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

/// What an `Authorization` header says.
pub(super) struct Authorization<'request> {
    pub(super) credential: Credential<'request>,
    pub(super) signed_headers: &'request str,
    pub(super) signature: &'request str,
}

impl<'request> Authorization<'request> {
    pub(super) fn of_header(header: &'request str) -> Result<Self, CredentialError> {
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
        let found = [
            ("Credential", credential),
            ("Signature", signature),
            ("SignedHeaders", signed_headers),
        ];
        let (Some(credential), Some(signature), Some(signed_headers)) =
            (credential, signature, signed_headers)
        else {
            let missing = found.into_iter().filter(|(_, value)| value.is_none());
            return Err(CredentialError::MissingParameters {
                names: missing.map(|(name, _)| name).collect(),
                header: header.to_owned(),
            });
        };
        if algorithm != ALGORITHM {
            return Err(CredentialError::OtherAlgorithm {
                algorithm: algorithm.to_owned(),
            });
        }
        Ok(Self {
            credential: Credential::of_scope(credential)?,
            signed_headers,
            signature,
        })
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
        Authorization::of_header(header).map(|authorization| authorization.credential)
    }

    /// Reads the credential out of the query string of a presigned request.
    fn of_query(raw_query: &'request str) -> Result<Self, CredentialError> {
        let raw = percent::pairs(raw_query)
            .find_map(|(name, value)| (name == "X-Amz-Credential").then_some(value))
            .ok_or(CredentialError::Absent)?;
        Self::of_parameter(raw)
    }

    /// Reads the value of the parameter, still encoded.
    pub(super) fn of_parameter(raw: &'request str) -> Result<Self, CredentialError> {
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
