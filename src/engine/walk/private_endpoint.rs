//! Private endpoints as the end of a way: the address is private, the resource is not in the virtual network.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::{At, Machine};
use super::walker::{Next, Walker};
use crate::engine::azure::addresses::Owner;
use crate::engine::azure::finding::Finding;
use crate::engine::azure::private_endpoint::{self, Entry};
use crate::engine::azure::routes::{EffectiveRoutes, RouteDecision};
use crate::engine::azure::storage;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition};
use crate::model::azure::{NextHop, SubnetId};
use crate::model::object::Ref;
use crate::model::private_link::PrivateEndpoint;
use crate::model::storage::StorageAccount;

impl<'a> Walker<'a, '_> {
    /// The route of an endpoint leads to it: in the own virtual network, or through a peering.
    pub fn cross_private_endpoint(&mut self, subnet: &SubnetId) -> Next<'a> {
        let destination = self.packet.destination;
        let owner = self.plane.addresses.private(&subnet.vnet, destination);
        if matches!(owner, Some(Owner::PrivateEndpoint(_))) {
            return ControlFlow::Continue(At::Vnet(subnet.vnet.clone(), destination));
        }
        self.cross_peering(subnet, destination)
    }

    /// The packet arrives at the address of an endpoint: the security group where it counts, the connection, and
    /// the resource, whose own network rules are only for its public address.
    pub fn enter_private_endpoint(&mut self, place: &Ref) -> Next<'a> {
        let network = self.network();
        let found = network.private_endpoint(&place.name);
        let reached = found.filter(|it| it.ips.contains(&self.packet.destination));
        let Some(endpoint) = reached else {
            return self.nobody(place);
        };
        if private_endpoint::policies(network, endpoint).rules {
            let filter = self.plane.filters().subnet(&endpoint.subnet);
            self.filter(place, true, filter)?;
        }
        let (entry, finding) = private_endpoint::enter(network, endpoint, &self.packet);
        self.recorder.step(place, &self.packet, finding);
        let account = match entry {
            Entry::Account(account, true) => account,
            Entry::Account(account, false) => {
                self.refuse(Disposition::DeniedIn)?;
                account
            }
            Entry::Refused => return ControlFlow::Break(Disposition::DeniedIn),
            Entry::NotModelled(what) => {
                return ControlFlow::Break(Disposition::NotModelled { what });
            }
        };
        self.endpoint = Some(endpoint);
        let finding = storage::by_endpoint(account, endpoint, self.packet.source);
        self.recorder
            .step(&account.reference(), &self.packet, finding);
        ControlFlow::Continue(At::Arrived(Machine::Storage(account)))
    }

    /// An account answers through the endpoint that the request came by. The system routes of its subnet take the
    /// answer on; user-defined ones do not count for it.
    pub fn answer_by_endpoint(
        &mut self,
        account: &StorageAccount,
        endpoint: &PrivateEndpoint,
    ) -> Next<'a> {
        let place = endpoint.reference();
        self.record_send(&account.reference(), &endpoint.meta.name);
        let destination = self.packet.destination;
        let why = Explanation::new("why-azure-endpoint-answers")
            .with("endpoint", place.clone())
            .with("destination", destination);
        let detail = Detail::Forwarded {
            through: account.meta.name.clone(),
        };
        let finding = Finding::new(Stage::AzurePrivateEndpoint, detail, why)
            .caused_by(Cause::object(place.clone()));
        self.recorder.step(&place, &self.packet, finding);
        (self.last_nic, self.last_firewall) = (None, None);
        let routes = EffectiveRoutes::without_table(self.network(), &endpoint.subnet);
        let decision = routes.map(|routes| routes.decide(destination));
        let subnet = endpoint.subnet.reference();
        match decision {
            Some(RouteDecision::Routed(route, finding)) => {
                self.recorder.step(&subnet, &self.packet, finding);
                if route.next_hop == NextHop::Internet {
                    return ControlFlow::Break(Disposition::NoRoute);
                }
                self.follow(&endpoint.subnet, &route.next_hop)
            }
            Some(RouteDecision::NotModelled(what, finding)) => {
                self.recorder.step(&subnet, &self.packet, finding);
                ControlFlow::Break(Disposition::NotModelled { what })
            }
            Some(RouteDecision::Platform(finding) | RouteDecision::NoRoute(finding)) => {
                self.recorder.step(&subnet, &self.packet, finding);
                ControlFlow::Break(Disposition::NoRoute)
            }
            None => self.nobody(&subnet),
        }
    }

    /// The platform's address is only there for machines of virtual networks.
    pub fn platform_outside(&mut self, place: &Ref) -> Next<'a> {
        let why = Explanation::new("why-walk-platform-outside")
            .with("destination", self.packet.destination);
        let detail = Detail::Refused {
            by: Arc::from(Disposition::NoRoute.as_str()),
        };
        let finding = Finding::new(Stage::HostForward, detail, why);
        self.recorder.step(place, &self.packet, finding);
        ControlFlow::Break(Disposition::NoRoute)
    }
}
