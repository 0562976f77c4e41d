//! Connection tracking: NAT is decided on the first packet; every later packet follows the entry.
//!
//! A node's table is asked at PREROUTING and OUTPUT ([`Conntrack::lookup`]). Where it knows
//! nothing, the packet is the first of a connection: the `nat` rules decide, and
//! [`Conntrack::confirm`] remembers what they decided when the packet leaves the node or
//! reaches a process. A known packet is translated by its entry instead, the destination
//! before routing and the source after it, as the kernel does.
//!
//! Ports. The kernel keeps the client's source port where the translated connection is
//! unique and else searches; `--random-fully` makes it draw at once. To keep answers equal,
//! the client's port is kept here in both cases while it is free, and else the lowest
//! free port of the kernel's range is taken.
//!
//! Left out: timeouts. Nothing is forgotten within a scenario.

use std::net::IpAddr;

use crate::model::packet::{Packet, Protocol};

/// One direction of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tuple {
    /// Transport protocol.
    pub protocol: Protocol,
    /// Source address.
    pub source: IpAddr,
    /// Source port; the identifier of an ICMP echo.
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

impl Entry {
    /// Whether the connection's destination is translated (`ctstate DNAT`).
    pub fn dnat(&self) -> bool {
        (self.reply.source, self.reply.source_port)
            != (self.original.destination, self.original.destination_port)
    }

    /// Whether the connection's source is translated (`ctstate SNAT`).
    pub fn snat(&self) -> bool {
        (self.reply.destination, self.reply.destination_port)
            != (self.original.source, self.original.source_port)
    }

    /// What a packet of `direction` looks like after translation.
    fn translated(&self, direction: Direction) -> Tuple {
        match direction {
            Direction::Original => self.reply.inverted(),
            Direction::Reply => self.original.inverted(),
        }
    }

    /// Translates the destination of a known packet: the part done before routing.
    #[must_use]
    pub fn translate_destination(&self, direction: Direction, packet: &Packet) -> Packet {
        let to = self.translated(direction);
        Packet {
            destination: to.destination,
            destination_port: to.destination_port,
            ..packet.clone()
        }
    }

    /// Translates the source of a known packet: the part done after routing.
    #[must_use]
    pub fn translate_source(&self, direction: Direction, packet: &Packet) -> Packet {
        let to = self.translated(direction);
        Packet {
            source: to.source,
            source_port: to.source_port,
            ..packet.clone()
        }
    }
}

/// Which way a known packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As the first packet.
    Original,
    /// The other way.
    Reply,
}

/// No port is left that would make the translated connection unique; the kernel drops the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortsExhausted;

/// The connections that a node remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conntrack {
    entries: Vec<Entry>,
}

impl Conntrack {
    /// The entry that a packet belongs to, as it arrives at the node or leaves a process of it.
    pub fn lookup(&self, packet: &Packet) -> Option<(&Entry, Direction)> {
        let tuple = Tuple::of(packet);
        self.entries.iter().find_map(|entry| {
            if entry.original == tuple {
                Some((entry, Direction::Original))
            } else if entry.reply == tuple {
                Some((entry, Direction::Reply))
            } else {
                None
            }
        })
    }

    /// Remembers a connection whose first packet arrived as `original` and leaves as `packet`.
    ///
    /// Returns the entry and the packet, whose source port changes where the reply could
    /// otherwise be taken for another connection's.
    pub fn confirm(
        &mut self,
        original: Tuple,
        packet: &Packet,
    ) -> Result<(Entry, Packet), PortsExhausted> {
        let packet = self.with_free_port(&original, packet)?;
        let entry = Entry {
            original,
            reply: Tuple::of(&packet).inverted(),
        };
        if !self.entries.contains(&entry) {
            self.entries.push(entry.clone());
        }
        Ok((entry, packet))
    }

    /// Forgets the entries that `keep` does not hold for.
    pub fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.entries.retain(keep);
    }

    /// The entries in the order in which they were made.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn with_free_port(&self, original: &Tuple, packet: &Packet) -> Result<Packet, PortsExhausted> {
        let mut reply = Tuple::of(packet).inverted();
        if !self.is_taken(&reply, original) {
            return Ok(packet.clone());
        }
        for port in port_range(packet) {
            reply.destination_port = port;
            if !self.is_taken(&reply, original) {
                return Ok(Packet {
                    source_port: port,
                    ..packet.clone()
                });
            }
        }
        Err(PortsExhausted)
    }

    /// Whether packets of `reply` already belong to a connection other than that of `original`.
    fn is_taken(&self, reply: &Tuple, original: &Tuple) -> bool {
        self.entries.iter().any(|entry| {
            entry.original != *original && (entry.reply == *reply || entry.original == *reply)
        })
    }
}

/// The ports that the kernel searches, by the client's own (`nf_nat_l4proto_unique_tuple`);
/// for ICMP, identifiers.
fn port_range(packet: &Packet) -> std::ops::RangeInclusive<u16> {
    match (packet.protocol.has_ports(), packet.source_port) {
        (false, _) => 0..=u16::MAX,
        (true, 0..=511) => 1..=511,
        (true, 512..=1023) => 600..=1023,
        (true, _) => 1024..=u16::MAX,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet(source: (&str, u16), destination: (&str, u16)) -> Packet {
        Packet {
            source: source.0.parse().unwrap(),
            source_port: source.1,
            destination: destination.0.parse().unwrap(),
            destination_port: destination.1,
            ..Packet::default()
        }
    }

    /// Internet client to a Service on kubenet, masqueraded: facts W1.
    fn w1(conntrack: &mut Conntrack) -> (Entry, Packet) {
        let arrived = packet(("203.0.113.9", 50000), ("20.50.60.70", 80));
        let leaves = packet(("10.1.0.4", 50000), ("10.244.1.10", 8080));
        conntrack.confirm(Tuple::of(&arrived), &leaves).unwrap()
    }

    #[test]
    fn a_reply_is_untranslated_destination_first() {
        let mut conntrack = Conntrack::default();
        let (_, leaves) = w1(&mut conntrack);
        let reply = leaves.reversed();
        let (entry, direction) = conntrack.lookup(&reply).unwrap();
        assert_eq!(direction, Direction::Reply);
        assert!(entry.dnat() && entry.snat());
        let routed = entry.translate_destination(direction, &reply);
        assert_eq!(
            routed.to_string(),
            "TCP 10.244.1.10:8080 > 203.0.113.9:50000"
        );
        let sent = entry.translate_source(direction, &routed);
        assert_eq!(sent.to_string(), "TCP 20.50.60.70:80 > 203.0.113.9:50000");
    }

    #[test]
    fn a_packet_of_no_known_connection_is_new() {
        let mut conntrack = Conntrack::default();
        w1(&mut conntrack);
        let other = packet(("203.0.113.9", 50001), ("20.50.60.70", 80));
        assert!(conntrack.lookup(&other).is_none());
    }

    #[test]
    fn the_clients_port_is_kept_while_it_is_free() {
        let mut conntrack = Conntrack::default();
        let (_, first) = w1(&mut conntrack);
        assert_eq!(first.source_port, 50000);
        let second = packet(("203.0.113.10", 50000), ("20.50.60.70", 80));
        let leaves = packet(("10.1.0.4", 50000), ("10.244.1.10", 8080));
        let (entry, leaves) = conntrack.confirm(Tuple::of(&second), &leaves).unwrap();
        assert_eq!(leaves.source_port, 1024);
        let reply = leaves.reversed();
        assert_eq!(conntrack.lookup(&reply).unwrap().0, &entry);
    }

    #[test]
    fn a_translated_port_stays_in_the_kernels_range() {
        for (port, expected) in [(400_u16, 1_u16), (800, 600), (50000, 1024)] {
            let mut conntrack = Conntrack::default();
            let leaves = packet(("10.1.0.4", port), ("1.1.1.1", 53));
            for client in ["10.244.0.2", "10.244.0.3"] {
                let arrived = packet((client, port), ("1.1.1.1", 53));
                let (_, left) = conntrack.confirm(Tuple::of(&arrived), &leaves).unwrap();
                let expected = if client == "10.244.0.2" {
                    port
                } else {
                    expected
                };
                assert_eq!(left.source_port, expected, "{client} from port {port}");
            }
        }
    }

    #[test]
    fn a_connection_that_finds_no_port_is_refused() {
        let mut conntrack = Conntrack::default();
        let mut outcome = Ok(());
        for client in 0..=511_u16 {
            let arrived = Packet {
                source: IpAddr::from([10, 244, client.to_be_bytes()[0], client.to_be_bytes()[1]]),
                ..packet(("0.0.0.0", 1), ("1.1.1.1", 53))
            };
            let leaves = packet(("10.1.0.4", 1), ("1.1.1.1", 53));
            outcome = conntrack.confirm(Tuple::of(&arrived), &leaves).map(drop);
        }
        assert_eq!(outcome, Err(PortsExhausted));
    }

    #[test]
    fn the_same_connection_is_remembered_once() {
        let mut conntrack = Conntrack::default();
        w1(&mut conntrack);
        w1(&mut conntrack);
        assert_eq!(conntrack.entries().len(), 1);
    }

    fn address() -> impl Strategy<Value = IpAddr> {
        (0_u8..4).prop_map(|host| IpAddr::from([10, 0, 0, host]))
    }

    prop_compose! {
        fn connection()(
            client in address(), port in 1024_u16..1028, service in address(),
            source in address(), endpoint in address(), to in 80_u16..82,
        ) -> (Packet, Packet) {
            let arrived = Packet {
                source: client, source_port: port, destination: service,
                destination_port: 80, ..Packet::default()
            };
            let leaves = Packet {
                source, destination: endpoint, destination_port: to, ..arrived.clone()
            };
            (arrived, leaves)
        }
    }

    proptest! {
        #[test]
        fn nat_and_its_reverse_are_the_identity(
            connections in prop::collection::vec(connection(), 1..20)
        ) {
            let mut conntrack = Conntrack::default();
            for (arrived, leaves) in connections {
                // What conntrack knows already is not the first packet of a connection.
                if conntrack.lookup(&arrived).is_some() {
                    continue;
                }
                let (_, left) = conntrack.confirm(Tuple::of(&arrived), &leaves).unwrap();
                let later = conntrack.lookup(&arrived).map(|(entry, direction)| {
                    let routed = entry.translate_destination(direction, &arrived);
                    entry.translate_source(direction, &routed)
                });
                prop_assert_eq!(later, Some(left.clone()));
                let reply = left.reversed();
                let back = conntrack.lookup(&reply).map(|(entry, direction)| {
                    let routed = entry.translate_destination(direction, &reply);
                    entry.translate_source(direction, &routed)
                });
                prop_assert_eq!(back, Some(arrived.reversed()));
            }
        }
    }
}
