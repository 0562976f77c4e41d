//! What a layer-7 proxy makes of a request, and its two connections as one way.

use std::sync::Arc;

use super::{Connection, Detail, Hop, TraceResult};
use crate::model::object::Ref;

/// What client and receiver see of an HTTP request and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The status that the client gets; 200 stands for whatever a process answers that got the request.
    pub status: u16,
    /// The Service whose endpoint answers, or would.
    pub backend: Option<Ref>,
    /// What the receiver reads that a proxy wrote; `Location` for a redirect.
    pub headers: Vec<(&'static str, Arc<str>)>,
    /// Where TLS ends.
    pub tls: TlsEnd,
}

/// Where the TLS of a request ends.
#[derive(Clone, Debug, PartialEq)]
pub enum TlsEnd {
    /// There is none.
    None,
    /// At a proxy.
    TerminatedAt(Ref),
    /// At the receiver; nobody on the way reads the request.
    Passthrough,
}

impl std::fmt::Display for TlsEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TlsEnd::None => f.write_str("none"),
            TlsEnd::TerminatedAt(place) => write!(f, "terminated-at {place}"),
            TlsEnd::Passthrough => f.write_str("passthrough"),
        }
    }
}

impl Connection {
    /// The HTTP exchange, where the request is one and somebody got it.
    pub fn http(&self) -> Option<Exchange> {
        let request = self.received.as_ref()?.packet.http.as_ref()?;
        let said = self
            .original
            .steps()
            .filter_map(|(_, step)| match &step.detail {
                Detail::Answered { exchange } => Some(exchange),
                Detail::Proxied { exchange, .. } => exchange.as_ref(),
                _ => None,
            });
        if let Some(exchange) = said.last() {
            return Some((**exchange).clone());
        }
        Some(Exchange {
            status: 200,
            backend: None,
            headers: vec![("Host", request.host.clone())],
            tls: if request.tls {
                TlsEnd::Passthrough
            } else {
                TlsEnd::None
            },
        })
    }

    /// The last connection that a proxy opened for this one.
    pub fn upstream(&self) -> Option<&Connection> {
        let opened = self
            .original
            .steps()
            .filter_map(|(_, step)| match &step.detail {
                Detail::Proxied { upstream, .. } => Some(&**upstream),
                _ => None,
            });
        opened.last()
    }

    /// The request and reply as one way from end to end: through the proxies, where there are any.
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let Some(upstream) = self.upstream() else {
            return self.clone();
        };
        let upstream = upstream.unrolled();
        let mut whole = self.clone();
        join(&mut whole.original.hops, upstream.original.hops);
        whole.original.disposition = upstream.original.disposition;
        if let (Some(reply), Some(first)) = (&mut whole.reply, upstream.reply) {
            let rest = std::mem::replace(&mut reply.hops, first.hops);
            join(&mut reply.hops, rest);
        }
        whole
    }
}

/// Appends hops; two that meet at one place become one.
fn join(hops: &mut Vec<Hop>, more: Vec<Hop>) {
    for hop in more {
        match hops.last_mut() {
            Some(last) if last.place == hop.place => last.steps.extend(hop.steps),
            _ => hops.push(hop),
        }
    }
}

impl TraceResult {
    /// The same with every branch as one way from end to end, as the picture shows it.
    #[must_use]
    pub fn unrolled(mut self) -> Self {
        for branch in &mut self.branches {
            let following = branch.following.iter_mut().map(|it| &mut it.connection);
            for connection in std::iter::once(&mut branch.connection).chain(following) {
                if connection.upstream().is_some() {
                    *connection = connection.unrolled();
                }
            }
        }
        self
    }
}
