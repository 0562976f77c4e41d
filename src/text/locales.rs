//! The Fluent files, embedded.

use super::Language;

macro_rules! areas {
    ($($area:literal)*) => {
        const ENGLISH: &[(&str, &str)] =
            &[$(($area, include_str!(concat!("locales/en/", $area, ".ftl"))),)*];
        const JAPANESE: &[(&str, &str)] =
            &[$(($area, include_str!(concat!("locales/ja/", $area, ".ftl"))),)*];
    };
}

areas! {
    "common" "netfilter" "azure" "dns" "policy" "walk" "ingress" "diagnostics" "lint" "plan" "cli" "edit" "share" "ui" "scene"
}

/// The area and text of every file of a language.
pub(super) const fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::En => ENGLISH,
        Language::Ja => JAPANESE,
    }
}
