//! What the emulator's own certificates say.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};
use x509_cert::Certificate;
use x509_cert::der::DecodePem;

use super::{SelfSigned, self_signed};
use crate::tls::{pem, provider::provider};

/// 2026-03-30T16:02:34.567Z
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_774_886_554_567)
}

fn made(addresses: &[IpAddr], hosts: &[&str]) -> Result<SelfSigned, String> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    self_signed(provider().secure_random, now(), addresses, &hosts)
}

/// What a client says that trusts the authority, as long after the start.
fn verdict(made: &SelfSigned, name: &str, after: Duration) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(made.ca_certificate.as_bytes()).unwrap() {
        roots.add(certificate).unwrap();
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider());
    let name = ServerName::try_from(name).unwrap();
    let since_epoch = now().duration_since(UNIX_EPOCH).unwrap() + after;
    let at = UnixTime::since_unix_epoch(since_epoch);
    let verifier = verifier.build().unwrap();
    let verified = verifier.verify_server_cert(&made.chain[0], &[], &name, &[], at);
    verified.map(drop)
}

#[test]
fn a_certificate_is_for_this_machine_and_the_names_given() {
    let other = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    let hosts = ["emulator.test", "my_service", "192.0.2.8", "[2001:db8::1]"];
    let made = made(&[other, Ipv4Addr::UNSPECIFIED.into()], &hosts).unwrap();
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "192.0.2.7",
        "192.0.2.8",
        "2001:db8::1",
        "emulator.test",
        "my_service",
    ] {
        let verdict = verdict(&made, name, Duration::ZERO);
        assert_eq!(verdict, Ok(()), "{name}");
    }
    for name in ["other.test", "0.0.0.0", "a.emulator.test"] {
        let verdict = verdict(&made, name, Duration::ZERO);
        let refused = matches!(
            verdict,
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForNameContext { .. }
            ))
        );
        assert!(refused, "{name}: {verdict:?}");
    }
}

#[test]
fn both_certificates_hold_from_a_day_ago_for_398_days() {
    let made = made(&[], &[]).unwrap();
    let root = Certificate::from_pem(&made.ca_certificate).unwrap();
    let validity = root.tbs_certificate().validity();
    assert_eq!(validity.not_before.to_string(), "2026-03-29T16:02:34Z");
    assert_eq!(validity.not_after.to_string(), "2027-05-01T16:02:33Z");
    let last = Duration::from_secs(397 * 24 * 60 * 60 - 1);
    assert_eq!(verdict(&made, "localhost", last), Ok(()));
    let refused = verdict(&made, "localhost", last + Duration::from_secs(1));
    let is_expired = matches!(
        refused,
        Err(Error::InvalidCertificate(
            CertificateError::ExpiredContext { .. }
        ))
    );
    assert!(is_expired, "{refused:?}");
}

#[test]
fn no_two_emulators_share_a_key_or_a_name() {
    let (one, other) = (made(&[], &[]).unwrap(), made(&[], &[]).unwrap());
    assert_ne!(one.key.secret_der(), other.key.secret_der());
    let name = |made: &SelfSigned| {
        let root = Certificate::from_pem(&made.ca_certificate).unwrap();
        root.tbs_certificate().subject().to_string()
    };
    assert!(
        name(&one).starts_with("CN=eks-emulator certificate authority "),
        "{}",
        name(&one)
    );
    assert_ne!(name(&one), name(&other));
}

#[test]
fn a_name_that_no_certificate_can_be_for_is_named() {
    for name in ["", "two words", "b\u{fc}cher.test", "emulator.test:80"] {
        let expected = format!("{name:?} is no name that a certificate can be for");
        assert_eq!(made(&[], &[name]).err(), Some(expected));
    }
}
