# What lifts a refusal: `fix-…` says what a change does, `fix-none…` why there is none.

# $peer, $port, $policy, $field, such as `spec.ingress[0]`.
fix-policy-port = Add { $port } for { $peer } to { $field } of the policy { $policy }.
fix-policy-peer = Add { $peer } on { $port } to { $field } of the policy { $policy }.
# $peer, $port, $policy, $pod.
fix-policy-rule-ingress = Add a rule to the policy { $policy } that lets { $peer } reach { $pod } on { $port }.
fix-policy-rule-egress = Add a rule to the policy { $policy } that lets { $pod } reach { $peer } on { $port }.
fix-policy-new-ingress = Add a NetworkPolicy that lets { $peer } reach { $pod } on { $port }.
fix-policy-new-egress = Add a NetworkPolicy that lets { $pod } reach { $peer } on { $port }.
# $nsg, $source, $destination, $port.
fix-nsg-in = Add a rule to { $nsg } that lets { $source } reach { $destination } on { $port }.
fix-nsg-out = Add a rule to { $nsg } that lets { $source } out to { $destination } on { $port }.
# $nsg, $port.
fix-nsg-probe = Add a rule to { $nsg } that lets the load balancer's probes in on port { $port }.
# $host, $source, $port.
fix-nsg-new = Give { $host } a security group that lets { $source } in on { $port }.
# $service, $source.
fix-service-range = Add { $source } to loadBalancerSourceRanges of { $service }.
# $service, $field.
fix-service-cluster = Set { $field } of { $service } to Cluster.
# $service, $port.
fix-service-port = Add { $port } to the ports of { $service }.
# $pod.
fix-endpoint-ready = Set the condition Ready of { $pod } to True.
# $workload.
fix-endpoint-replicas = Set the replicas of { $workload } to 1.
# $service, $name, $port.
fix-endpoint-port = Set targetPort of { $service } to { $port }; no pod has a port called { $name }.
# $service, $label.
fix-endpoint-selector = Let { $service } select { $label }.
# $object, $label.
fix-endpoint-label = Give { $object } the label { $label }.
# $slice, $address.
fix-endpoint-slice = Set the endpoint { $address } of { $slice } to ready.
# $host, $port.
fix-host-listens = Let { $host } listen on { $port }.
# $object.
fix-forwarding = Switch IP forwarding of { $object } on.
# $endpoint, $target.
fix-endpoint-approve = Approve the connection of { $endpoint } to { $target }.
# $peering, $flag.
fix-peering-flag = Switch { $flag } of { $peering } on.
# $from, $to.
fix-peering-new = Peer { $from } and { $to }.
# $spoke, $hub.
fix-peering-transit = Let { $spoke } use the gateway that { $hub } leads from.
# $gateway, $onPremises.
fix-connection-new = Connect { $gateway } to { $onPremises }.
# $prefix, $hop, $subnet.
fix-route-new = Add a route for { $prefix } by { $hop } to { $subnet }.
# $table, $prefix.
fix-route-remove = Remove the route { $prefix } from { $table }.
# $event.
fix-event = Let it not happen: remove { $event }.

# $what.
fix-none-not-modelled = No change can be named: { $what } is not modelled.
fix-none-policy = No rule of a NetworkPolicy can admit this; the engine does not take nodes for peers.
fix-none-nsg = The group has no room for a rule before the one that refuses.
fix-none-firewall = The rules of the firewall refuse it, and kubehop proposes no change of those.
fix-none-storage = The network rules of the account refuse it, and kubehop proposes no change of those.
fix-none-endpoints = No change of one object gives the Service an endpoint here.
fix-none-node-rule = A rule of the node image or of kube-proxy refuses it; no document holds it.
fix-none-nobody = Nobody has this address, so no permission helps.
fix-none-port = No process listens on this port, and no document says which ones do.
fix-none-translation = No address is left to leave with; that is no matter of permission.
fix-none-name = Nobody knows the name, so there is nothing to allow.
fix-none-other-way = The answer takes another way than the request; that is no matter of permission.
fix-none-loop = The packet goes in a circle; that is no matter of permission.
fix-none-pod = The pod does not run, so it has no network.
fix-none-route = No route that one can write leads from here to the destination.
fix-none-platform = The platform decides it; no document says otherwise.
fix-none = No single change of the scenario lifts this.
