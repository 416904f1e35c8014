//! The application: EKS on every path but those of the emulator itself.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::sync::watch;

use crate::control::routes::{health_routes, not_found, routes};
use crate::front::{self, Incoming};
use crate::http::limit::{self, BodyLimit};
use crate::http::log;
use crate::journal::Recorded;
use crate::service::Service;
use crate::wait::Wait;

/// What handlers share.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) body_limit: BodyLimit,
    /// Names under which the control endpoints may be called.
    pub(crate) allowed_hosts: Arc<[String]>,
    /// Tells the emulator to stop.
    pub(crate) stop: watch::Sender<bool>,
}

/// What an address answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// The services and the control endpoints.
    Everything,
    /// The services, and whether the emulator is ready.
    Services,
    /// The control endpoints.
    Control,
}

impl App {
    /// How calls wait. The one who calls without a socket need not have a
    /// timer.
    fn wait(&self) -> Wait {
        match self.body_limit.time {
            Some(_) => Wait::Timer,
            None => Wait::Thread,
        }
    }
}

/// The application, to be served or to be called without a socket.
pub(crate) fn app(app: App, surface: Surface) -> Router {
    let hosts = app.allowed_hosts.clone();
    let router = match surface {
        Surface::Everything => routes(hosts).fallback(eks),
        Surface::Services => health_routes().fallback(eks),
        Surface::Control => routes(hosts).fallback(not_found),
    };
    router.with_state(app)
}

/// Answers a request of the EKS API.
async fn eks(State(app): State<App>, request: Request) -> Response {
    let service = &*app.service;
    let (started, at) = (Instant::now(), service.clock.now());
    let (head, body) = request.into_parts();
    let body = match limit::read(body, app.body_limit).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let incoming = Incoming {
        head: &head,
        body: body.as_deref(),
    };
    front::hold(service, &head).await;
    let (mut response, mut answered) = front::answer(service, incoming, app.wait()).await;
    if service.keep_up().is_err() {
        response = front::not_persisted(service, &mut answered);
    }
    let duration = started.elapsed();
    log::request(&answered, duration);
    service.metrics().record(&answered, duration);
    if service.journal().is_on() {
        service.journal().record(Recorded {
            at,
            duration,
            head: &head,
            body: body.as_deref(),
            answered,
        });
    }
    response.map(Body::from)
}
