//! The eight rows of "Network concepts for applications in AKS", for the scenario's cluster and for the same cluster
//! with other network models.
//!
//! The engine answers every row by walking packets ([`crate::engine::table`]). Each answer is a button: it shows the
//! walks that it rests on, as any other walk is shown, and the document and the request stay as they are.

use std::rc::Rc;

use web_sys::{HtmlElement, HtmlInputElement};
use yew::{
    AttrValue, Callback, Event, Html, KeyboardEvent, MouseEvent, Properties, TargetCast, classes,
    component, html, use_effect_with, use_memo,
};

use crate::edit::switch::{self, Choice};
use crate::engine::table::{Row, Support, Table};
use crate::text::table::lines;
use crate::ui::compare::Shapes;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::dialogs::CopyButton;
use crate::ui::focus;
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Cell, View};

mod proof;
#[cfg(test)]
mod tests;

pub use proof::ProofBar;

#[derive(PartialEq, Properties)]
pub struct ArticleProps {
    /// What is shown.
    pub simulation: Rc<Simulation>,
    /// The network models beside it; `None` for its counterpart.
    pub beside: Option<Rc<[Choice]>>,
    /// The answer that was looked at last.
    pub cell: Option<Cell>,
    /// The title of what is shown.
    pub title: AttrValue,
    /// Whether the screen is narrow.
    pub narrow: bool,
}

/// One table: of the scenario, or of its cluster with another model.
#[derive(Clone)]
struct Column {
    model: Option<Choice>,
    table: Rc<Table>,
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model && Rc::ptr_eq(&self.table, &other.table)
    }
}

/// The table of the scenario, and those of the models that stand beside it; none without a cluster.
fn columns(simulation: &Simulation, beside: &[Choice]) -> Vec<Column> {
    let own = simulation
        .table()
        .map(|table| Column { model: None, table });
    let others = beside.iter().filter_map(|model| {
        let table = simulation.with_model(*model)?.table()?;
        let model = Some(*model);
        Some(Column { model, table })
    });
    if own.is_none() {
        return Vec::new();
    }
    own.into_iter().chain(others).collect()
}

/// The models beside the scenario: as chosen, else its counterpart.
fn chosen(simulation: &Simulation, beside: Option<&Rc<[Choice]>>) -> Rc<[Choice]> {
    let first = || {
        switch::counterpart(&simulation.network)
            .into_iter()
            .collect()
    };
    beside.cloned().unwrap_or_else(first)
}

#[component]
pub fn Article(props: &ArticleProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let key = (
        Rc::as_ptr(&props.simulation),
        props.simulation.clone(),
        props.beside.clone(),
    );
    let made = use_memo(key, |(_, simulation, beside)| {
        let beside = chosen(simulation, beside.as_ref());
        let offered = switch::offered(&simulation.network);
        (columns(simulation, &beside), beside, offered)
    });
    let (columns, beside, offered) = &*made;
    // Back from a walk, the focus is where it left.
    use_effect_with((), {
        let at = props.cell.and_then(|cell| {
            let of = |column: &Column| column.model == cell.model;
            Some((cell.row, columns.iter().position(of)?))
        });
        move |()| {
            if let Some((row, column)) = at {
                focus::on_id(&cell_id(row, column));
            }
        }
    });
    let text = use_memo((columns.clone(), words.clone()), |(columns, words)| {
        let texts = columns.iter().map(|it| lines(words.texts(), &it.table));
        AttrValue::from(texts.collect::<Vec<_>>().join("\n"))
    });
    html! {
        <section class="compare is-rows" id="region-canvas" tabindex="-1" aria-labelledby="article-title">
            <div class="compare__bar">
                <h2 id="article-title">{ words.get("article-title") }</h2>
                <Shapes view={View::Article} />
                <span class="whatif__space"></span>
                <button type="button" onclick={act.on::<MouseEvent>(Action::ShowView(View::Diagram))}>{ words.get("compare-back") }</button>
            </div>
            <p class="article__hint">{ words.get("article-hint") }</p>
            if columns.is_empty() {
                <p class="quiet">{ words.get("article-no-cluster") }</p>
            } else {
                <Beside offered={offered.clone()} beside={beside.clone()} narrow={props.narrow} />
                <Rows columns={columns.clone()} last={props.cell} title={props.title.clone()} />
                <p class="article__copy"><CopyButton text={(*text).clone()} /><span class="quiet">{ words.get("article-copy") }</span></p>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct BesideProps {
    offered: Vec<Choice>,
    beside: Rc<[Choice]>,
    narrow: bool,
}

/// Which models stand beside the scenario; folded where that would push the table away.
#[component]
fn Beside(props: &BesideProps) -> Html {
    let (words, act) = (use_words(), use_act());
    if props.offered.is_empty() {
        return html! { <p class="quiet">{ words.get("article-fixed") }</p> };
    }
    let toggle = |choice: Choice| {
        let (act, beside, offered) = (act.clone(), props.beside.clone(), props.offered.clone());
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            // In the order in which they are offered.
            let wanted = |it: &&Choice| {
                if **it == choice {
                    on
                } else {
                    beside.contains(it)
                }
            };
            let next: Rc<[Choice]> = offered.iter().filter(wanted).copied().collect();
            act.send(Action::SetBeside(next));
        })
    };
    let fields = html! {
        <fieldset class="article__beside">
            <legend>{ words.get("article-beside") }</legend>
            for choice in props.offered.iter() {
                <label class="whatif__only"><input type="checkbox" checked={props.beside.contains(choice)} onchange={toggle(*choice)} />{ words.get(choice.id) }</label>
            }
        </fieldset>
    };
    if props.narrow {
        html! { <details><summary>{ words.get("article-models") }</summary>{ fields }</details> }
    } else {
        fields
    }
}

#[derive(PartialEq, Properties)]
struct RowsProps {
    columns: Vec<Column>,
    last: Option<Cell>,
    title: AttrValue,
}

/// The table.
#[component]
fn Rows(props: &RowsProps) -> Html {
    let words = use_words();
    let Some(first) = props.columns.first() else {
        return Html::default();
    };
    let names: Vec<AttrValue> = props
        .columns
        .iter()
        .map(|it| model_name(&words, it.model, &it.table))
        .collect();
    let (rows, columns) = (first.table.rows.len(), props.columns.len());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let focused = event.target_dyn_into::<HtmlElement>();
        let at = focused.and_then(|element| cell_of(&element.id()));
        let next = at.and_then(|at| next(at, (rows, columns), &event.key()));
        if let Some((row, column)) = next {
            event.prevent_default();
            event.stop_propagation();
            focus::on_id(&cell_id(row, column));
        }
    });
    html! {
        <div class="article__scroll">
            <table class="article" {onkeydown}>
                <caption class="visually-hidden">{ words.get("article-title") }</caption>
                <thead><tr>
                    <th scope="col">{ words.get("compare-what") }</th>
                    for (column, name) in props.columns.iter().zip(&names) {
                        <th scope="col">{ name.clone() }<small>{ if column.model.is_none() { words.with("compare-now", &[("title", props.title.as_str().into())]) } else { words.get("article-switched") } }</small></th>
                    }
                </tr></thead>
                <tbody>
                    for (index, row) in first.table.rows.iter().enumerate() {
                        <tr>
                            <th scope="row"><span class="article__number">{ row.number.to_string() }</span><span>{ words.get(row.title) }</span></th>
                            for (at, (column, name)) in props.columns.iter().zip(&names).enumerate() {
                                <Answer column={column.clone()} row={index} {at} differs={differs(row, column, index)} is_last={props.last == Some(Cell { model: column.model, row: index })} name={name.clone()} />
                            }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

/// Whether a column answers a row otherwise than the scenario.
fn differs(own: &Row, column: &Column, index: usize) -> bool {
    let its = column.table.rows.get(index).map(|row| row.support);
    its.is_some_and(|its| its != own.support)
}

#[derive(PartialEq, Properties)]
struct AnswerProps {
    column: Column,
    row: usize,
    at: usize,
    differs: bool,
    is_last: bool,
    name: AttrValue,
}

/// One answer; where something was walked for it, a button.
#[component]
fn Answer(props: &AnswerProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let Some(row) = props.column.table.rows.get(props.row) else {
        return html! { <td></td> };
    };
    let (glyph, class) = look(row.support);
    let of = [
        ("row", words.get(row.title).as_str().into()),
        ("model", props.name.as_str().into()),
    ];
    let body = html! {
        <>
            <i aria-hidden="true" class={class}>{ glyph }</i>
            <span><span class="visually-hidden">{ words.with("article-cell", &of) }</span>{ " " }<span class="article__word">{ words.get(row.support.message()) }</span>
                if props.differs { { " " }<small><span aria-hidden="true">{ "≠ " }</span>{ words.get("compare-other") }</small> }
            </span>
        </>
    };
    if row.probes.is_empty() {
        return html! { <td><span class="article__answer">{ body }</span></td> };
    }
    let cell = Cell {
        model: props.column.model,
        row: props.row,
    };
    let action = Action::Prove(cell, row.telling());
    html! {
        <td class={classes!(props.is_last.then_some("is-last"))}>
            <button type="button" class="article__answer" id={cell_id(props.row, props.at)} onclick={act.on::<MouseEvent>(action)}>{ body }</button>
        </td>
    }
}

/// What a column is called.
fn model_name(words: &Words, model: Option<Choice>, table: &Table) -> AttrValue {
    match model {
        Some(model) => words.get(model.id),
        None => table.model.to_string().into(),
    }
}

/// The glyph of an answer and its class; the words beside it say the same.
const fn look(support: Support) -> (&'static str, &'static str) {
    match support {
        Support::Supported => ("✓", "is-yes"),
        Support::WithRouteTable => ("✓", "is-part"),
        Support::Both => ("⇄", "is-yes"),
        Support::PodInitiated => ("→", "is-part"),
        Support::OtherInitiated => ("←", "is-part"),
        Support::NotSupported => ("×", "is-no"),
        Support::NotModelled => ("?", "is-open"),
        Support::Absent => ("–", "is-open"),
    }
}

fn cell_id(row: usize, column: usize) -> String {
    format!("article-{row}-{column}")
}

/// Row and column of an answer's id.
fn cell_of(id: &str) -> Option<(usize, usize)> {
    let (row, column) = id.strip_prefix("article-")?.split_once('-')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// The answer that a key leads to.
fn next(
    (row, column): (usize, usize),
    (rows, columns): (usize, usize),
    key: &str,
) -> Option<(usize, usize)> {
    let (last_row, last_column) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
    Some(match key {
        "ArrowDown" => ((row + 1).min(last_row), column),
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowRight" => (row, (column + 1).min(last_column)),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "Home" => (row, 0),
        "End" => (row, last_column),
        _ => return None,
    })
}
