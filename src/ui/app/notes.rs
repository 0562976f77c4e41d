//! Messages across the page.

use yew::{Html, MouseEvent, Properties, classes, component, html};

use crate::ui::browser;
use crate::ui::context::{use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::store::{Action, Note};

#[derive(PartialEq, Properties)]
pub struct NotesProps {
    /// The message.
    pub note: Option<Note>,
    /// Whether there is work to go back to.
    pub former: bool,
    /// What stands before it.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let Some(note) = &props.note else {
        return html! { <div class="notes">{ props.children.clone() }</div> };
    };
    let (bad, text) = match note {
        Note::Linked => (false, words.get("note-linked")),
        Note::LinkedWithoutMoment(second) => {
            let args = [("second", i64::from(*second).into())];
            (false, words.with("note-linked-still", &args))
        }
        Note::LinkedWithoutSide(word) => {
            let args = [("word", word.as_str().into())];
            (false, words.with("note-linked-side", &args))
        }
        Note::Replaced => (false, words.get("note-replaced")),
        Note::Restored => (false, words.get("note-restored")),
        Note::BadLink {
            reason,
            newer: true,
        } => (
            true,
            words.with("note-newer-link", &[("reason", reason.as_str().into())]),
        ),
        Note::BadLink {
            reason,
            newer: false,
        } => (
            true,
            words.with("note-bad-link", &[("reason", reason.as_str().into())]),
        ),
        Note::NotSaved(reason) => (
            true,
            words.with("note-not-saved", &[("reason", reason.as_str().into())]),
        ),
        Note::BadFile(reason) => (
            true,
            words.with("note-bad-file", &[("reason", reason.as_str().into())]),
        ),
        Note::LeftOut(out, all) => {
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX).into();
            let args = [("out", count(*out)), ("all", count(*all))];
            (false, words.with("note-left-out", &args))
        }
    };
    let back =
        props.former && (note.is_link() || matches!(note, Note::Replaced | Note::LeftOut(..)));
    html! {
        <div class="notes">
            { props.children.clone() }
            <div class={classes!("note", bad.then_some("note--bad"))} role={if bad { "alert" } else { "status" }}>
                <p>{ text }</p>
                if note.is_link() { <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::Keep)}>{ words.get("note-keep") }</button> }
                if back { <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::Return)}>{ words.get("note-back") }</button> }
                if let Note::BadLink { newer: true, .. } = note { <button type="button" class="button--edge" onclick={|_: MouseEvent| browser::reload()}>{ words.get("reload") }</button> }
                <button type="button" class="button--icon" aria-label={words.get("note-close")} onclick={act.on::<MouseEvent>(Action::SetNote(None))}>{ symbol("u-close", "") }</button>
            </div>
        </div>
    }
}
