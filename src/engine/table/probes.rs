//! Which packets answer which row.

use std::sync::Arc;

use super::{Asks, Setting, fixture, flow};
use crate::engine::azure::topology;
use crate::model::azure::{Cluster, NetworkPlugin, SubnetId};
use crate::model::flow::{Flow, Target};
use crate::model::kube::{Pod, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::{Host, HostNetwork};

/// A port that pods answer on; nobody writes one down that matters here.
const POD_PORT: u16 = 8080;
/// A port of machines that do not say what they listen on.
const MACHINE_PORT: u16 = 443;

/// The networks that probes are walked in: the scenario, and others made for single rows.
const SCENARIO: usize = 0;
const STORAGE: usize = 1;

/// A walk that is to be made.
pub(super) struct Planned {
    pub asks: Asks,
    pub setting: usize,
    pub place: Option<&'static str>,
    pub flow: Flow,
    pub assumed: Vec<Ref>,
}

/// A row before it is walked.
pub(super) struct Question {
    pub number: u8,
    pub title: &'static str,
    pub both_ways: bool,
    pub flows: Vec<Planned>,
}

/// A place to ask from or at, and whether it was assumed.
#[derive(Clone)]
struct Actor {
    place: Ref,
    port: u16,
    assumed: Vec<Ref>,
}

impl Actor {
    fn own(place: Ref, port: u16) -> Self {
        Self {
            place,
            port,
            assumed: Vec::new(),
        }
    }

    fn assumed(place: Ref, port: u16) -> Self {
        Self {
            assumed: vec![place.clone()],
            place,
            port,
        }
    }
}

fn ask(asks: Asks, from: &Actor, to: &Actor) -> Planned {
    let target = Target::Place(to.place.clone());
    Planned {
        asks,
        setting: SCENARIO,
        place: None,
        flow: flow(&from.place, target, to.port),
        assumed: from.assumed.iter().chain(&to.assumed).cloned().collect(),
    }
}

/// The networks, and what is asked in them.
pub(super) fn all(scenario: &Network, cluster: &Cluster) -> (Vec<Setting>, Vec<Question>) {
    let mut network = scenario.clone();
    network.directory = crate::model::directory::Directory::default();
    let vnet = vnet_of(&network);
    let pods = Pods::of(&mut network);
    let vm = vnet.as_deref().and_then(|vnet| vm(&mut network, vnet));
    let peer = vnet.as_deref().and_then(|vnet| peer(&mut network, vnet));
    let office = vnet.as_deref().and_then(|vnet| office(&mut network, vnet));
    let mut questions = vec![question(2, "table-row-pods", true, between_pods(&pods))];
    let others = [
        (3, "table-row-vm", &vm),
        (4, "table-row-peer", &peer),
        (5, "table-row-office", &office),
    ];
    for (number, title, other) in others {
        let both = pods.client.iter().zip(other).flat_map(|(pod, other)| {
            [ask(Asks::FromPod, pod, other), ask(Asks::ToPod, other, pod)]
        });
        questions.push(question(number, title, true, both.collect()));
    }
    let exposed = exposed(&mut network, cluster, &pods, vnet.as_deref());
    questions.push(question(7, "table-row-expose", false, exposed));
    let names = names(&mut network, &pods, vnet.as_deref(), vm.as_ref());
    questions.push(question(8, "table-row-dns", false, names));
    let (storage, secured) = secured(&network, &pods);
    questions.push(question(6, "table-row-storage", false, secured));
    let mut settings = vec![Setting::Added(network), Setting::Added(storage)];
    let deployed = deployed(scenario, &mut settings);
    questions.push(question(1, "table-row-deploy", false, deployed));
    questions.sort_by_key(|question| question.number);
    (settings, questions)
}

const fn question(
    number: u8,
    title: &'static str,
    both_ways: bool,
    flows: Vec<Planned>,
) -> Question {
    Question {
        number,
        title,
        both_ways,
        flows,
    }
}

/// The virtual network of the nodes.
fn vnet_of(network: &Network) -> Option<Arc<str>> {
    let mut nodes = network.nodes.iter();
    let subnet = nodes.find_map(|node| topology::node_subnet(network, node))?;
    Some(subnet.meta.namespace.clone())
}

/// Three pods: one that asks, one on another node, one beside it.
struct Pods {
    client: Option<Actor>,
    far: Option<Actor>,
    near: Option<Actor>,
}

impl Pods {
    /// Takes pods of the scenario, or else assumes them.
    fn of(network: &mut Network) -> Self {
        let usable = |pod: &&Pod| {
            let node = pod.node_name.as_deref().and_then(|name| network.node(name));
            let own = !pod.host_network && &*pod.meta.namespace != "kube-system";
            own && pod.ready
                && pod.ip().is_some()
                && !pod.is_over()
                && node.is_some_and(|it| it.ready)
        };
        let known: Vec<(Ref, Arc<str>)> = network
            .pods
            .iter()
            .filter(usable)
            .filter_map(|pod| Some((pod.reference(), pod.node_name.clone()?)))
            .collect();
        let ready = network
            .nodes
            .iter()
            .filter(|node| node.ready && node.ip().is_some());
        let nodes: Vec<Arc<str>> = ready.map(|node| node.meta.name.clone()).collect();
        let first = known.first().map(|(_, node)| node.clone());
        let Some(home) = first.or_else(|| nodes.first().cloned()) else {
            return Self {
                client: None,
                far: None,
                near: None,
            };
        };
        let away = nodes.iter().find(|node| **node != home).cloned();
        let mut take = |node: &Arc<str>, name: &str, skip: usize| {
            let mut own = known.iter().filter(|(_, of)| of == node).skip(skip);
            match own.next() {
                Some((pod, _)) => Actor::own(pod.clone(), POD_PORT),
                None => Actor::assumed(fixture::pod(network, node, name), POD_PORT),
            }
        };
        let client = take(&home, "client", 0);
        let near = take(&home, "near", 1);
        let with_pods = known.iter().find(|(_, node)| *node != home);
        let away = with_pods.map(|(_, node)| node.clone()).or(away);
        let far = away.map(|node| take(&node, "far", 0));
        Self {
            client: Some(client),
            far,
            near: Some(near),
        }
    }
}

fn between_pods(pods: &Pods) -> Vec<Planned> {
    let Some(client) = &pods.client else {
        return Vec::new();
    };
    let both = |other: &Actor| {
        [
            ask(Asks::FromPod, client, other),
            ask(Asks::ToPod, other, client),
        ]
    };
    pods.far.iter().chain(&pods.near).flat_map(both).collect()
}

fn machine_port(host: &Host) -> Option<u16> {
    match &host.listens {
        None => Some(MACHINE_PORT),
        Some(ports) => {
            let tcp = |it: &&crate::model::ours::Listen| {
                it.protocol == crate::model::packet::Protocol::Tcp
            };
            ports.iter().find(tcp).map(|it| it.port)
        }
    }
}

fn machine_in(network: &Network, is_there: impl Fn(&SubnetId) -> bool) -> Option<Actor> {
    network.hosts.iter().find_map(|host| match &host.network {
        HostNetwork::Subnet(id) if is_there(id) && host.ip.is_some() => {
            Some(Actor::own(host.reference(), machine_port(host)?))
        }
        _ => None,
    })
}

/// A machine of the virtual network that stands in no subnet of the cluster.
fn vm(network: &mut Network, vnet: &str) -> Option<Actor> {
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let own: Vec<SubnetId> = pools
        .flat_map(|pool| [pool.subnet.clone(), pool.pod_subnet.clone()])
        .flatten()
        .collect();
    let outside = |id: &SubnetId| {
        topology::same(&id.vnet, vnet) && !own.iter().any(|it| topology::same_subnet(it, id))
    };
    machine_in(network, outside).or_else(|| {
        let place = fixture::machine(network, vnet, "kubehop-vm", None)?;
        Some(Actor::assumed(place, MACHINE_PORT))
    })
}

fn peer(network: &mut Network, vnet: &str) -> Option<Actor> {
    let at = network.vnet(vnet)?;
    let peers: Vec<Arc<str>> = topology::peers(network, at)
        .map(|peer| peer.vnet.meta.name.clone())
        .collect();
    let known = |id: &SubnetId| peers.iter().any(|peer| topology::same(peer, &id.vnet));
    machine_in(network, known).or_else(|| {
        let place = match peers.first() {
            Some(peer) => fixture::machine(network, &peer.clone(), "kubehop-peer-vm", None),
            None => fixture::peer(network, vnet),
        };
        Some(Actor::assumed(place?, MACHINE_PORT))
    })
}

fn office(network: &mut Network, vnet: &str) -> Option<Actor> {
    let at = network.vnet(vnet)?;
    let gateway = topology::gateway_for(network, at).map(|(gateway, _)| gateway);
    let links = gateway.map(|gateway| topology::links(network, gateway));
    let sites: Vec<Arc<str>> = links
        .into_iter()
        .flatten()
        .map(|link| link.local.meta.name.clone())
        .collect();
    let known = network.hosts.iter().find_map(|host| match &host.network {
        HostNetwork::OnPremises(site)
            if host.ip.is_some() && sites.iter().any(|it| topology::same(it, site)) =>
        {
            Some(Actor::own(host.reference(), machine_port(host)?))
        }
        _ => None,
    });
    known.or_else(|| {
        let place = fixture::office(network, vnet)?;
        Some(Actor::assumed(place, MACHINE_PORT))
    })
}

/// A client of the internet at a public Service, and what stands for an Application Gateway at a pod.
fn exposed(
    network: &mut Network,
    cluster: &Cluster,
    pods: &Pods,
    vnet: Option<&str>,
) -> Vec<Planned> {
    let public = |service: &&Service| {
        service.service_type == ServiceType::LoadBalancer
            && !service.is_internal()
            && service.load_balancer_source_ranges.is_empty()
    };
    let known = network.services.iter().find(public).map(|service| {
        let port = service.ports.first().map_or(80, |port| port.port);
        Actor::own(service.reference(), port)
    });
    let service = known.or_else(|| {
        let node = network
            .nodes
            .iter()
            .find(|node| node.ready)?
            .meta
            .name
            .clone();
        let pod = fixture::pod(network, &node, "web");
        let mut service = Actor::assumed(fixture::service(network), 80);
        service.assumed.push(pod);
        Some(service)
    });
    let outside = network
        .hosts
        .iter()
        .find(|host| host.network == HostNetwork::Internet);
    let client = match outside.map(Host::reference) {
        Some(place) => Actor::own(place, MACHINE_PORT),
        None => Actor::assumed(fixture::client(network), MACHINE_PORT),
    };
    let mut planned: Vec<Planned> = service
        .iter()
        .map(|service| ask(Asks::Needed, &client, service))
        .collect();
    if cluster.plugin == NetworkPlugin::AzureOverlay {
        return planned;
    }
    let mut nodes = network.nodes.iter();
    let of_nodes = nodes.find_map(|node| topology::node_subnet(network, node));
    let table = of_nodes
        .and_then(|subnet| subnet.route_table.clone())
        .filter(|_| cluster.plugin == NetworkPlugin::Kubenet);
    let gateway = vnet
        .and_then(|vnet| fixture::machine(network, vnet, "kubehop-appgw", table))
        .map(|place| Actor::assumed(place, MACHINE_PORT));
    let pod = pods.far.as_ref().or(pods.client.as_ref());
    planned.extend(
        gateway
            .iter()
            .zip(pod)
            .map(|(from, to)| ask(Asks::Needed, from, to)),
    );
    planned
}

/// A pod asks for a name of a public and of a private zone, and calls what it finds.
fn names(
    network: &mut Network,
    pods: &Pods,
    vnet: Option<&str>,
    vm: Option<&Actor>,
) -> Vec<Planned> {
    let (Some(client), Some(vnet), Some(vm)) = (&pods.client, vnet, vm) else {
        return Vec::new();
    };
    let Some(ip) = network.host(&vm.place.name).and_then(|host| host.ip) else {
        return Vec::new();
    };
    let zones = fixture::zones(network, vnet, ip);
    let ask = |zone: &str| {
        let name: Arc<str> = Arc::from(format!("vm.{zone}"));
        let assumed = client.assumed.iter().chain(&vm.assumed).chain(&zones);
        Planned {
            asks: Asks::Needed,
            setting: SCENARIO,
            place: None,
            flow: flow(&client.place, Target::Name(name), vm.port),
            assumed: assumed.cloned().collect(),
        }
    };
    [fixture::PUBLIC_ZONE, fixture::PRIVATE_ZONE]
        .into_iter()
        .map(ask)
        .collect()
}

/// A pod calls a storage account that admits only the subnets of the cluster.
fn secured(network: &Network, pods: &Pods) -> (Network, Vec<Planned>) {
    let mut storage = network.clone();
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let mut subnets: Vec<SubnetId> = pools
        .flat_map(|pool| [pool.subnet.clone(), pool.pod_subnet.clone()])
        .flatten()
        .collect();
    subnets.dedup();
    let account = Actor::assumed(fixture::account(&mut storage, &subnets), 443);
    let planned = pods.client.iter().map(|client| Planned {
        setting: STORAGE,
        ..ask(Asks::Needed, client, &account)
    });
    let planned = planned.collect();
    (storage, planned)
}

/// A cluster of this kind in a virtual network that is there, and in one that AKS makes: do pods of two nodes
/// reach each other, and do they without the nodes' route table?
fn deployed(scenario: &Network, settings: &mut Vec<Setting>) -> Vec<Planned> {
    let mut planned = Vec::new();
    for existing in [true, false] {
        let Some((network, from, to)) = fixture::bare(scenario, existing) else {
            continue;
        };
        let (network, _) = crate::engine::control::reconcile(network);
        let (from, to) = (Actor::assumed(from, POD_PORT), Actor::assumed(to, POD_PORT));
        let mut add = |asks, network| {
            settings.push(network);
            let setting = settings.len() - 1;
            planned.push(Planned {
                setting,
                place: Some(if existing {
                    "table-in-existing"
                } else {
                    "table-in-new"
                }),
                ..ask(asks, &from, &to)
            });
        };
        if existing {
            let without = fixture::without_tables(&network);
            add(Asks::WithoutTable, Setting::AsItIs(without));
        }
        add(Asks::Needed, Setting::AsItIs(network));
    }
    planned
}
