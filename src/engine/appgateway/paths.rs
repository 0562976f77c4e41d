//! The paths of a gateway's rules: plain strings, of which a `*` at the end takes whatever follows. They are
//! compared without regard to case, in the order in which they are listed, and elements do not count.

use crate::model::ingress::PathType;

/// The pattern that an Ingress's path becomes: an exact one loses its `*`, a prefix gets one.
pub fn pattern(path: &str, path_type: PathType) -> String {
    match path_type {
        PathType::Exact => path.trim_end_matches('*').to_owned(),
        PathType::Prefix => format!("{}*", path.trim_end_matches('*')),
        PathType::ImplementationSpecific => path.to_owned(),
    }
}

/// Whether a path of an Ingress takes all that no other does.
pub fn is_rest(path: &str) -> bool {
    matches!(path, "" | "/" | "/*")
}

/// What of the path comes after the part that the pattern names; `None` where it does not match.
pub fn rest<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let Some(prefix) = pattern.strip_suffix('*') else {
        return path.eq_ignore_ascii_case(pattern).then_some("");
    };
    let begins = path.get(..prefix.len())?;
    begins
        .eq_ignore_ascii_case(prefix)
        .then(|| &path[prefix.len()..])
}

/// The path of a request without its query.
pub fn plain(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// What a backend is asked for where the settings override the path: `over` takes the place of what the rule
/// named, or stands before everything where the rule names no path.
pub fn overridden(over: &str, pattern: Option<&str>, path: &str) -> String {
    let (plain_path, query) = path
        .split_once('?')
        .map_or((path, None), |(a, b)| (a, Some(b)));
    let rest = match pattern {
        Some(pattern) => rest(pattern, plain_path).unwrap_or(plain_path),
        None => plain_path,
    };
    let over = over.trim_end_matches('/');
    let rest = rest.trim_start_matches('/');
    let mut text = format!("{over}/{rest}");
    if let Some(query) = query {
        text.push('?');
        text += query;
    }
    if text.starts_with('/') {
        text
    } else {
        format!("/{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Origin: facts I-02; "Prefix appends `*`", "Exact strips trailing `*`" (AGIC `pkg/appgw`).
    #[test]
    fn a_prefix_is_one_of_characters_and_not_of_elements() {
        let foo = pattern("/foo", PathType::Prefix);
        assert_eq!(foo, "/foo*");
        assert_eq!(rest(&foo, "/foobar"), Some("bar"));
        assert_eq!(rest(&foo, "/FOO/x"), Some("/x"));
        assert_eq!(rest(&foo, "/fo"), None);
        let exact = pattern("/foo*", PathType::Exact);
        assert_eq!(rest(&exact, "/foo"), Some(""));
        assert_eq!(rest(&exact, "/foo/"), None);
        let folder = pattern("/foo/*", PathType::ImplementationSpecific);
        assert_eq!(rest(&folder, "/foo"), None);
        assert_eq!(rest(&folder, "/foo/a"), Some("a"));
        assert_eq!(rest("/é*", "/ê"), None);
    }

    /// Origin: "Application Gateway HTTP settings", the table of "Override backend path".
    #[test]
    fn an_override_takes_the_place_of_what_the_rule_named() {
        for (over, pattern, path, expected) in [
            ("/override/", None, "/home/", "/override/home/"),
            (
                "/override/",
                None,
                "/home/second/",
                "/override/home/second/",
            ),
            (
                "/override/",
                Some("/pathrule*"),
                "/pathrule/home/",
                "/override/home/",
            ),
            (
                "/override/",
                Some("/pathrule/home*"),
                "/pathrule/home/second/?a=b",
                "/override/second/?a=b",
            ),
            ("/", Some("/a/*"), "/a/b", "/b"),
        ] {
            assert_eq!(overridden(over, pattern, path), expected, "{path}");
        }
    }
}
