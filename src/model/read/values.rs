//! Addresses, prefixes, ports and protocols, as Kubernetes and Azure write them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::IpNet;

use super::cursor::{Cursor, quoted};
use crate::model::packet::Protocol;

/// An address; leading zeros are decimal, as Kubernetes reads them (R17).
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| {
        let mut octets = [0u8; 4];
        let mut parts = text.split('.');
        for octet in &mut octets {
            let part = parts.next()?;
            let digits =
                !part.is_empty() && part.len() <= 16 && part.bytes().all(|b| b.is_ascii_digit());
            *octet = digits.then(|| part.parse().ok())??;
        }
        parts
            .next()
            .is_none()
            .then(|| IpAddr::V4(Ipv4Addr::from(octets)))
    })
}

/// A prefix; `None` where it is none. Host bits are kept.
pub(super) fn prefix(text: &str) -> Option<IpNet> {
    let (base, length) = text.split_once('/')?;
    let plain = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length = plain.then(|| length.parse().ok())??;
    IpNet::new(address(base)?, length).ok()
}

impl Cursor<'_> {
    /// An IP address.
    pub(super) fn address(self) -> Option<IpAddr> {
        let text = self.name()?;
        if let Ok(address) = text.parse() {
            return Some(address);
        }
        let lenient = address(&text);
        match lenient {
            Some(address) => self.leading_zeros(&text, &address.to_string()),
            None => self.wrong(
                "bad-address",
                "is not an IP address",
                &quoted(&text),
                "an address such as `10.1.0.4`",
            ),
        }
        lenient
    }

    fn leading_zeros(self, found: &str, read: &str) {
        self.doubt(
            "leading-zeros",
            "has leading zeros; they are read as decimal",
            &quoted(found),
            &format!("`{read}`"),
            "newer API servers refuse this notation",
        );
    }

    /// A prefix such as `10.1.0.0/16`; host bits are reported and cleared.
    pub(super) fn prefix(self) -> Option<IpNet> {
        let text = self.name()?;
        self.prefix_of(text.trim())
    }

    /// The prefix that `text`, a part of this value, means.
    pub(super) fn prefix_of(self, text: &str) -> Option<IpNet> {
        let Some(net) = prefix(text) else {
            let hint_length = address(text).is_some();
            let expected = if hint_length {
                "an address with a prefix length, such as `10.1.0.0/16`"
            } else {
                "a prefix such as `10.1.0.0/16`"
            };
            self.wrong("bad-prefix", "is not a prefix", &quoted(text), expected);
            return None;
        };
        let base = text.split('/').next().unwrap_or_default();
        if base.parse::<IpAddr>().is_err() {
            self.leading_zeros(text, &net.to_string());
        }
        if net.addr() != net.network() {
            self.doubt(
                "host-bits",
                "has bits set after the prefix; they are ignored",
                &quoted(text),
                &format!("`{}`", net.trunc()),
                "",
            );
        }
        Some(net.trunc())
    }

    /// The prefixes of a list.
    pub(super) fn prefixes(self) -> Vec<IpNet> {
        self.list().filter_map(Cursor::prefix).collect()
    }

    /// The addresses of a list.
    pub(super) fn addresses(self) -> Vec<IpAddr> {
        self.list().filter_map(Cursor::address).collect()
    }

    /// The texts of a list.
    pub(super) fn texts(self) -> Vec<Arc<str>> {
        self.list().filter_map(Cursor::name).collect()
    }

    /// A port number, 1 to 65535.
    pub(super) fn port(self) -> Option<u16> {
        self.whole(1, 65535)
    }

    /// A transport protocol that Kubernetes knows; absent means TCP.
    pub(super) fn protocol(self) -> Protocol {
        self.word(&[
            ("TCP", Protocol::Tcp),
            ("UDP", Protocol::Udp),
            ("SCTP", Protocol::Sctp),
        ])
        .unwrap_or_default()
    }
}

/// Addresses that nobody else can reach: no endpoint and no Service may have one.
pub(super) fn is_special(address: &IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.segments()[0] & 0xff0f == 0xff02,
    };
    link_local || address.is_loopback() || address.is_unspecified()
}
