//! A packet as typed header fields. Payload bytes are not modelled; what a
//! layer-7 proxy looks at is in [`HttpRequest`].

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::sync::Arc;

/// The transport protocols that Kubernetes Services know, and ICMP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Transmission Control Protocol.
    #[default]
    Tcp,
    /// User Datagram Protocol.
    Udp,
    /// Stream Control Transmission Protocol.
    Sctp,
    /// Internet Control Message Protocol (echo); it has no ports.
    Icmp,
}

impl Protocol {
    /// The name as the Kubernetes API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Sctp => "SCTP",
            Protocol::Icmp => "ICMP",
        }
    }

    /// The name as iptables writes it.
    pub const fn lower(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
            Protocol::Icmp => "icmp",
        }
    }

    /// Whether packets of this protocol carry port numbers.
    pub const fn has_ports(self) -> bool {
        !matches!(self, Protocol::Icmp)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Protocol::Tcp, Protocol::Udp, Protocol::Sctp, Protocol::Icmp]
            .into_iter()
            .find(|protocol| protocol.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("`{text}` is not TCP, UDP, SCTP or ICMP"))
    }
}

/// The source port that a sender's first connection uses in a walk.
///
/// Linux would pick any of 32768 to 60999; one fixed value keeps answers equal.
pub const CLIENT_PORT: u16 = 50000;

/// The TTL of a packet that leaves a Linux host.
pub const INITIAL_TTL: u8 = 64;

/// The headers of a packet at one moment of its walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Transport protocol.
    pub protocol: Protocol,
    /// Source address.
    pub source: IpAddr,
    /// Source port; 0 for ICMP.
    pub source_port: u16,
    /// Destination address.
    pub destination: IpAddr,
    /// Destination port; 0 for ICMP.
    pub destination_port: u16,
    /// Time to live.
    pub ttl: u8,
    /// The firewall mark of the node that handles the packet now (`nfmark`); no header field.
    pub mark: u32,
    /// The request that a layer-7 proxy would read.
    pub http: Option<Arc<HttpRequest>>,
}

impl Packet {
    /// The packet that answers this one: addresses and ports swapped, fresh TTL, no mark.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            protocol: self.protocol,
            source: self.destination,
            source_port: self.destination_port,
            destination: self.source,
            destination_port: self.source_port,
            ttl: INITIAL_TTL,
            mark: 0,
            http: None,
        }
    }

    /// `address:port`, or the bare address where the protocol has no ports.
    pub fn source_text(&self) -> String {
        socket_text(self.protocol, self.source, self.source_port)
    }

    /// `address:port`, or the bare address where the protocol has no ports.
    pub fn destination_text(&self) -> String {
        socket_text(self.protocol, self.destination, self.destination_port)
    }
}

impl Default for Packet {
    fn default() -> Self {
        Self {
            protocol: Protocol::Tcp,
            source: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            source_port: CLIENT_PORT,
            destination: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            destination_port: 0,
            ttl: INITIAL_TTL,
            mark: 0,
            http: None,
        }
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} > {}",
            self.protocol,
            self.source_text(),
            self.destination_text()
        )
    }
}

fn socket_text(protocol: Protocol, address: IpAddr, port: u16) -> String {
    match (protocol.has_ports(), address) {
        (false, _) => address.to_string(),
        (true, IpAddr::V4(v4)) => format!("{v4}:{port}"),
        (true, IpAddr::V6(v6)) => format!("[{v6}]:{port}"),
    }
}

/// What a layer-7 proxy reads of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Whether the connection is TLS (`https`).
    pub tls: bool,
    /// The `Host` header, and the server name of TLS.
    pub host: Arc<str>,
    /// The path with its leading slash.
    pub path: Arc<str>,
}
