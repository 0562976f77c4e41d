//! What is typed after a key that opens a dialog and before the dialog is drawn. A slow machine draws it later than
//! quick fingers type: until then the focus is where it was, and letters would be lost, or press what is there.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Event, EventInit, HtmlDialogElement, HtmlInputElement};

use super::browser;
use super::keys::Key;

/// More than anybody types while a dialog opens.
const MOST: usize = 64;

thread_local! {
    static TYPED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether the dialog that was opened is not drawn yet.
pub fn is_early() -> bool {
    let document = browser::window().and_then(|window| window.document());
    let dialog = document.and_then(|document| document.query_selector("dialog[open]").ok()?);
    dialog.is_none()
}

/// Keeps a key for the dialog's field. What is no text does nothing: no button and no field behind the dialog gets it.
pub fn keep(key: &Key) {
    if key.command || key.alt {
        return;
    }
    TYPED.with_borrow_mut(|typed| {
        let mut letters = key.name.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if typed.len() < MOST => typed.push(letter),
            _ if key.name == "Backspace" => drop(typed.pop()),
            _ => {}
        }
    });
}

/// Forgets what was typed: another dialog opens, or none.
pub fn forget() {
    TYPED.with_borrow_mut(String::clear);
}

/// Gives what was typed to the field that a dialog begins with, if it has one.
pub fn hand_over(dialog: &HtmlDialogElement) {
    let typed = TYPED.take();
    if typed.is_empty() {
        return;
    }
    let field = dialog.query_selector("input[autofocus]").ok().flatten();
    let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    field.set_value(&typed);
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &bubbles) {
        let _ = field.dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(names: &[&str]) -> String {
        forget();
        for name in names {
            keep(&Key {
                name: (*name).to_owned(),
                shift: false,
                command: false,
                alt: false,
                in_field: false,
                on_control: false,
                in_clock: false,
            });
        }
        TYPED.take()
    }

    #[test]
    fn letters_are_kept_and_other_keys_do_nothing() {
        assert_eq!(typed(&["n", "1", "Backspace", "0"]), "n0");
        assert_eq!(
            typed(&["Enter", "Tab", "F6", "ArrowDown", "m", " ", "名"]),
            "m 名"
        );
        assert_eq!(typed(&["Backspace"]), "");
        assert_eq!(typed(&["m"; 200]).len(), MOST);
    }
}
