//! Nothing panics on any input: the built-in scenarios, with words replaced and lines moved or lost, are read,
//! completed and walked to the end.

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::scenarios;
use proptest::prelude::*;

/// Values that are wrong, or extreme, in most places.
const ODD: &[&str] = &[
    "",
    "null",
    "[]",
    "{}",
    "-1",
    "0",
    "65535",
    "65536",
    "99999",
    "\"\"",
    "true",
    "None",
    "Local",
    "ExternalName",
    "NodePort",
    "azure",
    "kubenet",
    "overlay",
    "10.0.0.0/33",
    "::/0",
    "fd00::/64",
    "fd00::1",
    "0.0.0.0/0",
    "0.0.0.0",
    "255.255.255.255",
    "10.1.0.4",
    "10.244.0.0/16",
    "10.1.0.0/30",
    "127.0.0.1",
    "168.63.129.16",
    "vnet-a/nodes",
    "vnet-b",
    "default",
    "a/b/c/d",
    "<script>alert(1)</script>",
    "9223372036854775807",
    "UDP",
    "ICMP",
    "SCTP",
];

/// The texts of a built-in scenario after some damage.
fn damaged() -> impl Strategy<Value = Vec<(String, String)>> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::sample::select(ODD),
        0..8u8,
    );
    let changes = prop::collection::vec(change, 1..6);
    let scenario = 0..scenarios::ALL.len();
    (scenario, changes).prop_map(|(scenario, changes)| {
        let mut texts: Vec<(String, String)> = scenarios::ALL[scenario]
            .files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        for (at, word, odd, how) in changes {
            let file = at.index(texts.len());
            let mut lines: Vec<String> = texts[file].1.lines().map(str::to_owned).collect();
            let line = word.index(lines.len());
            match how {
                0 => drop(lines.remove(line)),
                1 => lines.insert(at.index(lines.len()), lines[line].clone()),
                _ => lines[line] = replaced(&lines[line], at.index(1 << 16), odd),
            }
            texts[file].1 = lines.join("\n") + "\n";
        }
        texts
    })
}

/// A line with one of its words replaced.
fn replaced(line: &str, word: usize, with: &str) -> String {
    let starts: Vec<usize> = line
        .match_indices([' ', '"', '[', ','])
        .map(|(at, _)| at + 1)
        .collect();
    let Some(&start) = starts.get(word % starts.len().max(1)) else {
        return with.to_owned();
    };
    let rest = &line[start..];
    let end = rest.find([' ', '"', ',', ']', '}']).unwrap_or(rest.len());
    format!("{}{with}{}", &line[..start], &rest[end..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn damaged_scenarios_are_read_completed_and_walked(texts in damaged()) {
        let (document, _) = Document::from_texts(texts);
        let simulation = Simulation::new(&document);
        let _ = simulation.checks(&document);
        for flow in &simulation.network().flows {
            let result = simulation.trace(flow);
            let walked: f64 = result.branches.iter().map(|branch| branch.probability).sum();
            let total = walked + result.unexplored;
            prop_assert!((total - 1.0).abs() < 1e-6, "{}: probabilities add up to {total}", flow.meta.name);
        }
    }
}
