//! What follows an edit is what a document has that was never edited: the argument for every shortcut.

mod services;

use proptest::prelude::*;

use super::super::netfilter::ruleset::Ruleset;
use super::super::simulation::Simulation;
use crate::model::document::Document;
use crate::model::yaml;
use crate::scenarios;

/// Documents that an edit may add: those that only matter when a packet walks, and others.
const ADDED: [&str; 8] = [
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: extra}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: extra}\nspec:\n  podSelector: {}\n  ingress:\n    - ports: [{port: 8080}]\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad}\nspec: {podSelector: {matchLabels: {a: '!'}}, ingress: [{ports: [{port: 99999}]}]}\n",
    "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {name: extra}\nspec: {from: internet, to: 'service/default/web', port: 80, expect: {via: [nowhere]}}\n",
    "apiVersion: kubehop.dev/v1\nkind: Layout\nmetadata: {name: layout}\nspec: {positions: {pod/default/web: {x: 8, y: 8}}}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: extra}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}\n",
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: extra}\nspec: {}\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: extra, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}\n",
];

/// Words that decide much, and what they may become.
const WORDS: [(&str, &str); 8] = [
    ("Cluster", "Local"),
    ("LoadBalancer", "ClusterIP"),
    ("web", "wob"),
    ("app", "apx"),
    ("80", "81"),
    ("10.", "11."),
    ("NetworkPolicy", "NetworkPolicx"),
    ("name: ", "name: x"),
];

#[derive(Clone, Debug)]
enum Edit {
    /// Adds one of [`ADDED`] as a document before another.
    Add(usize, usize),
    /// Takes a document away.
    Drop(usize),
    /// Writes a document twice.
    Double(usize),
    /// A comment above a document, which moves all that follow.
    Comment(usize),
    /// Changes a word of [`WORDS`], at one of the places where it stands.
    Word(usize, usize),
    /// Leaves a character out.
    Cut(usize),
    /// Gives a file another name.
    Rename,
}

fn edits() -> impl Strategy<Value = (usize, Edit)> {
    let at = 0_usize..1_000;
    let edit = prop_oneof![
        3 => (0..ADDED.len(), at.clone()).prop_map(|(added, at)| Edit::Add(added, at)),
        1 => at.clone().prop_map(Edit::Drop),
        1 => at.clone().prop_map(Edit::Double),
        2 => at.clone().prop_map(Edit::Comment),
        3 => (0..WORDS.len(), at.clone()).prop_map(|(word, at)| Edit::Word(word, at)),
        1 => (0_usize..100_000).prop_map(Edit::Cut),
        1 => Just(Edit::Rename),
    ];
    (0_usize..8, edit)
}

fn edited(document: &Document, (file, edit): &(usize, Edit)) -> Document {
    let file = file % document.files.len().max(1);
    let Some(source) = document.files.get(file) else {
        return document.clone();
    };
    let text = &*source.text;
    let pieces = yaml::split(text);
    let piece = |at: usize| pieces[at % pieces.len()].range.clone();
    let around =
        |from: usize, to: usize, new: &str| format!("{}{new}{}", &text[..from], &text[to..]);
    let text = match edit {
        Edit::Add(added, at) => {
            let end = piece(*at).end;
            around(end, end, &format!("\n---\n{}---\n", ADDED[*added]))
        }
        Edit::Drop(at) => around(piece(*at).start, piece(*at).end, ""),
        Edit::Double(at) => {
            let range = piece(*at);
            around(
                range.end,
                range.end,
                &format!("\n---\n{}", &text[range.clone()]),
            )
        }
        Edit::Comment(at) => around(piece(*at).start, piece(*at).start, "# moved\n"),
        Edit::Word(word, at) => {
            let (from, to) = WORDS[*word];
            let places: Vec<usize> = text.match_indices(from).map(|(place, _)| place).collect();
            match places.get(at % places.len().max(1)) {
                Some(place) => around(*place, place + from.len(), to),
                None => return document.clone(),
            }
        }
        Edit::Cut(at) => {
            let mut places = text.char_indices().cycle().skip(at % text.len().max(1));
            match places.next() {
                Some((place, cut)) => around(place, place + cut.len_utf8(), ""),
                None => return document.clone(),
            }
        }
        Edit::Rename => return document.with_name(file, "renamed.yaml"),
    };
    document.with_file_text(file, &text).0
}

/// Everything that a simulation says, in one text for each part.
fn all(simulation: &Simulation, document: &Document) -> [String; 7] {
    let network = simulation.network();
    let traces = network.flows.iter().map(|flow| simulation.trace(flow));
    let rules = network.nodes.iter().map(|node| {
        let plane = simulation.dataplane.node(&node.meta.name);
        let rules = plane.and_then(|plane| simulation.dataplane.rules(plane));
        rules.map(Ruleset::to_iptables_save)
    });
    [
        format!("{network:#?}"),
        format!("{:#?}", simulation.diagnostics),
        format!("{:#?}", simulation.checks(document)),
        format!("{:#?}", traces.collect::<Vec<_>>()),
        format!("{:#?}", rules.collect::<Vec<_>>()),
        format!("{:#?}", simulation.dataplane.addresses),
        format!("{:#?}", simulation.dataplane.filters()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_follows_an_edit_is_what_the_edited_document_says_by_itself(
        scenario in 0..scenarios::ALL.len(),
        edits in prop::collection::vec(edits(), 1..5),
    ) {
        let mut document = scenarios::ALL[scenario].document();
        let mut simulation = Simulation::new(&document);
        for edit in edits {
            // What is made when it is first asked for is there already when the edit comes.
            all(&simulation, &document);
            document = edited(&document, &edit);
            simulation = Simulation::after(&document, &simulation);
            let alone = Simulation::new(&document);
            prop_assert_eq!(simulation.network(), alone.network());
            for (after, alone) in all(&simulation, &document).iter().zip(all(&alone, &document)) {
                let mut lines = after.lines().zip(alone.lines());
                let differs = lines.find(|(after, alone)| after != alone);
                prop_assert!(differs.is_none() && after.len() == alone.len(), "{:?}: {:?}", edit, differs);
            }
        }
    }
}

#[test]
fn an_edited_policy_leaves_the_effective_state_alone() {
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i}]}\n";
    let policy = ADDED[0];
    let texts = vec![("all.yaml".to_owned(), format!("{policy}---\n{pods}"))];
    let (first, _) = Document::from_texts(texts);
    let before = Simulation::new(&first);
    let (document, _) = first.with_file_text(0, &format!("# moved\n{}---\n{pods}", ADDED[1]));
    let after = Simulation::after(&document, &before);
    assert!(std::ptr::eq(
        before.dataplane.filters(),
        after.dataplane.filters()
    ));
    assert!(before.network().pods.is_same(&after.network().pods));
    let place = |simulation: &Simulation, document: &Document| {
        let pod = simulation.network().pod("default", "a")?;
        let place = simulation.network().place(document, &pod.meta.origin)?;
        Some(place.line)
    };
    assert_eq!(place(&before, &first), Some(6));
    assert_eq!(place(&after, &document), Some(10));
    // A Service touches it.
    let more = format!("# moved\n{}---\n{pods}---\n{}", ADDED[1], ADDED[5]);
    let (document, _) = document.with_file_text(0, &more);
    let last = Simulation::after(&document, &after);
    assert!(!std::ptr::eq(
        after.dataplane.filters(),
        last.dataplane.filters()
    ));
}
