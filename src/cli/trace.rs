//! `kubehop trace`: every possible walk of one flow.

use super::args::{Question, TraceArguments, TraceOutput};
use super::input::{Input, load_with};
use super::output::Answer;
use super::timeline::{events, played};
use super::walk_text::{self, Printer};
use super::{FAILED, HOLDS, blockers_text, mermaid};
use crate::blockers::{self, Blockers};
use crate::engine::events::summary::Course;
use crate::engine::explain::Explanation;
use crate::engine::trace::{Cause, TraceResult, Verdict};
use crate::engine::{export, walk};
use crate::model::flow::{Flow, Target};
use crate::model::kube::{Meta, Node, Pod, Service, Workload};
use crate::model::object::Kind;
use crate::model::ours::Host;
use crate::model::read::{parse_flow_target, parse_sender};

pub(super) fn run(arguments: &TraceArguments) -> Answer {
    let input = load_with(&arguments.common, events(&arguments.event));
    let answered = input.and_then(|input| answer(arguments, input));
    answered.unwrap_or_else(|problem| problem)
}

fn answer(arguments: &TraceArguments, mut input: Input) -> Result<Answer, Answer> {
    let flow = question_of(&arguments.question, &input)?;
    if let Err(problem) = walk::check(&input.simulation.dataplane, &flow) {
        return Err(input.unusable(&(problem + &places_of(&input, &flow))));
    }
    let result = match arguments.at {
        Some(second) => at(&mut input, arguments, &flow, second)?,
        None => asked_of(&input, arguments, &flow),
    };
    let found = arguments.blockers.then(|| {
        let (document, simulation) = (&input.document, &input.simulation);
        blockers::find_in(document, simulation, &flow, arguments.at)
    });
    let (output, raw) = match arguments.output {
        TraceOutput::Text => {
            let at = arguments.at.map(|second| {
                let args = [("at", i64::from(second).into())];
                format!("{}\n", input.texts.message("cli-at", &args))
            });
            let walk = print(&input, &result);
            let found = found.as_ref();
            let found = found.map(|found| blockers_text::print(&input, found));
            let parts = [at.unwrap_or_default(), walk, found.unwrap_or_default()];
            (parts.concat(), false)
        }
        TraceOutput::Tree => (walk_text::tree(&input.texts, &result), false),
        TraceOutput::Json => (json(&input, arguments, &result, found.as_ref()), true),
        TraceOutput::Mermaid => (mermaid::flowchart(&result), false),
    };
    let arrived = result.verdict == Verdict::Delivered;
    let status = if arguments.fail && !arrived {
        FAILED
    } else {
        HOLDS
    };
    Ok(input.answer(output, raw, status))
}

/// The walks that the arguments ask for, in the scenario as it is.
fn asked_of(input: &Input, arguments: &TraceArguments, flow: &Flow) -> TraceResult {
    if arguments.blockers {
        input.simulation.trace_past_refusals(flow)
    } else {
        let numbers = (arguments.connections, arguments.open);
        input.simulation.trace_connections(flow, numbers)
    }
}

/// The walks at a second of the clock, after which the scenario is what it is then.
fn at(
    input: &mut Input,
    arguments: &TraceArguments,
    flow: &Flow,
    second: u32,
) -> Result<TraceResult, Answer> {
    let timeline = played(input)?;
    if arguments.established {
        let open = Course::of(&timeline, flow).open_at(timeline.index_at(second));
        return open.ok_or_else(|| input.unusable(&input.texts.get("cli-none-open")));
    }
    input.simulation.go_to(timeline, second);
    Ok(asked_of(input, arguments, flow))
}

/// The walk as text.
pub(super) fn print(input: &Input, result: &TraceResult) -> String {
    let printer = Printer {
        texts: &input.texts,
        place: &|cause| input.place(&cause.object, &cause.field),
    };
    printer.result(result)
}

fn json(
    input: &Input,
    arguments: &TraceArguments,
    result: &TraceResult,
    found: Option<&Blockers>,
) -> String {
    let sentence = |why: &Explanation| input.texts.why(why);
    let mut answer = export::trace_result(result, &sentence);
    if let Some(second) = arguments.at {
        answer["at"] = second.into();
    }
    if let Some(found) = found {
        let place = |cause: &Cause| input.place(&cause.object, &cause.field);
        let (list, after) = blockers::export::blockers(found, &sentence, &place);
        answer["blockers"] = list;
        answer["verdictWithChanges"] = after;
    }
    format!("{answer:#}\n")
}

/// The flow of the arguments: by name, by its ends, or the only one of the files.
pub(super) fn question_of(question: &Question, input: &Input) -> Result<Flow, Answer> {
    if let Some(name) = &question.flow {
        return input.flow(name).cloned();
    }
    if let (Some(from), Some(to)) = (&question.from, &question.to) {
        return asked(question, from, to).map_err(|problem| input.unusable(&problem));
    }
    match input.simulation.network().flows.as_slice() {
        [flow] => Ok(flow.clone()),
        [] => Err(input.unusable(&input.texts.get("cli-no-question"))),
        _ => {
            let names = [("names", input.flow_names().into())];
            Err(input.unusable(&input.texts.message("cli-which-flow", &names)))
        }
    }
}

/// What `--from` may be.
pub(super) const PLACES: &str =
    "pod/NAMESPACE/NAME, deployment/NAMESPACE/NAME, node/NAME, host/NAME or internet";
/// What `--to` may be.
const TARGETS: &str = "a place such as service/NAMESPACE/NAME, an address, a DNS name or a URL";

/// How many places a hint names.
const HINTED: usize = 8;

/// A hint with places of the kinds that the flow names.
fn places_of(input: &Input, flow: &Flow) -> String {
    let target = match &flow.to {
        Target::Place(place) => Some(place.kind),
        Target::Address(_) | Target::Name(_) | Target::Url(_) => None,
    };
    known_places(input, &[Some(flow.from.kind), target])
}

/// A hint with places of these kinds.
pub(super) fn known_places(input: &Input, kinds: &[Option<Kind>]) -> String {
    let network = input.simulation.network();
    let pods = network.pods.iter().map(Pod::reference);
    let services = network.services.iter().map(Service::reference);
    let nodes = network.nodes.iter().map(Node::reference);
    let hosts = network.hosts.iter().map(Host::reference);
    let workloads = network.workloads.iter().map(Workload::reference);
    let all = pods
        .chain(services)
        .chain(nodes)
        .chain(hosts)
        .chain(workloads);
    let near = all
        .filter(|place| kinds.contains(&Some(place.kind)))
        .take(HINTED);
    let names: Vec<String> = near.map(|place| place.to_string()).collect();
    if names.is_empty() {
        return String::new();
    }
    input
        .texts
        .message("cli-there-are", &[("names", names.join(", ").into())])
}

fn asked(question: &Question, from: &str, to: &str) -> Result<Flow, String> {
    Ok(Flow {
        meta: Meta::default(),
        from: parse_sender(from).map_err(|problem| format!("--from: {problem}; hint: {PLACES}"))?,
        to: parse_flow_target(to).map_err(|problem| format!("--to: {problem}; hint: {TARGETS}"))?,
        protocol: question.protocol.unwrap_or_default(),
        port: question.port,
        expect: None,
    })
}
