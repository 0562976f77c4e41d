//! The languages that kubehop speaks.

use std::str::FromStr;

use unic_langid::LanguageIdentifier;

/// A language of the interface and of the answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// Every language.
    pub const ALL: &[Language] = &[Language::En, Language::Ja];

    /// The language's code under ISO 639, as `lang` attributes and links carry it.
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ja => "ja",
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Ja => "日本語",
        }
    }

    /// The language of a tag under BCP 47, such as `ja-JP`; `None` for one that kubehop does not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::of_tag(text).ok_or_else(|| format!("`{text}` is not `en` or `ja`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_a_region_names_its_language() {
        assert_eq!(Language::of_tag("ja-JP"), Some(Language::Ja));
        assert_eq!(Language::of_tag("en_US.UTF-8"), Some(Language::En));
        assert_eq!(Language::of_tag("de"), None);
    }

    #[test]
    fn an_unknown_language_says_which_there_are() {
        assert_eq!(
            "fr".parse::<Language>(),
            Err("`fr` is not `en` or `ja`".into())
        );
    }
}
