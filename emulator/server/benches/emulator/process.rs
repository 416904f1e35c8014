//! What the program costs as a process: its start, its memory, its log.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::machine;
use crate::report::Report;
use crate::request;
use crate::server::{Server, Turn, compare, median};

/// The argument that makes the bench the bare server.
pub(crate) const BARE: &str = "--serve-bare";
/// How often each program is started.
const STARTS: usize = 31;
/// What is put into the program to see how much it grows, within its quotas.
const CLUSTERS: usize = 100;
const ASSOCIATIONS: usize = 1_000;
/// Requests of a round, for both measures together.
const REQUESTS: usize = 8_000;
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// A program that serves, ended when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a program writes its log to.
#[derive(Clone, Copy)]
pub(crate) enum Log {
    Off,
    Nowhere,
    Pipe,
}

pub(crate) fn measure(report: &mut Report) {
    measure_start(report);
    measure_memory(report);
    measure_log(report);
}

fn measure_start(report: &mut Report) {
    let (mut of_emulator, mut of_bare) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        of_emulator.push(time_to_first_answer(|| emulator(Log::Nowhere)));
        of_bare.push(time_to_first_answer(bare));
    }
    report.section("The program, from its start to its first answer");
    let (of_emulator, of_bare) = (median(of_emulator), median(of_bare));
    report.ratio("median / bare program's", of_emulator, of_bare, 2.0);
}

fn time_to_first_answer(start: impl FnOnce() -> Program) -> Duration {
    let begin = Instant::now();
    let program = start();
    let answer = Connection::open(program.address).ask(&request::get("/clusters"));
    let duration = begin.elapsed();
    assert_eq!(answer.status, 200);
    duration
}

fn measure_memory(report: &mut Report) {
    let program = emulator(Log::Nowhere);
    let process_id = program.id();
    let resident = || machine::resident(process_id) as f64;
    report.section("The program's memory, resident");
    report.amount("after the start", resident() / MEBIBYTE, "MiB", 8.0);
    let mut server = Server::of_process(process_id, program.address);
    server.ask(&request::get("/clusters"));
    report.plain_amount("after one request", resident() / MEBIBYTE, "MiB");
    server.fill(CLUSTERS, 0);
    let before = resident();
    server.add_associations(CLUSTERS, ASSOCIATIONS);
    let each = (resident() - before) / (CLUSTERS * ASSOCIATIONS) as f64;
    report.amount(
        "growth with each of 100,000 associations",
        each,
        "bytes",
        1_536.0,
    );
}

fn measure_log(report: &mut Report) {
    let programs = [Log::Off, Log::Nowhere, Log::Pipe].map(emulator);
    let mut servers = programs.each_ref().map(|program| {
        let mut server = Server::of_process(program.id(), program.address);
        server.fill(1, 0);
        server
    });
    let turns = servers.each_mut().map(|server| Turn {
        server,
        prepare: Vec::new(),
        requests: Box::new(|_| vec![request::describe_addon("cluster-0"); REQUESTS]),
    });
    let [off, nowhere, pipe] = compare(turns);
    report.section("The program's log, processor time of DescribeAddon");
    report.plain_ratio(
        "--log-level info to /dev/null / off",
        nowhere.processor,
        off.processor,
    );
    report.plain_ratio(
        "--log-level info to a pipe / off",
        pipe.processor,
        off.processor,
    );
}

pub(crate) fn emulator(log: Log) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
    command.args(["--listen", "127.0.0.1:0", "--log-level"]);
    command.arg(if matches!(log, Log::Off) {
        "off"
    } else {
        "info"
    });
    command.stderr(match log {
        Log::Pipe => Stdio::piped(),
        Log::Off | Log::Nowhere => Stdio::null(),
    });
    start(command)
}

fn bare() -> Program {
    let mut command = Command::new(std::env::current_exe().expect("Linux tells the path"));
    command.arg(BARE);
    start(command)
}

/// Starts a program and waits for the line that says where it serves.
fn start(mut command: Command) -> Program {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program is built");
    if let Some(mut log) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut piece = [0; 64 * 1024];
            while log.read(&mut piece).is_ok_and(|length| length > 0) {}
        });
    }
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it is a pipe");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it is text");
    let (_, address) = line
        .trim()
        .split_once("http://")
        .expect("it says where it serves");
    let address = address.parse().expect("it is an address");
    Program { child, address }
}
