//! Two variants side by side: the same request walked in both, step by step.
//!
//! Each side is the document as it is, as it was before one of the last edits, with another network model, or a
//! built-in scenario. Choosing a row
//! shows that step in both pictures, and why it was decided so.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{
    AttrValue, Callback, Event, Html, MouseEvent, Properties, TargetCast, component, html,
    use_effect_with, use_memo, use_state_eq,
};

use crate::edit::switch;
use crate::engine::compare::ask::Moved;
use crate::engine::compare::{Question, Relation, Told};
use crate::engine::explain::Arg;
use crate::engine::trace::Branch;
use crate::scenarios;
use crate::scene::layout::place;
use crate::scene::strip;
use crate::ui::answer::Walk;
use crate::ui::canvas::SceneNodes;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::inspector::{conclusion, picked_name, verdict_word};
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Request, Sides, View};
use crate::ui::top::scenario_title;

#[cfg(test)]
mod links;
mod model;
mod rows;
#[cfg(test)]
mod tests;

use model::{Both, Compared};
pub use model::{EDITS, Earlier, Side};
use rows::Rows;

/// The pixels for which a strip is drawn; it is scaled to those that there are.
const ROOM: i32 = 420;

#[derive(PartialEq, Properties)]
pub struct CompareProps {
    /// What is shown.
    pub simulation: Rc<Simulation>,
    /// The request that was sent last.
    pub request: Rc<Request>,
    /// The documents before the last edits, the latest first.
    pub earlier: Vec<Earlier>,
    /// The title of what is shown.
    pub title: AttrValue,
    /// What is compared.
    pub sides: Sides,
}

#[component]
pub fn Compare(props: &CompareProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let edits = props.earlier.len();
    let linked = &props.sides.linked;
    let (pair, only) = (use_state_eq(|| 0_usize), use_state_eq(|| false));
    let chosen = use_state_eq(|| None::<usize>);
    let now = props.sides.both;
    let now = now.map(|side| side.within(edits, linked.len()));
    let left = use_side(now[0], props);
    let right = use_side(now[1], props);
    let switched = now.iter().any(|side| matches!(side, Side::Model(_)));
    let home = switched.then(|| Same(props.simulation.clone()));
    let compared = use_memo(
        (left, right, home, props.request.clone()),
        |(left, right, home, request)| {
            let home = home.as_ref().map(|home| &*home.0);
            Compared::of([left.0.clone(), right.0.clone()], home, request).map(Rc::new)
        },
    );
    use_effect_with(compared.as_ref().as_ref().map(Rc::as_ptr), {
        let (pair, chosen) = (pair.clone(), chosen.clone());
        move |_| {
            pair.set(0);
            chosen.set(None);
        }
    });
    let models = use_memo(Same(props.simulation.clone()), |now| {
        let models: Rc<[switch::Choice]> = switch::offered(&now.0.network).into();
        models
    });
    let set = {
        let (dispatch, linked) = (act.0.clone(), linked.clone());
        Callback::from(move |both: [Side; 2]| {
            let linked = linked.clone();
            dispatch.emit(Action::SetSides(Sides { both, linked }));
        })
    };
    let choose_side = |side: usize| {
        set.reform(move |next: Side| {
            let mut both = now;
            both[side] = next;
            both
        })
    };
    let swap = set.reform(move |_: MouseEvent| [now[1], now[0]]);
    let toggle = {
        let only = only.clone();
        Callback::from(move |_: MouseEvent| only.set(!*only))
    };
    let on_pair = {
        let (pair, chosen) = (pair.clone(), chosen.clone());
        Callback::from(move |next: usize| {
            pair.set(next);
            chosen.set(None);
        })
    };
    html! {
        <section class="compare" id="region-canvas" tabindex="-1" aria-labelledby="compare-title">
            <div class="compare__bar">
                <h2 id="compare-title">{ words.get("compare-title") }</h2>
                <Shapes view={View::Compare} />
                <Choice label="compare-left" models={(*models).clone()} side={now[0]} earlier={props.earlier.clone()} linked={linked.clone()} title={props.title.clone()} on_side={choose_side(0)} />
                <button type="button" class="button--edge" onclick={swap}>{ words.get("compare-swap") }</button>
                <Choice label="compare-right" models={(*models).clone()} side={now[1]} earlier={props.earlier.clone()} linked={linked.clone()} title={props.title.clone()} on_side={choose_side(1)} />
                if let Some(compared) = &*compared { <Pairs compared={compared.clone()} pair={*pair} {on_pair} /> }
                <label class="whatif__only"><input type="checkbox" checked={*only} onclick={toggle} />{ words.get("compare-only") }</label>
                <span class="whatif__space"></span>
                <button type="button" onclick={act.on::<MouseEvent>(Action::ShowView(View::Diagram))}>{ words.get("compare-back") }</button>
            </div>
            if let Some(compared) = &*compared {
                <Pair compared={compared.clone()} pair={*pair} chosen={*chosen} only={*only}
                    on_choose={Callback::from(move |row| chosen.set(Some(row)))} names={now.map(|side| name(&words, side, props))} />
            } else {
                <p class="quiet">{ words.get("trace-none") }</p>
            }
        </section>
    }
}

/// What follows from a side, worked out again when it is another one.
#[yew::hook]
fn use_side(side: Side, props: &CompareProps) -> Same {
    // An earlier document and a scenario do not change with what is edited now.
    let document = side.document(&props.earlier, &props.sides.linked);
    let now = matches!(side, Side::Now | Side::Model(_)).then(|| props.simulation.clone());
    let made = use_memo((side, document, now), |(side, document, _)| {
        Same(side.simulation(&props.simulation, document.as_ref()))
    });
    (*made).clone()
}

/// A simulation that is equal only to itself.
#[derive(Clone)]
struct Same(Rc<Simulation>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a side is called.
fn name(words: &Words, side: Side, props: &CompareProps) -> AttrValue {
    let brought = side.document(&props.earlier, &props.sides.linked);
    side_text(words, side, brought.as_ref(), &props.title)
}

fn side_text(words: &Words, side: Side, brought: Option<&Earlier>, title: &AttrValue) -> AttrValue {
    match side {
        Side::Now => words.with("compare-now", &[("title", title.as_str().into())]),
        Side::Before(_) | Side::Linked(_) => {
            let what = brought.map_or("", |earlier| earlier.edit.as_str());
            words.with("compare-before", &[("what", what.into())])
        }
        Side::Model(model) => {
            let model = words.get(model.id);
            words.with("compare-model", &[("model", model.as_str().into())])
        }
        Side::Scenario(id) => scenario_title(words, id),
    }
}

/// Two walks, or the eight rows.
#[component]
pub fn Shapes(props: &ShapesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    html! {
        <div class="segments" role="group" aria-label={words.get("compare-shape")}>
            for (view, label) in [(View::Compare, "compare-walks"), (View::Article, "article-rows")] {
                <button type="button" aria-pressed={(view == props.view).to_string()} onclick={act.on::<MouseEvent>(Action::ShowView(view))}>{ words.get(label) }</button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct ShapesProps {
    /// What is shown.
    pub view: View,
}

#[derive(PartialEq, Properties)]
struct ChoiceProps {
    label: &'static str,
    side: Side,
    earlier: Vec<Earlier>,
    linked: Rc<[Earlier]>,
    title: AttrValue,
    models: Rc<[switch::Choice]>,
    on_side: Callback<Side>,
}

/// What a side shows, to choose.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let words = use_words();
    let on_side = props.on_side.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        if let Some(side) = Side::of_value(&select.value()) {
            on_side.emit(side);
        }
    });
    let option = |side: Side| {
        let brought = side.document(&props.earlier, &props.linked);
        let text = side_text(&words, side, brought.as_ref(), &props.title);
        html! { <option value={side.value()} selected={side == props.side}>{ text }</option> }
    };
    html! {
        <label class="compare__choice"><span>{ words.get(props.label) }</span>
            <select class="input" {onchange}>
                { option(Side::Now) }
                for edit in 0..props.earlier.len() { { option(Side::Before(edit)) } }
                for index in 0..props.linked.len() { { option(Side::Linked(index)) } }
                if !props.models.is_empty() {
                    <optgroup label={words.get("compare-models")}>
                        for model in props.models.iter() { { option(Side::Model(*model)) } }
                    </optgroup>
                }
                <optgroup label={words.get("scenarios")}>
                    for scenario in scenarios::ALL { { option(Side::Scenario(scenario.id)) } }
                </optgroup>
            </select>
        </label>
    }
}

#[derive(Properties)]
struct PairsProps {
    compared: Rc<Compared>,
    pair: usize,
    on_pair: Callback<usize>,
}

impl PartialEq for PairsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.compared, &other.compared) && self.pair == other.pair
    }
}

/// Which branches are compared, where there are several.
#[component]
fn Pairs(props: &PairsProps) -> Html {
    let words = use_words();
    if props.compared.pairs.len() < 2 {
        return Html::default();
    }
    let on_pair = props.on_pair.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        if let Ok(pair) = select.value().parse() {
            on_pair.emit(pair);
        }
    });
    html! {
        <label class="compare__choice"><span>{ words.get("compare-branch") }</span>
            <select class="input" {onchange}>
                for (index, pair) in props.compared.pairs.iter().enumerate() {
                    <option value={index.to_string()} selected={index == props.pair}>{ pair_text(&words, props.compared.branches(*pair)) }</option>
                }
            </select>
        </label>
    }
}

/// What was picked on both sides.
fn pair_text(words: &Words, branches: [Option<&Branch>; 2]) -> String {
    let [left, right] = branches.map(|branch| {
        let picks = branch.map_or(&[][..], |branch| &branch.picks);
        let names = picks.iter().map(|pick| picked_name(words, &pick.picked));
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            "–".to_owned()
        } else {
            names.join(", ")
        }
    });
    if left == right {
        left
    } else {
        format!("{left} | {right}")
    }
}

#[derive(Properties)]
struct PairProps {
    compared: Rc<Compared>,
    pair: usize,
    chosen: Option<usize>,
    only: bool,
    on_choose: Callback<usize>,
    names: [AttrValue; 2],
}

impl PartialEq for PairProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.compared, &other.compared)
            && (self.pair, self.chosen, self.only) == (other.pair, other.chosen, other.only)
            && self.names == other.names
    }
}

/// Two walks: their pictures, what came of them, and their steps.
#[component]
fn Pair(props: &PairProps) -> Html {
    let words = use_words();
    let both = use_memo((Rc::as_ptr(&props.compared), props.pair), |(_, pair)| {
        Rc::new(props.compared.both(*pair))
    });
    let both = (*both).clone();
    let chosen = props.chosen.unwrap_or_else(|| both.first());
    let sum = words.with(
        "compare-sum",
        &[
            ("same", count(&both, &[Relation::Same, Relation::Carried])),
            ("differs", count(&both, &[Relation::Differs])),
            ("left", count(&both, &[Relation::OnlyLeft])),
            ("right", count(&both, &[Relation::OnlyRight])),
        ],
    );
    html! {
        <>
            <p role="status">{ if both.comparison.is_same() { words.get("compare-same-all") } else { sum } }</p>
            <div class="compare__sides">
                for side in 0..2 {
                    <section>
                        <h3>{ props.names[side].clone() }</h3>
                        { picture(&words, &props.compared, &both, side, chosen) }
                        { moved(&words, props.compared.moved[side].as_ref()) }
                    </section>
                }
            </div>
            { facts(&words, &both, &props.names) }
            <Rows both={both.clone()} {chosen} only={props.only} on_choose={props.on_choose.clone()} />
        </>
    }
}

fn count(both: &Both, relations: &[Relation]) -> Arg {
    let counts = relations
        .iter()
        .map(|relation| both.comparison.count(*relation));
    Arg::Number(i64::try_from(counts.sum::<usize>()).unwrap_or(i64::MAX))
}

/// What was asked under another address.
fn moved(words: &Words, moved: Option<&Moved>) -> Html {
    let Some(moved) = moved else {
        return Html::default();
    };
    let args = [
        ("from", moved.from.to_string().into()),
        ("object", moved.object.clone().into()),
        ("to", moved.to.to_string().into()),
    ];
    html! { <p class="compare__moved">{ words.with("compare-moved", &args) }</p> }
}

/// The walk of one side in a strip, at the chosen step.
fn picture(words: &Words, compared: &Compared, both: &Both, side: usize, chosen: usize) -> Html {
    let walk = both.walks[side].as_ref();
    let Some(branch) = walk.and_then(Walk::branch) else {
        return html! { <p class="quiet">{ words.get("compare-no-branch") }</p> };
    };
    let placement = place(&compared.simulations[side].network, Some(branch));
    let head = both.playhead(side, chosen);
    let scene = Rc::new(strip::draw(&placement, branch, head, words.texts(), ROOM));
    let size = scene.size;
    html! {
        <>
            <svg class="scene" role="img" aria-label={scene.title.clone()} viewBox={format!("0 0 {} {}", size.width, size.height)}>
                <SceneNodes {scene} quiet=true />
            </svg>
            if let Some(walk) = walk { <p class="quiet">{ conclusion(words, walk) }</p> }
        </>
    }
}

/// What came of both walks, question by question.
fn facts(words: &Words, both: &Both, names: &[AttrValue; 2]) -> Html {
    let row = |question: Question| {
        let told = both.comparison.told(question);
        let same = told[0] == told[1];
        let (glyph, id) = if same {
            ("=", "compare-same")
        } else {
            ("≠", "compare-other")
        };
        html! {
            <tr class={if same { "is-same" } else { "is-other" }}>
                <th scope="row">{ words.get(&format!("compare-what-{}", question.as_str())) }</th>
                <td>{ told_text(words, told[0].as_ref()) }</td>
                <td class="compare__mark"><i aria-hidden="true">{ glyph }</i><span>{ words.get(id) }</span></td>
                <td>{ told_text(words, told[1].as_ref()) }</td>
            </tr>
        }
    };
    html! {
        <table class="compare__facts">
            <thead><tr><th scope="col"><span class="visually-hidden">{ words.get("compare-what") }</span></th><th scope="col">{ names[0].clone() }</th>
                <th scope="col"><span class="visually-hidden">{ words.get("compare-relation") }</span></th><th scope="col">{ names[1].clone() }</th></tr></thead>
            <tbody>for question in Question::ALL { { row(question) } }</tbody>
        </table>
    }
}

fn told_text(words: &Words, told: Option<&Told>) -> Html {
    match told {
        Some(Told::Verdict(verdict)) => verdict_word(words, *verdict),
        Some(Told::Received(place)) => html! { { words.texts().object(place) } },
        Some(Told::EndedAt(place)) => {
            html! { { words.with("compare-ended", &[("place", place.clone().into())]) } }
        }
        Some(Told::Address(address)) => html! { <span class="mono">{ address.clone() }</span> },
        Some(Told::Count(count)) => html! { { count.to_string() } },
        None => html! { { words.get("compare-none") } },
    }
}
