//! The browser's side of the page: storage, address, files, clipboard, time. The rest of the page asks here.

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlElement, Performance, Storage, Url,
    Window,
};

use super::store::{Origin, Preferences, Request, Theme, Work};
use crate::model::document::Document;
use crate::text::Language;

const WORK: &str = "kubehop.work";
const PREFERENCES: &str = "kubehop.preferences";
const RUNNING: &str = "kubehop.running";
/// The form of what is saved; a later form gets a later number, and an older page then leaves it alone.
const VERSION: u64 = 1;

/// The window, if there is one.
pub fn window() -> Option<Window> {
    web_sys::window()
}

fn local() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// Keeps the work in the browser; the error says why it did not.
pub fn save_work(work: &Work) -> Result<(), String> {
    let storage = local().ok_or("storage")?;
    let origin = match &work.origin {
        Origin::Scenario(id) => Value::from(&**id),
        Origin::Own | Origin::Link => Value::Null,
    };
    let files: Vec<Value> = work
        .document
        .files
        .iter()
        .map(|file| json!({"name": &*file.name, "text": &*file.text}))
        .collect();
    let request = work.request.as_ref().map(|request| {
        json!({
            "from": request.from, "to": request.to,
            "protocol": request.protocol.as_str(), "port": request.port,
        })
    });
    let saved = json!({
        "version": VERSION, "name": &*work.name, "scenario": origin, "files": files, "request": request,
    });
    storage
        .set_item(WORK, &saved.to_string())
        .map_err(|error| error_text(&error))
}

/// Keeps no work any more.
pub fn forget_work() {
    if let Some(storage) = local() {
        let _refused = storage.remove_item(WORK);
    }
}

/// The work that was kept, if any that this version understands.
pub fn saved_work() -> Option<Work> {
    let text = local()?.get_item(WORK).ok()??;
    let saved: Value = serde_json::from_str(&text).ok()?;
    if saved.get("version")?.as_u64()? > VERSION {
        return None;
    }
    let files = saved.get("files")?.as_array()?.iter().filter_map(|file| {
        let field = |name| file.get(name).and_then(Value::as_str).map(str::to_owned);
        Some((field("name")?, field("text")?))
    });
    let (document, _) = Document::from_texts(files.collect());
    let scenario = saved.get("scenario").and_then(Value::as_str);
    Some(Work {
        name: saved
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .into(),
        origin: scenario.map_or(Origin::Own, |id| Origin::Scenario(id.into())),
        document: document.into(),
        request: saved.get("request").and_then(request_of).map(Into::into),
    })
}

fn request_of(saved: &Value) -> Option<Request> {
    let field = |name| saved.get(name).and_then(Value::as_str);
    Some(Request {
        from: field("from")?.to_owned(),
        to: field("to")?.to_owned(),
        protocol: field("protocol")
            .and_then(|text| text.parse().ok())
            .unwrap_or_default(),
        port: field("port").unwrap_or_default().to_owned(),
    })
}

/// Keeps what the reader prefers; a browser that refuses has said so about the work already.
pub fn save_preferences(preferences: Preferences) {
    let theme = match preferences.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let saved = json!({
        "language": preferences.language.code(), "theme": theme, "singleKeys": preferences.single_keys,
    });
    if let Some(storage) = local() {
        let _refused = storage.set_item(PREFERENCES, &saved.to_string());
    }
}

/// What the reader prefers: kept before, else as the browser says.
pub fn preferences() -> Preferences {
    let saved = local()
        .and_then(|storage| storage.get_item(PREFERENCES).ok()?)
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let field = |name: &str| saved.as_ref().and_then(|saved| saved.get(name)).cloned();
    let text = |name: &str| field(name).and_then(|value| value.as_str().map(str::to_owned));
    Preferences {
        language: text("language")
            .and_then(|code| Language::of_tag(&code))
            .unwrap_or_else(system_language),
        theme: theme_of(text("theme").as_deref()),
        single_keys: field("singleKeys")
            .and_then(|value| value.as_bool())
            .unwrap_or(true),
    }
}

/// What an embedded page prefers: as its address says, else as the system says; nothing is stored.
pub fn preferences_of_address() -> Preferences {
    Preferences {
        language: query("lang")
            .and_then(|code| Language::of_tag(&code))
            .unwrap_or_else(system_language),
        theme: theme_of(query("theme").as_deref()),
        ..Preferences::default()
    }
}

fn theme_of(word: Option<&str>) -> Theme {
    match word {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

fn system_language() -> Language {
    window()
        .and_then(|window| window.navigator().language())
        .and_then(|tag| Language::of_tag(&tag))
        .unwrap_or_default()
}

/// Applies language and theme to the root of the page.
pub fn apply(preferences: Preferences) {
    let Some(root) = window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
    else {
        return;
    };
    let _ = root.set_attribute("lang", preferences.language.code());
    let _ = match preferences.theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// Marks the page as running, and says whether the mark of an earlier run is still there: it ended unexpectedly.
pub fn mark_running() -> bool {
    let Some(storage) = session() else {
        return false;
    };
    let crashed = storage.get_item(RUNNING).ok().flatten().is_some();
    let _refused = storage.set_item(RUNNING, "1");
    crashed
}

/// Takes the mark away: the page is left in good order.
pub fn mark_ended() {
    if let Some(storage) = session() {
        let _refused = storage.remove_item(RUNNING);
    }
}

/// The fragment of the address, without `#`.
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Loads the page anew; its address stays, and with it the link that it carries.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The page's own address without query and fragment.
pub fn own_address() -> String {
    let Some(window) = window() else {
        return String::new();
    };
    let location = window.location();
    location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default()
}

/// A value of the address's query, as written; the values that the page knows need no decoding.
pub fn query(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    let mut pairs = search.trim_start_matches('?').split('&');
    pairs.find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// Hands a text to the reader as a file.
pub fn download(name: &str, media_type: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let Some(url) = Blob::new_with_str_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .ok()
    else {
        return;
    };
    let link = window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("a").ok())
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The browser has taken the data over by the next turn.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}

/// Puts a text on the clipboard; the answer says whether the browser allowed it.
pub async fn copy(text: String) -> bool {
    let Some(window) = window() else { return false };
    let promise = window.navigator().clipboard().write_text(&text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}

/// Whether the system is dark.
pub fn prefers_dark() -> bool {
    matches("(prefers-color-scheme: dark)")
}

fn matches(query: &str) -> bool {
    let query = window().and_then(|window| window.match_media(query).ok()?);
    query.is_some_and(|query| query.matches())
}

/// Whether the reader asked the system for less motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether the screen has the narrow layout of `styles/shell.css`; a frame in another page has it by its width alone.
pub fn is_narrow(embedded: bool) -> bool {
    matches("(max-width: 639.98px)")
        || !embedded && matches("(max-width: 779.98px) and (max-height: 599.98px)")
}

thread_local! {
    static MEASURES: Cell<bool> = const { Cell::new(false) };
}

/// From now on there is a page to measure; there is none where the first picture is worked out (`ui/baked`).
pub fn begin_measures() {
    MEASURES.set(true);
}

/// The clock for measurements.
fn performance() -> Option<Performance> {
    MEASURES.get().then(window)??.performance()
}

/// Marks a moment for measurements.
pub fn mark(name: &str) {
    if let Some(performance) = performance() {
        let _ = performance.mark(name);
    }
}

/// Measures from the mark `from` until now.
pub fn measure(name: &str, from: &str) {
    if let Some(performance) = performance() {
        let _ = performance.measure_with_start_mark(name, from);
    }
}

/// What a thrown value says.
pub fn error_text(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_else(|| "unknown".to_owned()),
    }
}

/// A number for a gesture that begins at `now`, in milliseconds since the page was opened.
pub fn gesture_at(now: f64) -> u32 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of the type"
    )]
    {
        now.clamp(0.0, f64::from(u32::MAX)) as u32
    }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

thread_local! {
    /// Whether the next edit may take the element with the focus away, and the neighbour that then has it.
    static NEXT_FOCUS: RefCell<(bool, Option<Element>)> = const { RefCell::new((false, None)) };
}

/// Keeps in mind what stands before the object of the picture that has the focus: what contains it, or its neighbour.
pub fn mind_focus() {
    let neighbour = || {
        let active = window()?.document()?.active_element()?;
        let mut before = active
            .closest("[data-key]")
            .ok()??
            .previous_element_sibling();
        while let Some(element) = &before
            && !element.has_attribute("tabindex")
        {
            before = element.previous_element_sibling();
        }
        before
    };
    NEXT_FOCUS.with(|next| *next.borrow_mut() = (true, neighbour()));
}

/// Where an edit took the element with the focus away, puts the focus on what was kept in mind, rather than nowhere.
pub fn focus_if_lost() {
    let (true, next) = NEXT_FOCUS.with(RefCell::take) else {
        return;
    };
    let Some(document) = window().and_then(|window| window.document()) else {
        return;
    };
    if document
        .active_element()
        .is_some_and(|element| element.tag_name() != "BODY")
    {
        return;
    }
    let next = next.filter(|element| element.is_connected());
    if let Some(element) = next
        .as_ref()
        .and_then(|element| element.dyn_ref::<web_sys::SvgElement>())
    {
        let _ = element.focus();
    } else if let Some(canvas) = document.get_element_by_id("region-canvas")
        && let Some(canvas) = canvas.dyn_ref::<HtmlElement>()
    {
        let _ = canvas.focus();
    }
}
