//! kubehop's own kinds except `Flow` and `Event`: `Host`, `Layout`, `Settings`.

use super::cursor::{Cursor, quoted};
use super::item::Item;
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{DnsForward, Era, Host, HostNetwork, Layout, Listen, Settings};

/// Reads one of our kinds into the network.
pub(super) fn read(kind: Kind, item: &Item, at: Cursor<'_>, network: &mut Network) {
    let spec = at.get("spec");
    match kind {
        Kind::Host => network.hosts.extend(host(spec, meta(at, item))),
        Kind::Flow => network
            .flows
            .extend(super::flow::flow(spec, meta(at, item))),
        Kind::Event => network
            .events
            .extend(super::event::event(spec, meta(at, item), item)),
        Kind::Layout => layout(spec, &mut network.layout),
        Kind::Settings => network.settings = settings(spec),
        _ => {}
    }
}

fn meta(at: Cursor<'_>, item: &Item) -> Meta {
    let metadata = at.get("metadata");
    Meta {
        name: item.head.object.name.clone(),
        labels: metadata.get("labels").labels(),
        annotations: metadata.get("annotations").labels(),
        origin: item.origin(),
        ..Meta::default()
    }
}

fn host(spec: Cursor<'_>, meta: Meta) -> Option<Host> {
    let listens = spec.get("listens");
    let ports = || listens.list().filter_map(listen).collect();
    Some(Host {
        network: host_network(spec)?,
        ip: spec.get("ip").address(),
        listens: listens.exists().then(ports),
        ip_forwarding: spec.get("ipForwarding").flag().unwrap_or_default(),
        nsg: spec.get("networkSecurityGroup").resource(),
        public_ip: spec.get("publicIP").resource(),
        dns_server: spec.get("dnsServer").flag().unwrap_or_default(),
        dns_forwards: spec.get("dnsForward").list().filter_map(forward).collect(),
        dns_servers: spec.get("dnsServers").addresses(),
        meta,
    })
}

/// `{zone: contoso.com, to: [10.2.0.53]}`
fn forward(at: Cursor<'_>) -> Option<DnsForward> {
    at.get("zone")
        .require("a zone, such as `contoso.com`, or `.` for every name");
    at.get("to").require("the addresses of DNS servers");
    let to = at.get("to").addresses();
    Some(DnsForward {
        zone: at.get("zone").name()?,
        to: (!to.is_empty()).then_some(to)?,
    })
}

/// Exactly one of `network: internet`, `subnet` and `onPremises`.
fn host_network(spec: Cursor<'_>) -> Option<HostNetwork> {
    let places = ["network", "subnet", "onPremises"].map(|field| spec.get(field));
    let written = places.iter().filter(|place| place.exists()).count();
    if written != 1 {
        spec.wrong(
            "host-place",
            "must say where the host stands",
            &format!("{written} of them"),
            "exactly one of `network: internet`, `subnet: VNET/SUBNET`, `onPremises: GATEWAY`",
        );
    }
    let [network, subnet, on_premises] = places;
    if subnet.exists() {
        return subnet.subnet().map(HostNetwork::Subnet);
    }
    if on_premises.exists() {
        return on_premises.resource().map(HostNetwork::OnPremises);
    }
    network
        .word(&[("internet", ())])
        .map(|()| HostNetwork::Internet)
}

fn listen(at: Cursor<'_>) -> Option<Listen> {
    at.get("port").require("a port, 1 to 65535");
    Some(Listen {
        port: at.get("port").port()?,
        protocol: at.get("protocol").protocol(),
    })
}

/// `spec.positions`: a place, and `[x, y]` or `{x: …, y: …}`.
fn layout(spec: Cursor<'_>, layout: &mut Layout) {
    const RANGE: i64 = 1_000_000;
    for (entry, at) in spec.get("positions").entries() {
        let Ok(place) = entry.key.parse::<Ref>() else {
            at.doubt(
                "unknown-place",
                "is not the position of a known kind of place",
                &quoted(&entry.key),
                "a place such as `pod/default/web`",
                "",
            );
            continue;
        };
        let numbers: Vec<Option<i32>> = if at.node().is_some_and(|node| !node.items().is_empty()) {
            at.list().map(|item| item.whole(-RANGE, RANGE)).collect()
        } else {
            ["x", "y"]
                .map(|axis| at.get(axis).whole(-RANGE, RANGE))
                .to_vec()
        };
        match numbers.as_slice() {
            [Some(x), Some(y)] => {
                layout.positions.insert(place, (*x, *y));
            }
            _ => at.wrong(
                "bad-position",
                "is not a position",
                &quoted(at.written()),
                "`[x, y]` in whole numbers",
            ),
        }
    }
}

fn settings(spec: Cursor<'_>) -> Settings {
    let era = spec.get("era");
    let written = era.scalar();
    let known = match written.as_deref() {
        None | Some("now") => Some(Era::Now),
        Some("2021") => Some(Era::Y2021),
        Some(_) => None,
    };
    if known.is_none() {
        let found = quoted(written.as_deref().unwrap_or_default());
        era.wrong(
            "unknown-value",
            "is not a known value",
            &found,
            "`2021` or `now`",
        );
    }
    Settings {
        era: known.unwrap_or(Era::Now),
        kubenet_masquerades_pods: spec
            .get("kubenetMasqueradesPods")
            .flag()
            .unwrap_or_default(),
        azure_cni_bridge: spec
            .get("azureCniMode")
            .word_any_case(&[("transparent", false), ("bridge", true)])
            .unwrap_or_default(),
    }
}
