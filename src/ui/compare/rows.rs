//! The steps of two walks, side by side; the chosen row says why.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, classes, component, html, use_node_ref,
};

use super::model::{Both, is_news};
use crate::engine::compare::{Aspect, Relation, Row};
use crate::engine::trace::Step;
use crate::model::object::Ref;
use crate::ui::answer::{rewrites_destination, rewrites_source};
use crate::ui::context::{Words, use_words};
use crate::ui::step_text;

#[derive(PartialEq, Properties)]
pub struct RowsProps {
    /// The walks.
    pub both: Rc<Both>,
    /// The chosen row.
    pub chosen: usize,
    /// Whether only what differs is listed.
    pub only: bool,
    /// Chooses a row.
    pub on_choose: Callback<usize>,
}

#[component]
pub fn Rows(props: &RowsProps) -> Html {
    let words = use_words();
    let list = use_node_ref();
    let listed: Vec<(usize, &Row, bool)> = props
        .both
        .rows()
        .enumerate()
        .filter(|(_, (row, _))| !props.only || is_news(row))
        .map(|(index, (row, reply))| (index, row, reply))
        .collect();
    // The chosen row may not be listed; one is always in the order of the Tab key.
    let chosen = listed.iter().any(|(index, ..)| *index == props.chosen);
    let stop = if chosen {
        props.chosen
    } else {
        listed.first().map_or(0, |(index, ..)| *index)
    };
    let onkeydown = {
        let (list, on_choose) = (list.clone(), props.on_choose.clone());
        let indices: Vec<usize> = listed.iter().map(|(index, ..)| *index).collect();
        Callback::from(move |event: KeyboardEvent| {
            let Some(next) = next(&indices, stop, &event.key()) else {
                return;
            };
            event.prevent_default();
            event.stop_propagation();
            on_choose.emit(next);
            let row = list.cast::<Element>();
            let row = row.and_then(|list| list.query_selector(&row_selector(next)).ok().flatten());
            if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                let _ = row.focus();
            }
        })
    };
    let lane = |reply: bool, id: &str| {
        let mut rows = listed.iter().filter(|row| row.2 == reply).peekable();
        if rows.peek().is_none() {
            return Html::default();
        }
        html! {
            <section>
                <h3 class="compare__lane">{ words.get(id) }</h3>
                <ol>for (index, row, reply) in rows { { item(&words, props, (*index, row, *reply), stop) } }</ol>
            </section>
        }
    };
    html! {
        <div class="compare__rows" ref={list} {onkeydown}>
            { lane(false, "request") }
            { lane(true, "reply") }
            if listed.is_empty() { <p class="quiet">{ words.get("compare-same-all") }</p> }
        </div>
    }
}

fn row_selector(index: usize) -> String {
    format!("[data-row='{index}']")
}

/// The row that a key leads to.
fn next(indices: &[usize], from: usize, key: &str) -> Option<usize> {
    let at = indices.iter().position(|index| *index == from)?;
    let to = match key {
        "ArrowDown" => (at + 1).min(indices.len() - 1),
        "ArrowUp" => at.saturating_sub(1),
        "Home" => 0,
        "End" => indices.len() - 1,
        _ => return None,
    };
    indices.get(to).copied()
}

fn item(
    words: &Words,
    props: &RowsProps,
    (index, row, reply): (usize, &Row, bool),
    stop: usize,
) -> Html {
    let both = &props.both;
    let chosen = index == props.chosen;
    let on_choose = props.on_choose.clone();
    let onclick = Callback::from(move |_: MouseEvent| on_choose.emit(index));
    let (class, glyph, word) = mark(words, row);
    let cell = |side: usize| match step(both, side, row, reply) {
        Some((place, step)) => {
            let number = both.number(side, row, reply);
            html! {
                <span class="compare__step">
                    <span class="compare__number">{ number.map(|number| number.to_string()).unwrap_or_default() }</span>
                    <span><b>{ words.texts().object(place) }</b>{ " " }{ step_text::title(words, step) }
                        if let Some(headers) = headers(row, step) { <span class="compare__headers mono">{ headers }</span> }</span>
                </span>
            }
        }
        None => html! { <span class="compare__step is-blank"></span> },
    };
    html! {
        <li key={index} class={classes!("compare__row", class, chosen.then_some("is-chosen"))}>
            <button type="button" data-row={index.to_string()} aria-expanded={chosen.to_string()} tabindex={if index == stop { "0" } else { "-1" }} {onclick}>
                { cell(0) }
                <span class="compare__mark"><i aria-hidden="true">{ glyph }</i><span>{ word }</span></span>
                { cell(1) }
            </button>
            if chosen {
                <div class="compare__why">
                    { why(words, step(both, 0, row, reply)) }
                    { why(words, step(both, 1, row, reply)) }
                </div>
            }
        </li>
    }
}

/// The step on one side of a row, with its place.
fn step<'a>(both: &'a Both, side: usize, row: &Row, reply: bool) -> Option<(&'a Ref, &'a Step)> {
    let index = row.steps[side]?;
    both.walks[side].as_ref()?.trace(reply)?.steps().nth(index)
}

/// The class, glyph and words of how two steps stand to each other.
fn mark(words: &Words, row: &Row) -> (&'static str, &'static str, String) {
    let aspects = |aspects: &[Aspect]| {
        let names = aspects.iter().map(|aspect| aspect_text(words, *aspect));
        names
            .collect::<Vec<_>>()
            .join(&words.texts().get("compare-and"))
    };
    match row.relation() {
        Relation::Same => ("is-same", "=", words.get("compare-same").to_string()),
        Relation::Carried => ("is-same", "=", words.get("compare-carried").to_string()),
        Relation::Differs => {
            let what = [("what", aspects(&row.differs).into())];
            (
                "is-other",
                "≠",
                words.with("compare-differs", &what).to_string(),
            )
        }
        Relation::OnlyLeft => ("is-left", "−", words.get("compare-only-left").to_string()),
        Relation::OnlyRight => ("is-right", "+", words.get("compare-only-right").to_string()),
    }
}

fn aspect_text(words: &Words, aspect: Aspect) -> String {
    words
        .get(&format!("compare-aspect-{}", aspect.as_str()))
        .to_string()
}

/// The addresses of a step, where they change or begin to differ.
fn headers(row: &Row, step: &Step) -> Option<String> {
    let of = |packet: &crate::model::packet::Packet| {
        format!("{} → {}", packet.source_text(), packet.destination_text())
    };
    if rewrites_source(step) || rewrites_destination(step) {
        return Some(format!("{} ⇒ {}", of(&step.before), of(&step.after)));
    }
    let is_new = |aspect: &Aspect| {
        matches!(
            aspect,
            Aspect::Source | Aspect::SourcePort | Aspect::Destination | Aspect::DestinationPort
        )
    };
    row.differs.iter().any(is_new).then(|| of(&step.after))
}

/// Where a step is decided, by which rule and why.
fn why(words: &Words, step: Option<(&Ref, &Step)>) -> Html {
    let Some((_, step)) = step else {
        return html! { <div></div> };
    };
    html! {
        <div>
            <p class="quiet">{ step_text::stage(words, step) }</p>
            for rule in step_text::rules(words, step) { <p class="mono compare__rule">{ rule }</p> }
            <p>{ words.texts().why(&step.why) }</p>
        </div>
    }
}
