## Azure CNI Overlay, pod subnets and Cilium

why-azure-overlay = { $destination } is in { $share }, the pods of { $node }: the overlay carries the packet there as it is, whatever the routes of { $subnet } say.
why-azure-snat-pod-subnet = Stopped: { $source } leaves { $subnet }, which has no NAT gateway, and kubehop does not know how a load balancer treats it.
why-netfilter-masquerade-platform = { $node } replaced the source { $from } by { $to }: it asks { $destination } in the place of its pods.

why-cilium-endpoint = { $count ->
    [1] Cilium's program on { $node } replaced { $from } by { $to }, the only endpoint of { $object }.
   *[other] Cilium's program on { $node } replaced { $from } by { $to }, one of { $count } endpoints of { $object }.
}
why-cilium-remembered = Cilium's program on { $node } replaced { $from } by { $to }, the endpoint of { $object } that it remembers for this client.
why-cilium-source = Cilium's program on { $node } replaced the source { $from } by { $to }: the endpoint of { $object } is on another node.
why-cilium-no-endpoints = Refused by Cilium's program on { $node }: { $object } has no endpoint for { $from }.
why-cilium-no-local-endpoints = Dropped by Cilium's program on { $node }: { $object } allows only endpoints of this node, and there is none.
why-cilium-source-ranges = Dropped by Cilium's program on { $node }: { $client } is not in the source ranges of { $object }.
why-cilium-refused = Refused by Cilium's program on { $node } for { $object }.

### The table of the article: `kubehop table`

table-row-deploy = Deploy a cluster in an existing or new virtual network
table-row-pods = Pod and pod
table-row-vm = Pod and virtual machine, same virtual network
table-row-peer = Pod and virtual machine, peered virtual network
table-row-office = Pod and on-premises, by VPN or ExpressRoute
table-row-storage = Resources secured by service endpoints
table-row-expose = Expose Services by load balancer, application gateway or ingress controller
table-row-dns = Default Azure DNS and private zones

table-supported = supported
table-with-route-table = supported with a route table
table-both = both ways
table-pod-initiated = pod-initiated only
table-other-initiated = other side only
table-not-supported = not supported
table-not-modelled = not modelled
table-absent = not in this scenario

# $sources
table-works = arrives and is answered; the receiver sees { $sources }
# $where
table-fails = does not work: { $where }
# $where
table-open = not modelled: { $where }
# $ip
table-seen-sender = { $ip } (the sender)
# $ip
table-seen-node = { $ip } (a node)
# $ip
table-seen-other = { $ip }
table-in-existing = in an existing virtual network
table-in-new = in a new virtual network
# $names
table-assumed = assumed: { $names }
# $request
table-without-route-table = without a route table, { $request }
table-no-cluster = there is no cluster in these files, so there is no table; hint: add Kubernetes manifests or a `managedClusters` document

### The network model of a cluster, in the inspector

model-label = Network model
model-other = another
model-alias = Other models are not offered: what would have to change comes by a YAML alias, and other places would change with it. Write it out.
model-no-room = A pod subnet is not offered: the virtual network of the nodes is not written down, or has no room for one.
model-kubenet = kubenet
model-node-subnet = Azure CNI, node subnet
model-overlay = Azure CNI Overlay
model-pod-subnet = Azure CNI, pod subnet
model-pod-subnet-blocks = Azure CNI, pod subnet with static blocks
model-node-subnet-cilium = Azure CNI, node subnet, with Cilium
model-overlay-cilium = Azure CNI Overlay with Cilium
model-pod-subnet-cilium = Azure CNI, pod subnet, with Cilium
model-pod-subnet-blocks-cilium = Azure CNI, pod subnet with static blocks, with Cilium
