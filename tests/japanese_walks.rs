//! Walks as a Japanese reader sees them: of what the engine words itself nothing stays English.
//!
//! Origin: reasoned; the scenarios are the cases and the built-in ones. What is taken for English says `english`.

#![cfg(feature = "cli")]

mod english;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use english::sentences;
use kubehop::blockers;
use kubehop::cli::walk_text::Printer;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{Disposition, TraceResult, Verdict};
use kubehop::model::document::Document;
use kubehop::model::flow::{Flow, Target};
use kubehop::model::kube::Meta;
use kubehop::model::packet::Protocol;
use kubehop::scenarios;
use kubehop::scene::draw::{View, draw};
use kubehop::scene::layout::place;
use kubehop::scene::svg;
use kubehop::text::{Language, Texts};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn yaml_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the project");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    paths.sort();
    paths
}

/// Every case and built-in scenario.
fn documents() -> Vec<(String, Document)> {
    let mut documents: Vec<(String, Document)> = scenarios::ALL
        .iter()
        .map(|scenario| (scenario.id.to_owned(), scenario.document()))
        .collect();
    let cases = fs::read_dir(root().join("tests/cases")).expect("the cases");
    for folder in cases.map(|entry| entry.expect("an entry").path()) {
        if !folder.is_dir() {
            continue;
        }
        let shared = fs::read_to_string(folder.join("files.txt")).unwrap_or_default();
        let shared = shared.lines().map(|line| root().join(line.trim()));
        let texts = shared.chain(yaml_of(&folder)).map(|path| {
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("a file of the case"))
        });
        let (document, _) = Document::from_texts(texts.collect());
        documents.push((folder.display().to_string(), document));
    }
    documents
}

/// How many packets of a flow end at what is not modelled.
fn not_modelled(result: &TraceResult) -> usize {
    let connections = result.branches.iter().map(|branch| &branch.connection);
    let traces = connections.flat_map(|it| [Some(&it.original), it.reply.as_ref()]);
    let ends = traces.flatten().map(|trace| &trace.disposition);
    ends.filter(|end| matches!(end, Disposition::NotModelled { .. }))
        .count()
}

/// The walk as the command line prints it, without the rules of netfilter, whose comments are notation.
fn printed(texts: &Texts, result: &TraceResult) -> Vec<String> {
    let printer = Printer {
        texts,
        place: &|_| None,
    };
    let text = printer.result(result);
    let is_rule = |line: &&str| line.contains("rule: ") && line.contains(" -A ");
    let lines = text.lines().filter(|line| !is_rule(line));
    lines.map(str::to_owned).collect()
}

/// The words of the picture.
fn drawn(texts: &Texts, simulation: &Simulation, result: &TraceResult) -> Vec<String> {
    let (network, branch) = (simulation.network(), result.branches.first());
    let scene = draw(
        network,
        &place(network, branch),
        branch,
        &View::default(),
        texts,
    );
    let picture = svg::standalone(&scene, svg::Theme::Light);
    let (_, picture) = picture.split_once("</style>").expect("styles, then shapes");
    let texts = picture.split('<').filter_map(|part| part.split_once('>'));
    texts.map(|(_, text)| text.to_owned()).collect()
}

/// Why refusals refuse, and what lifts them.
fn lifted(texts: &Texts, document: &Document, simulation: &Simulation, flow: &Flow) -> Vec<String> {
    let found = blockers::find_in(document, simulation, flow, None).list;
    found.iter().map(|it| texts.why(&it.step.why)).collect()
}

#[test]
fn no_walk_of_a_case_or_scenario_says_a_sentence_in_english() {
    let texts = Texts::new(Language::Ja);
    let mut found = BTreeSet::new();
    let mut unknown = 0;
    for (name, document) in documents() {
        let simulation = Simulation::new(&document);
        for flow in &simulation.network().flows {
            let result = simulation.trace(flow);
            unknown += not_modelled(&result);
            let mut lines = printed(&texts, &result);
            lines.extend(drawn(&texts, &simulation, &result));
            lines.extend(lifted(&texts, &document, &simulation, flow));
            for line in lines {
                let english = sentences(&line).into_iter();
                found.extend(english.map(|it| format!("{it}    ({name}: {})", line.trim())));
            }
        }
    }
    assert!(
        unknown > 10,
        "only {unknown} walks end at what is not modelled"
    );
    let lines: Vec<String> = found.into_iter().collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn a_sentence_is_seen_and_names_and_notations_are_not() {
    assert_eq!(
        sentences("対象外: the network policy engine antrea"),
        ["the network policy engine antrea"]
    );
    for line in [
        "rule: 10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4",
        "request 1: host/vm-a host.forward sent TCP 10.1.1.4:50000 > 10.244.0.10:8080",
        "cause: managedClusters properties.networkProfile",
        "規則 via None です",
    ] {
        assert_eq!(sentences(line), Vec::<String>::new(), "{line}");
    }
}

/// A place that is not there is no gap of the model: the sentence says what is missing, in both languages (section 14
/// of the design: what happened, then why).
#[test]
fn a_walk_from_or_to_what_does_not_exist_says_so() {
    let simulation = Simulation::new(&scenarios::find("kubenet").unwrap().document());
    for (from, to, missing) in [
        ("pod/default/nope", "node/n0", "pod/default/nope"),
        ("host/client", "node/nope", "node/nope"),
        ("host/client", "storage/nope", "storage/nope"),
    ] {
        let flow = Flow {
            meta: Meta::default(),
            from: from.parse().unwrap(),
            to: Target::Place(to.parse().unwrap()),
            protocol: Protocol::Tcp,
            port: Some(80),
            expect: None,
        };
        let result = simulation.trace(&flow);
        let trace = &result.branches[0].connection.original;
        assert_eq!(trace.disposition.verdict(), Verdict::NotModelled);
        let (_, last) = trace.steps().last().unwrap();
        let said = [Language::En, Language::Ja].map(|it| Texts::new(it).why(&last.why));
        let english = format!("Stopped: {missing} does not exist.");
        let japanese = format!("停止しました。{missing} は存在しません。");
        assert_eq!(said, [english, japanese]);
    }
}
