//! Ordered pairs.

/// Every ordered pair of distinct names.
pub fn distinct(names: &[String]) -> impl Iterator<Item = (&str, &str)> {
    names.iter().flat_map(move |from| {
        let others = names.iter().filter(move |to| *to != from);
        others.map(move |to| (from.as_str(), to.as_str()))
    })
}
