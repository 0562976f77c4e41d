use std::sync::Arc;

use super::pattern::Pattern;
use super::{Plugin, Problem, Server, plugins, servers};

fn read(text: &str) -> (Vec<Server>, Vec<Problem>) {
    let mut problems = Vec::new();
    let servers = servers(text, &Arc::from("k"), &|_| Vec::new(), &mut problems);
    (servers, problems)
}

fn shown(problems: &[Problem]) -> Vec<String> {
    let one = |it: &Problem| format!("{}:{} {} {}", it.line, it.column, it.found, it.message);
    problems.iter().map(one).collect()
}

#[test]
fn server_blocks_have_zones_and_plugins_in_the_order_of_coredns() {
    let text = "contoso.com:53, corp.example { # { \n  forward . 10.1.0.4 {\n    except a.b\n  }\n  errors\n  \
                rewrite name a.corp.example b.corp.example\n}\n.:5353 {\n log\n}\n";
    let (servers, problems) = read(text);
    assert_eq!(shown(&problems), [""; 0]);
    let [server] = servers.as_slice() else {
        panic!("{servers:?}")
    };
    assert_eq!(server.zones, ["contoso.com".into(), "corp.example".into()]);
    assert!(matches!(server.plugins[0].plugin, Plugin::Rewrite(_)));
    assert!(matches!(server.plugins[1].plugin, Plugin::Forward(_)));
    assert_eq!(server.plugins.len(), 2);
}

#[test]
fn what_coredns_would_not_load_has_its_place() {
    for (text, expected) in [
        (
            "a.example {\n  fowrard . 10.1.0.4\n}\n",
            "2:3 fowrard is not a plugin of CoreDNS",
        ),
        (
            "a.example {\n  forward . dns.corp\n}\n",
            "2:13 dns.corp is no server",
        ),
        (
            "a.example {\n  forward .\n}\n",
            "2:3 forward has too few arguments",
        ),
        (
            "a.example {\n  log\n",
            "1:1 a.example has a block without an end",
        ),
        ("a.example {\n  log }\n}\n", "2:7 } closes no block"),
        ("}\n", "1:1 } closes no block"),
        ("a.example\n", "1:1 a.example has no block"),
        (
            "a.example {\n rewrite name fuzzy a b\n}\n",
            "2:15 fuzzy is no kind of match",
        ),
        (
            "a.example {\n rewrite nmae a b\n}\n",
            "2:10 nmae is no field of a rewrite",
        ),
        (
            "a.example {\n hosts {\n  10.0.0.300 a\n }\n}\n",
            "3:3 10.0.0.300 is neither an address nor a property of `hosts`",
        ),
        (
            "a.example {\n hosts {\n  fallthrough\n  10.0.0.3 a\n }\n}\n",
            "4:3 10.0.0.3 stands behind `fallthrough`",
        ),
        (
            "a {\n b {\n c {\n d {\n e {\n f {\n",
            "5:2 e stands too deep",
        ),
        (
            "a {\n kubernetes cluster.local {\n  pods yes\n }\n}\n",
            "3:8 yes is no mode of `pods`",
        ),
    ] {
        assert_eq!(shown(&read(text).1), [expected], "{text}");
    }
}

#[test]
fn one_zone_has_one_block_and_one_block_has_one_list_of_hosts() {
    let key = |text: &str| {
        let servers = read(text).0;
        super::clash(&servers).map(|(_, _, found)| found)
    };
    assert_eq!(key("a {\n log\n}\nb {\n log\n}\n"), None);
    assert_eq!(
        key("a b {\n log\n}\nB.:53 {\n log\n}\n").as_deref(),
        Some("`b.:53`")
    );
    let twice = "a {\n hosts {\n }\n hosts {\n }\n}\n";
    assert_eq!(key(twice).as_deref(), Some("a second `hosts`"));
}

#[test]
fn what_is_not_modelled_keeps_its_name_and_zones() {
    let mut problems = Vec::new();
    let text = "acl example.org {\n  block\n}\ntemplate IN A t.example {\n answer \"{{ .Name }} 60 IN A 1.1.1.1\"\n}\n\
                forward . tls://9.9.9.9\nrewrite name regex (a|b) c\nrewrite type ANY A\nlog\n";
    let found = plugins(text, &Arc::from("k"), &mut problems);
    let names: Vec<String> = found
        .iter()
        .map(|entry| match &entry.plugin {
            Plugin::Other(name, zones) => format!("{name} {zones:?}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        names,
        [
            "acl [\"example.org\"]",
            "rewrite name regex []",
            "rewrite type []",
            "template [\"t.example\"]",
            "forward tls [\"\"]",
        ]
    );
    assert_eq!(shown(&problems), [""; 0]);
}

#[test]
fn simple_expressions_are_matched_as_regular_expressions_are() {
    for (pattern, text, to, made) in [
        (
            r"(.*)\.corp\.com",
            "a.b.corp.com",
            "{1}.svc",
            Some("a.b.svc"),
        ),
        (r"^([^.]+)\.(.*)$", "a.b.c", "{2}.{1}", Some("b.c.a")),
        (r"b", "abc", "{0}{0}", Some("bb")),
        (r"^b", "abc", "x", None),
        (r"b$", "abc", "x", None),
        (r"(.+)-(.+)", "a-b-c", "{1}+{2}", Some("a-b+c")),
        (r"A\.com", "a.com", "x", Some("x")),
    ] {
        let found = Pattern::parse(pattern).unwrap().replace(text, to);
        assert_eq!(found.as_deref(), made, "{pattern}");
    }
    for other in [
        "a|b",
        "a{2}",
        "(a)",
        "[ab]",
        "a*",
        r"\d+",
        "(?:a)",
        "(.*)(.*)(.*)(.*)",
        "a\\",
    ] {
        assert_eq!(Pattern::parse(other), None, "{other}");
    }
}

#[test]
fn no_damage_makes_the_reader_panic() {
    let text = "a.example:53, (b) {\n hosts {\n 1.1.1.1 \"q\\\" r\" # c\n fallthrough a\n }\n rewrite stop {\n name regex \
                ^(.*)\\.é$ {1}.b\n answer name (.+) {1}\n }\n import custom/*.override\n}\n";
    let key = Arc::from("k");
    let places = text.char_indices().map(|(place, _)| place);
    for place in places {
        for damage in ["", "{", "}", "\n", "\"", "(", "é", "\\"] {
            let (before, after) = text.split_at(place);
            let damaged = [before, damage, after].concat();
            for text in [before, damaged.as_str()] {
                plugins(text, &key, &mut Vec::new());
                for server in read(text).0 {
                    for entry in &server.plugins {
                        if let Plugin::Rewrite(rule) = &entry.plugin {
                            assert!(rule.to.len() <= text.len());
                        }
                    }
                }
            }
        }
    }
}
