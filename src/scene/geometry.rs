//! Points and rectangles in whole pixels of the canvas; x runs right, y runs down.

/// A place on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// From the left edge.
    pub x: i32,
    /// From the top edge.
    pub y: i32,
}

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// A rectangle with sides along the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// Shorthand for a [`Point`].
pub const fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

/// Shorthand for a [`Rect`].
pub const fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
    Rect {
        x,
        y,
        width,
        height,
    }
}

impl Point {
    /// The point moved by `x` and `y`.
    #[must_use]
    pub const fn offset(self, x: i32, y: i32) -> Self {
        point(self.x + x, self.y + y)
    }

    /// The distance along the axes.
    pub const fn distance(self, other: Point) -> i32 {
        (self.x - other.x).abs() + (self.y - other.y).abs()
    }
}

impl Rect {
    /// The rectangle with two opposite corners, in any order.
    pub fn between(a: Point, b: Point) -> Self {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        rect(x, y, (a.x - b.x).abs(), (a.y - b.y).abs())
    }

    /// Just past the right edge.
    pub const fn right(self) -> i32 {
        self.x + self.width
    }

    /// Just past the bottom edge.
    pub const fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The middle, rounded towards the top left.
    pub const fn centre(self) -> Point {
        point(self.x + self.width / 2, self.y + self.height / 2)
    }

    /// The rectangle moved by `x` and `y`.
    #[must_use]
    pub const fn offset(self, x: i32, y: i32) -> Self {
        rect(self.x + x, self.y + y, self.width, self.height)
    }

    /// The rectangle with `by` more on every side; a negative number shrinks it.
    #[must_use]
    pub const fn grown(self, by: i32) -> Self {
        rect(
            self.x - by,
            self.y - by,
            self.width + 2 * by,
            self.height + 2 * by,
        )
    }

    /// Whether the insides share a pixel; touching edges do not count.
    pub const fn overlaps(self, other: Rect) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether `other` lies within, edges included.
    pub const fn contains(self, other: Rect) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// Whether the point lies strictly inside.
    pub const fn has_inside(self, point: Point) -> bool {
        self.x < point.x && point.x < self.right() && self.y < point.y && point.y < self.bottom()
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Rect) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        rect(
            x,
            y,
            self.right().max(other.right()) - x,
            self.bottom().max(other.bottom()) - y,
        )
    }
}
