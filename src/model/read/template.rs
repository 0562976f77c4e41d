//! The expressions of ARM templates that name things: parameters with their default
//! values, variables, and the functions that join names. An exported template names
//! every resource this way. What needs a deployment (`reference`, `uniqueString`, …)
//! is left as it stands.

use std::cell::Cell;
use std::sync::Arc;

use crate::model::yaml::{Node, Span, Value};

/// Expressions in parameters and variables may use others; never this deep.
const MAX_DEPTH: usize = 16;
/// How many values the expressions of a document may bring in.
const MAX_VALUES: usize = 100_000;
/// The longest text that an expression may make.
const MAX_LENGTH: usize = 4096;

/// What the expressions of a template can refer to.
pub(super) struct Template {
    parameters: Option<Node>,
    variables: Option<Node>,
    /// How many more values may be put in place of expressions.
    budget: Cell<usize>,
}

impl Template {
    /// The parameters and variables of a template; none for any other document.
    pub(super) fn of(root: &Node) -> Self {
        let template = root.get("resources").is_some();
        let section = |key| root.get(key).filter(|_| template).cloned();
        Self {
            parameters: section("parameters"),
            variables: section("variables"),
            budget: Cell::new(MAX_VALUES),
        }
    }

    /// Replaces every expression in a resource by its value; lists those that have none.
    pub(super) fn resolve(&self, node: &mut Node, unresolved: &mut Vec<(Span, Arc<str>)>) {
        match &mut node.value {
            Value::List(items) => items
                .iter_mut()
                .for_each(|item| self.resolve(item, unresolved)),
            Value::Map(entries) => {
                for entry in entries {
                    // Order of deployment decides about no packet.
                    if &*entry.key != "dependsOn" {
                        self.resolve(&mut entry.value, unresolved);
                    }
                }
            }
            Value::String(text) if text.starts_with('[') && text.ends_with(']') => {
                match self.value(text, 0) {
                    Some(value) => node.value = value,
                    None => unresolved.push((node.span, text.clone())),
                }
            }
            _ => {}
        }
    }

    /// The value of a text that is an expression, or of any other text.
    fn value(&self, text: &str, depth: usize) -> Option<Value> {
        if let Some(literal) = text.strip_prefix("[[") {
            return Some(Value::String(Arc::from(format!("[{literal}"))));
        }
        let Some(inner) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        else {
            return Some(Value::String(Arc::from(text)));
        };
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut parser = Parser {
            template: self,
            rest: inner,
            depth,
        };
        let value = parser.expression()?;
        parser.blanks();
        parser.rest.is_empty().then_some(value)
    }

    /// The value of a parameter's default or of a variable.
    fn named(&self, function: &str, name: &str, depth: usize) -> Option<Value> {
        let section = match function {
            "parameters" => &self.parameters,
            _ => &self.variables,
        };
        let entries = section.as_ref()?.entries();
        let entry = entries
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(name))?;
        let value = match function {
            "parameters" => entry.value.get("defaultValue")?,
            _ => &entry.value,
        };
        let rest = self.budget.get().checked_sub(size(value))?;
        self.budget.set(rest);
        match &value.value {
            Value::String(text) => self.value(text, depth + 1),
            value => Some(value.clone()),
        }
    }
}

/// Reads one expression from left to right.
struct Parser<'a> {
    template: &'a Template,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, char: char) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(char);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The leading word: letters, digits and underscores.
    fn word(&mut self) -> &'a str {
        self.blanks();
        let inside = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let end = self
            .rest
            .find(|char| !inside(char))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A text, a number, or a call with what follows it: `f('x').a[0]`.
    fn expression(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = if self.eat('\'') {
            self.text()
        } else {
            self.call()
        }?;
        let value = self.members(value)?;
        self.depth -= 1;
        Some(value)
    }

    /// The rest of a text in single quotation marks; two of them stand for one.
    fn text(&mut self) -> Option<Value> {
        let mut text = String::new();
        loop {
            let (part, rest) = self.rest.split_once('\'')?;
            text.push_str(part);
            self.rest = rest;
            match rest.strip_prefix('\'') {
                Some(rest) => {
                    text.push('\'');
                    self.rest = rest;
                }
                None => return Some(Value::String(Arc::from(text))),
            }
        }
    }

    fn call(&mut self) -> Option<Value> {
        let name = self.word();
        if let Ok(number) = name.parse() {
            return Some(Value::Int(number));
        }
        if !self.eat('(') {
            return None;
        }
        let mut arguments = Vec::new();
        while !self.eat(')') {
            if !arguments.is_empty() && !self.eat(',') {
                return None;
            }
            arguments.push(self.expression()?);
        }
        self.apply(name, &arguments)
    }

    fn apply(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        let texts: Option<Vec<String>> = arguments.iter().map(as_text).collect();
        let text = match name.to_ascii_lowercase().as_str() {
            function @ ("parameters" | "variables") => {
                return self.template.named(function, texts?.first()?, self.depth);
            }
            // Where a deployment goes is not known; its location decides about no packet.
            "resourcegroup" | "subscription" | "deployment" => return Some(Value::Null),
            "concat" => texts?.concat(),
            "tolower" => texts?.first()?.to_lowercase(),
            "toupper" => texts?.first()?.to_uppercase(),
            "string" => texts?.first()?.clone(),
            "format" => format_text(&texts?)?,
            "resourceid" | "subscriptionresourceid" => resource_id(&texts?)?,
            _ => return None,
        };
        (text.len() <= MAX_LENGTH).then(|| Value::String(Arc::from(text)))
    }

    /// `.name` and `[index]` behind a value.
    fn members(&mut self, mut value: Value) -> Option<Value> {
        loop {
            if self.eat('.') {
                let name = self.word();
                value = match value {
                    Value::Null if name == "location" => Value::String(Arc::from("")),
                    Value::Map(entries) => {
                        entries
                            .into_iter()
                            .find(|entry| &*entry.key == name)?
                            .value
                            .value
                    }
                    _ => return None,
                };
            } else if self.eat('[') {
                let index = self.expression()?;
                value = match (value, index) {
                    (Value::List(items), Value::Int(index)) => {
                        items.into_iter().nth(usize::try_from(index).ok()?)?.value
                    }
                    (Value::Map(entries), Value::String(key)) => {
                        entries
                            .into_iter()
                            .find(|entry| entry.key == key)?
                            .value
                            .value
                    }
                    _ => return None,
                };
                if !self.eat(']') {
                    return None;
                }
            } else {
                return (value != Value::Null).then_some(value);
            }
        }
    }
}

/// How many values a tree holds.
fn size(node: &Node) -> usize {
    let entries: usize = node.entries().iter().map(|entry| size(&entry.value)).sum();
    1 + entries + node.items().iter().map(size).sum::<usize>()
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// `format('{0}/{1}', a, b)`
fn format_text(arguments: &[String]) -> Option<String> {
    let (pattern, values) = arguments.split_first()?;
    let mut text = pattern.clone();
    for (index, value) in values.iter().enumerate() {
        text = text.replace(&format!("{{{index}}}"), value);
        if text.len() > MAX_LENGTH {
            return None;
        }
    }
    Some(text)
}

/// `resourceId([subscription], [resource group], type, name, …)` as the id that it makes.
fn resource_id(arguments: &[String]) -> Option<String> {
    let at = arguments.iter().position(|text| text.contains('/'))?;
    let mut types = arguments.get(at)?.split('/');
    let mut id = format!("/providers/{}", types.next()?);
    let mut names = arguments.get(at + 1..)?.iter();
    for kind in types {
        id = format!("{id}/{kind}/{}", names.next()?);
    }
    names.next().is_none().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::yaml;

    const TEMPLATE: &str = "
resources: []
parameters:
  vnet: {defaultValue: vnet-a}
  list: {defaultValue: [a, b]}
  loop: {defaultValue: \"[parameters('loop')]\"}
  bare: {type: string}
variables:
  subnet: \"[concat(parameters('vnet'), '/nodes')]\"
  map: {key: value}
";

    #[test]
    fn expressions_that_name_things_are_worked_out() {
        let name = Arc::from("t");
        let parsed = yaml::parse(&name, TEMPLATE);
        let template = Template::of(&parsed.trees[0].root);
        for (text, value) in [
            ("[parameters('vnet')]", Some("vnet-a")),
            ("[variables('subnet')]", Some("vnet-a/nodes")),
            ("[variables('map').key]", Some("value")),
            ("[parameters('list')[1]]", Some("b")),
            (
                "[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('vnet'), 'nodes')]",
                Some("/providers/Microsoft.Network/virtualNetworks/vnet-a/subnets/nodes"),
            ),
            ("[format('{0}-{1}', 'a', 1)]", Some("a-1")),
            ("[resourceGroup().location]", Some("")),
            ("[concat('it''s')]", Some("it's")),
            ("[[literal]", Some("[literal]")),
            ("[parameters('loop')]", None),
            ("[parameters('bare')]", None),
            ("[uniqueString('a')]", None),
            ("[concat('a']", None),
            ("[concat('a'", Some("[concat('a'")),
            ("[concat('a'))]", None),
            ("[((((((((((((((((((((]", None),
            ("[]", None),
        ] {
            let expected = value.map(|value| Value::String(Arc::from(value)));
            assert_eq!(template.value(text, 0), expected, "{text}");
        }
    }
}
