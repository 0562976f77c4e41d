//! A request through the moments of a clock. Everything is asked of the engine, and kept once it was asked.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::engine::events::Timeline;
use crate::engine::events::summary::Course;
use crate::model::flow::Flow;
use crate::ui::answer::Answer;
use crate::ui::simulation::Simulation;

/// A cell of the clock: a moment, and which connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instant {
    /// Index of the moment; the first is before all events.
    pub moment: usize,
    /// Whether it is about connections that were open before, not about new ones.
    pub open: bool,
}

/// What a request comes to at every moment.
#[derive(Debug)]
pub struct Clock {
    /// The moments.
    pub timeline: Rc<Timeline>,
    /// What new and open connections come to.
    pub course: Course,
    simulation: Rc<Simulation>,
    moments: Vec<Shown>,
}

/// What is shown of a moment, as far as somebody looked.
#[derive(Debug, Default)]
struct Shown {
    simulation: OnceCell<Rc<Simulation>>,
    new: OnceCell<Option<Rc<Answer>>>,
    open: OnceCell<Option<Rc<Answer>>>,
}

impl PartialEq for Clock {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Clock {
    /// Walks `flow` at every moment; `None` where the scenario has no events.
    pub fn of(simulation: &Rc<Simulation>, flow: &Flow) -> Option<Self> {
        let timeline = simulation.timeline()?;
        let moments = timeline.moments.iter().map(|_| Shown::default()).collect();
        Some(Self {
            course: Course::of(&timeline, flow),
            simulation: simulation.clone(),
            timeline,
            moments,
        })
    }

    /// Number of moments.
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// Index of the last moment.
    pub fn last(&self) -> usize {
        self.len().saturating_sub(1)
    }

    /// Whether nothing ever happens.
    pub fn is_empty(&self) -> bool {
        self.len() < 2
    }

    /// Whether a connection was open that can be followed.
    pub fn follows(&self) -> bool {
        !self.course.open.is_empty()
    }

    /// The cell itself, or the nearest one that there is.
    pub fn nearest(&self, instant: Instant) -> Instant {
        Instant {
            moment: instant.moment.min(self.last()),
            open: instant.open && self.follows(),
        }
    }

    /// The second of a moment.
    pub fn second(&self, moment: usize) -> u32 {
        let moments = &self.timeline.moments;
        moments.get(moment).map_or(0, |moment| moment.at)
    }

    /// The walks that a cell stands for.
    pub fn answer(&self, instant: Instant) -> Option<Rc<Answer>> {
        let shown = self.moments.get(instant.moment)?;
        let known = if instant.open {
            &shown.open
        } else {
            &shown.new
        };
        let ask = || {
            let result = if instant.open {
                self.course.open_at(instant.moment)
            } else {
                self.course.new.get(instant.moment).cloned()
            };
            let result = result?.unrolled();
            Some(Rc::new(if instant.open {
                Answer::established(result)
            } else {
                Answer::new(result)
            }))
        };
        known.get_or_init(ask).clone()
    }

    /// The network at a moment.
    pub fn at(&self, moment: usize) -> Rc<Simulation> {
        let Some(shown) = self.moments.get(moment) else {
            return self.simulation.clone();
        };
        let show = || Rc::new(self.simulation.at(&self.timeline, moment));
        shown.simulation.get_or_init(show).clone()
    }
}
