//! What all requests of one emulator share, and how one request is answered.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use eks_emulator_api::eks::{OPERATIONS, dispatch};
use eks_emulator_core::cluster::{Cluster, PendingTransition};
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_core::{Environment, Limits, Timestamp};
use eks_emulator_protocol::rest_json1::{self, Envelope, Rejection, Router};
use eks_emulator_protocol::sigv4::{CallerDefaults, SignatureMode, authenticate};
use http::{Response, header};

use crate::clock::{Clock, ClockStart};
use crate::eks::Eks;
use crate::event_log::EventLog;
use crate::http::request_id::RequestIds;
use crate::http::responder::{Answered, Responder};
use crate::state::{Region, State};

/// What all requests of one emulator share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) clock: Clock,
    pub(crate) started: Instant,
    request_ids: RequestIds,
    state: State,
    lifecycle: RwLock<Arc<Lifecycle>>,
    limits: Limits,
    router: Router,
    signature_mode: SignatureMode,
    defaults: CallerDefaults,
}

/// What a service is made from.
#[derive(Clone, Debug)]
pub(crate) struct ServiceConfiguration {
    pub(crate) account_id: String,
    pub(crate) region: String,
    pub(crate) clock: ClockStart,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) limits: Limits,
    pub(crate) seed: u64,
    pub(crate) signature_mode: SignatureMode,
}

/// One call, as operations see it.
#[derive(Debug)]
pub(crate) struct CallContext {
    pub(crate) region: Arc<Region>,
    pub(crate) now: Timestamp,
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) limits: Limits,
}

impl CallContext {
    /// What the core is handed.
    pub(crate) fn environment(&self) -> Environment<'_> {
        Environment {
            now: self.now,
            lifecycle: &self.lifecycle,
            limits: self.limits,
        }
    }
}

impl Service {
    pub(crate) fn new(configuration: ServiceConfiguration) -> Self {
        Self {
            clock: Clock::new(configuration.clock),
            started: Instant::now(),
            request_ids: RequestIds::new(configuration.seed),
            state: State::new(configuration.seed),
            lifecycle: RwLock::new(Arc::new(configuration.lifecycle)),
            limits: configuration.limits,
            router: Router::new(&OPERATIONS),
            signature_mode: configuration.signature_mode,
            defaults: CallerDefaults {
                account_id: configuration.account_id,
                region: configuration.region,
            },
        }
    }

    /// Answers one request of the EKS API. `body` is `None` if it is larger
    /// than the limit.
    pub(crate) fn answer(
        &self,
        head: &http::request::Parts,
        body: Option<&[u8]>,
    ) -> (Response<Vec<u8>>, Answered) {
        let now = self.clock.now();
        let request_id = self.request_ids.next();
        let envelope = Envelope {
            request_id: &request_id,
            date: now,
        };
        let mut answered = Answered::default();
        let response = match self.call(now, head, body, &envelope, &mut answered) {
            Ok(response) => response,
            Err(rejection) => {
                answered.error_code = Some(rejection.answer().code);
                rest_json1::write_rejection(&rejection, &envelope)
            }
        };
        answered.status = response.status().as_u16();
        answered.request_id = request_id;
        (response, answered)
    }

    fn call(
        &self,
        now: Timestamp,
        head: &http::request::Parts,
        body: Option<&[u8]>,
        envelope: &Envelope<'_>,
        answered: &mut Answered,
    ) -> Result<Response<Vec<u8>>, Rejection> {
        let query = head.uri.query();
        let authorization = head.headers.get(header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok());
        let caller = authenticate(
            self.signature_mode,
            "eks",
            authorization,
            query,
            &self.defaults,
        )?;
        let route = self.router.route(head.method.as_str(), head.uri.path())?;
        let operation = route.operation();
        answered.operation = Some(operation.name);
        answered.cluster_name = route.raw_label("name").map(str::to_owned);
        let body = body.ok_or(Rejection::BodyTooLarge)?;
        let document = rest_json1::read_input(&route, query, body)?;
        let context = self.context(
            now,
            AccountRegion {
                partition: caller.partition.to_owned(),
                account_id: caller.account_id,
                region: caller.region,
            },
        );
        let responder = Responder {
            operation,
            envelope,
            answered,
        };
        Ok(dispatch(&Eks, &context, operation, document, responder))
    }

    fn context(&self, now: Timestamp, home: AccountRegion) -> CallContext {
        CallContext {
            region: self.state.region(home),
            now,
            lifecycle: self.lifecycle(),
            limits: self.limits,
        }
    }

    /// The context of a call that the owner of the emulator makes for the
    /// default account and region.
    pub(crate) fn default_context(&self) -> CallContext {
        let region = self.defaults.region.clone();
        let partition = eks_emulator_protocol::sigv4::partition_of(&region).to_owned();
        let account_id = self.defaults.account_id.clone();
        self.context(
            self.clock.now(),
            AccountRegion {
                partition,
                account_id,
                region,
            },
        )
    }

    /// Contexts for every account and region that has been seen.
    pub(crate) fn every_context(&self) -> Vec<CallContext> {
        let context = |region| CallContext {
            region,
            now: self.clock.now(),
            lifecycle: self.lifecycle(),
            limits: self.limits,
        };
        self.state.regions().into_iter().map(context).collect()
    }

    /// What has happened.
    pub(crate) fn events(&self) -> &EventLog {
        self.state.events()
    }

    pub(crate) fn lifecycle(&self) -> Arc<Lifecycle> {
        self.lifecycle
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the lifecycle for transitions that start from now on.
    pub(crate) fn change_lifecycle(&self, change: impl FnOnce(&mut Lifecycle)) {
        let mut lifecycle = self
            .lifecycle
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut lifecycle));
    }
}

/// Time, moved by the owner of the emulator.
impl Service {
    /// Moves the clock forwards; what falls due has happened on return.
    pub(crate) fn advance(&self, by: Duration) -> Timestamp {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let now = self.clock.advance(by_ms);
        self.settle();
        now
    }

    /// Moves the clock forwards to `to`; `None` if that is in its past.
    pub(crate) fn advance_to(&self, to: Timestamp) -> Option<Timestamp> {
        let by_ms = to.as_milliseconds() - self.clock.now().as_milliseconds();
        let by_ms = u64::try_from(by_ms).ok()?;
        Some(self.advance(Duration::from_millis(by_ms)))
    }

    /// Ends every transition: moves the clock to each due time in turn, and
    /// tells those that wait to be told.
    pub(crate) fn advance_until_idle(&self) -> Timestamp {
        self.complete_all();
        while let Some(due) = self.next_due() {
            let by_ms = due.as_milliseconds() - self.clock.now().as_milliseconds();
            self.advance(Duration::from_millis(by_ms.max(0).unsigned_abs()));
        }
        self.clock.now()
    }

    /// Performs what is due in every cluster.
    pub(crate) fn settle(&self) {
        self.for_each_cluster(|_, _| {});
    }

    /// Ends every transition that waits to be told.
    pub(crate) fn complete_all(&self) {
        self.for_each_cluster(|cluster, environment| cluster.complete_all(environment));
    }

    /// When the next transition of any cluster falls due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let mut next = None;
        self.for_each_cluster(|cluster, _| {
            next = [next, cluster.next_due()].into_iter().flatten().min();
        });
        next
    }

    /// Every transition that has not ended.
    pub(crate) fn pending_transitions(&self) -> Vec<PendingTransition> {
        let mut pending = Vec::new();
        self.for_each_cluster(|cluster, _| pending.append(&mut cluster.pending_transitions()));
        pending
    }

    fn for_each_cluster(&self, mut act: impl FnMut(&mut Cluster, &Environment<'_>)) {
        for context in self.every_context() {
            let environment = context.environment();
            context
                .region
                .for_each_cluster(&environment, |cluster| act(cluster, &environment));
        }
    }
}
