//! Documents that are malformed or impossible: each is refused in a sentence.

use eks_emulator_core::cluster::ClusterSlot;
use eks_emulator_core::lifecycle::Lifecycle;
use eks_emulator_core::state;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::runs::{config, run, text};
use crate::support::{Driver, ROLE};

/// A cluster with an add-on that owns an association.
fn document() -> Value {
    let mut driver = Driver::active();
    let input = json!({
        "addonName": "aws-ebs-csi-driver",
        "clientRequestToken": "token",
        "podIdentityAssociations": [
            { "serviceAccount": "ebs-csi-controller-sa", "roleArn": ROLE },
        ],
    });
    driver.ok("CreateAddon", input);
    driver.settle();
    driver.take_events();
    serde_json::from_str(&text(&driver.slot)).expect("it is JSON")
}

#[track_caller]
fn refused(document: &Value) -> String {
    match state::from_json::<ClusterSlot>(&document.to_string()) {
        Ok(_) => panic!("it is taken over: {document}"),
        Err(error) => error.to_string(),
    }
}

/// The document with `value` in the place that the pointer names.
#[track_caller]
fn with(pointer: &str, value: Value) -> Value {
    let mut document = document();
    let place = document.pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("there is no {pointer}")) = value;
    document
}

#[track_caller]
fn check(pointer: &str, value: Value, sentence: &str) {
    let error = refused(&with(pointer, value));
    assert!(error.starts_with(sentence), "{error}");
}

#[test]
fn malformed_documents_are_refused_with_the_place() {
    check(
        "/cluster/kubernetes/pods/0/1/metadata/uid",
        json!("xyz"),
        "cluster.kubernetes.pods[0][1].metadata.uid: \"xyz\" is not 32 lower-case hex digits",
    );
    check(
        "/cluster/status",
        json!("SLEEPING"),
        "cluster.status: unknown variant `SLEEPING`",
    );
    check(
        "/cluster/associations/0/id",
        json!("a-1"),
        "cluster.associations[0].id: \"a-1\" is no association's id",
    );
    check(
        "/cluster/identity/issuerSeed",
        json!("00"),
        "cluster.identity.issuerSeed: \"00\" is not 64 lower-case hex digits",
    );
    check(
        "/cluster/ids/drawn",
        json!({ "endpoint": u64::MAX }),
        "cluster.ids.drawn: 18446744073709551615 is too many",
    );
    check("/home/region", json!(7), "home.region: invalid type");
    check(
        "/cluster/compute",
        json!("some"),
        "cluster.compute: unknown variant `some`",
    );
}

#[test]
fn names_that_the_catalogue_does_not_have_are_refused() {
    let template = "/cluster/kubernetes/workloads/0/1/template/workload";
    for unknown in ["coredns/Deployment/other", "other", "a/b/c/d"] {
        let error = refused(&with(template, json!(unknown)));
        let sentence = format!(
            "cluster.kubernetes.workloads[0][1].template.workload: there is no workload {unknown:?}"
        );
        assert!(error.starts_with(&sentence), "{error}");
    }
}

#[test]
fn members_that_do_not_exist_are_refused() {
    for pointer in [
        "",
        "/home",
        "/cluster",
        "/cluster/addons/0/1",
        "/cluster/addons/0/1/reference",
        "/cluster/identity",
    ] {
        let mut document = document();
        let place = document.pointer_mut(pointer).expect("the place is there");
        place["surplus"] = json!(1);
        let error = refused(&document);
        assert!(error.contains("unknown field `surplus`"), "{error}");
    }
    let mut document = document();
    document["creation"]["response"]["surplus"] = json!(1);
    let error = refused(&document);
    assert!(
        error.starts_with("creation.response: unknown member \"surplus\""),
        "{error}"
    );
}

#[test]
fn what_is_no_json_is_refused() {
    for (text, sentence) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[", "EOF while parsing a list at line 1 column 1"),
        (
            "null",
            "invalid type: null, expected struct SlotDocument at line 1 column 4",
        ),
    ] {
        let error = state::from_json::<ClusterSlot>(text);
        let error = error.err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(sentence));
    }
    let twice = format!("{0} {0}", document());
    let error = state::from_json::<ClusterSlot>(&twice);
    let error = error
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        error.starts_with("trailing characters at line 1"),
        "{error}"
    );
}

#[test]
fn impossible_documents_are_refused() {
    let addon = document()["cluster"]["addons"][0][1].clone();
    let arn = addon["reference"]["arn"]
        .as_str()
        .expect("it is a text")
        .to_owned();
    let id = addon["owned"][0].as_str().expect("it is a text").to_owned();
    for (pointer, value, sentence) in [
        (
            "/cluster/associations",
            json!([]),
            format!("{arn} lists {id}, owned by None"),
        ),
        (
            "/cluster/addons/0/1/owned",
            json!([]),
            format!("{id} is owned by {arn}, unlisted"),
        ),
        (
            "/cluster/addons/0/0",
            json!("other"),
            "aws-ebs-csi-driver is filed under other".into(),
        ),
        (
            "/cluster/addons/0/1/status",
            json!("UPDATING"),
            "aws-ebs-csi-driver is UPDATING with 0 ends ahead".into(),
        ),
        (
            "/cluster/status",
            json!("CREATING"),
            "the cluster is CREATING with 0 ends ahead".into(),
        ),
        (
            "/cluster/kubernetes/workloads",
            json!([]),
            "kube-system/".into(),
        ),
        (
            "/creation",
            Value::Null,
            "there is a cluster or the call that made it, but not both".into(),
        ),
        (
            "/heldBefore",
            json!(0),
            "there is a cluster, and none has ever held the name".into(),
        ),
    ] {
        check(pointer, value, &sentence);
    }
}

/// The next number of each has to be one.
#[test]
fn counters_without_a_next_number_are_refused() {
    for pointer in ["/cluster/associationsVersion", "/cluster/schedule/sequence"] {
        let sentence = "a counter is further than anybody counts";
        assert_eq!(refused(&with(pointer, json!(u64::MAX))), sentence);
    }
    for pointer in [
        "/cluster/kubernetes/resourceVersion",
        "/cluster/kubernetes/events/records/0/1/version",
        "/cluster/kubernetes/events/drawn",
        "/cluster/kubernetes/workloads/0/1/metadata/generation",
        "/cluster/kubernetes/workloads/0/1/revisions/0/number",
    ] {
        let sentence = "a version is further than anybody counts";
        assert_eq!(refused(&with(pointer, json!(i64::MAX))), sentence);
    }
}

#[test]
fn replicas_that_nobody_can_ask_for_are_refused() {
    for place in ["replicas", "revisions/0/replicas"] {
        let pointer = format!("/cluster/kubernetes/workloads/0/1/{place}");
        for replicas in [i32::MIN, -1, 1_000_000, i32::MAX] {
            let error = refused(&with(&pointer, json!(replicas)));
            let sentence = format!(": nobody can ask for {replicas} replicas");
            assert!(error.ends_with(&sentence), "{error}");
        }
    }
}

#[test]
fn references_that_lead_nowhere_are_refused() {
    let step = |subject: Value| {
        let transition = json!({ "subject": subject, "outcome": "success" });
        json!([[[1_785_000_000.0, 1_000], transition]])
    };
    for (subject, sentence) in [
        (
            json!({ "addonCreate": { "addonName": "coredns" } }),
            "something is ahead of coredns, which is not there",
        ),
        (
            json!({ "addonUpdate": { "addonName": "aws-ebs-csi-driver", "updateId": "x" } }),
            "something is ahead of update x, which is not there",
        ),
    ] {
        check("/cluster/schedule/timed", step(subject), sentence);
    }
    let answer = json!({
        "fingerprint": "0000000000000000",
        "answer": { "newAssociation": "a-00000000000000000" },
    });
    check(
        "/cluster/replays",
        json!([["00000000000000000000000000000000", answer]]),
        "a call has made a-00000000000000000, which is not there",
    );
    let mut twice = document();
    let association = twice["cluster"]["associations"][0].clone();
    twice["cluster"]["associations"] = json!([association, association]);
    let error = refused(&twice);
    assert!(error.contains(" is there twice"), "{error}");
}

#[test]
fn rules_are_read_strictly() {
    for (document, sentence) in [
        (
            json!({ "profile": { "realistic": { "timeScale": 0.0 } }, "rules": [] }),
            "profile.realistic.timeScale: a time scale has to be above zero",
        ),
        (
            json!({ "profile": "slow", "rules": [] }),
            "profile: unknown variant `slow`",
        ),
        (
            json!({ "profile": "instant", "rules": [{ "resource": "addon" }] }),
            "rules[0]: missing field `change`",
        ),
    ] {
        let error = state::from_json::<Lifecycle>(&document.to_string());
        let error = error
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.starts_with(sentence), "{error}");
    }
}

/// Every place of a document, as a pointer.
fn places(value: &Value, pointer: &str, all: &mut Vec<String>) {
    all.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{pointer}/{name}"), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{pointer}/{index}"), all);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(config(150))]

    /// Whatever stands in whatever place: it is taken over as sound state or
    /// refused in a sentence.
    #[test]
    fn nothing_in_a_document_makes_reading_panic(
        run in run(),
        chance in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            Value::Null, json!(true), json!(-1), json!(1e300), json!(""), json!("x/y/z"),
            json!([]), json!([[]]), json!({}), json!({ "x": 1 }),
        ]),
    ) {
        let mut driver = run.start();
        for step in &run.steps {
            step.perform(&mut driver);
        }
        let mut document: Value = serde_json::from_str(&text(&driver.slot)).expect("it is JSON");
        let mut all = Vec::new();
        places(&document, "", &mut all);
        for number in 0..20 {
            let index = (chance.index(all.len()) + number * 97) % all.len();
            let place = document.pointer_mut(&all[index]).expect("the place is there");
            let before = std::mem::replace(place, value.clone());
            match state::from_json::<ClusterSlot>(&document.to_string()) {
                Ok(slot) => prop_assert_eq!(slot.check_invariants(), Ok(())),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
            *document.pointer_mut(&all[index]).expect("the place is there") = before;
        }
    }
}
