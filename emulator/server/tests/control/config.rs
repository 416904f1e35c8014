//! The settings.

use eks_emulator::EksEmulator;
use serde_json::json;

use crate::client::Demo;

#[test]
fn settings_are_shown_with_who_said_them() {
    let emulator = EksEmulator::builder().rng_seed(7).region("eu-west-1");
    let demo = Demo::of(emulator.start_blocking().unwrap());
    let settings = demo.get("/config");
    assert_eq!(
        settings["region"],
        json!({ "value": "eu-west-1", "origin": "default" })
    );
    assert_eq!(settings["rngSeed"]["value"], 7);
    assert_eq!(settings["lifecycle"]["value"], "instant");
}

#[test]
fn the_lifecycle_can_be_changed_while_it_runs() {
    let demo = Demo::start();
    let change = demo.ask("PATCH", "/config", r#"{"lifecycle":"manual:1"}"#);
    assert_eq!(
        change.json()["lifecycle"],
        json!({ "value": "manual:1", "origin": "api" })
    );
    demo.create_addon("coredns", json!({}));
    let status =
        || demo.eks("GET", "/clusters/demo/addons/coredns", json!(null))["addon"]["status"].clone();
    assert_eq!(status(), "CREATING");
    assert_eq!(status(), "ACTIVE");
}

#[test]
fn what_cannot_be_changed_is_refused_and_nothing_changes() {
    let demo = Demo::start();
    let before = demo.get("/config");
    for (body, refusal) in [
        (
            r#"{"lifecycle":"fast"}"#,
            "422 InvalidBody: fast is none of instant, realistic, manual and manual:READS",
        ),
        (
            r#"{"region":"eu-west-1"}"#,
            "400 BadRequest: region is no setting that can be changed while the emulator runs; lifecycle, strict, holdReads, journal.capacity and logLevel are",
        ),
        (
            r#"{"strict":true,"journal":{"capacity":1,"size":1}}"#,
            "400 BadRequest: journal.size is no setting that can be changed while the emulator runs; lifecycle, strict, holdReads, journal.capacity and logLevel are",
        ),
        (
            r#"{"strict":true,"holdReads":"soon"}"#,
            "422 InvalidBody: soon is not a duration such as 90s or 250ms: expected number at 0",
        ),
        (
            r#"{"holdReads":-1}"#,
            "422 InvalidBody: holdReads is a duration such as \"20s\", or a number of milliseconds",
        ),
        (
            r#"{"lifecycle":"manual","logLevel":"debug"}"#,
            "422 InvalidBody: the log is the business of whoever started the emulator",
        ),
    ] {
        assert_eq!(demo.refused("PATCH", "/config", body), refusal);
    }
    assert_eq!(demo.get("/config"), before);
}

#[test]
fn a_strict_emulator_refuses_members_that_an_operation_does_not_know() {
    let demo = Demo::start();
    let create = |body: serde_json::Value| {
        let body = body.to_string();
        let answer = demo.send("POST", "/clusters/demo/addons", "", body.as_bytes());
        (
            answer.status,
            answer.json()["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    // As on AWS, they are overlooked.
    assert_eq!(
        create(json!({ "addonName": "coredns", "versoin": "v1" })).0,
        200
    );
    demo.ask("PATCH", "/config", r#"{"strict":true}"#);
    for (body, message) in [
        (
            json!({ "addonName": "vpc-cni", "versoin": "v1" }),
            "CreateAddon has no versoin, and the emulator is strict.",
        ),
        (
            json!({ "addonName": "vpc-cni", "podIdentityAssociations": [{ "serviceAccount": "aws-node", "roleArn": "arn:aws:iam::123456789012:role/x", "namespace": "app" }] }),
            "CreateAddon has no podIdentityAssociations.0.namespace, and the emulator is strict.",
        ),
    ] {
        assert_eq!(create(body), (400, message.to_owned()));
    }
    let listed = demo.send("GET", "/clusters?maxResult=1", "", b"");
    assert_eq!(
        listed.json()["message"],
        "ListClusters has no maxResult, and the emulator is strict."
    );
    let tags = json!({ "addonName": "vpc-cni", "tags": { "any": "key" } });
    assert_eq!(create(tags).0, 200);
}

#[test]
fn the_journal_can_be_made_smaller() {
    let demo = Demo::start();
    demo.eks("GET", "/clusters", json!(null));
    let count = || demo.get("/requests")["requests"].as_array().unwrap().len();
    assert!(count() > 1);
    demo.ask("PATCH", "/config", r#"{"journal":{"capacity":1}}"#);
    assert_eq!(count(), 1);
    demo.ask("PATCH", "/config", r#"{"journal":{"capacity":0}}"#);
    demo.eks("GET", "/clusters", json!(null));
    assert_eq!(count(), 0);
}

#[test]
fn the_lifecycle_that_a_reset_or_a_snapshot_brings_back_is_shown() {
    let demo = Demo::start();
    let shown = || demo.get("/config")["lifecycle"].clone();
    let at_start = json!({ "value": "instant", "origin": "default" });
    assert_eq!(shown(), at_start);
    let change = |lifecycle: &str| {
        let body = json!({ "lifecycle": lifecycle }).to_string();
        assert_eq!(demo.ask("PATCH", "/config", body).status, 200);
    };
    change("manual:3");
    demo.ask("PUT", "/snapshots/manual", "");
    demo.ask("POST", "/reset", "");
    assert_eq!(shown(), at_start);
    demo.ask("POST", "/snapshots/manual/restore", "");
    assert_eq!(shown(), json!({ "value": "manual:3", "origin": "api" }));
}
