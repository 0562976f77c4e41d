//! The table view: the full alternative to the picture. Objects as a nested table, the walk as the table of a handout.

use std::net::IpAddr;
use std::rc::Rc;

use yew::{Html, MouseEvent, Properties, classes, component, html};

use super::answer::{Walk, rewrites_destination, rewrites_source};
use super::clock::failure_text;
use super::context::{use_act, use_words};
use super::icons::symbol;
use super::inspector::{kind_text, origin_text, verdict_word};
use super::simulation::Simulation;
use super::step_text;
use super::store::{Action, Dialog, Move, View};
use crate::engine::appgateway;
use crate::engine::azure::firewall::{private_address, public_addresses};
use crate::engine::azure::snat::nat_gateway_ref;
use crate::engine::azure::topology::{PLATFORM, same_subnet};
use crate::engine::trace::Disposition;
use crate::model::azure::{Subnet, SubnetId, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::scene::icons::of_kind;

#[cfg(test)]
mod tests;

#[derive(PartialEq, Properties)]
pub struct TablesProps {
    /// The objects.
    pub simulation: Rc<Simulation>,
    /// The walk.
    pub walk: Option<Walk>,
    /// Index of the current step.
    pub playhead: usize,
    /// The selected object.
    pub selection: Option<Ref>,
}

#[component]
pub fn Tables(props: &TablesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    html! {
        <div class="tables" tabindex="-1">
            <p><button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::ShowView(View::Matrix))}>{ words.get("matrix-title") }</button>{ " " }<button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Plan)))}>{ words.get("plan-title") }</button></p>
            if let Some(walk) = &props.walk { <WalkTable walk={walk.clone()} playhead={props.playhead} /> }
            <ObjectTable simulation={props.simulation.clone()} selection={props.selection.clone()} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct WalkTableProps {
    walk: Walk,
    playhead: usize,
}

#[component]
fn WalkTable(props: &WalkTableProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let walk = &props.walk;
    let lane = |reply: bool| {
        let Some(trace) = walk.trace(reply) else {
            return Html::default();
        };
        let name = words.get(if reply { "reply" } else { "request" });
        html! {
            <tbody>
                <tr><th colspan="5" scope="rowgroup">{ name }</th></tr>
                for stop in walk.stops().filter(|stop| stop.reply == reply) {
                    <tr key={stop.index} aria-current={(stop.index == props.playhead).then_some("step")}>
                        <td><button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Go(Move::To(stop.index)))}>{ stop.index + 1 }</button></td>
                        <th scope="row">{ words.texts().object(stop.place) }{ " " }<span class="quiet">{ step_text::stage(&words, stop.step) }</span></th>
                        <td>{ step_text::title(&words, stop.step) }</td>
                        <td class="mono"><span class={rewrites_source(stop.step).then_some("now")}>{ stop.step.after.source_text() }</span></td>
                        <td class="mono"><span class={rewrites_destination(stop.step).then_some("now")}>{ stop.step.after.destination_text() }</span></td>
                    </tr>
                }
                <tr><td></td><th scope="row">{ trace.last_step().map(|(place, _)| words.texts().object(place)) }</th>
                    <td colspan="3">{ verdict_word(&words, trace.disposition.verdict()) }{ " " }if trace.disposition != Disposition::Delivered { { words.texts().disposition(&trace.disposition) } }</td></tr>
            </tbody>
        }
    };
    html! {
        <table class="grid">
            <caption>{ words.get("table-walk") }</caption>
            <thead><tr>
                for id in ["table-number", "table-where", "table-what", "table-source", "table-destination"] { <th scope="col">{ words.get(id) }</th> }
            </tr></thead>
            { lane(false) }
            { lane(true) }
        </table>
    }
}

#[derive(PartialEq, Properties)]
struct ObjectTableProps {
    simulation: Rc<Simulation>,
    selection: Option<Ref>,
}

#[component]
fn ObjectTable(props: &ObjectTableProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let network = &props.simulation.network;
    html! {
        <table class="grid">
            <caption>{ words.get("table-objects") }</caption>
            <thead><tr>
                for id in ["table-object", "table-kind", "table-address", "table-origin"] { <th scope="col">{ words.get(id) }</th> }
            </tr></thead>
            <tbody>
                for row in rows(network) {
                    <tr key={row.object.to_string()} aria-current={(props.selection.as_ref() == Some(&row.object)).then_some("true")}>
                        <th scope="row" class={classes!((row.depth > 0).then(|| format!("depth-{}", row.depth)))}>
                            <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Click(row.object.clone()))}>{ symbol(of_kind(row.object.kind), "icon--sm icon--inline") }{ words.texts().object(&row.object) }</button>
                        </th>
                        <td>{ kind_text(&words, &row.object) }if let Some(state) = failure_text(&words, &props.simulation, &row.object) { <span class="object__state">{ symbol("u-warn", "icon--sm icon--inline") }{ state }</span> }</td>
                        <td class="mono">{ row.address }</td>
                        <td>{ origin_text(&words, network, &row.object) }</td>
                    </tr>
                }
            </tbody>
        </table>
    }
}

/// An object in the nested table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How many containers it stands in.
    pub depth: usize,
    /// The object.
    pub object: Ref,
    /// Its address or prefix.
    pub address: String,
}

/// Every object that the picture shows, containers before what they contain.
pub fn rows(network: &Network) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |depth: usize, object: Ref, address: String| {
        rows.push(Row {
            depth,
            object,
            address,
        });
    };
    outside(network, &mut add);
    entry(network, &mut add);
    for vnet in &network.vnets {
        inside(network, vnet, &mut add);
    }
    resources(network, &mut add);
    rows
}

/// Takes a row: its depth, its object, and that one's address.
type Add<'a> = dyn FnMut(usize, Ref, String) + 'a;

fn text(address: Option<IpAddr>) -> String {
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

fn hosts(network: &Network, wanted: impl Fn(&HostNetwork) -> bool) -> Vec<(Ref, String)> {
    let hosts = network.hosts.iter().filter(|host| wanted(&host.network));
    hosts
        .map(|host| (host.reference(), text(host.ip)))
        .collect()
}

/// The internet and offices, with their machines.
fn outside(network: &Network, add: &mut Add<'_>) {
    add(0, Ref::bare(Kind::Internet), String::new());
    for (object, address) in hosts(network, |it| *it == HostNetwork::Internet) {
        add(1, object, address);
    }
    for gateway in &network.local_gateways {
        let name = &gateway.meta.name;
        let object = gateway.meta.reference(Kind::LocalGateway);
        add(0, object, joined(&gateway.prefixes));
        let here = |it: &HostNetwork| matches!(it, HostNetwork::OnPremises(at) if at == name);
        for (object, address) in hosts(network, here) {
            add(1, object, address);
        }
    }
}

/// The cluster, and what leads into it and out of it.
fn entry(network: &Network, add: &mut Add<'_>) {
    if let Some(cluster) = &network.cluster {
        let model = cluster.network_model().to_string();
        add(0, cluster.reference(), model);
    }
    for balancer in &network.load_balancers {
        let frontends = balancer.frontends.iter().map(|frontend| frontend.ip);
        let frontends: Vec<_> = frontends.collect();
        add(0, balancer.reference(), joined(&frontends));
    }
    for gateway in &network.nat_gateways {
        let names = gateway.public_ips.iter();
        let ips = names.filter_map(|name| network.public_ip(name)?.ip);
        let ips: Vec<_> = ips.collect();
        add(0, nat_gateway_ref(gateway), joined(&ips));
    }
    for service in &network.services {
        add(0, service.reference(), joined(&service.cluster_ips));
    }
    for ingress in &network.ingresses {
        add(0, ingress.reference(), String::new());
    }
    if network.cluster.is_some() {
        add(0, Ref::bare(Kind::AzureDns), PLATFORM.to_string());
    }
}

/// A virtual network with everything in it.
fn inside(network: &Network, vnet: &Vnet, add: &mut Add<'_>) {
    add(0, vnet.reference(), joined(&vnet.address_space));
    for subnet in &vnet.subnets {
        let id = subnet.id();
        add(1, subnet.reference(), subnet_text(subnet));
        let nodes = network.nodes.iter();
        for node in nodes.filter(|node| node.subnet.as_ref() == Some(&id)) {
            add(2, node.reference(), joined(&node.internal_ips));
            let pods = network.pods.iter();
            for pod in pods.filter(|pod| pod.node_name.as_ref() == Some(&node.meta.name)) {
                add(3, pod.reference(), joined(&pod.ips));
            }
        }
        let here = |it: &HostNetwork| matches!(it, HostNetwork::Subnet(at) if *at == id);
        for (object, address) in hosts(network, here) {
            add(2, object, address);
        }
        let endpoints = network.private_endpoints.iter();
        for endpoint in endpoints.filter(|endpoint| endpoint.subnet == id) {
            add(2, endpoint.reference(), joined(&endpoint.ips));
        }
        for (object, address) in devices(network, &id) {
            add(2, object, address);
        }
    }
    for peering in &vnet.peerings {
        let remote = peering.remote.to_string();
        add(1, peering.meta.reference(Kind::Peering), remote);
    }
}

/// What stands in no network, and what happens.
fn resources(network: &Network, add: &mut Add<'_>) {
    for link in &network.connections {
        add(0, link.meta.reference(Kind::Connection), String::new());
    }
    for account in &network.storage_accounts {
        add(0, account.reference(), text(account.ip));
    }
    for zone in &network.dns_zones {
        add(0, zone.reference(), String::new());
    }
    for table in &network.route_tables {
        add(0, table.meta.reference(Kind::RouteTable), String::new());
    }
    for nsg in &network.nsgs {
        add(0, nsg.reference(), String::new());
    }
    for policy in &network.firewall_policies {
        add(0, policy.reference(), String::new());
    }
    for public in &network.public_ips {
        add(0, public.meta.reference(Kind::PublicIp), text(public.ip));
    }
    for object in &network.unmodelled {
        add(0, object.clone(), String::new());
    }
    for event in &network.events {
        let (at, verb, what) = (event.at, event.what.verb(), event.what.object());
        let text = format!("{at}s {verb} {what}");
        add(0, event.meta.reference(Kind::Event), text);
    }
}

/// Its prefixes, and the services that it has endpoints for.
fn subnet_text(subnet: &Subnet) -> String {
    let prefixes = joined(&subnet.prefixes);
    if subnet.service_endpoints.is_empty() {
        return prefixes;
    }
    format!(
        "{prefixes}; serviceEndpoints: {}",
        joined(&subnet.service_endpoints)
    )
}

/// What Azure runs in a subnet: gateways and firewalls, each with its addresses.
fn devices(network: &Network, id: &SubnetId) -> Vec<(Ref, String)> {
    let mut found = Vec::new();
    let here = |subnet: Option<&SubnetId>| subnet.is_some_and(|it| same_subnet(it, id));
    for gateway in &network.gateways {
        if here(gateway.subnet.as_ref()) {
            found.push((gateway.meta.reference(Kind::Gateway), String::new()));
        }
    }
    for firewall in &network.firewalls {
        if here(Some(&firewall.subnet)) {
            let private = private_address(network, firewall);
            let mut ips: Vec<_> = private.into_iter().collect();
            ips.extend(public_addresses(network, firewall));
            found.push((firewall.meta.reference(Kind::Firewall), joined(&ips)));
        }
    }
    for gateway in &network.app_gateways {
        if here(gateway.subnet.as_ref()) {
            let frontends = gateway.frontends.iter();
            let ips = frontends.filter_map(|it| appgateway::address(network, it));
            found.push((gateway.reference(), joined(&ips.collect::<Vec<_>>())));
        }
    }
    found
}

fn joined<T: ToString>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    texts.join(", ")
}
