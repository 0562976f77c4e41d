//! Dialogs over the page: share, embed, keys, add, paste, find; and files in and out.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::{
    AttrValue, Callback, Event, Html, MouseEvent, Properties, TargetCast, classes, component, html,
    use_effect_with, use_node_ref, use_state,
};

use super::ahead;
use super::browser;
use super::context::{use_act, use_words};
use super::icons::symbol;
use super::store::{Action, Origin, Work};
use crate::edit::Command;
use crate::model::document::Document;

mod find;
mod incoming;
mod keys;
mod link;
mod plan;

pub use find::{AddDialog, FindDialog};
pub use incoming::{open_files, open_transfer};
pub use keys::KeysDialog;
pub use link::{EmbedDialog, ShareDialog, shared_of, work_of};
pub use plan::PlanDialog;

#[derive(PartialEq, Properties)]
pub struct FrameProps {
    /// What it is called.
    pub title: AttrValue,
    /// Whether it holds tables.
    #[prop_or_default]
    pub wide: bool,
    /// What it holds.
    pub children: yew::Children,
}

/// A dialog: keeps the focus inside, closes on Escape and gives the focus back, as the browser does it.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                let _ = dialog.show_modal();
                ahead::hand_over(dialog);
            }
            // A dialog that is only taken away takes the focus with it; one that closes gives it back.
            move || {
                ahead::forget();
                if let Some(dialog) = dialog.filter(HtmlDialogElement::open) {
                    dialog.close();
                }
            }
        }
    });
    html! {
        <dialog class={classes!("dialog", props.wide.then_some("dialog--wide"))} ref={node} aria-labelledby="dialog-title" onclose={act.on::<Event>(Action::SetDialog(None))}>
            <div class="dialog__head">
                <h2 id="dialog-title">{ props.title.clone() }</h2>
                <button type="button" class="button--icon" aria-label={words.get("close")} onclick={act.on::<MouseEvent>(Action::SetDialog(None))}>{ symbol("u-close", "") }</button>
            </div>
            { for props.children.iter() }
        </dialog>
    }
}

#[derive(PartialEq, Properties)]
pub struct CopyButtonProps {
    /// What is put on the clipboard.
    pub text: AttrValue,
}

/// Copies a text and says so.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let words = use_words();
    let done = use_state(|| None::<bool>);
    let onclick = {
        let (text, done) = (props.text.clone(), done.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, done) = (text.to_string(), done.clone());
            spawn_local(async move { done.set(Some(browser::copy(text).await)) });
        })
    };
    let label = match *done {
        None => "copy",
        Some(true) => "copied",
        Some(false) => "copy-failed",
    };
    html! { <button type="button" class="button--primary" {onclick}>{ symbol("u-copy", "") }<span role="status">{ words.get(label) }</span></button> }
}

#[derive(PartialEq, Properties)]
pub struct OpenFilesProps {
    /// The message on the button.
    #[prop_or("files-open")]
    pub label: &'static str,
    /// Further classes of the button.
    #[prop_or_default]
    pub class: AttrValue,
    /// Whether they are tried instead of opened.
    #[prop_or_default]
    pub tries: bool,
}

/// A button that opens files of the reader.
#[component]
pub fn OpenFiles(props: &OpenFilesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let action = if props.tries {
        Action::Try
    } else {
        Action::Open
    };
    let input = use_node_ref();
    let onclick = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        if let Some(files) = input.files() {
            open_files(&act, &files, action);
        }
        // The same file can be chosen again.
        input.set_value("");
    });
    html! {
        <>
            <input ref={input} type="file" hidden=true multiple=true accept=".yaml,.yml,.json,application/yaml,application/json" {onchange} />
            <button type="button" class={props.class.clone()} {onclick}>{ symbol("u-file", "") }{ words.get(props.label) }</button>
        </>
    }
}

/// Texts as work of the reader.
pub fn own_work(texts: Vec<(String, String)>) -> Rc<Work> {
    let name: Rc<str> = texts
        .first()
        .map(|(name, _)| name.as_str())
        .unwrap_or_default()
        .into();
    let (document, _) = Document::from_texts(texts);
    Rc::new(Work {
        name,
        origin: Origin::Own,
        document: document.into(),
        request: None,
    })
}

#[derive(PartialEq, Properties)]
pub struct DownloadsProps {
    /// The files.
    pub document: Rc<Document>,
}

/// Buttons that hand out the files and the picture.
#[component]
pub fn Downloads(props: &DownloadsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let document = props.document.clone();
    let yaml = Callback::from(move |_: MouseEvent| {
        browser::download("kubehop.yaml", "application/yaml", &document.to_yaml());
    });
    html! {
        <>
            <button type="button" onclick={yaml}>{ symbol("u-down", "") }{ words.get("files-yaml") }</button>
            <button type="button" onclick={act.on::<MouseEvent>(Action::ExportPicture)}>{ symbol("u-down", "") }{ words.get("files-svg") }</button>
        </>
    }
}

/// A dialog for a text from the clipboard.
#[component]
pub fn PasteDialog() -> Html {
    let (words, act) = (use_words(), use_act());
    let field = use_node_ref();
    let read = {
        let field = field.clone();
        move || {
            field
                .cast::<web_sys::HtmlTextAreaElement>()
                .map(|field| field.value())
                .unwrap_or_default()
        }
    };
    let hand_on = |action: fn(Rc<Work>) -> Action| {
        let (act, read) = (act.clone(), read.clone());
        Callback::from(move |_: MouseEvent| {
            let texts = vec![("pasted.yaml".to_owned(), read())];
            act.send(action(own_work(texts)));
        })
    };
    let (open, what_if) = (hand_on(Action::Open), hand_on(Action::Try));
    let add = Callback::from(move |_: MouseEvent| {
        let command = Command::AddFile {
            name: "pasted.yaml".into(),
            text: read().into(),
        };
        act.send(Action::Edit(command.into()));
        act.send(Action::SetDialog(None));
    });
    html! {
        <Frame title={words.get("paste-title")}>
            <label class="field">{ words.get("paste-hint") }<textarea ref={field} class="input mono" rows="12" spellcheck="false" /></label>
            <p class="dialog__row">
                <button type="button" class="button--primary" onclick={open}>{ words.get("paste-open") }</button>
                <button type="button" class="button--edge" onclick={add}>{ words.get("paste-add") }</button>
                <button type="button" class="button--edge" onclick={what_if}>{ words.get("paste-try") }</button>
            </p>
        </Frame>
    }
}
