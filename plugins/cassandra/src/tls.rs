//! TLS: certificates, and what a node's certificate must be.

use std::sync::Mutex;

use openssl::ssl::{SslConnector, SslConnectorBuilder, SslFiletype, SslMethod, SslVerifyMode};
use openssl::x509::{X509StoreContextRef, X509VerifyResult};
use scylla::client::session::{OpenSsl010Config, TlsContext};

use crate::abi::{self, tls_verify};
use crate::failure::Failure;

/// X509_V_ERR_IP_ADDRESS_MISMATCH
const ADDRESS_MISMATCH: i32 = 64;

/// Why a node's certificate was refused last: the error of the handshake does not say it.
static REFUSED: Mutex<String> = Mutex::new(String::new());

pub fn last_refusal() -> Option<String> {
    let mut last = REFUSED.lock().unwrap_or_else(|e| e.into_inner());
    (!last.is_empty()).then(|| std::mem::take(&mut *last))
}

fn failure(what: &str, file: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::reject(c"tls", format!("the {what} {file} cannot be used: {error}"))
}

/// The driver asks for the node's address in its certificate; where a name is to be there instead, or the
/// CA's word is enough, a missing address is no error.
fn verify(good: bool, chain: &mut X509StoreContextRef, needs_address: bool) -> bool {
    if good {
        return true;
    }
    if chain.error().as_raw() == ADDRESS_MISMATCH && !needs_address {
        chain.set_error(X509VerifyResult::OK);
        return true;
    }
    let names = chain.current_cert().map_or(String::new(), |certificate| {
        let entries = certificate.subject_name().entries();
        let texts = entries.filter_map(|entry| entry.data().to_string().ok());
        format!(" ({})", texts.collect::<Vec<_>>().join(", "))
    });
    let reason = format!("{}{names}", chain.error().error_string());
    *REFUSED.lock().unwrap_or_else(|e| e.into_inner()) = reason;
    false
}

pub fn context(config: &abi::Config) -> Result<TlsContext, Failure> {
    let text = |pointer| unsafe { abi::text(pointer) };
    let broken = |error| Failure::fatal(c"tls", format!("TLS: {error}"));
    let mut tls: SslConnectorBuilder = SslConnector::builder(SslMethod::tls()).map_err(broken)?;
    if let Some(file) = text(config.tls_ca) {
        tls.set_ca_file(file)
            .map_err(|error| failure("CA's certificate", file, &error))?;
    }
    if let Some(file) = text(config.tls_cert) {
        tls.set_certificate_chain_file(file)
            .map_err(|error| failure("certificate", file, &error))?;
    }
    if let Some(file) = text(config.tls_key) {
        tls.set_private_key_file(file, SslFiletype::PEM)
            .and_then(|()| tls.check_private_key())
            .map_err(|error| failure("key", file, &error))?;
    }
    let name = text(config.tls_name);
    if let Some(name) = name {
        tls.verify_param_mut().set_host(name).map_err(broken)?;
    }
    match config.tls_verify {
        tls_verify::OFF => tls.set_verify(SslVerifyMode::NONE),
        how => {
            let needs_address = how == tls_verify::NODE && name.is_none();
            tls.set_verify_callback(SslVerifyMode::PEER, move |good, chain| {
                verify(good, chain, needs_address)
            });
        }
    }
    Ok(TlsContext::OpenSsl010Config(OpenSsl010Config::new(tls)))
}
