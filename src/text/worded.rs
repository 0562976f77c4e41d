//! Sentences that the engine words in English, in the language of the reader.
//!
//! What was found in a document, what is not modelled and what a rule is called are English texts with names of the user's
//! own in them. The English messages of `worded.ftl` say where: `{ $name }` stands for any text. Of those that fit, the one
//! with most words of its own decides, and what stands in its places are the arguments of the translation. They may be
//! worded by the engine themselves, and are translated likewise.

use super::{Texts, locales};
use crate::engine::explain::Arg;

/// An English message with places.
pub(super) struct Shape {
    id: &'static str,
    /// What stands before, between and after the places.
    words: Vec<&'static str>,
    names: Vec<&'static str>,
}

impl Shape {
    /// Reads a line of the file, `id = words { $name } words`; comments are none.
    fn of(line: &'static str) -> Option<Self> {
        let (id, text) = line.split_once(" = ")?;
        let mut parts = text.split("{ $");
        let mut shape = Self {
            id,
            words: vec![parts.next()?],
            names: Vec::new(),
        };
        for part in parts {
            let (name, words) = part.split_once(" }")?;
            shape.names.push(name);
            shape.words.push(words);
        }
        (!id.starts_with('#')).then_some(shape)
    }

    /// What stands in its places; `None` where the text is not one of these.
    fn values<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.words.split_first()?;
        let mut rest = text.strip_prefix(first)?;
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        rest = rest.strip_suffix(last)?;
        let mut values = Vec::new();
        for words in between {
            let (value, after) = rest.split_once(words)?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        // Otherwise "A that B does not exist" would be an object that does not exist.
        let begins_with_words = first.is_empty() && values.first()?.contains(' ');
        let all = values.iter().all(|value| !value.is_empty());
        (all && !begins_with_words).then_some(values)
    }

    fn own_words(&self) -> usize {
        self.words.iter().map(|words| words.len()).sum()
    }
}

/// All shapes, those with most words of their own first.
pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = locales::worded().lines().filter_map(Shape::of).collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.own_words()));
    shapes
}

impl Texts {
    /// The translation of a sentence that the engine worded; `None` where it did not, or there is none.
    pub(super) fn worded(&self, text: &str) -> Option<String> {
        let mut shapes = self.shapes.get_or_init(shapes).iter();
        let (shape, values) = shapes.find_map(|shape| Some((shape, shape.values(text)?)))?;
        let args: Vec<(&str, Arg)> = shape
            .names
            .iter()
            .copied()
            .zip(values.into_iter().map(Arg::from))
            .collect();
        Some(self.message(shape.id, &args))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn japanese(text: &str) -> String {
        Texts::new(Language::Ja).phrase(text).into_owned()
    }

    #[test]
    fn names_keep_their_places_in_a_sentence_of_the_engine() {
        for (english, expected) in [
            (
                "the network policy engine antrea",
                "ネットワーク ポリシーのエンジン antrea",
            ),
            (
                "`ingress/default/a` has no effect: there is no IngressClass `nginx`",
                "`ingress/default/a` には効果がありません: IngressClass `nginx` がありません",
            ),
            (
                "rule `late` never matches, because `a` and `b` take every packet of it first; it has no effect",
                "規則 `late` は、`a` と `b` がすべてのパケットを先に引き受けるため一致せず、効果がありません",
            ),
            (
                "a request of internet for service/default/web at 20.50.60.70:80 is lost at node/n1 (azure.nic, `IP forwarding off`)",
                "internet から 20.50.60.70:80 の service/default/web へのリクエストが node/n1 (azure.nic、`IP 転送がオフ`) で失われます",
            ),
        ] {
            assert_eq!(japanese(english), expected);
        }
    }

    #[test]
    fn of_two_sentences_that_fit_the_one_with_more_words_is_meant() {
        assert_eq!(
            japanese(
                "`ingress/a/b` has no effect: no ingress controller for the class `x` is among the documents"
            ),
            "`ingress/a/b` には効果がありません: 文書の中に、クラス `x` のイングレス コントローラーがありません"
        );
    }

    #[test]
    fn what_the_engine_never_worded_stays_as_it_is() {
        for text in [
            "",
            "web",
            "default via 10.1.0.1 dev eth0",
            "the network policy engine ",
        ] {
            assert_eq!(japanese(text), text);
        }
    }

    /// The page begins without the texts of `rest`, and fetches them when one is asked for.
    #[test]
    fn the_first_picture_in_japanese_asks_for_nothing_that_comes_later() {
        use crate::engine::simulation::Simulation;
        use crate::scene::{draw, layout};

        let document = crate::scenarios::ALL[0].document();
        let simulation = Simulation::new(&document);
        let network = simulation.network();
        let flow = network.flows.first().expect("a flow");
        let result = simulation.trace(flow);
        let branch = result.branches.first().expect("a walk");
        let texts = Texts::new(Language::Ja);
        for (_, step) in branch.connection.original.steps() {
            texts.why(&step.why);
            if let Some(rule) = step.rule() {
                texts.words(&rule);
            }
            assert!(texts.rest.get().is_none(), "{:?}", step.why);
        }
        let placement = layout::place(network, Some(branch));
        draw::draw(
            network,
            &placement,
            Some(branch),
            &draw::View::default(),
            &texts,
        );
        assert!(texts.rest.get().is_none() && texts.shapes.get().is_none());
    }

    #[test]
    fn every_line_has_words_of_its_own_and_names_that_are_not_beside_each_other() {
        let shapes = shapes();
        assert!(shapes.len() > 250, "only {} were read", shapes.len());
        for shape in shapes {
            let inner = shape
                .words
                .get(1..shape.words.len() - 1)
                .unwrap_or_default();
            let parted = inner.iter().all(|words| !words.is_empty());
            assert!(parted && shape.own_words() > 5, "{}", shape.id);
        }
    }
}
