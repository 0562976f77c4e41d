//! Beside the matrix while something is tried: two walks side by side, the flows that change, and what is wrong.

use std::rc::Rc;

use yew::{AttrValue, Html, MouseEvent, Properties, classes, component, html, use_memo};

use crate::engine::diff::FlowChange;
use crate::model::diagnostic::Diagnostic;
use crate::ui::answer::{Answer, Walk};
use crate::ui::context::{Act, Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::inspector::{conclusion, verdict_word};
use crate::ui::left::flow_title;
use crate::ui::simulation::Simulation;
use crate::ui::step_text;
use crate::ui::store::{Action, Preview, Request};

/// Problems that are listed.
const PROBLEMS: usize = 20;

#[derive(PartialEq, Properties)]
pub struct DifferenceProps {
    /// What is shown.
    pub simulation: Rc<Simulation>,
    /// What is tried.
    pub preview: Rc<Preview>,
}

#[component]
pub fn Difference(props: &DifferenceProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let (now, then) = (&props.simulation, &props.preview.simulation);
    let flows = use_memo((now.clone(), then.clone()), |(now, then)| {
        now.flow_changes(then)
    });
    let compared = use_memo(
        (now.clone(), then.clone(), props.preview.compared.clone()),
        |(now, then, request)| {
            let flow = request.as_ref()?.flow().ok()?;
            let walk = |it: &Simulation| Walk::new(Rc::new(Answer::new(it.trace(&flow))), 0);
            Some([walk(now), walk(then)])
        },
    );
    html! {
        <aside class="right" id="region-inspector" tabindex="-1" aria-label={words.get("whatif-difference")}>
            <div class="panel diff">
                <h2>{ words.get("whatif-difference") }</h2>
                if !props.preview.problems.is_empty() { { problems(&words, &props.preview.problems) } }
                { match (&*compared, &props.preview.compared) {
                    (Some(walks), Some(request)) => sides(&words, request, walks),
                    _ => html! { <p class="quiet">{ words.get("whatif-hint") }</p> },
                } }
                <h3 class="sub">{ words.get("whatif-flows") }</h3>
                if flows.is_empty() { <p class="quiet">{ words.get("whatif-no-flows") }</p> }
                <ul class="diff__flows">for change in flows.iter() { { flow(&words, &act, change) } }</ul>
            </div>
        </aside>
    }
}

fn problems(words: &Words, problems: &[Diagnostic]) -> Html {
    html! {
        <ul class="problems" aria-label={words.get("tab-problems")}>
            for problem in problems.iter().take(PROBLEMS) {
                <li class="problem"><span class="sev-warning">{ symbol("u-warn", "") }</span><p>{ words.texts().diagnostic(problem) }</p></li>
            }
        </ul>
    }
}

fn flow(words: &Words, act: &Act, change: &FlowChange) -> Html {
    let request = Rc::new(Request::of(&change.flow));
    let [before, after] = change.verdicts.map(|verdict| verdict_word(words, verdict));
    html! {
        <li key={change.flow.meta.name.to_string()}>
            <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Compare(request))}>{ flow_title(words, &change.flow) }</button>
            <span class="diff__verdicts">{ before }{ " ⇒ " }{ after }</span>
            if change.verdicts[0] == change.verdicts[1] { <small class="quiet">{ words.get("whatif-same-result") }</small> }
        </li>
    }
}

/// Both walks in columns; the first step that differs is marked.
fn sides(words: &Words, request: &Request, walks: &[Walk; 2]) -> Html {
    let steps = walks.each_ref().map(|walk| steps(words, walk));
    let [ours, theirs] = &steps;
    let same = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let title = format!(
        "{} → {} {}",
        request.from,
        request.target_text(),
        request.protocol
    );
    let titles = ["whatif-now", "whatif-then"];
    let columns = titles.into_iter().zip(walks).zip(&steps);
    html! {
        <>
            <p class="mono diff__request">{ title }</p>
            <div class="sides">
                for ((title, walk), steps) in columns {
                    <section>
                        <h3>{ words.get(title) }</h3>
                        <ol class="diff__walk">
                            for (index, (place, what)) in steps.iter().enumerate() {
                                <li key={index} class={classes!((index == same).then_some("diff__first"))}>
                                    <span class="diff__number">{ index + 1 }</span>
                                    <span><b>{ place.clone() }</b>{ " " }{ what.clone() }</span>
                                </li>
                            }
                        </ol>
                        <p class="diff__verdict">{ verdict_word(words, walk.verdict()) }</p>
                        <p class="quiet">{ conclusion(words, walk) }</p>
                    </section>
                }
            </div>
            if same < ours.len().max(theirs.len()) {
                <p class="diff__key quiet"><i aria-hidden="true"></i>{ words.with("whatif-first", &[("step", i64::try_from(same + 1).unwrap_or(0).into())]) }</p>
            }
        </>
    }
}

/// Place and decision of each step of the request.
fn steps(words: &Words, walk: &Walk) -> Vec<(AttrValue, AttrValue)> {
    let stops = walk.stops().filter(|stop| !stop.reply);
    let text = |stop: crate::ui::answer::Stop<'_>| {
        let place = words.texts().object(stop.place);
        let what = step_text::title(words, stop.step);
        (place.into(), what.into())
    };
    stops.map(text).collect()
}
