//! Events: what can happen to an object, and the document that says so.

use super::{New, free::Names, new};
use crate::edit::scalar;
use crate::model::event::{Disruption, LAST_SECOND};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::Host;

/// Seconds between a failure and its end, so that everybody has noticed the one before the other comes.
const ENDS_AFTER: u32 = 60;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A machine stops.
    Stop,
    /// It starts again.
    Start,
    /// A pod's readiness probe begins to fail.
    Unready,
    /// It succeeds again.
    Ready,
    /// A peering is deleted on one side.
    Disconnect,
    /// It is made again.
    Connect,
    /// A security group gets a rule that denies everything that comes in.
    Deny,
}

impl Happening {
    /// The field of `spec` that says it.
    pub const fn verb(self) -> &'static str {
        match self {
            Happening::Stop => "stop",
            Happening::Start => "start",
            Happening::Unready => "unready",
            Happening::Ready => "ready",
            Happening::Disconnect => "disconnect",
            Happening::Connect => "connect",
            Happening::Deny => "deny",
        }
    }

    /// What ends it, if anything does.
    const fn end(self) -> Option<Self> {
        match self {
            Happening::Stop => Some(Happening::Start),
            Happening::Unready => Some(Happening::Ready),
            Happening::Disconnect => Some(Happening::Connect),
            Happening::Start | Happening::Ready | Happening::Connect | Happening::Deny => None,
        }
    }

    /// The document that lets it happen to `object` at a second of the clock; what ends something else comes later than
    /// that.
    pub fn build(self, network: &Network, object: &Ref, at: u32) -> New {
        let begun = last(network, object)
            .filter(|(verb, _)| self.ends(verb))
            .map_or(0, |(_, begun)| begun.saturating_add(ENDS_AFTER));
        let at = at.max(begun).min(LAST_SECOND);
        let verb = self.verb();
        let stem = format!("{verb}-{}", object.name);
        let stem = if is_label(&stem) { &stem } else { verb };
        let name = Names::of(network).free(Kind::Event, stem);
        let what = match self {
            Happening::Deny => format!("{{networkSecurityGroup: {}}}", scalar::text(&object.name)),
            _ => scalar::text(&object.to_string()),
        };
        let text = format!(
            "apiVersion: kubehop.dev/v1\nkind: Event\nmetadata: {{name: {name}}}\nspec: {{at: {at}s, {verb}: {what}}}\n"
        );
        new(Ref::new(Kind::Event, name), text)
    }

    fn ends(self, verb: &str) -> bool {
        let all = [Happening::Stop, Happening::Unready, Happening::Disconnect];
        all.iter()
            .any(|begun| begun.verb() == verb && begun.end() == Some(self))
    }
}

/// What can happen to an object, or to what belongs to it: the peerings of a virtual network, the security group of a
/// subnet or host. What was planned last decides whether a failure is offered or its end.
pub fn offers(network: &Network, object: &Ref) -> Vec<(Happening, Ref)> {
    let mut offers = Vec::new();
    for target in targets(network, object) {
        let last = last(network, &target).map(|(verb, _)| verb);
        for begins in begins(target.kind) {
            let begun = last == Some(begins.verb());
            let end = begins.end().filter(|_| begun);
            // A pod that is deleted does not come back.
            let gone = target.kind == Kind::Pod && last == Some("stop");
            match end {
                _ if gone => {}
                Some(end) => offers.push((end, target.clone())),
                None => offers.push((*begins, target.clone())),
            }
        }
    }
    offers
}

/// An event for a scenario that has none: its first node stops, else its first pod, else its first host.
pub(super) fn first(network: &Network) -> Option<New> {
    let nodes = network.nodes.iter().map(Node::reference);
    let pods = network.pods.iter().map(Pod::reference);
    let hosts = network.hosts.iter().map(Host::reference);
    let machine = nodes.chain(pods).chain(hosts).next()?;
    Some(Happening::Stop.build(network, &machine, 0))
}

const fn begins(kind: Kind) -> &'static [Happening] {
    match kind {
        Kind::Pod => &[Happening::Stop, Happening::Unready],
        Kind::Node | Kind::Host => &[Happening::Stop],
        Kind::Peering => &[Happening::Disconnect],
        Kind::Nsg => &[Happening::Deny],
        _ => &[],
    }
}

fn targets(network: &Network, object: &Ref) -> Vec<Ref> {
    let mut targets = vec![object.clone()];
    match object.kind {
        Kind::Vnet => {
            let vnet = network.vnet(&object.name).into_iter();
            let peerings = vnet.flat_map(|vnet| &vnet.peerings);
            targets.extend(peerings.map(|it| it.meta.reference(Kind::Peering)));
        }
        Kind::Subnet => {
            let vnet = network.vnet(&object.scope).into_iter();
            let mut subnets = vnet.flat_map(|vnet| &vnet.subnets);
            let subnet = subnets.find(|it| it.meta.name == object.name);
            targets.extend(subnet.and_then(|it| group(network, it.nsg.as_deref())));
        }
        Kind::Host => {
            let host = network.host(&object.name);
            targets.extend(host.and_then(|it| group(network, it.nsg.as_deref())));
        }
        _ => {}
    }
    targets
}

fn group(network: &Network, name: Option<&str>) -> Option<Ref> {
    let mut groups = network.nsgs.iter();
    let group = groups.find(|it| Some(&*it.meta.name) == name)?;
    Some(Ref::new(Kind::Nsg, group.meta.name.clone()))
}

/// What happens last to an object as planned, and when.
fn last(network: &Network, object: &Ref) -> Option<(&'static str, u32)> {
    let events = network.events.iter();
    let about = events.filter(|event| {
        event.what.object() == *object && !matches!(event.what, Disruption::Deny { .. })
    });
    let last = about.max_by_key(|event| event.at)?;
    Some((last.what.verb(), last.at))
}

fn is_label(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    text.len() <= 60 && text.chars().all(plain)
}
