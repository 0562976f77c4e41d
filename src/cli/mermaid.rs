//! A walk as a Mermaid flowchart: a subgraph a branch, the places in order, the headers on the edges.

use super::walk_text::branch_title;
use crate::engine::trace::{Connection, Hop, Trace, TraceResult};

/// The flowchart of every branch.
pub(super) fn flowchart(result: &TraceResult) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (index, branch) in result.branches.iter().enumerate() {
        let title = escaped(&branch_title(result, index, branch));
        line!(text, "  subgraph b{index}[\"{title}\"]\n    direction LR");
        for (number, connection) in branch.connections().enumerate() {
            let prefix = match number {
                0 => format!("b{index}"),
                _ => format!("b{index}c{}", number + 1),
            };
            text += &lanes(&prefix, connection);
        }
        text += "  end\n";
    }
    text
}

fn lanes(prefix: &str, connection: &Connection) -> String {
    let connection = connection.unrolled();
    let mut text = lane(&format!("{prefix}q"), &connection.original, "-->");
    if let Some(reply) = &connection.reply {
        text += &lane(&format!("{prefix}r"), reply, "-.->");
    }
    text
}

/// The places of one walk, and how it ended as a node of its own.
fn lane(prefix: &str, trace: &Trace, arrow: &str) -> String {
    let mut text = String::new();
    for (index, hop) in trace.hops.iter().enumerate() {
        line!(
            text,
            "    {prefix}{index}[\"{}\"]",
            escaped(&hop.place.to_string())
        );
    }
    line!(
        text,
        "    {prefix}end([\"{}\"])",
        trace.disposition.as_str()
    );
    for (index, hop) in trace.hops.iter().enumerate() {
        let is_last = index + 1 == trace.hops.len();
        let next = if is_last {
            format!("{prefix}end")
        } else {
            format!("{prefix}{}", index + 1)
        };
        line!(
            text,
            "    {prefix}{index} {arrow}|\"{}\"| {next}",
            escaped(&headers(hop))
        );
    }
    text
}

/// The headers as the packet leaves a place.
fn headers(hop: &Hop) -> String {
    hop.steps.last().map_or_else(String::new, |step| {
        let packet = &step.after;
        format!(
            "{} {} → {}",
            packet.protocol,
            packet.source_text(),
            packet.destination_text()
        )
    })
}

/// Text that Mermaid takes for nothing else: its entity codes for all that could end a label or begin markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '[' | ']' | '{' | '}' | '|' | '\\' => {
                put!(escaped, "#{};", u32::from(character));
            }
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_end_a_label() {
        assert_eq!(escaped("a\"]<b>\n"), "a#34;#93;#60;b#62; ");
    }
}
