//! The top bar: what is open, undo and redo, diagram or tables, sharing, language and theme.

use std::rc::Rc;

use yew::{
    AttrValue, Callback, Html, MouseEvent, Properties, classes, component, html, use_node_ref,
    use_state,
};

use super::context::{Words, use_act, use_words};
use super::focus;
use super::icons::symbol;
use super::store::{Action, Dialog, Origin, Preferences, Theme, View, Work};
use crate::model::object::Ref;
use crate::scenarios;
use crate::text::Language;

#[derive(PartialEq, Properties)]
pub struct TopBarProps {
    /// Title of what is open.
    pub title: AttrValue,
    /// The cluster's network model, and the cluster, whose inspector changes it.
    pub plugin: Option<(AttrValue, Ref)>,
    /// What undo would take back.
    pub undo: Option<AttrValue>,
    /// What redo would do again.
    pub redo: Option<AttrValue>,
    /// Diagram or tables.
    pub view: View,
    /// What the reader prefers.
    pub preferences: Preferences,
    /// Whether the drawer is open.
    pub drawer: bool,
    /// The built-in scenario that was changed, to go back to.
    pub original: Option<AttrValue>,
}

#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let edit_button = |id: &str, icon: &'static str, label: &Option<AttrValue>, action: Action| {
        let name = match label {
            Some(label) => words.with(&format!("{id}-what"), &[("what", label.as_str().into())]),
            None => words.get(id),
        };
        html! {
            <button type="button" class={format!("button--icon top__{id}")} aria-label={name.clone()} title={name}
                aria-disabled={label.is_none().then_some("true")} onclick={act.on::<MouseEvent>(action)}>
                { symbol(icon, "") }
            </button>
        }
    };
    html! {
        <header class="top" id="region-top" tabindex="-1">
            <button type="button" id="top-menu" class="button--icon top__menu" aria-label={words.get("top-menu")} aria-expanded={props.drawer.to_string()}
                aria-controls="region-left" onclick={act.on::<MouseEvent>(Action::SetDrawer(!props.drawer))}>{ symbol("u-menu", "") }</button>
            <h1 class="brand"><Logo /><span>{ "kubehop" }</span></h1>
            <span class="top__rule"></span>
            <ScenarioMenu title={props.title.clone()} />
            if let Some(id) = &props.original {
                <button type="button" class="top__original" onclick={scenario(id).map(|work| act.on::<MouseEvent>(Action::Open(work)))}>{ words.get("title-original") }</button>
            }
            if let Some((model, cluster)) = &props.plugin {
                <button type="button" class="top__meta" title={words.get("kind-cluster")} onclick={act.on::<MouseEvent>(Action::Click(cluster.clone()))}>{ model.clone() }</button>
            }
            <span class="top__rule"></span>
            { edit_button("undo", "u-undo", &props.undo, Action::Undo) }
            { edit_button("redo", "u-redo", &props.redo, Action::Redo) }
            <span class="top__space top__wide"></span>
            <div class="segments top__wide" role="group" aria-label={words.get("top-view")}>
                <ViewButton view={View::Diagram} current={props.view} icon="u-diagram" label={words.get("view-diagram")} />
                <ViewButton view={View::Table} current={props.view} icon="u-table" label={words.get("view-table")} />
                <ViewButton view={View::Matrix} current={props.view} icon="u-matrix" label={words.get("view-matrix")} />
                <ViewButton view={View::Compare} current={props.view} icon="u-compare" label={words.get("view-compare")} />
            </div>
            <span class="top__rule top__wide"></span>
            <button type="button" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Share)))} aria-label={words.get("share")}>
                { symbol("u-share", "") }<span class="top__label">{ words.get("share") }</span>
            </button>
            <button type="button" class="top__wide" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Embed)))} aria-label={words.get("embed")}>
                { symbol("u-embed", "") }<span class="top__label">{ words.get("embed") }</span>
            </button>
            <span class="top__rule top__wide"></span>
            <Wishes preferences={props.preferences} class="top__wide" />
        </header>
    }
}

#[component]
fn Logo() -> Html {
    html! {
        <svg viewBox="0 0 30 16" aria-hidden="true">
            <path d="M3 13C6 3 12 3 15 13C18 6.5 24 6.5 27 13" fill="none" stroke="var(--flow)" stroke-width="2" stroke-linecap="round" />
            for x in ["3", "15", "27"] { <circle cx={x} cy="13" r="2.5" fill="var(--ink-1)" /> }
        </svg>
    }
}

#[derive(PartialEq, Properties)]
struct ViewButtonProps {
    view: View,
    current: View,
    icon: AttrValue,
    label: AttrValue,
}

#[component]
fn ViewButton(props: &ViewButtonProps) -> Html {
    let act = use_act();
    html! {
        <button type="button" aria-pressed={(props.view == props.current.button()).to_string()} aria-label={props.label.clone()}
            onclick={act.on::<MouseEvent>(Action::ShowView(props.view))}>
            { symbol(&props.icon, "") }<span class="top__label">{ props.label.clone() }</span>
        </button>
    }
}

#[derive(PartialEq, Properties)]
pub struct WishesProps {
    /// What the reader prefers.
    pub preferences: Preferences,
    /// Further classes.
    #[prop_or_default]
    pub class: AttrValue,
}

/// Language and theme.
#[component]
pub fn Wishes(props: &WishesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let preferences = props.preferences;
    let (theme, icon_label) = match preferences.theme {
        Theme::System => (Theme::Light, "theme-system"),
        Theme::Light => (Theme::Dark, "theme-light"),
        Theme::Dark => (Theme::System, "theme-dark"),
    };
    let label = words.get(icon_label);
    let language = |language: Language, text: &'static str| {
        html! {
            <button type="button" lang={language.code()} aria-pressed={(language == preferences.language).to_string()}
                onclick={act.on::<MouseEvent>(Action::Prefer(Preferences { language, ..preferences }))}>{ text }</button>
        }
    };
    html! {
        <span class={classes!("top__wishes", props.class.to_string())}>
            <span class="segments" role="group" aria-label={words.get("language")}>
                { language(Language::En, "EN") }
                { language(Language::Ja, "日本語") }
            </span>
            <button type="button" class="button--icon" aria-label={label.clone()} title={label}
                onclick={act.on::<MouseEvent>(Action::Prefer(Preferences { theme, ..preferences }))}>{ symbol("u-theme", "") }</button>
        </span>
    }
}

#[derive(PartialEq, Properties)]
struct ScenarioMenuProps {
    title: AttrValue,
}

/// The title, which opens the list of scenarios.
#[component]
fn ScenarioMenu(props: &ScenarioMenuProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let open = use_state(|| false);
    let button = use_node_ref();
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let close_on_escape = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: yew::KeyboardEvent| {
            if event.key() == "Escape" && *open {
                event.stop_propagation();
                focus::on(&button);
                open.set(false);
            }
        })
    };
    let choose = |id: &'static str| {
        let (act, open, button) = (act.clone(), open.clone(), button.clone());
        Callback::from(move |_: MouseEvent| {
            focus::on(&button);
            open.set(false);
            if let Some(work) = scenario(id) {
                act.send(Action::Open(work));
            }
        })
    };
    html! {
        <div class="top__title" onkeydown={close_on_escape}>
            <button type="button" class="top__doc" ref={&button} aria-haspopup="true" aria-expanded={open.to_string()} onclick={toggle}>
                <span>{ props.title.clone() }</span>{ symbol("u-down", "icon--sm") }
            </button>
            if *open {
                <ul class="menu" aria-label={words.get("scenarios")}>
                    for scenario in scenarios::ALL {
                        <li><button type="button" onclick={choose(scenario.id)}>{ scenario_title(&words, scenario.id) }</button></li>
                    }
                </ul>
            }
        </div>
    }
}

/// A built-in scenario as work.
pub fn scenario(id: &str) -> Option<Rc<Work>> {
    let scenario = scenarios::find(id)?;
    Some(Rc::new(Work {
        name: "".into(),
        origin: Origin::Scenario(scenario.id.into()),
        document: scenario.document().into(),
        request: None,
    }))
}

/// The title of a built-in scenario.
pub fn scenario_title(words: &Words, id: &str) -> AttrValue {
    words.get(&format!("scenario-{id}"))
}
