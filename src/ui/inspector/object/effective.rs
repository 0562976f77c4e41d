//! What Azure makes of the selected object: the effective routes and security rules of a subnet or machine, and who
//! answers a load balancer's probes. It is what `kubehop effective` prints, read from the same effective state.

use std::rc::Rc;

use ipnet::IpNet;
use yew::{Html, Properties, component, html};

use super::azure::ports;
use crate::engine::azure::nsg::{AddressSet, EffectiveNsg, EffectiveRule, Level};
use crate::engine::azure::probes::Health;
use crate::engine::azure::routes::EffectiveRoutes;
use crate::engine::azure::snat::ports_per_node;
use crate::engine::dataplane::Dataplane;
use crate::model::azure::{NextHop, SubnetId};
use crate::model::object::{Kind, Ref};
use crate::text::Texts;
use crate::ui::context::use_words;
use crate::ui::simulation::Simulation;
use crate::ui::step_text::next_hop_text;

#[cfg(test)]
mod tests;

/// More rows than these wait until the reader opens them.
const OPEN: usize = 12;
/// More rows than these are counted instead.
const SHOWN: usize = 100;

/// A table of the effective state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// Message ids of its columns.
    pub head: &'static [&'static str],
    /// The rows, and whether each is in force.
    pub rows: Vec<(bool, Vec<String>)>,
}

#[derive(PartialEq, Properties)]
pub struct EffectiveProps {
    /// The object.
    pub object: Ref,
    /// Where it is.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn Effective(props: &EffectiveProps) -> Html {
    let words = use_words();
    let made = props
        .simulation
        .with_dataplane(|plane| sections(words.texts(), plane, &props.object));
    let one = |section: &Section| {
        let count = i64::try_from(section.rows.len()).unwrap_or(i64::MAX);
        let rest = section.rows.len().saturating_sub(SHOWN);
        html! {
            <details class="effective" open={section.rows.len() <= OPEN}>
                <summary class="sub">{ &section.title }{ " " }<small class="quiet">{ count }</small></summary>
                <table class="grid">
                    <thead><tr>{ for section.head.iter().map(|id| html! { <th scope="col">{ words.get(id) }</th> }) }</tr></thead>
                    <tbody>
                        for (on, cells) in section.rows.iter().take(SHOWN) {
                            <tr class={(!on).then_some("is-off")}>{ for cells.iter().map(|cell| html! { <td class="mono">{ for words_of(cell).map(|word| html! { <>{ word }<wbr /></> }) }</td> }) }</tr>
                        }
                    </tbody>
                </table>
                if rest > 0 { <p class="quiet">{ words.with("effective-more", &[("count", i64::try_from(rest).unwrap_or(i64::MAX).into())]) }</p> }
            </details>
        }
    };
    html! { <>{ for made.iter().map(one) }</> }
}

/// The words that a name such as `VirtualNetworkGateway` is made of, so that a line ends between two of them.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let starts = |(at, letter): (usize, char)| {
        let before = text[..at].chars().next_back();
        (letter.is_ascii_uppercase() && before.is_some_and(|it| it.is_ascii_lowercase()))
            .then_some(at)
    };
    let ends = text.char_indices().filter_map(starts).chain([text.len()]);
    ends.scan(0, |start, end| {
        Some(&text[std::mem::replace(start, end)..end])
    })
}

/// The tables about `object`; none where nothing is derived for it.
pub fn sections(texts: &Texts, plane: &Dataplane, object: &Ref) -> Vec<Section> {
    let network = &plane.network;
    match object.kind {
        Kind::Subnet => {
            let id = SubnetId {
                vnet: object.scope.clone(),
                subnet: object.name.clone(),
            };
            let group = plane.filters().subnet(&id);
            let rules = group.and_then(|group| security(texts, group));
            routes(texts, plane, &id).into_iter().chain(rules).collect()
        }
        Kind::Node | Kind::Host => machine(texts, plane, object),
        Kind::Nsg => {
            let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
            let subnets = subnets.filter_map(|it| plane.filters().subnet(&it.id()));
            let nics = plane.addresses.nics();
            let nics = nics.filter_map(|nic| plane.filters().nic(&nic.owner));
            let mut places = subnets
                .chain(nics)
                .filter(|it| it.nsg.as_ref() == Some(object));
            places
                .find_map(|it| security(texts, it))
                .into_iter()
                .collect()
        }
        Kind::LoadBalancer => balancer(texts, plane, object),
        _ => Vec::new(),
    }
}

/// What decides at a machine's network interface: its subnet's routes, and both security groups.
fn machine(texts: &Texts, plane: &Dataplane, object: &Ref) -> Vec<Section> {
    let Some(nic) = plane.addresses.nic(object) else {
        return Vec::new();
    };
    let groups = [
        plane.filters().subnet(&nic.subnet),
        plane.filters().nic(object),
    ];
    let rules = groups.into_iter().flatten();
    let rules = rules.filter_map(|group| security(texts, group));
    routes(texts, plane, &nic.subnet)
        .into_iter()
        .chain(rules)
        .collect()
}

fn routes(texts: &Texts, plane: &Dataplane, id: &SubnetId) -> Option<Section> {
    let of_subnet = plane.routes(id)?;
    let EffectiveRoutes { routes, tagged, .. } = of_subnet;
    let hop = |hop: &NextHop| match hop {
        NextHop::VirtualAppliance(_) => format!("{} {}", hop.as_str(), next_hop_text(hop)),
        other => other.as_str().to_owned(),
    };
    let known = routes.iter().map(|route| {
        let state = if route.active { "Active" } else { "Invalid" };
        let cells = vec![
            route.prefix.to_string(),
            hop(&route.next_hop),
            format!("{}, {state}", route.source.as_str()),
        ];
        (route.active, cells)
    });
    let tags = tagged.iter().map(|route| {
        let known = of_subnet.known_of(route);
        let what = if known.is_empty() {
            texts.get("effective-tag-unknown")
        } else {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let args = [("addresses", known.join(", ").into())];
            texts.message("effective-tag", &args)
        };
        let name = texts.message("effective-tag-name", &[("tag", route.tag.clone().into())]);
        let cells = vec![name, hop(&route.next_hop), what];
        (!known.is_empty(), cells)
    });
    Some(Section {
        title: texts.message("effective-routes", &[("subnet", id.reference().into())]),
        head: &["effective-prefix", "effective-hop", "effective-source"],
        rows: known.chain(tags).collect(),
    })
}

fn security(texts: &Texts, group: &EffectiveNsg) -> Option<Section> {
    let nsg = group.nsg.clone()?;
    let title = match group.level {
        Level::Subnet => "effective-rules-subnet",
        Level::Nic => "effective-rules-nic",
    };
    let args = [("nsg", nsg.into()), ("place", group.place.clone().into())];
    let rows = [true, false].into_iter().flat_map(|inbound| {
        let rules = group.rules.iter();
        rules.filter(move |rule| rule.inbound == inbound)
    });
    Some(Section {
        title: texts.message(title, &args),
        head: &["effective-priority", "effective-match", "effective-rule"],
        rows: rows.map(|rule| (true, security_row(rule))).collect(),
    })
}

fn security_row(rule: &EffectiveRule) -> Vec<String> {
    let direction = if rule.inbound { "in" } else { "out" };
    let access = if rule.allow { "Allow" } else { "Deny" };
    let protocol = rule
        .protocol
        .map_or_else(|| "*".to_owned(), |it| format!("{it:?}"));
    let (from, to) = (side(&rule.source), side(&rule.destination));
    // Hardly a rule asks for a source port.
    let of_source = match rule.source_ports.as_slice() {
        [] => String::new(),
        some => format!(":{}", ports(some)),
    };
    let ports = ports(&rule.destination_ports);
    vec![
        format!("{direction} {}", rule.priority),
        format!("{protocol} {from}{of_source} → {to}:{ports}"),
        format!("{access} {}", rule.name),
    ]
}

/// Addresses, prefixes and tags as they were written.
fn side(set: &AddressSet) -> String {
    let any = set.any.then(|| "*".to_owned());
    let nets = set.nets.iter().map(IpNet::to_string);
    let hosts = set.hosts.iter().map(ToString::to_string);
    let tags = set.tags.iter().map(ToString::to_string);
    let all = any.into_iter().chain(nets).chain(hosts).chain(tags);
    all.collect::<Vec<_>>().join(",")
}

/// Who answers each probe, and how many ports each node has to leave with.
fn balancer(texts: &Texts, plane: &Dataplane, object: &Ref) -> Vec<Section> {
    let network = &plane.network;
    let mut all = network.load_balancers.iter().enumerate();
    let Some((at, balancer)) = all.find(|(_, it)| it.reference() == *object) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (index, probe) in balancer.probes.iter().enumerate() {
        for (node, health) in plane.probe_health(at, index) {
            let cells = vec![
                node.to_string(),
                probe.port.to_string(),
                health_text(texts, health),
            ];
            rows.push((*health == Health::Healthy, cells));
        }
    }
    let probes = Section {
        title: texts.get("effective-probes"),
        head: &["effective-node", "effective-port", "effective-answer"],
        rows,
    };
    let ports = balancer.outbound_rules.iter().map(|rule| {
        let ports = ports_per_node(rule.allocated_ports, network.nodes.len());
        let frontends = rule.frontends.join(", ");
        (
            true,
            vec![rule.name.to_string(), frontends, ports.to_string()],
        )
    });
    let outbound = Section {
        title: texts.get("effective-snat"),
        head: &["effective-rule", "effective-frontends", "effective-ports"],
        rows: ports.collect(),
    };
    let both = [probes, outbound].into_iter();
    both.filter(|section| !section.rows.is_empty()).collect()
}

fn health_text(texts: &Texts, health: &Health) -> String {
    let id = match health {
        Health::Healthy => "effective-healthy",
        Health::NodeNotReady => "effective-node-not-ready",
        Health::NoEndpoint => "effective-no-endpoint",
        Health::NoLocalEndpoint => "effective-no-local-endpoint",
        Health::PortClosed => "effective-port-closed",
        Health::NotYetUp => "effective-not-yet-up",
        Health::Status(status) => {
            let status = [("status", i64::from(*status).into())];
            return texts.message("effective-status", &status);
        }
        Health::Filtered(decision) => {
            let rule = [("rule", decision.rule.clone().into())];
            return texts.message("effective-filtered", &rule);
        }
        Health::NotModelled(what) => {
            let what = [("what", what.clone().into())];
            return texts.message("effective-not-modelled", &what);
        }
    };
    texts.get(id)
}
