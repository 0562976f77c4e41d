//! What becomes of connections that were open.

use std::collections::BTreeMap;

use kubehop::engine::events::summary::Course;
use kubehop::engine::events::{Fate, follow};
use kubehop::engine::trace::Verdict;

use super::{Case, VISIT, all, database, denied, flow, node_stops, one};

/// Datagrams are no connection: they move to another member, and kube-proxy forgets an endpoint that has left.
#[test]
fn datagrams_move() {
    let other = "
apiVersion: v1
kind: Pod
metadata: {name: other, labels: {app: web}}
spec: {nodeName: n0, containers: [{name: web, image: web}]}
---
";
    let documents = VISIT.replace("port: 80", "port: 80, protocol: UDP") + other;
    let udp = [("port: 80\n", "port: 80\n      protocol: UDP\n")];
    let case = Case::changed("load-balancer-local", &udp, &documents, &["stop: node/n0"]);
    let hangs = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Hangs, 0.5)]);
    let fates = case.fates();
    assert_eq!(fates[0], (0, hangs));
    assert_eq!(fates[1], (10, all(Fate::Lives)));
}

/// N-14: a rule that denies is for new flows; those that passed go on.
#[test]
fn a_new_security_rule_ends_no_connection() {
    let case = Case::new("kubenet", VISIT, &[&denied("")]);
    assert_eq!(case.changes(), [(5, "event-denied")]);
    assert_eq!(case.ends(4), one("pod/default/p1"));
    assert_eq!(case.ends(5), one("DeniedIn"));
    assert_eq!(case.fates(), [(5, all(Fate::Lives))]);
}

/// A peering that is cut takes its routes with it, for open connections too; they live on if it comes back.
#[test]
fn connections_hang_while_a_peering_is_cut() {
    let call = flow("from: pod/default/p0, to: host/vm-b, port: 443");
    let events = [
        "at: 1, disconnect: peering/vnet-b/b-to-a",
        "at: 2, connect: peering/vnet-b/b-to-a",
    ];
    let case = Case::new("kubenet", &call, &events);
    assert_eq!(case.ends(0), one("host/vm-b"));
    assert_eq!(case.ends(1), one("NullRouted"));
    assert_eq!(case.ends(2), one("host/vm-b"));
    assert_eq!(case.fates(), [(1, all(Fate::Hangs)), (2, all(Fate::Lives))]);
}

/// Another process does not know the connection: a pod that comes back under its name answers with a reset.
#[test]
fn a_pod_in_the_place_of_another_resets_its_connections() {
    let case = Case::new("kubenet", &database(""), &["stop: pod/default/db-0"]);
    let fates = case.fates();
    assert_eq!(
        fates,
        [
            (0, all(Fate::Hangs)),
            (1, all(Fate::Hangs)),
            (2, all(Fate::Over))
        ]
    );
}

/// What leaves through Azure keeps the port that it was given.
#[test]
fn an_open_connection_keeps_its_translation() {
    let out = flow("from: pod/default/p0, to: host/server, port: 443");
    let case = Case::new("kubenet", &out, &["stop: pod/default/p1"]);
    let lives = follow(&case.timeline, case.flow());
    let sources = |connection: &kubehop::engine::trace::Connection| {
        connection
            .received
            .as_ref()
            .map(|it| it.packet.source_text())
    };
    let before = sources(&lives[0].opened.connection);
    assert!(
        before
            .as_ref()
            .is_some_and(|it| it.starts_with("20.50.60.71:")),
        "{before:?}"
    );
    for outcome in lives[0].moments.iter().flatten() {
        assert_eq!(outcome.fate, Fate::Lives);
        assert_eq!(sources(outcome.connection.as_ref().unwrap()), before);
    }
}

/// L-07 once more: what the page shows of a moment is what the walks say, and every share is accounted for.
#[test]
fn open_connections_of_a_moment_have_a_walk_each_also_once_they_are_over() {
    let case = node_stops();
    let course = Course::of(&case.timeline, case.flow());
    for (index, moment) in case.timeline.moments.iter().enumerate() {
        let open = course.open_at(index).expect("connections were open");
        let all: f64 = open.branches.iter().map(|it| it.probability).sum();
        assert!((all - 1.0).abs() < 1e-9, "{all} at {} s", moment.at);
        let fates = course.fates(index);
        let over = fates.get(&Fate::Over).copied().unwrap_or_default();
        let rejected = open
            .branches
            .iter()
            .filter(|it| it.connection.original.disposition.verdict() == Verdict::Rejected);
        let rejected: f64 = rejected.map(|it| it.probability).sum();
        assert!((over - rejected).abs() < 1e-9, "at {} s", moment.at);
    }
    assert!(course.open_at(case.timeline.moments.len()).is_none());
}
