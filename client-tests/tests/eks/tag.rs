//! Tags of clusters, add-ons and associations.

use std::collections::HashMap;

use aws_sdk_eks::operation::tag_resource::builders::TagResourceFluentBuilder;
use aws_sdk_eks::operation::untag_resource::builders::UntagResourceFluentBuilder;

use crate::refusal::{assert_raw_refusal, assert_refused};
use crate::support::{EBS, TOLD, TestEmulator};

const CLUSTER: &str = "arn:aws:eks:us-west-2:111122223333:cluster/c1";
const BAD: &str = "BadRequestException";

fn tag(test: &TestEmulator, arn: &str) -> TagResourceFluentBuilder {
    test.client.tag_resource().resource_arn(arn)
}

fn untag(test: &TestEmulator, arn: &str) -> UntagResourceFluentBuilder {
    test.client.untag_resource().resource_arn(arn)
}

async fn tags(test: &TestEmulator, arn: &str) -> HashMap<String, String> {
    let answer = test
        .client
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await;
    answer.unwrap().tags.unwrap()
}

fn map(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// A cluster, an add-on and an association, by ARN.
async fn with_three() -> (TestEmulator, [String; 3]) {
    let test = TestEmulator::with_cluster().await;
    let addon = test.addon_with_association().await;
    let association = addon.pod_identity_associations()[0].clone();
    (
        test,
        [CLUSTER.to_owned(), addon.addon_arn.unwrap(), association],
    )
}

#[tokio::test]
async fn tags_are_put_on_added_replaced_and_taken_off() {
    let (test, arns) = with_three().await;
    for arn in &arns {
        assert_eq!(tags(&test, arn).await, map(&[]));
        tag(&test, arn)
            .tags("a", "1")
            .tags("b", "2")
            .send()
            .await
            .unwrap();
        tag(&test, arn)
            .tags("b", "3")
            .tags("c", "")
            .send()
            .await
            .unwrap();
        assert_eq!(
            tags(&test, arn).await,
            map(&[("a", "1"), ("b", "3"), ("c", "")])
        );
        untag(&test, arn)
            .tag_keys("a")
            .tag_keys("never there")
            .send()
            .await
            .unwrap();
        assert_eq!(tags(&test, arn).await, map(&[("b", "3"), ("c", "")]));
    }
}

#[tokio::test]
async fn tags_show_in_descriptions_and_move_no_time() {
    let (test, arns) = with_three().await;
    let before = test.addon_now(EBS).await;
    test.emulator.advance(std::time::Duration::from_secs(60));
    for arn in &arns {
        tag(&test, arn).tags("team", "blue").send().await.unwrap();
    }
    let expected = map(&[("team", "blue")]);
    assert_eq!(test.describe_cluster("c1").await.tags(), Some(&expected));
    let addon = test.addon_now(EBS).await;
    assert_eq!(addon.tags(), Some(&expected));
    assert_eq!(addon.modified_at(), before.modified_at());
    let id = arns[2].rsplit('/').next().unwrap();
    let association = test.association_now(id).await;
    assert_eq!(association.tags(), Some(&expected));
    assert_eq!(association.modified_at(), association.created_at());
}

#[tokio::test]
async fn tagging_makes_no_update() {
    let (test, arns) = with_three().await;
    tag(&test, &arns[1])
        .tags("team", "blue")
        .send()
        .await
        .unwrap();
    let updates = test
        .client
        .list_updates()
        .name("c1")
        .addon_name(EBS)
        .send()
        .await;
    assert_eq!(updates.unwrap().update_ids, Some(vec![]));
}

#[tokio::test]
async fn resources_in_transition_can_be_tagged() {
    let test = TestEmulator::with_cluster_and(|builder| builder.lifecycle(TOLD)).await;
    let addon = test
        .create_addon("coredns")
        .send()
        .await
        .unwrap()
        .addon
        .unwrap();
    tag(&test, addon.addon_arn().unwrap())
        .tags("team", "blue")
        .send()
        .await
        .unwrap();
    let update = test
        .client
        .update_cluster_config()
        .name("c1")
        .deletion_protection(true);
    update.send().await.unwrap();
    tag(&test, CLUSTER)
        .tags("team", "blue")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn tags_go_with_their_resource() {
    let test = TestEmulator::with_cluster().await;
    let first = test
        .finish(test.create_addon("coredns").tags("team", "blue"))
        .await;
    test.delete_addon("coredns").send().await.unwrap();
    test.emulator.advance_until_idle();
    let second = test.addon("coredns").await;
    assert_eq!(second.tags(), Some(&map(&[])));
    let old = test
        .client
        .list_tags_for_resource()
        .resource_arn(first.addon_arn().unwrap());
    assert_refused(
        old.send().await,
        404,
        "NotFoundException",
        "Resource was not found",
        &[],
    );
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let (test, arns) = with_three().await;
    let other_addon = "arn:aws:eks:us-west-2:111122223333:addon/c1/aws-ebs-csi-driver/00000000-0000-0000-0000-000000000000";
    let other_region = arns[1].replace("us-west-2", "us-east-1");
    for arn in [
        "arn:aws:eks:us-west-2:111122223333:cluster/c2",
        "arn:aws:eks:us-west-2:111122223333:podidentityassociation/c1/a-stubassocid123456",
        "arn:aws:eks:us-west-2:111122223333:nodegroup/c1/workers/00000000-0000-0000-0000-000000000000",
        "arn:aws:eks:us-west-2:999988887777:cluster/c1",
        other_addon,
        &other_region,
    ] {
        let message = "Resource was not found";
        let result = tag(&test, arn).tags("a", "1").send().await;
        assert_refused(result, 404, "NotFoundException", message, &[]);
        let result = untag(&test, arn).tag_keys("a").send().await;
        assert_refused(result, 404, "NotFoundException", message, &[]);
        let result = test
            .client
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await;
        assert_refused(result, 404, "NotFoundException", message, &[]);
    }
}

#[tokio::test]
async fn what_is_no_arn_of_eks_is_quoted() {
    let test = TestEmulator::with_cluster().await;
    for arn in [
        "c1",
        "arn:aws:iam::111122223333:role/first",
        "arn:aws:eks:us-west-2:111122223333:cluster",
    ] {
        let message = format!("Invalid resource ARN: {arn}");
        let result = tag(&test, arn).tags("a", "1").send().await;
        assert_refused(result, 400, BAD, &message, &[]);
        let result = untag(&test, arn).tag_keys("a").send().await;
        assert_refused(result, 400, BAD, &message, &[]);
        let result = test
            .client
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await;
        assert_refused(result, 400, BAD, &message, &[]);
    }
}

#[tokio::test]
async fn keys_of_the_system_are_refused_however_they_are_written() {
    let (test, arns) = with_three().await;
    let message = "Tag keys starting with aws: are reserved for system use.";
    for arn in &arns {
        for key in ["aws:team", "AWS:team", "aWs:"] {
            let result = tag(&test, arn).tags(key, "1").send().await;
            assert_refused(result, 400, BAD, message, &[]);
            let result = untag(&test, arn).tag_keys(key).send().await;
            assert_refused(result, 400, BAD, message, &[]);
        }
        assert_eq!(tags(&test, arn).await, map(&[]));
    }
}

#[tokio::test]
async fn a_resource_has_fifty_tags_at_most() {
    let (test, arns) = with_three().await;
    for arn in &arns {
        let fifty = (0..50)
            .map(|number| (format!("key-{number}"), String::new()))
            .collect();
        tag(&test, arn).set_tags(Some(fifty)).send().await.unwrap();
        tag(&test, arn)
            .tags("key-7", "replaced")
            .send()
            .await
            .unwrap();
        assert_refused(
            tag(&test, arn).tags("one more", "").send().await,
            400,
            BAD,
            "The number of tags exceeds the limit of 50 tags per resource.",
            &[],
        );
        assert_eq!(tags(&test, arn).await.len(), 50);
    }
}

#[tokio::test]
async fn keys_and_values_have_a_length() {
    let test = TestEmulator::with_cluster().await;
    let fits = tag(&test, CLUSTER).tags("k".repeat(128), "v".repeat(256));
    fits.send().await.unwrap();
    for (key, value) in [
        ("k".repeat(129), String::new()),
        (String::new(), String::new()),
        ("k".into(), "v".repeat(257)),
    ] {
        let error = tag(&test, CLUSTER)
            .tags(key, value)
            .send()
            .await
            .expect_err("a length");
        let error = error.into_service_error();
        assert!(error.is_bad_request_exception(), "{error:?}");
    }
}

#[tokio::test]
async fn the_arn_in_the_path_may_be_encoded_or_not() {
    let (test, arns) = with_three().await;
    for arn in &arns {
        tag(&test, arn).tags("team", "blue").send().await.unwrap();
        let encoded = arn.replace(':', "%3A").replace('/', "%2F");
        for written in [
            encoded.to_lowercase(),
            encoded,
            arn.clone(),
            arn.replace('/', "%2f"),
        ] {
            let answer = test.raw("GET", &format!("/tags/{written}"), "").await;
            assert_eq!(answer.status, 200, "{written}");
            assert_eq!(
                answer.json(),
                serde_json::json!({ "tags": { "team": "blue" } })
            );
        }
    }
}

#[tokio::test]
async fn tagging_answers_with_an_empty_object() {
    let test = TestEmulator::with_cluster().await;
    let target = "/tags/arn%3Aaws%3Aeks%3Aus-west-2%3A111122223333%3Acluster%2Fc1";
    let answer = test.raw("POST", target, r#"{"tags":{"a":"1"}}"#).await;
    assert_eq!((answer.status, answer.json()), (200, serde_json::json!({})));
    let answer = test
        .raw("DELETE", &format!("{target}?tagKeys=a&tagKeys=b"), "")
        .await;
    assert_eq!((answer.status, answer.json()), (200, serde_json::json!({})));
    let answer = test.raw("GET", target, "").await;
    assert_eq!(answer.json(), serde_json::json!({ "tags": {} }));
}

#[tokio::test]
async fn tags_and_keys_must_not_be_absent() {
    let test = TestEmulator::with_cluster().await;
    let target = "/tags/arn%3Aaws%3Aeks%3Aus-west-2%3A111122223333%3Acluster%2Fc1";
    let answer = test.raw("POST", target, "{}").await;
    assert_raw_refusal(&answer, 400, BAD, "The parameter tags must not be empty.");
    let answer = test.raw("DELETE", target, "").await;
    assert_raw_refusal(
        &answer,
        400,
        BAD,
        "The parameter tagKeys must not be empty.",
    );
}
