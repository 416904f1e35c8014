//! What happens on a cluster while time passes, as lines of text.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Driver, text};

/// Generated names, shown by where they first came up: the first ReplicaSet
/// of `coredns` is `coredns-A`, its second pod `coredns-A-2`.
#[derive(Debug)]
pub(crate) struct Names {
    stem: String,
    hashes: Vec<String>,
    pods: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
}

impl Names {
    /// The names of one workload.
    pub(crate) fn of(workload: &str) -> Self {
        Self {
            stem: format!("{workload}-"),
            hashes: Vec::new(),
            pods: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// A text with the names in it shown in short.
    pub(crate) fn shorten(&mut self, line: &str) -> String {
        let words = line.split(' ').map(|word| {
            let (before, name) = match word.rfind('/') {
                Some(slash) => word.split_at(slash + 1),
                None => ("", word),
            };
            format!("{before}{}", self.shorten_name(name))
        });
        let words: Vec<String> = words.collect();
        words.join(" ")
    }

    fn shorten_name(&mut self, name: &str) -> String {
        let Some(rest) = name.strip_prefix(&self.stem) else {
            return name.to_owned();
        };
        if let Some(short) = self.pods.get(name) {
            return short.clone();
        }
        let stem = self.stem.clone();
        let (owner, suffix) = match rest.split_once('-') {
            Some((hash, suffix)) => (format!("{stem}{}", self.letter(hash)), suffix),
            // Five letters end a pod of a DaemonSet, more are a hash.
            None if rest.len() > 5 => return format!("{stem}{}", self.letter(rest)),
            None => (stem.trim_end_matches('-').to_owned(), rest),
        };
        assert_eq!(suffix.len(), 5, "{name} ends in five letters");
        let count = self.counts.entry(owner.clone()).or_default();
        *count += 1;
        let short = format!("{owner}-{count}");
        self.pods.insert(name.to_owned(), short.clone());
        short
    }

    fn letter(&mut self, hash: &str) -> char {
        let known = self.hashes.iter().position(|known| known == hash);
        let index = known.unwrap_or_else(|| {
            self.hashes.push(hash.to_owned());
            self.hashes.len() - 1
        });
        char::from(b'A' + index as u8)
    }
}

impl Driver {
    /// Moves the clock to the next thing that is due; gives whether there was
    /// any.
    pub(crate) fn step(&mut self) -> bool {
        let due = self.on_cluster(|cluster, _| cluster.next_due());
        if let Some(due) = due {
            self.now = self.now.max(due);
            self.settle();
        }
        due.is_some()
    }

    /// Lets everything happen that time brings about.
    pub(crate) fn settle_all(&mut self) {
        while self.step() {}
    }

    /// Lets everything happen, and calls `look` after each instant.
    pub(crate) fn watch(&mut self, mut look: impl FnMut(&mut Self)) {
        loop {
            look(self);
            if !self.step() {
                return;
            }
        }
    }

    /// Everything that happens to one workload from now on, by the Kubernetes
    /// events: milliseconds from now, reason and message.
    pub(crate) fn events_to_come(&mut self, names: &mut Names) -> Vec<String> {
        let start = self.now;
        let mut seen = self.kubernetes_events().len();
        let mut lines = Vec::new();
        self.watch(|driver| {
            let elapsed = driver.now.as_milliseconds() - start.as_milliseconds();
            let events = driver.kubernetes_events();
            for event in events.iter().skip(seen) {
                if !text(&event["involvedObject"]["name"])
                    .starts_with(names.stem.trim_end_matches('-'))
                {
                    continue;
                }
                let of = match event["involvedObject"]["fieldPath"].as_str() {
                    Some(_) => names.shorten(&text(&event["involvedObject"]["name"])) + " ",
                    None => String::new(),
                };
                let message = names.shorten(&text(&event["message"]));
                lines.push(format!(
                    "{elapsed} {} {of}{message}",
                    text(&event["reason"])
                ));
            }
            seen = events.len();
        });
        lines
    }
}

/// The members of an object at JSON pointers, as one line.
pub(crate) fn members(object: &Value, pointers: &[&str]) -> String {
    let member = |pointer: &&str| match object.pointer(pointer) {
        Some(value) => value.to_string(),
        None => "-".to_owned(),
    };
    let members: Vec<String> = pointers.iter().map(member).collect();
    members.join(" ")
}
