//! Certificates and keys as they are written in files.

use tokio_rustls::rustls::pki_types::pem::{Error, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificates of a text, in its order.
///
/// Errors: what is wrong with it, without a full stop.
pub(super) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, Error> = CertificateDer::pem_slice_iter(text).collect();
    match found {
        Ok(found) if found.is_empty() => Err("there is no certificate in PEM form in it".into()),
        Ok(found) => Ok(found),
        Err(error) => Err(format!("it is not in PEM form: {}", reason(&error))),
    }
}

/// The first private key of a text.
///
/// Errors: what is wrong with it, without a full stop and without its content.
pub(super) fn private_key(text: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| match error {
        Error::NoItemsFound if is_encrypted(text) => {
            "the private key in it is encrypted; decrypt it with openssl pkey".into()
        }
        Error::NoItemsFound => "there is no private key in PEM form in it".into(),
        error => format!("it is not in PEM form: {}", reason(&error)),
    })
}

fn is_encrypted(text: &[u8]) -> bool {
    let mark = b"ENCRYPTED PRIVATE KEY";
    text.windows(mark.len()).any(|part| part == mark)
}

/// The reader of PEM quotes the line that it stumbles over, which may be
/// part of a key.
fn reason(error: &Error) -> &'static str {
    match error {
        Error::MissingSectionEnd { .. } => "a section does not end",
        Error::IllegalSectionStart { .. } => "a section does not begin as it should",
        Error::Base64Decode(_) => "a section is not base64",
        _ => "it cannot be read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_in_files_do_not_quote_them() {
        let broken = b"-----BEGIN PRIVATE KEY-----\nsecret!\n-----END PRIVATE KEY-----\n";
        let problem = private_key(broken).unwrap_err();
        assert_eq!(problem, "it is not in PEM form: a section is not base64");
        let problem = private_key(b"-----BEGIN secret\n").unwrap_err();
        assert_eq!(
            problem,
            "it is not in PEM form: a section does not begin as it should"
        );
        let encrypted =
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let problem = private_key(encrypted).unwrap_err();
        assert_eq!(
            problem,
            "the private key in it is encrypted; decrypt it with openssl pkey"
        );
    }
}
