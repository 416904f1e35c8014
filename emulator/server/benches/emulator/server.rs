//! Servers under measurement, and what a request costs them.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use eks_emulator::{EksEmulator, EksEmulatorBuilder, Limits};

use crate::bare::{self, Prepared};
use crate::client::{self, Answer, Connection};
use crate::machine::Threads;
use crate::request;

/// Connections that are in use at once when processor time is measured.
const CONNECTIONS: usize = 8;
/// How often each of the compared servers is measured, in turns.
const ROUNDS: usize = 11;

/// A server, its threads, and open connections to it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    threads: Threads,
    connections: Vec<Connection>,
    /// Keeps an emulator in this process running.
    emulator: Option<EksEmulator>,
}

impl Server {
    /// An emulator without tracing on `workers` threads.
    pub(crate) fn emulator(workers: usize) -> Self {
        Self::of(EksEmulator::builder().workers(workers))
    }

    /// An emulator on one thread that keeps this many calls in its journal.
    pub(crate) fn with_journal(capacity: usize) -> Self {
        Self::of(EksEmulator::builder().journal_capacity(capacity))
    }

    /// An emulator on one thread that writes every change to a file.
    pub(crate) fn persisting(path: &Path) -> Self {
        Self::of(EksEmulator::builder().persist(path))
    }

    fn of(builder: EksEmulatorBuilder) -> Self {
        let builder = builder.limits(Limits {
            clusters: 1_000,
            associations: 1_000_000,
        });
        let (emulator, threads) =
            Threads::started_by(|| builder.start_blocking().expect("an emulator starts"));
        let address = emulator.address();
        Self::new(address, threads, Some(emulator))
    }

    /// The bare server.
    pub(crate) fn bare(prepared: Prepared) -> Self {
        let (address, threads) = Threads::started_by(|| bare::start(prepared));
        Self::new(address, threads, None)
    }

    /// A server in a process of its own.
    pub(crate) fn of_process(process_id: u32, address: SocketAddr) -> Self {
        Self::new(address, Threads::of_process(process_id), None)
    }

    /// The same server, with connections of its own.
    pub(crate) fn again(&self) -> Self {
        let emulator = self.emulator.clone();
        Self::new(self.address, self.threads.clone(), emulator)
    }

    fn new(address: SocketAddr, threads: Threads, emulator: Option<EksEmulator>) -> Self {
        let connections = (0..CONNECTIONS).map(|_| Connection::open(address));
        Self {
            address,
            threads,
            connections: connections.collect(),
            emulator,
        }
    }

    /// Sends one request and takes the answer, which has to be a success.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Answer {
        let answer = self.connections[0].ask(request);
        assert!((200..300).contains(&answer.status), "{}", answer.text());
        answer
    }

    /// Sends requests whose answers do not matter.
    pub(crate) fn send_all(&mut self, requests: &[Vec<u8>]) {
        client::send_all(&mut self.connections, requests);
    }

    /// Makes clusters `cluster-0` and so on, each with an add-on and this
    /// many associations.
    pub(crate) fn fill(&mut self, clusters: usize, associations: usize) {
        for cluster in (0..clusters).map(|number| format!("cluster-{number}")) {
            self.ask(&request::create_cluster(&cluster));
            self.ask(&request::create_addon(&cluster));
        }
        self.add_associations(clusters, associations);
    }

    /// Makes this many associations in each of the clusters.
    pub(crate) fn add_associations(&mut self, clusters: usize, associations: usize) {
        for cluster in (0..clusters).map(|number| format!("cluster-{number}")) {
            let create = |number| request::create_association(&cluster, number);
            let requests: Vec<_> = (0..associations).map(create).collect();
            self.send_all(&requests);
        }
    }

    /// The processor time of one of these requests.
    fn processor_time(&mut self, requests: &[Vec<u8>]) -> Duration {
        let before = self.threads.processor_time();
        self.send_all(requests);
        (self.threads.processor_time() - before) / requests.len() as u32
    }

    /// Half of these requests take longer (p50), with nothing else going on.
    fn latency(&mut self, requests: &[Vec<u8>]) -> Duration {
        median(client::time_each(&mut self.connections[0], requests))
    }
}

/// What a request costs a server.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Processor time, with several connections in use.
    pub(crate) processor: Duration,
    /// From sending to having the answer, with one connection in use.
    pub(crate) latency: Duration,
}

/// What is sent to a server in a round, with what comes before it.
pub(crate) struct Turn<'a> {
    pub(crate) server: &'a mut Server,
    /// Sent before each round, not measured.
    pub(crate) prepare: Vec<Vec<u8>>,
    /// The requests of the round of this number, one half for each measure.
    pub(crate) requests: Box<dyn Fn(usize) -> Vec<Vec<u8>> + 'a>,
}

/// What is sent to a server in a round.
pub(crate) fn turn<'a>(
    server: &'a mut Server,
    prepare: Vec<Vec<u8>>,
    requests: impl Fn(usize) -> Vec<Vec<u8>> + 'a,
) -> Turn<'a> {
    Turn {
        server,
        prepare,
        requests: Box::new(requests),
    }
}

/// Measures servers in turns, so that what disturbs the machine disturbs all
/// of them alike.
///
/// Gives the median processor time, and the p50 latency of the best round: it
/// depends more on where the system runs the two threads than on what they
/// do, and so is only the same in like rounds.
pub(crate) fn compare<const COUNT: usize>(mut turns: [Turn<'_>; COUNT]) -> [Cost; COUNT] {
    let mut costs: [Vec<Cost>; COUNT] = std::array::from_fn(|_| Vec::new());
    // The first round warms up.
    for round in 0..=ROUNDS {
        for (turn, costs) in turns.iter_mut().zip(&mut costs) {
            for request in &turn.prepare {
                turn.server.ask(request);
            }
            let requests = (turn.requests)(round);
            let (one, other) = requests.split_at(requests.len() / 2);
            let cost = Cost {
                processor: turn.server.processor_time(one),
                latency: turn.server.latency(other),
            };
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    costs.map(|costs| Cost {
        processor: median(costs.iter().map(|cost| cost.processor).collect()),
        latency: costs
            .iter()
            .map(|cost| cost.latency)
            .min()
            .unwrap_or_default(),
    })
}

pub(crate) fn median<T: Copy + Ord>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}
