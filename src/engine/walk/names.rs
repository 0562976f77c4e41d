//! Name resolution as part of a walk: each query is a packet of its own.
//!
//! The resolver of the sender asks one name after the other ([`ResolvConf::queries`]). Each
//! query is walked to its server like any packet; only if it arrives and the answer comes back
//! is the server's answer used. CoreDNS and DNS hosts ask on, with walks of their own.

use std::net::IpAddr;
use std::sync::Arc;

use super::machine::Machine;
use super::recorder::Recorder;
use super::walker::Refusals;
use crate::engine::azure::finding::Finding;
use crate::engine::dataplane::Dataplane;
use crate::engine::dns::resolver::{ResolvConf, vnet_of};
use crate::engine::dns::server::Server;
use crate::engine::dns::{self, Answer, Data, Outcome, Record, RecordType, Upstream};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{
    Cause, Connection, Detail, Disposition, Resolved, Step, Trace, Verdict,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;

mod query;
#[cfg(test)]
mod tests;

use query::{Sent, answered_by, percent, query_packet, send_query};

/// How many servers may ask one another before the chain is cut.
const MAX_FORWARDS: usize = 8;

/// What ends a chain of servers that comes back to itself.
const LOOP: &str = "forwarding loop";

/// What a resolver found out, with every query on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Who asked.
    pub sender: Ref,
    /// The resolver's configuration.
    pub conf: ResolvConf,
    /// The queries as steps, and how it ended: `Delivered` with an answer.
    pub trace: Trace,
    /// The records that answer the name, aliases first; none without an answer.
    pub records: Vec<Record>,
}

/// A query of a resolution: its number, such as `2`, or `2.1` for the first one that a server sends on behalf of it.
pub struct Query<'r> {
    /// The number.
    pub number: String,
    /// Where it was answered, or lost.
    pub place: &'r Ref,
    /// What was decided there.
    pub step: &'r Step,
    /// Question and answer.
    pub resolved: &'r Resolved,
}

impl Resolution {
    /// Every step in order; those that are queries with their number.
    pub fn steps(&self) -> Vec<(&Ref, &Step, Option<Query<'_>>)> {
        let (mut own, mut below) = (0, 0);
        let mut steps = Vec::new();
        for (place, step) in self.trace.steps() {
            let Detail::Resolved(resolved) = &step.detail else {
                steps.push((place, step, None));
                continue;
            };
            let number = if resolved.asked_by == self.sender || own == 0 {
                (own, below) = (own + 1, 0);
                own.to_string()
            } else {
                below += 1;
                format!("{own}.{below}")
            };
            let query = Query {
                number,
                place,
                step,
                resolved,
            };
            steps.push((place, step, Some(query)));
        }
        steps
    }

    /// `answered`, `unresolved` or `not-modelled`.
    pub const fn verdict(&self) -> &'static str {
        match self.trace.disposition.verdict() {
            Verdict::Delivered => "answered",
            other => other.as_str(),
        }
    }

    /// Whether the search ended because nobody answered.
    pub fn lost(&self) -> bool {
        let last = self.trace.last_step().map(|(_, step)| &step.detail);
        match last {
            Some(Detail::Resolved(resolved)) => resolved.rcode == "TIMEOUT",
            Some(Detail::Refused { by }) => **by == *LOOP,
            _ => false,
        }
    }
}

/// What the resolver of `sender` finds out about `name`.
pub(super) fn resolution(
    plane: &Dataplane,
    sender: Machine<'_>,
    name: &str,
    kind: RecordType,
) -> Resolution {
    let mut recorder = Recorder::default();
    let found = records(plane, sender, (name, kind), Refusals::End, &mut recorder);
    let (records, disposition) = match found {
        Ok((records, _)) => (records, Disposition::Delivered),
        Err(disposition) => (Vec::new(), disposition),
    };
    Resolution {
        sender: sender.place(),
        conf: ResolvConf::of(&plane.network, &sender.place()),
        trace: recorder.finish(disposition),
        records,
    }
}

/// The addresses of a name, and whether a refusal was passed for them.
pub(super) type Found = Result<(Vec<IpAddr>, bool), Disposition>;

/// The addresses of `name` as `sender` would learn them; every query is recorded.
pub(super) fn resolve(
    plane: &Dataplane,
    sender: Machine<'_>,
    name: &str,
    refusals: Refusals,
) -> (Recorder, Found) {
    let mut recorder = Recorder::default();
    let found = records(
        plane,
        sender,
        (name, RecordType::A),
        refusals,
        &mut recorder,
    );
    let address = |record: &Record| match record.data {
        Data::Address(address) => Some(address),
        _ => None,
    };
    let addresses = |records: Vec<Record>| records.iter().filter_map(address).collect();
    let found = found.map(|(records, passed)| (addresses(records), passed));
    (recorder, found)
}

/// The records that answer `name`, with the aliases before them, and whether a refusal was passed.
fn records(
    plane: &Dataplane,
    sender: Machine<'_>,
    (name, kind): (&str, RecordType),
    refusals: Refusals,
    recorder: &mut Recorder,
) -> Result<(Vec<Record>, bool), Disposition> {
    let mut lookup = Lookup {
        plane,
        network: &plane.network,
        kind,
        refusals,
        passed: false,
        chain: Vec::new(),
        recorder,
    };
    let conf = ResolvConf::of(&plane.network, &sender.place());
    if conf.nameservers.is_empty() {
        return Ok((lookup.outside(sender, name)?, false));
    }
    let servers: Vec<Upstream> = conf.upstreams();
    let queries = conf.queries(name);
    lookup.record_search(sender, name, &conf);
    for query in &queries {
        let answer = lookup.ask(sender, &servers, &query.name, 0)?;
        if !answer.usable(&query.name, kind).is_empty() {
            return Ok((answer.records, lookup.passed));
        }
        lookup.record_unusable(sender, &query.name, &answer);
        if answer.outcome == Outcome::Failed("REFUSED") {
            break;
        }
    }
    Err(Disposition::NameNotFound)
}

struct Lookup<'a, 'r> {
    plane: &'a Dataplane,
    network: &'a Network,
    kind: RecordType,
    refusals: Refusals,
    /// Whether a query got its answer only because refusals are passed.
    passed: bool,
    /// The servers that wait for an answer, and what each asks for.
    chain: Vec<(Ref, Arc<str>)>,
    recorder: &'r mut Recorder,
}

impl<'a> Lookup<'a, '_> {
    /// A machine outside Azure knows public names only; its own resolver is not part of the scenario.
    /// A pod without a server knows no name.
    fn outside(&mut self, sender: Machine<'_>, name: &str) -> Result<Vec<Record>, Disposition> {
        let place = sender.place();
        // Whom it asks is not known, but not the platform of Azure: it asks itself, and gets an answer.
        let own = sender.address().unwrap_or(Packet::default().source);
        let packet = query_packet(sender, Upstream::at(own));
        if matches!(place.kind, Kind::Pod | Kind::Node) {
            let why = Explanation::new("why-walk-no-resolver").with("sender", place.clone());
            let detail = Detail::Refused {
                by: Arc::from("no nameserver"),
            };
            let finding = Finding::new(Stage::DnsSearch, detail, why);
            let cause = Cause::field(place.clone(), "spec.dnsConfig");
            self.recorder
                .step(&place, &packet, finding.caused_by(cause));
            return Err(Disposition::NameNotFound);
        }
        let name = name.trim_end_matches('.');
        let answer = dns::azure::answer(self.network, None, name, self.kind);
        self.record((&place, &place), &packet, name, &answer, None);
        match answer.outcome {
            Outcome::NotModelled(what) => Err(Disposition::NotModelled { what }),
            Outcome::Found
            | Outcome::NoData
            | Outcome::NoSuchName
            | Outcome::Failed(_)
            | Outcome::Forward(_) => {
                if answer.usable(name, self.kind).is_empty() {
                    Err(Disposition::NameNotFound)
                } else {
                    Ok(answer.records)
                }
            }
        }
    }

    /// Says why records are of no use: they are about other names, as those of a rewritten query may be.
    fn record_unusable(&mut self, sender: Machine<'_>, name: &str, answer: &Answer) {
        let matching = |record: &&Record| record.data.is(self.kind);
        let Some(record) = answer.records.iter().find(matching) else {
            return;
        };
        let why = Explanation::new("why-walk-other-name")
            .with("sender", sender.place())
            .with("name", name)
            .with("other", record.name.clone());
        let detail = Detail::Refused {
            by: record.name.clone(),
        };
        let mut finding = Finding::new(Stage::DnsSearch, detail, why);
        if let Some((_, Some(cause))) = &answer.rewritten {
            finding = finding.caused_by(cause.clone());
        }
        let packet = query_packet(sender, Upstream::at(dns::resolver::AZURE_DNS));
        self.recorder.step(&sender.place(), &packet, finding);
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
        let packet = query_packet(sender, Upstream::at(*server));
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
        servers: &[Upstream],
        name: &str,
        depth: usize,
    ) -> Result<Answer, Disposition> {
        let mut failed = None;
        for upstream in servers {
            let packet = query_packet(from, *upstream);
            let Sent {
                walk,
                lost,
                unknown,
            } = send_query(self.plane, from, &packet, self.refusals);
            self.passed |= walk.original.disposition.verdict() != Verdict::Delivered;
            let Some(place) = answered_by(&walk) else {
                self.record_lost(from, &packet, name, walk)?;
                continue;
            };
            let vnet = vnet_of(self.network, &from.place());
            let Some(server) = Server::at(self.network, &place, vnet.as_ref()) else {
                self.record_lost(from, &packet, name, walk)?;
                continue;
            };
            if lost > 0.0 {
                self.record_repeated(from, &packet, ("why-walk-query-repeated", lost), None);
            }
            if let Some((share, what)) = unknown {
                let about = ("why-walk-query-partly", share);
                self.record_repeated(from, &packet, about, Some(what));
            }
            let answer = self.answer((from, &server), &packet, name, walk, depth)?;
            // A resolver tries its next server after a failure; CoreDNS hands the failure on.
            if depth > 0 || !matches!(answer.outcome, Outcome::Failed(_)) {
                return Ok(answer);
            }
            failed = Some(answer);
        }
        failed.ok_or(Disposition::NameNotFound)
    }

    /// Says that queries are lost on some of the ways to the server, or take one that is not modelled, and that the
    /// resolver asks again then.
    fn record_repeated(
        &mut self,
        from: Machine<'_>,
        packet: &Packet,
        (id, share): (&'static str, f64),
        what: Option<Arc<str>>,
    ) {
        let mut why = Explanation::new(id)
            .with("sender", from.place())
            .with("server", packet.destination)
            .with("percent", percent(share));
        if let Some(what) = what {
            why = why.with("what", what);
        }
        let detail = Detail::Forwarded {
            through: Arc::from(packet.destination.to_string()),
        };
        let finding = Finding::new(Stage::DnsSearch, detail, why);
        self.recorder.step(&from.place(), packet, finding);
    }

    fn answer(
        &mut self,
        (from, server): (Machine<'a>, &Server),
        packet: &Packet,
        name: &str,
        walk: Connection,
        depth: usize,
    ) -> Result<Answer, Disposition> {
        let answer = server.answer(self.network, self.plane.dns_index(), name, self.kind);
        let place = server.place();
        if let Some((made, cause)) = &answer.rewritten {
            let why = Explanation::new("why-dns-rewrite")
                .with("name", name)
                .with("made", made.clone());
            let detail = Detail::Forwarded {
                through: Arc::from(format!("{name} -> {made}")),
            };
            let finding = Finding::new(Stage::DnsService, detail, why);
            let finding = with_cause(finding, cause.clone());
            self.recorder.step(&place, packet, finding);
        }
        self.record((&from.place(), &place), packet, name, &answer, Some(walk));
        let next = match &answer.outcome {
            Outcome::Found | Outcome::NoData | Outcome::NoSuchName | Outcome::Failed(_) => {
                return Ok(answer);
            }
            Outcome::NotModelled(what) => {
                return Err(Disposition::NotModelled { what: what.clone() });
            }
            Outcome::Forward(next) => next.clone(),
        };
        let asking = (place.clone(), next.clone());
        let circle = self.chain.contains(&asking) || depth >= MAX_FORWARDS;
        let machine = machine_at(self.network, &place).filter(|_| !circle);
        let Some(machine) = machine else {
            let why = Explanation::new("why-walk-dns-loop")
                .with("server", place.clone())
                .with("name", next);
            let detail = Detail::Refused {
                by: Arc::from(LOOP),
            };
            let finding = Finding::new(Stage::DnsForward, detail, why);
            let finding = with_cause(finding, answer.cause.clone());
            self.recorder.step(&place, packet, finding);
            return Err(Disposition::NameNotFound);
        };
        let upstreams = answer.upstreams.clone();
        if answer.stage != Stage::DnsForward {
            self.record_forward(&place, packet, &next, &upstreams);
        }
        self.chain.push(asking);
        let later = self.ask(machine, &upstreams, &next, depth + 1);
        self.chain.pop();
        Ok(answer.completed_by(later?))
    }

    /// An alias that leads out of the cluster is followed by asking the next server.
    fn record_forward(&mut self, place: &Ref, packet: &Packet, next: &str, upstreams: &[Upstream]) {
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
        (from, place): (&Ref, &Ref),
        packet: &Packet,
        name: &str,
        answer: &Answer,
        walk: Option<Connection>,
    ) {
        let open = match answer.outcome {
            Outcome::NotModelled(_) => "NOTMODELLED",
            _ => "FORWARD",
        };
        let detail = Detail::Resolved(Resolved {
            query: Arc::from(name),
            kind: self.kind,
            asked_by: from.clone(),
            server: packet.destination,
            answered_by: place.clone(),
            rcode: answer.rcode().unwrap_or(open),
            records: answer.records.clone(),
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

    /// A query that was lost, or whose answer was. What is not modelled on its way ends the walk as such, by name.
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
        let unknown = match &disposition {
            Disposition::NotModelled { what } => Some(what.clone()),
            _ => None,
        };
        let id = match (answered_by(&walk), &unknown) {
            (Some(_), _) => "why-walk-no-dns-server",
            (None, Some(_)) => "why-walk-query-not-modelled",
            (None, None) => "why-walk-query-lost",
        };
        let place = answered_by(&walk).unwrap_or(place);
        let rcode = if unknown.is_some() {
            "NOTMODELLED"
        } else {
            "TIMEOUT"
        };
        let mut why = Explanation::new(id)
            .with("sender", from.place())
            .with("name", name)
            .with("server", packet.destination)
            .with("place", place);
        if let Some(what) = unknown {
            why = why.with("what", what);
        }
        let detail = Detail::Resolved(Resolved {
            query: Arc::from(name),
            kind: self.kind,
            asked_by: from.place(),
            server: packet.destination,
            answered_by: from.place(),
            rcode,
            records: Vec::new(),
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

fn machine_at<'a>(network: &'a Network, place: &Ref) -> Option<Machine<'a>> {
    match place.kind {
        Kind::Pod => network.pod(&place.scope, &place.name).map(Machine::Pod),
        Kind::Node => network.node(&place.name).map(Machine::Node),
        Kind::Host => network.host(&place.name).map(Machine::Host),
        Kind::AzureDns => Some(Machine::Platform),
        _ => None,
    }
}
