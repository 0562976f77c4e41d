//! `kubehop diff --flow`: the walks of one flow in two scenarios, side by side.

use serde_json::{Value, json};

use super::args::DiffOutput;
use super::diff::{conclude, escaped};
use super::input::Input;
use super::output::{Answer, BAD, FAINT, marked};
use super::walk_text::{self, headers, number, question};
use crate::engine::compare::ask::{self, Asked};
use crate::engine::compare::{self, Aspect, Comparison, Question, Relation, Row, Told};
use crate::engine::explain::Explanation;
use crate::engine::export::{self, API_VERSION};
use crate::engine::trace::{Branch, Step, Trace, TraceResult};
use crate::engine::walk;
use crate::model::object::Ref;

/// How the two sides are called.
const SIDES: [&str; 2] = ["before", "after"];

/// Two walks with what they were compared to.
struct Pair<'a> {
    branches: [Option<&'a Branch>; 2],
    comparison: Comparison,
}

/// The answer for the flow of this name; where only one scenario has it, it is asked in both.
pub(super) fn answer(
    [before, after]: [&Input; 2],
    is_switched: bool,
    name: &str,
    output: DiffOutput,
) -> Answer {
    let inputs = [before, after];
    let networks = inputs.map(|input| input.simulation.network());
    // With another network model of the same files, addresses mean what they mean in the files.
    let home = is_switched.then_some(networks[0]);
    let Some(asked) = ask::named(networks, home, name) else {
        return match after.flow(name) {
            Err(answer) => answer,
            Ok(_) => Answer::default(),
        };
    };
    for (input, asked) in inputs.into_iter().zip(&asked) {
        if let Err(problem) = walk::check(&input.simulation.dataplane, &asked.flow) {
            return input.unusable(&problem);
        }
    }
    let walk = |side: usize| inputs[side].simulation.trace(&asked[side].flow).unrolled();
    let results = [walk(0), walk(1)];
    let pairs = pairs(&results);
    let (output, raw) = match output {
        DiffOutput::Text => (text(&asked, &results, &pairs), false),
        DiffOutput::Json => (
            format!("{:#}\n", json(inputs, &asked, &results, &pairs)),
            true,
        ),
        DiffOutput::Markdown => (markdown(&asked, &results, &pairs), true),
    };
    let same = pairs.iter().all(|pair| pair.comparison.is_same());
    conclude([before, after], same, output, raw)
}

fn pairs(results: &[TraceResult; 2]) -> Vec<Pair<'_>> {
    let [before, after] = results;
    let indices = compare::branches([before, after]).into_iter();
    let pair = |indices: [Option<usize>; 2]| {
        let branch = |side: usize| results[side].branches.get(indices[side]?);
        let branches = [branch(0), branch(1)];
        Pair {
            branches,
            comparison: Comparison::of(branches),
        }
    };
    indices.map(pair).collect()
}

impl<'a> Pair<'a> {
    /// The steps that a row puts side by side, each with its place.
    fn steps(&self, row: &Row, reply: bool) -> [Option<(&'a Ref, &'a Step)>; 2] {
        [0, 1].map(|side| {
            let connection = &self.branches[side]?.connection;
            let trace: &'a Trace = if reply {
                connection.reply.as_ref()?
            } else {
                &connection.original
            };
            trace.steps().nth(row.steps[side]?)
        })
    }

    /// Every row, with the word for its lane.
    fn rows(&self) -> impl Iterator<Item = (&Row, bool)> {
        let request = self.comparison.request.iter().map(|row| (row, false));
        request.chain(self.comparison.reply.iter().map(|row| (row, true)))
    }
}

const fn lane(reply: bool) -> &'static str {
    if reply { "reply" } else { "request" }
}

/// An answer in the notation of all answers.
fn told(told: Option<&Told>) -> String {
    match told {
        Some(Told::Verdict(verdict)) => verdict.as_str().to_owned(),
        Some(Told::Received(place)) => place.to_string(),
        Some(Told::EndedAt(place)) => format!("none (ended at {place})"),
        Some(Told::Address(address)) => address.clone(),
        Some(Told::Count(count)) => count.to_string(),
        None => "none".to_owned(),
    }
}

fn words(aspects: &[Aspect]) -> String {
    let words: Vec<&str> = aspects.iter().map(|aspect| aspect.as_str()).collect();
    words.join(", ")
}

/// `differs (decision, source)`, or the word alone.
fn relation(row: &Row) -> String {
    let word = row.relation().as_str();
    match row.relation() {
        Relation::Differs => format!("{word} ({})", words(&row.differs)),
        Relation::Carried => format!("{word} ({})", words(&row.carried)),
        Relation::Same | Relation::OnlyLeft | Relation::OnlyRight => word.to_owned(),
    }
}

/// `2|3`: the numbers of the step on both sides, from 1.
fn numbers(row: &Row) -> String {
    let [before, after] = row
        .steps
        .map(|step| step.map_or_else(|| "-".to_owned(), |index| (index + 1).to_string()));
    format!("{before}|{after}")
}

fn step_text((place, step): (&Ref, &Step)) -> String {
    let (stage, action) = (step.stage.as_str(), step.action());
    format!("{place} {stage} {action} {}", headers(step))
}

fn rule_text(step: &Step) -> String {
    let rules = walk_text::rules(step);
    rules
        .last()
        .map(|rule| format!("; rule: {rule}"))
        .unwrap_or_default()
}

fn summary(pair: &Pair) -> String {
    let count = |relation| pair.comparison.count(relation);
    format!(
        "{} steps same, {} carried, {} differ, {} only before, {} only after",
        count(Relation::Same),
        count(Relation::Carried),
        count(Relation::Differs),
        count(Relation::OnlyLeft),
        count(Relation::OnlyRight)
    )
}

/// What was asked under another address, side by side's name.
fn moves(asked: &[Asked; 2]) -> Vec<String> {
    let moved = SIDES.into_iter().zip(asked);
    let moved = moved.filter_map(|(side, asked)| {
        let it = asked.moved.as_ref()?;
        Some(format!(
            "{side}: {} is {}, asked at {}",
            it.from, it.object, it.to
        ))
    });
    moved.collect()
}

fn text(asked: &[Asked; 2], results: &[TraceResult; 2], pairs: &[Pair]) -> String {
    let mut text = String::new();
    let flow = &results[1].flow;
    line!(text, "flow: {}: {}", flow.meta.name, question(flow));
    for moved in moves(asked) {
        line!(text, "{moved}");
    }
    for (index, pair) in pairs.iter().enumerate() {
        let likely = pair.branches.map(|branch| {
            branch.map_or_else(|| "none".to_owned(), |branch| number(branch.probability))
        });
        let [before, after] = likely;
        let place = format!("branch {} of {}", index + 1, pairs.len());
        line!(text, "{place}: probability {before} | {after}");
        for asked in Question::ALL {
            let both = pair.comparison.told(asked);
            let [before, after] = both.each_ref().map(|it| told(it.as_ref()));
            let word = asked.as_str();
            if both[0] == both[1] {
                line!(text, "  {word}: {before}");
            } else {
                let values = marked(BAD, &format!("{before} | {after}"));
                line!(text, "  {word}: {values}");
            }
        }
        for (row, reply) in pair.rows() {
            add_row(&mut text, pair, row, reply);
        }
        line!(text, "  {}", summary(pair));
    }
    text
}

fn add_row(text: &mut String, pair: &Pair, row: &Row, reply: bool) {
    let title = format!("  {} {} {}", lane(reply), numbers(row), relation(row));
    let steps = pair.steps(row, reply);
    match (row.relation(), steps) {
        (Relation::Differs | Relation::Carried, [Some(before), Some(after)]) => {
            let news = row.relation() == Relation::Differs;
            line!(text, "{}", if news { marked(BAD, &title) } else { title });
            let rules = row.differs.contains(&Aspect::Rule);
            for (side, step) in SIDES.into_iter().zip([before, after]) {
                let rule = if rules {
                    rule_text(step.1)
                } else {
                    String::new()
                };
                line!(text, "    {side}: {}{rule}", step_text(step));
            }
        }
        (Relation::Same, [Some(step), _]) => {
            line!(
                text,
                "{}",
                marked(FAINT, &format!("{title}: {}", step_text(step)))
            );
        }
        (_, steps) => {
            for step in steps.into_iter().flatten() {
                let line = format!("{title}: {}{}", step_text(step), rule_text(step.1));
                line!(text, "{}", marked(BAD, &line));
            }
        }
    }
}

fn json(
    inputs: [&Input; 2],
    asked: &[Asked; 2],
    results: &[TraceResult; 2],
    pairs: &[Pair],
) -> Value {
    let sentence = |why: &Explanation| inputs[1].texts.why(why);
    let one = |pair: &Pair| {
        let outcomes = Question::ALL.into_iter().map(|asked| {
            let both = pair.comparison.told(asked);
            let values = both.each_ref().map(|it| told_json(it.as_ref()));
            let [before, after] = values;
            let what = asked.as_str();
            json!({ "what": what, "before": before, "after": after, "same": both[0] == both[1] })
        });
        let outcomes: Vec<Value> = outcomes.collect();
        let rows: Vec<Value> = pair
            .rows()
            .map(|(row, reply)| row_json(pair, row, reply, &sentence))
            .collect();
        let [before, after] = pair.branches.map(|it| it.map(|branch| branch.probability));
        json!({
            "probability": { "before": before, "after": after },
            "outcomes": outcomes,
            "steps": rows,
        })
    };
    let branches: Vec<Value> = pairs.iter().map(one).collect();
    let flow = |side: usize| {
        let mut flow = export::flow(&results[side].flow);
        if let Some(moved) = &asked[side].moved {
            let (from, object) = (moved.from.to_string(), moved.object.to_string());
            flow["moved"] = json!({ "from": from, "of": object });
        }
        flow
    };
    let [before, after] = [flow(0), flow(1)];
    json!({
        "apiVersion": API_VERSION,
        "kind": "Comparison",
        "flow": { "before": before, "after": after },
        "branches": branches,
    })
}

fn told_json(answer: Option<&Told>) -> Value {
    match answer {
        None | Some(Told::EndedAt(_)) => Value::Null,
        Some(Told::Count(count)) => json!(count),
        Some(_) => json!(told(answer)),
    }
}

fn row_json(pair: &Pair, row: &Row, reply: bool, sentence: export::Sentence) -> Value {
    let indices = row.steps;
    let one = |side: usize, step: Option<(&Ref, &Step)>| {
        let Some((place, step)) = step else {
            return Value::Null;
        };
        let mut value = export::step_json(step, sentence);
        value["place"] = json!(place.to_string());
        value["number"] = json!(indices[side].map(|index| index + 1));
        value
    };
    let [before, after] = pair.steps(row, reply);
    let words = |aspects: &[Aspect]| -> Vec<&str> {
        aspects.iter().map(|aspect| aspect.as_str()).collect()
    };
    json!({
        "lane": lane(reply),
        "relation": row.relation().as_str(),
        "differs": words(&row.differs),
        "carried": words(&row.carried),
        "before": one(0, before),
        "after": one(1, after),
    })
}

/// For a comment on a change: what came of it, then every step that is not the same.
fn markdown(asked: &[Asked; 2], results: &[TraceResult; 2], pairs: &[Pair]) -> String {
    let flow = &results[1].flow;
    let mut text = format!(
        "**{}**: {}\n",
        escaped(&flow.meta.name),
        escaped(&question(flow))
    );
    for moved in moves(asked) {
        line!(text, "\n{}", escaped(&moved));
    }
    for (index, pair) in pairs.iter().enumerate() {
        line!(
            text,
            "\nBranch {} of {}: {}",
            index + 1,
            pairs.len(),
            summary(pair)
        );
        text += "\n| | before | after |\n|---|---|---|\n";
        for asked in Question::ALL {
            let both = pair.comparison.told(asked);
            let [before, after] = both.each_ref().map(|it| escaped(&told(it.as_ref())));
            let mark = if both[0] == both[1] { "" } else { "**" };
            let cells = format!("{mark}{}{mark} | {before} | {after}", asked.as_str());
            line!(text, "| {cells} |");
        }
        text += "\n| step | | before | after |\n|---|---|---|---|\n";
        let news = pair
            .rows()
            .filter(|(row, _)| !matches!(row.relation(), Relation::Same | Relation::Carried));
        for (row, reply) in news {
            let steps = pair.steps(row, reply);
            let cell = |step: Option<(&Ref, &Step)>| {
                step.map(|step| escaped(&(step_text(step) + &rule_text(step.1))))
                    .unwrap_or_default()
            };
            let [before, after] = steps.map(cell);
            let title = format!("{} {}", lane(reply), escaped(&numbers(row)));
            line!(text, "| {title} | {} | {before} | {after} |", relation(row));
        }
    }
    text
}
