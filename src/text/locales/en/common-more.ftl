### What the first picture does not say.

# The verdict of a walk.
verdict-unresolved = Name not found
verdict-not-modelled = Not modelled
verdict-mixed = Depends on the pick

# How a walk ended.
disposition-denied-in = refused by a rule on the receiver’s side
disposition-denied-out = refused by a rule on the sender’s side
disposition-no-route = no route
disposition-null-routed = a route with next hop None
disposition-no-such-address = nobody has the address
disposition-filtered = dropped by the rules of a node
disposition-not-forwarded = IP forwarding is off
disposition-no-healthy-member = no healthy member behind the load balancer
disposition-snat-unavailable = no source address to leave with
disposition-no-connection = nobody knows the connection
disposition-looped = goes in a circle
disposition-rejected = rejected by the rules of a node
disposition-no-endpoints = the Service has no endpoints
disposition-port-closed = nobody listens on the port
disposition-name-not-found = the name has no address

# $what (string): the feature that is missing
disposition-not-modelled = not modelled: { $what }

# Places and objects of which there is only one.
object-layout = the layout
object-settings = the settings
object-imds = IMDS
object-kubeproxyconfiguration = the kube-proxy configuration
