//! Azure resources whose fields stand nested under `properties`, flattened beside the name, or both.

use super::cursor::Cursor;
use crate::model::yaml::{Node, Value};

/// Fields that a resource has beside `properties`, and that mean something else inside.
const OWN: [&str; 7] = ["id", "name", "type", "kind", "location", "tags", "etag"];

/// Warns where a field stands in both places and the two say different things; the nested one is used.
pub(super) fn compare(nested: Cursor<'_>, flat: Cursor<'_>, key: &str) {
    let (Some(used), Some(other)) = (nested.node(), flat.node()) else {
        return;
    };
    let is_own = OWN.iter().any(|name| name.eq_ignore_ascii_case(key));
    if is_own || same(used, other) || !flat.first_time() {
        return;
    }
    flat.doubt(
        "shape-mixed",
        "stands beside `properties` and in it, and the two differ; the one in `properties` is used",
        "two values",
        "one value",
        "remove one of the two",
    );
}

/// Whether two values are the same, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            let has = |entry: &crate::model::yaml::Entry| {
                let mut others = b.iter();
                others.any(|other| other.key == entry.key && same(&other.value, &entry.value))
            };
            a.len() == b.len() && a.iter().all(has)
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::document::Document;
    use crate::model::read::read;

    fn problems(text: &str) -> Vec<String> {
        let texts = vec![("x.yaml".to_owned(), text.to_owned())];
        let (document, mut problems) = Document::from_texts(texts);
        problems.extend(read(&document).1);
        problems.iter().map(ToString::to_string).collect()
    }

    /// Issue 4, "Bad input": both shapes mixed.
    #[test]
    fn shapes_may_be_mixed_but_must_not_contradict_each_other() {
        let vnet = |more: &str| {
            problems(&format!(
                "type: Microsoft.Network/virtualNetworks\nname: v\naddressSpace: {{addressPrefixes: [10.1.0.0/16]}}\n{more}"
            ))
        };
        assert_eq!(
            vnet("properties: {subnets: [{name: a, addressPrefix: 10.1.0.0/24}]}\n"),
            [""; 0]
        );
        assert_eq!(
            vnet("properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}}\n"),
            [""; 0]
        );
        assert_eq!(
            vnet("properties: {addressSpace: {addressPrefixes: [10.2.0.0/16]}}\n"),
            [
                "x.yaml:3:15: warning: `addressSpace` stands beside `properties` and in it, and the two differ; the one in `properties` is used; found two values, expected one value; hint: remove one of the two"
            ]
        );
    }

    /// Issue 4, "Bad input": ids that point nowhere, or at something else of that name.
    #[test]
    fn an_id_of_another_type_names_nothing() {
        let subnet = |id: &str| {
            problems(&format!(
                "type: Microsoft.Network/virtualNetworks\nname: v\nproperties: {{addressSpace: {{addressPrefixes: [10.1.0.0/16]}}, subnets: [{{name: a, properties: {{addressPrefix: 10.1.0.0/24, routeTable: {{id: {id}}}}}}}]}}\n---\n{{type: Microsoft.Network/routeTables, name: z, properties: {{routes: []}}}}\n"
            ))
        };
        let group = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
        assert_eq!(subnet(&format!("{group}/routeTables/z")), [""; 0]);
        let other = subnet(&format!("{group}/networkSecurityGroups/z")).join("\n");
        assert!(
            other.contains("names a resource of another type; found `Microsoft.Network/networkSecurityGroups`, expected `Microsoft.Network/routeTables`"),
            "{other:?}"
        );
        assert!(other.contains("which is not there"), "{other:?}");
        let none = subnet("/subscriptions/z").join("\n");
        assert!(none.contains("is not a resource id"), "{none:?}");
    }

    /// Issue 4, "Bad input": what is reported has a name.
    #[test]
    fn a_resource_that_lacks_everything_is_called_by_its_name() {
        let found =
            problems("{type: Microsoft.Network/applicationGateways, name: g, properties: {}}");
        assert!(
            found[0].contains("`appgateway/g` names no subnet"),
            "{found:?}"
        );
    }
}
