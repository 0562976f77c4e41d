//! Networks read from text and completed by the controllers.

use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::load_balancer::{Balancers, LbDecision};
use crate::engine::azure::nsg::Filters;
use crate::engine::control;
use crate::engine::outage::Outage;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::{Packet, Protocol};
use crate::model::{azure::SubnetId, read};

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const WEB: &str = include_str!("../../../scenarios/shared/web.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
const AZURE_CNI: &str = include_str!("../../../scenarios/azure-cni/cluster.yaml");

/// What is written in these texts, completed.
pub fn network(texts: &[&str]) -> Network {
    let files = texts.iter().enumerate();
    let files = files.map(|(index, text)| (format!("{index}.yaml"), (*text).to_owned()));
    let (document, problems) = Document::from_texts(files.collect());
    assert_eq!(problems, [], "the text is well-formed");
    let (written, problems) = read::read(&document);
    let errors: Vec<_> = problems
        .iter()
        .filter(|problem| problem.severity == crate::model::diagnostic::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    control::reconcile(written).0
}

/// The kubenet cluster of the fixture with the Service `web`, and more.
pub fn kubenet(more: &str) -> Network {
    network(&[AZURE, KUBENET, WEB, more])
}

/// The Azure CNI cluster of the fixture with the Service `web`, and more.
pub fn azure_cni(more: &str) -> Network {
    network(&[AZURE, AZURE_CNI, WEB, more])
}

/// The fixture with `from` replaced by `to` in whichever file has it; it must occur.
pub fn changed(cluster: &str, from: &str, to: &str) -> Network {
    let cluster = match cluster {
        "kubenet" => KUBENET,
        _ => AZURE_CNI,
    };
    let all = [AZURE, cluster, WEB];
    assert!(
        all.iter().any(|text| text.contains(from)),
        "`{from}` occurs"
    );
    let texts = all.map(|text| text.replace(from, to));
    network(&[&texts[0], &texts[1], &texts[2]])
}

/// `TCP 10.1.0.4 > 10.1.1.4:443` as a packet.
pub fn packet(text: &str) -> Packet {
    let parts: Vec<&str> = text
        .split([' ', '>'])
        .filter(|part| !part.is_empty())
        .collect();
    let protocol: Protocol = parts[0].parse().unwrap();
    let socket = |text: &str| -> (std::net::IpAddr, u16) {
        match text.split_once(':') {
            Some((ip, port)) => (ip.parse().unwrap(), port.parse().unwrap()),
            None => (text.parse().unwrap(), 0),
        }
    };
    let (source, source_port) = socket(parts[1]);
    let (destination, destination_port) = socket(parts[2]);
    Packet {
        protocol,
        source,
        source_port: if source_port == 0 { 50000 } else { source_port },
        destination,
        destination_port,
        ..Packet::default()
    }
}

/// `vnet/subnet` as an id.
pub fn subnet(text: &str) -> SubnetId {
    let (vnet, subnet) = text.split_once('/').unwrap();
    SubnetId {
        vnet: vnet.into(),
        subnet: subnet.into(),
    }
}

/// A reference from its text.
pub fn reference(text: &str) -> Ref {
    text.parse().unwrap()
}

/// What the load balancer does with a packet for the address of a frontend.
pub fn balance(network: &Network, text: &str) -> LbDecision {
    let addresses = Addresses::of(network);
    let filters = Filters::of(network, &addresses);
    let packet = packet(text);
    let (balancer, frontend) = network
        .load_balancers
        .iter()
        .find_map(|balancer| {
            let found = balancer
                .frontends
                .iter()
                .find(|one| one.ip == packet.destination)?;
            Some((balancer.reference(), found.name.clone()))
        })
        .unwrap_or_else(|| panic!("no frontend has {}", packet.destination));
    Balancers::of(network, &Outage::default()).forward(
        network,
        &addresses,
        &filters,
        (&balancer, &frontend),
        &packet,
    )
}
