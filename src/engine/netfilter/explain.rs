//! The sentence of a hook's step: what the rules did, and why.

use std::sync::Arc;

use super::eval::{HookOutcome, Nat};
use super::rule::{Hook, Purpose, Reason};
use crate::engine::explain::{Arg, Explanation};
use crate::engine::trace::{Cause, FilterVerdict, Translation};
use crate::model::object::Ref;
use crate::model::packet::Packet;

/// What a step of a walk says about a hook.
#[derive(Clone, Debug, PartialEq)]
pub struct HookStep {
    /// One sentence.
    pub why: Explanation,
    /// The object and field responsible, if an object is.
    pub cause: Option<Cause>,
    /// Which addresses the rules translated.
    pub translation: Translation,
}

impl HookStep {
    /// The step of a packet that came to `hook` of `node` as `before`.
    pub fn of(hook: Hook, node: &Ref, before: &Packet, outcome: &HookOutcome) -> Self {
        let translation = Translation::between(before, &outcome.packet);
        let decided = outcome.decided_by.as_deref();
        // For a masquerade, who marked the packet is the reason.
        let marked = outcome.marked_by.as_deref();
        let reason = match decided {
            Some(reason) if reason.purpose == Purpose::MasqueradeMarked => marked.or(Some(reason)),
            other => other,
        };
        let sentence = Sentence {
            hook,
            node,
            before,
            outcome,
            reason,
        };
        Self {
            why: sentence.write(translation),
            cause: reason.and_then(|reason| reason.cause.clone()),
            translation,
        }
    }
}

impl Translation {
    /// What differs between a packet before and after.
    pub fn between(before: &Packet, after: &Packet) -> Self {
        let source = (before.source, before.source_port) != (after.source, after.source_port);
        let destination = (before.destination, before.destination_port)
            != (after.destination, after.destination_port);
        match (source, destination) {
            (false, false) => Translation::None,
            (true, false) => Translation::Source,
            (false, true) => Translation::Destination,
            (true, true) => Translation::Both,
        }
    }
}

struct Sentence<'a> {
    hook: Hook,
    node: &'a Ref,
    before: &'a Packet,
    outcome: &'a HookOutcome,
    reason: Option<&'a Reason>,
}

impl Sentence<'_> {
    fn write(&self, translation: Translation) -> Explanation {
        match self.outcome.verdict {
            FilterVerdict::Drop => self.dropped(),
            FilterVerdict::Reject => self.rejected(),
            FilterVerdict::Accept => match self.outcome.nat {
                Nat::Destination(_) => self.to_endpoint(),
                Nat::Source(_) if translation == Translation::Source => self.masqueraded(),
                Nat::Source(_) => self
                    .sentence("why-netfilter-source-own")
                    .with("from", self.before.source),
                Nat::None => self.passed(),
            },
        }
    }

    /// The packet, the node, and the object of the reason.
    fn sentence(&self, id: &'static str) -> Explanation {
        let sentence = Explanation::new(id).with("node", self.node.clone());
        match self.cause() {
            Some(cause) => sentence.with("object", cause.object.clone()),
            None => sentence,
        }
    }

    fn cause(&self) -> Option<&Cause> {
        self.reason.and_then(|reason| reason.cause.as_ref())
    }

    /// The field of the reason as the reader sees it, linked to its line.
    fn field(&self, text: &str) -> Arg {
        match self.cause() {
            Some(cause) => Arg::Field {
                object: cause.object.clone(),
                path: cause.field.clone(),
                text: Arc::from(text),
            },
            None => Arg::from(text),
        }
    }

    /// `sessionAffinity: ClientIP`, linked to its line.
    fn affinity(&self) -> Arg {
        let text = "sessionAffinity: ClientIP";
        match self.cause() {
            Some(cause) => Arg::Field {
                object: cause.object.clone(),
                path: Arc::from("spec.sessionAffinity"),
                text: Arc::from(text),
            },
            None => Arg::from(text),
        }
    }

    fn to_endpoint(&self) -> Explanation {
        let to = self.outcome.packet.destination_text();
        if self
            .reason
            .is_some_and(|reason| reason.purpose == Purpose::HostPort)
        {
            return self.sentence("why-netfilter-host-port").with("to", to);
        }
        let from = self.before.destination_text();
        if self.outcome.remembered {
            return self
                .sentence("why-netfilter-endpoint-remembered")
                .with("field", self.affinity())
                .with("client", self.before.source)
                .with("to", to);
        }
        let candidates = self.outcome.pick.as_ref().map(|pick| pick.candidates.len());
        let sentence = match candidates {
            Some(count) => self
                .sentence("why-netfilter-endpoint-picked")
                .with("count", i64::try_from(count).unwrap_or(i64::MAX)),
            None => self.sentence("why-netfilter-endpoint-only"),
        };
        sentence.with("from", from).with("to", to)
    }

    fn masqueraded(&self) -> Explanation {
        let (from, to) = (self.before.source, self.outcome.packet.source);
        let cluster = "externalTrafficPolicy: Cluster";
        let local = "externalTrafficPolicy: Local";
        let sentence = match self.reason.map(|reason| reason.purpose) {
            Some(Purpose::MarkExternalCluster) => self
                .sentence("why-netfilter-masquerade-cluster")
                .with("field", self.field(cluster)),
            Some(Purpose::MarkFromNode) => self
                .sentence("why-netfilter-masquerade-from-node")
                .with("field", self.field(local)),
            Some(Purpose::MarkOffCluster) => self.sentence("why-netfilter-masquerade-off-cluster"),
            Some(Purpose::MarkAll) => self.sentence("why-netfilter-masquerade-all"),
            Some(Purpose::MarkHairpin) => self.sentence("why-netfilter-masquerade-hairpin"),
            Some(Purpose::MarkHostPort) => self.sentence("why-netfilter-masquerade-host-port"),
            Some(Purpose::MasqueradePlatform) => self
                .sentence("why-netfilter-masquerade-platform")
                .with("destination", self.before.destination),
            Some(Purpose::MasqueradeOutside) => self
                .sentence("why-netfilter-masquerade-outside")
                .with("destination", self.before.destination),
            _ => self.sentence("why-netfilter-masquerade"),
        };
        sentence.with("from", from).with("to", to)
    }

    fn rejected(&self) -> Explanation {
        let to = self.before.destination_text();
        match self.reason.map(|reason| reason.purpose) {
            Some(Purpose::NoEndpoints) => {
                self.sentence("why-netfilter-no-endpoints").with("to", to)
            }
            _ => self.sentence("why-netfilter-rejected").with("to", to),
        }
    }

    fn dropped(&self) -> Explanation {
        let to = self.before.destination_text();
        let from = self.before.source;
        match self.reason.map(|reason| reason.purpose) {
            Some(Purpose::NoLocalEndpoints) => {
                let policy = match self.cause().map(|cause| &*cause.field) {
                    Some("spec.internalTrafficPolicy") => "internalTrafficPolicy: Local",
                    _ => "externalTrafficPolicy: Local",
                };
                self.sentence("why-netfilter-no-local-endpoints")
                    .with("field", self.field(policy))
            }
            Some(Purpose::SourceRanges) => self
                .sentence("why-netfilter-source-ranges")
                .with("field", self.field("loadBalancerSourceRanges"))
                .with("from", from),
            Some(Purpose::WireServer) => self.sentence("why-netfilter-wire-server").with("to", to),
            Some(Purpose::LocalnetGuard) => self.sentence("why-netfilter-localnet").with("to", to),
            Some(Purpose::InvalidState) => self.sentence("why-netfilter-invalid"),
            Some(_) => self.sentence("why-netfilter-no-address").with("from", from),
            None => self.sentence("why-netfilter-dropped").with("to", to),
        }
    }

    fn passed(&self) -> Explanation {
        let destination = self.before.destination;
        match (self.reason.map(|reason| reason.purpose), self.hook) {
            (Some(Purpose::KeepSource), _) => self
                .sentence("why-netfilter-keep-source")
                .with("from", self.before.source)
                .with("destination", destination),
            (Some(Purpose::HealthCheck), _) => self.sentence("why-netfilter-health-check"),
            (Some(Purpose::ForwardMarked), _) => self.sentence("why-netfilter-forward-marked"),
            (Some(Purpose::ForwardKnown), _) => self.sentence("why-netfilter-forward-known"),
            (_, Hook::Prerouting | Hook::Output | Hook::Postrouting) if !self.outcome.nat_asked => {
                self.sentence("why-netfilter-known")
            }
            (_, Hook::Prerouting | Hook::Output) => self
                .sentence("why-netfilter-destination-unchanged")
                .with("to", self.before.destination_text()),
            (_, Hook::Postrouting) => self
                .sentence("why-netfilter-source-unchanged")
                .with("from", self.before.source),
            (_, Hook::Input | Hook::Forward) => self.sentence("why-netfilter-accepted"),
        }
    }
}
