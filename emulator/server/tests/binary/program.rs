//! Starts the program, watches what it writes, and stops it.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// Only a program that hangs takes this long.
pub(crate) const FAILURE_GUARD: Duration = Duration::from_secs(60);

/// A program that serves. It is killed when the test ends before it.
#[derive(Debug)]
pub(crate) struct Program {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The endpoint that the ready line named.
    pub(crate) endpoint: String,
    id: u32,
    child: Option<Child>,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Absent if a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout after the ready line.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// Serves on a free port with these flags.
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_in(&[], flags)
    }

    /// Serves on a free port with these flags and this environment.
    pub(crate) fn start_in(environment: &[(&str, &str)], flags: &[&str]) -> Self {
        Self::spawn(environment, vec!["serve"], flags)
    }

    /// The same without naming the command, which is the default.
    pub(crate) fn start_by_default(environment: &[(&str, &str)], flags: &[&str]) -> Self {
        Self::spawn(environment, Vec::new(), flags)
    }

    /// Serves, and stops reading what it says as soon as it is ready.
    pub(crate) fn start_unheard(flags: &[&str]) -> Self {
        let is_last = |line: &str| line == "Ready.";
        let mut program = Self::spawn_until(&[], vec!["serve"], flags, is_last);
        let heard = program.stderr.take().unwrap().join().unwrap();
        program.stderr = Some(std::thread::spawn(|| heard));
        program
    }

    /// Serves, and keeps what it says from being read once it is ready, until
    /// the sender is dropped.
    pub(crate) fn start_unread(flags: &[&str]) -> (Self, mpsc::Sender<()>) {
        let (keep, kept) = mpsc::channel();
        let kept = Mutex::new(kept);
        let is_last = move |line: &str| {
            if line == "Ready." {
                let _: Result<(), _> = kept.lock().unwrap().recv();
            }
            line == "Ready."
        };
        let program = Self::spawn_until(&[], vec!["serve"], flags, is_last);
        (program, keep)
    }

    fn spawn<'a>(environment: &[(&str, &str)], arguments: Vec<&'a str>, flags: &[&'a str]) -> Self {
        Self::spawn_until(environment, arguments, flags, |_| false)
    }

    /// What it writes to stderr is read up to the line that `is_last`.
    fn spawn_until<'a>(
        environment: &[(&str, &str)],
        mut arguments: Vec<&'a str>,
        flags: &[&'a str],
        is_last: impl Fn(&str) -> bool + Send + 'static,
    ) -> Self {
        let listens = environment
            .iter()
            .any(|(name, _)| *name == "EKS_EMULATOR_LISTEN");
        if !listens && !flags.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(flags);
        let mut child = command(environment, &arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            for line in BufReader::new(stderr).lines() {
                let line = line.unwrap();
                text.push_str(&line);
                text.push('\n');
                if is_last(&line) {
                    break;
                }
            }
            text
        });
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(endpoint) = line.strip_prefix("eks-emulator ready ") else {
            panic!("no ready line but {line:?}: {}", stderr.join().unwrap());
        };
        let endpoint = endpoint.trim_end().to_owned();
        let (_, address) = endpoint.split_once("://").unwrap();
        let address = address.parse().unwrap();
        Self {
            address,
            endpoint,
            id: child.id(),
            child: Some(child),
            stdout: Some(stdout),
            stderr: Some(stderr),
        }
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Sends it a signal, for example `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        send_signal(self.id, name);
    }

    /// Stops it with SIGTERM.
    pub(crate) fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Stops it, and expects that it was well until then.
    pub(crate) fn stop_unharmed(self) {
        let ended = self.stop();
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }

    /// Waits until it has ended, whatever it still has to say; gives its exit
    /// code.
    pub(crate) fn code_at_the_end(&mut self) -> Option<i32> {
        let mut child = self.child.take().unwrap();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait()));
        let Ok(status) = receiver.recv_timeout(FAILURE_GUARD) else {
            send_signal(self.id, "KILL");
            panic!("the program does not end");
        };
        status.unwrap().code()
    }

    /// Waits until it has ended. Whatever it had to bear, it has not panicked.
    pub(crate) fn wait(mut self) -> Ended {
        let code = self.code_at_the_end();
        let mut stdout = String::new();
        let mut rest = self.stdout.take().unwrap();
        rest.read_to_string(&mut stdout).unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert!(!stderr.contains("overflowed its stack"), "{stderr}");
        Ended {
            code,
            stdout,
            stderr,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn send_signal(id: u32, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &id.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Runs the program to its end.
pub(crate) fn run(environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(environment, arguments).output().unwrap()
}

/// Runs the program, expects that it refuses with this exit code and one line
/// on stderr, and gives the line.
pub(crate) fn refusal(environment: &[(&str, &str)], arguments: &[&str], code: i32) -> String {
    let output = run(environment, arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    let line = stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{arguments:?}: {stderr}");
    line.to_owned()
}

/// The program, without the settings of whoever runs the tests.
pub(crate) fn command(environment: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eks-emulator"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("EKS_EMULATOR_") {
            command.env_remove(name);
        }
    }
    command.envs(environment.iter().copied()).args(arguments);
    command
}

/// A path in a temporary folder of the build, where nothing is yet.
pub(crate) fn new_path(name: &str) -> PathBuf {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let number = GIVEN.fetch_add(1, Ordering::Relaxed);
    let name = format!("{name}-{}-{number}", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    assert!(!path.exists());
    path
}
