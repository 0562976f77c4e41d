//! A tree in its file, which may have moved there since it was parsed.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Node, Shift, Span};

/// A tree that costs nothing to move: its nodes get their places when somebody looks at them.
#[derive(Clone)]
pub struct Root {
    /// As it was parsed.
    tree: Arc<Node>,
    /// How far it has moved since.
    shift: Shift,
    moved: OnceLock<Arc<Node>>,
}

impl Root {
    /// Where the whole tree stands.
    pub fn span(&self) -> Span {
        self.tree.span.moved(self.shift)
    }

    /// The place of a part, counted from where the whole tree begins.
    pub fn within(&self, part: Span) -> Span {
        let own = self.span();
        part.moved(Shift {
            bytes: 0u32.wrapping_sub(own.start),
            lines: 0u32.wrapping_sub(own.line),
        })
    }

    /// Where a part stands whose place is counted from where the whole tree begins.
    pub fn at(&self, within: Span) -> Span {
        let own = self.span();
        within.moved(Shift {
            bytes: own.start,
            lines: own.line,
        })
    }

    /// The same tree after its text moved.
    #[must_use]
    pub fn moved(&self, shift: Shift) -> Self {
        Self {
            tree: self.tree.clone(),
            shift: Shift {
                bytes: self.shift.bytes.wrapping_add(shift.bytes),
                lines: self.shift.lines.wrapping_add(shift.lines),
            },
            moved: OnceLock::new(),
        }
    }

    /// Whether both say the same, wherever they stand.
    pub fn says_same(&self, other: &Self) -> bool {
        self.tree.says_same(&other.tree)
    }
}

impl From<Node> for Root {
    fn from(tree: Node) -> Self {
        Self {
            tree: Arc::new(tree),
            shift: Shift::default(),
            moved: OnceLock::new(),
        }
    }
}

impl Deref for Root {
    type Target = Node;

    fn deref(&self) -> &Node {
        if self.shift == Shift::default() {
            return &self.tree;
        }
        let moved = || Arc::new(self.tree.moved(self.shift));
        self.moved.get_or_init(moved)
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Root {
    fn eq(&self, other: &Self) -> bool {
        let alike = Arc::ptr_eq(&self.tree, &other.tree) && self.shift == other.shift;
        alike || **self == **other
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::parse;
    use super::*;

    fn root(text: &str) -> Root {
        let mut trees = parse(&Arc::from("a.yaml"), text).trees;
        trees.pop().map(|tree| tree.root.into()).expect("a tree")
    }

    #[test]
    fn a_tree_that_moved_twice_is_what_parsing_finds_there() {
        let text = "kind: A\nlist: [1, {x: ü}]\n";
        let step = Shift { bytes: 2, lines: 1 };
        let moved = root(text).moved(step).moved(step);
        let there = root(&format!("#\n#\n{text}"));
        assert_eq!(moved.span(), there.span());
        assert_eq!(*moved, *there);
        assert_eq!(moved, there);
        assert_ne!(moved, root(text));
        assert!(moved.says_same(&root(text)));
    }
}
