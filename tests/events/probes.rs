//! Health probes and readiness: who is still sent to, and from when on nobody is.

use std::collections::BTreeMap;

use kubehop::engine::events::Fate;
use kubehop::engine::walk;

use super::{Case, VISIT, all, node_stops, one};

/// L-07: the last local pod dies; until two probes have failed (10 s) packets still come to its node, and are dropped.
#[test]
fn a_load_balancer_notices_after_two_probes_that_a_pod_is_gone() {
    let case = Case::new("load-balancer-local", VISIT, &["stop: pod/default/web"]);
    let expected = [
        (0, "event-pod-stops"),
        (1, "event-pod-leaves"),
        (10, "event-member-down"),
    ];
    assert_eq!(case.changes(), expected);
    assert_eq!(case.timeline.moments.len(), 4);
    assert_eq!(case.ends(0), one("NoSuchAddress"));
    assert_eq!(
        case.ends(1),
        one("NoEndpoints"),
        "the node has none to give it to"
    );
    assert_eq!(case.ends(9), one("NoEndpoints"));
    assert_eq!(case.ends(10), one("NoHealthyMember"));
    let before = walk::trace(&case.timeline.moments[0].plane, case.flow());
    assert_eq!(
        before,
        case.simulation.trace(case.flow()),
        "nothing has happened before the first event"
    );
}

/// The page about health probes: flows of TCP stay with a member that is down; here it is its node that has stopped.
#[test]
fn a_stopped_node_is_left_out_after_two_probes_and_its_connections_hang() {
    let case = node_stops();
    let expected = [
        (0, "event-node-stops"),
        (10, "event-member-down"),
        (21, "event-node-starts"),
        (25, "event-member-up"),
        (31, "event-node-returns"),
    ];
    assert_eq!(case.changes(), expected);
    let half = BTreeMap::from([
        ("NoSuchAddress".to_owned(), 0.5),
        ("pod/default/p1".to_owned(), 0.5),
    ]);
    assert_eq!(case.ends(0), half);
    assert_eq!(case.ends(10), one("pod/default/p1"));
    assert_eq!(case.ends(25), one("pod/default/p1"));
    assert_eq!(case.at(25).branches.len(), 2, "both nodes are picked again");
    let fates = case.fates();
    let hangs = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Hangs, 0.5)]);
    assert_eq!(fates[0], (0, hangs.clone()));
    assert_eq!(
        fates[1],
        (10, hangs),
        "TCP stays with the member that is down"
    );
    let over = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Over, 0.5)]);
    assert_eq!(
        fates[2],
        (21, over),
        "the node has forgotten them: it masquerades from another port"
    );
}

/// A failed readiness probe ends no connection; new ones go elsewhere when the kubelet has seen three failures.
#[test]
fn a_pod_that_is_not_ready_keeps_its_connections() {
    let events = ["unready: pod/default/p1", "at: 60, ready: pod/default/p1"];
    let case = Case::new("kubenet", VISIT, &events);
    let seconds: Vec<u32> = case.changes().iter().map(|(at, _)| *at).collect();
    assert_eq!(
        seconds,
        [0, 30, 35, 35, 60, 61, 65, 65],
        "{:?}",
        case.changes()
    );
    assert_eq!(case.ends(29), one("pod/default/p1"));
    assert_eq!(case.ends(30), one("NoEndpoints"));
    assert_eq!(
        case.ends(35),
        one("NoHealthyMember"),
        "L-08: the node port is rejected on every node"
    );
    assert_eq!(case.ends(65), one("pod/default/p1"));
    for (at, fates) in case.fates() {
        assert_eq!(
            fates,
            all(Fate::Lives),
            "at {at} s: a Standard load balancer keeps TCP when all are down"
        );
    }
}

/// The page about health probes: a Basic load balancer ends TCP when all members are down; flows of UDP end in both.
#[test]
fn basic_load_balancers_end_tcp_when_all_are_down() {
    let basic = Case::changed(
        "kubenet",
        &[
            ("loadBalancerSku: standard", "loadBalancerSku: basic"),
            ("name: Standard", "name: Basic"),
        ],
        VISIT,
        &["unready: pod/default/p1"],
    );
    let last = basic.fates().pop();
    assert_eq!(last, Some((35, all(Fate::Hangs))));
}
