//! What must hold for any input, tried on real documents after random damage.

use std::sync::Arc;

use proptest::prelude::*;

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::network::Network;
use super::read::{parse_flow_target, parse_sender, read};

/// Real documents of every family.
const SAMPLES: &[&str] = &[
    include_str!("../../tests/data/kubectl/deployment.yaml"),
    include_str!("../../tests/data/kubectl/service.yaml"),
    include_str!("../../tests/data/kubectl/nodes.yaml"),
    include_str!("../../tests/data/az/network-vnet-list.json"),
    include_str!("../../tests/data/az/network-nsg-show.json"),
    include_str!("../../tests/data/az/aks-list.json"),
    include_str!("../../tests/data/az/vm.json"),
    include_str!("../../tests/data/az/template.json"),
    "\
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: f}
spec: {from: pod/a/b, to: web, port: 80, expect: {verdict: delivered, source: [1.2.3.4], via: [bridge], endsAt: {stage: x}, http: {status: 200, headers: {a: null}}, probability: {pod/a/b: 0.5}}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {subnet: a/b, ip: 10.0.0.4, listens: [{port: 80}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: e, labels: {kubernetes.io/service-name: s}}, addressType: IPv4, ports: [{port: 1}], endpoints: [{addresses: [10.0.0.1], conditions: {ready: null}}]}
---
{apiVersion: v1, kind: Endpoints, metadata: {name: e}, subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 1}]}]}
---
{apiVersion: kubehop.dev/v1, kind: Layout, spec: {positions: {pod/a/b: [1, 2], node/n: {x: 1, y: 2}}}}
---
{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: '10.0.0.0/16,fd00::/64'}
",
];

/// Values that are wrong in most places.
const ODD: &[&str] = &[
    "",
    "null",
    "[]",
    "{}",
    "-1",
    "1e400",
    "99999999999999999999",
    "\"\"",
    "true",
    "[[a]]",
    "{a: {b: c}}",
    "*x",
    "&x y",
    "10.0.0.0/33",
    "::/0",
    "0.0.0.0/0",
    "255.255.255.255",
    "\u{0}",
    "<script>alert(1)</script>",
    "a/b/c/d",
    "/",
    "ü",
    "9223372036854775807",
    "[parameters('x')]",
    "65536",
    "---",
    "\t",
];

/// A real document in which some words were replaced and some lines moved or lost.
fn damaged() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..4u8,
    );
    let changes = prop::collection::vec(change, 0..6);
    (prop::sample::select(SAMPLES), changes).prop_map(|(sample, changes)| {
        let mut lines: Vec<String> = sample.lines().map(str::to_owned).collect();
        for (at, with, how) in changes {
            let line = at.index(lines.len());
            let odd = ODD[with.index(ODD.len())];
            match how {
                0 => drop(lines.remove(line)),
                1 => lines.swap(line, with.index(sample.lines().count()).min(line)),
                _ => lines[line] = replaced(&lines[line], with.index(1 << 16), odd),
            }
            if lines.is_empty() {
                lines.push(String::new());
            }
        }
        lines.join("\n")
    })
}

/// A line with one of its words replaced.
fn replaced(line: &str, word: usize, with: &str) -> String {
    let starts: Vec<usize> = line
        .match_indices([' ', '"', '[', ','])
        .map(|(at, _)| at + 1)
        .collect();
    let Some(&start) = starts.get(word % starts.len().max(1)) else {
        return with.to_owned();
    };
    let rest = &line[start..];
    let end = rest.find([' ', '"', ',', ']', '}']).unwrap_or(rest.len());
    format!("{}{with}{}", &line[..start], &rest[end..])
}

fn read_text(text: &str) -> (Document, Network, Vec<Diagnostic>) {
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text.to_owned())]);
    let (network, diagnostics) = read(&document);
    (document, network, diagnostics)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn damaged_documents_are_read_and_every_problem_has_its_place(text in damaged()) {
        let (document, network, diagnostics) = read_text(&text);
        let lines = text.lines().count();
        for diagnostic in &diagnostics {
            prop_assert!(diagnostic.location.is_some(), "{diagnostic}");
            let place = diagnostic.location.as_ref().unwrap();
            prop_assert!(place.line >= 1 && place.column >= 1, "{diagnostic}");
            prop_assert!(place.line as usize <= lines + 1, "{diagnostic}");
            let printed = diagnostic.to_string();
            prop_assert!(!printed.contains(char::is_control), "{printed:?}");
        }
        for manifest in &network.manifests {
            prop_assert!(network.locate(&document, &manifest.object, "metadata.name").is_some());
        }
        prop_assert_eq!(read(&document).1, diagnostics);
    }

    #[test]
    fn a_document_is_kept_byte_for_byte_and_splits_from_a_download(texts in prop::collection::vec(damaged(), 1..4)) {
        let files = texts.iter().enumerate().map(|(index, text)| (format!("{index}.yaml"), text.clone()));
        let (document, _) = Document::from_texts(files.collect());
        for (file, text) in document.files.iter().zip(&texts) {
            prop_assert_eq!(&*file.text, text.as_str());
        }
        let download = document.to_yaml();
        let (again, _) = Document::from_texts(vec![("download.yaml".to_owned(), download)]);
        prop_assert_eq!(again, document);
    }

    #[test]
    fn an_edit_of_one_document_leaves_every_other_byte(text in damaged(), with in "kind: [A-Z]") {
        let (document, network, _) = read_text(&text);
        if let Some(manifest) = network.manifests.first() {
            let range = manifest.root.span.range();
            let (edited, _) = document.with_part(0, manifest.root.span, &with);
            let expected = format!("{}{with}{}", &text[..range.start], &text[range.end..]);
            prop_assert_eq!(&*edited.files[0].text, expected.as_str());
        }
    }

    #[test]
    fn the_data_of_a_secret_survives_no_damage(
        style in 0..3usize,
        cut in any::<prop::sample::Index>(),
        word in prop::sample::select(ODD),
        with_list in any::<bool>(),
    ) {
        let secret = match style {
            0 => "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"data\":{\"a\":\"hunter2\"}}\ndata:\n  a: hunter2\n  b: |\n    hunter2\nstringData: {c: \"hunter2\"}\ntype: Opaque\n",
            1 => "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"hunter2\",\n    \"b\": \"hunter2\"\n  },\n  \"metadata\": {\n    \"name\": \"s\"\n  }\n}\n",
            _ => "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: hunter2, b: 'hunter2'}, stringData: {c: hunter2}}\n",
        };
        // Damage after the head: without a readable `kind` nobody can tell what it is.
        let head = secret.find("Secret").unwrap() + "Secret\",\n".len();
        let mut damaged = secret.to_owned();
        let mut at = head + cut.index(secret.len() - head);
        while !damaged.is_char_boundary(at) {
            at -= 1;
        }
        // Nor in the names of the fields, which would make other fields of them.
        let key = ["data", "stringData", "kubectl.kubernetes.io/last-applied-configuration"].iter().any(|key| {
            let mut names = secret.match_indices(key);
            names.any(|(start, _)| at >= start && at <= start + key.len() + 1)
        });
        // Nor between two documents: the second would have no head.
        if key || word == "---" {
            return Ok(());
        }
        damaged.insert_str(at, word);
        if with_list && style == 0 {
            damaged = format!("kind: List\nitems:\n- {}\n", damaged.trim_end().replace('\n', "\n  "));
        }
        let (document, _, _) = read_text(&damaged);
        let kept = &document.files[0].text;
        prop_assert!(!kept.contains("hunter"), "damaged:\n{damaged}\nkept:\n{kept}");
    }

    #[test]
    fn any_text_is_a_target_or_a_reason(text in "\\PC{0,40}|[a-z0-9./:\\[\\]@?#-]{0,40}") {
        let shown = parse_flow_target(&text).map(|target| target.to_string());
        if let Ok(shown) = &shown {
            prop_assert_eq!(parse_flow_target(shown).map(|target| target.to_string()), Ok(shown.clone()));
        }
        if let Ok(place) = parse_sender(&text) {
            prop_assert_eq!(place.to_string(), text);
        }
    }
}

#[test]
fn what_is_not_simulated_is_kept_as_written() {
    let text = "# kept\napiVersion: example.com/v1\nkind: Thing # too\nspec: {odd: [1,  2]}\n";
    let (document, network, _) = read_text(text);
    assert_eq!(&*document.files[0].text, text);
    assert_eq!(network.manifests[0].head, Arc::from("example.com/v1 Thing"));
    assert!(!network.manifests[0].simulated);
}
