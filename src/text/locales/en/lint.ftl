### What a finding of `lint` leads to.

consequence-refused-azure = Azure refuses to make the resource, or to change it so.
consequence-refused-aks = AKS refuses to make the cluster, or to change it so.
consequence-may-be-refused = Depending on the version, it is refused or taken.
consequence-unsupported = It works until AKS undoes it, and support does not cover what follows from it.
consequence-peer-unreachable = Nothing passes between the two networks.
consequence-wrong-side = Packets for such an address stay in the virtual network and never reach the other side.
consequence-wrong-destination = An address then means two things: nodes reach one of them and never the other.
consequence-no-more-addresses = No further node, pod or frontend gets an address.
consequence-no-more-services = Further Services stay without an address (`Pending`).
consequence-pods-cut-off = Packets for pods on other nodes are lost.
consequence-no-outbound-ports = Some nodes get no ports, and their connections to the internet fail.
consequence-route-loses = What the route matches is lost.
consequence-route-circles = What the route matches goes in a circle until it is dropped.
consequence-no-effect = It can be removed, or does not do what was meant.
consequence-rules-open = Default rules and rules with the tag admit far more than the virtual network.
consequence-walks-unknown = Walks that depend on it end as not modelled.
consequence-cluster-breaks = Nodes lose each other and their pods: the cluster stops working.
consequence-nodes-stay-out = New nodes do not join, images are not pulled, and AKS cannot manage the cluster.
consequence-stays-shut = Clients that it was written for are still refused.
consequence-nobody-answers = Connections to it are refused, and its name may have no address.
consequence-probes-fail = The load balancer takes every node for down and drops all new connections.
consequence-gateway-unmanaged = Azure cannot manage the gateway: it fails and takes no further changes.
consequence-gateway-cut-off = The gateway does not reach the pods, and answers 502.
consequence-asymmetric = The client waits for an answer that never comes.
consequence-never-arrives = Clients there get no answer.
