//! The calls that an emulator has had.

use eks_emulator::journal::RequestFilter;
use eks_emulator::{EksEmulator, EmulatorControl, Error, Fault, Times, time};
use http::Method;
use serde_json::{Value, json};

use crate::call::{call, clusters, create_addon, create_cluster, create_cluster_as, start};
use crate::control::on_both;

fn of_operation(operation: &str) -> RequestFilter {
    RequestFilter {
        operation: Some(operation.into()),
        ..RequestFilter::default()
    }
}

#[tokio::test]
async fn an_operation_that_was_mistyped_is_no_expectation_that_is_met() {
    on_both(async |_: &EksEmulator, control: &dyn EmulatorControl| {
        let mistyped = || of_operation("CreateAdon");
        let listed = control.requests(mistyped()).await.unwrap_err();
        let expected = control.expect_requests(mistyped(), 0.into()).await;
        for error in [listed, expected.unwrap_err()] {
            let error = error.to_string();
            assert!(
                error.contains("operation CreateAdon is no operation; did you mean CreateAddon?"),
                "{error}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn calls_are_told_in_the_terms_of_operations() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "demo").await;
            emulator.advance_until_idle();
            create_addon(emulator, "vpc-cni").await;
            let path = "/clusters/demo/addons?maxResults=5";
            call(emulator, Method::GET, path, Value::Null).await;
            let requests = control.requests(RequestFilter::default()).await.unwrap();
            let [_, create, list] = &requests[..] else {
                panic!("three calls, not {requests:?}")
            };
            assert_eq!((create.id, list.id), (2, 3));
            assert_eq!(create.operation.as_deref(), Some("CreateAddon"));
            assert_eq!(create.service, "eks");
            assert_eq!(create.account.as_deref(), Some("123456789012"));
            assert_eq!(create.region.as_deref(), Some("us-east-1"));
            assert_eq!(create.cluster.as_deref(), Some("demo"));
            assert_eq!(create.body, json!({ "addonName": "vpc-cni" }));
            assert_eq!(create.status, Some(200));
            assert_eq!(create.at, emulator.now());
            assert_eq!(list.query, json!({ "maxResults": "5" }));
            assert_eq!(list.body, Value::Null);
        },
    )
    .await;
}

#[tokio::test]
async fn filters_narrow() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            let fault = Fault::on("CreateAddon").throttle().times(1);
            control.put_fault("first", fault).await.unwrap();
            create_cluster(emulator, "demo").await;
            emulator.advance_until_idle();
            for _ in 0..2 {
                let body = json!({ "addonName": "vpc-cni" });
                call(emulator, Method::POST, "/clusters/demo/addons", body).await;
            }
            create_cluster_as(emulator, "999988887777", "other").await;
            for (written, ids) in narrowing() {
                let filter: RequestFilter = serde_json::from_value(written.clone()).unwrap();
                let found = control.requests(filter.clone()).await.unwrap();
                let found: Vec<u64> = found.iter().map(|entry| entry.id).collect();
                assert_eq!(found, ids, "{written}");
                let expected = ids.len() as u64;
                let counted = control.expect_requests(filter, expected.into()).await;
                assert_eq!(counted.unwrap(), expected, "{written}");
            }
        },
    )
    .await;
}

/// Filters, and the calls that they admit.
fn narrowing() -> Vec<(Value, Vec<u64>)> {
    vec![
        (json!({}), vec![1, 2, 3, 4]),
        (json!({ "operation": "CreateCluster" }), vec![1, 4]),
        (json!({ "operation": "*Addon" }), vec![2, 3]),
        (
            json!({ "operation": ["CreateAddon", "ListClusters"] }),
            vec![2, 3],
        ),
        (json!({ "service": "sts" }), vec![]),
        (json!({ "account": "9999*" }), vec![4]),
        (json!({ "region": "eu-*" }), vec![]),
        (json!({ "cluster": "demo" }), vec![1, 2, 3]),
        (json!({ "status": 429 }), vec![2]),
        (json!({ "code": "Throttling*" }), vec![2]),
        (json!({ "fault": "first" }), vec![2]),
        (json!({ "body": { "name": "other" } }), vec![4]),
        (json!({ "since": 3 }), vec![4]),
        (json!({ "since": "2026-01-01T00:00:01Z" }), vec![2, 3, 4]),
    ]
}

#[tokio::test]
async fn more_calls_are_listed_than_fit_a_page() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            for _ in 0..1_100 {
                clusters(emulator).await;
            }
            let requests = control
                .requests(of_operation("ListClusters"))
                .await
                .unwrap();
            assert_eq!(requests.len(), 1_100);
            assert_eq!(requests.last().unwrap().id, 1_100);
        },
    )
    .await;
}

#[tokio::test]
async fn calls_can_be_forgotten() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            clusters(emulator).await;
            control.forget_requests().await.unwrap();
            let none = control
                .expect_requests(RequestFilter::default(), 0.into())
                .await;
            assert_eq!(none.unwrap(), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn an_expectation_that_is_not_met_tells_what_came_near() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            create_cluster(emulator, "other").await;
            emulator.advance_until_idle();
            let body = json!({ "addonName": "no-such" });
            call(emulator, Method::POST, "/clusters/other/addons", body).await;
            let filter = RequestFilter {
                cluster: Some("demo".into()),
                ..of_operation("CreateAddon")
            };
            let expected = Times::from(1..=3);
            let error = control.expect_requests(filter, expected).await.unwrap_err();
            let Error::Unexpected { near_misses, .. } = &error else {
                panic!("{error:?}")
            };
            assert_eq!(near_misses[0].differs, ["cluster"]);
            let said = "expected 1 to 3 requests with operation CreateAddon, cluster demo; there were 0\n\
                near miss: request 2, CreateAddon of cluster other, answered InvalidParameterException; differs in cluster";
            assert_eq!(error.to_string(), said);
        },
    )
    .await;
}

#[tokio::test]
async fn too_many_calls_are_not_expected_either() {
    on_both(
        async |emulator: &EksEmulator, control: &dyn EmulatorControl| {
            clusters(emulator).await;
            clusters(emulator).await;
            let once = control
                .expect_requests(RequestFilter::default(), 1.into())
                .await;
            let said = "expected exactly 1 requests; there were 2";
            assert_eq!(once.unwrap_err().to_string(), said);
        },
    )
    .await;
}

/// Every step of the fluent form, each against what it admits and what not.
#[tokio::test]
async fn requests_are_narrowed_step_by_step() {
    let emulator = start();
    emulator.clock().pause();
    create_cluster(&emulator, "demo").await;
    let requests = || emulator.requests();
    assert_eq!(
        requests()
            .operation("Create*")
            .service("eks")
            .region("us-east-1")
            .count(),
        1
    );
    assert_eq!(requests().cluster("demo").status(404).count(), 0);
    assert_eq!(
        requests()
            .body(json!({ "name": "demo" }))
            .status(200)
            .count(),
        1
    );
    assert_eq!(requests().code("*").count(), 0);
    assert_eq!(requests().fault("*").count(), 0);
    assert_eq!(
        (requests().after(0).count(), requests().after(1).count()),
        (1, 0)
    );
    assert_eq!(requests().since(emulator.now()).count(), 1);
    let later = time::parse("2099-01-01T00:00:00Z").unwrap();
    assert_eq!(requests().since(later).count(), 0);
    assert_eq!(
        requests().entries()[0].operation.as_deref(),
        Some("CreateCluster")
    );
    assert_eq!(requests().expect(1).await.unwrap(), 1);
    requests().expect(2..).await.unwrap_err();
}

#[tokio::test]
async fn an_account_sees_the_calls_that_were_for_it() {
    let emulator = start();
    create_cluster_as(&emulator, "111122223333", "c1").await;
    let one = emulator.account("111122223333").unwrap();
    let other = emulator.account("999988887777").unwrap();
    assert_eq!((one.requests().count(), other.requests().count()), (1, 0));
    other.requests().forget_all();
    assert_eq!(emulator.requests().count(), 1);
    one.requests().forget_all();
    assert_eq!(emulator.requests().count(), 0);
}

#[test]
fn times_are_numbers_and_ranges() {
    for (times, said) in [
        (Times::from(2), "exactly 2"),
        (Times::from(1..=3), "1 to 3"),
        (Times::from(1..3), "1 to 2"),
        (Times::from(2..), "at least 2"),
        (Times::from(..3), "at most 2"),
        (Times::from(..=3), "at most 3"),
        (Times::from(0), "exactly 0"),
    ] {
        assert_eq!(times.to_string(), said);
    }
}

#[tokio::test]
async fn a_range_without_numbers_is_never_met() {
    let emulator = start();
    #[expect(clippy::reversed_empty_ranges, reason = "this is about them")]
    let ranges = [Times::from(0..0), Times::from(3..3), Times::from(2..=1)];
    for times in ranges {
        emulator.requests().verify(times).unwrap_err();
    }
}
