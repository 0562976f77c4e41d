//! The matrix as a list: who may open connections to whom, or what is tried would change.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, MouseEvent, Properties, component, html, use_state};

use super::model::{Model, ports_text};
use crate::engine::reach::PortSet;
use crate::engine::reach::grid::{CellChange, Change};
use crate::ui::context::{Words, use_words};

/// Entries that are listed at once.
const SHOWN: usize = 200;

/// Cells that are looked at at once: where hardly anything is allowed, finding entries must not hold up the page.
const LOOKED_AT: usize = 50_000;

#[derive(PartialEq, Properties)]
pub struct ListProps {
    /// The answer.
    pub model: Rc<Model>,
    /// The name of every line.
    pub names: Rc<[AttrValue]>,
    /// The lines that are senders.
    pub rows: Rc<[usize]>,
    /// The lines that are receivers.
    pub columns: Rc<[usize]>,
    /// Picks a cell.
    pub on_pick: Callback<(usize, usize)>,
}

#[component]
pub fn List(props: &ListProps) -> Html {
    let words = use_words();
    let pages = use_state(|| 1_usize);
    let more = {
        let pages = pages.clone();
        Callback::from(move |_: MouseEvent| pages.set(*pages + 1))
    };
    let (content, whole) = if props.model.compares() {
        changes(&words, props, *pages * SHOWN)
    } else {
        pairs(&words, props, *pages)
    };
    html! {
        <div class="pairs" tabindex="0" role="region" aria-label={words.get("matrix-list")}>
            { content }
            if !whole { <p><button type="button" class="button--edge" onclick={more}>{ words.get("matrix-more") }</button></p> }
        </div>
    }
}

/// Every sender with those that it may connect to, and whether that is all.
fn pairs(words: &Words, props: &ListProps, pages: usize) -> (Html, bool) {
    let (mut entries, mut looked_at) = (0, 0);
    let mut senders: Vec<(usize, Vec<(usize, PortSet)>)> = Vec::new();
    let mut whole = true;
    'rows: for from in props.rows.iter().copied() {
        let mut receivers = Vec::new();
        for to in props.columns.iter().copied() {
            looked_at += 1;
            let cell = props.model.cell(from, to);
            if let Some(cell) = cell.filter(|cell| cell.ports != PortSet::default()) {
                receivers.push((to, cell.ports));
                entries += 1;
            }
            if entries >= pages * SHOWN || looked_at >= pages * LOOKED_AT {
                whole = false;
                senders.push((from, receivers));
                break 'rows;
            }
        }
        senders.push((from, receivers));
    }
    let html = html! {
        <ul>
            for (from, receivers) in senders {
                <li key={from}><h3>{ place(props, from) }</h3>
                    if receivers.is_empty() { <p class="quiet">{ words.get("matrix-nobody") }</p> }
                    <ul>
                        for (to, ports) in receivers {
                            <li key={to}><button type="button" class="link" onclick={pick(props, from, to)} aria-label={format!("{} → {}", place(props, from), place(props, to))}>{ place(props, to) }</button>
                                <span class="mono">{ ports_text(words, &ports) }</span></li>
                        }
                    </ul>
                </li>
            }
        </ul>
    };
    (html, whole)
}

/// What is tried changes, by what happens, each with a connection that shows it.
fn changes(words: &Words, props: &ListProps, shown: usize) -> (Html, bool) {
    let kept = |change: &&CellChange| {
        // Lines are in order, so that both can be searched.
        props.rows.binary_search(&change.from).is_ok()
            && props.columns.binary_search(&change.to).is_ok()
    };
    let all: Vec<&CellChange> = props.model.changes.iter().filter(kept).collect();
    let groups = [
        (Change::Opened, "whatif-opened", "g g--opened"),
        (Change::Closed, "whatif-closed", "g g--closed"),
        (Change::Ports, "whatif-ports", "g g--ports"),
    ];
    let shown_of = |wanted: Change| {
        let of = all.iter().take(shown).filter(move |it| it.change == wanted);
        of.copied().collect::<Vec<_>>()
    };
    let html = html! {
        <>
            if all.is_empty() { <p>{ words.get("whatif-same") }</p> }
            for (change, title, class) in groups {
                if !shown_of(change).is_empty() {
                    <h3><i {class} aria-hidden="true"></i>{ words.get(title) }</h3>
                    <ul>for change in shown_of(change) { { entry(words, props, change) } }</ul>
                }
            }
        </>
    };
    (html, all.len() <= shown)
}

fn entry(words: &Words, props: &ListProps, change: &CellChange) -> Html {
    let Some(cell) = props.model.cell(change.from, change.to) else {
        return Html::default();
    };
    let before = cell.before.unwrap_or_default();
    let ports = match change.change {
        Change::Opened => ports_text(words, &cell.ports),
        Change::Closed => ports_text(words, &before),
        Change::Ports => format!(
            "{} ⇒ {}",
            ports_text(words, &before),
            ports_text(words, &cell.ports)
        ),
    };
    let (protocol, port) = change.witness;
    let witness = words.with(
        "whatif-witness",
        &[("port", format!("{protocol} {port}").into())],
    );
    html! {
        <li key={format!("{} {}", change.from, change.to)}>
            <button type="button" class="link" onclick={pick(props, change.from, change.to)}>{ place(props, change.from) }{ " → " }{ place(props, change.to) }</button>
            <span class="mono">{ ports }</span><small class="quiet">{ witness }</small>
        </li>
    }
}

fn pick(props: &ListProps, from: usize, to: usize) -> Callback<MouseEvent> {
    props.on_pick.reform(move |_| (from, to))
}

/// Namespace and name of a line.
fn place(props: &ListProps, line: usize) -> String {
    let name = props.names.get(line).cloned().unwrap_or_default();
    let space = props
        .model
        .lines
        .get(line)
        .and_then(|it| it.namespace.clone());
    space.map_or_else(|| name.to_string(), |space| format!("{space}/{name}"))
}
