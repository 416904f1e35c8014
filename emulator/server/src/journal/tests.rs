//! What the journal keeps.

use std::time::Duration;

use eks_emulator_core::Timestamp;
use http::Request;

use super::{Journal, Recorded, RequestFilter};
use crate::http::responder::Answered;
use crate::state::Scope;

const KIBIBYTE: usize = 1024;

fn record(journal: &Journal, body: &[u8]) {
    let (head, ()) = Request::post("/clusters").body(()).unwrap().into_parts();
    journal.record(Recorded {
        at: Timestamp::from_milliseconds(0),
        duration: Duration::ZERO,
        head: &head,
        body: Some(body),
        answered: Answered::default(),
    });
}

#[test]
fn all_entries_together_are_bounded_in_bytes() {
    let journal = Journal::new(10_000);
    let body = vec![b'x'; 64 * KIBIBYTE];
    for _ in 0..1_100 {
        record(&journal, &body);
    }
    // 64 MiB are a thousand times 64 KiB and a little.
    assert!((900..1_024).contains(&journal.len()), "{}", journal.len());
    let newest = journal.page(&RequestFilter::default(), &Scope::default(), 1, 1_099);
    assert_eq!(newest.entries[0].id, 1_100);
}

#[test]
fn bodies_are_cut_so_that_a_large_one_does_not_take_the_room_of_all() {
    let journal = Journal::new(10);
    record(&journal, &vec![b'x'; 100 * 1024 * KIBIBYTE]);
    record(&journal, b"{}");
    assert_eq!(journal.len(), 2);
}
