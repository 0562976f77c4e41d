//! The request bar: one sentence that can be edited, and the picks that can be forced.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, KeyboardEvent, MouseEvent, Properties,
    SubmitEvent, TargetCast, classes, component, html, use_effect_with, use_mut_ref, use_state,
};

use super::answer::Walk;
use super::context::{use_act, use_words};
use super::focus;
use super::icons::symbol;
use super::inspector::picked_name;
use super::store::{Action, Request, Suggestion};
use crate::model::packet::Protocol;

#[derive(PartialEq, Properties)]
pub struct RequestBarProps {
    /// What is asked now.
    pub request: Rc<Request>,
    /// The answer, for the picks.
    pub walk: Option<Walk>,
    /// Places to suggest.
    pub places: Rc<[AttrValue]>,
    /// Why the request cannot be sent.
    pub error: Option<AttrValue>,
    /// What was meant instead, perhaps.
    pub suggestions: Rc<[Suggestion]>,
}

/// The request as a sentence: from, to, protocol and port, picks, Send.
#[component]
pub fn RequestBar(props: &RequestBarProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let open = use_state(|| false);
    let request = &props.request;
    let change = |field: fn(&mut Request, String)| {
        let (act, request) = (act.clone(), request.clone());
        Callback::from(move |event: InputEvent| {
            let mut next = (*request).clone();
            field(
                &mut next,
                event.target_unchecked_into::<HtmlInputElement>().value(),
            );
            act.send(Action::Draft(next.into()));
        })
    };
    let onprotocol = {
        let (act, request) = (act.clone(), request.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let protocol = value.parse().unwrap_or_default();
            act.send(Action::Draft(
                Request {
                    protocol,
                    ..(*request).clone()
                }
                .into(),
            ));
        })
    };
    let onsubmit = {
        let (act, open, request) = (act.clone(), open.clone(), request.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // What is refused stays open, to be mended.
            open.set(*open && request.flow().is_err());
            act.send(Action::Send);
        })
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(true))
    };
    let close_on_escape = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && *open {
                event.stop_propagation();
                open.set(false);
            }
        })
    };
    let was_open = use_mut_ref(|| false);
    use_effect_with(*open, {
        let was_open = was_open.clone();
        move |open| {
            let was_open = was_open.replace(*open);
            if *open {
                focus::on_id("request-from");
            } else if was_open {
                focus::if_lost_on_id("request", "request-open");
            }
        }
    });
    let accept = |suggestion: &Suggestion| {
        let (act, mut next, suggestion) = (act.clone(), (**request).clone(), suggestion.clone());
        if suggestion.from {
            next.from = suggestion.place.to_string();
        } else {
            next.to = suggestion.place.to_string();
        }
        let next = Rc::new(next);
        Callback::from(move |_: MouseEvent| {
            act.send(Action::Draft(next.clone()));
            act.send(Action::Send);
        })
    };
    let invalid = props.error.is_some().then_some("true");
    let told = html! {
        if props.error.is_some() || !props.suggestions.is_empty() {
            <p class={classes!("request__error", props.error.is_none().then_some("is-hint"))} role={if props.error.is_some() { "alert" } else { "status" }}>
                { props.error.clone().unwrap_or_default() }
                if !props.suggestions.is_empty() { { " " }{ words.get("request-meant") } }
                for suggestion in props.suggestions.iter() {
                    { " " }<button type="button" class="link mono" onclick={accept(suggestion)}>{ suggestion.place.clone() }</button>
                }
            </p>
        }
    };
    html! {
        <>
            <button type="button" id="request-open" class="request__open" aria-expanded={open.to_string()} aria-controls="request" onclick={toggle}>
                <span class="mono">{ format!("{} → {}", request.from, request.target_text()) }</span>
                <b>{ words.get("request-edit") }</b>
            </button>
            <form id="request" class={classes!("request", open.then_some("is-open"))} onkeydown={close_on_escape} aria-label={words.get("request")} {onsubmit}>
                <label class="request__field request__field--grow">
                    <span class="request__label">{ words.get("request-from") }</span>
                    <input id="request-from" list="places" value={request.from.clone()} spellcheck="false" autocomplete="off"
                        aria-invalid={invalid} oninput={change(|request, value| request.from = value)} />
                </label>
                <label class="request__field request__field--grow">
                    <span class="request__label">{ words.get("request-to") }</span>
                    <input list="places" value={request.to.clone()} spellcheck="false" autocomplete="off"
                        aria-invalid={invalid} oninput={change(|request, value| request.to = value)} />
                </label>
                <div class="request__field">
                    <select aria-label={words.get("request-protocol")} onchange={onprotocol}>
                        for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp, Protocol::Icmp] {
                            <option value={protocol.as_str()} selected={protocol == request.protocol}>{ protocol.as_str() }</option>
                        }
                    </select>
                    <input class="request__port" inputmode="numeric" aria-label={words.get("request-port")} value={request.port.clone()}
                        disabled={!request.protocol.has_ports()} aria-invalid={invalid}
                        oninput={change(|request, value| request.port = value)} />
                </div>
                <Picks walk={props.walk.clone()} />
                <button type="submit" class="button--primary request__send">{ words.get("request-send") }{ symbol("u-right", "icon--sm") }</button>
                if *open { { told.clone() } }
                <datalist id="places">
                    for place in props.places.iter() { <option value={place.clone()} /> }
                </datalist>
            </form>
            if !*open { { told } }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct PicksProps {
    walk: Option<Walk>,
}

/// The picks of the shown branch, each with what else could be picked.
#[component]
fn Picks(props: &PicksProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let Some(walk) = &props.walk else {
        return Html::default();
    };
    let Some(branch) = walk.branch() else {
        return Html::default();
    };
    let choose = |position: usize| {
        let (act, walk) = (act.clone(), walk.clone());
        Callback::from(move |event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let wanted = target.map(|select| select.value()).unwrap_or_default();
            if let Some(branch) = branch_with(&walk, position, &wanted) {
                act.send(Action::PickBranch(branch));
            }
        })
    };
    html! {
        // More than three picks would push Send out of the bar; the trace lists every branch anyway.
        for (position, pick) in branch.picks.iter().enumerate().filter(|(_, pick)| pick.candidates.len() > 1).take(3) {
            <label class="request__field">
                <span class="request__label">{ words.with("request-picks", &[("by", pick.by.clone().into())]) }</span>
                <select onchange={choose(position)}>
                    for option in options(walk, position) {
                        <option value={option.clone()} selected={*option == *pick.picked}>{ picked_name(&words, &option) }</option>
                    }
                </select>
            </label>
        }
    }
}

/// What the branches with the same earlier picks pick at `position`.
fn options(walk: &Walk, position: usize) -> Vec<AttrValue> {
    let Some(current) = walk.branch() else {
        return Vec::new();
    };
    let mut options: Vec<AttrValue> = Vec::new();
    for branch in &walk.answer().result.branches {
        if branch.picks.get(..position) != current.picks.get(..position) {
            continue;
        }
        if let Some(pick) = branch.picks.get(position) {
            let text = AttrValue::from(pick.picked.to_string());
            if !options.contains(&text) {
                options.push(text);
            }
        }
    }
    options
}

/// The first branch that agrees with the shown one before `position` and picks `wanted` there.
fn branch_with(walk: &Walk, position: usize, wanted: &str) -> Option<usize> {
    let current = walk.branch()?;
    walk.answer().result.branches.iter().position(|branch| {
        branch.picks.get(..position) == current.picks.get(..position)
            && branch
                .picks
                .get(position)
                .is_some_and(|pick| &*pick.picked == wanted)
    })
}
