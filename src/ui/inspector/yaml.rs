//! The YAML tab: the files as written, in an editor that is loaded when the tab opens for the first time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, NodeRef, Properties, TargetCast, component, hook,
    html, use_effect_with, use_mut_ref, use_node_ref, use_state,
};

use super::panel_ids;
use crate::edit::Command;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::object::Ref;
use crate::ui::context::{use_act, use_words};
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Reveal};

mod editor;

use editor::{Editor, Typing};

#[derive(PartialEq, Properties)]
pub struct YamlPanelProps {
    /// The files as they stand.
    pub document: Rc<Document>,
    /// What is wrong with them.
    pub problems: Rc<[Diagnostic]>,
    /// The open file.
    pub file: usize,
    /// Whether they cannot be read now.
    pub stale: bool,
    /// What to show.
    pub reveal: Reveal,
    /// The selected object, whose lines stand out.
    pub selection: Option<Ref>,
    /// To find the lines of the selected object.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn YamlPanel(props: &YamlPanelProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let (id, tab) = panel_ids("yaml");
    let file = props.file.min(props.document.files.len().saturating_sub(1));
    let text = props
        .document
        .files
        .get(file)
        .map(|file| file.text.clone())
        .unwrap_or_default();
    let onchange = {
        let act = act.clone();
        Callback::from(move |event: Event| {
            let index = event
                .target_unchecked_into::<HtmlSelectElement>()
                .selected_index();
            act.send(Action::ShowFile(usize::try_from(index).unwrap_or(0)));
        })
    };
    let problems: Rc<[Diagnostic]> = {
        let name = props.document.files.get(file).map(|file| file.name.clone());
        let here = props
            .problems
            .iter()
            .filter(|problem| problem.location.as_ref().map(|place| &place.file) == name.as_ref());
        here.cloned().collect()
    };
    html! {
        <div class="panel panel--flush" role="tabpanel" {id} aria-labelledby={tab}>
            <div class="yaml__bar">
                <select class="input mono" aria-label={words.get("yaml-file")} {onchange}>
                    for (index, source) in props.document.files.iter().enumerate() {
                        <option selected={index == file}>{ source.name.to_string() }</option>
                    }
                </select>
                if props.stale { <span class="chip" role="status">{ words.get("yaml-stale") }</span> }
            </div>
            <Host {file} text={AttrValue::from(text.to_string())} {problems} reveal={props.reveal}
                lines={lines_of(&props.simulation, props.selection.as_ref(), file)} />
        </div>
    }
}

/// The lines of the selected object in the open file, first and last.
fn lines_of(simulation: &Simulation, selection: Option<&Ref>, file: usize) -> Option<(u32, u32)> {
    let selection = selection?;
    let mut manifests = simulation.network.manifests.iter();
    let manifest =
        manifests.find(|manifest| manifest.object == *selection && manifest.file == file)?;
    Some((manifest.root.span.line, manifest.root.span.end_line))
}

#[derive(PartialEq, Properties)]
struct HostProps {
    file: usize,
    text: AttrValue,
    problems: Rc<[Diagnostic]>,
    reveal: Reveal,
    lines: Option<(u32, u32)>,
}

/// The element that the editor lives in, and a plain field where the editor cannot be loaded.
#[component]
fn Host(props: &HostProps) -> Html {
    let words = use_words();
    let host = use_node_ref();
    let shown = use_mut_ref(|| usize::MAX);
    let (editor, failed) = use_editor(host.clone(), shown.clone());
    use_effect_with(
        (editor.clone(), props.file, props.text.clone()),
        move |(editor, file, text)| {
            if let Some(editor) = editor {
                let same = std::mem::replace(&mut *shown.borrow_mut(), *file) == *file;
                if same {
                    editor.set_text(text);
                } else {
                    editor.open(text);
                }
            }
        },
    );
    let marks = (
        editor.clone(),
        props.problems.clone(),
        words.clone(),
        props.file,
    );
    use_effect_with(marks, |(editor, problems, words, _)| {
        if let Some(editor) = editor {
            editor.set_diagnostics(problems, words.texts());
        }
    });
    use_effect_with(
        (editor.clone(), props.lines, props.file),
        |(editor, lines, _)| {
            if let Some(editor) = editor {
                editor.highlight(*lines);
            }
        },
    );
    use_effect_with((editor.clone(), props.reveal), |(editor, reveal)| {
        if let (Some(editor), true) = (editor, reveal.line > 0) {
            editor.reveal(reveal.line, reveal.column);
        }
    });
    html! {
        <>
            if let Some(reason) = &failed {
                <p class="note note--bad" role="alert">{ words.with("yaml-failed", &[("reason", reason.as_str().into())]) }</p>
            }
            <div class="yaml__host">
                if failed.is_some() {
                    <PlainField file={props.file} text={props.text.clone()} />
                } else if editor.is_none() {
                    <p class="panel quiet" role="status">{ words.get("yaml-loading") }</p>
                }
                <div ref={host} class="yaml__editor" hidden={editor.is_none()}></div>
            </div>
        </>
    }
}

/// Loads the editor once, makes it in `host`, and takes it away with the component.
#[hook]
fn use_editor(host: NodeRef, shown: Rc<RefCell<usize>>) -> (Option<Rc<Editor>>, Option<AttrValue>) {
    let (words, act) = (use_words(), use_act());
    let editor = use_state(|| None::<Rc<Editor>>);
    let failed = use_state(|| None::<AttrValue>);
    use_effect_with(words.texts().language(), {
        let (editor, failed) = (editor.clone(), failed.clone());
        move |_| {
            let alive = Rc::new(Cell::new(true));
            let still = alive.clone();
            editor.set(None);
            spawn_local(async move {
                let made = Editor::load(&host, &words, &Typing::new(act, shown)).await;
                match made {
                    Ok(made) if still.get() => editor.set(Some(Rc::new(made))),
                    Ok(_) => {}
                    Err(reason) => failed.set(Some(reason.into())),
                }
            });
            move || alive.set(false)
        }
    });
    ((*editor).clone(), (*failed).clone())
}

#[derive(PartialEq, Properties)]
struct PlainFieldProps {
    file: usize,
    text: AttrValue,
}

/// What replaces the editor where it could not be loaded.
#[component]
fn PlainField(props: &PlainFieldProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let file = props.file;
    let oninput = act.0.reform(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Action::Edit(
            Command::ReplaceFile {
                file,
                text: text.into(),
                gesture: 0,
            }
            .into(),
        )
    });
    html! { <textarea class="input yaml__plain" spellcheck="false" aria-label={words.get("tab-yaml")} value={props.text.clone()} {oninput} /> }
}
