//! `kubehop timeline`: what happens after something fails, second by second, and what each flow comes to.

use super::HOLDS;
use super::args::{Output, TimelineArguments};
use super::input::{Input, load_with};
use super::output::{Answer, BAD, FAINT, GOOD, marked};
use super::trace::question_of;
use crate::engine::events::summary::{Course, End, ends};
use crate::engine::events::{Change, Fate, Timeline, export};
use crate::engine::trace::Verdict;
use crate::engine::walk;
use crate::model::flow::Flow;

pub(super) fn run(arguments: &TimelineArguments) -> Answer {
    let input = load_with(&arguments.common, events(&arguments.event));
    let answered = input.and_then(|input| answer(arguments, input));
    answered.unwrap_or_else(|problem| problem)
}

/// The documents of events that the arguments say, as `at=5,stop=node/n0` or in YAML; they are read like any other.
pub(super) fn events(written: &[String]) -> Vec<(String, String)> {
    let event = |(index, spec): (usize, &String)| {
        let number = index + 1;
        let spec = if spec.contains(": ") {
            spec.clone()
        } else {
            spec.replace('=', ": ")
        };
        let text = format!(
            "apiVersion: kubehop.dev/v1\nkind: Event\nmetadata: {{name: event-{number}}}\nspec: {{{spec}}}\n"
        );
        (format!("--event {number}"), text)
    };
    written.iter().enumerate().map(event).collect()
}

fn answer(arguments: &TimelineArguments, mut input: Input) -> Result<Answer, Answer> {
    let flows = flows(arguments, &input)?;
    let timeline = played(&mut input)?;
    let courses: Vec<(&Flow, Course)> = flows
        .iter()
        .map(|flow| (flow, Course::of(&timeline, flow)))
        .collect();
    Ok(match arguments.output {
        Output::Text => input.answer(text(&input, &timeline, &courses), false, HOLDS),
        Output::Json => {
            let sentence = |why: &_| input.texts.why(why);
            let value = export::timeline(&timeline, &courses, &sentence);
            input.answer(format!("{value:#}\n"), true, HOLDS)
        }
    })
}

/// The clock, or the answer that there is none.
pub(super) fn played(input: &mut Input) -> Result<Timeline, Answer> {
    let network = input.simulation.network();
    let timeline = Timeline::of(network);
    let mut problems = timeline.problems.clone();
    network.locate_problems(&input.document, &mut problems);
    let is_still = network.events.is_empty();
    input.problems.extend(problems);
    if is_still {
        return Err(input.unusable(&input.texts.get("cli-no-events")));
    }
    Ok(timeline)
}

/// The flow of the arguments, or else every flow of the files.
fn flows(arguments: &TimelineArguments, input: &Input) -> Result<Vec<Flow>, Answer> {
    let question = &arguments.question;
    if question.flow.is_none() && question.from.is_none() {
        return Ok(input.simulation.network().flows.clone());
    }
    let flow = question_of(question, input)?;
    match walk::check(&input.simulation.dataplane, &flow) {
        Ok(()) => Ok(vec![flow]),
        Err(problem) => Err(input.unusable(&problem)),
    }
}

fn text(input: &Input, timeline: &Timeline, courses: &[(&Flow, Course)]) -> String {
    let mut text = String::new();
    for (index, moment) in timeline.moments.iter().enumerate() {
        if index == 0 {
            line!(text, "{}", input.texts.get("cli-timeline-before"));
        }
        for change in &moment.changes {
            let args = [
                ("at", i64::from(moment.at).into()),
                ("what", input.texts.why(&change.what).into()),
            ];
            line!(
                text,
                "{}",
                input.texts.message("cli-timeline-change", &args)
            );
            line!(text, "  {}", marked(FAINT, &reference(input, change)));
        }
        for (flow, course) in courses {
            let name = &*flow.meta.name;
            let name = if name.is_empty() {
                input.texts.get("cli-timeline-request")
            } else {
                name.to_owned()
            };
            course_at(input, &name, course, index, &mut text);
        }
    }
    text
}

fn reference(input: &Input, change: &Change) -> String {
    let args = [
        ("object", change.object.to_string().into()),
        ("reference", change.reference.id().into()),
    ];
    input.texts.message("cli-timeline-about", &args)
}

/// Where new connections end, in words.
fn end_text(input: &Input, end: &End) -> String {
    let texts = &input.texts;
    match end {
        End::Received {
            receiver,
            status: None,
        } => receiver.to_string(),
        End::Received {
            receiver,
            status: Some(status),
        } => {
            let args = [
                ("receiver", receiver.to_string().into()),
                ("status", i64::from(*status).into()),
            ];
            texts.message("clock-answered", &args)
        }
        End::Lost(disposition) => {
            let verdict = texts.get(&format!("cli-verdict-{}", disposition.verdict().as_str()));
            let reason = texts.disposition(disposition);
            let args = [("verdict", verdict.into()), ("reason", reason.into())];
            texts.message("clock-lost", &args)
        }
    }
}

fn course_at(input: &Input, name: &str, course: &Course, index: usize, text: &mut String) {
    let said = |id: &str, mark: char, parts: &[String]| {
        let what = marked(mark, &parts.join(", "));
        let args = [("flow", name.into()), ("what", what.into())];
        input.texts.message(id, &args)
    };
    if let Some(new) = course.new.get(index) {
        let part = |(end, probability): &(End, f64)| {
            let end = end_text(input, end);
            format!("{end} {probability:.3}")
        };
        let parts: Vec<String> = ends(new).iter().map(part).collect();
        let fails = ends(new).iter().any(|(end, _)| end.is_error());
        let mark = if new.verdict == Verdict::Delivered && !fails {
            GOOD
        } else {
            BAD
        };
        line!(text, "  {}", said("cli-timeline-new", mark, &parts));
    }
    let fates = course.fates(index);
    if fates.is_empty() {
        return;
    }
    let part = |(fate, probability): (&Fate, &f64)| {
        let fate = input.texts.get(&format!("cli-fate-{}", fate.as_str()));
        format!("{fate} {probability:.3}")
    };
    let parts: Vec<String> = fates.iter().map(part).collect();
    let mark = if fates.keys().all(|fate| *fate == Fate::Lives) {
        GOOD
    } else {
        BAD
    };
    line!(text, "  {}", said("cli-timeline-open", mark, &parts));
}
