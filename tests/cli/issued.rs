//! What cert-manager issues, and what a client is answered while things fail (issues 4 and 6).

use super::program::{json, run_on, succeeded};

/// An Ingress with a certificate of cert-manager, in front of one pod.
const SHOP: &str = "
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec: {type: LoadBalancer, selector: {app.kubernetes.io/name: ingress-nginx}, ports: [{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: https}]}
status: {loadBalancer: {ingress: [{ip: 20.50.1.1}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
  template:
    metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}
    spec: {containers: [{name: controller, image: registry.k8s.io/ingress-nginx/controller:v1.8.0, args: [/nginx-ingress-controller, --ingress-class=nginx, --controller-class=k8s.io/ingress-nginx], ports: [{name: http, containerPort: 80}, {name: https, containerPort: 443}]}]}
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt}
spec: {acme: {server: https://acme-v02.api.letsencrypt.org/directory, email: a@b.c, privateKeySecretRef: {name: le}, solvers: [{http01: {ingress: {class: nginx}}}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: w, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: web, ports: [{containerPort: 8080}]}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ok, namespace: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [ok.contoso.dev], secretName: ok-tls}]
  rules: [{host: ok.contoso.dev, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
{type: Microsoft.Network/dnsZones, name: contoso.dev, properties: {}}
---
{type: Microsoft.Network/dnsZones/A, name: contoso.dev/ok, properties: {TTL: 300, ARecords: [{ipv4Address: 20.50.1.1}]}}
";

#[test]
fn a_secret_that_cert_manager_issues_is_a_derived_object() {
    let shown = run_on(SHOP, &["effective", "objects", "-"]);
    let row = shown.lines().find(|line| line.starts_with("secret/"));
    let row: Vec<&str> = row.expect("a Secret").split_whitespace().collect();
    assert_eq!(
        row,
        ["secret/shop/ok-tls", "cert-manager", "ingress/shop/ok"]
    );
    let all = json(&run_on(SHOP, &["effective", "objects", "-", "-o", "json"]));
    let mut items = all["items"].as_array().expect("items").iter();
    let secret = items.find(|it| it["kind"] == "Secret").expect("a Secret");
    let expected = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": "ok-tls", "namespace": "shop" },
        "type": "kubernetes.io/tls",
        "causedBy": { "by": "cert-manager", "from": "ingress/shop/ok" },
    });
    assert_eq!(*secret, expected, "and nothing of its data");
    let elsewhere = SHOP.replace("ipv4Address: 20.50.1.1", "ipv4Address: 20.50.1.9");
    let shown = run_on(&elsewhere, &["effective", "objects", "-"]);
    let made = shown.lines().any(|line| line.starts_with("secret/"));
    assert!(!made, "it is not issued: {shown}");
}

#[test]
fn a_timeline_says_what_the_client_is_answered() {
    let asked = |options: &[&str]| {
        let question = [
            "timeline",
            "-",
            "--from",
            "internet",
            "--to",
            "https://ok.contoso.dev/",
            "--event",
            "stop=pod/shop/w",
        ];
        run_on(SHOP, &[&question[..], options].concat())
    };
    let text = asked(&[]);
    let answers: Vec<&str> = succeeded(&text)
        .lines()
        .filter_map(|line| Some(line.split_once("(HTTP ")?.1))
        .collect();
    assert_eq!(answers.first(), Some(&"200) 1.000"), "{text}");
    assert_eq!(answers.last(), Some(&"503) 1.000"), "{text}");
    let json = json(&asked(&["-o", "json"]));
    let moments = json["moments"].as_array().expect("moments");
    let status = |moment: &serde_json::Value| moment["flows"][0]["new"][0]["status"].clone();
    assert_eq!(status(&moments[0]), 200);
    assert_eq!(status(moments.last().expect("a last moment")), 503);
}
