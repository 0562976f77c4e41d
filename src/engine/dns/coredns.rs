//! What CoreDNS answers: the block of the Corefile that a name goes to, and its plugins in the order of CoreDNS.
//!
//! By default that is the configuration of AKS: the records of Services, endpoints and pods for `cluster.local` and
//! the reverse zones (`pods insecure`), a filter for names that a search list makes, and the resolver of the node for
//! the rest. [`custom`] adds what the user configures.

use std::net::IpAddr;
use std::sync::Arc;

use super::index::Index;
use super::name::{dashed, labels, normal, reverse, undashed, within};
use super::negative::{
    failed, no_data, no_namespace, no_service, no_such_name, no_target, not_modelled,
};
use super::request::Request;
use super::resolver::CLUSTER_DOMAIN;
use super::rewrite::{self, Restore};
use super::{Answer, Data, Outcome, Record, RecordType, Upstream, custom};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::corefile::{Entry, Forward, Hosts, Kubernetes, Plugin, Pods, Server};
use crate::model::kube::{Endpoint, EndpointPort, Service, ServiceType};
use crate::model::network::Network;

/// The version of the DNS schema that `dns-version.cluster.local` names.
const SCHEMA: &str = "1.1.0";
/// Aliases that are followed one after the other.
const MAX_ALIASES: usize = 8;

/// The answer of CoreDNS to a query for `name` (with or without the final dot).
pub fn answer(network: &Network, index: &Index, name: &str, record_type: RecordType) -> Answer {
    serve(network, index, &normal(name), record_type, 0)
}

/// The answer of the server block that a name goes to. Its plugins are met in order until one answers.
fn serve(network: &Network, index: &Index, name: &str, kind: RecordType, depth: usize) -> Answer {
    if let Some(key) = &index.config.broken {
        return not_modelled(&format!("{} {key}", custom::map_of(key)), key);
    }
    let Some(server) = index.config.server(name) else {
        return failed(name, "REFUSED", custom::COREFILE);
    };
    let mut asked = name.to_owned();
    let mut restores: Vec<Restore> = Vec::new();
    let mut rewritten = None;
    let mut rewriting = true;
    let mut found = None;
    let mut last = "";
    for entry in &server.plugins {
        last = &entry.key;
        if let Plugin::Rewrite(rule) = &entry.plugin {
            let made = rewriting.then(|| rewrite::apply(rule, &asked)).flatten();
            if let Some((made, mut back)) = made {
                asked = made;
                rewriting = rule.goes_on;
                rewritten = Some((Arc::from(&*asked), custom::cause(&entry.key)));
                back.append(&mut restores);
                restores = back;
            }
            continue;
        }
        found = plugin((network, index, server), entry, &asked, kind, depth);
        if found.is_some() {
            break;
        }
    }
    let mut answer = found.unwrap_or_else(|| failed(&asked, "SERVFAIL", last));
    for restore in &restores {
        for record in &mut answer.records {
            restore.record(record);
        }
    }
    answer.restores.append(&mut restores);
    answer.rewritten = rewritten.or(answer.rewritten);
    answer
}

/// What one plugin says; nothing where it leaves the query to the next one.
fn plugin(
    (network, index, server): (&Network, &Index, &Server),
    entry: &Entry,
    name: &str,
    kind: RecordType,
    depth: usize,
) -> Option<Answer> {
    let here = |zones: &[Arc<str>]| zones.is_empty() || custom::holds(zones, name);
    match &entry.plugin {
        Plugin::Rewrite(_) => None,
        Plugin::Refuse(rule) => {
            let refused = here(&rule.zones) && labels(name) >= rule.labels;
            refused.then(|| refuse(rule.rcode, name, &entry.key))
        }
        Plugin::Hosts(hosts) => in_hosts(hosts, name, kind, &entry.key),
        Plugin::Kubernetes(plugin) => {
            let zones = if plugin.zones.is_empty() {
                &server.zones
            } else {
                &plugin.zones
            };
            let zone = Zone {
                network,
                index,
                plugin,
                key: &entry.key,
            };
            if custom::holds(zones, name) {
                zone.answer(name, kind, depth)
            } else {
                None
            }
        }
        Plugin::Forward(rule) => {
            let mine = within(name, &rule.from).is_some() && !custom::holds(&rule.except, name);
            mine.then(|| forward(rule, name, &entry.key))
        }
        Plugin::Other(what, zones) => here(zones).then(|| not_modelled(what, &entry.key)),
    }
}

fn forward(rule: &Forward, name: &str, key: &str) -> Answer {
    let why = Explanation::new("why-dns-outside").with("name", name);
    let upstream = |&(address, port): &(IpAddr, u16)| Upstream {
        address,
        port,
        tcp: rule.tcp,
    };
    let outcome = Outcome::Forward(Arc::from(name));
    Answer {
        cause: custom::cause(key),
        upstreams: rule.to.iter().map(upstream).collect(),
        ..Answer::new(outcome, Stage::DnsForward, why)
    }
}

fn refuse(rcode: &'static str, name: &str, key: &str) -> Answer {
    if rcode != "NXDOMAIN" {
        return failed(name, rcode, key);
    }
    let why = Explanation::new("why-dns-junk-suffix").with("name", name);
    Answer {
        cause: custom::cause(key),
        ..Answer::new(Outcome::NoSuchName, Stage::DnsService, why)
    }
}

/// `hosts` answers for the names and addresses that it lists. Any other name fails, unless it is left to the next
/// plugin; an address without an entry always is.
fn in_hosts(hosts: &Hosts, name: &str, kind: RecordType, key: &str) -> Option<Answer> {
    let record = |data| Record {
        name: Arc::from(name),
        data,
    };
    let entries = hosts.entries.iter();
    let mut records: Vec<Record> = if kind == RecordType::Ptr {
        let address = reverse(name);
        let names = entries.filter(|(own, _)| Some(*own) == address);
        let names: Vec<Record> = names
            .map(|(_, name)| record(Data::Name(name.clone())))
            .collect();
        if names.is_empty() && address.is_some() {
            return None;
        }
        names
    } else {
        let own = entries.filter(|(address, own)| **own == *name && kind.fits(*address));
        own.map(|(address, _)| record(Data::Address(*address)))
            .collect()
    };
    records.dedup();
    let known = hosts.entries.iter().any(|(_, own)| **own == *name);
    let answer = if !records.is_empty() {
        let why = Explanation::new("why-dns-hosts").with("name", name);
        Answer::new(Outcome::Found, Stage::DnsService, why).with(records)
    } else if known {
        no_data(name)
    } else if custom::falls(&hosts.falls, name) {
        return None;
    } else {
        return Some(failed(name, "SERVFAIL", key));
    };
    Some(Answer {
        cause: custom::cause(key),
        ..answer
    })
}

fn reverse_answer(address: IpAddr, records: Vec<Record>, record_type: RecordType) -> Answer {
    let why = Explanation::new("why-dns-reverse").with("address", address);
    if record_type == RecordType::Ptr {
        return Answer::new(Outcome::Found, Stage::DnsService, why).with(records);
    }
    Answer::new(Outcome::NoData, Stage::DnsService, why)
}

/// Where a name leads: an address, with the port of an SRV record and the name of its host.
struct Target {
    address: IpAddr,
    port: Option<u16>,
    host: Arc<str>,
}

/// The zone of the cluster, as the plugin `kubernetes` serves it.
struct Zone<'a> {
    network: &'a Network,
    index: &'a Index,
    plugin: &'a Kubernetes,
    key: &'a str,
}

impl Zone<'_> {
    /// Nothing where a name that does not exist is left to the next plugin.
    fn answer(&self, name: &str, kind: RecordType, depth: usize) -> Option<Answer> {
        let answer = if let Some(base) = within(name, CLUSTER_DOMAIN) {
            self.forward_lookup(name, base, kind, depth)
        } else if ["in-addr.arpa", "ip6.arpa"]
            .iter()
            .any(|zone| within(name, zone).is_some())
        {
            match reverse(name).map(|address| (address, self.names_of(name, address))) {
                Some((address, records)) if !records.is_empty() => {
                    reverse_answer(address, records, kind)
                }
                _ => no_such_name(name),
            }
        } else {
            return Some(not_modelled("kubernetes ZONE", self.key));
        };
        let falls = || custom::falls(&self.plugin.falls, name);
        (answer.outcome != Outcome::NoSuchName || !falls()).then_some(answer)
    }

    /// Whether the plugin is to serve a namespace of this name.
    fn serves(&self, name: &str) -> bool {
        let served = &self.plugin.namespaces;
        served.is_empty() || served.iter().any(|it| **it == *name)
    }

    /// Whether the namespace exists and is served.
    fn has_namespace(&self, name: &str) -> bool {
        self.serves(name) && self.index.has_namespace(name)
    }

    /// A name within the cluster's domain; `base` is what stands before it.
    fn forward_lookup(&self, name: &str, base: &str, kind: RecordType, depth: usize) -> Answer {
        if base.is_empty() || base == "dns-version" || base == "ns.dns" {
            return self.apex(name, base, kind);
        }
        if base == "svc" || base == "pod" {
            return no_data(name);
        }
        if let Some(base) = within(base, "svc") {
            return match Request::parse(base) {
                Some(request) => self.service(name, &request, kind, depth),
                None => no_such_name(name),
            };
        }
        match within(base, "pod") {
            Some(base) => self.pod(name, base, kind),
            None => no_such_name(name),
        }
    }

    /// The zone itself, and the two names that every zone has.
    fn apex(&self, name: &str, base: &str, kind: RecordType) -> Answer {
        let server: Arc<str> = Arc::from(format!("ns.dns.{CLUSTER_DOMAIN}"));
        let record = |data| Record {
            name: Arc::from(name),
            data,
        };
        let records: Vec<Record> = match (base, kind) {
            ("dns-version", RecordType::Txt) => vec![record(Data::Text(Arc::from(SCHEMA)))],
            ("", RecordType::Soa) => vec![record(Data::Start)],
            ("", RecordType::Ns) => vec![record(Data::Server(server))],
            ("ns.dns", _) => {
                let service = self.network.service("kube-system", "kube-dns");
                let addresses = service.map_or(&[][..], |service| &*service.cluster_ips);
                let fitting = addresses.iter().filter(|address| kind.fits(**address));
                fitting
                    .map(|address| record(Data::Address(*address)))
                    .collect()
            }
            _ => Vec::new(),
        };
        if records.is_empty() {
            return no_data(name);
        }
        let why = Explanation::new("why-dns-zone-itself").with("name", name);
        Answer::new(Outcome::Found, Stage::DnsService, why).with(records)
    }

    /// `a-b-c-d.namespace.pod`: on AKS answered without looking whether there is such a pod (`pods insecure`, R38).
    fn pod(&self, name: &str, base: &str, kind: RecordType) -> Answer {
        let mut labels = base.rsplit('.');
        let namespace = labels.next().unwrap_or_default();
        if self.plugin.pods == Pods::Disabled {
            return no_such_name(name);
        }
        if !self.has_namespace(namespace) {
            return no_namespace(name, namespace);
        }
        let Some(label) = labels.next() else {
            return no_data(name);
        };
        let Some(address) = undashed(label) else {
            return no_such_name(name);
        };
        let verified = self.plugin.pods == Pods::Verified;
        let mut pods = self.index.pods(self.network, address);
        let owner = pods.find(|pod| verified && *pod.meta.namespace == *namespace);
        if verified && owner.is_none() {
            return no_such_name(name);
        }
        if !kind.fits(address) {
            return no_data(name);
        }
        let record = Record {
            name: Arc::from(name),
            data: Data::Address(address),
        };
        let answer = if let Some(pod) = owner {
            let why = Explanation::new("why-dns-pod-verified")
                .with("pod", pod.reference())
                .with("address", address);
            Answer::new(Outcome::Found, Stage::DnsService, why)
                .because(Cause::object(pod.reference()))
        } else {
            let why = Explanation::new("why-dns-pod-name").with("address", address);
            Answer::new(Outcome::Found, Stage::DnsService, why)
        };
        answer.with(vec![record])
    }

    /// A namespace, a Service, one of its ports or one of its endpoints.
    fn service(&self, name: &str, request: &Request<'_>, kind: RecordType, depth: usize) -> Answer {
        if !self.has_namespace(request.namespace) {
            return no_namespace(name, request.namespace);
        }
        if request.service.is_empty() {
            return no_data(name);
        }
        let found = self.network.service(request.namespace, request.service);
        let Some(service) = found else {
            return no_service(name, request);
        };
        if service.service_type == ServiceType::ExternalName {
            return if request.has_details() {
                no_such_name(name)
            } else {
                self.external_name(name, service, kind, depth)
            };
        }
        let targets = self.targets(service, request);
        let reference = service.reference();
        if targets.is_empty() {
            return no_target(name, service, request);
        }
        let mut records: Vec<Record> = Vec::new();
        for target in &targets {
            let data = match (kind, target.port) {
                (RecordType::Srv, Some(port)) => Data::Service {
                    port,
                    target: target.host.clone(),
                },
                _ if kind.fits(target.address) => Data::Address(target.address),
                _ => continue,
            };
            let record = Record {
                name: Arc::from(name),
                data,
            };
            if !records.contains(&record) {
                records.push(record);
            }
        }
        if records.is_empty() {
            return no_data(name).because(Cause::object(reference));
        }
        let (why, field) = why_service(service, request, &records);
        Answer::new(Outcome::Found, Stage::DnsService, why)
            .because(Cause::field(reference, field))
            .with(records)
    }

    /// All that a request about a Service leads to.
    fn targets(&self, service: &Service, request: &Request<'_>) -> Vec<Target> {
        let (namespace, own) = (&service.meta.namespace, &service.meta.name);
        let host: Arc<str> = Arc::from(format!("{own}.{namespace}.svc.{CLUSTER_DOMAIN}"));
        let mut targets = Vec::new();
        if service.headless || !request.endpoint.is_empty() {
            for slice in self.network.slices_of(namespace, own) {
                for endpoint in slice.endpoints.iter().filter(|endpoint| endpoint.ready) {
                    endpoint_targets(endpoint, &slice.ports, request, &host, &mut targets);
                }
            }
            return targets;
        }
        for port in &service.ports {
            if request.fits(&port.name, port.protocol.as_str()) {
                targets.extend(service.cluster_ips.iter().map(|address| Target {
                    address: *address,
                    port: Some(port.port),
                    host: host.clone(),
                }));
            }
        }
        targets
    }

    /// An alias: the name it leads to is followed within the cluster, and asked of the next server outside.
    fn external_name(
        &self,
        name: &str,
        service: &Service,
        kind: RecordType,
        depth: usize,
    ) -> Answer {
        let target = normal(service.external_name.as_deref().unwrap_or_default());
        let reference = service.reference();
        let cause = Cause::field(reference.clone(), "spec.externalName");
        let why = Explanation::new("why-dns-external-name")
            .with("service", reference)
            .with("target", &*target);
        let alias = Record {
            name: Arc::from(name),
            data: Data::Alias(Arc::from(&*target)),
        };
        if target.is_empty() || target == name || depth >= MAX_ALIASES {
            let why = Explanation::new("why-dns-alias-loop").with("name", name);
            return Answer::new(Outcome::NoData, Stage::DnsService, why).because(cause);
        }
        let found = |outcome| {
            Answer::new(outcome, Stage::DnsService, why.clone())
                .because(cause.clone())
                .with(vec![alias.clone()])
        };
        if kind == RecordType::Cname {
            return found(Outcome::Found);
        }
        let Some(base) = within(&target, CLUSTER_DOMAIN) else {
            // CoreDNS asks itself, so that another server block may answer.
            let later = serve(self.network, self.index, &target, kind, depth + 1);
            if matches!(later.outcome, Outcome::NotModelled(_)) {
                return later;
            }
            let (upstreams, restores) = (later.upstreams.clone(), later.restores.clone());
            let mut answer = found(Outcome::Found).completed_by(later);
            answer.upstreams = upstreams;
            answer.restores = restores;
            return answer;
        };
        let later = self.forward_lookup(&target, base, kind, depth + 1);
        match later.outcome {
            Outcome::Found | Outcome::Forward(_) => found(Outcome::Found).completed_by(later),
            _ => Answer {
                outcome: Outcome::NoData,
                ..later
            },
        }
    }

    /// PTR records: the Service with this cluster address, else the named endpoints with it (R37), of namespaces that are
    /// served.
    fn names_of(&self, name: &str, address: IpAddr) -> Vec<Record> {
        let record = |target: String| Record {
            name: Arc::from(name),
            data: Data::Name(Arc::from(target)),
        };
        let mut owners = self.index.services(self.network, address);
        if let Some(service) = owners.find(|it| self.serves(&it.meta.namespace)) {
            let (namespace, own) = (&service.meta.namespace, &service.meta.name);
            return vec![record(format!("{own}.{namespace}.svc.{CLUSTER_DOMAIN}"))];
        }
        let mut records = Vec::new();
        let hosts = self.index.hosts(self.network, address);
        for (slice, endpoint) in hosts.filter(|(slice, _)| self.serves(&slice.meta.namespace)) {
            let Some(host) = &endpoint.hostname else {
                continue;
            };
            let (namespace, own) = (&slice.meta.namespace, &slice.service);
            let found = record(format!("{host}.{own}.{namespace}.svc.{CLUSTER_DOMAIN}"));
            if !records.contains(&found) {
                records.push(found);
            }
        }
        records
    }
}

/// The label of an endpoint: its hostname, else its address with dashes (R36).
fn endpoint_label(endpoint: &Endpoint, address: IpAddr) -> String {
    match &endpoint.hostname {
        Some(hostname) => normal(hostname),
        None => dashed(address),
    }
}

fn endpoint_targets(
    endpoint: &Endpoint,
    ports: &[EndpointPort],
    request: &Request<'_>,
    service: &str,
    targets: &mut Vec<Target>,
) {
    let Some(&address) = endpoint.addresses.first() else {
        return;
    };
    let label = endpoint_label(endpoint, address);
    if !request.endpoint.is_empty() && request.endpoint != label {
        return;
    }
    let host: Arc<str> = Arc::from(format!("{label}.{service}"));
    let target = |port| Target {
        address,
        port,
        host: host.clone(),
    };
    if ports.is_empty() && request.port.is_empty() {
        targets.push(target(None));
    }
    for port in ports {
        if request.fits(&port.name, port.protocol.as_str()) {
            targets.push(target(port.port));
        }
    }
}

fn why_service(
    service: &Service,
    request: &Request<'_>,
    records: &[Record],
) -> (Explanation, &'static str) {
    let reference = service.reference();
    if !request.endpoint.is_empty() {
        let why = Explanation::new("why-dns-endpoint")
            .with("service", reference)
            .with("endpoint", request.endpoint);
        return (why, "");
    }
    if service.headless {
        let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let why = Explanation::new("why-dns-headless")
            .with("service", reference)
            .with("count", count);
        return (why, "spec.clusterIP");
    }
    let addresses: Vec<String> = service.cluster_ips.iter().map(IpAddr::to_string).collect();
    let why = Explanation::new("why-dns-cluster-ip")
        .with("service", reference)
        .with("address", addresses.join(", "));
    (why, "spec.clusterIP")
}
