//! What stands in the way of a request: every refusal, each with the change that lifts it.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    AttrValue, Callback, Html, MouseEvent, NodeRef, Properties, component, html, use_node_ref,
};

use super::trace::{CauseLink, Sentence};
use crate::blockers::patch::Patch;
use crate::blockers::{self, Blocker, Blockers, Remedy, Way};
use crate::engine::explain::Arg;
use crate::engine::trace::Verdict;
use crate::ui::answer::Walk;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::simulation::Simulation;
use crate::ui::step_text;
use crate::ui::store::Action;

#[derive(PartialEq, Properties)]
pub struct BlockersSectionProps {
    /// The walk.
    pub walk: Walk,
    /// What stands in its way, where the reader asked.
    pub blockers: Option<Rc<Blockers>>,
    /// To say where causes are written.
    pub simulation: Rc<Simulation>,
}

/// A button that asks, and the answer below it. It stays after the last refusal is lifted, to say so.
#[component]
pub fn BlockersSection(props: &BlockersSectionProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let button = use_node_ref();
    let shown = props.blockers.is_some();
    let refused = blockers::any(&props.walk.answer().result);
    if !shown && !refused {
        return Html::default();
    }
    html! {
        <section class="blockers" aria-label={words.get("blockers-ask")}>
            <button type="button" class="button--edge" ref={button.clone()} id="blockers-ask" aria-expanded={shown.to_string()}
                onclick={act.on::<MouseEvent>(Action::ShowBlockers(!shown))}>
                { symbol("u-warn", "icon--sm") }{ words.get("blockers-ask") }
            </button>
            <p class="blockers__status" role="status">{ props.blockers.as_deref().map(|found| status(&words, found)) }</p>
            if let Some(found) = &props.blockers {
                <ol class="blockers__list">
                    for index in 0..found.list.len() {
                        <Row key={index} found={found.clone()} {index} button={button.clone()} simulation={props.simulation.clone()} />
                    }
                </ol>
            }
        </section>
    }
}

/// What was found, in a sentence.
fn status(words: &Words, found: &Blockers) -> AttrValue {
    let count = |number: usize| Arg::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let open = found.list.iter();
    let stuck = open
        .filter(|it| matches!(it.remedy, Remedy::None(_)))
        .count();
    let id = match (found.list.len(), stuck) {
        (0, _) if found.before == Verdict::Delivered => "blockers-none",
        (0, _) => "blockers-unknown",
        (_, 0) => "blockers-all",
        _ => "blockers-some",
    };
    let args = [("count", count(found.list.len())), ("stuck", count(stuck))];
    words.with(id, &args)
}

#[derive(PartialEq, Properties)]
struct RowProps {
    found: Rc<Blockers>,
    index: usize,
    /// Where the keyboard goes when this row has done its work.
    button: NodeRef,
    simulation: Rc<Simulation>,
}

/// A refusal, why, and what lifts it.
#[component]
fn Row(props: &RowProps) -> Html {
    let words = use_words();
    let Some(blocker) = props.found.list.get(props.index) else {
        return Html::default();
    };
    let texts = words.texts();
    html! {
        <li class="blocker">
            <p class="blocker__place"><strong>{ texts.object(&blocker.place) }</strong><span>{ packet(&words, blocker) }</span></p>
            <p>
                <Sentence fragments={Rc::from(texts.fragments(&blocker.step.why))} />
                if let Some(cause) = &blocker.step.cause { { " " }<CauseLink cause={cause.clone()} simulation={props.simulation.clone()} /> }
            </p>
            <Lift found={props.found.clone()} index={props.index} button={props.button.clone()} />
        </li>
    }
}

/// The stage, and which packet it refuses where that is not the request.
fn packet(words: &Words, blocker: &Blocker) -> String {
    let stage = step_text::stage(words, &blocker.step);
    let id = match blocker.way {
        Way::Request => return stage,
        Way::Query => "blockers-query",
        Way::Upstream => "blockers-upstream",
        Way::Reply => "blockers-reply",
    };
    words.texts().message(id, &[("stage", stage.into())])
}

#[derive(PartialEq, Properties)]
struct LiftProps {
    found: Rc<Blockers>,
    index: usize,
    button: NodeRef,
}

/// What lifts a refusal: a change with its lines and the button that makes it, or why there is none.
#[component]
fn Lift(props: &LiftProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let Some(blocker) = props.found.list.get(props.index) else {
        return Html::default();
    };
    let texts = words.texts();
    let change = match &blocker.remedy {
        Remedy::Change(change) => change,
        Remedy::With(earlier) => {
            let number = i64::try_from(earlier + 1).unwrap_or(i64::MAX);
            return html! { <p class="blocker__note">{ words.with("blockers-with", &[("number", number.into())]) }</p> };
        }
        Remedy::None(why) => {
            return html! { <p class="blocker__note">{ symbol("u-info", "icon--sm") }<span>{ texts.why(why) }</span></p> };
        }
    };
    let what = texts.why(&change.what);
    let onclick = change.command.clone().map(|command| {
        let (act, button) = (act.clone(), props.button.clone());
        Callback::from(move |_: MouseEvent| {
            act.send(Action::Edit(Rc::new(command.clone())));
            // The row goes with its refusal; the keyboard stays in the section.
            if let Some(button) = button
                .get()
                .and_then(|it| it.dyn_into::<HtmlElement>().ok())
            {
                let _ = button.focus();
            }
        })
    });
    html! {
        <div class="blocker__change">
            <p><Sentence fragments={Rc::from(texts.fragments(&change.what))} /></p>
            <div class="patch">{ for change.patch.iter().map(lines) }</div>
            if let Some(onclick) = onclick {
                <button type="button" class="button--primary" aria-label={words.with("blockers-apply-it", &[("what", what.into())])} {onclick}>
                    { words.get("blockers-apply") }
                </button>
            } else {
                <p class="blocker__note">{ words.get("blockers-later") }</p>
            }
        </div>
    }
}

/// The lines that a change takes away and adds.
fn lines(patch: &Patch) -> Html {
    html! {
        <>
            <div class="patch__file">{ format!("{}:{}", patch.file, patch.line) }</div>
            for line in &patch.removed { <del>{ line }</del> }
            for line in &patch.added { <ins>{ line }</ins> }
        </>
    }
}
