//! `kind: Flow`: a request to fire, and what is expected of it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::kube::Meta;
use super::object::Ref;
use super::packet::Protocol;

/// Who sends what to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Name and origin; empty name for a request typed on the command line or in the page.
    pub meta: Meta,
    /// The sender: a pod, workload, node, host or `internet`.
    pub from: Ref,
    /// The destination as the sender would name it.
    pub to: Target,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Destination port; `None` for ICMP, or where the target implies it.
    pub port: Option<u16>,
    /// What is expected; `kubehop check` runs flows that have this.
    pub expect: Option<Expect>,
}

/// The destination of a flow.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A place, such as `pod/default/web` or `service/default/web`.
    Place(Ref),
    /// An address.
    Address(IpAddr),
    /// A DNS name as the sender would type it.
    Name(Arc<str>),
    /// `http://…` or `https://…`.
    Url(Url),
}

/// The parts of an `http` or `https` URL that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// `https`.
    pub tls: bool,
    /// Host name or address.
    pub host: Arc<str>,
    /// Port, if written.
    pub port: Option<u16>,
    /// Path with its leading slash.
    pub path: Arc<str>,
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        // An IPv6 address stands in brackets, so that its colons are not taken for a port.
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]", self.host)?;
        } else {
            write!(f, "{scheme}://{}", self.host)?;
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Place(place) => write!(f, "{place}"),
            Target::Address(address) => write!(f, "{address}"),
            Target::Name(name) => f.write_str(name),
            Target::Url(url) => write!(f, "{url}"),
        }
    }
}

/// What is expected of a flow: section 4 of the contract. Every key given must hold on every branch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expect {
    /// `verdict`: `delivered`, `dropped`, `rejected`, `unresolved`, `not-modelled` or `mixed`.
    pub verdict: Option<Arc<str>>,
    /// `receivers`: the set of places that got the packet.
    pub receivers: Option<Vec<Arc<str>>>,
    /// `source`: the set of source addresses that receivers see.
    pub source: Option<Vec<Arc<str>>>,
    /// `destination`: the set of `ip:port` that receivers see.
    pub destination: Option<Vec<Arc<str>>>,
    /// `via`: places or stages that occur in this order.
    pub via: Vec<Arc<str>>,
    /// `avoids`: places or stages that occur nowhere.
    pub avoids: Vec<Arc<str>>,
    /// `endsAt`.
    pub ends_at: Option<EndsAt>,
    /// `reply`: the verdict of the reply's own walk.
    pub reply: Option<Arc<str>>,
    /// `replySource`: the set of source addresses of the reply as the sender sees it.
    pub reply_source: Option<Vec<Arc<str>>>,
    /// `http`.
    pub http: Option<HttpExpect>,
    /// `probability`: receiver to probability.
    pub probability: BTreeMap<Arc<str>, f64>,
}

/// Where a walk that is not delivered ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndsAt {
    /// `place`
    pub place: Option<Arc<str>>,
    /// `stage`
    pub stage: Option<Arc<str>>,
    /// `rule`
    pub rule: Option<Arc<str>>,
    /// `disposition`
    pub disposition: Option<Arc<str>>,
}

/// What is expected of the HTTP exchange.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpExpect {
    /// `status`
    pub status: Option<u16>,
    /// `backend`
    pub backend: Option<Arc<str>>,
    /// `headers`; `None` means that the header is absent.
    pub headers: BTreeMap<Arc<str>, Option<Arc<str>>>,
    /// `tls`
    pub tls: Option<Arc<str>>,
}
