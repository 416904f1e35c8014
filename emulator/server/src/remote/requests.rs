//! The calls that a remote emulator has had.

use http::Method;
use serde_json::{Value, json};

use super::client::encoded;
use super::{RemoteEmulator, unexpected};
use crate::TextPattern;
use crate::emulator::{Error, Times};
use crate::journal::{JournalEntry, RequestCount, RequestFilter, Since, SinceTime, is_part};
use crate::time;

const REQUESTS: &str = "/_emulator/v1/requests";
const COUNT: &str = "/_emulator/v1/requests/count";

impl RemoteEmulator {
    /// All pages of what the emulator lists, narrowed further here.
    pub(super) async fn list_requests(
        &self,
        filter: &RequestFilter,
    ) -> Result<Vec<JournalEntry>, Error> {
        let mut query = query(filter);
        query.extend(self.account_id.iter().map(|id| format!("account={id}")));
        let mut requests = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{REQUESTS}?{}{cursor}", query.join("&"));
            let mut answer = self.call(Method::GET, &path, None).await?;
            let page: Vec<JournalEntry> = serde_json::from_value(answer["requests"].take())
                .map_err(|_| unexpected("requests"))?;
            requests.extend(page.into_iter().filter(|entry| is_wanted(filter, entry)));
            match answer["next"].as_str() {
                Some(next) => cursor = format!("&cursor={}", encoded(next)),
                None => return Ok(requests),
            }
        }
    }

    pub(super) async fn verify_requests(
        &self,
        filter: &RequestFilter,
        expected: Times,
    ) -> Result<u64, Error> {
        let body = json!({ "match": filter, "expect": expected.at_least() });
        let path = self.scoped(COUNT);
        let answer = self.call(Method::POST, &path, Some(&body)).await?;
        let counted: RequestCount =
            serde_json::from_value(answer).map_err(|_| unexpected("count"))?;
        expected.judge(counted, filter)
    }

    pub(super) async fn forget_all_requests(&self) -> Result<(), Error> {
        let path = self.scoped(REQUESTS);
        self.call(Method::DELETE, &path, None).await?;
        Ok(())
    }
}

/// What of a filter the list takes as parameters.
fn query(filter: &RequestFilter) -> Vec<String> {
    let texts = [
        ("operation", &filter.operation),
        ("service", &filter.service),
        ("cluster", &filter.cluster),
        ("code", &filter.code),
        ("fault", &filter.fault),
    ];
    let text = |(name, pattern): (&str, &Option<TextPattern>)| {
        let texts = pattern.as_ref()?.texts().join(",");
        Some(format!("{name}={}", encoded(&texts)))
    };
    let mut query: Vec<String> = texts.into_iter().filter_map(text).collect();
    query.extend(filter.status.map(|status| format!("status={status}")));
    query.extend(filter.since.as_ref().map(|since| match since {
        Since::Id(id) => format!("since={id}"),
        Since::Time(SinceTime(at)) => format!("since={}", encoded(&time::format(*at))),
    }));
    query
}

/// Whether a call is what the rest of a filter asks for.
fn is_wanted(filter: &RequestFilter, entry: &JournalEntry) -> bool {
    let is = |pattern: &Option<TextPattern>, text: &Option<String>| {
        let text = text.as_deref();
        let matches = |pattern: &TextPattern| text.is_some_and(|text| pattern.matches(text));
        pattern.as_ref().is_none_or(matches)
    };
    let has = |wanted: &Value| is_part(wanted, &entry.body);
    is(&filter.account, &entry.account)
        && is(&filter.region, &entry.region)
        && filter.body.as_ref().is_none_or(has)
}
