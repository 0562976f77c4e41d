### What the first picture does not say.

# $node (object), $object (object): the Service, $from, $to (string): address:port, $count (number): endpoints
why-netfilter-endpoint-picked = { $node } sends { $from } to { $to }: it is an address of { $object }, and this is one of { $count } endpoints that the rules draw from.

# $node (object), $field (string), $client (string): its address, $to (string): address:port
why-netfilter-endpoint-remembered = { $node } sends { $client } to { $to } again, because { $field } remembers the client.

# $node (object), $object (object): the pod, $to (string): address:port
why-netfilter-host-port = { $node } sends the packet to { $to }, because { $object } has this host port.

# $node, $object (object), $field (link), $from, $to (string): addresses
why-netfilter-masquerade-from-node = { $node } replaced the source { $from } by { $to }: { $object } has { $field }, but the node itself may use endpoints anywhere.

# $node, $object (object), $from, $to (string): addresses
why-netfilter-masquerade-off-cluster = { $node } replaced the source { $from } by { $to }: a sender that is no pod used the cluster IP of { $object }.
why-netfilter-masquerade-all = { $node } replaced the source { $from } by { $to }: kube-proxy has masqueradeAll, and the packet went to the cluster IP of { $object }.
why-netfilter-masquerade-hairpin = { $node } replaced the source { $from } by { $to }: { $object } led the sender back to itself, and the reply must pass the node.

# $node, $object (object): the pod, $from, $to (string): addresses
why-netfilter-masquerade-host-port = { $node } replaced the source { $from } by { $to }: the sender used the host port of { $object } from its own node.

# $node (object), $from, $to, $destination (string): addresses
why-netfilter-masquerade-outside = { $node } replaced the source { $from } by { $to }: { $destination } is outside the ranges that the ip-masq agent leaves alone.

# $node (object), $from, $to (string): addresses
why-netfilter-masquerade = { $node } replaced the source { $from } by { $to }.

# $node (object), $from (string): address
why-netfilter-source-unchanged = { $node } left the source { $from }: no rule translates it.
why-netfilter-source-own = { $node } left the source { $from }: the rules would give it the address that it already has.

# $node (object), $to (string): address:port
why-netfilter-destination-unchanged = { $node } left the destination { $to }: no rule translates it.

# $node (object)
why-netfilter-known = { $node } knows the connection, so the nat rules are not asked again.
why-netfilter-accepted = The filter rules of { $node } let the packet pass.
why-netfilter-forward-marked = { $node } forwards the packet, because kube-proxy marked it for a Service.
why-netfilter-forward-known = { $node } forwards the packet, because it knows the connection.

# $node, $object (object): the Service
why-netfilter-health-check = { $node } accepts the packet: it is for the health check port of { $object }.

# $node, $object (object): the Service, $to (string): address:port
why-netfilter-no-endpoints = Rejected on { $node }: { $object } has no endpoints, so the node answers { $to } with ICMP port unreachable.

# $node (object), $to (string): address:port
why-netfilter-rejected = Rejected on { $node }: a rule refuses { $to } and tells the sender.

# $node, $object (object): the Service, $field (link)
why-netfilter-no-local-endpoints = Dropped on { $node }: { $object } has { $field }, and none of its endpoints is on this node.

# $node, $object (object): the Service, $field (link), $from (string): address
why-netfilter-source-ranges = Dropped on { $node }: { $from } is not in the { $field } of { $object }.

# $node (object), $to (string): address:port
why-netfilter-wire-server = Dropped on { $node }: pods may not reach the platform’s host agent at { $to }.
why-netfilter-localnet = Dropped on { $node }: { $to } is a loopback address, and the packet comes from elsewhere.

# $node (object)
why-netfilter-invalid = Dropped on { $node }: the packet belongs to no connection that the node knows.

# $node (object), $from (string): address
why-netfilter-no-address = Dropped on { $node }: the source { $from } must be replaced, but the way out has no address.

# $node (object), $to (string): address:port
why-netfilter-dropped = Dropped on { $node }: a rule drops packets to { $to }.
