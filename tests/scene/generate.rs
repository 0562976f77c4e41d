//! Scenarios from a seed: one to three virtual networks, up to twelve nodes, Services of every type,
//! machines, long and Japanese names, both network plugins, random requests.

use std::fmt::Write;

/// A linear congruential generator (Knuth's MMIX constants); the high bits are used.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.roll(chances) == 0
    }
}

/// The YAML of a scenario; the same seed gives the same text.
pub fn scenario(seed: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..4 {
        dice.roll(2);
    }
    let mut world = World {
        dice,
        yaml: String::new(),
        places: Vec::new(),
        targets: Vec::new(),
    };
    world.networks();
    world.cluster();
    world.workloads();
    world.services();
    world.flows();
    world.yaml
}

/// A `Layout` that puts about half of the objects elsewhere: near, far, upon others.
pub fn rearranged(seed: u64, objects: &[(String, (i32, i32))]) -> String {
    let mut dice = Dice(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) | 1);
    for _ in 0..4 {
        dice.roll(2);
    }
    let mut text = String::from(
        "apiVersion: kubehop.dev/v1\nkind: Layout\nmetadata: {name: layout}\nspec:\n  positions:\n",
    );
    for (object, (x, y)) in objects {
        let mut by = |most: usize| {
            i32::try_from(dice.roll(2 * most)).unwrap() - i32::try_from(most).unwrap()
        };
        let (x, y) = match by(4) {
            -4 | -3 => (x + by(60), y + by(60)),
            -2 => (by(600) + 400, by(600) + 400),
            -1 => {
                let (_, at) = &objects[dice.roll(objects.len())];
                *at
            }
            _ => continue,
        };
        let _ = writeln!(text, "    {object}: {{x: {x}, y: {y}}}");
    }
    text
}

struct World {
    dice: Dice,
    yaml: String,
    /// Places that can send.
    places: Vec<String>,
    /// Places, addresses and names that can be asked for, with a port.
    targets: Vec<(String, u16)>,
}

impl World {
    fn document(&mut self, text: &str) {
        self.yaml.push_str(text);
        self.yaml.push_str("\n---\n");
    }

    fn networks(&mut self) {
        let more = self.dice.roll(3);
        let mut subnets = String::from("{name: nodes, properties: {addressPrefix: 10.1.0.0/22}}");
        let machines = self.dice.roll(4);
        for index in 0..machines {
            let name = [
                "vms",
                "仮想マシン",
                "a-subnet-with-a-rather-long-name-indeed",
                "db",
            ][index];
            let _ = write!(
                subnets,
                ", {{name: {name}, properties: {{addressPrefix: 10.1.{}.0/24}}}}",
                8 + index
            );
        }
        let gateway = self.dice.one_in(2);
        if gateway {
            subnets += ", {name: GatewaySubnet, properties: {addressPrefix: 10.1.255.0/27}}";
        }
        let mut peerings = String::new();
        for index in 0..more {
            let _ = write!(
                peerings,
                "{{name: to-{index}, properties: {{remoteVirtualNetwork: {{id: vnet-{index}}}, allowForwardedTraffic: true}}}}, "
            );
        }
        self.document(&format!(
            "{{type: Microsoft.Network/virtualNetworks, name: vnet-main, location: japaneast, properties: {{addressSpace: {{addressPrefixes: [10.1.0.0/16]}}, subnets: [{subnets}], virtualNetworkPeerings: [{peerings}]}}}}"
        ));
        for index in 0..machines {
            let name = [
                "vm",
                "サーバー",
                "machine-with-a-name-that-does-not-fit",
                "db",
            ][index];
            let subnet = [
                "vms",
                "仮想マシン",
                "a-subnet-with-a-rather-long-name-indeed",
                "db",
            ][index];
            let address = format!("10.1.{}.4", 8 + index);
            self.host(name, &format!("subnet: vnet-main/{subnet}"), &address);
        }
        for index in 0..more {
            let other = index + 20;
            self.document(&format!(
                "{{type: Microsoft.Network/virtualNetworks, name: vnet-{index}, location: japaneast, properties: {{addressSpace: {{addressPrefixes: [10.{other}.0.0/16]}}, subnets: [{{name: default, properties: {{addressPrefix: 10.{other}.0.0/24}}}}], virtualNetworkPeerings: [{{name: back, properties: {{remoteVirtualNetwork: {{id: vnet-main}}, allowForwardedTraffic: true}}}}]}}}}"
            ));
            for host in 0..self.dice.roll(3) {
                self.host(
                    &format!("peer-{index}-{host}"),
                    &format!("subnet: vnet-{index}/default"),
                    &format!("10.{other}.0.{}", 4 + host),
                );
            }
        }
        self.outside(gateway);
    }

    fn outside(&mut self, gateway: bool) {
        for index in 0..=self.dice.roll(3) {
            let name = [
                "client",
                "browser-of-somebody-far-away",
                "インターネット利用者",
            ][index];
            self.host(
                name,
                "network: internet",
                &format!("203.0.113.{}", 9 + index),
            );
        }
        if gateway {
            self.document("{type: Microsoft.Network/virtualNetworkGateways, name: vpn, location: japaneast, properties: {gatewayType: Vpn, ipConfigurations: [{name: default, properties: {subnet: {id: vnet-main/GatewaySubnet}}}]}}");
            self.document("{type: Microsoft.Network/localNetworkGateways, name: office, location: japaneast, properties: {localNetworkAddressSpace: {addressPrefixes: [192.168.10.0/24]}}}");
            self.document("{type: Microsoft.Network/connections, name: to-office, location: japaneast, properties: {connectionType: IPsec, virtualNetworkGateway1: {id: vpn}, localNetworkGateway2: {id: office}}}");
            for index in 0..=self.dice.roll(2) {
                self.host(
                    &format!("desk-{index}"),
                    "onPremises: office",
                    &format!("192.168.10.{}", 5 + index),
                );
            }
        }
    }

    fn host(&mut self, name: &str, place: &str, address: &str) {
        self.document(&format!("{{apiVersion: kubehop.dev/v1, kind: Host, metadata: {{name: {name}}}, spec: {{{place}, ip: {address}}}}}"));
        self.places.push(format!("host/{name}"));
        self.targets.push((format!("host/{name}"), 443));
    }

    fn cluster(&mut self) {
        let plugin = if self.dice.one_in(2) {
            "kubenet, podCidr: 10.244.0.0/16"
        } else {
            "azure"
        };
        let nodes = 1 + self.dice.roll(12);
        self.document(&format!(
            "{{type: Microsoft.ContainerService/managedClusters, name: aks, location: japaneast, properties: {{kubernetesVersion: \"1.30.0\", networkProfile: {{networkPlugin: {plugin}, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10, outboundType: loadBalancer, loadBalancerSku: standard}}, agentPoolProfiles: [{{name: pool1, count: {nodes}, maxPods: 30, osType: Linux, vnetSubnetID: vnet-main/nodes}}]}}}}"
        ));
        if self.dice.one_in(3) {
            self.document("{type: Microsoft.Network/networkSecurityGroups, name: guard, location: japaneast, properties: {securityRules: [{name: deny-some, properties: {priority: 200, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '443'}}], subnets: [{id: vnet-main/nodes}]}}");
        }
    }

    fn workloads(&mut self) {
        for (index, name) in [
            "web",
            "a-workload-with-a-name-that-is-far-too-long-for-any-card",
            "db",
        ]
        .into_iter()
        .enumerate()
        {
            let replicas = self.dice.roll(if index == 0 { 20 } else { 5 });
            self.document(&format!(
                "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}}, spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: i, ports: [{{containerPort: 8080}}]}}]}}}}}}}}"
            ));
            if replicas > 0 {
                self.places.push(format!("deployment/default/{name}"));
            }
        }
        self.document("{apiVersion: v1, kind: Pod, metadata: {name: caller, labels: {app: caller}}, spec: {containers: [{name: c, image: i}]}}");
        self.places.push("pod/default/caller".into());
        self.targets.push(("pod/default/caller".into(), 8080));
    }

    fn services(&mut self) {
        let names = [
            "web",
            "a-service-with-a-name-that-goes-on-and-on",
            "db",
            "outside",
            "alone",
            "internal",
            "seventh",
            "eighth",
        ];
        for name in names.into_iter().take(1 + self.dice.roll(8)) {
            let policy = if self.dice.one_in(3) {
                ", externalTrafficPolicy: Local"
            } else {
                ""
            };
            let (kind, annotations) = match self.dice.roll(6) {
                0 => ("type: ClusterIP".to_owned(), ""),
                1 => ("clusterIP: None".to_owned(), ""),
                2 => (format!("type: NodePort{policy}"), ""),
                3 => (
                    format!("type: LoadBalancer{policy}"),
                    ", annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}",
                ),
                4 => (
                    "type: ExternalName, externalName: www.example.com".to_owned(),
                    "",
                ),
                _ => (format!("type: LoadBalancer{policy}"), ""),
            };
            let app = [
                "web",
                "db",
                "nobody",
                "a-workload-with-a-name-that-is-far-too-long-for-any-card",
            ][self.dice.roll(4)];
            self.document(&format!(
                "{{apiVersion: v1, kind: Service, metadata: {{name: {name}{annotations}}}, spec: {{{kind}, selector: {{app: {app}}}, ports: [{{port: 80, targetPort: 8080}}]}}}}"
            ));
            self.targets.push((format!("service/default/{name}"), 80));
            self.targets.push((name.to_owned(), 80));
        }
        self.targets.push(("8.8.8.8".into(), 53));
        self.targets.push(("10.99.0.1".into(), 80));
    }

    fn flows(&mut self) {
        for index in 0..6 {
            let from = self.places[self.dice.roll(self.places.len())].clone();
            let (to, port) = self.targets[self.dice.roll(self.targets.len())].clone();
            let protocol = if self.dice.one_in(8) { "UDP" } else { "TCP" };
            self.document(&format!(
                "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: f{index}}}, spec: {{from: {from}, to: {to}, port: {port}, protocol: {protocol}}}}}"
            ));
        }
    }
}
