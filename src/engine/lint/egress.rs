//! Nodes need a way out: to the API server, to images, to Azure's own management (section 4 of the fact sheet).

use std::collections::BTreeSet;

use super::exposure::node_of_each_subnet;
use super::{blamed, ended, lost, warning};
use crate::engine::dataplane::Dataplane;
use crate::engine::trace::Cause;
use crate::engine::walk::{self, INTERNET_ADDRESS};
use crate::model::azure::OutboundType;
use crate::model::diagnostic::Diagnostic;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Meta;
use crate::model::object::Ref;
use crate::model::ours::Era;
use crate::model::packet::Protocol;

/// What nodes need: nearly everything by HTTPS, and in 2021 the tunnel to the API server and the time as well.
const WANTED: [(Protocol, u16); 4] = [
    (Protocol::Tcp, 443),
    (Protocol::Tcp, 9000),
    (Protocol::Udp, 1194),
    (Protocol::Udp, 123),
];

/// One walk to the internet from a node of each subnet, for each port that nodes need.
pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let Some(cluster) = &network.cluster else {
        return;
    };
    // Whoever chose to have no way out does not want to hear of it.
    if matches!(
        cluster.outbound_type,
        OutboundType::None | OutboundType::Block
    ) {
        return;
    }
    let wanted = match network.settings.era {
        Era::Now => &WANTED[..1],
        Era::Y2021 => &WANTED[..],
    };
    for node in node_of_each_subnet(network, plane) {
        // One finding for each cause.
        let mut told = BTreeSet::new();
        for (protocol, port) in wanted {
            let found = lost_on_the_way(plane, &node, *protocol, *port);
            problems.extend(found.filter(|it| told.insert((it.object.clone(), it.field.clone()))));
        }
    }
}

fn lost_on_the_way(
    plane: &Dataplane,
    node: &Ref,
    protocol: Protocol,
    port: u16,
) -> Option<Diagnostic> {
    let flow = Flow {
        meta: Meta::default(),
        from: node.clone(),
        to: Target::Address(INTERNET_ADDRESS),
        protocol,
        port: Some(port),
        expect: None,
    };
    walk::sample(plane, &flow, 1).iter().find_map(|branch| {
        let connection = &branch.connection;
        let walks = [Some(&connection.original), connection.reply.as_ref()];
        let (at, step) = walks.into_iter().flatten().find_map(lost)?;
        let message = format!(
            "{node} and its neighbours have no way to the internet: {} {port} is lost at {}",
            protocol.as_str(),
            ended(at, step)
        );
        let problem = warning("egress-blocked", message).hint(
            "open what nodes need, or lead it to a firewall that lets them reach the documented names",
        );
        let own = Cause::object(node.clone());
        let problem = problem.shown_by(flow.clone());
        Some(blamed(problem, step.cause.as_ref().unwrap_or(&own)))
    })
}
