//! The server's side: which certificate it shows, and its handshakes.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{Error as RustlsError, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::provider::{provider, with_versions};
use super::{authority, pem};
use crate::clock::machine_clock;
use crate::emulator::Error;
use crate::http::interruption::{SharedStream, Transport};

/// How an emulator serves HTTPS, for
/// [`EksEmulatorBuilder::tls`](crate::EksEmulatorBuilder::tls).
#[derive(Clone)]
pub struct Tls(Kind);

#[derive(Clone)]
enum Kind {
    SelfSigned,
    Given(Arc<CertifiedKey>),
}

/// What is wrong with a certificate and its key, without a full stop.
#[derive(Debug)]
pub(crate) enum Mistake {
    Certificate(String),
    Key(String),
}

impl Tls {
    /// With a certificate of a new authority, made at the start from the
    /// operating system's entropy, for `localhost`, `127.0.0.1`, `::1`, the
    /// addresses that are listened on, and the hosts of
    /// [`allow_host`](crate::EksEmulatorBuilder::allow_host) and
    /// [`public_url`](crate::EksEmulatorBuilder::public_url). Clients have to
    /// trust [`EksEmulator::ca_certificate`](crate::EksEmulator::ca_certificate).
    pub fn self_signed() -> Self {
        Self(Kind::SelfSigned)
    }

    /// With a certificate, followed by those between it and its authority, and
    /// its private key, both in PEM form.
    ///
    /// Errors: [`Error::Tls`].
    pub fn pem(certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::check(certificate.as_ref(), key.as_ref()).map_err(|mistake| {
            Error::Tls(match mistake {
                Mistake::Certificate(problem) => format!("the certificate: {problem}"),
                Mistake::Key(problem) => format!("the private key: {problem}"),
            })
        })
    }

    /// The same from files.
    ///
    /// Errors: [`Error::Tls`].
    pub fn files(certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self, Error> {
        let read = |path: &Path| {
            std::fs::read(path)
                .map_err(|error| Error::Tls(format!("cannot read {}: {error}", path.display())))
        };
        Self::pem(read(certificate.as_ref())?, read(key.as_ref())?)
    }

    pub(crate) fn check(certificate: &[u8], key: &[u8]) -> Result<Self, Mistake> {
        let chain = pem::certificates(certificate).map_err(Mistake::Certificate)?;
        let key = pem::private_key(key).map_err(Mistake::Key)?;
        certified(chain, key).map(|certified| Self(Kind::Given(Arc::new(certified))))
    }

    /// Makes what there is to make.
    ///
    /// Errors: a sentence without a full stop.
    pub(crate) fn open(self, addresses: &[IpAddr], hosts: &[String]) -> Result<ServerTls, String> {
        let (certified, ca_certificate) = match self.0 {
            Kind::Given(certified) => (certified, None),
            Kind::SelfSigned => {
                let random = provider().secure_random;
                let made = authority::self_signed(random, machine_clock(), addresses, hosts)?;
                let certified = certified(made.chain, made.key);
                let certified = certified.expect("a key fits the certificate made for it");
                (Arc::new(certified), Some(made.ca_certificate))
            }
        };
        let builder = ServerConfig::builder_with_provider(provider());
        let mut config = with_versions(builder)
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(ServerTls {
            acceptor: Arc::new(config).into(),
            ca_certificate,
        })
    }
}

/// Shows no key.
impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Kind::SelfSigned => "Tls(self-signed)",
            Kind::Given(_) => "Tls(given)",
        })
    }
}

fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, Mistake> {
    let key = provider()
        .key_provider
        .load_private_key(key)
        .map_err(|_| Mistake::Key("it is of no kind that TLS can use".into()))?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(RustlsError::InconsistentKeys(_)) => {
            Err(Mistake::Key("it is not the key of the certificate".into()))
        }
        Err(error) => Err(Mistake::Certificate(format!("it cannot be used: {error}"))),
    }
}

/// The TLS of an emulator that serves.
pub(crate) struct ServerTls {
    acceptor: TlsAcceptor,
    ca_certificate: Option<String>,
}

impl ServerTls {
    /// The certificate of its own authority, in PEM form, if it has one.
    pub(crate) fn ca_certificate(&self) -> Option<&str> {
        self.ca_certificate.as_deref()
    }

    /// Shakes hands with a client.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<SharedStream> {
        let stream = self.acceptor.accept(stream).await?;
        Ok(SharedStream::new(stream))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServerTls")
    }
}

impl Transport for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}
