//! Name resolution as part of a walk: each query is a packet of its own.
//!
//! The resolver of the sender asks one name after the other ([`ResolvConf::queries`]). Each
//! query is walked to its server like any packet; only if it arrives and the answer comes back
//! is the server's answer used. CoreDNS and DNS hosts ask on, with walks of their own.

use std::net::IpAddr;
use std::sync::Arc;

use super::machine::Machine;
use super::recorder::Recorder;
use super::walker::Walker;
use crate::engine::azure::finding::Finding;
use crate::engine::choice::Choice;
use crate::engine::dataplane::Dataplane;
use crate::engine::dns::resolver::{ResolvConf, vnet_of};
use crate::engine::dns::server::Server;
use crate::engine::dns::{self, Answer, Outcome, RecordType};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Connection, Detail, Disposition, Resolved, Verdict};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{CLIENT_PORT, Packet, Protocol};

/// How many servers may ask one another before the chain is cut.
const MAX_FORWARDS: usize = 8;

/// How many picks of a DNS server are tried before a query counts as lost.
const MAX_TRIES: usize = 64;

/// The addresses of `name` as `sender` would learn them; every query is recorded.
pub(super) fn resolve(
    plane: &Dataplane,
    sender: Machine<'_>,
    name: &str,
    recorder: &mut Recorder,
) -> Result<Vec<IpAddr>, Disposition> {
    let mut lookup = Lookup {
        plane,
        network: &plane.network,
        recorder,
    };
    let conf = ResolvConf::of(&plane.network, &sender.place());
    if conf.nameservers.is_empty() {
        return lookup.outside(sender, name);
    }
    let queries = conf.queries(name);
    lookup.record_search(sender, name, &conf);
    for query in &queries {
        let answer = lookup.ask(sender, &query.servers, &query.name, 0)?;
        let addresses = answer.addresses();
        if !addresses.is_empty() {
            return Ok(addresses);
        }
    }
    Err(Disposition::NameNotFound)
}

struct Lookup<'a, 'r> {
    plane: &'a Dataplane,
    network: &'a Network,
    recorder: &'r mut Recorder,
}

impl<'a> Lookup<'a, '_> {
    /// A machine outside Azure knows public names only; its own resolver is not part of the scenario.
    fn outside(&mut self, sender: Machine<'_>, name: &str) -> Result<Vec<IpAddr>, Disposition> {
        let answer = dns::azure::answer(self.network, None, name, RecordType::A);
        let packet = query_packet(sender, dns::resolver::AZURE_DNS);
        self.record(&sender.place(), &packet, name, &answer, None);
        match answer.outcome {
            Outcome::NotModelled(what) => Err(Disposition::NotModelled { what }),
            Outcome::Found | Outcome::NoData | Outcome::NoSuchName | Outcome::Forward(_) => {
                let addresses = answer.addresses();
                if addresses.is_empty() {
                    Err(Disposition::NameNotFound)
                } else {
                    Ok(addresses)
                }
            }
        }
    }

    /// Says in which order names are tried, where there is more than one.
    fn record_search(&mut self, sender: Machine<'_>, name: &str, conf: &ResolvConf) {
        let candidates = conf.candidates(name);
        let (Some(first), Some(server)) = (candidates.first(), conf.nameservers.first()) else {
            return;
        };
        let why = Explanation::new("why-walk-search")
            .with("sender", sender.place())
            .with("name", name)
            .with("server", *server)
            .with("first", first.as_str())
            .with("count", i64::try_from(candidates.len()).unwrap_or(i64::MAX));
        let packet = query_packet(sender, *server);
        let detail = Detail::Forwarded {
            through: Arc::from(candidates.join(", ")),
        };
        self.recorder.step(
            &sender.place(),
            &packet,
            Finding::new(Stage::DnsSearch, detail, why),
        );
    }

    /// Asks the servers in order until one answers. No answer at all ends the search, as it does for a resolver.
    fn ask(
        &mut self,
        from: Machine<'a>,
        servers: &[IpAddr],
        name: &str,
        depth: usize,
    ) -> Result<Answer, Disposition> {
        for server in servers {
            let packet = query_packet(from, *server);
            let walk = send_query(self.plane, from, &packet);
            let Some(place) = answered_by(&walk) else {
                self.record_lost(from, &packet, name, walk)?;
                continue;
            };
            let vnet = vnet_of(self.network, &from.place());
            let Some(server) = Server::at(self.network, &place, vnet.as_ref()) else {
                self.record_lost(from, &packet, name, walk)?;
                continue;
            };
            return self.answer(&server, &packet, name, walk, depth);
        }
        Err(Disposition::NameNotFound)
    }

    fn answer(
        &mut self,
        server: &Server,
        packet: &Packet,
        name: &str,
        walk: Connection,
        depth: usize,
    ) -> Result<Answer, Disposition> {
        let answer = server.answer(self.network, self.plane.dns_index(), name, RecordType::A);
        let place = server.place();
        self.record(&place, packet, name, &answer, Some(walk));
        let next = match &answer.outcome {
            Outcome::Found | Outcome::NoData | Outcome::NoSuchName => return Ok(answer),
            Outcome::NotModelled(what) => {
                return Err(Disposition::NotModelled { what: what.clone() });
            }
            Outcome::Forward(next) => next.clone(),
        };
        let machine = machine_at(self.network, &place).filter(|_| depth < MAX_FORWARDS);
        let Some(machine) = machine else {
            return Err(Disposition::NameNotFound);
        };
        let upstreams = server.upstreams(self.network);
        if answer.stage != Stage::DnsForward {
            self.record_forward(&place, packet, &next, &upstreams);
        }
        let later = self.ask(machine, &upstreams, &next, depth + 1)?;
        Ok(answer.completed_by(later))
    }

    /// An alias that leads out of the cluster is followed by asking the next server.
    fn record_forward(&mut self, place: &Ref, packet: &Packet, next: &str, upstreams: &[IpAddr]) {
        let servers: Vec<String> = upstreams.iter().map(ToString::to_string).collect();
        let servers: Arc<str> = Arc::from(servers.join(", "));
        let why = Explanation::new("why-dns-forward")
            .with("name", next)
            .with("servers", servers.clone());
        let finding = Finding::new(
            Stage::DnsForward,
            Detail::Forwarded { through: servers },
            why,
        );
        self.recorder.step(place, packet, finding);
    }

    fn record(
        &mut self,
        place: &Ref,
        packet: &Packet,
        name: &str,
        answer: &Answer,
        walk: Option<Connection>,
    ) {
        let detail = Detail::Resolved(Resolved {
            query: Arc::from(name),
            server: packet.destination,
            answered_by: place.clone(),
            rcode: answer.rcode().unwrap_or("NOERROR"),
            aliases: answer.aliases(),
            addresses: answer.addresses(),
            walk: walk.map(Box::new),
        });
        let finding = with_cause(
            Finding::new(answer.stage, detail, answer.why.clone()),
            answer.cause.clone(),
        );
        self.recorder.step(place, packet, finding);
    }

    /// A query that was lost, or whose answer was. What is not modelled on its way ends the walk as such.
    fn record_lost(
        &mut self,
        from: Machine<'_>,
        packet: &Packet,
        name: &str,
        walk: Connection,
    ) -> Result<(), Disposition> {
        let end = walk.reply.as_ref().unwrap_or(&walk.original);
        let disposition = end.disposition.clone();
        let cause = end.last_step().and_then(|(_, step)| step.cause.clone());
        let place = end
            .last_step()
            .map_or_else(|| from.place(), |(place, _)| place.clone());
        let why = Explanation::new("why-walk-query-lost")
            .with("sender", from.place())
            .with("name", name)
            .with("server", packet.destination)
            .with("place", place);
        let detail = Detail::Resolved(Resolved {
            query: Arc::from(name),
            server: packet.destination,
            answered_by: from.place(),
            rcode: "TIMEOUT",
            aliases: Vec::new(),
            addresses: Vec::new(),
            walk: Some(Box::new(walk)),
        });
        let finding = with_cause(Finding::new(Stage::DnsSearch, detail, why), cause);
        self.recorder.step(&from.place(), packet, finding);
        match disposition {
            not_modelled @ Disposition::NotModelled { .. } => Err(not_modelled),
            _ => Ok(()),
        }
    }
}

fn with_cause(finding: Finding, cause: Option<Cause>) -> Finding {
    match cause {
        Some(cause) => finding.caused_by(cause),
        None => finding,
    }
}

fn query_packet(from: Machine<'_>, server: IpAddr) -> Packet {
    let unspecified = Packet::default().source;
    Packet {
        protocol: Protocol::Udp,
        source: from.address().unwrap_or(unspecified),
        source_port: CLIENT_PORT,
        destination: server,
        destination_port: dns::PORT,
        ..Packet::default()
    }
}

/// Walks a query. Resolvers ask again where nothing comes back, so the first pick that answers counts.
fn send_query(plane: &Dataplane, from: Machine<'_>, packet: &Packet) -> Connection {
    let mut choice = Choice::first();
    let mut lost = None;
    for _ in 0..MAX_TRIES {
        let mut walker = Walker::new(
            plane,
            &mut choice,
            from,
            packet.clone(),
            Recorder::default(),
        );
        let connection = walker.connect();
        if answered_by(&connection).is_some() {
            return connection;
        }
        lost.get_or_insert(connection);
        match choice.next() {
            Some(next) => choice = next,
            None => break,
        }
    }
    lost.unwrap_or_else(|| super::lost(Recorder::default(), Disposition::NameNotFound))
}

/// Who got the query, if the answer came back.
fn answered_by(walk: &Connection) -> Option<Ref> {
    let back = walk.reply.as_ref()?.disposition.verdict() == Verdict::Delivered;
    walk.received
        .as_ref()
        .filter(|_| back)
        .map(|received| received.receiver.clone())
}

fn machine_at<'a>(network: &'a Network, place: &Ref) -> Option<Machine<'a>> {
    match place.kind {
        Kind::Pod => network.pod(&place.scope, &place.name).map(Machine::Pod),
        Kind::Node => network.node(&place.name).map(Machine::Node),
        Kind::Host => network.host(&place.name).map(Machine::Host),
        Kind::AzureDns => Some(Machine::Platform),
        _ => None,
    }
}
