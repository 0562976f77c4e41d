//! A walk as text: one fact a line, each line to be found by `grep`.
//!
//! Keywords, places, stages and the notation of rules are the same in every language; sentences and words are
//! translated.

use crate::engine::trace::{
    Branch, Cause, Connection, Detail, Disposition, Pick, Resolved, Step, Trace, TraceResult,
    Verdict,
};
use crate::model::packet::Packet;
use crate::text::Texts;

pub use crate::text::table::question;

use super::output::{BAD, FAINT, GOOD, marked};

/// Who answers queries of machines that the scenario says nothing about.
pub(super) const OUTSIDE: &str = "a resolver outside of the scenario";

/// What a walk is printed with.
pub struct Printer<'a> {
    /// Sentences.
    pub texts: &'a Texts,
    /// `file:line:column` of a cause.
    pub place: &'a dyn Fn(&Cause) -> Option<String>,
}

/// `branch 1 of 2: delivered, probability 0.5`, without its number where there is only one.
pub fn branch_title(result: &TraceResult, index: usize, branch: &Branch) -> String {
    let disposition = &branch.connection.original.disposition;
    let verdict = disposition.verdict().as_str();
    let how = match disposition.verdict() {
        Verdict::Delivered => verdict.to_owned(),
        _ => format!("{verdict} ({})", disposition.as_str()),
    };
    format!(
        "branch {} of {}: {how}, probability {}",
        index + 1,
        result.branches.len(),
        number(branch.probability)
    )
}

/// A probability with at most six digits after the point.
pub fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The headers before and, where they differ, after a step.
pub fn headers(step: &Step) -> String {
    let before = addresses(&step.before);
    let after = addresses(&step.after);
    if before == after {
        format!("{} {before}", step.after.protocol)
    } else {
        format!("{} {before} => {after}", step.after.protocol)
    }
}

pub(super) fn addresses(packet: &Packet) -> String {
    format!("{} > {}", packet.source_text(), packet.destination_text())
}

/// The deciding rules of a step, one each, as `rule: …` prints them.
pub fn rules(step: &Step) -> Vec<String> {
    if let Detail::Netfilter { matched, .. } = &step.detail {
        let matched = matched.iter();
        return matched
            .map(|rule| format!("{} {}", rule.table.as_str(), rule.text))
            .collect();
    }
    if let Detail::Filtered {
        priority,
        rule,
        nsg: Some(nsg),
        ..
    } = &step.detail
    {
        return vec![format!("{nsg} {priority} {rule}")];
    }
    step.rule().iter().map(ToString::to_string).collect()
}

/// The object and field responsible: one, or every rule of a policy that admits the packet, or every
/// policy that isolates the pod from it.
fn causes(step: &Step) -> Vec<Cause> {
    match &step.detail {
        Detail::Policy { admitted_by, .. } if admitted_by.len() > 1 => admitted_by.clone(),
        Detail::Policy {
            isolated_by,
            admitted_by,
            ..
        } if admitted_by.is_empty() => {
            let field = step.cause.as_ref().map(|cause| cause.field.clone());
            let field = field.unwrap_or_else(|| "".into());
            let policies = isolated_by.iter();
            policies
                .map(|policy| Cause::field(policy.clone(), field.clone()))
                .collect()
        }
        _ => step.cause.iter().cloned().collect(),
    }
}

impl Printer<'_> {
    /// The whole answer.
    pub fn result(&self, result: &TraceResult) -> String {
        let name = &result.flow.meta.name;
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("{name}: ")
        };
        let mut text = format!("flow: {name}{}\n", question(&result.flow));
        line!(text, "verdict: {}", coloured(result.verdict));
        for (index, branch) in result.branches.iter().enumerate() {
            text += &branch_title(result, index, branch);
            text.push('\n');
            self.branch(branch, &mut text);
        }
        if result.unexplored > 0.0 {
            line!(
                text,
                "unexplored: probability {} in further branches",
                number(result.unexplored)
            );
        }
        text
    }

    fn branch(&self, branch: &Branch, text: &mut String) {
        for pick in &branch.picks {
            line!(text, "  pick: {}", pick_text(pick));
        }
        if let Some(http) = branch.connection.http() {
            put!(text, "  http: {}", http.status);
            if let Some(backend) = &http.backend {
                put!(text, " backend {backend}");
            }
            line!(text, " tls {}", http.tls);
            for (name, value) in &http.headers {
                line!(text, "  header: {name}: {value}");
            }
        }
        self.connection(&branch.connection, "  ", text);
        for (index, next) in branch.following.iter().enumerate() {
            line!(text, "  {}", connection_title(self.texts, index));
            for pick in &next.picks {
                line!(text, "    pick: {}", pick_text(pick));
            }
            self.connection(&next.connection, "    ", text);
        }
    }

    fn connection(&self, connection: &Connection, indent: &str, text: &mut String) {
        if let Some(received) = &connection.received {
            let packet = &received.packet;
            line!(
                text,
                "{indent}received: {} {} {}",
                received.receiver,
                packet.protocol,
                addresses(packet)
            );
        }
        self.trace("request", &connection.original, indent, text);
        if let Some(reply) = &connection.reply {
            self.trace("reply", reply, indent, text);
        } else {
            line!(text, "{indent}reply: none");
        }
    }

    fn trace(&self, lane: &str, trace: &Trace, indent: &str, text: &mut String) {
        let disposition = &trace.disposition;
        line!(
            text,
            "{indent}{lane}: {}{}",
            coloured(disposition.verdict()),
            self.ending(disposition)
        );
        for (index, (place, step)) in trace.steps().enumerate() {
            let (stage, action) = (step.stage.as_str(), step.action());
            line!(
                text,
                "{indent}{lane} {}: {place} {stage} {action} {}",
                index + 1,
                headers(step)
            );
            self.step(step, &format!("{indent}  "), text);
        }
    }

    /// How a walk ended, where its verdict does not say it all.
    pub fn ending(&self, disposition: &Disposition) -> String {
        match disposition {
            Disposition::Delivered => String::new(),
            other => format!(" ({}), {}", other.as_str(), self.texts.disposition(other)),
        }
    }

    fn step(&self, step: &Step, indent: &str, text: &mut String) {
        for rule in rules(step) {
            line!(text, "{indent}rule: {}", self.texts.words(&rule));
        }
        if let Detail::Balanced {
            candidates, picked, ..
        } = &step.detail
        {
            line!(
                text,
                "{indent}picked: {picked} of {}",
                candidates.join(", ")
            );
        }
        if let Detail::Resolved(resolved) = &step.detail {
            self.query(resolved, indent, text);
        }
        if let Detail::Proxied {
            candidates,
            picked,
            upstream,
            ..
        } = &step.detail
        {
            line!(
                text,
                "{indent}picked: {picked} of {}",
                candidates.join(", ")
            );
            self.connection(upstream, &format!("{indent}  "), text);
        }
        self.reason(step, indent, text);
    }

    /// Why a step decided so: sentence, cause and documentation.
    pub fn reason(&self, step: &Step, indent: &str, text: &mut String) {
        line!(text, "{indent}why: {}", self.texts.why(&step.why));
        for cause in causes(step) {
            put!(text, "{indent}cause: {}", cause.object);
            if !cause.field.is_empty() {
                put!(text, " {}", cause.field);
            }
            if let Some(place) = (self.place)(&cause) {
                put!(text, " ({place})");
            }
            text.push('\n');
        }
        *text += &marked(
            FAINT,
            &format!("{indent}reference: {}", step.reference.id()),
        );
        text.push('\n');
    }

    fn query(&self, resolved: &Resolved, indent: &str, text: &mut String) {
        let (query, server) = (&resolved.query, resolved.server);
        if resolved.walk.is_some() {
            put!(text, "{indent}query: {query} asked of {server}");
            if resolved.is_answered() {
                put!(text, ", answered by {}", resolved.answered_by);
            }
        } else {
            let outside = self.texts.words(OUTSIDE);
            put!(text, "{indent}query: {query} asked of {outside}");
        }
        put!(text, ": {}", resolved.rcode);
        for alias in &resolved.aliases {
            put!(text, " -> {alias}");
        }
        let addresses: Vec<String> = resolved.addresses.iter().map(ToString::to_string).collect();
        line!(
            text,
            " {}",
            if addresses.is_empty() {
                "-".to_owned()
            } else {
                addresses.join(", ")
            }
        );
        if let Some(walk) = &resolved.walk {
            self.connection(walk, &format!("{indent}  "), text);
        }
    }
}

/// The line above a connection that a client opened after the first; `index` counts these from 0.
fn connection_title(texts: &Texts, index: usize) -> String {
    let title = format!("connection {} of the same client:", index + 2);
    texts.words(&title).into_owned()
}

fn pick_text(pick: &Pick) -> String {
    let at = pick
        .at
        .as_ref()
        .map(|at| format!(" at {at}"))
        .unwrap_or_default();
    format!(
        "{}{at}: {} of {}",
        pick.by,
        pick.picked,
        pick.candidates.join(", ")
    )
}

/// A verdict with the colour that it has everywhere.
pub fn coloured(verdict: Verdict) -> String {
    let mark = match verdict {
        Verdict::Delivered => GOOD,
        Verdict::Dropped
        | Verdict::Rejected
        | Verdict::Unresolved
        | Verdict::NotModelled
        | Verdict::Mixed => BAD,
    };
    marked(mark, verdict.as_str())
}

/// A line with the lines below it.
struct Tree {
    label: String,
    below: Vec<Tree>,
}

/// The answer as a tree: branches, lanes, places, steps.
pub fn tree(texts: &Texts, result: &TraceResult) -> String {
    let branches = result.branches.iter().enumerate();
    let below = branches
        .map(|(index, branch)| Tree {
            label: branch_title(result, index, branch),
            below: connections(texts, branch),
        })
        .collect();
    let root = Tree {
        label: format!("{}: {}", question(&result.flow), coloured(result.verdict)),
        below,
    };
    let mut text = format!("{}\n", root.label);
    draw(&root.below, "", &mut text);
    text
}

fn connections(texts: &Texts, branch: &Branch) -> Vec<Tree> {
    let following = branch.following.iter().enumerate();
    let following = following.map(|(index, next)| Tree {
        label: connection_title(texts, index),
        below: lanes(&next.connection),
    });
    let mut below = lanes(&branch.connection);
    below.extend(following);
    below
}

fn lanes(connection: &Connection) -> Vec<Tree> {
    let request = Some(lane("request", &connection.original));
    let reply = connection.reply.as_ref().map(|reply| lane("reply", reply));
    [request, reply].into_iter().flatten().collect()
}

fn lane(name: &str, trace: &Trace) -> Tree {
    let hops = trace.hops.iter().map(|hop| Tree {
        label: hop.place.to_string(),
        below: hop
            .steps
            .iter()
            .map(|step| Tree {
                label: format!(
                    "{} {} {}",
                    step.stage.as_str(),
                    step.action(),
                    headers(step)
                ),
                below: match &step.detail {
                    Detail::Proxied { upstream, .. } => lanes(upstream),
                    _ => Vec::new(),
                },
            })
            .collect(),
    });
    let disposition = &trace.disposition;
    Tree {
        label: format!(
            "{name}: {} ({})",
            coloured(disposition.verdict()),
            disposition.as_str()
        ),
        below: hops.collect(),
    }
}

fn draw(trees: &[Tree], indent: &str, text: &mut String) {
    for (index, tree) in trees.iter().enumerate() {
        let last = index + 1 == trees.len();
        let (branch, deeper) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        line!(text, "{indent}{branch}{}", tree.label);
        draw(&tree.below, &format!("{indent}{deeper}"), text);
    }
}
