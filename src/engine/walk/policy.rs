//! Network policies on the way: at the sender's pod and at the receiver's.
//!
//! The engines of AKS hang in the node's forwarding path, after kube-proxy has replaced the destination
//! and before a masquerade replaces the source. So the sender's policies see the endpoint instead of
//! the Service, and the receiver's see the client wherever its own node does the masquerading.

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::walker::Walker;
use crate::engine::azure::finding::Finding;
use crate::engine::explain::{Arg, Explanation};
use crate::engine::netfilter::kube_proxy::MASQUERADE_MARK;
use crate::engine::policy::enforcement::{Circumstances, Engine, LetBy};
use crate::engine::policy::{Admission, Other, Question, Ruling};
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition};
use crate::model::kube::Pod;
use crate::model::object::Ref;
use crate::model::policy::{Direction, NetworkPolicy};

/// A packet as the forwarding path of a node saw it, before its source was translated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its source.
    pub source: IpAddr,
    /// Its mark.
    pub mark: u32,
}

impl<'a> Walker<'a, '_> {
    /// The packet of a pod on its way through the node that the pod runs on; `to_node` where it is for that node.
    pub fn check_egress(&mut self, source: IpAddr, to_node: bool) -> ControlFlow<Disposition> {
        let Some(pod) = self.plane.pod_by_ip(source) else {
            return ControlFlow::Continue(());
        };
        let circumstances = Circumstances {
            within_node: to_node,
            from_node: false,
            marked: self.packet.mark & MASQUERADE_MARK != 0,
        };
        let question = self.question(pod, Direction::Egress, self.packet.destination);
        self.check_policies(&question, circumstances)
    }

    /// The packet reaches a pod. `seen` is what the node's forwarding path saw; `None` for a packet of the node itself.
    pub fn check_ingress(&mut self, pod: &'a Pod, seen: Option<Seen>) -> ControlFlow<Disposition> {
        let source = seen.map_or(self.packet.source, |seen| seen.source);
        let question = self.question(pod, Direction::Ingress, source);
        let circumstances = Circumstances {
            within_node: seen.is_none(),
            from_node: question.other.node || seen.is_none(),
            marked: seen.is_some_and(|seen| seen.mark & MASQUERADE_MARK != 0),
        };
        self.check_policies(&question, circumstances)
    }

    fn question(&self, pod: &'a Pod, direction: Direction, other: IpAddr) -> Question<'a> {
        Question {
            pod,
            direction,
            other: Other {
                address: other,
                pod: self.plane.pod_by_ip(other),
                node: self.plane.is_node_address(other),
            },
            protocol: self.packet.protocol,
            port: self.packet.destination_port,
        }
    }

    fn check_policies(
        &mut self,
        question: &Question<'a>,
        circumstances: Circumstances,
    ) -> ControlFlow<Disposition> {
        let itself = |other: &Pod| std::ptr::eq(other, question.pod);
        if self.is_reply() || question.other.pod.is_some_and(itself) {
            return ControlFlow::Continue(());
        }
        let policies = self.plane.policies();
        let let_by = match question.direction {
            Direction::Egress => policies.engine.lets_out(circumstances),
            Direction::Ingress => policies.engine.lets_in(circumstances),
        };
        let mut foreign = policies.foreign.iter();
        let foreign = foreign.find(|it| let_by.is_none() && it.concerns(question.pod));
        if let Some(foreign) = foreign {
            let cause = Some(Cause::object(foreign.object.clone()));
            let place = question.pod.reference();
            self.not_modelled(&place, stage(question.direction), &foreign.what, cause)?;
        }
        let ruling = policies.rule_on(self.network(), question);
        let Some(first) = ruling.isolating.first() else {
            return ControlFlow::Continue(());
        };
        if let Engine::Other(name) = &policies.engine {
            let what = format!("the network policy engine {name}");
            let cause = Some(Cause::object(first.reference()));
            let place = question.pod.reference();
            self.not_modelled(&place, stage(question.direction), &what, cause)?;
        }
        let outcome = match (&policies.engine, let_by, ruling.allows()) {
            (Engine::None, ..) => Outcome::NotEnforced,
            (_, _, true) => Outcome::Admitted,
            (_, Some(why), false) => Outcome::LetBy(why),
            (_, None, false) => Outcome::Refused,
        };
        let place = question.pod.reference();
        let finding = finding(question, &ruling, outcome);
        self.recorder.step(&place, &self.packet, finding);
        match (outcome, question.direction) {
            (Outcome::Refused, Direction::Ingress) => self.refuse(Disposition::DeniedIn),
            (Outcome::Refused, Direction::Egress) => self.refuse(Disposition::DeniedOut),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// What becomes of a packet whose pod is isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Admitted,
    Refused,
    LetBy(LetBy),
    NotEnforced,
}

const fn stage(direction: Direction) -> Stage {
    match direction {
        Direction::Ingress => Stage::PolicyIngress,
        Direction::Egress => Stage::PolicyEgress,
    }
}

fn finding(question: &Question<'_>, ruling: &Ruling<'_>, outcome: Outcome) -> Finding {
    let admitted: Vec<Cause> = ruling.admitted.iter().map(cause_of).collect();
    let cause = match (outcome, admitted.first(), ruling.isolating.first()) {
        (Outcome::Admitted, Some(cause), _) => Some(cause.clone()),
        (_, _, Some(policy)) => {
            let field = format!("spec.{}", question.direction.field());
            Some(Cause::field(policy.reference(), field))
        }
        _ => None,
    };
    let detail = Detail::Policy {
        allowed: outcome != Outcome::Refused,
        enforced: matches!(outcome, Outcome::Admitted | Outcome::Refused),
        isolated_by: ruling.isolating.iter().map(|it| it.reference()).collect(),
        admitted_by: admitted,
        peer: question.other.address,
        peer_pod: question.other.pod.map(Pod::reference),
    };
    let finding = Finding::new(
        stage(question.direction),
        detail,
        why(question, ruling, outcome),
    );
    match cause {
        Some(cause) => finding.caused_by(cause),
        None => finding,
    }
}

fn why(question: &Question<'_>, ruling: &Ruling<'_>, outcome: Outcome) -> Explanation {
    let ingress = question.direction == Direction::Ingress;
    let about = |id| {
        let port = if question.protocol.has_ports() {
            format!("{} {}", question.protocol, question.port)
        } else {
            question.protocol.to_string()
        };
        Explanation::new(id)
            .with("pod", question.pod.reference())
            .with("peer", peer(question))
            .with("port", port)
    };
    let blamed = |id| about(id).with("policies", names(&ruling.isolating));
    match (outcome, ruling.admitted.as_slice()) {
        (Outcome::Admitted, [only]) => about(if ingress {
            "why-policy-ingress-admitted"
        } else {
            "why-policy-egress-admitted"
        })
        .with("object", only.policy.reference())
        .with("field", link(only)),
        (Outcome::Admitted, several) => about(if ingress {
            "why-policy-ingress-admitted-several"
        } else {
            "why-policy-egress-admitted-several"
        })
        .with("rules", rules(several)),
        (Outcome::Refused, _) if ruling.block_passed_over => blamed("why-policy-cilium-block"),
        (Outcome::Refused, _) => blamed(if ingress {
            "why-policy-ingress-denied"
        } else {
            "why-policy-egress-denied"
        }),
        (Outcome::NotEnforced, _) => blamed("why-policy-not-enforced"),
        (Outcome::LetBy(reason), _) => blamed(match reason {
            LetBy::OwnPod => "why-policy-own-pod",
            LetBy::OwnNode => "why-policy-own-node",
            LetBy::FromNode => "why-policy-from-node",
            LetBy::Marked => "why-policy-marked",
        }),
    }
}

fn peer(question: &Question<'_>) -> Arg {
    match question.other.pod {
        Some(pod) => Arg::Object(pod.reference()),
        None => question.other.address.into(),
    }
}

/// The names of policies, all of them in one namespace.
fn names(policies: &[&NetworkPolicy]) -> String {
    let names: Vec<&str> = policies.iter().map(|policy| &*policy.meta.name).collect();
    names.join(", ")
}

fn rules(admitted: &[Admission<'_>]) -> String {
    let rules: Vec<String> = admitted
        .iter()
        .map(|it| format!("{} {}", it.policy.meta.name, it.field))
        .collect();
    rules.join(", ")
}

fn cause_of(admission: &Admission<'_>) -> Cause {
    Cause::field(admission.policy.reference(), admission.field.as_str())
}

fn link(admission: &Admission<'_>) -> Arg {
    let object: Ref = admission.policy.reference();
    let path: Arc<str> = Arc::from(admission.field.as_str());
    Arg::Field {
        object,
        text: path.clone(),
        path,
    }
}
