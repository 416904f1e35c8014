//! The application: EKS on every path but those of the emulator itself.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tokio::sync::watch;

use tower::Service as _;

use crate::control::routes::{BEFORE_READY, HEALTH, OWN, health_routes, not_found, routes};
use crate::front::{self, Incoming};
use crate::http::limit::{self, BodyLimit};
use crate::http::log;
use crate::journal::Recorded;
use crate::service::Service;
use crate::tls::ServerTls;
use crate::wait::Wait;

/// What handlers share.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) body_limit: BodyLimit,
    /// Names under which the control endpoints may be called.
    pub(crate) allowed_hosts: Arc<[String]>,
    /// How it serves HTTPS, if it does.
    pub(crate) tls: Option<Arc<ServerTls>>,
    /// Tells the emulator to stop.
    pub(crate) stop: watch::Sender<bool>,
    /// Where calls are traced, if they are.
    #[cfg(feature = "otel")]
    pub(crate) traces: Option<Arc<crate::telemetry::Traces>>,
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
    /// Exports the traces that are left, within what is left of the grace of an
    /// end that was asked for at a time.
    #[cfg(feature = "otel")]
    pub(crate) fn end_traces(&self, asked: Instant) {
        if let Some(traces) = &self.traces {
            traces.end(asked.elapsed());
        }
    }

    /// There are none.
    #[cfg(not(feature = "otel"))]
    pub(crate) fn end_traces(&self, _: Instant) {}

    /// What the URLs of its addresses begin with.
    pub(crate) fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// How calls wait. The one who calls without a socket need not have a
    /// timer.
    fn wait(&self) -> Wait {
        match self.body_limit.time {
            Some(_) => Wait::Timer,
            None => Wait::Thread,
        }
    }
}

/// What an address needs to answer. The emulator's own endpoints are many, and
/// most emulators never hear of them: their routes are made when they do.
struct Front {
    app: App,
    surface: Surface,
    health: OnceLock<Router>,
    control: OnceLock<Router>,
}

/// The application, to be served or to be called without a socket.
pub(crate) fn app(app: App, surface: Surface) -> Router {
    let front = Front {
        app,
        surface,
        health: OnceLock::new(),
        control: OnceLock::new(),
    };
    Router::new().fallback(answer).with_state(Arc::new(front))
}

async fn answer(State(front): State<Arc<Front>>, request: Request) -> Response {
    let path = request.uri().path();
    let readiness = &front.app.service.readiness;
    if !readiness.is_ready() && !front.answers_before_ready(path) && readiness.wait().await.is_err()
    {
        let mut refusal = Response::new(Body::empty());
        *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return refusal;
    }
    match front.own(path) {
        Some(router) => match router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => eks(&front.app, request).await,
    }
}

impl Front {
    /// Whether what is asked for is there before the state is.
    fn answers_before_ready(&self, path: &str) -> bool {
        BEFORE_READY.contains(&path) && self.own(path).is_some()
    }

    /// The emulator's own endpoints, if a path is one of theirs.
    fn own(&self, path: &str) -> Option<&Router> {
        let is_own = OWN.iter().any(|own| path.starts_with(own));
        match self.surface {
            _ if HEALTH.contains(&path) => Some(self.health.get_or_init(|| {
                let routes = health_routes();
                routes.with_state(self.app.clone())
            })),
            Surface::Everything if is_own => Some(self.control()),
            Surface::Control => Some(self.control()),
            Surface::Everything | Surface::Services => None,
        }
    }

    fn control(&self) -> &Router {
        self.control.get_or_init(|| {
            let routes = routes(&self.app);
            routes.fallback(not_found).with_state(self.app.clone())
        })
    }
}

/// Answers a request of the EKS API.
async fn eks(app: &App, request: Request) -> Response {
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
    #[cfg(feature = "otel")]
    if let Some(traces) = &app.traces {
        traces.record(&head.headers, &answered, duration);
    }
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
