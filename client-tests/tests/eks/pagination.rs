//! Pages of every listing, with the SDK's paginators and by hand.

use std::collections::BTreeSet;

use crate::refusal::{assert_raw_refusal, assert_refused};
use crate::support::TestEmulator;

const INVALID: &str = "InvalidParameterException";

async fn with_clusters(count: usize) -> TestEmulator {
    let test = TestEmulator::start();
    for number in 0..count {
        test.create_cluster(&format!("cluster-{number:03}"))
            .send()
            .await
            .unwrap();
    }
    test
}

async fn with_associations(count: usize) -> TestEmulator {
    let test = TestEmulator::with_cluster().await;
    for number in 0..count {
        test.association("default", &format!("app-{number}")).await;
    }
    test
}

#[tokio::test]
async fn a_page_has_a_hundred_items_when_nothing_is_said() {
    let limits = eks_emulator::Limits {
        clusters: 1000,
        ..eks_emulator::Limits::default()
    };
    let test = TestEmulator::start_with(|builder| builder.limits(limits));
    for number in 0..101 {
        test.create_cluster(&format!("cluster-{number:03}"))
            .send()
            .await
            .unwrap();
    }
    let first = test.client.list_clusters().send().await.unwrap();
    assert_eq!(first.clusters().len(), 100);
    let rest = test
        .client
        .list_clusters()
        .next_token(first.next_token().unwrap());
    let rest = rest.send().await.unwrap();
    assert_eq!(rest.clusters(), ["cluster-100"]);
    assert_eq!(rest.next_token(), None);
}

#[tokio::test]
async fn clusters_come_in_pages() {
    let test = with_clusters(5).await;
    let mut pages = test
        .client
        .list_clusters()
        .max_results(2)
        .into_paginator()
        .send();
    let mut sizes = Vec::new();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap().clusters.unwrap();
        sizes.push(page.len());
        names.extend(page);
    }
    assert_eq!(sizes, [2, 2, 1]);
    let expected = [
        "cluster-000",
        "cluster-001",
        "cluster-002",
        "cluster-003",
        "cluster-004",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_last_page_that_is_full_has_no_token() {
    let test = with_clusters(4).await;
    let first = test
        .client
        .list_clusters()
        .max_results(2)
        .send()
        .await
        .unwrap();
    let token = first.next_token().unwrap();
    let last = test
        .client
        .list_clusters()
        .max_results(2)
        .next_token(token)
        .send()
        .await
        .unwrap();
    assert_eq!(last.clusters(), ["cluster-002", "cluster-003"]);
    assert_eq!(last.next_token(), None);
}

#[tokio::test]
async fn add_ons_come_in_pages() {
    let test = TestEmulator::with_cluster().await;
    for name in ["vpc-cni", "coredns", "kube-proxy"] {
        test.addon(name).await;
    }
    let request = test.client.list_addons().cluster_name("c1").max_results(2);
    let names: Result<Vec<String>, _> = request.into_paginator().items().send().collect().await;
    assert_eq!(names.unwrap(), ["coredns", "kube-proxy", "vpc-cni"]);
}

#[tokio::test]
async fn associations_come_in_pages_and_every_one_comes_once() {
    let test = with_associations(7).await;
    let request = test
        .client
        .list_pod_identity_associations()
        .cluster_name("c1")
        .max_results(3);
    let all: Result<Vec<_>, _> = request.into_paginator().items().send().collect().await;
    let names: Vec<String> = all
        .unwrap()
        .into_iter()
        .map(|one| one.service_account.unwrap())
        .collect();
    assert_eq!(names.len(), 7);
    let names: BTreeSet<String> = names.into_iter().collect();
    let expected = (0..7).map(|number| format!("app-{number}"));
    assert_eq!(names, expected.collect());
}

#[tokio::test]
async fn filtered_associations_come_in_pages() {
    let test = with_associations(3).await;
    for namespace in ["a", "b", "c"] {
        test.association(namespace, "shared").await;
    }
    let request = test
        .client
        .list_pod_identity_associations()
        .cluster_name("c1");
    for (request, expected) in [
        (request.clone().namespace("default"), 3),
        (request.service_account("shared"), 3),
    ] {
        let pages = request.max_results(1).into_paginator().items().send();
        let all: Result<Vec<_>, _> = pages.collect().await;
        assert_eq!(all.unwrap().len(), expected);
    }
}

#[tokio::test]
async fn updates_come_in_pages() {
    let test = TestEmulator::with_cluster().await;
    test.addon("coredns").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = test.update_addon("coredns").send().await.unwrap();
        ids.push(answer.update.unwrap().id.unwrap());
        test.emulator.advance_until_idle();
    }
    let request = test
        .client
        .list_updates()
        .name("c1")
        .addon_name("coredns")
        .max_results(1);
    let listed: Result<Vec<String>, _> = request.into_paginator().items().send().collect().await;
    assert_eq!(listed.unwrap(), ids);
}

#[tokio::test]
async fn the_catalogue_comes_in_pages() {
    let test = TestEmulator::start();
    let request = test.client.describe_addon_versions().max_results(40);
    let all: Result<Vec<_>, _> = request.into_paginator().items().send().collect().await;
    assert_eq!(all.unwrap().len(), 84);
    let request = test.client.describe_cluster_versions().max_results(3);
    let all: Result<Vec<_>, _> = request.into_paginator().items().send().collect().await;
    assert_eq!(all.unwrap().len(), 7);
}

#[tokio::test]
async fn a_token_stays_valid_while_items_come_and_go() {
    let test = with_clusters(4).await;
    let first = test
        .client
        .list_clusters()
        .max_results(2)
        .send()
        .await
        .unwrap();
    for gone in ["cluster-001", "cluster-002"] {
        test.client
            .delete_cluster()
            .name(gone)
            .send()
            .await
            .unwrap();
    }
    test.create_cluster("cluster-002a").send().await.unwrap();
    let rest = test
        .client
        .list_clusters()
        .next_token(first.next_token().unwrap());
    assert_eq!(
        rest.send().await.unwrap().clusters(),
        ["cluster-002a", "cluster-003"]
    );
}

#[tokio::test]
async fn tokens_that_the_listing_never_gave_out_are_refused() {
    let test = with_associations(2).await;
    let request = test
        .client
        .list_pod_identity_associations()
        .cluster_name("c1");
    let page = request.clone().max_results(1).send().await.unwrap();
    let token = page.next_token().unwrap();
    let message = "Invalid nextToken";
    for request in [
        request.clone().next_token("cluster-001"),
        request.clone().next_token("%"),
        request.clone().namespace("default").next_token(token),
    ] {
        assert_refused(request.send().await, 400, INVALID, message, &[]);
    }
    let other = test
        .client
        .list_addons()
        .cluster_name("c1")
        .next_token(token)
        .send()
        .await;
    assert_refused(other, 400, INVALID, message, &[]);
}

#[tokio::test]
async fn pages_have_between_one_and_a_hundred_items() {
    let test = TestEmulator::with_cluster().await;
    for target in [
        "/clusters",
        "/clusters/c1/addons",
        "/clusters/c1/updates",
        "/clusters/c1/pod-identity-associations",
    ] {
        for size in ["1", "100"] {
            let answer = test
                .raw("GET", &format!("{target}?maxResults={size}"), "")
                .await;
            assert_eq!(answer.status, 200, "{target} {size}");
        }
        for size in ["0", "-1", "101", "many", "", "4294967297"] {
            let answer = test
                .raw("GET", &format!("{target}?maxResults={size}"), "")
                .await;
            let message = "maxResults must be between 1 and 100";
            assert_raw_refusal(&answer, 400, INVALID, message);
        }
    }
}
