//! What documentation says about sizes, and whole plans of the fixture.

mod growth;
mod models;

use super::limits::Bound;
use super::pools::PoolPlan;
use super::ranges::{Purpose, Range, State};
use super::wish::{Answer, Refusal, Wish};
use super::{Plan, sizes};
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::scenarios;

/// A built-in scenario with one text replaced by another, completed.
fn changed(scenario: &str, from: &str, to: &str) -> Network {
    let files = scenarios::find(scenario).unwrap().files.iter();
    let texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), text.replace(from, to)))
        .collect();
    assert!(
        texts.iter().any(|(_, text)| text.contains(to)),
        "`{to}` occurs"
    );
    let (document, _) = Document::from_texts(texts);
    Simulation::new(&document).network().clone()
}

fn plan(network: &Network, wish: &Wish) -> Plan {
    Plan::of(network, wish).unwrap()
}

fn now(network: &Network) -> Plan {
    plan(network, &Wish::default())
}

fn range<'p>(plan: &'p Plan, object: &str, purpose: Purpose) -> &'p Range {
    let mut ranges = plan.ranges.iter();
    ranges
        .find(|it| it.object.to_string() == object && it.purpose == purpose)
        .unwrap()
}

fn counts(range: &Range) -> [u64; 4] {
    let count = |state| range.count(state);
    [
        count(State::Reserved),
        count(State::Used),
        count(State::Held),
        range.free(),
    ]
}

fn answer(network: &Network, nodes: u32, max_pods: u32, surge: u32) -> Answer {
    let wish = Wish {
        nodes: Some(nodes),
        max_pods: Some(max_pods),
        surge: Some(surge),
        ..Wish::default()
    };
    plan(network, &wish).answer.unwrap()
}

fn azure_cni() -> Network {
    changed("azure-cni", "maxPods: 30", "maxPods: 30")
}

fn kubenet() -> Network {
    changed("kubenet", "maxPods: 110", "maxPods: 110")
}

#[test]
fn azure_takes_five_addresses_and_the_smallest_subnet_is_a_29() {
    // AD:virtual-networks-faq
    assert_eq!(sizes::usable(24), 251);
    assert_eq!(sizes::usable(29), 3);
    assert_eq!(sizes::smallest_subnet(3), Some(29));
    assert_eq!(sizes::smallest_subnet(4), Some(28));
    assert_eq!(sizes::smallest_subnet(251), Some(24));
    assert_eq!(sizes::smallest_subnet(252), Some(23));
    assert_eq!(sizes::smallest_subnet(u64::MAX), None);
}

#[test]
fn fifty_nodes_of_thirty_pods_need_1581_addresses_which_is_a_21() {
    // A21:configure-azure-cni: (N + 1) + (N + 1) x maxPods
    let answer = answer(&azure_cni(), 50, 30, 1);
    // An internal frontend or a machine would come on top; the fixture has none in this subnet.
    assert_eq!((answer.others, answer.need), (0, 1581));
    assert_eq!((answer.fits(), answer.smallest), (false, Some(21)));
    assert_eq!(answer.pods, 1500);
}

#[test]
fn a_24_holds_eight_nodes_of_azure_cni_but_not_the_surge_of_an_upgrade() {
    // C-10
    let network = azure_cni();
    let eight = answer(&network, 8, 30, 0);
    // The field is a wish too: at least one node comes more unless it is said that none does.
    assert_eq!((eight.need, eight.usable, eight.fits()), (248, 251, true));
    assert_eq!(eight.pods, 240);
    assert!(!answer(&network, 8, 30, 1).fits());
    let seven = answer(&network, 7, 30, 1);
    assert_eq!((seven.need, seven.fits()), (248, true));
}

#[test]
fn a_24_holds_251_nodes_of_kubenet_with_27610_pods() {
    // A21:configure-kubenet
    let network = kubenet();
    let most = answer(&network, 251, 110, 0);
    assert_eq!((most.need, most.fits(), most.pods), (251, true, 27_610));
    assert!(!answer(&network, 252, 110, 0).fits());
    // A /27 suits 20 to 25 nodes: 2,200 to 2,750 pods.
    assert!(answer(&network, 25, 110, 2).need <= sizes::usable(27));
    assert_eq!(answer(&network, 25, 110, 2).smallest, Some(27));
}

#[test]
fn a_pod_range_feeds_a_node_for_each_24() {
    // Section 1.1: /16 gives 256 nodes, /15 gives 512.
    assert_eq!([sizes::blocks(16), sizes::blocks(15)], [256, 512]);
    let network = kubenet();
    let most = answer(&network, 255, 110, 1);
    assert_eq!(
        (most.smallest_pod_range, most.pod_range_fits),
        (Some(16), true)
    );
    let more = answer(&network, 256, 110, 1);
    assert_eq!(
        (more.smallest_pod_range, more.pod_range_fits),
        (Some(15), false)
    );
}

#[test]
fn static_blocks_of_a_pod_subnet_come_in_sixteens() {
    // Section 2.4: 30 -> 2 blocks, 31 -> 2, 32 -> 3.
    assert_eq!([30, 31, 32].map(sizes::static_blocks), [2, 2, 3]);
}

#[test]
fn a_surge_is_a_number_or_a_share_of_the_pool_rounded_up() {
    assert_eq!(sizes::surge(None, 50), 1);
    assert_eq!(sizes::surge(Some("33%"), 10), 4);
    assert_eq!(sizes::surge(Some("3"), 10), 3);
    assert_eq!(sizes::surge(Some("1%"), 3), 1);
    assert_eq!(sizes::surge(Some("nonsense"), 3), 1);
}

#[test]
fn every_address_of_the_node_subnet_has_a_holder_and_a_reason() {
    // Section 2.1: one primary and maxPods secondaries for each node, used or not.
    let plan = now(&azure_cni());
    let nodes = range(&plan, "subnet/vnet-a/nodes", Purpose::Subnet);
    let [reserved, used, held, free] = counts(nodes);
    assert_eq!((reserved, reserved + used + held + free), (5, 256));
    assert_eq!(used + held, 62);
    let of = |ip: &str| {
        let ip: std::net::Ipv4Addr = ip.parse().unwrap();
        let found = nodes
            .holdings
            .iter()
            .find(|it| it.first <= ip && ip <= it.last);
        let found = found.unwrap();
        let holder = found.holder.as_ref().map(ToString::to_string);
        (holder.unwrap_or_default(), found.state, found.reason)
    };
    assert_eq!(
        of("10.1.0.0"),
        (String::new(), State::Reserved, "plan-network")
    );
    assert_eq!(
        of("10.1.0.1"),
        (String::new(), State::Reserved, "plan-gateway")
    );
    assert_eq!(of("10.1.0.3"), (String::new(), State::Reserved, "plan-dns"));
    assert_eq!(
        of("10.1.0.255"),
        (String::new(), State::Reserved, "plan-broadcast")
    );
    assert_eq!(of("10.1.0.4"), ("node/n0".into(), State::Used, "plan-node"));
    assert_eq!(
        of("10.1.0.10"),
        ("pod/default/p0".into(), State::Used, "plan-pod")
    );
    assert_eq!(
        of("10.1.0.34"),
        ("node/n0".into(), State::Held, "plan-held")
    );
    let vms = range(&plan, "subnet/vnet-a/vms", Purpose::Subnet);
    assert_eq!(counts(vms), [5, 1, 0, 250]);
}

#[test]
fn kubenet_takes_one_address_a_node_and_a_24_of_the_pod_range() {
    let plan = now(&kubenet());
    let nodes = range(&plan, "subnet/vnet-a/nodes", Purpose::Subnet);
    assert_eq!(counts(nodes), [5, 2, 0, 249]);
    let pods = range(&plan, "cluster/kn", Purpose::Pods);
    let [reserved, used, held, free] = counts(pods);
    assert_eq!(reserved, 6, "network, bridge and broadcast of each node");
    assert_eq!(reserved + used + held, 512);
    assert_eq!(free, 65_536 - 512);
    let services = range(&plan, "cluster/kn", Purpose::Services);
    let names: Vec<String> = services
        .holdings
        .iter()
        .filter_map(|it| it.holder.as_ref().map(ToString::to_string))
        .collect();
    assert!(
        names.contains(&"service/default/web".to_owned()),
        "{names:?}"
    );
}

#[test]
fn a_subnet_without_free_addresses_has_none_for_a_frontend() {
    // C-11: a pool that uses every address.
    let network = changed("azure-cni", "count: 2", "count: 8");
    let plan = now(&network);
    let nodes = range(&plan, "subnet/vnet-a/nodes", Purpose::Subnet);
    assert_eq!(counts(nodes)[3], 3);
    let pool: &PoolPlan = &plan.pools[0];
    assert_eq!((pool.nodes, pool.more_nodes()), (8, 0));
    assert_eq!((pool.surge_need(), pool.surge_fits()), (31, false));
}

fn first(plan: &Plan) -> &Bound {
    plan.limits.first().unwrap()
}

#[test]
fn the_limit_that_is_nearest_binds_first() {
    // Azure CNI: the subnet, at 8 nodes.
    let plan = now(&azure_cni());
    assert_eq!(
        (first(&plan).id, first(&plan).more),
        ("subnet-addresses", 6)
    );
    // kubenet in a /24: the subnet, at 251 nodes; before the pod range (256) and the route table (400).
    let network = kubenet();
    let plan = now(&network);
    let nodes = network.nodes.len() as u64;
    let binds: Vec<(&str, u64)> = plan
        .limits
        .iter()
        .map(|bound| (bound.id, bound.more + nodes))
        .filter(|(id, _)| ["subnet-addresses", "pod-range", "routes"].contains(id))
        .collect();
    assert_eq!(
        binds,
        [
            ("subnet-addresses", 251),
            ("pod-range", 256),
            ("routes", 400)
        ]
    );
    // A larger subnet and pod range leave the 400 routes (K-11).
    let network = changed(
        "kubenet",
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.244.0.0/15",
    );
    let ids: Vec<&str> = now(&network).limits.iter().map(|it| it.id).collect();
    let place = |id: &str| ids.iter().position(|it| *it == id).unwrap();
    assert!(place("routes") < place("pod-range"));
}

#[test]
fn ports_that_were_set_by_hand_bind_too() {
    // Section 5.6: 64,000 / ports x addresses; equality fits (A26).
    let network = changed(
        "kubenet",
        "effectiveOutboundIPs",
        "allocatedOutboundPorts: 16000\n      effectiveOutboundIPs",
    );
    let plan = now(&network);
    assert_eq!((first(&plan).id, first(&plan).more), ("outbound-ports", 2));
}

#[test]
fn another_prefix_is_a_wish_too_and_nonsense_is_refused() {
    let network = azure_cni();
    let wish = |wish: Wish| Plan::of(&network, &wish);
    let larger = wish(Wish {
        nodes: Some(50),
        prefix: Some(21),
        ..Wish::default()
    });
    let answer = larger.unwrap().answer.unwrap();
    assert_eq!((answer.usable, answer.fits()), (2043, true));
    let pods = wish(Wish {
        max_pods: Some(9),
        ..Wish::default()
    });
    assert_eq!(pods.unwrap_err(), Refusal::MaxPods(9));
    let prefix = wish(Wish {
        prefix: Some(30),
        ..Wish::default()
    });
    assert_eq!(prefix.unwrap_err(), Refusal::Prefix(30), "V-05");
    let pool = wish(Wish {
        pool: Some("none".into()),
        ..Wish::default()
    });
    assert!(
        matches!(pool.unwrap_err(), Refusal::NoSuchPool(name, names) if &*name == "none" && names.len() == 1)
    );
}
