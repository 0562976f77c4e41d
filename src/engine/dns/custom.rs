//! The ConfigMap `coredns-custom`: more server blocks (`*.server`) and plugins of the default block (`*.override`).
//!
//! Neither is modelled: what they could change is said to be not modelled.

use super::name::{normal, within};
use crate::model::kube::ConfigMap;
use crate::model::network::Network;

/// Plugins that never change an answer.
const HARMLESS: [&str; 7] = [
    "log",
    "errors",
    "debug",
    "health",
    "ready",
    "prometheus",
    "cache",
];

/// The ConfigMap, if it exists.
pub fn config_map(network: &Network) -> Option<&ConfigMap> {
    network
        .config_maps
        .iter()
        .find(|map| &*map.meta.name == "coredns-custom" && &*map.meta.namespace == "kube-system")
}

/// The key of the ConfigMap that might decide about `name` (normal): a server block for its zone, or any plugin
/// of the default block that may change answers.
pub fn decides<'a>(network: &'a Network, name: &str) -> Option<&'a str> {
    let map = config_map(network)?;
    let deciding = |(key, text): (&&str, &str)| {
        if key.ends_with(".server") {
            zones(text).iter().any(|zone| within(name, zone).is_some())
        } else {
            key.ends_with(".override") && changes_answers(text)
        }
    };
    let keys = map.data.iter().map(|(key, text)| (&**key, &**text));
    keys.into_iter()
        .find(|(key, text)| deciding((key, text)))
        .map(|(key, _)| key)
}

/// Lines without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let code = |line: &'_ str| line.find('#').unwrap_or(line.len());
    text.lines()
        .map(move |line| line.get(..code(line)).unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

/// The zones that the server blocks of a text are for.
fn zones(text: &str) -> Vec<String> {
    let mut zones = Vec::new();
    let mut depth = 0usize;
    for line in lines(text) {
        if depth == 0 {
            let words = line
                .split([' ', '\t', ',', '{'])
                .filter(|word| !word.is_empty());
            zones.extend(words.map(zone));
        }
        depth += line.matches('{').count();
        depth = depth.saturating_sub(line.matches('}').count());
    }
    zones
}

/// The zone of an address such as `dns://contoso.com:53`.
fn zone(word: &str) -> String {
    let word = word.split_once("://").map_or(word, |(_, rest)| rest);
    normal(word.split(':').next().unwrap_or_default())
}

fn changes_answers(text: &str) -> bool {
    let mut depth = 0usize;
    for line in lines(text) {
        let plugin = line.split_whitespace().next().unwrap_or_default();
        if depth == 0 && plugin != "}" && !HARMLESS.contains(&plugin) {
            return true;
        }
        depth += line.matches('{').count();
        depth = depth.saturating_sub(line.matches('}').count());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zones_of_server_blocks_are_read() {
        let text =
            "contoso.com:53, corp.example {\n  errors # { \n  forward . 10.1.0.4\n}\n.:5353 {\n}\n";
        assert_eq!(zones(text), ["contoso.com", "corp.example", ""]);
    }

    #[test]
    fn logging_changes_no_answer_and_rewriting_does() {
        assert!(!changes_answers(
            "log\n# rewrite\nerrors {\n consolidate 5m x\n}\n"
        ));
        assert!(changes_answers("log\nrewrite name a b\n"));
    }
}
