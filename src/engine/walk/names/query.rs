//! One query on its way to a server: every way that it may take, and what comes back.

use std::sync::Arc;

use super::super::lost as lost_before;
use super::super::machine::Machine;
use super::super::recorder::Recorder;
use super::super::walker::{Refusals, Walker};
use crate::engine::choice::Choice;
use crate::engine::dataplane::Dataplane;
use crate::engine::dns::Upstream;
use crate::engine::trace::{Connection, Disposition, Verdict};
use crate::model::object::Ref;
use crate::model::packet::{CLIENT_PORT, Packet, Protocol};

/// How many ways to a DNS server are walked at most.
const MAX_TRIES: usize = 64;

/// What became of a query.
pub(super) struct Sent {
    /// The first walk that is answered; without one, the first that ends as not modelled, else the first of all.
    pub walk: Connection,
    /// The probability of ways on which it is lost.
    pub lost: f64,
    /// That of ways that are not modelled, and the thing on the first of them.
    pub unknown: Option<(f64, Arc<str>)>,
}

/// Walks a query on every way that it may take. Resolvers ask again where nothing comes back, and the walk goes
/// on with what they learn in the end: that they may have to wait, or to give up, is not modelled.
/// Where refusals are passed, one that would be answered without them counts if none is.
pub(super) fn send_query(
    plane: &Dataplane,
    from: Machine<'_>,
    packet: &Packet,
    refusals: Refusals,
) -> Sent {
    let mut choice = Choice::first();
    let mut answered = None;
    let mut unanswered = None;
    let mut open = None;
    let mut lost = 0.0;
    let mut unknown: Option<(f64, Arc<str>)> = None;
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
            answered.get_or_insert(connection);
        } else if let Some(what) = not_modelled(&connection) {
            unknown.get_or_insert((0.0, what)).0 += choice.probability();
            open.get_or_insert(connection);
        } else {
            lost += choice.probability();
            unanswered.get_or_insert(connection);
        }
        match choice.next() {
            Some(next) => choice = next,
            None => break,
        }
    }
    if answered.is_none() && refusals == Refusals::Pass {
        let (mut choice, recorder) = (Choice::first(), Recorder::default());
        let mut walker = Walker::new(plane, &mut choice, from, packet.clone(), recorder);
        walker.refusals = refusals;
        walker.answered_anyway = true;
        return Sent {
            walk: walker.connect(),
            lost: 0.0,
            unknown: None,
        };
    }
    let none = || lost_before(Recorder::default(), Disposition::NameNotFound);
    Sent {
        walk: answered.or(open).or(unanswered).unwrap_or_else(none),
        lost,
        unknown,
    }
}

/// What a walk, or that of its answer, ends at because it is not modelled.
fn not_modelled(walk: &Connection) -> Option<Arc<str>> {
    let end = walk.reply.as_ref().unwrap_or(&walk.original);
    match &end.disposition {
        Disposition::NotModelled { what } => Some(what.clone()),
        _ => None,
    }
}

/// A probability in whole percent, at least 1.
pub(super) fn percent(probability: f64) -> i64 {
    (1..=100)
        .find(|percent| probability * 100.0 <= f64::from(*percent))
        .map_or(100, i64::from)
}

/// Who got the query, if the answer came back.
pub(super) fn answered_by(walk: &Connection) -> Option<Ref> {
    let back = walk.reply.as_ref()?.disposition.verdict() == Verdict::Delivered;
    walk.received
        .as_ref()
        .filter(|_| back)
        .map(|received| received.receiver.clone())
}

/// The packet of a query, as it leaves its sender.
pub(super) fn query_packet(from: Machine<'_>, server: Upstream) -> Packet {
    let unspecified = Packet::default().source;
    Packet {
        protocol: if server.tcp {
            Protocol::Tcp
        } else {
            Protocol::Udp
        },
        source: from.address().unwrap_or(unspecified),
        source_port: CLIENT_PORT,
        destination: server.address,
        destination_port: server.port,
        ..Packet::default()
    }
}
