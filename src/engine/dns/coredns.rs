//! What CoreDNS answers on AKS: the records of Services, endpoints and pods; everything else is forwarded.
//!
//! The configuration is that of AKS: `kubernetes cluster.local in-addr.arpa ip6.arpa { pods insecure;
//! fallthrough in-addr.arpa ip6.arpa }`, then `forward . /etc/resolv.conf`.

use std::net::IpAddr;
use std::sync::Arc;

use super::index::Index;
use super::name::{dashed, labels, normal, reverse, undashed, within};
use super::negative::{no_data, no_namespace, no_service, no_such_name, no_target};
use super::request::Request;
use super::resolver::{CLUSTER_DOMAIN, DEAD_SEARCH};
use super::{Answer, Data, Outcome, Record, RecordType, custom};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::kube::{Endpoint, EndpointPort, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::ours::Era;

/// The version of the DNS schema that `dns-version.cluster.local` names.
const SCHEMA: &str = "1.1.0";
/// Names of Azure's internal zone with so many labels or more are refused at once.
const JUNK_LABELS: usize = 7;
/// Aliases that are followed one after the other.
const MAX_ALIASES: usize = 8;

/// The answer of CoreDNS to a query for `name` (with or without the final dot).
pub fn answer(network: &Network, index: &Index, name: &str, record_type: RecordType) -> Answer {
    let name = normal(name);
    if let Some(key) = custom::decides(network, &name) {
        return not_modelled(network, key);
    }
    if is_junk(network, &name) {
        let why = Explanation::new("why-dns-junk-suffix").with("name", &*name);
        return Answer::new(Outcome::NoSuchName, Stage::DnsService, why);
    }
    let zone = Zone { network, index };
    if let Some(base) = within(&name, CLUSTER_DOMAIN) {
        return zone.forward_lookup(&name, base, record_type, 0);
    }
    if let Some(address) = reverse(&name) {
        let records = zone.names_of(&name, address);
        if !records.is_empty() {
            return reverse_answer(address, records, record_type);
        }
    }
    forward(&name)
}

fn forward(name: &str) -> Answer {
    let why = Explanation::new("why-dns-outside").with("name", name);
    Answer::new(Outcome::Forward(Arc::from(name)), Stage::DnsForward, why)
}

fn not_modelled(network: &Network, key: &str) -> Answer {
    let what = format!("coredns-custom {key}");
    let why = Explanation::new("why-dns-custom").with("key", key);
    let answer = Answer::new(
        Outcome::NotModelled(Arc::from(what)),
        Stage::DnsService,
        why,
    );
    match custom::config_map(network) {
        Some(map) => {
            let map = map.meta.reference(Kind::ConfigMap);
            answer.because(Cause::field(map, format!("data.{key}")))
        }
        None => answer,
    }
}

/// AKS refuses names that a search list makes of names outside, since v20241025.
fn is_junk(network: &Network, name: &str) -> bool {
    let long = within(name, "internal.cloudapp.net").is_some() && labels(name) >= JUNK_LABELS;
    let dead = within(name, DEAD_SEARCH).is_some();
    network.settings.era == Era::Now && (long || dead)
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

/// The zone of the cluster.
struct Zone<'a> {
    network: &'a Network,
    index: &'a Index,
}

impl Zone<'_> {
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
                let service = self.index.service(self.network, "kube-system", "kube-dns");
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

    /// `a-b-c-d.namespace.pod`: answered without looking whether there is such a pod (`pods insecure`, R38).
    fn pod(&self, name: &str, base: &str, kind: RecordType) -> Answer {
        let mut labels = base.rsplit('.');
        let namespace = labels.next().unwrap_or_default();
        if !self.index.has_namespace(namespace) {
            return no_namespace(name, namespace);
        }
        let Some(label) = labels.next() else {
            return no_data(name);
        };
        let Some(address) = undashed(label) else {
            return no_such_name(name);
        };
        if !kind.fits(address) {
            return no_data(name);
        }
        let record = Record {
            name: Arc::from(name),
            data: Data::Address(address),
        };
        let why = Explanation::new("why-dns-pod-name").with("address", address);
        Answer::new(Outcome::Found, Stage::DnsService, why).with(vec![record])
    }

    /// A namespace, a Service, one of its ports or one of its endpoints.
    fn service(&self, name: &str, request: &Request<'_>, kind: RecordType, depth: usize) -> Answer {
        if !self.index.has_namespace(request.namespace) {
            return no_namespace(name, request.namespace);
        }
        if request.service.is_empty() {
            return no_data(name);
        }
        let found = self
            .index
            .service(self.network, request.namespace, request.service);
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
            for slice in self.index.slices(self.network, service) {
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
            return found(Outcome::Forward(Arc::from(&*target)));
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

    /// PTR records: the Service with this cluster address, else the named endpoints with it (R37).
    fn names_of(&self, name: &str, address: IpAddr) -> Vec<Record> {
        let record = |target: String| Record {
            name: Arc::from(name),
            data: Data::Name(Arc::from(target)),
        };
        let owner = self
            .network
            .services
            .iter()
            .find(|service| service.cluster_ips.contains(&address));
        if let Some(service) = owner {
            let (namespace, own) = (&service.meta.namespace, &service.meta.name);
            return vec![record(format!("{own}.{namespace}.svc.{CLUSTER_DOMAIN}"))];
        }
        let mut records = Vec::new();
        for slice in &self.network.slices {
            for endpoint in slice.endpoints.iter().filter(|endpoint| endpoint.ready) {
                let Some(host) = &endpoint.hostname else {
                    continue;
                };
                let (namespace, own) = (&slice.meta.namespace, &slice.service);
                let found = record(format!("{host}.{own}.{namespace}.svc.{CLUSTER_DOMAIN}"));
                if endpoint.addresses.first() == Some(&address) && !records.contains(&found) {
                    records.push(found);
                }
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
