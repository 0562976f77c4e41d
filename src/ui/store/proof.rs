//! The walks behind an answer of the eight-row table, shown like any other walk.
//!
//! The document and the request stay as they are. Whatever changes one of them ends the proof, as does going to another
//! view than picture and tables.

use std::rc::Rc;

use super::{State, Tab, View, Viewport};
use crate::edit::switch::Choice;
use crate::engine::table::{Probe, Row, Table};
use crate::ui::answer::Answer;
use crate::ui::simulation::Simulation;

/// An answer of the eight-row table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The network model that the cluster was given; `None` for its own.
    pub model: Option<Choice>,
    /// The index of the row.
    pub row: usize,
}

/// A probe that is looked at.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What it proves.
    pub cell: Cell,
    /// The index of the probe in its row.
    pub probe: usize,
    /// The table.
    pub table: Rc<Table>,
    /// What the probe was walked in.
    pub simulation: Rc<Simulation>,
    /// Its walks.
    pub answer: Rc<Answer>,
}

impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.answer, &other.answer)
    }
}

impl Proof {
    /// The row that it belongs to.
    pub fn row(&self) -> Option<&Row> {
        self.table.rows.get(self.cell.row)
    }

    /// The probe.
    pub fn probe(&self) -> Option<&Probe> {
        self.row()?.probes.get(self.probe)
    }

    fn of(state: &State, cell: Cell, probe: usize) -> Option<Self> {
        let side = match cell.model {
            None => state.simulation.clone(),
            Some(model) => state.simulation.with_model(model)?,
        };
        let table = side.table()?;
        let shown = table.rows.get(cell.row)?.probes.get(probe)?;
        let simulation = side.setting(&table, shown)?;
        let answer = Answer::new(shown.result.clone().unrolled());
        Some(Self {
            cell,
            probe,
            simulation,
            answer: Rc::new(answer),
            table,
        })
    }
}

/// Shows a probe, at the end of the walk that tells most.
pub(super) fn prove(state: &State, cell: Cell, probe: usize) -> Option<State> {
    let proof = Proof::of(state, cell, probe)?;
    let mut next = state.clone();
    let lost = proof.probe().and_then(Probe::lost);
    next.branch = lost.map_or(0, |(branch, _)| branch);
    next.proof = Some(Rc::new(proof));
    next.cell = Some(cell);
    if state.view != View::Table {
        next.view = View::Diagram;
    }
    next.tab = Tab::Trace;
    next.viewport = Viewport::Auto;
    next.playing = false;
    next.playhead = usize::MAX;
    next.clamp();
    Some(next)
}

/// Goes back to the table.
pub(super) fn end(state: &State) -> Option<State> {
    let cell = state.proof.as_ref()?.cell;
    let mut next = state.clone();
    next.end_proof();
    next.cell = Some(cell);
    next.view = View::Article;
    Some(next)
}

impl State {
    /// Shows what was sent again.
    pub(super) fn end_proof(&mut self) {
        if self.proof.take().is_some() {
            self.branch = 0;
            self.playing = false;
            self.playhead = usize::MAX;
            self.clamp();
        }
    }
}
