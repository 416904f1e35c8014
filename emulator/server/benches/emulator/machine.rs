//! What Linux knows of threads and processes: processor time and memory.

use std::collections::BTreeSet;
use std::time::Duration;

/// The threads whose processor time is measured.
#[derive(Clone)]
pub(crate) struct Threads {
    process: String,
    ids: BTreeSet<u32>,
}

impl Threads {
    /// Runs `start`, and gives the threads that it left running.
    pub(crate) fn started_by<T>(start: impl FnOnce() -> T) -> (T, Self) {
        let before = thread_ids("self");
        let started = start();
        let ids = &thread_ids("self") - &before;
        let process = "self".to_owned();
        (started, Self { process, ids })
    }

    /// The thread that asks.
    pub(crate) fn this_one() -> Self {
        let id = std::fs::read_link("/proc/thread-self").expect("Linux names the thread");
        let id = id.file_name().and_then(|id| id.to_str()?.parse().ok());
        Self {
            process: "self".to_owned(),
            ids: id.into_iter().collect(),
        }
    }

    /// All threads of another process.
    pub(crate) fn of_process(id: u32) -> Self {
        let process = id.to_string();
        let ids = thread_ids(&process);
        Self { process, ids }
    }

    /// The processor time that they have taken so far, in their own code and
    /// in the kernel on their behalf.
    pub(crate) fn processor_time(&self) -> Duration {
        // Linux brings the figure of the running thread up to date when it
        // goes to sleep, or else every few milliseconds.
        std::thread::sleep(Duration::from_nanos(1));
        let of_one = |id: &u32| {
            let path = format!("/proc/{}/task/{id}/schedstat", self.process);
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
            Duration::from_nanos(nanoseconds.unwrap_or(0))
        };
        self.ids.iter().map(of_one).sum()
    }
}

fn thread_ids(process: &str) -> BTreeSet<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("Linux lists threads");
    tasks
        .filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// The memory of a process that is in use, in bytes.
pub(crate) fn resident(process_id: u32) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{process_id}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    let kibibytes: u64 = kibibytes.and_then(|text| text.parse().ok()).unwrap_or(0);
    kibibytes * 1024
}

/// One line about the machine, for the head of the report.
pub(crate) fn description() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores")
}
