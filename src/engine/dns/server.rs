//! DNS servers of a scenario: pods of CoreDNS, hosts with `dnsServer: true`, and Azure DNS.

use std::sync::Arc;

use super::index::Index;
use super::name::{normal, within};
use super::resolver::{AZURE_DNS, ResolvConf, vnet_of};
use super::{Answer, Outcome, RecordType, Upstream, azure, coredns};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::DnsForward;

/// A machine or service that answers queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// A pod of CoreDNS.
    CoreDns(Ref),
    /// A host with `dnsServer: true`: it asks Azure DNS of its own virtual network, and others about the zones
    /// of its `dnsForward`.
    Host(Ref),
    /// Azure DNS, as machines in this virtual network see it; without one, just the public names.
    AzureDns(Option<Arc<str>>),
    /// An address of the internet that somebody named as a DNS server: it knows the public names.
    Public,
}

impl Server {
    /// The server at a place that a query from `vnet` was delivered to, if there is one.
    pub fn at(network: &Network, place: &Ref, vnet: Option<&Arc<str>>) -> Option<Self> {
        match place.kind {
            Kind::AzureDns => Some(Self::AzureDns(vnet.cloned())),
            Kind::Internet => Some(Self::Public),
            Kind::Host if network.host(&place.name)?.dns_server => Some(Self::Host(place.clone())),
            Kind::Pod => {
                let pod = network.pod(&place.scope, &place.name)?;
                let app = pod.meta.labels.get("k8s-app").map(|app| &**app);
                let is_coredns = &*pod.meta.namespace == "kube-system" && app == Some("kube-dns");
                is_coredns.then(|| Self::CoreDns(place.clone()))
            }
            _ => None,
        }
    }

    /// The place that answers.
    pub fn place(&self) -> Ref {
        match self {
            Self::CoreDns(place) | Self::Host(place) => place.clone(),
            Self::AzureDns(_) => Ref::bare(Kind::AzureDns),
            Self::Public => Ref::bare(Kind::Internet),
        }
    }

    /// What the server says to a query.
    pub fn answer(
        &self,
        network: &Network,
        index: &Index,
        name: &str,
        record_type: RecordType,
    ) -> Answer {
        match self {
            Self::CoreDns(pod) => {
                let answer = coredns::answer(network, index, name, record_type);
                self.say_where(network, answer, pod)
            }
            Self::Host(host) if self.upstreams(network, name).is_empty() => {
                let mut answer = azure::answer(network, None, name, record_type);
                answer.cause.get_or_insert(Cause::object(host.clone()));
                answer
            }
            Self::Host(host) => {
                let upstreams = self.upstreams(network, name);
                let rule = conditional(network, host, name);
                let (why, field) = if let Some((index, rule)) = rule {
                    let servers = upstreams.iter().map(ToString::to_string);
                    let servers: Vec<String> = servers.collect();
                    let why = Explanation::new("why-dns-host-conditional")
                        .with("zone", rule.zone.clone())
                        .with("servers", servers.join(", "));
                    (why, format!("spec.dnsForward[{index}]"))
                } else {
                    let why = Explanation::new("why-dns-host-forwards");
                    (why, String::from("spec.dnsServer"))
                };
                let why = why.with("host", host.clone()).with("name", name);
                let outcome = Outcome::Forward(Arc::from(name));
                Answer {
                    upstreams,
                    ..Answer::new(outcome, Stage::DnsForward, why)
                        .because(Cause::field(host.clone(), field))
                }
            }
            Self::AzureDns(vnet) => azure::answer(network, vnet.as_deref(), name, record_type),
            Self::Public => azure::answer(network, None, name, record_type),
        }
    }

    /// Adds to a forwarding answer who is asked next.
    fn say_where(&self, network: &Network, mut answer: Answer, pod: &Ref) -> Answer {
        let Outcome::Forward(name) = &answer.outcome else {
            return answer;
        };
        let own = answer.upstreams.is_empty();
        if own {
            answer.upstreams = self.upstreams(network, name);
        }
        let shown: Vec<String> = answer.upstreams.iter().map(ToString::to_string).collect();
        if answer.records.is_empty() {
            let id = if own {
                "why-dns-forward"
            } else {
                "why-dns-forward-custom"
            };
            answer.why = Explanation::new(id)
                .with("name", name.clone())
                .with("servers", shown.join(", "));
        }
        let vnet = vnet_of(network, pod).filter(|_| own);
        if let Some(vnet) = vnet.filter(|_| answer.upstreams != [Upstream::at(AZURE_DNS)]) {
            let vnet = Ref::new(Kind::Vnet, vnet);
            answer.cause = Some(Cause::field(vnet, "properties.dhcpOptions.dnsServers"));
        }
        answer
    }

    /// Who is asked about names that the server does not know itself. CoreDNS asks the resolver of its node
    /// (`forward . /etc/resolv.conf`), a host whom its conditional forwarder names, else Azure DNS.
    fn upstreams(&self, network: &Network, name: &str) -> Vec<Upstream> {
        let addresses = match self {
            Self::CoreDns(pod) => ResolvConf::of(network, pod).nameservers,
            Self::Host(host) => match conditional(network, host, name) {
                Some((_, rule)) => rule.to.clone(),
                None => vnet_of(network, host)
                    .map(|_| AZURE_DNS)
                    .into_iter()
                    .collect(),
            },
            Self::AzureDns(_) | Self::Public => Vec::new(),
        };
        addresses.into_iter().map(Upstream::at).collect()
    }
}

/// The conditional forwarder of a host with the closest zone that holds `name`, and its index.
fn conditional<'n>(
    network: &'n Network,
    host: &Ref,
    name: &str,
) -> Option<(usize, &'n DnsForward)> {
    let name = normal(name);
    let rules = network.host(&host.name)?.dns_forwards.iter().enumerate();
    let zone = |rule: &DnsForward| normal(&rule.zone);
    let holding = rules.filter(|(_, rule)| within(&name, &zone(rule)).is_some());
    // Of equal ones the first.
    holding.rev().max_by_key(|(_, rule)| zone(rule).len())
}
