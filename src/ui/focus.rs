//! Where the focus goes when what had it opens, closes or goes away.

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement};
use yew::NodeRef;

use super::browser;

fn document() -> Option<Document> {
    browser::window()?.document()
}

fn visible(id: &str) -> Option<HtmlElement> {
    let element = document()?.get_element_by_id(id)?;
    let element: HtmlElement = element.dyn_into().ok()?;
    (element.offset_width() > 0).then_some(element)
}

/// On an element of a component.
pub fn on(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// On the element of this id, where it is shown.
pub fn on_id(id: &str) {
    if let Some(element) = visible(id) {
        let _ = element.focus();
    }
}

/// On the element `to`, where nothing has the focus, or something inside of `closed`, which was shown until now.
pub fn if_lost_on_id(closed: &str, to: &str) {
    let Some(document) = document() else { return };
    let active = document.active_element();
    let nowhere = active.as_ref().is_none_or(|it| it.tag_name() == "BODY");
    let closed = document.get_element_by_id(closed);
    let inside = closed.is_some_and(|it| active.is_some() && it.contains(active.as_deref()));
    if nowhere || inside {
        on_id(to);
    }
}
