//! A request as the reader types it.

use yew::AttrValue;

use crate::model::flow::Flow;
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
use crate::model::read::{parse_flow_target, parse_sender};
use crate::ui::simulation::Simulation;

/// A request as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The sender, as a place.
    pub from: String,
    /// The destination: place, address, name or URL.
    pub to: String,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Port; empty where the destination implies it.
    pub port: String,
}

impl Request {
    /// The request of a flow.
    pub fn of(flow: &Flow) -> Self {
        Self {
            from: flow.from.to_string(),
            to: flow.to.to_string(),
            protocol: flow.protocol,
            port: flow.port.map(|port| port.to_string()).unwrap_or_default(),
        }
    }

    /// The same with places written out that are named without their kind or namespace, where only one is meant.
    pub(super) fn completed(&self, simulation: &Simulation) -> Self {
        let mut whole = self.clone();
        if parse_sender(self.from.trim()).is_err()
            && let Some(place) = simulation.unambiguous(&self.from, true)
        {
            whole.from = place.to_string();
        }
        if parse_flow_target(self.to.trim()).is_err()
            && let Some(place) = simulation.unambiguous(&self.to, false)
        {
            whole.to = place.to_string();
        }
        whole
    }

    /// The flow that it asks for, or the message and the text that it is about.
    pub fn flow(&self) -> Result<Flow, (&'static str, String)> {
        let from = parse_sender(self.from.trim()).map_err(|error| ("request-bad-from", error))?;
        let to = parse_flow_target(self.to.trim()).map_err(|error| ("request-bad-to", error))?;
        let port = match self.port.trim() {
            "" => None,
            _ if !self.protocol.has_ports() => None,
            text => Some(
                text.parse()
                    .map_err(|_| ("request-bad-port", text.to_owned()))?,
            ),
        };
        Ok(Flow {
            meta: Meta::default(),
            from,
            to,
            protocol: self.protocol,
            port,
            expect: None,
        })
    }

    /// Destination and port as one text.
    pub fn target_text(&self) -> String {
        match self.port.as_str() {
            "" => self.to.clone(),
            port => format!("{}:{port}", self.to),
        }
    }
}

/// What a field of the request may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Whether it is the sender's.
    pub from: bool,
    /// A place.
    pub place: AttrValue,
}
