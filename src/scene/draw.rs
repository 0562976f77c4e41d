//! From a placement to a scene: one language, one level of detail, one moment of the walk.

mod cables;
mod facts;
mod flow;
mod labels;
mod objects;

use super::geometry::Rect;
use super::layout::Placement;
use super::shape::{Scene, Shape};
use crate::engine::events::Failures;
use crate::engine::trace::Branch;
use crate::model::network::Network;
use crate::text::Texts;
use facts::Facts;
use labels::Labels;

/// How much of a node is shown, by its width on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Under 20 px: a square a node.
    Dots,
    /// Under 64 px: a dot a pod, one pattern a node.
    Tiles,
    /// Under 220 px: names, addresses, pods that can be selected.
    Cards,
    /// Everything.
    #[default]
    Full,
}

/// Width in the canvas of a node that no lane passes through; levels are told by its width on the screen.
pub const NODE_WIDTH: i32 = 224;

impl Level {
    /// The level at which a node is `width` screen pixels wide.
    ///
    /// A level that is `shown` already is kept until the width is a tenth beyond its limits, so that
    /// it does not flicker while zooming.
    pub fn of_width(width: i32, shown: Option<Self>) -> Self {
        const LIMITS: [(Level, i32); 3] =
            [(Level::Tiles, 20), (Level::Cards, 64), (Level::Full, 200)];
        let mut level = Level::Dots;
        for (next, limit) in LIMITS {
            let limit = match shown {
                Some(shown) if shown >= next => limit * 9 / 10,
                Some(_) => limit * 11 / 10,
                None => limit,
            };
            if width >= limit {
                level = next;
            }
        }
        level
    }
}

/// What the viewer looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// How far the walk has come.
    pub playhead: Playhead,
    /// Whether the packet is on its way to the current step, so that the last leg is drawn apart.
    pub moving: bool,
    /// How much is shown.
    pub level: Level,
    /// The part of the canvas that is visible; small objects outside are left out. `None` shows all.
    pub viewport: Option<Rect>,
    /// Screen pixels for a hundred pixels of the canvas. Below the full level of detail, badges keep
    /// their size on the screen.
    pub zoom: i32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            playhead: Playhead::End,
            moving: false,
            level: Level::Full,
            viewport: None,
            zoom: 100,
        }
    }
}

impl View {
    /// By how many percent badges and names of the path are enlarged.
    fn enlarged(&self) -> i32 {
        if self.level == Level::Full {
            100
        } else {
            (10_000 / self.zoom.max(1)).clamp(100, 2_000)
        }
    }
}

/// How far the walk has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Playhead {
    /// Everything is laid, nothing is current.
    #[default]
    End,
    /// The step of this number is current; 0 is before the first.
    At(usize),
}

impl Playhead {
    /// Whether the step of this number has happened.
    pub fn reached(self, number: usize) -> bool {
        match self {
            Playhead::End => true,
            Playhead::At(current) => number <= current,
        }
    }

    /// Whether the step of this number is the current one.
    pub fn is_at(self, number: usize) -> bool {
        self == Playhead::At(number)
    }
}

/// Draws the network as placed, with the lanes of `branch`, which must be the one that it was placed for.
pub fn draw(
    network: &Network,
    placement: &Placement,
    branch: Option<&Branch>,
    view: &View,
    texts: &Texts,
) -> Scene {
    draw_failing(
        network,
        &Failures::default(),
        placement,
        branch,
        view,
        texts,
    )
}

/// The same at a moment at which something is out of order.
pub fn draw_failing(
    network: &Network,
    failures: &Failures,
    placement: &Placement,
    branch: Option<&Branch>,
    view: &View,
    texts: &Texts,
) -> Scene {
    let mut facts = Facts::of(network, placement, branch, view, texts);
    facts.failures = Some(failures);
    let mut labels = Labels::new(placement, view.level);
    let mut elements = objects::draw(&facts);
    if let Some(branch) = branch {
        elements.extend(flow::draw(&facts, branch, &mut labels));
    }
    elements.extend(cables::draw(&facts, &mut labels));
    elements.sort_by_key(|element| element.kind);
    Scene {
        size: placement.size,
        language: texts.language().code(),
        title: title(&facts, branch),
        description: description(&facts, branch),
        elements,
    }
}

/// The shapes of a step's badge around the origin: a circle, or a diamond where it rewrites.
pub fn badge_shapes(number: usize, rewrites: bool, current: bool) -> Vec<Shape> {
    flow::badges::single(number, rewrites, current)
}

fn title(facts: &Facts<'_>, branch: Option<&Branch>) -> String {
    let ends = branch.and_then(|branch| {
        let first = branch.connection.original.hops.first()?;
        let last = branch.connection.original.hops.last()?;
        Some((first.place.clone(), last.place.clone()))
    });
    match ends {
        Some((from, to)) => facts.texts.message(
            "scene-title-walk",
            &[("from", from.into()), ("to", to.into())],
        ),
        None => facts.texts.get("scene-title"),
    }
}

fn description(facts: &Facts<'_>, branch: Option<&Branch>) -> String {
    let network = facts.network;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut text = facts.texts.message(
        "scene-description",
        &[
            ("vnets", count(network.vnets.len()).into()),
            ("nodes", count(network.nodes.len()).into()),
            ("pods", count(network.pods.len()).into()),
            ("services", count(network.services.len()).into()),
        ],
    );
    let last = branch.and_then(|branch| branch.connection.original.last_step());
    if let Some((_, step)) = last {
        text.push(' ');
        text.push_str(&facts.texts.why(&step.why));
    }
    text
}

/// Puts a class before others, separated by a space.
fn join(classes: &[&str]) -> String {
    let used: Vec<&str> = classes
        .iter()
        .copied()
        .filter(|class| !class.is_empty())
        .collect();
    used.join(" ")
}

/// Whether an element lies in the visible part of the canvas.
fn visible(view: &View, rect: Rect) -> bool {
    view.viewport.is_none_or(|viewport| viewport.overlaps(rect))
}
