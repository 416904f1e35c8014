//! A client that costs little: prepared requests over kept connections.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection to a server, kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, with the empty line behind them.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket takes the option");
        Self {
            stream,
            received: Vec::with_capacity(64 * 1024),
        }
    }

    pub(crate) fn send(&mut self, request: &[u8]) {
        self.stream
            .write_all(request)
            .expect("the server keeps the connection");
    }

    /// Takes the next answer without looking into it.
    ///
    /// Panics if its status is not `200`.
    pub(crate) fn skip_answer(&mut self) {
        let (head, end) = self.receive_answer();
        let status = status(&self.received[..head]);
        assert_eq!(
            status,
            200,
            "{}",
            String::from_utf8_lossy(&self.received[..end])
        );
        self.received.drain(..end);
    }

    /// Sends a request and takes its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        let (head, end) = self.receive_answer();
        let answer = Answer {
            status: status(&self.received[..head]),
            head: String::from_utf8_lossy(&self.received[..head]).into_owned(),
            body: self.received[head..end].to_vec(),
        };
        self.received.drain(..end);
        answer
    }

    /// Receives until an answer is whole; gives the end of its head and its own.
    fn receive_answer(&mut self) -> (usize, usize) {
        loop {
            if let Some(head) = end_of_head(&self.received) {
                let end = head + content_length(&self.received[..head]);
                if end <= self.received.len() {
                    return (head, end);
                }
            }
            let mut piece = [0; 16 * 1024];
            let length = self
                .stream
                .read(&mut piece)
                .expect("the server keeps the connection");
            assert!(length > 0, "the server closed the connection");
            self.received.extend_from_slice(&piece[..length]);
        }
    }
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("answers are JSON")
    }

    /// A member of the body whose value is a string.
    pub(crate) fn member(&self, name: &str) -> Option<&str> {
        let start = format!("\"{name}\" : \"");
        let (_, rest) = self.text().split_once(&start)?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

/// Sends every request, on all connections in turn, as fast as they are
/// answered: each connection has one request under way.
pub(crate) fn send_all(connections: &mut [Connection], requests: &[Vec<u8>]) {
    for round in requests.chunks(connections.len()) {
        for (connection, request) in connections.iter_mut().zip(round) {
            connection.send(request);
        }
        for connection in &mut connections[..round.len()] {
            connection.skip_answer();
        }
    }
}

/// Sends one request after the other and measures how long each takes.
pub(crate) fn time_each(connection: &mut Connection, requests: &[Vec<u8>]) -> Vec<Duration> {
    let time = |request: &Vec<u8>| {
        let start = Instant::now();
        connection.send(request);
        connection.skip_answer();
        start.elapsed()
    };
    requests.iter().map(time).collect()
}

fn end_of_head(received: &[u8]) -> Option<usize> {
    let position = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(position + 4)
}

fn status(head: &[u8]) -> u16 {
    std::str::from_utf8(&head[9..12])
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

fn content_length(head: &[u8]) -> usize {
    head.split(|byte| *byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse().ok())
        .unwrap_or(0)
}
