//! The table of the clock: a column for each moment, a row for new connections and one for open ones.
//!
//! One cell is in the order of the Tab key; arrows, Home and End move from cell to cell and show what is there.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, component, html, use_effect_with,
    use_node_ref,
};

use super::cells::{cell, moment_name};
use super::{Clock, Instant};
use crate::ui::browser;
use crate::ui::context::{Act, Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::store::Action;

#[derive(PartialEq, Properties)]
pub struct GridProps {
    /// The moments.
    pub clock: Rc<Clock>,
    /// The chosen cell.
    pub at: Option<Instant>,
}

#[component]
pub fn Grid(props: &GridProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let node = use_node_ref();
    // What is shown is in sight, also where keys outside of the table chose it.
    use_effect_with(props.at, {
        let node = node.clone();
        move |_| {
            let table = node.cast::<Element>();
            let chosen = table.and_then(|table| table.query_selector(".is-chosen").ok().flatten());
            if let Some(chosen) = chosen {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
                chosen.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    });
    let onkeydown = on_key(&act, &props.clock, props.at);
    // Some browsers click a button when Space is let go, whatever became of its press.
    let onkeyup = Callback::from(|event: KeyboardEvent| {
        if is_space(&event) {
            event.prevent_default();
        }
    });
    let rows: &[(bool, &str)] = &[(false, "clock-new"), (true, "clock-open")];
    html! {
        <div class="clock__grid" ref={node}>
            <table role="grid" aria-label={words.get("clock-title")} {onkeydown} {onkeyup}>
                <thead><tr>
                    <td></td>
                    for moment in 0..props.clock.len() {
                        <th scope="col" key={moment} class={(props.at.map(|at| at.moment) == Some(moment)).then_some("is-now")}>{ moment_name(&words, &props.clock, moment) }</th>
                    }
                </tr></thead>
                <tbody>
                    for (open, name) in rows {
                        <tr key={*name}>
                            <th scope="row">{ words.get(name) }</th>
                            for moment in 0..props.clock.len() {
                                { cell_of(&words, &act, props, Instant { moment, open: *open }) }
                            }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn cell_of(words: &Words, act: &Act, props: &GridProps, here: Instant) -> Html {
    let row = words.get(if here.open { "clock-open" } else { "clock-new" });
    let Some(cell) = cell(words, &props.clock, here) else {
        return html! { <td key={here.moment} class="clock__none"><span class="visually-hidden">{ words.get("clock-none") }</span><span aria-hidden="true">{ "–" }</span></td> };
    };
    let name = moment_name(words, &props.clock, here.moment);
    let id = if cell.whole == cell.word {
        "clock-cell"
    } else {
        "clock-cell-whole"
    };
    let label = words.with(
        id,
        &[
            ("moment", name.as_str().into()),
            ("row", row.as_str().into()),
            ("what", cell.word.as_str().into()),
            ("whole", cell.whole.as_str().into()),
        ],
    );
    let chosen = props.at == Some(here);
    let tabindex = if props.at.unwrap_or_default() == here {
        "0"
    } else {
        "-1"
    };
    let onclick = act.on::<MouseEvent>(Action::ShowMoment(Some(here)));
    html! {
        <td key={here.moment} class={chosen.then_some("is-chosen")} aria-selected={chosen.to_string()}>
            <button type="button" data-cell={place(here)} {tabindex} title={cell.whole} aria-label={label} {onclick}>
                { symbol(cell.icon, cell.class) }<span>{ cell.word }</span>
            </button>
        </td>
    }
}

fn place(at: Instant) -> String {
    format!("{},{}", u8::from(at.open), at.moment)
}

fn is_space(event: &KeyboardEvent) -> bool {
    event.key() == " " && !event.shift_key()
}

/// Moves through the cells, plays, or leaves the clock.
fn on_key(act: &Act, clock: &Rc<Clock>, at: Option<Instant>) -> Callback<KeyboardEvent> {
    let (act, clock) = (act.clone(), clock.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        if is_space(&event) && !clock.is_empty() {
            event.prevent_default();
            event.stop_propagation();
            if !event.repeat() {
                act.send(Action::PlayClock);
            }
            return;
        }
        if event.key() == "Escape" && at.is_some() {
            event.prevent_default();
            event.stop_propagation();
            act.send(Action::ShowMoment(None));
            focus(&event, Instant::default());
            return;
        }
        let Some(next) = moved(&event.key(), at.unwrap_or_default(), clock.len()) else {
            return;
        };
        let next = clock.nearest(next);
        event.prevent_default();
        event.stop_propagation();
        focus(&event, next);
        act.send(Action::ShowMoment(Some(next)));
    })
}

/// Where a key leads from a cell; `None` for a key that does not move.
fn moved(key: &str, at: Instant, len: usize) -> Option<Instant> {
    let moment = match key {
        "ArrowRight" => at.moment + 1,
        "ArrowLeft" => at.moment.saturating_sub(1),
        "Home" => 0,
        "End" => len.saturating_sub(1),
        "ArrowUp" | "ArrowDown" => at.moment,
        _ => return None,
    };
    let open = match key {
        "ArrowUp" => false,
        "ArrowDown" => true,
        _ => at.open,
    };
    Some(Instant { moment, open })
}

fn focus(event: &KeyboardEvent, at: Instant) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let table = target.and_then(|target| target.closest("table").ok().flatten());
    let cell = table.and_then(|table| {
        let selector = format!("[data-cell='{}']", place(at));
        table.query_selector(&selector).ok().flatten()
    });
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}

/// Puts the focus on the first cell.
pub fn focus_first() {
    let document = browser::window().and_then(|window| window.document());
    let selector = format!("#region-clock [data-cell='{}']", place(Instant::default()));
    let cell = document.and_then(|document| document.query_selector(&selector).ok().flatten());
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keyboard pattern of a grid (ARIA Authoring Practices): arrows by one cell, Home and End within the row.
    #[test]
    fn keys_move_through_the_table_and_stay_within_it() {
        let at = |moment, open| Instant { moment, open };
        let from = at(1, false);
        assert_eq!(moved("ArrowRight", from, 3), Some(at(2, false)));
        assert_eq!(moved("ArrowLeft", from, 3), Some(at(0, false)));
        assert_eq!(moved("ArrowLeft", at(0, true), 3), Some(at(0, true)));
        assert_eq!(moved("ArrowDown", from, 3), Some(at(1, true)));
        assert_eq!(moved("ArrowUp", at(1, true), 3), Some(from));
        assert_eq!(moved("Home", at(2, true), 3), Some(at(0, true)));
        assert_eq!(moved("End", from, 3), Some(at(2, false)));
        assert_eq!(moved("Enter", from, 3), None);
    }
}
