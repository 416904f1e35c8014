//! HTTP/1.1 by hand, on one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use serde_json::Value;

use crate::program::FAILURE_GUARD;

/// A connection to the program.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) version: String,
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
        stream.set_write_timeout(Some(FAILURE_GUARD)).unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// Sends bytes to a server that may have heard enough.
    pub(crate) fn send_all_that_is_taken(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.get_mut().write_all(bytes.as_ref());
    }

    /// Says that nothing more is to come.
    pub(crate) fn finish(&mut self) {
        // It fails if the server has closed the connection already.
        let _ = self.stream.get_ref().shutdown(Shutdown::Write);
    }

    /// Reads the next answer.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        let length = answer.header("content-length").unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// Reads the next answer if it is known to have no body, whatever length
    /// its head gives.
    pub(crate) fn head(&mut self) -> Answer {
        let status_line = self.line();
        let mut parts = status_line.split(' ');
        let version = parts.next().unwrap().to_owned();
        let status = parts.next().expect(&status_line).parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else {
                assert_eq!(line, "");
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Answer {
            version,
            status,
            headers,
            body: String::new(),
        }
    }

    /// Whatever else comes until the server closes the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = self.stream.read_to_end(&mut rest);
        rest
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.strip_suffix("\r\n")
            .unwrap_or_else(|| panic!("a line that does not end: {line:?}"))
            .to_owned()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// Checks that it is an error of the API: status, exception and message.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str, message: &str) {
        assert_eq!(self.header("x-amzn-errortype"), Some(code), "{self:?}");
        assert_eq!(self.status, status);
        assert_eq!(self.json()["message"], message);
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("x-amzn-requestid").map(str::len), Some(36));
    }
}

/// Sends one request on a connection of its own.
pub(crate) fn call(address: SocketAddr, method: &str, target: &str, body: &str) -> Answer {
    call_with(address, method, target, &[], body)
}

/// Sends one request with these headers on a connection of its own.
pub(crate) fn call_with(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut connection = Connection::open(address);
    connection.send(request(method, target, headers, body));
    connection.answer()
}

/// The bytes of a request.
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// The body of a `CreateCluster` call.
pub(crate) const CLUSTER: &str = r#"{"name":"one","roleArn":"arn:aws:iam::123456789012:role/eks","resourcesVpcConfig":{"subnetIds":["subnet-1","subnet-2"]}}"#;

/// The body of a `CreateAddon` call that makes an association.
pub(crate) const ADDON: &str = r#"{"addonName":"aws-ebs-csi-driver","podIdentityAssociations":[{"serviceAccount":"ebs-csi-controller-sa","roleArn":"arn:aws:iam::123456789012:role/ebs"}]}"#;

/// Expects that the program answers another client.
#[track_caller]
pub(crate) fn assert_alive(address: SocketAddr) {
    let answer = call(address, "GET", "/clusters?maxResults=1", "");
    assert_eq!(answer.status, 200);
}
