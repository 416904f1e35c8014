//! One call as it is kept: copied into one piece of memory, unread.
//!
//! Nothing of the connection's buffers is held on to: a small body would keep
//! a large buffer alive.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use eks_emulator_core::Timestamp;
use eks_emulator_core::region::AccountRegion;
use eks_emulator_protocol::aws_query::has_parameters;
use http::{HeaderName, Method, header};

use crate::http::responder::Answered;
use crate::state::Scope;

/// The most bytes that are kept of a body.
const BODY_MAX: usize = 64 * 1024;
/// The most bytes that are kept of each part of the head.
const PART_MAX: usize = 16 * 1024;

/// A call that has ended.
#[derive(Debug)]
pub(crate) struct Recorded<'a> {
    pub(crate) at: Timestamp,
    pub(crate) duration: Duration,
    pub(crate) head: &'a http::request::Parts,
    /// `None` if it is larger than what is taken.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) answered: Answered,
}

/// A call as it is kept.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) duration_us: u64,
    pub(super) request_id: String,
    pub(super) home: Option<Arc<AccountRegion>>,
    pub(super) service: &'static str,
    pub(super) operation: Option<&'static str>,
    pub(super) cluster_name: Option<String>,
    pub(super) status: u16,
    pub(super) error_code: Option<Cow<'static, str>>,
    pub(super) faults: Vec<Arc<str>>,
    pub(super) method: Method,
    /// Whether the body holds parameters.
    pub(super) is_form: bool,
    /// How long the body was; `None` if it was larger than what is taken.
    pub(super) body_bytes: Option<usize>,
    /// Path, query string, user agent and body, one after the other.
    text: Box<[u8]>,
    /// Where the first three of them end.
    ends: [u32; 3],
}

impl Entry {
    /// The number is given when the entry is added.
    pub(super) fn new(recorded: Recorded<'_>) -> Self {
        let Recorded { head, answered, .. } = recorded;
        let part = |name: HeaderName| {
            head.headers
                .get(name)
                .map_or(&[][..], |value| value.as_bytes())
        };
        let body = recorded.body.unwrap_or_default();
        let parts = [
            cut(head.uri.path().as_bytes(), PART_MAX),
            cut(head.uri.query().unwrap_or_default().as_bytes(), PART_MAX),
            cut(part(header::USER_AGENT), PART_MAX),
            cut(body, BODY_MAX),
        ];
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        let mut ends = [0; 3];
        for (place, part) in parts.iter().enumerate() {
            text.extend_from_slice(part);
            if let Some(end) = ends.get_mut(place) {
                // The parts are short: see above.
                *end = text.len() as u32;
            }
        }
        Self {
            number: 0,
            at: recorded.at,
            duration_us: u64::try_from(recorded.duration.as_micros()).unwrap_or(u64::MAX),
            request_id: answered.request_id,
            home: answered.home,
            service: answered.service,
            operation: answered.operation,
            cluster_name: answered.cluster_name,
            status: answered.status,
            error_code: answered.error_code,
            faults: answered.faults,
            method: head.method.clone(),
            is_form: has_parameters(std::str::from_utf8(part(header::CONTENT_TYPE)).ok()),
            body_bytes: recorded.body.map(<[u8]>::len),
            text: text.into_boxed_slice(),
            ends,
        }
    }

    /// Whether the call was for an account and region of a scope.
    pub(super) fn is_within(&self, scope: &Scope) -> bool {
        let home = self.home.as_deref();
        home.map_or(scope.is_everything(), |home| scope.includes(home))
    }

    pub(super) fn path(&self) -> Cow<'_, str> {
        self.part(0, self.ends[0])
    }

    pub(super) fn query(&self) -> Cow<'_, str> {
        self.part(self.ends[0], self.ends[1])
    }

    pub(super) fn user_agent(&self) -> Cow<'_, str> {
        self.part(self.ends[1], self.ends[2])
    }

    /// What is kept of the body.
    pub(super) fn body(&self) -> &[u8] {
        &self.text[self.ends[2] as usize..]
    }

    /// Whether the body is kept whole.
    pub(super) fn has_whole_body(&self) -> bool {
        self.body_bytes == Some(self.body().len())
    }

    /// What the entry takes.
    pub(super) fn bytes(&self) -> usize {
        let cluster_name = self.cluster_name.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.text.len() + self.request_id.len() + cluster_name
    }

    fn part(&self, from: u32, to: u32) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text[from as usize..to as usize])
    }
}

fn cut(bytes: &[u8], most: usize) -> &[u8] {
    &bytes[..bytes.len().min(most)]
}
