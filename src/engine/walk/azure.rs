//! Network interfaces, security groups and routes of Azure.

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::firewall::Session;
use super::kept;
use super::machine::{At, INTERNET_ADDRESS, Machine};
use super::walker::{Allowed, Next, Walker};
use crate::engine::azure::addresses::{Owner, PublicOwner};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::gateway::{self, GatewayDecision};
use crate::engine::azure::load_balancer;
use crate::engine::azure::nic::Nic;
use crate::engine::azure::nsg::{EffectiveNsg, Passage};
use crate::engine::azure::peering;
use crate::engine::azure::routes::{EffectiveRoute, RouteDecision, RouteSource};
use crate::engine::azure::storage;
use crate::engine::azure::tags::is_public;
use crate::engine::azure::topology;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Entry, Tuple};
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition};
use crate::model::azure::{Cluster, NextHop, SubnetId, Vnet};
use crate::model::object::{Kind, Ref};

impl<'a> Walker<'a, '_> {
    /// The packet leaves a machine: NIC, security groups outbound, then the routes of its subnet.
    pub fn leave_nic(&mut self, nic: &'a Nic) -> Next<'a> {
        (self.last_nic, self.last_firewall) = (Some(nic), None);
        if !self.is_frontend_of_member(nic, self.packet.source) {
            let (passes, finding) = nic.sends(self.packet.source);
            self.pass_nic(nic, passes, nic.owns(self.packet.source), finding)?;
        }
        let subnet = nic.subnet_of(self.packet.source);
        self.know_prefix(subnet, self.packet.source)?;
        let overlay = self.overlay_of(nic);
        if overlay.is_none() && self.is_null_routed(subnet) {
            return ControlFlow::Continue(At::Subnet(subnet.clone()));
        }
        let filters = self.plane.filters();
        self.filter(&nic.owner, false, filters.nic(&nic.owner))?;
        self.filter(&nic.owner, false, filters.subnet(subnet))?;
        self.undo_load_balancing();
        match overlay {
            Some(other) => self.cross_overlay(nic, other),
            None => ControlFlow::Continue(At::Subnet(subnet.clone())),
        }
    }

    /// Whether the routes drop the packet whatever security groups say.
    ///
    /// Azure documents no order between the two. Where both refuse, the route is the answer that
    /// helps: no security rule could make the packet arrive.
    fn is_null_routed(&self, subnet: &SubnetId) -> bool {
        let destination = self.packet.destination;
        let Some(routes) = self.plane.routes(subnet) else {
            return false;
        };
        match routes.decide(destination) {
            RouteDecision::Routed(route, _) => route.next_hop == NextHop::None,
            RouteDecision::NoRoute(_) => true,
            RouteDecision::NotModelled(..) => routes.needs_refused_peering(destination),
            RouteDecision::Platform(_) => false,
        }
    }

    /// Ends the walk where nobody knows what belongs to the subnet of an address.
    fn know_prefix(&mut self, subnet: &SubnetId, address: IpAddr) -> ControlFlow<Disposition> {
        let found = self.network().subnet(subnet);
        if found.is_none_or(|it| !it.prefixes.is_empty()) {
            return ControlFlow::Continue(());
        }
        let place = subnet.reference();
        let why = Explanation::new("why-azure-subnet-unread")
            .with("address", address)
            .with("subnet", place.clone());
        let what: Arc<str> = Arc::from(place.to_string());
        let detail = Detail::NotModelled { what: what.clone() };
        let cause = Cause::field(place.clone(), "properties.addressPrefix");
        let finding = Finding::new(Stage::AzureNic, detail, why).caused_by(cause);
        self.recorder.step(&place, &self.packet, finding);
        ControlFlow::Break(Disposition::NotModelled { what })
    }

    /// The packet arrives at a machine: security groups inbound, then the NIC.
    pub fn enter_nic(&mut self, nic: &'a Nic) -> Next<'a> {
        if let Some(next) = self.pass_stopped(&nic.owner, Stage::AzureNic) {
            return next;
        }
        let filters = self.plane.filters();
        let destination = self.packet.destination;
        self.know_prefix(nic.subnet_of(destination), destination)?;
        self.filter(&nic.owner, true, filters.subnet(nic.subnet_of(destination)))?;
        self.filter(&nic.owner, true, filters.nic(&nic.owner))?;
        if !self.is_frontend_of_member(nic, destination) {
            let (passes, finding) = nic.receives(destination);
            self.pass_nic(nic, passes, nic.owns(destination), finding)?;
        }
        match nic.owner.kind {
            Kind::Node => match self.network().node(&nic.owner.name) {
                Some(node) => ControlFlow::Continue(At::NodeInterface(node, Arc::from("eth0"))),
                None => self.nobody(&nic.owner),
            },
            Kind::AppGateway => match self.network().app_gateway(&nic.owner.name) {
                Some(gateway) => {
                    ControlFlow::Continue(At::Arrived(Machine::Gateway(gateway, destination)))
                }
                None => self.nobody(&nic.owner),
            },
            _ => self.enter_host(nic),
        }
    }

    fn enter_host(&mut self, nic: &'a Nic) -> Next<'a> {
        let Some(host) = self.network().host(&nic.owner.name) else {
            return self.nobody(&nic.owner);
        };
        if nic.owns(self.packet.destination) {
            return ControlFlow::Continue(At::Arrived(Machine::Host(host)));
        }
        self.packet.ttl = self.packet.ttl.saturating_sub(1);
        self.know_connection(nic)?;
        let why = Explanation::new("why-walk-host-forwards")
            .with("host", nic.owner.clone())
            .with("destination", self.packet.destination);
        let detail = Detail::Forwarded {
            through: Arc::from("IP forwarding"),
        };
        self.recorder.step(
            &nic.owner,
            &self.packet,
            Finding::new(Stage::HostForward, detail, why).documented_by(Source::IpForwarding),
        );
        ControlFlow::Continue(At::NicOut(nic))
    }

    /// A virtual appliance forwards statefully: it remembers what it lets through, and drops an answer to what it
    /// never saw.
    fn know_connection(&mut self, nic: &Nic) -> ControlFlow<Disposition> {
        let tuple = Tuple::of(&self.packet);
        let session = Session {
            appliance: nic.owner.clone(),
            entry: Entry {
                reply: tuple.inverted(),
                original: tuple,
            },
        };
        let knows = |entry: &Entry| {
            let mut known = self.sessions.iter();
            known.any(|it| it.appliance == nic.owner && it.entry == *entry)
        };
        if !self.is_reply() {
            if !knows(&session.entry) {
                self.sessions.push(session);
            }
            return ControlFlow::Continue(());
        }
        let request = Entry {
            original: session.entry.reply.clone(),
            reply: session.entry.original.clone(),
        };
        if knows(&request) {
            return ControlFlow::Continue(());
        }
        let why = Explanation::new("why-walk-host-no-session")
            .with("host", nic.owner.clone())
            .with("packet", self.packet.to_string());
        let detail = Detail::Refused {
            by: Arc::from(Disposition::NoConnection.as_str()),
        };
        let finding = Finding::new(Stage::HostForward, detail, why)
            .caused_by(Cause::object(nic.owner.clone()))
            .documented_by(Source::AzureFirewallSymmetry);
        self.recorder.step(&nic.owner, &self.packet, finding);
        ControlFlow::Break(Disposition::NoConnection)
    }

    /// Records what the NIC's IP forwarding decided, where the address is not the NIC's own.
    fn pass_nic(
        &mut self,
        nic: &Nic,
        passes: bool,
        own: bool,
        finding: Finding,
    ) -> ControlFlow<Disposition> {
        if !own {
            self.recorder.step(&nic.owner, &self.packet, finding);
        }
        if passes {
            ControlFlow::Continue(())
        } else {
            self.refuse(Disposition::NotForwarded)
        }
    }

    /// With floating IP a member of a load balancer gets and sends packets with the frontend's address.
    pub fn is_frontend_of_member(&self, nic: &Nic, address: IpAddr) -> bool {
        let addresses = &self.plane.addresses;
        let balancer = match (
            addresses.private(&nic.subnet.vnet, address),
            addresses.public(address),
        ) {
            (Some(Owner::Frontend { load_balancer, .. }), _)
            | (_, Some(PublicOwner::Frontend { load_balancer, .. })) => {
                load_balancer::named(self.network(), load_balancer)
            }
            _ => None,
        };
        balancer.is_some_and(|balancer| balancer.backend_nodes.contains(&nic.owner.name))
    }

    /// Asks a security group, unless it already let this connection's first packet pass at this interface.
    ///
    /// What leaves one machine of a subnet and reaches another of it is asked about twice.
    pub fn filter(
        &mut self,
        owner: &Ref,
        inbound: bool,
        nsg: Option<&EffectiveNsg>,
    ) -> ControlFlow<Disposition> {
        let Some(nsg) = nsg.filter(|nsg| nsg.attached().is_some()) else {
            return ControlFlow::Continue(());
        };
        let tuple = Tuple::of(&self.packet);
        let passed = |tuple, inbound| Allowed {
            place: nsg.place.clone(),
            nic: owner.clone(),
            inbound,
            tuple,
        };
        let this_way = passed(tuple.clone(), inbound);
        if self.allowed.contains(&this_way)
            || self.allowed.contains(&passed(tuple.inverted(), !inbound))
        {
            return ControlFlow::Continue(());
        }
        let decision = nsg.evaluate(inbound, &self.packet);
        let passage = decision.passage.clone();
        self.recorder
            .step(&nsg.place, &self.packet, decision.finding);
        match passage {
            Passage::Allowed => {
                self.allowed.push(this_way);
                ControlFlow::Continue(())
            }
            Passage::Denied if inbound => self.refuse(Disposition::DeniedIn),
            Passage::Denied => self.refuse(Disposition::DeniedOut),
            Passage::NotModelled(what) => ControlFlow::Break(Disposition::NotModelled { what }),
        }
    }

    /// The effective routes of a subnet choose the next hop.
    pub fn route_in_azure(&mut self, subnet: &SubnetId) -> Next<'a> {
        let place = subnet.reference();
        let Some(routes) = self.plane.routes(subnet) else {
            return self.nobody(&place);
        };
        let decision = routes.decide(self.packet.destination);
        match decision {
            RouteDecision::Routed(route, finding) => {
                let open = self.service_endpoint(subnet);
                let open = open.filter(|_| route.next_hop != NextHop::ServiceEndpoint);
                if let Some(service) = open {
                    let what = format!("the service endpoint {service}");
                    let cause = Some(Cause::field(place.clone(), "properties.serviceEndpoints"));
                    return self.not_modelled(&place, Stage::AzureServiceEndpoint, &what, cause);
                }
                self.recorder.step(&place, &self.packet, finding);
                self.follow_route(subnet, &route)
            }
            RouteDecision::Platform(finding) => {
                self.asked_by = self.last_nic;
                self.recorder.step(&place, &self.packet, finding);
                self.enter_platform()
            }
            RouteDecision::NoRoute(finding) => {
                self.recorder.step(&place, &self.packet, finding);
                ControlFlow::Break(Disposition::NoRoute)
            }
            RouteDecision::NotModelled(what, finding) => {
                self.recorder.step(&place, &self.packet, finding);
                ControlFlow::Break(Disposition::NotModelled { what })
            }
        }
    }

    /// The host of a machine takes what is for the platform. Its metadata service answers nobody but the primary address
    /// of the machine.
    fn enter_platform(&mut self) -> Next<'a> {
        if self.packet.destination != topology::METADATA {
            return ControlFlow::Continue(At::Arrived(Machine::Platform));
        }
        let source = self.packet.source;
        if let Some(nic) = self.last_nic.filter(|nic| nic.primary != source) {
            let place = Machine::Metadata.place();
            let why = Explanation::new("why-walk-metadata-source")
                .with("source", source)
                .with("owner", nic.owner.clone())
                .with("primary", nic.primary);
            let cause = Some(Cause::object(nic.owner.clone()));
            let ends = Disposition::DeniedIn;
            let ended = self.end(&place, Stage::HostListen, ends, why, cause);
            if let ControlFlow::Break(disposition) = ended {
                self.refuse(disposition)?;
            }
        }
        ControlFlow::Continue(At::Arrived(Machine::Metadata))
    }

    /// A service endpoint of the subnet whose routes may hold the destination: any public address
    /// that the scenario does not describe may be one of the service.
    fn service_endpoint(&self, subnet: &SubnetId) -> Option<Arc<str>> {
        let destination = self.packet.destination;
        let network = self.network();
        let resources = &network.public_ips;
        let known = destination == INTERNET_ADDRESS
            || self.plane.addresses.public(destination).is_some()
            || resources.iter().any(|it| it.ip == Some(destination));
        let endpoints = &network.subnet(subnet)?.service_endpoints;
        if !self.is_reply() && storage::at(network, destination).is_some() {
            // An account of another region may be in the paired one, which the endpoint covers as well.
            return endpoints
                .iter()
                .find(|it| storage::is_regional(it))
                .cloned();
        }
        if self.is_reply() || known || !is_public(destination) {
            return None;
        }
        endpoints.first().cloned()
    }

    /// Sends the packet to the next hop of a route, which is refused some of them where a user wrote it.
    fn follow_route(&mut self, subnet: &SubnetId, route: &EffectiveRoute) -> Next<'a> {
        let to_gateway = route.next_hop == NextHop::VirtualNetworkGateway;
        if !to_gateway || route.source != RouteSource::User {
            return self.follow(subnet, &route.next_hop);
        }
        let destination = self.packet.destination;
        let decision =
            gateway::by_user_route(self.network(), &subnet.vnet, destination, &route.cause);
        self.cross_gateway(&subnet.reference(), decision, |passed| {
            At::OnPremises(passed.on_premises)
        })
    }

    /// Sends the packet to the next hop of a route.
    pub fn follow(&mut self, subnet: &SubnetId, next_hop: &NextHop) -> Next<'a> {
        let destination = self.packet.destination;
        match next_hop {
            NextHop::None => ControlFlow::Break(Disposition::NullRouted),
            NextHop::VnetLocal => ControlFlow::Continue(At::Vnet(subnet.vnet.clone(), destination)),
            NextHop::VnetPeering => self.cross_peering(subnet, destination),
            NextHop::VirtualAppliance(appliance) if self.is_behind_peering(subnet, *appliance) => {
                self.cross_peering(subnet, *appliance)
            }
            NextHop::VirtualAppliance(appliance) => {
                ControlFlow::Continue(At::Vnet(subnet.vnet.clone(), *appliance))
            }
            NextHop::VirtualNetworkGateway => {
                let decision = gateway::to_on_premises(self.network(), &subnet.vnet, destination);
                self.cross_gateway(&subnet.reference(), decision, |passed| {
                    At::OnPremises(passed.on_premises)
                })
            }
            NextHop::Internet => self.leave_to_internet(subnet),
            NextHop::ServiceEndpoint => self.cross_service_endpoint(subnet),
            NextHop::InterfaceEndpoint => self.cross_private_endpoint(subnet),
        }
    }

    /// Crosses the peering that leads to `next`: the destination, or an appliance on the way to it.
    pub fn cross_peering(&mut self, subnet: &SubnetId, next: IpAddr) -> Next<'a> {
        let crossing = peering::cross(self.network(), &subnet.vnet, &self.packet, next);
        let Some(crossing) = crossing else {
            return self.nobody(&subnet.reference());
        };
        let place = Ref::new(Kind::Vnet, crossing.to.clone());
        self.recorder.step(&place, &self.packet, crossing.finding);
        if !crossing.allowed {
            self.refuse(Disposition::NoRoute)?;
        }
        ControlFlow::Continue(At::Vnet(crossing.to, next))
    }

    /// Whether an appliance stands in a peered virtual network and not in that of the subnet.
    fn is_behind_peering(&self, subnet: &SubnetId, appliance: IpAddr) -> bool {
        let network = self.network();
        let Some(own) = network.vnet(&subnet.vnet) else {
            return false;
        };
        let has = |vnet: &Vnet| topology::contains(&vnet.address_space, appliance);
        !has(own) && topology::peers(network, own).any(|peer| has(peer.vnet))
    }

    /// Records what a gateway decided and goes on behind it.
    pub fn cross_gateway(
        &mut self,
        from: &Ref,
        decision: GatewayDecision,
        then: impl FnOnce(gateway::Passed) -> At<'a>,
    ) -> Next<'a> {
        match decision {
            GatewayDecision::Passed(passed) => {
                self.recorder
                    .step(&passed.gateway, &self.packet, passed.finding.clone());
                ControlFlow::Continue(then(passed))
            }
            GatewayDecision::NoRoute(finding) => {
                self.recorder.step(from, &self.packet, finding);
                ControlFlow::Break(Disposition::NoRoute)
            }
        }
    }

    /// Whoever has `address` in a virtual network gets the packet.
    pub fn deliver_in_vnet(&mut self, vnet: &str, address: IpAddr) -> Next<'a> {
        if let Some(owner) = self.plane.addresses.private(vnet, address).cloned() {
            return self.deliver_to_owner(owner);
        }
        let place = Ref::new(Kind::Vnet, Arc::<str>::from(vnet));
        if let Some(resource) = self.unmodelled_owner() {
            return self.not_modelled_owner(&place, &resource);
        }
        let cluster = self.network().cluster.as_ref();
        let plugin = cluster.and_then(Cluster::unmodelled_plugin);
        if let Some((plugin, pod)) = plugin.zip(self.plane.pod_by_ip(address)) {
            let cause = Some(Cause::object(pod.reference()));
            return self.not_modelled(&place, Stage::AzureNic, plugin, cause);
        }
        if let Some((what, cause)) = kept::holder(self.network(), vnet, address) {
            return self.not_modelled(&place, Stage::AzureNic, &what, Some(cause));
        }
        let why = Explanation::new("why-walk-nobody").with("destination", address);
        let cause = Some(Cause::object(place.clone()));
        self.end(
            &place,
            Stage::AzureNic,
            Disposition::NoSuchAddress,
            why,
            cause,
        )
    }

    /// A resource that may have an address nobody else has, and that is not modelled.
    pub fn unmodelled_owner(&self) -> Option<Ref> {
        let owns = |resource: &&Ref| {
            matches!(
                resource.kind,
                Kind::Firewall | Kind::AppGateway | Kind::PrivateEndpoint
            )
        };
        self.network().unmodelled.iter().find(owns).cloned()
    }

    /// Ends the walk because the address may be that of a resource that is not modelled.
    pub fn not_modelled_owner(&mut self, place: &Ref, resource: &Ref) -> Next<'a> {
        let stage = match resource.kind {
            Kind::Firewall => Stage::AzureFirewall,
            Kind::AppGateway => Stage::AppGwListener,
            _ => Stage::AzurePrivateEndpoint,
        };
        let cause = Some(Cause::object(resource.clone()));
        self.not_modelled(place, stage, &resource.to_string(), cause)
    }

    /// Ends the walk because nobody has the destination.
    pub fn nobody(&mut self, place: &Ref) -> Next<'a> {
        let why = Explanation::new("why-walk-nobody").with("destination", self.packet.destination);
        self.end(
            place,
            Stage::AzureNic,
            Disposition::NoSuchAddress,
            why,
            None,
        )
    }
}
