//! `ConfigMap`, with the Corefiles in those that CoreDNS reads.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use crate::model::corefile::{self, Problem, Server};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{ConfigMap, Meta};

pub(super) fn config_map(at: Cursor<'_>, meta: Meta) -> ConfigMap {
    let data = at.get("data");
    if &*meta.namespace == "kube-system" {
        match &*meta.name {
            "coredns-custom" => custom(data),
            "coredns" => main(data.get("Corefile")),
            _ => {}
        }
    }
    ConfigMap {
        meta,
        data: data.labels(),
    }
}

/// What AKS lets a user add: `*.server` and `*.override`. Other keys are files that only a plugin could name.
fn custom(data: Cursor<'_>) {
    let mut servers = vec![Server {
        zones: vec![Arc::from("")],
        ..Server::default()
    }];
    for (entry, at) in data.entries() {
        let Some(text) = at.node().and_then(|node| node.as_str()) else {
            continue;
        };
        let key = &entry.key;
        let mut problems = Vec::new();
        if key.ends_with(".override") {
            servers[0].extend(corefile::plugins(text, key, &mut problems));
        } else if key.ends_with(".server") {
            let more = corefile::servers(text, key, &|_| Vec::new(), &mut problems);
            servers.extend(more);
        } else {
            at.doubt(
                "corefile-key",
                "is not read by CoreDNS",
                &quoted(key),
                "a key that ends in `.server` or `.override`",
                "",
            );
        }
        report(at, &problems);
    }
    if let Some((key, message, found)) = corefile::clash(&servers) {
        let place = data.get(key);
        let message = format!("{message}, so that CoreDNS does not start");
        place.wrong("corefile", &message, &found, "only one");
    }
}

fn main(at: Cursor<'_>) {
    if let Some(text) = at.node().and_then(|node| node.as_str()) {
        let mut problems = Vec::new();
        corefile::servers(text, &Arc::from(""), &|_| Vec::new(), &mut problems);
        report(at, &problems);
    }
}

/// Each problem at its own place, where the text stands line by line (`|`); else where the text begins.
fn report(at: Cursor<'_>, problems: &[Problem]) {
    let written = at.written();
    let quoted_text = written.starts_with(['"', '\'']);
    for problem in problems {
        let mut place = at.location();
        let line = written.lines().nth(problem.line.saturating_sub(1));
        if !quoted_text && line.is_some_and(|line| line.contains(&problem.found)) {
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            place.line = place.line.saturating_add(number(problem.line) - 1);
            place.column = place.column.saturating_add(number(problem.column) - 1);
            place.end_line = place.line;
            let length = number(problem.found.chars().count());
            place.end_column = place.column.saturating_add(length);
        }
        let message = format!("`{}` {}", problem.found, problem.message);
        let hint = Some("until this is mended, CoreDNS does not load the text");
        let more = |it: Diagnostic| {
            it.at(Some(place))
                .found(quoted(&problem.found), problem.expected)
        };
        at.report(Severity::Error, "corefile", &message, hint, more);
    }
}
