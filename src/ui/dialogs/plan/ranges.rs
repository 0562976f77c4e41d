//! Every range: how full it is, and, opened, who holds which of its addresses.

use yew::{Html, Properties, component, html};

use crate::engine::plan::ranges::{Holding, Range, State};
use crate::text::plan as lines;
use crate::ui::context::{Words, use_words};

/// Holders beyond this many are left to the command line, so that the page stays quick.
const MOST: usize = 300;

/// The states in the order of the bar, each with the word for it and the class of its part.
const PARTS: [(Option<State>, &str, &str); 4] = [
    (Some(State::Reserved), "plan-state-reserved", "is-reserved"),
    (Some(State::Used), "plan-state-used", "is-used"),
    (Some(State::Held), "plan-state-held", "is-held"),
    (None, "plan-state-free", "is-free"),
];

/// Units across a bar.
const BAR: u64 = 1000;
/// The least that a part takes of a bar, so that a single address can be seen.
const LEAST: u64 = 8;

#[derive(PartialEq, Properties)]
pub struct RangesProps {
    /// The ranges.
    pub ranges: Vec<Range>,
}

#[component]
pub fn Ranges(props: &RangesProps) -> Html {
    let words = use_words();
    html! {
        <>
            <p class="plan__legend" aria-hidden="true">
                for (_, word, class) in PARTS {
                    <span><svg width="14" height="8" class="plan-bar"><rect width="14" height="8" {class} /></svg>{ words.get(word) }</span>
                }
            </p>
            <div class="plan">
                for range in &props.ranges { { range_of(&words, range) } }
            </div>
        </>
    }
}

fn range_of(words: &Words, range: &Range) -> Html {
    let texts = words.texts();
    let free = words.with(
        "plan-free",
        &[
            ("free", lines::number(range.free())),
            ("addresses", lines::number(range.addresses())),
        ],
    );
    html! {
        <details class="plan__range">
            <summary>
                <span class="visually-hidden">{ lines::range(texts, range) }</span>
                <span class="plan__name" aria-hidden="true"><b>{ lines::name(range) }</b>{ " " }<span class="mono">{ range.prefix.to_string() }</span></span>
                <span class="plan__free" aria-hidden="true">{ free }</span>
                { bar(range) }
            </summary>
            <table class="grid plan__holders">
                <thead><tr>
                    for id in ["plan-address", "plan-state", "plan-holder", "plan-reason"] { <th scope="col">{ words.get(id) }</th> }
                </tr></thead>
                <tbody>for holding in range.holdings.iter().take(MOST) { { held(words, holding) } }</tbody>
            </table>
            for fact in lines::uncounted(texts, range) { <p class="quiet">{ fact }</p> }
            if range.holdings.len() > MOST { <p class="quiet">{ words.get("plan-many") }</p> }
        </details>
    }
}

fn held(words: &Words, holding: &Holding) -> Html {
    let holder = holding.holder.as_ref().map(ToString::to_string);
    html! {
        <tr>
            <td class="mono">{ lines::addresses(holding) }</td>
            <td>{ words.get(state_word(holding.state)) }</td>
            <td class="mono">{ holder }</td>
            <td>{ words.get(holding.reason) }</td>
        </tr>
    }
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Reserved => "plan-state-reserved",
        State::Used => "plan-state-used",
        State::Held => "plan-state-held",
    }
}

/// The states of a range side by side, each as wide as its share.
fn bar(range: &Range) -> Html {
    let all = range.addresses().max(1);
    let mut left = 0;
    let parts: Vec<Html> = PARTS
        .into_iter()
        .map(|(state, _, class)| {
            let width = match state {
                Some(state) => match range.count(state) {
                    0 => 0,
                    count => (count.saturating_mul(BAR) / all).clamp(LEAST, BAR),
                },
                None => BAR.saturating_sub(left),
            };
            let x = left;
            left += width;
            html! { <rect x={x.to_string()} width={width.to_string()} height="8" {class} /> }
        })
        .collect();
    html! {
        <svg class="plan-bar" viewBox={format!("0 0 {BAR} 8")} preserveAspectRatio="none" aria-hidden="true">{ for parts }</svg>
    }
}
