//! What a wish needs beside the subnet of the nodes (issue 4, part 8): a pod subnet, and limits on nodes; and who takes
//! addresses of a subnet without being a machine.

use super::{changed, plan, range};
use crate::engine::plan::Plan;
use crate::engine::plan::limits;
use crate::engine::plan::ranges::{Purpose, State};
use crate::engine::plan::wish::{Answer, Wish};
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::text::plan as lines;
use crate::text::{Language, Texts};

/// A cluster of three nodes with a pod subnet.
fn pod_subnet(pool: &str) -> Network {
    network(&NETWORK.replace("POOL", pool))
}

const NETWORK: &str = "\
type: Microsoft.Network/virtualNetworks
name: v
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - {name: nodes, properties: {addressPrefix: 10.1.0.0/24}}
    - {name: pods, properties: {addressPrefix: 10.1.4.0/22}}
---
type: Microsoft.ContainerService/managedClusters
name: k
properties:
  networkProfile: {networkPlugin: azure}
  agentPoolProfiles: [{name: p, count: 3, vnetSubnetID: v/nodes, podSubnetID: v/pods, POOL}]
";

fn network(text: &str) -> Network {
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text.to_owned())]);
    Simulation::new(&document).network().clone()
}

fn answer(network: &Network, nodes: u32, max_pods: Option<u32>) -> Answer {
    let wish = Wish {
        nodes: Some(nodes),
        max_pods,
        ..Wish::default()
    };
    plan(network, &wish).answer.unwrap()
}

#[test]
fn a_wish_asks_the_pod_subnet_too() {
    // Section 2.4: 1,019 usable addresses; a node takes one for each pod, up to maxPods.
    let network = pod_subnet("maxPods: 60");
    let enough = answer(&network, 15, None);
    let pods = enough.of_pods.clone().unwrap();
    assert_eq!(
        (pods.need, pods.usable, pods.smallest),
        (16 * 60, 1019, Some(22))
    );
    assert!(enough.holds());
    let too_many = answer(&network, 30, Some(100));
    let pods = too_many.of_pods.clone().unwrap();
    assert!(too_many.fits() && !too_many.holds());
    assert_eq!((pods.need, pods.smallest), (3100, Some(20)));
    assert_eq!(
        too_many.pod_subnet_blocks, None,
        "addresses come in batches"
    );
}

#[test]
fn static_blocks_are_counted_in_sixteens() {
    // 32 pods: 3 blocks, 48 addresses. Azure keeps addresses of the first and of the last of 64 blocks.
    let network = pod_subnet("maxPods: 32, podIPAllocationMode: StaticBlock");
    let wish = answer(&network, 19, None);
    let pods = wish.of_pods.clone().unwrap();
    assert_eq!((pods.per_node, pods.need), (48, 20 * 48));
    assert_eq!((pods.usable, pods.smallest), (62 * 16, Some(22)));
    assert_eq!(wish.pod_subnet_blocks, Some(3));
    assert!(wish.holds());
    let more = answer(&network, 20, None);
    assert!(!more.holds());
    assert_eq!(more.of_pods.unwrap().smallest, Some(21));
}

/// What `plan` says of one more node is what the nodes get: with 14 of them a /24 has no whole block left, although 27
/// addresses are free.
#[test]
fn a_block_with_an_address_of_azure_is_no_free_one() {
    let text = |count: u32| {
        NETWORK
            .replace("10.1.4.0/22", "10.1.4.0/24")
            .replace("count: 3", &format!("count: {count}"))
            .replace("POOL", "maxPods: 15, podIPAllocationMode: StaticBlock")
    };
    let full = |count| {
        let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text(count))]);
        let simulation = Simulation::new(&document);
        simulation
            .diagnostics
            .iter()
            .any(|it| it.code == "pod-subnet-full")
    };
    let now = plan(&network(&text(14)), &Wish::default());
    let bound = now.limits.iter().find(|it| it.id == "pod-subnet-addresses");
    assert_eq!(bound.map(|it| it.more), Some(0));
    assert!(!now.pools[0].surge_of_pods_fits());
    assert!(!full(14) && full(15));
    let one_less = plan(&network(&text(13)), &Wish::default());
    assert!(one_less.pools[0].surge_of_pods_fits());
}

/// Section 1.1: a /22 feeds four nodes of kubenet, so that a fifth for an upgrade has no pods, though the node subnet has
/// an address for it.
#[test]
fn an_upgrade_needs_its_share_of_the_pod_range() {
    let network = |prefix: &str| {
        let text = format!("podCidr: 10.244.0.0/{prefix}");
        changed("kubenet", "podCidr: 10.244.0.0/16", &text)
    };
    let exceeded = |network: &Network, surge| {
        let wish = Wish {
            surge: Some(surge),
            ..Wish::default()
        };
        let plan = plan(network, &wish);
        let bounds = limits::of_upgrade(&plan.pools[0], &plan.limits);
        bounds.map(|it| it.id).collect::<Vec<_>>()
    };
    // Two nodes are there.
    assert_eq!(exceeded(&network("23"), 1), ["pod-range"]);
    assert_eq!(exceeded(&network("22"), 2), [""; 0]);
    assert_eq!(exceeded(&network("22"), 3), ["pod-range"]);
    // 400 routes of a table.
    assert_eq!(exceeded(&network("14"), 398), [""; 0]);
    assert_eq!(exceeded(&network("14"), 399), ["routes"]);
}

#[test]
fn an_upgrade_takes_addresses_of_the_pod_subnet_too() {
    let network = pod_subnet("maxPods: 250, podIPAllocationMode: StaticBlock");
    let now = plan(&network, &Wish::default());
    // 16 blocks a node: 768 of 1,019 addresses, and 256 more do not fit.
    let pool = &now.pools[0];
    assert_eq!(pool.surge_need_of_pods(), 256);
    assert!(pool.surge_fits() && !pool.surge_of_pods_fits());
}

/// AKS: "Customize node surge upgrade": a percentage is one of the nodes of the pool, here of as many as are wished.
#[test]
fn a_percentage_of_surge_grows_with_the_wish() {
    let network = pod_subnet("maxPods: 30, upgradeSettings: {maxSurge: 33%}");
    let now = answer(&network, 3, None);
    assert_eq!((now.surge, now.need), (1, 4));
    let more = answer(&network, 100, None);
    assert_eq!((more.surge, more.need), (33, 133));
    let said = Wish {
        nodes: Some(100),
        surge: Some(2),
        ..Wish::default()
    };
    let said = plan(&network, &said).answer.unwrap();
    assert_eq!((said.surge, said.need), (2, 102));
}

/// Section 2.1: IP exhaustion on scale; an autoscaler may ask for more nodes than the subnet has addresses for.
#[test]
fn an_autoscaler_stops_at_the_first_limit() {
    let stops = |settings: &str, subnet: &str| {
        let text = NETWORK
            .replace("10.1.0.0/24", subnet)
            .replace("POOL", &format!("maxPods: 30, {settings}"));
        let plan = plan(&network(&text), &Wish::default());
        let bound = limits::of_autoscaler(&plan.pools[0], &plan.limits);
        bound.map(|it| (it.id, it.more))
    };
    // 11 usable addresses, 3 taken.
    let to = |most: u32| format!("enableAutoScaling: true, minCount: 1, maxCount: {most}");
    assert_eq!(stops(&to(11), "10.1.0.0/28"), None);
    assert_eq!(stops(&to(12), "10.1.0.0/28"), Some(("subnet-addresses", 8)));
    // 1,019 addresses of the pod subnet: 33 nodes of 30 pods.
    assert_eq!(stops(&to(33), "10.1.0.0/24"), None);
    assert!(stops(&to(40), "10.1.0.0/24").is_some_and(|it| it.0 == "pod-subnet-addresses"));
    assert_eq!(
        stops("enableAutoScaling: false, maxCount: 99", "10.1.0.0/28"),
        None
    );
}

#[test]
fn a_wish_exceeds_limits_on_nodes() {
    // Section 1.1: one route a node, 400 of a table (K-11); section 12: 1,000 nodes of a pool.
    let network = changed(
        "kubenet",
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.240.0.0/13",
    );
    let wish = |nodes| {
        let wish = Wish {
            nodes: Some(nodes),
            prefix: Some(20),
            ..Wish::default()
        };
        plan(&network, &wish).answer.unwrap()
    };
    let ids = |answer: &Answer| -> Vec<&str> { answer.exceeded.iter().map(|it| it.id).collect() };
    // 399 and one more for the upgrade.
    assert_eq!(ids(&wish(399)), [""; 0]);
    assert!(wish(399).holds());
    assert_eq!(ids(&wish(400)), ["routes"]);
    assert!(wish(400).fits() && !wish(400).holds());
    assert_eq!(ids(&wish(1001)), ["routes", "pool-nodes", "pool-members"]);
}

#[test]
fn firewalls_and_gateways_have_addresses_or_say_so() {
    let network = network(
        "\
type: Microsoft.Network/virtualNetworks
name: v
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - {name: AzureFirewallSubnet, properties: {addressPrefix: 10.1.3.0/26}}
    - {name: GatewaySubnet, properties: {addressPrefix: 10.1.255.0/27}}
---
{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: c, properties: {subnet: {id: v/AzureFirewallSubnet}}}]}}
---
{type: Microsoft.Network/virtualNetworkGateways, name: vpn, properties: {gatewayType: Vpn, ipConfigurations: [{name: c, properties: {subnet: {id: v/GatewaySubnet}}}]}}
",
    );
    let plan: Plan = plan(&network, &Wish::default());
    let firewall = range(&plan, "subnet/v/AzureFirewallSubnet", Purpose::Subnet);
    assert_eq!(firewall.count(State::Used), 1);
    let takers = |object: &str| -> Vec<String> {
        let range = range(&plan, object, Purpose::Subnet);
        range.uncounted.iter().map(ToString::to_string).collect()
    };
    assert_eq!(takers("subnet/v/AzureFirewallSubnet"), ["firewall/fw"]);
    assert_eq!(takers("subnet/v/GatewaySubnet"), ["gateway/vpn"]);
}

#[test]
fn a_full_subnet_refuses_the_frontend_of_an_internal_service() {
    // C-11: eight nodes of thirty pods take 248 of 251 addresses, three machines the rest.
    let machines: Vec<String> = (2..5)
        .map(|it| {
            format!("\n---\n{{apiVersion: kubehop.dev/v1, kind: Host, metadata: {{name: m{it}}}, spec: {{subnet: v/nodes, ip: 10.1.0.25{it}}}}}")
        })
        .collect();
    let machines = machines.concat();
    let cluster = |machines: &str| {
        network(&format!(
            "\
type: Microsoft.Network/virtualNetworks
name: v
properties: {{addressSpace: {{addressPrefixes: [10.1.0.0/16]}}, subnets: [{{name: nodes, properties: {{addressPrefix: 10.1.0.0/24}}}}]}}
---
type: Microsoft.ContainerService/managedClusters
name: k
properties: {{networkProfile: {{networkPlugin: azure}}, agentPoolProfiles: [{{name: p, count: 8, maxPods: 30, vnetSubnetID: v/nodes}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: inside, annotations: {{service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}}}}
spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}{machines}"
        ))
    };
    let addresses = |network: &Network| {
        let mut services = network.services.iter();
        let service = services.find(|it| &*it.meta.name == "inside").unwrap();
        service.ingress.len()
    };
    assert_eq!(addresses(&cluster("")), 1);
    assert_eq!(addresses(&cluster(&machines)), 0);
}

/// Two pools of one subnet, whose addresses each counts as its own.
#[test]
fn an_autoscaler_beside_another_fits_as_long_as_that_one_does_not_grow() {
    let said = |other: u32| {
        let pool = |name: &str, most: u32| {
            format!(
                "{{name: {name}, count: 1, vnetSubnetID: v/nodes, maxPods: 30, enableAutoScaling: true, minCount: 1, maxCount: {most}}}"
            )
        };
        let first = "{name: p, count: 3, vnetSubnetID: v/nodes, podSubnetID: v/pods, POOL}";
        let text = NETWORK.replace(first, &[pool("one", 4), pool("two", other)].join(", "));
        let texts = Texts::new(Language::En);
        let plan = plan(&network(&text), &Wish::default());
        lines::pools(&texts, &plan).join("\n")
    };
    let alone = "pool one: the autoscaler may make it 4 nodes: fits as long as no other pool grows";
    assert!(said(8).contains(alone), "{}", said(8));
    assert!(said(1).contains("pool one: the autoscaler may make it 4 nodes: fits\n"));
}
