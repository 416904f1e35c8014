//! A certificate authority that signs one certificate: the emulator's own.
//!
//! Its key comes from the operating system, whatever the seed of identifiers
//! is, and is thrown away when the certificate is signed: whoever trusts the
//! authority trusts this one emulator.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey;
use tokio_rustls::rustls::crypto::SecureRandom;
use tokio_rustls::rustls::pki_types::{CertificateDer, DnsName, PrivateKeyDer, PrivatePkcs8KeyDer};
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, Ia5String};
use x509_cert::der::oid::db::rfc5280::ID_KP_SERVER_AUTH;
use x509_cert::der::{Encode, EncodePem, pem::LineEnding};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that systems which are strict about it take.
const LIFETIME_DAYS: u32 = 398;

/// What an emulator serves, and what its clients have to trust.
pub(super) struct SelfSigned {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    /// The authority's certificate, as a PEM file.
    pub(super) ca_certificate: String,
}

/// Makes a certificate for this machine, `addresses` and `hosts`, which are
/// names or addresses.
///
/// Errors: a sentence without a full stop.
pub(super) fn self_signed(
    random: &dyn SecureRandom,
    now: SystemTime,
    addresses: &[IpAddr],
    hosts: &[String],
) -> Result<SelfSigned, String> {
    let names = alternative_names(addresses, hosts)?;
    issue(random, validity(now), names)
        .map_err(|error| format!("cannot make a certificate: {error}"))
}

type Failure = Box<dyn std::error::Error>;

fn issue(
    random: &dyn SecureRandom,
    validity: builder::Result<Validity>,
    names: SubjectAltName,
) -> Result<SelfSigned, Failure> {
    let validity = validity?;
    let authority = Signer::new(random)?;
    let chance = entropy::<4>(random)?;
    // Two emulators' authorities in one store are to be told apart.
    let name = format!(
        "CN=eks-emulator certificate authority {:08x}",
        u32::from_be_bytes(chance)
    );
    let name: Name = name.parse()?;
    let root = Authority { name: name.clone() };
    let root = authority.sign(random, root, validity, &authority)?;
    let server = Signer::new(random)?;
    let profile = ServerProfile {
        issuer: name,
        names,
    };
    let certificate = authority.sign(random, profile, validity, &server)?;
    let key = server.0.to_pkcs8_der()?;
    Ok(SelfSigned {
        chain: vec![certificate.to_der()?.into()],
        key: PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into(),
        ca_certificate: root.to_pem(LineEnding::LF)?,
    })
}

/// This machine and whatever else the emulator is reached as.
fn alternative_names(addresses: &[IpAddr], hosts: &[String]) -> Result<SubjectAltName, String> {
    let mut names = vec![dns_name("localhost")?];
    let here = [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ];
    // Nobody calls every address.
    let specific = |address: &&IpAddr| !address.is_unspecified();
    let addresses = here.iter().chain(addresses.iter().filter(specific));
    names.extend(addresses.map(|address| GeneralName::from(*address)));
    for host in hosts {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        names.push(match bare.parse::<IpAddr>() {
            Ok(address) => address.into(),
            Err(_) => dns_name(bare)?,
        });
    }
    let mut different: Vec<GeneralName> = Vec::new();
    for name in names {
        if !different.contains(&name) {
            different.push(name);
        }
    }
    Ok(SubjectAltName(different))
}

fn dns_name(name: &str) -> Result<GeneralName, String> {
    let refused = || format!("{name:?} is no name that a certificate can be for");
    DnsName::try_from(name).map_err(|_| refused())?;
    let name = Ia5String::new(name).map_err(|_| refused())?;
    Ok(GeneralName::DnsName(name))
}

/// From a day ago, for clocks that differ.
fn validity(now: SystemTime) -> builder::Result<Validity> {
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let start = since_epoch.saturating_sub(DAY);
    // The last second belongs to it.
    let end = start + DAY * LIFETIME_DAYS - Duration::from_secs(1);
    let time = |since_epoch: Duration| {
        let whole_seconds = Duration::from_secs(since_epoch.as_secs());
        GeneralizedTime::from_unix_duration(whole_seconds).map(Time::GeneralTime)
    };
    Ok(Validity::new(time(start)?, time(end)?))
}

fn entropy<const LENGTH: usize>(random: &dyn SecureRandom) -> Result<[u8; LENGTH], Failure> {
    let mut bytes = [0; LENGTH];
    let filled = random.fill(&mut bytes);
    filled.map_err(|_| "the operating system gives no random numbers")?;
    Ok(bytes)
}

/// A key that signs.
struct Signer(SigningKey);

impl Signer {
    fn new(random: &dyn SecureRandom) -> Result<Self, Failure> {
        loop {
            // One number in four billion is no key.
            if let Ok(key) = SigningKey::from_slice(&entropy::<32>(random)?) {
                return Ok(Self(key));
            }
        }
    }

    /// Certifies the key of `subject`.
    fn sign(
        &self,
        random: &dyn SecureRandom,
        profile: impl BuilderProfile,
        validity: Validity,
        subject: &Self,
    ) -> Result<Certificate, Failure> {
        let mut serial = entropy::<16>(random)?;
        // Positive, and of full length.
        serial[0] = serial[0] & 0x3f | 0x40;
        let key = SubjectPublicKeyInfo::from_key(subject.0.verifying_key())?;
        let serial = SerialNumber::new(&serial)?;
        let builder = CertificateBuilder::new(profile, serial, validity, key)?;
        Ok(builder.build::<_, DerSignature>(&self.0)?)
    }
}

/// The certificate of the authority.
struct Authority {
    name: Name,
}

impl BuilderProfile for Authority {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.name.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subject = certificate.subject();
        let constraints = BasicConstraints {
            ca: true,
            path_len_constraint: Some(0),
        };
        let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
        Ok(vec![
            (&constraints).to_extension(subject, &[])?,
            (&usage).to_extension(subject, &[])?,
            (&SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?,
        ])
    }
}

/// The certificate that the emulator serves.
struct ServerProfile {
    issuer: Name,
    names: SubjectAltName,
}

impl BuilderProfile for ServerProfile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        "CN=eks-emulator".parse().expect("a distinguished name")
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subject = certificate.subject();
        let constraints = BasicConstraints {
            ca: false,
            path_len_constraint: None,
        };
        let usage = KeyUsage(KeyUsages::DigitalSignature.into());
        let purpose = ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH]);
        let issuer = AuthorityKeyIdentifier::try_from(issuer_key)?;
        Ok(vec![
            (&constraints).to_extension(subject, &[])?,
            (&usage).to_extension(subject, &[])?,
            (&purpose).to_extension(subject, &[])?,
            (&self.names).to_extension(subject, &[])?,
            (&SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?,
            (&issuer).to_extension(subject, &[])?,
        ])
    }
}
