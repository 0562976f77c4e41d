//! `kubehop resolve`: every query that a resolver sends for a name, with its answer and who gave it.

use std::net::IpAddr;

use super::args::{Common, Output, ResolveArguments};
use super::input::{Input, load};
use super::output::{Answer, BAD, GOOD, marked};
use super::trace::{PLACES, known_places};
use super::walk_text::{self, Printer, addresses};
use super::{FAILED, HOLDS};
use crate::engine::dns::{RecordType, TYPES, name};
use crate::engine::export;
use crate::engine::trace::{Connection, Verdict};
use crate::engine::walk::{Query, Resolution};
use crate::model::read::parse_sender;

pub(super) fn run(arguments: &ResolveArguments) -> Answer {
    let mut files = arguments.common.files.clone();
    let name = files.pop().filter(|_| !files.is_empty());
    let Some(name) = name.and_then(|name| name.into_os_string().into_string().ok()) else {
        return Answer::unusable("error: no name to resolve; hint: FILE… --from PLACE NAME\n");
    };
    let lang = arguments.common.lang;
    let answered =
        load(&Common { files, lang }).and_then(|input| answer(arguments, &input, name.trim()));
    answered.unwrap_or_else(|problem| problem)
}

fn answer(arguments: &ResolveArguments, input: &Input, typed: &str) -> Result<Answer, Answer> {
    let unusable = |problem: &str| input.unusable(problem);
    let sender = parse_sender(&arguments.from)
        .map_err(|problem| unusable(&format!("--from: {problem}; hint: {PLACES}")))?;
    let mut types = TYPES.into_iter();
    let kind = types.find(|kind| kind.as_str().eq_ignore_ascii_case(&arguments.kind));
    let kind = kind.ok_or_else(|| {
        let known: Vec<&str> = TYPES.iter().map(|kind| kind.as_str()).collect();
        let args = [
            ("type", arguments.kind.as_str().into()),
            ("types", known.join(", ").into()),
        ];
        unusable(&input.texts.message("cli-resolve-type", &args))
    })?;
    let asked = match typed.parse::<IpAddr>() {
        Ok(address) if kind == RecordType::Ptr => name::pointer(address),
        _ => typed.to_owned(),
    };
    if asked.parse::<IpAddr>().is_ok() || !name::is_valid(&asked) {
        let args = [("name", typed.into())];
        return Err(unusable(&input.texts.message("cli-resolve-name", &args)));
    }
    let found = input
        .simulation
        .resolve(&sender, &asked, kind)
        .map_err(|problem| unusable(&(problem + &known_places(input, &[Some(sender.kind)]))))?;
    let status = if found.records.is_empty() {
        FAILED
    } else {
        HOLDS
    };
    Ok(match arguments.output {
        Output::Text => input.answer(text(input, &found, &asked, kind), false, status),
        Output::Json => {
            let sentence = |why: &_| input.texts.why(why);
            let value = export::resolution(&found, (&asked, kind), &sentence);
            input.answer(format!("{value:#}\n"), true, status)
        }
    })
}

fn text(input: &Input, found: &Resolution, name: &str, kind: RecordType) -> String {
    let printer = Printer {
        texts: &input.texts,
        place: &|cause| input.place(&cause.object, &cause.field),
    };
    let mut text = String::new();
    line!(text, "name: {name} {}", kind.as_str());
    line!(text, "from: {}", found.sender);
    for server in &found.conf.nameservers {
        line!(text, "resolver: nameserver {server}");
    }
    let options = found.conf.options.join(" ");
    for (word, list) in [
        ("search", found.conf.searches.join(" ")),
        ("options", options),
    ] {
        if !list.is_empty() {
            line!(text, "resolver: {word} {list}");
        }
    }
    for (place, step, query) in found.steps() {
        if let Some(query) = &query {
            one(&printer, query, &mut text);
        } else {
            let rule = step.rule().unwrap_or_default();
            let rule = input.texts.words(&rule);
            let (stage, action) = (step.stage.as_str(), step.action());
            line!(text, "note: {place} {stage} {action} {rule}");
        }
        printer.reason(step, "  ", &mut text);
    }
    for record in &found.records {
        let (kind, data) = (record.data.kind().as_str(), &record.data);
        line!(text, "answer: {} {kind} {data}", record.name);
    }
    let (mark, reason) = match found.trace.disposition.verdict() {
        Verdict::Delivered => (GOOD, None),
        Verdict::NotModelled => (BAD, Some(input.texts.disposition(&found.trace.disposition))),
        _ if found.lost() => (BAD, Some(input.texts.get("cli-resolve-lost"))),
        _ => (BAD, Some(input.texts.get("cli-resolve-none"))),
    };
    if let Some(reason) = reason {
        line!(text, "answer: none, {reason}");
    }
    line!(text, "verdict: {}", marked(mark, found.verdict()));
    text
}

fn one(printer: &Printer<'_>, query: &Query<'_>, text: &mut String) {
    let resolved = query.resolved;
    let (name, kind) = (&resolved.query, resolved.kind.as_str());
    line!(
        text,
        "query {}: {name} {kind} {}",
        query.number,
        resolved.rcode
    );
    line!(text, "  asked by: {}", resolved.asked_by);
    if let Some(walk) = &resolved.walk {
        line!(text, "  asked of: {}", resolved.server);
        packet(printer, walk, text);
        if resolved.is_answered() {
            line!(text, "  answered by: {}", resolved.answered_by);
        }
    } else {
        let outside = printer.texts.words(walk_text::OUTSIDE);
        line!(text, "  asked of: {outside}");
    }
    for record in &resolved.records {
        let (kind, data) = (record.data.kind().as_str(), &record.data);
        line!(text, "  record: {} {kind} {data}", record.name);
    }
}

/// Whether the packet of a query arrived, and that of its answer; where not, what stopped it.
fn packet(printer: &Printer<'_>, walk: &Connection, text: &mut String) {
    for (lane, trace) in [
        ("packet", Some(&walk.original)),
        ("reply", walk.reply.as_ref()),
    ] {
        let Some(trace) = trace else { continue };
        let verdict = trace.disposition.verdict();
        put!(text, "  {lane}: {}", verdict.as_str());
        if verdict == Verdict::Delivered {
            if let (Some(received), "packet") = (&walk.received, lane) {
                let packet = &received.packet;
                put!(text, " {} {}", packet.protocol, addresses(packet));
            }
            text.push('\n');
            continue;
        }
        put!(text, "{}", printer.ending(&trace.disposition));
        if let Some((place, step)) = trace.last_step() {
            line!(text, " at {place} {}", step.stage.as_str());
            line!(text, "  {lane} why: {}", printer.texts.why(&step.why));
        }
    }
}
