//! The rules of a node: what is installed, and what becomes of packets.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates an expectation"
)]

mod masquerade;
mod node;
mod services;
mod whole;

use std::fmt::Write;

use expect_test::Expect;

use node::{Node, network, udp};

/// Checks what becomes of first packets, each written as `source > destination`; of neighbours that end alike it is
/// written once.
#[track_caller]
fn check(texts: &[&str], packets: &[(&str, &str)], expected: &Expect) {
    let node = Node::n0(&network(texts));
    let mut out = String::new();
    let mut last = String::new();
    for (source, destination) in packets {
        let mut ends = String::new();
        for end in node.ends(&udp(source, destination)) {
            let _ = match end {
                node::End::Out(to, packet) => writeln!(ends, "    {to}: {packet}"),
                other => writeln!(ends, "    {other:?}"),
            };
        }
        if ends != last {
            out += &last;
        }
        let _ = writeln!(out, "{source} > {destination}");
        last = ends;
    }
    out += &last;
    expected.assert_eq(&out);
}

const POD: &str = "10.244.0.10";
const CLIENT: &str = "203.0.113.9";
const VM: &str = "10.1.1.4";
const NODE: &str = "10.1.0.4";

fn proxy(settings: &str) -> String {
    format!(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n{settings}\n"
    )
}
