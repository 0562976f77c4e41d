//! What two places say of the same thing: the more reliable one counts, and the reader is told.

use super::{holds, problems, simulate};

fn service(annotations: &str, spec: &str, status: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: said, annotations: {{{annotations}}}}}, spec: {{type: LoadBalancer, selector: {{app: web}}, {spec}ports: [{{port: 80, targetPort: 8080}}]}}, status: {{loadBalancer: {{ingress: [{{ip: {status}}}]}}}}}}"
    )
}

const INTERNAL: &str = "service.beta.kubernetes.io/azure-load-balancer-internal: 'true'";

/// Section 5.5: an internal frontend is in its subnet, a public one has a public address.
#[test]
fn a_status_that_the_frontend_cannot_have_is_refused() {
    for (annotations, status, refused) in [
        ("", "20.50.60.99", None),
        ("", "10.1.0.222", Some("is not a public address")),
        (INTERNAL, "10.1.0.222", None),
        (
            INTERNAL,
            "10.1.1.222",
            Some("is not an address of subnet/vnet-a/nodes"),
        ),
        (
            INTERNAL,
            "20.50.60.99",
            Some("is not an address of subnet/vnet-a/nodes"),
        ),
    ] {
        let simulation = simulate("azure-cni", &[], &[&service(annotations, "", status)]);
        let expected: Vec<String> = refused
            .map(|why| format!("warning: `{status}`, which the status says, {why}"))
            .into_iter()
            .collect();
        assert_eq!(problems(&simulation, "load-balancer-pending"), expected);
    }
    // Nobody on the internet reaches a private address, whatever a status says.
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-private}
spec: {from: host/client, to: 10.1.0.222, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoRoute}}}
";
    holds("azure-cni", &[], &[&service("", "", "10.1.0.222"), flow]);
}

/// The contract: what is written down is pinned; but a status that is not what the Service asks for is said.
#[test]
fn a_status_that_is_not_what_the_service_asks_for_is_told() {
    for (asked, told) in [("20.50.60.99", 1), ("20.50.60.98", 0)] {
        let spec = format!("loadBalancerIP: {asked}, ");
        let simulation = simulate("azure-cni", &[], &[&service("", &spec, "20.50.60.98")]);
        let found = problems(&simulation, "load-balancer-status");
        assert_eq!(found.len(), told, "{found:?}");
    }
}

/// Section 1.1: each node has its own /24 of the cluster's pod range.
#[test]
fn pod_ranges_of_nodes_are_held_against_the_cluster() {
    let twice = "node `n1` has the pod range of node `n0`";
    let outside = "the pod range of node `n1` is outside of the cluster's";
    for (range, code, told) in [
        ("10.244.1.0/24", "node-pod-cidr-twice", None),
        ("10.244.1.0/24", "node-pod-cidr-outside", None),
        ("10.244.0.0/24", "node-pod-cidr-twice", Some(twice)),
        ("10.250.1.0/24", "node-pod-cidr-outside", Some(outside)),
    ] {
        let written = format!("podCIDR: {range}");
        let simulation = simulate("kubenet", &[("podCIDR: 10.244.1.0/24", &written)], &[]);
        let expected: Vec<String> = told
            .map(|it| format!("warning: {it}"))
            .into_iter()
            .collect();
        assert_eq!(problems(&simulation, code), expected, "{range}");
    }
}
