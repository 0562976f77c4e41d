//! Above the picture: which answer of the eight-row table the shown walk proves, its other walks, and the way back.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{
    AttrValue, Callback, Event, Html, MouseEvent, Properties, TargetCast, component, html,
    use_effect_with,
};

use super::model_name;
use crate::engine::explain::Arg;
use crate::engine::table::Probe;
use crate::text::table as lines;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::focus;
use crate::ui::icons::symbol;
use crate::ui::store::{Action, Proof};

#[derive(PartialEq, Properties)]
pub struct ProofBarProps {
    /// What is looked at.
    pub proof: Rc<Proof>,
}

#[component]
pub fn ProofBar(props: &ProofBarProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let proof = &props.proof;
    use_effect_with((), |()| focus::on_id("proof-back"));
    let (Some(row), Some(probe)) = (proof.row(), proof.probe()) else {
        return Html::default();
    };
    let onchange = {
        let (act, cell) = (act.clone(), proof.cell);
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Ok(probe) = value.parse() {
                act.send(Action::Prove(cell, probe));
            }
        })
    };
    let model = model_name(&words, proof.cell.model, &proof.table);
    let args = [
        ("row", i64::from(row.number).into()),
        ("title", words.get(row.title).as_str().into()),
        ("model", model.as_str().into()),
        ("answer", words.get(row.support.message()).as_str().into()),
    ];
    html! {
        <section class="note proof" aria-labelledby="proof-title">
            <button type="button" id="proof-back" class="button--edge" onclick={act.on::<MouseEvent>(Action::EndProof)}>{ symbol("u-table", "icon--sm") }{ words.get("article-back") }</button>
            <h2 id="proof-title">{ words.with("article-proves", &args) }</h2>
            <label class="compare__choice"><span>{ words.with("article-walk", &[("number", number(proof.probe + 1)), ("count", number(row.probes.len()))]) }</span>
                <select class="input" {onchange}>
                    for (index, probe) in row.probes.iter().enumerate() {
                        <option value={index.to_string()} selected={index == proof.probe}>{ option(&words, probe) }</option>
                    }
                </select>
            </label>
            <p>{ result(&words, probe) }</p>
        </section>
    }
}

fn number(value: usize) -> Arg {
    Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A probe in the list: whether it works, and what it asks.
fn option(words: &Words, probe: &Probe) -> String {
    let glyph = match probe.works() {
        Some(true) => "✓",
        Some(false) => "×",
        None => "?",
    };
    format!("{glyph} {}", lines::asked(words.texts(), probe))
}

/// How the probe ended, and what was put beside the scenario for it.
fn result(words: &Words, probe: &Probe) -> AttrValue {
    let texts = words.texts();
    let lost = probe.lost().map(|(_, trace)| {
        let place = trace.last_step().map(|(place, _)| texts.object(place));
        let verdict = trace.disposition.verdict();
        let word = texts.verdict(verdict);
        match place {
            Some(place) => format!("{word}, {place}"),
            None => word,
        }
    });
    let ended = lines::ended(texts, probe, lost.unwrap_or_default());
    match lines::assumed(texts, probe) {
        Some(assumed) => words.with(
            "article-result",
            &[("ended", ended.into()), ("assumed", assumed.into())],
        ),
        None => ended.into(),
    }
}
