//! The words on stations and beside them: names of chains, routes and addresses, which are the same in every language,
//! and what the engine words.

use super::measure::{Face, cut};
use super::numbering::rewrites;
use crate::engine::stage::Stage;
use crate::engine::trace::{Detail, Disposition, Step};
use crate::text::Texts;

/// Widest text of a station, in pixels.
const WIDEST: i32 = 168;
/// What a station has beside its label.
pub const BESIDE: i32 = 32;

/// What a station says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text, cut in the middle where it is too long.
    pub text: String,
    /// The whole text, if it was cut.
    pub full: Option<String>,
    /// Whether it is what a machine prints: a route.
    pub mono: bool,
}

impl Label {
    /// The label in the language of a reader, in the room that the layout made for it.
    #[must_use]
    pub fn told_by(self, texts: &Texts, room: i32) -> Self {
        let english = self.full.as_deref().unwrap_or(&self.text);
        let text = texts.words(english).into_owned();
        if self.mono || text == english {
            return self;
        }
        let shown = cut(&text, Face::Label, room);
        Self {
            full: (shown != text).then_some(text),
            text: shown,
            mono: false,
        }
    }
}

/// The name of the place within a node where a step is decided.
pub fn label(step: &Step) -> Label {
    let (text, mono) = match (&step.detail, step.stage) {
        (Detail::RoutedByLinux { route, .. }, _) => (short_route(route), true),
        // A field's name; how a walk ends where no field refuses is no name, and said in the trace.
        (Detail::Refused { by }, Stage::AzureNic | Stage::HostListen)
            if Disposition::named(by).is_none() =>
        {
            (by.to_string(), false)
        }
        (Detail::NotModelled { what }, _) => (what.to_string(), false),
        (_, stage) => (name(stage).to_owned(), false),
    };
    let face = if mono { Face::Mono } else { Face::Label };
    let shown = cut(&text, face, WIDEST);
    Label {
        full: (shown != text).then_some(text),
        text: shown,
        mono,
    }
}

/// A stage by its own name, in its own case.
pub fn name(stage: Stage) -> &'static str {
    let text = stage.as_str();
    text.strip_prefix("iptables.").unwrap_or(text)
}

/// A route without the attributes that do not decide: prefix, next hop, interface.
fn short_route(route: &str) -> String {
    let mut words = route.split_whitespace();
    let mut kept: Vec<&str> = words.next().into_iter().collect();
    while let Some(word) = words.next() {
        if matches!(word, "dev" | "via") {
            kept.push(word);
            kept.extend(words.next());
        }
    }
    kept.join(" ")
}

/// What a step wrote into the headers, a line each: `dst → 10.244.1.10:8080`.
pub fn notes(step: &Step) -> Vec<String> {
    let mut notes = Vec::new();
    if rewrites(step) {
        let (before, after) = (&step.before, &step.after);
        if (before.source, before.source_port) != (after.source, after.source_port) {
            notes.push(format!("src → {}", after.source_text()));
        }
        if (before.destination, before.destination_port)
            != (after.destination, after.destination_port)
        {
            notes.push(format!("dst → {}", after.destination_text()));
        }
    }
    notes
}
