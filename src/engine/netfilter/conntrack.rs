//! Connection tracking: NAT is decided on the first packet; every later packet follows the entry.

use std::net::IpAddr;

use crate::model::packet::{Packet, Protocol};

/// One direction of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuple {
    /// Transport protocol.
    pub protocol: Protocol,
    /// Source address.
    pub source: IpAddr,
    /// Source port.
    pub source_port: u16,
    /// Destination address.
    pub destination: IpAddr,
    /// Destination port.
    pub destination_port: u16,
}

impl Tuple {
    /// The addresses and ports of a packet.
    pub fn of(packet: &Packet) -> Self {
        Self {
            protocol: packet.protocol,
            source: packet.source,
            source_port: packet.source_port,
            destination: packet.destination,
            destination_port: packet.destination_port,
        }
    }

    /// The other direction.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self {
            protocol: self.protocol,
            source: self.destination,
            source_port: self.destination_port,
            destination: self.source,
            destination_port: self.source_port,
        }
    }
}

/// One connection as a node remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The first packet as it arrived, before any translation.
    pub original: Tuple,
    /// The reply as it will arrive: the inverse of the first packet as it left.
    pub reply: Tuple,
}
