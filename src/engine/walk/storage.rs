//! Storage accounts as the end of a way: by a service endpoint, or over the internet.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::{At, Machine};
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::storage::{self, From};
use crate::engine::azure::topology::same;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition};
use crate::model::azure::SubnetId;
use crate::model::storage::StorageAccount;

impl<'a> Walker<'a, '_> {
    /// A service endpoint of the subnet takes the packet to the account, with the source that it has.
    pub fn cross_service_endpoint(&mut self, subnet: &SubnetId) -> Next<'a> {
        let Some(account) = storage::at(self.network(), self.packet.destination) else {
            return self.nobody(&subnet.reference());
        };
        self.asked_by = self.last_nic;
        let why = Explanation::new("why-azure-service-endpoint")
            .with("account", account.reference())
            .with("source", self.packet.source);
        let detail = Detail::Forwarded {
            through: Arc::from("service endpoint"),
        };
        let cause = Cause::field(subnet.reference(), "properties.serviceEndpoints");
        let finding = Finding::new(Stage::AzureServiceEndpoint, detail, why).caused_by(cause);
        self.recorder
            .step(&subnet.reference(), &self.packet, finding);
        self.ask_account(account, Some(subnet))
    }

    /// The packet reaches the public address of an account.
    pub fn enter_account(&mut self, account: &'a StorageAccount) -> Next<'a> {
        self.ask_account(account, None)
    }

    fn ask_account(&mut self, account: &'a StorageAccount, subnet: Option<&SubnetId>) -> Next<'a> {
        let by_nic = self.last_nic.map(|nic| nic.subnet_of(self.packet.source));
        let by_firewall = self.last_firewall.map(|firewall| &firewall.subnet);
        let vnet = by_nic.or(by_firewall);
        let vnet = vnet.and_then(|subnet| self.network().vnet(&subnet.vnet));
        let from = From {
            source: self.packet.source,
            subnet,
            same_region: vnet.is_some_and(|vnet| same(&vnet.location, &account.location)),
        };
        let (allowed, finding) = storage::decide(account, from);
        self.recorder
            .step(&account.reference(), &self.packet, finding);
        if !allowed {
            self.refuse(Disposition::DeniedIn)?;
        }
        ControlFlow::Continue(At::Arrived(Machine::Storage(account)))
    }

    /// An account answers the way the request came.
    pub fn send_from_account(&mut self, account: &'a StorageAccount) -> Next<'a> {
        if let Some(endpoint) = self.endpoint {
            return self.answer_by_endpoint(account, endpoint);
        }
        self.record_send(&account.reference(), "Azure");
        if let Some(firewall) = self.firewall_of_answer() {
            return ControlFlow::Continue(At::Firewall(firewall, false));
        }
        match self.asked_by {
            // Only a service endpoint leaves the private source.
            Some(nic) if nic.owns(self.packet.destination) => ControlFlow::Continue(At::NicIn(nic)),
            _ => ControlFlow::Continue(At::Internet),
        }
    }
}
