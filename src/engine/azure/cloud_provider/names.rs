//! Names of what the controller makes.

use md5::{Digest, Md5};

use crate::model::kube::Service;
use crate::model::packet::Protocol;

/// The longest name of a rule.
const MAX_RULE: usize = 80;
/// The longest name of a frontend: room is left for `-IPv6`.
const MAX_FRONTEND: usize = 75;

/// The name of a load balancer: that of the cluster, which AKS calls `kubernetes`, and `-internal`.
pub fn load_balancer(cluster: &str, internal: bool) -> String {
    if internal {
        format!("{cluster}-internal")
    } else {
        cluster.to_owned()
    }
}

/// The base name of everything of a Service: `a` and its UID without dashes, at most 32 characters.
///
/// A Service without UID gets one from its namespace and name, so that the name stays the same.
pub fn base(service: &Service) -> String {
    let mut name = match &service.meta.uid {
        Some(uid) => uid.replace('-', ""),
        None => md5_hex(&format!("{}/{}", service.meta.namespace, service.meta.name)),
    };
    name.insert(0, 'a');
    if let Some((end, _)) = name.char_indices().nth(32) {
        name.truncate(end);
    }
    name
}

/// The name of the frontend of a Service; with the subnet of an internal one, cut to 75 characters.
pub fn frontend(base: &str, subnet: Option<&str>) -> String {
    let Some(subnet) = subnet else {
        return base.to_owned();
    };
    let full = format!("{base}-{subnet}");
    if full.chars().count() <= MAX_FRONTEND {
        return full;
    }
    let mut name: String = full.chars().take(MAX_FRONTEND).collect();
    if name.ends_with(|last: char| !last.is_ascii_alphanumeric() && last != '_') {
        name.pop();
        name.push('_');
    }
    name
}

/// The name of the public IP resource of a Service.
pub fn public_ip(cluster: &str, base: &str) -> String {
    format!("{cluster}-{base}")
}

/// The name of a rule; `ipv6` adds the suffix that the second family of a dual-stack Service has.
pub fn rule(base: &str, subnet: Option<&str>, protocol: Protocol, port: u16, ipv6: bool) -> String {
    let suffix = if ipv6 { "-IPv6" } else { "" };
    let tail = format!("-{protocol}-{port}{suffix}");
    let Some(subnet) = subnet else {
        return format!("{base}{tail}");
    };
    let room = MAX_RULE.saturating_sub(base.chars().count() + 1 + tail.len());
    let subnet: String = subnet.chars().take(room).collect();
    format!("{base}-{subnet}{tail}")
}

/// The MD5 digest of a text, in hexadecimal.
pub fn md5_hex(text: &str) -> String {
    let digest = Md5::digest(text.as_bytes());
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut text = String::with_capacity(33);
    text.extend(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)));
    text
}
