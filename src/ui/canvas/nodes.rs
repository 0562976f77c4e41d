//! The scene's elements as SVG nodes: keyed, and drawn again only where they changed.

use std::rc::Rc;

use yew::{AttrValue, Html, Properties, classes, component, html};

use crate::model::object::Ref;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::shape::{Element, Move as Pen, Path, Run, Scene, Shape, Transform};
use crate::ui::answer::Walk;
use crate::ui::store::{Action, Move};

#[derive(PartialEq, Properties)]
pub struct SceneNodesProps {
    /// What is drawn.
    pub scene: Rc<Scene>,
    /// Key of the element that the Tab key reaches.
    #[prop_or_default]
    pub tab_stop: Option<AttrValue>,
    /// The selected object.
    #[prop_or_default]
    pub selection: Option<Ref>,
    /// Whether it is decoration, so that nothing in it can be reached.
    #[prop_or_default]
    pub quiet: bool,
}

#[component]
pub fn SceneNodes(props: &SceneNodesProps) -> Html {
    html! {
        for (index, element) in props.scene.elements.iter().enumerate() {
            <Node key={element.key.clone()} scene={props.scene.clone()} {index} reached={props.tab_stop.as_deref() == Some(element.key.as_str())}
                selected={props.selection.is_some() && element.object == props.selection} quiet={props.quiet} />
        }
    }
}

/// An element by its index; equal while the element is, whatever else changes in the scene.
#[derive(Properties)]
struct NodeProps {
    scene: Rc<Scene>,
    index: usize,
    reached: bool,
    selected: bool,
    quiet: bool,
}

impl NodeProps {
    fn element(&self) -> Option<&Element> {
        self.scene.elements.get(self.index)
    }
}

impl PartialEq for NodeProps {
    fn eq(&self, other: &Self) -> bool {
        self.reached == other.reached
            && self.selected == other.selected
            && self.element() == other.element()
    }
}

#[component]
fn Node(props: &NodeProps) -> Html {
    let Some(element) = props.element() else {
        return Html::default();
    };
    let acts = !props.quiet && is_button(element);
    let class = classes!(
        element.class.to_string(),
        props.selected.then_some("is-selected")
    );
    let transform = element.transform.map(|transform| transform.to_string());
    // What a button shows besides its label is said by its name in words of its own, and stands beside it.
    let beside = |index: usize, shape: &Shape| {
        acts && matches!(shape, Shape::Text { .. }) && !is_label(element, index)
    };
    let part = |texts: bool| -> Html {
        let shapes = element.shapes.iter().enumerate();
        let shapes = shapes.filter(|(index, shape)| beside(*index, shape) == texts);
        shapes.map(|(_, shape)| view(shape)).collect()
    };
    html! {
        <>
            <g class={class.clone()} data-key={element.key.clone()} role={acts.then_some("button")}
                aria-label={acts.then(|| element.name.clone())} aria-hidden={(!acts).then_some("true")}
                transform={transform.clone()} tabindex={acts.then_some(if props.reached { "0" } else { "-1" })}>
                { part(false) }
            </g>
            if acts && element.shapes.iter().enumerate().any(|(index, shape)| beside(index, shape)) {
                <g class={classes!(class, "beside")} {transform} aria-hidden="true">{ part(true) }</g>
            }
        </>
    }
}

/// Whether a shape is what a reader would call the element: its first text, unless that was cut or stands for several
/// numbers. The name for assistive technology has it as it stands; it says the other texts in words of its own.
fn is_label(element: &Element, index: usize) -> bool {
    let text = |shape: &Shape| matches!(shape, Shape::Text { .. });
    if element.shapes.iter().position(text) != Some(index) {
        return false;
    }
    matches!(element.shapes.get(index), Some(Shape::Text { full: None, runs, .. })
        if runs.first().is_some_and(|run| !run.text.contains('–')))
}

/// Whether a click on the element does something that has a name.
fn is_button(element: &Element) -> bool {
    !element.name.is_empty() && (element.object.is_some() || element.step.is_some())
}

fn view(shape: &Shape) -> Html {
    match shape {
        Shape::Rect {
            rect,
            radius,
            class,
        } => html! {
            <rect x={number(rect.x)} y={number(rect.y)} width={number(rect.width)} height={number(rect.height)} rx={number(*radius)} class={class.to_string()} />
        },
        Shape::Circle {
            centre,
            radius,
            class,
        } => html! {
            <circle cx={number(centre.x)} cy={number(centre.y)} r={number(*radius)} class={class.to_string()} />
        },
        Shape::Path { path, class } => {
            // A leg is as long as its motion, whatever its pixels.
            html! { <path d={path.to_string()} class={class.to_string()} pathLength={class.ends_with("is-leg").then_some("1")} /> }
        }
        Shape::Icon { name, rect, class } => html! {
            <use href={format!("#{name}")} x={number(rect.x)} y={number(rect.y)} width={number(rect.width)} height={number(rect.height)} class={class.to_string()} />
        },
        Shape::Text {
            at,
            class,
            runs,
            full,
        } => html! {
            <text x={number(at.x)} y={number(at.y)} class={class.to_string()}>
                if let Some(full) = full { <title>{ full }</title> }
                for run in runs { { tspan(run) } }
            </text>
        },
    }
}

/// What a blank takes of the space before a part of a line.
const BLANK: i32 = 3;

/// A part of a line. What stands apart on the screen is apart as text, too.
fn tspan(run: &Run) -> Html {
    if run.class.is_empty() && run.space == 0 {
        return html! { { &run.text } };
    }
    let apart = run.space > BLANK;
    let space = if apart { run.space - BLANK } else { run.space };
    html! {
        <>
            if apart { { " " } }
            <tspan class={run.class.to_string()} dx={(space != 0).then(|| number(space))}>{ &run.text }</tspan>
        </>
    }
}

fn number(value: i32) -> AttrValue {
    value.to_string().into()
}

fn find<'a>(scene: &'a Scene, key: &str) -> Option<&'a Element> {
    scene.elements.iter().find(|element| element.key == key)
}

/// The object of the element with this key.
pub fn object(scene: &Scene, key: &str) -> Option<Ref> {
    find(scene, key)?.object.clone()
}

/// What a click on the element with this key does.
pub fn action(scene: &Scene, walk: Option<&Walk>, key: &str) -> Option<Action> {
    let element = find(scene, key)?;
    if let Some(step) = element.step {
        let index = walk?.numbering()?.mark(step)?.number.checked_sub(1)?;
        return Some(Action::Go(Move::To(index)));
    }
    Some(Action::Click(element.object.clone()?))
}

/// Key of the element that the Tab key reaches: what had the focus, else what is selected, else the first object.
pub fn tab_stop(
    scene: &Scene,
    focus: Option<&AttrValue>,
    selection: Option<&Ref>,
) -> Option<AttrValue> {
    let buttons = || scene.elements.iter().filter(|element| is_button(element));
    let had = buttons().find(|element| focus.is_some_and(|key| key.as_str() == element.key));
    let selected =
        || buttons().find(|element| selection.is_some() && element.object.as_ref() == selection);
    let first = || buttons().next();
    let element = had.or_else(selected).or_else(first)?;
    Some(element.key.clone().into())
}

/// Key of the nearest element in the direction of an arrow key.
pub fn neighbour(scene: &Scene, key: &str, arrow: &str) -> Option<String> {
    let (dx, dy) = match arrow {
        "ArrowRight" => (1, 0),
        "ArrowLeft" => (-1, 0),
        "ArrowDown" => (0, 1),
        "ArrowUp" => (0, -1),
        _ => return None,
    };
    let here = bounds(find(scene, key)?)?;
    let from = anchor(here);
    let cost = |element: &Element| {
        let to = anchor(bounds(element)?);
        let (x, y) = (to.x - from.x, to.y - from.y);
        let (along, across) = (x * dx + y * dy, (x * dy).abs() + (y * dx).abs());
        (along > 0).then_some(along + 2 * across)
    };
    let others = scene
        .elements
        .iter()
        .filter(|element| is_button(element) && element.key != key);
    let best = others
        .filter_map(|element| Some((cost(element)?, element)))
        .min_by_key(|(cost, _)| *cost)?;
    Some(best.1.key.clone())
}

/// Where an element seems to be: its title, which for a container is at the top left.
fn anchor(bounds: Rect) -> Point {
    point(
        bounds.x + bounds.width.min(120) / 2,
        bounds.y + bounds.height.min(48) / 2,
    )
}

/// The bounds of what an element draws, texts by their beginning only.
pub fn bounds(element: &Element) -> Option<Rect> {
    let shapes = element.shapes.iter().filter_map(shape_bounds);
    let own = shapes.reduce(Rect::union)?;
    Some(match element.transform {
        None => own,
        Some(Transform { at, percent }) => rect(
            at.x + own.x * percent / 100,
            at.y + own.y * percent / 100,
            own.width * percent / 100,
            own.height * percent / 100,
        ),
    })
}

fn shape_bounds(shape: &Shape) -> Option<Rect> {
    match shape {
        Shape::Rect { rect, .. } | Shape::Icon { rect, .. } => Some(*rect),
        Shape::Circle { centre, radius, .. } => Some(rect(
            centre.x - radius,
            centre.y - radius,
            2 * radius,
            2 * radius,
        )),
        Shape::Path { path, .. } => path_bounds(path),
        Shape::Text { .. } => None,
    }
}

fn path_bounds(path: &Path) -> Option<Rect> {
    let points = path.0.iter().filter_map(|pen| match pen {
        Pen::To(at) | Pen::Line(at) | Pen::Curve(_, at) => Some(*at),
        Pen::Close => None,
    });
    points.map(|at| rect(at.x, at.y, 0, 0)).reduce(Rect::union)
}
