//! Text before, text after; a change that would mean anything else is not made.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn root(text: &str) -> Node {
    parse(&Arc::from("a.yaml"), text).trees.remove(0).root
}

#[track_caller]
fn check(text: &str, path: &str, value: Option<&Json>, golden: &Expect) {
    let changed = set(text, &root(text), path, value);
    golden.assert_eq(changed.as_deref().unwrap_or("unchanged"));
}

const SERVICE: &str = "\
# Service WEB
kind: Service
spec:
  type: LoadBalancer   # public
  externalTrafficPolicy: Cluster # the default
  ports: [{name: http, port: 80}]
  selector:
    app: web
  # the end
";

#[test]
fn a_scalar_is_replaced_and_the_comments_stay() {
    check(
        SERVICE,
        "spec.externalTrafficPolicy",
        Some(&json!("Local")),
        &expect![[r"
            # Service WEB
            kind: Service
            spec:
              type: LoadBalancer   # public
              externalTrafficPolicy: Local # the default
              ports: [{name: http, port: 80}]
              selector:
                app: web
              # the end
        "]],
    );
}

#[test]
fn a_new_field_follows_the_last_one_of_its_mapping() {
    check(
        SERVICE,
        "spec.internalTrafficPolicy",
        Some(&json!("Local")),
        &expect![[r"
            # Service WEB
            kind: Service
            spec:
              type: LoadBalancer   # public
              externalTrafficPolicy: Cluster # the default
              ports: [{name: http, port: 80}]
              selector:
                app: web
              internalTrafficPolicy: Local
              # the end
        "]],
    );
    check(
        SERVICE,
        "spec.ports[0].nodePort",
        Some(&json!(31380)),
        &expect![[r"
            # Service WEB
            kind: Service
            spec:
              type: LoadBalancer   # public
              externalTrafficPolicy: Cluster # the default
              ports: [{name: http, port: 80, nodePort: 31380}]
              selector:
                app: web
              # the end
        "]],
    );
}

#[test]
fn a_path_that_does_not_exist_yet_is_made() {
    check(
        "kind: Pod\nmetadata:\n  name: a\nspec:\n",
        "metadata.annotations[\"a.b/c\"]",
        Some(&json!("true")),
        &expect![[r#"
            kind: Pod
            metadata:
              name: a
              annotations: {a.b/c: "true"}
            spec:
        "#]],
    );
    check(
        "kind: Pod\nspec:\n",
        "spec.nodeName",
        Some(&json!("n0")),
        &expect![[r"
            kind: Pod
            spec: {nodeName: n0}
        "]],
    );
    check(
        "{}\n",
        "spec.x",
        Some(&json!(1)),
        &expect![[r#"{"spec": {"x":1}}
"#]],
    );
}

#[test]
fn a_field_is_removed_with_its_line() {
    check(
        SERVICE,
        "spec.externalTrafficPolicy",
        None,
        &expect![[r"
            # Service WEB
            kind: Service
            spec:
              type: LoadBalancer   # public
              ports: [{name: http, port: 80}]
              selector:
                app: web
              # the end
        "]],
    );
    check("a: {b: 1, c: 2}\n", "a.b", None, &expect!["a: {c: 2}\n"]);
    check("a: {b: 1, c: 2}\n", "a.c", None, &expect!["a: {b: 1}\n"]);
    check("a:\n  b: 1\n", "a.b", None, &expect!["a:\n  {}\n"]);
    check(
        "a:\n- b: 1\n  c: 2\n- d\n",
        "a[0].b",
        None,
        &expect!["a:\n- c: 2\n- d\n"],
    );
    check(
        "a:\n- b: 1\n  c: 2\n- d\n",
        "a[0]",
        None,
        &expect!["a:\n- d\n"],
    );
}

#[test]
fn an_item_is_added_at_the_end_of_a_list() {
    check(
        "a:\n  - 1\n  - 2 # two\nb: 3\n",
        "a[2]",
        Some(&json!("x")),
        &expect!["a:\n  - 1\n  - 2 # two\n  - x\nb: 3\n"],
    );
    check("a: [1]\n", "a[1]", Some(&json!(2)), &expect!["a: [1, 2]\n"]);
    check(
        "a: []\n",
        "a[0].b",
        Some(&json!(2)),
        &expect!["a: [{b: 2}]\n"],
    );
}

#[test]
fn json_stays_json() {
    check(
        "{\"spec\": {\n  \"type\": \"ClusterIP\"\n}}",
        "spec.type",
        Some(&json!("NodePort")),
        &expect!["{\"spec\": {\n  \"type\": \"NodePort\"\n}}"],
    );
}

#[test]
fn what_cannot_be_changed_safely_is_left_alone() {
    for (text, path) in [
        ("a: &x {b: 1}\nc: *x\n", "c.b"),
        ("a: &x [1, 2]\nc: *x\n", "a[0]"),
        ("a: 1\n", "a.b.c"),
        ("a: [1]\n", "a[7]"),
        ("a: 1\n", ""),
        ("a: 1\n", "[x]"),
        ("a: 1\n", "a..b"),
    ] {
        let changed = set(text, &root(text), path, Some(&json!(5)));
        let safe = changed
            .as_deref()
            .is_none_or(|changed| changed == "a: &x {b: 5}\nc: *x\n");
        assert!(
            safe && changed.is_none(),
            "{text:?} {path} became {changed:?}"
        );
    }
}

fn any_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        "\\PC{0,8}".prop_map(Json::from),
        Just(Json::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            proptest::collection::btree_map("[a-c]{1,2}", inner, 0..3)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Block style, as people write it.
fn block(value: &Json, indent: usize) -> String {
    let pad = "  ".repeat(indent);
    match value {
        Json::Object(map) if !map.is_empty() => {
            let lines = map.iter();
            lines.fold(String::new(), |text, (key, value)| {
                text + &format!("\n{pad}{key}:{}", block(value, indent + 1))
            })
        }
        Json::Array(items) if !items.is_empty() => {
            let lines = items.iter();
            lines.fold(String::new(), |text, item| {
                text + &format!("\n{pad}- {}", inline(item))
            })
        }
        other => format!(" {} # note", inline(other)),
    }
}

proptest! {
    #[test]
    fn setting_a_field_of_any_document_sets_exactly_that_field(
        document in proptest::collection::btree_map("[a-c]{1,2}", any_value(), 1..4),
        path in "[a-c]{1,2}(\\.[a-c]{1,2}){0,2}",
        value in any_value(),
    ) {
        let document = Json::Object(document.into_iter().collect());
        let text = format!("{}\n", block(&document, 0).trim_start());
        let node = root(&text);
        prop_assert_eq!(&json(&node), &document);
        if let Some(changed) = set(&text, &node, &path, Some(&value)) {
            let mut wanted = document.clone();
            apply(&mut wanted, &segments(&path).unwrap(), Some(&value));
            prop_assert_eq!(json(&root(&changed)), wanted);
        } else {
            // Only a path through a value that holds nothing is refused.
            let (deepest, depth) = descend(&node, &segments(&path).unwrap());
            prop_assert!(depth > 0 && !matches!(deepest.value, Value::Map(_)), "{} {} {}", text, path, value);
        }
    }
}
