//! The certificate authority of a cluster's Kubernetes API server.
//!
//! Clients take it from `certificateAuthority.data` of `DescribeCluster`: base64
//! of a PEM file with one self-signed certificate. Its members follow a decoded
//! certificate of a real cluster (cloud-custodian test recordings, 2026): name
//! `CN=kubernetes`, alternative name `DNS:kubernetes`, a serial number of up to
//! 64 bits, issued about half a minute after the cluster was created.
//!
//! One deviation: the real key is RSA-2048 and signs with SHA-256. Making such a
//! key takes a noticeable fraction of a second of search for primes, for every
//! cluster. Here the key is ECDSA P-256, made from a seed, and signs with the
//! deterministic nonce of RFC 6979. Equal arguments give equal bytes, and no
//! source of entropy and no clock is involved. Seeds are no secrets, so neither
//! is the key: the certificate is for tests only.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use eks_emulator_api::Timestamp;
use p256::ecdsa::{DerSignature, SigningKey};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, Ia5String};
use x509_cert::der::{EncodePem, pem::LineEnding};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    BasicConstraints, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

/// From the creation of the cluster to the start of the validity.
const VALID_AFTER_SECONDS: i64 = 30;
/// The validity starts this much before the certificate is issued.
const BACKDATE_SECONDS: i64 = 5 * 60;
/// Ten years of 365 days, from the issue.
const LIFETIME_SECONDS: i64 = 3650 * 24 * 60 * 60;
/// 9999-12-31T23:59:59Z, the last time a certificate can name.
const LAST_SECOND: i64 = 253_402_300_799;

/// The certificate of a cluster's authority as a PEM file, final newline included.
///
/// Every seed is allowed. The validity is cut to whole seconds, and to the years
/// 1970 to 9999.
pub fn certificate_authority_pem(key_seed: [u8; 32], serial: u64, created_at: Timestamp) -> String {
    build(key_seed, serial, created_at).expect("all members have a DER encoding")
}

/// What `certificateAuthority.data` contains: the PEM file in base64, on one line.
pub fn certificate_authority_data(
    key_seed: [u8; 32],
    serial: u64,
    created_at: Timestamp,
) -> String {
    STANDARD.encode(certificate_authority_pem(key_seed, serial, created_at))
}

fn build(key_seed: [u8; 32], serial: u64, created_at: Timestamp) -> builder::Result<String> {
    let key = signing_key(key_seed);
    let certificate = CertificateBuilder::new(
        KubernetesAuthority,
        SerialNumber::new(&serial.to_be_bytes())?,
        validity(created_at)?,
        SubjectPublicKeyInfo::from_key(key.verifying_key())?,
    )?
    .build::<_, DerSignature>(&key)?;
    Ok(certificate.to_pem(LineEnding::LF)?)
}

/// The seed itself is the private key, unless it is zero or beyond the order of the curve.
fn signing_key(mut key_seed: [u8; 32]) -> SigningKey {
    if let Ok(key) = SigningKey::from_slice(&key_seed) {
        return key;
    }
    key_seed[0] ^= 0x80;
    SigningKey::from_slice(&key_seed)
        .expect("with its highest bit inverted the number is neither zero nor too large")
}

fn validity(created_at: Timestamp) -> builder::Result<Validity> {
    let not_before = created_at.as_seconds().saturating_add(VALID_AFTER_SECONDS);
    let not_after = not_before.saturating_add(BACKDATE_SECONDS + LIFETIME_SECONDS);
    Ok(Validity::new(time(not_before)?, time(not_after)?))
}

/// The builder turns times before 2050 into the shorter form that RFC 5280 wants.
fn time(seconds: i64) -> builder::Result<Time> {
    let seconds = seconds.clamp(0, LAST_SECOND).unsigned_abs();
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))?;
    Ok(Time::GeneralTime(time))
}

/// Subject, issuer and extensions as kubeadm and EKS write them.
struct KubernetesAuthority;

impl BuilderProfile for KubernetesAuthority {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        "CN=kubernetes".parse().expect("a distinguished name")
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subject = certificate.subject();
        let usage = KeyUsage(
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyCertSign,
        );
        let constraints = BasicConstraints {
            ca: true,
            path_len_constraint: None,
        };
        let alternative = SubjectAltName(vec![GeneralName::DnsName(Ia5String::new("kubernetes")?)]);
        Ok(vec![
            (&usage).to_extension(subject, &[])?,
            (&constraints).to_extension(subject, &[])?,
            (&SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?,
            (&alternative).to_extension(subject, &[])?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use p256::pkcs8::DecodePublicKey;
    use x509_cert::Certificate;
    use x509_cert::der::oid::AssociatedOid;
    use x509_cert::der::{Decode, DecodePem, Encode};

    /// 2026-03-30T16:02:34.567Z
    const CREATED_AT: Timestamp = Timestamp::from_milliseconds(1_774_886_554_567);
    const SERIAL: u64 = 0x8123_4567_89ab_cdef;

    fn certificate(seed: [u8; 32], serial: u64, created_at: Timestamp) -> Certificate {
        Certificate::from_pem(certificate_authority_pem(seed, serial, created_at)).unwrap()
    }

    fn extension<'a, T: Decode<'a, Error = x509_cert::der::Error> + AssociatedOid>(
        certificate: &'a Certificate,
    ) -> (bool, T) {
        let extensions = certificate.tbs_certificate().extensions().unwrap();
        let found = extensions
            .iter()
            .find(|extension| extension.extn_id == T::OID)
            .unwrap();
        (
            found.critical,
            T::from_der(found.extn_value.as_bytes()).unwrap(),
        )
    }

    #[test]
    fn names_and_serial() {
        let certificate = certificate([7; 32], SERIAL, CREATED_AT);
        let body = certificate.tbs_certificate();
        assert_eq!(body.subject().to_string(), "CN=kubernetes");
        assert_eq!(body.issuer().to_string(), "CN=kubernetes");
        assert_eq!(
            body.serial_number().as_bytes(),
            // The leading zero keeps the number positive.
            [0x00, 0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]
        );
    }

    #[test]
    fn validity_is_ten_years_less_three_days() {
        let certificate = certificate([7; 32], SERIAL, CREATED_AT);
        let validity = certificate.tbs_certificate().validity();
        assert_eq!(validity.not_before.to_string(), "2026-03-30T16:03:04Z");
        assert_eq!(validity.not_after.to_string(), "2036-03-27T16:08:04Z");
        assert!(matches!(validity.not_after, Time::UtcTime(_)));
    }

    #[test]
    fn any_time_is_allowed() {
        for (milliseconds, not_before, not_after) in [
            (i64::MIN, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            (0, "1970-01-01T00:00:30Z", "1979-12-30T00:05:30Z"),
            (i64::MAX, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            let created_at = Timestamp::from_milliseconds(milliseconds);
            let certificate = certificate([7; 32], SERIAL, created_at);
            let validity = certificate.tbs_certificate().validity();
            assert_eq!(validity.not_before.to_string(), not_before);
            assert_eq!(validity.not_after.to_string(), not_after);
        }
    }

    #[test]
    fn extensions() {
        let certificate = certificate([7; 32], SERIAL, CREATED_AT);
        let (critical, usage) = extension::<KeyUsage>(&certificate);
        assert!(critical);
        assert_eq!(
            usage.0,
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyCertSign
        );
        let (critical, constraints) = extension::<BasicConstraints>(&certificate);
        assert!(critical);
        assert!(constraints.ca);
        assert_eq!(constraints.path_len_constraint, None);
        let (critical, alternative) = extension::<SubjectAltName>(&certificate);
        assert!(!critical);
        let name = Ia5String::new("kubernetes").unwrap();
        assert_eq!(alternative.0, [GeneralName::DnsName(name)]);
        let (critical, identifier) = extension::<SubjectKeyIdentifier>(&certificate);
        assert!(!critical);
        assert_eq!(identifier.0.as_bytes().len(), 20);
        assert_eq!(certificate.tbs_certificate().extensions().unwrap().len(), 4);
    }

    #[test]
    fn signature_is_its_own() {
        let certificate = certificate([7; 32], SERIAL, CREATED_AT);
        let body = certificate.tbs_certificate();
        let key = body.subject_public_key_info().to_der().unwrap();
        let key = VerifyingKey::from_public_key_der(&key).unwrap();
        let signature = DerSignature::from_bytes(certificate.signature().raw_bytes()).unwrap();
        assert!(key.verify(&body.to_der().unwrap(), &signature).is_ok());
        assert!(key.verify(b"something else", &signature).is_err());
    }

    #[test]
    fn every_argument_matters_and_nothing_else() {
        let first = certificate_authority_pem([7; 32], 1, CREATED_AT);
        assert_eq!(first, certificate_authority_pem([7; 32], 1, CREATED_AT));
        assert_ne!(first, certificate_authority_pem([8; 32], 1, CREATED_AT));
        assert_ne!(first, certificate_authority_pem([7; 32], 2, CREATED_AT));
        let later = CREATED_AT.plus_milliseconds(1_000);
        assert_ne!(first, certificate_authority_pem([7; 32], 1, later));
    }

    #[test]
    fn extreme_seeds_and_serials() {
        for seed in [[0; 32], [0xff; 32]] {
            for serial in [0, u64::MAX] {
                let certificate = certificate(seed, serial, CREATED_AT);
                let written = certificate.tbs_certificate().serial_number().as_bytes();
                let expected: &[u8] = match serial {
                    0 => &[0],
                    _ => &[0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                };
                assert_eq!(written, expected);
            }
        }
    }

    #[test]
    fn data_is_base64_of_the_file() {
        let data = certificate_authority_data([7; 32], SERIAL, CREATED_AT);
        let text = String::from_utf8(STANDARD.decode(&data).unwrap()).unwrap();
        assert!(
            data.starts_with("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1J"),
            "{data}"
        );
        assert!(text.ends_with("\n-----END CERTIFICATE-----\n"), "{text}");
        assert!(!data.contains('\n'));
    }
}
