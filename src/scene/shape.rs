//! The vocabulary of a picture: shapes with class names, grouped by the object that they show.

use std::borrow::Cow;
use std::fmt;

use super::geometry::{Point, Rect, Size};
use crate::model::object::Ref;

/// Class names of `styles/canvas.css`, separated by spaces; may be empty.
pub type Class = Cow<'static, str>;

/// A whole picture. Two equal scenes draw the same pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The canvas; everything lies within it.
    pub size: Size,
    /// Language code of the texts.
    pub language: &'static str,
    /// What the picture shows, in a few words.
    pub title: String,
    /// What the picture shows, in a sentence.
    pub description: String,
    /// The elements in the order in which they are drawn; a container precedes what it contains.
    pub elements: Vec<Element>,
}

/// Shapes that belong together: an object, a lane, a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Unique in the scene and stable between scenes: what keeps its key is the same thing, changed.
    pub key: String,
    /// What it is.
    pub kind: ElementKind,
    /// The object that it shows and that a click on it selects, if any.
    pub object: Option<Ref>,
    /// The step that it shows and that a click on it moves to, if any.
    pub step: Option<StepRef>,
    /// Name for assistive technology; empty for decoration.
    pub name: String,
    /// Classes of the group.
    pub class: Class,
    /// Where the origin of the shapes is and how large they are drawn; `None` leaves them as they are.
    pub transform: Option<Transform>,
    /// The shapes in the order in which they are drawn.
    pub shapes: Vec<Shape>,
}

/// Moves and scales a group, so that what must stay readable does so at every zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transform {
    /// Where the origin of the shapes goes.
    pub at: Point,
    /// Their size, in percent.
    pub percent: i32,
}

impl fmt::Display for Transform {
    /// The value of an SVG `transform` attribute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "translate({} {})", self.at.x, self.at.y)?;
        if self.percent != 100 {
            write!(
                f,
                " scale({}.{:02})",
                self.percent / 100,
                self.percent % 100
            )?;
        }
        Ok(())
    }
}

/// What an [`Element`] is. The order is the order of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ElementKind {
    /// Internet, Azure, on-premises.
    Region,
    /// Virtual network, subnet, node: a box that contains others.
    Container,
    /// A line between objects that is no lane: peering, VPN, veth, "made from".
    Cable,
    /// An object without others inside.
    Leaf,
    /// The bridge of a node.
    Bus,
    /// The way of the reply.
    ReplyLane,
    /// The way of the request.
    RequestLane,
    /// A filter on a border.
    Gate,
    /// A place on a lane where something is decided.
    Station,
    /// The wall where a packet is dropped.
    Wall,
    /// Text beside a lane or an object.
    Note,
    /// A step's number.
    Badge,
    /// How a walk ended.
    Verdict,
    /// The packet.
    Packet,
    /// A column of a timeline, a rule between columns, and its other lines.
    Scale,
}

/// A step of the shown branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepRef {
    /// Whether it is a step of the reply.
    pub reply: bool,
    /// Index among the steps of its trace, all hops together.
    pub index: usize,
}

/// One shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A rectangle, its corners rounded by `radius`.
    Rect {
        /// Where.
        rect: Rect,
        /// Radius of the corners.
        radius: i32,
        /// Classes.
        class: Class,
    },
    /// A circle.
    Circle {
        /// Its middle.
        centre: Point,
        /// Its radius.
        radius: i32,
        /// Classes.
        class: Class,
    },
    /// Lines and curves.
    Path {
        /// The pen's moves.
        path: Path,
        /// Classes.
        class: Class,
    },
    /// A line of text.
    Text {
        /// Left end of the baseline; the middle or right end with the classes `t-mid` and `t-end`.
        at: Point,
        /// Classes.
        class: Class,
        /// Its parts, from left to right.
        runs: Vec<Run>,
        /// The whole text, where what is shown was cut.
        full: Option<String>,
    },
    /// A symbol of [`super::icons`].
    Icon {
        /// Its name, such as `k-pod`.
        name: &'static str,
        /// Where.
        rect: Rect,
        /// Classes.
        class: Class,
    },
}

/// A part of a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// Classes; empty for those of the line.
    pub class: Class,
    /// Pixels to leave free before it.
    pub space: i32,
}

/// A path in whole pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Move>);

/// One move of the pen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Lifts the pen and puts it down here.
    To(Point),
    /// Draws a straight line.
    Line(Point),
    /// Draws a quadratic curve: control point and end.
    Curve(Point, Point),
    /// Draws back to where the pen was put down.
    Close,
}

impl fmt::Display for Path {
    /// The data of an SVG path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Move::To(p) => write!(f, "M{} {}", p.x, p.y)?,
                Move::Line(p) => write!(f, "L{} {}", p.x, p.y)?,
                Move::Curve(c, p) => write!(f, "Q{} {} {} {}", c.x, c.y, p.x, p.y)?,
                Move::Close => f.write_str("Z")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// Straight lines through `points`.
    pub fn through(points: &[Point]) -> Self {
        let moves = points.iter().enumerate().map(|(index, &at)| {
            if index == 0 {
                Move::To(at)
            } else {
                Move::Line(at)
            }
        });
        Self(moves.collect())
    }

    /// A closed outline through `points`.
    pub fn outline(points: &[Point]) -> Self {
        let mut path = Self::through(points);
        path.0.push(Move::Close);
        path
    }

    /// Straight lines through `points`, their corners rounded by at most `radius`.
    pub fn rounded(points: &[Point], radius: i32) -> Self {
        let mut moves = Vec::new();
        for (index, &at) in points.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| points.get(before));
            match (before, points.get(index + 1)) {
                (None, _) => moves.push(Move::To(at)),
                (Some(_), None) => moves.push(Move::Line(at)),
                (Some(&before), Some(&after)) => {
                    let radius = radius
                        .min(at.distance(before) / 2)
                        .min(at.distance(after) / 2);
                    moves.push(Move::Line(towards(at, before, radius)));
                    moves.push(Move::Curve(at, towards(at, after, radius)));
                }
            }
        }
        Self(moves)
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.0.len() < 2
    }
}

/// The point `by` pixels from `from` in the direction of `to`, along one axis.
pub(super) fn towards(from: Point, to: Point, by: i32) -> Point {
    from.offset((to.x - from.x).signum() * by, (to.y - from.y).signum() * by)
}

impl Shape {
    /// A rectangle.
    pub fn rect(rect: Rect, radius: i32, class: impl Into<Class>) -> Self {
        Shape::Rect {
            rect,
            radius,
            class: class.into(),
        }
    }

    /// A line of text in one style.
    pub fn text(at: Point, text: impl Into<String>, class: impl Into<Class>) -> Self {
        Shape::Text {
            at,
            class: class.into(),
            runs: vec![Run::new(text, "", 0)],
            full: None,
        }
    }

    /// A symbol.
    pub fn icon(name: &'static str, rect: Rect, class: impl Into<Class>) -> Self {
        Shape::Icon {
            name,
            rect,
            class: class.into(),
        }
    }

    /// A path.
    pub fn path(path: Path, class: impl Into<Class>) -> Self {
        Shape::Path {
            path,
            class: class.into(),
        }
    }
}

impl Run {
    /// A part of a line.
    pub fn new(text: impl Into<String>, class: impl Into<Class>, space: i32) -> Self {
        Self {
            text: text.into(),
            class: class.into(),
            space,
        }
    }
}

impl Element {
    /// A group of shapes that is decoration.
    pub fn new(key: impl Into<String>, kind: ElementKind, shapes: Vec<Shape>) -> Self {
        Self {
            key: key.into(),
            kind,
            object: None,
            step: None,
            name: String::new(),
            class: Class::Borrowed(""),
            transform: None,
            shapes,
        }
    }

    /// Says which object it shows, and what assistive technology calls it.
    #[must_use]
    pub fn of_object(mut self, object: Ref, name: String) -> Self {
        self.object = Some(object);
        self.name = name;
        self
    }

    /// Says which step it shows.
    #[must_use]
    pub fn of_step(mut self, step: StepRef) -> Self {
        self.step = Some(step);
        self
    }

    /// Moves the shapes, which are drawn around the origin, and scales them.
    #[must_use]
    pub fn at(mut self, at: Point, percent: i32) -> Self {
        self.transform = Some(Transform { at, percent });
        self
    }

    /// Adds classes to the group.
    #[must_use]
    pub fn class(mut self, class: impl Into<Class>) -> Self {
        self.class = class.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::point;
    use super::*;

    #[test]
    fn corners_are_rounded_but_never_by_more_than_half_a_side() {
        let path = Path::rounded(&[point(0, 0), point(40, 0), point(40, 6), point(80, 6)], 8);
        assert_eq!(path.to_string(), "M0 0L37 0Q40 0 40 3L40 3Q40 6 43 6L80 6");
    }
}
