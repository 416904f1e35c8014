//! What a scrape of the metrics gets.

use std::collections::BTreeMap;

use super::exposition::{Exposition, Labels};
use super::{BOUNDS_US, OperationMetrics};
use crate::service::Service;

/// The latencies of the operations with one name.
#[derive(Default)]
struct Latency {
    buckets: [u64; BOUNDS_US.len()],
    count: u64,
    sum_us: u64,
}

impl Service {
    /// The metrics, as Prometheus reads them. What exists is counted now.
    pub(crate) fn metrics_text(&self) -> String {
        // What time has brought about has happened, too. While the state is
        // being loaded nobody may count it.
        let resources = self.readiness.is_ready().then(|| self.count_resources());
        let mut exposition = Exposition::default();
        let operations = self.metrics().operations();
        write_requests(&mut exposition, &operations);
        write_latencies(&mut exposition, &operations);
        let transitions = self.events().transitions().into_iter();
        exposition.family(
            ("eks_emulator_transitions_total", "counter"),
            "Times that something came into a status.",
            transitions
                .map(|((resource, status), count)| {
                    let labels = [("resource", resource), ("status", status)];
                    let labels = labels.map(|(name, value)| (name, value.to_owned()));
                    (Labels::from(labels), count)
                })
                .collect(),
        );
        let fired = self.faults().fired().into_iter();
        exposition.family(
            ("eks_emulator_faults_fired_total", "counter"),
            "Calls that a fault happened to.",
            fired
                .map(|(name, count)| labelled("fault", &name, count))
                .collect(),
        );
        exposition.family(
            ("eks_emulator_resources", "gauge"),
            "What exists, in all accounts and regions.",
            resources
                .into_iter()
                .flatten()
                .map(|(name, count)| labelled("type", name, count as u64))
                .collect(),
        );
        exposition.family(
            ("eks_emulator_journal_entries", "gauge"),
            "Calls in the journal.",
            BTreeMap::from([(Labels::new(), self.journal().len())]),
        );
        exposition.family(
            ("eks_emulator_build_info", "gauge"),
            "The version of the emulator.",
            BTreeMap::from([labelled("version", env!("CARGO_PKG_VERSION"), 1)]),
        );
        exposition.into_text()
    }

    fn count_resources(&self) -> [(&'static str, usize); 5] {
        let entered = self.enter();
        let (mut clusters, mut addons, mut associations, mut pods) = (0, 0, 0, 0);
        entered.for_each_cluster(|cluster, _| {
            let counts = cluster.resource_counts();
            clusters += 1;
            addons += counts.addons;
            associations += counts.associations;
            pods += counts.pods;
        });
        [
            ("addon", addons),
            ("association", associations),
            ("cluster", clusters),
            ("pod", pods),
            ("role", entered.identity().lock().role_count()),
        ]
    }
}

/// A sample with one label.
fn labelled(name: &'static str, value: &str, count: u64) -> (Labels, u64) {
    (vec![(name, value.to_owned())], count)
}

fn labels_of(one: &OperationMetrics) -> Labels {
    vec![
        ("service", one.service.to_owned()),
        ("operation", one.operation.unwrap_or_default().to_owned()),
    ]
}

fn write_requests(exposition: &mut Exposition, operations: &[OperationMetrics]) {
    let mut requests: BTreeMap<Labels, u64> = BTreeMap::new();
    for one in operations {
        for outcome in &one.outcomes {
            let status = match outcome.status {
                0 => String::new(),
                status => status.to_string(),
            };
            let code = outcome.code.as_deref().unwrap_or_default();
            let mut labels = labels_of(one);
            labels.extend([("status", status), ("code", code.to_owned())]);
            *requests.entry(labels).or_default() += outcome.count;
        }
    }
    exposition.family(
        ("eks_emulator_requests_total", "counter"),
        "Calls by service, operation, status and error code; the status of those without an answer is empty.",
        requests,
    );
}

fn write_latencies(exposition: &mut Exposition, operations: &[OperationMetrics]) {
    const NAME: &str = "eks_emulator_request_duration_seconds";
    let mut latencies: BTreeMap<Labels, Latency> = BTreeMap::new();
    for one in operations {
        let latency = latencies.entry(labels_of(one)).or_default();
        latency.count += one.count;
        latency.sum_us = latency.sum_us.saturating_add(one.sum_us);
        for (sum, count) in latency.buckets.iter_mut().zip(one.buckets) {
            *sum += count;
        }
    }
    exposition.head(NAME, "histogram", "How long calls took.");
    for (labels, latency) in latencies {
        let mut so_far = 0;
        let mut bucket = |bound: String, count: u64| {
            let mut labels = labels.clone();
            labels.push(("le", bound));
            exposition.sample(&format!("{NAME}_bucket"), &labels, &count);
        };
        for (bound_us, count) in BOUNDS_US.iter().zip(latency.buckets) {
            so_far += count;
            bucket(seconds(*bound_us).to_string(), so_far);
        }
        bucket("+Inf".to_owned(), latency.count);
        exposition.sample(&format!("{NAME}_sum"), &labels, &seconds(latency.sum_us));
        exposition.sample(&format!("{NAME}_count"), &labels, &latency.count);
    }
}

fn seconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000_000.0
}
