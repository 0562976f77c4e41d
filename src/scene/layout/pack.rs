//! Boxes before they have a place: their sizes, and how they are put beside one another.

use std::collections::BTreeMap;

use super::super::geometry::{Point, Rect, Size, point, rect};
use super::inside::{Inside, snap};
use super::{Look, Placed};
use crate::model::object::Ref;

/// Padding of a container, and the gap between its boxes.
pub const PAD: i32 = 16;
/// Height of a title row.
pub const TITLE: i32 = 32;

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

/// Moves boxes to where the user put them, except where that would make boxes overlap.
pub fn move_saved(children: &mut [(Point, Item)], saved: &BTreeMap<Ref, (i32, i32)>, gaps: Gaps) {
    if saved.is_empty() {
        return;
    }
    for index in 0..children.len() {
        let Some((_, item)) = children.get(index) else {
            continue;
        };
        let Some(&(x, y)) = item.object.as_ref().and_then(|object| saved.get(object)) else {
            continue;
        };
        // A position far outside would make a canvas that nothing can show.
        let at = point(
            snap(x.clamp(gaps.left, 20_000)),
            snap(y.clamp(gaps.top, 20_000)),
        );
        let wanted = item.rect_at(at);
        // Two lanes fit between any two boxes, wherever they were put.
        let room = gaps.column.min(gaps.row).max(PAD);
        let free = children.iter().enumerate().all(|(other, (place, item))| {
            other == index || !item.rect_at(*place).grown(room).overlaps(wanted)
        });
        if free && let Some((place, _)) = children.get_mut(index) {
            *place = at;
        }
    }
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
