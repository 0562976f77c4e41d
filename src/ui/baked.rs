//! What a newcomer sees first, worked out before anybody opens the page.
//!
//! `web/bake.mjs` calls [`bake`] when the page is built, and the memory that the program then has becomes the memory
//! that it starts with. The first answer so comes from the same engine, once for everybody, and the part of the program
//! that computes answers need not be there for the first picture (`web/split`). A build without that step, and whoever
//! begins with other work, computes it when it is asked for; `tests/e2e/baked.test.mjs` holds that both are the same.

use std::cell::OnceCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::answer::{Outcome, Walk};
use super::context::Words;
use super::left::{verdict_of_scenario, verdicts_of_flows};
use super::simulation::Simulation;
use super::store::{Origin, Preferences, State, Work};
use crate::model::document::Document;
use crate::scenarios;
use crate::scene::layout::{Placement, place};

thread_local! {
    static BAKED: OnceCell<Baked> = const { OnceCell::new() };
}

/// The first state and what the panes work out from it by themselves.
struct Baked {
    state: State,
    placement: Rc<Placement>,
    flows: Vec<Outcome>,
    scenarios: Vec<Outcome>,
}

/// Works everything out and keeps it in the program's memory.
#[wasm_bindgen]
pub fn bake() {
    BAKED.with(|baked| {
        baked.get_or_init(Baked::new);
    });
}

impl Baked {
    fn new() -> Self {
        let mut state = State::new(&first_work(), Preferences::default());
        let flows = verdicts_of_flows(&state.simulation);
        let placement = placement(&state.simulation, state.walk().as_ref());
        // Nothing in the first picture asks it, and it is the largest part.
        if let Some(simulation) = Rc::get_mut(&mut state.simulation) {
            simulation.forget_engine();
        }
        Self {
            placement: Rc::new(placement),
            flows,
            scenarios: scenarios::ALL.iter().map(verdict_of_scenario).collect(),
            state,
        }
    }

    fn is_of(&self, simulation: &Rc<Simulation>) -> bool {
        Rc::ptr_eq(&self.state.simulation, simulation)
    }
}

fn with<T>(read: impl FnOnce(&Baked) -> Option<T>) -> Option<T> {
    BAKED.with(|baked| baked.get().and_then(read))
}

fn first_work() -> Work {
    let scenario = scenarios::ALL.first();
    Work {
        name: "".into(),
        origin: Origin::Scenario(scenario.map_or("", |scenario| scenario.id).into()),
        document: scenario
            .map(scenarios::Scenario::document)
            .unwrap_or_default()
            .into(),
        request: None,
    }
}

fn placement(simulation: &Simulation, walk: Option<&Walk>) -> Placement {
    place(&simulation.network, walk.and_then(Walk::branch))
}

/// The state that a newcomer begins with.
pub fn first(preferences: Preferences) -> State {
    let state = with(|baked| Some(baked.state.clone()));
    match state {
        Some(state) => State {
            preferences,
            words: Words::new(preferences.language),
            ..state
        },
        None => State::new(&first_work(), preferences),
    }
}

/// Whether a state holds no work: a newcomer begins with the same.
pub fn is_first(state: &State) -> bool {
    let same_request = || with(|baked| Some(baked.state.sent == state.sent)).unwrap_or_default();
    is_unchanged(state.document()) && same_request()
}

/// Whether a document is the one that a newcomer begins with, untouched.
pub fn is_unchanged(document: &Rc<Document>) -> bool {
    with(|baked| Some(Rc::ptr_eq(baked.state.document(), document))).unwrap_or_default()
}

/// Where everything stands.
pub fn placed(simulation: &Rc<Simulation>, walk: Option<&Walk>) -> Rc<Placement> {
    let known = with(|baked| {
        let same = baked.is_of(simulation) && baked.state.walk().as_ref() == walk;
        same.then(|| baked.placement.clone())
    });
    known.unwrap_or_else(|| Rc::new(placement(simulation, walk)))
}

/// What comes of the flows of what is open.
pub fn verdicts(simulation: &Rc<Simulation>) -> Vec<Outcome> {
    let known = with(|baked| baked.is_of(simulation).then(|| baked.flows.clone()));
    known.unwrap_or_else(|| verdicts_of_flows(simulation))
}

/// What comes of the built-in scenarios, as far as it is known already.
pub fn verdicts_of_scenarios() -> Vec<Outcome> {
    with(|baked| Some(baked.scenarios.clone())).unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    /// Has the second part of the program in place before it returns (`web/later.js`).
    #[wasm_bindgen(js_namespace = ["window", "kubehop"], js_name = loadLater)]
    fn load_second_part();
}

/// Lets the texts that the first picture does without come with the second part.
pub fn fetch_texts_when_asked() {
    crate::text::fetch_with(load_second_part);
}
