//! HTTP probes of a load balancer, and what an ingress controller answers to them (section 5.2 of the fact sheet;
//! Azure/AKS issues 2903 and 3210; MicrosoftDocs/azure-docs issue 92046).

use super::{holds, problems, simulate};

/// The chart names the application protocol of each port.
const PROTOCOLS: [(&str, &str); 2] = [
    (
        "{name: http, port: 80, targetPort: http}",
        "{name: http, port: 80, targetPort: http, appProtocol: http}",
    ),
    (
        "{name: https, port: 443, targetPort: https}",
        "{name: https, port: 443, targetPort: https, appProtocol: https}",
    ),
];
const HEALTHZ: (&str, &str) = (
    "  name: ingress-nginx-controller\n  namespace: ingress-nginx\nspec:\n  type: LoadBalancer",
    "  name: ingress-nginx-controller\n  namespace: ingress-nginx\n  annotations: {service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path: /healthz}\nspec:\n  type: LoadBalancer",
);
const ARRIVES: &str = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: arrives}
spec: {from: host/client, to: service/ingress-nginx/ingress-nginx-controller, port: 80, expect: {verdict: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: arrives-by-tls}
spec: {from: host/client, to: service/ingress-nginx/ingress-nginx-controller, port: 443, expect: {verdict: delivered}}
";
const LOST: &str = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: lost}
spec: {from: host/client, to: service/ingress-nginx/ingress-nginx-controller, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.lb.probe}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: lost-by-tls}
spec: {from: host/client, to: service/ingress-nginx/ingress-nginx-controller, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.lb.probe}}}
";

/// An Ingress for every host, so that `GET /` reaches a backend.
fn everywhere(path: &str, annotations: &str) -> String {
    format!(
        "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: every, annotations: {{{annotations}}}}}, spec: {{ingressClassName: nginx, rules: [{{http: {{paths: [{{path: '{path}', pathType: ImplementationSpecific, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}}}]}}}}"
    )
}

#[test]
fn a_controller_that_answers_404_to_the_probe_of_its_root_is_down() {
    holds("ingress", &PROTOCOLS, &[LOST]);
    let found = problems(&simulate("ingress", &PROTOCOLS, &[]), "probe-status");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("answers 404 to the health probe `GET /`"),
        "{found:?}"
    );
}

#[test]
fn a_controller_answers_probes_of_its_own_health_path() {
    let changes = [PROTOCOLS[0], PROTOCOLS[1], HEALTHZ];
    holds("ingress", &changes, &[ARRIVES]);
    let found = problems(&simulate("ingress", &changes, &[]), "probe-status");
    assert_eq!(found, [""; 0]);
}

#[test]
fn an_ingress_for_every_host_answers_the_probe_of_the_root() {
    holds("ingress", &PROTOCOLS, &[&everywhere("/", ""), ARRIVES]);
}

/// One that sends plain requests to HTTPS answers with a redirect, which is not 200 either.
#[test]
fn a_redirect_is_no_answer_to_a_probe() {
    let forced = everywhere(
        "/",
        "nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'",
    );
    let lost = LOST.split("---").next().unwrap();
    holds("ingress", &PROTOCOLS, &[&forced, lost]);
}

#[test]
fn a_tcp_probe_asks_for_no_status() {
    holds("ingress", &[], &[ARRIVES]);
}

#[test]
fn anyone_may_ask_for_the_health_path() {
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: health}
spec: {from: host/client, url: 'http://20.50.60.70/healthz', expect: {verdict: delivered, http: {status: 200}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: another}
spec: {from: host/client, url: 'http://20.50.60.70/health', expect: {verdict: delivered, http: {status: 404}}}
";
    holds("ingress", &[], &[flow]);
    let pattern = everywhere("/(.*)", "nginx.ingress.kubernetes.io/use-regex: 'true'");
    let taken = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: taken}
spec: {from: host/client, url: 'http://20.50.60.70/healthz', expect: {verdict: delivered, http: {status: 200, backend: service/default/web}}}
";
    holds("ingress", &[], &[&pattern, taken]);
}
