//! What every component may need: the words of the interface, and the way to change something.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use yew::{AttrValue, Callback, hook, use_context};

use super::store::Action;
use crate::edit::Label;
use crate::engine::explain::Arg;
use crate::text::{Language, Texts};

/// The texts of the chosen language, cheap to clone.
#[derive(Clone, Debug)]
pub struct Words {
    language: Language,
    /// Parsed when the first of them is asked for.
    texts: Rc<OnceCell<Texts>>,
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

impl Words {
    /// The texts of `language`.
    pub fn new(language: Language) -> Self {
        Self {
            language,
            texts: Rc::default(),
        }
    }

    /// The message `id`.
    pub fn get(&self, id: &str) -> AttrValue {
        self.texts().get(id).into()
    }

    /// The message `id` with arguments.
    pub fn with(&self, id: &str, args: &[(&str, Arg)]) -> AttrValue {
        self.texts().message(id, args).into()
    }

    /// What an edit is called.
    pub fn label(&self, label: &Label) -> AttrValue {
        let args: Vec<(&str, Arg)> = label
            .args
            .iter()
            .map(|(name, value)| (*name, value.as_str().into()))
            .collect();
        self.with(label.id, &args)
    }

    /// All of them.
    pub fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| Texts::new(self.language))
    }
}

/// Sends an action to the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Act(pub Callback<Action>);

impl Act {
    /// Sends `action`.
    pub fn send(&self, action: Action) {
        self.0.emit(action);
    }

    /// An event handler that sends `action`.
    pub fn on<E: 'static>(&self, action: Action) -> Callback<E> {
        self.0.reform(move |_| action.clone())
    }
}

thread_local! {
    /// What still waits to become an edit: typing, where recomputation is slow.
    static WAITING: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Keeps `finish` until something happens that must not overtake what was typed.
pub fn wait(finish: impl FnOnce() + 'static) {
    WAITING.with(|waiting| *waiting.borrow_mut() = Some(Box::new(finish)));
}

/// Lets what waits become an edit now.
pub fn finish_waiting() {
    let finish = WAITING.with(|waiting| waiting.borrow_mut().take());
    if let Some(finish) = finish {
        finish();
    }
}

/// The words of the interface.
#[hook]
pub fn use_words() -> Words {
    use_context::<Words>().unwrap_or_else(|| Words::new(Language::En))
}

/// The way to change something.
#[hook]
pub fn use_act() -> Act {
    use_context::<Act>().unwrap_or_else(|| Act(Callback::noop()))
}
