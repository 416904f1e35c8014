//! What the commands have in common that talk to a running emulator.

use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use clap::Args;
use http::Method;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use super::control_client::ControlClient;
use super::endpoint::{COMMON, Endpoint};
use super::{Failure, print};

// The flags of every such command.
#[derive(Args, Debug)]
pub(super) struct RemoteArguments {
    #[command(flatten)]
    endpoint: Endpoint,
    /// Print JSON
    #[arg(long, global = true, display_order = COMMON)]
    json: bool,
}

// What narrows to an account and a region.
#[derive(Args, Debug)]
pub(super) struct ScopeArguments {
    /// Only this account
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// Only this region
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
}

impl ScopeArguments {
    /// The parameters of a query that narrow.
    pub(super) fn parameters(&self) -> [(&'static str, Option<&str>); 2] {
        [
            ("account", self.account.as_deref()),
            ("region", self.region.as_deref()),
        ]
    }
}

/// A running emulator.
#[derive(Debug)]
pub(super) struct Remote {
    runtime: Runtime,
    client: ControlClient,
    as_json: bool,
}

impl Remote {
    pub(super) fn new(arguments: &RemoteArguments) -> Result<Self, Failure> {
        let client = arguments.endpoint.client()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::running(format!("cannot start: {error}")))?;
        Ok(Self {
            runtime,
            client,
            as_json: arguments.json,
        })
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None)
    }

    /// Calls an endpoint and gives its answer, `null` for an empty one.
    pub(super) fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let answer = self.client.call(method, path, body);
        self.runtime.block_on(answer).map_err(Failure::running)
    }

    /// Sends a body as it is.
    pub(super) fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Result<Bytes, Failure> {
        let answer = self
            .client
            .exchange(method, path, content_type, body.into());
        self.runtime.block_on(answer).map_err(Failure::running)
    }

    /// Waits until the emulator answers that it is ready.
    pub(super) fn wait_until_ready(&self, timeout: Duration) -> Result<(), Failure> {
        let ready = self.client.until_ready(timeout);
        self.runtime.block_on(ready).map_err(Failure::running)
    }

    /// Hands on what a stream of events says, until `each` has enough or the
    /// emulator ends it.
    pub(super) fn follow(
        &self,
        path: &str,
        each: impl FnMut(&str) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        self.runtime.block_on(self.client.follow(path, each))
    }

    /// Whether programs read what is printed.
    pub(super) fn as_json(&self) -> bool {
        self.as_json
    }

    /// Prints an answer, for people as `text` says it.
    pub(super) fn show(
        &self,
        answer: &Value,
        text: impl FnOnce(&Value) -> String,
    ) -> Result<(), Failure> {
        if self.as_json {
            return print(&format!("{answer:#}\n"));
        }
        print(&text(answer))
    }
}

/// The members of an object that there are.
pub(super) fn object<'a>(
    members: impl IntoIterator<Item = (&'a str, Option<Value>)>,
) -> Map<String, Value> {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// The number that a text says, or the text.
pub(super) fn number_or_text(text: &str) -> Value {
    let number = text.parse::<u64>().map(Value::from);
    number.unwrap_or_else(|_| Value::from(text))
}

/// Reads a file, or standard input for `-`.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).map(|_| text)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| Failure::running(format!("cannot read {}: {error}", path.display())))
}
