//! Nodes need a way out: to the API server, to images, to Azure's own management (section 4 of the fact sheet).

use super::exposure::node_of_each_subnet;
use super::{blamed, ended, lost, warning};
use crate::engine::dataplane::Dataplane;
use crate::engine::walk::{self, INTERNET_ADDRESS};
use crate::model::azure::OutboundType;
use crate::model::diagnostic::Diagnostic;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;

/// One walk to the internet from a node of each subnet; the port is that of nearly everything nodes need.
pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let Some(cluster) = &network.cluster else {
        return;
    };
    // Whoever chose to have no way out does not want to hear of it.
    if cluster.outbound_type == OutboundType::None {
        return;
    }
    for node in node_of_each_subnet(network, plane) {
        let flow = Flow {
            meta: Meta::default(),
            from: node.clone(),
            to: Target::Address(INTERNET_ADDRESS),
            protocol: Protocol::Tcp,
            port: Some(443),
            expect: None,
        };
        for branch in walk::sample(plane, &flow, 1) {
            let connection = &branch.connection;
            let walks = [Some(&connection.original), connection.reply.as_ref()];
            let Some((at, step)) = walks.into_iter().flatten().find_map(lost) else {
                continue;
            };
            let message = format!(
                "{node} and its neighbours have no way to the internet: TCP 443 is lost at {}",
                ended(at, step)
            );
            let problem = warning("egress-blocked", message).hint(
                "open what nodes need, or lead it to a firewall that lets them reach the documented names",
            );
            problems.push(blamed(problem, step, &node));
        }
    }
}
