## Events in time.

# Arguments: object.
event-pod-stops = { $object } stops; its address answers nothing.
event-pod-leaves = { $object } leaves the EndpointSlices, and every node's rules do without it.
event-pod-replaced = The controller makes another pod in place of { $object }.
event-pod-started = { $object } has started and is ready: it is in the EndpointSlices.
event-readiness-fails = The readiness probe of { $object } begins to fail; its process still answers.
event-readiness-passes = The readiness probe of { $object } succeeds again.
event-pod-unready = { $object } is no longer ready: it leaves the EndpointSlices.
event-pod-ready = { $object } is ready: it is back in the EndpointSlices.
event-node-stops = { $object } stops; nothing on it answers, and it forgets every connection.
event-node-starts = { $object } starts again.
event-node-lost = { $object } has been silent for too long: it and its pods count as not ready.
event-node-evicted = { $object } is still lost: its pods are evicted, and their controllers make others elsewhere.
# Arguments: object, count (pods).
event-pods-wait = { $count ->
    [one] A pod of a StatefulSet on { $object } is to be deleted; nothing takes its place before the node is back.
   *[other] { $count } pods of StatefulSets on { $object } are to be deleted; nothing takes their place before the node is back.
}
event-pods-gone = { $count ->
    [one] A pod on { $object } has no controller: it is evicted, and nobody makes another.
   *[other] { $count } pods on { $object } have no controller: they are evicted, and nobody makes others.
}
# Arguments: object.
event-node-returns = { $object } is ready again, with the pods that it still has.
event-host-stops = { $object } stops.
event-host-starts = { $object } starts again.
event-disconnected = { $object } is deleted; the other side is disconnected.
event-connected = { $object } is there again.
event-denied = { $object } gets the rule that denies; connections that it has let pass go on.

# Arguments: object (a load balancer), node, count (failed probes in a row), service.
event-member-down = { $object } takes { $node } out for { $service }: { $count } probes in a row failed.
event-member-up = { $object } takes { $node } back for { $service }: it answers the probe.
event-backend-down = { $object } takes { $member } out of { $pool }: { $count } probes in a row failed.
event-backend-up = { $object } takes { $member } back into { $pool }: it answers the probe.

# Arguments: receiver.
why-walk-reset = Rejected: { $receiver } does not know this connection and resets it.

# Arguments: machine.
why-walk-stopped = Dropped: { $machine } has stopped, so nobody answers.

# Arguments: place, source.
why-walk-azure-knows = { $place } knows the connection: it leaves as { $source }, as before.

# Arguments: probe, port, healthy, unhealthy, rule, service, loadBalancer.
why-azure-probe-not-yet-up = { $unhealthy } answers on port { $port } again, but no health probe has asked it since.

# How a walk ended: the receiver does not know the connection.
disposition-reset = the receiver does not know the connection

# Arguments: source, protocol, rule, loadBalancer.
why-azure-snat-all-in-use = Dropped: every port that { $rule } gives the node of { $source } is in use for this destination.

# Arguments: natGateway, source, protocol.
why-azure-snat-nat-gateway-exhausted = Dropped: every port of { $natGateway } is in use for this destination, so { $source } gets none.
