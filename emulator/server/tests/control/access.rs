//! From where, and as which host, the control endpoints may be called.

use eks_emulator::{ControlAccess, EksEmulator};
use serde_json::json;

use crate::client::{Answer, Demo, exchange};

fn clock(demo: &Demo, host: &str) -> Answer {
    let address = demo.emulator().address();
    exchange(address, host, ("GET", "/_emulator/v1/clock"), "", b"")
}

#[test]
fn the_control_endpoints_are_called_by_address_or_as_localhost() {
    let demo = Demo::start();
    for host in [
        "127.0.0.1:4566",
        "[::1]",
        "localhost:80",
        "LOCALHOST",
        "10.1.2.3",
    ] {
        assert_eq!(clock(&demo, host).status, 200, "{host}");
    }
}

/// A web page whose name is made to lead here sends that name, also with
/// requests for reading.
#[test]
fn other_names_are_refused_unless_they_are_allowed() {
    let demo = Demo::start();
    let answer = clock(&demo, "rebinding.example.com:4566");
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.json(),
        json!({
            "code": "UnknownHost",
            "message": "The control endpoints are not to be called as rebinding.example.com:4566; --allow-host allows a name.",
        })
    );
    let builder = EksEmulator::builder().allow_host("eks.test");
    let demo = Demo::of(builder.start_blocking().unwrap());
    assert_eq!(clock(&demo, "EKS.test:4566").status, 200);
    assert_eq!(clock(&demo, "sub.eks.test").status, 403);
}

#[test]
fn services_and_health_answer_under_any_name() {
    let demo = Demo::start();
    let address = demo.emulator().address();
    for path in [
        "/clusters",
        "/_emulator/health",
        "/_emulator/ready",
        "/_localstack/health",
    ] {
        let answer = exchange(address, "eks-emulator:4566", ("GET", path), "", b"");
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[test]
fn control_has_a_port_of_its_own_when_it_is_asked_for() {
    let builder = EksEmulator::builder().control(ControlAccess::Port(0));
    let emulator = builder.start_blocking().unwrap();
    let control = emulator.control_endpoint().unwrap();
    assert_ne!(control, emulator.endpoint());
    let control = control.strip_prefix("http://").unwrap().parse().unwrap();
    let ask = |address, path| exchange(address, "localhost", ("GET", path), "", b"");
    assert_eq!(ask(control, "/_emulator/v1/clock").status, 200);
    assert_eq!(ask(control, "/_emulator/ready").status, 200);
    assert_eq!(ask(control, "/clusters").status, 404);
    // What EKS answers to paths that it does not have.
    assert_eq!(ask(emulator.address(), "/_emulator/v1/clock").status, 403);
    assert_eq!(ask(emulator.address(), "/_emulator/ready").status, 200);
    assert_eq!(ask(emulator.address(), "/clusters").status, 200);
}

#[test]
fn without_control_nobody_can_move_the_clock() {
    let builder = EksEmulator::builder().control(ControlAccess::Off);
    let demo = Demo::of(builder.start_blocking().unwrap());
    assert_eq!(demo.emulator().control_endpoint(), None);
    let ask = |path| demo.ask_unchecked("POST", path).status;
    // What EKS answers to paths that it does not have.
    assert_eq!(ask("/_emulator/v1/clock/advance"), 403);
    assert_eq!(ask("/moto-api/reset"), 403);
    assert_eq!(demo.ask_unchecked("GET", "/_emulator/health").status, 200);
}

#[test]
fn shutdown_lets_its_own_answer_out_and_then_stops() {
    let demo = Demo::start();
    assert_eq!(demo.ask("POST", "/shutdown", "").status, 202);
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    // It comes back when the server is gone.
    runtime.block_on(demo.emulator().shutdown());
    let refused = std::net::TcpStream::connect(demo.emulator().address());
    assert!(refused.is_err());
}

/// It would change what every account has.
#[test]
fn a_change_of_what_all_accounts_share_is_not_limited_to_one() {
    let demo = Demo::start();
    let header = "x-emulator-account: 999988887777\r\n";
    for (method, path, body) in [
        ("DELETE", "/_emulator/v1/faults", ""),
        ("POST", "/_emulator/v1/clock/advance", r#"{"by":"1s"}"#),
        ("POST", "/_emulator/v1/events/wait", r#"{"match":{}}"#),
        ("POST", "/_emulator/v1/seed", "schema: 1"),
    ] {
        let answer = demo.send(method, path, header, body.as_bytes());
        assert_eq!(answer.status, 400, "{path}: {}", answer.text);
    }
    for path in [
        "/_emulator/v1/clock",
        "/_emulator/ready",
        "/_emulator/v1/events",
    ] {
        assert_eq!(demo.send("GET", path, header, b"").status, 200, "{path}");
    }
}
