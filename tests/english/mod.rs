//! What tests take for English in a text that a Japanese reader sees: three plain words one after the other. Names,
//! fields and notations have other characters in them.

/// What other programs print in three words or more, and names of products.
const NOTATIONS: [&str; 5] = [
    // `ip route`.
    "proto kernel scope link src",
    // The line of a query in the text of a walk, whose words are the same in every language.
    "asked of",
    // Products.
    "Azure CNI Overlay",
    "Application Gateway",
    "HTTP application routing",
];

/// Problems whose sentence says more than the translation of their code: it is translated as a whole.
const DETAILED: [&str; 90] = [
    "yaml-syntax",
    "more-problems",
    "bad-place",
    "load-balancer-pending",
    "load-balancer-refused",
    "subnets-overlap",
    "peering-overlap",
    "forbidden-range",
    "cluster-range-overlap",
    "outbound-ports-surge",
    "outbound-ports-exhausted",
    "kubenet-subnet-shared",
    "next-hop-unknown",
    "next-hop-express-route",
    "kubenet-too-many-pods",
    "service-tag-not-modelled",
    "default-route-required",
    "unsupported-change",
    "cluster-traffic-blocked",
    "ip-masq-refused",
    "kube-proxy-detector",
    "ingress-ignored",
    "acme-challenge",
    "acme-no-issuer",
    "acme-not-modelled",
    "agic-no-gateway",
    "agic-overwrites",
    "agic-route-table",
    "agic-not-peered",
    "agic-overlay",
    "agic-no-target-port",
    "appgw-subnet-shared",
    "appgw-default-route",
    "appgw-gateway-manager",
    "appgw-load-balancer",
    "appgw-priority",
    "appgw-reference",
    "ingress-port",
    "corefile",
    "pod-service-overlap",
    "on-premises-overlap",
    "peers-overlap",
    "too-many-prefixes",
    "too-many-resources",
    "too-many-subnets",
    "too-many-peerings",
    "too-many-dns-servers",
    "too-many-addresses",
    "too-many-tag-routes",
    "too-many-frontends",
    "too-many-pool-members",
    "too-many-rules-per-nic",
    "too-many-nat-addresses",
    "too-many-outbound-addresses",
    "too-many-pools",
    "cilium-windows",
    "basic-load-balancer",
    "pool-too-few-pods",
    "pools-in-two-vnets",
    "nat-gateway-required",
    "nat-gateway-sku",
    "kubenet-table-shared",
    "pod-route-missing",
    "pod-route-wrong",
    "next-hop-not-forwarding",
    "next-hop-unreachable",
    "next-hop-no-gateway",
    "route-drops",
    "route-private-internet",
    "rule-shadowed",
    "rule-for-node-port",
    "service-no-endpoints",
    "service-port-unserved",
    "probe-port-refused",
    "probe-filtered",
    "probe-status",
    "reply-lost",
    "service-unreachable",
    "egress-blocked",
    "endpoint-not-approved",
    "endpoint-states-differ",
    "endpoint-address-taken",
    "endpoint-record-missing",
    "endpoint-zone-not-linked",
    "endpoint-answer-passes-by",
    "endpoint-rules-ignored",
    "registration-twice",
    "overlay-traffic-blocked",
    "required-names-refused",
    "rule-elsewhere",
];

/// The English sentences of a text.
pub fn sentences(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for notation in NOTATIONS {
        text = text.replace(notation, "");
    }
    let mut found = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for word in text.split(' ').chain([""]) {
        if is_plain(word) {
            words.push(word);
            continue;
        }
        if words.len() > 2 {
            found.push(words.join(" "));
        }
        words.clear();
    }
    found
}

/// The English words of a text without a Japanese one; what stands in backticks is a value.
fn words(text: &str) -> Vec<String> {
    let outside = text.split('`').step_by(2).flat_map(|part| part.split(' '));
    let is_word =
        |word: &&str| is_plain(word) && word.len() > 1 && word.to_ascii_lowercase() == **word;
    outside.filter(is_word).map(str::to_owned).collect()
}

fn is_plain(word: &str) -> bool {
    let word = word.trim_matches(|it: char| "`',;.".contains(it));
    let letters = word.chars().all(|it| it.is_ascii_alphabetic());
    let inner = word.chars().skip(1).any(|it| it.is_ascii_uppercase());
    letters && !inner && !word.is_empty()
}

/// What of a problem is not told in Japanese. `translated` is its English sentence as a phrase in Japanese, `told` are
/// its parts in Japanese; one in backticks is a piece of the user's text.
#[allow(
    dead_code,
    reason = "not every test that looks at texts looks at problems"
)]
pub fn untold(code: &str, message: &str, translated: &str, told: &[String]) -> Option<String> {
    let details = DETAILED.contains(&code) && translated == message;
    // A piece may itself begin with a backtick.
    let is_piece = |part: &str| {
        part.starts_with("``") || part.starts_with('`') && part.matches('`').count() == 2
    };
    let parts = told.iter().filter(|part| !is_piece(part));
    let english: Vec<String> = parts
        .flat_map(|part| {
            if part.is_ascii() {
                words(part)
            } else {
                sentences(part)
            }
        })
        .collect();
    (details || !english.is_empty())
        .then(|| format!("{code}: {message}\n    {told:?}\n    {english:?}"))
}
