//! kubehop.
