## Azure CNI Overlay, pod subnets and Cilium

why-azure-overlay = { $destination } is in { $share }, the pods of { $node }: the overlay carries the packet there as it is, whatever the routes of { $subnet } say.
why-azure-snat-pod-subnet = Stopped: { $source } leaves { $subnet } with its own address, and kubehop does not know what a load balancer does about such addresses where the subnet has no NAT gateway.
why-netfilter-masquerade-platform = { $node } replaced the source { $from } by { $to }: names and the metadata service at { $destination } are asked by the node, so that nothing of the pod subnet comes between.

why-cilium-endpoint = { $count ->
    [1] Cilium's program on { $node } replaced { $from } by { $to }, the only endpoint of { $object }; no rule of iptables is asked.
   *[other] Cilium's program on { $node } replaced { $from } by { $to }, one of { $count } endpoints of { $object }; no rule of iptables is asked.
}
why-cilium-remembered = Cilium's program on { $node } replaced { $from } by { $to }, the endpoint of { $object } that it remembers for this client.
why-cilium-source = The endpoint of { $object } runs on another node, so Cilium's program on { $node } replaced the source { $from } by { $to }: the answer has to come back here.
why-cilium-no-endpoints = Refused by Cilium's program on { $node }: { $object } has no endpoint for { $from }.
why-cilium-no-local-endpoints = Dropped by Cilium's program on { $node }: { $object } allows only endpoints of this node, and there is none.
why-cilium-source-ranges = Dropped by Cilium's program on { $node }: { $client } is not in the source ranges of { $object }.
why-cilium-refused = Refused by Cilium's program on { $node } for { $object }.
