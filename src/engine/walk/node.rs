//! A node's network stack: connection tracking, rules, routing, in the kernel's order.
//!
//! A packet that arrives: PREROUTING → routing → INPUT, or FORWARD → POSTROUTING.
//! A packet of the node itself: OUTPUT → routing → POSTROUTING, and if it is for the node as well,
//! then INPUT.
//! Rules of `nat` are consulted only for the first packet of a connection; later packets follow
//! the entry.
//! A bridged packet of kubenet takes the same way, because AKS nodes set
//! `net.bridge.bridge-nf-call-iptables`.
//!
//! A step is recorded where something was decided: a translation, a mark, a refusal, and
//! always for the POSTROUTING of a first packet, where keeping the source is a decision too.

mod cilium;

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::{At, Machine};
use super::policy::Seen;
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::dataplane::linux::LinuxRoute;
use crate::engine::dataplane::{CNI_BRIDGE, Dataplane, NodePlane};
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Direction, Entry, Tuple};
use crate::engine::netfilter::eval::{ConnectionState, HookContext, HookOutcome};
use crate::engine::netfilter::explain::HookStep;
use crate::engine::netfilter::node_rules::NodeRules;
use crate::engine::netfilter::rule::{Hook, Purpose, Reason};
use crate::engine::netfilter::ruleset::Ruleset;
use crate::engine::stage::Stage;
use crate::engine::trace::{Detail, Disposition, FilterVerdict, Pick, Translation};
use crate::model::kube::{Node, Service};
use crate::model::object::Ref;
use crate::model::packet::Packet;

/// A packet on its way through one node.
struct Transit<'a> {
    node: &'a Node,
    plane: &'a NodePlane,
    place: Ref,
    /// The interface it came in by; `None` for a packet of the node itself.
    input: Option<Arc<str>>,
    /// The headers as they arrived.
    original: Packet,
    /// The entry and direction, for a connection that the node knows.
    known: Option<(Entry, Direction)>,
    /// Why an earlier hook marked the packet.
    marked_by: Option<Arc<Reason>>,
    /// The mark that Cilium's programs would give it; nothing else sees it.
    service_mark: u32,
}

impl Transit<'_> {
    /// Whether the packet came in from a pod that runs on the node.
    fn is_from_local_pod(&self, plane: &Dataplane) -> bool {
        let pod = plane.pod_by_ip(self.original.source);
        self.input.as_deref().is_some_and(|input| input != "eth0")
            && pod.is_some_and(|pod| pod.node_name.as_ref() == Some(&self.node.meta.name))
    }
}

impl<'a> Walker<'a, '_> {
    /// A packet arrives at an interface of a node.
    pub fn enter_node(&mut self, node: &'a Node, interface: &Arc<str>) -> Next<'a> {
        let mut transit = self.transit(node, Some(interface.clone()))?;
        self.run_hook(&mut transit, Hook::Prerouting, None)?;
        self.route_on_node(transit)
    }

    /// A process of a node, or a pod in its network namespace, sends a packet.
    pub fn send_from_node(&mut self, node: &'a Node, place: &Ref) -> Next<'a> {
        let id = if self.is_reply() {
            "why-walk-answers"
        } else {
            "why-walk-sends"
        };
        let why = Explanation::new(id)
            .with("sender", place.clone())
            .with("destination", self.packet.destination_text());
        self.recorder.step(
            place,
            &self.packet,
            Finding::new(Stage::NodeRoute, Detail::Sent, why),
        );
        let mut transit = self.transit(node, None)?;
        let output = transit
            .plane
            .routes
            .lookup(self.packet.destination)
            .map(|route| route.device.clone());
        self.run_hook(&mut transit, Hook::Output, output.as_deref())?;
        self.route_on_node(transit)
    }

    fn transit(
        &mut self,
        node: &'a Node,
        input: Option<Arc<str>>,
    ) -> ControlFlow<Disposition, Transit<'a>> {
        let place = node.reference();
        let Some(plane) = self.plane.node(&node.meta.name) else {
            self.nobody(&place)?;
            return ControlFlow::Break(Disposition::NoSuchAddress);
        };
        if self.is_windows(node) {
            self.not_modelled(&place, Stage::NodeRoute, "Windows nodes", None)?;
        }
        if let Some(what) = NodeRules::not_modelled(self.network()) {
            self.not_modelled(&place, Stage::IptablesPrerouting, &what, None)?;
        }
        self.packet.mark = 0;
        let original = self.packet.clone();
        let known = self
            .conntracks
            .get(&node.meta.name)
            .and_then(|table| table.lookup(&self.packet))
            .map(|(entry, direction)| (entry.clone(), direction));
        if let Some((entry, direction)) = &known {
            self.packet = entry.translate_destination(*direction, &self.packet);
        }
        ControlFlow::Continue(Transit {
            node,
            plane,
            place,
            input,
            original,
            known,
            marked_by: None,
            service_mark: 0,
        })
    }

    /// Whether the node belongs to a pool of Windows machines.
    fn is_windows(&self, node: &Node) -> bool {
        let pools = self
            .network()
            .cluster
            .iter()
            .flat_map(|cluster| &cluster.pools);
        pools
            .filter(|pool| pool.windows)
            .any(|pool| Some(&pool.name) == node.pool.as_ref())
    }

    /// Chooses between the node itself and the way out.
    fn route_on_node(&mut self, mut transit: Transit<'a>) -> Next<'a> {
        let destination = self.packet.destination;
        if transit.plane.interfaces.is_local(destination) {
            if transit.input.is_none() {
                self.run_hook(&mut transit, Hook::Postrouting, Some("lo"))?;
            }
            return self.enter_process(transit);
        }
        let Some(route) = transit.plane.routes.lookup(destination).cloned() else {
            let why = Explanation::new("why-walk-no-route").with("destination", destination);
            return self.end(
                &transit.place,
                Stage::NodeRoute,
                Disposition::NoRoute,
                why,
                None,
            );
        };
        // Azure CNI's bridge joins pods and the way out, so that nothing but the node's own packets is routed there.
        let joined = transit.input.is_some() && &*route.device == CNI_BRIDGE;
        let bridged = joined || transit.input.as_ref() == Some(&route.device);
        if transit.input.is_some() && !bridged {
            self.packet.ttl = self.packet.ttl.saturating_sub(1);
        }
        self.leave_node(transit, &route, bridged)
    }

    /// FORWARD, POSTROUTING, and out. conntrack and the route are told in the order in which a
    /// reader needs them: what the route looked at comes before it.
    fn leave_node(
        &mut self,
        mut transit: Transit<'a>,
        route: &LinuxRoute,
        bridged: bool,
    ) -> Next<'a> {
        let device = &route.device;
        let first = transit.known.is_none();
        if first && !bridged {
            self.record_route(&transit, route);
        }
        self.seen_by_node = transit.input.as_ref().map(|_| Seen {
            source: self.packet.source,
            mark: self.packet.mark,
        });
        if transit.input.is_some() {
            if transit.is_from_local_pod(self.plane) {
                self.check_egress(transit.original.source, false)?;
            }
            self.run_hook(&mut transit, Hook::Forward, Some(device))?;
        }
        self.run_hook(&mut transit, Hook::Postrouting, Some(device))?;
        self.track(&transit)?;
        if !first && !bridged {
            self.record_route(&transit, route);
        }
        let outside = &**device == CNI_BRIDGE && !self.is_pod_of(&transit);
        if &**device == "eth0" || outside {
            return match self.plane.addresses.nic(&transit.place) {
                Some(nic) => ControlFlow::Continue(At::NicOut(nic)),
                None => self.nobody(&transit.place),
            };
        }
        self.leave_to_local_pod(&transit, route)
    }

    fn record_route(&mut self, transit: &Transit<'a>, route: &LinuxRoute) {
        let text: Arc<str> = Arc::from(route.to_string());
        let why = Explanation::new("why-walk-node-route")
            .with("node", transit.place.clone())
            .with("destination", self.packet.destination)
            .with("interface", route.device.clone())
            .with("route", text.clone());
        let detail = Detail::RoutedByLinux {
            route: text,
            interface: route.device.clone(),
        };
        self.recorder.step(
            &transit.place,
            &self.packet,
            Finding::new(Stage::NodeRoute, detail, why),
        );
    }

    /// Whether the destination is a pod of the node.
    fn is_pod_of(&self, transit: &Transit<'a>) -> bool {
        let pod = self.plane.pod_by_ip(self.packet.destination);
        pod.is_some_and(|pod| pod.node_name.as_ref() == Some(&transit.node.meta.name))
    }

    fn leave_to_local_pod(&mut self, transit: &Transit<'a>, route: &LinuxRoute) -> Next<'a> {
        match self.plane.pod_by_ip(self.packet.destination) {
            Some(pod) if pod.node_name.as_deref() == Some(&transit.node.meta.name) => {
                self.leave_to_pod(transit.node, pod)
            }
            _ => {
                let why = Explanation::new("why-walk-node-nobody")
                    .with("node", transit.place.clone())
                    .with("route", route.to_string())
                    .with("destination", self.packet.destination);
                self.end(
                    &transit.place,
                    Stage::NodeRoute,
                    Disposition::NoSuchAddress,
                    why,
                    None,
                )
            }
        }
    }

    /// The packet is for the node itself.
    fn enter_process(&mut self, mut transit: Transit<'a>) -> Next<'a> {
        if transit.is_from_local_pod(self.plane) {
            self.check_egress(transit.original.source, true)?;
        }
        self.run_hook(&mut transit, Hook::Input, None)?;
        self.track(&transit)?;
        if self.is_reply() {
            return ControlFlow::Continue(At::Arrived(self.reply_target_on_node(transit.node)));
        }
        let machine = self.process_on_node(transit.node);
        if !matches!(machine, Machine::Pod(_)) {
            let why = Explanation::new("why-walk-node-local")
                .with("destination", self.packet.destination)
                .with("node", transit.place.clone());
            let detail = Detail::Forwarded {
                through: Arc::from("local"),
            };
            self.recorder.step(
                &transit.place,
                &self.packet,
                Finding::new(Stage::NodeRoute, detail, why),
            );
        }
        ControlFlow::Continue(At::Arrived(machine))
    }

    /// Takes the packet through the rules of one hook.
    fn run_hook(
        &mut self,
        transit: &mut Transit<'a>,
        hook: Hook,
        output: Option<&str>,
    ) -> ControlFlow<Disposition> {
        if let Some(services) = self.plane.service_map(transit.plane)
            && self.ask_cilium(transit, hook, output, services)?
        {
            return ControlFlow::Continue(());
        }
        let Some(rules) = self.plane.rules(transit.plane) else {
            return ControlFlow::Continue(());
        };
        let outcome = self.ask_rules(transit, hook, output, rules);
        self.apply(transit, hook, &outcome)
    }

    /// What rules say about the packet at a hook.
    fn ask_rules(
        &mut self,
        transit: &mut Transit<'a>,
        hook: Hook,
        output: Option<&str>,
        rules: &Ruleset,
    ) -> HookOutcome {
        let input = if hook == Hook::Postrouting {
            None
        } else {
            transit.input.clone()
        };
        let recent = self
            .recent
            .entry(transit.node.meta.name.clone())
            .or_default();
        let mut context = HookContext::new(&transit.plane.interfaces, recent);
        context.input = input.as_deref();
        context.output = output;
        context.marked_by.clone_from(&transit.marked_by);
        if let Some((entry, _)) = &transit.known {
            context.state = ConnectionState::Established;
            (context.dnat, context.snat) = (entry.dnat(), entry.snat());
        } else {
            context.dnat = (
                transit.original.destination,
                transit.original.destination_port,
            ) != (self.packet.destination, self.packet.destination_port);
        }
        let outcome = rules.run(hook, &self.packet, &context, self.choice);
        recent.remember(&outcome.noted);
        transit.marked_by.clone_from(&outcome.marked_by);
        outcome
    }

    fn apply(
        &mut self,
        transit: &Transit<'a>,
        hook: Hook,
        outcome: &HookOutcome,
    ) -> ControlFlow<Disposition> {
        let before = std::mem::replace(&mut self.packet, outcome.packet.clone());
        let changed = Translation::between(&before, &self.packet);
        self.note_pick(transit, outcome);
        let first = transit.known.is_none();
        let decided = changed != Translation::None
            || outcome.verdict != FilterVerdict::Accept
            || before.mark != self.packet.mark
            || (hook == Hook::Postrouting && first);
        if decided {
            let finding = finding(hook, &transit.place, &before, outcome);
            self.recorder
                .change(&transit.place, before, self.packet.clone(), finding);
        }
        if outcome.verdict == FilterVerdict::Reject && self.is_api_server(outcome) {
            self.not_modelled(&transit.place, stage(hook), "the API server", None)?;
        }
        match outcome.verdict {
            FilterVerdict::Accept => ControlFlow::Continue(()),
            FilterVerdict::Drop | FilterVerdict::Reject if has_nowhere_to_go(outcome) => {
                ControlFlow::Break(refusal(outcome))
            }
            FilterVerdict::Drop | FilterVerdict::Reject => self.refuse(refusal(outcome)),
        }
    }

    /// Whether the rules refused only because nobody wrote down where the API server is.
    fn is_api_server(&self, outcome: &HookOutcome) -> bool {
        let cause = outcome
            .decided_by
            .as_ref()
            .and_then(|reason| reason.cause.as_ref());
        cause
            .and_then(|cause| {
                self.network()
                    .service(&cause.object.scope, &cause.object.name)
            })
            .is_some_and(Service::is_api_server)
    }

    /// A pick among endpoints is named by the Service whose rules drew, and by pods where pods have the addresses.
    fn note_pick(&mut self, transit: &Transit<'a>, outcome: &HookOutcome) {
        let Some(pick) = &outcome.pick else { return };
        let name = |address: IpAddr, port: u16| -> Arc<str> {
            match self.plane.pod_by_ip(address) {
                Some(pod) => Arc::from(pod.reference().to_string()),
                None => Arc::from(format!("{address}:{port}")),
            }
        };
        let by = outcome
            .decided_by
            .as_ref()
            .and_then(|reason| reason.cause.as_ref())
            .map_or_else(|| transit.place.clone(), |cause| cause.object.clone());
        let pick = Pick {
            by,
            at: Some(transit.place.clone()),
            picked: name(pick.picked.ip(), pick.picked.port()),
            candidates: pick
                .candidates
                .iter()
                .map(|candidate| name(candidate.ip(), candidate.port()))
                .collect(),
        };
        self.picks.push(pick);
    }

    /// Remembers the connection of a first packet; un-translates the source of a later one.
    fn track(&mut self, transit: &Transit<'a>) -> ControlFlow<Disposition> {
        match &transit.known {
            None => self.remember(transit),
            Some((entry, direction)) => {
                self.packet = entry.translate_source(*direction, &self.packet);
                self.record_known(transit, entry);
                ControlFlow::Continue(())
            }
        }
    }

    fn remember(&mut self, transit: &Transit<'a>) -> ControlFlow<Disposition> {
        let table = self
            .conntracks
            .entry(transit.node.meta.name.clone())
            .or_default();
        match table.confirm(Tuple::of(&transit.original), &self.packet) {
            Ok((entry, packet)) => {
                if entry.snat() {
                    self.draw_port_anew();
                }
                self.packet = packet;
                ControlFlow::Continue(())
            }
            Err(_exhausted) => {
                let why = Explanation::new("why-walk-ports-exhausted")
                    .with("node", transit.place.clone());
                self.end(
                    &transit.place,
                    Stage::Conntrack,
                    Disposition::SnatUnavailable,
                    why,
                    None,
                )?;
                ControlFlow::Break(Disposition::SnatUnavailable)
            }
        }
    }

    /// Records what conntrack did to a later packet, beginning with the headers as they arrived.
    fn record_known(&mut self, transit: &Transit<'a>, entry: &Entry) {
        let before = Packet {
            ttl: self.packet.ttl,
            ..transit.original.clone()
        };
        let changed = Translation::between(&before, &self.packet);
        let id = match changed {
            Translation::None => "why-walk-conntrack-none",
            Translation::Source => "why-walk-conntrack-source",
            Translation::Destination => "why-walk-conntrack-destination",
            Translation::Both => "why-walk-conntrack-both",
        };
        let why = Explanation::new(id).with("node", transit.place.clone());
        let detail = Detail::Tracked {
            entry: entry.clone(),
            known: true,
            translation: changed,
        };
        let finding = Finding::new(Stage::Conntrack, detail, why);
        self.recorder
            .change(&transit.place, before, self.packet.clone(), finding);
    }
}

/// The step of a hook, made of the rules that matched.
fn finding(hook: Hook, node: &Ref, before: &Packet, outcome: &HookOutcome) -> Finding {
    let step = HookStep::of(hook, node, before, outcome);
    let detail = Detail::Netfilter {
        matched: outcome.matched.clone(),
        translation: step.translation,
        verdict: outcome.verdict,
    };
    let finding = Finding::new(stage(hook), detail, step.why);
    match step.cause {
        Some(cause) => finding.caused_by(cause),
        None => finding,
    }
}

const fn stage(hook: Hook) -> Stage {
    match hook {
        Hook::Prerouting => Stage::IptablesPrerouting,
        Hook::Input => Stage::IptablesInput,
        Hook::Forward => Stage::IptablesForward,
        Hook::Output => Stage::IptablesOutput,
        Hook::Postrouting => Stage::IptablesPostrouting,
    }
}

fn refusal(outcome: &HookOutcome) -> Disposition {
    match (outcome.verdict, purpose(outcome)) {
        (FilterVerdict::Reject, Some(Purpose::NoEndpoints)) => Disposition::NoEndpoints,
        (FilterVerdict::Reject, _) => Disposition::Rejected,
        _ => Disposition::Filtered,
    }
}

/// Without an endpoint there is no address to go on to, whatever the rules would allow.
fn has_nowhere_to_go(outcome: &HookOutcome) -> bool {
    matches!(
        purpose(outcome),
        Some(Purpose::NoEndpoints | Purpose::NoLocalEndpoints)
    )
}

fn purpose(outcome: &HookOutcome) -> Option<Purpose> {
    outcome.decided_by.as_ref().map(|reason| reason.purpose)
}
