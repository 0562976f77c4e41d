//! Which rows and columns of the matrix can be seen. Sizes are those of `styles/matrix.css`.

use std::ops::Range;
use std::sync::Arc;

use web_sys::HtmlElement;

use crate::engine::reach::grid::Line;

/// Rows and columns that are drawn beyond those that can be seen.
const MORE: usize = 4;

/// Sizes in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Height of a row.
    pub row: usize,
    /// Width of a column.
    pub column: usize,
    /// Width of the heading of rows.
    pub first: usize,
    /// Height of the headings of columns.
    pub head: usize,
}

impl Sizes {
    /// For a narrow screen, and for columns with words.
    pub const fn of(narrow: bool, wide: bool) -> Self {
        Self {
            row: if narrow { 44 } else { 30 },
            column: match (wide, narrow) {
                (true, _) => 128,
                (false, true) => 44,
                (false, false) => 32,
            },
            first: if narrow { 124 } else { 208 },
            head: if wide { 60 } else { 142 },
        }
    }
}

/// What can be seen, in whole rows and columns: the first ones and how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub first: usize,
    pub rows: usize,
    pub first_column: usize,
    pub columns: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            first: 0,
            rows: 24,
            first_column: 0,
            columns: 24,
        }
    }
}

impl Window {
    /// What an element shows as it is scrolled.
    pub fn of(element: &HtmlElement, sizes: Sizes) -> Self {
        let whole = |pixels: i32, size: usize| usize::try_from(pixels).unwrap_or_default() / size;
        Self {
            first: whole(element.scroll_top(), sizes.row),
            rows: whole(element.client_height(), sizes.row) + 1,
            first_column: whole(element.scroll_left(), sizes.column),
            columns: whole(element.client_width(), sizes.column) + 1,
        }
    }

    /// The items to draw, of so many.
    pub fn items(&self, count: usize) -> Range<usize> {
        drawn(self.first, self.rows, count)
    }

    /// The columns to draw, of so many.
    pub fn columns(&self, count: usize) -> Range<usize> {
        drawn(self.first_column, self.columns, count)
    }
}

fn drawn(first: usize, seen: usize, count: usize) -> Range<usize> {
    let end = (first + seen + MORE).min(count);
    // Behind the end, where fewer are left than before, the last ones are drawn.
    let start = first
        .saturating_sub(MORE)
        .min(end.saturating_sub(seen.min(end)));
    start..end
}

/// What stands below each other: the names of namespaces, and rows.
#[derive(Debug, PartialEq)]
pub struct Lines {
    pub items: Vec<Item>,
    /// For each row its item.
    places: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// The heading of a namespace; `None` for addresses.
    Space(Option<Arc<str>>),
    /// A row, by its position among the rows.
    Row(usize),
}

impl Lines {
    /// The rows with a heading where a namespace begins.
    pub fn of(lines: &[Line], rows: &[usize]) -> Self {
        let (mut items, mut places) = (Vec::new(), Vec::new());
        let mut last = None;
        for (row, line) in rows.iter().enumerate() {
            let space = lines.get(*line).and_then(|line| line.namespace.clone());
            if last.as_ref() != Some(&space) {
                items.push(Item::Space(space.clone()));
                last = Some(space);
            }
            places.push(items.len());
            items.push(Item::Row(row));
        }
        Self { items, places }
    }

    /// The item of a row.
    pub fn row_item(&self, row: usize) -> usize {
        self.places.get(row).copied().unwrap_or_default()
    }

    /// The first row among some items.
    pub fn first_row(&self, items: Range<usize>) -> Option<usize> {
        self.places.iter().position(|place| items.contains(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_what_can_be_seen_and_a_little_more() {
        assert_eq!(drawn(0, 20, 1_000), 0..24);
        assert_eq!(drawn(500, 20, 1_000), 496..524);
        assert_eq!(drawn(990, 20, 1_000), 980..1_000);
        assert_eq!(drawn(0, 20, 3), 0..3);
        assert_eq!(drawn(900, 20, 3), 0..3);
        assert_eq!(drawn(0, 20, 0), 0..0);
    }
}
