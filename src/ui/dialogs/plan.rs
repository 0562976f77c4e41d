//! Addresses: how full every range is and who holds what, what still fits, and what other numbers would need.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{
    Callback, Html, InputEvent, Properties, TargetCast, component, html, use_memo, use_state,
};

use super::Frame;
use crate::engine::plan::Plan;
use crate::engine::plan::ranges::Range;
use crate::engine::plan::wish::Wish;
use crate::text::plan as lines;
use crate::ui::context::{Words, use_words};
use crate::ui::simulation::Simulation;

/// Holders beyond this many are left to the command line, so that the page stays quick.
const MOST: usize = 300;

/// The numbers that can be tried: the message of the label, the least and the most.
const FIELDS: [(&str, u32, u32); 4] = [
    ("plan-try-nodes", 0, 5000),
    ("plan-try-pods", 10, 250),
    ("plan-try-surge", 0, 5000),
    ("plan-try-prefix", 1, 29),
];

#[derive(PartialEq, Properties)]
pub struct PlanDialogProps {
    /// The objects.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn PlanDialog(props: &PlanDialogProps) -> Html {
    let words = use_words();
    let tried = use_state(|| [None::<u32>; 4]);
    let wish = {
        let [nodes, max_pods, surge, prefix] = *tried;
        Wish {
            pool: None,
            nodes,
            max_pods,
            surge,
            prefix: prefix.and_then(|it| u8::try_from(it).ok()),
        }
    };
    let plan = use_memo((props.simulation.clone(), wish), |(simulation, wish)| {
        Plan::of(&simulation.network, wish).ok()
    });
    let texts = words.texts();
    let fields = FIELDS.into_iter().enumerate().map(|(index, (label, least, most))| {
        let tried = tried.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            let text = event.target_dyn_into::<HtmlInputElement>().map(|it| it.value());
            let number = text.and_then(|text| text.parse::<u32>().ok());
            let mut next = *tried;
            next[index] = number.filter(|it| (least..=most).contains(it));
            tried.set(next);
        });
        html! { <label>{ words.get(label) }{ " " }<input type="number" min={least.to_string()} max={most.to_string()} {oninput} /></label> }
    });
    let Some(plan) = &*plan else {
        return html! { <Frame title={words.get("plan-title")}><p>{ words.get("plan-nothing") }</p></Frame> };
    };
    let nodes = props.simulation.network.nodes.len() as u64;
    html! {
        <Frame title={words.get("plan-title")}>
            if plan.ranges.is_empty() { <p>{ words.get("plan-nothing") }</p> }
            if let Some(answer) = &plan.answer {
                <div class="plan__try" role="group" aria-label={words.get("plan-try")}>{ for fields }</div>
                <ul aria-live="polite">for (line, good) in lines::answer(texts, answer) {
                    <li class={good.map_or("", |good| if good { "plan__good" } else { "sev-error" })}>{ line }</li>
                }</ul>
            }
            <div class="plan" tabindex="0" role="region" aria-label={words.get("plan-title")}>
                for range in &plan.ranges { { range_of(&words, range) } }
            </div>
            if !plan.pools.is_empty() {
                <h3>{ words.get("plan-growth") }</h3>
                <ul>
                    for line in plan.pools.iter().flat_map(|pool| lines::pool(texts, pool)) { <li>{ line }</li> }
                    for (index, bound) in plan.limits.iter().enumerate() { <li>{ lines::limit(texts, bound, index == 0, nodes) }</li> }
                    for way in &plan.outbound { <li>{ texts.why(&way.why) }</li> }
                </ul>
            }
        </Frame>
    }
}

fn range_of(words: &Words, range: &Range) -> Html {
    let texts = words.texts();
    let name = lines::name(range);
    let listed = range.holdings.iter().take(MOST);
    html! {
        <details>
            <summary>{ lines::range(texts, range) }<span class="mono plan__bar" aria-hidden="true">{ lines::legend(texts, range) }</span></summary>
            <ul class="mono">for holding in listed { <li>{ lines::holding(texts, &name, holding) }</li> }</ul>
            if range.holdings.len() > MOST { <p class="quiet">{ words.get("plan-many") }</p> }
        </details>
    }
}
