//! An emulator in the process of its user: one call starts it, dropping it
//! stops it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use eks_emulator_core::cluster::PendingTransition;
use eks_emulator_core::iam::IamMode;
use eks_emulator_core::lifecycle::{Lifecycle, Profile, TransitionRule};
use eks_emulator_core::{Limits, Timestamp};
use eks_emulator_protocol::sigv4::SignatureMode;
use tokio::sync::watch;

use crate::agent::AgentCache;
use crate::clock::ClockStart;
use crate::http::app::{App, app};
use crate::http::connection;
use crate::http::limit::BodyLimit;
use crate::service::{Service, ServiceConfiguration};

/// A running emulator. Clones are handles to the same one; the last that is
/// dropped stops it.
///
/// ```
/// use eks_emulator::EksEmulator;
///
/// let emulator = EksEmulator::builder().account("111122223333").start_blocking()?;
/// assert!(emulator.endpoint().starts_with("http://127.0.0.1:"));
/// # Ok::<(), eks_emulator::StartError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EksEmulator {
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    service: Arc<Service>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nobody is left to be told if this fails.
        let _ = self.stop.send(true);
    }
}

/// How an emulator starts. Made by [`EksEmulator::builder`].
#[derive(Clone, Debug)]
pub struct EksEmulatorBuilder {
    listen: Vec<SocketAddr>,
    service: ServiceConfiguration,
    body_limit: BodyLimit,
    shutdown_grace: Duration,
    workers: usize,
}

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The account id is not twelve digits.
    InvalidAccountId(String),
    /// An address could not be bound.
    Bind(SocketAddr, std::io::Error),
    /// The system has no thread or timer left.
    Runtime(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidAccountId(id) => {
                write!(formatter, "the account id {id:?} is not twelve digits")
            }
            Self::Bind(address, error) if error.kind() == std::io::ErrorKind::AddrInUse => write!(
                formatter,
                "{address} is in use; stop the other program or listen elsewhere (port 0 takes any free port)"
            ),
            Self::Bind(address, error) => write!(formatter, "cannot listen on {address}: {error}"),
            Self::Runtime(error) => write!(formatter, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// How strictly callers have to identify themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Unsigned requests are taken as the default account's, in the default
    /// region.
    #[default]
    None,
    /// Requests have to be signed for EKS in some region. Signatures are not
    /// checked.
    Scope,
}

impl EksEmulator {
    /// An emulator on a free port of 127.0.0.1, for account 123456789012 in
    /// `us-east-1`, with the machine's time and instant transitions.
    pub fn builder() -> EksEmulatorBuilder {
        EksEmulatorBuilder {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            service: ServiceConfiguration {
                account_id: "123456789012".into(),
                region: "us-east-1".into(),
                clock: ClockStart::Real,
                lifecycle: Lifecycle::default(),
                limits: Limits::default(),
                seed: 0,
                issuer_base: None,
                signature_mode: SignatureMode::None,
                iam: IamMode::Lenient,
                agent_cache: AgentCache::Invalidate,
            },
            body_limit: BodyLimit {
                bytes: 1024 * 1024,
                time: Duration::from_secs(30),
            },
            shutdown_grace: Duration::from_secs(5),
            workers: 1,
        }
    }

    /// Where it listens, for example `http://127.0.0.1:40123`: the value of
    /// `AWS_ENDPOINT_URL_EKS`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The first address that it listens on, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.running.addresses[0]
    }

    /// Every address that it listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.running.addresses
    }

    /// The time on its clock.
    pub fn now(&self) -> Timestamp {
        self.running.service.clock.now()
    }

    /// Moves its clock forwards; what falls due has happened on return.
    pub fn advance(&self, by: Duration) -> Timestamp {
        self.running.service.advance(by)
    }

    /// Moves its clock to the due time of every pending transition in turn,
    /// and ends those that wait to be told.
    pub fn advance_until_idle(&self) -> Timestamp {
        self.running.service.advance_until_idle()
    }

    /// The transitions that have not ended, in every account and region.
    pub fn pending_transitions(&self) -> Vec<PendingTransition> {
        self.running.service.pending_transitions()
    }

    /// Ends the transitions of a cluster (`addon_name` absent) or an add-on
    /// that wait to be told, in the default account and region.
    pub fn complete(&self, cluster_name: &str, addon_name: Option<&str>) {
        let entered = self.running.service.enter();
        let context = entered.default_context();
        context
            .region
            .for_each_cluster(&context.environment(), |cluster| {
                if cluster.name() == cluster_name {
                    cluster.complete(&context.environment(), addon_name);
                }
            });
    }

    /// Ends every transition that waits to be told.
    pub fn complete_all(&self) {
        self.running.service.complete_all();
    }

    /// Adds an exception to the lifecycle, for transitions that start from
    /// now on. Earlier ones hold first.
    pub fn add_transition_rule(&self, rule: TransitionRule) {
        self.running
            .service
            .change_lifecycle(|lifecycle| lifecycle.rules.push(rule));
    }

    /// Takes back every exception.
    pub fn clear_transition_rules(&self) {
        self.running
            .service
            .change_lifecycle(|lifecycle| lifecycle.rules.clear());
    }

    /// Says which fields of an add-on's Kubernetes objects someone else has
    /// changed, for example `ConfigMap coredns - .data.Corefile`: conflicts
    /// of later changes of the add-on. In the default account and region.
    pub fn set_addon_conflicts(&self, cluster_name: &str, addon_name: &str, fields: &[&str]) {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let entered = self.running.service.enter();
        let context = entered.default_context();
        context
            .region
            .for_each_cluster(&context.environment(), |cluster| {
                if cluster.name() == cluster_name {
                    cluster.set_conflicts(addon_name, fields.clone());
                }
            });
    }

    /// Stops taking connections, lets requests under way end, and returns
    /// when all is over.
    pub async fn shutdown(&self) {
        let _ = self.running.stop.send(true);
        // An error means that the server is gone already.
        let _ = self
            .running
            .stopped
            .clone()
            .wait_for(|stopped| *stopped)
            .await;
    }
}

impl EksEmulatorBuilder {
    /// The account of callers that do not name one: twelve digits.
    pub fn account(mut self, account_id: impl Into<String>) -> Self {
        self.service.account_id = account_id.into();
        self
    }

    /// The region of callers that do not sign.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.service.region = region.into();
        self
    }

    /// How the clock starts.
    pub fn clock(mut self, start: ClockStart) -> Self {
        self.service.clock = start;
        self
    }

    /// How long transitions take.
    pub fn lifecycle(mut self, profile: Profile) -> Self {
        self.service.lifecycle.profile = profile;
        self
    }

    /// Adds an exception to the lifecycle. Earlier ones hold first.
    pub fn transition_rule(mut self, rule: TransitionRule) -> Self {
        self.service.lifecycle.rules.push(rule);
        self
    }

    /// The quotas in force.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.service.limits = limits;
        self
    }

    /// The seed of every identifier: the same seed and calls give the same.
    pub fn rng_seed(mut self, seed: u64) -> Self {
        self.service.seed = seed;
        self
    }

    /// What the URLs of the clusters' issuers begin with, for example
    /// `https://localhost:8443`, for tools that fetch the discovery document
    /// from where the issuer says. The default is the host that EKS uses,
    /// which leads to AWS. The emulator serves `/id/…` itself, without TLS.
    pub fn issuer_base(mut self, base: &str) -> Self {
        self.service.issuer_base = Some(base.trim_end_matches('/').into());
        self
    }

    /// How strictly callers have to identify themselves.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.service.signature_mode = match auth {
            Auth::None => SignatureMode::None,
            Auth::Scope => SignatureMode::Scope,
        };
        self
    }

    /// What is made of roles that IAM does not have.
    pub fn iam(mut self, mode: IamMode) -> Self {
        self.service.iam = mode;
        self
    }

    /// What becomes of the agent's cache when associations change.
    pub fn agent_cache(mut self, mode: AgentCache) -> Self {
        self.service.agent_cache = mode;
        self
    }

    /// The addresses to listen on, instead of a free port of 127.0.0.1.
    pub fn listen(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.listen = addresses.into_iter().collect();
        self
    }

    /// The largest body of a request, in bytes.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.body_limit.bytes = bytes;
        self
    }

    /// How long requests under way may take to end when it stops.
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace;
        self
    }

    /// The number of threads that answer requests; at least one.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// Starts the emulator. It answers when this returns.
    ///
    /// Errors: see [`StartError`].
    pub async fn start(self) -> Result<EksEmulator, StartError> {
        self.start_blocking()
    }

    /// Starts the emulator from code that is not asynchronous. It needs no
    /// runtime of the caller's: it brings a thread of its own.
    ///
    /// Errors: see [`StartError`].
    pub fn start_blocking(self) -> Result<EksEmulator, StartError> {
        let account_id = &self.service.account_id;
        if account_id.len() != 12 || !account_id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(StartError::InvalidAccountId(account_id.clone()));
        }
        let listeners = bind(&self.listen)?;
        let local = |listener: &TcpListener| listener.local_addr().map_err(StartError::Runtime);
        let addresses = listeners.iter().map(local).collect::<Result<Vec<_>, _>>()?;
        let service = Arc::new(Service::new(self.service));
        let (stop, stop_asked) = watch::channel(false);
        let (stopping, stopped) = watch::channel(false);
        let server = Server {
            app: App {
                service: service.clone(),
                body_limit: self.body_limit,
            },
            grace: self.shutdown_grace,
            workers: self.workers,
            stop: stop_asked,
            stopped: stopping,
        };
        server.spawn(listeners).map_err(StartError::Runtime)?;
        Ok(EksEmulator {
            running: Arc::new(Running {
                service,
                addresses,
                stop,
                stopped,
            }),
        })
    }
}

fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    let bind = |address: &SocketAddr| {
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        bound.map_err(|error| StartError::Bind(*address, error))
    };
    addresses.iter().map(bind).collect()
}

/// The part of an emulator that runs on threads of its own.
struct Server {
    app: App,
    grace: Duration,
    workers: usize,
    stop: watch::Receiver<bool>,
    stopped: watch::Sender<bool>,
}

impl Server {
    fn spawn(self, listeners: Vec<TcpListener>) -> std::io::Result<()> {
        let mut builder = match self.workers {
            1 => tokio::runtime::Builder::new_current_thread(),
            workers => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(workers);
                builder
            }
        };
        let runtime = builder.thread_name("eks-emulator").enable_all().build()?;
        let run = move || runtime.block_on(self.run(listeners));
        std::thread::Builder::new()
            .name("eks-emulator".into())
            .spawn(run)?;
        Ok(())
    }

    async fn run(mut self, listeners: Vec<TcpListener>) {
        let listeners: Vec<_> = listeners
            .into_iter()
            .filter_map(|one| tokio::net::TcpListener::from_std(one).ok())
            .collect();
        // The handle is gone if the wait fails, and with it the reason to run.
        let stop = async { drop(self.stop.wait_for(|stop| *stop).await) };
        connection::serve(listeners, app(self.app), stop, self.grace).await;
        let _ = self.stopped.send(true);
    }
}
