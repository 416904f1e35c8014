//! An emulator in the test's process, and HTTP/1.1 by hand to ask it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use eks_emulator::lifecycle::Profile;
use eks_emulator::{ClockStart, EksEmulator, time};
use serde_json::{Value, json};

use crate::description;

/// A server that says nothing for so long has failed.
pub(crate) const FAILURE_GUARD: Duration = Duration::from_secs(20);

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/pods";
pub(crate) const IRSA_ROLE: &str = "arn:aws:iam::123456789012:role/irsa";

/// An emulator with the active cluster `demo`, its clock standing at
/// 2026-01-01.
#[derive(Debug)]
pub(crate) struct Demo {
    emulator: EksEmulator,
}

/// An answer: its status, its content type, and its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.text);
        parsed.unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Demo {
    /// An emulator as it is.
    pub(crate) fn of(emulator: EksEmulator) -> Self {
        Self { emulator }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.emulator.address()
    }

    /// Transitions are instant.
    pub(crate) fn start() -> Self {
        Self::with(Profile::Instant)
    }

    /// Once the cluster is there, transitions follow `profile`.
    pub(crate) fn with(profile: Profile) -> Self {
        let now = time::parse("2026-01-01T00:00:00Z").unwrap();
        let emulator = EksEmulator::builder()
            .rng_seed(1)
            .clock(ClockStart::PausedAt(now))
            .lifecycle(profile)
            .start_blocking()
            .unwrap();
        let demo = Self { emulator };
        demo.create_cluster("demo", None);
        demo.emulator.advance_until_idle();
        demo
    }

    /// Makes a cluster, as an unsigned caller or as one of another region.
    pub(crate) fn create_cluster(&self, name: &str, region: Option<&str>) {
        let body = json!({
            "name": name,
            "roleArn": "arn:aws:iam::123456789012:role/eks",
            "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
        });
        let signature = region.map(|region| {
            let scope = format!("AKIDEXAMPLE/20260101/{region}/eks/aws4_request");
            format!(
                "authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n"
            )
        });
        let headers = signature.unwrap_or_default();
        let answer = self.send("POST", "/clusters", &headers, body.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// A call of the EKS API that succeeds.
    #[track_caller]
    pub(crate) fn eks(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.send(method, path, "", body.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub(crate) fn create_addon(&self, name: &str, more: Value) {
        let mut body = json!({ "addonName": name });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.eks("POST", "/clusters/demo/addons", body);
    }

    /// The body of an answer of 200 to a question below `/_emulator/v1`.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "");
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.content_type, "application/json");
        answer.json()
    }

    /// Asks an endpoint below `/_emulator/v1`.
    pub(crate) fn ask(&self, method: &str, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.send(method, &format!("/_emulator/v1{path}"), "", body.as_ref())
    }

    /// Status and code of the refusal, and its sentence.
    #[track_caller]
    pub(crate) fn refused(&self, method: &str, path: &str, body: impl AsRef<[u8]>) -> String {
        let answer = self.ask(method, path, body);
        assert_eq!(answer.content_type, "application/json", "{}", answer.text);
        let body = answer.json();
        let text = |member: &str| body[member].as_str().unwrap().to_owned();
        format!("{} {}: {}", answer.status, text("code"), text("message"))
    }

    /// Sends one request and reads the answer to its end; the answers of the
    /// emulator's own endpoints have to be as they are described.
    #[track_caller]
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let answer = self.exchange(method, path, headers, body);
        description::check(method, path, &answer);
        answer
    }

    /// Asks without a look at the description.
    pub(crate) fn ask_unchecked(&self, method: &str, path: &str) -> Answer {
        self.exchange(method, path, "", b"")
    }

    /// The emulator.
    pub(crate) fn emulator(&self) -> &EksEmulator {
        &self.emulator
    }

    fn exchange(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let address = self.emulator.address();
        exchange(address, "localhost", (method, path), headers, body)
    }
}

/// Sends one request to an address, as which host whatever it says.
pub(crate) fn exchange(
    address: SocketAddr,
    host: &str,
    (method, path): (&str, &str),
    headers: &str,
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(FAILURE_GUARD)).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let answer = String::from_utf8(bytes).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: "));
    Answer {
        status,
        content_type: content_type.unwrap_or_default().to_owned(),
        head: head.to_owned(),
        text: text.to_owned(),
    }
}

/// The names of objects, ascending.
pub(crate) fn names(objects: &Value) -> Vec<String> {
    let objects = objects.as_array().unwrap().iter();
    let mut names: Vec<String> = objects
        .map(|object| object["metadata"]["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
