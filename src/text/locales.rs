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
areas! { rest: "dns" "policy" "ingress" "diagnostics" "lint" "plan" "sheets" "cli" "blockers" "share" }

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

/// The texts of all other files. A page gets them with the second part of its program (`web/build.mjs`) and has zeros
/// in their place before.
pub(super) fn texts_of_rest(language: Language) -> impl Iterator<Item = &'static str> {
    let missing = |(_, text): &(&str, &str)| black_box(*text).starts_with('\0');
    if rest(language).iter().any(missing) {
        FETCH.get()();
    }
    rest(language).iter().map(|(_, text)| *text)
}
