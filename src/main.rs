//! The page.

use yew::{Html, component, html};

#[component]
fn Page() -> Html {
    html! { <main><h1>{ "kubehop" }</h1></main> }
}

fn main() {
    console_error_panic_hook::set_once();
    let root = gloo::utils::document()
        .get_element_by_id("app")
        .unwrap_or_else(|| gloo::utils::body().into());
    yew::Renderer::<Page>::with_root(root).render();
}
