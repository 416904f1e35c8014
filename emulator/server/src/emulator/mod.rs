//! An emulator in the process of its user: one call starts it, dropping it
//! stops it.

mod account;
mod builder;
mod clock;
mod control;
mod environment;
mod error;
mod event;
mod fault;
mod loading;
mod pod;
mod requests;
#[cfg(feature = "aws-sdk")]
mod sdk;
mod server;
mod service;
mod snapshot;
mod start;
mod state_file;
mod times;
mod transition_rule;
mod wait;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use eks_emulator_core::Timestamp;
use eks_emulator_core::cluster::PendingTransition;
use tokio::sync::watch;

use crate::advance::LONGEST_WAY_TO_IDLE;
use crate::configuration::ShownConfiguration;
use crate::http::app::{App, Surface, app};
#[cfg(feature = "cli")]
use crate::{persistence, state::Scope};

pub use account::EmulatorAccount;
#[cfg(feature = "cli")]
pub(crate) use builder::service_configuration;
pub use builder::{Auth, ControlAccess, EksEmulatorBuilder};
pub use clock::EmulatorClock;
pub(crate) use control::UNWRITTEN;
pub use control::{ControlFuture, EmulatorControl};
#[cfg(feature = "cli")]
pub(crate) use environment::{ENDPOINTS, OF_OTHER_KEYS, REMOVED};
pub use error::Error;
pub(crate) use error::check_account_id;
pub(crate) use event::SinceEvent;
pub use event::{Event, EventPattern};
pub use fault::{Fault, FaultGuard, NewFault};
pub use pod::Pod;
pub use requests::Requests;
pub use service::EmulatorService;
pub use snapshot::Snapshot;
use state_file::StateFile;
pub use times::Times;

/// The endpoint of an emulator that listens nowhere. Names below `.invalid`
/// never lead anywhere.
const NO_ENDPOINT: &str = "http://eks-emulator.invalid";
/// Its host, as which the control endpoints may be called.
const NO_HOST: &str = "eks-emulator.invalid";

/// A running emulator. Clones are handles to the same one; the last that is
/// dropped stops it.
#[derive(Clone, Debug)]
pub struct EksEmulator {
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    app: App,
    /// The application for callers in this process, made for the first.
    router: OnceLock<Router>,
    /// What is answered beside the control endpoints' own port.
    surface: Surface,
    addresses: Vec<SocketAddr>,
    control_address: Option<SocketAddr>,
    public_url: Option<String>,
    state_file: Option<StateFile>,
    /// How many faults got a name here.
    unnamed_faults: AtomicU64,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nobody is left to be told if this fails.
        let _ = self.stop.send(true);
        self.app.service.events().close();
    }
}

impl EksEmulator {
    /// An emulator on a free port of 127.0.0.1, for account 123456789012 in
    /// `us-east-1`, with the machine's time and instant transitions.
    pub fn builder() -> EksEmulatorBuilder {
        EksEmulatorBuilder::new()
    }

    /// Where it answers, for example `http://127.0.0.1:40123`: the value of
    /// `AWS_ENDPOINT_URL_EKS`. Of one that listens on every address it is the
    /// loopback. Without a listener it is
    /// `http://eks-emulator.invalid`, which leads nowhere.
    pub fn endpoint(&self) -> String {
        match self.running.addresses.first() {
            Some(address) => self.url_of(*address),
            None => NO_ENDPOINT.to_owned(),
        }
    }

    /// What clients reach it as: the public URL, if it was told one, and the
    /// endpoint otherwise.
    pub fn public_url(&self) -> String {
        let url = self.running.public_url.clone();
        url.unwrap_or_else(|| self.endpoint())
    }

    /// The first address that it listens on, with the port that it got.
    /// Without a listener it is `0.0.0.0:0`, the address that nobody has.
    pub fn address(&self) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        self.running.addresses.first().copied().unwrap_or(nowhere)
    }

    /// Every address that it listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.running.addresses
    }

    /// Where the control endpoints are; `None` if there are none.
    pub fn control_endpoint(&self) -> Option<String> {
        let address = match self.running.surface {
            Surface::Everything => return Some(self.endpoint()),
            _ => self.running.control_address?,
        };
        Some(self.url_of(address))
    }

    /// The URL at one of its addresses, for clients on this machine: nobody
    /// can call the address that stands for all of them.
    pub(crate) fn url_of(&self, address: SocketAddr) -> String {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, address.port());
        format!("{}://{address}", self.running.app.scheme())
    }

    /// The certificate, in PEM form, of the authority that clients have to
    /// trust, if one was made for this emulator: see [`Tls`](crate::Tls).
    #[cfg(feature = "tls")]
    pub fn ca_certificate(&self) -> Option<&str> {
        self.running.app.tls.as_deref()?.ca_certificate()
    }

    /// The address of the control endpoints, if it is one of their own.
    #[cfg(feature = "cli")]
    pub(crate) fn control_address(&self) -> Option<SocketAddr> {
        self.running.control_address
    }

    /// Writes the state to a file, secrets included.
    ///
    /// Errors: a sentence.
    #[cfg(feature = "cli")]
    pub(crate) fn write_state(&self, path: &std::path::Path) -> Result<(), String> {
        let snapshot = self.running.app.service.snapshot(&Scope::default());
        persistence::write(path, &snapshot)
    }

    /// Why the state could not be written at the end, if it could not.
    #[cfg(feature = "cli")]
    pub(crate) fn state_loss(&self) -> Option<&str> {
        self.running
            .app
            .service
            .state_loss
            .get()
            .map(String::as_str)
    }

    /// The emulator as a service to call without a socket.
    pub fn service(&self) -> EmulatorService {
        let router = self.running.router.get_or_init(|| {
            let mut app_here = self.running.app.clone();
            // Bodies do not travel, and a caller may be without timers.
            app_here.body_limit.time = None;
            app(app_here, self.running.surface)
        });
        EmulatorService::new(router.clone(), self.running.stop.subscribe())
    }

    /// The pods of a cluster of the default account and region, and which
    /// credentials each gets.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster.
    pub fn pods(&self, cluster_name: &str) -> Result<Vec<Pod>, Error> {
        self.default_account().pods(cluster_name)
    }

    /// Deletes a pod of a cluster of the default account and region as `kubectl
    /// delete pod` does; its controller, if it has one, replaces it.
    ///
    /// Errors: [`Error::NotFound`] if there is no such cluster or pod.
    pub fn delete_pod(&self, cluster_name: &str, namespace: &str, name: &str) -> Result<(), Error> {
        self.default_account()
            .delete_pod(cluster_name, namespace, name)
    }

    /// The time on its clock.
    pub fn now(&self) -> Timestamp {
        self.running.app.service.clock.now()
    }

    /// Moves its clock forwards; what falls due has happened on return.
    pub fn advance(&self, by: Duration) -> Timestamp {
        self.running.app.service.advance(by).now
    }

    /// Moves its clock to the due time of every pending transition in turn,
    /// and ends those that wait to be told; at most by a year.
    pub fn advance_until_idle(&self) -> Timestamp {
        let service = &self.running.app.service;
        service.advance_until_idle(LONGEST_WAY_TO_IDLE).now
    }

    /// The transitions that have not ended, in every account and region.
    pub fn pending_transitions(&self) -> Vec<PendingTransition> {
        self.running.app.service.pending_transitions()
    }

    /// Ends the transitions of a cluster (`addon_name` absent) or an add-on
    /// that wait to be told, in the default account and region.
    pub fn complete(&self, cluster_name: &str, addon_name: Option<&str>) {
        let entered = self.running.app.service.enter();
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
        self.running.app.service.complete_all();
    }

    /// Says which fields of an add-on's Kubernetes objects someone else has
    /// changed, for example `ConfigMap coredns - .data.Corefile`: conflicts
    /// of later changes of the add-on. In the default account and region.
    pub fn set_addon_conflicts(&self, cluster_name: &str, addon_name: &str, fields: &[&str]) {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let entered = self.running.app.service.enter();
        let context = entered.default_context();
        context
            .region
            .for_each_cluster(&context.environment(), |cluster| {
                if cluster.name() == cluster_name {
                    cluster.set_conflicts(addon_name, fields.clone());
                }
            });
    }

    /// Waits until somebody tells the emulator to stop, by
    /// [`EksEmulator::shutdown`] or by the control endpoint of that name.
    pub async fn stopping(&self) {
        let mut stop = self.running.stop.subscribe();
        // The sender is this emulator's: it cannot be gone.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// The settings as they are shown to those who want to see them.
    #[doc(hidden)]
    pub fn shown_configuration(&self) -> ShownConfiguration {
        let shown = self.running.app.service.shown_configuration.read();
        shown.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The operations that were called and that the emulator does not have,
    /// by name.
    pub fn unsupported_calls(&self) -> Vec<String> {
        self.running.app.service.unsupported.names()
    }

    /// Stops taking connections, lets requests under way end, and returns
    /// when all is over.
    pub async fn shutdown(&self) {
        let was_running = !self.running.stop.send_replace(true);
        // Who waits for events would wait for ever.
        self.running.app.service.events().close();
        if self.running.addresses.is_empty() {
            // There is no server to do it when the last request has ended.
            if let Some(file) = self.running.state_file.as_ref().filter(|_| was_running) {
                file.write(&self.running.app.service);
            }
            self.running.app.end_traces(Instant::now());
            return;
        }
        // An error means that the server is gone already.
        let _ = self
            .running
            .stopped
            .clone()
            .wait_for(|stopped| *stopped)
            .await;
    }
}
