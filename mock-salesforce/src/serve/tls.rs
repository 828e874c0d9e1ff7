//! A certificate authority of one's own, and a certificate for loopback and for Salesforce's host names.
//!
//! Made anew at each start; clients trust it through the CA file of the announcement.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, ServerConfig, crypto::ring::default_provider, pki_types::PrivateKeyDer},
};

use crate::{Timestamp, timestamp::civil};

/// Names that the certificate is for (wire reference §0.1).
const NAMES: [&str; 10] = [
    "localhost",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.develop.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.scratch.my.salesforce.com",
    "*.my.site.com",
    "mock.my.salesforce.com",
];
/// Addresses that the certificate is for.
const ADDRESSES: [&str; 2] = ["127.0.0.1", "::1"];
/// Years that it is good for; some clients take no certificate that lives longer.
const YEARS: i32 = 2;
/// The last day that every month has.
const LAST_DAY: u8 = 28;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// It could not be made.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// It could not be used.
    #[error("the certificate could not be used")]
    Config(#[from] rustls::Error),
}

/// What serves over TLS, and the PEM of the authority that clients must trust.
pub(super) struct Identity {
    pub(super) acceptor: TlsAcceptor,
    pub(super) ca_pem: String,
}

/// Makes authority and certificate.
pub(super) fn identity(now: Timestamp) -> Result<Identity, TlsError> {
    let ca_key = KeyPair::generate()?;
    let ca_params = authority(now)?;
    let ca = ca_params.self_signed(&ca_key)?;
    let key = KeyPair::generate()?;
    let issuer = Issuer::from_params(&ca_params, &ca_key);
    let certificate = server(now)?.signed_by(&key, &issuer)?;
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config(&certificate, &ca, &key)?)),
        ca_pem: ca.pem(),
    })
}

fn config(
    certificate: &Certificate,
    ca: &Certificate,
    key: &KeyPair,
) -> Result<ServerConfig, rustls::Error> {
    let chain = vec![certificate.der().clone(), ca.der().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn authority(now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = lived(CertificateParams::new(Vec::new())?, now);
    params.distinguished_name.push(DnType::CommonName, "mock-salesforce test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn server(now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = lived(CertificateParams::new(NAMES.map(str::to_owned).to_vec())?, now);
    let addresses = ADDRESSES.iter().filter_map(|text| text.parse().ok());
    params.subject_alt_names.extend(addresses.map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Good since the first day of the month.
fn lived(mut params: CertificateParams, now: Timestamp) -> CertificateParams {
    let (year, month, _) = civil(now.days());
    let month = u8::try_from(month).unwrap_or(1);
    params.not_before = date_time_ymd(year, month, 1);
    params.not_after = date_time_ymd(year + YEARS, month, LAST_DAY);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}
