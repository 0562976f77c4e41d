//! The YAML of new objects, as the palette adds them: valid, with a name and addresses that are free.

mod azure;
pub mod event;
pub(super) mod free;
mod kube;

use crate::model::network::Network;
use crate::model::object::Ref;
use free::Names;

macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// What the palette offers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Template { $($(#[$doc])* $name,)* }

        impl Template {
            /// Everything that the palette offers, in its order.
            pub const ALL: &[Template] = &[$(Template::$name,)*];

            /// Stable id; `template-…` is the message id of its name.
            pub const fn id(self) -> &'static str {
                match self { $(Template::$name => $id,)* }
            }
        }
    };
}

templates! {
    /// A client on the internet.
    Client = "client";
    /// An on-premises network behind a VPN gateway, with a machine in it.
    OnPremises = "on-premises";
    /// A virtual machine.
    VirtualMachine = "virtual-machine";
    /// A virtual network with one subnet.
    Vnet = "vnet";
    /// A subnet of a virtual network.
    Subnet = "subnet";
    /// A peering of two virtual networks, both directions.
    Peering = "peering";
    /// A VPN gateway with its subnet.
    VpnGateway = "vpn-gateway";
    /// A route table.
    RouteTable = "route-table";
    /// A network security group.
    Nsg = "nsg";
    /// A public IP address.
    PublicIp = "public-ip";
    /// A cluster with kubenet.
    KubenetCluster = "kubenet-cluster";
    /// A cluster with Azure CNI.
    AzureCniCluster = "azure-cni-cluster";
    /// A node.
    Node = "node";
    /// A Deployment of two pods.
    Deployment = "deployment";
    /// A pod.
    Pod = "pod";
    /// A Service within the cluster.
    ClusterIp = "service-cluster-ip";
    /// A Service on a port of every node.
    NodePort = "service-node-port";
    /// A Service behind the public load balancer.
    LoadBalancer = "service-load-balancer";
    /// A Service behind the internal load balancer.
    InternalLoadBalancer = "service-internal-load-balancer";
    /// A namespace.
    Namespace = "namespace";
    /// A request to fire.
    Flow = "flow";
    /// Something that happens to a running scenario.
    Event = "event";
}

/// A new object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// The object; the first of several.
    pub object: Ref,
    /// Its YAML, one or more documents.
    pub text: String,
}

impl Template {
    /// Whether there is what it needs.
    pub fn fits(self, network: &Network) -> bool {
        match self {
            Template::VirtualMachine
            | Template::Vnet
            | Template::Subnet
            | Template::Peering
            | Template::VpnGateway
            | Template::KubenetCluster
            | Template::AzureCniCluster
            | Template::Event => self.build(network).is_some(),
            Template::Client
            | Template::OnPremises
            | Template::RouteTable
            | Template::Nsg
            | Template::PublicIp
            | Template::Node
            | Template::Deployment
            | Template::Pod
            | Template::ClusterIp
            | Template::NodePort
            | Template::LoadBalancer
            | Template::InternalLoadBalancer
            | Template::Namespace
            | Template::Flow => true,
        }
    }

    /// The YAML of a new object in `network`; `None` where something that it needs is
    /// missing, such as a second virtual network for a peering.
    pub fn build(self, network: &Network) -> Option<New> {
        let names = Names::of(network);
        Some(match self {
            Template::Client => azure::client(network, &names),
            Template::OnPremises => azure::on_premises(network, &names),
            Template::VirtualMachine => azure::virtual_machine(network, &names)?,
            Template::Vnet => azure::vnet(network, &names)?,
            Template::Subnet => azure::subnet(network, &names)?,
            Template::Peering => azure::peering(network)?,
            Template::VpnGateway => azure::vpn_gateway(network, &names)?,
            Template::RouteTable => azure::route_table(&names),
            Template::Nsg => azure::nsg(&names),
            Template::PublicIp => azure::public_ip(network, &names),
            Template::KubenetCluster => azure::cluster(network, &names, true)?,
            Template::AzureCniCluster => azure::cluster(network, &names, false)?,
            Template::Node => kube::node(network, &names),
            Template::Deployment => kube::deployment(&names),
            Template::Pod => kube::pod(&names),
            Template::ClusterIp => kube::service(network, &names, "ClusterIP", ""),
            Template::NodePort => kube::service(network, &names, "NodePort", ""),
            Template::LoadBalancer => kube::service(network, &names, "LoadBalancer", ""),
            Template::InternalLoadBalancer => {
                kube::service(network, &names, "LoadBalancer", kube::INTERNAL)
            }
            Template::Namespace => kube::namespace(&names),
            Template::Flow => kube::flow(network, &names),
            Template::Event => event::first(network)?,
        })
    }
}

fn new(object: Ref, text: String) -> New {
    New { object, text }
}
