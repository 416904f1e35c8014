//! HTTP/1.1 by hand over TLS, for the tests of more than one folder.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A server that says nothing for so long has failed.
const FAILURE_GUARD: Duration = Duration::from_secs(60);

/// A connection on which client and server have shaken hands.
pub(crate) type TlsConnection = StreamOwned<ClientConnection, TcpStream>;

/// A connection to a server that only the authorities of a PEM file certify.
///
/// Errors: the handshake fails.
pub(crate) fn connect(address: SocketAddr, ca_certificates: &str) -> io::Result<TlsConnection> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca_certificates.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = address.ip().into();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
    let mut connection = StreamOwned::new(client, stream);
    while connection.conn.is_handshaking() {
        connection.conn.complete_io(&mut connection.sock)?;
    }
    Ok(connection)
}

/// Sends a request.
pub(crate) fn ask(connection: &mut TlsConnection, method: &str, path: &str, body: &str) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    connection.write_all(request.as_bytes()).unwrap();
    connection.flush().unwrap();
}

/// What arrives, and how it ends; an end that TLS does not announce is
/// `UnexpectedEof`.
pub(crate) fn rest(connection: &mut TlsConnection) -> (String, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = connection.read_to_end(&mut bytes).err();
    let text = String::from_utf8(bytes).unwrap();
    (text, end.map(|error| error.kind()))
}
