//! The sentences of kubehop in English and Japanese.
//!
//! Every sentence is a Fluent message in `src/text/locales/<language>/<area>.ftl`
//! and is rendered with its arguments by [`Texts`]; nothing is concatenated.
//! [`fragment`] splits a rendered sentence into plain text and links.
//!
//! Left out on purpose: choosing a language from the browser or the environment
//! (the front ends do that), and formatting of numbers by locale (addresses,
//! ports and counts are printed as a machine prints them).

pub mod fragment;
pub mod language;
mod locales;
mod phrases;
pub mod plan;
pub mod table;
mod worded;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentBundle, FluentMessage, FluentResource, FluentValue};

use crate::engine::events::Failures;
use crate::engine::explain::{Arg, Explanation};
use crate::engine::trace::{Disposition, Verdict};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::object::Ref;

pub use fragment::Fragment;
pub use language::Language;
pub use locales::{arrived, fetch_with};

/// All messages of one language, each file parsed at most once.
pub struct Texts {
    language: Language,
    first: Bundle,
    /// Parsed when a message is asked for that is not in `first`.
    rest: OnceCell<Bundle>,
    /// Read when a text is asked for that the engine worded.
    shapes: OnceCell<Vec<worded::Shape>>,
}

type Bundle = FluentBundle<FluentResource>;

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

impl Texts {
    /// Parses the messages of `language`.
    ///
    /// A message that does not parse is absent, and so renders as its id; `tests/texts.rs` holds that none is.
    pub fn new(language: Language) -> Self {
        Self {
            language,
            first: bundle(language, locales::texts_of_first(language)),
            rest: OnceCell::new(),
            shapes: OnceCell::new(),
        }
    }

    fn find(&self, id: &str) -> Option<(&Bundle, FluentMessage<'_>)> {
        let rest = || bundle(self.language, locales::texts_of_rest(self.language));
        let in_first = self
            .first
            .get_message(id)
            .map(|message| (&self.first, message));
        in_first.or_else(|| {
            let rest = self.rest.get_or_init(rest);
            Some((rest, rest.get_message(id)?))
        })
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a message of this id.
    pub fn has(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    /// The message `id` with `args`; the id itself where there is none.
    pub fn message(&self, id: &str, args: &[(&str, Arg)]) -> String {
        self.format(id, args.iter().map(|(name, arg)| (*name, self.value(arg))))
            .unwrap_or_else(|| id.to_owned())
    }

    /// The message `id` that needs no argument.
    pub fn get(&self, id: &str) -> String {
        self.message(id, &[])
    }

    /// The sentence that explains a step.
    pub fn why(&self, explanation: &Explanation) -> String {
        self.message(explanation.id, &explanation.args)
    }

    /// The sentence that explains a step, objects and fields as links.
    ///
    /// The texts of the fragments in order are [`Texts::why`].
    pub fn fragments(&self, explanation: &Explanation) -> Vec<Fragment> {
        let args = explanation.args.iter().enumerate();
        let marked = args.map(|(index, (name, arg))| {
            let value = match arg {
                Arg::Object(_) | Arg::Field { .. } => {
                    FluentValue::from(fragment::mark(index, &self.argument(arg)))
                }
                Arg::Text(_) | Arg::Number(_) => self.value(arg),
            };
            (*name, value)
        });
        let text = self
            .format(explanation.id, marked)
            .unwrap_or_else(|| explanation.id.to_owned());
        fragment::split(&text, &explanation.args)
    }

    /// What is wrong, in the language of these texts, without place, found, expected or hint.
    ///
    /// English is what the reader wrote; other languages translate the sentence, else by code, and
    /// fall back to English where they have no message of that code.
    pub fn diagnostic_message(&self, diagnostic: &Diagnostic) -> String {
        if self.language == Language::En {
            return diagnostic.message.clone();
        }
        self.worded(&diagnostic.message)
            .or_else(|| self.translated(diagnostic, false))
            .unwrap_or_else(|| diagnostic.message.clone())
    }

    /// What to do about it, in the language of these texts.
    pub fn diagnostic_hint(&self, diagnostic: &Diagnostic) -> Option<String> {
        let Some(hint) = &diagnostic.hint else {
            let id = format!("mend-{}", diagnostic.code);
            return self.has(&id).then(|| self.get(&id));
        };
        Some(
            self.translated(diagnostic, true)
                .unwrap_or_else(|| self.phrase(hint).into_owned()),
        )
    }

    /// What was found and what was expected, in the language of these texts.
    pub fn diagnostic_found(&self, diagnostic: &Diagnostic) -> Option<[String; 2]> {
        let (found, expected) = (diagnostic.found.as_ref()?, diagnostic.expected.as_ref()?);
        Some([found, expected].map(|phrase| self.phrase(phrase).into_owned()))
    }

    /// A whole problem in one line: place, severity, message, found and expected, hint.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let mut line = String::new();
        if let Some(location) = &diagnostic.location {
            line = format!("{location}: ");
        }
        line += self.severity(diagnostic.severity).as_str();
        line += ": ";
        line += &self.diagnostic_message(diagnostic);
        if let Some([found, expected]) = self.diagnostic_found(diagnostic) {
            let args = [("found", found.into()), ("expected", expected.into())];
            line += &self.message("diagnostic-found", &args);
        }
        if let Some(hint) = self.diagnostic_hint(diagnostic) {
            line += &self.message("diagnostic-hint", &[("hint", hint.into())]);
        }
        line
    }

    /// The word for a severity.
    pub fn severity(&self, severity: Severity) -> String {
        self.get(match severity {
            Severity::Error => "severity-error",
            Severity::Warning => "severity-warning",
            Severity::Info => "severity-info",
        })
    }

    /// The word for a verdict, such as `Delivered`.
    pub fn verdict(&self, verdict: Verdict) -> String {
        self.get(match verdict {
            Verdict::Delivered => "verdict-delivered",
            Verdict::Dropped => "verdict-dropped",
            Verdict::Rejected => "verdict-rejected",
            Verdict::Unresolved => "verdict-unresolved",
            Verdict::NotModelled => "verdict-not-modelled",
            Verdict::Mixed => "verdict-mixed",
        })
    }

    /// What is out of order about an object at a moment, in words; `None` where nothing is.
    pub fn failure(&self, failures: &Failures, object: &Ref) -> Option<String> {
        let stopped = failures.stopped.contains(object);
        let by = failures.left_out.get(object).and_then(|by| by.first());
        let id = match (stopped, by) {
            (false, None) => return None,
            (true, None) => return Some(self.get("state-stopped")),
            (true, Some(_)) => "state-both",
            (false, Some(_)) => "state-left-out",
        };
        let by = by.cloned().map(Arg::Object);
        Some(self.message(id, &[("balancer", by?)]))
    }

    /// A disposition in words, such as `no route`.
    pub fn disposition(&self, disposition: &Disposition) -> String {
        let id = match disposition {
            Disposition::Delivered => "disposition-delivered",
            Disposition::DeniedIn => "disposition-denied-in",
            Disposition::DeniedOut => "disposition-denied-out",
            Disposition::NoRoute => "disposition-no-route",
            Disposition::NullRouted => "disposition-null-routed",
            Disposition::NoSuchAddress => "disposition-no-such-address",
            Disposition::Filtered => "disposition-filtered",
            Disposition::NotForwarded => "disposition-not-forwarded",
            Disposition::NoHealthyMember => "disposition-no-healthy-member",
            Disposition::SnatUnavailable => "disposition-snat-unavailable",
            Disposition::NoConnection => "disposition-no-connection",
            Disposition::Looped => "disposition-looped",
            Disposition::Rejected => "disposition-rejected",
            Disposition::NoEndpoints => "disposition-no-endpoints",
            Disposition::PortClosed => "disposition-port-closed",
            Disposition::Reset => "disposition-reset",
            Disposition::NameNotFound => "disposition-name-not-found",
            Disposition::NotModelled { what } => {
                return self.message("disposition-not-modelled", &[("what", what.clone().into())]);
            }
        };
        self.get(id)
    }

    /// The name by which sentences call an object: its own name, or a word for places of which there is only one.
    pub fn object(&self, object: &Ref) -> String {
        if object.name.is_empty() {
            self.get(&format!("object-{}", object.kind.as_str()))
        } else {
            fragment::clean(&object.name).into_owned()
        }
    }

    /// The translation of a problem, or of its hint; `None` where there is none, or it needs more than is known.
    fn translated(&self, diagnostic: &Diagnostic, hint: bool) -> Option<String> {
        let (bundle, message) = self.find(diagnostic.code)?;
        let pattern = if hint {
            message.get_attribute("hint")?.value()
        } else {
            message.value()?
        };
        let object = diagnostic.object.as_ref().map(ToString::to_string);
        // Readers begin with what they are about, in backticks.
        let field = diagnostic.message.split('`').nth(1);
        let field = field.or(diagnostic.field.as_deref());
        let args = [
            ("field", field),
            ("found", diagnostic.found.as_deref()),
            ("expected", diagnostic.expected.as_deref()),
            ("object", object.as_deref()),
        ];
        let known = args
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)));
        let args: FluentArgs<'_> = known.collect();
        let mut missing = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut missing);
        missing.is_empty().then(|| text.into_owned())
    }

    /// A message with arguments; `None` if there is no such message.
    ///
    /// An argument that is missing renders as its name in braces; that is visible, and tests refuse it.
    fn format<'a>(
        &'a self,
        id: &str,
        args: impl Iterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> Option<String> {
        let (bundle, message) = self.find(id)?;
        let pattern = message.value()?;
        let args: FluentArgs<'a> = args.collect();
        let text = bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
        Some(text.into_owned())
    }

    /// What is not modelled, or what a rule is called: words of the engine in the language of these texts, names and
    /// notations as they are.
    pub fn words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // A name is one word, and a list of names has none of small letters alone; routes and rules of netfilter have
        // notations of their own.
        let is_word = |word: &str| word.len() > 1 && word.bytes().all(|it| it.is_ascii_lowercase());
        let is_notation = [" dev ", " via ", " -"].iter().any(|it| text.contains(it));
        let worded = !is_notation && text.contains(' ') && text.split(' ').any(is_word);
        if self.language == Language::En || !worded {
            return Cow::Borrowed(text);
        }
        self.phrase(text)
    }

    fn value<'a>(&self, arg: &'a Arg) -> FluentValue<'a> {
        match arg {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Text(text) => FluentValue::String(match fragment::clean(text) {
                Cow::Borrowed(text) => self.words(text),
                Cow::Owned(text) => Cow::Owned(self.words(&text).into_owned()),
            }),
            Arg::Object(_) | Arg::Field { .. } => FluentValue::from(self.argument(arg)),
        }
    }

    fn argument(&self, arg: &Arg) -> String {
        match arg {
            Arg::Number(number) => number.to_string(),
            Arg::Object(object) => self.object(object),
            Arg::Text(text) | Arg::Field { text, .. } => match fragment::clean(text) {
                Cow::Borrowed(text) => text.to_owned(),
                Cow::Owned(text) => text,
            },
        }
    }
}

fn bundle(language: Language, texts: impl Iterator<Item = &'static str>) -> Bundle {
    let mut bundle = FluentBundle::new(vec![language.identifier()]);
    // The isolation marks of bidirectional text would end up in copied addresses.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        // An id that occurs twice keeps its first text; a test refuses it.
        let _duplicates = bundle.add_resource(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::explain::Arg;
    use crate::engine::trace::Cause;
    use crate::model::object::Kind;

    fn texts_with(messages: &str) -> Texts {
        let mut texts = Texts::new(Language::En);
        let resource = FluentResource::try_new(messages.to_owned()).unwrap();
        texts.first.add_resource_overriding(resource);
        texts
    }

    fn sentence() -> Explanation {
        let web = Ref::scoped(Kind::Service, "default", "web");
        Explanation::new("t-rewritten")
            .with("node", Ref::new(Kind::Node, "n0"))
            .with(
                "field",
                Arg::Field {
                    object: web,
                    path: "spec.externalTrafficPolicy".into(),
                    text: "externalTrafficPolicy: Cluster".into(),
                },
            )
            .with("count", 2)
            .with("address", "10.1.0.4")
    }

    const MESSAGES: &str =
        "t-rewritten = { $node } wrote { $address } { $count } times: { $field }.\n";

    #[test]
    fn a_sentence_is_rendered_with_its_arguments() {
        assert_eq!(
            texts_with(MESSAGES).why(&sentence()),
            "n0 wrote 10.1.0.4 2 times: externalTrafficPolicy: Cluster."
        );
    }

    #[test]
    fn objects_and_fields_become_links_and_the_fragments_add_up_to_the_sentence() {
        let texts = texts_with(MESSAGES);
        let fragments = texts.fragments(&sentence());
        let joined: String = fragments.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(joined, texts.why(&sentence()));
        assert_eq!(
            fragments[0],
            Fragment {
                text: "n0".into(),
                link: Some(Cause::object(Ref::new(Kind::Node, "n0"))),
            }
        );
        assert_eq!(fragments[1].text, " wrote 10.1.0.4 2 times: ");
        assert_eq!(
            &*fragments[2].link.as_ref().unwrap().field,
            "spec.externalTrafficPolicy"
        );
        assert_eq!(fragments[3].text, ".");
    }

    #[test]
    fn a_name_cannot_forge_a_link() {
        let forged = fragment::mark(0, "click");
        let sentence = Explanation::new("t-rewritten")
            .with("node", Ref::new(Kind::Node, forged.as_str()))
            .with("address", forged.as_str());
        let fragments = texts_with("t-rewritten = { $address } { $node }\n").fragments(&sentence);
        assert_eq!(fragments[0], Fragment::text("click "));
        assert_eq!(fragments.len(), 2);
    }

    #[test]
    fn a_missing_message_shows_its_id_and_a_missing_argument_its_name() {
        let texts = texts_with("t-one = got { $one }\n");
        assert_eq!(texts.why(&Explanation::new("why-no-such")), "why-no-such");
        assert_eq!(texts.get("t-one"), "got {$one}");
    }

    #[test]
    fn a_problem_whose_translation_needs_what_is_not_known_stays_english() {
        let problem = Diagnostic::new(Severity::Error, "missing-field", "this Service has no name");
        let japanese = Texts::new(Language::Ja);
        assert_eq!(
            japanese.diagnostic_message(&problem),
            "this Service has no name"
        );
        let problem = Diagnostic::new(Severity::Error, "missing-field", "`spec.ports` is missing");
        assert_eq!(
            japanese.diagnostic_message(&problem),
            "spec.ports がありません"
        );
    }

    #[test]
    fn a_place_of_which_there_is_only_one_has_a_word() {
        let internet = Ref::bare(Kind::Internet);
        assert_eq!(Texts::new(Language::En).object(&internet), "internet");
        assert_eq!(Texts::new(Language::Ja).object(&internet), "インターネット");
    }

    #[test]
    fn a_problem_is_told_in_the_language_of_the_reader() {
        let problem = Diagnostic::new(
            Severity::Error,
            "yaml-syntax",
            "mapping values are not allowed here",
        )
        .found("`:`", "a line break")
        .hint("quote the value");
        assert_eq!(
            Texts::new(Language::En).diagnostic(&problem),
            "error: mapping values are not allowed here; found `:`, expected a line break; hint: quote the value"
        );
        let japanese = Texts::new(Language::Ja).diagnostic(&problem);
        assert!(japanese.starts_with("エラー: YAML"), "{japanese}");
    }
}
