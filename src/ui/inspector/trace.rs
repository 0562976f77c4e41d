//! The Trace tab: verdict, branches, and every step; only the current one is open.

use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::Element;
use yew::{
    AttrValue, Html, MouseEvent, Properties, classes, component, html, use_effect_with,
    use_node_ref, use_state,
};

use super::blockers::BlockersSection;
use super::panel_ids;
use crate::blockers::Blockers;
use crate::engine::explain::Arg;
use crate::engine::trace::{Branch, Cause, Detail, Disposition, NextEnd, Trace, Verdict};
use crate::model::object::Ref;
use crate::text::Fragment;
use crate::ui::answer::{StepView, Stop, Walk, rewrites_destination, rewrites_source};
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::left::verdict_icon;
use crate::ui::simulation::Simulation;
use crate::ui::step_text;
use crate::ui::store::{Action, Move};

#[derive(PartialEq, Properties)]
pub struct TracePanelProps {
    /// The walk.
    pub walk: Option<Walk>,
    /// What stands in its way, where the reader asked.
    pub blockers: Option<Rc<Blockers>>,
    /// Index of the current step.
    pub playhead: usize,
    /// To say where causes are written.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn TracePanel(props: &TracePanelProps) -> Html {
    let words = use_words();
    let (id, tab) = panel_ids("trace");
    let scroll = use_node_ref();
    // The open step stays in sight, without moving the page around it.
    use_effect_with((props.playhead, props.walk.clone()), {
        let scroll = scroll.clone();
        move |_| {
            let row = scroll
                .cast::<Element>()
                .and_then(|list| list.query_selector(".step--open").ok().flatten());
            if let Some(row) = row {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    });
    let Some(walk) = &props.walk else {
        return html! { <div class="panel" role="tabpanel" {id} aria-labelledby={tab}><p class="quiet">{ words.get("trace-none") }</p></div> };
    };
    // A connection that is open already is not opened again, and a proof is about a setting that nobody wrote.
    let asks = !walk.answer().established && !props.simulation.is_setting();
    html! {
        <div class="panel panel--flush" role="tabpanel" {id} aria-labelledby={tab} ref={scroll}>
            <Summary walk={walk.clone()} />
            if asks {
                <BlockersSection walk={walk.clone()} blockers={props.blockers.clone()} simulation={props.simulation.clone()} />
            }
            <Branches walk={walk.clone()} />
            if asks { <Next walk={walk.clone()} simulation={props.simulation.clone()} /> }
            <div class="trace">
                <Lane walk={walk.clone()} playhead={props.playhead} reply=false simulation={props.simulation.clone()} />
                <Lane walk={walk.clone()} playhead={props.playhead} reply=true simulation={props.simulation.clone()} />
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct SummaryProps {
    /// The walk.
    pub walk: Walk,
}

/// The verdict of the request, the sentence that sums it up, and, if it differs, the verdict of the reply.
#[component]
pub fn Summary(props: &SummaryProps) -> Html {
    let words = use_words();
    let walk = &props.walk;
    let rewrites = walk.stops().filter(Stop::rewrites).count();
    let count = |number: usize| Arg::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let facts = words.with(
        "summary-facts",
        &[("steps", count(walk.len())), ("rewrites", count(rewrites))],
    );
    let reply = walk.trace(true).map(|trace| trace.disposition.verdict());
    html! {
        <div class="summary">
            <p class="summary__line">{ verdict_word(&words, walk.verdict()) }<small>{ facts }</small></p>
            <p>{ conclusion(&words, walk) }</p>
            if let Some(verdict) = reply.filter(|verdict| *verdict != Verdict::Delivered) {
                <p class="summary__line"><span>{ words.get("reply") }</span>{ verdict_word(&words, verdict) }</p>
                <p>{ last_why(&words, walk, true) }</p>
            }
        </div>
    }
}

/// Icon and word of a verdict.
pub fn verdict_word(words: &Words, verdict: Verdict) -> Html {
    let (icon, class) = verdict_icon(verdict);
    let class = class.replacen("v-", "verdict--", 1);
    html! { <span class={classes!("verdict", class)}>{ symbol(icon, "") }{ words.texts().verdict(verdict) }</span> }
}

/// One sentence about how the request ended.
pub fn conclusion(words: &Words, walk: &Walk) -> AttrValue {
    let received = walk
        .branch()
        .and_then(|branch| branch.connection.received.as_ref());
    let Some(received) = received else {
        return last_why(words, walk, false);
    };
    // Whoever asks for a name on the sender's behalf is not the sender.
    let mut own = walk
        .stops()
        .filter(|stop| !matches!(stop.step.detail, Detail::Resolved(_)));
    let sent = own.next().map(|stop| stop.step.before.source);
    let (receiver, source) = (received.receiver.clone(), received.packet.source);
    match sent.filter(|sent| *sent != source) {
        Some(sent) => words.with(
            "summary-sees-other",
            &[
                ("receiver", receiver.into()),
                ("source", source.into()),
                ("sender", sent.into()),
            ],
        ),
        None => words.with(
            "summary-sees-sender",
            &[("receiver", receiver.into()), ("source", source.into())],
        ),
    }
}

fn last_why(words: &Words, walk: &Walk, reply: bool) -> AttrValue {
    let step = walk.trace(reply).and_then(Trace::last_step);
    step.map(|(_, step)| words.texts().why(&step.why))
        .unwrap_or_default()
        .into()
}

#[derive(PartialEq, Properties)]
struct BranchesProps {
    walk: Walk,
}

/// Every branch, as a button, where there are several.
#[component]
fn Branches(props: &BranchesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let walk = &props.walk;
    let branches = &walk.answer().result.branches;
    if branches.len() < 2 {
        return Html::default();
    }
    html! {
        <div class="branches" role="group" aria-label={words.get("branches")}>
            <span>{ words.get("branches") }</span>
            for (index, branch) in branches.iter().enumerate().take(24) {
                <button type="button" key={index} aria-pressed={(index == walk.index()).to_string()}
                    onclick={act.on::<MouseEvent>(Action::PickBranch(index))}>{ branch_label(&words, branch) }</button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct NextProps {
    walk: Walk,
    simulation: Rc<Simulation>,
}

/// Where the sender's next connection goes, asked for by a button; only where something is picked.
#[component]
fn Next(props: &NextProps) -> Html {
    let words = use_words();
    let open = use_state(|| false);
    let walk = &props.walk;
    let branch = walk.branch();
    let Some(branch) = branch.filter(|_| walk.answer().result.branches.len() > 1) else {
        return Html::default();
    };
    let toggle = {
        let open = open.clone();
        move |_: MouseEvent| open.set(!*open)
    };
    let flow = &walk.answer().result.flow;
    let ends = if *open {
        props.simulation.next_after(flow, &branch.picks)
    } else {
        BTreeMap::new()
    };
    html! {
        <div class="branches">
            <button type="button" aria-expanded={open.to_string()} onclick={toggle}>{ words.get("next-connection") }</button>
            if *open {
                <span role="status">{ next_text(&words, &ends) }</span>
            }
        </div>
    }
}

fn next_text(words: &Words, ends: &BTreeMap<NextEnd, f64>) -> AttrValue {
    let name = |end: &NextEnd| match end {
        NextEnd::Received(receiver) => words.texts().object(receiver),
        NextEnd::Lost(verdict) => words.texts().verdict(*verdict),
    };
    let all: Vec<String> = ends
        .iter()
        .map(|(end, probability)| format!("{} ({:.0}%)", name(end), probability * 100.0))
        .collect();
    match (all.as_slice(), ends.keys().next()) {
        ([], _) | (_, None) => words.get("next-unknown"),
        ([_], Some(end)) => words.with("next-kept", &[("end", name(end).into())]),
        (several, _) => words.with("next-drawn", &[("ends", several.join(", ").into())]),
    }
}

fn branch_label(words: &Words, branch: &Branch) -> String {
    let real = branch.picks.iter().filter(|pick| pick.candidates.len() > 1);
    let picks: Vec<String> = real.map(|pick| picked_name(words, &pick.picked)).collect();
    let percent = format!("{:.0}%", branch.probability * 100.0);
    let args = [
        ("picks", picks.join(", ").into()),
        ("percent", percent.into()),
    ];
    words.texts().message("branch", &args)
}

/// The name of what was picked: an object's, where it is one.
pub fn picked_name(words: &Words, picked: &str) -> String {
    match picked.parse::<Ref>() {
        Ok(object) => words.texts().object(&object),
        Err(_) => picked.to_owned(),
    }
}

#[derive(PartialEq, Properties)]
struct LaneProps {
    walk: Walk,
    playhead: usize,
    reply: bool,
    simulation: Rc<Simulation>,
}

/// The steps of the request, or of the reply, and how it ends.
#[component]
fn Lane(props: &LaneProps) -> Html {
    let words = use_words();
    let walk = &props.walk;
    let Some(trace) = walk.trace(props.reply) else {
        return Html::default();
    };
    let first = if props.reply { walk.request_len() } else { 0 };
    let range = first..if props.reply {
        walk.len()
    } else {
        walk.request_len()
    };
    html! {
        <>
            <h3 class="trace__dir">{ words.get(if props.reply { "reply" } else { "request" }) }</h3>
            <ol start={(first + 1).to_string()}>
                for index in range {
                    <StepRow key={index} walk={walk.clone()} {index} current={index == props.playhead} ahead={index > props.playhead}
                        simulation={props.simulation.clone()} />
                }
                { ending(&words, trace, props.playhead >= walk.len() && props.reply == walk.trace(true).is_some()) }
            </ol>
        </>
    }
}

/// The last row: verdict and place.
fn ending(words: &Words, trace: &Trace, current: bool) -> Html {
    let (icon, class) = verdict_icon(trace.disposition.verdict());
    let place = trace
        .last_step()
        .map(|(place, _)| words.texts().object(place));
    let small = match &trace.disposition {
        Disposition::Delivered => None,
        other => Some(words.texts().disposition(other)),
    };
    html! {
        <li class="step v-row" aria-current={current.then_some("step")}>
            <span class="step__n step__n--verdict">{ symbol(icon, class) }</span>
            <span class="step__place">{ place }</span>
            <span class="step__what">{ words.texts().verdict(trace.disposition.verdict()) }{ " " }<small>{ small }</small></span>
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct StepRowProps {
    walk: Walk,
    index: usize,
    current: bool,
    ahead: bool,
    simulation: Rc<Simulation>,
}

/// One step; opened if it is the current one.
#[component]
fn StepRow(props: &StepRowProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let Some(view) = props.walk.stop(props.index) else {
        return Html::default();
    };
    let title = step_text::title(&words, view.step);
    let place = words.texts().object(view.place);
    let number = (props.index + 1).to_string();
    html! {
        <li class={classes!("step", props.current.then_some("step--open"), props.ahead.then_some("step--ahead"))}
            aria-current={props.current.then_some("step")} id={format!("step-{number}")}>
            <span class={classes!("step__n", (!props.ahead).then_some("step__n--done"), view.rewrites().then_some("step__n--rewrite"), (view.reply && props.ahead).then_some("step__n--reply"))}>
                <span>{ &number }</span>
            </span>
            <span class="step__place" title={place.clone()}>{ if view.new_place || props.current { place.clone() } else { String::new() } }</span>
            <span class="step__what">{ &title }if props.current { <code>{ step_text::stage(&words, view.step) }</code> }</span>
            <button type="button" class="step__go" aria-label={format!("{number}. {place}: {title}")}
                onclick={act.on::<MouseEvent>(Action::Go(Move::To(props.index)))}></button>
            if props.current {
                <StepBody walk={props.walk.clone()} index={props.index} simulation={props.simulation.clone()} />
            } else if view.rewrites() {
                <div class="step__diff">{ for diff_lines(&view) }</div>
            }
        </li>
    }
}

fn diff_lines(view: &Stop<'_>) -> Vec<Html> {
    let (before, after) = (&view.step.before, &view.step.after);
    let mut lines = Vec::new();
    if rewrites_source(view.step) {
        lines.push(diff_line("src", before.source_text(), after.source_text()));
    }
    if rewrites_destination(view.step) {
        lines.push(diff_line(
            "dst",
            before.destination_text(),
            after.destination_text(),
        ));
    }
    lines
}

fn diff_line(field: &'static str, before: String, after: String) -> Html {
    html! { <div>{ field }{ " " }<span class="was">{ before }</span>{ " → " }<span class="now">{ after }</span></div> }
}

#[derive(PartialEq, Properties)]
struct StepBodyProps {
    walk: Walk,
    index: usize,
    simulation: Rc<Simulation>,
}

/// Header before and after, rule, reason, links.
#[component]
fn StepBody(props: &StepBodyProps) -> Html {
    let words = use_words();
    let Some(view) = props.walk.stop(props.index) else {
        return Html::default();
    };
    let step = view.step;
    let rules = step_text::rules(&words, step);
    let passed = props.walk.passed(props.index);
    let header = |name: &'static str, before: String, after: String| {
        html! {
            <tr>
                <th scope="row">{ name }</th>
                if before == after {
                    <td class="same">{ after }</td>
                } else {
                    <td><span class="was">{ before }</span>{ " → " }<span class="now">{ after }</span></td>
                }
            </tr>
        }
    };
    html! {
        <div class="step__body">
            <table class="header-diff"><tbody>
                { header("src", step.before.source_text(), step.after.source_text()) }
                { header("dst", step.before.destination_text(), step.after.destination_text()) }
            </tbody></table>
            <dl class="facts">
                if let Some(note) = note(&words, &step.detail) { <dt>{ words.get("fact-note") }</dt><dd>{ note }</dd> }
                if !rules.is_empty() {
                    <dt>{ words.get("fact-rule") }</dt>
                    <dd class="rule">{ for rules.into_iter().map(|rule| html! { <div>{ rule }</div> }) }</dd>
                }
                <dt>{ words.get("fact-why") }</dt>
                <dd>
                    <Sentence fragments={Rc::from(words.texts().fragments(&step.why))} />
                    <div class="links">
                        if let Some(cause) = &step.cause { <CauseLink cause={cause.clone()} simulation={props.simulation.clone()} /> }
                        <a href={step.reference.url()} target="_blank" rel="noreferrer">{ step.reference.title() }{ symbol("u-external", "icon--sm") }</a>
                    </div>
                </dd>
                if !passed.is_empty() {
                    <dt>{ words.get("fact-also") }</dt>
                    <dd>{ for passed.iter().map(|view| html! { <div>{ passed_text(&words, view) }</div> }) }</dd>
                }
                if let Detail::Tracked { known: false, .. } = &step.detail { <dt>{ words.get("fact-keeps") }</dt><dd><Keeps walk={props.walk.clone()} index={props.index} /></dd> }
            </dl>
        </div>
    }
}

/// A step without a number of its own, in a line.
fn passed_text(words: &Words, view: &StepView<'_>) -> String {
    let title = step_text::title(words, view.step);
    words.texts().message(
        "passed-step",
        &[
            ("stage", step_text::stage(words, view.step).into()),
            ("what", title.into()),
        ],
    )
}

fn note(words: &Words, detail: &Detail) -> Option<AttrValue> {
    let list = |names: &[std::sync::Arc<str>]| Arg::from(names.join(", "));
    match detail {
        Detail::Balanced { candidates, .. } => {
            Some(words.with("note-candidates", &[("candidates", list(candidates))]))
        }
        Detail::Probed { unhealthy, .. } if !unhealthy.is_empty() => {
            Some(words.with("note-unhealthy", &[("members", list(unhealthy))]))
        }
        Detail::Resolved(resolved) if resolved.walk.is_none() => {
            Some(words.with("note-answered-outside", &[("rcode", resolved.rcode.into())]))
        }
        Detail::Resolved(resolved) => Some(words.with(
            if resolved.is_answered() {
                "note-answered"
            } else {
                "note-unanswered"
            },
            &[
                ("server", resolved.server.into()),
                ("by", resolved.answered_by.clone().into()),
                ("rcode", resolved.rcode.into()),
            ],
        )),
        _ => None,
    }
}

#[derive(PartialEq, Properties)]
struct KeepsProps {
    walk: Walk,
    index: usize,
}

/// What a remembered connection is used for later: the step of the reply at the same place.
#[component]
fn Keeps(props: &KeepsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let place = props.walk.stop(props.index).map(|view| view.place);
    let used = props.walk.stops().find(|view| {
        view.reply
            && Some(view.place) == place
            && matches!(view.step.detail, Detail::Tracked { known: true, .. })
    });
    html! {
        <>
            { words.get("keeps-entry") }{ " " }
            if let Some(used) = used {
                <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Go(Move::To(used.index)))}>
                    { words.with("keeps-used", &[("number", i64::try_from(used.index + 1).unwrap_or(0).into())]) }
                </button>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
pub struct SentenceProps {
    /// The pieces.
    pub fragments: Rc<[Fragment]>,
}

/// A sentence whose objects and fields are links to where they are written.
#[component]
pub fn Sentence(props: &SentenceProps) -> Html {
    let act = use_act();
    html! {
        for fragment in props.fragments.iter() {
            if let Some(cause) = &fragment.link {
                <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Follow(cause.clone()))}>{ &fragment.text }</button>
            } else {
                { &fragment.text }
            }
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct CauseLinkProps {
    /// The object and field.
    pub cause: Cause,
    /// To say where they are written.
    pub simulation: Rc<Simulation>,
}

/// File and line of a cause, as a link; the object where nothing is written.
#[component]
pub fn CauseLink(props: &CauseLinkProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let (cause, simulation) = (&props.cause, &props.simulation);
    let place = simulation
        .network
        .locate(&simulation.document, &cause.object, &cause.field);
    let text = match place {
        Some(place) => format!("{}:{}", place.file, place.line),
        None => words.texts().object(&cause.object),
    };
    html! { <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Follow(cause.clone()))}>{ text }</button> }
}
