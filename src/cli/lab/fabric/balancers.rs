//! Load balancers: a mark for each member, kept with the connection, leads to the member.

use ipnet::IpNet;

use super::{Builder, Class, one_of};
use crate::engine::azure::gateway::{self, GatewayDecision};
use crate::engine::azure::load_balancer::LbDecision;
use crate::engine::azure::routes::RouteDecision;
use crate::engine::azure::topology;
use crate::model::azure::{Frontend, LbRule, LoadBalancer, NextHop};
use crate::model::object::Ref;
use crate::model::packet::Packet;

impl Builder<'_> {
    /// The rules of every load balancer that machines of a class reach.
    pub(super) fn load_balancers(&mut self, class: &Class) {
        let plane = self.plane;
        let devices: Vec<&str> = self
            .ports
            .iter()
            .filter(|it| it.class() == *class)
            .map(|it| it.device)
            .collect();
        let mut pending = Vec::new();
        for (at, balancer) in plane.network.load_balancers.iter().enumerate() {
            for (number, rule) in balancer.rules.iter().enumerate() {
                let frontend = balancer
                    .frontends
                    .iter()
                    .find(|it| it.name == rule.frontend);
                let Some(frontend) = frontend.filter(|it| self.reaches(class, it)) else {
                    continue;
                };
                pending.push((format!("LB{at}-{number}"), balancer, rule, frontend));
            }
        }
        for (chain, balancer, rule, frontend) in pending {
            self.load_balancer(&devices, &chain, balancer, rule, frontend);
        }
    }

    fn load_balancer(
        &mut self,
        devices: &[&str],
        chain: &str,
        balancer: &LoadBalancer,
        rule: &LbRule,
        frontend: &Frontend,
    ) {
        let packet = Packet {
            protocol: rule.protocol.unwrap_or_default(),
            destination: frontend.ip,
            destination_port: rule.frontend_port,
            ..Packet::default()
        };
        let reference = balancer.reference();
        let LbDecision::Balanced(balanced) =
            self.plane.balance((&reference, &frontend.name), &packet)
        else {
            return;
        };
        let matches = match rule.protocol {
            Some(protocol) => format!(
                "-d {} -p {} --dport {}",
                frontend.ip,
                protocol.lower(),
                rule.frontend_port
            ),
            None => format!("-d {}", frontend.ip),
        };
        for device in devices {
            self.mangle
                .push("PREROUTING", &format!("-i {device} {matches} -j {chain}"));
        }
        if self.mangle.chains.contains(&format!("{chain}-")) {
            return;
        }
        // Written once for all classes.
        self.mangle.push(&format!("{chain}-"), "-j RETURN");
        self.mangle.push(chain, "-j CONNMARK --restore-mark");
        let members = balanced.pool.members.len();
        for (index, (node, address)) in balanced.pool.members.iter().enumerate() {
            let owner = Ref::new(crate::model::object::Kind::Node, node.clone());
            let Some(mark) = self.mark(&owner) else {
                continue;
            };
            let random = one_of(members - index);
            self.mangle.push(
                chain,
                &format!("-m mark --mark 0 {random}-j MARK --set-mark {mark}"),
            );
            if !rule.floating_ip {
                let port = match rule.backend_port {
                    0 => String::new(),
                    port => format!(":{port}"),
                };
                let to = format!(
                    "-m mark --mark {mark} {matches} -j DNAT --to-destination {address}{port}"
                );
                self.nat.push("PREROUTING", &to);
            }
        }
        self.mangle.push(chain, "-j CONNMARK --save-mark");
    }

    /// Whether machines of a class reach a frontend.
    fn reaches(&self, class: &Class, frontend: &Frontend) -> bool {
        let (Some(subnet), Class::Subnet(from)) = (&frontend.subnet, class) else {
            return match (&frontend.subnet, class) {
                (None, class) => *class == Class::Internet,
                (Some(_), Class::OnPremises(name)) => {
                    let passed = gateway::from_on_premises(self.network(), name, frontend.ip);
                    matches!(passed, GatewayDecision::Passed(passed)
                        if self.reaches(&Class::Subnet(passed.subnet.clone()), frontend))
                }
                (Some(_), _) => false,
            };
        };
        let Some(RouteDecision::Routed(route, _)) = self
            .plane
            .routes(from)
            .map(|routes| routes.decide(frontend.ip))
        else {
            return false;
        };
        let vnet = match route.next_hop {
            NextHop::VnetLocal => Some(from.vnet.clone()),
            NextHop::VnetPeering => {
                let own = self.network().vnet(&from.vnet);
                let source = own
                    .and_then(|vnet| vnet.address_space.first())
                    .map(IpNet::addr);
                self.peer(&from.vnet, frontend.ip, source)
            }
            _ => None,
        };
        vnet.is_some_and(|vnet| topology::same(&vnet, &subnet.vnet))
    }
}
