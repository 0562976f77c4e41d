//! The matrix itself: a grid in which only the cells that can be seen are drawn, with headings that stay.
//!
//! One cell is in the order of the Tab key; arrows move from cell to cell, Enter picks one.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    AttrValue, Callback, Event, Html, KeyboardEvent, MouseEvent, NodeRef, Properties, TargetCast,
    classes, component, html, use_effect, use_mut_ref, use_node_ref, use_state_eq,
};

use super::model::{Model, Share, ports_text};
use super::window::{Lines, Sizes, Window};
use crate::engine::reach::grid::Change;
use crate::ui::context::{Words, use_words};

/// So few columns have room for words.
const WIDE: usize = 6;

#[derive(PartialEq, Properties)]
pub struct SheetProps {
    /// The answer.
    pub model: Rc<Model>,
    /// The name of every line.
    pub names: Rc<[AttrValue]>,
    /// The lines that are rows.
    pub rows: Rc<[usize]>,
    /// The lines that are columns.
    pub columns: Rc<[usize]>,
    /// The cell that was picked.
    pub picked: Option<(usize, usize)>,
    /// Picks a cell.
    pub on_pick: Callback<(usize, usize)>,
    /// Whether the screen is narrow.
    pub narrow: bool,
}

#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    let words = use_words();
    let node = use_node_ref();
    let at = use_state_eq(|| (0_usize, 0_usize));
    let window = use_state_eq(Window::default);
    let wants_focus = use_mut_ref(|| None::<(usize, usize)>);
    let wide = props.columns.len() <= WIDE && !props.narrow;
    let sizes = Sizes::of(props.narrow, wide);
    let lines = Rc::new(Lines::of(&props.model.lines, &props.rows));
    let onscroll = {
        let window = window.clone();
        Callback::from(move |event: Event| {
            let element: HtmlElement = event.target_unchecked_into();
            window.set(Window::of(&element, sizes));
        })
    };
    let last = (
        props.rows.len().saturating_sub(1),
        props.columns.len().saturating_sub(1),
    );
    let active = (at.0.min(last.0), at.1.min(last.1));
    let onkeydown = {
        let (node, at, lines, wants_focus) =
            (node.clone(), at.clone(), lines.clone(), wants_focus.clone());
        let page = window.rows.saturating_sub(2).max(1);
        Callback::from(move |event: KeyboardEvent| {
            let Some(next) = moved(&event, active, last, page) else {
                return;
            };
            event.prevent_default();
            *wants_focus.borrow_mut() = Some(next);
            show(&node, sizes, lines.row_item(next.0), next.1);
            at.set(next);
        })
    };
    let onclick = {
        let (at, on_pick) = (at.clone(), props.on_pick.clone());
        let (rows, columns) = (props.rows.clone(), props.columns.clone());
        Callback::from(move |event: MouseEvent| {
            let Some((row, column)) = cell_of(&event) else {
                return;
            };
            at.set((row, column));
            if let (Some(from), Some(to)) = (rows.get(row), columns.get(column)) {
                on_pick.emit((*from, *to));
            }
        })
    };
    let shown = Shown {
        rows: window.items(lines.items.len()),
        columns: if wide {
            0..props.columns.len()
        } else {
            window.columns(props.columns.len())
        },
        sizes,
        wide,
        active,
    };
    // The cell in the order of the Tab key is one that is drawn.
    let active = shown.drawn(&lines, active);
    let shown = Shown { active, ..shown };
    use_effect({
        let (node, window, wants_focus) = (node.clone(), window.clone(), wants_focus.clone());
        move || {
            if let Some(element) = node.cast::<HtmlElement>() {
                window.set(Window::of(&element, sizes));
                // The drawing that a key asked for may come after another one.
                let wanted = *wants_focus.borrow() == Some(active);
                let cell = element.query_selector("[data-cell][tabindex='0']");
                if wanted
                    && let Ok(Some(cell)) = cell
                    && let Some(cell) = cell.dyn_ref::<HtmlElement>()
                {
                    *wants_focus.borrow_mut() = None;
                    let _ = cell.focus();
                }
            }
            || ()
        }
    });
    html! {
        <div class="matrix" ref={node} {onscroll}>
            <table class={classes!("matrix__table", wide.then_some("is-wide"))} role="grid" aria-label={words.get("matrix-title")}
                aria-rowcount={(props.rows.len() + 2).to_string()} aria-colcount={(props.columns.len() + 1).to_string()} {onclick} {onkeydown}>
                { head(&words, props, &shown) }
                { body(&words, props, &lines, &shown) }
            </table>
        </div>
    }
}

/// What is drawn.
struct Shown {
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    sizes: Sizes,
    wide: bool,
    active: (usize, usize),
}

impl Shown {
    /// The cell itself, or the nearest one that is drawn.
    fn drawn(&self, lines: &Lines, (row, column): (usize, usize)) -> (usize, usize) {
        let item = lines.row_item(row);
        let row = if self.rows.contains(&item) {
            row
        } else {
            lines.first_row(self.rows.clone()).unwrap_or(row)
        };
        let last = self.columns.end.saturating_sub(1);
        (row, column.clamp(self.columns.start.min(last), last))
    }

    fn before(&self) -> usize {
        self.columns.start * self.sizes.column
    }

    fn after(&self, columns: usize) -> usize {
        columns.saturating_sub(self.columns.end) * self.sizes.column
    }
}

/// A place that holds room for cells that are not drawn.
fn gap(width: usize) -> Html {
    if width == 0 {
        return Html::default();
    }
    html! { <td class="matrix__gap" role="presentation" aria-hidden="true"><svg width={width.to_string()} height="1" /></td> }
}

fn head(words: &Words, props: &SheetProps, shown: &Shown) -> Html {
    let columns = || {
        props
            .columns
            .iter()
            .enumerate()
            .take(shown.columns.end)
            .skip(shown.columns.start)
    };
    let space = |line: &usize| {
        props
            .model
            .lines
            .get(*line)
            .and_then(|it| it.namespace.clone())
    };
    let mut spaces: Vec<(AttrValue, usize)> = Vec::new();
    let mut last = None;
    for (_, line) in columns() {
        let space = space(line);
        match spaces.last_mut().filter(|_| last.as_ref() == Some(&space)) {
            Some((_, count)) => *count += 1,
            None => spaces.push((space_name(words, space.as_deref()), 1)),
        }
        last = Some(space);
    }
    html! {
        <thead>
            <tr class="matrix__spaces" aria-rowindex="1">
                <td class="matrix__corner">{ words.get("matrix-corner") }</td>
                { gap(shown.before()) }
                for (space, count) in spaces { <th scope="colgroup" colspan={count.to_string()}><span title={space.clone()}>{ space.clone() }</span></th> }
                { gap(shown.after(props.columns.len())) }
            </tr>
            <tr class="matrix__names" aria-rowindex="2">
                <td class="matrix__corner"></td>
                { gap(shown.before()) }
                for (column, line) in columns() {
                    <th scope="col" key={*line} aria-colindex={(column + 2).to_string()} class={starts(props, column).then_some("is-first")} title={props.names.get(*line).cloned()}>
                        <span>{ props.names.get(*line).cloned() }</span></th>
                }
                { gap(shown.after(props.columns.len())) }
            </tr>
        </thead>
    }
}

/// Whether a column is the first of its namespace.
fn starts(props: &SheetProps, column: usize) -> bool {
    let space = |column: usize| {
        let line = props.columns.get(column)?;
        props.model.lines.get(*line).map(|line| &line.namespace)
    };
    column
        .checked_sub(1)
        .is_none_or(|before| space(before) != space(column))
}

/// A namespace, or the words for what has none.
pub fn space_name(words: &Words, space: Option<&str>) -> AttrValue {
    space.map_or_else(
        || words.get("matrix-outside"),
        |space| AttrValue::from(space.to_owned()),
    )
}

fn body(words: &Words, props: &SheetProps, lines: &Lines, shown: &Shown) -> Html {
    let above = shown.rows.start * shown.sizes.row;
    let below = lines.items.len().saturating_sub(shown.rows.end) * shown.sizes.row;
    let tall = |height: usize| {
        let height = height.to_string();
        html! { <tr role="presentation" aria-hidden="true"><td class="matrix__gap"><svg width="1" {height} /></td></tr> }
    };
    let items = lines
        .items
        .iter()
        .take(shown.rows.end)
        .skip(shown.rows.start);
    html! {
        <tbody>
            if above > 0 { { tall(above) } }
            for item in items {
                { match item {
                    super::window::Item::Space(space) => html! {
                        <tr class="matrix__space" key={format!("space {}", space.as_deref().unwrap_or_default())}>
                            <th scope="rowgroup"><span>{ space_name(words, space.as_deref()) }</span></th>
                            <td class="matrix__rest" colspan={(shown.columns.len() + 2).to_string()}></td>
                        </tr>
                    },
                    super::window::Item::Row(row) => line(words, props, shown, *row),
                } }
            }
            if below > 0 { { tall(below) } }
        </tbody>
    }
}

fn line(words: &Words, props: &SheetProps, shown: &Shown, row: usize) -> Html {
    let Some(from) = props.rows.get(row).copied() else {
        return Html::default();
    };
    let pods = props.model.lines.get(from).map_or(0, |line| line.pods);
    let name = props.names.get(from).cloned().unwrap_or_default();
    let columns = props
        .columns
        .iter()
        .enumerate()
        .take(shown.columns.end)
        .skip(shown.columns.start);
    html! {
        <tr key={from} aria-rowindex={(row + 3).to_string()}>
            <th scope="row" title={name.clone()}><span>{ name.clone() }if pods > 1 { <small>{ format!(" ×{pods}") }</small> }</span></th>
            { gap(shown.before()) }
            for (column, to) in columns { { cell(words, props, shown, ((row, from), (column, *to))) } }
            { gap(shown.after(props.columns.len())) }
        </tr>
    }
}

fn cell(
    words: &Words,
    props: &SheetProps,
    shown: &Shown,
    ((row, from), (column, to)): ((usize, usize), (usize, usize)),
) -> Html {
    let first = starts(props, column).then_some("is-first");
    let colindex = (column + 2).to_string();
    let tabindex = if (row, column) == shown.active {
        "0"
    } else {
        "-1"
    };
    let place = format!("{row},{column}");
    let Some(cell) = props.model.cell(from, to) else {
        // The grid goes through it all the same.
        let label = words.get("matrix-blank");
        return html! { <td key={to} class={classes!("is-blank", first)} aria-colindex={colindex}><span data-cell={place} {tabindex} role="img" aria-label={label}></span></td> };
    };
    let names = [from, to].map(|line| props.names.get(line).cloned().unwrap_or_default());
    let ports = ports_text(words, &cell.ports);
    let text = match &cell.before {
        Some(before) => format!("{} ⇒ {ports}", ports_text(words, before)),
        None => ports,
    };
    let label = format!("{} → {}: {text}", names[0], names[1]);
    let picked = props.picked == Some((from, to));
    let glyph = match (cell.change, Share::of(&cell.ports)) {
        (Some(Change::Opened), _) => "g g--opened",
        (Some(Change::Closed), _) => "g g--closed",
        (Some(Change::Ports), _) => "g g--ports",
        (None, Share::All) => "g g--all",
        (None, Share::Some) => "g g--some",
        (None, Share::None) => "g g--none",
    };
    let changed = cell.change.is_some().then_some("is-changed");
    let class = classes!(first, changed, picked.then_some("is-picked"));
    html! {
        <td key={to} {class} aria-colindex={colindex} aria-selected={picked.to_string()}>
            <button type="button" data-cell={place} {tabindex} class={glyph} title={label.clone()} aria-label={label}>
                if shown.wide { <span>{ text }</span> }
            </button>
        </td>
    }
}

/// Row and column of the cell in which something happened.
fn cell_of(event: &MouseEvent) -> Option<(usize, usize)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell = target.closest("button[data-cell]").ok()??;
    let place = cell.get_attribute("data-cell")?;
    let (row, column) = place.split_once(',')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// Where a key leads from a cell; `None` for a key that does not move.
fn moved(
    event: &KeyboardEvent,
    (row, column): (usize, usize),
    last: (usize, usize),
    page: usize,
) -> Option<(usize, usize)> {
    if event.alt_key() || event.meta_key() {
        return None;
    }
    let far = event.ctrl_key();
    Some(match event.key().as_str() {
        "ArrowDown" => ((row + 1).min(last.0), column),
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowRight" => (row, (column + 1).min(last.1)),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "PageDown" => ((row + page).min(last.0), column),
        "PageUp" => (row.saturating_sub(page), column),
        "Home" => (if far { 0 } else { row }, 0),
        "End" => (if far { last.0 } else { row }, last.1),
        _ => return None,
    })
}

/// Scrolls so that a cell can be seen beside the headings.
fn show(node: &NodeRef, sizes: Sizes, item: usize, column: usize) {
    let Some(element) = node.cast::<HtmlElement>() else {
        return;
    };
    let seen = |start: i32, size: i32, scroll: i32, room: i32| {
        if start < scroll {
            start
        } else {
            scroll.max(start + size - room)
        }
    };
    let pixels = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let (row, width) = (pixels(sizes.row), pixels(sizes.column));
    let room = element.client_height() - pixels(sizes.head) - 2;
    let top = pixels(item).saturating_mul(row);
    element.set_scroll_top(seen(top, row, element.scroll_top(), room));
    let room = element.client_width() - pixels(sizes.first) - 2;
    let left = pixels(column).saturating_mul(width);
    element.set_scroll_left(seen(left, width, element.scroll_left(), room));
}
