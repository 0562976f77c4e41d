//! Label selectors.

use std::sync::Arc;

use crate::model::labels::Labels;

/// `LabelSelector`: labels and expressions, all of which must hold. Empty matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// `matchLabels`, or the plain map of a Service.
    pub match_labels: Labels,
    /// `matchExpressions`.
    pub match_expressions: Vec<Expression>,
}

/// One of a selector's `matchExpressions`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// Label key.
    pub key: Arc<str>,
    /// Operator.
    pub operator: Operator,
    /// Values for `In` and `NotIn`; the number to compare with for `Gt` and `Lt`.
    pub values: Vec<Arc<str>>,
}

/// Operator of an [`Expression`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// The label is one of the values.
    In,
    /// The label is absent or none of the values (R24).
    NotIn,
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
    /// The label is a number above the value; about nodes only.
    Gt,
    /// The label is a number below the value; about nodes only.
    Lt,
}

impl Selector {
    /// Whether it has no part, and so matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether `labels` satisfy every part.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.match_labels
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
            && self
                .match_expressions
                .iter()
                .all(|expression| expression.matches(labels))
    }
}

impl Expression {
    /// Whether `labels` satisfy it.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        let number = |text: Option<&Arc<str>>| text?.parse::<i64>().ok();
        let numbers = || number(value).zip(number(self.values.first()));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt => numbers().is_some_and(|(label, bound)| label > bound),
            Operator::Lt => numbers().is_some_and(|(label, bound)| label < bound),
        }
    }
}
