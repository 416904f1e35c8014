//! `RemoteEmulator`: an emulator elsewhere, controlled over HTTP.

pub(crate) mod client;
mod control;
mod requests;

use eks_emulator_core::credentials::CredentialSource;
use http::Method;
use serde_json::Value;
use tokio::runtime::Handle;

use crate::emulator::{Error, Pod, UNWRITTEN, check_account_id};
use client::{CallError, ControlClient, encoded};

/// A running emulator behind an endpoint: the program, a container, or one in
/// another process. What can be done with it is
/// [`EmulatorControl`](crate::EmulatorControl). It waits for sockets in the
/// tokio runtime that it is used in; where there is none, each call brings one
/// and is over when it is first polled, by whichever executor.
#[derive(Clone, Debug)]
pub struct RemoteEmulator {
    client: ControlClient,
    account_id: Option<String>,
}

impl RemoteEmulator {
    /// The emulator at an endpoint such as `http://127.0.0.1:4566`, once it is
    /// ready. One that begins with `https` takes the feature `tls`, and a
    /// certificate by an authority that the operating system trusts, or that is
    /// in the file which `SSL_CERT_FILE` names.
    ///
    /// Errors: [`Error::Unreachable`] if nobody answers there, or if it is not
    /// an emulator that is ready.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let client = ControlClient::new(url, None).map_err(Error::Unreachable)?;
        Self::connect_by(client).await
    }

    /// The same at an endpoint such as `https://127.0.0.1:4566`, whose
    /// certificate has to be by one of these authorities, in PEM form, as
    /// `EksEmulator::ca_certificate` and `GET /_emulator/ca.pem` give one.
    ///
    /// Errors: those of [`connect`](Self::connect).
    pub async fn connect_trusting(
        url: &str,
        ca_certificates: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        let client = ControlClient::new(url, Some(ca_certificates.as_ref()));
        Self::connect_by(client.map_err(Error::Unreachable)?).await
    }

    async fn connect_by(client: ControlClient) -> Result<Self, Error> {
        let emulator = Self {
            client,
            account_id: None,
        };
        let asked = emulator.call(Method::GET, "/_emulator/ready", None).await;
        let reason = match asked {
            Ok(answer) if answer["ready"] == true => return Ok(emulator),
            Ok(_) => String::new(),
            Err(Error::Refused { message, .. }) => format!(": {message}"),
            Err(error) => return Err(error),
        };
        let url = emulator.client.endpoint();
        Err(Error::Unreachable(format!(
            "{url} is no emulator that is ready{reason}"
        )))
    }

    /// The same from code that is not asynchronous. It needs no runtime of the
    /// caller's.
    ///
    /// Errors: see [`RemoteEmulator::connect`].
    pub fn connect_blocking(url: &str) -> Result<Self, Error> {
        block_on(Self::connect(url))?
    }

    /// The emulator as an account sees it: only its clusters are found.
    ///
    /// Errors: [`Error::InvalidAccountId`].
    pub fn account(&self, account_id: &str) -> Result<Self, Error> {
        check_account_id(account_id)?;
        Ok(Self {
            client: self.client.clone(),
            account_id: Some(account_id.to_owned()),
        })
    }

    /// A path that is limited to the account, if there is one.
    fn scoped(&self, path: &str) -> String {
        match &self.account_id {
            Some(account_id) => format!("{path}?account={account_id}"),
            None => path.to_owned(),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Error> {
        let call = self.client.call(method, path, body);
        let answer = match Handle::try_current() {
            Ok(_) => call.await,
            Err(_) => block_on(call)?,
        };
        answer.map_err(Error::from)
    }

    async fn find_pods(&self, cluster_name: &str) -> Result<Vec<Pod>, Error> {
        let base = format!("/_emulator/v1/clusters/{}/pods", encoded(cluster_name));
        let mut answer = self.call(Method::GET, &self.scoped(&base), None).await?;
        let mut pods = Vec::new();
        for manifest in answer["pods"].as_array_mut().into_iter().flatten() {
            let text = |member: &str| manifest["metadata"][member].as_str().unwrap_or_default();
            let (namespace, name) = (encoded(text("namespace")), encoded(text("name")));
            let path = self.scoped(&format!("{base}/{namespace}/{name}/credentials"));
            let report = match self.call(Method::GET, &path, None).await {
                Ok(report) => report,
                // It went between the two calls.
                Err(Error::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            pods.extend(Pod::read(manifest.take(), |_, _| {
                let source = source_called(report["credentialSource"].as_str()?)?;
                Some((source, report["roleArn"].as_str().map(str::to_owned)))
            }));
        }
        Ok(pods)
    }
}

/// Waits for a call on a thread of its own: the caller's may be one that must
/// not wait.
fn block_on<T: Send>(call: impl Future<Output = T> + Send) -> Result<T, Error> {
    let wait = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        Ok(builder.enable_all().build()?.block_on(call))
    };
    let waited = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("eks-emulator-call".into());
        let ended = thread.spawn_scoped(scope, wait)?.join();
        ended.unwrap_or_else(|_| Err(std::io::Error::other("a call panicked")))
    });
    waited.map_err(Error::Runtime)
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let (code, message, mut details) = match error {
            CallError::Unreachable(sentence) => return Self::Unreachable(sentence),
            CallError::Refused {
                code,
                message,
                details,
            } => (code, message, details),
        };
        match code.as_str() {
            "NotFound" => Self::NotFound(message),
            "NotPersisted" => Self::StateFile(UNWRITTEN.into()),
            "ClockCannotGoBack" => Self::ClockCannotGoBack,
            "BadRequest" | "InvalidBody" | "InvalidRule" => Self::Invalid(message),
            "Timeout" => Self::Timeout {
                message,
                closest: match details["closest"].take() {
                    Value::Array(closest) => closest,
                    _ => Vec::new(),
                },
            },
            "Stopping" => Self::Stopped,
            _ => Self::Refused { code, message },
        }
    }
}

fn source_called(word: &str) -> Option<CredentialSource> {
    let sources = [
        CredentialSource::PodIdentity,
        CredentialSource::Irsa,
        CredentialSource::NodeRole,
        CredentialSource::None,
    ];
    sources.into_iter().find(|source| source.as_str() == word)
}

/// What an answer of the emulator lacks although it should have it.
fn unexpected(what: &str) -> Error {
    Error::Unreachable(format!(
        "the emulator's answer has no {what}; is it of this version?"
    ))
}
