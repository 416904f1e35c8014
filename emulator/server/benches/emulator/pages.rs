//! What a page of a listing costs, of few and of many.

use crate::report::Report;
use crate::request;
use crate::server::{Server, Turn, compare};

/// Requests of a round, for both measures together.
const REQUESTS: usize = 1_000;
/// Associations of the cluster that has many.
const MANY: usize = 100_000;

/// Measures pages of 100 associations, out of 100 and out of 100,000.
pub(crate) fn measure(report: &mut Report) {
    let mut few = Server::emulator(1);
    few.fill(1, 100);
    let mut many = Server::emulator(1);
    many.fill(1, MANY);
    let mut token = None;
    for _ in 0..MANY / 200 {
        let answer = many.ask(&page(token.as_deref()));
        token = answer.member("nextToken").map(str::to_owned);
    }
    assert!(token.is_some(), "there are pages after the middle");
    report.section("ListPodIdentityAssociations, a page of 100");
    for (what, token) in [
        ("the first of 100,000 / all of 100", None),
        ("one in the middle of 100,000 / all of 100", token),
    ] {
        let turn = |server, token: Option<&str>| {
            let request = page(token);
            Turn {
                server,
                prepare: Vec::new(),
                requests: Box::new(move |_| vec![request.clone(); REQUESTS]),
            }
        };
        let [of_few, of_many] = compare([turn(&mut few, None), turn(&mut many, token.as_deref())]);
        report.ratio(what, of_many.processor, of_few.processor, 1.1);
    }
}

fn page(token: Option<&str>) -> Vec<u8> {
    let path = request::path_of_associations("cluster-0");
    let token = token.map_or_else(String::new, |token| format!("&nextToken={token}"));
    request::get(&format!("{path}?maxResults=100{token}"))
}
