//! What is true at a moment of the clock, and that it is the same whenever it is asked.

use kubehop::blockers::{self, Blocker, Remedy};
use kubehop::engine::events::Timeline;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{TraceResult, Verdict};
use kubehop::model::document::Document;
use kubehop::model::object::Ref;

use super::{Case, VISIT, denied, happen, node_stops};

/// What stands in the way is asked, and what lifts it is tried, at the moment: a rule before the one that denies where
/// there is room for it, else the event does not happen. Before the event nothing is in the way.
#[test]
fn what_stands_in_the_way_at_a_moment_is_lifted_at_that_moment() {
    let changes = |event: &str, second: Option<u32>| {
        let mut case = Case::new("kubenet", VISIT, &[event]);
        let flow = case.flow().clone();
        if let Some(second) = second {
            case.simulation.go_to(case.timeline, second);
        }
        let found = blockers::find_in(&case.document, &case.simulation, &flow, second);
        let what = |blocker: &Blocker| match &blocker.remedy {
            Remedy::Change(change) => change.what.id,
            Remedy::With(_) => "with",
            Remedy::None(why) => why.id,
        };
        let all: Vec<&str> = found.list.iter().map(what).collect();
        (all, found.before, found.after)
    };
    let (dropped, delivered) = (Verdict::Dropped, Verdict::Delivered);
    let first = denied("");
    assert_eq!(
        changes(&first, Some(5)),
        (vec!["fix-event", "with"], dropped, delivered)
    );
    assert_eq!(changes(&first, Some(4)), (vec![], delivered, delivered));
    assert_eq!(changes(&first, None), (vec![], delivered, delivered));
    let later = denied(", priority: 300");
    let (all, ..) = changes(&later, Some(5));
    assert_eq!(all[0], "fix-nsg-in", "the least that lets it pass");
}

/// Going back is going to the same state: the whole clock is a function of the scenario.
#[test]
fn playing_twice_gives_the_same_and_stepping_back_is_exact() {
    let play = || {
        Case::new(
            "kubenet",
            VISIT,
            &["stop: node/n1", "at: 70, start: node/n1"],
        )
    };
    let (one, other) = (play(), play());
    assert_eq!(one.changes(), other.changes());
    let traces = |case: &Case| -> Vec<TraceResult> { (0..=400).map(|at| case.at(at)).collect() };
    let forwards = traces(&one);
    let mut backwards: Vec<TraceResult> = (0..=400).rev().map(|at| other.at(at)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_eq!(one.fates(), other.fates());
}

/// What is not there cannot stop: it is said, and the rest goes on.
#[test]
fn events_about_nothing_are_reported() {
    let (document, _) = Document::from_texts(vec![(
        "x.yaml".to_owned(),
        happen(&[
            "stop: node/nowhere",
            "at: soon, stop: node/n0",
            "stop: node/n0, start: node/n0",
            "stop: vnet/v",
            "deny: {sourceAddressPrefix: 10.0.0.0/8}",
        ]),
    )]);
    let simulation = Simulation::new(&document);
    let read: Vec<String> = simulation
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    let said = |text: &str| read.iter().any(|it| it.contains(text));
    assert!(said("is not a time of the clock"), "{read:#?}");
    assert!(said("must say what happens"), "{read:#?}");
    assert!(
        said("is not something that this can happen to"),
        "{read:#?}"
    );
    assert!(said("spec.deny.networkSecurityGroup"), "{read:#?}");
    let played = Timeline::of(simulation.network());
    let problems: Vec<String> = played.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].contains("node/nowhere does not exist"),
        "{problems:#?}"
    );
    assert_eq!(played.moments.len(), 1);
}

/// A machine that is stopped, the pods on it, and the member that a load balancer has taken out, moment by moment.
#[test]
fn what_is_out_of_order_is_named_at_every_moment() {
    let case = node_stops();
    let node: Ref = "node/n0".parse().expect("a place");
    let pod: Ref = "pod/default/p0".parse().expect("a place");
    let seen: Vec<(u32, bool, bool, bool)> = (0..case.timeline.moments.len())
        .map(|index| {
            let failures = case.timeline.failures(index);
            let stopped = |it: &Ref| failures.stopped.contains(it);
            let out = failures.left_out.contains_key(&node);
            (
                case.timeline.moments[index].at,
                stopped(&node),
                stopped(&pod),
                out,
            )
        })
        .collect();
    let expected = [
        (0, false, false, false),
        (0, true, true, false),
        (10, true, true, true),
        (21, false, false, true),
        (25, false, false, false),
        (31, false, false, false),
    ];
    assert_eq!(seen, expected);
}
