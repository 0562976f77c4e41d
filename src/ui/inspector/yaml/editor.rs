//! CodeMirror behind a small interface (`web/editor.js`), loaded on demand.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use yew::NodeRef;

use crate::edit::Command;
use crate::model::diagnostic::Diagnostic;
use crate::text::Texts;
use crate::ui::browser;
use crate::ui::context::{Act, Words, wait};
use crate::ui::store::Action;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "kubehop"], js_name = loadEditor, catch)]
    async fn load_editor() -> Result<JsValue, JsValue>;

    type EditorModule;
    #[wasm_bindgen(method, catch)]
    fn create(
        this: &EditorModule,
        parent: &Element,
        text: &str,
        options: &JsValue,
    ) -> Result<Handle, JsValue>;

    type Handle;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str);
    #[wasm_bindgen(method)]
    fn open(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, list: &Array);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, line: u32, column: u32);
    #[wasm_bindgen(method, js_name = highlightLines)]
    fn highlight_lines(this: &Handle, lines: &Array);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// How many typed texts are remembered, to know their echo.
const REMEMBERED: usize = 8;
/// How long a recomputation may take, in milliseconds, before typing stops waiting for each.
const PATIENCE: f64 = 12.0;
/// How long a pause begins a new step of undo, in milliseconds.
const BURST: f64 = 1000.0;
/// How long a pause ends typing where recomputation is slow, in milliseconds.
const PAUSE: u32 = 200;

/// Turns what is typed into edits: at once while that is fast, at the next pause where it is not.
#[derive(Clone)]
pub struct Typing {
    act: Act,
    /// Index of the file in the editor.
    file: Rc<RefCell<usize>>,
    slow: Rc<Cell<bool>>,
    pending: Rc<RefCell<Option<Pending>>>,
    /// What was typed last and sent to the page.
    recent: Rc<RefCell<VecDeque<Arc<str>>>>,
    /// Number of the burst of typing, and when its last key was pressed.
    burst: Rc<Cell<(u32, f64)>>,
}

/// What was typed and is no edit yet.
struct Pending {
    _timer: Timeout,
    file: usize,
    text: String,
}

impl Typing {
    /// Typing into the file whose index `file` holds.
    pub fn new(act: Act, file: Rc<RefCell<usize>>) -> Self {
        Self {
            act,
            file,
            slow: Rc::default(),
            pending: Rc::default(),
            recent: Rc::default(),
            burst: Rc::default(),
        }
    }

    fn typed(&self, text: String) {
        let file = *self.file.borrow();
        if !self.slow.get() {
            self.commit(file, text);
            return;
        }
        let typing = self.clone();
        let timer = Timeout::new(PAUSE, move || typing.flush());
        let typing = self.clone();
        wait(move || typing.flush());
        *self.pending.borrow_mut() = Some(Pending {
            _timer: timer,
            file,
            text,
        });
    }

    /// Makes the edit that waits for a pause, if there is one.
    fn flush(&self) {
        let pending = self.pending.borrow_mut().take();
        if let Some(Pending { file, text, .. }) = pending {
            self.commit(file, text);
        }
    }

    fn commit(&self, file: usize, text: String) {
        let start = browser::now();
        let text: Arc<str> = text.into();
        let mut recent = self.recent.borrow_mut();
        recent.push_back(text.clone());
        if recent.len() > REMEMBERED {
            recent.pop_front();
        }
        drop(recent);
        browser::mark("kubehop:edit");
        let gesture = self.burst(start);
        let command = Command::ReplaceFile {
            file,
            text,
            gesture,
        };
        self.act.send(Action::Edit(command.into()));
        self.slow.set(browser::now() - start > PATIENCE);
    }

    /// Whether the page only says back what was typed, while the editor may be further already.
    fn is_echo(&self, text: &str) -> bool {
        self.recent.borrow().iter().any(|typed| **typed == *text)
    }

    /// The number of the burst that a key pressed at `now` belongs to: each burst is one step of undo.
    fn burst(&self, now: f64) -> u32 {
        let (number, last) = self.burst.get();
        let number = if now - last > BURST {
            browser::gesture_at(now)
        } else {
            number
        };
        self.burst.set((number, now));
        number
    }

    fn moved(&self, line: u32) {
        let file = *self.file.borrow();
        self.act.send(Action::CursorAt { file, line });
    }
}

/// An editor in the page; goes with it.
pub struct Editor {
    handle: Handle,
    typing: Typing,
    _typed: Closure<dyn Fn(String)>,
    _moved: Closure<dyn Fn(u32, u32)>,
    _undo: Closure<dyn Fn()>,
    _redo: Closure<dyn Fn()>,
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.handle.destroy();
        self.typing.flush();
    }
}

impl Editor {
    /// Fetches the editor if it is not there yet and makes one inside `host`; the error says what went wrong.
    pub async fn load(host: &NodeRef, words: &Words, typing: &Typing) -> Result<Self, String> {
        let module: EditorModule = load_editor()
            .await
            .map_err(|error| browser::error_text(&error))?
            .unchecked_into();
        let parent = host.cast::<Element>().ok_or("closed")?;
        let on = typing.clone();
        let typed = Closure::<dyn Fn(String)>::new(move |text| on.typed(text));
        let on = typing.clone();
        let moved = Closure::<dyn Fn(u32, u32)>::new(move |line, _column| on.moved(line));
        let on = typing.act.clone();
        let undo = Closure::<dyn Fn()>::new(move || on.send(Action::Undo));
        let on = typing.act.clone();
        let redo = Closure::<dyn Fn()>::new(move || on.send(Action::Redo));
        let options = object(&[
            ("onChange", typed.as_ref().clone()),
            ("onCursor", moved.as_ref().clone()),
            ("onUndo", undo.as_ref().clone()),
            ("onRedo", redo.as_ref().clone()),
            ("ariaLabel", JsValue::from_str(&words.get("tab-yaml"))),
            ("lang", JsValue::from_str(words.texts().language().code())),
        ]);
        let handle = module
            .create(&parent, "", &options)
            .map_err(|error| browser::error_text(&error))?;
        Ok(Self {
            handle,
            typing: typing.clone(),
            _typed: typed,
            _moved: moved,
            _undo: undo,
            _redo: redo,
        })
    }

    /// Brings the text up to date where something else than typing changed it; cursor and folds stay.
    pub fn set_text(&self, text: &str) {
        if !self.typing.is_echo(text) {
            self.typing.recent.borrow_mut().clear();
            self.handle.set_text(text);
        }
    }

    /// Shows another file.
    pub fn open(&self, text: &str) {
        self.typing.flush();
        self.typing.recent.borrow_mut().clear();
        self.handle.open(text);
    }

    /// Underlines problems, in place of the former ones.
    pub fn set_diagnostics(&self, problems: &[Diagnostic], texts: &Texts) {
        let list = problems.iter().filter_map(|problem| {
            let place = problem.location.as_ref()?;
            let number = |value: u32| JsValue::from_f64(f64::from(value));
            Some(object(&[
                ("line", number(place.line)),
                ("column", number(place.column)),
                ("endLine", number(place.end_line)),
                ("endColumn", number(place.end_column)),
                ("severity", JsValue::from_str(problem.severity.as_str())),
                (
                    "message",
                    JsValue::from_str(&texts.diagnostic_message(problem)),
                ),
            ]))
        });
        self.handle.set_diagnostics(&list.collect());
    }

    /// Puts the cursor at a place and scrolls there.
    pub fn reveal(&self, line: u32, column: u32) {
        self.handle.reveal(line, column);
    }

    /// Makes lines stand out, from the first to the last.
    pub fn highlight(&self, lines: Option<(u32, u32)>) {
        let (first, last) = lines.unwrap_or((1, 0));
        // A document of thousands of lines is not worth marking line by line.
        let marked = (first..=last)
            .take(400)
            .map(|line| JsValue::from_f64(f64::from(line)));
        self.handle.highlight_lines(&marked.collect());
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a fresh plain object cannot fail.
        let _always = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
