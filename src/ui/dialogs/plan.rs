//! Addresses: how full every range is and who holds what, what still fits, and what other numbers would need.

use std::rc::Rc;

use yew::{Html, Properties, component, html, use_memo, use_state};

use super::Frame;
use crate::engine::plan::Plan;
use crate::engine::plan::limits::Bound;
use crate::engine::plan::wish::Wish;
use crate::text::plan as lines;
use crate::ui::context::{Words, use_words};
use crate::ui::icons::symbol;
use crate::ui::simulation::Simulation;

mod ranges;
mod tries;

use ranges::Ranges;
use tries::Tries;

#[derive(PartialEq, Properties)]
pub struct PlanDialogProps {
    /// The objects.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn PlanDialog(props: &PlanDialogProps) -> Html {
    let words = use_words();
    let wish = use_state(Wish::default);
    let simulation = props.simulation.clone();
    let now = use_memo(simulation.clone(), |simulation| {
        Plan::of(&simulation.network, &Wish::default()).ok()
    });
    let tried = use_memo((simulation, (*wish).clone()), |(simulation, wish)| {
        Plan::of(&simulation.network, wish).ok()?.answer
    });
    let title = words.get("plan-title");
    let Some(plan) = (*now).as_ref().filter(|plan| !plan.ranges.is_empty()) else {
        return html! { <Frame {title}><p>{ words.get("plan-nothing") }</p></Frame> };
    };
    let nodes = props.simulation.network.nodes.len() as u64;
    html! {
        <Frame {title} wide=true>
            <Ranges ranges={plan.ranges.clone()} />
            if !plan.pools.is_empty() {
                <h3>{ words.get("plan-growth") }</h3>
                <ul class="plan__facts">
                    for line in lines::pools(words.texts(), plan) { <li>{ line }</li> }
                    for way in &plan.outbound { <li>{ words.texts().why(&way.why) }</li> }
                </ul>
                { limits(&words, &plan.limits, nodes) }
            }
            if let Some(answer) = &plan.answer {
                <h3>{ words.get("plan-try") }</h3>
                <Tries wish={wish} answer={answer.clone()} tried={(*tried).clone()} pools={plan.pools.iter().map(|pool| pool.name.clone()).collect::<Vec<_>>()} />
            }
        </Frame>
    }
}

/// What ends growth, the first to bind in front.
fn limits(words: &Words, limits: &[Bound], nodes: u64) -> Html {
    html! {
        <table class="grid plan__limits">
            <thead><tr>
                for id in ["plan-limits-nodes", "plan-limits-more", "plan-limits-why"] { <th scope="col">{ words.get(id) }</th> }
            </tr></thead>
            <tbody>
                for (index, bound) in limits.iter().enumerate() {
                    <tr key={index}>
                        <td class="mono">{ nodes.saturating_add(bound.more) }</td>
                        <td>{ words.with("plan-more", &[("more", lines::number(bound.more))]) }</td>
                        <td>
                            if index == 0 { <b>{ words.get("plan-first") }{ " " }</b> }
                            <code>{ bound.object.to_string() }</code>{ ": " }{ words.texts().why(&bound.why) }{ " " }
                            <a href={bound.source.url()} target="_blank" rel="noopener">{ bound.source.title() }{ symbol("u-external", "icon--sm icon--inline") }</a>
                        </td>
                    </tr>
                }
            </tbody>
        </table>
    }
}
