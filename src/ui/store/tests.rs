//! The clock in the store: the same walks as the engine's, back and forth, through edits and undo.
//!
//! Origins: L-07 and the page about health probes (two probes of 5 s take a member out), and the Kubernetes page about
//! nodes (50 s of silence, 300 s of tolerance), as in `tests/events.rs`.

use std::rc::Rc;

use yew::Reducible;

use super::{Action, Origin, Preferences, State, Work};
use crate::edit::template::event::{Happening, offers};
use crate::engine::trace::Verdict;
use crate::model::object::Ref;
use crate::scenarios;
use crate::ui::clock::Instant;
use crate::ui::palette;

fn kubenet() -> Rc<State> {
    let scenario = scenarios::find("kubenet").expect("a built-in scenario");
    let work = Work {
        name: "".into(),
        origin: Origin::Scenario(scenario.id.into()),
        document: Rc::new(scenario.document()),
        request: None,
    };
    Rc::new(State::new(&work, Preferences::default()))
}

fn node() -> Ref {
    "node/n0".parse().expect("a place")
}

/// What the button of the inspector does.
fn stopped(state: Rc<State>) -> Rc<State> {
    let shown = state.shown();
    let new = Happening::Stop.build(&shown.network, &node(), shown.second);
    let command = palette::append(&shown, new);
    state.reduce(Action::Edit(command.into()))
}

fn seconds(state: &State) -> Vec<u32> {
    let clock = state.clock.as_ref().expect("a clock");
    clock.timeline.moments.iter().map(|it| it.at).collect()
}

fn show(state: Rc<State>, moment: usize, open: bool) -> Rc<State> {
    state.reduce(Action::ShowMoment(Some(Instant { moment, open })))
}

fn verdict(state: &State) -> Verdict {
    state.walk().expect("a walk").verdict()
}

#[test]
fn a_scenario_without_events_has_no_clock_and_plays_nothing() {
    let state = kubenet();
    assert!(state.clock.is_none() && state.simulation.timeline().is_none());
    let same = show(state.clone(), 1, false);
    assert!(Rc::ptr_eq(&same, &state), "there is no moment to show");
    let same = state.clone().reduce(Action::StepMoment { forward: true });
    assert!(Rc::ptr_eq(&same, &state));
}

#[test]
fn a_stopped_node_is_one_edit_and_each_moment_shows_its_own_walk() {
    let before = kubenet();
    let plain = before.walk().expect("a walk").branch().cloned();
    let state = stopped(before.clone());
    assert_eq!(seconds(&state), [0, 0, 10, 50, 350]);
    assert!(state.at.is_none(), "nothing is chosen yet");
    assert_eq!(state.walk().expect("a walk").branch().cloned(), plain);

    let state = show(state, 1, false);
    assert_eq!(
        verdict(&state),
        Verdict::Dropped,
        "the balancer still picks n0"
    );
    assert!(state.shown().failures.stopped.contains(&node()));
    let state = show(state, 2, false);
    assert_eq!(verdict(&state), Verdict::Delivered, "only n1 is picked");
    assert!(state.shown().failures.left_out.contains_key(&node()));
    let state = show(state, 1, false);
    assert_eq!(
        verdict(&state),
        Verdict::Dropped,
        "the followed branch is back"
    );
    let state = state.reduce(Action::StepMoment { forward: false });
    assert_eq!(state.walk().expect("a walk").branch().cloned(), plain);
    let state = state.reduce(Action::ShowMoment(None));
    assert_eq!(state.walk().expect("a walk").branch().cloned(), plain);

    let state = show(state, 1, false).reduce(Action::Undo);
    assert!(state.clock.is_none() && state.at.is_none());
    assert_eq!(state.document(), before.document());
    assert_eq!(state.walk().expect("a walk").branch().cloned(), plain);
}

#[test]
fn the_next_packet_of_an_open_connection_is_shown_until_it_is_over() {
    let state = show(stopped(kubenet()), 2, true);
    assert_eq!(
        verdict(&state),
        Verdict::Dropped,
        "TCP stays with the member"
    );
    let walk = state.walk().expect("a walk");
    let shares = walk.answer().result.branches.iter();
    let all: f64 = shares.map(|branch| branch.probability).sum();
    assert!((all - 1.0).abs() < 1e-9, "{all}");
    let opened = show(state, 0, true);
    assert_eq!(verdict(&opened), Verdict::Delivered);
}

#[test]
fn what_was_planned_decides_what_is_offered() {
    let state = stopped(kubenet());
    let network = &state.simulation.network;
    assert_eq!(offers(network, &node()), [(Happening::Start, node())]);
    let start = Happening::Start.build(network, &node(), 0);
    assert!(
        start.text.contains("at: 60s, start: node/n0"),
        "{}",
        start.text
    );
    let again = Happening::Stop.build(network, &node(), 0);
    assert_ne!(
        again.object,
        network.events[0].meta.reference(again.object.kind)
    );
}

#[test]
fn an_event_that_cannot_happen_is_a_problem_with_its_place() {
    let state = stopped(kubenet());
    let file = state.document().files.len() - 1;
    let text = state.document().files[file]
        .text
        .replace("node/n0", "node/n9");
    let command = crate::edit::Command::ReplaceFile {
        file,
        text: text.into(),
        gesture: 1,
    };
    let state = state.reduce(Action::Edit(command.into()));
    let problems = state.problems.iter();
    let mut targets = problems.filter(|problem| problem.code == "event-target");
    let problem = targets.next().expect("a problem");
    assert!(problem.location.is_some());
    assert_eq!(seconds(&state), [0]);
}
