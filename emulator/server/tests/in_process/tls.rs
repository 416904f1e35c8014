//! HTTPS of an emulator in the test's process.

use eks_emulator::{ControlAccess, EksEmulator, EmulatorControl, Error, RemoteEmulator, Tls};

const CERTIFICATE: &str = include_str!("../tls/certificate.pem");
const KEY: &str = include_str!("../tls/key.pem");
const OTHER_KEY: &str = include_str!("../tls/other_key.pem");
const AUTHORITY: &str = include_str!("../tls/ca.pem");

async fn self_signed() -> EksEmulator {
    let builder = EksEmulator::builder().tls(Tls::self_signed());
    builder.start().await.unwrap()
}

#[tokio::test]
async fn a_remote_emulator_is_controlled_over_https() {
    let emulator = self_signed().await;
    let url = emulator.endpoint();
    assert_eq!(url, format!("https://{}", emulator.address()));
    let authority = emulator.ca_certificate().unwrap();
    let remote = RemoteEmulator::connect_trusting(&url, authority)
        .await
        .unwrap();
    assert_eq!(EmulatorControl::endpoint(&remote), url);
    remote.pause().await.unwrap();
    let before = EmulatorControl::now(&remote).await.unwrap();
    EmulatorControl::advance(&remote, std::time::Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(emulator.now(), before.plus_milliseconds(60_000));
}

#[tokio::test]
async fn an_emulator_whose_authority_is_not_trusted_is_unreachable() {
    let (one, other) = (self_signed().await, self_signed().await);
    let url = one.endpoint();
    let authority = other.ca_certificate().unwrap();
    let error = RemoteEmulator::connect_trusting(&url, authority).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        format!(
            "cannot reach the emulator at {url}: the authority of its certificate is not trusted; a CA file has to name it"
        )
    );
    // The system trusts nobody who has made this certificate either.
    let error = RemoteEmulator::connect(&url).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
    let error = RemoteEmulator::connect_trusting(&url, "nothing").await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "there is no certificate in PEM form in it"
    );
}

#[tokio::test]
async fn a_certificate_may_be_given() {
    let tls = Tls::pem(CERTIFICATE, KEY).unwrap();
    assert_eq!(format!("{tls:?}"), "Tls(given)");
    let emulator = EksEmulator::builder().tls(tls).start().await.unwrap();
    assert_eq!(emulator.ca_certificate(), None);
    let url = emulator.endpoint();
    let remote = RemoteEmulator::connect_trusting(&url, AUTHORITY)
        .await
        .unwrap();
    remote.reset().await.unwrap();
}

#[tokio::test]
async fn a_control_port_of_its_own_speaks_https_too() {
    let builder = EksEmulator::builder().tls(Tls::self_signed());
    let emulator = builder.control(ControlAccess::Port(0)).start().await;
    let emulator = emulator.unwrap();
    let url = emulator.control_endpoint().unwrap();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let authority = emulator.ca_certificate().unwrap();
    let remote = RemoteEmulator::connect_trusting(&url, authority).await;
    remote.unwrap().reset().await.unwrap();
}

#[test]
fn a_certificate_and_a_key_that_make_no_pair_are_refused() {
    let problem = |certificate: &str, key: &str| {
        let error = Tls::pem(certificate, key).unwrap_err();
        assert!(matches!(error, Error::Tls(_)));
        error.to_string()
    };
    assert_eq!(
        problem(CERTIFICATE, OTHER_KEY),
        "TLS: the private key: it is not the key of the certificate"
    );
    assert_eq!(
        problem(KEY, KEY),
        "TLS: the certificate: there is no certificate in PEM form in it"
    );
    assert_eq!(
        problem(CERTIFICATE, CERTIFICATE),
        "TLS: the private key: there is no private key in PEM form in it"
    );
    let error = Tls::files("/nowhere/at-all", "/nowhere/at-all").unwrap_err();
    assert_eq!(
        error.to_string(),
        "TLS: cannot read /nowhere/at-all: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn a_name_that_no_certificate_can_be_for_is_refused() {
    let builder = EksEmulator::builder().tls(Tls::self_signed());
    let error = builder.allow_host("two words").start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "TLS: \"two words\" is no name that a certificate can be for"
    );
}

#[tokio::test]
async fn without_a_listener_there_is_nothing_to_certify() {
    let builder = EksEmulator::builder().tls(Tls::self_signed());
    let emulator = builder.without_listener().start().await.unwrap();
    assert_eq!(emulator.ca_certificate(), None);
    assert_eq!(emulator.endpoint(), "http://eks-emulator.invalid");
}
