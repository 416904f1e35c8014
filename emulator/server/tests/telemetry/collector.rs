//! A little collector: takes what is sent and keeps it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

/// A collector on a free port of 127.0.0.1.
pub(crate) struct Collector {
    address: SocketAddr,
    bodies: Receiver<String>,
    /// Connections to it are neither taken nor refused while this is there.
    _listener: Option<TcpListener>,
}

/// A span as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) kind: i64,
    pub(crate) trace_id: String,
    pub(crate) parent_span_id: String,
    pub(crate) is_error: bool,
    pub(crate) attributes: BTreeMap<String, Value>,
    start_ns: u64,
    end_ns: u64,
}

impl Span {
    pub(crate) fn took_ns(&self) -> u64 {
        self.end_ns - self.start_ns
    }

    fn read(span: &Value) -> Self {
        let text = |name: &str| span[name].as_str().unwrap_or_default().to_owned();
        let time = |name: &str| text(name).parse().unwrap();
        let attributes = span["attributes"].as_array().unwrap().iter();
        let attribute = |attribute: &Value| {
            let name = attribute["key"].as_str().unwrap().to_owned();
            (name, value(&attribute["value"]))
        };
        Self {
            name: text("name"),
            kind: span["kind"].as_i64().unwrap(),
            trace_id: text("traceId"),
            parent_span_id: text("parentSpanId"),
            is_error: span["status"]["code"] == 2,
            attributes: attributes.map(attribute).collect(),
            start_ns: time("startTimeUnixNano"),
            end_ns: time("endTimeUnixNano"),
        }
    }
}

/// A value without its type.
fn value(typed: &Value) -> Value {
    let (kind, inner) = typed.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "intValue" => inner
            .as_str()
            .map_or_else(|| inner.clone(), |text| json!(text.parse::<i64>().unwrap())),
        "arrayValue" => inner["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(value)
            .collect(),
        _ => inner.clone(),
    }
}

impl Collector {
    /// One that takes everything.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, bodies) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &sender);
            }
        });
        Self {
            address,
            bodies,
            _listener: None,
        }
    }

    /// One that takes connections and never answers.
    pub(crate) fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            bodies: channel().1,
            _listener: Some(listener),
        }
    }

    /// One that is not there.
    pub(crate) fn gone() -> Self {
        Self {
            _listener: None,
            ..Self::silent()
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that has arrived.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.bodies.try_iter().collect()
    }

    /// The spans that have arrived, in the order of their calls.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for body in self.bodies() {
            let body: Value = serde_json::from_str(&body).unwrap();
            for resource in body["resourceSpans"].as_array().unwrap() {
                for scope in resource["scopeSpans"].as_array().unwrap() {
                    spans.extend(scope["spans"].as_array().unwrap().iter().map(Span::read));
                }
            }
        }
        spans.sort_by_key(|span| span.start_ns);
        spans
    }
}

/// Reads one request, keeps its body, and answers.
fn answer(stream: TcpStream, bodies: &Sender<String>) {
    let mut reader = BufReader::new(&stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "POST /v1/traces HTTP/1.1\r\n");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let lower = line.to_ascii_lowercase();
        if let Some(text) = lower.strip_prefix("content-length:") {
            length = text.trim().parse().unwrap();
        }
        if let Some(text) = lower.strip_prefix("content-type:") {
            assert_eq!(text.trim(), "application/json");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    // The test may be over.
    let _ = bodies.send(String::from_utf8(body).unwrap());
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let _ = (&stream).write_all(answer.as_bytes());
}
