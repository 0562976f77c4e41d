//! Component tests in a real browser: `cargo xtask test --only browser`.
//!
//! Each test mounts the page into an element of its own, does what a reader does with real events, and looks at the
//! document that comes of it.
#![cfg(all(target_arch = "wasm32", feature = "web"))]

use std::time::Duration;

use js_sys::{Array, Function, Reflect};
use kubehop::ui::App;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::{AppHandle, AttrValue, Html, Properties, component, html};

wasm_bindgen_test_configure!(run_in_browser);

/// The room that the style sheet gives to the picture.
const STYLE: &str = "<style>.canvas{position:relative;width:1400px;height:900px}.canvas>svg{width:100%;height:100%}</style>";

/// A mounted page; goes with the test.
struct Page {
    root: Element,
    app: Option<AppHandle<App>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

impl Page {
    /// A fresh page, which nobody used before.
    async fn open() -> Self {
        let window = gloo::utils::window();
        let storage = window.local_storage().expect("storage").expect("storage");
        storage.clear().expect("an empty storage");
        window.location().set_hash("").expect("an address");
        let document = gloo::utils::document();
        let style = document.create_element("div").expect("a div");
        style.set_inner_html(STYLE);
        let root = document.create_element("div").expect("a div");
        gloo::utils::body().append_child(&root).expect("a place");
        let inner = document.create_element("div").expect("a div");
        root.append_child(&style).expect("a place");
        root.append_child(&inner).expect("a place");
        let app = Some(yew::Renderer::<App>::with_root(inner).render());
        let page = Self { root, app };
        page.until("the first answer", |page| {
            page.all(".summary .verdict").len() == 1
        })
        .await;
        // Listeners come after the first drawing.
        settle().await;
        page
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.root.query_selector_all(selector).expect("a selector");
        (0..found.length())
            .filter_map(|index| found.item(index)?.dyn_into().ok())
            .collect()
    }

    fn one(&self, selector: &str) -> Element {
        let found = self.root.query_selector(selector).expect("a selector");
        found.unwrap_or_else(|| panic!("no `{selector}` in the page"))
    }

    fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    fn input(&self, selector: &str) -> HtmlInputElement {
        self.one(selector).dyn_into().expect("a field")
    }

    /// The button with this text or name.
    fn button(&self, name: &str) -> HtmlElement {
        let named = |button: &Element| {
            button.text_content().as_deref().map(str::trim) == Some(name)
                || button.get_attribute("aria-label").as_deref() == Some(name)
        };
        let found = self.all("button").into_iter().find(named);
        let found = found.unwrap_or_else(|| panic!("no button `{name}`"));
        found.dyn_into().expect("a button")
    }

    async fn click(&self, name: &str) {
        self.button(name).click();
        settle().await;
    }

    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..200 {
            if holds(self) {
                return;
            }
            yew::platform::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("waited in vain for {what}");
    }

    async fn fill(&self, selector: &str, text: &str) {
        self.input(selector).set_value(text);
        fire(&self.one(selector), "InputEvent", "input", &[]);
        settle().await;
    }

    async fn press(&self, target: &Element, key: &str, more: &[(&str, JsValue)]) {
        let mut init = vec![("key", JsValue::from(key))];
        init.extend(more.iter().cloned());
        fire(target, "KeyboardEvent", "keydown", &init);
        settle().await;
    }

    async fn key(&self, key: &str) {
        self.press(&self.one("#page"), key, &[]).await;
    }

    async fn pointer(&self, target: &Element, kind: &str, x: f64, y: f64) {
        let init = [
            ("clientX", JsValue::from(x)),
            ("clientY", JsValue::from(y)),
            ("pointerId", JsValue::from(1)),
        ];
        fire(target, "PointerEvent", kind, &init);
        settle().await;
    }

    async fn paste(&self, text: &str) {
        let data = Function::new_with_args(
            "text",
            "const d = new DataTransfer(); d.setData('text/plain', text); return d;",
        );
        let data = data.call1(&JsValue::NULL, &text.into()).expect("data");
        fire(
            &self.one("#page"),
            "ClipboardEvent",
            "paste",
            &[("clipboardData", data)],
        );
        settle().await;
    }

    fn node(&self, name: &str) -> Element {
        self.one(&format!("[role=button][data-key='node/{name}']"))
    }

    fn undo(&self) -> String {
        let named = |button: &Element| button.get_attribute("aria-label");
        let mut names = self
            .all("#region-top button")
            .into_iter()
            .filter_map(|button| named(&button));
        names
            .find(|name| name.starts_with("Undo"))
            .unwrap_or_default()
    }
}

/// Lets the page draw what has changed.
async fn settle() {
    yew::platform::time::sleep(Duration::from_millis(50)).await;
}

/// Dispatches an event of the class with these fields.
fn fire(target: &Element, class: &str, kind: &str, fields: &[(&str, JsValue)]) {
    let init = js_sys::Object::new();
    for name in ["bubbles", "cancelable", "isPrimary"] {
        Reflect::set(&init, &name.into(), &true.into()).expect("a field");
    }
    for (name, value) in fields {
        Reflect::set(&init, &(*name).into(), value).expect("a field");
    }
    let make = Reflect::get(&js_sys::global(), &class.into()).expect("a class");
    let event = Reflect::construct(
        make.unchecked_ref::<Function>(),
        &Array::of2(&kind.into(), &init),
    );
    let event = event.expect("an event");
    target
        .dispatch_event(event.unchecked_ref())
        .expect("a target");
}

// --- The request -----------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn a_place_that_is_named_by_its_name_alone_is_written_out_and_asked() {
    let page = Page::open().await;
    page.fill("#request-from", "vm-a").await;
    page.fill("input[list=places]:not(#request-from)", "pod/p0")
        .await;
    page.fill(".request__port", "8080").await;
    page.click("Send").await;
    assert_eq!(page.input("#request-from").value(), "host/vm-a");
    assert_eq!(
        page.input("input[list=places]:not(#request-from)").value(),
        "pod/default/p0"
    );
    assert_eq!(page.text(".summary .verdict"), "Dropped");
}

#[wasm_bindgen_test]
async fn a_name_that_several_places_have_is_refused_with_those_places_and_one_can_be_taken() {
    let page = Page::open().await;
    page.fill("#request-from", "coredns").await;
    page.click("Send").await;
    let offered = page.all("[role=alert] button");
    assert_eq!(offered.len(), 2, "{}", page.text("[role=alert]"));
    let place = offered[0].text_content().unwrap();
    assert!(place.starts_with("pod/kube-system/coredns"), "{place}");
    page.click(&place).await;
    assert_eq!(page.input("#request-from").value(), place);
    assert!(page.all("[role=alert]").is_empty());
}

#[wasm_bindgen_test]
async fn a_port_that_is_none_is_refused_and_the_answer_stays() {
    let page = Page::open().await;
    page.fill(".request__port", "http").await;
    page.click("Send").await;
    assert!(page.text("[role=alert]").contains("`http` is not a port"));
    assert_eq!(page.text(".summary .verdict"), "Delivered");
}

// --- Trace, timeline, tabs -------------------------------------------------------------------

#[wasm_bindgen_test]
async fn a_step_of_the_trace_opens_and_the_timeline_stands_at_it() {
    let page = Page::open().await;
    page.all(".step__go")[4]
        .dyn_ref::<HtmlElement>()
        .unwrap()
        .click();
    settle().await;
    let open = page.one("[aria-current=step]");
    assert_eq!(open.id(), "step-5");
    assert_eq!(
        page.one("[role=slider]")
            .get_attribute("aria-valuenow")
            .as_deref(),
        Some("5")
    );
    assert!(page.text(".playback__where").starts_with("Step 5 of "));
}

#[wasm_bindgen_test]
async fn the_timeline_moves_by_the_arrow_keys_and_ends_at_the_verdict() {
    let page = Page::open().await;
    let slider = page.one("[role=slider]");
    let now = || {
        slider
            .get_attribute("aria-valuenow")
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    let end = now();
    page.press(&slider, "Home", &[]).await;
    assert_eq!(now(), 1);
    page.press(&slider, "ArrowRight", &[]).await;
    assert_eq!(now(), 2);
    page.press(&slider, "ArrowLeft", &[]).await;
    assert_eq!(now(), 1);
    page.press(&slider, "End", &[]).await;
    assert_eq!(now(), end);
}

#[wasm_bindgen_test]
async fn one_tab_is_selected_and_has_its_panel() {
    let page = Page::open().await;
    for name in ["Object", "Problems", "Trace"] {
        let tabs = page.all("[role=tab]");
        let tab = tabs
            .iter()
            .find(|tab| tab.text_content().unwrap().starts_with(name))
            .unwrap();
        tab.dyn_ref::<HtmlElement>().unwrap().click();
        settle().await;
        let selected = page.all("[role=tab][aria-selected=true]");
        assert_eq!(selected.len(), 1);
        assert!(selected[0].text_content().unwrap().starts_with(name));
        let panel = page.one("[role=tabpanel]");
        assert_eq!(
            panel.get_attribute("aria-labelledby"),
            Some(selected[0].id())
        );
    }
}

#[wasm_bindgen_test]
async fn while_it_plays_the_packet_has_a_leg_and_an_edit_stops_it() {
    let page = Page::open().await;
    page.click("Play").await;
    page.key(".").await;
    page.click("Play").await;
    page.until("a leg", |page| !page.all(".packet-dot").is_empty())
        .await;
    assert_eq!(
        page.one(".packet-dot")
            .get_attribute("pathLength")
            .as_deref(),
        Some("1")
    );
    page.click("Namespace").await;
    assert!(page.all(".packet-dot").is_empty());
    page.button("Play");
}

// --- Problems, objects, tables, dialogs ------------------------------------------------------

const BROKEN: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: odd}\nspec: {ports: [{port: many}]}\n";

#[wasm_bindgen_test]
async fn a_problem_says_where_it_is() {
    let page = Page::open().await;
    page.paste(BROKEN).await;
    // That nothing comes of the Service, and why.
    page.click("Problems2").await;
    let problems = page.all(".problem").into_iter();
    let texts: Vec<String> = problems.filter_map(|it| it.text_content()).collect();
    assert!(
        texts
            .iter()
            .any(|it| it.contains("port") && it.contains("pasted.yaml:4:")),
        "{texts:?}"
    );
}

#[wasm_bindgen_test]
async fn text_without_any_object_is_refused_and_the_shown_work_stays() {
    let page = Page::open().await;
    let before = page.text(".top__doc");
    page.paste("just: some\nother: text\n").await;
    assert!(page.text("[role=alert]").contains("pasted.yaml"));
    assert_eq!(page.text(".top__doc"), before);
    assert_eq!(page.text(".summary .verdict"), "Delivered");
}

#[wasm_bindgen_test]
async fn a_pasted_list_without_flows_is_asked_something_sensible() {
    let page = Page::open().await;
    page.paste(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}}\n- {apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {selector: {app: a}, ports: [{port: 80}]}}\n",
    )
    .await;
    assert_eq!(page.input("#request-from").value(), "pod/default/a");
    assert_eq!(
        page.input("input[list=places]:not(#request-from)").value(),
        "service/default/shop"
    );
    assert!(!page.text(".summary .verdict").is_empty());
}

#[wasm_bindgen_test]
async fn a_selected_object_shows_its_facts_and_after_delete_the_focus_is_in_the_picture() {
    let page = Page::open().await;
    let pod = "[role=button][data-key='pod/default/p0']";
    page.until("the pod", |page| !page.all(pod).is_empty())
        .await;
    fire(&page.one(pod), "MouseEvent", "click", &[]);
    settle().await;
    assert!(page.text(".object__head h2").contains("p0"));
    assert!(page.text(".properties").contains("10.244.0.10"));
    page.button("Delete").focus().unwrap();
    page.click("Delete").await;
    yew::platform::time::sleep(Duration::from_millis(200)).await;
    assert!(page.all("[data-key='pod/default/p0']").is_empty());
    let focus = gloo::utils::document().active_element().unwrap();
    assert_ne!(focus.tag_name(), "BODY");
}

#[wasm_bindgen_test]
async fn the_table_says_what_the_picture_shows() {
    let page = Page::open().await;
    page.key("t").await;
    let tables = page.text(".tables");
    for name in ["vnet-a", "n0", "n1", "p1", "10.244.1.10"] {
        assert!(tables.contains(name), "no {name}");
    }
    page.key("t").await;
    assert!(page.all(".tables").is_empty());
}

#[wasm_bindgen_test]
async fn the_list_of_keys_opens_over_the_page_and_closes() {
    let page = Page::open().await;
    page.key("?").await;
    assert!(page.one("dialog").has_attribute("open"));
    assert!(page.text("dialog").contains("Alt"));
    page.click("Close").await;
    assert!(page.all("dialog").is_empty());
}

// --- Moving objects --------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn an_object_that_is_dragged_stays_there_and_one_undo_puts_it_back() {
    let page = Page::open().await;
    let start = page.node("n1").get_bounding_client_rect();
    // In the picture, not in the window: the page of a test may scroll.
    let place = || {
        let picture = page.one("svg.scene").get_bounding_client_rect();
        let node = page.node("n1").get_bounding_client_rect();
        (node.left() - picture.left(), node.top() - picture.top())
    };
    let placed = place();
    let (x, y) = (start.left() + 30.0, start.top() + 8.0);
    page.pointer(&page.node("n1"), "pointerdown", x, y).await;
    for step in 1..5 {
        page.pointer(
            &page.node("n1"),
            "pointermove",
            x + 10.0 * f64::from(step),
            y + 5.0 * f64::from(step),
        )
        .await;
    }
    assert_eq!(page.all(".lifted").len(), 1, "nothing is lifted");
    page.pointer(&page.node("n1"), "pointerup", x + 40.0, y + 20.0)
        .await;
    assert!(page.all(".lifted").is_empty());
    assert_eq!(page.undo(), "Undo: move n1");
    let moved = place();
    let by = (moved.0 - placed.0, moved.1 - placed.1);
    // The whole picture may be scaled anew to fit, but not turned around.
    assert!(by.0 > 20.0 && by.1 > 8.0, "moved by {by:?}");
    page.click("Undo: move n1").await;
    assert_eq!(page.undo(), "Undo");
    let back = place();
    assert!((back.0 - placed.0).abs() < 1.0 && (back.1 - placed.1).abs() < 1.0);
}

#[wasm_bindgen_test]
async fn escape_puts_a_dragged_object_back() {
    let page = Page::open().await;
    let node = page.node("n1");
    let start = node.get_bounding_client_rect();
    let (x, y) = (start.left() + 30.0, start.top() + 8.0);
    page.pointer(&node, "pointerdown", x, y).await;
    page.pointer(&node, "pointermove", x + 40.0, y + 40.0).await;
    assert_eq!(page.all(".lifted").len(), 1);
    page.press(&node, "Escape", &[]).await;
    assert!(page.all(".lifted").is_empty());
    page.pointer(&node, "pointerup", x + 40.0, y + 40.0).await;
    assert_eq!(page.undo(), "Undo");
}

#[wasm_bindgen_test]
async fn an_object_whose_place_is_computed_is_not_lifted() {
    let page = Page::open().await;
    let pod = page.one("[role=button][data-key='pod/default/p1']");
    let start = pod.get_bounding_client_rect();
    let (x, y) = (start.left() + 6.0, start.top() + 6.0);
    page.pointer(&pod, "pointerdown", x, y).await;
    page.pointer(&pod, "pointermove", x + 40.0, y + 40.0).await;
    assert!(page.all(".lifted").is_empty());
    page.pointer(&pod, "pointerup", x + 40.0, y + 40.0).await;
    assert_eq!(page.undo(), "Undo");
}

#[wasm_bindgen_test]
async fn a_burst_of_alt_and_arrows_is_one_step_of_undo() {
    let page = Page::open().await;
    fire(&page.node("n1"), "MouseEvent", "click", &[]);
    settle().await;
    for _ in 0..3 {
        page.press(
            &page.one("#page"),
            "ArrowDown",
            &[("altKey", JsValue::TRUE)],
        )
        .await;
    }
    assert_eq!(page.undo(), "Undo: move n1");
    page.click("Undo: move n1").await;
    assert_eq!(page.undo(), "Undo");
}

#[wasm_bindgen_test]
async fn a_changed_scenario_says_so_and_leads_back_to_the_original() {
    let page = Page::open().await;
    let title = page.text(".top__doc");
    page.click("Namespace").await;
    assert_eq!(page.text(".top__doc"), format!("{title} (changed)"));
    page.click("Back to the original").await;
    assert_eq!(page.text(".top__doc"), title);
    assert!(page.text(".notes").contains("Your former work is kept"));
}

// --- Hostile text ----------------------------------------------------------------------------

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
    let root = gloo::utils::document()
        .create_element("div")
        .expect("a div");
    yew::Renderer::<Name>::with_root_and_props(root.clone(), properties).render();
    settle().await;
    assert_eq!(root.text_content().as_deref(), Some(hostile));
    assert_eq!(
        root.query_selector("img, script").expect("a selector"),
        None
    );
}
