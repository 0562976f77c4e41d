### The page.

## Built-in scenarios
scenario-kubenet = Internet → web (kubenet)
scenario-azure-cni = Internet → web (Azure CNI)
scenario-cluster-ip = ClusterIP: inside the cluster
scenario-node-port = NodePort: a port on every node
scenario-load-balancer = LoadBalancer, policy Cluster
scenario-load-balancer-local = LoadBalancer, policy Local
scenario-internal-load-balancer = LoadBalancer, internal
scenario-ingress = Ingress: one address, several applications
scenario-external-name = ExternalName: an alias
scenario-headless = Headless: the pods themselves

## Top bar
top-menu = Scenarios and palette
top-view = View
view-diagram = Diagram
view-table = Table
view-matrix = Matrix
share = Share
embed = Embed
language = Language
theme-system = Theme: follows the system
theme-light = Theme: light
theme-dark = Theme: dark
theme-name-system = Follows the system
theme-name-light = Light
theme-name-dark = Dark
undo = Undo
# $what (string): the edit
undo-what = Undo: { $what }
redo = Redo
# $what (string): the edit
redo-what = Redo: { $what }
untitled = Untitled
close = Close
reload = Reload

## Skip links
skip-canvas = To the diagram
skip-inspector = To the inspector
skip-timeline = To the timeline

## Left pane
left-pane = Scenarios, requests and palette
scenarios = Scenarios
requests = Requests
palette = Palette
palette-hint = or press A
palette-client = Client
palette-on-premises = On-premises
palette-virtual-machine = VM
palette-vnet = VNet
palette-subnet = Subnet
palette-peering = Peering
palette-vpn-gateway = VPN gateway
palette-route-table = Route table
palette-nsg = NSG
palette-public-ip = Public IP
palette-kubenet-cluster = kubenet
palette-azure-cni-cluster = Azure CNI
palette-node = Node
palette-deployment = Deployment
palette-pod = Pod
palette-service-cluster-ip = ClusterIP
palette-service-node-port = NodePort
palette-service-load-balancer = LoadBalancer
palette-service-internal-load-balancer = Internal LB
palette-namespace = Namespace
palette-flow = Request
files = Files
files-open = Open files…
files-paste = Paste YAML…
files-yaml = Download YAML
files-svg = Download picture (SVG)

## Request bar
request = Request
reply = Reply
request-edit = Edit
request-from = From
request-to = to
request-protocol = Protocol
request-port = Port
# $by (string): who picks
request-picks = { $by } picks
request-send = Send
# $detail (string): what is wrong
title-edited = { $title } (changed)
title-original = Back to the original
list-edited = changed
request-meant = Did you mean
file-no-object = nothing in it is a Kubernetes, Azure or kubehop object
request-bad-from = The sender cannot be read: { $detail }.
# $detail (string): what is wrong
request-bad-to = The destination cannot be read: { $detail }.
# $detail (string): what was typed
request-bad-port = `{ $detail }` is not a port: expected a number from 1 to 65535.

## Canvas
zoom = Zoom
zoom-in = Zoom in
zoom-out = Zoom out
strip-whole = Show the whole picture
strip-back = Show the path
zoom-fit = Fit, key 0
mode-from = Click the sender. Esc ends this.
mode-to = Click the destination. Esc ends this.
legend-decided = decided
legend-rewritten = rewritten
legend-derived = made by a controller
empty-title = Empty canvas
empty-text = Nothing here yet. Start from a scenario, paste the output of kubectl get -o yaml, or press A to add an object.

## Playback and timeline
playback = Playback
playback-play = Play
playback-pause = Pause
playback-previous = Previous step
playback-next = Next step
# $speed (string): such as 1×
playback-speed = Speed: { $speed }
hint-play = play
hint-step = step
timeline = Timeline
timeline-routes = routes
# $number (number), $count (number)
step-number = Step { $number } of { $count }
# $before (string), $after (string): address and port
step-becomes = { $before } becomes { $after }

# $number (number), $count (number), $place (string), $stage (string), $what (string)
said-step = Step { $number } of { $count }. { $place }, { $stage }. { $what }.
# $number (number), $count (number), $place (string), $stage (string), $what (string), $changes (string)
said-rewrite = Step { $number } of { $count }. { $place }, { $stage }. { $what }: { $changes }.
# $verdict (string), $why (string): a sentence
said-verdict = { $verdict }. { $why }

## Steps
# $to (string): address and port
step-sent = Opens a connection to { $to }
# $query (string): a name; $address (string)
step-resolved = { $query } is { $address }
# $query (string): a name; $rcode (string): such as NXDOMAIN
step-unresolved = { $query }: { $rcode }
step-no-nsg = No NSG here
# $priority (number)
step-allowed = NSG allows, priority { $priority }
# $priority (number)
step-denied = NSG denies, priority { $priority }
step-policy-allowed = Network policy allows
step-policy-denied = Network policy denies
step-policy-not-enforced = Network policy is not asked
# $prefix (string), $hop (string): next hop
step-route = Route { $prefix } to { $hop }
# $interface (string)
step-interface = Forwards to { $interface }
step-netfilter-drop = Dropped by the rules of the node
step-netfilter-reject = Rejected by the rules of the node
step-netfilter-pass = Passes the rules of the node
step-rewritten-source = Source rewritten
step-rewritten-destination = Destination rewritten
step-rewritten-both = Source and destination rewritten
step-remembered = Remembers the connection
step-known = Known connection, no rewrite here
step-undone-source = Undoes the rewrite: source
step-undone-destination = Undoes the rewrite: destination
step-undone-both = Undoes both rewrites
# $picked (string), $count (number)
step-picked = Picks { $picked } of { $count }
# $healthy (number), $count (number)
step-probed = { $healthy } of { $count } answer the probe
step-translated = Nothing to translate
# $through (string)
step-forwarded = Passes { $through }
# $by (string)
step-refused = Refused by { $by }
step-delivered = Delivered
step-matched = Matches { $rule }
step-answered = Answered with { $status }
step-proxied = On to { $picked }
# $what (string)
step-not-modelled = Not modelled: { $what }

## Inspector
inspector = Inspector
tab-trace = Trace
tab-object = Object
tab-yaml = YAML
tab-problems = Problems
trace-none = No request has been sent. Name a sender and a destination above the diagram.
# $steps (number), $rewrites (number)
summary-facts = { $steps } { $steps ->
    [one] step
   *[other] steps
}, { $rewrites } { $rewrites ->
    [one] rewrite
   *[other] rewrites
}
# $receiver (string), $source (string), $sender (string): addresses
summary-sees-other = { $receiver } answers, but it sees { $source } as the sender, not { $sender }.
# $receiver (string), $source (string): address
summary-sees-sender = { $receiver } answers, and it sees the sender { $source }.
blockers-ask = What stands in the way?
# $count (number): refusals; $stuck (number): those that nothing lifts
blockers-all = { $count ->
    [one] One refusal, and one change that lifts it.
   *[other] { $count } refusals; the changes below lift them all.
}
blockers-some = { $count ->
    [one] One refusal, and no change of the scenario that lifts it.
   *[other] { $count } refusals; no change lifts { $stuck } of them.
}
blockers-none = Nothing stands in the way any more: the request is delivered.
blockers-unknown = Nothing refuses the request, and still it does not arrive.
# $stage (string)
blockers-query = { $stage }, query of the name
blockers-upstream = { $stage }, behind the proxy
blockers-reply = { $stage }, reply
# $number (number): of the refusal in the list
blockers-with = The change of number { $number } lifts this too.
blockers-apply = Apply
# $what (string): the change as a sentence
blockers-apply-it = Apply: { $what }
blockers-later = Can be applied once the changes before it are.
branches = Possible walks
# $picks (string): names; $percent (string)
branch = { $picks } ({ $percent })
next-connection = Next connection
# $end (string): a receiver, or how it is lost
next-kept = The sender's next connection goes to { $end } as well: nothing is drawn again.
# $ends (string): receivers, each with its share
next-drawn = The sender's next connection is drawn anew: { $ends }.
next-unknown = Too many walks to tell.
fact-note = note
fact-rule = rule
fact-why = why
fact-also = also
fact-keeps = keeps
# $stage (string), $what (string)
passed-step = { $stage }: { $what }
# $candidates (string): names
note-candidates = Candidates: { $candidates }
# $members (string): names
note-unhealthy = No answer from { $members }
# $server (string): address; $by (string): who; $rcode (string)
note-answered = { $server } was asked, { $by } answered { $rcode }
keeps-entry = A conntrack entry.
# $number (number)
keeps-used = Used in step { $number }
object-none = Select an object in the diagram, the table or a sentence.
# $object (string)
object-gone = { $object } does not exist any more.
object-assigned = Filled by controllers
# $by (string)
object-by = by { $by }
object-yaml = Show YAML
object-send-from = Send from here
object-delete = Delete
# $by (string): a controller
made-by = Made by { $by } from
made-assumed = Assumed: nobody wrote it down, AKS would make it.
origin-written = written
# $from (string)
origin-derived = made from { $from }
origin-assumed = assumed
# $kind (string), $scope (string): namespace or virtual network
kind-of = { $kind } of { $scope }
problems-none = No problems.
# $found (string), $expected (string)
problem-found = Found { $found }, expected { $expected }
yaml-file = File
yaml-loading = Loading the editor.
yaml-stale = last good picture
# $reason (string)
yaml-failed = The editor could not be loaded ({ $reason }); this plain field works in its place.

## Tables
table-walk = The walk
table-number = Step
table-where = Where
table-what = What decides
table-source = Source
table-destination = Destination
table-objects = Objects
table-object = Object
table-kind = Kind
table-address = Address
table-origin = Origin

## Dialogs
share-title = Share
share-hint = The link holds the whole scenario and the request. Nothing is stored anywhere else.
share-link = Link
# $length (number): characters
share-length = { $length } characters
share-long = Messengers and mail programs may cut a link of this length: send the downloaded file in its place.
copy = Copy
copied = Copied
copy-failed = The browser refused; select the text and copy it
embed-title = Embed
embed-hint = Put this into your page. It shows the diagram, the timeline and the verdict, and stores nothing.
embed-theme = Theme
embed-code = HTML
embed-open = Open in kubehop
paste-title = Paste YAML
paste-hint = Output of kubectl get -o yaml, az … -o json, or your own manifests
paste-open = Open in place of what is shown
paste-add = Add to what is shown
paste-try = What if I apply it?
find-title = Find
find-hint = A name or an address
add-title = Add an object
add-hint = Type to filter, Enter takes the first
keys-title = Keys
keys-single = Single keys act while no field has the focus
keys-play = play, pause
keys-step = previous, next step
keys-place = previous, next place
keys-ends = first step, verdict
keys-send = send the request
keys-undo = undo, redo
keys-add = add an object
keys-connect = connect from the selection
keys-fire = click sender, then destination
keys-delete = delete the selection
keys-find = find a node, pod or address
keys-arrows = nearest object in that direction
keys-move = move the selection by 8 px
keys-enter = open in the inspector, back out
keys-zoom = zoom, fit, fit the path
keys-table = table, diagram
keys-matrix = who may talk to whom
keys-plan = addresses, and what still fits
keys-region = next region
keys-help = all keys

## Messages
note-linked = You are looking at a link. Your own work is untouched.
note-replaced = Your former work is kept.
note-restored = The page ended unexpectedly last time. Your work is back.
# $reason (string): a sentence
note-bad-link = The link cannot be opened. { $reason }
# $reason (string): a sentence
note-newer-link = This link is newer than this page. { $reason }
# $reason (string): what the browser says
note-not-saved = The browser did not save your work: { $reason }. Download it to keep it.
# $reason (string)
note-bad-file = A file could not be read: { $reason }
note-keep = Keep as mine
note-back = Back to my work
note-close = Close this message

## Kinds
kind-pod = Pod
kind-deployment = Deployment
kind-replicaset = ReplicaSet
kind-statefulset = StatefulSet
kind-daemonset = DaemonSet
kind-job = Job
kind-service = Service
kind-endpoints = Endpoints
kind-endpointslice = EndpointSlice
kind-ingress = Ingress
kind-ingressclass = IngressClass
kind-networkpolicy = NetworkPolicy
kind-configmap = ConfigMap
kind-secret = Secret
kind-namespace = Namespace
kind-node = Node
kind-kubeproxyconfiguration = KubeProxyConfiguration
kind-cluster = AKS cluster
kind-vnet = Virtual network
kind-subnet = Subnet
kind-peering = Peering
kind-routetable = Route table
kind-nsg = Network security group
kind-publicip = Public IP address
kind-loadbalancer = Load balancer
kind-appgateway = Application Gateway
kind-gateway = VPN gateway
kind-localgateway = On-premises network
kind-connection = Connection
kind-firewall = Azure Firewall
kind-firewallpolicy = Firewall policy
kind-natgateway = NAT gateway
kind-privatednszone = Private DNS zone
kind-dnszone = DNS zone
kind-privateendpoint = Private endpoint
kind-networkinterface = Network interface
kind-storage = Storage account
kind-host = Host
kind-flow = Request
kind-lesson = Lesson
kind-layout = Layout
kind-settings = Settings
kind-internet = Internet
kind-azuredns = Azure DNS
kind-unknown = Not simulated

# Stages, as a reader calls them; a chain has its own name.
stage-dns-search = DNS search list
stage-dns-service = DNS of Services
stage-dns-forward = DNS forwarding
stage-dns-zone = DNS zone
stage-policy-egress = network policy, out
stage-policy-ingress = network policy, in
stage-pod-route = routes of the pod
stage-bridge = bridge cbr0
stage-veth = veth pair
stage-iptables-PREROUTING = PREROUTING
stage-iptables-OUTPUT = OUTPUT
stage-iptables-INPUT = INPUT
stage-iptables-FORWARD = FORWARD
stage-iptables-POSTROUTING = POSTROUTING
stage-conntrack = conntrack
stage-node-route = routes of the node
stage-azure-nic = network interface
stage-azure-nsg-out-nic = NSG of the interface, out
stage-azure-nsg-out-subnet = NSG of the subnet, out
stage-azure-nsg-in-subnet = NSG of the subnet, in
stage-azure-nsg-in-nic = NSG of the interface, in
stage-azure-route = effective routes
stage-azure-peering = peering
stage-azure-gateway = VPN gateway
stage-azure-serviceendpoint = service endpoint
stage-azure-privateendpoint = private endpoint
stage-azure-lb-rule = load balancing rule
stage-azure-lb-probe = health probe
stage-azure-lb-outbound = outbound rule
stage-azure-natgateway = NAT gateway
stage-azure-publicip = public IP address
stage-azure-firewall = Azure Firewall
stage-appgw-listener = listener
stage-appgw-rule = rule
stage-appgw-pool = backend pool
stage-ingress-host = Ingress host
stage-ingress-path = Ingress path
stage-ingress-tls = Ingress TLS
stage-host-forward = sending
stage-host-listen = listening process
stage-storage-acl = storage firewall

matrix-title = Who may talk to whom
