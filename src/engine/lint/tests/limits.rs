//! Limits: one above is told, the limit itself is not.

use std::net::IpAddr;

use super::found::problems;
use crate::engine::lint::limits;
use crate::model::azure::{
    AddressPrefix, AgentPool, Cluster, LoadBalancer, NatGateway, NextHop, Nsg, Peering, RouteTable,
    SecurityRule, Subnet, UserRoute, Vnet,
};
use crate::model::kube::{Meta, Node, Pod};
use crate::model::network::Network;

/// Asserts that a limit is told of one above it, and not at it.
#[track_caller]
fn limit(code: &str, most: usize, network: impl Fn(usize) -> Network) {
    let told = |count: usize| {
        let mut all = Vec::new();
        limits::check(&network(count), &mut all);
        let network = network(count);
        let addresses = crate::engine::azure::addresses::Addresses::of(&network);
        crate::engine::azure::checks::check(&network, &addresses)
            .iter()
            .chain(&all)
            .any(|problem| {
                let told = problem.code == code;
                assert!(!told || problem.object.is_some(), "{problem} has no place");
                told
            })
    };
    assert!(told(most + 1), "{code} at {}", most + 1);
    assert!(!told(most), "{code} at {most}");
}

fn many<T: Clone>(one: T, count: usize) -> Vec<T> {
    vec![one; count]
}

/// The rows of section 12 that count objects.
#[test]
fn one_above_a_limit_is_told_and_the_limit_itself_is_not() {
    limit("too-many-prefixes", 4000, |count| {
        let rule = SecurityRule {
            sources: many(AddressPrefix::Any, count),
            ..SecurityRule::default()
        };
        let nsgs = vec![Nsg {
            rules: vec![rule],
            ..Nsg::default()
        }];
        Network {
            nsgs,
            ..Network::default()
        }
    });
    limit("too-many-resources", 200, |count| {
        let route_tables = many(RouteTable::default(), count);
        Network {
            route_tables,
            ..Network::default()
        }
    });
    let vnet = |vnet: Vnet| Network {
        vnets: vec![vnet],
        ..Network::default()
    };
    limit("too-many-subnets", 3000, |count| {
        vnet(Vnet {
            subnets: many(Subnet::default(), count),
            ..Vnet::default()
        })
    });
    limit("too-many-peerings", 500, |count| {
        let peering = Peering {
            meta: Meta::default(),
            remote: "elsewhere".into(),
            allow_virtual_network_access: true,
            allow_forwarded_traffic: false,
            allow_gateway_transit: false,
            use_remote_gateways: false,
            disconnected: false,
        };
        vnet(Vnet {
            peerings: many(peering, count),
            ..Vnet::default()
        })
    });
    let ip: IpAddr = "10.1.0.4".parse().unwrap();
    limit("too-many-dns-servers", 20, |count| {
        vnet(Vnet {
            dns_servers: many(ip, count),
            ..Vnet::default()
        })
    });
    limit("too-many-addresses", 65_536, |count| {
        let subnet = Subnet {
            meta: Meta {
                namespace: "v".into(),
                name: "s".into(),
                ..Meta::default()
            },
            prefixes: vec!["10.0.0.0/8".parse().unwrap()],
            ..Subnet::default()
        };
        let node = Node {
            internal_ips: vec![ip],
            reserved_ips: many(ip, count - 1),
            ..Node::default()
        };
        let vnets = vec![Vnet {
            meta: Meta {
                name: "v".into(),
                ..Meta::default()
            },
            subnets: vec![subnet],
            ..Vnet::default()
        }];
        Network {
            vnets,
            nodes: vec![node].into(),
            ..Network::default()
        }
    });
    limit("too-many-tag-routes", 25, |count| {
        let route = UserRoute {
            meta: Meta::default(),
            prefix: None,
            tag: Some("Sql".into()),
            next_hop: NextHop::Internet,
        };
        let table = RouteTable {
            routes: many(route, count),
            ..RouteTable::default()
        };
        Network {
            route_tables: vec![table],
            ..Network::default()
        }
    });
}

/// The rows of section 12 about load balancers.
#[test]
fn limits_of_load_balancers_are_told_too() {
    let balancer = |one: LoadBalancer| Network {
        load_balancers: vec![LoadBalancer {
            standard: true,
            ..one
        }],
        ..Network::default()
    };
    let (_, simulation) = problems("load-balancer", &[], "");
    let known = &simulation.network().load_balancers[0];
    limit("too-many-frontends", 600, |count| {
        let frontends = many(known.frontends[0].clone(), count);
        balancer(LoadBalancer {
            frontends,
            ..LoadBalancer::default()
        })
    });
    limit("too-many-pool-members", 1000, |count| {
        let backend_nodes = many(known.backend_nodes[0].clone(), count);
        balancer(LoadBalancer {
            backend_nodes,
            ..LoadBalancer::default()
        })
    });
    limit("too-many-rules-per-nic", 300, |count| {
        let rules = many(known.rules[0].clone(), count);
        balancer(LoadBalancer {
            rules,
            ..LoadBalancer::default()
        })
    });
    limit("too-many-nat-addresses", 16, |count| {
        let gateway = NatGateway {
            public_ips: many("a".into(), count),
            ..NatGateway::default()
        };
        Network {
            nat_gateways: vec![gateway],
            ..Network::default()
        }
    });
}

/// The rows about clusters, and names.
#[test]
fn limits_of_clusters_are_told_too() {
    let (_, simulation) = problems("load-balancer", &[], "");
    let cluster = simulation.network().cluster.clone().unwrap();
    let of = |cluster: Cluster| Network {
        cluster: Some(cluster),
        ..Network::default()
    };
    limit("too-many-outbound-addresses", 100, |count| {
        of(Cluster {
            outbound_ips: many("a".into(), count),
            ..cluster.clone()
        })
    });
    let pool = cluster.pools[0].clone();
    limit("too-many-pools", 100, |count| {
        of(Cluster {
            pools: many(pool.clone(), count),
            ..cluster.clone()
        })
    });
    let nodes = |cluster: Cluster, count: usize| Network {
        nodes: many(Node::default(), count).into(),
        ..of(cluster)
    };
    limit("too-many-set-nodes", 100, |count| {
        let pool = AgentPool {
            availability_set: true,
            ..pool.clone()
        };
        let cluster = Cluster {
            standard_load_balancer: false,
            pools: vec![pool],
            ..cluster.clone()
        };
        nodes(cluster, count)
    });
    let managed = Cluster {
        network_policy: Some("azure".into()),
        ..cluster.clone()
    };
    limit("policy-manager-size", 250, |count| {
        nodes(managed.clone(), count)
    });
    limit("policy-manager-size", 20_000, |count| Network {
        pods: many(Pod::default(), count).into(),
        ..of(managed.clone())
    });
    limit("too-many-nodes", 1000, |count| {
        let count = u32::try_from(count).unwrap();
        of(Cluster {
            pools: vec![AgentPool {
                count,
                ..pool.clone()
            }],
            ..cluster.clone()
        })
    });
}

#[test]
fn a_name_that_is_too_long_is_told() {
    limit("name-too-long", 80, |count| {
        let meta = Meta {
            name: "n".repeat(count).into(),
            ..Meta::default()
        };
        let route = UserRoute {
            meta,
            prefix: None,
            tag: None,
            next_hop: NextHop::Internet,
        };
        Network {
            route_tables: vec![RouteTable {
                routes: vec![route],
                ..RouteTable::default()
            }],
            ..Network::default()
        }
    });
}
