//! The list of all keys.

use web_sys::HtmlInputElement;
use yew::{Event, Html, Properties, TargetCast, component, html};

use super::Frame;
use crate::ui::context::{use_act, use_words};
use crate::ui::keys;
use crate::ui::store::{Action, Preferences};

#[derive(PartialEq, Properties)]
pub struct KeysDialogProps {
    /// Whether single keys act.
    pub preferences: Preferences,
}

/// All keys, and the switch for single ones.
#[component]
pub fn KeysDialog(props: &KeysDialogProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let preferences = props.preferences;
    let onchange = act.0.reform(move |event: Event| {
        let single_keys = event.target_unchecked_into::<HtmlInputElement>().checked();
        Action::Prefer(Preferences {
            single_keys,
            ..preferences
        })
    });
    html! {
        <Frame title={words.get("keys-title")}>
            <dl class="keys">
                for (key, what) in keys::LIST {
                    <div><dt><kbd>{ *key }</kbd></dt><dd>{ words.get(what) }</dd></div>
                }
            </dl>
            <p class="dialog__row"><label><input type="checkbox" checked={preferences.single_keys} {onchange} />{ " " }{ words.get("keys-single") }</label></p>
        </Frame>
    }
}
