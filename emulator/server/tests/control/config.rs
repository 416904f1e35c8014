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
            "400 BadRequest: fast is none of instant, realistic, manual and manual:READS",
        ),
        (
            r#"{"region":"eu-west-1"}"#,
            "400 BadRequest: unknown field `region`, expected one of `lifecycle`, `holdReads`, `logLevel`",
        ),
        (
            r#"{"lifecycle":"manual","logLevel":"debug"}"#,
            "400 BadRequest: the log is the business of whoever started the emulator",
        ),
    ] {
        assert_eq!(demo.refused("PATCH", "/config", body), refusal);
    }
    assert_eq!(demo.get("/config"), before);
}
