//! What the reader sees when the program ends unexpectedly.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlAnchorElement};

use crate::ui::browser;

/// Replaces the page by a message and a way to start again. The work was saved at each change.
///
/// Nothing of the program may be relied on any more, so this is plain DOM without listeners.
pub fn recover(reason: &str) {
    let Some(document) = browser::window().and_then(|window| window.document()) else {
        return;
    };
    // Whoever sees a message that cannot be built sees the old page, which stays.
    let _ = build(&document, reason);
}

fn build(document: &Document, reason: &str) -> Option<()> {
    let root = document.document_element()?;
    let japanese = root.get_attribute("lang").as_deref() == Some("ja");
    let body = document.body()?;
    body.set_text_content(None);
    let screen = element(document, &body, "main", "empty")?;
    let panel = element(document, &screen, "div", "panel-state")?;
    let [title, saved, again] = if japanese {
        [
            "kubehop が予期せず終了しました",
            "作業はこのブラウザーに保存されています。再読み込みすると続けられます。",
            "再読み込み",
        ]
    } else {
        [
            "kubehop ended unexpectedly",
            "Your work is saved in this browser. Reload to go on.",
            "Reload",
        ]
    };
    element(document, &panel, "h1", "verdict verdict--dropped")?.set_text_content(Some(title));
    let text = element(document, &panel, "p", "")?;
    text.set_attribute("role", "alert").ok()?;
    text.set_text_content(Some(saved));
    element(document, &panel, "p", "mono quiet")?.set_text_content(Some(reason));
    let link: HtmlAnchorElement = element(document, &panel, "a", "button button--primary")?
        .dyn_into()
        .ok()?;
    link.set_href(&browser::own_address());
    link.set_text_content(Some(again));
    link.focus().ok()
}

fn element(document: &Document, parent: &Element, tag: &str, class: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    element.set_class_name(class);
    parent.append_child(&element).ok()?;
    Some(element)
}
