//! What must hold for any input, one function for each fuzz target. `tests/corpus.rs` replays the corpus through the
//! same functions on every machine.

// Each target uses one of them.
#![allow(dead_code)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{Connection, TraceResult};
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;
use kubehop::model::kube::Meta;
use kubehop::model::packet::Protocol;
use kubehop::model::read::{parse_flow_target, parse_sender};
use kubehop::scenarios;
use kubehop::share;
use miniz_oxide::deflate::compress_to_vec;
use std::sync::OnceLock;

/// Stands between the files of one input.
const NEXT_FILE: &str = "\n=====\n";

/// How many of an input's own flows are walked; the rest would only make it slow.
const FLOWS: usize = 8;

/// Any text is read; what is wrong is said with a place inside the text; what can be walked is walked; and the answer
/// is the same again.
pub fn documents(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let names = (1..).map(|number| format!("{number}.yaml"));
    let texts = input.split(NEXT_FILE).map(str::to_owned);
    // What is said on loading has its place in the text as it came, before Secrets were cut.
    let (document, loading) = Document::from_texts(names.zip(texts).collect());
    assert!(loading.iter().all(|problem| !problem.message.is_empty()));
    let simulation = Simulation::new(&document);
    for diagnostic in &simulation.diagnostics {
        assert!(!diagnostic.message.is_empty());
        let Some(place) = &diagnostic.location else {
            continue;
        };
        let file = document.files.iter().find(|file| file.name == place.file);
        let file = file.expect("a problem is in one of the files");
        let lines = lines(&file.text);
        assert!(place.line >= 1 && place.column >= 1, "{place}");
        assert!(place.line as usize <= lines + 1, "{place} of {lines} lines");
        assert!(
            (place.line, place.column) <= (place.end_line, place.end_column),
            "{place}"
        );
    }
    let again = Simulation::new(&document);
    assert!(
        again.diagnostics == simulation.diagnostics,
        "problems differ when read again"
    );
    for flow in simulation.network().flows.iter().take(FLOWS) {
        let result = simulation.trace(flow);
        sound(&result);
        assert!(
            again.trace(flow) == result,
            "the answer differs when asked again"
        );
    }
}

/// Every answer is complete: the branches are all of the probability there is, and each walk has steps.
fn sound(result: &TraceResult) {
    let sum: f64 = result
        .branches
        .iter()
        .map(|branch| branch.probability)
        .sum();
    assert!(
        (sum + result.unexplored - 1.0).abs() < 1e-6,
        "probabilities add up to {sum}"
    );
    let traces =
        |connection: &Connection| [Some(connection.original.clone()), connection.reply.clone()];
    for trace in result
        .branches
        .iter()
        .flat_map(|branch| traces(&branch.connection))
        .flatten()
    {
        let complete = !trace.hops.is_empty() && trace.hops.iter().all(|hop| !hop.steps.is_empty());
        assert!(
            complete,
            "a walk or a place of it is empty: {:?} {trace:#?}",
            result.flow
        );
    }
}

/// Lines as YAML counts them: a carriage return ends one, too.
fn lines(text: &str) -> usize {
    text.replace("\r\n", "\n").split(['\n', '\r']).count()
}

/// Any link is opened or refused with a reason; what was opened survives being shared again.
pub fn links(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let opened = [
        share::decode(&text),
        // Past the outer layers, which chance would hardly ever get through.
        share::decode(&format!("v1:{}", URL_SAFE_NO_PAD.encode(input))),
        share::decode(&format!(
            "v1:{}",
            URL_SAFE_NO_PAD.encode(compress_to_vec(input, 1))
        )),
    ];
    for result in opened {
        match result {
            Ok((shared, _)) => {
                let again = share::decode(&share::encode(&shared)).map(|(shared, _)| shared);
                assert_eq!(again.as_ref(), Ok(&shared));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// Any request is read or refused with a reason; what was read prints as something that is read as the same; and it
/// is answered in a cluster. A line is a sender, a destination, a port and a protocol.
pub fn flows(input: &[u8]) {
    static CLUSTERS: OnceLock<Vec<Simulation>> = OnceLock::new();
    let clusters = CLUSTERS.get_or_init(|| {
        let build = |id| Simulation::new(&scenarios::find(id).expect("built in").document());
        vec![build("kubenet"), build("azure-cni")]
    });
    let input = String::from_utf8_lossy(input);
    for line in input.lines().take(FLOWS) {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap_or_default();
        let from = parse_sender(next());
        let to = parse_flow_target(next());
        let port = next().parse().ok();
        let protocol: Option<Protocol> = next().parse().ok();
        match &from {
            Ok(place) => assert_eq!(parse_sender(&place.to_string()).as_ref(), Ok(place)),
            Err(message) => assert!(!message.is_empty()),
        }
        match &to {
            Ok(target) => assert_eq!(parse_flow_target(&target.to_string()).as_ref(), Ok(target)),
            Err(message) => assert!(!message.is_empty()),
        }
        let (Ok(from), Ok(to)) = (from, to) else {
            continue;
        };
        let protocol = protocol.unwrap_or_default();
        let flow = Flow {
            meta: Meta::default(),
            from,
            to,
            protocol,
            port,
            expect: None,
        };
        for cluster in clusters {
            sound(&cluster.trace(&flow));
        }
    }
}
