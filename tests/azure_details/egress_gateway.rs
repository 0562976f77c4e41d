//! Static Egress Gateway: what a pod's annotation asks of it is not modelled, and never skipped.

use super::holds;

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: gated, annotations: {kubernetes.azure.com/static-gateway-configuration: partners}}
spec: {nodeName: n0, containers: [{name: c, image: client}]}
status: {podIP: 10.1.0.11}
";

/// The contract: nothing is silently ignored. Inside of the cluster the gateway has no part, nor in answers.
#[test]
fn a_pod_with_a_static_egress_gateway_ends_not_modelled_outside_of_the_cluster() {
    let flow = |to: &str, expect: &str| {
        format!(
            "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: to-{}}}, spec: {{from: pod/default/gated, to: {to}, port: 8080, expect: {{{expect}}}}}}}",
            to.replace(['/', '.'], "-")
        )
    };
    let unknown = "verdict: not-modelled, endsAt: {place: pod/default/gated, stage: pod.route}";
    let inward = "{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: inward}, spec: {from: host/vm-a, to: pod/default/gated, port: 8080, expect: {verdict: delivered, reply: delivered}}}";
    holds(
        "azure-cni",
        &[],
        &[
            POD,
            &flow("host/server", unknown),
            &flow("host/vm-b", unknown),
            &flow("pod/default/p1", "verdict: delivered, reply: delivered"),
            &flow("node/n1", "via: [node/n0]"),
            inward,
        ],
    );
}
