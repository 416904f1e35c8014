//! Two runs of the program with one seed: the same state, events and journal.

use serde_json::{Value, json};

use crate::connection::{ADDON, Answer, CLUSTER, Connection, request};
use crate::program::Program;

/// What a run leaves.
#[derive(Debug)]
struct Run {
    /// Of its calls.
    statuses: Vec<u16>,
    state: String,
    events: String,
    /// Without the durations of calls, the one thing that may differ.
    journal: Value,
}

/// One connection, so that the calls come in one order.
struct Caller(Connection);

impl Caller {
    fn call(&mut self, method: &str, target: &str, body: &str) -> Answer {
        self.0.send(request(method, target, &[], body));
        self.0.answer()
    }

    fn form(&mut self, body: &str) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        self.0.send(request("POST", "/", &[form], body));
        self.0.answer()
    }

    fn control(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let answer = self.call(method, &format!("/_emulator/v1{path}"), body);
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer
    }

    /// Faults by chance, transitions that take their time, errors of every
    /// class, and identifiers of every kind.
    fn calls(&mut self) -> Vec<u16> {
        let mut statuses = Vec::new();
        let fault = r#"{"match":{"operation":"Describe*"},"effect":{"error":{"preset":"throttling"}},"probability":0.5}"#;
        self.control("PUT", "/faults/flaky", fault);
        statuses.push(self.call("POST", "/clusters", CLUSTER).status);
        statuses.push(self.call("POST", "/clusters", CLUSTER).status);
        self.control("POST", "/clock/advance", r#"{"until":"idle"}"#);
        statuses.push(self.call("POST", "/clusters/one/addons", ADDON).status);
        let agent = r#"{"addonName":"eks-pod-identity-agent"}"#;
        statuses.push(self.call("POST", "/clusters/one/addons", agent).status);
        for _ in 0..16 {
            let path = "/clusters/one/addons/aws-ebs-csi-driver";
            statuses.push(self.call("GET", path, "").status);
        }
        self.control("POST", "/clock/advance", r#"{"until":"idle"}"#);
        for (method, path, body) in [
            ("POST", "/addons/aws-ebs-csi-driver/update", "{}"),
            ("POST", "/addons", r#"{"addonName":"nothing"}"#),
            ("POST", "/addons", "{"),
            ("POST", "/pod-identity-associations", ASSOCIATION),
            ("POST", "/pod-identity-associations", ASSOCIATION),
            ("GET", "/node-groups", ""),
            ("DELETE", "/addons/eks-pod-identity-agent", ""),
        ] {
            let answer = self.call(method, &format!("/clusters/one{path}"), body);
            statuses.push(answer.status);
        }
        statuses.push(self.call("GET", "/clusters/two", "").status);
        statuses.push(self.form(ROLE).status);
        statuses.push(self.form(SESSION).status);
        self.control("POST", "/clock/advance", r#"{"until":"idle"}"#);
        statuses
    }
}

const ASSOCIATION: &str =
    r#"{"namespace":"app","serviceAccount":"web","roleArn":"arn:aws:iam::123456789012:role/web"}"#;
const ROLE: &str = "Action=CreateRole&Version=2010-05-08&RoleName=web&AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22123456789012%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
const SESSION: &str = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=test&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fweb";

fn run(seed: &str) -> Run {
    let program = Program::start(&[
        "--rng-seed",
        seed,
        "--clock=paused",
        "--now=2026-01-01T00:00:00Z",
        "--lifecycle=realistic",
    ]);
    let mut caller = Caller(Connection::open(program.address));
    let statuses = caller.calls();
    let state = caller.control("GET", "/state", "").body;
    let events = caller.control("GET", "/events", "").body;
    let mut journal = caller.control("GET", "/requests?limit=1000", "").json();
    drop(caller);
    program.stop_unharmed();
    for entry in journal["requests"].as_array_mut().unwrap() {
        assert!(entry["durationUs"].take().is_u64());
    }
    Run {
        statuses,
        state,
        events,
        journal,
    }
}

#[test]
fn two_runs_with_one_seed_leave_the_same_state_events_and_journal() {
    let (first, again) = (run("7"), run("7"));
    assert_eq!(first.statuses, again.statuses);
    assert!(first.state == again.state, "the states differ");
    assert!(first.events == again.events, "the events differ");
    assert_eq!(first.journal, again.journal);
}

/// The comparison above compares something.
#[test]
fn a_run_has_successes_refusals_and_faults_by_chance() {
    let Run {
        statuses,
        state,
        events,
        journal,
    } = run("7");
    for status in [200, 400, 404, 409, 429, 501] {
        assert!(statuses.contains(&status), "{status}: {statuses:?}");
    }
    assert!(state.contains("aws-ebs-csi-driver"), "{state}");
    assert!(events.contains("fault.fired"), "{events}");
    assert_eq!(
        journal["requests"].as_array().unwrap().len(),
        statuses.len()
    );
    let other = run("8");
    assert_ne!(statuses, other.statuses);
    assert_ne!(state, other.state);
    let ids = |journal: &Value| journal["requests"][0]["requestId"].clone();
    assert_ne!(ids(&journal), json!(null));
    assert_ne!(ids(&journal), ids(&other.journal));
}
