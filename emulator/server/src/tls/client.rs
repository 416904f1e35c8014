//! The client's side: whom it trusts, and its handshakes.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as RustlsError, RootCertStore};

use super::provider::{provider, with_versions};
use super::{ClientStream, pem};

/// The TLS of a client.
#[derive(Clone)]
pub(crate) struct ClientTls(TlsConnector);

impl ClientTls {
    /// It trusts the authorities of a PEM file only, or those of the operating
    /// system.
    ///
    /// Errors: what is wrong with the authorities, without a full stop.
    pub(crate) fn new(ca_certificates: Option<&[u8]>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        match ca_certificates {
            Some(text) => {
                for certificate in pem::certificates(text)? {
                    roots
                        .add(certificate)
                        .map_err(|error| format!("a certificate in it cannot be used: {error}"))?;
                }
            }
            None => {
                // Systems have some that are too old to be understood.
                roots.add_parsable_certificates(of_system());
            }
        }
        let builder = ClientConfig::builder_with_provider(provider());
        let config = with_versions(builder)
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config).into()))
    }

    /// Shakes hands with the server `host`.
    pub(crate) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> io::Result<Box<dyn ClientStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        match self.0.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) if is_unknown_issuer(&error) => Err(io::Error::other(
                "the authority of its certificate is not trusted; a CA file has to name it",
            )),
            Err(error) => Err(error),
        }
    }
}

fn is_unknown_issuer(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|error| error.downcast_ref());
    let unknown = RustlsError::InvalidCertificate(CertificateError::UnknownIssuer);
    inner == Some(&unknown)
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientTls")
    }
}

/// The authorities that the operating system trusts, or those that
/// `SSL_CERT_FILE` and `SSL_CERT_DIR` name. Nobody is trusted where they
/// cannot be read.
fn of_system() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

/// The same as a PEM file.
#[cfg(feature = "cli")]
pub(crate) fn system_authorities() -> String {
    use x509_cert::der::pem::{LineEnding, encode_string};
    let written = |certificate: &CertificateDer<'_>| {
        encode_string("CERTIFICATE", LineEnding::LF, certificate.as_ref())
    };
    let certificates = of_system();
    let texts: Result<String, _> = certificates.iter().map(written).collect();
    texts.expect("whatever is base64 has a PEM form")
}
