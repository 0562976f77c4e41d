//! The page's entry: what happens when it ends unexpectedly, and then the page.

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        kubehop::ui::recover(&panic.to_string());
    }));
    kubehop::ui::fetch_texts_when_asked();
    let root = gloo::utils::document()
        .get_element_by_id("app")
        .unwrap_or_else(|| gloo::utils::body().into());
    yew::Renderer::<kubehop::ui::App>::with_root(root).render();
}
