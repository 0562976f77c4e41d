### Rules of a node: kube-proxy, the ip-masq agent, connection tracking.
