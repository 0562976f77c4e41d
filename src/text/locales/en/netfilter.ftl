### Rules of a node: kube-proxy, the ip-masq agent, connection tracking.

# $node (object), $object (object): the Service, $from, $to (string): address:port
why-netfilter-endpoint-only = { $node } sends { $from } to { $to }: it is an address of { $object }, and this is the only endpoint that the rules offer.

# $node, $object (object), $field (link), $from, $to (string): addresses
why-netfilter-masquerade-cluster = { $node } replaced the source { $from } by { $to }, because { $object } has { $field }.

# $node, $object (object), $from, $destination (string): addresses
why-netfilter-keep-source = { $node } left the source { $from }: { $destination } is in a range of { $object } that the ip-masq agent leaves alone.
