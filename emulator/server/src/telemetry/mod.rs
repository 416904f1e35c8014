//! Traces: one span for each call, for a collector that speaks OTLP over HTTP.
//!
//! A span is made when its call is over, of what the log and the journal are
//! told: it has neither headers nor bodies nor tokens. It waits in a queue that
//! a thread of its own empties. If the queue is full it is dropped: no call
//! waits for a collector.

mod collector;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span, SpanKind, Status, Tracer, TracerProvider};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use self::collector::Collector;
use crate::clock::machine_clock;
use crate::http::responder::{Answered, NO_ANSWER};

/// What the last traces have in any case.
const LEAST: Duration = Duration::from_millis(500);

/// The traces of one emulator.
#[derive(Debug)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    propagator: TraceContextPropagator,
    /// How long the end may take.
    grace: Duration,
    is_over: AtomicBool,
}

impl Traces {
    /// Traces for the collector at `endpoint`, for example
    /// `http://127.0.0.1:4318`.
    ///
    /// Errors: a sentence.
    pub(crate) fn for_collector(endpoint: &str, grace: Duration) -> Result<Self, String> {
        let endpoint = endpoint.trim_end_matches('/');
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(endpoint))
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_protocol(Protocol::HttpJson)
            .build()
            .map_err(|error| error.to_string())?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty()
            .with_service_name("eks-emulator")
            .with_attributes([version]);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Self {
            tracer: provider.tracer("eks-emulator"),
            provider,
            propagator: TraceContextPropagator::new(),
            grace,
            is_over: AtomicBool::new(false),
        })
    }

    /// Adds the span of a call that is over. Its parent is the one that the
    /// request names, if it does.
    pub(crate) fn record(&self, headers: &HeaderMap, answered: &Answered, duration: Duration) {
        let end = machine_clock();
        let start = end.checked_sub(duration).unwrap_or(end);
        let name = answered.operation.unwrap_or(answered.service);
        let parent = self
            .propagator
            .extract_with_context(&Context::new(), &Headers(headers));
        let mut span = self
            .tracer
            .span_builder(name)
            .with_kind(SpanKind::Server)
            .with_start_time(start)
            .with_attributes(attributes(answered))
            .start_with_context(&self.tracer, &parent);
        if answered.status == NO_ANSWER || answered.status >= 500 {
            let code = answered.error_code.clone();
            span.set_status(Status::error(code.unwrap_or_default()));
        }
        span.end_with_timestamp(end);
    }

    /// Exports what is left, and ends. `used` is what of the grace is over.
    pub(crate) fn end(&self, used: Duration) {
        if self.is_over.swap(true, Ordering::Relaxed) {
            return;
        }
        let longest = self.grace.saturating_sub(used).max(LEAST);
        if let Err(error) = self.provider.shutdown_with_timeout(longest) {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}

/// Whoever drops the last handle does not wait.
impl Drop for Traces {
    fn drop(&mut self) {
        if !*self.is_over.get_mut() {
            let (provider, grace) = (self.provider.clone(), self.grace);
            // Without a thread the last traces are lost.
            let _ = std::thread::Builder::new()
                .name("eks-emulator-traces".into())
                .spawn(move || provider.shutdown_with_timeout(grace));
        }
    }
}

/// What a span says of a call.
///
/// Source of the names: OpenTelemetry semantic conventions; those that begin
/// with `eks_emulator` are ours.
fn attributes(answered: &Answered) -> Vec<KeyValue> {
    let text = |name: &'static str, value: &str| KeyValue::new(name, value.to_owned());
    let mut attributes = vec![
        KeyValue::new("rpc.system", "aws-api"),
        KeyValue::new("rpc.service", answered.service),
        text("aws.request_id", &answered.request_id),
    ];
    attributes.extend(
        answered
            .operation
            .map(|name| KeyValue::new("rpc.method", name)),
    );
    if answered.status != NO_ANSWER {
        let status = i64::from(answered.status);
        attributes.push(KeyValue::new("http.response.status_code", status));
    }
    let cluster = answered.cluster_name.as_deref();
    attributes.extend(cluster.map(|name| text("k8s.cluster.name", name)));
    if let Some(home) = &answered.home {
        attributes.push(text("cloud.account.id", &home.account_id));
        attributes.push(text("cloud.region", &home.region));
    }
    let code = answered.error_code.as_deref().map(Cow::from);
    attributes.extend(code.map(|code| text("error.type", &code)));
    if !answered.faults.is_empty() {
        let names = answered.faults.iter();
        let names: Vec<StringValue> = names.map(|name| name.to_string().into()).collect();
        let names = Value::Array(Array::String(names));
        attributes.push(KeyValue::new("eks_emulator.faults", names));
    }
    attributes
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
