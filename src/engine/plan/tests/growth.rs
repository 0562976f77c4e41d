//! What ends growth beside the subnet of the nodes: the virtual network (sections 2.4 and 12), its address space, and
//! the pods that a pool must host (section 2.1).

use super::{answer, now, plan};
use crate::engine::plan::wish::{Answer, Obstacle, Wish};
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::network::Network;

/// A cluster whose virtual network has a subnet for nodes and one for pods.
fn cluster(pool: &str) -> Network {
    let text = format!(
        "\
type: Microsoft.Network/virtualNetworks
name: v
properties:
  addressSpace: {{addressPrefixes: [10.9.0.0/16]}}
  subnets:
    - {{name: nodes, properties: {{addressPrefix: 10.9.8.0/24}}}}
    - {{name: pods, properties: {{addressPrefix: 10.9.0.0/22}}}}
---
type: Microsoft.ContainerService/managedClusters
name: k
properties:
  networkProfile: {{networkPlugin: azure}}
  agentPoolProfiles: [{{name: np, {pool}}}]
"
    );
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    Simulation::new(&document).network().clone()
}

/// How many more nodes the virtual network has addresses for.
fn vnet_has_room_for(network: &Network) -> u64 {
    let limits = now(network).limits;
    limits
        .iter()
        .find(|it| it.id == "vnet-addresses")
        .unwrap()
        .more
}

fn with_prefix(network: &Network, prefix: u8) -> Answer {
    let wish = Wish {
        prefix: Some(prefix),
        ..Wish::default()
    };
    plan(network, &wish).answer.unwrap()
}

#[test]
fn a_virtual_network_holds_the_addresses_of_pods_too() {
    // Ten nodes with their first batch of 16: 170 in use; one more takes its own address and thirty for pods.
    let network = cluster("count: 10, maxPods: 30, vnetSubnetID: v/nodes, podSubnetID: v/pods");
    assert_eq!(vnet_has_room_for(&network), (65_536 - 170) / (1 + 30));
    let network = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes");
    assert_eq!(vnet_has_room_for(&network), (65_536 - 217) / 31);
}

#[test]
fn of_a_block_only_the_block_counts_against_the_virtual_network() {
    // PodIPAllocationMode of the API: the block, not each of its addresses, counts against the limit of 65,536, hence
    // "up to 1M pods" (section 2.4). 32 pods take three blocks.
    let network = cluster(
        "count: 10, maxPods: 32, vnetSubnetID: v/nodes, podSubnetID: v/pods, podIPAllocationMode: StaticBlock",
    );
    assert_eq!(
        vnet_has_room_for(&network),
        (65_536 - 10 - 10 * 3) / (1 + 3)
    );
}

#[test]
fn a_pool_with_few_pods_a_node_must_host_thirty() {
    // `lint` refuses the same pool (`pool-too-few-pods`).
    let network = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes");
    let few = answer(&network, 1, 20, 1);
    assert_eq!(few.obstacles, [Obstacle::TooFewPods(20)]);
    assert!(few.has_room() && !few.fits() && !few.holds());
    assert!(answer(&network, 2, 15, 1).holds());
    assert!(answer(&network, 1, 30, 1).holds());
    let elsewhere = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes, podSubnetID: v/pods");
    assert!(answer(&elsewhere, 1, 20, 1).holds(), "not in a pod subnet");
}

#[test]
fn a_subnet_lies_in_its_virtual_network_beside_the_others() {
    let network = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes");
    for prefix in [8, 15, 16] {
        let answer = with_prefix(&network, prefix);
        assert!(
            matches!(answer.obstacles[..], [Obstacle::NoPlace(length, _)] if length == prefix),
            "/{prefix}: {:?}",
            answer.obstacles
        );
        assert!(!answer.fits() && !answer.holds());
    }
    // 10.9.128.0/17 is free, 10.9.0.0/17 has the pods.
    assert!(with_prefix(&network, 17).holds());
    // 65,511 addresses: a /16, of which the pods have a part.
    let many = Wish {
        nodes: Some(260),
        max_pods: Some(250),
        ..Wish::default()
    };
    let many = plan(&network, &many).answer.unwrap();
    assert_eq!(many.smallest, Some(16));
    assert_eq!(many.crowded.unwrap().to_string(), "vnet/v");
}

#[test]
fn a_pool_whose_subnet_does_not_exist_says_so() {
    let network = cluster("count: 2, maxPods: 30, vnetSubnetID: v/nowhere");
    let answer = now(&network).answer.unwrap();
    assert_eq!(answer.obstacles, [Obstacle::NoSubnet]);
    assert!(!answer.fits());
}

/// Limits that a wish exceeds, by name, with the number of nodes that still fit.
fn exceeded(network: &Network, nodes: u32, max_pods: u32) -> Vec<(&'static str, u64)> {
    let exceeded = answer(network, nodes, max_pods, 1).exceeded;
    exceeded.iter().map(|it| (it.id, it.more)).collect()
}

#[test]
fn another_number_of_pods_a_node_is_held_against_the_virtual_network_as_well() {
    // Section 12: 65,536 private addresses. What the nodes of the pool take now is counted anew.
    let network = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes");
    assert_eq!(exceeded(&network, 260, 250), []);
    assert_eq!(exceeded(&network, 261, 250), [("vnet-addresses", 261 - 7)]);
    assert_eq!(exceeded(&network, 261, 30), []);
    // In a pod subnet each node takes its own address and one for each pod, of blocks one for each.
    let pods = "vnetSubnetID: v/nodes, podSubnetID: v/pods";
    let network = cluster(&format!("count: 7, maxPods: 30, {pods}"));
    assert_eq!(exceeded(&network, 261, 250), [("vnet-addresses", 261 - 7)]);
    let network = cluster(&format!(
        "count: 7, maxPods: 30, {pods}, podIPAllocationMode: StaticBlock"
    ));
    assert_eq!(exceeded(&network, 261, 250), []);
    // An overlay gives pods no addresses of the network.
    let overlay = cluster("count: 7, maxPods: 30, vnetSubnetID: v/nodes");
    let mut overlay = overlay;
    if let Some(cluster) = &mut overlay.cluster {
        cluster.plugin = crate::model::azure::NetworkPlugin::AzureOverlay;
    }
    assert_eq!(exceeded(&overlay, 261, 250), []);
}

#[test]
fn what_other_pools_take_of_the_virtual_network_counts_beside_it() {
    let text = "count: 7, maxPods: 30, vnetSubnetID: v/nodes}, {name: other, count: 1, maxPods: 30, vnetSubnetID: v/nodes";
    let network = cluster(text);
    // 65,536 less the 31 of the other pool's node.
    assert_eq!(exceeded(&network, 259, 250), []);
    assert_eq!(exceeded(&network, 260, 250), [("vnet-addresses", 260 - 7)]);
}
