//! Name resolution: what a sender's resolver asks, and what CoreDNS, Azure DNS and custom DNS servers answer.
//!
//! Everything here is a pure function of the network; the walk sends each query as a packet of its own:
//!
//! 1. [`resolver::ResolvConf::of`] the sender, and [`resolver::ResolvConf::queries`] in order;
//! 2. [`server::Server::at`] the receiver of the query's packet gives an [`Answer`];
//! 3. an answer that is [`Outcome::Forward`] goes on at [`server::Server::upstreams`];
//! 4. `NXDOMAIN` and an empty answer go on with the next query; without any answer the resolver gives up.

pub mod azure;
pub mod checks;
pub mod coredns;
pub mod custom;
pub mod index;
pub mod name;
mod negative;
pub mod private_link;
mod request;
pub mod resolver;
pub mod rewrite;
pub mod server;
mod zone;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;

use super::explain::Explanation;
use super::stage::Stage;
use super::trace::Cause;

/// The port of DNS.
pub const PORT: u16 = 53;

/// What a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordType {
    /// Addresses of IPv4.
    A,
    /// Addresses of IPv6.
    Aaaa,
    /// Alias.
    Cname,
    /// Name of an address.
    Ptr,
    /// Port and host of a service.
    Srv,
    /// Text.
    Txt,
    /// Name servers of a zone.
    Ns,
    /// Start of a zone.
    Soa,
    /// Any other type: names have no such records.
    Other,
}

/// The types that a user can ask for.
pub const TYPES: [RecordType; 6] = [
    RecordType::A,
    RecordType::Aaaa,
    RecordType::Cname,
    RecordType::Srv,
    RecordType::Ptr,
    RecordType::Txt,
];

impl RecordType {
    /// The name of the type.
    pub const fn as_str(self) -> &'static str {
        match self {
            RecordType::A => "A",
            RecordType::Aaaa => "AAAA",
            RecordType::Cname => "CNAME",
            RecordType::Ptr => "PTR",
            RecordType::Srv => "SRV",
            RecordType::Txt => "TXT",
            RecordType::Ns => "NS",
            RecordType::Soa => "SOA",
            RecordType::Other => "other",
        }
    }

    /// Whether a record of this type answers with `address`.
    pub const fn fits(self, address: IpAddr) -> bool {
        match self {
            RecordType::A => address.is_ipv4(),
            RecordType::Aaaa => address.is_ipv6(),
            _ => false,
        }
    }
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// Whose record it is, without the final dot.
    pub name: Arc<str>,
    /// What it says.
    pub data: Data,
}

/// What a [`Record`] says. Names are without the final dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    /// A or AAAA.
    Address(IpAddr),
    /// CNAME.
    Alias(Arc<str>),
    /// PTR.
    Name(Arc<str>),
    /// SRV; priority and weight are left to the implementation.
    Service {
        /// The port.
        port: u16,
        /// The host.
        target: Arc<str>,
    },
    /// TXT.
    Text(Arc<str>),
    /// NS.
    Server(Arc<str>),
    /// SOA, its numbers left out.
    Start,
}

/// What a server says to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What became of the query.
    pub outcome: Outcome,
    /// Records in order: aliases first, then what they lead to.
    pub records: Vec<Record>,
    /// The stage that decided.
    pub stage: Stage,
    /// Why, in one sentence.
    pub why: Explanation,
    /// The object whose record it is, or is missing.
    pub cause: Option<Cause>,
    /// Who is asked next; nobody where the server asks the resolver of its machine.
    pub upstreams: Vec<Upstream>,
    /// The name that was looked up instead of the one asked for, and the field that says so.
    pub rewritten: Option<(Arc<str>, Option<Cause>)>,
    /// What gives the records of the next server the names that were asked for.
    pub restores: Vec<rewrite::Restore>,
}

/// A server that is asked next, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// By TCP instead of UDP.
    pub tcp: bool,
}

impl Upstream {
    /// A server at the port of DNS, asked by UDP.
    pub const fn at(address: IpAddr) -> Self {
        Self {
            address,
            port: PORT,
            tcp: false,
        }
    }
}

impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.port == PORT {
            return self.address.fmt(f);
        }
        std::net::SocketAddr::new(self.address, self.port).fmt(f)
    }
}

/// What became of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The records answer it.
    Found,
    /// The name exists without a record of this type: `NOERROR` with an empty answer.
    NoData,
    /// `NXDOMAIN`.
    NoSuchName,
    /// `SERVFAIL` or `REFUSED`: a resolver tries its next server.
    Failed(&'static str),
    /// The server asks the next one for this name, and adds its answer to the records so far.
    Forward(Arc<str>),
    /// The engine cannot say.
    NotModelled(Arc<str>),
}

impl Answer {
    fn new(outcome: Outcome, stage: Stage, why: Explanation) -> Self {
        Self {
            outcome,
            records: Vec::new(),
            stage,
            why,
            cause: None,
            upstreams: Vec::new(),
            rewritten: None,
            restores: Vec::new(),
        }
    }

    fn because(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }

    fn with(mut self, records: Vec<Record>) -> Self {
        self.records = records;
        self
    }

    /// The addresses among the records, in order.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let address = |record: &Record| match record.data {
            Data::Address(address) => Some(address),
            _ => None,
        };
        self.records.iter().filter_map(address).collect()
    }

    /// The names that aliases among the records lead to, in order.
    pub fn aliases(&self) -> Vec<Arc<str>> {
        let alias = |record: &Record| match &record.data {
            Data::Alias(target) => Some(target.clone()),
            _ => None,
        };
        self.records.iter().filter_map(alias).collect()
    }

    /// The response code; nothing while the answer is still to come.
    pub const fn rcode(&self) -> Option<&'static str> {
        match self.outcome {
            Outcome::Found | Outcome::NoData => Some("NOERROR"),
            Outcome::NoSuchName => Some("NXDOMAIN"),
            Outcome::Failed(code) => Some(code),
            Outcome::Forward(_) | Outcome::NotModelled(_) => None,
        }
    }

    /// The answer of a server that asked the next one: its own records (aliases), then those of `later`, with the
    /// names that were asked for. An alias is an answer even where it leads nowhere.
    #[must_use]
    pub fn completed_by(mut self, later: Answer) -> Self {
        let alias = !self.records.is_empty();
        let mut records = later.records;
        for restore in &self.restores {
            for record in &mut records {
                restore.record(record);
            }
        }
        self.records.extend(records);
        self.outcome = match later.outcome {
            Outcome::NoSuchName | Outcome::Failed(_) if alias => Outcome::NoData,
            outcome => outcome,
        };
        self
    }

    /// The records that answer `name`: its own, and those that its aliases lead to. A resolver takes no others.
    pub fn usable(&self, name: &str, kind: RecordType) -> Vec<&Record> {
        let mut wanted = name;
        let mut usable = Vec::new();
        for record in &self.records {
            if !record.name.eq_ignore_ascii_case(wanted) {
                continue;
            }
            match &record.data {
                Data::Alias(target) if kind != RecordType::Cname => wanted = target,
                data if data.is(kind) => usable.push(record),
                _ => {}
            }
        }
        usable
    }
}

impl Data {
    /// Whether a record of this type says so.
    pub fn is(&self, kind: RecordType) -> bool {
        self.kind() == kind
    }

    /// The type of the record.
    pub const fn kind(&self) -> RecordType {
        match self {
            Data::Address(IpAddr::V4(_)) => RecordType::A,
            Data::Address(IpAddr::V6(_)) => RecordType::Aaaa,
            Data::Alias(_) => RecordType::Cname,
            Data::Name(_) => RecordType::Ptr,
            Data::Service { .. } => RecordType::Srv,
            Data::Text(_) => RecordType::Txt,
            Data::Server(_) => RecordType::Ns,
            Data::Start => RecordType::Soa,
        }
    }
}

impl std::fmt::Display for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Data::Address(address) => address.fmt(f),
            Data::Alias(it) | Data::Name(it) | Data::Server(it) | Data::Text(it) => it.fmt(f),
            Data::Service { port, target } => write!(f, "{port} {target}"),
            Data::Start => Ok(()),
        }
    }
}
