//! A link that is made while something is compared opens with the same two sides.

use std::rc::Rc;

use yew::Reducible;

use super::*;
use crate::edit::Command;
use crate::share::{self, SharedSide};
use crate::text::Language;
use crate::ui::dialogs::{shared_of, work_of};
use crate::ui::store::{Note, Origin, Preferences, State, Theme, Work};
use crate::ui::top::scenario;

fn state(id: &str) -> Rc<State> {
    let preferences = Preferences {
        language: Language::En,
        theme: Theme::System,
        single_keys: true,
    };
    Rc::new(State::new(&scenario(id).unwrap(), preferences))
}

fn comparing(state: Rc<State>, both: [Side; 2]) -> Rc<State> {
    let shown = state.reduce(Action::ShowView(View::Compare));
    let linked = shown.sides().linked;
    shown.reduce(Action::SetSides(Sides { both, linked }))
}

/// What a reader sees who opens the link that the sender makes now.
fn opened(sender: &State) -> Rc<State> {
    let link = share::encode(&shared_of(&sender.work(), "t", sender.looked_at()));
    let (shared, _) = share::decode(&link).unwrap();
    let view = shared.view.clone();
    state("cluster-ip").reduce(Action::OpenLink(Rc::new(work_of(shared)), Rc::new(view)))
}

fn with_port(state: &Rc<State>, from: &str, to: &str) -> Rc<State> {
    let document = state.document();
    let mut files = document.files.iter();
    let file = files.position(|file| file.text.contains(from)).unwrap();
    let text = document.files[file].text.replace(from, to);
    let command = Command::ReplaceFile {
        file,
        text: text.into(),
        gesture: 0,
    };
    state.clone().reduce(Action::Edit(command.into()))
}

#[test]
fn sides_that_every_reader_has_come_back_by_their_words() {
    let overlay = switch::ALL[2];
    for both in [
        [Side::Now, Side::Scenario("azure-cni")],
        [Side::Model(overlay), Side::Now],
        [Side::Scenario("ingress"), Side::Scenario("kubenet")],
    ] {
        let reader = opened(&comparing(state("kubenet"), both));
        assert_eq!(reader.view, View::Compare);
        assert_eq!(reader.sides().both, both);
        assert_eq!(reader.note, Some(Note::Linked));
        assert_eq!(reader.origin, Origin::Link);
    }
}

#[test]
fn what_was_before_an_edit_goes_along_and_can_be_passed_on() {
    let before = state("kubenet");
    let edited = with_port(&before, "10.244.0.0/16", "10.245.0.0/16");
    let sender = comparing(edited, [Side::Before(0), Side::Now]);
    let reader = opened(&sender);
    assert_eq!(reader.document(), sender.document());
    for reader in [opened(&reader), reader] {
        let Sides { both, linked } = reader.sides();
        assert_eq!(both, [Side::Linked(0), Side::Now]);
        assert_eq!(*linked[0].document, **before.document());
        assert_eq!(linked[0].edit, sender.earlier()[0].edit);
    }
}

#[test]
fn the_likeliest_sides_are_shared_where_nobody_chose_any() {
    let sender = state("kubenet").reduce(Action::ShowView(View::Compare));
    assert_eq!(opened(&sender).sides(), sender.sides());
    let diagram = sender.reduce(Action::ShowView(View::Diagram));
    assert_eq!(diagram.sides, None);
    assert_eq!(diagram.looked_at().compare, None);
    let reader = opened(&diagram);
    assert_eq!((reader.view, &reader.sides), (View::Diagram, &None));
}

/// Words are somebody else's: nothing but what every reader has is taken, and the reader is told.
#[test]
fn a_side_that_this_version_does_not_know_is_the_scenario_as_it_is() {
    let sender = comparing(state("kubenet"), [Side::Now, Side::Scenario("azure-cni")]);
    for word in ["model-of-2030", "before-0", "linked-7", "scenario-", ""] {
        let mut view = sender.looked_at();
        let known = SharedSide::Word("scenario-ingress".to_owned());
        view.compare = Some([SharedSide::Word(word.to_owned()), known]);
        let work = Work {
            origin: Origin::Link,
            ..sender.work()
        };
        let reader = state("kubenet").reduce(Action::OpenLink(work.into(), view.into()));
        assert_eq!(reader.sides().both, [Side::Now, Side::Scenario("ingress")]);
        assert_eq!(
            reader.note,
            Some(Note::LinkedWithoutSide(word.to_owned().into()))
        );
        assert!(reader.note.as_ref().is_some_and(Note::is_link));
    }
}

#[test]
fn other_work_that_is_opened_is_compared_with_what_is_likeliest_for_it() {
    let sender = comparing(state("kubenet"), [Side::Now, Side::Scenario("ingress")]);
    let next = sender.reduce(Action::Open(scenario("load-balancer").unwrap()));
    assert_eq!(next.view, View::Compare);
    let expected = [Side::Now, Side::Scenario("load-balancer-local")];
    assert_eq!(next.sides().both, expected);
}

/// The link of 2026-11-27 in `tests/links`.
#[test]
fn a_kept_link_still_opens_with_its_two_sides() {
    let text = include_str!("../../../tests/links/v1-compare.txt");
    let (_, link) = text.split_once('\n').unwrap();
    let (shared, _) = share::decode(link).unwrap();
    let view = shared.view.clone();
    let action = Action::OpenLink(Rc::new(work_of(shared)), Rc::new(view));
    let Sides { both, linked } = state("kubenet").reduce(action).sides();
    assert_eq!(both, [Side::Linked(0), Side::Scenario("kubenet")]);
    assert!(linked[0].document.files[0].text.contains("port: 81"));
    assert_eq!(&*linked[0].edit, "ポートを変更");
}
