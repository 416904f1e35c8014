//! How an emulator starts: it listens, lets its server answer, and loads what
//! there is to be.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
#[cfg(feature = "otel")]
use std::time::Duration;

use tokio::sync::watch;

use super::builder::{ControlAccess, EksEmulatorBuilder};
use super::error::{Error, check_account_id};
use super::loading::Loading;
use super::server::Server;
use super::{EksEmulator, NO_HOST, Running};
use crate::http::app::{App, Surface};
use crate::service::Service;
#[cfg(feature = "otel")]
use crate::telemetry::Traces;
use crate::tls::ServerTls;

impl EksEmulatorBuilder {
    /// Starts the emulator. It answers when this returns.
    ///
    /// Errors: see [`Error`].
    pub async fn start(self) -> Result<EksEmulator, Error> {
        self.start_blocking()
    }

    /// Starts the emulator from code that is not asynchronous. It needs no
    /// runtime of the caller's: it brings a thread of its own.
    ///
    /// Errors: see [`Error`].
    pub fn start_blocking(mut self) -> Result<EksEmulator, Error> {
        check_account_id(&self.service.account_id)?;
        if let Some(rate) = self.service.clock.impossible_rate() {
            return Err(Error::InvalidClockRate(rate));
        }
        let surface = match self.control {
            ControlAccess::SamePort => Surface::Everything,
            ControlAccess::Port(_) | ControlAccess::Off => Surface::Services,
        };
        let tls = self.open_tls()?;
        let mut listeners = Vec::new();
        for address in &self.listen {
            listeners.push((bind(*address)?, surface));
        }
        let addresses = local_addresses(&listeners)?;
        listeners.extend(bind_control(self.control, addresses.first())?);
        let control_address = local_addresses(&listeners)?.get(addresses.len()).copied();
        let (stop, stop_asked) = watch::channel(false);
        let app = App {
            service: Arc::new(Service::new(self.service)),
            body_limit: self.body_limit,
            allowed_hosts: self.allowed_hosts.into(),
            tls,
            stop: stop.clone(),
            #[cfg(feature = "otel")]
            traces: traces(self.otlp_endpoint.as_deref(), self.shutdown_grace)?,
        };
        let loading = Loading {
            service: app.service.clone(),
            state_file: self.state_file.clone(),
            seeds: self.seeds,
        };
        loading.announce(&addresses);
        let (stopping, stopped) = watch::channel(false);
        let server = Server {
            app: app.clone(),
            grace: self.shutdown_grace,
            workers: self.workers,
            state_file: self.state_file.clone(),
            stop: stop_asked,
            stopped: stopping,
        };
        start_server(server, listeners, loading, &stop)?;
        Ok(EksEmulator {
            running: Arc::new(Running {
                app,
                router: OnceLock::new(),
                unnamed_faults: AtomicU64::new(0),
                surface,
                addresses,
                control_address,
                public_url: self.public_url,
                state_file: self.state_file,
                stop,
                stopped,
            }),
        })
    }

    /// What HTTPS takes, if it is wanted and there is an address to have it.
    fn open_tls(&mut self) -> Result<Option<Arc<ServerTls>>, Error> {
        let Some(tls) = self.tls.take().filter(|_| !self.listen.is_empty()) else {
            return Ok(None);
        };
        let addresses: Vec<_> = self.listen.iter().map(SocketAddr::ip).collect();
        let mut hosts = self.allowed_hosts.clone();
        hosts.retain(|host| host != NO_HOST);
        let opened = tls.open(&addresses, &hosts).map_err(Error::Tls)?;
        Ok(Some(Arc::new(opened)))
    }
}

/// The traces for the collector at an endpoint.
#[cfg(feature = "otel")]
fn traces(endpoint: Option<&str>, grace: Duration) -> Result<Option<Arc<Traces>>, Error> {
    let Some(endpoint) = endpoint else {
        return Ok(None);
    };
    let traces = Traces::for_collector(endpoint, grace);
    traces
        .map(|traces| Some(Arc::new(traces)))
        .map_err(|error| Error::Runtime(std::io::Error::other(format!("{endpoint}: {error}"))))
}

/// Lets a server answer, and does what has to be done before. Without addresses
/// there is nobody to answer.
fn start_server(
    server: Server,
    listeners: Vec<(TcpListener, Surface)>,
    mut loading: Loading,
    stop: &watch::Sender<bool>,
) -> Result<(), Error> {
    if listeners.is_empty() {
        return loading.load();
    }
    let thread = server.spawn(listeners).map_err(Error::Runtime)?;
    loading.load().inspect_err(|_| {
        let _ = stop.send(true);
        // Nothing is left of it when the caller hears of the failure.
        let _ = thread.join();
    })
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| Error::Bind(address, error))
}

/// Listens for the control endpoints, where they have a port of their own.
fn bind_control(
    access: ControlAccess,
    first: Option<&SocketAddr>,
) -> Result<Option<(TcpListener, Surface)>, Error> {
    let (ControlAccess::Port(port), Some(first)) = (access, first) else {
        return Ok(None);
    };
    let listener = bind(SocketAddr::new(first.ip(), port))?;
    Ok(Some((listener, Surface::Control)))
}

/// The addresses with the ports that they got.
fn local_addresses(listeners: &[(TcpListener, Surface)]) -> Result<Vec<SocketAddr>, Error> {
    let local = |(listener, _): &(TcpListener, _)| listener.local_addr().map_err(Error::Runtime);
    listeners.iter().map(local).collect()
}
