//! `rewrite name`: the name that is looked up instead, and the way back for the answer.

use std::sync::Arc;

use super::{Data, Record};
use crate::model::corefile::pattern::Pattern;
use crate::model::corefile::{Matching, Rewrite};

/// What gives an answer the names that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Restore {
    /// A whole name, or the end of one at a dot.
    Name(Arc<str>, Arc<str>),
    /// The end of a name.
    End(Arc<str>, Arc<str>),
    /// A pattern, for names or for values.
    Pattern(Pattern, Arc<str>, bool),
}

/// The name that `rule` makes of `name` (normal), and how the answer is restored; nothing where it does not match.
pub fn apply(rule: &Rewrite, name: &str) -> Option<(String, Vec<Restore>)> {
    let to = &*rule.to;
    let made = match &rule.matching {
        Matching::Exact(from) => (**from == *name).then(|| to.to_owned())?,
        Matching::Prefix(from) => format!("{to}{}", name.strip_prefix(&**from)?),
        Matching::Suffix(from) => format!("{}{to}", name.strip_suffix(&**from)?),
        Matching::Substring(from) => {
            let found = !from.is_empty() && name.contains(&**from);
            found.then(|| name.replace(&**from, to))?
        }
        // Patterns see the final dot.
        Matching::Regex(pattern) => super::name::normal(&pattern.replace(&format!("{name}."), to)?),
    };
    let mut restores = Vec::new();
    if rule.restores {
        restores.push(match &rule.matching {
            Matching::Suffix(from) => Restore::End(rule.to.clone(), from.clone()),
            _ => Restore::Name(Arc::from(&*made), Arc::from(name)),
        });
    }
    let answers = rule.answers.iter().cloned();
    restores.extend(answers.map(|(pattern, to, values)| Restore::Pattern(pattern, to, values)));
    Some((made, restores))
}

impl Restore {
    /// Restores the names of a record.
    pub fn record(&self, record: &mut Record) {
        if !matches!(self, Restore::Pattern(_, _, true)) {
            self.name(&mut record.name);
        }
        if matches!(self, Restore::Pattern(_, _, false)) {
            return;
        }
        match &mut record.data {
            Data::Alias(name) | Data::Name(name) | Data::Service { target: name, .. } => {
                self.name(name);
            }
            Data::Address(_) | Data::Text(_) | Data::Server(_) | Data::Start => {}
        }
    }

    fn name(&self, name: &mut Arc<str>) {
        let made = match self {
            Restore::Name(from, to) => name.strip_suffix(&**from).and_then(|rest| {
                let whole = rest.is_empty() || rest.ends_with('.');
                whole.then(|| format!("{rest}{to}"))
            }),
            Restore::End(from, to) => name.strip_suffix(&**from).map(|rest| format!("{rest}{to}")),
            Restore::Pattern(pattern, to, _) => pattern
                .replace(&format!("{name}."), to)
                .map(|made| super::name::normal(&made)),
        };
        if let Some(made) = made {
            *name = Arc::from(made);
        }
    }
}
