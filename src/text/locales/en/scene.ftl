### The picture.

# What the picture shows, in a few words.
scene-title = The network

# $from (object): the sender, $to (object): where the request ended
scene-title-walk = From { $from } to { $to }

# $vnets, $nodes, $pods, $services (number): how many of each there are
scene-description = { $vnets ->
    [one] One virtual network
   *[other] { $vnets } virtual networks
}, { $nodes ->
    [one] one node
   *[other] { $nodes } nodes
}, { $pods ->
    [one] one pod
   *[other] { $pods } pods
}, { $services ->
    [one] one Service
   *[other] { $services } Services
}.

# Regions.
scene-region-internet = Internet
scene-region-azure = Azure
scene-region-onprem = On-premises

# Lanes.
scene-strip = The path in one strip
scene-request = Request
scene-reply = Reply

# Names of cables.
scene-vpn = VPN
scene-peering = peering

# $cause (object): what a controller made an object from
scene-made-from = made from { $cause }

# $place (object): what an object stands in
scene-on = in { $place }

# $count (number): healthy members, $picked (string): the one that was picked
scene-picks = { $count } healthy, picks { $picked }

# $node (object): a node that passes a reply on without a translation
scene-no-nat = no NAT on { $node }

# $count (number): security rules
scene-rules-count = { $count ->
    [one] 1 rule
   *[other] { $count } rules
}
scene-routes = Routes

# $count (number): routes in use of the 400 that a table holds
scene-routes-count = { $count } of 400

# $count (number): objects that are not shown, $kind (string): their kind
scene-more = { $count } more: { $kind }

# $number (number): of the step, $place (object): where, $stage (string): what decides
scene-step = Step { $number }. { $place }, { $stage }.
scene-gateway = gateway

# Kinds of objects, as assistive technology says them before the name.
scene-kind-pod = Pod
scene-kind-deployment = Deployment
scene-kind-service = Service
scene-kind-ingress = Ingress
scene-kind-namespace = Namespace
scene-kind-node = Node
scene-kind-cluster = Cluster
scene-kind-vnet = Virtual network
scene-kind-subnet = Subnet
scene-kind-peering = Peering
scene-kind-routetable = Route table
scene-kind-nsg = Network security group
scene-kind-publicip = Public IP address
scene-kind-loadbalancer = Load balancer
scene-kind-gateway = Virtual network gateway
scene-kind-localgateway = On-premises network
scene-kind-connection = Connection
scene-kind-host = Machine
scene-kind-flow = Request
scene-kind-internet = Internet
scene-kind-azuredns = Azure DNS
scene-kind-unknown = Object

# The timeline: what it is, and how it is read.
scene-timeline = Timeline
scene-timeline-description = Steps by place: the request from left to right, the reply from right to left.
scene-timeline-routes = routes
