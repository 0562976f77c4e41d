//! What the table shows, where its keys lead, and how a proof begins and ends.

use yew::Reducible;

use super::*;
use crate::engine::trace::Verdict;
use crate::model::object::{Kind, Ref};
use crate::ui::keys::{Key, Reaction, reaction};
use crate::ui::store::State;
use crate::ui::tests::{keep_clients, state};

fn answers(column: &Column) -> Vec<&'static str> {
    let rows = column.table.rows.iter();
    rows.map(|row| row.support.as_str()).collect()
}

fn column_of(state: &State, beside: &[Choice], at: usize) -> Column {
    columns(&state.simulation, beside)[at].clone()
}

const VM: usize = 2;

fn cell(model: Option<Choice>) -> Cell {
    Cell { model, row: VM }
}

// /work/shared/facts/azure.md, section 3: both columns of the article.
#[test]
fn the_switched_cluster_answers_as_the_built_in_scenario_of_its_model() {
    for (id, other) in [("kubenet", "azure-cni"), ("azure-cni", "kubenet")] {
        let (here, there) = (state(id), state(other));
        let beside = chosen(&here.simulation, None);
        assert_eq!(beside.len(), 1, "{id}");
        let own = column_of(&there, &[], 0);
        assert_eq!(
            answers(&column_of(&here, &beside, 1)),
            answers(&own),
            "{id}"
        );
    }
}

#[test]
fn every_model_that_is_offered_has_a_column() {
    let state = state("kubenet");
    let offered = switch::offered(&state.simulation.network);
    assert_eq!(offered.len(), switch::ALL.len() - 1);
    let columns = columns(&state.simulation, &offered);
    assert_eq!(columns.len(), switch::ALL.len());
    let again = super::columns(&state.simulation, &offered);
    assert!(columns == again, "what was worked out is kept");
}

#[test]
fn a_proof_is_shown_like_a_walk_and_going_back_leaves_everything_as_it_was() {
    let before = state("kubenet").reduce(Action::ShowView(View::Article));
    let sent = before.walk().unwrap();
    for model in [None, switch::counterpart(&before.simulation.network)] {
        let row = &column_of(&before, model.as_slice(), model.iter().len())
            .table
            .rows[VM];
        let shown = before
            .clone()
            .reduce(Action::Prove(cell(model), row.telling()));
        let expected = if model.is_none() {
            Verdict::Dropped
        } else {
            Verdict::Delivered
        };
        assert_eq!(shown.walk().unwrap().verdict(), expected, "{model:?}");
        assert_eq!(shown.view, View::Diagram);
        assert!(shown.shown().is_setting());
        assert!(shown.shown().network.cluster.is_some());
        let back = shown.clone().reduce(Action::EndProof);
        assert_eq!((back.view, back.cell), (View::Article, Some(cell(model))));
        assert_eq!(back.walk().unwrap(), sent);
        assert!(Rc::ptr_eq(back.document(), before.document()));
        assert_eq!(back.former, None);
    }
}

#[test]
fn escape_leads_back_from_a_proof_and_whatever_changes_the_work_ends_it() {
    let state = state("kubenet");
    let shown = state.clone().reduce(Action::Prove(cell(None), 1));
    let key = Key {
        name: "Escape".to_owned(),
        shift: false,
        command: false,
        alt: false,
        in_field: false,
        on_control: true,
        in_clock: false,
    };
    assert_eq!(
        reaction(&key, &shown),
        Some(Reaction::Act(Action::EndProof))
    );
    for action in [
        keep_clients(),
        Action::Send,
        Action::SendFlow(0),
        Action::ShowView(View::Matrix),
        Action::ShowView(View::Compare),
    ] {
        let next = shown.clone().reduce(action.clone());
        assert!(next.proof.is_none(), "{action:?}");
        assert!(!next.shown().is_setting(), "{action:?}");
    }
    let tables = shown.clone().reduce(Action::ShowView(View::Table));
    assert!(tables.proof.is_some(), "the tables show the walk, too");
    let back = tables.reduce(Action::EndProof);
    assert_eq!(back.cell, Some(cell(None)), "from there, too");
    // Nothing is moved in a picture that is only looked at.
    let picked = Some(Ref::scoped(Kind::Pod, "default", "p0"));
    let picked = shown.reduce(Action::Select(picked));
    let moved = picked
        .clone()
        .reduce(Action::Nudge(crate::scene::geometry::point(8, 0), 0));
    assert!(Rc::ptr_eq(&picked, &moved));
}

#[test]
fn what_cannot_be_proved_changes_nothing() {
    let state = state("kubenet");
    let kubenet = switch::ALL[0];
    for (cell, probe) in [
        (
            Cell {
                model: None,
                row: 8,
            },
            0,
        ),
        (cell(None), 2),
        (cell(Some(kubenet)), 0),
    ] {
        let next = state.clone().reduce(Action::Prove(cell, probe));
        assert!(Rc::ptr_eq(&next, &state), "{cell:?} {probe}");
    }
}

#[test]
fn keys_go_from_answer_to_answer_and_stop_at_the_edge() {
    let size = (8, 2);
    assert_eq!(next((0, 0), size, "ArrowDown"), Some((1, 0)));
    assert_eq!(next((7, 1), size, "ArrowDown"), Some((7, 1)));
    assert_eq!(next((0, 0), size, "ArrowUp"), Some((0, 0)));
    assert_eq!(next((3, 0), size, "ArrowRight"), Some((3, 1)));
    assert_eq!(next((3, 1), size, "ArrowRight"), Some((3, 1)));
    assert_eq!(next((3, 1), size, "Home"), Some((3, 0)));
    assert_eq!(next((3, 0), size, "End"), Some((3, 1)));
    assert_eq!(next((3, 0), size, "x"), None);
    assert_eq!(next((0, 0), (0, 0), "End"), None);
    assert_eq!(cell_of(&cell_id(7, 1)), Some((7, 1)));
    for bad in ["article-title", "article-1-", "article-1-x", "x"] {
        assert_eq!(cell_of(bad), None, "{bad}");
    }
}

#[test]
fn every_answer_has_its_own_look() {
    let all = [
        Support::Supported,
        Support::WithRouteTable,
        Support::Both,
        Support::PodInitiated,
        Support::OtherInitiated,
        Support::NotSupported,
        Support::NotModelled,
        Support::Absent,
    ];
    let looks: Vec<_> = all.map(look).to_vec();
    let distinct: std::collections::BTreeSet<_> = looks.iter().collect();
    assert_eq!(distinct.len(), all.len());
}
