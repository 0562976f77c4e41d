//! `kind: Event`: what happens at a second of the clock.

use super::azure::nsg;
use super::cursor::{Cursor, quoted};
use super::item::Item;
use crate::model::event::{Disruption, Event, LAST_SECOND};
use crate::model::kube::Meta;
use crate::model::object::{Kind, Ref};

/// What an event can say, one of them each.
const VERBS: [&str; 7] = [
    "stop",
    "start",
    "unready",
    "ready",
    "disconnect",
    "connect",
    "deny",
];

const MACHINES: &[Kind] = &[Kind::Pod, Kind::Node, Kind::Host];

/// Reads an event; one that is not clear is reported and left out.
pub(super) fn event(spec: Cursor<'_>, meta: Meta, item: &Item) -> Option<Event> {
    let at = seconds(spec.get("at"));
    let what = disruption(spec, item);
    Some(Event {
        meta,
        at: at?,
        what: what?,
    })
}

/// `spec.at`: seconds, as a number or as `10s`; the start of the clock where nothing is written.
fn seconds(at: Cursor<'_>) -> Option<u32> {
    if !at.exists() {
        return Some(0);
    }
    let written = at.scalar()?;
    let digits = written.strip_suffix('s').unwrap_or(&written);
    let seconds = digits.parse().ok().filter(|it| *it <= LAST_SECOND);
    if seconds.is_none() {
        at.wrong(
            "bad-seconds",
            "is not a time of the clock",
            &quoted(&written),
            &format!("whole seconds, `0` to `{LAST_SECOND}`"),
        );
    }
    seconds
}

/// Exactly one of the verbs.
fn disruption(spec: Cursor<'_>, item: &Item) -> Option<Disruption> {
    let mut written = VERBS.into_iter().filter(|verb| spec.get(verb).exists());
    let (Some(verb), None) = (written.next(), written.next()) else {
        let count = VERBS.iter().filter(|verb| spec.get(verb).exists()).count();
        spec.wrong(
            "event-verb",
            "must say what happens",
            &format!("{count} of them"),
            "exactly one of `stop`, `start`, `unready`, `ready`, `disconnect`, `connect`, `deny`",
        );
        return None;
    };
    let at = spec.get(verb);
    match verb {
        "stop" => place(at, MACHINES, "a pod, a node or a host").map(Disruption::Stop),
        "start" => place(at, &[Kind::Node, Kind::Host], "a node or a host").map(Disruption::Start),
        "unready" => place(at, &[Kind::Pod], "a pod").map(Disruption::Unready),
        "ready" => place(at, &[Kind::Pod], "a pod").map(Disruption::Ready),
        "disconnect" => peering(at).map(Disruption::Disconnect),
        "connect" => peering(at).map(Disruption::Connect),
        _ => deny(at, item),
    }
}

fn peering(at: Cursor<'_>) -> Option<Ref> {
    place(
        at,
        &[Kind::Peering],
        "a peering, such as `peering/vnet-a/to-b`",
    )
}

fn place(at: Cursor<'_>, kinds: &[Kind], expected: &str) -> Option<Ref> {
    let text = at.text()?;
    let place = text.parse::<Ref>().ok();
    let place = place.filter(|place| kinds.contains(&place.kind));
    if place.is_none() {
        at.wrong(
            "bad-place",
            "is not something that this can happen to",
            &quoted(&text),
            expected,
        );
    }
    place
}

/// `deny`: the fields of a security rule as Azure names them, and `networkSecurityGroup`.
fn deny(at: Cursor<'_>, item: &Item) -> Option<Disruption> {
    let group = at.get("networkSecurityGroup");
    group.require("the name of a network security group");
    let meta = Meta {
        namespace: group.resource().unwrap_or_default(),
        name: item.head.object.name.clone(),
        origin: item.origin(),
        ..Meta::default()
    };
    let rule = nsg::denial(at, meta);
    Some(Disruption::Deny {
        nsg: group.resource()?,
        rule: Box::new(rule?),
    })
}
