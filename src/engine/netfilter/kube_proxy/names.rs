//! Names of kube-proxy's chains: a hash, because a chain's name has at most 28 characters.

use std::net::SocketAddr;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::model::kube::{Service, ServicePort};
use crate::model::packet::Protocol;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// `namespace/name:port`, or `namespace/name` where the port has no name.
pub(super) fn service_port(service: &Service, port: &ServicePort) -> String {
    let (namespace, name) = (&service.meta.namespace, &service.meta.name);
    if port.name.is_empty() {
        format!("{namespace}/{name}")
    } else {
        format!("{namespace}/{name}:{}", port.name)
    }
}

/// The 16 characters that a Service port's chains share: of the SHA-256 of its name followed
/// by the protocol in lower case, in base 32.
pub(super) fn hash(service_port: &str, protocol: Protocol) -> String {
    encoded(&[service_port, protocol.lower()])
}

/// `KUBE-SEP-…` of an endpoint of a Service port.
pub(super) fn endpoint_chain(
    service_port: &str,
    protocol: Protocol,
    endpoint: SocketAddr,
) -> Arc<str> {
    let endpoint = endpoint.to_string();
    let hash = encoded(&[service_port, protocol.lower(), &endpoint]);
    Arc::from(format!("KUBE-SEP-{hash}"))
}

/// The first 80 bits of the hash in base 32.
fn encoded(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    let mut text = String::with_capacity(16);
    for group in digest.chunks(5).take(2) {
        let bits = group
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            let digit = (bits >> (place * 5)) & 31;
            text.push(char::from(ALPHABET[digit as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_names_are_those_of_published_listings() {
        // Origin: `iptables-save` listings of clusters: every cluster has the chain of
        // `default/kubernetes:https`, and of `kube-system/kube-dns:dns`.
        for (name, protocol, expected) in [
            (
                "default/kubernetes:https",
                Protocol::Tcp,
                "NPX46M4PTMTKRN6Y",
            ),
            (
                "kube-system/kube-dns:dns",
                Protocol::Udp,
                "TCOU7JCQXEZGVUNU",
            ),
            (
                "kube-system/kube-dns:dns-tcp",
                Protocol::Tcp,
                "ERIFXISQEP7F7OF4",
            ),
            (
                "kube-system/kube-dns:metrics",
                Protocol::Tcp,
                "JD5MR3NA4I4DYORP",
            ),
        ] {
            assert_eq!(hash(name, protocol), expected, "{name}");
        }
    }
}
