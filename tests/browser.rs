//! Component tests in a real browser: `cargo xtask test --only browser`.
//!
//! Each test mounts a component into an element of its own and looks at the document that comes of it.
#![cfg(all(target_arch = "wasm32", feature = "web"))]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::{AttrValue, BaseComponent, Html, Properties, component, html};

wasm_bindgen_test_configure!(run_in_browser);

/// Mounts a component and waits until it has been drawn.
async fn mount<C: BaseComponent>(properties: C::Properties) -> Element {
    let document = gloo::utils::document();
    let root = document.create_element("div").expect("a div");
    gloo::utils::body().append_child(&root).expect("a place");
    yew::Renderer::<C>::with_root_and_props(root.clone(), properties).render();
    yew::platform::time::sleep(std::time::Duration::ZERO).await;
    root
}

#[derive(PartialEq, Properties)]
struct NameProperties {
    name: AttrValue,
}

#[component]
fn Name(properties: &NameProperties) -> Html {
    html! { <p title={properties.name.clone()}>{ &properties.name }</p> }
}

#[wasm_bindgen_test]
async fn a_name_that_looks_like_a_program_stays_text() {
    let hostile = r#""><img src=x onerror="document.title='taken'"><script>alert(1)</script>"#;
    let properties = NameProperties {
        name: hostile.into(),
    };
    let root = mount::<Name>(properties).await;
    assert_eq!(root.text_content().as_deref(), Some(hostile));
    assert_eq!(
        root.query_selector("img, script").expect("a selector"),
        None
    );
}
