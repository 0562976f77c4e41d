//! The Fluent files, embedded.

use std::cell::Cell;
use std::hint::black_box;

use super::Language;

macro_rules! areas {
    ($name:ident: $($area:literal)*) => {
        const fn $name(language: Language) -> &'static [(&'static str, &'static str)] {
            match language {
                Language::En => &[$(($area, include_str!(concat!("locales/en/", $area, ".ftl"))),)*],
                Language::Ja => &[$(($area, include_str!(concat!("locales/ja/", $area, ".ftl"))),)*],
            }
        }
    };
}

areas! { first: "common" "netfilter" "azure" "walk" "ui" "scene" "edit" }
areas! { rest: "common-more" "scene-more" "edit-more" "netfilter-more" "azure-more" "walk-more" "models" "dns" "private-link" "policy" "ingress" "appgateway" "diagnostics" "phrases" "worded" "lint" "plan" "events" "clock" "ui-more" "effective" "sheets" "compare" "cli" "blockers" "share" }

thread_local! {
    static FETCH: Cell<fn()> = const { Cell::new(|| ()) };
}

/// Says how to get the texts that a page does not begin with; elsewhere all are there.
pub fn fetch_with(fetch: fn()) {
    FETCH.set(fetch);
}

/// The texts of the files that the first picture takes its words from.
pub(super) fn texts_of_first(language: Language) -> impl Iterator<Item = &'static str> {
    first(language).iter().map(|(_, text)| *text)
}

/// The texts of all other files.
pub(super) fn texts_of_rest(language: Language) -> impl Iterator<Item = &'static str> {
    rest(language).iter().map(|(_, text)| arrived(text))
}

/// The English messages that say where the user's own names stand in what the engine words itself.
pub(super) fn worded() -> &'static str {
    let file = rest(Language::En)
        .iter()
        .find(|(area, _)| *area == "worded");
    file.map_or("", |(_, text)| arrived(text))
}

/// An embedded text that a page gets with the second part of its program (`web/build.mjs`), when it is there. A page
/// has zeros in its place before.
pub fn arrived(text: &'static str) -> &'static str {
    if black_box(text).starts_with('\0') {
        FETCH.get()();
    }
    text
}
