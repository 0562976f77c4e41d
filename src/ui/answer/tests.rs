//! What came of a request, where the request arrives and the reply does not: the case `firewall`, whose public Service
//! answers by another way.

use super::{Answer, Outcome, Walk};
use crate::engine::simulation::Simulation;
use crate::engine::trace::Verdict;
use crate::model::document::Document;
use crate::text::Language;
use crate::ui::context::Words;
use crate::ui::step_text;

fn case(flow: &str) -> Answer {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/shared/web.yaml",
        "src/scenarios/kubenet/cluster.yaml",
        "tests/cases/firewall/firewall.yaml",
        "tests/cases/firewall/flows.yaml",
    ];
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let texts = files.iter().map(|name| ((*name).to_owned(), read(name)));
    let (document, _) = Document::from_texts(texts.collect::<Vec<_>>());
    let simulation = Simulation::new(&document);
    let flows = &simulation.network().flows;
    let flow = flows.iter().find(|it| &*it.meta.name == flow).unwrap();
    Answer::new(simulation.trace(flow).unrolled())
}

#[test]
fn a_reply_that_is_lost_has_a_verdict_of_its_own() {
    let outcome = |flow: &str| Outcome::of(&case(flow).result);
    let answered = Outcome {
        request: Verdict::Delivered,
        lost: None,
    };
    assert_eq!(outcome("published-machine"), answered);
    assert_eq!(
        outcome("answer-of-a-public-service"),
        Outcome {
            request: Verdict::Delivered,
            lost: Some(Verdict::Dropped),
        }
    );
    assert_eq!(
        outcome("not-allowed"),
        Outcome {
            request: Verdict::Dropped,
            lost: None,
        }
    );
}

#[test]
fn a_step_says_how_the_walk_ends_in_words() {
    let walk = Walk::new(case("answer-of-a-public-service").into(), 0);
    let last = walk.stops().last().unwrap();
    for (language, words) in [
        (Language::En, "Ends: nobody knows the connection"),
        (Language::Ja, "ここで終了: 接続を知る相手なし"),
    ] {
        assert_eq!(step_text::title(&Words::new(language), last.step), words);
    }
}
