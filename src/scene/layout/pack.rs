//! Boxes before they have a place: their sizes, and how they are put beside one another.

use std::collections::BTreeMap;

use super::super::geometry::{Point, Rect, Size, point, rect};
use super::inside::{Inside, snap};
use super::{Freedom, Look, Placed};
use crate::model::object::Ref;

/// Padding of a container, and the gap between its boxes.
pub const PAD: i32 = 16;
/// Height of a title row.
pub const TITLE: i32 = 32;
/// How far from the corner of its container a box can be put.
const FARTHEST: i32 = 20_000;
/// How many rows, and columns, are tried for a box that is put upon others.
const TRIES: usize = 24;

/// A box that has a size but no place yet.
#[derive(Debug)]
pub struct Item {
    pub object: Option<Ref>,
    pub look: Look,
    pub size: Size,
    pub on_path: bool,
    pub children: Vec<(Point, Item)>,
    pub inside: Option<Inside>,
    pub dots: Vec<Ref>,
    pub dots_at: Point,
    pub dots_per_row: usize,
    /// Room above it for a caption.
    pub caption: i32,
    /// Width of the title where it does not take a whole row.
    pub title_width: Option<i32>,
    /// How the reader may move it, measured from its place in its container until it is placed.
    pub freedom: Freedom,
}

impl Item {
    pub fn new(object: Option<Ref>, look: Look, width: i32, height: i32) -> Self {
        Self {
            object,
            look,
            size: Size { width, height },
            on_path: false,
            children: Vec::new(),
            inside: None,
            dots: Vec::new(),
            dots_at: point(0, 0),
            dots_per_row: 1,
            caption: 0,
            title_width: None,
            freedom: Freedom::Fixed,
        }
    }

    fn rect_at(&self, at: Point) -> Rect {
        rect(at.x, at.y, self.size.width, self.size.height)
    }
}

/// Space around and between the boxes of a container.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    pub left: i32,
    pub top: i32,
    pub column: i32,
    pub row: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Gaps {
    /// Where no lane passes.
    pub const CLOSED: Gaps = Gaps {
        left: PAD,
        top: TITLE,
        column: PAD,
        row: PAD,
        right: PAD,
        bottom: PAD,
    };

    /// Where lanes pass: `gutter` between columns, and rows wide enough for two lanes.
    pub const fn open(gutter: i32, spread: i32) -> Gaps {
        Gaps {
            left: gutter + spread,
            top: TITLE,
            column: gutter + spread,
            row: 40 + spread,
            right: 24 + spread,
            bottom: 24 + spread,
        }
    }
}

/// Puts rows of boxes below one another.
pub fn rows(rows: Vec<Vec<Item>>, gaps: Gaps) -> Vec<(Point, Item)> {
    let mut children = Vec::new();
    let mut y = gaps.top;
    for row in rows {
        let (mut x, mut height) = (gaps.left, 0);
        let caption = row.iter().map(|item| item.caption).max().unwrap_or(0);
        for item in row {
            height = height.max(item.size.height);
            let width = item.size.width;
            children.push((point(x, y + caption), item));
            x = snap(x + width + gaps.column);
        }
        y = snap(y + caption + height + gaps.row);
    }
    children
}

/// Puts boxes of a grid into columns as wide, and rows as high, as their largest box.
pub fn grid(items: Vec<Item>, columns: usize, gaps: Gaps) -> Vec<(Point, Item)> {
    let columns = columns.max(1);
    let mut widths = vec![0; columns];
    let mut heights: Vec<i32> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if let Some(width) = widths.get_mut(index % columns) {
            *width = item.size.width.max(*width);
        }
        match heights.get_mut(index / columns) {
            Some(height) => *height = item.size.height.max(*height),
            None => heights.push(item.size.height),
        }
    }
    let xs = starts(&widths, gaps.left, gaps.column);
    let ys = starts(&heights, gaps.top, gaps.row);
    let place = |(index, item): (usize, Item)| {
        let x = xs.get(index % columns).copied().unwrap_or_default();
        let y = ys.get(index / columns).copied().unwrap_or_default();
        (point(x, y), item)
    };
    items.into_iter().enumerate().map(place).collect()
}

fn starts(sizes: &[i32], first: i32, gap: i32) -> Vec<i32> {
    let mut at = first;
    let mut out = Vec::with_capacity(sizes.len());
    for size in sizes {
        out.push(at);
        at = snap(at + size + gap);
    }
    out
}

/// Moves boxes to where the reader put them.
///
/// A position that would make boxes overlap is not given up: the box goes to the nearest free place.
/// Boxes with a position keep out of each other's way in order, so that two of them can change places.
pub fn move_saved(children: &mut [(Point, Item)], saved: &BTreeMap<Ref, (i32, i32)>, gaps: Gaps) {
    let wish = |item: &Item| {
        let &(x, y) = item.object.as_ref().and_then(|object| saved.get(object))?;
        // A position far outside would make a canvas that nothing can show.
        let x = snap(x.clamp(gaps.left, FARTHEST));
        Some(point(x, snap(y.clamp(gaps.top, FARTHEST))))
    };
    // Lanes fit between any two boxes, wherever they were put.
    let room = point(gaps.column, gaps.row);
    let kept = children.iter().filter(|(_, item)| wish(item).is_none());
    let mut taken: Vec<Rect> = kept.map(|(at, item)| item.rect_at(*at)).collect();
    for (at, item) in children {
        if let Some(wish) = wish(item) {
            *at = nearest_free(item.rect_at(wish), &taken, room, point(gaps.left, gaps.top));
            taken.push(item.rect_at(*at));
        }
        if item.object.is_some() {
            item.freedom = Freedom::Free(*at);
        }
    }
}

/// Moves boxes of a column, which begins at `top`, up and down to where the reader put them.
pub fn move_saved_in_column(
    column: &mut [(Point, Item)],
    saved: &BTreeMap<Ref, (i32, i32)>,
    top: Point,
    room: i32,
) {
    let wish = |item: &Item| {
        let &(_, y) = item.object.as_ref().and_then(|object| saved.get(object))?;
        let y = top.y + snap(y.clamp(item.caption, FARTHEST));
        Some(point(top.x, y - item.caption))
    };
    let whole =
        |item: &Item, at: Point| rect(at.x, at.y, item.size.width, item.caption + item.size.height);
    let kept = column.iter().filter(|(_, item)| wish(item).is_none());
    let above = |(at, item): &(Point, Item)| whole(item, at.offset(0, -item.caption));
    let mut taken: Vec<Rect> = kept.map(above).collect();
    for (at, item) in column {
        if let Some(wish) = wish(item) {
            let least = point(i32::MAX, top.y);
            let free = nearest_free(whole(item, wish), &taken, point(0, room), least);
            taken.push(whole(item, free));
            *at = free.offset(0, item.caption);
        }
        if item.object.is_some() {
            item.freedom = Freedom::Column(at.offset(-top.x, -top.y));
        }
    }
}

/// The place nearest to `wanted` that keeps `room` to all that is `taken`: beside or between what it runs into.
fn nearest_free(wanted: Rect, taken: &[Rect], room: Point, least: Point) -> Point {
    let overlaps = |at: Point| {
        let there = rect(
            at.x - room.x,
            at.y - room.y,
            wanted.width + 2 * room.x,
            wanted.height + 2 * room.y,
        );
        taken.iter().filter(move |other| other.overlaps(there))
    };
    let start = point(wanted.x, wanted.y);
    let (mut xs, mut ys) = (vec![start.x], vec![start.y]);
    // What is in the way of the wish, and of the places beside that.
    for _ in 0..2 {
        let ways = xs
            .iter()
            .flat_map(|&x| ys.iter().map(move |&y| point(x, y)));
        let blocking: Vec<Rect> = ways.flat_map(overlaps).copied().collect();
        for other in blocking {
            for x in [other.x - room.x - wanted.width - 7, other.right() + room.x] {
                let x = snap(x);
                if x >= least.x && xs.len() < TRIES && !xs.contains(&x) {
                    xs.push(x);
                }
            }
            for y in [
                other.y - room.y - wanted.height - 7,
                other.bottom() + room.y,
            ] {
                let y = snap(y);
                if y >= least.y && ys.len() < TRIES && !ys.contains(&y) {
                    ys.push(y);
                }
            }
        }
    }
    let places = xs
        .iter()
        .flat_map(|&x| ys.iter().map(move |&y| point(x, y)));
    let free = places.filter(|at| overlaps(*at).next().is_none());
    let below = taken.iter().map(|other| other.bottom() + room.y).max();
    free.min_by_key(|at| (at.distance(start), *at))
        .unwrap_or_else(|| point(start.x, snap(below.unwrap_or(start.y))))
}

/// A container around `children`, at least `width` wide.
pub fn container(
    object: Option<Ref>,
    look: Look,
    children: Vec<(Point, Item)>,
    gaps: Gaps,
    width: i32,
) -> Item {
    let right = children.iter().map(|(at, item)| item.rect_at(*at).right());
    let bottom = children.iter().map(|(at, item)| item.rect_at(*at).bottom());
    let width = right
        .max()
        .map_or(width, |right| width.max(right + gaps.right));
    let height = bottom
        .max()
        .map_or(gaps.top + PAD, |bottom| bottom + gaps.bottom);
    let mut item = Item::new(object, look, snap(width), snap(height));
    item.on_path = children.iter().any(|(_, child)| child.on_path);
    item.children = children;
    item
}

/// Writes an item and all that it contains into `boxes`, a container first.
pub fn flatten(
    item: Item,
    at: Point,
    parent: Option<usize>,
    boxes: &mut Vec<Placed>,
    insides: &mut BTreeMap<Ref, Inside>,
) {
    let index = boxes.len();
    let rect = item.rect_at(at);
    if let (Some(mut inside), Some(object)) = (item.inside, &item.object) {
        inside.shift(at.x, at.y);
        insides.insert(object.clone(), inside);
    }
    boxes.push(Placed {
        title: title(item.look, rect, item.title_width),
        object: item.object,
        look: item.look,
        rect,
        parent,
        freedom: item.freedom.measured_from(at),
        on_path: item.on_path,
        dots: item.dots,
        dots_at: item.dots_at.offset(at.x, at.y),
        dots_per_row: item.dots_per_row,
    });
    for (offset, child) in item.children {
        flatten(
            child,
            at.offset(offset.x, offset.y),
            Some(index),
            boxes,
            insides,
        );
    }
}

fn title(look: Look, around: Rect, width: Option<i32>) -> Rect {
    match (look.is_container(), width) {
        (false, _) => rect(around.x, around.y, 0, 0),
        (true, Some(width)) => rect(around.x, around.y, width, around.height),
        (true, None) => rect(around.x, around.y, around.width, 28.min(around.height)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::object::Kind;

    fn nodes() -> Vec<(Point, Item)> {
        let node = |name: &str| Item::new(Some(Ref::new(Kind::Node, name)), Look::Node, 200, 80);
        rows(vec![vec![node("a")], vec![node("b")]], Gaps::CLOSED)
    }

    fn moved(saved: &[(&str, (i32, i32))]) -> Vec<(i32, i32)> {
        let mut children = nodes();
        let saved = saved.iter();
        let saved = saved
            .map(|(name, at)| (Ref::new(Kind::Node, *name), *at))
            .collect();
        move_saved(&mut children, &saved, Gaps::CLOSED);
        children.iter().map(|(at, _)| (at.x, at.y)).collect()
    }

    #[test]
    fn a_box_stands_where_it_was_put_on_the_grid_of_eight_pixels() {
        assert_eq!(moved(&[]), [(16, 32), (16, 128)]);
        assert_eq!(moved(&[("a", (300, 41))]), [(304, 48), (16, 128)]);
    }

    #[test]
    fn a_box_that_is_put_upon_another_goes_to_the_nearest_free_place() {
        assert_eq!(moved(&[("a", (24, 120))]), [(24, 32), (16, 128)]);
        assert_eq!(moved(&[("a", (200, 120))]), [(232, 120), (16, 128)]);
    }

    #[test]
    fn two_boxes_can_change_places() {
        let swapped = [("a", (16, 128)), ("b", (16, 32))];
        assert_eq!(moved(&swapped), [(16, 128), (16, 32)]);
    }
}
