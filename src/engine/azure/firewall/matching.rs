//! Whether a rule of a firewall matches a packet.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::azure::tags::{Membership, Tags};
use crate::engine::dns::{self, Data, Outcome, RecordType};
use crate::model::firewall::{AppProtocol, Firewall, FirewallAddress, FirewallRule, RuleMatch};
use crate::model::network::Network;
use crate::model::packet::{Packet, Protocol};

/// Whether something matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It might: this is not known.
    Unknown(Arc<str>),
}

impl Matched {
    /// Both must match; what certainly does not match decides first.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// One must match; what certainly matches decides first.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) => other,
            (unknown, _) => unknown,
        }
    }
}

impl From<bool> for Matched {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// What the rules are asked about.
pub(super) struct Asked<'a> {
    network: &'a Network,
    firewall: &'a Firewall,
    packet: &'a Packet,
    host: Option<&'a str>,
    tags: Tags,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        network: &'a Network,
        firewall: &'a Firewall,
        packet: &'a Packet,
        host: Option<&'a str>,
    ) -> Self {
        let subnet = network.subnet(&firewall.subnet);
        Self {
            network,
            firewall,
            packet,
            host,
            tags: subnet.map_or_else(Tags::default, |subnet| Tags::of(network, subnet)),
        }
    }

    /// Whether a rule matches in every respect.
    pub(super) fn matches(&self, rule: &FirewallRule) -> Matched {
        let ip_group = |what: &&Arc<str>| what.starts_with("IP group");
        // A group stands beside the addresses: it may hold what they do not.
        let group = rule.unknown.iter().find(ip_group);
        let sources = match (self.any(&rule.sources, self.packet.source), group) {
            (Matched::No, Some(group)) => Matched::Unknown(group.clone()),
            (found, _) => found,
        };
        sources.and(match &rule.matches {
            RuleMatch::Nat {
                protocols,
                destinations,
                ports,
                ..
            } => self
                .transport(protocols, ports)
                .and(self.any(destinations, self.packet.destination)),
            RuleMatch::Network {
                protocols,
                destinations,
                names,
                ports,
            } => {
                let transport = self.transport(protocols, ports);
                if transport == Matched::No {
                    return Matched::No;
                }
                let group = group.map_or(Matched::No, |group| Matched::Unknown(group.clone()));
                self.any(destinations, self.packet.destination)
                    .or(self.resolved(names))
                    .or(group)
            }
            RuleMatch::Application { protocols, names } => {
                let application = Matched::from(self.application(protocols));
                let other = rule.unknown.iter().find(|what| !ip_group(what));
                let other = other.map_or(Matched::No, |what| Matched::Unknown(what.clone()));
                application.and(self.named(names).or(other))
            }
        })
    }

    fn transport(&self, protocols: &[Protocol], ports: &[(u16, u16)]) -> Matched {
        let packet = self.packet;
        let port = packet.destination_port;
        let protocol = protocols.is_empty() || protocols.contains(&packet.protocol);
        let ports = ports.is_empty()
            || !packet.protocol.has_ports()
            || ports
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&port));
        Matched::from(protocol && ports)
    }

    fn any(&self, list: &[FirewallAddress], address: IpAddr) -> Matched {
        let one = |item: &FirewallAddress| match item {
            FirewallAddress::Any => Matched::Yes,
            FirewallAddress::Net(net) => Matched::from(net.contains(&address)),
            FirewallAddress::Range(first, last) => {
                Matched::from((*first..=*last).contains(&address))
            }
            FirewallAddress::Tag(tag) => match self.tags.membership(tag, address) {
                Membership::In => Matched::Yes,
                Membership::Out => Matched::No,
                Membership::Unknown => Matched::Unknown(Arc::from(format!("service tag {tag}"))),
            },
        };
        list.iter().map(one).fold(Matched::No, Matched::or)
    }

    /// Whether one of the names resolves to the destination, as the firewall finds out from Azure DNS.
    fn resolved(&self, names: &[Arc<str>]) -> Matched {
        let one = |name: &Arc<str>| {
            let vnet = Some(&*self.firewall.subnet.vnet);
            let answer = dns::azure::answer(self.network, vnet, name, RecordType::A);
            if let Outcome::NotModelled(what) = &answer.outcome {
                return Matched::Unknown(what.clone());
            }
            let mut records = answer.records.iter();
            Matched::from(
                records.any(|record| record.data == Data::Address(self.packet.destination)),
            )
        };
        names.iter().map(one).fold(Matched::No, Matched::or)
    }

    fn application(&self, protocols: &[(AppProtocol, u16)]) -> bool {
        let packet = self.packet;
        let tls = packet.http.as_ref().map(|request| request.tls);
        packet.protocol == Protocol::Tcp
            && protocols.iter().any(|(kind, port)| {
                let fits = match kind {
                    AppProtocol::Http => tls != Some(true),
                    AppProtocol::Https => tls != Some(false),
                    AppProtocol::Mssql => tls.is_none(),
                };
                fits && packet.destination_port == *port
            })
    }

    /// Whether the host that the client asks for is one of these.
    fn named(&self, names: &[Arc<str>]) -> Matched {
        if names.iter().any(|name| &**name == "*") {
            return Matched::Yes;
        }
        match self.host {
            Some(host) => Matched::from(names.iter().any(|name| is_name(name, host))),
            None if names.is_empty() => Matched::No,
            None => Matched::Unknown(Arc::from("the host name that the client asks for")),
        }
    }
}

/// Whether a name is the one of a rule; `*.contoso.com` is every name below `contoso.com`, not itself.
fn is_name(rule: &str, host: &str) -> bool {
    let (rule, host) = (rule.to_ascii_lowercase(), host.to_ascii_lowercase());
    let host = host.trim_end_matches('.');
    match rule.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => rule == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_what_comes_before_a_name() {
        // "Use FQDN filtering": *.contoso.com does not hold contoso.com itself.
        assert!(is_name("*.contoso.com", "a.b.Contoso.com."));
        assert!(!is_name("*.contoso.com", "contoso.com"));
        assert!(is_name("*contoso.com", "mycontoso.com"));
        assert!(is_name("contoso.com", "CONTOSO.com"));
        assert!(!is_name("contoso.com", "www.contoso.com"));
    }

    #[test]
    fn what_is_not_known_decides_only_where_nothing_else_does() {
        let unknown = || Matched::Unknown(Arc::from("x"));
        assert_eq!(unknown().and(Matched::No), Matched::No);
        assert_eq!(Matched::Yes.and(unknown()), unknown());
        assert_eq!(unknown().or(Matched::Yes), Matched::Yes);
        assert_eq!(Matched::No.or(unknown()), unknown());
    }
}
