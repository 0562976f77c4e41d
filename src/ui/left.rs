//! The left pane: scenarios, the requests of what is open, the palette, and files in and out.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::{
    AttrValue, Callback, Html, MouseEvent, Properties, classes, component, html, use_effect_with,
    use_mut_ref, use_state,
};

use super::answer::Outcome;
use super::baked;
use super::context::{Act, Words, use_act, use_words};
use super::focus;
use super::icons::symbol;
use super::palette;
use super::simulation::Simulation;
use super::store::{Action, Dialog, Preferences, Request, View};
use super::top::{Wishes, scenario, scenario_title};
use crate::edit::template::Template;
use crate::engine::trace::Verdict;
use crate::model::flow::Flow;
use crate::scenarios::{self, Scenario};
use crate::text::Language;

#[derive(PartialEq, Properties)]
pub struct LeftPaneProps {
    /// Id of the open scenario.
    pub scenario: AttrValue,
    /// Whether it was changed.
    pub edited: bool,
    /// What is open.
    pub simulation: Rc<Simulation>,
    /// The request that was sent last.
    pub sent: Rc<Request>,
    /// Whether the drawer is open.
    pub open: bool,
    /// Diagram or tables, for the narrow menu.
    pub view: View,
    /// Language and theme, for the narrow menu.
    pub preferences: Preferences,
}

#[component]
pub fn LeftPane(props: &LeftPaneProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let show = |view: View| act.on::<MouseEvent>(Action::ShowView(view));
    let was_open = use_mut_ref(|| false);
    use_effect_with(props.open, {
        let was_open = was_open.clone();
        move |open| {
            let was_open = was_open.replace(*open);
            if *open {
                focus::on_id("region-left");
            } else if was_open {
                focus::if_lost_on_id("region-left", "top-menu");
            }
        }
    });
    html! {
        <nav class={classes!("left", props.open.then_some("is-open"))} id="region-left" tabindex="-1" aria-label={words.get("left-pane")}>
            <Scenarios current={props.scenario.clone()} edited={props.edited} />
            <Flows simulation={props.simulation.clone()} sent={props.sent.clone()} />
            <h2 class="pane-title">{ words.get("palette") }<span>{ words.get("palette-hint") }</span></h2>
            <ul class="palette">
                for template in Template::ALL {
                    <li><PaletteButton template={*template} simulation={props.simulation.clone()} /></li>
                }
            </ul>
            <h2 class="pane-title">{ words.get("files") }</h2>
            <div class="left__files">
                <super::dialogs::OpenFiles />
                <button type="button" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Paste)))}>{ symbol("u-plus", "") }{ words.get("files-paste") }</button>
                <super::dialogs::Downloads document={props.simulation.document.clone()} />
            </div>
            <div class="left__more">
                <div class="segments" role="group" aria-label={words.get("top-view")}>
                    <button type="button" aria-pressed={(props.view == View::Diagram).to_string()} onclick={show(View::Diagram)}>{ words.get("view-diagram") }</button>
                    <button type="button" aria-pressed={(props.view == View::Table).to_string()} onclick={show(View::Table)}>{ words.get("view-table") }</button>
                    <button type="button" aria-pressed={(props.view == View::Matrix).to_string()} onclick={show(View::Matrix)}>{ words.get("view-matrix") }</button>
                    <button type="button" aria-pressed={(props.view.button() == View::Compare).to_string()} onclick={show(View::Compare)}>{ words.get("view-compare") }</button>
                </div>
                <div><Wishes preferences={props.preferences} /></div>
                <button type="button" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Embed)))}>{ symbol("u-embed", "") }{ words.get("embed") }</button>
            </div>
        </nav>
    }
}

#[derive(PartialEq, Properties)]
struct ScenariosProps {
    current: AttrValue,
    edited: bool,
}

/// The built-in scenarios, each with the verdict of its first request.
#[component]
fn Scenarios(props: &ScenariosProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let verdicts = use_state(baked::verdicts_of_scenarios);
    // One a turn, after the page has been drawn.
    use_effect_with(verdicts.len(), {
        let verdicts = verdicts.clone();
        move |known| {
            let timeout = scenarios::ALL.get(*known).map(|scenario| {
                Timeout::new(60, move || {
                    let mut next = (*verdicts).clone();
                    next.push(verdict_of_scenario(scenario));
                    verdicts.set(next);
                })
            });
            move || drop(timeout)
        }
    });
    html! {
        <>
            <h2 class="pane-title">{ words.get("scenarios") }<span>{ scenarios::ALL.len() }</span></h2>
            <ul class="list">
                for (index, item) in scenarios::ALL.iter().enumerate() {
                    <li key={item.id}>
                        <button type="button" class="list__item" title={scenario_title(&words, item.id)} aria-current={(item.id == &*props.current).then_some("true")}
                            onclick={open(&act, item.id)}>
                            <span>{ scenario_title(&words, item.id) }</span>
                            if props.edited && item.id == &*props.current { <small class="quiet">{ words.get("list-edited") }</small> }
                            if let Some(outcome) = verdicts.get(index) { { outcome_mark(&words, *outcome) } }
                        </button>
                    </li>
                }
            </ul>
        </>
    }
}

/// Opens a built-in scenario, whose files are not looked at before.
fn open(act: &Act, id: &'static str) -> Callback<MouseEvent> {
    let act = act.clone();
    Callback::from(move |_| {
        if let Some(work) = scenario(id) {
            act.send(Action::Open(work));
        }
    })
}

/// What comes of the first request of a built-in scenario.
pub fn verdict_of_scenario(scenario: &Scenario) -> Outcome {
    let simulation = Simulation::of(scenario.document().into());
    let flow = simulation.network.flows.first();
    let unknown = Outcome {
        request: Verdict::NotModelled,
        lost: None,
    };
    flow.map_or(unknown, |flow| Outcome::of(&simulation.trace(flow)))
}

/// What comes of each flow of what is open.
pub fn verdicts_of_flows(simulation: &Simulation) -> Vec<Outcome> {
    let flows = simulation.network.flows.iter();
    flows
        .map(|flow| Outcome::of(&simulation.trace(flow)))
        .collect()
}

#[derive(PartialEq, Properties)]
struct FlowsProps {
    simulation: Rc<Simulation>,
    sent: Rc<Request>,
}

/// The flows of what is open, each with its verdict.
#[component]
fn Flows(props: &FlowsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let known = use_state(|| None::<(Rc<Simulation>, Vec<Outcome>)>);
    // Typing must not wait for every flow to be traced.
    use_effect_with(props.simulation.clone(), {
        let known = known.clone();
        move |simulation: &Rc<Simulation>| {
            let simulation = simulation.clone();
            let timeout = Timeout::new(180, move || {
                let verdicts = baked::verdicts(&simulation);
                known.set(Some((simulation, verdicts)));
            });
            move || drop(timeout)
        }
    });
    let flows = &props.simulation.network.flows;
    // What is known of other requests says nothing about these.
    let verdicts = known.as_ref().filter(|(of, _)| of.network.flows == *flows);
    let verdicts = verdicts.map(|(_, list)| list);
    if flows.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h2 class="pane-title">{ words.get("requests") }<span>{ flows.len() }</span></h2>
            <ul class="list">
                for (index, flow) in flows.iter().enumerate() {
                    <li key={index}>
                        <button type="button" class="list__item" title={flow_title(&words, flow)} onclick={act.on::<MouseEvent>(Action::SendFlow(index))}
                            aria-current={(Request::of(flow) == *props.sent).then_some("true")}>
                            <span>{ flow_title(&words, flow) }</span>
                            if let Some(outcome) = verdicts.and_then(|list| list.get(index)) { { outcome_mark(&words, *outcome) } }
                        </button>
                    </li>
                }
            </ul>
        </>
    }
}

/// The title of a flow: an annotation in the reader's language, else its name.
pub fn flow_title(words: &Words, flow: &Flow) -> AttrValue {
    let annotation = |key: &str| flow.meta.annotations.get(key);
    let title = match words.texts().language() {
        Language::Ja => {
            annotation("kubehop.dev/title-ja").or_else(|| annotation("kubehop.dev/title"))
        }
        Language::En => annotation("kubehop.dev/title"),
    };
    AttrValue::from(title.unwrap_or(&flow.meta.name).to_string())
}

/// The title of the shown request: that of the flow that asks the same, if there is one.
pub fn request_title(
    words: &Words,
    simulation: &Simulation,
    request: &Request,
) -> Option<AttrValue> {
    let flows = &simulation.network.flows;
    let flow = flows.iter().find(|flow| Request::of(flow) == *request)?;
    Some(flow_title(words, flow))
}

/// The mark of the request and, where the reply is lost, that of the reply.
fn outcome_mark(words: &Words, outcome: Outcome) -> Html {
    let Some(lost) = outcome.lost else {
        return verdict_mark(words, outcome.request);
    };
    html! { <>{ verdict_mark(words, outcome.request) }<span class="visually-hidden">{ words.get("reply") }</span>{ verdict_mark(words, lost) }</> }
}

/// Icon and, for those who do not see it, word of a verdict.
fn verdict_mark(words: &Words, verdict: Verdict) -> Html {
    let (icon, class) = verdict_icon(verdict);
    html! { <>{ symbol(icon, class) }<span class="visually-hidden">{ words.texts().verdict(verdict) }</span></> }
}

/// Symbol and class of a verdict.
pub const fn verdict_icon(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Delivered => ("v-delivered", "v-delivered"),
        Verdict::Dropped => ("v-dropped", "v-dropped"),
        Verdict::Rejected | Verdict::Unresolved => ("v-rejected", "v-rejected"),
        Verdict::NotModelled => ("v-unknown", "v-unknown"),
        Verdict::Mixed => ("u-warn", "v-rewritten"),
    }
}

#[derive(PartialEq, Properties)]
struct PaletteButtonProps {
    template: Template,
    simulation: Rc<Simulation>,
}

/// Adds an object of a kind; absent where something that it needs is missing.
#[component]
fn PaletteButton(props: &PaletteButtonProps) -> Html {
    let (words, act) = (use_words(), use_act());
    if !props.template.fits(&props.simulation.network) {
        return Html::default();
    }
    let (template, simulation) = (props.template, props.simulation.clone());
    let onclick = move |_: MouseEvent| {
        if let Some(action) = palette::add(&simulation, template) {
            act.send(action);
        }
    };
    let id = template.id();
    let title = words.get(&format!("template-{id}"));
    html! {
        <button type="button" {title} {onclick}>
            { symbol(palette::icon(template), "") }<span>{ words.get(&format!("palette-{id}")) }</span>
        </button>
    }
}
