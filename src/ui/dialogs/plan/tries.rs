//! Other numbers for a pool, and what they need.

use std::sync::Arc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{
    Callback, Event, Html, InputEvent, Properties, TargetCast, UseStateHandle, component, html,
    use_state,
};

use crate::engine::plan::wish::{Answer, Wish};
use crate::text::plan as lines;
use crate::ui::context::use_words;

/// The numbers that can be tried: the message of the label, the least and the most.
const FIELDS: [(&str, u32, u32); 4] = [
    ("plan-try-nodes", 0, 5000),
    ("plan-try-pods", 10, 250),
    ("plan-try-surge", 0, 5000),
    ("plan-try-prefix", 1, 29),
];

#[derive(PartialEq, Properties)]
pub struct TriesProps {
    /// The numbers that are tried.
    pub wish: UseStateHandle<Wish>,
    /// What there is needs.
    pub answer: Answer,
    /// What the tried numbers need.
    pub tried: Option<Answer>,
    /// The names of all pools.
    pub pools: Vec<Arc<str>>,
}

#[component]
pub fn Tries(props: &TriesProps) -> Html {
    let words = use_words();
    let bad = use_state(|| [false; 4]);
    let shown = props.tried.as_ref().unwrap_or(&props.answer);
    let numbers = [
        Some(shown.nodes),
        Some(shown.max_pods),
        Some(shown.surge),
        shown.prefix.map(u32::from),
    ];
    let field = |index: usize| {
        let (label, least, most) = FIELDS[index];
        let (wish, bad) = (props.wish.clone(), bad.clone());
        let is_bad = bad[index];
        let oninput = Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let text = input.value();
            let number = text.parse::<u32>().ok();
            let number = number.filter(|it| (least..=most).contains(it));
            let mut next_bad = *bad;
            // Where letters stand in a field of numbers, its text is empty, but it is not valid.
            next_bad[index] = !input.check_validity() || (number.is_none() && !text.is_empty());
            bad.set(next_bad);
            wish.set(with(&wish, index, number));
        });
        let placeholder = numbers[index].map(|number| number.to_string());
        html! {
            <label class="field">{ words.get(label) }
                <input class="input mono" type="number" min={least.to_string()} max={most.to_string()} {placeholder} {oninput} aria-invalid={is_bad.then_some("true")} />
            </label>
        }
    };
    let refused: Vec<Html> = (0..FIELDS.len())
        .filter(|index| bad[*index])
        .map(|index| {
            let (label, least, most) = FIELDS[index];
            let args = [
                ("field", words.get(label).as_str().into()),
                ("least", lines::number(u64::from(least))),
                ("most", lines::number(u64::from(most))),
            ];
            html! { <p class="error-text">{ words.with("plan-try-expected", &args) }</p> }
        })
        .collect();
    html! {
        <>
            <div class="plan__try" role="group" aria-label={words.get("plan-try")}>
                if props.pools.len() > 1 { <Pools wish={props.wish.clone()} pools={props.pools.clone()} /> }
                { for (0..FIELDS.len()).map(field) }
            </div>
            // Always there: what comes and goes beside the fields would make them anew.
            <div role="alert">{ for refused }</div>
            <ul class="plan__facts" aria-live="polite">
                for (line, good) in lines::says(words.texts(), shown) {
                    <li class={good.map(|good| if good { "plan__good" } else { "sev-error" })}>{ line }</li>
                }
            </ul>
        </>
    }
}

/// The wish with one number changed.
fn with(wish: &Wish, index: usize, number: Option<u32>) -> Wish {
    let mut next = wish.clone();
    match index {
        0 => next.nodes = number,
        1 => next.max_pods = number,
        2 => next.surge = number,
        _ => next.prefix = number.and_then(|number| u8::try_from(number).ok()),
    }
    next
}

#[derive(PartialEq, Properties)]
struct PoolsProps {
    wish: UseStateHandle<Wish>,
    pools: Vec<Arc<str>>,
}

/// Which pool the numbers are for.
#[component]
fn Pools(props: &PoolsProps) -> Html {
    let words = use_words();
    let onchange = {
        let wish = props.wish.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            wish.set(Wish {
                pool: Some(value.into()),
                ..(*wish).clone()
            });
        })
    };
    let chosen = props.wish.pool.as_ref().or(props.pools.first());
    html! {
        <label class="field">{ words.get("plan-try-pool") }
            <select class="input" {onchange}>
                for pool in &props.pools { <option value={pool.to_string()} selected={Some(pool) == chosen}>{ pool.to_string() }</option> }
            </select>
        </label>
    }
}
