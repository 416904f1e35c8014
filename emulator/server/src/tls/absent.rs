//! What there is of TLS without the feature `tls`: nothing.

use std::io;
use std::net::IpAddr;

use tokio::net::TcpStream;

use super::ClientStream;
use crate::http::interruption::SharedStream;

/// How the emulator would serve HTTPS.
#[derive(Clone, Debug)]
pub(crate) enum Tls {}

/// The TLS of an emulator that serves.
#[derive(Debug)]
pub(crate) enum ServerTls {}

/// The TLS of a client.
#[derive(Clone, Debug)]
pub(crate) enum ClientTls {}

impl Tls {
    pub(crate) fn open(self, _: &[IpAddr], _: &[String]) -> Result<ServerTls, String> {
        match self {}
    }
}

impl ServerTls {
    pub(crate) fn ca_certificate(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) async fn accept(&self, _: TcpStream) -> io::Result<SharedStream> {
        match *self {}
    }
}

impl ClientTls {
    /// Errors: always, a sentence.
    pub(crate) fn new(_: Option<&[u8]>) -> Result<Self, String> {
        Err("this build of eks-emulator speaks no TLS: it is without the feature tls".into())
    }

    pub(crate) async fn connect(&self, _: &str, _: TcpStream) -> io::Result<Box<dyn ClientStream>> {
        match *self {}
    }
}
