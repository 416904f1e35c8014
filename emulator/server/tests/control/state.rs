//! The state as one document.

use std::path::Path;

use eks_emulator::{AgentCache, EksEmulator};
use serde_json::{Value, json};

use crate::client::{Demo, ROLE};

const OTHER: &str = "authorization: AWS4-HMAC-SHA256 Credential=999988887777/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n";

fn associate(demo: &Demo, service_account: &str) -> Value {
    let body = json!({ "namespace": "app", "serviceAccount": service_account, "roleArn": ROLE });
    demo.eks("POST", "/clusters/demo/pod-identity-associations", body)
}

/// A cluster with add-ons, associations, pods, and a role of IAM.
fn full() -> Demo {
    let demo = Demo::start();
    demo.create_addon("coredns", json!({}));
    demo.create_addon("eks-pod-identity-agent", json!({ "tags": { "team": "a" } }));
    associate(&demo, "one");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
    let trust: String = trust.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=pods&AssumeRolePolicyDocument={trust}"
    );
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    let answer = demo.send("POST", "/", headers, form.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text);
    demo.ask("POST", "/clock/advance", r#"{"by":"1m"}"#);
    demo
}

fn empty() -> Demo {
    Demo::of(
        EksEmulator::builder()
            .rng_seed(99)
            .start_blocking()
            .unwrap(),
    )
}

#[test]
fn an_exported_state_is_the_same_after_its_import() {
    let demo = full();
    let state = demo.ask("GET", "/state", "").text;
    let other = empty();
    let put = other.ask("PUT", "/state", &state);
    assert_eq!(put.status, 204, "{}", put.text);
    let again = other.ask("GET", "/state", "").text;
    assert!(again == state, "it is not the same");
    for path in [
        "/clusters/demo",
        "/clusters/demo/addons/coredns",
        "/_emulator/v1/clusters/demo/pods",
    ] {
        let text = |demo: &Demo| demo.send("GET", path, "", b"").text;
        assert_eq!(text(&other), text(&demo), "{path}");
    }
    // And goes on as the original would.
    assert_eq!(associate(&other, "two"), associate(&demo, "two"));
}

#[test]
fn a_state_says_which_schema_it_has_and_when_it_was_taken() {
    let state = Demo::start().get("/state");
    assert_eq!(state["schema"], 1);
    assert_eq!(state["takenAt"], "2026-01-01T00:00:00.000Z");
    assert_eq!(
        state["clock"],
        json!({ "mode": "paused", "now": 1_767_225_600.0 })
    );
    let cluster = &state["regions"][0]["clusters"][0];
    assert_eq!(cluster["name"], "demo");
}

#[test]
fn a_state_can_be_limited_to_an_account() {
    let demo = full();
    let body = json!({
        "name": "theirs",
        "roleArn": "arn:aws:iam::999988887777:role/eks",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
    });
    let created = demo.send("POST", "/clusters", OTHER, body.to_string().as_bytes());
    assert_eq!(created.status, 200);
    let theirs = demo.get("/state?account=999988887777");
    assert_eq!(theirs["regions"].as_array().unwrap().len(), 1);
    assert_eq!(theirs["regions"][0]["clusters"][0]["name"], "theirs");
    // Putting it back touches nobody else.
    associate(&demo, "later");
    let before = demo.eks(
        "GET",
        "/clusters/demo/pod-identity-associations",
        json!(null),
    );
    let put = demo.ask("PUT", "/state?account=999988887777", theirs.to_string());
    assert_eq!(put.status, 204, "{}", put.text);
    let after = demo.eks(
        "GET",
        "/clusters/demo/pod-identity-associations",
        json!(null),
    );
    assert_eq!(after, before);
}

#[test]
fn what_is_no_state_is_refused_and_changes_nothing() {
    let demo = full();
    let before = demo.ask("GET", "/state", "").text;
    let mut dangling: Value = serde_json::from_str(&before).unwrap();
    dangling["regions"][0]["home"]["region"] = json!("eu-west-1");
    let mut newer: Value = serde_json::from_str(&before).unwrap();
    newer["schema"] = json!(2);
    newer["novelty"] = json!(true);
    let mut typo: Value = serde_json::from_str(&before).unwrap();
    typo["regions"][0]["clusters"][0]["nmae"] = json!("demo");
    for (body, refusal) in [
        (
            newer.to_string(),
            "409 NewerSchema: the state is of schema 2, and this emulator knows 1; use a newer one",
        ),
        (
            "{}".to_owned(),
            "422 InvalidState: it has no schema: is it a state document?",
        ),
        (
            r#"{"schema": 1, "clusters": [{"name": "demo"}]}"#.to_owned(),
            "422 InvalidState: it has no takenAt: a seed is for eks-emulator seed, or POST /_emulator/v1/seed",
        ),
        (
            dangling.to_string(),
            "422 InvalidState: cluster demo is of another account or region",
        ),
    ] {
        assert_eq!(demo.refused("PUT", "/state", body), refusal);
    }
    for (body, beginning) in [
        (
            "not json".to_owned(),
            "400 BadRequest: the state is not JSON: ",
        ),
        (typo.to_string(), "422 InvalidState: "),
        (before[..before.len() / 2].to_owned(), "400 BadRequest: "),
    ] {
        let refusal = demo.refused("PUT", "/state", body);
        assert!(refusal.starts_with(beginning), "{refusal}");
    }
    let after = demo.ask("GET", "/state", "").text;
    assert!(after == before, "it has changed");
}

#[test]
fn a_state_file_brings_the_state_back() {
    let path = std::env::temp_dir().join(format!("eks-emulator-state-{}", std::process::id()));
    let builder = || EksEmulator::builder().rng_seed(5);
    let start = |path: &Path| Demo::of(builder().persist(path).start_blocking().unwrap());
    let demo = start(&path);
    demo.create_cluster("demo", None);
    associate(&demo, "one");
    let before = demo.ask("GET", "/clusters/demo/pods", "").text;
    let state = demo.get("/state")["regions"].clone();
    // The first is not asked to stop: all is in the file already. But it has
    // the file for itself.
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).unwrap();
    let again = start(&copy);
    assert_eq!(again.get("/state")["regions"], state);
    assert_eq!(again.ask("GET", "/clusters/demo/pods", "").text, before);
    drop((demo, again));
    for file in [path, copy] {
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_seed_that_changes_nothing_leaves_the_agents_their_credentials() {
    let builder = EksEmulator::builder().agent_cache(AgentCache::Faithful);
    let demo = Demo::of(builder.start_blocking().unwrap());
    demo.create_cluster("demo", None);
    demo.create_addon("eks-pod-identity-agent", json!({}));
    let pod = json!({ "namespace": "default", "serviceAccount": "default", "roleArn": ROLE });
    demo.eks("POST", "/clusters/demo/pod-identity-associations", pod);
    let asked = json!({
        "cluster": "demo", "namespace": "default", "serviceAccount": "default",
    });
    let token = demo.ask("POST", "/tokens", asked.to_string()).json()["token"].clone();
    let header = format!("authorization: {}\r\n", token.as_str().unwrap());
    let access_key = || {
        let answer = demo.send("GET", "/v1/credentials", &header, b"");
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["AccessKeyId"].clone()
    };
    let before = access_key();
    let tried = demo.ask("POST", "/seed?dryRun=true", "schema: 1");
    assert_eq!(tried.status, 200);
    assert_eq!(demo.ask("POST", "/seed", "schema: 2").status, 422);
    assert_eq!(access_key(), before);
    demo.ask("POST", "/seed", "schema: 1");
    assert_ne!(access_key(), before);
}

/// What takes away all that an account has looks like what brings it back.
#[test]
fn a_state_that_has_nothing_of_an_account_does_not_empty_it() {
    let demo = full();
    let elsewhere = demo.ask("GET", "/state?account=999988887777", "").text;
    let everything = demo.ask("GET", "/state", "").text;
    let other = everything.replace("123456789012", "111122223333");
    let refusal = "422 InvalidState: it has nothing of this account or region, and is not its export: it would take away everything there";
    for (scope, body) in [
        ("?account=123456789012", &other),
        ("?account=123456789012", &elsewhere),
        ("?region=eu-west-1", &other),
    ] {
        let path = format!("/state{scope}");
        assert_eq!(demo.refused("PUT", &path, body), refusal, "{scope}");
    }
    assert_eq!(demo.ask("GET", "/state", "").text, everything);
    // It is known of this one that there is nothing.
    let path = "/state?account=999988887777";
    assert_eq!(demo.ask("PUT", path, &elsewhere).status, 204);
    assert_eq!(demo.ask("GET", "/state", "").text, everything);
    assert_eq!(demo.ask("GET", path, "").text, elsewhere);
}

#[test]
fn the_state_of_an_emulator_that_has_nothing_empties_what_it_is_put_for() {
    let empty = Demo::of(EksEmulator::builder().start_blocking().unwrap());
    let nothing = empty.ask("GET", "/state", "").text;
    let demo = full();
    let path = "/state?account=123456789012";
    assert_eq!(demo.ask("PUT", path, nothing).status, 204);
    assert_eq!(demo.get("/state")["regions"], json!([]));
}

/// The link is the user's own, and may lead where nothing is yet.
#[cfg(unix)]
#[test]
fn a_state_file_is_written_where_a_symbolic_link_leads() {
    let folder = std::env::temp_dir().join(format!("eks-emulator-link-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("there")).unwrap();
    let (link, second) = (folder.join("link"), folder.join("there/second"));
    std::os::unix::fs::symlink("there/second", &link).unwrap();
    std::os::unix::fs::symlink("../state.json", &second).unwrap();
    let demo = Demo::of(
        EksEmulator::builder()
            .persist(&link)
            .start_blocking()
            .unwrap(),
    );
    demo.create_cluster("demo", None);
    let is_link = |path: &Path| path.symlink_metadata().unwrap().is_symlink();
    assert!(is_link(&link) && is_link(&second));
    let file = folder.join("state.json");
    assert!(!is_link(&file));
    let names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("unfinished"))
        .collect();
    assert_eq!(names, Vec::<String>::new());
    let copy = folder.join("copy");
    std::fs::copy(&file, &copy).unwrap();
    let again = Demo::of(
        EksEmulator::builder()
            .state_file(&copy)
            .start_blocking()
            .unwrap(),
    );
    let clusters = again.eks("GET", "/clusters", json!(null));
    assert_eq!(clusters["clusters"], json!(["demo"]));
    std::fs::remove_dir_all(&folder).unwrap();
}
