//! What a scenario is compared with: itself with another network model; and the eight-row table of each.
//!
//! Both are worked out when they are first looked at, and kept until the document changes.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::simulation::Simulation;
use crate::edit::switch::{self, Choice};
use crate::engine::table::{Probe, Table};

/// What was worked out so far.
#[derive(Debug, Default)]
pub struct Variants {
    models: RefCell<Vec<(Choice, Rc<Simulation>)>>,
    table: OnceCell<Option<Rc<Table>>>,
}

impl Simulation {
    /// The scenario with its cluster given another network model; `None` where it cannot be, or has it already.
    pub fn with_model(&self, model: Choice) -> Option<Rc<Simulation>> {
        let mut known = self.variants.models.borrow_mut();
        if let Some((_, made)) = known.iter().find(|(of, _)| *of == model) {
            return Some(made.clone());
        }
        let switched = switch::switch(&self.network, model)?.apply(&self.document);
        // An edit that cannot be made, such as one of an alias, changes nothing.
        if switched == *self.document {
            return None;
        }
        let made = Rc::new(self.after(switched.into()));
        known.push((model, made.clone()));
        Some(made)
    }

    /// The eight-row table of its cluster; `None` without a cluster.
    pub fn table(&self) -> Option<Rc<Table>> {
        let table = || Table::of(&self.network).map(Rc::new);
        self.variants.table.get_or_init(table).clone()
    }

    /// What a probe of its table was walked in.
    pub fn setting(&self, table: &Table, probe: &Probe) -> Option<Rc<Simulation>> {
        let plane = table.settings.get(probe.setting)?;
        let setting = self.in_setting(plane.network.clone(), probe.setting);
        Some(Rc::new(setting))
    }
}
