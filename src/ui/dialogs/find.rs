//! Two lists with a filter: objects to find, and objects to add.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{
    AttrValue, Callback, Html, InputEvent, Properties, SubmitEvent, TargetCast, component, html,
    use_node_ref, use_state,
};

use super::Frame;
use crate::edit::template::Template;
use crate::model::object::Ref;
use crate::scene::icons::of_kind;
use crate::ui::context::{use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::palette;
use crate::ui::simulation::Simulation;
use crate::ui::store::Action;
use crate::ui::tables::rows;

/// How many matches are listed.
const SHOWN: usize = 40;

/// One line of a list with a filter.
#[derive(Clone, PartialEq)]
struct Line {
    icon: &'static str,
    text: AttrValue,
    more: AttrValue,
    actions: Rc<[Action]>,
}

#[derive(PartialEq, Properties)]
pub struct FindDialogProps {
    /// What is searched.
    pub simulation: Rc<Simulation>,
}

/// Finds a node, pod or address.
#[component]
pub fn FindDialog(props: &FindDialogProps) -> Html {
    let words = use_words();
    let line = |object: &Ref, address: &str| Line {
        icon: of_kind(object.kind),
        text: words.texts().object(object).into(),
        more: format!(
            "{} {address}",
            crate::ui::inspector::kind_text(&words, object)
        )
        .into(),
        actions: Rc::from([Action::SetDialog(None), Action::Click(object.clone())]),
    };
    let lines: Vec<Line> = rows(&props.simulation.network)
        .iter()
        .map(|row| line(&row.object, &row.address))
        .collect();
    html! { <Frame title={words.get("find-title")}><Filtered lines={Rc::from(lines)} hint={words.get("find-hint")} /></Frame> }
}

#[derive(PartialEq, Properties)]
pub struct AddDialogProps {
    /// What it is added to.
    pub simulation: Rc<Simulation>,
}

/// Adds an object; type to filter.
#[component]
pub fn AddDialog(props: &AddDialogProps) -> Html {
    let words = use_words();
    let line = |template: &Template| {
        Some(Line {
            icon: palette::icon(*template),
            text: words.get(&format!("template-{}", template.id())),
            more: AttrValue::default(),
            actions: Rc::from([palette::add(&props.simulation, *template)?]),
        })
    };
    let lines: Vec<Line> = Template::ALL.iter().filter_map(line).collect();
    html! { <Frame title={words.get("add-title")}><Filtered lines={Rc::from(lines)} hint={words.get("add-hint")} /></Frame> }
}

#[derive(PartialEq, Properties)]
struct FilteredProps {
    lines: Rc<[Line]>,
    hint: AttrValue,
}

/// A field that filters the lines below; Enter takes the first one.
#[component]
fn Filtered(props: &FilteredProps) -> Html {
    let act = use_act();
    let field = use_node_ref();
    let filter = use_state(String::new);
    let shown: Vec<Line> = fitting(&props.lines, &filter)
        .take(SHOWN)
        .cloned()
        .collect();
    // What is typed may not be drawn yet.
    let onsubmit = {
        let (field, lines) = (field.clone(), props.lines.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = field.cast::<HtmlInputElement>().map(|field| field.value());
            let typed = typed.unwrap_or_default();
            if let Some(first) = fitting(&lines, &typed).next() {
                let actions = first.actions.iter().cloned();
                actions.for_each(|action| act.send(action));
            }
        })
    };
    let oninput = Callback::from(move |event: InputEvent| {
        filter.set(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    html! {
        <form {onsubmit}>
            <label class="field">{ props.hint.clone() }<input ref={field} class="input" autofocus=true spellcheck="false" {oninput} /></label>
            <ul class="results">
                for line in &shown {
                    <li><ResultButton line={line.clone()} /></li>
                }
            </ul>
        </form>
    }
}

/// The lines that have a text somewhere.
fn fitting<'a>(lines: &'a [Line], text: &str) -> impl Iterator<Item = &'a Line> {
    let wanted = text.to_lowercase();
    let has = move |text: &AttrValue| text.to_lowercase().contains(&wanted);
    lines
        .iter()
        .filter(move |line| has(&line.text) || has(&line.more))
}

#[derive(PartialEq, Properties)]
struct ResultButtonProps {
    line: Line,
}

#[component]
fn ResultButton(props: &ResultButtonProps) -> Html {
    let act = use_act();
    let line = &props.line;
    let actions = line.actions.clone();
    let onclick =
        Callback::from(move |_| actions.iter().for_each(|action| act.send(action.clone())));
    html! { <button type="button" {onclick}>{ symbol(line.icon, "") }<span>{ line.text.clone() }</span><small class="quiet">{ line.more.clone() }</small></button> }
}
