//! What of the components' configuration they refuse, or kubehop does not model.

use super::{ip_masq, kube_proxy};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Every problem with what a node's packet filter is made from.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let mut problems = masquerading(network);
    problems.extend(proxy(network));
    problems
}

fn masquerading(network: &Network) -> Vec<Diagnostic> {
    let refused = |refusal: ip_masq::Refusal| {
        let message = format!("the ip-masq agent refuses this file: {}", refusal.problem);
        Diagnostic::new(Severity::Warning, "ip-masq-refused", message)
            .about(refusal.cause.object)
            .field(&*refusal.cause.field)
            .hint("until it is mended, only what AKS itself configures has an effect")
    };
    ip_masq::refusals(network)
        .into_iter()
        .map(refused)
        .collect()
}

/// What to do about another mode.
const MODE_HINT: &str = "write `iptables` to see what that mode would do with packets";

/// The mode that the cluster asks for, where nobody wrote the configuration of kube-proxy itself.
fn of_cluster(network: &Network) -> Vec<Diagnostic> {
    let cluster = network.cluster.as_ref().filter(|it| !it.is_cilium());
    let asked = cluster.and_then(|it| Some((it, it.unmodelled_proxy()?)));
    let told = asked.map(|(cluster, mode)| {
        let message = "kubehop models kube-proxy in mode iptables only";
        Diagnostic::new(Severity::Warning, "kube-proxy-mode-not-modelled", message)
            .about(cluster.reference())
            .field("properties.networkProfile.kubeProxyConfig.mode")
            .found(format!("`{mode}`"), "`iptables`")
            .hint(MODE_HINT)
    });
    told.into_iter().collect()
}

fn proxy(network: &Network) -> Vec<Diagnostic> {
    let Some(config) = &network.kube_proxy else {
        return of_cluster(network);
    };
    let warning = |code: &'static str, field: &str, message: String| {
        Diagnostic::new(Severity::Warning, code, message)
            .about(Ref::bare(Kind::KubeProxyConfiguration))
            .field(field)
    };
    let mut problems = Vec::new();
    if !kube_proxy::is_modelled(config) {
        let message = "kubehop models kube-proxy in mode iptables only".to_owned();
        let problem = warning("kube-proxy-mode-not-modelled", "mode", message);
        let problem = problem.found(format!("`{}`", config.mode), "`iptables`");
        problems.push(problem.hint(MODE_HINT));
    }
    if let Some(what) = kube_proxy::missing_for_detector(config) {
        let message = format!("kube-proxy can not tell pods from others without `{what}`");
        let hint = "until then nothing is masqueraded on the way to a cluster IP";
        problems.push(warning("kube-proxy-detector", "detectLocalMode", message).hint(hint));
    }
    problems
}
