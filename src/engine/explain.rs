//! Sentences as data: a message id with arguments, never concatenated text.
//!
//! [`crate::text`] renders them in English or Japanese from the Fluent files in
//! `src/text/locales`; a test checks that every id used exists in both.

use std::sync::Arc;

use crate::model::object::Ref;

/// One sentence: the id of a Fluent message and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Message id, such as `why-route-none`.
    pub id: &'static str,
    /// Named arguments in the order given.
    pub args: Vec<(&'static str, Arg)>,
}

/// An argument of an [`Explanation`].
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Text as it is: an address, a prefix, the name of a rule.
    Text(Arc<str>),
    /// A whole number.
    Number(i64),
    /// An object, printed by its name and linked to where it is written.
    Object(Ref),
    /// A field of an object, printed as `field: value` and linked to its line.
    Field {
        /// The object.
        object: Ref,
        /// Path of the field, such as `spec.externalTrafficPolicy`.
        path: Arc<str>,
        /// What the reader sees, such as `externalTrafficPolicy: Cluster`.
        text: Arc<str>,
    },
}

impl Explanation {
    /// A sentence without arguments; [`Explanation::with`] adds them.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            args: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(Arc::from(text))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(Arc::from(text))
    }
}

impl From<Arc<str>> for Arg {
    fn from(text: Arc<str>) -> Self {
        Arg::Text(text)
    }
}

impl From<std::net::IpAddr> for Arg {
    fn from(address: std::net::IpAddr) -> Self {
        address.to_string().into()
    }
}

impl From<ipnet::IpNet> for Arg {
    fn from(prefix: ipnet::IpNet) -> Self {
        prefix.to_string().into()
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Arg::Number(number)
    }
}

impl From<Ref> for Arg {
    fn from(object: Ref) -> Self {
        Arg::Object(object)
    }
}
