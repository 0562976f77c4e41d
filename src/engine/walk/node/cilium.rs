//! A node whose data plane is Cilium: eBPF programs translate Services in place of kube-proxy's rules.
//!
//! Which endpoint a Service stands for, who may use it, and what affinity remembers is decided as kube-proxy
//! decides it, so [`Dataplane::service_map`](crate::engine::dataplane::Dataplane::service_map) is asked. What
//! differs: a pod's or the node's own call keeps its source, whatever address of the Service it names, and the
//! source of a call from outside is replaced only where the endpoint runs on another node.
//! The programs hang at the pod's interface (stage `veth`) or at the node's own (`node.route`).
//! Left out: a pod that gets its own call to a Service, which Cilium answers from an address of its own.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Transit, has_nowhere_to_go, purpose, refusal};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::eval::HookOutcome;
use crate::engine::netfilter::explain::HookStep;
use crate::engine::netfilter::kube_proxy::MASQUERADE_MARK;
use crate::engine::netfilter::rule::{Hook, Purpose};
use crate::engine::netfilter::ruleset::Ruleset;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Detail, Disposition, FilterVerdict, Translation};
use crate::engine::walk::walker::Walker;
use crate::model::packet::Packet;

impl<'a> Walker<'a, '_> {
    /// What the programs do where kube-proxy would have rules at `hook`; true where iptables does not get to
    /// see the packet afterwards.
    pub(super) fn ask_cilium(
        &mut self,
        transit: &mut Transit<'a>,
        hook: Hook,
        output: Option<&str>,
        services: &Ruleset,
    ) -> ControlFlow<Disposition, bool> {
        if hook == Hook::Postrouting {
            return self.leave_cilium(transit, output, services);
        }
        self.packet.mark = transit.service_mark;
        let outcome = self.ask_rules(transit, hook, output, services);
        transit.service_mark = outcome.packet.mark;
        let before = self.record_cilium(transit, hook, &outcome);
        self.note_pick(transit, &outcome);
        if outcome.verdict == FilterVerdict::Reject && self.is_api_server(&outcome) {
            self.not_modelled(&transit.place, stage(transit), "the API server", None)?;
        }
        let own_call = self.packet.source == self.packet.destination;
        if own_call && before.destination != self.packet.destination {
            let what = "a pod that gets its own call to a Service under Cilium";
            self.not_modelled(&transit.place, stage(transit), what, None)?;
        }
        match outcome.verdict {
            FilterVerdict::Accept => {}
            _ if has_nowhere_to_go(&outcome) => return ControlFlow::Break(refusal(&outcome)),
            _ => self.refuse(refusal(&outcome))?,
        }
        ControlFlow::Continue(false)
    }

    /// The packet leaves the node: from outside to an endpoint on another node it gets the node's address.
    fn leave_cilium(
        &mut self,
        transit: &mut Transit<'a>,
        output: Option<&str>,
        services: &Ruleset,
    ) -> ControlFlow<Disposition, bool> {
        let marked = transit.service_mark & MASQUERADE_MARK != 0;
        let passes = transit.input.as_deref() == Some("eth0") && output == Some("eth0");
        if !marked || !passes || transit.known.is_some() {
            return ControlFlow::Continue(false);
        }
        self.packet.mark = transit.service_mark;
        let outcome = self.ask_rules(transit, Hook::Postrouting, output, services);
        transit.service_mark = 0;
        self.record_cilium(transit, Hook::Postrouting, &outcome);
        ControlFlow::Continue(true)
    }

    /// Takes over what was decided, and records it where it is a decision; gives back the packet as it came.
    fn record_cilium(
        &mut self,
        transit: &Transit<'a>,
        hook: Hook,
        outcome: &HookOutcome,
    ) -> Packet {
        let unmarked = |packet: &Packet| Packet {
            mark: 0,
            ..packet.clone()
        };
        let before = unmarked(&self.packet);
        self.packet = unmarked(&outcome.packet);
        let changed = Translation::between(&before, &self.packet);
        if changed == Translation::None && outcome.verdict == FilterVerdict::Accept {
            return before;
        }
        let step = HookStep::of(hook, &transit.place, &before, outcome);
        let detail = if outcome.verdict == FilterVerdict::Accept {
            Detail::Translated {
                translation: changed,
                rule: Arc::from("Cilium"),
            }
        } else {
            Detail::Refused {
                by: Arc::from("Cilium"),
            }
        };
        let why = sentence(transit, &before, outcome);
        let why = match &step.cause {
            Some(cause) => why.with("object", cause.object.clone()),
            None => why.with("object", transit.place.clone()),
        };
        let finding = Finding::new(stage(transit), detail, why).documented_by(Source::AksCilium);
        let finding = match step.cause {
            Some(cause) => finding.caused_by(cause),
            None => finding,
        };
        self.recorder
            .change(&transit.place, before.clone(), self.packet.clone(), finding);
        before
    }
}

/// Where the program hangs that sees the packet first.
fn stage(transit: &Transit<'_>) -> Stage {
    match transit.input.as_deref() {
        None | Some("eth0") => Stage::NodeRoute,
        Some(_) => Stage::Veth,
    }
}

fn sentence(transit: &Transit<'_>, before: &Packet, outcome: &HookOutcome) -> Explanation {
    let to = outcome.packet.destination_text();
    let about = |id| {
        Explanation::new(id)
            .with("node", transit.place.clone())
            .with("from", before.destination_text())
    };
    match (outcome.verdict, purpose(outcome)) {
        (FilterVerdict::Accept, _) if before.source != outcome.packet.source => {
            Explanation::new("why-cilium-source")
                .with("node", transit.place.clone())
                .with("from", before.source)
                .with("to", outcome.packet.source)
        }
        (FilterVerdict::Accept, _) if outcome.remembered => {
            about("why-cilium-remembered").with("to", to)
        }
        (FilterVerdict::Accept, _) => {
            let candidates = outcome
                .pick
                .as_ref()
                .map_or(1, |pick| pick.candidates.len());
            about("why-cilium-endpoint")
                .with("to", to)
                .with("count", i64::try_from(candidates).unwrap_or(i64::MAX))
        }
        (_, Some(Purpose::NoEndpoints)) => about("why-cilium-no-endpoints"),
        (_, Some(Purpose::NoLocalEndpoints)) => about("why-cilium-no-local-endpoints"),
        (_, Some(Purpose::SourceRanges)) => {
            about("why-cilium-source-ranges").with("client", before.source)
        }
        _ => about("why-cilium-refused"),
    }
}
