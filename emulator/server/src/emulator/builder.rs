//! What an emulator is to be: the settings that it starts with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use eks_emulator_core::Limits;
use eks_emulator_core::iam::IamMode;
use eks_emulator_core::lifecycle::{Lifecycle, Profile, TransitionRule};
use eks_emulator_protocol::sigv4::SignatureMode;

use super::state_file::StateFile;
use crate::agent::AgentCache;
use crate::clock::ClockStart;
use crate::configuration::{LogLevelChange, ShownConfiguration};
use crate::http::limit::BodyLimit;
use crate::journal::DEFAULT_CAPACITY;
use crate::seed::{self, ReadSeed, Seed, SeedError, StartSeed};
use crate::service::ServiceConfiguration;
use crate::tls::Tls;

/// The longest a body may take to arrive over a socket.
const BODY_TIME: Duration = Duration::from_secs(30);

/// How an emulator starts. Made by [`EksEmulator::builder`](crate::EksEmulator::builder).
#[derive(Clone, Debug)]
pub struct EksEmulatorBuilder {
    pub(super) listen: Vec<SocketAddr>,
    pub(super) control: ControlAccess,
    pub(super) allowed_hosts: Vec<String>,
    pub(super) public_url: Option<String>,
    pub(super) service: ServiceConfiguration,
    pub(super) seeds: Vec<StartSeed>,
    pub(super) body_limit: BodyLimit,
    pub(super) shutdown_grace: Duration,
    pub(super) workers: usize,
    pub(super) state_file: Option<StateFile>,
    #[cfg(feature = "otel")]
    pub(super) otlp_endpoint: Option<String>,
    pub(super) tls: Option<Tls>,
}

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
    /// Requests have to be signed with the secret of their access key, at the
    /// time of the machine's clock or the emulator's. Known are the keys of
    /// seeds and of sessions; `test`, and every id of an account, has the
    /// secret `test` unless a seed says otherwise. What AWS does not sign is
    /// not to be signed here either.
    Verify,
}

/// Where the control endpoints are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ControlAccess {
    /// At the addresses that the services are at.
    #[default]
    SamePort,
    /// At a port of their own, of the first address that is listened on; 0
    /// takes any free port.
    Port(u16),
    /// Nowhere; only health and readiness are told.
    Off,
}

/// What an emulator is made from of which nothing is said.
pub(crate) fn service_configuration() -> ServiceConfiguration {
    ServiceConfiguration {
        account_id: "123456789012".into(),
        region: "us-east-1".into(),
        clock: ClockStart::Real,
        lifecycle: Lifecycle::default(),
        hold_reads: Duration::ZERO,
        limits: Limits::default(),
        seed: 0,
        issuer_base: None,
        signature_mode: SignatureMode::None,
        iam: IamMode::Lenient,
        agent_cache: AgentCache::Invalidate,
        journal_capacity: DEFAULT_CAPACITY,
        is_strict: false,
        shown_configuration: ShownConfiguration::new(),
        log_level_change: None,
    }
}

impl EksEmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            control: ControlAccess::SamePort,
            allowed_hosts: vec![super::NO_HOST.into()],
            public_url: None,
            service: service_configuration(),
            seeds: Vec::new(),
            body_limit: BodyLimit {
                bytes: 1024 * 1024,
                time: Some(BODY_TIME),
            },
            shutdown_grace: Duration::from_secs(5),
            workers: 1,
            state_file: None,
            #[cfg(feature = "otel")]
            otlp_endpoint: None,
            tls: None,
        }
    }

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

    /// How long a look at a cluster, an add-on or an update waits, of the
    /// machine's time, for the end of its change, if the end is no further
    /// away. Not at all unless this is called. So a waiter succeeds at its
    /// first look when the clock is scaled.
    pub fn hold_reads(mut self, longest: Duration) -> Self {
        self.service.hold_reads = longest;
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
    /// which leads to AWS. The emulator serves `/id/…` itself.
    pub fn issuer_base(mut self, base: &str) -> Self {
        self.service.issuer_base = Some(base.trim_end_matches('/').into());
        self
    }

    /// How strictly callers have to identify themselves.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.service.signature_mode = match auth {
            Auth::None => SignatureMode::None,
            Auth::Scope => SignatureMode::Scope,
            Auth::Verify => SignatureMode::Verify,
        };
        self
    }

    /// Refuses requests of EKS and EKS Auth that have members or parameters
    /// which their operation does not know, and so finds typos that the
    /// service overlooks.
    pub fn strict(mut self) -> Self {
        self.service.is_strict = true;
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

    /// How many calls the journal keeps, the newest ones; with 0 there is no
    /// journal. The default is 10,000.
    pub fn journal_capacity(mut self, entries: usize) -> Self {
        self.service.journal_capacity = entries;
        self
    }

    /// The addresses to listen on, instead of a free port of 127.0.0.1.
    pub fn listen(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.listen = addresses.into_iter().collect();
        self
    }

    /// What clients reach the emulator as, where that is not what it listens
    /// on. Issuers' URLs begin with it unless told otherwise, and the control
    /// endpoints may be called as its host.
    pub fn public_url(mut self, url: &str) -> Self {
        let url = url.trim_end_matches('/');
        let host = url.parse().ok().and_then(|url: http::Uri| {
            let host = url.host().map(str::to_owned);
            host.filter(|host| !host.is_empty())
        });
        self.allowed_hosts.extend(host);
        if self.service.issuer_base.is_none() {
            self.service.issuer_base = Some(url.into());
        }
        self.public_url = Some(url.to_owned());
        self
    }

    /// Where the control endpoints are.
    pub fn control(mut self, access: ControlAccess) -> Self {
        self.control = access;
        self
    }

    /// A name under which the control endpoints may be called, beside
    /// `localhost` and addresses: a web page that can make a name of its own
    /// lead here is not to control the emulator.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Serves HTTPS, and nothing else, at every address; the endpoint begins
    /// with `https`. Calls without a socket are as ever.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// No address at all: no socket, no thread, no server. The emulator is
    /// there for this process only, through [`EksEmulator::service`](crate::EksEmulator::service) and, with
    /// the feature `aws-sdk`, the SDKs' clients of its configuration.
    pub fn without_listener(self) -> Self {
        self.listen([])
    }

    /// A file that the state is read from at the start, if it is there, and
    /// written to when the emulator has been stopped by
    /// [`EksEmulator::shutdown`](crate::EksEmulator::shutdown). Secrets are in it.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(StateFile {
            path: path.into(),
            is_persisting: false,
        });
        self
    }

    /// A state file that every change is written to before the call that made
    /// it is answered: nothing that was answered is lost, however the process
    /// ends. The end of the machine is another matter: the operating system
    /// writes the file to the disk in its own time.
    pub fn persist(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(StateFile {
            path: path.into(),
            is_persisting: true,
        });
        self
    }

    /// What there is to be from the start. It is applied behind seeds that
    /// were given before, and again after a reset.
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seeds.push(ReadSeed::of(seed.into()).into());
        self
    }

    /// The same from a file in YAML or JSON, from those of a folder in the
    /// order of their names, or from standard input (`-`).
    ///
    /// Errors: the file cannot be read or is no seed document.
    pub fn seed_file(mut self, path: impl AsRef<Path>) -> Result<Self, SeedError> {
        let read = seed::read_path(path.as_ref())?;
        self.seeds.extend(read.into_iter().map(StartSeed::from));
        Ok(self)
    }

    /// The same; what may take long to be read is read when the emulator is
    /// there to say that it is not ready.
    #[cfg(feature = "cli")]
    pub(crate) fn seed_file_while_starting(mut self, path: &Path) -> Result<Self, SeedError> {
        self.seeds.extend(StartSeed::of_path(path)?);
        Ok(self)
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

    /// The collector to which traces of calls are exported, over OTLP/HTTP in
    /// JSON: for example `http://127.0.0.1:4318`, to which `/v1/traces` is
    /// added. A call does not wait for it.
    #[cfg(feature = "otel")]
    pub fn otlp_endpoint(mut self, url: impl Into<String>) -> Self {
        self.otlp_endpoint = Some(url.into());
        self
    }

    /// The number of threads that answer requests; at least one.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// The settings to show to those who want to see them.
    #[doc(hidden)]
    pub fn shown_configuration(mut self, settings: ShownConfiguration) -> Self {
        self.service.shown_configuration = settings;
        self
    }

    /// How the log is changed while the emulator runs.
    #[doc(hidden)]
    pub fn log_level_change(mut self, change: LogLevelChange) -> Self {
        self.service.log_level_change = Some(change);
        self
    }
}
