//! The clock in the store: the same walks as the engine's, back and forth, through edits and undo.
//!
//! Origins: L-07 and the page about health probes (two probes of 5 s take a member out), and the Kubernetes page about
//! nodes (50 s of silence, 300 s of tolerance), as in `tests/events`.

use std::rc::Rc;

use yew::Reducible;

use super::{Action, Move, Note, Origin, Request, State, Tab, View, Work};
use crate::blockers;
use crate::edit::template::event::{Happening, offers};
use crate::engine::events::Timeline;
use crate::engine::simulation::Simulation as Engine;
use crate::engine::trace::Verdict;
use crate::model::object::Ref;
use crate::ui::clock::Instant;
use crate::ui::palette;
use crate::ui::tests::state;

fn kubenet() -> Rc<State> {
    state("kubenet")
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
    assert_eq!(seconds(&state), [0, 0, 10, 50, 350, 352]);
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

/// One step of the clock's own time.
fn tick(state: Rc<State>) -> Rc<State> {
    state.reduce(Action::TickClock)
}

fn place(state: &State) -> (Option<usize>, bool) {
    let at = state.at.as_ref();
    (
        at.map(|at| at.instant.moment),
        at.is_some_and(|at| at.plays),
    )
}

#[test]
fn the_clock_plays_from_the_first_moment_to_the_last_and_stops() {
    let mut state = stopped(kubenet()).reduce(Action::PlayClock);
    let last = seconds(&state).len() - 1;
    for moment in 0..last {
        assert_eq!(place(&state), (Some(moment), true));
        state = tick(state);
    }
    let at_the_end = (Some(last), false);
    assert_eq!(place(&state), at_the_end, "it has stopped at the end");
    let same = tick(state.clone());
    assert!(Rc::ptr_eq(&same, &state));
    let again = state.reduce(Action::PlayClock);
    assert_eq!(
        place(&again),
        (Some(0), true),
        "from the end it starts anew"
    );
    let paused = tick(again).reduce(Action::PlayClock);
    assert_eq!(place(&paused), (Some(1), false));
    let on = paused.reduce(Action::PlayClock);
    assert_eq!(place(&on), (Some(1), true), "it goes on where it was");
    let nothing = kubenet();
    assert!(Rc::ptr_eq(
        &nothing.clone().reduce(Action::PlayClock),
        &nothing
    ));
}

#[test]
fn whatever_the_reader_does_with_walk_or_clock_stops_the_clock() {
    let plays = tick(stopped(kubenet()).reduce(Action::PlayClock));
    let at = plays.at.as_ref().map(|at| at.instant);
    for action in [
        Action::ShowMoment(at),
        Action::StepMoment { forward: true },
        Action::TogglePlay,
        Action::Go(Move::To(0)),
        Action::ShowMoment(None),
        Action::Undo,
        Action::Send,
    ] {
        let state = plays.clone().reduce(action.clone());
        assert!(!place(&state).1, "{action:?}");
    }
    let walks = plays.reduce(Action::TogglePlay);
    assert!(walks.playing && !walks.reduce(Action::PlayClock).playing);
}

#[test]
fn a_link_shows_the_moment_and_the_branch_that_its_sender_saw() {
    for (moment, open) in [(0, false), (1, false), (2, true), (4, false)] {
        let sender = show(stopped(kubenet()), moment, open).reduce(Action::PickBranch(1));
        let work = Work {
            origin: Origin::Link,
            ..sender.work()
        };
        let link = Action::OpenLink(work.into(), sender.looked_at().into());
        let reader = kubenet().reduce(link);
        assert_eq!(
            reader.at.as_ref().map(|at| at.instant),
            Some(Instant { moment, open })
        );
        let branch = |state: &State| state.walk().and_then(|walk| walk.branch().cloned());
        assert!(branch(&reader).is_some() && branch(&reader) == branch(&sender));
        assert_eq!(reader.playhead, sender.playhead);
        assert_eq!(reader.note, Some(Note::Linked));
    }
}

#[test]
fn a_link_to_a_moment_of_a_scenario_in_which_nothing_happens_says_so() {
    let mut view = show(stopped(kubenet()), 2, false).looked_at();
    assert_eq!(view.moment.and_then(|moment| moment.second), Some(10));
    let work = Rc::new(Work {
        origin: Origin::Link,
        ..kubenet().work()
    });
    let open = |view: &crate::share::SharedView| {
        kubenet().reduce(Action::OpenLink(work.clone(), view.clone().into()))
    };
    let reader = open(&view);
    assert!(reader.at.is_none());
    assert_eq!(reader.note, Some(Note::LinkedWithoutMoment(10)));
    assert_eq!(reader.reduce(Action::Keep).note, None);
    view.moment = None;
    assert_eq!(open(&view).note, Some(Note::Linked));
}

/// What `trace --at` does on the command line.
fn command_line(state: &State, second: u32) -> Engine {
    let mut engine = Engine::new(state.document());
    let timeline = Timeline::of(engine.network());
    engine.go_to(timeline, second);
    engine
}

#[test]
fn what_stands_in_the_way_is_asked_at_the_shown_moment() {
    let state = stopped(kubenet());
    let flow = state.sent.flow().expect("a flow");
    let state = show(state, 1, false).reduce(Action::ShowBlockers(true));
    let found = state.blockers.clone().expect("an answer");
    let engine = command_line(&state, 0);
    assert_eq!(
        *found,
        blockers::find_in(state.document(), &engine, &flow, Some(0))
    );
    assert_eq!((found.list.len(), found.after), (1, Verdict::Delivered));
    let state = state.reduce(Action::StepMoment { forward: true });
    assert!(
        state.blockers.is_none(),
        "another moment is another question"
    );
    let state = state.reduce(Action::ShowBlockers(true));
    let found = state.blockers.clone().expect("an answer");
    assert_eq!(found.before, Verdict::Delivered, "the balancer has noticed");
    let open = show(state, 1, true).reduce(Action::ShowBlockers(true));
    assert!(open.blockers.is_none(), "nobody opens an open connection");
}

#[test]
fn the_next_connection_is_opened_at_the_shown_moment() {
    let state = stopped(kubenet());
    let flow = state.sent.flow().expect("a flow");
    let mut seen = Vec::new();
    for moment in [0, 1, 2] {
        let state = show(state.clone(), moment, false);
        let second = state.shown().second;
        let engine = match moment {
            0 => Engine::new(state.document()),
            _ => command_line(&state, second),
        };
        let walk = state.walk().expect("a walk");
        for branch in &walk.answer().result.branches {
            let page = state.shown().next_after(&flow, &branch.picks);
            let line = engine
                .trace_connections(&flow, (2, 0))
                .next_after(&branch.picks);
            assert_eq!(page, line, "moment {moment}");
            seen.push(page);
        }
    }
    assert!(seen.iter().any(|ends| ends != &seen[0]), "moments differ");
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
    // What is sent meanwhile is answered by the last text that could be read, whose problems are not those of the text.
    let command = crate::edit::Command::ReplaceFile {
        file,
        text: "a: [".into(),
        gesture: 2,
    };
    let stale = state.reduce(Action::Edit(command.into()));
    assert!(stale.stale);
    let sent = stale.clone().reduce(Action::Send);
    assert_eq!(sent.problems, stale.problems);
}

/// What the walks of `lint` find is a problem of the page as well, once they were made, also beside those of the clock.
#[test]
fn walks_to_what_is_exposed_add_their_problems() {
    let codes = |state: &State| -> Vec<&str> { state.problems.iter().map(|it| it.code).collect() };
    let lost = |state: &State| codes(state).contains(&"reply-lost");
    let hub = state("hub-firewall");
    assert!(!lost(&hub), "{:?}", codes(&hub));
    let walked = hub.reduce(Action::WalkExposed);
    assert!(lost(&walked));
    // Its button shows the walk that lost the reply.
    let mut problems = walked.problems.iter();
    let flow = problems
        .find_map(|it| it.shown_by.as_deref())
        .expect("a request");
    let shown = walked
        .clone()
        .reduce(Action::Show(Request::of(flow).into()));
    assert_eq!((shown.tab, shown.view), (Tab::Trace, View::Diagram));
    let answer = shown.answer.as_ref().expect("an answer");
    let reply = answer.result.branches[0].connection.reply.as_ref();
    let reply = reply.expect("a reply").disposition.as_str();
    assert_eq!(reply, "NoConnection");
    let again = walked.clone().reduce(Action::WalkExposed);
    assert!(Rc::ptr_eq(&again, &walked), "nothing new");
    // An edit has them walked anew.
    let node = walked.simulation.network.nodes[0].reference();
    let new = Happening::Stop.build(&walked.simulation.network, &node, 0);
    let command = palette::append(&walked.shown(), new);
    let edited = walked.reduce(Action::Edit(command.into()));
    assert!(!lost(&edited), "{:?}", codes(&edited));
    let before = edited.problems.len();
    let edited = edited.reduce(Action::WalkExposed);
    assert!(lost(&edited));
    assert_eq!(edited.problems.len(), before + 1, "{:?}", codes(&edited));
}
