//! The API server of a private cluster: its private endpoint has an address of the nodes' subnet, which only the Endpoints
//! of `default/kubernetes` name (AKS: "Create a private Azure Kubernetes Service cluster").

use super::{holds, simulate};

const ENDPOINTS: &str = "
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: default}
subsets: [{addresses: [{ip: 10.1.0.5}], ports: [{name: https, port: 443}]}]
";
const SLICE: &str = "
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
addressType: IPv4
endpoints: [{addresses: [10.1.0.5]}]
ports: [{name: https, port: 443}]
";
const FLOW: &str = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-the-api-server}
spec: {from: pod/default/p0, to: service/default/kubernetes, port: 443, expect: {verdict: not-modelled}}
";
const FRONTEND: &str = "{apiVersion: v1, kind: Service, metadata: {name: inside, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81, targetPort: 8080}]}}";

#[test]
fn the_address_of_the_api_server_is_nobody_elses() {
    for written in [ENDPOINTS, SLICE] {
        let simulation = simulate("azure-cni", &[], &[written, FRONTEND]);
        let network = simulation.network();
        let address: std::net::IpAddr = "10.1.0.5".parse().unwrap();
        let nodes = network.nodes.iter();
        let mut held = nodes.flat_map(|it| it.internal_ips.iter().chain(&it.reserved_ips));
        assert!(!held.any(|it| *it == address));
        let inside = network.service("default", "inside").unwrap();
        assert!(inside.ingress.iter().all(|it| it.ip != address));
        holds("azure-cni", &[], &[written, FRONTEND, FLOW]);
    }
}
