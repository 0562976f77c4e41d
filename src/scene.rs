//! The picture, without a browser: objects in nested boxes, the lanes of a walk between them.
//!
//! 1. [`numbering`] gives the steps of a walk the numbers and shapes that they have everywhere.
//! 2. [`journey`] says which boxes the walk visits; [`layout`] places the boxes on a grid of
//!    integers, and [`route`] leads the lanes between them.
//! 3. [`draw`] turns the placement into a [`shape::Scene`] in one language, at one moment of the walk;
//!    [`timeline`] draws the same walk with places as columns, [`strip`] draws it for narrow screens.
//! 4. [`svg`] writes a scene as a file that stands alone.
//!
//! A scene carries class names of `styles/canvas.css` and references to objects, never a colour.
//! Everything is a whole number of pixels, and the same input gives the same bytes.

pub mod draw;
pub mod geometry;
pub mod icons;
pub mod journey;
pub mod layout;
pub mod measure;
pub mod numbering;
pub mod route;
pub mod service_endpoints;
pub mod shape;
pub mod station;
pub mod strip;
pub mod svg;
pub mod timeline;
