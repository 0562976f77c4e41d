//! A layer-7 proxy: it ends the client's connection, reads the request, and opens a connection of its own
//! to a pod, which the same engine walks. The answer goes back on both.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::Machine;
use super::recorder::Recorder;
use super::source_towards;
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::ingress::{Controller, Forward, Outcome, is_other_controller};
use crate::engine::stage::Stage;
use crate::engine::trace::{
    Cause, Connection, Detail, Disposition, Exchange, Pick, TlsEnd, Verdict,
};
use crate::model::kube::Pod;
use crate::model::many::Many;
use crate::model::object::Ref;
use crate::model::packet::{CLIENT_PORT, Packet, Protocol};

/// How many servers NGINX tries for one request (`proxy-next-upstream-tries`).
const MAX_TRIES: usize = 3;
/// How many proxies may stand one behind the other before the walk counts as a circle.
pub(super) const MAX_PROXIES: usize = 4;

impl<'a> Walker<'a, '_> {
    /// Whether a process of `machine` that reads requests takes this one, and what it does then.
    pub fn enter_proxy(&mut self, machine: Machine<'a>) -> Option<Next<'a>> {
        if let Machine::Gateway(gateway, address) = machine {
            return Some(self.enter_gateway(gateway, address));
        }
        let Machine::Pod(pod) = machine else {
            return None;
        };
        let http = self.packet.http.clone()?;
        if self.packet.protocol != Protocol::Tcp {
            return None;
        }
        let place = pod.reference();
        let network = self.network();
        let Some(controller) = Controller::of(network, pod) else {
            let reads = is_other_controller(pod) && !network.ingresses.is_empty();
            let what = "this ingress controller";
            let cause = Some(Cause::object(place.clone()));
            return reads.then(|| self.not_modelled(&place, Stage::IngressHost, what, cause));
        };
        let port = self.packet.destination_port;
        let secure = port == controller.https_port();
        if !secure && port != controller.http_port() {
            return None;
        }
        if self.proxies >= MAX_PROXIES {
            let why = Explanation::new("why-ingress-circle").with("controller", place.clone());
            return Some(self.end(&place, Stage::IngressHost, Disposition::Looped, why, None));
        }
        self.receive(machine);
        let decision = controller.decide(&http, self.packet.source, secure);
        for finding in decision.findings {
            self.recorder.step(&place, &self.packet, finding);
        }
        Some(match decision.outcome {
            Outcome::Answered => ControlFlow::Break(Disposition::Delivered),
            Outcome::Forward(forward) => self.forward(pod, &place, *forward),
            Outcome::NotModelled { stage, what, cause } => {
                self.unreceive();
                self.not_modelled(&place, stage, &what, cause)
            }
        })
    }

    /// Opens the second connection; where that fails, to the next server, as NGINX does.
    fn forward(&mut self, pod: &'a Pod, place: &Ref, forward: Forward) -> Next<'a> {
        let count = forward.endpoints.len();
        let names = forward.endpoints.iter().map(|it| Arc::from(it.name()));
        let candidates: Many<Arc<str>> = names.collect();
        let first = self.choice.pick(&vec![1.0; count]).unwrap_or_default();
        if count > 1 {
            self.picks.push(Pick {
                by: forward.service.clone(),
                at: Some(place.clone()),
                picked: candidates[first].clone(),
                candidates: candidates.clone(),
            });
        }
        let mut status = 504;
        for attempt in 0..count.min(MAX_TRIES) {
            let index = (first + attempt) % count;
            let endpoint = &forward.endpoints[index];
            let sender = Machine::Pod(pod);
            let source = source_towards(self.plane, sender, endpoint.address).or(pod.ip());
            let packet = Packet {
                source: source.unwrap_or(self.packet.destination),
                source_port: CLIENT_PORT,
                destination: endpoint.address,
                destination_port: endpoint.port,
                http: Some(Arc::new(forward.request.clone())),
                ..Packet::default()
            };
            let to = packet.destination_text();
            let upstream = self.open(sender, packet);
            let answered = outcome(&upstream);
            let exchange = match answered {
                Ok(()) => Some(Box::new(exchange(&forward, &upstream))),
                Err(Failure::NotModelled(_) | Failure::Status(_)) => None,
            };
            let id = match (&answered, &forward.exchange.tls) {
                (Ok(()), TlsEnd::Passthrough) => "why-ingress-passes-on",
                (Ok(()), _) => "why-ingress-forwards",
                (Err(_), _) => "why-ingress-fails",
            };
            let mut why = Explanation::new(id)
                .with("controller", place.clone())
                .with("to", to)
                .with("service", forward.service.clone());
            if id == "why-ingress-forwards" {
                let mut headers = forward.exchange.headers.iter();
                let seen = headers.find(|(name, _)| *name == "X-Forwarded-For");
                let seen = seen.map_or_else(|| Arc::from(""), |(_, value)| value.clone());
                why = why.with("source", seen);
            }
            let received = upstream.received.clone();
            let detail = Detail::Proxied {
                candidates: candidates.clone(),
                picked: candidates[index].clone(),
                upstream: Box::new(upstream),
                exchange,
            };
            let finding = Finding::new(Stage::HostForward, detail, why)
                .documented_by(crate::engine::sources::Source::Ingress);
            let finding = match &forward.cause {
                Some(cause) => finding.caused_by(cause.clone()),
                None => finding,
            };
            self.recorder.step(place, &self.packet, finding);
            match answered {
                Ok(()) => {
                    self.behind = received;
                    return ControlFlow::Break(Disposition::Delivered);
                }
                Err(Failure::NotModelled(what)) => {
                    self.unreceive();
                    return ControlFlow::Break(Disposition::NotModelled { what });
                }
                Err(Failure::Status(failed)) => status = failed,
            }
        }
        if forward.exchange.tls == TlsEnd::Passthrough {
            return self.reset(place, forward.cause);
        }
        let why = Explanation::new("why-ingress-gateway-error")
            .with("controller", place.clone())
            .with("status", i64::from(status))
            .with("service", forward.service.clone());
        let exchange = Box::new(Exchange {
            status,
            backend: Some(forward.service),
            headers: Vec::new(),
            tls: forward.exchange.tls,
        });
        let finding = Finding::new(Stage::IngressPath, Detail::Answered { exchange }, why);
        self.recorder.step(place, &self.packet, finding);
        ControlFlow::Break(Disposition::Delivered)
    }

    /// A connection that was passed on unread ends with the one behind it: nobody can answer in HTTP.
    fn reset(&mut self, place: &Ref, cause: Option<Cause>) -> Next<'a> {
        self.unreceive();
        let why = Explanation::new("why-ingress-reset").with("controller", place.clone());
        self.end(
            place,
            Stage::IngressTls,
            Disposition::PortClosed,
            why,
            cause,
        )
    }

    pub(super) fn open(&mut self, sender: Machine<'a>, packet: Packet) -> Connection {
        let recorder = Recorder::default();
        let mut walker = Walker::new(self.plane, &mut *self.choice, sender, packet, recorder);
        walker.refusals = self.refusals;
        walker.members = self.members;
        walker.proxies = self.proxies + 1;
        walker.probing = self.probing;
        let upstream = walker.connect();
        self.picks.append(&mut walker.picks);
        upstream
    }
}

/// Why no answer came from behind.
pub(super) enum Failure {
    /// The walk ended at what is not modelled.
    NotModelled(Arc<str>),
    /// The status that NGINX answers instead.
    Status(u16),
}

/// Whether the backend got the request and its answer came back: refused is 502, silence 504.
pub(super) fn outcome(upstream: &Connection) -> Result<(), Failure> {
    let reply = upstream.reply.as_ref().map(|reply| &reply.disposition);
    for disposition in [Some(&upstream.original.disposition), reply] {
        match disposition {
            Some(Disposition::NotModelled { what }) => {
                return Err(Failure::NotModelled(what.clone()));
            }
            Some(other) => match other.verdict() {
                Verdict::Delivered => {}
                Verdict::Rejected => return Err(Failure::Status(502)),
                _ => return Err(Failure::Status(504)),
            },
            None => {}
        }
    }
    Ok(())
}

/// What comes back: what a proxy behind this one says, or what this one wrote.
fn exchange(forward: &Forward, upstream: &Connection) -> Exchange {
    let behind = upstream.upstream().and(upstream.http());
    behind.unwrap_or_else(|| forward.exchange.clone())
}
